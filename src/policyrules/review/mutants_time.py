"""When something begins or ends, a month earlier or later: rows of parameters and articles.

A month is decided on one of its days, so that a day earlier or later would mostly change nothing; a month is the smallest step that does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from attrs import evolve, frozen

from policyrules.core.program import Article, Parameter, ParameterRow
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.values.calendar import add_days, add_months

_FROM = Phrase("自 {day}", "from {day}")
_UNTIL = Phrase("至 {day}", "until {day}")


@frozen
class Shift:
    """A date before and after, in words."""

    before: Phrase
    after: Phrase


def timeline_shifts(parameter: Parameter) -> Iterator[tuple[Place, Shift, tuple[ParameterRow, ...]]]:
    """The rows with one date a month away; the row before ends where the next one begins. Rows that would be empty are not given."""
    rows = parameter.timeline
    for index, row in enumerate(rows):
        for start in months_beside(row.start):
            moved = list(rows)
            moved[index] = evolve(row, start=start)
            before = moved[index - 1] if index else None
            if before is not None and before.end is not None and add_days(before.end, 1) == row.start:
                moved[index - 1] = evolve(before, end=add_days(start, -1))
            if _in_order(moved):
                yield row.place, _shift(_FROM, row.start, start), tuple(moved)
        last = rows[index + 1] if index + 1 < len(rows) else None
        if row.end is not None and (last is None or add_days(row.end, 1) != last.start):
            for end in months_beside(row.end):
                moved = [evolve(one, end=end) if one is row else one for one in rows]
                if _in_order(moved):
                    yield row.place, _shift(_UNTIL, row.end, end), tuple(moved)


def article_shifts(article: Article) -> Iterator[tuple[Shift, date | None, date | None]]:
    """The dates of an article with one of them a month away."""
    if article.start is not None:
        for start in months_beside(article.start):
            if article.end is None or start <= article.end:
                yield _shift(_FROM, article.start, start), start, article.end
    if article.end is not None:
        for end in months_beside(article.end):
            if article.start is None or article.start <= end:
                yield _shift(_UNTIL, article.end, end), article.start, end


def months_beside(day: date) -> tuple[date, ...]:
    """The same day a month later and a month earlier; the last day of a month stays the last."""
    after = add_days(day, 1)
    if after is not None and after.day == 1:
        ends = (add_months(after, count) for count in (1, -1))
        return tuple(end for start in ends if start is not None and (end := add_days(start, -1)) is not None)
    return tuple(moved for count in (1, -1) if (moved := add_months(day, count)) is not None)


def _in_order(rows: list[ParameterRow]) -> bool:
    """Whether no row is empty and none begins before the one before it has ended."""
    if any(row.end is not None and row.end < row.start for row in rows):
        return False
    return all(one.end is not None and one.end < other.start for one, other in pairwise(rows))


def _shift(words: Phrase, before: date, after: date) -> Shift:
    return Shift(words.fill(day=before), words.fill(day=after))
