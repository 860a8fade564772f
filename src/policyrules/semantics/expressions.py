"""Expressions of the tree to expressions of the core: every name resolved, every unit checked.

`lower(expr, context, expected)` gives None where something was wrong and has been reported. `expected` is the type of
the place the expression stands in: a bare number takes its unit, a bare word its options.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from attrs import evolve

from policyrules.core import program as core
from policyrules.operators.operator import type_phrase
from policyrules.semantics import calls, rule_problems, value_problems
from policyrules.semantics.comparing import between, comparison, membership, one_sided
from policyrules.semantics.context import Context
from policyrules.semantics.fitting import Lowered, Reader, fitted, is_bare, operate
from policyrules.semantics.references import named, of_somebody, path_of
from policyrules.source.phrase import Phrase
from policyrules.syntax import expression as x
from policyrules.syntax.builtins import SETTINGS, in_both
from policyrules.values.quantities import ROUNDING_MODES, ROUNDING_PLACES, ROUNDING_SHORTHANDS
from policyrules.values.types import DAY, NUMBER, TEXT, TRUTH, Options, Quantity, Type
from policyrules.values.units import MONTH, YEAR, dimension_of

SETTING_WORDS = in_both(SETTINGS)
_MEMBERS_USAGE = Phrase(
    "“中”和“无人则”只用在汇总里：合计(成员 中 条件，数额)、最高(成员，数额，无人则 0元)",
    "where and if none belong in a gathering: sum(members where condition, amount), highest(members, amount, if none 0)",
)


def lower(expr: x.Expr, context: Context, expected: Type | None = None) -> Lowered:
    """The core expression of a tree expression, or None after reporting why not."""
    return _LOWER[type(expr)](expr, context, expected)


def lower_to(expr: x.Expr, context: Context, wanted: Type) -> Lowered:
    """The same, for a place that takes one type only: 当, 条件, 给, 算 with a type."""
    lowered = lower(expr, context, wanted)
    if lowered is None:
        return None
    return fitted(lowered, wanted, expr, context)


# ---------------------------------------------------------------- literals and names


def _amount(expr: x.Amount, context: Context, expected: Type | None) -> Lowered:
    if expr.dimension is not None:
        whole = expr.value.denominator == 1
        return core.Literal(expr.value, Quantity(expr.dimension, whole), context.place(expr.span))
    kind = expected if isinstance(expected, Quantity) else NUMBER
    return core.Literal(expr.value, Quantity(kind.dimension, expr.value.denominator == 1), context.place(expr.span))


def _day(expr: x.DayLiteral, context: Context, expected: Type | None) -> Lowered:
    return core.Literal(expr.value, DAY, context.place(expr.span))


def _month(expr: x.MonthLiteral, context: Context, expected: Type | None) -> Lowered:
    context.report(value_problems.MONTH_NEEDS_DAY, expr.span)
    return None


def _text(expr: x.TextLiteral, context: Context, expected: Type | None) -> Lowered:
    if isinstance(expected, Options) and expr.text in expected.names:
        return core.Literal(expr.text, expected, context.place(expr.span))
    return core.Literal(expr.text, TEXT, context.place(expr.span))


def _truth(expr: x.TruthLiteral, context: Context, expected: Type | None) -> Lowered:
    if isinstance(expected, Options):
        for word in ("是", "yes") if expr.value else ("否", "no"):
            if word in expected.names:
                return core.Literal(word, expected, context.place(expr.span))
    return core.Literal(expr.value, TRUTH, context.place(expr.span))


def _name(expr: x.Name, context: Context, expected: Type | None) -> Lowered:
    if isinstance(expected, Options) and expr.text in expected.names:
        return core.Literal(expr.text, expected, context.place(expr.span))
    return named(expr, context, expected)


def _parenthesized(expr: x.Parenthesized, context: Context, expected: Type | None) -> Lowered:
    return lower(expr.value, context, expected)


# ---------------------------------------------------------------- operations


def _negative(expr: x.Negative, context: Context, expected: Type | None) -> Lowered:
    value = lower(expr.value, context, expected)
    if isinstance(value, core.Literal) and isinstance(value.value, Fraction) and not isinstance(value.value, bool):
        return evolve(value, value=-value.value)
    return None if value is None else operate("negate", (value,), context, expr)


def _not(expr: x.Not, context: Context, expected: Type | None) -> Lowered:
    value = lower_to(expr.value, context, TRUTH)
    return None if value is None else operate("not", (value,), context, expr)


def _logic(expr: x.Logic, context: Context, expected: Type | None) -> Lowered:
    parts = [lower_to(part, context, TRUTH) for part in expr.parts]
    if any(part is None for part in parts):
        return None
    return operate(expr.word.lower(), tuple(part for part in parts if part is not None), context, expr)


def lower_alike(exprs: tuple[x.Expr, ...], context: Context, expected: Type | None) -> tuple[core.Expression, ...] | None:
    """Operands that share a unit: bare numbers take that of the first operand that has one."""
    leader = next((at for at, expr in enumerate(exprs) if not is_bare(expr)), None)
    lowered: list[Lowered] = [None] * len(exprs)
    kind = expected
    if leader is not None:
        first = lowered[leader] = lower(exprs[leader], context, expected)
        if first is not None and isinstance(first.type, Quantity):
            kind = first.type
    for at, expr in enumerate(exprs):
        if at != leader:
            lowered[at] = lower(expr, context, kind)
    return None if any(part is None for part in lowered) else tuple(part for part in lowered if part is not None)


def _chain(expr: x.Chain, context: Context, expected: Type | None) -> Lowered:
    if expr.operators[0] in ("PLUS", "MINUS"):
        operands = lower_alike(expr.operands, context, expected)
        return None if operands is None else _sum(expr, operands, context)
    lowered = [lower(operand, context) for operand in expr.operands]
    if any(operand is None for operand in lowered):
        return None
    return _product(expr, [operand for operand in lowered if operand is not None], context)


# Longer chains are regrouped, so that no expression is nested as deeply as it is long.
_LONG = 8


def _sum(expr: x.Chain, operands: tuple[core.Expression, ...], context: Context) -> Lowered:
    if "MINUS" not in expr.operators:
        return operate("add", operands, context, expr)
    if len(operands) <= _LONG:
        result: Lowered = operands[0]
        for sign, operand in zip(expr.operators, operands[1:], strict=True):
            if result is None:
                return None
            result = operate("add" if sign == "PLUS" else "subtract", (result, operand), context, expr)
        return result
    signs = ("PLUS", *expr.operators)
    plus = operate("add", tuple(o for s, o in zip(signs, operands, strict=True) if s == "PLUS"), context, expr)
    less = tuple(o for s, o in zip(signs, operands, strict=True) if s == "MINUS")
    minus = less[0] if len(less) == 1 else operate("add", less, context, expr)
    return None if plus is None or minus is None else operate("subtract", (plus, minus), context, expr)


def _product(expr: x.Chain, operands: list[core.Expression], context: Context) -> Lowered:
    if "OVER" not in expr.operators:
        return operate("multiply", tuple(operands), context, expr)
    last = expr.operands[-1]
    if isinstance(last, x.Of) and path_of(last.whole, context) is None:
        context.report(value_problems.AMBIGUOUS_SHARE, last.span, share=context.place(last.part.span).words)
        return None
    result: Lowered = operands[0]
    for sign, operand in zip(expr.operators, operands[1:], strict=True):
        if result is None:
            return None
        if sign == "TIMES":
            result = operate("multiply", (result, operand), context, expr)
        elif _is_yearly(result) and _is_months(operand):
            result = _by_twelve(result, operand, context, expr)
        else:
            result = operate("divide", (result, operand), context, expr)
    return result


def _is_yearly(value: core.Expression) -> bool:
    return isinstance(value.type, Quantity) and (YEAR, -1) in value.type.dimension


def _is_months(value: core.Expression) -> bool:
    return isinstance(value, core.Literal) and isinstance(value.type, Quantity) and value.type.dimension == ((MONTH, 1),)


def _by_twelve(yearly: core.Expression, months: core.Expression, context: Context, expr: x.Chain) -> Lowered:
    """元/年 ÷ 12月 is 元/月: the written conversion of law 3. Only twelve will do."""
    assert isinstance(months, core.Literal) and isinstance(yearly.type, Quantity)
    if months.value != 12:
        context.report(value_problems.NOT_TWELVE, expr.span, months=months.value)
        return None
    return _times_twelve(yearly, "divide", YEAR, MONTH, context, expr)


def _times_twelve(value: core.Expression, operator: str, old: str, new: str, context: Context, expr: Any) -> Lowered:
    assert isinstance(value.type, Quantity)
    powers = dict(value.type.dimension)
    powers[new] = powers.get(new, 0) + powers.pop(old)
    twelve = core.Literal(Fraction(12), NUMBER, context.place(expr.span))
    return core.Operation(operator, (value, twelve), Quantity(dimension_of(powers)), context.place(expr.span))


def _converted(expr: x.Converted, context: Context, expected: Type | None) -> Lowered:
    value = lower(expr.value, context, expected)
    if value is None:
        return None
    powers = dict(value.type.dimension) if isinstance(value.type, Quantity) else {}
    to_month = expr.unit.text in ("月", "每月", "month")
    to_year = expr.unit.text in ("年", "每年", "year")
    if to_month and YEAR in powers:
        return _times_twelve(value, "divide" if powers[YEAR] < 0 else "multiply", YEAR, MONTH, context, expr)
    if to_year and MONTH in powers:
        return _times_twelve(value, "multiply" if powers[MONTH] < 0 else "divide", MONTH, YEAR, context, expr)
    context.report(value_problems.BAD_CONVERSION, expr.span, found=type_phrase(value.type), unit=expr.unit.text)
    return None


def _of(expr: x.Of, context: Context, expected: Type | None) -> Lowered:
    """户的… is the household's, 低保标准 的 35% is a product: the name on the left tells."""
    if isinstance(expr.part, x.Name):
        path = path_of(expr.whole, context)
        if path is not None:
            return of_somebody(path, expr.part, context)
    whole = lower(expr.whole, context)
    part = lower(expr.part, context)
    return None if whole is None or part is None else operate("multiply", (whole, part), context, expr)


