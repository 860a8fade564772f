"""Exact numbers that depend on the facts: a whole number over a constant, so that adding, scaling and comparing stay linear.

A number keeps what is known of it without a solver: the ends it lies between, and its values where they are few. A product or
quotient by a number of few values is taken value by value; other products are left to the solver, other quotients are reals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product as pairs_of
from math import gcd, lcm

from attrs import field, frozen

from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_z3 import Truth, Whole
from policyrules.values.quantities import round_to

MOST_VALUES = 24
"""Values told one by one; of more, only the ends are."""

_ZERO = Fraction(0)


@frozen(eq=False)
class Scaled:
    """`numerator` over `denominator` (> 0); a real number above where `real`. `low` and `high` bound it, `values` are all it can be."""

    numerator: Whole
    denominator: int = 1
    real: bool = False
    low: Fraction | None = None
    high: Fraction | None = None
    values: frozenset[Fraction] | None = field(default=None, repr=False)

    @property
    def known(self) -> Fraction | None:
        """The number itself, where it is the same in every case."""
        return Fraction(self.numerator, self.denominator) if self.numerator.__class__ is int else None


def constant(value: Fraction) -> Scaled:
    """A known number."""
    return Scaled(value.numerator, value.denominator, False, value, value, frozenset((value,)))


def of_whole(number: Whole, low: int | None = None, high: int | None = None) -> Scaled:
    """A whole number that depends on the facts, and the ends it lies between."""
    return _reduced(number, 1, False, None if low is None else Fraction(low), None if high is None else Fraction(high), None)


ZERO = constant(_ZERO)
ONE = constant(Fraction(1))


def counted(condition: Truth) -> Scaled:
    """1 where the condition holds, else 0."""
    return pick(condition, ONE, ZERO)


# ---------------------------------------------------------------- alike


def _aligned(numbers: Sequence[Scaled]) -> tuple[list[Whole], int, bool]:
    """The numerators over a common denominator, and whether they are reals."""
    below = lcm(*(number.denominator for number in numbers))
    real = any(number.real for number in numbers)
    return [z.by(below // number.denominator, number.numerator) for number in numbers], below, real


def _reduced(numerator: Whole, denominator: int, real: bool, low: Fraction | None, high: Fraction | None, values: frozenset[Fraction] | None) -> Scaled:
    """The number with what is known of it; a constant where only one value is left."""
    if values is not None and len(values) > MOST_VALUES:
        values = None
    if values:
        low, high = min(values), max(values)
    if numerator.__class__ is int:
        return constant(Fraction(numerator, denominator))
    if low is not None and low == high:
        return constant(low)
    return Scaled(numerator, denominator, real, low, high, values)


def pick(condition: Truth, one: Scaled, other: Scaled) -> Scaled:
    """One number where the condition holds, else the other."""
    if condition.__class__ is bool:
        return one if condition else other
    if one is other:
        return one
    (left, right), below, real = _aligned((one, other))
    values = None if one.values is None or other.values is None else one.values | other.values
    return _reduced(z.pick(condition, left, right, real), below, real, _least((one.low, other.low)), _most((one.high, other.high)), values)


def _least(ends: Iterable[Fraction | None]) -> Fraction | None:
    every = list(ends)
    return None if None in every else min(end for end in every if end is not None)


def _most(ends: Iterable[Fraction | None]) -> Fraction | None:
    every = list(ends)
    return None if None in every else max(end for end in every if end is not None)


def _combined(numbers: Sequence[Scaled], make: Callable[..., Fraction]) -> frozenset[Fraction] | None:
    """All that a function of numbers of few values can be."""
    found: frozenset[Fraction] | None = None
    for number in numbers:
        if number.values is None:
            return None
        found = number.values if found is None else frozenset(make(one, other) for one, other in pairs_of(found, number.values))
        if len(found) > MOST_VALUES:
            return None
    return found


# ---------------------------------------------------------------- arithmetic


def add(numbers: Sequence[Scaled]) -> Scaled:
    """A sum."""
    if len(numbers) < 2:
        return numbers[0] if numbers else ZERO
    tops, below, real = _aligned(numbers)
    lows, highs = [one.low for one in numbers], [one.high for one in numbers]
    low = None if None in lows else sum((end for end in lows if end is not None), _ZERO)
    high = None if None in highs else sum((end for end in highs if end is not None), _ZERO)
    return _reduced(z.plus(tops, real), below, real, low, high, _combined(numbers, lambda one, other: one + other))


def scale(number: Scaled, factor: Fraction) -> Scaled:
    """A number times a known one."""
    if factor == 1:
        return number
    if factor == 0:
        return ZERO
    common = gcd(factor.numerator, number.denominator)
    top, below = factor.numerator // common, number.denominator // common * factor.denominator
    ends = [None if end is None else end * factor for end in (number.low, number.high)]
    low, high = ends if factor > 0 else ends[::-1]
    values = None if number.values is None else frozenset(value * factor for value in number.values)
    return _reduced(z.by(top, number.numerator), below, number.real, low, high, values)


def negate(number: Scaled) -> Scaled:
    """The number with the other sign."""
    return scale(number, Fraction(-1))


def multiply(one: Scaled, other: Scaled) -> Scaled:
    """A product."""
    for number, factor in ((one, other.known), (other, one.known)):
        if factor is not None:
            return scale(number, factor)
    few, many = sorted((one, other), key=lambda each: MOST_VALUES + 1 if each.values is None else len(each.values))
    if few.values is not None:
        return _value_by_value(few, lambda value: scale(many, value))
    real = one.real or other.real
    low, high = _product_ends(one, other)
    return _reduced(z.product(one.numerator, other.numerator, real), one.denominator * other.denominator, real, low, high, None)


def _product_ends(one: Scaled, other: Scaled) -> tuple[Fraction | None, Fraction | None]:
    ends = (one.low, one.high, other.low, other.high)
    if None not in ends:
        corners = [left * right for left in ends[:2] for right in ends[2:] if left is not None and right is not None]
        return min(corners), max(corners)
    signs = one.low is not None and one.low >= 0 and other.low is not None and other.low >= 0
    return (one.low * other.low if signs and one.low is not None and other.low is not None else None), None


def divide(one: Scaled, other: Scaled) -> tuple[Scaled, Truth]:
    """A quotient, and where there is none."""
    divisor = other.known
    if divisor is not None:
        return (ZERO, True) if divisor == 0 else (scale(one, 1 / divisor), False)
    fails = equal(other, ZERO)
    if other.values is not None:
        return _value_by_value(other, lambda value: scale(one, 1 / value) if value else ZERO), fails
    above, below = z.product(z.term(one.numerator, True), other.denominator, True), z.by(one.denominator, z.term(other.numerator, True))
    positive = other.low is not None and other.low >= 0 and one.low is not None and one.low >= 0
    return _reduced(z.term(above, True) / below, 1, True, _ZERO if positive else None, None, None), fails


def _value_by_value(number: Scaled, make: Callable[[Fraction], Scaled]) -> Scaled:
    """What is made of a number of few values."""
    first, *others = sorted(number.values or ())
    found = make(first)
    for value in others:
        found = pick(equal(number, constant(value)), make(value), found)
    return found


def greatest(numbers: Sequence[Scaled]) -> Scaled:
    """The greatest of some numbers."""
    return reduce(lambda one, other: _bounded(pick(less(one, other), other, one), _highest(one.low, other.low), _most((one.high, other.high))), numbers)


def least(numbers: Sequence[Scaled]) -> Scaled:
    """The least of some numbers."""
    return reduce(lambda one, other: _bounded(pick(less(other, one), other, one), _least((one.low, other.low)), _lowest(one.high, other.high)), numbers)


def _bounded(number: Scaled, low: Fraction | None, high: Fraction | None) -> Scaled:
    values = None if number.values is None else frozenset(v for v in number.values if (low is None or v >= low) and (high is None or v <= high))
    return _reduced(number.numerator, number.denominator, number.real, low, high, values)


def _highest(*ends: Fraction | None) -> Fraction | None:
    return max((end for end in ends if end is not None), default=None)


def _lowest(*ends: Fraction | None) -> Fraction | None:
    return min((end for end in ends if end is not None), default=None)


# ---------------------------------------------------------------- comparing


def less(one: Scaled, other: Scaled) -> Truth:
    """Whether the first is below the second."""
    if one.high is not None and other.low is not None and one.high < other.low:
        return True
    if one.low is not None and other.high is not None and one.low >= other.high:
        return False
    (left, right), _, real = _aligned((one, other))
    return z.less(left, right, real)


def less_equal(one: Scaled, other: Scaled) -> Truth:
    """Whether the first is not above the second."""
    if one.high is not None and other.low is not None and one.high <= other.low:
        return True
    if one.low is not None and other.high is not None and one.low > other.high:
        return False
    (left, right), _, real = _aligned((one, other))
    return z.less_equal(left, right, real)


def equal(one: Scaled, other: Scaled) -> Truth:
    """Whether both are the same."""
    apart = [(low.high, high.low) for low, high in ((one, other), (other, one))]
    if any(high is not None and low is not None and high < low for high, low in apart):
        return False
    if one.values is not None and other.values is not None and one.values.isdisjoint(other.values):
        return False
    (left, right), _, real = _aligned((one, other))
    return z.equal(left, right, real)


def whole(number: Scaled) -> Truth:
    """Whether a number has no part of one."""
    if number.real:
        term = z.term(number.numerator, True) / z.constant(number.denominator, True)
        return z.equal(z.z3().ToReal(z.floor(term, 1)), term, True)
    if number.values is not None and all(value.denominator == 1 for value in number.values):
        return True
    return z.equal(z.rest(number.numerator, number.denominator), 0)


def units(number: Scaled) -> Whole:
    """A whole number itself; what is cut off another does not count."""
    return z.floor(number.numerator, number.denominator)


# ---------------------------------------------------------------- rounding


def rounded(mode: str, number: Scaled, step: Scaled) -> tuple[Scaled, Truth]:
    """The number as a multiple of the step by a mode of `round_to`, and where there is none."""
    fixed = step.known
    if fixed is not None:
        return (ZERO, True) if fixed <= 0 else (_rounded(mode, number, fixed), False)
    fails = less_equal(step, ZERO)
    if step.values is not None:
        return _value_by_value(step, lambda value: _rounded(mode, number, value) if value > 0 else ZERO), fails
    quotient, _ = divide(number, step)
    return multiply(_rounded(mode, quotient, Fraction(1)), step), fails


def _rounded(mode: str, number: Scaled, step: Fraction) -> Scaled:
    if number.known is not None:
        return constant(round_to(number.known, step, mode))
    steps = scale(number, 1 / step)
    top, below = steps.numerator, steps.denominator
    if below == 1 and not number.real:
        return number
    low, high = (None if end is None else round_to(end, step, mode) for end in (number.low, number.high))
    values = None if number.values is None else frozenset(round_to(value, step, mode) for value in number.values)
    return scale(_reduced(_steps(mode, top, below, steps), 1, False, *_of_steps(low, high, values, step)), step)


def _of_steps(
    low: Fraction | None, high: Fraction | None, values: frozenset[Fraction] | None, step: Fraction
) -> tuple[Fraction | None, Fraction | None, frozenset[Fraction] | None]:
    return (
        None if low is None else low / step,
        None if high is None else high / step,
        None if values is None else frozenset(value / step for value in values),
    )


def _steps(mode: str, top: Whole, below: int, number: Scaled) -> Whole:
    """How many steps a number is rounded to; it is `top` over `below` steps."""
    positive = number.low is not None and number.low >= 0
    negative = number.high is not None and number.high <= 0
    above_zero = True if positive else False if negative else z.no(z.less(top, 0, number.real))

    def down() -> Whole:
        return z.floor(top, below)

    def up() -> Whole:
        return z.by(-1, z.floor(z.by(-1, top), below))

    def nearest(turn: int) -> Whole:
        """The nearest, halves in the direction of `turn`."""
        doubled = z.plus([z.by(2 * turn, top), below], number.real)
        return z.by(turn, z.floor(doubled, 2 * below))

    match mode:
        case "down":
            return down()
        case "up":
            return up()
        case "toward zero":
            return z.pick(above_zero, down() if above_zero is not False else 0, up() if above_zero is not True else 0)
        case "away from zero":
            return z.pick(above_zero, up() if above_zero is not False else 0, down() if above_zero is not True else 0)
        case "half up":
            return z.pick(above_zero, nearest(1) if above_zero is not False else 0, nearest(-1) if above_zero is not True else 0)
        case _:
            # Half even: the nearest, halves upward, and back where that half was no step of an even number.
            upward = nearest(1)
            half = z.equal(z.by(2, top), z.by(below, z.plus([z.by(2, upward), -1])) if not number.real else _real(below, upward), number.real)
            return z.minus(upward, z.pick(z.both(half, z.equal(z.rest(upward, 2), 1)), 1, 0))


def _real(below: int, upward: Whole) -> Whole:
    return z.by(below, z.term(z.plus([z.by(2, upward), -1]), True))
