"""Strategies: what they draw, what they refuse, and how small what they find becomes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import find, settings

import policyrules
from policyrules.book.book import Book, compile_book
from policyrules.review import strategies
from policyrules.source.text import SourceText

ROOT = Path(__file__).parent.parent.parent
QUICK = settings(max_examples=800, deadline=None, database=None, derandomize=True)

AID = """\
主体 户  含 成员：个人
主体 个人
事实 户
  年收入：元/年
  本地户籍：是否
  住处：选项 城镇、农村
事实 个人
  出生日期：日期
  存款：元  范围 100 至 900
参数 标准：元/人·月
  自 2019-09-01 至 2020-03-31  520
  自 2020-04-01  610
算 人均收入：元/人·月  对 户 = 年收入 ÷ 12月 ÷ 人数(成员)  若 人数(成员) 为 0 则 无法计算
给付 补助：元/月  对 户  唯一
第一条 收入低的本地家庭
  当 人均收入 低于 标准 且 本地户籍
  给 100元
其余情形 不予 “收入不低”
给付 老人补助：元/月  对 个人  唯一
第一条 老人
  当 周岁 满 60
  给 50元
其余情形 不予 “不满六十”
"""


@cache
def aid(right: str = "", wrong: str = "") -> Book:
    book = compile_book([SourceText("rules.policy", AID.replace(right, wrong) if right else AID)])
    assert not book.errors, book.errors
    return book


def test_what_tells_two_policies_apart_shrinks_to_a_readable_household() -> None:
    """610 or below 610: one person, the income that is the bound to the 分, and everything else as plain as can be."""
    right, wrong = aid(), aid("人均收入 低于", "人均收入 不超过")

    def differ(drawn: tuple[dict[str, object], str]) -> bool:
        case, month = drawn
        return policyrules.decide(right, case, month=month, ask="补助").amounts != policyrules.decide(wrong, case, month=month, ask="补助").amounts

    case, month = find(strategies.cases(right, "2020-04", keys=["补助"]), differ, settings=QUICK)
    household: Any = case["户"]
    size = len(household["成员"])
    assert month == "2020-04" and size <= 4
    assert household == {"年收入": 7320 * size, "本地户籍": True, "成员": [{"编号": name} for name in "甲乙丙丁"[:size]]}


def test_a_birthday_on_the_day_is_found() -> None:
    def turned(drawn: tuple[dict[str, Any], str]) -> bool:
        return any(one["出生日期"] == "1960-04-01" for one in drawn[0]["户"]["成员"])

    case, _ = find(strategies.cases(aid(), "2020-04", keys=["老人补助"]), turned, settings=QUICK)  # type: ignore[arg-type]
    assert case == {"户": {"成员": [{"编号": "甲", "出生日期": "1960-04-01"}]}}


def test_facts_start_plain_and_keep_their_range() -> None:
    assert find(strategies.facts(aid(), "户", "年收入"), lambda _: True, settings=QUICK) == 0
    assert find(strategies.facts(aid(), "户", "年收入", "2020-04"), lambda value: value == "7319.99", settings=QUICK) == "7319.99"
    assert find(strategies.facts(aid(), "个人", "存款"), lambda _: True, settings=QUICK) == 100
    assert find(strategies.facts(aid(), "户", "住处"), lambda value: value != "城镇", settings=QUICK) == "农村"
    assert find(strategies.facts(aid(), "户", "本地户籍"), lambda value: value is not False, settings=QUICK) is True
    with pytest.raises(ValueError, match="年龄"):
        strategies.facts(aid(), "户", "年龄")


def test_months_begin_where_everything_holds() -> None:
    assert find(strategies.months(aid()), lambda _: True, settings=QUICK) == "2020-04"
    for month in ("2019-08", "2019-09", "2020-03", "2020-02"):
        assert find(strategies.months(aid()), lambda found, month=month: found == month, settings=QUICK) == month  # type: ignore[misc]


def test_members_are_as_many_as_asked() -> None:
    def size(case: dict[str, Any]) -> int:
        return len(case["户"]["成员"])

    drawn = strategies.households(aid(), "2020-04", members=(2, 3))
    assert size(find(drawn, lambda _: True, settings=QUICK)) == 2
    assert size(find(drawn, lambda case: size(case) > 2, settings=QUICK)) == 3  # type: ignore[arg-type]


def test_names_that_are_not_there() -> None:
    with pytest.raises(ValueError, match="低保金"):
        strategies.cases(aid(), keys=["低保金"])
    with pytest.raises(ValueError, match="四月"):
        strategies.households(aid(), "四月")
    assert strategies.keys_of(aid(), "补助") == ("补助",)


def test_they_are_at_hand_from_the_package() -> None:
    assert policyrules.strategies is strategies
