"""One small change of an expression at a time: a comparison, a conjunct, a number, a filter, a way of rounding.

What stands in the rows of a table or of bands is changed with its neighbour (`mutants_tables`), so that the rows still tile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType

from attrs import evolve

from policyrules.core.describing import COMPARISONS, known_words, one_of
from policyrules.core.parts import parts_of
from policyrules.core.program import (
    Aggregate,
    BenefitValue,
    Choice,
    Expression,
    FactValue,
    Gathering,
    Literal,
    Moment,
    MomentValue,
    Operation,
    Program,
    RuleValue,
)
from policyrules.review.mutants_numbers import near_numbers
from policyrules.review.mutants_spots import BESIDE, Change, Spot, below, is_table, written
from policyrules.review.mutants_tables import table_changes
from policyrules.source.phrase import Phrase
from policyrules.values.types import TRUTH, Options, Truth

_TURNED: Mapping[str, str] = MappingProxyType({"and": "or", "or": "and", "add": "subtract", "maximum": "minimum", "minimum": "maximum"})
_ROUNDING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "round half up": ("round toward zero", "round away from zero"),
        "round toward zero": ("round half up",),
        "round away from zero": ("round half up", "round toward zero"),
        "round up": ("round half up",),
        "round down": ("round half up",),
        "round half even": ("round half up",),
    }
)
_GATHERED: Mapping[Gathering, Gathering] = MappingProxyType(
    {
        Gathering.SUM: Gathering.HIGHEST,
        Gathering.ANY: Gathering.ALL,
        Gathering.ALL: Gathering.ANY,
        Gathering.HIGHEST: Gathering.LOWEST,
        Gathering.LOWEST: Gathering.HIGHEST,
        Gathering.MEAN: Gathering.HIGHEST,
    }
)
_WORDS_OF_RULES: Mapping[str, tuple[str, Phrase, Phrase]] = MappingProxyType(
    {
        "on birthday": ("day after", Phrase("生日当日", "on birthday"), Phrase("生日次日", "day after birthday")),
        "day after": ("on birthday", Phrase("生日次日", "day after birthday"), Phrase("生日当日", "on birthday")),
        "end of february": ("first of march", Phrase("闰日 二月末", "leap day end of february"), Phrase("闰日 三月一日", "leap day first of march")),
        "first of march": ("end of february", Phrase("闰日 三月一日", "leap day first of march"), Phrase("闰日 二月末", "leap day end of february")),
        "last month": ("first month", Phrase("余额 归 末月", "remainder into last month"), Phrase("余额 归 首月", "remainder into first month")),
        "first month": ("last month", Phrase("余额 归 首月", "remainder into first month"), Phrase("余额 归 末月", "remainder into last month")),
    }
)
"""Words an operator is told a rule by, with the other way it could go."""


def changes_of(expression: Expression, entity: str | None, program: Program) -> Iterator[Change]:
    """Every small change of the expression of a declaration of `entity`."""
    yield from changes_at(Spot(expression, entity, lambda new: new, program, expression.place))


def changes_at(spot: Spot) -> Iterator[Change]:
    """Every small change of a node and of what is inside it."""
    match spot.node:
        case Literal():
            yield from _literal(spot, spot.node)
            return
        case MomentValue(moment) if moment is not Moment.DAY and spot.node.place is not None:
            other = Moment.MONTH_START if moment is Moment.MONTH_END else Moment.MONTH_END
            yield spot.changed("date", evolve(spot.node, moment=other))
        case FactValue() | RuleValue() | BenefitValue() if isinstance(spot.node.type, Truth) and not spot.denied:
            yield spot.changed("negation", Operation("not", (spot.node,), TRUTH, spot.node.place))
        case Operation():
            if (listed := one_of(spot.node)) is not None:
                yield from _options(spot, spot.node, listed[0], listed[1])
                return
            yield from _operation(spot, spot.node)
        case Aggregate():
            yield from _aggregate(spot, spot.node)
        case Choice() if is_table(spot.node):
            yield from table_changes(spot, spot.node, changes_at)
            return
    for index, part in enumerate(parts_of(spot.node)):
        yield from changes_at(below(spot, index, part))


# ---------------------------------------------------------------- leaves


def _literal(spot: Spot, node: Literal) -> Iterator[Change]:
    if isinstance(node.value, str) and node.value in _WORDS_OF_RULES and not isinstance(node.type, Options):
        word, before, after = _WORDS_OF_RULES[node.value]
        yield spot.changed("date", evolve(node, value=word), before, after)
    elif written(node):
        assert node.place is not None
        for value in near_numbers(node.value, node.type, node.place.words):
            words = known_words(node.value, node.type), known_words(value, node.type)
            yield spot.changed("number", evolve(node, value=value), *words)


# ---------------------------------------------------------------- operations


def _operation(spot: Spot, node: Operation) -> Iterator[Change]:
    name = node.operator
    if name in COMPARISONS:
        yield spot.changed("comparison", evolve(node, operator=BESIDE[name]))
    elif name == "not":
        yield spot.changed("negation", node.arguments[0])
    elif name in _ROUNDING:
        for mode in _ROUNDING[name]:
            yield spot.changed("rounding", evolve(node, operator=mode))
        yield from _step(spot, node)
    elif name == "spread":
        yield from _step(spot, node)
    if name in ("and", "or"):
        for index, part in enumerate(node.arguments):
            left = node.arguments[:index] + node.arguments[index + 1 :]
            new = left[0] if len(left) == 1 else evolve(node, arguments=left)
            yield Change("dropped", part.place or spot.place, _joined(name, part, spot.words(part)), None, spot.put(new), node)
    if name in ("maximum", "minimum") and len(node.arguments) == 2:
        yield spot.changed("dropped", node.arguments[0])
    if name in _TURNED and len(node.arguments) > 1 and (name != "add" or len(node.arguments) == 2):
        yield spot.changed("operator", evolve(node, operator=_TURNED[name]))
    if name == "subtract":
        yield spot.changed("operator", evolve(node, operator="add"))


def _joined(operator: str, part: Expression, words: Phrase) -> Phrase:
    """A part with the word it is joined by; in brackets where it has such words inside."""
    if isinstance(part, Operation) and part.operator in ("and", "or") and one_of(part) is None:
        words = Phrase("（{part}）", "({part})").fill(part=words)
    return Phrase("且 {part}", "and {part}").fill(part=words) if operator == "and" else Phrase("或 {part}", "or {part}").fill(part=words)


def _step(spot: Spot, node: Operation) -> Iterator[Change]:
    """The place rounded to, ten times as coarse; where it is 元 already, ten times as fine."""
    step = node.arguments[1]
    if isinstance(step, Literal) and isinstance(step.value, Fraction):
        value = step.value * 10 if step.value < 1 else step.value / 10
        new = evolve(node, arguments=(node.arguments[0], evolve(step, value=value), *node.arguments[2:]))
        yield spot.changed("rounding", new)


def _options(spot: Spot, node: Operation, subject: Expression, options: tuple[Literal, ...]) -> Iterator[Change]:
    """属于 a、b: one option less, the next one more, and none of them."""
    for index in range(len(options)):
        left = node.arguments[:index] + node.arguments[index + 1 :]
        yield spot.changed("option", left[0] if len(left) == 1 else evolve(node, arguments=left))
    if isinstance(subject.type, Options):
        names = subject.type.names
        last = max(names.index(str(option.value)) for option in options if option.value in names)
        named = {option.value for option in options}
        more = next((name for name in (*names[last + 1 :], *reversed(names[:last])) if name not in named), None)
        if more is not None:
            one = node.arguments[-1]
            assert isinstance(one, Operation)
            added = evolve(one, arguments=(subject, evolve(options[-1], value=more)))
            yield spot.changed("option", evolve(node, arguments=(*node.arguments, added)))
    if not spot.denied:
        yield spot.changed("negation", Operation("not", (node,), TRUTH, node.place))


# ---------------------------------------------------------------- members


def _aggregate(spot: Spot, node: Aggregate) -> Iterator[Change]:
    if node.kind in _GATHERED and (node.kind in (Gathering.ANY, Gathering.ALL) or node.if_none is not None):
        yield spot.changed("members", evolve(node, kind=_GATHERED[node.kind]))
    if node.where is not None:
        yield spot.changed("members", evolve(node, where=None))
    if isinstance(node.type, Truth) and not spot.denied:
        yield spot.changed("negation", Operation("not", (node,), TRUTH, node.place), spot.words(node), _not(spot.words(node)))


def _not(words: Phrase) -> Phrase:
    return Phrase("非 {part}", "not {part}").fill(part=words)
