"""The one table of units: their spellings in Chinese and English, their scale, which are counted in whole numbers.

Text such as `元/人·月` or `yuan/person/month` goes in; dimensions of base units (`values.types`) come out, and back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from attrs import frozen

from policyrules.source.phrase import Language
from policyrules.values.types import (
    COUNT,
    DAY,
    NUMBER,
    TEXT,
    TRUTH,
    Day,
    Dimension,
    Options,
    Quantity,
    Text,
    Truth,
    Type,
)

MONEY = "元"
PERSON = "人"
MONTH = "月"
YEAR = "年"
DAYS = "天"
AGE = "岁"


@frozen
class BaseUnit:
    """A unit quantities are kept in. `one` and `many` are its English words after a number.

    `spellings` are further words for the same unit; `whole` says that a fact of this unit is an integer.
    """

    zh: str
    en: str
    one: str
    many: str
    whole: bool
    spellings: tuple[str, ...] = ()


BASE_UNITS: Mapping[str, BaseUnit] = MappingProxyType(
    {
        unit.zh: unit
        for unit in (
            # Written in this order inside a compound unit: 元/人·月, 元/平方米·月.
            BaseUnit("元", "yuan", "yuan", "yuan", whole=False),
            BaseUnit("人", "person", "person", "people", whole=True, spellings=("名", "persons")),
            BaseUnit("户", "household", "household", "households", whole=True),
            BaseUnit("套", "home", "home", "homes", whole=True),
            BaseUnit("辆", "car", "car", "cars", whole=True),
            BaseUnit("件", "item", "item", "items", whole=True),
            BaseUnit("平方米", "sqm", "sqm", "sqm", whole=False, spellings=("平米", "㎡")),
            BaseUnit("次", "time", "time", "times", whole=True),
            BaseUnit("岁", "age", "year of age", "years of age", whole=True, spellings=("周岁", "ages")),
            BaseUnit("小时", "hour", "hour", "hours", whole=False),
            BaseUnit("天", "day", "day", "days", whole=True, spellings=("日",)),
            BaseUnit("月", "month", "month", "months", whole=False, spellings=("个月",)),
            BaseUnit("年", "year", "year", "years", whole=False),
        )
    }
)

SCALED_UNITS: Mapping[str, tuple[str, Fraction]] = MappingProxyType(
    {
        "千元": ("元", Fraction(1000)),
        "万元": ("元", Fraction(10_000)),
        "亿元": ("元", Fraction(100_000_000)),
        "角": ("元", Fraction(1, 10)),
        "jiao": ("元", Fraction(1, 10)),
        "分": ("元", Fraction(1, 100)),
        "fen": ("元", Fraction(1, 100)),
        "万人": ("人", Fraction(10_000)),
        "万户": ("户", Fraction(10_000)),
    }
)
"""Units kept as a multiple of a base unit: 1万元 is 10000 元."""


def _spellings() -> Mapping[str, tuple[str, Fraction]]:
    words: dict[str, tuple[str, Fraction]] = {}
    for unit in BASE_UNITS.values():
        for word in (unit.zh, unit.en, unit.one, unit.many, *unit.spellings):
            words[word] = (unit.zh, Fraction(1))
    return MappingProxyType({**words, **SCALED_UNITS})


SPELLINGS: Mapping[str, tuple[str, Fraction]] = _spellings()
"""Every spelling of a unit with its base unit and scale."""

unit_words: tuple[str, ...] = tuple(sorted(SPELLINGS, key=lambda word: (-len(word), word)))
"""Every spelling of a single unit, the longest first, so that a lexer taking the first match takes the longest."""

_POSITION = {name: position for position, name in enumerate(BASE_UNITS)}
_PER = re.compile(r"\s+per\s+|\s*/\s*")
_TIMES = re.compile(r"\s*[·・⋅•]\s*")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_TYPE_WORDS: Mapping[str, Type] = MappingProxyType(
    {
        "是否": TRUTH,
        "truth": TRUTH,
        "日期": DAY,
        "date": DAY,
        "文本": TEXT,
        "text": TEXT,
        "比例": NUMBER,
        "ratio": NUMBER,
        "数": NUMBER,
        "number": NUMBER,
        "计数": COUNT,
        "count": COUNT,
    }
)


def half_width(text: str) -> str:
    """Full-width letters, digits and punctuation as half-width ones; nothing else changes.

    NFKC would also turn ² and ① into digits and so change a number; this does not.
    """
    return text.translate(_HALF_WIDTH)


def dimension_of(exponents: Mapping[str, int]) -> Dimension:
    """The dimension with these exponents: sorted, zeros dropped."""
    return tuple(sorted((unit, power) for unit, power in exponents.items() if power))


def times(left: Dimension, right: Dimension) -> Dimension:
    """Dimension of a product."""
    exponents = dict(left)
    for unit, power in right:
        exponents[unit] = exponents.get(unit, 0) + power
    return dimension_of(exponents)


def per(left: Dimension, right: Dimension) -> Dimension:
    """Dimension of a quotient."""
    return times(left, tuple((unit, -power) for unit, power in right))


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> tuple[Dimension, Fraction] | None:
    """The dimension and the scale to base units of `元/人·月`, `yuan/person/month`, `万元` …; None for other text."""
    numerator, *denominators = _PER.split(half_width(text).strip().lower())
    exponents: dict[str, int] = {}
    scale = Fraction(1)
    for power, part in ((1, numerator), *((-1, part) for part in denominators)):
        if power == 1 and part == "1" and denominators:
            continue
        for word in _TIMES.split(part):
            if word not in SPELLINGS:
                return None
            unit, size = SPELLINGS[word]
            exponents[unit] = exponents.get(unit, 0) + power
            scale = scale * size if power == 1 else scale / size
    return dimension_of(exponents), scale


@lru_cache(maxsize=1024)
def unit_text(dimension: Dimension, language: Language) -> str:
    """A dimension as people write it: `元/人·月`, `yuan/person/month`; empty for a number without unit."""
    above = _words(((unit, power) for unit, power in dimension if power > 0), language)
    below = _words(((unit, -power) for unit, power in dimension if power < 0), language)
    if not below:
        return "·".join(above)
    return "/".join(("·".join(above) or "1", "·".join(below) if language == "zh" else "/".join(below)))


def counted_unit_text(dimension: Dimension, amount: Fraction, language: Language) -> str:
    """The unit as it stands after an amount: `人`, `person` after 1, `people` after 3."""
    if language == "zh" or len(dimension) != 1 or dimension[0][1] != 1:
        return unit_text(dimension, language)
    unit = BASE_UNITS[dimension[0][0]]
    return unit.one if amount == 1 else unit.many


def quantity_of(dimension: Dimension) -> Quantity:
    """The type of a declared quantity: whole where the unit is counted (人, 户, 岁 …), exact otherwise."""
    whole = len(dimension) == 1 and dimension[0][1] == 1 and BASE_UNITS[dimension[0][0]].whole
    return Quantity(dimension, whole)


@lru_cache(maxsize=1024)
def parse_type_word(text: str) -> Type | None:
    """The type named by `是否`, `比例`, `元/月`, `people` …; None for other text and for scaled units (万元)."""
    word = half_width(text).strip().lower()
    if word in _TYPE_WORDS:
        return _TYPE_WORDS[word]
    unit = parse_unit(word)
    return quantity_of(unit[0]) if unit and unit[1] == 1 else None


def type_text(kind: Type, language: Language) -> str:
    """A type in words: `元/月`, `是否`, `选项 一级、二级`."""
    zh = language == "zh"
    match kind:
        case Truth():
            return "是否" if zh else "truth"
        case Day():
            return "日期" if zh else "date"
        case Text():
            return "文本" if zh else "text"
        case Options(names):
            return f"选项 {'、'.join(names)}" if zh else f"options {', '.join(names)}"
        case Quantity(dimension, whole):
            plain = ("计数", "count") if whole else ("数", "number")
            return unit_text(dimension, language) or plain[0 if zh else 1]


def _words(powers: Iterable[tuple[str, int]], language: Language) -> list[str]:
    ordered = sorted(powers, key=lambda pair: _POSITION[pair[0]])
    return [
        BASE_UNITS[unit].zh if language == "zh" else BASE_UNITS[unit].en
        for unit, power in ordered
        for _ in range(power)
    ]
