"""A household with a certain quality, made small: without what the quality does not rest on, with fewer people and rounder values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from policyrules.core.case import Instance, copied, instances
from policyrules.core.program import Fact, Program
from policyrules.engines.smt import Window
from policyrules.values.types import Day, Options, Quantity, Truth, Value

MOST_TRIALS = 400
"""Households looked at, at most."""

_COARSE = tuple(Fraction(10) ** power for power in (4, 3, 2, 1, 0, -1))

_YEARS = (2000, 1990, 1950, 1940, 2010, 2015, 2018)
"""Years in which people of every kind of age are born, the plainest first."""

Holds = Callable[[Instance], bool]


def smaller(root: Instance, program: Program, facts: set[tuple[str, str]], subject: str, holds: Holds) -> Instance:
    """A smaller household with the same quality; `facts` are those it can rest on, `subject` is the id of who has to stay in it."""
    left = [MOST_TRIALS]

    def still(one: Instance) -> bool:
        left[0] -= 1
        return left[0] >= 0 and holds(one)

    root = _without_facts(root, facts, still)
    root = _without_members(root, subject, still)
    for key in sorted({(one.entity, name) for one in instances(root) for name in one.facts}):
        fact = program.facts.get(key)
        if fact is not None:
            root = _rounder(root, fact, still)
    return _untold(root, still)


def earliest(windows: Sequence[Window], month: date, holds: Callable[[date], bool]) -> date:
    """The first month of the first stretch in which something holds; else the month itself."""
    return next((window.first for window in windows if window.first < month and holds(window.first)), month)


def _without_facts(root: Instance, facts: set[tuple[str, str]], still: Holds) -> Instance:
    bare = copied(root)[0]
    for one in instances(bare):
        for key in [key for key in one.facts if (one.entity, key) not in facts]:
            del one.facts[key]
    return bare if still(bare) else root


def _untold(root: Instance, still: Holds) -> Instance:
    """Without facts, and lists of nobody, that nothing hangs on after all: the outcome is decided without them."""
    for entity, name in sorted({(one.entity, name) for one in instances(root) for name in (*one.facts, *one.members) if not one.members.get(name)}):
        tried = copied(root)[0]
        for one in instances(tried):
            if one.entity == entity:
                one.facts.pop(name, None)
                if one.members.get(name) == []:
                    del one.members[name]
        if still(tried):
            root = tried
    return root


def _without_members(root: Instance, subject: str, still: Holds) -> Instance:
    """Without whoever is not needed. Somebody stays in a list of the household, if there was one."""
    waiting = True
    while waiting:
        waiting = False
        for place in list(_places(root)):
            tried = copied(root)[0]
            owner, role, index = _at(tried, place)
            gone = owner.members[role][index]
            if any(one.id == subject for one in instances(gone)) or (owner.parent is None and sum(map(len, owner.members.values())) == 1):
                continue
            del owner.members[role][index]
            if still(tried):
                root, waiting = tried, True
                break
    return root


_Place = tuple[tuple[tuple[str, int], ...], str, int]


def _places(root: Instance, way: tuple[tuple[str, int], ...] = ()) -> Iterator[_Place]:
    """Where everybody stands, the last first."""
    for role, group in root.members.items():
        for index in range(len(group) - 1, -1, -1):
            yield way, role, index
            yield from _places(group[index], (*way, (role, index)))


def _at(root: Instance, place: _Place) -> tuple[Instance, str, int]:
    way, role, index = place
    for name, at in way:
        root = root.members[name][at]
    return root, role, index


def _rounder(root: Instance, fact: Fact, still: Holds) -> Instance:
    """The plainest value of a fact for everybody who has it, one after the other."""
    for index, one in enumerate(list(instances(root))):
        if one.entity != fact.entity or fact.key not in one.facts:
            continue
        now = one.facts[fact.key]
        for value in _plainer(fact, now):
            tried = copied(root)[0]
            list(instances(tried))[index].facts[fact.key] = value
            if still(tried):
                root = tried
                break
    return root


def _plainer(fact: Fact, now: Value) -> Iterable[Value]:
    """Values plainer than this one, the plainest first."""
    match fact.type, now:
        case Truth(), True:
            return (False,)
        case Options(names), str():
            return names[: names.index(now)] if now in names else ()
        case Quantity(), Fraction():
            low = fact.low if fact.low is not None else Fraction(0)
            near = [step * (now // step) for step in _COARSE] + [step * (now // step + 1) for step in _COARSE]
            round_ = [step for step in reversed(_COARSE) if step.denominator == 1] + [Fraction(10**5), Fraction(10**6)]
            inside = (value for value in (low, *round_, *near) if low <= value and (fact.high is None or value <= fact.high))
            return tuple(dict.fromkeys(value for value in inside if (_length(value), value) < (_length(now), now)))
        case Day(), date():
            plain = [date(year, 1, 1) for year in (*_YEARS, now.year)] + [date(now.year, now.month, 1)]
            return tuple(plain[: plain.index(now)] if now in plain else plain)
    return ()


def _length(value: Fraction) -> int:
    """How many digits a person has to read."""
    return 0 if value == 0 else len(str(value.numerator).rstrip("0")) + (len(str(value.denominator)) if value.denominator != 1 else 0)
