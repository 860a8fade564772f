"""`policyrules diff … --roster …`: what a change of policies does to the people of a roster, told, listed, drawn and written up."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from datetime import date
from importlib import import_module

from policyrules.book.batch_engine import lacking
from policyrules.book.book import Book
from policyrules.book.case_problems import shown
from policyrules.book.occasion import occasion_of
from policyrules.core.program import Program
from policyrules.doors.batch_command import rosters_named
from policyrules.doors.files import trouble_with
from policyrules.review import impact_problems as problems
from policyrules.review.diff_values import Difference
from policyrules.review.impact import MOST_MONTHS, Progress, impact
from policyrules.review.impact_figures import Impact
from policyrules.review.impact_list import SUFFIXES as LISTS
from policyrules.review.impact_list import write_changes
from policyrules.review.impact_rosters import about
from policyrules.source.diagnostic import Checked, Diagnostic, has_errors
from policyrules.source.phrase import Language, Phrase
from policyrules.source.render import render, to_json
from policyrules.values.calendar import add_months, months_between

CHARTS, REPORTS = (".svg", ".png", ".html"), (".html",)
_NEEDS_ROSTER = ("month", "until", "by", "out", "chart", "report", "cliff")
_PROGRESS = Phrase("名单：第 {done} 次决定，共 {every} 次", "roster: decision {done} of {every}")


def wanted(options: Namespace) -> bool:
    """Whether the command asks for the impact on a roster, or for something that needs one."""
    return bool(options.roster) or any(getattr(options, name, None) is not None for name in _NEEDS_ROSTER)


def impact_asked(old: Book, new: Book, difference: Difference, options: Namespace) -> Checked[Impact | None] | None:
    """The impact, where the command asks for one and both versions can be compared at all."""
    if not wanted(options) or difference.errors or difference.findings:
        return None
    return impact_on(old, new, options, difference.text(options.lang))


def wrong_options(new: Book, options: Namespace) -> tuple[Diagnostic, ...]:
    """What is wrong with the options themselves, before anything is compared or decided."""
    if not wanted(options):
        return ()
    if not options.roster:
        return _without_roster(options)
    return (*_files(options), *_months(new.program, options).diagnostics, *rosters_named(new.program, options.roster).diagnostics)


def fits(found: Checked[Impact | None] | None) -> bool:
    """Whether nothing was asked, or everything asked was done."""
    return found is None or (found.value is not None and not has_errors(found.diagnostics))


def print_impact(found: Checked[Impact | None] | None, language: Language) -> None:
    """The page below the comparison, and on standard error what is wrong with the roster or with a file."""
    if found is None:
        return
    if found.value is not None:
        print(f"\n{found.value.text(language)}")
    if found.diagnostics:
        sys.stdout.flush()
        print("\n\n".join(render(finding, language) for finding in found.diagnostics), file=sys.stderr)


def impact_fields(found: Checked[Impact | None] | None, language: Language) -> dict[str, object]:
    """The fields that go beside those of the comparison."""
    if found is None:
        return {}
    fields = None if found.value is None else found.value.to_json(language)
    return {"impact": fields, "impact_diagnostics": [to_json(finding, language) for finding in found.diagnostics]}


def impact_on(old: Book, new: Book, options: Namespace, rules: str = "") -> Checked[Impact | None]:
    """The impact the options ask for, its files being written; `rules` tells in the report what has changed in the rules."""
    findings = wrong_options(new, options)
    if findings:
        return Checked(None, findings)
    found = impact(
        old,
        new,
        rosters_named(new.program, options.roster).value,
        months=_months(new.program, options).value,
        by=options.by,
        keys=options.ask,
        cliff=options.cliff,
        cliff_over=options.cliff_over,
        language=options.lang,
        progress=_told(options),
        memory=options.memory,
    )
    if found.value is None:
        return found
    return Checked(found.value, (*found.diagnostics, *_written(found.value, options, rules)))


def _told(options: Namespace) -> Progress:
    """Progress is for somebody who waits in front of a terminal."""

    def progress(done: int, every: int) -> None:
        if sys.stderr is not None and sys.stderr.isatty() and done < every:
            print(_PROGRESS.fill(done=done + 1, every=every)(options.lang), file=sys.stderr)

    return progress


def _without_roster(options: Namespace) -> tuple[Diagnostic, ...]:
    given = [f"--{name}" for name in _NEEDS_ROSTER if getattr(options, name, None) is not None]
    return (about(problems.WITHOUT_ROSTER, "--roster", options=Phrase("、".join(given), ", ".join(given))),)


def _files(options: Namespace) -> list[Diagnostic]:
    """What is wrong with where results shall go, found before anything is decided."""
    findings: list[Diagnostic] = []
    for path, suffixes in ((options.out, LISTS), (options.chart, CHARTS), (options.report, REPORTS)):
        if path is None:
            continue
        if not path.endswith(suffixes):
            findings.append(about(problems.WRONG_SUFFIX, path, path=shown(path, longest=200), wanted=" ".join(suffixes)))
        elif not os.path.isdir(os.path.dirname(os.path.realpath(path))):
            findings.append(about(problems.NO_FOLDER, path, path=shown(path, longest=200)))
    if options.chart or options.report:
        findings += lacking("charts", "matplotlib")
    return findings


def _months(program: Program, options: Namespace) -> Checked[list[date]]:
    """Every month from the first to the last."""
    first = occasion_of(program, options.month, None)
    last = occasion_of(program, options.until if options.until is not None else options.month, None)
    if first.value is None or last.value is None:
        return Checked([], tuple(dict.fromkeys((*first.diagnostics, *last.diagnostics))))
    start, end = first.value.month_start, last.value.month_start
    count = months_between(start, end) + 1
    if count < 1:
        return Checked([], (about(problems.UNTIL_BEFORE, "--until", month=options.month, until=options.until),))
    if count > MOST_MONTHS:
        return Checked([], (about(problems.TOO_MANY_MONTHS, "--until", count=count, most=MOST_MONTHS),))
    months = (add_months(start, number) for number in range(count))
    return Checked([month for month in months if month is not None])


def _written(found: Impact, options: Namespace, rules: str) -> tuple[Diagnostic, ...]:
    """The files asked for; what could not be written."""
    path = ""
    try:
        if options.out is not None:
            path = options.out
            write_changes(found, path, options.lang)
        if options.chart is not None or options.report is not None:
            charts, report = import_module("policyrules.review.charts"), import_module("policyrules.review.report")
            if options.report is not None:
                path = options.report
                report.write_page(report.report(found, options.lang, rules), path)
            if options.chart is not None:
                path = options.chart
                if path.endswith(".html"):
                    report.write_page(report.chart_page(found, options.lang), path)
                else:
                    return tuple(charts.draw(found, path, options.lang))
    except OSError as trouble:
        return (trouble_with(path, trouble),)
    return ()
