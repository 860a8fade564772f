"""What stands in a 告知书: the decision in a sentence, the papers, the facts, the figures, and what can be done against it.

Nothing of the law is made up here: terms and authorities that the caller does not name stay blank to be filled in by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby

from attrs import frozen

from policyrules.core.case import Instance, root_of
from policyrules.core.outcome import Answer, Granted, Step
from policyrules.core.program import Benefit, Branch, ParameterRow, ParameterValue, Program
from policyrules.explain.document import Document, Part, Quotation, Section, Table
from policyrules.explain.expressions import name_of
from policyrules.explain.groups import Group, grouped
from policyrules.explain.reasons import reasons_of
from policyrules.explain.stopping import differences, obstacles
from policyrules.explain.words import LIST, SEMICOLON, article_words, citation_words, joined, outcome_words, value_words
from policyrules.source.phrase import Phrase, plain
from policyrules.values.article_numbers import article_phrase
from policyrules.values.calendar import month_text
from policyrules.values.types import Quantity
from policyrules.values.units import MONEY, MONTH

BLANK = "____"
MONEY_OWED = Quantity(((MONEY, 1),))
"""What a month's benefit comes to when the month is over: 元."""

_TITLES = {
    "grant": Phrase("{name}给付告知书", "Notice of grant: {name}"),
    "refusal": Phrase("{name}不予给付告知书", "Notice of refusal: {name}"),
    "stop": Phrase("{name}停发告知书", "Notice that payment stops: {name}"),
    "back-pay": Phrase("{name}补发告知书", "Notice of back-payment: {name}"),
    "recovery": Phrase("{name}追缴告知书", "Notice of recovery: {name}"),
    "both": Phrase("{name}补发、追缴告知书", "Notice of back-payment and recovery: {name}"),
}
_DRAFT = Phrase("【草稿】用到暂定的标准，正式核定以前不得发出", "[DRAFT] rests on provisional figures; not to be issued before they are confirmed")
_DRAFT_OF = Phrase("{draft}：{figures}", "{draft}: {figures}")
_FIGURE = Phrase("{name} {value}", "{name} {value}")

_TO = Phrase("对象：{who}", "Concerning: {who}")
_WHO = Phrase("{id}（{entity}）", "{id} ({entity})")
_WITHIN = Phrase("{who}，{root}", "{who}, {root}")
_GRANTED = Phrase("经审核，决定自{when}起给付{name} {amount}。", "Having been examined, {name} is granted from {when}: {amount}.")
_GRANTED_ONCE = Phrase("经审核，决定{when}给付{name} {amount}。", "Having been examined, {name} is granted in {when}: {amount}.")
_REFUSED = Phrase(
    "经审核，{when}不符合{name}的给付条件，决定不予给付。",
    "Having been examined, the conditions of {name} are not met in {when}; it is refused.",
)
_STOPPED = Phrase(
    "经复核，自{when}起不再符合{name}的给付条件，决定自{when}起停发。{before}给付 {amount}。",
    "On review, the conditions of {name} are no longer met from {when}; payment stops from {when}. In {before} it was {amount}.",
)
_OWED = Phrase("{span}应补发{name}共 {amount}。", "{name} for {span} is to be paid later: {amount} in all.")
_OVERPAID = Phrase(
    "{span}多发{name}共 {amount}，应当追缴。",
    "{name} for {span} was overpaid and is to be recovered: {amount} in all.",
)
_APART = Phrase("补发和追缴分别办理，没有相抵。", "The two are dealt with apart; neither is set off against the other.")
_UNDER_OWN_RULES = Phrase(
    "各月分别按当月有效的条文和标准计算，事实以本个案所记为准。",
    "Each month is worked out by the articles and figures in force in that month, on the facts of this case.",
)

