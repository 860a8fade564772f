"""核对 held against a case: facts that contradict each other are named together, with their values and places."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from policyrules.book import case_problems as problems
from policyrules.core.case import Instance, Occasion
from policyrules.core.outcome import Answer, Computed, Step
from policyrules.core.program import FactValue, Program, Rule
from policyrules.engines import interpreter
from policyrules.engines.python_code import PythonCode
from policyrules.explain.words import known_words
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText, line_and_column
from policyrules.values.types import Type, Value

_ITEM = Phrase("{subject}的{name} {value}（{where}）", "{name} of {subject} {value} ({where})")
_PLACELESS = Phrase("{subject}的{name} {value}", "{name} of {subject} {value}")
_MOST = 20


def contradictions(code: PythonCode, root: Instance, occasion: Occasion) -> tuple[Diagnostic, ...]:
    """Every 核对 that the facts of a case make false. What is not known, or only presumed, contradicts nothing."""
    program = code.program
    asked = code.doubtful(root, occasion)
    if not asked:
        return ()
    checking = evolve(program, rules={**program.rules, **{rule.key: rule for rule in program.consistencies}})
    first = interpreter.at_first_sight(checking, root, occasion, asked)
    doubtful = [one for one, answer in zip(asked, first, strict=True) if _is_false(answer)]
    if not doubtful:
        return ()
    told = evolve(checking, facts={key: evolve(fact, presumed=None) for key, fact in program.facts.items()})
    return tuple(_finding(answer, told) for answer in interpreter.decide(told, root, occasion, doubtful, trace=True) if _is_false(answer))


def _is_false(answer: Answer) -> bool:
    return isinstance(answer.outcome, Computed) and answer.outcome.value is False


def _finding(answer: Answer, program: Program) -> Diagnostic:
    told = list(_told(answer, program))
    items = [_item(*one) for one in told]
    place = next((where for where in (owner.place_of(owner.id, key) for owner, key, *_ in told) if where is not None), None)
    found = problems.CONTRADICTION.at(place or Place(SourceText("<case>", ""), 0, 0), title=answer.name, facts="")
    # Filled in here and not by `at`, which cuts long lists: every fact has to be seen.
    facts = Phrase("、".join(item.zh for item in items[:_MOST]), ", ".join(item.en for item in items[:_MOST]))
    return evolve(found, message=problems.CONTRADICTION.message.fill(title=answer.name, facts=facts))


def _told(answer: Answer, program: Program) -> Iterator[tuple[Instance, str, str, Type, Value]]:
    """What the case gave and the condition rests on, each once: owner, key, name, type, value."""
    seen: set[tuple[str, str]] = set()
    waiting = [answer.trace] if answer.trace is not None else []
    while waiting:
        step = waiting.pop()
        waiting.extend(reversed(step.children))
        for one in _given_by(step, program):
            if (one[0].id, one[1]) not in seen:
                seen.add((one[0].id, one[1]))
                yield one


def _given_by(step: Step, program: Program) -> Iterator[tuple[Instance, str, str, Type, Value]]:
    owner = step.instance
    match step.what:
        case FactValue(fact=key, type=kind) if owner is not None and key in owner.facts:
            fact = program.facts.get((owner.entity, key))
            yield owner, key, fact.name if fact is not None else key, kind, owner.facts[key]
        case Rule(key=key, name=name, type=kind) if owner is not None and key in owner.given:
            yield owner, key, name, kind, owner.given[key]


def _item(owner: Instance, key: str, name: str, kind: Type, value: Value) -> Phrase:
    where = owner.place_of(owner.id, key)
    words = known_words(value, kind)
    if where is None or not where.source.text:
        return _PLACELESS.fill(subject=owner.id, name=name, value=words)
    line, column = line_and_column(where)
    return _ITEM.fill(subject=owner.id, name=name, value=words, where=f"{where.path}:{line}:{column}")
