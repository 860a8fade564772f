"""What is proved holds in households drawn near the bounds; what is told apart, or equal, is so for them, too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

import pytest
from attrs import evolve

from policyrules.book.book import Book, load
from policyrules.core.case import Instance, instances
from policyrules.core.outcome import Computed, Conflict, Failed
from policyrules.core.program import Program
from policyrules.engines import interpreter
from policyrules.engines.python_code import PythonCode
from policyrules.review.drawing import draw_case
from policyrules.review.mutants import Mutant, mutants_of, program_with
from policyrules.review.mutants_trial import asked_keys, bench_of
from policyrules.review.proofs_asked import Job, ground_of, jobs
from policyrules.review.proofs_work import births_of
from policyrules.review.replay import replay, same_outcome, told
from policyrules.review.sameness import Differs, NotProved, Same, compare
from policyrules.review.stretches import closure, months_in, span_of

POLICIES = Path(__file__).parents[2] / "policies"
MUTANTS = 20


@cache
def shipped() -> Book:
    return load(POLICIES)


def drawn(book: Book, key: str, count: int, seed: int) -> Iterator[tuple[Instance, date, dict[str, object]]]:
    """Households for a name, in months of its span."""
    span = span_of(book.program, (key,))
    assert span is not None
    random, months = Random(seed), list(months_in(*span))
    for _ in range(count):
        month = random.choice(months)
        document = draw_case(book, month, random, [key], 4)
        root = told(book, document)
        assert root is not None
        yield root, month, document


@pytest.mark.parametrize("job", jobs(shipped(), None), ids=lambda job: job.key)
def test_what_is_proved_holds(job: Job) -> None:
    """`tests/unit/test_proofs.py` has every claim proved; so no household breaks one, not of four people either."""
    ground = ground_of(shipped())
    key, promised = job.key, any(ask.promise is not None for ask in job.asks)
    entity = (ground.program.benefits.get(key) or ground.program.rules[key]).entity
    births = set(births_of(ground.program, closure(ground.program, (key,)).names))
    seen = 0
    for root, month, _ in drawn(ground.book, key, 14, 7):
        if any(day > month for one in instances(root) for name, day in one.facts.items() if (one.entity, name) in births and isinstance(day, date)):
            continue
        asked = [(key, one) for one in instances(root) if one.entity == entity]
        if not ground.side.allows(root, month):
            continue
        for answer in interpreter.decide(ground.program, root, ground.side.occasion(month), asked, trace=False):
            seen += 1
            assert not isinstance(answer.outcome, (Conflict, Failed)), answer.outcome
            assert not (promised and isinstance(answer.outcome, Computed) and answer.outcome.value is False)
    assert seen > 4


@cache
def some_mutants() -> tuple[Mutant, ...]:
    return tuple(Random(20200401).sample(mutants_of(shipped().program), MUTANTS))


def test_mutants_are_told_apart_or_proved_equal() -> None:
    pytest.importorskip("z3")
    book, bench = shipped(), bench_of(shipped())
    open_: list[str] = []
    found = {Same: 0, Differs: 0}
    for mutant in some_mutants():
        program: Program = program_with(book.program, mutant)
        other = evolve(book, program=program, code=PythonCode(program, patient=True))
        for key in asked_keys(bench, mutant)[:2]:
            span = span_of(book.program, (key,))
            assert span is not None
            answer = compare(book, other, key, *span, seconds=20, strict=True)
            match answer:
                case Differs(witness):
                    decided = [replay(each, witness.document, witness.month, key, witness.subject) for each in (book, other)]
                    assert decided == [witness.before, witness.after]
                    assert not same_outcome(witness.before, witness.after)
                case Same():
                    assert_equal(book, other, key)
                case NotProved():
                    open_.append(mutant.words.zh)
            if not isinstance(answer, NotProved):
                found[type(answer)] += 1
    assert open_ == []
    assert found[Differs] > MUTANTS // 2


def assert_equal(book: Book, other: Book, key: str) -> None:
    """No household drawn from either version shows a difference."""
    entity = book.program.benefits[key].entity if key in book.program.benefits else book.program.rules[key].entity
    for _, month, document in [*drawn(book, key, 12, 3), *drawn(other, key, 12, 4)]:
        for subject in [one.id for one in instances(told(book, document) or Instance("", "")) if one.entity == entity]:
            before, after = (replay(each, document, month, key, subject) for each in (book, other))
            assert before is None or after is None or same_outcome(before, after), document
