"""A made-up nation by the shipped policies on every engine: the same rows from each, by one checksum, and the time each takes.

    python tests/benchmarks/nation.py [--people 1000000] [--engines python,duckdb,postgres,spark] [--folder FOLDER]

Rosters are made from a seed and written as Parquet: several counties, children with and without parents, the old, the disabled,
the sick; about one household in fifty lacks a fact, and a few contradict themselves. Each engine runs in a process of its own.
`python` is the engine for single cases (generated Python, the reference where that gives up) over all households, in as many
processes as there are cores; the others are `policyrules batch`. Seconds are those of the batch itself, from rosters to result;
PostgreSQL has its tables loaded before. CPU seconds are those of the whole process with all it started.

The checksum is the sum of a 64-bit hash of each row, with fractions in lowest terms, taken by DuckDB from the results.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random

import duckdb
import pyarrow as arrow
from pyarrow.parquet import ParquetFile, ParquetWriter

sys.path.insert(0, str(Path(__file__).parents[1]))

from policyrules.book.batch import asked_keys, batch
from policyrules.book.batch_households import Household, Left, decided_alone
from policyrules.book.book import Book, load
from policyrules.book.occasion import occasion_of
from policyrules.book.result_file import write_result

POLICIES = Path(__file__).parents[2] / "policies"
MONTH, TODAY = "2020-05", date(2020, 5, 1)
ENGINES = ("python", "duckdb", "postgres", "spark")
HOME, PERSON, PARENT = "户", "个人", "家长"
AT_A_TIME = 2000
COUNTIES = ("110105", "130432", "330127", "411025", "520327", "650121")
DISABILITIES, GRADES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重"), ("一级", "二级", "三级", "四级")
ILLNESSES = ("白血病", "终末期肾病", "恶性肿瘤", "尘肺", "血友病", "其他")
STATES = ("正常", "死亡", "查找不到", "失踪", "重残", "重病", "服刑", "强制隔离戒毒", "失联", "被撤销监护", "遣返")
_MONEY = arrow.decimal128(12, 2)
SCHEMAS = {
    HOME: arrow.schema(
        {
            "编号": arrow.string(),
            **dict.fromkeys(("年收入", "刚性支出", "金融资产"), _MONEY),
            "有机动车": arrow.bool_(),
            "住房套数": arrow.int64(),
            "本地户籍": arrow.bool_(),
            "居住地": arrow.string(),
            "建档立卡": arrow.bool_(),
        }
    ),
    PERSON: arrow.schema(
        {
            "编号": arrow.string(),
            "户": arrow.string(),
            "出生日期": arrow.date32(),
            **dict.fromkeys(("户籍", "残疾类别", "残疾等级"), arrow.string()),
            "残疾证签发日期": arrow.date32(),
            "照护月数": arrow.int64(),
            "病种": arrow.string(),
            "有固定收入": arrow.bool_(),
            "月固定收入": _MONEY,
            **dict.fromkeys(("单独申请低保", "有法定义务人", "义务人有履行能力"), arrow.bool_()),
            "供养方式": arrow.string(),
            "不能自理项数": arrow.int64(),
            "领取工伤护理费": arrow.bool_(),
            "其他护理补贴": _MONEY,
            "养育方式": arrow.string(),
        }
    ),
    PARENT: arrow.schema({"编号": arrow.string(), "个人": arrow.string(), "状况": arrow.string()}),
}
Row = dict[str, object]


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--engines", default=",".join(ENGINES))
    options.add_argument("--seed", type=int, default=2020)
    options.add_argument("--folder", type=Path, help="where rosters and results are kept")
    options.add_argument("--one", choices=ENGINES, help=argparse.SUPPRESS)
    chosen = options.parse_args(arguments)
    if chosen.one:
        print(json.dumps(run(chosen.one, chosen.folder)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        compare(chosen.folder or Path(scratch), chosen.people, chosen.seed, chosen.engines.split(","))


def compare(folder: Path, people: int, seed: int, engines: Sequence[str]) -> None:
    """Makes the rosters, runs the engines, prints the table and holds the checksums against one another."""
    counts = make(folder, people, seed)
    print(f"{counts[HOME]} households, {counts[PERSON]} people, {counts[PARENT]} parents")
    print(f"{'engine':10} {'rows':>9} {'checksum':>22} {'seconds':>9} {'CPU':>9} {'alone':>8}")
    sums = {}
    for engine in engines:
        taken, cpu = in_a_process(engine, folder)
        rows, sums[engine] = checksum(folder / f"{engine}.parquet")
        print(f"{engine:10} {rows:>9} {sums[engine]:>22} {taken['seconds']:>9.1f} {cpu:>9.1f} {taken['alone']:>8}", flush=True)
    assert len(set(sums.values())) == 1, "the engines come to different rows"
    print("the same rows from each")


def checksum(path: Path) -> tuple[int, str]:
    """How many rows there are, and the sum of their hashes, whatever their order."""
    texts = ("household", "subject", "entity", "name", "key", "status", "word", "article", "reason")
    parts = [f"coalesce({name}, '')" for name in texts]
    parts += ["coalesce(CAST(value // gcd(value, scale) AS VARCHAR), '')", "coalesce(CAST(scale // gcd(value, scale) AS VARCHAR), '')"]
    parts.append("coalesce(CAST(provisional AS VARCHAR), '')")
    with duckdb.connect() as connection:
        query = f"SELECT count(*), CAST(sum(md5_number_lower(concat_ws('|', {', '.join(parts)}))) AS VARCHAR) FROM read_parquet(?)"
        found = connection.execute(query, [str(path)]).fetchone()
    assert found is not None
    return found[0], found[1]


def in_a_process(engine: str, folder: Path) -> tuple[dict[str, float], float]:
    """What an engine tells of its run, and the CPU seconds of its process with all that it waited for."""
    command = [sys.executable, __file__, "--one", engine, "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as child:
        assert child.stdout is not None
        told = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert status == 0, f"{engine} did not end well"
    return json.loads(told), usage.ru_utime + usage.ru_stime


# ---------------------------------------------------------------- the nation


def make(folder: Path, people: int, seed: int) -> Mapping[str, int]:
    """The rosters of about so many people, one group of rows for every AT_A_TIME households."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = Random(seed)
    counts = dict.fromkeys(SCHEMAS, 0)
    writers = {entity: ParquetWriter(path(folder, entity), schema) for entity, schema in SCHEMAS.items()}
    while counts[PERSON] < people:
        rows: dict[str, list[Row]] = {entity: [] for entity in SCHEMAS}
        for _ in range(AT_A_TIME):
            if counts[PERSON] + len(rows[PERSON]) >= people:
                break
            household(draw, counts[HOME] + len(rows[HOME]), rows)
        for entity, writer in writers.items():
            writer.write_table(arrow.Table.from_pylist(rows[entity], SCHEMAS[entity]), row_group_size=2**30)
            counts[entity] += len(rows[entity])
    for writer in writers.values():
        writer.close()
    return counts


