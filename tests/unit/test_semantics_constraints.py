"""Whether conditions can hold together: rules put in place, instances told apart, parameters by day, days and counts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from core_building import (
    HOUSEHOLD,
    LEVELS,
    MONTHLY,
    PEOPLE,
    PERSON,
    fact,
    gather,
    is_word,
    number,
    op,
    parameter,
    parameter_of,
    path,
    place,
    program,
    row,
    rule,
    rule_value,
    truth,
    word,
    yuan,
)
from policyrules.analysis.constraints import Witness, find
from policyrules.analysis.linear import Settled
from policyrules.analysis.view import View, views_of
from policyrules.core.program import (
    Anchor,
    BenefitValue,
    Branch,
    Choice,
    Expression,
    Gathering,
    Impossible,
    Literal,
    Moment,
    MomentValue,
    Program,
)
from policyrules.values.types import DAY, NUMBER, TEXT, TRUTH, Quantity, Value

AGE = Quantity((("岁", 1),), whole=True)
TODAY = MomentValue(Moment.DAY, DAY)
COUNT = gather(Gathering.COUNT, None, type_=PEOPLE)
INCOME = rule_value("人均", HOUSEHOLD)


def day(text: str) -> Literal:
    return Literal(date.fromisoformat(text), DAY)


def age() -> Expression:
    words = (Literal("on birthday", TEXT), Literal("end of february", TEXT))
    return op("age", fact("出生日期"), TODAY, *words, kind=AGE)


def small() -> Program:
    quotient = op("divide", op("divide", fact("年收入", HOUSEHOLD), number(12), kind=MONTHLY), COUNT, kind=MONTHLY)
    guarded = Choice((Branch(op("equal", COUNT, number(0)), Impossible(MONTHLY)),), quotient, MONTHLY)
    return program(
        parameter_of("标准", row(Fraction(520), end=date(2020, 3, 31), start=date(2019, 9, 1)), row(Fraction(610))),
        parameter_of("上限", row(Fraction(24))),
        rule("人均", guarded, HOUSEHOLD),
        rule("重度", op("or", is_word("残疾等级", "一级"), is_word("残疾等级", "二级")), kind=TRUTH),
        rule("线", op("multiply", parameter("标准"), number(2), kind=MONTHLY), None),
    )


def view(on: date | None = None) -> View:
    return views_of(small())(on)


def ask(*conditions: Expression, on: date | None = None) -> dict[str, Value] | Settled:
    found = find(conditions, view(on))
    if isinstance(found, Settled):
        return found
    return {one.name.zh: one.value for one in found.assignments}


def test_options_one_by_one() -> None:
    severe = rule_value("重度", kind=TRUTH)
    assert ask(severe, is_word("残疾等级", "三级")) is Settled.NEVER
    assert ask(op("not", severe), op("not_equal", fact("残疾等级"), word("无"))) == {"残疾等级": "三级"}
    every = op("or", *(is_word("残疾等级", name) for name in LEVELS.names))
    assert ask(op("not", every)) is Settled.NEVER


def test_father_and_person_are_told_apart() -> None:
    father = fact("收入", PERSON, Anchor.CURRENT, "父亲")
    found = ask(op("less", father, yuan(5)), op("greater", fact("月收入"), yuan(5)))
    assert found == {"父亲的收入": 0, "月收入": 6}
    assert ask(op("less", father, yuan(5)), op("greater", father, yuan(5))) is Settled.NEVER


def test_bounds_are_exact() -> None:
    assert ask(op("less", fact("月收入"), yuan(0))) is Settled.NEVER  # a fact is not negative
    assert ask(op("less_equal", fact("月收入"), yuan(610)), op("greater_equal", fact("月收入"), yuan(610))) == {"月收入": 610}
    assert ask(op("less", fact("月收入"), yuan(610)), op("greater_equal", fact("月收入"), yuan(610))) is Settled.NEVER


def test_whole_numbers_have_nothing_between() -> None:
    between = (op("greater", COUNT, number(2)), op("less", COUNT, number(3)))
    assert ask(*between) is Settled.NEVER
    assert ask(op("greater", age(), number(17)), op("less", age(), number(19))) == {"周岁": 18}
    assert ask(op("less", age(), number(0))) is Settled.NEVER


def test_the_same_quotient_is_one_question() -> None:
    same = (op("less", INCOME, parameter("标准")), op("greater_equal", INCOME, parameter("标准")))
    assert ask(*same) is Settled.NEVER
    assert ask(op("less", INCOME, yuan(610))) == {"人均": 0, "人数(成员)": 1}
    assert ask(op("less", INCOME, yuan(610)), op("equal", COUNT, number(0))) is Settled.NEVER


def test_parameters_by_day() -> None:
    low = (op("less", parameter("标准"), yuan(600)),)
    assert ask(*low, on=date(2020, 4, 1)) is Settled.NEVER
    assert ask(*low, on=date(2020, 3, 1)) == {}
    assert ask(*low) == {"标准": 520}  # on some day
    assert ask(op("greater", rule_value("线", HOUSEHOLD), yuan(1220))) is Settled.NEVER
    assert ask(op("greater", fact("月收入"), op("multiply", parameter("标准"), COUNT, kind=MONTHLY)), on=date(2020, 4, 1)) != {}


def test_sums_over_several_terms() -> None:
    one, other = fact("月收入"), fact("收入", PERSON, Anchor.CURRENT, "父亲")
    total = op("add", one, other, kind=MONTHLY)
    assert ask(op("less", total, yuan(10)), op("greater", one, yuan(6)), op("greater", other, yuan(4))) is Settled.NEVER
    found = ask(op("equal", total, yuan(10)), op("greater", one, yuan(6)))
    assert isinstance(found, dict) and sum(found.values()) == 10  # type: ignore[arg-type]
    ordered = (op("less", one, other), op("less", other, parameter("标准")), op("less", parameter("标准"), one))
    assert ask(*ordered) is Settled.NEVER


def test_counts_never_exceed_everybody() -> None:
    severe = gather(Gathering.COUNT, None, is_word("残疾等级", "一级"), type_=PEOPLE)
    assert ask(op("greater", severe, COUNT)) is Settled.NEVER
    assert ask(op("greater_equal", severe, number(2)), op("less", COUNT, number(2))) is Settled.NEVER
    some = gather(Gathering.ANY, is_word("残疾等级", "一级"), type_=TRUTH)
    assert ask(some, op("equal", severe, number(0))) is Settled.NEVER
    every = gather(Gathering.ALL, op("not", is_word("残疾等级", "一级")), type_=TRUTH)
    assert ask(some, every) is Settled.NEVER


def test_days() -> None:
    born = fact("出生日期")
    assert ask(op("less", born, day("2000-01-01")), op("greater", born, day("2001-01-01"))) is Settled.NEVER
    assert ask(op("greater", born, day("2001-01-01"))) == {"出生日期": date(2001, 1, 2)}
    assert ask(op("less", born, day("2000-01-01"))) == {"出生日期": date(1999, 12, 31)}
    later = op("add_days", born, number(30), kind=DAY)
    assert ask(op("less", later, born)) is Settled.NEVER
    assert ask(op("less", op("days_between", born, later, kind=NUMBER), number(30))) is Settled.NEVER


def test_choices_and_chosen_values() -> None:
    amount = Choice((Branch(fact("有固定收入"), yuan(100)),), yuan(200), MONTHLY)
    assert ask(op("equal", amount, yuan(200))) == {"有固定收入": False}
    assert ask(op("equal", amount, yuan(150))) is Settled.NEVER
    floor = op("maximum", op("subtract", parameter("标准"), fact("月收入"), kind=MONTHLY), yuan(0), kind=MONTHLY)
    assert ask(op("less", floor, yuan(0))) is Settled.NEVER
    assert ask(op("equal", floor, yuan(0)), op("less", fact("月收入"), yuan(100)), on=date(2020, 4, 1)) is Settled.NEVER


def test_granted_is_a_question_of_its_own() -> None:
    granted = BenefitValue(path(HOUSEHOLD), "低保·低保金", True, TRUTH, place())
    assert ask(granted, op("not", granted)) is Settled.NEVER
    assert ask(granted) == {"享受(低保金)": True}


@pytest.mark.parametrize("wanted", [0, 1, 2, 3, 4])
def test_so_many_of(wanted: int) -> None:
    three = [fact("有固定收入"), fact("特困"), fact("享受低保", HOUSEHOLD)]
    asked = op("at_least", number(wanted), *three)
    nobody = [op("not", one) for one in three]
    assert (ask(asked) is Settled.NEVER) == (wanted > 3)
    assert (ask(asked, *nobody) is Settled.NEVER) == (wanted > 0)
    assert (ask(op("not", asked)) is Settled.NEVER) == (wanted == 0)


def test_a_chain_of_rules_ends_in_a_question() -> None:
    chain = [rule(f"r{i}", rule_value(f"r{i + 1}", kind=TRUTH), kind=TRUTH) for i in range(3000)]
    seen = views_of(program(*chain, rule("r3000", truth(True), kind=TRUTH)))(None)
    last = rule_value("r2990", kind=TRUTH)
    assert find([op("not", last)], seen) is Settled.NEVER
    assert isinstance(find([rule_value("r0", kind=TRUTH)], seen), Witness)


def test_words_of_an_example() -> None:
    found = find([op("less", INCOME, yuan(610)), rule_value("重度", kind=TRUTH)], view())
    assert isinstance(found, Witness)
    assert found.words.zh == "人数(成员) 为 1人、人均 为 0.00元/月、残疾等级 为 一级"
    assert "残疾等级 is 一级" in found.words.en
    assert Witness().words.en == "any case"
