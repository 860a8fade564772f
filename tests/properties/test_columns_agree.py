"""Law 17 for the engine of columns: a row it answers has the answer of the reference, and a row it leaves open is one that is
decided by itself afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path as FilePath
from random import Random

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core_building import APRIL, MONTHLY, PERSON, household, number, path, person, place, program, rule
from generated_programs import KEYS, SLOTS, VALUES, case_of, policy
from policyrules.book.book import load
from policyrules.book.cases import read_case
from policyrules.book.consistency import contradictions
from policyrules.book.occasion import occasion_of
from policyrules.core.case import Instance, instances
from policyrules.core.program import Expression, FactValue, Literal, Operation
from policyrules.engines import interpreter
from policyrules.engines.python_code import PythonCode
from policyrules.operators.dates import SPREAD_PLACES
from policyrules.operators.table import OPERATORS
from policyrules.source.text import SourceText
from policyrules.values.calendar import BIRTHDAY_RULES, LEAP_RULES
from policyrules.values.types import COUNT, DAY, NUMBER, TEXT, TRUTH, Type, Value
from properties.households import MONTHS, Json, households
from properties.test_engines_agree import with_parameters

pytest.importorskip("sqlglot")
from columns import ENGINES, answers, as_row, name, ready, told

POLICIES = FilePath(__file__).parents[2] / "policies"
BOOK = load(POLICIES)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each database there is, with which every test below is run."""
    found: str = request.param
    ready(found)
    return found


def roots_of(cases: list[Json]) -> list[Instance]:
    read = [read_case(BOOK.program, case, SourceText("case", ""), names=BOOK.names).value for case in cases]
    return [root for root in read if root is not None]


def listed(root: Instance) -> bool:
    """Whether everybody's lists are told, as a roster tells them."""
    return all("父母" in one.members for one in instances(root) if one.entity == "个人")


def compare(roots: list[Instance], month: str, engine: str) -> tuple[int, int]:
    """How many answers columns give, of how many; each is the reference's."""
    program = BOOK.program
    occasion = occasion_of(program, month, None).value
    assert occasion is not None
    paying = [key for key, benefit in program.benefits.items() if benefit.pays]
    asked = [*paying, *(key for key, rule in program.rules.items() if rule.entity is not None)]
    found = answers(BOOK.code, roots, occasion, asked, engine)
    given_, every = 0, 0
    for case_, root in enumerate(roots):
        wanted = [(key, one) for one in instances(root) for key in asked if (program.benefits.get(key) or program.rules[key]).entity == one.entity]
        contradicted = bool(contradictions(BOOK.code, root, occasion))
        for answer in interpreter.at_first_sight(program, root, occasion, wanted):
            row = found[answer.key, name(case_, answer.instance) or ""]
            every += 1
            if row["status"] is None:
                continue
            given_ += 1
            assert not contradicted
            assert (answer.key, told(row, answer)) == (answer.key, as_row(answer))
    return given_, every


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases=st.lists(households(BOOK.program), min_size=3, max_size=8), month=st.sampled_from(MONTHS))
def test_known_households(engine: str, cases: list[Json], month: str) -> None:
    given_, every = compare(roots_of(cases), month, engine)
    assert given_ >= every * 0.5, "most rows need not be decided one by one"


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases=st.lists(households(BOOK.program, known=0.8), min_size=3, max_size=8), month=st.sampled_from(MONTHS))
def test_households_known_in_part(engine: str, cases: list[Json], month: str) -> None:
    compare([root for root in roots_of(cases) if listed(root)], month, engine)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_generated_programs(engine: str, seed: int) -> None:
    program_agrees(engine, seed)


def program_agrees(engine: str, seed: int) -> None:
    """The answers of one generated program over a dozen cases are the reference's."""
    draw = Random(seed)
    built = with_parameters(policy(draw), draw)
    roots = []
    for _ in range(12):
        known: dict[tuple[str, str], Value] = {slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS}
        for slot in draw.sample(SLOTS, int(draw.random() < 0.3)):
            del known[slot]
        roots.append(case_of(known)[0])
    found = answers(PythonCode(built), roots, APRIL, KEYS, engine)
    for case_, root in enumerate(roots):
        wanted = [(key, one) for key in KEYS for one in root.members["成员"]]
        for answer in interpreter.at_first_sight(built, root, APRIL, wanted):
            row = found[answer.key, name(case_, answer.instance) or ""]
            if row["status"] is not None:
                assert (answer.key, told(row, answer)) == (answer.key, as_row(answer))


# ---------------------------------------------------------------- operators


