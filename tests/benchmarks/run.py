"""Speed of reading, checking, starting and deciding, each beside a baseline measured in the same run.

    python tests/benchmarks/run.py [--lines 10000] [--repeat 5]

Seconds are CPU seconds, the least of several tries. They differ from machine to machine and from hour to hour; the ratio to
the baseline differs much less. What is aimed at: 10,000 lines parsed and checked in a second, an import below 0.1 s.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from attrs import frozen

sys.path.insert(0, str(Path(__file__).parent))

from by_hand import minimum_living, single_person
from synthetic import count_lines, policies, python_module

from policyrules.book.book import Book, book_bytes, compile_book, decide, load
from policyrules.book.compiler import compile_files
from policyrules.book.decision import Decision
from policyrules.core.outcome import Granted, Refused
from policyrules.syntax.parser import parse_all, parser

ROOT = Path(__file__).parents[2]
UNEXPLAINED = "the same answers without reasons"


@frozen
class Measured:
    """One row: what was measured, its CPU seconds and those of its baseline, and something said about it."""

    what: str
    seconds: float
    baseline: str
    baseline_seconds: float
    remark: str


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=10_000)
    options.add_argument("--repeat", type=int, default=5)
    chosen = options.parse_args(arguments)
    rows = [*reading(chosen.lines, chosen.repeat), *starting(chosen.repeat), *opening(chosen.lines, chosen.repeat), *deciding(chosen.repeat)]
    print(f"{'what':<44} {'CPU s':>9} {'baseline s':>11} {'ratio':>8}  remark")
    for row in rows:
        ratio = row.seconds / row.baseline_seconds
        print(f"{row.what:<44} {row.seconds:>9.5f} {row.baseline_seconds:>11.5f} {ratio:>8.1f}  {row.remark}; baseline: {row.baseline}")


def reading(lines: int, repeat: int) -> list[Measured]:
    """Parsing, and parsing with every check, against Python's own compiler on as many lines."""
    files = policies(lines)
    written = count_lines(files)
    module = python_module(lines)
    parser()
    problems = compile_book(files).diagnostics
    assert not problems, problems[0]
    python = best(repeat, lambda: compile(ast.parse(module), "module", "exec"))
    parsed = best(repeat, lambda: parse_all(files))
    checked = best(repeat, lambda: compile_files(files))
    name = f"Python's ast.parse and compile, {module.count(chr(10))} lines"
    return [
        Measured(f"parse {written} lines", parsed, name, python, f"{written / parsed:,.0f} lines/s"),
        Measured(f"parse and check {written} lines", checked, name, python, f"{written / checked:,.0f} lines/s"),
    ]


def starting(repeat: int) -> list[Measured]:
    """A fresh process: the import alone, the library ready to load, and the shipped policies checked."""
    bare = best_child(repeat, "pass")
    code = {
        "import policyrules (fresh process)": "import policyrules",
        "import and the parser ready": "import policyrules; policyrules.load; from policyrules.syntax.parser import parser; parser()",
        "load the shipped policies": f"import policyrules; policyrules.load({str(ROOT / 'policies')!r})",
    }
    rows = []
    for what, each in code.items():
        seconds = best_child(repeat, each)
        rows.append(Measured(what, seconds, "an empty python -c pass", bare, f"{(seconds - bare) * 1000:.0f} ms more than bare"))
    return rows


