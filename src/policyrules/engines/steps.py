"""The steps of a trace, each once: definitions used twice are steps shared by those who use them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

from policyrules.core.case import Instance
from policyrules.core.outcome import Step
from policyrules.core.program import Operation
from policyrules.engines.run import Settled

T = TypeVar("T")


def walk(step: Step | None, without: Collection[int] = ()) -> Iterator[Step]:
    """The step and everything it was made from, in the order of evaluation; steps in `without` (by identity) are left out."""
    waiting, seen = [step] if step is not None else [], {id(step), *without}
    while waiting:
        one = waiting.pop()
        yield one
        for child in reversed(one.children):
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)


def rests_on(memo: Mapping[tuple[str, Instance], Settled], pick: Callable[[Step], T | None]) -> dict[tuple[str, Instance], frozenset[T]]:
    """What `pick` finds in the steps below each declaration of a traced run."""
    found: dict[tuple[str, Instance], frozenset[T]] = {}
    inside: dict[int, frozenset[T]] = {}
    for one, settled in memo.items():
        # What a declaration needs was finished before it, and stands before it in the memo.
        picked: set[T] = set()
        waiting = [settled.step] if settled.step is not None else []
        while waiting:
            step = waiting.pop()
            if id(step) in inside:
                picked |= inside[id(step)]
                continue
            this = pick(step)
            if this is not None:
                picked.add(this)
            waiting.extend(step.children)
        found[one] = inside[id(settled.step)] = frozenset(picked)
    return found


def is_age(step: Step) -> bool:
    """Whether the step is an age in full years; its parts are the date of birth, the day, and the words of two rules."""
    return isinstance(step.what, Operation) and step.what.operator == "age"
