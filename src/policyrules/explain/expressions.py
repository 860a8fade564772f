"""Expressions back in words: as written (`describe`), and with the figures of one evaluation (`figures`).

Wording comes from the operators' own phrases; brackets stand where the writer needed them.
"""

from __future__ import annotations

from attrs import frozen

from policyrules.core.case import Instance
from policyrules.core.outcome import Step
from policyrules.core.program import (
    Aggregate,
    Anchor,
    BenefitValue,
    Branch,
    Choice,
    Expression,
    FactValue,
    Gathering,
    Impossible,
    IsSubject,
    Literal,
    Moment,
    MomentValue,
    Operation,
    ParameterRow,
    ParameterValue,
    Path,
    Program,
    RuleValue,
)
from policyrules.explain.words import LIST, citation_words, joined, known_words, owned, span_words, value_words
from policyrules.operators.operator import describe as operation_words
from policyrules.operators.table import OPERATORS
from policyrules.source.phrase import Phrase, plain

COMPARISONS = frozenset(("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"))
_TIGHTNESS = {
    "or": 1,
    "and": 2,
    "not": 3,
    **{name: 4 for name in COMPARISONS},
    "add": 5,
    "subtract": 5,
    "multiply": 6,
    "divide": 6,
    "negate": 7,
}
_LOOSE = 0
_CLOSED = 9

_BRACKETS = Phrase("（{inner}）", "({inner})")
_OF = Phrase("{owner}的{name}", "{name} of {owner}")
_SUBJECT = Phrase("本人", "the person decided")
_IS_SUBJECT = Phrase("是本人", "is the person decided")
_IMPOSSIBLE = Phrase("无法计算", "undefined")
_GRANTED = Phrase("享受({name})", "granted({name})")
_ONE_OF = Phrase("{value} 属于 {options}", "{value} is one of {options}")
_IF = Phrase("若 {condition} 则 {value} ", "if {condition} then {value} ")
_ELSE = Phrase("否则 {value}", "else {value}")
_PROVISIONAL = Phrase("暂定", "provisional")
_NOTE = Phrase("{value}（{note}）", "{value} ({note})")
_NAMED = Phrase("{name} {value}", "{name} {value}")
_NOTHING_BUT = Phrase("{members} 中 {where}", "{members} where {where}")
_GATHERED = Phrase("{word}({inside})", "{word}({inside})")
_MOMENTS = {
    Moment.DAY: Phrase("当日", "reference day"),
    Moment.MONTH_START: Phrase("月初", "first of month"),
    Moment.MONTH_END: Phrase("月末", "last of month"),
}
_GATHERINGS = {
    Gathering.SUM: Phrase("合计", "sum"),
    Gathering.COUNT: Phrase("人数", "count"),
    Gathering.ANY: Phrase("任一", "any"),
    Gathering.ALL: Phrase("全部", "all"),
    Gathering.HIGHEST: Phrase("最高", "highest"),
    Gathering.LOWEST: Phrase("最低", "lowest"),
    Gathering.MEAN: Phrase("平均", "mean"),
}


@frozen
class _Words:
    """Words for an expression and how tightly they hold together."""

    phrase: Phrase
    tightness: int = _CLOSED


def describe(node: Expression, entity: str, program: Program) -> Phrase:
    """The expression as written, seen from an instance of `entity`."""
    return _described(node, entity, program).phrase


def figures(step: Step, viewer: Instance, program: Program) -> Phrase:
    """The expression as evaluated: each name with its value, choices replaced by what was chosen."""
    return _figured(step, viewer, program).phrase


# ---------------------------------------------------------------- as written


def _described(node: Expression, entity: str, program: Program) -> _Words:
    match node:
        case Literal(value, kind):
            return _Words(known_words(value, kind))
        case ParameterValue(key):
            return _Words(plain(program.parameters[key].name if key in program.parameters else key))
        case FactValue(path, key):
            return _Words(_at(path, entity, _fact_name(path, key, program)))
        case RuleValue(path, key):
            declared = program.rules.get(key) or program.benefits.get(key)
            everybody = key in program.rules and program.rules[key].entity is None
            name = declared.name if declared else key
            return _Words(plain(name) if everybody else _at(path, entity, name))
        case BenefitValue(path, key, granted):
            benefit = _at(path, entity, program.benefits[key].name if key in program.benefits else key)
            return _Words(_GRANTED.fill(name=benefit) if granted else benefit)
        case Operation():
            if (found := one_of(node)) is not None:
                subject, options = found
                named = _described(subject, entity, program).phrase
                return _Words(_ONE_OF.fill(value=named, options=options), _TIGHTNESS["equal"])
            return _operation(node, [_described(each, entity, program) for each in node.arguments])
        case Choice():
            parts = [
                _IF.fill(
                    condition=describe(branch.condition, entity, program),
                    value=describe(branch.value, entity, program),
                )
                for branch in node.branches
            ]
            rest = _ELSE.fill(value=describe(node.otherwise, entity, program))
            return _Words(joined(plain(""), [*parts, rest]), _LOOSE)
        case Aggregate():
            return _Words(_aggregate(node, entity, program))
        case Impossible():
            return _Words(_IMPOSSIBLE)
        case MomentValue(moment):
            return _Words(_MOMENTS[moment])
        case IsSubject():
            return _Words(_IS_SUBJECT)


