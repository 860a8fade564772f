"""What is asked of policies to be proved, and what is found: proved, refuted with a household, or not proved and why."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TypeAlias

from attrs import frozen

from policyrules.review.sameness import NotProved as NotProved
from policyrules.semantics.properties import Property
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.values.types import Value


class Question(Enum):
    """The kinds of claims."""

    CONFLICT = "conflict"
    """Two articles that hold at once never give different results."""

    FAILS = "failure"
    """There is always a result: no division by zero, no table without a row, no impossible date."""

    CASES = "cases"
    """A definition by cases has a value in every case."""

    ALIVE = "article"
    """An article takes effect in some case."""

    NEGATIVE = "negative"
    """What is paid is never below zero."""

    BOUNDS = "bounds"
    """The amount fits a whole number of 64 bits, in 分 where it is money."""

    HOLES = "holes"
    """Every parameter has a value in every month in which it is needed."""

    PROPERTY = "property"
    """A 性质 written in the policies."""


@frozen
class Ask:
    """One claim: of a benefit (by key), of one of its articles (by position), or a promise."""

    question: Question
    key: str
    about: Phrase
    place: Place
    article: int | None = None
    promise: Property | None = None


@frozen
class Household:
    """A household as a JSON case with what the reference decides: `said` is the answer in words; `key` and `subject` what was asked of whom."""

    document: dict[str, object]
    month: date
    subject: str
    key: str
    said: Phrase


@frozen
class Moved:
    """The same household with one fact at another value."""

    household: Household
    fact: str
    owner: str
    before: Value
    after: Value


@frozen
class Proved:
    """It holds for the months and households told in the finding; `by` says how that is known."""

    by: Phrase


@frozen
class Refuted:
    """It does not hold. `witness` has been decided by the reference; None where there is nobody to show (an article nobody reaches)."""

    says: Phrase
    witness: Household | None
    moved: Moved | None = None


Verdict: TypeAlias = Proved | Refuted | NotProved


@frozen
class Finding:
    """A claim and its verdict, for every month from `first` to `last` and households of at most `members` in each list.

    `members` is None where it does not matter how many there are: households of any size. `group` is the key of the benefit it
    belongs to.
    """

    group: str
    ask: Ask
    verdict: Verdict
    first: date
    last: date
    members: int | None
