"""Findings about types, units and tables: what they say, in both languages."""

from __future__ import annotations

from policyrules.source.diagnostic import error, warning

WRONG_OPERANDS = error("P301", "{reason}", "{reason}")
WRONG_TYPE = error(
    "P302",
    "这里要用“{wanted}”，写的却是“{found}”",
    "“{wanted}” is needed here, but this is “{found}”",
    ("{repair}", "{repair}"),
)
UNKNOWN_TYPE = error(
    "P303",
    "不认识类型或单位“{name}”",
    "unknown type or unit “{name}”",
    ("可写 元/月、人、比例、日期、是否、选项 …", "write yuan/month, person, ratio, date, truth, options …"),
)
UNKNOWN_FUNCTION = error("P304", "没有“{name}”这种算法", "there is no function “{name}”", ("可用：{known}", "functions: {known}"))
WRONG_ARGUMENTS = error("P305", "“{name}”的写法不对", "“{name}” is not used this way", ("{usage}", "{usage}"))
CHAINED = error(
    "P306",
    "两个比较连在了一起",
    "two comparisons run into one another",
    ("用“且”连接，或写“在 … 至 … 之间”", "join them with and, or write between … to …"),
)
OPEN_BOUND = error(
    "P307",
    "没有写明这一端含不含",
    "it is not said whether this end is included",
    ("在数后面写（含）或（不含）", "write (inclusive) or (exclusive) after it"),
)
NOT_TWELVE = error(
    "P308",
    "一年是 12 个月，这里写的是 {months} 个月",
    "a year has 12 months, here it is {months}",
    ("年额折算成月额写“÷ 12月”或“折算 到 月”", "turn a yearly amount into a monthly one with “/ 12 months” or “converted to month”"),
)
NO_IF_NONE = error(
    "P309",
    "“{name}”没有说一个人也没有时是多少",
    "“{name}” does not say what holds when there is nobody",
    ("在最后加“，无人则 0元”之类", "add at its end “, if none 0” or the like"),
)
UNKNOWN_ROUNDING = error(
    "P310",
    "不认识取整的写法“{words}”",
    "unknown rounding “{words}”",
    ("写作 四舍五入 到 分、进一 到 元、去尾 到 角、见分进角 …", "write half up to fen, away from zero to yuan, toward zero to jiao …"),
)
AMBIGUOUS_SHARE = error(
    "P311",
    "说不清“的 {share}”管的是整个除法，还是只管除数",
    "it is not clear whether {share} is of the whole quotient or of the divisor",
    ("加上括号", "add parentheses"),
)
BAD_CONVERSION = error(
    "P312",
    "{found}不能折算到{unit}",
    "{found} cannot be converted to {unit}",
    ("只有每年的与每月的数额可以互相折算", "only yearly and monthly amounts convert into one another"),
)
MONTH_NEEDS_DAY = error(
    "P313",
    "一个月有好多天，这样比较说不清",
    "a month has many days, so this comparison is not clear",
    ("写明哪一天，例如 2020-07-01", "say which day, such as 2020-07-01"),
)
NO_BIRTH_DATE = error(
    "P314",
    "{entity}没有“出生日期”，算不出周岁",
    "{entity} has no fact birth_date, so there is no age",
    ("写成 周岁(某个日期)，或加一条事实 出生日期：日期", "write age(a day), or add a fact birth_date: date"),
)
NOT_CONSTANT = error(
    "P315",
    "这里只能用数或参数，不能用因人而异的量",
    "only numbers and parameters can stand here, nothing that differs from person to person",
    ("把会变的部分写进档或表的括号里", "move what varies into the key of the table"),
)
NO_SUBJECT = error(
    "P316",
    "没有写明任何主体，说不清这是对谁的",
    "there is no entity, so it is not clear whom this is about",
    ("加一行：主体 户 含 成员：个人", "add a line: entity household has members: person"),
)
BAD_RANGE = error("P317", "范围写反了或不是常数", "the range is reversed or not constant", ("从小到大写", "write the lower end first"))
STEAD_OUT_OF_RANGE = error(
    "P319",
    "“{name}”不会是 {value}，不能这样推定或取值",
    "“{name}” can never be {value}, so that cannot stand in for it",
    ("改成范围以内的数，或放宽这件事的“范围”", "write a value within its range, or widen the range"),
)
STEAD_NOT_PLAIN = error(
    "P320",
    "“推定”“不适用时”后面要写一个定好的值",
    "presumed and if inapplicable take one fixed value",
    ("写一个数、日期、选项、是或否；随标准变的写进规则", "write an amount, a day, an option, yes or no; what changes belongs into a rule"),
)
BOUND_ONLY_WITH_IS = error(
    "P318",
    "“{word}”和“{beyond}”不能同时用",
    "“{word}” and “{beyond}” cannot be used together",
    ("只写其中一个", "write only one of them"),
)

TABLE_GAP = error(
    "P501",
    "“{name}”有空缺：{witness} 时没有哪一行适用",
    "“{name}” has a gap: no row applies when {witness}",
    ("补一行，或在最后加“其余”一行", "add a row, or a last row other"),
)
TABLE_OVERLAP = error(
    "P502",
    "“{name}”的第 {first} 行和第 {second} 行重叠：{witness} 时两行都适用",
    "rows {first} and {second} of “{name}” overlap: both apply when {witness}",
    ("改其中一行的范围，或改（含）（不含）", "narrow one of them, or change (inclusive) and (exclusive)"),
)
ROW_UNREACHABLE = error(
    "P503",
    "“{name}”的第 {row} 行永远用不上",
    "row {row} of “{name}” can never apply",
    ("它的条件已被别的行占满，或本身不成立；删去或改正", "its cases are taken by other rows, or impossible; remove or correct it"),
)
WRONG_CELLS = error(
    "P504",
    "这一行有 {found} 格，应有 {wanted} 格",
    "this row has {found} cells, {wanted} are needed",
    ("每个条件一格，最后一格是值", "one cell a key, and the value last"),
)
EMPTY_TABLE = error("P505", "“{name}”一行也没有", "“{name}” has no rows", ("在下面写各行", "write its rows below"))
REST_NOT_ALONE = error(
    "P506",
    "这一格的“其余”没有所指：这一列是范围，或者全部选项别的行都写到了",
    "other means nothing here: the column holds ranges, or the other rows name every option of it",
    ("写“任意”，或写明选项、范围", "write anything, or name the options or the range"),
)
TABLE_UNCHECKED = warning(
    "P507",
    "“{name}”太大，没能查完有没有空缺和重叠",
    "“{name}” is too large to check fully for gaps and overlaps",
    ("拆成几张小表", "split it into smaller tables"),
)
