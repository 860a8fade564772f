"""Reads a file into its lines.

Every logical line is one small parse, so a mistake costs its own line and no other, and equal lines are read once.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from sys import intern
from typing import Any

from attrs import fields, frozen, has

from policyrules.source.diagnostic import Checked, Diagnostic
from policyrules.source.text import Place, SourceText
from policyrules.syntax import mistakes
from policyrules.syntax.build import BUILDERS
from policyrules.syntax.build_expression import Unreadable
from policyrules.syntax.lexer import HEADS, Keywords, Lexer, LogicalLine, terminals
from policyrules.syntax.machine import Machine, Unexpected, machine, run
from policyrules.syntax.table import Table, grammar_text, ready_table
from policyrules.syntax.tree import Line, PolicyFile, Statement

MOST_NESTING = 40
# Only lines with more words than this can be nested too deeply.
SHALLOW = 2 * MOST_NESTING

# What a line that begins with a name is, under which head.
UNDER = {"FACTS": "fact_line", "EXAMPLE": "case_line", "BANDS": "band_line"}
# Words that begin a statement of their own even under a head that has name-led lines.
_ALWAYS = terminals(
    "POLICY JURISDICTION IMPORT BASIS AGE_RULE REFERENCE_DAY BOUNDARY ENTITY FACTS PARAMETER CONDITION DEFINE TABLE BANDS"
    " BENEFIT ARTICLE EXAMPLE MONTH_IS LIKE EXPECT PROPERTY CONSISTENT WHEN GRANT OTHERWISE"
)


@frozen
class Parser:
    """The grammar made ready, and the lexer with its keywords."""

    machine: Machine
    lexer: Lexer
    keywords: Keywords


@cache
def parser() -> Parser:
    """The one parser, made on first use."""
    keywords = _keywords(grammar_text("keywords.lark"))
    return Parser(machine(ready_table() or _built(), BUILDERS), Lexer.of(keywords), keywords)


def _built() -> Table:
    # Lark is needed only where the grammar was changed.
    from policyrules.syntax.lark_table import build_table

    return build_table()


def _keywords(text: str) -> Keywords:
    zh: dict[str, str] = {}
    en: dict[str, str] = {}
    for terminal, spellings in re.findall(r'^([A-Z_]+): (".*")$', text, re.MULTILINE):
        for spelling in re.findall(r'"([^"]+)"', spellings):
            (en if spelling.isascii() else zh)[spelling] = intern(terminal)
    return Keywords(zh, en)


def parse(source: SourceText) -> Checked[PolicyFile]:
    """One file. Lines that cannot be read are kept without a statement and reported; nothing raises."""
    return _parse_one(source, parser(), {})


def parse_all(sources: Iterable[SourceText]) -> Checked[tuple[PolicyFile, ...]]:
    """Many files; lines that are equal anywhere are read once."""
    ready = parser()
    memo: dict[tuple[str, str, str], Statement] = {}
    with paused_gc():
        read = [_parse_one(source, ready, memo) for source in sources]
    return Checked(tuple(file.value for file in read), tuple(d for file in read for d in file.diagnostics))


def _parse_one(source: SourceText, ready: Parser, memo: dict[tuple[str, str, str], Statement]) -> Checked[PolicyFile]:
    words = ready.lexer.read(source)
    found: list[Diagnostic] = []
    lines: list[Line] = []
    lost: set[str] = set()
    head = ""
    article: str | None = None
    for line in words.lines:
        first = line.words[0].type
        if first in HEADS:
            head = first
            article = None
        elif first == "ARTICLE":
            article = line.words[0].text
        start = UNDER.get(head, "line") if first not in _ALWAYS else "line"
        key = (words.spelling, start, source.text[line.start : line.end])
        statement = memo.get(key)
        if statement is None:
            read = _statement(ready, start, line)
            if isinstance(read, _Failure):
                context = mistakes.Context(source, line, ready.keywords, words.spelling, head, article)
                lost.update(word.text for word in line.words if word.type == "NAME")
                found.append(mistakes.explain(context, read.at, read.expected, read.what))
            else:
                statement = memo[key] = read
        lines.append(Line(line.start, line.end, statement))
    return Checked(PolicyFile(source, words.spelling, tuple(lines), words.comments, frozenset(lost)), tuple(found))


@frozen
class _Failure:
    """The word at index `at` does not fit (or the line ends too early); `what` names an impossible content."""

    at: int
    expected: frozenset[str]
    what: str | None = None


def _statement(ready: Parser, start: str, line: LogicalLine) -> Statement | _Failure:
    try:
        statement: Statement = run(ready.machine, start, line.words)
    except Unexpected as unexpected:
        return _Failure(unexpected.at, unexpected.expected)
    except Unreadable as impossible:
        return _Failure(line.words.index(impossible.word), frozenset(), impossible.what)
    if len(line.words) > SHALLOW and _depth(statement) > MOST_NESTING:
        return _Failure(0, frozenset(), "deep")
    return statement


def _depth(statement: Statement) -> int:
    """How deep nodes are nested, counted without recursion."""
    deepest = 0
    waiting: list[tuple[Any, int]] = [(statement, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        if has(type(node)):
            waiting.extend((getattr(node, field.name), depth + 1) for field in fields(type(node)) if field.name != "span")
        elif isinstance(node, tuple):
            waiting.extend((child, depth) for child in node)
    return deepest


@contextmanager
def paused_gc() -> Iterator[None]:
    """Trees hold no cycles; walking them again and again to find none costs more than half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def line_place(file: PolicyFile, line: Line) -> Place:
    """The whole of a logical line."""
    return Place(file.source, line.start, line.end)
