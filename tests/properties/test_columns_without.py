"""Facts there is no column for are unknown to everybody, whatever their type: the query runs, and what it answers is the reference's."""

from __future__ import annotations

from importlib import import_module
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core_building import APRIL
from generated_programs import KEYS, SLOTS, VALUES, case_of, policy
from policyrules.engines import interpreter
from policyrules.engines.columnar import plan
from policyrules.values.types import Value
from properties.test_engines_agree import with_parameters

pytest.importorskip("sqlglot")
from columns import ENGINES, as_row, name, printed, ready, told
from columns_tables import tables
from policyrules.engines.sql import COLUMNS


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each database there is."""
    found: str = request.param
    ready(found)
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_facts_without_a_column(engine: str, seed: int) -> None:
    agrees_without(engine, seed)


def agrees_without(engine: str, seed: int) -> None:
    """The answers of one generated program over cases without some of the facts."""
    draw = Random(seed)
    built = with_parameters(policy(draw), draw)
    without = {slot[1] for slot in draw.sample(SLOTS, draw.randrange(1, len(SLOTS)))}
    roots = []
    for _ in range(6):
        known: dict[tuple[str, str], Value] = {slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS if slot[1] not in without}
        roots.append(case_of(known)[0])
    columns = [fact for fact in built.facts if fact[1] not in without]
    module = import_module(f"columns_{engine}")
    made = printed(plan(built, APRIL, KEYS, columns, built.entities.keys()), module.DIALECT)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in module.run(tables(built, roots), made)]
    found = {(row["key"], row["subject"]): row for row in rows}
    for case_, root in enumerate(roots):
        wanted = [(key, one) for key in KEYS for one in root.members["成员"]]
        for answer in interpreter.at_first_sight(built, root, APRIL, wanted):
            row = found[answer.key, name(case_, answer.instance) or ""]
            if row["status"] is not None:
                assert (answer.key, told(row, answer)) == (answer.key, as_row(answer))


def test_a_query_the_database_made_too_simple() -> None:
    """DuckDB 2.0 stopped here at a condition that its own optimizer had written."""
    ready("duckdb")
    agrees_without("duckdb", 54)
