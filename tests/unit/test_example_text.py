"""A household written as a 例: it parses beside the policies, and run, says what the policies say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

import pytest

from policyrules.book.book import Book, compile_book, load
from policyrules.book.examples import run_example, run_examples
from policyrules.review.drawing import draw_case
from policyrules.review.example_text import example_text
from policyrules.source.text import SourceText

POLICIES = Path(__file__).parents[2] / "policies"
APRIL = date(2020, 4, 1)

SMALL = """主体 户 含 成员：个人、车辆：车 有 代表：个人
主体 个人 含 父母：家长 有 监护人：家长
主体 家长
主体 车
事实 户
  年收入：元/年
  备注：文本
  低保：是否
事实 个人
  出生日期：日期
  等级：选项 无、一级、【特 别】
事实 家长
  状况：选项 正常、死亡
事实 车
  排量：数
参数 标准：元/月
  自 2020-01-01 610
算 人均：元/人·月  对 户 = 年收入 ÷ 12月 ÷ 人数(成员)  若 人数(成员) 为 0 则 无法计算
算 车数：人 对 户 = 人数(车辆)
条件 有监护  对 个人：监护人的状况 为 正常
给付 补助：元/月
第一条 低保户
  当 低保
  给 标准
其余情形 不予
给付 补差：元/月
第一条 全部
  给 标准 − (年收入 折算 到 月)
其余情形 不予
取整 四舍五入 到 分
给付 补贴：元/月  对 个人
第一条 一级
  当 等级 为 一级
  给 120元
第二条 父母不在
  当 任一(父母 中 状况 为 死亡)
  给 60元
其余情形 不予
例 补助
  月份 2020-04
  户 低保 是
  应 户的补助 = 610元
