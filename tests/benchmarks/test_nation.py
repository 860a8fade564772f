"""The made-up nation, a small one: the same rows from the engine for single cases and from columns, and the table is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
pytest.importorskip("sqlglot")
from benchmarks.nation import checksum, write_result


def test_a_small_nation_is_decided_alike() -> None:
    command = [sys.executable, str(Path(__file__).parent / "nation.py"), "--people", "400", "--engines", "python,duckdb"]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    made, heading, *rows, last = ended.stdout.splitlines()
    assert made.split()[1::2] == ["households,", "people,", "parents"]
    assert heading.split() == ["engine", "rows", "checksum", "seconds", "CPU", "alone"]
    assert [row.split()[0] for row in rows] == ["python", "duckdb"] and len({tuple(row.split()[1:3]) for row in rows}) == 1
    assert last == "the same rows from each"


def test_the_checksum_is_of_the_rows_alone(tmp_path: Path) -> None:
    """Their order and how a fraction is written make no difference; anything else does."""

    def summed(*rows: tuple[object, ...]) -> tuple[int, str]:
        write_result(str(tmp_path / "rows.parquet"), [rows])
        return checksum(tmp_path / "rows.parquet")

    one = ("h1", "1", "个人", "补助", "补助", "granted", 20333, 100, None, True, "第一条", None)
    other = ("h1", "h1", "户", "均摊", "均摊", "computed", 1440000, 200, None, False, None, None)
    lowest = (*other[:6], 7200, 1, *other[8:])
    assert summed(one, other) == summed(lowest, one)
    for place, cell in ((6, 20334), (9, None), (5, "refused"), (10, "第二条"), (8, "")):
        changed = (*one[:place], cell, *one[place + 1 :])
        assert (summed(changed, other) == summed(one, other)) is (cell == "")
