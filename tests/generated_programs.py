"""Generated programs over two people and their household, and what a partial answer may turn into."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from core_building import (
    HOUSEHOLD,
    MONTHLY,
    article,
    benefit,
    benefit_value,
    fact,
    gather,
    household,
    number,
    op,
    person,
    place,
    program,
    rule,
    truth,
    yuan,
)
from policyrules.core.case import Instance
from policyrules.core.outcome import Granted, Outcome, Refused, Undecided
from policyrules.core.program import Branch, Choice, Combination, Expression, Gathering, Program, Refuse, Rounding
from policyrules.values.types import TRUTH, Value
from policyrules.values.unknown import Interval

KEYS = ("值", "补贴", "合计", "享受")
VALUES: dict[str, tuple[Value, ...]] = {
    "特困": (True, False),
    "月收入": (Fraction(0), Fraction(1), Fraction(2)),
    "享受低保": (True, False),
}
SLOTS = [(who, name) for who in ("人0", "人1") for name in ("特困", "月收入")] + [(HOUSEHOLD, "享受低保")]


def condition(draw: Random, depth: int) -> Expression:
    """A truth of facts, logic, comparisons and quantifiers."""
    match draw.randrange(9 if depth else 3):
        case 0:
            return fact("特困")
        case 1:
            return fact("享受低保", HOUSEHOLD)
        case 2:
            return truth(draw.random() < 0.5)
        case 3:
            return op("and", *(condition(draw, depth - 1) for _ in range(3)))
        case 4:
            return op("or", *(condition(draw, depth - 1) for _ in range(2)))
        case 5:
            return op("not", condition(draw, depth - 1))
        case 6:
            operator = draw.choice(("less", "less_equal", "equal"))
            return op(operator, amount(draw, depth - 1), amount(draw, depth - 1))
        case 7:
            kind = draw.choice((Gathering.ANY, Gathering.ALL))
            return gather(kind, condition(draw, depth - 1), condition(draw, depth - 1) if draw.random() < 0.5 else None)
        case _:
            parts = [condition(draw, depth - 1) for _ in range(2)]
            return op("at_least", number(draw.randrange(3)), *parts)


def amount(draw: Random, depth: int) -> Expression:
    """A number of facts, arithmetic (divisions by zero included), choices and aggregates."""
    match draw.randrange(6 if depth else 2):
        case 0:
            return fact("月收入")
        case 1:
            return yuan(draw.randrange(3))
        case 2 | 3:
            operator = draw.choice(("add", "subtract", "multiply", "divide", "maximum"))
            return op(operator, amount(draw, depth - 1), amount(draw, depth - 1), kind=MONTHLY)
        case 4:
            branches = tuple(Branch(condition(draw, depth - 1), amount(draw, depth - 1)) for _ in range(2))
            return Choice(branches, amount(draw, depth - 1), MONTHLY)
        case _:
            kind = draw.choice((Gathering.SUM, Gathering.HIGHEST, Gathering.LOWEST, Gathering.MEAN))
            where = condition(draw, depth - 1) if draw.random() < 0.6 else None
            return gather(kind, amount(draw, depth - 1), where, yuan(1) if draw.random() < 0.6 else None)


def policy(draw: Random) -> Program:
    """A definition, a benefit of three articles with exceptions, and what other rules see of it."""
    articles = [
        article(
            f"第{index}条",
            condition(draw, 2),
            draw.choice((amount(draw, 2), Refuse())),
            yields_to=tuple(beater for beater in range(index + 1, 3) if draw.random() < 0.3),
        )
        for index in range(3)
    ]
    rounding = Rounding("round half up", Fraction(1), place())
    return program(
        rule("值", amount(draw, 3)),
        benefit("补贴", *articles, combination=draw.choice(list(Combination)), rounding=rounding),
        rule("合计", op("add", benefit_value("补贴"), yuan(1), kind=MONTHLY)),
        rule("享受", benefit_value("补贴", granted=True), kind=TRUTH),
    )


def case_of(known: dict[tuple[str, str], Value]) -> tuple[Instance, Instance]:
    people = [person(who, **{n: v for (w, n), v in known.items() if w == who}) for who in ("人0", "人1")]
    root = household(*people, **{n: v for (w, n), v in known.items() if w == HOUSEHOLD})
    return root, people[0]


def inside(partial: Outcome, full: Outcome) -> bool:
    """Whether a completion's outcome lies inside the partial one. A partial answer may always turn out to fail."""
    value = full.amount if isinstance(full, Granted) else getattr(full, "value", None)
    if not isinstance(partial, Undecided):
        settled = partial.amount if isinstance(partial, Granted) else getattr(partial, "value", None)
        return type(partial) is type(full) and settled == value
    value = Fraction(0) if isinstance(full, Refused) else value
    possible = partial.possible
    if not partial.missing or isinstance(full, Undecided):
        return False
    if value is None or possible is None:
        return True
    if isinstance(possible, frozenset):
        return value in possible
    assert isinstance(possible, Interval) and isinstance(value, Fraction)
    return (possible.low is None or possible.low <= value) and (possible.high is None or value <= possible.high)
