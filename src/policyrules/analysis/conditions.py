"""Conditions as formulas: rules put in place, parameters as on the day, negation pushed down to comparisons.

A way of evaluating that ends in an error (无法计算, a division by zero) makes a comparison neither true nor false, so
that a formula says: the condition is decided, and decided this way. What is too deep or not linear becomes a term of
its own, about which nothing is known but its limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod

from policyrules.analysis.amounts import aggregate_term, apply
from policyrules.analysis.comparisons import OPPOSITE, alike, compare
from policyrules.analysis.graph import uses_of
from policyrules.analysis.regions import ANY_NUMBER, Range, hull
from policyrules.analysis.terms import (
    FALSE,
    HOME,
    TRUE,
    Formula,
    Linear,
    Scope,
    Term,
    conj,
    constant,
    disj,
    limits_of,
    of_term,
    only,
)
from policyrules.analysis.view import (
    NumberCases,
    View,
    WordCases,
    fact_term,
    located,
    member,
    name_term,
    new_term,
    parameter_term,
)
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
    MomentValue,
    Operation,
    ParameterValue,
    RuleValue,
)
from policyrules.values.types import TRUTH, Day, Quantity, Truth
from policyrules.values.units import PERSON, quantity_of

DEEPEST = 60
"""Nested expressions and rules put in place before the rest is left closed."""

MOST_CASES = 16
MOST_SUBSETS = 20

_ONE = Linear(Fraction(1))


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
            same = ("is subject", scope.current, scope.subject)
            return only(new_term(view, same, node, scope.current, TRUTH), frozenset((positive,)))
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
    if operator in OPPOSITE:
        comparison = operator if positive else OPPOSITE[operator]
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
        twice = isinstance(value, Operation) and value.operator == "not"
        value = value.arguments[0] if isinstance(value, Operation) and twice else Operation("not", (value,), TRUTH, value.place)
    parts = tuple(part for part in (node.where, value) if part is not None)
    where = Operation("and", parts, TRUTH, node.place) if len(parts) > 1 else parts[0] if parts else None
    counted = Aggregate(Gathering.COUNT, node.path, node.role, where, None, None, quantity_of(((PERSON, 1),)), node.place)
    some = "greater_equal" if wanted is positive else "less"
    return compare(view, some, of_term(aggregate_term(view, counted, scope, node)), _ONE)


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
    if type(left) is FactValue and type(right) is Literal and type(right.value) is str:
        found = alike(fact_term(view, left, scope), right.value, comparison == "equal")
        assert found is not None
        return found
    match left.type:
        case Quantity() | Day():
            one, other = numbers(view, left, scope, depth + 1), numbers(view, right, scope, depth + 1)
            if len(one) == 1 and len(other) == 1 and one[0][0] is TRUE and other[0][0] is TRUE:
                return compare(view, comparison, one[0][1], other[0][1])
            if len(one) * len(other) > 2 * MOST_CASES:
                positive = comparison == node.operator
                return _closed(view, node, scope, positive)
            return disj([conj((guard, also, compare(view, comparison, number, than))) for guard, number in one for also, than in other])
        case Truth():
            same = comparison == "equal"
            return disj(
                [conj((truth(view, left, scope, it, depth + 1), truth(view, right, scope, it is same, depth + 1))) for it in (True, False)]
            )
        case _:
            return _same_words(view, node, comparison == "equal", scope, depth)


# ---------------------------------------------------------------- options and texts


def _same_words(view: View, node: Operation, same: bool, scope: Scope, depth: int) -> Formula:
    left, right = (_words(view, argument, scope, depth + 1) for argument in node.arguments)
    if len(left) * len(right) > 2 * MOST_CASES:
        return _closed(view, node, scope, same is (node.operator == "equal"))
    alternatives: list[Formula] = []
    for guard, one in left:
        for also, other in right:
            found = alike(one, other, same)
            if found is None:
                return _closed(view, node, scope, same is (node.operator == "equal"))
            alternatives.append(conj((guard, also, found)))
    return disj(alternatives)


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
    if isinstance(node, RuleValue | BenefitValue):
        spot = located(view, node.path, scope)
        name = node.rule if isinstance(node, RuleValue) else node.benefit
        return new_term(view, ("word", name, spot), node, spot, node.type)
    key = ("closed", id(node), scope.current, scope.subject)
    return new_term(view, key, node, scope.current, node.type)


# ---------------------------------------------------------------- numbers and days


def numbers(view: View, node: Expression, scope: Scope, depth: int = 0) -> NumberCases:
    """The ways a number or a day may come out; none where it always ends in an error."""
    match node:
        case Literal():
            return ((TRUE, constant(node.value)),)
        case FactValue():
            return ((TRUE, of_term(fact_term(view, node, scope))),)
        case ParameterValue():
            held = parameter_term(view, node)
            return ((TRUE, of_term(held) if isinstance(held, Term) else constant(held)),)
        case RuleValue() if depth < DEEPEST and node.rule in view.rules:
            return _rule_numbers(view, node, scope, depth)
        case Operation() if depth < DEEPEST:
            return _operation_numbers(view, node, scope, depth)
        case Choice() if depth < DEEPEST and len(node.branches) < MOST_CASES:
            cases = [
                (both, number)
                for way, value in _ways(view, node, scope, depth)
                for guard, number in numbers(view, value, scope, depth + 1)
                if (both := conj((way, guard))) is not FALSE
            ]
            return _few(view, node, scope, cases)
        case Aggregate():
            value, inside = node.value, ANY_NUMBER
            if value is not None and depth < DEEPEST:
                there = inside_of(view, node, scope)
                inside = hull(limits_of(number) for _, number in numbers(view, value, there, depth + 1))
            return ((TRUE, of_term(aggregate_term(view, node, scope, node, inside))),)
        case MomentValue():
            return ((TRUE, of_term(new_term(view, ("moment", node.moment), node, HOME, node.type))),)
        case Impossible():
            return ()
    return ((TRUE, of_term(_closed_number(view, node, scope, ANY_NUMBER))),)


def inside_of(view: View, node: Aggregate, scope: Scope) -> Scope:
    """The scope inside an aggregate: some member in hand, the same one decided."""
    owner = located(view, node.path, scope)
    return Scope(member(view, owner, node.role, id(node)), scope.subject)


def _rule_numbers(view: View, node: RuleValue, scope: Scope, depth: int) -> NumberCases:
    spot = located(view, node.path, scope)
    found = view.numbers.get((node.rule, spot))
    if found is None:
        found = numbers(view, view.rules[node.rule].expression, Scope(spot, spot), depth + 1)
        view.numbers[node.rule, spot] = found
        for _, number in found if len(found) == 1 else ():
            if len(number.parts) == 1 and not number.constant and isinstance(number.parts[0][0].node, Operation | Aggregate | Choice):
                name_term(view, number.parts[0][0], node, number.parts[0][1])
    return found


def _operation_numbers(view: View, node: Operation, scope: Scope, depth: int) -> NumberCases:
    """The operation on every combination of its arguments' ways. Rules of age and the like are words, kept as such."""
    if not isinstance(node.type, Quantity | Day):
        return ((TRUE, of_term(_closed_number(view, node, scope, ANY_NUMBER))),)
    arguments = [numbers(view, one, scope, depth + 1) for one in node.arguments if isinstance(one.type, Quantity | Day)]
    if prod(map(len, arguments)) > MOST_CASES:
        return ((TRUE, of_term(_closed_number(view, node, scope, ANY_NUMBER))),)
    cases = [
        (both, number)
        for chosen in product(*arguments)
        for guard, number in apply(view, node, scope, [number for _, number in chosen])
        if (both := conj((*(guard for guard, _ in chosen), guard))) is not FALSE
    ]
    return _few(view, node, scope, cases)


