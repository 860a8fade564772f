"""Whether the rows of a table, or the bands of a scale, cover every value of their keys exactly once.

Each key's values are cut at every end written in a row, so that within a piece no row begins or ends; rows are bits of
an integer, and a piece is the set of rows it lies in. Walking the keys one after the other, sets of rows already met at
a key are not walked again, so that the work grows with the pieces, not with their combinations.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.analysis.regions import Range, Ranges, merged, natural, outside, overlap
from policyrules.values.types import Value

MOST_STEPS = 200_000
"""Pieces looked at before a table is left unchecked, and says so."""

MOST_OVERLAPS = 50
"""Overlapping pairs told of one table."""


@frozen
class OptionDomain:
    """The values a key of listed values can have: options, or False and True."""

    values: tuple[Value, ...]


@frozen
class NumberDomain:
    """The numbers a key can have; days stand for their ordinals. None is open without end."""

    low: Fraction | None = None
    high: Fraction | None = None
    whole: bool = False
    low_included: bool = True
    high_included: bool = True


@frozen
class OptionSet:
    """The listed values of a cell."""

    values: frozenset[Value]


Domain: TypeAlias = OptionDomain | NumberDomain
Cell: TypeAlias = OptionSet | Range | Ranges | None
"""What a row says of a key: listed values, one range or several, or None for everything (任意)."""


@frozen
class Overlap:
    """Two rows, by their position, and values of the keys that lie in both."""

    first: int
    second: int
    witness: tuple[Value, ...]


@frozen
class Tiling:
    """What is wrong with a table. `complete` is False where it was too large to be looked through.

    `gap` is a value for each key that no row takes; `unreachable` are the rows that never come first: they are empty,
    or rows written before them take everything they cover.
    """

    gap: tuple[Value, ...] | None = None
    overlaps: tuple[Overlap, ...] = ()
    unreachable: tuple[int, ...] = ()
    complete: bool = True


@frozen
class _Piece:
    """Values of one key that lie in the same rows: one of them, and the rows as bits."""

    witness: Value
    rows: int


def tile(domains: Sequence[Domain], rows: Sequence[Sequence[Cell]]) -> Tiling:
    """Gaps, overlaps and unreachable rows of a table; `rows` hold one cell a key."""
    keys = [_pieces(domain, [row[index] for row in rows]) for index, domain in enumerate(domains)]
    if not all(keys):
        # A key without a value: nothing can fall in.
        return Tiling(unreachable=tuple(range(len(rows))))
    search = _Search(keys)
    _walk(search, 0, (1 << len(rows)) - 1, ())
    if search.steps > MOST_STEPS:
        return Tiling(search.gap, tuple(search.overlaps), (), complete=False)
    unreached = tuple(index for index in range(len(rows)) if not search.first >> index & 1)
    return Tiling(search.gap, tuple(search.overlaps), unreached)


def remainder(domain: Domain, cells: Sequence[Cell]) -> Cell:
    """What the other cells of a column leave (其余): an empty set where they leave nothing."""
    if isinstance(domain, OptionDomain):
        taken: frozenset[Value] = frozenset().union(*(cell.values if isinstance(cell, OptionSet) else domain.values for cell in cells))
        return OptionSet(frozenset(domain.values) - taken)
    rest: Ranges = (_range(domain),)
    for cell in cells:
        for part in _parts(cell):
            rest = tuple(both for one in rest for other in outside(part) if (both := overlap(one, other)) is not None)
    return rest


# ---------------------------------------------------------------- walking the keys


@define(eq=False)
class _Search:
    keys: list[list[_Piece]]
    gap: tuple[Value, ...] | None = None
    overlaps: list[Overlap] = field(factory=list)
    pairs: set[tuple[int, int]] = field(factory=set)
    first: int = 0
    seen: set[tuple[int, int]] = field(factory=set)
    steps: int = 0


def _walk(search: _Search, depth: int, rows: int, taken: tuple[Value, ...]) -> None:
    if depth == len(search.keys):
        _arrive(search, rows, taken)
        return
    for piece in search.keys[depth]:
        search.steps += 1
        if search.steps > MOST_STEPS:
            return
        left = rows & piece.rows
        if (depth, left) in search.seen:
            continue
        search.seen.add((depth, left))
        if left:
            _walk(search, depth + 1, left, (*taken, piece.witness))
        elif search.gap is None:
            rest = (pieces[0].witness for pieces in search.keys[depth + 1 :])
            search.gap = (*taken, piece.witness, *rest)


def _arrive(search: _Search, rows: int, taken: tuple[Value, ...]) -> None:
    """All keys have a value: one row is as it should be."""
    lowest = rows & -rows
    search.first |= lowest
    if rows == lowest or len(search.overlaps) >= MOST_OVERLAPS:
        return
    found = [index for index in range(rows.bit_length()) if rows >> index & 1]
    for position, first in enumerate(found):
        for second in found[position + 1 :]:
            if (first, second) not in search.pairs and len(search.overlaps) < MOST_OVERLAPS:
                search.pairs.add((first, second))
                search.overlaps.append(Overlap(first, second, taken))


# ---------------------------------------------------------------- cutting one key


def _pieces(domain: Domain, cells: list[Cell]) -> list[_Piece]:
    """The pieces of one key, those in the same rows as one."""
    if isinstance(domain, NumberDomain):
        return _number_pieces(domain, cells)
    everything = 0
    listed: dict[Value, int] = {}
    for index, cell in enumerate(cells):
        if isinstance(cell, OptionSet):
            for value in cell.values:
                listed[value] = listed.get(value, 0) | 1 << index
        else:
            everything |= 1 << index
    pieces: dict[int, _Piece] = {}
    for value in domain.values:
        rows = listed.get(value, 0) | everything
        if rows not in pieces:
            pieces[rows] = _Piece(value, rows)
    return list(pieces.values())


_Cut: TypeAlias = tuple[Fraction, int]
"""A place between numbers: before the number (0) or after it (1)."""


def _number_pieces(domain: NumberDomain, cells: list[Cell]) -> list[_Piece]:
    """A sweep over the cuts: at each, some rows begin and some end."""
    limits = _range(domain)
    start, end = _cuts(limits, domain.whole)
    changes: dict[_Cut, int] = {}
    rows = 0
    for index, cell in enumerate(cells):
        bit = 1 << index
        for inside in _inside(cell, limits):
            low, high = _cuts(inside, domain.whole)
            if low is not None and low == high:
                continue  # between two integers
            if low is None or low == start:
                rows |= bit
            else:
                changes[low] = changes.get(low, 0) ^ bit
            if high is not None and high != end:
                changes[high] = changes.get(high, 0) ^ bit
    cuts = sorted(changes)
    if start is not None and end is not None and start >= end:
        return []
    pieces: dict[int, _Piece] = {}
    for low, high in zip([start, *cuts], [*cuts, end], strict=True):
        if low is not None and low in changes:
            rows ^= changes[low]
        known = pieces.get(rows)
        if known is None:
            pieces[rows] = _Piece(_between(low, high, domain.whole), rows)
    return list(pieces.values())


def _range(domain: NumberDomain) -> Range:
    return Range(domain.low, domain.low_included, domain.high, domain.high_included)


def _parts(cell: Cell) -> Ranges:
    if isinstance(cell, Range):
        return (cell,)
    return cell if isinstance(cell, tuple) else (Range(),)


def _inside(cell: Cell, limits: Range) -> Ranges:
    """What a row takes of a key, disjoint."""
    parts = tuple(both for part in _parts(cell) if (both := overlap(part, limits)) is not None)
    return parts if len(parts) < 2 else merged(parts)


def _cuts(numbers: Range, whole: bool) -> tuple[_Cut | None, _Cut | None]:
    """Where a range begins and where it ends; integers are cut before the first and before the one past the last."""
    low: _Cut | None = None
    high: _Cut | None = None
    if numbers.low is not None:
        low = (numbers.low, 0 if numbers.low_included else 1)
    if numbers.high is not None:
        high = (numbers.high, 1 if numbers.high_included else 0)
    return (_whole(low), _whole(high)) if whole else (low, high)


def _whole(cut: _Cut | None) -> _Cut | None:
    """The same place among integers, written before the next of them."""
    if cut is None:
        return None
    number, after = cut
    next_one = -(-number.numerator // number.denominator)
    return Fraction(next_one + 1 if after and next_one == number else next_one), 0


def _between(low: _Cut | None, high: _Cut | None, whole: bool) -> Fraction:
    """A number between two cuts: the end itself where it belongs to the piece."""
    if whole and low is None and high is not None:
        return high[0] - 1
    return natural(
        Range(low[0] if low else None, low is not None and low[1] == 0, high[0] if high else None, bool(high and high[1])),
        whole,
    )
