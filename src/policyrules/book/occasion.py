"""When a case is decided: from the month or day asked for to the occasion engines run with."""

from __future__ import annotations

from datetime import date

from policyrules.book import case_problems as problems
from policyrules.core.case import Occasion
from policyrules.core.program import Program
from policyrules.source.diagnostic import Checked
from policyrules.source.text import Place, SourceText
from policyrules.values.calendar import first_of_month, last_of_month, parse_day, parse_month

NOWHERE = Place(SourceText("--month", ""), 0, 0)


def occasion_of(program: Program, month: str | date | None, day: str | date | None) -> Checked[Occasion | None]:
    """The occasion of a month (2020-04) or a day (2020-04-15); at most one of the two is given."""
    if day is not None:
        on = day if isinstance(day, date) else parse_day(day)
        if on is None:
            return Checked(None, (problems.DAY_UNREADABLE.at(_words("--day", day), got=problems.shown(day)),))
        return Checked(on_day(on))
    if month is None:
        return Checked(None, (problems.NO_OCCASION.at(NOWHERE),))
    first = month if isinstance(month, date) else parse_month(month)
    if first is None:
        return Checked(None, (problems.MONTH_UNREADABLE.at(_words("--month", month), got=problems.shown(month)),))
    return Checked(in_month(program, first))


def in_month(program: Program, day: date) -> Occasion:
    """The month `day` lies in, decided on its first day, or its last where the program says so."""
    start, end = first_of_month(day), last_of_month(day)
    return Occasion(end if program.month_by_end else start, start, end)


def on_day(day: date) -> Occasion:
    """One day, and the month it lies in."""
    return Occasion(day, first_of_month(day), last_of_month(day), monthly=False)


def _words(option: str, given: object) -> Place:
    text = problems.shown(given)
    return Place(SourceText(option, text), 0, len(text))
