"""One missing fact in several places is one fact: amounts that rest on it are set beside each other as what they are."""

from __future__ import annotations

from fractions import Fraction

import pytest

from core_building import (
    APRIL,
    HOUSEHOLD,
    MONTHLY,
    PERSON,
    article,
    benefit,
    benefit_value,
    fact,
    gather,
    household,
    op,
    person,
    program,
    rule,
    rule_value,
    truth,
    yuan,
)
from policyrules.core.case import Instance
from policyrules.core.program import Anchor, Benefit, Branch, Choice, Expression, Gathering, Rule
from policyrules.engines.expressions import evaluate
from policyrules.engines.interpreter import run_with, settle
from policyrules.engines.linear import Linear, Reckoner, minus, plus, scaled
from policyrules.values.types import TRUTH
from policyrules.values.unknown import Interval, Unknown

INCOME = fact("月收入")


def amount(operator: str, *arguments: Expression) -> Expression:
    return op(operator, *arguments, kind=MONTHLY)


def reckoned(expression: Expression, *others: Rule | Benefit, root: Instance | None = None) -> object:
    """What an expression comes to for the first member with no fact assumed; it has to be open for the reference."""
    case = root or household(person("甲"), person("乙"))
    first = case.members["成员"][0]
    built = program(rule("值", expression, kind=expression.type), *others)
    assert isinstance(settle(run_with(built, case, APRIL, evaluate), "值", first).value, Unknown)
    return settle(run_with(built, case, APRIL, Reckoner().evaluate), "值", first).value


# ---------------------------------------------------------------- forms


def test_what_cancels_is_gone() -> None:
    one, other = Linear(Fraction(1), {"x": Fraction(2)}), Linear(Fraction(3), {"x": Fraction(-2), "y": Fraction(1)})
    assert plus(one, other) == Linear(Fraction(4), {"y": Fraction(1)})
    assert minus(one, one) == Linear(Fraction(0))
    assert scaled(other, Fraction(0)) == Linear(Fraction(0))
    assert scaled(other, Fraction(1, 2)) == Linear(Fraction(3, 2), {"x": Fraction(-1), "y": Fraction(1, 2)})


# ---------------------------------------------------------------- one expression


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (amount("subtract", amount("add", INCOME, yuan(5)), INCOME), Fraction(5)),
        (amount("subtract", amount("multiply", yuan(3), INCOME), amount("add", INCOME, INCOME, INCOME)), Fraction(0)),
        (amount("add", amount("negate", INCOME), amount("divide", amount("add", INCOME, INCOME), yuan(2))), Fraction(0)),
        (op("less", INCOME, amount("add", INCOME, yuan(1))), True),
        (op("equal", amount("add", INCOME, INCOME), amount("multiply", yuan(2), INCOME)), True),
        (op("less", amount("add", INCOME, yuan(1)), amount("maximum", INCOME, amount("subtract", INCOME, yuan(2)))), False),
        (op("greater", amount("minimum", INCOME, amount("add", INCOME, yuan(2))), INCOME), False),
    ],
)
def test_a_fact_in_two_places_is_one_fact(expression: Expression, value: object) -> None:
    assert reckoned(expression) == value


def test_what_rests_on_the_fact_after_all_stays_open() -> None:
    found = reckoned(amount("subtract", amount("add", INCOME, INCOME), amount("subtract", INCOME, yuan(3))))
    assert isinstance(found, Unknown) and found.possible == Interval(Fraction(3), None)
    for operator, expression in (("multiply", INCOME), ("divide", amount("add", INCOME, yuan(1)))):
        assert isinstance(reckoned(op("equal", amount(operator, INCOME, expression), INCOME)), Unknown)


def test_a_choice_whose_open_branches_are_one_amount_is_that_amount() -> None:
    def choice(other: Expression) -> Expression:
        same = amount("add", INCOME, yuan(0))
        return Choice((Branch(truth(False), yuan(7)), Branch(fact("特困"), same)), other, MONTHLY)

    assert reckoned(amount("subtract", choice(INCOME), INCOME)) == 0
    assert reckoned(op("less", choice(amount("add", INCOME, yuan(1))), INCOME)) is False
    assert isinstance(reckoned(op("equal", choice(amount("add", INCOME, yuan(1))), INCOME)), Unknown)


def test_a_choice_that_may_have_no_answer_is_not_its_branches() -> None:
    tells = op("less", amount("divide", yuan(1), INCOME), yuan(1))
    either = Choice((Branch(tells, INCOME),), INCOME, MONTHLY)
    found = reckoned(amount("subtract", either, INCOME))
    assert isinstance(found, Unknown) and found.possible is None


def test_the_greatest_is_no_less_than_any_it_is_the_greatest_of() -> None:
    """Also where it is not known which it is, and where it stands in a sum."""
    greatest, least = gather(Gathering.HIGHEST, INCOME), gather(Gathering.LOWEST, INCOME)
    assert reckoned(op("less_equal", INCOME, greatest)) is True
    assert reckoned(op("less", amount("add", greatest, yuan(1)), INCOME)) is False
    assert reckoned(op("greater", least, greatest)) is False
    assert reckoned(amount("subtract", amount("maximum", least, INCOME), INCOME)) == 0
    apart = reckoned(amount("subtract", greatest, INCOME))
    assert isinstance(apart, Unknown) and apart.possible == Interval(Fraction(0), None)
    assert isinstance(reckoned(op("less", INCOME, greatest)), Unknown)


def test_members_are_added_up_and_the_greatest_of_them_found() -> None:
    """The household's own amount stands in what every member brings."""
    root = household(person("甲", 特困=True), person("乙", 特困=False))
    yearly = fact("年收入", HOUSEHOLD)
    twice = gather(Gathering.SUM, yearly)
    assert reckoned(amount("subtract", twice, amount("add", yearly, yearly)), root=root) == 0
    assert reckoned(amount("subtract", gather(Gathering.MEAN, yearly), yearly), root=root) == 0
    assert reckoned(amount("subtract", gather(Gathering.SUM, yearly, fact("特困")), yearly), root=root) == 0
    more = Choice((Branch(fact("特困"), amount("add", yearly, yuan(1))),), yearly, MONTHLY)
    assert reckoned(amount("subtract", gather(Gathering.HIGHEST, more), yearly), root=root) == 1
    assert reckoned(amount("subtract", gather(Gathering.LOWEST, more), yearly), root=root) == 0


def test_a_definition_is_what_it_is_made_of_and_a_benefit_one_amount() -> None:
    half = rule("一半", amount("divide", INCOME, yuan(2)))
    assert reckoned(amount("subtract", INCOME, amount("add", rule_value("一半"), rule_value("一半"))), half) == 0
    paid = benefit("补贴", article("第一条", fact("特困"), yuan(9)))
    assert reckoned(op("less", benefit_value("补贴"), amount("add", benefit_value("补贴"), yuan(1))), paid) is True


def test_one_who_stands_for_any_number_of_others_has_not_one_amount() -> None:
    """Somebody not listed may have less than somebody else who is not listed."""
    root = household(person("甲", 月收入=0, 特困=False))
    root.unlisted["成员"] = Instance(PERSON, "", parent=root)
    less = op("less", fact("月收入", PERSON, Anchor.SUBJECT), INCOME)
    outdone = rule("有人更多", gather(Gathering.ANY, less, type_=TRUTH), kind=TRUTH)
    anybody = gather(Gathering.ANY, rule_value("有人更多", kind=TRUTH), fact("特困"), type_=TRUTH)
    assert isinstance(reckoned(anybody, outdone, root=root), Unknown)
