"""Benefit rules written in Chinese or English: checked before they run, decided exactly, explained.

    import policyrules

    book = policyrules.load("policies")
    decision = policyrules.decide(book, {"户": {"年收入": "14400"}}, month="2020-04")
    print(decision.text("zh"))

The names below are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyrules.book.batch import batch
    from policyrules.book.batch_memory import DecidedTable, decide_tables
    from policyrules.book.book import Book, book_bytes, check, check_case, decide, load
    from policyrules.book.decision import Decision
    from policyrules.book.decision_schema import decision_schema
    from policyrules.book.examples import run_examples
    from policyrules.book.graph import graph, svg
    from policyrules.book.interview import Interview
    from policyrules.book.notice import Notice, notice
    from policyrules.book.questions import Question, next_question, rank_questions
    from policyrules.book.rows import CheckedCase
    from policyrules.book.schema import empty_case, json_schema
    from policyrules.book.why import Why, why
    from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Refused, Undecided
    from policyrules.explain.notice_words import Office
    from policyrules.review import laws, strategies
    from policyrules.review.diff import diff
    from policyrules.review.diff_values import Difference
    from policyrules.review.impact import impact
    from policyrules.review.impact_figures import Impact
    from policyrules.review.proofs import prove
    from policyrules.review.sameness import compare
    from policyrules.source.diagnostic import Diagnostic, Severity

    __version__: str

__all__ = [
    "Answer",
    "Book",
    "CheckedCase",
    "Computed",
    "Conflict",
    "DecidedTable",
    "Decision",
    "Diagnostic",
    "Difference",
    "Failed",
    "Granted",
    "Impact",
    "Interview",
    "Notice",
    "Office",
    "Question",
    "Refused",
    "Severity",
    "Undecided",
    "Why",
    "__version__",
    "batch",
    "book_bytes",
    "check",
    "check_case",
    "compare",
    "decide",
    "decide_tables",
    "decision_schema",
    "diff",
    "empty_case",
    "graph",
    "impact",
    "json_schema",
    "laws",
    "load",
    "next_question",
    "notice",
    "prove",
    "rank_questions",
    "run_examples",
    "strategies",
    "svg",
    "why",
]

_HOMES = {
    "policyrules.book.batch": ("batch",),
    "policyrules.book.batch_memory": ("DecidedTable", "decide_tables"),
    "policyrules.book.book": ("Book", "book_bytes", "check", "check_case", "decide", "load"),
    "policyrules.book.decision": ("Decision",),
    "policyrules.book.decision_schema": ("decision_schema",),
    "policyrules.book.examples": ("run_examples",),
    "policyrules.book.graph": ("graph", "svg"),
    "policyrules.book.interview": ("Interview",),
    "policyrules.book.questions": ("Question", "next_question", "rank_questions"),
    "policyrules.book.notice": ("Notice", "notice"),
    "policyrules.book.rows": ("CheckedCase",),
    "policyrules.book.schema": ("empty_case", "json_schema"),
    "policyrules.book.why": ("Why", "why"),
    "policyrules.core.outcome": ("Answer", "Computed", "Conflict", "Failed", "Granted", "Refused", "Undecided"),
    "policyrules.explain.notice_words": ("Office",),
    "policyrules.review.diff": ("diff",),
    "policyrules.review.diff_values": ("Difference",),
    "policyrules.review.impact": ("impact",),
    "policyrules.review.impact_figures": ("Impact",),
    "policyrules.review.proofs": ("prove",),
    "policyrules.review.sameness": ("compare",),
    "policyrules.source.diagnostic": ("Diagnostic", "Severity"),
}


_MODULES = ("laws", "strategies")
"""Modules of `policyrules.review` that are used as a whole: `policyrules.strategies.cases(book)`."""


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return import_module(f"policyrules.review.{name}")
    if name == "__version__":
        from importlib.metadata import version

        return version("policyrules")
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
