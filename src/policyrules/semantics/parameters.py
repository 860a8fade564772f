"""Parameters: dated values, each with its paper, on a line of time without overlaps."""

from __future__ import annotations

from policyrules.analysis.timeline import timeline
from policyrules.core.program import Parameter, ParameterRow
from policyrules.semantics import rule_problems, value_problems
from policyrules.semantics.constants import constant
from policyrules.semantics.context import Context
from policyrules.semantics.declarations import check_dates, cited, layer_of, type_of
from policyrules.semantics.expressions import lower_to
from policyrules.semantics.names import Symbol
from policyrules.syntax import tree as t
from policyrules.values.types import Type


def parameter(symbol: Symbol, context: Context) -> Parameter | None:
    """The parameter of a block; None (and its symbol unsound) where its rows cannot be used."""
    statement = symbol.block.statement
    assert isinstance(statement, t.ParameterDecl)
    kind = type_of(statement.type, context.at(symbol.block.head.start))
    if kind is None:
        return None
    symbol.type = kind
    rows: list[ParameterRow] = []
    sound = not symbol.block.broken
    for line in symbol.block.body:
        assert isinstance(line.statement, t.Dated)
        row = _row(line.statement, kind, context.at(line.start))
        if row is None:
            sound = False
        else:
            rows.append(row)
    if not rows:
        if sound:
            context.add(rule_problems.NO_ROWS.at(symbol.place, name=symbol.name))
        return None
    found = timeline(rows)
    for overlap in found.overlaps:
        context.add(rule_problems.ROWS_OVERLAP.at(overlap.second.place, name=symbol.name, start=overlap.start))
    if symbol.block.broken:
        return None
    return Parameter(symbol.key, symbol.name, kind, tuple(rows), found.rows, symbol.place)


def _row(statement: t.Dated, kind: Type, context: Context) -> ParameterRow | None:
    check_dates(statement.start, statement.end, statement.span, context)
    if statement.value is None:
        context.report(rule_problems.ROW_WITHOUT_VALUE, statement.span)
        return None
    lowered = lower_to(statement.value, context, kind)
    citation = cited(statement.marks.basis, context)
    if lowered is None:
        return None
    value = constant(lowered)
    if value is None:
        context.report(value_problems.NOT_CONSTANT, statement.value.span)
        return None
    marks = statement.marks
    return ParameterRow(
        statement.start,
        statement.end,
        value,
        bool(marks.provisional),
        citation,
        marks.passage,
        layer_of(marks.layer, context),
        marks.issued,
        context.place(statement.span),
    )
