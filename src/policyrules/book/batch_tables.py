"""What engines that speak SQL with temporary tables have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define

from policyrules.book.batch_engine import Engine, Member
from policyrules.book.batch_faults import sound
from policyrules.book.roster import Roster, canonical
from policyrules.core.program import Program
from policyrules.engines.sql_nodes import short_name
from policyrules.engines.sql_words import DIALECTS

# No entity has such a name.
RESULT, OPEN, LEFT, TURN = '"(result)"', '"(open)"', '"(left open)"', '"(turn)"'


@define(eq=False)
class Tables(Engine):
    """An engine as statements; how one is run, and in which dialect, each database says for itself."""

    dialect = ""

    @abstractmethod
    def execute(self, sql: str) -> None:
        """Run a statement that has no rows."""

    @abstractmethod
    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""

    def named(self, name: str) -> str:
        """A name in SQL, no longer than the database takes it."""
        longest = DIALECTS[self.dialect].longest
        return quoted(name if longest is None else short_name(name, longest))

    def text(self, expression: str) -> str:
        return f"CAST({expression} AS VARCHAR)"

    def relate(self, program: Program, roster: Roster, only: str | None = None) -> None:
        rows = canonical(program, roster, raw(roster.entity), self.dialect)
        chosen = f"SELECT t.* FROM ({rows}) t WHERE {only}" if only else rows
        self.execute(f"CREATE OR REPLACE TEMP VIEW {self.named(roster.entity)} AS {chosen}")

    def keep(self, name: str, sql: str) -> None:
        self.execute(f"CREATE TEMP TABLE {self.named(name)} AS {sql}")

    def sound(self, program: Program, rosters: Mapping[str, Roster]) -> bool:
        return sound(self, program, rosters)

    def places(self, roster: Roster, condition: str, most: int) -> list[int]:
        return []

    def _words(self, sql: str) -> list[str]:
        return [str(row[0]) for row in self.rows(sql)]

    def set_aside(self) -> int:
        households = f"SELECT DISTINCT household FROM {RESULT} WHERE status IS NULL"
        self.execute(f"CREATE TEMP TABLE {OPEN} AS SELECT household, row_number() OVER () AS number FROM ({households}) one")
        every = int(self.rows(f"SELECT count(*) FROM {OPEN}")[0][0])
        if every:
            self.execute(f"CREATE TEMP TABLE {LEFT} AS SELECT household, subject, entity, name, key FROM {RESULT} WHERE status IS NULL")
            self.take_out()
        return every

    def take_out(self) -> None:
        """Rows without status leave the result."""
        self.execute(f"DELETE FROM {RESULT} WHERE status IS NULL")

    def turn(self, start: int, count: int) -> list[str]:
        self.execute(f"DROP TABLE IF EXISTS {TURN}")
        self.execute(f"CREATE TEMP TABLE {TURN} AS SELECT household FROM {OPEN} WHERE number > {start} AND number <= {start + count}")
        return self._words(f"SELECT household FROM {TURN}")

    def members(self, rosters: Sequence[Roster]) -> Iterable[Member]:
        roster = rosters[-1]
        places = [_text(one) if one else "NULL" for one in (roster.id, roster.up, roster.role)]
        chosen = ", ".join(places + [quoted(column) for column in roster.facts.values()])
        for own, up, role, *cells in self.rows(f"SELECT {chosen} FROM {self.named(raw(roster.entity))} WHERE {self._in_turn(rosters)}"):
            yield own, up, role, {key: cell for key, cell in zip(roster.facts, cells, strict=True) if cell is not None}

    def left(self) -> Iterable[tuple[str, str, str, str, str]]:
        sql = f"SELECT household, subject, entity, name, key FROM {LEFT} WHERE household IN (SELECT household FROM {TURN})"
        return [(household, subject, entity, name, key) for household, subject, entity, name, key in self.rows(sql)]

    def counts(self) -> Mapping[str, int]:
        return dict(self.rows(f"SELECT status, count(*) FROM {RESULT} GROUP BY status ORDER BY status"))

    def _in_turn(self, rosters: Sequence[Roster]) -> str:
        """The condition for rows of the last roster to belong to households whose turn it is."""
        *above, roster = rosters
        if not above:
            return f"{_text(roster.id)} IN (SELECT household FROM {TURN})"
        holder = above[-1]
        ids = f"SELECT household FROM {TURN}"
        if len(above) > 1:
            ids = f"SELECT {_text(holder.id)} FROM {self.named(raw(holder.entity))} WHERE {self._in_turn(above)}"
        return f"{_text(roster.up or '')} IN ({ids})"


def _text(column: str) -> str:
    return f"CAST({quoted(column)} AS VARCHAR)"


def raw(entity: str) -> str:
    """The name of a roster as it was handed in."""
    return f"{entity} (as handed in)"


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'
