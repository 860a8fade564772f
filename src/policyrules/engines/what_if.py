"""What would change an answer: the nearest change of each fact it rests on.

Every change is found by deciding again. For a number or a day the comparisons the answer rests on tell where to look (two
decisions give the straight line each follows), and steps that grow fourfold look everywhere else; the step at which the
answer turns is then found exactly, by halving.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import define, evolve, field, frozen

from policyrules.core.case import Instance, Occasion, copied, instances
from policyrules.core.describing import COMPARISONS
from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Outcome, Refused, Step, Undecided
from policyrules.core.program import Fact, FactValue, Operation, Program
from policyrules.engines.expressions import evaluate, evaluate_traced
from policyrules.engines.interpreter import decide, run_with, settle
from policyrules.engines.run import Run, Settled
from policyrules.engines.steps import is_age, rests_on, walk
from policyrules.values.calendar import add_days, add_months
from policyrules.values.quantities import FEN
from policyrules.values.types import Day, Options, Quantity, Truth, Value
from policyrules.values.units import MONEY

MOST_STEPS = 1 << 40
"""How many steps away a number is looked at most."""

MOST_DAYS = 40_000
"""How many days away a day is looked at most."""

_ONE = Fraction(1)
_THOUSANDTH = Fraction(1, 1000)
_PROBE = 100
_NEAR = (-1, 0, 1, 2)

_Told: TypeAlias = tuple[object, ...]


@frozen(eq=False)
class Asked:
    """One answer in question: what was asked of which case, and when."""

    program: Program
    root: Instance
    occasion: Occasion
    answer: Answer


@frozen(eq=False)
class FactChange:
    """One fact otherwise (`values`: any of these) and what the answer would then be.

    `distance` is how far the new value is from the old, in the fact's own unit, or in days.
    """

    subject: Instance
    fact: Fact
    old: Value
    values: tuple[Value, ...]
    outcome: Outcome
    distance: Fraction | None = None


# ---------------------------------------------------------------- facts


def nearest(asked: Asked) -> Iterator[FactChange]:
    """For each known fact a traced answer rests on, what change of it alone gives another answer.

    Truths and options: every other value that does. Numbers and days: the nearest lower and higher one that turns the answer
    (granted, refused, by other articles); amounts that follow a number do not count as turning.
    """
    twin = _Twin.of(asked)
    for subject, fact in _facts(asked):
        trial = _Trial.of(twin, subject, fact)
        old = trial.old
        match fact.type, old:
            case Truth(), bool():
                yield from _each(trial, [not old])
            case Options(names), str():
                yield from _each(trial, [name for name in names if name != old])
            case Quantity() as kind, Fraction():
                yield from _turns(trial, _numbers(fact, kind, old))
            case Day(), date():
                yield from _turns(trial, _days(old))
            case _:
                continue


def _facts(asked: Asked) -> list[tuple[Instance, Fact]]:
    """The facts of the case the answer rests on: by instance, then as the policies list them."""
    used = {
        (step.instance, step.what.fact)
        for step in (walk(asked.answer.trace) if asked.answer.trace is not None else ())
        if isinstance(step.what, FactValue) and step.instance is not None and step.what.fact in step.instance.facts
    }
    facts = asked.program.facts.values()
    return [(one, fact) for one in instances(asked.root) for fact in facts if fact.entity == one.entity and (one, fact.key) in used]


@define(eq=False)
class _Twin:
    """A copy of the case in which facts are tried, and what was worked out in it before."""

    asked: Asked
    root: Instance
    instance: Instance
    twins: dict[Instance, Instance]
    memo: dict[tuple[str, Instance], Settled] = field(factory=dict)
    rests_on: dict[tuple[str, Instance], frozenset[tuple[Instance | None, str]]] = field(factory=dict)

    @classmethod
    def of(cls, asked: Asked) -> _Twin:
        """The copy, decided once."""
        root, twins = copied(asked.root)
        made = cls(asked, root, twins[asked.answer.instance], twins)
        run = made.run({}, traced=True)
        settle(run, asked.answer.key, made.instance)
        made.memo = run.memo
        made.rests_on = rests_on(run.memo, _fact_of)
        return made

    def run(self, memo: dict[tuple[str, Instance], Settled], *, traced: bool = False) -> Run:
        """A run over the copy."""
        reading = evaluate_traced if traced else evaluate
        program = self.asked.program
        if program.consistencies:
            program = evolve(program, rules={**program.rules, **{rule.key: rule for rule in program.consistencies}})
        run = run_with(program, self.root, self.asked.occasion, reading, thorough=traced, trace=traced)
        run.memo.update(memo)
        return run


def _fact_of(step: Step) -> tuple[Instance | None, str] | None:
    return (step.instance, step.what.fact) if isinstance(step.what, FactValue) else None


@define(eq=False)
class _Trial:
    """One fact being tried."""

    twin: _Twin
    subject: Instance
    owner: Instance
    fact: Fact
    old: Value
    memo: dict[tuple[str, Instance], Settled]
    tried: dict[Value, Outcome | None] = field(factory=dict)

    @classmethod
    def of(cls, twin: _Twin, subject: Instance, fact: Fact) -> _Trial:
        """A trial of a fact of the case; what does not rest on it is as it was."""
        owner = twin.twins[subject]
        memo = {one: settled for one, settled in twin.memo.items() if (owner, fact.key) not in twin.rests_on[one]}
        return cls(twin, subject, owner, fact, subject.facts[fact.key], memo)

    def outcome(self, value: Value) -> Outcome | None:
        """The answer with this value; None where the facts would then contradict each other (核对)."""
        if value not in self.tried:
            self.owner.facts[self.fact.key] = value
            self.tried[value] = self._decided()
            self.owner.facts[self.fact.key] = self.old
        return self.tried[value]

    def _decided(self) -> Outcome | None:
        asked, root = self.twin.asked, self.twin.root
        run = self.twin.run(self.memo)
        for rule in asked.program.consistencies:
            if any(one.entity == rule.entity and settle(run, rule.key, one).value is False for one in instances(root)):
                return None
        found = settle(run, asked.answer.key, self.twin.instance).outcome
        if isinstance(found, Undecided):
            return decide(asked.program, root, asked.occasion, [(asked.answer.key, self.twin.instance)], False)[0].outcome
        return found

    def turns(self, value: Value) -> bool:
        """Whether this value gives an answer of another kind."""
        found = self.outcome(value)
        return found is None or kind_of(found) != kind_of(self.twin.asked.answer.outcome)

    def comparisons(self, value: Value) -> dict[tuple[int, str], tuple[Step, Step]]:
        """Both sides of every comparison that rests on the fact, with this value."""
        run = self.twin.run(self.memo, traced=True)
        self.owner.facts[self.fact.key] = value
        found = settle(run, self.twin.asked.answer.key, self.twin.instance).step
        self.owner.facts[self.fact.key] = self.old
        kept = {id(settled.step) for settled in self.memo.values()}
        return {
            (id(step.what), step.instance.id if step.instance else ""): (step.children[0], step.children[1])
            for step in walk(found, kept)
            if isinstance(step.what, Operation) and step.what.operator in COMPARISONS and len(step.children) == 2
        }


def kind_of(outcome: Outcome) -> _Told:
    """What kind of answer it is: amounts that come about in the same way are of one kind."""
    match outcome:
        case Granted(_, articles):
            return ("granted", *(id(article) for article in articles))
        case Refused():
            return ("refused",)
        case Computed(value):
            return ("computed", None if isinstance(value, Fraction) else value)
        case Conflict() | Failed() | Undecided():
            return (type(outcome).__name__,)


def same(one: Outcome, other: Outcome) -> bool:
    """Whether two answers say the same, amount and all."""
    amounts = [each.amount if isinstance(each, Granted) else each.value if isinstance(each, Computed) else None for each in (one, other)]
    return kind_of(one) == kind_of(other) and amounts[0] == amounts[1]


def _each(trial: _Trial, values: list[Value]) -> Iterator[FactChange]:
    """Values that give another answer, those with the same answer together."""
    found: list[tuple[Outcome, list[Value]]] = []
    for value in values:
        outcome = trial.outcome(value)
        if outcome is None or same(outcome, trial.twin.asked.answer.outcome):
            continue
        alike = next((group for told, group in found if same(told, outcome)), None)
        if alike is None:
            found.append((outcome, [value]))
        else:
            alike.append(value)
    for outcome, group in found:
        yield FactChange(trial.subject, trial.fact, trial.old, tuple(group), outcome)


# ---------------------------------------------------------------- numbers and days


@frozen(eq=False)
class _Ladder:
    """The values a fact may take, by steps up (1) or down (-1) from the one it has."""

    old: Value
    size: Fraction
    down: int
    up: int

    def at(self, steps: int) -> Value:
        """The value so many steps away."""
        if isinstance(self.old, date):
            moved = add_days(self.old, steps)
            assert moved is not None
            return moved
        assert isinstance(self.old, Fraction)
        return self.old + steps * self.size


def _numbers(fact: Fact, kind: Quantity, old: Fraction) -> _Ladder:
    size = FEN if (MONEY, 1) in kind.dimension else _ONE if kind.whole else _THOUSANDTH
    down = MOST_STEPS if fact.low is None else min(MOST_STEPS, (old - fact.low) // size)
    up = MOST_STEPS if fact.high is None else min(MOST_STEPS, (fact.high - old) // size)
    return _Ladder(old, size, down, up)


def _days(old: date) -> _Ladder:
    return _Ladder(old, _ONE, min(MOST_DAYS, old.toordinal() - 1), min(MOST_DAYS, date.max.toordinal() - old.toordinal()))


def _turns(trial: _Trial, ladder: _Ladder) -> Iterator[FactChange]:
    """The nearest value each way that turns the answer."""
    for way, most in ((-1, ladder.down), (1, ladder.up)):
        steps = _turn(trial, ladder, way, most)
        if steps is None:
            continue
        value = ladder.at(way * steps)
        outcome = trial.outcome(value)
        if outcome is not None and not isinstance(outcome, (Failed, Conflict)):
            yield FactChange(trial.subject, trial.fact, trial.old, (value,), outcome, steps * ladder.size)


def _turn(trial: _Trial, ladder: _Ladder, way: int, most: int) -> int | None:
    """The number of steps one way at which the answer turns, and one less does not; None where it never does."""
    if most < 1:
        return None
    places = {min(most, 1 << 2 * power) for power in range(most.bit_length() // 2 + 2)}
    crossings = (crossing + near for crossing in _crossings(trial, ladder, way, most) for near in _NEAR)
    places |= {place for place in crossings if 1 <= place <= most}
    unturned = 0
    for turned in sorted(places):
        if trial.turns(ladder.at(way * turned)):
            while turned - unturned > 1:
                middle = (turned + unturned) // 2
                if trial.turns(ladder.at(way * middle)):
                    turned = middle
                else:
                    unturned = middle
            return turned
        unturned = turned
    return None


def _crossings(trial: _Trial, ladder: _Ladder, way: int, most: int) -> Iterator[int]:
    """Steps near which the two sides of some comparison meet, if they go on as they begin."""
    probe = min(_PROBE, most)
    here, there = trial.comparisons(ladder.old), trial.comparisons(ladder.at(way * probe))
    for key, (left, right) in here.items():
        if is_age(left) and isinstance(ladder.old, date):
            yield from _birthdays(trial, left, right, ladder.old, way)
        if key not in there:
            continue
        apart, apart_there = _apart(left, right), _apart(*there[key])
        if apart is not None and apart_there is not None and apart != apart_there:
            yield apart * probe // (apart - apart_there)


def _apart(left: Step, right: Step) -> Fraction | None:
    match left.value, right.value:
        case Fraction() as one, Fraction() as other:
            return one - other
        case date() as one, date() as other:
            return Fraction(one.toordinal() - other.toordinal())
        case _:
            return None


def _birthdays(trial: _Trial, left: Step, right: Step, old: date, way: int) -> Iterator[int]:
    """Steps to the days of birth at which an age reaches its bound or the year after."""
    birth, on = left.children[0], left.children[1].value
    if birth.instance is not trial.owner or not isinstance(birth.what, FactValue) or birth.what.fact != trial.fact.key:
        return
    if isinstance(on, date) and isinstance(right.value, Fraction):
        for years in (0, 1):
            day = add_months(on, -12 * (int(right.value) + years))
            if day is not None:
                yield way * (day.toordinal() - old.toordinal())
