"""Diagnostics in words: for a terminal, cell-exact under Chinese; as JSON fields; counted in one sentence.

Texts come from users, so nothing of them reaches a terminal raw: every control or invisible character is spelt out as
`<U+001B>`. Columns count characters, carets count terminal cells.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from policyrules.source.diagnostic import Diagnostic, Severity
from policyrules.source.phrase import Language, Phrase
from policyrules.source.text import line_and_column, line_text

EXCERPT_CELLS = 100
"""Longest excerpt shown; a longer line is cut around the place."""

TAB_CELLS = 4

_WORDS = {Severity.ERROR: Phrase("错误", "error"), Severity.WARNING: Phrase("警告", "warning")}
_ARTICLE = Phrase("所在：{text}", "in: {text}")
_HINT = Phrase("提示：{text}", "hint: {text}")
_NOTHING = Phrase("没有发现问题", "no problems found")


def render(diagnostic: Diagnostic, language: Language) -> str:
    """The diagnostic as people read it: headline, place, excerpt with carets, article, hint."""
    line, column = line_and_column(diagnostic.place)
    gutter = " " * len(str(line))
    lines = [f"{_WORDS[diagnostic.severity](language)}[{diagnostic.code}] {visible(diagnostic.message(language))}"]
    if diagnostic.place.source.text:
        excerpt, lead, carets = _excerpt(diagnostic, line, column)
        label = f" {visible(diagnostic.label(language))}" if diagnostic.label else ""
        lines += [
            f"{gutter}--> {visible(diagnostic.place.path)}:{line}:{column}",
            f"{gutter} |",
            f"{line} | {excerpt}".rstrip(),
            f"{gutter} | {' ' * lead}{'^' * carets}{label}",
        ]
    else:
        # A file that cannot be read, a question never asked: there are no words to show.
        lines.append(f"{gutter}--> {visible(diagnostic.place.path)}")
    for heading, words in ((_ARTICLE, diagnostic.article), (_HINT, diagnostic.hint)):
        if words is not None:
            lines.append(f"{gutter} = {heading.fill(text=visible(words(language)))(language)}")
    return "\n".join(lines)


def to_json(diagnostic: Diagnostic, language: Language) -> dict[str, object]:
    """The fields of `--format json`. `line` and `column` count from 1, in characters."""
    line, column = line_and_column(diagnostic.place)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "file": diagnostic.place.path,
        "line": line,
        "column": column,
        "message": diagnostic.message(language),
        "hint": diagnostic.hint(language) if diagnostic.hint else None,
        "article": diagnostic.article(language) if diagnostic.article else None,
    }


def summary(diagnostics: Iterable[Diagnostic], language: Language) -> str:
    """How many errors and warnings, in one sentence; kinds that are absent are left out."""
    found = [diagnostic.severity for diagnostic in diagnostics]
    errors, warnings = found.count(Severity.ERROR), found.count(Severity.WARNING)
    counted = Phrase(
        "，".join(f"{count} 处{name}" for count, name in ((errors, "错误"), (warnings, "警告")) if count),
        ", ".join(_counted(count, name) for count, name in ((errors, "error"), (warnings, "warning")) if count),
    )
    return (counted if found else _NOTHING)(language)


def _excerpt(diagnostic: Diagnostic, line: int, column: int) -> tuple[str, int, int]:
    """The line as shown, the cells before the place, and the cells of the place."""
    text = line_text(diagnostic.place.source, line)
    # A place may start on the line end itself, and one over several lines is marked on its first line only.
    start = min(column - 1, len(text))
    end = max(start, min(start + diagnostic.place.end - diagnostic.place.start, len(text)))
    # Nothing further away than this can be shown, so a line of a megabyte costs no more than a short one.
    begin = max(0, start - EXCERPT_CELLS)
    glyphs = _glyphs(text[begin : start + EXCERPT_CELLS + 1])
    first, last = start - begin, min(end - begin, len(glyphs))
    low, high = _window([cells for _, cells in glyphs], first, last)
    before = "…" if begin + low > 0 else ""
    after = "…" if begin + high < len(text) else ""
    shown = before + "".join(words for words, _ in glyphs[low:high]) + after
    lead = len(before) + sum(cells for _, cells in glyphs[low:first])
    return shown, lead, max(1, sum(cells for _, cells in glyphs[first : min(last, high)]))


def _window(cells: Sequence[int], first: int, last: int) -> tuple[int, int]:
    """What to show: as much of the place (`first` to `last`) as fits, then both its sides in turn."""
    low = high = first
    room = EXCERPT_CELLS
    while high < last and cells[high] <= room:
        room -= cells[high]
        high += 1
    grown = high == last
    while grown:
        grown = False
        if low > 0 and cells[low - 1] <= room:
            low -= 1
            room -= cells[low]
            grown = True
        if high < len(cells) and cells[high] <= room:
            room -= cells[high]
            high += 1
            grown = True
    return low, high


def width(text: str) -> int:
    """Cells a text takes on a screen where Chinese characters take two."""
    return sum(map(_cells, text))


def _glyphs(text: str) -> list[tuple[str, int]]:
    """Each character as shown, with the cells it takes."""
    glyphs: list[tuple[str, int]] = []
    at = 0
    for character in text:
        shown = " " * (TAB_CELLS - at % TAB_CELLS) if character == "\t" else visible(character)
        cells = _cells(character) if shown == character else len(shown)
        glyphs.append((shown, cells))
        at += cells
    return glyphs


def _cells(character: str) -> int:
    """Cells of one visible character: two when wide, none when it combines with the one before."""
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def visible(text: str) -> str:
    """The text with what would steer a terminal or a page, hide or reorder its words spelt out."""
    if text.isprintable():
        return text
    return "".join(f"<U+{ord(character):04X}>" if _hidden(character) else character for character in text)


def _hidden(character: str) -> bool:
    # control, format (direction marks, zero width), surrogate, line and paragraph separators
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
