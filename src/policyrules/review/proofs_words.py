"""Findings of a proof as people read them, a line each with the household that refutes it as a ready 例; and as JSON fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from policyrules.book.book import Book
from policyrules.core.program import Program
from policyrules.review.example_text import example_text
from policyrules.review.proof_problems import REFUTED
from policyrules.review.proofs_asked import OTHERS
from policyrules.review.proofs_findings import Finding, Household, Proved, Refuted
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Language, Phrase
from policyrules.source.text import line_and_column
from policyrules.values.article_numbers import article_phrase

_PROVED = Phrase("已证明", "proved")
_REFUTED = Phrase("不成立", "refuted")
_OPEN = Phrase("未证明", "not proved")
_HEAD = Phrase("{name}（{months}，{size}）", "{name} ({months}, {size})")
_OTHERS = Phrase("别的定义", "Other definitions")
_SIZE = Phrase("户内每类成员不超过 {members} 人", "at most {members} in each list of members")
_ANY_SIZE = Phrase("不论几口人", "households of any size")
_MONTHS = Phrase("{first} 至 {last}", "{first} to {last}")
_NO_MONTHS = Phrase("没有可看的月份", "no month to look at")
_LINE = Phrase("{about}：{why}", "{about}: {why}")
_PLACED = Phrase("{said}（{place}）", "{said} ({place})")
_TALLY = Phrase("已证明 {proved} 项，不成立 {refuted} 项，未证明 {open} 项", "{proved} proved, {refuted} refuted, {open} not proved")
_AFTER = Phrase("结论只对上面的月份；规定再变以后要重新证明", "the findings hold for these months; prove again when a rule changes")
_EXAMPLE = Phrase("反例：{name}", "反例：{name}")
_THEN = Phrase("反例：{name}，变动以后", "反例：{name}，变动以后")


def text(book: Book, findings: Sequence[Finding], language: Language, *, to_the_end: bool) -> str:
    """Every finding a line, under the benefit it belongs to, and how many there are of each kind.

    `to_the_end`: the months looked at go beyond the last change.
    """
    lines: list[str] = []
    for group, some in groupby(findings, key=lambda finding: finding.group):
        listed = list(some)
        lines += [_head(book.program, group, listed)(language), *(line for finding in listed for line in _lines(book, finding, language)), ""]
    if findings and to_the_end:
        lines.append(_AFTER(language))
    return "\n".join([*lines, _TALLY.fill(**counts(findings))(language)])


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many are proved, refuted and open."""
    kinds = [type(finding.verdict) for finding in findings]
    proved, refuted = kinds.count(Proved), kinds.count(Refuted)
    return {"proved": proved, "refuted": refuted, "open": len(kinds) - proved - refuted}


def fields(book: Book, finding: Finding, language: Language) -> dict[str, object]:
    """The fields of `prove --format json`."""
    verdict, ask = finding.verdict, finding.ask
    article = book.program.benefits[ask.key].articles[ask.article].number if ask.article is not None else None
    diagnostic = diagnosed(book.program, finding)
    found: dict[str, object] = {
        "name": name_of(book.program, finding.group or ask.key),
        "key": ask.key,
        "question": ask.question.value,
        "article": article,
        "claim": ask.about(language),
        "status": "proved" if isinstance(verdict, Proved) else "refuted" if isinstance(verdict, Refuted) else "not proved",
        "code": diagnostic.code if diagnostic else None,
        "reason": _why(finding)(language),
        "from": _month(finding.first),
        "to": _month(finding.last),
        "members": finding.members,
        "file": ask.place.path,
        "line": line_and_column(ask.place)[0],
        "counterexamples": [_counterexample(book, finding, household) for household in _households(finding)],
    }
    return found


def diagnosed(program: Program, finding: Finding) -> Diagnostic | None:
    """A refuted claim as a diagnostic at its place in the policies; None for the others."""
    verdict, ask = finding.verdict, finding.ask
    if not isinstance(verdict, Refuted):
        return None
    name = ask.promise.title if ask.promise is not None else name_of(program, ask.key)
    article = article_phrase(program.benefits[ask.key].articles[ask.article].number) if ask.article is not None else ""
    return REFUTED[ask.question].at(ask.place, name=name, article=article, says=verdict.says)


def name_of(program: Program, key: str) -> str:
    """What a benefit or definition, or a promise that speaks of none, is called."""
    declared = program.benefits.get(key) or program.rules.get(key)
    return declared.name if declared is not None else key.rpartition("·")[2]


def examples(book: Book, finding: Finding) -> tuple[str, ...]:
    """The households that refute a claim, each as a ready 例; where a fact is moved, before and after."""
    named = finding.ask.promise.title if finding.ask.promise is not None else name_of(book.program, finding.ask.key)
    titles = (_EXAMPLE.fill(name=named).zh, _THEN.fill(name=named).zh)
    shown = zip(titles, _households(finding), strict=False)
    return tuple(example_text(book, title, one.document, one.month, one.key, one.subject) for title, one in shown if _can_be_asked(book, one))


def _households(finding: Finding) -> tuple[Household, ...]:
    verdict = finding.verdict
    if not isinstance(verdict, Refuted) or verdict.witness is None:
        return ()
    return (verdict.witness,) if verdict.moved is None else (verdict.witness, verdict.moved.household)


def _can_be_asked(book: Book, household: Household) -> bool:
    """Whether an example can expect the name: a promise has none."""
    return household.key in book.program.benefits or household.key in book.program.rules


def _head(program: Program, group: str, findings: Sequence[Finding]) -> Phrase:
    first, last = min(one.first for one in findings), max(one.last for one in findings)
    months = _NO_MONTHS if last == date.min else _MONTHS.fill(first=_month(first), last=_month(last))
    most = max((one.members for one in findings if one.members is not None), default=None)
    name = _OTHERS if group == OTHERS else name_of(program, group)
    return _HEAD.fill(name=name, months=months, size=_ANY_SIZE if most is None else _SIZE.fill(members=most))


def _month(day: date) -> str | None:
    return None if day == date.min else f"{day:%Y-%m}"


def _lines(book: Book, finding: Finding, language: Language) -> list[str]:
    verdict = finding.verdict
    diagnostic = diagnosed(book.program, finding)
    if diagnostic is None:
        word = _PROVED if isinstance(verdict, Proved) else _OPEN
        return [f"  {word(language)}  {_LINE.fill(about=finding.ask.about, why=_why(finding))(language)}"]
    place = f"{finding.ask.place.path}:{line_and_column(finding.ask.place)[0]}"
    said = _PLACED.fill(said=diagnostic.message, place=place)
    shown = [f"  {_REFUTED(language)}[{diagnostic.code}]  {said(language)}"]
    for example in examples(book, finding):
        shown += [f"      {line}" if line else "" for line in example.rstrip("\n").split("\n")]
    return shown


def _why(finding: Finding) -> Phrase:
    verdict = finding.verdict
    return verdict.by if isinstance(verdict, Proved) else verdict.says if isinstance(verdict, Refuted) else verdict.why


def _counterexample(book: Book, finding: Finding, household: Household) -> dict[str, object]:
    asked = _can_be_asked(book, household)
    title = _EXAMPLE.fill(name=name_of(book.program, finding.ask.key)).zh
    return {
        "case": household.document,
        "month": f"{household.month:%Y-%m}",
        "subject": household.subject,
        "name": name_of(book.program, household.key),
        "said": household.said.zh,
        "example": example_text(book, title, household.document, household.month, household.key, household.subject) if asked else None,
    }

