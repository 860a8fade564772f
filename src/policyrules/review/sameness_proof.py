"""The solver's part of a comparison: no household of a size, in no month, comes to something else.

What both versions have in common is not read out: a condition that means the same in both is one unknown truth. And a definition
that was written anew is first compared by itself; where it means the same, the old one stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from time import process_time
from typing import Any

from attrs import define, evolve, field, frozen

from policyrules.analysis.graph import expressions_of, uses_of
from policyrules.core.keeping import kept
from policyrules.core.program import Benefit, Program, Rule
from policyrules.engines import smt
from policyrules.engines.smt import Address, Shape, Window, World
from policyrules.review.diff_structure import Numbers, Reading
from policyrules.review.opaque import opaque
from policyrules.review.stretches import closure, decision_day, stretches

SHARE_OF_PART = 4
"""One part in so many of the time left goes into one definition by itself, at most."""


@frozen(eq=False)
class Found:
    """A case in which the solver sees a difference."""

    old: World
    new: World
    model: Any
    address: Address


@define(eq=False)
class Settled:
    """How far the proof went: parts (a size of household in a stretch of months) shown equal, of all; or a case that tells apart."""

    done: int = 0
    all: int = 0
    found: Found | None = None

    @property
    def proved(self) -> bool:
        return self.found is None and self.done == self.all


# ---------------------------------------------------------------- structure


@define(eq=False)
class _Readings:
    numbers: Numbers = field(factory=Numbers)
    by_day: dict[date, Reading] = field(factory=dict)


def _readings(_: object, __: object, ___: Program) -> _Readings:
    return _Readings()


def reading(program: Program, day: date, base: Program) -> Reading:
    """What the names of a program mean on a day, numbered together with those of `base`."""
    shared = kept(_readings, base.order, None, base)
    if program is not base:
        return Reading(program, day, shared.numbers)
    found = shared.by_day.get(day)
    if found is None:
        found = shared.by_day[day] = Reading(program, day, shared.numbers)
    return found


@define(eq=False)
class _Pair:
    """Two programs and the windows in which they are compared, with what their names mean in each."""

    old: Program
    new: Program
    windows: Sequence[Window]
    readings: list[tuple[Reading, Reading]] = field(init=False)

    @readings.default
    def _both(self) -> list[tuple[Reading, Reading]]:
        days = [decision_day(self.old, window.first) for window in self.windows]
        return [(reading(self.old, day, self.old), reading(self.new, day, self.old)) for day in days]

    def alike(self, key: str) -> bool:
        """Whether a name of both means the same in every window."""
        return all(one.meaning(key) == other.meaning(key) for one, other in self.readings)


def declaration(program: Program, key: str) -> Rule | Benefit | None:
    """The rule or benefit of a key."""
    return program.rules.get(key) or program.benefits.get(key)


# ---------------------------------------------------------------- the proof


def settle(old: Program, new: Program, key: str, windows: Sequence[Window], members: int, until: float) -> Settled:
    """Compares two programs, one definition after the other, and `key` at last; until that time (by `process_time`)."""
    pair = _Pair(old, new, windows)
    if old.month_by_end is new.month_by_end:
        pair = _with_definitions_settled(pair, key, members, until)
        if pair.alike(key):
            return Settled()
        found = _parts(*_hidden(pair, key), key, windows, members, until)
        if found.proved:
            return found
    return _parts(pair.old, pair.new, key, windows, members, until)


def _with_definitions_settled(pair: _Pair, key: str, members: int, until: float) -> _Pair:
    """The pair in which every definition shown to mean the same is written as in the old version."""
    names = closure(pair.old, (key,)).names & closure(pair.new, (key,)).names - {key}
    for name in [one for one in pair.old.order if one in names]:
        left = until - process_time()
        if left <= 0:
            return pair
        if not pair.alike(name) and _alone(pair, name) and _same_alone(pair, name, members, process_time() + left / SHARE_OF_PART):
            pair = _Pair(pair.old, _with(pair.new, name, pair.old), pair.windows)
    return pair


def _alone(pair: _Pair, name: str) -> bool:
    """Whether a definition differs by its own words only: all it names means the same, and it is of one kind in both versions."""
    one, other = declaration(pair.old, name), declaration(pair.new, name)
    if one is None or other is None or type(one) is not type(other) or (one.type, one.entity) != (other.type, other.entity):
        return False
    named = {*uses_of(expressions_of(one)).names, *uses_of(expressions_of(other)).names}
    return all(declaration(program, each) is not None for each in named for program in (pair.old, pair.new)) and all(map(pair.alike, named))


def _same_alone(pair: _Pair, name: str, members: int, until: float) -> bool:
    try:
        return _parts(*_hidden(pair, name), name, pair.windows, members, until).proved
    except smt.Unsupported:
        return False


def _with(program: Program, name: str, other: Program) -> Program:
    if name in program.rules:
        return evolve(program, rules={**program.rules, name: other.rules[name]})
    return evolve(program, benefits={**program.benefits, name: other.benefits[name]})


def _hidden(pair: _Pair, key: str) -> tuple[Program, Program]:
    """Both programs with every truth they have in common as a fact, wherever something that differs looks at it."""
    names = [closure(program, (key,)).names for program in (pair.old, pair.new)]
    common = frozenset(name for name in names[0] & names[1] if pair.alike(name))
    one, other = (opaque(program, inside - common, common) for program, inside in zip((pair.old, pair.new), names, strict=True))
    return one, other


def _parts(old: Program, new: Program, key: str, windows: Sequence[Window], members: int, until: float) -> Settled:
    """Every size of household in every stretch of months, the smallest first."""
    whole = stretches((old, new), (key,), windows[0].first, windows[-1].last)
    # Less may change in what is looked at here, so that some of the windows are one.
    windows = [one for one in whole if any(window.first <= one.last and one.first <= window.last for window in windows)]
    parts = [(window, shape) for shape in smt.shapes(old, (key,), members, (new,)) for window in windows]
    settled = Settled(all=len(parts))
    for window, shape in parts:
        left = until - process_time()
        if left <= 0:
            break
        found = _part(old, new, key, window, shape, left)
        if isinstance(found, Found):
            settled.found = found
            break
        settled.done += found
    return settled


def _part(old: Program, new: Program, key: str, window: Window, shape: Shape, seconds: float) -> Found | bool:
    one = smt.world(old, shape, window)
    other = smt.world(new, shape, window, one)
    read = smt.outcome if key in old.benefits else smt.value
    until = process_time() + seconds
    for address in _addresses(one, old, key):
        unlike = smt.different(read(one, key, address), read(other, key, address))
        model = smt.satisfy([one, other], [unlike], max(until - process_time(), 0.01))
        if model is smt.UNTOLD:
            return False
        if model is not smt.NONE:
            return Found(one, other, model, address)
    return True


def _addresses(world: World, program: Program, key: str) -> Iterator[Address]:
    """The first member of every list that has such members: the others of a list are like it."""
    made = declaration(program, key)
    entity = (made.entity if made is not None else None) or program.root or ""
    for address in smt.addresses(world, entity):
        if all(index == 0 for _, index in address):
            yield address


def common_shapes(programs: Sequence[Program], keys: Sequence[str], most: int) -> Iterator[Shape]:
    """Shapes in which every list varies that one of the programs looks at, the smallest first."""
    return smt.shapes(programs[0], keys, most, programs[1:])
