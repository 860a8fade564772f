"""Checks of units: what may be added and compared, and what to write instead when the units differ."""

from __future__ import annotations

from collections.abc import Sequence

from policyrules.operators.operator import type_phrase, wrong_type
from policyrules.source.phrase import Phrase
from policyrules.values.types import Dimension, Quantity, Type
from policyrules.values.units import BASE_UNITS, MONTH, YEAR, per

NUMBERS = Phrase("数量", "quantities")
ONE_NUMBER = Phrase("数量", "a quantity")


def quantities(symbol: Phrase, types: Sequence[Type]) -> tuple[Quantity, ...] | Phrase:
    """The types, if all are quantities."""
    found: list[Quantity] = []
    for kind in types:
        if not isinstance(kind, Quantity):
            return wrong_type(symbol, NUMBERS, kind)
        found.append(kind)
    return tuple(found)


def alike(symbol: Phrase, types: Sequence[Type]) -> Quantity | Phrase:
    """The common type of quantities of one dimension; whole if all are."""
    found = quantities(symbol, types)
    if isinstance(found, Phrase):
        return found
    for other in found[1:]:
        if other.dimension != found[0].dimension:
            return different_units(symbol, found[0].dimension, other.dimension)
    return Quantity(found[0].dimension, all(kind.whole for kind in found))


def different_units(symbol: Phrase, left: Dimension, right: Dimension) -> Phrase:
    """That two units do not go together, and the likely repair."""
    return Phrase(
        "“{symbol}”两边的单位不同：{left} 与 {right}{repair}",
        "“{symbol}” has different units on its two sides: {left} and {right}{repair}",
    ).fill(symbol=symbol, left=_unit(left), right=_unit(right), repair=_repair(left, right))


def _repair(left: Dimension, right: Dimension) -> Phrase:
    difference = dict(per(left, right))
    hints: list[Phrase] = []
    if abs(difference.get(YEAR, 0)) == 1 and difference.get(MONTH, 0) == -difference[YEAR]:
        hints.append(_conversion(left if YEAR in dict(left) else right))
        del difference[YEAR], difference[MONTH]
    if len(difference) == 1:
        unit, power = next(iter(difference.items()))
        if abs(power) == 1:
            hints.append(_product(unit, *((left, right) if power < 0 else (right, left))))
    return Phrase("".join(f"；{hint.zh}" for hint in hints), "".join(f"; {hint.en}" for hint in hints))


def _conversion(yearly: Dimension) -> Phrase:
    if dict(yearly)[YEAR] == -1:
        return Phrase(
            "把 {yearly} 写成“折算 到 月”或“÷ 12月”", "write {yearly} with “converted to month” or “/ 12 months”"
        ).fill(yearly=_unit(yearly))
    return Phrase("把 {yearly} 写成“折算 到 月”", "write {yearly} with “converted to month”").fill(yearly=_unit(yearly))


def _product(unit: str, lesser: Dimension, greater: Dimension) -> Phrase:
    return Phrase(
        "{lesser} 乘以一个单位为“{unit}”的数，才得 {greater}",
        "{lesser} becomes {greater} when multiplied by a number of {unit}",
    ).fill(lesser=_unit(lesser), greater=_unit(greater), unit=Phrase(unit, BASE_UNITS[unit].many))


def _unit(dimension: Dimension) -> Phrase:
    return type_phrase(Quantity(dimension))