# ---------------------------------------------------------------- choice, limits, rounding


def _choose(expr: x.Choose, context: Context, expected: Type | None) -> Lowered:
    """A chain of 否则 若 is one choice of many branches."""
    branches: list[core.Branch] = []
    values: list[x.Expr] = []
    whole = expr
    rest: x.Expr = expr
    kind = expected
    sound = True
    while isinstance(rest, x.Choose):
        condition = lower_to(rest.condition, context, TRUTH)
        value = lower(rest.then, context, kind)
        if condition is None or value is None:
            sound = False
        else:
            kind = kind if kind is not None or is_bare(rest.then) else value.type
            branches.append(core.Branch(condition, value, place=context.place(rest.span)))
        values.append(rest.then)
        rest = rest.otherwise
    otherwise = lower(rest, context, kind)
    if otherwise is None or not sound:
        return None
    kind = kind or otherwise.type
    return _choice(branches, otherwise, kind, (*values, rest), context, whole)


def _choice(
    branches: list[core.Branch], otherwise: core.Expression, kind: Type, values: tuple[x.Expr, ...], context: Context, expr: x.Choose
) -> Lowered:
    """A choice whose branches all fit one type; `values` are theirs as written, the last one that of 否则."""
    fitting: list[core.Branch] = []
    for branch, written in zip(branches, values, strict=False):
        value = fitted(branch.value, kind, written, context)
        if value is None:
            return None
        fitting.append(evolve(branch, value=value))
    last = fitted(otherwise, kind, values[-1], context)
    return None if last is None else core.Choice(tuple(fitting), last, kind, context.place(expr.span))


