"""What is not known: the values still possible, and the facts that would tell."""

from __future__ import annotations

from datetime import date
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
    """Every number from `low` to `high`, both included unless `low_open` or `high_open` says otherwise; None is without end."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False


@frozen
class Days:
    """Every day from `low` to `high`, both included; None is without end."""

    low: date | None = None
    high: date | None = None


Possible: TypeAlias = Interval | Days | frozenset[Value] | None
"""What a value can still be: numbers, days, listed values; None says least: any value at all, or none because reckoning fails."""


@frozen
class Unknown:
    """A value not yet known. `possible` is an interval for numbers and days, a set for truth and options, None for anything.

    `needs` are the missing facts it depends on.
    """

    possible: Possible
    needs: frozenset[Need]


Partial: TypeAlias = Value | Unknown
"""A value or what is left open of it."""
