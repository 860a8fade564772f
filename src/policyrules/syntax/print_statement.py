"""Statements as text: one function a kind. Lines that stand in columns give the columns; long conditions are wrapped."""

from __future__ import annotations

from policyrules.syntax import tree as t
from policyrules.syntax.lexer import ONLY_FIRST
from policyrules.syntax.print_expression import cell, expression
from policyrules.syntax.print_words import (
    Hand,
    glue,
)

MOST_CELLS = 100
"""A condition that makes its line wider than this is wrapped."""

WIDE = "  "
"""Between the parts of a line that belong less closely together."""


def statement(by: Hand, line: t.Statement, indent: str) -> str:
    """A statement without its indentation; the lines after the first, if it is wrapped, with theirs."""
    text = _statement(by, line, indent)
    for terminal in ONLY_FIRST - ({"MONTH_IS"} if isinstance(line, t.ExampleMonth) else set()):
        # A name that would be a keyword here, at the start of the line.
        word = by.keyword[terminal]
        if text.startswith(word) and not (text[len(word) :][:1].isalnum() or text[len(word) :][:1] == "_"):
            return f"【{word}】{text[len(word) :]}"
    return text


def columns(by: Hand, line: t.Dated | t.Row) -> tuple[str, ...]:
    """The parts of a row that stand under those of its neighbours: cells, value, marks."""
    if isinstance(line, t.Dated):
        dates = _dates(by, line.start, line.end, plain=line.value is not None)
        value = (expression(by, line.value),) if line.value is not None else ()
        return (dates, *value, *_marks(by, line.marks))
    value_text = expression(by, line.value)
    cells = tuple(cell(by, written) for written in line.cells)
    if not line.bands:
        return (*cells, value_text, WIDE.join(_marks(by, line.marks)))
    # 3 and 元 would be one amount
    joined = glue(by, cells[0], value_text, gap="\n").partition("\n")
    return (joined[0], joined[2], *_marks(by, line.marks))
