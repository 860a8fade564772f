"""Benefits as columns: whether each article holds, the combination word, the rounding, and which articles it rests on.

Where the result is not one that columns can tell (an article of which it is not known whether it holds, several that
disagree, an amount below zero) `granted` is NULL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import frozen

from policyrules.core.program import Article, Benefit, Combination, Grant, Lift, Refuse
from policyrules.engines.plan import Here, Planner
from policyrules.engines.plan_numbers import Number, Out, Uncovered, Whole, Word, add, aligned, constant, known, rounded, settled_mark, unknown_of
from policyrules.engines.plan_terms import FALSE, NULL, TRUE, Col, Const, Term, all_of, any_of, case, negated, op
from policyrules.source.phrase import Phrase
from policyrules.values.types import Quantity

_MOVING = Phrase("分母不同的几条", "articles whose amounts have different denominators")


@frozen
class Benefits:
    """The columns of a benefit. `granted`: TRUE, FALSE for refused, NULL for neither; `articles` its numbers, `reason` the words of
    a refusal."""

    granted: Term
    amount: Out
    mark: Term
    articles: Term
    reason: Term


@frozen
class _Said:
    """An article that pays or refuses: whether it holds, and what it pays (None: it refuses)."""

    article: Article
    holds: Term
    pays: Out | None


def benefit_of(planner: Planner, key: str) -> Benefits:
    """The columns of a benefit of its entity."""
    benefit = planner.program.benefits[key]
    found = planner.declared.get((benefit.entity, key))
    if found is None:
        found = planner.declared[benefit.entity, key] = _benefit(planner, benefit)
    assert isinstance(found, Benefits)
    return found


def _benefit(planner: Planner, benefit: Benefit) -> Benefits:
    here = Here(benefit.entity)
    effects: dict[int, Word] = {}
    said: dict[int, _Said] = {}
    marks: list[Term] = []
    for index in benefit.order:
        article = benefit.articles[index]
        if not _in_force(article, planner.occasion.day):
            continue
        effect = _effect(planner, article, effects, here, f"{benefit.name}{article.number}")
        effects[index] = effect
        marks.append(effect.mark)
        match article.consequence:
            case Grant(value):
                out = _steady(planner, planner.expression(value, here), here)
                marks.append(all_of(op("is true", effect.term), out.mark))
                said[index] = _Said(article, effect.term, out)
            case Refuse():
                said[index] = _Said(article, effect.term, None)
            case Lift():
                pass
    parts = [said[index] for index in sorted(said)]
    none = negated(any_of(*(part.holds for part in parts)))
    other = planner.expression(benefit.otherwise.value, here) if isinstance(benefit.otherwise, Grant) else None
    if other is not None:
        marks.append(all_of(none, other.mark))
    told = all_of(*(known(effect) for effect in effects.values()))
    # What an article that holds pays has to be known even where another beats it: it may leave the mark of a 暂定 value.
    told = all_of(told, *(any_of(negated(part.holds), known(part.pays)) for part in parts if part.pays is not None))
    try:
        granted, amount, articles = _combined(planner, benefit, parts, none, other)
        amount = _rounded(planner, benefit, amount)
    except Uncovered as reason:
        planner.uncovered.append(Uncovered(reason.what, reason.place or benefit.place))
        granted, amount, articles = NULL, unknown_of(isinstance(benefit.type, Quantity)), NULL
    return _finished(planner, benefit, parts, none, told, any_of(*marks), (granted, amount, articles))


def _rounded(planner: Planner, benefit: Benefit, amount: Out) -> Out:
    if benefit.rounding is None or not isinstance(amount, Number):
        return amount
    mode = benefit.rounding.mode.removeprefix("round ")
    return rounded(amount, benefit.rounding.step, mode, FALSE, planner.let(Here(benefit.entity)))


def _in_force(article: Article, day: date) -> bool:
    return (article.start is None or article.start <= day) and (article.end is None or day <= article.end)


def _effect(planner: Planner, article: Article, effects: dict[int, Word], here: Here, name: str) -> Word:
    """Whether the article holds: its condition, and none of those that beat it."""
    beaters = [effects[beater] for beater in article.yields_to if beater in effects]
    parts = [planner.truth(article.condition, here), *(Word(negated(beater.term), beater.mark) for beater in beaters)]
    word = Word(all_of(*(part.term for part in parts)), settled_mark(parts, all_wanted=True)) if beaters else parts[0]
    held = planner.held(word, here.entity, name)
    assert isinstance(held, Word)
    return held


def _steady(planner: Planner, out: Out, here: Here) -> Out:
    return planner.held(out, here.entity, "_")


def _combined(
    planner: Planner, benefit: Benefit, parts: Sequence[_Said], none: Term, other: Out | None
) -> tuple[Term, Out, Term]:
    """Whether it is granted, the amount where it is, and the numbers of the articles it rests on."""
    pays = [part for part in parts if part.pays is not None]
    refuses = [part for part in parts if part.pays is None]
    paying, refusing = any_of(*(part.holds for part in pays)), any_of(*(part.holds for part in refuses))
    last = TRUE if other is not None else FALSE
    first = case([(part.holds, Const(part.article.number)) for part in refuses], NULL)
    match benefit.combination:
        case Combination.PRIORITY:
            granted = case([(part.holds, Const(part.pays is not None)) for part in parts], last)
            number = case([(part.holds, Const(part.article.number)) for part in parts], NULL)
            return granted, _first(benefit, parts, other), number
        case Combination.UNIQUE:
            several = _several([op("count true", part.holds) for part in pays])
            granted = case([(any_of(several, all_of(paying, refusing)), NULL), (paying, TRUE), (refusing, FALSE)], last)
            number = case([(part.holds, Const(part.article.number)) for part in pays], first)
            return granted, _first(benefit, parts, other), number
        case Combination.LOWEST:
            granted = case([(refusing, FALSE), (paying, TRUE)], last)
        case _:
            granted = case([(paying, TRUE), (refusing, FALSE)], last)
    amount, numbers = _gathered(planner, benefit, pays)
    if other is not None:
        amount = _either(amount, paying, other)
    return granted, amount, case([(all_of(granted, paying), numbers)], first)


def _several(counts: Sequence[Term]) -> Term:
    if len(counts) < 2:
        return FALSE
    together = counts[0]
    for count in counts[1:]:
        together = op("+", together, count)
    return op(">", together, Const(1))


def _first(benefit: Benefit, parts: Sequence[_Said], other: Out | None) -> Out:
    """What the first that holds pays, else what is said otherwise."""
    outs = [(part.holds, part.pays) for part in parts]
    values = [out for _, out in outs if out is not None] + ([other] if other is not None else [])
    if not values:
        return unknown_of(isinstance(benefit.type, Quantity))
    if isinstance(values[0], Word):
        words = [(holds, out.term if isinstance(out, Word) else NULL) for holds, out in outs]
        return Word(case(words, other.term if isinstance(other, Word) else NULL))
    numbers = [value for value in values if isinstance(value, Number)]
    if all(constant(number.below) is not None for number in numbers):
        aboves, below = aligned(numbers)
    else:
        aboves, below = [number.above for number in numbers], None
    standing = dict(zip(map(id, numbers), aboves, strict=True))
    ways = [(holds, standing[id(out)].term if out is not None else NULL) for holds, out in outs]
    top = case(ways, standing[id(other)].term if other is not None else NULL)
    if below is None:
        bottoms = [(holds, out.below.term if isinstance(out, Number) else NULL) for holds, out in outs]
        bottom = case(bottoms, other.below.term if isinstance(other, Number) else NULL)
        below = Whole(bottom, max(number.below.most for number in numbers))
    return Number(Whole(top, max(above.most for above in aboves)), below)


def _gathered(planner: Planner, benefit: Benefit, pays: Sequence[_Said]) -> tuple[Out, Term]:
    """The highest, the lowest or the sum of what those that hold pay, and their numbers."""
    numbers = [part.pays for part in pays if isinstance(part.pays, Number)]
    if not numbers or len(numbers) < len(pays):
        return unknown_of(isinstance(benefit.type, Quantity)), NULL
    if any(constant(number.below) is None for number in numbers):
        raise Uncovered(_MOVING)
    adding = benefit.combination is Combination.SUM
    aboves, below = aligned(numbers)
    terms = [case([(part.holds, above.term)], Const(0) if adding else NULL) for part, above in zip(pays, aboves, strict=True)]
    if adding:
        found = add([Number(Whole(term, above.most), below) for term, above in zip(terms, aboves, strict=True)], FALSE).above
    else:
        kind = "greatest known" if benefit.combination is Combination.HIGHEST else "least known"
        told = all_of(*(any_of(negated(part.holds), op("is known", term)) for part, term in zip(pays, terms, strict=True)))
        chosen = op(kind, *terms) if len(terms) > 1 else terms[0]
        found = Whole(case([(told, chosen)], NULL), max(above.most for above in aboves))
    best = planner.named(benefit.entity, found.term, f"{benefit.name}各条")
    at = [
        case([(part.holds if adding else all_of(part.holds, op("=", term, best)), Const(part.article.number))], NULL)
        for part, term in zip(pays, terms, strict=True)
    ]
    return Number(Whole(best, found.most), below), op("listed", *at) if len(at) > 1 else at[0]


def _either(amount: Out, paying: Term, other: Out) -> Out:
    if isinstance(amount, Word) or isinstance(other, Word):
        raise Uncovered(_MOVING)
    (one, two), below = aligned([amount, other])
    return Number(Whole(case([(paying, one.term)], two.term), max(one.most, two.most)), below)


def _finished(
    planner: Planner,
    benefit: Benefit,
    parts: Sequence[_Said],
    none: Term,
    told: Term,
    mark: Term,
    found: tuple[Term, Out, Term],
) -> Benefits:
    """Nobody is paid less than nothing; NULL where it is not known what holds or what is paid."""
    granted, amount, articles = found
    entity, name = benefit.entity, benefit.name
    amount = planner.held(amount, entity, name)
    sound: Term = op("is known", amount.above.term) if isinstance(amount, Number) else op("is known", amount.term)
    if isinstance(amount, Number) and constant(amount.below) is None:
        sound = all_of(sound, op("is known", amount.below.term))
    if benefit.pays and isinstance(amount, Number):
        sound = all_of(sound, op(">=", amount.above.term, Const(0)))
    granted = case([(op("is true", negated(told)), NULL), (op("is true", granted), case([(sound, TRUE)], NULL))], granted)
    mine = planner.named(entity, granted, f"{name}享受")
    words = [(part.holds, Const(part.article.consequence.reason)) for part in parts if isinstance(part.article.consequence, Refuse)]
    otherwise = Const(benefit.otherwise.reason) if isinstance(benefit.otherwise, Refuse) else NULL
    reason = case([(op("is true", negated(mine)), case([(_holds_none(none), otherwise), *words], NULL))], NULL)
    number = case([(op("is known", mine), articles)], NULL)
    return Benefits(mine, amount, planner.named(entity, mark, f"{name}暂定"), number, reason)


def _holds_none(none: Term) -> Term:
    return none if isinstance(none, (Col, Const)) else op("is true", none)
