"""Rows of dates: ages, months and days apart, moving a day; and a yearly amount spread over its months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from policyrules.operators.dimensions import ONE_NUMBER
from policyrules.operators.operator import (
    Check,
    Failure,
    Operator,
    PartialReading,
    Scalar,
    anything,
    by_cases,
    counting,
    known_first,
    may_fail,
    wrong_type,
)
from policyrules.source.phrase import Phrase
from policyrules.values import calendar
from policyrules.values.calendar import day_text
from policyrules.values.partial import ANY_NUMBER, day_span, either, hull, needs_of, round_interval, settle
from policyrules.values.quantities import exact_text, round_to
from policyrules.values.types import DAY, Day, Dimension, Options, Quantity, Text, Type
from policyrules.values.units import AGE, DAYS, MONTH, YEAR, dimension_of, unit_text
from policyrules.values.unknown import Days, Interval, Partial, Unknown

FIRST_MONTH = "first month"
LAST_MONTH = "last month"
SPREAD_PLACES = (FIRST_MONTH, LAST_MONTH)
"""The month of the year that gets what is left over when a yearly amount is spread (余额 归 首月 / 末月)."""

_MONTHS: Dimension = ((MONTH, 1),)
_DAYS: Dimension = ((DAYS, 1),)
_A_DAY = Phrase("日期", "a date")
_A_WORD = Phrase("规则用词", "the word of a rule")


# ---------------------------------------------------------------- scalar: the meaning


def _age(birth: date, on: date, rule: str, leap: str) -> Fraction | Failure:
    years = calendar.age(birth, on, rule, leap)
    if years is None:
        return Failure(
            Phrase("出生日期 {birth} 晚于 {on}", "the date of birth {birth} is later than {on}").fill(
                birth=_day_phrase(birth), on=_day_phrase(on)
            )
        )
    return Fraction(years)


def _months_between(start: date, end: date) -> Fraction:
    return Fraction(calendar.months_between(start, end))


def _full_months(start: date, end: date) -> Fraction:
    return Fraction(calendar.full_months(start, end))


def _days_between(start: date, end: date) -> Fraction:
    return Fraction(calendar.days_between(start, end))


def _moved(move: Callable[[date, int], date | None], unit: Phrase) -> Callable[[date, Fraction], date | Failure]:
    def moved(day: date, count: Fraction) -> date | Failure:
        if count.denominator != 1:
            return Failure(
                Phrase("{count} 不是整{unit}数", "{count} is not a whole number of {unit}").fill(
                    count=exact_text(count), unit=unit
                )
            )
        result = move(day, count.numerator)
        return (
            Failure(Phrase("日期超出 1 年至 9999 年", "the day is outside the years 1 to 9999"))
            if result is None
            else result
        )

    return moved


_add_months = _moved(calendar.add_months, Phrase("月", "months"))
_add_days = _moved(calendar.add_days, Phrase("天", "days"))


def _year_end(day: date) -> date:
    return calendar.end_of_year(day)


def _spread(annual: Fraction, step: Fraction, day: date, where: str) -> Fraction | Failure:
    """A twelfth cut to the step; the month named takes the rest, so that the twelve add up to the year."""
    if step <= 0:
        return Failure(Phrase("分摊的单位要大于 0", "the place spread to must be above 0"))
    share = round_to(annual / 12, step, "toward zero")
    return annual - 11 * share if day.month == (1 if where == FIRST_MONTH else 12) else share


def _day_phrase(day: date) -> Phrase:
    return Phrase(day_text(day, "zh"), day_text(day, "en"))


# ---------------------------------------------------------------- unknown arguments


def _apart(count: Callable[[date, date], Fraction]) -> PartialReading:
    """The distance of two days grows with the second and falls with the first, so the ends suffice."""

    def partial(start: Partial, end: Partial) -> Partial:
        one, other = day_span(start), day_span(end)
        if one is None or other is None:
            return anything(start, end) if may_fail(start, end) else Unknown(ANY_NUMBER, needs_of(start, end))
        low = None if one.high is None or other.low is None else count(one.high, other.low)
        high = None if one.low is None or other.high is None else count(one.low, other.high)
        return settle(Interval(low, high), needs_of(start, end))

    return partial


def _age_partial(birth: Partial, on: Partial, rule: Partial, leap: Partial) -> Partial:
    """An age grows with the day and falls with the birth; who may not be born yet may have none."""
    born, day = day_span(birth), day_span(on)
    if born is None or day is None or not isinstance(rule, str) or not isinstance(leap, str):
        return anything(birth, on, rule, leap)
    if day.low is None or born.high is None or born.high > day.low:
        return anything(birth, on)
    low = calendar.age(born.high, day.low, rule, leap)
    high = None if born.low is None or day.high is None else calendar.age(born.low, day.high, rule, leap)
    return settle(Interval(Fraction(low or 0), None if high is None else Fraction(high)), needs_of(birth, on))


def _moved_partial(move: Callable[[date, Fraction], date | Failure]) -> PartialReading:
    """A day moved by as many months or days lies between its ends moved so."""

    def partial(day: Partial, count: Partial) -> Partial:
        span = day_span(day)
        if span is None or not isinstance(count, Fraction):
            return anything(day, count)
        # A day without end may be moved out of the calendar.
        low, high = (None if end is None else move(end, count) for end in (span.low, span.high))
        if not isinstance(low, date) or not isinstance(high, date):
            return anything(day, count)
        return settle(Days(low, high), needs_of(day, count))

    return partial


def _year_end_partial(day: Partial) -> Partial:
    span = day_span(day)
    if span is None:
        return anything(day)
    low, high = (None if end is None else _year_end(end) for end in (span.low, span.high))
    return settle(Days(low, high), needs_of(day))


def _spread_partial(annual: Partial, step: Partial, day: Partial, where: Partial) -> Partial:
    year = hull(annual)
    if year is None or not isinstance(step, Fraction) or step <= 0 or may_fail(day, where):
        return anything(annual, step, day, where)
    month = Interval(_twelfth(year.low), _twelfth(year.high))
    share = round_interval(month, step, "toward zero")
    # Cutting leaves less than one step in each of eleven months, on the side away from zero.
    rest = Interval(
        None if month.low is None else month.low - (11 * step if month.low < 0 else 0),
        None if month.high is None else month.high + (11 * step if month.high > 0 else 0),
    )
    needs = needs_of(annual, day, where)
    if isinstance(day, date) and isinstance(where, str):
        kept = rest if day.month == (1 if where == FIRST_MONTH else 12) else share
        return settle(kept, needs)
    return either((Unknown(share, needs), Unknown(rest, needs)))


def _twelfth(amount: Fraction | None) -> Fraction | None:
    return None if amount is None else amount / 12


# ---------------------------------------------------------------- types


def _check_age(symbol: Phrase) -> Check:
    def check(types: Sequence[Type]) -> Type | Phrase:
        return _not_days(symbol, types[:2]) or _not_words(symbol, types[2:]) or Quantity(((AGE, 1),), whole=True)

    return check


def _check_apart(dimension: Dimension) -> Callable[[Phrase], Check]:
    def checked(symbol: Phrase) -> Check:
        return lambda types: _not_days(symbol, types) or Quantity(dimension, whole=True)

    return checked


def _check_moved(dimension: Dimension) -> Callable[[Phrase], Check]:
    def checked(symbol: Phrase) -> Check:
        def check(types: Sequence[Type]) -> Type | Phrase:
            count = types[1]
            if not isinstance(count, Quantity) or count.dimension != dimension:
                wanted = Phrase(
                    f"单位为“{unit_text(dimension, 'zh')}”的数", f"a number of {unit_text(dimension, 'en')}s"
                )
                return _not_days(symbol, types[:1]) or wrong_type(symbol, wanted, count)
            return _not_days(symbol, types[:1]) or DAY

        return check

    return checked


def _check_day(symbol: Phrase) -> Check:
    return lambda types: _not_days(symbol, types) or DAY


def _check_spread(symbol: Phrase) -> Check:
    def check(types: Sequence[Type]) -> Type | Phrase:
        annual, step, day, where = types
        if not isinstance(annual, Quantity) or dict(annual.dimension).get(YEAR) != -1:
            return wrong_type(symbol, Phrase("每年的数额（如 元/年）", "a yearly amount (such as yuan/year)"), annual)
        if not isinstance(step, Quantity):
            return wrong_type(symbol, ONE_NUMBER, step)
        powers = dict(annual.dimension)
        monthly = dimension_of({**powers, YEAR: 0, MONTH: powers.get(MONTH, 0) - 1})
        return _not_days(symbol, [day]) or _not_words(symbol, [where]) or Quantity(monthly)

    return check


def _not_days(symbol: Phrase, types: Sequence[Type]) -> Phrase | None:
    wrong = next((kind for kind in types if not isinstance(kind, Day)), None)
    return None if wrong is None else wrong_type(symbol, _A_DAY, wrong)


def _not_words(symbol: Phrase, types: Sequence[Type]) -> Phrase | None:
    wrong = next((kind for kind in types if not isinstance(kind, Text | Options)), None)
    return None if wrong is None else wrong_type(symbol, _A_WORD, wrong)


# ---------------------------------------------------------------- rows


def _row(
    name: str,
    words: tuple[str, str],
    count: int,
    check: Callable[[Phrase], Check],
    scalar: Scalar,
    rule: PartialReading,
    phrase: Phrase | None = None,
) -> Operator:
    symbol = Phrase(*words)
    return Operator(
        name,
        symbol,
        counting(symbol, count, count, check(symbol)),
        scalar,
        known_first(scalar, by_cases(scalar, rule)),
        phrase or Phrase(f"{symbol.zh}({{all}})", f"{symbol.en}({{all}})"),
    )


DATES: tuple[Operator, ...] = (
    _row("age", ("周岁", "age"), 4, _check_age, _age, _age_partial, Phrase("周岁({0}，{1})", "age({0}, {1})")),
    _row("months_between", ("相隔月数", "months_between"), 2, _check_apart(_MONTHS), _months_between, _apart(_months_between)),
    _row("full_months", ("满月数", "full_months"), 2, _check_apart(_MONTHS), _full_months, _apart(_full_months)),
    _row("days_between", ("相隔天数", "days_between"), 2, _check_apart(_DAYS), _days_between, _apart(_days_between)),
    _row("add_months", ("加月", "add_months"), 2, _check_moved(_MONTHS), _add_months, _moved_partial(_add_months)),
    _row("add_days", ("加天", "add_days"), 2, _check_moved(_DAYS), _add_days, _moved_partial(_add_days)),
    _row("year_end", ("年底", "year_end"), 1, _check_day, _year_end, _year_end_partial),
    _row(
        "spread",
        ("按月分摊", "spread monthly"),
        4,
        _check_spread,
        _spread,
        _spread_partial,
        Phrase("{0} 按月分摊 到 {1}", "{0} spread monthly to {1}"),
    ),
)
