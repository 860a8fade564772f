"""Two versions of the policies compared: what is written otherwise, who gets something else, and what is known to be the same.

    difference = diff(load("policies-2020"), load("policies"))
    print(difference.text("zh"))

The same is what has the same structure, or what a proof shows to be the same; what differs is shown by a household that both
versions have decided. What is neither is said to be open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from time import monotonic

from attrs import evolve, frozen

from policyrules.book.book import Book
from policyrules.book.facts import normal
from policyrules.book.trial_values import facts_behind
from policyrules.core.program import Benefit, Program, Rule
from policyrules.review import diff_problems as problems
from policyrules.review.diff_cases import read, sides
from policyrules.review.diff_changes import Finder, joined_spans
from policyrules.review.diff_matching import Match, Stretch, match
from policyrules.review.diff_proof import Covered, cover, strange
from policyrules.review.diff_values import DIFFERS, GONE, NEW, NOT_PROVED, SAME, STRUCTURE, Difference, Span, Verdict
from policyrules.review.diff_written import WORDS, written
from policyrules.review.sameness import Differs, NotProved, Same, compare
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText
from policyrules.values.calendar import add_months, month_text, parse_month

_NOWHERE = Place(SourceText("diff", ""), 0, 0)
_AHEAD = 11
"""Months beyond the last change that are compared by proof; nothing changes there but ages."""

_TRIED = Phrase("试了 {count} 户，没有试到不同；没有证明", "{count} households tried and no difference met; not proved")
_SHOWN = Phrase("有户看到不同", "shown by a household")


def diff(
    old: Book,
    new: Book,
    *,
    ask: str | Iterable[str] | None = None,
    members: int = 3,
    first: str | date | None = None,
    last: str | date | None = None,
    seconds: float = 3,
    names: tuple[str, str] = ("旧版", "新版"),
) -> Difference:
    """What differs between two versions, in every month from `first` to `last` (without: wherever either version has parameters).

    `ask` names benefits and definitions, else all are compared. Households of up to `members` in each list are tried, and for proofs
    at most about `seconds` are taken. `names` is what the two are called where one of them has errors.
    """
    begin, end, findings = _months(first, last)
    errors = tuple((name, finding) for name, book in zip(names, (old, new), strict=True) for finding in book.errors)
    if errors or findings:
        return Difference(old, new, begin or date.min, end, errors=errors, findings=tuple(findings), names=names)
    found = match(old, new, begin, end)
    keys = _asked(found, ask, findings)
    told = written(found)
    stretches = found.stretches
    plain = Difference(
        old,
        new,
        stretches[0].first,
        stretches[-1].last,
        tuple(each for each in told if each.change != WORDS),
        tuple(each for each in told if each.change == WORDS),
        asked_more=tuple(fact for key, fact in new.program.facts.items() if key not in old.program.facts),
        asked_less=tuple(fact for key, fact in old.program.facts.items() if key not in new.program.facts),
        names=names,
        bounded=begin is not None or end is not None,
    )
    if findings:
        return evolve(plain, findings=tuple(findings))
    if old.program.root != new.program.root:
        return evolve(plain, findings=(problems.NO_ROOT.at(_NOWHERE, old=old.program.root or "—", new=new.program.root or "—"),))
    return evolve(plain, verdicts=_Comparing(found, plain, keys, members, seconds).verdicts())


def _months(first: str | date | None, last: str | date | None) -> tuple[date | None, date | None, list[Diagnostic]]:
    findings: list[Diagnostic] = []
    ends: list[date | None] = []
    for given in (first, last):
        month = parse_month(given) if isinstance(given, str) else given
        if given is not None and month is None:
            findings.append(problems.BAD_MONTH.at(_NOWHERE, got=given))
        ends.append(month)
    begin, end = ends
    if begin is not None and end is not None and begin > end:
        findings.append(problems.BACKWARDS.at(_NOWHERE, first=month_text(begin, "en"), last=month_text(end, "en")))
    return begin, end, findings


def _asked(found: Match, ask: str | Iterable[str] | None, findings: list[Diagnostic]) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """Keys of the old version with those of the new, and the keys only the new one has; None where the other has none."""
    old, new = _declared(found.old), _declared(found.new)
    pairs: dict[str, str | None] = {key: other if (other := found.renamed.get(key, key)) in new else None for key in old}
    come: dict[str, str | None] = {key: None for key in new if key not in pairs.values()}
    if ask is None:
        return pairs, come
    words = [normal(word) for word in ([ask] if isinstance(ask, str) else ask)]

    def meant(word: str, declared: Mapping[str, Rule | Benefit], key: str | None) -> bool:
        return key is not None and word in (normal(key), normal(declared[key].name))

    for word in words:
        if not any(meant(word, old, key) or meant(word, new, pairs[key]) for key in pairs) and not any(meant(word, new, key) for key in come):
            findings.append(problems.NO_NAME.at(_NOWHERE, name=word))
    kept = {key: other for key, other in pairs.items() if any(meant(word, old, key) or meant(word, new, other) for word in words)}
    return kept, {key: None for key in come if any(meant(word, new, key) for word in words)}


def _declared(program: Program) -> dict[str, Rule | Benefit]:
    """Everything that can be asked for, benefits that pay first."""
    paying = {key: benefit for key, benefit in program.benefits.items() if benefit.pays}
    return {**paying, **program.rules, **program.benefits}


@frozen
class _Comparing:
    """The names of two versions compared one by one."""

    match: Match
    plain: Difference
    keys: tuple[dict[str, str | None], dict[str, str | None]]
    members: int
    seconds: float

    def verdicts(self) -> tuple[Verdict, ...]:
        """What is known of every name."""
        found, (pairs, come) = self.match, self.keys
        old, new = _declared(found.old), _declared(found.new)
        both = {key: other for key, other in pairs.items() if other is not None}
        comparable = {key: other for key, other in both.items() if _alike(old[key], new[other])}
        changed = {key: other for key, other in comparable.items() if found.changed(key)}
        left_out = found.old.left_out | found.new.left_out
        one, other_side = sides(self.plain.old, self.plain.new)
        benefits = {key: other for key, other in changed.items() if key in found.old.benefits and other in found.new.benefits and key not in left_out}
        rules = {key: other for key, other in changed.items() if key not in benefits}
        finder = Finder(found, one, other_side, benefits, rules, self.members, self.plain.bounded)
        for stretch in found.stretches:
            finder.run(stretch)
        until = monotonic() + self.seconds
        result: list[Verdict] = []
        for key, other in pairs.items():
            if other is None:
                result.append(self._verdict(key, old[key], GONE))
            elif key not in comparable:
                result.append(self._verdict(key, new[other], NOT_PROVED, _OTHER_KIND))
            elif key not in changed:
                result.append(self._verdict(key, new[other], SAME, STRUCTURE))
            elif key in finder.differing:
                result.append(self._verdict(key, new[other], DIFFERS, _SHOWN))
            else:
                result.append(self._proved(key, new[other], finder, until))
        differing = [index for index, each in enumerate(result) if each.state == DIFFERS]
        behind = facts_behind(found.new)
        # What rests on little is proved first; nothing takes more than half of the time that is left, but the last.
        differing.sort(key=lambda index: len(behind.get(found.renamed.get(result[index].key, result[index].key), ())))
        for index in differing:
            share = 1 if index == differing[-1] else 2
            result[index] = self._told(result[index], finder, monotonic() + max(until - monotonic(), 0) / share)
        return (*result, *[self._verdict(key, new[key], NEW) for key in come])

    def _told(self, verdict: Verdict, finder: Finder, until: float) -> Verdict:
        """What differs with its kinds, and whether these are all."""
        key = verdict.key
        covered = self._covered(key, finder, until) if key in finder.benefits and self.seconds > 0 else None
        if key in finder.benefits:
            finder.settle(key)
        spans = joined_spans([Span(each.first, each.last) for each in finder.differing.get(key, ())])
        told = evolve(verdict, changes=finder.changes(key), spans=spans)
        if covered is None:
            return told
        return evolve(told, complete=covered.why) if covered.whole else evolve(told, open=covered.why)

    def _covered(self, key: str, finder: Finder, until: float) -> Covered:
        """Whether the kinds found are all; what the solver finds beside them is looked into until it finds nothing more."""
        changed = finder.changed(key)
        both, full = (finder.old, finder.new), finder.full
        covered = cover(self.match, both, key, changed, finder.pairs(key), self.members, until, full)
        while covered.root is not None and covered.month is not None and monotonic() < until:
            before, month = finder.pairs(key), covered.month
            stretch = next(each for each in reversed(self.match.stretches) if each.first <= month)
            finder.search(stretch, {key: finder.benefits[key]}, ((key, covered.root),), month)
            if finder.pairs(key) == before:
                return strange()
            covered = cover(self.match, both, key, changed, finder.pairs(key), self.members, until, full)
        return covered

    def _verdict(self, key: str, declared: Rule | Benefit, state: str, why: Phrase | None = None) -> Verdict:
        entity = declared.entity or self.match.new.root or ""
        return Verdict(key, declared.name, entity, declared.type, isinstance(declared, Benefit) and declared.pays, state, why)

    def _proved(self, key: str, declared: Rule | Benefit, finder: Finder, until: float) -> Verdict:
        """What has another structure and no difference met: proved the same, shown to differ after all, or open."""
        stretches = self.match.changed(key)
        left = until - monotonic()
        tried = _TRIED.fill(count=finder.tried)
        if left <= 0 or key in self.match.renamed:
            return self._verdict(key, declared, NOT_PROVED, tried)
        last = stretches[-1].last or add_months(stretches[-1].first, _AHEAD) or stretches[-1].first
        answer = compare(self.plain.old, self.plain.new, key, stretches[0].first, last, members=self.members, seconds=left)
        match answer:
            case Same(by):
                return self._verdict(key, declared, SAME, by)
            case Differs(witness):
                span = next((each for each in stretches if each.first <= witness.month and (each.last is None or witness.month <= each.last)), stretches[0])
                root = read(self.plain.old, witness.document) or read(self.plain.new, witness.document)
                if root is not None:
                    finder.search(span, {key: self.match.renamed.get(key, key)}, ((key, root),), witness.month)
                return self._verdict(key, declared, DIFFERS, _SHOWN)
            case NotProved(why):
                return self._verdict(key, declared, NOT_PROVED, why)


def _alike(old: Rule | Benefit, new: Rule | Benefit) -> bool:
    """Whether two declarations can be compared at all: of one kind, of the same entity and type."""
    return (isinstance(old, Benefit), old.entity, old.type) == (isinstance(new, Benefit), new.entity, new.type)


_OTHER_KIND = Phrase("两个版本里主体或类型不同，没有比较结果", "of another entity or type in the two versions, so the results were not compared")

__all__ = ["Difference", "Stretch", "diff"]
