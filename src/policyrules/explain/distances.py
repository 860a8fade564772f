"""How far one condition is from coming out the other way: the person's own figure, the bound, and what lies between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from attrs import evolve, frozen

from policyrules.core.case import Instance
from policyrules.core.outcome import Failed, Step
from policyrules.core.program import Aggregate, BenefitValue, FactValue, Gathering, Literal, Operation, Program, RuleValue
from policyrules.engines.formula import Condition
from policyrules.engines.steps import is_age, walk
from policyrules.explain.conditions import distinct, ground_words, grounds
from policyrules.explain.expressions import COMPARISONS, describe, name_of, one_of
from policyrules.explain.words import LIST, SEMICOLON, day_words, joined, known_words, owned, value_words
from policyrules.source.phrase import Phrase
from policyrules.values.calendar import add_days, add_months, age, days_between
from policyrules.values.types import TRUTH, Quantity, Truth, Type, Value
from policyrules.values.units import DAYS, MONEY, unit_text

_TITLED = Phrase("“{title}”不符，{words}", "“{title}” is not met: {words}")
_WHOM = Phrase("{words}（{members}）", "{words} ({members})")
_SHOULD_BE = Phrase("{name}：{value}，须为{wanted}", "{name}: {value}, has to be {wanted}")
_UNGRANTED = Phrase("没有享受{name}", "{name} is not granted")
_ALREADY = Phrase("已经享受{name}", "{name} is granted already")
_NONE_OF = Phrase("{name} {value}，不属于 {options}", "{name} {value}, which is none of {options}")
_IS_NOT = Phrase("{name} {value}，不是 {options}", "{name} {value}, which is not {options}")
_ONE_OF = Phrase("{name} {value}，不能是 {options}", "{name} {value}, which may not be {options}")
_HOLDS_NOT = Phrase("“{condition}”不成立", "“{condition}” does not hold")
_HOLDS = Phrase("“{condition}”成立", "“{condition}” holds")
_OPEN = Phrase("“{condition}”还不知道是否成立", "it is not known yet whether “{condition}” holds")
_UNTOLD = Phrase("“{condition}”无法判断", "it cannot be told whether “{condition}” holds")

_OVER = Phrase("{name} {value}，高出{bound}{distance}", "{name} {value}, above {bound} by {distance}")
_MORE = Phrase("{name} {value}，比{bound}多 {distance}", "{name} {value}, more than {bound} by {distance}")
_UNDER = Phrase("{name} {value}，比{bound}低 {distance}", "{name} {value}, below {bound} by {distance}")
_FEWER = Phrase("{name} {value}，比{bound}少 {distance}", "{name} {value}, less than {bound} by {distance}")
_LEVEL = Phrase("{name} {value}，正好等于{bound}，不算", "{name} {value}, exactly {bound}, which does not count")
_BOUND = Phrase("{name}（{value}）", "{name} ({value})")

_LATER = Phrase("{name}为{value}，比{bound}晚 {distance}", "{name} {value}, later than {bound} by {distance}")
_EARLIER = Phrase("{name}为{value}，比{bound}早 {distance}", "{name} {value}, earlier than {bound} by {distance}")
_TOO_YOUNG = Phrase("{name}{birth}，到{day}不满 {years} 周岁，还差 {distance}", "{name} {birth}, not {years} years old on {day}, short by {distance}")
_TOO_OLD = Phrase("{name}{birth}，到{day}已满 {years} 周岁，超过 {distance}", "{name} {birth}, {years} years old on {day}, past it by {distance}")
_BIRTHDAY = Phrase("{name}{birth}，到{day}正好满 {years} 周岁", "{name} {birth}, {years} years old on {day} exactly")

_OPPOSITE = {
    "less": "greater_equal",
    "greater_equal": "less",
    "greater": "less_equal",
    "less_equal": "greater",
    "equal": "not_equal",
    "not_equal": "equal",
}
_MIRRORED = {"less": "greater", "greater": "less", "less_equal": "greater_equal", "greater_equal": "less_equal"}
_DAYS_TYPE = Quantity(((DAYS, 1),), whole=True)


@frozen
class FailingCondition:
    """A condition that is not as it would have to be (`wanted`), in words; of a comparison also what was compared.

    `value` and `bound` are exact, of the type `type`; `distance` is what lies between them, of the type `apart` (days
    between two days, and for an age the days to the birthday). `open`: whether it holds is not known.
    """

    text: Phrase
    subject: str
    wanted: bool
    open: bool = False
    value: Value | None = None
    bound: Value | None = None
    type: Type | None = None
    distance: Fraction | None = None
    apart: Quantity | None = None

    @property
    def unit(self) -> Phrase | None:
        """The unit of the distance (元/月, 天); None where there is no distance, or it has none."""
        dimension = self.apart.dimension if self.apart else ()
        return Phrase(unit_text(dimension, "zh"), unit_text(dimension, "en")) if dimension else None


@frozen(eq=False)
class _Whose:
    """Whose condition it is, and what it would have to be."""

    subject: str
    wanted: bool


def failing(condition: Condition, wanted: bool, viewer: Instance, program: Program) -> FailingCondition:
    """The condition in words, seen by the one the answer is for, with how far it is from `wanted`."""
    found = _told(condition, wanted, viewer, program) or _plainly(condition, wanted, viewer, program)
    if found.open or condition.name is None or not any(_is_calculated(child) for child in condition.step.children):
        return found
    return evolve(found, text=_TITLED.fill(title=owned(condition.name, condition.step.instance, viewer), words=found.text))


def _is_calculated(step: Step) -> bool:
    """Whether a side of a comparison has no name of its own that people know."""
    return isinstance(step.what, Operation) and not is_age(step) and not isinstance(step.what.type, Truth)


def _told(condition: Condition, wanted: bool, viewer: Instance, program: Program) -> FailingCondition | None:
    """The condition by what it asks about; None where no more is to be said than how it is written."""
    step = condition.step
    node = step.what
    if condition.value is None:
        return None
    match node:
        case BenefitValue():
            words = (_UNGRANTED if wanted else _ALREADY).fill(name=_bare_benefit(step, node, viewer, program))
            return FailingCondition(words, _subject(step, viewer), wanted)
        case FactValue() | RuleValue():
            name, value = name_of(step, viewer, program), value_words(step.value, TRUTH)
            words = _SHOULD_BE.fill(name=name, value=value, wanted=value_words(wanted, TRUTH))
            return FailingCondition(words, _subject(step, viewer), wanted)
        case Operation() if (found := one_of(node)) is not None:
            options = [known_words(each.value, each.type) for each in found[1]]
            return _options(_Whose(_subject(step, viewer), wanted), step.children[0].children[0], options, wanted, viewer, program)
        case Operation(operator) if operator in COMPARISONS and len(step.children) == 2:
            return _compared(_Whose(_subject(step, viewer), wanted), step, operator if wanted else _OPPOSITE[operator], viewer, program)
        case _:
            return None


def _plainly(condition: Condition, wanted: bool, viewer: Instance, program: Program) -> FailingCondition:
    """The condition as it is written, and that it does not hold, holds, or is open; of members, those who make it so."""
    step, open_ = condition.step, condition.value is None
    name = name_of(step, viewer, program)
    if open_:
        words = (_UNTOLD if isinstance(condition.held, Failed) else _OPEN).fill(condition=name)
        return FailingCondition(words, _subject(step, viewer), wanted, open_)
    words = (_HOLDS_NOT if wanted else _HOLDS).fill(condition=name)
    facts = [ground_words(ground, viewer, program) for ground in distinct(_members_grounds(step, wanted))]
    if facts:
        words = _WHOM.fill(words=words, members=joined(SEMICOLON, facts))
    return FailingCondition(words, _subject(step, viewer), wanted)


def _members_grounds(step: Step, wanted: bool) -> Iterator[Step]:
    """What makes members fail 全部, or hold 任一."""
    node = step.what
    if not isinstance(node, Aggregate) or node.value is None or node.kind is not (Gathering.ALL if wanted else Gathering.ANY):
        return
    each = 1 if node.where is None else 2
    for first in range(0, len(step.children), each):
        inside = step.children[first : first + each]
        belongs = each == 1 or inside[0].value is True
        if belongs and inside[-1].value is not wanted:
            yield from grounds(inside[-1])


def _subject(step: Step, viewer: Instance) -> str:
    """Whose condition it is."""
    if isinstance(step.what, (RuleValue, BenefitValue)) and step.children and step.children[0].instance is not None:
        return step.children[0].instance.id
    return (step.instance or viewer).id


def _bare_benefit(step: Step, node: BenefitValue, viewer: Instance, program: Program) -> Phrase:
    """户的低保金."""
    owner = step.children[0].instance if step.children else None
    declared = program.benefits.get(node.benefit)
    return owned(declared.name if declared else node.benefit, owner, viewer)


def _options(whose: _Whose, value: Step, options: list[Phrase], wanted: bool, viewer: Instance, program: Program) -> FailingCondition:
    """That a value is none of some options, or (`wanted` False) that it is one."""
    kind = getattr(value.what, "type", TRUTH)
    words = _ONE_OF if not wanted else _IS_NOT if len(options) == 1 else _NONE_OF
    text = words.fill(name=name_of(value, viewer, program), value=value_words(value.value, kind), options=joined(LIST, options))
    return FailingCondition(text, whose.subject, whose.wanted, False, value.value if isinstance(value.value, str) else None, type=kind)


# ---------------------------------------------------------------- comparisons


def _compared(whose: _Whose, step: Step, wanted: str, viewer: Instance, program: Program) -> FailingCondition | None:
    """A comparison that would have to come out as `wanted`: the side that rests on facts is the figure, the other the bound."""
    figure, bound = step.children
    if _rests_on_facts(bound) and not _rests_on_facts(figure):
        figure, bound, wanted = bound, figure, _MIRRORED.get(wanted, wanted)
    kind: Type = getattr(figure.what, "type", TRUTH)
    value: Value
    limit: Value
    match figure.value, bound.value:
        case (str(), str()):
            return _options(whose, figure, [value_words(bound.value, kind)], wanted == "equal", viewer, program)
        case (Fraction(), Fraction()) if wanted == "not_equal":
            return _options(whose, figure, [value_words(bound.value, kind)], False, viewer, program)
        case (Fraction() as value, Fraction() as limit) if isinstance(kind, Quantity):
            if is_age(figure) and wanted in _MIRRORED:
                return _aged(whose, figure, limit, wanted, viewer, program)
            difference, apart = value - limit, kind
            money = (MONEY, 1) in kind.dimension and not isinstance(bound.what, Literal)
            above, below = (_OVER, _UNDER) if money else (_MORE, _FEWER)
        case (date() as value, date() as limit):
            difference, apart = Fraction(days_between(limit, value)), _DAYS_TYPE
            above, below = _LATER, _EARLIER
        case _:
            return None
    words = above if difference > 0 else below if difference < 0 else _LEVEL
    text = words.fill(
        name=_named(figure, viewer, program),
        value=value_words(figure.value, kind),
        bound=_bound_words(bound, viewer, program),
        distance=value_words(abs(difference), apart),
    )
    return FailingCondition(text, whose.subject, whose.wanted, False, value, limit, kind, abs(difference), apart)


def _named(step: Step, viewer: Instance, program: Program) -> Phrase:
    """What a figure is called; of what was calculated, as written."""
    if isinstance(step.what, Operation):
        return owned(describe(step.what, step.instance.entity if step.instance else viewer.entity, program), step.instance, viewer)
    return name_of(step, viewer, program)


def _bound_words(step: Step, viewer: Instance, program: Program) -> Phrase:
    """低保标准（610.00元/人·月）; a bound written as a number is just that."""
    value = value_words(step.value, getattr(step.what, "type", TRUTH))
    return value if isinstance(step.what, Literal) else _BOUND.fill(name=name_of(step, viewer, program), value=value)


def _aged(whose: _Whose, figure: Step, limit: Fraction, wanted: str, viewer: Instance, program: Program) -> FailingCondition | None:
    """An age, and the days to or since the birthday on which the wanted age is reached or passed."""
    birth, on, rule, leap = (child.value for child in figure.children)
    if not (isinstance(birth, date) and isinstance(on, date) and isinstance(rule, str) and isinstance(leap, str)):
        return None
    years = -(-limit // 1) if wanted in ("greater_equal", "less") else limit // 1 + 1
    reached = _reached(birth, years, rule, leap)
    if reached is None:
        return None
    apart = days_between(on, reached)
    words = _TOO_YOUNG if apart > 0 else _TOO_OLD if apart < 0 else _BIRTHDAY
    distance = Fraction(abs(apart))
    text = words.fill(
        name=name_of(figure.children[0], viewer, program),
        birth=day_words(birth),
        day=day_words(on),
        years=years,
        distance=value_words(distance, _DAYS_TYPE),
    )
    kind = getattr(figure.what, "type", _DAYS_TYPE)
    value = figure.value if isinstance(figure.value, Fraction) else None
    return FailingCondition(text, whose.subject, whose.wanted, False, value, limit, kind, distance, _DAYS_TYPE)


def _reached(birth: date, years: int, rule: str, leap: str) -> date | None:
    """The day on which so many years of age are completed."""
    near = add_months(birth, 12 * years)
    for shift in range(3) if near is not None else ():
        day = add_days(near, shift) if near is not None else None
        reached = age(birth, day, rule, leap) if day is not None else None
        if reached is not None and reached >= years:
            return day
    return None


def _rests_on_facts(step: Step) -> bool:
    if not step.children:
        return isinstance(step.what, (FactValue, Aggregate))
    return any(isinstance(below.what, (FactValue, Aggregate)) for below in walk(step))
