"""Rosters in which ids stand twice or are lacking, holders are in no roster and roles are none: everybody who can be decided is, and the
others stand in the result as errors that say why. Every engine has the same rows, whatever the order, in one piece or in several."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from policyrules.book.batch import Summary, batch
from policyrules.book.batch_memory import decide_tables
from policyrules.book.book import compile_book
from policyrules.source.diagnostic import Checked
from policyrules.source.text import SourceText
from roster_faults import Row, left_out, spoilt

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
pytest.importorskip("pyarrow")

POLICY = """主体 户  含 成员：个人  有 户主：个人
主体 个人  含 父母：家长
主体 家长
事实 户
  年收入：元/年
事实 个人
  收入：元/月
事实 家长
  岁数：数
算 共：元/月  对 户 = 合计(成员，收入)
算 主：元/月  对 户 = 户主的收入
算 倍：元/月  对 个人 = 收入 × 人数(父母) ÷ 1人
给付 补：元/月  对 家长
第一条
  当 岁数 高于 60 且 户的年收入 低于 100元/年
  给 1元/月
其余情形 不予
"""
BOOK = compile_book([SourceText("rules.policy", POLICY)])
NAMES = ("共", "主", "倍", "补")
SEEDS, SPARKS = 8, 4
ASKED = {"户": 2, "个人": 1, "家长": 1}
PLACES = {"B111": "B136", "B112": "B135", "B113": "B140", "B124": "B139", "B125": "B137", "B126": "B138"}
Rows = Mapping[str, Sequence[Row]]


def rosters(draw: Random, homes: int) -> dict[str, list[Row]]:
    """Households with a head and others; now and then a cell of which nobody can say what it is."""
    found: dict[str, list[Row]] = {"户": [], "个人": [], "家长": []}

    def cell(value: int) -> str:
        return draw.choice(("", "1/3", "十")) if draw.random() < 0.05 else str(value)

    for home in range(homes):
        found["户"].append({"编号": f"h{home}", "年收入": cell(draw.choice((1, 200)))})
        for person in range(draw.randint(1, 3)):
            own = f"p{home}.{person}"
            found["个人"].append({"编号": own, "户": f"h{home}", "角色": "成员" if person else "户主", "收入": cell(draw.randint(0, 9))})
            found["家长"] += [{"编号": f"{own}.{one}", "个人": own, "岁数": cell(draw.choice((50, 70)))} for one in range(draw.choice((0, 0, 1, 2)))]
    return found


def as_files(rows: Rows, folder: Path) -> dict[str, str]:
    columns = {"户": ("编号", "年收入"), "个人": ("编号", "户", "角色", "收入"), "家长": ("编号", "个人", "岁数")}
    for entity, names in columns.items():
        with (folder / f"{entity}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows[entity])
    return {entity: str(folder / f"{entity}.csv") for entity in columns}


Decided = tuple[Checked[Summary | None], Counter[tuple[str, ...]]]
"""What is said, and the rows of the result."""


def in_files(rows: Rows, names: Sequence[str] = NAMES, **engine: Any) -> Decided:
    with TemporaryDirectory() as folder:
        out = Path(folder, "result.csv")
        found = batch(BOOK, as_files(rows, Path(folder)), str(out), month="2020-04", ask=names, **engine)
        assert found.value is not None, found.diagnostics
        with out.open(encoding="utf-8", newline="") as file:
            return found, Counter(tuple(row) for row in list(csv.reader(file))[1:])


def in_memory(rows: Rows, names: Sequence[str]) -> Decided:
    arrow: Any = import_module("pyarrow")
    # An id may be an empty text as well; a fact of which nobody knows is NULL.
    tables = {
        entity: arrow.Table.from_pylist([{name: cell if cell or name == "编号" else None for name, cell in row.items()} for row in members])
        for entity, members in rows.items()
    }
    found = decide_tables(BOOK, tables, month="2020-04", ask=names)
    assert found.value is not None, found.diagnostics
    told = Counter(tuple(map(_cell, row.values())) for row in found.value.table.to_pylist())
    return Checked(found.value.summary, found.diagnostics), told


def _cell(value: object) -> str:
    """As a text file has it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def in_postgres(rows: Rows, names: Sequence[str]) -> Decided:
    server = import_module("postgres_server").dsn_or_skip()
    with import_module("psycopg").connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS 有错 CASCADE; CREATE SCHEMA 有错")
        for entity, members in rows.items():
            columns = ", ".join(f'"{name}" text' for name in members[0])
            connection.execute(f'CREATE TABLE 有错."{entity}" ({columns})')
            with connection.cursor() as cursor, cursor.copy(f'COPY 有错."{entity}" FROM STDIN') as copy:
                for row in members:
                    copy.write_row([cell or None for cell in row.values()])
    with TemporaryDirectory() as folder:
        out = Path(folder, "result.csv")
        found = batch(BOOK, {entity: f'有错."{entity}"' for entity in rows}, str(out), month="2020-04", ask=names, engine="postgres", dsn=server)
        assert found.value is not None, found.diagnostics
        with out.open(encoding="utf-8", newline="") as file:
            return found, Counter(tuple(row) for row in list(csv.reader(file))[1:])


