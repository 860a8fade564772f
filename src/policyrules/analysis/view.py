"""A program as seen on one day: its declarations, and the terms and sums made of them so far.

Everything is made at first asking and remembered, so that no rule is read twice on one day.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from fractions import Fraction
from math import gcd, lcm
from typing import TypeAlias

from attrs import define, field

from policyrules.analysis.regions import ANY_NUMBER, Allowed, Except, Range, between
from policyrules.analysis.terms import HOME, ONE, Formula, Linear, Scope, Spot, Sum, Term, limits_of
from policyrules.core.paths import entity_at
from policyrules.core.program import (
    Anchor,
    Entity,
    Expression,
    Fact,
    FactValue,
    Parameter,
    ParameterValue,
    Path,
    Program,
    Rule,
    RuleValue,
)
from policyrules.values.types import Day, Options, Quantity, Truth, Type, Value

_ZERO = Fraction(0)
_TRUTHS = frozenset((True, False))
_ANY_TEXT = Except(frozenset())
_DAYS = between(ONE, Fraction(date.max.toordinal()))

NumberCases: TypeAlias = tuple[tuple[Formula, Linear], ...]
"""The ways a number may come out: each under its formula. Ways that end in an error are left out."""

WordCases: TypeAlias = tuple[tuple[Formula, "str | Term"], ...]
"""The same for options and texts."""


@define(eq=False)
class View:
    """Declarations as they are on `day`; None: on any day, where a parameter may have each of its values.

    The rest is what analyses remember, so that nothing is worked out twice; `names` are what terms are called in words,
    with the multiple of the term that is called so.
    """

    rules: Mapping[str, Rule]
    parameters: Mapping[str, Parameter]
    facts: Mapping[tuple[str, str], Fact]
    entities: Mapping[str, Entity]
    day: date | None = None
    terms: dict[Hashable, Term] = field(factory=dict, repr=False)
    sums: dict[tuple[tuple[int, int], ...], Sum] = field(factory=dict, repr=False)
    owners: list[Spot] = field(factory=lambda: [HOME], repr=False)
    members: dict[Hashable, Spot] = field(factory=dict, repr=False)
    held: dict[str, Term | Value] = field(factory=dict, repr=False)
    truths: dict[tuple[str, Spot, bool], Formula] = field(factory=dict, repr=False)
    numbers: dict[tuple[str, Spot], NumberCases] = field(factory=dict, repr=False)
    words: dict[tuple[str, Spot], WordCases] = field(factory=dict, repr=False)
    names: dict[Term, tuple[Expression, Fraction]] = field(factory=dict, repr=False)


def views(
    rules: Mapping[str, Rule],
    parameters: Mapping[str, Parameter],
    facts: Mapping[tuple[str, str], Fact],
    entities: Mapping[str, Entity],
) -> Callable[[date | None], View]:
    """A view for any day, each made once."""
    made: dict[date | None, View] = {}

    def view_for(day: date | None) -> View:
        view = made.get(day)
        if view is None:
            view = made[day] = View(rules, parameters, facts, entities, day)
        return view

    return view_for


def views_of(program: Program) -> Callable[[date | None], View]:
    """A view of a whole program for any day."""
    return views(program.rules, program.parameters, program.facts, program.entities)


# ---------------------------------------------------------------- instances


def located(view: View, path: Path, scope: Scope) -> Spot:
    """The instance at a path. Climbing stops at the nearest instance of the path's entity."""
    spot = scope.subject if path.anchor is Anchor.SUBJECT else scope.current
    if not spot.base and not spot.roles:
        return Spot(0, path.entity, path.roles)
    while spot.base or spot.roles:
        for count in range(len(spot.roles), -1, -1):
            if entity_at(spot.entity, spot.roles[:count], view.entities) == path.entity:
                return Spot(spot.base, spot.entity, (*spot.roles[:count], *path.roles))
        if not spot.base:
            break
        spot = view.owners[spot.base]
    return Spot(0, path.entity, path.roles)


