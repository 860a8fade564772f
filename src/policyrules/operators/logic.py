"""Rows of logic, Kleene's: what is settled whatever the unknown parts are is settled at once."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from policyrules.operators.operator import (
    Check,
    Operator,
    anything,
    counting,
    either_truth,
    known_first,
    wrong_type,
)
from policyrules.source.phrase import Phrase
from policyrules.values.partial import hull
from policyrules.values.types import TRUTH, Quantity, Truth, Type
from policyrules.values.unknown import Partial, Unknown

_AND = Phrase("且", "and")
_OR = Phrase("或", "or")
_NOT = Phrase("非", "not")
_AT_LEAST = Phrase("至少", "at_least")
_CONDITIONS = Phrase("条件", "conditions")


# ---------------------------------------------------------------- scalar: the meaning


def _and(*conditions: bool) -> bool:
    return all(conditions)


def _or(*conditions: bool) -> bool:
    return any(conditions)


def _not(condition: bool) -> bool:
    return not condition


def _at_least(count: Fraction, *conditions: bool) -> bool:
    return sum(conditions) >= count


# ---------------------------------------------------------------- unknown arguments


def _and_partial(*conditions: Partial) -> Partial:
    return False if False in _known(conditions) else either_truth(*_open(conditions))


def _or_partial(*conditions: Partial) -> Partial:
    return True if True in _known(conditions) else either_truth(*_open(conditions))


def _at_least_partial(count: Partial, *conditions: Partial) -> Partial:
    wanted = hull(count)
    if wanted is None:
        return anything(count, *conditions)
    waiting = _open(conditions)
    sure = sum(1 for condition in _known(conditions) if condition is True)
    if wanted.high is not None and sure >= wanted.high:
        return True
    if wanted.low is not None and sure + len(waiting) < wanted.low:
        return False
    return either_truth(count, *waiting)


def _known(conditions: Sequence[Partial]) -> list[Partial]:
    return [condition for condition in conditions if not isinstance(condition, Unknown)]


def _open(conditions: Sequence[Partial]) -> list[Unknown]:
    return [condition for condition in conditions if isinstance(condition, Unknown)]


# ---------------------------------------------------------------- types


def _check_conditions(symbol: Phrase) -> Check:
    def check(types: Sequence[Type]) -> Type | Phrase:
        wrong = next((kind for kind in types if not isinstance(kind, Truth)), None)
        return TRUTH if wrong is None else wrong_type(symbol, _CONDITIONS, wrong)

    return check


def _check_at_least(types: Sequence[Type]) -> Type | Phrase:
    count = types[0]
    if not isinstance(count, Quantity) or count.dimension:
        return wrong_type(_AT_LEAST, Phrase("项数", "a number of conditions"), count)
    return _check_conditions(_AT_LEAST)(types[1:])


# ---------------------------------------------------------------- rows


LOGIC: tuple[Operator, ...] = (
    Operator(
        "and",
        _AND,
        counting(_AND, 1, None, _check_conditions(_AND)),
        _and,
        known_first(_and, _and_partial),
        Phrase("{0} 且 {1}", "{0} and {1}"),
    ),
    Operator(
        "or",
        _OR,
        counting(_OR, 1, None, _check_conditions(_OR)),
        _or,
        known_first(_or, _or_partial),
        Phrase("{0} 或 {1}", "{0} or {1}"),
    ),
    Operator(
        "not",
        _NOT,
        counting(_NOT, 1, 1, _check_conditions(_NOT)),
        _not,
        known_first(_not, either_truth),
        Phrase("非 {0}", "not {0}"),
    ),
    Operator(
        "at_least",
        _AT_LEAST,
        counting(_AT_LEAST, 2, None, _check_at_least),
        _at_least,
        known_first(_at_least, _at_least_partial),
        Phrase("至少 {0} 项({rest})", "at_least {0} of({rest})"),
    ),
)
