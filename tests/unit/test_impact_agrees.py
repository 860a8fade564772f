"""The figures of a change, for households of the made-up nation, are what single decisions of both versions add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
pytest.importorskip("pyarrow")

from benchmarks.nation import POLICIES, SCHEMAS, make, path
from policyrules.book.batch_households import Household
from policyrules.book.book import Book, compile_book, decide, load
from policyrules.book.decision import status
from policyrules.core.outcome import Granted
from policyrules.review.impact import impact
from policyrules.source.text import SourceText

MONTHS = ("2020-03", "2020-05")
PEOPLE = 540
Found = tuple[str, Fraction]


@pytest.fixture(scope="module")
def books() -> tuple[Book, Book]:
    old = load(POLICIES)
    new = compile_book(SourceText(file.path, file.text.replace("610元/人·月  正式", "650元/人·月  正式")) for file in old.files)
    assert not old.errors and not new.errors and old.program != new.program
    return old, new


def households(folder: Path) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Every household of the rosters, with the value that makes its group, as a case."""
    import pyarrow.parquet as parquet

    rows = {entity: parquet.read_table(path(folder, entity)).to_pylist() for entity in SCHEMAS}
    homes = {row["编号"]: Household(row["编号"], listed=frozenset(SCHEMAS)) for row in rows["户"]}
    program = load(POLICIES).program
    above: dict[str, Household] = {}
    for entity, up in (("户", None), ("个人", "户"), ("家长", "个人")):
        for row in rows[entity]:
            home = homes[row["编号"]] if up is None else above[row[up]] if up == "个人" else homes[row[up]]
            above[row["编号"]] = home
            facts = {key: cell for key, cell in row.items() if key not in ("编号", up) and cell is not None}
            home.add(program, entity, row["编号"], row[up] if up else None, None, facts)
    for row in rows["户"]:
        homes[row["编号"]].complete(program)
        yield row["居住地"], homes[row["编号"]].data


def decided(book: Book, case: dict[str, Any], month: str) -> dict[tuple[str, str], Found] | None:
    """What everybody in a household gets, by id and name; None where the household cannot be read."""
    decision = decide(book, case, month=month)
    if not decision.answers:
        return None
    return {
        (answer.instance.id, answer.name): (status(answer), answer.outcome.amount if isinstance(answer.outcome, Granted) else Fraction(0))
        for answer in decision.answers
    }


def test_the_figures_are_the_sums_of_single_decisions(books: tuple[Book, Book], tmp_path: Path) -> None:
    counts = make(tmp_path, PEOPLE, 5)
    assert counts["户"] >= 195
    checked = impact(*books, {entity: path(tmp_path, entity) for entity in SCHEMAS}, months=MONTHS, by="居住地")
    one = checked.value
    assert one is not None, checked.diagnostics
    kinds: Counter[tuple[str, str]] = Counter()
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    groups: Counter[str | None] = Counter()
    homes: Counter[str] = Counter()
    nets: dict[tuple[str, str], Fraction] = {}
    for group, case in households(tmp_path):
        sums, left_open = [Fraction(0), Fraction(0)], False
        for month in MONTHS:
            old, new = (decided(book, case, month) for book in books)
            if old is None or new is None:
                left_open = True
                continue
            for (subject, name), (was, had) in old.items():
                now, has = new[subject, name]
                kind = kind_of(was, now, had, has)
                if kind != "open":
                    nets[subject, name] = nets.get((subject, name), Fraction(0)) + has - had
                if month != MONTHS[-1]:
                    continue
                kinds[name, kind] += 1
                left_open = left_open or kind == "open"
                if kind != "open":
                    before[name] += had  # type: ignore[assignment]
                    after[name] += has  # type: ignore[assignment]
                    groups[group] += has - had  # type: ignore[assignment]
                    sums[0] += had
                    sums[1] += has
        homes["open" if left_open else "gaining" if sums[1] > sums[0] else "losing" if sums[1] < sums[0] else "unchanged"] += 1
    for line in one.schemes:
        tally = line.tally
        assert (tally.before, tally.after) == (before[line.name], after[line.name]), line.name
        for kind in ("new", "stopped", "gaining", "losing", "unchanged"):
            assert getattr(tally, kind) == kinds[line.name, kind], (line.name, kind)
    assert one.total.after > one.total.before > 0 and one.homes.gaining > 10
    assert {name: getattr(one.homes, name) for name in homes} == dict(homes)
    assert {line.value: line.tally.difference for line in one.groups if line.tally.difference} == {group: sum for group, sum in groups.items() if sum}
    assert one.settlement.paid_later == sum(net for net in nets.values() if net > 0)
    assert one.settlement.claimed_back == -sum(net for net in nets.values() if net < 0)
    listed = {(row["subject"], row["name"]): row["back_pay_fen"] for row in one.changes.to_pylist() if row["change"] != "open"}
    assert listed == {who: net * 100 for who, net in nets.items() if net}


def kind_of(was: str, now: str, had: Fraction, has: Fraction) -> str:
    """How one answer changes, told anew."""
    if {was, now} - {"granted", "refused"}:
        return "open"
    if was == now:
        return "none" if was == "refused" else "gaining" if has > had else "losing" if has < had else "unchanged"
    return "new" if now == "granted" else "stopped"
