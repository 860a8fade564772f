"""Articles of one benefit that can hold at once with different results, and articles that never take effect.

Everything is asked first of any day, where a parameter stands for all its values; what that rules out never happens.
Only what is left is asked of each day on which a parameter changes or an article begins or ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.analysis.conditions import truth
from policyrules.analysis.constraints import Witness, attempt, satisfy, terms_of
from policyrules.analysis.graph import DaySpan, common
from policyrules.analysis.linear import Settled
from policyrules.analysis.regions import Allowed, Range, hull, meet
from policyrules.analysis.terms import FALSE, TOP, TRUE, And, Formula, Key, Or, Term, conj, disj
from policyrules.analysis.view import View, in_force
from policyrules.core.program import Article, Benefit, Combination, Grant, Lift, Operation
from policyrules.values.types import TRUTH

FEW = 30
"""Articles of which every pair is looked at; of more, only those that share a value of some key."""

DEEPEST = 4
"""Exceptions to exceptions that are followed."""

_ONE_DAY = timedelta(days=1)

_ZERO = Fraction(0)

ViewFor: TypeAlias = Callable[["date | None"], View]


@frozen
class Meeting:
    """Two articles by position that can hold at once. `day` None: on any day both are in force.

    `witness` is an example; None where it could be neither found nor ruled out.
    """

    first: int
    second: int
    day: date | None
    witness: Witness | None


@frozen
class Unreachable:
    """An article by position that never takes effect: `beaten_by` always hold with it, or, if empty, it never holds."""

    article: int
    beaten_by: tuple[int, ...]


@frozen
class Examined:
    """What is wrong with the articles of a benefit."""

    meetings: tuple[Meeting, ...] = ()
    unreachable: tuple[Unreachable, ...] = ()


@define(eq=False)
class _Work:
    benefit: Benefit
    view_for: ViewFor
    formulas: list[Formula]
    idle: dict[tuple[int, date | None, date | None, int], Formula] = field(factory=dict)


def examine(benefit: Benefit, view_for: ViewFor) -> Examined:
    """Meetings (of a 唯一 benefit) and unreachable articles."""
    anytime = view_for(None)
    formulas = [truth(anytime, article.condition, TOP, True) for article in benefit.articles]
    work = _Work(benefit, view_for, formulas)
    unreached = tuple(found for index in range(len(formulas)) if (found := _unreachable(work, index)) is not None)
    if benefit.combination is not Combination.UNIQUE:
        return Examined((), unreached)
    gone = {one.article for one in unreached}
    pairs = ((first, second) for first, second in _pairs(formulas) if first not in gone and second not in gone)
    met = tuple(meeting for pair in pairs if (meeting := _meeting(work, *pair)) is not None)
    return Examined(met, unreached)


# ---------------------------------------------------------------- two articles


def _meeting(work: _Work, first: int, second: int) -> Meeting | None:
    one, other = work.benefit.articles[first], work.benefit.articles[second]
    if second in one.yields_to or first in other.yields_to or _apart(work.formulas[first], work.formulas[second]):
        return None
    if not _differ(one, other):
        return None
    window = common((one.start, one.end), (other.start, other.end))
    if window is None:
        return None
    formulas = [work.formulas[first], work.formulas[second], _unlike(work.view_for(None), one, other)]
    if attempt(formulas) is Settled.NEVER:
        return None
    parameters = _parameters(formulas)
    unsettled: list[date | None] = []
    for day in _days(work, window, (first, second), parameters):
        view = work.view_for(day if parameters else None)
        conditions = [truth(view, article.condition, TOP, True) for article in (one, other)]
        beaters = [_idle(work, view, beater, day) for beater in sorted({*one.yields_to, *other.yields_to})]
        found = satisfy([*conditions, _unlike(view, one, other), *beaters], view)
        if isinstance(found, Witness):
            return Meeting(first, second, day, found)
        if found is Settled.GAVE_UP:
            unsettled.append(day)
    return Meeting(first, second, unsettled[0], None) if unsettled else None


def _differ(one: Article, other: Article) -> bool:
    """Whether the results can differ: two refusals are the same, a lifting says nothing."""
    left, right = one.consequence, other.consequence
    if isinstance(left, Lift) or isinstance(right, Lift):
        return False
    return isinstance(left, Grant) is not isinstance(right, Grant) or (isinstance(left, Grant) and left != right)


def _unlike(view: View, one: Article, other: Article) -> Formula:
    """That the results differ."""
    if isinstance(one.consequence, Grant) and isinstance(other.consequence, Grant):
        values = (one.consequence.value, other.consequence.value)
        return truth(view, Operation("not_equal", values, TRUTH), TOP, True)
    return TRUE


def _apart(one: Formula, other: Formula) -> bool:
    """Whether one key alone tells them apart."""
    if isinstance(one, Or) or isinstance(other, Or):
        return one is FALSE or other is FALSE
    left, right = (one.atoms, other.atoms) if len(one.atoms) <= len(other.atoms) else (other.atoms, one.atoms)
    return any(key in right and not meet(allowed, right[key]) for key, allowed in left.items())


def _pairs(formulas: list[Formula]) -> Iterator[tuple[int, int]]:
    """Pairs of articles that the key most articles speak of does not tell apart."""
    count = len(formulas)
    counts: dict[Key, int] = {}
    for formula in formulas if count > FEW else ():
        for key in formula.atoms if isinstance(formula, And) else ():
            counts[key] = counts.get(key, 0) + 1
    if not counts:
        yield from ((first, second) for first in range(count) for second in range(first + 1, count))
        return
    key = max(counts, key=lambda each: counts[each])
    sets = [formula.atoms.get(key) if isinstance(formula, And) else None for formula in formulas]
    near = _near(sets) if all(isinstance(one, tuple) or one is None for one in sets) else _sharing(sets)
    yield from sorted(near)


def _near(sets: list[Allowed | None]) -> set[tuple[int, int]]:
    """Pairs whose ranges overlap: a sweep from low to high."""
    spans = [(hull(one) if isinstance(one, tuple) else Range(), index) for index, one in enumerate(sets)]
    spans.sort(key=lambda span: (span[0].low is not None, span[0].low or 0))
    found: set[tuple[int, int]] = set()
    active: list[tuple[Range, int]] = []
    for span, index in spans:
        active = [(one, at) for one, at in active if one.high is None or span.low is None or one.high >= span.low]
        found.update((min(at, index), max(at, index)) for _, at in active)
        active.append((span, index))
    return found


def _sharing(sets: list[Allowed | None]) -> set[tuple[int, int]]:
    """Pairs that share a listed value; what lists none may share every value."""
    by_value: dict[object, list[int]] = {}
    rest = [index for index, one in enumerate(sets) if not isinstance(one, frozenset)]
    found = {(min(index, other), max(index, other)) for index in rest for other in range(len(sets)) if index != other}
    for index, one in enumerate(sets):
        for value in one if isinstance(one, frozenset) else ():
            found.update((other, index) for other in by_value.get(value, ()))
            by_value.setdefault(value, []).append(index)
    return found


# ---------------------------------------------------------------- one article


def _unreachable(work: _Work, index: int) -> Unreachable | None:
    article = work.benefit.articles[index]
    formula = work.formulas[index]
    if article.start is not None and article.end is not None and article.end < article.start:
        return Unreachable(index, ())
    if _plainly_reached(work, index):
        return None
    beaters = article.yields_to if not _stand_apart(work, index) else ()
    parameters = _parameters([formula, *(work.formulas[beater] for beater in beaters)])
    days = list(_days(work, (article.start, article.end), (index,), parameters))
    if any(_takes_effect(work, index, beaters, day, bool(parameters)) for day in days):
        return None
    if attempt([formula]) is Settled.NEVER:
        return Unreachable(index, ())
    if not days:
        return None
    here = (work.view_for(day if parameters else None) for day in days)
    held = any(attempt([truth(view, article.condition, TOP, True)]) is not Settled.NEVER for view in here)
    return Unreachable(index, article.yields_to if held else ())


def _plainly_reached(work: _Work, index: int) -> bool:
    """Whether it can be seen without a search: the condition and each beater's opposite speak of facts of their own."""
    formula = work.formulas[index]
    if not isinstance(formula, And) or formula.clauses or not all(map(_stands_alone, formula.atoms)):
        return False
    return _stand_apart(work, index)


