"""What conditions speak of: instances, terms, sums of terms, and formulas over the values these may have.

A term is anything whose value a case decides: a fact of some instance, an aggregate, an age, a product of unknowns.
Terms and sums are interned by a view, so that the same question asked twice is one object. Days count as ordinals.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from attrs import frozen

from policyrules.analysis.regions import Allowed, Range, meet, unite
from policyrules.core.program import Expression
from policyrules.values.types import Type, Value

_ZERO = Fraction(0)
_ONE = Fraction(1)


class Spot(NamedTuple):
    """An instance: from a base (0: the one decided; others: some member of an aggregate) up to `entity`, then roles."""

    base: int
    entity: str
    roles: tuple[str, ...]


class Scope(NamedTuple):
    """Where an expression stands: the instance in hand and the one being decided."""

    current: Spot
    subject: Spot


HOME = Spot(0, "", ())
TOP = Scope(HOME, HOME)
"""The scope of articles and rules: the instance in hand is the one decided."""


@frozen(eq=False)
class Term:
    """A question to the case. `limits` are the numbers it can have; `node` and `spot` tell what it is, for words.

    `parameters` are those its value also depends on, `more` the term it never exceeds (a count of some members);
    `domain` are all the values it can have, if it is truth, an option or a text.
    """

    index: int
    node: Expression
    spot: Spot
    type: Type
    limits: Range
    whole: bool
    parameters: frozenset[str]
    more: Term | None
    domain: Allowed


@frozen(eq=False)
class Sum:
    """Terms with integer coefficients, coprime, the first positive; interned. `whole`: always an integer."""

    parts: tuple[tuple[Term, Fraction], ...]
    limits: Range
    whole: bool
    domain: Allowed


Key: TypeAlias = Term | Sum
"""What a set of allowed values is kept for: a term for truth, options and text, a sum for numbers and days."""


@frozen(eq=False)
class Linear:
    """A number: a constant and terms with coefficients, none zero, in the order of the terms."""

    constant: Fraction
    parts: tuple[tuple[Term, Fraction], ...] = ()


@frozen(eq=False)
class And:
    """Every key has an allowed value, and every clause holds. Without any: true."""

    atoms: dict[Key, Allowed]
    clauses: tuple[Or, ...] = ()


@frozen(eq=False)
class Or:
    """One of these holds. Without any: false."""

    parts: tuple[And, ...]


Formula: TypeAlias = And | Or

TRUE = And({})
FALSE = Or(())


def conj(formulas: Iterable[Formula]) -> Formula:
    """All of them."""
    atoms: dict[Key, Allowed] = {}
    clauses: list[Or] = []
    for formula in formulas:
        if isinstance(formula, Or):
            if not formula.parts:
                return FALSE
            clauses.append(formula)
            continue
        clauses.extend(formula.clauses)
        for key, allowed in formula.atoms.items():
            known = atoms.get(key)
            both = allowed if known is None else meet(known, allowed)
            if not both:
                return FALSE
            atoms[key] = both
    if not atoms and len(clauses) < 2:
        return clauses[0] if clauses else TRUE
    return And(atoms, tuple(clauses))


def disj(formulas: Iterable[Formula]) -> Formula:
    """Any of them. Alternatives about one key are put together, so that 一级 or 二级 is one set."""
    single: dict[Key, Allowed] = {}
    rest: list[And] = []
    for formula in formulas:
        for part in formula.parts if isinstance(formula, Or) else (formula,):
            if part.clauses or len(part.atoms) > 1:
                rest.append(part)
            elif not part.atoms:
                return TRUE
            else:
                ((key, allowed),) = part.atoms.items()
                known = single.get(key)
                single[key] = allowed if known is None else unite(known, allowed)
    if any(allowed == key.domain for key, allowed in single.items()):
        return TRUE
    parts = [*(And({key: allowed}) for key, allowed in single.items()), *rest]
    if len(parts) < 2:
        return parts[0] if parts else FALSE
    return Or(tuple(parts))


def only(key: Key, allowed: Allowed) -> Formula:
    """That the key has an allowed value."""
    if not allowed:
        return FALSE
    return TRUE if allowed == key.domain else And({key: allowed})


# ---------------------------------------------------------------- sums


ONE = _ONE
"""The coefficient of a term that stands alone; the same object everywhere, which is quick to tell."""


def constant(value: Value) -> Linear:
    """A written number or day."""
    if isinstance(value, Fraction):
        return Linear(value)
    assert isinstance(value, date)
    return Linear(Fraction(value.toordinal()))


def of_term(term: Term) -> Linear:
    """A term as a number."""
    return Linear(_ZERO, ((term, _ONE),))


def combined(terms: Iterable[tuple[Linear, Fraction]]) -> Linear:
    """Numbers added up, each times its coefficient."""
    constant = _ZERO
    parts: dict[Term, Fraction] = {}
    for number, scale in terms:
        plain = scale is _ONE
        if number.constant:
            constant += number.constant if plain else number.constant * scale
        for term, coefficient in number.parts:
            scaled = coefficient if plain else coefficient * scale
            parts[term] = parts[term] + scaled if term in parts else scaled
    kept = [(term, coefficient) for term, coefficient in parts.items() if coefficient]
    kept.sort(key=lambda part: part[0].index)
    return Linear(constant, tuple(kept))


def limits_of(number: Linear) -> Range:
    """The least range the terms' own limits leave for a number."""
    low: Fraction | None = number.constant
    high: Fraction | None = number.constant
    low_in = high_in = True
    for term, scale in number.parts:
        limits = term.limits
        first, first_in, last, last_in = limits.low, limits.low_included, limits.high, limits.high_included
        plain = scale is _ONE
        if scale.numerator < 0:
            first, first_in, last, last_in = last, last_in, first, first_in
        low = None if low is None or first is None else low + (first if plain else first * scale)
        high = None if high is None or last is None else high + (last if plain else last * scale)
        low_in, high_in = low_in and first_in, high_in and last_in
    return Range(low, low_in or low is None, high, high_in or high is None)
