"""Cases as the relations a plan reads, whatever the database."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from policyrules.core.case import Instance, instances
from policyrules.core.program import Program
from policyrules.engines.rows import scale_of
from policyrules.values.types import Day, Quantity, Truth, Type


@frozen
class Table:
    """A relation: its name, its columns with their types, its rows."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[object]]

    def create(self) -> str:
        """The statement that makes it, empty."""
        columns = ", ".join(f'"{name}" {kind}' for name, kind in self.columns)
        return f'CREATE TEMP TABLE "{self.name}" ({columns})'


def tables(program: Program, roots: Sequence[Instance]) -> list[Table]:
    """Everybody of these cases in relations named after their entities; ids are told apart by the case's number."""
    found = []
    for entity in program.entities:
        facts = [fact for fact in program.facts.values() if fact.entity == entity]
        columns = [("_id", "VARCHAR"), ("_up", "VARCHAR"), ("_role", "VARCHAR"), ("_bad", "BOOLEAN")]
        columns += [(fact.key, sql_type(fact.type)) for fact in facts]
        rows: list[list[object]] = []
        for number, root in enumerate(roots):
            for one in instances(root):
                if one.entity == entity:
                    rows.append([name(number, one), name(number, one.parent), role(one), False, *(cell(one.facts.get(fact.key), fact.type) for fact in facts)])
        found.append(Table(entity, columns, rows))
    return found


def sql_type(kind: Type) -> str:
    match kind:
        case Quantity():
            return "BIGINT"
        case Truth():
            return "BOOLEAN"
        case Day():
            return "DATE"
        case _:
            return "VARCHAR"


def cell(value: object, kind: Type) -> object:
    if not isinstance(kind, Quantity) or not isinstance(value, Fraction):
        return value
    scaled = value * scale_of(kind)
    assert scaled.denominator == 1
    return scaled.numerator


def name(number: int, one: Instance | None) -> str | None:
    return None if one is None else f"{number}/{one.id}"


def role(one: Instance) -> str | None:
    return next((role for role, group in one.parent.members.items() if one in group), None) if one.parent is not None else None
