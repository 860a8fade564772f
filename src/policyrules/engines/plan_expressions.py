"""Core expressions as terms of a relational plan.

NULL stands for whatever is not known or fails, so every term here says the same as `engines/expressions` or is NULL, and a
row whose answer is NULL is decided by itself. What columns cannot say is NULL for everybody, and listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

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
from policyrules.engines.plan import ID, Here, Planner
from policyrules.engines.plan_benefits import Benefits, benefit_of
from policyrules.engines.plan_dates import age_compared, of_days
from policyrules.engines.plan_members import aggregate, joins
from policyrules.engines.plan_numbers import (
    Number,
    Out,
    Uncovered,
    Whole,
    Word,
    add,
    aligned,
    compared,
    constant,
    divide,
    extreme,
    mapped,
    multiply,
    negate,
    rounded,
    settled_mark,
    uncovered_of,
    unknown_of,
    whole,
    written,
)
from policyrules.engines.plan_terms import FALSE, NULL, TRUE, Col, Const, Term, all_of, any_of, case, negated, op, sided, strict_case
from policyrules.engines.rows import scale_of
from policyrules.source.phrase import Phrase
from policyrules.values.types import Day, Options, Quantity, Text, Truth

SYMBOLS: Mapping[str, str] = {
    "equal": "=",
    "not_equal": "<>",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
GREATEST = 10**12
"""Amounts are columns of 分, ratios of millionths; a fact of at least so many of them is decided by itself."""

_NOT_COVERED = Phrase("“{what}”", "“{what}”")
_TEXT = Phrase("文字“{what}”", "the text “{what}”")


def write(planner: Planner, node: Expression, here: Here) -> Out:
    """Where the value of a node stands; NULL, and listed, where columns cannot say it."""
    try:
        if here.subject is not None and not joins(node):
            out = write(planner, node, Here(here.entity))
            return mapped(out, lambda term: sided(term, "m"))
        return _written(planner, node, here)
    except Uncovered as reason:
        planner.uncovered.append(Uncovered(reason.what, reason.place or node.place))
        return uncovered_of(isinstance(node.type, Quantity))


def _written(planner: Planner, node: Expression, here: Here) -> Out:
    match node:
        case Literal(value):
            return written(value) if isinstance(value, Fraction) else Word(Const(value))
        case ParameterValue():
            row = planner.rows.get(node.parameter)
            if row is None:
                return unknown_of(isinstance(node.type, Quantity))
            mark = Const(row.provisional)
            return written(row.value, mark) if isinstance(row.value, Fraction) else Word(Const(row.value), mark)
        case FactValue():
            side, start, steps, entity = planner.owner(node.path, here)
            return planner.reached(fact_of(planner, entity, node.fact), side, start, steps)
        case RuleValue():
            return _rule(planner, node, here)
        case BenefitValue():
            side, start, steps, entity = planner.owner(node.path, here)
            held = benefit_of(planner, node.benefit)
            return planner.reached(_seen(held, node), side, start, steps)
        case Operation():
            return _operation(planner, node, here)
        case Choice():
            return _choice(planner, node, here)
        case Aggregate():
            return aggregate(planner, node, here)
        case MomentValue(moment):
            days = {Moment.DAY: planner.occasion.day, Moment.MONTH_START: planner.occasion.month_start, Moment.MONTH_END: planner.occasion.month_end}
            return Word(Const(days[moment]))
        case IsSubject():
            if here.subject is None:
                return Word(TRUE)
            return Word(op("=", Col(ID, "s"), Col(ID, "m")) if here.subject == here.entity else FALSE)
        case Impossible():
            return unknown_of(isinstance(node.type, Quantity))


def fact_of(planner: Planner, entity: str, key: str) -> Out:
    """The column of a fact, NULL where the cell is empty or out of range."""
    found = planner.facts.get((entity, key))
    if found is None:
        fact = planner.program.facts[entity, key]
        raw = Col(key)
        mine: Out
        match fact.type:
            case Quantity() as kind:
                scale = scale_of(kind)
                low = -GREATEST if fact.low is None else max(-GREATEST, -int(-fact.low * scale // 1))
                high = GREATEST if fact.high is None else min(GREATEST, int(fact.high * scale // 1))
                sound = op("between", raw, Const(low), Const(high))
                term = planner.made(entity, case([(sound, raw)], NULL), f"{key}值")
                mine = Number(Whole(term, max(abs(low), abs(high))), whole(scale))
            case Options(names):
                sound = op("in", raw, *(Const(name) for name in names))
                mine = Word(planner.made(entity, case([(sound, raw)], NULL), f"{key}值"))
            case Text():
                raise Uncovered(_TEXT.fill(what=fact.name), fact.place)
            case Truth() | Day():
                mine = Word(raw)
        found = planner.facts[entity, key] = mine
    return found


def _rule(planner: Planner, node: RuleValue, here: Here) -> Out:
    rule = planner.program.rules.get(node.rule)
    if rule is None:
        return unknown_of(isinstance(node.type, Quantity))
    if rule.entity is None:
        return planner.expression(rule.expression, here)
    side, start, steps, _ = planner.owner(node.path, here)
    return planner.reached(rule_of(planner, node.rule), side, start, steps)


def rule_of(planner: Planner, key: str) -> Out:
    """The columns of a rule of an entity."""
    rule = planner.program.rules[key]
    entity = rule.entity or planner.program.root or ""
    found = planner.declared.get((entity, key))
    if found is None:
        out = planner.expression(rule.expression, Here(entity))
        found = planner.declared[entity, key] = planner.held(out, entity, rule.name)
    assert isinstance(found, (Number, Word))
    return found


def _seen(held: Benefits, node: BenefitValue) -> Out:
    if node.granted:
        return Word(held.granted, held.mark)
    amount = held.amount
    if isinstance(amount, Word):
        return Word(case([(op("is true", held.granted), amount.term)], NULL), held.mark)
    above = case([(op("is true", held.granted), amount.above.term), (op("is known", held.granted), Const(0))], NULL)
    below = amount.below if constant(amount.below) is not None else Whole(op("coalesce", amount.below.term, Const(1)), amount.below.most)
    return Number(Whole(above, amount.above.most), below, held.mark)


def _operation(planner: Planner, node: Operation, here: Here) -> Out:
    operator = node.operator
    outs = [planner.expression(argument, here) for argument in node.arguments]
    words = [out for out in outs if isinstance(out, Word)]
    numbers = [out for out in outs if isinstance(out, Number)]
    mark = any_of(*(out.mark for out in outs))
    if operator in ("and", "or"):
        together = all_of if operator == "and" else any_of
        return Word(together(*(word.term for word in words)), settled_mark(words, operator == "and"))
    if operator == "not":
        return Word(negated(words[0].term), mark)
    if operator == "at_least":
        return _at_least(numbers[0], words, mark)
    if operator in SYMBOLS and len(numbers) == 2:
        if (held := _age_held(planner, node, numbers, mark, here)) is not None:
            return held
        return compared(SYMBOLS[operator], numbers[0], numbers[1], mark)
    if operator in SYMBOLS and len(words) == 2:
        return Word(op(SYMBOLS[operator], words[0].term, words[1].term), mark)
    found = of_days(operator, outs, mark, planner.let(here))
    if found is None and len(numbers) == len(outs):
        found = _arithmetic(planner, node, numbers, mark, here)
    if found is None and operator in ("maximum", "minimum"):
        sound = all_of(*(op("is known", word.term) for word in words))
        found = Word(case([(sound, op(_EXTREMES[operator], *(word.term for word in words)))], NULL), mark)
    if found is None:
        raise Uncovered(_NOT_COVERED.fill(what=operator))
    return found


def _age_held(planner: Planner, node: Operation, numbers: list[Number], mark: Term, here: Here) -> Word | None:
    """An age held against a constant."""
    for symbol, age, other in ((SYMBOLS[node.operator], 0, 1), (_TURNED[SYMBOLS[node.operator]], 1, 0)):
        above, below, years = constant(numbers[other].above), constant(numbers[other].below), node.arguments[age]
        if above is not None and below is not None and isinstance(years, Operation) and years.operator == "age":
            words = [planner.expression(argument, here) for argument in years.arguments]
            return age_compared(symbol, [word.term for word in words if isinstance(word, Word)], Fraction(above, below), mark)
    return None


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_EXTREMES = {"maximum": "greatest", "minimum": "least"}


def _arithmetic(planner: Planner, node: Operation, numbers: list[Number], mark: Term, here: Here) -> Number | None:
    match node.operator:
        case "add":
            return add(numbers, mark)
        case "subtract":
            return add(numbers, mark, "-")
        case "negate":
            return negate(numbers[0])
        case "multiply":
            return multiply(numbers, mark)
        case "divide":
            return divide(numbers[0], numbers[1], mark, planner.let(here))
        case "maximum" | "minimum":
            return extreme(numbers, mark, _EXTREMES[node.operator])
    if node.operator.startswith("round "):
        above, below = constant(numbers[1].above), constant(numbers[1].below)
        if above is not None and below is not None and above > 0:
            return rounded(numbers[0], Fraction(above, below), node.operator.removeprefix("round "), mark, planner.let(here))
    return None


def _at_least(wanted: Number, words: list[Word], mark: Term) -> Word:
    """So many of the conditions; where a 暂定 value had a part the mark stays only if it may matter: that is left to the reference."""
    count = reduce(lambda one, other: op("+", one, other), (op("count true", word.term) for word in words))
    held = compared(">=", Number(Whole(count, len(words)), whole(1)), wanted, FALSE)
    if mark == FALSE:
        return held
    return Word(case([(negated(mark), held.term)], NULL), case([(negated(mark), FALSE)], NULL))


def _choice(planner: Planner, node: Choice, here: Here) -> Out:
    conditions = [planner.truth(branch.condition, here) for branch in node.branches]
    named = [planner.let(here)(condition.term) for condition in conditions]
    values = [*(planner.expression(branch.value, here) for branch in node.branches), planner.expression(node.otherwise, here)]
    marks: list[Term] = []
    seen: Term = FALSE
    for index, value in enumerate(values):
        provisional = FALSE
        if index < len(conditions):
            seen = any_of(seen, conditions[index].mark)
            provisional = Const(node.branches[index].provisional)
        marks.append(any_of(seen, value.mark, provisional))

    def picked(terms: list[Term]) -> Term:
        return strict_case(list(zip(named, terms, strict=False)), terms[-1])

    mark = case(list(zip(named, marks, strict=False)), marks[-1])
    numbers = [value for value in values if isinstance(value, Number)]
    if not numbers:
        return Word(picked([value.term for value in values if isinstance(value, Word)]), mark)
    fixed = [constant(number.below) for number in numbers]
    if all(below is not None for below in fixed):
        aboves, below = aligned(numbers)
        return Number(Whole(picked([above.term for above in aboves]), max(above.most for above in aboves)), below, mark)
    above = Whole(picked([number.above.term for number in numbers]), max(number.above.most for number in numbers))
    return Number(above, Whole(picked([number.below.term for number in numbers]), max(number.below.most for number in numbers)), mark)
