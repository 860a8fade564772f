"""The result of a batch as a file, written in parts as they come, for engines that have no writer of their own."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, TypeAlias

from policyrules.book.batch_engine import whole_or_absent
from policyrules.engines.sql import COLUMNS

Rows: TypeAlias = Sequence[Sequence[Any]]


def write_result(out: str, parts: Iterable[Rows]) -> None:
    """Write the rows; the file takes its place when all of them are written."""
    with whole_or_absent(out) as path:
        if out.endswith(".csv"):
            _write_csv(path, parts)
        else:
            _write_arrow(path, parts, parquet=out.endswith(".parquet"))


def _write_csv(path: str, parts: Iterable[Rows]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for rows in parts:
            writer.writerows([str(cell).lower() if isinstance(cell, bool) else cell for cell in row] for row in rows)


def _write_arrow(path: str, parts: Iterable[Rows], *, parquet: bool) -> None:
    arrow: Any = import_module("pyarrow")
    kinds = {"value": arrow.int64(), "scale": arrow.int64(), "provisional": arrow.bool_()}
    schema = arrow.schema([(name, kinds.get(name, arrow.string())) for name in COLUMNS])
    with arrow.OSFile(path, "wb") as sink:
        writer = import_module("pyarrow.parquet").ParquetWriter(sink, schema) if parquet else arrow.ipc.new_file(sink, schema)
        with writer:
            for rows in parts:
                columns = [arrow.array(cells, field.type) for cells, field in zip(zip(*rows, strict=True), schema, strict=True)]
                writer.write_batch(arrow.record_batch(columns, schema=schema))
