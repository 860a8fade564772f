"""A source text and places in it.

Offsets count characters (code points) from 0; lines and columns shown to people count from 1.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TypeAlias

from attrs import field, frozen

Span: TypeAlias = tuple[int, int]
"""Start and end offset of a piece of text. In a syntax tree it counts from the start of its line."""


@frozen
class SourceText:
    """One file: `path` as shown to people, `text` as read, never changed."""

    path: str
    text: str = field(repr=False)


@frozen
class Place:
    """A piece of one source: absolute offsets `start` (first character) and `end` (one past the last)."""

    source: SourceText = field(repr=False, eq=False)
    start: int
    end: int

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def words(self) -> str:
        return self.source.text[self.start : self.end]


def line_starts(text: str) -> list[int]:
    """Offsets at which lines begin. Only line feed, carriage return and their pair end a line."""
    starts = [0]
    position = 0
    while True:
        feed = text.find("\n", position)
        bare = text.find("\r", position, feed if feed >= 0 else len(text))
        if bare >= 0 and bare + 1 != feed:
            position = bare + 1
        elif feed >= 0:
            position = feed + 1
        else:
            return starts
        starts.append(position)


def line_and_column(place: Place) -> tuple[int, int]:
    """Line and column of the first character of `place`, both from 1, in characters."""
    starts = _starts(place.source.text)
    row = bisect_right(starts, place.start) - 1
    return row + 1, place.start - starts[row] + 1


def line_text(source: SourceText, number: int) -> str:
    """The words of line `number` (from 1) without its line end."""
    starts = _starts(source.text)
    end = starts[number] if number < len(starts) else len(source.text)
    return source.text[starts[number - 1] : end].rstrip("\r\n")


@lru_cache(maxsize=4)
def _starts(text: str) -> tuple[int, ...]:
    """Line starts of the texts last asked about: a file with a finding on every line is looked at as often."""
    return tuple(line_starts(text))
