"""Days that depend on the facts or on the month: year, month and day of the month as whole numbers, by the calendar's rules.

Every function here is one of `values/calendar`, on days that are not known; where they are, the calendar itself is asked.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from attrs import evolve, frozen

from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_z3 import Truth, Whole
from policyrules.values import calendar
from policyrules.values.calendar import DAY_AFTER, FIRST_OF_MARCH

_MONTHS = 12
_FIRST, _LAST = _MONTHS * date.min.year, _MONTHS * date.max.year + _MONTHS - 1
_DAYS_OF = (146_097, 36_524, 1_461, 365)
"""Days of 400 years, of 100, of 4, of one, as they follow each other from the year 1."""
_LISTED = 60
"""Months up to which a span is told month by month."""

Past: TypeAlias = "tuple[Whole, Whole, Whole, Whole] | None"

Fresh: TypeAlias = Callable[[Callable[["SymbolicDay"], Truth]], "SymbolicDay"]
"""Makes a new real day of which something is said."""


@frozen(eq=False)
class SymbolicDay:
    """A day: `index` counts months (12 × year + month − 1). `low` and `high` are days it lies between; `past` are the years
    before its own as 400 × … + 100 × … + 4 × … + …, where these are numbers of their own."""

    index: Whole
    year: Whole
    month: Whole
    day: Whole
    low: date = date.min
    high: date = date.max
    past: Past = None

    @property
    def known(self) -> date | None:
        """The day itself, where it is the same in every case."""
        return date(self.year, self.month, self.day) if z.known(self.index) and z.known(self.day) else None


def constant(day: date) -> SymbolicDay:
    """A known day."""
    return SymbolicDay(_index(day), day.year, day.month, day.day, day, day)


def of_parts(year: Whole, month: Whole, day: Whole, low: date = date.min, high: date = date.max, past: Past = None) -> SymbolicDay:
    """A day of its parts."""
    return SymbolicDay(z.plus([z.by(_MONTHS, year), month, -1]), year, month, day, low, high, past)


def real(day: SymbolicDay) -> Truth:
    """That a day is one of the calendar."""
    inside = [z.less_equal(date.min.year, day.year), z.less_equal(day.year, date.max.year), z.less_equal(1, day.month), z.less_equal(day.month, _MONTHS)]
    long = z.either(*(z.equal(day.month, month) for month in (1, 3, 5, 7, 8, 10, 12)))
    exists = z.either(
        z.less_equal(day.day, 28),
        z.both(z.less_equal(day.day, 30), z.no(z.equal(day.month, 2))),
        z.both(z.equal(day.day, 31), long),
        z.both(z.equal(day.day, 29), leap(day)),
    )
    return z.both(*inside, z.less_equal(1, day.day), exists, past_is(day))


def leap(day: SymbolicDay) -> Truth:
    """Whether the year of a day has a 29 February."""
    first, last = day.low.year, day.high.year
    if z.known(day.year):
        return isleap(day.year) if day.year > 0 else False
    if last - first < _LISTED:
        return z.either(*(z.equal(day.year, year) for year in range(first, last + 1) if isleap(year)))
    if day.past is not None:
        _, centuries, fourths, years = day.past
        return z.both(z.equal(years, 3), z.either(z.no(z.equal(fourths, 24)), z.equal(centuries, 3)))
    hundredth, fourth = z.equal(z.rest(day.year, 100), 0), z.equal(z.rest(day.year, 4), 0)
    return z.both(fourth, z.either(z.no(hundredth), z.equal(z.rest(day.year, 400), 0)))


def past_is(day: SymbolicDay) -> Truth:
    """That the parts of the years before a day's year are what they are to be. A solver follows bounded numbers of their own
    far better than divisions of the year."""
    if day.past is None:
        return True
    bounds = [z.both(z.less_equal(0, part), z.less_equal(part, most)) for part, most in zip(day.past, (24, 3, 24, 3), strict=True)]
    years = [z.by(size, part) for size, part in zip((400, 100, 4, 1), day.past, strict=True)]
    return z.both(*bounds, z.equal(day.year, z.plus([*years, 1])))


def days_in(day: SymbolicDay) -> Whole:
    """How many days the month of a day has."""
    if z.known(day.index):
        return calendar.last_of_month(date(day.index // _MONTHS, day.index % _MONTHS + 1, 1)).day
    short = z.either(*(z.equal(day.month, one) for one in (4, 6, 9, 11)))
    return z.pick(z.equal(day.month, 2), z.pick(leap(day), 29, 28), z.pick(short, 30, 31))


def last_of_month(day: SymbolicDay) -> SymbolicDay:
    """The last day of its month."""
    low, high = calendar.last_of_month(day.low), calendar.last_of_month(day.high)
    return evolve(day, day=days_in(day), low=low, high=high)


def pick(condition: Truth, one: SymbolicDay, other: SymbolicDay) -> SymbolicDay:
    """One day where the condition holds, else the other."""
    if condition.__class__ is bool:
        return one if condition else other
    if one is other:
        return one
    index, year = z.pick(condition, one.index, other.index), z.pick(condition, one.year, other.year)
    month, day = z.pick(condition, one.month, other.month), z.pick(condition, one.day, other.day)
    return SymbolicDay(index, year, month, day, min(one.low, other.low), max(one.high, other.high))


# ---------------------------------------------------------------- comparing


def less(one: SymbolicDay, other: SymbolicDay) -> Truth:
    """Whether the first is before the second."""
    if one.high < other.low:
        return True
    if one.low >= other.high:
        return False
    return z.either(z.less(one.index, other.index), z.both(z.equal(one.index, other.index), z.less(one.day, other.day)))


def less_equal(one: SymbolicDay, other: SymbolicDay) -> Truth:
    """Whether the first is not after the second."""
    return z.no(less(other, one))


def equal(one: SymbolicDay, other: SymbolicDay) -> Truth:
    """Whether both are the same day."""
    if one.high < other.low or other.high < one.low:
        return False
    return z.both(z.equal(one.index, other.index), z.equal(one.day, other.day))


# ---------------------------------------------------------------- distances


def age(birth: SymbolicDay, on: SymbolicDay, rule: str, leap_rule: str) -> tuple[Whole, int, int | None, Truth]:
    """Full years of age, the least and the most they can be; and where there are none, before birth."""
    if birth.known is not None and on.known is not None:
        years = calendar.age(birth.known, on.known, rule, leap_rule)
        return years or 0, years or 0, years or 0, years is None
    after = rule == DAY_AFTER
    on_day = z.less(birth.day, on.day) if after else z.less_equal(birth.day, on.day)
    reached = z.either(z.less(birth.month, on.month), z.both(z.equal(birth.month, on.month), on_day))
    born_29 = _is_29_february(birth)
    if born_29 is not False:
        reached = _moved_birthday(reached, born_29, on, after, leap_rule == FIRST_OF_MARCH)
    years = z.minus(on.year, birth.year)
    full = z.pick(reached, years, z.minus(years, 1))
    if after:
        full = z.pick(z.less(full, 0), 0, full)
    return full, 0, max(0, on.high.year - birth.low.year), less(on, birth)


def _is_29_february(day: SymbolicDay) -> Truth:
    return z.both(z.equal(day.month, 2), z.equal(day.day, 29))


def _moved_birthday(reached: Truth, born_29: Truth, on: SymbolicDay, after: bool, first_of_march: bool) -> Truth:
    """In a year without a 29 February the birthday is another day; that matters on one day of the year at most."""
    if first_of_march and after:
        moved = z.both(z.equal(on.month, 3), z.equal(on.day, 1))
        return z.both(reached, z.no(z.both(moved, born_29, z.no(leap(on))))) if moved is not False else reached
    if first_of_march or after:
        return reached
    moved = z.both(z.equal(on.month, 2), z.equal(on.day, 28))
    return z.either(reached, z.both(moved, born_29, z.no(leap(on)))) if moved is not False else reached


def months_between(start: SymbolicDay, end: SymbolicDay) -> Whole:
    """Calendar months apart."""
    return z.minus(end.index, start.index)


def full_months(start: SymbolicDay, end: SymbolicDay) -> Whole:
    """Months completed; negative where the end is earlier."""
    if start.known is not None and end.known is not None:
        return calendar.full_months(start.known, end.known)
    return z.pick(less(end, start), z.by(-1, _completed(end, start)), _completed(start, end))


def _completed(start: SymbolicDay, end: SymbolicDay) -> Whole:
    """As many as months apart, one less where the day is not reached: on the last day of a shorter month it is."""
    reached = z.either(z.less_equal(start.day, end.day), z.equal(end.day, days_in(end)))
    months = z.minus(end.index, start.index)
    return z.pick(reached, months, z.minus(months, 1))


def ordinal(day: SymbolicDay) -> Whole:
    """The number of a day in the calendar, 1 for the first."""
    if day.known is not None:
        return day.known.toordinal()
    first, last = _index(day.low), _index(day.high)
    if last - first < _LISTED:
        before: Whole = _before(first)
        for index in range(first + 1, last + 1):
            before = z.pick(z.equal(day.index, index), _before(index), before)
        return z.plus([before, day.day])
    if day.past is not None:
        years = z.plus([z.by(days, part) for days, part in zip(_DAYS_OF, day.past, strict=True)])
    else:
        past = z.minus(day.year, 1)
        years = z.plus([z.by(365, past), z.floor(past, 4), z.by(-1, z.floor(past, 100)), z.floor(past, 400)])
    months: Whole = 0
    for month in range(2, _MONTHS + 1):
        months = z.pick(z.less_equal(month, day.month), date(1, month, 1).toordinal() - 1, months)
    return z.plus([years, months, z.pick(z.both(z.less(2, day.month), leap(day)), 1, 0), day.day])


def _before(index: int) -> int:
    return date(index // _MONTHS, index % _MONTHS + 1, 1).toordinal() - 1


def days_between(start: SymbolicDay, end: SymbolicDay) -> Whole:
    """Days apart; negative where the end is earlier."""
    return z.minus(ordinal(end), ordinal(start))


# ---------------------------------------------------------------- moving


def add_months(day: SymbolicDay, months: Whole) -> tuple[SymbolicDay, Truth]:
    """The day moved by months, and where it falls out of the calendar; on the month's last day where it does not exist."""
    if z.known(months) and abs(months) > _LAST:
        return day, True
    index = z.plus([day.index, months])
    inside = z.both(z.less_equal(_FIRST, index), z.less_equal(index, _LAST))
    low, high = date.min, date.max
    if z.known(months):
        low, high = calendar.add_months(day.low, months) or date.min, calendar.add_months(day.high, months) or date.max
        if calendar.add_months(day.low, months) and calendar.add_months(day.high, months):
            inside = True
    if z.known(months) and months % _MONTHS == 0:
        year, month = z.plus([day.year, months // _MONTHS]), day.month
    else:
        year, month = z.floor(index, _MONTHS), z.plus([z.rest(index, _MONTHS), 1])
    if inside is False:
        return day, True
    moved = SymbolicDay(index, year, month, day.day, low, high)
    if z.known(day.day) and day.day <= 28:
        return moved, z.no(inside)
    if z.known(months) and months % _MONTHS == 0:
        # The month is the same; only a 29 February may be gone, and is wherever the years are no multiple of four.
        gone = z.both(_is_29_february(day), True if months % (4 * _MONTHS) else z.no(leap(moved)))
        return evolve(moved, day=z.pick(gone, 28, day.day)), z.no(inside)
    most = days_in(moved)
    return evolve(moved, day=z.pick(z.less(most, day.day), most, day.day)), z.no(inside)


def add_days(day: SymbolicDay, days: Whole, fresh: Fresh) -> tuple[SymbolicDay, Truth]:
    """The day moved by days, and where it falls out of the calendar. `fresh` makes the new day."""
    number = z.plus([ordinal(day), days])
    if z.known(number):
        moved = date.fromordinal(number) if 1 <= number <= date.max.toordinal() else None
        return (day, True) if moved is None else (constant(moved), False)
    if z.known(days) and days == 0:
        return day, False
    inside = z.both(z.less_equal(1, number), z.less_equal(number, date.max.toordinal()))
    sure = inside
    if z.known(days):
        ends = [calendar.add_days(end, days) for end in (day.low, day.high)]
        if None not in ends:
            sure = True
        elif ends[0 if days > 0 else 1] is None:
            return day, True
    # Of a day that does not count, because something before it failed, the number may be no day's: nothing is said of it then,
    # else no case at all would be left.
    return fresh(lambda made: z.either(z.no(inside), z.equal(ordinal(made), number))), z.no(sure)


def year_end(day: SymbolicDay) -> SymbolicDay:
    """31 December of its year."""
    return of_parts(day.year, _MONTHS, 31, calendar.end_of_year(day.low), calendar.end_of_year(day.high), day.past)


def _index(day: date) -> int:
    return _MONTHS * day.year + day.month - 1
