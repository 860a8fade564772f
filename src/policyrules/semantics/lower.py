"""Trees to a program: names declared, then every declaration lowered. What has errors is left out, with all that needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define, field, frozen

from policyrules.analysis.graph import Uses, dependencies, order_of
from policyrules.core import program as core
from policyrules.operators.operator import type_phrase
from policyrules.semantics import declarations, problems, rule_problems, value_problems
from policyrules.semantics.about import expression_names, infer
from policyrules.semantics.benefits import benefit
from policyrules.semantics.context import Context, Settings, context_of
from policyrules.semantics.expressions import lower, lower_to, rounding
from policyrules.semantics.fitting import operate
from policyrules.semantics.names import Names, Scope, Symbol, declare_all
from policyrules.semantics.outline import FileOutline, outline
from policyrules.semantics.parameters import parameter
from policyrules.semantics.tables import table
from policyrules.source.diagnostic import Checked, Diagnostic
from policyrules.source.phrase import Phrase
from policyrules.syntax import tree as t
from policyrules.syntax.lexer import Keywords
from policyrules.syntax.tree import PolicyFile
from policyrules.values.types import TRUTH, Quantity, Type


@frozen
class Lowered:
    """A program, with what the checks of the whole need beside it."""

    program: core.Program
    names: Names = field(repr=False)
    files: tuple[FileOutline, ...] = field(repr=False)
    contexts: dict[int, Context] = field(repr=False)
    uses: dict[str, Uses] = field(repr=False)


@define(eq=False)
class _Work:
    """Everything that grows while the folder is lowered."""

    names: Names
    contexts: dict[int, Context]
    found: list[Diagnostic]
    symbols: list[Symbol]
    parameters: dict[str, core.Parameter] = field(factory=dict)
    rules: dict[str, core.Rule] = field(factory=dict)
    benefits: dict[str, core.Benefit] = field(factory=dict)


def lower_files(files: Sequence[PolicyFile], keywords: Keywords) -> Checked[Lowered]:
    """The program of a folder's files, in whatever order they come."""
    found: list[Diagnostic] = []
    outlines: list[FileOutline] = []
    for file in sorted(files, key=lambda file: file.source.path):
        read = outline(file)
        outlines.append(read.value)
        found.extend(read.diagnostics)
    names = Names(policies=dict.fromkeys(file.policy for file in outlines if file.policy is not None))
    names.lost.update(*(file.lost_names for file in files))
    declarations.entities(outlines, names, found)
    contexts = {id(o): context_of(names, Scope(o.policy), o.file, Settings(), keywords, found) for o in outlines}
    by_block = declare_all(names, outlines, found)
    citations = declarations.citations(outlines, names, contexts)
    month_by_end = _settle(outlines, names, contexts, found)
    declarations.facts(outlines, names, contexts, found)
    by_file = {id(o.file): contexts[id(o)] for o in outlines}
    work = _Work(names, by_file, found, [symbol for symbol in by_block.values() if symbol.sound])
    _parameters(work)
    _declared(work)
    infer([s for s in work.symbols if not s.parameter], {key: c.scope for key, c in by_file.items()}, names)
    _benefits_have_somebody(work)
    for symbol in _in_order(work):
        if symbol.sound or symbol.entity is not None or not _names_entity(symbol):
            _lower(symbol, work)
    program, uses = _program(work, citations, month_by_end)
    return Checked(Lowered(program, names, tuple(outlines), by_file, uses), tuple(found))


