"""Names and calls: whose a name is, functions of the operator table, and gathering over members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from attrs import evolve, frozen

from policyrules.core import program as core
from policyrules.semantics import problems, value_problems
from policyrules.semantics.context import Context
from policyrules.semantics.fitting import Lowered, operate
from policyrules.semantics.names import Symbol, nearest, unknown_name
from policyrules.source.diagnostic import Fix
from policyrules.source.phrase import Phrase, plain
from policyrules.syntax import expression as x
from policyrules.syntax.builtins import (
    BIRTH_DATES,
    DAYS,
    FUNCTIONS,
    GATHERINGS,
    GRANTED,
    IS_SUBJECT,
    SETTINGS,
    SUBJECT,
    in_both,
)
from policyrules.syntax.mistakes import MISSING_SPACE, split_keyword
from policyrules.values.types import DAY, TEXT, TRUTH, Day, Options, Quantity, Type
from policyrules.values.units import PERSON

SETTING_WORDS = in_both(SETTINGS)
_FUNCTIONS = in_both(FUNCTIONS)
_GATHERINGS = in_both(GATHERINGS)
_DAYS = in_both(DAYS)

MEMBERS_USAGE = Phrase(
    "“中”和“无人则”只用在汇总里：合计(成员 中 条件，数额)、最高(成员，数额，无人则 0元)",
    "where and if none belong in a gathering: sum(members where condition, amount), highest(members, amount, if none 0)",
)
_GATHER_USAGE = Phrase(
    "写作 人数(成员 中 条件)、合计(成员 中 条件，数额)、任一(成员 中 条件)、最高(成员，数额，无人则 0元)",
    "write count(members where condition), sum(members where condition, amount), any(members where condition)",
)


@frozen
class Reader:
    """How sub-expressions are lowered; handed in, since names and expressions need one another."""

    lower: Callable[[x.Expr, Context, Type | None], Lowered]
    lower_to: Callable[[x.Expr, Context, Type], Lowered]
    lower_alike: Callable[[tuple[x.Expr, ...], Context, Type | None], tuple[core.Expression, ...] | None]


# ---------------------------------------------------------------- whose


def path_of(expr: x.Expr, context: Context) -> core.Path | None:
    """The instance meant by 户, 本人, 父亲, 户的代表 …; None where the words mean no instance."""
    if isinstance(expr, x.Of):
        start = path_of(expr.whole, context)
        if start is None or not isinstance(expr.part, x.Name):
            return None
        role = context.names.role(entity_of(start, context), expr.part.text)
        return evolve(start, roles=(*start.roles, role.name)) if role is not None and not role.many else None
    if not isinstance(expr, x.Name):
        return None
    if expr.text in (SUBJECT.zh, SUBJECT.en):
        return core.Path(core.Anchor.SUBJECT, context.subject) if context.subject is not None else None
    if expr.text in context.names.enclosing(context.entity):
        anchor = core.Anchor.CURRENT if expr.text == context.entity else core.Anchor.ENCLOSING
        return core.Path(anchor, expr.text)
    role = context.names.role(context.entity, expr.text)
    if role is not None and not role.many and context.entity is not None:
        return core.Path(core.Anchor.CURRENT, context.entity, (role.name,))
    return None


def entity_of(path: core.Path, context: Context) -> str:
    """The entity of the instance at the end of a path."""
    entity = path.entity
    for name in path.roles:
        role = context.names.role(entity, name)
        assert role is not None
        entity = role.entity
    return entity


def of_somebody(path: core.Path, name: x.Name, context: Context) -> Lowered:
    """户的人均收入: a fact or computed name of the instance at `path`."""
    entity = entity_of(path, context)
    found = _look_up(name, entity, path, context)
    if found is not None or found is False:
        return found or None
    role = context.names.role(entity, name.text)
    if role is not None:
        context.report(value_problems.WRONG_ARGUMENTS, name.span, name=name.text, usage=_GATHER_USAGE)
        return None
    known = _names_of(entity, context)
    close = nearest(name.text, known)
    fix = Fix(context.place(name.span), close) if close else None
    shown = _close_or_all(close, known)
    context.report(problems.NO_SUCH_MEMBER_OF, name.span, fix, entity=entity, name=name.text, known=shown)
    return None


def _close_or_all(close: str | None, known: list[str]) -> Phrase:
    if close is not None:
        return Phrase(f"{close}（是不是它？）", f"{close} (did you mean this?)")
    shown = known[:8]
    return Phrase("、".join(shown), ", ".join(shown))


def _names_of(entity: str, context: Context) -> list[str]:
    facts = [name for (owner, name) in context.names.facts if owner == entity]
    computed = [
        name
        for name, symbols in context.names.symbols.items()
        if any(symbol.entity == entity and context.scope.sees(symbol) for symbol in symbols)
    ]
    return [*facts, *computed]


def _look_up(name: x.Name, entity: str | None, path: core.Path | None, context: Context) -> core.Expression | Literal[False] | None:
    """What a name means for an entity: a fact first, then a computed name. False: an error was reported."""
    if entity is not None and path is not None:
        fact = context.names.facts.get((entity, name.text))
        if fact is not None:
            return core.FactValue(path, fact.key, fact.type, context.place(name.span))
    fitting = [s for s in context.names.visible(name.text, context.scope) if s.entity is None or s.entity == entity]
    if len(fitting) > 1:
        own = [symbol for symbol in fitting if symbol.policy == context.scope.policy]
        if len(own) != 1:
            where = "、".join(sorted(symbol.policy or symbol.place.path for symbol in fitting))
            context.report(problems.AMBIGUOUS_NAME, name.span, name=name.text, where=where)
            return False
        fitting = own
    if not fitting:
        return None
    return _value_of(fitting[0], path, name, context) or False


def _value_of(symbol: Symbol, path: core.Path | None, name: x.Name, context: Context) -> Lowered:
    if not symbol.sound or symbol.type is None:
        # Its own declaration has been reported; nothing is gained by reporting every use.
        return None
    place = context.place(name.span)
    if symbol.parameter:
        return core.ParameterValue(symbol.key, symbol.type, place)
    if symbol.entity is None:
        root = context.names.enclosing(context.entity)
        anywhere = core.Path(core.Anchor.ENCLOSING, root[-1]) if root else core.Path(core.Anchor.CURRENT, "")
        return core.RuleValue(anywhere, symbol.key, symbol.type, place)
    assert path is not None
    if symbol.benefit:
        return core.BenefitValue(path, symbol.key, False, symbol.type, place)
    return core.RuleValue(path, symbol.key, symbol.type, place)


def named(name: x.Name, context: Context, expected: Type | None) -> Lowered:
    """A bare name: of the instance in hand, a parameter, a day, or something of the language."""
    if name.text in _DAYS:
        return core.MomentValue(core.Moment(_DAYS[name.text]), DAY, context.place(name.span))
    if name.text in (IS_SUBJECT.zh, IS_SUBJECT.en):
        return core.IsSubject(TRUTH, context.place(name.span))
    if _FUNCTIONS.get(name.text) == "age":
        return _age((), name, context)
    path = core.Path(core.Anchor.CURRENT, context.entity) if context.entity is not None else None
    found = _look_up(name, context.entity, path, context)
    if found is not None or found is False:
        return found or None
    _report_unknown(name, context, expected)
    return None


def _report_unknown(name: x.Name, context: Context, expected: Type | None) -> None:
    place = context.place(name.span)
    holders = context.names.enclosing(context.entity)[1:]
    owners = [owner for owner in context.names.fact_owners.get(name.text, [])]
    owners += [s.entity for s in context.names.visible(name.text, context.scope) if s.entity is not None]
    for owner in owners:
        if owner in holders:
            fix = Fix(place, f"{owner}的{name.text}" if context.spelling == "zh" else f"{owner}'s {name.text}")
            context.add(problems.OF_SOMEBODY.at(place, name=name.text, owner=owner, entity=context.entity, fix=fix))
            return
    if owners and context.entity is not None:
        role = next((r.name for r in context.names.entities[context.entity].roles if r.entity == owners[0]), owners[0])
        context.report(problems.OF_MEMBER, name.span, name=name.text, owner=owners[0], entity=context.entity, role=role)
        return
    parts = split_keyword(name.text, context.keywords, context.spelling)
    if parts is not None and any(_known(part, context) for part in parts):
        left, right = parts
        fix = Fix(place, f"{left} {right}")
        context.add(MISSING_SPACE.at(place, words=name.text, left=left, right=right, fix=fix))
        return
    if isinstance(expected, Options) and not context.names.visible(name.text, context.scope):
        close = nearest(name.text, expected.names)
        known = _close_or_all(close, list(expected.names))
        fix_option = Fix(place, close) if close else None
        context.add(problems.UNKNOWN_OPTION.at(place, name=name.text, known=known, fix=fix_option))
        return
    also = [role.name for entity in context.names.entities.values() for role in entity.roles]
    context.add(unknown_name(context.names, context.scope, name, place, (*also, *context.names.entities)))


def _known(part: str, context: Context) -> bool:
    return part in context.names.fact_owners or bool(context.names.visible(part, context.scope))


# ---------------------------------------------------------------- calls


def call(expr: x.Call, context: Context, expected: Type | None, reader: Reader) -> Lowered:
    """A function, a gathering, 享受(…) or 至少 n 项(…)."""
    word = expr.function.text
    if expr.count is not None:
        return _at_least(expr, context, reader)
    if word in (GRANTED.zh, GRANTED.en):
        return _granted(expr, context)
    if word in _GATHERINGS and _role_of(_source(expr.arguments[0]), context) is not None:
        return _gather(_GATHERINGS[word], expr, context, expected, reader)
    if word in _GATHERINGS and _GATHERINGS[word] not in ("any", "all"):
        _not_members(expr, context)
        return None
    if _FUNCTIONS.get(word) == "age":
        return _age(expr.arguments, expr.function, context, reader)
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


def _age(arguments: tuple[x.Expr, ...], word: x.Name, context: Context, reader: Reader | None = None) -> Lowered:
    """周岁, 周岁(某日), 周岁(某日，在某日): by the file's way of counting."""
    lowered: list[Lowered] = [reader.lower(argument, context, DAY) for argument in arguments] if reader else []
    if any(value is None for value in lowered):
        return None
    if not lowered:
        birth = _birth_date(context)
        if birth is None:
            context.report(value_problems.NO_BIRTH_DATE, word.span, entity=context.entity or plain("—"))
            return None
        path = core.Path(core.Anchor.CURRENT, context.entity or "")
        lowered = [core.FactValue(path, birth, DAY, context.place(word.span))]
    if len(lowered) == 1:
        lowered.append(core.MomentValue(core.Moment.DAY, DAY, context.place(word.span)))
    rules = (core.Literal(context.settings.birthday, TEXT), core.Literal(context.settings.leap_day, TEXT))
    return operate("age", (*(value for value in lowered if value is not None), *rules), context, word)