def member(view: View, owner: Spot, role: str, aggregate: Hashable) -> Spot:
    """Some member in a role of the owner; the same one for the same aggregate."""
    key = (owner, role, aggregate)
    found = view.members.get(key)
    if found is None:
        view.owners.append(owner)
        inside = entity_at(owner.entity, (*owner.roles, role), view.entities)
        found = view.members[key] = Spot(len(view.owners) - 1, inside, ())
    return found


# ---------------------------------------------------------------- terms


def new_term(
    view: View,
    key: Hashable,
    node: Expression,
    spot: Spot,
    kind: Type,
    limits: Range = ANY_NUMBER,
    parameters: frozenset[str] = frozenset(),
    more: Term | None = None,
) -> Term:
    """The term of this key, made at the first call."""
    term = view.terms.get(key)
    if term is None:
        whole = isinstance(kind, Day) or (isinstance(kind, Quantity) and kind.whole)
        if isinstance(kind, Day):
            limits = _DAYS
        term = view.terms[key] = Term(len(view.terms), node, spot, kind, limits, whole, parameters, more, _domain(kind))
    return term


def name_term(view: View, term: Term, node: Expression, scale: Fraction) -> None:
    """Says what a term is called: `node` is its `scale`-fold. A rule's name says more than what the rule is made of."""
    known = view.names.get(term)
    if known is None or (isinstance(node, RuleValue) and not isinstance(known[0], RuleValue)):
        view.names[term] = node, scale


def _domain(kind: Type) -> Allowed:
    if isinstance(kind, Truth):
        return _TRUTHS
    return frozenset(kind.names) if isinstance(kind, Options) else _ANY_TEXT


def fact_term(view: View, node: FactValue, scope: Scope) -> Term:
    """The term of a fact."""
    spot = located(view, node.path, scope)
    term = view.terms.get((spot, node.fact))
    if term is None:
        entity = entity_at(spot.entity, spot.roles, view.entities) if spot.roles else spot.entity
        fact = view.facts.get((entity, node.fact))
        limits = between(fact.low, fact.high) if fact else ANY_NUMBER
        term = new_term(view, (spot, node.fact), node, spot, node.type, limits)
    return term


def parameter_term(view: View, node: ParameterValue) -> Term | Value:
    """The value of a parameter on the day; a term where it has several, or none."""
    known = view.held.get(node.parameter)
    if known is not None:
        return known
    parameter = view.parameters.get(node.parameter)
    rows = parameter.timeline if parameter else ()
    held = rows if view.day is None else [row for row in rows if in_force(row.start, row.end, view.day)]
    values = {row.value for row in held}
    found: Term | Value
    if len(values) == 1:
        found = values.pop()
    else:
        numbers = [value for value in values if isinstance(value, Fraction)]
        limits = between(min(numbers), max(numbers)) if numbers else ANY_NUMBER
        key = frozenset((node.parameter,))
        found = new_term(view, ("parameter", node.parameter), node, HOME, node.type, limits, key)
    view.held[node.parameter] = found
    return found


def in_force(start: date | None, end: date | None, day: date) -> bool:
    """Whether the day lies in the span."""
    return (start is None or start <= day) and (end is None or day <= end)


def sum_of(view: View, number: Linear) -> tuple[Sum, Fraction]:
    """The interned sum behind a number that has terms, and its scale: number = scale × sum + constant."""
    parts = number.parts
    if len(parts) == 1:
        scale = parts[0][1]
        key: tuple[tuple[int, int], ...] = ((parts[0][0].index, 1),)
    else:
        above, below = 0, 1
        for _, coefficient in parts:
            above = gcd(above, coefficient.numerator)
            below = lcm(below, coefficient.denominator)
        if parts[0][1].numerator < 0:
            above = -above
        scale = ONE if above == below else Fraction(above, below)
        key = tuple((term.index, one.numerator * below // (one.denominator * above)) for term, one in parts)
    found = view.sums.get(key)
    if found is None:
        scaled = tuple((term, ONE if one == 1 else Fraction(one)) for (term, _), (_, one) in zip(parts, key, strict=True))
        limits = limits_of(Linear(_ZERO, scaled))
        found = view.sums[key] = Sum(scaled, limits, all(term.whole for term, _ in scaled), (limits,))
    return found, scale
