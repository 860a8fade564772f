"""The values on both sides of every bound the rules hold a fact against, and the months around every change of the rules.

What is held against what is found by `book/trial_values`; here every bound is given exactly, one step below it and one above:
1 分, 1 day, 1 of a count. Amounts per head are taken for households of one to some people, ages as days of birth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from policyrules.analysis.graph import expressions_of, uses_of
from policyrules.book.trial_values import Bound, FactKey, bounds_of, comparisons_in, days_from, facts_behind, numbers_of
from policyrules.core.keeping import kept
from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_of_path
from policyrules.core.program import Aggregate, Benefit, Entity, Expression, Fact, FactValue, IsSubject, Operation, Program, Rule, RuleValue
from policyrules.engines.python_code import PythonCode
from policyrules.review.ground import Ground, everything_in, ground_of
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
        for key, bound in _worked_out(program, near):
            bounds.setdefault(key, {})[bound] = None
    return {key: tuple(_values(program, fact, tuple(bounds.get(key, ())), day)) for key, fact in program.facts.items()}


def _worked_out(program: Program, day: date) -> Iterator[tuple[FactKey, Bound]]:
    """What the facts of a comparison are held against where that has to be worked out first: 适用低保标准 × 金融资产上限月数."""
    behind = facts_behind(program)
    ground = ground_of(program, day)
    declared: list[Rule | Benefit] = [*program.rules.values(), *program.benefits.values()]
    for one in declared:
        entity = one.entity or program.root or ""
        for comparison in (found for expression in expressions_of(one) for found in comparisons_in(program, expression, day)):
            facts = comparison.facts.union(*(behind.get(name, ()) for name in comparison.names))
            for node in _fixed(comparison.node, behind) if facts else ():
                value = _worth(ground, node, entity)
                if isinstance(node.type, Quantity) and value is not None:
                    yield from ((fact, Bound(value, node.type.dimension)) for fact in facts)


def _fixed(comparison: Operation, behind: Mapping[str, set[FactKey]]) -> Iterator[Expression]:
    """The largest parts of a comparison that rest on no fact and no member, but on other names or on arithmetic."""
    waiting: list[Expression] = [*comparison.arguments]
    while waiting:
        node = waiting.pop()
        used = uses_of([node])
        gathered = any(isinstance(part, Aggregate | IsSubject) for part in everything_in(node))
        if used.facts or gathered or any(behind.get(name) for name in used.names):
            waiting.extend(parts_of(node))
        elif isinstance(node, RuleValue | Operation):
            yield node


def _worth(ground: Ground, node: Expression, entity: str) -> Fraction | None:
    """What such a part comes to; None where it has no value, or needs somebody."""
    line: list[list[object]] = []
    holder = ground.program.entities.get(entity)
    while holder is not None:
        line.append([None] * ground.layouts[holder.name].width)
        holder = ground.program.entities.get(holder.within or "")
    if not line:
        return None
    found = ground.unit(node, entity)(*line, ground.stretch.run(ground.occasion))[0]
    return None if found is None else Fraction(found[0], found[1])


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
