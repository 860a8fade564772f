"""From the households found to the kinds of difference told: who, from what to what, since when, and one household that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain, islice
from random import Random

from attrs import define, evolve, field

from policyrules.core.case import Instance
from policyrules.core.program import Benefit, Program
from policyrules.explain.words import article_words
from policyrules.review.diff_cases import Side, document_of
from policyrules.review.diff_marks import amounts_of, formula, household_words, mark_words, outcome_phrase
from policyrules.review.diff_matching import Match, Stretch, article_indices
from policyrules.review.diff_probes import Version, prepare, probes
from policyrules.review.diff_regions import Reader, others_of, region
from policyrules.review.diff_search import DRAWS, Kind, Pair, Search, Seen, Sign, Way, beside, facts_of, outcomes, search
from policyrules.review.diff_shrinking import moved, telling
from policyrules.review.diff_values import Change, Example, Span
from policyrules.source.phrase import Phrase
from policyrules.values.calendar import add_months, months_between

NEAR = 200
"""Households tried beside one that shows a difference, to see whether it lasts."""

_OTHERWISE = Phrase("其余情形", "otherwise")
_SEVERAL = Phrase("其他条", "other articles")
_SORTS = {("granted", "refused"): "lost", ("refused", "granted"): "gained"}
_ORDER = ("gained", "lost", "amount", "other article", "conflict", "error", "value")


@define(eq=False)
class Finder:
    """Finds and tells the differences of several keys, stretch by stretch.

    `benefits` (old key to new) are looked into, of `names` it is only seen whether they differ.
    """

    match: Match
    old: Side
    new: Side
    benefits: Mapping[str, str]
    names: Mapping[str, str]
    most: int
    bounded: bool = False
    """Whether the months were asked for. If not, months in which a benefit is not in force yet are passed over, and in months in which
    not every parameter has a value what cannot be computed is no difference from what is refused."""

    told: dict[Kind, Change] = field(factory=dict, init=False)
    differing: dict[str, list[Stretch]] = field(factory=dict, init=False)
    met: dict[str, dict[Pair, None]] = field(factory=dict, init=False)
    tried: int = field(default=0, init=False)
    passed: set[tuple[str, Stretch]] = field(factory=set, init=False)
    _seeds: dict[Kind, Instance] = field(factory=dict, init=False)
    _telling: dict[Kind, frozenset[tuple[str, str]]] = field(factory=dict, init=False)
    _done: dict[tuple[str, int, int], tuple[bool, list[Kind]]] = field(factory=dict, init=False)

    def changes(self, key: str) -> tuple[Change, ...]:
        """The kinds of difference of a key: who is paid now comes first, then who no longer is, then other amounts."""
        mine = [change for (pair, _), change in self.told.items() if pair.key == key]
        return tuple(sorted(mine, key=lambda each: (_ORDER.index(each.sort), each.spans[0].first)))

    def pairs(self, key: str) -> tuple[Pair, ...]:
        """The kinds of difference met of a key, also those that are not told because another tells as much."""
        return tuple(self.met.get(key, ()))

    def early(self, stretch: Stretch) -> bool:
        """Whether some parameter has no value yet."""
        return not self.bounded and stretch.first < self.full

    @property
    def full(self) -> date:
        """The first month in which every parameter has had a value, in both versions."""
        every = [one for program in (self.match.old, self.match.new) for one in program.parameters.values()]
        starts = [min(row.start for row in one.timeline) for one in every if one.timeline]
        return date.min if self.bounded or not starts else max(starts)

    def changed(self, key: str) -> tuple[Stretch, ...]:
        """The stretches on which a key does not plainly mean the same, without those that are passed over."""
        return tuple(stretch for stretch in self.match.changed(key) if (key, stretch) not in self.passed)

    def run(self, stretch: Stretch) -> None:
        """What differs on a stretch. A key that means there what it meant on an earlier one is not looked at anew."""
        keys: dict[str, str] = {}
        for key, other in {**self.benefits, **self.names}.items():
            if self.match.same(key, stretch):
                continue
            done = self._done.get(self._phase(key, stretch))
            if done is None:
                keys[key] = other
                continue
            differs, kinds = done
            if differs:
                self.differing.setdefault(key, []).append(stretch)
            for kind in kinds:
                self._lasts(kind, stretch)
        if keys:
            self.search(stretch, keys)

    def search(self, stretch: Stretch, keys: Mapping[str, str], seeds: Sequence[tuple[str, Instance]] = (), month: date | None = None) -> None:
        """Looks for differences of some keys on a stretch; with a `month` only around the households handed in."""
        explored = [key for key in keys if key in self.benefits]
        taken = {key: probes(self.match, key, stretch, f"?{index}.") for index, key in enumerate(explored)}
        prepare(self.old, "old", list(taken.values()))
        prepare(self.new, "new", list(taken.values()))
        readers = {key: Reader((self.old, self.new), month or stretch.first, one) for key, one in taken.items()}
        articles = {key: _articles(self.match, key, keys[key]) for key in explored}
        earlier = {kind: root for kind, root in self._seeds.items() if kind[0].key in keys}
        partly = self.early(stretch)
        draws = 0 if month is not None else DRAWS // 3 if earlier or partly else DRAWS

        def turned(one: Seen) -> Way:
            return readers[one.pair.key].turned(one)

        when = month or stretch.first
        made = Search(self.old, self.new, keys, stretch, self.most, Random(0), articles, turned, tuple(earlier), when, draws, partly)
        search(made, [*seeds, *((kind[0].key, root) for kind, root in earlier.items())])
        self.tried += made.tried
        teller = _Teller(self.match, made, readers)
        early = {key for key in explored if not self.bounded and _not_yet(made, key)}
        self.passed |= {(key, stretch) for key in early}
        for kind in made.smallest:
            if kind[0].key not in early and kind not in self.told and teller.least(kind):
                self._telling[kind] = telling(made, made.smallest[kind], made.values())
                self.told[kind] = teller.change(kind, self._telling[kind])
                self._seeds[kind] = made.smallest[kind].root
        for pair in [each for each in made.found if each.key not in early]:
            self.met.setdefault(pair.key, {})[pair] = None
        for key in keys:
            differs = key not in early and any(pair.key == key for pair in made.found)
            if differs:
                self.differing.setdefault(key, []).append(stretch)
            kinds = [kind for kind in made.ways if kind[0].key == key and kind in self.told]
            self._done[self._phase(key, stretch)] = differs, kinds
            for kind in kinds:
                self._lasts(kind, stretch)

    def settle(self, key: str) -> None:
        """Looks for every kind of difference told of a key on the stretches where it was not met: by its own household, by the same one
        born as much earlier or later, and beside it."""
        for kind, root in self._seeds.items():
            pair, change = kind[0], self.told[kind]
            if pair.key != key or "failed" in (pair.before.kind, pair.after.kind):
                continue
            known = {self._phase(key, each) for each in self.changed(key) if any(_inside(each, span) for span in change.spans)}
            for stretch in self.changed(key):
                if self._phase(key, stretch) in known:
                    self._met(kind, stretch)
                    continue
                if any(_inside(stretch, span) for span in self.told[kind].spans):
                    continue
                articles = {key: _articles(self.match, key, self.benefits[key])}
                made = Search(self.old, self.new, {key: self.benefits[key]}, stretch, self.most, Random(0), articles, _nothing, (), stretch.first, 0)
                shifted = moved(root, months_between(change.example.month, stretch.first))
                aside = beside(shifted, facts_of(made)[key], made.values(), made.random, self._telling[kind])
                near = chain((root, shifted), islice(aside, NEAR))
                if any(one.pair == pair and one.differs for each in near if made.allows(each) for one in outcomes(made, each, (key,))):
                    self._met(kind, stretch)
                    known.add(self._phase(key, stretch))

    def _met(self, kind: Kind, stretch: Stretch) -> None:
        """A kind of difference is there on a stretch, too."""
        self._lasts(kind, stretch)
        differing = self.differing.setdefault(kind[0].key, [])
        if stretch not in differing:
            differing.append(stretch)

    def _phase(self, key: str, stretch: Stretch) -> tuple[str, int, int]:
        other = self.match.renamed.get(key, key)
        return key, self.match.reading(self.match.old, stretch).meaning(key), self.match.reading(self.match.new, stretch).meaning(other)

    def _lasts(self, kind: Kind, stretch: Stretch) -> None:
        change, key = self.told[kind], kind[0].key
        told = next(each for each in reversed(self.match.stretches) if each.first <= change.example.month)
        dated = change.dated or self._phase(key, stretch) != self._phase(key, told)
        self.told[kind] = evolve(change, spans=joined_spans((*change.spans, Span(stretch.first, stretch.last))), dated=dated)


def joined_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, those that meet or follow each other as one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.first):
        before = found[-1] if found else None
        if before is not None and (before.last is None or span.first <= (add_months(before.last, 1) or before.last)):
            last = None if before.last is None or span.last is None else max(before.last, span.last)
            found[-1] = Span(before.first, last)
        else:
            found.append(span)
    return tuple(found)


def _not_yet(made: Search, key: str) -> bool:
    """Whether nobody can be paid on a stretch in either version, because what it takes has no value yet."""
    before = {one.pair.before.kind for one in made.seen.get(key, ())}
    after = {one.pair.after.kind for one in made.seen.get(key, ())}
    return "failed" in before and "failed" in after and "granted" not in before | after


def _inside(stretch: Stretch, span: Span) -> bool:
    return span.first <= stretch.first and (span.last is None or (stretch.last is not None and stretch.last <= span.last))


def _nothing(_: Seen) -> Way:
    return frozenset()


def _articles(found: Match, key: str, other: str) -> dict[int, int]:
    if key not in found.old.benefits or other not in found.new.benefits:
        return {}
    return article_indices(found.old.benefits[key], found.new.benefits[other])


@define(eq=False)
class _Teller:
    """Tells the kinds of difference of one search."""

    match: Match
    made: Search
    readers: Mapping[str, Reader]

    @property
    def programs(self) -> dict[Version, Program]:
        """Both versions."""
        return {"old": self.match.old, "new": self.match.new}

    def least(self, kind: Kind) -> bool:
        """Whether no part of what makes the difference makes it alone."""
        pair, way = kind
        return not any(other == pair and less < way for other, less in self.made.ways)

    def change(self, kind: Kind, facts: frozenset[tuple[str, str]]) -> Change:
        """One kind of difference, told; `facts` are those that matter in the smallest household."""
        pair, _ = kind
        made, some, small = self.made, self.made.ways[kind], self.made.smallest[kind]
        told = region(self.readers[pair.key], some, others_of(made, pair))
        before, after = self.match.old.benefits[pair.key], self.match.new.benefits[made.keys[pair.key]]
        whole_article = pair.before.kind == "granted" and pair.before.article is not None
        formulas = (
            formula(before, pair.before.article, self.programs["old"], made.old.occasion(made.month)) if whole_article else None,
            formula(after, pair.after.article, self.programs["new"], made.new.occasion(made.month)) if pair.after.kind == "granted" else None,
        )
        paid = {pair.before.kind, pair.after.kind} <= {"granted", "refused", "computed"}
        return Change(
            _sort(pair.before, pair.after),
            (_article(before, pair.before), _article(after, pair.after)),
            mark_words(told.marks, self.programs),
            told.whole,
            (outcome_phrase(small.before, after.type), outcome_phrase(small.after, after.type)),
            amounts_of(some) if paid else None,
            formulas,
            (Span(made.stretch.first, made.stretch.last),),
            self._example(small, facts),
        )

    def _example(self, small: Seen, facts: frozenset[tuple[str, str]]) -> Example:
        made = self.made
        programs = [self.programs["new"], self.programs["old"]]
        words = household_words(small.root, small.subject, facts, programs)
        documents = document_of(made.old.own(small.root), programs[1:]), document_of(made.new.own(small.root), programs[:1])
        return Example(documents, words, made.month, small.subject, small.before, small.after)


def _sort(before: Sign, after: Sign) -> str:
    if "conflict" in (before.kind, after.kind):
        return "conflict"
    if "failed" in (before.kind, after.kind):
        return "error"
    if (before.kind, after.kind) in _SORTS:
        return _SORTS[before.kind, after.kind]
    if before.kind == after.kind == "granted":
        return "amount" if before.article is not None else "other article"
    return "value"


def _article(benefit: Benefit, sign: Sign) -> Phrase:
    """The article that decided, or that it was one or another."""
    if sign.article is not None:
        return article_words(evolve(benefit.articles[sign.article], title=None))
    return _SEVERAL if sign.kind == "granted" else _OTHERWISE
