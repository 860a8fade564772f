"""What means the same has one number, however it is written; what does not, has not."""

from __future__ import annotations

from datetime import date

import pytest

from policyrules.book.book import Book, compile_book
from policyrules.review.diff_structure import Numbers, Reading
from policyrules.source.text import SourceText

HEAD = """主体 户  含 成员：个人
主体 个人
事实 户
  月收入：元/月
  本地户籍：是否
  有机动车：是否
事实 个人
  月薪：元/月
  残疾：是否
"""
PAID = "给付 补助：元/月  对 户\n第一条 收入低的\n  当 {condition}\n  给 {amount}\n其余情形 不予\n"


def book_of(text: str) -> Book:
    book = compile_book([SourceText("rules.policy", HEAD + text)])
    assert not book.errors, [finding.message.zh for finding in book.errors]
    return book


def same(old: str, new: str, key: str = "补助", day: date = date(2020, 4, 1)) -> bool:
    numbers = Numbers()
    one, other = (Reading(book_of(text).program, day, numbers).meaning(key) for text in (old, new))
    return one == other


def paid(condition: str, amount: str = "100元/月") -> str:
    return PAID.format(condition=condition, amount=amount)


PLAIN = paid("月收入 低于 610元/月 且 本地户籍")

ALIKE = {
    "the order of conditions": paid("本地户籍 且 月收入 低于 610元/月"),
    "a condition twice": paid("本地户籍 且 月收入 低于 610元/月 且 本地户籍"),
    "brackets": paid("(本地户籍 且 (月收入 低于 610元/月))"),
    "a name for a part": "条件 穷：月收入 低于 610元/月\n" + paid("穷 且 本地户籍"),
    "a name of a name for all": "条件 穷：月收入 低于 610元/月\n条件 可以：穷 且 本地户籍\n条件 行：可以\n" + paid("行"),
    "a parameter": "参数 标准：元/月\n  自 2020-01-01  610\n" + paid("月收入 低于 标准 且 本地户籍"),
    "a parameter that was another": "参数 标准：元/月\n  自 2019-01-01  520\n  自 2020-04-01  610\n" + paid("月收入 低于 标准 且 本地户籍"),
    "an article not in force": PLAIN.replace("其余情形", "第二条 以后的 自 2020-05-01 起 例外于 第一条\n  当 有机动车\n  不予\n其余情形"),
    "words": paid("月收入 低于 610元/月 且 本地户籍").replace("第一条 收入低的\n", "第一条 收入不高的\n  “另外的话”\n"),
    "reasons": paid("月收入 低于 610元/月 且 本地户籍").replace("其余情形 不予", "其余情形 不予 “收入高”"),
}

UNLIKE = {
    "the bound counts": paid("月收入 不高于 610元/月 且 本地户籍"),
    "a number": paid("月收入 低于 611元/月 且 本地户籍"),
    "an amount": paid("月收入 低于 610元/月 且 本地户籍", "101元/月"),
    "or": paid("月收入 低于 610元/月 或 本地户籍"),
    "a condition less": paid("月收入 低于 610元/月"),
    "another fact": paid("月收入 低于 610元/月 且 有机动车"),
    "a value of another day": "参数 标准：元/月\n  自 2020-01-01  610\n  自 2020-04-01  650\n" + paid("月收入 低于 标准 且 本地户籍"),
    "not in force yet": PLAIN.replace("第一条 收入低的", "第一条 收入低的 自 2020-05-01 起"),
    "rounding": PLAIN + "取整 去尾 到 元\n",
    "otherwise": PLAIN.replace("其余情形 不予", "其余情形 给 1元/月"),
    "combination": PLAIN.replace("对 户\n", "对 户  择高\n"),
}


@pytest.mark.parametrize("new", ALIKE.values(), ids=ALIKE)
def test_the_same(new: str) -> None:
    assert same(PLAIN, new)


@pytest.mark.parametrize("new", UNLIKE.values(), ids=UNLIKE)
def test_not_the_same(new: str) -> None:
    assert not same(PLAIN, new)


TWO = "给付 补助：元/月  对 户  {how}\n第一条 甲\n  当 本地户籍\n  给 10元/月\n第二条 乙\n  当 有机动车\n  给 20元/月\n其余情形 不予\n"
TURNED = "给付 补助：元/月  对 户  {how}\n第一条 乙\n  当 有机动车\n  给 20元/月\n第二条 甲\n  当 本地户籍\n  给 10元/月\n其余情形 不予\n"


@pytest.mark.parametrize(("how", "alike"), [("择高", True), ("择低", True), ("累加", True), ("优先", False)])
def test_order_of_articles(how: str, alike: bool) -> None:
    assert same(TWO.format(how=how), TURNED.format(how=how)) is alike


def test_two_articles_alike_add_up_twice() -> None:
    once = "给付 补助：元/月  对 户  {how}\n第一条 甲\n  当 本地户籍\n  给 10元/月\n其余情形 不予\n"
    twice = once.replace("其余情形", "第二条 又\n  当 本地户籍\n  给 10元/月\n其余情形")
    assert same(once.format(how="择高"), twice.format(how="择高"))
    assert not same(once.format(how="累加"), twice.format(how="累加"))


def test_exceptions() -> None:
    beaten = "给付 补助：元/月  对 户  择高\n第一条 甲\n  当 本地户籍\n  给 10元/月\n第二条 乙{beats}\n  当 有机动车\n  不予\n其余情形 不予\n"
    assert not same(beaten.format(beats=""), beaten.format(beats="  例外于 第一条"))


def test_the_person_decided_is_not_the_member_in_hand() -> None:
    # 本人 in a definition is whoever it is asked of: a member; written out inside 成员 it would be somebody else.
    whole = "条件 别人少  对 个人：任一(户的成员 中 非 是本人 且 月薪 低于 100元/月)\n"
    named = whole + "给付 补助：元/月  对 户\n第一条 甲\n  当 任一(成员 中 别人少)\n  给 10元/月\n其余情形 不予\n"
    other = whole.replace("非 是本人 且 ", "") + "给付 补助：元/月  对 户\n第一条 甲\n  当 任一(成员 中 别人少)\n  给 10元/月\n其余情形 不予\n"
    assert same(named, named)
    assert not same(named, other)


def test_a_fact_of_another_range_is_another() -> None:
    one = compile_book([SourceText("a.policy", HEAD + PLAIN)]).program
    other = compile_book([SourceText("a.policy", HEAD.replace("月收入：元/月", "月收入：元/月  范围 0 至 100") + PLAIN)]).program
    numbers = Numbers()
    assert Reading(one, date(2020, 1, 1), numbers).meaning("补助") != Reading(other, date(2020, 1, 1), numbers).meaning("补助")


def test_reading_starts_anywhere() -> None:
    book = book_of("条件 穷：月收入 低于 610元/月\n" + paid("穷 且 本地户籍"))
    article = book.program.benefits["补助"].articles[0]
    numbers = Numbers()
    before, after = Reading(book.program, date(2020, 1, 1), numbers), Reading(book.program, date(2020, 1, 1), numbers)
    assert before.article(article, book.program.benefits["补助"]) == after.article(article, book.program.benefits["补助"])
    assert before.meaning("补助") == after.meaning("补助")
