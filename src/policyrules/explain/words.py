"""Small pieces of wording: values, owners, citations, spans, lists, in both languages at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from policyrules.core.case import Instance
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused, Undecided
from policyrules.core.program import Article, Citation, ParameterRow, Program
from policyrules.source.phrase import Phrase, plain
from policyrules.values.article_numbers import article_phrase
from policyrules.values.calendar import day_text
from policyrules.values.quantities import value_text
from policyrules.values.types import Type, Value
from policyrules.values.unknown import Interval, Unknown

_UNKNOWN = Phrase("未知", "unknown")
_REFUSED = Phrase("不予", "refused")
_UNDECIDED = Phrase("未定", "undecided")
_CONFLICT = Phrase("条文冲突", "conflicting articles")
_FAILED = Phrase("无法计算", "undefined")
_OWNED = Phrase("{owner}的{name}", "{name} of {owner}")
_FROM = Phrase("自{start}起", "from {start}")
_UNTIL = Phrase("至{end}止", "until {end}")
_BETWEEN = Phrase("{low}至{high}", "{low} to {high}")
_AT_LEAST = Phrase("不低于{low}", "at least {low}")
_AT_MOST = Phrase("不高于{high}", "at most {high}")

SUPPLIED = Phrase("{name} {value}，由经办人给出，不按规则计算", "{name} {value}, supplied by hand, not computed by the rules")
SEMICOLON = Phrase("；", "; ")
COMMA = Phrase("，", ", ")
LIST = Phrase("、", ", ")


def joined(separator: Phrase, parts: Sequence[Phrase]) -> Phrase:
    """The parts with the separator between them."""
    return Phrase(separator.zh.join(part.zh for part in parts), separator.en.join(part.en for part in parts))


def value_words(value: object, kind: Type) -> Phrase:
    """A value, an unknown or a failure in words."""
    if isinstance(value, Unknown):
        return _UNKNOWN
    if isinstance(value, (bool, Fraction, date, str)):
        return known_words(value, kind)
    assert isinstance(value, Failed), value
    return _FAILED


def outcome_words(outcome: Outcome, kind: Type) -> Phrase:
    """An outcome in a word or a figure."""
    match outcome:
        case Granted(amount):
            return value_words(amount, kind)
        case Computed(value):
            return value_words(value, kind)
        case Refused():
            return _REFUSED
        case Undecided():
            return _UNDECIDED
        case Conflict():
            return _CONFLICT
        case Failed():
            return _FAILED


def known_words(value: Value, kind: Type) -> Phrase:
    """A known value in words."""
    return Phrase(value_text(value, kind, "zh"), value_text(value, kind, "en"))


def day_words(day: date) -> Phrase:
    """A day in words."""
    return Phrase(day_text(day, "zh"), day_text(day, "en"))


def owned(name: str, owner: Instance | None, viewer: Instance | None) -> Phrase:
    """A name with whose it is, where that is not the one the answer is for."""
    if owner is None or owner is viewer:
        return plain(name)
    return _OWNED.fill(owner=owner.id, name=name)


def span_words(start: date | None, end: date | None) -> Phrase:
    """When something is in force; empty where it always is."""
    parts = []
    if start is not None:
        parts.append(_FROM.fill(start=day_words(start)))
    if end is not None:
        parts.append(_UNTIL.fill(end=day_words(end)))
    return Phrase("".join(part.zh for part in parts), " ".join(part.en for part in parts))


def article_words(article: Article) -> Phrase:
    """第一条　title."""
    return article_phrase(article.number, article.title)


def citation_words(key: str | None, program: Program, passage: str | None = None) -> Phrase | None:
    """《title》 with its number, or the name it is cited by; then the passage of it that is meant."""
    citation: Citation | None = program.citations.get(key) if key else None
    if citation is None:
        return plain(key) if key else None
    title = f"《{citation.title.strip('《》')}》" if citation.title else citation.name
    numbered = f"{title}（{citation.number}）" if citation.number else title
    return plain(f"{numbered}{passage}" if passage else numbered)


def row_words(row: ParameterRow, program: Program) -> Phrase:
    """Since when a parameter's value holds and by which paper."""
    parts = [span_words(row.start, row.end)]
    citation = citation_words(row.citation, program, row.quotation)
    if citation is not None:
        parts.append(citation)
    return joined(COMMA, parts)


def possible_words(possible: Interval | frozenset[Value], kind: Type) -> Phrase:
    """What a value can still be."""
    if isinstance(possible, frozenset):
        return joined(LIST, [known_words(value, kind) for value in sorted(possible, key=str)])
    low = known_words(possible.low, kind) if possible.low is not None else plain("")
    high = known_words(possible.high, kind) if possible.high is not None else plain("")
    if possible.low is not None and possible.high is not None:
        return _BETWEEN.fill(low=low, high=high) if possible.low != possible.high else low
    if possible.low is not None:
        return _AT_LEAST.fill(low=low)
    return _AT_MOST.fill(high=high) if possible.high is not None else _UNKNOWN
