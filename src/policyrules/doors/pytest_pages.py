"""The parts of a page that tells how a 例 failed: the 例 as it is written, and why the answer is what it is."""

from __future__ import annotations

from collections.abc import Sequence

from policyrules.book.book import Book, decide
from policyrules.explain.wording import explain
from policyrules.semantics.examples import Example
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Language
from policyrules.source.text import line_and_column


def written_example(example: Example) -> str:
    """The lines of a 例, up to where the next thing begins."""
    lines = example.place.source.text.splitlines()
    first = line_and_column(example.place)[0] - 1
    found = [lines[first]]
    for line in lines[first + 1 :]:
        if not line.strip() or not line[0].isspace():
            break
        found.append(line)
    return "\n".join(found)


def reasons_for(book: Book, example: Example, differences: Sequence[Diagnostic], lang: Language) -> str:
    """Why each answer that differs is what it is."""
    wrong = [one for one in example.expectations if any(one.place == finding.place for finding in differences)]
    said: dict[str, None] = {}
    for expectation in wrong:
        word = f"{expectation.subject}的{expectation.name}" if expectation.subject else expectation.name
        month = None if example.day is not None else example.month
        decision = decide(book, example.data, month=month, day=example.day, ask=word, explain=True)
        said.update(dict.fromkeys(explain(answer, book.program, lang) for answer in decision.answers))
    return "\n\n".join(said)
