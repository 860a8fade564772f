"""The values on both sides of every bound the rules hold a fact against, and the months around every change of the rules.

What is held against what is found by `book/trial_values`; here every bound is given exactly, one step below it and one above:
1 分, 1 day, 1 of a count. Amounts per head are taken for households of one to some people, ages as days of birth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from policyrules.analysis.graph import expressions_of
from policyrules.book.trial_values import Bound, FactKey, bounds_of, days_from, numbers_of
from policyrules.core.keeping import kept
from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_of_path
from policyrules.core.program import Benefit, Entity, Expression, Fact, FactValue, Operation, Program, Rule
from policyrules.engines.python_code import PythonCode
from policyrules.values.calendar import add_days, first_of_month
from policyrules.values.types import Day, Options, Quantity, Text, Truth, Value
from policyrules.values.units import MONEY

MOST_MEMBERS = 4
"""Amounts per head are turned into amounts of households of one to so many people."""

_FEN, _ONE, _PERCENT = Fraction(1, 100), Fraction(1), Fraction(1, 100)
_LEAP_YEARS = 4


def boundary_values(program: Program, day: date) -> Mapping[FactKey, tuple[Value, ...]]:
    """For every fact the values on both sides of every bound it is held against, with the parameters of `day` and of the stretches
    of time before and after. A fact that is held against nothing has the values of its type, or the ends of its range."""
    return kept(_boundary_values, program, day, program)


def changes(program: Program) -> tuple[date, ...]:
    """The days on which a parameter or an article begins or no longer holds."""
    return kept(_changes, program, None, program)


def edge_months(program: Program) -> tuple[date, ...]:
    """The months worth deciding: each in which something changes and those beside it, and a leap February. First days, in order."""
    turns = changes(program) or (date(2020, 3, 1),)
    found = {first_of_month(near) for turn in turns for shift in (-1, 0, 31) if (near := add_days(turn, shift)) is not None}
    years = range(turns[0].year, turns[-1].year + _LEAP_YEARS + 1)
    found |= {date(year, 2, 1) for year in years if year <= date.max.year and _leap(year) and date(year, 2, 1) >= turns[0]}
    return tuple(sorted(found))


def step_of(fact: Fact) -> Fraction:
    """The smallest step of a fact that is a quantity: 1 分 of money, 1% of a share, else 1."""
    assert isinstance(fact.type, Quantity)
    if (MONEY, 1) in fact.type.dimension:
        return _FEN
    share = not fact.type.whole and not fact.type.dimension and fact.high is not None and fact.high <= 1
    return _PERCENT if share else _ONE


def births(program: Program) -> frozenset[FactKey]:
    """The facts that are days of birth: those of which the rules reckon an age. They never lie after the day of the decision."""
    return kept(_births, program, None, program)


def options_told(program: Program, fact: Fact, bounds: Iterable[Bound]) -> tuple[str, ...]:
    """The options the rules name beside a fact, and the first of those they do not."""
    assert isinstance(fact.type, Options)
    named = {bound.value for bound in bounds}
    other = [name for name in fact.type.names if name not in named][:1]
    return tuple(name for name in fact.type.names if name in named or name in other)


# ---------------------------------------------------------------- values


def _boundary_values(program: Program, day: date, _: Program) -> Mapping[FactKey, tuple[Value, ...]]:
    bounds: dict[FactKey, dict[Bound, None]] = {}
    for near in _days_beside(program, day):
        for key, found in bounds_of(program, near).items():
            bounds.setdefault(key, {}).update(dict.fromkeys(found))
    return {key: tuple(_values(program, fact, tuple(bounds.get(key, ())), day)) for key, fact in program.facts.items()}


def _days_beside(program: Program, day: date) -> list[date]:
    """The day itself, the last day of the stretch before and the first of the stretch after."""
    turns = changes(program)
    before = [found for turn in turns if turn <= day and (found := add_days(turn, -1)) is not None][-1:]
    return [day, *before, *[turn for turn in turns if turn > day][:1]]


def _values(program: Program, fact: Fact, bounds: Sequence[Bound], day: date) -> Iterable[Value]:
    match fact.type:
        case Truth():
            return (False, True)
        case Options():
            return options_told(program, fact, bounds)
        case Quantity():
            return _numbers(fact, bounds)
        case Day():
            return _days(bounds, day, (fact.entity, fact.key) in births(program))
        case Text():
            return ("", *sorted({bound.value for bound in bounds if isinstance(bound.value, str)}))


def _numbers(fact: Fact, bounds: Sequence[Bound]) -> list[Value]:
    assert isinstance(fact.type, Quantity)
    step = step_of(fact)
    low, high = fact.low, fact.high
    cuts = {number for bound in bounds for members in range(1, MOST_MEMBERS + 1) for number in numbers_of(bound, fact.type.dimension, members)}
    on_grid = {near * step for cut in cuts for near in (-(-cut // step), cut // step)}
    near = {value for cut in on_grid for value in (cut - step, cut, cut + step)} | {end for end in (low, high) if end is not None}
    if not near:
        near = {Fraction(0)}
    return [number for number in sorted(near) if (low is None or number >= low) and (high is None or number <= high)]


def _days(bounds: Sequence[Bound], day: date, birth: bool) -> list[Value]:
    cuts = {moved for bound in bounds for moved in days_from(bound, day)} | {day}
    near = {found for cut in cuts for shift in (-1, 0, 1) if (found := add_days(cut, shift)) is not None}
    near |= {found for cut in cuts if (found := _leap_day(cut)) is not None}
    return [each for each in sorted(near) if not birth or each <= day]


def _leap_day(day: date) -> date | None:
    """The last 29 February on or before a day."""
    years = range(day.year, max(day.year - 2 * _LEAP_YEARS, 0), -1)
    return next((found for year in years if _leap(year) and (found := date(year, 2, 29)) <= day), None)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


# ---------------------------------------------------------------- what rests on the program alone


def _changes(program: Program, _: None, __: Program) -> tuple[date, ...]:
    return tuple(PythonCode(program).starts)


def _births(program: Program, _: None, __: Program) -> frozenset[FactKey]:
    declared: list[Rule | Benefit] = [*program.rules.values(), *program.benefits.values(), *program.consistencies]
    return frozenset(found for one in declared for node in expressions_of(one) for found in _born(node, program.entities))


def _born(expression: Expression, entities: Mapping[str, Entity]) -> Iterator[FactKey]:
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        waiting.extend(parts_of(node))
        if isinstance(node, Operation) and node.operator == "age" and isinstance(node.arguments[0], FactValue):
            yield entity_of_path(node.arguments[0].path, entities), node.arguments[0].fact
