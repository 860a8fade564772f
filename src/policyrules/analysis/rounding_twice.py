"""Rounded amounts that are rounded or multiplied again, with figures for which it makes a difference.

50.83 × 2 is 101.66, but 101.67 where only the product is rounded. Where no figures differ, nothing is said: 到分 after
到分 is harmless. A benefit's amount is a figure of its own, that others may well take a share of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import islice, product

from attrs import frozen

from policyrules.analysis.granularity import Steps, common_step, constants, step_of
from policyrules.analysis.graph import Uses
from policyrules.analysis.view import View
from policyrules.core.parts import parts_of
from policyrules.core.program import Benefit, Choice, Expression, Grant, Literal, Operation, Rounding, Rule, RuleValue
from policyrules.source.text import Place
from policyrules.values.quantities import ROUNDING_MODES, round_to
from policyrules.values.types import Quantity

DEEPEST = 30
MOST_TRIED = 400

_ZERO = Fraction(0)
_ONE = Fraction(1)
_SAMPLES = tuple(
    Fraction(whole) + part
    for whole in (50, 0, 1, 7, 49)
    for part in (Fraction(5, 6), Fraction(1, 3), Fraction(2, 3), Fraction(1, 2), Fraction(1, 12), Fraction(1, 7), _ZERO)
)
_HALVES = (Fraction(1, 2), _ZERO)
_PARTS = (Fraction(-1, 4), Fraction(1, 4), Fraction(-1, 2), Fraction(1, 2))
_FACTORS = tuple(Fraction(count) for count in (2, 3, 4, 7))


@frozen
class Example:
    """Figures that differ: `exact` is rounded to `rounded`; with that comes `staged`, with one rounding at last `last`.

    `factor` is None where the rounded amount is rounded again and not multiplied.
    """

    exact: Fraction
    rounded: Fraction
    factor: Fraction | None
    staged: Fraction
    last: Fraction


@frozen
class RoundedTwice:
    """A rounding whose result is rounded or multiplied at `again`."""

    rounding: Operation
    again: Place | None
    example: Example


@frozen
class _Way:
    """A way of rounding."""

    mode: str
    step: Fraction


def may_round(uses: Mapping[str, Uses]) -> frozenset[str]:
    """The names that round, or need one that does: only these are worth looking at."""
    users: dict[str, list[str]] = {}
    found = [key for key, one in uses.items() if any(operator.startswith("round ") for operator in one.operators)]
    for key, one in uses.items():
        for name in one.names:
            users.setdefault(name, []).append(key)
    seen = set(found)
    for name in found:
        new = [user for user in users.get(name, ()) if user not in seen]
        seen.update(new)
        found.extend(new)
    return frozenset(found)


def rounded_twice(declared: Rule | Benefit, steps: Steps) -> tuple[RoundedTwice, ...]:
    """What a declaration rounds or multiplies after it has been rounded."""
    if isinstance(declared, Rule):
        return tuple(_under(declared.expression, None, steps))
    last = _way_of(declared.rounding)
    values = [one.consequence.value for one in declared.articles if isinstance(one.consequence, Grant)]
    if isinstance(declared.otherwise, Grant):
        values.append(declared.otherwise.value)
    found: list[RoundedTwice] = []
    for value in values:
        found.extend(_under(value, last, steps))
        if last is not None and declared.rounding is not None:
            found.extend(_again(value, last, declared.rounding.place, steps))
    return tuple(found)


def _under(node: Expression, last: _Way | None, steps: Steps) -> Iterator[RoundedTwice]:
    """Findings anywhere in an expression; `last` is the rounding at the end, if any."""
    stack: list[tuple[Expression, _Way | None]] = [(node, last)]
    while stack:
        part, outer = stack.pop()
        if isinstance(part, Operation) and part.operator == "multiply":
            yield from _multiplied(part, outer, steps)
        way = _rounds(part, steps.view)
        if way is not None and isinstance(part, Operation):
            yield from _again(part.arguments[0], way, part.place, steps)
            outer = way
        stack.extend((inner, outer) for inner in parts_of(part))


# ---------------------------------------------------------------- the two findings


def _multiplied(node: Operation, last: _Way | None, steps: Steps) -> Iterator[RoundedTwice]:
    for position, argument in enumerate(node.arguments):
        for rounding in islice(_rounded_parts(argument, steps.view, through_sums=False), 1):
            way = _rounds(rounding, steps.view)
            others = [other for at, other in enumerate(node.arguments) if at != position]
            example = None if way is None else _product_example(rounding, way, _factors(others, steps.view), last or way, steps)
            if example is not None:
                yield RoundedTwice(rounding, node.place, example)


def _again(value: Expression, outer: _Way, place: Place | None, steps: Steps) -> Iterator[RoundedTwice]:
    """A rounding directly under a coarser one, or under a sum, a greatest or least."""
    for rounding in islice(_rounded_parts(value, steps.view, through_sums=True), 1):
        way = _rounds(rounding, steps.view)
        if way is None or common_step((way.step, outer.step)) == outer.step:
            continue
        for exact in islice(_samples(rounding, way, steps, outer.step), MOST_TRIED):
            rounded = round_to(exact, way.step, way.mode)
            staged, last = round_to(rounded, outer.step, outer.mode), round_to(exact, outer.step, outer.mode)
            if staged != last:
                yield RoundedTwice(rounding, place, Example(exact, rounded, None, staged, last))
                break


def _product_example(rounding: Operation, way: _Way, factors: Iterable[Fraction], last: _Way, steps: Steps) -> Example | None:
    for exact, factor in islice(product(_samples(rounding, way, steps), factors), MOST_TRIED):
        rounded = round_to(exact, way.step, way.mode)
        staged, once = round_to(rounded * factor, last.step, last.mode), round_to(exact * factor, last.step, last.mode)
        if staged != once:
            return Example(exact, rounded, factor, staged, once)
    return None


# ---------------------------------------------------------------- what is rounded


def _rounded_parts(node: Expression, view: View, *, through_sums: bool) -> Iterator[Operation]:
    """Roundings whose result is this value: itself, a rule's, one way of a choice, or a term of it."""
    stack = [(node, 0)]
    while stack:
        part, depth = stack.pop()
        if depth > DEEPEST:
            continue
        inner: tuple[Expression, ...] = ()
        if isinstance(part, Operation):
            if part.operator.startswith("round "):
                yield part
            elif part.operator in ("add", "subtract", "negate", "maximum", "minimum") or (through_sums and part.operator == "spread"):
                inner = part.arguments
        elif isinstance(part, RuleValue) and part.rule in view.rules:
            inner = (view.rules[part.rule].expression,)
        elif isinstance(part, Choice):
            inner = (*(branch.value for branch in part.branches), part.otherwise)
        stack.extend((one, depth + 1) for one in inner if isinstance(one.type, Quantity))


