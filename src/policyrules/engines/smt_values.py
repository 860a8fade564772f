"""Values that depend on the facts: a truth, a number, a day or a word, and where there is none because reckoning fails."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.engines import smt_days as days
from policyrules.engines import smt_numbers as numbers
from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_days import SymbolicDay
from policyrules.engines.smt_numbers import Scaled
from policyrules.engines.smt_z3 import Truth, Whole
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.values.types import Day, Quantity, Type, Value
from policyrules.values.types import Truth as TruthType


class Unsupported(Exception):
    """A construct that has no reading: what it is and where it stands."""

    def __init__(self, what: Phrase, place: Place | None = None) -> None:
        super().__init__(what.en)
        self.what = what
        self.place = place


@frozen(eq=False)
class Word:
    """An option or a text by its number in the list of words. `among` are all it can be; None where it can be any text."""

    code: Whole
    among: frozenset[int] | None = None


Symbolic: TypeAlias = "bool | Scaled | SymbolicDay | Word | Truth"


@frozen(eq=False)
class SymbolicValue:
    """A value; it counts only where not `fails`."""

    value: Symbolic
    fails: Truth = False


FAILED = SymbolicValue(False, True)


@define(eq=False)
class Words:
    """The list of words: options and texts that stand in the policies, by number; and how many days have been made up."""

    codes: dict[str, int] = field(factory=dict)
    days_made: int = 0

    def code(self, word: str) -> int:
        """The number of a word, a new one for a new word."""
        return self.codes.setdefault(word, len(self.codes))

    def word(self, code: int) -> str | None:
        """The word of a number."""
        return next((word for word, number in self.codes.items() if number == code), None)


def literal(value: Value, words: Words) -> Symbolic:
    """A known value."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Fraction):
        return numbers.constant(value)
    if isinstance(value, date):
        return days.constant(value)
    code = words.code(value)
    return Word(code, frozenset((code,)))


def pick(condition: Truth, one: Symbolic, other: Symbolic) -> Symbolic:
    """One value where the condition holds, else the other."""
    if condition.__class__ is bool:
        return one if condition else other
    if isinstance(one, Scaled) and isinstance(other, Scaled):
        return numbers.pick(condition, one, other)
    if isinstance(one, SymbolicDay) and isinstance(other, SymbolicDay):
        return days.pick(condition, one, other)
    if isinstance(one, Word) and isinstance(other, Word):
        among = None if one.among is None or other.among is None else one.among | other.among
        return Word(z.pick(condition, one.code, other.code), among)
    return z.pick_truth(condition, one, other)


def choose(condition: Truth, one: SymbolicValue, other: SymbolicValue) -> SymbolicValue:
    """One value, with its failing, where the condition holds, else the other. A value that never counts is not looked at."""
    if condition.__class__ is bool:
        return one if condition else other
    fails = z.pick_truth(condition, one.fails, other.fails)
    if one.fails is True or other.fails is True:
        return SymbolicValue(other.value if one.fails is True else one.value, fails)
    return SymbolicValue(pick(condition, one.value, other.value), fails)


def equal(one: Symbolic, other: Symbolic) -> Truth:
    """Whether two values of one kind are the same."""
    if isinstance(one, Scaled) and isinstance(other, Scaled):
        return numbers.equal(one, other)
    if isinstance(one, SymbolicDay) and isinstance(other, SymbolicDay):
        return days.equal(one, other)
    if isinstance(one, Word) and isinstance(other, Word):
        if one.among is not None and other.among is not None and one.among.isdisjoint(other.among):
            return False
        return z.equal(one.code, other.code)
    return z.either(z.both(one, other), z.both(z.no(one), z.no(other)))


def less(one: Symbolic, other: Symbolic) -> Truth:
    """Whether the first of two numbers or days is below the second."""
    if isinstance(one, SymbolicDay) and isinstance(other, SymbolicDay):
        return days.less(one, other)
    assert isinstance(one, Scaled) and isinstance(other, Scaled)
    return numbers.less(one, other)


def greater(one: Symbolic, other: Symbolic) -> Truth:
    """Whether the first of two numbers or days is above the second."""
    return less(other, one)


def less_equal(one: Symbolic, other: Symbolic) -> Truth:
    """Whether the first of two numbers or days is not above the second."""
    if isinstance(one, SymbolicDay) and isinstance(other, SymbolicDay):
        return days.less_equal(one, other)
    assert isinstance(one, Scaled) and isinstance(other, Scaled)
    return numbers.less_equal(one, other)


def nothing(kind: Type) -> Symbolic:
    """Some value of a type, where it does not count."""
    match kind:
        case TruthType():
            return False
        case Quantity():
            return numbers.ZERO
        case Day():
            return days.constant(date(2000, 1, 1))
        case _:
            return Word(0, None)
