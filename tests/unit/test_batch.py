"""Rosters decided as a whole: every row as `decide` says it, bad cells told in their row, bad tables refused before the run."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from policyrules.book.batch import batch, batch_sql
from policyrules.book.book import Book, compile_book, decide
from policyrules.book.decision import status
from policyrules.core.outcome import Computed, Conflict, Granted, Refused
from policyrules.doors import cli
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.text import SourceText

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
arrow = pytest.importorskip("pyarrow")

POLICY = """主体 户  含 成员：个人
主体 个人
事实 户
  年收入：元/年
  住处：选项 城、乡
事实 个人
  出生日期：日期
  残疾：是否
  工龄：月
  分数：数  范围 0 至 100
核对 残疾有分  对 个人：残疾 或 分数 为 0
参数 标准：元/月
  自 2020-01-01  610  暂定
给付 补助：元/月  对 个人  择高
第一条 有残疾的
  当 残疾
  给 标准 的 1/3
第二条 收入低的
  当 户的年收入 低于 1200元/年
  给 100元/月
第三条 城里的  例外于 第一条、第二条
  当 户的住处 为 城
  不予 “城里的不给”
其余情形 不予
取整 四舍五入 到 分
算 均摊：元/年  对 户 = 年收入 ÷ 人数(成员) × 1人  若 人数(成员) 为 0 则 无法计算
算 全家工龄：月  对 户 = 合计(成员 中 残疾，工龄)
条件 都满十八  对 户：全部(成员 中 周岁 满 18)
"""
HOMES = [
    {"编号": "h1", "年收入": "14400", "住处": "乡"},
    {"编号": "h2", "年收入": "1000.5", "住处": "乡"},
    {"编号": "h3", "年收入": "20000.00", "住处": "城"},
    {"编号": "h4", "年收入": "", "住处": "乡"},
    {"编号": "h5", "年收入": "不详", "住处": "村"},
    {"编号": "h6", "年收入": "9999999999999", "住处": "乡"},
    {"编号": "h7", "年收入": "5", "住处": "乡"},
]
PEOPLE = [
    {"编号": "1", "户": "h1", "出生日期": "2000-02-29", "残疾": "是", "工龄": "1.5", "分数": "3"},
    {"编号": "2", "户": "h1", "出生日期": "2002-04-01", "残疾": "否", "工龄": "7", "分数": "0"},
    {"编号": "3", "户": "h2", "出生日期": "2010-01-01", "残疾": "true", "工龄": "1/3", "分数": "3"},
    {"编号": "4", "户": "h2", "出生日期": "2010-01-01", "残疾": "false", "工龄": "1", "分数": "0"},
    {"编号": "5", "户": "h3", "出生日期": "1950-12-31", "残疾": "否", "工龄": "1", "分数": "0"},
    {"编号": "6", "户": "h4", "出生日期": "", "残疾": "否", "工龄": "1", "分数": "0"},
    {"编号": "7", "户": "h5", "出生日期": "1990-01-01", "残疾": "否", "工龄": "1", "分数": "0"},
    {"编号": "8", "户": "h6", "出生日期": "1990-01-01", "残疾": "否", "工龄": "1", "分数": "101"},
    {"编号": "9", "户": "h7", "出生日期": "1990-01-01", "残疾": "否", "工龄": "1", "分数": "7"},
]
NAMES = ("补助", "均摊", "全家工龄", "都满十八")


@pytest.fixture(scope="module")
def book() -> Book:
    found = compile_book([SourceText("rules.policy", POLICY)])
    assert not found.errors, found.errors
    return found


def table(path: Path, rows: Sequence[dict[str, str]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def rosters(folder: Path, *, homes: Sequence[dict[str, str]] = HOMES, people: Sequence[dict[str, str]] = PEOPLE) -> dict[str, str]:
    return {"户": table(folder / "homes.csv", homes), "个人": table(folder / "people.csv", people)}


def rows_of(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(path))
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def said(book: Book, paths: dict[str, str], out: Path, **options: Any) -> tuple[Diagnostic, ...]:
    found = batch(book, paths, str(out), month="2020-04", **options)
    assert found.value is None and not out.exists()
    for finding in found.diagnostics:
        assert finding.message.zh and finding.message.en != finding.message.zh
    return found.diagnostics


def test_every_row_is_what_decide_says(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    told: list[tuple[int, int]] = []
    found = batch(book, rosters(tmp_path), str(out), month="2020-04", ask=NAMES, progress=lambda *one: told.append(one))
    assert found.value is not None, found.diagnostics
    rows = {(row["subject"], row["name"]): row for row in rows_of(out)}
    assert len(rows) == len(PEOPLE) + 3 * len(HOMES) == sum(found.value.rows.values())
    for home in HOMES:
        people = [{name: cell for name, cell in one.items() if name != "户" and cell} for one in PEOPLE if one["户"] == home["编号"]]
        case = {"户": {**{name: cell for name, cell in home.items() if cell}, "成员": people}}
        decision = decide(book, case, month="2020-04", ask=NAMES)
        if not decision.answers:
            wrong = [rows[subject, name] for subject, name in rows if rows[subject, name]["household"] == home["编号"]]
            assert {row["status"] for row in wrong} == {"error"}
            assert {row["reason"][:6] for row in wrong} == {f"[{decision.diagnostics[0].code}]"}
        for answer in decision.answers:
            row = rows[answer.instance.id, answer.name]
            assert (row["status"], row["provisional"]) == (status(answer), answer.provisional), (row, answer)
            match answer.outcome:
                case Granted(amount, articles):
                    assert amount == duckdb_number(row) and row["article"] == "、".join(article.number for article in articles)
                case Computed(bool() as value):
                    assert row["word"] == str(value).lower()
                case Computed(value):
                    assert value == duckdb_number(row)
                case Refused(reason, article):
                    assert row["reason"] == reason and row["article"] == (article.number if article else None)
                case Conflict(articles):
                    assert row["article"] == "、".join(article.number for article in articles)
    assert {row["status"] for row in rows.values()} == {"granted", "refused", "undecided", "error", "computed"}
    assert found.value.alone == 5 and told[-1] == (5, 5)


def duckdb_number(row: dict[str, Any]) -> object:
    return Fraction(row["value"], row["scale"])


def test_amounts_are_in_fen(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    batch(book, rosters(tmp_path), str(out), month="2020-04")
    row = next(row for row in rows_of(out) if row["subject"] == "1")
    assert (row["value"], row["scale"], row["household"], row["provisional"]) == (20333, 100, "h1", True)


@pytest.mark.parametrize("suffix", ["parquet", "csv", "arrow"])
def test_typed_tables_and_every_format(book: Book, tmp_path: Path, suffix: str) -> None:
    homes = arrow.table({"id": [1, 2], "年收入": arrow.array([Decimal("14400.00"), Decimal("0.01")]), "住处": ["乡", "城"]})
    people = arrow.table({"编号": [1, 2], "户": [1, 2], "出生日期": [date(2000, 1, 1)] * 2, "残疾": [True, False], "工龄": [7, None], "分数": [1, 0]})
    paths = {}
    for name, made in (("户", homes), ("个人", people)):
        path = tmp_path / f"{name}.{suffix}"
        paths[name] = str(path)
        with duckdb.connect() as connection:
            if suffix == "parquet":
                connection.from_arrow(made).write_parquet(str(path))
            elif suffix == "csv":
                connection.from_arrow(made).write_csv(str(path), header=True)
            else:
                with arrow.OSFile(str(path), "wb") as sink, arrow.ipc.new_file(sink, made.schema) as writer:
                    writer.write_table(made)
    out = tmp_path / f"result.{suffix}"
    found = batch(book, paths, str(out), month="2020-04")
    assert found.value is not None, found.diagnostics
    assert (found.value.rows, found.value.alone) == ({"granted": 1, "refused": 1}, 0) and out.stat().st_size > 0


def test_tables_that_cannot_be_decided_are_named(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    without = [{name: cell for name, cell in one.items() if name != "残疾"} for one in PEOPLE]
    strange = [{**one, "残急": "是"} for one in PEOPLE]
    for code, changed in (("B106", {"people": without}), ("B107", {"people": strange})):
        assert [finding.code for finding in said(book, rosters(tmp_path, **changed), out)] == [code]
    homes = rosters(tmp_path)["户"]
    for code, paths in (
        ("B105", {"户": homes}),
        ("B103", {"户": homes, "车": homes}),
        ("C180", {"户": str(tmp_path / "nothing.csv")}),
        ("B101", {"户": str(tmp_path / "nothing.xls")}),
    ):
        assert code in [finding.code for finding in said(book, paths, out)]
    (unknown,) = said(book, rosters(tmp_path), out, ask=["没有的"])
    assert unknown.code == "B114"


def left_out(book: Book, paths: dict[str, str], out: Path, **options: Any) -> tuple[list[str], list[tuple[str, str, str]]]:
    """What is said of rows that could not be decided, and these rows, by household, id and code."""
    found = batch(book, paths, str(out), month="2020-04", ask=["补助"], **options)
    assert found.value is not None, found.diagnostics
    rows = [row for row in rows_of(out) if (row["reason"] or "").startswith("[B")]
    assert {row["status"] for row in rows} <= {"error"} and {row["provisional"] for row in rows} <= {None}
    words = [finding.message("zh").replace(str(out.parent), "") for finding in found.diagnostics]
    return words, sorted((row["household"] or "", row["subject"] or "", row["reason"][1:5]) for row in rows)


def test_rows_nobody_can_be_decided_by_are_errors_and_the_others_stand(book: Book, tmp_path: Path) -> None:
    """Household 1 is named twice, a person of household 2 has no id, one of household 3 stands in household 7 as well, and one is of none."""
    out = tmp_path / "result.parquet"
    people = [*PEOPLE[:2], {**PEOPLE[2], "编号": ""}, *PEOPLE[3:], {**PEOPLE[4], "户": "h7"}, {**PEOPLE[4], "编号": "10", "户": "h99"}]
    words, rows = left_out(book, rosters(tmp_path, homes=[*HOMES, {**HOMES[0], "年收入": "1"}], people=people), out)
    assert words == [
        "“/homes.csv”有 2 行编号重复：h1",
        "“/people.csv”有 1 行没有编号：第 3 条",
        "“/people.csv”有 2 行编号重复：5",
        "“/people.csv”有 1 行写的“户”不在名单上：h99",
        "因名单有错而没有决定：户 5 行、个人 8 行；结果里是 error",
    ]
    assert rows == [
        ("h1", "1", "B141"), ("h1", "2", "B141"), ("h2", "", "B135"), ("h2", "4", "B141"), ("h3", "5", "B136"),
        ("h7", "5", "B136"), ("h7", "9", "B141"), ("h99", "10", "B140"),
    ]  # fmt: skip
    reasons = {row["subject"]: row["reason"] for row in rows_of(out)}
    assert reasons["1"] == "[B141] 没有决定：“户”的编号“h1”重复" and reasons["9"] == "[B141] 没有决定：“个人”的编号“5”重复"
    plain = tmp_path / "plain.parquet"
    batch(book, rosters(tmp_path), str(plain), month="2020-04", ask=["补助"])
    theirs = {"h4", "h5", "h6"}
    assert [row for row in rows_of(out) if row["household"] in theirs] == [row for row in rows_of(plain) if row["household"] in theirs] != []


def test_a_row_without_holder_leaves_its_household_alone(book: Book, tmp_path: Path) -> None:
    """Found only in counting the members; whose it is nobody knows."""
    out = tmp_path / "result.parquet"
    words, rows = left_out(book, rosters(tmp_path, people=[*PEOPLE, {**PEOPLE[0], "编号": "10", "户": ""}]), out, language="en")
    assert words == ["“/people.csv”有 1 行没有写属于哪个“户”：10", "因名单有错而没有决定：个人 1 行；结果里是 error"]
    assert rows == [("", "10", "B139")]
    words, rows = left_out(book, rosters(tmp_path, people=[*PEOPLE, {**PEOPLE[0], "编号": "10", "户": "h1 "}]), out)
    assert words[0] == "“/people.csv”有 1 行写的“户”不在名单上：h1 " and rows == [("h1 ", "10", "B140")]


def test_nobody_is_left(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    homes = [{**one, "编号": ""} for one in HOMES]
    words, rows = left_out(book, rosters(tmp_path, homes=homes), out)
    assert words[0] == "“/homes.csv”有 7 行没有编号：第 1、2、3、4、5 等 条" and len(rows) == len(PEOPLE)
    found = batch(book, rosters(tmp_path, homes=homes), str(out), month="2020-04", ask=["均摊"])
    assert found.value is not None and (found.value.rows, found.value.apart) == ({"error": 7}, {"户": 7, "个人": 9})


def test_ids_that_are_numbers_here_and_words_there(book: Book, tmp_path: Path) -> None:
    homes = arrow.table({"编号": [1, 2], "年收入": ["3", "3"], "住处": ["乡", "乡"]})
    people = arrow.table({"编号": [1, 2], "户": ["1", "x"], "残疾": [True, True], "分数": [1, 1]})
    paths = {"户": str(tmp_path / "homes.parquet"), "个人": str(tmp_path / "people.parquet")}
    with duckdb.connect() as connection:
        for path, made in ((paths["户"], homes), (paths["个人"], people)):
            connection.from_arrow(made).write_parquet(path)
    words, rows = left_out(book, paths, tmp_path / "result.parquet")
    assert words[0] == "“/people.parquet”有 1 行写的“户”不在名单上：x" and rows == [("x", "2", "B140")]


def test_roles_that_are_none_and_a_role_that_only_one_can_have(tmp_path: Path) -> None:
    policy = "主体 户  含 成员：个人  有 户主：个人\n主体 个人\n事实 个人\n  收入：元/月\n算 共：元/月  对 户 = 合计(成员，收入) + 户主的收入\n"
    held = compile_book([SourceText("rules.policy", policy)])
    told = ("a户主1", "a成员", "b户主2", "b外人2", "c户主3", "c--3", "d户主4", "d户主4")
    people = [{"编号": str(number), "户": one[0], "角色": one[1:3].strip("-"), "收入": one[3:]} for number, one in enumerate(told)]
    out = tmp_path / "result.parquet"
    paths = {"户": table(tmp_path / "homes.csv", [{"编号": name} for name in "abcd"]), "个人": table(tmp_path / "people.csv", people)}
    found = batch(held, paths, str(out), month="2020-04", ask=["共"])
    assert [finding.code for finding in found.diagnostics] == ["B125", "B126", "B127"]
    assert "3、5" in found.diagnostics[0].message.zh and "成员" in str(found.diagnostics[0].hint) and "6、7" in found.diagnostics[1].message.zh
    assert [(row["subject"], row["reason"]) for row in sorted(rows_of(out), key=lambda row: row["subject"])] == [
        ("a", "未定，还缺 1的收入"),
        ("b", "[B141] 没有决定：“3”的角色不对"),
        ("c", "[B141] 没有决定：“5”的角色不对"),
        ("d", "[B141] 没有决定：“6”的角色只能有一个，名单里不止一个"),
    ]


def test_columns_without_a_single_value(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    people = [{**one, "出生日期": "", "残疾": "", "工龄": ""} for one in PEOPLE]
    homes = [{**one, "住处": "", "年收入": ""} for one in HOMES]
    found = batch(book, rosters(tmp_path, people=people, homes=homes), str(out), month="2020-04", ask=NAMES)
    assert found.value is not None and set(found.value.rows) == {"undecided", "error"}


@pytest.mark.parametrize("day", ["0000-01-01", "0000-12-31", "2010-02-30", "10000-01-01"])
def test_a_day_that_is_none_is_told(book: Book, tmp_path: Path, day: str) -> None:
    """Some databases have a year 0."""
    out = tmp_path / "result.parquet"
    people = [{**PEOPLE[0], "出生日期": day}, *PEOPLE[1:]]
    assert batch(book, rosters(tmp_path, people=people), str(out), month="2020-04", ask=["都满十八"]).value is not None
    assert [(row["status"], row["reason"][:6]) for row in rows_of(out) if row["household"] == "h1"] == [("error", "[C142]")]


def test_what_no_column_holds_and_columns_that_stand_twice(book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "result.parquet"
    rich = [{"编号": "h1", "年收入": "1" + "0" * 25, "住处": "乡"}, *HOMES[1:]]
    assert batch(book, rosters(tmp_path, homes=rich), str(out), month="2020-04", ask=["均摊"]).value is not None
    assert [row["reason"] for row in rows_of(out) if row["household"] == "h1"] == ["[B115] 数太大，放不进一列"]
    out.unlink()
    twice = [{**one, "id": one["编号"]} for one in HOMES]
    assert [finding.code for finding in said(book, rosters(tmp_path, homes=twice), out)] == ["B108"]
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert [finding.code for finding in said(book, rosters(tmp_path), out)] == ["B100"]


def test_columns_of_another_type_are_named(book: Book, tmp_path: Path) -> None:
    paths = rosters(tmp_path)
    made = arrow.table({"编号": ["h1"], "年收入": [1.5], "住处": [1]})
    path = tmp_path / "homes.parquet"
    with duckdb.connect() as connection:
        connection.from_arrow(made).write_parquet(str(path))
    codes = [finding.code for finding in said(book, {**paths, "户": str(path)}, tmp_path / "result.parquet")]
    assert codes[:2] == ["B110", "B109"]
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(b"PAR1 nothing")
    (finding, *_) = said(book, {**paths, "户": str(damaged)}, tmp_path / "result.parquet")
    assert finding.code == "B102"


def test_rosters_need_those_of_their_holders(tmp_path: Path) -> None:
    policy = "主体 户  含 成员：个人\n主体 个人  含 父母：家长\n主体 家长\n算 数：元/月  对 户 = 1元/月\n"
    held = compile_book([SourceText("rules.policy", policy)])
    paths = {"户": table(tmp_path / "homes.csv", [{"编号": "h"}]), "家长": table(tmp_path / "parents.csv", [{"编号": "p", "个人": "1"}])}
    (finding,) = said(held, paths, tmp_path / "result.csv", ask=["数"])
    assert finding.code == "B105" and "个人" in finding.message.zh


def test_who_belongs_by_a_standard_not_yet_in_force_is_not_counted_as_nobody(tmp_path: Path) -> None:
    policy = "主体 户  含 成员：个人\n主体 个人\n事实 个人\n  分数：数\n参数 线：是否\n  自 2030-01-01  是\n算 少：人  对 户 = 人数(成员 中 线)\n"
    counting = compile_book([SourceText("rules.policy", policy)])
    assert not counting.errors, counting.errors
    people = table(tmp_path / "people.csv", [{"编号": "1", "户": "h", "分数": "3"}])
    paths = {"户": table(tmp_path / "homes.csv", [{"编号": "h"}]), "个人": people}
    for month in ("2020-04", "2030-04"):
        out = tmp_path / f"{month}.parquet"
        assert batch(counting, paths, str(out), month=month, ask=["少"]).value is not None
        (answer,) = decide(counting, {"户": {"编号": "h", "成员": [{"编号": "1", "分数": "3"}]}}, month=month, ask=["少"]).answers
        (row,) = rows_of(out)
        assert (row["status"], row["value"]) == (status(answer), 1 if month == "2030-04" else None)


def test_an_old_result_stays_where_the_run_fails(book: Book, tmp_path: Path) -> None:
    out = tmp_path / "result.csv"
    out.write_text("old", "utf-8")
    twice = [{**one, "id": one["编号"]} for one in HOMES]
    assert batch(book, rosters(tmp_path, homes=twice), str(out), month="2020-04").value is None
    assert out.read_text("utf-8") == "old" and [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "rules.policy"
    policy.write_text(POLICY, "utf-8")
    paths = rosters(tmp_path)
    out = tmp_path / "result.csv"
    words = ["batch", str(policy), "--roster", f"户={paths['户']}", "--roster", paths["个人"], "--month", "2020-04", "--out", str(out)]
    assert cli.run(words) == 0
    assert "逐户决定" in capsys.readouterr().err and len(out.read_text("utf-8").splitlines()) == 1 + len(PEOPLE)
    assert cli.run([*words, "--roster", paths["个人"], "--lang", "en"]) == 1
    assert "error[B104]" in capsys.readouterr().err
    assert cli.run(["sql", str(policy), "--month", "2020-04", "--ask", "补助"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("WITH") and '"个人"' in printed
    assert cli.run(["sql", str(policy), "--month", "2020-04", "--ask", "补助", "--dialect", "spark", "--lang", "en"]) == 0
    remark, query = capsys.readouterr().out.split("\n", 1)
    assert remark.startswith("-- ") and "--engine spark" in remark and query.startswith("WITH")


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
def test_the_query_in_each_dialect(book: Book, dialect: str) -> None:
    found = batch_sql(book, month="2020-04", dialect=dialect)
    assert found.value is not None and "GROUP BY" in found.value


def test_policies_without_benefits_have_nothing_to_decide() -> None:
    bare = compile_book([SourceText("rules.policy", "参数 标准：元/月\n  自 2020-01-01  610\n")])
    assert not bare.errors, bare.errors
    assert [finding.code for finding in batch_sql(bare, month="2020-04").diagnostics] == ["C165"]
