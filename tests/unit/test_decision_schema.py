"""The published schema of a decision: the file is the code's, and everything `to_json` writes fits it, for all shipped examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policyrules.book.book import Book, decide, load
from policyrules.book.decision_schema import REASON_KINDS, STATUSES, decision_schema
from policyrules.book.examples import run_examples
from policyrules.doors import cli
from schema_checker import faults

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "docs" / "decision.schema.json"
SCHEMA: Any = decision_schema()


@pytest.fixture(scope="module")
def book() -> Book:
    return load(ROOT / "policies")


@pytest.fixture(scope="module")
def outputs(book: Book) -> list[Any]:
    """Every shipped example, in turn in Chinese and English, a household asked for everything, and what goes wrong."""
    found = []
    for index, example in enumerate(book.examples):
        asked = [f"{one.subject}的{one.name}" if one.subject else one.name for one in example.expectations]
        decision = decide(book, example.data, month=example.month, day=example.day, ask=asked, explain=True)
        assert decision.answers
        found.append(decision.to_json("en" if index % 2 else "zh"))
    household = json.loads((ROOT / "examples" / "household.json").read_text("utf-8"))
    found.append(decide(book, household, month="2020-04", explain=True).to_json())
    found.append(decide(book, {}, month="2020-04", explain=True).to_json())
    found.append(decide(book, {"户": {"年收人": 1}}, month="2020-4-1").to_json("en"))
    found.append(decide(book, {"户": {"成员": [{"编号": "甲"}]}}, month="2020-04", ask=["户的人均收入", "低保标准"]).to_json())
    return [json.loads(json.dumps(each)) for each in found]


def test_the_file_is_the_schema(pytestconfig: pytest.Config) -> None:
    text = json.dumps(SCHEMA, ensure_ascii=False, indent=2) + "\n"
    if pytestconfig.getoption("--accept"):
        FILE.write_text(text, "utf-8")
    assert FILE.read_text("utf-8") == text


def test_every_shipped_example_fits(book: Book, outputs: list[Any]) -> None:
    assert len(outputs) > len(run_examples(book)) > 50
    assert [fault for output in outputs for fault in faults(output, SCHEMA)] == []
    answers = [answer for output in outputs for answer in output["decisions"]]
    assert len(answers) > 100
    assert {answer["status"] for answer in answers} >= {"granted", "refused", "undecided", "computed"}
    kinds = {reason["kind"] for answer in answers for reason in answer["reasons"]}
    assert kinds >= {"article", "fact", "parameter", "rule", "calculation", "rounding", "excluded", "failing", "missing"}


def test_every_field_is_described_in_both_languages() -> None:
    def described(schema: Any) -> Iterator[Any]:
        yield from schema.get("properties", {}).values()
        for inner in schema.get("$defs", {}).values():
            yield from described(inner)

    fields = list(described(SCHEMA))
    assert len(fields) > 30
    for field in fields:
        zh, slash, en = field["description"].partition(" / ")
        assert slash and any(ord(sign) > 0x2E80 for sign in zh) and en.strip()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("month",), "2020-4"),
        (("decisions",), None),
        (("decisions", 0, "status"), "paid"),
        (("decisions", 0, "value"), 366),
        (("decisions", 0, "provisional"), "no"),
        (("decisions", 0, "extra"), 1),
        (("decisions", 0, "reasons", 0, "kind"), "because"),
    ],
)
def test_what_does_not_fit_is_found(outputs: list[Any], path: tuple[Any, ...], value: object) -> None:
    """The checker can say no."""
    broken = json.loads(json.dumps(next(output for output in outputs if output["decisions"])))
    inner = broken
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert list(faults(broken, SCHEMA))


def test_words_are_listed_once() -> None:
    assert len(set(REASON_KINDS)) == len(REASON_KINDS) and len(set(STATUSES)) == len(STATUSES) == 6


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Without policies: the form of a decision is the same for all."""
    assert cli.run(["schema", "--only", "decision"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA
    with pytest.raises(SystemExit) as left:
        cli.run(["schema"])
    assert left.value.code == 2 and "POLICIES" in capsys.readouterr().err
