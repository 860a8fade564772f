"""Operations on numbers made of terms: what stays linear is worked out, what does not becomes a term of its own.

The key of such a term holds its arguments in canonical form, so that the same quotient or age written twice is one.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from fractions import Fraction

from policyrules.analysis.comparisons import compare
from policyrules.analysis.graph import uses_of
from policyrules.analysis.regions import ANY_NUMBER, NOT_NEGATIVE, Range
from policyrules.analysis.terms import (
    ONE,
    TRUE,
    Formula,
    Linear,
    Scope,
    Spot,
    Term,
    combined,
    conj,
    constant,
    limits_of,
    of_term,
)
from policyrules.analysis.view import NumberCases, View, located, name_term, new_term
from policyrules.core.parts import parts_of
from policyrules.core.program import (
    Aggregate,
    Anchor,
    BenefitValue,
    Expression,
    FactValue,
    Gathering,
    IsSubject,
    Literal,
    Operation,
    RuleValue,
)
from policyrules.operators.operator import Failure
from policyrules.operators.table import OPERATORS
from policyrules.values.types import Day, Quantity, Value
from policyrules.values.unknown import Interval, Partial, Unknown

MOST_CHOSEN = 5
"""Arguments of a greatest or least that are told apart."""

_ZERO = Fraction(0)
_NOTHING = Linear(_ZERO)
_BOUNDED = frozenset({"multiply", "divide", "spread"})
"""Operators whose table row tells the limits of a result; so do the ways of rounding."""


def apply(view: View, node: Operation, scope: Scope, arguments: list[Linear]) -> NumberCases:
    """The ways the operation may come out on these numbers and days; text arguments are read from the node."""
    match node.operator, arguments:
        case "add", _:
            return ((TRUE, combined((one, ONE) for one in arguments)),)
        case "subtract", [left, right]:
            return ((TRUE, combined(((left, ONE), (right, -ONE)))),)
        case "negate", [one]:
            return ((TRUE, combined(((one, -ONE),))),)
        case "multiply", _:
            return ((TRUE, _product(view, node, scope, arguments)),)
        case "divide", [left, right]:
            return _quotient(view, node, scope, left, right)
        case (("maximum" | "minimum"), _):
            return _chosen(view, node, scope, arguments)
        case "days_between", [start, end]:
            return ((TRUE, combined(((end, ONE), (start, -ONE)))),)
        case "add_days", [day, count]:
            return ((TRUE, combined(((day, ONE), (count, ONE)))),)
    if not any(one.parts for one in arguments):
        value = _known(node, arguments)
        return () if value is None else ((TRUE, value),)
    return ((TRUE, of_term(_term(view, node, scope, arguments))),)


def _product(view: View, node: Operation, scope: Scope, factors: list[Linear]) -> Linear:
    scale = ONE
    open_factors = []
    for factor in factors:
        if factor.parts:
            open_factors.append(factor)
        else:
            scale *= factor.constant
    if not scale or not open_factors:
        return Linear(scale if not open_factors else _ZERO)
    if len(open_factors) > 1:
        open_factors.sort(key=lambda factor: [term.index for term, _ in factor.parts])
        term = _term(view, node, scope, open_factors)
        name_term(view, term, node, scale)
        open_factors = [of_term(term)]
    return combined(((open_factors[0], scale),))


def _quotient(view: View, node: Operation, scope: Scope, left: Linear, right: Linear) -> NumberCases:
    """By a number that is not zero; the way in which it is zero ends in an error."""
    if not right.parts:
        return ((TRUE, combined(((left, 1 / right.constant),))),) if right.constant else ()
    guard: Formula = compare(view, "not_equal", right, _NOTHING)
    if not left.parts and not left.constant:
        return ((guard, _NOTHING),)
    scale = left.constant if not left.parts else left.parts[0][1]
    term = _term(view, node, scope, [combined(((left, 1 / scale),)), right])
    name_term(view, term, node, scale)
    return ((guard, combined(((of_term(term), scale),))),)


def _chosen(view: View, node: Operation, scope: Scope, arguments: list[Linear]) -> NumberCases:
    """Each argument, where it is the greatest or the least; of equal ones the first."""
    if len(arguments) > MOST_CHOSEN:
        return ((TRUE, of_term(_term(view, node, scope, arguments))),)
    beats, surely = ("greater_equal", "greater") if node.operator == "maximum" else ("less_equal", "less")
    cases = []
    for index, one in enumerate(arguments):
        before = [compare(view, surely, one, other) for other in arguments[:index]]
        guard = conj([*before, *(compare(view, beats, one, other) for other in arguments[index + 1 :])])
        if guard is TRUE:
            return ((TRUE, one),)
        cases.append((guard, one))
    return tuple(cases)


def _known(node: Operation, arguments: list[Linear]) -> Linear | None:
    """The value on constants, by the table; None where it fails."""
    values = iter([one.constant for one in arguments])
    given: list[Value] = []
    for argument in node.arguments:
        if isinstance(argument.type, Quantity):
            given.append(next(values))
        elif isinstance(argument.type, Day):
            ordinal = int(next(values))
            if not 1 <= ordinal <= date.max.toordinal():
                return None
            given.append(date.fromordinal(ordinal))
        elif isinstance(argument, Literal):
            given.append(argument.value)
    row = OPERATORS.get(node.operator)
    if row is None or len(given) != len(node.arguments):
        return None
    result = row.scalar(*given)
    return None if isinstance(result, Failure | str) else constant(result)


# ---------------------------------------------------------------- terms of their own


def _term(view: View, node: Operation, scope: Scope, arguments: list[Linear]) -> Term:
    words = tuple(one.value if isinstance(one, Literal) else id(one) for one in node.arguments if _is_word(one))
    key: tuple[Hashable, ...] = (node.operator, words, *(_canonical(one) for one in arguments))
    term = view.terms.get(key)
    if term is not None:
        return term
    parameters = frozenset().union(*(part.parameters for one in arguments for part, _ in one.parts))
    return new_term(view, key, node, scope.current, node.type, _limits(node, arguments), parameters)


def _is_word(node: Expression) -> bool:
    return not isinstance(node.type, Quantity | Day)


def _canonical(number: Linear) -> Hashable:
    return number.constant, tuple((term.index, scale) for term, scale in number.parts)


def _limits(node: Operation, arguments: list[Linear]) -> Range:
    """What the table says of a result whose arguments lie within their limits."""
    if node.operator == "age":
        return NOT_NEGATIVE
    limits = [limits_of(one) for one in arguments]
    positive = all(one.low is not None and one.low >= 0 for one in limits)
    if node.operator in ("multiply", "divide") and positive:
        # The table cannot say this of a divisor that may be zero; here that way is left out.
        return NOT_NEGATIVE
    row = OPERATORS.get(node.operator)
    if row is None or not (node.operator in _BOUNDED or node.operator.startswith("round ")):
        return ANY_NUMBER
    intervals: list[Partial] = [
        one.constant if not one.parts else Unknown(Interval(part.low, part.high), frozenset())
        for one, part in zip(arguments, limits, strict=True)
    ]
    if len(intervals) != len(node.arguments):
        return ANY_NUMBER
    found = row.partial(*intervals)
    if isinstance(found, Unknown) and isinstance(found.possible, Interval):
        return Range(found.possible.low, True, found.possible.high, True)
    return ANY_NUMBER


def aggregate_term(view: View, node: Aggregate, scope: Scope, written: Aggregate, inside: Range = ANY_NUMBER) -> Term:
    """The term of an aggregate: the same for the same members, filter and value. `inside` is where each value lies."""
    owner = located(view, node.path, scope)
    within = [part for part in (node.where, node.value, node.if_none) if part is not None]
    about: tuple[Spot, ...] = (scope.subject,) if any(map(_looks_out, within)) else ()
    if node.if_none is not None and not isinstance(node.if_none, Literal):
        about = (*about, scope.current)
    key = (node.kind, owner, node.role, node.where, node.value, node.if_none, about)
    term = view.terms.get(key)
    if term is not None:
        return term
    parameters = frozenset(uses_of(within).parameters)
    if node.kind is not Gathering.COUNT:
        low = inside.low is not None and inside.low >= 0 and isinstance(node.if_none, Literal | None)
        if isinstance(node.if_none, Literal) and isinstance(node.if_none.value, Fraction):
            low = low and node.if_none.value >= 0
        limits = NOT_NEGATIVE if low else ANY_NUMBER
        return new_term(view, key, written, owner, node.type, limits, parameters)
    kind = Quantity(node.type.dimension if isinstance(node.type, Quantity) else (), whole=True)
    everybody = None
    if node.where is not None:
        plain = Aggregate(Gathering.COUNT, node.path, node.role, None, None, None, node.type, node.place)
        everybody = aggregate_term(view, plain, scope, plain)
    return new_term(view, key, written, owner, kind, NOT_NEGATIVE, parameters, everybody)


def _looks_out(node: Expression) -> bool:
    """Whether something inside an aggregate speaks of the person decided."""
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, IsSubject):
            return True
        if isinstance(part, FactValue | RuleValue | BenefitValue | Aggregate) and part.path.anchor is Anchor.SUBJECT:
            return True
        stack.extend(parts_of(part))
    return False
