"""Law 17, operator by operator: on facts the solver does not know beforehand, every row of the table has a symbolic reading that
gives the value or the failure of its `scalar` once the facts are fixed; and the same on known values, which are folded."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from attrs import evolve

from core_building import LEVELS, place, program
from policyrules.core.facts import Fact
from policyrules.core.program import Anchor, Entity, FactValue, Literal, Operation, Path, Program
from policyrules.operators.operator import Failure
from policyrules.operators.table import OPERATORS
from policyrules.source.phrase import Phrase
from policyrules.values.calendar import BIRTHDAY_RULES, LEAP_RULES
from policyrules.values.types import COUNT, DAY, NUMBER, TEXT, TRUTH, Quantity, Type, Value
from policyrules.values.units import DAYS, MONEY, MONTH, YEAR

pytest.importorskip("z3")

from policyrules.engines import smt
from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_operators import READ
from smt_checking import alike, told

MONTHLY, YEARLY = Quantity(((MONEY, 1), (MONTH, -1))), Quantity(((MONEY, 1), (YEAR, -1)))
MONTHS_LONG, DAYS_LONG = Quantity(((MONTH, 1),)), Quantity(((DAYS, 1),))
WORDS = {"age": (BIRTHDAY_RULES, LEAP_RULES), "spread": (("first month", "last month"),)}
"""Arguments that are words of a rule and stand in the policy."""

KINDS: tuple[Type, ...] = (TRUTH, NUMBER, COUNT, MONTHLY, YEARLY, MONTHS_LONG, DAYS_LONG, DAY, LEVELS, TEXT)
DRAWS = 25
WINDOW = smt.Window(date(2020, 1, 1), date(2020, 1, 1))
LEAP_DAYS = tuple(date(year, 2, 29) for year in (1896, 1960, 2000, 2020, 2024))
EDGES = (*LEAP_DAYS, date(1900, 2, 28), date(1900, 3, 1), date(2019, 2, 28), date(2019, 3, 1), date.min, date.max, date(2020, 1, 31), date(2021, 12, 31))


def signatures(operator: str) -> list[tuple[Type, ...]]:
    """The kinds of arguments an operator takes, a few for each number of them, of every kind first."""
    found = []
    for count in range(1, 5):
        taken = [kinds for kinds in product(KINDS, repeat=count) if not isinstance(OPERATORS[operator].check(kinds), Phrase)]
        found += Random(operator).sample(taken, min(6, len(taken)))
    return found


def facts_program(kinds: tuple[Type, ...]) -> Program:
    """A household with a fact for every argument."""
    entity = Entity("户", (), None, place())
    facts = {("户", f"项{i}"): Fact(f"项{i}", f"项{i}", "户", kind, None, None, None, None, place()) for i, kind in enumerate(kinds)}
    return evolve(program(), entities={"户": entity}, facts=facts)


def drawn(kind: Type, draw: Random) -> Value:
    """A value of a kind, often one at which a rule turns."""
    if kind == TRUTH:
        return draw.random() < 0.5
    if kind == DAY:
        return draw.choice(EDGES) if draw.random() < 0.4 else date(1900, 1, 1) + timedelta(days=draw.randrange(60_000))
    if kind == LEVELS:
        return draw.choice(LEVELS.names)
    if kind == TEXT:
        return draw.choice(("", "某", "别的"))
    whole = isinstance(kind, Quantity) and kind.whole
    if kind in (MONTHS_LONG, DAYS_LONG) and draw.random() < 0.8:
        return Fraction(draw.choice((0, 1, -1, 11, 12, -13, 365, -366, 4000, draw.randrange(-20_000, 20_000))))
    small = draw.choice((0, 1, -1, 2, 5, 10, draw.randrange(-300, 300)))
    return Fraction(small, 1 if whole else draw.choice((1, 2, 4, 100)))


def turned(operator: str, kinds: tuple[Type, ...], known: tuple[Value, ...], draw: Random) -> tuple[Value, ...]:
    """For a rounding, mostly a step above 0, and a number halfway between two of its multiples or on one, as far as its kind has such."""
    if not operator.startswith("round ") or draw.random() < 0.2:
        return known
    step = Fraction(draw.choice((2, 10, 100))) if kinds[1] != NUMBER and draw.random() < 0.5 else Fraction(1, draw.choice((1, 10, 50)))
    value = step * Fraction(draw.randrange(-9, 10), 2)
    taken = all(not isinstance(kind, Quantity) or not kind.whole or one.denominator == 1 for kind, one in zip(kinds, (value, step), strict=True))
    return (value, step) if taken else known


def expected(operator: str, values: tuple[Value, ...]) -> Value | str:
    found = OPERATORS[operator].scalar(*values)
    return "failed" if isinstance(found, Failure) else found


def read(operator: str, kinds: tuple[Type, ...], fixed_words: dict[int, str], known: tuple[Value, ...], folded: frozenset[int]) -> Value | str:
    """The symbolic reading on facts, those in `folded` written as known values; in the model in which the facts are these."""
    built = facts_program(kinds)
    world = smt.world(built, smt.Shape(()), WINDOW)
    arguments = []
    for index, (kind, value) in enumerate(zip(kinds, known, strict=True)):
        written = index in fixed_words or index in folded
        node = Literal(value, kind) if written else FactValue(Path(Anchor.CURRENT, "户"), f"项{index}", kind)
        arguments.append(node)
    made = OPERATORS[operator].check(kinds)
    assert not isinstance(made, Phrase)
    found = smt.expression(world, Operation(operator, tuple(arguments), made), ())
    solver = z.z3().SimpleSolver()
    solver.add(*world.constraints)
    for key, held in world.root.facts.items():
        solver.add(z.truth_term(z.no(smt.different(held, smt.literal(world, known[int(key[1:])])))))
    assert solver.check() == z.z3().sat, (operator, kinds, known)
    return told(world, solver.model(), found)


def test_every_operator_has_a_reading() -> None:
    assert set(OPERATORS) == READ


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_readings_are_the_tables(operator: str) -> None:
    draw = Random(operator)
    every = signatures(operator)
    assert every
    for _ in range(DRAWS):
        kinds = draw.choice(every)
        words = WORDS.get(operator, ())
        fixed_words = {len(kinds) - len(words) + index: draw.choice(choices) for index, choices in enumerate(words)}
        known = tuple(fixed_words.get(index, drawn(kind, draw)) for index, kind in enumerate(kinds))
        known = turned(operator, kinds, known, draw)
        folded = frozenset(index for index in range(len(kinds)) if draw.random() < 0.3)
        found, wanted = read(operator, kinds, fixed_words, known, folded), expected(operator, known)
        assert alike(found, wanted), (kinds, known, folded, found, wanted)


@pytest.mark.parametrize("leap_rule", LEAP_RULES)
@pytest.mark.parametrize("rule", BIRTHDAY_RULES)
def test_ages_around_the_end_of_february(rule: str, leap_rule: str) -> None:
    kinds = (DAY, DAY, TEXT, TEXT)
    words = {2: rule, 3: leap_rule}
    for birth in (date(2000, 2, 28), date(2000, 2, 29), date(2000, 3, 1)):
        for year in (2000, 2004, 2019, 2100):
            for on in (date(year, 2, 27), date(year, 2, 28), date(year, 3, 1), date(year, 3, 2), *([date(year, 2, 29)] if year in (2000, 2004) else [])):
                known = (birth, on, rule, leap_rule)
                assert alike(read("age", kinds, words, known, frozenset()), expected("age", known)), known


def test_months_completed_at_the_end_of_february() -> None:
    for start in (date(2019, 12, 31), date(2020, 1, 29), date(2020, 2, 29), date(2019, 1, 30)):
        for end in (date(2020, 2, 28), date(2020, 2, 29), date(2019, 2, 28), date(2020, 1, 31), date(2021, 2, 28)):
            known = (start, end)
            assert alike(read("full_months", (DAY, DAY), {}, known, frozenset()), expected("full_months", known)), known
