"""性质 held against drawn households: many more than there are worked examples, on the edges of the rules, in every month worth deciding.

This finds a broken promise; it proves none kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

from attrs import frozen

from policyrules.analysis.graph import uses_of
from policyrules.book.book import Book
from policyrules.book.cases import read_case
from policyrules.book.consistency import contradictions
from policyrules.book.occasion import in_month
from policyrules.book.promises import Breach, breaches, finding, with_promises
from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.program import Program
from policyrules.review.boundaries import edge_months
from policyrules.review.diff_cases import document_of
from policyrules.review.drawing import draw_case
from policyrules.review.pages import ready
from policyrules.review.smaller import smaller
from policyrules.semantics.properties import Property
from policyrules.source.diagnostic import Diagnostic, error
from policyrules.source.phrase import Language, Phrase
from policyrules.source.text import SourceText
from policyrules.values.calendar import month_text

BROKEN = error(
    "G101",
    "性质“{title}”对抽到的一户里的{subject}不成立（{month}）",
    "the property “{title}” does not hold for {subject} of a drawn household ({month})",
    ("核对规则和这条性质，改正其中一个", "compare the rules with this property and correct one of them"),
)
MOVES_WRONG = error(
    "G102",
    "性质“{title}”不成立（{month}，抽到的一户）：{subject}的{fact}由 {before} 变为 {after}，结果由 {first} 变为 {second}",
    "the property “{title}” does not hold ({month}, a drawn household): as {fact} of {subject} goes from {before} to {after}"
    " the result goes from {first} to {second}",
    ("核对规则和这条性质，改正其中一个", "compare the rules with this property and correct one of them"),
)
DRAWS = 100
"""Households drawn for one property, unless told otherwise."""


@frozen
class DrawnBreach:
    """A broken promise: the finding, and the household with which it is broken, as a ready 例 in lines."""

    promise: Property
    finding: Diagnostic
    document: dict[str, object]
    month: date
    key: str
    subject: str

    def example(self, book: Book, lang: Language = "zh") -> str:
        """The household as a 例 to put beside the rules."""
        return "\n".join(ready(book, self.promise.title, self.document, self.month.isoformat()[:7], self.key, self.subject, lang))


def drawn_breaches(book: Book, draws: int = DRAWS, seed: int = 0, among: Sequence[Property] | None = None) -> Iterator[DrawnBreach]:
    """The broken promises, each at the first drawn household that breaks it, made small. The same seed draws the same households.

    `among` are the promises to look at (None: all of the book).
    """
    program = with_promises(book)
    for promise in book.properties if among is None else among:
        found = _broken(book, program, promise, draws, Random(f"{seed}·{promise.title}"))
        if found is not None:
            yield found


def _broken(book: Book, program: Program, promise: Property, draws: int, random: Random) -> DrawnBreach | None:
    keys = tuple(uses_of([promise.rule.expression]).names) or None
    months = edge_months(book.program)
    for _ in range(draws):
        month = random.choice(months)
        root = _read(book, draw_case(book, month, random, keys=keys))
        if root is None:
            continue
        occasion = in_month(book.program, month)
        if contradictions(book.code, root, occasion):
            continue
        breach = next(breaches([promise], program, root, occasion), None)
        if breach is not None:
            return _small(book, program, promise, root, occasion, breach)
    return None


def _small(book: Book, program: Program, promise: Property, root: Instance, occasion: Occasion, breach: Breach) -> DrawnBreach:
    """The breach with as small a household as can be had."""
    facts = {(one.entity, key) for one in instances(root) for key in one.facts}
    owner = breach.subject

    def breaks(one: Instance) -> bool:
        return any(other.subject == owner for other in breaches([promise], program, one, occasion)) and not contradictions(book.code, one, occasion)

    small = smaller(root, program, facts, owner, breaks)
    document = document_of(small, (book.program,))
    again = _read(book, document)
    found = next(breaches([promise], program, again, occasion), None) if again is not None else None
    if again is None or found is None:
        document, found, again = document_of(root, (book.program,)), breach, root
    month = Phrase(month_text(occasion.month_start, "zh"), month_text(occasion.month_start, "en"))
    key, subject = _shown(book, promise, found, again)
    return DrawnBreach(promise, finding(found, BROKEN, MOVES_WRONG, month=month), document, occasion.month_start, key, subject)


def _shown(book: Book, promise: Property, breach: Breach, root: Instance) -> tuple[str, str]:
    """The name of the property that the 例 asks for, and of whom: the first benefit or computed name in it."""
    owners = [one for one in instances(root) if one.id == breach.subject and one.entity == promise.rule.entity]
    owners += [one for one in instances(root) if one.entity == promise.rule.entity]
    names = uses_of([promise.rule.expression]).names
    for key in sorted(names, key=lambda name: name not in book.program.benefits):
        declared = book.program.benefits.get(key) or book.program.rules.get(key)
        mine = [one for one in (*owners, *instances(root)) if declared is not None and one.entity == (declared.entity or root.entity)]
        if mine:
            return key, mine[0].id
    return promise.rule.key, root.id


def _read(book: Book, document: dict[str, object]) -> Instance | None:
    return read_case(book.program, document, SourceText("<case>", ""), names=book.names).value
