"""Values worth trying for a missing fact: one from each side of every bound the rules hold it against.

The bounds are what the rules themselves write beside the fact in a comparison: literals, parameters in force, options by
name. They only serve to weigh questions, so that a bound overlooked makes a question rank lower and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.analysis.graph import dependencies, expressions_of
from policyrules.analysis.view import in_force
from policyrules.core.case import Occasion
from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_at, entity_of_path
from policyrules.core.program import Benefit, Expression, Fact, FactValue, Literal, Operation, ParameterValue, Program, Rule, RuleValue
from policyrules.values.calendar import add_days, add_months
from policyrules.values.types import Day, Dimension, Options, Quantity, Text, Truth, Value
from policyrules.values.units import MONEY, MONTH, PERSON, YEAR

MOST_VALUES = 4
"""How many numbers or days are tried for one fact at most; truths and options that rules tell apart are all tried."""

_ZERO, _PLENTY = Fraction(0), Fraction(1_000_000)
_MONTHS = 12

FactKey: TypeAlias = tuple[str, str]
"""The entity and the key of a fact."""


@frozen
class Bound:
    """A value written beside a fact, and its dimension (none for days, options and texts)."""

    value: Value
    dimension: Dimension = ()


@define(eq=False)
class Comparison:
    """What stands in one comparison: facts, names, and bounds as they are written."""

    node: Operation
    facts: set[FactKey] = field(factory=set)
    names: set[str] = field(factory=set)
    bounds: list[Bound] = field(factory=list)


def bounds_of(program: Program, day: date) -> Mapping[FactKey, tuple[Bound, ...]]:
    """The bounds every fact is held against, with parameters as they are on `day`."""
    behind = facts_behind(program)
    found: dict[FactKey, dict[Bound, None]] = {}
    declarations: list[Rule | Benefit] = [*program.rules.values(), *program.benefits.values()]
    for declared in declarations:
        for expression in expressions_of(declared):
            for comparison in comparisons_in(program, expression, day):
                facts = comparison.facts.union(*(behind.get(name, ()) for name in comparison.names))
                multiples = [bound.value for bound in comparison.bounds if bound.dimension == () and isinstance(bound.value, Fraction)]
                bounds = dict.fromkeys([*comparison.bounds, *_multiplied(comparison.bounds, multiples)])
                for fact in facts:
                    found.setdefault(fact, {}).update(bounds)
    return {fact: tuple(bounds) for fact, bounds in found.items()}


def trial_values(fact: Fact, bounds: Iterable[Bound], occasion: Occasion, members: int) -> tuple[Value, ...]:
    """Values of a fact on every side of its bounds, few enough to be tried all. `members`: people the household has."""
    match fact.type:
        case Truth():
            return (True, False)
        case Options(names):
            told = [name for name in names if any(bound.value == name for bound in bounds)]
            return (*told, *[name for name in names if name not in told][:1])
        case Quantity(dimension, whole):
            cuts = {number for bound in bounds for number in numbers_of(bound, dimension, members)}
            return _numbers(fact, cuts, whole)
        case Day():
            return _days({day for bound in bounds for day in days_from(bound, occasion.day)}, occasion.day)
        case Text():
            return ("", *sorted({bound.value for bound in bounds if isinstance(bound.value, str)}))[:MOST_VALUES]


# ---------------------------------------------------------------- what is written


def facts_behind(program: Program) -> Mapping[str, set[FactKey]]:
    """The facts every name rests on, through however many others. The program's order has what is needed first."""
    uses = dependencies(program.rules, program.benefits)
    behind: dict[str, set[FactKey]] = {}
    for name in program.order:
        used = uses.get(name)
        if used is not None:
            own = {(entity_at(entity, roles, program.entities), fact) for entity, roles, fact in used.facts}
            behind[name] = own.union(*(behind.get(needed, ()) for needed in used.names))
    return behind


