"""One job of proving: what is still open, and what a household shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from attrs import define, field

from policyrules.analysis.graph import expressions_of
from policyrules.book.decision import headline
from policyrules.book.promises import STEPS, owner_of
from policyrules.book.requests import Request
from policyrules.core.case import Instance, copied, instances
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused
from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_of_path
from policyrules.core.program import Article, Benefit, FactValue, Operation, Program
from policyrules.engines import interpreter
from policyrules.engines.smt import Window
from policyrules.review.diff_cases import document_of
from policyrules.review.proofs_asked import Ground, Job
from policyrules.review.proofs_findings import Ask, Household, Moved, Question, Refuted, Verdict
from policyrules.review.replay import told
from policyrules.review.smaller import smaller
from policyrules.review.stretches import Closure
from policyrules.source.phrase import Phrase
from policyrules.values.quantities import value_phrase
from policyrules.values.types import Day, Quantity

_SHOWN = Phrase("{month}，{said}", "{month}: {said}")
_MOVED = Phrase(
    "{month}，{owner}的{fact}由 {before} 变为 {after}：{said}；变为：{then}",
    "{month}, as {fact} of {owner} goes from {before} to {after}: {said}; then {then}",
)


CENTURIES = 200
"""Years before and after the months looked at in which the days of a household lie."""


@define(eq=False)
class Work:
    """A job under way. `verdicts` are those reached; what is in none of them is open."""

    ground: Ground
    job: Job
    windows: Sequence[Window]
    rests_on: Closure
    members: int
    seconds: float
    verdicts: dict[int, Verdict] = field(factory=dict)
    tried: int = 0
    births: frozenset[tuple[str, str]] = field(init=False)
    """Facts whose 周岁 is asked for: dates of birth."""

    days: frozenset[tuple[str, str]] = field(init=False)
    """Facts that are days."""

    @days.default
    def _days(self) -> frozenset[tuple[str, str]]:
        facts = self.program.facts
        return frozenset(key for key in self.rests_on.facts if key in facts and isinstance(facts[key].type, Day))

    @births.default
    def _births(self) -> frozenset[tuple[str, str]]:
        return frozenset(births_of(self.program, self.rests_on.names))

    @property
    def program(self) -> Program:
        return self.ground.program

    @property
    def entity(self) -> str:
        """Whose the name is."""
        declared = self.program.benefits.get(self.job.key) or self.program.rules[self.job.key]
        return declared.entity or self.program.root or ""

    @property
    def benefit(self) -> Benefit | None:
        return self.program.benefits.get(self.job.key)

    def open(self) -> list[Ask]:
        """What is not settled yet."""
        return [ask for index, ask in enumerate(self.job.asks) if index not in self.verdicts]

    def settle(self, ask: Ask, verdict: Verdict) -> None:
        """Reaches a verdict."""
        self.verdicts[next(index for index, one in enumerate(self.job.asks) if one is ask)] = verdict


def births_of(program: Program, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The facts whose 周岁 these names ask for."""
    for name in names:
        declared = program.rules.get(name) or program.benefits[name]
        waiting = list(expressions_of(declared))
        while waiting:
            node = waiting.pop()
            waiting.extend(parts_of(node))
            if isinstance(node, Operation) and node.operator == "age" and isinstance(node.arguments[0], FactValue):
                yield entity_of_path(node.arguments[0].path, program.entities), node.arguments[0].fact


# ---------------------------------------------------------------- one household


def outcome_of(work: Work, key: str, root: Instance, month: date, subject: str) -> Outcome:
    """What a name comes to at first sight."""
    occasion = work.ground.side.occasion(month)
    asked: list[Request] = [(key, one) for one in instances(root) if one.id == subject]
    (quick,) = work.ground.book.code.quick(root, occasion, asked)
    return (quick or interpreter.at_first_sight(work.program, root, occasion, asked)[0]).outcome


