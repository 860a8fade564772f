"""Whole rosters decided with DuckDB: one query for what columns can say, and the single-case engine for the households left.

The result is one row for each name and each one it is asked of (`engines/sql.COLUMNS`), in a file that is whole or absent.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib import import_module
from typing import Any, TypeAlias

from attrs import frozen

from policyrules.book import batch_problems as problems
from policyrules.book import case_problems
from policyrules.book.batch_households import Household, Left, decided_alone
from policyrules.book.book import Book
from policyrules.book.facts import normal
from policyrules.book.occasion import occasion_of
from policyrules.book.roster import Roster, canonical, roster_of
from policyrules.core.case import Occasion
from policyrules.core.program import Program
from policyrules.engines.columnar import Plan, needed_facts, plan
from policyrules.engines.sql import COLUMNS, query
from policyrules.source.diagnostic import Checked, Diagnostic, Problem, has_errors
from policyrules.source.phrase import Language
from policyrules.source.text import Place, SourceText

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many households have been decided by themselves, of how many."""

SUFFIXES = (".parquet", ".csv", ".arrow")
AT_A_TIME = 2000
_MOST_SHOWN = 5


@frozen
class Summary:
    """How many rows there are, by status, and how many households were decided by themselves."""

    rows: Mapping[str, int]
    alone: int


def asked_keys(book: Book, ask: Iterable[str] | None) -> Checked[tuple[str, ...]]:
    """The rules and benefits meant; without names every benefit that pays."""
    program = book.program
    place = Place(SourceText("--ask", ""), 0, 0)
    if ask is None:
        paying = tuple(key for key, benefit in program.benefits.items() if benefit.pays)
        return Checked(paying, () if paying else (case_problems.NOTHING_TO_DECIDE.at(place),))
    found: list[str] = []
    unknown: list[str] = []
    for word in ask:
        meant = [known.key for known in book.names.computed() if normal(word) in (normal(known.name), normal(known.key))]
        found += meant
        unknown += [] if meant else [word]
    findings = (problems.NOTHING_FOR_COLUMNS.at(place, names=case_problems.listed(unknown)),) if unknown else ()
    return Checked(tuple(dict.fromkeys(found)), findings)


def batch_sql(
    book: Book, *, month: str | date | None = None, day: str | date | None = None, ask: Iterable[str] | None = None, dialect: str = "duckdb"
) -> Checked[str | None]:
    """The query for what is asked, over relations with a column for every fact."""
    occasion, asked = occasion_of(book.program, month, day), asked_keys(book, ask)
    findings = (*book.errors, *occasion.diagnostics, *asked.diagnostics)
    if has_errors(findings) or occasion.value is None:
        return Checked(None, findings)
    lacking = _lacking("sqlglot")
    if lacking:
        return Checked(None, lacking)
    made = plan(book.program, occasion.value, asked.value, book.program.facts.keys(), book.program.entities.keys())
    return Checked(query(made, dialect, pretty=True))


def batch(
    book: Book,
    rosters: Mapping[str, str],
    out: str,
    *,
    month: str | date | None = None,
    day: str | date | None = None,
    ask: Iterable[str] | None = None,
    language: Language = "zh",
    progress: Progress = lambda done, every: None,
) -> Checked[Summary | None]:
    """Decide everybody in the rosters (entity to file) and write the result to `out`."""
    occasion, asked = occasion_of(book.program, month, day), asked_keys(book, ask)
    findings = (*book.errors, *occasion.diagnostics, *asked.diagnostics, *_unsuited([*rosters.values(), out]))
    findings = findings or _lacking("duckdb", "sqlglot", "pyarrow")
    if has_errors(findings) or occasion.value is None:
        return Checked(None, findings)
    duckdb: Any = import_module("duckdb")
    scratch = tempfile.mkdtemp(prefix="policyrules-")
    try:
        with duckdb.connect(config={"temp_directory": scratch}) as connection:
            return _Batch(book, connection, occasion.value, asked.value, language).run(rosters, out, progress)
    except (duckdb.Error, OSError) as trouble:
        detail = case_problems.shown(str(trouble), longest=160)
        return Checked(None, (_about(problems.UNREADABLE, out, detail=detail),))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@frozen(eq=False)
