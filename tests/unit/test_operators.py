"""Rows of the operator table: their types, failures, and what they settle when facts are missing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from policyrules.operators.operator import Failure, describe
from policyrules.operators.table import OPERATORS
from policyrules.source.phrase import Phrase, plain
from policyrules.values.partial import ANY_TRUTH
from policyrules.values.quantities import ROUNDING_MODES
from policyrules.values.types import COUNT, DAY, NUMBER, TEXT, TRUTH, Dimension, Options, Quantity, Type
from policyrules.values.units import parse_type_word
from policyrules.values.unknown import Interval, Need, Partial, Unknown

A = frozenset({Need("甲", "年收入", "年收入")})
B = frozenset({Need("乙", "年收入", "年收入")})


def typed(name: str, *words: str) -> Type | Phrase:
    kinds = [parse_type_word(word) for word in words]
    return OPERATORS[name].check([kind for kind in kinds if kind is not None])


def open_truth(needs: frozenset[Need]) -> Unknown:
    return Unknown(ANY_TRUTH, needs)


def between(low: int | None, high: int | None, needs: frozenset[Need] = A) -> Unknown:
    return Unknown(Interval(None if low is None else Fraction(low), None if high is None else Fraction(high)), needs)


def run(name: str, *arguments: Partial) -> Partial | Failure:
    return OPERATORS[name].partial(*arguments)


def test_units_are_multiplied_and_divided() -> None:
    standard: Dimension = (("人", -1), ("元", 1), ("月", -1))
    assert typed("multiply", "元/人·月", "人") == Quantity((("元", 1), ("月", -1)))
    assert typed("divide", "元/月", "人") == Quantity(standard)
    assert typed("multiply", "人", "人") == Quantity((("人", 2),), whole=True)
    assert typed("divide", "人", "人") == NUMBER
    assert typed("add", "人", "人") == Quantity((("人", 1),), whole=True)
    assert typed("multiply", "元/月", "比例") == Quantity((("元", 1), ("月", -1)))
    assert OPERATORS["spread"].check([Quantity((("元", 1), ("年", -1))), NUMBER, DAY, TEXT]) == Quantity(
        (("元", 1), ("月", -1))
    )
    assert OPERATORS["round half up"].check([Quantity((("人", 1),)), COUNT]) == Quantity((("人", 1),), whole=True)


def test_months_and_years_do_not_mix() -> None:
    wrong = typed("add", "元/月", "元/年")
    assert isinstance(wrong, Phrase)
    assert wrong.zh == "“+”两边的单位不同：元/月 与 元/年；把 元/年 写成“折算 到 月”或“÷ 12月”"
    assert "yuan/month and yuan/year" in wrong.en and "converted to month" in wrong.en


def test_a_personal_standard_against_a_yearly_income_names_both_repairs() -> None:
    wrong = typed("less", "元/人·月", "元/年")
    assert isinstance(wrong, Phrase)
    assert "折算 到 月" in wrong.zh and "乘以一个单位为“人”的数" in wrong.zh and "people" in wrong.en


def test_other_mistakes_of_type_are_told() -> None:
    for name, kinds in (
        ("add", ("人", "户")),
        ("add", ("日期", "月")),
        ("subtract", ("日期", "日期")),
        ("and", ("是否", "元")),
        ("less", ("是否", "是否")),
        ("equal", ("是否", "元")),
        ("divide", ("元", "人", "月")),
        ("age", ("日期", "元", "文本", "文本")),
        ("add_months", ("日期", "年")),
        ("maximum", ("日期", "元")),
        ("round up", ("人", "元")),
        ("spread", ("元/月", "元", "日期", "文本")),
        ("at_least", ("元", "是否")),
    ):
        assert isinstance(typed(name, *kinds), Phrase), name
    level, kind = Options(("一级", "二级")), Options(("智力", "精神"))
    assert OPERATORS["equal"].check([level, Options(("二级",))]) == TRUTH
    assert isinstance(OPERATORS["equal"].check([level, kind]), Phrase)
    assert isinstance(OPERATORS["less"].check([level, level]), Phrase)


def test_failures_are_values() -> None:
    assert isinstance(OPERATORS["divide"].scalar(Fraction(1), Fraction(0)), Failure)
    assert isinstance(OPERATORS["add_months"].scalar(date(9999, 12, 1), Fraction(1)), Failure)
    assert isinstance(OPERATORS["add_days"].scalar(date(2020, 1, 1), Fraction(1, 2)), Failure)
    assert isinstance(OPERATORS["round up"].scalar(Fraction(1), Fraction(0)), Failure)
    born = OPERATORS["age"].scalar(date(2020, 4, 2), date(2020, 4, 1), "on birthday", "end of february")
    assert isinstance(born, Failure) and "2020年4月2日" in born.reason.zh


def test_logic_is_kleenes() -> None:
    assert run("and", open_truth(A), False) is False
    assert run("or", open_truth(A), True) is True
    assert run("and", open_truth(A), True) == open_truth(A)
    assert run("not", open_truth(A)) == open_truth(A)
    assert run("at_least", Fraction(2), True, open_truth(A), True) is True
    assert run("at_least", Fraction(3), False, open_truth(A), True) is False
    assert run("at_least", Fraction(2), False, open_truth(A), True) == open_truth(A)


def test_comparisons_are_settled_where_no_fact_can_change_them() -> None:
    assert run("less", between(0, 500), Fraction(610)) is True
    assert run("less", between(610, None), Fraction(610)) is False
    assert run("less_equal", between(0, 610), Fraction(610)) is True
    assert run("greater", between(0, 700), Fraction(610)) == open_truth(A)
    assert run("equal", between(0, 5), Fraction(6)) is False
    levels = Unknown(frozenset({"一级", "二级"}), A)
    assert run("equal", levels, "三级") is False
    assert run("not_equal", levels, "三级") is True
    assert run("equal", levels, "一级") == open_truth(A)


def test_only_facts_that_still_matter_are_asked_for() -> None:
    assert run("maximum", between(0, 5), between(10, 20, B)) == between(10, 20, B)
    assert run("minimum", between(0, 5), between(10, 20, B)) == between(0, 5)
    assert run("maximum", between(0, 5), Fraction(5)) == Fraction(5)
    assert run("multiply", between(0, None), Fraction(0)) == 0


def test_where_an_answer_may_fail_nothing_is_settled() -> None:
    assert run("divide", Fraction(0), between(0, 5)) == Unknown(None, A)
    assert run("multiply", Fraction(0), Unknown(None, A)) == Unknown(None, A)
    assert run("divide", Fraction(10), between(2, 5)) == between(2, 5)
    assert run("less", Unknown(None, A), Fraction(1)) == Unknown(None, A)


def test_a_year_spread_over_its_months_adds_up() -> None:
    spread = OPERATORS["spread"].scalar
    for annual in (Fraction(1000), Fraction(-1000), Fraction("0.05"), Fraction(1200)):
        for where in ("first month", "last month"):
            months = [spread(annual, Fraction(1, 100), date(2020, month, 1), where) for month in range(1, 13)]
            assert sum(part for part in months if isinstance(part, Fraction)) == annual
    assert spread(Fraction(1000), Fraction(1, 100), date(2020, 12, 1), "last month") == Fraction("83.37")


def test_operations_in_words() -> None:
    three = [plain("甲"), plain("乙"), plain("丙")]
    assert describe(OPERATORS["add"], three).zh == "甲 + 乙 + 丙"
    assert describe(OPERATORS["and"], three[:1]).en == "甲"
    assert describe(OPERATORS["maximum"], three) == Phrase("取大(甲，乙，丙)", "max(甲, 乙, 丙)")
    assert describe(OPERATORS["at_least"], [plain("2"), *three]).zh == "至少 2 项(甲，乙，丙)"
    assert describe(OPERATORS["round half up"], three[:2]).zh == "甲 取整 四舍五入 到 乙"
    assert describe(OPERATORS["age"], [*three, plain("丁")]).zh == "周岁(甲，乙)"


def test_every_rounding_mode_has_a_row() -> None:
    assert {f"round {mode}" for mode in ROUNDING_MODES.values()} <= set(OPERATORS)
