"""The eight benefits of bundle.policy as a programmer would write them for one month, April 2020, trusting what comes in.

Amounts are `Decimal`, as a programmer takes them for money; nothing is checked: a missing fact, a misspelt name or a text that
is no number ends in a traceback or in a wrong amount.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from attrs import frozen

CENT = Decimal("0.01")
TODAY = date(2020, 4, 1)
STANDARD = Decimal(610)
THRESHOLD = Decimal(5000)
NOTHING = Decimal(0)
HEATING = {"城镇": Decimal(120), "农村": Decimal(80)}


@frozen
class Person:
    """One member, its words made days and numbers."""

    birth: date
    income: Decimal
    level: str
    at_school: bool
    medical: Decimal


@frozen
class Household:
    """One household, its words made numbers."""

    assets: Decimal
    vehicle: bool
    rent: Decimal
    place: str
    members: list[Person]


def read(household: dict[str, Any]) -> Household:
    """The household of a case."""
    members = [
        Person(date.fromisoformat(one["出生日期"]), Decimal(one["月收入"]), one["残疾等级"], one["在校"], Decimal(one["医疗支出"]))
        for one in household["成员"]
    ]
    return Household(Decimal(household["金融资产"]), household["有机动车"], Decimal(household["房租"]), household["居住地"], members)


def decide(household: Household) -> list[Decimal]:
    """What each of the eight pays, nothing where it is refused."""
    size = len(household.members)
    income = medical = NOTHING
    severe = children = old = very_old = pupils = 0
    for one in household.members:
        income += one.income
        if one.medical > THRESHOLD:
            medical += one.medical - THRESHOLD
        if one.level == "一级" or one.level == "二级":
            severe += 1
        years = _age(one.birth)
        if years < 18:
            children += 1
        elif years >= 60:
            old += 1
            if years >= 80:
                very_old += 1
        if one.at_school:
            pupils += 1
    modest = household.assets <= STANDARD * 24 * size and not household.vehicle
    low = modest and income < STANDARD * Decimal("1.5") * size
    return [
        _half_up(STANDARD * size - income) if modest and income < STANDARD * size else NOTHING,
        _half_up(STANDARD * severe * Decimal("0.35")) if severe else NOTHING,
        Decimal(100 * children) if children and income < STANDARD * 2 * size else NOTHING,
        Decimal(50 * old + 30 * very_old) if old else NOTHING,
        Decimal(150 * pupils) if low and pupils else NOTHING,
        _half_up(medical / 24) if low and medical else NOTHING,
        _half_up(min(household.rent * Decimal("0.3"), Decimal(300))) if low and household.place == "城镇" else NOTHING,
        HEATING[household.place] if low and not household.vehicle else NOTHING,
    ]


def _age(birth: date) -> int:
    return TODAY.year - birth.year - ((TODAY.month, TODAY.day) < (birth.month, birth.day))


def _half_up(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
