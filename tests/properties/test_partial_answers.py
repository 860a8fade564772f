"""Laws 10 and 11 over generated programs: every completion of a partial case lies inside the partial answer, a settled
answer never changes, and every answer can be explained in both languages."""

from __future__ import annotations

from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from core_building import APRIL
from generated_programs import KEYS, SLOTS, VALUES, case_of, inside, policy
from policyrules.core.outcome import Answer
from policyrules.core.program import Program
from policyrules.engines.interpreter import decide
from policyrules.explain.wording import explain
from policyrules.values.types import Value


def answers(built: Program, known: dict[tuple[str, str], Value]) -> tuple[Answer, ...]:
    """Every key for the first of two people."""
    root, first = case_of(known)
    asked = [(key, first) for key in KEYS]
    found = decide(built, root, APRIL, asked, True)
    assert [each.outcome for each in found] == [each.outcome for each in decide(built, root, APRIL, asked, False)]
    assert all(explain(each, built, "zh") and explain(each, built, "en") for each in found)
    return found


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_completions_lie_inside_the_partial_answer(seed: int) -> None:
    draw = Random(seed)
    built = policy(draw)
    known = {slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS}
    hidden = draw.sample(SLOTS, draw.randrange(1, 4))
    partial = answers(built, {slot: value for slot, value in known.items() if slot not in hidden})
    for values in product(*(VALUES[slot[1]] for slot in hidden)):
        for open_, full in zip(partial, answers(built, known | dict(zip(hidden, values, strict=True))), strict=True):
            assert inside(open_.outcome, full.outcome), (open_.key, open_.outcome, full.outcome)
