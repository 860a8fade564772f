"""Tables of tests and the query over them, in a DuckDB of their own."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest

from columns_tables import Table
from policyrules.book.batch_duckdb import executed

DIALECT = "duckdb"


def ready() -> None:
    """Skip without the library."""
    pytest.importorskip("duckdb")


def run(tables: Sequence[Table], sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query over these tables."""
    duckdb: Any = import_module("duckdb")
    with duckdb.connect() as connection:
        for table in tables:
            connection.execute(table.create())
            if table.rows:
                connection.executemany(f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(table.columns))})', table.rows)
        found: list[tuple[Any, ...]] = executed(connection, sql).fetchall()
        return found
