"""Households that columns leave open: each is read as a case and decided by itself, and its answers become rows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import define, field, frozen

from policyrules.book import batch_problems as problems
from policyrules.book.book import Book
from policyrules.book.cases import read_case
from policyrules.book.consistency import contradictions
from policyrules.book.decision import describe, status
from policyrules.book.facts import normal
from policyrules.book.names import ID_KEYS
from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Refused, Undecided
from policyrules.core.program import Program
from policyrules.engines.rows import scale_of
from policyrules.source.diagnostic import Diagnostic, Severity
from policyrules.source.phrase import Language
from policyrules.source.text import SourceText
from policyrules.values.quantities import plain_text
from policyrules.values.types import Quantity

_GREATEST = 2**63
Row = tuple[object, ...]


@frozen
class Left:
    """A name left open for somebody."""

    subject: str
    entity: str
    name: str
    key: str


@define(eq=False)
class Household:
    """Everybody of one household as rows, being put together into a case."""

    id: str
    data: dict[str, object] = field(factory=dict)
    left: list[Left] = field(factory=list)
    listed: frozenset[str] = frozenset()
    members: dict[tuple[str, str], dict[str, object]] = field(factory=dict)

    def add(self, program: Program, entity: str, own: str, up: str | None, role: str | None, facts: dict[str, object]) -> None:
        """One row more; holders come before those they hold."""
        one: dict[str, object] = {ID_KEYS[0]: own, **facts}
        self.members[entity, own] = one
        if entity == program.root:
            self.data = {entity: one}
            return
        holder = next(kind for kind in program.entities.values() if any(part.entity == entity for part in kind.roles))
        place = next(part for part in holder.roles if part.entity == entity and role in (None, part.name))
        above = self.members[holder.name, up or ""]
        if place.many:
            group = above.setdefault(place.name, [])
            assert isinstance(group, list)
            group.append(one)
        else:
            above[place.name] = one

    def complete(self, program: Program) -> None:
        """Who has nobody in a list that is told has an empty list."""
        for (entity, _), one in self.members.items():
            for role in program.entities[entity].roles:
                if role.many and role.entity in self.listed:
                    one.setdefault(role.name, [])


def decided_alone(book: Book, occasion: Occasion, household: Household, language: Language) -> Iterator[Row]:
    """The rows left open, decided by the engine for single cases. Where the household cannot be read they say why."""
    program = book.program
    household.complete(program)
    read = read_case(program, household.data, SourceText(household.id, ""), names=book.names)
    findings = list(read.diagnostics)
    if read.value is not None:
        findings += contradictions(book.code, read.value, occasion)
    wrong = next((finding for finding in findings if finding.severity is Severity.ERROR), None)
    if wrong is not None or read.value is None:
        for one in household.left:
            yield _row(household.id, one, "error", reason=_said(wrong, language))
        return
    people = {(one.entity, one.id): one for one in instances(read.value)}
    asked = [(one.key, _found(people, one)) for one in household.left]
    for one, answer in zip(household.left, book.code.decide(read.value, occasion, asked), strict=True):
        yield _answered(household.id, one, answer, language)


def _found(people: dict[tuple[str, str], Instance], one: Left) -> Instance:
    return people[one.entity, normal(one.subject)]


def _said(finding: Diagnostic | None, language: Language) -> str | None:
    return None if finding is None else f"[{finding.code}] {finding.message(language)}"


def _answered(household: str, one: Left, answer: Answer, language: Language) -> Row:
    outcome = answer.outcome
    mark = answer.provisional
    match outcome:
        case Granted(amount, articles):
            numbers = "、".join(article.number for article in articles) or None
            return _valued(household, one, answer, amount, numbers, language)
        case Computed(value):
            if isinstance(value, Fraction):
                return _valued(household, one, answer, value, None, language)
            return _row(household, one, "computed", word=plain_text(value, answer.type), provisional=mark)
        case Refused(reason, article):
            return _row(household, one, "refused", provisional=mark, article=article.number if article else None, reason=reason)
        case Conflict(articles):
            numbers = "、".join(article.number for article in articles)
            return _row(household, one, status(answer), provisional=mark, article=numbers, reason=describe(answer)(language))
        case Failed() | Undecided():
            return _row(household, one, status(answer), provisional=mark, reason=describe(answer)(language))


def _valued(household: str, one: Left, answer: Answer, value: Fraction, article: str | None, language: Language) -> Row:
    kind = answer.type
    scale = scale_of(kind) if isinstance(kind, Quantity) and scale_of(kind) == 100 and (value * 100).denominator == 1 else value.denominator
    count = value * scale
    if abs(count) >= _GREATEST or scale >= _GREATEST:
        said = f"[{problems.VALUE_TOO_LARGE.code}] {problems.VALUE_TOO_LARGE.message(language)}"
        return _row(household, one, "error", provisional=answer.provisional, reason=said)
    return _row(household, one, status(answer), value=count.numerator, scale=scale, provisional=answer.provisional, article=article)


def _row(
    household: str,
    one: Left,
    state: str,
    *,
    value: int | None = None,
    scale: int | None = None,
    word: str | None = None,
    provisional: bool | None = None,
    article: str | None = None,
    reason: str | None = None,
) -> Row:
    return household, one.subject, one.entity, one.name, one.key, state, value, scale, word, provisional, article, reason
