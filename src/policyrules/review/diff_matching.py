"""What of the new version stands for what of the old: names, also under another name, and articles, also under another number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeAlias, TypeVar

from attrs import define, evolve, field, frozen

from policyrules.book.book import Book
from policyrules.book.occasion import in_month
from policyrules.core.program import Article, Benefit, Expression, Operation, Parameter, Program, Rule
from policyrules.review.diff_structure import Numbers, Reading
from policyrules.values.calendar import add_months, first_of_month

Declared: TypeAlias = Rule | Benefit | Parameter


@frozen
class Stretch:
    """Months between two changes of either version, both included. `last` None: from `first` on."""

    first: date
    last: date | None


@define(eq=False)
class Match:
    """Two programs side by side. `renamed` gives for a key of the old one that of the new one, where that differs."""

    old: Program
    new: Program
    stretches: tuple[Stretch, ...]
    renamed: Mapping[str, str] = field(factory=dict)
    _numbers: Numbers = field(factory=Numbers, init=False)
    _readings: dict[tuple[int, date], Reading] = field(factory=dict, init=False)

    def reading(self, program: Program, stretch: Stretch) -> Reading:
        """The meanings of one of the programs on a stretch."""
        key = (id(program), stretch.first)
        if key not in self._readings:
            self._readings[key] = Reading(program, in_month(program, stretch.first).day, self._numbers)
        return self._readings[key]

    def same(self, key: str, stretch: Stretch) -> bool:
        """Whether a key of the old program means the same in both on a stretch."""
        other = self.renamed.get(key, key)
        return self.reading(self.old, stretch).meaning(key) == self.reading(self.new, stretch).meaning(other)

    def changed(self, key: str) -> tuple[Stretch, ...]:
        """The stretches on which a key does not plainly mean the same."""
        return tuple(stretch for stretch in self.stretches if not self.same(key, stretch))

    def view(self) -> Program:
        """The old program with the names that stand for it in the new one, for comparing what is written."""
        rules = {key: _called(rule, self.new.rules.get(self.renamed.get(key, key))) for key, rule in self.old.rules.items()}
        parameters = {key: _called(one, self.new.parameters.get(self.renamed.get(key, key))) for key, one in self.old.parameters.items()}
        return evolve(self.old, rules=rules, parameters=parameters)


def match(old: Book, new: Book, first: date | None, last: date | None) -> Match:
    """The two programs with their stretches (within `first` and `last`) and what has another name."""
    found = Match(old.program, new.program, stretches(old, new, first, last))
    renamed: dict[str, str] = {}
    kinds: list[tuple[Mapping[str, Declared], Mapping[str, Declared]]]
    kinds = [(old.program.rules, new.program.rules), (old.program.benefits, new.program.benefits), (old.program.parameters, new.program.parameters)]
    for before, after in kinds:
        gone = [key for key in before if key not in after]
        come = [key for key in after if key not in before]
        renamed.update(_renamed(found, before, after, gone, come))
    found.renamed = renamed
    return found


def stretches(old: Book, new: Book, first: date | None, last: date | None) -> tuple[Stretch, ...]:
    """The months between the changes of either version, from the first day anything holds."""
    turns = sorted({month for book in (old, new) for turn in book.code.starts for month in _months_of(turn)})
    begin = first_of_month(first) if first is not None else turns[0] if turns else date(2020, 1, 1)
    end = first_of_month(last) if last is not None else None
    cuts = [begin, *[turn for turn in turns if turn > begin and (end is None or turn <= end)]]
    return (*[Stretch(one, add_months(other, -1)) for one, other in pairwise(cuts)], Stretch(cuts[-1], end))


def _months_of(day: date) -> tuple[date, ...]:
    """The months that can be the first decided otherwise, as a month is decided on its first day or on its last."""
    month = first_of_month(day)
    return (month,) if day.day == 1 else (month, add_months(month, 1) or month)


def _renamed(
    found: Match, before: Mapping[str, Declared], after: Mapping[str, Declared], gone: Sequence[str], come: Sequence[str]
) -> Iterable[tuple[str, str]]:
    """Keys that are gone and keys that have come in their stead: the only one that means the same on every stretch."""

    def meaning(program: Program, one: Declared) -> object:
        numbers = tuple(found.reading(program, stretch).meaning(one.key) for stretch in found.stretches)
        return getattr(one, "entity", None), one.type, numbers

    gone_by = _grouped((meaning(found.old, before[key]), key) for key in gone)
    come_by = _grouped((meaning(found.new, after[key]), key) for key in come)
    for what, keys in gone_by.items():
        others = come_by.get(what, [])
        for key in keys:
            same_name = [other for other in others if after[other].name == before[key].name]
            if len(same_name) == 1:
                yield key, same_name[0]
            elif len(keys) == len(others) == 1:
                yield key, others[0]


def _grouped(pairs: Iterable[tuple[object, str]]) -> dict[object, list[str]]:
    groups: dict[object, list[str]] = {}
    for what, key in pairs:
        groups.setdefault(what, []).append(key)
    return groups


D = TypeVar("D", Rule, Parameter)


def _called(one: D, other: D | None) -> D:
    return evolve(one, name=other.name) if other is not None else one


def matched_articles(old: Benefit, new: Benefit) -> tuple[tuple[Article | None, Article | None], ...]:
    """Articles side by side, in the order of the new version; what is only in the old one comes last."""
    left = list(old.articles)
    found: dict[int, Article] = {}
    ways: tuple[Callable[[Article, Article], bool], ...] = (
        lambda one, other: one.number == other.number and one.title == other.title,
        lambda one, other: bool(one.title) and one.title == other.title,
        lambda one, other: one.condition == other.condition and one.consequence == other.consequence,
        lambda one, other: one.number == other.number and _related(one, other),
    )
    for way in ways:
        for index, article in enumerate(new.articles):
            if index not in found:
                other = next((each for each in left if way(each, article)), None)
                if other is not None:
                    found[index] = other
                    left = [each for each in left if each is not other]
    pairs: list[tuple[Article | None, Article | None]] = [(found.get(index), article) for index, article in enumerate(new.articles)]
    return (*pairs, *[(article, None) for article in left])


def _related(one: Article, other: Article) -> bool:
    """Whether articles of one number can be one article that was changed: untitled, or with something left of what they said."""
    if one.title is None or other.title is None or one.consequence == other.consequence:
        return True
    return not set(_parts(one.condition)).isdisjoint(_parts(other.condition))


def _parts(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Operation) and node.operator == "and":
        for each in node.arguments:
            yield from _parts(each)
    else:
        yield node


def article_indices(old: Benefit, new: Benefit) -> dict[int, int]:
    """For articles of the old benefit, by index, those that stand for them in the new one."""
    pairs = [(one, other) for one, other in matched_articles(old, new) if one is not None and other is not None]
    return {_index(old, one): _index(new, other) for one, other in pairs}


def _index(benefit: Benefit, article: Article) -> int:
    return next(index for index, one in enumerate(benefit.articles) if one is article)
