"""`policyrules mutate`: changes the policies one small step at a time and tells which changes no worked example notices."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence

from policyrules.book.book import Book, load
from policyrules.book.case_problems import did_you_mean, hinted, shown
from policyrules.book.examples import run_examples
from policyrules.book.facts import normal
from policyrules.doors.cli import FINE, WRONG_USE
from policyrules.doors.commands import not_there, refused
from policyrules.doors.files import missing, write_text
from policyrules.review import mutants_problems as problems
from policyrules.review import mutants_words as words
from policyrules.review.mutants import Declared
from policyrules.review.mutants_trial import Fate, Tried, bench_of, mutants_about, sampled, score, try_mutants
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.text import Place, SourceText


def mutate(options: Namespace) -> int:
    """The survivors as sentences, and the score. Status 1 only where the policies cannot be tried."""
    if absent := missing(options.policies):
        return not_there(absent, options)
    book = load(options.policies)
    if stopped := book.errors or _not_ready(book):
        return refused(stopped, options)
    keys = _keys(book, options.ask)
    if isinstance(keys, Diagnostic):
        refused([keys], options)
        return WRONG_USE
    bench = bench_of(book)
    mutants = sampled(mutants_about(book, keys), options.count, options.seed)
    tried = tuple(try_mutants(bench, mutants, seconds=options.seconds))
    if options.propose is not None and (trouble := _propose(book, tried, options)):
        return refused(trouble, options)
    if options.format == "json":
        print(json.dumps(_json(tried, options), ensure_ascii=False, indent=2))
    else:
        print(words.text(book.program, tried, options.lang, every=options.all))
    return FINE


def _json(tried: Sequence[Tried], options: Namespace) -> dict[str, object]:
    found, counted = score(tried)
    told = [one for one in tried if options.all or one.fate in (Fate.MISSED, Fate.OPEN)]
    counts = {fate.value: sum(one.fate is fate for one in tried) for fate in Fate}
    return {"changes": words.fields(told, options.lang), "counts": counts, "found": found, "counted": counted}


def _not_ready(book: Book) -> tuple[Diagnostic, ...]:
    """Examples there are, and all of them pass: else every change would look noticed."""
    if not book.examples:
        path = book.files[0].path if book.files else "policies"
        return (problems.NO_EXAMPLES.at(Place(SourceText(path, ""), 0, 0)),)
    failed = [result.example for result in run_examples(book) if not result.passed]
    return tuple(problems.EXAMPLES_FAIL.at(example.place, title=example.title) for example in failed)


def _keys(book: Book, asked: list[str] | None) -> list[str] | Diagnostic | None:
    """The keys of what is named; None: everything."""
    if not asked:
        return None
    program = book.program
    known: dict[str, list[str]] = {}
    every: list[Declared] = [*program.parameters.values(), *program.rules.values(), *program.benefits.values()]
    for declared in every:
        for word in dict.fromkeys((normal(declared.name), normal(declared.key))):
            known.setdefault(word, []).append(declared.key)
    found: list[str] = []
    for name in asked:
        if normal(name) not in known:
            problem = hinted(problems.NOTHING_TO_TRY, did_you_mean(normal(name), list(known)))
            return problem.at(_place("--ask", name), name=shown(name))
        found += known[normal(name)]
    return found


def _propose(book: Book, tried: Sequence[Tried], options: Namespace) -> tuple[Diagnostic, ...]:
    """The examples that would notice what nobody noticed, and those on edges nobody stands on, into a file."""
    from policyrules.review import proposals

    missed = (proposals.for_missed(book, one) for one in tried if one.fate is Fate.MISSED)
    keys = {one.mutant.key for one in tried}
    edges = [edge for edge in proposals.missing_edges(book) if edge.key in keys]
    every = [*(one for one in missed if one is not None), *proposals.at_edges(book, edges, seed=options.seed)]
    return write_text(options.propose, proposals.written(every, options.lang))


def _place(option: str, written: str) -> Place:
    text = shown(written)
    return Place(SourceText(option, text), 0, len(text))
