"""Reckoning with what is unknown: intervals of numbers and days, sets of values, and what several unknowns come to together.

An interval or set always holds every value still possible, so results may be wider than need be, never narrower.
`possible` None says least: any value at all, or none because reckoning fails.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from policyrules.values.quantities import round_to
from policyrules.values.types import Value
from policyrules.values.unknown import Days, Interval, Need, Partial, Possible, Unknown

ANY_NUMBER = Interval()
ANY_TRUTH: frozenset[Value] = frozenset({True, False})

_ZERO = Fraction(0)
_End: TypeAlias = tuple[int, Fraction, bool]
"""An end of an interval: (-1, 0) below every number, (0, number), (1, 0) above every number; and whether it is left out."""


# ---------------------------------------------------------------- partial values


def needs_of(*partials: Partial) -> frozenset[Need]:
    """The facts any of these still wait for."""
    return frozenset[Need]().union(*(partial.needs for partial in partials if isinstance(partial, Unknown)))


def settle(possible: Possible, needs: frozenset[Need]) -> Partial:
    """What is possible as a partial value: known where only one value is left, else waiting for `needs`."""
    if isinstance(possible, (Interval, Days)):
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
    listed = partial.possible if isinstance(partial.possible, frozenset) else ()
    numbers = [value for value in listed if isinstance(value, Fraction)]
    return Interval(min(numbers), max(numbers)) if numbers else None


def reach(partial: Partial) -> Interval | None:
    """As `hull`, and days by their number in the calendar, so that what is ordered is compared in one way."""
    if isinstance(partial, date):
        day = Fraction(partial.toordinal())
        return Interval(day, day)
    possible = partial.possible if isinstance(partial, Unknown) else None
    if isinstance(possible, Days):
        low, high = (None if end is None else Fraction(end.toordinal()) for end in (possible.low, possible.high))
        return Interval(low, high)
    if isinstance(possible, frozenset) and possible and all(isinstance(value, date) for value in possible):
        numbers = [Fraction(value.toordinal()) for value in possible if isinstance(value, date)]
        return Interval(min(numbers), max(numbers))
    return hull(partial)


def day_span(partial: Partial) -> Days | None:
    """The days a value lies between; None for anything else and where nothing is known about it."""
    if isinstance(partial, Unknown) and isinstance(partial.possible, Days):
        return partial.possible
    found = reach(partial) if possible_days(partial) else None
    if found is None or found.low is None or found.high is None:
        return None
    return Days(date.fromordinal(int(found.low)), date.fromordinal(int(found.high)))


def possible_days(partial: Partial) -> bool:
    """Whether this is a day, known or not."""
    values = possible_values(partial)
    if values is not None:
        return all(isinstance(value, date) for value in values)
    return isinstance(partial, Unknown) and isinstance(partial.possible, Days)


def contains(partial: Partial, value: Value) -> bool:
    """Whether `value` is still possible."""
    if not isinstance(partial, Unknown):
        return partial == value
    match partial.possible:
        case None:
            return True
        case Interval(low, high, low_open, high_open):
            if not isinstance(value, Fraction):
                return False
            above = low is None or low < value or (low == value and not low_open)
            return above and (high is None or value < high or (value == high and not high_open))
        case Days(first, last):
            return isinstance(value, date) and (first is None or first <= value) and (last is None or value <= last)
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
    days = [each for each in map(day_span, choices) if each is not None]
    if len(days) == len(choices) and any(isinstance(each, Unknown) and isinstance(each.possible, Days) for each in choices):
        lows, highs = [each.low for each in days], [each.high for each in days]
        return Days(
            None if None in lows else min(low for low in lows if low is not None),
            None if None in highs else max(high for high in highs if high is not None),
        )
    values = [choice for choice in listed if choice is not None]
    return frozenset[Value]().union(*values) if len(values) == len(listed) else None


def overlap(left: Partial, right: Partial) -> bool:
    """Whether both may be the same value."""
    if not isinstance(left, Unknown):
        return contains(right, left)
    if not isinstance(right, Unknown):
        return contains(left, right)
    one, other = reach(left), reach(right)
    if one is not None and other is not None:
        return not less(one, other) and not less(other, one)
    first, second = possible_values(left), possible_values(right)
    return first is None or second is None or not first.isdisjoint(second)


# ---------------------------------------------------------------- intervals


def span(intervals: Iterable[Interval]) -> Interval:
    """The smallest interval around all of these (at least one)."""
    pairs = [_ends(interval) for interval in intervals]
    return _interval(_least(low for low, _ in pairs), _greatest(high for _, high in pairs))


def meet(left: Interval, right: Interval) -> Interval:
    """The numbers that lie in both; there must be some."""
    lows, highs = zip(_ends(left), _ends(right), strict=True)
    return _interval(_greatest_low(*lows), _turned(_greatest_low(*map(_turned, highs))))


def add(left: Interval, right: Interval) -> Interval:
    """Sums."""
    return Interval(
        None if left.low is None or right.low is None else left.low + right.low,
        None if left.high is None or right.high is None else left.high + right.high,
        left.low_open or right.low_open,
        left.high_open or right.high_open,
    )


def negate(interval: Interval) -> Interval:
    """Numbers with the sign turned."""
    return Interval(
        None if interval.high is None else -interval.high,
        None if interval.low is None else -interval.low,
        interval.high_open,
        interval.low_open,
    )


def subtract(left: Interval, right: Interval) -> Interval:
    """Differences."""
    return add(left, negate(right))


def multiply(left: Interval, right: Interval) -> Interval:
    """Products."""
    corners = [_corner(one, other) for one in _ends(left) for other in _ends(right)]
    return _interval(_least(corners), _greatest(corners))


def divide(left: Interval, right: Interval) -> Interval | None:
    """Quotients; None where the divisor may be zero."""
    if includes_zero(right):
        return None
    low = _ZERO if right.high is None else 1 / right.high
    high = _ZERO if right.low is None else 1 / right.low
    return multiply(left, Interval(low, high, right.high_open, right.low_open))


def includes_zero(interval: Interval) -> bool:
    """Whether zero is among the numbers."""
    return (interval.low is None or interval.low <= 0) and (interval.high is None or interval.high >= 0)


def maximum(left: Interval, right: Interval) -> Interval:
    """The greater of two."""
    one, other = _ends(left), _ends(right)
    return _interval(_greatest_low(one[0], other[0]), _greatest((one[1], other[1])))


def minimum(left: Interval, right: Interval) -> Interval:
    """The lesser of two."""
    return negate(maximum(negate(left), negate(right)))


def round_interval(interval: Interval, step: Fraction, mode: str) -> Interval:
    """Rounded numbers; rounding never turns the order around, so the ends suffice."""
    return Interval(
        None if interval.low is None else round_to(interval.low, step, mode),
        None if interval.high is None else round_to(interval.high, step, mode),
    )


def less(left: Interval, right: Interval) -> bool | None:
    """Whether every left number is below every right one (True), none is (False), or it depends (None)."""
    if left.high is not None and right.low is not None:
        apart = left.high_open or right.low_open
        if left.high < right.low or (apart and left.high == right.low):
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
        (-1, _ZERO, True) if interval.low is None else (0, interval.low, interval.low_open),
        (1, _ZERO, True) if interval.high is None else (0, interval.high, interval.high_open),
    )


def _interval(low: _End, high: _End) -> Interval:
    return Interval(
        None if low[0] else low[1], None if high[0] else high[1], not low[0] and low[2], not high[0] and high[2]
    )


def _least(ends: Iterable[_End]) -> _End:
    """The lowest end; of two alike the one that belongs."""
    return min(ends)


def _greatest(ends: Iterable[_End]) -> _End:
    """The highest end; of two alike the one that belongs."""
    return max(ends, key=lambda end: (end[0], end[1], not end[2]))


def _greatest_low(one: _End, other: _End) -> _End:
    """The lower end of the greater of two numbers: it belongs only where both ends do."""
    if one[:2] == other[:2]:
        return one if one[2] else other
    return max(one, other)


def _turned(end: _End) -> _End:
    """An end with the sign turned."""
    return -end[0], -end[1], end[2]


def _corner(one: _End, other: _End) -> _End:
    """The product of two ends. Zero times an end without number is zero: the end itself is never reached."""
    if not one[0] and not other[0]:
        product = one[1] * other[1]
        # Zero comes about with any number of the other side.
        return 0, product, bool(product) and (one[2] or other[2])
    sign = _sign(one) * _sign(other)
    return sign, _ZERO, bool(sign)


def _sign(end: _End) -> int:
    return end[0] or (end[1] > 0) - (end[1] < 0)
