"""告知书: from a decision to the paper that goes out, or the plain reason why none can.

made = notice(decision, "甲的生活补贴")
print(made.text("zh"))
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import frozen

from policyrules.book import case_problems, notice_problems
from policyrules.book.decision import Decision, headline
from policyrules.book.facts import Wanted, normal, read_value
from policyrules.book.occasion import in_month
from policyrules.core.case import Occasion, root_of
from policyrules.core.outcome import Answer, Granted, Refused
from policyrules.core.program import Benefit, Program
from policyrules.engines import interpreter
from policyrules.explain import notice_words
from policyrules.explain.document import Document, as_html, as_text
from policyrules.explain.html import page, preformatted
from policyrules.explain.notice_words import Office, PaidMonth
from policyrules.explain.words import day_words
from policyrules.source.diagnostic import Checked, Diagnostic, has_errors
from policyrules.source.phrase import Language, Phrase
from policyrules.source.render import render
from policyrules.source.text import Place, SourceText
from policyrules.values.calendar import add_months, month_text, parse_month
from policyrules.values.types import Quantity, Type
from policyrules.values.units import MONEY, MONTH

Kind: TypeAlias = Literal["grant", "refusal", "stop", "back-pay"]
Paid: TypeAlias = "Mapping[str, object] | Iterable[str]"
"""What was paid, by month: `{"2020-04": "330元"}` or `["2020-04=330元"]`."""

KINDS: Mapping[Kind, Phrase] = {
    "grant": Phrase("给付", "grant"),
    "refusal": Phrase("不予给付", "refusal"),
    "stop": Phrase("停发", "stop"),
    "back-pay": Phrase("补发", "back-payment"),
}
_NO_NOTICE = Phrase("没有告知书", "No notice")


@frozen
class Notice:
    """A notice, or why there is none. `draft`: it rests on provisional figures and must not go out."""

    kind: Kind | None
    document: Document | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def draft(self) -> bool:
        return self.document is not None and self.document.draft is not None

    def text(self, language: Language = "zh") -> str:
        """The notice in plain text; where there is none, why."""
        if self.document is not None:
            return as_text(self.document, language)
        return "\n\n".join(render(finding, language) for finding in self.diagnostics) + "\n"

    def html(self, language: Language = "zh") -> str:
        """The notice as a page that stands alone; where there is none, why."""
        if self.document is not None:
            return as_html(self.document, language)
        findings = "\n".join(preformatted(render(finding, language)) for finding in self.diagnostics)
        return page(_NO_NOTICE(language), findings, language)


def notice(
    decision: Decision,
    name: str | None = None,
    *,
    kind: Kind | None = None,
    previous: Decision | None = None,
    paid: Paid | None = None,
    office: Office | None = None,
) -> Notice:
    """The notice of one answer: 生活补贴, or 甲的生活补贴 where several people have one.

    Without `kind` it follows from the rest: back-payment where `paid` says what was paid in each month, a stop where
    `previous` granted what is refused now, else a grant or a refusal. What is undecided, a conflict or an error has no notice.
    """
    if has_errors(decision.diagnostics) or decision.occasion is None:
        return Notice(None, None, decision.diagnostics)
    found = one_answer(decision, name)
    if isinstance(found, Diagnostic):
        return Notice(None, None, (found,))
    if not _is_paying(decision.program, found):
        return Notice(None, None, (notice_problems.NOT_A_BENEFIT.at(_place("--ask"), name=found.name),))
    answer = _traced(decision.program, found, decision.occasion)
    before = _before(answer, previous)
    chosen = kind or _kind(answer, before, paid)
    if isinstance(chosen, Diagnostic):
        return Notice(None, None, (chosen,))
    made = _document(chosen, decision, answer, previous, before, paid, office or Office())
    return Notice(chosen if made.value is not None else None, made.value, made.diagnostics)


def _document(
    kind: Kind,
    decision: Decision,
    answer: Answer,
    previous: Decision | None,
    before: Answer | None,
    paid: Paid | None,
    office: Office,
) -> Checked[Document | None]:
    assert decision.occasion is not None  # seen to by `notice`
    program, when = decision.program, _when(decision.occasion)
    match kind, answer.outcome:
        case "back-pay", _:
            return _back_pay(program, answer, paid, office)
        case "grant", Granted():
            return Checked(notice_words.granted(answer, program, when, office))
        case "refusal", Refused():
            return Checked(notice_words.refused(answer, program, when, office))
        case "stop", Refused():
            return _stop(program, answer, when, previous, before, office)
        case _:
            return _none(notice_problems.WRONG_KIND.at(_place("--kind"), kind=KINDS[kind], answer=headline(answer)))


def _stop(
    program: Program, answer: Answer, when: Phrase, previous: Decision | None, before: Answer | None, office: Office
) -> Checked[Document | None]:
    if before is None or previous is None or previous.occasion is None:
        return _none(notice_problems.NO_PREVIOUS.at(_place("--previous-month")))
    then = _when(previous.occasion)
    if not isinstance(before.outcome, Granted):
        finding = notice_problems.PREVIOUS_NOT_GRANTED.at(_place("--previous-month"), when=then, answer=headline(before))
        return _none(finding)
    return Checked(notice_words.stopped(answer, before, program, when, then, office))


# ---------------------------------------------------------------- which answer, which kind


def one_answer(decision: Decision, name: str | None) -> Answer | Diagnostic:
    """The only answer of that name (生活补贴, 甲的生活补贴; None: the only one at all), or a finding."""
    wanted = normal(name) if name is not None else None
    fitting = [answer for answer in decision.answers if wanted is None or wanted in _names(answer)]
    listed = case_problems.listed(f"{answer.instance.id}的{answer.name}" for answer in fitting or decision.answers)
    if not fitting:
        return notice_problems.NO_SUCH_ANSWER.at(_place("--ask"), name=case_problems.shown(name or ""), names=listed)
    if len(fitting) > 1:
        return notice_problems.SEVERAL_ANSWERS.at(_place("--ask"), count=len(fitting), names=listed)
    return fitting[0]


def _is_paying(program: Program, answer: Answer) -> bool:
    benefit = program.benefits.get(answer.key)
    return isinstance(benefit, Benefit) and benefit.pays


def _names(answer: Answer) -> set[str]:
    return {normal(word) for name in (answer.name, answer.key) for word in (name, f"{answer.instance.id}的{name}")}


def _traced(program: Program, answer: Answer, occasion: Occasion) -> Answer:
    """The answer with its reasons: as it is, or decided again for them."""
    return answer if answer.trace is not None else _decided(program, answer, occasion)


def _decided(program: Program, answer: Answer, occasion: Occasion) -> Answer:
    return interpreter.decide(program, root_of(answer.instance), occasion, [(answer.key, answer.instance)], trace=True)[0]


def _before(answer: Answer, previous: Decision | None) -> Answer | None:
    """The same answer in an earlier decision."""
    if previous is None or previous.occasion is None:
        return None
    same = (one for one in previous.answers if (one.key, one.instance.id) == (answer.key, answer.instance.id))
    found = next(same, None)
    return _traced(previous.program, found, previous.occasion) if found is not None else None


def _kind(answer: Answer, before: Answer | None, paid: Paid | None) -> Kind | Diagnostic:
    if paid is not None:
        return "back-pay"
    match answer.outcome:
        case Granted():
            return "grant"
        case Refused():
            return "stop" if before is not None and isinstance(before.outcome, Granted) else "refusal"
        case _:
            return notice_problems.NOT_SETTLED.at(_place("--ask"), answer=headline(answer))


# ---------------------------------------------------------------- month by month


def _back_pay(program: Program, answer: Answer, paid: Paid | None, office: Office) -> Checked[Document | None]:
    if answer.type != Quantity(((MONEY, 1), (MONTH, -1))):
        return _none(notice_problems.NOT_MONTHLY.at(_place("--paid"), name=answer.name))
    read = _paid(paid, answer.type)
    if has_errors(read.diagnostics):
        return Checked(None, read.diagnostics)
    months: list[PaidMonth] = []
    findings: list[Diagnostic] = []
    for month, amount in sorted(read.value.items()):
        occasion = in_month(program, month)
        anew = _decided(program, answer, occasion)
        match anew.outcome:
            case Granted(owed):
                months.append(PaidMonth(month, anew, owed, amount))
            case Refused():
                months.append(PaidMonth(month, anew, Fraction(0), amount))
            case _:
                words = Phrase(f"{_when(occasion).zh}{headline(anew).zh}", f"{_when(occasion).en}, {headline(anew).en}")
                findings.append(notice_problems.NOT_SETTLED.at(_place("--paid"), answer=words))
    if findings:
        return Checked(None, tuple(findings))
    if all(one.owed == one.paid for one in months):
        return _none(notice_problems.NOTHING_OWED.at(_place("--paid"), name=answer.name))
    return Checked(notice_words.paid_later(months, program, office))


def _paid(paid: Paid | None, kind: Type) -> Checked[dict[date, Fraction]]:
    """Months with what was paid, in 元; the months follow each other without a gap."""
    months: dict[date, Fraction] = {}
    findings: list[Diagnostic] = []
    for pair in _pairs(paid):
        found = pair if isinstance(pair, Diagnostic) else _month_paid(*pair, kind, months)
        if isinstance(found, Diagnostic):
            findings.append(found)
        else:
            months[found[0]] = found[1]
    if not findings and not months:
        findings.append(notice_problems.NOTHING_PAID.at(_place("--paid")))
    if not findings:
        findings += _gaps(months)
    return Checked(months, tuple(findings))


def _pairs(paid: Paid | None) -> Iterator[tuple[str, object] | Diagnostic]:
    if isinstance(paid, Mapping):
        yield from ((str(month), amount) for month, amount in paid.items())
        return
    for words in [paid] if isinstance(paid, str) else paid or ():
        month, sign, amount = words.replace("＝", "=").partition("=")
        yield (month, amount) if sign else notice_problems.PAID_SHAPE.at(_place("--paid"), words=case_problems.shown(words))


def _month_paid(words: str, amount: object, kind: Type, months: Mapping[date, Fraction]) -> tuple[date, Fraction] | Diagnostic:
    place = _place("--paid")
    month = parse_month(normal(words))
    if month is None:
        return case_problems.MONTH_UNREADABLE.at(place, got=case_problems.shown(words))
    said = Phrase(month_text(month, "zh"), month_text(month, "en"))
    if month in months:
        return notice_problems.PAID_TWICE.at(place, month=said)
    what = Phrase(f"{said.zh}已发的金额", f"what was paid in {said.en}")
    value = read_value(Wanted(what, kind, low=Fraction(0), whole_fen=True), amount, lambda: place)
    if isinstance(value, Diagnostic):
        return value
    return (month, value) if isinstance(value, Fraction) else notice_problems.PAID_GAP.at(place, month=said)


def _gaps(months: Mapping[date, Fraction]) -> list[Diagnostic]:
    """A month between others of which nothing is said: paid in full, in part or not at all, nobody can tell."""
    findings: list[Diagnostic] = []
    month: date | None = min(months)
    while month is not None and month < max(months):
        if month not in months:
            said = Phrase(month_text(month, "zh"), month_text(month, "en"))
            findings.append(notice_problems.PAID_GAP.at(_place("--paid"), month=said))
        month = add_months(month, 1)
    return findings


# ---------------------------------------------------------------- words


def _when(occasion: Occasion) -> Phrase:
    if occasion.monthly:
        return Phrase(month_text(occasion.day, "zh"), month_text(occasion.day, "en"))
    return day_words(occasion.day)


def _place(option: str) -> Place:
    return Place(SourceText(option, ""), 0, 0)


def _none(finding: Diagnostic) -> Checked[Document | None]:
    return Checked(None, (finding,))
