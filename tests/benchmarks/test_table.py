"""The table of aims is printed with a line for each, whatever is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SIZES = {"--people": 2000, "--households": 20, "--lines": 300, "--repeat": 1, "--tries": 1}


def test_every_aim_has_a_line() -> None:
    script = Path(__file__).with_name("table.py")
    options = [str(each) for pair in SIZES.items() for each in pair]
    ended = subprocess.run([sys.executable, str(script), *options], capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    heading, *rows = ended.stdout.splitlines()
    assert heading.split() == ["what", "at", "most", "measured", "remark"]
    judged = [row for row in rows if not row.startswith("not installed: ")]
    # What is missing has no figure, and the command that installs it.
    assert all("pip install " in row for row in judged if " – " in row)
    assert all("  met" in row or "  not met" in row for row in judged if " – " not in row)
    for aim in (" by hand  ", "zen-engine  ", "(decision graph)  ", "OpenFisca  ", "load a compiled book", "source", "people", "import policyrules", "as JSON"):
        assert any(aim in row for row in judged), aim
