"""What is aimed at and what is reached, in one table, measured in one run.

    python tests/benchmarks/table.py [--people 1000000] [--households 200] [--lines 10000] [--repeat 5] [--tries 2] [--folder FOLDER]

Everything is measured by the other programs of this folder, which compare what both sides pay before they time them. Several
sizes may be asked for (`--people 1000000 5000000 10000000`); a million alone takes a few minutes. What is not
installed is named, with the command that installs it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

sys.path.insert(0, str(Path(__file__).parent))

import bundle
import rivals
import run

from policyrules.book.book import load

MILLION = 1_000_000
BATCH_PACKAGES = ("duckdb", "pyarrow", "sqlglot")
ROSTER_RIVALS = {"PolicyEngine": 0.65, "OpenFisca": 0.40}


@frozen
class Line:
    """One aim. `measured` is None where something is not installed; both are told by `words`."""

    what: str
    aim: float
    measured: float | None
    words: Callable[[float], str]
    remark: str = ""


Lines: TypeAlias = Iterator[Line]


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, nargs="+", default=[MILLION], help="sizes of the rosters")
    options.add_argument("--households", type=int, default=200, help="for decisions of single households")
    options.add_argument("--lines", type=int, default=10_000, help="of the policies that are compiled; 10,000 lines are a thousand rules")
    options.add_argument("--repeat", type=int, default=5, help="tries of single households, and of starting and opening")
    options.add_argument("--tries", type=int, default=2, help="tries of rosters")
    options.add_argument("--folder", type=Path, help="where rosters and results are kept")
    chosen = options.parse_args(arguments)
    lines = [
        *single(chosen.households, chosen.repeat),
        *beside(chosen.households, chosen.repeat),
        *opening(chosen.lines, chosen.repeat),
        *[line for people in chosen.people for line in roster(people, chosen.tries, chosen.folder)],
        *starting(chosen.repeat),
        *explaining(chosen.repeat),
    ]
    shown(lines)


def shown(lines: Sequence[Line]) -> None:
    """Prints the table, and how to install what is missing."""
    print(f"{'what':<74} {'at most':>9} {'measured':>9}  {'':<7}  remark")
    for line in lines:
        measured, met = ("–", "–") if line.measured is None else (line.words(line.measured), "met" if line.measured <= line.aim else "not met")
        print(f"{line.what:<74} {line.words(line.aim):>9} {measured:>9}  {met:<7}  {line.remark}".rstrip())
    missing = sorted({package for line in lines if line.measured is None for package in line.remark.split()[2:]})
    if missing:
        print(f"not installed: {', '.join(missing)}; to have them measured, too: pip install {' '.join(missing)}")


# ------------------------------------------------------------ how figures are told


def times(ratio: float) -> str:
    """1.94 ×"""
    return f"{ratio:.2f} ×"


def share(ratio: float) -> str:
    """1/25 of another's time; 2.00 × where it is more."""
    return f"1/{1 / ratio:.3g}" if ratio < 1 else times(ratio)


def milliseconds(seconds: float) -> str:
    """15 ms"""
    return f"{seconds * 1000:.0f} ms"


def megabytes(size: float) -> str:
    """512 MB"""
    return f"{size:.0f} MB"


def absent(packages: Sequence[str]) -> str:
    """What a line says whose figure is missing."""
    return f"pip install {' '.join(packages)}"


# ------------------------------------------------------------ what is measured


def single(households: int, repeat: int) -> Lines:
    """One household beside the function by hand, which checks nothing."""
    book, cases = load(Path(bundle.__file__).with_name("bundle.policy")), bundle.households(households)
    bundle.compare(book, cases)
    found = bundle.measured(book, cases, repeat)
    base = found[bundle.BASE]
    aims = {
        "rules, dictionary with every fact checked": 2.0,
        "rules, case checked before": 1.1,
        "rules, dictionary, with trace, unread": 2.5,
        "rules, dictionary, with trace, read": 2.5,
    }
    for what, aim in aims.items():
        yield Line(f"{what}, against Python by hand", aim, found[what] / base, times, f"{found[what] * 1_000_000:.0f} µs")


def beside(households: int, repeat: int) -> Lines:
    """The same household beside other engines, which check nothing and get it prepared."""
    found = rivals.measured(households, repeat)
    for name, aim in {"zen-engine": 1 / 25, "zen-engine (decision graph)": 1 / 25, "OpenFisca": 1 / 300}.items():
        for ours in (rivals.CHECKING, rivals.CHECKED):
            other = found.get(name)
            remark = f"{other * 1_000_000:.0f} µs" if other else absent(rivals.ENGINES[name][:1])
            yield Line(f"{ours}, against {name}", aim, found[ours] / other if other else None, share, remark)


def opening(lines: int, repeat: int) -> Lines:
    """A book of a thousand rules opened and one benefit decided."""
    for row, aim in zip(run.opening(lines, repeat), (0.015, 1.0), strict=True):
        yield Line(row.what, aim, row.seconds, milliseconds)


def roster(people: int, tries: int, folder: Path | None) -> Lines:
    """A roster in Parquet beside SQL by hand and beside other engines, and the memory it takes."""
    try:
        import batch
    except ModuleNotFoundError:
        yield Line(f"rosters of {people:,} people", 1.15, None, times, absent(BATCH_PACKAGES))
        return
    ours, alone, hand = "these rules", "these rules, ids not looked at", "by hand"
    with tempfile.TemporaryDirectory() as scratch:
        made, _, found = batch.measured(folder or Path(scratch), people, tries, (hand, ours, alone, *ROSTER_RIVALS))
    seconds: Mapping[str, float] = {way: row["cpu"] for way, row in found.items()}
    aim = 1.15 if people <= MILLION else 1.2
    for way in (alone, ours):
        said = "the query alone" if way == alone else "the whole command"
        yield Line(f"{made:,} people, {said}, against DuckDB SQL by hand", aim, seconds[way] / seconds[hand], times, f"{seconds[way]:.2f} CPU s")
    for name, aim in ROSTER_RIVALS.items():
        other = seconds.get(name)
        remark = f"{other:.2f} CPU s" if other else absent(rivals.ENGINES[name][:1])
        yield Line(f"{made:,} people, the whole command, against {name}", aim, seconds[ours] / other if other else None, times, remark)
    yield Line(f"memory of the whole command, {made:,} people", 1000 if people <= 5 * MILLION else 2000, found[ours]["peak"], megabytes)


def starting(repeat: int) -> Lines:
    """The import, beyond what an empty Python takes."""
    for row in run.starting(repeat)[:2]:
        yield Line(row.what, 0.1, row.seconds - row.baseline_seconds, milliseconds, "beyond an empty python -c pass")


def explaining(repeat: int) -> Lines:
    """The reasons of every benefit of the example household, against the same answers without."""
    # A try takes a few hundredths of a second, so there is time for more of them.
    for row in run.explaining(*run.example(), None, 5 * repeat):
        if "reasons" in row.what and row.baseline.startswith(run.UNEXPLAINED):
            yield Line(f"{row.what}, against the answers alone", 20, row.seconds / row.baseline_seconds, times, row.remark)


if __name__ == "__main__":
    main()
