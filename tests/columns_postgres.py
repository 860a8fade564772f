"""Tables of tests and the query over them, in the PostgreSQL of the tests."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

from columns_tables import Table
from postgres_server import dsn_or_skip

DIALECT = "postgres"


def ready() -> None:
    """Skip, and say so, without a server."""
    dsn_or_skip()


@cache
def connection() -> Any:
    """One connection for all: to begin one costs more than most queries."""
    psycopg: Any = import_module("psycopg")
    found = psycopg.connect(dsn_or_skip())
    atexit.register(found.close)
    return found


def run(tables: Sequence[Table], sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query over these tables, which are gone afterwards."""
    with connection().cursor() as cursor:
        try:
            for table in tables:
                cursor.execute(table.create())
                names = ", ".join(f'"{name}"' for name, _ in table.columns)
                with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                    for row in table.rows:
                        copy.write_row(row)
            return list(cursor.execute(sql).fetchall())
        finally:
            connection().rollback()
