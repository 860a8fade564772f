"""Numbers in generated Python: an integer over a denominator, exactly.

Most denominators are known when the code is written (分, per cent), so that adding and comparing are plain integers; one
that is not is a variable, always above zero. Nothing is shortened on the way: that happens once, at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from attrs import evolve, frozen

from policyrules.engines.writing import Writer

Mark: TypeAlias = "bool | str"
"""Whether a 暂定 value had a part: known when the code is written, or the name of a variable."""


@frozen
class Number:
    """`above` (a name or digits) over `below` (an integer, or a name)."""

    above: str
    below: int | str
    mark: Mark = False


@frozen
class Plain:
    """A truth, word or day: a name or a constant."""

    text: str
    mark: Mark = False


Out: TypeAlias = Number | Plain


def written(value: Fraction, mark: Mark = False) -> Number:
    """A number of the policy."""
    return Number(str(value.numerator), value.denominator, mark)


def either_mark(writer: Writer, marks: Sequence[Mark]) -> Mark:
    """Whether any of these marks is set."""
    if any(mark is True for mark in marks):
        return True
    names = list(dict.fromkeys(mark for mark in marks if isinstance(mark, str)))
    if not names:
        return False
    return names[0] if len(names) == 1 else writer.let(" or ".join(names), "m")


def times(text: str, factor: int) -> str:
    """An integer times a factor."""
    if factor == 1:
        return text
    return str(int(text) * factor) if _is_digits(text) else f"{text} * {factor}"


def aligned(writer: Writer, numbers: Sequence[Number]) -> tuple[list[str], int | str]:
    """The numbers above one common denominator."""
    belows = [number.below for number in numbers]
    fixed = lcm(*(below for below in belows if isinstance(below, int)))
    names = list(dict.fromkeys(below for below in belows if isinstance(below, str)))
    common: int | str = fixed
    if names:
        product = " * ".join([*([str(fixed)] if fixed > 1 else []), *names])
        common = product if len(names) == 1 and fixed == 1 else writer.let(product, "d")
    aboves = []
    for number in numbers:
        if isinstance(number.below, int):
            factors = [str(fixed // number.below)] if fixed > number.below else []
            factors += names
        else:
            factors = [str(fixed)] if fixed > 1 else []
            factors += [name for name in names if name != number.below]
        if not factors:
            aboves.append(number.above)
        elif len(factors) == 1 and factors[0].isdigit():
            aboves.append(f"({times(number.above, int(factors[0]))})")
        else:
            aboves.append("(" + " * ".join([number.above, *factors]) + ")")
    return aboves, common


def add(writer: Writer, numbers: Sequence[Number], mark: Mark, sign: str = "+") -> Number:
    """The sum, or with "-" the difference."""
    aboves, below = aligned(writer, numbers)
    return Number(writer.let(f" {sign} ".join(aboves), "n"), below, mark)


def multiply(writer: Writer, numbers: Sequence[Number], mark: Mark) -> Number:
    """The product."""
    fixed = 1
    names = []
    factor = 1
    aboves = []
    for number in numbers:
        if isinstance(number.below, int):
            fixed *= number.below
        else:
            names.append(number.below)
        if _is_digits(number.above):
            factor *= int(number.above)
        else:
            aboves.append(number.above)
    shared = Fraction(factor, fixed)
    text = " * ".join([*aboves, *([str(shared.numerator)] if shared.numerator != 1 or not aboves else [])])
    below: int | str = shared.denominator
    if names:
        below = " * ".join([*([str(shared.denominator)] if shared.denominator > 1 else []), *names])
        below = below if len(names) == 1 and shared.denominator == 1 else writer.let(below, "d")
    return Number(text if not aboves else writer.let(text, "n"), below, mark)


def divide(writer: Writer, one: Number, other: Number, mark: Mark) -> Number:
    """The quotient; the code leaves the quick way where the divisor is zero."""
    if _is_digits(other.above) and isinstance(other.below, int) and int(other.above):
        return multiply(writer, [one, written(1 / Fraction(int(other.above), other.below))], mark)
    divisor = other.above
    with writer.block(f"if not {divisor}:"):
        writer.line("raise Open")
    top = one.above if other.below == 1 else writer.let(f"{one.above} * {other.below}", "n")
    bottom = divisor if one.below == 1 else writer.let(f"{divisor} * {one.below}", "d")
    above, below = writer.let(top, "n"), writer.let(bottom, "d")
    with writer.block(f"if {below} < 0:"):
        writer.line(f"{above} = -{above}")
        writer.line(f"{below} = -{below}")
    return Number(above, below, mark)


def extreme(writer: Writer, numbers: Sequence[Number], mark: Mark, which: str) -> Number:
    """The greatest (max) or least (min)."""
    if len(numbers) == 1:
        return evolve(numbers[0], mark=mark)
    aboves, below = aligned(writer, numbers)
    return Number(writer.let(f"{which}({', '.join(aboves)})", "n"), below, mark)


def compared(writer: Writer, symbol: str, one: Number, other: Number, mark: Mark) -> Plain:
    """A comparison."""
    aboves, _ = aligned(writer, [one, other])
    return Plain(writer.let(f"{aboves[0]} {symbol} {aboves[1]}", "b"), mark)


def fraction(number: Number) -> str:
    """The number as an exact fraction."""
    return f"Fraction({number.above}, {number.below})"


def of_fraction(writer: Writer, name: str, mark: Mark) -> Number:
    """A number held as an exact fraction."""
    return Number(writer.let(f"{name}.numerator", "n"), writer.let(f"{name}.denominator", "d"), mark)


def rounded(writer: Writer, number: Number, step: Fraction, mode: str, mark: Mark) -> Number:
    """A multiple of the step, by a mode of the table."""
    if isinstance(number.below, int):
        scale = Fraction(step.denominator, number.below * step.numerator)
        top, bottom = times(number.above, scale.numerator), str(scale.denominator)
        if bottom == "1":
            return (
                Number(top if top == number.above else writer.let(top, "n"), step.denominator, mark)
                if step.numerator == 1
                else _up(writer, top, step, mark)
            )
    else:
        top, bottom = times(number.above, step.denominator), times(number.below, step.numerator)
    bottom = bottom if bottom.isidentifier() or bottom.isdigit() else writer.let(bottom, "d")
    below, rest = writer.fresh("n"), writer.fresh("r")
    writer.line(f"{below}, {rest} = divmod({top}, {bottom})")
    upward = _UPWARD[mode].format(rest=rest, below=below, bottom=bottom)
    if upward != "False":
        with writer.block(f"if {upward}:"):
            writer.line(f"{below} += 1")
    return _up(writer, below, step, mark)


# `rest` is at least 0 and below `bottom`; `below` is negative for amounts below zero.
_UPWARD = {
    "up": "{rest}",
    "down": "False",
    "away from zero": "{rest} and {below} >= 0",
    "toward zero": "{rest} and {below} < 0",
    "half up": "2 * {rest} > {bottom} or (2 * {rest} == {bottom} and {below} >= 0)",
    "half even": "2 * {rest} > {bottom} or (2 * {rest} == {bottom} and {below} % 2)",
}


def _up(writer: Writer, count: str, step: Fraction, mark: Mark) -> Number:
    above = times(count, step.numerator)
    return Number(above if above == count and " " not in count else writer.let(above, "n"), step.denominator, mark)


def marked(out: Out, mark: Mark) -> Out:
    """The same value with another mark."""
    return evolve(out, mark=mark)


def _is_digits(text: str) -> bool:
    return text.lstrip("-").isdigit()
