"""Policies at a git revision: read without a checkout, and clear words where they cannot be."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from policyrules.doors import cli, revisions
from policyrules.doors.revisions import read_revision, read_version
from policyrules.source.diagnostic import Diagnostic

RULES = "主体 户\n事实 户\n  月收入：元/月\n给付 补助：元/月\n第一条 收入低的\n  当 月收入 低于 {bound}元/月\n  给 100元/月\n其余情形 不予\n"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="no git here")


def git(folder: Path, *words: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two commits: a bound of 100, then of 200; in the working tree 300. A note lies beside the rules."""
    git(tmp_path, "init", "-q")
    policies = tmp_path / "policies" / "补助"
    policies.mkdir(parents=True)
    (tmp_path / "policies" / "notes.txt").write_text("…", "utf-8")
    for bound in (100, 200):
        (policies / "rules.policy").write_text(RULES.format(bound=bound), "utf-8")
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", str(bound))
    (policies / "rules.policy").write_text(RULES.format(bound=300), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes(findings: tuple[Diagnostic, ...]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("words", "bound"), [("HEAD:policies", "200"), ("HEAD~1:policies", "100"), ("HEAD~1", "100"), ("HEAD:policies/补助/rules.policy", "200")]
)
def test_files_of_a_revision(repository: Path, words: str, bound: str) -> None:
    read = read_revision(words)
    assert read.value is not None
    (text,) = read.value
    assert f"低于 {bound}元" in text.text
    assert text.path == f"{words.partition(':')[0]}:policies/补助/rules.policy"


def test_paths_as_git_reads_them(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "policies")
    for words in ("HEAD:policies", "HEAD:./补助", "HEAD:./", "HEAD:../policies"):
        read = read_revision(words)
        assert read.value is not None, words
        assert len(read.value) == 1


def test_a_path_that_is_there_is_a_path(repository: Path) -> None:
    book = read_version("policies").value
    assert book is not None
    assert "300元" in book.files[0].text


@pytest.mark.parametrize(
    ("words", "code"), [("nothing", "D112"), ("HEAD~7:policies", "D112"), ("--output=x", "D112"), ("HEAD:polices", "D113"), ("HEAD:policies/notes.txt", "D114")]
)
def test_what_cannot_be_read(repository: Path, words: str, code: str) -> None:
    read = read_revision(words)
    assert (read.value, codes(read.diagnostics)) == (None, [code])


def test_no_text(repository: Path) -> None:
    (repository / "policies" / "补助" / "rules.policy").write_bytes(b"\xff\xfe")
    git(repository, "commit", "-qam", "bytes")
    assert codes(read_revision("HEAD:policies").diagnostics) == ["F103"]


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert codes(read_revision("HEAD:policies").diagnostics) == ["D111"]


def test_no_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert codes(read_revision("HEAD:policies").diagnostics) == ["D110"]


def test_git_fails(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = revisions._git

    def failing(*words: str, at: str | None = None) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(["git"], 1, b"", b"fatal: broken\n") if words[0] == "archive" else asked(*words, at=at)

    monkeypatch.setattr(revisions, "_git", failing)
    (finding,) = read_revision("HEAD:policies").diagnostics
    assert finding.code == "D115"
    assert "broken" in finding.message("en")


def test_command(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["diff", "HEAD:policies", "policies", "--seconds", "0"]) == 1
    assert "月收入在 200.00元/月（含）至 300.00元/月（不含）之间" in capsys.readouterr().out
    assert cli.run(["diff", "HEAD:policies", "HEAD"]) == 0
    assert cli.run(["diff", "HEAD:polices", "policies", "--format", "json"]) == 2
    assert '"code": "D113"' in capsys.readouterr().out
