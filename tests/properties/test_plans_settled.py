"""A plan made simpler by what was seen of its tables gives every row what the plan gives it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core_building import APRIL
from generated_programs import KEYS, SLOTS, VALUES, case_of, policy
from policyrules.book.batch_seen import seen_of
from policyrules.book.book import load
from policyrules.book.cases import read_case
from policyrules.book.occasion import occasion_of
from policyrules.core.case import Instance, Occasion
from policyrules.core.program import Program
from policyrules.engines.columnar import plan
from policyrules.engines.plan_settling import settled
from policyrules.engines.sql import query
from policyrules.source.text import SourceText
from properties.households import MONTHS, Json, households
from properties.test_engines_agree import with_parameters

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
from columns_tables import tables  # noqa: E402

BOOK = load(Path(__file__).parents[2] / "policies")


def agree(program: Program, roots: Sequence[Instance], occasion: Occasion, asked: Sequence[str]) -> tuple[int, int]:
    """Compares the rows; how long both queries are."""
    made = plan(program, occasion, asked, program.facts.keys(), program.entities.keys())
    with duckdb.connect() as connection:
        for table in tables(program, roots):
            connection.execute(table.create())
            if table.rows:
                connection.executemany(f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(table.columns))})', table.rows)

        def rows(sql: str) -> list[tuple[Any, ...]]:
            found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
            return found

        whole, simple = query(made), query(settled(made, *seen_of(rows, made)))
        assert sorted(map(repr, rows(simple))) == sorted(map(repr, rows(whole)))
    return len(simple), len(whole)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(households(BOOK.program), min_size=1, max_size=6), st.sampled_from(MONTHS), st.sampled_from((1.0, 0.95)), st.data())
def test_shipped_policies(known: list[Json], month: str, share: float, data: st.DataObject) -> None:
    cases = known if share == 1.0 else data.draw(st.lists(households(BOOK.program, known=share), min_size=1, max_size=4))
    program = BOOK.program
    occasion = occasion_of(program, month, None).value
    assert occasion is not None
    read = [read_case(program, case, SourceText("case", ""), names=BOOK.names).value for case in cases]
    asked = [*(key for key, benefit in program.benefits.items() if benefit.pays), *(key for key, rule in program.rules.items() if rule.entity is not None)]
    simple, whole = agree(program, [root for root in read if root is not None], occasion, asked)
    assert simple < whole


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_generated_programs(seed: int) -> None:
    draw = Random(seed)
    built = with_parameters(policy(draw), draw)
    missing = draw.choice((0.0, 0.0, 0.3))
    roots = []
    for _ in range(draw.choice((1, 3, 12))):
        found = {slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS}
        for slot in draw.sample(SLOTS, int(draw.random() < missing)):
            del found[slot]
        roots.append(case_of(found)[0])
    agree(built, roots, APRIL, KEYS)
