"""Tables of tests and the steps over them, in a Spark of their own on one core, started once for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as arrow

from columns_tables import Table
from policyrules.book.batch_spark import worked_out
from policyrules.engines.sql import Step
from spark_session import session_or_skip

DIALECT = "spark"
_KINDS = {"BIGINT": arrow.int64(), "BOOLEAN": arrow.bool_(), "DATE": arrow.date32(), "VARCHAR": arrow.string()}


def ready() -> None:
    """Skip, and say so, without Spark."""
    session_or_skip()


def run(tables: Sequence[Table], sql: tuple[Sequence[Step], Sequence[str]]) -> list[tuple[Any, ...]]:
    """The rows of the result over these tables."""
    own = session_or_skip()
    for table in tables:
        cells = [arrow.array([row[place] for row in table.rows], _KINDS[kind]) for place, (_, kind) in enumerate(table.columns)]
        made = arrow.table(cells, names=[name for name, _ in table.columns])
        own.createDataFrame(made).createOrReplaceTempView(f"`{table.name}`")
    return [tuple(row) for row in worked_out(own, *sql).collect()]
