"""The bundle of eight decisions for a whole roster in Parquet: by these rules, by SQL written by hand, and by other engines.

    python tests/benchmarks/batch.py [--people 1000000] [--repeat 3] [--folder FOLDER]

Every row is a fresh process, the ways by turns; CPU and wall seconds are the least of the tries and begin when policies and
libraries are loaded. All read the same two files and write a Parquet file. `bundle_by_hand.sql` writes the same rows as the rules
(one an answer, twelve columns), and before anything is timed the two are compared row by row. The others write one row a household,
eight amounts; so does the second query by hand. OpenFisca and PolicyEngine reckon in 32-bit floats and are left out where they are
not installed:

    python -m venv rivals
    rivals/bin/pip install -e .[batch] openfisca-core policyengine-core
    rivals/bin/python tests/benchmarks/batch.py
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import duckdb

sys.path.insert(0, str(Path(__file__).parent))

from bundle import MONTH, NAMES

HERE = Path(__file__).parent
WIDE = ("living", "disabled", "child", "elder", "school", "health", "housing", "heating")
Work: TypeAlias = Callable[[], object]


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=1_000_000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--folder", type=Path, help="where tables and results are kept; rosters that stand there are used again")
    options.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    chosen = options.parse_args(arguments)
    if chosen.way:
        print(json.dumps(taken(WAYS[chosen.way](chosen.folder))))
        return
    with tempfile.TemporaryDirectory() as scratch:
        table(chosen.folder or Path(scratch), chosen.people, chosen.repeat)


def table(folder: Path, people: int, repeat: int) -> None:
    """Makes the rosters, compares the results, and prints the times."""
    made, homes, found = measured(folder, people, repeat)
    print(f"{made:,} people in {homes:,} households, {len(NAMES)} decisions each: every row the same by the rules and by hand")
    for way in [way for way in RIVALS.values() if way in found]:
        print(f"{way}: {apart(folder, way):,} of {homes * len(NAMES):,} amounts are more than 0.01 apart")
    base = found["by hand"]
    print(f"{'what':<48} {'CPU s':>8} {'ratio':>6} {'wall s':>8} {'ratio':>6} {'peak MB':>8}")
    for way, row in found.items():
        ratios = row["cpu"] / base["cpu"], row["wall"] / base["wall"]
        print(f"{way:<48} {row['cpu']:>8.2f} {ratios[0]:>6.2f} {row['wall']:>8.2f} {ratios[1]:>6.2f} {row['peak']:>8.0f}")
    for way in [way for way in WAYS if way not in found]:
        print(f"left out: {way}")


def measured(folder: Path, people: int, repeat: int, ways: Sequence[str] | None = None) -> tuple[int, int, dict[str, dict[str, float]]]:
    """How many people and households there are, and of each way that is there its seconds and the greatest size of its process."""
    made, homes = rosters(folder, people)
    found = {way: child(folder, way) for way in ways or WAYS if there(way)}
    compare(folder)
    for _ in range(repeat - 1):
        for way, least in found.items():
            found[way] = {what: min(amount, least[what]) for what, amount in child(folder, way).items()}
    return made, homes, found


def child(folder: Path, way: str) -> dict[str, float]:
    """One way in a process of its own."""
    command = [sys.executable, __file__, "--folder", str(folder), "--way", way]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def taken(work: Work) -> dict[str, float]:
    """Seconds of the work, and the greatest size the process had."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    return {**spent, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


# ------------------------------------------------------------ the rosters


def rosters(folder: Path, people: int) -> tuple[int, int]:
    """Households of one to seven as `bundle.py` draws them, about so many people in all, all made up; how many people and households."""
    homes, members = folder / "homes.parquet", folder / "people.parquet"
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        if not (homes.exists() and members.exists()):
            connection.execute(f"COPY ({_homes(people // 4)}) TO '{homes}'")
            connection.execute(f"COPY ({_people(people // 4)}) TO '{members}'")
        counts = [connection.execute(f"SELECT count(*) FROM '{path}'").fetchall()[0][0] for path in (members, homes)]
    return counts[0], counts[1]


def _homes(count: int) -> str:
    return f"""
        SELECT {_id("n")} AS 编号, (CASE {_drawn(1, 2)} WHEN 0 THEN 0 ELSE {_drawn(2, 100_000)} END)::DECIMAL(12, 2) AS 金融资产,
          {_drawn(3, 5)} = 0 AS 有机动车, {_money(4, 2000)} AS 房租, ['城镇', '农村'][1 + {_drawn(7, 2)}] AS 居住地
        FROM range({count}) homes(n)"""


def _people(count: int) -> str:
    day = f"make_date(1930 + {_drawn(11, 90)}, 1 + {_drawn(12, 12)}, 1 + {_drawn(13, 28)})"
    return f"""
        SELECT printf('P%017d', hash(n, 10) % 100000000000 * 1000000 + n % 1000000) AS 编号, {_id("home")} AS 户, {day} AS 出生日期,
          {_money(14, 2500)} AS 月收入, ['无', '无', '无', '无', '一级', '二级', '三级', '四级'][1 + {_drawn(17, 8)}] AS 残疾等级,
          {_drawn(18, 5)} = 0 AS 在校, {_money(19, 12_000)} AS 医疗支出
        FROM (
          SELECT home, home * 8 + number AS n
          FROM (SELECT home, unnest(range((1 + hash(home, 9) % 7)::BIGINT)) AS number FROM range({count}) homes(home)))"""


def _id(number: str) -> str:
    return f"printf('H%012d', {number})"


def _drawn(salt: int, count: int) -> str:
    return f"(hash(n, {salt}) % {count})::BIGINT"


