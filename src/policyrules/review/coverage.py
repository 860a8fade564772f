"""What of the law the worked examples of a book reach, seen in the traces of their decisions.

An article is reached where it decides; an exception where its article holds and sets aside another that would; a rounding where it
changes an amount; a condition where it is true in one example and false in another.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from policyrules.book.book import Book
from policyrules.core.outcome import Conflict, Granted, Refused, Step
from policyrules.core.program import Article, Benefit, Branch, Choice, Operation, ParameterRow, Rounding
from policyrules.engines.steps import walk
from policyrules.review.coverage_asked import answers_to, asked_of
from policyrules.review.coverage_sites import ROUNDS, Item, Kind, Mark, items_of


@frozen
class Reached:
    """An item and the title of the first example that reaches it; None where no example does."""

    item: Item
    by: str | None


@frozen
class Coverage:
    """Everything there is to reach, with who reaches it."""

    items: tuple[Reached, ...]

    @property
    def missing(self) -> tuple[Item, ...]:
        """What no example reaches."""
        return tuple(one.item for one in self.items if one.by is None)

    def counts(self, policy: str, kind: Kind) -> tuple[int, int]:
        """How many items of a policy are reached, of how many."""
        found = [one for one in self.items if one.item.policy == policy and one.item.kind is kind]
        return sum(one.by is not None for one in found), len(found)

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies there is anything to reach in, as declared."""
        return tuple(dict.fromkeys(one.item.policy for one in self.items))


def coverage_of(book: Book) -> Coverage:
    """What the examples of a book without errors reach."""
    seen: dict[Mark, str] = {}
    for asked in asked_of(book):
        for answer in answers_to(asked, book.program, trace=True):
            for step in walk(answer.trace):
                for mark in _marks(step):
                    seen.setdefault(mark, asked.example.title)
    return Coverage(tuple(Reached(item, seen.get(item.mark)) for item in items_of(book.program)))


def _marks(step: Step) -> Iterator[Mark]:
    """What one step reaches."""
    match step.what:
        case ParameterRow():
            yield ("node", id(step.what))
        case Branch():
            if step.value is True:
                yield ("node", id(step.what))
        case Choice():
            ways = [child for child in step.children if isinstance(child.what, Branch)]
            if ways and all(way.value is False for way in ways):
                yield ("else", id(step.what))
        case Rounding():
            whole = step.children[0].value if step.children else None
            if isinstance(whole, Fraction) and isinstance(step.value, Fraction) and step.value != whole:
                yield ("rounds", id(step.what))
        case Operation(operator) if operator.startswith(ROUNDS):
            whole = step.children[0].value if step.children else None
            months = 12 if operator == "spread" else 1
            if isinstance(whole, Fraction) and isinstance(step.value, Fraction) and step.value * months != whole:
                yield ("rounds", id(step.what))
        case Operation("and" | "or"):
            for index, part in enumerate(step.children):
                if isinstance(part.value, bool):
                    yield ("part", id(step.what), index, part.value)
        case Benefit():
            yield from _benefit_marks(step, step.what)


def _benefit_marks(step: Step, benefit: Benefit) -> Iterator[Mark]:
    """The article that decides, those set aside and by whom, and what their conditions came to."""
    held = {id(child.what): child for child in step.children if isinstance(child.what, Article)}
    for index, article in enumerate(benefit.articles):
        child = held.get(id(article))
        if child is None or not child.children:
            continue
        condition = child.children[0].value
        if isinstance(condition, bool):
            yield ("article", id(article), condition)
        if condition is True and child.value is False:
            for beater in benefit.articles[index].yields_to:
                by = held.get(id(benefit.articles[beater]))
                if by is not None and by.value is True:
                    yield ("beats", id(benefit.articles[beater]), id(article))
        if child.value is True and not benefit.pays:
            yield ("decides", id(article))
    match step.value:
        case Granted(_, articles) | Conflict(articles):
            yield from (("decides", id(one)) for one in articles or (benefit.otherwise,))
        case Refused(_, refusing):
            yield ("decides", id(refusing or benefit.otherwise))
        case _:
            if any(child.what is benefit.otherwise for child in step.children):
                yield ("decides", id(benefit.otherwise))
