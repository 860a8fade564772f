"""Conditions, bounds, formulas and households of a difference in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import define, frozen

from policyrules.analysis.view import in_force
from policyrules.book.trial_values import facts_behind
from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.describing import Words, describe, described, operation
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome
from policyrules.core.program import Benefit, BenefitValue, Choice, Expression, Grant, Literal, Operation, ParameterValue, Program, RuleValue
from policyrules.engines.interpreter import at_first_sight
from policyrules.explain.words import LIST, SEMICOLON, joined
from policyrules.review.diff_probes import Figure, Version
from policyrules.review.diff_regions import Holds, Limit, Mark, Moves
from policyrules.review.diff_search import Seen
from policyrules.source.phrase import Phrase, plain
from policyrules.values.quantities import shown_phrase, value_phrase
from policyrules.values.types import Quantity, Type, Value

_NOT = Phrase("非（{condition}）", "not ({condition})")
_NOT_NAMED = Phrase("非 {condition}", "not {condition}")
_TURNED = Phrase("“{condition}”原来{old}，现在{new}", "“{condition}” was {old} and is {new} now")
_BENEFIT = Phrase("{benefit}原来{old}，现在{new}", "{benefit} was {old} and is {new} now")
_YES_NO = {True: Phrase("成立", "true"), False: Phrase("不成立", "false")}
_PAID = {True: Phrase("给", "granted"), False: Phrase("不予", "refused")}
_MEETS = Phrase("符合{article}的条件", "meets the condition of {article}")
_MEETS_NOT = Phrase("不符合{article}的条件", "does not meet the condition of {article}")
_MOVED = Phrase("{name}变了", "{name} has changed")
_BETWEEN = Phrase("{name}在 {low}{low_in}至 {high}{high_in}之间", "{name} from {low}{low_in} to {high}{high_in}")
_IN, _OUT = Phrase("（含）", " (included)"), Phrase("（不含）", " (not included)")
_SINGLE: Mapping[str, Phrase] = {
    "less": Phrase("{name}低于 {value}", "{name} below {value}"),
    "less_equal": Phrase("{name}不超过 {value}", "{name} at most {value}"),
    "greater": Phrase("{name}高于 {value}", "{name} above {value}"),
    "greater_equal": Phrase("{name}不低于 {value}", "{name} at least {value}"),
    "equal": Phrase("{name}正好 {value}", "{name} exactly {value}"),
    "not_equal": Phrase("{name}不是 {value}", "{name} other than {value}"),
}
_LOWER, _UPPER = ("greater", "greater_equal"), ("less", "less_equal")
_VALUED = Phrase("{name} {value}", "{name} {value}")
_MEANING = Phrase("{name}，即 {words}", "{name}, which is {words}")
_REFUSED = Phrase("不予", "refused")
_CONFLICT = Phrase("冲突", "conflict")
_FAILED = Phrase("无法计算", "cannot be computed")
_MORE, _LESS = Phrase("多 {amount}", "{amount} more"), Phrase("少 {amount}", "{amount} less")
_PER_HEAD = Phrase("每人{change}", "{change} for each person")
_SOME = Phrase("{low} 至 {high}（看到的）", "{low} to {high} (of those seen)")
_FROM_TO = Phrase("从{low}到{high}（看到的）", "from {low} to {high} (of those seen)")
_ARROW = Phrase("{before} → {after}", "{before} → {after}")
_WITH_CHANGE = Phrase("{change}（{difference}）", "{change} ({difference})")
_PEOPLE = Phrase("{count} 人", "{count} people")
_PERSON = Phrase("1 人", "1 person")
_TELLS = Phrase("{who} {facts}", "{who} {facts}")


def mark_words(marks: Sequence[Mark], programs: Mapping[Version, Program]) -> tuple[Phrase, ...]:
    """Marks as conditions in words; the bounds of one figure together."""
    found: list[Phrase] = []
    done: list[Figure] = []
    for mark in marks:
        match mark:
            case Holds(condition, old, new):
                if condition.article is not None:
                    found.append(_by_article(condition.article, old, new))
                    continue
                words = _condition(condition.node, condition.entity, programs[condition.version])
                found.append(_held(condition.node, words, old, new))
            case Moves(condition):
                found.append(_MOVED.fill(name=_condition(condition.node, condition.entity, programs[condition.version])))
            case Limit(figure) if not any(figure is each for each in done):
                done.append(figure)
                limits = [each for each in marks if isinstance(each, Limit) and each.figure is figure]
                found.append(_limits(describe(figure.node, figure.entity, programs[figure.version]), figure.node.type, limits))
            case Limit():
                continue
    return tuple(found)


def _by_article(article: Phrase, old: bool | None, new: bool | None) -> Phrase:
    if old is not None and new is not None and old is not new:
        return _TURNED.fill(condition=article, old=_YES_NO[old], new=_YES_NO[new])
    return (_MEETS if (new if new is not None else old) else _MEETS_NOT).fill(article=article)


def _condition(node: Expression, entity: str, program: Program) -> Phrase:
    if isinstance(node, BenefitValue) and node.granted and node.benefit in program.benefits:
        return plain(program.benefits[node.benefit].name)
    return describe(node, entity, program)


def _held(node: Expression, words: Phrase, old: bool | None, new: bool | None) -> Phrase:
    if old is not None and new is not None and old is not new:
        if isinstance(node, BenefitValue):
            return _BENEFIT.fill(benefit=words, old=_PAID[old], new=_PAID[new])
        return _TURNED.fill(condition=words, old=_YES_NO[old], new=_YES_NO[new])
    holds = new if new is not None else old
    if isinstance(node, BenefitValue):
        return Phrase(f"享受{words.zh}", f"{words.en} granted") if holds else Phrase(f"不享受{words.zh}", f"{words.en} not granted")
    if holds:
        return words
    return (_NOT if isinstance(node, Operation) else _NOT_NAMED).fill(condition=words)


def _limits(name: Phrase, kind: Type, limits: Sequence[Limit]) -> Phrase:
    lower = [each for each in limits if each.operator in _LOWER]
    upper = [each for each in limits if each.operator in _UPPER]
    if lower and upper:
        low = max(lower, key=lambda each: (each.number, each.operator == "greater"))
        high = min(upper, key=lambda each: (each.number, each.operator == "less_equal"))
        if low.number == high.number:
            return _SINGLE["equal"].fill(name=name, value=value_phrase(low.number, kind))
        ends = {"low": value_phrase(low.number, kind), "high": value_phrase(high.number, kind)}
        inside = {"low_in": _IN if low.operator == "greater_equal" else _OUT, "high_in": _IN if high.operator == "less_equal" else _OUT}
        return _BETWEEN.fill(name=name, **ends, **inside)
    tightest = (
        max(lower, key=lambda each: (each.number, each.operator == "greater"))
        if lower
        else min(upper, key=lambda each: (each.number, each.operator == "less_equal"))
        if upper
        else limits[0]
    )
    return _SINGLE[tightest.operator].fill(name=name, value=value_phrase(tightest.number, kind))


# ---------------------------------------------------------------- amounts


@frozen
class Amounts:
    """What is paid before and after over the households of a kind: figures that are always the same, else None.

    `per_head`: the difference is so much for each member of the household.
    """

    before: Fraction | None
    after: Fraction | None
    least: Fraction
    most: Fraction
    per_head: Fraction | None = None

    @property
    def difference(self) -> Fraction | None:
        """What is always paid more (or less)."""
        return self.least if self.least == self.most else None


def amounts_of(seen: Sequence[Seen]) -> Amounts:
    """The amounts over the households seen; 0 for what is not paid."""
    pairs = [(amount_of(one.before), amount_of(one.after)) for one in seen]
    before, after = {one for one, _ in pairs}, {other for _, other in pairs}
    changes = [other - one for one, other in pairs]
    heads = [_members(one.root) for one in seen]
    shares = {change / count for change, count in zip(changes, heads, strict=True) if count}
    per_head = next(iter(shares)) if len(shares) == 1 and len(set(heads)) > 1 and all(heads) else None
    return Amounts(next(iter(before)) if len(before) == 1 else None, next(iter(after)) if len(after) == 1 else None, min(changes), max(changes), per_head)


def amount_of(outcome: Outcome) -> Fraction:
    """What is paid; 0 where nothing is."""
    match outcome:
        case Granted(Fraction() as amount) | Computed(Fraction() as amount):
            return amount
        case _:
            return Fraction(0)


def _members(root: Instance) -> int:
    return max((len(group) for group in root.members.values()), default=0)


def change_words(amounts: Amounts, kind: Type) -> Phrase:
    """How much more or less: 多 40.00元/月; 每人多 40.00元/月; 多 1.00 至 40.00元/月（看到的）."""
    if amounts.per_head is not None and amounts.difference is None:
        return _PER_HEAD.fill(change=_signed(amounts.per_head, kind))
    if amounts.difference is not None:
        return _signed(amounts.difference, kind)
    if amounts.least >= 0 or amounts.most <= 0:
        ends = sorted((abs(amounts.least), abs(amounts.most)))
        ranged = _SOME.fill(low=shown_phrase(ends[0], kind), high=shown_phrase(ends[1], kind))
        return (_MORE if amounts.least >= 0 else _LESS).fill(amount=ranged)
    low, high = _LESS.fill(amount=shown_phrase(-amounts.least, kind)), _MORE.fill(amount=shown_phrase(amounts.most, kind))
    return _FROM_TO.fill(low=low, high=high)


def _signed(change: Fraction, kind: Type) -> Phrase:
    return (_MORE if change >= 0 else _LESS).fill(amount=shown_phrase(abs(change), kind))


def outcome_phrase(outcome: Outcome, kind: Type) -> Phrase:
    """An outcome in a word or a figure."""
    match outcome:
        case Granted(amount):
            return shown_phrase(amount, kind)
        case Computed(value):
            return shown_phrase(value, kind)
        case Conflict():
            return _CONFLICT
        case Failed():
            return _FAILED
        case _:
            return _REFUSED


def arrow(before: Phrase, after: Phrase) -> Phrase:
    """before → after."""
    return _ARROW.fill(before=before, after=after)


def with_change(change: Phrase, difference: Phrase) -> Phrase:
    """610.00元/月 → 650.00元/月（多 40.00元/月）."""
    return _WITH_CHANGE.fill(change=change, difference=difference)


# ---------------------------------------------------------------- formulas


def formula(benefit: Benefit, index: int | None, program: Program, occasion: Occasion) -> Phrase | None:
    """What an article (None: 其余情形) gives, with the parameters of a month: 低保标准 650.00元/人·月 × 60%. None where it is a number."""
    says = benefit.otherwise if index is None else benefit.articles[index].consequence
    if not isinstance(says, Grant) or isinstance(says.value, Literal):
        return None
    node = says.value
    seen = _Seen(program, occasion)
    if isinstance(node, RuleValue) and not node.path.roles and node.rule in program.rules:
        rule = program.rules[node.rule]
        if isinstance(rule.expression, Operation) and seen.value(node) is None:
            words = _figured(rule.expression, rule.entity, seen).phrase
            return _MEANING.fill(name=describe(node, benefit.entity, program), words=words)
    return _figured(node, benefit.entity, seen).phrase


@define(eq=False)
class _Seen:
    """A program in a month: what its parameters, and the definitions that rest on nothing else, come to."""

    program: Program
    occasion: Occasion

    def value(self, node: RuleValue | ParameterValue) -> Value | None:
        """The value of a name that is the same for everybody; None for others."""
        program = self.program
        if isinstance(node, ParameterValue):
            rows = program.parameters[node.parameter].timeline if node.parameter in program.parameters else ()
            return next((row.value for row in rows if in_force(row.start, row.end, self.occasion.day)), None)
        rule = program.rules.get(node.rule)
        if rule is None or node.path.roles or facts_behind(program).get(node.rule):
            return None
        nobody = Instance(rule.entity or "", "")
        (answer,) = at_first_sight(program, nobody, self.occasion, [(node.rule, nobody)])
        return answer.outcome.value if isinstance(answer.outcome, Computed) else None


def _figured(node: Expression, entity: str | None, seen: _Seen) -> Words:
    program = seen.program
    match node:
        case ParameterValue() | RuleValue() if isinstance(node.type, Quantity):
            name, value = described(node, entity, program).phrase, seen.value(node)
            return Words(name if value is None else _VALUED.fill(name=name, value=value_phrase(value, node.type)))
        case Operation(_, arguments) if isinstance(node.type, Quantity) and not node.operator.startswith("round "):
            return operation(node, [_figured(each, entity, seen) for each in arguments])
        case Choice():
            return described(node, entity, program, 3)
        case _:
            return described(node, entity, program)


# ---------------------------------------------------------------- households


def household_words(root: Instance, subject: str, telling: Collection[tuple[str, str]], programs: Iterable[Program]) -> Phrase:
    """A household in a line: how many people, and the facts that matter, by whose they are."""
    count = _members(root)
    parts = [_PERSON if count == 1 else _PEOPLE.fill(count=count)] if count else []
    every = list(programs)
    for one in instances(root):
        told = []
        for key, value in one.facts.items():
            fact = next((program.facts[one.entity, key] for program in every if (one.entity, key) in program.facts), None)
            if fact is not None and (one.id, key) in telling:
                told.append(_VALUED.fill(name=fact.name, value=shown_phrase(value, fact.type)))
        if told:
            parts.append(_TELLS.fill(who=one.id, facts=joined(LIST, told)))
    return joined(SEMICOLON, parts) if parts else plain(subject)
