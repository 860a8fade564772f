"""Who a sum, a count or a highest amount is made of: each member's part, so that the lines add up."""

from __future__ import annotations

from policyrules.core.case import Instance
from policyrules.core.outcome import Step
from policyrules.core.program import Aggregate, Anchor
from policyrules.explain.words import LIST, joined, value_words
from policyrules.source.phrase import Phrase, plain
from policyrules.values.types import Quantity
from policyrules.values.unknown import Unknown

MOST_MEMBERS = 12

_PART = Phrase("{member} {value}", "{member} {value}")
_NOBODY = Phrase("没有人", "nobody")
_NOBODY_THEN = Phrase("没有人，取 {value}", "nobody, so {value}")
_MORE = Phrase("等 {count} 个", "… {count} in all")


def belonging(step: Step, node: Aggregate) -> list[tuple[Instance, Step | None]] | None:
    """The members that belong, each with the step of its value (None: it is only counted); None where the trace does not tell."""
    owner = _owner(step.instance, node)
    group = owner.members.get(node.role) if owner is not None else None
    if owner is None or group is None or node.role in owner.unlisted:
        return None
    found: list[tuple[Instance, Step | None]] = []
    steps = iter(step.children)
    for member in group:
        if node.where is not None:
            belongs = next(steps, None)
            if belongs is None or isinstance(belongs.value, Unknown):
                return None
            if belongs.value is False:
                continue
        value = next(steps, None) if node.value is not None else None
        if value is None and node.value is not None:
            return None
        found.append((member, value))
    return found


def is_news(node: Aggregate) -> bool:
    """A quantity over some of the members; that a household has the members it has is no news."""
    return isinstance(node.type, Quantity) and (node.value is not None or node.where is not None)


def member_words(step: Step, node: Aggregate) -> Phrase | None:
    """The members that belong, each with its value: 甲 300.00元/月、乙 200.00元/月. None where the trace does not tell."""
    members = belonging(step, node)
    if members is None:
        return None
    parts = [
        plain(member.id) if value is None else _PART.fill(member=member.id, value=value_words(value.value, getattr(value.what, "type", node.type)))
        for member, value in members
    ]
    if not parts:
        return _NOBODY if node.if_none is None else _NOBODY_THEN.fill(value=value_words(step.value, node.type))
    if len(parts) > MOST_MEMBERS:
        parts = [*parts[:MOST_MEMBERS], _MORE.fill(count=len(parts))]
    return joined(LIST, parts)


def _owner(instance: Instance | None, node: Aggregate) -> Instance | None:
    """The instance whose members are gathered."""
    found = instance
    if node.path.anchor is Anchor.ENCLOSING:
        while found is not None and found.entity != node.path.entity:
            found = found.parent
    for role in node.path.roles:
        found = next(iter(found.members.get(role, ())), None) if found is not None else None
    return found
