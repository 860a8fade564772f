"""Operators of days as terms of a relational plan, in whole numbers of years, months and days."""

from __future__ import annotations

from calendar import isleap, monthrange
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor

from policyrules.engines.plan_numbers import Let, Number, Out, Uncovered, Whole, Word, constant, dividing, multiply, product, rounded, total, whole, written
from policyrules.engines.plan_numbers import add as added
from policyrules.engines.plan_terms import FALSE, NULL, TRUE, Const, Term, all_of, any_of, case, negated, op
from policyrules.operators.dates import FIRST_MONTH
from policyrules.source.phrase import Phrase
from policyrules.values import calendar
from policyrules.values.calendar import DAY_AFTER, FIRST_OF_MARCH

_UNCOVERED = Phrase("规则用词不是常数", "the word of a rule is no constant")
_YEARS, _MOVES = 10_000, 130_000


def year(day: Term) -> Whole:
    """The year of a day."""
    return whole(day.value.year) if isinstance(day, Const) and isinstance(day.value, date) else Whole(op("year", day), _YEARS)


def month(day: Term) -> Whole:
    """The month of a day."""
    return whole(day.value.month) if isinstance(day, Const) and isinstance(day.value, date) else Whole(op("month", day), 12)


def day_of(day: Term) -> Whole:
    """The day of the month."""
    return whole(day.value.day) if isinstance(day, Const) and isinstance(day.value, date) else Whole(op("day", day), 31)


def _last(day: Term) -> Term:
    """How many days the month of a day has."""
    if isinstance(day, Const) and isinstance(day.value, date):
        return Const(monthrange(day.value.year, day.value.month)[1])
    return op("month length", day)


def _leap(on: Term) -> Term:
    if isinstance(on, Const) and isinstance(on.value, date):
        return Const(isleap(on.value.year))
    number = year(on).term

    def by(divisor: int) -> Term:
        return op("=", op("%", number, Const(divisor)), Const(0))

    return all_of(by(4), any_of(negated(by(100)), by(400)))


def age(words: Sequence[Term], mark: Term) -> Number:
    """Full years of age; NULL before birth."""
    birth, on, rule, leap = words
    if not isinstance(rule, Const) or not isinstance(leap, Const):
        raise Uncovered(_UNCOVERED)
    born, today = (total(product(month(day), whole(100)), day_of(day)).term for day in (birth, on))
    late = Const(301 if leap.value == FIRST_OF_MARCH else 228)
    birthday = case([(all_of(op("=", born, Const(229)), negated(_leap(on))), late)], born)
    reached = op("<" if rule.value == DAY_AFTER else "<=", birthday, today)
    years = total(year(on), year(birth), "-").term
    completed = case([(reached, years)], op("-", years, Const(1)))
    none_yet = case([(op("<", completed, Const(0)), Const(0))], completed)
    return Number(Whole(case([(op("<=", birth, on), none_yet)], NULL), _YEARS), whole(1), mark)


def age_compared(symbol: str, words: Sequence[Term], bound: Fraction, mark: Term) -> Word | None:
    """A comparison of an age on a fixed day with a number, as one of days of birth; None where it is not that. NULL before birth."""
    birth, on, rule, leap = words
    if not (isinstance(on, Const) and isinstance(on.value, date) and isinstance(rule, Const) and isinstance(leap, Const)) or symbol not in _REACHED:
        return None
    reached, least = _REACHED[symbol](bound)
    last = _last_birth(on.value, str(rule.value), str(leap.value), least)
    older = op("<=", birth, Const(last)) if last is not None else FALSE
    younger = op(">", birth, Const(last)) if last is not None else TRUE
    return Word(case([(op("<=", birth, on), older if reached else younger)], NULL), mark)


_REACHED: dict[str, Callable[[Fraction], tuple[bool, int]]] = {
    ">=": lambda bound: (True, ceil(bound)),
    ">": lambda bound: (True, floor(bound) + 1),
    "<": lambda bound: (False, ceil(bound)),
    "<=": lambda bound: (False, floor(bound) + 1),
}
"""Whether a comparison holds for those who have reached an age, or for those who have not; and which age."""


