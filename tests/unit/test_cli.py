"""The command: what it prints, how it ends, and that nothing a user does ends in a traceback."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from policyrules.book import book as library
from policyrules.book.book import Book
from policyrules.book.names import names_of
from policyrules.doors import cli
from policyrules.source.diagnostic import Checked, Diagnostic, error, warning
from policyrules.source.text import Place, SourceText
from small_program import small_program

PROGRAM = small_program()
CASE = {"户": {"年收入": "14400", "成员": [{"编号": "甲", "残疾等级": "一级"}, {"编号": "乙", "残疾等级": "三级"}, {}]}}
PLACE = Place(SourceText("rules.policy", "政策 残疾\n"), 3, 5)
FAULT = error("P203", "找不到名称“甲”", "there is no name “甲”", ("改一改", "repair it")).at(PLACE)
DOUBT = warning("W101", "“甲”没有用到", "“甲” is not used").at(PLACE)


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder that loads as the small program, whatever stands in it."""
    return book_of(tmp_path, monkeypatch, ())


def book_of(folder: Path, monkeypatch: pytest.MonkeyPatch, findings: tuple[Diagnostic, ...]) -> str:
    book = Book(PROGRAM, findings, (), (), (), names_of(PROGRAM))
    monkeypatch.setattr(library, "load", lambda _: book)
    return str(folder)


def case_file(folder: str, case: object) -> str:
    path = Path(folder) / "case.json"
    path.write_text(case if isinstance(case, str) else json.dumps(case, ensure_ascii=False), encoding="utf-8")
    return str(path)


def decide_json(policies: str, capsys: pytest.CaptureFixture[str], case: object, *options: str) -> tuple[int, Any]:
    path = case_file(policies, case)
    status = cli.run(["decide", policies, path, "--month", "2020-04", "--format", "json", *options])
    return status, json.loads(capsys.readouterr().out)


def test_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder = book_of(tmp_path, monkeypatch, ())
    assert (cli.run(["check", folder]), capsys.readouterr().out) == (0, "")
    folder = book_of(tmp_path, monkeypatch, (DOUBT,))
    assert cli.run(["check", folder, "--lang", "en"]) == 0
    assert "warning[W101]" in capsys.readouterr().out
    folder = book_of(tmp_path, monkeypatch, (DOUBT, FAULT))
    assert cli.run(["check", folder, "--format", "json"]) == 1
    second = json.loads(capsys.readouterr().out)["diagnostics"][1]
    fields = {key: second[key] for key in ("code", "severity", "file", "line", "column", "message", "hint")}
    assert fields == {
        "code": "P203",
        "severity": "error",
        "file": "rules.policy",
        "line": 1,
        "column": 4,
        "message": "找不到名称“甲”",
        "hint": "改一改",
    }


