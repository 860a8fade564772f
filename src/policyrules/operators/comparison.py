"""Rows of comparison: the same or not, below and above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from policyrules.operators.dimensions import alike
from policyrules.operators.operator import (
    Check,
    Operator,
    PartialReading,
    by_cases,
    counting,
    either_truth,
    known_first,
    type_phrase,
)
from policyrules.source.phrase import Phrase
from policyrules.values import partial as intervals
from policyrules.values.partial import possible_values, reach
from policyrules.values.types import TRUTH, Day, Options, Quantity, Type, Value
from policyrules.values.unknown import Interval, Partial

_Decided = Callable[[Partial, Partial], "bool | None"]


# ---------------------------------------------------------------- scalar: the meaning


def _equal(left: Value, right: Value) -> bool:
    return left == right


def _not_equal(left: Value, right: Value) -> bool:
    return left != right


def _less(left: Fraction, right: Fraction) -> bool:
    return left < right


def _less_equal(left: Fraction, right: Fraction) -> bool:
    return left <= right


def _greater(left: Fraction, right: Fraction) -> bool:
    return left > right


def _greater_equal(left: Fraction, right: Fraction) -> bool:
    return left >= right


# ---------------------------------------------------------------- unknown arguments


def _deciding(decided: _Decided) -> PartialReading:
    def partial(left: Partial, right: Partial) -> Partial:
        answer = decided(left, right)
        return either_truth(left, right) if answer is None else answer

    return partial


def _surely_equal(left: Partial, right: Partial) -> bool | None:
    one, other = reach(left), reach(right)
    if one is not None and other is not None:
        return intervals.equal(one, other)
    first, second = possible_values(left), possible_values(right)
    return False if first is not None and second is not None and first.isdisjoint(second) else None


def _surely_not_equal(left: Partial, right: Partial) -> bool | None:
    same = _surely_equal(left, right)
    return None if same is None else not same


def _ordered(decide: Callable[[Interval, Interval], bool | None]) -> _Decided:
    def decided(left: Partial, right: Partial) -> bool | None:
        one, other = reach(left), reach(right)
        return None if one is None or other is None else decide(one, other)

    return decided


def _turned(decided: _Decided) -> _Decided:
    return lambda left, right: decided(right, left)


# ---------------------------------------------------------------- types


def _check_same(symbol: Phrase) -> Check:
    def check(types: Sequence[Type]) -> Type | Phrase:
        match types[0], types[1]:
            case Quantity(), Quantity():
                common = alike(symbol, types)
                return common if isinstance(common, Phrase) else TRUTH
            case Options(left), Options(right):
                return TRUTH if set(left) & set(right) else _no_common_option(types[0], types[1])
            case left_type, right_type if type(left_type) is type(right_type):
                return TRUTH
            case left_type, right_type:
                return _incomparable(left_type, right_type)

    return check


def _check_order(symbol: Phrase) -> Check:
    def check(types: Sequence[Type]) -> Type | Phrase:
        match types[0], types[1]:
            case Day(), Day():
                return TRUTH
            case Quantity(), Quantity():
                common = alike(symbol, types)
                return common if isinstance(common, Phrase) else TRUTH
            case Options(), Options():
                return Phrase(
                    "选项没有大小之分，不能用“{symbol}”；请用 为 或 属于 写出选项",
                    "options have no order, so “{symbol}” does not apply; name the options with is or in",
                ).fill(symbol=symbol)
            case left, right if type(left) is type(right):
                return Phrase("{kind} 不能用“{symbol}”比较", "“{symbol}” does not apply to {kind}").fill(
                    kind=type_phrase(left), symbol=symbol
                )
            case left, right:
                return _incomparable(left, right)

    return check


def _no_common_option(left: Type, right: Type) -> Phrase:
    return Phrase("两边没有共同的选项：{left} 与 {right}", "the two sides share no option: {left} and {right}").fill(
        left=type_phrase(left), right=type_phrase(right)
    )


def _incomparable(left: Type, right: Type) -> Phrase:
    return Phrase("不能比较 {left} 与 {right}", "{left} and {right} cannot be compared").fill(
        left=type_phrase(left), right=type_phrase(right)
    )


# ---------------------------------------------------------------- rows


def _row(
    name: str,
    words: tuple[str, str],
    check: Callable[[Phrase], Check],
    scalar: Callable[..., bool],
    decided: _Decided,
) -> Operator:
    symbol = Phrase(*words)
    return Operator(
        name,
        symbol,
        counting(symbol, 2, 2, check(symbol)),
        scalar,
        known_first(scalar, by_cases(scalar, _deciding(decided))),
        Phrase(f"{{0}} {symbol.zh} {{1}}", f"{{0}} {symbol.en} {{1}}"),
    )


_LESS = _ordered(intervals.less)
_LESS_EQUAL = _ordered(intervals.less_equal)

COMPARISON: tuple[Operator, ...] = (
    _row("equal", ("为", "is"), _check_same, _equal, _surely_equal),
    _row("not_equal", ("不为", "is not"), _check_same, _not_equal, _surely_not_equal),
    _row("less", ("低于", "below"), _check_order, _less, _LESS),
    _row("less_equal", ("不高于", "at most"), _check_order, _less_equal, _LESS_EQUAL),
    _row("greater", ("高于", "above"), _check_order, _greater, _turned(_LESS)),
    _row("greater_equal", ("不低于", "at least"), _check_order, _greater_equal, _turned(_LESS_EQUAL)),
)