def _last_birth(on: date, rule: str, leap: str, least: int) -> date | None:
    """The last day of birth of somebody who has reached this age; nobody older is younger."""
    low, high = 0, on.toordinal()
    while low < high:
        middle = (low + high + 1) // 2
        reached = (calendar.age(date.fromordinal(middle), on, rule, leap) or 0) >= least
        low, high = (middle, high) if reached else (low, middle - 1)
    return date.fromordinal(low) if low else None


def months_between(start: Term, end: Term) -> Whole:
    """Calendar months apart."""
    return total(product(total(year(end), year(start), "-"), whole(12)), total(month(end), month(start), "-"))


def _full_months(start: Term, end: Term) -> Whole:
    """Months completed; counted back where the end is earlier."""
    apart = months_between(start, end)

    def completed(one: Term, other: Term, months: Term) -> Term:
        reached = any_of(op("<=", day_of(one).term, day_of(other).term), op("=", day_of(other).term, _last(other)))
        return case([(reached, months)], op("-", months, Const(1)))

    back = op("neg", completed(end, start, op("neg", apart.term)))
    forth = completed(start, end, apart.term)
    both = all_of(*(op("is known", day) for day in (start, end) if not isinstance(day, Const)))
    return Whole(case([(both, case([(op("<", end, start), back)], forth))], NULL), apart.most + 1)


def _moved(kind: str, words: Term, count: Number, mark: Term, let: Let) -> Word:
    """A day moved; NULL where the count is not whole, or the day would leave the calendar."""
    top, bottom = let(count.above.term), let(count.below.term)
    sound = [op("between", top, op("*", Const(-_MOVES), bottom), op("*", Const(_MOVES), bottom))]
    if constant(count.below) == 1:
        number = top
    else:
        number = op(dividing(count.above, count.below), top, bottom)
        sound.append(op("=", op("%", top, bottom), Const(0)))
    moved = let(case([(all_of(*sound), op(kind, words, number))], NULL))
    return Word(case([(op("between", moved, Const(date.min), Const(date.max)), moved)], NULL), mark)


def _spread(outs: Sequence[Out], mark: Term, let: Let) -> Number:
    annual, step, day, where = outs
    assert isinstance(annual, Number) and isinstance(step, Number) and isinstance(day, Word) and isinstance(where, Word)
    above, below = constant(step.above), constant(step.below)
    if not isinstance(where.term, Const) or above is None or below is None or above <= 0:
        raise Uncovered(_UNCOVERED)
    share = rounded(multiply([annual, written(Fraction(1, 12))], mark), Fraction(above, below), "toward zero", mark, let)
    rest = added([annual, multiply([share, written(Fraction(11))], mark)], mark, "-")
    number = month(day.term)
    ours = op("=", number.term, Const(1 if where.term.value == FIRST_MONTH else 12))
    if (fixed := constant(number)) is not None:
        return rest if fixed == (1 if where.term.value == FIRST_MONTH else 12) else share
    one, other = multiply([rest], mark), multiply([share], mark)
    scale_one, scale_other = constant(one.below), constant(other.below)
    if scale_one is None or scale_other is None:
        raise Uncovered(_UNCOVERED)
    known = op("is known", day.term)
    chosen = [product(one.above, whole(scale_other)), product(other.above, whole(scale_one))]
    term = case([(all_of(known, ours), chosen[0].term), (known, chosen[1].term)], NULL)
    return Number(Whole(term, max(chosen[0].most, chosen[1].most)), whole(scale_one * scale_other), mark)


def of_days(operator: str, outs: Sequence[Out], mark: Term, let: Let) -> Out | None:
    """An operator of days; None for the others."""
    words = [out.term for out in outs if isinstance(out, Word)]
    numbers = [out for out in outs if isinstance(out, Number)]
    apart: dict[str, Callable[[Term, Term], Whole]] = {
        "months_between": months_between,
        "full_months": _full_months,
        "days_between": lambda start, end: Whole(op("days", start, end), 4_000_000),
    }
    match operator:
        case "age":
            return age(words, mark)
        case "months_between" | "full_months" | "days_between":
            return Number(apart[operator](words[0], words[1]), whole(1), mark)
        case "add_months" | "add_days":
            return _moved(operator, words[0], numbers[0], mark, let)
        case "year_end":
            return Word(op("year end", words[0]), mark)
        case "spread":
            return _spread(outs, mark, let)
    return None