def in_spark(rows: Rows, names: Sequence[str]) -> Decided:
    import_module("spark_session").session_or_skip()
    return in_files(rows, names, engine="spark")


@cache
def example(seed: int) -> tuple[dict[str, list[Row]], Decided]:
    draw = Random(seed)
    rows = spoilt(BOOK.program, rosters(draw, 8), draw, draw.randint(1, 6))
    return rows, in_files(rows)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_who_can_be_decided_is_and_the_others_say_why(seed: int) -> None:
    rows, (found, told) = example(seed)
    wanted, good = left_out(BOOK.program, rows)
    errors = Counter((row[0], row[1], row[2], row[11][1:5]) for row in told.elements() if row[11].startswith("[B1"))
    assert errors == Counter({row: count * ASKED[row[2]] for row, count in wanted.items()})
    assert {row[5] for row in told if row[11].startswith("[B1")} <= {"error"}
    clean, rest = in_files(good)
    assert clean.diagnostics == () and clean.value is not None and clean.value.apart == {}
    assert Counter({row: count for row, count in told.items() if not row[11].startswith("[B1")}) == rest
    counts = Counter(entity for _, _, entity, _ in wanted.elements())
    assert found.value is not None and found.value.apart == counts and sum(found.value.rows.values()) == told.total()
    codes = {code for *_, code in wanted}
    assert {finding.code for finding in found.diagnostics} == {*(["B127"] if wanted else []), *(note for note, code in PLACES.items() if code in codes)}


@pytest.mark.parametrize(
    ("run", "names", "seeds"), [(in_memory, NAMES, range(SEEDS)), (in_postgres, NAMES, range(SEEDS)), (in_spark, ("共", "倍"), (SPARKS,))]
)
def test_the_same_rows_in_every_engine(run: Callable[[Rows, Sequence[str]], Decided], names: Sequence[str], seeds: Sequence[int]) -> None:
    for seed in seeds:
        rows, (found, told) = example(seed)
        other, same = run(rows, names)
        assert same == Counter({row: count for row, count in told.items() if row[3] in names}), seed
        assert other.value is not None and found.value is not None and other.value.apart == found.value.apart
        assert [finding.code for finding in other.diagnostics] == [finding.code for finding in found.diagnostics]


@pytest.mark.parametrize("seed", range(1, 3))
def test_the_same_rows_in_another_order_and_in_parts(seed: int) -> None:
    """In parts that tear no household, and no id that stands twice, apart."""
    rows, (found, told) = example(seed)
    draw = Random(seed)
    again, mixed = in_files({entity: draw.sample(members, len(members)) for entity, members in rows.items()})
    assert mixed == told and again.value == found.value
    parts = [in_files(part)[1] for part in torn(rows, draw)]
    assert len(parts) == 2 and parts[0] + parts[1] == told


def torn(rows: Rows, draw: Random) -> list[dict[str, list[Row]]]:
    """Two parts. Rows that share an id, or name each other, come into the same."""
    every = [(entity, row) for entity, members in rows.items() for row in members]
    group = list(range(len(every)))
    seen: dict[tuple[str, str], int] = {}

    def top(number: int) -> int:
        while group[number] != number:
            number = group[number]
        return number

    for number, (entity, row) in enumerate(every):
        holder = BOOK.program.entities[entity].within
        for mark in {(entity, row["编号"].strip()), *({(holder, row[holder].strip())} if holder else ())}:
            if mark[1]:
                group[top(number)] = top(seen.setdefault(mark, number))
    sides = {number: draw.randrange(2) for number in range(len(every))}
    found: list[dict[str, list[Row]]] = [{entity: [] for entity in rows} for _ in range(2)]
    for number, (entity, row) in enumerate(every):
        found[sides[top(number)]][entity].append(row)
    return found
