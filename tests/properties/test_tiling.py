"""Tiling against brute force: every value of a small grid, one after the other."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from policyrules.analysis.regions import Range, contains
from policyrules.analysis.tiling import Cell, Domain, NumberDomain, OptionDomain, OptionSet, tile

NAMES = ("一级", "二级", "三级")
HALVES = [Fraction(n, 2) for n in range(-4, 13)]
"""Ends are integers from 0 to 4, so that halves and what lies outside stand for every number."""

ends = st.none() | st.integers(0, 4).map(Fraction)
ranges = st.builds(Range, ends, st.booleans(), ends, st.booleans())
number_cells = ranges | st.none() | st.tuples(ranges, ranges)
option_cells = st.none() | st.frozensets(st.sampled_from(NAMES)).map(OptionSet)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Domain], list[tuple[Cell, ...]]]:
    """One to three keys and up to five rows."""
    domains: list[Domain] = []
    for _ in range(draw(st.integers(1, 3))):
        if draw(st.booleans()):
            domains.append(OptionDomain(NAMES))
            continue
        low, high = draw(ends), draw(ends)
        domains.append(NumberDomain(low, high, draw(st.booleans()), draw(st.booleans()), draw(st.booleans())))
    row = st.tuples(*(option_cells if isinstance(domain, OptionDomain) else number_cells for domain in domains))
    return domains, draw(st.lists(row, max_size=5))


def values(domain: Domain) -> list[object]:
    if isinstance(domain, OptionDomain):
        return list(domain.values)
    limits = Range(domain.low, domain.low_included, domain.high, domain.high_included)
    return [number for number in HALVES if contains(limits, number) and (not domain.whole or number.denominator == 1)]


def takes(cell: Cell, value: object) -> bool:
    if cell is None:
        return True
    if isinstance(cell, OptionSet):
        return value in cell.values
    parts = cell if isinstance(cell, tuple) else (cell,)
    return isinstance(value, Fraction) and any(contains(part, value) for part in parts)


def rows_at(rows: list[tuple[Cell, ...]], point: tuple[object, ...]) -> list[int]:
    return [index for index, row in enumerate(rows) if all(map(takes, row, point))]


@settings(max_examples=600, deadline=None)
@given(tables())
def test_agrees_with_brute_force(table: tuple[list[Domain], list[tuple[Cell, ...]]]) -> None:
    domains, rows = table
    found = tile(domains, rows)
    assert found.complete
    grid = list(product(*map(values, domains)))
    taken = [rows_at(rows, point) for point in grid]
    assert (found.gap is None) == all(taken)
    if found.gap is not None:
        assert rows_at(rows, found.gap) == []
    pairs = {pair for indices in taken for pair in combinations(indices, 2)}
    assert {(one.first, one.second) for one in found.overlaps} == pairs
    for one in found.overlaps:
        assert {one.first, one.second} <= set(rows_at(rows, one.witness))
    firsts = {indices[0] for indices in taken if indices}
    assert set(found.unreachable) == set(range(len(rows))) - firsts


@settings(max_examples=200, deadline=None)
@given(tables())
def test_order_of_keys_changes_nothing(table: tuple[list[Domain], list[tuple[Cell, ...]]]) -> None:
    domains, rows = table
    found, turned = tile(domains, rows), tile(domains[::-1], [row[::-1] for row in rows])
    assert (found.gap is None) == (turned.gap is None)
    assert found.unreachable == turned.unreachable
    assert {(o.first, o.second) for o in found.overlaps} == {(o.first, o.second) for o in turned.overlaps}
