"""What a change of policies comes to for a roster: figures only, exact, in base units (元). `review/impact` makes them, others word them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from attrs import frozen

from policyrules.source.phrase import Phrase

OPEN = ("undecided", "conflict", "error")
"""Statuses of an answer that is none."""
ABSENT = "absent"
"""The status of what one of the versions does not have."""
STATUS_WORDS: Mapping[str, Phrase] = MappingProxyType(
    {
        "granted": Phrase("给付", "granted"),
        "refused": Phrase("不予", "refused"),
        "undecided": Phrase("未定", "undecided"),
        "conflict": Phrase("冲突", "conflict"),
        "error": Phrase("无法计算", "cannot be computed"),
        ABSENT: Phrase("没有这一项", "no such benefit"),
    }
)
KINDS: Mapping[str, Phrase] = MappingProxyType(
    {
        "new": Phrase("新增", "new"),
        "stopped": Phrase("停发", "stopped"),
        "gaining": Phrase("提高", "raised"),
        "losing": Phrase("降低", "lowered"),
        "open": Phrase("说不准", "open"),
    }
)
"""How one answer changes. What is granted alike, or by neither version, changes not."""


@frozen
class Tally:
    """Answers both versions settle, and beside them those one of the versions leaves `open`, which no sum has in it."""

    new: int = 0
    stopped: int = 0
    gaining: int = 0
    losing: int = 0
    unchanged: int = 0
    open: int = 0
    before: Fraction = Fraction(0)
    after: Fraction = Fraction(0)

    @property
    def recipients_before(self) -> int:
        return self.stopped + self.gaining + self.losing + self.unchanged

    @property
    def recipients_after(self) -> int:
        return self.new + self.gaining + self.losing + self.unchanged

    @property
    def difference(self) -> Fraction:
        return self.after - self.before


@frozen
class Settlement:
    """What the months asked come to, month by month under both versions: in all, and what is to be paid and to be claimed back, each
    person's months being netted for each benefit by itself."""

    before: Fraction = Fraction(0)
    after: Fraction = Fraction(0)
    paid_later: Fraction = Fraction(0)
    claimed_back: Fraction = Fraction(0)


@frozen
class SchemeLine:
    """One benefit in the last month asked. `monthly`: what it pays is 元/月 and goes into sums; `known` tells which versions have it."""

    key: str
    name: str
    entity: str
    unit: Phrase
    monthly: bool
    known: tuple[bool, bool]
    tally: Tally
    settlement: Settlement


@frozen
class Homes:
    """Households by what the last month brings them, over all that is paid monthly. Where any answer of theirs is open so are they.
    `touched` counts those for whom anything changes in any month."""

    every: int = 0
    gaining: int = 0
    losing: int = 0
    unchanged: int = 0
    open: int = 0
    touched: int = 0


@frozen
class GroupLine:
    """The households with one value of the column asked for (None: the cell is empty)."""

    value: str | None
    homes: Homes
    tally: Tally
    settlement: Settlement


@frozen
class MonthLine:
    """What is paid monthly, in one month."""

    month: date
    tally: Tally
    touched: int


@frozen
class OpenLine:
    """Answers that go from one status to another where one of the two is no answer; the sums that were or will be paid are beside them."""

    key: str
    name: str
    before: str
    after: str
    count: int
    paid_before: Fraction
    paid_after: Fraction
    ids: tuple[str, ...]


@frozen
class Bin:
    """Households whose monthly sum grows (or, where it is no gain, shrinks) by more than `low` up to `high`; None is without end."""

    gain: bool
    low: Fraction
    high: Fraction | None
    homes: int


@frozen
class HomeLine:
    """One household and what it is paid in the last month."""

    id: str
    value: str | None
    before: Fraction
    after: Fraction

    @property
    def difference(self) -> Fraction:
        return self.after - self.before


@frozen
class Cliff:
    """A household that a little more income costs more than the limit, in one of the versions."""

    id: str
    income: str
    loss_before: Fraction
    loss_after: Fraction


@frozen
class Cliffs:
    """Households that lose more than `limit` a month when `fact` is raised by `step`: only now, no longer, as before; and how many are
    not told, because their answers, or their cell, cannot be had. `worst` are the new ones that lose most."""

    fact: str
    step: Phrase
    limit: Fraction
    created: int
    removed: int
    standing: int
    untold: int
    worst: tuple[Cliff, ...]


@frozen(eq=False)
class Impact:
    """What a change of policies does to a roster. `months` are those asked, in order; the last is the one `schemes`, `groups`, `homes`,
    `bins` and the lists of households tell of. `people` are those whose own benefits change in any month. `changes` is a `pyarrow.Table`
    with a row for each answer that changes in any month (`review/impact_list.COLUMNS`)."""

    months: tuple[date, ...]
    by: str | None
    homes: Homes
    people: int
    total: Tally
    settlement: Settlement
    schemes: tuple[SchemeLine, ...]
    groups: tuple[GroupLine, ...]
    by_month: tuple[MonthLine, ...]
    opened: tuple[OpenLine, ...]
    bins: tuple[Bin, ...]
    winners: tuple[HomeLine, ...]
    losers: tuple[HomeLine, ...]
    cliffs: Cliffs | None
    provisional: int
    notes: tuple[Phrase, ...]
    changes: Any

    @property
    def month(self) -> date:
        """The month the figures tell of."""
        return self.months[-1]

    @property
    def first_change(self) -> date | None:
        """The first of the months asked in which anything changes."""
        return next((line.month for line in self.by_month if line.touched), None)

    def text(self, language: str = "zh") -> str:
        """One page for people."""
        from policyrules.review.impact_text import impact_text

        return impact_text(self, "en" if language == "en" else "zh")

    def to_json(self, language: str = "zh") -> dict[str, object]:
        """The figures as JSON fields; amounts are text with every digit."""
        from policyrules.review.impact_json import impact_json

        return impact_json(self, "en" if language == "en" else "zh")
