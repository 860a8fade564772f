"""The values of a parameter on the line of time: rows as written in, what holds on each day out, with what is wrong.

Within a layer (国家, 省, 市, 县) a row lasts until it says, or until the day before the next row of its layer starts.
Over the layers, the most local one that has a value holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from attrs import evolve, frozen

from policyrules.core.program import ParameterRow

_ONE_DAY = timedelta(days=1)

LAYERS: Mapping[str, int] = MappingProxyType(
    {
        **dict.fromkeys(("国家", "中央", "全国", "national", "country", "state"), 1),
        **dict.fromkeys(("省", "自治区", "直辖市", "province", "provincial"), 2),
        **dict.fromkeys(("市", "地市", "设区市", "city", "municipal"), 3),
        **dict.fromkeys(("县", "区", "县区", "县市区", "county", "district"), 4),
        **dict.fromkeys(("乡镇", "街道", "乡", "镇", "township", "town"), 5),
    }
)
"""Layers by their words; the greater number is the more local one."""


@frozen
class RowOverlap:
    """Two rows of one layer that both hold from `start` to `end` (None: for good)."""

    first: ParameterRow
    second: ParameterRow
    start: date
    end: date | None


@frozen
class Hole:
    """Days without a value; `end` None: from `start` on for good."""

    start: date
    end: date | None


@frozen
class Timeline:
    """`rows` are what holds: sorted, disjoint. The rest is what is wrong with the rows as written."""

    rows: tuple[ParameterRow, ...]
    overlaps: tuple[RowOverlap, ...] = ()
    holes: tuple[Hole, ...] = ()
    backwards: tuple[ParameterRow, ...] = ()
    unknown_layers: tuple[ParameterRow, ...] = ()


def timeline(rows: Sequence[ParameterRow]) -> Timeline:
    """What holds on each day. A row without layer is more general than any that names one."""
    if len(rows) == 1 and rows[0].end is None and rows[0].layer is None:
        return Timeline(tuple(rows))
    backwards = tuple(row for row in rows if row.end is not None and row.end < row.start)
    layers: dict[int, list[ParameterRow]] = {}
    for row in rows:
        if row.end is None or row.end >= row.start:
            layers.setdefault(layer_rank(row.layer) or 0, []).append(row)
    overlaps: list[RowOverlap] = []
    holding: list[ParameterRow] = []
    for rank in sorted(layers, reverse=True):
        closed = _closed(sorted(layers[rank], key=lambda row: row.start), overlaps)
        holding = _filled(holding, closed) if holding else closed
    inside = tuple(holes(holding, None, holding[-1].end)) if holding else ()
    unknown = tuple(row for row in rows if row.layer is not None and layer_rank(row.layer) is None)
    return Timeline(tuple(holding), tuple(overlaps), inside, backwards, unknown)


def layer_rank(layer: str | None) -> int | None:
    """How local a layer is; None for no layer and for a word that names none. 江苏省, 宿迁市, 沭阳县 are read too."""
    if layer is None:
        return None
    word = layer.strip().lower()
    found = LAYERS.get(word)
    if found is None and len(word) > 1:
        found = next((LAYERS[word[-size:]] for size in (3, 2, 1) if word[-size:] in LAYERS), None)
    return found


def holes(rows: Sequence[ParameterRow], start: date | None, end: date | None) -> list[Hole]:
    """Days of a span that no row covers. `rows` are sorted and disjoint.

    A span without start begins with the first row; a span without end goes on for good, so that a last row with an
    end leaves a hole after it.
    """
    if not rows:
        return [Hole(start or date.min, end)]
    found: list[Hole] = []
    day: date | None = rows[0].start if start is None else start
    for row in rows:
        if day is None or (end is not None and row.start > end):
            break
        if row.start > day:
            found.append(Hole(day, row.start - _ONE_DAY))
        if row.end is None:
            day = None
        elif row.end >= day:
            day = _next(row.end)
    if day is not None and (end is None or day <= end):
        found.append(Hole(day, end))
    return found


def _closed(rows: list[ParameterRow], overlaps: list[RowOverlap]) -> list[ParameterRow]:
    """The rows of one layer, sorted, each with its end."""
    closed: list[ParameterRow] = []
    latest: ParameterRow | None = None
    for row in rows:
        if latest is not None:
            last = closed[-1]
            if latest.start == row.start or (latest.end is not None and latest.end >= row.start):
                ends = [other.end for other in (latest, row) if other.end is not None]
                overlaps.append(RowOverlap(latest, row, row.start, min(ends) if ends else None))
            # What overlaps is an error; the later row is kept, so that the rest can be looked at.
            if last.start == row.start:
                closed.pop()
            elif last.end is None or last.end >= row.start:
                closed[-1] = evolve(last, end=row.start - _ONE_DAY)
        closed.append(row)
        if latest is None or latest.end is None or (row.end is not None and row.end >= latest.end) or row.end is None:
            latest = row
    return closed


def _filled(local: list[ParameterRow], general: list[ParameterRow]) -> list[ParameterRow]:
    """The more local rows, and of the more general ones the days the local ones leave free."""
    result = list(local)
    for row in general:
        for gap in _free(local, row):
            result.append(row if (gap.start, gap.end) == (row.start, row.end) else evolve(row, start=gap.start, end=gap.end))
    return sorted(result, key=lambda row: row.start)


def _free(local: list[ParameterRow], row: ParameterRow) -> list[Hole]:
    return holes(local, row.start, row.end)


def _next(day: date) -> date | None:
    return None if day == date.max else day + _ONE_DAY