def breaks(work: Work, ask: Ask, root: Instance, month: date, subject: str, to: Fraction | None = None) -> bool:
    """Whether the household refutes the claim; `to` is the value its fact is moved to, if that is known."""
    if ask.promise is not None and ask.promise.along is not None:
        return moving(work, ask, root, month, subject, to) is not None
    if ask.question is Question.FAILS and not born(work, root, month):
        return False
    return broken(work, ask, outcome_of(work, ask.key, root, month, subject))


def occurring(first: date, last: date) -> tuple[date, date]:
    """The earliest and the latest day that a claim speaks of, decided from one month to another."""
    return date(max(first.year - CENTURIES, 1), 1, 1), date(min(last.year + CENTURIES, date.max.year), 12, 31)


def born(work: Work, root: Instance, month: date) -> bool:
    """Whether the days told of are such as occur: everybody born on the day of decision, and none centuries away."""
    day = work.ground.side.occasion(month).day
    low, high = occurring(month, month)
    for one in instances(root):
        for key, value in one.facts.items():
            if isinstance(value, date) and not low <= value <= (day if (one.entity, key) in work.births else high):
                return False
    return True


def broken(work: Work, ask: Ask, outcome: Outcome) -> bool:
    """Whether an outcome refutes the claim."""
    match ask.question, outcome:
        case Question.CONFLICT, Conflict():
            return True
        case Question.FAILS, Failed():
            return not _below_nothing(work.benefit, outcome)
        case Question.NEGATIVE, Failed():
            return _below_nothing(work.benefit, outcome)
        case Question.NEGATIVE, Computed(Fraction() as amount):
            return amount < 0
        case Question.CASES, Refused():
            return True
        case Question.BOUNDS, Granted(amount) | Computed(Fraction() as amount):
            return abs(amount) * scale_of(work.benefit) > GREATEST
        case Question.PROPERTY, Computed(value):
            return value is False
        case _:
            return False


GREATEST = 2**63 - 1
"""The greatest whole number of 64 bits."""


def scale_of(benefit: Benefit | None) -> int:
    """In how many parts of its unit an amount is counted: 分 where it is money."""
    money = benefit is not None and isinstance(benefit.type, Quantity) and ("元", 1) in benefit.type.dimension
    return 100 if money else 1


def _below_nothing(benefit: Benefit | None, outcome: Failed) -> bool:
    """Whether this benefit failed because it came to a negative amount: that, and nothing else, is said at the place of its own name."""
    place = outcome.place
    return benefit is not None and place is not None and place == benefit.place and place.path == benefit.place.path


def shows(ask: Ask, benefit: Benefit, outcome: Outcome) -> bool:
    """Whether an outcome is by the article asked about."""
    assert ask.article is not None
    article = benefit.articles[ask.article]
    by: tuple[Article | None, ...] = ()
    match outcome:
        case Granted(_, articles) | Conflict(articles):
            by = articles
        case Refused(_, one):
            by = (one,)
    return any(one is article for one in by)


# ---------------------------------------------------------------- one fact at two values


def moving(work: Work, ask: Ask, root: Instance, month: date, subject: str, to: Fraction | None = None) -> tuple[Instance, Fraction, Fraction] | None:
    """Whose fact goes from where to where, with the result going the wrong way; `to` is the only value tried, if given."""
    promise = ask.promise
    assert promise is not None and promise.along is not None
    instance = next(one for one in instances(root) if one.id == subject)
    owner = owner_of(instance, promise.along.path)
    before = None if owner is None else owner.facts.get(promise.along.fact)
    first = _number(outcome_of(work, ask.key, root, month, subject))
    if owner is None or not isinstance(before, Fraction) or first is None or not work.ground.side.allows(root, month):
        return None
    for after in [to] if to is not None else _others(work, owner, promise.along.fact, before):
        owner.facts[promise.along.fact] = after
        second = _number(outcome_of(work, ask.key, root, month, subject))
        wrong = second is not None and (second - first) * (after - before) * (1 if promise.rising else -1) < 0
        wrong = wrong and work.ground.side.allows(root, month)
        owner.facts[promise.along.fact] = before
        if wrong:
            return owner, before, after
    return None


