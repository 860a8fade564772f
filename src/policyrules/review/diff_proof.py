"""Whether the differences told are all there are: the solver is asked for a household that differs in none of the ways that were told.

Where there is none, in any month of the stretches that differ and for households up to a size, that is said; a household it gives is
looked into like any other. Where the time does not suffice, it is said how far the proof went.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from time import monotonic
from typing import Any

from attrs import define, frozen

from policyrules.core.case import Instance
from policyrules.core.program import Benefit, Combination, Grant, Moment, MomentValue, Program, Refuse
from policyrules.engines import smt
from policyrules.engines import smt_z3 as z
from policyrules.engines.smt import Address, Shape, Window, World
from policyrules.review.boundaries import births
from policyrules.review.diff_cases import Side, completed, read
from policyrules.review.diff_matching import Match, Stretch
from policyrules.review.diff_search import Pair, Sign
from policyrules.review.opaque import opaque
from policyrules.review.sameness_proof import common_shapes
from policyrules.review.stretches import closure, stretches
from policyrules.source.phrase import Phrase
from policyrules.values.calendar import add_months, month_text
from policyrules.values.types import DAY, Day

AHEAD = 11
"""Months beyond the last change that are looked at; nothing changes there but ages."""

_FIRST, _LAST = date(1850, 1, 1), date(2200, 12, 31)
"""Days of cases lie between these."""

_ALL = Phrase(
    "{months}、户内每类成员不超过 {members} 人，已经证明",
    "proved for {months} and households with at most {members} in each list",
)
_MONTHS = Phrase("{first} 至 {last}", "{first} to {last}")
_PART = Phrase("时间内只证明了 {done}/{all}；--seconds 大一些可以证完", "only {done} of {all} parts were proved in the time given; --seconds gives more")
_UNREAD = Phrase("求解器读不了{what}", "the solver cannot read {what}")
_NO_SOLVER = Phrase("没有装求解器（pip install 'policyrules[proof]'）", "the solver is not installed (pip install 'policyrules[proof]')")
_STRANGE = Phrase("求解器给出的一户没有试出来", "a household the solver gave was not met by trying")


@frozen
class Covered:
    """`why` in words; `whole`: nothing else differs. `root` is a household that differs otherwise, in that month."""

    whole: bool
    why: Phrase
    root: Instance | None = None
    month: date | None = None


@define(eq=False)
class _Question:
    """One benefit in both versions, and the kinds of difference told of it."""

    programs: tuple[Program, Program]
    key: str
    pairs: Sequence[Pair]
    until: float
    full: date


def cover(
    found: Match,
    both: tuple[Side, Side],
    key: str,
    changed: Sequence[Stretch],
    pairs: Sequence[Pair],
    members: int,
    until: float,
    full: date = date.min,
) -> Covered:
    """Whether every household in which a benefit differs on these stretches is of one of these kinds.

    What cannot be computed, where the other version does not pay, is no difference before `full`, the first month in which everything
    has a value.
    """
    try:
        return _covered(found, both, changed, _Question((found.old, found.new), key, pairs, until, full), members)
    except smt.Unsupported as unread:
        return Covered(False, _UNREAD.fill(what=unread.what))
    except ModuleNotFoundError:
        return Covered(False, _NO_SOLVER)


def strange() -> Covered:
    """What is said where the solver sees a household that trying does not confirm."""
    return Covered(False, _STRANGE)


def _covered(found: Match, both: tuple[Side, Side], changed: Sequence[Stretch], plain: _Question, members: int) -> Covered:
    programs, key, until = plain.programs, plain.key, plain.until
    last = changed[-1].last or add_months(changed[-1].first, AHEAD) or changed[-1].first
    windows = [each for each in stretches(programs, (key,), changed[0].first, last) if _changes(changed, each)]
    hidden = _Question(_without_common(found, key, changed), key, plain.pairs, until, plain.full)
    parts = [(window, shape) for shape in common_shapes(programs, (key,), members) for window in windows]
    done = 0
    for window, shape in parts:
        if monotonic() > until:
            break
        answer = _asked(hidden, window, shape)
        if answer is not smt.NONE:
            answer = _asked(plain, window, shape)
        if answer is smt.NONE:
            done += 1
        elif answer is not smt.UNTOLD:
            return Covered(False, _PART.fill(done=done, all=len(parts)), *_household(both, answer))
    if done < len(parts):
        return Covered(False, _PART.fill(done=done, all=len(parts)))
    first, end = month_text(changed[0].first, "en"), month_text(last, "en")
    months = Phrase(first, first) if first == end else _MONTHS.fill(first=first, last=end)
    return Covered(True, _ALL.fill(months=months, members=members))


def _changes(changed: Sequence[Stretch], window: Window) -> bool:
    return any(stretch.first <= window.last and (stretch.last is None or window.first <= stretch.last) for stretch in changed)


def _without_common(found: Match, key: str, changed: Sequence[Stretch]) -> tuple[Program, Program]:
    """Both programs with the truths they have in common as facts: what is not there holds whatever these come to."""
    names = [closure(program, (key,)).names for program in (found.old, found.new)]
    common = frozenset(name for name in names[0] & names[1] if name not in found.renamed and all(found.same(name, stretch) for stretch in changed))
    one, other = (opaque(program, inside - common, common) for program, inside in zip((found.old, found.new), names, strict=True))
    return one, other


def _asked(question: _Question, window: Window, shape: Shape) -> Any:
    """NONE, UNTOLD, or the worlds with a model in which somebody differs in another way."""
    old, new = question.programs
    one = smt.world(old, shape, window)
    other = smt.world(new, shape, window, one)
    born = [*_born(one, old), *_born(other, new)]
    for address in _addresses(one, old.benefits[question.key].entity):
        left = question.until - monotonic()
        if left <= 0:
            return smt.UNTOLD
        before, after = smt.outcome(one, question.key, address), smt.outcome(other, question.key, address)
        was = [_is(one, old.benefits[question.key], address, before, pair.before, end=False) for pair in question.pairs]
        now = [_is(other, new.benefits[question.key], address, after, pair.after) for pair in question.pairs]
        told = [z.both(*each) for each in zip(was, now, strict=True)]
        if window.first < question.full:
            told += [z.both(before.failed, z.no(after.granted)), z.both(after.failed, z.no(before.granted))]
        model = smt.satisfy([one, other], [smt.different(before, after), *born, *(z.no(each) for each in told)], left)
        if model is not smt.NONE:
            return model if model is smt.UNTOLD else (one, other, model)
    return smt.NONE


def _born(world: World, program: Program) -> Iterator[Any]:
    """That nobody is born after the day of the decision, and no other day lies out of all reckoning: a slip of the pen makes no
    difference worth telling."""
    today = MomentValue(Moment.DAY, DAY)
    born = births(program)
    for (entity, key), fact in program.facts.items():
        if not isinstance(fact.type, Day):
            continue
        for address in smt.addresses(world, entity):
            day = smt.fact(world, address, key)
            last = smt.expression(world, today, address) if (entity, key) in born else smt.literal(world, _LAST)
            yield smt.operation(world, "less_equal", day, last).value
            yield smt.operation(world, "less_equal", smt.literal(world, _FIRST), day).value


def _addresses(world: World, entity: str) -> Iterator[Address]:
    """The first member of every list: the others of a list are like it."""
    for address in smt.addresses(world, entity):
        if all(index == 0 for _, index in address):
            yield address


def _is(world: World, benefit: Benefit, address: Address, outcome: Any, sign: Sign, *, end: bool = True) -> Any:
    """That an outcome has a sign. A refusal that names no article is any at the beginning, and that of 其余情形 at the end."""
    match sign.kind:
        case "granted":
            return outcome.granted if sign.article is None else z.both(outcome.granted, _decides(world, benefit, address, outcome, sign.article))
        case "refused" if sign.article is not None:
            return z.both(outcome.refused, outcome.articles[sign.article])
        case "refused":
            refusing = [index for index, article in enumerate(benefit.articles) if isinstance(article.consequence, Refuse)]
            return z.both(outcome.refused, *(z.no(outcome.articles[index]) for index in refusing)) if end else outcome.refused
        case "conflict":
            return outcome.conflict
        case "failed":
            return outcome.failed
        case _:
            return False


def _decides(world: World, benefit: Benefit, address: Address, outcome: Any, index: int) -> Any:
    """That an article is the one, or one of those, that the amount is by."""
    holds = outcome.articles
    match benefit.combination:
        case Combination.PRIORITY:
            return z.both(holds[index], *(z.no(holds[before]) for before in range(index)))
        case Combination.HIGHEST | Combination.LOWEST:
            operator = "greater_equal" if benefit.combination is Combination.HIGHEST else "less_equal"
            paying = [at for at, article in enumerate(benefit.articles) if isinstance(article.consequence, Grant)]
            amounts = {at: smt.expression(world, _amount(benefit, at), address) for at in paying}
            beaten = [z.either(z.no(holds[at]), smt.operation(world, operator, amounts[index], amounts[at]).value) for at in paying if at != index]
            return z.both(holds[index], *beaten)
        case _:
            return holds[index]


def _amount(benefit: Benefit, index: int) -> Any:
    consequence = benefit.articles[index].consequence
    assert isinstance(consequence, Grant)
    return consequence.value


def _household(both: tuple[Side, Side], answer: Any) -> tuple[Instance | None, date]:
    """The household of a model, as both versions are told of it, and its month."""
    one, other, model = answer
    document, month = smt.document(one, model)
    another, _ = smt.document(other, model)
    root, twin = read(both[0].book, document), read(both[1].book, another)
    if root is None or twin is None or both[0].fits:
        return root or twin, month
    return completed(root, twin), month
