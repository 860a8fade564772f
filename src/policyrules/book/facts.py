"""One value of a case: from what JSON or Python gave to an exact value of the type wanted, or the message why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from attrs import frozen

from policyrules.book import case_problems as problems
from policyrules.book.json_text import Inexact
from policyrules.core.case import State
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Phrase, plain
from policyrules.source.text import Place
from policyrules.syntax.builtins import INCOMPLETE, STATES, in_both
from policyrules.values.calendar import parse_day
from policyrules.values.quantities import parse_literal, value_text
from policyrules.values.types import Day, Options, Quantity, Text, Truth, Type, Value
from policyrules.values.units import MONEY, half_width, type_text

LONGEST_TEXT = 10_000
LONGEST_NUMBER = 200
GREATEST = 10**30

UNKNOWN_WORDS = frozenset({"未知", "unknown"})
_STATE_WORDS = MappingProxyType(in_both(STATES))
_DAY_LIKE = re.compile(r"[0-9]+\s*[-/.年]\s*[0-9]+\s*[-/.月]\s*[0-9]+\s*日?")
_TRUTHS = {"是": True, "否": False, "true": True, "false": False, "yes": True, "no": False}
REFUSED_WORDS = frozenset({"不予", "refuse", "refused"})


@frozen
class Wanted:
    """What a value should be. `what` names it (甲的残疾等级); `refusable` lets false or 不予 stand for a refusal;
    `whole_fen`: an amount of 元 has no part of a 分."""

    what: Phrase
    type: Type
    low: Fraction | None = None
    high: Fraction | None = None
    refusable: bool = False
    whole_fen: bool = False


Where: TypeAlias = Callable[[], Place]
"""The place of a value, asked for only when something is wrong with it."""

Read: TypeAlias = Value | State | Diagnostic | None
"""A value, None for “not known”, what is told in its stead (不详, 不适用), or why it is none of these."""


def normal(text: str) -> str:
    """The spelling names and words are compared in."""
    return unicodedata.normalize("NFKC", text).strip()


def is_unknown(data: object) -> bool:
    """Whether this says “not known”."""
    return data is None or (isinstance(data, str) and normal(data[:20]).casefold() in UNKNOWN_WORDS)


def is_incomplete(data: object) -> bool:
    """Whether this, at the end of a list of members, says that there may be more of them."""
    return isinstance(data, str) and normal(data[:20]).casefold() in (INCOMPLETE.zh, INCOMPLETE.en)


def state_of(data: object) -> State | None:
    """不详 or 不适用, if this says so."""
    key = _STATE_WORDS.get(normal(data[:20]).casefold()) if isinstance(data, str) else None
    return State(key) if key is not None else None


def read_value(wanted: Wanted, data: object, place: Where) -> Read:
    """`data` as a value of the type wanted; None and 未知 mean not known, 不详 and 不适用 are states.

    An option spelt like one of these words, in either language, is that option.

    Words are compared after NFKC. Numbers are not: it would turn ² and ① into digits.
    """
    if data is None:
        return None
    if isinstance(data, str):
        if len(data) > LONGEST_TEXT:
            return problems.TEXT_TOO_LONG.at(place(), what=wanted.what, most=LONGEST_TEXT)
        state = state_of(data)
        if state is not None:
            option = _own_option(wanted, STATES[state.value])
            return state if option is None else option
        if is_unknown(data) and normal(data) not in _options(wanted):
            return None
    if wanted.refusable and (data is False or (isinstance(data, str) and normal(data).casefold() in REFUSED_WORDS)):
        return False
    match wanted.type:
        case Truth():
            return _truth(wanted, data, place)
        case Quantity():
            return _quantity(wanted, wanted.type, data, place)
        case Day():
            return _day(wanted, data, place)
        case Options():
            return _option(wanted, data, place)
        case Text():
            if isinstance(data, str):
                return normal(data)
            return problems.TEXT_EXPECTED.at(place(), what=wanted.what, got=described(data))


def described(data: object) -> Phrase:
    """What a piece of data is, in words."""
    match data:
        case None:
            return Phrase("空值 null", "null")
        case bool():
            return Phrase("true（是）", "true") if data else Phrase("false（否）", "false")
        case int() | float() | Inexact() | Decimal() | Fraction():
            return Phrase(f"数 {_number_words(data)}", f"the number {_number_words(data)}")
        case str():
            return plain(f"“{problems.shown(data)}”")
        case date():
            return Phrase(f"日期 {data}", f"the date {data}")
        case Mapping():
            return Phrase("一组 {…}", "a group {…}")
        case Sequence():
            return Phrase("列表 […]", "a list […]")
        case _:
            kind = problems.shown(type(data).__name__)
            return Phrase(f"{kind} 类型的对象", f"an object of type {kind}")


def _number_words(number: int | float | Inexact | Decimal | Fraction) -> str:
    if isinstance(number, Inexact):
        return problems.shown(number.text)
    if isinstance(number, int) and abs(number) >= GREATEST:
        return "…"  # Python refuses to print the very longest ones
    return problems.shown(str(number))


def _truth(wanted: Wanted, data: object, place: Where) -> Read:
    if isinstance(data, bool):
        return data
    if isinstance(data, str) and normal(data).casefold() in _TRUTHS:
        return _TRUTHS[normal(data).casefold()]
    return problems.TRUTH_EXPECTED.at(place(), what=wanted.what, got=described(data))


# ---------------------------------------------------------------- numbers


def _quantity(wanted: Wanted, type_: Quantity, data: object, place: Where) -> Read:
    number: Fraction | Diagnostic
    match data:
        case bool():
            number = _no_quantity(wanted, type_, data, place)
        case int() | Fraction():
            number = Fraction(data)
        case Decimal():
            number = _decimal(wanted, data, place)
        case float():
            number = _inexact(wanted, repr(data), place)
        case Inexact():
            number = _inexact(wanted, data.text, place)
        case str():
            number = _written(wanted, type_, data, place)
        case _:
            number = _no_quantity(wanted, type_, data, place)
    return number if isinstance(number, Diagnostic) else _bounded(wanted, type_, number, place)


def _no_quantity(wanted: Wanted, type_: Quantity, data: object, place: Where) -> Diagnostic:
    return problems.QUANTITY_EXPECTED.at(place(), what=wanted.what, unit=_unit(type_), got=described(data))


def _written(wanted: Wanted, type_: Quantity, data: str, place: Where) -> Fraction | Diagnostic:
    """A number in a text, with or without its unit. What it is per (元 for 元/年) may be left out."""
    read = parse_literal(data) if len(data) <= LONGEST_NUMBER else None
    got = problems.shown(data)
    if read is None:
        example = value_text(Fraction(12), type_, "zh")
        return problems.QUANTITY_UNREADABLE.at(place(), what=wanted.what, got=got, unit=_unit(type_), example=example)
    number, dimension = read
    above = tuple((unit, power) for unit, power in type_.dimension if power > 0)
    if dimension is None or dimension == type_.dimension or (above and dimension == above):
        return number
    return problems.WRONG_UNIT.at(place(), what=wanted.what, got=got, unit=_unit(type_))


def _unit(type_: Quantity) -> Phrase:
    if not type_.dimension:
        return Phrase("不带单位", "without a unit")
    return Phrase(type_text(type_, "zh"), type_text(type_, "en"))


def _amount(number: Fraction, type_: Quantity) -> Phrase:
    return Phrase(value_text(number, type_, "zh"), value_text(number, type_, "en"))


def _decimal(wanted: Wanted, data: Decimal, place: Where) -> Fraction | Diagnostic:
    if not data.is_finite():
        return problems.NOT_FINITE.at(place(), what=wanted.what, got=problems.shown(str(data)))
    if data and abs(data.adjusted()) > 60:
        return problems.TOO_BIG.at(place(), what=wanted.what)
    return Fraction(data)


def _inexact(wanted: Wanted, words: str, place: Where) -> Diagnostic:
    number = Decimal(words)
    if not number.is_finite():
        return problems.NOT_FINITE.at(place(), what=wanted.what, got=problems.shown(words))
    if abs(number.adjusted()) > 60:
        return problems.TOO_BIG.at(place(), what=wanted.what)
    repair = problems.shown(format(number, "f"))
    return problems.INEXACT.at(place(), what=wanted.what, got=problems.shown(words), repair=repair)


def _bounded(wanted: Wanted, type_: Quantity, number: Fraction, place: Where) -> Fraction | Diagnostic:
    if abs(number) >= GREATEST or number.denominator >= GREATEST:
        return problems.TOO_BIG.at(place(), what=wanted.what)
    if type_.whole and number.denominator != 1:
        return problems.NOT_WHOLE.at(place(), what=wanted.what, got=_amount(number, type_))
    if wanted.whole_fen and (MONEY, 1) in type_.dimension and (number * 100).denominator != 1:
        return problems.PART_OF_FEN.at(place(), what=wanted.what, got=_amount(number, type_))
    low, high = wanted.low, wanted.high
    if low is not None and number < low:
        return problems.TOO_LOW.at(place(), what=wanted.what, bound=_amount(low, type_), got=_amount(number, type_))
    if high is not None and number > high:
        return problems.TOO_HIGH.at(place(), what=wanted.what, bound=_amount(high, type_), got=_amount(number, type_))
    return number


# ---------------------------------------------------------------- days and words


def _day(wanted: Wanted, data: object, place: Where) -> Read:
    if isinstance(data, date) and not isinstance(data, datetime):
        return data
    if not isinstance(data, str):
        return problems.DAY_EXPECTED.at(place(), what=wanted.what, got=described(data))
    day = parse_day(data)
    if day is not None:
        return day
    problem = problems.NO_SUCH_DAY if _DAY_LIKE.fullmatch(half_width(data).strip()) else problems.DAY_EXPECTED
    return problem.at(place(), what=wanted.what, got=described(data))


def _options(wanted: Wanted) -> dict[str, str]:
    """The options by their compared spelling."""
    return {normal(name): name for name in wanted.type.names} if isinstance(wanted.type, Options) else {}


def _own_option(wanted: Wanted, word: Phrase) -> str | None:
    """The option spelt like this word of the language; the formatter may have turned one spelling into the other."""
    options = _options(wanted)
    return options.get(word.zh) or options.get(word.en)


def _option(wanted: Wanted, data: object, place: Where) -> Read:
    options = _options(wanted)
    if isinstance(data, str) and normal(data) in options:
        return options[normal(data)]
    hint = problems.did_you_mean(normal(data), options) if isinstance(data, str) else None
    problem = problems.hinted(problems.OPTION_UNKNOWN, hint)
    return problem.at(place(), what=wanted.what, got=described(data), options=problems.listed(options, most=30))
