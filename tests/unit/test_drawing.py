"""Drawn households: whole, free of contradictions, the same for the same numbers, and on the edges of the rules."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

import policyrules
from policyrules.book.book import Book, compile_book, decide
from policyrules.review.boundaries import edge_months
from policyrules.review.drawing import draw_case
from policyrules.source.text import SourceText

ROOT = Path(__file__).parent.parent.parent
APRIL = date(2020, 4, 1)
SEEDS, DRAWS = 8, 300


@cache
def shipped() -> Book:
    return policyrules.load(ROOT / "policies")


def planted(file: str, right: str, wrong: str) -> Book:
    """The shipped policies with one fault."""
    texts = [SourceText(one.path, one.text.replace(right, wrong) if one.path.endswith(file) else one.text) for one in shipped().files]
    assert sum(one.text != other.text for one, other in zip(texts, shipped().files, strict=True)) == 1
    book = compile_book(texts)
    assert not book.errors
    return book


def told(book: Book, case: dict[str, Any], name: str) -> list[tuple[str, object]]:
    decision = decide(book, case, month="2020-04", ask=name)
    assert not decision.diagnostics, decision.diagnostics
    return [(answer.instance.id, getattr(answer.outcome, "amount", type(answer.outcome))) for answer in decision.answers]


@pytest.mark.parametrize(
    ("file", "right", "wrong", "name"),
    [
        ("minimum_living/rules.policy", "人均收入 低于 适用低保标准", "人均收入 不超过 适用低保标准", "低保金"),
        ("minimum_living/rules.policy", "人均金融资产 不超过", "人均金融资产 低于", "低保金"),
        ("common/definitions.policy", "周岁 不满 18", "周岁 不超过 18", "重病重残生活费"),
        ("disability_living/rules.policy", "残疾人数 不低于 多残人数", "残疾人数 超过 多残人数", "生活补贴"),
        ("single_person/rules.policy", "固定收入额 低于 一人", "固定收入额 不超过 一人", "单人保金"),
        ("minimum_living/rules.policy", "取整 四舍五入 到 分", "取整 四舍六入五成双 到 分", "低保金"),
    ],
)
def test_a_fault_at_an_edge_is_found(file: str, right: str, wrong: str, name: str) -> None:
    """A person must hardly ever draw 300 households and not find it."""
    book, faulty = shipped(), planted(file, right, wrong)
    key = next(key for key, benefit in book.program.benefits.items() if benefit.name == name)

    def found(seed: int) -> bool:
        random = Random(seed)
        cases = (draw_case(book, APRIL, random, keys=[key]) for _ in range(DRAWS))
        return any(told(book, case, name) != told(faulty, case, name) for case in cases)

    assert sum(found(seed) for seed in range(SEEDS)) >= SEEDS - 1


def test_every_drawn_household_is_decided() -> None:
    """Nothing is missing, nothing contradicts, nobody is too many; every benefit is granted to some and refused to others."""
    seen: set[tuple[str, str]] = set()
    random = Random(3)
    for number in range(200):
        month = random.choice(edge_months(shipped().program)[1:])
        case = draw_case(shipped(), month, random, most=3)
        decision = decide(shipped(), case, month=month)
        assert not decision.diagnostics, (number, decision.text("en"))
        assert 1 <= len(case["户"]["成员"]) <= 3  # type: ignore[index]
        seen |= {(answer.name, type(answer.outcome).__name__) for answer in decision.answers}
    benefits = {benefit.name for benefit in shipped().program.benefits.values()}
    assert {(name, word) for name in benefits for word in ("Granted", "Refused")} <= seen
    assert "Undecided" not in {word for _, word in seen}


def test_only_what_the_names_need_is_told() -> None:
    case = draw_case(shipped(), APRIL, Random(1), keys=["最低生活保障·低保金"])
    household: Any = case["户"]
    assert set(household) == {"年收入", "金融资产", "有机动车", "住房套数", "本地户籍", "成员"}
    assert "病种" not in household["成员"][0]
    assert not [one for one in decide(shipped(), case, month="2020-04", ask="低保金").answers if type(one.outcome).__name__ == "Undecided"]


def test_the_same_numbers_draw_the_same_household() -> None:
    once, again = (
        [draw_case(shipped(), APRIL, Random(seed)) for seed in range(5)],
        [draw_case(shipped(), APRIL, Random(seed)) for seed in range(5)],
    )
    assert once == again
    assert len({repr(case) for case in once}) == 5


def test_nobody_shares_a_name() -> None:
    """Two lists of the household, and lists of its members."""
    text = """\
主体 户  含 成员：个人、寄居：个人
主体 个人  含 孩子：孩童
主体 孩童
事实 个人
  收入：元/月
事实 孩童
  在校：是否
给付 补助：元/月  对 个人  唯一
第一条 都有的
  当 收入 低于 100元/月 且 任一(孩子 中 在校)
  给 100元
其余情形 不予 “没有”
"""
    book = compile_book([SourceText("rules.policy", text)])
    assert not book.errors, book.errors
    random = Random(2)
    for _ in range(50):
        decision = decide(book, draw_case(book, APRIL, random), month="2020-04")
        assert decision.answers and not decision.diagnostics, decision.diagnostics


def test_a_book_without_entities_draws_nothing() -> None:
    book = compile_book([SourceText("rules.policy", "参数 标准：元/月\n  自 2020-01-01  610\n")])
    assert draw_case(book, APRIL, Random(1)) == {}


def test_sums_and_choices_are_met_exactly() -> None:
    """The sum of several incomes meets its bound by one of them; a word of a table by the number it rests on."""
    text = """\
主体 户  含 成员：个人
主体 个人
事实 户
  面积：平方米  范围 0 至 500
事实 个人
  收入：元/月
算 总收入：元/月  对 户 = 合计(成员 的 收入)
档 大小（面积）：选项 小、大
  60平方米(含) 以下    小
  60平方米(不含) 以上  大
给付 补助：元/月  对 户  唯一
第一条 小而穷的
  当 大小 为 小 且 总收入 不超过 1000元/月
  给 100元
其余情形 不予 “不小或不穷”
"""
    book = compile_book([SourceText("rules.policy", text)])
    assert not book.errors, book.errors
    random = Random(5)
    cases: list[Any] = [draw_case(book, APRIL, random)["户"] for _ in range(200)]
    sums = [sum(Fraction(one["收入"]) for one in case["成员"]) for case in cases]
    assert 1000 in sums and Fraction(100_001, 100) in sums
    assert {60, 61} <= {case["面积"] for case in cases}
