"""Into what proofs are cut, what worlds share, how a model is written as a case, and what has no reading."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from attrs import evolve

from core_building import (
    ENTITIES,
    HOUSEHOLD,
    LEVELS,
    PARENT,
    PERSON,
    article,
    benefit,
    fact,
    gather,
    is_word,
    number,
    op,
    parameter,
    parameter_of,
    place,
    program,
    row,
    rule,
    rule_value,
    truth,
    yuan,
)
from policyrules.book.cases import read_case
from policyrules.core.facts import Fact
from policyrules.core.program import Aggregate, Anchor, FactValue, Gathering, Literal, Moment, MomentValue, Path, Program, Refuse
from policyrules.source.text import SourceText
from policyrules.values.types import DAY, NUMBER, TEXT, TRUTH, Quantity, Type

pytest.importorskip("z3")

from policyrules.engines import smt
from policyrules.engines import smt_z3 as z

APRIL = date(2020, 4, 1)
ONE_MONTH = smt.Window(APRIL, APRIL)
TWO = smt.Shape(((("成员",), 2), (("成员", "父母"), 0)))
FIRST: smt.Address = (("成员", 0),)


def spans(built: Program, first: date, last: date, **also: object) -> list[tuple[str, str]]:
    return [(f"{one.first:%Y-%m}", f"{one.last:%Y-%m}") for one in smt.windows(built, first, last, **also)]  # type: ignore[arg-type]


# ---------------------------------------------------------------- months


def test_windows_are_cut_where_something_begins_or_ends() -> None:
    standard = parameter_of("标准", row(Fraction(1), date(2020, 1, 1), date(2020, 3, 31)), row(Fraction(2), date(2020, 4, 1)))
    aid = benefit("补贴", article("第一条", truth(True), yuan(1), start=date(2020, 6, 15), end=date(2020, 9, 30)))
    built = program(standard, aid, rule("值", parameter("标准")))
    year = (date(2020, 1, 1), date(2020, 12, 1))
    cut = [("2020-01", "2020-03"), ("2020-04", "2020-06"), ("2020-07", "2020-09"), ("2020-10", "2020-12")]
    assert spans(built, *year) == cut
    # Decided on the last day of a month, an article that begins in its midst counts for it.
    assert spans(evolve(built, month_by_end=True), *year)[1:3] == [("2020-04", "2020-05"), ("2020-06", "2020-09")]
    assert spans(built, *year, keys=["值"]) == [("2020-01", "2020-03"), ("2020-04", "2020-12")]
    assert spans(program(), *year, also=[built]) == cut
    assert spans(built, date(2020, 5, 20), date(2020, 5, 1)) == [("2020-05", "2020-05")]


def test_the_row_in_force_on_the_day_decided_on() -> None:
    standard = parameter_of("标准", row(Fraction(1), date(2020, 1, 1), date(2020, 3, 9)), row(Fraction(2), date(2020, 3, 10)))
    built = program(standard, rule("值", parameter("标准")))
    for by_end, last in ((False, date(2020, 3, 1)), (True, date(2020, 2, 1))):
        decided = evolve(built, month_by_end=by_end)
        for window in smt.windows(decided, date(2020, 1, 1), date(2020, 6, 1)):
            found = smt.value(smt.world(decided, TWO, window), "值", FIRST).value
            assert isinstance(found, smt.Scaled) and found.known == (1 if window.last <= last else 2)


def test_days_written_beside_the_month_cut_too() -> None:
    late = op("less", MomentValue(Moment.MONTH_END, DAY, place()), Literal(date(2020, 5, 20), DAY, place()))
    built = program(rule("早", late, kind=TRUTH))
    assert ("2020-05", "2020-05") in spans(built, date(2020, 1, 1), date(2020, 12, 1))
    for window in smt.windows(built, date(2020, 1, 1), date(2020, 12, 1)):
        held = smt.value(smt.world(built, TWO, window), "早", FIRST)
        assert (held.value, held.fails) == (window.last < date(2020, 5, 1), False)


def test_what_holds_in_a_whole_window_is_no_question() -> None:
    built = program(parameter_of("标准", row(Fraction(610))), rule("值", op("multiply", parameter("标准"), number(Fraction(1, 2)), kind=NUMBER)))
    found = smt.value(smt.world(built, TWO, smt.Window(APRIL, date(2021, 4, 1))), "值", FIRST)
    assert isinstance(found.value, smt.Scaled) and found.value.known == 305 and found.fails is False
    assert smt.value(smt.world(built, TWO, smt.Window(date(2019, 1, 1), date(2019, 2, 1))), "值", FIRST).fails is True


# ---------------------------------------------------------------- members


def counts(built: Program, key: str, most: int) -> list[dict[tuple[str, ...], int]]:
    return [dict(shape.counts) for shape in smt.shapes(built, [key], most)]


def test_only_lists_that_are_looked_at_vary() -> None:
    alone = program(rule("值", fact("月收入")))
    assert counts(alone, "值", 3) == [{("成员",): 1, ("成员", "父母"): 0}]
    everybody = program(rule("值", gather(Gathering.SUM, fact("月收入"))))
    assert [one["成员",] for one in counts(everybody, "值", 3)] == [1, 2, 3]
    parents = program(rule("收入", gather(Gathering.SUM, fact("收入", PARENT), entity=PERSON, role="父母")), rule("值", rule_value("收入")))
    # Everybody may have fewer parents than the others, so that one shape is enough.
    assert list(smt.shapes(parents, ["值"], 2)) == [smt.Shape(((("成员",), 1), (("成员", "父母"), 2)), frozenset({("成员", "父母")}))]
    assert list(smt.shapes(alone, ["值"], 2, [parents])) == list(smt.shapes(parents, ["值"], 2))


def test_lists_of_both_programs_vary() -> None:
    alone = program(rule("值", fact("月收入")))
    person_alone = {**ENTITIES, PERSON: evolve(ENTITIES[PERSON], roles=())}
    everybody = evolve(program(rule("值", gather(Gathering.SUM, fact("月收入")))), entities=person_alone)
    both = [*smt.shapes(alone, ["值"], 2, [everybody])]
    assert [dict(one.counts)["成员",] for one in both] == [1, 2] == [dict(one.counts)["成员",] for one in smt.shapes(everybody, ["值"], 2, [alone])]


def test_who_is_asked_of_is_there() -> None:
    parents = rule("收入", gather(Gathering.SUM, fact("收入", PARENT), entity=PERSON, role="父母"))
    built = program(parents, rule("长", fact("收入", PARENT), PARENT))
    assert [(one["成员",], one["成员", "父母"]) for one in counts(built, "长", 3)] == [(1, 0)]
    asked = [*smt.shapes(built, ["长", "收入"], 2)]
    assert [(dict(one.counts)["成员", "父母"], one.fewer) for one in asked] == [(0, frozenset()), (1, frozenset()), (2, frozenset())]


def test_people_of_one_household_may_have_fewer_parents_than_each_other() -> None:
    kind = Quantity((("人", 1),), whole=True)
    counted = rule("数", Aggregate(Gathering.COUNT, Path(Anchor.CURRENT, PERSON), "父母", None, None, None, kind), kind=kind)
    built = program(counted, rule("都有", gather(Gathering.ALL, truth(False), entity=PERSON, role="父母", type_=TRUTH), kind=TRUTH))
    world = smt.world(built, smt.Shape(((("成员",), 2), (("成员", "父母"), 3)), frozenset({("成员", "父母")})), ONE_MONTH)
    for wanted in ((3, 0), (1, 2), (0, 0)):
        same = [smt.operation(world, "equal", smt.value(world, "数", (("成员", i),)), smt.literal(world, Fraction(n))).value for i, n in enumerate(wanted)]
        model = smt.satisfy([world], same, 10)
        people = smt.document(world, model)[0]["户"]["成员"]  # type: ignore[index]
        assert tuple(len(one["父母"]) for one in people) == wanted
        assert z.truth_of(model, smt.value(world, "都有", FIRST).value) is (wanted[0] == 0)


def test_nobody_is_asked_of_a_list_without_members() -> None:
    below = program(rule("值", gather(Gathering.SUM, fact("月收入")), HOUSEHOLD), rule("长", fact("收入", PARENT), PARENT))
    assert [one["成员",] for one in counts(below, "长", 3)] == [1]
    # A parent may also be the one father, so that nobody need stand in the list.
    assert {one["成员", "父母"] for one in counts(below, "长", 3)} == {0}


# ---------------------------------------------------------------- worlds


def test_shared_worlds_ask_the_same_facts() -> None:
    old = program(rule("值", op("less", fact("月收入"), yuan(5)), kind=TRUTH))
    new = program(rule("值", op("less_equal", fact("月收入"), yuan(5)), kind=TRUTH))
    one = smt.world(old, TWO, ONE_MONTH)
    other = smt.world(new, TWO, ONE_MONTH, one)
    model = smt.satisfy([one, other], [smt.different(smt.value(one, "值", FIRST), smt.value(other, "值", FIRST))], 10)
    case, month = smt.document(one, model)
    first = {"编号": "甲", "月收入": "5", "父母": [], "父亲": {"编号": "甲的父亲"}}
    second = {"编号": "乙", "父母": [], "父亲": {"编号": "乙的父亲"}}
    assert (case, month) == ({"户": {"成员": [first, second]}}, APRIL)
    again = smt.world(old, TWO, ONE_MONTH, one)
    assert smt.satisfy([one, again], [smt.different(smt.value(one, "值", FIRST), smt.value(again, "值", FIRST))], 10) is smt.NONE


def test_a_tag_makes_other_people() -> None:
    built = program(rule("值", fact("月收入")))
    one = smt.world(built, TWO, ONE_MONTH)
    other = smt.world(built, TWO, ONE_MONTH, one, tag="二·")
    differ = smt.different(smt.value(one, "值", FIRST), smt.value(other, "值", FIRST))
    assert smt.satisfy([one, other], [differ], 10) is not smt.NONE


def test_options_are_numbered_alike_in_worlds_of_one_program() -> None:
    built = program(rule("值", is_word("残疾等级", "四级"), kind=TRUTH), rule("类", is_word("残疾类别", "听力"), kind=TRUTH))
    one, other = (smt.world(built, TWO, ONE_MONTH, tag=tag) for tag in ("", "二·"))
    smt.value(one, "类", FIRST)
    assert [smt.fact(world, FIRST, "残疾等级").value.among for world in (one, other)] == [frozenset(range(5))] * 2  # type: ignore[union-attr]


def test_contradictions_are_no_cases() -> None:
    none = rule("核对·无", op("or", fact("特困"), is_word("残疾等级", "一级")), kind=TRUTH)
    built = evolve(program(rule("值", fact("特困"), kind=TRUTH), rule("级", fact("残疾等级"), kind=LEVELS)), consistencies=(none,))
    world = smt.world(built, TWO, ONE_MONTH)
    second = smt.operation(world, "equal", smt.value(world, "级", FIRST), smt.literal(world, "二级")).value
    assert smt.satisfy([world], [z.no(smt.value(world, "值", FIRST).value), second], 10) is smt.NONE
    assert smt.satisfy([world], [second], 10) is not smt.NONE


# ---------------------------------------------------------------- chains


def test_a_long_chain_of_rules() -> None:
    rules = [rule("值0", fact("月收入"))]
    rules += [rule(f"值{index}", op("add", rule_value(f"值{index - 1}"), yuan(1), kind=NUMBER)) for index in range(1, 1500)]
    world = smt.world(program(*rules), TWO, ONE_MONTH)
    found = smt.value(world, "值1499", FIRST)
    wrong = z.no(smt.operation(world, "equal", found, smt.operation(world, "add", smt.fact(world, FIRST, "月收入"), smt.literal(world, Fraction(1499)))).value)
    assert smt.satisfy([world], [wrong], 30) is smt.NONE


def test_a_chain_of_long_expressions() -> None:
    rules = [rule("值0", fact("月收入"))]
    for index in range(1, 100):
        long = rule_value(f"值{index - 1}")
        for _ in range(35):
            long = op("add", long, yuan(1), kind=long.type)  # type: ignore[assignment]
        rules.append(rule(f"值{index}", long))
    found = smt.value(smt.world(program(*rules), TWO, ONE_MONTH), "值99", FIRST).value
    assert isinstance(found, smt.Scaled) and found.low == 99 * 35


# ---------------------------------------------------------------- documents


def with_facts(**kinds: tuple[Type, Fraction | None, Fraction | None]) -> Program:
    """A household with these facts, and a rule for each."""
    entities = {**ENTITIES, HOUSEHOLD: evolve(ENTITIES[HOUSEHOLD], roles=())}
    facts = {(HOUSEHOLD, name): Fact(name, name, HOUSEHOLD, kind, low, high, None, None, place()) for name, (kind, low, high) in kinds.items()}
    rules = [rule(f"算{name}", FactValue(Path(Anchor.CURRENT, HOUSEHOLD), name, kind), HOUSEHOLD, kind) for name, (kind, _, _) in kinds.items()]
    return evolve(program(*rules), entities=entities, facts=facts)


def test_every_kind_of_fact_is_written_and_read_back() -> None:
    built = with_facts(
        钱=(Quantity((("元", 1),)), None, None),
        面积=(Quantity((("平方米", 1),)), Fraction(0), None),
        比例=(NUMBER, None, None),
        人=(Quantity((("人", 1),), whole=True), Fraction(1, 2), Fraction(5, 2)),
        日=(DAY, None, None),
        话=(TEXT, None, None),
        等=(LEVELS, None, None),
        是=(TRUTH, None, None),
    )
    world = smt.world(built, smt.Shape(()), ONE_MONTH)
    wanted = {"钱": Fraction(-1234, 100), "面积": Fraction(1, 3), "比例": Fraction(22, 7), "人": Fraction(2), "日": date(1960, 2, 29), "等": "三级", "是": True}
    same = [smt.operation(world, "equal", smt.value(world, f"算{name}", ()), smt.literal(world, held)).value for name, held in wanted.items()]
    other_text = z.no(smt.operation(world, "equal", smt.value(world, "算话", ()), smt.literal(world, "别的")).value)
    model = smt.satisfy([world], [*same, other_text], 10)
    case, _ = smt.document(world, model)
    assert case["户"]["面积"] == "1/3平方米" and case["户"]["钱"] == "-12.34"  # type: ignore[index]
    read = read_case(built, case, SourceText("", ""))
    assert read.diagnostics == () and read.value is not None
    assert {name: read.value.facts[name] for name in wanted} == wanted and read.value.facts["话"] != "别的"
    outside = [("钱", Fraction(1, 3)), ("人", Fraction(3)), ("人", Fraction(0)), ("面积", Fraction(-1)), ("钱", Fraction(10**30))]
    for name, held in outside:
        there = smt.operation(world, "equal", smt.value(world, f"算{name}", ()), smt.literal(world, held)).value
        assert smt.satisfy([world], [there], 10) is smt.NONE, name


def test_only_days_of_the_calendar() -> None:
    built = with_facts(日=(DAY, None, None))
    world = smt.world(built, smt.Shape(()), ONE_MONTH)
    day = smt.fact(world, (), "日").value
    assert isinstance(day, smt.SymbolicDay)
    real, unreal = ((2000, 2, 29), (1, 1, 1), (9999, 12, 31)), ((1900, 2, 29), (2019, 4, 31), (10_000, 1, 1), (0, 12, 31))
    for year, month, number_ in (*real, *unreal):
        asked = [z.equal(part, wanted) for part, wanted in ((day.year, year), (day.month, month), (day.day, number_))]
        assert (smt.satisfy([world], asked, 10) is not smt.NONE) is ((year, month, number_) in real), (year, month, number_)


def test_ids_of_everybody() -> None:
    world = smt.world(program(), smt.Shape(((("成员",), 2), (("成员", "父母"), 2))), ONE_MONTH)
    second: smt.Address = (("成员", 1),)
    assert [smt.subject(world, one) for one in ((), second, (*second, ("父母", 1)), (*second, ("父亲", 0)))] == ["户", "乙", "乙的父母2", "乙的父亲"]
    assert len(smt.addresses(world, PARENT)) == 6


# ---------------------------------------------------------------- benefits and what has no reading


def test_articles_tell_whether_they_hold() -> None:
    aid = benefit(
        "补贴",
        article("第一条", fact("特困"), yuan(5), yields_to=(1,)),
        article("第二条", is_word("残疾等级", "一级"), Refuse()),
    )
    world = smt.world(program(aid), TWO, ONE_MONTH)
    found = smt.outcome(world, "补贴", FIRST)
    model = smt.satisfy([world], [found.articles[1], smt.fact(world, FIRST, "特困").value], 10)
    assert [z.truth_of(model, found.articles[index]) for index in (0, 1)] == [False, True]
    assert [z.truth_of(model, one) for one in (found.granted, found.refused, found.conflict, found.failed)] == [False, True, False, False]


def test_a_word_of_a_rule_that_the_case_gives_is_named() -> None:
    open_word = FactValue(Path(Anchor.CURRENT, HOUSEHOLD), "话", TEXT, place())
    built = with_facts(日=(DAY, None, None), 话=(TEXT, None, None))
    day = FactValue(Path(Anchor.CURRENT, HOUSEHOLD), "日", DAY)
    node = op("age", day, MomentValue(Moment.DAY, DAY), open_word, Literal("end of february", TEXT))
    with pytest.raises(smt.Unsupported) as raised:
        smt.expression(smt.world(built, smt.Shape(()), ONE_MONTH), node, ())
    assert raised.value.place == node.place and "证明不了" in raised.value.what.zh
