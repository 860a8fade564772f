"""Whether conditions can hold together on one day: an example, a proof that they cannot, or neither.

Alternatives are tried one after the other, those left with a single way first; what remains is a set of allowed values
for every term, and inequalities among sums. `Settled.NEVER` is said only when every way has been ruled out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from math import prod
from typing import TypeAlias

from attrs import define, frozen

from policyrules.analysis.conditions import truth
from policyrules.analysis.linear import Inequality, Settled, inequalities, solution
from policyrules.analysis.regions import Allowed, Except, Range, Ranges, contains, meet, natural, tightened, without
from policyrules.analysis.terms import ONE, TOP, And, Formula, Key, Linear, Or, Sum, Term, conj, limits_of
from policyrules.analysis.view import View
from policyrules.core.describing import describe
from policyrules.core.program import Aggregate, Expression, Gathering
from policyrules.source.phrase import Phrase
from policyrules.values.quantities import value_text
from policyrules.values.types import Day, Options, Truth, Type, Value

MOST_TRIED = 3_000
"""Alternatives tried before giving up."""

MOST_OPEN = 150
"""Alternatives open at a time: the search goes one call deeper for each."""

MOST_PIECES = 64
MOST_SHOWN = 8
MOST_NESTED = 6
"""How many levels of an expression are shown."""

_ZERO = Fraction(0)
_FIRST_DAY, _LAST_DAY = Fraction(1), Fraction(date.max.toordinal())
_SOME_DAY = Fraction(date(2000, 1, 1).toordinal())


@frozen
class Assignment:
    """One question of an example and its answer; `node` is what is asked."""

    node: Expression
    name: Phrase
    value: Value
    type: Type


@frozen
class Witness:
    """An example in which the conditions hold. What it does not mention may be anything."""

    assignments: tuple[Assignment, ...] = ()

    @property
    def words(self) -> Phrase:
        """The example as people say it: `残疾等级 为 一级、年收入 为 0.00元/年`; a few questions of it, if there are many."""
        said = [
            (f"{one.name.zh} 为 {value_text(one.value, one.type, 'zh')}", f"{one.name.en} is {value_text(one.value, one.type, 'en')}")
            for one in self.assignments
        ]
        more = len(said) > MOST_SHOWN
        zh, en = "、".join(each[0] for each in said[:MOST_SHOWN]), ", ".join(each[1] for each in said[:MOST_SHOWN])
        return Phrase(f"{zh} 等" if more else zh or "任何情形", f"{en} …" if more else en or "any case")


Domains: TypeAlias = dict[Key, Allowed]
Answer: TypeAlias = Witness | Settled


def find(conditions: Sequence[Expression], view: View) -> Answer:
    """Whether all the conditions of one instance can be true at once."""
    return satisfy([truth(view, condition, TOP, True) for condition in conditions], view)


def satisfy(formulas: Iterable[Formula], view: View) -> Answer:
    """The same of formulas already made."""
    found = attempt(formulas)
    if not isinstance(found, Settled) and not found[1] and not independent(found[0]):
        found = _solved(found[0])
        if found is Settled.NEVER:  # not reached; but nothing is ruled out here, where only one way has been looked at
            return Settled.GAVE_UP
    return found if isinstance(found, Settled) else _witness(view, found[0], found[1])


Fitting: TypeAlias = tuple[Domains, dict[Term, Fraction]]
"""Allowed values that fit together, and numbers chosen for terms that depend on each other."""


def attempt(formulas: Iterable[Formula]) -> Fitting | Settled:
    """The same without an example in words."""
    return _try(_Search(), conj(formulas), {}, [])


@define(eq=False)
class _Search:
    tried: int = 0


# ---------------------------------------------------------------- alternatives


def _try(search: _Search, formula: Formula, domains: Domains, clauses: list[Or]) -> Fitting | Settled:
    """The formula on top of what holds already. Both collections are this call's own."""
    if isinstance(formula, Or):
        clauses.append(formula)
    elif not _assert(formula, domains, clauses):
        return Settled.NEVER
    rest = _narrowed(domains, clauses)
    if rest is None:
        return Settled.NEVER
    if not rest:
        return _fitted(domains)
    clause = min(rest, key=lambda one: len(one.parts))
    others = [one for one in rest if one is not clause]
    gave_up = False
    for part in clause.parts:
        search.tried += 1
        if search.tried > MOST_TRIED or len(others) > MOST_OPEN:
            return Settled.GAVE_UP
        found = _try(search, part, dict(domains), list(others))
        if not isinstance(found, Settled):
            return found
        gave_up = gave_up or found is Settled.GAVE_UP
    return Settled.GAVE_UP if gave_up else Settled.NEVER


