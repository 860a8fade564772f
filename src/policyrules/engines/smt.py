"""A program read by a solver: its rules over all households of a shape and all months of a window at once.

What stands here (z3 is imported when the first world is made; without it `ModuleNotFoundError`):

- `windows(program, first, last, keys=None, also=())`: stretches of months in which no parameter and no article changes (of
  what `keys` need, if given; of the programs in `also`, too).
- `shapes(program, keys, most, also=())`: how many members each list has, the smallest first; `also` are further programs
  whose lists vary, too. Of lists in lists only the greatest count is told: everybody may have fewer (`Shape.fewer`), so that
  the shapes together are every household of up to `most` members a list.
- `world(program, shape, window, shared=None, *, tag="")`: the facts as variables. Two worlds have the same variables for
  the same facts (entity place, key and type) where one is `shared` with the other; a `tag` of its own makes a world of
  other people (two households under one law; `shared` with `tag` keeps the words of both in one list, as comparing needs).
- `outcome(world, key, address)`: a benefit, as `SymbolicOutcome(granted, refused, conflict, failed, amount, articles)`:
  of the four truths exactly one holds; `amount` (0 where refused) counts only where granted.
- `value(world, key, address)`: a rule or parameter, as `SymbolicValue(value, fails)`; `value` counts only where not `fails`.
- `expression(world, node, address)`: any core expression with that instance in hand (and as 本人).
- `fact(world, address, key)`: the variable of a fact, as a `SymbolicValue` that never fails.
- `operation(operator, *values)`: an operator of the table on symbolic values (`operation("less", one, other)`);
  `literal(world, value)`: a known value among them.
- `different(one, other)`: a z3 truth that two outcomes (or two values) are not the same.
- `world.constraints`: what every case the reader takes meets (ranges, whole 分, real days, options, 核对). Ask for it after
  the terms have been made: some terms bring definitions of their own.
- `satisfy(worlds, conditions, seconds)`: a z3 model in which the constraints of the worlds and the conditions hold, tried
  with everyday values first; `NONE` where there is none, `UNTOLD` where the time does not suffice.
- `document(world, model)`: the household of a model as a JSON case, and its month; `subject(world, address)`: the id of an
  instance in it.
- `Unsupported(what, place)`: a construct without a reading.

A truth is a Python bool where it is the same in the whole window and shape, else a z3 Bool; so is `fails`. Numbers are
`Scaled`: `numerator` (a Python int or a z3 Int, a z3 Real where `real`) over the constant `denominator`.
An address is `()` for the root, `(("成员", 0),)` for its first member, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, TypeAlias

from policyrules.core.program import Expression, Program
from policyrules.engines import smt_operators as operators
from policyrules.engines import smt_values as values
from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_benefits import SymbolicOutcome
from policyrules.engines.smt_days import SymbolicDay
from policyrules.engines.smt_document import document, subject, value_of
from policyrules.engines.smt_expressions import Here, declared, evaluate
from policyrules.engines.smt_numbers import Scaled
from policyrules.engines.smt_stretches import shapes, windows
from policyrules.engines.smt_values import Symbolic, SymbolicValue, Unsupported, Word
from policyrules.engines.smt_world import Address, Shape, Window, World, empty_world, fact_of, node_at, nodes, present
from policyrules.engines.smt_z3 import Truth, truth_of
from policyrules.values.types import Value

__all__ = [
    "NONE",
    "UNTOLD",
    "Address",
    "Scaled",
    "Shape",
    "Symbolic",
    "SymbolicDay",
    "SymbolicOutcome",
    "SymbolicValue",
    "Unsupported",
    "Window",
    "Word",
    "World",
    "addresses",
    "different",
    "document",
    "expression",
    "fact",
    "literal",
    "operation",
    "outcome",
    "satisfy",
    "shapes",
    "subject",
    "truth_of",
    "value",
    "value_of",
    "windows",
    "world",
]


class NoModel(Enum):
    """Why there is no model."""

    NONE = "none"
    """No case at all meets the conditions."""

    UNTOLD = "untold"
    """The time did not suffice to tell."""


NONE, UNTOLD = NoModel.NONE, NoModel.UNTOLD

Model: TypeAlias = Any
"""A model of z3, which has no types of its own."""


def world(program: Program, shape: Shape, window: Window, shared: World | None = None, *, tag: str = "") -> World:
    """The households of a shape in a window, with their 核对 held."""
    made = empty_world(program, shape, window, shared, tag)
    for rule in program.consistencies:
        for node in nodes(made.root):
            if node.entity == rule.entity:
                held = evaluate(made, rule.expression, Here(node, node))
                # What cannot be told contradicts nothing, nor does somebody who is not there.
                made.conditions.append(z.either(held.fails, held.value, z.no(present(node))))
    return made


def outcome(world: World, key: str, address: Address) -> SymbolicOutcome:
    """What a benefit comes to for an instance."""
    found = declared(world, key, node_at(world, address))
    assert isinstance(found, SymbolicOutcome), f"{key} is no benefit"
    return found


def value(world: World, key: str, address: Address) -> SymbolicValue:
    """What a rule or a parameter comes to for an instance; of a benefit, what another rule sees of it."""
    rule = world.program.rules.get(key)
    found = declared(world, key, world.root if rule is not None and rule.entity is None else node_at(world, address))
    return found.seen if isinstance(found, SymbolicOutcome) else found


def expression(world: World, node: Expression, address: Address) -> SymbolicValue:
    """The value of an expression with an instance in hand."""
    here = node_at(world, address)
    return evaluate(world, node, Here(here, here))


def fact(world: World, address: Address, key: str) -> SymbolicValue:
    """The variable of a fact."""
    node = node_at(world, address)
    return fact_of(world, node, key, world.program.facts[node.entity, key].type)


def literal(world: World, known: Value) -> SymbolicValue:
    """A known value."""
    return SymbolicValue(values.literal(known, world.words))


def operation(world: World, operator: str, *arguments: SymbolicValue) -> SymbolicValue:
    """An operator of the table."""
    return operators.apply(world.around, operator, arguments)


def addresses(world: World, entity: str) -> tuple[Address, ...]:
    """Where the instances of an entity are."""
    return tuple(node.address for node in nodes(world.root) if node.entity == entity)


def different(one: SymbolicOutcome | SymbolicValue, other: SymbolicOutcome | SymbolicValue) -> Truth:
    """That two outcomes, or two values, are not the same. Which articles decide counts for nothing."""
    if isinstance(one, SymbolicOutcome) and isinstance(other, SymbolicOutcome):
        pairs = [(one.granted, other.granted), (one.refused, other.refused), (one.conflict, other.conflict), (one.failed, other.failed)]
        both = z.both(one.granted, other.granted)
        amounts = False if both is False else z.both(both, _apart(one.amount, other.amount))
        return z.either(*(_apart(left, right) for left, right in pairs), amounts)
    assert isinstance(one, SymbolicValue) and isinstance(other, SymbolicValue)
    both = z.both(z.no(one.fails), z.no(other.fails))
    values_apart = False if both is False else z.both(both, _apart(one.value, other.value))
    return z.either(_apart(one.fails, other.fails), values_apart)


def _apart(one: Symbolic, other: Symbolic) -> Truth:
    kinds = [next((kind for kind in (Scaled, SymbolicDay, Word) if isinstance(each, kind)), None) for each in (one, other)]
    return True if kinds[0] is not kinds[1] else z.no(values.equal(one, other))


def satisfy(worlds: Sequence[World], conditions: Sequence[Truth], seconds: float) -> Model | NoModel:
    """A model of the worlds in which the conditions hold; of several, one with everyday amounts and ages."""
    if False in [one for one in conditions if one.__class__ is bool]:
        return NONE
    library = z.z3()
    # The plain core is a hundred times as quick here as the default, which prepares every question at length first.
    for make in (library.SimpleSolver, library.Solver):
        solver = make()
        solver.set("timeout", max(1, int(seconds * 1000)))
        solver.add(*(z.truth_term(one) for one in conditions))
        for each in worlds:
            solver.add(*each.constraints)
        found = solver.check()
        if found == library.unsat:
            return NONE
        if found == library.sat:
            return _everyday(solver, worlds)
    return UNTOLD


def _everyday(solver: Any, worlds: Sequence[World]) -> Model:
    """The model a solver has found, or one with everyday values where there is one."""
    model = solver.model()
    solver.add(*(z.truth_term(one) for each in worlds for one in each.everyday))
    return solver.model() if solver.check() == z.z3().sat else model
