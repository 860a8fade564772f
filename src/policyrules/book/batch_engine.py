"""What a database does for a batch: it holds the rosters and the result. `book/batch` tells it what to do, and knows no other thing of it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, TypeAlias

from attrs import frozen

from policyrules.book import batch_problems as problems
from policyrules.book import case_problems
from policyrules.book.roster import Roster
from policyrules.core.program import Program
from policyrules.engines.columnar import Plan
from policyrules.source.diagnostic import Diagnostic, Problem
from policyrules.source.text import Place, SourceText

ENGINES = ("duckdb", "postgres", "spark")
"""Each is a module `batch_…` of this folder, with the names `book/batch` asks of it."""
MOST_SHOWN = 5
"""How many ids a finding names."""
SUFFIXES = (".parquet", ".csv", ".arrow")
Member: TypeAlias = tuple[str, str | None, str | None, dict[str, object]]
"""A row as it was handed in: id, holder, role, and the facts that have a value, by key."""


class Stopped(Exception):
    """The database cannot go on; the finding says why. Control only, never seen outside."""

    def __init__(self, finding: Diagnostic) -> None:
        self.finding = finding


@frozen
class Settings:
    """Where the database is, for engines that have to be told, and how much memory it may take before it goes on in files (2GB)."""

    dsn: str | None = None
    memory: str | None = None


class Engine(Protocol):
    """One run in a database. Ids and words are text wherever they are handed over; any method may raise Stopped."""

    def open(self, entity: str, path: str) -> list[tuple[str, str]]:
        """Take a roster in, as it is; its columns, each with its type by the names `book/roster` knows."""

    def relate(self, program: Program, roster: Roster, only: str | None = None) -> None:
        """Make the relation a plan reads, named after the entity, of a roster that is open; again, with those of its rows `t` for which a condition holds."""

    def named(self, name: str) -> str:
        """The name of a relation in SQL."""

    def text(self, expression: str) -> str:
        """A value as text; two texts are the same if they are, and come in the order of their characters."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""

    def keep(self, name: str, sql: str) -> None:
        """Work a query out once; its rows are a relation of this name from now on."""

    def sound(self, program: Program, rosters: Mapping[str, Roster]) -> bool:
        """Whether nothing is wrong with any row of the relations, as `batch_faults` has it. A quick look: no may be said for nothing, and
        who is held by nobody may be left to `decide`."""

    def places(self, roster: Roster, condition: str, most: int) -> list[int]:
        """The first so many records of a roster as it was handed in for which a condition holds, counted from 1; none where they have no order."""

    def decide(self, plan: Plan, more: Sequence[str] = ()) -> bool:
        """Make the result, one row for each answer, and the rows of more queries. Not done, where somebody turns out to be held by nobody."""

    def set_aside(self) -> int:
        """Take the rows without status out of the result; how many households they are of."""

    def turn(self, start: int, count: int) -> list[str]:
        """Go on to these of the households set aside, counted from 0."""

    def members(self, rosters: Sequence[Roster]) -> Iterable[Member]:
        """The rows of the last roster that belong to the households whose turn it is; before it the rosters of its holders, outermost first."""

    def left(self) -> Iterable[tuple[str, str, str, str, str]]:
        """The rows set aside of the households whose turn it is: household, subject, entity, name, key."""

    def append(self, rows: Sequence[Sequence[object]]) -> None:
        """Put rows into the result."""

    def counts(self) -> Mapping[str, int]:
        """How many rows of the result there are, by status."""

    def write(self, out: str) -> None:
        """Write the result out. What stands there before stays until all of it is written."""


@contextlib.contextmanager
def whole_or_absent(out: str) -> Iterator[str]:
    """A file beside the one to be written, which takes its place in the end, or nothing does."""
    target = os.path.realpath(out)
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".policyrules-", suffix=os.path.splitext(out)[1])
    os.close(handle)
    try:
        yield temporary
        os.replace(temporary, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def lacking(extra: str, *libraries: str) -> tuple[Diagnostic, ...]:
    """What is to be said where one of these libraries is not there."""
    for name in libraries:
        try:
            import_module(name)
        except ImportError:
            return (problems.NO_LIBRARY.at(Place(SourceText(f"policyrules[{extra}]", ""), 0, 0), lacking=name, extra=extra),)
    return ()


def missing_file(path: str) -> Diagnostic | None:
    """What is to be said where there is no such file."""
    return None if os.path.exists(path) else about(case_problems.FILE_MISSING, path)


def unsuited(paths: Iterable[str]) -> tuple[Diagnostic, ...]:
    """What is to be said of files of a kind nobody reads or writes."""
    return tuple(about(problems.KIND_UNKNOWN, path) for path in paths if not path.endswith(SUFFIXES))


def unreadable(path: str, trouble: Exception) -> Diagnostic:
    """What is to be said where reading or writing fails, in the words of the library."""
    return about(problems.UNREADABLE, path, detail=case_problems.shown(str(trouble), longest=160))


def about(problem: Problem, path: str, **fields: Any) -> Diagnostic:
    """A finding about a file or table."""
    return problem.at(Place(SourceText(path, ""), 0, 0), **{"path": case_problems.shown(path, longest=200), **fields})
