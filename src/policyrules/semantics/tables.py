"""Tables and bands: rows to branches of a choice, after checking that they cover every case exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import evolve, frozen

from policyrules.analysis.graph import uses_of
from policyrules.analysis.regions import Range, overlap
from policyrules.analysis.tiling import Cell, Domain, NumberDomain, OptionDomain, OptionSet, Tiling, tile
from policyrules.core import program as core
from policyrules.semantics import value_problems
from policyrules.semantics.comparing import COMPARISONS, REDEFINABLE, bound_operator
from policyrules.semantics.constants import constant
from policyrules.semantics.context import Context
from policyrules.semantics.declarations import check_dates, cited
from policyrules.semantics.expressions import lower, lower_to
from policyrules.semantics.fitting import operate
from policyrules.semantics.names import Symbol
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.values.quantities import value_text
from policyrules.values.types import DAY, TRUTH, Day, Options, Quantity, Truth, Type, Value

Known: TypeAlias = Mapping[str, Value]
"""The values of parameters on some day."""

CellOn: TypeAlias = Callable[[Known], Cell]
"""What a cell takes, given the parameters its bounds are written with."""


@frozen
class _Row:
    """One row read: a set for each key and the bounds it is written with, its value, and whether it takes what is left (其余)."""

    cells: tuple[CellOn, ...]
    bounds: tuple[core.Expression, ...]
    rest: bool
    branch: core.Branch
    start: date | None
    end: date | None
    line: int


@frozen
class _Table:
    name: str
    keys: tuple[core.Expression, ...]
    written: tuple[x.Expr, ...]
    type: Type
    context: Context
    place: Place
    parameters: tuple[core.Parameter, ...] = ()


def table(symbol: Symbol, kind: Type, context: Context, parameters: Mapping[str, core.Parameter]) -> core.Expression | None:
    """The choice a table comes to, or None after reporting what is wrong with its rows."""
    statement = symbol.block.statement
    assert isinstance(statement, t.TableDecl)
    head = context.at(symbol.block.head.start)
    keys = [lower(key, head) for key in statement.keys]
    if any(key is None for key in keys):
        return None
    found = _Table(symbol.name, tuple(key for key in keys if key is not None), statement.keys, kind, head, symbol.place)
    if not symbol.block.body and not symbol.block.broken:
        head.add(value_problems.EMPTY_TABLE.at(symbol.place, name=symbol.name))
    rows: list[_Row] = []
    for number, line in enumerate(symbol.block.body, 1):
        assert isinstance(line.statement, t.Row)
        row = _row(line.statement, number, found, symbol.block.body, context.at(line.start))
        if row is not None:
            rows.append(row)
    if len(rows) != len(symbol.block.body) or not rows or symbol.block.broken:
        return None
    used = uses_of([bound for row in rows for bound in row.bounds]).parameters
    found = evolve(found, parameters=tuple(parameters[key] for key in used if key in parameters))
    _check(found, rows, [context.at(line.start).place(line.statement.span) for line in symbol.block.body if line.statement])
    return _choice(found, rows)


def _choice(found: _Table, rows: Sequence[_Row]) -> core.Expression:
    otherwise: core.Expression = core.Impossible(found.type, found.place)
    branches: list[core.Branch] = []
    for row in rows:
        if row.rest and row.start is None and row.end is None:
            otherwise = row.branch.value
            if not row.branch.provisional and row.branch.citation is None:
                continue
        branches.append(row.branch)
    rest = [branch for branch, row in zip(branches, rows, strict=False) if row.rest]
    return core.Choice(tuple([b for b in branches if b not in rest] + rest), otherwise, found.type, found.place)


# ---------------------------------------------------------------- one row


def _row(statement: t.Row, number: int, found: _Table, body: Sequence[t.Line], context: Context) -> _Row | None:
    if len(statement.cells) != len(found.keys):
        context.report(value_problems.WRONG_CELLS, statement.span, found=len(statement.cells) + 1, wanted=len(found.keys) + 1)
        return None
    marks = statement.marks
    check_dates(marks.start, marks.end, statement.span, context)
    value = lower_to(statement.value, context, found.type)
    citation = cited(marks.basis, context)
    rest = any(isinstance(cell, x.Rest) for cell in statement.cells) and all(
        isinstance(cell, (x.Rest, x.Anything)) for cell in statement.cells
    )
    tests: list[core.Expression] = []
    cells: list[CellOn] = []
    bounds: list[core.Expression] = []
    for at, (cell, key) in enumerate(zip(statement.cells, found.keys, strict=True)):
        if rest or isinstance(cell, x.Anything):
            cells.append(_everything)
            continue
        chosen = _others(cell, at, key, body, context) if isinstance(cell, x.Rest) else cell
        read = None if chosen is None else _cell(chosen, key, context)
        if read is None:
            return None
        tests.append(read.test)
        cells.append(read.cell)
        bounds += read.bounds
    if value is None:
        return None
    place = context.place(statement.span)
    conditions = tests + _in_force(marks.start, marks.end)
    condition: core.Expression = core.Literal(True, TRUTH)
    if conditions:
        condition = conditions[0] if len(conditions) == 1 else core.Operation("and", tuple(conditions), TRUTH, place)
    label = Phrase(f"“{found.name}”第 {number} 行", f"row {number} of “{found.name}”")
    branch = core.Branch(condition, value, label, citation, bool(marks.provisional), place)
    return _Row(tuple(cells), tuple(bounds), rest, branch, marks.start, marks.end, number)


def _in_force(start: date | None, end: date | None) -> list[core.Expression]:
    day = core.MomentValue(core.Moment.DAY, DAY)
    tests: list[core.Expression] = []
    if start is not None:
        tests.append(core.Operation("greater_equal", (day, core.Literal(start, DAY)), TRUTH))
    if end is not None:
        tests.append(core.Operation("less_equal", (day, core.Literal(end, DAY)), TRUTH))
    return tests


def _others(cell: x.Rest, at: int, key: core.Expression, body: Sequence[t.Line], context: Context) -> x.Cell | None:
    """其余 in one column of options: those no other row names there."""
    if not isinstance(key.type, Options):
        context.report(value_problems.REST_NOT_ALONE, cell.span)
        return None
    named: set[str] = set()
    for line in body:
        if isinstance(line.statement, t.Row) and at < len(line.statement.cells):
            other = line.statement.cells[at]
            if isinstance(other, x.Choices):
                named |= {value.text for value in other.values if isinstance(value, x.Name)}
    left = tuple(x.Name(option, cell.span) for option in key.type.names if option not in named)
    if not left:
        context.report(value_problems.REST_NOT_ALONE, cell.span)
        return None
    return x.Choices(left, cell.span)


@frozen
class _Tested:
    """A cell read: the test it stands for, the set of key values it takes, the bounds it is written with."""

    test: core.Expression
    cell: CellOn
    bounds: tuple[core.Expression, ...]


def _everything(known: Known) -> Cell:
    return None


def _cell(cell: x.Cell, key: core.Expression, context: Context) -> _Tested | None:
    """None after reporting what is wrong with it, and for cells that take everything."""
    match cell:
        case x.Choices():
            return _choices(cell, key, context)
        case x.BandRange():
            return _range(cell, key, context)
        case x.BandOneSided():
            operator = bound_operator(cell.beyond, cell.bound.included, context)
            return _one_sided(operator, cell.bound.value, key, context, cell)
        case x.BandCompared():
            operator = bound_operator(cell.word, None, context) if cell.word in REDEFINABLE else COMPARISONS[cell.word]
            return _one_sided(operator, cell.value, key, context, cell)
        case x.Anything() | x.Rest():
            return None


def _choices(cell: x.Choices, key: core.Expression, context: Context) -> _Tested | None:
    tests: list[core.Expression] = []
    values: list[core.Expression] = []
    for written in cell.values:
        value = lower_to(written, context, key.type)
        test = None if value is None else operate("equal", (key, value), context, written)
        if value is None or test is None:
            return None
        if not _is_constant(value):
            context.report(value_problems.NOT_CONSTANT, written.span)
            return None
        values.append(value)
        tests.append(test)
    test = tests[0] if len(tests) == 1 else operate("or", tuple(tests), context, cell)
    if test is None:
        return None
    numbered = isinstance(key.type, (Quantity, Day))

    def taken(known: Known) -> Cell:
        held = [value for value in (constant(one, known) for one in values) if value is not None]
        if not numbered:
            return OptionSet(frozenset(held))
        points = tuple(Range(number, True, number, True) for number in sorted(set(map(_number, held))))
        return points[0] if len(points) == 1 else points

    return _Tested(test, taken, tuple(values))


def _is_constant(value: core.Expression) -> bool:
    """Whether a bound is made of numbers and parameters only."""
    if isinstance(value, core.Operation):
        return all(map(_is_constant, value.arguments))
    return isinstance(value, (core.Literal, core.ParameterValue))


def _number(value: Value) -> Fraction:
    if isinstance(value, date):
        return Fraction(value.toordinal())
    assert isinstance(value, Fraction)
    return value


def _range(cell: x.BandRange, key: core.Expression, context: Context) -> _Tested | None:
    for bound in (cell.low, cell.high):
        if bound.included is None:
            context.report(value_problems.OPEN_BOUND, bound.span)
            return None
    low = _one_sided("greater_equal" if cell.low.included else "greater", cell.low.value, key, context, cell)
    high = _one_sided("less_equal" if cell.high.included else "less", cell.high.value, key, context, cell)
    if low is None or high is None:
        return None
    both = operate("and", (low.test, high.test), context, cell)
    above, below = low.cell, high.cell

    def taken(known: Known) -> Cell:
        from_low, to_high = above(known), below(known)
        assert isinstance(from_low, Range) and isinstance(to_high, Range)
        return overlap(from_low, to_high) or ()

    return None if both is None else _Tested(both, taken, low.bounds + high.bounds)


def _one_sided(
    operator: str, written: x.Expr, key: core.Expression, context: Context, cell: x.Cell
) -> _Tested | None:
    value = lower_to(written, context, key.type)
    test = None if value is None else operate(operator, (key, value), context, cell)
    if value is None or test is None:
        return None
    if not _is_constant(value):
        context.report(value_problems.NOT_CONSTANT, written.span)
        return None
    bound = value
    included = operator.endswith("_equal")

    def taken(known: Known) -> Cell:
        held = constant(bound, known)
        if held is None or isinstance(held, (bool, str)):
            return None
        if operator.startswith("greater"):
            return Range(_number(held), included, None, False)
        return Range(None, False, _number(held), included)

    return _Tested(test, taken, (bound,))


# ---------------------------------------------------------------- covering every case once


def _check(found: _Table, rows: Sequence[_Row], places: Sequence[Place]) -> None:
    """Tiles the rows in force in each stretch of time between the dates rows begin and end."""
    domains = [_domain(key, found.context) for key in found.keys]
    seen: set[tuple[str, int, int]] = set()
    reached: set[int] = set()
    ordinary = [row for row in rows if not row.rest]
    has_rest = len(ordinary) < len(rows)
    complete = True
    for day in _days(rows, found.parameters):
        held = [row for row in ordinary if _holds(row, day)]
        known = _on(found.parameters, day)
        tiling = tile(domains, [[cell(known) for cell in row.cells] for row in held])
        complete = complete and tiling.complete
        reached |= {row.line for at, row in enumerate(held) if at not in tiling.unreachable}
        _report(found, tiling, held, has_rest, places, seen, day if day > date.min else None)
    if not complete:
        found.context.add(value_problems.TABLE_UNCHECKED.at(found.place, name=found.name))
        return
    overlapping = {line for kind, *lines in seen if kind == "overlap" for line in lines}
    for row in ordinary:
        if row.line not in reached and row.line not in overlapping:
            found.context.add(value_problems.ROW_UNREACHABLE.at(places[row.line - 1], name=found.name, row=row.line))


def _report(
    found: _Table,
    tiling: Tiling,
    held: Sequence[_Row],
    has_rest: bool,
    places: Sequence[Place],
    seen: set[tuple[str, int, int]],
    day: date | None,
) -> None:
    """What is wrong on one day; `day` None where rows have no dates."""
    if tiling.gap is not None and not has_rest and ("gap", 0, 0) not in seen:
        seen.add(("gap", 0, 0))
        found.context.add(value_problems.TABLE_GAP.at(found.place, name=found.name, witness=_since(day, _witness(found, tiling.gap))))
    for both in tiling.overlaps:
        first, second = held[both.first].line, held[both.second].line
        if ("overlap", first, second) not in seen:
            seen.add(("overlap", first, second))
            words = _witness(found, both.witness)
            place = places[second - 1]
            found.context.add(value_problems.TABLE_OVERLAP.at(place, name=found.name, first=first, second=second, witness=words))


def _on(parameters: Sequence[core.Parameter], day: date) -> Known:
    """The values of these parameters on a day; those without one are left out."""
    rows = ((one.key, row) for one in parameters for row in one.timeline)
    return {key: row.value for key, row in rows if row.start <= day and (row.end is None or day <= row.end)}


def _days(rows: Sequence[_Row], parameters: Sequence[core.Parameter]) -> list[date]:
    """One day of each stretch of time on which every parameter has a value; nothing dated makes one stretch."""
    starts = {row.start for row in rows if row.start is not None}
    ends = {date.fromordinal(row.end.toordinal() + 1) for row in rows if row.end is not None and row.end < date.max}
    changes = {row.start for one in parameters for row in one.timeline}
    if changes:
        return sorted(day for day in starts | ends | changes if len(_on(parameters, day)) == len(parameters))
    cuts = sorted(starts | ends)
    if not cuts:
        return [date.min]
    undated = any(row.start is None for row in rows if not row.rest)
    last_open = any(row.end is None for row in rows)
    stretches = ([date.min] if undated else []) + cuts
    # After the last row has ended the table says nothing, on purpose: its users' dates are checked elsewhere.
    return stretches if last_open else stretches[:-1]


def _holds(row: _Row, day: date) -> bool:
    return (row.start is None or row.start <= day) and (row.end is None or day <= row.end)


def _domain(key: core.Expression, context: Context) -> Domain:
    match key.type:
        case Truth():
            return OptionDomain((False, True))
        case Options(names):
            return OptionDomain(names)
        case Quantity(_, whole):
            low, high = _limits(key, context)
            return NumberDomain(low, high, whole)
        case _:
            return NumberDomain(whole=True)


def _limits(key: core.Expression, context: Context) -> tuple[Fraction | None, Fraction | None]:
    """What range a key can lie in: that of its fact; ages and counts of people are never negative."""
    match key:
        case core.FactValue(path, fact):
            known = next((f for (_, name), f in context.names.facts.items() if name == fact and f.entity == path.entity), None)
            return (known.low, known.high) if known is not None else (None, None)
        case core.Operation("age", _) | core.Aggregate(core.Gathering.COUNT):
            return Fraction(0), None
        case _:
            return None, None


def _since(day: date | None, words: Phrase) -> Phrase:
    return words if day is None else Phrase(f"自 {day} 起{words.zh}", f"from {day} on {words.en}")


def _witness(found: _Table, values: Sequence[Value]) -> Phrase:
    said: list[Phrase] = []
    for key, written, value in zip(found.keys, found.written, values, strict=True):
        words = found.context.place(written.span).words
        known: Value = value
        if isinstance(key.type, Day) and isinstance(value, Fraction):
            known = date.fromordinal(int(value))
        said.append(Phrase(f"{words} 为 {value_text(known, key.type, 'zh')}", f"{words} is {value_text(known, key.type, 'en')}"))
    return Phrase("、".join(p.zh for p in said), ", ".join(p.en for p in said))
