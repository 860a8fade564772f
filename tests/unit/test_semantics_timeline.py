"""Lines of time: what holds on each day, and what is wrong with the rows as written."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from core_building import place
from policyrules.analysis.timeline import Hole, holes, layer_rank, timeline
from policyrules.core.program import ParameterRow


def row(start: str, end: str | None = None, value: int = 1, layer: str | None = None) -> ParameterRow:
    last = None if end is None else date.fromisoformat(end)
    return ParameterRow(date.fromisoformat(start), last, Fraction(value), False, None, None, layer, None, place())


def held(*rows: ParameterRow) -> list[tuple[str, str | None, int]]:
    found = timeline(rows).rows
    return [(one.start.isoformat(), one.end and one.end.isoformat(), int(one.value)) for one in found]  # type: ignore[misc, arg-type]


def test_a_row_lasts_until_the_next() -> None:
    assert held(row("2020-07-01", value=2), row("2020-01-01")) == [("2020-01-01", "2020-06-30", 1), ("2020-07-01", None, 2)]


def test_the_most_local_layer_holds() -> None:
    rows = (row("2020-01-01", value=1, layer="省"), row("2020-03-01", "2020-05-31", 2, "沭阳县"), row("2020-02-01", None, 3, "市"))
    assert held(*rows) == [
        ("2020-01-01", "2020-01-31", 1),
        ("2020-02-01", "2020-02-29", 3),
        ("2020-03-01", "2020-05-31", 2),
        ("2020-06-01", None, 3),
    ]
    assert timeline(rows).overlaps == ()


def test_overlaps_of_one_layer() -> None:
    first, second = row("2020-01-01", "2020-06-30"), row("2020-06-01", None, 2)
    (found,) = timeline((second, first)).overlaps
    assert (found.first, found.second, found.start, found.end) == (first, second, date(2020, 6, 1), date(2020, 6, 30))
    assert len(timeline((row("2020-01-01"), row("2020-01-01", value=2))).overlaps) == 1
    long = (row("2020-01-01", "2022-12-31"), row("2021-01-01", "2021-01-31", 2), row("2022-01-01", "2022-01-31", 3))
    assert len(timeline(long).overlaps) == 2


def test_holes_inside_and_backwards_rows() -> None:
    found = timeline((row("2020-01-01", "2020-03-31"), row("2020-05-01"), row("2021-01-01", "2020-12-01")))
    assert found.holes == (Hole(date(2020, 4, 1), date(2020, 4, 30)),)
    assert [one.start for one in found.backwards] == [date(2021, 1, 1)]
    assert timeline((row("2020-01-01", layer="乐园"),)).unknown_layers != ()


def test_holes_in_the_span_used() -> None:
    rows = timeline((row("2020-01-01", "2020-03-31"), row("2020-05-01", "2020-12-31"))).rows
    inside = Hole(date(2020, 4, 1), date(2020, 4, 30))
    assert holes(rows, None, date(2020, 12, 31)) == [inside]
    assert holes(rows, None, None) == [inside, Hole(date(2021, 1, 1), None)]
    assert holes(rows, date(2019, 12, 1), date(2020, 2, 1)) == [Hole(date(2019, 12, 1), date(2019, 12, 31))]
    assert holes(rows, date(2021, 2, 1), date(2021, 2, 2)) == [Hole(date(2021, 2, 1), date(2021, 2, 2))]
    assert holes(rows, date(2018, 1, 1), date(2018, 2, 1)) == [Hole(date(2018, 1, 1), date(2018, 2, 1))]
    assert holes((), None, None) == [Hole(date.min, None)]
    assert holes(timeline((row("2020-01-01", "9999-12-31"),)).rows, None, None) == []


def test_layers_by_name() -> None:
    ranks = [layer_rank(name) for name in ("国家", "江苏省", "宿迁市", "宿豫区", "沭阳县")]
    assert ranks == [1, 2, 3, 4, 4] and layer_rank("乐园") is None and layer_rank("province") == 2
