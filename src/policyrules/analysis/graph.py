"""What every name of a program needs: parameters, facts, other names; their order, cycles, what nobody uses, and when.

Expressions are walked once each. Names may follow each other in chains of thousands, so that nothing here recurses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_at
from policyrules.core.program import (
    Benefit,
    BenefitValue,
    Entity,
    Expression,
    Fact,
    FactValue,
    Grant,
    Operation,
    Parameter,
    ParameterValue,
    Rule,
    RuleValue,
)
from policyrules.source.text import Place

DaySpan: TypeAlias = tuple["date | None", "date | None"]
"""Days from the first to the last, both included; None is open."""

MOST_STARTS = 200
"""Members of a component from each of which a circle is looked for."""

ALWAYS: DaySpan = (None, None)

FactKey: TypeAlias = tuple[str, str]
"""The entity and the key of a fact."""


@define(eq=False)
class Uses:
    """What expressions need, each with the place where it is first asked for. `names` are rules and benefits.

    `operators` are those used; a fact stands under the entity its path starts from and the roles it goes through.
    """

    names: dict[str, Place | None] = field(factory=dict)
    parameters: dict[str, Place | None] = field(factory=dict)
    facts: dict[tuple[str, tuple[str, ...], str], Place | None] = field(factory=dict)
    operators: set[str] = field(factory=set)


@frozen
class Order:
    """Names so that each comes after all it needs, and the cycles: each a path of names, the last needing the first.

    Names on a cycle stand in `order` too, in no order among themselves.
    """

    order: tuple[str, ...]
    cycles: tuple[tuple[str, ...], ...]


@frozen
class Unused:
    """Declarations no root reaches, by key, in the order declared."""

    names: tuple[str, ...]
    parameters: tuple[str, ...]
    facts: tuple[FactKey, ...]


# ---------------------------------------------------------------- one walk


def uses_of(expressions: Iterable[Expression], uses: Uses | None = None) -> Uses:
    """What these expressions need; added to `uses` where given."""
    found = Uses() if uses is None else uses
    names, parameters, facts, operators = found.names, found.parameters, found.facts, found.operators
    stack = list(expressions)
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is Operation:
            assert isinstance(node, Operation)
            operators.add(node.operator)
            stack.extend(node.arguments)
        elif kind is FactValue:
            assert isinstance(node, FactValue)
            facts.setdefault((node.path.entity, node.path.roles, node.fact), node.place)
        elif kind is RuleValue:
            assert isinstance(node, RuleValue)
            names.setdefault(node.rule, node.place)
        elif kind is ParameterValue:
            assert isinstance(node, ParameterValue)
            parameters.setdefault(node.parameter, node.place)
        else:
            stack.extend(parts_of(node))
            if isinstance(node, BenefitValue):
                names.setdefault(node.benefit, node.place)
    return found


def expressions_of(declared: Rule | Benefit) -> Iterator[Expression]:
    """Every expression of a declaration: the body of a rule; conditions and values of a benefit."""
    if isinstance(declared, Rule):
        yield declared.expression
        return
    for article in declared.articles:
        yield article.condition
        if isinstance(article.consequence, Grant):
            yield article.consequence.value
    if isinstance(declared.otherwise, Grant):
        yield declared.otherwise.value


def dependencies(rules: Mapping[str, Rule], benefits: Mapping[str, Benefit]) -> dict[str, Uses]:
    """What every rule and benefit needs, by its key."""
    declared: Iterable[tuple[str, Rule | Benefit]] = chain(rules.items(), benefits.items())
    return {key: uses_of(expressions_of(one)) for key, one in declared}


# ---------------------------------------------------------------- order and cycles


def order_of(needs: Mapping[str, Iterable[str]]) -> Order:
    """The order of names (Tarjan's strongly connected components, without recursion). Unknown names are passed over."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_names: list[str] = []
    waiting: set[str] = set()
    order: list[str] = []
    cycles: list[tuple[str, ...]] = []
    for root in needs:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        open_names.append(root)
        waiting.add(root)
        work = [(root, iter(needs[root]))]
        while work:
            name, rest = work[-1]
            for needed in rest:
                if needed not in index:
                    if needed in needs:
                        index[needed] = low[needed] = len(index)
                        open_names.append(needed)
                        waiting.add(needed)
                        work.append((needed, iter(needs[needed])))
                        break
                elif needed in waiting:
                    low[name] = min(low[name], index[needed])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[name])
                if low[name] == index[name]:
                    members = _component(name, open_names, waiting)
                    order.extend(members)
                    if len(members) > 1 or name in needs[name]:
                        cycles.append(_cycle(members, needs))
    return Order(tuple(order), tuple(cycles))


def _component(name: str, open_names: list[str], waiting: set[str]) -> list[str]:
    members = []
    while True:
        member = open_names.pop()
        waiting.discard(member)
        members.append(member)
        if member == name:
            return members[::-1]


