"""Days and months: reading and writing them, moving among them, ages.

The calendar runs from year 1 to year 9999. A function that could step outside it, or that has no answer, returns None;
nothing here raises for a day that is a `date`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from policyrules.source.phrase import Language
from policyrules.values.units import half_width

ON_BIRTHDAY = "on birthday"
DAY_AFTER = "day after"
BIRTHDAY_RULES = (ON_BIRTHDAY, DAY_AFTER)
"""When a year of age is completed: on the birthday, or on the day after it."""

END_OF_FEBRUARY = "end of february"
FIRST_OF_MARCH = "first of march"
LEAP_RULES = (END_OF_FEBRUARY, FIRST_OF_MARCH)
"""The birthday of somebody born on 29 February in a year without that day."""

_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})|([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{1,2})|([0-9]{4})\s*年\s*([0-9]{1,2})\s*月")


def parse_day(text: str) -> date | None:
    """The day written `2020-04-01` or `2020年4月1日`; None for other text and for days that do not exist."""
    found = _DAY.fullmatch(half_width(text).strip())
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    return _day(year, month, day)


def parse_month(text: str) -> date | None:
    """The first day of the month written `2020-04` or `2020年4月`; None for other text."""
    found = _MONTH.fullmatch(half_width(text).strip())
    if not found:
        return None
    year, month = (int(part) for part in found.groups() if part is not None)
    return _day(year, month, 1)


def day_text(day: date, language: Language) -> str:
    """A day in words: `2020年4月1日`, `2020-04-01`."""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else day.isoformat()


def month_text(day: date, language: Language) -> str:
    """The month of a day in words: `2020年4月`, `2020-04`."""
    return f"{day.year}年{day.month}月" if language == "zh" else day.isoformat()[:7]


def first_of_month(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def end_of_year(day: date) -> date:
    """31 December of the year of `day`."""
    return date(day.year, 12, 31)


def add_months(day: date, months: int) -> date | None:
    """`day` moved by months; on the month's last day where the day does not exist; None outside the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date | None:
    """`day` moved by days; None outside the calendar."""
    number = day.toordinal() + days
    return date.fromordinal(number) if 1 <= number <= date.max.toordinal() else None


def days_between(start: date, end: date) -> int:
    """Days from `start` to `end`; negative where `end` is earlier."""
    return (end - start).days


def months_between(start: date, end: date) -> int:
    """Calendar months apart, days of the month left out: 31 January to 1 February is 1."""
    return (end.year - start.year) * 12 + end.month - start.month


def full_months(start: date, end: date) -> int:
    """Months completed from `start` to `end`: the most that, added to `start`, do not pass `end`.

    Where `end` is earlier, the months completed from `end` to `start`, negative.
    """
    if end < start:
        return -full_months(end, start)
    months = months_between(start, end)
    reached = add_months(start, months)
    return months if reached is not None and reached <= end else months - 1


def age(birth: date, on: date, rule: str = ON_BIRTHDAY, leap: str = END_OF_FEBRUARY) -> int | None:
    """Full years of age on a day; None before birth."""
    if on < birth:
        return None
    birthday = _birthday(birth, on.year, leap)
    years = on.year - birth.year
    reached = on > birthday if rule == DAY_AFTER else on >= birthday
    return max(0, years if reached else years - 1)


def _birthday(birth: date, year: int, leap: str) -> date:
    if (birth.month, birth.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1) if leap == FIRST_OF_MARCH else date(year, 2, 28)
    return date(year, birth.month, birth.day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
