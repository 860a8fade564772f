"""The operations of `engines/plan_terms` as SQL: one vocabulary, which is DuckDB's, and what is otherwise in other dialects."""

from __future__ import annotations

from collections.abc import Callable

from policyrules.engines import sql_postgres, sql_spark
from policyrules.engines.sql_nodes import Dialect, Node, Words, binary, call, cast, chain, inner, is_null, number, ones, text, tree

DUCKDB = Dialect("duckdb", "INT128", dict, typed=True)
DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, sql_postgres.POSTGRES, sql_spark.SPARK)}


def vocabulary(dialect: Dialect) -> Words:
    """Every operation as a node, for a dialect."""
    return {**_base(dialect.wide), **dialect.changes()}


def _base(wide: str) -> Words:
    exp = tree()

    def choice(*nodes: Node) -> Node:
        found = exp.Case()
        for condition, value in zip(nodes[:-1:2], nodes[1::2], strict=True):
            found = found.when(condition, value, copy=False)
        return found.else_(nodes[-1], copy=False)

    def sign(node: Node) -> Node:
        above, below = exp.GT(this=inner(node), expression=number(0)), exp.LT(this=inner(node.copy()), expression=number(0))
        return exp.Case().when(above, number(1)).when(below, number(-1)).else_(number(0))

    def greatest(kind: str) -> Callable[..., Node]:
        return lambda *nodes: getattr(exp, kind)(this=nodes[0], expressions=list(nodes[1:]), ignore_nulls=True)

    def whole(node: Node) -> Node:
        return cast(node, "BIGINT")

    def parts(scale: int) -> Callable[[Node], Node]:
        return lambda node: whole(node if scale == 1 else exp.Mul(this=inner(node), expression=number(scale)))

    def part(name: str, node: Node) -> Node:
        return exp.Extract(this=exp.var(name), expression=node)

    def attempt(places: int) -> Callable[[Node], Node]:
        return lambda node: exp.TryCast(this=node, to=exp.DataType.build(f"DECIMAL(18, {places})"))

    def months(count: Node) -> Node:
        return exp.Interval(this=exp.Paren(this=cast(count, "INT")), unit=exp.var("MONTH"))

    def nothing(kind: str) -> Callable[[], Node]:
        return lambda: cast(exp.null(), kind)

    kinds = {"truth": "BOOLEAN", "whole": "BIGINT", "wide": wide, "word": "TEXT", "day": "DATE"}
    return {
        # Constants of 32 bits would overflow in products.
        "number": lambda value: cast(number(value), "BIGINT") if abs(value) < 2**63 else number(value),
        "and": chain("And"),
        "or": chain("Or"),
        "not": lambda node: exp.Not(this=inner(node)),
        "=": binary("EQ"),
        "<>": binary("NEQ"),
        "<": binary("LT"),
        "<=": binary("LTE"),
        ">": binary("GT"),
        ">=": binary("GTE"),
        "+": binary("Add"),
        "-": binary("Sub"),
        "*": binary("Mul"),
        "//": binary("IntDiv"),
        "wide //": binary("IntDiv"),
        "%": binary("Mod"),
        "neg": lambda node: exp.Neg(this=inner(node)),
        # A plain literal, so that decimals stay as short as they are.
        **{f"parts {scale}": parts(scale) for scale in (1, 100, 10**6)},
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
        "greatest": greatest("Greatest"),
        "least": greatest("Least"),
        "greatest known": greatest("Greatest"),
        "least known": greatest("Least"),
        "wide": lambda node: cast(node, wide),
        "count true": ones,
        # sqlglot's own node is NULL where any part is; the databases pass over those.
        "listed": lambda *nodes: call("CONCAT_WS", text("、"), *nodes),
        "year": lambda node: whole(part("YEAR", node)),
        "month": lambda node: whole(part("MONTH", node)),
        "day": lambda node: whole(part("DAY", node)),
        "month length": lambda node: whole(part("DAY", exp.LastDay(this=node))),
        "days": lambda start, end: whole(exp.DateDiff(this=end, expression=start, unit=exp.var("DAY"))),
        "add_months": lambda day, count: cast(exp.Add(this=day, expression=months(count)), "DATE"),
        "add_days": lambda day, count: cast(exp.DateAdd(this=day, expression=cast(count, "INT"), unit=exp.var("DAY")), "DATE"),
        "year end": lambda day: cast(exp.Concat(expressions=[cast(part("YEAR", day), "TEXT"), text("-12-31")]), "DATE"),
        "count": lambda: exp.Count(this=exp.Star()),
        "count where": lambda node: exp.Count(this=exp.Case().when(node, number(1))),
        "sum": lambda node: whole(exp.Sum(this=node)),
        "wide sum": lambda node: exp.Sum(this=cast(node, wide)),
        "text": lambda node: cast(node, "TEXT"),
        # A text of a roster, taken for the same only where it is.
        "plain text": lambda node: node,
        "truth": lambda node: cast(node, "BOOLEAN"),
        "lower": lambda node: exp.Lower(this=node),
        "matches": lambda node, pattern: call("REGEXP_FULL_MATCH", node, pattern),
        "try date": lambda node: exp.TryCast(this=node, to=exp.DataType.build("DATE")),
        "bigint": whole,
        "text of day": lambda node: cast(node, "TEXT"),
        "as day": lambda node: cast(node, "DATE"),
        **{f"null {kind}": nothing(name) for kind, name in kinds.items()},
        **{f"decimal {places}": attempt(places) for places in (0, 2, 6)},
        "any": lambda node: exp.LogicalOr(this=node),
        "max": lambda node: exp.Max(this=node),
        "min": lambda node: exp.Min(this=node),
    }
