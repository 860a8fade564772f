"""What households drawn near the rules' own bounds show: a claim refuted, or an article that takes effect."""

from __future__ import annotations

from datetime import date
from random import Random
from time import process_time

from policyrules.core.case import Instance, instances
from policyrules.core.outcome import Failed
from policyrules.review.drawing import draw_case
from policyrules.review.proofs_findings import Ask, Household, Proved, Question
from policyrules.review.proofs_work import Work, breaks, broken, failing, moving, outcome_of, refuted, shows
from policyrules.review.replay import told
from policyrules.review.sameness import month_in
from policyrules.source.phrase import Phrase

ROUNDS, FEW = 40, 2
"""Households drawn for a stretch of months: while articles are open that none was decided by, and where there are none."""

_SEEN = Phrase("{month} 有一户由它决定", "in {month} a household is decided by it")


def tried(work: Work, seconds: float) -> None:
    """Draws households until nothing is open any more, or the time is up."""
    random = Random(work.job.key)
    until = process_time() + seconds
    for index in range(ROUNDS):
        for window in work.windows:
            if (process_time() > until and index) or not _waiting(work, index):
                return
            month = month_in(window, random)
            root = told(work.ground.book, draw_case(work.ground.book, month, random, [work.job.key], work.members))
            if root is not None and work.ground.side.allows(root, month):
                work.tried += 1
                _looked_at(work, root, month)


def _waiting(work: Work, index: int) -> bool:
    """Whether another household is worth drawing: what is no question of articles goes to the solver soon."""
    kinds = {ask.question for ask in work.open()} - {Question.HOLES}
    return Question.ALIVE in kinds or (bool(kinds) and index < FEW)


def _looked_at(work: Work, root: Instance, month: date) -> None:
    for subject in [one.id for one in instances(root) if one.entity == work.entity]:
        outcome = outcome_of(work, work.job.key, root, month, subject)
        for ask in work.open():
            if ask.question is Question.ALIVE:
                if work.benefit is not None and shows(ask, work.benefit, outcome):
                    work.settle(ask, Proved(_SEEN.fill(month=f"{month:%Y-%m}")))
            elif ask.promise is not None and ask.promise.along is not None:
                if moving(work, ask, root, month, subject) is not None:
                    _settle(work, ask, root, month, subject)
            elif ask.question is not Question.BOUNDS and broken(work, ask, outcome) and breaks(work, ask, root, month, subject):
                _settle(work, ask, root, month, subject)


def _settle(work: Work, ask: Ask, root: Instance, month: date, subject: str) -> None:
    found = refuted(work, ask, root, month, subject)
    if found is not None:
        work.settle(ask, found)


def without_result(work: Work, ask: Ask, month: date) -> Household | None:
    """A household for which there is no result in a month, among a few drawn."""
    random = Random(f"{work.job.key} {month}")
    for _ in range(ROUNDS):
        root = told(work.ground.book, draw_case(work.ground.book, month, random, [work.job.key], work.members))
        for subject in [one.id for one in instances(root) if one.entity == work.entity] if root is not None else []:
            assert root is not None
            if isinstance(outcome_of(work, work.job.key, root, month, subject), Failed):
                return failing(work, ask, root, month, subject)
    return None
