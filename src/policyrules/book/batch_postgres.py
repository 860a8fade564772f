"""PostgreSQL as the engine of a batch: rosters are tables of a database, which decides them where they are.

Everything happens in one transaction, over the tables as they were when it began. It makes temporary tables and views of its
own and, where the result is to be a table (`--out table:NAME`), that one; no other table is written to.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from attrs import define, field

from policyrules.book import batch_problems as problems
from policyrules.book.batch_engine import SUFFIXES, Member, Settings, Stopped, about, unreadable, unsuited
from policyrules.book.batch_tables import LEFT, OPEN, RESULT, Tables, quoted, raw
from policyrules.book.postgres_trouble import not_connected, trouble_of
from policyrules.book.result_file import write_result
from policyrules.book.roster import Roster
from policyrules.engines.columnar import Plan
from policyrules.engines.plan_stages import narrowed, widest
from policyrules.engines.sql import query
from policyrules.source.diagnostic import Diagnostic

EXTRA, LIBRARIES = "postgres", ("psycopg", "sqlglot", "pyarrow")
TABLE = "table:"
"""Before the name of a table the result goes to."""
MOST_COLUMNS = 1664
"""More no select of PostgreSQL can have; where many names are asked they are decided a part after the other."""
_AT_A_TIME = 20_000
_WAIT = 15

_TYPES = {
    "int2": "SMALLINT",
    "int4": "INTEGER",
    "int8": "BIGINT",
    "numeric": "DECIMAL",
    "float4": "FLOAT",
    "float8": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    **dict.fromkeys(("text", "varchar", "bpchar", "citext", "name"), "VARCHAR"),
}
"""Types of PostgreSQL by the names `book/roster` knows; others keep theirs, and hold no facts."""

_SETTINGS = {
    "datestyle": "ISO, YMD",
    "idle_in_transaction_session_timeout": "0",
    # A plan is long, and compiling it takes longer than running it; how many rows a step has nobody can tell the planner.
    "jit": "off",
    "enable_nestloop": "off",
}


def refused(rosters: Mapping[str, str], out: str, settings: Settings) -> tuple[Diagnostic, ...]:
    """What is wrong with what is to be read and written, as far as names tell."""
    files = tuple(about(problems.NO_FILE_HERE, path) for path in rosters.values() if path.endswith(SUFFIXES))
    return files + (() if out.startswith(TABLE) else unsuited([out]))


@contextlib.contextmanager
def started(settings: Settings, out: str) -> Iterator[Postgres]:
    """A connection with its transaction, which is undone unless the result is written into it."""
    psycopg: Any = import_module("psycopg")
    connection = _connected(psycopg, settings.dsn or "")
    try:
        with contextlib.closing(connection):
            found = Postgres(connection, psycopg)
            found.begin()
            yield found
    except psycopg.Error as trouble:
        raise Stopped(trouble_of(trouble, lost=connection.broken)) from trouble
    except OSError as trouble:
        raise Stopped(unreadable(out, trouble)) from trouble


def _connected(psycopg: Any, dsn: str) -> Any:
    try:
        told = psycopg.conninfo.conninfo_to_dict(dsn)
    except psycopg.Error:
        # Its words would repeat what stands in the wrong place, which may be the password.
        raise Stopped(about(problems.DSN_UNREADABLE, "--dsn")) from None
    try:
        connection = psycopg.connect(**{"connect_timeout": _WAIT, "fallback_application_name": "policyrules", **told, "client_encoding": "UTF8"})
    except psycopg.Error as trouble:
        raise Stopped(not_connected(trouble, dsn, told)) from None
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    # Temporary tables are written to.
    connection.read_only = False
    return connection


@define(eq=False)
class Postgres(Tables):
    """One run in PostgreSQL. `path` is where the session looks for tables, `at` the households whose turn it is, by number,
    `gathered` the entities whose rows of households set aside are in tables of their own."""

    connection: Any
    psycopg: Any
    path: str = ""
    at: tuple[int, int] = (0, 0)
    gathered: set[str] = field(factory=set)
    dialect = "postgres"

    def begin(self) -> None:
        """Set up the session, for this transaction alone."""
        self.path = self.rows("SELECT current_setting('search_path')")[0][0]
        for name, value in _SETTINGS.items():
            self.execute(f"SET LOCAL {name} = '{value}'")
        # The relations of the batch come before tables that have the same name.
        self._look_in(", ".join(["pg_temp", "pg_catalog", *([self.path] if self.path else [])]))

    def _look_in(self, path: str) -> None:
        self.connection.execute("SELECT set_config('search_path', %s, true)", (path,))

    def execute(self, sql: str) -> None:
        self.connection.execute(sql, prepare=False)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(sql, prepare=False).fetchall()
        return found

    def text(self, expression: str) -> str:
        return f'CAST({expression} AS TEXT) COLLATE "C"'

    def open(self, entity: str, path: str) -> list[tuple[str, str]]:
        try:
            # A roster that cannot be read does not spoil the transaction for the others.
            with self.connection.transaction():
                return self._opened(entity, path)
        except self.psycopg.Error as trouble:
            if self.connection.broken:
                raise
            raise Stopped(unreadable(path, trouble)) from trouble

    def _opened(self, entity: str, path: str) -> list[tuple[str, str]]:
        name = self.connection.execute("SELECT to_regclass(%s)::text", (path,)).fetchone()[0]
        if name is None:
            raise Stopped(about(problems.TABLE_MISSING, path))
        self.execute(f"CREATE TEMP VIEW {self.named(raw(entity))} AS SELECT * FROM {name}")
        columns = self.connection.execute(f"SELECT * FROM {name} LIMIT 0").description
        kinds = "SELECT oid, typname, typtype FROM pg_type WHERE oid = ANY(%s)"
        types = {
            oid: "ENUM" if kind == "e" else _TYPES.get(word, word.upper())
            for oid, word, kind in self.connection.execute(kinds, ([column.type_code for column in columns],))
        }
        return [(column.name, types[column.type_code]) for column in columns]

    def decide(self, plan: Plan, more: Sequence[str] = ()) -> bool:
        plans = narrowed(plan, MOST_COLUMNS)
        for part in plans:
            if (count := widest(part)) > MOST_COLUMNS:
                raise Stopped(about(problems.TOO_WIDE, "--ask", name=part.results[0].name, count=count, most=MOST_COLUMNS))
        first, *others = (query(part, self.dialect) for part in plans)
        self.execute(f"CREATE TEMP TABLE {RESULT} AS {first}")
        for sql in (*others, *more):
            self.execute(f"INSERT INTO {RESULT} {sql}")
        return True

    def set_aside(self) -> int:
        every = super().set_aside()
        if every:
            self.execute(f"ALTER TABLE {LEFT} ADD COLUMN number bigint")
            self.execute(f"UPDATE {LEFT} l SET number = o.number FROM {OPEN} o WHERE o.household = l.household")
            for table in (OPEN, LEFT):
                self.execute(f"CREATE INDEX ON {table} (number)")
                self.execute(f"ANALYZE {table}")
        return every

    def turn(self, start: int, count: int) -> list[str]:
        self.at = (start, start + count)
        return [str(household) for (household,) in self.rows(f"SELECT household FROM {OPEN} WHERE {self._now()}")]

    def left(self) -> Iterable[tuple[str, str, str, str, str]]:
        sql = f"SELECT household, subject, entity, name, key FROM {LEFT} WHERE {self._now()}"
        return [(household, subject, entity, name, key) for household, subject, entity, name, key in self.rows(sql)]

    def members(self, rosters: Sequence[Roster]) -> Iterable[Member]:
        roster = rosters[-1]
        table = self.named(f"{roster.entity} (set aside)")
        if roster.entity not in self.gathered:
            self._gather(rosters, table)
        for _, own, up, role, *cells in self.rows(f"SELECT * FROM {table} WHERE {self._now()}"):
            yield own, up, role, {key: cell for key, cell in zip(roster.facts, cells, strict=True) if cell is not None}

    def _gather(self, rosters: Sequence[Roster], table: str) -> None:
        """Everybody of an entity who is in a household set aside, so that no turn has to look through all the others."""
        *above, roster = rosters
        places = [_text(column) if column else "CAST(NULL AS TEXT)" for column in (roster.id, roster.up, roster.role)]
        homes, home = (self.named(f"{above[-1].entity} (set aside)"), "(own)") if above else (OPEN, "household")
        names = [f"{place} AS {quoted(name)}" for place, name in zip(places, ("(own)", "(up)", "(role)"), strict=True)]
        cells = [f"{_cell(column)} AS {quoted(f'({number})')}" for number, column in enumerate(roster.facts.values())]
        on = f"h.{quoted(home)} = {places[1] if above else places[0]}"
        chosen = ", ".join(['h.number AS "number"', *names, *cells])
        self.execute(f"CREATE TEMP TABLE {table} AS SELECT {chosen} FROM {self.named(raw(roster.entity))} t JOIN {homes} h ON {on}")
        self.execute(f"CREATE INDEX ON {table} (number)")
        self.execute(f"ANALYZE {table}")
        self.gathered.add(roster.entity)

    def _now(self) -> str:
        return f"number > {self.at[0]} AND number <= {self.at[1]}"

    def append(self, rows: Sequence[Sequence[object]]) -> None:
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {RESULT} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def write(self, out: str) -> None:
        if out.startswith(TABLE):
            self._write_table(out.removeprefix(TABLE))
        else:
            write_result(out, self._parts())

    def _parts(self) -> Iterator[list[tuple[Any, ...]]]:
        with self.connection.cursor(name="result") as cursor:
            cursor.execute(f"SELECT * FROM {RESULT}")
            while rows := cursor.fetchmany(_AT_A_TIME):
                yield rows

    def _write_table(self, path: str) -> None:
        parts = list(self.connection.execute("SELECT parse_ident(%s)", (path,)).fetchone()[0])
        # Elsewhere than among the temporary tables, which will be gone.
        self._look_in(self.path)
        try:
            self.execute(f"CREATE TABLE {'.'.join(map(quoted, parts))} AS SELECT * FROM pg_temp.{RESULT}")
        except self.psycopg.errors.DuplicateTable:
            raise Stopped(about(problems.TABLE_STANDS, path)) from None
        self.connection.commit()


def _cell(column: str) -> str:
    """A fact as text: as such there is nothing that cannot be handed over, while a database has days and numbers Python has not."""
    return f"CAST(t.{quoted(column)} AS TEXT)"


def _text(column: str) -> str:
    """A column of a roster as text; two texts are the same if they are, whatever the collation of the column says."""
    return f'CAST(t.{quoted(column)} AS TEXT) COLLATE "C"'
