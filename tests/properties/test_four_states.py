"""Facts in their four states, and lists that may not be complete, over generated programs: what a partial answer says holds
however the case turns out."""

from __future__ import annotations

from random import Random

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from core_building import APRIL, PERSON, person
from generated_programs import KEYS, SLOTS, VALUES, case_of, inside, policy
from policyrules.core.case import Instance, State, instances
from policyrules.core.facts import Stead
from policyrules.core.outcome import Failed, Outcome, Undecided
from policyrules.core.program import Program
from policyrules.engines.interpreter import decide
from policyrules.explain.wording import explain
from policyrules.values.types import Value

Known = dict[tuple[str, str], Value]
SEEDS = st.integers(0, 2**32)


def outcomes(built: Program, root: Instance, first: Instance) -> list[Outcome]:
    """Every key for the first person, the same with a trace and without, each fit to be explained."""
    asked = [(key, first) for key in KEYS]
    found = decide(built, root, APRIL, asked, True)
    assert [each.outcome for each in found] == [each.outcome for each in decide(built, root, APRIL, asked, False)]
    assert all(explain(each, built, "zh") and explain(each, built, "en") for each in found)
    return [each.outcome for each in found]


def drawn(draw: Random) -> tuple[Program, Known, list[tuple[str, str]]]:
    """A program, a case of which everything is known, and a few of its facts."""
    built = policy(draw)
    known = {slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS}
    return built, known, draw.sample(SLOTS, draw.randrange(1, 4))


def without(known: Known, slots: list[tuple[str, str]]) -> Known:
    return {slot: value for slot, value in known.items() if slot not in slots}


def marked(known: Known, slots: list[tuple[str, str]], state: State) -> tuple[Instance, Instance]:
    """The case with these facts in a state instead of having a value."""
    root, first = case_of(without(known, slots))
    for one in instances(root):
        one.states.update({name: state for who, name in slots if who == one.id})
    return root, first


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_further_members_lie_inside_the_answer_over_an_incomplete_list(seed: int) -> None:
    draw = Random(seed)
    built, known, slots = drawn(draw)
    hidden = slots[: draw.randrange(3)]
    root, first = case_of(without(known, hidden))
    root.unlisted["成员"] = Instance(PERSON, "", parent=root)
    partial = outcomes(built, root, first)
    for _ in range(4):
        root, first = case_of(known | {slot: draw.choice(VALUES[slot[1]]) for slot in hidden})
        for number in range(draw.randrange(4)):
            facts = {name: draw.choice(VALUES[name]) for name in ("特困", "月收入")}
            root.members["成员"].append(_parented(person(f"另{number}", **facts), root))
        for key, open_, full in zip(KEYS, partial, outcomes(built, root, first), strict=True):
            assert inside(open_, full), (key, open_, full)


def _parented(one: Instance, root: Instance) -> Instance:
    one.parent = root
    return one


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_what_cannot_be_known_is_unknown_and_never_asked_for(seed: int) -> None:
    built, known, slots = drawn(Random(seed))
    unknown = outcomes(built, *case_of(without(known, slots)))
    unascertainable = outcomes(built, *marked(known, slots, State.UNASCERTAINABLE))
    for first, second in zip(unknown, unascertainable, strict=True):
        if isinstance(first, Undecided):
            assert isinstance(second, Undecided) and not second.missing and not first.unknowable
            assert second.unknowable == tuple(evolve(need, askable=False) for need in first.missing)
            assert second.possible == first.possible
        else:
            assert second == first


@settings(max_examples=100, deadline=None)
@given(SEEDS, st.sampled_from([("presumed", State.UNASCERTAINABLE), ("inapplicable", State.INAPPLICABLE)]))
def test_a_stead_is_as_good_as_the_fact(seed: int, kind: tuple[str, State]) -> None:
    draw = Random(seed)
    built, known, slots = drawn(draw)
    where, state = kind
    steads = {name: draw.choice(VALUES[name]) for name in VALUES}
    facts = {
        key: evolve(fact, **{where: Stead(steads[fact.key])}) if fact.key in steads else fact for key, fact in built.facts.items()
    }
    told = known | {slot: steads[slot[1]] for slot in slots}
    assert outcomes(evolve(built, facts=facts), *marked(known, slots, state)) == outcomes(built, *case_of(told))


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_what_does_not_apply_fails_the_answer_or_does_not_matter(seed: int) -> None:
    draw = Random(seed)
    built, known, slots = drawn(draw)
    found = outcomes(built, *marked(known, slots, State.INAPPLICABLE))
    for _ in range(3):
        told = known | {slot: draw.choice(VALUES[slot[1]]) for slot in slots}
        for key, bare, full in zip(KEYS, found, outcomes(built, *case_of(told)), strict=True):
            assert isinstance(bare, Failed) or inside(bare, full), (key, bare, full)
