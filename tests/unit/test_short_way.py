"""The short way of `decide` says what the long way says, or leaves the case to it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from policyrules.book.book import Book, _decision, check_case, compile_book, decide, load
from policyrules.book.cases import read_case
from policyrules.book.decision import Decision
from policyrules.book.rows import RowReader
from policyrules.book.short_way import Outcomes
from policyrules.core.case import Instance, instances
from policyrules.core.outcome import Answer
from policyrules.engines.rows import instances_of
from policyrules.source.text import SourceText
from policyrules.values.types import Day, Options, Truth, Type, Value

POLICIES = Path(__file__).parents[2] / "policies"

POLICY = """政策 试
主体 户 含 成员：个人
主体 户 有 代表：个人
主体 个人 含 父母：家长
主体 家长
事实 户
  年收入：元/年  范围 0 至 100000
事实 个人
  月收入：元/月
  出生日期：日期
  残疾等级：选项 无、一级、不详
  残疾：是否
  次数：次
  面积：平方米
事实 家长
  在世：是否
"""


@pytest.fixture(scope="module")
def shipped() -> Book:
    return load(POLICIES)


def written(value: Value, draw: Random) -> object:
    """A value as somebody may give it who writes plainly."""
    if isinstance(value, Fraction):
        ways: list[object] = [value, Decimal(value.numerator) / value.denominator, str(Decimal(value.numerator) / value.denominator)]
        return draw.choice([int(value), str(int(value)), *ways] if value.denominator == 1 else ways)
    return draw.choice([value, value.isoformat()]) if isinstance(value, date) else value


def some(kind: Type, draw: Random) -> Value:
    match kind:
        case Truth():
            return draw.random() < 0.5
        case Options(names):
            return draw.choice(names)
        case Day():
            return date(draw.randint(1930, 2020), draw.randint(1, 12), draw.randint(1, 28))
        case _:
            return Fraction(draw.randrange(40)) if getattr(kind, "whole", False) else Fraction(draw.randrange(300_000), 100)


def plainly(one: Instance, book: Book, draw: Random, share: float) -> dict[str, Any]:
    """An instance as data, with so many of its missing facts made up."""
    found: dict[str, Any] = {"编号": one.id} if one.parent is not None else {}
    for fact in book.program.facts.values():
        if fact.entity == one.entity and (fact.key in one.facts or draw.random() < share):
            found[fact.name] = written(one.facts[fact.key] if fact.key in one.facts else some(fact.type, draw), draw)
    for role in book.program.entities[one.entity].roles:
        if role.name in one.members:
            group = [plainly(member, book, draw, share) for member in one.members[role.name]]
            found[role.name] = group if role.many else group[0]
        elif draw.random() < share:
            found[role.name] = []
    return found


def shortly(book: Book, case: object, ask: Any) -> Outcomes | None:
    """What the short way leads to, the second time a question is asked."""
    book.short_way.decide(case, "2020-04", None, ask, False)
    return book.short_way.decide(case, "2020-04", None, ask, False)


def told(answers: tuple[Answer, ...]) -> list[object]:
    return [(one.instance.id, one.key, one.name, one.type, one.outcome, one.provisional, one.supplied) for one in answers]


def at_length(book: Book, case: object, ask: Any = None, explain: bool = False) -> Decision:
    return _decision(book, case, "2020-04", None, ask, (), explain)


def test_shipped_examples_written_plainly(shipped: Book) -> None:
    draw, short = Random(5), 0
    for example in shipped.examples:
        root = read_case(shipped.program, example.data, example.place.source, example.locate, names=shipped.names).value
        assert root is not None
        case = {"户": plainly(root, shipped, draw, draw.choice((0.5, 1, 1)))}
        for ask in (None, *(benefit.name for benefit in shipped.program.benefits.values() if benefit.pays)):
            found = shortly(shipped, case, ask)
            if found is not None and (ask is None or draw.random() < 0.3):
                long = at_length(shipped, case, ask)
                assert long.diagnostics == () and told(found.answers()) == told(long.answers) and found.amounts() == long.amounts
                short += 1
    assert short > 30


def test_reasons_are_those_of_the_long_way(shipped: Book) -> None:
    draw, compared = Random(6), 0
    for example in shipped.examples[::9]:
        root = read_case(shipped.program, example.data, example.place.source, example.locate, names=shipped.names).value
        assert root is not None
        case = {"户": plainly(root, shipped, draw, 1)}
        for ask in ("生活补贴", "护理补贴", "低保金"):
            if shortly(shipped, case, ask) is not None:
                short, long = decide(shipped, case, month="2020-04", ask=ask, explain=True), at_length(shipped, case, ask, True)
                assert short.text("zh") == long.text("zh") and short.to_json("en") == long.to_json("en")
                compared += 1
    assert compared > 5


@pytest.fixture(scope="module")
def book() -> Book:
    made = compile_book([SourceText("试.policy", POLICY)])
    assert not made.errors, made.errors
    return made


def member(**facts: object) -> dict[str, Any]:
    return {"户": {"成员": [{"编号": "甲", "月收入": "1.50", **facts}]}}


CASES: list[tuple[str, object, bool]] = [
    ("plain", member(残疾=True, 残疾等级="一级", 出生日期="2000-02-29", 次数=3, 面积="12.5"), True),
    ("nothing known", {"户": {"成员": [{}]}}, True),
    ("null is not known", member(残疾=None, 父母=None), True),
    ("no member told", {"户": {}}, True),
    ("ids made up", {"户": {"成员": [{}, {}], "代表": {}}}, True),
    ("a number as id", {"户": {"成员": [{"编号": 7}]}}, True),
    ("members of members", {"户": {"成员": [{"编号": "甲", "父母": [{"编号": "乙", "在世": True}, {"编号": "丙"}]}]}}, True),
    ("parents of two without ids", {"户": {"成员": [{"父母": [{}]}, {"父母": [{}]}]}}, False),
    ("id twice", {"户": {"成员": [{"编号": "甲"}, {"编号": "甲"}]}}, False),
    ("an id like one made up", {"户": {"成员": [{"编号": "成员2"}, {}]}}, False),
    ("two words for an id", {"户": {"成员": [{"编号": "甲", "id": "乙"}]}}, False),
    ("an empty id", {"户": {"成员": [{"编号": ""}]}}, False),
    ("an id that is null", {"户": {"成员": [{"编号": None}]}}, False),
    ("an id with a blank", {"户": {"成员": [{"编号": " 甲"}]}}, False),
    ("an id in full width", {"户": {"成员": [{"编号": "Ａ"}]}}, False),
    ("a control character in an id", {"户": {"成员": [{"编号": "甲\x07"}]}}, False),
    ("a truth as id", {"户": {"成员": [{"编号": True}]}}, False),
    ("nobody", {"户": {"成员": []}}, False),
    ("nobody but a speaker", {"户": {"成员": [], "代表": {}}}, False),
    ("a name misspelt", member(残疾级=1), False),
    ("a name in full width", {"户": {"成员": [{"月收入 ": 1}]}}, False),
    ("a name that is no text", {"户": {3: 4}}, False),
    ("a list where one stands", {"户": {"代表": [{}]}}, False),
    ("one where a list stands", {"户": {"成员": {}}}, False),
    ("an unfinished list", {"户": {"成员": [{}, "不全"]}}, False),
    ("a member that is a text", {"户": {"成员": ["甲"]}}, False),
    ("a member that is a list of names", {"户": {"成员": [["编号", "月收入"]]}}, False),
    ("not known in a word", member(残疾="未知"), False),
    ("unascertainable", member(月收入="不详"), False),
    ("an option called like a state", member(残疾等级="不详"), True),
    ("no such option", member(残疾等级="五级"), False),
    ("no such day", member(出生日期="2001-02-29"), False),
    ("a moment is no day", member(出生日期=datetime(2000, 1, 1)), False),
    ("a day as week", member(出生日期="2020-W01-1"), False),
    ("part of a 分", member(月收入="1.505"), False),
    ("a float", member(月收入=1.5), False),
    ("a unit", member(月收入="1.50元"), False),
    ("a truth for a number", member(月收入=True), False),
    ("a number for a truth", member(残疾=1), False),
    ("half a time", member(次数="1.5"), False),
    ("half a time exactly", member(次数=Fraction(1, 2)), False),
    ("whole in decimals", member(次数=Decimal("3.0")), True),
    ("not a number", member(月收入=Decimal("NaN")), False),
    ("beyond measure", member(月收入=Decimal("1e400000")), False),
    ("out of range", {"户": {"年收入": 100001, "成员": [{}]}}, False),
    ("at the end of the range", {"户": {"年收入": "100000.00", "成员": [{}]}}, True),
    ("below the range", {"户": {"年收入": -1, "成员": [{}]}}, False),
    ("no case", None, False),
    ("a list of cases", [{"户": {}}], False),
    ("another entity", {"家": {}}, False),
    ("something beside", {"户": {}, "家": {}}, False),
]


@pytest.mark.parametrize(("case", "short"), [pytest.param(case, short, id=words) for words, case, short in CASES])
def test_read_alike(book: Book, case: Any, short: bool) -> None:
    reader = RowReader(book.program, book.names, book.code.layouts)
    # The third time a function made for these very names reads them.
    found = [reader.read(case) for _ in range(3)]
    assert [one is not None for one in found] == [short] * 3
    long = read_case(book.program, case, SourceText("", ""), names=book.names).value
    for one in found:
        if one is not None:
            assert long is not None
            again = instances_of(book.code.layouts, "户", one[0])
            assert [vars_of(each) for each in again] == [vars_of(each) for each in instances(long)] and len(again) == one[1]


def vars_of(one: Instance) -> tuple[object, ...]:
    return one.entity, one.id, one.facts, {role: [member.id for member in group] for role, group in one.members.items()}, one.parent and one.parent.id


def test_names_in_ever_other_orders_are_not_kept_for_ever(book: Book) -> None:
    reader, draw = RowReader(book.program, book.names, book.code.layouts), Random(3)
    names = ["月收入", "次数", "面积", "残疾", "编号", "出生日期", "残疾等级"]
    for _ in range(2000):
        draw.shuffle(names)
        assert reader.read({"户": {"成员": [dict.fromkeys(names[:5])]}}) is not None or "编号" in names[:5]
    assert len(reader._reader("个人").quick) <= 256


def test_names_nobody_knows_are_not_kept(book: Book) -> None:
    reader = RowReader(book.program, book.names, book.code.layouts)
    for number in range(20):
        assert reader.read({"户": {"成员": [{f"x{number}": 1}]}}) is None
        assert reader.read({"户": {"成员": [{"月收入": 1, **{f"y{index}": 1 for index in range(number)}}]}}) is None or number == 0
    assert set(reader._reader("个人").quick) == {("月收入",)}
    decide(book, {}, month="9" * 5000, ask=["长" * 5000])
    assert not book.short_way._met


PAYING = POLICY + """
给付 补贴：元/月  对 个人
第一条
  当 残疾
  给 月收入
