"""What `decide` hands out: the answers with everything needed to read them, as words and as JSON fields."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Protocol

from attrs import field, frozen

from policyrules.core.case import Occasion
from policyrules.core.outcome import (
    Answer,
    Computed,
    Conflict,
    Failed,
    Granted,
    Outcome,
    Refused,
    Undecided,
)
from policyrules.core.program import Article, Program
from policyrules.explain import html as markup
from policyrules.explain import wording
from policyrules.explain.reasons import reasons
from policyrules.explain.short import short_reason
from policyrules.source.diagnostic import Diagnostic, has_errors
from policyrules.source.phrase import Language, Phrase
from policyrules.source.render import render, to_json
from policyrules.values.article_numbers import article_phrase
from policyrules.values.calendar import day_text, month_text
from policyrules.values.quantities import plain_text, value_phrase
from policyrules.values.types import Quantity, Value
from policyrules.values.units import unit_text
from policyrules.values.unknown import Need

_GRANTED = Phrase("给付 {amount}", "granted {amount}")
_MISSING = Phrase("还缺 {needs}", "still missing {needs}")
_UNKNOWABLE = Phrase("{needs}不详", "{needs} unascertainable")
_STATUS: dict[type[Outcome], str] = {
    Granted: "granted",
    Refused: "refused",
    Undecided: "undecided",
    Conflict: "conflict",
    Failed: "error",
    Computed: "computed",
}

_TITLE = Phrase("决定（{when}）", "Decision ({when})")
_UNTIMED = Phrase("决定", "Decision")


class Unread(Protocol):
    """Answers that are made when they are read."""

    def answers(self) -> tuple[Answer, ...]: ...

    def amounts(self) -> dict[tuple[str, str], Fraction] | None: ...


def _read(found: tuple[Answer, ...] | Unread) -> tuple[Answer, ...]:
    return found if isinstance(found, tuple) else found.answers()


@frozen
class Decision:
    """Answers to one question about one case. Where `diagnostics` has an error there are none.

    `decision["生活补贴"]` is the only answer of that name, `decision["甲", "生活补贴"]` that of one person.
    """

    _answers: tuple[Answer, ...] | Unread = field(eq=_read, repr=lambda found: repr(_read(found)))
    diagnostics: tuple[Diagnostic, ...]
    program: Program = field(repr=False, eq=False)
    occasion: Occasion | None

    @property
    def answers(self) -> tuple[Answer, ...]:
        """An answer for each name and each one it is asked of."""
        return _read(self._answers)

    @property
    def amounts(self) -> dict[tuple[str, str], Fraction]:
        """What is paid, in the base unit of its type (元 for money), by the id of whose it is and the name of the benefit: 0 where it
        is refused. What is undecided, in conflict or wrong is not in it."""
        paid = None if isinstance(self._answers, tuple) else self._answers.amounts()
        if paid is not None:
            return paid
        paid = {}
        for answer in self.answers:
            if isinstance(answer.outcome, Granted):
                paid[answer.instance.id, answer.name] = answer.outcome.amount
            elif isinstance(answer.outcome, Refused) and isinstance(answer.type, Quantity):
                paid[answer.instance.id, answer.name] = Fraction(0)
        return paid

    @property
    def month(self) -> str | None:
        """The month decided for (2020-04); None where a day was asked for."""
        return month_text(self.occasion.day, "en") if self.occasion and self.occasion.monthly else None

    @property
    def day(self) -> date | None:
        """The reference day."""
        return self.occasion.day if self.occasion else None

    @property
    def settled(self) -> bool:
        """Whether nothing went wrong: no error in the input, no conflict, no failed answer."""
        troubled = any(isinstance(answer.outcome, (Conflict, Failed)) for answer in self.answers)
        return not troubled and not has_errors(self.diagnostics)

    def __getitem__(self, name: str | tuple[str, str]) -> Answer:
        subject, wanted = name if isinstance(name, tuple) else (None, name)
        found = [answer for answer in self.answers if wanted in (answer.name, answer.key) and subject in (None, answer.instance.id)]
        if len(found) != 1:
            raise KeyError(f"{name}: {len(found)} answers")
        return found[0]

    def text(self, language: Language = "zh") -> str:
        """The decision as people read it: findings first, then an answer a line, with its reasons if explained."""
        blocks = [render(finding, language) for finding in self.diagnostics]
        if self.occasion is not None and self.answers:
            heading = _heading(self.occasion)(language)
            lines = [self._answer_text(answer, language) for answer in sorted(self.answers, key=_rank)]
            explained = any(answer.trace is not None for answer in self.answers)
            blocks.append(("\n\n" if explained else "\n").join([heading, *lines]))
        return "\n\n".join(blocks)

    def to_json(self, language: Language = "zh") -> dict[str, object]:
        """The stable fields of `decide --format json`."""
        return {
            "month": self.month,
            "day": self.day.isoformat() if self.day else None,
            "decisions": [self._answer_json(answer, language) for answer in self.answers],
            "diagnostics": [to_json(finding, language) for finding in self.diagnostics],
        }

    def html(self, language: Language = "zh") -> str:
        """The decision as one page that stands for itself: to open, to print, to send. It needs answers with reasons."""
        title = _TITLE.fill(when=_heading(self.occasion)) if self.occasion is not None else _UNTIMED
        return markup.page(title(language), self._body(language), language)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return markup.fragment(self._body("zh"), "zh")

    def _body(self, language: Language) -> str:
        findings = [markup.preformatted(render(finding, language)) for finding in self.diagnostics]
        answers = [markup.answer_section(answer, self.program, language) for answer in sorted(self.answers, key=_rank)]
        return "\n".join([*findings, *answers])

    def _answer_text(self, answer: Answer, language: Language) -> str:
        if answer.trace is None:
            return headline(answer)(language)
        return wording.explain(answer, self.program, language)

    def _answer_json(self, answer: Answer, language: Language) -> dict[str, object]:
        value = _value(answer.outcome)
        fields: dict[str, object] = {
            "subject": answer.instance.id,
            "entity": answer.instance.entity,
            "name": answer.name,
            "key": answer.key,
            "status": status(answer),
            "value": None if value is None else plain_text(value, answer.type),
            "unit": (unit_text(answer.type.dimension, language) or None) if isinstance(answer.type, Quantity) else None,
            "provisional": answer.provisional,
            "supplied": answer.supplied,
            "reason": short_reason(answer, self.program, language),
            "reasons": reasons(answer, self.program, language),
            "missing": [],
            "unknowable": [],
        }
        if isinstance(answer.outcome, Undecided):
            for name, needs in (("missing", answer.outcome.missing), ("unknowable", answer.outcome.unknowable)):
                fields[name] = [{"subject": need.subject, "name": need.name, "key": need.fact} for need in needs]
        return fields


def _rank(answer: Answer) -> int:
    """What is paid comes first, then what is open or wrong, then what is not paid."""
    return list(_STATUS).index(type(answer.outcome)) if not isinstance(answer.outcome, Refused) else len(_STATUS)


def status(answer: Answer) -> str:
    """The outcome in one stable word: granted, refused, undecided, conflict, error or computed."""
    return _STATUS[type(answer.outcome)]


def headline(answer: Answer) -> Phrase:
    """An answer in one line: 甲的生活补贴：给付 366.00元/月（第二条）."""
    name = Phrase(f"{answer.instance.id}的{answer.name}", f"{answer.name} of {answer.instance.id}")
    words = describe(answer)
    marks = [
        mark
        for mark, holds in (
            (Phrase("含暂定标准", "provisional"), answer.provisional),
            (Phrase("由外部给出", "supplied"), answer.supplied),
        )
        if holds
    ]
    zh = "".join(f"［{mark.zh}］" for mark in marks)
    en = "".join(f" [{mark.en}]" for mark in marks)
    return Phrase(f"{name.zh}：{words.zh}{zh}", f"{name.en}: {words.en}{en}")


def describe(answer: Answer) -> Phrase:
    """An outcome in words, with the articles it rests on: 给付 366.00元/月（第二条）."""
    kind = answer.type
    match answer.outcome:
        case Granted(amount, articles):
            return _with_articles(_GRANTED.fill(amount=value_phrase(amount, kind)), articles)
        case Refused(reason, article):
            words = Phrase(f"不予，{reason}", f"refused, {reason}") if reason else Phrase("不予", "refused")
            if article is None and answer.supplied:
                return words
            if article is None:
                return Phrase(f"{words.zh}（其余情形）", f"{words.en} (otherwise)")
            return _with_articles(words, (article,))
        case Undecided(missing, _, unknowable):
            open_ = [words.fill(needs=_needs(needs)) for words, needs in ((_MISSING, missing), (_UNKNOWABLE, unknowable)) if needs]
            return Phrase("未定，" + "；".join(part.zh for part in open_), "undecided, " + "; ".join(part.en for part in open_))
        case Conflict(articles):
            return _with_articles(Phrase("冲突", "conflict"), articles)
        case Failed(reason):
            return Phrase(f"无法计算，{reason.zh}", f"cannot be computed, {reason.en}")
        case Computed(value):
            return value_phrase(value, kind)


def _needs(needs: tuple[Need, ...]) -> Phrase:
    named = [Phrase(f"{need.subject}的{need.name}", f"{need.name} of {need.subject}") for need in needs]
    return Phrase("、".join(need.zh for need in named), ", ".join(need.en for need in named))


def _with_articles(words: Phrase, articles: tuple[Article, ...]) -> Phrase:
    if not articles:
        return words
    named = [article_phrase(article.number, article.title) for article in articles]
    return Phrase(f"{words.zh}（{'；'.join(n.zh for n in named)}）", f"{words.en} ({'; '.join(n.en for n in named)})")


def _heading(occasion: Occasion) -> Phrase:
    if occasion.monthly:
        return Phrase(month_text(occasion.day, "zh"), month_text(occasion.day, "en"))
    return Phrase(day_text(occasion.day, "zh"), day_text(occasion.day, "en"))


def _value(outcome: Outcome) -> Value | None:
    match outcome:
        case Granted(amount):
            return amount
        case Computed(value):
            return value
        case _:
            return None
