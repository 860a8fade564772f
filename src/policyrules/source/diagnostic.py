"""Diagnostics: what is wrong, where, and how to repair it. Data only; `render` turns them into words."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Generic, TypeVar

from attrs import evolve, frozen

from policyrules.source.phrase import Phrase
from policyrules.source.text import Place

T = TypeVar("T")

LONGEST_PART = 200
"""Characters of one user's word or list that a message repeats; the excerpt below it shows the place itself."""


class Severity(Enum):
    """How bad: an error stops every decision it touches, a warning stops nothing."""

    ERROR = "error"
    WARNING = "warning"


@frozen
class Fix:
    """A repair a tool can apply: put `text` in the stead of `place`."""

    place: Place
    text: str


@frozen
class Diagnostic:
    """One finding. `label` stands under the caret, `article` is the 条 it stands in, `hint` the likely repair."""

    code: str
    severity: Severity
    message: Phrase
    place: Place
    label: Phrase | None = None
    article: Phrase | None = None
    hint: Phrase | None = None
    fix: Fix | None = None


@frozen
class Problem:
    """A kind of finding: its code and its wording, with `{fields}` filled in by `at`."""

    code: str
    severity: Severity
    message: Phrase
    hint: Phrase | None = None
    label: Phrase | None = None

    def at(self, place: Place, *, fix: Fix | None = None, **fields: object) -> Diagnostic:
        """This problem at a place. Fields are names, numbers or `Phrase`s; very long ones are cut."""
        fields = {name: _short(part) for name, part in fields.items()}
        return Diagnostic(
            self.code,
            self.severity,
            self.message.fill(**fields),
            place,
            label=self.label.fill(**fields) if self.label else None,
            hint=self.hint.fill(**fields) if self.hint else None,
            fix=fix,
        )


def _short(part: object) -> object:
    match part:
        case Phrase(zh, en):
            return Phrase(_cut(zh), _cut(en))
        case str():
            return _cut(part)
        case _:
            return part


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_PART else words[:LONGEST_PART] + "…"


def error(code: str, zh: str, en: str, hint: tuple[str, str] | None = None) -> Problem:
    """A problem that stops decisions; `hint` is (zh, en)."""
    return Problem(code, Severity.ERROR, Phrase(zh, en), Phrase(*hint) if hint else None)


def warning(code: str, zh: str, en: str, hint: tuple[str, str] | None = None) -> Problem:
    """A problem that stops nothing; `hint` is (zh, en)."""
    return Problem(code, Severity.WARNING, Phrase(zh, en), Phrase(*hint) if hint else None)


def with_hint(diagnostic: Diagnostic, hint: Phrase | None, fix: Fix | None = None) -> Diagnostic:
    """The diagnostic with another hint; unchanged where `hint` is None."""
    return diagnostic if hint is None else evolve(diagnostic, hint=hint, fix=fix or diagnostic.fix)


@frozen
class Checked(Generic[T]):
    """What a pass makes, together with everything it found wrong on the way."""

    value: T
    diagnostics: tuple[Diagnostic, ...] = ()


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of these stops a decision."""
    return any(finding.severity is Severity.ERROR for finding in diagnostics)