def _rounds(node: Expression, view: View) -> _Way | None:
    if not isinstance(node, Operation) or not node.operator.startswith("round "):
        return None
    step = constants(node.arguments[1], view)
    return _Way(node.operator.removeprefix("round "), step[0]) if step and step[0] > 0 else None


def _way_of(rounding: Rounding | None) -> _Way | None:
    if rounding is None:
        return None
    mode = rounding.mode.removeprefix("round ")
    return _Way(mode, rounding.step) if mode in ROUNDING_MODES else None


def _factors(others: list[Expression], view: View) -> list[Fraction]:
    """Numbers the rest of a product may be: those written, else some counts."""
    result = [_ONE]
    for other in others:
        written = constants(other, view)
        choices = written if written is not None else _FACTORS
        result = [known * each for known in result for each in choices][:MOST_TRIED]
    return [factor for factor in result if abs(factor) != 1]


def _samples(rounding: Operation, way: _Way, steps: Steps, coarser: Fraction = _ZERO) -> Iterator[Fraction]:
    """Amounts that may come before a rounding: quotients of written figures first, then odd parts of its step.

    Where a `coarser` rounding follows, also amounts just below its halves and its multiples, and just above.
    """
    value = rounding.arguments[0]
    if isinstance(value, Literal) and isinstance(value.value, Fraction):
        yield value.value
        return
    if isinstance(value, Operation) and value.operator in ("multiply", "divide") and len(value.arguments) == 2:
        left, right = (constants(argument, steps.view) for argument in value.arguments)
        for one, other in product(left or (), right or ()):
            if value.operator == "multiply" or other:
                yield one * other if value.operator == "multiply" else one / other
        if left and right:
            return
    finest = step_of(value, steps)
    near = [coarser * (whole + half) + way.step * part for whole in (50, 1) for half in _HALVES for part in _PARTS]
    yield from (sample for sample in near if coarser and (not finest or (sample / finest).denominator == 1))
    for sample in _SAMPLES:
        scaled = sample if way.step <= Fraction(1, 10) else sample * way.step
        if not finest or (scaled / finest).denominator == 1:
            yield scaled
    if finest:
        # Only multiples of this step come up: the nearest ones to halves of the rounding's own.
        for count in range(1, 60):
            yield finest * count
            yield way.step * 50 + finest * count
