"""Sets of values: ranges of numbers with open or closed ends, listed values, all values but some.

Everything is exact. A range is never empty: what would be empty is None, or a tuple without parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from policyrules.values.types import Value

_ONE = Fraction(1)
_ZERO = Fraction(0)


@frozen
class Range:
    """Every number from `low` to `high`; None is open without end, and then the end is never included."""

    low: Fraction | None = None
    low_included: bool = True
    high: Fraction | None = None
    high_included: bool = True


@frozen
class Except:
    """Every text but these."""

    values: frozenset[Value]


Ranges: TypeAlias = tuple[Range, ...]
"""Disjoint ranges in ascending order."""

Allowed: TypeAlias = frozenset[Value] | Except | Ranges
"""A set of values; empty is falsy."""

ANY_NUMBER = Range()
NOT_NEGATIVE = Range(_ZERO)


def between(low: Fraction | None, high: Fraction | None) -> Range:
    """The closed range."""
    return Range(low, True, high, True)


def point(value: Fraction) -> Range:
    """The range of one number."""
    return Range(value, True, value, True)


def overlap(left: Range, right: Range) -> Range | None:
    """The numbers in both."""
    low, low_in, high, high_in = left.low, left.low_included, left.high, left.high_included
    if right.low is not None:
        if low is None or right.low > low:
            low, low_in = right.low, right.low_included
        elif right.low == low:
            low_in = low_in and right.low_included
    if right.high is not None:
        if high is None or right.high < high:
            high, high_in = right.high, right.high_included
        elif right.high == high:
            high_in = high_in and right.high_included
    if low is not None and high is not None and (low > high or (low == high and not (low_in and high_in))):
        return None
    return Range(low, low_in, high, high_in)


def whole_part(numbers: Range) -> Range | None:
    """The same integers as a closed range."""
    low, high = numbers.low, numbers.high
    if low is not None:
        first = -(-low.numerator // low.denominator)
        low = Fraction(first + 1 if first == low and not numbers.low_included else first)
    if high is not None:
        last = high.numerator // high.denominator
        high = Fraction(last - 1 if last == high and not numbers.high_included else last)
    return None if low is not None and high is not None and low > high else Range(low, True, high, True)


def contains(numbers: Range, value: Fraction) -> bool:
    """Whether the number lies in the range."""
    if numbers.low is not None and (value < numbers.low or (value == numbers.low and not numbers.low_included)):
        return False
    return numbers.high is None or value < numbers.high or (value == numbers.high and numbers.high_included)


def outside(numbers: Range) -> Ranges:
    """Every number not in the range."""
    parts = []
    if numbers.low is not None:
        parts.append(Range(None, True, numbers.low, not numbers.low_included))
    if numbers.high is not None:
        parts.append(Range(numbers.high, not numbers.high_included, None, True))
    return tuple(parts)


def tightened(parts: Iterable[Range], limits: Range, whole: bool) -> Ranges:
    """What of the ranges lies within the limits, as integers where `whole`."""
    kept = []
    for part in parts:
        inside: Range | None = part if limits is ANY_NUMBER else overlap(part, limits)
        if inside is not None and whole:
            inside = whole_part(inside)
        if inside is not None:
            kept.append(inside)
    return tuple(kept)


def meet(left: Allowed, right: Allowed) -> Allowed:
    """The values in both sets, which are of one kind."""
    if isinstance(left, frozenset):
        if isinstance(right, frozenset):
            return left & right
        return left - right.values if isinstance(right, Except) else frozenset()
    if isinstance(left, Except):
        if isinstance(right, Except):
            return Except(left.values | right.values)
        return right - left.values if isinstance(right, frozenset) else frozenset()
    if not isinstance(right, tuple):
        return ()
    if len(left) == 1 and len(right) == 1:
        both = overlap(left[0], right[0])
        return () if both is None else (both,)
    return tuple(both for one in left for other in right if (both := overlap(one, other)) is not None)


def unite(left: Allowed, right: Allowed) -> Allowed:
    """The values in either set, which are of one kind."""
    if isinstance(left, frozenset):
        if isinstance(right, frozenset):
            return left | right
        return Except(right.values - left) if isinstance(right, Except) else left
    if isinstance(left, Except):
        if isinstance(right, Except):
            return Except(left.values & right.values)
        return Except(left.values - right) if isinstance(right, frozenset) else left
    return merged((*left, *right)) if isinstance(right, tuple) else left


def without(left: Allowed, right: Allowed, whole: bool) -> Allowed:
    """The values of `left` that are not in `right`."""
    if isinstance(right, frozenset):
        return meet(left, Except(right)) if not isinstance(left, tuple) else ()
    if isinstance(right, Except):
        return meet(left, right.values)
    rest: Ranges = left if isinstance(left, tuple) else ()
    for part in right:
        rest = tuple(both for one in rest for other in outside(part) if (both := overlap(one, other)) is not None)
    return tightened(rest, ANY_NUMBER, whole) if whole else rest


def hull(parts: Iterable[Range]) -> Range:
    """The least range that holds all of these; of none, everything."""
    united = merged(parts)
    if not united:
        return ANY_NUMBER
    first, last = united[0], united[-1]
    return Range(first.low, first.low_included, last.high, last.high_included)


def natural(numbers: Range, whole: bool) -> Fraction:
    """A number of the range a reader would choose: its written end, a near integer, a short decimal."""
    low, high = numbers.low, numbers.high
    if low is not None and numbers.low_included:
        return low
    if high is not None and numbers.high_included:
        return high
    if low is None:
        return _ZERO if high is None or high > 0 else Fraction(-(-high.numerator // high.denominator) - 1)
    if high is None:
        return Fraction(low.numerator // low.denominator + 1)
    scale = 1
    while True:
        middle = Fraction(round((low + high) / 2 * scale), scale)
        if whole or low < middle < high:
            return middle
        scale *= 10


def merged(numbers: Iterable[Range]) -> Ranges:
    """The ranges joined where they overlap or touch."""
    parts = sorted(numbers, key=lambda part: (part.low is not None, part.low or _ZERO, not part.low_included))
    joined = parts[:1]
    for part in parts[1:]:
        last = joined[-1]
        if last.high is None:
            break
        assert part.low is not None or last.low is None
        apart = part.low is not None and (part.low > last.high or (part.low == last.high and not (part.low_included or last.high_included)))
        if apart:
            joined.append(part)
        elif part.high is None or part.high > last.high:
            joined[-1] = Range(last.low, last.low_included, part.high, part.high_included)
        elif part.high == last.high and part.high_included:
            joined[-1] = Range(last.low, last.low_included, last.high, True)
    return tuple(joined)
