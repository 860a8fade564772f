"""Cases as the relations a plan reads, in a DuckDB of their own, for tests of the engine of columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import duckdb

from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.outcome import Answer, Computed, Granted, Refused
from policyrules.core.program import Program
from policyrules.engines.columnar import plan
from policyrules.engines.python_code import PythonCode
from policyrules.engines.rows import scale_of
from policyrules.engines.sql import COLUMNS, query
from policyrules.values.types import Day, Quantity, Truth, Type


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


def database(program: Program, roots: Sequence[Instance]) -> duckdb.DuckDBPyConnection:
    """Everybody of these cases in relations named after their entities; ids are told apart by the case's number."""
    found = duckdb.connect()
    for entity in program.entities:
        facts = [fact for fact in program.facts.values() if fact.entity == entity]
        columns = ["_id VARCHAR", "_up VARCHAR", "_role VARCHAR", "_bad BOOLEAN"]
        columns += [f'"{fact.key}" {sql_type(fact.type)}' for fact in facts]
        found.execute(f'CREATE TABLE "{entity}" ({", ".join(columns)})')
        rows: list[list[object]] = []
        for number, root in enumerate(roots):
            for one in instances(root):
                if one.entity == entity:
                    rows.append([name(number, one), name(number, one.parent), role(one), False, *(cell(one.facts.get(fact.key), fact.type) for fact in facts)])
        if rows:
            found.executemany(f'INSERT INTO "{entity}" VALUES ({", ".join("?" * len(columns))})', rows)
    return found


def name(number: int, one: Instance | None) -> str | None:
    return None if one is None else f"{number}/{one.id}"


def role(one: Instance) -> str | None:
    return next((role for role, group in one.parent.members.items() if one in group), None) if one.parent is not None else None


@cache
def sql(code: PythonCode, occasion: Occasion, asked: tuple[str, ...]) -> str:
    """The query for what is asked, made once."""
    return query(plan(code.program, occasion, asked, code.program.facts.keys(), code.program.entities.keys()))


def answers(code: PythonCode, roots: Sequence[Instance], occasion: Occasion, asked: Iterable[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """What columns answer, by key and by the id of the one decided."""
    with database(code.program, roots) as connection:
        rows = connection.execute(sql(code, occasion, tuple(asked))).fetchall()
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert len(found) == len({(row["key"], row["subject"]) for row in found}), "one row each"
    return {(row["key"], row["subject"]): row for row in found}


def as_row(answer: Answer) -> dict[str, Any]:
    """An answer as columns tell it, for those they can tell."""
    outcome = answer.outcome
    match outcome:
        case Granted(amount, articles):
            numbers = "、".join(article.number for article in articles) or None
            return {"status": "granted", "value": amount, "provisional": answer.provisional, "article": numbers, "reason": None}
        case Refused(reason, article):
            number = article.number if article else None
            return {"status": "refused", "value": None, "provisional": answer.provisional, "article": number, "reason": reason}
        case Computed(value):
            return {"status": "computed", "value": value, "provisional": answer.provisional}
        case _:
            return {"status": None}


def told(row: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The same fields of a row of columns."""
    kind = answer.type
    value: object = None
    if row["status"] in ("granted", "computed"):
        value = Fraction(row["value"], row["scale"]) if isinstance(kind, Quantity) else word(row["word"], kind)
    fields = {**row, "value": value, "article": row["article"] or None}
    return {field: fields[field] for field in as_row(answer)} if row["status"] == as_row(answer)["status"] else {"status": row["status"]}


def word(text: str, kind: Type) -> object:
    match kind:
        case Truth():
            return text == "true"
        case Day():
            return date.fromisoformat(text)
        case _:
            return text
