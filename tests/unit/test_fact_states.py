"""How a case writes 不详, 不适用 and 不全, what becomes of it, and 核对 against Python data."""

from __future__ import annotations

from typing import Any

import pytest

from policyrules.book.book import Book, compile_book, decide
from policyrules.book.cases import read_case
from policyrules.book.examples import run_examples
from policyrules.core.case import Instance, State
from policyrules.core.outcome import Computed, Failed, Granted, Undecided
from policyrules.source.text import SourceText
from small_program import small_program

POLICY = """
主体 户 含 成员：个人
主体 个人 有 监护人：家长
主体 家长
依据 扩面通知 《关于扩面的通知》
事实 户
  住址：文本
事实 个人
  残疾等级：选项 无、一级、二级
  残疾类别：选项 无、肢体、精神
  有固定收入：是否  推定 否  依据 扩面通知 “第三条”
  月工资：元/月  不适用时 0
  出生日期：日期
事实 家长
  状况：选项 正常、失踪
核对 等级与类别一致  对 个人：残疾类别 为 无 且 残疾等级 为 无 或 残疾类别 不为 无 且 残疾等级 不为 无
算 总工资：元/月  对 户 = 合计(成员，月工资)
算 人口：人  对 户 = 人数(成员)
条件 老人  对 个人：周岁 满 60
条件 监护人失踪  对 个人：监护人的状况 为 失踪
给付 补贴：元/月  对 个人
第一条 没有固定收入
  当 残疾等级 为 一级 且 非 有固定收入
  给 100元/月
其余情形 不予
"""
BOOK = compile_book([SourceText("rules.policy", POLICY)])


def person(**facts: object) -> dict[str, object]:
    return {"户": {"成员": [{"编号": "甲", **facts}]}}


def asked(case: object, name: str, book: Book = BOOK, **given: object) -> Any:
    decision = decide(book, case, month="2020-04", ask=name, given=given)
    assert not decision.diagnostics, decision.text()
    return decision[name].outcome


def read(case: object) -> Instance:
    found = read_case(small_program(), case, SourceText("case", ""))
    assert found.value is not None, found.diagnostics
    return found.value


def test_the_book_is_sound() -> None:
    assert not BOOK.errors


@pytest.mark.parametrize("word", ["不详", " 不详 ", "unascertainable", "Unascertainable"])
def test_a_fact_may_be_unascertainable(word: str) -> None:
    root = read({"户": {"年收入": word, "住址": word, "成员": word}})
    assert root.states == dict.fromkeys(("年收入", "住址", "成员"), State.UNASCERTAINABLE)
    assert not root.facts and not root.members


@pytest.mark.parametrize("word", ["不适用", "inapplicable"])
def test_a_fact_may_be_inapplicable(word: str) -> None:
    root = read({"户": {"享受低保": word, "成员": [{"残疾等级": word, "出生日期": word}]}})
    assert root.states == {"享受低保": State.INAPPLICABLE}
    assert root.members["成员"][0].states == {"残疾等级": State.INAPPLICABLE, "出生日期": State.INAPPLICABLE}


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"户": {"月收入": "不详"}}, "C146"),
        ({"户": {"成员": "不适用"}}, "C111"),
        ({"户": {"成员": "不全"}}, "C111"),
        ({"户": {"成员": ["不全", {}]}}, "C110"),
        ({"户": {"成员": [{"父亲": "不适用"}]}}, "C110"),
        ({"户": {"成员": [], "车辆": []}}, "C117"),
    ],
)
def test_where_the_words_cannot_stand(case: object, code: str) -> None:
    assert [finding.code for finding in read_case(small_program(), case, SourceText("case", "")).diagnostics] == [code]


def test_a_list_may_say_that_it_is_not_complete() -> None:
    root = read({"户": {"成员": [{"编号": "甲"}, " Incomplete "], "车辆": ["不全"]}})
    assert [one.id for one in root.members["成员"]] == ["甲"] and root.members["车辆"] == []
    assert set(root.unlisted) == {"成员", "车辆"}
    assert (root.unlisted["车辆"].entity, root.unlisted["车辆"].id, root.unlisted["车辆"].parent) == ("车", "", root)


