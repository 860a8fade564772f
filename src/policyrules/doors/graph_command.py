"""`policyrules graph`: what one answer rests on, as DOT text or drawn."""

from __future__ import annotations

import sys
from argparse import Namespace

from policyrules.book import case_problems
from policyrules.book.graph import graph, svg
from policyrules.book.notice import one_answer
from policyrules.book.notice_problems import GRAPH_SUFFIX
from policyrules.doors.cli import FINE, WRONG_INPUT, WRONG_USE
from policyrules.doors.commands import case_document, decided
from policyrules.doors.files import write_text
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.render import render
from policyrules.source.text import Place, SourceText


def draw(options: Namespace) -> int:
    """The graph on standard output, or in the file named: `.dot`, or `.svg` where graphviz is installed."""
    path: str | None = options.out
    if path is not None and not path.endswith((".dot", ".svg")):
        place = Place(SourceText("--out", ""), 0, 0)
        return _said((GRAPH_SUFFIX.at(place, path=case_problems.shown(path, longest=200)),), options, WRONG_USE)
    document = case_document(options)
    if isinstance(document, int):
        return document
    decision = decided(options, document, explain=True)
    if not decision.answers:
        return _said(decision.diagnostics, options)
    answer = one_answer(decision, None)
    if isinstance(answer, Diagnostic):
        return _said((answer,), options)
    text = graph(decision, answer, options.lang)
    if path is None:
        print(text, end="")
        return FINE
    if path.endswith(".svg"):
        drawn = svg(text)
        if drawn.value is None:
            return _said(drawn.diagnostics, options)
        text = drawn.value
    trouble = write_text(path, text)
    return _said(trouble, options) if trouble else FINE


def _said(findings: tuple[Diagnostic, ...], options: Namespace, status: int = WRONG_INPUT) -> int:
    print("\n\n".join(render(finding, options.lang) for finding in findings), file=sys.stderr)
    return status
