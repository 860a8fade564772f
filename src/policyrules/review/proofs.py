"""Policies proved: never a conflict, always a result, never below zero, no dead article, no hole in time, every 性质 kept.

Each claim comes to one of three: proved for the months and sizes of household told; refuted, with a household the reference has
decided; not proved, with the reason and what was still established. First households are drawn near the rules' bounds; what
they leave open goes to the solver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.process import current_process
from signal import SIG_IGN, SIGINT, signal

from attrs import define

from policyrules.analysis.meeting import examine
from policyrules.analysis.timeline import Hole, holes
from policyrules.analysis.view import in_force, views_of
from policyrules.book.book import Book
from policyrules.core.program import Article, Program
from policyrules.engines.smt import Window
from policyrules.review.proofs_asked import Ground, Job, ground_of, jobs
from policyrules.review.proofs_findings import Finding, NotProved, Proved, Question, Refuted
from policyrules.review.proofs_solver import solve
from policyrules.review.proofs_trials import tried, without_result
from policyrules.review.proofs_work import Work
from policyrules.review.stretches import closure, decision_day, months_in, span_of, spans_needed, stretches
from policyrules.source.phrase import Phrase

SHARE_OF_TRIALS = 0.4
"""How much of the time for a question goes into drawing, at most."""

_NO_MONTH = Phrase("没有一个月用到的参数都有值", "there is no month in which every parameter needed has a value")
_COVERED = Phrase("参数的日期连着", "the dates of the parameters leave no gap")
_HOLE = Phrase("参数“{name}”从 {start} 到 {end} 没有值", "the parameter “{name}” has no value from {start} to {end}")
_SPARED = Phrase("{by}（没有值的月份除外）", "{by} (but for the months without a value)")
_FOR_GOOD = Phrase("以后", "any later day")
_OUTSIDE = Phrase("所看的月份都不在它的施行日期里", "it is not in force in any of the months looked at")
_NEVER = Phrase("没有一个决定日落在它的施行日期里", "no day of decision lies within its dates")
_BEATEN = Phrase("条件不会成立，或者总有别的条先成立", "its condition never holds, or another article always comes first")


def prove(
    book: Book,
    first: date | None = None,
    last: date | None = None,
    *,
    members: int = 3,
    seconds: float = 5,
    keys: Iterable[str] | None = None,
    processes: int = 1,
    strict: bool = False,
) -> tuple[Finding, ...]:
    """Every claim about the benefits of a book (`keys`: of some of them, or of some 性质), in the order of the policies.

    Without `first` and `last` each name is looked at from the first month all its parameters have values to a year after their last
    change. `seconds` is what one question may take; `strict` raises where the solver and the reference disagree.
    """
    asked = jobs(book, None if keys is None else frozenset(keys))
    task = _Task(ground_of(book), first, last, members, seconds, strict)
    if processes > 1 and len(asked) > 1 and "fork" in get_all_start_methods() and not current_process().daemon:
        with get_context("fork").Pool(processes, _begin, (task, asked)) as pool:
            found = pool.map(_nth, range(len(asked)), chunksize=1)
    else:
        found = [task.findings(job) for job in asked]
    return tuple(finding for some in found for finding in some)


@define(eq=False)
class _Task:
    """What every job is given."""

    ground: Ground
    first: date | None
    last: date | None
    members: int
    seconds: float
    strict: bool

    def findings(self, job: Job) -> tuple[Finding, ...]:
        """One job from beginning to end."""
        program = self.ground.program
        span = _span(program, job.key, self.first, self.last)
        if span is None:
            return tuple(Finding(job.group, ask, NotProved(_NO_MONTH), date.min, date.min, self.members) for ask in job.asks)
        first, last = span
        gaps = list(_gaps(program, job.key, first))
        windows = [one for one in stretches((program,), (job.key,), first, last) if not _in_gap(program, one, gaps)]
        work = Work(self.ground, job, windows, closure(program, (job.key,)), self.members, self.seconds)
        _holes(work, gaps, first, last)
        if windows:
            tried(work, self.seconds * SHARE_OF_TRIALS)
            _dead(work, first)
            solve(work, self.strict)
        else:
            for ask in work.open():
                work.settle(ask, NotProved(_NO_MONTH))
        members = self.members if work.sized else None
        if gaps:
            _spare_gaps(work)
        return tuple(Finding(job.group, ask, work.verdicts[index], first, last, members) for index, ask in enumerate(job.asks))


_TASKS: list[tuple[_Task, tuple[Job, ...]]] = []
"""In a process of its own: what it works on."""


def _begin(task: _Task, asked: tuple[Job, ...]) -> None:
    # Who stops the command stops it once; its helpers end with it.
    signal(SIGINT, SIG_IGN)
    _TASKS[:] = [(task, asked)]


def _nth(number: int) -> tuple[Finding, ...]:
    task, asked = _TASKS[0]
    return task.findings(asked[number])


def _span(program: Program, key: str, first: date | None, last: date | None) -> tuple[date, date] | None:
    own = span_of(program, (key,)) if first is None or last is None else (first, last)
    if own is None:
        return None
    start, end = first or own[0], last or own[1]
    return (start, max(start, end)) if last is None else (start, end) if start <= end else None


# ---------------------------------------------------------------- time


Gap = tuple[str, Hole]


def _gaps(program: Program, key: str, first: date) -> Iterator[Gap]:
    """Days from the first month on in which a parameter is needed and has no value."""
    for name, spans in spans_needed(program, (key,)).items():
        parameter = program.parameters[name]
        for start, end in spans:
            since = max(start, first) if start is not None else first
            if end is None or since <= end:
                yield from ((parameter.name, hole) for hole in holes(parameter.timeline, since, end))


def _in_gap(program: Program, window: Window, gaps: Iterable[Gap]) -> bool:
    day = decision_day(program, window.first)
    return any(in_force(hole.start, hole.end, day) for _, hole in gaps)


def _holes(work: Work, gaps: list[Gap], first: date, last: date) -> None:
    for ask in work.open():
        if ask.question is not Question.HOLES:
            continue
        if not gaps:
            work.settle(ask, Proved(_COVERED))
            continue
        name, hole = gaps[0]
        end = _FOR_GOOD if hole.end is None else Phrase(str(hole.end), str(hole.end))
        says = _HOLE.fill(name=name, start=hole.start, end=end)
        months = [month for month in months_in(max(hole.start, first), min(hole.end or last, last)) if _within(work, month, hole)]
        work.settle(ask, Refuted(says, without_result(work, ask, months[0]) if months else None))


def _within(work: Work, month: date, hole: Hole) -> bool:
    return in_force(hole.start, hole.end, decision_day(work.program, month))


def _spare_gaps(work: Work) -> None:
    """What is proved is proved of the months in which there is a value."""
    for index, verdict in work.verdicts.items():
        if isinstance(verdict, Proved) and work.job.asks[index].question is not Question.ALIVE:
            work.verdicts[index] = Proved(_SPARED.fill(by=verdict.by))


def _dead(work: Work, first: date) -> None:
    """Articles that nobody can come to: by their dates, or by what check has settled."""
    asks = [ask for ask in work.open() if ask.question is Question.ALIVE]
    if not asks or work.benefit is None:
        return
    unreachable = {one.article for one in examine(work.benefit, views_of(work.program)).unreachable}
    for ask in asks:
        assert ask.article is not None
        article = work.benefit.articles[ask.article]
        if _never_in_force(work.program, article):
            work.settle(ask, Refuted(_NEVER, None))
        elif ask.article in unreachable:
            work.settle(ask, Refuted(_BEATEN, None))
        elif not any(in_force(article.start, article.end, decision_day(work.program, window.first)) for window in work.windows):
            work.settle(ask, NotProved(_OUTSIDE))


def _never_in_force(program: Program, article: Article) -> bool:
    """Whether no month at all is decided on a day within the dates of an article."""
    if article.start is None or article.end is None:
        return False
    return not any(in_force(article.start, article.end, decision_day(program, month)) for month in months_in(article.start, article.end))
