"""Whether linear inequalities over several terms can hold together: Fourier and Motzkin's elimination, exact and capped.

Terms are eliminated one by one; then, from the last back to the first, each is given a number its inequalities allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from math import gcd

from attrs import frozen

from policyrules.analysis.regions import ANY_NUMBER, Range, natural, overlap, whole_part
from policyrules.analysis.terms import Term

MOST_ROWS = 300
"""Inequalities at a time before giving up."""

_ZERO = Fraction(0)


class Settled(Enum):
    """How a search without an example ended."""

    NEVER = "never"
    GAVE_UP = "gave up"


@frozen(eq=False)
class Inequality:
    """The terms times their coefficients come to at most `bound`; to less, where `strict`. Integers, for speed."""

    parts: dict[Term, int]
    bound: int
    strict: bool


def inequalities(parts: Sequence[tuple[Term, Fraction]], numbers: Range) -> list[Inequality]:
    """That the terms times their integer coefficients lie in a range."""
    rows = []
    if numbers.high is not None:
        above, below = numbers.high.numerator, numbers.high.denominator
        rows.append(Inequality({term: scale.numerator * below for term, scale in parts}, above, not numbers.high_included))
    if numbers.low is not None:
        above, below = numbers.low.numerator, numbers.low.denominator
        rows.append(Inequality({term: -scale.numerator * below for term, scale in parts}, -above, not numbers.low_included))
    return rows


def solution(rows: list[Inequality]) -> dict[Term, Fraction] | Settled:
    """Numbers for the terms that satisfy every inequality; integers for terms that are whole."""
    eliminated: list[tuple[Term, list[Inequality]]] = []
    while True:
        kept = _tidy(rows)
        if kept is None:
            return Settled.NEVER
        if len(kept) > MOST_ROWS:
            return Settled.GAVE_UP
        counts: dict[Term, list[int]] = {}
        for row in kept:
            for term, scale in row.parts.items():
                counts.setdefault(term, [0, 0])[scale > 0] += 1
        if not counts:
            return _numbers(eliminated)
        chosen = min(counts, key=lambda term: (counts[term][0] * counts[term][1], term.index))
        eliminated.append((chosen, [row for row in kept if chosen in row.parts]))
        rows = [row for row in kept if chosen not in row.parts]
        upper = [row for row in eliminated[-1][1] if row.parts[chosen] > 0]
        lower = [row for row in eliminated[-1][1] if row.parts[chosen] < 0]
        if len(upper) * len(lower) > MOST_ROWS:
            return Settled.GAVE_UP
        rows.extend(_joined(above, below, chosen) for above in upper for below in lower)


def _joined(above: Inequality, below: Inequality, term: Term) -> Inequality:
    """What an upper and a lower bound of a term say together without it."""
    up, down = -below.parts[term], above.parts[term]
    parts = {other: scale * up for other, scale in above.parts.items()}
    for other, scale in below.parts.items():
        parts[other] = parts.get(other, 0) + scale * down
    kept = {other: scale for other, scale in parts.items() if scale}
    return Inequality(kept, above.bound * up + below.bound * down, above.strict or below.strict)


def _tidy(rows: list[Inequality]) -> list[Inequality] | None:
    """The rows without those another one says; None where one cannot hold."""
    tightest: dict[tuple[tuple[int, int], ...], tuple[int, Inequality]] = {}
    for row in rows:
        if not row.parts:
            if row.bound < 0 or (row.strict and row.bound == 0):
                return None
            continue
        if len(row.parts) == 1:
            ((term, scale),) = row.parts.items()
            unit = abs(scale)
            key: tuple[tuple[int, int], ...] = ((term.index, scale // unit),)
        else:
            unit = gcd(*row.parts.values())
            key = tuple(sorted((term.index, scale // unit) for term, scale in row.parts.items()))
        known = tightest.get(key)
        if known is not None:
            # Bounds are compared as fractions over their units.
            mine, other = row.bound * known[0], known[1].bound * unit
            if mine > other or (mine == other and not row.strict):
                continue
        tightest[key] = unit, row
    return [row for _, row in tightest.values()]


def _numbers(eliminated: list[tuple[Term, list[Inequality]]]) -> dict[Term, Fraction] | Settled:
    """Back from the last term eliminated: each has a number left, though perhaps no integer."""
    values: dict[Term, Fraction] = {}
    for term, rows in reversed(eliminated):
        left: Range | None = ANY_NUMBER
        for row in rows:
            scale = row.parts[term]
            known = sum((values.get(other, _ZERO) * part for other, part in row.parts.items() if other is not term), _ZERO)
            bound = Fraction(row.bound - known) / scale
            side = Range(None, True, bound, not row.strict) if scale > 0 else Range(bound, not row.strict, None, True)
            left = None if left is None else overlap(left, side)
        if left is not None and term.whole:
            left = whole_part(left)
        if left is None:
            return Settled.GAVE_UP
        values[term] = natural(left, term.whole)
    return values
