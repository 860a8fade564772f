"""Units, literals, rounding, printing and the calendar, case by case."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from policyrules.values import calendar
from policyrules.values.partial import divide, either, multiply, settle
from policyrules.values.quantities import (
    ROUNDING_MODES,
    exact_text,
    money_text,
    parse_chinese_number,
    parse_literal,
    round_to,
    value_text,
)
from policyrules.values.types import COUNT, DAY, NUMBER, TEXT, TRUTH, Dimension, Options, Quantity
from policyrules.values.units import BASE_UNITS, parse_type_word, parse_unit, type_text, unit_text, unit_words
from policyrules.values.unknown import Interval, Need, Unknown

YUAN: Dimension = (("元", 1),)
STANDARD: Dimension = (("人", -1), ("元", 1), ("月", -1))


@pytest.mark.parametrize(
    ("text", "number", "dimension"),
    [
        ("610", "610", None),
        ("14400.50", "14400.5", None),
        ("1.5万", "15000", None),
        ("６１０．５", "610.5", None),
        ("610元", "610", YUAN),
        ("1.5万元", "15000", YUAN),
        ("5角", "0.5", YUAN),
        ("1/2元", "1/2", YUAN),
        ("−5元", "-5", YUAN),
        ("-5 yuan", "-5", YUAN),
        ("610元/人·月", "610", STANDARD),
        ("610 yuan/person/month", "610", STANDARD),
        ("６１０元／人・月", "610", STANDARD),
        ("3人", "3", (("人", 1),)),
        ("12个月", "12", (("月", 1),)),
        ("60周岁", "60", (("岁", 1),)),
        ("3 people", "3", (("人", 1),)),
        ("60%", "3/5", ()),
        ("60％", "3/5", ()),
        ("1.5倍", "3/2", ()),
        ("1/12", "1/12", ()),
        ("百分之三十五", "7/20", ()),
        ("百分之3.5", "7/200", ()),
        ("百分之三点五", "7/200", ()),
        ("百分之一百二十", "6/5", ()),
        ("三分之一", "1/3", ()),
    ],
)
def test_a_literal_is_exact_and_in_base_units(text: str, number: str, dimension: Dimension | None) -> None:
    assert parse_literal(text) == (Fraction(number), dimension)


@pytest.mark.parametrize(
    "text",
    [
        *("", "元", "12,000元", "12，000", "1e5", "NaN", "inf", "610²元", "①", "1/0", "1.", ".5", "--5", "+5", "5 0元"),
        *("12/月", "五百元", "百分之一百五", "百分点", "5个百分点", "0x10", "1_000", "5元/"),
        *("9" * 41, "1/" + "9" * 41, "9" * 5000),
    ],
)
def test_what_is_no_literal_is_not_read(text: str) -> None:
    assert parse_literal(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("十", 10), ("三十五", 35), ("两百", 200), ("一百零二", 102), ("二〇二〇", 2020), ("一万五千", 15_000)),
        *(
            ("十二万", 120_000),
            ("一万零五", 10_005),
            ("一百五", None),
            ("一万五", None),
            ("百", None),
            ("五五十", None),
        ),
    ],
)
def test_chinese_numerals(text: str, number: int | None) -> None:
    assert parse_chinese_number(text) == number


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("text", ["元/人·月", "元/平方米·月", "元", "1/月", "元·人", "岁", "次/年"])
def test_a_unit_printed_reads_back(text: str, language: str) -> None:
    parsed = parse_unit(text)
    assert parsed is not None
    assert unit_text(parsed[0], "zh") == text
    assert parse_unit(unit_text(parsed[0], "en" if language == "en" else "zh")) == parsed


def test_units_scale_and_unknown_words_are_refused() -> None:
    assert parse_unit("万元/年") == ((("元", 1), ("年", -1)), Fraction(10_000))
    assert parse_unit("yuan per person per month") == (STANDARD, Fraction(1))
    assert unit_text(STANDARD, "en") == "yuan/person/month"
    assert parse_unit("元/元") == ((), Fraction(1))
    assert parse_unit("块") is None and parse_unit("") is None and parse_unit("元/") is None
    assert list(unit_words) == sorted(unit_words, key=lambda word: (-len(word), word))
    assert all(unit.many in unit_words and unit.zh in unit_words for unit in BASE_UNITS.values())


def test_type_words() -> None:
    assert parse_type_word("元/人·月") == Quantity(STANDARD)
    assert parse_type_word("人") == Quantity((("人", 1),), whole=True)
    assert parse_type_word("月") == Quantity((("月", 1),))
    assert [parse_type_word(word) for word in ("是否", "date", "文本", "比例", "count")] == [
        TRUTH,
        DAY,
        TEXT,
        NUMBER,
        COUNT,
    ]
    assert parse_type_word("万元") is None and parse_type_word("低保") is None
    assert type_text(Options(("一级", "二级")), "zh") == "选项 一级、二级"
    for kind in (TRUTH, DAY, TEXT, NUMBER, COUNT, Quantity(STANDARD)):
        assert parse_type_word(type_text(kind, "zh")) == parse_type_word(type_text(kind, "en")) == kind


def test_values_in_words() -> None:
    assert exact_text(Fraction(305, 6)) == "305/6"
    assert exact_text(Fraction(-1, 4)) == "-0.25"
    assert exact_text(Fraction(10**5000)) == "1" + "0" * 5000
    assert money_text(Fraction(366)) == "366.00" and money_text(Fraction(1, 8)) == "0.125"
    assert money_text(Fraction(-1, 20)) == "-0.05"
    assert value_text(Fraction(366), Quantity((("元", 1), ("月", -1))), "zh") == "366.00元/月"
    assert value_text(Fraction(366), Quantity((("元", 1), ("月", -1))), "en") == "366.00 yuan/month"
    assert value_text(Fraction(3), Quantity((("人", 1),), True), "en") == "3 people"
    assert value_text(Fraction(1), Quantity((("人", 1),), True), "en") == "1 person"
    assert value_text(Fraction(7, 20), NUMBER, "zh") == "35%" and value_text(Fraction(1, 12), NUMBER, "zh") == "1/12"
    assert value_text(Fraction(1), COUNT, "zh") == "1" and value_text(Fraction(3, 2), NUMBER, "zh") == "1.5"
    assert value_text(True, TRUTH, "zh") == "是" and value_text(False, TRUTH, "en") == "no"
    assert value_text(date(2020, 4, 1), DAY, "zh") == "2020年4月1日"
    assert value_text("一级", Options(("一级",)), "en") == "一级"


ROUNDED = {
    # value: half up, away from zero, toward zero, up, down, half even
    "0.125": ("0.13", "0.13", "0.12", "0.13", "0.12", "0.12"),
    "0.135": ("0.14", "0.14", "0.13", "0.14", "0.13", "0.14"),
    "-0.125": ("-0.13", "-0.13", "-0.12", "-0.12", "-0.13", "-0.12"),
    "-0.135": ("-0.14", "-0.14", "-0.13", "-0.13", "-0.14", "-0.14"),
    "0.121": ("0.12", "0.13", "0.12", "0.13", "0.12", "0.12"),
    "-0.121": ("-0.12", "-0.13", "-0.12", "-0.12", "-0.13", "-0.12"),
    "0.129": ("0.13", "0.13", "0.12", "0.13", "0.12", "0.13"),
    "-0.129": ("-0.13", "-0.13", "-0.12", "-0.12", "-0.13", "-0.13"),
    "0.12": ("0.12",) * 6,
    "-0.12": ("-0.12",) * 6,
    "0": ("0",) * 6,
    "0.005": ("0.01", "0.01", "0", "0.01", "0", "0"),
    "-0.005": ("-0.01", "-0.01", "0", "0", "-0.01", "0"),
}
MODES = ("half up", "away from zero", "toward zero", "up", "down", "half even")


@pytest.mark.parametrize(
    ("value", "mode", "rounded"), [(v, m, r) for v, row in ROUNDED.items() for m, r in zip(MODES, row, strict=True)]
)
def test_rounding_to_fen(value: str, mode: str, rounded: str) -> None:
    assert round_to(Fraction(value), Fraction(1, 100), mode) == Fraction(rounded)


def test_rounding_to_other_steps() -> None:
    assert round_to(Fraction("366.01"), Fraction(1, 10), "away from zero") == Fraction("366.1")
    assert round_to(Fraction(365), Fraction(10), "half up") == 370
    assert round_to(Fraction(345), Fraction(10), "half even") == 340
    assert round_to(Fraction(1, 3), Fraction(1), "up") == 1
    assert set(ROUNDING_MODES.values()) == set(MODES)


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2021, 1, 31), 1, date(2021, 2, 28)),
        (date(2021, 3, 31), -1, date(2021, 2, 28)),
        (date(2020, 12, 15), 1, date(2021, 1, 15)),
        (date(2020, 1, 15), -1, date(2019, 12, 15)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(9999, 12, 1), 1, None),
        (date(1, 1, 1), -1, None),
        (date(2020, 1, 1), 10**9, None),
    ],
)
def test_adding_months_ends_on_the_last_day(day: date, months: int, moved: date | None) -> None:
    assert calendar.add_months(day, months) == moved


@pytest.mark.parametrize(
    ("birth", "on", "rule", "leap", "years"),
    [
        ("2000-04-01", "2020-03-31", "on birthday", "end of february", 19),
        ("2000-04-01", "2020-04-01", "on birthday", "end of february", 20),
        ("2000-04-01", "2020-04-01", "day after", "end of february", 19),
        ("2000-04-01", "2020-04-02", "day after", "end of february", 20),
        ("2000-02-29", "2018-02-28", "on birthday", "end of february", 18),
        ("2000-02-29", "2018-02-28", "on birthday", "first of march", 17),
        ("2000-02-29", "2018-03-01", "on birthday", "first of march", 18),
        ("2000-02-29", "2018-03-01", "day after", "first of march", 17),
        ("2000-02-29", "2018-02-28", "day after", "end of february", 17),
        ("2000-02-29", "2018-03-01", "day after", "end of february", 18),
        ("2000-02-29", "2020-02-28", "on birthday", "end of february", 19),
        ("2000-02-29", "2020-02-29", "on birthday", "first of march", 20),
        ("2000-12-31", "2021-01-01", "day after", "end of february", 20),
        ("2020-04-01", "2020-04-01", "day after", "end of february", 0),
        ("2020-04-02", "2020-04-01", "on birthday", "end of february", None),
    ],
)
def test_age(birth: str, on: str, rule: str, leap: str, years: int | None) -> None:
    assert calendar.age(date.fromisoformat(birth), date.fromisoformat(on), rule, leap) == years


def test_months_and_days_apart() -> None:
    assert calendar.full_months(date(2020, 1, 31), date(2020, 2, 29)) == 1
    assert calendar.full_months(date(2020, 1, 15), date(2020, 3, 14)) == 1
    assert calendar.full_months(date(2020, 3, 14), date(2020, 1, 15)) == -1
    assert calendar.months_between(date(2020, 1, 31), date(2020, 2, 1)) == 1
    assert calendar.days_between(date(2020, 2, 1), date(2020, 3, 1)) == 29
    assert calendar.add_days(date(2020, 2, 28), 2) == date(2020, 3, 1)
    assert calendar.add_days(date(9999, 12, 31), 1) is None
    assert calendar.last_of_month(date(2020, 2, 3)) == date(2020, 2, 29)


def test_days_and_months_are_read_in_both_spellings() -> None:
    assert calendar.parse_day("2020-04-01") == calendar.parse_day("２０２０年４月１日") == date(2020, 4, 1)
    assert calendar.parse_month("2020-04") == calendar.parse_month("2020年4月") == date(2020, 4, 1)
    for text in ("2020-02-30", "2020-13-01", "2020", "0000-01-01", "2020-04", "20-4-1", "2020年4月", ""):
        assert calendar.parse_day(text) is None
    assert calendar.parse_month("2020-13") is None and calendar.parse_month("2020-04-01") is None


def test_intervals_with_open_ends() -> None:
    assert multiply(Interval(Fraction(0), None), Interval(Fraction(0), None)) == Interval(Fraction(0), None)
    assert multiply(Interval(None, None), Interval(Fraction(0), Fraction(0))) == Interval(Fraction(0), Fraction(0))
    assert multiply(Interval(Fraction(-1), None), Interval(Fraction(2), Fraction(3))) == Interval(Fraction(-3), None)
    assert divide(Interval(Fraction(1), Fraction(2)), Interval(Fraction(0), Fraction(1))) is None
    assert divide(Interval(Fraction(1), Fraction(2)), Interval(Fraction(2), None)) == Interval(Fraction(0), Fraction(1))


def test_what_is_left_when_one_of_several_holds() -> None:
    need = frozenset({Need("甲", "残疾等级", "残疾等级")})
    assert either((Fraction(5), Fraction(5)), need) == 5
    assert either((Fraction(5), Fraction(7)), need) == Unknown(Interval(Fraction(5), Fraction(7)), need)
    assert either(("一级", "二级"), need) == Unknown(frozenset({"一级", "二级"}), need)
    assert either((Fraction(5), Unknown(None, frozenset())), need) == Unknown(None, need)
    assert settle(frozenset({True}), need) is True
