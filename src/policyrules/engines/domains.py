"""What a missing fact can be, as pieces that can be tried: listed values, or a stretch of numbers or days that can be cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from attrs import frozen

from policyrules.core.program import Fact
from policyrules.values.calendar import add_months
from policyrules.values.types import Day, Options, Quantity, Truth, Value
from policyrules.values.units import MONEY
from policyrules.values.unknown import Days, Interval, Need, Unknown

FEW = 8
"""Values tried one by one; of more, stretches are tried."""

_FEN = Fraction(1, 100)
_ONE = Fraction(1)
_FAR = Fraction(10) ** 9
_FARTHEST = Fraction(10) ** 30
_OLDEST_YEARS = 110
_LISTABLE = 64


@frozen
class Domain:
    """The values of a fact: `listed`, or every number or day from `low` to `high` (numbers in calendar order for days) in
    steps of `step` (None: any number between)."""

    need: Need
    listed: tuple[Value, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    step: Fraction | None = None
    days: bool = False


def domain_of(fact: Fact, need: Need) -> Domain | None:
    """The domain of a fact; None for texts, of which there is no end."""
    match fact.type:
        case Truth():
            return Domain(need, (True, False))
        case Options(names):
            return Domain(need, names)
        case Quantity(dimension, whole):
            step = _ONE if whole else _FEN if (MONEY, 1) in dimension else None
            low, high = fact.low, fact.high
            if step is not None:
                low, high = _upward(low, step), _downward(high, step)
                if low is not None and high is not None and (high - low) / step < FEW:
                    return Domain(need, tuple(low + step * index for index in range(int((high - low) / step) + 1)))
            return Domain(need, (), low, high, step)
        case Day():
            return Domain(need, (), _ONE, Fraction(date.max.toordinal()), _ONE, days=True)
    return None


def _upward(value: Fraction | None, step: Fraction) -> Fraction | None:
    return None if value is None else step * (-((-value) // step))


def _downward(value: Fraction | None, step: Fraction) -> Fraction | None:
    return None if value is None else step * (value // step)


# ---------------------------------------------------------------- pieces

Piece = Value | Unknown


def number_of(value: Value) -> Fraction:
    """A number, or a day as its number in the calendar."""
    if isinstance(value, date):
        return Fraction(value.toordinal())
    assert isinstance(value, Fraction)
    return value


def value_at(domain: Domain, number: Fraction) -> Value:
    """The value a number stands for."""
    return date.fromordinal(int(number)) if domain.days else number


def ends_of(domain: Domain, piece: Unknown | None) -> tuple[Fraction | None, Fraction | None]:
    """The ends of a stretch; None without end."""
    possible = piece.possible if piece is not None else None
    if isinstance(possible, Days):
        return (
            Fraction(possible.low.toordinal()) if possible.low else domain.low,
            Fraction(possible.high.toordinal()) if possible.high else domain.high,
        )
    if isinstance(possible, Interval):
        return possible.low, possible.high
    return domain.low, domain.high


def cut(domain: Domain, piece: Unknown | None, at: Fraction) -> list[Piece]:
    """A stretch as what lies below a number, the number, and what lies above it."""
    low, high = ends_of(domain, piece)
    possible = piece.possible if piece is not None else None
    low_open, high_open = (possible.low_open, possible.high_open) if isinstance(possible, Interval) else (False, False)
    parts: list[Piece] = []
    if low is None or low < at:
        parts.append(_below(domain, low, at, low_open))
    parts.append(value_at(domain, at))
    if high is None or at < high:
        parts.append(_above(domain, at, high, high_open))
    return parts


def _below(domain: Domain, low: Fraction | None, at: Fraction, low_open: bool) -> Piece:
    if domain.step is not None:
        return _piece(domain, low, at - domain.step)
    return Unknown(Interval(low, at, low_open, True), frozenset((domain.need,)))


def _above(domain: Domain, at: Fraction, high: Fraction | None, high_open: bool) -> Piece:
    if domain.step is not None:
        return _piece(domain, at + domain.step, high)
    return Unknown(Interval(at, high, True, high_open), frozenset((domain.need,)))


def _piece(domain: Domain, low: Fraction | None, high: Fraction | None) -> Piece:
    if low is not None and low == high:
        return value_at(domain, low)
    return _stretch(domain, low, high)


def _stretch(domain: Domain, low: Fraction | None, high: Fraction | None) -> Unknown:
    needs = frozenset((domain.need,))
    if domain.days:
        first, last = (None if end is None else date.fromordinal(int(end)) for end in (low, high))
        return Unknown(Days(first, last), needs)
    return Unknown(Interval(low, high), needs)


def inside(domain: Domain, piece: Unknown | None, number: Fraction) -> bool:
    """Whether a number lies strictly within a stretch, or on an end that belongs to it."""
    low, high = ends_of(domain, piece)
    possible = piece.possible if piece is not None else None
    low_open, high_open = (possible.low_open, possible.high_open) if isinstance(possible, Interval) else (False, False)
    above = low is None or low < number or (low == number and not low_open)
    return above and (high is None or number < high or (number == high and not high_open))


# ---------------------------------------------------------------- samples


def samples(domain: Domain, piece: Unknown | None, day: date, near: Iterable[Fraction] = ()) -> list[Value]:
    """Some values of a stretch, spread out; `near` are numbers whose neighbours are worth trying too."""
    if domain.listed:
        return list(domain.listed)
    numbers = [*_neighbours(domain, near), *(_dates(day) if domain.days else _spread(domain, piece))]
    kept = dict.fromkeys(number for number in numbers if inside(domain, piece, number))
    return [value_at(domain, number) for number in kept] or [value_at(domain, _some(domain, piece))]


def _neighbours(domain: Domain, near: Iterable[Fraction]) -> list[Fraction]:
    step = domain.step or _FEN
    return [each for number in near for each in (number, number - step, number + step)]


def _spread(domain: Domain, piece: Unknown | None) -> Sequence[Fraction]:
    low, high = ends_of(domain, piece)
    first = low if low is not None else (high - _FAR if high is not None else Fraction(0))
    last = high if high is not None else first + _FAR
    step = domain.step
    middle = (first + last) / 2 if high is not None else first + 1000
    third = first + (last - first) / 3 if high is not None else first + 20_000
    inner = [number if step is None else step * (number // step) for number in (middle, third)]
    return [first, *inner, last, first + (step or _FEN)]


def _dates(day: date) -> list[Fraction]:
    """Births of every age at which rules tell people apart, and the day itself."""
    moved = [add_months(day, -12 * years) for years in (30, 10, 70, 1, 17, 50, 90, 3)]
    return [Fraction(each.toordinal()) for each in moved if each is not None] + [Fraction(day.toordinal())]


def _some(domain: Domain, piece: Unknown | None) -> Fraction:
    low, high = ends_of(domain, piece)
    if low is None or high is None:
        return low + _ONE if low is not None else high - _ONE if high is not None else Fraction(0)
    middle = (low + high) / 2
    return middle if domain.step is None else domain.step * (middle // domain.step)


def listing(domain: Domain, piece: Unknown | None) -> list[Value]:
    """The values of a stretch where they are few; nothing where they are many."""
    low, high = ends_of(domain, piece)
    if domain.step is None or low is None or high is None or (high - low) / domain.step >= _LISTABLE:
        return []
    return [value_at(domain, low + domain.step * index) for index in range(int((high - low) / domain.step) + 1)]


def farthest(domain: Domain, piece: Piece | None) -> tuple[Fraction, Fraction]:
    """The ends of a stretch, those without end as far as any case may go."""
    low, high = ends_of(domain, piece if isinstance(piece, Unknown) else None)
    return (low if low is not None else -_FARTHEST), (high if high is not None else _FARTHEST)


def range_to_search(domain: Domain, piece: Unknown | None, day: date) -> tuple[Fraction, Fraction]:
    """The ends between which places where the answer turns are looked for: not beyond every amount or age."""
    low, high = ends_of(domain, piece)
    if domain.days:
        oldest = add_months(day, -12 * _OLDEST_YEARS) or date.min
        newest = add_months(day, 12) or date.max
        first, last = Fraction(oldest.toordinal()), Fraction(newest.toordinal())
        return max(first, low or first), min(last, high or last)
    first = low if low is not None else (high - 2 * _FAR if high is not None else -_FAR)
    return first, high if high is not None else first + _FAR
