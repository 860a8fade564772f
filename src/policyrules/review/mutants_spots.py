"""Places in an expression where something can be changed, and what comes of it: the whole with another node in the stead of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from attrs import evolve, frozen

from policyrules.core.describing import describe
from policyrules.core.paths import entity_at
from policyrules.core.program import Aggregate, Choice, Expression, Impossible, Literal, Operation, Program
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.values.quantities import parse_chinese_number, parse_literal

Put: TypeAlias = Callable[[Expression], Expression]

BESIDE: Mapping[str, str] = MappingProxyType(
    {
        "less": "less_equal",
        "less_equal": "less",
        "greater": "greater_equal",
        "greater_equal": "greater",
        "equal": "not_equal",
        "not_equal": "equal",
    }
)
"""The comparison beside each: with its bound or without, the same or not."""


@frozen
class Change:
    """An expression with one small change in it. `after` None: `before` was taken out. `touched` is the node that has to be reached."""

    of: str
    place: Place | None
    before: Phrase
    after: Phrase | None
    expression: Expression
    touched: object


@frozen
class Spot:
    """A node of an expression, as seen from an instance of `entity`; `put` gives the whole with another node in its stead."""

    node: Expression
    entity: str | None
    put: Put
    program: Program
    place: Place | None
    denied: bool = False

    def words(self, node: Expression) -> Phrase:
        """A node in words, as seen from here."""
        return describe(node, self.entity, self.program)

    def changed(self, of: str, new: Expression, before: Phrase | None = None, after: Phrase | None = None) -> Change:
        """This node replaced; in words, unless they are given, as before and after."""
        said = after if before is not None else self.words(new)
        return Change(of, self.place, before or self.words(self.node), said, self.put(new), self.node)


def below(spot: Spot, index: int, part: Expression) -> Spot:
    """A part of the node, by its position among the parts."""
    node = spot.node
    entity = spot.entity
    if isinstance(node, Aggregate) and part is not node.if_none and entity is not None:
        entity = entity_at(node.path.entity, (*node.path.roles, node.role), spot.program.entities)
    denied = isinstance(node, Operation) and node.operator == "not"
    return Spot(part, entity, lambda new: spot.put(with_part(node, index, new)), spot.program, part.place or spot.place, denied)


def with_part(node: Expression, index: int, new: Expression) -> Expression:
    """The node with another part at this position of `parts_of`."""
    match node:
        case Operation():
            return evolve(node, arguments=tuple(new if at == index else one for at, one in enumerate(node.arguments)))
        case Choice():
            number, value = divmod(index, 2)
            if number == len(node.branches):
                return evolve(node, otherwise=new)
            branch = node.branches[number]
            branch = evolve(branch, value=new) if value else evolve(branch, condition=new)
            return evolve(node, branches=tuple(branch if at == number else one for at, one in enumerate(node.branches)))
        case Aggregate():
            name = [name for name in ("where", "value", "if_none") if getattr(node, name) is not None][index]
            if name == "where":
                return evolve(node, where=new)
            return evolve(node, value=new) if name == "value" else evolve(node, if_none=new)
        case _:
            raise ValueError("a leaf has no parts")


def is_table(node: Choice) -> bool:
    """Whether a choice was written as a table or as bands: its ways are rows, and not the guard 若 … 则 无法计算."""
    return any(branch.row is not None and not isinstance(branch.value, Impossible) for branch in node.branches)


def written(node: Literal) -> bool:
    """Whether a value stands in the text as such: the 12 of 折算 does not."""
    if node.place is None:
        return False
    words = node.place.words
    if isinstance(node.value, Fraction):
        read = parse_literal(words)
        return parse_chinese_number(words) is not None or (read is not None and read[0] == node.value)
    return isinstance(node.value, date) or node.value == words
