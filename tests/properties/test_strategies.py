"""Whatever is drawn from the shipped policies is a case: it is read, nothing contradicts, every benefit is settled."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given, settings

import policyrules
from policyrules.book.book import Book
from policyrules.core.outcome import Conflict, Undecided
from policyrules.review import strategies

ROOT = Path(__file__).parent.parent.parent


@cache
def shipped() -> Book:
    return policyrules.load(ROOT / "policies")


@settings(max_examples=60, derandomize=True, database=None)
@given(strategies.cases(shipped()))
def test_every_case_is_decided(drawn: tuple[dict[str, object], str]) -> None:
    case, month = drawn
    decision = policyrules.decide(shipped(), case, month=month)
    assert decision.answers and not decision.diagnostics, decision.diagnostics
    assert not [answer for answer in decision.answers if isinstance(answer.outcome, (Undecided, Conflict))]


@settings(max_examples=60, derandomize=True, database=None)
@given(strategies.cases(shipped(), keys=["生活补贴"], members=2))
def test_what_is_asked_about_is_told(drawn: tuple[dict[str, object], str]) -> None:
    case, month = drawn
    decision = policyrules.decide(shipped(), case, month=month, ask="生活补贴")
    assert len(decision.answers) in (1, 2) and not decision.diagnostics
    assert not [answer for answer in decision.answers if isinstance(answer.outcome, Undecided)]


@settings(max_examples=60, derandomize=True, database=None)
@given(strategies.cases(shipped(), "2020-04", keys=["低保金"]))
def test_an_amount_is_the_same_whoever_stands_first(drawn: tuple[dict[str, dict[str, list[object]]], str]) -> None:
    case, month = drawn
    turned = {root: {**household, "成员": household["成员"][::-1]} for root, household in case.items()}
    assert policyrules.decide(shipped(), case, month=month, ask="低保金").amounts == policyrules.decide(shipped(), turned, month=month, ask="低保金").amounts
