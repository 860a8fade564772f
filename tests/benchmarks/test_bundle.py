"""The bundle of eight decisions: the rules pay what the function by hand pays, and the table is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def table(script: str, households: int) -> list[str]:
    command = [sys.executable, str(HERE / script), "--households", str(households), "--repeat", "1"]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def test_the_rules_and_the_hand_agree_and_the_table_is_printed() -> None:
    first, heading, *rows = table("bundle.py", 60)
    assert first == "60 households, 8 decisions each: the same by the rules and by hand"
    assert heading.split() == ["what", "µs/household", "ratio"]
    assert len(rows) == 9 and rows[0].split()[-1] == "1.00"


def test_engines_that_are_not_installed_are_named() -> None:
    lines = table("rivals.py", 20)
    absent = [line for line in lines if line.startswith("left out: ")]
    assert lines[len(absent)] == "20 households, eight decisions each, the same in every engine"
    # A line for each engine, there or not, three for the rules and the hand, and two of heading.
    assert len(lines) == 7 + 3 + 2