"""


@pytest.fixture(scope="module")
def small() -> Book:
    return compile_book([SourceText("rules.policy", SMALL)])


def rerun(book: Book, *texts: str, beside: str = "rules.policy") -> Book:
    """The book with these examples appended to one of its files; they must be read without a complaint of their own and pass."""
    files = [SourceText(one.path, one.text + "\n" + "\n".join(texts)) if one.path.endswith(beside) else one for one in book.files]
    again = compile_book(files)
    assert [finding for finding in again.diagnostics if finding not in book.diagnostics and not finding.code.startswith("P6")] == []
    assert len(again.examples) == len(book.examples) + len(texts)
    assert [difference.message.zh for example in again.examples for difference in run_example(again, example)] == []
    return again


def test_reads_as_people_write_it(small: Book) -> None:
    document = {"户": {"年收入": "43200", "低保": True, "成员": [{"编号": "甲", "等级": "一级"}, {"编号": "乙", "等级": "一级"}]}}
    assert example_text(small, "两个人", document, APRIL, "补助", "户") == (
        "例 两个人\n  月份 2020-04\n  户 年收入 43200元，低保 是\n  成员 甲：等级 一级\n  成员 乙：等级 一级\n  应 户的补助 = 610元  依据 第一条\n"
    )


def test_members_told_the_same_share_a_line() -> None:
    rules = "主体 户 含 成员：个人\n事实 个人\n  重残：是否\n给付 补助：元/月\n第一条 全部\n  给 1元\n其余情形 不予\n"
    book = compile_book([SourceText("rules.policy", rules)])
    document = {"户": {"成员": [{"编号": "甲", "重残": False}, {"编号": "乙", "重残": True}, {"编号": "丙", "重残": False}]}}
    text = example_text(book, "三个人", document, APRIL, "补助", "户")
    assert "  甲、丙：重残 否\n  乙：重残 是\n" in text
    rerun(book, text)


EVERYTHING: Mapping[str, object] = {
    "户": {
        "年收入": "10000",
        "备注": "有“引号”",
        "低保": False,
        "代表": {"出生日期": "1980-02-29", "等级": "特 别"},
        "成员": [
            {"编号": "甲", "等级": "无", "父母": [{"编号": "戊", "状况": "死亡"}], "监护人": {"状况": "正常"}},
            {"编号": "no 1", "等级": "一级", "父母": []},
            {"编号": "应", "等级": "不详", "父母": [{"编号": "己", "状况": "正常"}, "不全"]},
        ],
        "车辆": [{"排量": "1/3"}],
    }
}


@pytest.mark.parametrize(
    ("key", "subject", "expected"),
    [
        ("补助", "户", "应 户的补助 不予\n"),
        ("人均", "户", "应 户的人均 = 2500元/人·月 ÷ 9\n"),
        ("车数", "户", "应 户的车数 = 1人\n"),
        ("补差", "户", "应 户的补差 无法计算\n"),
        ("补贴", "甲", "应 甲的补贴 = 60元  依据 第二条\n"),
        ("补贴", "no 1", "应 【no 1】的补贴 = 120元  依据 第一条\n"),
        ("补贴", "应", "应 【应】的补贴 未定  缺 己的状况\n"),
        ("有监护", "甲", "应 甲的有监护 = 是\n"),
    ],
)
def test_every_outcome_and_every_shape(small: Book, key: str, subject: str, expected: str) -> None:
    document = {"户": {**EVERYTHING["户"], "年收入": "100000"}} if key == "补差" else EVERYTHING  # type: ignore[dict-item]
    text = example_text(small, "什么都有", document, APRIL, key, subject)
    if "未定" not in expected:
        assert text.endswith(expected)
    rerun(small, text)


def test_supplied_values_and_titles_that_are_taken(small: Book) -> None:
    document = {"户": {"补助": False, "人均": "33.5", "成员": [{"编号": "甲", "补贴": "12"}]}}
    text = example_text(small, "补助", document, APRIL, "补助", "户")
    assert text.startswith("例 补助（2）\n") and "补助 不予" in text and "人均 33.5元" in text
    rerun(small, text)


def test_english_policies_get_english_examples() -> None:
    path = POLICIES.parent / "examples" / "02_english.policy"
    book = load(path)
    members = [{"编号": "anna", "birth_date": "1950-01-01"}, {"编号": "ben", "birth_date": "1990-02-28"}]
    document = {"household": {"annual_income": "9000.5", "region": "north", "members": members}}
    text = example_text(book, "two people", document, date(2021, 12, 1), "Cold weather payment·cold_payment", "household")
    assert text == (
        "example two people\n  month 2021-12\n  household annual_income 9000.5 yuan, region north\n"
        "  anna: birth_date 1950-01-01\n  ben: birth_date 1990-02-28\n  expect household's cold_payment = 150 yuan  per article 1\n"
    )
    rerun(book, text, beside="02_english.policy")


def test_a_conflict(small: Book) -> None:
    document = {"户": {"成员": [{"编号": "甲", "等级": "一级", "父母": [{"编号": "戊", "状况": "死亡"}]}]}}
    text = example_text(small, "冲突", document, APRIL, "补贴", "甲")
    assert text.endswith("应 甲的补贴 冲突\n")
    rerun(small, text)


def test_no_case(small: Book) -> None:
    with pytest.raises(ValueError, match="收入"):
        example_text(small, "错", {"户": {"收入": 1}}, APRIL, "补助", "户")


def test_drawn_households_of_the_shipped_policies() -> None:
    book = load(POLICIES)
    random = Random(5)
    files = {one.path: one.text for one in book.files}
    count = 0
    for key, benefit in book.program.benefits.items():
        place = Path(benefit.place.path).with_name("cases.policy")
        path = next(name for name in files if Path(name) == place)
        for month in (date(2020, 3, 1), APRIL, date(2021, 5, 1), date(2023, 4, 1)):
            document = draw_case(book, month, random, [key], 3)
            members = document["户"]["成员"]  # type: ignore[index,call-overload]
            subject = members[-1]["编号"] if benefit.entity == "个人" else "户"
            count += 1
            files[path] += "\n" + example_text(book, f"抽到的户{count}", document, month, key, subject)
    again = compile_book(SourceText(path, text) for path, text in files.items())
    assert again.diagnostics == ()
    results = run_examples(again)
    assert len(results) == len(book.examples) + count
    assert [difference.message.zh for result in results for difference in result.differences] == []
