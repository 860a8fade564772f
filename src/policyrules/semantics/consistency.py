"""核对: what the facts of one case must not contradict, lowered like any condition."""

from __future__ import annotations

from attrs import evolve

from policyrules.analysis.graph import uses_of
from policyrules.core import program as core
from policyrules.semantics import rule_problems, value_problems
from policyrules.semantics.about import infer
from policyrules.semantics.context import Context
from policyrules.semantics.declarations import known_entity
from policyrules.semantics.expressions import lower_to
from policyrules.semantics.lower import Lowered
from policyrules.semantics.names import Symbol, defined_twice
from policyrules.semantics.outline import of_kind
from policyrules.source.diagnostic import Checked, Diagnostic
from policyrules.syntax import tree as t
from policyrules.values.types import TRUTH


def consistencies(lowered: Lowered) -> Checked[tuple[core.Rule, ...]]:
    """Every 核对 of the folder that can be read, as conditions named by its title."""
    read: dict[str, core.Rule] = {}
    found: list[Diagnostic] = []
    for block in of_kind(lowered.files, t.ConsistencyDecl):
        statement = block.statement
        assert isinstance(statement, t.ConsistencyDecl)
        context = evolve(lowered.contexts[id(block.file)], found=found, base=block.head.start)
        name = statement.name.text
        key = f"核对·{block.policy}·{name}" if block.policy else f"核对·{name}"
        symbol = Symbol(name, key, block.policy, block, context.place(statement.name.span))
        if key in read:
            found.append(defined_twice(name, symbol.place, read[key].place))
            continue
        entity = _entity(statement, symbol, context, lowered)
        value = lower_to(statement.value, context.ruling(entity), TRUTH) if entity is not None else None
        if value is not None and _of_facts(value, statement, context, lowered):
            read[key] = core.Rule(key, name, entity, TRUTH, value, symbol.place)
    return Checked(tuple(read.values()), tuple(found))


def _entity(statement: t.ConsistencyDecl, symbol: Symbol, context: Context, lowered: Lowered) -> str | None:
    """Whom it is about: as written, else by the names it uses, else the outermost entity."""
    if statement.entity is not None:
        return statement.entity.text if known_entity(statement.entity, context) else None
    infer([symbol], {key: one.scope for key, one in lowered.contexts.items()}, lowered.names)
    entity = symbol.entity or lowered.program.root
    if entity is None:
        context.report(value_problems.NO_SUBJECT, statement.name.span)
    return entity


def _of_facts(value: core.Expression, statement: t.ConsistencyDecl, context: Context, lowered: Lowered) -> bool:
    """Whether it rests on facts alone. What was left out of the program has been reported already."""
    waiting, seen = list(uses_of((value,)).names), set[str]()
    while waiting:
        name = waiting.pop()
        benefit = lowered.program.benefits.get(name)
        if benefit is not None and benefit.pays:
            context.report(rule_problems.NOT_OF_FACTS, statement.value.span, name=benefit.name)
            return False
        if name not in lowered.uses:
            return False
        if name not in seen:
            seen.add(name)
            waiting += lowered.uses[name].names
    return True
