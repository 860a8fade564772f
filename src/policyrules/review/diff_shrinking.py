"""The smallest household of a kind of difference: nobody in it who is not needed, plain facts, round amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from policyrules.book.trial_values import FactKey
from policyrules.core.case import Instance, copied, instances
from policyrules.core.program import Fact
from policyrules.review.diff_search import Search, Seen, again, outcomes, with_fact
from policyrules.values.calendar import add_months
from policyrules.values.types import Day, Options, Quantity, Truth, Value

_FEW = 4
"""Values of a fact tried to see whether it matters, about."""

_ROUND = tuple(Fraction(10) ** power for power in (5, 4, 3, 2, 1, 0, -1, -2))


Try: TypeAlias = Callable[[Seen, Instance], "Seen | None"]
"""The outcome in another household, if it is still what is wanted."""


def shrunk(made: Search, one: Seen, facts: frozenset[FactKey], wanted: Callable[[Seen], bool] | None = None) -> Seen:
    """The household with fewer people and plainer facts that still differs in the same way (and is as `wanted`).

    `facts` are those that matter.
    """

    def tried(before: Seen, root: Instance) -> Seen | None:
        found = again(made, before, root)
        return found if found is not None and (wanted is None or wanted(found)) else None

    one = _without_others(tried, one, facts)
    for _ in range(2):
        one = _without_members(tried, one)
        for at, owner in enumerate(instances(one.root)):
            for key in list(owner.facts):
                one = _plainer(made, tried, one, at, key)
    return one


def telling(made: Search, one: Seen, values: Sequence[Mapping[FactKey, tuple[Value, ...]]]) -> frozenset[tuple[str, str]]:
    """The facts (by the id of whose they are, and key) with another value of which something would come out otherwise."""
    found: set[tuple[str, str]] = set()
    for at, owner in enumerate(instances(one.root)):
        for key, value in owner.facts.items():
            others = [each for each in dict.fromkeys(each for known in values for each in known.get((owner.entity, key), ())) if each != value]
            step = max(1, len(others) // _FEW)
            for other in others[::step]:
                root = with_fact(one.root, at, key, other)
                same = next((each for each in outcomes(made, root, (one.pair.key,)) if each.subject == one.subject), None)
                if same is None or (same.before, same.after) != (one.before, one.after):
                    found.add((owner.id, key))
                    break
    return frozenset(found)


def _without_others(tried: Try, one: Seen, facts: frozenset[FactKey]) -> Seen:
    twin = copied(one.root)[0]
    for owner in instances(twin):
        owner.facts = {key: value for key, value in owner.facts.items() if (owner.entity, key) in facts}
    return tried(one, twin) or one


def _without_members(tried: Try, one: Seen) -> Seen:
    """Members are taken out one by one, the last first."""
    at = len(list(instances(one.root))) - 1
    while at > 0:
        twin = copied(one.root)[0]
        everybody = list(instances(twin))
        if at < len(everybody):
            out = everybody[at]
            if out.parent is not None and not _is_last(out) and not any(each.id == one.subject for each in instances(out)):
                for role, group in out.parent.members.items():
                    out.parent.members[role] = [each for each in group if each is not out]
                one = tried(one, twin) or one
        at -= 1
    return one


def _is_last(one: Instance) -> bool:
    """Whether nobody would be left in the household: such a case cannot be told."""
    holder = one.parent
    return holder is not None and holder.parent is None and sum(map(len, holder.members.values())) == 1


def _plainer(made: Search, tried: Try, one: Seen, at: int, key: str) -> Seen:
    owner = list(instances(one.root))[at]
    fact = made.old.book.program.facts.get((owner.entity, key)) or made.new.book.program.facts.get((owner.entity, key))
    if fact is None:
        return one
    for value in plain_values(fact, owner.facts[key]):
        if value == owner.facts[key]:
            return one
        twin = copied(one.root)[0]
        list(instances(twin))[at].facts[key] = value
        found = tried(one, twin)
        if found is not None:
            return found
    return one


def moved(root: Instance, months: int) -> Instance:
    """The same household so many months later: every day in it is moved."""
    twin = copied(root)[0]
    for owner in instances(twin):
        owner.facts = {key: add_months(value, months) or value if isinstance(value, date) else value for key, value in owner.facts.items()}
    return twin


def plain_values(fact: Fact, value: Value) -> Iterator[Value]:
    """Plainer values than the one there is, the plainest first."""
    match fact.type:
        case Truth():
            yield False
        case Options(names):
            yield names[0]
        case Day() if isinstance(value, date):
            yield date(max(value.year // 10 * 10, 1), 1, 1)
            yield date(value.year, 1, 1)
        case Quantity() if isinstance(value, Fraction):
            yield max(Fraction(0), fact.low) if fact.low is not None else Fraction(0)
            for size in _ROUND:
                for number in (value // size * size, -(-value // size) * size):
                    if (fact.low is None or number >= fact.low) and (fact.high is None or number <= fact.high):
                        yield number
