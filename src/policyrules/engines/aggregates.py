"""Values over the members of an instance: sums, counts, any, all, highest, lowest, mean.

Members' order never matters. A member whose filter is unknown may count or not, and the result holds both ways. Where the
list of members may not be complete, the result holds for any further members whatever their facts.
"""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from policyrules.core.case import Instance
from policyrules.core.outcome import Failed, Step
from policyrules.core.program import Aggregate, Gathering
from policyrules.engines.lattice import NOBODY, Held, Result, apply, apply_marked, join, worst
from policyrules.engines.run import Here, Run, locate, missing, opened
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.values.partial import ANY_TRUTH, hull, settled
from policyrules.values.types import Value
from policyrules.values.unknown import Interval, Need, Unknown

_ZERO = Fraction(0)
_ONE = Fraction(1)
_NO_MEMBERS = Phrase("没有成员，也没有写明无人时的值", "there are no members, and no value is written for that")


@frozen(eq=False)
class _Entry:
    """A member's value, and what is unknown of its belonging (`NOBODY`: it surely belongs)."""

    value: Held
    needs: frozenset[Need]
    sure: bool


def aggregate(run: Run, node: Aggregate, here: Here, depth: int) -> Result:
    """The members' values gathered into one."""
    owner = locate(node.path, here, node.place)
    if isinstance(owner, Failed):
        return owner, False
    if isinstance(owner, Need) or node.role not in owner.members:
        need = owner if isinstance(owner, Need) else missing(owner, node.role, node.role)
        possible = Interval(_ZERO, None) if node.kind is Gathering.COUNT else None
        return Unknown(possible, frozenset((need,))), False
    if node.kind in (Gathering.ANY, Gathering.ALL):
        return _quantify(run, node, owner, here, depth)
    gathered = [_entry(run, node, Here(member, here.subject), depth) for member in owner.members[node.role]]
    gathered.append(_further(run, node, owner, here, depth))
    entries = [entry for entry, _ in gathered if entry is not None]
    marked = any(mark for _, mark in gathered)
    failures = [entry.value for entry in entries if entry.sure and isinstance(entry.value, Failed)]
    if failures:
        return worst(failures), marked
    match node.kind:
        case Gathering.SUM | Gathering.COUNT:
            return _total(entries, node.place), marked
        case _:
            value, mark = _one_of(run, node, entries, here, depth)
            return value, marked or mark


def _entry(run: Run, node: Aggregate, here: Here, depth: int) -> tuple[_Entry | None, bool]:
    """What one member brings; None where it does not belong."""
    belongs: Held = True
    marked = False
    if node.where is not None:
        belongs, marked = run.evaluate(run, node.where, here, depth + 1)
    if belongs is False:
        return None, marked
    if isinstance(belongs, Failed):
        return _Entry(belongs, NOBODY, sure=True), marked
    value: Held = _ONE
    if node.value is not None:
        value, mark = run.evaluate(run, node.value, here, depth + 1)
        marked = marked or mark
    if isinstance(belongs, Unknown):
        # Where it may even fail whether the member belongs, no value of it settles anything.
        value = Unknown(None, belongs.needs) if belongs.possible is None else value
        return _Entry(value, belongs.needs, sure=False), marked
    return _Entry(value, NOBODY, sure=True), marked


def _quantify(run: Run, node: Aggregate, owner: Instance, here: Here, depth: int) -> Result:
    """ANY is an `or` over members of filter and condition; ALL is an `and` of condition or not the filter."""
    wanted = node.kind is Gathering.ANY
    results: list[Result] = []
    for member in owner.members[node.role]:
        result = _holds(run, node, Here(member, here.subject), depth)
        if result[0] is wanted and not result[1] and not run.thorough:
            return wanted, False
        if result != (not wanted, False):
            results.append(result)
    unlisted = owner.unlisted.get(node.role)
    if unlisted is not None:
        outer = opened(run)
        held, mark = _holds(run, node, Here(unlisted, here.subject), depth)
        _unmentioned(run, outer)
        if held is not (not wanted):
            fails = isinstance(held, Failed) or (isinstance(held, Unknown) and held.possible is None)
            held = Unknown(None if fails else ANY_TRUTH, _needs(node, owner, unlisted, held))
        results.append((held, mark))
    return apply_marked("or" if wanted else "and", results, node.place) if results else (not wanted, False)


