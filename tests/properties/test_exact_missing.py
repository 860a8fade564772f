"""Law 11 to the letter, over generated programs and partial cases.

Every completion's outcome lies inside the partial answer; what is settled stays settled; each fact listed as missing can
change the answer by itself, as two completions show that differ in nothing else; and no other fact can.

`POLICYRULES_CASES=100000` is the nightly setting; without it 2,000 cases are tried.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from attrs import evolve

from core_building import APRIL, PERSON
from generated_programs import KEYS, SLOTS, case_of, inside, policy
from policyrules.core.outcome import Computed, Granted, Outcome, Undecided
from policyrules.core.program import Program
from policyrules.engines.interpreter import decide
from policyrules.values.types import Quantity, Value

Slot = tuple[str, str]

CASES = int(os.environ.get("POLICYRULES_CASES", "2000"))
BATCHES = 20
NARROW, WIDE = 3, 21
"""Incomes of 0, 1, 2 are tried one by one; of 0 … 20 the engine has to find where the answer turns."""


def finite(program: Program, incomes: int) -> Program:
    """The program with whole incomes below a bound, so that every completion can be tried."""
    income = program.facts[PERSON, "月收入"]
    assert isinstance(income.type, Quantity)
    whole = evolve(income, type=evolve(income.type, whole=True), high=Fraction(incomes - 1))
    return evolve(program, facts={**program.facts, (PERSON, "月收入"): whole})


def values_of(slot: Slot, incomes: int) -> tuple[Value, ...]:
    return tuple(map(Fraction, range(incomes))) if slot[1] == "月收入" else (True, False)


def outcomes(program: Program, known: Mapping[Slot, Value]) -> list[Outcome]:
    """For the first of two people, by key."""
    root, first = case_of(dict(known))
    return [answer.outcome for answer in decide(program, root, APRIL, [(key, first) for key in KEYS], False)]


def said(outcome: Outcome) -> object:
    """What an answer comes to: which article brought it about is not part of it, nor
    which of several errors it is."""
    match outcome:
        case Granted(amount):
            return "granted", amount
        case Computed(value):
            return "computed", value
        case _:
            return type(outcome).__name__


def completions(hidden: Sequence[Slot], incomes: int) -> Iterator[dict[Slot, Value]]:
    for values in product(*(values_of(slot, incomes) for slot in hidden)):
        yield dict(zip(hidden, values, strict=True))


def relevant(hidden: Sequence[Slot], said_of: Mapping[tuple[Value, ...], object]) -> set[Slot]:
    """The facts of which two completions that differ in nothing else come out differently."""
    found: set[Slot] = set()
    for index, slot in enumerate(hidden):
        groups: dict[tuple[Value, ...], set[object]] = {}
        for values, outcome in said_of.items():
            groups.setdefault(values[:index] + values[index + 1 :], set()).add(outcome)
        if any(len(group) > 1 for group in groups.values()):
            found.add(slot)
    return found


def check(seed: int, incomes: int, most: int) -> None:
    draw = Random(seed)
    program = finite(policy(draw), incomes)
    known = {slot: draw.choice(values_of(slot, incomes)) for slot in SLOTS}
    hidden = draw.sample(SLOTS, draw.randrange(1, most + 1))
    partial = outcomes(program, {slot: value for slot, value in known.items() if slot not in hidden})
    full = {tuple(made.values()): outcomes(program, known | made) for made in completions(hidden, incomes)}
    for index, key in enumerate(KEYS):
        open_ = partial[index]
        for outcome in full.values():
            settled = outcome[index]
            assert inside(open_, settled), (seed, key, str(open_)[:300], str(settled)[:300])
        matter = relevant(hidden, {values: said(each[index]) for values, each in full.items()})
        missing = {(need.subject, need.fact) for need in open_.missing} if isinstance(open_, Undecided) else set()
        assert missing == matter, (seed, key, str(open_)[:400], matter)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_what_is_missing_is_exactly_what_matters(batch: int) -> None:
    share = CASES // BATCHES
    for seed in range(batch * share, (batch + 1) * share):
        if seed % 4:
            check(seed, NARROW, 3)
        else:
            check(seed, WIDE, 1 + (seed % 8 == 0))


