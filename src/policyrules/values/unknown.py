"""What is not known: the values still possible, and the facts that would tell."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

from policyrules.values.types import Value


@frozen
class Need:
    """A missing fact of one instance of the case, by its subject id (户, 甲 …) and the fact's key and name.

    `askable` is False for a fact that was asked for and cannot be known (不详).
    """

    subject: str
    fact: str
    name: str
    askable: bool = True


@frozen
class Interval:
    """Every number from `low` to `high`, both included; None is open."""

    low: Fraction | None = None
    high: Fraction | None = None


@frozen
class Unknown:
    """A value not yet known. `possible` is an interval for numbers, a set for truth and options, None for anything.

    `needs` are the missing facts it depends on.
    """

    possible: Interval | frozenset[Value] | None
    needs: frozenset[Need]


Partial: TypeAlias = Value | Unknown
"""A value or what is left open of it."""
