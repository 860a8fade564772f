"""How long it takes to prove the shipped policies, and to tell small changes of them apart or prove them equal.

    python tests/benchmarks/proving.py [--mutants 200] [--seed 1] [--seconds 5]

Prints a table: what was done, how many of each kind came out, seconds of the clock.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from attrs import evolve

from policyrules.book.book import Book, load
from policyrules.engines.python_code import PythonCode
from policyrules.review.mutants import mutants_of, program_with
from policyrules.review.mutants_trial import asked_keys, bench_of, span_of
from policyrules.review.proofs import prove
from policyrules.review.sameness import Differs, Same, compare

ROOT = Path(__file__).parents[2]


def proving(book: Book, seconds: float, keys: Sequence[str] | None = None) -> tuple[Counter[str], float]:
    """Every claim of the book, two processes at once."""
    start = time.perf_counter()
    findings = prove(book, seconds=seconds, keys=keys, processes=2)
    return Counter(type(finding.verdict).__name__ for finding in findings), time.perf_counter() - start


def telling_apart(book: Book, count: int, seed: int, seconds: float) -> tuple[Counter[str], float]:
    """Some mutants of the book, each in the names it is looked for in."""
    bench = bench_of(book)
    first, last = span_of(book.program)
    kinds: Counter[str] = Counter()
    start = time.perf_counter()
    for mutant in Random(seed).sample(mutants_of(book.program), count):
        program = program_with(book.program, mutant)
        other = evolve(book, program=program, code=PythonCode(program, patient=True))
        answers = []
        for key in asked_keys(bench, mutant):
            answers.append(compare(book, other, key, first, last, seconds=seconds))
            if isinstance(answers[-1], Differs):
                break
        told = answers[-1] if isinstance(answers[-1], Differs) else next((one for one in answers if not isinstance(one, Same)), answers[0])
        kinds[type(told).__name__] += 1
    return kinds, time.perf_counter() - start


def main(arguments: Sequence[str] | None = None) -> None:
    """Both, with a line each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--ask", action="append")
    options = parser.parse_args(arguments)
    book = load(ROOT / "policies")
    for name, (kinds, took) in (
        ("claims", proving(book, options.seconds, options.ask)),
        ("mutants", telling_apart(book, options.mutants, options.seed, options.seconds)),
    ):
        print(f"{name:8} {took:7.1f} s  " + ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))


if __name__ == "__main__":
    main()
