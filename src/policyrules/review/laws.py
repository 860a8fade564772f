"""Laws that policies of benefits mostly keep, each one line in a test:

    from policyrules.review import laws

    def test_income():
        laws.monotone(book, "低保金", "年收入", "down")

Every law is tried on households drawn by `review/strategies`, in every month worth deciding or in one (`month`). Where it is broken, an
AssertionError tells on a short page the simplest household found, what it comes to and by which article. This looks for faults; it
proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from functools import partial
from typing import Any, Literal, TypeAlias

from attrs import evolve, frozen

from policyrules.book.book import Book, decide
from policyrules.book.cases import read_case
from policyrules.book.decision import describe
from policyrules.book.names import ID_KEYS
from policyrules.book.occasion import in_month
from policyrules.book.trial_values import facts_behind
from policyrules.core.case import instances
from policyrules.core.outcome import Answer, Computed, Failed, Granted, Refused
from policyrules.core.program import Benefit, Combination, Grant, Lift
from policyrules.engines import interpreter
from policyrules.engines.articles import NEGATIVE
from policyrules.review import strategies
from policyrules.review.pages import Broken, page
from policyrules.review.strategies import key_of
from policyrules.source.phrase import Language, Phrase, plain
from policyrules.source.text import SourceText
from policyrules.values.calendar import parse_month
from policyrules.values.quantities import exact_text, parse_literal, value_phrase
from policyrules.values.types import Quantity

Json: TypeAlias = dict[str, Any]
Check: TypeAlias = "Callable[[Json, str], Broken | None]"
Amount: TypeAlias = "int | str | Fraction"

EXAMPLES = 200
"""Households a law is tried on, unless told otherwise."""

_MOST_SHRUNK = 300
_ZERO = Fraction(0)
_STEPS = (Fraction(1, 100), Fraction(1), Fraction(100), Fraction(10_000))


@frozen(kw_only=True)
class Trial:
    """How a law is tried: in which month (None: every one worth deciding), on how many households, of how many people at most."""

    month: str | None = None
    examples: int = EXAMPLES
    members: int = 4
    lang: Language = "zh"


# ---------------------------------------------------------------- laws


def money_never_negative(book: Book, benefit: str, trial: Trial = Trial()) -> None:
    """What a benefit or computed amount comes to is never below zero. A benefit that does is no answer (“算出了负数”), and told as one."""
    law = Phrase("{name} 不低于 0", "{name} is never below 0").fill(name=benefit)
    key = key_of(book, benefit)

    def check(case: Json, month: str) -> Broken | None:
        for answer in decide(book, case, month=month, ask=key).answers:
            amount, outcome = _amount(answer), answer.outcome
            below = isinstance(outcome, Failed) and outcome.reason.zh.startswith(NEGATIVE.zh.partition("{amount}")[0].format(name=answer.name))
            if below or (amount is not None and amount < 0):
                return Broken(law, describe(answer), case, month, key, answer.instance.id)
        return None

    _tried(book, benefit, trial, check)


def never_above(book: Book, benefit: str, cap: Amount, trial: Trial = Trial()) -> None:
    """It never comes to more than the cap: a number in base units, or the name of a parameter or of an amount of the same person."""
    law = Phrase("{name} 不超过 {cap}", "{name} is never above {cap}").fill(name=benefit, cap=cap)
    number = _number(cap)

    def within(case: Json, month: str, answer: Answer, amount: Fraction) -> bool:
        limit = number if number is not None else _amount_of(book, case, month, str(cap), answer.instance.id)
        return limit is None or amount <= limit

    keys = [benefit] if number is not None or str(cap) in {one.name for one in book.program.parameters.values()} else [benefit, str(cap)]
    _tried(book, keys, trial, partial(_each, book, benefit, law, within))


def monotone(book: Book, benefit: str, fact: str, direction: Literal["up", "down"], trial: Trial = Trial()) -> None:
    """As a fact grows, with all else equal, the benefit never falls (`up`) or never rises (`down`)."""
    word = Phrase("不减", "never falls") if direction == "up" else Phrase("不增", "never rises")
    law = Phrase("{name} 随 {fact} {word}", "{name} {word} as {fact} grows").fill(name=benefit, fact=fact, word=word)
    sign = 1 if direction == "up" else -1

    def fine(before: Fraction, after: Fraction) -> bool:
        return sign * (after - before) >= 0

    _tried(book, benefit, trial, partial(_moved, book, benefit, fact, _STEPS, law, fine))


def no_cliff_larger_than(book: Book, benefit: str, fact: str, step: Amount, amount: Amount, trial: Trial = Trial()) -> None:
    """One more `step` of a fact never changes the benefit by more than `amount`."""
    law = Phrase("{fact} 每多 {step}，{name} 变动不超过 {most}", "{step} more of {fact} changes {name} by no more than {most}")
    most, size = _number(amount) or _ZERO, _number(step) or Fraction(1)

    def fine(before: Fraction, after: Fraction) -> bool:
        return abs(after - before) <= most

    _tried(book, benefit, trial, partial(_moved, book, benefit, fact, (size,), law.fill(fact=fact, step=step, name=benefit, most=amount), fine))


def highest_not_below_parts(book: Book, benefit: str, trial: Trial = Trial()) -> None:
    """A benefit that takes the highest (择高) is never below what one of its articles grants by itself."""
    law = Phrase("{name} 不低于它的任何一条", "{name} is never below any of its articles").fill(name=benefit)
    key = key_of(book, benefit)
    declared = book.program.benefits[key]
    if declared.combination is not Combination.HIGHEST:
        raise ValueError(f"“{benefit}” does not take the highest of its articles")
    alone = [_alone(declared, index) for index, article in enumerate(declared.articles) if isinstance(article.consequence, Grant)]
    program = evolve(
        book.program, benefits={**book.program.benefits, **{one.key: one for one in alone}}, order=(*book.program.order, *[one.key for one in alone])
    )

    def above(case: Json, month: str, answer: Answer, amount: Fraction) -> bool:
        root = read_case(program, case, SourceText("<case>", ""), names=book.names).value
        first = parse_month(month)
        assert root is not None and first is not None
        mine = [(one.key, each) for each in instances(root) if each.id == answer.instance.id for one in alone]
        parts = interpreter.at_first_sight(program, root, in_month(program, first), mine)
        return all(part is None or amount >= part for part in map(_amount, parts))

    _tried(book, benefit, trial, partial(_each, book, benefit, law, above))


def outsider_changes_nothing(
    book: Book, benefit: str, role: str | None = None, outsider: Mapping[str, object] | None = None, trial: Trial = Trial()
) -> None:
    """Facts a benefit does not read change nothing. With `role` and `outsider`: one more member with these facts in that list of the
    household changes nothing for the others."""
    law = Phrase("与 {name} 无关的，不改变它", "what {name} has nothing to do with does not change it").fill(name=benefit)
    from hypothesis import strategies as st

    key = key_of(book, benefit)
    read = facts_behind(book.program).get(key, set())
    other = strategies.cases(book, trial.month, members=trial.members)

    def check(drawn: tuple[Json, str], another: tuple[Json, str]) -> Broken | None:
        case, month = drawn
        changed = deepcopy(case)
        if role is not None:
            changed[book.program.root or ""][role].append({ID_KEYS[0]: "外人", **(outsider or {})})
        else:
            _exchange(book, changed[book.program.root or ""], another[0][book.program.root or ""], book.program.root or "", read)
        before, after = (_amounts(book, one, month, key) for one in (case, changed))
        for subject, amount in before.items():
            if after.get(subject) != amount:
                told = _changed_words(book, key, amount, after.get(subject))
                return Broken(law, told, changed, month, key, subject)
        return None

    _holds(book, st.tuples(other, other), lambda drawn: check(*drawn), trial)


def payments_add_up(book: Book, part: str, whole: str, year: int | None = None, trial: Trial = Trial()) -> None:
    """Shares add up. With `year`: what `part` comes to in its twelve months is `whole` of its December (按月分摊). Without: what it comes
    to for everybody is what `whole` comes to for the household (均分)."""
    law = Phrase("各份 {part} 加起来是 {whole}", "the shares of {part} add up to {whole}").fill(part=part, whole=whole)
    part_key, whole_key = key_of(book, part), key_of(book, whole)
    months = [f"{year:04}-{month:02}" for month in range(1, 13)] if year is not None else []

    def check(case: Json, month: str) -> Broken | None:
        shares = [_amounts(book, case, one, part_key) for one in months or [month]]
        wholes = _amounts(book, case, month, whole_key)
        subjects = list(wholes) if months else list(wholes)[:1]
        for subject in subjects:
            mine = [each.get(subject) if months else sum(each.values(), _ZERO) for each in shares]
            known = [share for share in mine if share is not None]
            if len(known) == len(mine) and sum(known, _ZERO) != wholes[subject]:
                told = _ADDED.fill(whole=whole, first=_said(book, whole_key, wholes[subject]), last=_said(book, part_key, sum(known, _ZERO)))
                return Broken(law, told, case, month, whole_key, subject)
        return None

    last = months[-1] if months else trial.month
    _tried(book, [part, whole], evolve(trial, month=last), check)


# ---------------------------------------------------------------- how they are tried


def _tried(book: Book, names: str | list[str], trial: Trial, check: Check) -> None:
    keys = [names] if isinstance(names, str) else names
    _holds(book, strategies.cases(book, trial.month, keys=keys, members=trial.members), lambda drawn: check(*drawn), trial)


def _holds(book: Book, drawn_from: Any, check: Callable[[Any], Broken | None], trial: Trial) -> None:
    """Runs a check on what is drawn; the simplest household that breaks the law is told."""
    from hypothesis import HealthCheck, Verbosity, given, settings

    # Households are the same at every run; writing the code for a month may make the first of them slow.
    chosen = settings(
        max_examples=trial.examples,
        deadline=None,
        database=None,
        derandomize=True,
        verbosity=Verbosity.quiet,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.nested_given],
        report_multiple_bugs=False,
    )

    seen: dict[str, Broken] = {}
    left = [_MOST_SHRUNK]

    @chosen
    @given(drawn_from)
    def law(drawn: Any) -> None:
        known = repr(drawn)
        if seen and known not in seen:
            left[0] -= 1
        # Once it is broken, so many simpler households are looked at and no more: what was found stays found.
        broken = seen.get(known) or (check(drawn) if left[0] >= 0 else None)
        if broken is not None:
            seen[known] = broken
            raise _Found(broken)

    found: _Found | None = None
    try:
        law()
    except _Found as caught:
        found = caught
    if found is not None:
        raise AssertionError("\n" + page(book, found.broken, trial.lang))


class _Found(Exception):
    """A law is broken. Control only, never seen outside."""

    def __init__(self, broken: Broken) -> None:
        self.broken = broken


def _each(book: Book, benefit: str, law: Phrase, fine: Callable[[Json, str, Answer, Fraction], bool], case: Json, month: str) -> Broken | None:
    """A check of every amount by itself."""
    key = key_of(book, benefit)
    for answer in decide(book, case, month=month, ask=key).answers:
        amount = _amount(answer)
        if amount is not None and not fine(case, month, answer, amount):
            told = Phrase("{name} {amount}", "{name} {amount}").fill(name=answer.name, amount=value_phrase(amount, answer.type))
            return Broken(law, told, case, month, key, answer.instance.id)
    return None


def _moved(
    book: Book, benefit: str, fact: str, steps: tuple[Fraction, ...], law: Phrase, fine: Callable[[Fraction, Fraction], bool], case: Json, month: str
) -> Broken | None:
    """A check of what a benefit comes to as one fact of somebody grows by a step."""
    key = key_of(book, benefit)
    before = _amounts(book, case, month, key)
    for owner in _with_fact(case, fact):
        written = owner[fact]
        number = _number(written)
        for step in steps if number is not None else ():
            assert number is not None
            owner[fact] = _as_json(number + step)
            after = _amounts(book, case, month, key)
            changed = {subject: (amount, after[subject]) for subject, amount in before.items() if subject in after}
            wrong = next((subject for subject, pair in changed.items() if not fine(*pair)), None)
            if wrong is not None:
                now = deepcopy(case)
                owner[fact] = written
                told = _MOVED.fill(fact=fact, first=plain(str(written)), last=plain(str(_as_json(number + step))))
                return Broken(law, _joined(told, _changed_words(book, key, *changed[wrong])), now, month, key, wrong)
        owner[fact] = written
    return None


_MOVED = Phrase("{fact} 由 {first} 变为 {last}", "{fact} goes from {first} to {last}")
_CHANGED = Phrase("{name} 由 {first} 变为 {last}", "{name} goes from {first} to {last}")
_ADDED = Phrase("{whole} {first}，各份加起来 {last}", "{whole} {first}, its shares add up to {last}")
_NONE = Phrase("没有数额", "no amount")


def _joined(one: Phrase, other: Phrase) -> Phrase:
    return Phrase(f"{one.zh}，{other.zh}", f"{one.en}, {other.en}")


def _changed_words(book: Book, key: str, before: Fraction, after: Fraction | None) -> Phrase:
    name = (book.program.benefits.get(key) or book.program.rules[key]).name
    return _CHANGED.fill(name=name, first=_said(book, key, before), last=_NONE if after is None else _said(book, key, after))


def _said(book: Book, key: str, amount: Fraction) -> Phrase:
    return value_phrase(amount, (book.program.benefits.get(key) or book.program.rules[key]).type)


# ---------------------------------------------------------------- amounts and cases


def _amount(answer: Answer) -> Fraction | None:
    """What is paid or computed; 0 where it is refused; None where there is no amount."""
    match answer.outcome:
        case Granted(amount):
            return amount
        case Refused() if isinstance(answer.type, Quantity):
            return _ZERO
        case Computed(Fraction() as value):
            return value
        case _:
            return None


def _amounts(book: Book, case: Json, month: str, key: str) -> dict[str, Fraction]:
    """The amounts of a name by whose they are."""
    found = {answer.instance.id: _amount(answer) for answer in decide(book, case, month=month, ask=key).answers}
    return {subject: amount for subject, amount in found.items() if amount is not None}


def _amount_of(book: Book, case: Json, month: str, name: str, subject: str) -> Fraction | None:
    """What a name comes to for somebody; for the household, or for all, where that person has none."""
    found = {answer.instance.id: _amount(answer) for answer in decide(book, case, month=month, ask=name).answers}
    return found.get(subject, next(iter(found.values()), None))


def _alone(benefit: Benefit, index: int) -> Benefit:
    """A benefit in which one article grants: the others set aside what they except, and say nothing."""
    articles = [article if number == index else evolve(article, consequence=Lift()) for number, article in enumerate(benefit.articles)]
    return evolve(benefit, key=f"{benefit.key}·{index}", articles=tuple(articles))


def _with_fact(case: object, fact: str) -> Iterator[Json]:
    """Everybody in a case who has this fact."""
    match case:
        case dict():
            if fact in case:
                yield case
            for inner in case.values():
                yield from _with_fact(inner, fact)
        case list():
            for inner in case:
                yield from _with_fact(inner, fact)


def _exchange(book: Book, one: Json, other: Json, entity: str, read: set[tuple[str, str]]) -> None:
    """Facts that are not read, as another household has them."""
    program = book.program
    for name in [name for name in one if name in other and name not in ID_KEYS]:
        role = next((role for role in program.entities[entity].roles if role.name == name), None)
        known = next((known for known in book.names.find(entity, name) if not known.computed), None)
        if role is not None:
            pairs = zip(*(each if isinstance(each, list) else [each] for each in (one[name], other[name])), strict=False)
            for mine, theirs in pairs:
                _exchange(book, mine, theirs, role.entity, read)
        elif known is not None and (entity, known.key) not in read:
            one[name] = other[name]


def _number(written: object) -> Fraction | None:
    """A number as it is written in a case or a test."""
    match written:
        case bool():
            return None
        case int() | Fraction():
            return Fraction(written)
        case str():
            found = parse_literal(written)
            return found[0] if found is not None else None
        case _:
            return None


def _as_json(number: Fraction) -> object:
    return int(number) if number.denominator == 1 else exact_text(number)
