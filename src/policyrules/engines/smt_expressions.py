"""The value of an expression for one instance of a world, in every case at once: what `engines/expressions` says, symbolically."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from attrs import define

from policyrules.core.program import (
    Aggregate,
    Anchor,
    Benefit,
    BenefitValue,
    Choice,
    Expression,
    FactValue,
    Gathering,
    Impossible,
    IsSubject,
    Literal,
    Moment,
    MomentValue,
    Operation,
    ParameterValue,
    Path,
    Rule,
    RuleValue,
)
from policyrules.engines import smt_days as days
from policyrules.engines import smt_numbers as numbers
from policyrules.engines import smt_operators as operators
from policyrules.engines import smt_values as values
from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_benefits import SymbolicOutcome, decide
from policyrules.engines.smt_values import FAILED, SymbolicValue
from policyrules.engines.smt_world import Node, World, fact_of
from policyrules.engines.smt_z3 import Truth

DEEPEST = 120
"""Nested expressions after which a declaration is read on its own first, so that Python's stack suffices."""


@define(eq=False)
class Here:
    """Where an expression is read: the member in hand, and the one its declaration is read for (本人)."""

    current: Node
    subject: Node


class _Suspended(Exception):
    """Control only: this declaration has to be read before the one in hand can be."""

    def __init__(self, key: str, node: Node) -> None:
        self.key = key
        self.node = node


def declared(world: World, key: str, node: Node) -> SymbolicValue | SymbolicOutcome:
    """A rule, parameter or benefit for one instance, with everything it needs, however long the chain."""
    waiting = [(key, node)]
    while True:
        key, node = waiting[-1]
        try:
            found = _declared(world, key, node)
        except _Suspended as suspended:
            waiting.append((suspended.key, suspended.node))
            continue
        waiting.pop()
        if not waiting:
            return found


def evaluate(world: World, node: Expression, here: Here) -> SymbolicValue:
    """The value of an expression."""
    world.depth += 1
    try:
        return READINGS[node.__class__](world, node, here)
    finally:
        world.depth -= 1


def _declared(world: World, key: str, node: Node) -> SymbolicValue | SymbolicOutcome:
    found = world.memo.get((key, node.address))
    if isinstance(found, (SymbolicValue, SymbolicOutcome)):
        return found
    if world.depth > DEEPEST:
        raise _Suspended(key, node)
    declaration = world.program.rules.get(key) or world.program.benefits.get(key)
    here = Here(node, node)
    made: SymbolicValue | SymbolicOutcome
    if isinstance(declaration, Rule):
        made = evaluate(world, declaration.expression, here)
    elif isinstance(declaration, Benefit):
        made = decide(world, declaration, lambda part: evaluate(world, part, here))
    else:
        made = _in_force(world, key)
    world.memo[key, node.address] = made
    return made


# ---------------------------------------------------------------- leaves


def _literal(world: World, node: Literal, here: Here) -> SymbolicValue:
    return SymbolicValue(values.literal(node.value, world.words))


def _parameter(world: World, node: ParameterValue, here: Here) -> SymbolicValue:
    return _in_force(world, node.parameter)


def _in_force(world: World, key: str) -> SymbolicValue:
    """The row in force, which is one in the whole window; what is no name of the program has no value."""
    parameter = world.program.parameters.get(key)
    first = world.decided_on.low
    for row in parameter.timeline if parameter is not None else ():
        if row.start <= first and (row.end is None or first <= row.end):
            return SymbolicValue(values.literal(row.value, world.words))
    return FAILED


def _fact(world: World, node: FactValue, here: Here) -> SymbolicValue:
    owner = locate(node.path, here)
    return FAILED if owner is None else fact_of(world, owner, node.fact, node.type)


def _moment(world: World, node: MomentValue, here: Here) -> SymbolicValue:
    match node.moment:
        case Moment.DAY:
            return SymbolicValue(world.decided_on)
        case Moment.MONTH_START:
            return SymbolicValue(world.month)
        case Moment.MONTH_END:
            return SymbolicValue(days.last_of_month(world.month))


def _is_subject(world: World, node: IsSubject, here: Here) -> SymbolicValue:
    return SymbolicValue(here.current is here.subject)


def _impossible(world: World, node: Impossible, here: Here) -> SymbolicValue:
    return FAILED


# ---------------------------------------------------------------- names


def locate(path: Path, here: Here) -> Node | None:
    """The instance a path leads to; None where there is nobody."""
    node: Node | None = here.subject if path.anchor is Anchor.SUBJECT else here.current
    while node is not None and node.entity != path.entity:
        node = node.parent
    for role in path.roles:
        group = node.members.get(role) if node is not None else None
        node = group[0] if group else None
    return node


def _rule(world: World, node: RuleValue, here: Here) -> SymbolicValue:
    rule = world.program.rules.get(node.rule)
    owner = world.root if rule is not None and rule.entity is None else locate(node.path, here)
    if owner is None:
        return FAILED
    found = _declared(world, node.rule, owner)
    return found if isinstance(found, SymbolicValue) else found.seen


def _benefit(world: World, node: BenefitValue, here: Here) -> SymbolicValue:
    owner = locate(node.path, here)
    if owner is None:
        return FAILED
    found = _declared(world, node.benefit, owner)
    if isinstance(found, SymbolicValue):
        return found
    return SymbolicValue(found.granted, z.either(found.conflict, found.failed)) if node.granted else found.seen


# ---------------------------------------------------------------- operators and choices


