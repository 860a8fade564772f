"""Small pieces of wording: values, owners, citations, spans, lists, in both languages at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from policyrules.core.case import Instance
from policyrules.core.describing import known_words as known_words
from policyrules.core.keeping import kept
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused, Undecided
from policyrules.core.program import Article, Citation, ParameterRow, Program
from policyrules.source.phrase import Phrase, plain
from policyrules.syntax.builtins import LAYERS
from policyrules.values.article_numbers import article_phrase
from policyrules.values.calendar import day_text
from policyrules.values.quantities import shown_phrase
from policyrules.values.types import Type, Value
from policyrules.values.unknown import Days, Interval, Unknown

# Fractions last: of anything else it takes long to tell that it is none.
_KNOWN = (bool, str, date, Fraction)
_UNKNOWN = Phrase("未知", "unknown")
_PROVISIONAL = Phrase("暂定", "provisional")
_OF_LAYER = Phrase("{layer}{paper}", "{layer} {paper}")
_REFUSED = Phrase("不予", "refused")
_UNDECIDED = Phrase("未定", "undecided")
_CONFLICT = Phrase("条文冲突", "conflicting articles")
_FAILED = Phrase("无法计算", "undefined")
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
    if len(parts) == 1:
        return parts[0]
    return Phrase(separator.zh.join([part.zh for part in parts]), separator.en.join([part.en for part in parts]))


def stated(name: Phrase, said: Phrase) -> Phrase:
    """周岁：34岁. No pattern is as frequent, and none is put together as often."""
    return Phrase(f"{name.zh}：{said.zh}", f"{name.en}: {said.en}")


def value_words(value: object, kind: Type) -> Phrase:
    """A value, an unknown or a failure in words; decimals without end by the first of them: 83.333…元/月."""
    if isinstance(value, _KNOWN):
        return shown_phrase(value, kind)
    return exact_words(value, kind)


def exact_words(value: object, kind: Type) -> Phrase:
    """A value, an unknown or a failure in words; a number without finite decimals as a fraction: 250/3元/月."""
    if isinstance(value, _KNOWN):
        return known_words(value, kind)
    if isinstance(value, Unknown):
        return _UNKNOWN
    assert isinstance(value, Failed), value
    return _FAILED


def outcome_words(outcome: Outcome, kind: Type) -> Phrase:
    """An outcome in a word or a figure."""
    match outcome:
        case Granted(amount):
            return exact_words(amount, kind)
        case Computed(value):
            return exact_words(value, kind)
        case Refused():
            return _REFUSED
        case Undecided():
            return _UNDECIDED
        case Conflict():
            return _CONFLICT
        case Failed():
            return _FAILED


def day_words(day: date) -> Phrase:
    """A day in words."""
    return Phrase(day_text(day, "zh"), day_text(day, "en"))


def owned(name: str | Phrase, owner: Instance | None, viewer: Instance | None) -> Phrase:
    """A name with whose it is, where that is not the one the answer is for."""
    if owner is None or owner is viewer:
        return name if isinstance(name, Phrase) else plain(name)
    zh, en = (name.zh, name.en) if isinstance(name, Phrase) else (name, name)
    return Phrase(f"{owner.id}的{zh}", f"{en} of {owner.id}")


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


def row_words(row: ParameterRow, program: Program, passage: bool = True) -> Phrase:
    """Since when a parameter's value holds, by which paper of which layer, and whether it is 暂定."""
    return kept(_row_words, row, passage, program)


def _row_words(row: ParameterRow, passage: bool, program: Program) -> Phrase:
    span = span_words(row.start, row.end if passage else None)
    source = source_words(row.citation, program, row.layer, row.provisional, row.quotation if passage else None)
    return joined(COMMA, [span, source] if source.zh else [span])


def source_words(key: str | None, program: Program, layer: str | None, provisional: bool, passage: str | None = None) -> Phrase:
    """The paper behind a figure with its layer, and whether the figure is 暂定; empty where nothing is told."""
    citation = program.citations.get(key) if key else None
    paper = citation_words(key, program, passage)
    level = _layer_words(layer or (citation.layer if citation else None))
    named = [_OF_LAYER.fill(layer=level, paper=paper) if level else paper] if paper else [level] if level else []
    return joined(COMMA, [*named, _PROVISIONAL] if provisional else named)


def _layer_words(layer: str | None) -> Phrase | None:
    """市级, whichever spelling the policy used."""
    known = next((words for words in LAYERS if layer in (words.zh, words.en)), None)
    if known is None:
        return plain(layer) if layer else None
    return known if len(known.zh) > 1 else Phrase(f"{known.zh}级", known.en)


def possible_words(possible: Interval | Days | frozenset[Value], kind: Type) -> Phrase:
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
