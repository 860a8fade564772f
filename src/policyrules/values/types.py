"""Types of values: truth, quantities with units, days, options, text."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import frozen

Value: TypeAlias = bool | Fraction | date | str
"""A known value: truth, an exact number in base units, a day, or an option or text."""

Dimension: TypeAlias = tuple[tuple[str, int], ...]
"""Base units with their exponents, sorted, none zero: 元/人·月 is (("人", -1), ("元", 1), ("月", -1))."""


@frozen
class Truth:
    """是否."""


@frozen
class Quantity:
    """An exact number of a dimension. `whole`: always an integer (people, households, ages)."""

    dimension: Dimension = ()
    whole: bool = False


@frozen
class Day:
    """A calendar day."""


@frozen
class Options:
    """One of the named options, in the order written."""

    names: tuple[str, ...]


@frozen
class Text:
    """Free text; only equality is asked of it."""


Type: TypeAlias = Truth | Quantity | Day | Options | Text

TRUTH = Truth()
DAY = Day()
TEXT = Text()
NUMBER = Quantity()
COUNT = Quantity((), whole=True)
