"""The question worth asking next: what settles most comes first, and nothing is asked that changes nothing."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from policyrules.book.book import Book, compile_book, decide
from policyrules.book.decision import Decision
from policyrules.book.occasion import on_day
from policyrules.book.purposes import purpose_lines, purposes
from policyrules.book.questions import next_question, questions_in_order, rank_questions
from policyrules.book.trial_values import bounds_of, trial_values
from policyrules.core.outcome import Undecided
from policyrules.source.text import SourceText
from policyrules.values.types import Value

POLICY = """
主体 户 含 成员：个人
主体 个人 含 父母：家长、代表：家长
主体 家长
事实 户
  住址：文本
  年收入：元/年  问 “全年收入多少？”  凭 “收入证明”
  城镇：是否
事实 个人
  出生日期：日期
  残疾等级：选项 无、一级、二级、三级  问 “残疾证上写的是几级？”  凭 “残疾人证”
  残疾类别：选项 无、视力、听力、肢体、智力、精神
  照护月数：月
事实 家长
  在世：是否
参数 标准：元/人·月
  自 2020-01-01  600
算 人均收入：元/人·月  对 户 = 年收入 ÷ 12月 ÷ 人数(成员)  若 人数(成员) 为 0 则 无法计算
周岁计算 生日当日 闰日 二月末

给付 生活补贴：元/月  对 个人
第一条 重度
  当 户的人均收入 不超过 标准 的 200% 且 残疾等级 属于 一级、二级
  给 标准 × 1人
第二条 精神残疾儿童
  当 户的人均收入 不超过 标准 的 200% 且 残疾等级 为 三级 且 残疾类别 为 精神 且 周岁(出生日期) 不满 18
  给 100元/月
其余情形 不予
取整 四舍五入 到 分

给付 城镇补贴：元/月  对 户
第一条 城镇低收入家庭
  当 人均收入 低于 标准 且 城镇
  给 50元/月
其余情形 不予

给付 护理补贴：元/月  对 个人
第一条 长期照护
  当 照护月数 满 6个月
  给 80元/月
其余情形 不予

给付 孤儿补贴：元/月  对 个人
第一条 没有父母在世
  当 非 任一(父母 中 在世)
  给 90元/月
