"""Columns at the size of what they hold: products of 128 bits, rounded, divided and added up, as the reference has them."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from attrs import evolve

from core_building import APRIL, MONTHLY, PERSON, household, number, path, person, place, program, rule
from policyrules.core.program import Expression, FactValue, Operation
from policyrules.engines import interpreter
from policyrules.engines.python_code import PythonCode
from policyrules.values.types import COUNT, NUMBER, TRUTH

pytest.importorskip("sqlglot")
from columns import ENGINES, answers, as_row, name, ready, told

MODES = ("half up", "half even", "up", "down", "toward zero", "away from zero")
_GREATEST = 10**12 - 1


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each database there is."""
    found: str = request.param
    ready(found)
    return found


def made(operator: str, *arguments: Expression) -> Operation:
    return Operation(operator, arguments, NUMBER, place())


AMOUNT, COUNTED = FactValue(path(PERSON), "月收入", MONTHLY, place()), FactValue(path(PERSON), "数", COUNT, place())
SQUARE = made("multiply", AMOUNT, COUNTED)
CUBE = made("multiply", SQUARE, COUNTED)
EXPRESSIONS: tuple[Expression, ...] = (
    *(made(f"round {mode}", made("divide", SQUARE, number(7 * 10**9)), number("1/100")) for mode in MODES),
    *(made(f"round {mode}", made("divide", CUBE, number(3 * 10**20)), number(5)) for mode in MODES),
    *(made(f"round {mode}", made("divide", SQUARE, made("add", COUNTED, number("1/3"))), number(1)) for mode in MODES),
    made("subtract", made("divide", SQUARE, number(10**9)), made("divide", AMOUNT, number(3))),
    made("negate", made("maximum", made("divide", SQUARE, number(10**12)), COUNTED)),
    Operation("less", (CUBE, made("multiply", AMOUNT, number(10**18))), TRUTH, place()),
)


def test_wide_numbers_are_the_references(engine: str) -> None:
    draw = Random(7)
    rules = [rule(f"值{index}", one, kind=one.type) for index, one in enumerate(EXPRESSIONS)]
    built = program(*rules)
    plain = evolve(built.facts[PERSON, "月收入"], low=None)
    built = evolve(built, facts={**built.facts, (PERSON, "月收入"): plain, (PERSON, "数"): evolve(plain, key="数", name="数", type=COUNT)})
    edges = (0, 1, -1, _GREATEST, -_GREATEST, 5 * 10**11, 10**9, -7)

    def size() -> int:
        return draw.choice((*edges, draw.randrange(-_GREATEST, _GREATEST), draw.randrange(-(10**6), 10**6)))

    people = [person(f"{index}", 月收入=Fraction(size(), 100), 数=Fraction(size())) for index in range(400)]
    root = household(*people)
    wanted = [(one.key, member) for one in rules for member in people]
    found = answers(PythonCode(built), [root], APRIL, [one.key for one in rules], engine)
    answered: set[str] = set()
    for answer in interpreter.at_first_sight(built, root, APRIL, wanted):
        row = found[answer.key, name(0, answer.instance) or ""]
        if row["status"] is not None:
            answered.add(answer.key)
            assert told(row, answer) == as_row(answer), (answer.key, answer.instance.facts)
    assert answered == {one.key for one in rules}