def path(folder: Path, entity: str) -> str:
    return str(folder / f"{entity}.parquet")


def household(draw: Random, number: int, rows: Mapping[str, list[Row]]) -> None:
    """One household with everybody in it."""
    own = f"{draw.choice(COUNTIES)}-{number:07}"
    size = draw.choices((1, 2, 3, 4, 5, 7), (20, 30, 25, 15, 8, 2))[0]
    town = draw.random() < 0.45
    members = [person(draw, f"{own}-{place + 1}", own, town, place, rows[PARENT]) for place in range(size)]
    home: Row = {
        "年收入": money(draw, draw.choice((3000, 9000, 20000, 60000)) * size),
        "刚性支出": money(draw, draw.choice((0, 0, 5000, 40000))),
        "金融资产": money(draw, draw.choice((0, 20000, 80000)) * size),
        "有机动车": draw.random() < 0.2,
        "住房套数": draw.choices((0, 1, 2, 3), (5, 80, 13, 2))[0],
        "本地户籍": draw.random() < 0.97,
        "居住地": "城镇" if town else "农村",
        "建档立卡": draw.random() < 0.05,
    }
    lacking(draw, home)
    rows[HOME].append({"编号": own, **home})
    rows[PERSON].extend(members)


def person(draw: Random, own: str, home: str, town: bool, place: int, parents: list[Row]) -> Row:
    """One person; most who are under age have their parents told."""
    years = draw.choices((draw.randrange(18), draw.randrange(18, 60), draw.randrange(60, 100)), (0 if place == 0 else 30, 50, 20))[0]
    born = TODAY - timedelta(days=years * 365 + draw.randrange(366))
    disabled, sick, paid = draw.random() < 0.08, draw.random() < 0.02, years >= 18 and draw.random() < 0.6
    found: Row = {
        "出生日期": born,
        "户籍": "城镇" if town else "农村",
        "残疾类别": draw.choice(DISABILITIES) if disabled else "无",
        "残疾等级": draw.choice(GRADES) if disabled else "无",
        "残疾证签发日期": max(born, TODAY - timedelta(days=draw.randrange(4000))) if disabled else None,
        "照护月数": draw.randrange(25) if disabled else 0,
        "病种": draw.choice(ILLNESSES) if sick else "无",
        "有固定收入": paid,
        "月固定收入": money(draw, draw.choice((300, 1500, 6000))) if paid else Decimal("0.00"),
        "单独申请低保": (disabled or sick) and draw.random() < 0.5,
        "有法定义务人": draw.random() < 0.9,
        "义务人有履行能力": draw.random() < 0.8,
        "供养方式": draw.choice(("集中", "分散")),
        "不能自理项数": draw.randrange(7) if disabled or years > 80 else 0,
        "领取工伤护理费": draw.random() < 0.01,
        "其他护理补贴": money(draw, 100) if draw.random() < 0.02 else Decimal("0.00"),
        "养育方式": draw.choice(("机构", "散居")),
    }
    if draw.random() < 0.0005:
        found |= {"残疾类别": "肢体", "残疾等级": "无"}
    lacking(draw, found)
    if years < 18:
        for which in range(draw.choices((0, 1, 2), (1, 2, 97))[0]):
            state = "正常" if draw.random() < 0.9 else draw.choice(STATES)
            parents.append({"编号": f"{own}-{which + 1}", "个人": own, "状况": state})
    return {"编号": own, "户": home, **found}