其余情形 不予
"""


def book_of(text: str) -> Book:
    book = compile_book([SourceText("rules.policy", text)])
    assert not book.errors, [finding.message.zh for finding in book.errors]
    return book


BOOK = book_of(POLICY)
TWO = {"户": {"成员": [{"编号": "甲"}, {"编号": "乙"}]}}


def decided(case: object, *ask: str) -> Decision:
    decision = decide(BOOK, case, month="2020-04", ask=ask or None)
    assert decision.answers, decision.diagnostics
    return decision


def missing(decision: Decision) -> set[tuple[str, str]]:
    open_ = [answer.outcome for answer in decision.answers if isinstance(answer.outcome, Undecided)]
    return {(need.subject, need.fact) for outcome in open_ for need in outcome.missing}


def test_what_settles_for_everybody_comes_first() -> None:
    ranked = rank_questions(decided(TWO, "生活补贴", "城镇补贴"))
    assert ranked[0].place == ("户", "年收入")
    assert ranked[0].settles > 0 and ranked[0].score >= ranked[-1].score


@pytest.mark.parametrize("case", [TWO, {"户": {"年收入": "20000", **TWO["户"]}}, {"户": {"成员": [{"残疾等级": "三级"}]}}])
def test_exactly_the_missing_facts_are_asked_once_each(case: object) -> None:
    decision = decided(case)
    ranked, in_order = rank_questions(decision), questions_in_order(decision)
    assert {question.place for question in ranked} == missing(decision)
    assert sorted(q.place for q in ranked) == sorted(q.place for q in in_order)
    assert [question.score for question in ranked] == sorted((question.score for question in ranked), reverse=True)
    assert next_question(decision) == ranked[0]
    assert ("户", "住址") not in missing(decision)


def test_the_fact_that_refuses_outright_comes_before_the_one_that_only_narrows() -> None:
    case = {"户": {"年收入": "1000", "成员": [{"编号": "甲"}]}}
    first, *others = rank_questions(decided(case, "生活补贴"))
    assert first.place == ("甲", "残疾等级")
    # 无 is refused, 一级 and 二级 are granted, 三级 is still open.
    assert first.settles == Fraction(3, 4)
    assert all(other.settles < first.settles for other in others)


def test_nothing_is_asked_that_is_decided_passed_over_or_cannot_be_known() -> None:
    assert next_question(decided({"户": {"成员": [{"照护月数": 7}]}}, "护理补贴")) is None
    open_ = decided({"户": {"成员": [{"编号": "甲"}]}}, "护理补贴")
    assert next_question(open_, [("甲", "照护月数")]) is None
    assert next_question(decided({"户": {"成员": [{"编号": "甲", "照护月数": "不详"}]}}, "护理补贴")) is None
    assert next_question(decide(BOOK, {"户": {"住址": 7}}, month="2020-04")) is None


def test_a_question_says_what_it_asks() -> None:
    questions = {question.key: question for question in questions_in_order(decided({"户": {"成员": [{"编号": "甲"}]}}))}
    level = questions["残疾等级"]
    assert (level.subject, level.entity, level.name, level.proof) == ("甲", "个人", "残疾等级", "残疾人证")
    assert level.words.zh == "甲：残疾证上写的是几级？"
    assert level.options == ("无", "一级", "二级", "三级") and level.unit is None
    income = questions["年收入"]
    assert income.words.zh == "全年收入多少？" and income.unit is not None and income.unit.zh == "元/年"
    assert questions["出生日期"].words.zh == "甲：出生日期是哪一天？"
    assert questions["照护月数"].words.zh == "甲：照护月数是多少？"
    assert questions["残疾类别"].words.zh == "甲：残疾类别是什么？"
    assert questions["城镇"].words.zh == "“城镇”，是还是否？"
    assert questions["父母"].words.zh.startswith("甲：父母有哪些？")
    assert questions["父母"].type is None and questions["父母"].proof is None and questions["父母"].options == ()
    assert all(question.words.en for question in questions.values())


def test_members_are_asked_for_where_their_number_matters() -> None:
    ranked = rank_questions(decided({"户": {}}, "城镇补贴"))
    members = next(question for question in ranked if question.key == "成员")
    assert members.words.zh.startswith("家里一共几口人？")
    # 城镇 is the only one that settles anything at once.
    assert ranked[0].place == ("户", "城镇")


def test_of_a_list_that_may_not_be_complete_the_others_are_asked_for() -> None:
    decision = decided({"户": {"成员": [{"编号": "甲", "父母": [{"编号": "丁", "在世": False}, "不全"]}]}}, "孤儿补贴")
    question = next_question(decision)
    assert question is not None and question.place == ("甲", "父母")
    assert question.words.zh == "甲：父母已写丁，还有谁？写姓名或编号，用顿号隔开；没有别人写“没有”"
    # Nobody else: granted; somebody of whom nothing is known: still open.
    assert question.score == rank_questions(decision)[0].score


def test_members_alike_are_weighed_alike() -> None:
    by_place = {question.place: question for question in rank_questions(decided(TWO))}
    assert by_place["甲", "残疾等级"].score == by_place["乙", "残疾等级"].score
    one = {"户": {"成员": [{"编号": "甲"}, {"编号": "乙", "照护月数": 1}]}}
    assert rank_questions(decided(one, "护理补贴"))[0].place == ("甲", "照护月数")


def test_the_decision_is_left_as_it_was() -> None:
    decision = decided({"户": {"成员": [{"编号": "甲"}]}}, "孤儿补贴")
    instance = decision.answers[0].instance
    rank_questions(decision)
    assert (instance.members, instance.facts) == ({}, {})


def test_why_a_question_is_asked() -> None:
    decision = decided(TWO)
    question = next(each for each in rank_questions(decision) if each.key == "年收入")
    lines = [line.zh for line in purpose_lines(purposes(decision, question))]
    assert lines == ["甲、乙的生活补贴（第一条　重度、第二条　精神残疾儿童）", "户的城镇补贴（第一条　城镇低收入家庭）"]
    members = next(each for each in rank_questions(decision) if each.place == ("甲", "父母"))
    assert [line.zh for line in purpose_lines(purposes(decision, members))] == ["甲的孤儿补贴（第一条　没有父母在世）"]


# ---------------------------------------------------------------- values that are tried


def tried(key: str, entity: str = "个人", members: int = 2) -> tuple[Value, ...]:
    occasion = on_day(date(2020, 4, 1))
    bounds = bounds_of(BOOK.program, occasion.day)
    return trial_values(BOOK.program.facts[entity, key], bounds.get((entity, key), ()), occasion, members)


def test_values_lie_on_every_side_of_the_bounds() -> None:
    income = [value for value in tried("年收入", "户") if isinstance(value, Fraction)]
    # 600元/人·月 for two people is 14400元 a year, and the double of it 28800元.
    assert [value < 14400 for value in income] == [True, False, False]
    assert [value < 28800 for value in income] == [True, True, False]
    days = [value for value in tried("出生日期") if isinstance(value, date)]
    assert min(days) < date(2002, 4, 1) < max(days)
    months = [value for value in tried("照护月数") if isinstance(value, Fraction)]
    assert min(months) < 6 <= max(months)


def test_options_the_rules_do_not_tell_apart_are_tried_once() -> None:
    assert set(tried("残疾等级")) == {"无", "一级", "二级", "三级"}
    assert set(tried("残疾类别")) == {"精神", "无"}
    assert tried("城镇", "户") == (True, False)
    assert tried("住址", "户") == ("",)
