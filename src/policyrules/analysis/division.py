"""Divisions whose divisor can be zero.

A division stands under the branches of the choices around it, the article's condition, and the filters of the members
it is worked out for. What stands before it in the same 且 is no guard: the order of evaluation means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import define, field, frozen

from policyrules.analysis.amounts import aggregate_term
from policyrules.analysis.comparisons import compare
from policyrules.analysis.conditions import inside_of, numbers, truth
from policyrules.analysis.constraints import Witness, satisfy
from policyrules.analysis.linear import Settled
from policyrules.analysis.terms import TOP, TRUE, Formula, Linear, Scope, conj, disj, of_term
from policyrules.analysis.view import View, located
from policyrules.core.parts import parts_of
from policyrules.core.program import (
    Aggregate,
    Article,
    Benefit,
    Choice,
    Expression,
    FactValue,
    Gathering,
    Grant,
    Literal,
    Operation,
    ParameterValue,
    Rule,
)
from policyrules.source.text import Place
from policyrules.values.units import PERSON, quantity_of

_ZERO = Linear(Fraction(0))
_ONE = Linear(Fraction(1))


@frozen
class ZeroDivisor:
    """A division by what can be zero. `witness` is an example; None where it could be neither found nor ruled out."""

    division: Operation
    witness: Witness | None

    @property
    def divisor(self) -> Expression:
        """What is divided by."""
        return self.division.arguments[1]

    @property
    def place(self) -> Place | None:
        """Where the divisor stands, or at least the division."""
        return self.divisor.place or self.division.place


@define(eq=False)
class _Work:
    view: View
    found: list[ZeroDivisor] = field(factory=list)


def zero_divisors(declared: Rule | Benefit, view: View) -> tuple[ZeroDivisor, ...]:
    """The divisions of a declaration that can fail. `view` is that of any day.

    A rule it names is looked at where that is declared: whoever asks for it may ask for it alone.
    """
    work = _Work(view)
    if isinstance(declared, Rule):
        _walk(work, declared.expression, TOP, ())
        return tuple(work.found)
    for article in declared.articles:
        _walk(work, article.condition, TOP, ())
        if isinstance(article.consequence, Grant) and divides(article.consequence.value):
            _walk(work, article.consequence.value, TOP, _guards(declared, article, view))
    if isinstance(declared.otherwise, Grant):
        _walk(work, declared.otherwise.value, TOP, ())
    return tuple(work.found)


def _guards(benefit: Benefit, article: Article, view: View) -> tuple[Formula, ...]:
    """What holds wherever an article's value is worked out: its condition, and nothing that always beats it."""
    beaters = [benefit.articles[index] for index in article.yields_to]
    always = [one for one in beaters if one.start is None and one.end is None and not one.yields_to]
    return (truth(view, article.condition, TOP, True), *(truth(view, one.condition, TOP, False) for one in always))


def divides(node: Expression) -> bool:
    """Whether there is a division in an expression."""
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, Operation) and part.operator == "divide":
            return True
        stack.extend(parts_of(part))
    return False


def _walk(work: _Work, node: Expression, scope: Scope, path: tuple[Formula, ...]) -> None:
    """Every division under `node`; `path` is what holds wherever it is worked out."""
    match node:
        case Operation():
            if node.operator == "divide" and not _never_zero(work.view, node.arguments[1]):
                _check(work, node, scope, path)
            for argument in node.arguments:
                _walk(work, argument, scope, path)
        case Choice():
            if divides(node):
                _walk_choice(work, node, scope, path)
        case Aggregate():
            if divides(node):
                _walk_members(work, node, scope, path)


def _walk_choice(work: _Work, node: Choice, scope: Scope, path: tuple[Formula, ...]) -> None:
    before: Formula = TRUE
    for branch in node.branches:
        _walk(work, branch.condition, scope, (*path, before))
        if divides(branch.value):
            _walk(work, branch.value, scope, (*path, before, truth(work.view, branch.condition, scope, True)))
        before = conj((before, truth(work.view, branch.condition, scope, False)))
    _walk(work, node.otherwise, scope, (*path, before))


def _walk_members(work: _Work, node: Aggregate, scope: Scope, path: tuple[Formula, ...]) -> None:
    """Inside, there is a member; and it is one that the filter lets through, where a value is worked out."""
    inside = inside_of(work.view, node, scope)
    everybody = Aggregate(Gathering.COUNT, node.path, node.role, None, None, None, quantity_of(((PERSON, 1),)))
    count = of_term(aggregate_term(work.view, everybody, scope, everybody))
    there = (*path, compare(work.view, "greater_equal", count, _ONE))
    if node.where is not None:
        _walk(work, node.where, inside, there)
    if node.value is not None and divides(node.value):
        # 任一 and 全部 may look at a value whose filter does not hold: 且 and 或 have no order.
        filtered = node.where is not None and node.kind not in (Gathering.ANY, Gathering.ALL)
        guards = (truth(work.view, node.where, inside, True),) if filtered and node.where is not None else ()
        _walk(work, node.value, inside, (*there, *guards))
    if node.if_none is not None:
        _walk(work, node.if_none, scope, path)


def _check(work: _Work, node: Operation, scope: Scope, path: Iterable[Formula]) -> None:
    # A product is zero where a factor is; taken as a whole it would be one more unknown.
    factors = [factor for factor in _factors(node.arguments[1]) if not _never_zero(work.view, factor)]
    ways = [way for factor in factors for way in numbers(work.view, factor, scope)]
    zero = disj([conj((guard, compare(work.view, "equal", number, _ZERO))) for guard, number in ways])
    found = satisfy([zero, *path], work.view)
    if found is not Settled.NEVER:
        work.found.append(ZeroDivisor(node, found if isinstance(found, Witness) else None))


def _factors(divisor: Expression) -> tuple[Expression, ...]:
    if isinstance(divisor, Operation) and divisor.operator == "multiply":
        return tuple(part for argument in divisor.arguments for part in _factors(argument))
    return (divisor,)


def _never_zero(view: View, divisor: Expression) -> bool:
    """What is plain at once: a number written, a parameter none of whose values is zero, a fact above zero."""
    match divisor:
        case Literal(value):
            return value != 0
        case ParameterValue():
            parameter = view.parameters.get(divisor.parameter)
            return parameter is not None and all(row.value != 0 for row in parameter.timeline)
        case FactValue() if not divisor.path.roles:
            fact = view.facts.get((located(view, divisor.path, TOP).entity, divisor.fact))
            return fact is not None and fact.low is not None and fact.low > 0
    return False
