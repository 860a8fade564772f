"""A program in which some truths are facts instead of being worked out: what is shown of it holds whatever they come to.

A truth may also fail to be worked out. So each becomes two facts: what it is, and whether there is none; the second only where
failing is not ruled out otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import evolve

from policyrules.core.paths import entity_of_path
from policyrules.core.program import (
    Aggregate,
    Article,
    Benefit,
    BenefitValue,
    Branch,
    Choice,
    Expression,
    Fact,
    FactValue,
    Grant,
    Impossible,
    Operation,
    Path,
    Program,
    Rule,
    RuleValue,
)
from policyrules.source.text import Place, SourceText
from policyrules.values.types import TRUTH, Truth

_NOWHERE = Place(SourceText("", ""), 0, 0)


def opaque(program: Program, within: Iterable[str], hidden: frozenset[str], *, failing: bool = True) -> Program:
    """The program in which, in the declarations `within`, the conditions and the being granted of those `hidden` are facts.

    `failing`: they may also be without a value.
    """
    facts: dict[tuple[str, str], Fact] = {}

    def change(node: Expression) -> Expression | None:
        match node:
            case RuleValue(path, key, kind) if key in hidden and isinstance(kind, Truth) and program.rules[key].entity is not None:
                return _as_fact(program, facts, path, f"⟨{key}⟩", failing)
            case BenefitValue(path, key, True) if key in hidden:
                return _as_fact(program, facts, path, f"⟨享受 {key}⟩", failing)
            case _:
                return None

    rules, benefits = dict(program.rules), dict(program.benefits)
    for key in within:
        if key in rules:
            rules[key] = rewritten_rule(rules[key], change)
        elif key in benefits:
            benefits[key] = rewritten_benefit(benefits[key], change)
    return evolve(program, rules=rules, benefits=benefits, facts={**program.facts, **facts}) if facts else program


def _as_fact(program: Program, facts: dict[tuple[str, str], Fact], path: Path, name: str, failing: bool) -> Expression:
    entity = entity_of_path(path, program.entities)
    names = (name, f"{name}没有") if failing else (name,)
    for one in names:
        facts[entity, one] = Fact(one, one, entity, TRUTH, None, None, None, None, _NOWHERE)
    value, *none = (FactValue(path, one, TRUTH) for one in names)
    return Choice((Branch(none[0], Impossible(TRUTH)),), value, TRUTH) if none else value


Change = Callable[[Expression], "Expression | None"]
"""What stands in the stead of a node; None leaves it, with what is in it looked at."""


def rewritten(node: Expression, change: Change) -> Expression:
    """An expression with some of its nodes changed."""
    made = change(node)
    if made is not None:
        return made
    match node:
        case Operation():
            return evolve(node, arguments=tuple(rewritten(one, change) for one in node.arguments))
        case Choice():
            branches = tuple(evolve(one, condition=rewritten(one.condition, change), value=rewritten(one.value, change)) for one in node.branches)
            return evolve(node, branches=branches, otherwise=rewritten(node.otherwise, change))
        case Aggregate():
            where, value, if_none = (None if part is None else rewritten(part, change) for part in (node.where, node.value, node.if_none))
            return evolve(node, where=where, value=value, if_none=if_none)
        case _:
            return node


def rewritten_rule(rule: Rule, change: Change) -> Rule:
    """A rule with some nodes changed."""
    return evolve(rule, expression=rewritten(rule.expression, change))


def rewritten_benefit(benefit: Benefit, change: Change) -> Benefit:
    """A benefit with some nodes changed, in its articles and in 其余情形."""

    def article(one: Article) -> Article:
        says = one.consequence
        said = Grant(rewritten(says.value, change)) if isinstance(says, Grant) else says
        return evolve(one, condition=rewritten(one.condition, change), consequence=said)

    otherwise = benefit.otherwise
    last = Grant(rewritten(otherwise.value, change)) if isinstance(otherwise, Grant) else otherwise
    return evolve(benefit, articles=tuple(map(article, benefit.articles)), otherwise=last)
