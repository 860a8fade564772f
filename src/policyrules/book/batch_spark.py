"""Spark as the engine of a batch: rosters are files, folders of files or tables of its catalog, and the result is one file.

A session that is there already is used, in a session of our own beside it, with settings of its own; otherwise one is
started here. Paths are of a file system that Spark's workers and this program share.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from importlib import import_module
from typing import Any

from attrs import define, field

from policyrules.book import batch_spark_problems as problems
from policyrules.book.batch_engine import Engine, Member, Settings, Stopped, about, missing_file, unreadable
from policyrules.book.batch_faults import sound
from policyrules.book.batch_seen import seen_of
from policyrules.book.batch_spark_session import is_sparks, said_by, session
from policyrules.book.roster import Roster, canonical
from policyrules.core.program import Program
from policyrules.engines.columnar import Plan
from policyrules.engines.plan import ID, ROLE, UP
from policyrules.engines.plan_settling import settled
from policyrules.engines.sql import COLUMNS, Step, steps
from policyrules.source.diagnostic import Diagnostic

EXTRA, LIBRARIES = "spark", ("pyspark", "sqlglot", "pyarrow")
_FILES = (".parquet", ".csv")
_OPEN = ("household", "subject", "entity", "name", "key")
_HOME = "(household)"
"""No column of a roster has such a name, since it is no name of a fact."""
_TYPES = {
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "string": "VARCHAR",
    "void": '"NULL"',
}


def refused(rosters: Mapping[str, str], out: str, settings: Settings) -> tuple[Diagnostic, ...]:
    """What is wrong with what is to be read and written, as far as names tell."""
    strange = [path for path in rosters.values() if path.endswith(".arrow")]
    return tuple(about(problems.KIND, path) for path in (*strange, *(() if out.endswith(_FILES) else (out,))))


@contextlib.contextmanager
def started(settings: Settings, out: str) -> Iterator[Spark]:
    """A session of its own."""
    try:
        with session(settings.dsn) as own:
            run = Spark(own)
            yield run
            run.close()
    except OSError as trouble:
        raise Stopped(unreadable(out, trouble)) from trouble
    except Exception as trouble:
        if not is_sparks(trouble):
            raise
        raise Stopped(about(problems.FAILED, out, detail=said_by(trouble))) from trouble


@define(eq=False)
class Spark(Engine):
    """One run in Spark. What columns leave open comes here once, sorted by household."""

    session: Any
    relations: dict[str, Any] = field(factory=dict)
    result: Any = None
    open_rows: Any = None
    open_homes: list[str] = field(factory=list)
    gathered: dict[str, tuple[Any, list[str]]] = field(factory=dict)
    span: tuple[str, str] = ("", "")
    alone: list[Any] = field(factory=list)

    def open(self, entity: str, path: str) -> list[tuple[str, str]]:
        is_file = path.rstrip("/").endswith(_FILES)
        if is_file and "://" not in path and (absent := missing_file(path)):
            raise Stopped(absent)
        try:
            frame = self._file(path) if is_file else self.session.table(_table(path))
            _view(frame, _raw(entity))
        except Exception as trouble:
            if not is_sparks(trouble):
                raise
            if not is_file and isinstance(trouble, import_module("pyspark.errors").AnalysisException):
                raise Stopped(about(problems.NO_TABLE, path)) from trouble
            raise Stopped(unreadable(path, Exception(said_by(trouble)))) from trouble
        return [(name, _TYPES.get(kind, kind.upper())) for name, kind in frame.dtypes]

    def close(self) -> None:
        """Give back what a session that goes on would keep."""
        for frame in (*self.relations.values(), self.open_rows):
            if frame is not None:
                frame.unpersist()

    def _file(self, path: str) -> Any:
        if path.rstrip("/").endswith(".parquet"):
            return self.session.read.parquet(path)
        frame = self.session.read.csv(path, header=True, escape='"', multiLine=True, mode="FAILFAST", enforceSchema=False)
        # An empty cell in quotation marks is as empty as one without.
        return frame.selectExpr(*(f"NULLIF({_quoted(name)}, '') AS {_quoted(name)}" for name in frame.columns))

    def relate(self, program: Program, roster: Roster, only: str | None = None) -> None:
        if only:
            frame = self.session.sql(f"SELECT t.* FROM {_quoted(roster.entity)} t WHERE {only}")
        else:
            frame = self.session.sql(canonical(program, roster, _raw(roster.entity), "spark"))
            # Ids are compared as text, whatever the columns are.
            frame = frame.withColumns({name: frame[name].cast("string") for name in (ID, UP)}).persist()
            self.relations[roster.entity] = frame
        _view(frame, roster.entity)

    def named(self, name: str) -> str:
        return _quoted(name)

    def text(self, expression: str) -> str:
        return f"CAST({expression} AS STRING)"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(sql).collect()]

    def keep(self, name: str, sql: str) -> None:
        _view(self.session.sql(sql).localCheckpoint(), name)

    def sound(self, program: Program, rosters: Mapping[str, Roster]) -> bool:
        return sound(self, program, rosters)

    def places(self, roster: Roster, condition: str, most: int) -> list[int]:
        return []

    def decide(self, plan: Plan, more: Sequence[str] = ()) -> bool:
        simple = settled(plan, *seen_of(self.rows, plan))
        before, found = steps(simple, "spark")
        self.result = worked_out(self.session, before, [*found, *more]).localCheckpoint()
        return True

    # ------------------------------------------------------------ one by one

    def set_aside(self) -> int:
        left = self.result.where("status IS NULL").select(*_OPEN)
        self.result = self.result.where("status IS NOT NULL")
        self.open_rows = left.persist()
        self.open_homes = sorted(row[0] for row in left.select("household").distinct().collect())
        return len(self.open_homes)

    def turn(self, start: int, count: int) -> list[str]:
        homes = self.open_homes[start : start + count]
        self.span = (homes[0], homes[-1])
        return homes

    def left(self) -> Iterable[tuple[str, str, str, str, str]]:
        if "" not in self.gathered:
            self.gathered[""] = _sorted(self.open_rows.withColumnRenamed("household", _HOME))
        for row in self._in_turn(""):
            yield row[_HOME], row["subject"], row["entity"], row["name"], row["key"]

    def members(self, rosters: Sequence[Roster]) -> Iterable[Member]:
        roster = rosters[-1]
        if roster.entity not in self.gathered:
            self.gathered[roster.entity] = _sorted(self._members(rosters))
        for row in self._in_turn(roster.entity):
            facts = {key: row[f"fact {key}"] for key in roster.facts if row[f"fact {key}"] is not None}
            yield row[ID], row[UP], row[ROLE], facts

    def _members(self, rosters: Sequence[Roster]) -> Any:
        """The rows of the last roster of households left open, as they were handed in, each with its household."""
        found = None
        for roster in rosters:
            raw = self.session.table(_quoted(_raw(roster.entity)))
            facts = [_cell(raw, column).alias(f"fact {key}") for key, column in roster.facts.items()] if roster is rosters[-1] else []
            rows = raw.select(*(_text(raw, column).alias(name) for name, column in ((ID, roster.id), (UP, roster.up), (ROLE, roster.role))), *facts)
            if found is None:
                homes = self.open_rows.selectExpr(f"household AS {ID}", f"household AS {_quoted(_HOME)}").distinct()
            else:
                homes = found.selectExpr(f"{ID} AS {UP}", _quoted(_HOME))
            found = rows.join(homes, ID if found is None else UP)
        return found

    def _in_turn(self, name: str) -> Iterator[dict[str, Any]]:
        table, homes = self.gathered[name]
        first, last = bisect_left(homes, self.span[0]), bisect_right(homes, self.span[1])
        yield from table.slice(first, last - first).to_pylist()

    def append(self, rows: Sequence[Sequence[object]]) -> None:
        arrow: Any = import_module("pyarrow")
        kinds = {"value": arrow.int64(), "scale": arrow.int64(), "provisional": arrow.bool_()}
        columns = list(zip(*rows, strict=True))
        self.alone.append(arrow.table({name: arrow.array(cells, kinds.get(name, arrow.string())) for name, cells in zip(COLUMNS, columns, strict=True)}))

    # ------------------------------------------------------------ what comes of it

    def counts(self) -> Mapping[str, int]:
        if self.alone:
            added = self.session.createDataFrame(import_module("pyarrow").concat_tables(self.alone), self.result.schema)
            self.result, self.alone = self.result.unionAll(added), []
        return {row[0]: row[1] for row in self.result.groupBy("status").count().orderBy("status").collect()}

    def write(self, out: str) -> None:
        target = os.path.realpath(out)
        scratch = tempfile.mkdtemp(dir=os.path.dirname(target), prefix=".policyrules-")
        try:
            folder = os.path.join(scratch, "rows")
            writer = self.result.coalesce(1).write
            if out.endswith(".parquet"):
                writer.parquet(folder)
            else:
                writer.csv(folder, header=True, escape='"', emptyValue="")
            (part,) = (name for name in os.listdir(folder) if name.startswith("part-"))
            os.replace(os.path.join(folder, part), target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def worked_out(own: Any, before: Sequence[Step], found: Sequence[str]) -> Any:
    """The result of a plan in steps, over relations that are there as views."""
    for step in before:
        frame = own.sql(step.sql)
        # Written into one another, the steps would be worked out over and over, and take minutes to plan.
        _view(frame.localCheckpoint() if step.often else frame, step.name)
    return reduce(lambda one, other: one.unionAll(other), map(own.sql, found))


def _view(frame: Any, name: str) -> None:
    frame.createOrReplaceTempView(_quoted(name))


def _sorted(frame: Any) -> tuple[Any, list[str]]:
    """All rows, here, sorted by household, and the household of each."""
    table = frame.toArrow().sort_by(_HOME)
    return table, table.column(_HOME).to_pylist()


def _text(frame: Any, column: str | None) -> Any:
    return frame[_quoted(column)].cast("string") if column else import_module("pyspark.sql.functions").lit(None).cast("string")


def _cell(frame: Any, column: str) -> Any:
    """A cell as it was handed in; days as text, since there are some that Python does not know."""
    return frame[_quoted(column)].cast("string") if dict(frame.dtypes)[column] == "date" else frame[_quoted(column)]


def _raw(entity: str) -> str:
    """The name of a roster as it was handed in."""
    return f"{entity} (as handed in)"


def _table(name: str) -> str:
    """A table of the catalog; its name may be written in quotation marks of Spark's."""
    return name if "`" in name else ".".join(map(_quoted, name.split(".")))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
