"""`policyrules notice`: the 告知书 of one answer, as text or as a page."""

from __future__ import annotations

import sys
from argparse import Namespace

from policyrules.book.decision import Decision
from policyrules.book.json_text import JsonDocument
from policyrules.book.notice import notice
from policyrules.doors.cli import FINE, WRONG_INPUT
from policyrules.doors.commands import case_document, decided
from policyrules.explain.notice_words import Office


def write_notice(options: Namespace) -> int:
    """The notice on standard output; where none can be written, why, and exit status 1."""
    document = case_document(options)
    if isinstance(document, int):
        return document
    decision = decided(options, document, explain=True)
    previous = _previous(options, document)
    if isinstance(previous, int):
        return previous
    made = notice(
        decision,
        kind=options.kind,
        previous=previous,
        paid=options.paid or None,
        office=Office(options.office, options.review_body, options.review_within, options.date),
    )
    if made.document is None and options.format == "text":
        print(made.text(options.lang), end="", file=sys.stderr)
    else:
        print(made.html(options.lang) if options.format == "html" else made.text(options.lang), end="")
    return FINE if made.document is not None else WRONG_INPUT


def _previous(options: Namespace, document: JsonDocument) -> Decision | int | None:
    """The same question asked for an earlier month, of the same case or of the case as it was then."""
    if options.previous_month is None:
        return None
    # What is supplied beside the case is what was found now, not what was known then.
    changed = {"month": options.previous_month, "day": None, "case": options.previous_case, "given": []}
    then = Namespace(**{**vars(options), **changed})
    earlier = document if options.previous_case is None else case_document(then)
    if isinstance(earlier, int):
        return earlier
    before = decided(then, earlier, explain=True)
    if not before.answers:
        print(before.text(options.lang), file=sys.stderr)
        return WRONG_INPUT
    return before
