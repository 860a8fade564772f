"""The lines of an amount: each operation with its exact figures, so that anybody can work them out again and come to the amount."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attrs import evolve, frozen

from policyrules.core.case import Instance
from policyrules.core.outcome import Step
from policyrules.core.program import Aggregate, BenefitValue, FactValue, Gathering, Operation, Program, RuleValue
from policyrules.explain.expressions import chosen, is_worked_out, name_of
from policyrules.explain.members import belonging, is_news
from policyrules.explain.words import owned
from policyrules.source.phrase import Language, Phrase, plain
from policyrules.values.quantities import plain_text
from policyrules.values.types import NUMBER, Quantity, Type, Value
from policyrules.values.units import unit_text

_HOW_MANY = Phrase("人数", "count")
_GATHERED_BY = {
    Gathering.SUM: "add",
    Gathering.COUNT: "add",
    Gathering.HIGHEST: "maximum",
    Gathering.LOWEST: "minimum",
    Gathering.MEAN: "add",
}


@frozen
class Figure:
    """One figure of a line. `value` is exact, in base units of `type`; None where it is not known and does not matter.

    `line` is the number of the earlier line (from 0) that works it out; None where it is given: a fact, a parameter, a
    number of the policy, or a name that has lines of its own.
    """

    name: Phrase
    value: Value | None
    type: Type
    line: int | None = None


@frozen
class Line:
    """`operator` of the one table, over the figures, comes to `value`; without one the only figure is the value."""

    name: Phrase
    operator: str | None
    figures: tuple[Figure, ...]
    value: Fraction
    type: Type


def lines_of(step: Step, viewer: Instance, program: Program) -> tuple[Line, ...]:
    """How the value of an expression comes about, the last line its value; none for what is no known number."""
    lines: list[Line] = []
    figure = _figure(step, viewer, program, lines)
    if not isinstance(figure.value, Fraction):
        return ()
    if figure.line is None:
        lines.append(Line(figure.name, None, (figure,), figure.value, figure.type))
    return tuple(lines)


def line_json(line: Line, language: Language) -> dict[str, object]:
    """A line for JSON: exact numbers as text, each with its unit (None: a number without unit)."""
    return {
        "name": line.name(language),
        "operator": line.operator,
        "figures": [
            {
                "name": figure.name(language),
                "value": None if figure.value is None else plain_text(figure.value, figure.type),
                "unit": _unit(figure.type, language),
                "line": figure.line,
            }
            for figure in line.figures
        ],
        "value": plain_text(line.value, line.type),
        "unit": _unit(line.type, language),
    }


def _unit(kind: Type, language: Language) -> str | None:
    return (unit_text(kind.dimension, language) or None) if isinstance(kind, Quantity) else None


def _figure(step: Step, viewer: Instance, program: Program, lines: list[Line]) -> Figure:
    """The figure a step stands for; the lines that work it out are added before."""
    taken = chosen(step)
    node = taken.what
    given = _given(taken, viewer, program)
    if not isinstance(given.value, Fraction):
        return given
    if isinstance(node, Operation) and is_worked_out(taken) and len(taken.children) == len(node.arguments):
        figures = [_figure(child, viewer, program, lines) for child in taken.children]
        return _line(given, node.operator, figures, lines)
    if isinstance(node, Aggregate) and is_news(node):
        return _gathered(taken, node, given, viewer, program, lines)
    return given


def _given(step: Step, viewer: Instance, program: Program) -> Figure:
    node = step.what
    value = step.value if isinstance(step.value, (bool, Fraction, date, str)) else None
    return Figure(name_of(step, viewer, program), value, getattr(node, "type", NUMBER))


def _line(result: Figure, operator: str | None, figures: list[Figure], lines: list[Line]) -> Figure:
    assert isinstance(result.value, Fraction)
    lines.append(Line(result.name, operator, tuple(figures), result.value, result.type))
    return evolve(result, line=len(lines) - 1)


def _gathered(step: Step, node: Aggregate, result: Figure, viewer: Instance, program: Program, lines: list[Line]) -> Figure:
    """A line over the members; a mean is a sum and a division."""
    members = belonging(step, node)
    if members is None:
        return result
    figures = []
    for member, value in members:
        if value is None:
            figures.append(Figure(plain(member.id), Fraction(1), result.type))
        else:
            figure = _figure(value, viewer, program, lines)
            named = isinstance(value.what, (FactValue, RuleValue, BenefitValue))
            figures.append(figure if named else evolve(figure, name=owned(figure.name, member, viewer)))
    if not figures and node.kind not in (Gathering.SUM, Gathering.COUNT):
        return _line(result, None, [_figure(step.children[-1], viewer, program, lines)], lines) if step.children else result
    operator = _GATHERED_BY[node.kind]
    if node.kind is not Gathering.MEAN:
        return _line(result, operator, figures, lines)
    count = Fraction(len(figures))
    assert isinstance(result.value, Fraction)
    total = _line(evolve(result, value=result.value * count), operator, figures, lines)
    return _line(result, "divide", [total, Figure(_HOW_MANY, count, NUMBER)], lines)
