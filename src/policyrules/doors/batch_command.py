"""`policyrules batch` and `policyrules sql`: everybody in rosters decided at once, and the query that does it."""

from __future__ import annotations

import sys
from argparse import Namespace

from policyrules.book import batch_problems as problems
from policyrules.book.batch import batch, batch_sql
from policyrules.book.book import load
from policyrules.core.program import Program
from policyrules.doors.cli import FINE, WRONG_INPUT
from policyrules.doors.commands import not_there
from policyrules.doors.files import missing
from policyrules.source.diagnostic import Checked, Diagnostic
from policyrules.source.phrase import Phrase
from policyrules.source.render import render
from policyrules.source.text import Place, SourceText

_ALONE = Phrase("逐户决定 {done}/{every}", "decided by themselves: {done}/{every}")
_DONE = Phrase("{out}：{rows} 行（{counts}），其中逐户决定 {alone} 户", "{out}: {rows} rows ({counts}), {alone} households decided by themselves")
_IN_STEPS = Phrase(
    "Spark 为一条这么长的查询做计划可能要几分钟；policyrules batch --engine spark 分步做，快得多",
    "Spark may take minutes to plan one query as long as this; policyrules batch --engine spark takes it in steps, which is much quicker",
)


def decide_rosters(options: Namespace) -> int:
    """Everybody decided; what was done is told on standard error."""
    if absent := missing(options.policies):
        return not_there(absent, options)
    book = load(options.policies)
    rosters = rosters_named(book.program, options.roster)
    if rosters.diagnostics:
        return _said(rosters.diagnostics, options)

    def told(done: int, every: int) -> None:
        print(_ALONE.fill(done=done, every=every)(options.lang), file=sys.stderr)

    found = batch(
        book,
        rosters.value,
        options.out,
        month=options.month,
        day=options.day,
        ask=options.ask,
        language=options.lang,
        progress=told,
        engine=options.engine,
        dsn=options.dsn,
        memory=options.memory,
    )
    if found.value is None:
        return _said(found.diagnostics, options)
    if found.diagnostics:
        _told(found.diagnostics, options)
    counts = ("、" if options.lang == "zh" else ", ").join(f"{status} {count}" for status, count in found.value.rows.items())
    parts = {"out": options.out, "rows": sum(found.value.rows.values()), "counts": counts, "alone": found.value.alone}
    print(_DONE.fill(**parts)(options.lang), file=sys.stderr)
    return FINE


def print_sql(options: Namespace) -> int:
    """The query on standard output."""
    if absent := missing(options.policies):
        return not_there(absent, options)
    found = batch_sql(load(options.policies), month=options.month, day=options.day, ask=options.ask, dialect=options.dialect)
    if found.value is None:
        return _said(found.diagnostics, options)
    if options.dialect == "spark":
        print(f"-- {_IN_STEPS(options.lang)}")
    print(found.value)
    return FINE


def rosters_named(program: Program, words: list[str]) -> Checked[dict[str, str]]:
    """Entity to file, from `户=households.parquet` or the file alone for the members of the outermost entity."""
    found: dict[str, str] = {}
    findings: list[Diagnostic] = []
    root = program.entities.get(program.root or "")
    members = next((role.entity for role in root.roles if role.many), root.name) if root is not None else ""
    for word in words:
        entity, equals, path = word.partition("=")
        if not equals:
            entity, path = members, word
        if entity in found:
            findings.append(problems.ROSTER_TWICE.at(Place(SourceText("--roster", ""), 0, 0), entity=entity))
        found[entity] = path
    return Checked(found, tuple(findings))


def _said(findings: tuple[Diagnostic, ...], options: Namespace) -> int:
    _told(findings, options)
    return WRONG_INPUT


def _told(findings: tuple[Diagnostic, ...], options: Namespace) -> None:
    print("\n\n".join(render(finding, options.lang) for finding in findings), file=sys.stderr)
