"""Calls: functions of the operator table, 享受(…), 至少 n 项(…), and the way to gatherings."""

from __future__ import annotations

from attrs import evolve

from policyrules.core import program as core
from policyrules.semantics import problems, value_problems
from policyrules.semantics.context import Context
from policyrules.semantics.fitting import Lowered, Reader, operate
from policyrules.semantics.gathering import gather, report_no_members, role_of, source_of
from policyrules.semantics.references import age_of, named, of_somebody, path_of
from policyrules.source.phrase import Phrase
from policyrules.syntax import expression as x
from policyrules.syntax.builtins import FUNCTIONS, GATHERINGS, GRANTED, in_both
from policyrules.values.types import TRUTH, Quantity, Type

_FUNCTIONS = in_both(FUNCTIONS)
_GATHERINGS = in_both(GATHERINGS)


def call(expr: x.Call, context: Context, expected: Type | None, reader: Reader) -> Lowered:
    """A function, a gathering, 享受(…) or 至少 n 项(…)."""
    word = expr.function.text
    if expr.count is not None:
        return _at_least(expr, context, reader)
    if word in (GRANTED.zh, GRANTED.en):
        return _granted(expr, context)
    if word in _GATHERINGS and role_of(source_of(expr.arguments[0]), context) is not None:
        return gather(_GATHERINGS[word], expr, context, expected, reader)
    if word in _GATHERINGS and _GATHERINGS[word] not in ("any", "all"):
        report_no_members(expr, context)
        return None
    if _FUNCTIONS.get(word) == "age":
        return age_of(expr.arguments, expr.function, context, reader)
    if word in _FUNCTIONS or word in _GATHERINGS or word == "any_of":
        return _function(expr, context, expected, reader)
    known = "、".join([phrase.zh for phrase in (*FUNCTIONS.values(), *GATHERINGS.values(), GRANTED)])
    english = ", ".join([phrase.en for phrase in (*FUNCTIONS.values(), *GATHERINGS.values(), GRANTED)])
    context.report(value_problems.UNKNOWN_FUNCTION, expr.function.span, name=word, known=Phrase(known, english))
    return None


def _function(expr: x.Call, context: Context, expected: Type | None, reader: Reader) -> Lowered:
    word = expr.function.text
    operator = _FUNCTIONS.get(word) or {"all": "and"}.get(_GATHERINGS.get(word, ""), "or")
    if operator in ("and", "or"):
        return operate_truths(operator, expr, context, reader)
    if operator in ("maximum", "minimum"):
        alike = reader.lower_alike(expr.arguments, context, expected)
        return None if alike is None else operate(operator, alike, context, expr)
    arguments = [reader.lower(argument, context, _argument_type(operator, at)) for at, argument in enumerate(expr.arguments)]
    if any(argument is None for argument in arguments):
        return None
    return operate(operator, tuple(argument for argument in arguments if argument is not None), context, expr)


def _argument_type(operator: str, at: int) -> Type | None:
    if at == 1 and operator == "add_months":
        return Quantity((("月", 1),))
    if at == 1 and operator == "add_days":
        return Quantity((("天", 1),))
    return None


def operate_truths(operator: str, expr: x.Call, context: Context, reader: Reader) -> Lowered:
    """均(a, b) and 任一(a, b) over conditions."""
    parts = [reader.lower_to(argument, context, TRUTH) for argument in expr.arguments]
    if any(part is None for part in parts):
        return None
    sound = tuple(part for part in parts if part is not None)
    return sound[0] if len(sound) == 1 else operate(operator, sound, context, expr)


def _at_least(expr: x.Call, context: Context, reader: Reader) -> Lowered:
    assert expr.count is not None
    parts = [reader.lower_to(argument, context, TRUTH) for argument in expr.arguments]
    if any(part is None for part in parts):
        return None
    if expr.count.dimension is not None or expr.count.value.denominator != 1 or not 0 < expr.count.value <= len(parts):
        usage = Phrase(f"项数要在 1 至 {len(parts)} 之间", f"the number must be from 1 to {len(parts)}")
        context.report(value_problems.WRONG_ARGUMENTS, expr.count.span, name=context.place(expr.count.span).words, usage=usage)
        return None
    count = core.Literal(expr.count.value, Quantity((), whole=True), context.place(expr.count.span))
    return operate("at_least", (count, *(part for part in parts if part is not None)), context, expr)


def _granted(expr: x.Call, context: Context) -> Lowered:
    target = expr.arguments[0]
    value: Lowered = None
    if isinstance(target, x.Name):
        value = named(target, context, None)
    elif isinstance(target, x.Of) and isinstance(target.part, x.Name):
        path = path_of(target.whole, context)
        value = of_somebody(path, target.part, context) if path is not None else None
        if path is None:
            context.report(problems.NOT_AN_ENTITY, target.whole.span, name=context.place(target.whole.span).words,
                           known="、".join(context.names.enclosing(context.entity)))  # fmt: skip
            return None
    if isinstance(value, core.BenefitValue):
        return evolve(value, granted=True, type=TRUTH, place=context.place(expr.span))
    if value is not None or not isinstance(target, (x.Name, x.Of)):
        usage = Phrase("写作 享受(某项给付)", "write granted(a benefit)")
        context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=expr.function.text, usage=usage)
    return None
