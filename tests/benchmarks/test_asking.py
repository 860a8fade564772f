"""Interviews over the example households: ranked questions are never more than those in the order of the file."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

EVERY = 45
"""A few households of the examples; the benchmark itself takes them all."""


@pytest.fixture(scope="module")
def asking() -> ModuleType:
    path = Path(__file__).with_name("asking.py")
    spec = importlib.util.spec_from_file_location("asking", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["asking"] = module
    spec.loader.exec_module(module)
    return module


def test_ranked_takes_no_more_questions_than_in_order(asking: ModuleType) -> None:
    book = asking.load(asking.ROOT / "policies")
    households = list(asking.households_of(book))[::EVERY]
    rows = [asking.count(book, households, name) for name in ("低保金", "单人保金", "孤儿生活费", "重病重残生活费")]
    assert [row.asked for row in rows if row.ranked > row.in_order] == []
    assert sum(row.ranked for row in rows) < sum(row.in_order for row in rows)
    everything = asking.count(book, households[:1], None)
    assert 0 < everything.ranked <= everything.in_order


def test_the_table_is_printed(asking: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    households = list(asking.households_of(asking.load(asking.ROOT / "policies")))[::80]
    asking.main(["--every", "80", "--ask", "孤儿生活费"])
    counted, heading, row = capsys.readouterr().out.splitlines()
    assert counted == f"{len(households)} households; mean number of questions" and len(households) > 2
    assert heading.split() == ["asked", "ranked", "in", "order", "saved", "CPU", "s"]
    assert row.startswith("孤儿生活费")
