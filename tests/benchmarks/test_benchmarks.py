"""The benchmarks run and print their table. Their times are read by people, never asserted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_table_is_printed() -> None:
    script = Path(__file__).with_name("run.py")
    ended = subprocess.run(
        [sys.executable, str(script), "--lines", "300", "--repeat", "1"], capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    heading, *rows = ended.stdout.splitlines()
    assert heading.split() == ["what", "CPU", "s", "baseline", "s", "ratio", "remark"]
    assert len(rows) == 19 and all("; baseline: " in row for row in rows)
