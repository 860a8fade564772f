"""The reason in one line: what decided it, in the person's own words and figures, never longer than a column."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from core_building import APRIL, HOUSEHOLD, article, benefit, fact, household, number, op, person, program, rule, truth, yuan
from policyrules.book.book import Book, decide, load
from policyrules.book.cases import read_case
from policyrules.book.occasion import in_month
from policyrules.book.requests import requests_for
from policyrules.core.outcome import Answer
from policyrules.core.program import Program
from policyrules.engines import interpreter
from policyrules.explain.short import LONGEST, short_reason

POLICIES = Path(__file__).parents[2] / "policies"


@cache
def shipped() -> Book:
    return load(POLICIES)


def answers(title: str, month: str = "2020-04", trace: bool = True) -> dict[str, Answer]:
    """What a worked example of the shipped policies asks, by name."""
    book = shipped()
    (example,) = [each for each in book.examples if each.title == title]
    root = read_case(book.program, example.data, example.place.source, example.locate, names=book.names).value
    assert root is not None
    asked = [f"{each.subject}的{each.name}" if each.subject else each.name for each in example.expectations]
    requests = requests_for(book.program, root, book.names, asked).value
    occasion = in_month(book.program, example.month) if example.month else APRIL
    return {answer.name: answer for answer in interpreter.decide(book.program, root, occasion, requests, trace)}


@pytest.mark.parametrize(
    ("title", "name", "zh", "en"),
    [
        (
            "三级精神残疾人四月起纳入",
            "生活补贴",
            "第二条：非低保家庭内、三级智力或精神、非有固定收入",
            "article 2: not 低保家庭内, 三级智力或精神, not 有固定收入",
        ),
        ("低保：一人户，已享受特困供养", "低保金", "不予（第三条）：已享受特困供养，不再享受低保", None),
        (
            "低保：四口之家人均六百一十元一分",
            "低保金",
            "不予：人均收入 610.01元/人·月，高出适用低保标准（610.00元/人·月）0.01元/人·月",
            None,
        ),
        ("低保：两套住房", "低保金", "不予：住房套数 2套，比住房套数上限（1套）多 1套", None),
        ("三级听力残疾人不在扩面之内", "生活补贴", "不予：残疾类别 听力，不属于 智力、精神", None),
        ("低保：不知道收入", "低保金", "未定：缺 年收入", "undecided: missing 年收入"),
        ("一户多残中的三级精神残疾人，不知道收入也一样", "生活补贴", "未定：缺 户的年收入", "undecided: missing 年收入 of 户"),
        ("低保：金融资产人均多一分", "家庭财产符合规定", "否：人均金融资产 14640.01元/人，高出适用低保标准 × 金融资产上限月数（14640.00元/人）0.01元/人", None),
        ("三级精神残疾人三月还没有纳入", "生活补贴", "不予：第二条自2020年4月1日起施行", "refused: article 2 in force from 2020-04-01"),
    ],
)
def test_the_shipped_policies(title: str, name: str, zh: str, en: str | None) -> None:
    answer = answers(title)[name]
    assert short_reason(answer, shipped().program, "zh") == zh
    if en is not None:
        assert short_reason(answer, shipped().program, "en") == en


def test_without_a_trace_an_article_tells_its_title() -> None:
    answer = answers("三级精神残疾人四月起纳入", trace=False)["生活补贴"]
    assert short_reason(answer, shipped().program, "zh") == "第二条：低保家庭外三级智力、精神残疾人"
    refused = answers("低保：四口之家人均六百一十元一分", trace=False)["低保金"]
    assert short_reason(refused, shipped().program, "zh") == "不予：人均收入不低于低保标准，或者家庭财产不符合规定"


def built() -> Program:
    clash = benefit("冲突", article("第一条", truth(True), yuan(1)), article("第二条", truth(True), yuan(2)))
    many = benefit("很多", article("第一条", op("and", fact("特困"), fact("有固定收入"), fact("享受低保", HOUSEHOLD)), yuan(1)))
    return program(clash, many, rule("值", op("divide", yuan(1), number(0), kind=yuan(1).type)))


def test_conflicts_failures_and_what_was_supplied() -> None:
    member = person("甲", 特困=True, 有固定收入=True)
    root = household(member, 享受低保=True)
    asked = [(key, member) for key in ("冲突", "值", "很多")]
    found = {answer.key: answer for answer in interpreter.decide(built(), root, APRIL, asked, True)}
    told = {key: short_reason(answer, built(), "zh") for key, answer in found.items()}
    assert told == {"冲突": "条文冲突：第一条、第二条", "值": "无法计算：除数为 0", "很多": "第一条：特困、有固定收入、户的享受低保"}
    member.given["很多"] = False
    (supplied,) = interpreter.decide(built(), root, APRIL, [("很多", member)], True)
    assert short_reason(supplied, built(), "en") == "supplied by hand"


def test_never_longer_than_a_column() -> None:
    book = shipped()
    cut = 0
    for example in book.examples[::4]:
        for answer in answers(example.title).values():
            for line in (short_reason(answer, book.program, "zh"), short_reason(answer, book.program, "en")):
                assert 0 < len(line) <= LONGEST and "\n" not in line
                cut += line.endswith("…")
    assert cut


def test_json_carries_it() -> None:
    case = {"户": {"年收入": "0", "成员": [{"编号": "甲"}]}}
    (found,) = decide(shipped(), case, month="2020-04", ask=["低保金"]).to_json("zh")["decisions"]  # type: ignore[misc]
    assert str(found["reason"]).startswith("未定：缺 金融资产、有机动车")
