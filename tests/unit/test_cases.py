"""Facts in: every mistake in a case is named at its place, in both languages, and leaves no case behind."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrules.book.cases import locate_in, read_case, read_document
from policyrules.book.given import apply_given
from policyrules.book.json_text import Inexact, read_json
from policyrules.book.occasion import occasion_of
from policyrules.core.case import Instance, instances
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.render import render
from policyrules.source.text import SourceText, line_and_column
from small_program import small_program

PROGRAM = small_program()


def read(data: object) -> tuple[Instance | None, tuple[Diagnostic, ...]]:
    at_value, at_name = locate_in(data, "case")
    checked = read_case(PROGRAM, data, SourceText("case", ""), at_value, locate_name=at_name)
    for finding in checked.diagnostics:
        assert not re.search(r"\{(what|name|got|entity|id)\}", finding.message("en") + finding.message("zh"))
        assert render(finding, "zh")
        assert render(finding, "en")
    return checked.value, checked.diagnostics


def good(data: object) -> Instance:
    instance, findings = read(data)
    assert not findings, findings
    assert instance is not None
    return instance


def codes(data: object) -> list[str]:
    instance, findings = read(data)
    assert instance is None
    return [finding.code for finding in findings]


def household(**facts: object) -> dict[str, object]:
    return {"户": facts}


def person(**facts: object) -> dict[str, object]:
    return {"户": {"成员": [facts]}}


def only_member(instance: Instance) -> Instance:
    return instance.members["成员"][0]


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        (14400, Fraction(14400)),
        ("14400", Fraction(14400)),
        ("14400.50", Fraction(28801, 2)),
        ("1.44万元", Fraction(14400)),
        ("14400元", Fraction(14400)),
        ("14400元/年", Fraction(14400)),
        ("\uff11\uff14\uff14\uff10\uff10", Fraction(14400)),
        (Decimal("0.10"), Fraction(1, 10)),
        (Fraction(1, 4), Fraction(1, 4)),
        (0, Fraction(0)),
    ],
)
def test_amounts_are_exact(written: object, amount: Fraction) -> None:
    assert good(household(年收入=written)).facts["年收入"] == amount


@pytest.mark.parametrize(("written", "truth"), [(True, True), (False, False), ("是", True), ("否", False), ("Yes", True)])
def test_truths(written: object, truth: bool) -> None:
    assert good(household(享受低保=written)).facts["享受低保"] is truth


@pytest.mark.parametrize("written", [None, "未知", "unknown"])
@pytest.mark.parametrize("name", ["年收入", "享受低保", "住址"])
def test_unknown_leaves_the_fact_out(name: str, written: object) -> None:
    assert name not in good({"户": {name: written}}).facts


def test_days() -> None:
    for written in ("2020-02-29", "2020年2月29日", date(2020, 2, 29)):
        assert only_member(good(person(出生日期=written))).facts["出生日期"] == date(2020, 2, 29)


def test_names_and_options_compare_after_nfkc() -> None:
    program_word = "\uff8a\uff9f"  # half-width katakana, here only to show that the key is normalised
    assert codes({"户": {program_word: 1}}) == ["C120"]
    data = {"户": {"成员": [{"残疾等级 ": " 三级 "}]}}
    assert only_member(good(data)).facts["残疾等级"] == "三级"


def test_computed_names_are_supplied() -> None:
    instance = good({"户": {"月收入": "610", "通用": 2, "成员": [{"编号": "甲", "生活补贴": "366元/月"}, {"生活补贴": "不予"}]}})
    assert instance.given == {"月收入": Fraction(610), "通用": Fraction(2)}
    assert [one.given["残疾·生活补贴"] for one in instance.members["成员"]] == [Fraction(366), False]


def test_ids_are_made_up_where_missing() -> None:
    people = [{}, {"编号": "成员1"}, {"id": 7}, {"父母": [{}]}, {"父母": [{}], "父亲": {}}]
    ids = [one.id for one in instances(good({"户": {"成员": people}}))]
    assert ids[0] == "户"
    assert ids[2:4] == ["成员1", "7"]
    assert len(set(ids)) == len(ids) == 9


def test_unknown_lists_stay_unknown() -> None:
    assert good({"户": {}}).members == {}
    assert good({"户": {"成员": None}}).members == {}


def test_a_policy_name_tells_equal_names_apart() -> None:
    assert good({"户": {"甲政策·收入": 1}}).facts == {"甲政策·收入": Fraction(1)}
    assert codes(household(收入=1)) == ["C122"]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ([], "C110"),
        (None, "C110"),
        ({}, "C112"),
        ({"户": 3}, "C110"),
        ({"户": {}, "户2": {}}, "C113"),
        ({"年收入": 3}, "C113"),
        ({1: {}}, "C114"),
        ({"户": {("a",): 1}}, "C114"),
        ({"户": {"成员": {}}}, "C111"),
        ({"户": {"成员": ["甲"]}}, "C110"),
        ({"户": {"成员": [{"父亲": [{}]}]}}, "C110"),
        ({"户": {"成员": []}}, "C117"),
        ({"户": {"成员": [], "车辆": []}}, "C117"),
        ({"户": {"成员": [{"编号": "甲"}, {"id": "甲"}]}}, "C116"),
        ({"户": {"成员": [{"编号": ""}]}}, "C115"),
        ({"户": {"成员": [{"编号": True}]}}, "C115"),
        ({"户": {"成员": [{"编号": "甲\n乙"}]}}, "C115"),
        ({"户": {"编号": "x" * 101}}, "C115"),
        (household(年收人=3), "C120"),
        (household(残疾等级="三级"), "C121"),
        (household(坏名字=3), "C124"),
        ({"户": {"年收入": 1, "年收入 ": 2}}, "C123"),
        (household(__import__="os"), "C120"),
        ({"户": {'a"\n\x1b[31m{x}': 1}}, "C120"),
        (household(年收入=14400.5), "C130"),
        (household(年收入=1e300), "C138"),
        (household(年收入=float("nan")), "C131"),
        (household(年收入=float("-inf")), "C131"),
        (household(年收入=Decimal("NaN")), "C131"),
        (household(年收入=Decimal("1e999999")), "C138"),
        (household(年收入=10**5000), "C138"),
        (household(年收入="9" * 5000), "C133"),
        (household(年收入=True), "C132"),
        (household(年收入=[1]), "C132"),
        (household(年收入=object()), "C132"),
        (household(年收入=""), "C133"),
        (household(年收入="一万多"), "C133"),
        (household(年收入="14,400"), "C133"),
        (household(年收入="1e5"), "C133"),
        (household(年收入="1200元/月"), "C134"),
        (household(年收入="60%"), "C134"),
        (household(年收入=-1), "C136"),
        (household(人数="1.5"), "C135"),
        (household(人数="3元"), "C134"),
        (household(人数=31), "C137"),
        (household(享受低保=1), "C140"),
        (household(享受低保="也许"), "C140"),
        (household(住址=3), "C144"),
        (household(住址="x" * 10001), "C145"),
        (person(出生日期=20200101), "C141"),
        (person(出生日期="昨天"), "C141"),
        (person(出生日期=datetime(2020, 1, 1)), "C141"),
        (person(出生日期="2021-02-29"), "C142"),
        (person(出生日期="2021年13月1日"), "C142"),
        (person(残疾等级="3级"), "C143"),
        (person(残疾等级=3), "C143"),
        (person(残疾等级=True), "C143"),
    ],
)
def test_a_mistake_is_one_diagnostic(data: object, code: str) -> None:
    assert codes(data) == [code]


def test_all_mistakes_are_found_at_once() -> None:
    data = {"户": {"年收入": 1.5, "成员": [{"残疾等级": "五级"}, {"出生日期": "2020-13-01", "错名": 1}], "享受低保": 3}}
    assert codes(data) == ["C130", "C143", "C142", "C120", "C140"]


def test_the_message_names_fact_nearest_name_and_place() -> None:
    text = '{"户": {"成员": [\n  {"编号": "甲", "残疾等級": "三级",\n   "残疾类别": "精伸"}]}}'
    document = read_json(text, "case.json").value
    assert document is not None
    first, second = read_document(PROGRAM, document).diagnostics
    assert line_and_column(first.place) == (2, 15)
    assert first.hint is not None and "残疾等级" in first.hint("zh")
    assert line_and_column(second.place) == (3, 12)
    assert "甲的残疾类别" in second.message("zh") and "听力" in second.message("en")
    assert second.hint is not None and "精神" in second.hint("en")
    assert second.place.words == '"精伸"'


def test_a_float_names_its_repair() -> None:
    _, (finding,) = read(household(年收入=14400.5))
    assert finding.hint is not None and '"14400.5"' in finding.hint("en")


def test_depth_and_cycles_are_safe() -> None:
    deep: dict[str, object] = {}
    for _ in range(5000):
        deep = {"父亲": deep}
    assert "C118" in codes({"户": {"成员": [deep]}})
    loop: dict[str, object] = {}
    loop["父亲"] = loop
    assert "C118" in codes({"户": {"成员": [loop]}})


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["三级", "14400元"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["户", "成员", "父亲", "父母", "编号", "年收入", "残疾等级", "出生日期", "生活补贴", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_like)
def test_any_data_is_read_without_an_exception(data: object) -> None:
    instance, findings = read({"户": data})
    assert (instance is None) == bool(findings)
    text = json.dumps({"户": data}, ensure_ascii=False)
    document = read_json(text, "x").value
    if document is not None:
        assert read_document(PROGRAM, document).diagnostics is not None


# ---------------------------------------------------------------- JSON text


@given(json_like)
def test_json_is_read_as_the_standard_library_reads_it(data: object) -> None:
    try:
        text = json.dumps(data, ensure_ascii=True, allow_nan=False)
    except ValueError:
        return
    checked = read_json(text, "x")
    if checked.value is None:
        assert "\\ud" in text  # half a surrogate pair is no text
        return
    expected = json.loads(text, parse_float=Inexact)
    assert checked.value.data == expected


@given(st.text(max_size=60) | st.text(alphabet='{}[]",:\\u0n1.-e ', max_size=60))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    checked = read_json(text, "x")
    assert checked.value is not None or checked.diagnostics
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        if checked.value is not None and not checked.diagnostics:
            assert text.startswith("\ufeff")


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "C100", (1, 1)),
        ('{"户": }', "C100", (1, 7)),
        ('{"户": 1,}', "C100", (1, 9)),
        ('{"户" 1}', "C100", (1, 6)),
        ("{'户': 1}", "C100", (1, 2)),
        ('{"户": 1\n "x": 2}', "C100", (2, 2)),
        ('{"户"\uff1a 1}', "C100", (1, 5)),
        ('{"户": 007}', "C100", (1, 7)),
        ('{"户": 1} 2', "C100", (1, 10)),
        ('{"户": "abc', "C100", (1, 7)),
        ('{"户": "a\\q"}', "C100", (1, 9)),
        ('{"户": "\\ud800"}', "C100", (1, 8)),
        ('{"户": {"年收入": 1,\n "年收入": 2}}', "C101", (2, 2)),
        ("[" * 100_000, "C102", (1, 66)),
        ('{"a":' * 100_000, "C102", (1, 326)),
        ('{"户": ' + "9" * 100 + "}", "C104", (1, 7)),
    ],
)
def test_json_mistakes_have_a_place(text: str, code: str, place: tuple[int, int]) -> None:
    (finding,) = read_json(text, "case.json").diagnostics
    assert (finding.code, line_and_column(finding.place)) == (code, place)


def test_json_leniency() -> None:
    document = read_json('\ufeff {"a": [1.5, NaN, -Infinity, true, "\\u4e2d\\ud83d\\ude00"]} ', "x").value
    assert document is not None
    expected = {"a": [Inexact("1.5"), Inexact("NaN"), Inexact("-Infinity"), True, "中😀"]}
    assert document.data == expected


# ---------------------------------------------------------------- supplied values, month and day


def two_people() -> Instance:
    return good({"户": {"成员": [{"编号": "甲"}, {"编号": "乙"}], "车辆": [{}]}})


def test_given_finds_its_instance() -> None:
    root = two_people()
    for text in ("月收入=610元", "甲的残疾等级 = 三级", "价值＝3万元", "乙的生活补贴=不予", "户的享受低保=是"):
        assert apply_given(PROGRAM, root, text) == ()
    first, second = root.members["成员"]
    assert (root.given, root.facts) == ({"月收入": Fraction(610)}, {"享受低保": True})
    assert (first.facts, second.given) == ({"残疾等级": "三级"}, {"残疾·生活补贴": False})
    assert root.members["车辆"][0].facts == {"价值": Fraction(30000)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("月收入", "C150"),
        ("月收人=3", "C151"),
        ("丙的残疾等级=三级", "C151"),
        ("残疾等级=三级", "C152"),
        ("收入=3", "C122"),
        ("月收入=abc", "C133"),
        ("甲的残疾等级=五级", "C143"),
        ("=", "C151"),
    ],
)
def test_given_mistakes(text: str, code: str) -> None:
    (finding,) = apply_given(PROGRAM, two_people(), text)
    assert finding.code == code
    assert finding.hint is not None or code == "C151"
    if code == "C152":
        assert finding.hint is not None and "甲的残疾等级" in finding.hint("en")


def test_given_to_nobody() -> None:
    assert apply_given(PROGRAM, good({"户": {}}), "残疾等级=三级")[0].code == "C153"


def test_occasions() -> None:
    month = occasion_of(PROGRAM, "2020-02", None).value
    day = occasion_of(PROGRAM, None, "2020年2月15日").value
    assert month is not None and day is not None
    assert (month.day, month.month_end, month.monthly) == (date(2020, 2, 1), date(2020, 2, 29), True)
    assert (day.day, day.month_start, day.monthly) == (date(2020, 2, 15), date(2020, 2, 1), False)
    for given_month, given_day in (("2020-13", None), ("x", None), (None, "2020-02-30"), (None, None)):
        checked = occasion_of(PROGRAM, given_month, given_day)
        assert checked.value is None and checked.diagnostics
