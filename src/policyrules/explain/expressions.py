"""Expressions with the figures of one evaluation (`figures`), and the names values go by (`name_of`)."""

from __future__ import annotations

from policyrules.core.case import Instance
from policyrules.core.describing import AGE, Words, described, fact_name, granted_words, operation, rule_name
from policyrules.core.describing import COMPARISONS as COMPARISONS
from policyrules.core.describing import describe as plainly
from policyrules.core.describing import one_of as one_of
from policyrules.core.keeping import kept
from policyrules.core.outcome import Step
from policyrules.core.program import (
    Aggregate,
    BenefitValue,
    Branch,
    Choice,
    Expression,
    FactValue,
    Impossible,
    IsSubject,
    Literal,
    MomentValue,
    Operation,
    ParameterRow,
    ParameterValue,
    Program,
    RuleValue,
)
from policyrules.explain.words import owned, row_words, value_words
from policyrules.source.phrase import Phrase, plain
from policyrules.values.types import Quantity

_NOTE = Phrase("{value}（{note}）", "{value} ({note})")
_NAMED = Phrase("{name} {value}", "{name} {value}")
_WRITTEN = (Operation, Choice, Aggregate, ParameterValue, Literal)


def describe(node: Expression, entity: str | None, program: Program) -> Phrase:
    """The expression as written, seen from an instance of `entity`."""
    return kept(plainly, node, entity, program) if isinstance(node, _WRITTEN) else plainly(node, entity, program)


def figures(step: Step, viewer: Instance, program: Program) -> Phrase:
    """The expression as evaluated: each name with its value, choices replaced by what was chosen."""
    return _figured(step, viewer, program).phrase


def chosen(step: Step) -> Step:
    """The step a choice took its value from; any other step, and a choice that took none, is its own."""
    while isinstance(step.what, Choice) and step.children:
        last = step.children[-1]
        if isinstance(last.what, Branch) and len(last.children) < 2:
            return step
        step = last.children[-1] if isinstance(last.what, Branch) else last
    return step


def is_worked_out(step: Step) -> bool:
    """Whether a value was made by calculating, and is not just a name's or a number written in the policy."""
    node = chosen(step).what
    return isinstance(node, Operation) and isinstance(node.type, Quantity) and not _is_age(node)


def _figured(step: Step, viewer: Instance, program: Program) -> Words:
    node = step.what
    match node:
        case ParameterValue(_, kind):
            row = step.children[0].what if step.children else None
            value = value_words(step.value, kind)
            if isinstance(row, ParameterRow):
                value = _NOTE.fill(value=value, note=row_words(row, program, passage=False))
            return Words(_NAMED.fill(name=name_of(step, viewer, program), value=value))
        case Operation() if not _is_age(node):
            if len(step.children) < len(node.arguments):
                return Words(value_words(step.value, node.type))
            return operation(node, [_figured(child, viewer, program) for child in step.children])
        case FactValue() | RuleValue() | BenefitValue() | Aggregate() | Operation():
            return Words(_NAMED.fill(name=name_of(step, viewer, program), value=value_words(step.value, node.type)))
        case Choice():
            taken = chosen(step)
            return _figured(taken, viewer, program) if taken is not step else Words(value_words(step.value, node.type))
        case Literal() | MomentValue() | IsSubject() | Impossible():
            return described(node, viewer.entity, program)
        case _:
            return Words(plain(str(step.value)))


def name_of(step: Step, viewer: Instance, program: Program) -> Phrase:
    """The name a step's value goes by, with whose it is where that is another."""
    node = step.what
    match node:
        case FactValue():
            return owned(kept(_fact_words, node, None, program), step.instance, viewer)
        case RuleValue(_, key) | BenefitValue(_, key):
            words, everybodys = kept(_rule_words, node, key, program)
            words = owned(words, step.children[0].instance if step.children and not everybodys else None, viewer)
            return granted_words(words) if isinstance(node, BenefitValue) and node.granted else words
        case Operation() if _is_age(node) and step.children:
            return owned(AGE, step.children[0].instance, viewer)
        case Literal() | ParameterValue() | Operation() | Choice() | Aggregate() | Impossible() | MomentValue() | IsSubject():
            return describe(node, step.instance.entity if step.instance else viewer.entity, program)
        case _:
            return plain(str(node))


def _fact_words(node: FactValue, _: None, program: Program) -> Phrase:
    return plain(fact_name(node.path, node.fact, program))


def _rule_words(_: RuleValue | BenefitValue, key: str, program: Program) -> tuple[Phrase, bool]:
    """What a definition or a benefit is called, and whether it is nobody's in particular."""
    rule = program.rules.get(key)
    return plain(rule_name(key, program)), rule is not None and rule.entity is None


def _is_age(node: Operation) -> bool:
    """周岁 of a birthday on the day decided for, which is called just that."""
    return node.operator == "age" and isinstance(node.arguments[0], FactValue) and isinstance(node.arguments[1], MomentValue)
