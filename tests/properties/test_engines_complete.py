"""Law 17, name by name: every operator of the table, on every kind of argument it takes, and every node of the core is decided
by generated Python as by the reference. What is missing is listed: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path as FilePath
from random import Random
from typing import Any, get_args

import pytest
from attrs import fields, has

from core_building import APRIL, LEVELS, MONTHLY, fact, number, place, program, rule
from generated_programs import KEYS, SLOTS, VALUES, case_of, policy
from policyrules.book.book import load
from policyrules.core.outcome import Answer, Computed, Failed
from policyrules.core.program import Expression, Literal, Operation, Program
from policyrules.engines import interpreter
from policyrules.engines.python_code import PythonCode
from policyrules.operators.table import OPERATORS
from policyrules.source.phrase import Phrase
from policyrules.values.types import DAY, NUMBER, TEXT, TRUTH, Quantity, Type
from policyrules.values.units import DAYS, MONEY, MONTH, YEAR

POLICIES = FilePath(__file__).parents[2] / "policies"

YEARLY = Quantity(((MONEY, 1), (YEAR, -1)))
MONTHS_LONG, DAYS_LONG = Quantity(((MONTH, 1),)), Quantity(((DAYS, 1),))
POOL: list[tuple[Type, list[Expression]]] = [
    (TRUTH, [fact("有固定收入"), fact("特困")]),
    (NUMBER, [number(2), number(Fraction(-7, 3)), number(0)]),
    (MONTHLY, [fact("月收入"), number(Fraction(1, 10), MONTHLY)]),
    (YEARLY, [number(Fraction(10_001, 10), YEARLY)]),
    (MONTHS_LONG, [number(-13, MONTHS_LONG), number(Fraction(1, 2), MONTHS_LONG)]),
    (DAYS_LONG, [number(400, DAYS_LONG), number(10**7, DAYS_LONG)]),
    (DAY, [fact("出生日期"), Literal(date(2020, 2, 29), DAY, place()), Literal(date(1950, 1, 31), DAY, place())]),
    (LEVELS, [fact("残疾等级"), Literal("一级", LEVELS, place())]),
    (TEXT, [Literal(word, TEXT, place()) for word in ("on birthday", "day after", "first of march", "first month")]),
]
MONTHS = (Fraction(0), Fraction(1999, 100), Fraction(600))
BIRTHS = (date(2004, 2, 29), date(1960, 4, 1), date(2030, 1, 1))


def uses(operator: str, most: int = 24) -> Iterator[Operation]:
    """Operations the checker lets through, at most so many for each number of arguments, of every kind first."""
    for count in range(1, 5):
        found = 0
        for kinds in product(POOL, repeat=count):
            made = OPERATORS[operator].check([kind for kind, _ in kinds])
            if isinstance(made, Phrase):
                continue
            for arguments in list(product(*(values for _, values in kinds)))[:6]:
                if found < most:
                    found += 1
                    yield Operation(operator, arguments, made)


def told(answer: Answer) -> tuple[Any, ...]:
    return answer.outcome, answer.provisional, answer.supplied, answer.type


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_every_operator(operator: str) -> None:
    operations = list(uses(operator))
    assert operations, "no arguments of the pool fit this operator"
    built = program(*(rule(f"值{index}", one, kind=one.type) for index, one in enumerate(operations)))
    code = PythonCode(built)
    quickly = slowly = 0
    for income, birth, level in zip(MONTHS, BIRTHS, ("无", "一级", "四级"), strict=True):
        facts = {"月收入": income, "出生日期": birth, "残疾等级": level, "有固定收入": income > 0, "特困": birth.year < 2000}
        root, first = case_of({("人0", name): value for name, value in facts.items()})
        asked = [(f"值{index}", first) for index in range(len(operations))]
        slow = interpreter.decide(built, root, APRIL, asked, False)
        for quick, reference, operation in zip(code.quick(root, APRIL, asked), slow, operations, strict=True):
            if quick is None:
                slowly += isinstance(reference.outcome, Computed)
            else:
                assert told(quick) == told(reference), (operation, code.source(reference.key, APRIL.day))
                quickly += 1
        assert all(isinstance(answer.outcome, (Computed, Failed)) for answer in slow)
    # 至少 of a number that is not whole is left to the reference.
    assert (quickly > 0 and slowly == 0) or (operator == "at_least" and quickly > slowly)


def nodes(thing: Any) -> Iterator[type]:
    """The classes of everything a program is made of."""
    if isinstance(thing, tuple):
        for part in thing:
            yield from nodes(part)
    elif has(type(thing)):
        yield type(thing)
        for part in fields(type(thing)):
            if part.name not in ("place", "program"):
                yield from nodes(getattr(thing, part.name.lstrip("_")))


def of(built: Program) -> set[type]:
    return {one for thing in (*built.rules.values(), *built.benefits.values()) for one in nodes(thing)}


def test_no_node_of_the_core_is_missing() -> None:
    seen = of(load(POLICIES).program)
    draw = Random(17)
    for _ in range(150):
        built = policy(draw)
        code = PythonCode(built)
        root, first = case_of({(subject, name): draw.choice(VALUES[name]) for subject, name in SLOTS})
        asked = [(key, first) for key in KEYS]
        for quick, reference in zip(code.quick(root, APRIL, asked), interpreter.at_first_sight(built, root, APRIL, asked), strict=True):
            assert quick is None or told(quick) == told(reference)
        seen |= of(built)
    assert [node.__name__ for node in get_args(Expression) if node not in seen] == []


