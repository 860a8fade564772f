"""Law 17: generated Python gives the same answers as the reference, marks of 暂定 values included, over generated programs and
cases known wholly or in part, and over the worked examples of the shipped policies."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path as FilePath
from random import Random
from typing import Any

import pytest
from attrs import evolve, fields, has
from hypothesis import given, settings
from hypothesis import strategies as st

from core_building import APRIL, fact, op, parameter_of, place, program, rule, yuan
from generated_programs import KEYS, SLOTS, VALUES, case_of, policy
from policyrules.book.book import Book, decide, load
from policyrules.book.cases import read_case
from policyrules.book.occasion import in_month
from policyrules.core.case import instances
from policyrules.core.outcome import Answer
from policyrules.core.program import Literal, Operation, ParameterRow, ParameterValue, Program
from policyrules.engines import interpreter
from policyrules.engines.expressions import evaluate_traced
from policyrules.engines.prepared import NotKnown, evaluate_known
from policyrules.engines.python_code import PythonCode
from policyrules.operators.table import OPERATORS
from policyrules.values.types import DAY, NUMBER, Quantity, Value

POLICIES = FilePath(__file__).parents[2] / "policies"


def with_parameters(built: Program, draw: Random) -> Program:
    """The program with some of its numbers moved into parameters, some of them 暂定, and some branches 暂定."""
    found = dict(built.parameters)

    def moved(node: Any) -> Any:
        if isinstance(node, Literal) and isinstance(node.value, Fraction) and draw.random() < 0.5:
            key = f"数{len(found)}"
            row = ParameterRow(date(2019, 1, 1), None, node.value, draw.random() < 0.5, None, None, None, None, place())
            found[key] = parameter_of(key, row, kind=node.type)
            return ParameterValue(key, node.type, node.place)
        if isinstance(node, tuple):
            return tuple(moved(part) for part in node)
        if not has(type(node)) or isinstance(node, (ParameterValue, Literal)):
            return node
        kept = {part.name.lstrip("_"): moved(getattr(node, part.name)) for part in fields(type(node)) if part.name not in ("place", "type", "rounding")}
        if "provisional" in kept and hasattr(node, "condition"):
            kept["provisional"] = draw.random() < 0.3
        return evolve(node, **kept)

    rules = {key: moved(one) for key, one in built.rules.items()}
    benefits = {key: moved(one) for key, one in built.benefits.items()}
    return evolve(built, rules=rules, benefits=benefits, parameters=found)


def same(one: Answer, other: Answer) -> bool:
    return (one.key, one.name, one.type, one.outcome, one.provisional, one.supplied) == (
        other.key, other.name, other.type, other.outcome, other.provisional, other.supplied,
    )  # fmt: skip


def agree(quick: Answer | None, slow: Answer) -> bool:
    """The quick way gives the same answer, or none: it may be left where something is missing or fails on the way."""
    return quick is None or same(quick, slow)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32))
def test_generated_programs(seed: int) -> None:
    draw = Random(seed)
    built = with_parameters(policy(draw), draw)
    code = PythonCode(built)
    for _ in range(4):
        known: dict[tuple[str, str], Value] = {slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS}
        for slot in draw.sample(SLOTS, int(draw.random() < 0.3)):
            del known[slot]
        root, first = case_of(known)
        asked = [(key, first) for key in KEYS]
        for quick, slow in zip(code.quick(root, APRIL, asked), interpreter.at_first_sight(built, root, APRIL, asked), strict=True):
            assert agree(quick, slow), (quick, slow, code.source(slow.key, APRIL.day))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32))
def test_the_prepared_way_leaves_the_same_trace(seed: int) -> None:
    draw = Random(seed)
    built = with_parameters(policy(draw), draw)
    for _ in range(4):
        known: dict[tuple[str, str], Value] = {slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS}
        for slot in draw.sample(SLOTS, int(draw.random() < 0.3)):
            del known[slot]
        root, first = case_of(known)
        plainly = interpreter.run_with(built, root, APRIL, evaluate_traced, trace=True)
        for answer in interpreter.decide(built, root, APRIL, [(key, first) for key in KEYS], True):
            found = interpreter.settle(plainly, answer.key, first)
            assert (answer.trace, answer.provisional) == (found.step, found.provisional)


def test_the_prepared_way_knows_what_is_known() -> None:
    """It is left where something is missing, and only there."""
    built = program(rule("值", op("and", fact("特困"), op("less", fact("月收入"), yuan(3)))), rule("非", op("not", fact("特困"))))
    root, first = case_of({slot: VALUES[slot[1]][0] for slot in SLOTS})
    run = interpreter.run_with(built, root, APRIL, evaluate_known, trace=True)
    assert [interpreter.settle(run, key, first).value for key in ("值", "非")] == [True, False]
    root, first = case_of({})
    with pytest.raises(NotKnown):
        interpreter.settle(interpreter.run_with(built, root, APRIL, evaluate_known, trace=True), "值", first)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_everything_asked_of_somebody_in_one_function(seed: int) -> None:
    draw = Random(seed)
    built = with_parameters(policy(draw), draw)
    code = PythonCode(built)
    code.stretch(APRIL.day)._every["个人"] = tuple(KEYS)
    for missing in (0, 0, 1, 2):
        known: dict[tuple[str, str], Value] = {slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS}
        for slot in draw.sample(SLOTS, missing):
            del known[slot]
        root, _ = case_of(known)
        asked = [(key, one) for one in instances(root) if one.entity == "个人" for key in KEYS]
        for quick, slow in zip(code.quick(root, APRIL, asked), interpreter.at_first_sight(built, root, APRIL, asked), strict=True):
            assert agree(quick, slow), (quick, slow)


@pytest.fixture(scope="module")
def shipped() -> Book:
    return load(POLICIES)


def test_the_shipped_examples_are_decided_alike(shipped: Book) -> None:
    compared = 0
    for example in shipped.examples:
        root = read_case(shipped.program, example.data, example.place.source, example.locate, names=shipped.names).value
        assert root is not None
        asked = interpreter.everything(shipped.program, root)
        for month in (example.month or date(2020, 4, 1), date(2020, 3, 1), date(2020, 7, 1)):
            occasion = in_month(shipped.program, month)
            quick = shipped.code.quick(root, occasion, asked)
            for one, other in zip(quick, interpreter.at_first_sight(shipped.program, root, occasion, asked), strict=True):
                assert agree(one, other), (example.title, one, other)
                compared += one is not None
    assert compared > 1000


@pytest.mark.parametrize("mode", sorted(name for name in OPERATORS if name.startswith("round ")))
@given(numbers=st.lists(st.fractions(-50, 50, max_denominator=60), min_size=1, max_size=30))
def test_rounding_is_the_tables(mode: str, numbers: list[Fraction]) -> None:
    step = Fraction(1, 10)
    built = program(rule("值", Operation(mode, (op("divide", fact("月收入"), Literal(Fraction(7), NUMBER)), Literal(step, NUMBER)), Quantity())))
    code = PythonCode(built)
    for number in numbers:
        root, first = case_of({("人0", "月收入"): Fraction(int(number * 100), 100)})
        asked = [("值", first)]
        assert same(code.decide(root, APRIL, asked)[0], interpreter.decide(built, root, APRIL, asked, False)[0])


def test_ages_days_and_nesting() -> None:
    deep = fact("月收入")
    for _ in range(150):
        deep = op("add", deep, fact("月收入"), kind=deep.type)  # type: ignore[assignment]
    built = program(rule("深", deep), rule("日", fact("出生日期"), kind=DAY))
    root, first = case_of({("人0", "月收入"): Fraction(2), ("人0", "出生日期"): date(2000, 2, 29)})
    asked = [("深", first), ("日", first)]
    assert all(map(same, PythonCode(built).decide(root, APRIL, asked), interpreter.decide(built, root, APRIL, asked, False)))


def test_decide_uses_the_quick_way_and_says_the_same(shipped: Book) -> None:
    case = {"户": {"享受低保": True, "成员": [{"编号": "甲", "残疾等级": "一级"}]}}
    plain, traced = decide(shipped, case, month="2020-04"), decide(shipped, case, month="2020-04", explain=True)
    assert [answer.outcome for answer in plain.answers] == [answer.outcome for answer in traced.answers]