_BASIS = Phrase("依据", "Basis")
_FACTS = Phrase("事实与理由", "Facts and reasons")
_FIGURES = Phrase("计算", "Calculation")
_MONTHS = Phrase("逐月计算", "Month by month")
_RECOVERY = Phrase("追缴依据", "Basis of recovery")
_REMEDY = Phrase("不服本决定", "If you disagree")
_RECOVERY_BLANK = Phrase("追缴的法律依据：{blank}；退回的期限和方式：{blank}", "Law under which it is recovered: {blank}; term and way of repayment: {blank}")
_REVIEW = Phrase(
    "不服本决定的，可以自收到本告知书之日起 {within} 内，向 {body} 申请行政复议。",
    "Whoever disagrees may apply to {body} for administrative review within {within} of receiving this notice.",
)
_OFFICE = Phrase("经办机关：{office}", "Office: {office}")
_DATE = Phrase("日期：{date}", "Date: {date}")
_NO_GROUNDS = Phrase("本项没有其他条件。", "There are no further conditions.")
_BY_PAPER = Phrase("{article}：{paper}", "{article}: {paper}")
_SPAN = Phrase("{start}至{end}", "{start} to {end}")
_STRETCH = Phrase("{span}：{words}", "{span}: {words}")
_HEAD = (
    Phrase("月份", "month"),
    Phrase("应发", "owed"),
    Phrase("已发", "paid"),
    Phrase("应补发", "to be paid"),
    Phrase("应追缴", "to be recovered"),
    Phrase("条文", "article"),
)
_TOTAL = Phrase("合计", "total")
_NOTHING = plain("—")


@frozen
class Office:
    """What only the office knows. What is None stays blank in the notice, to be filled in by hand."""

    name: str | None = None
    review_body: str | None = None
    review_within: str | None = None
    date: str | None = None


@frozen
class PaidMonth:
    """A month decided anew: what was owed by its own rules, and what was paid, both in 元."""

    month: date
    answer: Answer
    owed: Fraction
    paid: Fraction


def granted(answer: Answer, program: Program, when: Phrase, office: Office) -> Document:
    """A grant. `when` is the month or day decided for."""
    sentence = _GRANTED if _is_monthly(answer) else _GRANTED_ONCE
    said = sentence.fill(when=when, name=answer.name, amount=outcome_words(answer.outcome, answer.type))
    return _document("grant", [answer], said, _grounds(answer, program), program, office)


def refused(answer: Answer, program: Program, when: Phrase, office: Office) -> Document:
    """A refusal."""
    return _document("refusal", [answer], _REFUSED.fill(when=when, name=answer.name), _grounds(answer, program), program, office)


def stopped(answer: Answer, previous: Answer, program: Program, when: Phrase, before: Phrase, office: Office) -> Document:
    """A benefit that was granted `before` and is refused now, with what has changed first."""
    amount = outcome_words(previous.outcome, previous.type)
    said = _STOPPED.fill(when=when, before=before, name=answer.name, amount=amount)
    # Articles that never granted anything to this person are not what changed.
    concerned = tuple(reason for reason in reasons_of(answer, program) if reason.kind != "failing")
    concerned += obstacles(previous, answer, program)
    groups = grouped(dict.fromkeys(concerned))
    facts = (*differences(previous, answer, program), *_facts(groups))
    sections = [Section(_BASIS, _distinct(_basis(answer, program, groups))), Section(_FACTS, facts or (_NO_GROUNDS,))]
    return _document("stop", [answer, previous], said, sections, program, office)


