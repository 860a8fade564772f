"""What is missing of two people's incomes: what cannot change the answer is not asked for, however much rests on it."""

from __future__ import annotations

import pytest
from attrs import evolve

from core_building import (
    APRIL,
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
    truth,
    yuan,
)
from policyrules.core.outcome import Failed, Granted, Outcome, Undecided
from policyrules.core.program import Benefit, Branch, Choice, Combination, Expression, Gathering, Refuse, Rule
from policyrules.engines.interpreter import decide
from policyrules.values.types import TRUTH

INCOME = fact("月收入")
GREATEST, LEAST = gather(Gathering.HIGHEST, INCOME), gather(Gathering.LOWEST, INCOME)


def amount(operator: str, *arguments: Expression) -> Expression:
    return op(operator, *arguments, kind=MONTHLY)


def asked(*declarations: Rule | Benefit, key: str) -> Outcome:
    """The outcome for 甲 of two people of whom nothing is known; incomes are whole, from nothing to 20."""
    built = program(*declarations)
    income = built.facts[PERSON, "月收入"]
    whole = evolve(income, type=evolve(income.type, whole=True), high=20)
    built = evolve(built, facts={**built.facts, (PERSON, "月收入"): whole})
    root = household(person("甲"), person("乙"))
    return decide(built, root, APRIL, [(key, root.members["成员"][0])], False)[0].outcome


def missing(*declarations: Rule | Benefit, key: str) -> list[str]:
    """Whose facts are missing."""
    outcome = asked(*declarations, key=key)
    assert isinstance(outcome, Undecided)
    return [need.subject for need in outcome.missing]


def test_an_income_that_only_tells_the_amount_is_not_missing_for_whether_it_is_granted() -> None:
    """The greater of x and 1 is below x + 1 wherever x is above 0, so that 乙's income, which only tells how much is paid
    then, has no part in whether anything is; where x is 0 there is no answer."""
    nobody = gather(Gathering.MEAN, yuan(1), truth(False))
    below = op("less", amount("maximum", INCOME, yuan(1)), amount("add", INCOME, yuan(1)))
    paid = benefit(
        "补贴",
        article("第一条", below, amount("maximum", GREATEST, INCOME)),
        article("第二条", truth(True), nobody),
        combination=Combination.PRIORITY,
    )
    assert missing(paid, rule("享受", benefit_value("补贴", granted=True), kind=TRUTH), key="享受") == ["甲"]


@pytest.mark.parametrize(
    "expression",
    [
        Choice((Branch(op("less_equal", INCOME, GREATEST), INCOME),), GREATEST, MONTHLY),
        amount("add", INCOME, amount("maximum", LEAST, INCOME)),
        amount("subtract", amount("add", LEAST, INCOME), amount("minimum", LEAST, GREATEST)),
    ],
)
def test_another_income_that_is_never_the_one_is_not_missing(expression: Expression) -> None:
    """甲's income is at most the greatest and at least the least."""
    assert missing(rule("值", expression), key="值") == ["甲"]


def test_an_article_that_never_holds_waits_for_nobody() -> None:
    never = article("第二条", op("less", GREATEST, INCOME), Refuse(None))
    below = op("less", INCOME, yuan(5))
    assert missing(benefit("补贴", article("第一条", below, yuan(9)), never), key="补贴") == ["甲"]
    outcome = asked(benefit("补贴", article("第一条", truth(True), yuan(9)), never), key="补贴")
    assert isinstance(outcome, Granted) and outcome.amount == 9


def test_an_amount_below_nothing_whatever_it_is_fails_whatever_it_is() -> None:
    debt = amount("subtract", yuan(-1), GREATEST)
    refused = article("第二条", fact("特困"), Refuse(None))
    outcome = asked(benefit("补贴", article("第一条", truth(True), debt), refused, combination=Combination.HIGHEST), key="补贴")
    assert isinstance(outcome, Failed)
    assert (outcome.reason.zh, outcome.reason.en) == (
        "“补贴”算出了负数（不高于 -1.00元/月），政策没有写保底",
        "“补贴” comes to a negative amount (-1.00 yuan/month at most); the policy has no floor",
    )
    paid = benefit("补贴", article("第一条", fact("特困"), debt), article("第二条", op("not", fact("特困")), yuan(9)))
    assert missing(paid, key="补贴") == ["甲"]
