"""A proof in rough strokes: every condition with a name of its own is taken for anything it could be, so that little is left to read.

What holds whatever the conditions come to holds. What does not is still open, and is looked at exactly afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time

from policyrules.core.paths import entity_of_path
from policyrules.core.program import Program
from policyrules.engines import smt
from policyrules.engines.smt import World
from policyrules.engines.smt_z3 import Truth, both, either
from policyrules.review.opaque import opaque
from policyrules.review.proofs_asked import unguarded
from policyrules.review.proofs_findings import Ask, Proved, Question
from policyrules.review.proofs_goals import firsts, goal_of, in_time, moving_goals, promise_goals
from policyrules.review.proofs_work import Work
from policyrules.review.stretches import closure, stretches
from policyrules.source.phrase import Phrase

SOLVED = Phrase("求解器证明", "by the solver")

_SHARE = 3
"""One part in so many of the time for a question goes into this, at most."""


def roughly(work: Work) -> None:
    """Settles as proved what can be seen so; everything else stays open."""
    asks = [ask for ask in work.open() if ask.question not in (Question.HOLES, Question.ALIVE)]
    until = process_time() + work.seconds * len(asks) / _SHARE
    plain = [ask for ask in asks if ask.question is not Question.FAILS]
    try:
        for ask in asks:
            if ask.promise is not None:
                _promise(work, ask, until)
            elif ask.question is Question.FAILS and _never_fails(work, until):
                work.settle(ask, Proved(SOLVED))
        if work.benefit is not None:
            _claims(work, plain, until)
    except smt.Unsupported:
        return


def _hidden(work: Work, *, but: tuple[str, str] | None = None) -> frozenset[str]:
    """The names that are taken for anything; `but`: not those that rest on this fact."""
    names = work.rests_on.names - {work.job.key}
    return frozenset(name for name in names if but is None or but not in closure(work.program, (name,)).facts)


def _parts(work: Work, program: Program, keys: Sequence[str]) -> list[tuple[smt.Shape, smt.Window]]:
    """The sizes of household and stretches of months that are told apart where so little is read."""
    whole = stretches((program,), keys, work.windows[0].first, work.windows[-1].last)
    windows = [one for one in whole if any(each.first <= one.last and one.first <= each.last for each in work.windows)]
    return [(shape, window) for shape in smt.shapes(program, keys, work.members) for window in windows]


def _nowhere(worlds: Sequence[World], goal: Truth, until: float) -> bool:
    left = until - process_time()
    return goal is False or (left > 0 and smt.satisfy(worlds, [goal], left) is smt.NONE)


def _claims(work: Work, asks: Sequence[Ask], until: float) -> None:
    key = work.job.key
    program = opaque(unguarded(work.program, key), work.rests_on.names, _hidden(work))
    left = list(asks)
    for shape, window in _parts(work, program, (key,)):
        if not left or process_time() > until:
            return
        world = smt.world(program, shape, window)
        for address in firsts(world, work.entity):
            outcome = smt.outcome(world, key, address)
            goals = [goal_of(work, world, ask, outcome) for ask in left]
            if not _nowhere([world], either(*goals), until):
                left = [ask for ask, goal in zip(left, goals, strict=True) if _nowhere([world], goal, until)]
    for ask in left:
        work.settle(ask, Proved(SOLVED))


def _never_fails(work: Work, until: float) -> bool:
    """Whether no name the benefit rests on fails by its own words, the others having values: then none fails at all."""
    key = work.job.key
    program = opaque(unguarded(work.program, key), work.rests_on.names, _hidden(work), failing=False)
    for name in [name for name in program.order if name in work.rests_on.names]:
        told = (name, name == key, work.windows[0].first, work.windows[-1].last, work.members)
        if told not in work.ground.sound:
            work.ground.sound[told] = _has_value(work, program, name, until)
        if not work.ground.sound[told]:
            return False
    return True


def _has_value(work: Work, program: Program, name: str, until: float) -> bool:
    entity = (program.rules.get(name) or program.benefits[name]).entity or program.root or ""
    for shape, window in _parts(work, program, (name,)):
        world = smt.world(program, shape, window)
        for address in firsts(world, entity):
            own = name == work.job.key and work.benefit is not None
            fails = smt.outcome(world, name, address).failed if own else smt.value(world, name, address).fails
            if fails is not False and not _nowhere([world], both(fails, *in_time(work, world)), until):
                return False
    return True


def _promise(work: Work, ask: Ask, until: float) -> None:
    promise = ask.promise
    assert promise is not None
    moved = None
    reading = promise_goals
    if promise.along is not None:
        reading = moving_goals
        moved = (entity_of_path(promise.along.path, work.program.entities), promise.along.fact)
    program = opaque(work.program, work.rests_on.names, _hidden(work, but=moved))
    for shape, window in _parts(work, program, (ask.key,)):
        for worlds, _, goal in reading(work, program, ask, shape, window):
            if not _nowhere(worlds, goal, until):
                return
    work.settle(ask, Proved(SOLVED))
