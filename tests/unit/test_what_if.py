"""What would change an answer: every change told is decided again from the case itself, and one step less changes nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from policyrules.book.book import Book, compile_book, decide, load
from policyrules.book.decision import Decision
from policyrules.book.why import why
from policyrules.core.outcome import Granted, Outcome, Refused, Undecided
from policyrules.engines.what_if import FactChange, kind_of, same
from policyrules.explain.changes import Change
from policyrules.semantics.examples import Example
from policyrules.source.text import SourceText
from policyrules.values.quantities import exact_text
from policyrules.values.types import Quantity, Value
from policyrules.values.units import MONEY

POLICIES = Path(__file__).parents[2] / "policies"

TITLES = (
    "低保：四口之家人均六百一十元一分",
    "低保：两套住房",
    "单人保：四口之家人均九百元，一人肢体二级",
    "单人保：人均正好六百一十元，两头都不算",
    "三级听力残疾人不在扩面之内",
    "三级精神残疾人三月还没有纳入",
    "一户多残，人均正好二倍",
    "特困：四月二日才满六十周岁，四月不予",
    "特困：四十五岁三级精神残疾人",
    "护理：残疾证四月底签发，四月不发",
    "护理：照护五个月",
    "孤儿：七月一日满十八周岁，六月照发",
    "无人抚养：一方正常，不算",
    "重病重残：二级肢体，上半年",
)


@cache
def shipped() -> Book:
    book = load(POLICIES)
    assert not book.errors
    return book


def examples() -> Iterator[Example]:
    return (example for example in shipped().examples if example.title in TITLES)


def asked(example: Example, case: object, name: str, *, month: date | None = None) -> Decision:
    decision = decide(shipped(), case, month=month or example.month, day=example.day, ask=name)
    assert len(decision.answers) == 1, decision.diagnostics
    return decision


def names(example: Example) -> list[str]:
    return list(dict.fromkeys(f"{each.subject}的{each.name}" if each.subject else each.name for each in example.expectations))


def with_fact(case: object, subject: str, name: str, value: Value) -> object:
    """The case with one fact otherwise, as JSON writes it."""
    made = copy.deepcopy(case)
    owners = [piece for piece in pieces(made) if subject in (piece.get("编号"), piece.get("id"))] or [made["户"]]  # type: ignore[index]
    owners[0][name] = exact_text(value) if isinstance(value, Fraction) else value.isoformat() if isinstance(value, date) else value
    return made


def pieces(data: object) -> Iterator[dict[str, object]]:
    if isinstance(data, dict):
        yield data
        for inner in data.values():
            yield from pieces(inner)
    elif isinstance(data, list | tuple):
        for inner in data:
            yield from pieces(inner)


def step_less(found: FactChange) -> Value:
    """The value one step nearer to the one the case has."""
    new, old = found.values[0], found.old
    if isinstance(new, date) and isinstance(old, date):
        return new + timedelta(days=1 if new < old else -1)
    assert isinstance(new, Fraction) and isinstance(old, Fraction) and isinstance(found.fact.type, Quantity)
    money = (MONEY, 1) in found.fact.type.dimension
    step = Fraction(1, 100) if money else Fraction(1) if found.fact.type.whole else Fraction(1, 1000)
    return new + (step if new < old else -step)


# ---------------------------------------------------------------- each change, decided again


@pytest.mark.parametrize("title", TITLES)
def test_every_change_does_what_it_says(title: str) -> None:
    example = next(each for each in examples() if each.title == title)
    for name in names(example):
        told = why(asked(example, example.data, name))[0]
        original = told.answer.outcome
        for change in told.changes:
            found = change.found
            for value in found.values:
                outcome = outcome_with(example, name, found, value)
                assert same(outcome, found.outcome), change.text.zh
                assert not same(outcome, original), change.text.zh
            if found.distance is not None:
                assert kind_of(found.outcome) != kind_of(original), change.text.zh
                assert kind_of(outcome_with(example, name, found, step_less(found))) == kind_of(original), change.text.zh
        if told.later is not None:
            when = told.later.found.occasion.day
            before = (when.replace(day=1) - timedelta(days=1)).replace(day=1)
            assert same(asked(example, example.data, name, month=when).answers[0].outcome, told.later.found.outcome)
            assert same(asked(example, example.data, name, month=before).answers[0].outcome, original)


def outcome_with(example: Example, name: str, found: FactChange, value: Value) -> Outcome:
    return asked(example, with_fact(example.data, found.subject.id, found.fact.name, value), name).answers[0].outcome


def test_nothing_else_with_one_truth_or_option_changed() -> None:
    """No change of a truth or an option of the case is left out."""
    for title in ("三级听力残疾人不在扩面之内", "孤儿：七月一日满十八周岁，六月照发", "低保：两套住房"):
        example = next(each for each in examples() if each.title == title)
        for name in names(example):
            told = why(asked(example, example.data, name))[0]
            listed = {(change.found.subject.id, change.found.fact.key, value) for change in told.changes for value in change.found.values}
            for subject, fact, value in others(example):
                # Facts that would contradict each other (核对) have no answer, and are no change.
                answers = decide(shipped(), with_fact(example.data, subject, fact, value), month=example.month, ask=name).answers
                changed = bool(answers) and not same(answers[0].outcome, told.answer.outcome)
                assert ((subject, fact, value) in listed) is changed, (subject, fact, value)


def others(example: Example) -> Iterator[tuple[str, str, Value]]:
    """Every other value of every truth and option written in a case."""
    declared = {fact.name: fact for fact in shipped().program.facts.values()}
    for piece in pieces(example.data):
        subject = str(piece.get("编号", "户"))
        for name, value in piece.items():
            fact = declared.get(name)
            if fact is not None and hasattr(fact.type, "names"):
                yield from ((subject, name, other) for other in fact.type.names if other != value)
            elif fact is not None and value in ("是", "否", True, False) and not isinstance(fact.type, Quantity):
                yield subject, name, value in ("否", False)


# ---------------------------------------------------------------- small policies


def book_of(text: str) -> Book:
    book = compile_book([SourceText("p.policy", text)])
    assert not book.errors, book.errors
    return book


SMALL = """
主体 户 含 成员：个人
事实 户
  收入：元/月
  房：套  范围 1 至 3
