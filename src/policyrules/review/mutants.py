"""Small faults for a program: one number, word, date or exception changed at a time, each told as a sentence.

A mutant is a changed declaration; the program it belongs to stays as it is. Whether the worked examples of the book notice the
change is asked in `mutants_trial`. Conditions of 核对 are left alone: they say which cases are taken, not what is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import evolve, field, frozen

from policyrules.core.describing import describe, known_words, place_words
from policyrules.core.program import Article, Benefit, Combination, Grant, Literal, Parameter, Program, Refuse, Rounding, Rule
from policyrules.review.mutants_expressions import changes_of
from policyrules.review.mutants_numbers import near_numbers
from policyrules.review.mutants_spots import Change
from policyrules.review.mutants_time import Shift, article_shifts, timeline_shifts
from policyrules.source.phrase import Phrase, plain
from policyrules.source.text import Place
from policyrules.values.article_numbers import article_phrase
from policyrules.values.quantities import ROUNDING_MODES
from policyrules.values.types import Quantity

Declared: TypeAlias = Rule | Benefit | Parameter

CHANGED = Phrase("{where}的“{before}”改成“{after}”", "{where}: “{before}” changed to “{after}”")
TAKEN_OUT = Phrase("{where}去掉“{before}”", "{where}: “{before}” taken out")
_NAMED = Phrase("“{name}”", "“{name}”")
_ARTICLE = Phrase("“{name}”{article}", "{article} of “{name}”")
_OTHERWISE = Phrase("“{name}”的其余情形", "the otherwise of “{name}”")
_REFUSE = Phrase("不予", "refuse")
_GRANT = Phrase("给 {value}", "grant {value}")
_EXCEPTION = Phrase("例外于 {article}", "exception to {article}")
_ROUND = Phrase("取整 {mode} 到 {place}", "round {mode} to {place}")

_WORDS: dict[Combination, Phrase] = {
    Combination.UNIQUE: Phrase("唯一", "unique"),
    Combination.HIGHEST: Phrase("择高", "highest of"),
    Combination.LOWEST: Phrase("择低", "lowest of"),
    Combination.SUM: Phrase("累加", "cumulative"),
    Combination.PRIORITY: Phrase("优先", "priority"),
}
_COMBINATIONS: dict[Combination, tuple[Combination, ...]] = {
    Combination.UNIQUE: (Combination.SUM,),
    Combination.HIGHEST: (Combination.LOWEST, Combination.SUM),
    Combination.LOWEST: (Combination.HIGHEST, Combination.SUM),
    Combination.SUM: (Combination.HIGHEST,),
    Combination.PRIORITY: (Combination.HIGHEST, Combination.SUM),
}
_MODES: dict[str, tuple[str, ...]] = {
    "round half up": ("round toward zero", "round away from zero"),
    "round toward zero": ("round half up",),
    "round away from zero": ("round half up",),
    "round up": ("round half up",),
    "round down": ("round half up",),
    "round half even": ("round half up",),
}
_FEN, _YUAN = Fraction(1, 100), Fraction(1)


@frozen
class Mutant:
    """One small change. `declared` is the declaration of this key with the change in it.

    `touched` is the node, article or declaration whose step in a trace tells that a case has come by; `of` puts the kind of change
    in one English word, for programs.
    """

    of: str
    key: str
    place: Place
    words: Phrase
    declared: Declared = field(repr=False)
    touched: object = field(repr=False, eq=False)


def program_with(program: Program, mutant: Mutant) -> Program:
    """The program with the change in it."""
    match mutant.declared:
        case Rule():
            return evolve(program, rules={**program.rules, mutant.key: mutant.declared})
        case Benefit():
            return evolve(program, benefits={**program.benefits, mutant.key: mutant.declared})
        case Parameter():
            return evolve(program, parameters={**program.parameters, mutant.key: mutant.declared})


def mutants_of(program: Program) -> tuple[Mutant, ...]:
    """Every small change of the parameters, rules and benefits of a program, in the order declared."""
    found: list[Mutant] = []
    for parameter in program.parameters.values():
        found += _of_parameter(program, parameter)
    for rule in program.rules.values():
        where = _NAMED.fill(name=rule.name)
        for change in changes_of(rule.expression, rule.entity, program):
            found.append(_changed(rule.key, where, change, evolve(rule, expression=change.expression), rule.place))
    for benefit in program.benefits.values():
        found += _of_benefit(program, benefit)
    return tuple(dict.fromkeys(found))


def _changed(key: str, where: Phrase, change: Change, declared: Declared, place: Place) -> Mutant:
    said = TAKEN_OUT if change.after is None else CHANGED
    words = said.fill(where=where, before=_short(change.before), after=_short(change.after or plain("")))
    return Mutant(change.of, key, change.place or place, words, declared, change.touched)


def _short(words: Phrase) -> Phrase:
    """At most so many characters that a sentence stays a sentence; the place shows the rest."""
    most = 90
    return Phrase(*(text if len(text) <= most else f"{text[: most - 1]}…" for text in (words.zh, words.en)))


# ---------------------------------------------------------------- parameters


def _of_parameter(program: Program, parameter: Parameter) -> Iterator[Mutant]:
    where = _NAMED.fill(name=parameter.name)
    for index, row in enumerate(parameter.timeline):
        for value in near_numbers(row.value, parameter.type, row.place.words):
            rows = tuple(evolve(one, value=value) if at == index else one for at, one in enumerate(parameter.timeline))
            words = CHANGED.fill(where=where, before=known_words(row.value, parameter.type), after=known_words(value, parameter.type))
            yield Mutant("number", parameter.key, row.place, words, evolve(parameter, timeline=rows), row)
    for place, shift, rows in timeline_shifts(parameter):
        yield Mutant("date", parameter.key, place, _dated(where, shift), evolve(parameter, timeline=rows), parameter)


def _dated(where: Phrase, shift: Shift) -> Phrase:
    return CHANGED.fill(where=where, before=shift.before, after=shift.after)


# ---------------------------------------------------------------- benefits


def _of_benefit(program: Program, benefit: Benefit) -> Iterator[Mutant]:
    for index, article in enumerate(benefit.articles):
        where = _ARTICLE.fill(name=benefit.name, article=article_phrase(article.number))
        for change in changes_of(article.condition, benefit.entity, program):
            yield _changed(benefit.key, where, change, _with(benefit, index, evolve(article, condition=change.expression)), article.place)
        if isinstance(article.consequence, Grant):
            for change in changes_of(article.consequence.value, benefit.entity, program):
                new = evolve(article, consequence=Grant(change.expression))
                yield _changed(benefit.key, where, change, _with(benefit, index, new), article.place)
        for said, before, after, new in _article_steps(program, benefit, article):
            words = (TAKEN_OUT if after is None else CHANGED).fill(where=where, before=before, after=after or plain(""))
            yield Mutant(said, benefit.key, article.place, words, _with(benefit, index, new), article)
    yield from _whole(program, benefit)


def _with(benefit: Benefit, index: int, article: Article) -> Benefit:
    return evolve(benefit, articles=tuple(article if at == index else one for at, one in enumerate(benefit.articles)))


def _article_steps(program: Program, benefit: Benefit, article: Article) -> Iterator[tuple[str, Phrase, Phrase | None, Article]]:
    """Changes of an article beside its condition and its value: what kind, before, after (None: taken out), and the article."""
    for shift, start, end in article_shifts(article):
        yield "date", shift.before, shift.after, evolve(article, start=start, end=end)
    for beater in article.yields_to:
        left = tuple(one for one in article.yields_to if one != beater)
        words = _EXCEPTION.fill(article=article_phrase(article.number))
        owner = article_phrase(benefit.articles[beater].number)
        yield "exception", Phrase(f"{owner.zh} {words.zh}", f"{owner.en} {words.en}"), None, evolve(article, yields_to=left)
    for (before, after), consequence in _other_consequence(program, benefit, article.consequence):
        yield "consequence", before, after, evolve(article, consequence=consequence)


def _other_consequence(program: Program, benefit: Benefit, said: object) -> Iterator[tuple[tuple[Phrase, Phrase], Grant | Refuse]]:
    if not benefit.pays:
        return
    if isinstance(said, Grant):
        yield (_GRANT.fill(value=describe(said.value, benefit.entity, program)), _REFUSE), Refuse()
    elif isinstance(said, Refuse) and isinstance(benefit.type, Quantity):
        nothing = known_words(Fraction(0), benefit.type)
        yield (_REFUSE, _GRANT.fill(value=nothing)), Grant(Literal(Fraction(0), benefit.type))


def _whole(program: Program, benefit: Benefit) -> Iterator[Mutant]:
    """Changes of what stands over or under the articles: the combination word, 其余情形, 取整."""
    where = _NAMED.fill(name=benefit.name)
    granting = [article for article in benefit.articles if isinstance(article.consequence, Grant)]
    for word in _COMBINATIONS[benefit.combination] if len(granting) > 1 and isinstance(benefit.type, Quantity) else ():
        words = CHANGED.fill(where=where, before=_WORDS[benefit.combination], after=_WORDS[word])
        yield Mutant("combination", benefit.key, benefit.place, words, evolve(benefit, combination=word), benefit)
    rest = _OTHERWISE.fill(name=benefit.name)
    for before_after, consequence in _other_consequence(program, benefit, benefit.otherwise):
        words = CHANGED.fill(where=rest, before=before_after[0], after=before_after[1])
        yield Mutant("consequence", benefit.key, benefit.place, words, evolve(benefit, otherwise=consequence), benefit.otherwise)
    if isinstance(benefit.otherwise, Grant):
        for change in changes_of(benefit.otherwise.value, benefit.entity, program):
            yield _changed(benefit.key, rest, change, evolve(benefit, otherwise=Grant(change.expression)), benefit.place)
    if benefit.rounding is not None:
        for rounding in _other_rounding(benefit.rounding):
            words = CHANGED.fill(where=where, before=_rounding_words(benefit, benefit.rounding), after=_rounding_words(benefit, rounding))
            yield Mutant("rounding", benefit.key, benefit.rounding.place, words, evolve(benefit, rounding=rounding), benefit.rounding)


def _other_rounding(written: Rounding) -> Sequence[Rounding]:
    modes = [evolve(written, mode=mode) for mode in _MODES.get(written.mode, ())]
    step = written.step * 10 if written.step < _YUAN else written.step / 10
    return (*modes, evolve(written, step=step))


def _rounding_words(benefit: Benefit, rounding: Rounding) -> Phrase:
    mode = rounding.mode.removeprefix("round ")
    zh = next(word for word, meaning in ROUNDING_MODES.items() if meaning == mode and not word.isascii())
    return _ROUND.fill(mode=Phrase(zh, mode), place=place_words(rounding.step, benefit.type))
