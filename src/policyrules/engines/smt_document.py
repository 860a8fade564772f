"""The household of a model, written as the case a person would write: what is held in the solver, turned into words and numbers."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_days import SymbolicDay
from policyrules.engines.smt_numbers import Scaled
from policyrules.engines.smt_values import Symbolic, Unsupported, Word, Words
from policyrules.engines.smt_world import Address, Node, World, node_at
from policyrules.source.phrase import Phrase
from policyrules.values.quantities import exact_text
from policyrules.values.types import Quantity, Type, Value
from policyrules.values.units import unit_text

_PEOPLE = "甲乙丙丁戊己庚辛壬癸"
_IDS = ("编号", "id")
_NO_RATIO = Phrase("反例里有除不成分数的数，写不成个案", "the counterexample has a number that is no ratio, so no case can be written")


def document(world: World, model: Any) -> tuple[dict[str, object], date]:
    """The case of a model, as JSON writes it, and its month. Facts no rule looked at are left out."""
    year, month = (z.fraction_of(model, part) for part in (world.month.year, world.month.month))
    assert year is not None and month is not None
    root = world.root.entity
    return ({root: _written(world, model, world.root)} if root else {}), date(int(year), int(month), 1)


def subject(world: World, address: Address) -> str:
    """The id of an instance in the document."""
    node = node_at(world, address)
    if node.parent is None:
        return node.entity
    role, index = node.address[-1]
    if node.parent.parent is None and _many(world, node, role):
        before = sum(len(group) for name, group in node.parent.members.items() if _before(world, node.parent, name, role))
        return _person(before + index)
    above = "" if node.parent.parent is None else f"{subject(world, node.parent.address)}的"
    return f"{above}{role}{index + 1}" if _many(world, node, role) else f"{above}{role}"


def _many(world: World, node: Node, role: str) -> bool:
    assert node.parent is not None
    return any(one.many for one in world.program.entities[node.parent.entity].roles if one.name == role)


def _before(world: World, parent: Node, name: str, role: str) -> bool:
    """Whether a list of the root stands before another, so that nobody of two lists has one name."""
    lists = [one.name for one in world.program.entities[parent.entity].roles if one.many]
    return name in lists and lists.index(name) < lists.index(role)


def _person(index: int) -> str:
    return _PEOPLE[index] if index < len(_PEOPLE) else f"成员{index + 1}"


def _written(world: World, model: Any, node: Node) -> dict[str, object]:
    made: dict[str, object] = {}
    if node.parent is not None and (word := _id_word(world, node)) is not None:
        made[word] = subject(world, node.address)
    for (entity, key), fact in world.program.facts.items():
        held = node.facts.get(key) if entity == node.entity else None
        if held is not None:
            made[_name(world, entity, key)] = json_value(held.value, fact.type, model, world.words)
    for role in world.program.entities[node.entity].roles if node.entity else ():
        group = [_written(world, model, member) for member in node.members[role.name] if z.truth_of(model, member.there)]
        made[role.name] = group if role.many else group[0]
    return made


def _id_word(world: World, node: Node) -> str | None:
    """The word an id stands behind: one that no fact has for its name."""
    names = {fact.name for (entity, _), fact in world.program.facts.items() if entity == node.entity}
    return next((word for word in _IDS if word not in names), None)


def _name(world: World, entity: str, key: str) -> str:
    """A fact's name, or its key where two have the name."""
    name = world.program.facts[entity, key].name
    alike = [one for (owner, _), one in world.program.facts.items() if owner == entity and one.name == name]
    return name if len(alike) == 1 else key


def json_value(held: Symbolic, kind: Type, model: Any, words: Words) -> object:
    """A value of a model as a case writes it: exact digits in text, ISO days."""
    value = value_of(held, model, words)
    match value:
        case Fraction():
            # A ratio that no decimal ends needs its unit, without which it would be a bare ratio.
            unit = unit_text(kind.dimension, "zh") if isinstance(kind, Quantity) and "/" in exact_text(value) else ""
            return exact_text(value) + unit
        case date():
            return value.isoformat()
        case _:
            return value


def value_of(held: Symbolic, model: Any, words: Words) -> Value:
    """The value something has in a model."""
    match held:
        case Scaled():
            above = z.fraction_of(model, held.numerator)
            if above is None:
                raise Unsupported(_NO_RATIO)
            return above / held.denominator
        case SymbolicDay():
            index, day = z.fraction_of(model, held.index), z.fraction_of(model, held.day)
            assert index is not None and day is not None
            return date(int(index) // 12, int(index) % 12 + 1, int(day))
        case Word():
            code = z.fraction_of(model, held.code)
            assert code is not None
            word = words.word(int(code))
            return word if word is not None else f"某{int(code)}"
        case _:
            return z.truth_of(model, held)
