"""Why an answer is what it is, why it is not otherwise, and what would change it, in one piece for each answer.

decision = decide(book, case, month="2020-04", ask="生活补贴")
for each in why(decision):
    print(each.text("zh"))
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, field, frozen

from policyrules.book.decision import Decision, status
from policyrules.book.occasion import in_month, on_day
from policyrules.core.case import Instance, Occasion
from policyrules.core.outcome import Answer, Failed, Granted, Refused, Undecided
from policyrules.core.program import Program
from policyrules.engines import interpreter
from policyrules.engines.later import first_later
from policyrules.engines.what_if import Asked, nearest
from policyrules.explain.changes import Change, Later, change_of, in_order, later_of
from policyrules.explain.reason import Reason
from policyrules.explain.reasons import reasons_of
from policyrules.explain.why_not import WhyNot, why_not
from policyrules.explain.wording import laid_out
from policyrules.source.phrase import Language, Phrase
from policyrules.values.calendar import add_months
from policyrules.values.quantities import exact_text, value_text
from policyrules.values.types import Day
from policyrules.values.units import unit_text
from policyrules.values.unknown import Need

MONTHS_AHEAD = 120
"""How many months are looked at for the first in which the answer changes."""

MOST_CHANGES = 3
"""How many changes of facts are told in words; the others are in the JSON."""

MOST_DAYS = 366
"""How far a day may be from the one in the case for the change to be told in words: nobody is born ten years later."""

_OPEN = 2

_LABELS = {
    "short": Phrase("只差", "short of"),
    "otherwise": Phrase("或者", "or"),
    "span": Phrase("施行", "in force"),
    "change": Phrase("如果", "if"),
    "later": Phrase("以后", "later"),
}
_MORE = Phrase("还有 {count} 处改动也会改变结果", "{count} more changes would give another answer")


@frozen
class Why:
    """One answer with its reasons; where it is refused, what it falls short of; what would change it; what is missing."""

    answer: Answer
    reasons: tuple[Reason, ...]
    why_not: WhyNot | None
    changes: tuple[Change, ...]
    later: Later | None
    missing: tuple[Need, ...]
    program: Program = field(repr=False, eq=False)
    occasion: Occasion

    def text(self, language: Language = "zh") -> str:
        """A headline and a few labelled lines."""
        fallen_short = self.why_not is not None and bool(self.why_not.conditions)
        # What each article fails on is told by what it is short of.
        kept = [reason for reason in self.reasons if not (fallen_short and reason.kind == "failing")]
        return laid_out(self.answer, kept, language, self.occasion, tuple(self._further()))

    def to_json(self, language: Language = "zh") -> dict[str, object]:
        """The stable fields of `why --format json`."""
        return {
            "subject": self.answer.instance.id,
            "name": self.answer.name,
            "key": self.answer.key,
            "status": status(self.answer),
            "supplied": self.answer.supplied,
            "reasons": [{"kind": reason.kind, "text": reason.text(language), "article": reason.article} for reason in self.reasons],
            "why_not": self.why_not.to_json(language) if self.why_not is not None else None,
            "changes": [self._change(change, language) for change in self.changes],
            "later": self._later(self.later, language) if self.later is not None else None,
            "missing": [{"subject": need.subject, "name": need.name, "key": need.fact} for need in self.missing],
        }

    def _change(self, change: Change, language: Language) -> dict[str, object]:
        found, kind, unit = change.found, change.found.fact.type, change.unit
        return {
            "subject": found.subject.id,
            "name": found.fact.name,
            "key": found.fact.key,
            "old": value_text(found.old, kind, language),
            "values": [value_text(value, kind, language) for value in found.values],
            "distance": exact_text(found.distance) if found.distance is not None else None,
            "unit": (unit_text(unit.dimension, language) or None) if unit is not None else None,
            "status": status(evolve(self.answer, outcome=found.outcome)),
            "text": change.text(language),
        }

    def _later(self, later: Later, language: Language) -> dict[str, object]:
        found = later.found
        return {
            "day": found.occasion.day.isoformat(),
            "status": status(evolve(self.answer, outcome=found.outcome)),
            "text": later.text(language),
        }

    def _further(self) -> Iterator[tuple[Phrase | None, Phrase]]:
        """The lines after the reasons; a label stands at the first of its kind."""
        lines = [line for line in (self.why_not.lines() if self.why_not is not None else ()) if line[0] in _LABELS]
        near = [change for change in self.changes if not _is_far(change)]
        telling = [change for change in near if self._interest(change) < _OPEN]
        near = telling or near
        lines += [("change", change.text) for change in sorted(near, key=self._interest)[:MOST_CHANGES]]
        if len(near) > MOST_CHANGES:
            lines.append(("change", _MORE.fill(count=len(near) - MOST_CHANGES)))
        # That figures run out in some year is no news about this answer.
        if self.later is not None and not isinstance(self.later.found.outcome, Failed):
            lines.append(("later", self.later.text))
        before = ""
        for kind, words in lines:
            yield (_LABELS[kind] if kind != before else None), words
            before = kind

    def _interest(self, change: Change) -> int:
        """What comes first: that somebody refused would be granted, or the other way round; last, what leaves it open."""
        outcome = change.found.outcome
        if isinstance(outcome, Undecided):
            return _OPEN
        return int(isinstance(outcome, Granted) is not isinstance(self.answer.outcome, Refused))


def _is_far(change: Change) -> bool:
    distance = change.found.distance
    return isinstance(change.found.fact.type, Day) and distance is not None and distance > MOST_DAYS


def why(decision: Decision, name: str | tuple[str, str] | None = None) -> tuple[Why, ...]:
    """Why each answer of the decision is what it is; of one name (生活补贴, 甲的生活补贴, ("甲", "生活补贴")) where it is given.

    Nothing where the decision has no answers. Raises KeyError for a name that none of them has.
    """
    occasion = decision.occasion
    chosen = [answer for answer in decision.answers if name is None or _is_called(answer, name)]
    if name is not None and not chosen:
        raise KeyError(name)
    return tuple(_why(answer, decision.program, occasion) for answer in chosen) if occasion is not None else ()


def _is_called(answer: Answer, name: str | tuple[str, str]) -> bool:
    if isinstance(name, tuple):
        return name[0] == answer.instance.id and name[1] in (answer.name, answer.key)
    return name in (answer.name, answer.key, f"{answer.instance.id}的{answer.name}", f"{answer.instance.id}的{answer.key}")


def _why(answer: Answer, program: Program, occasion: Occasion) -> Why:
    root = _root(answer.instance)
    if answer.trace is None:
        answer = evolve(answer, trace=interpreter.decide(program, root, occasion, [(answer.key, answer.instance)], True)[0].trace)
    reasons = reasons_of(answer, program)
    if answer.supplied:
        return Why(answer, reasons, None, (), None, (), program, occasion)
    missing = answer.outcome.missing if isinstance(answer.outcome, Undecided) else ()
    changes: tuple[Change, ...] = ()
    later = None
    if not isinstance(answer.outcome, Undecided):
        asked = Asked(program, root, occasion, answer)
        changes = in_order([change_of(found, answer.instance, answer.type) for found in nearest(asked)])
        next_ = first_later(asked, _months(program, occasion))
        later = later_of(next_, answer.instance, answer.type, program) if next_ is not None else None
    return Why(answer, reasons, why_not(answer, root, occasion, program), changes, later, missing, program, occasion)


def _months(program: Program, occasion: Occasion) -> Iterator[Occasion]:
    """The months after the one decided for; where a day was asked for, the same day of them."""
    for count in range(1, MONTHS_AHEAD + 1):
        day = add_months(occasion.month_start if occasion.monthly else occasion.day, count)
        if day is None:
            return
        yield in_month(program, day) if occasion.monthly else on_day(day)


def _root(instance: Instance) -> Instance:
    return instance if instance.parent is None else _root(instance.parent)
