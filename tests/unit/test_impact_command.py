"""The command `policyrules diff` with a roster: what is printed, which files it leaves, and how it ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from policyrules.doors import cli
from unit.test_impact import OLD, RAISED, rosters

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
pytest.importorskip("pyarrow")


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command up to the month, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("old", OLD), ("new", RAISED)):
        Path(name).mkdir()
        Path(name, "rules.policy").write_text(text, "utf-8")
    rosters(Path())
    asked = ["--ask", "补贴", "--seconds", "0", "--by", "县区", "--month", "2020-05"]
    return ["diff", "old", "new", "--roster", "户=homes.csv", "--roster", "people.csv", *asked]


def test_every_file_at_once(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    files = ["--out", "list.parquet", "--chart", "chart.svg", "--report", "report.html"]
    assert cli.run([*words, *files, "--format", "json"]) == cli.WRONG_INPUT
    fields = json.loads(capsys.readouterr().out)
    assert fields["impact"]["total"]["difference"] == "-40.00" and fields["impact"]["changes"] == 2 and fields["impact_diagnostics"] == []
    report = Path("report.html").read_text("utf-8")
    assert "规则的变化" in report and "给 100.00元/月 → 80.00元/月" in report and report.count("<svg ") == 3
    assert "-40.00" in Path("chart.svg").read_text("utf-8")
    left = sorted(path.name for path in Path().iterdir())
    assert left == ["chart.svg", "homes.csv", "list.parquet", "new", "old", "people.csv", "report.html"]
    assert cli.run([*words, "--chart", "chart.html", "--lang", "en"]) == cli.WRONG_INPUT
    assert "Impact on the roster (2020-05)" in Path("chart.html").read_text("utf-8")


def test_a_version_without_change_ends_well(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    words[2] = "old"
    assert cli.run(words) == cli.FINE
    assert "没有任何变动" in capsys.readouterr().out


def test_what_cannot_be_written_is_told_below_the_page(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("list.csv").mkdir()
    assert cli.run([*words, "--out", "list.csv"]) == cli.WRONG_USE
    printed = capsys.readouterr()
    assert "名单上的影响" in printed.out and "list.csv" in printed.err and "错误" in printed.err
    assert not list(Path("list.csv").iterdir()) and not [path for path in Path().iterdir() if path.name.startswith(".policyrules-")]


def test_a_roster_is_refused_as_json(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    Path("people.csv").write_text("编号,户\n1,h1\n", "utf-8")
    assert cli.run([*words, "--format", "json"]) == cli.WRONG_USE
    fields = json.loads(capsys.readouterr().out)
    assert fields["impact"] is None and [finding["code"] for finding in fields["impact_diagnostics"]] == ["B106"]


def test_a_library_that_is_lacking_is_told_first(words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert cli.run([*words, "--chart", "chart.svg"]) == cli.WRONG_USE
    printed = capsys.readouterr()
    assert not printed.out and "policyrules[charts]" in printed.err
