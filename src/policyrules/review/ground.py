"""What is worked out once for drawing households of a program on a day: the code of its expressions, the facts behind them.

The rows are those generated Python decides on (`engines/rows`), so that an expression is worked out in microseconds: sides of
comparisons are added to the program as rules of their own, and written when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, TypeAlias

from attrs import define, evolve, field, frozen

from policyrules.analysis.graph import expressions_of
from policyrules.book.occasion import in_month
from policyrules.book.schema import facts_of
from policyrules.core.case import Occasion
from policyrules.core.keeping import kept
from policyrules.core.parts import parts_of
from policyrules.core.program import (
    Aggregate,
    Anchor,
    BenefitValue,
    Expression,
    Fact,
    FactValue,
    IsSubject,
    Path,
    Program,
    Rule,
    RuleValue,
)
from policyrules.engines.python_code import PythonCode, Stretch, Unit
from policyrules.engines.rows import Layout, layouts_of
from policyrules.source.text import Place, SourceText
from policyrules.values.types import Day, Quantity

Line: TypeAlias = "tuple[list[Any], ...]"
"""An instance as its row, with the rows of those who hold it outwards."""

NAMES = "甲乙丙丁戊己庚辛壬癸"
"""What members are called."""

UP = -1
Steps: TypeAlias = tuple[int, ...]
"""A way from an instance to others: `UP` to who holds it, else the place of a role in its row (everybody in it)."""

_COUNTED, _DEEPEST = 64, 20
"""Facts behind an expression that are looked at, and names gone through, at most."""

_NOWHERE = Place(SourceText("", ""), 0, 0)


@frozen
class Spot:
    """A fact behind an expression: the way to whose it is, and where it stands in the row."""

    steps: Steps
    place: int
    fact: Fact


@define(eq=False)
class Ground:
    """The generated code for a month, the facts behind every expression, and how a case names them."""

    program: Program
    occasion: Occasion
    layouts: dict[str, Layout]
    stretch: Stretch
    rules: dict[str, Rule]
    named: dict[str, tuple[tuple[str, int, Fact], ...]]
    """By entity, every fact with the name a case writes and its place in a row."""

    _units: dict[tuple[int, str], Unit] = field(factory=dict)
    _sides: dict[tuple[int, str], tuple[Expression, str]] = field(factory=dict)
    """The key under which an expression stands among the rules; the expression is kept, so that nobody gets its identity."""

    _spots: dict[tuple[int, str], tuple[Expression, tuple[Spot, ...]]] = field(factory=dict)
    _by_name: dict[str, tuple[Spot, ...]] = field(factory=dict)
    _about_subject: dict[int, tuple[Expression, bool]] = field(factory=dict)

    def unit(self, node: Expression, entity: str) -> Unit:
        """The function that works out an expression for an instance."""
        found = self._units.get((id(node), entity))
        if found is None:
            if (id(node), entity) not in self._sides:
                key = f"→{len(self._sides)}"
                self.rules[key] = Rule(key, key, entity, node.type, node, _NOWHERE)
                self._sides[id(node), entity] = (node, key)
            found = self._units[id(node), entity] = self.stretch.units(entity, (self._sides[id(node), entity][1],))[0]
        return found

    def spots(self, node: Expression, entity: str) -> tuple[Spot, ...]:
        """The facts that are numbers or days behind an expression, with the way to each."""
        found = self._spots.get((id(node), entity))
        if found is None:
            every = dict.fromkeys(islice(self._behind(node, entity, 0), _COUNTED))
            found = self._spots[id(node), entity] = (node, tuple(every))
        return found[1]

    def about_subject(self, node: Expression) -> bool:
        """Whether an expression looks at the one decided, so that it cannot be worked out for a member by itself."""
        found = self._about_subject.get(id(node))
        if found is None:
            paths = [getattr(part, "path", None) for part in everything_in(node)]
            subject = any(path is not None and path.anchor is Anchor.SUBJECT for path in paths)
            found = self._about_subject[id(node)] = (node, subject or any(isinstance(part, IsSubject) for part in everything_in(node)))
        return found[1]

    def steps_of(self, path: Path, entity: str, inside: bool) -> tuple[Steps, str] | None:
        """The way a path leads, and the entity at its end. `inside`: the member in hand is not the one decided."""
        if inside and path.anchor is Anchor.SUBJECT:
            return None
        steps: list[int] = []
        while entity != path.entity:
            declared = self.program.entities.get(entity)
            if declared is None or declared.within is None:
                return None
            entity = declared.within
            steps.append(UP)
        for role in path.roles:
            layout = self.layouts.get(entity)
            if layout is None or role not in layout.roles:
                return None
            steps.append(layout.roles[role])
            entity = layout.entities[role]
        return tuple(steps), entity

    def _behind(self, node: Expression, entity: str, depth: int, inside: bool = False) -> Iterator[Spot]:
        match node:
            case FactValue(path, key):
                way = self.steps_of(path, entity, inside)
                if way is not None and isinstance(node.type, Quantity | Day) and (way[1], key) in self.program.facts:
                    yield Spot(way[0], self.layouts[way[1]].facts[key], self.program.facts[way[1], key])
            case RuleValue(path, key) | BenefitValue(path, key):
                way = self.steps_of(path, entity, inside)
                if way is not None and depth < _DEEPEST:
                    yield from _moved(way[0], self._of_name(key, way[1], depth + 1))
            case Aggregate():
                way = self.steps_of(node.path, entity, inside)
                role = None if way is None else self.layouts[way[1]].roles.get(node.role)
                if way is not None and role is not None:
                    inner = self.layouts[way[1]].entities[node.role]
                    found = [spot for part in (node.where, node.value) if part is not None for spot in self._behind(part, inner, depth, True)]
                    yield from _moved((*way[0], role), found)
                if node.if_none is not None:
                    yield from self._behind(node.if_none, entity, depth, inside)
            case _:
                for part in parts_of(node):
                    yield from self._behind(part, entity, depth, inside)

    def _of_name(self, key: str, entity: str, depth: int) -> tuple[Spot, ...]:
        found = self._by_name.get(key)
        if found is None:
            declared = self.program.rules.get(key) or self.program.benefits.get(key)
            at = (declared.entity if declared is not None else None) or entity
            every = (spot for node in ([] if declared is None else expressions_of(declared)) for spot in self._behind(node, at, depth))
            found = self._by_name[key] = tuple(dict.fromkeys(islice(every, _COUNTED)))
        return found


def ground_of(program: Program, month: date) -> Ground:
    """The ground for a month; made once."""
    return kept(_ground, program, in_month(program, month), program)


def _ground(program: Program, occasion: Occasion, _: Program) -> Ground:
    """What does not rest on the day is shared by all of them, and the code by a stretch of time in which nothing changes."""
    first, code = kept(_first, program, None, program)
    stretch = code.stretch(occasion.day)
    units: dict[tuple[int, str], Unit] = kept(_no_units, program, stretch, program)
    return evolve(first, occasion=occasion, stretch=stretch, units=units)


def _first(program: Program, _: None, __: Program) -> tuple[Ground, PythonCode]:
    rules = {**program.rules, **{rule.key: rule for rule in program.consistencies}}
    # Sides of comparisons join these rules later on.
    code = PythonCode(evolve(program, rules=rules, consistencies=()))
    layouts = layouts_of(program)
    named = {entity: tuple((name, layouts[entity].facts[fact.key], fact) for name, fact in facts_of(program, entity)) for entity in program.entities}
    day = code.starts[0] if code.starts else date(2020, 1, 1)
    return Ground(program, in_month(program, day), layouts, code.stretch(day), rules, named), code


def _no_units(_: Program, __: Stretch, ___: Program) -> dict[tuple[int, str], Unit]:
    return {}


def everything_in(node: Expression) -> Iterator[Expression]:
    """An expression and all that is in it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(parts_of(one))


def _moved(steps: Steps, spots: Iterable[Spot]) -> Iterator[Spot]:
    """The same facts seen from where the way begins."""
    for spot in spots:
        yield Spot((*steps, *spot.steps), spot.place, spot.fact)
