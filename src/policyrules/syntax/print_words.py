"""Words as the formatter writes them, in either spelling: keywords, names, amounts, texts, articles, units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from attrs import frozen

from policyrules.source.phrase import Phrase
from policyrules.syntax import expression as x
from policyrules.syntax.builtins import (
    DAYS,
    FUNCTIONS,
    GATHERINGS,
    GRANTED,
    INCOMPLETE,
    IS_SUBJECT,
    LAYERS,
    ROUNDING_WORDS,
    SETTINGS,
    STATES,
    SUBJECT,
    TYPE_WORDS,
)
from policyrules.syntax.lexer import ALSO_NAMES, ARTICLE, FOLD, ONLY_FIRST, SHARE
from policyrules.syntax.parser import parser
from policyrules.syntax.tree import Spelling
from policyrules.values.article_numbers import english_article
from policyrules.values.quantities import exact_text, parse_literal
from policyrules.values.units import BASE_UNITS, counted_unit_text, parse_unit, unit_text, unit_words

MARK_WORDS = frozenset({"含", "不含", "inclusive", "exclusive"})
_PLAIN = re.compile(r"[^\W\d的][^\W的]*")
_SPECIAL = re.compile(f"{ARTICLE}|{SHARE}")
_NUMBER = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)[ \t]*(?P<unit>[^0-9]*)")
_NESTED = re.compile("[^“”]*(?:“[^“”]*”[^“”]*)*")
_UNIT = re.compile(rf"(?P<unit>%|‰|倍|fold|(?:万|亿)?(?:{'|'.join(map(re.escape, unit_words))})|万|亿)(?![^\W的])")
_LAST_WORD = re.compile(r"(?<![^\W的])[^\W\d的][^\W的]*$")

_ENGLISH_SYMBOLS = MappingProxyType(
    {"PLUS": "+", "MINUS": "-", "TIMES": "*", "OVER": "/", "EQUAL": "=", "UNEQUAL": "!=", "LESS": "<", "LESS_EQUAL": "<=",
     "GREATER": ">", "GREATER_EQUAL": ">="}
)  # fmt: skip
_CHINESE_SYMBOLS = MappingProxyType(
    {**_ENGLISH_SYMBOLS, "MINUS": "−", "TIMES": "×", "OVER": "÷", "UNEQUAL": "≠", "LESS_EQUAL": "≤", "GREATER_EQUAL": "≥"}
)


@frozen
class Hand:
    """How to write: the spelling, whether the tree was read in the other one, and the words of the spelling.

    `reserved` are words that are no names as they stand, `phrases` keywords of several words.
    """

    spelling: Spelling
    translating: bool
    keyword: Mapping[str, str]
    reserved: frozenset[str]
    phrases: frozenset[str]
    functions: Mapping[str, str]
    givens: Mapping[str, str]
    roundings: Mapping[str, str]
    layers: Mapping[str, str]
    settings: Mapping[str, str]
    states: Mapping[str, str]


@cache
def hand(read: Spelling, written: Spelling) -> Hand:
    """The hand for a tree read in one spelling and written in the same or the other."""
    keywords = parser().keywords
    own = keywords.zh if written == "zh" else keywords.en
    symbols = _CHINESE_SYMBOLS if written == "zh" else _ENGLISH_SYMBOLS
    known = {*keywords.zh.items(), *keywords.en.items()}

    def to_other(phrases: Iterable[Phrase]) -> Mapping[str, str]:
        return MappingProxyType({} if read == written else {phrase(read): phrase(written) for phrase in phrases})

    return Hand(
        written,
        read != written,
        MappingProxyType({**{terminal: text for text, terminal in reversed(list(own.items()))}, **symbols}),
        frozenset({text for text, terminal in known if terminal not in ONLY_FIRST | ALSO_NAMES} | MARK_WORDS),
        frozenset(text for text in keywords.en if " " in text) if written == "en" else frozenset(),
        to_other([*FUNCTIONS.values(), *GATHERINGS.values(), GRANTED]),
        to_other([FUNCTIONS["age"], *DAYS.values(), SUBJECT, IS_SUBJECT]),
        to_other(ROUNDING_WORDS),
        to_other(LAYERS),
        to_other(SETTINGS.values()),
        to_other([*STATES.values(), INCOMPLETE]),
    )


# ---------------------------------------------------------------- joining


def glue(by: Hand, *parts: str | None) -> str:
    """Parts with spaces between. Where two words would be read as one (or + more, 3 + 元), a name is put in 【】."""
    written: list[str] = []
    for part in filter(None, parts):
        if written:
            written[-1], part = kept_apart(by, written[-1], part)
        written.append(part)
    return " ".join(written)


def kept_apart(by: Hand, left: str, right: str) -> tuple[str, str]:
    """Two neighbours, one of them put in 【】 where they would be read as one."""
    unit = _UNIT.match(right)
    if unit and left[-1].isdecimal():
        return left, boxed(unit["unit"]) + right[unit.end() :]
    last, first = _LAST_WORD.search(left), _PLAIN.match(right)
    if last and last.group() == "article" and right[0].isdecimal():
        return left[: last.start()] + boxed(last.group()), right
    if last is None or first is None or f"{last.group()} {first.group()}" not in by.phrases:
        return left, right
    if first.group() in by.reserved:
        return left[: last.start()] + boxed(last.group()), right
    return left, boxed(first.group()) + right[first.end() :]


def listed(by: Hand, items: Iterable[str]) -> str:
    """甲、乙 or a, b."""
    return ("、" if by.spelling == "zh" else ", ").join(items)


def colon(by: Hand) -> str:
    """The colon after a declared name, with the space the spelling puts there."""
    return "：" if by.spelling == "zh" else ": "


# ---------------------------------------------------------------- names and texts


def name_text(by: Hand, name: x.Name) -> str:
    """A user's name, in 【】 where it would not be read as one name."""
    return _quoted(by, name.text)


