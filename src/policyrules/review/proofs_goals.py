"""Claims as the solver takes them: what a case would have to be like to refute one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from policyrules.core.program import Anchor, FactValue, Program
from policyrules.engines import smt
from policyrules.engines.smt import Address, Shape, SymbolicOutcome, SymbolicValue, Window, World
from policyrules.engines.smt_values import equal
from policyrules.engines.smt_world import node_at
from policyrules.engines.smt_z3 import Truth, both, either, no
from policyrules.review.proofs_findings import Ask, Question
from policyrules.review.proofs_work import GREATEST, Work, occurring, scale_of
from policyrules.values.types import Value


def firsts(world: World, entity: str) -> Iterator[Address]:
    """The first member of every list that has such members: the others of a list are like it."""
    return (address for address in smt.addresses(world, entity) if all(index == 0 for _, index in address))


def goal_of(work: Work, world: World, ask: Ask, outcome: SymbolicOutcome) -> Truth:
    """What refutes a claim."""
    match ask.question:
        case Question.CONFLICT:
            return outcome.conflict
        case Question.FAILS:
            return both(outcome.failed, *in_time(work, world))
        case Question.CASES:
            return outcome.refused
        case Question.NEGATIVE:
            return both(outcome.granted, _holds(world, "less", outcome, Fraction(0)))
        case _:
            greatest = Fraction(GREATEST, scale_of(work.benefit))
            # Below zero nothing is paid; that is another question.
            low = False if work.benefit is not None and work.benefit.pays else _holds(world, "less", outcome, -greatest)
            return both(outcome.granted, either(_holds(world, "greater", outcome, greatest), low))


def _holds(world: World, operator: str, outcome: SymbolicOutcome, known: Value) -> Truth:
    if outcome.granted is False:
        return False
    return smt.operation(world, operator, SymbolicValue(outcome.amount), smt.literal(world, known)).value


# ---------------------------------------------------------------- promises


Goal = tuple[Sequence[World], Address, Truth]


def value_goals(work: Work, program: Program, ask: Ask, shape: Shape, window: Window) -> Iterator[Goal]:
    """That a definition has no value for somebody."""
    world = smt.world(program, shape, window)
    for address in firsts(world, work.entity):
        fails = smt.value(world, ask.key, address).fails
        yield [world], address, both(fails, *in_time(work, world))


def promise_goals(work: Work, program: Program, ask: Ask, shape: Shape, window: Window) -> Iterator[Goal]:
    """That a promise is false of somebody."""
    world = smt.world(program, shape, window)
    for address in firsts(world, work.entity):
        found = smt.value(world, ask.key, address)
        yield [world], address, both(no(found.fails), no(found.value))


def moving_goals(work: Work, program: Program, ask: Ask, shape: Shape, window: Window) -> Iterator[Goal]:
    """That two households alike but for one fact come to results that stand the wrong way round."""
    promise = ask.promise
    assert promise is not None and promise.along is not None
    one = smt.world(program, shape, window)
    other = smt.world(program, shape, window, one, tag="later·")
    for address in firsts(one, work.entity):
        owner = owner_at(program, address, promise.along)
        values = [smt.value(world, ask.key, address) for world in (one, other)]
        facts = [smt.fact(world, owner, promise.along.fact) for world in (one, other)]
        if True in [value.fails for value in values if isinstance(value.fails, bool)]:
            continue
        rises = smt.operation(one, "less", facts[0], facts[1]).value
        low, high = (values[1], values[0]) if promise.rising else (values[0], values[1])
        wrong = smt.operation(one, "less", SymbolicValue(low.value), SymbolicValue(high.value)).value
        yield [one, other], address, both(rises, wrong, *(no(value.fails) for value in values), *_alike(one, other, owner, promise.along.fact))


def _alike(one: World, other: World, owner: Address, moved: str) -> list[Truth]:
    """That the two worlds tell of the same household and month, but for one fact."""
    said = [equal(one.month, other.month)]
    for entity in one.program.entities:
        for address in smt.addresses(one, entity):
            said.append(equal(node_at(one, address).there, node_at(other, address).there))
            keys = {key for world in (one, other) for key in node_at(world, address).facts}
            for key in sorted(keys - ({moved} if address == owner else set())):
                said.append(equal(smt.fact(one, address, key).value, smt.fact(other, address, key).value))
    return said


def owner_at(program: Program, address: Address, along: FactValue) -> Address:
    """Where the fact that is moved stands, seen from an instance."""
    path = along.path
    if path.anchor is Anchor.ENCLOSING:
        while address and _entity_at(program, address) != path.entity:
            address = address[:-1]
    return (*address, *((role, 0) for role in path.roles))


def _entity_at(program: Program, address: Address) -> str:
    entity = program.root or ""
    for role, _ in address:
        entity = next(one.entity for one in program.entities[entity].roles if one.name == role)
    return entity



def in_time(work: Work, world: World) -> list[Truth]:
    """That the days told of are such as occur: nobody born after the day of decision, none centuries away."""
    said = []
    ends = [smt.literal(world, day) for day in occurring(world.window.first, world.window.last)]
    for entity, key in sorted(work.days):
        for address in smt.addresses(world, entity):
            if key in node_at(world, address).facts:
                day = smt.fact(world, address, key)
                last = SymbolicValue(world.decided_on) if (entity, key) in work.births else ends[1]
                said += [smt.operation(world, "less_equal", *pair).value for pair in ((ends[0], day), (day, last))]
    return said