def held(name_: str, kind: Type) -> FactValue:
    return FactValue(path(PERSON), name_, kind, place())


def spelt(text: str) -> Literal:
    return Literal(text, TEXT, place())


AMOUNT, COUNTED, BORN, DAY_ON = held("月收入", MONTHLY), held("数", COUNT), held("出生日期", DAY), held("日", DAY)
POOR, PAID = held("特困", TRUTH), held("有固定收入", TRUTH)
SEVENTH = Operation("divide", (COUNTED, number(7)), NUMBER, place())
ORDERS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
PAIRS: tuple[tuple[Expression, ...], ...] = ((AMOUNT, COUNTED), (SEVENTH, AMOUNT), (COUNTED, number("1/3")))
ARGUMENTS: Mapping[str, tuple[tuple[Expression, ...], ...]] = {
    **{operator: PAIRS for operator in ("add", "subtract", "multiply", "divide", "maximum", "minimum")},
    **{operator: (*PAIRS, (BORN, DAY_ON)) for operator in ORDERS},
    **{operator: ((SEVENTH, number("1/10")), (AMOUNT, number(10))) for operator in OPERATORS if operator.startswith("round ")},
    "negate": ((AMOUNT,), (SEVENTH,)),
    "and": ((POOR, PAID),),
    "or": ((POOR, PAID),),
    "not": ((POOR,),),
    "at_least": ((number(1), POOR, PAID), (number(2), POOR, PAID)),
    "age": tuple((BORN, DAY_ON, spelt(rule_), spelt(leap)) for rule_ in BIRTHDAY_RULES for leap in LEAP_RULES),
    **{operator: ((BORN, DAY_ON),) for operator in ("months_between", "full_months", "days_between")},
    **{operator: ((BORN, COUNTED),) for operator in ("add_months", "add_days")},
    "year_end": ((BORN,),),
    "spread": tuple((AMOUNT, number("1/100"), DAY_ON, spelt(where)) for where in SPREAD_PLACES),
}
"""Arguments of every operator, over facts of a person."""
TRUTHS, DAYS = frozenset((*ORDERS, "and", "or", "not", "at_least")), frozenset(("add_months", "add_days", "year_end"))
_EDGES = (date(1, 1, 1), date(9999, 12, 31), date(2000, 2, 29), date(2001, 2, 28), date(2020, 2, 29), date(2019, 12, 31), date(1900, 3, 1))


def test_every_operator_is_tried() -> None:
    assert set(ARGUMENTS) == set(OPERATORS)


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_operators_are_the_tables(engine: str, operator: str) -> None:
    operators_agree(engine, operator)


def operators_agree(engine: str, *operators: str) -> None:
    """Each operator on a few hundred people: its value, or NULL exactly where it fails."""
    draw = Random("".join(operators))
    calls = [(operator, arguments) for operator in operators for arguments in ARGUMENTS[operator]]
    kinds = {operator: TRUTH if operator in TRUTHS else DAY if operator in DAYS else NUMBER for operator in operators}
    rules = [
        rule(f"值{index}", Operation(operator, arguments, kinds[operator], place()), kind=kinds[operator]) for index, (operator, arguments) in enumerate(calls)
    ]
    built = program(*rules)
    more = {(PERSON, "数"): COUNT, (PERSON, "日"): DAY}
    facts = {**built.facts, **{at: evolve(built.facts[PERSON, "月收入"], key=at[1], name=at[1], type=type_, low=None) for at, type_ in more.items()}}
    facts[PERSON, "月收入"] = evolve(facts[PERSON, "月收入"], low=None)
    built = evolve(built, facts=facts)
    people = [
        person(
            f"{index}",
            月收入=Fraction(draw.randrange(-3000, 3000), 100),
            数=Fraction(draw.choice((0, draw.randrange(-40, 40), draw.randrange(-12, 13)))),
            出生日期=draw.choice((*_EDGES, date.fromordinal(draw.randrange(700_000, 740_000)))),
            日=draw.choice((*_EDGES, date.fromordinal(draw.randrange(730_000, 740_000)))),
            特困=draw.random() < 0.5,
            有固定收入=draw.random() < 0.5,
        )
        for index in range(300)
    ]
    root = household(*people)
    wanted = [(one.key, member) for one in rules for member in people]
    found = answers(PythonCode(built), [root], APRIL, [one.key for one in rules], engine)
    for answer in interpreter.at_first_sight(built, root, APRIL, wanted):
        row = found[answer.key, name(0, answer.instance) or ""]
        assert told(row, answer) == as_row(answer), (answer.key, answer.instance.facts, answer.outcome)
