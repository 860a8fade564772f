"""The benchmark of proofs runs, and finds nothing to complain of."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("z3")
    path = Path(__file__).with_name("proving.py")
    spec = importlib.util.spec_from_file_location("proving", path)
    assert spec is not None and spec.loader is not None
    proving = importlib.util.module_from_spec(spec)
    sys.modules["proving"] = proving
    spec.loader.exec_module(proving)
    proving.main(["--ask", "孤儿保障·孤儿生活费", "--mutants", "2", "--seconds", "20"])
    claims, mutants = capsys.readouterr().out.splitlines()
    assert claims.split()[0] == "claims" and "Refuted" not in claims and "NotProved" not in claims
    assert mutants.split()[0] == "mutants" and "NotProved" not in mutants
