"""Ages held against numbers in a plan: days of birth say the same as the age itself."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest

from policyrules.engines.plan_dates import age_compared
from policyrules.engines.plan_terms import Col, Const, Op, Term
from policyrules.values import calendar
from policyrules.values.calendar import BIRTHDAY_RULES, LEAP_RULES

HOLDS = {">=": lambda one, other: one >= other, ">": lambda one, other: one > other, "<": lambda one, other: one < other, "<=": lambda one, other: one <= other}
BOUNDS = [Fraction(one) for one in ("-1", "-1/2", "0", "1/2", "1", "17", "18", "35/2", "60", "2019", "2020", "9999")]


def value(term: Term, birth: date) -> object:
    match term:
        case Col():
            return birth
        case Const(found):
            return found
        case Op("case", (condition, found, otherwise)):
            return value(found if value(condition, birth) else otherwise, birth)
        case Op(kind, (one, other)):
            return HOLDS[kind](value(one, birth), value(other, birth))
    raise AssertionError(term)


@pytest.mark.parametrize("on", [date(2020, 4, 1), date(2020, 2, 29), date(2021, 2, 28), date(2021, 3, 1), date(1, 1, 1), date(9999, 12, 31)])
def test_an_age_held_against_a_number_is_a_day_of_birth(on: date) -> None:
    draw = Random(on.toordinal())
    near = [on + timedelta(days) for days in range(-800, 30) if 1 <= (on.toordinal() + days) <= date.max.toordinal()]
    years = [calendar.parse_day(f"{on.year - back}-{on.month}-{day}") for back in (1, 17, 18, 60) for day in (1, 28, 29) if on.year > back]
    births = [day for day in (*near, *years, *(date.fromordinal(draw.randint(1, date.max.toordinal())) for _ in range(200))) if day is not None]
    for rule in BIRTHDAY_RULES:
        for leap in LEAP_RULES:
            for symbol, holds in HOLDS.items():
                for bound in BOUNDS:
                    word = age_compared(symbol, [Col("b"), Const(on), Const(rule), Const(leap)], bound, Const(False))
                    assert word is not None
                    for birth in draw.sample(births, 60):
                        age = calendar.age(birth, on, rule, leap)
                        assert value(word.term, birth) == (None if age is None else holds(age, bound)), (birth, on, rule, leap, symbol, bound)


def test_what_is_no_such_comparison_is_left() -> None:
    fixed = [Const(date(2020, 4, 1)), Const(BIRTHDAY_RULES[0]), Const(LEAP_RULES[0])]
    assert age_compared("=", [Col("b"), *fixed], Fraction(18), Const(False)) is None
    assert age_compared("<", [Col("b"), Col("day"), *fixed[1:]], Fraction(18), Const(False)) is None
