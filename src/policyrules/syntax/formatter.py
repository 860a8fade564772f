"""The usual layout of a file, in its own spelling or the other: printed from the tree, with every comment kept.

Comments stay before the statement they stand before and at the end of the line they end; one inside a wrapped line moves
above it. A file laid out once is not changed again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, zip_longest

from attrs import define

from policyrules.source.diagnostic import Checked, has_errors
from policyrules.source.render import width
from policyrules.source.text import SourceText
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.lexer import ALSO_NAMES, ONLY_FIRST
from policyrules.syntax.parser import parse
from policyrules.syntax.print_statement import WIDE, columns, statement
from policyrules.syntax.print_words import Hand, boxed, hand
from policyrules.syntax.tree import Comment, PolicyFile, Spelling

NEW_LINE = "\n"
_LINE_END = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"[^\W\d的][^\W的]*")

# A free line stands before these.
_HEADS = (t.BenefitDecl, t.ArticleHead, t.TableDecl, t.ParameterDecl)
_INDENTED = (
    t.FactDecl, t.Dated, t.Row, t.Quotation, t.When, t.LiftLine, t.Excepts, t.ExampleMonth, t.ExampleDay, t.CaseLine,
    t.Expectation,
)  # fmt: skip


def format_source(source: SourceText, spelling: Spelling | None = None) -> Checked[str]:
    """The file in its usual layout, in its own spelling where none is asked for. A file with errors stays as it is."""
    read = parse(source)
    if has_errors(read.diagnostics):
        return Checked(source.text, read.diagnostics)
    return Checked(format_file(read.value, spelling or read.value.spelling), read.diagnostics)


def format_file(file: PolicyFile, spelling: Spelling) -> str:
    """The text of a file that was read without errors."""
    by = hand(file.spelling, spelling)
    items = _items(file)
    for item in items:
        if item.statement is not None:
            item.text = statement(by, item.statement, item.indent)
    _align(by, items)
    _indent_comments(items)
    _space(items)
    return "".join(_written(by, item) for item in items)


@define
class _Item:
    """A statement with the comments that end its line, or a comment on a line of its own (`statement` is None).

    `free_line`: one stands before it. `indented`: a comment that did not stand at the left edge.
    """

    statement: t.Statement | None
    text: str
    indent: str
    free_line: bool
    indented: bool = False
    trailing: tuple[Comment, ...] = ()


def _written(by: Hand, item: _Item) -> str:
    text = item.text
    first = _NAME.match(text)
    if first and first.group() in _first_words(by) and not isinstance(item.statement, t.ExampleMonth):
        text = boxed(first.group()) + text[first.end() :]
    notes = "".join(f"{WIDE}{_comment_text(comment)}" for comment in item.trailing)
    return f"{NEW_LINE * item.free_line}{item.indent}{text}{notes}{NEW_LINE}"


def _first_words(by: Hand) -> set[str]:
    return {by.keyword[terminal] for terminal in ONLY_FIRST | ALSO_NAMES}


def _comment_text(comment: Comment) -> str:
    return f"#{comment.text}" if not comment.text or comment.text.startswith("#") else f"# {comment.text}"


# ---------------------------------------------------------------- gathering


def _items(file: PolicyFile) -> list[_Item]:
    """Statements and comments in the order they are written in."""
    text = file.source.text
    comments = list(file.comments)
    items: list[_Item] = []
    reached = 0
    in_article = False
    for line in file.lines:
        assert line.statement is not None  # read without errors
        while comments and comments[0].start < line.start:
            reached = _add_comment(items, text, comments.pop(0), reached)
        free_line = _is_free(text, reached, line.start)
        while comments and comments[0].start < line.end:
            items.append(_Item(None, _comment_text(comments.pop(0)), "", free_line))
            free_line = False
        in_article = _in_article(line.statement, in_article)
        item = _Item(line.statement, "", _indent(line.statement, in_article), free_line)
        items.append(item)
        reached = line.end
        while comments and not comments[0].own_line and not _LINE_END.search(text, line.end, comments[0].start):
            item.trailing += (comments[0],)
            reached = _comment_end(text, comments.pop(0))
    for comment in comments:
        reached = _add_comment(items, text, comment, reached)
    if items:
        items[0].free_line = False
    return items


def _add_comment(items: list[_Item], text: str, comment: Comment, reached: int) -> int:
    indented = comment.start > 0 and text[comment.start - 1] not in "\r\n"
    items.append(_Item(None, _comment_text(comment), "", _is_free(text, reached, comment.start), indented))
    return _comment_end(text, comment)


def _comment_end(text: str, comment: Comment) -> int:
    end = _LINE_END.search(text, comment.start)
    return end.start() if end else len(text)


def _is_free(text: str, start: int, end: int) -> bool:
    return len(_LINE_END.findall(text, start, end)) > 1


def _in_article(line: t.Statement, before: bool) -> bool:
    """Whether a line belongs to an article; 其余情形 and every declaration end it."""
    if isinstance(line, t.GrantLine | t.RefuseLine):
        return before and not line.otherwise
    if isinstance(line, t.Basis):
        return before and line.title is None and line.marks.number is None
    return isinstance(line, t.ArticleHead) or (before and isinstance(line, _INDENTED))


def _indent(line: t.Statement, in_article: bool) -> str:
    match line:
        case t.Heading(word):
            inside = word == "LIKE"
        case t.GrantLine() | t.RefuseLine():
            inside = not line.otherwise
        case t.Basis():
            inside = in_article
        case _:
            inside = isinstance(line, _INDENTED)
    return WIDE if inside else ""


# ---------------------------------------------------------------- columns


def _align(by: Hand, items: Sequence[_Item]) -> None:
    """Rows that follow one another stand in columns; comments between them do not part them."""
    statements = [item for item in items if item.statement is not None]
    for kind, group in groupby(statements, key=_row_kind):
        rows = list(group)
        if kind == "cells":
            _align_cells(by, rows)
        elif kind:
            _align_parts(by, rows)


def _row_kind(item: _Item) -> str:
    match item.statement:
        case t.Row(bands=False):
            return "cells"
        case t.Row():
            return "bands"
        case t.Dated():
            return "dates"
        case _:
            return ""


def _align_cells(by: Hand, rows: Sequence[_Item]) -> None:
    """| 甲 | 乙 | 120 | with amounts to the right."""
    written = [columns(by, item.statement) for item in rows if isinstance(item.statement, t.Row)]
    amounts = all(isinstance(item.statement, t.Row) and isinstance(item.statement.value, x.Amount) for item in rows)
    widths = _widths([parts[:-2] for parts in written])
    widest = max(width(parts[-2]) for parts in written)
    for item, parts in zip(rows, written, strict=True):
        cells = [_padded(text, cells) for text, cells in zip(parts[:-2], widths, strict=False)]
        space = " " * (widest - width(parts[-2]))
        value = space + parts[-2] if amounts else parts[-2] + space
        item.text = f"| {' | '.join([*cells, value])} | {parts[-1]}".rstrip(" ")


def _align_parts(by: Hand, rows: Sequence[_Item]) -> None:
    """Dates or bands, values and marks: the first two in columns."""
    written = [columns(by, item.statement) for item in rows if isinstance(item.statement, t.Row | t.Dated)]
    widths = _widths([parts[: min(2, len(parts) - 1)] for parts in written])
    for item, parts in zip(rows, written, strict=True):
        padded = [_padded(text, cells) for text, cells in zip(parts[:-1], widths, strict=False)]
        item.text = WIDE.join([*padded, *parts[len(padded) :]])


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    columns = zip_longest(*rows, fillvalue="")
    return [max(map(width, column)) for column in columns]


def _padded(text: str, cells: int) -> str:
    return text + " " * (cells - width(text))


# ---------------------------------------------------------------- free lines


def _indent_comments(items: Sequence[_Item]) -> None:
    """A comment stands in line with the statement after it; one left behind under indented lines, with them."""
    following = ""
    detached = True
    for at in range(len(items) - 1, -1, -1):
        item = items[at]
        if item.statement is not None:
            following = item.indent
        elif not detached and items[at + 1].statement is None:
            item.indent = items[at + 1].indent
        else:
            run = _run_start(items, at)
            left = detached and items[run].indented and _indent_before(items, run) == WIDE
            item.indent = WIDE if left else following
        detached = item.free_line


def _run_start(items: Sequence[_Item], at: int) -> int:
    """The first of the comments that stand together with the one at `at`."""
    while at > 0 and not items[at].free_line and items[at - 1].statement is None:
        at -= 1
    return at


def _indent_before(items: Sequence[_Item], at: int) -> str:
    return next((item.indent for item in reversed(items[:at]) if item.statement is not None), "")


def _space(items: Sequence[_Item]) -> None:
    """Free lines before heads and after a block of indented lines; before the comments that stand on such a head."""
    before: str | None = None
    for at, item in enumerate(items):
        if item.statement is None:
            continue
        head = isinstance(item.statement, _HEADS) or _opens(item.statement)
        if before is not None and (head or (not item.indent and before)):
            first = at if item.free_line else _run_start(items, at)
            items[first].free_line = True
        before = item.indent


def _opens(line: t.Statement) -> bool:
    if isinstance(line, t.GrantLine | t.RefuseLine):
        return line.otherwise
    return isinstance(line, t.Heading) and line.word == "EXAMPLE"
