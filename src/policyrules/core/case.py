"""What a run takes: a case (instances and their facts) and an occasion (the day and month decided for)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from enum import Enum

from attrs import define, evolve, field, frozen

from policyrules.core.facts import Fact, Stead
from policyrules.source.text import Place
from policyrules.values.types import Value


class State(Enum):
    """Why a fact has no value although somebody answered."""

    UNASCERTAINABLE = "unascertainable"
    """不详: asked for, and cannot be known."""

    INAPPLICABLE = "inapplicable"
    """不适用: the question does not arise."""


def _nowhere(_: str, __: str) -> None:
    """The place of what was written nowhere."""


@define(eq=False)
class Instance:
    """One household, person or other entity of a case.

    `facts` holds what is known, by the fact's key; a fact not in it is unknown, for the reason in `states` if one was
    told (`states` may name a role too). `given` holds values supplied for computed names (rules and benefits, by key),
    which win over the rules. A role not in `members` is unknown; a benefit is given as its amount, or False for
    refused. A list that may not be complete has in `unlisted` a member that stands for any who are not in it: nothing
    is known of it and its id is empty. `place_of` tells where a fact was written (by the id and its key), for messages.
    """

    entity: str
    id: str
    facts: dict[str, Value] = field(factory=dict)
    given: dict[str, Value] = field(factory=dict)
    members: dict[str, list[Instance]] = field(factory=dict)
    parent: Instance | None = field(default=None, repr=False)
    states: dict[str, State] = field(factory=dict)
    unlisted: dict[str, Instance] = field(factory=dict, repr=False)
    place_of: Callable[[str, str], Place | None] = field(default=_nowhere, repr=False)


def stead_of(fact: Fact, state: State | None) -> Stead | None:
    """What the policy takes for a fact in this state: its 推定 where it cannot be known, its 不适用时 where it does not apply."""
    match state:
        case State.UNASCERTAINABLE:
            return fact.presumed
        case State.INAPPLICABLE:
            return fact.inapplicable
        case None:
            return None


@frozen
class Occasion:
    """When: the reference day, and the month it stands for. `monthly` is False when a day was asked for."""

    day: date
    month_start: date
    month_end: date
    monthly: bool = True


def instances(root: Instance) -> Iterator[Instance]:
    """The root and everything under it, in the order of the case."""
    yield root
    for group in root.members.values():
        for member in group:
            if member.members:
                yield from instances(member)
            else:
                yield member


def root_of(one: Instance) -> Instance:
    """The outermost instance of the case somebody belongs to."""
    while one.parent is not None:
        one = one.parent
    return one


def everybody(one: Instance) -> Iterator[Instance]:
    """Everyone of the case somebody belongs to."""
    return instances(root_of(one))


def copied(root: Instance) -> tuple[Instance, dict[Instance, Instance]]:
    """A copy whose facts may be changed, and the copy of every instance."""
    twins: dict[Instance, Instance] = {}

    def twin_of(one: Instance, parent: Instance | None) -> Instance:
        twin = evolve(one, facts=dict(one.facts), members={}, parent=parent)
        twins[one] = twin
        twin.members = {role: [twin_of(member, twin) for member in group] for role, group in one.members.items()}
        # A member who stands for those not listed reads the facts of the copy, too.
        twin.unlisted = {role: evolve(member, parent=twin) for role, member in one.unlisted.items()}
        return twin

    return twin_of(root, None), twins
