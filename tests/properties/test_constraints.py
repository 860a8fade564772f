"""Constraints against brute force over small domains: what is ruled out never happens, and an example holds."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from policyrules.analysis.constraints import Witness, find
from policyrules.analysis.graph import uses_of
from policyrules.analysis.linear import Settled
from policyrules.analysis.view import View
from policyrules.core.program import (
    Anchor,
    Branch,
    Choice,
    Expression,
    Fact,
    FactValue,
    Impossible,
    Literal,
    Operation,
    ParameterValue,
    Path,
    Rule,
    RuleValue,
)
from policyrules.operators.operator import Failure
from policyrules.operators.table import OPERATORS
from policyrules.values.types import COUNT, NUMBER, TEXT, TRUTH, Options, Quantity, Type, Value
from small_program import NOWHERE

HERE = Path(Anchor.CURRENT, "户")
LEVELS = Options(("无", "一级", "二级"))
FACTS: dict[str, tuple[Type, list[Value]]] = {
    "低保": (TRUTH, [True, False]),
    "特困": (TRUTH, [True, False]),
    "等级": (LEVELS, list(LEVELS.names)),
    "类别": (LEVELS, list(LEVELS.names)),
    "人数": (COUNT, [Fraction(n) for n in range(4)]),
    "车数": (COUNT, [Fraction(n) for n in range(3)]),
    "住址": (TEXT, ["东", "西", "甲"]),
}


def fact(name: str) -> FactValue:
    return FactValue(HERE, name, FACTS[name][0])


def number(value: int | Fraction) -> Literal:
    return Literal(Fraction(value), NUMBER)


def operation(operator: str, *arguments: Expression) -> Operation:
    truths = ("and", "or", "not", "at_least", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
    kind: Type = TRUTH if operator in truths else NUMBER
    return Operation(operator, arguments, kind)


COMPARED = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]
ARITHMETIC = ["add", "subtract", "maximum", "minimum", "multiply", "divide"]
Drawn: TypeAlias = st.SearchStrategy[Expression]


def choice(condition: Expression, value: Expression, otherwise: Expression) -> Choice:
    return Choice((Branch(condition, value),), otherwise, value.type)


def grown(numbers: Drawn, words: Drawn, conditions: Drawn) -> tuple[Drawn, Drawn, Drawn]:
    """Expressions one level higher than these."""
    compared = st.builds(operation, st.sampled_from(COMPARED), numbers, numbers)
    return (
        numbers
        | st.builds(operation, st.sampled_from(ARITHMETIC), numbers, numbers)
        | st.builds(lambda n: operation("round half up", n, number(1)), numbers)
        | st.builds(choice, conditions, numbers | st.just(Impossible(NUMBER)), numbers),
        words | st.builds(choice, conditions, words, words),
        conditions
        | compared
        | compared
        | st.builds(operation, st.sampled_from(COMPARED[:2]), words, words)
        | st.builds(operation, st.sampled_from(["and", "or", "equal", "not_equal"]), conditions, conditions)
        | st.builds(lambda c: operation("not", c), conditions)
        | st.builds(lambda n, cs: operation("at_least", number(n), *cs), st.integers(0, 3), st.lists(conditions, min_size=2, max_size=3))
        | st.builds(choice, conditions, conditions, conditions),
    )


NUMBERS: Drawn = st.sampled_from([fact("人数"), fact("车数"), RuleValue(HERE, "商", NUMBER), *map(number, range(-1, 5))])
WORDS: Drawn = st.sampled_from([fact("等级"), fact("类别"), *(Literal(name, LEVELS) for name in LEVELS.names)])
CONDITIONS: Drawn = st.sampled_from(
    [
        fact("低保"),
        fact("特困"),
        RuleValue(HERE, "困难", TRUTH),
        *(operation(same, fact("住址"), Literal(word, TEXT)) for same in COMPARED[:2] for word in "东西"),
    ]
)
numbers, words, conditions = grown(*grown(*grown(NUMBERS, WORDS, CONDITIONS)))

RULES = {
    "商": Rule("商", "商", "户", NUMBER, operation("divide", fact("车数"), fact("人数")), NOWHERE),
    "困难": Rule("困难", "困难", "户", TRUTH, operation("or", fact("低保"), operation("less", fact("人数"), number(2))), NOWHERE),
}


def view() -> View:
    facts = {}
    for name, (kind, values) in FACTS.items():
        top = Fraction(len(values) - 1) if isinstance(kind, Quantity) else None
        low = Fraction(0) if isinstance(kind, Quantity) else None
        facts["户", name] = Fact(name, name, "户", kind, low, top, None, None, NOWHERE)
    return View(RULES, {}, facts, {})


def evaluate(node: Expression, case: dict[str, Value]) -> Value | Failure:
    """The meaning of an expression, errors absorbed by 且 and 或 as engines do."""
    match node:
        case Literal():
            return node.value
        case FactValue():
            return case[node.fact]
        case RuleValue():
            return evaluate(RULES[node.rule].expression, case)
        case Choice():
            for branch in node.branches:
                held = evaluate(branch.condition, case)
                if isinstance(held, Failure):
                    return held
                if held is True:
                    return evaluate(branch.value, case)
            return evaluate(node.otherwise, case)
        case Operation():
            values = [evaluate(argument, case) for argument in node.arguments]
            if node.operator in ("and", "or") and (node.operator == "or") in [v for v in values if isinstance(v, bool)]:
                return node.operator == "or"
            failure = next((value for value in values if isinstance(value, Failure)), None)
            return failure or OPERATORS[node.operator].scalar(*values)
        case _:
            return Failure(OPERATORS["add"].symbol)


def every_case(asked: list[Expression]) -> list[dict[str, Value]]:
    """Every combination of the facts asked for; the others make no difference."""
    uses = uses_of([*asked, *(rule.expression for rule in RULES.values())])
    names = [name for _, _, name in uses.facts]
    return [dict(zip(names, values, strict=True)) for values in product(*(FACTS[name][1] for name in names))]


@settings(max_examples=200, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=3))
def test_never_means_never_and_an_example_holds(asked: list[Expression]) -> None:
    found = find(asked, view())
    if found is Settled.NEVER:
        wrong = [case for case in every_case(asked) if all(evaluate(one, case) is True for one in asked)]
        assert wrong == []
    if isinstance(found, Witness):
        known = {one.node.fact: one.value for one in found.assignments if isinstance(one.node, FactValue)}
        if len(known) < len(found.assignments):
            return  # a quotient or the like stands for itself
        some = [case for case in every_case(asked) if all(case.get(name) == value for name, value in known.items())]
        # An error is no contradiction: what an example leaves out may still end in one.
        assert some and not any(evaluate(one, case) is False for one in asked for case in some)


@settings(max_examples=100, deadline=None)
@given(conditions)
def test_a_condition_and_its_opposite_never_meet(asked: Expression) -> None:
    assert not isinstance(find([asked, operation("not", asked)], view()), Witness)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.builds(operation, st.sampled_from(COMPARED), numbers, numbers), min_size=1, max_size=4))
def test_comparisons_alone(asked: list[Expression]) -> None:
    test_never_means_never_and_an_example_holds.hypothesis.inner_test(asked)  # type: ignore[attr-defined]


def test_a_parameter_with_two_values_is_open() -> None:
    node = ParameterValue("标准", NUMBER)
    found = find([operation("equal", node, number(3)), operation("equal", node, number(4))], view())
    assert found is Settled.NEVER
