"""What the solver says of the claims still open, one size of household and one stretch of months after the other."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from time import process_time
from typing import Any

from attrs import define, field, frozen

from policyrules.core.program import Combination, Grant
from policyrules.engines import smt
from policyrules.engines.smt import Address, Shape, SymbolicOutcome, SymbolicValue, Window, World
from policyrules.engines.smt_z3 import Truth, both, either, no
from policyrules.review.proofs_asked import unguarded
from policyrules.review.proofs_findings import Ask, NotProved, Proved, Question, Refuted
from policyrules.review.proofs_goals import firsts, goal_of, moving_goals, owner_at, promise_goals, value_goals
from policyrules.review.proofs_roughly import SOLVED, roughly
from policyrules.review.proofs_work import Work, refuted
from policyrules.review.replay import told
from policyrules.review.sameness import Unfaithful
from policyrules.source.phrase import Phrase
from policyrules.source.text import line_and_column
from policyrules.values.types import Quantity

_REACHED = Phrase("求解器找到这样的户", "the solver finds such a household")
_CHECKED = Phrase("检查政策时已经查清", "by what check has settled")
_NO_TIME = Phrase("{seconds} 秒内没有证明完；{so_far}", "not proved within {seconds} seconds; {so_far}")
_SIZES = Phrase("已证明户内每类成员不超过 {most} 人的情形", "proved for households with at most {most} in each list")
_PARTS = Phrase("{all} 部分证明了 {done} 部分", "{done} of {all} parts are proved")
_NO_READING = Phrase("求解器读不了{what}（{where}）", "the solver cannot read {what} ({where})")
_OPEN_ENDS = Phrase("没有上限的事实：{facts}；写上“范围”就能证明", "facts without an upper bound: {facts}; with a range it can be proved")
_DEAD = Phrase("哪一户、哪一个月都轮不到它", "no household in no month comes to it")
_NOT_SEEN = Phrase(
    "户内每类成员不超过 {members} 人时没有一户由它决定；更大的户没有看",
    "no household with at most {members} in each list comes to it; larger ones were not looked at",
)
_UNFAITHFUL = Phrase("求解器给出的户经核对不成立，请报告这个问题", "the household the solver gave does not show it when decided; please report this")


MOST_TRIED = 8
"""Members of the largest household in which an article is looked for."""


@frozen
class _Part:
    """A size of household in a stretch of months."""

    shape: Shape
    window: Window

    @property
    def most(self) -> int:
        """The most members a list of the root has."""
        return max((count for way, count in self.shape.counts if len(way) == 1), default=0)


@define(eq=False)
class _Solving:
    """The solver's part of a job. `left` are the parts in which a claim is neither proved nor refuted."""

    work: Work
    until: float
    strict: bool
    parts: list[_Part]
    left: dict[int, list[_Part]] = field(factory=dict)
    done: list[_Part] = field(factory=list)

    def seconds(self) -> float:
        return min(self.work.seconds, max(self.until - process_time(), 0.01))


def solve(work: Work, strict: bool = False) -> None:
    """Settles every claim of the job that is still open, as far as the solver gets. `strict` raises where it and the reference disagree."""
    roughly(work)
    asks = [ask for ask in work.open() if ask.question is not Question.HOLES]
    if not asks:
        return
    parts = [_Part(shape, window) for shape in smt.shapes(work.program, (work.job.key,), work.members) for window in work.windows]
    solving = _Solving(work, process_time() + work.seconds * len(asks), strict, parts)
    try:
        for part in parts:
            asks = [ask for ask in asks if ask in work.open()]
            if not asks or process_time() > solving.until:
                break
            _part(solving, part, asks)
            solving.done.append(part)
    except smt.Unsupported as unread:
        _unread(work, unread)
    for ask in work.open():
        if ask.question is not Question.HOLES:
            _concluded(solving, ask)


# ---------------------------------------------------------------- one part


