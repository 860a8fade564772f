"""Golden texts: the explanations a case worker of five schemes would copy into a notice, at most twelve lines each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from policyrules.book.book import Book, decide, load
from policyrules.explain.wording import explain

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "explain"

CASES = {
    "minimum_living_difference": ("低保：三口之家年收入一万四千四百元", "低保金"),
    "minimum_living_rounded": ("低保：三口之家年收入一万元，除不尽", "低保金"),
    "minimum_living_other_standard": ("低保：标准六百三十二元，月收入一千八百九十四元，差两元", "低保金"),
    "minimum_living_at_the_standard": ("低保：四口之家人均正好六百一十元", "低保金"),
    "minimum_living_income_unknown": ("低保：不知道收入", "低保金"),
    "single_person_with_pension": ("单人保：本人有养老金一百五十五元", "甲的单人保金"),
    "single_person_serious_illness": ("单人保：终末期肾病", "甲的单人保金"),
    "single_person_twice_the_standard": ("单人保：人均正好二倍，本政策不算，姜堰分类算", "甲的单人保金"),
    "disability_living_in_a_poor_household": ("低保家庭二级肢体残疾人", "甲的生活补贴"),
    "disability_living_extension": ("三级精神残疾人四月起纳入", "甲的生活补贴"),
    "disability_living_before_the_extension": ("三级精神残疾人三月还没有纳入", "甲的生活补贴"),
    "disability_living_two_grounds": ("一户多残中的二级肢体残疾人，就高", "甲的生活补贴"),
    "disability_living_two_equal_grounds": ("一户多残中的三级精神残疾人，两档一样高", "甲的生活补贴"),
    "disability_living_destitute": ("特困人员不享受生活补贴", "甲的生活补贴"),
    "disability_care_rural": ("护理：农村二级肢体残疾人", "甲的护理补贴"),
    "disability_care_new_rate": ("护理：城镇，2023年4月起新标准", "甲的护理补贴"),
    "disability_care_higher_elsewhere": ("护理：已领取的护理补贴高一分", "甲的护理补贴"),
    "orphan_at_home": ("孤儿：散居，七月起新标准", "甲的孤儿生活费"),
    "unsupported_child_difference": ("无人抚养：低保家庭，人均低保金四百六十一元", "甲的无人抚养生活费"),
    "unsupported_child_endless_decimals": ("无人抚养：三口之家，人均低保金除不尽", "甲的无人抚养生活费"),
    "unsupported_child_without_guardians": ("无人抚养：不是贫困家庭，监护缺失", "甲的无人抚养生活费"),
    "sick_child_disabled": ("重病重残：二级肢体，上半年", "甲的重病重残生活费"),
    "sick_child_orphan": ("重病重残：孤儿不重复享受", "甲的重病重残生活费"),
}


@cache
def shipped() -> Book:
    book = load(ROOT / "policies")
    assert not book.errors
    return book


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str, pytestconfig: pytest.Config) -> None:
    title, asked = CASES[name]
    found = next(each for each in shipped().examples if each.title == title)
    decision = decide(shipped(), found.data, month=found.month, day=found.day, ask=asked, explain=True)
    (answer,) = decision.answers
    text = explain(answer, shipped().program, "zh", decision.occasion) + "\n"
    english = explain(answer, shipped().program, "en", decision.occasion)
    file = GOLDEN / f"{name}.txt"
    if pytestconfig.getoption("--accept"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert len(text.splitlines()) == len(english.splitlines()) <= 12
    assert text == file.read_text(encoding="utf-8"), "the words changed: read the diff after running this test with --accept"


def test_every_golden_text_is_of_a_case() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(CASES)