其余情形 不予
取整 四舍五入 到 分
"""


def broken(change: Callable[[str], str]) -> Book:
    return compile_book([SourceText("试.policy", change(PAYING))])


def test_nothing_is_decided_with_errors() -> None:
    book = broken(lambda text: text.replace("给 月收入", "给 月收人"))
    assert book.errors and decide(book, member(残疾=True), month="2020-04").diagnostics == book.errors


def test_answers_stand_also_when_the_case_is_changed_later() -> None:
    book, case = broken(str), member(残疾=True)
    decide(book, case, month="2020-04")
    decision = decide(book, case, month="2020-04")
    case["户"]["成员"][0]["月收入"] = "99"
    case["户"]["成员"].append({"编号": "乙"})
    assert decision.amounts == {("甲", "补贴"): Fraction(3, 2)} and decision["补贴"].instance.facts["月收入"] == Fraction(3, 2)
    assert [answer.instance.id for answer in decision.answers] == ["甲"]


@pytest.mark.parametrize("ask", ["补贴", ["补贴"], "甲的补贴", ["补贴", "补贴"], "没有", ["补贴", "没有"], ["补贴", 3], [], [[]], 3, ("补贴",), {"补贴"}])
def test_questions_of_every_kind(ask: Any) -> None:
    book, case = broken(str), member(残疾=True)
    try:
        long: Any = at_length(book, case, ask)
    except Exception as trouble:  # what is no question at all is the caller's mistake, the same either way
        long = type(trouble)
    for _ in range(3):
        try:
            short: Any = decide(book, case, month="2020-04", ask=ask)
        except Exception as trouble:
            short = type(trouble)
        assert short == long if isinstance(long, type) else (told(short.answers), short.diagnostics) == (told(long.answers), long.diagnostics)


@pytest.mark.parametrize("month", ["2020-04", "2020年4月", date(2020, 4, 9), "nonsense", None, "0000-00", datetime(2020, 4, 1)])
def test_months_of_every_kind(month: Any) -> None:
    book, case = broken(str), member(残疾=True)
    long = _decision(book, case, month, None, None, (), False)
    for _ in range(3):
        short = decide(book, case, month=month)
        assert (told(short.answers), short.diagnostics, short.occasion) == (told(long.answers), long.diagnostics, long.occasion)


def test_decisions_are_equal_however_they_were_made() -> None:
    book, case = broken(str), member(残疾=True)
    one, _, other = (decide(book, case, month="2020-04") for _ in range(3))
    assert one.answers[0].outcome == other.answers[0].outcome and one.amounts == other.amounts == at_length(book, case).amounts
    assert "Granted" in repr(one)


def test_a_case_checked_before_is_decided_like_the_case() -> None:
    book = broken(str)
    for case in (member(残疾=True), member(残疾="是"), member(残疾="不详"), member(残疾=None), {"户": {"成员": [{"残疾": True, "月收入": "1.5"}, "不全"]}}):
        checked = check_case(book, case)
        assert checked.value is not None and checked.diagnostics == ()
        for month in ("2020-04", "2021-01", "2020-04", "2021-01"):
            short, long = decide(book, checked.value, month=month), decide(book, case, month=month)
            assert (told(short.answers), short.diagnostics) == (told(long.answers), long.diagnostics)
        given = decide(book, checked.value, month="2020-04", given={"成员1的月收入" if "编号" not in case["户"]["成员"][0] else "甲的月收入": "7"})  # type: ignore[index]
        assert given.diagnostics == () and told(decide(book, checked.value, month="2020-04").answers) == told(decide(book, case, month="2020-04").answers)


def test_a_case_with_mistakes_is_not_checked() -> None:
    book = broken(str)
    assert [finding.code for finding in check_case(book, member(残疾级=1)).diagnostics] == [
        finding.code for finding in decide(book, member(残疾级=1), month="2020-04").diagnostics
    ]
    other = broken(lambda text: text.replace("给 月收入", "给 月收人"))
    assert check_case(other, member()).diagnostics == other.errors


def test_a_case_is_checked_for_its_own_policies() -> None:
    checked = check_case(broken(str), member(残疾=True)).value
    with pytest.raises(TypeError, match="other policies"):
        decide(broken(str), checked, month="2020-04")


def test_with_reasons_what_is_missing_is_told_all_the_same() -> None:
    book, case = broken(str), member(残疾=True, 月收入=None)
    for _ in range(3):
        short, long = decide(book, case, month="2020-04", explain=True), at_length(book, case, None, True)
        assert told(short.answers) == told(long.answers) and short.text("zh") == long.text("zh") and short.amounts == long.amounts == {}
    paid = [decide(book, member(残疾=True), month="2020-04", explain=explain).amounts for explain in (True, False)]
    assert paid == [{("甲", "补贴"): Fraction(3, 2)}] * 2


def test_threads_share_a_book() -> None:
    cases = [member(残疾=number % 3 > 0, 月收入=f"{number}.25", **({"次数": number} if number % 2 else {})) for number in range(300)]
    alone = [decide(broken(str), case, month="2020-04").amounts for case in cases[:5]]
    book = broken(str)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda case: decide(book, case, month="2020-04").amounts, cases))
    assert found[:5] == alone
    assert found == [{("甲", "补贴"): Fraction(4 * number + 1, 4) if number % 3 else Fraction(0)} for number in range(300)]
