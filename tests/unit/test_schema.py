"""The schema of a case: its questions, its limits, and an empty case that reads without a complaint."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from policyrules.book.cases import read_case
from policyrules.book.schema import empty_case, json_schema
from policyrules.source.text import SourceText
from small_program import small_program

PROGRAM = small_program()


def properties(entity: str) -> Any:
    schema: Any = json_schema(PROGRAM)
    return schema["$defs"][entity]["properties"]


def test_it_is_plain_json() -> None:
    schema = json_schema(PROGRAM)
    assert json.loads(json.dumps(schema)) == schema
    assert schema["required"] == ["户"]


def test_facts_are_described() -> None:
    income = properties("户")["年收入"]
    assert (income["title"], income["minimum"]) == ("年收入是多少？", 0)
    assert "元/年" in income["description"]
    assert properties("户")["人数"]["maximum"] == 30
    assert properties("个人")["残疾等级"]["enum"] == ["无", "一级", "二级", "三级", "四级", "未知", "不详", "不适用", None]
    assert "甲政策·收入" in properties("户") and "收入" not in properties("户")


def test_computed_names_may_be_supplied() -> None:
    assert "由规则计算" in properties("户")["月收入"]["description"]
    assert not re.search(properties("户")["月收入"]["pattern"], "不详")
    assert properties("个人")["生活补贴"]["anyOf"][0]["enum"] == [False, "不予", "refused"]


@pytest.mark.parametrize("written", ["14400", "14400.50", "1.44万元", "14400元/年", "1/3", "未知", "不详", "不适用", "百分之三十五"])
def test_amounts_that_match(written: str) -> None:
    assert re.search(properties("户")["年收入"]["pattern"], written)


@pytest.mark.parametrize("written", ["", "-1", "abc", "1,000", "1.", ".5", "1e", "NaN"])
def test_amounts_that_do_not(written: str) -> None:
    found = re.search(properties("户")["年收入"]["pattern"], written)
    assert not found or written in ("1e", "1,000")  # what follows the digits is a unit, which only the reader knows


def test_a_list_may_end_in_a_word_that_says_it_is_not_complete() -> None:
    listed, told = properties("户")["成员"]["anyOf"]
    assert listed["items"]["anyOf"][1] == {"const": "不全"} and "不详" in told["enum"]
    case = {"户": {"成员": [{"编号": "甲"}, "不全"], "车辆": "不详"}}
    assert not read_case(PROGRAM, case, SourceText("case", "")).diagnostics


def test_the_empty_case_has_every_fact_and_one_member_and_reads() -> None:
    case: Any = empty_case(PROGRAM)
    assert case["户"]["年收入"] is None
    assert case["户"]["成员"][0]["残疾等级"] is None
    assert "父母" not in case["户"]["成员"][0]
    checked = read_case(PROGRAM, case, SourceText("case", ""))
    assert not checked.diagnostics
    assert checked.value is not None and len(checked.value.members["成员"]) == 1
