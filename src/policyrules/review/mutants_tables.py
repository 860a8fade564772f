"""Small changes of tables and bands: a value of a row; an edge between rows, moved for both of them; the day rows begin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from attrs import evolve

from policyrules.core.describing import COMPARISONS
from policyrules.core.program import Branch, Choice, Expression, Literal, MomentValue, Operation
from policyrules.review.mutants_numbers import near_numbers
from policyrules.review.mutants_spots import BESIDE, Change, Spot, below
from policyrules.review.mutants_time import months_beside
from policyrules.source.phrase import Phrase

_FROM = Phrase("自 {day}", "from {day}")
_UNTIL = Phrase("至 {day}", "until {day}")
_DAY = timedelta(days=1)
_ORDERED = COMPARISONS - {"equal", "not_equal"}


def table_changes(spot: Spot, node: Choice, inside: Callable[[Spot], Iterator[Change]]) -> Iterator[Change]:
    """Every small change of a choice that is a table; `inside` gives those of the values of its rows."""
    for number, branch in enumerate(node.branches):
        yield from inside(below(spot, 2 * number + 1, branch.value))
    yield from inside(below(spot, 2 * len(node.branches), node.otherwise))
    yield from _edges(spot, node)
    yield from _dates(spot, node)


def tests_of(branch: Branch) -> tuple[Expression, ...]:
    """What a row asks: its cells, and the days it is in force."""
    whole = branch.condition
    parts = whole.arguments if isinstance(whole, Operation) and whole.operator == "and" else (whole,)
    inner = [one.arguments if isinstance(one, Operation) and one.operator == "and" else (one,) for one in parts]
    return tuple(test for group in inner for test in group)


def _rewritten(node: Choice, new: Callable[[Expression], Expression]) -> Choice:
    """The table with every test put through `new`."""

    def condition(one: Expression) -> Expression:
        if isinstance(one, Operation) and one.operator == "and":
            return evolve(one, arguments=tuple(map(condition, one.arguments)))
        return new(one)

    return evolve(node, branches=tuple(evolve(branch, condition=condition(branch.condition)) for branch in node.branches))


# ---------------------------------------------------------------- edges of bands


def _edges(spot: Spot, node: Choice) -> Iterator[Change]:
    """Each bound with the row it belongs to changed, and each bound a step away; in all rows that end or begin there."""
    seen: dict[tuple[Expression, ...], tuple[Operation, Branch]] = {}
    for branch in node.branches:
        for test in tests_of(branch):
            if isinstance(test, Operation) and test.operator in _ORDERED and not isinstance(test.arguments[0], MomentValue):
                seen.setdefault(test.arguments, (test, branch))
    values = {bound.value for _, bound in seen if isinstance(bound, Literal)}
    for (key, bound), (test, branch) in seen.items():
        others = [evolve(test, operator=BESIDE[test.operator])]
        if isinstance(bound, Literal) and bound.place is not None:
            near = near_numbers(bound.value, key.type, bound.place.words)
            others += [evolve(test, arguments=(key, evolve(bound, value=value))) for value in near if value not in values]
        for other in others:
            new = _rewritten(node, _as(test, other))
            yield Change("edge", branch.place, spot.words(test), spot.words(other), spot.put(new), node)


def _as(test: Operation, other: Operation) -> Callable[[Expression], Expression]:
    """Changes every test of this key and bound as `test` is changed to `other`."""

    def new(one: Expression) -> Expression:
        if not isinstance(one, Operation) or one.arguments != test.arguments or one.operator not in _ORDERED:
            return one
        return evolve(one, operator=one.operator if other.operator == test.operator else BESIDE[one.operator], arguments=other.arguments)

    return new


# ---------------------------------------------------------------- days rows are in force


def _dates(spot: Spot, node: Choice) -> Iterator[Change]:
    """The day rows begin, or end, a month away; where rows end the day before others begin, with them."""
    spans = list(zip(node.branches, spans_of(node), strict=True))
    starts = {start: branch for branch, (start, _) in reversed(spans) if start is not None}
    ends = {end: branch for branch, (_, end) in reversed(spans) if end is not None and end + _DAY not in starts}
    for start, branch in sorted(starts.items()):
        for day in months_beside(start):
            new = _rewritten(node, _moving({("greater_equal", start): day, ("less_equal", start - _DAY): day - _DAY}))
            if _sound(new):
                yield Change("date", branch.place, _FROM.fill(day=start), _FROM.fill(day=day), spot.put(new), node)
    for end, branch in sorted(ends.items()):
        for day in months_beside(end):
            new = _rewritten(node, _moving({("less_equal", end): day}))
            if _sound(new):
                yield Change("date", branch.place, _UNTIL.fill(day=end), _UNTIL.fill(day=day), spot.put(new), node)


def _moving(days: dict[tuple[str, date], date]) -> Callable[[Expression], Expression]:
    def new(one: Expression) -> Expression:
        match one:
            case Operation(operator, (MomentValue() as day, Literal(date() as value) as bound)) if (operator, value) in days:
                return evolve(one, arguments=(day, evolve(bound, value=days[operator, value])))
            case _:
                return one

    return new


def spans_of(node: Choice) -> tuple[tuple[date | None, date | None], ...]:
    """The first and the last day of each row of a table, where it has them."""
    return tuple(map(_span, node.branches))


def _span(branch: Branch) -> tuple[date | None, date | None]:
    start: date | None = None
    end: date | None = None
    for test in tests_of(branch):
        match test:
            case Operation("greater_equal", (MomentValue(), Literal(date() as day))):
                start = day
            case Operation("less_equal", (MomentValue(), Literal(date() as day))):
                end = day
    return start, end


def _sound(node: Choice) -> bool:
    """Whether every row still has a day."""
    return all(start is None or end is None or start <= end for start, end in spans_of(node))
