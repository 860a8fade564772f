"""Households whose outcome the two versions see differently, found by trying: drawn ones, and what lies right beside those that differ.

Everything here is a matter of finds: what is not found may still be there, and nobody is told otherwise (`diff_proof` proves).
Nothing depends on the clock, so that the same versions give the same page.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.book.trial_values import FactKey, facts_behind
from policyrules.core.case import Instance, copied, instances
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused
from policyrules.core.program import Benefit, Combination, Program
from policyrules.review.boundaries import boundary_values
from policyrules.review.diff_cases import Side, asked_of, completed, read
from policyrules.review.diff_matching import Stretch
from policyrules.review.drawing import draw_case
from policyrules.values.types import Value

DRAWS = 100
"""Households drawn for a stretch of months."""

VALUES = 10
"""Values tried for one fact of such a household."""

MOST_WAYS = 4
"""What can make the same kind of difference, at most."""


@frozen
class Sign:
    """What decided: granted or refused and by which article (its index; None: 其余情形, or several), or another kind of outcome."""

    kind: str
    article: int | None = None


@frozen
class Pair:
    """A kind of difference: a key of the old version, what decides in the old and what in the new.

    The article is left out of `before` where it does not matter much: who is paid by another article now, or no longer, is
    one kind however he was paid before.
    """

    key: str
    before: Sign
    after: Sign


@frozen(eq=False)
class Seen:
    """One outcome in both versions: the household, whose it is, and what decided."""

    root: Instance
    subject: str
    pair: Pair
    before: Outcome
    after: Outcome

    @property
    def differs(self) -> bool:
        """Whether people would notice: another amount, refused instead of paid, another value, a conflict."""
        return differ(self.before, self.after)


Way: TypeAlias = frozenset[str]
"""The conditions and bounds that come out otherwise in the other version, by what they are called."""

Kind: TypeAlias = tuple[Pair, Way]


@define(eq=False)
class Search:
    """What was seen on one stretch of months, by key; `keys` gives for keys of the old version those of the new, `articles`
    for each that is looked into the articles that stand for each other (by index), `turned` tells what makes a difference,
    `known` are the kinds of difference that need not be looked into again.
    `month` stands for the stretch; `draws` is how many households are drawn. `early`: not everything
    has a value yet, so that what cannot be computed tells
    nothing, unless the other version pays."""

    old: Side
    new: Side
    keys: Mapping[str, str]
    stretch: Stretch
    most: int
    random: Random
    articles: Mapping[str, Mapping[int, int]]
    turned: Callable[[Seen], Way]
    known: Collection[Kind]
    month: date
    draws: int
    early: bool = False
    seen: dict[str, list[Seen]] = field(factory=dict, init=False)
    found: dict[Pair, list[Seen]] = field(factory=dict, init=False)
    ways: dict[Kind, list[Seen]] = field(factory=dict, init=False)
    smallest: dict[Kind, Seen] = field(factory=dict, init=False)
    _waiting: deque[Kind] = field(factory=deque, init=False)
    _tried: set[object] = field(factory=set, init=False)

    @property
    def tried(self) -> int:
        """How many households were looked at."""
        return len(self._tried)

    def values(self) -> list[Mapping[FactKey, tuple[Value, ...]]]:
        """The values on both sides of every bound, in either version."""
        return [boundary_values(side.book.program, side.occasion(self.month).day) for side in (self.old, self.new)]

    def allows(self, root: Instance) -> bool:
        """Whether no 核对 of either version speaks against a household."""
        checked = self.old.book.program.consistencies == self.new.book.program.consistencies and self.old.fits
        return self.new.allows(root, self.month) and (checked or self.old.allows(root, self.month))


def differ(before: Outcome, after: Outcome) -> bool:
    """Whether two outcomes are not the same to those they are told to."""
    match before, after:
        case Granted(amount), Granted(other):
            return amount != other
        case Computed(value), Computed(other_value):
            return value != other_value
        case _:
            return type(before) is not type(after)


def search(made: Search, seeds: Sequence[tuple[str, Instance]] = ()) -> Search:
    """Draws households and looks beside those that differ. `seeds` are tried first, each for its key."""
    for key, root in seeds:
        look(made, root, (key,))
    for root in _drawn(made):
        look(made, root)
    explore(made)
    return made


def explore(made: Search) -> None:
    """Looks beside the smallest household of every kind of difference that was found, and of those found on the way."""
    from policyrules.review.diff_shrinking import shrunk  # it goes by what is found here

    values = made.values()
    behind = facts_of(made)
    while made._waiting:
        pair, way = kind = made._waiting.popleft()
        if sum(each[0] == pair for each in made.smallest) >= MOST_WAYS or any(each[0] == pair and each[1] < way for each in made.ways):
            continue
        facts, only = behind[pair.key], (pair.key,)
        first = min(made.ways[kind], key=lambda one: len(list(instances(one.root))))
        small = made.smallest[kind] = shrunk(made, first, facts, lambda one, way=way: made.turned(one) == way)  # type: ignore[misc]
        look(made, small.root, only)
        for root in beside(small.root, facts, values, made.random):
            look(made, root, only)


def look(made: Search, root: Instance, keys: Sequence[str] | None = None) -> None:
    """What both versions say of a household is kept. Nothing where a 核对 speaks against it, or it was looked at before."""
    shape = (keys, _shape(root))
    if shape in made._tried or not made.allows(root):
        return
    made._tried.add(shape)
    for one in outcomes(made, root, made.keys if keys is None else keys):
        signs = one.pair.before.kind, one.pair.after.kind
        if "open" in signs:
            continue
        made.seen.setdefault(one.pair.key, []).append(one)
        if one.differs and not (made.early and "failed" in signs and "granted" not in signs):
            made.found.setdefault(one.pair, []).append(one)
            if one.pair.key not in made.articles:
                continue
            kind = one.pair, made.turned(one)
            made.ways.setdefault(kind, []).append(one)
            if len(made.ways[kind]) == 1 and kind not in made.known:
                made._waiting.append(kind)


def outcomes(made: Search, root: Instance, keys: Iterable[str]) -> Iterator[Seen]:
    """Every key for everybody, in both versions."""
    programs = made.old.book.program, made.new.book.program
    entities: dict[str, list[str]] = {}
    for key in keys:
        entities.setdefault(entity_of(programs[0], key), []).append(key)
    asked = asked_of(root, entities)
    before = made.old.decide(root, made.month, asked)
    after = made.new.decide(root, made.month, [(made.keys[key], subject) for key, subject in asked])
    for (key, subject), one, other in zip(asked, before, after, strict=True):
        pair = pair_of(made, key, sign(programs[0], key, one), sign(programs[1], made.keys[key], other))
        yield Seen(root, subject, pair, one, other)


def sign(program: Program, key: str, outcome: Outcome) -> Sign:
    """What decided an outcome. Of several articles that give one amount the first is named."""
    benefit = program.benefits.get(key)
    articles = benefit.articles if benefit is not None else ()
    match outcome:
        case Granted(_, by):
            indices = [index for index, one in enumerate(articles) if any(one is each for each in by)]
            several = benefit is not None and benefit.combination is Combination.SUM and len(indices) > 1
            return Sign("granted", indices[0] if indices and not several else None)
        case Refused(_, article):
            return Sign("refused", next((index for index, one in enumerate(articles) if one is article), None))
        case Conflict():
            return Sign("conflict")
        case Failed():
            return Sign("failed")
        case Computed(bool() as value):
            return Sign("yes" if value else "no")
        case Computed():
            return Sign("computed")
        case _:
            return Sign("open")


def pair_of(made: Search, key: str, before: Sign, after: Sign) -> Pair:
    """The kind of difference two outcomes are of."""
    if (before.kind, after.kind) == ("granted", "granted"):
        same = before.article is not None and made.articles[key].get(before.article, -1) == after.article
        return Pair(key, before if same else Sign("granted"), after)
    return Pair(key, Sign(before.kind), after)


def entity_of(program: Program, key: str) -> str:
    """Whom a key is asked of."""
    declared = program.rules.get(key) or program.benefits.get(key)
    assert declared is not None
    return declared.entity if isinstance(declared, Benefit) else declared.entity or program.root or ""


def beside(
    root: Instance,
    facts: frozenset[FactKey],
    values: Sequence[Mapping[FactKey, tuple[Value, ...]]],
    random: Random,
    only: frozenset[tuple[str, str]] | None = None,
) -> Iterator[Instance]:
    """The household with one fact changed, for each fact that matters (of `only` these, by id and key), to values beside its bounds."""
    for at, owner in enumerate(instances(root)):
        for key in list(owner.facts):
            if (owner.entity, key) not in facts or (only is not None and (owner.id, key) not in only):
                continue
            tried = list(dict.fromkeys(value for each in values for value in each.get((owner.entity, key), ()) if value != owner.facts[key]))
            if len(tried) > VALUES and only is None:
                tried = random.sample(tried, VALUES)
            for value in tried:
                yield with_fact(root, at, key, value)


def with_fact(root: Instance, at: int, key: str, value: Value) -> Instance:
    """A copy with one fact of the instance at a place changed."""
    twin = copied(root)[0]
    list(instances(twin))[at].facts[key] = value
    return twin


def _drawn(made: Search) -> Iterator[Instance]:
    """Households drawn for one version after the other, with what only the other one asks."""
    books = (made.old.book, made.new.book)
    keys = (list(made.keys), list(made.keys.values()))
    for turn in range(made.draws):
        drawn = []
        for shift in range(1 if made.old.fits else 2):
            which = (turn + shift) % 2
            document = draw_case(books[which], made.month, made.random, keys[which], made.most)
            root = read(books[which], document)
            if root is not None:
                drawn.append(root)
        if drawn:
            yield drawn[0] if len(drawn) == 1 else completed(drawn[0], drawn[1])


def facts_of(made: Search) -> dict[str, frozenset[FactKey]]:
    """The facts each key rests on, in either version."""
    old, new = facts_behind(made.old.book.program), facts_behind(made.new.book.program)
    return {key: frozenset(old.get(key, ())) | frozenset(new.get(other, ())) for key, other in made.keys.items()}


def _shape(root: Instance) -> object:
    """A household as something to remember it by."""
    return tuple((one.entity, tuple(sorted(one.facts.items())), tuple((role, len(group)) for role, group in one.members.items())) for one in instances(root))


def again(made: Search, one: Seen, root: Instance) -> Seen | None:
    """The same kind of difference in another household, for the same one; None where it is not there."""
    if not any(each.id == one.subject for each in instances(root)) or not made.allows(root):
        return None
    return next((each for each in outcomes(made, root, (one.pair.key,)) if each.subject == one.subject and each.pair == one.pair and each.differs), None)
