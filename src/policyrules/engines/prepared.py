"""The reference's evaluation with a trace, prepared for what is known: each node is made into a function once.

A function gives the step of a value, which `evaluate_traced` leaves behind; where a 暂定 value had a part in it, it sets the
mark of the run. Where a value is unknown or fails, this way ends, and the reference takes the declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from policyrules.core.case import Instance
from policyrules.core.keeping import kept
from policyrules.core.outcome import Failed, Step
from policyrules.core.program import Anchor, BenefitValue, Expression, FactValue, Literal, Operation, ParameterValue, Path, Program, RuleValue
from policyrules.engines.expressions import ABSORBING, READINGS, row_in_force
from policyrules.engines.lattice import MENDING, Result
from policyrules.engines.run import DEEPEST, Here, Run, Settled, Suspended, locate
from policyrules.operators.operator import Failure
from policyrules.operators.table import OPERATORS
from policyrules.values.unknown import Unknown

Prepared: TypeAlias = Callable[[Run, Here, int], Step]
"""Gives the step of a node; its value is known."""


_NO_VALUE = (Unknown, Failed)


class NotKnown(Exception):
    """Control only, never seen outside: this way does not lead to a value."""


def evaluate_known(run: Run, node: Expression, here: Here, depth: int) -> Result:
    """As `evaluate_traced`, of what is known; raises `NotKnown` for anything else."""
    assert run.trace is not None
    outer, run.mark = run.mark, False
    step = kept(_prepared, node, None, run.program)(run, here, depth)
    run.trace.append(step)
    mark, run.mark = run.mark, outer
    value: Any = step.value
    return value, mark


def _prepared(node: Expression, _: None, program: Program) -> Prepared:
    match node:
        case Operation(operator) if operator in ABSORBING:
            return _logical(node, program)
        case Operation(operator) if operator not in MENDING:
            return _operation(node, program)
        case Literal():
            return _literal(node)
        case FactValue():
            return _fact(node)
        case ParameterValue():
            return _parameter(node)
        case RuleValue():
            return _rule(node, program)
        case BenefitValue():
            return _benefit(node)
        case _:
            return _other(node)


def _literal(node: Literal) -> Prepared:
    value = node.value

    def prepared(run: Run, here: Here, depth: int) -> Step:
        return Step(node, value, here.current)

    return prepared


def _fact(node: FactValue) -> Prepared:
    near, owner_of = _owner(node.path)
    key = node.fact

    def prepared(run: Run, here: Here, depth: int) -> Step:
        owner = here.current if here.current.entity == near else owner_of(here)
        value = owner.facts.get(key)
        if value is None:
            raise NotKnown
        return Step(node, value, owner)

    return prepared


def _owner(path: Path) -> tuple[str | None, Callable[[Here], Instance]]:
    """The entity of which the member in hand is the one a path leads to (None: nobody in hand is, as such), and where it leads otherwise."""

    def elsewhere(here: Here) -> Instance:
        owner = locate(path, here, None)
        if not isinstance(owner, Instance):
            raise NotKnown
        return owner

    return None if path.roles or path.anchor is Anchor.SUBJECT else path.entity, elsewhere


def _parameter(node: ParameterValue) -> Prepared:
    key = node.parameter

    def prepared(run: Run, here: Here, depth: int) -> Step:
        row = run.parameters.get(key)
        if row is None:
            row = run.parameters[key] = row_in_force(run, key)
        if isinstance(row, Failed):
            raise NotKnown
        if row.provisional:
            run.mark = True
        return Step(node, row.value, here.current, (Step(row, row.value, None),))

    return prepared


def _rule(node: RuleValue, program: Program) -> Prepared:
    rule = program.rules.get(node.rule)
    if rule is None or rule.entity is not None:
        return _named(node, node.rule, False)
    key = node.rule

    def prepared(run: Run, here: Here, depth: int) -> Step:
        found = _settled(run, key, run.root, depth)
        value = found.value
        if isinstance(value, _NO_VALUE):
            raise NotKnown
        return Step(node, value, here.current, (found.step,) if found.step is not None else ())

    return prepared


def _benefit(node: BenefitValue) -> Prepared:
    return _named(node, node.benefit, node.granted)


def _named(node: RuleValue | BenefitValue, key: str, granted: bool) -> Prepared:
    """The value of a declaration of the instance at a path, or whether it is granted."""
    near, owner_of = _owner(node.path)

    def prepared(run: Run, here: Here, depth: int) -> Step:
        owner = here.current if here.current.entity == near else owner_of(here)
        found = _settled(run, key, owner, depth)
        value = found.granted if granted else found.value
        if isinstance(value, _NO_VALUE):
            raise NotKnown
        return Step(node, value, here.current, (found.step,) if found.step is not None else ())

    return prepared


def _operation(node: Operation, program: Program) -> Prepared:
    arguments = _arguments(node, program)
    scalar = OPERATORS[node.operator].scalar

    def prepared(run: Run, here: Here, depth: int) -> Step:
        below = depth + 1
        steps = [argument(run, here, below) for argument in arguments]
        value = scalar(*[step.value for step in steps])
        if isinstance(value, Failure):
            raise NotKnown
        return Step(node, value, here.current, tuple(steps))

    if len(arguments) != 2:
        return prepared
    left, right = arguments

    def of_two(run: Run, here: Here, depth: int) -> Step:
        first, second = left(run, here, depth + 1), right(run, here, depth + 1)
        value = scalar(first.value, second.value)
        if isinstance(value, Failure):
            raise NotKnown
        return Step(node, value, here.current, (first, second))

    return of_two


def _logical(node: Operation, program: Program) -> Prepared:
    """且 and 或: the first argument that settles it does so, unless a 暂定 value had a part in that; then another may."""
    arguments = _arguments(node, program)
    absorbing = ABSORBING[node.operator]
    otherwise = OPERATORS[node.operator].scalar(*[not absorbing for _ in arguments])
    assert isinstance(otherwise, bool)

    def prepared(run: Run, here: Here, depth: int) -> Step:
        steps: list[Step] = []
        outer, below = run.mark, depth + 1
        value, mark = otherwise, False
        for argument in arguments:
            run.mark = False
            step = argument(run, here, below)
            steps.append(step)
            settles = step.value is absorbing
            if settles:
                value = absorbing
            if run.mark:
                mark = True
            elif settles:
                mark = False
                break
        run.mark = outer or mark
        return Step(node, value, here.current, tuple(steps))

    return prepared


def _arguments(node: Operation, program: Program) -> tuple[Prepared, ...]:
    return tuple([kept(_prepared, argument, None, program) for argument in node.arguments])


def _other(node: Expression) -> Prepared:
    """What the reference reads; what is inside it comes back here."""
    reading = READINGS[node.__class__]

    def prepared(run: Run, here: Here, depth: int) -> Step:
        outer = run.trace
        inner: list[Step] = []
        run.trace = inner
        held, mark = reading(run, node, here, depth)
        run.trace = outer
        run.mark = run.mark or mark
        if isinstance(held, _NO_VALUE):
            raise NotKnown
        return Step(node, held, here.current, tuple(inner))

    return prepared


def _settled(run: Run, key: str, owner: Instance, depth: int) -> Settled:
    """A declaration from the memo, or worked out now. Too deep down, it is asked for first instead."""
    found = run.memo.get((key, owner))
    if found is None:
        if depth > DEEPEST:
            raise Suspended(key, owner)
        found = run.declared(run, key, owner, depth + 1)
    if found.provisional:
        run.mark = True
    return found
