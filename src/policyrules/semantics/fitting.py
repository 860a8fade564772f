"""Whether a lowered expression fits where it stands: types and units checked, with the likely repair."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from attrs import evolve, frozen

from policyrules.core import program as core
from policyrules.operators.operator import type_phrase
from policyrules.operators.table import OPERATORS
from policyrules.semantics import problems, value_problems
from policyrules.semantics.context import Context
from policyrules.source.diagnostic import with_hint
from policyrules.source.phrase import Phrase, plain
from policyrules.syntax import expression as x
from policyrules.values.types import Day, Dimension, Options, Quantity, Text, Truth, Type
from policyrules.values.units import MONTH, PERSON, YEAR, dimension_of, per

Lowered = core.Expression | None


@frozen
class Reader:
    """How sub-expressions are lowered; handed in, since names and expressions need one another."""

    lower: Callable[[x.Expr, Context, Type | None], Lowered]
    lower_to: Callable[[x.Expr, Context, Type], Lowered]
    lower_alike: Callable[[tuple[x.Expr, ...], Context, Type | None], tuple[core.Expression, ...] | None]


@lru_cache(maxsize=4096)
def _checked(operator: str, types: tuple[Type, ...]) -> Type | Phrase:
    """The operator's answer for these types; the same few come again and again."""
    return OPERATORS[operator].check(types)


def operate(operator: str, arguments: tuple[core.Expression, ...], context: Context, expr: Any) -> Lowered:
    """The operation, if the operator takes arguments of these types."""
    result = _checked(operator, tuple(argument.type for argument in arguments))
    if isinstance(result, Phrase) and context.names.enclosing(context.subject)[1:]:
        # In a rule about one member, 元/人·月 is that member's 元/月.
        reduced = tuple(_of_one_person(argument) for argument in arguments)
        again = _checked(operator, tuple(argument.type for argument in reduced))
        if not isinstance(again, Phrase):
            result, arguments = again, reduced
    if isinstance(result, Phrase):
        reason, repair = _split(result)
        context.add(with_hint(value_problems.WRONG_OPERANDS.at(context.place(expr.span), reason=reason), repair))
        return None
    return core.Operation(operator, arguments, result, context.place(expr.span))


def _of_one_person(argument: core.Expression) -> core.Expression:
    kind = argument.type
    if isinstance(kind, Quantity) and (PERSON, -1) in kind.dimension:
        return evolve(argument, type=Quantity(_without_person(kind.dimension), kind.whole))
    return argument


def fitted(lowered: core.Expression, wanted: Type, expr: x.Expr, context: Context) -> Lowered:
    """`lowered` if its type is the wanted one (a share of a person counts as the person's); else None and a report."""
    found = lowered.type
    if isinstance(wanted, Quantity) and isinstance(found, Quantity):
        if found.dimension == wanted.dimension:
            return lowered
        if context.names.enclosing(context.subject)[1:] and _without_person(found.dimension) == wanted.dimension:
            return evolve(lowered, type=Quantity(wanted.dimension, found.whole))
        written = _leading(lowered, wanted.dimension)
        if written is not None:
            return written
        check = OPERATORS["equal"].check((wanted, found))
        reason = check if isinstance(check, Phrase) else plain("")
        repair = _conversion(wanted, found) or _split(reason)[1] or Phrase("改成同一种单位", "use the same unit")
        context.report(value_problems.WRONG_TYPE, expr.span, wanted=type_phrase(wanted), found=type_phrase(found), repair=repair)
        return None
    if type(found) is type(wanted) and (not isinstance(found, Options) or set(found.names) <= set(_names(wanted))):
        return lowered
    if isinstance(wanted, Truth) and isinstance(lowered, core.BenefitValue):
        context.report(problems.BENEFIT_AS_TRUTH, expr.span, name=context.place(expr.span).words)
        return None
    context.report(
        value_problems.WRONG_TYPE,
        expr.span,
        wanted=type_phrase(wanted),
        found=type_phrase(found),
        repair=_repair(wanted),
    )
    return None


def _names(kind: Type) -> tuple[str, ...]:
    return kind.names if isinstance(kind, Options) else ()


def _conversion(wanted: Quantity, found: Quantity) -> Phrase | None:
    """How to turn what is written into what the place takes, where they differ in years and months only."""
    difference = per(wanted.dimension, found.dimension)
    if difference == dimension_of({YEAR: -1, MONTH: 1}):
        return Phrase("在后面写“折算 到 年”", "write “converted to year” after it")
    if difference == dimension_of({YEAR: 1, MONTH: -1}):
        return Phrase("在后面写“折算 到 月”或“÷ 12月”", "write “converted to month” or “/ 12 months” after it")
    return None


def _split(reason: Phrase) -> tuple[Phrase, Phrase | None]:
    """What is wrong, and after a semicolon the repair."""
    (zh, _, repair_zh), (en, _, repair_en) = reason.zh.partition("；"), reason.en.partition("; ")
    return Phrase(zh, en), Phrase(repair_zh, repair_en) if repair_zh and repair_en else None


def _repair(wanted: Type) -> Phrase:
    match wanted:
        case Truth():
            return Phrase("写成一个能答“是”或“否”的比较", "write a comparison that is true or false")
        case Day():
            return Phrase("写成日期，如 2020-04-01", "write a day such as 2020-04-01")
        case Options():
            return Phrase(f"可选：{'、'.join(wanted.names)}", f"options: {', '.join(wanted.names)}")
        case Text():
            return Phrase("写成“…”", "write “…”")
        case Quantity():
            return Phrase("写成一个数", "write an amount")


def _leading(lowered: core.Expression, wanted: Dimension) -> Lowered:
    """366元 where 元/月 is declared: a literal may leave out what its unit is counted per."""
    if not isinstance(lowered, core.Literal) or not isinstance(lowered.type, Quantity):
        return None
    above = tuple(power for power in wanted if power[1] > 0)
    return evolve(lowered, type=Quantity(wanted)) if lowered.type.dimension == above and above else None


def _without_person(dimension: Dimension) -> Dimension:
    return tuple(power for power in dimension if power != (PERSON, -1))


def is_bare(expr: x.Expr) -> bool:
    """Whether it is a number without a unit, which takes that of its neighbour."""
    while isinstance(expr, (x.Negative, x.Parenthesized)):
        expr = expr.value
    return isinstance(expr, x.Amount) and expr.dimension is None