def paid_later(months: Sequence[PaidMonth], program: Program, office: Office) -> Document:
    """Back-payment, recovery, or both: what is owed for each month less what was paid. At least one month differs."""
    owed = sum((max(one.owed - one.paid, Fraction(0)) for one in months), Fraction(0))
    over = sum((max(one.paid - one.owed, Fraction(0)) for one in months), Fraction(0))
    answers = [one.answer for one in months]
    fields = {"span": _span(months), "name": answers[0].name}
    said = [
        *([_OWED.fill(**fields, amount=_money(owed))] if owed else []),
        *([_OVERPAID.fill(**fields, amount=_money(over))] if over else []),
        *([_APART] if owed and over else []),
    ]
    sections = [
        Section(_BASIS, _distinct(part for answer in answers for part in _basis(answer, program, _groups(answer, program)))),
        Section(_FACTS, _by_stretch(months, program)),
        Section(_MONTHS, (_table(months, owed, over), _UNDER_OWN_RULES)),
        *([Section(_RECOVERY, (_RECOVERY_BLANK.fill(blank=BLANK),))] if over else []),
    ]
    kind = "both" if owed and over else "back-pay" if owed else "recovery"
    return _document(kind, answers, Phrase("".join(each.zh for each in said), " ".join(each.en for each in said)), sections, program, office)


# ---------------------------------------------------------------- the frame


def _document(kind: str, answers: Sequence[Answer], said: Phrase, sections: Sequence[Section], program: Program, office: Office) -> Document:
    remedy = _REVIEW.fill(within=office.review_within or BLANK, body=office.review_body or BLANK)
    return Document(
        _TITLES[kind].fill(name=answers[0].name),
        _draft(answers, program),
        (_TO.fill(who=_who(answers[0].instance)), said),
        (*sections, Section(_REMEDY, (remedy,))),
        (_OFFICE.fill(office=office.name or BLANK), _DATE.fill(date=office.date or BLANK)),
    )


def _draft(answers: Sequence[Answer], program: Program) -> Phrase | None:
    if not any(answer.provisional for answer in answers):
        return None
    figures = tuple(dict.fromkeys(figure for answer in answers for figure in _provisional(answer, program)))
    return _DRAFT_OF.fill(draft=_DRAFT, figures=joined(LIST, figures)) if figures else _DRAFT


def _provisional(answer: Answer, program: Program) -> Iterator[Phrase]:
    """The provisional figures an answer touched, as far as its trace tells."""
    waiting = [answer.trace] if answer.trace is not None else []
    seen: set[int] = set()
    while waiting:
        step = waiting.pop()
        if id(step) in seen:
            continue
        seen.add(id(step))
        waiting.extend(reversed(step.children))
        if isinstance(step.what, ParameterValue) and any(_is_provisional(child) for child in step.children):
            yield _FIGURE.fill(name=name_of(step, answer.instance, program), value=value_words(step.value, step.what.type))
        elif isinstance(step.what, Branch) and step.what.provisional and step.what.row is not None:
            yield step.what.row


def _is_provisional(step: Step) -> bool:
    return isinstance(step.what, ParameterRow) and step.what.provisional


def _who(instance: Instance) -> Phrase:
    root = root_of(instance)
    # A household without an id of its own is named by what it is.
    who = plain(instance.id) if instance.id == instance.entity else _WHO.fill(id=instance.id, entity=instance.entity)
    return who if root is instance or root.id == root.entity else _WITHIN.fill(who=who, root=root.id)


def _is_monthly(answer: Answer) -> bool:
    return isinstance(answer.type, Quantity) and (MONTH, -1) in answer.type.dimension


# ---------------------------------------------------------------- papers, facts, figures


def _groups(answer: Answer, program: Program) -> tuple[Group, ...]:
    return grouped(reasons_of(answer, program))


def _grounds(answer: Answer, program: Program) -> list[Section]:
    """Basis, facts, and the figures where there are any."""
    groups = _groups(answer, program)
    sections = [Section(_BASIS, _distinct(_basis(answer, program, groups))), Section(_FACTS, _facts(groups) or (_NO_GROUNDS,))]
    figures = _figures(groups)
    return [*sections, Section(_FIGURES, figures)] if figures else sections


