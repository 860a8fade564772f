"""Rosters decided on Spark: the rows DuckDB comes to, whatever they are read from; what goes wrong is told in words, not in Java's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from policyrules.book import batch_spark, batch_spark_session
from policyrules.book.batch import Summary, batch
from policyrules.book.batch_engine import Stopped
from policyrules.book.book import Book, compile_book
from policyrules.doors import cli
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.text import SourceText

duckdb = pytest.importorskip("duckdb")
arrow = pytest.importorskip("pyarrow")
pytest.importorskip("sqlglot")
from spark_session import session_or_skip  # noqa: E402
from unit.test_batch import HOMES, NAMES, PEOPLE, POLICY, rosters, rows_of, table  # noqa: E402


@pytest.fixture(scope="module")
def spark() -> Any:
    return session_or_skip()


@pytest.fixture(scope="module")
def book() -> Book:
    return compile_book([SourceText("rules.policy", POLICY)])


def told(book: Book, paths: dict[str, str], out: Path, engine: str = "spark") -> Summary:
    found = batch(book, paths, str(out), month="2020-04", ask=NAMES, engine=engine)
    assert found.value is not None, [finding.message.zh for finding in found.diagnostics]
    return found.value


def said(book: Book, paths: dict[str, str], out: Path) -> list[str]:
    found = batch(book, paths, str(out), month="2020-04", engine="spark")
    assert found.value is None and not out.exists()
    assert_worded(found.diagnostics)
    return [finding.code for finding in found.diagnostics]


def assert_worded(findings: tuple[Diagnostic, ...]) -> None:
    for finding in findings:
        assert finding.message.zh and finding.message.en != finding.message.zh
        assert "\n" not in finding.message.zh and "java." not in finding.message.en


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(map(repr, rows))


def test_text_tables_are_decided_as_on_duckdb(spark: Any, book: Book, tmp_path: Path) -> None:
    """Open households, bad cells and wide sums among them."""
    quoted = [{**HOMES[0], "编号": 'h"1, of\n2', "住处": "乡"}, *HOMES[1:]]
    paths = rosters(tmp_path, homes=quoted, people=[{**one, "户": 'h"1, of\n2'} if one["户"] == "h1" else one for one in PEOPLE])
    paths["户"] = str(Path(paths["户"]).rename(tmp_path / "homes.of.2020.csv"))
    here, there = tmp_path / "spark.parquet", tmp_path / "duckdb.parquet"
    assert told(book, paths, here) == told(book, paths, there, "duckdb")
    assert in_order(rows_of(here)) == in_order(rows_of(there)) and len(rows_of(here)) == len(PEOPLE) + 3 * len(HOMES)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_typed_tables_and_a_table_of_the_catalog(spark: Any, book: Book, tmp_path: Path) -> None:
    homes = arrow.table({"id": [1, 2, 3], "年收入": arrow.array([Decimal("14400.00"), Decimal("0.01"), None]), "住处": ["乡", "城", "乡"]})
    born = [date(2000, 2, 29), date(1, 1, 1), date(9999, 12, 31), None]
    people = {"编号": [1, 2, 3, 4], "户": [1, 2, 3, 3], "出生日期": born, "残疾": [True, False, False, None], "工龄": [7, None, 1, 1], "分数": [1, 0, 0, 0]}
    paths = {}
    for name, made in (("户", homes), ("个人", arrow.table(people))):
        paths[name] = str(tmp_path / f"{name}.parquet")
        with duckdb.connect() as connection:
            connection.from_arrow(made).write_parquet(paths[name])
    here, there = tmp_path / "spark.csv", tmp_path / "duckdb.csv"
    spark.read.parquet(paths["户"]).createOrReplaceGlobalTempView("homes")
    spark.conf.set("spark.sql.ansi.enabled", "false")
    try:
        summary = told(book, {**paths, "户": "global_temp.homes"}, here)
        assert spark.conf.get("spark.sql.ansi.enabled") == "false"
    finally:
        spark.conf.set("spark.sql.ansi.enabled", "true")
    assert summary == told(book, paths, there, "duckdb")
    assert sorted(here.read_text("utf-8").splitlines()) == sorted(there.read_text("utf-8").splitlines())
    assert not spark.catalog.tableExists("`个人 (as handed in)`")


def test_what_cannot_be_read(spark: Any, book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    paths = rosters(tmp_path)
    damaged, inexact = tmp_path / "damaged.parquet", tmp_path / "inexact.parquet"
    damaged.write_bytes(b"PAR1 nothing")
    with duckdb.connect() as connection:
        connection.from_arrow(arrow.table({"编号": ["h1"], "年收入": [1.5], "住处": [1]})).write_parquet(str(inexact))
    for codes, homes in (
        (["C180"], str(tmp_path / "nothing.csv")),
        (["B102"], str(damaged)),
        (["B133"], "no.such_table"),
        (["B133"], "没有的表"),
        (["B134"], str(tmp_path / "homes.arrow")),
        (["B110", "B109"], str(inexact)),
    ):
        assert said(book, {**paths, "户": homes}, out)[: len(codes)] == codes
    assert said(book, paths, tmp_path / "result.arrow") == ["B134"]


def test_a_run_that_fails_leaves_what_was_there(spark: Any, book: Book, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    paths = rosters(tmp_path)
    with open(paths["户"], "a", encoding="utf-8") as file:
        file.write("h8,1,乡,4\n")
    out = tmp_path / "result.csv"
    out.write_text("old", "utf-8")
    found = batch(book, paths, str(out), month="2020-04", engine="spark")
    assert found.value is None and [finding.code for finding in found.diagnostics] == ["B131"]
    assert_worded(found.diagnostics)
    assert "h8,1,乡,4" in found.diagnostics[0].message.en
    assert out.read_text("utf-8") == "old" and [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    assert capfd.readouterr().err == ""


def test_a_folder_of_files_and_the_command(spark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, people = tmp_path / "rules.policy", tmp_path / "people.csv"
    words = ("主体 户", "事实 户", "  年收入：元/年", "给付 补助：元/月  对 户", "第一条 穷的", "  当 年收入 低于 100元/年", "  给 1元/月", "其余情形 不予")
    policy.write_text("\n".join((*words, "")), "utf-8")
    people.mkdir()
    for part in range(3):
        table(people / f"part-{part}.csv", [{"编号": f"h{part}", "年收入": str(part * 60)}])
    out = tmp_path / "result.csv"
    command = ["batch", str(policy), "--roster", f"户={people}", "--month", "2020-04", "--out", str(out), "--engine", "spark"]
    assert cli.run(command) == 0, capsys.readouterr().err
    assert sorted(line.split(",")[5] for line in out.read_text("utf-8").splitlines()) == ["granted", "granted", "refused", "status"]


def test_without_pyspark_or_java(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths, out = rosters(tmp_path), tmp_path / "result.csv"
    with monkeypatch.context() as changed:
        changed.setitem(sys.modules, "pyspark", None)
        assert said(book, paths, out) == ["B100"]
    pytest.importorskip("pyspark")
    monkeypatch.setattr("pyspark.sql.SparkSession.getActiveSession", lambda: None)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert said(book, paths, out) == ["B130"]


class Deaf:
    """A session whose settings cannot be changed."""

    def __init__(self) -> None:
        self.conf = SimpleNamespace(set=lambda name, value: None, get=lambda name: "false")

    def newSession(self) -> Deaf:
        return self

    def sql(self, sql: str) -> Any:
        return SimpleNamespace(first=lambda: ("string",))


def test_without_ansi_mode_nothing_is_decided(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setattr("pyspark.sql.SparkSession.getActiveSession", Deaf)
    assert said(book, rosters(tmp_path), tmp_path / "result.csv") == ["B132"]


def test_other_errors_are_nobodys_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of the program itself is not told as one of Spark."""

    @contextmanager
    def session(master: str | None) -> Iterator[Any]:
        yield None

    monkeypatch.setattr(batch_spark, "session", session)
    with pytest.raises(ZeroDivisionError), batch_spark.started(SimpleNamespace(dsn=None), "out.csv"):  # type: ignore[arg-type]
        raise ZeroDivisionError
    with pytest.raises(Stopped), batch_spark.started(SimpleNamespace(dsn=None), "out.csv"):  # type: ignore[arg-type]
        raise OSError("full")
    assert batch_spark_session.said_by(ValueError("\n\nsaid\nwhere")) == "said"
