"""Operations of a plan as SQL, where databases differ from what they seem to say."""

from __future__ import annotations

import pytest

from policyrules.engines.plan_terms import Col, Const, case, op
from policyrules.engines.sql import selection

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")


def test_constants_have_room_for_their_products() -> None:
    """A chosen constant is a column of its own, whose products go beyond 32 bits."""
    chosen = case([(Col("rich"), Const(30_000))], Const(-45_000))
    table = {"product": op("*", chosen, Const(10**6)), "sum": op("sum", op("*", chosen, Const(10**9)))}
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE people AS SELECT true AS rich")
        found = [connection.execute(selection("people", {name: term})).fetchone() for name, term in table.items()]
    assert found == [(30_000 * 10**6,), (30_000 * 10**9,)]


def test_spark_divides_wide_numbers_without_div() -> None:
    """`DIV` would cut the quotient to 64 bits; the minus sign of a decimal would round it."""
    printed = selection("numbers", {"whole": op("wide //", Col("a"), Const(7)), "below": op("neg", Col("a"))}, "spark")
    assert " DIV " not in printed and "0L - `a`" in printed
