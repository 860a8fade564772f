"""Values over members as columns gathered by the holder; where members are held against the one decided, over pairs of rows."""

from __future__ import annotations

from collections.abc import Callable

from policyrules.core.program import Aggregate, BenefitValue, Choice, Expression, FactValue, Gathering, IsSubject, Operation, RuleValue
from policyrules.engines.plan import ID, UP, Here, Planner
from policyrules.engines.plan_numbers import Number, Out, Uncovered, Whole, Word, constant, product, settled_mark, unknown_of, whole
from policyrules.engines.plan_terms import FALSE, NULL, TRUE, Col, Const, Term, all_of, any_of, case, negated, op, strict_case
from policyrules.source.phrase import Phrase
from policyrules.values.types import Quantity

MOST = 1000
"""A larger group is decided by itself; so sums stay small enough for whole columns."""
FEW: Term = op("<=", op("count"), Const(MOST))
"""Whether a group is no larger; a household with one that is has no row with a status (`engines/columnar`)."""

_INNER = Phrase("成员里再汇总本人的成员", "members gathered within members of the one decided")
_MOVING = Phrase("各成员分母不同的汇总", "gathering numbers whose denominators differ from member to member")
_FAR = Phrase("隔一层以上的本人", "the one decided more than one level below")


def aggregate(planner: Planner, node: Aggregate, here: Here) -> Out:
    """The members' values gathered."""
    if here.subject is not None:
        raise Uncovered(_INNER, node.place)
    _, start, steps, owner = planner.owner(node.path, here)
    member = planner.beyond(owner, node.role)
    if member not in planner.listed:
        return unknown_of(isinstance(node.type, Quantity))
    inner = [one for one in (node.where, node.value) if one is not None]
    paired = any(map(joins, inner))
    if not paired or not steps:
        # A holder of members is itself the one decided; a value that asks nothing of another is the holder's own.
        return _with_nobody(planner, node, _gathered(planner, node, Here(owner), member, paired, ID), here, start, steps)
    if steps != ("",):
        raise Uncovered(_FAR, node.place)
    return _with_nobody(planner, node, _gathered(planner, node, here, member, True, UP), here, here.entity, ())


def joins(node: Expression) -> bool:
    """Whether a value within members looks at the one decided."""
    match node:
        case IsSubject():
            return True
        case FactValue() | RuleValue() | BenefitValue():
            return node.path.anchor.value == "subject"
        case Operation(_, arguments):
            return any(map(joins, arguments))
        case Choice(branches, otherwise):
            return joins(otherwise) or any(joins(branch.condition) or joins(branch.value) for branch in branches)
        case Aggregate():
            inner = [one for one in (node.where, node.value, node.if_none) if one is not None]
            return node.path.anchor.value == "subject" or any(map(joins, inner))
        case _:
            return False


def _gathered(planner: Planner, node: Aggregate, at: Here, member: str, paired: bool, owner: str) -> tuple[Out, Col]:
    """The value of the members in columns of the row at hand, and how many belong (or are there)."""
    inside = Here(member, at.entity) if paired else Here(member)
    where = planner.truth(node.where, inside) if node.where is not None else Word(TRUE)
    outer = Here(member, at.entity) if paired else at
    belongs = _named(planner, where.term, inside)

    def column(term: Term, empty: Term) -> Col:
        return planner.gathered(outer, owner, node.role, member, term, empty)

    if node.kind in (Gathering.ANY, Gathering.ALL):
        assert node.value is not None
        return _quantified(planner, node, inside, where, column), column(op("count"), Const(0))
    value = planner.expression(node.value, inside) if node.value is not None else Number(whole(1), whole(1))
    mark = any_of(where.mark, all_of(op("is true", belongs), value.mark))
    marks = FALSE if mark == FALSE else column(_any_mark(mark), FALSE)
    counted = column(_safe(op("count where", belongs), [belongs]), Const(0))
    if not isinstance(value, Number) or constant(value.below) is None:
        raise Uncovered(_MOVING, node.place)
    if node.kind is Gathering.COUNT:
        return Number(Whole(counted, MOST), whole(1), marks), counted
    amount = _named(planner, strict_case([(belongs, value.above.term)], NULL), inside)
    missing = _named(planner, any_of(op("is null", belongs), all_of(belongs, op("is null", value.above.term))), inside)
    none_missing = negated(op("any", missing))
    if node.kind is Gathering.SUM or node.kind is Gathering.MEAN:
        most = value.above.most * MOST
        summed = op("wide sum" if most > 2**63 - 1 else "sum", amount)
        above = Whole(column(case([(all_of(none_missing, FEW), op("coalesce", summed, Const(0)))], NULL), Const(0)), most)
        if node.kind is Gathering.SUM:
            return Number(above, value.below, marks), counted
        below = product(value.below, Whole(op("nullif", counted, Const(0)), MOST))
        return Number(above, below, marks), counted
    kind = "max" if node.kind is Gathering.HIGHEST else "min"
    best = column(case([(none_missing, op(kind, amount))], NULL), NULL)
    return Number(Whole(best, value.above.most), value.below, marks), counted


