"""How fine the values of an expression can be: the largest step all of them are multiples of, 1/100 元 say.

From the steps follow benefits that lack a rounding. Zero stands for what is always zero, a multiple of everything;
None for no step at all, or none known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import gcd, lcm

from attrs import define, field, frozen

from policyrules.analysis.graph import expressions_of, uses_of
from policyrules.analysis.view import View
from policyrules.core.parts import parts_of
from policyrules.core.program import (
    Aggregate,
    Benefit,
    BenefitValue,
    Choice,
    Expression,
    FactValue,
    Gathering,
    Grant,
    Impossible,
    Literal,
    Operation,
    ParameterValue,
    Rule,
    RuleValue,
)
from policyrules.source.text import Place
from policyrules.values.quantities import FEN
from policyrules.values.types import Quantity, Type
from policyrules.values.units import MONEY

_ZERO = Fraction(0)
_ONE = Fraction(1)


@define(eq=False)
class Steps:
    """The steps of rules and benefits, each worked out once. `view` is that of any day."""

    view: View
    benefits: dict[str, Benefit]
    known: dict[str, Fraction | None] = field(factory=dict)


@frozen
class Unrounded:
    """A value a benefit pays that may not be whole 分: of the article at this position, or None for 其余情形.

    `step` is what it is a multiple of, None if of nothing.
    """

    article: int | None
    value: Expression
    step: Fraction | None

    @property
    def place(self) -> Place | None:
        """Where the value is written."""
        return self.value.place


def unrounded(benefit: Benefit, steps: Steps) -> tuple[Unrounded, ...]:
    """The values that make a rounding necessary; none where there is one, or nothing is paid in 元."""
    if benefit.rounding is not None or not benefit.pays or not is_money(benefit.type):
        return ()
    found = []
    for position, value in _values(benefit):
        step = step_of(value, steps)
        if not whole_fen(step):
            found.append(Unrounded(position, value, step))
    return tuple(found)


def takes_shares(benefit: Benefit, steps: Steps) -> bool:
    """Whether an unrounded benefit of 元 pays a share that may change: whole 分 with the present figures, perhaps not with others."""
    if benefit.rounding is not None or not benefit.pays or not is_money(benefit.type):
        return False
    stack = [value for _, value in _values(benefit)]
    seen: set[str] = set()
    while stack:
        node = stack.pop()
        if isinstance(node, Operation) and node.operator.startswith(("round ", "spread")):
            continue
        if isinstance(node, Operation) and node.operator in ("multiply", "divide") and any(_is_share(one) for one in node.arguments):
            return True
        if isinstance(node, RuleValue) and node.rule in steps.view.rules and node.rule not in seen:
            seen.add(node.rule)
            stack.append(steps.view.rules[node.rule].expression)
        stack.extend(parts_of(node))
    return False


def _is_share(factor: Expression) -> bool:
    """A ratio that can change without the rule being touched: a parameter or a fact. A written one stays what it is."""
    return isinstance(factor.type, Quantity) and not factor.type.dimension and not factor.type.whole and not isinstance(factor, Literal)


def is_money(kind: Type) -> bool:
    """Whether a type is an amount of 元, per month or person or as it stands."""
    return isinstance(kind, Quantity) and (MONEY, 1) in kind.dimension


def whole_fen(step: Fraction | None) -> bool:
    """Whether multiples of the step are whole 分."""
    return step is not None and (step / FEN).denominator == 1


# ---------------------------------------------------------------- steps


def step_of(node: Expression, steps: Steps) -> Fraction | None:
    """The largest step all values of the expression are multiples of."""
    _prepare(uses_of((node,)).names, steps)
    return _step(node, steps)


def _prepare(names: Iterable[str], steps: Steps) -> None:
    """Works out the names needed, those they need first; chains may be long, so that nothing recurses."""
    stack = [name for name in names if name not in steps.known]
    begun: set[str] = set()
    while stack:
        name = stack[-1]
        declared: Rule | Benefit | None = steps.view.rules.get(name) or steps.benefits.get(name)
        if name in steps.known or declared is None:
            stack.pop()
            continue
        if name not in begun:
            begun.add(name)
            needed = [one for one in uses_of(expressions_of(declared)).names if one not in steps.known and one not in begun]
            if needed:
                stack.extend(needed)
                continue
        stack.pop()
        steps.known[name] = _declared_step(declared, steps)


def _declared_step(declared: Rule | Benefit, steps: Steps) -> Fraction | None:
    if isinstance(declared, Rule):
        return _step(declared.expression, steps) if isinstance(declared.type, Quantity) else None
    if declared.rounding is not None:
        return declared.rounding.step
    return common_step(_step(value, steps) for _, value in _values(declared))


def _values(benefit: Benefit) -> Iterator[tuple[int | None, Expression]]:
    for position, article in enumerate(benefit.articles):
        if isinstance(article.consequence, Grant):
            yield position, article.consequence.value
    if isinstance(benefit.otherwise, Grant):
        yield None, benefit.otherwise.value


def _step(node: Expression, steps: Steps) -> Fraction | None:
    if not isinstance(node.type, Quantity):
        return None
    found = _inner(node, steps)
    return _ONE if found is None and node.type.whole else found


def _inner(node: Expression, steps: Steps) -> Fraction | None:
    match node:
        case Literal():
            return abs(node.value) if isinstance(node.value, Fraction) else None
        case ParameterValue():
            return common_step(abs(value) for value in parameter_values(node, steps.view))
        case FactValue():
            return FEN if is_money(node.type) else None
        case RuleValue():
            return steps.known.get(node.rule)
        case BenefitValue():
            return steps.known.get(node.benefit)
        case Impossible():
            return _ZERO
        case Choice():
            return common_step((*(_step(branch.value, steps) for branch in node.branches), _step(node.otherwise, steps)))
        case Aggregate():
            return _aggregate(node, steps)
        case Operation():
            return _operation(node, steps)
        case _:
            return None


def _aggregate(node: Aggregate, steps: Steps) -> Fraction | None:
    match node.kind:
        case Gathering.COUNT:
            return _ONE
        case Gathering.SUM | Gathering.HIGHEST | Gathering.LOWEST if node.value is not None:
            none = _ZERO if node.if_none is None else _step(node.if_none, steps)
            return common_step((_step(node.value, steps), none))
        case _:
            return None


def _operation(node: Operation, steps: Steps) -> Fraction | None:
    arguments = node.arguments
    if node.operator in ("add", "subtract", "negate", "maximum", "minimum"):
        return common_step(_step(argument, steps) for argument in arguments)
    if node.operator == "multiply":
        return _product(arguments, steps)
    if node.operator == "divide":
        above = _step(arguments[0], steps)
        below = constants(arguments[1], steps.view)
        if above is None or not below or _ZERO in below:
            return _ZERO if above == 0 else None
        return common_step(above / abs(value) for value in below)
    if node.operator.startswith("round "):
        return common_step(abs(value) for value in constants(arguments[1], steps.view) or ()) or None
    if node.operator == "spread":
        # One month takes the rest, which is as fine as the yearly amount.
        return common_step((_step(arguments[0], steps), *(constants(arguments[1], steps.view) or (None,))))
    return None


def _product(factors: tuple[Expression, ...], steps: Steps) -> Fraction | None:
    result = _ONE
    unknown = False
    for factor in factors:
        step = _step(factor, steps)
        if step is None:
            unknown = True
        else:
            result *= step
    return None if unknown and result else result


def constants(node: Expression, view: View) -> tuple[Fraction, ...] | None:
    """The values of an expression of which there are a few written ones; None for any other."""
    match node:
        case Literal():
            return (node.value,) if isinstance(node.value, Fraction) else None
        case ParameterValue():
            return tuple(parameter_values(node, view)) or None
        case RuleValue() if node.rule in view.rules:
            inner = view.rules[node.rule].expression
            return constants(inner, view) if isinstance(inner, Literal | ParameterValue) else None
    return None


def parameter_values(node: ParameterValue, view: View) -> Iterator[Fraction]:
    """The numbers a parameter has at one time or another."""
    parameter = view.parameters.get(node.parameter)
    for row in parameter.timeline if parameter else ():
        if isinstance(row.value, Fraction):
            yield row.value


def common_step(steps: Iterable[Fraction | None]) -> Fraction | None:
    """The largest step that divides all of these; None where one is None, or there is nothing."""
    result: Fraction | None = None
    for step in steps:
        if step is None:
            return None
        if result is None or not result:
            result = step
        elif step and step != result:
            result = Fraction(gcd(result.numerator, step.numerator), lcm(result.denominator, step.denominator))
    return result
