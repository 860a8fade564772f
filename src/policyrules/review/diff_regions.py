"""What the households of one kind of difference have in common that others have not: conditions, and between which bounds figures lie.

This is read off the households that were seen. Of everything all of one kind agree in, only what is needed to tell them from
the others is said, what the versions see differently first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import define, field, frozen

from policyrules.core.case import Instance, instances
from policyrules.core.outcome import Computed
from policyrules.review.diff_cases import Side
from policyrules.review.diff_probes import Figure, Probes, Twofold, Version
from policyrules.review.diff_search import Pair, Search, Seen
from policyrules.values.types import Quantity, Value

MOST_LIKE, MOST_OTHER = 60, 500
"""Households looked at: of a kind, and of all others together."""

_UPPER = ("less", "less_equal")

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "less": lambda one, other: one < other,
    "less_equal": lambda one, other: one <= other,
    "greater": lambda one, other: one > other,
    "greater_equal": lambda one, other: one >= other,
    "equal": lambda one, other: one == other,
    "not_equal": lambda one, other: one != other,
}
_OPPOSITE = {"less": "greater_equal", "greater_equal": "less", "greater": "less_equal", "less_equal": "greater", "equal": "not_equal", "not_equal": "equal"}


@frozen
class Holds:
    """A condition with what it comes to in the old and the new version (the same where it means the same)."""

    condition: Twofold
    old: bool | None
    new: bool | None


@frozen
class Moves:
    """A named number that is not the same in both versions."""

    condition: Twofold


@frozen
class Limit:
    """A figure held against a number: `figure operator number`."""

    figure: Figure
    operator: str
    number: Fraction


Mark: TypeAlias = Holds | Moves | Limit


@frozen
class Region:
    """What tells one kind of difference from everything else. `whole`: nobody seen outside the kind fits these words."""

    marks: tuple[Mark, ...]
    whole: bool


Features: TypeAlias = Mapping[int, tuple[object, object]]
"""What conditions (old, new) and figures (their number, None) come to, by the identity of each."""


@define(eq=False)
class Reader:
    """Works out the probes of one key for the households seen."""

    both: tuple[Side, Side]
    month: date
    probes: Probes
    _done: dict[tuple[int, str], tuple[Instance, Features]] = field(factory=dict, init=False)
    _bounds: dict[str, Fraction | None] = field(factory=dict, init=False)

    def features(self, one: Seen) -> Features:
        """What conditions and figures come to for the one an outcome is about."""
        key = (id(one.root), one.subject)
        found = self._done.get(key)
        if found is None or found[0] is not one.root:
            # The household is kept beside it, so that its identity is not given to another.
            found = self._done[key] = one.root, self._worked_out(one)
        return found[1]

    def _worked_out(self, one: Seen) -> Features:
        holders = _holders(one)
        values = {version: self._values(version, one.root, holders) for version in ("old", "new")}
        for figure in self.probes.figures:
            for bound in figure.bounds:
                number = values[bound.version].get(bound.probe)
                if isinstance(number, Fraction):
                    self._bounds[bound.probe] = number
        found: dict[int, tuple[object, object]] = {}
        for condition in self.probes.conditions:
            found[id(condition)] = values["old"].get(condition.old or ""), values["new"].get(condition.new or "")
        for figure in self.probes.figures:
            found[id(figure)] = values[figure.version].get(figure.probe), None
        return found

    def _values(self, version: Version, root: Instance, holders: Mapping[str, str]) -> dict[str, Value]:
        side = self.both[0 if version == "old" else 1]
        rules = self.probes.rules[version]
        asked = [(probe, holders[rule.entity or ""]) for probe, rule in rules.items() if (rule.entity or "") in holders]
        outcomes = side.probed(root, self.month, asked) if asked else []
        return {probe: outcome.value for (probe, _), outcome in zip(asked, outcomes, strict=True) if isinstance(outcome, Computed)}

    def limits(self, figure: Figure) -> list[tuple[str, Fraction]]:
        """Every bound of a figure, as a way to compare and a number; of both versions."""
        found = [(bound.operator, number) for bound in figure.bounds if (number := self._bounds.get(bound.probe)) is not None]
        return list(dict.fromkeys(found))

    def moved(self, figure: Figure) -> bool:
        """Whether the versions hold a figure against different bounds."""
        by: dict[Version, set[tuple[str, Fraction | None]]] = {"old": set(), "new": set()}
        for bound in figure.bounds:
            by[bound.version].add((bound.operator, self._bounds.get(bound.probe)))
        return by["old"] != by["new"]


    def turned(self, one: Seen) -> frozenset[str]:
        """The conditions and bounds that come out otherwise in the other version: what makes the difference."""
        features = self.features(one)
        found: set[str] = set()
        for condition in self.probes.conditions:
            old, new = features[id(condition)]
            if condition.article is None and old is not None and new is not None and old != new:
                found.add(condition.label)
        for figure in self.probes.figures:
            value = features[id(figure)][0]
            for upper in (False, True):
                held = {version: self._held(figure, version, upper, value) for version in ("old", "new")}
                if held["old"] and held["new"] and held["old"] != held["new"]:
                    found.add(f"{figure.label} {'<' if upper else '>'}")
        return frozenset(found)

    def _held(self, figure: Figure, version: Version, upper: bool, value: object) -> set[bool]:
        """What the bounds of a version on one side of a figure come to."""
        bounds = [bound for bound in figure.bounds if bound.version == version and (bound.operator in _UPPER) is upper]
        numbers = [(bound.operator, self._bounds.get(bound.probe)) for bound in bounds]
        return {_COMPARE[operator](value, number) for operator, number in numbers if number is not None and isinstance(value, Fraction)}


def region(reader: Reader, same: Sequence[Seen], others: Sequence[Seen]) -> Region:
    """What tells these households from those of all other kinds, and from those in which nothing differs."""
    like = [reader.features(one) for one in same[:MOST_LIKE]]
    apart = [reader.features(one) for one in others]
    amount = same[0].pair.before.article is not None
    agreed = sorted(_agreed(reader, like, amount), key=lambda mark: _rank(reader, mark))
    causes = [] if amount else [mark for mark in agreed if _is_cause(mark, reader.turned(same[0]))]
    return _chosen(reader, agreed, causes, apart)


def _is_cause(mark: Mark, way: frozenset[str]) -> bool:
    """Whether a mark is part of what makes the difference, or is asked in one of the versions only: it is always told."""
    match mark:
        case Holds(condition):
            asked_in_one = condition.old is None or condition.new is None
            return condition.article is None and (condition.label in way or asked_in_one)
        case Limit(figure, operator):
            # On one side of the old bound and on the other side of the new one.
            return any(f"{figure.label} {side}" in way for side in "<>") and operator not in ("equal", "not_equal")
        case _:
            return False


def _chosen(reader: Reader, agreed: Sequence[Mark], causes: Sequence[Mark], apart: Sequence[Features]) -> Region:
    """The causes, and the marks that leave out most of the others, one after the other, until none is left."""
    waiting = [mark for mark in agreed if mark not in causes]
    every = apart = [each for each in apart if all(fits(mark, each) for mark in causes)]
    chosen: list[Mark] = []
    while apart and waiting:
        best = max(waiting, key=lambda mark: (_leaves_out(mark, apart), -_rank(reader, mark)[0]))
        left = [each for each in apart if fits(best, each)]
        if len(left) == len(apart):
            break
        chosen.append(best)
        waiting.remove(best)
        apart = left
    kept = [*causes, *_needed(chosen, every)]
    return Region(tuple(sorted(kept, key=lambda mark: _rank(reader, mark))), not apart)


def _leaves_out(mark: Mark, apart: Sequence[Features]) -> int:
    """How many others a mark leaves out. That an article holds or not says less than its conditions, and counts when these do not suffice."""
    count = sum(not fits(mark, each) for each in apart)
    return 1 if count and isinstance(mark, Holds) and mark.condition.article is not None else 2 * count


def _needed(chosen: list[Mark], others: Sequence[Features]) -> list[Mark]:
    """Without what later choices have made superfluous."""
    kept = list(chosen)
    for mark in chosen:
        rest = [each for each in kept if each is not mark]
        if sum(all(fits(each, one) for each in kept) for one in others) == sum(all(fits(each, one) for each in rest) for one in others):
            kept = rest
    return kept


def others_of(made: Search, pair: Pair) -> list[Seen]:
    """Those a kind of difference has to be told from: who was decided in the same way before, and is now decided otherwise than the kind.

    How it was before and is now is told beside the conditions, so that these need not tell it again.
    """
    seen = [one for one in made.seen.get(pair.key, ()) if one.pair.before.kind == pair.before.kind and not (one.differs and one.pair == pair)]
    if pair.before.article is not None:
        seen = [one for one in seen if one.pair == pair]
    step = max(1, len(seen) // MOST_OTHER)
    return seen[::step]


def fits(mark: Mark, features: Features) -> bool:
    """Whether a household is as a mark says."""
    match mark:
        case Holds(condition, old, new):
            found = features[id(condition)]
            return (old is None or found[0] is old) and (new is None or found[1] is new)
        case Moves(condition):
            found = features[id(condition)]
            return found[0] != found[1]
        case Limit(figure, operator, number):
            value = features[id(figure)][0]
            return isinstance(value, Fraction) and _COMPARE[operator](value, number)


def _agreed(reader: Reader, like: Sequence[Features], amount: bool) -> Iterable[Mark]:
    """Everything all of a kind agree in; named numbers count where only the amount differs."""
    for condition in reader.probes.conditions:
        found = {each[id(condition)] for each in like}
        if isinstance(condition.node.type, Quantity):
            if amount and all(old != new for old, new in found):
                yield Moves(condition)
        elif len(found) == 1:
            old, new = next(iter(found))
            if isinstance(old, bool) or isinstance(new, bool):
                yield Holds(condition, old if isinstance(old, bool) else None, new if isinstance(new, bool) else None)
    for figure in reader.probes.figures:
        values = [each[id(figure)][0] for each in like]
        if all(isinstance(value, Fraction) for value in values):
            for operator, number in reader.limits(figure):
                held = {_COMPARE[operator](value, number) for value in values}
                if len(held) == 1:
                    yield Limit(figure, operator if True in held else _OPPOSITE[operator], number)


def _rank(reader: Reader, mark: Mark) -> tuple[int, int]:
    """What has changed comes first, then as the articles are written."""
    match mark:
        case Holds(condition, old, new) if condition.article is not None:
            return 4, _position(reader.probes.conditions, condition)
        case Holds(condition, old, new):
            return (0 if old is not new else 1 if not condition.same else 3), _position(reader.probes.conditions, condition)
        case Moves(condition):
            return 0, _position(reader.probes.conditions, condition)
        case Limit(figure):
            return (1 if reader.moved(figure) else 2), _position(reader.probes.figures, figure)


def _position(every: Sequence[object], one: object) -> int:
    return next(index for index, each in enumerate(every) if each is one)


def _holders(one: Seen) -> dict[str, str]:
    """The ids of the one an outcome is about and of those who hold him, by entity."""
    found: dict[str, str] = {}
    at = next((each for each in instances(one.root) if each.id == one.subject), None)
    while at is not None:
        found.setdefault(at.entity, at.id)
        at = at.parent
    return found
