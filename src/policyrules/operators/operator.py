"""What a row of the table is, and the helpers its readings are built from.

`scalar` is the meaning, on known values. `partial` is what it comes to when at least one argument is `Unknown`: for
every way the unknown facts may turn out, the scalar result lies inside it. `possible` None says the least there is to
say: it also covers the ways that end in a `Failure`, so a known or bounded answer is never given where one is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import TypeAlias

from attrs import frozen

from policyrules.source.phrase import Phrase
from policyrules.values.partial import ANY_TRUTH, either, needs_of, possible_values, settled
from policyrules.values.types import Quantity, Type, Value
from policyrules.values.units import type_text
from policyrules.values.unknown import Need, Partial, Unknown


@frozen
class Failure:
    """No value, for a reason in words: a division by zero, a day outside the calendar."""

    reason: Phrase


Check: TypeAlias = Callable[[Sequence[Type]], "Type | Phrase"]
"""The type of the result from the types of the arguments, or what is wrong with them."""

Scalar: TypeAlias = Callable[..., "Value | Failure"]
PartialReading: TypeAlias = Callable[..., "Partial | Failure"]


@frozen
class Operator:
    """One row. In `phrase` `{0}`, `{1}` stand for arguments, `{all}` for every one, `{rest}` for all but the first."""

    name: str
    symbol: Phrase
    check: Check
    scalar: Scalar
    partial: PartialReading
    phrase: Phrase


def describe(operator: Operator, arguments: Sequence[Phrase]) -> Phrase:
    """The operation in words. An infix operator of many arguments repeats itself: a + b + c."""
    infix = operator.phrase.zh == f"{{0}} {operator.symbol.zh} {{1}}"
    if infix and len(arguments) == 1:
        return arguments[0]
    if infix and len(arguments) > 2:
        return describe(operator, (describe(operator, arguments[:-1]), arguments[-1]))
    zh, en = [argument.zh for argument in arguments], [argument.en for argument in arguments]
    return Phrase(
        operator.phrase.zh.format(*zh, all="，".join(zh), rest="，".join(zh[1:])),
        operator.phrase.en.format(*en, all=", ".join(en), rest=", ".join(en[1:])),
    )


# ---------------------------------------------------------------- types


def counting(symbol: Phrase, least: int, most: int | None, rule: Check) -> Check:
    """`rule`, asked only when there are from `least` to `most` arguments (None: any number)."""

    def check(types: Sequence[Type]) -> Type | Phrase:
        if least <= len(types) and (most is None or len(types) <= most):
            return rule(types)
        count = str(least) if most == least else f"{least}–{most}" if most else f"{least}+"
        return Phrase(
            "“{symbol}”要有 {count} 项，这里有 {found} 项", '"{symbol}" takes {count} arguments, here are {found}'
        ).fill(symbol=symbol, count=count, found=len(types))

    return check


def type_phrase(kind: Type) -> Phrase:
    """A type in both languages."""
    if kind == Quantity():
        return Phrase("没有单位的数", "a number without unit")
    return Phrase(type_text(kind, "zh"), type_text(kind, "en"))


def wrong_type(symbol: Phrase, wanted: Phrase, found: Type) -> Phrase:
    """That an argument is of another type than the operator takes."""
    return Phrase("“{symbol}”这里要用{wanted}，不能用 {found}", '"{symbol}" takes {wanted} here, not {found}').fill(
        symbol=symbol, wanted=wanted, found=type_phrase(found)
    )


# ---------------------------------------------------------------- unknown arguments


def known_first(scalar: Scalar, rule: PartialReading) -> PartialReading:
    """A partial reading: the scalar where every argument turns out to be settled, else `rule` on what is open."""

    def partial(*arguments: Partial) -> Partial | Failure:
        narrowed = tuple(settled(argument) for argument in arguments)
        if not any(isinstance(argument, Unknown) for argument in narrowed):
            return scalar(*narrowed)
        return rule(*narrowed)

    return partial


def by_cases(scalar: Scalar, rule: PartialReading) -> PartialReading:
    """The scalar on every combination of possible values where those are few and listed, else `rule`."""

    def partial(*arguments: Partial) -> Partial | Failure:
        listed = [values for values in map(possible_values, arguments) if values is not None]
        combinations = 1
        for values in listed:
            combinations *= len(values)
        if len(listed) < len(arguments) or combinations > _MOST_CASES:
            return rule(*arguments)
        results = {case: scalar(*case) for case in product(*listed)}
        failures = [result for result in results.values() if isinstance(result, Failure)]
        if failures:
            same = len(failures) == len(results) and len(set(failures)) == 1
            return failures[0] if same else anything(*arguments)
        return either(
            [result for result in results.values() if not isinstance(result, Failure)], _told(arguments, results)
        )

    return partial


_MOST_CASES = 64


def _told(arguments: Sequence[Partial], results: dict[tuple[Value, ...], Value | Failure]) -> frozenset[Need]:
    """Needs of the arguments whose value makes a difference in some case."""
    needs: frozenset[Need] = frozenset()
    for index, argument in enumerate(arguments):
        groups: dict[tuple[Value, ...], set[Value | Failure]] = {}
        for case, result in results.items():
            groups.setdefault(case[:index] + case[index + 1 :], set()).add(result)
        if any(len(group) > 1 for group in groups.values()):
            needs |= needs_of(argument)
    return needs


def anything(*arguments: Partial) -> Unknown:
    """The least one can say: any value or a failure, when the arguments are known."""
    return Unknown(None, needs_of(*arguments))


def either_truth(*arguments: Partial) -> Unknown:
    """True or false, when the arguments are known; less than that where an argument may fail."""
    return anything(*arguments) if may_fail(*arguments) else Unknown(ANY_TRUTH, needs_of(*arguments))


def may_fail(*arguments: Partial) -> bool:
    """Whether nothing at all is known of an argument, not even that it has a value."""
    return any(isinstance(argument, Unknown) and argument.possible is None for argument in arguments)
