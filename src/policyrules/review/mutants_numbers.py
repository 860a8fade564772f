"""The numbers, days and options one small step away from one that is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from policyrules.values.calendar import add_days, add_months
from policyrules.values.types import Day, Options, Quantity, Type, Value
from policyrules.values.units import MONEY

FEN, POINT, ONE = Fraction(1, 100), Fraction(1, 100), Fraction(1)
_SHARES = ("%", "‰", "倍", "分之", "/", "fold")


def near_numbers(value: Value, kind: Type, written: str) -> tuple[Value, ...]:
    """Values beside this one: 1 元 and 1 分 of money, one point of a share, else 1; the days and months around a day; the options beside one.

    `written` is the text it stands in: a number without a unit is a share where it is written as one. Nothing falls below zero.
    """
    match value, kind:
        case Fraction(), Quantity():
            steps = _steps(value, kind, written)
            return tuple(value + step for step in steps if value + step >= min(value, Fraction(0)))
        case str(), Options(names) if value in names:
            at = names.index(value)
            return tuple(names[beside] for beside in (at + 1, at - 1) if 0 <= beside < len(names))[:1]
        case date(), Day():
            return tuple(_near_days(value))
        case _:
            return ()


def _steps(value: Fraction, kind: Quantity, written: str) -> tuple[Fraction, ...]:
    if (MONEY, 1) in kind.dimension:
        return (FEN, -FEN, ONE, -ONE) if value else (FEN,)
    if not kind.dimension and (value.denominator != 1 or any(sign in written for sign in _SHARES)):
        return POINT, -POINT
    return ONE, -ONE


def _near_days(day: date) -> Iterator[date]:
    for moved in (add_days(day, 1), add_days(day, -1), add_months(day, 1), add_months(day, -1)):
        if moved is not None:
            yield moved
