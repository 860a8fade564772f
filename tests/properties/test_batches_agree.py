"""A batch over the shipped policies: the same rosters, cell by cell, come to the same rows in every database, good cells and bad,
and so do rosters in which rows are faulty, which take nothing from the households they do not touch."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from policyrules.book.batch import batch
from policyrules.book.book import load
from postgres_server import dsn_or_skip
from properties.households import MONTHS, Json, households
from roster_faults import left_out, spoilt

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
pytest.importorskip("psycopg")

BOOK = load(Path(__file__).parents[2] / "policies")
_STRANGE = ("不详", "未知", "ten", "1/3", "", "", " ", "2021-02-29", "1e3", "-0.5", "99999999999999", "TRUE", "0000-01-01")

Row = dict[str, str]


def rosters(cases: Sequence[Json], draw: Random) -> dict[str, list[Row]]:
    """Cases as rows, with something else in a cell once in a while."""
    found: dict[str, list[Row]] = {entity: [] for entity in BOOK.program.entities}

    def cell(value: object) -> str:
        return draw.choice(_STRANGE) if draw.random() < 0.003 else {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)

    def add(entity: str, own: str, holder: Row, one: Json) -> None:
        roles = {role.name: role.entity for role in BOOK.program.entities[entity].roles}
        found[entity].append({"编号": own, **holder, **{name: cell(value) for name, value in one.items() if name not in (*roles, "编号")}})
        for role, inner in roles.items():
            for number, member in enumerate(cast("list[Json]", one.get(role, []))):
                add(inner, f"{own}/{number}", {entity: own}, member)

    root = BOOK.program.root or ""
    for number, case_ in enumerate(cases):
        add(root, f"{number}", {}, cast(Json, case_[root]))
    return {entity: rows for entity, rows in found.items() if rows}


@pytest.fixture(scope="module")
def server() -> str:
    """Where the database is."""
    return dsn_or_skip()


def as_files(rows: Mapping[str, Sequence[Row]], folder: Path) -> dict[str, str]:
    """The rosters as files of text."""
    paths = {entity: str(folder / f"{entity}.csv") for entity in rows}
    for entity, path in paths.items():
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[entity][0]))
            writer.writeheader()
            writer.writerows(rows[entity])
    return paths


def as_tables(paths: Mapping[str, str], connection: Any) -> dict[str, str]:
    """The same files as tables of text; an empty cell is NULL in both."""
    connection.execute("DROP SCHEMA IF EXISTS 名单 CASCADE; CREATE SCHEMA 名单")
    for entity, path in paths.items():
        with open(path, encoding="utf-8", newline="") as file:
            names, *rows = csv.reader(file)
        columns = ", ".join(f'"{name}" text' for name in names)
        connection.execute(f'CREATE TABLE 名单."{entity}" ({columns})')
        with connection.cursor() as cursor, cursor.copy(f'COPY 名单."{entity}" FROM STDIN') as copy:
            for row in rows:
                copy.write_row([one or None for one in row])
    return {entity: f'名单."{entity}"' for entity in paths}


def rows_of(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(map(tuple, csv.reader(file)))


def without_words(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows that no fault of a roster took out."""
    return [row for row in rows if not row[-1].startswith(("[B135]", "[B136]", "[B139]", "[B14"))]


@pytest.mark.parametrize("faults", [0, 4])
def test_the_shipped_policies(server: str, faults: int) -> None:
    statuses: set[str] = set()

    @settings(max_examples=2 if faults else 3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(cases=st.lists(households(BOOK.program), min_size=25, max_size=40), seed=st.integers(0, 2**32), month=st.sampled_from(MONTHS))
    def agree(cases: list[Json], seed: int, month: str) -> None:
        draw = Random(seed)
        whole = rosters(cases, draw)
        rows = spoilt(BOOK.program, whole, draw, faults)
        assume(rows.keys() == BOOK.program.entities.keys())
        with TemporaryDirectory() as folder:
            paths = as_files(rows, Path(folder))
            one, other = Path(folder, "one.csv"), Path(folder, "other.csv")
            wanted = batch(BOOK, paths, str(one), month=month)
            with import_module("psycopg").connect(server, autocommit=True) as connection:
                tables = as_tables(paths, connection)
            found = batch(BOOK, tables, str(other), month=month, engine="postgres", dsn=server)
            assert found.value is not None and found.value == wanted.value, (found.diagnostics, wanted.diagnostics)
            assert [finding.code for finding in found.diagnostics] == [finding.code for finding in wanted.diagnostics]
            assert rows_of(other) == rows_of(one)
            counts, good = left_out(BOOK.program, rows)
            assert sum(found.value.apart.values()) == counts.total()
            if counts and all(good.values()):
                assert batch(BOOK, as_files(good, Path(folder)), str(other), month=month).diagnostics == ()
                assert rows_of(other) == without_words(rows_of(one))
            statuses.update(found.value.rows)

    agree()
    assert {"granted", "refused", "error"} <= statuses
