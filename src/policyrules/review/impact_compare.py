"""Two results of a batch held against each other, in DuckDB: whole numbers over one denominator, so that every sum is exact.

PAIR has a row for each answer that one of the versions grants or leaves open, month by month; NET nets the months of each; HOMES is a
row for each household with such an answer in the last month. Nothing of a rule is known here: only what the two batches came to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

from attrs import frozen

from policyrules.book.batch_duckdb import DuckDb
from policyrules.book.batch_engine import Stopped
from policyrules.review import impact_problems as problems
from policyrules.review.impact_figures import ABSENT, OPEN, Bin, GroupLine, HomeLine, Homes, MonthLine, OpenLine, Settlement, Tally
from policyrules.review.impact_rosters import HOME, about

PAIR, NET, HOMES, SEEN = '"(pair)"', '"(net)"', '"(homes)"', '"(seen)"'
EDGES = (0, 10, 20, 50, 100, 200, 500, 1000, 2000)
"""Where the bins of monthly changes begin, in 元."""
MOST_IDS = 5
GREATEST = 10**12
"""The greatest denominator: an amount of 63 bits with it leaves room for the sum of ten million of them in the 127 bits of the database."""
_OLD, _NEW = '"(old)"', '"(new)"'
_TALLY = """count_if(kind = 'new'), count_if(kind = 'stopped'), count_if(kind = 'gaining'), count_if(kind = 'losing'),
  count_if(kind = 'unchanged'), count_if(kind = 'open'), sum(b) FILTER (kind <> 'open'), sum(a) FILTER (kind <> 'open')"""
_SETTLED = "sum(b), sum(a), sum(greatest(a - b, 0)), sum(greatest(b - a, 0))"
_HOMES = """count_if(NOT open AND a > b), count_if(NOT open AND a < b), count_if(open)"""


@frozen
class Scheme:
    """A benefit as it is compared."""

    key: str
    name: str
    monthly: bool


@frozen(eq=False)
class Comparison:
    """The relations of one comparison: amounts are whole numbers over `below`; `root` is the entity of households."""

    engine: DuckDb
    below: int
    months: tuple[date, ...]
    root: str

    def amount(self, number: Any) -> Fraction:
        """A sum of the database in 元."""
        assert number is None or isinstance(number, int), "a database that sums whole numbers into something else is not exact"
        return Fraction(number or 0, self.below)

    # ------------------------------------------------------------ figures

    def tallies(self, by: str, where: str) -> dict[Any, Tally]:
        """Tallies of rows of PAIR, by a column of it or of HOME."""
        joined = f"{PAIR} p LEFT JOIN {HOME} h ON h.id = p.household" if by == "value" else PAIR
        return {row[0]: self._tally(row[1:]) for row in self.engine.rows(f"SELECT {by}, {_TALLY} FROM {joined} WHERE {where} GROUP BY ALL")}

    def settlements(self, by: str, where: str) -> dict[Any, Settlement]:
        """What the months come to, by a column of NET or of HOME."""
        joined = f"{NET} p LEFT JOIN {HOME} h ON h.id = p.household" if by == "value" else NET
        found = self.engine.rows(f"SELECT {by}, {_SETTLED} FROM {joined} WHERE {where} GROUP BY ALL")
        return {row[0]: Settlement(*map(self.amount, row[1:])) for row in found}

    def homes(self) -> Homes:
        """All households together."""
        ((every,),) = self.engine.rows(f"SELECT count(*) FROM {SEEN}")
        (row,) = self.engine.rows(f"SELECT {_HOMES} FROM {HOMES}")
        ((touched,),) = self.engine.rows(f"SELECT count(DISTINCT household) FROM {PAIR} WHERE changed")
        return _homes(every, row, touched)

    def people(self) -> int:
        """Those inside households whose own benefits change."""
        ((count,),) = self.engine.rows(f"SELECT count(DISTINCT (entity, subject)) FROM {PAIR} WHERE changed AND entity <> {text(self.root)}")
        return int(count)

    def groups(self) -> tuple[GroupLine, ...]:
        """A line for each value of the column that makes groups, in its order; those without a value come last."""
        joined = f"LEFT JOIN {HOME} h ON h.id = p.household"
        every = dict(self.engine.rows(f"SELECT value, count(*) FROM {SEEN} p {joined} GROUP BY ALL"))
        homes = {row[0]: row[1:] for row in self.engine.rows(f"SELECT value, {_HOMES} FROM {HOMES} p {joined} GROUP BY ALL")}
        touched = dict(self.engine.rows(f"SELECT value, count(DISTINCT household) FROM {PAIR} p {joined} WHERE changed GROUP BY ALL"))
        tallies, settled = self.tallies("value", f"monthly AND month = {self.last}"), self.settlements("value", "monthly")

        def line(value: str | None) -> GroupLine:
            counts = _homes(every[value], homes.get(value, (0, 0, 0)), touched.get(value, 0))
            return GroupLine(value, counts, tallies.get(value, Tally()), settled.get(value, Settlement()))

        return tuple(map(line, sorted(every, key=lambda value: (value is None, value or ""))))

    def by_month(self) -> tuple[MonthLine, ...]:
        """A line for each month."""
        tallies = self.tallies("month", "monthly")
        touched = dict(self.engine.rows(f"SELECT month, count(DISTINCT household) FROM {PAIR} WHERE changed GROUP BY month"))
        return tuple(MonthLine(month, tallies.get(place, Tally()), touched.get(place, 0)) for place, month in enumerate(self.months))

    def opened(self) -> tuple[OpenLine, ...]:
        """Answers of the last month one of the versions leaves open, by what they go from and to."""
        found = self.engine.rows(
            f"SELECT key, name, sb, sa, count(*), sum(b), sum(a), list(subject ORDER BY subject)[1:{MOST_IDS}]"
            f" FROM {PAIR} WHERE kind = 'open' AND month = {self.last} GROUP BY ALL ORDER BY key, sb, sa"
        )
        lines = [OpenLine(key, name, sb, sa, count, self.amount(b), self.amount(a), tuple(ids)) for key, name, sb, sa, count, b, a, ids in found]
        return tuple(sorted(lines, key=lambda line: line.before == line.after))

    def open_months(self) -> int:
        """Answers left open in a month before the last, so that this month is in no sum."""
        sql = f"SELECT count(DISTINCT (entity, subject, key)) FROM {PAIR} WHERE kind = 'open' AND month < {self.last}"
        return int(self.engine.rows(sql)[0][0])

    def provisional(self) -> int:
        """Grants of the last month under the new version that rest on provisional figures."""
        return int(self.engine.rows(f"SELECT count(*) FROM {PAIR} WHERE pa AND sa = 'granted' AND month = {self.last}")[0][0])

    def bins(self) -> tuple[Bin, ...]:
        """Households by how much their monthly sum changes: the greatest loss first. Bins at the ends in which nobody is are left out."""
        places = " + ".join(f"CAST(abs(a - b) > {edge * self.below} AS INTEGER)" for edge in EDGES)
        sql = f"SELECT a > b, {places} - 1, count(*) FROM {HOMES} WHERE NOT open AND a <> b GROUP BY ALL"
        counts = {(gain, place): count for gain, place, count in self.engine.rows(sql)}
        every = [(False, place) for place in reversed(range(len(EDGES)))] + [(True, place) for place in range(len(EDGES))]
        used = [number for number, one in enumerate(every) if one in counts]
        highs = [*map(Fraction, EDGES[1:]), None]
        shown = every[used[0] : used[-1] + 1] if used else []
        return tuple(Bin(gain, Fraction(EDGES[place]), highs[place], counts.get((gain, place), 0)) for gain, place in shown)

    def outermost(self, *, gain: bool, most: int) -> tuple[HomeLine, ...]:
        """The households that gain, or lose, most."""
        order = "a - b" if gain else "b - a"
        sql = f"SELECT household, value, b, a FROM {HOMES} p LEFT JOIN {HOME} h ON h.id = p.household"
        found = self.engine.rows(f"{sql} WHERE NOT open AND {order} > 0 ORDER BY {order} DESC, household LIMIT {most}")
        return tuple(HomeLine(own, value, self.amount(b), self.amount(a)) for own, value, b, a in found)

    @property
    def last(self) -> int:
        return len(self.months) - 1

    def _tally(self, row: Sequence[Any]) -> Tally:
        new, stopped, gaining, losing, unchanged, left_open, before, after = row
        return Tally(new, stopped, gaining, losing, unchanged, left_open, self.amount(before), self.amount(after))


def _homes(every: int, row: Sequence[int], touched: int) -> Homes:
    gaining, losing, left_open = row
    return Homes(every, gaining, losing, every - gaining - losing - left_open, left_open, touched)


# ---------------------------------------------------------------- relations


def compared(engine: DuckDb, results: Sequence[tuple[str | None, str | None]], months: Sequence[date], schemes: Iterable[Scheme], root: str) -> Comparison:
    """Make the relations from the files of both versions, a pair for each month; None is a version that has nothing to decide."""
    below = common_denominator(engine, (path for pair in results for path in pair if path is not None))
    monthly = ", ".join(text(scheme.key) for scheme in schemes if scheme.monthly) or "NULL"
    for place, (old, new) in enumerate(results):
        for name, path, other in ((_OLD, old, new), (_NEW, new, old)):
            engine.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {_answers(path or other or '')}{'' if path else ' LIMIT 0'}")
        made = f"CREATE TEMP TABLE {PAIR} AS" if place == 0 else f"INSERT INTO {PAIR}"
        engine.execute(f"{made} {_pairs(place, below, monthly)}")
    engine.execute(f"CREATE TEMP TABLE {SEEN} AS SELECT household FROM {_OLD} UNION SELECT household FROM {_NEW}")
    engine.execute(
        f"CREATE TEMP TABLE {NET} AS SELECT household, entity, subject, key, monthly, sum(b) AS b, sum(a) AS a"
        f" FROM {PAIR} WHERE kind <> 'open' GROUP BY ALL"
    )
    engine.execute(
        f"CREATE TEMP TABLE {HOMES} AS SELECT household, bool_or(kind = 'open') AS open,"
        " coalesce(sum(b) FILTER (kind <> 'open' AND monthly), 0) AS b, coalesce(sum(a) FILTER (kind <> 'open' AND monthly), 0) AS a"
        f" FROM {PAIR} WHERE month = {len(months) - 1} GROUP BY household"
    )
    return Comparison(engine, below, tuple(months), root)


def common_denominator(engine: DuckDb, paths: Iterable[str]) -> int:
    """The least number that makes every amount of these results a whole number of parts, and of 分."""
    scales = "SELECT DISTINCT scale // gcd(value, scale) FROM {} WHERE status = 'granted'"
    below = 100
    for path in paths:
        for (scale,) in engine.rows(scales.format(_file(path))):
            below = lcm(below, scale)
            if below > GREATEST:
                raise Stopped(about(problems.TOO_LARGE, "--roster"))
    return below


def _pairs(place: int, below: int, monthly: str) -> str:
    """The rows of PAIR of one month: first who is granted anything or left open by one of the versions, then all of them side by side."""
    left_open, own = ", ".join(map(text, OPEN)), "entity, subject, key"
    touched = " UNION ".join(f"SELECT {own} FROM {side} WHERE status NOT IN ('refused', 'computed')" for side in (_OLD, _NEW))
    sides = [
        f"coalesce({side}.status, {text(ABSENT)}) AS s{mark},"
        f" CASE {side}.status WHEN 'granted' THEN CAST({side}.value AS HUGEINT) * {below} // {side}.scale ELSE 0 END AS {mark},"
        + ", ".join(f" {side}.{word} AS {word[0]}{mark}" for word in ("article", "reason", "provisional"))
        for side, mark in (("o", "b"), ("n", "a"))
    ]
    chosen = ", ".join(f"coalesce(n.{name}, o.{name}) AS {name}" for name in ("household", "entity", "subject", "key", "name"))
    return (
        f"WITH touched AS ({touched}), o AS ({_once(_OLD, own)}), n AS ({_once(_NEW, own)})"
        f" SELECT {place} AS month, *, kind <> 'unchanged' AND (kind <> 'open' OR sb <> sa) AS changed, coalesce(key IN ({monthly}), false) AS monthly"
        f" FROM (SELECT *, CASE WHEN sb IN ({left_open}) OR sa IN ({left_open}) THEN 'open'"
        " WHEN sb <> 'granted' THEN 'new' WHEN sa <> 'granted' THEN 'stopped'"
        " WHEN a > b THEN 'gaining' WHEN a < b THEN 'losing' ELSE 'unchanged' END AS kind"
        f" FROM (SELECT {chosen}, {', '.join(sides)} FROM o FULL JOIN n USING ({own})) one) two"
    )


def _once(side: str, own: str) -> str:
    """The rows touched of one version. Where an id stands twice in a roster no answer is right, and one row says so for all."""
    order = "row_number() OVER (PARTITION BY entity, subject, key ORDER BY status = 'error' DESC, household)"
    return f"SELECT * FROM {side} SEMI JOIN touched USING ({own}) QUALIFY {order} = 1"


def _answers(path: str) -> str:
    """The rows of a result with ids as text, empty where a roster has none."""
    ids = ", ".join(f"coalesce(CAST({name} AS VARCHAR), '') AS {name}" for name in ("household", "entity", "subject", "key", "name"))
    return f"SELECT {ids}, status, value, scale, provisional, article, reason FROM {_file(path)}"


def _file(path: str) -> str:
    return f"read_parquet({text(path)})"


def text(word: str) -> str:
    """A word in SQL."""
    return "'" + word.replace("'", "''") + "'"
