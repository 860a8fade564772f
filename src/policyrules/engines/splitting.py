"""Exactly what is missing, and every answer that no missing fact can change.

Kleene's logic takes `享受低保` and `非 享受低保` for two different unknowns, and intervals forget that two amounts rest on
one fact; so an answer may look open that nothing can change, and a fact may look missing that does not matter. Here the
ways the missing facts can turn out are split into pieces until the answer in each is known, or cannot tell more.

- A fact matters where two trials that differ in it alone come out differently: seen once, that is proved.
- A fact does not matter where no piece is left in which it could: every piece was decided without it.
- What is neither seen nor proved within the trials allowed stays listed: a fact too many costs a question, one too few a
  wrong answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from attrs import define, field

from policyrules.core.case import Instance, instances
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused, Undecided
from policyrules.engines.domains import Domain, Piece, cut, domain_of, ends_of, farthest, inside, listing, range_to_search, samples, value_at
from policyrules.engines.lattice import NOBODY
from policyrules.engines.run import Run, undecided
from policyrules.engines.turning import Differences, Trial, sign, straight, turning_points
from policyrules.values.partial import contains, either, overlap
from policyrules.values.types import Value
from policyrules.values.unknown import Interval, Need, Possible, Unknown

TRIALS = 220
"""How many times one undecided name is decided again at most."""

CLOSER = 32
"""Of these, how many only for the bounds of the amount."""

LEAST_TRIALS, ALL_TRIALS = 24, 2_000
"""The same for all names asked at once: each gets its share."""

_PROBES, _LANDMARKS, _MOST_STRAIGHT = 40, 12, 3
_ZERO, _HALF, _ONE = Fraction(0), Fraction(1, 2), Fraction(1)

Assumed: TypeAlias = Mapping[tuple[str, str], Piece]
Box: TypeAlias = dict[tuple[str, str], Piece]
"""The pieces some missing facts are taken to be, or to lie in; the others may be anything."""

Again: TypeAlias = Callable[[Assumed, str, Instance], Outcome]
"""Decides a name with some missing facts assumed to be, or to lie in, something."""

Probing: TypeAlias = Callable[[Assumed, str, Instance], Trial]
"""The same, telling how far apart the sides of every comparison are."""


def trials_for(names: int) -> int:
    """The trials each of so many undecided names gets."""
    return max(LEAST_TRIALS, min(TRIALS, ALL_TRIALS // max(1, names)))


@define(eq=False)
class _Search:
    """One name being narrowed. `relevant` are the facts seen to matter, `kept` those that could not be told."""

    run: Run
    key: str
    instance: Instance
    again: Again
    probing: Probing
    left: int
    entities: dict[str, str]
    domains: dict[Need, Domain | None] = field(factory=dict)
    relevant: set[Need] = field(factory=set)
    kept: set[Need] = field(factory=set)
    leaves: list[tuple[Box, Outcome]] = field(factory=list)
    decided: dict[frozenset[tuple[tuple[str, str], Piece]], Outcome] = field(factory=dict)
    cuts: dict[Need, list[Fraction]] = field(factory=dict)
    closer: int = CLOSER

    # ------------------------------------------------------------ asking

    def decide(self, box: Assumed) -> Outcome:
        """The outcome with the facts in these pieces."""
        pieces = frozenset(box.items())
        known = self.decided.get(pieces)
        if known is None:
            self.left -= 1
            known = self.decided[pieces] = self.again(box, self.key, self.instance)
        return known

    def domain(self, need: Need) -> Domain | None:
        """The values of a missing fact; None for a list of members and for texts."""
        if need not in self.domains:
            fact = self.run.program.facts.get((self.entities.get(need.subject, ""), need.fact))
            self.domains[need] = None if fact is None else domain_of(fact, need)
        return self.domains[need]

    def open_facts(self, outcome: Undecided) -> list[Need]:
        """What could still be tried, in an order that does not depend on the order of members."""
        found = [need for need in (*outcome.missing, *outcome.unknowable) if self.domain(need) is not None]
        return sorted(found, key=lambda need: (need.fact, need.subject))

    def unsettled(self, needs: Iterable[Need]) -> list[Need]:
        """Those of which it is not known yet whether they matter."""
        return [need for need in needs if need not in self.relevant and need not in self.kept]

    # ------------------------------------------------------------ the search

    def explore(self, whole: Outcome) -> None:
        """Splits until every piece is decided, or says nothing about a fact still in question."""
        waiting: list[tuple[Box, Outcome]] = [({}, whole)]
        while waiting:
            box, outcome = waiting.pop()
            if not isinstance(outcome, Undecided):
                self.leaves.append((box, outcome))
                self.turn(box, outcome)
                continue
            facts = self.open_facts(outcome)
            if self.in_question(box, facts) and self.left > 0:
                self.complete(box, facts)
            settled = not self.in_question(box, facts)
            if not settled and self.even(box, outcome, facts):
                continue
            parts = (self.narrower(facts) if settled else self.parts(box, facts)) if self.left > 0 else []
            if not parts or self.left < len(parts):
                # What this piece was cut along is in question as long as the piece is open.
                self.kept.update(self.in_question(box, facts))
                self.leaves.append((box, outcome))
                continue
            self.split(box, parts, waiting)

    def split(self, box: Box, parts: Sequence[Box], waiting: list[tuple[Box, Outcome]]) -> None:
        """Decides every part. Where two differ, the fact they were cut along matters."""
        made = [({**box, **part}, self.decide({**box, **part})) for part in parts]
        outcomes = [outcome for _, outcome in made]
        if any(differ(outcomes[0], outcome) for outcome in outcomes[1:]):
            self.relevant.update(need for need in self.domains if _slot(need) in parts[0])
        waiting.extend(reversed(made))

    def in_question(self, box: Box, facts: Iterable[Need]) -> list[Need]:
        """The open facts, and those the piece was cut along, of which it is not known yet whether they matter."""
        fixed = [need for need in self.domains if _slot(need) in box]
        return self.unsettled(dict.fromkeys([*facts, *fixed]))

    def compare(self) -> None:
        """Decided pieces that meet in everything but one fact and come out differently show that it matters."""
        decided = [(box, outcome) for box, outcome in self.leaves if not isinstance(outcome, Undecided)]
        for index, (box, outcome) in enumerate(decided):
            for other, elsewhere in decided[index + 1 :]:
                if differ(outcome, elsewhere):
                    apart = [slot for slot in box if slot in other and not overlap(box[slot], other[slot])]
                    if len(apart) == 1:
                        self.relevant.update(need for need in self.domains if _slot(need) == apart[0])

    def complete(self, box: Box, facts: Sequence[Need]) -> None:
        """Looks for facts that matter around one way the facts of a piece can turn out."""
        base = {**box, **{_slot(need): self.some(need, box) for need in facts}}
        self.turn(base, self.decide(base))

    def turn(self, box: Box, outcome: Outcome) -> None:
        """Turns each fact in question in a decided piece: where the outcome changes, it matters."""
        if isinstance(outcome, Undecided):
            return
        for need in self.unsettled(need for need in self.domains if _slot(need) in box):
            domain = self.domain(need)
            here = box[_slot(need)]
            if domain is None:
                continue
            for value in samples(domain, None, self.run.occasion.day, self.cuts.get(need, ())):
                if self.left <= 0 or contains(here, value):
                    continue
                if differ(outcome, self.decide({**box, _slot(need): value})):
                    self.relevant.add(need)
                    break

    def some(self, need: Need, box: Assumed) -> Value:
        """A value of a fact that lies in its piece."""
        domain, here = self.domain(need), box.get(_slot(need))
        if here is not None and not isinstance(here, Unknown):
            return here
        assert domain is not None
        return samples(domain, here, self.run.occasion.day)[0]

    # ------------------------------------------------------------ pieces

    def narrower(self, facts: Sequence[Need]) -> list[Box]:
        """Where every fact is known to matter: a cut that tells the amounts still possible more closely, a few times."""
        for need in facts:
            domain = self.domain(need)
            if domain is not None and 0 < len(domain.listed) <= self.closer:
                self.closer -= len(domain.listed)
                return [{_slot(need): value} for value in domain.listed]
        return []

    def parts(self, box: Box, facts: Sequence[Need]) -> list[Box]:
        """The piece cut along one fact; nothing where no cut is known."""
        wanted = self.in_question(box, facts)
        for need in sorted(facts, key=lambda one: one not in wanted):
            domain = self.domain(need)
            if domain is not None and domain.listed:
                return [{_slot(need): value} for value in domain.listed]
        for need in sorted(facts, key=lambda one: one not in wanted):
            domain = self.domain(need)
            assert domain is not None
            piece = box.get(_slot(need))
            if piece is not None and not isinstance(piece, Unknown):
                continue
            points = self.landmarks(need, domain, piece, box, facts)
            if need in self.unsettled(wanted):
                self.around(need, domain, points, box, facts)
            if points:
                inner = [point for point in points if point not in ends_of(domain, piece)] or points
                middle = inner[len(inner) // 2]
                self.cuts.setdefault(need, []).append(middle)
                return [{_slot(need): part} for part in cut(domain, piece, middle)]
        return self.one_by_one(box, facts)

    def one_by_one(self, box: Box, facts: Sequence[Need]) -> list[Box]:
        """Every value of a stretch that holds only a few."""
        for need in facts:
            domain = self.domain(need)
            assert domain is not None
            piece = box.get(_slot(need))
            values = listing(domain, piece if isinstance(piece, Unknown) else None)
            if 1 < len(values) <= self.left:
                return [{_slot(need): value} for value in values]
        return []

    def even(self, box: Box, outcome: Undecided, facts: Sequence[Need]) -> bool:
        """Whether a piece open in a few numbers is settled as far as they go: every comparison and the amount are straight
        functions of them (as trials at the corners and between show) and no comparison changes sides, so that a number
        matters where the amount differs between two corners, and nowhere else."""
        domains = [domain for need in facts if (domain := self.domain(need)) is not None]
        if not domains or len(domains) > _MOST_STRAIGHT or any(domain.listed or domain.days for domain in domains):
            return False
        if self.left < 2 ** len(domains) + 2:
            return False
        reaches = [farthest(domain, box.get(_slot(domain.need))) for domain in domains]
        shares = [*product(*((_ZERO, _ONE) for _ in domains)), *([share] * len(domains) for share in (_HALF, _ONE / 3))]
        points = [[low + (high - low) * share for share, (low, high) in zip(each, reaches, strict=True)] for each in shares]
        trials = [self.trial(box, domains, point) for point in points]
        corners = trials[: 2 ** len(domains)]
        first = corners[0]
        if any(type(each.outcome) is not type(first.outcome) or isinstance(each.outcome, Undecided) for each in trials):
            return False
        if any(first.differences.keys() != each.differences.keys() for each in trials):
            return False
        for key in first.differences:
            if len({sign(each.differences[key]) for each in corners}) > 1:
                return False
            if not straight([each.differences[key] for each in trials], shares):
                return False
        amounts = [amount_of(each.outcome) for each in trials]
        known = [amount for amount in amounts if amount is not None]
        if known and not straight(known, shares):
            return False
        if not known and any(differ(first.outcome, each.outcome) for each in trials):
            return False
        axes = {domain.need: corners[2 ** (len(domains) - 1 - index)] for index, domain in enumerate(domains)}
        self.relevant.update(need for need, trial in axes.items() if differ(first.outcome, trial.outcome))
        settled = not any(differ(first.outcome, each.outcome) for each in corners)
        if not settled and self.in_question(box, []):
            return False
        self.leaves.append((box, first.outcome if settled else outcome))
        return True

    def trial(self, box: Box, domains: Sequence[Domain], numbers: Sequence[Fraction]) -> Trial:
        """One point of a piece."""
        self.left -= 1
        point = {_slot(domain.need): number for domain, number in zip(domains, numbers, strict=True)}
        return self.probing({**box, **point}, self.key, self.instance)

    def landmarks(self, need: Need, domain: Domain, piece: Unknown | None, box: Assumed, facts: Sequence[Need]) -> list[Fraction]:
        """Where the answer may turn along a fact, the others being as they would be tried."""
        base = {**box, **{_slot(other): self.some(other, box) for other in facts if other != need}}

        def differences(number: Fraction) -> Differences:
            self.left -= 1
            return self.probing({**base, _slot(need): value_at(domain, number)}, self.key, self.instance).differences

        low, high = range_to_search(domain, piece, self.run.occasion.day)
        if low >= high or self.left <= 2:
            return []
        points = turning_points(differences, low, high, domain.step, min(_PROBES, self.left))
        # A cut at an end that is the whole piece would go on for ever.
        return [point for point in points if inside(domain, piece, point) and len(cut(domain, piece, point)) > 1][:_LANDMARKS]

    def around(self, need: Need, domain: Domain, points: Sequence[Fraction], box: Assumed, facts: Sequence[Need]) -> None:
        """Tries the fact on both sides of where the answer may turn, the others staying as they are."""
        base = {**box, **{_slot(other): self.some(other, box) for other in facts if other != need}}
        piece = box.get(_slot(need))
        first: Outcome | None = None
        for value in samples(domain, piece if isinstance(piece, Unknown) else None, self.run.occasion.day, points):
            if self.left <= 0:
                return
            found = self.decide({**base, _slot(need): value})
            if isinstance(found, Undecided):
                continue
            if first is not None and differ(first, found):
                self.relevant.add(need)
                return
            first = first or found


def sharpen(run: Run, key: str, instance: Instance, outcome: Undecided, again: Again, probing: Probing, trials: int = TRIALS) -> Outcome:
    """The same outcome or a narrower one, with no fact missing that is known not to matter."""
    entities = {each.id: each.entity for each in instances(run.root)}
    search = _Search(run, key, instance, again, probing, trials, entities)
    if not search.open_facts(outcome):
        return outcome
    search.explore(again({}, key, instance))
    search.compare()
    leaves = [leaf for _, leaf in search.leaves]
    others = {
        need for leaf in leaves if isinstance(leaf, Undecided) for need in (*leaf.missing, *leaf.unknowable) if search.domain(need) is None
    }
    matter = search.relevant | search.kept | others
    if not matter:
        agreed = _agreed(leaves)
        return outcome if agreed is None else agreed
    return undecided(run, frozenset(matter), _together(leaves))


def _slot(need: Need) -> tuple[str, str]:
    return need.subject, need.fact


# ---------------------------------------------------------------- outcomes


def differ(one: Outcome, other: Outcome) -> bool:
    """Whether two settled outcomes are different answers: another amount, granted or not. Not: by another article,
    or wrong in another way."""
    if isinstance(one, Undecided) or isinstance(other, Undecided):
        return False
    match one, other:
        case Granted(amount), Granted(again):
            return amount != again
        case Refused(), Refused():
            return False
        case (Failed(), Failed()) | (Conflict(), Conflict()):
            return False
        case _:
            return one != other


def amount_of(outcome: Outcome) -> Fraction | None:
    """What an outcome comes to, where that is a number."""
    match outcome:
        case Granted(amount):
            return amount
        case Computed(Fraction() as value):
            return value
    return None


def _agreed(leaves: Sequence[Outcome]) -> Outcome | None:
    """The one outcome all pieces come to, None where they differ or are open themselves."""
    first = leaves[0]
    if isinstance(first, Undecided) or any(isinstance(leaf, Undecided) or differ(first, leaf) for leaf in leaves):
        return None
    match first:
        case Granted(amount):
            articles = {id(article): article for leaf in leaves if isinstance(leaf, Granted) for article in leaf.articles}
            return Granted(amount, tuple(articles.values()))
        case Refused():
            return _common([leaf for leaf in leaves if isinstance(leaf, Refused)])
        case _:
            return first


def _common(refusals: Sequence[Refused]) -> Refused:
    """Refused either way, by one article or another: only what they share is said."""
    first = refusals[0]
    if all(each.article is first.article for each in refusals):
        return first
    reasons = {each.reason for each in refusals}
    return Refused(reasons.pop() if len(reasons) == 1 else None)


def _together(leaves: Iterable[Outcome]) -> Possible:
    """What the amount can be in any of the pieces that give one."""
    amounts: list[Value | Unknown] = []
    for leaf in leaves:
        match leaf:
            case Granted(amount):
                amounts.append(amount)
            case Computed(value):
                amounts.append(value)
            case Refused():
                amounts.append(Fraction(0))
            case Undecided(possible=possible):
                amounts.append(Unknown(possible, NOBODY))
            case Conflict() | Failed():
                continue
    whole = either(amounts, NOBODY) if amounts else Unknown(None, NOBODY)
    if isinstance(whole, Unknown):
        return whole.possible
    return Interval(whole, whole) if isinstance(whole, Fraction) else frozenset((whole,))