def _money(salt: int, most: int) -> str:
    """Nothing, whole 元, or 元 and 分."""
    cents = f"CASE {_drawn(salt, 3)} WHEN 0 THEN 0 WHEN 1 THEN {_drawn(salt + 1, most)} * 100 ELSE {_drawn(salt + 2, most * 100)} END"
    return f"(({cents})::DECIMAL(12, 2) * 0.01)::DECIMAL(10, 2)"


# ------------------------------------------------------------ the ways


def by_hand(folder: Path) -> Work:
    """The query by hand, in the shape of the rules' result."""
    return _copied(folder, (HERE / "bundle_by_hand.sql").read_text("utf-8"), "by hand")


def by_hand_wide(folder: Path) -> Work:
    """The query by hand, one row a household."""
    text = (HERE / "bundle_by_hand.sql").read_text("utf-8").split("-- one row an answer")[0]
    return _copied(folder, f"{text} SELECT home, {', '.join(WIDE)} FROM paid", "by hand, one row a household")


def _copied(folder: Path, query: str, way: str) -> Work:
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"CREATE VIEW 户 AS FROM '{folder / 'homes.parquet'}'; CREATE VIEW 个人 AS FROM '{folder / 'people.parquet'}'")
    return lambda: connection.execute(f"COPY ({query}) TO '{result(folder, way)}'")


def by_rules(folder: Path) -> Work:
    """`policyrules batch`: tables and ids checked, the query made and run, what is left open decided by itself, the result written."""
    from policyrules.book.batch import batch, batch_sql
    from policyrules.book.book import load

    book = load(HERE / "bundle.policy")
    # Loads the libraries that write SQL; nothing of it is kept.
    assert batch_sql(book, month=MONTH).value is not None
    paths = {"户": str(folder / "homes.parquet"), "个人": str(folder / "people.parquet")}

    def work() -> None:
        found = batch(book, paths, str(result(folder, "these rules")), month=MONTH)
        assert found.value is not None and not found.value.alone, found

    return work


def by_rules_alone(folder: Path) -> Work:
    """The same without the ids looked at: the tables seen, the query made and run, the result written."""
    from policyrules.book.batch import asked_keys
    from policyrules.book.batch_duckdb import started
    from policyrules.book.batch_engine import Settings
    from policyrules.book.book import load
    from policyrules.book.occasion import occasion_of
    from policyrules.book.roster import roster_of
    from policyrules.engines.columnar import plan
    from policyrules.engines.sql import query

    book = load(HERE / "bundle.policy")
    asked, occasion = asked_keys(book, None).value, occasion_of(book.program, MONTH, None).value
    assert occasion is not None and query(plan(book.program, occasion, asked, book.program.facts, book.program.entities))
    out = str(result(folder, "these rules, ids not looked at"))

    def work() -> None:
        with started(Settings(), out) as engine:
            for entity, name in (("户", "homes"), ("个人", "people")):
                path = str(folder / f"{name}.parquet")
                roster = roster_of(book.program, book.names, entity, path, engine.open(entity, path)).value
                assert roster is not None
                engine.relate(book.program, roster)
            engine.decide(plan(book.program, occasion, asked, book.program.facts, book.program.entities))
            engine.write(out)

    return work


def rival(module: str, ready: bool) -> Callable[[Path], Work]:
    """OpenFisca, or PolicyEngine, which is made from it: from files to a file, or the formulas alone."""

    def way(folder: Path) -> Work:
        work: Work = import_module("bundle_openfisca").batch(module, folder, result(folder, RIVALS[module]), ready)
        return work

    return way


RIVALS = {"openfisca_core": "OpenFisca", "policyengine_core": "PolicyEngine"}
WAYS: dict[str, Callable[[Path], Work]] = {
    "by hand": by_hand,
    "these rules": by_rules,
    "these rules, ids not looked at": by_rules_alone,
    "by hand, one row a household": by_hand_wide,
    **{name: rival(module, ready=False) for module, name in RIVALS.items()},
    **{f"{name}, arrays ready": rival(module, ready=True) for module, name in RIVALS.items()},
}


def there(way: str) -> bool:
    """Whether what the way needs is installed."""
    return all(not way.startswith(name) or find_spec(module) is not None for module, name in RIVALS.items())


def result(folder: Path, way: str) -> Path:
    """Where a way writes."""
    return folder / f"{way.replace(' ', '_')}.parquet"


# ------------------------------------------------------------ equal


def compare(folder: Path) -> None:
    """Stops where the rules and the query by hand have not the same rows."""
    ours, alone, hand = (result(folder, way) for way in ("these rules", "these rules, ids not looked at", "by hand"))
    with duckdb.connect(config={"temp_directory": str(folder)}) as connection:
        for one, other in ((ours, hand), (hand, ours), (alone, hand)):
            odd = connection.execute(f"FROM '{one}' EXCEPT ALL FROM '{other}' LIMIT 3").fetchall()
            assert not odd, (one, odd)


def apart(folder: Path, way: str) -> int:
    """How many amounts of another engine differ by more than 0.01 from those by hand."""
    hand, other = result(folder, "by hand, one row a household"), result(folder, way)
    sums = " + ".join(f"count_if(abs(coalesce(one.{name}, 0) / 100 - other.{name}) > 0.01)" for name in WIDE)
    with duckdb.connect() as connection:
        query = f"SELECT {sums}, count(*), (SELECT count(*) FROM '{hand}') FROM '{hand}' one JOIN '{other}' other ON one.home = other.home"
        odd, joined, every = connection.execute(query).fetchall()[0]
    assert joined == every, way
    return int(odd)


if __name__ == "__main__":
    main()
