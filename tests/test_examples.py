"""The examples run and say what they are there to say."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from policyrules.doors import cli

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_embedding(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "01_decide.py"), run_name="__main__")
    shown = capsys.readouterr().out
    assert "甲的生活补贴：366.00元/月" in shown
    assert "第二条" in shown


def test_english_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", str(EXAMPLES / "02_english.policy"), "--lang", "en"]) == 0
    assert capsys.readouterr().out == ""
    assert cli.run(["test", str(EXAMPLES / "02_english.policy"), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "1 example passed\n"


def test_shipped_files_are_laid_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["format", "--check", str(EXAMPLES.parent / "policies"), str(EXAMPLES)]) == 0
    assert capsys.readouterr().out == ""
