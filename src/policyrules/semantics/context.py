"""What lowering knows while it reads one line: where it is, about whom, and by which settings of the file."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, evolve, field, frozen

from policyrules.semantics.names import Names, Scope
from policyrules.source.diagnostic import Diagnostic, Fix, Problem
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText, Span
from policyrules.syntax.lexer import Keywords
from policyrules.syntax.tree import PolicyFile, Spelling
from policyrules.values.calendar import END_OF_FEBRUARY, ON_BIRTHDAY


@frozen
class Settings:
    """How a file reads words: 周岁, and whether 以上 and the like include their number (by terminal)."""

    birthday: str = ON_BIRTHDAY
    leap_day: str = END_OF_FEBRUARY
    bounds: Mapping[str, bool] = field(factory=dict)


@define(eq=False)
class Context:
    """`entity` is the instance in hand (inside a gathering: the member), `subject` the one the rule is about."""

    names: Names
    scope: Scope
    source: SourceText
    spelling: Spelling
    settings: Settings
    keywords: Keywords
    found: list[Diagnostic]
    base: int = 0
    entity: str | None = None
    subject: str | None = None
    article: Phrase | None = None

    def place(self, span: Span) -> Place:
        """A span of the line as a place in the text."""
        return Place(self.source, self.base + span[0], self.base + span[1])

    def report(self, problem: Problem, span: Span, fix: Fix | None = None, **fields: object) -> None:
        """A finding at a span of the line."""
        self.add(problem.at(self.place(span), fix=fix, **fields))

    def add(self, diagnostic: Diagnostic) -> None:
        """A finding, with the article the line stands in."""
        self.found.append(evolve(diagnostic, article=self.article) if self.article else diagnostic)

    def about(self, entity: str | None) -> Context:
        """The same line, with another instance in hand."""
        return self._copy(self.base, entity, self.subject, self.article)

    def ruling(self, subject: str | None) -> Context:
        """The same file, for a rule about an entity."""
        return self._copy(self.base, subject, subject, self.article)

    def at(self, base: int, article: Phrase | None = None) -> Context:
        """The same file and subject at another line."""
        return self._copy(base, self.entity, self.subject, article)

    def _copy(self, base: int, entity: str | None, subject: str | None, article: Phrase | None) -> Context:
        # Spelt out, since it is made for every line: `evolve` and `copy` take several times as long.
        return Context(
            self.names, self.scope, self.source, self.spelling, self.settings, self.keywords, self.found,
            base, entity, subject, article,
        )  # fmt: skip


def context_of(names: Names, scope: Scope, file: PolicyFile, settings: Settings, keywords: Keywords, found: list[Diagnostic]) -> Context:
    """The context of a file before any of its lines is read."""
    return Context(names, scope, file.source, file.spelling, settings, keywords, found)