def _operation(world: World, node: Operation, here: Here) -> SymbolicValue:
    around = world.around
    around.place = node.place
    ends = _ENDS.get(node.operator)
    arguments = []
    for argument in node.arguments:
        found = evaluate(world, argument, here)
        if ends is not None and found.value is ends and found.fails is False:
            return SymbolicValue(ends)
        arguments.append(found)
    return operators.apply(around, node.operator, arguments)


_ENDS = {"and": False, "or": True}


def _choice(world: World, node: Choice, here: Here) -> SymbolicValue:
    ways: list[tuple[SymbolicValue, SymbolicValue]] = []
    found: SymbolicValue | None = None
    for branch in node.branches:
        condition = evaluate(world, branch.condition, here)
        if condition.fails is True:
            found = FAILED
            break
        if condition.value is False and condition.fails is False:
            continue
        value = evaluate(world, branch.value, here)
        if condition.value is True and condition.fails is False:
            found = value
            break
        ways.append((condition, value))
    if found is None:
        found = evaluate(world, node.otherwise, here)
    for condition, value in reversed(ways):
        found = values.choose(condition.value, value, found)
        found = SymbolicValue(found.value, z.either(condition.fails, found.fails))
    return found


# ---------------------------------------------------------------- members


def _aggregate(world: World, node: Aggregate, here: Here) -> SymbolicValue:
    owner = locate(node.path, here)
    if owner is None or node.role not in owner.members:
        return FAILED
    inside = [Here(member, here.subject) for member in owner.members[node.role]]
    if node.kind in (Gathering.ANY, Gathering.ALL):
        gathered = [_holds(world, node, each) for each in inside]
        return operators.disjunction(gathered) if node.kind is Gathering.ANY else operators.conjunction(gathered)
    entries = [entry for entry in (_entry(world, node, each) for each in inside) if entry is not None]
    failing = z.either(*(z.both(belongs, value.fails) for belongs, value in entries))
    if failing is True:
        return FAILED
    if node.kind in (Gathering.SUM, Gathering.COUNT):
        return SymbolicValue(numbers.add([numbers.pick(belongs, _number(value), numbers.ZERO) for belongs, value in entries]), failing)
    found = _one_of(world, node, entries, here)
    return SymbolicValue(found.value, z.either(failing, found.fails))


def _holds(world: World, node: Aggregate, inside: Here) -> SymbolicValue:
    """ANY: whether a member passes the filter and the condition. ALL: whether it meets the condition or fails the filter."""
    wanted = node.kind is Gathering.ANY
    there = SymbolicValue(inside.current.there)
    parts = [there if wanted else operators.negation(there)]
    if node.where is not None:
        belongs = evaluate(world, node.where, inside)
        if belongs.value is False and belongs.fails is False:
            return SymbolicValue(not wanted)
        parts.append(belongs if wanted else operators.negation(belongs))
    if node.value is not None:
        parts.append(evaluate(world, node.value, inside))
    return operators.conjunction(parts) if wanted else operators.disjunction(parts)


def _entry(world: World, node: Aggregate, inside: Here) -> tuple[Truth, SymbolicValue] | None:
    """Whether a member belongs, and what it brings; where it fails whether it belongs, it belongs and brings a failure."""
    belongs = SymbolicValue(inside.current.there)
    if node.where is not None:
        belongs = operators.conjunction([belongs, evaluate(world, node.where, inside)])
    if belongs.value is False and belongs.fails is False:
        return None
    value = SymbolicValue(numbers.ONE) if node.value is None or belongs.fails is True else evaluate(world, node.value, inside)
    return z.either(belongs.fails, belongs.value), SymbolicValue(value.value, z.either(belongs.fails, value.fails))


def _number(value: SymbolicValue) -> numbers.Scaled:
    return value.value if isinstance(value.value, numbers.Scaled) else numbers.ZERO


def _one_of(world: World, node: Aggregate, entries: list[tuple[Truth, SymbolicValue]], here: Here) -> SymbolicValue:
    """Highest, lowest or mean; of nobody, what is written for that."""
    somebody = z.either(*(belongs for belongs, _ in entries))
    nobody = FAILED
    if somebody is not True and node.if_none is not None:
        nobody = evaluate(world, node.if_none, here)
    if somebody is False:
        return nobody
    entries = [(belongs, value) for belongs, value in entries if value.fails is not True]
    if not entries:
        return nobody
    if node.kind is Gathering.MEAN:
        total = numbers.add([numbers.pick(belongs, _number(value), numbers.ZERO) for belongs, value in entries])
        count = numbers.add([numbers.counted(belongs) for belongs, _ in entries])
        found, _ = numbers.divide(total, count)
        return values.choose(somebody, SymbolicValue(found), nobody)
    beats = values.greater if node.kind is Gathering.HIGHEST else values.less
    has, best = entries[0][0], entries[0][1].value
    for belongs, value in entries[1:]:
        best = values.pick(z.both(belongs, z.either(z.no(has), beats(value.value, best))), value.value, best)
        has = z.either(has, belongs)
    return values.choose(somebody, SymbolicValue(best), nobody)


READINGS: Mapping[type, Callable[[World, Any, Here], SymbolicValue]] = MappingProxyType(
    {
        Operation: _operation,
        Literal: _literal,
        FactValue: _fact,
        ParameterValue: _parameter,
        RuleValue: _rule,
        BenefitValue: _benefit,
        Choice: _choice,
        Aggregate: _aggregate,
        MomentValue: _moment,
        IsSubject: _is_subject,
        Impossible: _impossible,
    }
)
"""How each kind of node is read."""