def opening(lines: int, repeat: int) -> list[Measured]:
    """A compiled book opened and one benefit decided, against unpacking all of it as JSON; and the same from source.

    A thousand rules are written in some 11,500 lines, so that 10,000 lines are asked for as 11,500.
    """
    files = policies(lines * 115 // 100)
    book = compile_book(files)
    data = book_bytes(book).value
    assert data is not None
    example = book.examples[0]
    asked = f"{example.expectations[0].subject}的补贴金1"

    def unpacked() -> list[object]:
        start = data.index(b"\n", data.index(b"\n", data.index(b"\n") + 1) + 1) + 1
        found: list[object] = []
        while start < len(data):
            opener = zlib.decompressobj()
            plain = opener.decompress(data[start:])
            start = len(data) - len(opener.unused_data)
            found.append(json.loads(plain) if plain[:1] in (b"[", b"{") else plain.decode())
        return found

    def decided(opened: Book) -> str:
        return decide(opened, example.data, month=example.month, ask=asked).text("zh")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.book"
        path.write_bytes(data)
        assert "给付" in decided(book) and decided(load(path)) == decided(book)
        bare = best(repeat, unpacked)
        compiled = best(repeat, lambda: decided(load(path)))
        source = best(min(repeat, 2), lambda: decided(compile_book(files)))
    rules, name = len(book.program.rules) + len(book.program.benefits), "zlib and json.loads of all that is in the file"
    return [
        Measured(f"load a compiled book of {rules} rules, decide one", compiled, name, bare, f"{compiled * 1000:.0f} ms, {len(data):,} bytes"),
        Measured("the same from source", source, name, bare, f"{source * 1000:.0f} ms"),
    ]


def deciding(repeat: int) -> list[Measured]:
    """One household, warm: 低保金 and everybody's 单人保金 by the interpreter and by hand, equal before they are timed."""
    book, case = example()
    household = case["户"]

    def by_hand() -> list[Fraction]:
        living = minimum_living(household)
        return [living, *(single_person(household, member) for member in household["成员"])]

    def by_rules() -> list[Fraction]:
        return amounts(book, case)

    assert by_rules() == by_hand()
    rules = best(repeat, lambda: [by_rules() for _ in range(20)]) / 20
    hand = best(repeat, lambda: [by_hand() for _ in range(500)]) / 500
    every = best(repeat, lambda: [decide(book, case, month="2020-04").answers for _ in range(20)]) / 20
    name = "a hand-written Python function for 低保金 and 单人保金"
    return [
        Measured("decide 低保金 and 单人保金, case read", rules, name, hand, f"{1 / rules:,.0f} households/s"),
        Measured("decide all benefits, case and answers read", every, name, hand, f"{1 / every:,.0f} households/s"),
        *explaining(book, case, None, repeat),
        *explaining(book, case, "低保金", repeat),
    ]


def example() -> tuple[Book, dict[str, Any]]:
    """The shipped policies and the example household."""
    return load(ROOT / "policies"), json.loads((ROOT / "examples" / "household.json").read_text("utf-8"))


def explaining(book: Book, case: object, ask: str | None, repeat: int) -> list[Measured]:
    """The answers with their trace, with their reasons as text and as JSON, each against the same answers without reasons, and
    what is printed also against the same printed without reasons."""

    def decided(explain: bool) -> Decision:
        return decide(book, case, month="2020-04", ask=ask, explain=explain)

    ways: dict[str, tuple[Callable[[bool], object], bool]] = {
        "with trace": (lambda explain: decided(explain).answers, False),
        "with reasons as text": (lambda explain: decided(explain).text("zh"), True),
        "with reasons as JSON": (lambda explain: decided(explain).to_json("zh"), True),
    }
    # What is asked a second time is planned then; that is over before anything is timed.
    for _ in range(3):
        assert decided(False).answers
    count = len(decided(True).answers)
    what = f"{count} answers" if ask is None else f"{ask} alone"
    plainly = best(repeat, lambda: [decided(False).answers for _ in range(20)]) / 20
    rows = []
    for how, (way, printed) in ways.items():
        seconds = best(repeat, lambda way=way: [way(True) for _ in range(5)]) / 5  # type: ignore[misc]
        rows.append(Measured(f"{what} {how}", seconds, f"{UNEXPLAINED}, {plainly * 1000:.2f} ms", plainly, f"{seconds * 1000:.2f} ms"))
        if printed:
            short = best(repeat, lambda way=way: [way(False) for _ in range(5)]) / 5  # type: ignore[misc]
            rows.append(Measured(f"{what} {how}", seconds, f"the same printed without reasons, {short * 1000:.2f} ms", short, f"{seconds * 1000:.2f} ms"))
    return rows


def amounts(book: Book, case: object) -> list[Fraction]:
    """What the rules pay; nothing where they refuse."""
    paid = []
    for answer in decide(book, case, month="2020-04", ask=["低保金", "单人保金"]).answers:
        match answer.outcome:
            case Granted(amount):
                paid.append(amount)
            case Refused():
                paid.append(Fraction(0))
            case other:
                raise AssertionError(other)
    return paid


def best(repeat: int, work: Callable[[], object]) -> float:
    """The least CPU seconds of several runs."""
    taken = []
    for _ in range(repeat):
        gc.collect()
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return min(taken)


def best_child(repeat: int, code: str) -> float:
    """The least CPU seconds of several fresh processes that run `code`."""
    taken = []
    for _ in range(repeat):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


if __name__ == "__main__":
    main()