def _basis(answer: Answer, program: Program, groups: Sequence[Group]) -> Iterator[Part]:
    """The articles with their papers and words; where none holds, the papers of those that were not met."""
    for head in (group.head for group in groups if group.head is not None):
        yield _BY_PAPER.fill(article=head.text, paper=head.citation) if head.citation is not None else head.text
        if head.quote:
            yield Quotation(plain(head.quote))
    if not any(group.head is not None and group.head.article for group in groups):
        yield from _papers(answer, program, groups)


def _papers(answer: Answer, program: Program, groups: Sequence[Group]) -> Iterator[Phrase]:
    numbers = {reason.article for group in groups if group.kind == "failing" for reason in group.grounds}
    benefit = program.benefits.get(answer.key)
    for article in benefit.articles if isinstance(benefit, Benefit) else ():
        papers = [words for key in article.citations if (words := citation_words(key, program)) is not None]
        if article.number in numbers and papers:
            yield _BY_PAPER.fill(article=article_words(article), paper=joined(LIST, papers))


def _facts(groups: Sequence[Group]) -> tuple[Phrase, ...]:
    """The grounds of each article in a line, then what kept others from holding, each for itself."""
    lines: list[Phrase] = []
    for group in groups:
        if group.head is not None and group.grounds:
            lines.append(joined(SEMICOLON, [reason.text for reason in group.grounds]))
        elif group.head is None:
            lines += [reason.text for reason in group.grounds]
    return tuple(lines)


def _figures(groups: Sequence[Group]) -> tuple[Phrase, ...]:
    """How the amount came about. The paper of a parameter stands in the figures already."""
    return tuple(reason.text for group in groups for reason in group.figures if reason.kind != "parameter")


# ---------------------------------------------------------------- month by month


def _by_stretch(months: Sequence[PaidMonth], program: Program) -> tuple[Phrase, ...]:
    """Facts and figures, said once for months that follow each other and agree in them."""
    lines: list[Phrase] = []
    told = [(one, (*_facts(groups), *_figures(groups))) for one in months for groups in (_groups(one.answer, program),)]
    for words, stretch in groupby(told, key=lambda pair: pair[1]):
        span = _span([one for one, _ in stretch])
        lines.append(_STRETCH.fill(span=span, words=joined(SEMICOLON, words) if words else _NO_GROUNDS))
    return tuple(lines)


def _span(months: Sequence[PaidMonth]) -> Phrase:
    first, last = months[0].month, months[-1].month
    return _month(first) if first == last else _SPAN.fill(start=_month(first), end=_month(last))


def _month(day: date) -> Phrase:
    return Phrase(month_text(day, "zh"), month_text(day, "en"))


def _table(months: Sequence[PaidMonth], owed: Fraction, over: Fraction) -> Table:
    rows: list[tuple[Phrase, ...]] = [
        (
            _month(one.month),
            _money(one.owed),
            _money(one.paid),
            _money(one.owed - one.paid) if one.owed > one.paid else _NOTHING,
            _money(one.paid - one.owed) if one.paid > one.owed else _NOTHING,
            _articles(one.answer),
        )
        for one in months
    ]
    sums = [sum((one.owed for one in months), Fraction(0)), sum((one.paid for one in months), Fraction(0))]
    rows.append((_TOTAL, *map(_money, sums), _money(owed), _money(over), _NOTHING))
    return Table(_MONTHS, _HEAD, tuple(rows), frozenset({1, 2, 3, 4}))


def _articles(answer: Answer) -> Phrase:
    match answer.outcome:
        case Granted(_, articles) if articles:
            return joined(LIST, [article_phrase(article.number) for article in articles])
        case Granted():
            return _NOTHING
        case outcome:
            return outcome_words(outcome, answer.type)


def _money(amount: Fraction) -> Phrase:
    return value_words(amount, MONEY_OWED)


def _distinct(parts: Iterator[Part]) -> tuple[Part, ...]:
    """Each part once, in the order in which it first came."""
    return tuple(dict.fromkeys(parts))