class _Batch:
    book: Book
    connection: Any
    occasion: Occasion
    asked: tuple[str, ...]
    language: Language

    def run(self, paths: Mapping[str, str], out: str, progress: Progress) -> Checked[Summary | None]:
        program = self.book.program
        rosters, findings = self.rosters(paths)
        findings = findings or self.absent(rosters)
        if not findings:
            for entity, roster in rosters.items():
                self.connection.execute(f"CREATE TEMP VIEW {_quoted(entity)} AS {canonical(program, roster, _raw(entity))}")
            findings = [finding for roster in rosters.values() for finding in self.doubles(roster)]
        if findings:
            return Checked(None, tuple(findings))
        given = frozenset((entity, key) for entity, roster in rosters.items() for key in roster.facts)
        made = plan(program, self.occasion, self.asked, given, rosters.keys())
        self.connection.execute(f"CREATE TEMP TABLE result AS {query(made)}")
        alone = self.alone(rosters, made, progress)
        counts = dict(self.connection.execute("SELECT status, count(*) FROM result GROUP BY status ORDER BY status").fetchall())
        self.write(out)
        return Checked(Summary(counts, alone))

    # ------------------------------------------------------------ what is handed in

    def rosters(self, paths: Mapping[str, str]) -> tuple[dict[str, Roster], list[Diagnostic]]:
        """The tables, each as a relation of the database, and what is wrong with their columns."""
        program = self.book.program
        rosters: dict[str, Roster] = {}
        findings: list[Diagnostic] = []
        for entity, path in paths.items():
            if entity not in program.entities:
                findings.append(_about(problems.NO_ENTITY, path, name=entity, names=case_problems.listed(program.entities)))
                continue
            trouble = self.open(entity, path)
            if trouble is not None:
                findings.append(trouble)
                continue
            columns = [(row[0], row[1]) for row in self.connection.execute(f"DESCRIBE {_quoted(_raw(entity))}").fetchall()]
            read = roster_of(program, self.book.names, entity, path, columns)
            findings += read.diagnostics
            if read.value is not None:
                rosters[entity] = read.value
        return rosters, findings

    def open(self, entity: str, path: str) -> Diagnostic | None:
        if not os.path.exists(path):
            return case_problems.FILE_MISSING.at(Place(SourceText(path, ""), 0, 0), path=case_problems.shown(path, longest=200))
        try:
            if path.endswith(".parquet"):
                table = self.connection.read_parquet(path)
            elif path.endswith(".csv"):
                table = self.connection.read_csv(path, all_varchar=True, header=True)
            else:
                table = self.connection.from_arrow(import_module("pyarrow.dataset").dataset(path, format="ipc"))
            table.create_view(_raw(entity))
        except Exception as trouble:  # each library has errors of its own; all of them are about this file
            return _about(problems.UNREADABLE, path, detail=case_problems.shown(str(trouble), longest=160))
        return None

    def absent(self, rosters: Mapping[str, Roster]) -> list[Diagnostic]:
        """Rosters and columns that what is asked needs."""
        program = self.book.program
        findings: list[Diagnostic] = []
        needed = needed_facts(program, self.occasion, self.asked)
        entities = {entity for entity, _ in needed} | {program.root or ""} | {_entity(program, key) for key in self.asked}
        for entity in program.entities:
            lacking = [program.facts[owner, key].name for owner, key in needed if owner == entity]
            if entity not in rosters:
                if entity in entities:
                    findings.append(_about(problems.NO_ROSTER, "--roster", entity=entity))
                continue
            roster = rosters[entity]
            lacking = sorted(program.facts[owner, key].name for owner, key in needed if owner == entity and key not in roster.facts)
            if lacking:
                findings.append(_about(problems.COLUMN_MISSING, roster.path, names=case_problems.listed(lacking)))
        return findings

    def doubles(self, roster: Roster) -> list[Diagnostic]:
        """Ids that stand twice, are missing, or name a holder who is in no roster."""
        table = _quoted(roster.entity)
        findings: list[Diagnostic] = []

        def some(sql: str) -> list[str]:
            return [str(row[0]) for row in self.connection.execute(f"{sql} LIMIT {_MOST_SHOWN}").fetchall()]

        missing = f"SELECT count(*) FROM {table} WHERE _id IS NULL" + (" OR _up IS NULL" if roster.up else "")
        count = self.connection.execute(missing).fetchone()[0]
        if count:
            findings.append(_about(problems.ID_MISSING, roster.path, count=count))
        if twice := some(f"SELECT _id FROM {table} WHERE _id IS NOT NULL GROUP BY _id HAVING count(*) > 1 ORDER BY _id"):
            findings.append(_about(problems.ID_TWICE, roster.path, ids=case_problems.listed(twice)))
        holder = _holder(self.book.program, roster.entity)
        if holder is not None:
            lost = f"SELECT DISTINCT _up FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM {_quoted(holder)} h WHERE h._id = t._up) AND _up IS NOT NULL"
            if unknown := some(f"{lost} ORDER BY _up"):
                findings.append(_about(problems.HOLDER_UNKNOWN, roster.path, entity=holder, ids=case_problems.listed(unknown)))
        return findings

    # ------------------------------------------------------------ one by one

    def alone(self, rosters: Mapping[str, Roster], made: Plan, progress: Progress) -> int:
        """Decides the households of rows without status by themselves, and puts their answers in the place of these rows."""
        execute = self.connection.execute
        execute("CREATE TEMP TABLE open AS SELECT household, row_number() OVER () AS number FROM (SELECT DISTINCT household FROM result WHERE status IS NULL)")
        every = execute("SELECT count(*) FROM open").fetchone()[0]
        if not every:
            return 0
        execute("CREATE TEMP TABLE left_open AS SELECT household, subject, entity, name, key FROM result WHERE status IS NULL")
        execute("DELETE FROM result WHERE status IS NULL")
        for start in range(0, every, AT_A_TIME):
            progress(start, every)
            execute(f"CREATE OR REPLACE TEMP TABLE turn AS SELECT household FROM open WHERE number > {start} AND number <= {start + AT_A_TIME}")
            rows = [row for household in self.turn(rosters) for row in decided_alone(self.book, self.occasion, household, self.language)]
            self.append(rows)
        progress(every, every)
        return int(every)

    def turn(self, rosters: Mapping[str, Roster]) -> list[Household]:
        """The households in `turn`, with everybody in them and what is left open of each."""
        program = self.book.program
        root = program.root or ""
        found = {name: Household(name) for (name,) in self.connection.execute("SELECT household FROM turn").fetchall()}
        homes: dict[tuple[str, str], str] = {(root, name): name for name in found}
        inside: dict[str, str] = {}
        for entity in _downward(program):
            roster = rosters.get(entity)
            if roster is None:
                continue
            at, above = (roster.id, "SELECT household FROM turn") if entity == root else (roster.up or "", inside[_holder(program, entity) or ""])
            wanted = f"CAST({_quoted(at)} AS VARCHAR) IN ({above})"
            inside[entity] = f"SELECT CAST({_quoted(roster.id)} AS VARCHAR) FROM {_quoted(_raw(entity))} WHERE {wanted}"
            for own, up, role, facts in self.rows(roster, wanted):
                home = homes[root, own] if entity == root else homes[_holder(program, entity) or "", up or ""]
                homes[entity, own] = home
                found[home].add(program, entity, own, up, role, facts)
        left = "SELECT household, subject, entity, name, key FROM left_open WHERE household IN (SELECT household FROM turn)"
        for name, *one in self.connection.execute(left).fetchall():
            found[name].left.append(Left(*one))
        for household in found.values():
            household.listed = frozenset(rosters)
        return list(found.values())

    def rows(self, roster: Roster, wanted: str) -> Iterable[tuple[str, str | None, str | None, dict[str, object]]]:
        """Rows of a table as they were handed in: id, holder, role, and the facts that have a value, by key."""
        places = [roster.id, roster.up, roster.role]
        chosen = [f"CAST({_quoted(one)} AS VARCHAR)" if one else "NULL" for one in places] + [_quoted(column) for column in roster.facts.values()]
        for own, up, role, *cells in self.connection.execute(f"SELECT {', '.join(chosen)} FROM {_quoted(_raw(roster.entity))} WHERE {wanted}").fetchall():
            yield own, up, role, {key: cell for key, cell in zip(roster.facts, cells, strict=True) if cell is not None}

    def append(self, rows: Sequence[tuple[object, ...]]) -> None:
        arrow: Any = import_module("pyarrow")
        kinds = {"value": arrow.int64(), "scale": arrow.int64(), "provisional": arrow.bool_()}
        columns = list(zip(*rows, strict=True))
        table = arrow.table({name: arrow.array(cells, kinds.get(name, arrow.string())) for name, cells in zip(COLUMNS, columns, strict=True)})
        self.connection.register("alone", table)
        self.connection.execute("INSERT INTO result SELECT * FROM alone")
        self.connection.unregister("alone")

    def write(self, out: str) -> None:
        """The result in its file, which is whole or absent."""
        target = os.path.realpath(out)
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".policyrules-", suffix=os.path.splitext(out)[1])
        os.close(handle)
        try:
            result = self.connection.table("result")
            if out.endswith(".parquet"):
                result.write_parquet(temporary)
            elif out.endswith(".csv"):
                result.write_csv(temporary, header=True)
            else:
                arrow: Any = import_module("pyarrow")
                reader = arrow.RecordBatchReader.from_stream(result)
                with arrow.OSFile(temporary, "wb") as sink, arrow.ipc.new_file(sink, reader.schema) as writer:
                    for part in reader:
                        writer.write_batch(part)
            os.replace(temporary, target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)