def _stand_apart(work: _Work, index: int) -> bool:
    """Whether each article that beats this one needs something neither this one nor another of those speaks of: by that it can
    be kept from holding, whatever else is so."""
    spoken_of = _spoken_of(work.formulas[index])
    for beater in work.benefit.articles[index].yields_to:
        other = work.formulas[beater]
        atoms = other.atoms if isinstance(other, And) else {}
        key = next((key for key in atoms if _stands_alone(key) and not spoken_of.intersection(terms_of(key))), None)
        if key is None:
            return False
        spoken_of.update(terms_of(key))
    return True


def _spoken_of(formula: Formula) -> set[Term]:
    terms: set[Term] = set()
    stack = [formula]
    while stack:
        one = stack.pop()
        if isinstance(one, Or):
            stack.extend(one.parts)
            continue
        stack.extend(one.clauses)
        for key in one.atoms:
            for term in terms_of(key):
                terms.update((term,) if term.more is None else (term, term.more))
    return terms


def _stands_alone(key: Key) -> bool:
    """Whether what a key allows depends on no other key and on no parameter."""
    terms = terms_of(key)
    return len(terms) == 1 and terms[0].more is None and not terms[0].parameters


def _takes_effect(work: _Work, index: int, beaters: Sequence[int], day: date | None, timed: bool) -> bool:
    """Whether an article can hold on a day with none of its beaters; also where that could not be settled."""
    view = work.view_for(day if timed else None)
    condition = truth(view, work.benefit.articles[index].condition, TOP, True) if timed else work.formulas[index]
    return attempt([condition, *(_idle(work, view, beater, day) for beater in beaters)]) is not Settled.NEVER


