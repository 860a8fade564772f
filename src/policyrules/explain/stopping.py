"""Why an answer is another than before: what kept the articles that granted from granting again, and the values that differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from policyrules.core.outcome import Answer, Granted, Step
from policyrules.core.program import Article, Program
from policyrules.explain.conditions import distinct, grounds
from policyrules.explain.expressions import name_of
from policyrules.explain.reason import Reason, parts
from policyrules.explain.reasons import reasons_of
from policyrules.explain.words import value_words
from policyrules.source.phrase import Phrase
from policyrules.values.types import Type
from policyrules.values.unknown import Unknown

_CHANGED = Phrase("{name}：由 {before} 变为 {now}", "{name}: from {before} to {now}")

_Named: TypeAlias = tuple[object, str]
"""A named value and whose it is, comparable between two runs."""


def obstacles(previous: Answer, now: Answer, program: Program) -> tuple[Reason, ...]:
    """The reasons of `now` that concern the articles by which `previous` was granted, or that set them aside."""
    granting = {article.number for article in _granting(previous)}
    return tuple(
        reason
        for reason in reasons_of(now, program)
        if reason.kind in ("failing", "excluded") and reason.article in granting
    )


def differences(previous: Answer, now: Answer, program: Program) -> tuple[Phrase, ...]:
    """The values on which the grant rested and that have another value now, each with both: 有固定收入：由 否 变为 是."""
    held = {_key(step): step for step in _every(now.trace)}
    found: dict[str, Phrase] = {}
    for step in distinct(_grounds(previous)):
        other = held.get(_key(step))
        kind: Type = getattr(step.what, "type", previous.type)
        if other is None or other.value == step.value or isinstance(other.value, Unknown):
            continue
        name = name_of(step, previous.instance, program)
        line = _CHANGED.fill(name=name, before=value_words(step.value, kind), now=value_words(other.value, kind))
        found.setdefault(line.zh, line)
    return tuple(found.values())


def _granting(answer: Answer) -> tuple[Article, ...]:
    return answer.outcome.articles if isinstance(answer.outcome, Granted) else ()


def _grounds(previous: Answer) -> Iterator[Step]:
    """What the conditions of the granting articles rested on."""
    granting = {id(article) for article in _granting(previous)}
    for step in parts(previous.trace):
        if id(step.what) in granting and step.children:
            yield from grounds(step.children[0])


def _every(step: Step | None) -> Iterator[Step]:
    """All steps of a trace, each once however often it is shared."""
    waiting = [step] if step is not None else []
    seen: set[int] = set()
    while waiting:
        found = waiting.pop()
        if id(found) not in seen:
            seen.add(id(found))
            waiting.extend(found.children)
            yield found


def _key(step: Step) -> _Named:
    return step.what, step.instance.id if step.instance is not None else ""
