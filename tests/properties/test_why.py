"""Why, over generated households of the shipped policies: it always has an answer, and its changes are true."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from policyrules.book.book import Book, decide, load
from policyrules.book.why import why
from policyrules.core.outcome import Refused
from policyrules.engines import interpreter
from policyrules.engines.what_if import same
from properties.households import MONTHS, Json, households

POLICIES = Path(__file__).parents[2] / "policies"


@cache
def shipped() -> Book:
    book = load(POLICIES)
    assert not book.errors
    return book


def cases() -> st.SearchStrategy[Json]:
    return st.deferred(lambda: households(shipped().program, known=0.9, most=2))


def names() -> st.SearchStrategy[str]:
    return st.deferred(lambda: st.sampled_from([benefit.name for benefit in shipped().program.benefits.values() if benefit.pays]))


@settings(max_examples=25, deadline=None)
@given(cases(), st.sampled_from(MONTHS), names())
def test_every_answer_can_be_asked_why(case: Json, month: str, name: str) -> None:
    decision = decide(shipped(), case, month=month, ask=name)
    assert decision.occasion is not None
    for told in why(decision):
        answer = told.answer
        assert told.text("zh") and told.text("en") and told.to_json("zh") and told.to_json("en")
        if isinstance(answer.outcome, Refused):
            assert told.why_not is not None and told.why_not.minimal and told.why_not.conditions
        root = answer.instance if answer.instance.parent is None else answer.instance.parent
        for change in told.changes:
            found = change.found
            for value in found.values[:1]:
                found.subject.facts[found.fact.key] = value
                outcome = interpreter.decide(shipped().program, root, decision.occasion, [(answer.key, answer.instance)], False)[0].outcome
                found.subject.facts[found.fact.key] = found.old
                assert same(outcome, found.outcome) and not same(outcome, answer.outcome), change.text.zh