def _birth_date(context: Context) -> str | None:
    """The entity's 出生日期, or its only fact that is a day."""
    days = [fact for (owner, _), fact in context.names.facts.items() if owner == context.entity and isinstance(fact.type, Day)]
    named_so = [fact for fact in days if fact.name in (BIRTH_DATES.zh, BIRTH_DATES.en)]
    chosen = named_so or (days if len(days) == 1 else [])
    return chosen[0].key if chosen else None


# ---------------------------------------------------------------- gathering

_Role: TypeAlias = tuple[core.Path, core.Role, "x.Name | None"]


def _source(argument: x.Expr) -> x.Expr:
    return argument.source if isinstance(argument, x.Filtered) else argument


def _role_of(expr: x.Expr, context: Context) -> _Role | None:
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
    inner = _role_of(expr.whole, context)
    return (inner[0], inner[1], expr.part) if inner is not None and inner[2] is None else None


def _not_members(expr: x.Call, context: Context) -> None:
    """The first argument of a gathering names no members: perhaps those of an enclosing entity."""
    source = _source(expr.arguments[0])
    if isinstance(source, x.Name):
        for holder in context.names.enclosing(context.entity)[1:]:
            if context.names.role(holder, source.text) is not None:
                place = context.place(source.span)
                fix = Fix(place, f"{holder}的{source.text}" if context.spelling == "zh" else f"{holder}'s {source.text}")
                context.add(problems.OF_SOMEBODY.at(place, name=source.text, owner=holder, entity=context.entity, fix=fix))
                return
        roles = [role.name for role in context.names.entities[context.entity].roles] if context.entity else []
        close = nearest(source.text, roles)
        if close is not None:
            known = _close_or_all(close, roles)
            context.report(problems.NO_SUCH_MEMBER_OF, source.span, entity=context.entity, name=source.text, known=known)
            return
    context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=expr.function.text, usage=_GATHER_USAGE)