def _limited(expr: x.Limited, context: Context, expected: Type | None) -> Lowered:
    value = lower(expr.value, context, expected)
    limit = None if value is None else lower(expr.limit, context, value.type)
    if value is None or limit is None:
        return None
    return operate("maximum" if expr.word == "FLOOR" else "minimum", (value, limit), context, expr)


def _rounded(expr: x.Rounded, context: Context, expected: Type | None) -> Lowered:
    value = lower(expr.value, context, expected)
    way = rounding(expr.words, context)
    if value is None or way is None:
        return None
    step = core.Literal(way[1], Quantity(value.type.dimension) if isinstance(value.type, Quantity) else NUMBER)
    return operate(way[0], (value, step), context, expr)


def rounding(words: x.RoundingWords, context: Context) -> tuple[str, Fraction] | None:
    """四舍五入 到 分 as an operator and a step."""
    mode, place = _joined(words.mode), _joined(words.place)
    if not place and mode in ROUNDING_SHORTHANDS:
        way, step = ROUNDING_SHORTHANDS[mode]
        return f"round {way}", step
    if mode in ROUNDING_MODES and place in ROUNDING_PLACES:
        return f"round {ROUNDING_MODES[mode]}", ROUNDING_PLACES[place]
    context.report(value_problems.UNKNOWN_ROUNDING, words.span, words=context.place(words.span).words)
    return None


