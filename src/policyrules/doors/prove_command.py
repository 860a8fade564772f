"""`policyrules prove`: what is proved of the policies, refuted with a household as a ready 例, or not proved and why."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from datetime import date
from importlib.util import find_spec

from policyrules.book import case_problems
from policyrules.book.book import Book, load
from policyrules.book.case_problems import did_you_mean, hinted
from policyrules.book.facts import normal
from policyrules.doors.cli import FINE, WRONG_INPUT, WRONG_USE
from policyrules.doors.commands import not_there, refused
from policyrules.doors.files import missing
from policyrules.review import proof_problems as problems
from policyrules.review import proofs_words as words
from policyrules.review.proofs import prove
from policyrules.review.proofs_asked import OTHERS, jobs
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.render import render
from policyrules.source.text import Place, SourceText
from policyrules.values.calendar import parse_month

PROCESSES = 2


def prove_policies(options: Namespace) -> int:
    """Every claim, a line each; status 1 where one is refuted."""
    if absent := missing(options.policies):
        return not_there(absent, options)
    if find_spec("z3") is None:
        refused((problems.NO_SOLVER.at(_place("prove", "")),), options)
        return WRONG_USE
    book = load(options.policies)
    if any(finding.code not in problems.LOOKED_THROUGH for finding in book.errors):
        return refused(book.errors, options)
    asked = _keys(book, options.ask)
    span = _span(options)
    if isinstance(asked, Diagnostic) or isinstance(span, Diagnostic):
        refused([one for one in (asked, span) if isinstance(one, Diagnostic)], options)
        return WRONG_USE
    first, last = span
    findings = prove(book, first, last, members=options.members, seconds=options.seconds, keys=asked, processes=PROCESSES)
    counts = words.counts(findings)
    if options.format == "json":
        told = [words.fields(book, finding, options.lang) for finding in findings]
        print(json.dumps({"findings": told, "counts": counts}, ensure_ascii=False, indent=2))
    else:
        if book.errors:
            print("\n\n".join(render(finding, options.lang) for finding in book.errors) + "\n", file=sys.stderr)
        print(words.text(book, findings, options.lang, to_the_end=last is None))
    return WRONG_INPUT if counts["refuted"] or book.errors else FINE


def _keys(book: Book, asked: list[str] | None) -> list[str] | Diagnostic | None:
    """The keys of benefits and promises by the names people write; None: all."""
    if not asked:
        return None
    known: dict[str, list[str]] = {}
    asked_of = [*book.program.benefits, *(job.key for job in jobs(book, None) if job.group == OTHERS)]
    for key in asked_of:
        for word in dict.fromkeys((normal(words.name_of(book.program, key)), normal(key))):
            known.setdefault(word, []).append(key)
    for promise in book.properties:
        known.setdefault(normal(promise.title), []).append(promise.rule.key)
    found: list[str] = []
    for name in asked:
        if normal(name) not in known:
            shown = case_problems.shown(name)
            problem = hinted(problems.NO_SUCH_CLAIM, did_you_mean(normal(name), list(known)))
            return problem.at(_place("--ask", name), name=shown)
        found += known[normal(name)]
    return found


def _span(options: Namespace) -> tuple[date | None, date | None] | Diagnostic:
    """The months of --from and --to."""
    months: list[date | None] = []
    for option, written in (("--from", options.first), ("--to", options.last)):
        month = None if written is None else parse_month(written)
        if written is not None and month is None:
            return case_problems.MONTH_UNREADABLE.at(_place(option, written), got=case_problems.shown(written))
        months.append(month)
    first, last = months
    if first is not None and last is not None and last < first:
        return problems.BACKWARDS.at(_place("--to", options.last), first=options.first, last=options.last)
    return first, last


def _place(option: str, words_written: str) -> Place:
    shown = case_problems.shown(words_written)
    return Place(SourceText(option, shown), 0, len(shown))
