"""What would change an answer, in words: one fact otherwise and what would then be, or the month from which it changes by itself."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import frozen

from policyrules.core.case import Instance
from policyrules.core.outcome import Failed, Granted, Outcome, Refused, Step, Undecided
from policyrules.core.program import Literal, MomentValue, Operation, Program, Rule
from policyrules.engines.later import LaterChange, new_articles, new_rows, turned
from policyrules.engines.steps import is_age, walk
from policyrules.engines.what_if import FactChange
from policyrules.explain.expressions import describe, name_of
from policyrules.explain.words import COMMA, LIST, SEMICOLON, day_words, joined, known_words, outcome_words, owned, value_words
from policyrules.source.phrase import Phrase, plain
from policyrules.values.article_numbers import article_phrase
from policyrules.values.calendar import month_text
from policyrules.values.quantities import exact_text
from policyrules.values.types import Day, Options, Quantity, Truth, Type
from policyrules.values.units import DAYS

MOST_LISTED = 4
"""How many values or missing facts are named; of more, one less than that, and their number."""

_IF = Phrase("{name}为 {values}（现为 {old}），则{outcome}", "{name} {values} instead of {old}: {outcome}")
_IF_LESS = Phrase("{name}降到 {values}（现为 {old}，少 {distance}），则{outcome}", "{name} down to {values} (now {old}, less by {distance}): {outcome}")
_IF_MORE = Phrase("{name}增到 {values}（现为 {old}，多 {distance}），则{outcome}", "{name} up to {values} (now {old}, more by {distance}): {outcome}")
_IF_EARLIER = Phrase("{name}为{values}（现为{old}，早 {distance}），则{outcome}", "{name} {values} (now {old}, earlier by {distance}): {outcome}")
_IF_LATER = Phrase("{name}为{values}（现为{old}，晚 {distance}），则{outcome}", "{name} {values} (now {old}, later by {distance}): {outcome}")
_OR = Phrase("或", " or ")
_FROM = Phrase("自{when}起：{outcome}", "from {when}: {outcome}")
_FROM_SINCE = Phrase("自{when}起：{outcome}，因为{reasons}", "from {when}: {outcome}, because {reasons}")

_GRANTED = Phrase("给付 {amount}", "granted {amount}")
_BY = Phrase("{outcome}（{articles}）", "{outcome} ({articles})")
_SOME = Phrase("{first}等 {count} 项", "{first} and others, {count} in all")
_STILL_MISSING = Phrase("未定，还缺 {facts}", "undecided, still missing {facts}")
_UNDECIDED = Phrase("未定", "undecided")

_NEW_VALUE = Phrase("{name}改为 {value}", "{name} becomes {value}")
_BEGINS = Phrase("{article}开始施行", "{article} comes into force")
_ENDS = Phrase("{article}不再施行", "{article} is no longer in force")
_AGED = Phrase("{who}满 {years} 周岁", "{who} is {years} years old")
_REACHED = Phrase("到了{day}", "{day} has come")
_PASSED = Phrase("过了{day}", "{day} has passed")
_NOW_TRUE = Phrase("“{condition}”成立了", "“{condition}” holds now")
_NOW_FALSE = Phrase("“{condition}”不再成立", "“{condition}” no longer holds")

_ORDER = (Truth, Options, Quantity, Day)
_DAYS = Quantity(((DAYS, 1),), whole=True)


@frozen
class Change:
    """A change of one fact that would give another answer. `distance` is in the unit of the fact, or in days."""

    found: FactChange
    text: Phrase

    @property
    def unit(self) -> Quantity | None:
        """The type of the distance; None where there is none."""
        return _apart(self.found.fact.type) if self.found.distance is not None else None


@frozen
class Later:
    """The first later month (or day) with another answer on the same facts."""

    found: LaterChange
    text: Phrase


def change_of(found: FactChange, viewer: Instance, kind: Type) -> Change:
    """A change with its words, seen by the one the answer (of type `kind`) is for."""
    fact = found.fact
    words = _IF
    distance = plain("")
    apart = _apart(fact.type)
    if found.distance is not None and apart is not None:
        new = found.values[0]
        nearer, farther = (_IF_EARLIER, _IF_LATER) if isinstance(new, date) else (_IF_LESS, _IF_MORE)
        words = nearer if _is_below(new, found.old) else farther
        distance = value_words(found.distance, apart)
    values = [known_words(value, fact.type) for value in found.values]
    text = words.fill(
        name=owned(fact.name, found.subject, viewer),
        values=_alternatives(values),
        old=known_words(found.old, fact.type),
        distance=distance,
        outcome=outcome_told(found.outcome, kind, viewer),
    )
    return Change(found, text)


def in_order(changes: list[Change]) -> tuple[Change, ...]:
    """Truths, options, numbers, days; the nearest of a kind first, else as found."""
    return tuple(sorted(changes, key=lambda one: (_rank(one.found.fact.type), one.found.distance or Fraction(0))))


def later_of(found: LaterChange, viewer: Instance, kind: Type, program: Program) -> Later:
    """The later answer with its words and the reasons why it comes."""
    occasion = found.occasion
    when = day_words(occasion.day)
    if occasion.monthly:
        when = Phrase(month_text(occasion.day, "zh"), month_text(occasion.day, "en"))
    reasons = list(dict.fromkeys(_reasons(found, viewer, program)))
    words = _FROM_SINCE if reasons else _FROM
    outcome = outcome_told(found.outcome, kind, viewer)
    return Later(found, words.fill(when=when, outcome=outcome, reasons=joined(SEMICOLON, reasons)))


def outcome_told(outcome: Outcome, kind: Type, viewer: Instance) -> Phrase:
    """An outcome as what would be: 给付 366.00元/月（第二条）."""
    words = outcome_words(outcome, kind)
    match outcome:
        case Granted(_, articles):
            granted = _GRANTED.fill(amount=words)
            numbers = [article_phrase(article.number) for article in articles]
            return _BY.fill(outcome=granted, articles=joined(LIST, numbers)) if numbers else granted
        case Refused(_, article) if article is not None:
            return _BY.fill(outcome=words, articles=article_phrase(article.number))
        case Undecided(missing) if missing:
            facts = [owned(need.name, None, viewer) if need.subject == viewer.id else plain(f"{need.subject}的{need.name}") for need in missing]
            return _STILL_MISSING.fill(facts=_few(facts))
        case Failed(reason):
            return joined(COMMA, [words, reason])
        case _:
            return words


def _alternatives(values: list[Phrase]) -> Phrase:
    """一级或二级; of many, the first."""
    if len(values) == 1 or len(values) > MOST_LISTED:
        return _few(values)
    return joined(_OR, [joined(LIST, values[:-1]), values[-1]])


def _few(words: list[Phrase]) -> Phrase:
    """All of them, or the first and how many there are."""
    if len(words) <= MOST_LISTED:
        return joined(LIST, words)
    return _SOME.fill(first=joined(LIST, words[: MOST_LISTED - 1]), count=len(words))


def _reasons(found: LaterChange, viewer: Instance, program: Program) -> list[Phrase]:
    """Rows that begin, articles that begin or end, birthdays, and other days that have come."""
    reasons = [
        _NEW_VALUE.fill(name=name_of(step, viewer, program), value=value_words(row.value, getattr(step.what, "type", Truth()))) for step, row in new_rows(found)
    ]
    reasons += [(_BEGINS if begins else _ENDS).fill(article=article_phrase(article.number)) for article, begins in new_articles(found)]
    named = {id(step.children[0]): step for step in walk(found.after) if isinstance(step.what, Rule) and step.children}
    return reasons + [_turned_words(step, named.get(id(step)), viewer, program) for step in turned(found)]


def _turned_words(step: Step, definition: Step | None, viewer: Instance, program: Program) -> Phrase:
    """A comparison that came out otherwise as time went on, by the name of the definition that says just this."""
    left, right = step.children
    if is_age(left) and isinstance(right.value, Fraction):
        birth = left.children[0]
        who = (birth.instance or viewer).id
        return _AGED.fill(who=who, years=exact_text(Fraction(left.value)) if isinstance(left.value, Fraction) else "")
    assert isinstance(step.what, Operation)
    if isinstance(left.what, MomentValue) and isinstance(right.what, Literal) and isinstance(right.value, date):
        return (_REACHED if step.value is True else _PASSED).fill(day=day_words(right.value))
    if definition is not None and isinstance(definition.what, Rule):
        words = owned(definition.what.name, definition.instance, viewer)
    else:
        words = describe(step.what, step.instance.entity if step.instance else viewer.entity, program)
    return (_NOW_TRUE if step.value is True else _NOW_FALSE).fill(condition=words)


def _is_below(new: object, old: object) -> bool:
    match new, old:
        case date() as one, date() as other:
            return one < other
        case Fraction() as one, Fraction() as other:
            return one < other
        case _:
            return False


def _apart(kind: Type) -> Quantity | None:
    """The type of a distance between two values."""
    return _DAYS if isinstance(kind, Day) else kind if isinstance(kind, Quantity) else None


def _rank(kind: Type) -> int:
    return next((position for position, each in enumerate(_ORDER) if isinstance(kind, each)), len(_ORDER))
