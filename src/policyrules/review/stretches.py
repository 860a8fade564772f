"""What a key rests on, and the stretches of months in which none of it changes: the ground on which a household is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from attrs import define, field

from policyrules.analysis.graph import DaySpan, dependencies, reachable, spans_used
from policyrules.core.paths import entity_at
from policyrules.core.program import Choice, Impossible, Parameter, Program
from policyrules.engines import smt
from policyrules.engines.smt import Window
from policyrules.review.mutants_tables import spans_of
from policyrules.values.calendar import add_days, add_months, first_of_month, last_of_month
from policyrules.values.types import Value

YEAR = 12

_SOME_DAY = date(2020, 1, 1)


@define(eq=False)
class Closure:
    """Everything a key needs, itself included: rules and benefits, parameters, and facts by entity."""

    names: set[str] = field(factory=set)
    parameters: set[str] = field(factory=set)
    facts: set[tuple[str, str]] = field(factory=set)


def closure(program: Program, keys: Iterable[str]) -> Closure:
    """What these keys rest on, through however many others; with the facts of every 核对, which say what a case may be."""
    rules = {**program.rules, **{rule.key: rule for rule in program.consistencies}}
    uses = dependencies(rules, program.benefits)
    needs = {key: one.names for key, one in uses.items()}
    found = Closure(reachable(keys, needs))
    for name in found.names:
        found.parameters |= {key for key in uses[name].parameters if key in program.parameters}
        found.facts |= _facts(program, uses[name].facts)
    for rule in program.consistencies:
        for name in reachable([rule.key], needs):
            about = _facts(program, uses[name].facts)
            # A condition on facts that matter here brings the others it holds them against.
            found.facts |= about if about & found.facts else set()
    return found


def _facts(program: Program, used: Iterable[tuple[str, tuple[str, ...], str]]) -> set[tuple[str, str]]:
    return {(entity_at(entity, roles, program.entities), fact) for entity, roles, fact in used}


def decision_day(program: Program, month: date) -> date:
    """The day a month is decided on."""
    return last_of_month(month) if program.month_by_end else first_of_month(month)


def stretches(programs: Sequence[Program], keys: Iterable[str], first: date, last: date) -> tuple[Window, ...]:
    """Windows from the month of `first` to that of `last` in which nothing that these keys rest on changes, in any of the programs."""
    return smt.windows(programs[0], first, last, keys, programs[1:])


def _turns(program: Program, rests_on: Closure) -> set[date]:
    """The first month of every change: of a parameter's value, or of what articles are in force."""
    days: set[date] = set()
    for key in rests_on.parameters:
        days |= set(_changes(program.parameters[key]))
    for key in rests_on.names:
        benefit = program.benefits.get(key)
        for article in benefit.articles if benefit else ():
            days |= {day for day in (article.start, _after(article.end)) if day is not None}
    # A table that ends some day is looked at until then, and not beyond for the sake of its end.
    days |= {start for table in _tables(program, rests_on) for start, _ in spans_of(table) if start is not None}
    return {month for day in days if (month := _month_from(program, day)) is not None}


def _changes(parameter: Parameter) -> Iterable[date]:
    """The days on which a value begins to hold that did not hold the day before, or ceases to without another."""
    before: tuple[date | None, Value | None] = (None, None)
    for row in parameter.timeline:
        if before[0] is not None and before[0] != row.start:
            yield before[0]
            yield row.start
        elif before[1] != row.value:
            yield row.start
        before = _after(row.end), row.value
    if before[0] is not None:
        yield before[0]


def _after(day: date | None) -> date | None:
    return None if day is None else add_days(day, 1)


def _month_from(program: Program, day: date) -> date | None:
    """The first month that is decided on that day or later."""
    month = first_of_month(day)
    return month if decision_day(program, month) >= day else add_months(month, 1)


def span_of(program: Program, keys: Iterable[str]) -> tuple[date, date] | None:
    """From the first month in which every parameter these keys need has a value, to a year after the last change. Keys that rest on
    nothing dated: one year."""
    asked = tuple(keys)
    rests_on = closure(program, asked)
    turns = sorted(_turns(program, rests_on))
    needed = [_needed_from(program.parameters[key], spans) for key, spans in spans_needed(program, asked).items()]
    needed += [_covered_from(table) for table in _tables(program, rests_on)]
    begin = _month_from(program, max([day for day in needed if day is not None], default=turns[0] if turns else _SOME_DAY))
    if begin is None:
        return None
    last = max([begin, *turns])
    return begin, add_months(last, YEAR) or last


def _tables(program: Program, rests_on: Closure) -> list[Choice]:
    """The tables among what a key rests on."""
    found = [program.rules[name].expression for name in sorted(rests_on.names) if name in program.rules]
    return [one for one in found if isinstance(one, Choice) and isinstance(one.otherwise, Impossible)]


def _covered_from(table: Choice) -> date | None:
    """The first day of a table whose rows are all dated: before it, it has no row."""
    starts = [start for start, _ in spans_of(table)]
    return None if None in starts else min((start for start in starts if start is not None), default=None)


def spans_needed(program: Program, keys: Iterable[str]) -> dict[str, tuple[DaySpan, ...]]:
    """The days on which each parameter is needed for these keys."""
    return spans_used(dependencies(program.rules, program.benefits), program.order, program.benefits, tuple(keys), program.parameters)


def _needed_from(parameter: Parameter, spans: Iterable[DaySpan]) -> date | None:
    """The first day of a parameter's values, unless only articles that begin later need it."""
    first = parameter.timeline[0].start if parameter.timeline else None
    return first if first is not None and any(start is None or start < first for start, _ in spans) else None


def months_in(first: date, last: date) -> Iterator[date]:
    """The months from that of a day to that of another."""
    month: date | None = first_of_month(first)
    while month is not None and month <= last:
        yield month
        month = add_months(month, 1)

