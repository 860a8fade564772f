"""性质: what a policy promises of itself, lowered like any rule, to be held against cases."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, field, frozen

from policyrules.core import program as core
from policyrules.semantics import problems, value_problems
from policyrules.semantics.about import infer
from policyrules.semantics.context import Context
from policyrules.semantics.expressions import lower, lower_to
from policyrules.semantics.names import Names, Symbol
from policyrules.semantics.outline import FileOutline, of_kind
from policyrules.source.diagnostic import Checked, Diagnostic
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.syntax import tree as t
from policyrules.values.types import TRUTH, Quantity


@frozen
class Property:
    """A promise: `rule` is true of everybody it is about; with `along`, its value never rises (or falls) with a fact."""

    title: str
    rule: core.Rule
    along: core.FactValue | None
    rising: bool
    place: Place = field(eq=False, repr=False)


def properties(files: Sequence[FileOutline], names: Names, contexts: dict[int, Context]) -> Checked[tuple[Property, ...]]:
    """Every 性质 of the folder that can be read."""
    read: list[Property] = []
    found: list[Diagnostic] = []
    scopes = {key: context.scope for key, context in contexts.items()}
    for block in of_kind(files, t.PropertyDecl):
        statement = block.statement
        assert isinstance(statement, t.PropertyDecl)
        context = evolve(contexts[id(block.file)], found=found, base=block.head.start)
        symbol = Symbol(statement.title, f"性质·{statement.title}", block.policy, block, context.place(statement.span))
        infer([symbol], scopes, names)
        lowered = _property(statement, symbol, evolve(context, entity=symbol.entity, subject=symbol.entity))
        if lowered is not None:
            read.append(lowered)
    return Checked(tuple(read), tuple(found))


def _property(statement: t.PropertyDecl, symbol: Symbol, context: Context) -> Property | None:
    along: core.FactValue | None = None
    if statement.along is None:
        value = lower_to(statement.value, context, TRUTH)
    else:
        value = lower(statement.value, context)
        fact = lower(statement.along, context)
        if value is None or fact is None:
            return None
        if not isinstance(value.type, Quantity) or not isinstance(fact, core.FactValue) or not isinstance(fact.type, Quantity):
            usage = Phrase("写作 某给付 随 某事实 不增", "write a benefit along a fact not rising")
            context.report(value_problems.WRONG_ARGUMENTS, statement.span, name=statement.title, usage=usage)
            return None
        along = fact
    if value is None:
        return None
    if symbol.entity is None:
        context.report(problems.UNKNOWN_NAME, statement.value.span, name=context.place(statement.value.span).words)
        return None
    rule = core.Rule(symbol.key, statement.title, symbol.entity, value.type, value, symbol.place)
    return Property(statement.title, rule, along, statement.direction == "NOT_FALLING", symbol.place)
