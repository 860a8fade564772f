"""The LALR table beside the grammar is the grammar's, and a table that is not is never used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policyrules.source.text import SourceText
from policyrules.syntax import table
from policyrules.syntax.lark_table import build_table
from policyrules.syntax.parser import parse, parser

FILE = Path(__file__).parents[2] / "grammar" / table.TABLE_FILE


def test_the_table_is_the_grammars(pytestconfig: pytest.Config) -> None:
    current = table.written(build_table())
    if pytestconfig.getoption("--accept"):
        FILE.write_text(current, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == current, "the grammar changed: run this test with --accept"


def _spoiled(text: str) -> list[str]:
    read = json.loads(text)
    return ["", "[]", "null", "{", json.dumps({**read, "grammar": "another"}), json.dumps({**read, "rules": None}), json.dumps({**read, "rows": [1]})]


@pytest.mark.parametrize("number", range(7))
def test_a_spoiled_table_is_built_anew(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    whole = FILE.read_text(encoding="utf-8")
    spoiled = _spoiled(whole)[number]
    true_text = table.grammar_text
    monkeypatch.setattr(table, "grammar_text", lambda name: spoiled if name == table.TABLE_FILE else true_text(name))
    table.ready_table.cache_clear()
    assert table.ready_table() is None
    if number == 0:
        parser.cache_clear()
        assert not parse(SourceText("x", "参数 标准：元\n  自 2020-01-01  610")).diagnostics
    monkeypatch.undo()
    table.ready_table.cache_clear()
    parser.cache_clear()
    assert table.ready_table() is not None