# ---------------------------------------------------------------- days


def _parameters(formulas: Iterable[Formula]) -> frozenset[str]:
    """The parameters with more than one value that formulas speak of."""
    found: set[str] = set()
    stack = list(formulas)
    while stack:
        formula = stack.pop()
        if isinstance(formula, Or):
            stack.extend(formula.parts)
            continue
        stack.extend(formula.clauses)
        for key in formula.atoms:
            for term in terms_of(key):
                found |= term.parameters
    return frozenset(found)


def _days(work: _Work, window: DaySpan, articles: Iterable[int], parameters: frozenset[str]) -> Iterator[date | None]:
    """A day of each stretch of the window in which nothing changes and every parameter has a value.

    None stands for any day, where nothing changes at all.
    """
    view = work.view_for(None)
    dated = {beater for index in articles for beater in work.benefit.articles[index].yields_to}
    spans: list[DaySpan] = [(work.benefit.articles[index].start, work.benefit.articles[index].end) for index in dated]
    rows = [view.parameters[key].timeline for key in parameters if key in view.parameters]
    spans += [(row.start, row.end) for timeline in rows for row in timeline]
    changes = {start for start, _ in spans if start is not None}
    changes |= {end + _ONE_DAY for _, end in spans if end is not None and end < date.max}
    points = sorted(day for day in changes if in_force(*window, day) and day != window[0])
    first = window[0]
    if first is None and points:
        first = points[0] - _ONE_DAY if points[0] > date.min else points[0]
    for day in (first, *points):
        if day is None or all(any(in_force(row.start, row.end, day) for row in timeline) for timeline in rows):
            yield day


def _idle(work: _Work, view: View, index: int, day: date | None, depth: int = 1) -> Formula:
    """That an article does not take effect on a day: it does not hold, or one that beats it takes effect."""
    article = work.benefit.articles[index]
    if (day is not None and not in_force(article.start, article.end, day)) or depth > DEEPEST:
        return TRUE
    key = (index, view.day, day, depth)
    found = work.idle.get(key)
    if found is None:
        beaters = [_effective(work, view, beater, day, depth + 1) for beater in article.yields_to]
        found = work.idle[key] = disj([truth(view, article.condition, TOP, False), *beaters])
    return found


def _effective(work: _Work, view: View, index: int, day: date | None, depth: int) -> Formula:
    article = work.benefit.articles[index]
    if day is not None and not in_force(article.start, article.end, day):
        return FALSE
    beaters = [_idle(work, view, beater, day, depth + 1) for beater in article.yields_to]
    return conj([truth(view, article.condition, TOP, True), *beaters])
