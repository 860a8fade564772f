"""Why in one piece: golden texts for cases of five schemes, the JSON, supplied values, and the command."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from policyrules.book.book import Book, decide, load
from policyrules.book.decision import Decision
from policyrules.book.why import why
from policyrules.doors import cli

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "why"
HOUSEHOLD = ROOT / "examples" / "household.json"

CASES = {
    "minimum_living_above_the_standard": ("低保：四口之家人均六百一十元一分", "低保金"),
    "minimum_living_two_homes": ("低保：两套住房", "低保金"),
    "minimum_living_registered_elsewhere": ("低保：不是本地户籍", "低保金"),
    "minimum_living_granted": ("低保：三口之家年收入一万四千四百元", "低保金"),
    "single_person_in_the_gap": ("单人保：人均正好六百一十元，两头都不算", "甲的单人保金"),
    "single_person_level_three_hearing": ("单人保：三级听力不算重残", "甲的单人保金"),
    "disability_living_level_three_hearing": ("三级听力残疾人不在扩面之内", "甲的生活补贴"),
    "disability_living_before_the_extension": ("三级精神残疾人三月还没有纳入", "甲的生活补贴"),
    "disability_living_destitute": ("特困人员不享受生活补贴", "甲的生活补贴"),
    "disability_care_too_early": ("护理：残疾证四月底签发，四月不发", "甲的护理补贴"),
    "disability_care_five_months": ("护理：照护五个月", "甲的护理补贴"),
    "disability_care_other_benefit": ("护理：已领取的护理补贴高一分", "甲的护理补贴"),
    "orphan_turning_eighteen": ("孤儿：七月一日满十八周岁，六月照发", "甲的孤儿生活费"),
    "orphan_mother_unknown": ("孤儿：不知道母亲的情况", "甲的孤儿生活费"),
    "unsupported_child_parent_well": ("无人抚养：一方正常，不算", "甲的无人抚养生活费"),
    "sick_child_other_illness": ("重病重残：不在单子里的病", "甲的重病重残生活费"),
}


@cache
def shipped() -> Book:
    book = load(ROOT / "policies")
    assert not book.errors
    return book


def example(title: str, name: str) -> Decision:
    found = next(each for each in shipped().examples if each.title == title)
    decision = decide(shipped(), found.data, month=found.month, day=found.day, ask=name)
    assert len(decision.answers) == 1, decision.diagnostics
    return decision


def household(ask: str, **options: str) -> Decision:
    return decide(shipped(), json.loads(HOUSEHOLD.read_text("utf-8")), month="2020-04", ask=ask, given=options)


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str, pytestconfig: pytest.Config) -> None:
    text = why(example(*CASES[name]))[0].text("zh") + "\n"
    file = GOLDEN / f"{name}.txt"
    if pytestconfig.getoption("--accept"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert len(text.splitlines()) <= 12
    assert text == file.read_text(encoding="utf-8"), "the words changed: read the diff after running this test with --accept"


def test_every_golden_text_is_of_a_case() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(CASES)


def test_a_supplied_answer_says_so_and_nothing_else() -> None:
    told = why(household("低保金", 低保金="5元"))
    assert [each.text("zh") for each in told] == ["户的低保金（2020年4月）：5.00元/月　由经办人给出\n  给出　低保金 5.00元/月，由经办人给出，不按规则计算"]
    fields = told[0].to_json("zh")
    assert (fields["supplied"], fields["why_not"], fields["changes"], fields["later"]) == (True, None, [], None)


def test_one_name_of_several() -> None:
    decision = household("护理补贴")
    assert [each.answer.instance.id for each in why(decision)] == ["甲", "乙", "丙"]
    for name in ("乙的护理补贴", ("乙", "护理补贴")):
        assert [each.answer.instance.id for each in why(decision, name)] == ["乙"]
    assert len(why(decision, "护理补贴")) == 3
    with pytest.raises(KeyError):
        why(decision, "丁的护理补贴")


def test_what_is_missing_is_listed_and_nothing_is_made_up_of_it() -> None:
    told = why(example("孤儿：不知道母亲的情况", "甲的孤儿生活费"))[0]
    assert [(need.subject, need.name) for need in told.missing] == [("己", "状况")]
    assert (told.why_not, told.changes, told.later) == (None, (), None)


def test_a_decision_without_answers_has_no_why() -> None:
    assert why(decide(shipped(), {"户": {"年收入": "很多"}}, month="2020-04")) == ()


def test_reasons_are_there_without_having_been_asked_for() -> None:
    decision = household("低保金")
    assert decision.answers[0].trace is None
    assert why(decision)[0].reasons


def test_english() -> None:
    text = why(household("低保金"))[0].text("en")
    assert "short of  article 1" in text
    assert "above 适用低保标准 (610.00 yuan/person/month) by 190.00 yuan/person/month" in text


# ---------------------------------------------------------------- the command


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["why", str(ROOT / "policies"), str(HOUSEHOLD), "--month", "2020-04", "--ask", "低保金"]
    assert cli.run(given) == 0
    assert capsys.readouterr().out.splitlines() == [
        "户的低保金（2020年4月）：不予",
        "  依据　其余情形：人均收入不低于低保标准，或者家庭财产不符合规定",
        "  只差　第一条　人均收入低于标准、财产符合规定的家庭：人均收入 800.00元/人·月，高出适用低保标准（610.00元/人·月）190.00元/人·月",
        "  如果　年收入降到 21959.99元/年（现为 28800.00元/年，少 6840.01元/年），则给付 0.00元/月（第一条）",
    ]
    assert cli.run([*given, "--format", "json", "--given", "年收入=21960"]) == 0
    fields = json.loads(capsys.readouterr().out)
    only = fields["answers"][0]
    assert (fields["month"], fields["diagnostics"], only["status"], only["name"]) == ("2020-04", [], "refused", "低保金")
    assert only["why_not"]["conditions"][0]["distance"] == "0"
    assert only["changes"][0]["values"] == ["21959.99元/年"] and only["changes"][0]["distance"] == "0.01"


def test_command_with_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "case.json"
    case.write_text('{"户": {"年收入": "很多", "成员": [{"编号": "甲"}]}}', encoding="utf-8")
    assert cli.run(["why", str(ROOT / "policies"), str(case), "--month", "2020-04"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and "年收入" in captured.err
    assert cli.run(["why", str(ROOT / "policies"), str(case), "--month", "2020-04", "--format", "json"]) == 1
    fields = json.loads(capsys.readouterr().out)
    assert fields["answers"] == [] and fields["diagnostics"]
