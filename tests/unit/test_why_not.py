"""Why not, over every refusal of the shipped policies and over small programs: the fewest conditions, and how far off they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from core_building import APRIL, article, benefit, fact, household, number, op, person, program, rule, rule_value, truth, yuan
from policyrules.book.book import Book, decide, load
from policyrules.book.cases import read_case
from policyrules.book.occasion import in_month, on_day
from policyrules.book.requests import requests_for
from policyrules.core.case import Instance, Occasion
from policyrules.core.outcome import Answer, Refused
from policyrules.core.program import Expression, Grant, Lift, Program, Refuse
from policyrules.engines import interpreter
from policyrules.engines.flipping import conditions_of, granted_if, smallest
from policyrules.explain.why_not import WhyNot, why_not
from policyrules.values.types import TRUTH, Value

POLICIES = Path(__file__).parents[2] / "policies"


@cache
def shipped() -> Book:
    book = load(POLICIES)
    assert not book.errors
    return book


def answers(title: str | None = None) -> Iterator[tuple[str, Answer, Instance, Occasion]]:
    """What the worked examples ask, decided with a trace."""
    book = shipped()
    for example in book.examples:
        root = read_case(book.program, example.data, example.place.source, example.locate, names=book.names).value
        if root is None or title not in (None, example.title):
            continue
        occasion = on_day(example.day) if example.day is not None else in_month(book.program, example.month or date.min)
        words = dict.fromkeys(f"{each.subject}的{each.name}" if each.subject else each.name for each in example.expectations)
        for answer in interpreter.decide(book.program, root, occasion, requests_for(book.program, root, book.names, words).value, True):
            yield example.title, answer, root, occasion


def told(title: str, name: str) -> WhyNot:
    """Why one answer of one example is refused."""
    found = next(each for each in answers(title) if each[1].name == name)
    made = why_not(found[1], found[2], found[3], shipped().program)
    assert made is not None
    return made


# ---------------------------------------------------------------- minimal


def test_every_refusal_of_the_shipped_examples() -> None:
    seen = 0
    for title, answer, root, occasion in answers():
        if not isinstance(answer.outcome, Refused) or answer.supplied:
            continue
        seen += 1
        made = conditions_of(shipped().program, root, occasion, answer.key, answer.instance)
        sets, complete = smallest(made, answer.key, answer.instance)
        assert complete and sets, title
        for each in sets:
            assert granted_if(made, answer.key, answer.instance, each.flips), title
            turned = list(each.flips.items())
            for size in range(len(turned)):
                for part in combinations(turned, size):
                    assert not granted_if(made, answer.key, answer.instance, dict(part)), (title, part)
    assert seen > 60


# ---------------------------------------------------------------- distances


@pytest.mark.parametrize(
    ("title", "name", "distance", "unit", "words"),
    [
        ("低保：四口之家人均六百一十元一分", "低保金", "0.01", "元/人·月", "人均收入 610.01元/人·月，高出适用低保标准（610.00元/人·月）0.01元/人·月"),
        ("低保：四口之家人均正好六百一十元", "低保金", "0", "元/人·月", "人均收入 610.00元/人·月，正好等于适用低保标准（610.00元/人·月），不算"),
        ("低保：两套住房", "低保金", "1", "套", "住房套数 2套，比住房套数上限（1套）多 1套"),
        ("低保：有机动车", "低保金", None, None, "有机动车：是，须为否"),
        ("护理：照护五个月", "护理补贴", "1", "月", "照护月数 5月，比长期照护期（6月）少 1月"),
        (
            "护理：残疾证五月一日签发，五月不发",
            "护理补贴",
            "1",
            "天",
            "“已到起发月”不符，加月(残疾证签发日期，起发等待月数)为2020年6月1日，比月末（2020年5月31日）晚 1天",
        ),
        ("三级听力残疾人不在扩面之内", "生活补贴", None, None, "残疾类别 听力，不属于 智力、精神"),
        ("特困：四月二日才满六十周岁，四月不予", "特困供养金", "1", "天", "出生日期1960年4月2日，到2020年4月1日不满 60 周岁，还差 1天"),
        ("孤儿：七月一日满十八周岁，七月停发", "孤儿生活费", "0", "天", "出生日期2002年7月1日，到2020年7月1日正好满 18 周岁"),
        ("孤儿：母亲健在，不是孤儿", "孤儿生活费", None, None, "“全部(父母 中 状况 属于 死亡、查找不到)”不成立（己的状况：正常）"),
    ],
)
def test_how_far_off(title: str, name: str, distance: str | None, unit: str | None, words: str) -> None:
    made = told(title, name)
    assert [each.text.zh for each in made.conditions] == [words]
    fields = made.to_json("zh")
    assert isinstance(fields["conditions"], list)
    assert (fields["conditions"][0]["distance"], fields["conditions"][0]["unit"]) == (distance, unit)


def test_the_figures_are_exact() -> None:
    only = told("低保：四口之家人均六百一十元一分", "低保金").conditions[0]
    assert (only.value, only.bound, only.distance, only.subject) == (Fraction(61001, 100), Fraction(610), Fraction(1, 100), "户")


def test_an_article_not_in_force_is_told_with_its_span() -> None:
    made = told("三级精神残疾人三月还没有纳入", "生活补贴")
    assert [each.zh for each in made.not_in_force] == ["第二条　低保家庭外三级智力、精神残疾人：自2020年4月1日起施行"]
    assert [article.number for article in made.articles] == ["第三条"]
    assert "第二条" not in {article.number for articles, _ in made.others for article in articles}


def test_what_excluded_it() -> None:
    made = told("护理：特困人员不享受", "护理补贴")
    assert [each.article.number for each in made.excluded_by] == ["第二条"]
    assert made.excluded_by[0].text.zh == "第二条　特困人员不享受：特困供养人员不享受残疾人两项补贴"
    assert [each.text.zh for each in made.conditions] == ["享受特困供养：是，须为否"]


def test_what_is_not_known_is_said_to_be_so() -> None:
    made = told("低保：不知道收入，但有机动车", "低保金")
    assert [(each.text.zh, each.open) for each in made.conditions] == [
        ("“人均收入 低于 适用低保标准”还不知道是否成立", True),
        ("有机动车：是，须为否", False),
    ]


def test_both_languages_say_everything() -> None:
    for title, answer, root, occasion in answers():
        made = why_not(answer, root, occasion, shipped().program)
        if made is not None:
            assert made.text("zh") and made.text("en"), title
            assert len(made.text("zh").splitlines()) <= 8


# ---------------------------------------------------------------- small programs


def explained(built: Program, key: str = "补贴", **facts: Value | int) -> WhyNot | None:
    first = person("甲", **facts)
    root = household(first)
    return why_not(interpreter.decide(built, root, APRIL, [(key, first)], True)[0], root, APRIL, built)


def texts(built: Program, **facts: Value | int) -> list[str]:
    made = explained(built, **facts)
    assert made is not None
    return [words.zh for _, words in made.lines()]


def paying(condition: Expression) -> Program:
    return program(benefit("补贴", article("第一条", condition, yuan(1))))


def test_an_exception_to_an_exception() -> None:
    built = program(
        benefit(
            "补贴",
            article("第一条", truth(True), yuan(1), yields_to=(1,)),
            article("第二条", fact("特困"), Refuse("特困不享受"), yields_to=(2,)),
            article("第三条", fact("有固定收入"), Lift()),
        )
    )
    assert texts(built, 特困=True, 有固定收入=False) == ["第一条：特困：是，须为否", "第一条：有固定收入：否，须为是", "第二条：特困不享受"]


def test_the_same_condition_both_ways() -> None:
    # What article 1 wants, its exception must not have: only the second fact can help.
    built = program(
        benefit(
            "补贴",
            article("第一条", fact("特困"), yuan(1), yields_to=(1,)),
            article("第二条", op("and", fact("特困"), op("not", fact("有固定收入"))), Refuse()),
        )
    )
    assert texts(built, 特困=False, 有固定收入=False) == ["第一条：特困：否，须为是；有固定收入：否，须为是"]


def test_nothing_helps_where_no_article_can_hold() -> None:
    built = program(benefit("补贴", article("第一条", truth(True), yuan(1), start=date(2021, 1, 1))))
    made = explained(built)
    assert made is not None and made.minimal and not made.conditions
    assert [words.zh for _, words in made.lines()] == [
        "按现在施行的条，没有哪些条件改变后就能给付",
        "第一条：自2021年1月1日起施行",
    ]


def test_a_search_given_up_says_so() -> None:
    facts = [op("less", fact("月收入"), yuan(-count)) for count in range(1, 25)]
    made = explained(paying(op("at_least", number(12), *facts)), 月收入=5)
    assert made is not None and not made.minimal and not made.conditions
    assert made.text("zh") == "条件太多，没有算出最少差哪几项"


def test_conditions_nested_too_deep_are_given_up() -> None:
    chain = [rule("条件0", fact("特困"), kind=TRUTH)]
    chain += [rule(f"条件{step}", rule_value(f"条件{step - 1}", kind=TRUTH), kind=TRUTH) for step in range(1, 100)]
    built = program(*chain, benefit("补贴", article("第一条", rule_value("条件99", kind=TRUTH), yuan(1))))
    made = explained(built, 特困=False)
    assert made is not None and not made.minimal


def test_a_condition_asked_by_name() -> None:
    built = program(rule("困难", op("and", fact("特困"), op("less", fact("月收入"), yuan(10))), kind=TRUTH))
    made = explained(built, "困难", 特困=True, 月收入=12)
    assert made is not None
    assert [each.text.zh for each in made.conditions] == ["月收入 12.00元/月，比10.00元/月多 2.00元/月"]
    assert explained(built, "困难", 特困=True, 月收入=9) is None


def test_a_definition_by_cases_is_no_refusal() -> None:
    built = program(benefit("困难", article("第一条", fact("特困"), truth(False)), otherwise=Grant(truth(True)), kind=TRUTH, pays=False))
    assert explained(built, "困难", 特困=True) is None


def test_a_grant_and_a_supplied_answer_need_no_why_not() -> None:
    assert explained(paying(fact("特困")), 特困=True) is None
    book = shipped()
    decision = decide(book, {"户": {"年收入": "99999", "成员": [{"编号": "甲"}]}}, month="2020-04", ask="低保金", given={"低保金": "不予"}, explain=True)
    answer = decision.answers[0]
    assert isinstance(answer.outcome, Refused) and decision.occasion is not None
    assert why_not(answer, answer.instance, decision.occasion, book.program) is None
