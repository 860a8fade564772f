"""What one run of the interpreter carries: the program, the case, what has been worked out, and the trace if asked for.

The parts of the interpreter call each other through `Run`, so that each stands in its own module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import define, field

from policyrules.core.case import Instance, Occasion, State, instances
from policyrules.core.outcome import Failed, Outcome, Step, Undecided
from policyrules.core.program import Anchor, Expression, ParameterRow, Path, Program
from policyrules.engines.lattice import Held, Result
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.values.types import Value
from policyrules.values.unknown import Need, Possible, Unknown

DEEPEST = 40
"""Nested evaluations after which a declaration is worked out on its own first, so that Python's stack suffices."""

_NO_ENCLOSING = Phrase("个案中没有可用的“{entity}”", "the case has no “{entity}” here")
_NO_MEMBER = Phrase("“{instance}”没有{role}", "“{instance}” has no {role}")


@define(eq=False)
class Here:
    """Where an expression is evaluated: the member in hand, and the one its declaration is evaluated for (本人)."""

    current: Instance
    subject: Instance


@define(eq=False)
class Settled:
    """A declaration worked out for one instance. `value` is what other rules see of it, `granted` what 享受 says.

    `step` is how, where that was asked for; it is set once the declaration is finished.
    """

    value: Held
    granted: Held
    outcome: Outcome
    provisional: bool
    supplied: bool
    step: Step | None = None


class Suspended(Exception):
    """Control only, never seen outside: this declaration has to be worked out before the one in hand can be."""

    def __init__(self, key: str, instance: Instance) -> None:
        self.key = key
        self.instance = instance


Evaluate: TypeAlias = Callable[["Run", Expression, Here, int], Result]
Declared: TypeAlias = Callable[["Run", str, Instance, int], Settled]


@define(eq=False)
class Run:
    """One call of `decide`. `assumed` holds values, or stretches of values, tried for missing facts; `trace` is None unless
    asked for; `thorough` works out every argument of a condition, also where one has settled it; `mark` tells the prepared
    way that a 暂定 value had a part in what it is working out."""

    program: Program
    root: Instance
    occasion: Occasion
    evaluate: Evaluate
    declared: Declared
    trace: list[Step] | None
    assumed: Mapping[tuple[str, str], Value | Unknown]
    thorough: bool = False
    mark: bool = False
    memo: dict[tuple[str, Instance], Settled] = field(factory=dict)
    parameters: dict[str, ParameterRow | Failed] = field(factory=dict)
    positions: dict[str, int] = field(factory=dict)


def opened(run: Run) -> list[Step] | None:
    """Begins a step: what is evaluated from here is gathered under it. Hand the result to `closed`."""
    outer = run.trace
    if outer is not None:
        run.trace = []
    return outer


def closed(run: Run, outer: list[Step] | None, what: object, value: object, instance: Instance | None) -> None:
    """Ends the step begun by `opened`."""
    if outer is not None:
        outer.append(ended(run, outer, what, value, instance))


def ended(run: Run, outer: list[Step], what: object, value: object, instance: Instance | None) -> Step:
    """As `closed`; the step is handed out and stands nowhere yet."""
    step = Step(what, value, instance, tuple(run.trace or ()))
    run.trace = outer
    return step


def locate(path: Path, here: Here, place: Place | None) -> Instance | Need | Failed:
    """The instance a path leads to, or the role that is missing on the way."""
    instance: Instance | None = here.subject if path.anchor is Anchor.SUBJECT else here.current
    while instance is not None and instance.entity != path.entity:
        instance = instance.parent
    if instance is None:
        return Failed(_NO_ENCLOSING.fill(entity=path.entity), place)
    for role in path.roles:
        group = instance.members.get(role)
        if group is None:
            return missing(instance, role, role)
        if not group:
            return Failed(_NO_MEMBER.fill(instance=instance.id, role=role), place)
        instance = group[0]
    return instance


def missing(owner: Instance, key: str, name: str) -> Need:
    """A fact or role the case does not give; nobody is asked again for what cannot be known."""
    return Need(owner.id, key, name, askable=owner.states.get(key) is not State.UNASCERTAINABLE)


def undecided(run: Run, needs: frozenset[Need], possible: Possible) -> Undecided:
    """Open because of these facts: those to be asked for, and those that cannot be known."""
    listed = in_order(run, needs)
    askable = tuple(need for need in listed if need.askable)
    return Undecided(askable, possible, tuple(need for need in listed if not need.askable))



def in_order(run: Run, needs: frozenset[Need]) -> tuple[Need, ...]:
    """Missing facts as a case worker meets them: by instance, then as the policy lists the facts, roles last."""
    if not run.positions:
        # Ids of instances and keys of facts never sort against each other, so one dictionary each would say no more.
        for position, instance in enumerate(instances(run.root)):
            run.positions.setdefault(f"#{instance.id}", position)
        for position, fact in enumerate(run.program.facts.values()):
            run.positions.setdefault(fact.key, position)
    positions, last = run.positions, len(run.positions)

    def rank(need: Need) -> tuple[int, int, str, str]:
        subject = positions.get(f"#{need.subject}", last)
        return subject, positions.get(need.fact, last), need.subject, need.fact

    return tuple(sorted(needs, key=rank))
