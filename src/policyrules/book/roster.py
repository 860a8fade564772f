"""Rosters: tables of households and people as the relations a plan reads (`engines/columnar`).

A table has a column 编号 (or id), a column named after the entity that holds its rows (户) with that one's id, where an entity
has several roles a column 角色 (or role), and a column a fact. A cell that cannot be read leaves its household to be
decided by itself, where the reader of cases says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from attrs import evolve, frozen

from policyrules.book import batch_problems as problems
from policyrules.book import case_problems
from policyrules.book.facts import normal
from policyrules.book.names import ID_KEYS, Names
from policyrules.core.program import Program
from policyrules.engines.plan import BAD, ID, ROLE, UP
from policyrules.engines.plan_terms import FALSE, NULL, Col, Const, Term, all_of, any_of, case, op
from policyrules.engines.rows import scale_of
from policyrules.engines.sql import selection
from policyrules.source.diagnostic import Checked, Diagnostic, Problem
from policyrules.source.text import Place, SourceText
from policyrules.values.types import Day, Options, Quantity, Truth, Type

ROLE_KEYS = ("角色", "role")
_YES, _NO = ("是", "true", "yes"), ("否", "false", "no")
_INTEGERS = frozenset(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"))
_SMALL = frozenset(("TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"))
_DECIMAL = re.compile(r"DECIMAL\(([0-9]+), ?([0-9]+)\)")
_FLOATS = frozenset(("FLOAT", "DOUBLE"))
_PLACES = {1: 0, 100: 2, 10**6: 6}


@frozen
class Roster:
    """One table: whose rows it has, the file or table it is from, its columns by what they are (ids, role, keys of facts); the types of
    its columns, whatever the database, by the names DuckDB has for them; whether ids are read as text."""

    entity: str
    path: str
    id: str
    up: str | None
    role: str | None
    facts: dict[str, str]
    types: dict[str, str]
    as_text: bool = False


def alike(rosters: Mapping[str, Roster]) -> dict[str, Roster]:
    """The rosters, with ids read as text where some have them as text and others as numbers; a database would fail in comparing them."""
    found = {roster.types[column] for roster in rosters.values() for column in (roster.id, roster.up) if column is not None}
    if len(found) == 1 or found <= _INTEGERS:
        return dict(rosters)
    return {entity: evolve(roster, as_text=True) for entity, roster in rosters.items()}


def downward(program: Program) -> list[str]:
    """The entities, holders first."""
    order = [program.root or ""]
    for entity in order:
        for role in program.entities[entity].roles:
            if role.entity not in order:
                order.append(role.entity)
    return order


def upward(program: Program, entity: str) -> Iterator[str]:
    """Who holds an entity, and who holds that one."""
    holder = program.entities[entity].within
    while holder is not None:
        yield holder
        holder = program.entities[holder].within


def roster_of(
    program: Program, names: Names, entity: str, path: str, columns: Sequence[tuple[str, str]]
) -> Checked[Roster | None]:
    """What the columns of a table, each with its type, are."""
    findings: list[Diagnostic] = []
    holder = _holder(program, entity)
    found: dict[str, str] = {}
    facts: dict[str, str] = {}
    for column, kind in columns:
        word = normal(column)
        meanings = [known for known in names.find(entity, word) if not known.computed]
        place = next((key for key, words in _places(holder) if word in words), None)
        if len(meanings) == 1:
            key = meanings[0].key
            problem = _unfit(program.facts[entity, key].type, kind)
            if key in facts:
                findings.append(_about(problems.COLUMN_TWICE, path, name=column))
            elif problem is not None:
                wanted = _wanted(program.facts[entity, key].type)
                findings.append(_about(problem, path, name=column, got=kind, **({} if problem is problems.COLUMN_INEXACT else {"wanted": wanted})))
            facts[key] = column
        elif place is not None:
            if place in found:
                findings.append(_about(problems.COLUMN_TWICE, path, name=column))
            found[place] = column
        else:
            problem = case_problems.hinted(problems.COLUMN_UNKNOWN, case_problems.did_you_mean(word, names.of(entity)))
            findings.append(_about(problem, path, name=case_problems.shown(column), entity=entity))
    needed = {ID: ID_KEYS[0], **({UP: holder[0]} if holder is not None else {}), **({ROLE: ROLE_KEYS[0]} if holder is not None and holder[1] else {})}
    lacking = [word for place, word in needed.items() if place not in found]
    if lacking:
        findings.append(_about(problems.COLUMN_MISSING, path, names=case_problems.listed(lacking)))
    if findings:
        return Checked(None, tuple(findings))
    return Checked(Roster(entity, path, found[ID], found.get(UP), found.get(ROLE), facts, dict(columns)))


def reads(program: Program, names: Names, entity: str, column: str) -> bool:
    """Whether a column of this name means anything in the roster of an entity: an id, whose the row is, a role, or a fact."""
    word = normal(column)
    told = any(word in words for _, words in _places(_holder(program, entity)))
    return told or any(not known.computed for known in names.find(entity, word))


def canonical(program: Program, roster: Roster, table: str, dialect: str = "duckdb") -> str:
    """The query for the relation a plan reads, from the table as it was handed in."""
    places = {ID: roster.id, UP: roster.up, ROLE: roster.role}
    kind = "text" if roster.as_text else "plain text"
    columns: dict[str, Term] = {place: op(kind, Col(column)) if column else NULL for place, column in places.items()}
    bad: list[Term] = []
    for key, column in roster.facts.items():
        raw = Col(column)
        value = _value(program.facts[roster.entity, key].type, raw, roster.types[column])
        if value != raw:
            bad.append(all_of(op("is known", raw), op("is null", value)))
        columns[key] = op("plain text", raw) if value == raw and roster.types[column] == "VARCHAR" else value
    columns[BAD] = any_of(*bad) if bad else FALSE
    return selection(table, columns, dialect)


def _value(kind: Type, raw: Col, given: str) -> Term:
    """A cell as the plan reads it, NULL where it is not plainly one."""
    text = given == "VARCHAR" or given.startswith("ENUM")
    match kind:
        case Quantity():
            scale = scale_of(kind)
            places = _PLACES[scale]
            if given in _SMALL:
                return op("bigint", op("*", op("bigint", raw), Const(scale)))
            if _plainly(given, places):
                return op(f"parts {scale}", raw)
            decimals = f"([.][0-9]{{1,{places}}})?" if places else ""
            plain = case([(op("matches", op("text", raw), Const(f"-?[0-9]{{1,12}}{decimals}")), raw)], NULL) if text else raw
            number = op(f"decimal {places}", plain)
            exact = number if text else case([(op("=", number, raw), number)], NULL)
            return op("bigint", op("*", exact, Const(scale)))
        case Truth() if text:
            word = op("lower", op("text", raw))
            return case([(op("in", word, *map(Const, _YES)), Const(True)), (op("in", word, *map(Const, _NO)), Const(False))], NULL)
        case Day() if text:
            plain = case([(op("matches", op("text", raw), Const("[0-9]{4}-[0-9]{2}-[0-9]{2}")), op("text", raw))], NULL)
            return _of_calendar(op("try date", plain))
        case Day() if given == "DATE":
            return _of_calendar(raw)
        case Options() if given != "VARCHAR":
            return op("text", raw)
        case _:
            return raw


def _plainly(given: str, places: int) -> bool:
    """Whether every decimal of this type has no more places than are kept, and fits."""
    match = _DECIMAL.fullmatch(given)
    return match is not None and int(match[2]) <= places and int(match[1]) - int(match[2]) <= 18 - places


def _of_calendar(day: Term) -> Term:
    """A day, or NULL: databases have days of other millenia, a year 0, and a day that is at no time."""
    return case([(op("between", day, Const(date.min), Const(date.max)), day)], NULL)


def _unfit(kind: Type, given: str) -> Problem | None:
    """Why a column of this type of a database cannot hold such facts; None where it can."""
    if given == "VARCHAR" or given.startswith("ENUM"):
        return None
    match kind:
        case Quantity():
            if given in _FLOATS:
                return problems.COLUMN_INEXACT
            fits = given in _INTEGERS or given.startswith("DECIMAL")
        case Truth():
            fits = given == "BOOLEAN"
        case Day():
            fits = given == "DATE"
        case _:
            fits = False
    # A column in which nothing stands has no type of its own.
    return None if fits or given == '"NULL"' else problems.COLUMN_TYPE


def _wanted(kind: Type) -> str:
    match kind:
        case Quantity():
            return "BIGINT / DECIMAL / VARCHAR"
        case Truth():
            return "BOOLEAN / VARCHAR"
        case Day():
            return "DATE / VARCHAR"
        case _:
            return "VARCHAR"


def _places(holder: tuple[str, bool] | None) -> list[tuple[str, tuple[str, ...]]]:
    every: list[tuple[str, tuple[str, ...]]] = [(ID, ID_KEYS)]
    if holder is not None:
        every += [(UP, (normal(holder[0]),)), (ROLE, ROLE_KEYS)]
    return every


def _holder(program: Program, entity: str) -> tuple[str, bool] | None:
    """The entity that holds another, and whether in several roles; None for the outermost."""
    for one in program.entities.values():
        roles = [role for role in one.roles if role.entity == entity]
        if roles:
            return one.name, len(roles) > 1
    return None


def _about(problem: Problem, path: str, **fields: Any) -> Diagnostic:
    return problem.at(Place(SourceText(path, ""), 0, 0), path=case_problems.shown(path, longest=200), **fields)
