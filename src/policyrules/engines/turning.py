"""Where an answer may turn as one fact changes: the numbers and days at which a comparison in the rules changes sides.

A trial is evaluated with a recording evaluator that notes, for every comparison, by how much its sides differ. Between two
trials in which a difference changes its sign lies a turning point: found by false position, exactly where the rules are
linear, and by halving otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.core.case import Instance
from policyrules.core.outcome import Outcome
from policyrules.core.program import Benefit, Combination, Expression, Grant, Operation
from policyrules.engines.expressions import evaluate
from policyrules.engines.lattice import Held, Result
from policyrules.engines.run import Here, Run

Differences: TypeAlias = Mapping[tuple[int, ...], Fraction]
"""By how much the sides of each comparison differ, in one trial."""


@frozen
class Trial:
    """One trial: what it came to, and its comparisons."""

    outcome: Outcome
    differences: Differences


Probe: TypeAlias = Callable[[Fraction], Differences]

_ZERO, _ONE = Fraction(0), Fraction(1)
_FIRST_TWO = frozenset({"age"})
_TURNING = frozenset({"less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "maximum", "minimum"})


@define(eq=False)
class Recorder:
    """An evaluator that notes how far apart the sides of every comparison are, those included that nobody wrote: a divisor
    and zero, a birth and the day, the amounts of two articles, an amount and nothing."""

    noted: dict[tuple[int, ...], Fraction] = field(factory=dict)
    seen: dict[tuple[int, int, int], Held] = field(factory=dict)

    def evaluate(self, run: Run, node: Expression, here: Here, depth: int) -> Result:
        """As the evaluator of the reference."""
        result = evaluate(run, node, here, depth)
        self.seen[id(node), id(here.current), id(here.subject)] = result[0]
        if isinstance(node, Operation) and (node.operator in _TURNING or node.operator in _FIRST_TWO):
            sides = [self.side(argument, here.current, here.subject) for argument in node.arguments]
            self.note(node, here.current, here.subject, sides[:2] if node.operator in _FIRST_TWO else sides)
        elif isinstance(node, Operation) and node.operator == "divide":
            self.note(node, here.current, here.subject, [self.side(node.arguments[1], here.current, here.subject), _ZERO])
        return result

    def amounts(self, benefit: Benefit, instance: Instance) -> None:
        """What the articles of a benefit come to, beside each other and beside nothing."""
        values = [article.consequence.value for article in benefit.articles if isinstance(article.consequence, Grant)]
        sides = [self.side(value, instance, instance) for value in values]
        for index, (value, side) in enumerate(zip(values, sides, strict=True)):
            # In an order, or added up, it does not matter which is the greater.
            others = [] if benefit.combination in (Combination.PRIORITY, Combination.SUM) else sides[index + 1 :]
            for other, right in enumerate([_ZERO, *others]):
                if side is not None and right is not None:
                    # Below zero, so that it never is a comparison inside the value itself.
                    self.noted[id(value), id(instance), id(instance), -1 - other] = side - right

    def side(self, node: Expression, member: Instance, subject: Instance) -> Fraction | None:
        """A number or day worked out before."""
        held = self.seen.get((id(node), id(member), id(subject)))
        if isinstance(held, date):
            return Fraction(held.toordinal())
        return held if isinstance(held, Fraction) else None

    def note(self, node: Expression, member: Instance, subject: Instance, sides: Sequence[Fraction | None]) -> None:
        """The differences of neighbours."""
        for index, (left, right) in enumerate(pairwise(sides)):
            if left is not None and right is not None:
                self.noted[id(node), id(member), id(subject), index] = left - right


def turning_points(probe: Probe, low: Fraction, high: Fraction, step: Fraction | None, most: int) -> tuple[Fraction, ...]:
    """Numbers from `low` to `high` at which a difference is zero, or first on the other side; at most `most` trials."""
    known: dict[Fraction, Differences] = {low: probe(low), high: probe(high)}
    found: set[Fraction] = set()
    waiting = [(low, high, 0)]
    while waiting and len(known) < most:
        left, right, tries = waiting.pop()
        turned = _turned(known[left], known[right])
        found.update(left for key in turned if not known[left][key])
        found.update(right for key in turned if not known[right][key])
        between = [key for key in turned if known[left][key] and known[right][key]]
        if not turned or (step is not None and right - left <= step):
            found.update((right,) if turned else ())
            continue
        if between:
            middle = _guess(known[left][between[0]], known[right][between[0]], left, right, step, tries)
        else:
            middle = _guess(_ONE, -_ONE, left, right, step, tries)
        if middle not in known:
            known[middle] = probe(middle)
        if not between and all(_is_straight(known, key, left, middle, right) for key in turned):
            # Zero at the end itself, and nowhere before it.
            continue
        waiting += [(left, middle, tries + 1), (middle, right, tries + 1)]
    return tuple(sorted(found))


def _is_straight(known: Mapping[Fraction, Differences], key: tuple[int, ...], left: Fraction, middle: Fraction, right: Fraction) -> bool:
    value, first, last = known[middle].get(key), known[left][key], known[right][key]
    return value == first + (last - first) * (middle - left) / (right - left)


def _turned(one: Differences, other: Differences) -> list[tuple[int, ...]]:
    """The comparisons that come out another way."""
    return [key for key, value in one.items() if key in other and sign(value) != sign(other[key])]


def sign(value: Fraction) -> int:
    """-1, 0 or 1."""
    return (value > 0) - (value < 0)


def _guess(first: Fraction, last: Fraction, left: Fraction, right: Fraction, step: Fraction | None, tries: int) -> Fraction:
    """Where a straight line through both differences is zero; every third time the middle, where no line will do."""
    guess = left - first * (right - left) / (last - first) if tries % 3 < 2 else (left + right) / 2
    if step is None:
        return guess
    below = left + step * ((guess - left) // step)
    for snapped in (below, below + step):
        if left < snapped < right:
            return snapped
    return left + step * max(1, ((right - left) / 2) // step)


def straight(values: Sequence[Fraction], shares: Sequence[Sequence[Fraction]]) -> bool:
    """Whether values at points are those of a straight function. The first point is the origin, `shares` tell how far along
    each axis the points lie; the ends of the axes are among them."""
    origin = values[0]
    slopes = [
        values[next(index for index, share in enumerate(shares) if share[axis] == 1 and sum(share) == 1)] - origin
        for axis in range(len(shares[0]))
    ]
    return all(
        value == origin + sum((slope * part for slope, part in zip(slopes, share, strict=True)), Fraction(0))
        for value, share in zip(values, shares, strict=True)
    )
