"""Values read at once are those read at length; what is not plain is left to the reader at length."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrules.book.at_once import reader_of
from policyrules.book.book import Book, compile_book, decide
from policyrules.book.cases import read_case
from policyrules.book.facts import Wanted, read_value
from policyrules.book.names import names_of
from policyrules.core.case import Instance, instances
from policyrules.engines.rows import scale_of, value_of
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText
from policyrules.values.types import COUNT, DAY, NUMBER, TEXT, TRUTH, Options, Quantity, Type

NOWHERE = Place(SourceText("", ""), 0, 0)
YUAN = Quantity((("元", 1),))
KINDS: list[tuple[Type, Fraction | None, Fraction | None]] = [
    (TRUTH, None, None),
    (DAY, None, None),
    (Options(("无", "一级", "不详", "未知", "ａ")), None, None),
    (TEXT, None, None),
    (NUMBER, None, None),
    (NUMBER, Fraction(1, 3), Fraction(100, 3)),
    (YUAN, Fraction(0), None),
    (YUAN, Fraction(-5), Fraction(1001, 100)),
    (COUNT, Fraction(0), Fraction(12)),
]
PLAIN: list[Any] = [
    None, True, False, 0, 1, -1, 12, 13, 10**14, 10**31, "0", "1", "12", "-3", "33.33", "33.34", "10.01", "10.011", "1.5", "12元",
    "1.00", "1.5", ".5", "-1.5", "1.50.1", "٣", "²", "1" * 30, "", " 1", "1e3", ".50", "5.", "+1", "1_000", "是", "true", "无", "一级", "不详", "未知",
    "unknown", "a", "ａ",
    "2020-04-01", "2020-4-1", "2020-13-01", "2020-W01-1", "2020-W01", "2020年4月1日", "20200401", "0000-01-01", date(2020, 4, 1),
    datetime(2020, 4, 1), Decimal("1.5"),
    Decimal("1.555"), Decimal("NaN"), Decimal("-Infinity"), Decimal("1e999999"), Fraction(1, 2), Fraction(7), 1.5, [], {}, (), object(),
]  # fmt: skip


def agrees(kind: Type, low: Fraction | None, high: Fraction | None, data: object) -> bool:
    wanted = Wanted(Phrase("数", "number"), kind, low, high, whole_fen=True)
    at_once = reader_of(kind, low, high, lambda word: read_value(wanted, word, lambda: NOWHERE))
    found = at_once.read(data)
    short = None if found is None else value_of(found, scale_of(kind) if isinstance(kind, Quantity) else None)
    return short is None or (short, type(short)) == ((found := read_value(wanted, data, lambda: NOWHERE)), type(found))


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_every_kind_of_data(number: int) -> None:
    kind, low, high = KINDS[number]
    assert [data for data in PLAIN if not agrees(kind, low, high, data)] == []


@given(
    st.sampled_from(KINDS),
    st.one_of(st.integers(-2000, 2000), st.decimals(-99, 9999, places=2).map(str), st.text("0123456789.-+eE年月日元 ,", max_size=12)),
)
def test_any_data(kind: tuple[Type, Fraction | None, Fraction | None], data: object) -> None:
    assert agrees(*kind, data)


def test_the_plain_ones_are_read_at_once() -> None:
    plain = ((TRUTH, False), (DAY, "2020-04-01"), (YUAN, "155.50"), (YUAN, "155.5"), (YUAN, Decimal("1.25")), (COUNT, 3), (TEXT, "话"), (NUMBER, "0.5"))
    read = [reader_of(kind, None, None, lambda word: word).read(data) for kind, data in plain]
    assert read == [False, date(2020, 4, 1), 15550, 15550, 125, 3, "话", 500_000]


POLICY = """政策 试
主体 户 含 成员：个人
事实 户
  年收入：元/年
  编号：选项 甲、乙
事实 个人
  月收入：元/月  范围 0 至 1000
  残疾：是否
核对 有收入：月收入 为 0 或 残疾
给付 补贴：元/月  对 个人
第一条
  当 残疾
  给 月收入
其余情形 不予
取整 四舍五入 到 分
"""


@pytest.fixture(scope="module")
def book() -> Book:
    return compile_book([SourceText("试.policy", POLICY)])


def facts(book: Book, case: object) -> list[tuple[str, dict[str, Any]]] | list[str]:
    read = read_case(book.program, case, SourceText("", ""), names=names_of(book.program))
    found: Instance | None = read.value
    return [(one.id, one.facts) for one in instances(found)] if found else [finding.code for finding in read.diagnostics]


def test_a_name_twice_in_two_spellings_is_still_found(book: Book) -> None:
    assert facts(book, {"户": {"成员": [{"月收入": 1, "月收入 ": 2}]}}) == facts(book, {"户": {"成员": [{"月收入 ": 1, "月收入": 2}]}})
    assert len(facts(book, {"户": {"成员": [{"月收入": 1, "月收入 ": 2}]}})) == 1


def test_a_fact_called_like_an_id_is_a_fact(book: Book) -> None:
    assert facts(book, {"户": {"编号": "甲"}}) == [("户", {"编号": "甲"})]


def test_a_contradiction_names_the_places_of_what_was_read_at_once(book: Book) -> None:
    case = {"户": {"成员": [{"编号": "丙", "月收入": 5, "残疾": False}]}}
    (finding,) = decide(book, case, month="2020-04").diagnostics
    assert isinstance(finding, Diagnostic) and "<case>:6:" in finding.message.zh and "<case>:7:" in finding.message.zh
    given = decide(book, case, month="2020-04", given={"丙的月收入": "7"}).diagnostics
    assert len(given) == 1 and "7.00元/月（given:1:1）" in given[0].message.zh


def test_a_contradiction_is_found_with_something_supplied(book: Book) -> None:
    case = {"户": {"年收入": "不详", "成员": [{"编号": "丙", "月收入": 5, "残疾": False}, {"编号": "丁", "月收入": 0}]}}
    assert [finding.code for finding in decide(book, case, month="2020-04").diagnostics] == [
        finding.code for finding in decide(book, {"户": {"成员": case["户"]["成员"][:1]}}, month="2020-04").diagnostics  # type: ignore[index]
    ]
