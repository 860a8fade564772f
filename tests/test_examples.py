"""The examples run and say what they are there to say."""

from __future__ import annotations

import re
import runpy
import shlex
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


def test_readme_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The Python of README.md runs as it stands, the same in both languages; what it calls a test is one that passes."""
    monkeypatch.chdir(EXAMPLES.parent)
    blocks = re.findall(r"```python\n(.*?)```", Path("README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 4 and len(set(blocks)) == 2
    for block in set(blocks):
        names: dict[str, object] = {}
        exec(compile(block, "<README.md>", "exec"), names)
        for name, value in names.items():
            if name.startswith("test_") and callable(value):
                value()
    assert "366.00" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["03_raise", "04_extension", "05_refactor"])
def test_changed_rules(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config) -> None:
    """What the examples of changed rules print stands beside them, to be read."""
    pytest.importorskip("z3")
    monkeypatch.syspath_prepend(EXAMPLES)
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    text, file = capsys.readouterr().out, EXAMPLES / f"{name}.txt"
    if pytestconfig.getoption("--accept"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), "the words changed: read the diff after running this test with --accept"


@pytest.mark.parametrize("file", ["pre-commit-config.yaml", "policies.yml"])
def test_workflow(file: str) -> None:
    """The commands of the hook and of the workflow are commands there are."""
    text = (EXAMPLES / "workflow" / file).read_text(encoding="utf-8")
    commands = re.findall(r"^ *(?:entry: |run: )?policyrules ([^>|\n]+)", text, re.MULTILINE)
    assert len(commands) >= 3
    for command in commands:
        cli._parser().parse_args(shlex.split(command))
