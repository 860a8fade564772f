"""性质 held against the worked examples: each condition for everybody in every case, each 随 by moving the fact a little.

This looks at the cases that are there. It finds a broken promise; it proves none kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from policyrules.book.book import Book
from policyrules.book.cases import read_case
from policyrules.book.occasion import in_month, on_day
from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.outcome import Answer, Computed, Granted, Refused
from policyrules.core.program import Anchor, Path, Program
from policyrules.engines import interpreter
from policyrules.semantics.examples import Example
from policyrules.semantics.properties import Property
from policyrules.source.diagnostic import Diagnostic, Problem, error
from policyrules.source.phrase import Phrase
from policyrules.values.quantities import value_text
from policyrules.values.types import Quantity

BROKEN = error(
    "T104",
    "性质“{title}”在例“{example}”里对{subject}不成立",
    "the property “{title}” does not hold for {subject} in the example “{example}”",
    ("核对规则和这条性质，改正其中一个", "compare the rules with this property and correct one of them"),
)
MOVES_WRONG = error(
    "T105",
    "性质“{title}”不成立：例“{example}”里{subject}的{fact}由 {before} 变为 {after}，结果由 {first} 变为 {second}",
    "the property “{title}” does not hold: in the example “{example}”, as {fact} of {subject} goes from {before} to {after}"
    " the result goes from {first} to {second}",
    ("核对规则和这条性质，改正其中一个", "compare the rules with this property and correct one of them"),
)
STEPS = (Fraction(1, 100), Fraction(1), Fraction(100), Fraction(10_000))


@frozen
class Breach:
    """A promise that a case breaks: for whom; and for 随, the fact that was moved, from what to what, and what came of it."""

    promise: Property
    subject: str
    fact: str = ""
    moved: tuple[Phrase, Phrase] | None = None
    came: tuple[Phrase, Phrase] | None = None


def run_properties(book: Book) -> tuple[Diagnostic, ...]:
    """Every broken promise, once for each property: at the first example that breaks it."""
    program = with_promises(book)
    broken: dict[str, Diagnostic] = {}
    for example in book.examples:
        for root, occasion in _case(book, example):
            for breach in breaches([one for one in book.properties if one.title not in broken], program, root, occasion):
                broken.setdefault(breach.promise.title, finding(breach, BROKEN, MOVES_WRONG, example=example.title))
    return tuple(broken.values())


def with_promises(book: Book) -> Program:
    """The program with its 性质 among the rules, so that they can be decided."""
    rules = {one.rule.key: one.rule for one in book.properties}
    return evolve(book.program, rules={**book.program.rules, **rules}, order=(*book.program.order, *rules))


def finding(breach: Breach, broken: Problem, moves_wrong: Problem, **fields: object) -> Diagnostic:
    """A breach in words: the one problem for a condition that is false, the other for a result that moves the wrong way."""
    one = breach.promise
    if breach.moved is None or breach.came is None:
        return broken.at(one.place, fix=None, title=one.title, subject=breach.subject, **fields)
    (before, after), (first, second) = breach.moved, breach.came
    return moves_wrong.at(
        one.place, fix=None, title=one.title, subject=breach.subject, fact=breach.fact,
        before=before, after=after, first=first, second=second, **fields,
    )  # fmt: skip


def _case(book: Book, example: Example) -> Iterator[tuple[Instance, Occasion]]:
    read = read_case(book.program, example.data, example.place.source, example.locate, names=book.names)
    if read.value is not None:
        when = on_day(example.day) if example.day is not None else None
        if example.month is not None:
            when = in_month(book.program, example.month)
        if when is not None:
            yield read.value, when


def breaches(promised: Sequence[Property], program: Program, root: Instance, occasion: Occasion) -> Iterator[Breach]:
    """The promises a case breaks. Every one is asked of everybody at once, so that what they share is worked out once.

    `program` has the promises among its rules (`with_promises`).
    """
    asked = [(one, instance) for one in promised for instance in instances(root) if instance.entity == one.rule.entity]
    answers = interpreter.at_first_sight(program, root, occasion, [(one.rule.key, instance) for one, instance in asked])
    for (one, instance), answer in zip(asked, answers, strict=True):
        if one.along is not None:
            yield from _moved(one, program, root, instance, occasion, answer)
        elif isinstance(answer.outcome, Computed) and answer.outcome.value is False:
            yield Breach(one, instance.id)


def _moved(one: Property, program: Program, root: Instance, instance: Instance, occasion: Occasion, answer: Answer) -> Iterator[Breach]:
    assert one.along is not None
    owner = owner_of(instance, one.along.path)
    fact = program.facts.get((owner.entity, one.along.fact)) if owner is not None else None
    before = owner.facts.get(one.along.fact) if owner is not None else None
    first = _amount(answer)
    if owner is None or fact is None or not isinstance(before, Fraction) or first is None:
        return
    whole = isinstance(fact.type, Quantity) and fact.type.whole
    for step in STEPS[1 if whole else 0 :]:
        after = before + step
        if fact.high is not None and after > fact.high:
            break
        owner.facts[fact.key] = after
        second = _amount(_answer(one, program, root, instance, occasion))
        owner.facts[fact.key] = before
        if second is not None and (second < first if one.rising else second > first):
            moved, came = (_shown(before, fact.type), _shown(after, fact.type)), (_shown(first, answer.type), _shown(second, answer.type))
            yield Breach(one, owner.id, fact.name, moved, came)
            return


def _shown(value: Fraction, kind: object) -> Phrase:
    assert isinstance(kind, Quantity)
    return Phrase(value_text(value, kind, "zh"), value_text(value, kind, "en"))


def _answer(one: Property, program: Program, root: Instance, instance: Instance, occasion: Occasion) -> Answer:
    return interpreter.at_first_sight(program, root, occasion, [(one.rule.key, instance)])[0]


def _amount(answer: Answer) -> Fraction | None:
    match answer.outcome:
        case Granted(amount):
            return amount
        case Refused():
            return Fraction(0)
        case Computed(Fraction() as value):
            return value
        case _:
            return None


def owner_of(instance: Instance, path: Path) -> Instance | None:
    """The instance a path leads to, such as the one whose fact is moved."""
    found: Instance | None = instance
    if path.anchor is Anchor.ENCLOSING:
        while found is not None and found.entity != path.entity:
            found = found.parent
    for role in path.roles:
        found = next(iter(found.members.get(role, ())), None) if found is not None else None
    return found
