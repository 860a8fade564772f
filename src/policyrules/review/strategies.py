"""Hypothesis strategies for any book: values of a fact, months, households, cases.

    from policyrules.review import strategies

    @given(strategies.cases(book))
    def test_it(drawn):
        case, month = drawn
        decision = policyrules.decide(book, case, month=month)

Households lean to the bounds of the rules, mapped back to inputs (`review/drawing`), nothing is filtered away, and everything
shrinks: to few members, to the first option, to the least amount, to the facts that matter. Hypothesis is loaded when a strategy is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from attrs import frozen

from policyrules.book.book import Book
from policyrules.book.trial_values import FactKey
from policyrules.core.program import Fact, Role
from policyrules.review.boundaries import MOST_MEMBERS, births, boundary_values, changes, edge_months, step_of
from policyrules.review.drawing import People, agree, steer_somewhere, wanted_for
from policyrules.review.ground import Ground, ground_of
from policyrules.review.household import Here, in_row, written
from policyrules.review.steering import Steering
from policyrules.values.calendar import add_days, first_of_month, parse_month
from policyrules.values.types import Day, Options, Quantity, Text, Truth, Value

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

Draw: TypeAlias = "Callable[[SearchStrategy[Any]], Any]"
Wholes: TypeAlias = "Callable[[int, int], SearchStrategy[int]]"

_AGES = (30, 70, 10, 50, 1, 90)
_ROUND = (1, 10, 100, 1_000, 10_000, 12_000, 100_000)
_PARTS = 1000
_MOST_YUAN, _LATER, _MOST_ALTERED = 200_000, 400, 8


def facts(book: Book, entity: str, name: str, month: str | date | None = None) -> SearchStrategy[object]:
    """Values of one fact as JSON writes them: plain ones first, then those on both sides of its bounds in that month, then any."""
    ground = _ground(book, month)
    found = next((fact for word, _, fact in ground.named.get(entity, ()) if name in (word, fact.key, fact.name)), None)
    if found is None:
        raise ValueError(f"no fact “{name}” of “{entity}”")
    pool, wholes = _pool(ground, found), _wholes()
    return _composed(lambda draw: written(pool.drawn(draw, wholes), pool.fact))


def months(book: Book) -> SearchStrategy[str]:
    """Months worth deciding, as `2020-04`: those in which something changes first, then those beside them and leap Februaries."""
    from hypothesis import strategies as st

    return st.sampled_from([month.isoformat()[:7] for month in _months(book)])


def households(
    book: Book, month: str | date, *, keys: Sequence[str] | None = None, members: int | tuple[int, int] = MOST_MEMBERS
) -> SearchStrategy[dict[str, object]]:
    """Households as JSON cases for one month, with every fact known that `keys` need (benefits or computed names; None: every fact).

    `members` is the most people in a list, or the least and the most.
    """
    return _households(_ground(book, month), keys_of(book, keys), members)


def cases(
    book: Book,
    month: str | date | SearchStrategy[str] | None = None,
    *,
    keys: Sequence[str] | None = None,
    members: int | tuple[int, int] = MOST_MEMBERS,
) -> SearchStrategy[tuple[dict[str, object], str]]:
    """Cases with their month: `(case, "2020-04")`, ready for `decide(book, case, month=month)`. As `households`, in months of a
    strategy (None: `months(book)`), or in one."""
    from hypothesis import strategies as st

    named = keys_of(book, keys)
    when = months(book) if month is None else st.just(_text(month)) if isinstance(month, str | date) else month

    @cache
    def with_month(word: str) -> SearchStrategy[tuple[dict[str, object], str]]:
        return _households(_ground(book, word), named, members).map(lambda case: (case, word))

    return when.flatmap(with_month)


def keys_of(book: Book, names: Sequence[str] | str | None) -> tuple[str, ...] | None:
    """The keys meant by names or keys of benefits and computed names."""
    if names is None:
        return None
    program, found = book.program, []
    for name in [names] if isinstance(names, str) else names:
        meant = [key for declared in (program.benefits, program.rules) for key, one in declared.items() if name in (key, one.name)]
        if not meant:
            raise ValueError(f"no benefit or computed name “{name}”")
        found += meant
    return tuple(dict.fromkeys(found))


def key_of(book: Book, name: str) -> str:
    """The key meant by one name; the first of those who bear it."""
    found = keys_of(book, name)
    assert found
    return found[0]


# ---------------------------------------------------------------- households


def _households(ground: Ground, keys: tuple[str, ...] | None, members: int | tuple[int, int]) -> SearchStrategy[dict[str, object]]:
    least, most = members if isinstance(members, tuple) else (1, members)
    wanted = wanted_for(ground.program, keys)
    pools = {(fact.entity, fact.key): _pool(ground, fact) for fact in ground.program.facts.values()}
    told = {entity: [(place, fact) for _, place, fact in named if wanted.facts is None or (entity, fact.key) in wanted.facts]
            for entity, named in ground.named.items()}  # fmt: skip
    wholes = _wholes()

    def build(draw: Draw) -> dict[str, object]:
        def plainest(fact: Fact) -> Any:
            return in_row(pools[fact.entity, fact.key].worth[0], fact)

        def size_of(role: Role, needed: int) -> int:
            low, high = (max(needed, least), most) if needed else (0, min(2, most))
            return int(draw(wholes(low, max(low, high))))

        chance = _Drawn(draw, wholes)
        steering = Steering(People(ground, wanted, plainest, size_of).household(), chance)
        for one in steering.household.everybody:
            _altered(one, told[one.entity], pools, draw, wholes)
        # The simplest household stands nowhere in particular.
        if draw(wholes(0, 9)) > 0:
            steer_somewhere(steering, wanted)
        agree(steering)
        return steering.household.document(wanted.facts)

    return _composed(build)


def _altered(one: Here, told: Sequence[tuple[int, Fact]], pools: Mapping[FactKey, _Pool], draw: Draw, wholes: Wholes) -> None:
    """Some facts of an instance as they are drawn, the others as plain as they are: few draws, and few things to shrink."""
    for _ in range(int(draw(wholes(0, min(_MOST_ALTERED, 2 * len(told)))))):
        place, fact = told[int(draw(wholes(0, len(told) - 1)))]
        one.current[0][place] = pools[fact.entity, fact.key].drawn(draw, wholes)


def _composed(build: Callable[[Draw], T]) -> SearchStrategy[T]:
    """The strategy of what is built of draws."""
    from hypothesis import strategies as st

    @st.composite
    def built(draw: Draw) -> T:
        return build(draw)

    return built()


@frozen
class _Drawn:
    """Chance in the hands of Hypothesis. The least it draws is a number close to 1, so that what happens with some chance does not."""

    draw: Draw
    wholes: Wholes

    def random(self) -> float:
        return (_PARTS - 1 - int(self.draw(self.wholes(0, _PARTS - 1)))) / _PARTS

    def randint(self, a: int, b: int) -> int:
        return int(self.draw(self.wholes(a, b)))

    def choice(self, seq: Sequence[T]) -> T:
        return seq[self.randint(0, len(seq) - 1)]

    def shuffle(self, x: list[Any]) -> None:
        # Who comes first is what matters; a whole permutation would be many draws.
        first = self.randint(0, max(len(x) - 1, 0))
        x[:] = [*x[first:], *x[:first]]


def _wholes() -> Wholes:
    """Strategies for whole numbers, each made once."""
    from hypothesis import strategies as st

    made: dict[tuple[int, int], SearchStrategy[int]] = {}

    def between(low: int, high: int) -> SearchStrategy[int]:
        if (low, high) not in made:
            made[low, high] = st.integers(low, high)
        return made[low, high]

    return between


# ---------------------------------------------------------------- values


@frozen
class _Pool:
    """The values of a fact: those worth drawing, the plainest first; behind them any in steps between two, if there are more."""

    fact: Fact
    worth: tuple[Value, ...]
    low: int = 0
    high: int = -1
    """Whole numbers of steps, or days in the calendar."""

    def drawn(self, draw: Draw, wholes: Wholes) -> Any:
        """One of them, as it stands in a row."""
        index = int(draw(wholes(0, len(self.worth) - 1 + (self.high >= self.low))))
        if index < len(self.worth):
            return in_row(self.worth[index], self.fact)
        number = int(draw(wholes(self.low, self.high)))
        return date.fromordinal(number) if isinstance(self.fact.type, Day) else in_row(number * step_of(self.fact), self.fact)


def _pool(ground: Ground, fact: Fact) -> _Pool:
    day = ground.occasion.day
    bounds = boundary_values(ground.program, day)[fact.entity, fact.key]
    match fact.type:
        case Options(names):
            return _Pool(fact, names)
        case Truth() | Text():
            return _Pool(fact, bounds)
        case Quantity():
            low, step = fact.low if fact.low is not None else Fraction(0), step_of(fact)
            high = fact.high if fact.high is not None else low + _MOST_YUAN
            plain = [low, *(low + number for number in _ROUND if low + number <= high)]
            return _Pool(fact, tuple(dict.fromkeys([*plain, *bounds])), ceil(low / step), floor(high / step))
        case Day():
            last = day if (fact.entity, fact.key) in births(ground.program) else add_days(day, _LATER) or day
            ages: list[Value] = [date(max(day.year - age, 1), 1, 1) for age in _AGES]
            return _Pool(fact, tuple(dict.fromkeys([*ages, *bounds])), date(max(day.year - 110, 1), 1, 1).toordinal(), last.toordinal())


# ---------------------------------------------------------------- months


def _months(book: Book) -> list[date]:
    """The last change first: then everything is in force; months before the first rule at the end."""
    turns = list(dict.fromkeys(first_of_month(turn) for turn in reversed(changes(book.program))))
    every = edge_months(book.program)
    begun = [month for month in every if not turns or month >= turns[-1]]
    return list(dict.fromkeys([*turns, *begun, *every]))


def _ground(book: Book, month: str | date | None) -> Ground:
    if month is None:
        return ground_of(book.program, _months(book)[0])
    first = month if isinstance(month, date) else parse_month(month)
    if first is None:
        raise ValueError(f"no month: {month}")
    return ground_of(book.program, first)


def _text(month: str | date) -> str:
    return month.isoformat()[:7] if isinstance(month, date) else month
