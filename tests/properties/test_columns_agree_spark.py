"""Law 17 for the engine of columns on Spark, which takes a second for each query: many rows at once, in few of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from policyrules.engines.plan_terms import Col, Const, op
from policyrules.engines.sql import selection
from policyrules.operators.table import OPERATORS
from properties.households import Json, households

arrow = pytest.importorskip("pyarrow")
pytest.importorskip("sqlglot")
pytest.importorskip("duckdb")
from properties.test_columns_agree import BOOK, compare, listed, operators_agree, program_agrees, roots_of  # noqa: E402
from properties.test_columns_wide import test_wide_numbers_are_the_references  # noqa: E402, F401
from properties.test_columns_without import agrees_without  # noqa: E402
from spark_session import session_or_skip  # noqa: E402


@pytest.fixture(autouse=True, scope="module")
def spark() -> None:
    session_or_skip()


@pytest.fixture
def engine() -> str:
    """What tests that are taken over from elsewhere are run with."""
    return "spark"


def drawn(strategy: SearchStrategy[Json], count: int) -> list[Json]:
    """So many of a strategy at once."""
    found: list[Json] = []

    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def draw(one: Json) -> None:
        found.append(one)

    draw()
    return found


@pytest.mark.parametrize("month", ["2020-05"])
def test_households_of_the_shipped_policies(month: str) -> None:
    known = roots_of(drawn(households(BOOK.program), 24))
    in_part = [root for root in roots_of(drawn(households(BOOK.program, known=0.8), 24)) if listed(root)]
    given_, every = compare([*known, *in_part], month, "spark")
    assert given_ >= every * 0.3 and in_part


@pytest.mark.parametrize("seed", range(4))
def test_generated_programs(seed: int) -> None:
    program_agrees("spark", seed)


@pytest.mark.parametrize("seed", range(3))
def test_facts_without_a_column(seed: int) -> None:
    agrees_without("spark", seed)


def test_operators_are_the_tables() -> None:
    operators_agree("spark", *sorted(OPERATORS))


def numbers() -> Iterator[tuple[int, int]]:
    """Pairs of wide numbers, the second not 0, of every size up to what the plan allows."""
    draw = Random(38)
    edges = [0, 1, 7, 10**6 - 1, 10**12, 2**63 - 1, 10**26 + 1, 10**32, 2**125 - 1, 2**126 - 1]
    for one in edges:
        for other in edges[1:]:
            yield from ((one, other), (-one, other))
    for _ in range(2000):
        yield draw.choice((1, -1)) * draw.randrange(2 ** draw.randrange(1, 127)), draw.randrange(1, 2 ** draw.randrange(1, 127))


def test_wide_numbers_are_reckoned_exactly() -> None:
    """Spark cuts `DIV` of decimals to 64 bits, rounds a minus sign to 34 digits, and divides to six places; none of it is used."""
    pairs = list(numbers())
    cells = [arrow.array([Decimal(pair[place]) for pair in pairs], arrow.decimal128(38, 0)) for place in (0, 1)]
    own = session_or_skip()
    own.createDataFrame(arrow.table(cells, names=["a", "b"])).createOrReplaceTempView("numbers")
    a, b, seven, below = Col("a"), Col("b"), Const(7), Const(-(2**100))
    made = {
        "whole": op("wide //", a, b),
        "seventh": op("wide //", a, seven),
        "hundredth": op("wide //", below, b),
        "rest": op("%", a, b),
        "negative": op("neg", a),
        "size": op("abs", a),
        "less": op("-", op("wide //", a, Const(2)), op("wide //", b, Const(2))),
    }
    found = own.sql(selection("numbers", made, "spark")).collect()
    for (one, other), row in zip(pairs, found, strict=True):
        wanted = (cut(one, other), cut(one, 7), cut(-(2**100), other), one - other * cut(one, other), -one, abs(one), cut(one, 2) - cut(other, 2))
        assert tuple(map(int, row)) == wanted, (one, other)


def cut(one: int, other: int) -> int:
    """The quotient without its fraction."""
    return one // other if one >= 0 else -(-one // other)
