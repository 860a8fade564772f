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
from policyrules.engines import interpreter, smt
from policyrules.engines.smt import Window
from policyrules.review.diff_cases import document_of
from policyrules.review.proofs_asked import Ground, Job
from policyrules.review.proofs_findings import Ask, Household, Moved, Question, Refuted, Verdict
from policyrules.review.replay import told
from policyrules.review.smaller import earliest, smaller
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

    @property
    def sized(self) -> bool:
        """Whether it matters how many members there are."""
        return set(smt.shapes(self.program, (self.job.key,), 1)) != set(smt.shapes(self.program, (self.job.key,), 2))

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


def breaks(work: Work, ask: Ask, root: Instance, month: date, subject: str, step: Fraction | None = None) -> bool:
    """Whether the household refutes the claim; `step` is what its fact is moved by, if that is known."""
    if ask.promise is not None and ask.promise.along is not None:
        return moving(work, ask, root, month, subject, step=step) is not None
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


Move = tuple[Instance, Fraction, Fraction]
"""Whose fact goes from where to where."""


def moving(
    work: Work, ask: Ask, root: Instance, month: date, subject: str, *, to: Fraction | None = None, step: Fraction | None = None
) -> Move | None:
    """A move of the fact with the result going the wrong way: `to` that value or by that `step`, if one is given."""
    assert ask.promise is not None and ask.promise.along is not None
    key = ask.promise.along.fact
    owner = _owner(ask, root, subject)
    before = None if owner is None else owner.facts.get(key)
    if owner is None or not isinstance(before, Fraction):
        return None
    first = _result(work, ask, root, month, subject, (owner, key, before))
    after = [to] if to is not None else [before + step] if step is not None else _others(work, owner, key, before)
    wrong = (other for other in after if _wrong(ask, first, _result(work, ask, root, month, subject, (owner, key, other)), other - before))
    found = next(wrong, None) if first is not None else None
    return None if found is None else (owner, before, found)


def _owner(ask: Ask, root: Instance, subject: str) -> Instance | None:
    assert ask.promise is not None and ask.promise.along is not None
    return owner_of(next(one for one in instances(root) if one.id == subject), ask.promise.along.path)


def _wrong(ask: Ask, first: Fraction | None, second: Fraction | None, moved: Fraction) -> bool:
    """Whether a result goes the wrong way where its fact is moved by that."""
    assert ask.promise is not None
    return first is not None and second is not None and (second - first) * moved * (1 if ask.promise.rising else -1) < 0


def _result(work: Work, ask: Ask, root: Instance, month: date, subject: str, at: tuple[Instance, str, Fraction]) -> Fraction | None:
    """What a promise's figure comes to with a fact at a value; None where there is none, or no such household."""
    owner, key, value = at
    fact = work.program.facts[owner.entity, key]
    if (fact.low is not None and value < fact.low) or (fact.high is not None and value > fact.high):
        return None
    before = owner.facts[key]
    owner.facts[key] = value
    outcome = outcome_of(work, ask.key, root, month, subject) if work.ground.side.allows(root, month) else None
    owner.facts[key] = before
    return outcome.value if isinstance(outcome, Computed) and isinstance(outcome.value, Fraction) else None


def narrowed(work: Work, ask: Ask, root: Instance, month: date, subject: str, move: Move) -> Move:
    """The smallest move between the two values that goes the wrong way: of two halves, one does."""
    owner, low, high = move
    assert ask.promise is not None and ask.promise.along is not None
    key = ask.promise.along.fact
    kind = work.program.facts[owner.entity, key].type
    least = Fraction(1) if isinstance(kind, Quantity) and kind.whole else Fraction(1, 100)
    low, high = min(low, high), max(low, high)
    first = _result(work, ask, root, month, subject, (owner, key, low))
    while high - low > least:
        middle = low + max(least, (high - low) / 2 // least * least)
        between = _result(work, ask, root, month, subject, (owner, key, middle))
        if first is None or between is None or middle >= high:
            break
        if _wrong(ask, first, between, middle - low):
            high = middle
        else:
            low, first = middle, between
    return owner, low, high


def _others(work: Work, owner: Instance, key: str, before: Fraction) -> Iterator[Fraction]:
    fact = work.program.facts[owner.entity, key]
    whole = isinstance(fact.type, Quantity) and fact.type.whole
    for step in STEPS[1 if whole else 0 :]:
        yield from (before + step, before - step)


# ---------------------------------------------------------------- a refutation


def refuted(work: Work, ask: Ask, root: Instance, month: date, subject: str, to: Fraction | None = None) -> Refuted | None:
    """The refutation by a household, made small and decided by the reference from its JSON case; None where it shows nothing."""
    step: Fraction | None = None
    if ask.promise is not None and ask.promise.along is not None:
        found = moving(work, ask, root, month, subject, to=to)
        if found is None:
            return None
        owner, low, high = narrowed(work, ask, root, month, subject, found)
        owner.facts[ask.promise.along.fact], step = low, high - low

    month = earliest(work.windows, month, lambda one: breaks(work, ask, root, one, subject, step) and work.ground.side.allows(root, one))

    def holds(one: Instance) -> bool:
        return breaks(work, ask, one, month, subject, step) and work.ground.side.allows(one, month)

    small = smaller(root, work.program, work.rests_on.facts, subject, holds)
    for one in (small, root):
        again = told(work.ground.book, document_of(one, (work.program,)))
        if again is None or not holds(again):
            continue
        if step is not None:
            return _moved(work, ask, again, month, subject, step)
        if broken(work, ask, _reference(work, ask.key, again, month, subject)):
            household = _household(work, ask, again, month, subject)
            return Refuted(_SHOWN.fill(month=f"{month:%Y-%m}", said=household.said), household)
    return None


def failing(work: Work, ask: Ask, root: Instance, month: date, subject: str) -> Household | None:
    """A household without a result, made small and decided by the reference."""

    def holds(one: Instance) -> bool:
        return isinstance(outcome_of(work, ask.key, one, month, subject), Failed) and work.ground.side.allows(one, month)

    small = smaller(root, work.program, work.rests_on.facts, subject, holds)
    again = told(work.ground.book, document_of(small, (work.program,)))
    return _household(work, ask, again, month, subject) if again is not None and holds(again) else None


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


def _moved(work: Work, ask: Ask, root: Instance, month: date, subject: str, step: Fraction) -> Refuted | None:
    """The refutation by two households that differ in one fact, by the reference."""
    assert ask.promise is not None and ask.promise.along is not None
    other = copied(root)[0]
    owner, twin = _owner(ask, root, subject), _owner(ask, other, subject)
    before = None if owner is None else owner.facts.get(ask.promise.along.fact)
    if owner is None or twin is None or not isinstance(before, Fraction):
        return None
    fact = work.program.facts[owner.entity, ask.promise.along.fact]
    twin.facts[fact.key] = after = before + step
    results = [_reference(work, ask.key, one, month, subject) for one in (root, other)]
    numbers = [one.value if isinstance(one, Computed) and isinstance(one.value, Fraction) else None for one in results]
    if not _wrong(ask, numbers[0], numbers[1], step):
        return None
    first, second = _household(work, ask, root, month, subject), _household(work, ask, other, month, subject)
    words = {"before": value_phrase(before, fact.type), "after": value_phrase(after, fact.type), "fact": fact.name, "owner": owner.id}
    says = _MOVED.fill(month=f"{month:%Y-%m}", said=first.said, then=second.said, **words)
    return Refuted(says, first, Moved(second, fact.name, owner.id, before, after))
