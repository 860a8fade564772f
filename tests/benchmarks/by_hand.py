"""Two of the shipped benefits as a programmer would write them for one month, April 2020: something to compare speed with."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

STANDARD = 610
ASSETS = STANDARD * 24
CENT = Fraction(1, 100)


def minimum_living(household: dict[str, Any]) -> Fraction:
    """低保金 of a household in which nobody is 特困."""
    size = len(household["成员"])
    income = Fraction(household["年收入"]) / 12
    if not household["本地户籍"] or income / size >= STANDARD or not _modest(household, size):
        return Fraction(0)
    return _half_up(max(STANDARD * size - income, Fraction(0)))


def single_person(household: dict[str, Any], person: dict[str, Any]) -> Fraction:
    """单人保金 of one member."""
    size = len(household["成员"])
    each = Fraction(household["年收入"]) / 12 / size
    if not household["本地户籍"] or not STANDARD < each < 2 * STANDARD or not _modest(household, size):
        return Fraction(0)
    level, kind = person["残疾等级"], person["残疾类别"]
    severe = level in ("一级", "二级") or (level == "三级" and kind in ("智力", "精神"))
    own = Fraction(person["月固定收入"]) if person["有固定收入"] else Fraction(0)
    if not person["单独申请低保"] or not (severe or person["病种"] not in ("无", "其他")) or own >= STANDARD:
        return Fraction(0)
    return _half_up(STANDARD - own)


def _modest(household: dict[str, Any], size: int) -> bool:
    return Fraction(household["金融资产"]) / size <= ASSETS and not household["有机动车"] and household["住房套数"] <= 1


def _half_up(amount: Fraction) -> Fraction:
    return (amount / CENT + Fraction(1, 2)).__floor__() * CENT
