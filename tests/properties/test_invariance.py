"""Over the shipped policies: order changes nothing, missing facts never mislead, and no text or JSON makes anything raise."""

from __future__ import annotations

import copy
import json
import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyrules.book.book import Book, compile_book, decide, load
from policyrules.book.decision import Decision
from policyrules.book.examples import run_examples
from policyrules.book.json_text import read_json
from policyrules.core.outcome import Answer, Conflict, Failed, Granted, Outcome, Refused, Undecided
from policyrules.source.text import SourceText
from policyrules.values.partial import contains
from policyrules.values.types import Value
from policyrules.values.unknown import Unknown
from properties.households import MONTHS, PERSONS, Json, households

POLICIES = Path(__file__).parents[2] / "policies"
MONTH = st.sampled_from(MONTHS)
SEEDS = st.integers(0, 2**32)


@cache
def shipped() -> Book:
    book = load(POLICIES)
    assert not book.errors
    return book


def cases(known: float = 1.0, most: int = 3) -> st.SearchStrategy[Json]:
    return st.deferred(lambda: households(shipped().program, known=known, most=most))


# ---------------------------------------------------------------- order


@settings(max_examples=60, deadline=None)
@given(cases() | cases(0.9), MONTH, SEEDS)
def test_order_of_members_changes_nothing(case: Json, month: str, seed: int) -> None:
    shuffled = reordered(case, Random(seed))
    assert told(decide(shipped(), case, month=month)) == told(decide(shipped(), shuffled, month=month))


ORDERS = range(4)


@cache
def shuffled(seed: int) -> Book:
    """The shipped policies with files renamed, declarations moved within their files and articles within their benefits."""
    draw = Random(seed)
    files = list(shipped().files)
    draw.shuffle(files)
    return compile_book(SourceText(f"{index}.policy", moved(file.text, draw)) for index, file in enumerate(files))


@pytest.mark.parametrize("seed", ORDERS)
def test_order_of_declarations_passes_every_example(seed: int) -> None:
    book = shuffled(seed)
    assert book.diagnostics == ()
    results = run_examples(book)
    assert len(results) == len(shipped().examples)
    assert [result.differences for result in results if not result.passed] == []


@settings(max_examples=80, deadline=None)
@given(cases() | cases(0.9), MONTH, st.sampled_from(ORDERS))
def test_order_of_declarations_changes_nothing(case: Json, month: str, seed: int) -> None:
    assert told(decide(shipped(), case, month=month)) == told(decide(shuffled(seed), case, month=month))


def test_moving_moves() -> None:
    text = (POLICIES / "unsupported_child" / "rules.policy").read_text("utf-8")
    mixed = [moved(text, Random(seed)) for seed in range(5)]
    assert all(sorted(each.split("\n")) == sorted(text.split("\n")) for each in mixed)
    assert len(set(mixed)) == 5 and any(each.index("第三条") < each.index("第一条") for each in mixed)


# ---------------------------------------------------------------- missing facts


@settings(max_examples=80, deadline=None)
@given(cases(most=2), MONTH, SEEDS, st.integers(1, 6))
def test_a_full_case_lies_inside_its_partial_answer(case: Json, month: str, seed: int, dropped: int) -> None:
    partial = copy.deepcopy(case)
    hidden = {hide_one(partial, Random(seed + step)) for step in range(dropped)}
    full = answers(decide(shipped(), case, month=month))
    for key, open_ in answers(decide(shipped(), partial, month=month)).items():
        assert inside(open_.outcome, full[key].outcome), (key, open_.outcome, full[key].outcome)
        if isinstance(open_.outcome, Undecided):
            assert {(need.subject, need.name) for need in open_.outcome.missing} <= hidden


# ---------------------------------------------------------------- anything at all

