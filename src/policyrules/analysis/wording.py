"""Expressions of the core in the words of the policy language, for messages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policyrules.analysis.graph import entity_of_path
from policyrules.analysis.view import View
from policyrules.core.program import (
    Aggregate,
    Anchor,
    BenefitValue,
    Choice,
    Expression,
    FactValue,
    Gathering,
    Impossible,
    IsSubject,
    Literal,
    Moment,
    MomentValue,
    Operation,
    ParameterValue,
    Path,
    RuleValue,
)
from policyrules.operators.operator import describe
from policyrules.operators.table import OPERATORS
from policyrules.source.phrase import Phrase, plain
from policyrules.values.quantities import value_text

DEEPEST = 6

_GATHERED: Mapping[Gathering, Phrase] = MappingProxyType(
    {
        Gathering.SUM: Phrase("合计", "sum"),
        Gathering.COUNT: Phrase("人数", "count"),
        Gathering.ANY: Phrase("任一", "any"),
        Gathering.ALL: Phrase("全部", "all"),
        Gathering.HIGHEST: Phrase("最高", "highest"),
        Gathering.LOWEST: Phrase("最低", "lowest"),
        Gathering.MEAN: Phrase("平均", "mean"),
    }
)
_MOMENTS: Mapping[Moment, Phrase] = MappingProxyType(
    {
        Moment.DAY: Phrase("当日", "reference day"),
        Moment.MONTH_START: Phrase("月初", "month start"),
        Moment.MONTH_END: Phrase("月末", "month end"),
    }
)
_DOTS = plain("…")
_OWNED = Phrase("{owner}的{name}", "{owner}'s {name}")


def expression_text(node: Expression, view: View, depth: int = 0) -> Phrase:
    """An expression in words; what is nested too deep is left out."""
    if depth > DEEPEST:
        return _DOTS
    match node:
        case Literal():
            return Phrase(value_text(node.value, node.type, "zh"), value_text(node.value, node.type, "en"))
        case ParameterValue():
            parameter = view.parameters.get(node.parameter)
            return plain(parameter.name if parameter else _bare(node.parameter))
        case FactValue():
            fact = view.facts.get((entity_of_path(node.path, view.entities), node.fact))
            return _owned(node.path, plain(fact.name if fact else _bare(node.fact)))
        case RuleValue():
            rule = view.rules.get(node.rule)
            return _owned(node.path, plain(rule.name if rule else _bare(node.rule)))
        case BenefitValue():
            name = plain(_bare(node.benefit))
            return Phrase("享受({name})", "granted({name})").fill(name=name) if node.granted else _owned(node.path, name)
        case Operation():
            arguments = [expression_text(argument, view, depth + 1) for argument in _told(node)]
            row = OPERATORS.get(node.operator)
            return describe(row, arguments) if row else _DOTS
        case Choice():
            return _DOTS
        case Aggregate():
            return _aggregate(node, view, depth)
        case MomentValue():
            return _MOMENTS[node.moment]
        case IsSubject():
            return Phrase("是本人", "is the person decided")
        case Impossible():
            return Phrase("无法计算", "undefined")


def _aggregate(node: Aggregate, view: View, depth: int) -> Phrase:
    who = _owned(node.path, plain(node.role))
    if node.where is not None:
        who = Phrase("{who} 中 {where}", "{who} where {where}").fill(who=who, where=expression_text(node.where, view, depth + 1))
    if node.value is not None:
        value = expression_text(node.value, view, depth + 1)
        who = Phrase("{who}，{value}", "{who}, {value}").fill(who=who, value=value)
    return Phrase("{kind}({who})", "{kind}({who})").fill(kind=_GATHERED[node.kind], who=who)


def _told(node: Operation) -> tuple[Expression, ...]:
    """The arguments people write: those of age without the rule for birthdays."""
    return node.arguments[:2] if node.operator == "age" else node.arguments


def _owned(path: Path, name: Phrase) -> Phrase:
    owners = ["本人"] if path.anchor is Anchor.SUBJECT and not path.roles else list(path.roles)
    for owner in reversed(owners):
        name = _OWNED.fill(owner=owner, name=name)
    return name


def _bare(key: str) -> str:
    """The name without its policy."""
    return key.rpartition("·")[2] or key
