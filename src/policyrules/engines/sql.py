"""A relational plan as SQL: every name and value goes in as a node of a syntax tree, never as text.

`sqlglot` is loaded at call time and prints the dialect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from itertools import count
from typing import Any

from attrs import define, field

from policyrules.engines.columnar import Plan, Result
from policyrules.engines.plan import ID, ROLE, UP, Fetched, Gathered, Made, in_several_roles
from policyrules.engines.plan_stages import Stage, stages
from policyrules.engines.plan_terms import NULL, Col, Const, Op, Term

DIALECTS = ("duckdb", "postgres", "spark")
COLUMNS = ("household", "subject", "entity", "name", "key", "status", "value", "scale", "word", "provisional", "article", "reason")
"""The columns of a result, in order."""

_WIDE = {"duckdb": "INT128"}


def query(plan: Plan, dialect: str = "duckdb", pretty: bool = False) -> str:
    """The plan as one query. It reads relations named after the entities, with the columns `engines/columnar` tells of."""
    text: str = _Writer(plan, dialect).query().sql(dialect=dialect, pretty=pretty)
    return text


def selection(table: str, columns: Mapping[str, Term], dialect: str = "duckdb") -> str:
    """The query for these columns, by the names they shall have, of one table."""
    exp = _tree()
    words = _vocabulary(exp, _WIDE.get(dialect, "DECIMAL(38, 0)"))
    chosen = [exp.alias_(_expression(exp, words, term), name, quoted=True) for name, term in columns.items()]
    text: str = exp.Select(expressions=chosen).from_(_table(table), copy=False).sql(dialect=dialect)
    return text


@define(eq=False)
class _Writer:
    """One query being written. `heads` are the relations that hold an entity so far."""

    plan: Plan
    dialect: str
    heads: dict[str, str] = field(factory=dict)
    expressions: Mapping[str, Callable[..., Any]] = field(factory=dict)

    def query(self) -> Any:
        exp = _tree()
        self.expressions = _vocabulary(exp, _WIDE.get(self.dialect, "DECIMAL(38, 0)"))
        base, order = stages(self.plan)
        tables: list[tuple[str, Any]] = []
        for entity, names in base.items():
            chosen = exp.Select(expressions=[_column(name) for name in names])
            self.heads[entity] = self.fresh(f"{entity}_0", tables)
            tables.append((self.heads[entity], chosen.from_(_table(entity), copy=False)))
        for number, stage in enumerate(order, 1):
            select = self.stage(stage)
            self.heads[stage.entity] = self.fresh(f"{stage.entity}_{number}", tables)
            tables.append((self.heads[stage.entity], select))
        found = [self.result(result) for result in self.plan.results]
        whole = found[0]
        for one in found[1:]:
            whole = exp.union(whole, one, distinct=False, copy=False)
        for name, select in tables:
            whole = whole.with_(exp.to_identifier(name, quoted=True), as_=select, copy=False)
        return whole

    def fresh(self, name: str, tables: Sequence[tuple[str, Any]]) -> str:
        """A name no relation has."""
        taken = {one.casefold() for one, _ in tables} | {entity.casefold() for entity in self.plan.program.entities}
        return next(own for number in count() if (own := name if not number else f"{name}_{number}").casefold() not in taken)

    def stage(self, stage: Stage) -> Any:
        exp = _tree()
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
                    value = _column(node.column, joins[_joined_by(node)])
                case Gathered() as node:
                    join = joins[_joined_by(node)]
                    value = _column(name, join)
                    if node.empty != NULL:
                        value = exp.Case().when(exp.Is(this=_column("_of", join), expression=exp.null()), self.expression(node.empty)).else_(value)
                case None:
                    value = _column(name, "h")
            chosen.append(exp.alias_(value, name, quoted=True))
        select = exp.Select(expressions=chosen).from_(_table(self.heads[stage.entity], "h"), copy=False)
        for by, alias in joins.items():
            nodes = [node for node in stage.nodes if not isinstance(node, Made) and _joined_by(node) == by]
            select = self.join(select, nodes, alias)
        return select

    def join(self, select: Any, nodes: Sequence[Fetched | Gathered], alias: str) -> Any:
        exp = _tree()
        first = nodes[0]
        if isinstance(first, Fetched):
            other = _table(self.heads[first.source], alias)
            ours, theirs = (_column(ID, "h"), _column(UP, alias)) if first.role else (_column(UP, "h"), _column(ID, alias))
            on: Any = exp.EQ(this=theirs, expression=ours)
            if first.role:
                on = exp.and_(on, exp.EQ(this=_column(ROLE, alias), expression=exp.Literal.string(first.role)))
            return select.join(other, on=on, join_type="left", copy=False)
        gathered = [node for node in nodes if isinstance(node, Gathered)]
        inner = self.members(first, gathered)
        owner = ID if first.paired else first.owner
        on = exp.EQ(this=_column("_of", alias), expression=_column(owner, "h"))
        return select.join(inner.subquery(exp.to_identifier(alias)), on=on, join_type="left", copy=False)

    def members(self, first: Gathered, nodes: Sequence[Gathered]) -> Any:
        """The members of everybody, gathered by whose they are."""
        exp = _tree()
        by = _column(ID, "s") if first.paired else _column(UP, "m")
        chosen = [exp.alias_(by.copy(), "_of", quoted=True)]
        chosen += [exp.alias_(self.expression(node.term), node.name, quoted=True) for node in nodes]
        select = exp.Select(expressions=chosen).from_(_table(self.heads[first.member], "m"), copy=False)
        if first.paired:
            on = exp.EQ(this=_column(first.owner, "s"), expression=_column(UP, "m"))
            select = select.join(_table(self.heads[first.entity], "s"), on=on, copy=False)
        if in_several_roles(self.plan.program, first.member):
            select = select.where(exp.EQ(this=_column(ROLE, "m"), expression=exp.Literal.string(first.role)), copy=False)
        return select.group_by(by, copy=False)

    def result(self, result: Result) -> Any:
        exp = _tree()
        def cast(value: Any, kind: str) -> Any:
            return exp.Cast(this=value, to=exp.DataType.build(kind, dialect="duckdb"))

        def text(term: Term) -> Any:
            return cast(self.expression(term), "TEXT")

        values = (
            text(result.household),
            text(Col(ID)),
            exp.Literal.string(result.entity),
            exp.Literal.string(result.name),
            exp.Literal.string(result.key),
            text(result.status),
            cast(self.expression(result.value), "BIGINT"),
            cast(self.expression(result.scale), "BIGINT"),
            text(result.word),
            cast(self.expression(result.provisional), "BOOLEAN"),
            text(result.article),
            text(result.reason),
        )
        chosen = [exp.alias_(value, name, quoted=True) for name, value in zip(COLUMNS, values, strict=True)]
        return exp.Select(expressions=chosen).from_(_table(self.heads[result.entity]), copy=False)

    def expression(self, term: Term) -> Any:
        """A term as a node of the tree."""
        return _expression(_tree(), self.expressions, term)


def _expression(exp: Any, words: Mapping[str, Callable[..., Any]], term: Term) -> Any:
    match term:
        case Col(name, side):
            return _column(name, side)
        case Const(None):
            return exp.null()
        case Const(bool() as truth):
            return exp.Boolean(this=truth)
        case Const(int() as number):
            return exp.Literal.number(number)
        case Const(date() as day):
            return exp.Cast(this=exp.Literal.string(day.isoformat()), to=exp.DataType.build("DATE"))
        case Const(word):
            return exp.Literal.string(word)
        case Op(kind, args):
            return words[kind](*(_expression(exp, words, one) for one in args))


def _tree() -> Any:
    return import_module("sqlglot").exp


def _joined_by(node: Fetched | Gathered) -> object:
    if isinstance(node, Fetched):
        return node.source, node.role
    return node.member, node.role, node.owner, node.paired


def _column(name: str, table: str = "") -> Any:
    exp = _tree()
    return exp.column(exp.to_identifier(name, quoted=True), table=table or None)


def _table(name: str, alias: str = "") -> Any:
    exp = _tree()
    table = exp.Table(this=exp.to_identifier(name, quoted=True))
    return table.as_(alias) if alias else table


def _vocabulary(exp: Any, wide: str) -> Mapping[str, Callable[..., Any]]:
    """The operations of `engines/plan_terms`, each as a node."""
    plain = (exp.Column, exp.Literal, exp.Func, exp.Case, exp.Cast, exp.Paren, exp.Null, exp.Boolean)

    def inner(node: Any) -> Any:
        # And, Or and the like count as functions to sqlglot.
        atomic = isinstance(node, plain) and not isinstance(node, (exp.Connector, exp.Binary))
        return node if atomic else exp.Paren(this=node)

    def binary(kind: Any) -> Callable[[Any, Any], Any]:
        return lambda one, other: kind(this=inner(one), expression=inner(other))

    def is_null(node: Any) -> Any:
        return exp.Is(this=inner(node), expression=exp.null())

    def cast(node: Any, kind: str) -> Any:
        return exp.Cast(this=node, to=exp.DataType.build(kind, dialect="duckdb"))

    def chain(kind: Any) -> Callable[..., Any]:
        def joined(*nodes: Any) -> Any:
            found = inner(nodes[0])
            for node in nodes[1:]:
                found = kind(this=found, expression=inner(node))
            return found

        return joined

    def choice(*nodes: Any) -> Any:
        found = exp.Case()
        for condition, value in zip(nodes[:-1:2], nodes[1::2], strict=True):
            found = found.when(condition, value, copy=False)
        return found.else_(nodes[-1], copy=False)

    def ones(node: Any) -> Any:
        return exp.Case().when(node, exp.Literal.number(1)).when(exp.Not(this=inner(node.copy())), exp.Literal.number(0))

    def sign(node: Any) -> Any:
        zero = exp.Literal.number(0)
        above, below = exp.GT(this=inner(node), expression=zero), exp.LT(this=inner(node.copy()), expression=zero.copy())
        return exp.Case().when(above, exp.Literal.number(1)).when(below, exp.Literal.number(-1)).else_(zero.copy())

    def listed(*nodes: Any) -> Any:
        # sqlglot's own node is NULL where any part is; the databases pass over those.
        return exp.Anonymous(this="CONCAT_WS", expressions=[exp.Literal.string("、"), *nodes])

    def greatest(kind: Any) -> Callable[..., Any]:
        return lambda *nodes: kind(this=nodes[0], expressions=list(nodes[1:]), ignore_nulls=True)

    def whole(node: Any) -> Any:
        return cast(node, "BIGINT")

    def attempt(places: int) -> Callable[[Any], Any]:
        return lambda node: exp.TryCast(this=node, to=exp.DataType.build(f"DECIMAL(18, {places})"))

    return {
        "and": chain(exp.And),
        "or": chain(exp.Or),
        "not": lambda node: exp.Not(this=inner(node)),
        "=": binary(exp.EQ),
        "<>": binary(exp.NEQ),
        "<": binary(exp.LT),
        "<=": binary(exp.LTE),
        ">": binary(exp.GT),
        ">=": binary(exp.GTE),
        "+": binary(exp.Add),
        "-": binary(exp.Sub),
        "*": binary(exp.Mul),
        "//": binary(exp.IntDiv),
        "%": binary(exp.Mod),
        "neg": lambda node: exp.Neg(this=inner(node)),
        "abs": lambda node: exp.Abs(this=node),
        "sign": sign,
        "nullif": lambda one, other: exp.Nullif(this=one, expression=other),
        "coalesce": lambda one, other: exp.Coalesce(this=one, expressions=[other]),
        "case": choice,
        "is null": is_null,
        "is known": lambda node: exp.Not(this=is_null(node)),
        "is true": lambda node: exp.Is(this=inner(node), expression=exp.true()),
        "between": lambda node, low, high: exp.Between(this=inner(node), low=inner(low), high=inner(high)),
        "in": lambda node, *words: exp.In(this=inner(node), expressions=list(words)),
        "greatest": greatest(exp.Greatest),
        "least": greatest(exp.Least),
        "greatest known": greatest(exp.Greatest),
        "least known": greatest(exp.Least),
        "wide": lambda node: cast(node, wide),
        "count true": ones,
        "listed": listed,
        "year": lambda node: whole(exp.Extract(this=exp.var("YEAR"), expression=node)),
        "month": lambda node: whole(exp.Extract(this=exp.var("MONTH"), expression=node)),
        "day": lambda node: whole(exp.Extract(this=exp.var("DAY"), expression=node)),
        "month length": lambda node: whole(exp.Extract(this=exp.var("DAY"), expression=exp.LastDay(this=node))),
        "days": lambda start, end: whole(exp.DateDiff(this=end, expression=start, unit=exp.var("DAY"))),
        "add_months": lambda day, number: cast(exp.AddMonths(this=day, expression=cast(number, "INT")), "DATE"),
        "add_days": lambda day, number: cast(exp.DateAdd(this=day, expression=cast(number, "INT"), unit=exp.var("DAY")), "DATE"),
        "year end": lambda day: exp.Cast(
            this=exp.Concat(expressions=[cast(exp.Extract(this=exp.var("YEAR"), expression=day), "TEXT"), exp.Literal.string("-12-31")]),
            to=exp.DataType.build("DATE"),
        ),
        "count": lambda: exp.Count(this=exp.Star()),
        "count where": lambda node: whole(exp.Sum(this=ones(node))),
        "sum": lambda node: whole(exp.Sum(this=node)),
        "wide sum": lambda node: exp.Sum(this=cast(node, wide)),
        "text": lambda node: cast(node, "TEXT"),
        "lower": lambda node: exp.Lower(this=node),
        "matches": lambda node, pattern: exp.Anonymous(this="REGEXP_FULL_MATCH", expressions=[node, pattern]),
        "try date": lambda node: exp.TryCast(this=node, to=exp.DataType.build("DATE")),
        "bigint": whole,
        **{f"decimal {places}": attempt(places) for places in (0, 2, 6)},
        "any": lambda node: exp.LogicalOr(this=node),
        "max": lambda node: exp.Max(this=node),
        "min": lambda node: exp.Min(this=node),
    }