def test_what_was_asked_in_vain_is_not_asked_again() -> None:
    outcome = asked(person(残疾等级="不详"), "补贴")
    assert isinstance(outcome, Undecided)
    assert [need.name for need in outcome.missing] == ["有固定收入"]
    assert [(need.name, need.askable) for need in outcome.unknowable] == [("残疾等级", False)]
    listless = asked({"户": {"成员": "不详"}}, "人口")
    assert not listless.missing and [need.name for need in listless.unknowable] == ["成员"]


def test_days_and_single_members_have_states_too() -> None:
    assert asked(person(出生日期="不详"), "老人").unknowable[0].name == "出生日期"
    assert isinstance(asked(person(出生日期="不适用"), "老人"), Failed)
    assert asked(person(监护人="不详"), "监护人失踪").unknowable[0].name == "监护人"


def test_only_what_cannot_be_known_is_presumed() -> None:
    assert isinstance(asked(person(残疾等级="一级", 有固定收入="不详"), "补贴"), Granted)
    assert isinstance(asked(person(残疾等级="一级"), "补贴"), Undecided)
    assert asked(person(月工资="不适用"), "总工资") == Computed(0)
    assert isinstance(asked(person(残疾等级="不适用", 有固定收入=False), "补贴"), Failed)
    assert isinstance(asked(person(残疾等级="不适用"), "补贴"), Undecided)


def test_a_supplied_value_takes_the_place_of_a_state() -> None:
    assert asked(person(月工资="不适用"), "总工资", 甲的月工资="5") == Computed(5)
    decision = decide(BOOK, person(月工资="5"), month="2020-04", ask="总工资", given={"甲的月工资": "不详"})
    assert decision["总工资"].outcome.unknowable  # type: ignore[union-attr]  # undecided, as the next line says
    assert isinstance(decision["总工资"].outcome, Undecided)


def test_what_was_presumed_is_told_in_both_languages() -> None:
    decision = decide(BOOK, person(残疾等级="一级", 有固定收入="不详"), month="2020-04", ask="补贴", explain=True)
    assert "推定　有固定收入不详，推定为 否（《关于扩面的通知》第三条）" in decision.text("zh")
    assert "presumed  有固定收入 is unascertainable, presumed no" in decision.text("en")
    kinds = [reason["kind"] for reason in decision.to_json()["decisions"][0]["reasons"]]  # type: ignore[index]  # JSON
    assert kinds.count("presumed") == 1


def test_contradictions_of_python_data_name_every_fact() -> None:
    decision = decide(BOOK, person(残疾等级="一级", 残疾类别="无"), month="2020-04")
    assert [finding.code for finding in decision.diagnostics] == ["C170"] and not decision.answers
    assert "甲的残疾类别 无" in decision.text() and "甲的残疾等级 一级" in decision.text()
    assert "“等级与类别一致”" in decision.text()


@pytest.mark.parametrize("facts", [{"残疾等级": "一级"}, {"残疾等级": "一级", "残疾类别": "不详"}, {"残疾等级": "不适用", "残疾类别": "无"}, {}])
def test_what_is_not_known_contradicts_nothing(facts: dict[str, object]) -> None:
    assert not decide(BOOK, person(**facts), month="2020-04").diagnostics


def test_an_example_may_have_an_incomplete_list_wherever_it_says_so() -> None:
    lines = """
例 基本
  月份 2020-04
  甲：月工资 100元
  户 成员 不全
  应 人口 未定  缺 成员
例 更多
  沿用 基本
  乙：月工资 50元
  户 成员 incomplete
  应 总工资 未定  缺 成员
例 先不知道
  月份 2020-04
  户 成员 未知
  甲：月工资 100元
  应 人口 = 1人
"""
    book = compile_book([SourceText("rules.policy", POLICY + lines)])
    assert not book.errors
    assert [result.differences for result in run_examples(book)] == [(), (), ()]
    assert [len(example.data["户"]["成员"]) for example in book.examples] == [2, 3, 1]  # type: ignore[index, call-overload]  # JSON
