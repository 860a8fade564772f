"""Finding the value of a fact at which a comparison turns: 年收入 610 × 12 × 3 where 人均收入 meets 610.

What is compared is a sum of multiples of the fact almost everywhere, so two points tell where both sides meet; where that is not
so (ages, caps, tables) the turn is looked for by halving between two values on its two sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import Any

from attrs import define, field

from policyrules.core.program import Fact, Operation
from policyrules.engines.rows import scale_of
from policyrules.review.boundaries import step_of
from policyrules.review.chance import Chance
from policyrules.review.household import Here, Household, number_in, value_from
from policyrules.values.types import Day, Quantity

HOLDS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {"less": lt, "less_equal": le, "greater": gt, "greater_equal": ge, "equal": eq, "not_equal": ne}
)
"""The comparisons, of the difference of their sides with 0."""

_HALVINGS, _MIDDLES = 44, 13
_YEAR = 365
_FAR = 10**9


@define(eq=False)
class Solver:
    """One fact of one instance, moved to where a comparison turns. `where` is the instance the comparison is asked of."""

    household: Household
    node: Operation
    where: Here
    row: list[Any]
    place: int
    fact: Fact
    last: int
    """The latest day a day may be."""

    tried: dict[int, int] = field(factory=dict)
    step: int = field(init=False)
    """The smallest step of the fact, in the parts it is counted in."""

    low: int = field(init=False)
    high: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        fact = self.fact
        if isinstance(fact.type, Quantity):
            scale = scale_of(fact.type)
            self.step = int(step_of(fact) * scale)
            self.low = -_FAR * scale if fact.low is None else ceil(fact.low * scale)
            self.high = _FAR * scale if fact.high is None else floor(fact.high * scale)
        else:
            self.step, self.low, self.high = 1, max(1, self.last - 120 * _YEAR), self.last

    def difference(self, number: int) -> int | None:
        """The difference of the sides at a value of the fact."""
        if number not in self.tried:
            self.row[self.place] = value_from(number, self.fact)
            found = self.household.difference(self.node, self.where)
            if found is None:
                return None
            self.tried[number] = found
        return self.tried[number]

    def solve(self, wanted: bool, near: bool, chance: Chance) -> bool:
        """Writes a value with which the comparison holds or does not, as wanted: next to the turn, or somewhere; whether there is one."""
        before = self.row[self.place]
        found = self.found(number_in(before, self.fact), wanted, near, chance)
        self.row[self.place] = before
        if found is None:
            return False
        self.household.write(self.row, self.place, value_from(found, self.fact))
        return True

    def found(self, start: int, wanted: bool, near: bool, chance: Chance) -> int | None:
        """The value to write."""
        first = self.difference(start)
        if first is None:
            return None
        other = next((number for number in self.probes(start) if (found := self.difference(number)) is not None and found != first), None)
        if other is None:
            return None
        step = self.step
        root = start - first * (other - start) // (self.tried[other] - first)
        root -= (root - self.low) % step
        around = [number for number in (root, root + step, root - step, root + 2 * step) if self.low <= number <= self.high]
        for number in around:
            self.difference(number)
        holds = HOLDS[self.node.operator]
        sides = {holds(self.tried[number], 0) for number in around if number in self.tried}
        if len(sides) < 2:
            root = self.halved(holds) or root
        if not near:
            shift = step * chance.choice((10, 100, 1000, 5000, 10_000, 100_000)) * chance.randint(1, 5)
            for number in (root + shift, root - shift, self.low):
                if self.low <= number <= self.high:
                    self.difference(number)
        fitting = [number for number, found in self.tried.items() if holds(found, 0) is wanted]
        if not fitting:
            return None
        fitting.sort(key=lambda number: abs(number - root))
        return fitting[0] if near else chance.choice(fitting)

    def to_half(self, rounded: Fraction) -> bool:
        """Writes a value with which the one side of the node lies in the middle between two steps it is rounded to; whether there is one."""
        before = self.row[self.place]
        start = number_in(before, self.fact)
        first, second = (self.side(number) for number in (start, start + self.step))
        found = None
        if first is not None and second is not None and first != second:
            slope = (second - first) / self.step
            middle = (first // rounded + Fraction(1, 2)) * rounded
            # A few middles onwards: not every one is met by a whole number of steps.
            hits = (start + (middle + shift * rounded - first) / slope for shift in range(_MIDDLES))
            whole = (int(hit) for hit in hits if hit.denominator == 1 and self.low <= hit <= self.high)
            found = next((number for number in whole if ((self.side(number) or rounded) / rounded - Fraction(1, 2)).denominator == 1), None)
        self.row[self.place] = before
        if found is not None:
            self.household.write(self.row, self.place, value_from(found, self.fact))
        return found is not None

    def side(self, number: int) -> Fraction | None:
        """What the left side of the node comes to at a value of the fact."""
        self.row[self.place] = value_from(number, self.fact)
        found = self.household.worth(self.node.arguments[0], self.where)
        return None if found is None else Fraction(found[0], found[1])

    def halved(self, holds: Callable[[int, int], bool]) -> int | None:
        """The last value before the turn between two that were tried, with the next one tried, too."""
        yes = [number for number, found in self.tried.items() if holds(found, 0)]
        no = [number for number, found in self.tried.items() if not holds(found, 0)]
        if not yes or not no:
            return None
        low, high = min(((one, other) for one in yes for other in no), key=lambda pair: abs(pair[0] - pair[1]))
        if low > high:
            low, high = high, low
        kept = holds(self.tried[low], 0)
        for _ in range(_HALVINGS):
            middle = low + (high - low) // (2 * self.step) * self.step
            if middle in (low, high):
                break
            found = self.difference(middle)
            if found is None:
                return None
            if holds(found, 0) is kept:
                low = middle
            else:
                high = middle
        self.difference(low - self.step if low - self.step >= self.low else low)
        return low

    def probes(self, start: int) -> list[int]:
        """Values to learn from how the difference moves: near, then far."""
        if isinstance(self.fact.type, Day):
            every = [start - 20 * _YEAR, start - 60 * _YEAR, start + 20 * _YEAR, start - _YEAR, self.last, self.last - 10 * _YEAR]
        else:
            every = [start + 1000 * self.step, self.low, start + self.step, 2 * start + 100_000 * self.step, 100 * start + 10**7 * self.step, self.high]
        return [number for number in every if self.low <= number <= self.high and number != start]
