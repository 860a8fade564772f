"""A short official paper: a title, whom it is about, numbered sections, a close. One content, as text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from attrs import frozen

from policyrules.explain import html
from policyrules.source.phrase import Language, Phrase
from policyrules.source.render import visible, width
from policyrules.values.article_numbers import chinese_number

_NUMBERED = Phrase("{number}、{heading}", "{number}. {heading}")
_QUOTED = Phrase("“{words}”", "“{words}”")


@frozen
class Quotation:
    """Words of a regulation, shown apart."""

    words: Phrase


@frozen
class Table:
    """Rows under a head, the same number of cells in each; the first cell of a row names it, the others are figures or words."""

    caption: Phrase
    head: tuple[Phrase, ...]
    rows: tuple[tuple[Phrase, ...], ...]
    figures: frozenset[int] = frozenset()


Part: TypeAlias = Phrase | Quotation | Table


@frozen
class Section:
    """A numbered section; a paragraph, quotation or table each."""

    heading: Phrase
    parts: tuple[Part, ...]


@frozen
class Document:
    """The paper. `draft` says why it may not go out yet; None where it may."""

    title: Phrase
    draft: Phrase | None
    opening: tuple[Phrase, ...]
    sections: tuple[Section, ...]
    closing: tuple[Phrase, ...]


def as_text(document: Document, language: Language) -> str:
    """The paper as plain text, ending in a line end."""
    lines = [document.title(language), ""]
    if document.draft is not None:
        lines += [document.draft(language), ""]
    lines += [line(language) for line in document.opening]
    for number, section in enumerate(document.sections, 1):
        lines += ["", _heading(section, number)(language)]
        for part in section.parts:
            lines += [f"  {line}" for line in _text(part, language)]
    lines += ["", *(line(language) for line in document.closing)]
    return "".join(f"{visible(line).rstrip()}\n" for line in lines)


def as_html(document: Document, language: Language) -> str:
    """The paper as a page that stands alone."""
    return html.page(document.title(language), body_html(document, language), language)


def body_html(document: Document, language: Language) -> str:
    """The paper without its title, to stand inside a page."""
    body: list[str] = []
    if document.draft is not None:
        body.append(f'<p class="draft" role="note">{html.escaped(document.draft(language))}</p>')
    body += [_paragraph(line, language) for line in document.opening]
    for number, section in enumerate(document.sections, 1):
        body.append(f"<h2>{html.escaped(_heading(section, number)(language))}</h2>")
        body += [_markup(part, language) for part in section.parts]
    body += [_paragraph(line, language) for line in document.closing]
    return "\n".join(body)


def _heading(section: Section, number: int) -> Phrase:
    return _NUMBERED.fill(number=Phrase(chinese_number(number), str(number)), heading=section.heading)


def _text(part: Part, language: Language) -> list[str]:
    match part:
        case Phrase():
            return [part(language)]
        case Quotation(words):
            return [_QUOTED.fill(words=words)(language)]
        case Table(_, head, rows):
            return _columns([[cell(language) for cell in row] for row in (head, *rows)])


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells under each other on a screen where Chinese characters take two columns."""
    widest = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell + " " * (room - width(cell)) for cell, room in zip(row, widest, strict=True)).rstrip() for row in rows]


def _markup(part: Part, language: Language) -> str:
    match part:
        case Phrase():
            return _paragraph(part, language)
        case Quotation(words):
            return html.quotation(words(language))
        case Table(caption, head, rows, figures):
            cells = [[cell(language) for cell in row] for row in rows]
            return html.table(caption(language), [cell(language) for cell in head], cells, figures)


def _paragraph(line: Phrase, language: Language) -> str:
    return f"<p>{html.escaped(line(language))}</p>"
