"""A plan in which every NULL is told its type, for databases that take one without for text, or refuse it.

NULL becomes the operation "null …" of its kind; division and text become the operation for what they are of. Nothing else
changes, so that a plan means the same before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any, Literal, TypeAlias

from attrs import evolve

from policyrules.engines.columnar import Plan, Result
from policyrules.engines.plan import BAD, Fetched, Gathered, Made, Node
from policyrules.engines.plan_numbers import NARROW
from policyrules.engines.plan_terms import Col, Const, Op, Term, op
from policyrules.values.types import Day, Quantity, Truth, Type

Kind: TypeAlias = Literal["truth", "whole", "wide", "word", "day"]
"""A truth, a whole number of 64 bits or of more, a text, a day."""
Columns: TypeAlias = Callable[[Col], "Kind | None"]
"""The kind of a column; None for one that is NULL throughout."""

_TRUTHS = ("and", "or", "not", "is true", "any", "count true", "count where")
_ALIKE = ("=", "<>", "<", "<=", ">", ">=", "between", "in")
_NUMBERS = ("+", "-", "*", "//", "wide //", "%", "neg", "abs", "sign", "sum", "wide", "wide sum", "bigint")
_DAYS = ("year", "month", "day", "month length", "days", "year end")
_MOVES = ("add_months", "add_days")
_SAME = ("nullif", "coalesce", "greatest", "least", "greatest known", "least known", "max", "min")
_COMING_TO: Mapping[str, Kind] = {
    **dict.fromkeys((*_ALIKE, "and", "or", "not", "is true", "any", "is null", "is known", "matches", "truth"), "truth"),
    **dict.fromkeys(("count true", "count where", "count", "sign", "sum", "bigint", "year", "month", "day", "month length", "days"), "whole"),
    **dict.fromkeys(("wide", "wide sum", "decimal 0", "decimal 2", "decimal 6"), "wide"),
    **dict.fromkeys(("text", "lower", "listed"), "word"),
    **dict.fromkeys(("year end", "add_months", "add_days", "try date"), "day"),
}
_AS: Mapping[Kind, str] = {"truth": "truth", "whole": "bigint", "wide": "wide", "word": "text", "day": "as day"}


def typed(plan: Plan) -> Plan:
    """The plan with its constants typed."""
    kinds: dict[tuple[str, str], Kind | None] = {}
    for entity in plan.program.entities:
        kinds[entity, BAD] = "truth"
    for (entity, key), fact in plan.program.facts.items():
        kinds[entity, key] = kind_of_type(fact.type)
    nodes: list[Node] = []
    for node in plan.nodes:
        match node:
            case Made(entity, name, term):
                here = _here(kinds, entity, entity)
                kinds[entity, name] = kind_of(term, here)
                nodes.append(evolve(node, term=settled(term, None, here)))
            case Fetched(entity, name, _, source, column):
                kinds[entity, name] = _here(kinds, source, source)(Col(column))
                nodes.append(node)
            case Gathered(entity, name, _, _, member, term, empty):
                here = _here(kinds, entity, member)
                kind = _join(kind_of(term, here), kind_of(empty, here))
                kinds[entity, name] = kind
                # An empty NULL is what a join gives anyway, and stays to be seen as such.
                nothing = empty if empty == Const(None) else settled(empty, kind, here)
                nodes.append(evolve(node, term=settled(term, kind, here), empty=nothing))
    return evolve(plan, nodes=tuple(nodes), results=tuple(_result(kinds, result) for result in plan.results))


def _result(kinds: Mapping[tuple[str, str], Kind | None], result: Result) -> Result:
    here = _here(kinds, result.entity, result.entity)
    whole: dict[str, Kind] = dict.fromkeys(("value", "scale"), "whole")
    told: dict[str, Kind] = {**dict.fromkeys(("household", "status", "article", "reason"), "word"), **whole, "provisional": "truth"}
    terms: dict[str, Any] = {name: settled(getattr(result, name), kind, here) for name, kind in told.items()}
    return evolve(result, **terms, word=settled(op("text", result.word), "word", here))


def _here(kinds: Mapping[tuple[str, str], Kind | None], subject: str, entity: str) -> Columns:
    # What is in no list is an id or a role.
    return lambda column: kinds.get((subject if column.side == "s" else entity, column.name), "word")


def kind_of_type(kind: Type) -> Kind:
    """The kind of the column of a fact."""
    match kind:
        case Quantity():
            return "whole"
        case Truth():
            return "truth"
        case Day():
            return "day"
        case _:
            return "word"


def kind_of(term: Term, columns: Columns) -> Kind | None:
    """What a term comes to; None where it is NULL throughout."""
    match term:
        case Col():
            return columns(term)
        case Const(None):
            return None
        case Const(bool()):
            return "truth"
        case Const(int() as value):
            return "whole" if abs(value) <= NARROW else "wide"
        case Const(date()):
            return "day"
        case Const():
            return "word"
        case Op(kind, args):
            if kind in _COMING_TO:
                return _COMING_TO[kind]
            values = [*args[1::2], args[-1]] if kind == "case" else args
            found = reduce(_join, (kind_of(one, columns) for one in values), None)
            return found if kind in ("case", *_SAME) else found or "whole"


def _join(one: Kind | None, other: Kind | None) -> Kind | None:
    if one is None or other is None or one == other:
        return one or other
    assert {one, other} == {"whole", "wide"}, (one, other)
    return "wide"


def settled(term: Term, wanted: Kind | None, columns: Columns) -> Term:
    """A term as a value of the kind wanted, its constants typed."""
    match term:
        case Const(None):
            return op(f"null {wanted or 'word'}")
        case Const():
            return term
        case Col():
            return op(_AS[wanted], term) if wanted is not None and columns(term) is None else term
        case Op(kind, args):
            return _settled(term, kind, args, wanted, columns)


def _settled(term: Op, kind: str, args: Sequence[Term], wanted: Kind | None, columns: Columns) -> Term:
    def every(of: Kind | None) -> tuple[Term, ...]:
        return tuple(settled(one, of, columns) for one in args)

    if kind == "case":
        found = kind_of(term, columns) or wanted
        conditions = [settled(one, "truth", columns) for one in args[:-1:2]]
        values = [settled(one, found, columns) for one in (*args[1::2], args[-1])]
        return Op("case", (*(part for way in zip(conditions, values, strict=False) for part in way), values[-1]))
    if kind in _TRUTHS:
        return Op(kind, every("truth"))
    if kind in _DAYS:
        return Op(kind, every("day"))
    if kind in _MOVES:
        return Op(kind, (settled(args[0], "day", columns), settled(args[1], "whole", columns)))
    if kind in ("is null", "is known"):
        return Op(kind, every(None))
    if kind == "text":
        return Op("text of day" if kind_of(args[0], columns) == "day" else kind, every(None))
    shared = reduce(_join, (kind_of(one, columns) for one in args), None)
    if kind in _NUMBERS:
        divides = kind in ("//", "wide //")
        return Op(kind if not divides else "wide //" if shared == "wide" else "//", every(shared or "whole"))
    if kind in _ALIKE:
        return Op(kind, every(shared))
    return Op(kind, every(shared or wanted if kind in _SAME else "word"))
