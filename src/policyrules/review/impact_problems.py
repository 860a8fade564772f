"""What can be wrong when a change of policies is held against a roster, in words. I10x."""

from __future__ import annotations

from policyrules.source.diagnostic import error, warning

STILL_STANDS = warning(
    "I101",
    "{other}能用这份名单：{month}给付 {count} 笔，一个月共 {amount} 元；{version}不能，所以没有比较",
    "{other} can use this roster, with {amount} yuan a month in {month} (grants: {count}); {version} cannot, so nothing is compared",
)
UNTIL_BEFORE = error("I102", "--until {until} 早于 --month {month}", "--until {until} is before --month {month}")
TOO_MANY_MONTHS = error("I103", "{count} 个月太多，最多 {most} 个月", "{count} months are too many; {most} are the most")
NO_SUCH_COLUMN = error(
    "I104",
    "“{entity}”的名单里没有“{name}”这一列",
    "the roster of “{entity}” has no column “{name}”",
    ("有这些列：{names}", "it has {names}"),
)
COLUMN_ELSEWHERE = error(
    "I105",
    "“{name}”是“{owner}”名单的列；分组只能用“{entity}”名单的列",
    "“{name}” is a column of the roster of “{owner}”; groups are made by a column of “{entity}”",
)
TOO_MANY_GROUPS = error(
    "I106",
    "按“{name}”要分成 {count} 组，最多 {most} 组",
    "“{name}” makes {count} groups; {most} are the most",
    ("换一列，如县区、乡镇", "take another column, such as a county"),
)
NOT_PAYING = error(
    "I107",
    "这些名称不是给付：{names}",
    "these names are no benefits: {names}",
    ("影响只比较发钱的给付", "impact compares benefits that pay"),
)
WRONG_SUFFIX = error("I108", "“{path}”的扩展名应当是 {wanted}", "“{path}” should end in {wanted}")
NO_FOLDER = error("I109", "“{path}”要放进的文件夹不存在", "the folder “{path}” is to stand in does not exist")
NO_GLYPHS = error(
    "I110",
    "这台机器的字体画不出这些字：{letters}",
    "no font of this machine has these characters: {letters}",
    ("改用 .svg 或 .html，或者安装中文字体（如 Noto Sans CJK）", "take .svg or .html, or install a Chinese font (such as Noto Sans CJK)"),
)
CLIFF_UNREADABLE = error(
    "I111",
    "--cliff 应当写 事实=多少，如 年收入=12元；这里是“{got}”",
    "--cliff should be FACT=STEP, such as 年收入=12元; here it is “{got}”",
)
CLIFF_NO_NUMBER = error(
    "I112",
    "“{name}”不是“{entity}”名单里的数",
    "“{name}” is no number in the roster of “{entity}”",
    ("--cliff 要写户的一项收入", "--cliff takes an income of the household"),
)
LIMIT_UNREADABLE = error(
    "I113",
    "--cliff-over 应当是不低于 0 的金额，如 100元；这里是“{got}”",
    "--cliff-over should be an amount of 0 or more, such as 100元; here it is “{got}”",
)
OTHER_ROOT = error(
    "I114",
    "最外层的主体，旧版是“{old}”，新版是“{new}”，不能逐户比较",
    "the outermost entity is “{old}” in the old version and “{new}” in the new one; they cannot be compared household by household",
)
ONLY_DUCKDB = error("I115", "影响用 duckdb 计算，不能用 {engine}", "impact is worked out with duckdb, not with {engine}")
TOO_LARGE = error("I116", "数太大，或者分母太多，加不起来", "the numbers are too large, or of too many denominators, to be summed")
WITHOUT_ROSTER = error(
    "I117",
    "{options} 要和名单一起用",
    "{options} need a roster",
    ("加上 --roster 户=文件 --month 月份", "add --roster 户=FILE --month MONTH"),
)
