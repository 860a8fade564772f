"""Why a condition came out as it did: the parts that decided it, and no others.

A true `且` rests on all its parts, a false one on a part that is false; a named condition is followed into its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policyrules.core.case import Instance
from policyrules.core.outcome import Failed, Step
from policyrules.core.program import (
    Aggregate,
    BenefitValue,
    Branch,
    Choice,
    FactValue,
    Operation,
    ParameterValue,
    Program,
    Rule,
    RuleValue,
)
from policyrules.explain.expressions import COMPARISONS, describe, name_of, one_of
from policyrules.explain.told import seen, told
from policyrules.explain.words import SEMICOLON, joined, stated, value_words
from policyrules.source.phrase import Phrase
from policyrules.values.types import Truth
from policyrules.values.unknown import Unknown

DEEPEST = 6
"""How many conditions made of conditions are looked into; the next is named and left at that."""

_HOLDS_NOT = Phrase("“{condition}”不成立（{facts}）", "“{condition}” does not hold ({facts})")
_HOLDS = Phrase("“{condition}”成立（{facts}）", "“{condition}” holds ({facts})")
_LEAVES = (FactValue, RuleValue, BenefitValue, Aggregate, ParameterValue)
_CONDITIONS = (Operation, Choice, *_LEAVES)
_GROUNDS = (Operation, *_LEAVES)
_OPEN = (Unknown, Failed)
_DECIDERS = {("and", False): False, ("or", True): True, ("at_least", True): True, ("at_least", False): False}
"""Of an operator and what it came to, what an argument has to be for it."""


def grounds(step: Step) -> tuple[Step, ...]:
    """The steps a value rests on that have a name of their own: facts, parameters, definitions, benefits, counts.

    Named conditions are followed into their words, as far as `DEEPEST`.
    """
    return seen(_grounds, step, DEEPEST)


def _grounds(step: Step, follow: int) -> tuple[Step, ...]:
    found: list[Step] = []
    _gather(step, follow, found)
    return tuple(found)


def _gather(step: Step, follow: int, found: list[Step]) -> None:
    node = step.what
    # Asked of every step of a trace, and quicker by the class itself than by `isinstance`; no class of nodes has another below it.
    kind = node.__class__
    if kind is Operation:
        assert isinstance(node, Operation)
        if not isinstance(node.type, Truth) and _is_made_of_leaves(step):
            found.append(step)
            return
        for child in deciding(step, node):
            _gather(child, follow, found)
    elif kind is Choice:
        for child in step.children:
            for part in child.children if isinstance(child.what, Branch) else (child,):
                _gather(part, follow, found)
    elif kind is RuleValue and follow and (inside := _condition_inside(step)) is not None:
        found += seen(_grounds, inside, follow - 1)
    elif kind in _LEAVES:
        found.append(step)


def shortfalls(step: Step, viewer: Instance, program: Program) -> Iterator[Phrase]:
    """What made a condition false (or, below a 非, true): comparisons with the person's own figures."""
    for short in falling_short(step):
        yield told(_shortfall, short, viewer, program)


def _shortfall(step: Step, viewer: Instance, program: Program) -> Phrase:
    node = step.what
    if not isinstance(node, (Operation, Choice)):
        return ground_words(step, viewer, program)
    facts = [ground_words(ground, viewer, program) for ground in distinct(grounds(step))]
    wording = _HOLDS if step.value is True else _HOLDS_NOT
    entity = step.instance.entity if step.instance else viewer.entity
    return wording.fill(condition=describe(node, entity, program), facts=joined(SEMICOLON, facts))


def falling_short(step: Step) -> tuple[Step, ...]:
    """The single conditions that made a condition come out as it did: comparisons, yes-or-no facts, benefits, members' conditions."""
    return seen(_fallen_short, step, DEEPEST)


def _fallen_short(step: Step, follow: int) -> tuple[Step, ...]:
    found: list[Step] = []
    _fall_short(step, follow, found)
    return tuple(found)


def _fall_short(step: Step, follow: int, found: list[Step]) -> None:
    node = step.what
    if isinstance(node, Operation) and node.operator not in COMPARISONS and one_of(node) is None:
        for child in deciding(step, node):
            _fall_short(child, follow, found)
    elif node.__class__ is RuleValue and follow and (inside := _condition_inside(step)) is not None:
        found += seen(_fallen_short, inside, follow - 1)
    elif node.__class__ in _CONDITIONS:
        found.append(step)


def ground_words(step: Step, viewer: Instance, program: Program, value: Phrase | None = None) -> Phrase:
    """A named value: 户的享受低保：否. `value` is the value in words, if it has been put into them."""
    node = step.what
    assert isinstance(node, _GROUNDS), node
    return stated(name_of(step, viewer, program), value or value_words(step.value, node.type))


def distinct(steps: Iterable[Step]) -> list[Step]:
    """Each fact, parameter and definition once, whichever way it was reached."""
    steps = tuple(steps)
    if len(steps) < 2:
        return [*steps]
    return list({(step.what, id(step.instance)): step for step in steps}.values())


def deciding(step: Step, node: Operation) -> tuple[Step, ...]:
    """The arguments without which the result could be another."""
    operator, value = node.operator, step.value
    wanted = _DECIDERS.get((operator, value)) if value is True or value is False else None
    if wanted is None:
        return step.children
    if operator == "at_least":
        return tuple(child for child in step.children if child.value is wanted)
    for child in step.children:
        if child.value is wanted:
            return (child,)
    return ()


def _condition_inside(step: Step) -> Step | None:
    """The expression of a named condition that was evaluated; None for what was supplied and for other definitions."""
    declared = step.children[0] if step.children else None
    if declared is None or not isinstance(declared.what, Rule) or not isinstance(declared.what.type, Truth):
        return None
    return declared.children[0] if declared.children else None


def _is_made_of_leaves(step: Step) -> bool:
    """Whether some name goes into a value, and not just numbers of the policy."""
    if isinstance(step.what, _LEAVES):
        return True
    return any(_is_made_of_leaves(child) for child in step.children)
