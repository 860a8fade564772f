"""JSON text in, plain data out, with the place of every key and value.

The standard library's reader forgets where things stood, keeps the last of two equal keys, makes floats of money, and
overflows on deep nesting; a case needs all four otherwise. Numbers that are not integers stay as `Inexact`, so that
whoever reads the case can name the fact they were meant for.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from attrs import field, frozen

from policyrules.book import case_problems as problems
from policyrules.source.diagnostic import Checked, Diagnostic, Problem
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText, Span

JsonPath: TypeAlias = tuple[str | int, ...]
"""Keys and list positions that lead from the whole document to a value."""

MOST_NESTING = 64
MOST_CHARACTERS = 20_000_000
MOST_DIGITS = 60


@frozen
class Inexact:
    """A number of the text that is no integer (14400.5, 1e3, NaN), as written."""

    text: str


@frozen
class JsonDocument:
    """What a JSON text says, and where it says it."""

    source: SourceText
    data: object
    values: dict[JsonPath, Span] = field(repr=False, factory=dict)
    keys: dict[JsonPath, Span] = field(repr=False, factory=dict)

    def place(self, path: JsonPath) -> Place:
        """The value at `path`, or the nearest value around it."""
        while path and path not in self.values:
            path = path[:-1]
        return Place(self.source, *self.values.get(path, (0, 0)))

    def name_place(self, path: JsonPath) -> Place:
        """The key that introduces the value at `path`, or the value itself in a list."""
        return Place(self.source, *self.keys[path]) if path in self.keys else self.place(path)


def read_json(text: str, path: str) -> Checked[JsonDocument | None]:
    """The document written in `text`; None where it is not JSON. `path` is the file's name as shown to people."""
    source = SourceText(path, text)
    if len(text) > MOST_CHARACTERS:
        place = Place(source, 0, 0)
        return Checked(None, (problems.JSON_TOO_LARGE.at(place, most=MOST_CHARACTERS),))
    reader = _Reader(source)
    try:
        data = reader.document()
    except _Malformed as mistake:
        return Checked(None, (*reader.findings, mistake.finding))
    return Checked(JsonDocument(source, data, reader.values, reader.keys), tuple(reader.findings))


