"""Tables and bands: the value that falls in a gap or in two rows is the one a reader would name."""

from __future__ import annotations

from fractions import Fraction

from policyrules.analysis.regions import Range
from policyrules.analysis.tiling import NumberDomain, OptionDomain, OptionSet, Overlap, remainder, tile

LEVELS = OptionDomain(("无", "一级", "二级", "三级", "四级"))
PLACES = OptionDomain(("城镇", "农村"))
RISE = NumberDomain(Fraction(0))


def percent(value: int) -> Fraction:
    return Fraction(value, 100)


def band(low: int | None, low_in: bool, high: int | None, high_in: bool) -> tuple[Range]:
    return (Range(None if low is None else percent(low), low_in, None if high is None else percent(high), high_in),)


def some(*names: str) -> OptionSet:
    return OptionSet(frozenset(names))


def test_bands_that_tile() -> None:
    rows = [band(None, True, 3, False), band(3, True, 5, False), band(5, True, None, True)]
    found = tile([RISE], rows)
    assert (found.gap, found.overlaps, found.unreachable, found.complete) == (None, (), (), True)


def test_a_bound_nobody_takes_is_named_exactly() -> None:
    rows = [band(None, True, 3, False), band(3, True, 5, False), band(5, False, None, True)]
    assert tile([RISE], rows).gap == (percent(5),)


def test_a_bound_two_rows_take_is_named_exactly() -> None:
    rows = [band(None, True, 3, False), band(3, True, 5, True), band(5, True, None, True)]
    assert tile([RISE], rows).overlaps == (Overlap(1, 2, (percent(5),)),)


def test_whole_numbers_have_no_gap_between_neighbours() -> None:
    people = NumberDomain(Fraction(0), None, whole=True)
    rows = [(Range(None, True, Fraction(2)),), (Range(Fraction(3)),)]
    assert tile([people], rows).gap is None
    assert tile([NumberDomain(Fraction(0))], rows).gap == (Fraction(5, 2),)


def test_a_table_over_two_keys() -> None:
    rows = [(some("一级", "二级"), some("城镇")), (some("一级", "二级"), some("农村")), (some("三级", "四级", "无"), None)]
    assert tile([LEVELS, PLACES], rows).gap is None
    assert tile([LEVELS, PLACES], rows[:1] + rows[2:]).gap == ("一级", "农村")


def test_a_row_behind_others_is_unreachable() -> None:
    found = tile([LEVELS], [(some("一级"),), (None,), (some("二级"),), (some(),)])
    assert found.unreachable == (2, 3)
    assert {(one.first, one.second) for one in found.overlaps} == {(0, 1), (1, 2)}


def test_an_empty_domain_and_no_rows() -> None:
    assert tile([NumberDomain(Fraction(3), Fraction(1))], [(None,)]).unreachable == (0,)
    assert tile([PLACES], []).gap == ("城镇",)


def test_what_the_other_cells_leave() -> None:
    assert remainder(PLACES, [some("城镇")]) == some("农村")
    rest = remainder(RISE, [*band(3, True, 5, False)])
    assert tile([RISE], [(rest,), *[band(3, True, 5, False)]]).gap is None


def test_many_keys_do_not_multiply() -> None:
    keys = [OptionDomain(tuple(f"{key}-{n}" for n in range(12))) for key in range(8)]
    rows = [tuple(None if at != key else some(f"{key}-0") for at in range(8)) for key in range(8)]
    found = tile(keys, rows)
    assert found.complete and found.gap is not None and found.gap[0] == "0-1"


def test_too_large_a_table_says_so() -> None:
    keys = [NumberDomain() for _ in range(9)]
    rows = [tuple(Range(Fraction(n * (key + 1) % 97), True, Fraction(n * (key + 1) % 97 + 60)) for key in range(9)) for n in range(90)]
    assert not tile(keys, rows).complete
