"""Faults planted one at a time in the shipped policies. Each must be found by `check` or by a worked example, where it is.

A fault is a replacement that fits exactly once, so that a change of the policies that moves it is noticed. A place is
told by how its line begins, not by its number, so that other changes do not matter.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import frozen

from policyrules.book.book import load
from policyrules.book.examples import run_examples
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.text import line_and_column, line_text

POLICIES = Path(__file__).parent.parent / "policies"


@frozen
class Check:
    """`check` says `code` at `words` on the line that begins with `line` (the `nth` such), and shows `hint` or `says`.

    `more` lists codes that follow from the fault elsewhere; nothing else may be reported.
    """

    code: str
    line: str
    words: str
    says: str
    more: tuple[str, ...] = ()
    file: str | None = None
    nth: int = 1


@frozen
class Example:
    """The worked example `title` fails at its line `line`, in `file`, and the finding shows `says`."""

    title: str
    line: str
    says: str
    file: str | None = None


@frozen
class Fault:
    """Replace `old` by `new` in `file`; `found` says by what it must be found."""

    title: str
    file: str
    old: str
    new: str
    found: Check | Example


FAULTS = [
    # ------------------------------------------------------------ spelling
    Fault(
        "the space after 当 is missing",
        "minimum_living/rules.policy",
        "当 人均收入 低于",
        "当人均收入 低于",
        Check("P105", "当人均收入 低于", "当人均收入", "在“当”和“人均收入”之间空一格"),
    ),
    Fault(
        "a name is misspelt",
        "disability_living/rules.policy",
        "当 低保家庭内 且 重度残疾\n",
        "当 低保家庭内 且 重度惨疾\n",
        Check("P203", "当 低保家庭内 且 重度惨疾", "重度惨疾", "是不是“重度残疾”"),
    ),
    Fault(
        "a keyword is misspelt",
        "sick_child/rules.policy",
        "给 散居孤儿标准 的",
        "给于 散居孤儿标准 的",
        Check("P105", "给于 散居孤儿标准", "给于", "空一格", more=("P603",)),
    ),
    Fault(
        "a quote is not closed",
        "minimum_living/rules.policy",
        "给予最低生活保障。”",
        "给予最低生活保障。",
        Check("P101", "“国家对共同生活的", "“国家对共同生活的", "在末尾补上 ”"),
    ),
    Fault(
        "a parenthesis is not closed",
        "disability_living/rules.policy",
        "且 (户的一户多残 或 依老养残)",
        "且 (户的一户多残 或 依老养残",
        Check("P109", "当 非 低保家庭内 且 (重度残疾 或", "", "补上“）”"),
    ),
    Fault(
        "a number has a comma",
        "common/standards.policy",
        "610元/人·月",
        "1,610元/人·月",
        Check("P102", "自 2020-04-01", "1,610", "写成 1610"),
    ),
    Fault(
        "a day the calendar does not have",
        "common/standards.policy",
        "自 2020-04-01  610",
        "自 2020-04-31  610",
        Check("P111", "自 2020-04-31", "2020-04-31", "没有“2020-04-31”这一天"),
    ),
    Fault(
        "若 without 否则",
        "single_person/rules.policy",
        " 否则 0元/月",
        "",
        Check("P115", "算 固定收入额", "若", "补上“否则 …”"),
    ),
    # ------------------------------------------------------------ names
    Fault(
        "a parameter is deleted",
        "disability_living/parameters.policy",
        "参数 多残人数：人\n  自 2019-09-01  2人  暂定  依据 两项补贴办法\n",
        "",
        Check("P203", "条件 一户多残", "多残人数", "找不到名称“多残人数”", file="disability_living/rules.policy"),
    ),
    Fault(
        "a fact is deleted",
        "common/facts.policy",
        "  义务人有履行能力：是否  问 “义务人有没有赡养、抚养、扶养的能力？”  凭 “入户调查表”\n",
        "",
        Check("P203", "条件 无人供养", "义务人有履行能力", "找不到名称“义务人有履行能力”", ("P808",), "destitute/rules.policy"),
    ),
    Fault(
        "an import is removed",
        "disability_living/rules.policy",
        "引用 孤儿保障 的 符合孤儿条件\n",
        "",
        Check("P204", "当 符合孤儿条件 或", "符合孤儿条件", "引用 孤儿保障"),
    ),
    Fault(
        "a name stands twice",
        "minimum_living/rules.policy",
        "算 补差见分进角",
        "算 补差进一到元",
        Check("P208", "算 补差进一到元", "补差进一到元", "写了两次", nth=2, more=("P203",)),
    ),
    Fault(
        "an option that is none",
        "disability_living/rules.policy",
        "属于 三级、四级",
        "属于 三级、五级",
        Check("P219", "条件 非重度残疾", "五级", "可选：无、一级、二级、三级、四级"),
    ),
    Fault(
        "户的 is missing before a condition of the household",
        "disability_living/rules.policy",
        "且 户的困难家庭 且",
        "且 困难家庭 且",
        Check("P206", "当 非 低保家庭内 且 (重度残疾 或", "困难家庭", "写成“户的困难家庭”"),
    ),
    Fault(
        "户的 is missing before a fact of the household",
        "single_person/rules.policy",
        "当 非 户的本地户籍",
        "当 非 本地户籍",
        Check("P206", "当 非 本地户籍", "本地户籍", "写成“户的本地户籍”"),
    ),
    Fault(
        "a person's fact in a rule of the household, not gathered",
        "disability_living/rules.policy",
        "人数(成员 中 残疾等级 不为 无)",
        "若 残疾等级 不为 无 则 1人 否则 0人",
        Check("P207", "算 残疾人数", "残疾等级", "合计、最高、任一"),
    ),
    Fault(
        "a document nobody introduced",
        "sick_child/parameters.policy",
        "正式  依据 提标报道",
        "正式  依据 提标报到",
        Check("P221", "自 2020-01-01  50%", "提标报到", "是不是“提标报道”"),
    ),
    Fault(
        "an exception to an article that is not there",
        "disability_care/rules.policy",
        "已领取数额更高的同类护理补贴  例外于 第一条",
        "已领取数额更高的同类护理补贴  例外于 第九条",
        Check("P605", "第四条", "第九条", "现有：第一条、第二条、第三条、第四条"),
    ),
    Fault(
        "two articles with one number",
        "unsupported_child/rules.policy",
        "第二条 父母监护缺失的儿童",
        "第一条 父母监护缺失的儿童",
        Check("P606", "第一条 父母监护缺失的儿童", "第一条", "改成别的条号"),
    ),
    Fault(
        "a condition nobody uses",
        "disability_living/rules.policy",
        "条件 非重度残疾：",
        "条件 二级残疾：残疾等级 为 二级\n条件 非重度残疾：",
        Check("P702", "条件 二级残疾", "二级残疾", "没有用到"),
    ),
    # ------------------------------------------------------------ units
    Fault(
        "a year is taken from a month",
        "minimum_living/rules.policy",
        "− (年收入 折算 到 月)",
        "− 年收入",
        Check("P301", "算 补差额", "适用低保标准 × 人数(成员) − 年收入", "元/月 与 元/年"),
    ),
    Fault(
        "a rate compared with an amount",
        "disability_living/rules.policy",
        "低保标准 的 困难家庭收入倍数",
        "困难家庭收入倍数",
        Check("P301", "条件 困难家庭", "人均收入 不超过 困难家庭收入倍数", "单位不同"),
    ),
    Fault(
        "a parameter in another unit",
        "orphan/parameters.policy",
        "1310元/人·月",
        "1310元/人·年",
        Check("P302", "自 2020-07-01  1310", "1310元/人·年", "这里要用“元/人·月”"),
    ),
    Fault(
        "a division that nothing guards",
        "common/definitions.policy",
        "  若 人数(成员) 为 0 则 无法计算",
        "",
        Check("P612", "算 人均收入", "人数(成员)", "若 人数(成员) 为 0 则 无法计算"),
    ),
    Fault(
        "another division that nothing guards",
        "unsupported_child/rules.policy",
        "  若 人数(成员) 为 0 则 无法计算",
        "",
        Check("P612", "算 人均低保金", "人数(成员)", "若 人数(成员) 为 0 则 无法计算"),
    ),
    Fault(
        "a guard of another case",
        "minimum_living/rules.policy",
        "若 人数(成员) 为 0 则",
        "若 人数(成员) 为 1 则",
        Check("P612", "算 人均金融资产", "人数(成员)", "人数(成员) 为 0"),
    ),
    # ------------------------------------------------------------ time
    Fault(
        "a month's hole in a parameter",
        "common/standards.policy",
        "自 2019-09-01  520",
        "自 2019-09-01 至 2020-02-29  520",
        Check("P404", "自 2019-09-01 至 2020-02-29", "自 2019-09-01 至 2020-02-29", "2020-03-01 至 2020-03-31"),
    ),
    Fault(
        "two values at one time",
        "orphan/parameters.policy",
        "自 2020-01-01  1220",
        "自 2020-01-01 至 2020-07-31  1220",
        Check("P403", "自 2020-07-01  1310", "自 2020-07-01", "从 2020-07-01 起有两个值"),
    ),
    Fault(
        "an end before its start",
        "disability_care/parameters.policy",
        "| 城镇 | 120 | 自 2020-01-01 至 2023-03-31",
        "| 城镇 | 120 | 自 2023-04-01 至 2020-03-31",
        Check("P405", "| 一级、二级     | 城镇 | 120", "| 一级、二级", "结束早于开始", more=("P501", "P503")),
    ),
    Fault(
        "a month's hole in a table",
        "disability_care/parameters.policy",
        "| 城镇 | 130 | 自 2023-04-01",
        "| 城镇 | 130 | 自 2023-05-01",
        Check("P501", "表 护理补贴标准", "护理补贴标准", "2023-04-01"),
    ),
    # ------------------------------------------------------------ tables and bands
    Fault(
        "the edge of a band is dropped",
        "single_person/parameters.policy",
        "1.5倍(含) 至 2倍(含) ",
        "1.5倍(含) 至 2倍(不含) ",
        Check("P501", "档 收入档次", "收入档次", "人均收入 ÷ 低保标准 为 2 时没有哪一行适用"),
    ),
    Fault(
        "the edge of a band is in two bands",
        "destitute/parameters.policy",
        "1(含) 至 4(不含) ",
        "1(含) 至 4(含) ",
        Check("P502", "4(含) 以上", "4(含) 以上", "不能自理项数 为 4 时两行都适用"),
    ),
    Fault(
        "a row of a table is removed",
        "destitute/parameters.policy",
        "  | 半护理 | 270 | 自 2020-01-01  暂定  依据 护理费参考\n",
        "",
        Check("P501", "表 照料护理标准", "照料护理标准", "自理能力 为 半护理"),
    ),
    Fault(
        "a row of a table stands twice",
        "single_person/parameters.policy",
        "  | 农村 | 18121 | 自 2020-01-01  暂定  依据 统计数据\n",
        "  | 农村 | 18121 | 自 2020-01-01  暂定  依据 统计数据\n" * 2,
        Check("P502", "| 农村 | 18121", "| 农村 | 18121", "第 2 行和第 3 行重叠", nth=2),
    ),
    Fault(
        "a cell is missing",
        "disability_care/parameters.policy",
        "| 三级、四级、无 | 任意 |   0 |",
        "| 三级、四级、无 |   0 |",
        Check("P504", "| 三级、四级、无 |   0 |", "| 三级、四级、无 |", "这一行有 2 格，应有 3 格", more=("P501",)),
    ),
    # ------------------------------------------------------------ articles
    Fault(
        "two articles meet: an exception is removed",
        "sick_child/rules.policy",
        "不重复享受  例外于 第一条",
        "不重复享受",
        Check("P608", "第二条 孤儿", "第二条", "第一条和第二条会同时成立"),
    ),
    Fault(
        "two articles meet: a condition is removed",
        "unsupported_child/rules.policy",
        "且 非 户的贫困家庭 且 父母监护缺失",
        "且 父母监护缺失",
        Check("P608", "第二条 父母监护缺失的儿童", "第二条", "第一条和第二条会同时成立"),
    ),
    Fault(
        "an article that never applies",
        "unsupported_child/rules.policy",
        "且 非 户的贫困家庭 且 非 父母监护缺失",
        "且 非 户的贫困家庭 且 户的贫困家庭",
        Check("P609", "第三条", "第三条", "永远不会起作用"),
    ),
    Fault(
        "no 其余情形",
        "orphan/rules.policy",
        "其余情形 不予 “不是失去父母、查找不到生父母的未满十八周岁儿童”\n",
        "",
        Check("P601", "给付 孤儿生活费", "孤儿生活费", "在最后一条之后加一行：其余情形 不予"),
    ),
    Fault(
        "an article without a result",
        "orphan/rules.policy",
        "  给 机构孤儿标准\n",
        "",
        Check("P603", "第一条 机构养育的孤儿", "第一条", "加一行“给 …”或“不予”"),
    ),
    Fault(
        "a rounding is removed",
        "minimum_living/rules.policy",
        "\n取整 四舍五入 到 分\n",
        "\n",
        Check("P610", "给付 低保金", "低保金", "取整 四舍五入 到 分"),
    ),
    Fault(
        "another rounding is removed",
        "unsupported_child/rules.policy",
        "\n取整 四舍五入 到 分\n",
        "\n",
        Check("P610", "给付 无人抚养生活费", "无人抚养生活费", "取整 四舍五入 到 分"),
    ),
    Fault(
        "a rounding the language does not know",
        "minimum_living/rules.policy",
        "补差额 取整 进一 到 元",
        "补差额 取整 进一 到 员",
        Check("P310", "算 补差进一到元", "取整 进一 到 员", "进一 到 元"),
    ),
    # ------------------------------------------------------------ the whole
    Fault(
        "a circle of two",
        "minimum_living/rules.policy",
        "算 适用低保标准：元/人·月  对 户 = 低保标准",
        "算 适用低保标准：元/人·月  对 户 = 补差额 ÷ 1人",
        Check("P701", "算 适用低保标准", "适用低保标准", "适用低保标准 → 补差额 → 适用低保标准"),
    ),
    Fault(
        "a circle through a benefit",
        "minimum_living/rules.policy",
        "  且 非 有机动车\n",
        "  且 非 有机动车 且 非 享受低保\n",
        Check("P701", "条件 家庭财产符合规定", "家庭财产符合规定", "享受低保"),
    ),
    # ------------------------------------------------------------ meaning: only an example can know
    Fault(
        "低于 became 不超过",
        "minimum_living/rules.policy",
        "人均收入 低于 适用低保标准",
        "人均收入 不超过 适用低保标准",
        Example("低保：四口之家人均正好六百一十元", "应 户的低保金 不予", "应当是不予，得到的是给付 0.00元/月"),
    ),
    Fault(
        "满 became 超过",
        "common/definitions.policy",
        "周岁 满 60",
        "周岁 超过 60",
        Example("特困：四月一日满六十周岁", "应 甲的特困供养金", "应当是778.66元/月，得到的是不予", "destitute/cases.policy"),
    ),
    Fault(
        "不满 became 不超过",
        "common/definitions.policy",
        "周岁 不满 18",
        "周岁 不超过 18",
        Example("孤儿：七月一日满十八周岁，七月停发", "应 甲的孤儿生活费 不予", "应当是不予", "orphan/cases.policy"),
    ),
    Fault(
        "且 became 或",
        "sick_child/rules.policy",
        "当 未满十八周岁 且 (重病",
        "当 未满十八周岁 或 (重病",
        Example("重病重残：不在单子里的病", "应 甲的重病重残生活费 不予", "应当是不予，得到的是给付 610.00元/月"),
    ),
    Fault(
        "非 is dropped",
        "minimum_living/rules.policy",
        "且 非 有机动车",
        "且 有机动车",
        Example("低保：有机动车", "应 户的低保金 不予", "应当是不予，得到的是给付 1830.00元/月"),
    ),
    Fault(
        "一级、二级 became 一级",
        "disability_living/rules.policy",
        "重度残疾：残疾等级 属于 一级、二级",
        "重度残疾：残疾等级 属于 一级",
        Example("低保家庭二级肢体残疾人", "应 甲的生活补贴", "应当是213.50元/月，得到的是不予"),
    ),
    Fault(
        "35% became 53%",
        "disability_living/parameters.policy",
        "35%  暂定",
        "53%  暂定",
        Example("低保家庭二级肢体残疾人", "应 甲的生活补贴", "应当是213.50元/月，得到的是给付 323.30元/月", "disability_living/cases.policy"),
    ),
    Fault(
        "an article starts a month late",
        "disability_living/rules.policy",
        "残疾人  自 2020-04-01 起",
        "残疾人  自 2020-05-01 起",
        Example("三级精神残疾人四月起纳入", "应 甲的生活补贴 = 366元", "应当是366.00元/月，得到的是不予"),
    ),
    Fault(
        "a standard starts a month early",
        "common/standards.policy",
        "自 2020-04-01  610",
        "自 2020-03-01  610",
        Example("低保：三口之家没有收入，提标前的三月", "应 户的低保金", "应当是1560.00元/月", "minimum_living/cases.policy"),
    ),
    Fault(
        "an exception is forgotten where the higher amount wins",
        "disability_living/rules.policy",
        "第六条 特困人员不享受  例外于 第一条、第二条、第三条、第四条、第五条",
        "第六条 特困人员不享受  例外于 第一条、第二条、第三条、第五条",
        Example("特困人员不享受生活补贴", "应 甲的生活补贴 不予  依据 第六条", "应当是不予，得到的是给付 610.00元/月"),
    ),
    Fault(
        "rounded to 角 instead of 分",
        "minimum_living/rules.policy",
        "\n取整 四舍五入 到 分",
        "\n取整 四舍五入 到 角",
        Example("低保：四口之家人均六百零九元九角九分", "应 户的低保金 = 0.04元", "应当是0.04元/月，得到的是给付 0.00元/月"),
    ),
    Fault(
        "the remainder of the year goes to the first month",
        "destitute/rules.policy",
        "余额 归 末月",
        "余额 归 首月",
        Example("特困：农村分散，尾数归十二月", "应 甲的月基本生活费 = 755.12元", "应当是755.12元/月，得到的是755.08元/月"),
    ),
]


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A copy of the shipped policies."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def test_without_a_fault_nothing_is_found(policies: Path) -> None:
    book = load(policies)
    assert book.diagnostics == ()
    assert len(results := run_examples(book)) >= 120
    assert all(result.passed for result in results)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
def test_planted_fault_is_found(policies: Path, fault: Fault) -> None:
    plant(policies, fault)
    book = load(policies)
    if isinstance(fault.found, Check):
        checked(policies, fault.file, fault.found, book.diagnostics)
        return
    assert book.diagnostics == ()
    failed = {result.example.title: result.differences for result in run_examples(book) if not result.passed}
    assert fault.found.title in failed
    file = policies / (fault.found.file or str(Path(fault.file).with_name("cases.policy")))
    told = [told_at(finding) for finding in failed[fault.found.title] if line_of(finding).startswith(fault.found.line)]
    assert [path for path, _ in told] == [str(file)]
    assert fault.found.says in told[0][1]


def test_there_are_enough_faults() -> None:
    assert len({fault.title for fault in FAULTS}) == len(FAULTS) >= 26


# ---------------------------------------------------------------- helpers


def plant(policies: Path, fault: Fault) -> None:
    file = policies / fault.file
    text = file.read_text("utf-8")
    assert text.count(fault.old) == 1, "the fault no longer fits exactly once"
    file.write_text(text.replace(fault.old, fault.new), "utf-8")


def checked(policies: Path, planted: str, wanted: Check, findings: tuple[Diagnostic, ...]) -> None:
    """The finding is there, at its place and with its words, and there are no others but those that follow."""
    file = policies / (wanted.file or planted)
    rows = [row for row, line in enumerate(file.read_text("utf-8").split("\n"), 1) if line.strip().startswith(wanted.line)]
    row = rows[wanted.nth - 1]
    mine = [f for f in findings if f.code == wanted.code and f.place.path == str(file) and line_and_column(f.place)[0] == row]
    assert len(mine) == 1, [(f.code, *told_at(f), line_and_column(f.place)) for f in findings]
    place = mine[0].place
    assert place.words.startswith(wanted.words)
    text = line_text(place.source, row)
    column = text.index(wanted.words) if wanted.words else len(text)
    assert line_and_column(place)[1] == column + 1
    assert wanted.says in told_at(mine[0])[1]
    assert {f.code for f in findings if f is not mine[0]} <= set(wanted.more)


def told_at(finding: Diagnostic) -> tuple[str, str]:
    """The file of a finding, and its message with its hint."""
    return finding.place.path, finding.message.zh + (finding.hint.zh if finding.hint else "")


def line_of(finding: Diagnostic) -> str:
    return line_text(finding.place.source, line_and_column(finding.place)[0]).strip()
