"""DuckDB as the engine of a batch: rosters are files, and so is the result."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from attrs import define, evolve, field

from policyrules.book.batch_engine import Settings, Stopped, missing_file, unreadable, unsuited, whole_or_absent
from policyrules.book.batch_faults import crowds, strange
from policyrules.book.batch_seen import seen_of
from policyrules.book.batch_tables import RESULT, Tables, quoted, raw
from policyrules.book.roster import Roster
from policyrules.core.program import Program
from policyrules.engines.columnar import Plan, Result
from policyrules.engines.plan import ID, UP, Gathered, in_several_roles
from policyrules.engines.plan_settling import settled
from policyrules.engines.plan_terms import NULL, Col, Op
from policyrules.engines.sql import COLUMNS, steps
from policyrules.source.diagnostic import Diagnostic

# No entity has such a name.
ANSWERS, ALONE = '"(answers)"', '"(alone)"'
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
        config = {"temp_directory": scratch, "preserve_insertion_order": False, **({"memory_limit": settings.memory} if settings.memory else {})}
        with duckdb.connect(config=config) as connection:
            yield DuckDb(connection)
    except (duckdb.Error, OSError) as trouble:
        raise Stopped(unreadable(out, trouble)) from trouble
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def executed(connection: Any, sql: str) -> Any:
    """Runs a statement. DuckDB 2.0 makes some conditions simpler until it does not understand them itself; what it refuses is
    tried once more as it was written, and so is what follows."""
    duckdb: Any = import_module("duckdb")
    try:
        return connection.execute(sql)
    except duckdb.InvalidInputException:
        connection.execute("SET disabled_optimizers = 'statistics_propagation,in_clause'")
        return connection.execute(sql)


@define(eq=False)
class DuckDb(Tables):
    """One run in DuckDB."""

    connection: Any
    dialect = "duckdb"
    counted: list[Roster] = field(factory=list)
    statuses: dict[str | None, int] = field(factory=dict)

    def execute(self, sql: str) -> None:
        executed(self.connection, sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = executed(self.connection, sql).fetchall()
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

    def sound(self, program: Program, rosters: Mapping[str, Roster]) -> bool:
        """Who is held by nobody is left to `decide`, which counts the members anyway: nobody is lost where none is lacking."""
        for roster in rosters.values():
            table = quoted(roster.entity)
            # For the first, the least and greatest ids that a Parquet file tells of are enough.
            ((odd,),) = self.rows(f"SELECT count(*) FROM {table} WHERE {strange(self, program, roster)}")
            # Equal ids have equal hashes, and numbers are told apart sooner than texts; where two hashes meet it is found out later.
            ((every, different),) = self.rows(f"SELECT count(*), count(DISTINCT hash({ID})) FROM {table}")
            if odd or different < every or any(self.rows(f"{sql} LIMIT 1") for sql in crowds(self, program, roster.entity)):
                return False
        self.counted = [roster for roster in rosters.values() if roster.up]
        return True

    def places(self, roster: Roster, condition: str, most: int) -> list[int]:
        self.execute("SET preserve_insertion_order = true")
        numbered = f"SELECT row_number() OVER () AS number, {quoted(roster.id)} FROM {quoted(raw(roster.entity))}"
        found = self.rows(f"SELECT number FROM ({numbered}) one WHERE {condition} ORDER BY number LIMIT {most}")
        self.execute("SET preserve_insertion_order = false")
        return [number for (number,) in found]

    def held(self, plan: Plan, roster: Roster, select: str | None) -> bool:
        """Whether everybody's holder is in the roster. `select` has the number of members of every holder for a status."""
        table = quoted(roster.entity)
        if select is None:
            holder = quoted(plan.program.entities[roster.entity].within or "")
            return not self.rows(f"SELECT 1 FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM {holder} h WHERE h.{ID} = t.{UP}) LIMIT 1")
        ((every, reached),) = self.rows(f"SELECT (SELECT count(*) FROM {table}), (SELECT sum(CAST(status AS BIGINT)) FROM ({select}) one)")
        return bool(every == (reached or 0))

    def decide(self, plan: Plan, more: Sequence[str] = ()) -> bool:
        """The last relation of each entity becomes a table, from which the rows of the result are read only when they are written."""
        plan = settled(plan, *seen_of(self.rows, plan))
        counts = {one.entity: count for one in self.counted if (count := _members(plan, one.entity)) is not None}
        if not all(self.held(plan, roster, None) for roster in self.counted if roster.entity not in counts):
            return False
        relations, selects = steps(evolve(plan, results=(*plan.results, *counts.values())), self.dialect)
        selects, numbers = selects[: len(plan.results)], dict(zip(counts, selects[len(plan.results) :], strict=True))
        passing: list[str] = []
        on_the_way: list[str] = []
        for step in relations:
            last = any(quoted(step.name) in select for select in (*selects, *numbers.values()))
            if last or step.often:
                before = f"WITH {', '.join(passing)} " if passing else ""
                self.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(step.name)} AS {before}{step.sql}")
                on_the_way += [] if last else [step.name]
            else:
                passing.append(f"{quoted(step.name)} AS ({step.sql})")
        for name in on_the_way:
            self.execute(f"DROP TABLE {quoted(name)}")
        if not all(self.held(plan, roster, numbers[roster.entity]) for roster in self.counted if roster.entity in counts):
            return False
        # The same few words in every row are written as numbers of a list.
        words = [_listed({*plan.program.entities}), _listed({one.name for one in plan.results}), _listed({one.key for one in plan.results})]
        kinds = dict(zip(("entity", "name", "key"), words, strict=True))
        chosen = ", ".join(f"CAST({name} AS {kinds[name]}) AS {name}" if name in kinds else name for name in COLUMNS)
        self.execute(f"CREATE TEMP VIEW {ANSWERS} AS {' UNION ALL '.join(f'SELECT {chosen} FROM ({select}) one' for select in (*selects, *more))}")
        self.execute(f"CREATE TEMP VIEW {RESULT} AS FROM {ANSWERS}")
        return True

    def set_aside(self) -> int:
        self.statuses = dict(self.rows(f"SELECT status, count(*) FROM {RESULT} GROUP BY status ORDER BY status"))
        return super().set_aside() if None in self.statuses else 0

    def counts(self) -> Mapping[str, int]:
        return super().counts() if None in self.statuses else {status or "": count for status, count in self.statuses.items()}

    def take_out(self) -> None:
        columns = ", ".join(COLUMNS)
        told = f"SELECT {columns} FROM {ANSWERS} WHERE status IS NOT NULL"
        self.execute(f"CREATE TEMP TABLE {ALONE} AS FROM {ANSWERS} LIMIT 0")
        self.execute(f"CREATE OR REPLACE TEMP VIEW {RESULT} AS {told} UNION ALL SELECT {columns} FROM {ALONE}")

    def append(self, rows: Sequence[Sequence[object]]) -> None:
        arrow: Any = import_module("pyarrow")
        kinds = {"value": arrow.int64(), "scale": arrow.int64(), "provisional": arrow.bool_()}
        columns = list(zip(*rows, strict=True))
        table = arrow.table({name: arrow.array(cells, kinds.get(name, arrow.string())) for name, cells in zip(COLUMNS, columns, strict=True)})
        self.connection.register("(turn decided)", table)
        self.execute(f'INSERT INTO {ALONE} SELECT * FROM "(turn decided)"')
        self.connection.unregister("(turn decided)")

    def write(self, out: str) -> None:
        with whole_or_absent(out) as path:
            if out.endswith(".arrow"):
                arrow: Any = import_module("pyarrow")
                reader = arrow.RecordBatchReader.from_stream(self.connection.sql(f"FROM {RESULT}"))
                with arrow.OSFile(path, "wb") as sink, arrow.ipc.new_file(sink, reader.schema) as writer:
                    for part in reader:
                        writer.write_batch(part)
            else:
                # A column has a few words or as many as rows; for the latter it would be in vain to make a long list of them first.
                kind = "FORMAT parquet, DICTIONARY_SIZE_LIMIT 1000" if out.endswith(".parquet") else "FORMAT csv, HEADER"
                self.execute(f"COPY (FROM {RESULT}) TO {_text(path)} ({kind})")


def _members(plan: Plan, entity: str) -> Result | None:
    """The number of members of every holder, put for a status, where the plan counts them all in one list."""
    holder = plan.program.root or ""
    if plan.program.entities[entity].within != holder or in_several_roles(plan.program, entity):
        return None
    for node in plan.nodes:
        match node:
            case Gathered(entity=owner, name=name, owner=at, member=member, term=Op("count", ())) if (owner, at, member) == (holder, ID, entity):
                return Result("", "", holder, Col(ID), Col(name), NULL, NULL, NULL, NULL, NULL, NULL)
    return None


def _listed(words: set[str]) -> str:
    """The type of a column in which only these words stand."""
    return f"ENUM({', '.join(map(_text, sorted(words)))})"


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
