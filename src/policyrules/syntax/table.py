"""The grammar's LALR table as plain data, written beside the grammar so that a process need not build it anew.

A table that does not belong to the grammar beside it is never used: the parser then builds one, which takes half a second.
After a change of the grammar `pytest tests/unit/test_table.py --accept` writes it anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from sys import intern

from attrs import frozen

GRAMMAR_FILES = ("policy.lark", "expression.lark", "keywords.lark", "terminals.lark")
TABLE_FILE = "table.json"

KEPT, SPREAD, ABSENT = ".*-"


@frozen
class Rule:
    """What is done when a rule of the grammar is found.

    `made` is what stands there now, `builder` the function that makes it (empty: a list for the rule around it), `one` whether
    a single child stands for itself. `shape` says how the children come to the function: `.` as it is, `*` a list put in
    place, `-` nothing, for an optional part left out.
    """

    made: str
    builder: str
    one: bool
    shape: str


@frozen
class Table:
    """`rows` say for each state what to do with the terminal or rule that comes: `n` goes to state n, `-n - 1` reduces by rule n.
    `starts` and `ends` are the first and last state of each kind of line."""

    rules: Sequence[Rule]
    rows: Sequence[Mapping[str, int]]
    starts: Mapping[str, int]
    ends: Mapping[str, int]


def grammar_text(name: str) -> str:
    """One file of the grammar."""
    return (files("policyrules.grammar") / name).read_text(encoding="utf-8")


def stamp() -> str:
    """Tells grammars apart."""
    return hashlib.sha256("\n".join(map(grammar_text, GRAMMAR_FILES)).encode()).hexdigest()


def written(table: Table) -> str:
    """The table as text: a rule and a state a line, so that a change of the grammar can be read in it."""

    def lines(items: Sequence[object]) -> str:
        return ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in items)

    return (
        f'{{"grammar":"{stamp()}",\n"starts":{json.dumps(dict(table.starts))},\n"ends":{json.dumps(dict(table.ends))},\n'
        f'"rules":[\n{lines([[rule.made, rule.builder, rule.one, rule.shape] for rule in table.rules])}\n],\n'
        f'"rows":[\n{lines([dict(row) for row in table.rows])}\n]}}\n'
    )


@cache
def ready_table() -> Table | None:
    """The table beside the grammar, unless it is missing, spoiled or of another grammar."""
    try:
        read = json.loads(grammar_text(TABLE_FILE))
        if read["grammar"] != stamp():
            return None
        rules = [Rule(intern(made), builder, one, shape) for made, builder, one, shape in read["rules"]]
        rows = [{intern(name): target for name, target in row.items()} for row in read["rows"]]
        return Table(rules, rows, read["starts"], read["ends"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