def comparisons_in(program: Program, expression: Expression, day: date) -> Iterable[Comparison]:
    """Every operation that gives a truth of something else than truths."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Operation) and isinstance(node.type, Truth) and not all(isinstance(part.type, Truth) for part in node.arguments):
            yield _gathered(program, node, day)
        else:
            waiting.extend(parts_of(node))


def _gathered(program: Program, comparison: Operation, day: date) -> Comparison:
    found = Comparison(comparison)
    waiting: list[Expression] = [comparison]
    while waiting:
        node = waiting.pop()
        waiting.extend(parts_of(node))
        match node:
            case FactValue(path, fact):
                found.facts.add((entity_of_path(path, program.entities), fact))
            case RuleValue(_, rule):
                found.names.add(rule)
            case Literal(value, kind):
                found.bounds.append(Bound(value, kind.dimension if isinstance(kind, Quantity) else ()))
            case ParameterValue(key, kind):
                found.bounds += [Bound(value, kind.dimension if isinstance(kind, Quantity) else ()) for value in _in_force(program, key, day)]
            case _:
                continue
    return found


def _in_force(program: Program, key: str, day: date) -> list[Value]:
    parameter = program.parameters.get(key)
    return [row.value for row in parameter.timeline if in_force(row.start, row.end, day)] if parameter else []


def _multiplied(bounds: Sequence[Bound], multiples: Sequence[Fraction]) -> list[Bound]:
    """Bounds with a unit times the bare numbers beside them: 低保标准 的 2倍."""
    return [
        Bound(bound.value * multiple, bound.dimension)
        for bound in bounds
        if bound.dimension and isinstance(bound.value, Fraction)
        for multiple in multiples
    ]


# ---------------------------------------------------------------- what is tried


def numbers_of(bound: Bound, dimension: Dimension, members: int) -> list[Fraction]:
    """A bound as a number of the fact's dimension: 610元/人·月 is 610 × members × 12 of 元/年. None where it is of another kind."""
    if not isinstance(bound.value, Fraction):
        return []
    ours, theirs = dict(dimension), dict(bound.dimension)
    if ours == theirs:
        return [bound.value]
    if MONEY not in ours or MONEY not in theirs:
        return []
    number = bound.value
    if PERSON in theirs and PERSON not in ours:
        number *= members
    if MONTH in theirs and MONTH not in ours:
        number *= _MONTHS
    elif YEAR in theirs and MONTH in ours:
        number /= _MONTHS
    return [number]


def _numbers(fact: Fact, cuts: set[Fraction], whole: bool) -> tuple[Value, ...]:
    """The least that can be, a number between any two cuts, and one beyond the last."""
    low = fact.low if fact.low is not None else _ZERO
    high = fact.high
    inside = sorted(cut for cut in cuts if cut > low and (high is None or cut <= high))
    if not inside:
        return (low, high if high is not None else low + _PLENTY)
    between = [(one + other) / 2 for one, other in pairwise(inside)]
    last = high if high is not None else 2 * inside[-1]
    numbers = [low, *between, last]
    if whole:
        numbers = [Fraction(int(number)) for number in numbers]
    return tuple(_spread(list(dict.fromkeys(numbers))))


def days_from(bound: Bound, day: date) -> list[date]:
    """The day from which an age, a number of months or of days is completed on `day`."""
    if isinstance(bound.value, date):
        return [bound.value]
    if not isinstance(bound.value, Fraction) or bound.value.denominator != 1:
        return []
    count = int(bound.value)
    match dict(bound.dimension):
        case {"岁": 1} | {"年": 1}:
            moved = add_months(day, -_MONTHS * count)
        case {"月": 1}:
            moved = add_months(day, -count)
        case {"天": 1}:
            moved = add_days(day, -count)
        case _:
            return []
    return [moved] if moved is not None else []


def _days(cuts: set[date], day: date) -> tuple[Value, ...]:
    """A day before the first cut, one between any two, and one after the last."""
    if not cuts:
        return (day,)
    ends = sorted(cuts)
    between = [date.fromordinal((one.toordinal() + other.toordinal()) // 2) for one, other in pairwise(ends)]
    before, after = add_days(ends[0], -1) or ends[0], add_days(ends[-1], 1) or ends[-1]
    return tuple(_spread([before, *between, after]))


def _spread(values: Sequence[Value]) -> list[Value]:
    """A few of many, evenly, the first and the last among them."""
    if len(values) <= MOST_VALUES:
        return list(values)
    return [values[index * (len(values) - 1) // (MOST_VALUES - 1)] for index in range(MOST_VALUES)]
