"""Reckoning with what is unknown: intervals of numbers, sets of values, and what several unknowns come to together.

An interval or set always holds every value still possible, so results may be wider than need be, never narrower.
`possible` None says least: any value at all, or none because reckoning fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from policyrules.values.quantities import round_to
from policyrules.values.types import Value
from policyrules.values.unknown import Interval, Need, Partial, Unknown

Possible: TypeAlias = Interval | frozenset[Value] | None

ANY_NUMBER = Interval()
ANY_TRUTH: frozenset[Value] = frozenset({True, False})

_ZERO = Fraction(0)
_End: TypeAlias = tuple[int, Fraction]
"""An end of an interval that orders rightly: (-1, 0) below every number, (0, number), (1, 0) above every number."""


# ---------------------------------------------------------------- partial values


def needs_of(*partials: Partial) -> frozenset[Need]:
    """The facts any of these still wait for."""
    return frozenset[Need]().union(*(partial.needs for partial in partials if isinstance(partial, Unknown)))


def settle(possible: Possible, needs: frozenset[Need]) -> Partial:
    """What is possible as a partial value: known where only one value is left, else waiting for `needs`."""
    if isinstance(possible, Interval):
        return possible.low if possible.low is not None and possible.low == possible.high else Unknown(possible, needs)
    if possible is not None and len(possible) == 1:
        return next(iter(possible))
    return Unknown(possible or None, needs)


def settled(partial: Partial) -> Partial:
    """The same, known where only one value is left."""
    return settle(partial.possible, partial.needs) if isinstance(partial, Unknown) else partial


def possible_values(partial: Partial) -> frozenset[Value] | None:
    """Every value still possible where they can be listed, else None."""
    if not isinstance(partial, Unknown):
        return frozenset({partial})
    return partial.possible if isinstance(partial.possible, frozenset) else None


def hull(partial: Partial) -> Interval | None:
    """The interval a number lies in; None for anything else and where nothing is known about it."""
    if isinstance(partial, Fraction):
        return Interval(partial, partial)
    if not isinstance(partial, Unknown) or isinstance(partial.possible, Interval):
        return partial.possible if isinstance(partial, Unknown) and isinstance(partial.possible, Interval) else None
    numbers = [value for value in partial.possible or () if isinstance(value, Fraction)]
    return Interval(min(numbers), max(numbers)) if numbers else None


def contains(partial: Partial, value: Value) -> bool:
    """Whether `value` is still possible."""
    if not isinstance(partial, Unknown):
        return partial == value
    match partial.possible:
        case None:
            return True
        case Interval(low, high):
            return isinstance(value, Fraction) and (low is None or low <= value) and (high is None or value <= high)
        case listed:
            return value in listed


def either(partials: Iterable[Partial], needs: frozenset[Need] = frozenset()) -> Partial:
    """What holds when any of these may be the one, `needs` telling which: known where all come to the same."""
    choices = tuple(partials)
    return settle(_together(choices), needs | needs_of(*choices))


def _together(choices: tuple[Partial, ...]) -> Possible:
    listed = [possible_values(choice) for choice in choices]
    numbers = [hull(choice) for choice in choices]
    known = [interval for interval in numbers if interval is not None]
    if known and len(known) == len(numbers):
        return span(known)
    values = [choice for choice in listed if choice is not None]
    return frozenset[Value]().union(*values) if len(values) == len(listed) else None


# ---------------------------------------------------------------- intervals


def span(intervals: Iterable[Interval]) -> Interval:
    """The smallest interval around all of these (at least one)."""
    pairs = [_ends(interval) for interval in intervals]
    return _interval(min(low for low, _ in pairs), max(high for _, high in pairs))


def add(left: Interval, right: Interval) -> Interval:
    """Sums."""
    return Interval(
        None if left.low is None or right.low is None else left.low + right.low,
        None if left.high is None or right.high is None else left.high + right.high,
    )


def negate(interval: Interval) -> Interval:
    """Numbers with the sign turned."""
    return Interval(
        None if interval.high is None else -interval.high,
        None if interval.low is None else -interval.low,
    )


def subtract(left: Interval, right: Interval) -> Interval:
    """Differences."""
    return add(left, negate(right))


def multiply(left: Interval, right: Interval) -> Interval:
    """Products."""
    corners = [_corner(one, other) for one in _ends(left) for other in _ends(right)]
    return _interval(min(corners), max(corners))


def divide(left: Interval, right: Interval) -> Interval | None:
    """Quotients; None where the divisor may be zero."""
    if includes_zero(right):
        return None
    low = _ZERO if right.high is None else 1 / right.high
    high = _ZERO if right.low is None else 1 / right.low
    return multiply(left, Interval(low, high))


def includes_zero(interval: Interval) -> bool:
    """Whether zero is among the numbers."""
    return (interval.low is None or interval.low <= 0) and (interval.high is None or interval.high >= 0)


def maximum(left: Interval, right: Interval) -> Interval:
    """The greater of two."""
    one, other = _ends(left), _ends(right)
    return _interval(max(one[0], other[0]), max(one[1], other[1]))


def minimum(left: Interval, right: Interval) -> Interval:
    """The lesser of two."""
    one, other = _ends(left), _ends(right)
    return _interval(min(one[0], other[0]), min(one[1], other[1]))


def round_interval(interval: Interval, step: Fraction, mode: str) -> Interval:
    """Rounded numbers; rounding never turns the order around, so the ends suffice."""
    return Interval(
        None if interval.low is None else round_to(interval.low, step, mode),
        None if interval.high is None else round_to(interval.high, step, mode),
    )


def less(left: Interval, right: Interval) -> bool | None:
    """Whether every left number is below every right one (True), none is (False), or it depends (None)."""
    if left.high is not None and right.low is not None and left.high < right.low:
        return True
    return False if left.low is not None and right.high is not None and left.low >= right.high else None


def less_equal(left: Interval, right: Interval) -> bool | None:
    """The same for at most."""
    above = less(right, left)
    return None if above is None else not above


def equal(left: Interval, right: Interval) -> bool | None:
    """Whether the numbers are surely the same (True), surely different (False), or it depends (None)."""
    if less(left, right) or less(right, left):
        return False
    both = (left.low, left.high, right.low, right.high)
    return True if both[0] is not None and all(end == both[0] for end in both) else None


def _ends(interval: Interval) -> tuple[_End, _End]:
    return (
        (-1, _ZERO) if interval.low is None else (0, interval.low),
        (1, _ZERO) if interval.high is None else (0, interval.high),
    )


def _interval(low: _End, high: _End) -> Interval:
    return Interval(None if low[0] else low[1], None if high[0] else high[1])


def _corner(one: _End, other: _End) -> _End:
    """The product of two ends. Zero times an open end is zero: the open end itself is never reached."""
    if not one[0] and not other[0]:
        return 0, one[1] * other[1]
    sign = _sign(one) * _sign(other)
    return sign, _ZERO


def _sign(end: _End) -> int:
    return end[0] or (end[1] > 0) - (end[1] < 0)
