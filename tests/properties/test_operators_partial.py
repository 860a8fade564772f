"""Unknowns narrow and never mislead: however the missing facts turn out, the result lies in the partial one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyrules.operators.dates import SPREAD_PLACES
from policyrules.operators.operator import Failure
from policyrules.operators.table import OPERATORS
from policyrules.source.phrase import Phrase
from policyrules.values.calendar import BIRTHDAY_RULES, LEAP_RULES, add_days
from policyrules.values.partial import contains
from policyrules.values.types import DAY, NUMBER, TEXT, TRUTH, Options, Quantity, Type, Value
from policyrules.values.unknown import Days, Interval, Need, Partial, Unknown

MONTHS = Quantity((("月", 1),))
DAYS = Quantity((("天", 1),))
YEARLY = Quantity((("元", 1), ("年", -1)))
LEVELS = Options(("一级", "二级", "三级"))

NUMBERS = st.fractions(min_value=-40, max_value=40, max_denominator=24)
STEPS = st.sampled_from([Fraction(1, 100), Fraction(1, 10), Fraction(1), Fraction(10)])
MOVES = st.integers(-30, 30).map(Fraction) | st.sampled_from([Fraction(1, 2), Fraction(10**9)])
DATES = st.dates(date(2019, 1, 1), date(2022, 12, 31)) | st.sampled_from([date.min, date.max, date(2020, 2, 29)])
TRUTHS = st.booleans()

Drawn = tuple[Type, st.SearchStrategy[Value]]


def number(kind: Type = NUMBER, values: st.SearchStrategy[Fraction] = NUMBERS) -> Drawn:
    return kind, values


def word(*words: str) -> Drawn:
    return TEXT, st.sampled_from(words)


TRUTH_ARGUMENT: Drawn = (TRUTH, TRUTHS)
DAY_ARGUMENT: Drawn = (DAY, DATES)
LEVEL_ARGUMENT: Drawn = (LEVELS, st.sampled_from(LEVELS.names))
TWO_DAYS: list[tuple[Drawn, ...]] = [(DAY_ARGUMENT, DAY_ARGUMENT)]
ORDERED: list[tuple[Drawn, ...]] = [(number(), number()), (DAY_ARGUMENT, DAY_ARGUMENT)]
COMPARED: list[tuple[Drawn, ...]] = [*ORDERED, (LEVEL_ARGUMENT, LEVEL_ARGUMENT), (TRUTH_ARGUMENT, TRUTH_ARGUMENT)]
CHOSEN: list[tuple[Drawn, ...]] = [(number(), number(), number()), (DAY_ARGUMENT, DAY_ARGUMENT)]

ARGUMENTS: dict[str, list[tuple[Drawn, ...]]] = {
    "add": [(number(), number(), number())],
    "subtract": [(number(), number())],
    "multiply": [(number(), number(), number())],
    "divide": [(number(), number())],
    "negate": [(number(),)],
    "maximum": CHOSEN,
    "minimum": CHOSEN,
    "equal": COMPARED,
    "not_equal": COMPARED,
    "less": ORDERED,
    "less_equal": ORDERED,
    "greater": ORDERED,
    "greater_equal": ORDERED,
    "and": [(TRUTH_ARGUMENT,) * 3],
    "or": [(TRUTH_ARGUMENT,) * 3],
    "not": [(TRUTH_ARGUMENT,)],
    "at_least": [(number(values=st.integers(0, 4).map(Fraction)), *(TRUTH_ARGUMENT,) * 3)],
    "age": [(DAY_ARGUMENT, DAY_ARGUMENT, word(*BIRTHDAY_RULES), word(*LEAP_RULES))],
    "months_between": TWO_DAYS,
    "full_months": TWO_DAYS,
    "days_between": TWO_DAYS,
    "add_months": [(DAY_ARGUMENT, number(MONTHS, MOVES))],
    "add_days": [(DAY_ARGUMENT, number(DAYS, MOVES))],
    "year_end": [(DAY_ARGUMENT,)],
    "spread": [(number(YEARLY), number(values=STEPS), DAY_ARGUMENT, word(*SPREAD_PLACES))],
    **{name: [(number(), number(values=STEPS))] for name in OPERATORS if name.startswith("round ")},
}


def unknown_around(
    draw: Callable[[st.SearchStrategy[object]], object], value: Value, values: st.SearchStrategy[Value], index: int
) -> Unknown:
    """An Unknown that `value` is one completion of: an interval, a listed set, or nothing known."""
    needs = frozenset({Need("甲", str(index), str(index))})
    shape = draw(st.sampled_from(["interval", "listed", "nothing"]))
    if shape == "nothing":
        return Unknown(None, needs)
    if shape == "interval" and isinstance(value, Fraction):
        below, above = (draw(st.none() | st.fractions(0, 5, max_denominator=6)) for _ in range(2))
        open_ends = [bool(draw(TRUTHS)) and bool(end) for end in (below, above)]
        return Unknown(
            Interval(
                value - below if isinstance(below, Fraction) else None,
                value + above if isinstance(above, Fraction) else None,
                *open_ends,
            ),
            needs,
        )
    if shape == "interval" and isinstance(value, date):
        before, after = (draw(st.none() | st.integers(0, 900)) for _ in range(2))
        return Unknown(
            Days(
                add_days(value, -before) if isinstance(before, int) else None,
                add_days(value, after) if isinstance(after, int) else None,
            ),
            needs,
        )
    others = draw(st.frozensets(values, max_size=4))
    assert isinstance(others, frozenset)
    return Unknown(others | {value}, needs)


def result_lies_inside(result: Value | Failure, partial: Partial | Failure) -> bool:
    """A failing completion is only covered by `possible` None or by failing at once."""
    if isinstance(partial, Failure):
        return result == partial
    if isinstance(result, Failure):
        return isinstance(partial, Unknown) and partial.possible is None
    return contains(partial, result)


def test_every_row_is_drawn_and_its_arguments_are_of_its_types() -> None:
    assert set(ARGUMENTS) == set(OPERATORS)
    for name, signatures in ARGUMENTS.items():
        for signature in signatures:
            assert not isinstance(OPERATORS[name].check([kind for kind, _ in signature]), Phrase), name


@pytest.mark.parametrize("name", sorted(OPERATORS))
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_every_completion_lies_in_the_partial_result(name: str, data: st.DataObject) -> None:
    signature = data.draw(st.sampled_from(ARGUMENTS[name]))
    known = [data.draw(values) for _, values in signature]
    hidden = data.draw(st.sets(st.integers(0, len(known) - 1), min_size=1))
    arguments: list[Partial] = [
        unknown_around(data.draw, value, values, index) if index in hidden else value
        for index, (value, (_, values)) in enumerate(zip(known, signature, strict=True))
    ]
    partial = OPERATORS[name].partial(*arguments)
    assert result_lies_inside(OPERATORS[name].scalar(*known), partial)
    if isinstance(partial, Unknown):
        assert partial.needs, "an open answer names what would settle it"


@pytest.mark.parametrize("name", sorted(OPERATORS))
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_fact_not_asked_for_cannot_change_the_result(name: str, data: st.DataObject) -> None:
    """Two completions that agree on every needed argument agree in the result, unless it is settled anyhow."""
    signature = data.draw(st.sampled_from(ARGUMENTS[name]))
    known = [data.draw(values) for _, values in signature]
    hidden = data.draw(st.sets(st.integers(0, len(known) - 1), min_size=1))
    sets = {index: data.draw(st.frozensets(signature[index][1], max_size=3)) | {known[index]} for index in hidden}
    arguments: list[Partial] = [
        Unknown(sets[index], frozenset({Need("甲", str(index), str(index))})) if index in hidden else value
        for index, value in enumerate(known)
    ]
    partial = OPERATORS[name].partial(*arguments)
    needed = {int(need.fact) for need in partial.needs} if isinstance(partial, Unknown) else set()
    other = [
        data.draw(st.sampled_from(sorted(sets[index], key=repr))) if index in hidden - needed else value
        for index, value in enumerate(known)
    ]
    assert OPERATORS[name].scalar(*known) == OPERATORS[name].scalar(*other)
