"""DuckDB as the engine of a batch: rosters are files, and so is the result."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from attrs import define

from policyrules.book.batch_engine import Settings, Stopped, missing_file, unreadable, unsuited, whole_or_absent
from policyrules.book.batch_tables import RESULT, Tables, quoted, raw
from policyrules.engines.sql import COLUMNS
from policyrules.source.diagnostic import Diagnostic

EXTRA, LIBRARIES = "batch", ("duckdb", "sqlglot", "pyarrow")


def refused(rosters: Mapping[str, str], out: str, settings: Settings) -> tuple[Diagnostic, ...]:
    """What is wrong with what is to be read and written, as far as names tell."""
    return unsuited([*rosters.values(), out])


@contextlib.contextmanager
def started(settings: Settings, out: str) -> Iterator[DuckDb]:
    """A database of its own, gone in the end."""
    duckdb: Any = import_module("duckdb")
    scratch = tempfile.mkdtemp(prefix="policyrules-")
    try:
        with duckdb.connect(config={"temp_directory": scratch}) as connection:
            yield DuckDb(connection)
    except (duckdb.Error, OSError) as trouble:
        raise Stopped(unreadable(out, trouble)) from trouble
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@define(eq=False)
class DuckDb(Tables):
    """One run in DuckDB."""

    connection: Any
    dialect = "duckdb"

    def execute(self, sql: str) -> None:
        self.connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(sql).fetchall()
        return found

    def open(self, entity: str, path: str) -> list[tuple[str, str]]:
        absent = missing_file(path)
        if absent is not None:
            raise Stopped(absent)
        try:
            if path.endswith(".parquet"):
                table = self.connection.read_parquet(path)
            elif path.endswith(".csv"):
                table = self.connection.read_csv(path, all_varchar=True, header=True)
            else:
                table = self.connection.from_arrow(import_module("pyarrow.dataset").dataset(path, format="ipc"))
            table.create_view(raw(entity))
        except Exception as trouble:  # each library has errors of its own; all of them are about this file
            raise Stopped(unreadable(path, trouble)) from trouble
        return [(row[0], row[1]) for row in self.rows(f"DESCRIBE {quoted(raw(entity))}")]

    def append(self, rows: Sequence[Sequence[object]]) -> None:
        arrow: Any = import_module("pyarrow")
        kinds = {"value": arrow.int64(), "scale": arrow.int64(), "provisional": arrow.bool_()}
        columns = list(zip(*rows, strict=True))
        table = arrow.table({name: arrow.array(cells, kinds.get(name, arrow.string())) for name, cells in zip(COLUMNS, columns, strict=True)})
        self.connection.register("(alone)", table)
        self.execute(f'INSERT INTO {RESULT} SELECT * FROM "(alone)"')
        self.connection.unregister("(alone)")

    def write(self, out: str) -> None:
        result = self.connection.table(RESULT.strip('"'))
        with whole_or_absent(out) as path:
            if out.endswith(".parquet"):
                result.write_parquet(path)
            elif out.endswith(".csv"):
                result.write_csv(path, header=True)
            else:
                arrow: Any = import_module("pyarrow")
                reader = arrow.RecordBatchReader.from_stream(result)
                with arrow.OSFile(path, "wb") as sink, arrow.ipc.new_file(sink, reader.schema) as writer:
                    for part in reader:
                        writer.write_batch(part)
