"""One roster for two versions of policies: which columns each of them reads, which column makes the groups, who the households are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from policyrules.book import case_problems
from policyrules.book.batch_duckdb import DuckDb
from policyrules.book.batch_engine import Stopped, unsuited
from policyrules.book.batch_tables import quoted, raw
from policyrules.book.book import Book
from policyrules.book.facts import normal
from policyrules.book.names import ID_KEYS
from policyrules.book.roster import reads
from policyrules.review import impact_problems as problems
from policyrules.source.diagnostic import Checked, Diagnostic, Problem
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText

MOST_GROUPS = 500
HOME = '"(home)"'
"""The relation of households: their id and the value of the column that makes groups."""

_ONE_SIDED = Phrase("名单的列“{column}”只有{version}认识", "only {version} knows the column “{column}” of the roster")
_ONE_ENTITY = Phrase("主体“{entity}”只有{version}有", "only {version} has the entity “{entity}”")
OLD, NEW = Phrase("旧版", "the old version"), Phrase("新版", "the new version")


@frozen
class Reading:
    """What one version takes of the rosters: the files, and the columns it passes over."""

    paths: dict[str, str]
    passed_over: frozenset[tuple[str, str]]


@frozen
class Rosters:
    """The rosters as both versions read them; `columns` are those of the households, by their compared spelling."""

    old: Reading
    new: Reading
    columns: Mapping[str, str]
    notes: tuple[Phrase, ...]


def about(problem: Problem, where: str, **fields: Any) -> Diagnostic:
    """A finding about an option or a file."""
    return problem.at(Place(SourceText(where, ""), 0, 0), **fields)


def read_rosters(engine: DuckDb, old: Book, new: Book, paths: Mapping[str, str], by: str | None) -> Checked[Rosters | None]:
    """Look at the columns of the rosters, and take the households in as HOME."""
    root = new.program.root or ""
    if root != (old.program.root or ""):
        return Checked(None, (about(problems.OTHER_ROOT, "--roster", old=old.program.root or "—", new=root or "—"),))
    findings = list(unsuited(paths.values()))
    columns: dict[str, list[str]] = {}
    for entity, path in paths.items() if not findings else ():
        try:
            columns[entity] = [name for name, _ in engine.open(entity, path)]
        except Stopped as stopped:
            findings.append(stopped.finding)
    if findings:
        return Checked(None, tuple(findings))
    group = None
    if by is not None and root in columns:
        group = next((name for name in columns.get(root, ()) if normal(name) == normal(by)), None)
        if group is None:
            return Checked(None, (_no_column(columns, root, by),))
    kept = (root, group) if group is not None else None
    first, second = (_reading(book, other, paths, columns, kept) for book, other in ((old, new), (new, old)))
    notes = [note for (one, other), version in zip(((old, new), (new, old)), (OLD, NEW), strict=True) for note in _notes(one, other, columns, version)]
    found = Rosters(first, second, {normal(name): name for name in columns.get(root, ())}, tuple(notes))
    return Checked(found, _homes(engine, root, found.columns, group))


def _reading(book: Book, other: Book, paths: Mapping[str, str], columns: Mapping[str, list[str]], group: tuple[str, str] | None) -> Reading:
    """An entity or a column that the other version alone knows is not this one's business; what neither knows, it complains of."""
    mine = {entity: path for entity, path in paths.items() if entity in book.program.entities or entity not in other.program.entities}
    over = {
        (entity, column)
        for entity in mine
        for column in columns[entity]
        if not _reads(book, entity, column) and ((entity, column) == group or _reads(other, entity, column))
    }
    return Reading(mine, frozenset(over))


def _reads(book: Book, entity: str, column: str) -> bool:
    return entity in book.program.entities and reads(book.program, book.names, entity, column)


def _notes(book: Book, other: Book, columns: Mapping[str, list[str]], version: Phrase) -> list[Phrase]:
    """What of the rosters this version alone knows."""
    notes = []
    for entity, names in columns.items():
        if entity in book.program.entities and entity not in other.program.entities:
            notes.append(_ONE_ENTITY.fill(entity=entity, version=version))
        else:
            notes += [_ONE_SIDED.fill(column=name, version=version) for name in names if _reads(book, entity, name) and not _reads(other, entity, name)]
    return notes


def _no_column(columns: Mapping[str, list[str]], root: str, by: str) -> Diagnostic:
    word = case_problems.shown(by)
    owner = next((entity for entity, names in columns.items() if normal(by) in map(normal, names)), None)
    if owner is not None:
        return about(problems.COLUMN_ELSEWHERE, "--by", name=word, owner=owner, entity=root)
    mine = columns.get(root, [])
    problem = case_problems.hinted(problems.NO_SUCH_COLUMN, case_problems.did_you_mean(normal(by), mine))
    return about(problem, "--by", name=word, entity=root, names=case_problems.listed(mine))


def _homes(engine: DuckDb, root: str, columns: Mapping[str, str], group: str | None) -> tuple[Diagnostic, ...]:
    """Makes HOME. Without a roster of households, or ids in it, nobody stands in it, and the batch says what is lacking."""
    own = next((columns[word] for word in ID_KEYS if word in columns), None)
    if own is None:
        engine.execute(f"CREATE TEMP TABLE {HOME} (id VARCHAR, value VARCHAR)")
        return ()
    value = "NULL" if group is None else f"nullif(trim(CAST({quoted(group)} AS VARCHAR)), '')"
    # Where an id stands twice its answers are errors; they are counted once, in one of the groups.
    chosen = f"coalesce(CAST({quoted(own)} AS VARCHAR), '') AS id, min(CAST({value} AS VARCHAR)) AS value"
    engine.execute(f"CREATE TEMP TABLE {HOME} AS SELECT {chosen} FROM {quoted(raw(root))} GROUP BY ALL")
    ((count,),) = engine.rows(f"SELECT count(DISTINCT coalesce(value, '')) FROM {HOME}")
    if count > MOST_GROUPS:
        return (about(problems.TOO_MANY_GROUPS, "--by", name=group, count=count, most=MOST_GROUPS),)
    return ()
