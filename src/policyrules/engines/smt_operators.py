"""The operators of the table on symbolic values: the same results and the same failures as their `scalar`, in every case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import TypeAlias

from policyrules.engines import smt_days as days
from policyrules.engines import smt_numbers as numbers
from policyrules.engines import smt_values as values
from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_days import Fresh, SymbolicDay
from policyrules.engines.smt_numbers import Scaled
from policyrules.engines.smt_values import Symbolic, SymbolicValue, Unsupported, Word, Words
from policyrules.engines.smt_z3 import Truth, Whole
from policyrules.operators.dates import FIRST_MONTH
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place

Reading: TypeAlias = "Callable[[Surroundings, Sequence[Symbolic]], SymbolicValue]"

_UNKNOWN_OPERATOR = Phrase("证明还不认识运算“{name}”", "no proof can be made of the operator “{name}” yet")
_OPEN_WORD = Phrase("这里的用词要到个案里才知道，证明不了", "no proof can be made where the word of a rule depends on the case")


class Surroundings:
    """What operators take from the world: its words, and new days of which something is said."""

    def __init__(self, words: Words, fresh: Fresh, place: Place | None = None) -> None:
        self.words = words
        self.fresh = fresh
        self.place = place


def apply(around: Surroundings, operator: str, arguments: Sequence[SymbolicValue]) -> SymbolicValue:
    """The operator on arguments of which any may fail."""
    if operator in _MENDING:
        return _MENDING[operator](arguments)
    reading = READINGS.get(operator)
    if reading is None:
        raise Unsupported(_UNKNOWN_OPERATOR.fill(name=operator), around.place)
    failing = z.either(*(argument.fails for argument in arguments))
    if failing is True:
        return values.FAILED
    found = reading(around, [argument.value for argument in arguments])
    return SymbolicValue(found.value, z.either(failing, found.fails))


# ---------------------------------------------------------------- logic, which can do without arguments that fail


def conjunction(conditions: Sequence[SymbolicValue]) -> SymbolicValue:
    """`and`: false where any is, whatever fails; else it fails where any does."""
    false = z.either(*(z.both(z.no(one.fails), z.no(one.value)) for one in conditions))
    failing = z.both(z.either(*(one.fails for one in conditions)), z.no(false))
    return SymbolicValue(z.no(false), failing)


def disjunction(conditions: Sequence[SymbolicValue]) -> SymbolicValue:
    """`or`: true where any is, whatever fails; else it fails where any does."""
    true = z.either(*(z.both(z.no(one.fails), one.value) for one in conditions))
    failing = z.both(z.either(*(one.fails for one in conditions)), z.no(true))
    return SymbolicValue(true, failing)


def negation(condition: SymbolicValue) -> SymbolicValue:
    """`not`."""
    return SymbolicValue(z.no(condition.value), condition.fails)


def _at_least(arguments: Sequence[SymbolicValue]) -> SymbolicValue:
    """As many as wanted whatever the failing ones are; or too few even with all of them; else it fails where any does."""
    count, conditions = arguments[0], arguments[1:]
    if count.fails is True:
        return values.FAILED
    assert isinstance(count.value, Scaled)
    sure = numbers.add([numbers.counted(z.both(z.no(one.fails), one.value)) for one in conditions])
    enough = numbers.less_equal(count.value, sure)
    failing = [one.fails for one in conditions if one.fails is not False]
    if not failing:
        return SymbolicValue(enough, count.fails)
    most = numbers.add([sure, *(numbers.counted(one) for one in failing)])
    possible = numbers.less_equal(count.value, most)
    return SymbolicValue(enough, z.either(count.fails, z.both(z.no(enough), possible)))


_MENDING: Mapping[str, Callable[[Sequence[SymbolicValue]], SymbolicValue]] = MappingProxyType(
    {"and": conjunction, "or": disjunction, "at_least": _at_least}
)


# ---------------------------------------------------------------- numbers


def _numbers(arguments: Sequence[Symbolic]) -> list[Scaled]:
    assert all(isinstance(one, Scaled) for one in arguments)
    return [one for one in arguments if isinstance(one, Scaled)]


def _quotient(_: Surroundings, arguments: Sequence[Symbolic]) -> SymbolicValue:
    return SymbolicValue(*numbers.divide(*_numbers(arguments)))


def _rounded(mode: str) -> Reading:
    return lambda _, arguments: SymbolicValue(*numbers.rounded(mode, *_numbers(arguments)))


def _extreme(of_numbers: Callable[[Sequence[Scaled]], Scaled], wanted: Callable[[Symbolic, Symbolic], Truth]) -> Reading:
    def extreme(_: Surroundings, arguments: Sequence[Symbolic]) -> SymbolicValue:
        if isinstance(arguments[0], Scaled):
            return SymbolicValue(of_numbers(_numbers(arguments)))
        return SymbolicValue(reduce(lambda one, other: values.pick(wanted(other, one), other, one), arguments))

    return extreme


def _comparison(compare: Callable[[Symbolic, Symbolic], Truth]) -> Reading:
    return lambda _, arguments: SymbolicValue(compare(arguments[0], arguments[1]))


# ---------------------------------------------------------------- days


def _days(arguments: Sequence[Symbolic]) -> list[SymbolicDay]:
    return [one for one in arguments if isinstance(one, SymbolicDay)]


def _word(around: Surroundings, value: Symbolic) -> str:
    """The word of a rule, which stands in the policy."""
    word = around.words.word(value.code) if isinstance(value, Word) and z.known(value.code) else None
    if word is None:
        raise Unsupported(_OPEN_WORD, around.place)
    return word


def _age(around: Surroundings, arguments: Sequence[Symbolic]) -> SymbolicValue:
    birth, on = _days(arguments)
    years, least, most, fails = days.age(birth, on, _word(around, arguments[2]), _word(around, arguments[3]))
    # Before birth the years are no age, so that the ends hold only where there is one.
    return SymbolicValue(numbers.of_whole(years, least, most), fails)


def _apart(count: Callable[[SymbolicDay, SymbolicDay], Whole]) -> Reading:
    return lambda _, arguments: SymbolicValue(numbers.of_whole(count(*_days(arguments))))


def _add_months(_: Surroundings, arguments: Sequence[Symbolic]) -> SymbolicValue:
    (day,), (count,) = _days(arguments), _numbers(arguments[1:])
    whole = numbers.whole(count)
    if whole is False:
        return values.FAILED
    moved, fails = days.add_months(day, numbers.units(count))
    return SymbolicValue(moved, z.either(z.no(whole), fails))


def _add_days(around: Surroundings, arguments: Sequence[Symbolic]) -> SymbolicValue:
    (day,), (count,) = _days(arguments), _numbers(arguments[1:])
    whole = numbers.whole(count)
    if whole is False:
        return values.FAILED
    moved, fails = days.add_days(day, numbers.units(count), around.fresh)
    return SymbolicValue(moved, z.either(z.no(whole), fails))


def _year_end(_: Surroundings, arguments: Sequence[Symbolic]) -> SymbolicValue:
    return SymbolicValue(days.year_end(_days(arguments)[0]))


def _spread(around: Surroundings, arguments: Sequence[Symbolic]) -> SymbolicValue:
    """A twelfth cut to the step; the month named takes the rest."""
    annual, step = _numbers(arguments[:2])
    day = _days(arguments)[0]
    share, fails = numbers.rounded("toward zero", numbers.scale(annual, Fraction(1, 12)), step)
    kept = numbers.add([annual, numbers.scale(share, Fraction(-11))])
    wanted = 1 if _word(around, arguments[3]) == FIRST_MONTH else 12
    return SymbolicValue(numbers.pick(z.equal(day.month, wanted), kept, share), fails)


# ---------------------------------------------------------------- the table

READINGS: Mapping[str, Reading] = MappingProxyType(
    {
        "add": lambda _, arguments: SymbolicValue(numbers.add(_numbers(arguments))),
        "subtract": lambda _, arguments: SymbolicValue(numbers.add([_numbers(arguments)[0], numbers.negate(_numbers(arguments)[1])])),
        "multiply": lambda _, arguments: SymbolicValue(reduce(numbers.multiply, _numbers(arguments))),
        "divide": _quotient,
        "negate": lambda _, arguments: SymbolicValue(numbers.negate(_numbers(arguments)[0])),
        "maximum": _extreme(numbers.greatest, values.greater),
        "minimum": _extreme(numbers.least, values.less),
        **{f"round {mode}": _rounded(mode) for mode in ("half up", "away from zero", "toward zero", "up", "down", "half even")},
        "equal": _comparison(values.equal),
        "not_equal": _comparison(lambda one, other: z.no(values.equal(one, other))),
        "less": _comparison(values.less),
        "less_equal": _comparison(values.less_equal),
        "greater": _comparison(values.greater),
        "greater_equal": _comparison(lambda one, other: values.less_equal(other, one)),
        "not": lambda _, arguments: SymbolicValue(z.no(arguments[0])),
        "age": _age,
        "months_between": _apart(days.months_between),
        "full_months": _apart(days.full_months),
        "days_between": _apart(days.days_between),
        "add_months": _add_months,
        "add_days": _add_days,
        "year_end": _year_end,
        "spread": _spread,
    }
)
"""How every other operator is read."""

READ = frozenset((*READINGS, *_MENDING))
"""Every operator that has a reading."""