def _part(solving: _Solving, part: _Part, asks: Sequence[Ask]) -> None:
    work = solving.work
    if work.benefit is None:
        for ask in asks:
            reading = value_goals if ask.promise is None else promise_goals if ask.promise.along is None else moving_goals
            for worlds, address, goal in reading(work, work.program, ask, part.shape, part.window):
                if ask in work.open():
                    _refute(solving, part, worlds, address, {id(ask): goal}, [ask])
        return
    world = smt.world(unguarded(work.program, work.job.key), part.shape, part.window)
    for address in firsts(world, work.entity):
        outcome = smt.outcome(world, work.job.key, address)
        bad = [ask for ask in asks if ask.question is not Question.ALIVE and ask in work.open()]
        goals = {id(ask): goal_of(work, world, ask, outcome) for ask in bad}
        _refute(solving, part, [world], address, goals, bad)
        for ask in asks:
            if ask.question is Question.ALIVE and ask in work.open():
                _reach(solving, part, world, address, outcome, ask)


def _refute(solving: _Solving, part: _Part, worlds: Sequence[World], address: Address, goals: dict[int, Truth], asks: Sequence[Ask]) -> None:
    """Looks for a case that refutes any of the claims, until there is none or the time is up."""
    pending = [ask for ask in asks if goals[id(ask)] is not False]
    alone = False
    while pending:
        tried = pending[:1] if alone else pending
        model = smt.satisfy(worlds, [either(*(goals[id(ask)] for ask in tried))], solving.seconds())
        if model is smt.NONE:
            pending = [ask for ask in pending if ask not in tried]
        elif model is smt.UNTOLD:
            if not alone and len(pending) > 1:
                alone = True
                continue
            for ask in tried:
                solving.left.setdefault(id(ask), []).append(part)
            pending = [ask for ask in pending if ask not in tried]
        else:
            hit = next(ask for ask in tried if smt.truth_of(model, goals[id(ask)]))
            _of_model(solving, worlds, model, address, hit)
            pending = [ask for ask in pending if ask is not hit]


def _of_model(solving: _Solving, worlds: Sequence[World], model: Any, address: Address, ask: Ask) -> None:
    """The case of a model, decided by the reference."""
    work = solving.work
    if ask.question is Question.BOUNDS and (open_ := _open_ends(work)):
        work.settle(ask, NotProved(_OPEN_ENDS.fill(facts="、".join(open_))))
        return
    document, month = smt.document(worlds[0], model)
    root = told(work.ground.book, document)
    found = None if root is None else refuted(work, ask, root, month, smt.subject(worlds[0], address), _target(worlds, model, address, ask))
    if found is None and solving.strict:
        raise Unfaithful(f"{ask.key} {ask.question.value} {month:%Y-%m}: {document}")
    work.settle(ask, found or NotProved(_UNFAITHFUL))


def _target(worlds: Sequence[World], model: Any, address: Address, ask: Ask) -> Fraction | None:
    """The value a fact is moved to."""
    if len(worlds) == 1 or ask.promise is None or ask.promise.along is None:
        return None
    owner = owner_at(worlds[1].program, address, ask.promise.along)
    found = smt.value_of(smt.fact(worlds[1], owner, ask.promise.along.fact).value, model, worlds[1].words)
    return found if isinstance(found, Fraction) else None


def _open_ends(work: Work) -> list[str]:
    """Numbers the name rests on that have no upper bound."""
    facts = [work.program.facts[key] for key in sorted(work.rests_on.facts) if key in work.program.facts]
    return [fact.name for fact in facts if isinstance(fact.type, Quantity) and fact.high is None]


# ---------------------------------------------------------------- articles


def _reach(solving: _Solving, part: _Part, world: World, address: Address, outcome: SymbolicOutcome, ask: Ask) -> None:
    """Looks for a case that an article decides."""
    work = solving.work
    assert ask.article is not None and work.benefit is not None
    goal = outcome.articles.get(ask.article, False)
    if goal is not False and work.benefit.combination is Combination.PRIORITY:
        goal = both(goal, *(no(outcome.articles.get(index, False)) for index in range(ask.article)))
    if goal is not False and work.benefit.combination in (Combination.HIGHEST, Combination.LOWEST):
        world, goal = _chosen(work, part, address, ask)
    found = smt.NONE if goal is False else smt.satisfy([world], [goal], solving.seconds())
    if found is smt.UNTOLD:
        solving.left.setdefault(id(ask), []).append(part)
    elif found is not smt.NONE:
        work.settle(ask, Proved(_REACHED))


