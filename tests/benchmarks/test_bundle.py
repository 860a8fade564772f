"""The bundle of eight decisions: the rules pay what the function by hand pays, and the table is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_the_rules_and_the_hand_agree_and_the_table_is_printed() -> None:
    ended = subprocess.run(
        [sys.executable, str(HERE / "bundle.py"), "--households", "60", "--repeat", "1"], capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    first, heading, *rows = ended.stdout.splitlines()
    assert first == "60 households, 8 decisions each: the same by the rules and by hand"
    assert heading.split() == ["what", "µs/household", "ratio"]
    assert len(rows) == 7 and rows[0].split()[-1] == "1.00"