def _joined(words: tuple[str, ...]) -> str:
    return (" " if all(word.isascii() for word in words) else "").join(words)


def _spread(expr: x.Spread, context: Context, expected: Type | None) -> Lowered:
    value = lower(expr.value, context)
    place = _joined(expr.place)
    month = SETTING_WORDS.get(expr.month.text)
    if place not in ROUNDING_PLACES:
        context.report(value_problems.UNKNOWN_ROUNDING, expr.span, words=place)
        return None
    if month not in ("first month", "last month"):
        known = Phrase("首月、末月", "first_month, last_month")
        context.report(rule_problems.UNKNOWN_SETTING, expr.month.span, name=expr.month.text, known=known)
        return None
    if value is None:
        return None
    step = core.Literal(ROUNDING_PLACES[place], value.type)
    day = core.MomentValue(core.Moment.DAY, DAY)
    return operate("spread", (value, step, day, core.Literal(month, TEXT)), context, expr)


def _handed(read: Callable[[Any, Context, Type | None, Reader], Lowered]) -> Callable[[Any, Context, Type | None], Lowered]:
    """A lowering of another module, given the way back to this one."""
    return lambda expr, context, expected: read(expr, context, expected, _READER)


def _misplaced(expr: Any, context: Context, expected: Type | None) -> Lowered:
    context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=context.place(expr.span).words, usage=_MEMBERS_USAGE)
    return None


_LOWER: Mapping[type, Callable[[Any, Context, Type | None], Lowered]] = MappingProxyType(
    {
        x.Name: _name,
        x.Amount: _amount,
        x.DayLiteral: _day,
        x.MonthLiteral: _month,
        x.TextLiteral: _text,
        x.TruthLiteral: _truth,
        x.Of: _of,
        x.Call: _handed(calls.call),
        x.Filtered: _misplaced,
        x.IfNone: _misplaced,
        x.Parenthesized: _parenthesized,
        x.Negative: _negative,
        x.Not: _not,
        x.Chain: _chain,
        x.Logic: _logic,
        x.Comparison: _handed(comparison),
        x.Membership: _handed(membership),
        x.Between: _handed(between),
        x.OneSided: _handed(one_sided),
        x.Choose: _choose,
        x.Limited: _limited,
        x.Rounded: _rounded,
        x.Converted: _converted,
        x.Spread: _spread,
    }
)
_READER: Reader = Reader(lower, lower_to, lower_alike)
