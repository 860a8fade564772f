"""Whether what was read from a compiled book is what policies can come to, so that no engine meets anything else.

The compiler makes only such declarations; this tells those of a forged file. A name needs only names before it in the program's
order, so nothing is defined by itself; values, operators and what is referred to are of the kinds of value told beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

from attrs import define, field

from policyrules.analysis.graph import expressions_of
from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_of_path
from policyrules.core.program import (
    Aggregate,
    Article,
    Benefit,
    BenefitValue,
    Choice,
    Expression,
    Fact,
    FactValue,
    Gathering,
    Grant,
    Literal,
    Operation,
    Parameter,
    ParameterValue,
    Program,
    Rule,
    RuleValue,
)
from policyrules.operators.table import OPERATORS
from policyrules.source.phrase import Phrase
from policyrules.values.types import TRUTH, Day, Options, Quantity, Text, Truth, Type
from policyrules.values.units import BASE_UNITS

MOST_POWER = 9
"""Of one unit in a type: no policy pays by the tenth power of a month."""

_VALUES: dict[type, type] = {Truth: bool, Quantity: Fraction, Day: date, Options: str, Text: str}


@define(eq=False)
class Soundness:
    """Holds declarations against the program they belong to. `kind` tells the type of a rule or benefit, which need not be read."""

    program: Program
    kind: Callable[[str], Type]
    _position: dict[str, int] = field(init=False)

    @_position.default
    def _positions(self) -> dict[str, int]:
        return {key: position for position, key in enumerate(self.program.order)}

    def of(self, declared: object) -> bool:
        """Whether a declaration can be used."""
        match declared:
            case Parameter(type=kind):
                return all(_is_of(row.value, kind) and (row.end is None or row.start <= row.end) for row in (*declared.rows, *declared.timeline))
            case Fact(type=kind):
                steads = [stead.value for stead in (declared.presumed, declared.inapplicable) if stead is not None]
                bounded = declared.low is not None or declared.high is not None
                return all(_is_of(value, kind) for value in steads) and (isinstance(kind, Quantity) or not bounded)
            case Rule(expression=expression, type=kind):
                return _alike(expression.type, kind) and self._all(declared)
            case Benefit():
                return self._benefit(declared) and self._all(declared)
            case _:
                return True

    def entities(self) -> bool:
        """Whether every entity is held by another, up to one that none holds."""
        every = self.program.entities
        for one in every.values():
            holder = one.within
            for _ in every:
                holder = every[holder].within if holder is not None else None
            if holder is not None or any(role.entity not in every for role in one.roles):
                return False
        return True

    def _benefit(self, benefit: Benefit) -> bool:
        place = {index: at for at, index in enumerate(benefit.order)}
        rounding = benefit.rounding
        return (
            sorted(benefit.order) == list(range(len(benefit.articles)))
            and all(_article(article, benefit.type) for article in benefit.articles)
            and all(at in place and place[at] < place[index] for index, article in enumerate(benefit.articles) for at in article.yields_to)
            and (not isinstance(benefit.otherwise, Grant) or _alike(benefit.otherwise.value.type, benefit.type))
            and (rounding is None or (rounding.step > 0 and rounding.mode.startswith("round ") and rounding.mode in OPERATORS))
            and (isinstance(benefit.type, Quantity) or not benefit.pays)
        )

    def _all(self, declared: Rule | Benefit) -> bool:
        last = self._position.get(declared.key, len(self._position))
        waiting, seen = list(expressions_of(declared)), set[int]()
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if not self._node(node, last):
                return False
            waiting.extend(parts_of(node))
        return True

    def _node(self, node: Expression, last: int) -> bool:
        program = self.program
        match node:
            case Literal(value=value, type=kind):
                return _is_of(value, kind)
            case ParameterValue(parameter=key, type=kind):
                return key in program.parameters and _alike(program.parameters[key].type, kind)
            case FactValue(path=path, fact=key, type=kind):
                fact = program.facts.get((entity_of_path(path, program.entities), key))
                return fact is None or _alike(fact.type, kind)
            case RuleValue(rule=key, type=kind):
                return key in program.rules and self._position.get(key, last) < last and _alike(self.kind(key), kind)
            case BenefitValue(benefit=key, type=kind, granted=granted):
                before = key in program.benefits and self._position.get(key, last) < last
                return before and _alike(TRUTH if granted else self.kind(key), kind)
            case Operation(operator=name, arguments=arguments, type=kind):
                made = OPERATORS[name].check([one.type for one in arguments]) if name in OPERATORS else None
                return made is not None and not isinstance(made, Phrase) and _alike(made, kind)
            case Choice(branches=branches, otherwise=otherwise, type=kind):
                conditions = [branch.condition for branch in branches]
                return _truths(conditions) and all(_alike(one.type, kind) for one in (*(branch.value for branch in branches), otherwise))
            case Aggregate():
                return _aggregate(node)
            case _:
                return True


def sound_type(kind: object) -> bool:
    """Whether a type is one of known units to moderate powers."""
    if not isinstance(kind, Quantity):
        return True
    units = [unit for unit, _ in kind.dimension]
    return units == sorted(set(units)) and all(unit in BASE_UNITS and 0 < abs(power) <= MOST_POWER for unit, power in kind.dimension)


def _aggregate(node: Aggregate) -> bool:
    value, kind = node.value, node.type
    if node.where is not None and not _truths([node.where]):
        return False
    if node.if_none is not None and not _alike(node.if_none.type, kind):
        return False
    match node.kind:
        case Gathering.COUNT:
            return value is None and isinstance(kind, Quantity)
        case Gathering.ANY | Gathering.ALL:
            return value is not None and _truths([value]) and isinstance(kind, Truth)
        case _:
            return value is not None and _alike(value.type, kind)


def _article(article: Article, kind: Type) -> bool:
    paid = article.consequence
    told = len(article.passages) in (0, len(article.citations))
    return told and _truths([article.condition]) and (not isinstance(paid, Grant) or _alike(paid.value.type, kind))


def _truths(conditions: Iterable[Expression]) -> bool:
    return all(isinstance(condition.type, Truth) for condition in conditions)


def _alike(one: Type, other: Type) -> bool:
    """Whether values of both types are the same kind of value; units are the compiler's business."""
    return _VALUES[type(one)] is _VALUES[type(other)]


def _is_of(value: object, kind: Type) -> bool:
    return type(value) is _VALUES[type(kind)]
