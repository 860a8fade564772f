"""Who a change of policies touches, and by how much: both versions decide the same rosters, and the two results are held against each
other. No rule is told twice: what everybody gets is what `book/batch` says."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from importlib import import_module
from typing import TypeAlias

from attrs import evolve, frozen

from policyrules.book.batch import asked_keys, batch
from policyrules.book.batch_duckdb import LIBRARIES, DuckDb, started
from policyrules.book.batch_engine import Settings, Stopped, lacking
from policyrules.book.batch_memory import about_tables, rosters_in
from policyrules.book.book import Book
from policyrules.book.case_problems import listed
from policyrules.book.occasion import occasion_of
from policyrules.core.program import Benefit
from policyrules.review import impact_problems as problems
from policyrules.review.impact_cliffs import Step, cliffs_of, read_step
from policyrules.review.impact_compare import PAIR, Comparison, Scheme, compared
from policyrules.review.impact_figures import Cliffs, Impact, SchemeLine, Settlement, Tally
from policyrules.review.impact_list import changes_table
from policyrules.review.impact_rosters import NEW, OLD, Reading, Rosters, about, read_rosters
from policyrules.source.diagnostic import Checked, Diagnostic
from policyrules.source.phrase import Language, Phrase
from policyrules.values.calendar import month_text
from policyrules.values.quantities import money_text
from policyrules.values.types import Dimension, Quantity
from policyrules.values.units import MONEY, MONTH, unit_text

MOST_MONTHS = 120
MOST_OUTERMOST = 10
MONTHLY: Dimension = tuple(sorted(((MONEY, 1), (MONTH, -1))))

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many batches are done, of how many."""

_ONE_BENEFIT = Phrase("给付“{name}”只有{version}有", "only {version} has the benefit “{name}”")
_OTHER_UNIT = Phrase("给付“{name}”的单位两版不同，金额不能相比", "“{name}” has other units in the two versions; its amounts cannot be compared")
_NOT_MONTHLY = Phrase("给付“{name}”不是按月发的（{unit}），不进月支出合计", "“{name}” is not paid monthly ({unit}) and is in no monthly sum")
_OPEN_MONTHS = Phrase("{count} 项有的月份说不准，那些月份没有算进合计和补发", "answers open in some months, which are in no total and no back-pay: {count}")


def impact(
    old: Book,
    new: Book,
    rosters: Mapping[str, object],
    *,
    months: str | date | Sequence[str | date],
    by: str | None = None,
    keys: Iterable[str] | None = None,
    cliff: str | None = None,
    cliff_over: str = "100元",
    language: Language = "zh",
    progress: Progress = lambda done, every: None,
    engine: str = "duckdb",
    memory: str | None = None,
) -> Checked[Impact | None]:
    """What `new` does to the people in the rosters (entity to file or table) who are decided by `old`, in each of the months.

    `by` is a column of the roster of households that makes groups; `keys` are the benefits compared (all that pay, without them).
    `cliff` (“年收入=12元”) looks for households that so much more income costs more than `cliff_over` a month.
    Reasons in the list of changes are in `language`. Needs `policyrules[batch]`."""
    if engine != "duckdb":
        return Checked(None, (about(problems.ONLY_DUCKDB, "--engine", engine=engine),))
    wanted = [months] if isinstance(months, str | date) else list(months)
    occasions = [occasion_of(new.program, month, None) for month in wanted]
    findings = [*lacking("batch", *LIBRARIES), *_tagged(OLD, old.errors), *_tagged(NEW, new.errors)]
    findings += [finding for occasion in occasions for finding in occasion.diagnostics]
    if not wanted:
        findings += occasion_of(new.program, None, None).diagnostics
    if len(wanted) > MOST_MONTHS:
        findings.append(about(problems.TOO_MANY_MONTHS, "--until", count=len(wanted), most=MOST_MONTHS))
    asked = _asked(old, new, keys)
    findings += asked.diagnostics
    if findings:
        return Checked(None, tuple(findings))
    starts = tuple(sorted({one.value.month_start for one in occasions if one.value is not None}))
    with tempfile.TemporaryDirectory(prefix="policyrules-") as folder:
        paths = rosters_in(folder, rosters)
        if paths.diagnostics:
            return Checked(None, paths.diagnostics)
        run = _Run(old, new, folder, starts, asked.value, language, progress, memory, by, cliff, cliff_over)
        try:
            with started(Settings(memory=memory), "--roster") as database:
                found = run.run(database, paths.value)
                return Checked(found.value, about_tables(folder, paths.value, found.diagnostics))
        except Stopped as stopped:
            return Checked(None, about_tables(folder, paths.value, (stopped.finding,)))


@frozen
class _Asked:
    """The benefits compared, by key: as the old version has them, and as the new one does."""

    old: Mapping[str, Benefit]
    new: Mapping[str, Benefit]

    @property
    def every(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.new, *self.old)))