def _gather(kind: str, expr: x.Call, context: Context, expected: Type | None, reader: Reader) -> Lowered:
    first, *rest = expr.arguments
    found = _role_of(_source(first), context)
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
        context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=expr.function.text, usage=_GATHER_USAGE)
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
            context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=expr.function.text, usage=_GATHER_USAGE)
        return None
    among = where if values else None
    return core.Aggregate(kind, path, role.name, among, value, None, TRUTH, context.place(expr.span))


def _of_values(
    kind: core.Gathering, path: core.Path, role: core.Role, where: Lowered, values: Sequence[x.Expr], if_none: x.IfNone | None,
    expr: x.Call, context: Context, inside: Context, expected: Type | None, reader: Reader,
) -> Lowered:  # fmt: skip
    if not values:
        context.report(value_problems.WRONG_ARGUMENTS, expr.span, name=expr.function.text, usage=_GATHER_USAGE)
        return None
    value = reader.lower(values[0], inside, expected)
    if value is None:
        return None
    orders_days = isinstance(value.type, Day) and kind in (core.Gathering.HIGHEST, core.Gathering.LOWEST)
    if not isinstance(value.type, Quantity) and not orders_days:
        context.report(value_problems.WRONG_ARGUMENTS, values[0].span, name=expr.function.text, usage=_GATHER_USAGE)
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
