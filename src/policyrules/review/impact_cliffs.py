"""Cliffs: households that a little more income costs much of what they are paid monthly.

A fact of the household (`--cliff 年收入=12元`) is raised by a step for everybody, both versions decide the last month anew, and what a
household loses, all its monthly benefits together, is held against a limit. Whoever loses more than the limit under the new version and
not under the old one stands before a cliff the change has made. Nothing is said of others than those in the roster.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from policyrules.book.batch_duckdb import DuckDb
from policyrules.book.batch_tables import quoted, raw
from policyrules.book.book import Book
from policyrules.book.case_problems import shown
from policyrules.book.facts import Wanted, normal, read_value
from policyrules.book.names import ID_KEYS
from policyrules.review import impact_problems as problems
from policyrules.review.impact_compare import SEEN, common_denominator, text
from policyrules.review.impact_figures import OPEN, Cliff, Cliffs
from policyrules.review.impact_rosters import Rosters, about
from policyrules.source.diagnostic import Checked
from policyrules.source.phrase import Phrase, plain
from policyrules.source.text import Place, SourceText
from policyrules.values.quantities import exact_text, parse_literal, value_phrase
from policyrules.values.types import Quantity
from policyrules.values.units import MONEY

MOST_WORST = 10
_PLACES = 6
_GREATEST = 10**12
_RAISED, _CLIFF = '"(raised)"', '"(cliff)"'


@frozen
class Step:
    """The fact raised, its column, by how much, and the loss that is still no cliff; `id` is the column of ids."""

    entity: str
    name: str
    column: str
    id: str
    amount: Fraction
    said: Phrase
    limit: Fraction

    def raised(self, engine: DuckDb, rosters: Rosters, folder: str) -> str:
        """A file with the roster of households in which everybody has the step more. A cell that is no plain number stays as it is."""
        out = os.path.join(folder, "raised.parquet")
        column, table = quoted(self.column), quoted(raw(self.entity))
        number = _number(column)
        more = f"rtrim(rtrim(CAST({number} + {exact_text(self.amount)}::DECIMAL(38, {_PLACES}) AS VARCHAR), '0'), '.')"
        engine.execute(
            f"CREATE TEMP TABLE {_RAISED} AS SELECT coalesce(CAST({quoted(self.id)} AS VARCHAR), '') AS id, min(CAST({column} AS VARCHAR)) AS income,"
            f" bool_and({number} IS NOT NULL) AS told FROM {table} GROUP BY ALL"
        )
        chosen = f"SELECT * REPLACE (coalesce({more}, CAST({column} AS VARCHAR)) AS {column}) FROM {table}"
        engine.execute(f"COPY ({chosen}) TO {text(out)} (FORMAT parquet)")
        return out


def read_step(new: Book, old: Book, rosters: Rosters, words: str, over: str) -> Checked[Step | None]:
    """The step as it is written on the command line."""
    root = new.program.root or ""
    name, equals, amount = (part.strip() for part in words.partition("="))
    column = rosters.columns.get(normal(name))
    known = [known for book in (new, old) for known in book.names.find(root, normal(name)) if not known.computed]
    if not equals or not amount:
        return Checked(None, (about(problems.CLIFF_UNREADABLE, "--cliff", got=shown(words)),))
    if column is None or not known or not isinstance(known[0].type, Quantity):
        return Checked(None, (about(problems.CLIFF_NO_NUMBER, "--cliff", name=shown(name), entity=root),))
    kind = known[0].type
    literal = parse_literal(amount)
    # 12元 more of a fact of 元/年 is 12元/年; any other unit is read as it is written.
    written = literal[0] if literal is not None and literal[1] == ((MONEY, 1),) and (MONEY, 1) in kind.dimension else None
    value = written if written is not None else read_value(Wanted(plain(name), kind), amount, lambda: Place(SourceText("--cliff", ""), 0, 0))
    if not isinstance(value, Fraction) or isinstance(value, bool) or not 0 < value < _GREATEST or (value * 10**_PLACES).denominator != 1:
        return Checked(None, (about(problems.CLIFF_UNREADABLE, "--cliff", got=shown(words)),))
    limit = parse_literal(over)
    if limit is None or limit[0] < 0 or limit[1] not in (None, ((MONEY, 1),)):
        return Checked(None, (about(problems.LIMIT_UNREADABLE, "--cliff-over", got=shown(over)),))
    own = next((rosters.columns[word] for word in ID_KEYS if word in rosters.columns), None)
    if own is None:
        # The batch says what the roster lacks.
        return Checked(None)
    return Checked(Step(root, known[0].name, column, own, value, value_phrase(value, kind), limit[0]))


def cliffs_of(engine: DuckDb, step: Step, results: Sequence[tuple[str | None, str | None]], monthly: Sequence[str]) -> Cliffs:
    """The cliffs in the results of both versions, each with the roster as it is and raised."""
    below = common_denominator(engine, (path for pair in results for path in pair if path is not None))
    joins, told = [], ["told"]
    sums = []
    for place, path in enumerate(path for pair in results for path in pair):
        if path is None:
            sums.append("0")
            continue
        joins.append(f"LEFT JOIN ({_totals(path, below, monthly)}) t{place} ON t{place}.household = s.household")
        sums.append(f"coalesce(t{place}.paid, 0)")
        told.append(f"NOT coalesce(t{place}.open, false)")
    engine.execute(
        f"CREATE TEMP TABLE {_CLIFF} AS SELECT id, income, {sums[0]} - {sums[1]} AS b, {sums[2]} - {sums[3]} AS a, {' AND '.join(told)} AS told"
        f" FROM {SEEN} s JOIN {_RAISED} r ON r.id = s.household {' '.join(joins)}"
    )
    limit = step.limit * below
    over = {side: f"{side} > {limit.numerator // limit.denominator}" for side in ("b", "a")}
    ((created, removed, standing, untold),) = engine.rows(
        f"SELECT count_if(told AND {over['a']} AND NOT {over['b']}), count_if(told AND {over['b']} AND NOT {over['a']}),"
        f" count_if(told AND {over['a']} AND {over['b']}), count_if(NOT told) FROM {_CLIFF}"
    )
    new = f"told AND {over['a']} AND NOT {over['b']}"
    worst = engine.rows(f"SELECT id, income, b, a FROM {_CLIFF} WHERE {new} ORDER BY a DESC, id LIMIT {MOST_WORST}")
    lines = tuple(Cliff(own, income, Fraction(b, below), Fraction(a, below)) for own, income, b, a in worst)
    return Cliffs(step.name, step.said, step.limit, created, removed, standing, untold, lines)


def _totals(path: str, below: int, monthly: Sequence[str]) -> str:
    """What each household is paid monthly, and whether any answer of it is open."""
    keys = ", ".join(map(text, monthly)) or "NULL"
    paid = f"sum(CAST(value AS HUGEINT) * {below} // scale) FILTER (status = 'granted') AS paid"
    left_open = f"bool_or(status IN ({', '.join(map(text, OPEN))})) AS open"
    return (
        f"SELECT coalesce(CAST(household AS VARCHAR), '') AS household, {paid}, {left_open} FROM read_parquet({text(path)})"
        f" WHERE status <> 'refused' AND key IN ({keys}) GROUP BY ALL"
    )


def _number(column: str) -> str:
    """A cell as an exact number, NULL where it is not plainly one."""
    plainly = f"regexp_full_match(CAST({column} AS VARCHAR), '-?[0-9]{{1,12}}([.][0-9]{{1,{_PLACES}}})?')"
    return f"CASE WHEN {plainly} THEN CAST(CAST({column} AS VARCHAR) AS DECIMAL(38, {_PLACES})) END"