WORDS = st.text(max_size=8) | st.sampled_from(("户", "成员", "编号", "年收入", "父母", "残疾等级", "低保金", "__import__", "\ud800", "'; --"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.just(10**400) | st.sampled_from(("610元", "-1", "1/0", "1e9"))
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_is_read(value: object) -> None:
    refused_or_answered(decide(shipped(), value, month="2020-04"))
    refused_or_answered(decide(shipped(), {"户": value}, month="2020-04"))


@settings(max_examples=120, deadline=None)
@given(cases(most=2), SEEDS, JSON)
def test_any_json_inside_a_case_is_read(case: Json, seed: int, value: object) -> None:
    spoil(case, Random(seed), value)
    refused_or_answered(decide(shipped(), case, month="2020-04"))
    written = read_json(json.dumps(case), "case.json")
    if written.value is not None:
        refused_or_answered(decide(shipped(), written.value, month="2020-04"))


@settings(max_examples=150, deadline=None)
@given(st.text(), st.text())
def test_any_text_is_read_as_json(text: str, more: str) -> None:
    for each in (text, '{"户": ' + text, '{"户": {"年收入": "' + text + '"}}', text + more):
        document = read_json(each, "case.json")
        if document.value is None:
            assert document.diagnostics
        else:
            refused_or_answered(decide(shipped(), document.value, month="2020-04"))


def named() -> st.SearchStrategy[str]:
    """Text near what a question or a supplied value looks like."""
    book = shipped()
    names = [*book.program.rules, *book.program.benefits, *book.program.parameters, *(fact.name for fact in book.program.facts.values())]
    pieces = st.sampled_from([*names, *PERSONS, "户", "的", "=", "＝", "610元", "是", "未知", "不予", "-", " ", "\0", "\n"]) | st.text(max_size=3)
    return st.lists(pieces, max_size=6).map("".join)


@settings(max_examples=200, deadline=None)
@given(st.text() | st.deferred(named), st.text() | st.deferred(named), st.text() | MONTH)
def test_any_question_is_answered_or_refused(given_text: str, asked: str, month: str) -> None:
    case: Json = {"户": {"年收入": "14400", "成员": [{"编号": "甲", "父母": []}]}}
    refused_or_answered(decide(shipped(), case, month="2020-04", given=[given_text]))
    refused_or_answered(decide(shipped(), case, month="2020-04", given={asked: given_text}))
    refused_or_answered(decide(shipped(), case, month="2020-04", ask=asked))
    refused_or_answered(decide(shipped(), case, month=month, ask="低保金"))
    refused_or_answered(decide(shipped(), case, day=month, ask="低保金"))


# ---------------------------------------------------------------- helpers


def refused_or_answered(decision: Decision) -> None:
    """Either answers and no error, or an error and no answers; both can be said in both languages and as JSON."""
    errors = [finding for finding in decision.diagnostics if finding.severity.value == "error"]
    assert bool(errors) != bool(decision.answers)
    assert decision.text("zh") and decision.text("en")
    assert json.dumps(decision.to_json("zh"), ensure_ascii=False) and json.dumps(decision.to_json("en"))


def answers(decision: Decision) -> dict[tuple[str, str], Answer]:
    assert decision.diagnostics == ()
    return {(answer.instance.id, answer.key): answer for answer in decision.answers}


def told(decision: Decision) -> dict[tuple[str, str], object]:
    """What a decision says, without what depends on where things were written."""
    return {key: (said(answer.outcome), answer.provisional) for key, answer in answers(decision).items()}


def said(outcome: Outcome) -> object:
    match outcome:
        case Granted(amount, articles):
            return "granted", amount, frozenset(article.number for article in articles)
        case Refused(reason, article):
            return "refused", reason, article and article.number
        case Undecided(missing, possible):
            return "undecided", frozenset(missing), possible
        case Conflict(articles):
            return "conflict", frozenset(article.number for article in articles)
        case Failed(reason):
            return "error", reason
        case _:
            return outcome


def inside(partial: Outcome, full: Outcome) -> bool:
    """Whether the answer of a full case is one that the partial answer left open."""
    if not isinstance(partial, Undecided):
        return type(partial) is type(full) and amount_of(partial) == amount_of(full)
    if isinstance(full, Undecided):
        return False
    amount = amount_of(full)
    return amount is None or partial.possible is None or contains(Unknown(partial.possible, frozenset()), amount)


def amount_of(outcome: Outcome) -> Value | None:
    """The amount as other rules see it; None where there is no answer."""
    match outcome:
        case Granted(amount):
            return amount
        case Refused():
            return Fraction(0)
        case _:
            return getattr(outcome, "value", None)


def reordered(value: object, draw: Random) -> object:
    """The same JSON with every list and every object in another order."""
    if isinstance(value, list):
        return draw.sample([reordered(inner, draw) for inner in value], len(value))
    if isinstance(value, dict):
        return {key: reordered(value[key], draw) for key in draw.sample(list(value), len(value))}
    return value


def hide_one(case: Json, draw: Random) -> tuple[str, str]:
    """Takes one fact out of the case; returns whose it was and its name."""
    holders = [(who, holder, key) for who, holder in instances_of(case) for key in holder if key not in ("编号", "成员")]
    who, holder, key = draw.choice(holders)
    del holder[key]
    return who, key


def instances_of(case: Json) -> list[tuple[str, Json]]:
    household = case["户"]
    assert isinstance(household, dict)
    found: list[tuple[str, Json]] = [("户", household)]
    for person in household["成员"]:
        found.append((person["编号"], person))
        found.extend((parent["编号"], parent) for parent in person.get("父母", ()))
    return found


def spoil(case: Json, draw: Random, value: object) -> None:
    """Puts a value somewhere in the case where it does not belong."""
    _, holder = draw.choice(instances_of(case))
    holder[draw.choice([*holder, "多余", ""])] = value


STARTS = re.compile(r"(?=^(?:引用|依据|主体|事实|参数|条件|算|表|档|给付|例|性质|周岁计算) )", re.MULTILINE)
ARTICLES = re.compile(r"(?=^(?:第.{1,3}条 |其余情形))", re.MULTILINE)


def moved(text: str, draw: Random) -> str:
    """A policy text with its declarations in another order, and the articles of each benefit too (其余情形 stays last).

    Comments and blank lines stay with the declaration before them; what stands before the first one stays first.
    """
    first, *blocks = STARTS.split(text if text.endswith("\n") else text + "\n")
    for index, block in enumerate(blocks):
        head, *articles = ARTICLES.split(block)
        if block.startswith("给付") and "优先" not in head:
            *articles, last = articles
            blocks[index] = head + "".join(draw.sample(articles, len(articles))) + last
    return first + "".join(draw.sample(blocks, len(blocks)))
