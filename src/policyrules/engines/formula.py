"""Formulas over conditions: what they come to in Kleene's logic, and what would have to turn for them to come out otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import frozen

from policyrules.core.outcome import Step
from policyrules.engines.lattice import Held

Key: TypeAlias = tuple[object, ...]
"""What a condition asks of whom: equal for the same question wherever it is written."""

Flips: TypeAlias = Mapping[Key, bool]
"""What conditions are forced to come out as."""

Turn: TypeAlias = tuple[Key, bool]


@frozen(eq=False)
class Condition:
    """One condition as a case worker would call it: what is held of it, and how it was worked out.

    `name` is that of a definition which says just this (长期照护 for 照护月数 不低于 6月).
    """

    key: Key
    held: Held
    step: Step
    name: str | None = None

    @property
    def value(self) -> bool | None:
        """Whether it holds; None while that is open, or cannot be told."""
        return self.held if isinstance(self.held, bool) else None


@frozen(eq=False)
class Not:
    """The other way."""

    part: Formula


@frozen(eq=False)
class AtLeast:
    """So many of these: 且 wants all, 或 wants one."""

    count: int
    parts: tuple[Formula, ...]


Formula: TypeAlias = Condition | Not | AtLeast

ALWAYS = AtLeast(0, ())
NEVER = AtLeast(1, ())


def every(parts: Sequence[Formula]) -> Formula:
    """That all of these hold."""
    return AtLeast(len(parts), tuple(parts))


def some(parts: Sequence[Formula]) -> Formula:
    """That one of these holds."""
    return AtLeast(1, tuple(parts))


def value_of(formula: Formula, flips: Flips, values: dict[int, bool | None]) -> bool | None:
    """What the formula comes to, in Kleene's logic; every part's value is kept."""
    if id(formula) in values:
        return values[id(formula)]
    found: bool | None
    match formula:
        case Condition(key):
            found = flips.get(key, formula.value)
        case Not(part):
            inside = value_of(part, flips, values)
            found = None if inside is None else not inside
        case AtLeast(count, parts):
            each = [value_of(part, flips, values) for part in parts]
            held, open_ = each.count(True), each.count(None)
            found = True if held >= count else False if held + open_ < count else None
    values[id(formula)] = found
    return found


def cut(formula: Formula, wanted: bool, flips: Flips, values: Mapping[int, bool | None]) -> tuple[Turn, ...]:
    """Turns of which at least one is needed for the formula to become `wanted`; none where that cannot be."""
    match formula:
        case Condition(key):
            return () if key in flips else ((key, wanted),)
        case Not(part):
            return cut(part, not wanted, flips, values)
        case AtLeast(count, parts):
            # Of those that are not `wanted` yet, any so many that the rest is too few hold one that has to turn.
            cuts = [cut(part, wanted, flips, values) for part in parts if values[id(part)] is not wanted]
            needed = (count if wanted else len(parts) - count + 1) - (len(parts) - len(cuts))
            enough = sorted(cuts, key=len)[: max(0, len(cuts) - needed + 1)]
            return tuple(dict.fromkeys(turn for each in enough for turn in each))
