"""Whole rosters decided in a database: one query for what columns can say, and the single-case engine for the households left.

The result is one row for each name and each one it is asked of (`engines/sql.COLUMNS`), in a file or table that is whole or absent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from importlib import import_module
from typing import Protocol, TypeAlias, cast

from attrs import field, frozen

from policyrules.book import batch_problems as problems
from policyrules.book import case_problems
from policyrules.book.batch_engine import ENGINES, Engine, Settings, Stopped, about, lacking
from policyrules.book.batch_faults import Apart, rows_apart, set_apart
from policyrules.book.batch_households import Household, Left, decided_alone
from policyrules.book.book import Book
from policyrules.book.facts import normal
from policyrules.book.occasion import occasion_of
from policyrules.book.roster import Roster, alike, downward, roster_of, upward
from policyrules.core.case import Occasion
from policyrules.core.program import Program
from policyrules.engines.columnar import needed_facts, plan
from policyrules.engines.sql import query
from policyrules.source.diagnostic import Checked, Diagnostic, has_errors
from policyrules.source.phrase import Language
from policyrules.source.text import Place, SourceText

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many households have been decided by themselves, of how many."""

AT_A_TIME = 2000


@frozen
class Summary:
    """How many rows there are, by status, and how many households were decided by themselves; how many rows of the rosters could not
    be decided since something is wrong with them or with others of their household, by entity."""

    rows: Mapping[str, int]
    alone: int
    apart: Mapping[str, int] = field(factory=dict)


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
    if absent := lacking("batch", "sqlglot"):
        return Checked(None, absent)
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
    engine: str = "duckdb",
    dsn: str | None = None,
    memory: str | None = None,
    passed_over: Collection[tuple[str, str]] = (),
) -> Checked[Summary | None]:
    """Decide everybody in the rosters (entity to file or table) and write the result to `out`, with one of ENGINES. Columns that are
    `passed_over`, by entity and name, are read as if they were not there. Rows that nobody can be decided by (`batch_faults`) are errors
    in the result, and warnings tell of them."""
    occasion, asked = occasion_of(book.program, month, day), asked_keys(book, ask)
    kind, settings = _kind(engine), Settings(dsn, memory)
    findings = (*book.errors, *occasion.diagnostics, *asked.diagnostics, *kind.refused(rosters, out, settings))
    findings = findings or lacking(kind.EXTRA, *kind.LIBRARIES)
    if has_errors(findings) or occasion.value is None:
        return Checked(None, findings)
    try:
        with kind.started(settings, out) as database:
            return _Batch(book, database, occasion.value, asked.value, language, frozenset(passed_over)).run(rosters, out, progress)
    except Stopped as stopped:
        return Checked(None, (stopped.finding,))


class _Kind(Protocol):
    """The module of an engine."""

    EXTRA: str
    LIBRARIES: tuple[str, ...]

    def refused(self, rosters: Mapping[str, str], out: str, settings: Settings) -> tuple[Diagnostic, ...]: ...

    def started(self, settings: Settings, out: str) -> AbstractContextManager[Engine]: ...


def _kind(engine: str) -> _Kind:
    assert engine in ENGINES, engine
    return cast(_Kind, import_module(f"policyrules.book.batch_{engine}"))


