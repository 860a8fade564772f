"""When an answer changes though no fact does: the first later month with another answer, and what happened in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from attrs import frozen

from policyrules.core.case import Instance, Occasion
from policyrules.core.describing import COMPARISONS
from policyrules.core.outcome import Outcome, Step, Undecided
from policyrules.core.program import Article, MomentValue, Operation, ParameterRow, ParameterValue, Program
from policyrules.engines.expressions import evaluate, evaluate_traced
from policyrules.engines.interpreter import decide, run_with, settle
from policyrules.engines.run import Run, Settled
from policyrules.engines.steps import is_age, rests_on, walk
from policyrules.engines.what_if import Asked, same
from policyrules.values.calendar import add_days


@frozen(eq=False)
class LaterChange:
    """The first later occasion with another answer, and the traces of before and after, complete."""

    occasion: Occasion
    outcome: Outcome
    before: Step
    after: Step


def first_later(asked: Asked, later: Iterable[Occasion]) -> LaterChange | None:
    """The first of these occasions (in order) with another answer on the same facts; None where there is none."""
    answer = asked.answer
    one = (answer.key, answer.instance)
    days = sorted(_boundaries(asked.program))
    timeless: dict[tuple[str, Instance], Settled] | None = None
    previous = asked.occasion
    for occasion in later:
        if timeless is None:
            run = _traced(asked, previous)
            timed = rests_on(run.memo, _moment_of)
            timeless = {each: settled for each, settled in run.memo.items() if not timed[each]}
        crossed = any(previous.day < day <= occasion.day for day in days)
        if crossed or one not in timeless:
            found = _outcome(asked, occasion, {} if crossed else timeless)
            if not same(found, answer.outcome):
                before, after = (_traced(asked, when).memo[one].step for when in (previous, occasion))
                return LaterChange(occasion, found, before, after) if before is not None and after is not None else None
        elif not days or days[-1] <= previous.day:
            return None
        timeless = None if crossed else timeless
        previous = occasion
    return None


def _outcome(asked: Asked, occasion: Occasion, memo: Mapping[tuple[str, Instance], Settled]) -> Outcome:
    """The answer on another occasion; `memo` is what is the same on it."""
    run = run_with(asked.program, asked.root, occasion, evaluate)
    run.memo.update(memo)
    key, instance = asked.answer.key, asked.answer.instance
    found = settle(run, key, instance).outcome
    return decide(asked.program, asked.root, occasion, [(key, instance)], False)[0].outcome if isinstance(found, Undecided) else found


def _traced(asked: Asked, occasion: Occasion) -> Run:
    """The answer worked out on an occasion with every part of every condition."""
    run = run_with(asked.program, asked.root, occasion, evaluate_traced, thorough=True, trace=True)
    settle(run, asked.answer.key, asked.answer.instance)
    return run


def _moment_of(step: Step) -> object | None:
    return step.what if isinstance(step.what, MomentValue) else None


def _boundaries(program: Program) -> Iterator[date]:
    """Days on which a parameter or an article begins to hold, or no longer holds."""
    spans: Iterable[ParameterRow | Article] = (
        *(row for parameter in program.parameters.values() for row in parameter.timeline),
        *(article for benefit in program.benefits.values() for article in benefit.articles),
    )
    for one in spans:
        if one.start is not None:
            yield one.start
        after = add_days(one.end, 1) if one.end is not None else None
        if after is not None:
            yield after


def new_rows(change: LaterChange) -> Iterator[tuple[Step, ParameterRow]]:
    """Parameters with another row than before."""
    before = {id(step.what) for step in walk(change.before) if isinstance(step.what, ParameterRow)}
    seen: set[int] = set()
    for step in walk(change.after):
        row = step.children[0].what if isinstance(step.what, ParameterValue) and step.children else None
        if isinstance(row, ParameterRow) and id(row) not in before and id(row) not in seen:
            seen.add(id(row))
            yield step, row


def new_articles(change: LaterChange) -> Iterator[tuple[Article, bool]]:
    """Articles of the benefit that began (True) or ceased to be in force."""
    before = {id(step.what): bool(step.children) for step in change.before.children if isinstance(step.what, Article)}
    for step in change.after.children:
        if isinstance(step.what, Article) and bool(step.children) is not before.get(id(step.what)):
            yield step.what, bool(step.children)


def turned(change: LaterChange) -> Iterator[Step]:
    """Comparisons of ages and days that came out otherwise than before; the steps of after."""
    before = {(id(step.what), step.instance): step.value for step in walk(change.before)}
    for step in walk(change.after):
        compares = isinstance(step.what, Operation) and step.what.operator in COMPARISONS and isinstance(step.value, bool)
        timed = any(is_age(side) or isinstance(side.value, date) for side in step.children)
        if compares and timed and before.get((id(step.what), step.instance)) is (not step.value):
            yield step