def _aggregate(node: Aggregate, entity: str, program: Program) -> Phrase:
    member = _member_entity(node, program)
    members = _at(node.path, entity, node.role)
    if node.where is not None:
        members = _NOTHING_BUT.fill(members=members, where=describe(node.where, member, program))
    parts = [members]
    if node.value is not None:
        value = describe(node.value, member, program)
        if node.kind in (Gathering.ANY, Gathering.ALL) and node.where is None:
            parts = [_NOTHING_BUT.fill(members=members, where=value)]
        else:
            parts.append(value)
    return _GATHERED.fill(word=_GATHERINGS[node.kind], inside=joined(Phrase("，", ", "), parts))


def _member_entity(node: Aggregate, program: Program) -> str:
    found = node.path.entity
    for name in (*node.path.roles, node.role):
        entity = program.entities.get(found)
        role = next((role for role in entity.roles if role.name == name), None) if entity else None
        found = role.entity if role else found
    return found


def _fact_name(path: Path, key: str, program: Program) -> str:
    entity = path.entity
    for name in path.roles:
        entity = next((role.entity for role in program.entities[entity].roles if role.name == name), entity)
    fact = program.facts.get((entity, key))
    return fact.name if fact else key


def _at(path: Path, entity: str, name: str) -> Phrase:
    owners = [plain(role) for role in path.roles]
    if path.anchor is Anchor.SUBJECT:
        owners.insert(0, _SUBJECT)
    elif path.entity != entity:
        owners.insert(0, plain(path.entity))
    words = plain(name)
    for owner in reversed(owners):
        words = _OF.fill(owner=owner, name=words)
    return words


# ---------------------------------------------------------------- as evaluated


def _figured(step: Step, viewer: Instance, program: Program) -> _Words:
    node = step.what
    match node:
        case ParameterValue(_, kind):
            row = step.children[0].what if step.children else None
            value = value_words(step.value, kind)
            if isinstance(row, ParameterRow):
                value = _NOTE.fill(value=value, note=_row_note(row, program))
            return _Words(_NAMED.fill(name=name_of(step, viewer, program), value=value))
        case FactValue() | RuleValue() | BenefitValue() | Aggregate():
            named = _NAMED.fill(name=name_of(step, viewer, program), value=value_words(step.value, node.type))
            return _Words(named)
        case Operation():
            if len(step.children) < len(node.arguments):
                return _Words(value_words(step.value, node.type))
            return _operation(node, [_figured(child, viewer, program) for child in step.children])
        case Choice():
            chosen = step.children[-1]
            return _figured(chosen.children[-1] if isinstance(chosen.what, Branch) else chosen, viewer, program)
        case Literal() | MomentValue() | IsSubject() | Impossible():
            return _described(node, viewer.entity, program)
        case _:
            return _Words(plain(str(step.value)))


def name_of(step: Step, viewer: Instance, program: Program) -> Phrase:
    """The name a step's value goes by, with whose it is where that is another."""
    node = step.what
    match node:
        case FactValue(path, key):
            name = _fact_name(path, key, program)
            return owned(name, step.instance, viewer)
        case RuleValue(_, key) | BenefitValue(_, key):
            declared = program.rules.get(key) or program.benefits.get(key)
            everybody = key in program.rules and program.rules[key].entity is None
            owner = step.children[0].instance if step.children and not everybody else None
            words = owned(declared.name if declared else key, owner, viewer)
            return _GRANTED.fill(name=words) if isinstance(node, BenefitValue) and node.granted else words
        case Literal() | ParameterValue() | Operation() | Choice() | Aggregate() | Impossible() | MomentValue() | IsSubject():
            return describe(node, step.instance.entity if step.instance else viewer.entity, program)
        case _:
            return plain(str(node))


def _row_note(row: ParameterRow, program: Program) -> Phrase:
    parts = [span_words(row.start, None)]
    citation = citation_words(row.citation, program)
    if citation is not None:
        parts.append(citation)
    if row.provisional:
        parts.append(_PROVISIONAL)
    return joined(Phrase("，", ", "), parts)


# ---------------------------------------------------------------- operators


def _operation(node: Operation, arguments: list[_Words]) -> _Words:
    tightness = _TIGHTNESS.get(node.operator, _CLOSED)
    bracketed = [
        _BRACKETS.fill(inner=each.phrase) if _needs_brackets(tightness, each.tightness, index) else each.phrase
        for index, each in enumerate(arguments)
    ]
    return _Words(operation_words(OPERATORS[node.operator], bracketed), tightness)


def one_of(node: Operation) -> tuple[Expression, Phrase] | None:
    """The value and the options of `X 属于 a、b`, which is an `or` of comparisons of the same value."""
    options: list[Phrase] = []
    value: Expression | None = None
    for each in node.arguments if node.operator == "or" and len(node.arguments) > 1 else ():
        if not isinstance(each, Operation) or each.operator != "equal" or not isinstance(each.arguments[1], Literal):
            return None
        if value is not None and each.arguments[0] != value:
            return None
        value = each.arguments[0]
        options.append(known_words(each.arguments[1].value, each.arguments[1].type))
    return None if value is None else (value, joined(LIST, options))


def _needs_brackets(outer: int, inner: int, index: int) -> bool:
    if outer == _CLOSED or inner == _CLOSED:
        return False
    return inner < outer or (inner == outer and index > 0 and outer in (5, 6)) or inner == outer == 4