def _narrowed(domains: Domains, clauses: list[Or]) -> list[Or] | None:
    """The clauses still open, after taking every way that is the only one left; None where one has no way left."""
    while True:
        pending: list[Or] = []
        waiting = clauses
        clauses = []
        for clause in waiting:
            live = [part for part in clause.parts if _possible(part, domains)]
            if not live:
                return None
            if len(live) == 1:
                if not _assert(live[0], domains, clauses):
                    return None
                # What was open before may be settled now.
                clauses.extend(pending)
                pending = []
            elif not any(_implied(part, domains) for part in live):
                pending.append(clause if len(live) == len(clause.parts) else Or(tuple(live)))
        if not clauses:
            return pending
        clauses.extend(pending)


def _assert(part: And, domains: Domains, clauses: list[Or]) -> bool:
    for key, allowed in part.atoms.items():
        known = domains.get(key)
        both = allowed if known is None else meet(known, allowed)
        if not both:
            return False
        domains[key] = both
    clauses.extend(part.clauses)
    return True


def _possible(part: And, domains: Domains) -> bool:
    for key, allowed in part.atoms.items():
        known = domains.get(key)
        if known is not None and not meet(known, allowed):
            return False
    return True


def _implied(part: And, domains: Domains) -> bool:
    if part.clauses:
        return False
    for key, allowed in part.atoms.items():
        known = domains.get(key)
        if known is None or without(known, allowed, isinstance(key, Sum) and key.whole):
            return False
    return True


# ---------------------------------------------------------------- sums of several terms


def terms_of(key: Key) -> tuple[Term, ...]:
    """The terms a key speaks of."""
    return (key,) if isinstance(key, Term) else tuple(term for term, _ in key.parts)


def independent(domains: Domains) -> bool:
    """Whether each set of values stands for itself, so that sets without empty ones are an example."""
    return not any(isinstance(key, Sum) and (len(key.parts) > 1 or key.parts[0][0].more is not None) for key in domains)


def balanced(domains: Domains) -> bool:
    """Whether each sum of several terms has one of its own that makes up for the rest, whatever that comes to."""
    used: dict[Term, int] = {}
    sums = [key for key in domains if isinstance(key, Sum)]
    for key in sums:
        for term, _ in key.parts:
            if term.more is not None:
                return False
            used[term] = used.get(term, 0) + 1
    return all(_makes_up(key, domains[key], used) for key in sums if len(key.parts) > 1 or key.parts[0][0].parameters)


def _makes_up(key: Sum, allowed: Allowed, used: dict[Term, int]) -> bool:
    if not isinstance(allowed, tuple) or len(allowed) != 1 or len(key.parts) == 1:
        return False
    for own, scale in key.parts:
        if own.parameters or own.more is not None or used[own] > 1 or own.whole:
            continue
        rest = limits_of(Linear(_ZERO, tuple(part for part in key.parts if part[0] is not own)))
        mine = limits_of(Linear(_ZERO, ((own, scale),)))
        if _reaches(mine, rest, allowed[0]):
            return True
    return False


def _reaches(mine: Range, rest: Range, target: Range) -> bool:
    """Whether, for every number of the rest, one of mine leads into the target. Ends that just touch do not count."""
    low_reached = mine.low is None or target.high is None or (rest.high is not None and mine.low + rest.high < target.high)
    high_reached = mine.high is None or target.low is None or (rest.low is not None and mine.high + rest.low > target.low)
    return low_reached and high_reached


def _fitted(domains: Domains) -> Fitting | Settled:
    """Numbers are left open where the sets stand for themselves, or each sum has its own way out."""
    if independent(domains) or balanced(domains):
        return domains, {}
    return _solved(domains)