def _any_mark(mark: Term) -> Term:
    """Whether any member leaves the mark; NULL where that of some is not known."""
    return case([(op("any", op("is true", mark)), TRUE), (op("any", op("is null", mark)), NULL)], FALSE)


def _safe(term: Term, needed: list[Term]) -> Term:
    """An aggregate, NULL where a condition of some member is, or the group is too large."""
    if NULL in needed:
        return NULL
    unknown = [negated(op("any", op("is null", one))) for one in needed if not isinstance(one, Const)]
    return case([(all_of(*unknown, FEW), term)], NULL)


def _named(planner: Planner, term: Term, inside: Here) -> Term:
    return planner.let(inside)(term)


def _quantified(planner: Planner, node: Aggregate, inside: Here, where: Word, column: Callable[[Term, Term], Col]) -> Word:
    """任一 and 全部: an `or` over members of belonging and condition, an `and` of the condition or not belonging."""
    assert node.value is not None
    found = planner.truth(node.value, inside)
    wanted = node.kind is Gathering.ANY
    term = all_of(where.term, found.term) if wanted else any_of(negated(where.term), found.term)
    term = _named(planner, term, inside)
    settles = op("is true", term) if wanted else op("is true", negated(term))
    some = op("any", settles)
    every = case([(some, Const(wanted)), (negated(op("any", op("is null", term))), Const(not wanted))], NULL)
    value = column(every, Const(not wanted))
    parts = [where if wanted else Word(negated(where.term), where.mark), found]
    mark = settled_mark(parts, all_wanted=wanted)
    if mark == FALSE:
        return Word(value)
    mark = _named(planner, mark, inside)
    sure = op("any", all_of(settles, negated(mark)))
    return Word(value, column(case([(sure, FALSE), (op("any", op("is null", mark)), NULL)], _any_mark(mark)), FALSE))


def _with_nobody(
    planner: Planner, node: Aggregate, gathered: tuple[Out, Col], here: Here, start: str, steps: tuple[str, ...]
) -> Out:
    """The value as the row at hand sees it; of nobody, what is written for that."""
    out, counted = gathered
    out = planner.reached(out, "", start, steps)
    if node.kind not in (Gathering.HIGHEST, Gathering.LOWEST, Gathering.MEAN) or not isinstance(out, Number):
        return out
    count = planner.fetched(counted.name, start, steps)
    other = planner.expression(node.if_none, here) if node.if_none is not None else unknown_of(True)
    assert isinstance(other, Number)
    some = op(">", count, Const(0))
    above = strict_case([(some, out.above.term)], other.above.term)
    below: Whole = out.below
    if out.below != other.below:
        below = Whole(strict_case([(some, out.below.term)], other.below.term), max(out.below.most, other.below.most))
    mark = any_of(out.mark, all_of(op("=", count, Const(0)), other.mark))
    return Number(Whole(above, max(out.above.most, other.above.most)), below, mark)
