"""Divisions by what can be zero, and what guards them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from core_building import (
    HOUSEHOLD,
    MONTHLY,
    PEOPLE,
    article,
    benefit,
    fact,
    gather,
    number,
    op,
    parameter,
    parameter_of,
    program,
    row,
    rule,
    rule_value,
    truth,
    yuan,
)
from policyrules.analysis.division import zero_divisors
from policyrules.analysis.view import views_of
from policyrules.core.program import Benefit, Branch, Choice, Expression, Gathering, Grant, Impossible, Refuse, Rule
from policyrules.values.types import TRUTH

COUNT = gather(Gathering.COUNT, None, type_=PEOPLE)
EMPTY = op("equal", COUNT, number(0))
INCOME = fact("年收入", HOUSEHOLD)
POOR = fact("特困")
PARAMETERS = (
    parameter_of("标准", row(Fraction(520), date(2019, 9, 1), date(2020, 3, 31)), row(Fraction(610))),
    parameter_of("系数", row(Fraction(0), date(2019, 9, 1), date(2020, 3, 31)), row(Fraction(2))),
)


def share(below: Expression, above: Expression = INCOME) -> Expression:
    return op("divide", above, below, kind=MONTHLY)


def zeros(declared: Rule | Benefit, *others: Rule) -> list[str | None]:
    found = zero_divisors(declared, views_of(program(*PARAMETERS, *others))(None))
    return [one.witness.words.zh if one.witness else None for one in found]


def of(expression: Expression, *others: Rule) -> list[str | None]:
    return zeros(rule("甲", expression, HOUSEHOLD), *others)


def chosen(condition: Expression, value: Expression, otherwise: Expression) -> Choice:
    return Choice((Branch(condition, value),), otherwise, MONTHLY)


def test_an_empty_household() -> None:
    assert of(share(COUNT)) == ["人数(成员) 为 0人"]
    assert of(chosen(EMPTY, Impossible(MONTHLY), share(COUNT))) == []
    assert of(chosen(op("greater", COUNT, number(0)), share(COUNT), yuan(0))) == []
    assert of(chosen(op("greater", INCOME, number(0)), share(COUNT), yuan(0))) != []


def test_numbers_and_parameters() -> None:
    assert of(share(number(12))) == [] and of(share(number(0))) == ["任何情形"]
    assert of(share(parameter("标准"))) == []
    assert of(share(parameter("系数"))) == ["系数 为 0.00元/月"]
    assert of(chosen(op("greater", parameter("系数"), yuan(0)), share(parameter("系数")), yuan(0))) == []


def test_sums_of_facts() -> None:
    assert of(share(op("add", COUNT, number(1), kind=PEOPLE))) == []
    assert of(share(op("subtract", COUNT, number(1), kind=PEOPLE))) == ["人数(成员) 为 1人"]
    assert of(share(op("maximum", COUNT, number(1), kind=PEOPLE))) == []


def test_what_stands_before_in_an_and_is_no_guard() -> None:
    guarded = op("and", op("greater", COUNT, number(0)), op("less", share(COUNT), yuan(5)))
    assert zeros(rule("甲", guarded, HOUSEHOLD, TRUTH)) == ["人数(成员) 为 0人"]


def test_an_article_guards_its_value() -> None:
    below = fact("月收入")
    open_ = benefit("补贴", article("一", POOR, share(below)))
    assert zeros(open_) == ["特困 为 是、月收入 为 0.00元/月"]
    assert zeros(benefit("补贴", article("一", op("greater", below, yuan(0)), share(below)))) == []
    nothing = article("二", op("equal", below, yuan(0)), Refuse())
    assert zeros(benefit("补贴", article("一", POOR, share(below), yields_to=(1,)), nothing)) == []
    assert zeros(benefit("补贴", otherwise=Grant(share(below)))) == ["月收入 为 0.00元/月"]


def test_a_guard_in_a_rule() -> None:
    some = rule("有人", op("not", EMPTY), HOUSEHOLD, TRUTH)
    assert of(chosen(rule_value("有人", HOUSEHOLD, TRUTH), share(COUNT), yuan(0)), some) == []
    per_head = rule("人均", chosen(EMPTY, Impossible(MONTHLY), share(COUNT)), HOUSEHOLD)
    assert of(share(rule_value("人均", HOUSEHOLD)), per_head) != []  # 人均 itself may be 0


def test_inside_members_there_is_somebody() -> None:
    each = gather(Gathering.SUM, share(COUNT, fact("月收入")))
    assert of(each) == []
    own = gather(Gathering.SUM, share(fact("月收入")))
    assert len(of(own)) == 1
    earners = gather(Gathering.SUM, share(fact("月收入")), op("greater", fact("月收入"), yuan(0)))
    assert of(earners) == []
    assert of(gather(Gathering.HIGHEST, yuan(1), if_none=share(COUNT))) == ["人数(成员) 为 0人"]


def test_a_branch_is_not_guarded_by_itself() -> None:
    assert of(chosen(op("less", share(COUNT), yuan(5)), yuan(1), yuan(2))) != []
    assert of(chosen(truth(False), share(COUNT), yuan(2))) == []
