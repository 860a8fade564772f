"""Conditions as formulas: rules put in place, parameters as on the day, negation pushed down to comparisons.

A way of evaluating that ends in an error (无法计算, a division by zero) makes a comparison neither true nor false, so
that a formula says: the condition is decided, and decided this way. What is too deep or not linear becomes a term of
its own, about which nothing is known but its limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb
from types import MappingProxyType

from policyrules.core.program import (
    Aggregate,
    BenefitValue,
    Choice,
    Expression,
    FactValue,
    Gathering,
    Impossible,
    IsSubject,
    Literal,
    Operation,
    ParameterValue,
    RuleValue,
)
from policyrules.semantics.amounts import aggregate_term, numbers
from policyrules.semantics.regions import Allowed, Except, Range, outside, point, tightened
from policyrules.semantics.terms import (
    FALSE,
    TRUE,
    Formula,
    Linear,
    Scope,
    Spot,
    Term,
    combined,
    conj,
    disj,
    everything,
    of_term,
    only,
)
from policyrules.semantics.view import View, WordCases, fact_term, located, new_term, parameter_term, sum_of
from policyrules.values.types import COUNT, TRUTH, Day, Options, Quantity, Truth, Type

DEEPEST = 60
"""Nested expressions and rules put in place before the rest is left closed."""

MOST_CASES = 16
MOST_SUBSETS = 20

_ONE = Fraction(1)
_ZERO = Linear(Fraction(0))
_NOT: Mapping[str, str] = MappingProxyType(
    {
        "equal": "not_equal",
        "not_equal": "equal",
        "less": "greater_equal",
        "less_equal": "greater",
        "greater": "less_equal",
        "greater_equal": "less",
    }
)
_TURNED: Mapping[str, str] = MappingProxyType(
    {"less": "greater", "less_equal": "greater_equal", "greater": "less", "greater_equal": "less_equal"}
)


def truth(view: View, node: Expression, scope: Scope, positive: bool, depth: int = 0) -> Formula:
    """That the condition is true (`positive`) or false."""
    if depth > DEEPEST:
        return _closed(view, node, scope, positive)
    match node:
        case Operation():
            return _operation(view, node, scope, positive, depth)
        case FactValue():
            return only(fact_term(view, node, scope), frozenset((positive,)))
        case RuleValue():
            return _rule(view, node, scope, positive, depth)
        case Literal():
            return TRUE if node.value is positive else FALSE
        case Choice():
            ways = _ways(view, node, scope, depth)
            return disj([conj((way, truth(view, value, scope, positive, depth + 1))) for way, value in ways])
        case Aggregate():
            return _quantified(view, node, scope, positive)
        case ParameterValue():
            found = parameter_term(view, node)
            if isinstance(found, Term):
                return only(found, frozenset((positive,)))
            return TRUE if found is positive else FALSE
        case BenefitValue():
            spot = located(view, node.path, scope)
            key = ("benefit", spot, node.benefit, True)
            return only(new_term(view, key, node, spot, TRUTH), frozenset((positive,)))
        case IsSubject():
            if scope.current == scope.subject:
                return TRUE if positive else FALSE
            key = ("is subject", scope.current, scope.subject, True)
            return only(new_term(view, key, node, scope.current, TRUTH), frozenset((positive,)))
        case _:
            return FALSE if isinstance(node, Impossible) else _closed(view, node, scope, positive)


def _closed(view: View, node: Expression, scope: Scope, positive: bool) -> Formula:
    """A condition not looked into."""
    key = ("closed", id(node), scope.current, scope.subject)
    return only(new_term(view, key, node, scope.current, TRUTH), frozenset((positive,)))


def _operation(view: View, node: Operation, scope: Scope, positive: bool, depth: int) -> Formula:
    operator, arguments = node.operator, node.arguments
    if operator in ("and", "or"):
        parts = [truth(view, argument, scope, positive, depth + 1) for argument in arguments]
        return conj(parts) if (operator == "and") is positive else disj(parts)
    if operator == "not":
        return truth(view, arguments[0], scope, not positive, depth + 1)
    if operator in _NOT:
        comparison = operator if positive else _NOT[operator]
        return _comparison(view, node, comparison, scope, depth)
    if operator == "at_least":
        return _at_least(view, node, scope, positive, depth)
    return _closed(view, node, scope, positive)


def _rule(view: View, node: RuleValue, scope: Scope, positive: bool, depth: int) -> Formula:
    spot = located(view, node.path, scope)
    found = view.truths.get((node.rule, spot, positive))
    if found is not None:
        return found
    rule = view.rules.get(node.rule)
    if rule is None or depth >= DEEPEST:
        return only(new_term(view, ("rule", node.rule, spot), node, spot, TRUTH), frozenset((positive,)))
    found = truth(view, rule.expression, Scope(spot, spot), positive, depth + 1)
    view.truths[node.rule, spot, positive] = found
    return found


def _ways(view: View, node: Choice, scope: Scope, depth: int) -> list[tuple[Formula, Expression]]:
    """The values of a choice, each under what leads to it."""
    ways: list[tuple[Formula, Expression]] = []
    before: Formula = TRUE
    for branch in node.branches:
        here = conj((before, truth(view, branch.condition, scope, True, depth + 1)))
        if here is not FALSE:
            ways.append((here, branch.value))
        before = conj((before, truth(view, branch.condition, scope, False, depth + 1)))
        if before is FALSE:
            return ways
    ways.append((before, node.otherwise))
    return ways


def _quantified(view: View, node: Aggregate, scope: Scope, positive: bool) -> Formula:
    """任一: one at least is so. 全部: none is not so."""
    wanted = node.kind is Gathering.ANY
    value = node.value
    if value is not None and not wanted:
        value = Operation("not", (value,), TRUTH, value.place)
    parts = tuple(part for part in (node.where, value) if part is not None)
    where = Operation("and", parts, TRUTH, node.place) if len(parts) > 1 else parts[0] if parts else None
    counted = Aggregate(Gathering.COUNT, node.path, node.role, where, None, None, COUNT, node.place)
    some = "greater_equal" if wanted is positive else "less"
    return compare(view, some, of_term(aggregate_term(view, counted, scope, node)), Linear(_ONE))


def _at_least(view: View, node: Operation, scope: Scope, positive: bool, depth: int) -> Formula:
    """So many of the conditions; its opposite: so many of them false that the rest is too few."""
    wanted = numbers(view, node.arguments[0], scope, depth + 1)
    conditions = node.arguments[1:]
    if len(wanted) != 1 or wanted[0][1].parts:
        return _closed(view, node, scope, positive)
    least = wanted[0][1].constant.__ceil__()
    count = least if positive else len(conditions) - least + 1
    if count <= 0 or count > len(conditions):
        return TRUE if count <= 0 else FALSE
    if comb(len(conditions), count) > MOST_SUBSETS:
        return _closed(view, node, scope, positive)
    parts = [truth(view, condition, scope, positive, depth + 1) for condition in conditions]
    return disj([conj(chosen) for chosen in combinations(parts, count)])


# ---------------------------------------------------------------- comparisons


def _comparison(view: View, node: Operation, comparison: str, scope: Scope, depth: int) -> Formula:
    left, right = node.arguments
    match left.type:
        case Quantity() | Day():
            one, other = numbers(view, left, scope, depth + 1), numbers(view, right, scope, depth + 1)
            if len(one) == 1 and len(other) == 1 and one[0][0] is TRUE and other[0][0] is TRUE:
                return compare(view, comparison, one[0][1], other[0][1])
            if len(one) * len(other) > 2 * MOST_CASES:
                positive = comparison == node.operator
                return _closed(view, node, scope, positive)
            return disj(
                [
                    conj((guard, also, compare(view, comparison, number, than)))
                    for guard, number in one
                    for also, than in other
                ]
            )
        case Truth():
            same = comparison == "equal"
            return disj(
                [
                    conj((truth(view, left, scope, it, depth + 1), truth(view, right, scope, it is same, depth + 1)))
                    for it in (True, False)
                ]
            )
        case _:
            return _same_words(view, node, comparison == "equal", scope, depth)


def compare(view: View, comparison: str, left: Linear, right: Linear) -> Formula:
    """That two numbers compare so."""
    if right.parts:
        left = combined(((left, _ONE), (right, -_ONE)))
    elif right.constant:
        left = Linear(left.constant - right.constant, left.parts)
    if not left.parts:
        return TRUE if _holds(comparison, left.constant) else FALSE
    key, scale = sum_of(view, left)
    bound = -left.constant / scale if left.constant else left.constant
    if scale < 0:
        comparison = _TURNED.get(comparison, comparison)
    allowed = tightened(_numbers(comparison, bound), key.limits, key.whole)
    return only(key, allowed)


def _numbers(comparison: str, bound: Fraction) -> Sequence[Range]:
    match comparison:
        case "equal":
            return (point(bound),)
        case "not_equal":
            return outside(point(bound))
        case "less" | "less_equal":
            return (Range(None, True, bound, comparison == "less_equal"),)
        case _:
            return (Range(bound, comparison == "greater_equal", None, True),)


def _holds(comparison: str, difference: Fraction) -> bool:
    match comparison:
        case "equal":
            return difference == 0
        case "not_equal":
            return difference != 0
        case "less":
            return difference < 0
        case "less_equal":
            return difference <= 0
        case "greater":
            return difference > 0
        case _:
            return difference >= 0


# ---------------------------------------------------------------- options and texts


def _same_words(view: View, node: Operation, same: bool, scope: Scope, depth: int) -> Formula:
    left, right = (_words(view, argument, scope, depth + 1) for argument in node.arguments)
    if len(left) * len(right) > 2 * MOST_CASES:
        return _closed(view, node, scope, same is (node.operator == "equal"))
    alternatives: list[Formula] = []
    for guard, one in left:
        for also, other in right:
            found = _alike(one, other, same)
            if found is None:
                return _closed(view, node, scope, same is (node.operator == "equal"))
            alternatives.append(conj((guard, also, found)))
    return disj(alternatives)


def _alike(one: str | Term, other: str | Term, same: bool) -> Formula | None:
    """That two words are the same, or are not; None where it cannot be said."""
    if isinstance(one, str):
        if isinstance(other, str):
            return TRUE if (one == other) is same else FALSE
        one, other = other, one
    if isinstance(other, str):
        domain = everything(one)
        allowed: Allowed = frozenset((other,)) if same else Except(frozenset((other,)))
        if isinstance(domain, frozenset):
            allowed = domain & {other} if same else domain - {other}
        return only(one, allowed)
    if one is other:
        return TRUE if same else FALSE
    first, second = everything(one), everything(other)
    if not isinstance(first, frozenset) or not isinstance(second, frozenset):
        return None
    return disj(
        [
            conj((only(one, frozenset((name,))), only(other, second & {name} if same else second - {name})))
            for name in sorted(first, key=str)
        ]
    )


def _words(view: View, node: Expression, scope: Scope, depth: int) -> WordCases:
    """The ways an option or a text may come out."""
    match node:
        case Literal():
            return ((TRUE, str(node.value)),)
        case FactValue():
            return ((TRUE, fact_term(view, node, scope)),)
        case ParameterValue():
            held = parameter_term(view, node)
            return ((TRUE, held if isinstance(held, Term) else str(held)),)
        case Impossible():
            return ()
        case RuleValue() if depth < DEEPEST and node.rule in view.rules:
            spot = located(view, node.path, scope)
            found = view.words.get((node.rule, spot))
            if found is None:
                found = _words(view, view.rules[node.rule].expression, Scope(spot, spot), depth + 1)
                view.words[node.rule, spot] = found
            return found
        case Choice() if depth < DEEPEST and len(node.branches) < MOST_CASES:
            cases = [
                (both, word)
                for way, value in _ways(view, node, scope, depth)
                for guard, word in _words(view, value, scope, depth + 1)
                if (both := conj((way, guard))) is not FALSE
            ]
            if len(cases) <= MOST_CASES:
                return tuple(cases)
    return ((TRUE, _word_term(view, node, scope)),)


def _word_term(view: View, node: Expression, scope: Scope) -> Term:
    kind: Type = node.type
    if isinstance(node, RuleValue | BenefitValue):
        spot = located(view, node.path, scope)
        name = node.rule if isinstance(node, RuleValue) else node.benefit
        return new_term(view, ("word", name, spot), node, spot, kind)
    key = ("closed", id(node), scope.current, scope.subject)
    return new_term(view, key, node, scope.current, kind if isinstance(kind, Options) else node.type)


def spot_of(view: View, node: RuleValue, scope: Scope) -> Spot:
    """The instance whose rule is meant."""
    return located(view, node.path, scope)