class _Malformed(Exception):
    """Unwinds the reader at the first thing that is no JSON."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.code)
        self.finding = finding


_BLANK = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"[-+]?[A-Za-z_][A-Za-z_0-9]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = re.compile(r"[0-9A-Fa-f]{4}")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None}
_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity", "+Infinity"})

_COMMA_HINT = Phrase("项目之间要有一个逗号", "put a comma between items")
_FULL_WIDTH = {
    "，": Phrase("请改用半角逗号 ,", "use the plain comma ,"),
    "：": Phrase("请改用半角冒号 :", "use the plain colon :"),
    "“": Phrase('请改用半角双引号 "', 'use plain double quotes "'),
    "”": Phrase('请改用半角双引号 "', 'use plain double quotes "'),
    "'": Phrase('请改用双引号 "', 'use double quotes "'),
    "｛": Phrase("请改用半角括号 {", "use the plain bracket {"),
    "｝": Phrase("请改用半角括号 }", "use the plain bracket }"),
    "［": Phrase("请改用半角括号 [", "use the plain bracket ["),
    "］": Phrase("请改用半角括号 ]", "use the plain bracket ]"),
    "\u3000": Phrase("请改用普通空格", "use a plain space"),
    "/": Phrase("JSON 里不能写注释", "JSON has no comments"),
    "#": Phrase("JSON 里不能写注释", "JSON has no comments"),
}


class _Reader:
    """One pass over one text. Nesting is capped, so recursion is safe."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.text = source.text
        self.at = 0
        self.values: dict[JsonPath, Span] = {}
        self.keys: dict[JsonPath, Span] = {}
        self.findings: list[Diagnostic] = []

    def document(self) -> object:
        if self.text.startswith("\ufeff"):
            self.at = 1
        data = self.value((), 0)
        if self.peek():
            raise self.malformed(Phrase("这里应当结束了", "the text should end here"))
        return data

    def value(self, path: JsonPath, depth: int) -> object:
        character = self.peek()
        start = self.at
        if depth > MOST_NESTING:
            raise _Malformed(self.problem(problems.JSON_TOO_DEEP, start, start + 1, most=MOST_NESTING))
        if character == "{":
            data: object = self.members(path, depth)
        elif character == "[":
            data = self.items(path, depth)
        elif character == '"':
            data = self.string()
        elif (character and character in "0123456789") or _NUMBER.match(self.text, start):
            data = self.number()
        else:
            data = self.word()
        self.values[path] = (start, self.at)
        return data

    def members(self, path: JsonPath, depth: int) -> dict[str, object]:
        data: dict[str, object] = {}
        self.at += 1
        if self.peek() == "}":
            self.at += 1
            return data
        while True:
            if self.peek() != '"':
                raise self.malformed(Phrase("这里应当是双引号里的名称", "a name in double quotes is expected here"))
            start = self.at
            key = self.string()
            span = (start, self.at)
            if self.peek() != ":":
                raise self.malformed(Phrase("名称后面应当是冒号", "a colon is expected after the name"))
            self.at += 1
            inner = (*path, key)
            if key in data:
                self.findings.append(self.problem(problems.DUPLICATE_KEY, *span, name=problems.shown(key)))
                self.value((*path, key, "\0"), depth + 1)
            else:
                self.keys[inner] = span
                data[key] = self.value(inner, depth + 1)
            if not self.goes_on("}"):
                return data

    def items(self, path: JsonPath, depth: int) -> list[object]:
        data: list[object] = []
        self.at += 1
        if self.peek() == "]":
            self.at += 1
            return data
        while True:
            data.append(self.value((*path, len(data)), depth + 1))
            if not self.goes_on("]"):
                return data

    def goes_on(self, closing: str) -> bool:
        """Past a comma True, past the closing bracket False."""
        character = self.peek()
        if character not in (",", closing):
            hint = _COMMA_HINT if character and character in '"{[' else None
            raise self.malformed(Phrase(f"这里应当是逗号或 {closing}", f"a comma or {closing} is expected here"), hint=hint)
        self.at += 1
        if character == "," and self.peek() == closing:
            raise self.malformed(
                Phrase(f"{closing} 前面多了一个逗号", f"there is a comma too many before {closing}"),
                hint=Phrase("请删去最后一个逗号", "remove the last comma"),
            )
        return character == ","

    def string(self) -> str:
        start = self.at
        pieces: list[str] = []
        position = start + 1
        while True:
            plain = _PLAIN.match(self.text, position)
            assert plain is not None  # the pattern matches nothing at all, too
            pieces.append(plain.group())
            position = plain.end()
            stop = self.text[position : position + 1]
            if stop == '"':
                self.at = position + 1
                return "".join(pieces)
            if stop != "\\":
                self.at = start if not stop else position
                raise self.malformed(
                    Phrase("双引号里的文字没有在本行结束", "the text in double quotes does not end on its line"),
                    hint=Phrase('请在末尾加上 "', 'add a " at its end'),
                )
            piece, position = self.escape(position)
            pieces.append(piece)

    def escape(self, position: int) -> tuple[str, int]:
        letter = self.text[position + 1 : position + 2]
        if letter in _ESCAPES:
            return _ESCAPES[letter], position + 2
        code = self.unit(position)
        low = self.unit(position + 6) if code is not None and 0xD800 <= code < 0xDC00 else None
        if code is not None and low is not None and 0xDC00 <= low < 0xE000:
            return chr(0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)), position + 12
        if code is None or 0xD800 <= code < 0xE000:
            self.at = position
            raise self.malformed(
                Phrase("反斜杠后面的写法不对", "what follows the backslash is not understood"),
                hint=Phrase("反斜杠本身写作 \\\\", "a backslash itself is written \\\\"),
            )
        return chr(code), position + 6

    def unit(self, position: int) -> int | None:
        r"""The code of the `\uXXXX` at `position`, if one stands there."""
        digits = _HEX.match(self.text, position + 2)
        return int(digits.group(), 16) if digits and self.text[position : position + 2] == "\\u" else None

    def number(self) -> object:
        start = self.at
        found = _NUMBER.match(self.text, start)
        assert found is not None  # the caller looked
        words = found.group()
        if not _DECIMAL.fullmatch(words):
            raise self.malformed(
                Phrase(f"“{problems.shown(words)}”不是 JSON 的数", f"“{problems.shown(words)}” is not a JSON number"),
                hint=Phrase("数不以 0 开头；日期请放在双引号里", "no leading 0; put dates in double quotes"),
            )
        self.at = found.end()
        if len(words) > MOST_DIGITS:
            self.findings.append(self.problem(problems.NUMBER_TOO_LONG, start, self.at, most=MOST_DIGITS))
            return 0
        return int(words) if _INTEGER.fullmatch(words) else Inexact(words)

    def word(self) -> object:
        found = _WORD.match(self.text, self.at)
        words = found.group() if found else ""
        if words in _NOT_FINITE:
            self.at += len(words)
            return Inexact(words)
        if words in _WORDS:
            self.at += len(words)
            return _WORDS[words]
        hint = Phrase("文字要放在双引号里；是、否写作 true、false，未知写作 null",
                      "put text in double quotes; yes, no and unknown are true, false and null")  # fmt: skip
        raise self.malformed(Phrase("这里应当是一个值", "a value is expected here"), hint=hint if words else None)

    def peek(self) -> str:
        """The next character that is no blank, not yet taken; empty at the end."""
        blank = _BLANK.match(self.text, self.at)
        assert blank is not None  # the pattern matches nothing at all, too
        self.at = blank.end()
        return self.text[self.at : self.at + 1]

    def malformed(self, detail: Phrase, hint: Phrase | None = None) -> _Malformed:
        character = self.text[self.at : self.at + 1]
        end = min(self.at + 1, len(self.text))
        hint = _FULL_WIDTH.get(character, hint)
        problem = problems.hinted(problems.JSON_SYNTAX, hint)
        if not character:
            detail = Phrase("文字在这里中断了", "the text breaks off here")
        return _Malformed(self.problem(problem, self.at, end, detail=detail))

    def problem(self, problem: Problem, start: int, end: int, **fields: object) -> Diagnostic:
        return problem.at(Place(self.source, start, end), fix=None, **fields)
