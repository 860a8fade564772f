"""Whose a name is: of the instance in hand, of an enclosing one, of a single role, the same for all, or the language's own."""

from __future__ import annotations

from typing import Literal

from attrs import evolve

from policyrules.core import program as core
from policyrules.semantics import problems, value_problems
from policyrules.semantics.context import Context
from policyrules.semantics.fitting import Lowered, Reader, operate
from policyrules.semantics.names import Symbol, nearest, unknown_name
from policyrules.source.diagnostic import Fix
from policyrules.source.phrase import Phrase
from policyrules.syntax import expression as x
from policyrules.syntax.builtins import BIRTH_DATES, DAYS, FUNCTIONS, IS_SUBJECT, SUBJECT, in_both
from policyrules.syntax.mistakes import MISSING_SPACE, split_keyword
from policyrules.values.types import DAY, TEXT, TRUTH, Day, Options, Type

_DAYS = in_both(DAYS)
_AGE = (FUNCTIONS["age"].zh, FUNCTIONS["age"].en)
MEMBER_USAGE = Phrase(
    "写作 人数(成员 中 条件)、合计(成员 中 条件，数额)、任一(成员 中 条件)、最高(成员，数额，无人则 0元)",
    "write count(members where condition), sum(members where condition, amount), any(members where condition)",
)


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
        context.report(value_problems.WRONG_ARGUMENTS, name.span, name=name.text, usage=MEMBER_USAGE)
        return None
    if name.text in context.names.lost:
        return None
    known = _names_of(entity, context)
    close = nearest(name.text, known)
    fix = Fix(context.place(name.span), close) if close else None
    shown = close_or_all(close, known)
    context.report(problems.NO_SUCH_MEMBER_OF, name.span, fix, entity=entity, name=name.text, known=shown)
    return None


def close_or_all(close: str | None, known: list[str]) -> Phrase:
    """The one name that is close, else the first few there are."""
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
    if name.text in _AGE:
        return age_of((), name, context)
    path = core.Path(core.Anchor.CURRENT, context.entity) if context.entity is not None else None
    found = _look_up(name, context.entity, path, context)
    if found is not None or found is False:
        return found or None
    _report_unknown(name, context, expected)
    return None


def _report_unknown(name: x.Name, context: Context, expected: Type | None) -> None:
    if name.text in context.names.lost:
        # It may be declared in a line that could not be read, and that has been said.
        return
    place = context.place(name.span)
    holders = context.names.enclosing(context.entity)[1:]
    owners = [owner for owner in context.names.fact_owners.get(name.text, [])]
    owners += [s.entity for s in context.names.visible(name.text, context.scope) if s.entity is not None]
    for owner in owners:
        if owner in holders:
            written = f"{owner}的{name.text}" if context.spelling == "zh" else f"{owner}'s {name.text}"
            fix = Fix(place, written)
            context.add(problems.OF_SOMEBODY.at(place, name=name.text, owner=owner, entity=context.entity, written=written, fix=fix))
            return
    if owners and context.entity is None:
        context.report(value_problems.NOT_CONSTANT, name.span)
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
        # A short list says more than one guess.
        known = close_or_all(close if len(expected.names) > 8 else None, list(expected.names))
        fix_option = Fix(place, close) if close else None
        context.add(problems.UNKNOWN_OPTION.at(place, name=name.text, known=known, fix=fix_option))
        return
    also = [role.name for entity in context.names.entities.values() for role in entity.roles]
    context.add(unknown_name(context.names, context.scope, name, place, (*also, *context.names.entities)))


def _known(part: str, context: Context) -> bool:
    return part in context.names.fact_owners or bool(context.names.visible(part, context.scope))


def age_of(arguments: tuple[x.Expr, ...], word: x.Name, context: Context, reader: Reader | None = None) -> Lowered:
    """周岁, 周岁(某日), 周岁(某日，在某日): by the file's way of counting."""
    lowered: list[Lowered] = [reader.lower(argument, context, DAY) for argument in arguments] if reader else []
    if any(value is None for value in lowered):
        return None
    if not lowered:
        birth = _birth_date(context)
        if birth is None:
            context.report(value_problems.NO_BIRTH_DATE, word.span, entity=context.entity or Phrase("这里", "this place"))
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
