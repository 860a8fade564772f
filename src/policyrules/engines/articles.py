"""A benefit decided for one instance: its articles, their exceptions, the combination word, the rounding.

An article holds when it is in force, its condition is true and no article that beats it holds. All results still
possible are rounded before they are compared, so that differences rounding removes do not leave an answer open.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from policyrules.core.case import Instance
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused
from policyrules.core.program import Article, Benefit, Grant, Lift, Refuse
from policyrules.engines.combining import Option, Part, Pay, Verdict, combine
from policyrules.engines.lattice import NOBODY, Held, Result, apply, apply_marked, join
from policyrules.engines.run import Here, Run, Settled, closed, opened, undecided
from policyrules.source.phrase import Phrase
from policyrules.values.partial import either, needs_of
from policyrules.values.quantities import value_text
from policyrules.values.types import Quantity, Value
from policyrules.values.unknown import Interval, Need, Possible, Unknown

_ZERO = Fraction(0)
_CLASH = Phrase("“{name}”的{articles}同时成立，结果不同", "{articles} of “{name}” hold at once with different results")
NEGATIVE = Phrase("“{name}”算出了负数 {amount}，政策没有写保底", "“{name}” comes to the negative amount {amount}; the policy has no floor")
_ALL_NEGATIVE = Phrase(
    "“{name}”算出了负数（不高于 {amount}），政策没有写保底", "“{name}” comes to a negative amount ({amount} at most); the policy has no floor"
)
_NO_VALUE = Phrase("“{name}”没有值：按规定不予", "“{name}” has no value: it is refused")


def decide_benefit(run: Run, benefit: Benefit, instance: Instance, depth: int) -> Settled:
    """The benefit's outcome, and what other rules see of it."""
    here = Here(instance, instance)
    effects: list[Result] = [(False, False)] * len(benefit.articles)
    verdicts: list[Verdict | None] = [None] * len(benefit.articles)
    marked = False
    for index in benefit.order:
        article = benefit.articles[index]
        outer = opened(run)
        effects[index] = _effect(run, article, effects, here, depth)
        effect, mark = effects[index]
        if effect is not False and not isinstance(article.consequence, Lift):
            verdicts[index], value_mark = _consequence(run, article, effect, here, depth)
            mark = mark or value_mark
        marked = marked or mark
        closed(run, outer, article, effect, instance)
    parts = [
        _part(article, verdict, effect)
        for article, verdict, (effect, _) in zip(benefit.articles, verdicts, effects, strict=True)
        if verdict is not None
    ]
    fallback_mark = False

    def otherwise() -> Verdict:
        nonlocal fallback_mark
        outer = opened(run)
        verdict, fallback_mark = _verdict(run, benefit.otherwise, None, here, depth)
        closed(run, outer, benefit.otherwise, verdict, instance)
        return verdict

    options = combine(benefit.combination, parts, otherwise)
    options = [Option(_payable(benefit, _rounded(run, benefit, option.verdict, instance)), option.needs) for option in options]
    return _settle(run, benefit, options, marked or fallback_mark)


def supplied_benefit(benefit: Benefit, value: Value) -> Settled:
    """A benefit as somebody supplied it: an amount, or False for refused."""
    if not benefit.pays:
        return Settled(value, True, Computed(value), provisional=False, supplied=True)
    if isinstance(value, Fraction):
        return Settled(value, True, Granted(value), provisional=False, supplied=True)
    return Settled(_ZERO, False, Refused(None), provisional=False, supplied=True)


# ---------------------------------------------------------------- one article


def _effect(run: Run, article: Article, effects: list[Result], here: Here, depth: int) -> Result:
    """Whether the article holds; `effects` tells it of those that beat it."""
    day = run.occasion.day
    if (article.start is not None and day < article.start) or (article.end is not None and article.end < day):
        return False, False
    condition = run.evaluate(run, article.condition, here, depth + 1)
    beaters = [effects[index] for index in article.yields_to if effects[index] != (False, False)]
    if not beaters:
        return condition
    unbeaten = [apply_marked("not", (beater,), article.place) for beater in beaters]
    return apply_marked("and", [condition, *unbeaten], article.place)


def _consequence(run: Run, article: Article, effect: Held, here: Here, depth: int) -> tuple[Verdict, bool]:
    """What the article says where it holds or may hold."""
    if isinstance(effect, Failed):
        return effect, False
    assert not isinstance(article.consequence, Lift)
    return _verdict(run, article.consequence, article, here, depth)


def _verdict(run: Run, said: Grant | Refuse, article: Article | None, here: Here, depth: int) -> tuple[Verdict, bool]:
    if isinstance(said, Refuse):
        return Refused(said.reason, article), False
    value, mark = run.evaluate(run, said.value, here, depth + 1)
    return (value if isinstance(value, Failed) else Pay(value, (article,) if article else ())), mark


def _part(article: Article, verdict: Verdict, effect: Held) -> Part:
    if not isinstance(effect, Unknown):
        return Part(article, verdict, sure=True)
    return Part(article, verdict, sure=False, needs=effect.needs, may_fail=effect.possible is None)


def _unknowns(*values: Held) -> list[Unknown]:
    return [value for value in values if isinstance(value, Unknown)]


# ---------------------------------------------------------------- all of them


def _rounded(run: Run, benefit: Benefit, verdict: Verdict, instance: Instance) -> Verdict:
    """The last step. Its step in the trace holds the amount before under the combination word."""
    if not isinstance(verdict, Pay):
        return verdict
    if benefit.rounding is None:
        return verdict
    outer = opened(run)
    closed(run, opened(run), benefit.combination, verdict.amount, instance)
    value = apply(benefit.rounding.mode, [verdict.amount, benefit.rounding.step], benefit.rounding.place)
    closed(run, outer, benefit.rounding, value, instance)
    return value if isinstance(value, Failed) else Pay(value, verdict.articles)


