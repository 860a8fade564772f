"""Nodes of an SQL syntax tree, as every dialect builds them. `sqlglot` is loaded at call time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from importlib import import_module
from typing import Any, TypeAlias

from attrs import frozen

Node: TypeAlias = Any
"""A node of a tree of `sqlglot`, which has no types of its own."""
Words: TypeAlias = Mapping[str, Callable[..., Node]]
"""Operations of `engines/plan_terms`, each made into a node."""


@frozen
class Dialect:
    """One kind of SQL: its name for `sqlglot`, its type of whole numbers below 2^126, where the base vocabulary is wrong for it
    (`changes`), whether constants have to be told their types, the longest name in bytes, and whether common table expressions are
    to be worked out once each rather than written into one another."""

    name: str
    wide: str
    changes: Callable[[], Words]
    typed: bool = False
    longest: int | None = None
    materialized: bool | None = None


def printed(node: Node, dialect: Dialect, pretty: bool = False) -> str:
    """A tree as text, as the dialect wants its common table expressions, and its names cut to what it takes for one."""
    if dialect.materialized is not None:
        for one in node.find_all(tree().CTE):
            one.set("materialized", dialect.materialized)
    if dialect.longest is not None:
        for name in node.find_all(tree().Identifier):
            name.set("this", short_name(name.this, dialect.longest))
    found: str = node.sql(dialect=dialect.name, pretty=pretty)
    return found


def short_name(name: str, longest: int) -> str:
    """A name of at most so many bytes; one that was longer ends in what tells it from others that begin like it."""
    whole = name.encode()
    if len(whole) <= longest:
        return name
    end = "~" + sha256(whole).hexdigest()[:16]
    return whole[: longest - len(end)].decode(errors="ignore") + end


def tree() -> Any:
    """The module of nodes."""
    return import_module("sqlglot").exp


def column(name: str, table: str = "") -> Node:
    """A column, of a table where one is told."""
    exp = tree()
    return exp.column(exp.to_identifier(name, quoted=True), table=table or None)


def table(name: str, alias: str = "") -> Node:
    """A relation, under another name where one is told."""
    exp = tree()
    found = exp.Table(this=exp.to_identifier(name, quoted=True))
    return found.as_(alias) if alias else found


def inner(node: Node) -> Node:
    """A node as a part of another, in parentheses where it needs them."""
    exp = tree()
    plain = (exp.Column, exp.Literal, exp.Func, exp.Case, exp.Cast, exp.Paren, exp.Null, exp.Boolean)
    # And, Or and the like count as functions to sqlglot.
    atomic = isinstance(node, plain) and not isinstance(node, (exp.Connector, exp.Binary))
    return node if atomic else exp.Paren(this=node)


def binary(kind: str) -> Callable[[Node, Node], Node]:
    """An operation on two, by the name of its node."""
    return lambda one, other: getattr(tree(), kind)(this=inner(one), expression=inner(other))


def chain(kind: str) -> Callable[..., Node]:
    """An operation on any number, one after another."""

    def joined(*nodes: Node) -> Node:
        found = inner(nodes[0])
        for node in nodes[1:]:
            found = getattr(tree(), kind)(this=found, expression=inner(node))
        return found

    return joined


def cast(node: Node, kind: str) -> Node:
    """A value as another type, which is named as DuckDB names it."""
    exp = tree()
    return exp.Cast(this=node, to=_kind(kind).copy())


@cache
def _kind(kind: str) -> Node:
    return tree().DataType.build(kind, dialect="duckdb")


def call(name: str, *nodes: Node) -> Node:
    """A function that goes by the same name in the tree and in the text."""
    return tree().Anonymous(this=name, expressions=list(nodes))


def number(value: int) -> Node:
    """A number."""
    return tree().Literal.number(value)


def text(value: str) -> Node:
    """A text."""
    return tree().Literal.string(value)


def is_null(node: Node) -> Node:
    """Whether a value is NULL."""
    exp = tree()
    return exp.Is(this=inner(node), expression=exp.null())


def ones(node: Node) -> Node:
    """1 for true, 0 for false."""
    exp = tree()
    return exp.Case().when(node, number(1)).when(exp.Not(this=inner(node.copy())), number(0))
