"""Steps of values, benefits that lack a rounding, and amounts rounded or multiplied after a rounding."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from core_building import (
    HOUSEHOLD,
    MONTHLY,
    PEOPLE,
    article,
    benefit,
    benefit_value,
    fact,
    gather,
    number,
    op,
    parameter,
    parameter_of,
    place,
    program,
    row,
    rule,
    rule_value,
    truth,
    yuan,
)
from policyrules.analysis.granularity import Steps, common_step, step_of, unrounded
from policyrules.analysis.graph import dependencies
from policyrules.analysis.rounding_twice import may_round, rounded_twice
from policyrules.analysis.view import views_of
from policyrules.core.program import Branch, Choice, Expression, Gathering, Impossible, Program, Refuse, Rounding

FEN = Fraction(1, 100)
COUNT = gather(Gathering.COUNT, None, type_=PEOPLE)
STANDARD = parameter("标准")
PARAMETERS = (
    parameter_of("标准", row(Fraction(520), date(2019, 9, 1), date(2020, 3, 31)), row(Fraction(610))),
    parameter_of("月数", row(Fraction(12))),
)


def times(left: Expression, right: Expression) -> Expression:
    return op("multiply", left, right, kind=MONTHLY)


def over(left: Expression, right: Expression) -> Expression:
    return op("divide", left, right, kind=MONTHLY)


def rounded(value: Expression, step: str = "1/100", mode: str = "half up") -> Expression:
    return op(f"round {mode}", value, number(step), kind=MONTHLY)


def steps(one: Program) -> Steps:
    return Steps(views_of(one)(None), dict(one.benefits))


INCOME = fact("月收入")


@pytest.mark.parametrize(
    ("expression", "step"),
    [
        (yuan("610.5"), Fraction(1221, 2)),
        (STANDARD, Fraction(10)),
        (times(STANDARD, number("35%".rstrip("%") + "/100")), Fraction(7, 2)),
        (over(STANDARD, number(12)), Fraction(5, 6)),
        (over(STANDARD, parameter("月数")), Fraction(5, 6)),
        (INCOME, FEN),
        (times(INCOME, COUNT), FEN),
        (times(INCOME, fact("残疾等级")), None),
        (over(INCOME, COUNT), None),
        (op("add", INCOME, over(STANDARD, number(12)), kind=MONTHLY), Fraction(1, 300)),
        (op("maximum", yuan(0), over(STANDARD, number(3)), kind=MONTHLY), Fraction(10, 3)),
        (rounded(over(INCOME, COUNT), "1/10"), Fraction(1, 10)),
        (op("spread", yuan(1000), number(FEN), truth(True), truth(True), kind=MONTHLY), FEN),
        (op("spread", over(yuan(1000), number(3)), number(FEN), truth(True), truth(True), kind=MONTHLY), Fraction(1, 300)),
        (Choice((Branch(truth(True), yuan(120)),), yuan(80), MONTHLY), Fraction(40)),
        (Choice((Branch(truth(True), Impossible(MONTHLY)),), yuan(80), MONTHLY), Fraction(80)),
        (gather(Gathering.SUM, INCOME), FEN),
        (gather(Gathering.MEAN, INCOME, if_none=yuan(0)), None),
        (gather(Gathering.HIGHEST, INCOME, if_none=yuan(1)), FEN),
        (COUNT, Fraction(1)),
        (times(over(INCOME, COUNT), yuan(0)), Fraction(0)),
    ],
)
def test_steps(expression: Expression, step: Fraction | None) -> None:
    assert step_of(expression, steps(program(*PARAMETERS))) == step


def test_steps_follow_names() -> None:
    chain = [rule(f"r{i}", rule_value(f"r{i + 1}")) for i in range(5000)]
    kept = Rounding("round half up", Fraction(1, 10), place())
    paid = benefit("补贴", article("一", truth(True), over(INCOME, COUNT)), rounding=kept)
    every = program(*PARAMETERS, *chain, rule("r5000", over(STANDARD, number(12))), paid)
    assert step_of(rule_value("r0"), steps(every)) == Fraction(5, 6)
    assert step_of(benefit_value("补贴"), steps(every)) == Fraction(1, 10)


def test_common_steps() -> None:
    assert common_step([Fraction(1, 4), Fraction(1, 6)]) == Fraction(1, 12)
    assert common_step([Fraction(0), Fraction(3), Fraction(0)]) == 3
    assert common_step([Fraction(1), None]) is None and common_step([]) is None


def test_benefits_that_need_a_rounding() -> None:
    twelfth = over(STANDARD, number(12))
    fine = benefit("补贴", article("一", truth(True), times(STANDARD, number("7/20"))), article("二", truth(True), Refuse()))
    assert unrounded(fine, steps(program(*PARAMETERS))) == ()
    found = unrounded(benefit("补贴", *fine.articles, article("三", truth(True), twelfth)), steps(program(*PARAMETERS)))
    assert [(one.article, one.step, one.place) for one in found] == [(2, Fraction(5, 6), twelfth.place)]
    way = Rounding("round half up", FEN, place())
    assert unrounded(benefit("补贴", article("一", truth(True), twelfth), rounding=way), steps(program(*PARAMETERS))) == ()


def twice(expression: Expression, rounding: Rounding | None = None) -> list[tuple[str, ...]]:
    one = benefit("补贴", article("一", truth(True), expression), rounding=rounding)
    every = program(*PARAMETERS, rule("月额", rounded(over(STANDARD, number(12)))), one)
    found = rounded_twice(one, steps(every))
    return [tuple(str(part) for part in (e.exact, e.rounded, e.factor, e.staged, e.last)) for e in (each.example for each in found)]


def test_a_rounded_amount_multiplied() -> None:
    (found,) = twice(times(rounded(over(yuan(610), number(12))), number(2)))
    assert found == ("305/6", "5083/100", "2", "5083/50", "10167/100")
    assert len(twice(times(rounded(over(INCOME, COUNT)), COUNT))) == 1
    assert len(twice(times(rule_value("月额"), number(3)))) == 1
    assert twice(times(rounded(over(yuan(610), number(12))), number(1))) == []
    assert twice(times(rounded(over(yuan(600), number(12))), number(2))) == []  # 50 is exact
    assert twice(times(rounded(INCOME), number(2))) == []  # facts are whole 分


def test_a_rounded_amount_rounded_again() -> None:
    whole = Rounding("round half up", Fraction(1), place())
    fen = Rounding("round half up", FEN, place())
    assert len(twice(rounded(over(INCOME, COUNT)), whole)) == 1
    assert twice(rounded(over(INCOME, COUNT)), fen) == []
    assert twice(rounded(over(INCOME, COUNT), "1"), fen) == []
    assert len(twice(rounded(op("add", rounded(over(INCOME, COUNT)), yuan(1), kind=MONTHLY), "1/10"), fen)) == 1


def test_only_names_that_round_are_looked_at() -> None:
    every = program(
        *PARAMETERS,
        rule("月额", rounded(over(STANDARD, number(12)))),
        rule("年额", times(rule_value("月额"), number(12))),
        rule("别的", yuan(1), HOUSEHOLD),
    )
    assert may_round(dependencies(every.rules, every.benefits)) == {"月额", "年额"}
