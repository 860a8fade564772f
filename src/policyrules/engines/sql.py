"""A relational plan as SQL: every name and value goes in as a node of a syntax tree, never as text.

`sqlglot` is loaded at call time and prints the dialect.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from attrs import define, field, frozen

from policyrules.engines.columnar import Plan, Result
from policyrules.engines.plan import ID, ROLE, UP, Fetched, Gathered, Made, in_several_roles
from policyrules.engines.plan_kinds import typed
from policyrules.engines.plan_stages import Stage, stages
from policyrules.engines.plan_terms import NULL, Col, Const, Op, Term
from policyrules.engines.sql_nodes import Words, column, printed, table, text, tree
from policyrules.engines.sql_words import DIALECTS, vocabulary

COLUMNS = ("household", "subject", "entity", "name", "key", "status", "value", "scale", "word", "provisional", "article", "reason")
"""The columns of a result, in order."""


def query(plan: Plan, dialect: str = "duckdb", pretty: bool = False) -> str:
    """The plan as one query. It reads relations named after the entities, with the columns `engines/columnar` tells of."""
    kind = DIALECTS[dialect]
    return printed(_Writer(typed(plan) if kind.typed else plan, vocabulary(kind)).query(), kind, pretty)


@frozen
class Step:
    """A relation on the way to the result, and whether it is read more than once."""

    name: str
    sql: str
    often: bool


def steps(plan: Plan, dialect: str) -> tuple[list[Step], list[str]]:
    """The same in steps: relations, each reading those before it, and queries whose rows together are the result."""
    kind = DIALECTS[dialect]
    tables, found = _Writer(typed(plan) if kind.typed else plan, vocabulary(kind)).steps()
    read = Counter(one.name for select in (*(select for _, select in tables), *found) for one in select.find_all(tree().Table))
    return [Step(name, printed(select, kind), read[name] > 1) for name, select in tables], [printed(select, kind) for select in found]


def selection(relation: str, columns: Mapping[str, Term], dialect: str = "duckdb") -> str:
    """The query for these columns, by the names they shall have, of one table."""
    exp = tree()
    kind = DIALECTS[dialect]
    words = vocabulary(kind)
    chosen = [exp.alias_(_expression(words, term), name, quoted=True) for name, term in columns.items()]
    return printed(exp.Select(expressions=chosen).from_(table(relation), copy=False), kind)


@define(eq=False)
class _Writer:
    """One query being written. `heads` are the relations that hold an entity so far."""

    plan: Plan
    words: Words
    heads: dict[str, str] = field(factory=dict)

    def query(self) -> Any:
        exp = tree()
        tables, found = self.steps()
        whole = found[0]
        for one in found[1:]:
            whole = exp.union(whole, one, distinct=False, copy=False)
        for name, select in tables:
            whole = whole.with_(exp.to_identifier(name, quoted=True), as_=select, copy=False)
        return whole

    def steps(self) -> tuple[list[tuple[str, Any]], list[Any]]:
        exp = tree()
        base, order = stages(self.plan)
        tables: list[tuple[str, Any]] = []
        for entity, names in base.items():
            chosen = exp.Select(expressions=[column(name) for name in names])
            self.heads[entity] = self.fresh(f"{entity}_0", tables)
            tables.append((self.heads[entity], chosen.from_(table(entity), copy=False)))
        for place, stage in enumerate(order, 1):
            select = self.stage(stage)
            self.heads[stage.entity] = self.fresh(f"{stage.entity}_{place}", tables)
            tables.append((self.heads[stage.entity], select))
        return tables, [self.result(result) for result in self.plan.results]

    def fresh(self, name: str, tables: Sequence[tuple[str, Any]]) -> str:
        """A name no relation has."""
        taken = {one.casefold() for one, _ in tables} | {entity.casefold() for entity in self.plan.program.entities}
        return next(own for again in count() if (own := name if not again else f"{name}_{again}").casefold() not in taken)

    def stage(self, stage: Stage) -> Any:
        exp = tree()
        new = {node.name: node for node in stage.nodes}
        joins: dict[object, str] = {}
        for node in stage.nodes:
            if not isinstance(node, Made):
                joins.setdefault(_joined_by(node), f"j{len(joins)}")
        chosen = []
        for name in stage.carried:
            match new.get(name):
                case Made(_, _, term):
                    value = self.expression(term)
                case Fetched() as node:
                    value = column(node.column, joins[_joined_by(node)])
                case Gathered() as node:
                    join = joins[_joined_by(node)]
                    value = column(name, join)
                    if node.empty != NULL:
                        value = exp.Case().when(exp.Is(this=column("_of", join), expression=exp.null()), self.expression(node.empty)).else_(value)
                case None:
                    value = column(name, "h")
            chosen.append(exp.alias_(value, name, quoted=True))
        select = exp.Select(expressions=chosen).from_(table(self.heads[stage.entity], "h"), copy=False)
        for by, alias in joins.items():
            nodes = [node for node in stage.nodes if not isinstance(node, Made) and _joined_by(node) == by]
            select = self.join(select, nodes, alias)
        return select

    def join(self, select: Any, nodes: Sequence[Fetched | Gathered], alias: str) -> Any:
        exp = tree()
        first = nodes[0]
        if isinstance(first, Fetched):
            other = table(self.heads[first.source], alias)
            ours, theirs = (column(ID, "h"), column(UP, alias)) if first.role else (column(UP, "h"), column(ID, alias))
            on: Any = exp.EQ(this=theirs, expression=ours)
            if first.role:
                on = exp.and_(on, exp.EQ(this=column(ROLE, alias), expression=text(first.role)))
            return select.join(other, on=on, join_type="left", copy=False)
        gathered = [node for node in nodes if isinstance(node, Gathered)]
        inner = self.members(first, gathered)
        owner = ID if first.paired else first.owner
        on = exp.EQ(this=column("_of", alias), expression=column(owner, "h"))
        return select.join(inner.subquery(exp.to_identifier(alias)), on=on, join_type="left", copy=False)

    def members(self, first: Gathered, nodes: Sequence[Gathered]) -> Any:
        """The members of everybody, gathered by whose they are."""
        exp = tree()
        by = column(ID, "s") if first.paired else column(UP, "m")
        chosen = [exp.alias_(by.copy(), "_of", quoted=True)]
        chosen += [exp.alias_(self.expression(node.term), node.name, quoted=True) for node in nodes]
        select = exp.Select(expressions=chosen).from_(table(self.heads[first.member], "m"), copy=False)
        if first.paired:
            on = exp.EQ(this=column(first.owner, "s"), expression=column(UP, "m"))
            select = select.join(table(self.heads[first.entity], "s"), on=on, copy=False)
        if in_several_roles(self.plan.program, first.member):
            select = select.where(exp.EQ(this=column(ROLE, "m"), expression=text(first.role)), copy=False)
        return select.group_by(by, copy=False)

    def result(self, result: Result) -> Any:
        exp = tree()

        def made(kind: str, term: Term) -> Any:
            return self.words[kind](self.expression(term))

        values = (
            made("text", result.household),
            made("text", Col(ID)),
            text(result.entity),
            text(result.name),
            text(result.key),
            made("text", result.status),
            made("bigint", result.value),
            made("bigint", result.scale),
            made("text", result.word),
            made("truth", result.provisional),
            made("text", result.article),
            made("text", result.reason),
        )
        chosen = [exp.alias_(value, name, quoted=True) for name, value in zip(COLUMNS, values, strict=True)]
        return exp.Select(expressions=chosen).from_(table(self.heads[result.entity]), copy=False)

    def expression(self, term: Term) -> Any:
        """A term as a node of the tree."""
        return _expression(self.words, term)


def _expression(words: Words, term: Term) -> Any:
    exp = tree()
    match term:
        case Col(name, side):
            return column(name, side)
        case Const(None):
            return exp.null()
        case Const(bool() as truth):
            return exp.Boolean(this=truth)
        case Const(int() as value):
            return words["number"](value)
        case Const(date() as day):
            return exp.Cast(this=text(day.isoformat()), to=exp.DataType.build("DATE"))
        case Const(value):
            return text(str(value))
        case Op(kind, args):
            return words[kind](*(_expression(words, one) for one in args))


def _joined_by(node: Fetched | Gathered) -> object:
    if isinstance(node, Fetched):
        return node.source, node.role
    return node.member, node.role, node.owner, node.paired
