"""The order in which a plan's columns are selected: stages of one relation each, and what each stage has to carry on."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, evolve, field

from policyrules.engines.columnar import Plan, Result
from policyrules.engines.plan import ID, ROLE, UP, Fetched, Gathered, Made, Node, in_several_roles, reads
from policyrules.engines.plan_terms import Term, columns_of


@define(eq=False)
class Stage:
    """One select: the new columns of an entity, and the names it hands on (new ones included)."""

    entity: str
    nodes: list[Node]
    carried: list[str] = field(factory=list)


def stages(plan: Plan) -> tuple[dict[str, list[str]], list[Stage]]:
    """The columns read of the relations handed in, by entity, and the stages in order; columns nobody reads are left out."""
    wanted: set[tuple[str, str]] = {(result.entity, name) for result in plan.results for name in outputs(result)}
    kept: list[Node] = []
    for node in reversed(plan.nodes):
        if (node.entity, node.name) in wanted:
            kept.append(node)
            wanted |= reads(node)
    order = _ordered(list(reversed(kept)))
    live: dict[str, set[str]] = {}
    for result in plan.results:
        live.setdefault(result.entity, set()).update(outputs(result))
    for stage in reversed(order):
        here = live.setdefault(stage.entity, set())
        stage.carried = sorted(here)
        here -= {node.name for node in stage.nodes}
        for node in stage.nodes:
            for entity, name in _needed(plan, node):
                live.setdefault(entity, set()).add(name)
    return {entity: sorted(names) for entity, names in live.items()}, order


def widest(plan: Plan) -> int:
    """How many columns a relation on the way to the result has at most, with the id that members are gathered by."""
    base, order = stages(plan)
    return max(map(len, (*base.values(), *(stage.carried for stage in order))), default=0) + 1


def narrowed(plan: Plan, most: int) -> list[Plan]:
    """Plans whose results together are those of the plan, none of them wider, unless there is one result alone that is."""
    if len(plan.results) < 2 or widest(plan) <= most:
        return [plan]
    half = len(plan.results) // 2
    return [part for results in (plan.results[:half], plan.results[half:]) for part in narrowed(evolve(plan, results=results), most)]


def outputs(result: Result) -> set[str]:
    """The columns a result reads."""
    terms: Iterable[Term] = (
        result.household, result.status, result.value, result.scale, result.word, result.provisional, result.article, result.reason,
    )  # fmt: skip
    return {ID}.union(*map(columns_of, terms))


def _needed(plan: Plan, node: Node) -> set[tuple[str, str]]:
    """What a node reads, with the ids its join goes by."""
    needed = set(reads(node))
    match node:
        case Fetched(entity, _, role, source):
            needed |= {(entity, ID), (source, UP), (source, ROLE)} if role else {(entity, UP), (source, ID)}
        case Gathered():
            needed |= {(node.entity, node.owner), (node.entity, ID), (node.member, UP)}
            if in_several_roles(plan.program, node.member):
                needed.add((node.member, ROLE))
        case Made():
            pass
    return needed


def _ordered(nodes: list[Node]) -> list[Stage]:
    """Joins of one entity together, then what is made from them, layer by layer."""
    standing: dict[tuple[str, str], tuple[int, int]] = {}
    found: dict[tuple[int, str, int], list[Node]] = {}
    for node in nodes:
        before = [standing.get(read, (0, 0)) for read in reads(node)]
        if isinstance(node, Made):
            level = max((one for one, _ in before), default=0)
            at = (level, 1 + max((layer for one, layer in before if one == level), default=0))
        else:
            at = (1 + max((one for one, _ in before), default=0), 0)
        standing[node.entity, node.name] = at
        found.setdefault((at[0], node.entity, at[1]), []).append(node)
    return [Stage(entity, found[level, entity, layer]) for level, entity, layer in sorted(found, key=lambda key: (key[0], key[1], key[2]))]