def _holds(run: Run, node: Aggregate, inside: Here, depth: int) -> Result:
    """ANY: whether a member passes the filter and the condition. ALL: whether it meets the condition or fails the filter."""
    wanted = node.kind is Gathering.ANY
    parts: list[Result] = []
    if node.where is not None:
        parts.append(run.evaluate(run, node.where, inside, depth + 1))
        if parts[0] == (False, False) and not run.thorough:
            return not wanted, False
    if node.value is not None:
        parts.append(run.evaluate(run, node.value, inside, depth + 1))
    if node.where is not None and not wanted:
        parts[0] = apply_marked("not", parts[:1], node.place)
    return apply_marked("and" if wanted else "or", parts, node.place)


# ---------------------------------------------------------------- members the case does not list


def _further(run: Run, node: Aggregate, owner: Instance, here: Here, depth: int) -> tuple[_Entry | None, bool]:
    """What any number of members who are not listed bring; None where the list is complete or none of them can belong."""
    unlisted = owner.unlisted.get(node.role)
    if unlisted is None:
        return None, False
    outer = opened(run)
    entry, marked = _entry(run, node, Here(unlisted, here.subject), depth)
    _unmentioned(run, outer)
    if entry is None:
        return None, marked
    needs = _needs(node, owner, unlisted, entry.value, entry.needs)
    value = entry.value
    if isinstance(value, (Unknown, Failed)):
        value = Unknown(value.possible if isinstance(value, Unknown) else None, needs)
    if node.kind in (Gathering.SUM, Gathering.COUNT):
        return _Entry(_any_number_of(value, needs), NOBODY, sure=True), marked
    return _Entry(value, needs, sure=False), marked


def _any_number_of(value: Value | Unknown, needs: frozenset[Need]) -> Value | Unknown:
    """Nobody's value, or that of some: no bound on the side on which one member can add anything."""
    one = hull(value)
    if one is None:
        return Unknown(None, needs)
    low = _ZERO if one.low is not None and one.low >= 0 else None
    high = _ZERO if one.high is not None and one.high <= 0 else None
    return settled(Unknown(Interval(low, high), needs))


def _needs(node: Aggregate, owner: Instance, unlisted: Instance, held: Held, also: frozenset[Need] = NOBODY) -> frozenset[Need]:
    """Who is missing from the list is to be asked for, not what is unknown of somebody who may not exist."""
    needs = also | held.needs if isinstance(held, Unknown) else also
    return frozenset(need for need in needs if need.subject != unlisted.id) | {missing(owner, node.role, node.role)}


def _unmentioned(run: Run, outer: list[Step] | None) -> None:
    """Ends what `opened` began without leaving a step: no explanation speaks of a member who may not exist."""
    run.trace = outer


# ---------------------------------------------------------------- numbers


def _total(entries: list[_Entry], place: Place | None) -> Held:
    """A sum: a member that may not belong adds its value or nothing."""
    terms = [entry.value if entry.sure else join((entry.value, _ZERO), entry.needs) for entry in entries]
    if not terms:
        return _ZERO
    return terms[0] if len(terms) == 1 else apply("add", terms, place)


def _one_of(run: Run, node: Aggregate, entries: list[_Entry], here: Here, depth: int) -> Result:
    """Highest, lowest or mean; of nobody, what is written for that."""
    sure = [entry.value for entry in entries if entry.sure]
    unsure = [entry for entry in entries if not entry.sure]
    candidates: list[Held] = []
    marked = False
    if sure:
        candidates.append(_pick(node, sure))
    elif node.if_none is not None:
        value, marked = run.evaluate(run, node.if_none, here, depth + 1)
        candidates.append(value)
    else:
        candidates.append(Failed(_NO_MEMBERS, node.place))
    needs = NOBODY
    if node.kind is Gathering.MEAN and unsure:
        # Whoever else belongs, a mean lies between the least and the greatest of all.
        candidates.extend(sure)
    for entry in unsure:
        alternative = entry.value if node.kind is Gathering.MEAN else _pick(node, [*sure, entry.value])
        if alternative != candidates[0] or isinstance(alternative, Unknown):
            candidates.append(alternative)
            needs |= entry.needs
    return (candidates[0] if len(candidates) == 1 else join(candidates, needs)), marked


def _pick(node: Aggregate, values: list[Held]) -> Held:
    """Highest, lowest or mean of somebody."""
    if node.kind is not Gathering.MEAN:
        return values[0] if len(values) == 1 else apply(_EXTREME[node.kind], values, node.place)
    total = values[0] if len(values) == 1 else apply("add", values, node.place)
    return apply("divide", [total, Fraction(len(values))], node.place)


_EXTREME = {Gathering.HIGHEST: "maximum", Gathering.LOWEST: "minimum"}
