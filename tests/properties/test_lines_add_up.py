"""Law 16: the lines of an explanation, worked out again by whoever reads them, come to the amount decided.

Five hundred explanations and more: every worked example of the shipped policies in several months, then households drawn
from the facts those policies ask for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from math import floor, prod
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from core_building import APRIL
from policyrules.book.book import Book, decide, load
from policyrules.book.cases import read_case
from policyrules.book.occasion import in_month
from policyrules.book.requests import requests_for
from policyrules.core.outcome import Answer, Computed, Granted
from policyrules.engines import interpreter
from policyrules.explain.lines import Line, line_json
from policyrules.explain.reason import Reason
from policyrules.explain.reasons import reasons_of
from policyrules.explain.words import exact_words, value_words
from policyrules.operators.table import OPERATORS
from properties.households import MONTHS, Json, households
from properties.test_partial_answers import KEYS, SLOTS, VALUES, case_of, policy

POLICIES = Path(__file__).parents[2] / "policies"
ENOUGH = 500


@cache
def shipped() -> Book:
    book = load(POLICIES)
    assert not book.errors
    return book


def worked(line: Line) -> Fraction:
    """What the figures of a line come to, by school arithmetic; the months of a year are the operator table's affair."""
    values = [figure.value for figure in line.figures]
    if line.operator == "spread":
        result = OPERATORS["spread"].scalar(*values)
        assert isinstance(result, Fraction)
        return result
    numbers = [value for value in values if isinstance(value, Fraction)]
    assert len(numbers) == len(values), line
    match line.operator, numbers:
        case None, [only]:
            return only
        case "add", _:
            return sum(numbers, Fraction(0))
        case "subtract", [left, right]:
            return left - right
        case "multiply", _:
            return prod(numbers, start=Fraction(1))
        case "divide", [left, right]:
            return left / right
        case "maximum", [_, *_]:
            return max(numbers)
        case "minimum", [_, *_]:
            return min(numbers)
        case "round half up", [value, step]:
            return floor(value / step + Fraction(1, 2)) * step
        case "round away from zero", [value, step]:
            return -floor(-value / step) * step
        case _:
            raise AssertionError(line)


def check(reason: Reason, named: dict[str, Fraction]) -> None:
    """Each line of a reason by its figures; its last line is what the reason says, in its text too."""
    for index, line in enumerate(reason.lines):
        for figure in line.figures:
            if figure.line is not None:
                assert figure.line < index and figure.value == reason.lines[figure.line].value
            elif figure.name.zh in named:
                assert figure.value == named[figure.name.zh], figure
        assert worked(line) == line.value, line
        assert Fraction(str(line_json(line, "zh")["value"])) == line.value
    last = reason.lines[-1]
    assert reason.value == exact_words(last.value, last.type)
    shown = value_words(last.value, last.type)
    # A list of members says who they are and what each has; what it comes to stands in the line it belongs to.
    listed = reason.kind == "rule" and reason.text.zh.startswith(f"{last.name.zh}：")
    assert listed or (shown.zh in reason.text.zh and shown.en in reason.text.en)


def open_(reasons: tuple[Reason, ...]) -> bool:
    """Whether the answer stands whatever the missing facts are, so that there is no one sum."""
    return any(reason.text.zh == "所缺的事实不影响结果" for reason in reasons)


def added_up(reasons: tuple[Reason, ...]) -> Fraction:
    """The amount the lines of an explanation come to, from the articles' amounts to the last rounding."""
    lined = [reason for reason in reasons if reason.lines]
    named = {reason.lines[-1].name.zh: reason.lines[-1].value for reason in lined if reason.kind == "rule"}
    for reason in lined:
        check(reason, named)
    by_article = {reason.article or "": reason.lines[-1].value for reason in lined if reason.kind == "calculation"}
    amounts = set(by_article.values())
    for reason in lined:
        (*_, last) = reason.lines
        if reason.kind == "combination":
            parts = {figure.name.zh: figure.value for figure in last.figures}
            assert parts == parts | by_article
            amounts = {last.value}
        elif reason.kind == "rounding":
            assert {last.figures[0].value} == amounts
            amounts = {last.value}
    (amount,) = amounts
    return amount


def amounts(answers: tuple[Answer, ...]) -> Iterator[tuple[Answer, Fraction]]:
    """The answers that are amounts worked out by rules."""
    for answer in answers:
        match answer.outcome:
            case Granted(amount) | Computed(Fraction() as amount) if not answer.supplied:
                yield answer, amount


def test_the_lines_of_the_worked_examples_add_up() -> None:
    book = shipped()
    program = book.program
    counted = 0
    for example in book.examples:
        root = read_case(program, example.data, example.place.source, example.locate, names=book.names).value
        assert root is not None
        wanted = dict.fromkeys(f"{each.subject}的{each.name}" if each.subject else each.name for each in example.expectations)
        asked = requests_for(program, root, book.names, list(wanted)).value
        for month in MONTHS:
            day = date.fromisoformat(f"{month}-01")
            for answer, amount in amounts(interpreter.decide(program, root, in_month(program, day), asked, trace=True)):
                reasons = reasons_of(answer, program)
                if not open_(reasons):
                    assert added_up(reasons) == amount
                    counted += 1
    assert counted >= ENOUGH


@settings(max_examples=60, derandomize=True)
@given(case=st.deferred(lambda: households(shipped().program)))
def test_the_lines_of_generated_households_add_up(case: Json) -> None:
    book = shipped()
    for month in ("2020-04", "2023-04"):
        decision = decide(book, case, month=month, explain=True)
        assert not decision.diagnostics
        for answer, amount in amounts(decision.answers):
            assert added_up(reasons_of(answer, book.program)) == amount


@settings(max_examples=300, derandomize=True)
@given(st.integers(0, 2**32))
def test_the_lines_of_generated_programs_add_up(seed: int) -> None:
    """Sums, means and highest of members, choices, divisions, exceptions and every combination word."""
    draw = Random(seed)
    built = policy(draw)
    root, first = case_of({slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS})
    for answer, amount in amounts(interpreter.decide(built, root, APRIL, [(key, first) for key in KEYS], trace=True)):
        assert added_up(reasons_of(answer, built)) == amount
