"""Sharper answers where facts are missing: trying every value of the truths and options among them.

Kleene's logic takes `享受低保` and `非 享受低保` for two different unknowns and so leaves open what nothing can change.
Trying the values of one fact at a time, each from the start, sees that both ways come to the same, and which facts do
not matter. It only narrows an undecided outcome, and stops after a fixed number of trials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from attrs import define

from policyrules.core.case import Instance, instances
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused, Undecided
from policyrules.engines.lattice import NOBODY, anything
from policyrules.engines.run import Run, Settled, in_order
from policyrules.values.partial import Possible, either
from policyrules.values.types import Options, Truth, Value
from policyrules.values.unknown import Interval, Need, Unknown

TRIALS = 64
"""How many times one undecided name is decided again at most."""

Assumed: TypeAlias = Mapping[tuple[str, str], Value]
Again: TypeAlias = Callable[[Assumed, str, Instance], Settled]


@define(eq=False)
class _Search:
    """One name being narrowed, and the trials left."""

    run: Run
    key: str
    instance: Instance
    again: Again
    values: dict[Need, tuple[Value, ...]]
    left: int


def sharpen(run: Run, key: str, instance: Instance, outcome: Undecided, again: Again) -> Outcome:
    """The same outcome or a narrower one. `again` decides the name with some missing facts assumed."""
    values = _listed(run, outcome.missing)
    if not values:
        return outcome
    return _split(_Search(run, key, instance, again, values, TRIALS), outcome, {})


def _split(search: _Search, outcome: Undecided, assumed: dict[tuple[str, str], Value]) -> Outcome:
    """Tries the values of the first missing fact that has few, and puts what comes of them together."""
    # Chosen by name and not by place in the case: the trials are limited, and the order of members means nothing.
    need = min((need for need in outcome.missing if need in search.values), key=lambda one: (one.fact, one.subject), default=None)
    if need is None or search.left < len(search.values[need]):
        return outcome
    search.left -= len(search.values[need])
    branches: list[Outcome] = []
    for value in search.values[need]:
        trial = {**assumed, (need.subject, need.fact): value}
        found = search.again(trial, search.key, search.instance).outcome
        branches.append(_split(search, found, trial) if isinstance(found, Undecided) else found)
    if (agreed := _agreed(branches)) is not None:
        return agreed
    missing = frozenset((need,)).union(*(each.missing for each in branches if isinstance(each, Undecided)))
    return Undecided(in_order(search.run, missing), _together(branches))


def _listed(run: Run, needs: Sequence[Need]) -> dict[Need, tuple[Value, ...]]:
    """The values of every missing truth or option, in a fixed order."""
    entities = {instance.id: instance.entity for instance in instances(run.root)}
    listed: dict[Need, tuple[Value, ...]] = {}
    for need in needs:
        fact = run.program.facts.get((entities.get(need.subject, ""), need.fact))
        if fact is not None and isinstance(fact.type, (Truth, Options)):
            possible = anything(fact.type)
            listed[need] = tuple(sorted(possible, key=str)) if isinstance(possible, frozenset) else ()
    return {need: values for need, values in listed.items() if values}


def _agreed(branches: list[Outcome]) -> Outcome | None:
    """The one outcome all branches come to, None where they differ or are open themselves."""
    first = branches[0]
    match first:
        case Granted():
            same = [each for each in branches if isinstance(each, Granted) and each.amount == first.amount]
            articles = {id(article): article for each in same for article in each.articles}
            return Granted(first.amount, tuple(articles.values())) if len(same) == len(branches) else None
        case Refused():
            refusals = [each for each in branches if isinstance(each, Refused)]
            if len(refusals) < len(branches):
                return None
            return first if all(each.article is first.article for each in refusals) else _common(refusals)
        case Undecided():
            return None
        case Computed() | Conflict() | Failed():
            return first if all(each == first for each in branches) else None


def _common(refusals: list[Refused]) -> Refused:
    """Refused either way, by one article or another: only what they share is said."""
    reasons = {each.reason for each in refusals}
    return Refused(reasons.pop() if len(reasons) == 1 else None)


def _together(branches: Iterable[Outcome]) -> Possible:
    """What the amount can be in any of the branches that give one."""
    amounts: list[Value | Unknown] = []
    for branch in branches:
        match branch:
            case Granted(amount):
                amounts.append(amount)
            case Computed(value):
                amounts.append(value)
            case Refused():
                amounts.append(Fraction(0))
            case Undecided(_, possible):
                amounts.append(Unknown(possible, NOBODY))
            case Conflict() | Failed():
                continue
    whole = either(amounts, NOBODY) if amounts else Unknown(None, NOBODY)
    if isinstance(whole, Unknown):
        return whole.possible
    return Interval(whole, whole) if isinstance(whole, Fraction) else frozenset((whole,))
