"""Values read at once: written as plainly as they mostly are, of the type wanted and within its bounds.

They are handed out as they stand in rows (`engines/rows`): numbers in the smallest parts of their type. What is written
otherwise, or may be wrong, is nothing here: `facts.read_value` then reads it, or says what is wrong. So there is one meaning
of what may be written, and this is only the short way to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, TypeAlias

from attrs import field, frozen

from policyrules.engines.rows import RowValue, scale_of
from policyrules.values.types import Day, Options, Quantity, Text, Truth, Type

Reading: TypeAlias = Callable[[object], "RowValue | None"]
"""The value of a piece of data, None where this way does not lead to it."""

_WORD = re.compile("[a-z]+")
_DIGITS = 15
_MOST = 10**_DIGITS
_MOST_DAYS = 50_000


@frozen(eq=False)
class AtOnce:
    """One way to read: an expression over `v`, the piece of data, and the objects it names. `read` is the function it makes;
    whoever reads many values at once (`book/rows`) writes the expression into a function of its own."""

    text: str
    names: Mapping[str, object] = field(factory=dict)
    read: Reading = field(init=False)

    def about(self, variable: str, name_of: Callable[[object], str]) -> str:
        """The expression for another variable, with its objects named otherwise."""
        words = {"v": variable, **{word: name_of(thing) for word, thing in self.names.items()}}
        return _WORD.sub(lambda found: words.get(found[0], found[0]), self.text)

    @read.default
    def _function(self) -> Reading:
        made: Reading = eval(f"lambda v: {self.text}", dict(self.names))
        return made


def reader_of(kind: Type, low: Fraction | None, high: Fraction | None, spelt: Callable[[str], object]) -> AtOnce:
    """Reads values of a type between bounds; `spelt` is how a word is read at length."""
    match kind:
        case Truth():
            return AtOnce("v if v.__class__ is bool else None")
        case Day():
            days = _Days()
            return AtOnce("days[v] if v.__class__ is str else v if v.__class__ is date else None", {"days": days, "date": date})
        case Options(names):
            words = {name: value for name, value in ((name, spelt(name)) for name in names) if isinstance(value, str)}
            return AtOnce("word(v) if v.__class__ is str else None", {"word": words.get})
        case Quantity():
            scale = scale_of(kind)
            most = _MOST if high is None else floor(high * scale)
            least = -_MOST if low is None else ceil(low * scale)
            digits = f"v.__class__ is str and v.isdigit() and v.isascii() and len(v) <= {_DIGITS}"
            between = f"v if {least} <= (v := int(v) * {scale}) <= {most} else None"
            return AtOnce(f"({between}) if {digits} else other(v)", {"other": _number(most, least, scale, kind.whole)})
        case Text():
            return AtOnce("text(v) if v.__class__ is str else None", {"text": _text(spelt)})


class _Days(dict[str, "date | None"]):
    """Days by how they are written; a day read once is looked up from then on."""

    def __missing__(self, text: str) -> date | None:
        if len(text) != 10 or text[4] != "-" or text[7] != "-":
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        if len(self) >= _MOST_DAYS:
            self.clear()
        self[text] = day
        return day


def _text(spelt: Callable[[str], object]) -> Callable[[str], str | None]:
    def text(data: str) -> str | None:
        found = spelt(data)
        return found if isinstance(found, str) else None

    return text


def _number(most: int, least: int, scale: int, whole: bool) -> Reading:
    """Numbers that are not digits alone; the bounds are in the parts of a row."""
    places = 0 if whole else 2

    def number(data: Any) -> int | None:
        kind = data.__class__
        if kind is str:
            # Two decimals or one, without a sign.
            digits = data.replace(".", "", 1)
            after = 2 if data[-3:-2] == "." else 1 if data[-2:-1] == "." else 3
            if after > places or not digits.isdigit() or not digits.isascii() or not after < len(digits) <= _DIGITS:
                return None
            count = int(digits) * (scale // 10**after)
        elif kind is int:
            count = data * scale
        elif (kind is Decimal and data.is_finite()) or kind is Fraction:
            parts = Fraction(data) * scale if -_MOST <= data <= _MOST else Fraction(1, 2)
            if parts.denominator != 1 or (whole and parts.numerator % scale):
                return None
            count = parts.numerator
        else:
            return None
        return count if least <= count <= most else None

    return number
