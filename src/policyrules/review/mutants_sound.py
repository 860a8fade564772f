"""Whether the checker would refuse a mutant: what is refused needs no worked example to be noticed."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from policyrules.analysis.division import zero_divisors
from policyrules.analysis.granularity import Steps, unrounded
from policyrules.analysis.graph import Uses, dependencies, reachable, spans_used, uses_of
from policyrules.analysis.meeting import examine
from policyrules.analysis.timeline import holes
from policyrules.analysis.view import views_of
from policyrules.core.program import Benefit, Program, Rule
from policyrules.semantics import rule_problems
from policyrules.source.diagnostic import Problem
from policyrules.source.phrase import Phrase

_REFUSED = Phrase("检查时就会报 {code}", "the checker says {code}")


@frozen
class Needs:
    """What the declarations of a program need, and who needs them."""

    uses: Mapping[str, Uses]
    closures: Mapping[str, frozenset[str]]

    def dependents(self, key: str) -> frozenset[str]:
        """The rules and benefits that need a declaration, itself among them."""
        return frozenset(one for one, closure in self.closures.items() if key in closure)


def needs_of(program: Program) -> Needs:
    """The needs of every rule and benefit, parameters among them."""
    uses = dependencies(program.rules, program.benefits)
    names = {key: one.names for key, one in uses.items()}
    closures: dict[str, frozenset[str]] = {}
    for key in uses:
        inside = reachable([key], names)
        closures[key] = frozenset(inside | {parameter for one in inside for parameter in uses[one].parameters})
    return Needs(uses, closures)


def refused(program: Program, key: str, needs: Needs) -> Phrase | None:
    """By which finding the checker would refuse a program in which only the declaration `key` is new; None where it refuses nothing."""
    found = _finding(program, key, needs)
    return _REFUSED.fill(code=found.code) if found is not None else None


def _finding(program: Program, key: str, needs: Needs) -> Problem | None:
    dependents = needs.dependents(key)
    view_for = views_of(program)
    for name in dependents:
        declared: Rule | Benefit = program.rules.get(name) or program.benefits[name]
        if zero_divisors(declared, view_for(None)):
            return rule_problems.ZERO_DIVISOR
    steps = Steps(view_for(None), dict(program.benefits))
    for name in dependents & program.benefits.keys():
        benefit = program.benefits[name]
        if unrounded(benefit, steps):
            return rule_problems.NO_ROUNDING
        found = examine(benefit, view_for)
        if found.meetings:
            return rule_problems.ARTICLES_MEET
        if found.unreachable:
            return rule_problems.ARTICLE_UNREACHABLE
    return rule_problems.HOLE if _hole(program, key, needs) else None


def _hole(program: Program, key: str, needs: Needs) -> bool:
    """Whether a parameter has no value on a day on which something in force needs it."""
    uses = dict(needs.uses)
    if key in program.rules:
        uses[key] = uses_of([program.rules[key].expression])
    elif key in program.benefits:
        uses[key] = dependencies({}, {key: program.benefits[key]})[key]
    roots = [benefit.key for benefit in program.benefits.values() if benefit.pays]
    spans = spans_used(uses, program.order, program.benefits, roots, program.parameters)
    return any(tuple(holes(program.parameters[one].timeline, *span)) for one in spans for span in spans[one] if one in program.parameters)
