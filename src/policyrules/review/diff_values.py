"""What a comparison of two versions came to. Values only; `diff_text` and `diff_json` tell them."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from policyrules.book.book import Book
from policyrules.core.outcome import Outcome
from policyrules.core.program import Fact
from policyrules.review.diff_marks import Amounts
from policyrules.review.diff_written import RENAMED, WORDS, Written
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Language, Phrase
from policyrules.values.types import Type

STRUCTURE = Phrase("结构相同", "the same structure")
"""How it is known of what means the same however it is written."""

SAME, DIFFERS, NOT_PROVED, NEW, GONE = "same", "differs", "not proved", "new", "removed"


@frozen
class Span:
    """Months, both included; `last` None: from `first` on."""

    first: date
    last: date | None


@frozen
class Example:
    """A household in which the versions differ: as the JSON case `decide` takes (of the old version, of the new: the same where both
    ask the same), and in a line; its outcomes by both."""

    documents: tuple[dict[str, object], dict[str, object]] = field(eq=False, repr=False)
    words: Phrase
    month: date
    subject: str
    before: Outcome
    after: Outcome


@frozen
class Change:
    """One kind of difference of a benefit.

    `sort` is one of amount, gained, lost, other article, conflict, error; `articles` the deciding ones of old and new in words;
    `conditions` tell who it is (`whole`: nobody seen outside fits them); `formulas` is what each version gives.
    """

    sort: str
    articles: tuple[Phrase, Phrase]
    conditions: tuple[Phrase, ...]
    whole: bool
    outcomes: tuple[Phrase, Phrase]
    amounts: Amounts | None
    formulas: tuple[Phrase | None, Phrase | None]
    spans: tuple[Span, ...]
    example: Example
    dated: bool = False
    """Whether figures are not the same in all these months; told are those of the month of the example."""


@frozen
class Verdict:
    """One name: `state` is same, differs, not proved, new or removed; `why` how that is known; `complete` whether the changes listed
    are proved to be all there are, in words (None: not), `open` why that is not proved (None: not tried)."""

    key: str
    name: str
    entity: str
    type: Type
    benefit: bool
    state: str
    why: Phrase | None = None
    changes: tuple[Change, ...] = ()
    spans: tuple[Span, ...] = ()
    complete: Phrase | None = None
    open: Phrase | None = None


@frozen
class Difference:
    """Two versions compared, over the months `first` to `last` (None: on). Where a version has errors, `errors` says which and nothing
    else is told; `findings` is what was wrong with the question."""

    old: Book = field(repr=False, eq=False)
    new: Book = field(repr=False, eq=False)
    first: date
    last: date | None
    written: tuple[Written, ...] = ()
    words: tuple[Written, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    asked_more: tuple[Fact, ...] = ()
    asked_less: tuple[Fact, ...] = ()
    errors: tuple[tuple[str, Diagnostic], ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    names: tuple[str, str] = ("", "")
    bounded: bool = False
    """Whether the months were asked for, so that nothing is said of others."""

    @property
    def equal(self) -> bool:
        """Whether both are known to come to the same for everybody, every month. Words may differ, and definitions be new or gone."""
        if self.checks:
            return False
        helpers = [each for each in self.verdicts if not each.benefit and each.state in (NEW, GONE)]
        return not (self.errors or self.findings) and all(each.state == SAME or each in helpers for each in self.verdicts)

    @property
    def checks(self) -> bool:
        """Whether one version takes cases the other does not, because their 核对 differ."""
        return any(each.kind == "check" and each.change not in (RENAMED, WORDS) for each in self.written)

    @property
    def settled(self) -> bool:
        """Whether nothing stayed open: every name is the same, differs, is new or gone."""
        return not (self.errors or self.findings) and all(each.state != NOT_PROVED for each in self.verdicts)

    def text(self, language: Language = "zh") -> str:
        """The comparison as people read it."""
        from policyrules.review.diff_text import text_of

        return text_of(self, language)

    def to_json(self, language: Language = "zh") -> dict[str, object]:
        """The stable fields of `diff --format json`."""
        from policyrules.review.diff_json import json_of

        return json_of(self, language)
