"""The value of an expression for one instance: a node and a place in the case go in, a known, unknown or failed value
comes out.

Nothing needed is left out and nothing else is evaluated: a choice evaluates the branches its conditions leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from attrs import evolve

from policyrules.core.case import Instance, State, stead_of
from policyrules.core.outcome import Failed, Step
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
    Parameter,
    ParameterRow,
    ParameterValue,
    RuleValue,
)
from policyrules.engines.aggregates import aggregate
from policyrules.engines.lattice import Held, Result, anything, apply, apply_marked, join
from policyrules.engines.run import DEEPEST, Here, Run, Settled, Suspended, closed, locate, missing, opened
from policyrules.source.phrase import Phrase, plain
from policyrules.values.calendar import day_text
from policyrules.values.partial import needs_of
from policyrules.values.types import Quantity
from policyrules.values.unknown import Interval, Need, Possible, Unknown

_NO_ROW = Phrase("参数“{name}”在{day}没有值（有值的时间：{spans}）", "parameter “{name}” has no value on {day} (it has one {spans})")
_FROM = Phrase("{start}起", "from {start}")
_FROM_UNTIL = Phrase("{start}至{end}", "{start} to {end}")
_NEVER = Phrase("没有任何一行", "it has no rows")
_LEFT_OUT = Phrase("“{name}”有错误，没有参与计算", "“{name}” has errors and was left out")
_INAPPLICABLE = Phrase("{instance}的{fact}写的是“不适用”，规则却要用到它", "{fact} of {instance} is given as inapplicable, but the rule needs it")
_IMPOSSIBLE = Phrase("规则写明此时无法计算", "the rule says that this is undefined here")


def evaluate(run: Run, node: Expression, here: Here, depth: int) -> Result:
    """The value of `node` and whether a 暂定 value had a part in it. `depth` counts nested evaluations."""
    return READINGS[node.__class__](run, node, here, depth)


def evaluate_traced(run: Run, node: Expression, here: Here, depth: int) -> Result:
    """As `evaluate`, leaving a step behind. The step of a fact names the instance whose fact it is."""
    outer = run.trace
    assert outer is not None
    if type(node) is Literal:
        outer.append(Step(node, node.value, here.current))
        return node.value, False
    if type(node) is FactValue:
        owner = locate(node.path, here, node.place)
        held = _held(run, node, owner)
        outer.append(Step(node, held, owner if isinstance(owner, Instance) else here.current))
        return held, False
    inner: list[Step] = []
    run.trace = inner
    result = READINGS[node.__class__](run, node, here, depth)
    outer.append(Step(node, result[0], here.current, tuple(inner)))
    run.trace = outer
    return result


# ---------------------------------------------------------------- leaves


def _literal(run: Run, node: Literal, here: Here, depth: int) -> Result:
    return node.value, False


def _is_subject(run: Run, node: IsSubject, here: Here, depth: int) -> Result:
    return here.current is here.subject, False


def _impossible(run: Run, node: Impossible, here: Here, depth: int) -> Result:
    return Failed(_IMPOSSIBLE, node.place), False


def _fact(run: Run, node: FactValue, here: Here, depth: int) -> Result:
    return _held(run, node, locate(node.path, here, node.place)), False


def _held(run: Run, node: FactValue, owner: Instance | Need | Failed) -> Held:
    """What is held of the fact of its owner."""
    if isinstance(owner, Failed):
        return owner
    if isinstance(owner, Need):
        return Unknown(anything(node.type), frozenset((owner,)))
    value = owner.facts.get(node.fact)
    if value is not None:
        return value
    assumed = run.assumed.get((owner.id, node.fact))
    if assumed is not None:
        return assumed
    fact = run.program.facts.get((owner.entity, node.fact))
    state = owner.states.get(node.fact)
    stead = stead_of(fact, state) if fact is not None else None
    if stead is not None:
        return stead.value
    name = fact.name if fact else node.fact
    if state is State.INAPPLICABLE:
        return Failed(_INAPPLICABLE.fill(instance=owner.id, fact=name), node.place)
    need = missing(owner, node.fact, name)
    possible: Possible = anything(node.type)
    if fact is not None and isinstance(node.type, Quantity):
        possible = Interval(fact.low, fact.high)
    return Unknown(possible, frozenset((need,)))


def _moment(run: Run, node: MomentValue, here: Here, depth: int) -> Result:
    match node.moment:
        case Moment.DAY:
            return run.occasion.day, False
        case Moment.MONTH_START:
            return run.occasion.month_start, False
        case Moment.MONTH_END:
            return run.occasion.month_end, False


def _parameter(run: Run, node: ParameterValue, here: Here, depth: int) -> Result:
    """The row in force. A failure stands where the parameter is used, not where it is declared."""
    found = run.parameters.get(node.parameter)
    if found is None:
        found = run.parameters[node.parameter] = row_in_force(run, node.parameter)
    if isinstance(found, Failed):
        return evolve(found, place=node.place or found.place), False
    if run.trace is not None:
        run.trace.append(Step(found, found.value, None))
    return found.value, found.provisional


def row_in_force(run: Run, key: str) -> ParameterRow | Failed:
    """The row of a parameter on the day decided for."""
    parameter = run.program.parameters.get(key)
    if parameter is None:
        return Failed(_LEFT_OUT.fill(name=key))
    day = run.occasion.day
    for row in parameter.timeline:
        if row.start <= day and (row.end is None or day <= row.end):
            return row
    day_words = Phrase(day_text(day, "zh"), day_text(day, "en"))
    return Failed(_NO_ROW.fill(name=parameter.name, day=day_words, spans=_spans(parameter)), parameter.place)


def _spans(parameter: Parameter) -> Phrase:
    """The spans a parameter has values for, neighbours run together."""
    spans: list[tuple[date, date | None]] = []
    for row in parameter.timeline:
        last = spans[-1][1] if spans else None
        if last is not None and last.toordinal() + 1 == row.start.toordinal():
            spans[-1] = (spans[-1][0], row.end)
        else:
            spans.append((row.start, row.end))
    if not spans:
        return _NEVER
    words = [
        (_FROM if end is None else _FROM_UNTIL).fill(
            start=Phrase(day_text(start, "zh"), day_text(start, "en")),
            end=plain("") if end is None else Phrase(day_text(end, "zh"), day_text(end, "en")),
        )
        for start, end in spans
    ]
    return Phrase("、".join(each.zh for each in words), ", ".join(each.en for each in words))


# ---------------------------------------------------------------- names


def _settled(run: Run, key: str, owner: Instance, depth: int) -> Settled:
    """A declaration from the memo, or worked out now. Too deep down, it is asked for first instead."""
    found = run.memo.get((key, owner))
    if found is None:
        if depth > DEEPEST:
            raise Suspended(key, owner)
        found = run.declared(run, key, owner, depth + 1)
    if run.trace is not None and found.step is not None:
        run.trace.append(found.step)
    return found


def _rule(run: Run, node: RuleValue, here: Here, depth: int) -> Result:
    rule = run.program.rules.get(node.rule)
    if rule is not None and rule.entity is None:
        found = _settled(run, node.rule, run.root, depth)
        return found.value, found.provisional
    owner = locate(node.path, here, node.place)
    if isinstance(owner, Failed):
        return owner, False
    if isinstance(owner, Need):
        return Unknown(None, frozenset((owner,))), False
    found = _settled(run, node.rule, owner, depth)
    return found.value, found.provisional


def _benefit(run: Run, node: BenefitValue, here: Here, depth: int) -> Result:
    owner = locate(node.path, here, node.place)
    if isinstance(owner, Failed):
        return owner, False
    if isinstance(owner, Need):
        return Unknown(None, frozenset((owner,))), False
    found = _settled(run, node.benefit, owner, depth)
    return found.granted if node.granted else found.value, found.provisional


# ---------------------------------------------------------------- operators and choices

ABSORBING = {"and": False, "or": True}


def _operation(run: Run, node: Operation, here: Here, depth: int) -> Result:
    absorbing = None if run.thorough else ABSORBING.get(node.operator)
    values: list[Held] = []
    marks: list[bool] = []
    evaluate, below = run.evaluate, depth + 1
    for argument in node.arguments:
        held, mark = evaluate(run, argument, here, below)
        # A 暂定 value does not end it early: another argument may settle it without the mark.
        if absorbing is not None and held is absorbing and not mark:
            return absorbing, False
        values.append(held)
        marks.append(mark)
    if True in marks:
        return apply_marked(node.operator, list(zip(values, marks, strict=True)), node.place)
    return apply(node.operator, values, node.place), False


def _choice(run: Run, node: Choice, here: Here, depth: int) -> Result:
    results: list[Held] = []
    needs: frozenset[Need] = frozenset()
    marked = may_fail = False
    for branch in node.branches:
        outer = opened(run)
        condition, mark = run.evaluate(run, branch.condition, here, depth + 1)
        marked = marked or mark
        if condition is False:
            closed(run, outer, branch, condition, here.current)
            continue
        if isinstance(condition, Failed):
            results.append(condition)
            closed(run, outer, branch, condition, here.current)
            break
        value, mark = run.evaluate(run, branch.value, here, depth + 1)
        marked = marked or mark or branch.provisional
        results.append(value)
        closed(run, outer, branch, condition, here.current)
        if not isinstance(condition, Unknown):
            break
        needs |= condition.needs
        may_fail = may_fail or condition.possible is None
    else:
        value, mark = run.evaluate(run, node.otherwise, here, depth + 1)
        marked = marked or mark
        results.append(value)
    if may_fail and not all(isinstance(result, Failed) for result in results):
        # Whatever the branches agree on, there may be no answer at all.
        return Unknown(None, needs | needs_of(*(result for result in results if not isinstance(result, Failed)))), marked
    return (results[0] if len(results) == 1 else join(results, needs)), marked


READINGS: Mapping[type, Callable[[Run, Any, Here, int], Result]] = MappingProxyType(
    {
        Operation: _operation,
        Literal: _literal,
        FactValue: _fact,
        ParameterValue: _parameter,
        RuleValue: _rule,
        BenefitValue: _benefit,
        Choice: _choice,
        Aggregate: aggregate,
        MomentValue: _moment,
        IsSubject: _is_subject,
        Impossible: _impossible,
    }
)
"""How each kind of node is read."""
