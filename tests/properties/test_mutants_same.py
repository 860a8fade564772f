"""“The same either way” and “different” said of small changes of the shipped policies: every difference has a household both programs decide apart.

`POLICYRULES_CASES` says how many changes are tried (the nightly setting takes all there are); without it 25 are.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from policyrules.book.book import Book, load
from policyrules.book.cases import read_case
from policyrules.book.occasion import in_month
from policyrules.core.case import instances
from policyrules.core.outcome import Outcome
from policyrules.core.program import Program
from policyrules.engines import interpreter
from policyrules.review.mutants import mutants_of, program_with
from policyrules.review.mutants_trial import Fate, bench_of, compared, sampled
from policyrules.review.replay import same_outcome
from policyrules.review.sameness import Witness
from policyrules.source.text import SourceText

pytest.importorskip("z3")

POLICIES = Path(__file__).parents[2] / "policies"
CASES = int(os.environ.get("POLICYRULES_CASES", "25"))
SEED = int(os.environ.get("POLICYRULES_SEED", "3"))


def test_what_is_said_of_a_change_is_so() -> None:
    book = load(POLICIES)
    bench = bench_of(book)
    fates: Counter[Fate] = Counter()
    mutants = sampled(mutants_of(book.program), CASES, SEED)
    for mutant in mutants:
        program = program_with(book.program, mutant)
        tried = compared(bench, mutant, program, members=3, seconds=5)
        fates[tried.fate] += 1
        if tried.fate is Fate.MISSED:
            assert isinstance(tried.witness, Witness), mutant.words.zh
            before, after = (_decided(book, one, tried.witness) for one in (book.program, program))
            assert not same_outcome(before, after), (mutant.words.zh, before, after)
    assert fates[Fate.SAME] and fates[Fate.MISSED] and fates.keys() <= {Fate.SAME, Fate.MISSED, Fate.OPEN}
    assert fates[Fate.OPEN] * 100 <= 5 * len(mutants), fates


def _decided(book: Book, program: Program, witness: Witness) -> Outcome:
    """What the reference says of the witness, read anew from its document."""
    root = read_case(program, witness.document, SourceText("<case>", ""), names=book.names).value
    assert root is not None
    asked = [(witness.key, one) for one in instances(root) if one.id == witness.subject]
    (answer,) = interpreter.decide(program, root, in_month(program, witness.month), asked, trace=False)
    return answer.outcome