事实 个人
  残疾等级：选项 无、一级、二级
  残疾类别：选项 无、肢体、精神
参数 标准：元/月
  自 2020-01-01  600元/月
  自 2021-03-01  700元/月
给付 补贴：元/月  对 户  唯一
第一条 低
  当 收入 低于 标准 且 房 不超过 3
  给 标准 − 收入
第二条 中
  当 收入 不低于 800元/月 且 收入 不超过 900元/月
  给 1元
其余情形 不予
"""


def changes(book: Book, case: object, ask: str, month: str = "2020-04") -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in why(decide(book, case, month=month, ask=ask))[0].changes:
        found.setdefault(change.found.fact.name, []).append(change)
    return found


def test_the_nearest_way_down_and_the_nearest_way_up() -> None:
    case = {"户": {"收入": "650", "房": 1, "成员": [{"编号": "甲"}]}}
    found = changes(book_of(SMALL), case, "补贴")
    assert [change.text.zh for change in found["收入"]] == [
        "收入降到 599.99元/月（现为 650.00元/月，少 50.01元/月），则给付 0.01元/月（第一条）",
        "收入增到 800.00元/月（现为 650.00元/月，多 150.00元/月），则给付 1.00元/月（第二条）",
    ]
    assert found["收入"][0].text.en == ("收入 down to 599.99 yuan/month (now 650.00 yuan/month, less by 50.01 yuan/month): granted 0.01 yuan/month (article 1)")


def test_an_amount_that_follows_a_number_is_no_change() -> None:
    case = {"户": {"收入": "100", "房": 1, "成员": [{"编号": "甲"}]}}
    found = changes(book_of(SMALL), case, "补贴")["收入"]
    assert [(change.found.values, type(change.found.outcome)) for change in found] == [((Fraction(600),), Refused)]


def test_the_range_of_a_fact_is_kept() -> None:
    case = {"户": {"收入": "100", "房": 3, "成员": [{"编号": "甲"}]}}
    assert "房" not in changes(book_of(SMALL), case, "补贴")
    wider = book_of(SMALL.replace("范围 1 至 3", "范围 1 至 4"))
    assert [change.found.values for change in changes(wider, case, "补贴")["房"]] == [(Fraction(4),)]


def test_facts_that_would_contradict_each_other_are_not_told() -> None:
    text = SMALL.replace(
        "给付 补贴",
        "给付 护理：元/月  对 个人\n第一条 重\n  当 残疾等级 属于 一级、二级\n  给 80元\n其余情形 不予\n给付 补贴",
    )
    case = {"户": {"成员": [{"编号": "甲", "残疾等级": "无", "残疾类别": "无"}]}}
    assert [change.found.values for change in changes(book_of(text), case, "护理")["残疾等级"]] == [("一级", "二级")]
    checked = text + "\n核对 等级与类别一致  对 个人：残疾类别 为 无 且 残疾等级 为 无 或 残疾类别 不为 无 且 残疾等级 不为 无\n"
    assert changes(book_of(checked), case, "护理") == {}


def test_the_first_later_month() -> None:
    book = book_of(SMALL)
    case = {"户": {"收入": "650", "房": 1, "成员": [{"编号": "甲"}]}}
    later = why(decide(book, case, month="2020-04", ask="补贴"))[0].later
    assert later is not None
    assert later.text.zh == "自2021年3月起：给付 50.00元/月（第一条），因为标准改为 700.00元/月"
    assert later.text.en == "from 2021-03: granted 50.00 yuan/month (article 1), because 标准 becomes 700.00 yuan/month"
    assert why(decide(book, case, month="2021-03", ask="补贴"))[0].later is None
    on_a_day = why(decide(book, case, day="2020-04-15", ask="补贴"))[0].later
    assert on_a_day is not None and on_a_day.found.occasion.day == date(2021, 3, 15)


@pytest.mark.parametrize(
    ("title", "name", "words"),
    [
        ("孤儿：七月一日满十八周岁，六月照发", "甲的孤儿生活费", "自2020年7月起：不予，因为甲满 18 周岁"),
        ("特困：四月二日才满六十周岁，四月不予", "甲的特困供养金", "自2020年5月起：给付 778.66元/月（第一条），因为甲满 60 周岁"),
        ("护理：残疾证四月底签发，四月不发", "甲的护理补贴", "自2020年5月起：给付 80.00元/月（第一条），因为“已到起发月”成立了"),
        (
            "三级精神残疾人三月还没有纳入",
            "甲的生活补贴",
            "自2020年4月起：给付 366.00元/月（第二条），因为低保标准改为 610.00元/人·月；三级智力精神补贴比例改为 60%；第二条开始施行",
        ),
    ],
)
def test_why_it_changes_later(title: str, name: str, words: str) -> None:
    example = next(each for each in examples() if each.title == title)
    later = why(asked(example, example.data, name))[0].later
    assert later is not None and later.text.zh == words


def test_what_would_leave_it_open_names_what_is_missing() -> None:
    example = next(each for each in examples() if each.title == "三级精神残疾人三月还没有纳入")
    found = [change for change in why(asked(example, example.data, "甲的生活补贴"))[0].changes if isinstance(change.found.outcome, Undecided)]
    assert found and "则未定，还缺 " in found[0].text.zh


def test_the_case_itself_is_left_as_it_was() -> None:
    example = next(each for each in examples() if each.title == "低保：四口之家人均六百一十元一分")
    decision = asked(example, example.data, "低保金")
    facts = dict(decision.answers[0].instance.facts)
    why(decision)
    assert decision.answers[0].instance.facts == facts
    assert not isinstance(decision.answers[0].outcome, Granted)
