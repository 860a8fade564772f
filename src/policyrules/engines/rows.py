"""Cases as rows: what generated Python decides on.

A row is `(number, id, facts …, groups …)`, laid out alike for every instance of an entity: numbers count the smallest part
their type has (分, or millionths of what has no such part), what is unknown is None, a group is a sequence of rows. A row does
not name its holder; the code is handed both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import frozen

from policyrules.core.case import Instance
from policyrules.core.program import Program
from policyrules.values.types import Quantity, Type, Value
from policyrules.values.units import MONEY

RowValue: TypeAlias = bool | int | date | str
Row: TypeAlias = Sequence[Any]

NUMBER, ID, FIRST = 0, 1, 2
"""Where the number of a row and the id stand, and the first fact."""

FEN, PARTS = 100, 10**6


def scale_of(kind: Quantity) -> int:
    """How many parts of a unit a column or row counts."""
    return FEN if (MONEY, 1) in kind.dimension else 1 if kind.whole else PARTS


@frozen
class Layout:
    """Where the facts and roles of an entity stand in its rows, and what numbers are counted in (None: no number)."""

    entity: str
    facts: Mapping[str, int]
    scales: Mapping[str, int | None]
    roles: Mapping[str, int]
    entities: Mapping[str, str]
    width: int


def layouts_of(program: Program) -> dict[str, Layout]:
    """The layouts of a program, by entity; a program without entities has one without a name."""
    types: dict[str, dict[str, Type]] = {name: {} for name in program.entities or ("",)}
    for entity, key in program.facts:
        types.setdefault(entity, {})[key] = program.facts[entity, key].type
    return {entity: _layout(program, entity, kinds) for entity, kinds in types.items()}


def _layout(program: Program, entity: str, kinds: Mapping[str, Type]) -> Layout:
    declared = program.entities.get(entity)
    roles = declared.roles if declared is not None else ()
    facts = {key: FIRST + index for index, key in enumerate(kinds)}
    scales = {key: scale_of(kind) if isinstance(kind, Quantity) else None for key, kind in kinds.items()}
    first = FIRST + len(facts)
    places = {role.name: first + index for index, role in enumerate(roles)}
    return Layout(entity, facts, scales, places, {role.name: role.entity for role in roles}, first + len(places))


def row_of(layouts: Mapping[str, Layout], root: Instance) -> tuple[Row, list[Instance]] | None:
    """A case as rows, with the instance of each number; None where rows cannot say it: something was supplied, is told to be
    unknown or may be missing from a list, or a number has parts too small."""
    everybody: list[Instance] = []
    found = _row(layouts, root, everybody)
    return None if found is None else (found, everybody)


def _row(layouts: Mapping[str, Layout], one: Instance, everybody: list[Instance]) -> Row | None:
    layout = layouts.get(one.entity)
    if layout is None or one.given or one.states or one.unlisted:
        return None
    row: list[object] = [None] * layout.width
    row[NUMBER], row[ID] = len(everybody), one.id
    everybody.append(one)
    facts, scales = layout.facts, layout.scales
    for key, value in one.facts.items():
        if key not in facts:
            continue
        scale = scales[key]
        if scale is not None:
            above, below = value.as_integer_ratio()  # type: ignore[union-attr]
            if scale % below:
                return None
            row[facts[key]] = above * (scale // below)
        else:
            row[facts[key]] = value
    for name, members in one.members.items():
        group = []
        for member in members:
            found = _row(layouts, member, everybody)
            if found is None:
                return None
            group.append(found)
        row[layout.roles[name]] = tuple(group)
    return tuple(row)


def instances_of(layouts: Mapping[str, Layout], entity: str, row: Row) -> list[Instance]:
    """The instances of rows, each in the place of its number."""
    everybody: dict[int, Instance] = {}
    _instance(layouts, entity, row, None, everybody)
    return [everybody[number] for number in range(len(everybody))]


def _instance(layouts: Mapping[str, Layout], entity: str, row: Row, parent: Instance | None, everybody: dict[int, Instance]) -> Instance:
    layout = layouts[entity]
    made = everybody[row[NUMBER]] = Instance(entity, row[ID], parent=parent)
    for key, place in layout.facts.items():
        value = row[place]
        if value is not None:
            made.facts[key] = value_of(value, layout.scales[key])
    for name, place in layout.roles.items():
        group = row[place]
        if group is not None:
            made.members[name] = [_instance(layouts, layout.entities[name], member, made, everybody) for member in group]
    return made


def value_of(value: RowValue, scale: int | None) -> Value:
    """A value of a row as it stands in an instance."""
    return value if scale is None else Fraction(value, scale)  # type: ignore[arg-type, return-value]
