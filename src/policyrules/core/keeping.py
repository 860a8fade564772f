"""What is worked out from a node of a program alone: worked out once, and kept with the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from policyrules.core.program import Program

N = TypeVar("N")
A = TypeVar("A")
T = TypeVar("T")


def kept(make: Callable[[N, A, Program], T], node: N, also: A, program: Program) -> T:
    """What `make` makes of a node of the program and of `also`; made once. The same node is the same object."""
    key = (make, id(node), also)
    found = program.kept.get(key)
    if found is None or found[0] is not node:
        # The node is kept beside it, so that its identity is not given to another.
        found = program.kept[key] = (node, make(node, also, program))
    made: T = found[1]
    return made
