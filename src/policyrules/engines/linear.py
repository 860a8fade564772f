"""Reckoning that remembers where amounts rest on one fact: x + x is 2x, and the greater of x and 1 is below x + 1 from 1 on.

An interval forgets what it was made of. Here every amount that is a sum of multiples of missing facts is kept as that sum
beside its interval, and a comparison looks at the difference of its sides, in which each fact stands once. What comes out
is what the reference comes to, or narrower.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import prod
from types import MappingProxyType
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.core.case import Instance
from policyrules.core.program import Aggregate, BenefitValue, Choice, Expression, FactValue, Gathering, Operation, RuleValue
from policyrules.engines.expressions import evaluate
from policyrules.engines.lattice import NOBODY, Held, Result, apply
from policyrules.engines.run import Here, Run, locate
from policyrules.values.partial import add, meet, multiply, needs_of, settle
from policyrules.values.types import Quantity
from policyrules.values.unknown import Interval, Unknown

Spot: TypeAlias = tuple[int, int, int]
"""A node where it is evaluated: the node, the member in hand, and the one its declaration is evaluated for."""

_ZERO, _ONE = Fraction(0), Fraction(1)
_COMPARISONS = frozenset(("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"))


@frozen
class Linear:
    """A constant and multiples, none of them zero, of amounts that are not known."""

    constant: Fraction
    terms: Mapping[Hashable, Fraction] = MappingProxyType({})


def plus(left: Linear, right: Linear) -> Linear:
    """Sums. What cancels is gone."""
    terms = dict(left.terms)
    for name, factor in right.terms.items():
        terms[name] = terms.get(name, _ZERO) + factor
    return Linear(left.constant + right.constant, {name: factor for name, factor in terms.items() if factor})


def scaled(form: Linear, factor: Fraction) -> Linear:
    """Multiples."""
    terms = {name: each * factor for name, each in form.terms.items()} if factor else {}
    return Linear(form.constant * factor, terms)


def minus(left: Linear, right: Linear) -> Linear:
    """Differences."""
    return plus(left, scaled(right, -_ONE))


@define(eq=False)
class Reckoner:
    """An evaluator that keeps the form of every amount. `wider` is one that took less to be known: the forms it found hold
    here, too. `worth_while`: some operation had a fact in two of its arguments; else intervals tell as much as forms do."""

    wider: Reckoner | None = None
    seen: dict[Spot, Held] = field(factory=dict)
    forms: dict[Spot, Linear] = field(factory=dict)
    stretches: dict[Hashable, Unknown] = field(factory=dict)
    worth_while: bool = False

    def evaluate(self, run: Run, node: Expression, here: Here, depth: int) -> Result:
        """As the evaluator of the reference, or narrower."""
        result = evaluate(run, node, here, depth)
        held = result[0]
        spot = id(node), id(here.current), id(here.subject)
        if isinstance(held, Unknown):
            held = self.narrowed(run, node, here, held, spot)
            result = held, result[1]
        self.seen[spot] = held
        return result

    def narrowed(self, run: Run, node: Expression, here: Here, held: Unknown, spot: Spot) -> Held:
        """What is held of a node, with what forms tell of it."""
        if isinstance(node, Operation) and not self.worth_while:
            self.worth_while = self.meets(node, here)
        if isinstance(node, Operation) and node.operator in _COMPARISONS:
            return self.compared(node, here, held)
        form = self.form_of(run, node, here, held) if isinstance(node.type, Quantity) else None
        if form is None:
            return held
        self.forms[spot] = form
        if isinstance(node, (FactValue, RuleValue, BenefitValue)):
            return held
        found = self.within(form)
        if isinstance(found, Unknown) and isinstance(found.possible, Interval) and isinstance(held.possible, Interval):
            return settle(meet(found.possible, held.possible), found.needs)
        return found

    def meets(self, node: Operation, here: Here) -> bool:
        """Whether two amounts of an operation rest on one fact."""
        if not isinstance(node.arguments[0].type, Quantity):
            return False
        held = [self.seen.get(_spot(argument, here)) for argument in node.arguments]
        needs = [each.needs for each in held if isinstance(each, Unknown)]
        return sum(map(len, needs)) > len(NOBODY.union(*needs))

    def compared(self, node: Operation, here: Here, held: Unknown) -> Held:
        """A comparison by the difference of its sides. Where they share nothing, that tells no more than they do."""
        left, right = (self.form_at(argument, here) for argument in node.arguments)
        if left is None or right is None or left.terms.keys().isdisjoint(right.terms):
            return held
        return apply(node.operator, [self.within(minus(left, right)), _ZERO], node.place)

    def within(self, form: Linear) -> Fraction | Unknown:
        """What a form comes to, as far as its terms are known."""
        reach, terms = Interval(form.constant, form.constant), [self.stretch(name) for name in form.terms]
        for term, factor in zip(terms, form.terms.values(), strict=True):
            assert isinstance(term.possible, Interval)
            reach = add(reach, multiply(term.possible, Interval(factor, factor)))
        return Unknown(reach, needs_of(*terms)) if terms else form.constant

    def stretch(self, name: Hashable) -> Unknown:
        """What an amount can be."""
        found = self.stretches.get(name)
        if found is None:
            assert self.wider is not None
            found = self.wider.stretch(name)
        return found

    # ------------------------------------------------------------ forms

    def form_at(self, node: Expression, here: Here) -> Linear | None:
        """The form of a node evaluated before; None where it has none, or may have no value."""
        spot = _spot(node, here)
        held = self.seen.get(spot)
        if isinstance(held, Fraction):
            return Linear(held)
        form = self.forms.get(spot)
        return self.wider.form_at(node, here) if form is None and self.wider is not None else form

    def form_of(self, run: Run, node: Expression, here: Here, held: Unknown) -> Linear | None:
        """The form of a node whose parts have been evaluated."""
        match node:
            case FactValue():
                owner = locate(node.path, here, node.place)
                # One who stands for any number of others has not one amount.
                return self.amount((owner.id, node.fact), held) if isinstance(owner, Instance) and owner.id else None
            case RuleValue() | BenefitValue():
                return self.declared(run, node, here, held)
            case Operation():
                return self.combined(node.operator, [self.form_at(argument, here) for argument in node.arguments])
            case Choice():
                return self.chosen(node, here)
            case Aggregate():
                return self.gathered(node, here)
        return None

    def amount(self, name: Hashable, held: Unknown) -> Linear | None:
        """An amount that is not made of others."""
        if not isinstance(held.possible, Interval):
            return None
        self.stretches[name] = held
        return Linear(_ZERO, {name: _ONE})

    def declared(self, run: Run, node: RuleValue | BenefitValue, here: Here, held: Unknown) -> Linear | None:
        """What a declaration comes to: as its own expression tells, else an amount by its name."""
        rule = run.program.rules.get(node.rule) if isinstance(node, RuleValue) else None
        owner = run.root if rule is not None and rule.entity is None else locate(node.path, here, node.place)
        if not isinstance(owner, Instance) or not owner.id:
            return None
        form = self.form_at(rule.expression, Here(owner, owner)) if rule is not None else None
        return form or self.amount((node.rule if isinstance(node, RuleValue) else node.benefit, owner), held)

    def combined(self, operator: str, forms: Sequence[Linear | None]) -> Linear | None:
        """An operator on forms, where the result is one."""
        known = [form for form in forms if form is not None]
        if len(known) < len(forms):
            return None
        match operator:
            case "add":
                return reduce(plus, known)
            case "subtract":
                return reduce(minus, known)
            case "negate":
                return scaled(known[0], -_ONE)
            case "multiply":
                return _product(known)
            case "divide" if not known[1].terms and known[1].constant:
                return scaled(known[0], 1 / known[1].constant)
            case "maximum" | "minimum":
                return self.extreme(operator, known)
        return None

    def extreme(self, operator: str, forms: Sequence[Linear]) -> Linear | None:
        """The one that is the greatest, or the least, whatever the facts are."""
        ahead = "greater_equal" if operator == "maximum" else "less_equal"
        for form in forms:
            if all(apply(ahead, [self.within(minus(form, other)), _ZERO], None) is True for other in forms if other is not form):
                return form
        return None

    def chosen(self, node: Choice, here: Here) -> Linear | None:
        """A choice whose branches still open have one form."""
        forms: list[Linear | None] = []
        for branch in node.branches:
            condition = self.seen.get(_spot(branch.condition, here))
            if condition is False:
                continue
            forms.append(self.form_at(branch.value, here))
            if condition is True:
                return _same(forms)
            if not isinstance(condition, Unknown) or condition.possible is None:
                return None
        return _same([*forms, self.form_at(node.otherwise, here)])

    def gathered(self, node: Aggregate, here: Here) -> Linear | None:
        """Members' amounts, where it is known who belongs."""
        owner = locate(node.path, here, node.place)
        if not isinstance(owner, Instance) or node.role in owner.unlisted or node.value is None:
            return None
        forms: list[Linear | None] = []
        for member in owner.members.get(node.role, ()):
            inside = Here(member, here.subject)
            belongs = True if node.where is None else self.seen.get(_spot(node.where, inside))
            if not isinstance(belongs, bool):
                return None
            forms += [self.form_at(node.value, inside)] if belongs else []
        if not forms:
            return None if node.if_none is None else self.form_at(node.if_none, here)
        form = self.combined(_GATHERED[node.kind], forms) if node.kind in _GATHERED else None
        return scaled(form, 1 / Fraction(len(forms))) if form is not None and node.kind is Gathering.MEAN else form


_GATHERED: Mapping[Gathering, str] = MappingProxyType(
    {Gathering.SUM: "add", Gathering.MEAN: "add", Gathering.HIGHEST: "maximum", Gathering.LOWEST: "minimum"}
)


def _spot(node: Expression, here: Here) -> Spot:
    return id(node), id(here.current), id(here.subject)


def _product(forms: Sequence[Linear]) -> Linear | None:
    """A multiple of one form; None where two of them vary."""
    varying = [form for form in forms if form.terms]
    factor = prod((form.constant for form in forms if not form.terms), start=_ONE)
    return scaled(varying[0], factor) if len(varying) == 1 else None


def _same(forms: Iterable[Linear | None]) -> Linear | None:
    """The one form of all these."""
    found = list(forms)
    return found[0] if all(form == found[0] for form in found) else None