def test_decide_gives_stable_fields(policies: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = decide_json(policies, capsys, CASE)
    assert (status, found["diagnostics"], found["month"], found["day"]) == (0, [], "2020-04", "2020-04-01")
    first, second, third = found["decisions"]
    fields = ("subject", "name", "status", "value", "unit", "provisional")
    assert [first[key] for key in fields] == ["甲", "生活补贴", "granted", "100.00", "元/月", False]
    assert first["reasons"][0]["article"] == "第一条"
    assert (second["status"], second["value"], second["reasons"][0]["text"]) == (
        "refused",
        None,
        "其余情形：不符合",
    )
    assert (third["status"], third["missing"]) == (
        "undecided",
        [{"subject": "成员3", "name": "残疾等级", "key": "残疾等级"}],
    )


def test_decide_in_words(policies: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = case_file(policies, CASE)
    assert cli.run(["decide", policies, path, "--day", "2020-04-15"]) == 0
    words = capsys.readouterr().out
    assert "2020年4月15日" in words and "100.00元/月" in words and "成员3的残疾等级" in words
    assert cli.run(["decide", policies, path, "--month", "2020-04", "--lang", "en", "--explain"]) == 0
    words = capsys.readouterr().out
    assert "2020-04" in words and "100.00 yuan/month" in words and "because" in words


def test_ask_and_given(policies: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = decide_json(policies, capsys, CASE, "--ask", "户的月收入", "--ask", "甲的生活补贴")
    assert (status, [one["value"] for one in found["decisions"]]) == (0, ["1200.00", "100.00"])
    status, found = decide_json(policies, capsys, CASE, "--ask", "月收入", "--given", "月收入=610元")
    assert [(one["value"], one["supplied"]) for one in found["decisions"]] == [("610.00", True)]
    status, found = decide_json(policies, capsys, CASE, "--ask", "乙的生活补贴", "--given", "乙的生活补贴=366元")
    assert found["decisions"][0]["value"] == "366.00"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--ask", "生活补帖"], "C163"),
        (["--ask", "残疾等级"], "C163"),
        (["--given", "月收人=3"], "C151"),
        (["--given", "月收入"], "C150"),
    ],
)
def test_wrong_questions(policies: str, capsys: pytest.CaptureFixture[str], options: list[str], code: str) -> None:
    status, found = decide_json(policies, capsys, CASE, *options)
    assert (status, found["decisions"], [one["code"] for one in found["diagnostics"]]) == (1, [], [code])


def test_bad_months_and_cases(policies: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = case_file(policies, CASE)
    assert cli.run(["decide", policies, path, "--month", "2020-13"]) == 1
    assert "C160" in capsys.readouterr().err
    for case, code in (({"户": {"年收入": 1.5}}, "C130"), ('{"户": ', "C100"), ("[1, 2", "C100"), ({}, "C112")):
        status, found = decide_json(policies, capsys, case)
        assert (status, found["decisions"], found["diagnostics"][0]["code"]) == (1, [], code)
        assert found["diagnostics"][0]["file"].endswith("case.json")


def test_policies_with_errors_decide_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    policies = book_of(tmp_path, monkeypatch, (FAULT, DOUBT))
    status, found = decide_json(policies, capsys, CASE)
    assert (status, found["decisions"], [one["code"] for one in found["diagnostics"]]) == (1, [], ["P203"])
    for command in ("test", "schema"):
        assert cli.run([command, policies]) == 1


def test_files_that_cannot_be_read(policies: str, capsys: pytest.CaptureFixture[str]) -> None:
    def status(case: str) -> int:
        return cli.run(["decide", policies, case, "--month", "2020-04"])

    binary = Path(policies) / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    assert (status("nowhere.json"), "C180" in capsys.readouterr().err) == (2, True)
    assert (status(policies), "C181" in capsys.readouterr().err) == (2, True)
    assert (status(str(binary)), "C183" in capsys.readouterr().err) == (1, True)
    assert (status("a\0b"), "C184" in capsys.readouterr().err) == (2, True)
    assert cli.run(["check", "nowhere"]) == 2
    assert cli.run(["format", "nowhere", "--format", "json"]) == 2


def test_standard_input(policies: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = "\ufeff" + json.dumps(CASE)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert cli.run(["decide", policies, "-", "--month", "2020-04"]) == 0
    assert "甲" in capsys.readouterr().out


def test_schema(policies: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["schema", policies]) == 0
    both = json.loads(capsys.readouterr().out)
    assert cli.run(["schema", policies, "--only", "case"]) == 0
    assert json.loads(capsys.readouterr().out) == both["case"]
    assert "$schema" in both["schema"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["check"],
        ["decide", "p", "c"],
        ["decide", "p", "c", "--month", "2020-04", "--day", "2020-04-01"],
        ["check", "p", "--lang", "fr"],
        ["format", "p", "--to", "de"],
    ],
)
def test_wrong_use(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run(arguments)
    assert ended.value.code == 2
    assert "用法有误" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "decide", "test", "format", "schema"])
def test_help_speaks_both_languages(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run([command, "--help"])
    assert ended.value.code == 0
    words = capsys.readouterr().out
    assert "政策文件夹" in words and "folder or file of policies" in " ".join(words.split())


def test_a_bug_is_an_apology_for_people_and_an_exception_for_tests(
    policies: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(library, "load", broken)
    with pytest.raises(ZeroDivisionError):
        cli.run(["check", policies])
    assert cli.main(["check", policies]) == 1
    words = capsys.readouterr().err
    assert "X000" in words and "Traceback" not in words


@pytest.fixture
def upper_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """A formatter that writes capitals and finds fault with question marks: here only the files are in question."""

    def format_source(source: SourceText, spelling: str | None) -> Checked[str]:
        wrong = (FAULT,) if "?" in source.text else ()
        return Checked(source.text.upper() + (spelling or ""), wrong)

    monkeypatch.setitem(sys.modules, "policyrules.syntax.formatter", SimpleNamespace(format_source=format_source))


@pytest.mark.usefixtures("upper_case")
def test_format_touches_only_what_changes_and_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, done, bad = tmp_path / "a.policy", tmp_path / "b.policy", tmp_path / "c.policy"
    good.write_bytes("one\r\n政策".encode())
    done.write_text("DONE")
    bad.write_text("two?")
    good.chmod(0o640)
    link = tmp_path / "link.policy"
    link.symlink_to(good)
    assert cli.run(["format", str(tmp_path), "--check"]) == 1
    assert good.read_text().startswith("one")
    capsys.readouterr()
    assert cli.run(["format", str(tmp_path)]) == 1
    assert good.read_bytes() == "ONE\r\n政策".encode()
    assert (good.stat().st_mode & 0o777, link.is_symlink(), bad.read_text()) == (0o640, True, "two?")
    assert "P203" in (words := capsys.readouterr().out) and str(good) in words and str(done) not in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.policy", "b.policy", "c.policy", "link.policy"]
    bad.unlink()
    assert cli.run(["format", str(tmp_path), "--check"]) == 0


@pytest.mark.usefixtures("upper_case")
def test_format_as_a_filter(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one")))
    assert (cli.run(["format", "-", "--to", "en"]), capsys.readouterr().out) == (0, "ONEen")
