"""Core expressions as generated Python, for facts that are all known.

What is not known, fails or is not there leaves the quick way (`raise Open`): the reference then decides. So every line here
says the same as `engines/expressions`, for known values only, and marks of 暂定 values are worked out beside the values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from policyrules.core.paths import entity_of_path
from policyrules.core.program import (
    Aggregate,
    BenefitValue,
    Choice,
    Expression,
    FactValue,
    Impossible,
    IsSubject,
    Literal,
    Moment,
    MomentValue,
    Operation,
    ParameterValue,
    RuleValue,
)
from policyrules.engines.code_benefits import benefit_body, rule_body
from policyrules.engines.code_choices import choice
from policyrules.engines.code_logic import at_least, settling
from policyrules.engines.code_members import aggregate, is_cheap
from policyrules.engines.code_numbers import (
    Mark,
    Number,
    Out,
    Plain,
    add,
    compared,
    divide,
    either_mark,
    extreme,
    fraction,
    multiply,
    of_fraction,
    rounded,
    written,
)
from policyrules.engines.coding import Coder, Where, function_name, main_name
from policyrules.operators.operator import Failure
from policyrules.operators.table import OPERATORS
from policyrules.values.calendar import age
from policyrules.values.types import Quantity, Type

SYMBOLS: Mapping[str, str] = {
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
MOMENTS = {Moment.DAY: 0, Moment.MONTH_START: 1, Moment.MONTH_END: 2}
"""Where the days of the occasion stand in what a run carries."""

_MOST_DAYS, _MOST_BIRTHDAYS = 40, 50_000


def write(coder: Coder, node: Expression, here: Where) -> Out:
    """The lines that work out a node; where its value then stands."""
    match node:
        case Operation():
            return _operation(coder, node, here)
        case Literal(value):
            return written(value) if isinstance(value, Fraction) else Plain(coder.known(value))
        case FactValue():
            return _fact(coder, node, here)
        case ParameterValue():
            return _parameter(coder, node)
        case RuleValue():
            return _rule(coder, node, here)
        case BenefitValue():
            return _benefit(coder, node, here)
        case Choice():
            return choice(coder, node, here)
        case Aggregate():
            return aggregate(coder, node, here)
        case MomentValue():
            return Plain(f"t[{MOMENTS[node.moment]}]")
        case IsSubject():
            return Plain(coder.writer.let(f"{here.current[0]} is {here.subject[0]}", "b"))
        case Impossible():
            return coder.leave(node.type)


def _fact(coder: Coder, node: FactValue, here: Where) -> Out:
    owner = coder.instance(node.path, here)
    layout = coder.layouts.get(entity_of_path(node.path, coder.program.entities))
    if owner is None or layout is None or node.fact not in layout.facts:
        return coder.leave(node.type)
    value = _loaded(coder, owner[0], layout.facts[node.fact])
    coder.checked(value)
    scale = layout.scales[node.fact]
    return Plain(value) if scale is None else Number(value, scale)


def _loaded(coder: Coder, owner: str, place: int) -> str:
    """The variable a fact stands in."""
    key = ("fact", owner, place)
    name: str | None = coder.writer.recall(key)
    if name is None:
        text, ground = f"{owner}[{place}]", coder.ground(owner, cheap=True)
        if ground is None:
            name = coder.writer.let(text, "a")
            coder.writer.remember(key, name)
        else:
            name = ground.scopes[-1].known[key] = coder.writer.fresh("a")
            ground.lines.append("    " * ground.depth + f"{name} = {text}")
    return name


def _parameter(coder: Coder, node: ParameterValue) -> Out:
    row = coder.row(node.parameter)
    if row is None:
        return coder.leave(node.type)
    if isinstance(row.value, Fraction):
        return written(row.value, row.provisional)
    return Plain(coder.known(row.value), row.provisional)


def _rule(coder: Coder, node: RuleValue, here: Where) -> Out:
    rule = coder.program.rules.get(node.rule)
    if rule is None:
        return coder.leave(node.type)
    # What is the same for everybody is worked out with the outermost instance.
    owner = here.current[-1:] if rule.entity is None else coder.instance(node.path, here)
    if owner is None:
        return coder.leave(node.type)
    ground = coder.ground(owner[0], cheap=is_cheap(coder, rule.expression))
    if ground is not None:
        return coder.once(ground, ("rule", node.rule), lambda: rule_body(coder, rule, owner))
    return _called(coder, node.rule, owner, node.type)


def _called(coder: Coder, key: str, owner: tuple[str, ...], kind: Type) -> Out:
    """The value a function hands out, taken apart."""
    known: Out | None = coder.writer.recall(("called", key, owner[0]))
    if known is not None:
        return known
    shape = coder.need(key)
    call = f"{function_name(coder.writer, key)}({', '.join(owner)}, t)"
    names: list[str] = []
    if isinstance(kind, Quantity):
        names.append(coder.writer.fresh("n"))
        if shape.below is None:
            names.append(coder.writer.fresh("d"))
    else:
        names.append(coder.writer.fresh("v"))
    if shape.mark is None:
        names.append(coder.writer.fresh("m"))
    coder.writer.line(f"{', '.join(names)} = {call}")
    mark: Mark = names[-1] if shape.mark is None else shape.mark
    out: Out = Plain(names[0], mark)
    if isinstance(kind, Quantity):
        out = Number(names[0], names[1] if shape.below is None else shape.below, mark)
    coder.writer.remember(("called", key, owner[0]), out)
    return out


def _benefit(coder: Coder, node: BenefitValue, here: Where) -> Out:
    owner = coder.instance(node.path, here)
    benefit = coder.program.benefits.get(node.benefit)
    if owner is None or benefit is None:
        return coder.leave(node.type)
    ground = coder.ground(owner[0])
    if ground is not None:
        found = main_name(coder.once(ground, ("benefit", node.benefit), lambda: Plain(benefit_body(coder, benefit, owner))))
    else:
        coder.need(node.benefit)
        found = coder.writer.let(f"{function_name(coder.writer, node.benefit)}({', '.join(owner)}, t)", "o")
    mark = coder.writer.let(f"{found}[3]", "m")
    if node.granted:
        return Plain(coder.writer.let(f"{found}[0] is not REFUSED", "b"), mark)
    if isinstance(benefit.type, Quantity):
        below = benefit.rounding.step.denominator if benefit.rounding is not None else coder.writer.let(f"{found}[4]", "d")
        return Number(coder.writer.let(f"0 if {found}[0] is REFUSED else {found}[1]", "n"), below, mark)
    with coder.writer.block(f"if {found}[0] is REFUSED:"):
        coder.writer.line("raise Open")
    return Plain(coder.writer.let(f"{found}[1]", "v"), mark)


def _operation(coder: Coder, node: Operation, here: Where) -> Out:
    operator, arguments = node.operator, node.arguments
    if operator == "age":
        ground = coder.ground(here.current[0], cheap=True)
        if ground is not None:
            return coder.once(ground, (node, here.subject), lambda: _worked_out(coder, node, here))
    if operator in ("and", "or"):
        return settling(coder, [lambda one=one: coder.truth(one, here) for one in arguments], operator == "and")  # type: ignore[misc]
    if operator == "at_least":
        return at_least(coder, arguments, here)
    return _worked_out(coder, node, here)


def _worked_out(coder: Coder, node: Operation, here: Where) -> Out:
    operator, arguments = node.operator, node.arguments
    outs = [coder.write(argument, here) for argument in arguments]
    mark = either_mark(coder.writer, [out.mark for out in outs])
    numbers = [out for out in outs if isinstance(out, Number)]
    plains = [out for out in outs if isinstance(out, Plain)]
    if operator in SYMBOLS and len(numbers) == 2:
        return compared(coder.writer, SYMBOLS[operator], numbers[0], numbers[1], mark)
    if operator in SYMBOLS and len(plains) == 2:
        return Plain(coder.writer.let(f"{plains[0].text} {SYMBOLS[operator]} {plains[1].text}", "b"), mark)
    if operator == "not":
        return Plain(coder.writer.let(f"not {plains[0].text}", "b"), mark)
    if len(numbers) == len(outs):
        found = _arithmetic(coder, node, numbers, mark)
        if found is not None:
            return found
    return _by_table(coder, node, outs, mark)


def _arithmetic(coder: Coder, node: Operation, numbers: Sequence[Number], mark: Mark) -> Number | None:
    """The operations of numbers that are plain integers here; None for the others."""
    match node.operator:
        case "add":
            return add(coder.writer, numbers, mark)
        case "subtract":
            return add(coder.writer, numbers, mark, "-")
        case "negate":
            return Number(coder.writer.let(f"-{numbers[0].above}", "n"), numbers[0].below, mark)
        case "multiply":
            return multiply(coder.writer, numbers, mark)
        case "divide":
            return divide(coder.writer, numbers[0], numbers[1], mark)
        case "maximum" | "minimum":
            return extreme(coder.writer, numbers, mark, "max" if node.operator == "maximum" else "min")
    step = node.arguments[1] if node.operator.startswith("round ") else None
    if isinstance(step, Literal) and isinstance(step.value, Fraction) and step.value > 0:
        return rounded(coder.writer, numbers[0], step.value, node.operator.removeprefix("round "), mark)
    return None


def _by_table(coder: Coder, node: Operation, outs: Sequence[Out], mark: Mark) -> Out:
    """The operator of the table itself, on exact values."""
    values = [fraction(out) if isinstance(out, Number) else out.text for out in outs]
    if node.operator == "age":
        return _age(coder, node, values, mark)
    scalar = coder.writer.constant(OPERATORS[node.operator].scalar)
    value = coder.writer.let(f"{scalar}({', '.join(values)})", "v")
    with coder.writer.block(f"if {value}.__class__ is {coder.writer.constant(Failure)}:"):
        coder.writer.line("raise Open")
    if not isinstance(node.type, Quantity):
        return Plain(value, mark)
    return Number(coder.writer.let(f"{value}.numerator", "n"), 1, mark) if node.type.whole else of_fraction(coder.writer, value, mark)


def _age(coder: Coder, node: Operation, values: Sequence[str], mark: Mark) -> Number:
    """Years of age, by the calendar's own reckoning; kept by day and words, so that it is reckoned once for all born on a day."""
    words = [argument.value for argument in node.arguments[2:] if isinstance(argument, Literal)]
    if len(words) != len(node.arguments) - 2:
        words, rest = [], f", {', '.join(values[2:])}"
        years = coder.writer.let(f"{coder.writer.constant(age)}({', '.join(values[:2])}{rest})", "n")
    else:
        ages = coder.writer.shared(("ages", *words), lambda: Ages(tuple(map(str, words))))
        years = coder.writer.let(f"{ages}[{values[1]}][{values[0]}]", "n")
    with coder.writer.block(f"if {years} is None:"):
        coder.writer.line("raise Open")
    return Number(years, 1, mark)


class Ages(dict[date, "AgesOn"]):
    """Years of age by the day they are asked for, and then by birthday."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.words = words

    def __missing__(self, day: date) -> AgesOn:
        if len(self) >= _MOST_DAYS:
            self.clear()
        found = self[day] = AgesOn(day, self.words)
        return found


class AgesOn(dict[date, "int | None"]):
    """Years of age on a day, by birthday."""

    def __init__(self, day: date, words: tuple[str, ...]) -> None:
        self.day, self.words = day, words

    def __missing__(self, birth: date) -> int | None:
        if len(self) >= _MOST_BIRTHDAYS:
            self.clear()
        years = self[birth] = age(birth, self.day, *self.words)
        return years
