"""What is held of a value while evaluating: known, unknown or failed; how operators and alternatives treat the three.

The lattice, for every engine:

- An operator whose argument failed fails, since no fact can mend it. Only `and`, `or` and `at_least` can do without an
  argument: a known result that no argument still open can change stands (false 且 failure is false, in any order).
- Where a missing fact could still settle such an operator, the result is unknown, not failed (unknown 且 failure): a
  failure reported is one that every completion of the facts gives.
- An unknown that some completion may make fail has `possible` None, so that nothing settles on its bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from policyrules.core.outcome import Failed
from policyrules.operators.operator import Failure
from policyrules.operators.table import OPERATORS
from policyrules.source.text import Place
from policyrules.values.partial import ANY_NUMBER, ANY_TRUTH, either, needs_of, settled
from policyrules.values.types import Day, Options, Quantity, Truth, Type, Value
from policyrules.values.unknown import Days, Need, Possible, Unknown

Held: TypeAlias = Value | Unknown | Failed
"""A known value, what is open of it, or why there is none."""

Result: TypeAlias = tuple[Held, bool]
"""What is held of a value, and whether a 暂定 value had a part in it."""

NOBODY: frozenset[Need] = frozenset()
_BLANK = Unknown(ANY_TRUTH, NOBODY)
MENDING = frozenset(("and", "or", "at_least"))
_OPEN = frozenset((Unknown, Failed))


def apply(operator: str, values: Sequence[Held], place: Place | None) -> Held:
    """The operator of the table on known, unknown and failed arguments."""
    for value in values:
        if value.__class__ in _OPEN:
            return _apply_open(operator, values, place)
    scalar = OPERATORS[operator].scalar(*values)
    return Failed(scalar.reason, place) if isinstance(scalar, Failure) else scalar


def _apply_open(operator: str, values: Sequence[Held], place: Place | None) -> Held:
    failures = [value for value in values if isinstance(value, Failed)]
    if failures:
        return _mend(operator, values, failures) if operator in MENDING else worst(failures)
    partial = OPERATORS[operator].partial(*values)
    return Failed(partial.reason, place) if isinstance(partial, Failure) else settled(partial)


def apply_marked(operator: str, results: Sequence[Result], place: Place | None) -> Result:
    """As `apply`, with the 暂定 mark: an argument that the rest can do without leaves none."""
    value = apply(operator, [held for held, _ in results], place)
    marked = True in [mark for _, mark in results]
    if marked and operator in MENDING and isinstance(value, bool):
        marked = apply(operator, [_BLANK if mark else held for held, mark in results], place) is not value
    return value, marked


def join(values: Sequence[Held], needs: frozenset[Need]) -> Held:
    """One of these, and `needs` tell which: known where all agree, failed where all fail."""
    sound = [value for value in values if not isinstance(value, Failed)]
    if not sound:
        return worst(value for value in values if isinstance(value, Failed))
    if len(sound) < len(values):
        return Unknown(None, needs | needs_of(*sound))
    return either(sound, needs)


def worst(failures: Iterable[Failed]) -> Failed:
    """The failure to report of several: the first in the text, so that no order of evaluation shows."""
    return min(failures, key=_failure_order)


def anything(type_: Type) -> Possible:
    """Every value of a type."""
    if isinstance(type_, Truth):
        return ANY_TRUTH
    if isinstance(type_, Options):
        return frozenset(type_.names)
    if isinstance(type_, Day):
        return Days()
    return ANY_NUMBER if isinstance(type_, Quantity) else None


def _mend(operator: str, values: Sequence[Held], failures: Sequence[Failed]) -> Held:
    """A monotone operator with failed arguments: known without them, or still to be settled without them, or failed."""
    if operator == "at_least" and not isinstance(values[0], Fraction):
        return values[0] if isinstance(values[0], Unknown) else worst(failures)
    softened = apply(operator, [_BLANK if isinstance(value, Failed) else value for value in values], None)
    if not isinstance(softened, Unknown):
        return softened
    for guess in (True, False):
        trial: list[Held] = [guess if isinstance(value, Unknown) else value for value in values]
        blanked = [_BLANK if isinstance(value, Failed) else value for value in trial]
        if not isinstance(apply(operator, blanked, None), Unknown):
            return Unknown(None, needs_of(*(value for value in values if isinstance(value, Unknown))))
    return worst(failures)


def _failure_order(failure: Failed) -> tuple[str, int, str]:
    place = failure.place
    return (place.path, place.start, failure.reason.zh) if place else ("", -1, failure.reason.zh)
