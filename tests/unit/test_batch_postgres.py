"""Rosters that are tables of a PostgreSQL: every row as DuckDB has it, nothing written but what was asked for, every trouble told."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from policyrules.book import batch_postgres
from policyrules.book.batch import batch
from policyrules.book.book import Book, compile_book
from policyrules.book.postgres_trouble import without_secrets
from policyrules.doors import cli
from policyrules.source.text import SourceText
from postgres_server import dsn_or_skip
from unit.test_batch import HOMES, NAMES, PEOPLE, POLICY, rosters

psycopg = pytest.importorskip("psycopg")
arrow = pytest.importorskip("pyarrow")
pytest.importorskip("pyarrow.parquet")


@pytest.fixture(scope="module")
def book() -> Book:
    return compile_book([SourceText("rules.policy", POLICY)])


@pytest.fixture
def database() -> Iterator[Any]:
    """A connection to a database that has no tables but these."""
    with psycopg.connect(dsn_or_skip(), autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS public, 名单 CASCADE; CREATE SCHEMA public; CREATE SCHEMA 名单")
        yield connection


def table(database: Any, name: str, rows: Sequence[dict[str, str]], kinds: dict[str, str] | None = None) -> str:
    """A table of these rows, of text unless another type is told; what is empty is NULL."""
    columns = {column: (kinds or {}).get(column, "text") for column in rows[0]}
    told = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
    database.execute(f"CREATE TABLE {name} ({told})")
    for row in rows:
        database.execute(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(columns))})", [row[column] or None for column in columns])
    return name


def tables(database: Any) -> dict[str, str]:
    return {"户": table(database, "名单.户", HOMES), "个人": table(database, "people", PEOPLE)}


def everything(database: Any) -> list[tuple[str, str]]:
    """Every table there is with what stands in it."""
    names = database.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace >= 16384 ORDER BY 1").fetchall()
    return [(name, str(database.execute(f"SELECT * FROM {name}").fetchall())) for (name,) in names]


def rows_of(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(map(tuple, csv.reader(file)))


def said(found: Any) -> list[str]:
    assert found.value is None
    for finding in found.diagnostics:
        assert finding.message.zh and finding.message.en != finding.message.zh
    return [finding.code for finding in found.diagnostics]


def test_every_row_is_the_one_duckdb_has(book: Book, database: Any, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    asked: dict[str, Any] = {"month": "2020-04", "ask": NAMES}
    wanted = batch(book, rosters(tmp_path), str(one), **asked)
    paths, before = tables(database), everything(database)
    told: list[tuple[int, int]] = []
    found = batch(book, paths, str(other), engine="postgres", dsn=dsn_or_skip(), progress=lambda *step: told.append(step), **asked)
    assert found == wanted and found.value is not None, found.diagnostics
    assert rows_of(other) == rows_of(one) and len(rows_of(one)) == 1 + len(PEOPLE) + 3 * len(HOMES)
    assert told[-1] == (5, 5) and everything(database) == before


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_typed_tables_and_every_format(book: Book, database: Any, tmp_path: Path, suffix: str) -> None:
    homes = [{"id": "1", "年收入": "14400.00", "住处": "乡"}, {"id": "2", "年收入": "0.01", "住处": "城"}]
    people = [
        {"编号": "1", "户": "1", "出生日期": "2000-01-01", "残疾": "true", "工龄": "7", "分数": "1"},
        {"编号": "2", "户": "2", "出生日期": "2000-01-01", "残疾": "false", "工龄": "", "分数": "0"},
    ]
    database.execute("CREATE TYPE public.place AS ENUM ('城', '乡'); CREATE DOMAIN public.fen AS numeric(12, 2) CHECK (VALUE >= 0)")
    kinds = {"编号": "bigint", "户": "char(4)", "出生日期": "date", "残疾": "boolean", "工龄": "integer", "分数": "numeric"}
    paths = {"户": table(database, "homes", homes, {"年收入": "fen", "住处": "place"}), "个人": table(database, "people", people, kinds)}
    out = tmp_path / f"result.{suffix}"
    found = batch(book, paths, str(out), month="2020-04", engine="postgres", dsn=dsn_or_skip())
    assert found.value is not None, found.diagnostics
    assert (found.value.rows, found.value.alone) == ({"granted": 1, "refused": 1}, 0)
    read = arrow.parquet.read_table(out) if suffix == "parquet" else arrow.ipc.open_file(out).read_all()
    row = next(row for row in read.to_pylist() if row["status"] == "granted")
    assert (row["subject"], row["value"], row["scale"], row["provisional"], row["article"]) == ("1", 20333, 100, True, "第一条")


def test_what_no_case_can_say_is_told_in_its_row(book: Book, database: Any, tmp_path: Path) -> None:
    """Numbers and days that only a database has."""
    homes = [{**HOMES[0], "编号": f"h{index}", "年收入": income} for index, income in enumerate(("NaN", "1.001", "1e20", "10", "10", "10"))]
    births = ["2000-01-01"] * 3 + ["infinity", "0044-03-15 BC", "12000-01-01"]
    people = [{**PEOPLE[0], "编号": str(index), "户": f"h{index}", "出生日期": birth} for index, birth in enumerate(births)]
    paths = {"户": table(database, "homes", homes, {"年收入": "numeric"}), "个人": table(database, "people", people, {"出生日期": "date"})}
    out = tmp_path / "result.csv"
    found = batch(book, paths, str(out), month="2020-04", ask=["都满十八"], engine="postgres", dsn=dsn_or_skip())
    assert found.value is not None, found.diagnostics
    assert [row[5] for row in rows_of(out) if row[0] != "household"] == ["error", "error", "computed", "error", "error", "error"]


def test_ids_are_the_same_only_where_their_texts_are(book: Book, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Collations of columns, numbers against texts, and more households than are read at a time."""
    monkeypatch.setattr("policyrules.book.batch.AT_A_TIME", 2)
    database.execute("CREATE COLLATION public.alike (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
    homes = [{**HOMES[4], "编号": name} for name in ("A", "a", "b", "1", "01")]
    people = [{**PEOPLE[6], "编号": str(index), "户": one["编号"]} for index, one in enumerate(homes)]
    kinds = {column: 'text COLLATE "alike"' for column in homes[0]}
    paths = {"户": table(database, "homes", homes, kinds), "个人": table(database, "people", people, {"户": 'text COLLATE "de-x-icu"', "编号": "bigint"})}
    out = tmp_path / "result.csv"
    found = batch(book, paths, str(out), month="2020-04", engine="postgres", dsn=dsn_or_skip())
    assert found.value is not None, found.diagnostics
    assert [row[:2] for row in rows_of(out)[:-1]] == sorted((one["户"], one["编号"]) for one in people)


def test_the_result_as_a_table(book: Book, database: Any, tmp_path: Path) -> None:
    paths, before = tables(database), everything(database)
    asked: dict[str, Any] = {"month": "2020-04", "ask": NAMES, "engine": "postgres", "dsn": dsn_or_skip()}
    assert batch(book, paths, str(tmp_path / "result.csv"), **asked).value is not None
    for name, stands in (("result", "public.result"), ("名单.结果", "名单.结果"), ('"The result"', 'public."The result"')):
        assert batch(book, paths, f"table:{name}", **asked).value is not None
        rows = database.execute(f"SELECT * FROM {stands}").fetchall()
        assert len(rows) == len(rows_of(tmp_path / "result.csv")) - 1
        assert said(batch(book, paths, f"table:{name}", **asked)) == ["B122"]
        database.execute(f"DROP TABLE {stands}")
    assert said(batch(book, paths, "table:nowhere.result", **asked)) == ["B121"]
    nowhere = {**asked, "dsn": f"{dsn_or_skip()} options='-c search_path= -c default_transaction_read_only=on'"}
    qualified = {"户": "名单.户", "个人": "public.people"}
    assert said(batch(book, qualified, "table:result", **nowhere)) == ["B121"]
    assert batch(book, qualified, str(tmp_path / "result.csv"), **nowhere).value is not None
    assert everything(database) == before


def test_tables_that_cannot_be_decided_are_named(book: Book, database: Any, tmp_path: Path) -> None:
    out = tmp_path / "result.csv"
    paths = tables(database)
    asked: dict[str, Any] = {"month": "2020-04", "engine": "postgres", "dsn": dsn_or_skip()}
    inexact = table(database, "inexact", HOMES[:1], {"年收入": "double precision"})
    strange = table(database, "strange", [{**HOMES[0], "住处": "2020-01-01 00:00:00"}], {"住处": "timestamp"})
    database.execute("CREATE VIEW broken AS SELECT 编号, 年收入, (1 / (length(住处) - 1))::text AS 住处 FROM 名单.户")
    database.execute("DROP ROLE IF EXISTS nobody_reads; CREATE ROLE nobody_reads LOGIN")
    for codes, homes in (
        (["B117"], "nothing"),
        (["B116"], "homes.parquet"),
        (["B110"], inexact),
        (["B109"], strange),
        (["B121"], "broken"),
        (["B102"], "a.b.c.d.e"),
    ):
        assert said(batch(book, {**paths, "户": homes}, str(out), **asked)) == codes, homes
    assert said(batch(book, paths, "result.xls", **asked)) == ["B101"]
    forbidden = {**asked, "dsn": dsn_or_skip().replace("user=postgres", "user=nobody_reads")}
    assert said(batch(book, {"户": "public.strange", "个人": "public.people"}, str(out), **forbidden)) == ["B102", "B102"]
    assert [one.name for one in tmp_path.iterdir()] == []


def test_many_names_are_decided_in_parts(book: Book, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A select of PostgreSQL has no more than 1,664 columns; a name that alone needs more is told."""
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    asked: dict[str, Any] = {"month": "2020-04", "ask": NAMES, "engine": "postgres", "dsn": dsn_or_skip()}
    paths = tables(database)
    # Household 5 has somebody twice.
    database.execute("INSERT INTO people SELECT * FROM people WHERE 编号 = '7'")
    wanted = batch(book, paths, str(one), **asked)
    monkeypatch.setattr(batch_postgres, "MOST_COLUMNS", 12)
    found = batch(book, paths, str(other), **asked)
    assert found == wanted and found.value is not None and found.value.apart == {"户": 1, "个人": 2}
    assert rows_of(other) == rows_of(one)
    monkeypatch.setattr(batch_postgres, "MOST_COLUMNS", 5)
    other.unlink()
    assert said(batch(book, paths, str(other), **asked)) == ["B128"] and not other.exists()


def test_names_are_those_of_the_table_whatever_the_search_path(book: Book, database: Any, tmp_path: Path) -> None:
    """A table may be called what the batch calls its own relations."""
    paths = tables(database)
    database.execute('ALTER TABLE people RENAME TO "个人"; CREATE TABLE "(result)" (); ALTER TABLE 名单.户 SET SCHEMA public')
    dsn = f"{dsn_or_skip()} options='-c search_path=public,pg_temp'"
    found = batch(book, {"户": "户", "个人": '"个人"'}, str(tmp_path / "result.csv"), month="2020-04", ask=NAMES, engine="postgres", dsn=dsn)
    assert found.value is not None and paths, found.diagnostics
    assert sum(found.value.rows.values()) == len(PEOPLE) + 3 * len(HOMES)


# ---------------------------------------------------------------- connections


@pytest.mark.parametrize(
    ("dsn", "code"),
    [
        ("postgresql://reader:ver%40ysecret@127.0.0.1:1/none", "B118"),
        ("postgresql://reader:very@secret@nowhere.invalid/none", "B118"),
        ("host=127.0.0.1 port=1 password=verysecret", "B118"),
        ("postgresql://reader:verysecret@host:port/none", "B118"),
        ("postgresql://reader:very/secret@host/none", "B118"),
        ("postgresql://reader:very%secret@host/none", "B119"),
        ("verysecret", "B119"),
        ("postgresql://reader@127.0.0.1:1/none?password=verysecret", "B118"),
    ],
)
def test_no_connection_and_no_password_in_what_is_said(book: Book, tmp_path: Path, dsn: str, code: str) -> None:
    found = batch(book, {"户": "a", "个人": "b"}, str(tmp_path / "result.csv"), month="2020-04", engine="postgres", dsn=dsn)
    assert said(found) == [code]
    words = "".join(finding.message.zh + finding.message.en + str(finding.place) for finding in found.diagnostics)
    assert not any(piece in words for piece in ("secret", "very", "ysecret"))


def test_words_without_secrets() -> None:
    told = {"password": "p@ss/word"}
    assert without_secrets('host "ss/word@db" p@ss/word word p%40ss', "postgresql://me:p%40ss/word@db/x", told) == 'host "…/…@db" … … …'


def test_a_lost_connection_leaves_nothing_behind(book: Book, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "result.csv"
    out.write_text("old", "utf-8")
    paths, before = tables(database), everything(database)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'policyrules'"
    asked: dict[str, Any] = {"month": "2020-04", "ask": NAMES, "engine": "postgres", "dsn": dsn_or_skip()}
    assert said(batch(book, paths, str(out), progress=lambda *_: database.execute(ended), **asked)) == ["B120"]

    parts = batch_postgres.Postgres._parts

    def cut(self: batch_postgres.Postgres) -> Iterator[list[tuple[Any, ...]]]:
        yield from parts(self)
        database.execute(ended)
        yield from parts(self)

    monkeypatch.setattr(batch_postgres.Postgres, "_parts", cut)
    assert said(batch(book, paths, str(out), **asked)) == ["B120"]
    assert out.read_text("utf-8") == "old" and [one.name for one in tmp_path.iterdir()] == ["result.csv"]
    assert everything(database) == before


def test_a_full_disk_is_told(book: Book, database: Any, tmp_path: Path) -> None:
    """The limit for temporary files stands for the disk: the server refuses to write more."""
    table(database, "homes", [{**HOMES[0], "编号": "h"}])
    database.execute("INSERT INTO homes SELECT g::text, '1', '乡' FROM generate_series(1, 60000) g")
    table(database, "people", [{**PEOPLE[0], "编号": "p", "户": "h"}])
    database.execute("INSERT INTO people SELECT g::text, g::text, '2000-01-01', '是', '1', '1' FROM generate_series(1, 60000) g")
    dsn = f"{dsn_or_skip()} options='-c temp_file_limit=1MB -c work_mem=64kB'"
    found = batch(book, {"户": "homes", "个人": "people"}, str(tmp_path / "result.csv"), month="2020-04", engine="postgres", dsn=dsn)
    assert said(found) == ["B121"] and "53400" in found.diagnostics[0].message.en
    assert [one.name for one in tmp_path.iterdir()] == []


def test_the_command(book: Book, database: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "rules.policy"
    policy.write_text(POLICY, "utf-8")
    tables(database)
    words = ["batch", str(policy), "--roster", "户=名单.户", "--roster", "people", "--month", "2020-04", "--engine", "postgres"]
    assert cli.run([*words, "--dsn", dsn_or_skip(), "--out", str(tmp_path / "result.csv")]) == 0
    assert "逐户决定" in capsys.readouterr().err and len(rows_of(tmp_path / "result.csv")) == 1 + len(PEOPLE)
    assert cli.run([*words, "--dsn", "host=127.0.0.1 port=1", "--out", str(tmp_path / "other.csv"), "--lang", "en"]) == 1
    assert "error[B118]" in capsys.readouterr().err