def _settle(outlines: Iterable[FileOutline], names: Names, contexts: dict[int, Context], found: list[Diagnostic]) -> bool:
    """Each file's scope and settings; whether the folder decides a month by its last day."""
    by_end: bool | None = None
    imported: dict[str | None, dict[str, frozenset[str] | None]] = {}
    for file in outlines:
        context = contexts[id(file)]
        # What one file of a policy imports serves all its files; a shared file imports for itself.
        imports = imported.setdefault(file.policy, {}) if file.policy is not None else {}
        declarations.imports_of(file, names, context, imports)
        settings, said = declarations.settings_of(file, context)
        context.scope, context.settings = Scope(file.policy, imports), settings
        if said is not None and by_end is not None and said != by_end:
            line = next(line for line in file.settings if isinstance(line.statement, t.Setting))
            found.append(rule_problems.SETTINGS_DIFFER.at(context.at(line.start).place((0, line.end - line.start))))
        by_end = said if by_end is None else by_end
    return bool(by_end)


def _parameters(work: _Work) -> None:
    for symbol in work.symbols:
        if symbol.parameter:
            read = parameter(symbol, work.contexts[id(symbol.block.file)])
            if read is None:
                symbol.sound = False
            else:
                work.parameters[symbol.key] = read


def _declared(work: _Work) -> None:
    """Types and entities that are written down, before any expression is looked at."""
    for symbol in work.symbols:
        if symbol.parameter:
            continue
        statement = symbol.block.statement
        context = work.contexts[id(symbol.block.file)].at(symbol.block.head.start)
        written = getattr(statement, "type", None)
        if written is not None:
            symbol.type = declarations.type_of(written, context)
            symbol.sound = symbol.sound and symbol.type is not None
        entity = getattr(statement, "entity", None)
        if entity is not None:
            symbol.entity_known = True
            symbol.entity = entity.text
            if not declarations.known_entity(entity, context):
                symbol.sound = False
                symbol.entity = None
        if isinstance(statement, t.BenefitDecl) and statement.pays and symbol.type is not None:
            _needs_amount(symbol, statement, context)


def _names_entity(symbol: Symbol) -> bool:
    """Whether it says 对 somebody. Where that is nobody known, nothing in it can be read."""
    return getattr(symbol.block.statement, "entity", None) is not None


def _needs_amount(symbol: Symbol, statement: t.BenefitDecl, context: Context) -> None:
    assert symbol.type is not None
    if not isinstance(symbol.type, Quantity):
        context.report(rule_problems.NOT_MONEY_BENEFIT, statement.type.span, found=type_phrase(symbol.type))
        symbol.sound = False


def _benefits_have_somebody(work: _Work) -> None:
    """A benefit about nobody in particular is the outermost entity's."""
    root = next((entity.name for entity in work.names.entities.values() if entity.within is None), None)
    for symbol in work.symbols:
        if isinstance(symbol.block.statement, t.BenefitDecl) and symbol.entity is None and not _names_entity(symbol):
            symbol.entity = root


def _in_order(work: _Work) -> list[Symbol]:
    """Definitions without a written type come after those they mention, so that their type can be found."""
    open_types = [s for s in work.symbols if s.type is None and not s.parameter and s.sound]
    rest = [s for s in work.symbols if s.type is not None and not s.parameter]
    if not open_types:
        return rest
    by_key = {symbol.key: symbol for symbol in open_types}
    needs: dict[str, list[str]] = {}
    for symbol in open_types:
        scope = work.contexts[id(symbol.block.file)].scope
        used = (s for name in expression_names(symbol) for s in work.names.visible(name, scope))
        needs[symbol.key] = [s.key for s in used if s.key in by_key]
    order = order_of(needs)
    for cycle in order.cycles:
        _report_cycle(cycle, by_key, work)
    return [by_key[key] for key in order.order if by_key[key].sound] + rest


def _report_cycle(cycle: Sequence[str], symbols: dict[str, Symbol], work: _Work) -> None:
    first = symbols[cycle[0]]
    path = " → ".join(symbols[key].name for key in (*cycle, cycle[0]))
    work.found.append(problems.CYCLE.at(first.place, path=path))
    for key in cycle:
        symbols[key].sound = False


