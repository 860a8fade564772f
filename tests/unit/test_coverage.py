"""What of the law the worked examples reach: on a small policy exactly what is left out is told, with its place; of the shipped policies nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyrules.book.book import Book, compile_book, load
from policyrules.book.examples import run_examples
from policyrules.review.coverage import Coverage, coverage_of
from policyrules.review.coverage_sites import Item, Kind
from policyrules.source.text import SourceText, line_and_column

POLICIES = Path(__file__).parents[2] / "policies"

RULES = """\
主体 户 含 成员：个人
事实 户
  年收入：元/年
  低保：是否
事实 个人
  等级：选项 一级、二级、无
参数 标准：元/月
  自 2020-01-01  500
  自 2020-07-01  600
表 津贴（等级）：元/月
  | 一级 | 100 |
  | 二级 | 50 |
  | 其余 | 0 |
算 档次：元/月  对 户 = 若 年收入 不满 1200 则 300元/月 否则 若 年收入 不满 2400 则 200元/月 否则 100元/月
给付 补差：元/月  对 户
第一条 收入低
  当 (年收入 折算 到 月) 低于 标准
  给 标准 − (年收入 折算 到 月)
第二条 有低保  例外于 第一条
  当 低保
  不予
其余情形 不予
取整 四舍五入 到 分
给付 补贴：元/月  对 个人
第一条 有等级
  当 等级 属于 一级、二级
  给 津贴
其余情形 不予
给付 定额：元/月  对 户
第一条 都有
  当 年收入 不满 3600
  给 档次
其余情形 不予
"""
FIRST = """\
例 收入为零
  月份 2020-03
  户 年收入 0元，低保 否
  甲：等级 一级
  应 户的补差 = 500元
  应 甲的补贴 = 100元
  应 户的定额 = 300元
"""
REST = {
    "下半年的零头": "例 下半年的零头\n  月份 2020-08\n  户 年收入 2000元，低保 否\n  应 户的补差 = 433.33元\n  应 户的定额 = 200元\n",
    "低保户": "例 低保户\n  月份 2020-03\n  户 年收入 2400元，低保 是\n  应 户的补差 不予\n  应 户的定额 = 100元\n",
    "收入高": "例 收入高\n  月份 2020-03\n  户 年收入 9600元，低保 否\n  应 户的补差 不予\n  应 户的定额 不予\n",
    "二级和无": "例 二级和无\n  月份 2020-03\n  甲：等级 二级\n  乙：等级 无\n  应 甲的补贴 = 50元\n  应 乙的补贴 不予\n  应 乙的津贴 = 0元\n",
}


def book(*examples: str) -> Book:
    made = compile_book([SourceText("rules.policy", RULES), SourceText("cases.policy", "\n".join(examples))])
    assert not made.errors, [one.message.zh for one in made.errors]
    assert all(result.passed for result in run_examples(made))
    return made


def missing(*examples: str) -> set[tuple[str, str, int]]:
    return {_seen(item) for item in coverage_of(book(*examples)).missing if item.kind is not Kind.CONDITION}


def _seen(item: Item) -> tuple[str, str, int]:
    return item.kind.value, item.words.zh, line_and_column(item.place)[0]


LEFT = {
    ("span", "“标准”从没有用到2020-07-01起的 600.00元/月", 9),
    ("row", "“津贴”第 2 行从没有用到", 12),
    ("row", "“津贴”的其余一行从没有用到", 13),
    ("branch", "“档次”从没有走到“若 年收入 低于 2400.00元/年”", 14),
    ("branch", "“档次”从没有走到“否则”", 14),
    ("article", "“补差”的其余情形从没有决定过结果", 15),
    ("article", "“补差”第二条从没有决定过结果", 19),
    ("exception", "“补差”里第二条从没有排除过第一条", 19),
    ("rounding", "“补差”的取整从没有改变过数额", 23),
    ("article", "“补贴”的其余情形从没有决定过结果", 24),
    ("article", "“定额”的其余情形从没有决定过结果", 29),
}
LINES = {
    "下半年的零头": {9, 14, 23},
    "低保户": {14, 19},
    "收入高": {15, 29},
    "二级和无": {12, 13, 24},
}
"""The lines an example reaches that the first one does not."""


def test_exactly_what_no_example_reaches_is_told_with_its_place() -> None:
    assert missing(FIRST) == LEFT


@pytest.mark.parametrize("title", REST)
def test_another_example_takes_what_it_reaches_off_the_list(title: str) -> None:
    left = missing(FIRST, REST[title])
    assert left < LEFT
    assert {line for _, _, line in LEFT - left} == LINES[title]


def test_an_exception_needs_both_articles_to_hold() -> None:
    alone = REST["低保户"].replace("2400元", "9600元").replace("= 100元", "不予")
    left = missing(FIRST, alone)
    assert ("exception", "“补差”里第二条从没有排除过第一条", 19) in left
    assert ("article", "“补差”第二条从没有决定过结果", 19) not in left


def test_all_together_leave_nothing() -> None:
    assert coverage_of(book(FIRST, *REST.values())).missing == ()


def test_a_condition_is_to_be_true_and_false() -> None:
    left = [_seen(item) for item in coverage_of(book(FIRST)).missing if item.kind is Kind.CONDITION]
    assert left == [
        ("condition", "“补差”第一条的“年收入 ÷ 12 低于 标准”从没有不成立过", 16),
        ("condition", "“补差”第二条的“低保”从没有成立过", 19),
        ("condition", "“补贴”第一条的“等级 属于 一级、二级”从没有不成立过", 25),
        ("condition", "“定额”第一条的“年收入 低于 3600.00元/年”从没有不成立过", 30),
    ]


def test_who_reaches_it_is_the_first_example_that_does() -> None:
    found = coverage_of(book(FIRST, *REST.values()))
    by = {(one.item.kind, line_and_column(one.item.place)[0]): one.by for one in found.items if one.item.kind is Kind.SPAN}
    assert by == {(Kind.SPAN, 8): "收入为零", (Kind.SPAN, 9): "下半年的零头"}
    assert found.counts("", Kind.SPAN) == (2, 2)


@pytest.fixture(scope="module")
def shipped() -> Coverage:
    return coverage_of(load(POLICIES))


@pytest.mark.parametrize("kind", [Kind.ARTICLE, Kind.ROW, Kind.SPAN, Kind.EXCEPTION, Kind.CONDITION], ids=lambda kind: kind.value)
def test_the_shipped_policies_are_reached_whole(shipped: Coverage, kind: Kind) -> None:
    assert [item.words.zh for item in shipped.missing if item.kind is kind] == []
    assert sum(one.item.kind is kind for one in shipped.items) > 20


def test_what_else_the_shipped_policies_leave_out_has_an_excuse(shipped: Coverage) -> None:
    assert [item.words.zh for item in shipped.missing if item.excuse is None] == []
