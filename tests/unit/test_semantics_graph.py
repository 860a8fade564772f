"""What names need, their order, and when parameters are used."""

from __future__ import annotations

from datetime import date

from core_building import (
    ENTITIES,
    FACTS,
    PERSON,
    article,
    benefit,
    fact,
    gather,
    number,
    op,
    parameter,
    program,
    rule,
    rule_value,
    truth,
    yuan,
)
from policyrules.analysis.graph import ALWAYS, dependencies, merged, order_of, spans_used, unused, uses_of
from policyrules.core.program import Anchor, Gathering, Program, Refuse
from policyrules.values.types import TRUTH

APRIL, JULY = date(2020, 4, 1), date(2020, 7, 1)


def small() -> Program:
    return program(
        rule("人均", op("divide", fact("年收入", "户"), gather(Gathering.COUNT, None)), "户"),
        rule("重度", op("equal", fact("残疾等级"), fact("残疾等级")), kind=TRUTH),
        rule("没人用", yuan(3)),
        benefit(
            "补贴",
            article("一", rule_value("重度", kind=TRUTH), parameter("甲标准"), start=APRIL),
            article("二", truth(True), Refuse(), end=APRIL),
            otherwise=None,
        ),
    )


def test_uses_name_everything_once() -> None:
    father = fact("收入", PERSON, Anchor.CURRENT, "父亲")
    uses = uses_of([op("and", rule_value("重度", kind=TRUTH), op("less", parameter("标准"), fact("月收入")), father)])
    assert set(uses.names) == {"重度"} and set(uses.parameters) == {"标准"} and uses.operators == {"and", "less"}
    assert set(uses.facts) == {("个人", (), "月收入"), ("个人", ("父亲",), "收入")}


def test_a_chain_of_thousands() -> None:
    needs = {f"n{i}": [f"n{i + 1}"] for i in range(10_000)} | {"n10000": []}
    found = order_of(needs)
    assert found.order[0] == "n10000" and found.order[-1] == "n0" and found.cycles == ()


def test_cycles_have_a_path() -> None:
    found = order_of({"a": ["b"], "b": ["c", "x"], "c": ["d", "b"], "d": ["a"], "e": ["e"], "f": ["a", "nobody"]})
    assert found.cycles == (("b", "c"), ("e",))
    assert order_of({"a": ["b"], "b": ["c"], "c": ["a"]}).cycles == (("a", "b", "c"),)
    assert found.order.index("f") > found.order.index("a")


def test_unused_names_and_facts() -> None:
    one = small()
    found = unused(dependencies(one.rules, one.benefits), ["补贴"], ["甲标准", "乙标准"], FACTS, ENTITIES)
    assert found.names == ("人均", "没人用") and found.parameters == ("乙标准",)
    assert ("个人", "残疾等级") not in found.facts and ("户", "年收入") in found.facts
    also = uses_of([rule_value("人均", "户")])
    assert unused(dependencies(one.rules, one.benefits), ["补贴"], [], FACTS, ENTITIES, [also]).names == ("没人用",)


def test_spans_follow_the_articles() -> None:
    one = program(
        rule("半", op("multiply", parameter("乙标准"), number(1))),
        benefit(
            "补贴",
            article("一", truth(True), parameter("甲标准"), start=APRIL),
            article("二", truth(True), rule_value("半"), start=APRIL, end=JULY),
            article("三", op("less", parameter("丙标准"), yuan(3)), Refuse(), end=APRIL),
            article("四", op("less", parameter("丙标准"), yuan(4)), Refuse(), start=JULY),
        ),
    )
    uses = dependencies(one.rules, one.benefits)
    order = order_of({key: each.names for key, each in uses.items()}).order
    keys = dict.fromkeys(("甲标准", "乙标准", "丙标准"))
    found = spans_used(uses, order, one.benefits, ["补贴"], keys)  # type: ignore[arg-type]
    assert found == {"甲标准": ((APRIL, None),), "乙标准": ((APRIL, JULY),), "丙标准": ((None, APRIL), (JULY, None))}
    everything = spans_used(uses, order, one.benefits, ["补贴", "半"], keys)  # type: ignore[arg-type]
    assert everything["乙标准"] == (ALWAYS,)


def test_spans_are_merged() -> None:
    day = date.fromisoformat
    spans = [(day("2020-03-01"), day("2020-03-31")), (day("2020-04-01"), None), (None, day("2019-12-31"))]
    assert merged(spans) == ((None, day("2019-12-31")), (day("2020-03-01"), None))
    assert merged([*spans, ALWAYS]) == (ALWAYS,)
