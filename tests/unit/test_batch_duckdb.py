"""What DuckDB does its own way in a batch: members are counted rather than looked up, memory has a bound, clean tables take a short way."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyrules.book.batch import batch
from policyrules.book.book import Book, compile_book
from policyrules.source.text import SourceText

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
pytest.importorskip("pyarrow")

POLICY = """主体 户  含 成员：个人
主体 个人
事实 户
  房租：元/月
  住处：选项 城、乡
事实 个人
  出生日期：日期
  月收入：元/月
  残疾：是否
给付 补助：元/月  对 户  择高
第一条
  当 人数(成员 中 周岁 满 60) 高于 0 且 合计(成员，月收入) 低于 1000元/月
  给 房租 的 1/3
第二条 残疾的多给
  当 任一(成员 中 残疾)
  给 100元/月
其余情形 不予
取整 四舍五入 到 分
给付 补贴：元/月  对 个人
第一条
  当 残疾 且 户的住处 为 城
  给 50元/月
其余情形 不予
"""


@pytest.fixture(scope="module")
def book() -> Book:
    found = compile_book([SourceText("rules.policy", POLICY)])
    assert not found.errors, found.errors
    return found


def rosters(folder: Path, homes: str, people: str) -> dict[str, str]:
    paths = {"户": str(folder / "homes.parquet"), "个人": str(folder / "people.parquet")}
    with duckdb.connect() as connection:
        for path, columns, rows in (
            (paths["户"], "编号, 房租, 住处", homes),
            (paths["个人"], "编号, 户, 出生日期, 月收入, 残疾", people),
        ):
            connection.execute(f"COPY (SELECT * FROM (VALUES {rows}) made({columns})) TO '{path}'")
    return paths


HOMES = "('h1', 100.00::DECIMAL(9, 2), '城'), ('h2', 200.50, '乡'), ('h3', 0, '城')"
PEOPLE = """(1, 'h1', DATE '1950-01-01', 10::INTEGER, true), (2, 'h1', DATE '2000-02-29', 20, false), (3, 'h2', DATE '1960-04-01', 999, false),
    (4, 'h3', DATE '1960-04-02', 5000000, true)"""


def rows(path: Path) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        found: list[tuple[object, ...]] = connection.execute(f"SELECT subject, name, status, value, article FROM '{path}' ORDER BY name, subject").fetchall()
        return found


def test_clean_tables_are_decided_in_columns_alone(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    found = batch(book, rosters(tmp_path, HOMES, PEOPLE), str(out), month="2020-04", ask=["补助"])
    assert found.value is not None, found.diagnostics
    assert (found.value.rows, found.value.alone) == ({"granted": 3}, 0)
    assert rows(out) == [
        ("h1", "补助", "granted", 10000, "第二条"),
        ("h2", "补助", "granted", 6683, "第一条"),
        ("h3", "补助", "granted", 10000, "第二条"),
    ]


def test_one_cell_without_a_value_leaves_only_its_household(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    found = batch(book, rosters(tmp_path, HOMES, PEOPLE.replace("999", "NULL")), str(out), month="2020-04")
    assert found.value is not None and found.value.alone == 1
    assert [row[2] for row in rows(out)] == ["granted", "undecided", "granted", "granted", "refused", "refused", "granted"]


@pytest.mark.parametrize("asked", ["补助", "补贴"])
def test_whoever_is_of_no_household_in_the_roster_is_found_by_counting(book: Book, tmp_path: Path, asked: str) -> None:
    out = tmp_path / "result.parquet"
    lost = rosters(tmp_path, HOMES, PEOPLE + ", (5, 'h9', DATE '1990-01-01', 1, false)")
    found = batch(book, lost, str(out), month="2020-04", ask=[asked])
    assert [finding.code for finding in found.diagnostics] == ["B113", "B127"] and "h9" in found.diagnostics[0].message.zh
    plain = tmp_path / "plain.parquet"
    batch(book, rosters(tmp_path, HOMES, PEOPLE), str(plain), month="2020-04", ask=[asked])
    alone = [("5", "补贴", "error", None, None)] if asked == "补贴" else []
    assert rows(out) == [*rows(plain), *alone]


def test_ids_that_stand_twice_are_named(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    twice = rosters(tmp_path, HOMES, PEOPLE.replace("(4, 'h3'", "(3, 'h3'"))
    found = batch(book, twice, str(out), month="2020-04")
    assert [finding.code for finding in found.diagnostics] == ["B111", "B127"] and "3" in found.diagnostics[0].message.zh
    assert [row[:2] for row in rows(out) if row[2] == "error"] == [("h2", "补助"), ("h3", "补助"), ("3", "补贴"), ("3", "补贴")]


def test_memory_has_a_bound_and_a_strange_one_is_said(book: Book, tmp_path: Path) -> None:
    out, paths = tmp_path / "result.parquet", rosters(tmp_path, HOMES, PEOPLE)
    bounded = batch(book, paths, str(out), month="2020-04", memory="100MB")
    assert bounded.value is not None and len(rows(out)) == 7
    out.unlink()
    strange = batch(book, paths, str(out), month="2020-04", memory="a lot")
    assert [finding.code for finding in strange.diagnostics] == ["B102"] and not out.exists()


def test_nobody_and_too_many_are_left_to_the_engine_for_one_household(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    homes = "('h1', 90.00::DECIMAL(9, 2), '城'), ('h2', 200.50, '乡'), ('h3', 9, '城')"
    crowd = ", ".join(f"({number}, 'h2', DATE '1950-01-01', 0, false)" for number in range(10, 1011))
    paths = rosters(tmp_path, homes, f"(1, 'h1', DATE '1950-01-01', 10::INTEGER, false), {crowd}")
    found = batch(book, paths, str(out), month="2020-04", ask=["补助"])
    assert found.value is not None and found.value.alone == 2
    assert [row[2:] for row in rows(out)] == [("granted", 3000, "第一条"), ("granted", 6683, "第一条"), ("error", None, None)]
