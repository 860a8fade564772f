"""What an answer says of facts that somebody answered and that yet have no value: 不详, 不适用, and what stood in for them."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.core.case import Instance, State, stead_of
from policyrules.core.outcome import Answer, Undecided
from policyrules.core.program import FactValue, Program
from policyrules.engines.steps import walk
from policyrules.explain.reason import Reason
from policyrules.explain.words import citation_words, known_words, owned
from policyrules.source.phrase import Phrase, plain

_PRESUMED = Phrase("{fact}不详，推定为 {value}{paper}", "{fact} is unascertainable, presumed {value}{paper}")
_INAPPLICABLE = Phrase("{fact}不适用，取 {value}{paper}", "{fact} is inapplicable, taken as {value}{paper}")
_PAPER = Phrase("（{citation}）", " ({citation})")
_UNKNOWABLE = Phrase("{fact}：已问过，无法查明", "{fact}: asked for, and cannot be known")
_WORDS = {State.UNASCERTAINABLE: ("presumed", _PRESUMED), State.INAPPLICABLE: ("inapplicable", _INAPPLICABLE)}


def stead_reasons(answer: Answer, program: Program) -> Iterator[Reason]:
    """Everything presumed, or taken for what does not apply, that the answer rests on; needs a trace. Each once."""
    said: set[tuple[str, str]] = set()
    for step in walk(answer.trace):
        owner = step.instance
        if not isinstance(step.what, FactValue) or owner is None or step.what.fact in owner.facts:
            continue
        fact, state = program.facts.get((owner.entity, step.what.fact)), owner.states.get(step.what.fact)
        stead = stead_of(fact, state) if fact is not None else None
        if fact is None or state is None or stead is None or (owner.id, fact.key) in said:
            continue
        said.add((owner.id, fact.key))
        paper = citation_words(stead.citation, program, stead.passage)
        value = known_words(stead.value, fact.type)
        kind, words = _WORDS[state]
        said_of = owned(fact.name, owner, answer.instance)
        text = words.fill(fact=said_of, value=value, paper=_PAPER.fill(citation=paper) if paper is not None else plain(""))
        yield Reason(kind, text, citation=paper, value=value)


def unknowable_reasons(answer: Answer) -> Iterator[Reason]:
    """Facts that leave the answer open and that nobody can tell."""
    if isinstance(answer.outcome, Undecided):
        for need in answer.outcome.unknowable:
            yield Reason("unknowable", _UNKNOWABLE.fill(fact=_owned_by(need.subject, need.name, answer.instance)))


def _owned_by(subject: str, name: str, viewer: Instance) -> Phrase:
    return plain(name) if subject == viewer.id else Phrase(f"{subject}的{name}", f"{name} of {subject}")