def _cycle(members: list[str], needs: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The shortest circle there is; of a very large component, the shortest through its first member."""
    inside = set(members)
    circles = [_circle(start, inside, needs) for start in (members if len(members) <= MOST_STARTS else members[:1])]
    return min((circle for circle in circles if circle), key=len)


def _circle(start: str, inside: set[str], needs: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The shortest way from a member back to itself."""
    before: dict[str, str] = {}
    reached = [start]
    for name in reached:
        for needed in needs[name]:
            if needed == start:
                path = [name]
                while path[-1] != start:
                    path.append(before[path[-1]])
                return tuple(reversed(path))
            if needed in inside and needed not in before:
                before[needed] = name
                reached.append(needed)
    return ()


# ---------------------------------------------------------------- what is used, and when


def reachable(roots: Iterable[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """The roots and everything they need, directly or through others."""
    found = {root for root in roots if root in needs}
    stack = list(found)
    while stack:
        for needed in needs[stack.pop()]:
            if needed not in found and needed in needs:
                found.add(needed)
                stack.append(needed)
    return found


def unused(
    uses: Mapping[str, Uses],
    roots: Iterable[str],
    parameters: Iterable[str],
    facts: Mapping[FactKey, Fact],
    entities: Mapping[str, Entity],
    extra: Iterable[Uses] = (),
) -> Unused:
    """What no root needs. `extra` are expressions that stand outside rules and benefits (properties, examples)."""
    outside = list(extra)
    named = chain(roots, chain.from_iterable(one.names for one in outside))
    found = reachable(named, {key: one.names for key, one in uses.items()})
    asked = [*outside, *(uses[key] for key in found)]
    used_parameters = {key for one in asked for key in one.parameters}
    used_facts: set[FactKey] = set()
    for path in {path for one in asked for path in one.facts}:
        used_facts.add((entity_at(path[0], path[1], entities), path[2]))
    return Unused(
        tuple(key for key in uses if key not in found),
        tuple(key for key in parameters if key not in used_parameters),
        tuple(key for key in facts if key not in used_facts),
    )


def spans_used(
    uses: Mapping[str, Uses],
    order: Iterable[str],
    benefits: Mapping[str, Benefit],
    roots: Iterable[str],
    parameters: Mapping[str, Parameter],
) -> dict[str, tuple[DaySpan, ...]]:
    """The days on which each parameter is needed, merged and sorted; a parameter nothing needs is left out.

    A name is needed on the days of those that need it; an article needs what it names while it is in force. Roots are
    needed always.
    """
    needed: dict[str, tuple[DaySpan, ...]] = dict.fromkeys(roots, (ALWAYS,))
    asked: dict[str, list[DaySpan]] = {}
    found: dict[str, list[DaySpan]] = {}
    for key in reversed(tuple(order)):
        spans = needed.get(key) or merged(asked.get(key, ()))
        if not spans or key not in uses:
            continue
        benefit = benefits.get(key)
        dated = benefit is not None and any(article.start or article.end for article in benefit.articles)
        for window, using in _windows(benefit) if benefit and dated else ((ALWAYS, uses[key]),):
            times = spans if window == ALWAYS else tuple(_common(spans, window))
            for name in using.names if times else ():
                asked.setdefault(name, []).extend(times)
            for parameter in using.parameters if times else ():
                if parameter in parameters:
                    found.setdefault(parameter, []).extend(times)
    return {key: merged(spans) for key, spans in found.items()}


def _windows(benefit: Benefit) -> Iterator[tuple[DaySpan, Uses]]:
    """The expressions of a benefit by the days they are in force."""
    windows: dict[DaySpan, Uses] = {}
    for article in benefit.articles:
        parts = [article.condition]
        if isinstance(article.consequence, Grant):
            parts.append(article.consequence.value)
        uses_of(parts, windows.setdefault((article.start, article.end), Uses()))
    if isinstance(benefit.otherwise, Grant):
        uses_of((benefit.otherwise.value,), windows.setdefault(ALWAYS, Uses()))
    yield from windows.items()


def merged(spans: Iterable[DaySpan]) -> tuple[DaySpan, ...]:
    """The same days as sorted spans that neither overlap nor touch."""
    result: list[DaySpan] = []
    for start, end in sorted(set(spans), key=lambda span: span[0] or date.min):
        last = result[-1] if result else None
        if last is None or (last[1] is not None and start is not None and start.toordinal() > last[1].toordinal() + 1):
            result.append((start, end))
        elif last[1] is not None and (end is None or end > last[1]):
            result[-1] = (last[0], end)
    return tuple(result)


def common(left: DaySpan, right: DaySpan) -> DaySpan | None:
    """The days in both spans."""
    start = _chosen(max, left[0], right[0])
    end = _chosen(min, left[1], right[1])
    return None if start is not None and end is not None and start > end else (start, end)


def _common(spans: Iterable[DaySpan], window: DaySpan) -> Iterator[DaySpan]:
    return (both for span in spans if (both := common(span, window)) is not None)


def _chosen(pick: Callable[[date, date], date], left: date | None, right: date | None) -> date | None:
    if left is None or right is None:
        return left if right is None else right
    return pick(left, right)
