"""Laws: kept by a sound policy, broken by one with a fault, and told on a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from policyrules.book.book import Book, compile_book
from policyrules.book.examples import run_examples
from policyrules.review import laws
from policyrules.review.laws import Trial
from policyrules.source.text import SourceText

FEW = Trial(month="2020-04", examples=60)
RULES = """\
主体 户  含 成员：个人
主体 个人
事实 户
  年收入：元/年
  有车：是否
事实 个人
  残疾：是否
  高龄：是否
  份额：比例  范围 0% 至 100%
  备注：是否
参数 标准：元/月
  自 2020-01-01  600
给付 补差：元/月  对 户  唯一
第一条 收入低的家庭
  当 年收入 低于 7200元/年
  给 标准 − (年收入 折算 到 月)
其余情形 不予 “收入不低”
取整 四舍五入 到 分
给付 补贴：元/月  对 个人  择高
第一条 残疾的
  当 残疾
  给 80元
第二条 高龄的
  当 高龄
  给 50元
其余情形 不予 “都不是”
算 年标准：元/年  对 户 = 1000元/年
算 月发：元/月  对 户 = 年标准 按月分摊 到 元 余额 归 末月
算 一份：元/月  对 个人 = 户的总额 ÷ 人数(户的成员) × 1人  若 人数(户的成员) 为 0 则 无法计算
算 总额：元/月  对 户 = 120元/月
"""


@cache
def book(right: str = "", wrong: str = "") -> Book:
    made = compile_book([SourceText("rules.policy", RULES.replace(right, wrong) if right else RULES)])
    assert not made.errors, made.errors
    return made


SOUND: list[tuple[str, Callable[[Book], None]]] = [
    ("negative", lambda made: laws.money_never_negative(made, "补差", FEW)),
    ("cap", lambda made: laws.never_above(made, "补差", "标准", FEW)),
    ("amount", lambda made: laws.never_above(made, "补差", "600元/月", FEW)),
    ("monotone", lambda made: laws.monotone(made, "补差", "年收入", "down", FEW)),
    ("highest", lambda made: laws.highest_not_below_parts(made, "补贴", FEW)),
    ("unread", lambda made: laws.outsider_changes_nothing(made, "补差", trial=FEW)),
    ("outsider", lambda made: laws.outsider_changes_nothing(made, "补贴", "成员", {"残疾": True}, trial=FEW)),
    ("cliff", lambda made: laws.no_cliff_larger_than(made, "补差", "年收入", 12, 1, FEW)),
    ("months", lambda made: laws.payments_add_up(made, "月发", "年标准", year=2021, trial=FEW)),
    ("shares", lambda made: laws.payments_add_up(made, "一份", "总额", trial=FEW)),
]


@pytest.mark.parametrize("law", [law for _, law in SOUND], ids=[name for name, _ in SOUND])
def test_a_sound_policy_keeps_them(law: Callable[[Book], None]) -> None:
    law(book())


@pytest.mark.parametrize(
    ("right", "wrong", "law", "said"),
    [
        ("当 年收入 低于 7200", "当 年收入 低于 9600", SOUND[0][1], "补差 不低于 0"),
        ("给 标准 −", "给 标准 的 2倍 −", SOUND[1][1], "补差 不超过 标准"),
        ("给 标准 −", "给 标准 的 2倍 −", SOUND[2][1], "补差 不超过 600元/月"),
        ("给 标准 − (", "给 标准 + (", SOUND[3][1], "补差 随 年收入 不增"),
        ("低于 7200元/年", "低于 6000元/年", SOUND[7][1], "年收入 每多 12，补差 变动不超过 1"),
        ("当 残疾\n", "当 残疾 且 人数(户的成员) 为 1\n", SOUND[6][1], "与 补贴 无关的，不改变它"),
        ("÷ 人数(户的成员) × 1人", "÷ 4", SOUND[9][1], "各份 一份 加起来是 总额"),
    ],
)
def test_a_fault_is_told_on_a_page(right: str, wrong: str, law: Callable[[Book], None], said: str) -> None:
    faulty = book(right, wrong)
    with pytest.raises(AssertionError) as caught:
        law(faulty)
    page = str(caught.value)
    assert page.startswith(f"\n规律不成立：{said}\n")
    assert "现在的决定：" in page and "  例 " in page and "Traceback" not in page
    # The example on the page shows what it says.
    example = "\n".join(line[2:] for line in page.partition("  例 ")[2].splitlines())
    again = compile_book([*faulty.files, SourceText("cases.policy", "例 " + example + "\n")])
    assert not again.errors and [result.passed for result in run_examples(again)] == [True]


def test_a_page_in_english() -> None:
    with pytest.raises(AssertionError, match="a law does not hold: 补差 is never above 10"):
        laws.never_above(book(), "补差", 10, Trial(month="2020-04", examples=60, lang="en"))


def test_what_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="does not take the highest"):
        laws.highest_not_below_parts(book(), "补差", FEW)
    with pytest.raises(ValueError, match="低保金"):
        laws.money_never_negative(book(), "低保金", FEW)