def _solved(domains: Domains) -> Fitting | Settled:
    sums = [key for key in domains if isinstance(key, Sum) and len(key.parts) > 1]
    counted = [key.parts[0][0] for key in domains if isinstance(key, Sum) and key.parts[0][0].more is not None]
    rows: list[Inequality] = []
    together: dict[Term, Ranges] = {}
    for term in (*(term for key in sums for term, _ in key.parts), *counted, *(term.more for term in counted)):
        if term is not None and term not in together:
            together[term] = tightened((term.limits,), term.limits, term.whole)
            if term.more is not None:
                rows.append(Inequality({term: 1, term.more: -1}, 0, False))
                together.setdefault(term.more, (term.more.limits,))
    for key, allowed in domains.items():
        if isinstance(key, Sum) and len(key.parts) == 1 and key.parts[0][0] in together:
            assert isinstance(allowed, tuple)
            together[key.parts[0][0]] = allowed
    pieces = [[inequalities(((term, ONE),), part) for part in parts] for term, parts in together.items()]
    pieces += [[inequalities(key.parts, part) for part in _parts(domains[key])] for key in sums]
    if prod(map(len, pieces)) > MOST_PIECES:
        return Settled.GAVE_UP
    gave_up = False
    for chosen in product(*pieces):
        values = solution([*rows, *(row for group in chosen for row in group)])
        if not isinstance(values, Settled):
            return domains, values
        gave_up = gave_up or values is Settled.GAVE_UP
    return Settled.GAVE_UP if gave_up else Settled.NEVER


def _parts(allowed: Allowed) -> Ranges:
    return allowed if isinstance(allowed, tuple) else ()


# ---------------------------------------------------------------- the example


def _witness(view: View, domains: Domains, chosen: dict[Term, Fraction]) -> Witness:
    found: dict[Term, Assignment] = {}
    for term, number in chosen.items():
        found[term] = _assignment(view, term, number)
    for key, allowed in domains.items():
        if isinstance(key, Term):
            found[key] = Assignment(key.node, describe(key.node, None, view, MOST_NESTED), _word(key, allowed), key.type)
        elif len(key.parts) == 1 and key.parts[0][0] not in found:
            term = key.parts[0][0]
            found[term] = _assignment(view, term, _number(view, term, _parts(allowed)[0]))
    return Witness(tuple(found[term] for term in sorted(found, key=lambda term: term.index)))


def _assignment(view: View, term: Term, number: Fraction) -> Assignment:
    """A number chosen for a term, as what the term is called."""
    node, scale = view.names.get(term, (term.node, ONE))
    if isinstance(node, Aggregate) and isinstance(node.type, Truth):
        # 任一 and 全部 are kept as how many members are so, or are not.
        return Assignment(node, describe(node, None, view, MOST_NESTED), (number > 0) is (node.kind is Gathering.ANY), node.type)
    kind = term.type if scale == 1 else node.type
    return Assignment(node, describe(node, None, view, MOST_NESTED), _readable(term, number * scale), kind)


def _number(view: View, term: Term, numbers: Range) -> Fraction:
    """A number from a range, one that reads well as what the term is called."""
    if isinstance(term.type, Day):
        low = None if numbers.low == _FIRST_DAY else numbers.low
        high = None if numbers.high == _LAST_DAY else numbers.high
        if low is None and contains(numbers, _SOME_DAY):
            return _SOME_DAY if high is None else natural(Range(None, True, high, True), True)
        return natural(Range(low, True, high, True), True)
    _, scale = view.names.get(term, (term.node, ONE))
    if scale == 1 or term.whole or scale < 0:
        return natural(numbers, term.whole)
    low, high = (None if end is None else end * scale for end in (numbers.low, numbers.high))
    return natural(Range(low, numbers.low_included, high, numbers.high_included), False) / scale


def _readable(term: Term, value: Fraction) -> Value:
    return date.fromordinal(int(value)) if isinstance(term.type, Day) else value


def _word(term: Term, allowed: Allowed) -> Value:
    if isinstance(allowed, Except):
        word = "甲"
        while word in allowed.values:
            word += "甲"
        return word
    assert isinstance(allowed, frozenset)
    if isinstance(term.type, Options):
        return next(name for name in term.type.names if name in allowed)
    return max(allowed) if True in allowed else min(allowed, key=str)