def given_text(by: Hand, words: Mapping[str, str], name: x.Name) -> str:
    """A name the language may have given, in the words of the spelling."""
    return words.get(name.text) or name_text(by, name)


def _quoted(by: Hand, name: str) -> str:
    plain = _PLAIN.fullmatch(name) and name not in by.reserved and not _SPECIAL.fullmatch(name)
    return name if plain else boxed(name)


def boxed(name: str) -> str:
    """【any words】."""
    return f"【{name}】"


def text_literal(by: Hand, text: str) -> str:
    """A text in quotes that it does not hold itself."""
    straight = not any(sign in '"\r\n' for sign in text.translate(FOLD))
    curly = _NESTED.fullmatch(text)
    if straight and by.spelling == "en":
        return f'"{text}"'
    if curly:
        return f"“{text}”"
    return f'"{text}"' if straight else f"「{text}」"


def article_text(by: Hand, number: str) -> str:
    """第十二条 or article 12."""
    return number if by.spelling == "zh" else english_article(number)


# ---------------------------------------------------------------- amounts, units, types


def amount_text(by: Hand, amount: x.Amount) -> str:
    """The amount as it was written; in the other spelling with the other's unit and the same value."""
    found = _NUMBER.fullmatch(amount.written)
    if by.translating:
        text = _other_amount(by, amount, found)
        same = _NUMBER.fullmatch(text) and parse_literal(text) == (amount.value, amount.dimension)
        return text if same else amount.written
    return amount.written if found is None else _with_unit(found["number"], found["unit"])


def _other_amount(by: Hand, amount: x.Amount, found: re.Match[str] | None) -> str:
    if found is None:
        return f"{exact_text(amount.value * 100)}%" if by.spelling == "en" else amount.written
    number, unit = found["number"], found["unit"]
    if unit in ("倍", "fold"):
        return _with_unit(number, "倍" if by.spelling == "zh" else "fold")
    if unit in ("万", "亿"):
        return exact_text(amount.value)
    read = parse_unit(unit) if unit else None
    if read is None or not amount.dimension:
        return _with_unit(number, unit)
    kept = number if read[1] == 1 else exact_text(amount.value)
    return _with_unit(kept, counted_unit_text(amount.dimension, amount.value, by.spelling))


def _with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}" if unit[:1].isascii() and unit[:1].isalpha() else f"{number}{unit}"


def type_text(by: Hand, type: x.TypeExpr) -> str:
    """元/人·月, 日期, 选项 一级、二级."""
    if isinstance(type, x.OptionsType):
        return f"{by.keyword['OPTIONS']} {listed(by, (name_text(by, option) for option in type.options))}"
    if by.translating:
        read = parse_unit(type.text)
        usual = unit_text(read[0], by.spelling) if read is not None and read[1] == 1 else ""
        if usual and parse_unit(usual) == read and not usual.startswith("1/"):
            return usual
        words = {phrase("en" if by.spelling == "zh" else "zh"): phrase(by.spelling) for phrase in TYPE_WORDS}
        return words.get(type.text) or _type_as_written(by, type)
    return _type_as_written(by, type)


def _type_as_written(by: Hand, type: x.WordType) -> str:
    return "".join(part if part in ("/", "·") else _quoted(by, part) for part in re.split("([/·])", type.text) if part)


def unit_word(by: Hand, name: x.Name) -> str:
    """The unit after 折算 到: 月, month."""
    words = {unit.en: unit.zh for unit in BASE_UNITS.values()} if by.spelling == "zh" else {}
    words |= {unit.zh: unit.en for unit in BASE_UNITS.values()} if by.spelling == "en" else {}
    return given_text(by, words if by.translating else {}, name)


def rounding_text(by: Hand, words: tuple[str, ...]) -> str:
    """四舍五入, half up; words that say no known way of rounding stay as they are."""
    joined = (" " if all(word.isascii() for word in words) else "").join(words)
    if joined in by.roundings:
        return by.roundings[joined]
    given = {phrase(by.spelling) for phrase in ROUNDING_WORDS}
    return glue(by, *(word if word in given else _quoted(by, word) for word in words))


def setting_text(by: Hand, word: str) -> str:
    """生日当日, on_birthday."""
    return by.settings.get(word) or _quoted(by, word)
