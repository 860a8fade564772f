"""Rows of arithmetic: + − × ÷, the greatest and the least, rounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from functools import reduce

from policyrules.operators.dimensions import ONE_NUMBER, alike, different_units, quantities
from policyrules.operators.operator import (
    Check,
    Failure,
    Operator,
    PartialReading,
    anything,
    by_cases,
    counting,
    known_first,
    wrong_type,
)
from policyrules.source.phrase import Phrase
from policyrules.values import partial as intervals
from policyrules.values.partial import hull, needs_of, settle
from policyrules.values.quantities import round_to
from policyrules.values.types import DAY, Day, Dimension, Quantity, Type
from policyrules.values.units import MONEY, per, times
from policyrules.values.unknown import Interval, Partial, Unknown

_ADD = Phrase("+", "+")
_SUBTRACT = Phrase("−", "−")
_MULTIPLY = Phrase("×", "×")
_DIVIDE = Phrase("÷", "÷")
_NEGATE = Phrase("−", "−")
_MAXIMUM = Phrase("取大", "max")
_MINIMUM = Phrase("取小", "min")
_ROUND = Phrase("取整", "round")
_ZERO = Fraction(0)
_ONE = Fraction(1)


# ---------------------------------------------------------------- scalar: the meaning


def _add(*terms: Fraction) -> Fraction:
    return sum(terms, _ZERO)


def _subtract(left: Fraction, right: Fraction) -> Fraction:
    return left - right


def _multiply(*factors: Fraction) -> Fraction:
    return reduce(lambda left, right: left * right, factors, _ONE)


def _divide(left: Fraction, right: Fraction) -> Fraction | Failure:
    return left / right if right else Failure(Phrase("除数为 0", "division by zero"))


def _negate(value: Fraction) -> Fraction:
    return -value


def _maximum(*values: Fraction | date) -> Fraction | date:
    return max(values)


def _minimum(*values: Fraction | date) -> Fraction | date:
    return min(values)


def _rounded(mode: str) -> Callable[[Fraction, Fraction], Fraction | Failure]:
    def rounded(value: Fraction, step: Fraction) -> Fraction | Failure:
        if step <= 0:
            return Failure(Phrase("取整的单位要大于 0", "the place rounded to must be above 0"))
        return round_to(value, step, mode)

    return rounded


# ---------------------------------------------------------------- unknown arguments


def _folded(step: Callable[[Interval, Interval], Interval | None]) -> PartialReading:
    """An interval operation on two as a reading of many, from left to right."""

    def partial(*arguments: Partial) -> Partial:
        result = hull(arguments[0])
        for argument in arguments[1:]:
            right = hull(argument)
            if result is None or right is None:
                return anything(*arguments)
            result = step(result, right)
        return anything(*arguments) if result is None else settle(result, needs_of(*arguments))

    return partial


def _negate_partial(value: Unknown) -> Partial:
    interval = hull(value)
    return anything(value) if interval is None else settle(intervals.negate(interval), value.needs)


def _chosen(
    step: Callable[[Interval, Interval], Interval], beaten: Callable[[Interval, Interval], bool]
) -> PartialReading:
    """The greatest or the least. What another argument always beats cannot change the answer: its needs are dropped."""

    def partial(*arguments: Partial) -> Partial:
        known = [interval for interval in map(hull, arguments) if interval is not None]
        if len(known) < len(arguments):
            return anything(*arguments)
        telling = [
            argument
            for argument, interval in zip(arguments, known, strict=True)
            if not any(other is not interval and beaten(interval, other) for other in known)
        ]
        return settle(reduce(step, known), needs_of(*telling))

    return partial


def _below(interval: Interval, other: Interval) -> bool:
    return interval.high is not None and other.low is not None and interval.high <= other.low


def _above(interval: Interval, other: Interval) -> bool:
    return _below(other, interval)


def _round_partial(mode: str) -> PartialReading:
    def partial(value: Partial, step: Partial) -> Partial:
        interval = hull(value)
        if interval is None or not isinstance(step, Fraction) or step <= 0:
            return anything(value, step)
        return settle(intervals.round_interval(interval, step, mode), needs_of(value))

    return partial


# ---------------------------------------------------------------- types


def _check_sum(symbol: Phrase) -> Check:
    def check(types: Sequence[Type]) -> Type | Phrase:
        if types[0] == DAY:
            return Phrase(
                "日期不能用“{symbol}”：日期加月数用 加月(…)，加天数用 加天(…)，两个日期相隔用 相隔天数(…)",
                "“{symbol}” is not for days: use add_months(…), add_days(…) or days_between(…)",
            ).fill(symbol=symbol)
        return alike(symbol, types)

    return check


def _check_product(types: Sequence[Type]) -> Type | Phrase:
    factors = quantities(_MULTIPLY, types)
    if isinstance(factors, Phrase):
        return factors
    dimension: Dimension = reduce(times, (factor.dimension for factor in factors), ())
    return Quantity(dimension, all(factor.whole for factor in factors))


def _check_quotient(types: Sequence[Type]) -> Type | Phrase:
    found = quantities(_DIVIDE, types)
    return found if isinstance(found, Phrase) else Quantity(per(found[0].dimension, found[1].dimension))


def _check_negated(types: Sequence[Type]) -> Type | Phrase:
    return alike(_NEGATE, types)


def _check_chosen(symbol: Phrase) -> Check:
    def check(types: Sequence[Type]) -> Type | Phrase:
        return DAY if all(isinstance(kind, Day) for kind in types) else alike(symbol, types)

    return check


def _check_rounded(types: Sequence[Type]) -> Type | Phrase:
    value, step = types
    if not isinstance(value, Quantity):
        return wrong_type(_ROUND, ONE_NUMBER, value)
    if not isinstance(step, Quantity):
        return wrong_type(_ROUND, ONE_NUMBER, step)
    money = ((MONEY, 1),)
    if step.dimension == money and MONEY not in dict(value.dimension):
        return different_units(_ROUND, value.dimension, step.dimension)
    if step.dimension not in ((), money, value.dimension):
        return different_units(_ROUND, value.dimension, step.dimension)
    return Quantity(value.dimension, value.whole or step.whole)


# ---------------------------------------------------------------- rows


_ROUNDINGS = (
    ("half up", Phrase("四舍五入", "half up")),
    ("away from zero", Phrase("进一", "away from zero")),
    ("toward zero", Phrase("去尾", "toward zero")),
    ("up", Phrase("向上", "up")),
    ("down", Phrase("向下", "down")),
    ("half even", Phrase("四舍六入五成双", "half even")),
)


def _round_row(mode: str, words: Phrase) -> Operator:
    scalar = _rounded(mode)
    return Operator(
        f"round {mode}",
        _ROUND,
        counting(_ROUND, 2, 2, _check_rounded),
        scalar,
        known_first(scalar, by_cases(scalar, _round_partial(mode))),
        Phrase(f"{{0}} 取整 {words.zh} 到 {{1}}", f"{{0}} round {words.en} to {{1}}"),
    )


ARITHMETIC: tuple[Operator, ...] = (
    Operator(
        "add",
        _ADD,
        counting(_ADD, 1, None, _check_sum(_ADD)),
        _add,
        known_first(_add, by_cases(_add, _folded(intervals.add))),
        Phrase("{0} + {1}", "{0} + {1}"),
    ),
    Operator(
        "subtract",
        _SUBTRACT,
        counting(_SUBTRACT, 2, 2, _check_sum(_SUBTRACT)),
        _subtract,
        known_first(_subtract, by_cases(_subtract, _folded(intervals.subtract))),
        Phrase("{0} − {1}", "{0} − {1}"),
    ),
    Operator(
        "multiply",
        _MULTIPLY,
        counting(_MULTIPLY, 1, None, _check_product),
        _multiply,
        known_first(_multiply, by_cases(_multiply, _folded(intervals.multiply))),
        Phrase("{0} × {1}", "{0} × {1}"),
    ),
    Operator(
        "divide",
        _DIVIDE,
        counting(_DIVIDE, 2, 2, _check_quotient),
        _divide,
        known_first(_divide, by_cases(_divide, _folded(intervals.divide))),
        Phrase("{0} ÷ {1}", "{0} ÷ {1}"),
    ),
    Operator(
        "negate",
        _NEGATE,
        counting(_NEGATE, 1, 1, _check_negated),
        _negate,
        known_first(_negate, by_cases(_negate, _negate_partial)),
        Phrase("−{0}", "−{0}"),
    ),
    Operator(
        "maximum",
        _MAXIMUM,
        counting(_MAXIMUM, 1, None, _check_chosen(_MAXIMUM)),
        _maximum,
        known_first(_maximum, by_cases(_maximum, _chosen(intervals.maximum, _below))),
        Phrase("取大({all})", "max({all})"),
    ),
    Operator(
        "minimum",
        _MINIMUM,
        counting(_MINIMUM, 1, None, _check_chosen(_MINIMUM)),
        _minimum,
        known_first(_minimum, by_cases(_minimum, _chosen(intervals.minimum, _above))),
        Phrase("取小({all})", "min({all})"),
    ),
    *(_round_row(mode, words) for mode, words in _ROUNDINGS),
)
