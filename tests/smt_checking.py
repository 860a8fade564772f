"""A symbolic reading held against a case: the facts of the world fixed to the case's, and what comes out of it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from policyrules.core.case import Instance
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused
from policyrules.core.program import Program
from policyrules.engines import smt
from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_world import Node, nodes
from policyrules.values.types import Value


def shape_of(root: Instance) -> smt.Shape:
    """The shape of a case. Where members of one role have other counts below them than each other, some have fewer."""
    counts: dict[tuple[str, ...], set[int]] = {}
    level: list[tuple[tuple[str, ...], Instance]] = [((), root)]
    while level:
        roles, one = level.pop()
        for role, group in one.members.items():
            below = (*roles, role)
            counts.setdefault(below, set()).add(len(group))
            level.extend((below, member) for member in group)
    fewer = frozenset(path for path, sizes in counts.items() if len(sizes) > 1)
    return smt.Shape(tuple((path, max(sizes)) for path, sizes in counts.items()), fewer)


def twin_of(root: Instance, node: Node) -> Instance | None:
    """The instance of the case a node stands for; None where the case does not tell of it."""
    for role, index in node.address:
        group = root.members.get(role, [])
        if index >= len(group):
            return None
        root = group[index]
    return root


def fixed(world: smt.World, root: Instance, month: date | None = None) -> Any:
    """A model in which the facts are the case's, those it does not give being anything; None where no such case is taken."""
    library = z.z3()
    solver = library.SimpleSolver()
    solver.add(*world.constraints)
    for node in nodes(world.root):
        twin = twin_of(root, node)
        if node.there is not True:
            solver.add(node.there if twin is not None else z.no(node.there))
        for key, held in node.facts.items() if twin is not None else ():
            if key in twin.facts:
                solver.add(z.truth_term(z.no(smt.different(held, smt.literal(world, twin.facts[key])))))
    if month is not None:
        solver.add(z.truth_term(smt.operation(world, "equal", smt.SymbolicValue(world.month), smt.literal(world, month)).value))
    return solver.model() if solver.check() == library.sat else None


def told(world: smt.World, model: Any, found: smt.SymbolicOutcome | smt.SymbolicValue) -> Value | str:
    """What a reading comes to in a model: the value or amount, or refused, conflict, failed."""
    if isinstance(found, smt.SymbolicValue):
        return "failed" if z.truth_of(model, found.fails) else smt.value_of(found.value, model, world.words)
    held = {name: z.truth_of(model, getattr(found, name)) for name in ("granted", "refused", "conflict", "failed")}
    assert sum(held.values()) == 1, held
    return smt.value_of(found.amount, model, world.words) if held["granted"] else next(name for name, true in held.items() if true)


def said(outcome: Outcome) -> Value | str | None:
    """What the reference says, in the same words; None where it is undecided."""
    match outcome:
        case Granted(amount=amount):
            return amount
        case Computed(value=value):
            return value
        case Refused():
            return "refused"
        case Conflict():
            return "conflict"
        case Failed():
            return "failed"
    return None


def all_symbolic(program: Program, world: smt.World, key: str, address: smt.Address) -> smt.SymbolicOutcome | smt.SymbolicValue:
    """A benefit's outcome, or a rule's value."""
    return smt.outcome(world, key, address) if key in program.benefits else smt.value(world, key, address)


def alike(one: Value | str, other: Value | str | None) -> bool:
    """Whether both say the same; a number is no truth."""
    return isinstance(one, bool) == isinstance(other, bool) and isinstance(one, Fraction) == isinstance(other, Fraction) and one == other
