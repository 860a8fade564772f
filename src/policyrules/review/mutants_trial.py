"""Mutants held against the worked examples of a book: who is found, who changes nothing, who gets through.

An example can only notice a change it comes by, so each is decided once with its trace; after that a mutant is tried with those
examples alone whose trace holds what was changed. What no example finds is compared with the program as it is (`sameness`): it is the
same, or there is a household whose two decisions differ, or neither could be shown. What is not the same is held against the 性质.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import Enum

from attrs import evolve, field, frozen

from policyrules.analysis.graph import uses_of
from policyrules.book.book import Book
from policyrules.book.promises import run_properties
from policyrules.core.outcome import Answer
from policyrules.core.program import Choice, Parameter, ParameterValue, Program
from policyrules.engines.python_code import PythonCode
from policyrules.engines.steps import walk
from policyrules.review.coverage_asked import Asked, agrees, answers_to, asked_of
from policyrules.review.mutants import Mutant, mutants_of, program_with
from policyrules.review.mutants_sound import Needs, needs_of, refused
from policyrules.review.mutants_tables import spans_of
from policyrules.source.phrase import Phrase
from policyrules.values.calendar import add_months, first_of_month


class Fate(Enum):
    """What became of a mutant."""

    FOUND = "found"
    """An example, or a 性质, notices it."""

    REFUSED = "refused"
    """The checker refuses it; it is not counted."""

    SAME = "same"
    """It is proved to decide everything as before; it is not counted."""

    MISSED = "missed"
    """No example notices it, and there is a household it decides otherwise."""

    OPEN = "open"
    """No example notices it, and whether it changes anything could not be shown."""


@frozen
class Tried:
    """A mutant and its fate: the example or 性质 that finds it, what the checker says, why it is the same or open, or the witness."""

    mutant: Mutant
    fate: Fate
    why: Phrase | None = None
    witness: object = field(default=None, repr=False)
    key: str | None = None


@frozen
class Bench:
    """A book ready to try mutants: its expectations, what each comes by, and what needs what."""

    book: Book = field(repr=False)
    asked: tuple[Asked, ...] = field(repr=False)
    reached: tuple[frozenset[object], ...] = field(repr=False)
    needs: Needs = field(repr=False)


FOUND_BY_EXAMPLE = Phrase("例“{title}”", "the example “{title}”")
FOUND_BY_PROPERTY = Phrase("性质“{title}”", "the property “{title}”")
_NO_DECISION = Phrase("没有哪个名称用到它", "no name needs it")


def bench_of(book: Book) -> Bench:
    """Decides every expectation of a book without errors once, with its trace."""
    asked = tuple(asked_of(book))
    reached = tuple(_reached(answers_to(one, book.program, trace=True)) for one in asked)
    return Bench(book, asked, reached, needs_of(book.program))


def _reached(answers: Iterable[Answer]) -> frozenset[object]:
    """The nodes and declarations decisions come by, by identity; parameters by their key."""
    found: set[object] = set()
    for step in (step for answer in answers for step in walk(answer.trace)):
        found.add(id(step.what))
        if isinstance(step.what, ParameterValue):
            found.add(step.what.parameter)
    return frozenset(found)


def sampled(mutants: Sequence[Mutant], count: int | None, seed: int) -> tuple[Mutant, ...]:
    """Some of the mutants, drawn by a seed, in their order; all where no count is given."""
    if count is None or count >= len(mutants):
        return tuple(mutants)
    drawn = set(random.Random(seed).sample(range(len(mutants)), count))
    return tuple(mutant for at, mutant in enumerate(mutants) if at in drawn)


def mutants_about(book: Book, keys: Sequence[str] | None = None) -> tuple[Mutant, ...]:
    """The mutants of everything some names need; of everything without names."""
    every = mutants_of(book.program)
    if keys is None:
        return every
    closures = needs_of(book.program).closures
    wanted = frozenset(keys).union(*(closures.get(key, frozenset()) for key in keys))
    return tuple(mutant for mutant in every if mutant.key in wanted)


def try_mutants(
    bench: Bench, mutants: Sequence[Mutant], *, members: int = 3, seconds: float = 5, told: Callable[[Tried], None] | None = None
) -> Iterator[Tried]:
    """The fate of each mutant, in order."""
    for mutant in mutants:
        tried = try_one(bench, mutant, members=members, seconds=seconds)
        if told is not None:
            told(tried)
        yield tried


def try_one(bench: Bench, mutant: Mutant, *, members: int = 3, seconds: float = 5) -> Tried:
    """The fate of one mutant."""
    program = program_with(bench.book.program, mutant)
    stopped = refused(program, mutant.key, bench.needs)
    if stopped is not None:
        return Tried(mutant, Fate.REFUSED, stopped)
    found = found_by(bench, mutant, program)
    if found is not None:
        return Tried(mutant, Fate.FOUND, found)
    tried = compared(bench, mutant, program, members=members, seconds=seconds)
    promise = _broken_promise(bench, mutant, program) if tried.fate is not Fate.SAME else None
    return tried if promise is None else Tried(mutant, Fate.FOUND, promise)


def found_by(bench: Bench, mutant: Mutant, program: Program) -> Phrase | None:
    """The first example that notices the change."""
    found = next((asked for asked in _comes_by(bench, mutant) if not agrees(asked, program)), None)
    return None if found is None else FOUND_BY_EXAMPLE.fill(title=found.example.title)


def _broken_promise(bench: Bench, mutant: Mutant, program: Program) -> Phrase | None:
    """The first 性质 that no longer holds in the cases of the examples."""
    dependents = bench.needs.dependents(mutant.key) | {mutant.key}
    told = [one for one in bench.book.properties if dependents & {*(used := uses_of([one.rule.expression])).names, *used.parameters}]
    broken = run_properties(evolve(bench.book, program=program, properties=told)) if told else ()
    title = next((one.title for one in told for finding in broken if finding.place == one.place), None)
    return None if title is None else FOUND_BY_PROPERTY.fill(title=title)


def _mark_of(mutant: Mutant) -> object:
    return mutant.key if isinstance(mutant.touched, Parameter) else id(mutant.touched)


def _comes_by(bench: Bench, mutant: Mutant) -> Iterator[Asked]:
    """The expectations that can notice a change. Where facts are missing, trials may come by more than the trace tells."""
    mark = _mark_of(mutant)
    dependents = bench.needs.dependents(mutant.key) | {mutant.key}
    for asked, reached in zip(bench.asked, bench.reached, strict=True):
        unknown = asked.expectation.kind == "undecided" and any(key in dependents for key, _ in asked.requests)
        if mark in reached or unknown:
            yield asked


def compared(bench: Bench, mutant: Mutant, program: Program, *, members: int, seconds: float) -> Tried:
    """What no example notices, held against the program as it is: the benefits that need it, else the other names that do."""
    from policyrules.review.sameness import Differs, NotProved, Same, compare

    other = evolve(bench.book, program=program, code=PythonCode(program, patient=True))
    first, last = span_of(bench.book.program)
    why, open_ = _NO_DECISION, None
    for key in asked_keys(bench, mutant):
        match compare(bench.book, other, key, first, last, members=members, seconds=seconds):
            case Differs(witness):
                return Tried(mutant, Fate.MISSED, None, witness, key)
            case NotProved(reason):
                open_ = open_ or (reason, key)
            case Same(by):
                why = by
    if open_ is not None:
        return Tried(mutant, Fate.OPEN, open_[0], None, open_[1])
    return Tried(mutant, Fate.SAME, why)


def asked_keys(bench: Bench, mutant: Mutant) -> tuple[str, ...]:
    """The names a change is looked for in: the benefits paid that need it, its own policy's first; where none does, the names nobody else needs."""
    program = bench.book.program
    dependents = bench.needs.dependents(mutant.key)
    policy = mutant.key.rpartition("·")[0]
    paid = [key for key in program.order if key in dependents and key in program.benefits and program.benefits[key].pays]
    if paid:
        return tuple(sorted(paid, key=lambda key: (key.rpartition("·")[0] != policy, program.order.index(key))))
    needed = {name for key in dependents for name in bench.needs.uses[key].names if name in dependents}
    return tuple(key for key in program.order if key in dependents and key not in needed)


def span_of(program: Program) -> tuple[date, date]:
    """The months in which anything is decided: from the month before the first row or article to the month after the last date."""
    days = [day for one in program.parameters.values() for row in one.timeline for day in (row.start, row.end) if day is not None]
    days += [day for one in program.benefits.values() for article in one.articles for day in (article.start, article.end) if day is not None]
    tables = [rule.expression for rule in program.rules.values() if isinstance(rule.expression, Choice)]
    days += [day for table in tables for span in spans_of(table) for day in span if day is not None]
    first, last = (min(days), max(days)) if days else (date(2020, 1, 1), date(2020, 12, 1))
    before, after = add_months(first_of_month(first), -1), add_months(first_of_month(last), 1)
    return before or first, after or last


def score(tried: Sequence[Tried]) -> tuple[int, int]:
    """How many are found, of how many that count."""
    counted = [one for one in tried if one.fate not in (Fate.SAME, Fate.REFUSED)]
    return sum(one.fate is Fate.FOUND for one in counted), len(counted)
