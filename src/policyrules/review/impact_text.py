"""The figures of a change as one page for a terminal: columns stand under each other, Chinese characters counted as two cells."""

from __future__ import annotations

from collections.abc import Sequence

from policyrules.review.impact_figures import Impact
from policyrules.review.impact_words import Table, open_answers, remarks, sentences, tables, title
from policyrules.source.phrase import Language, Phrase
from policyrules.source.render import visible, width

_OPEN = Phrase("没有答案的（没有算进上面的钱）", "Without an answer (in none of the sums above)")
_NOTES = Phrase("说明", "Notes")


def impact_text(impact: Impact, language: Language) -> str:
    """The page."""
    blocks = ["\n".join([title(impact)(language), *(words(language) for words in sentences(impact))])]
    blocks += [_table(table, language) for table in tables(impact)]
    for heading, lines in ((_OPEN, open_answers(impact)), (_NOTES, remarks(impact))):
        said = [f"  {visible(words(language))}" for words in lines]
        if said:
            blocks.append("\n".join([heading(language), *said]))
    return "\n\n".join(blocks)


def _table(table: Table, language: Language) -> str:
    rows = [[visible(cell(language)) for cell in row] for row in (table.head, *table.rows)]
    wide = [max(width(row[column]) for row in rows) for column in range(len(table.head))]
    return "\n".join([visible(table.caption(language)), *(_line(row, wide, table.texts) for row in rows)])


def _line(cells: Sequence[str], wide: Sequence[int], texts: frozenset[int]) -> str:
    padded = []
    for place, (cell, cells_wide) in enumerate(zip(cells, wide, strict=True)):
        gap = " " * (cells_wide - width(cell))
        padded.append(cell + gap if place in texts else gap + cell)
    return ("  " + "  ".join(padded)).rstrip()
