"""What columns answer for cases, by any engine, held against what the reference answers.

An engine is a module `columns_…` with DIALECT, `ready()`, which skips where the database is not to be had, and `run(tables, sql)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import Any

from columns_tables import name, tables
from policyrules.core.case import Instance, Occasion
from policyrules.core.outcome import Answer, Computed, Granted, Refused
from policyrules.engines.columnar import Plan, plan
from policyrules.engines.python_code import PythonCode
from policyrules.engines.sql import COLUMNS, query, steps
from policyrules.values.types import Day, Quantity, Truth, Type

__all__ = ["ENGINES", "answers", "as_row", "name", "printed", "ready", "told"]

ENGINES = ("duckdb", "postgres")


def ready(engine: str) -> None:
    """Skip where there is no such database."""
    import_module(f"columns_{engine}").ready()


@cache
def sql(code: PythonCode, occasion: Occasion, asked: tuple[str, ...], dialect: str) -> Any:
    """The query for what is asked, made once."""
    return printed(plan(code.program, occasion, asked, code.program.facts.keys(), code.program.entities.keys()), dialect)


def printed(made: Plan, dialect: str) -> Any:
    """The query of a plan as an engine runs it: for Spark in steps."""
    return steps(made, dialect) if dialect == "spark" else query(made, dialect)


def answers(
    code: PythonCode, roots: Sequence[Instance], occasion: Occasion, asked: Iterable[str], engine: str = "duckdb"
) -> dict[tuple[str, str], dict[str, Any]]:
    """What columns answer, by key and by the id of the one decided."""
    module = import_module(f"columns_{engine}")
    rows = module.run(tables(code.program, roots), sql(code, occasion, tuple(asked), module.DIALECT))
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
