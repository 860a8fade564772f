"""What an expression is made of."""

from __future__ import annotations

from itertools import chain

from policyrules.core.program import Aggregate, Choice, Expression, Operation


def parts_of(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside one."""
    if isinstance(node, Operation):
        return node.arguments
    if isinstance(node, Choice):
        return (*chain.from_iterable((one.condition, one.value) for one in node.branches), node.otherwise)
    if isinstance(node, Aggregate):
        return tuple(part for part in (node.where, node.value, node.if_none) if part is not None)
    return ()
