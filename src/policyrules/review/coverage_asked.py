"""What the worked examples of a book ask, read once: an expectation each, with its household, to be decided by any program like the book's."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import field, frozen

from policyrules.book.book import Book
from policyrules.book.cases import read_case
from policyrules.book.examples import differences, occasion_for
from policyrules.book.requests import Request, requests_for
from policyrules.core.case import Instance, Occasion
from policyrules.core.outcome import Answer
from policyrules.core.program import Program
from policyrules.engines import interpreter
from policyrules.semantics.examples import Example, Expectation
from policyrules.source.phrase import plain


@frozen(eq=False)
class Asked:
    """One expectation (应 …) of an example, ready to be decided."""

    example: Example
    expectation: Expectation
    root: Instance = field(repr=False)
    occasion: Occasion
    requests: tuple[Request, ...] = field(repr=False)

    @property
    def words(self) -> str:
        """What is asked: 甲的生活补贴."""
        one = self.expectation
        return f"{one.subject}的{one.name}" if one.subject else one.name


def asked_of(book: Book) -> Iterator[Asked]:
    """Every expectation of every example that can be read, in the order written."""
    for example in book.examples:
        root = read_case(book.program, example.data, example.place.source, example.locate, names=book.names).value
        if root is None:
            continue
        for expectation in example.expectations:
            word = f"{expectation.subject}的{expectation.name}" if expectation.subject else expectation.name
            requests = requests_for(book.program, root, book.names, [word]).value
            yield Asked(example, expectation, root, occasion_for(book, example), requests)


def answers_to(asked: Asked, program: Program, *, trace: bool = False) -> tuple[Answer, ...]:
    """What a program says to it."""
    return interpreter.decide(program, asked.root, asked.occasion, asked.requests, trace=trace)


def agrees(asked: Asked, program: Program) -> bool:
    """Whether a program says what the example expects."""
    name = plain(asked.words)
    return not any(differences(asked.expectation, answer, name) for answer in answers_to(asked, program))
