"""The interview: whatever is answered, unanswered and taken back, the case stays one that `decide` takes, and resumes."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyrules.book.answers import UNASCERTAINABLE
from policyrules.book.book import Book, compile_book, decide
from policyrules.book.interview import Interview
from policyrules.book.json_text import read_json
from policyrules.book.questions import Question
from policyrules.core.outcome import Granted, Refused, Undecided
from policyrules.source.text import SourceText
from policyrules.values.types import Day, Options, Quantity, Truth

POLICY = """
主体 户 含 成员：个人
主体 个人 含 父母：家长
主体 家长
事实 户
  年收入：元/年
  有机动车：是否
事实 个人
  残疾等级：选项 无、一级、二级、三级
  出生日期：日期
  工资：元/月
事实 家长
  在世：是否
算 人均收入：元/人·月  对 户 = 年收入 ÷ 12月 ÷ 人数(成员)  若 人数(成员) 为 0 则 无法计算
周岁计算 生日当日 闰日 二月末
核对 有工资就有收入  对 个人：工资 × 12月/年 不超过 户的年收入
给付 补贴：元/月  对 个人
第一条 重度
  当 户的人均收入 不超过 600 且 非 户的有机动车 且 残疾等级 属于 一级、二级
  给 600元/月 − 工资
其余情形 不予
给付 孤儿补贴：元/月  对 个人
第一条 孤儿
  当 周岁(出生日期) 不满 18 且 非 任一(父母 中 在世)
  给 90元/月
