"""Expressions back in words, as written. The words come from the operators' own phrases; brackets stand where the writer needed them.

A declaration is called by its name, an instance by how one gets to it: 户的享受低保, 本人的月收入.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

from attrs import frozen

from policyrules.core.paths import entity_at, entity_of_path
from policyrules.core.program import (
    Aggregate,
    Anchor,
    BenefitValue,
    Choice,
    Entity,
    Expression,
    Fact,
    FactValue,
    Gathering,
    Impossible,
    IsSubject,
    Literal,
    Moment,
    MomentValue,
    Operation,
    Parameter,
    ParameterValue,
    Path,
    Rule,
    RuleValue,
)
from policyrules.operators.operator import describe as operation_words
from policyrules.operators.table import OPERATORS
from policyrules.source.phrase import Phrase, plain
from policyrules.values.quantities import ROUNDING_PLACES, exact_text, value_phrase
from policyrules.values.types import Quantity, Type, Value
from policyrules.values.units import MONEY

COMPARISONS = frozenset(("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"))
AGE = Phrase("周岁", "age")
CLOSED = 9
"""How tightly words hold together that never need brackets."""

_LOOSE = 0
_BOUND = 5
_TIGHTNESS: Mapping[str, int] = MappingProxyType(
    {
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
)

_BRACKETS = Phrase("（{inner}）", "({inner})")
_OF = Phrase("{owner}的{name}", "{name} of {owner}")
_SUBJECT = Phrase("本人", "the person decided")
_IS_SUBJECT = Phrase("是本人", "is the person decided")
_IMPOSSIBLE = Phrase("无法计算", "undefined")
_GRANTED = Phrase("享受({name})", "granted({name})")
_ONE_OF = Phrase("{value} 属于 {options}", "{value} is one of {options}")
_IF = Phrase("若 {condition} 则 {value} ", "if {condition} then {value} ")
_ELSE = Phrase("否则 {value}", "else {value}")
_AMONG = Phrase("{members} 中 {where}", "{members} where {where}")
_GATHERED = Phrase("{word}({inside})", "{word}({inside})")
_LIST = Phrase("、", ", ")
_COMMA = Phrase("，", ", ")
_DOTS = plain("…")
_WHOLE = frozenset(("整数", "whole"))
_BOUNDS: Mapping[str, Phrase] = MappingProxyType(
    {"maximum": Phrase("{value} 保底 {bound}", "{value} floored at {bound}"), "minimum": Phrase("{value} 封顶 {bound}", "{value} capped at {bound}")}
)
_MOMENTS: Mapping[Moment, Phrase] = MappingProxyType(
    {
        Moment.DAY: Phrase("当日", "reference day"),
        Moment.MONTH_START: Phrase("月初", "month start"),
        Moment.MONTH_END: Phrase("月末", "month end"),
    }
)
_GATHERINGS: Mapping[Gathering, Phrase] = MappingProxyType(
    {
        Gathering.SUM: Phrase("合计", "sum"),
        Gathering.COUNT: Phrase("人数", "count"),
        Gathering.ANY: Phrase("任一", "any"),
        Gathering.ALL: Phrase("全部", "all"),
        Gathering.HIGHEST: Phrase("最高", "highest"),
        Gathering.LOWEST: Phrase("最低", "lowest"),
        Gathering.MEAN: Phrase("平均", "mean"),
    }
)


class Names(Protocol):
    """What expressions name, by key: a program, or as much of one as there is."""

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Entities by name."""

    @property
    def facts(self) -> Mapping[tuple[str, str], Fact]:
        """Facts by entity and key."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Parameters by key."""

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Definitions by key."""


@frozen
class Words:
    """Words for an expression and how tightly they hold together."""

    phrase: Phrase
    tightness: int = CLOSED


def describe(node: Expression, entity: str | None, names: Names, deepest: int | None = None) -> Phrase:
    """The expression as written, seen from an instance of `entity` (None: from anywhere, and 户的 is left out).

    What is nested more than `deepest` levels down is left out.
    """
    return described(node, entity, names, deepest).phrase


def described(node: Expression, entity: str | None, names: Names, deepest: int | None = None) -> Words:
    """As `describe`, to be put into an operation."""
    return _described(node, _Setting(entity, names), deepest)


def known_words(value: Value, kind: Type) -> Phrase:
    """A known value in words."""
    return value_phrase(value, kind)


@lru_cache(maxsize=256)
def place_words(step: Fraction, kind: Type) -> Phrase:
    """The place a value of this type is rounded to: 分 for 1/100 of money, 整数 for whole people."""
    money = isinstance(kind, Quantity) and (MONEY, 1) in kind.dimension
    places = [word for word, size in ROUNDING_PLACES.items() if size == step and (word in _WHOLE) is not money]
    exact = exact_text(step)
    return Phrase(
        next((word for word in places if not word.isascii()), exact),
        next((word for word in places if word.isascii()), exact),
    )


def fact_name(path: Path, key: str, names: Names) -> str:
    """What a fact of the instance at the path is called."""
    fact = names.facts.get((entity_of_path(path, names.entities), key))
    return fact.name if fact else _bare(key)


def rule_name(key: str, names: Names) -> str:
    """What a definition or a benefit is called."""
    return names.rules[key].name if key in names.rules else _bare(key)


def granted_words(benefit: Phrase) -> Phrase:
    """That a benefit is granted: 享受(低保金)."""
    return _GRANTED.fill(name=benefit)


def operation(node: Operation, arguments: Sequence[Words]) -> Words:
    """The operation with these words for its arguments."""
    if node.operator in _BOUNDS and len(arguments) == 2 and isinstance(node.arguments[1], Literal):
        value, bound = arguments[0], arguments[1].phrase
        return Words(_BOUNDS[node.operator].fill(value=_inside(_BOUND, value, 1), bound=bound), _BOUND)
    if _rounds(node) and isinstance(step := getattr(node.arguments[1], "value", None), Fraction):
        arguments = [arguments[0], Words(place_words(step, node.type)), *arguments[2:]]
    tightness = _TIGHTNESS.get(node.operator, CLOSED)
    row = OPERATORS.get(node.operator)
    bracketed = [_inside(tightness, each, index) for index, each in enumerate(arguments)]
    return Words(operation_words(row, bracketed) if row else _DOTS, tightness)


def one_of(node: Operation) -> tuple[Expression, tuple[Literal, ...]] | None:
    """The value and the options of `X 属于 a、b`, which is an `or` of comparisons of the same value."""
    if node.operator != "or" or len(node.arguments) < 2:
        return None
    options: list[Literal] = []
    value: Expression | None = None
    for each in node.arguments:
        if not isinstance(each, Operation) or each.operator != "equal" or not isinstance(each.arguments[1], Literal):
            return None
        if value is not None and each.arguments[0] != value:
            return None
        value = each.arguments[0]
        options.append(each.arguments[1])
    return None if value is None else (value, tuple(options))


# ---------------------------------------------------------------- nodes


@frozen
class _Setting:
    """Whose eyes a name is seen with, and where names are looked up."""

    entity: str | None
    names: Names


def _described(node: Expression, seen: _Setting, room: int | None) -> Words:
    if room is not None and room < 0:
        return Words(_DOTS)
    below = None if room is None else room - 1
    match node:
        case Literal(value, kind):
            return Words(known_words(value, kind))
        case ParameterValue(key):
            parameter = seen.names.parameters.get(key)
            return Words(plain(parameter.name if parameter else _bare(key)))
        case FactValue(path, key):
            return Words(_at(path, seen, plain(fact_name(path, key, seen.names))))
        case RuleValue(path, key):
            rule = seen.names.rules.get(key)
            name = plain(rule_name(key, seen.names))
            return Words(name if rule and rule.entity is None else _at(path, seen, name))
        case BenefitValue(path, key, granted):
            benefit = _at(path, seen, plain(_bare(key)))
            return Words(granted_words(benefit) if granted else benefit)
        case Operation(operator, (FactValue(path), MomentValue(Moment.DAY), *_)) if operator == "age":
            return Words(_at(path, seen, AGE))
        case Operation():
            if (found := one_of(node)) is not None:
                subject, options = found
                listed = _joined(_LIST, [known_words(option.value, option.type) for option in options])
                return Words(_ONE_OF.fill(value=_described(subject, seen, below).phrase, options=listed), _TIGHTNESS["equal"])
            return operation(node, [_described(each, seen, below) for each in node.arguments])
        case Choice():
            return Words(_choice(node, seen, below), _LOOSE)
        case Aggregate():
            return Words(_aggregate(node, seen, below))
        case Impossible():
            return Words(_IMPOSSIBLE)
        case MomentValue(moment):
            return Words(_MOMENTS[moment])
        case IsSubject():
            return Words(_IS_SUBJECT)


def _choice(node: Choice, seen: _Setting, room: int | None) -> Phrase:
    ways = [_IF.fill(condition=_described(branch.condition, seen, room).phrase, value=_described(branch.value, seen, room).phrase) for branch in node.branches]
    return _joined(plain(""), [*ways, _ELSE.fill(value=_described(node.otherwise, seen, room).phrase)])


def _aggregate(node: Aggregate, seen: _Setting, room: int | None) -> Phrase:
    member = _Setting(entity_at(node.path.entity, (*node.path.roles, node.role), seen.names.entities), seen.names)
    inside = member if seen.entity is not None else seen
    members = _at(node.path, seen, plain(node.role))
    if node.where is not None:
        members = _AMONG.fill(members=members, where=_described(node.where, inside, room).phrase)
    parts = [members]
    if node.value is not None:
        value = _described(node.value, inside, room).phrase
        if node.kind in (Gathering.ANY, Gathering.ALL) and node.where is None:
            parts = [_AMONG.fill(members=members, where=value)]
        else:
            parts.append(value)
    return _GATHERED.fill(word=_GATHERINGS[node.kind], inside=_joined(_COMMA, parts))


def _at(path: Path, seen: _Setting, words: Phrase) -> Phrase:
    owners = [plain(role) for role in path.roles]
    if path.anchor is Anchor.SUBJECT:
        owners.insert(0, _SUBJECT)
    elif seen.entity is not None and path.entity != seen.entity:
        owners.insert(0, plain(path.entity))
    for owner in reversed(owners):
        words = _OF.fill(owner=owner, name=words)
    return words


def _bare(key: str) -> str:
    """The name without its policy."""
    return key.rpartition("·")[2] or key


# ---------------------------------------------------------------- brackets


def _rounds(node: Operation) -> bool:
    return node.operator == "spread" or node.operator.startswith("round ")


def _inside(outer: int, words: Words, index: int) -> Phrase:
    return _BRACKETS.fill(inner=words.phrase) if _needs_brackets(outer, words.tightness, index) else words.phrase


def _needs_brackets(outer: int, inner: int, index: int) -> bool:
    if outer == CLOSED or inner == CLOSED:
        return False
    return inner < outer or (inner == outer and index > 0 and outer in (5, 6)) or inner == outer == 4


def _joined(separator: Phrase, parts: Sequence[Phrase]) -> Phrase:
    return Phrase(separator.zh.join(part.zh for part in parts), separator.en.join(part.en for part in parts))
