"""Tables in memory are decided as the same rosters in files are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from policyrules.book.batch import batch
from policyrules.book.batch_memory import decide_tables
from policyrules.book.book import compile_book
from policyrules.source.text import SourceText
from unit.test_batch import HOMES, PEOPLE, POLICY

arrow = pytest.importorskip("pyarrow")
BOOK = compile_book([SourceText("rules.policy", POLICY)])


class Streaming:
    """A table of a library of its own, which hands out Arrow."""

    def __init__(self, table: Any) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


def tables() -> dict[str, Any]:
    gap = {"": None}
    return {
        entity: arrow.Table.from_pylist([{key: gap.get(value, value) for key, value in row.items()} for row in members])
        for entity, members in (("户", HOMES), ("个人", PEOPLE))
    }


def rows(table: Any) -> list[dict[str, Any]]:
    return sorted(table.to_pylist(), key=lambda row: (row["key"], row["subject"]))


def test_the_same_rows_as_from_files(tmp_path: Path) -> None:
    import pyarrow.parquet as parquet

    paths = {}
    for entity, table in tables().items():
        paths[entity] = str(tmp_path / f"{entity}.parquet")
        parquet.write_table(table, paths[entity])
    out = str(tmp_path / "result.parquet")
    done = batch(BOOK, paths, out, month="2020-04")
    found = decide_tables(BOOK, tables(), month="2020-04")
    streamed = decide_tables(BOOK, {entity: Streaming(table) for entity, table in tables().items()}, month="2020-04")
    assert done.value is not None and found.value is not None and streamed.value is not None
    assert rows(found.value.table) == rows(streamed.value.table) == rows(parquet.read_table(out)) != []
    assert found.value.summary == streamed.value.summary == done.value


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_frames(library: str) -> None:
    frames = pytest.importorskip(library)
    made = {entity: frames.DataFrame(table.to_pylist()) for entity, table in tables().items()}
    found, plain = decide_tables(BOOK, made, month="2020-04"), decide_tables(BOOK, tables(), month="2020-04")
    assert found.value is not None and plain.value is not None, found.diagnostics
    assert rows(found.value.table) == rows(plain.value.table)


def test_what_is_no_table_is_named() -> None:
    found = decide_tables(BOOK, {"户": HOMES, "个人": tables()["个人"]}, month="2020-04")
    assert found.value is None and [finding.code for finding in found.diagnostics] == ["B123"] and "list" in found.diagnostics[0].message.zh


def test_a_finding_is_about_the_table_and_no_file() -> None:
    made = {**tables(), "户": tables()["户"].slice(1)}
    found = decide_tables(BOOK, made, month="2020-04")
    assert found.value is not None and found.value.summary.apart == {"个人": 2}
    assert found.diagnostics[0].message.zh == "“个人”有 2 行写的“户”不在名单上：h1"
    assert found.diagnostics[0].place.path == "个人"
    without = {**tables(), "个人": tables()["个人"].drop_columns(["残疾"])}
    assert [finding.message.zh for finding in decide_tables(BOOK, without, month="2020-04").diagnostics] == ["“个人”缺少列：残疾"]


def test_floats_are_refused() -> None:
    floats = arrow.table({"编号": ["h1"], "年收入": [0.1]})
    found = decide_tables(BOOK, {"户": floats, "个人": tables()["个人"]}, month="2020-04")
    assert found.value is None and [finding.code for finding in found.diagnostics] == ["B110"]


def test_a_stream_that_breaks_is_told() -> None:
    class Broken:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise RuntimeError("cut off")

    found = decide_tables(BOOK, {"户": Broken(), "个人": tables()["个人"]}, month="2020-04")
    assert found.value is None and "cut off" in found.diagnostics[0].message.en


def test_decimals_stay_exact() -> None:
    homes = arrow.table({"编号": ["h1"], "年收入": [Decimal("1000.55")], "住处": ["乡"]})
    people = arrow.table({"编号": ["p1"], "户": ["h1"], "残疾": [False], "分数": [0]})
    found = decide_tables(BOOK, {"户": homes, "个人": people}, month="2020-04", ask=["均摊"])
    assert found.value is not None, found.diagnostics
    (row,) = found.value.table.to_pylist()
    assert Decimal(row["value"]) / row["scale"] == Decimal("1000.55")
