"""What a case may tell of an instance, and what stands in where it cannot."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from policyrules.source.text import Place
from policyrules.values.types import Type, Value


@frozen
class Stead:
    """A value taken for a fact that has none, by this document (its key) and this passage of it, if they are told."""

    value: Value
    citation: str | None = None
    passage: str | None = None


@frozen
class Fact:
    """What a case tells of an instance. Quantities lie between `low` and `high` (inclusive; None is open).

    `presumed` (推定) is taken where the fact cannot be known (不详), `inapplicable` where it does not apply (不适用);
    without it a rule that needs the fact is undecided, or has no value.
    """

    key: str
    name: str
    entity: str
    type: Type
    low: Fraction | None
    high: Fraction | None
    question: str | None
    proof: str | None
    place: Place = field(eq=False, repr=False)
    presumed: Stead | None = None
    inapplicable: Stead | None = None