def _chosen(work: Work, part: _Part, address: Address, ask: Ask) -> tuple[World, Truth]:
    """That an article holds and the amount before rounding is its own: no other gave a better one."""
    assert ask.article is not None and work.benefit is not None
    world = smt.world(unguarded(work.program, work.job.key, rounded=False), part.shape, part.window)
    outcome = smt.outcome(world, work.job.key, address)
    goal = outcome.articles.get(ask.article, False)
    says = work.benefit.articles[ask.article].consequence
    if goal is False or not isinstance(says, Grant):
        return world, both(goal, outcome.refused)
    own = smt.expression(world, says.value, address)
    if own.fails is True or outcome.granted is False:
        return world, False
    same = smt.operation(world, "equal", SymbolicValue(outcome.amount), SymbolicValue(own.value)).value
    return world, both(goal, outcome.granted, no(own.fails), same)


# ---------------------------------------------------------------- what is left


def _unread(work: Work, unread: smt.Unsupported) -> None:
    """Everything open stays open because of a construct without a reading, but for what check has settled."""
    where = "—"
    if unread.place is not None:
        where = f"{unread.place.path}:{line_and_column(unread.place)[0]}"
    for ask in work.open():
        if ask.question is Question.CONFLICT and not work.ground.clashes(ask.key):
            work.settle(ask, Proved(_CHECKED))
        elif ask.question is not Question.HOLES:
            work.settle(ask, NotProved(_NO_READING.fill(what=unread.what, where=where)))


def _concluded(solving: _Solving, ask: Ask) -> None:
    """The verdict on a claim the solver has not refuted (or an article it has not reached)."""
    work = solving.work
    left = [*solving.left.get(id(ask), []), *(part for part in solving.parts if part not in solving.done)]
    if left:
        settled = Question.CONFLICT is ask.question and not work.ground.clashes(ask.key)
        work.settle(ask, Proved(_CHECKED) if settled else NotProved(_so_far(solving, ask, left)))
    elif ask.question is not Question.ALIVE:
        work.settle(ask, Proved(SOLVED))
    elif work.sized:
        _larger(solving, ask)
        if ask in work.open():
            work.settle(ask, NotProved(_NOT_SEEN.fill(members=work.members)))
    else:
        work.settle(ask, Refuted(_DEAD, None))


def _larger(solving: _Solving, ask: Ask) -> None:
    """Looks for a larger household that an article decides: with more members of the root, each with one below."""
    work = solving.work
    lists = [way for way, _ in solving.parts[0].shape.counts]
    for count in range(work.members + 1, MOST_TRIED + 1):
        shape = Shape(tuple((way, count if len(way) == 1 else 1) for way in lists))
        for window in work.windows:
            if ask not in work.open() or process_time() > solving.until:
                return
            world = smt.world(unguarded(work.program, work.job.key), shape, window)
            for address in firsts(world, work.entity):
                outcome = smt.outcome(world, work.job.key, address)
                if ask in work.open():
                    _reach(solving, _Part(shape, window), world, address, outcome, ask)


def _so_far(solving: _Solving, ask: Ask, left: Sequence[_Part]) -> Phrase:
    least = min(part.most for part in left)
    smaller = [part for part in solving.parts if part.most < least]
    if smaller and ask.question is not Question.ALIVE:
        so_far = _SIZES.fill(most=max(part.most for part in smaller))
    else:
        so_far = _PARTS.fill(all=len(solving.parts), done=len(solving.parts) - len(left))
    return _NO_TIME.fill(seconds=f"{solving.work.seconds:g}", so_far=so_far)