def _others(work: Work, owner: Instance, key: str, before: Fraction) -> Iterator[Fraction]:
    fact = work.program.facts[owner.entity, key]
    whole = isinstance(fact.type, Quantity) and fact.type.whole
    for step in STEPS[1 if whole else 0 :]:
        for after in (before + step, before - step):
            if (fact.low is None or fact.low <= after) and (fact.high is None or after <= fact.high):
                yield after


def _number(outcome: Outcome) -> Fraction | None:
    return outcome.value if isinstance(outcome, Computed) and isinstance(outcome.value, Fraction) else None


# ---------------------------------------------------------------- a refutation


def refuted(work: Work, ask: Ask, root: Instance, month: date, subject: str, to: Fraction | None = None) -> Refuted | None:
    """The refutation by a household, made small and decided by the reference from its JSON case; None where it shows nothing."""

    def holds(one: Instance) -> bool:
        return breaks(work, ask, one, month, subject, to) and work.ground.side.allows(one, month)

    small = smaller(root, work.program, work.rests_on.facts, subject, holds)
    for one in (small, root):
        again = told(work.ground.book, document_of(one, (work.program,)))
        if again is None or not work.ground.side.allows(again, month):
            continue
        if ask.promise is not None and ask.promise.along is not None:
            found = moving(work, ask, again, month, subject, to)
            if found is not None:
                return _moved(work, ask, again, month, subject, found)
        elif breaks(work, ask, again, month, subject) and broken(work, ask, _reference(work, ask.key, again, month, subject)):
            household = _household(work, ask, again, month, subject)
            return Refuted(_SHOWN.fill(month=f"{month:%Y-%m}", said=household.said), household)
    return None


def _reference(work: Work, key: str, root: Instance, month: date, subject: str) -> Outcome:
    asked = [(key, one) for one in instances(root) if one.id == subject]
    return interpreter.decide(work.program, root, work.ground.side.occasion(month), asked, trace=False)[0].outcome


def _household(work: Work, ask: Ask, root: Instance, month: date, subject: str) -> Household:
    key, subject = _told_of(work, ask, root, subject)
    asked = [(key, one) for one in instances(root) if one.id == subject]
    (answer,) = interpreter.decide(work.program, root, work.ground.side.occasion(month), asked, trace=False)
    return Household(document_of(root, (work.program,)), month, subject, key, headline(answer))


def _told_of(work: Work, ask: Ask, root: Instance, subject: str) -> tuple[str, str]:
    """The name an example can ask for, and of whom: of a promise, the benefit it speaks of."""
    benefit = work.program.benefits.get(work.job.group)
    if ask.promise is None or benefit is None:
        return ask.key, subject
    one: Instance | None = next(each for each in instances(root) if each.id == subject)
    while one is not None and one.entity != benefit.entity:
        one = one.parent
    return (ask.key, subject) if one is None else (benefit.key, one.id)


def _moved(work: Work, ask: Ask, root: Instance, month: date, subject: str, found: tuple[Instance, Fraction, Fraction]) -> Refuted:
    owner, before, after = found
    assert ask.promise is not None and ask.promise.along is not None
    fact = work.program.facts[owner.entity, ask.promise.along.fact]
    first = _household(work, ask, root, month, subject)
    other = copied(root)[0]
    next(one for one in instances(other) if one.id == owner.id).facts[fact.key] = after
    second = _household(work, ask, other, month, subject)
    words = {"before": value_phrase(before, fact.type), "after": value_phrase(after, fact.type), "fact": fact.name, "owner": owner.id}
    says = _MOVED.fill(month=f"{month:%Y-%m}", said=first.said, then=second.said, **words)
    return Refuted(says, first, Moved(second, fact.name, owner.id, before, after))

