"""Values read at once: written as plainly as they mostly are, of the type wanted and within its bounds.

What is written otherwise, or may be wrong, is nothing here: `facts.read_value` then reads it, or says what is wrong. So there
is one meaning of what may be written, and this is only the short way to it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import TypeAlias

from policyrules.values.types import Day, Options, Quantity, Text, Truth, Type, Value

AtOnce: TypeAlias = Callable[[object], Value | None]
"""The value of a piece of data, None where this way does not lead to it."""

_DIGITS = 15
_MOST = 10**_DIGITS


def reader_of(kind: Type, low: Fraction | None, high: Fraction | None, spelt: Callable[[str], object]) -> AtOnce | None:
    """Reads values of a type between bounds; `spelt` is how a word is read at length. None for types with no short way."""
    match kind:
        case Truth():
            return _truth
        case Day():
            return _day
        case Options(names):
            return _option({name: value for name, value in ((name, spelt(name)) for name in names) if isinstance(value, str)})
        case Quantity():
            return _number(_MOST if high is None else floor(high * 100), -_MOST if low is None else ceil(low * 100), kind.whole)
        case Text():
            return None


def _truth(data: object) -> Value | None:
    return data if data.__class__ is bool else None


def _day(data: object) -> Value | None:
    if data.__class__ is date:
        return data
    if data.__class__ is not str or len(data) != 10 or data[4] != "-" or data[7] != "-":
        return None
    try:
        return date.fromisoformat(data)
    except ValueError:
        return None


def _option(values: dict[str, str]) -> AtOnce:
    find = values.get
    return lambda data: find(data) if data.__class__ is str else None


def _number(most: int, least: int, whole: bool) -> AtOnce:
    """Whole numbers, and with two decimals; the bounds are in hundredths."""

    def number(data: object) -> Value | None:
        if data.__class__ is int:
            count: int = data
            return Fraction(count) if least <= count * 100 <= most else None
        if data.__class__ is not str:
            return None
        text: str = data
        if len(text) > _DIGITS or not text.isascii():
            return None
        if text.isdigit():
            count = int(text)
            return Fraction(count) if least <= count * 100 <= most else None
        if whole or text[-3:-2] != "." or not (text[:-3].isdigit() and text[-2:].isdigit()):
            return None
        count = int(text[:-3] + text[-2:])
        return Fraction(count, 100) if least <= count <= most else None

    return number
