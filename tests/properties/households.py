"""Households for property tests: JSON cases drawn from what a program asks, with values near the numbers its rules use."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from policyrules.core.program import Fact, Program
from policyrules.values.types import Day, Options, Quantity, Text, Truth

Json = dict[str, object]

PERSONS = "甲乙丙丁"
MONTHS = ("2020-03", "2020-04", "2020-07", "2020-12", "2023-03", "2023-04")

_MONTHLY = ("0", "155", "609.99", "610", "610.01", "1219.99", "1220", "1220.01", "1500")
_NOW = date(2020, 4, 1)
_AGES = (0, 5, 16, 17, 18, 30, 59, 60, 61)
_BIRTHDAYS = [_NOW.replace(year=_NOW.year - age) + timedelta(days=shift) for age in _AGES for shift in (-1, 0, 1)]


def households(program: Program, *, known: float = 1.0, most: int = 3) -> st.SearchStrategy[Json]:
    """Cases of one to `most` members. Each fact is written with about the chance `known`; at 1 all of them are."""

    @st.composite
    def draw_case(draw: st.DrawFn) -> Json:
        size = draw(st.integers(1, most))
        root = program.root or ""
        household = _facts(draw, program, root, known, size)
        household["成员"] = [_person(draw, program, name, known) for name in PERSONS[:size]]
        return {root: household}

    return draw_case()


def _person(draw: st.DrawFn, program: Program, name: str, known: float) -> Json:
    person = _agreeing({"编号": name, **_facts(draw, program, "个人", known, 1)})
    if draw(st.integers(0, 3)) > 0 or known == 1:
        count = draw(st.sampled_from((0, 1, 2, 2, 2)))
        person["父母"] = [{"编号": f"{name}的家长{i}", **_facts(draw, program, "家长", known, 1)} for i in range(1, count + 1)]
    return person


def _agreeing(person: Json) -> Json:
    """The same with facts that 核对 lets pass."""
    if "无" in (person.get("残疾类别"), person.get("残疾等级")):
        person |= {name: "无" for name in ("残疾类别", "残疾等级") if name in person}
    if person.get("有固定收入") is False and "月固定收入" in person:
        person["月固定收入"] = "0"
    return person


def _facts(draw: st.DrawFn, program: Program, entity: str, known: float, size: int) -> Json:
    facts = [fact for fact in program.facts.values() if fact.entity == entity]
    written = [fact for fact in facts if known == 1 or draw(st.integers(1, 100)) <= known * 100]
    return {fact.name: draw(value_of(fact, size)) for fact in written}


def value_of(fact: Fact, size: int = 1) -> st.SearchStrategy[object]:
    """Values of a fact as JSON writes them. Yearly amounts are twelve times `size` times an amount that rules compare."""
    match fact.type:
        case Truth():
            return st.booleans()
        case Options(names):
            return st.sampled_from(names)
        case Day():
            return st.sampled_from(_BIRTHDAYS).map(date.isoformat)
        case Text():
            return st.sampled_from(("", "某"))
        case Quantity(dimension) if ("元", 1) in dimension:
            times = 12 * size if ("年", -1) in dimension else 1
            return st.sampled_from(_MONTHLY).map(lambda amount: _times(amount, times))
        case Quantity():
            low, high = int(fact.low or 0), int(fact.high or 8)
            return st.integers(low, min(high, low + 8))


def _times(amount: str, times: int) -> str:
    yuan, _, fen = amount.partition(".")
    total = (int(yuan) * 100 + int(fen or 0)) * times
    return f"{total // 100}.{total % 100:02}"