@frozen(eq=False)
class _Batch:
    book: Book
    engine: Engine
    occasion: Occasion
    asked: tuple[str, ...]
    language: Language
    passed_over: frozenset[tuple[str, str]]

    def run(self, paths: Mapping[str, str], out: str, progress: Progress) -> Checked[Summary | None]:
        program = self.book.program
        rosters, findings = self.rosters(paths)
        findings = findings or self.absent(rosters)
        if findings:
            return Checked(None, tuple(findings))
        rosters = alike(rosters)
        for roster in rosters.values():
            self.engine.relate(program, roster)
        given = frozenset((entity, key) for entity, roster in rosters.items() for key in roster.facts)
        made = plan(program, self.occasion, self.asked, given, rosters.keys())
        apart = Apart()
        if not (self.engine.sound(program, rosters) and self.engine.decide(made)):
            apart = set_apart(self.engine, program, rosters, self.language)
            self.engine.decide(made, rows_apart(self.engine, made.results, apart))
        alone = self.alone(rosters, progress)
        counts = self.engine.counts()
        self.engine.write(out)
        return Checked(Summary(counts, alone, apart.rows), apart.findings)

    # ------------------------------------------------------------ what is handed in

    def rosters(self, paths: Mapping[str, str]) -> tuple[dict[str, Roster], list[Diagnostic]]:
        """The tables, each as a relation of the database, and what is wrong with their columns."""
        program = self.book.program
        rosters: dict[str, Roster] = {}
        findings: list[Diagnostic] = []
        for entity, path in paths.items():
            if entity not in program.entities:
                findings.append(about(problems.NO_ENTITY, path, name=entity, names=case_problems.listed(program.entities)))
                continue
            try:
                columns = [column for column in self.engine.open(entity, path) if (entity, column[0]) not in self.passed_over]
            except Stopped as stopped:
                findings.append(stopped.finding)
                continue
            read = roster_of(program, self.book.names, entity, path, columns)
            findings += read.diagnostics
            if read.value is not None:
                rosters[entity] = read.value
        return rosters, findings

    def absent(self, rosters: Mapping[str, Roster]) -> list[Diagnostic]:
        """Rosters and columns that what is asked needs."""
        program = self.book.program
        findings: list[Diagnostic] = []
        needed = needed_facts(program, self.occasion, self.asked)
        entities = {entity for entity, _ in needed} | {program.root or ""} | {_entity(program, key) for key in self.asked}
        entities |= {holder for entity in rosters for holder in upward(program, entity)}
        for entity in program.entities:
            lacking = [program.facts[owner, key].name for owner, key in needed if owner == entity]
            if entity not in rosters:
                if entity in entities:
                    findings.append(about(problems.NO_ROSTER, "--roster", entity=entity))
                continue
            roster = rosters[entity]
            lacking = sorted(program.facts[owner, key].name for owner, key in needed if owner == entity and key not in roster.facts)
            if lacking:
                findings.append(about(problems.COLUMN_MISSING, roster.path, names=case_problems.listed(lacking)))
        return findings

    # ------------------------------------------------------------ one by one

    def alone(self, rosters: Mapping[str, Roster], progress: Progress) -> int:
        """Decides the households of rows without status by themselves, and puts their answers in the place of these rows."""
        every = self.engine.set_aside()
        for start in range(0, every, AT_A_TIME):
            progress(start, every)
            households = self.turn(rosters, start)
            self.engine.append([row for household in households for row in decided_alone(self.book, self.occasion, household, self.language)])
        if every:
            progress(every, every)
        return every

    def turn(self, rosters: Mapping[str, Roster], start: int) -> list[Household]:
        """The next households, with everybody in them and what is left open of each."""
        program = self.book.program
        root = program.root or ""
        found = {name: Household(name) for name in self.engine.turn(start, AT_A_TIME)}
        homes: dict[tuple[str, str], str] = {(root, name): name for name in found}
        for entity in downward(program):
            if entity not in rosters:
                continue
            above = [rosters[one] for one in upward(program, entity)]
            for own, up, role, facts in self.engine.members([*reversed(above), rosters[entity]]):
                home = homes[root, own] if entity == root else homes[above[0].entity, up or ""]
                homes[entity, own] = home
                found[home].add(program, entity, own, up, role, facts)
        for name, *one in self.engine.left():
            found[name].left.append(Left(*one))
        for household in found.values():
            household.listed = frozenset(rosters)
        return list(found.values())


def _entity(program: Program, key: str) -> str:
    benefit = program.benefits.get(key)
    return benefit.entity if benefit is not None else program.rules[key].entity or program.root or ""