其余情形 不予
"""


def book_of(text: str) -> Book:
    book = compile_book([SourceText("rules.policy", text)])
    assert not book.errors, [finding.message.zh for finding in book.errors]
    return book


BOOK = book_of(POLICY)


def begun(*ask: str, case: object = None) -> Interview:
    return Interview(BOOK, month="2020-04", ask=ask or None, case=case)


def answered(interview: Interview, **said: object) -> Interview:
    """Answers what is asked with what is said about it, until something else is asked."""
    while interview.question is not None and interview.question.name in said:
        assert interview.answer(said[interview.question.name]) == ()
    return interview


def codes(interview: Interview, value: object) -> list[str]:
    return [finding.code for finding in interview.answer(value)]


# ---------------------------------------------------------------- the course of it


def test_members_first_then_what_is_missing_then_the_decision() -> None:
    interview = begun("补贴")
    assert interview.question is not None and interview.question.place == ("户", "成员")
    assert not interview.decided and not interview.finished
    answered(interview, 成员="甲，乙", 年收入="7200", 有机动车="没有", 残疾等级="无")
    assert interview.finished and interview.decided and interview.question is None
    assert [type(answer.outcome) for answer in interview.decision.answers] == [Refused, Refused]
    assert decide(BOOK, interview.case, month="2020-04", ask="补贴").to_json() == interview.decision.to_json()
    assert codes(interview, "是") == ["C193"]


def test_one_person_by_name() -> None:
    interview = answered(begun("甲的补贴"), 成员="甲、乙", 年收入=7200, 有机动车=False, 残疾等级="2", 工资="０元")
    assert interview.decided
    assert [type(answer.outcome) for answer in interview.decision.answers] == [Granted]
    assert interview.replies[-1].place == ("甲", "工资")
    nobody = answered(begun("丁的补贴"), 成员="甲")
    assert nobody.finished and not nobody.decided
    assert [finding.code for finding in nobody.decision.diagnostics] == ["C166"]


def test_what_is_known_already_is_not_asked() -> None:
    case = {"户": {"年收入": "7200", "有机动车": None, "成员": [{"残疾等级": "一级", "工资": None}, {"残疾等级": "无"}]}}
    interview = begun("补贴", case=case)
    assert interview.question is not None and interview.question.name != "成员"
    answered(interview, 有机动车="n", 工资="100")
    assert interview.decided and case["户"]["有机动车"] is None
    assert [reply.place for reply in interview.replies] in ([("户", "有机动车"), ("成员1", "工资")], [("成员1", "工资"), ("户", "有机动车")])


def test_a_question_nobody_can_answer_is_not_asked_again() -> None:
    interview = answered(begun("补贴"), 成员="甲", 年收入="7200", 有机动车="不知道", 残疾等级="一级", 工资="0")
    assert interview.finished and not interview.decided
    outcome = interview.decision.answers[0].outcome
    assert isinstance(outcome, Undecided) and [need.name for need in outcome.unknowable] == ["有机动车"]
    assert json.loads(json.dumps(interview.case))["户"]["有机动车"] == UNASCERTAINABLE


def test_nobody_knows_who_belongs_to_the_household() -> None:
    interview = begun()
    interview.unknown()
    assert interview.finished and not interview.decided


def test_back_asks_the_same_again() -> None:
    interview = begun("补贴")
    assert not interview.back()
    asked = []
    for said in ("甲、乙", "7200", "否"):
        asked.append(interview.question)
        if interview.question is not None and interview.question.name == "残疾等级":
            said = "一级"
        interview.answer(said)
    for question in reversed(asked):
        assert interview.back() and interview.question == question
    assert interview.case == {"户": {}} and not interview.replies


# ---------------------------------------------------------------- answers in words


@pytest.mark.parametrize(
    ("said", "members"),
    [
        ("甲、乙", ["甲", "乙"]),
        ("甲, 乙 ，丙；丁", ["甲", "乙", "丙", "丁"]),
        ("甲 乙", ["甲", "乙"]),
        ("Li Hua, Wang Wu", ["Li Hua", "Wang Wu"]),
        ("3", ["成员1", "成员2", "成员3"]),
        ("三口人", ["成员1", "成员2", "成员3"]),
        ("２人", ["成员1", "成员2"]),
        (2, ["成员1", "成员2"]),
        (["甲", "乙"], ["甲", "乙"]),
    ],
)
def test_members_named_and_counted(said: object, members: list[str]) -> None:
    interview = begun("补贴")
    assert interview.answer(said) == ()
    assert [answer.instance.id for answer in interview.decision.answers] == members


@pytest.mark.parametrize("said", ["没有", "0"])
def test_a_household_without_anybody_is_refused(said: str) -> None:
    interview = begun("补贴")
    assert codes(interview, said) == ["C117"]
    assert interview.question is not None and interview.question.name == "成员" and interview.case == {"户": {}}


def test_two_members_of_one_name_are_refused() -> None:
    assert codes(begun("补贴"), "甲、甲") == ["C116"]
    assert codes(begun("补贴"), 7.5) == ["C111"]


def test_parents() -> None:
    interview = answered(begun("孤儿补贴"), 成员="甲", 出生日期=date(2010, 1, 1))
    assert interview.question is not None and interview.question.place == ("甲", "父母")
    assert interview.answer("2") == ()
    assert interview.question is not None and interview.question.place == ("甲的父母1", "在世")
    interview.back()
    assert interview.answer("没有") == ()
    assert interview.decided and isinstance(interview.decision.answers[0].outcome, Granted)


FACTS = {"户": {"年收入": "7200", "有机动车": False, "成员": [{"编号": "甲", "残疾等级": "一级", "工资": "0", "出生日期": "2019-01-01"}]}}


def asking(entity: str, key: str) -> Interview:
    """An interview that asks for this fact alone."""
    case: Any = json.loads(json.dumps(FACTS))
    node = case["户"] if entity == "户" else case["户"]["成员"][0]
    del node[key]
    interview = begun("补贴", case=case)
    assert interview.question is not None and interview.question.key == key
    return interview


@pytest.mark.parametrize(
    ("entity", "key", "said", "read"),
    [
        ("户", "有机动车", "有", True),
        ("户", "有机动车", "没有", False),
        ("户", "有机动车", "Y", True),
        ("户", "有机动车", "否", False),
        ("户", "有机动车", "no", False),
        ("户", "年收入", "７２００", Fraction(7200)),
        ("户", "年收入", "7,200元", Fraction(7200)),
        ("户", "年收入", "0.72万元", Fraction(7200)),
        ("户", "年收入", "三千", Fraction(3000)),
        ("户", "年收入", "没有", Fraction(0)),
        ("户", "年收入", Fraction(1, 2), Fraction(1, 2)),
        ("甲", "残疾等级", "4", "三级"),
        ("甲", "残疾等级", " 三级 ", "三级"),
        ("甲", "残疾等级", "没有", "无"),
    ],
)
def test_answers_as_people_type_them(entity: str, key: str, said: object, read: object) -> None:
    interview = asking(entity, key)
    assert interview.answer(said) == ()
    member = interview.decision.answers[0].instance
    instance = member.parent if entity == "户" else member
    assert instance is not None and instance.facts[key] == read


@pytest.mark.parametrize(
    ("entity", "key", "said", "code"),
    [
        ("户", "有机动车", "也许", "C140"),
        ("户", "年收入", "很多", "C133"),
        ("户", "年收入", "-3", "C136"),
        ("户", "年收入", "3人", "C134"),
        ("户", "年收入", 3.5, "C130"),
        ("甲", "残疾等级", "五级", "C143"),
        ("甲", "残疾等级", "9", "C143"),
        ("甲", "工资", "1000", "C170"),
    ],
)
def test_nonsense_is_refused_and_asked_again(entity: str, key: str, said: object, code: str) -> None:
    interview = asking(entity, key)
    before, question = interview.case, interview.question
    assert codes(interview, said) == [code]
    assert interview.case == before and interview.question == question and not interview.replies


# ---------------------------------------------------------------- saved and resumed


def saved(interview: Interview) -> object:
    """As it comes back from a file."""
    document = read_json(json.dumps(interview.to_json(), ensure_ascii=False), "answers.json")
    assert document.value is not None
    return document.value.data


def test_resumed_under_other_policies_nothing_is_lost() -> None:
    interview = answered(begun("补贴"), 成员="甲", 年收入="7200", 有机动车="否")
    other = book_of(POLICY.replace("有机动车", "有汽车"))
    resumed = Interview.from_json(other, saved(interview))
    assert [finding.code for finding in resumed.diagnostics] == ["C192"]
    assert resumed.value is not None and [reply.key for reply in resumed.value.aside] == ["有机动车"]
    home = Interview.from_json(BOOK, saved(resumed.value))
    assert home.value is not None and home.diagnostics == ()
    assert {reply.place for reply in home.value.replies} == {reply.place for reply in interview.replies}
    strangers = book_of(
        "主体 屋 含 住户：人员\n主体 人员\n事实 人员\n  年龄：岁\n给付 钱：元/月  对 人员\n第一条 老\n  当 年龄 满 60\n  给 1元/月\n其余情形 不予\n"
    )
    refused = Interview.from_json(strangers, saved(interview))
    assert refused.value is None and refused.diagnostics[0].code == "C191"


@pytest.mark.parametrize(
    "data",
    [None, 7, [], {}, {"interview": 2}, {"interview": 1, "answers": 3}, {"interview": 1, "answers": [1]}, {"interview": 1, "answers": [{"subject": 1}]}],
)
def test_what_is_no_saved_interview(data: object) -> None:
    assert [finding.code for finding in Interview.from_json(BOOK, data).diagnostics] == ["C190"]


def test_what_is_given_wins_over_what_was_saved() -> None:
    data = saved(answered(begun("补贴"), 成员="甲"))
    resumed = Interview.from_json(BOOK, data, month="2021-01", ask="孤儿补贴").value
    assert resumed is not None and (resumed.month, resumed.ask) == ("2021-01", ("孤儿补贴",))
    kept = Interview.from_json(BOOK, data).value
    assert kept is not None and (kept.month, kept.ask) == ("2020-04", ("补贴",))


def test_a_start_that_cannot_be_read_asks_nothing() -> None:
    for interview in (begun(case={"户": {"年收入": 7.5}}), begun(case=[]), begun("没有的名称"), Interview(BOOK), Interview(BOOK, month="四月")):
        assert interview.finished and not interview.decided
        assert interview.decision.diagnostics
    with pytest.raises(TypeError):
        Interview(BOOK, month="2020-04", day="2020-04-01")


# ---------------------------------------------------------------- whatever is answered


def answers_to(question: Question) -> st.SearchStrategy[object]:
    """Answers of a kind that fits, and nonsense."""
    nonsense = st.sampled_from(("", "也许", "-1", "2020-02-30", 7.5, True, None))
    match question.type:
        case Truth():
            return st.sampled_from(("是", "没有")) | nonsense
        case Options(names):
            return st.sampled_from((*names, "1", "3")) | nonsense
        case Quantity():
            return st.sampled_from(("0", "500", "7200元", "三万", 20000)) | nonsense
        case Day():
            return st.sampled_from(("2019-01-01", "1950年1月1日")) | nonsense
        case _:
            return st.sampled_from(("甲、乙", "1", "没有", "丙", "户")) | nonsense


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_course_leaves_a_case_that_decides_and_resumes(data: st.DataObject) -> None:
    interview = begun(*data.draw(st.sampled_from(((), ("补贴",), ("甲的孤儿补贴", "补贴")))))
    for _ in range(data.draw(st.integers(0, 14))):
        if interview.question is None:
            break
        step = data.draw(st.integers(0, 9))
        before = list(interview.replies)
        if step == 0:
            assert interview.back() == bool(before) and interview.replies == before[:-1]
        elif step == 1:
            interview.unknown()
            assert interview.replies[:-1] == before
        else:
            place = interview.question.place
            refused = interview.answer(data.draw(answers_to(interview.question)))
            if refused:
                assert interview.replies == before and interview.question.place == place
            else:
                assert interview.replies[:-1] == before and interview.replies[-1].place == place
    asked = [reply.place for reply in interview.replies]
    assert len(asked) == len(set(asked))
    resumed = Interview.from_json(BOOK, saved(interview)).value
    assert resumed is not None
    assert (resumed.case, resumed.replies) == (interview.case, interview.replies)
    assert resumed.question == interview.question
    decision = decide(BOOK, interview.case, month="2020-04", ask=interview.ask)
    assert decision.to_json() == interview.decision.to_json()
    if interview.finished and decision.answers:
        needs = [need for answer in decision.answers if isinstance(answer.outcome, Undecided) for need in answer.outcome.missing]
        assert {(need.subject, need.fact) for need in needs} <= interview.unknown_places
