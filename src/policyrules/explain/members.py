"""Who a sum, a count or a highest amount is made of: each member's part, so that the lines add up."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.core.case import Instance
from policyrules.core.outcome import Answer, Step
from policyrules.core.program import Aggregate, Anchor, Program, RuleValue
from policyrules.explain.expressions import describe
from policyrules.explain.reason import Reason
from policyrules.explain.words import LIST, joined, value_words
from policyrules.source.phrase import Phrase, plain
from policyrules.values.types import Quantity
from policyrules.values.unknown import Unknown

MOST_MEMBERS = 12

_PARTS = Phrase("{what}：{members}", "{what}: {members}")
_PART = Phrase("{member} {value}", "{member} {value}")
_NOBODY = Phrase("没有人", "nobody")
_MORE = Phrase("等 {count} 个", "… {count} in all")


def gathered(answer: Answer, step: Step, program: Program) -> Iterator[Reason]:
    """A line for each gathering in an expression, not for those of the definitions it uses."""
    if isinstance(step.what, RuleValue):
        return
    for child in step.children:
        yield from gathered(answer, child, program)
    if isinstance(step.what, Aggregate) and _is_news(step.what) and not isinstance(step.value, Unknown):
        members = _members(step, step.what)
        if members is not None:
            entity = step.instance.entity if step.instance else answer.instance.entity
            what = describe(step.what, entity, program)
            yield Reason("rule", _PARTS.fill(what=what, members=members), value=value_words(step.value, step.what.type))


def _is_news(node: Aggregate) -> bool:
    """A quantity over some of the members; that a household has the members it has is no news."""
    return isinstance(node.type, Quantity) and (node.value is not None or node.where is not None)


def _members(step: Step, node: Aggregate) -> Phrase | None:
    """The members that belong, each with its value; None where the trace does not tell."""
    owner = _owner(step.instance, node)
    group = owner.members.get(node.role) if owner is not None else None
    if group is None:
        return None
    parts: list[Phrase] = []
    steps = iter(step.children)
    for member in group:
        if node.where is not None:
            belongs = next(steps, None)
            if belongs is None:
                return None
            if belongs.value is False:
                continue
        if node.value is None:
            parts.append(plain(member.id))
            continue
        value = next(steps, None)
        if value is None:
            return None
        parts.append(_PART.fill(member=member.id, value=value_words(value.value, node.value.type)))
    if not parts:
        return _NOBODY
    if len(parts) > MOST_MEMBERS:
        return joined(LIST, [*parts[:MOST_MEMBERS], _MORE.fill(count=len(parts))])
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
