"""Reckoning that remembers where amounts rest on one fact: x + x is 2x, and the greater of x and 1 is below x + 1 from 1 on.

An interval forgets what it was made of. Here every amount that is a sum of multiples of missing facts is kept as that sum
beside its interval, and a comparison looks at the difference of its sides, in which each fact stands once. What comes out
is what the reference comes to, or narrower.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
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
from policyrules.values.partial import add, meet, needs_of, settle, span
from policyrules.values.types import Quantity
from policyrules.values.unknown import Interval, Unknown

Spot: TypeAlias = tuple[int, int, int]
"""A node where it is evaluated: the node, the member in hand, and the one its declaration is evaluated for."""

_ZERO, _ONE = Fraction(0), Fraction(1)
_COMPARISONS = frozenset(("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"))
_CHOICE = "choice"
_ONE_OF: Mapping[str, str | None] = MappingProxyType({"maximum": "greater_equal", "minimum": "less_equal", _CHOICE: None})
"""What comes to one of its parts, and how that one stands to the others."""

_GATHERED: Mapping[Gathering, str] = MappingProxyType(
    {Gathering.SUM: "add", Gathering.MEAN: "mean", Gathering.HIGHEST: "maximum", Gathering.LOWEST: "minimum"}
)
_MOST_WAYS = 16


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


@frozen(eq=False)
class _Made:
    """An amount that is one of several: the greatest, the least, or the one some condition tells. `names` are all of which
    they are made."""

    operator: str
    parts: tuple[Linear, ...]
    names: frozenset[Hashable]


@define(eq=False)
class Reckoner:
    """An evaluator that keeps the form of every amount. `wider` is one that took less to be known: the forms it found hold
    here, too. `worth_while`: some operation had a fact in two of its arguments; else intervals tell as much as forms do."""

    wider: Reckoner | None = None
    worth_while: bool = False
    seen: dict[Spot, Held] = field(factory=dict)
    forms: dict[Spot, Linear] = field(factory=dict)
    stretches: dict[Hashable, Unknown] = field(factory=dict)
    made: dict[Hashable, _Made] = field(factory=dict)

    def evaluate(self, run: Run, node: Expression, here: Here, depth: int) -> Result:
        """As the evaluator of the reference, or narrower."""
        result = evaluate(run, node, here, depth)
        held = result[0]
        if isinstance(held, Unknown):
            held = self.narrowed(run, node, here, held)
            result = held, result[1]
        self.seen[id(node), id(here.current), id(here.subject)] = held
        return result

    def narrowed(self, run: Run, node: Expression, here: Here, held: Unknown) -> Held:
        """What is held of a node, with what forms tell of it."""
        if isinstance(node, Operation):
            self.worth_while = self.worth_while or self.meets(node, here)
            if node.operator in _COMPARISONS:
                return self.compared(node, here, held)
        # What may have no value has no form; nor has one amount who stands for any number of others.
        if not isinstance(held.possible, Interval) or not here.current.id or not here.subject.id:
            return held
        form = self.form_of(run, node, here, held)
        if form is None:
            return held
        self.forms[_spot(node, here)] = form
        if isinstance(node, (FactValue, RuleValue, BenefitValue)):
            return held
        found = self.within(form)
        if isinstance(found, Unknown):
            assert isinstance(found.possible, Interval)
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
        if left is None or right is None or self.names(left).isdisjoint(self.names(right)):
            return held
        return apply(node.operator, [self.within(minus(left, right)), _ZERO], node.place)

    # ------------------------------------------------------------ what a form comes to

    def within(self, form: Linear) -> Fraction | Unknown:
        """What a form comes to, as far as its amounts are known."""
        needs = needs_of(*(self.stretch(name) for name in form.terms))
        return Unknown(self.reach(form, _MOST_WAYS), needs) if form.terms else form.constant

    def reach(self, form: Linear, ways: int) -> Interval:
        """The numbers a form lies between. An amount that is one of several is taken for each, where that lets facts meet
        and the ways are not too many."""
        found = Interval(form.constant, form.constant)
        for name, factor in form.terms.items():
            possible = self.stretch(name).possible
            assert isinstance(possible, Interval)
            found = add(found, _multiple(possible, factor))
        for name, factor in form.terms.items():
            made = self.made_of(name)
            if made is None or len(made.parts) > ways:
                continue
            rest = Linear(form.constant, {other: each for other, each in form.terms.items() if other != name})
            if not self.names(rest).isdisjoint(made.names):
                reaches = [self.reach(plus(rest, scaled(part, factor)), ways // len(made.parts)) for part in made.parts]
                return meet(found, _one_of(made.operator, factor, reaches))
        return found

    def stretch(self, name: Hashable) -> Unknown:
        """What an amount can be."""
        found = self.stretches.get(name)
        if found is None:
            assert self.wider is not None
            found = self.wider.stretch(name)
        return found

    def made_of(self, name: Hashable) -> _Made | None:
        """What an amount is one of."""
        found = self.made.get(name)
        return self.wider.made_of(name) if found is None and self.wider is not None else found

    def names(self, form: Linear) -> frozenset[Hashable]:
        """The amounts a form is made of, and those they are made of."""
        made = [each for name in form.terms if (each := self.made_of(name)) is not None]
        return frozenset(form.terms).union(*(each.names for each in made))

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
                return self.amount((owner.id, node.fact), held) if isinstance(owner, Instance) and owner.id else None
            case RuleValue() | BenefitValue():
                return self.declared(run, node, here, held)
            case Operation():
                return self.combined(node.operator, [self.form_at(argument, here) for argument in node.arguments], _spot(node, here), held)
            case Choice():
                return self.combined(_CHOICE, self.open_branches(node, here), _spot(node, here), held)
            case Aggregate():
                return self.combined(_GATHERED.get(node.kind, ""), self.of_members(node, here), _spot(node, here), held)
        return None

    def combined(self, operator: str, forms: Sequence[Linear | None], spot: Spot, held: Unknown) -> Linear:
        """An operator on forms; an amount of its own where no form comes of it."""
        known = [form for form in forms if form is not None]
        if not known or len(known) < len(forms):
            return self.amount(spot, held)
        if operator not in _ONE_OF:
            return _reckoned(operator, known) or self.amount(spot, held)
        ahead = next((form for form in known if all(self.stands(operator, form, other) for other in known)), None)
        if ahead is None and len(known) <= _MOST_WAYS:
            self.made[spot] = _Made(operator, tuple(known), frozenset[Hashable]().union(*map(self.names, known)))
        return ahead or self.amount(spot, held)

    def stands(self, operator: str, form: Linear, other: Linear) -> bool:
        """Whether a form is the one of two, whatever the facts are."""
        if form == other:
            return True
        ahead = _ONE_OF[operator]
        return ahead is not None and apply(ahead, [self.within(minus(form, other)), _ZERO], None) is True

    def amount(self, name: Hashable, held: Unknown) -> Linear:
        """An amount that is taken as it is."""
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

    def open_branches(self, node: Choice, here: Here) -> list[Linear | None]:
        """The branches a choice may still come to."""
        forms: list[Linear | None] = []
        for branch in node.branches:
            condition = self.seen.get(_spot(branch.condition, here))
            forms += [] if condition is False else [self.form_at(branch.value, here)]
            if condition is True:
                return forms
        return [*forms, self.form_at(node.otherwise, here)]

    def of_members(self, node: Aggregate, here: Here) -> list[Linear | None]:
        """What the members bring, where it is known who belongs."""
        owner = locate(node.path, here, node.place)
        if not isinstance(owner, Instance) or node.role in owner.unlisted or node.value is None:
            return []
        forms: list[Linear | None] = []
        for member in owner.members.get(node.role, ()):
            inside = Here(member, here.subject)
            belongs = True if node.where is None else self.seen.get(_spot(node.where, inside))
            if not isinstance(belongs, bool):
                return []
            forms += [self.form_at(node.value, inside)] if belongs else []
        return forms if forms or node.if_none is None else [self.form_at(node.if_none, here)]


def _spot(node: Expression, here: Here) -> Spot:
    return id(node), id(here.current), id(here.subject)


def _reckoned(operator: str, forms: Sequence[Linear]) -> Linear | None:
    """Arithmetic on forms; None where the result is not one."""
    match operator:
        case "add":
            return reduce(plus, forms)
        case "mean":
            return scaled(reduce(plus, forms), 1 / Fraction(len(forms)))
        case "subtract":
            return reduce(minus, forms)
        case "negate":
            return scaled(forms[0], -_ONE)
        case "divide" if not forms[1].terms and forms[1].constant:
            return scaled(forms[0], 1 / forms[1].constant)
        case "multiply":
            varying = [form for form in forms if form.terms]
            factor = prod((form.constant for form in forms if not form.terms), start=_ONE)
            return scaled(varying[0], factor) if len(varying) == 1 else None
    return None


def _multiple(reach: Interval, factor: Fraction) -> Interval:
    """Multiples of the numbers between two ends."""
    if factor == 1:
        return reach
    low, high = (None if end is None else end * factor for end in (reach.low, reach.high))
    return Interval(low, high, reach.low_open, reach.high_open) if factor > 0 else Interval(high, low, reach.high_open, reach.low_open)


def _one_of(operator: str, factor: Fraction, reaches: Sequence[Interval]) -> Interval:
    """Where something lies that an amount is part of, from where it lies with each the amount may be."""
    found = span(reaches)
    for reach in reaches if operator != _CHOICE else ():
        # The greatest is no less than any; the least is no more.
        above = (operator == "maximum") is (factor > 0)
        found = meet(found, Interval(reach.low, None, reach.low_open) if above else Interval(None, reach.high, False, reach.high_open))
    return found
