"""What an answer rests on as a graph in the DOT language: facts and parameters, the rules made of them, the articles, the benefit.

For developers. Arrows lead from what was used to what used it; expressions between names are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.core.case import Instance
from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Refused, Step, Undecided
from policyrules.core.program import Article, Benefit, FactValue, ParameterRow, ParameterValue, Program, Rule
from policyrules.explain.expressions import name_of
from policyrules.explain.words import article_words, citation_words, outcome_words, owned, span_words, value_words
from policyrules.source.phrase import Language, Phrase
from policyrules.source.render import visible
from policyrules.values.types import TRUTH, Type

_SUPPLIED = Phrase("由经办人给出", "supplied")
_PROVISIONAL = Phrase("暂定", "provisional")
_NOT_IN_FORCE = Phrase("当日不施行", "not in force")
_HOLDS = Phrase("适用", "holds")
_HOLDS_NOT = Phrase("不适用", "does not hold")

_SHAPES: dict[type, str] = {Benefit: "doubleoctagon", Article: "box", Rule: "ellipse", ParameterValue: "cylinder", FactValue: "note"}

_Node: TypeAlias = tuple[str, object, int]
"""What a node stands for: its kind, a name or declaration, and the instance it was evaluated for."""


@frozen
class _Drawn:
    name: str
    lines: tuple[Phrase, ...]
    shape: str
    dashed: bool


@define
class _Graph:
    """Nodes and edges in the order in which they are met, so that one answer always gives one text."""

    nodes: dict[_Node, _Drawn] = field(factory=dict)
    edges: dict[tuple[str, str], None] = field(factory=dict)


def dot(answer: Answer, program: Program, language: Language = "zh") -> str:
    """The graph of a traced answer as DOT text; of an answer without a trace only itself."""
    graph = _Graph()
    trace = answer.trace if answer.trace is not None else Step(None, answer.outcome, answer.instance)
    root = _Drawn("n0", (owned(answer.name, answer.instance, None), outcome_words(answer.outcome, answer.type)), _SHAPES[Benefit], False)
    graph.nodes[_key(trace)] = root
    waiting = [(child, root.name) for child in reversed(trace.children)]
    entered: set[tuple[int, str]] = set()
    while waiting:
        step, user = waiting.pop()
        if (id(step), user) in entered:
            continue
        entered.add((id(step), user))
        key = _key(step)
        lines = _lines(step, answer, program) if key not in graph.nodes else ()
        if lines:
            dashed = isinstance(step.what, Article) and step.value is not True
            graph.nodes[key] = _Drawn(f"n{len(graph.nodes)}", lines, _SHAPES[type(step.what)], dashed)
        drawn = graph.nodes.get(key)
        if drawn is not None:
            graph.edges[(drawn.name, user)] = None
        inner = drawn.name if drawn is not None else user
        waiting.extend((child, inner) for child in reversed(step.children))
    return "".join(f"{line}\n" for line in _text(graph, language))


def _key(step: Step) -> _Node:
    """The same for the same fact or parameter, whichever way a rule reaches it."""
    match step.what:
        case FactValue(_, fact):
            return "fact", fact, id(step.instance)
        case ParameterValue(parameter):
            return "parameter", parameter, 0
        case Rule(key) | Benefit(key):
            return "rule", key, id(step.instance)
        case other:
            return "", id(other), id(step.instance)


def _lines(step: Step, answer: Answer, program: Program) -> tuple[Phrase, ...]:
    """What is written in the node of a step; nothing for steps that are no node."""
    viewer: Instance = answer.instance
    match step.what:
        case FactValue(_, _, kind):
            return name_of(step, viewer, program), value_words(step.value, kind)
        case ParameterValue(_, kind):
            row = step.children[0].what if step.children else None
            return name_of(step, viewer, program), value_words(step.value, kind), *(_row(row, program) if isinstance(row, ParameterRow) else ())
        case Rule(_, name, entity, kind):
            owner = step.instance if entity is not None else None
            return owned(name, owner, viewer), _value(step.value, kind), *(() if step.children else (_SUPPLIED,))
        case Benefit(_, name, _, kind):
            return owned(name, step.instance, viewer), _value(step.value, kind), *(() if step.children else (_SUPPLIED,))
        case Article() as article:
            if not step.children:
                return article_words(article), _NOT_IN_FORCE
            if isinstance(step.value, bool):
                return article_words(article), _HOLDS if step.value else _HOLDS_NOT
            return article_words(article), value_words(step.value, TRUTH)
        case _:
            return ()


def _row(row: ParameterRow, program: Program) -> Iterator[Phrase]:
    yield span_words(row.start, row.end)
    citation = citation_words(row.citation, program)
    if citation is not None:
        yield citation
    if row.provisional:
        yield _PROVISIONAL


def _value(value: object, kind: Type) -> Phrase:
    if isinstance(value, (Granted, Refused, Undecided, Conflict, Failed, Computed)):
        return outcome_words(value, kind)
    return value_words(value, kind)


# ---------------------------------------------------------------- DOT


def _text(graph: _Graph, language: Language) -> Iterator[str]:
    yield "digraph {"
    yield "  rankdir=BT; bgcolor=white;"
    yield '  node [fontname="Noto Sans CJK SC, sans-serif", fontsize=11, color="#1a1a1a"];'
    yield '  edge [color="#5a5a5a"];'
    for node in graph.nodes.values():
        label = "\\n".join(_escaped(line(language)) for line in node.lines)
        yield f'  {node.name} [shape={node.shape}{", style=dashed" if node.dashed else ""}, label="{label}"];'
    for user, used in graph.edges:
        yield f"  {user} -> {used};"
    yield "}"


def _escaped(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')
