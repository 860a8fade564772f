"""Core expressions as generated Python, for facts that are all known.

What is not known, fails or is not there leaves the quick way (`raise OPEN`): the reference then decides. So every line here
says the same as `engines/expressions`, for known values only, and marks of 暂定 values are worked out beside the values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

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
from policyrules.engines.code_choices import choice
from policyrules.engines.code_logic import at_least, settling
from policyrules.engines.code_members import aggregate
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
from policyrules.engines.coding import Coder, Where, function_name
from policyrules.operators.operator import Failure
from policyrules.operators.table import OPERATORS
from policyrules.values.calendar import age
from policyrules.values.types import Quantity, Type
from policyrules.values.units import MONEY

SYMBOLS: Mapping[str, str] = {
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
_MOMENTS = {Moment.DAY: "day", Moment.MONTH_START: "month_start", Moment.MONTH_END: "month_end"}


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
            return Plain(f"t.{_MOMENTS[node.moment]}")
        case IsSubject():
            return Plain(coder.writer.let(f"{here.current} is {here.subject}", "b"))
        case Impossible():
            return coder.leave(node.type)


def _fact(coder: Coder, node: FactValue, here: Where) -> Out:
    owner = coder.instance(node.path, here)
    if owner is None:
        return coder.leave(node.type)
    value = coder.writer.let(f"{owner}.facts.get({coder.writer.constant(node.fact)})", "f")
    with coder.writer.block(f"if {value} is None:"):
        coder.writer.line("raise OPEN")
    if not isinstance(node.type, Quantity):
        return Plain(value)
    if (MONEY, 1) not in node.type.dimension and not node.type.whole:
        return of_fraction(coder.writer, value, False)
    scale = 100 if (MONEY, 1) in node.type.dimension else 1
    below = coder.writer.let(f"{value}.denominator", "d")
    above = coder.writer.let(f"{value}.numerator", "n")
    with coder.writer.block(f"if {below} != {scale}:"):
        with coder.writer.block(f"if {scale} % {below}:"):
            coder.writer.line("raise OPEN")
        coder.writer.line(f"{above} *= {scale} // {below}")
    return Number(above, scale)


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
    owner = "t.root" if rule.entity is None else coder.instance(node.path, here)
    return coder.leave(node.type) if owner is None else _called(coder, node.rule, owner, node.type)


def _called(coder: Coder, key: str, owner: str, kind: Type) -> Out:
    """The value a function hands out, taken apart."""
    shape = coder.need(key)
    call = f"{function_name(coder.writer, key)}({owner}, t)"
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
    if isinstance(kind, Quantity):
        return Number(names[0], names[1] if shape.below is None else shape.below, mark)
    return Plain(names[0], mark)


def _benefit(coder: Coder, node: BenefitValue, here: Where) -> Out:
    owner = coder.instance(node.path, here)
    if owner is None or node.benefit not in coder.program.benefits:
        return coder.leave(node.type)
    coder.need(node.benefit)
    found = coder.writer.let(f"{function_name(coder.writer, node.benefit)}({owner}, t)", "o")
    mark = coder.writer.let(f"{found}[3]", "m")
    if node.granted:
        return Plain(coder.writer.let(f"{found}[0] is not REFUSED", "b"), mark)
    benefit = coder.program.benefits[node.benefit]
    if isinstance(benefit.type, Quantity):
        name = coder.writer.let(f"ZERO if {found}[0] is REFUSED else {found}[1]", "v")
        return of_fraction(coder.writer, name, mark)
    with coder.writer.block(f"if {found}[0] is REFUSED:"):
        coder.writer.line("raise OPEN")
    return Plain(coder.writer.let(f"{found}[1]", "v"), mark)


def _operation(coder: Coder, node: Operation, here: Where) -> Out:
    operator, arguments = node.operator, node.arguments
    if operator in ("and", "or"):
        return settling(coder, [lambda one=one: coder.truth(one, here) for one in arguments], operator == "and")  # type: ignore[misc]
    if operator == "at_least":
        return at_least(coder, arguments, here)
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
        return _age(coder, values, mark)
    scalar = coder.writer.constant(OPERATORS[node.operator].scalar)
    value = coder.writer.let(f"{scalar}({', '.join(values)})", "v")
    with coder.writer.block(f"if {value}.__class__ is {coder.writer.constant(Failure)}:"):
        coder.writer.line("raise OPEN")
    if not isinstance(node.type, Quantity):
        return Plain(value, mark)
    return Number(coder.writer.let(f"{value}.numerator", "n"), 1, mark) if node.type.whole else of_fraction(coder.writer, value, mark)


def _age(coder: Coder, values: Sequence[str], mark: Mark) -> Number:
    """Years of age, by the calendar's own reckoning, once for everybody born on a day."""
    writer = coder.writer
    key = writer.let(f"({', '.join(values)})", "a")
    years = writer.let(f"t.ages.get({key})", "n")
    with writer.block(f"if {years} is None:"):
        writer.line(f"{years} = t.ages[{key}] = {writer.constant(age)}({', '.join(values)})")
        with writer.block(f"if {years} is None:"):
            writer.line("raise OPEN")
    return Number(years, 1, mark)
