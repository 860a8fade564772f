"""Numbers in a relational plan: an integer column over a denominator, exactly, and never beyond what a column holds.

Every whole number carries the greatest size it can have, from the sizes of facts. What stays below 2^63 is reckoned in 64
bits, what stays below 2^126 in 128; what might be greater is `Uncovered`, so that no sum ever overflows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from attrs import evolve, frozen

from policyrules.engines.plan_terms import FALSE, NULL, TRUE, Const, Term, all_of, any_of, case, negated, op
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place

NARROW, WIDE = 2**63 - 1, 2**126

_TOO_LARGE = Phrase("数可能超出 128 位", "a number that may exceed 128 bits")

Let: TypeAlias = Callable[[Term], Term]
"""Gives a term a column of its own where it is read more than once."""


class Uncovered(Exception):
    """Columns cannot say this; control only, never seen outside."""

    def __init__(self, what: Phrase, place: Place | None = None) -> None:
        self.what = what
        self.place = place


@frozen
class Whole:
    """A whole number of at most this size."""

    term: Term
    most: int


@frozen
class Number:
    """`above` over `below`, which is above 0. `mark`: whether a 暂定 value had a part."""

    above: Whole
    below: Whole
    mark: Term = FALSE


@frozen
class Word:
    """A truth, word or day."""

    term: Term
    mark: Term = FALSE


Out: TypeAlias = Number | Word

ONE = Whole(Const(1), 1)


def written(value: Fraction, mark: Term = FALSE) -> Number:
    """A number of the policy."""
    return Number(whole(value.numerator), whole(value.denominator), mark)


def whole(value: int) -> Whole:
    """A constant."""
    return Whole(Const(value), abs(value))


def constant(number: Whole) -> int | None:
    """The value of a whole number, where it is a constant."""
    value = number.term.value if isinstance(number.term, Const) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def product(*factors: Whole) -> Whole:
    """The product; constants are multiplied beforehand."""
    fixed, found = 1, None
    for factor in factors:
        value = constant(factor)
        if value is not None:
            fixed *= value
        else:
            found = factor if found is None else _joined("*", found, factor, found.most * factor.most)
    if found is None:
        return whole(fixed)
    return found if fixed == 1 else _joined("*", found, whole(fixed), found.most * abs(fixed))


def total(one: Whole, other: Whole, sign: str = "+") -> Whole:
    """The sum, or with "-" the difference."""
    left, right = constant(one), constant(other)
    if left is not None and right is not None:
        return whole(left + right if sign == "+" else left - right)
    if right == 0:
        return one
    return _joined(sign, one, other, one.most + other.most)


def _joined(kind: str, one: Whole, other: Whole, most: int) -> Whole:
    if most >= WIDE:
        raise Uncovered(_TOO_LARGE)
    narrow = most > NARROW and one.most <= NARROW and other.most <= NARROW
    left = op("wide", one.term) if narrow else one.term
    return Whole(op(kind, left, other.term), most)


def aligned(numbers: Sequence[Number]) -> tuple[list[Whole], Whole]:
    """The numbers above one common denominator."""
    fixed = lcm(*(value for number in numbers if (value := constant(number.below)) is not None))
    moving = list(dict.fromkeys(number.below for number in numbers if constant(number.below) is None))
    aboves = []
    for number in numbers:
        value = constant(number.below)
        others = [below for below in moving if below != number.below]
        aboves.append(product(number.above, whole(fixed // value if value is not None else fixed), *others))
    return aboves, product(whole(fixed), *moving)


def add(numbers: Sequence[Number], mark: Term, sign: str = "+") -> Number:
    """The sum, or with "-" the difference of two."""
    aboves, below = aligned(numbers)
    found = aboves[0]
    for other in aboves[1:]:
        found = total(found, other, sign)
    return Number(found, below, mark)


def multiply(numbers: Sequence[Number], mark: Term) -> Number:
    """The product, with constants shortened."""
    aboves = [number.above for number in numbers]
    belows = [number.below for number in numbers]
    above, below = 1, 1
    for one in aboves:
        above *= 1 if (value := constant(one)) is None else value
    for one in belows:
        below *= 1 if (value := constant(one)) is None else value
    shared = Fraction(above, below)
    return Number(
        product(*(one for one in aboves if constant(one) is None), whole(shared.numerator)),
        product(*(one for one in belows if constant(one) is None), whole(shared.denominator)),
        mark,
    )


def divide(one: Number, other: Number, mark: Term, let: Let) -> Number:
    """The quotient; NULL where the divisor is 0."""
    divisor, fixed = constant(other.above), constant(other.below)
    if divisor and fixed is not None:
        return multiply([one, written(1 / Fraction(divisor, fixed))], mark)
    if divisor == 0:
        return Number(Whole(Const(None), 0), ONE, mark)
    below = product(one.below, other.above)
    below = Whole(let(below.term), below.most)
    above = product(one.above, other.below)
    turned = case([(op(">", below.term, Const(0)), above.term), (op("<", below.term, Const(0)), op("neg", above.term))], Const(None))
    return Number(Whole(turned, above.most), Whole(op("nullif", op("abs", below.term), Const(0)), below.most), mark)


def negate(number: Number) -> Number:
    """The number below zero by as much."""
    value = constant(number.above)
    above = whole(-value) if value is not None else Whole(op("neg", number.above.term), number.above.most)
    return evolve(number, above=above)


def extreme(numbers: Sequence[Number], mark: Term, which: str) -> Number:
    """The greatest or the least; NULL where any is."""
    aboves, below = aligned(numbers)
    if len(aboves) == 1:
        return Number(aboves[0], below, mark)
    known = all_of(*(op("is known", one.term) for one in aboves if constant(one) is None))
    found = op(which, *(one.term for one in aboves))
    return Number(Whole(case([(known, found)], Const(None)), max(one.most for one in aboves)), below, mark)


def compared(symbol: str, one: Number, other: Number, mark: Term) -> Word:
    """A comparison, multiplied crosswise."""
    (left, right), _ = aligned([one, other])
    return Word(op(symbol, left.term, right.term), mark)


def dividing(one: Whole, other: Whole) -> str:
    """The operation that divides them as whole numbers."""
    return "wide //" if max(one.most, other.most) > NARROW else "//"


def rounded(number: Number, step: Fraction, mode: str, mark: Term, let: Let) -> Number:
    """A multiple of the step, by a mode of the table, in whole numbers."""
    below = constant(number.below)
    if below is not None:
        scale = Fraction(step.denominator, below * step.numerator)
        top, bottom = product(number.above, whole(scale.numerator)), whole(scale.denominator)
    else:
        top, bottom = product(number.above, whole(step.denominator)), product(number.below, whole(step.numerator))
    if constant(bottom) == 1:
        return Number(product(top, whole(step.numerator)), whole(step.denominator), mark)
    if top.most * 2 >= WIDE or bottom.most * 2 >= WIDE:
        raise Uncovered(_TOO_LARGE)
    cut, unit = Whole(let(top.term), top.most), Whole(let(bottom.term), bottom.most)
    rest = Whole(let(op("%", cut.term, unit.term)), unit.most)
    count = op(dividing(cut, unit), cut.term, unit.term)
    away = op("sign", cut.term)
    twice = product(whole(2), Whole(op("abs", rest.term), rest.most)).term
    none = Const(0)
    steps: dict[str, Term] = {
        "toward zero": none,
        "away from zero": case([(op("<>", rest.term, none), away)], none),
        "up": case([(op(">", rest.term, none), Const(1))], none),
        "down": case([(op("<", rest.term, none), Const(-1))], none),
        "half up": case([(op(">=", twice, unit.term), away)], none),
        "half even": case(
            [
                (op(">", twice, unit.term), away),
                (all_of(op("=", twice, unit.term), op("<>", op("%", count, Const(2)), none)), away),
            ],
            none,
        ),
    }
    more = steps[mode]
    found = Whole(count if more == none else op("+", count, more), top.most + 1)
    return Number(product(found, whole(step.numerator)), whole(step.denominator), mark)


def settled_mark(outs: Sequence[Word], all_wanted: bool) -> Term:
    """The mark of 且 (or 或): none where a part without one settles it."""
    marks = any_of(*(out.mark for out in outs))
    if marks == FALSE:
        return FALSE
    settling = [
        NULL if out.mark == NULL else all_of(negated(out.mark), op("is true", negated(out.term) if all_wanted else out.term))
        for out in outs
        if out.mark != TRUE
    ]
    return all_of(marks, negated(any_of(*settling)))


def terms_of(out: Out) -> tuple[Term, ...]:
    """Every term of a value."""
    return (out.above.term, out.below.term, out.mark) if isinstance(out, Number) else (out.term, out.mark)


def mapped(out: Out, change: Callable[[Term], Term]) -> Out:
    """The value with its terms changed, each a stand-in for the same."""
    if isinstance(out, Word):
        return Word(change(out.term), change(out.mark))
    return Number(evolve(out.above, term=change(out.above.term)), evolve(out.below, term=change(out.below.term)), change(out.mark))


def unknown_of(numeric: bool) -> Out:
    """A value that is NULL."""
    return Number(Whole(NULL, 0), ONE) if numeric else Word(NULL)


def uncovered_of(numeric: bool) -> Out:
    """A value that has to be worked out elsewhere, so that not even its mark is known."""
    return Number(Whole(NULL, 0), ONE, NULL) if numeric else Word(NULL, NULL)


def known(out: Out) -> Term:
    """Whether the value is not NULL."""
    terms = terms_of(out)[:-1]
    return all_of(*(op("is known", term) if not isinstance(term, Const) else Const(term.value is not None) for term in terms))


