"""From the grammar's rules to nodes of expressions, bands, cells and types: one function a rule."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from attrs import evolve

from policyrules.source.text import Span
from policyrules.syntax import expression as x
from policyrules.syntax.lexer import Word
from policyrules.values.calendar import parse_day, parse_month
from policyrules.values.quantities import parse_literal
from policyrules.values.units import parse_unit, unit_text


class Unreadable(Exception):
    """A word of the right kind with an impossible content, such as the day 2020-02-30."""

    def __init__(self, what: str, word: Word) -> None:
        super().__init__(what)
        self.what = what
        self.word = word


# Children are words, nodes, tuples of nodes, or None for an optional part left out: typed by the grammar, not by Python.
Children = Sequence[Any]


def span_of(children: Children) -> Span:
    """From the first child that was written to the last."""
    present = [child for child in children if child is not None]
    return present[0].span[0], present[-1].span[1]


def read_name(c: Children) -> x.Name:
    """A name, compared after NFKC."""
    text = _usual(c[0].text)
    if not text or "】" in text:
        raise Unreadable("name", c[0])
    return x.Name(text, c[0].span)


@lru_cache(maxsize=8192)
def _usual(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def read_day(word: Word) -> date:
    """The day written, if the calendar has it."""
    day = parse_day(word.text)
    if day is None:
        raise Unreadable("day", word)
    return day


def read_month(word: Word) -> date:
    """The first day of the month written."""
    month = parse_month(word.text)
    if month is None:
        raise Unreadable("month", word)
    return month


def read_amount(word: Word) -> x.Amount:
    """610元, 35%, 百分之三十五."""
    read = parse_literal(word.text)
    if read is None:
        raise Unreadable("amount", word)
    return x.Amount(read[0], read[1], word.text, word.span)


def _chain(c: Children) -> x.Chain:
    return x.Chain(tuple(word.type for word in c[1::2]), tuple(c[0::2]), (c[0].span[0], c[-1].span[1]))


def _logic(word: str) -> Callable[[Children], x.Logic]:
    return lambda c: x.Logic(word, tuple(c[0::2]), (c[0].span[0], c[-1].span[1]))


def included(mark: Word | None) -> bool | None:
    """(含), (不含) or nothing."""
    return None if mark is None else mark.type == "INCLUDED"


def _compared(c: Children) -> x.Compared:
    word, right, mark, beyond = c
    return x.Compared(word.type, right, included(mark), beyond.type if beyond else None, span_of(c))


def _between(c: Children) -> x.Between:
    value, _, low, _, high, _, mark = c
    if mark is not None:
        low = evolve(low, included=included(mark) if low.included is None else low.included)
        high = evolve(high, included=included(mark) if high.included is None else high.included)
    return x.Between(value, low, high, span_of(c))


def _call(c: Children) -> x.Call:
    return x.Call(c[0], c[2], None, span_of(c))


def _at_least(c: Children) -> x.Call:
    return x.Call(x.Name("至少", c[0].span), c[4], read_amount(c[1]), span_of(c))


def rounding(c: Children) -> x.RoundingWords:
    """ROUND name+ [TO name+], the keyword first."""
    cut = next((at for at, child in enumerate(c) if isinstance(child, Word) and child.type == "TO"), len(c))
    mode = tuple(name.text for name in c[1:cut] if name is not None)
    place = tuple(name.text for name in c[cut + 1 :] if name is not None)
    return x.RoundingWords(mode, place, span_of(c))


def _spread(c: Children) -> x.Spread:
    place = tuple(name.text for name in c[3:-3])
    return x.Spread(c[0], place, c[-1], span_of(c))


def _reversed_of(c: Children) -> x.Of:
    return x.Of(c[2], read_amount(c[0]), span_of(c))


def _type_words(c: Children) -> str:
    """A unit in its usual form, so that 元/月·人 and 元/人·月 are one type; other words as they are."""
    written = "".join("/" if isinstance(part, Word) and part.type == "OVER" else part.text for part in c)
    read = parse_unit(written)
    usual = unit_text(read[0], "en" if written.isascii() else "zh") if read is not None and read[1] == 1 else ""
    return written if not usual or usual.startswith("1/") else usual


def enumeration(c: Children) -> tuple[x.Expr, ...]:
    """The children that are not words."""
    return tuple(child for child in c if not isinstance(child, Word))


def names(c: Children) -> tuple[x.Name, ...]:
    """The children that are names."""
    return tuple(child for child in c if isinstance(child, x.Name))


ATOMS: Mapping[str, Callable[[Word], x.Expr]] = MappingProxyType(
    {
        "AMOUNT": read_amount,
        "DATE": lambda w: x.DayLiteral(read_day(w), w.span),
        "MONTH": lambda w: x.MonthLiteral(read_month(w), w.span),
        "YES": lambda w: x.TruthLiteral(True, w.span),
        "NO": lambda w: x.TruthLiteral(False, w.span),
        "STRING": lambda w: x.TextLiteral(w.text, w.span),
    }
)

EXPRESSIONS: Mapping[str, Callable[[Children], Any]] = MappingProxyType(
    {
        "name": read_name,
        "name_value": lambda c: c[0],
        **{rule: (lambda c: ATOMS[c[0].type](c[0])) for rule in ("amount", "day", "month", "yes", "no", "text")},
        "parenthesized": lambda c: x.Parenthesized(c[1], span_of(c)),
        "of": lambda c: x.Of(c[0], c[2], span_of(c)),
        "reversed_of": _reversed_of,
        "negative": lambda c: x.Negative(c[1], span_of(c)),
        "negation": lambda c: x.Not(c[1], span_of(c)),
        "sum": _chain,
        "product": _chain,
        "conjunction": _logic("AND"),
        "disjunction": _logic("OR"),
        "compare_word": lambda c: c[0],
        "beyond": lambda c: c[0],
        "mark": lambda c: c[0],
        "compared": _compared,
        "comparison": lambda c: x.Comparison(c[0], tuple(c[1:]), span_of(c)),
        "membership": lambda c: x.Membership(c[0], c[2], c[1].type == "NOT_IN", (c[0].span[0], c[2][-1].span[1])),
        "choices": enumeration,
        "choices_listed": enumeration,
        "bound": lambda c: x.Bound(c[0], included(c[1]), span_of(c)),
        "between": _between,
        "one_sided": lambda c: x.OneSided(c[0], c[2], c[3].type, span_of(c)),
        "one_sided_bare": lambda c: x.OneSided(c[0], x.Bound(read_amount(c[1]), None, c[1].span), c[2].type, span_of(c)),
        "choose": lambda c: x.Choose(c[1], c[3], c[5], span_of(c)),
        "floored": lambda c: x.Limited("FLOOR", c[0], c[2], span_of(c)),
        "capped": lambda c: x.Limited("CAP", c[0], c[2], span_of(c)),
        "rounded": lambda c: x.Rounded(c[0], rounding(c[1:]), span_of(c)),
        "converted": lambda c: x.Converted(c[0], c[3], span_of(c)),
        "spread": _spread,
        "call": _call,
        "at_least": _at_least,
        "arguments": enumeration,
        "argument": lambda c: c[0],
        "filtered": lambda c: x.Filtered(c[0], c[2], span_of(c)),
        "if_none": lambda c: x.IfNone(c[1], span_of(c)),
        # bands and cells
        "band_range": lambda c: x.BandRange(c[0], c[2], span_of(c[:3])),
        "band_one_sided": lambda c: x.BandOneSided(c[0], c[1].type, span_of(c)),
        "band_at_least": lambda c: x.BandCompared("AT_LEAST", read_amount(c[1]), span_of(c)),
        "band_compared": lambda c: x.BandCompared(c[0].type, c[1], span_of(c)),
        "cell_any": lambda c: x.Anything(c[0].span),
        "cell_rest": lambda c: x.Rest(c[0].span),
        "cell_band": lambda c: c[0],
        "cell_listed": lambda c: x.Choices(enumeration(c), span_of(c)),
        "cell_choices": lambda c: x.Choices(c[0], (c[0][0].span[0], c[0][-1].span[1])),
        # types
        "option": lambda c: c[0] if isinstance(c[0], x.Name) else read_name(c),
        "options_type": lambda c: x.OptionsType(names(c), span_of(c)),
        "word_type": lambda c: x.WordType(_type_words(c), span_of(c)),
        "names": names,
        "name_list": names,
    }
)
"""Rule of the grammar to the function that builds its node."""
