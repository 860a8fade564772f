"""Values on both sides of every bound, and the months about every change."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from policyrules.book.book import Book, compile_book
from policyrules.review.boundaries import births, boundary_values, changes, edge_months
from policyrules.source.text import SourceText

DAY = date(2020, 4, 1)
TEXT = """\
主体 户  含 成员：个人
主体 个人
事实 户
  年收入：元/年
  住房套数：套  范围 0 至 9
  有车：是否
  存款：元
事实 个人
  出生日期：日期
  发证日期：日期
  等级：选项 无、一级、二级、三级
  比例：比例  范围 0% 至 100%
参数 标准：元/人·月
  自 2019-09-01 至 2020-03-31  520
  自 2020-04-01  610
算 人均收入：元/人·月  对 户 = 年收入 ÷ 12月 ÷ 人数(成员)  若 人数(成员) 为 0 则 无法计算
条件 穷  对 户：人均收入 低于 标准 且 住房套数 不超过 2套 且 非 有车
条件 老  对 个人：周岁 满 60 或 等级 为 一级 或 比例 满 50%
条件 新证  对 个人：发证日期 不低于 2020-01-15
给付 补助：元/月  对 个人  唯一
第一条 都有的
  当 户的穷 且 (老 或 新证)
  给 100元
其余情形 不予 “没有”
"""


def _book() -> Book:
    book = compile_book([SourceText("rules.policy", TEXT)])
    assert not book.errors, book.errors
    return book


def test_amounts_per_head_are_amounts_of_households() -> None:
    incomes = boundary_values(_book().program, DAY)["户", "年收入"]
    for standard in (520, 610):
        for members in (1, 2, 3, 4):
            bound = Fraction(standard * 12 * members)
            assert {bound - Fraction(1, 100), bound, bound + Fraction(1, 100)} <= set(incomes)
    assert min(incomes) == 0


def test_counts_shares_truths_and_options() -> None:
    values = boundary_values(_book().program, DAY)
    assert values["户", "住房套数"] == (0, 1, 2, 3, 9)
    assert values["户", "有车"] == (False, True)
    assert values["个人", "等级"] == ("无", "一级")
    assert {Fraction(49, 100), Fraction(1, 2), Fraction(51, 100)} <= set(values["个人", "比例"])
    assert values["户", "存款"] == (0,)


def test_what_is_worked_out_is_a_bound_too() -> None:
    """Savings are held against the standard times some months, through a name that stands for the standard."""
    text = TEXT.replace("算 人均收入", "算 适用标准：元/人·月  对 户 = 标准\n算 人均收入").replace("且 非 有车", "且 存款 ÷ 人数(成员) 不超过 适用标准 × 24月")
    book = compile_book([SourceText("rules.policy", text)])
    savings = boundary_values(book.program, DAY)["户", "存款"]
    assert {Fraction(14640 * 3), Fraction(14640 * 3) + Fraction(1, 100), Fraction(12480)} <= set(savings)


def test_births_turn_on_the_day() -> None:
    program = _book().program
    assert births(program) == {("个人", "出生日期")}
    days = boundary_values(program, DAY)["个人", "出生日期"]
    assert {date(1960, 3, 31), date(1960, 4, 1), date(1960, 4, 2), date(1960, 2, 29), DAY} <= set(days)
    assert max(days) == DAY  # type: ignore[type-var]
    later = boundary_values(program, DAY)["个人", "发证日期"]
    assert {date(2020, 1, 14), date(2020, 1, 15), date(2020, 1, 16), date(2020, 4, 2)} <= set(later)


def test_months_about_every_change() -> None:
    program = _book().program
    assert changes(program) == (date(2019, 9, 1), date(2020, 4, 1))
    months = edge_months(program)
    assert {date(2019, 8, 1), date(2019, 9, 1), date(2020, 3, 1), date(2020, 4, 1), date(2020, 2, 1)} <= set(months)
    assert months == tuple(sorted(set(months)))
