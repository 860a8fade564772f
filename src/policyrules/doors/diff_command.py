"""`policyrules diff`: two versions of the policies compared; 0 where they come to the same, 1 where not, 2 for wrong use."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from policyrules.book.book import Book
from policyrules.doors.cli import FINE, WRONG_INPUT, WRONG_USE
from policyrules.doors.revisions import read_version
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.render import render, to_json


def compare_versions(options: Namespace) -> int:
    """The comparison on standard output."""
    books = read_both(options)
    if isinstance(books, int):
        return books
    from policyrules.doors.commands import refused
    from policyrules.doors.impact_command import fits, impact_asked, impact_fields, print_impact, wrong_options
    from policyrules.review.diff import diff

    old, new = books
    if unfit := wrong_options(new, options):
        refused(unfit, options)
        return WRONG_USE
    found = diff(
        old,
        new,
        ask=options.ask,
        members=options.members,
        first=options.first,
        last=options.last,
        seconds=options.seconds,
        names=(options.old, options.new),
    )
    impact = impact_asked(old, new, found, options)
    if options.format == "json":
        print(json.dumps({**found.to_json(options.lang), **impact_fields(impact, options.lang)}, ensure_ascii=False, indent=2))
    else:
        nothing_told = bool(found.errors) or (bool(found.findings) and not found.verdicts)
        print(found.text(options.lang), file=sys.stderr if nothing_told else sys.stdout)
        print_impact(impact, options.lang)
    if found.findings or not fits(impact):
        return WRONG_USE
    return FINE if found.equal else WRONG_INPUT


def read_both(options: Namespace) -> tuple[Book, Book] | int:
    """Both versions; else an exit status, and what cannot be read has been said."""
    books: list[Book] = []
    findings: list[Diagnostic] = []
    for words in (options.old, options.new):
        read = read_version(words)
        findings += read.diagnostics
        if read.value is not None:
            books.append(read.value)
    if len(books) == 2:
        return books[0], books[1]
    if options.format == "json":
        fields = {"status": "error", "diagnostics": [to_json(finding, options.lang) for finding in findings]}
        print(json.dumps(fields, ensure_ascii=False, indent=2))
    else:
        print("\n\n".join(render(finding, options.lang) for finding in findings), file=sys.stderr)
    return WRONG_USE
