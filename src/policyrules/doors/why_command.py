"""`policyrules why`: the reasons of every answer, what a refused one falls short of, and what would change it."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from policyrules.book.why import why
from policyrules.doors.cli import FINE, WRONG_INPUT
from policyrules.doors.commands import case_document, decided
from policyrules.source.render import render, to_json


def tell_why(options: Namespace) -> int:
    """An answer a block on standard output, or one JSON object."""
    document = case_document(options)
    if isinstance(document, int):
        return document
    decision = decided(options, document, explain=True)
    told = why(decision)
    if options.format == "json":
        fields = {
            "month": decision.month,
            "day": decision.day.isoformat() if decision.day else None,
            "answers": [each.to_json(options.lang) for each in told],
            "diagnostics": [to_json(finding, options.lang) for finding in decision.diagnostics],
        }
        print(json.dumps(fields, ensure_ascii=False, indent=2))
    elif told:
        print("\n\n".join([*(render(finding, options.lang) for finding in decision.diagnostics), *(each.text(options.lang) for each in told)]))
    else:
        print("\n\n".join(render(finding, options.lang) for finding in decision.diagnostics), file=sys.stderr)
    return FINE if decision.settled else WRONG_INPUT