def _lower(symbol: Symbol, work: _Work) -> None:
    """One declaration; whether it fails or not, the others go on."""
    statement = symbol.block.statement
    context = work.contexts[id(symbol.block.file)].ruling(symbol.entity)
    if isinstance(statement, t.BenefitDecl):
        entity = symbol.entity or next((e.name for e in work.names.entities.values() if e.within is None), None)
        if entity is None or symbol.type is None:
            if symbol.sound and symbol.type is not None:
                context.at(symbol.block.head.start).report(value_problems.NO_SUBJECT, statement.name.span)
            symbol.sound = False
            return
        symbol.entity = entity
        decided = benefit(symbol, symbol.type, entity, context.ruling(entity))
        symbol.sound = symbol.sound and decided is not None
        if decided is not None:
            work.benefits[symbol.key] = decided
        return
    expression = _expression(symbol, statement, context, work.parameters)
    if expression is None:
        symbol.sound = False
        return
    symbol.type = symbol.type or expression.type
    work.rules[symbol.key] = core.Rule(symbol.key, symbol.name, symbol.entity, symbol.type, expression, symbol.place)


def _expression(
    symbol: Symbol, statement: t.Statement, context: Context, parameters: dict[str, core.Parameter]
) -> core.Expression | None:
    at = context.at(symbol.block.head.start)
    match statement:
        case t.ConditionDecl(value=value):
            return lower_to(value, at, TRUTH)
        case t.TableDecl():
            return table(symbol, symbol.type, context, parameters) if symbol.type is not None else None
        case t.Definition():
            return _definition(symbol, statement, at)
        case _:
            return None


def _definition(symbol: Symbol, statement: t.Definition, context: Context) -> core.Expression | None:
    kind = symbol.type
    value = lower(statement.value, context) if kind is None else lower_to(statement.value, context, kind)
    if value is None or symbol.block.broken:
        return None
    value = _rounded(symbol, value, context)
    if value is None or statement.guard is None:
        return value
    guard = lower_to(statement.guard, context, TRUTH)
    if guard is None:
        return None
    place = context.place(statement.guard.span)
    result: Type = value.type
    label = Phrase("无法计算", "undefined")
    branch = core.Branch(guard, core.Impossible(result, place), label, place=place)
    return core.Choice((branch,), value, result, context.place(statement.value.span))


def _rounded(symbol: Symbol, value: core.Expression, context: Context) -> core.Expression | None:
    """A line 取整 … under a definition rounds the whole of it."""
    for line in symbol.block.body:
        assert isinstance(line.statement, t.RoundingLine)
        at = context.at(line.start)
        way = rounding(line.statement.words, at)
        if way is None or not isinstance(value.type, Quantity):
            return None
        rounded = operate(way[0], (value, core.Literal(way[1], Quantity(value.type.dimension))), at, line.statement.words)
        if rounded is None:
            return None
        value = rounded
    return value


# ---------------------------------------------------------------- the whole


def _program(work: _Work, citations: dict[str, core.Citation], month_by_end: bool) -> tuple[core.Program, dict[str, Uses]]:
    uses = dependencies(work.rules, work.benefits)
    order = order_of({key: one.names for key, one in uses.items()})
    symbols = {symbol.key: symbol for symbol in work.symbols}
    out: set[str] = {symbol.key for symbol in work.symbols if not symbol.sound}
    for cycle in order.cycles:
        _report_cycle(cycle, symbols, work)
        out |= set(cycle)
    for key in order.order:
        needs = uses[key]
        if any(name in out or name not in uses for name in needs.names) or any(p not in work.parameters for p in needs.parameters):
            out.add(key)
    program = core.Program(
        work.names.entities,
        work.names.facts,
        citations,
        work.parameters,
        {key: rule for key, rule in work.rules.items() if key not in out},
        {key: one for key, one in work.benefits.items() if key not in out},
        tuple(key for key in order.order if key not in out),
        frozenset(out),
        month_by_end,
    )
    return program, {key: one for key, one in uses.items() if key not in out}