def _payable(benefit: Benefit, verdict: Verdict) -> Verdict:
    """Nobody is paid a negative amount: a rule that comes to one lacks a floor (保底), and says so."""
    if not benefit.pays or not isinstance(verdict, Pay):
        return verdict
    amount = verdict.amount
    if isinstance(amount, Fraction):
        return _below_nothing(NEGATIVE, benefit, amount) if amount < 0 else verdict
    possible = amount.possible if isinstance(amount, Unknown) else None
    if not isinstance(possible, Interval):
        return verdict
    if possible.high is not None and possible.high < 0:
        return _below_nothing(_ALL_NEGATIVE, benefit, possible.high)
    may_be_negative = possible.low is None or possible.low < 0
    return Pay(Unknown(None, needs_of(amount)), verdict.articles) if may_be_negative else verdict


def _below_nothing(said: Phrase, benefit: Benefit, amount: Fraction) -> Failed:
    words = Phrase(value_text(amount, benefit.type, "zh"), value_text(amount, benefit.type, "en"))
    return Failed(said.fill(name=benefit.name, amount=words), benefit.place)


def _settle(run: Run, benefit: Benefit, options: list[Option], provisional: bool) -> Settled:
    """One outcome where all options agree, else undecided between them."""
    if len(options) == 1 and not options[0].needs and (found := _plainly(benefit, options[0].verdict, provisional)) is not None:
        return found
    verdicts = [option.verdict for option in options]
    refusals = [verdict for verdict in verdicts if isinstance(verdict, Refused)]
    clashes = [verdict for verdict in verdicts if isinstance(verdict, Conflict)]
    seen = [_seen(benefit, verdict) for verdict in verdicts]
    needs = NOBODY.union(*(option.needs for option in options), needs_of(*_unknowns(*seen)))
    value = join(seen, needs)
    granted = _granted(benefit, verdicts, needs)
    if len(refusals) == len(verdicts):
        outcome: Outcome = _refusal(refusals)
    elif len(clashes) == len(verdicts):
        outcome = Conflict(_distinct(article for clash in clashes for article in clash.articles))
    elif isinstance(value, Failed) and not clashes:
        outcome = value
    elif granted is True and not isinstance(value, (Unknown, Failed)):
        outcome = Computed(value)
        if benefit.pays and isinstance(value, Fraction):
            paying = (verdict.articles for verdict in verdicts if isinstance(verdict, Pay))
            outcome = Granted(value, _distinct(article for articles in paying for article in articles))
    else:
        outcome = undecided(run, needs, _shown(benefit, verdicts))
    return Settled(value, granted, outcome, provisional, supplied=False)


def _plainly(benefit: Benefit, verdict: Verdict, provisional: bool) -> Settled | None:
    """What the only verdict comes to, where it is a known amount or the refusal of one; None for any other."""
    if isinstance(verdict, Refused) and isinstance(benefit.type, Quantity):
        return Settled(_ZERO, False, verdict, provisional, supplied=False)
    if isinstance(verdict, Pay) and isinstance(verdict.amount, Fraction):
        outcome = Granted(verdict.amount, _distinct(verdict.articles)) if benefit.pays else Computed(verdict.amount)
        return Settled(verdict.amount, True, outcome, provisional, supplied=False)
    return None


def _seen(benefit: Benefit, verdict: Verdict) -> Held:
    """What another rule sees of a verdict: the amount, nothing where it is refused."""
    match verdict:
        case Pay():
            return verdict.amount
        case Refused():
            if isinstance(benefit.type, Quantity):
                return _ZERO
            return Failed(_NO_VALUE.fill(name=benefit.name), benefit.place)
        case Conflict():
            names = Phrase(
                "、".join(article.number for article in verdict.articles),
                ", ".join(article.number for article in verdict.articles),
            )
            return Failed(_CLASH.fill(name=benefit.name, articles=names), benefit.place)
        case Failed():
            return verdict


def _granted(benefit: Benefit, verdicts: list[Verdict], needs: frozenset[Need]) -> Held:
    """Whether the benefit is granted."""
    held: list[Held] = []
    for verdict in verdicts:
        seen = _seen(benefit, verdict)
        if isinstance(verdict, Refused) or not (isinstance(seen, Failed) or _may_fail(seen)):
            held.append(isinstance(verdict, Pay))
        else:
            held.append(seen)
    return join(held, needs)


def _may_fail(value: Held) -> bool:
    return isinstance(value, Unknown) and value.possible is None


def _shown(benefit: Benefit, verdicts: list[Verdict]) -> Possible:
    """What the amount can still be, if nothing fails: a refusal counts as 0."""
    amounts: list[Value | Unknown] = [verdict.amount for verdict in verdicts if isinstance(verdict, Pay)]
    if any(isinstance(verdict, Refused) for verdict in verdicts) and isinstance(benefit.type, Quantity):
        amounts.append(_ZERO)
    shown = either(amounts, NOBODY) if amounts else None
    if isinstance(shown, Unknown) or shown is None:
        return shown.possible if shown is not None else None
    return Interval(shown, shown) if isinstance(shown, Fraction) else frozenset((shown,))


def _refusal(refusals: list[Refused]) -> Refused:
    """One refusal of several that may be the one: its article and reason only where they are the same for all."""
    first = refusals[0]
    if all(refusal.article is first.article for refusal in refusals):
        return first
    return Refused(first.reason if all(refusal.reason == first.reason for refusal in refusals) else None)


def _distinct(articles: Iterable[Article]) -> tuple[Article, ...]:
    """Each article once, by its place in the benefit and not by its words."""
    return tuple({id(article): article for article in articles}.values())
