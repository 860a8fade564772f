"""The library's door: questions about a case, worked examples, and what a decision hands out."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

import policyrules
from policyrules.book.book import Book, decide
from policyrules.book.examples import run_example
from policyrules.book.names import names_of
from policyrules.core.outcome import Computed, Granted, Refused, Undecided
from policyrules.source.text import Place, SourceText
from small_program import small_program

PROGRAM = small_program()
BOOK = Book(PROGRAM, (), (), (), (), names_of(PROGRAM))
CASE = {"户": {"年收入": "14400", "成员": [{"编号": "甲", "残疾等级": "一级"}, {"编号": "乙"}]}}


def test_every_benefit_is_decided_for_everybody() -> None:
    decision = decide(BOOK, CASE, month="2020-04")
    assert [answer.instance.id for answer in decision.answers] == ["甲", "乙"]
    assert isinstance(decision["甲", "生活补贴"].outcome, Granted)
    assert isinstance(decision["乙", "残疾·生活补贴"].outcome, Undecided)
    assert (decision.month, decision.day, decision.settled) == ("2020-04", date(2020, 4, 1), True)
    with pytest.raises(KeyError):
        decision["生活补贴"]
    with pytest.raises(KeyError):
        decision["甲", "护理补贴"]


def test_a_day_is_no_month() -> None:
    decision = decide(BOOK, CASE, day=date(2020, 4, 15))
    assert (decision.month, decision.day) == (None, date(2020, 4, 15))
    assert [finding.code for finding in decide(BOOK, CASE).diagnostics] == ["C162"]
    with pytest.raises(TypeError):
        decide(BOOK, CASE, month="2020-04", day="2020-04-01")


@pytest.mark.parametrize("given", ["月收入=610元", ["月收入=610"], {"月收入": 610}, {"户的月收入": "610元/月"}])
def test_a_supplied_value_wins(given: Any) -> None:
    answer = decide(BOOK, CASE, month="2020-04", ask="月收入", given=given)["月收入"]
    assert (answer.outcome, answer.supplied) == (Computed(Fraction(610)), True)


def test_a_float_is_refused_wherever_it_is_handed_in() -> None:
    decision = decide(BOOK, CASE, month="2020-04", given={"月收入": 610.5})
    assert ([finding.code for finding in decision.diagnostics], decision.answers) == (["C130"], ())


def test_supplied_refusals() -> None:
    decision = decide(BOOK, CASE, month="2020-04", ask=["甲的生活补贴"], given={"甲的生活补贴": False})
    assert isinstance(decision["生活补贴"].outcome, Refused)
    assert "其余情形" not in decision.text("zh")


@pytest.mark.parametrize(
    ("ask", "code"), [("生活补帖", "C163"), ("丙的生活补贴", "C166"), ("", "C163"), ("的", "C163"), ("甲的月收入", "C166")]
)
def test_unknown_questions(ask: str, code: str) -> None:
    decision = decide(BOOK, CASE, month="2020-04", ask=ask)
    assert [finding.code for finding in decision.diagnostics] == [code]


def test_nobody_to_decide_for() -> None:
    decision = decide(BOOK, {"户": {}}, month="2020-04")
    assert [finding.code for finding in decision.diagnostics] == ["C164"]
    assert "C164" in decision.text("en")


# ---------------------------------------------------------------- worked examples

SOURCE = SourceText("cases.policy", "例 甲\n应 …\n")


def differences(*expected: tuple[str | None, str, str, object, tuple[str, ...], tuple[str, ...]]) -> list[str]:
    def place(_: object) -> Place:
        return Place(SOURCE, 4, 7)

    expectations = [
        SimpleNamespace(subject=subject, name=name, kind=kind, value=value, articles=articles, missing=missing, place=place(()))
        for subject, name, kind, value, articles, missing in expected
    ]
    example: Any = SimpleNamespace(
        title="甲",
        place=Place(SOURCE, 0, 3),
        month=date(2020, 4, 1),
        day=None,
        data=CASE,
        locate=place,
        expectations=expectations,
    )
    return [finding.code for finding in run_example(BOOK, example)]


def test_examples_that_hold() -> None:
    assert (
        differences(
            ("甲", "生活补贴", "value", Fraction(100), ("第一条",), ()),
            ("乙", "生活补贴", "undecided", None, (), ("残疾等级",)),
            ("乙", "生活补贴", "undecided", None, (), ("乙的残疾等级",)),
            ("户", "月收入", "value", Fraction(1200), (), ()),
            (None, "月收入", "value", Fraction(1200), (), ()),
        )
        == []
    )


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        (("甲", "生活补贴", "value", Fraction(99), (), ()), "T101"),
        (("甲", "生活补贴", "refused", None, (), ()), "T101"),
        (("乙", "生活补贴", "value", Fraction(0), (), ()), "T101"),
        (("甲", "生活补贴", "value", Fraction(100), ("第二条",), ()), "T102"),
        (("乙", "生活补贴", "undecided", None, (), ("残疾类别",)), "T103"),
        (("乙", "生活补贴", "undecided", None, (), ("残疾等级", "残疾类别")), "T103"),
        (("丙", "生活补贴", "refused", None, (), ()), "C166"),
    ],
)
def test_examples_that_differ(expected: Any, code: str) -> None:
    assert differences(expected) == [code]


# ---------------------------------------------------------------- the package and the command as a process


def test_the_package_names_its_door() -> None:
    assert policyrules.decide is decide
    assert policyrules.__version__
    assert set(policyrules.__all__) <= set(dir(policyrules))
    with pytest.raises(AttributeError):
        policyrules.no_such_name  # noqa: B018


def test_the_command_writes_utf8_into_any_locale_and_a_closed_pipe_is_quiet() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "policyrules.doors.cli", "decide", "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert "个案" in done.stdout.decode("utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    closed = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert closed.stderr == b""
