"""Law 17 for the symbolic reading: with the facts fixed to a case it says what the reference says, over generated programs and
over the worked examples of the shipped policies; and a case written from a model is decided as the model says."""

from __future__ import annotations

from datetime import date
from pathlib import Path as FilePath
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core_building import APRIL
from generated_programs import KEYS, SLOTS, VALUES, case_of, policy
from policyrules.book.book import Book, decide, load
from policyrules.book.cases import read_case
from policyrules.book.occasion import in_month
from policyrules.core.case import Instance, instances
from policyrules.engines import interpreter
from policyrules.values.types import Value

pytest.importorskip("z3")

from policyrules.engines import smt
from smt_checking import alike, all_symbolic, fixed, said, shape_of, told

POLICIES = FilePath(__file__).parents[2] / "policies"
TWO = smt.Shape(((("成员",), 2),))
FIRST: smt.Address = (("成员", 0),)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_generated_programs(seed: int) -> None:
    draw = Random(seed)
    built = policy(draw)
    world = smt.world(built, TWO, smt.Window(APRIL.month_start, APRIL.month_start))
    symbolic = {key: all_symbolic(built, world, key, FIRST) for key in KEYS}
    for _ in range(3):
        known: dict[tuple[str, str], Value] = {slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS}
        root, first = case_of(known)
        model = fixed(world, root)
        assert model is not None
        for answer in interpreter.decide(built, root, APRIL, [(key, first) for key in KEYS], False):
            found = told(world, model, symbolic[answer.key])
            assert alike(found, said(answer.outcome)), (answer.key, found, answer.outcome, known)


@pytest.fixture(scope="module")
def shipped() -> Book:
    return load(POLICIES)


def addresses(root: Instance) -> dict[str, smt.Address]:
    """Where everybody of a case is, by id."""
    found: dict[str, smt.Address] = {root.id: ()}
    for one in instances(root):
        for role, group in one.members.items():
            found.update({member.id: (*found[one.id], (role, index)) for index, member in enumerate(group)})
    return found


def test_the_shipped_examples(shipped: Book) -> None:
    """Every benefit that the facts of an example decide, in a world whose month is a variable where the window has several."""
    program, compared = shipped.program, 0
    every = smt.windows(program, date(2010, 1, 1), date(2040, 12, 1))
    worlds: dict[tuple[smt.Shape, smt.Window], smt.World] = {}
    for example in shipped.examples[::5]:
        root = read_case(program, example.data, example.place.source, example.locate, names=shipped.names).value
        if root is None or example.month is None or any(one.given for one in instances(root)):
            continue
        shape = shape_of(root)
        window = next(one for one in every if one.first <= example.month <= one.last)
        world = worlds.setdefault((shape, window), smt.world(program, shape, window))
        where = addresses(root)
        for answer in interpreter.at_first_sight(program, root, in_month(program, example.month), interpreter.everything(program, root)):
            wanted = said(answer.outcome)
            found = smt.outcome(world, answer.key, where[answer.instance.id])
            model = None if wanted is None else fixed(world, root, example.month)
            if model is not None:
                assert alike(told(world, model, found), wanted), (example.title, answer.key, answer.outcome)
                compared += 1
    assert compared > 100


@pytest.mark.parametrize("members", [1, 3])
def test_a_case_written_from_a_model_is_decided_as_the_model_says(shipped: Book, members: int) -> None:
    program, replayed = shipped.program, 0
    draw = Random(members)
    every = smt.windows(program, date(2020, 1, 1), date(2023, 12, 1))
    for window in draw.sample(every, 2):
        shape = smt.Shape(((("成员",), members), (("成员", "父母"), 2)), draw.choice((frozenset(), frozenset({("成员", "父母")}))))
        world = smt.world(program, shape, window)
        for key, benefit in program.benefits.items():
            address: smt.Address = () if benefit.entity == program.root else (("成员", members - 1),)
            found = smt.outcome(world, key, address)
            for name in ("granted", "refused", "conflict", "failed"):
                model = smt.satisfy([world], [getattr(found, name)], 20)
                assert model is not smt.UNTOLD
                if model is not smt.NONE:
                    case, month = smt.document(world, model)
                    decision = decide(shipped, case, month=month, ask=key)
                    answers = {answer.instance.id: said(answer.outcome) for answer in decision.answers}
                    assert alike(told(world, model, found), answers.get(smt.subject(world, address))), (key, name, case, decision.diagnostics)
                    replayed += 1
    assert replayed > 20
