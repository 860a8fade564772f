"""Entities, facts, documents, imports and settings: what all rules of the folder rest on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from attrs import evolve

from policyrules.analysis.timeline import layer_rank
from policyrules.core.facts import Fact, Stead
from policyrules.core.program import Citation, Entity, Literal, Role
from policyrules.semantics import problems, rule_problems, value_problems
from policyrules.semantics.comparing import REDEFINABLE
from policyrules.semantics.constants import constant
from policyrules.semantics.context import Context, Settings
from policyrules.semantics.expressions import SETTING_WORDS, lower_to
from policyrules.semantics.names import Names, check_script, defined_twice, nearest
from policyrules.semantics.outline import FileOutline, of_kind
from policyrules.source.diagnostic import Diagnostic, Fix
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.builtins import LAYERS
from policyrules.values.calendar import BIRTHDAY_RULES, LEAP_RULES
from policyrules.values.quantities import value_text
from policyrules.values.types import Options, Quantity, Type
from policyrules.values.units import parse_type_word


def entities(files: Iterable[FileOutline], names: Names, found: list[Diagnostic]) -> None:
    """Who holds whom. One declaration an entity; several `含` lines of one entity belong together in it."""
    declared: dict[str, Place] = {}
    roles: dict[str, list[Role]] = {}
    held: dict[str, tuple[str, Place]] = {}
    for block in of_kind(files, t.EntityDecl):
        statement = block.statement
        assert isinstance(statement, t.EntityDecl)
        name = statement.name.text
        place = block.place(block.head, statement.name.span)
        check_script(name, place, found)
        if name in declared and any(role.name.text in {r.name for r in roles[name]} for role in statement.roles):
            found.append(defined_twice(name, place, declared[name]))
            continue
        declared.setdefault(name, place)
        for role in statement.roles:
            where = block.place(block.head, role.span)
            inner = role.entity.text
            if inner == name:
                found.append(problems.ENTITY_LOOP.at(where, name=name))
            elif inner in held and held[inner][0] != name:
                found.append(problems.TWO_HOLDERS.at(where, name=inner, one=held[inner][0], other=name))
            else:
                held.setdefault(inner, (name, where))
                roles.setdefault(name, []).append(Role(role.name.text, inner, role.many, where))
    for inner, (_, place) in held.items():
        declared.setdefault(inner, place)
    for name, place in declared.items():
        within = held[name][0] if name in held else None
        names.entities[name] = Entity(name, tuple(roles.get(name, ())), within, place)
    outermost = [name for name, entity in names.entities.items() if entity.within is None]
    if len(outermost) > 1:
        found.append(problems.TWO_ROOTS.at(declared[outermost[1]], names="、".join(outermost)))


def facts(files: Iterable[FileOutline], names: Names, contexts: dict[int, Context], found: list[Diagnostic]) -> None:
    """What a case tells of each entity."""
    for file in files:
        context = contexts[id(file)]
        for block in file.blocks:
            head = block.statement
            if not isinstance(head, t.FactsOf):
                continue
            entity = head.entity.text
            if not known_entity(head.entity, context.at(block.head.start)):
                continue
            for line in block.body:
                assert isinstance(line.statement, t.FactDecl)
                _fact(line.statement, entity, context.at(line.start), names)


def known_entity(name: x.Name, context: Context) -> bool:
    """Whether there is an entity of that name; where there is none, that is reported."""
    entities = context.names.entities
    if name.text in entities:
        return True
    known = nearest(name.text, entities) or "、".join(entities) or "—"
    context.report(problems.NOT_AN_ENTITY, name.span, name=name.text, known=known)
    return False


def _fact(statement: t.FactDecl, entity: str, context: Context, names: Names) -> None:
    name = statement.name.text
    place = context.place(statement.name.span)
    check_script(name, place, context.found)
    known = names.facts.get((entity, name))
    if known is not None:
        context.add(defined_twice(name, place, known.place))
        return
    kind = type_of(statement.type, context)
    if kind is None:
        return
    low, high = _range(statement, kind, context)
    fact = Fact(name, name, entity, kind, low, high, statement.question, statement.proof, place)
    presumed, inapplicable = (_stead(written, fact, context) for written in (statement.presumed, statement.inapplicable))
    names.facts[entity, name] = evolve(fact, presumed=presumed, inapplicable=inapplicable)
    names.fact_owners.setdefault(name, []).append(entity)


def _stead(written: t.Stead | None, fact: Fact, context: Context) -> Stead | None:
    """What 推定 or 不适用时 says: a constant the fact itself could have."""
    if written is None:
        return None
    before = len(context.found)
    lowered = lower_to(written.value, context, fact.type)
    value = constant(lowered) if lowered is not None else None
    if value is None:
        # Parameters have no type yet where facts are declared, so a name of one is not reported by lowering.
        if len(context.found) == before:
            context.report(value_problems.STEAD_NOT_PLAIN, written.value.span)
        return None
    citation = cited(written.basis, context)
    if isinstance(value, Fraction) and not _possible(value, fact):
        assert isinstance(fact.type, Quantity)
        shown = Phrase(value_text(value, fact.type, "zh"), value_text(value, fact.type, "en"))
        context.report(value_problems.STEAD_OUT_OF_RANGE, written.value.span, name=fact.name, value=shown)
        return None
    return Stead(value, citation, written.passage)


def _possible(number: Fraction, fact: Fact) -> bool:
    """Whether a case could give the fact as this number."""
    above = fact.low is None or fact.low <= number
    whole = isinstance(fact.type, Quantity) and fact.type.whole and number.denominator != 1
    return above and (fact.high is None or number <= fact.high) and not whole


def _range(statement: t.FactDecl, kind: Type, context: Context) -> tuple[Fraction | None, Fraction | None]:
    """The written range; a quantity without one is not negative."""
    if not isinstance(kind, Quantity):
        if statement.low is not None:
            context.report(value_problems.BAD_RANGE, statement.low.span)
        return None, None
    ends: list[Fraction | None] = []
    for bound in (statement.low, statement.high):
        if bound is None:
            ends.append(None)
            continue
        value = lower_to(bound.value, context, kind)
        if value is not None and not (isinstance(value, Literal) and isinstance(value.value, Fraction)):
            context.report(value_problems.BAD_RANGE, bound.span)
        ends.append(value.value if isinstance(value, Literal) and isinstance(value.value, Fraction) else None)
    low, high = ends
    if statement.low is not None and low is not None and high is not None and low > high:
        context.report(value_problems.BAD_RANGE, statement.low.span)
    return (Fraction(0) if statement.low is None else low), high


def type_of(written: x.TypeExpr, context: Context) -> Type | None:
    """The type a declaration names, or None after reporting an unknown word."""
    if isinstance(written, x.OptionsType):
        return Options(tuple(option.text for option in written.options))
    kind = parse_type_word(written.text)
    if kind is None:
        context.report(value_problems.UNKNOWN_TYPE, written.span, name=written.text)
    return kind


def citations(files: Iterable[FileOutline], names: Names, contexts: dict[int, Context]) -> dict[str, Citation]:
    """The documents the folder introduces with 依据."""
    known: dict[str, Citation] = {}
    for file in files:
        context = contexts[id(file)]
        for block in file.blocks:
            statement = block.statement
            if not isinstance(statement, t.Basis):
                continue
            name = statement.name.text
            key = f"{file.policy}·{name}" if file.policy else name
            at = context.at(block.head.start)
            place = at.place(statement.name.span)
            marks = statement.marks
            if key in known:
                at.add(defined_twice(name, place, known[key].place))
                continue
            layer = layer_of(marks.layer, at)
            known[key] = Citation(key, name, statement.title, marks.number, marks.issued, marks.effective, layer, marks.source, place)
            names.citations.setdefault(name, []).append((file.policy, key))
    return known


def layer_of(name: x.Name | None, context: Context) -> str | None:
    """The layer a word names, in Chinese where there are two spellings; an unknown word is reported."""
    if name is None:
        return None
    if layer_rank(name.text) is None:
        context.report(rule_problems.UNKNOWN_LAYER, name.span, name=name.text)
        return None
    return next((words.zh for words in LAYERS if words.en == name.text), name.text)


def cited(name: x.Name | None, context: Context) -> str | None:
    """The key of the document a row or an article goes by."""
    if name is None:
        return None
    key = context.names.citation(name.text, context.scope)
    if key is None and name.text not in context.names.lost:
        close = nearest(name.text, context.names.citations)
        if close is not None:
            fix = Fix(context.place(name.span), close)
            context.report(problems.MISSPELT_CITATION, name.span, fix, name=name.text, close=close)
        else:
            context.report(problems.UNKNOWN_CITATION, name.span, name=name.text)
    return key


def imports_of(file: FileOutline, names: Names, context: Context, imports: dict[str, frozenset[str] | None]) -> None:
    """Adds what a file imports; an import of an unknown policy or name is reported."""
    for line in file.imports:
        statement = line.statement
        assert isinstance(statement, t.Import)
        at = context.at(line.start)
        policy = statement.policy.text
        if policy not in names.policies:
            close = nearest(policy, names.policies)
            at.report(problems.UNKNOWN_POLICY, statement.policy.span, name=policy, known=close or "、".join(names.policies) or "—")
            continue
        for chosen in statement.names:
            if not any(symbol.policy == policy for symbol in names.symbols.get(chosen.text, ())):
                at.report(problems.UNKNOWN_NAME, chosen.span, name=chosen.text)
        before = imports.get(policy, frozenset())
        wanted = frozenset(chosen.text for chosen in statement.names)
        imports[policy] = None if before is None or not wanted else before | wanted


def settings_of(file: FileOutline, context: Context) -> tuple[Settings, bool | None]:
    """The file's ways of reading, and whether it decides a month by its last day (None: not said)."""
    birthday, leap = Settings().birthday, Settings().leap_day
    bounds: dict[str, bool] = {}
    by_end: bool | None = None
    for line in file.settings:
        statement = line.statement
        if not isinstance(statement, t.Setting):
            continue
        at = context.at(line.start)
        word = SETTING_WORDS.get(statement.value, "")
        second = SETTING_WORDS.get(statement.second or "", "")
        match statement.word:
            case "AGE_RULE" if word in BIRTHDAY_RULES and (statement.second is None or second in LEAP_RULES):
                birthday, leap = word, second or leap
            case "REFERENCE_DAY" if word in ("month start", "month end"):
                by_end = word == "month end"
            case "BOUNDARY" if statement.value in REDEFINABLE and statement.included is not None:
                bounds[statement.value] = statement.included
                cited(statement.basis, at)
            case _:
                at.report(rule_problems.UNKNOWN_SETTING, statement.span, name=_unknown(statement), known=_KNOWN[statement.word])
    return Settings(birthday, leap, bounds), by_end


def _unknown(statement: t.Setting) -> str:
    return f"{statement.value} {statement.second}" if statement.second else statement.value


_KNOWN = {
    "AGE_RULE": Phrase(
        "生日当日 或 生日次日，闰日 二月末 或 三月一日",
        "on_birthday or day_after_birthday, leap day end_of_february or first_of_march",
    ),
    "REFERENCE_DAY": Phrase("月初 或 月末", "month_start or month_end"),
    "BOUNDARY": Phrase("以上、以下、以内、以外、满、不满、不足、超过", "or more, or less, or within, or beyond, reaches, short of"),
}


def check_dates(start: date | None, end: date | None, span: tuple[int, int], context: Context) -> None:
    """An end before its start is reported."""
    if start is not None and end is not None and end < start:
        context.report(rule_problems.BACKWARDS, span)
