"""Exact numbers: reading literals, writing values, rounding. Rational throughout; no float, nothing rounded unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from policyrules.source.phrase import Language, Phrase, plain
from policyrules.values.calendar import day_text
from policyrules.values.types import Dimension, Quantity, Type, Value
from policyrules.values.units import MONEY, counted_unit_text, half_width, parse_unit, unit_text

MOST_DIGITS = 40
"""The longest number read, in digits: far beyond any amount, short enough to stay fast."""

FEN = Fraction(1, 100)

_FEN_IN_YUAN = 100
_SHOWN = 3
_SAFE_BITS = 13_000
_YES = Phrase("是", "yes")
_NO = Phrase("否", "no")

_NUMBER = re.compile(r"(?P<minus>[-−]?)(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]+)|\s*/\s*(?P<below>[0-9]+))?\s*(?P<unit>.*)")
_SUFFIXES: Mapping[str, Fraction] = MappingProxyType({"%": Fraction(1, 100), "‰": Fraction(1, 1000), "倍": Fraction(1), "fold": Fraction(1)})
_LARGE: Mapping[str, Fraction] = MappingProxyType({"万": Fraction(10_000), "亿": Fraction(100_000_000)})

_OF_PARTS = re.compile(r"(?P<below>[一二两三四五六七八九十百千万零〇]+)分之(?P<above>.+)")
_HUNDREDTHS = {"百": 100, "千": 1000, "万": 10_000}
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACES = {"十": 10, "百": 100, "千": 1000}

ROUNDING_MODES: Mapping[str, str] = MappingProxyType(
    {
        "四舍五入": "half up",
        "进一": "away from zero",
        "去尾": "toward zero",
        "向上": "up",
        "向下": "down",
        "四舍六入五成双": "half even",
        "half up": "half up",
        "away from zero": "away from zero",
        "toward zero": "toward zero",
        "up": "up",
        "down": "down",
        "half even": "half even",
    }
)
"""Words for a way of rounding, with the mode `round_to` takes."""

ROUNDING_PLACES: Mapping[str, Fraction] = MappingProxyType(
    {
        "分": Fraction(1, 100),
        "角": Fraction(1, 10),
        "元": Fraction(1),
        "十元": Fraction(10),
        "百元": Fraction(100),
        "千元": Fraction(1000),
        "整数": Fraction(1),
        "fen": Fraction(1, 100),
        "jiao": Fraction(1, 10),
        "yuan": Fraction(1),
        "ten yuan": Fraction(10),
        "hundred yuan": Fraction(100),
        "thousand yuan": Fraction(1000),
        "whole": Fraction(1),
    }
)
"""Words for the place rounded to, with its step in base units."""

ROUNDING_SHORTHANDS: Mapping[str, tuple[str, Fraction]] = MappingProxyType(
    {
        "见分进角": ("away from zero", Fraction(1, 10)),
        "见角进元": ("away from zero", Fraction(1)),
        "fen into jiao": ("away from zero", Fraction(1, 10)),
        "jiao into yuan": ("away from zero", Fraction(1)),
    }
)
"""Words that say the way and the place at once."""


def parse_literal(text: str) -> tuple[Fraction, Dimension | None] | None:
    """The exact number written, in base units, and its dimension: None for a bare number, () for a ratio.

    None as a whole where `text` is no literal: thousands separators, exponents, NaN and unknown units are not read.
    """
    written = half_width(text).strip()
    if parts := _OF_PARTS.fullmatch(written):
        return _parts(parts["below"], parts["above"])
    found = _NUMBER.fullmatch(written)
    if not found or len(written) > 2 * MOST_DIGITS:
        return None
    whole, part, below = found["whole"], found["part"] or "", found["below"] or "1"
    if max(len(whole) + len(part), len(below)) > MOST_DIGITS or int(below) == 0:
        return None
    number = Fraction(int(whole + part), 10 ** len(part) * int(below))
    return _with_unit(-number if found["minus"] else number, found["unit"].lower(), divided=found["below"] is not None)


def parse_chinese_number(text: str) -> int | None:
    """The count written in Chinese numerals below 一亿 (`三十五`, `一百零二`, `二〇`); None for other text."""
    if not text or not all(sign in _DIGITS or sign in _PLACES or sign == "万" for sign in text):
        return None
    if all(sign in _DIGITS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text)) if len(text) <= MOST_DIGITS else None
    thousands, myriad, rest = text.rpartition("万")
    if myriad:
        # 一万五 means 15000 in speech and is left unread; 一万五千 and 一万零五 are plain.
        plain = not rest or rest[0] in "零〇" or "千" in rest
        above, below = parse_chinese_number(thousands), parse_chinese_number(rest.lstrip("零〇")) if rest else 0
        return above * 10_000 + below if plain and above and below is not None and above < 10_000 > below else None
    return _below_ten_thousand(text)


def exact_text(number: Fraction) -> str:
    """The number as a finite decimal where there is one, else as a fraction: `0.25`, `305/6`."""
    digits = _decimal_digits(number.denominator)
    if digits is None:
        return f"{_integer_text(number.numerator)}/{_integer_text(number.denominator)}"
    return _decimal(number, digits)


def money_text(amount: Fraction) -> str:
    """An amount of 元 with two decimals where it is whole 分, else exact: `366.00`, `305/6`."""
    return _decimal(amount, 2) if _FEN_IN_YUAN % amount.denominator == 0 else exact_text(amount)


def ratio_text(number: Fraction) -> str:
    """A number without unit: a share below one as a percentage (`35%`), other numbers exact (`1`, `1.5`, `1/12`, `0`)."""
    above, below = abs(number.numerator), number.denominator
    if above == 0 or above >= below or _decimal_digits(below) is None:
        return exact_text(number)
    return f"{exact_text(number * 100)}%"


def value_text(value: Value, kind: Type, language: Language) -> str:
    """A value as people write it: `366.00元/月`, `3 people`, `35%`, `是`, `2020年4月1日`, `一级`."""
    return value_phrase(value, kind)(language)


def value_phrase(value: Value, kind: Type) -> Phrase:
    """As `value_text`, in both languages."""
    if isinstance(kind, Quantity) and isinstance(value, Fraction):
        dimension = kind.dimension
        if not dimension:
            return plain(exact_text(value) if kind.whole else ratio_text(value))
        return _with_words(None, value, dimension)
    match value:
        case bool():
            return _YES if value else _NO
        case str():
            return plain(value)
        case date():
            return Phrase(day_text(value, "zh"), day_text(value, "en"))
        case Fraction():
            return plain(ratio_text(value))


def shown_phrase(value: Value, kind: Type) -> Phrase:
    """As `value_phrase`, but an amount whose decimals never end by the first of them, for reading: `83.333…元/月`."""
    if isinstance(kind, Quantity) and kind.dimension and isinstance(value, Fraction):
        endless = _decimal_digits(value.denominator) is None
        return _with_words(f"{_decimal(Fraction(int(value * 10**_SHOWN), 10**_SHOWN), _SHOWN)}…" if endless else None, value, kind.dimension)
    return value_phrase(value, kind)


def _with_words(number: str | None, value: Fraction, dimension: Dimension) -> Phrase:
    """The number, as it is exactly unless it is written already, with its unit."""
    money, zh, one, many = _unit_words(dimension)
    if number is None:
        number = money_text(value) if money else exact_text(value)
    return Phrase(f"{number}{zh}", f"{number} {one if one != many and value == 1 else many}")


@lru_cache(maxsize=256)
def _unit_words(dimension: Dimension) -> tuple[bool, str, str, str]:
    """Whether it is money, and its unit as it stands after a number in Chinese, after 1 and after any other number in English."""
    one, many = (counted_unit_text(dimension, amount, "en") for amount in (Fraction(1), Fraction(2)))
    return (MONEY, 1) in dimension, unit_text(dimension, "zh"), one, many


def plain_text(value: Value, kind: Type) -> str:
    """A value as other programs read it: exact digits, true and false, ISO days."""
    match value:
        case bool():
            return "true" if value else "false"
        case Fraction():
            money = isinstance(kind, Quantity) and (MONEY, 1) in kind.dimension
            return money_text(value) if money else exact_text(value)
        case date():
            return value.isoformat()
        case str():
            return value


def round_to(value: Fraction, step: Fraction, mode: str) -> Fraction:
    """`value` as a multiple of `step` (> 0), by a mode of `ROUNDING_MODES`; `half up` sends halves away from 0."""
    exact = value / step
    below = exact.numerator // exact.denominator
    rest = exact - below
    if rest == 0:
        return value
    match mode:
        case "up":
            upward = True
        case "down":
            upward = False
        case "away from zero":
            upward = value > 0
        case "toward zero":
            upward = value < 0
        case "half up":
            upward = 2 * rest > 1 or (2 * rest == 1 and value > 0)
        case "half even":
            upward = 2 * rest > 1 or (2 * rest == 1 and below % 2 == 1)
        case _:
            raise ValueError(f"unknown rounding mode: {mode}")
    return step * (below + 1 if upward else below)


def _with_unit(number: Fraction, unit: str, *, divided: bool) -> tuple[Fraction, Dimension | None] | None:
    if not unit:
        return number, () if divided else None
    if unit in _SUFFIXES:
        return number * _SUFFIXES[unit], ()
    if unit in _LARGE:
        return number * _LARGE[unit], None
    parsed = parse_unit(unit)
    # `12 1/月` is a slip, not twelve a month.
    return (number * parsed[1], parsed[0]) if parsed and not unit.startswith("1") else None


def _parts(below: str, above: str) -> tuple[Fraction, Dimension | None] | None:
    """百分之三十五, 三分之一, 百分之3.5, 百分之三点五."""
    whole, point, decimals = above.partition("点")
    divisor = _HUNDREDTHS.get(below) or parse_chinese_number(below)
    number: Fraction | None
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", above) and len(above) <= MOST_DIGITS:
        number = Fraction(above)
    else:
        count = parse_chinese_number(whole)
        tail = "".join(str(_DIGITS[sign]) for sign in decimals if sign in _DIGITS)
        readable = count is not None and len(tail) == len(decimals) <= MOST_DIGITS and bool(decimals) == bool(point)
        number = Fraction(f"{count}.{tail or 0}") if readable else None
    return (number / divisor, ()) if divisor and number is not None else None


def _below_ten_thousand(text: str) -> int | None:
    """Numerals with 十百千: places must fall, one digit before each; 十五 is 15, 一百零二 is 102."""
    total, digit, last = 0, None, 10_000
    for index, sign in enumerate(text):
        if sign in ("零", "〇"):
            if digit is not None or index == 0:
                return None
        elif sign in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[sign]
        else:
            place = _PLACES[sign]
            if place >= last or (digit is None and not (sign == "十" and total == 0)):
                return None
            total, digit, last = total + (1 if digit is None else digit) * place, None, place
    # 一百五 means 150 in speech and is left unread; 一百零五 and 十五 are plain.
    if digit is not None and last > 10 and text[-2] not in ("零", "〇"):
        return None
    return total + (digit or 0)


def _decimal_digits(denominator: int) -> int | None:
    """How many decimals a fraction with this denominator needs; None where it never ends."""
    if denominator == 1:
        return 0
    powers = []
    for prime in (2, 5):
        power = 0
        while denominator % prime == 0:
            denominator, power = denominator // prime, power + 1
        powers.append(power)
    return max(powers) if denominator == 1 else None


def _decimal(number: Fraction, digits: int) -> str:
    """A number that has no more than so many decimals."""
    above, below = number.as_integer_ratio()
    if below == 1 and not digits:
        return _integer_text(above)
    scaled = above * 10**digits // below
    written = _integer_text(abs(scaled)).rjust(digits + 1, "0")
    return f"{'-' if scaled < 0 else ''}{written[:-digits]}.{written[-digits:]}"


def _integer_text(number: int) -> str:
    """`str` refuses integers of more than 4300 digits; a product of a user's numbers may be longer."""
    if number.bit_length() < _SAFE_BITS:
        return str(number)
    above, below = divmod(abs(number), 10**4000)
    return f"{'-' if number < 0 else ''}{_integer_text(above)}{below:04000d}"