def money(draw: Random, about: int) -> Decimal:
    return Decimal(draw.randrange(200 * about + 1)) / 100


def lacking(draw: Random, row: Row) -> None:
    """Now and then a fact nobody knows."""
    if draw.random() < 0.008:
        row[draw.choice(list(row))] = None


# ---------------------------------------------------------------- the engines


def run(engine: str, folder: Path) -> dict[str, float]:
    """Runs an engine over the rosters of a folder; its result goes beside them."""
    out = str(folder / f"{engine}.parquet")
    if engine == "python":
        return alone(folder, out)
    rosters = {entity: path(folder, entity) for entity in SCHEMAS}
    dsn = None
    if engine == "postgres":
        dsn, rosters = loaded(rosters)
    book = load(POLICIES)
    began = time.perf_counter()
    found = batch(book, rosters, out, month=MONTH, engine=engine, dsn=dsn)
    seconds = time.perf_counter() - began
    assert found.value is not None, [finding.message.en for finding in found.diagnostics]
    if engine == "spark":
        ended_java()
    return {"seconds": seconds, "alone": found.value.alone}


def ended_java() -> None:
    """Waits for the Java that was started, so that its CPU seconds are told with ours."""
    from pyspark import SparkContext

    server = SparkContext._gateway.proc
    server.stdin.close()
    server.wait(60)


def loaded(rosters: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The rosters in tables of a PostgreSQL of our own."""
    import psycopg

    from postgres_server import dsn

    kinds = {arrow.string(): "text", arrow.bool_(): "boolean", arrow.int64(): "bigint", arrow.date32(): "date", _MONEY: "numeric(12, 2)"}
    with psycopg.connect(dsn()) as connection:
        for entity, schema in SCHEMAS.items():
            columns = ", ".join(f'"{field.name}" {kinds[field.type]}' for field in schema)
            connection.execute(f'CREATE TABLE "{entity}" ({columns})')
            with connection.cursor().copy(f'COPY "{entity}" FROM STDIN') as copy:
                for part in ParquetFile(rosters[entity]).iter_batches():
                    for row in zip(*(column.to_pylist() for column in part.columns), strict=True):
                        copy.write_row(row)
    return dsn(), {entity: entity for entity in rosters}


def alone(folder: Path, out: str) -> dict[str, float]:
    """Every household by itself, in parts, on all cores."""
    began = time.perf_counter()
    groups = ParquetFile(path(folder, HOME)).num_row_groups
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        write_result(out, pool.imap(part, [(folder, group) for group in range(groups)]))
        pool.close()
        pool.join()
    households = ParquetFile(path(folder, HOME)).metadata.num_rows
    return {"seconds": time.perf_counter() - began, "alone": households}


@cache
def book() -> Book:
    return load(POLICIES)


def part(at: tuple[Path, int]) -> list[tuple[object, ...]]:
    """The rows of one group of households."""
    occasion, asked = occasion_of(book().program, MONTH, None).value, asked_keys(book(), None).value
    assert occasion is not None
    return [row for one in households(*at, asked) for row in decided_alone(book(), occasion, one, "zh")]


def households(folder: Path, group: int, asked: Sequence[str]) -> Iterator[Household]:
    program = book().program
    found: dict[str, Household] = {}
    for entity in SCHEMAS:
        paying = [program.benefits[key] for key in asked if program.benefits[key].entity == entity]
        for row in ParquetFile(path(folder, entity)).read_row_group(group).to_pylist():
            own, up = row.pop("编号"), row.pop("户" if entity == PERSON else "个人", None)
            home = own if entity == HOME else "-".join(str(up).split("-")[:2])
            one = found.setdefault(home, Household(home, listed=frozenset(SCHEMAS)))
            one.add(program, entity, own, up, None, {name: cell for name, cell in row.items() if cell is not None})
            one.left += [Left(own, entity, benefit.name, benefit.key) for benefit in paying]
    yield from found.values()


if __name__ == "__main__":
    main()
