"""Rows of rosters nobody can be decided by: found, taken out with all they touch, and told in rows of the result and in findings.

A household is decided only where everybody in it is named, once, in a role there is. Who is named twice, or not at all, or in a role
that is not there, takes the household with them: with somebody too many, or short of somebody, its sums would be wrong without a word.
Who names a holder that is in no roster, or none, belongs to no household that could be wrong, and goes alone with all below.

Everything is done in the database, in SQL that DuckDB, PostgreSQL and Spark have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import field, frozen

from policyrules.book import batch_faults_problems as problems
from policyrules.book.batch_engine import MOST_SHOWN, Engine, about
from policyrules.book.batch_faults_problems import Fault
from policyrules.book.roster import Roster, downward, upward
from policyrules.core.program import Program, Role
from policyrules.engines.columnar import Result
from policyrules.engines.plan import ID, ROLE, UP, in_several_roles
from policyrules.engines.sql import COLUMNS
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Language, Phrase

_HOMES = "(homes apart)"
_HOLE = "\0"


@frozen
class Apart:
    """What was taken out: how many rows of each entity, and what is to be said of them."""

    rows: Mapping[str, int] = field(factory=dict)
    findings: tuple[Diagnostic, ...] = ()


def sound(engine: Engine, program: Program, rosters: Mapping[str, Roster]) -> bool:
    """Whether nothing is wrong with any row. A quick look; where it says no, there may still be nothing."""
    return not any(engine.rows(sql)[0][0] for roster in rosters.values() for sql in _looks(engine, program, roster))


def _looks(engine: Engine, program: Program, roster: Roster) -> Iterable[str]:
    table = engine.named(roster.entity)
    yield f"SELECT count(*) FROM {table} WHERE {strange(engine, program, roster)}"
    yield _some(f"SELECT {ID} FROM {table} GROUP BY {ID} HAVING count(*) > 1")
    if holder := program.entities[roster.entity].within:
        yield _some(f"SELECT 1 AS one FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM {engine.named(holder)} h WHERE h.{ID} = t.{UP})")
    yield from (_some(sql) for sql in crowds(engine, program, roster.entity))


def _some(sql: str) -> str:
    """Whether a query has a row: 1 or 0."""
    return f"SELECT count(*) FROM ({sql} LIMIT 1) one"


def strange(engine: Engine, program: Program, roster: Roster) -> str:
    """The condition for a row to have no id, no holder or no role that there is; it holds also of ids that begin with a space."""
    parts = [f"{ID} IS NULL", f"{engine.text(ID)} < '!'"]
    if roster.up:
        parts += [f"{UP} IS NULL", f"{engine.text(UP)} < '!'"]
    return " OR ".join([*parts, *_no_role(program, roster, ROLE)])


def crowds(engine: Engine, program: Program, entity: str) -> Iterable[str]:
    """Holders with several rows in a role that only one can have."""
    if by := _alone_in(program, entity, ROLE):
        columns = ", ".join((UP, *by[0]))
        yield f"SELECT {columns} FROM {engine.named(entity)} WHERE {UP} IS NOT NULL{by[1]} GROUP BY {columns} HAVING count(*) > 1"


def set_apart(engine: Engine, program: Program, rosters: Mapping[str, Roster], language: Language) -> Apart:
    """Narrow the relations to the rows that can be decided; the others stand in relations of their own, which `rows_apart` reads."""
    order = [rosters[entity] for entity in downward(program) if entity in rosters]
    for roster in order:
        engine.keep(_marked(roster.entity), _marks(engine, program, roster))
    culprits = " UNION ALL ".join(_culprits(engine, program, roster, language) for roster in order)
    engine.keep(_HOMES, f"SELECT home, min(why) AS why FROM ({culprits}) one WHERE home IS NOT NULL GROUP BY home")
    rows: dict[str, int] = {}
    findings: list[Diagnostic] = []
    for roster in order:
        engine.keep(_apart(roster.entity), _gone(engine, program, roster, language))
        counts = dict(engine.rows(f"SELECT fault, count(*) FROM {engine.named(_apart(roster.entity))} GROUP BY fault"))
        if counts:
            rows[roster.entity] = sum(counts.values())
            findings += [_told(engine, program, roster, fault, counts[fault.value]) for fault in Fault if fault.value in counts and fault is not Fault.CAUGHT]
    for roster in order:
        if roster.entity in rows:
            engine.relate(program, roster, _staying(engine, program, roster))
    if rows:
        findings.append(about(problems.NOT_DECIDED, "--roster", rows=_counted(rows)))
    return Apart(rows, tuple(findings))


def rows_apart(engine: Engine, results: Sequence[Result], apart: Apart) -> list[str]:
    """The queries for the rows of the result that tell of rows taken out, one for each name asked."""
    kinds = {"value": "BIGINT", "scale": "BIGINT", "provisional": "BOOLEAN"}
    found = []
    for result in results:
        if result.entity in apart.rows:
            words = {"entity": result.entity, "name": result.name, "key": result.key, "status": "error"}
            own = {name: engine.text(_word(word)) for name, word in words.items()} | {"household": "household", "subject": "own", "reason": "reason"}
            cells = (f"{own.get(name) or (f'CAST(NULL AS {kinds[name]})' if name in kinds else engine.text('NULL'))} AS {name}" for name in COLUMNS)
            found.append(f"SELECT {', '.join(cells)} FROM {engine.named(_apart(result.entity))}")
    return found


# ------------------------------------------------------------ the steps


def _marks(engine: Engine, program: Program, roster: Roster) -> str:
    """Every row with its ids as text, or NULL where they are blank, and what is wrong with it for itself."""
    table, entity = engine.named(roster.entity), roster.entity
    rows = f"SELECT {_id(engine, ID)} AS own, {_id(engine, UP)} AS up, {engine.text(ROLE)} AS role FROM {table}"
    twice = f"SELECT own FROM ({rows}) one WHERE own IS NOT NULL GROUP BY own HAVING count(*) > 1"
    ways = [f"WHEN r.own IS NULL THEN {Fault.WITHOUT_ID.value}", f"WHEN w.own IS NOT NULL THEN {Fault.TWICE.value}"]
    ways += [f"WHEN {condition} THEN {Fault.ROLE.value}" for condition in _no_role(program, roster, "r.role")]
    joined = f"FROM ({rows}) r LEFT JOIN ({twice}) w ON w.own = r.own"
    if by := _alone_in(program, entity, "role"):
        columns = ", ".join(("up", *by[0]))
        crowd = f"SELECT {columns} FROM ({rows}) one WHERE up IS NOT NULL{by[1]} GROUP BY {columns} HAVING count(*) > 1"
        joined += f" LEFT JOIN ({crowd}) c ON c.up = r.up" + "".join(f" AND c.{column} = r.{column}" for column in by[0])
        ways.append(f"WHEN c.up IS NOT NULL THEN {Fault.CROWDED.value}")
    return f"SELECT r.own, r.up, CASE {' '.join(ways)} ELSE {Fault.CAUGHT.value} END AS fault {joined}"


def _culprits(engine: Engine, program: Program, roster: Roster, language: Language) -> str:
    """The households of rows that are wrong for themselves, and what everybody in them is told."""
    joins, home, entity = "", "c.own" if roster.entity == program.root else "c.up", roster.entity
    for number, holder in enumerate(upward(program, entity)):
        if holder != program.root:
            joins += f" JOIN {engine.named(_marked(holder))} h{number} ON h{number}.own = {home}"
            home = f"h{number}.up"
    ways = " ".join(f"WHEN {fault.value} THEN {_about_other(entity, fault, 'c.own', language)}" for fault in problems.TOUCHING)
    return f"SELECT {home} AS home, CASE c.fault {ways} END AS why FROM {engine.named(_marked(roster.entity))} c{joins} WHERE c.fault <> {Fault.CAUGHT.value}"


def _gone(engine: Engine, program: Program, roster: Roster, language: Language) -> str:
    """The rows taken out: `reason` is what they are told, `why` what those are told who belong to them."""
    entity, holder = roster.entity, program.entities[roster.entity].within
    own = f"FROM {engine.named(_marked(roster.entity))} r"
    if holder is None:
        return _told_rows(entity, None, "r.own", "r.fault", "h.why", "h.why", language) + (
            f" {own} LEFT JOIN {engine.named(_HOMES)} h ON h.home = r.own WHERE r.own IS NULL OR h.home IS NOT NULL"
        )
    gone = f"SELECT own, CASE WHEN count(DISTINCT household) = 1 THEN min(household) END AS household, min(why) AS why FROM {engine.named(_apart(holder))}"
    there = f"SELECT DISTINCT own FROM {engine.named(_marked(holder))}"
    lost = f"WHEN r.up IS NULL THEN {Fault.NO_HOLDER.value} WHEN k.own IS NULL THEN {Fault.HOLDER_UNKNOWN.value}"
    fault = f"CASE WHEN r.fault <> {Fault.CAUGHT.value} THEN r.fault {lost} ELSE {Fault.CAUGHT.value} END"
    why = f"COALESCE(h.why, {_about_other(entity, Fault.NO_HOLDER, 'r.own', language)})"
    home = "r.up" if holder == program.root else "h.household"
    joins = f"LEFT JOIN ({gone} WHERE own IS NOT NULL GROUP BY own) h ON h.own = r.up LEFT JOIN ({there}) k ON k.own = r.up"
    return _told_rows(entity, holder, home, fault, "h.why", why, language) + f" {own} {joins} WHERE r.up IS NULL OR k.own IS NULL OR h.own IS NOT NULL"


def _told_rows(entity: str, holder: str | None, home: str, fault: str, caught: str, why: str, language: Language) -> str:
    ways = " ".join(
        f"WHEN {one.value} THEN {_word(problems.said(problems.ROWS[one], language, entity=entity, holder=holder))}" for one in Fault if one in problems.ROWS
    )
    return f"SELECT {home} AS household, r.own AS own, r.up AS up, {fault} AS fault, CASE {fault} {ways} ELSE {caught} END AS reason, {why} AS why"


def _staying(engine: Engine, program: Program, roster: Roster) -> str:
    """The condition for a row of the relation, `t`, to stay in it."""
    column, name = (ID, "own") if roster.entity == program.root else (UP, "up")
    gone = f"SELECT 1 FROM {engine.named(_apart(roster.entity))} a WHERE a.{name} = {engine.text(f't.{column}')}"
    return f"{_id(engine, f't.{column}')} IS NOT NULL AND NOT EXISTS ({gone})"


def _about_other(entity: str, fault: Fault, own: str, language: Language) -> str:
    """What others are told of a row, with its id in it; PostgreSQL, DuckDB and Spark all join texts by ||."""
    what = problems.OTHERS[fault].fill(entity=entity, id=_HOLE)
    parts = problems.said(problems.ROW_CAUGHT, language, what=what).split(_HOLE)
    return f" || COALESCE({own}, '') || ".join(map(_word, parts))


# ------------------------------------------------------------ what is said


def _told(engine: Engine, program: Program, roster: Roster, fault: Fault, count: int) -> Diagnostic:
    """How many rows of a roster have a fault, and the first few of them."""
    problem, column = problems.FINDINGS[fault]
    sql = f"SELECT DISTINCT {column} FROM {engine.named(_apart(roster.entity))} WHERE fault = {fault.value} AND {column} IS NOT NULL"
    names = [str(row[0]) for row in engine.rows(f"{sql} ORDER BY {column} LIMIT {MOST_SHOWN + 1}")]
    places = engine.places(roster, f"{_id(engine, _quoted(roster.id))} IS NULL", MOST_SHOWN + 1) if fault is Fault.WITHOUT_ID else []
    where = problems.numbered(places, MOST_SHOWN) if places else problems.first_of(names, MOST_SHOWN)
    roles = problems.first_of([role.name for role in _roles(program, roster.entity)], MOST_SHOWN)
    return about(problem, roster.path, count=count, ids=where, entity=program.entities[roster.entity].within, names=roles)


def _counted(rows: Mapping[str, int]) -> Phrase:
    return Phrase("、".join(f"{entity} {count} 行" for entity, count in rows.items()), ", ".join(f"{count} of {entity}" for entity, count in rows.items()))


# ------------------------------------------------------------ names and conditions


def _id(engine: Engine, column: str) -> str:
    """An id as text, or NULL where nothing stands there."""
    return f"CASE WHEN replace({engine.text(column)}, ' ', '') <> '' THEN {engine.text(column)} END"


def _no_role(program: Program, roster: Roster, column: str) -> list[str]:
    """Conditions for a row to be in no role there is. Where there is one role, it need not be said."""
    if roster.role is None:
        return []
    several = in_several_roles(program, roster.entity)
    words = _words(role.name for role in _roles(program, roster.entity))
    return [*([f"{column} IS NULL"] if several else []), f"{column} NOT IN ({words})"]


def _alone_in(program: Program, entity: str, column: str) -> tuple[list[str], str] | None:
    """Where an entity has roles that only one row can have: the columns that tell the role, and the condition for it to be one of them."""
    single = [role.name for role in _roles(program, entity) if not role.many]
    if not single:
        return None
    return ([column], f" AND {column} IN ({_words(single)})") if in_several_roles(program, entity) else ([], "")


def _roles(program: Program, entity: str) -> list[Role]:
    return [role for one in program.entities.values() for role in one.roles if role.entity == entity]


def _marked(entity: str) -> str:
    return f"{entity} (marked)"


def _apart(entity: str) -> str:
    return f"{entity} (apart)"


def _words(words: Iterable[str]) -> str:
    return ", ".join(map(_word, words))


def _word(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
