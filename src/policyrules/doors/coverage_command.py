"""`policyrules test --coverage`: what of the law the worked examples reach, as a table, and everything they do not."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from policyrules.book.book import Book
from policyrules.review.coverage import Coverage, coverage_of
from policyrules.review.coverage_sites import Item, Kind
from policyrules.source.phrase import Language, Phrase
from policyrules.source.text import line_and_column

_KINDS: dict[Kind, Phrase] = {
    Kind.ARTICLE: Phrase("条", "articles"),
    Kind.EXCEPTION: Phrase("例外", "exceptions"),
    Kind.BRANCH: Phrase("分支", "branches"),
    Kind.ROW: Phrase("表行", "rows"),
    Kind.SPAN: Phrase("参数时段", "spans"),
    Kind.ROUNDING: Phrase("取整", "roundings"),
    Kind.CONDITION: Phrase("条件", "conditions"),
}
_SHARED = Phrase("（共用）", "(shared)")
_WHOLE = Phrase("合计", "in all")
_MISSING = Phrase("例子没有走到的：", "not reached by any example:")
_EVERYTHING = Phrase("例子走到了每一处", "the examples reach everything")
_EXCUSED = Phrase("{words}（{excuse}）", "{words} ({excuse})")


def coverage_text(book: Book, language: Language) -> str:
    """A table by policy, then every item that is not reached, with its place."""
    found = coverage_of(book)
    lines = _table(found, language)
    told = [_line(item, language) for item in found.missing]
    return "\n".join([*lines, "", *([_MISSING(language), *told] if told else [_EVERYTHING(language)])])


def coverage_fields(book: Book, language: Language) -> dict[str, object]:
    """The same for programs."""
    found = coverage_of(book)
    policies = [
        {"policy": policy or None, **{kind.value: dict(zip(("reached", "total"), found.counts(policy, kind), strict=True)) for kind in Kind}}
        for policy in found.policies
    ]
    return {"policies": policies, "missing": [_fields(item, language) for item in found.missing]}


def _fields(item: Item, language: Language) -> dict[str, object]:
    line, column = line_and_column(item.place)
    where: dict[str, object] = {"kind": item.kind.value, "file": item.place.path, "line": line, "column": column}
    return {**where, "message": item.words(language), "reason": item.excuse(language) if item.excuse is not None else None}


def _line(item: Item, language: Language) -> str:
    line, _ = line_and_column(item.place)
    words = item.words if item.excuse is None else _EXCUSED.fill(words=item.words, excuse=item.excuse)
    return f"{item.place.path}:{line} {words(language)}"


def _table(found: Coverage, language: Language) -> list[str]:
    rows = [["", *(_KINDS[kind](language) for kind in Kind)]]
    for policy in found.policies:
        rows.append([policy or _SHARED(language), *(_share(*found.counts(policy, kind)) for kind in Kind)])
    if len(found.policies) > 1:
        every = [[found.counts(policy, kind) for policy in found.policies] for kind in Kind]
        rows.append([_WHOLE(language), *(_share(sum(one for one, _ in counts), sum(all_ for _, all_ in counts)) for counts in every)])
    return _aligned(rows)


def _share(reached: int, total: int) -> str:
    return f"{reached}/{total}" if total else "—"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(_cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell + " " * (width - _cells(cell)) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cells(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
