"""The roster of eight decisions: the rules write the rows of the SQL written by hand, and the table is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
pytest.importorskip("pyarrow")


def test_the_rules_and_the_sql_by_hand_agree_and_the_table_is_printed() -> None:
    command = [sys.executable, str(Path(__file__).with_name("batch.py")), "--people", "2000", "--repeat", "1"]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    first, *rows = ended.stdout.splitlines()
    assert first.endswith("in 500 households, 8 decisions each: every row the same by the rules and by hand")
    # A line for every way, there or not.
    assert len([row for row in rows if row.startswith(("by hand", "these rules", "left out: ", "OpenFisca", "PolicyEngine")) and " of " not in row]) == 8