def _asked(old: Book, new: Book, names: Iterable[str] | None) -> Checked[_Asked]:
    """The benefits that pay, or those named; a name may be known to one of the versions only."""
    sides = []
    for book in (old, new):
        pays = {key: one for key, one in book.program.benefits.items() if one.pays and isinstance(one.type, Quantity)}
        sides.append(pays)
    if names is None:
        return Checked(_Asked(*sides))
    words = list(names)
    chosen = [{key: pays[key] for word in words for key in asked_keys(book, [word]).value if key in pays} for book, pays in zip((old, new), sides, strict=True)]
    strange = [word for word in words if not any(key in pays for book, pays in zip((old, new), sides, strict=True) for key in asked_keys(book, [word]).value)]
    findings = (about(problems.NOT_PAYING, "--ask", names=listed(strange)),) if strange else ()
    return Checked(_Asked(*chosen), findings)


@frozen(eq=False)
class _Run:
    """One comparison under way."""

    old: Book
    new: Book
    folder: str
    months: tuple[date, ...]
    asked: _Asked
    language: Language
    progress: Progress
    memory: str | None
    by: str | None
    cliff: str | None
    cliff_over: str

    def run(self, engine: DuckDb, paths: Mapping[str, str]) -> Checked[Impact | None]:
        read = read_rosters(engine, self.old, self.new, paths, self.by)
        if read.value is None or read.diagnostics:
            return Checked(None, read.diagnostics)
        step = read_step(self.new, self.old, read.value, self.cliff, self.cliff_over) if self.cliff is not None else Checked(None)
        if step.diagnostics:
            return Checked(None, step.diagnostics)
        decided = self.decided(engine, read.value)
        if decided.value is None:
            return Checked(None, decided.diagnostics)
        schemes = [Scheme(key, self.benefit(key).name, self.monthly(key)) for key in self.asked.every]
        try:
            comparison = compared(engine, decided.value, self.months, schemes, self.new.program.root or "")
            cliffs = self.cliffs(engine, read.value, step.value, decided.value[-1]) if step.value is not None else Checked(None)
            if step.value is not None and cliffs.value is None:
                return Checked(None, cliffs.diagnostics)
            return Checked(self.figures(comparison, read.value, cliffs.value), decided.diagnostics)
        except import_module("duckdb").OutOfRangeException:
            return Checked(None, (about(problems.TOO_LARGE, "--roster"),))

    # ------------------------------------------------------------ both versions

    def decided(self, engine: DuckDb, rosters: Rosters) -> Checked[list[tuple[str | None, str | None]] | None]:
        """The results of both versions for each month, as files; None where a version has nothing to decide."""
        found: list[tuple[str | None, str | None]] = []
        warnings: list[Diagnostic] = []
        every = 2 * len(self.months)
        for place, month in enumerate(self.months):
            pair = []
            for number, (version, reading) in enumerate(((OLD, rosters.old), (NEW, rosters.new))):
                self.progress(2 * place + number, every)
                pair.append(self.side(version, reading, month, f"{place}-{number}"))
            if any(map(_failed, pair)):
                return Checked(None, self.told(engine, pair, month))
            found.append((pair[0].value, pair[1].value))
            warnings += _both(pair)
        self.progress(every, every)
        return Checked(found, tuple(dict.fromkeys(warnings)))

    def side(self, version: Phrase, reading: Reading, month: date, name: str) -> Checked[str | None]:
        """The file with everybody decided by one version for one month; None where it has nothing to decide."""
        book, keys = (self.old, self.asked.old) if version is OLD else (self.new, self.asked.new)
        if not keys:
            return Checked(None)
        out, over = os.path.join(self.folder, f"{name}.parquet"), reading.passed_over
        done = batch(book, reading.paths, out, month=month, ask=[*keys], language=self.language, memory=self.memory, passed_over=over)
        return Checked(None if done.value is None else out, done.diagnostics)

    def told(self, engine: DuckDb, pair: Sequence[Checked[str | None]], month: date) -> tuple[Diagnostic, ...]:
        """What is wrong with the rosters for one of the versions, and what the other one came to."""
        findings = _both(pair)
        for (version, other), one in zip(((NEW, OLD), (OLD, NEW)), pair, strict=True):
            if one.value is not None:
                said = Phrase(month_text(month, "zh"), month_text(month, "en"))
                count, amount = self.granted(engine, one.value)
                fields = {"version": version, "other": other, "month": said, "count": f"{count:,}", "amount": money_text(amount)}
                findings.append(about(problems.STILL_STANDS, "--roster", **fields))
        return tuple(findings)

    def granted(self, engine: DuckDb, path: str) -> tuple[int, Fraction]:
        """How much of what is paid monthly one result grants."""
        nothing = compared(engine, [(path, None)], self.months[:1], [Scheme(key, "", self.monthly(key)) for key in self.asked.every], "")
        tally = nothing.tallies("true", f"monthly AND sb = 'granted' AND {PAIR}.month = 0").get(True, Tally())
        return tally.stopped, tally.before

    # ------------------------------------------------------------ figures

    def cliffs(self, engine: DuckDb, rosters: Rosters, step: Step, last: tuple[str | None, str | None]) -> Checked[Cliffs | None]:
        """The last month decided anew with more income."""
        raised = step.raised(engine, rosters, self.folder)
        sides = []
        for number, (version, reading) in enumerate(((OLD, rosters.old), (NEW, rosters.new))):
            paths = {**reading.paths, step.entity: raised}
            sides.append(self.side(version, evolve(reading, paths=paths), self.months[-1], f"raised-{number}"))
        if any(map(_failed, sides)):
            return Checked(None, tuple(_both(sides)))
        monthly = [key for key in self.asked.every if self.monthly(key)]
        return Checked(cliffs_of(engine, step, list(zip(last, (sides[0].value, sides[1].value), strict=True)), monthly))

    def figures(self, comparison: Comparison, rosters: Rosters, cliffs: Cliffs | None) -> Impact:
        now = f"month = {comparison.last}"
        tallies, settled = comparison.tallies("key", now), comparison.settlements("key", "true")
        schemes = tuple(self.scheme(key, tallies.get(key, Tally()), settled.get(key, Settlement())) for key in self.asked.every)
        by_month = comparison.by_month()
        notes = [*rosters.notes, *self.notes()]
        if len(self.months) > 1 and (count := comparison.open_months()):
            notes.append(_OPEN_MONTHS.fill(count=f"{count:,}"))
        return Impact(
            months=self.months,
            by=self.by,
            homes=comparison.homes(),
            people=comparison.people(),
            total=by_month[-1].tally,
            settlement=comparison.settlements("true", "monthly").get(True, Settlement()),
            schemes=schemes,
            groups=comparison.groups() if self.by is not None else (),
            by_month=by_month,
            opened=comparison.opened(),
            bins=comparison.bins(),
            winners=comparison.outermost(gain=True, most=MOST_OUTERMOST),
            losers=comparison.outermost(gain=False, most=MOST_OUTERMOST),
            cliffs=cliffs,
            provisional=comparison.provisional(),
            notes=tuple(notes),
            changes=changes_table(comparison),
        )

    def scheme(self, key: str, tally: Tally, settlement: Settlement) -> SchemeLine:
        one = self.benefit(key)
        known = (key in self.asked.old, key in self.asked.new)
        return SchemeLine(key, one.name, one.entity, _unit(one), self.monthly(key), known, tally, settlement)

    def notes(self) -> Iterable[Phrase]:
        """What of the benefits has to be known beside the figures."""
        for key in self.asked.every:
            one = self.benefit(key)
            if (key in self.asked.old) != (key in self.asked.new):
                yield _ONE_BENEFIT.fill(name=one.name, version=NEW if key in self.asked.new else OLD)
            elif _unit(self.asked.old[key]) != _unit(self.asked.new[key]):
                yield _OTHER_UNIT.fill(name=one.name)
            if not self.monthly(key):
                yield _NOT_MONTHLY.fill(name=one.name, unit=_unit(one))

    def benefit(self, key: str) -> Benefit:
        return self.asked.new.get(key) or self.asked.old[key]

    def monthly(self, key: str) -> bool:
        """Whether what a benefit pays is 元/月 in every version that has it."""
        kinds = [side[key].type for side in (self.asked.old, self.asked.new) if key in side]
        return all(isinstance(kind, Quantity) and kind.dimension == MONTHLY for kind in kinds)


def _failed(one: Checked[str | None]) -> bool:
    """Whether a version could not decide; one with nothing to decide says nothing of it."""
    return one.value is None and bool(one.diagnostics)


def _both(pair: Sequence[Checked[str | None]]) -> list[Diagnostic]:
    """What is to be said of the rosters by the versions, and by which, where not both say it."""
    first, second = (one.diagnostics for one in pair)
    same = [finding for finding in first if finding in second]
    old, new = ([finding for finding in mine if finding not in same] for mine in (first, second))
    return [*same, *_tagged(OLD, old), *_tagged(NEW, new)]


def _unit(benefit: Benefit) -> Phrase:
    kind = benefit.type
    assert isinstance(kind, Quantity)
    return Phrase(unit_text(kind.dimension, "zh"), unit_text(kind.dimension, "en"))


def _tagged(version: Phrase, findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings that say which of the versions they are about."""
    return [evolve(finding, article=version) for finding in findings]