def _few(view: View, node: Expression, scope: Scope, cases: Sequence[tuple[Formula, Linear]]) -> NumberCases:
    """The cases; where they are too many, one term that lies within all of them."""
    if len(cases) <= MOST_CASES:
        return tuple(cases)
    return ((TRUE, of_term(_closed_number(view, node, scope, hull(limits_of(number) for _, number in cases)))),)


def _closed_number(view: View, node: Expression, scope: Scope, limits: Range) -> Term:
    """A number not looked into."""
    if isinstance(node, Choice) and limits is ANY_NUMBER:
        values = [branch.value for branch in node.branches] + [node.otherwise]
        kept = [value for value in values if not isinstance(value, Impossible)]
        limits = hull(limits_of(constant(one.value)) if isinstance(one, Literal) else ANY_NUMBER for one in kept)
    parameters = frozenset(uses_of((node,)).parameters)
    match node:
        case RuleValue():
            spot = located(view, node.path, scope)
            return new_term(view, ("rule", node.rule, spot), node, spot, node.type, limits, parameters)
        case BenefitValue():
            spot = located(view, node.path, scope)
            return new_term(view, ("benefit", spot, node.benefit, False), node, spot, node.type, limits, parameters)
    key = ("closed", id(node), scope.current, scope.subject)
    return new_term(view, key, node, scope.current, node.type, limits, parameters)
