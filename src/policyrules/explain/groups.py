"""Reasons as a short tree: an article with its grounds and its figures, then what concerns the whole answer."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from policyrules.explain.reason import Reason

HEADS = frozenset(("article", "conflict"))
"""Kinds that begin a group; what follows belongs to them."""

FIGURES = frozenset(("calculation", "combination", "rounding"))
_GROUNDS = frozenset(("fact", "parameter", "rule"))
_BELONGING = frozenset(("fact", "parameter", "rule", "supplied", "presumed", "inapplicable", "calculation"))


@frozen
class Group:
    """One branch of the tree. `head` is the article, None where reasons of one `kind` stand for the whole answer.

    `grounds` say why it holds, `figures` how the amount came about: a calculation with its parameters and definitions.
    """

    kind: str
    head: Reason | None = None
    grounds: tuple[Reason, ...] = ()
    figures: tuple[Reason, ...] = ()


@frozen
class _Open:
    kind: str
    head: Reason | None
    grounds: list[Reason] = field(factory=list)
    figures: list[Reason] = field(factory=list)

    def takes(self, reason: Reason) -> bool:
        """Whether the reason belongs here: to the article in hand, or with others that stand for the whole answer."""
        if reason.kind not in _BELONGING:
            return reason.kind == self.kind
        return self.kind in HEADS | _BELONGING and (self.head is None or self.head.article == reason.article)

    def add(self, reason: Reason) -> None:
        # What comes before the calculation made the article hold, what comes after it is part of the amount.
        (self.figures if self.figures or reason.kind in FIGURES else self.grounds).append(reason)


def grouped(reasons: Iterable[Reason]) -> tuple[Group, ...]:
    """The reasons of an answer in their order, each in the group it belongs to."""
    groups: list[_Open] = []
    for reason in reasons:
        if reason.kind in HEADS:
            groups.append(_Open(reason.kind, reason))
            continue
        if not groups or not groups[-1].takes(reason):
            groups.append(_Open("fact" if reason.kind in _GROUNDS else reason.kind, None))
        groups[-1].add(reason)
    return tuple(Group(one.kind, one.head, tuple(one.grounds), tuple(one.figures)) for one in groups)
