"""Gathering over members: 人数, 合计, 任一, 全部, 最高, 最低, 平均, each over a role and those a condition picks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from policyrules.core import program as core
from policyrules.semantics import problems, value_problems
from policyrules.semantics.context import Context
from policyrules.semantics.fitting import Lowered, Reader
from policyrules.semantics.names import nearest
from policyrules.semantics.references import MEMBER_USAGE, close_or_all, entity_of, path_of
from policyrules.source.diagnostic import Fix
from policyrules.syntax import expression as x
from policyrules.values.types import TRUTH, Day, Quantity, Type
from policyrules.values.units import PERSON

_Role: TypeAlias = tuple[core.Path, core.Role, "x.Name | None"]


def source_of(argument: x.Expr) -> x.Expr:
    """The members an argument names, without its condition."""
    return argument.source if isinstance(argument, x.Filtered) else argument


def role_of(expr: x.Expr, context: Context) -> _Role | None:
    """成员, 户的成员, or 成员的月收入 (then with the value's name)."""
    if isinstance(expr, x.Name):
        role = context.names.role(context.entity, expr.text)
        if role is not None and role.many and context.entity is not None:
            return core.Path(core.Anchor.CURRENT, context.entity), role, None
        return None
    if not isinstance(expr, x.Of) or not isinstance(expr.part, x.Name):
        return None
    path = path_of(expr.whole, context)
    if path is not None:
        role = context.names.role(entity_of(path, context), expr.part.text)
        return (path, role, None) if role is not None and role.many else None
    inner = role_of(expr.whole, context)
    return (inner[0], inner[1], expr.part) if inner is not None and inner[2] is None else None


def report_no_members(expr: x.Call, context: Context) -> None:
    """The first argument of a gathering names no members: perhaps those of an enclosing entity."""
    source = source_of(expr.arguments[0])
    if isinstance(source, x.Name):
        for holder in context.names.enclosing(context.entity)[1:]:
            if context.names.role(holder, source.text) is not None:
                place = context.place(source.span)
                written = f"{holder}的{source.text}" if context.spelling == "zh" else f"{holder}'s {source.text}"
                found = problems.OF_SOMEBODY.at(
                    place, name=source.text, owner=holder, entity=context.entity, written=written, fix=Fix(place, written)
                )
                context.add(found)
                return
        roles = [role.name for role in context.names.entities[context.entity].roles] if context.entity else []
        close = nearest(source.text, roles)
        if close is not None:
            known = close_or_all(close, roles)
            context.report(problems.NO_SUCH_MEMBER_OF, source.span, entity=context.entity, name=source.text, known=known)
            return
    context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=expr.function.text, usage=MEMBER_USAGE)


def gather(kind: str, expr: x.Call, context: Context, expected: Type | None, reader: Reader) -> Lowered:
    """One gathering, with its condition, its value and what holds when there is nobody."""
    first, *rest = expr.arguments
    found = role_of(source_of(first), context)
    assert found is not None
    path, role, value_name = found
    inside = context.about(role.entity)
    where = reader.lower_to(first.where, inside, TRUTH) if isinstance(first, x.Filtered) else None
    if isinstance(first, x.Filtered) and where is None:
        return None
    values = [argument for argument in rest if not isinstance(argument, x.IfNone)]
    if_none = next((argument for argument in rest if isinstance(argument, x.IfNone)), None)
    if value_name is not None:
        values.insert(0, value_name)
    gathering = core.Gathering(kind)
    most = 0 if gathering is core.Gathering.COUNT else 1
    if len(values) > most or (if_none is not None and kind not in ("highest", "lowest", "mean")):
        context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=expr.function.text, usage=MEMBER_USAGE)
        return None
    match gathering:
        case core.Gathering.COUNT:
            whole = Quantity(((PERSON, 1),), whole=True)
            return core.Aggregate(gathering, path, role.name, where, None, None, whole, context.place(expr.span))
        case core.Gathering.ANY | core.Gathering.ALL:
            return _any_or_all(gathering, path, role, where, values, expr, context, inside, reader)
        case _:
            return _of_values(gathering, path, role, where, values, if_none, expr, context, inside, expected, reader)


def _any_or_all(
    kind: core.Gathering, path: core.Path, role: core.Role, where: Lowered, values: Sequence[x.Expr],
    expr: x.Call, context: Context, inside: Context, reader: Reader,
) -> Lowered:  # fmt: skip
    """任一(成员 中 A): somebody of whom A is true; with a second condition, somebody among those of whom A is."""
    value = reader.lower_to(values[0], inside, TRUTH) if values else where
    if value is None:
        if not values:
            context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=expr.function.text, usage=MEMBER_USAGE)
        return None
    among = where if values else None
    return core.Aggregate(kind, path, role.name, among, value, None, TRUTH, context.place(expr.span))


def _of_values(
    kind: core.Gathering, path: core.Path, role: core.Role, where: Lowered, values: Sequence[x.Expr], if_none: x.IfNone | None,
    expr: x.Call, context: Context, inside: Context, expected: Type | None, reader: Reader,
) -> Lowered:  # fmt: skip
    if not values:
        context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=expr.function.text, usage=MEMBER_USAGE)
        return None
    value = reader.lower(values[0], inside, expected)
    if value is None:
        return None
    orders_days = isinstance(value.type, Day) and kind in (core.Gathering.HIGHEST, core.Gathering.LOWEST)
    if not isinstance(value.type, Quantity) and not orders_days:
        context.report(value_problems.WRONG_ARGUMENTS, values[0].span, name=expr.function.text, usage=MEMBER_USAGE)
        return None
    none: Lowered = None
    if kind is not core.Gathering.SUM:
        if if_none is None:
            context.report(value_problems.NO_IF_NONE, expr.span, name=expr.function.text)
            return None
        none = reader.lower_to(if_none.value, context, value.type)
        if none is None:
            return None
    kind_of_result = value.type
    if isinstance(value.type, Quantity) and kind is core.Gathering.MEAN:
        kind_of_result = Quantity(value.type.dimension)
    return core.Aggregate(kind, path, role.name, where, value, none, kind_of_result, context.place(expr.span))
