"""Rosters that are tables in memory: pandas, Polars, Arrow, whatever hands out Arrow. They are decided as rosters in files are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from importlib import import_module
from typing import Any

from attrs import evolve, frozen

from policyrules.book import batch_problems as problems
from policyrules.book.batch import Summary, batch
from policyrules.book.batch_engine import about, lacking, unreadable
from policyrules.book.book import Book
from policyrules.source.diagnostic import Checked, Diagnostic
from policyrules.source.phrase import Language, Phrase
from policyrules.source.text import Place, SourceText


@frozen(eq=False)
class DecidedTable:
    """What a batch came to: `table` is a `pyarrow.Table` with a row for each name and each one it is asked of (`table.to_pandas()`,
    `polars.from_arrow(table)`), with exact numbers as `value` over `scale`."""

    table: Any
    summary: Summary


def decide_tables(
    book: Book,
    rosters: Mapping[str, object],
    *,
    month: str | date | None = None,
    day: str | date | None = None,
    ask: Iterable[str] | None = None,
    language: Language = "zh",
    memory: str | None = None,
) -> Checked[DecidedTable | None]:
    """Decide everybody in tables in memory, by entity: data frames of pandas or Polars, Arrow tables, and anything else with an Arrow
    stream. Amounts are whole numbers, decimals or text; a column of floats is refused, since it is not exact. Needs `policyrules[batch]`."""
    findings = lacking("batch", "duckdb", "sqlglot", "pyarrow")
    if findings:
        return Checked(None, findings)
    arrow: Any = import_module("pyarrow")
    with tempfile.TemporaryDirectory(prefix="policyrules-") as folder:
        paths = rosters_in(folder, rosters)
        if paths.diagnostics:
            return Checked(None, paths.diagnostics)
        out = os.path.join(folder, "result.arrow")
        done = batch(book, paths.value, out, month=month, day=day, ask=ask, language=language, memory=memory)
        findings = about_tables(folder, paths.value, done.diagnostics)
        if done.value is None:
            return Checked(None, findings)
        with arrow.OSFile(out, "rb") as source:
            return Checked(DecidedTable(arrow.ipc.open_file(source).read_all(), done.value), findings)


def rosters_in(folder: str, rosters: Mapping[str, object]) -> Checked[dict[str, str]]:
    """Tables in memory as files of a folder, by entity; a roster that is a path is left where it is."""
    arrow: Any = import_module("pyarrow")
    paths: dict[str, str] = {}
    findings: list[Diagnostic] = []
    for number, (entity, roster) in enumerate(rosters.items()):
        if isinstance(roster, str | os.PathLike):
            paths[entity] = os.fspath(roster)
            continue
        found = _table(arrow, entity, roster)
        if isinstance(found, Diagnostic):
            findings.append(found)
            continue
        paths[entity] = os.path.join(folder, f"{number}.arrow")
        with arrow.OSFile(paths[entity], "wb") as sink, arrow.ipc.new_file(sink, found.schema) as writer:
            writer.write_table(found)
    return Checked(paths, tuple(findings))


def about_tables(folder: str, paths: Mapping[str, str], findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings about files of `rosters_in` as findings about the tables of these entities."""
    ours = {path: entity for entity, path in paths.items() if os.path.dirname(path) == folder}
    return tuple(_named(finding, ours) for finding in findings)


def _named(finding: Diagnostic, entities: Mapping[str, str]) -> Diagnostic:
    """A finding about a file nobody knows of as one about the table of an entity."""
    path = finding.place.path
    if path not in entities:
        return finding
    zh, en = (words.replace(path, entities[path]) for words in (finding.message.zh, finding.message.en))
    return evolve(finding, message=Phrase(zh, en), place=Place(SourceText(entities[path], ""), 0, 0))


def _table(arrow: Any, entity: str, roster: object) -> Any:
    """A roster as an Arrow table, or what is wrong with it."""
    if isinstance(roster, arrow.Table):
        return roster
    if not hasattr(roster, "__arrow_c_stream__"):
        return about(problems.NOT_A_TABLE, entity, got=type(roster).__name__)
    try:
        # A frame of pandas numbers its rows; the number says nothing of anybody.
        return arrow.Table.from_pandas(roster, preserve_index=False) if hasattr(roster, "iloc") else arrow.table(roster)
    except Exception as trouble:  # pandas and Arrow have errors of their own; all of them are about this table
        return unreadable(entity, trouble)
