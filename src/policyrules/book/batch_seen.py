"""What is seen of the relations a plan reads, before it is run: one look at each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policyrules.engines.columnar import Plan
from policyrules.engines.plan import BAD
from policyrules.engines.plan_settling import Seen
from policyrules.values.types import Day, Options, Quantity, Type


def seen_of(rows: Callable[[str], list[tuple[Any, ...]]], plan: Plan) -> tuple[dict[tuple[str, str], Seen], frozenset[tuple[str, str]]]:
    """What `engines/plan_settling` asks for, of the facts a plan reads; `rows` runs a query, which DuckDB and Spark understand."""
    found: dict[tuple[str, str], Seen] = {}
    never: set[tuple[str, str]] = set()
    for entity in dict.fromkeys(entity for entity, _ in sorted(plan.facts)):
        kinds = {key: plan.program.facts[owner, key].type for owner, key in sorted(plan.facts) if owner == entity}
        asked = ["count(*)", f'count_if("{BAD}")', *(part for key, kind in kinds.items() for part in _asked(_quoted(key), kind))]
        (every, bad, *told), *_ = rows(f"SELECT {', '.join(asked)} FROM {_quoted(entity)}")
        if not bad:
            never.add((entity, BAD))
        for place, (key, kind) in enumerate(kinds.items()):
            found[entity, key] = _seen(kind, every, *told[3 * place : 3 * place + 3])
    return found, frozenset(never)


def _asked(column: str, kind: Type) -> tuple[str, str, str]:
    """Three things of a column: how many values, and the least and the greatest; of words how many are among the options."""
    match kind:
        case Quantity():
            return f"count({column})", f"min({column})", f"max({column})"
        case Day():
            # Days without end have no year.
            return _counted(f"{column} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"), f"min({column})", f"max({column})"
        case Options(names):
            return f"count({column})", _counted(f"{column} IN ({', '.join(map(_text, names))})"), "NULL"
        case _:
            return f"count({column})", "NULL", "NULL"


def _seen(kind: Type, every: int, count: int, low: Any, high: Any) -> Seen:
    match kind:
        case Options(names):
            return Seen(count < every, words=frozenset(names) if low == count else None)
        case Quantity():
            return Seen(count < every, low, high)
        case Day() if count == every:
            return Seen(False, low, high)
        case _:
            return Seen(count < every)


def _counted(condition: str) -> str:
    """How many rows a condition holds for; of rows of which nobody knows, none, where DuckDB's own count_if would say NULL."""
    return f"count(CASE WHEN {condition} THEN 1 END)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
