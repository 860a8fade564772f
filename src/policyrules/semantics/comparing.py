"""Comparisons: every word of comparison to an operator, and what each includes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from policyrules.core import program as core
from policyrules.semantics import value_problems
from policyrules.semantics.context import Context
from policyrules.semantics.fitting import Lowered, Reader, is_bare, operate
from policyrules.syntax import expression as x
from policyrules.values.types import Quantity, Type

# Words of comparison: the operator, and for words a file may redefine their terminal.
COMPARISONS: Mapping[str, str] = MappingProxyType(
    {
        "IS": "equal", "EQUAL": "equal", "IS_NOT": "not_equal", "UNEQUAL": "not_equal",
        "ABOVE": "greater", "GREATER": "greater", "EXCEEDS": "greater", "AFTER": "greater",
        "BELOW": "less", "LESS": "less", "SHORT_OF": "less", "LESS_THAN": "less", "BEFORE": "less",
        "GREATER_THAN": "greater", "SMALLER_THAN": "less", "EQUAL_TO": "equal", "UNEQUAL_TO": "not_equal",
        "NO_LESS": "greater_equal", "NO_MORE": "less_equal", "GREATER_OR_EQUAL": "greater_equal", "SMALLER_OR_EQUAL": "less_equal",
        "NOT_ABOVE": "less_equal", "LESS_EQUAL": "less_equal", "NOT_EXCEEDING": "less_equal", "NOT_AFTER": "less_equal",
        "AT_LEAST": "greater_equal", "AT_MOST": "less_equal", "NOT_BELOW": "greater_equal",
        "GREATER_EQUAL": "greater_equal", "REACHES": "greater_equal", "NOT_BEFORE": "greater_equal",
    }
)  # fmt: skip
# 以上 以下 以内 满 include their number and the others do not (民法典 第1259条), unless a file declares otherwise.
UPWARD = frozenset({"OR_MORE", "BEYOND", "REACHES", "EXCEEDS"})
INCLUDING = frozenset({"OR_MORE", "OR_LESS", "WITHIN", "REACHES"})
REDEFINABLE = frozenset({"OR_MORE", "OR_LESS", "WITHIN", "BEYOND", "REACHES", "SHORT_OF", "LESS_THAN", "EXCEEDS"})
_CLAMPS = {
    **dict.fromkeys(("NOT_BELOW", "NO_LESS", "AT_LEAST"), "maximum"),
    **dict.fromkeys(("NOT_ABOVE", "NO_MORE", "NOT_EXCEEDING", "AT_MOST"), "minimum"),
}


def comparison(expr: x.Comparison, context: Context, expected: Type | None, reader: Reader) -> Lowered:
    """低于, 不满, 为 60 以上 …; where an amount is wanted, 不低于 and 不高于 are a floor and a cap."""
    if isinstance(expected, Quantity) and all(one.word in _CLAMPS and one.beyond is None for one in expr.rest):
        return _clamped(expr, context, expected, reader)
    if len(expr.rest) > 1:
        context.report(value_problems.CHAINED, expr.rest[1].span)
        return None
    one = expr.rest[0]
    if one.beyond is not None:
        if one.word != "IS":
            context.report(
                value_problems.BOUND_ONLY_WITH_IS, one.span, word=_keyword(one.word, context), beyond=_keyword(one.beyond, context)
            )
            return None
        return _against(expr.left, one.right, bound_operator(one.beyond, one.included, context), context, expr, reader)
    operator = COMPARISONS[one.word]
    if one.word in REDEFINABLE:
        operator = bound_operator(one.word, None, context)
    return _against(expr.left, one.right, operator, context, expr, reader)


def _keyword(terminal: str, context: Context) -> str:
    words = context.keywords.zh if context.spelling == "zh" else context.keywords.en
    return next((word for word, type in words.items() if type == terminal), terminal)


def bound_operator(word: str, included: bool | None, context: Context) -> str:
    """以上, 不满 … as an operator: by a mark beside it, by the file's own 界限, by law 5."""
    if included is None:
        included = context.settings.bounds.get(word, word in INCLUDING)
    return ("greater" if word in UPWARD else "less") + ("_equal" if included else "")


def _against(left: x.Expr, right: x.Expr, operator: str, context: Context, expr: Any, reader: Reader) -> Lowered:
    """A comparison of two sides. A bare number or a bare option takes its type from the other side."""
    if isinstance(right, x.MonthLiteral) and operator in ("less", "greater_equal"):
        right = x.DayLiteral(right.value, right.span)
    if is_bare(left) and not is_bare(right):
        second = reader.lower(right, context, None)
        first = reader.lower(left, context, None if second is None else second.type)
    else:
        first = reader.lower(left, context, None)
        # Of a name that stands alone nothing can be said while it is open what it may be: it may be an option.
        unsure = first is None and isinstance(right, x.Name) and not context.names.visible(right.text, context.scope)
        second = None if unsure else reader.lower(right, context, None if first is None else first.type)
    if first is None or second is None:
        return None
    return operate(operator, (first, second), context, expr)


def _clamped(expr: x.Comparison, context: Context, expected: Quantity, reader: Reader) -> Lowered:
    """标准 − 收入 不低于 0元, where an amount is wanted: a floor or a cap, not a question."""
    value = reader.lower(expr.left, context, expected)
    for one in expr.rest:
        if value is None:
            return None
        limit = reader.lower(one.right, context, value.type)
        value = None if limit is None else operate(_CLAMPS[one.word], (value, limit), context, expr)
    return value


def membership(expr: x.Membership, context: Context, expected: Type | None, reader: Reader) -> Lowered:
    """属于 and 不属于 a list."""
    value = reader.lower(expr.value, context, None)
    if value is None:
        return None
    tests: list[core.Expression] = []
    for choice in expr.choices:
        other = reader.lower(choice, context, value.type)
        test = None if other is None else operate("equal", (value, other), context, choice)
        if test is None:
            return None
        tests.append(test)
    any_of = tests[0] if len(tests) == 1 else operate("or", tuple(tests), context, expr)
    return operate("not", (any_of,), context, expr) if expr.negated and any_of is not None else any_of


def between(expr: x.Between, context: Context, expected: Type | None, reader: Reader) -> Lowered:
    """在 a 至 b 之间, with both ends said to be in or out."""
    if expr.low.included is None or expr.high.included is None:
        open_end = expr.low if expr.low.included is None else expr.high
        context.report(value_problems.OPEN_BOUND, open_end.span)
        return None
    low = _against(expr.value, expr.low.value, "greater_equal" if expr.low.included else "greater", context, expr, reader)
    high = _against(expr.value, expr.high.value, "less_equal" if expr.high.included else "less", context, expr, reader)
    return None if low is None or high is None else operate("and", (low, high), context, expr)


def one_sided(expr: x.OneSided, context: Context, expected: Type | None, reader: Reader) -> Lowered:
    """在 60 以上, 60 以下."""
    operator = bound_operator(expr.beyond, expr.bound.included, context)
    return _against(expr.value, expr.bound.value, operator, context, expr, reader)