def _lacking(*libraries: str) -> tuple[Diagnostic, ...]:
    for name in libraries:
        try:
            import_module(name)
        except ImportError:
            return (problems.NO_LIBRARY.at(Place(SourceText("policyrules[batch]", ""), 0, 0), lacking=name),)
    return ()


def _unsuited(paths: Iterable[str]) -> tuple[Diagnostic, ...]:
    return tuple(_about(problems.KIND_UNKNOWN, path) for path in paths if not path.endswith(SUFFIXES))


def _entity(program: Program, key: str) -> str:
    benefit = program.benefits.get(key)
    return benefit.entity if benefit is not None else program.rules[key].entity or program.root or ""


def _holder(program: Program, entity: str) -> str | None:
    return next((one.name for one in program.entities.values() if any(role.entity == entity for role in one.roles)), None)


def _downward(program: Program) -> list[str]:
    order = [program.root or ""]
    for entity in order:
        order += [role.entity for role in program.entities[entity].roles if role.entity not in order]
    return order


def _raw(entity: str) -> str:
    return f"{entity} (as handed in)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _about(problem: Problem, path: str, **fields: Any) -> Diagnostic:
    return problem.at(Place(SourceText(path, ""), 0, 0), **{"path": case_problems.shown(path, longest=200), **fields})
