"""Law 17 for the engine of columns: a row it answers has the answer of the reference, and a row it leaves open is one that is
decided by itself afterwards."""

from __future__ import annotations

from pathlib import Path as FilePath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyrules.book.book import load
from policyrules.book.cases import read_case
from policyrules.book.consistency import contradictions
from policyrules.book.occasion import occasion_of
from policyrules.core.case import Instance, instances
from policyrules.engines import interpreter
from policyrules.source.text import SourceText
from properties.households import MONTHS, Json, households

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
from columns import answers, as_row, name, told  # noqa: E402

POLICIES = FilePath(__file__).parents[2] / "policies"
BOOK = load(POLICIES)


def roots_of(cases: list[Json]) -> list[Instance]:
    read = [read_case(BOOK.program, case, SourceText("case", ""), names=BOOK.names).value for case in cases]
    return [root for root in read if root is not None]


def listed(root: Instance) -> bool:
    """Whether everybody's lists are told, as a roster tells them."""
    return all("父母" in one.members for one in instances(root) if one.entity == "个人")


def compare(roots: list[Instance], month: str) -> tuple[int, int]:
    """How many answers columns give, of how many; each is the reference's."""
    program = BOOK.program
    occasion = occasion_of(program, month, None).value
    assert occasion is not None
    paying = [key for key, benefit in program.benefits.items() if benefit.pays]
    asked = [*paying, *(key for key, rule in program.rules.items() if rule.entity is not None)]
    found = answers(BOOK.code, roots, occasion, asked)
    given_, every = 0, 0
    for number, root in enumerate(roots):
        wanted = [(key, one) for one in instances(root) for key in asked if (program.benefits.get(key) or program.rules[key]).entity == one.entity]
        contradicted = bool(contradictions(BOOK.code, root, occasion))
        for answer in interpreter.at_first_sight(program, root, occasion, wanted):
            row = found[answer.key, name(number, answer.instance) or ""]
            every += 1
            if row["status"] is None:
                continue
            given_ += 1
            assert not contradicted
            assert (answer.key, told(row, answer)) == (answer.key, as_row(answer))
    return given_, every


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(households(BOOK.program), min_size=3, max_size=8), st.sampled_from(MONTHS))
def test_known_households(cases: list[Json], month: str) -> None:
    given_, every = compare(roots_of(cases), month)
    assert given_ >= every * 0.5, "most rows need not be decided one by one"


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(households(BOOK.program, known=0.8), min_size=3, max_size=8), st.sampled_from(MONTHS))
def test_households_known_in_part(cases: list[Json], month: str) -> None:
    compare([root for root in roots_of(cases) if listed(root)], month)
