"""A plan made simpler by what is known of the tables it will read: a column without NULL needs no branch for NULL, a column whose
values are all in range no check of the range.

What is known must have been seen in the very tables. The simpler plan then gives every row the same answer, NULL included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from attrs import define, evolve, field, frozen

from policyrules.engines.columnar import Plan, Result
from policyrules.engines.plan import Fetched, Gathered, Made, Node
from policyrules.engines.plan_members import FEW
from policyrules.engines.plan_terms import FALSE, NULL, TRUE, Col, Const, Op, Term, all_of, any_of, case, is_true, negated, op

Bound: TypeAlias = "int | date | None"


@frozen
class Seen:
    """What has been seen of a column: whether any row has no value, the least and the greatest value, and the words there are.
    None is not known."""

    nulls: bool = True
    low: Bound = None
    high: Bound = None
    words: frozenset[str] | None = None


def settled(plan: Plan, seen: Mapping[tuple[str, str], Seen], never: frozenset[tuple[str, str]] = frozenset()) -> Plan:
    """The plan made simpler, given what was seen of columns handed in, by entity and name. `never` are truths false in every row."""
    wanted = frozenset((node.source, node.column) for node in plan.nodes if isinstance(node, Fetched))
    scope = _Scope(wanted, _peopled(plan), dict(seen), {column: FALSE for column in never})
    nodes = [found for node in plan.nodes if (found := scope.node(node)) is not None]
    return evolve(plan, nodes=tuple(nodes), results=tuple(scope.result(result) for result in plan.results))


_STRICT = frozenset(
    ("=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "neg", "abs", "greatest", "least", "wide", "count true", "year", "month", "day", "month length",
     "days", "year end", "text", "truth", "bigint", "between", "in", "and", "or", "not",
     # Of a group, which has at least one row.
     "count where", "sum", "wide sum", "any", "max", "min")
)  # fmt: skip
"""Operations that have a value where all they work on have one."""
_TOLD = frozenset(("is null", "is known", "is true", "count", "sign"))
"""Operations that always have a value."""
_ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": lambda one, other: one < other, "<=": lambda one, other: one <= other}
_TURNED = {">": "<", ">=": "<="}


@define(eq=False)
class _Scope:
    """What is known so far: of columns, and which columns are another term. `wanted` are columns other rows fetch, which have to stay
    columns: a constant is NULL there where there is no such row. `groups` have somebody in every household that is fine."""

    wanted: frozenset[tuple[str, str]]
    groups: frozenset[object]
    seen: dict[tuple[str, str], Seen]
    same: dict[tuple[str, str], Term] = field(factory=dict)
    terms: dict[tuple[str, str], Term] = field(factory=dict)

    def node(self, node: Node) -> Node | None:
        """The node made simpler; None where its column is a constant or another column."""
        match node:
            case Made(entity):
                return self.made(node, self.term(node.term, {"": entity}))
            case Gathered(entity, member=member):
                sides = {"": member, "m": member, "s": entity}
                term = self.term(node.term, sides)
                if isinstance(term, Const) and term == node.empty:
                    return self.made(node, term)
                low, high = self.span(term, sides)
                if isinstance(term, Op) and term.args and term.args[0] == FEW and _group(node) in self.groups:
                    # Where nobody is there no row has a status either.
                    low = max(low or 0, 1) if term.args[1] == op("count") else low
                elif isinstance(node.empty, Const) and isinstance(node.empty.value, int):
                    low = min(low, node.empty.value) if low is not None else None
                self.seen[entity, node.name] = Seen(node.empty == NULL or self.nullable(term, sides), low, high)
                return evolve(node, term=term)
            case Fetched():
                return node

    def made(self, node: Made | Gathered, term: Term) -> Node | None:
        at = (node.entity, node.name)
        sides = {"": node.entity}
        self.seen[at] = Seen(self.nullable(term, sides), *self.span(term, sides))
        self.terms[at] = term
        if isinstance(term, (Col, Const)):
            self.same[at] = term
            if at not in self.wanted:
                return None
        return Made(node.entity, node.name, term)

    def result(self, result: Result) -> Result:
        """The result, with its status written out: to read what it is made of costs less than to keep a word for every row."""
        sides = {"": result.entity}
        if isinstance(result.status, Col):
            status = self.terms.get((result.entity, result.status.name))
            self.same |= {(result.entity, result.status.name): status} if isinstance(status, Op) else {}
        return Result(
            result.key,
            result.name,
            result.entity,
            self.term(result.household, sides),
            self.term(result.status, sides),
            self.term(result.value, sides),
            self.term(result.scale, sides),
            self.term(result.word, sides),
            self.term(result.provisional, sides),
            self.term(result.article, sides),
            self.term(result.reason, sides),
        )

    # ------------------------------------------------------------ terms

    def of(self, term: Term, sides: Mapping[str, str]) -> Seen:
        return self.seen.get((sides[term.side], term.name), Seen()) if isinstance(term, Col) else Seen()

    def nullable(self, term: Term, sides: Mapping[str, str], held: frozenset[Term] = frozenset()) -> bool:
        """Whether a simpler term may be NULL where these conditions hold."""
        match term:
            case Const(value):
                return value is None
            case Col(name, side):
                meant = self.terms.get((sides[side], name)) if held and not side else None
                return self.of(term, sides).nulls and (meant is None or self.nullable(meant, sides, held))
            case Op("case", (condition, value, Const(None))) if condition == FEW:
                # Of a household with a larger group no row has a status, whatever stands in its columns.
                return self.nullable(value, sides, held)
            case Op("case", args):
                return any(self.nullable(value, sides, held) for value in _taken(args, held))
            case Op("coalesce", args):
                return all(self.nullable(one, sides, held) for one in args)
            case Op("nullif", (one, Const(int(empty)))):
                low, high = self.span(one, sides)
                apart = (low is not None and low > empty) or (high is not None and high < empty)
                return not apart or self.nullable(one, sides, held)
            case Op("//" | "wide //" | "%", (one, Const(int(divisor)))) if divisor != 0:
                return self.nullable(one, sides, held)
            case Op(kind, args):
                return kind not in _TOLD and (kind not in _STRICT or any(self.nullable(one, sides, held) for one in args))

    def term(self, term: Term, sides: Mapping[str, str]) -> Term:
        """The term made simpler."""
        match term:
            case Col(name, side):
                found = self.same.get((sides[side], name), term)
                return evolve(found, side=side) if isinstance(found, Col) else found
            case Const():
                return term
            case Op(kind, args):
                return self.operation(kind, tuple(self.term(one, sides) for one in args), sides)

    def operation(self, kind: str, args: tuple[Term, ...], sides: Mapping[str, str]) -> Term:
        match kind, args:
            case "and", _:
                return all_of(*args)
            case "or", _:
                return TRUE if _exhausting(args) else any_of(*args)
            case "not", (one,):
                return one.args[0] if isinstance(one, Op) and one.kind == "not" else negated(one)
            case ("is null" | "is known"), (one,) if one == NULL or not self.nullable(one, sides):
                return Const((kind == "is null") == (one == NULL))
            case "is true", (one,) if not self.nullable(one, sides):
                return one
            case "any", (Const(bool()) as one,):
                return one
            case "count where", (Const(True),):
                return op("count")
            case "coalesce", (one, _) if not self.nullable(one, sides):
                return one
            case "case", _:
                return self.choice(list(zip(args[:-1:2], args[1::2], strict=True)), args[-1], sides)
            case ("between" | "in"), (one, *wanted) if not self.nullable(one, sides) and self.within(kind, one, wanted, sides):
                return TRUE
            case _ if kind in ("<", "<=", ">", ">=") and not self.nullable(args[0], sides) and not self.nullable(args[1], sides):
                return self.compared(kind, args[0], args[1], sides)
            case ("in" | "is known" | "is null"), (Op("case", parts), *wanted) if _worded(args[0]):
                ways = [(condition, self.operation(kind, (value, *wanted), sides)) for condition, value in zip(parts[:-1:2], parts[1::2], strict=True)]
                return self.choice(ways, self.operation(kind, (parts[-1], *wanted), sides), sides)
            case "in", (Const(value), *_):
                return NULL if value is None else Const(args[0] in args[1:])
            case "=", (one, other) if self.distinct(one, other, sides) and not any(self.nullable(part, sides) for part in args):
                return FALSE
            case _:
                return op(kind, *args)

    def distinct(self, one: Term, other: Term, sides: Mapping[str, str]) -> bool:
        """Whether the bounds of two numbers or days do not meet."""
        (low, high), (least, greatest) = self.span(one, sides), self.span(other, sides)
        return (high is not None and least is not None and high < least) or (low is not None and greatest is not None and low > greatest)

    def choice(self, ways: list[tuple[Term, Term]], otherwise: Term, sides: Mapping[str, str]) -> Term:
        found = case([(_bare(condition), value) for condition, value in ways], otherwise)
        match found:
            # What is asked within a branch is asked where its condition holds.
            case Op("case", (condition, Op("case", (asked, value, Const(None))), *rest)) if self.certain(asked, sides, frozenset((condition,))):
                return self.choice([(condition, value), *zip(rest[:-1:2], rest[1::2], strict=True)], rest[-1], sides)
            # The column where its value is in range, which every value is.
            case Op("case", (Op(("between" | "in") as kind, (one, *wanted)), value, Const(None))) if one == value and self.within(kind, one, wanted, sides):
                return value
            case Op("case", (condition, Const(True), other)) if other in (FALSE, condition) and not self.nullable(condition, sides):
                return condition
            case Op("case", (condition, Const(False), Const(True))) if not self.nullable(condition, sides):
                return negated(condition)
            case Op("case", (condition, one, Op("not", (same,)), other, _)) if condition == same and not self.nullable(condition, sides):
                return case([(condition, one)], other)
        return found

    def certain(self, asked: Term, sides: Mapping[str, str], held: frozenset[Term]) -> bool:
        """Whether a condition is true wherever these hold."""
        match asked:
            case Op("and", args):
                return all(self.certain(one, sides, held) for one in args)
            case Op("is known", (one,)):
                return not self.nullable(one, sides, held)
            case Op(">=", (one, Const(int(bound)))):
                low, _ = self.span(one, sides, held)
                return low is not None and low >= bound and not self.nullable(one, sides, held)
            case _:
                return is_true(asked)

    def within(self, kind: str, one: Term, wanted: Any, sides: Mapping[str, str]) -> bool:
        """Whether every value of a column is in range."""
        if not isinstance(one, Col) or not all(isinstance(part, Const) for part in wanted):
            return False
        seen = self.of(one, sides)
        if kind == "in":
            return seen.words is not None and seen.words <= {part.value for part in wanted}
        low, high = (part.value for part in wanted)
        return seen.low is not None and seen.high is not None and low <= seen.low and seen.high <= high

    def compared(self, kind: str, one: Term, other: Term, sides: Mapping[str, str]) -> Term:
        """A comparison, settled where the bounds of both sides tell."""
        left, right = (one, other) if kind in _ORDER else (other, one)
        holds = _ORDER[_TURNED.get(kind, kind)]
        (low, high), (least, greatest) = self.span(left, sides), self.span(right, sides)
        if high is not None and least is not None and holds(high, least):
            return TRUE
        if low is not None and greatest is not None and not holds(low, greatest):
            return FALSE
        return op(kind, one, other)

    def span(self, term: Term, sides: Mapping[str, str], held: frozenset[Term] = frozenset()) -> tuple[Any, Any]:
        """The bounds of a simpler term, where it is not NULL and these conditions hold; None is no bound."""
        match term:
            case Const(value):
                return (None, None) if value is None or isinstance(value, (bool, str)) else (value, value)
            case Col(name, side):
                meant = self.terms.get((sides[side], name)) if held and not side else None
                seen = self.of(term, sides)
                return (seen.low, seen.high) if meant is None else self.span(meant, sides, held)
            case Op("count", ()):
                return 1, None
            case Op("count where" | "count true", _):
                return 0, None
            case Op("case", args):
                spans = [self.span(value, sides, held) for value in _taken(args, held) if value != NULL]
                lows, highs = [low for low, _ in spans], [high for _, high in spans]
                return None if None in lows or not lows else min(lows), None if None in highs or not highs else max(highs)
            case Op("nullif" | "coalesce" | "wide" | "max" | "min" as kind, args):
                spans = [self.span(one, sides, held) for one in (args if kind == "coalesce" else args[:1])]
                lows, highs = [low for low, _ in spans], [high for _, high in spans]
                return None if None in lows else min(lows), None if None in highs else max(highs)
            case Op("+" | "*" as kind, (one, other)):
                (low, high), (least, greatest) = self.span(one, sides, held), self.span(other, sides, held)
                if low is None or least is None or low < 0 or least < 0:
                    return None, None
                top = None if high is None or greatest is None else (high + greatest if kind == "+" else high * greatest)
                return low + least if kind == "+" else low * least, top
            case Op("least" | "sum" | "wide sum" | "//" | "wide //" | "abs", args):
                # None of these takes what is not below nothing below it.
                lows = [self.span(one, sides, held)[0] for one in args]
                same = term.kind == "abs" and lows[0] is not None and lows[0] >= 0
                return lows[0] if same else 0 if term.kind == "abs" or all(low is not None and low >= 0 for low in lows) else None, None
            case _:
                return None, None


def _taken(args: tuple[Term, ...], held: frozenset[Term]) -> tuple[Term, ...]:
    """The values of a CASE that may come out where these conditions hold."""
    for condition, value in zip(args[:-1:2], args[1::2], strict=True):
        if condition in held:
            return (*(one for before, one in zip(args[:-1:2], args[1::2], strict=True) if before != condition), value) if condition != args[0] else (value,)
    return (*args[1::2], args[-1])


def _group(node: Gathered) -> object:
    return node.entity, node.owner, node.role, node.paired


def _peopled(plan: Plan) -> frozenset[object]:
    """The groups of which every household that is fine has somebody."""
    counts = {(node.entity, node.name): _group(node) for node in plan.nodes if isinstance(node, Gathered) and node.term == op("count")}
    fine = next((node.term for node in plan.nodes if isinstance(node, Made) and (node.entity, node.name) == (plan.program.root, plan.fine)), None)
    parts = fine.args if isinstance(fine, Op) and fine.kind == "and" else (fine,)
    found = (part.args[0] for part in parts if isinstance(part, Op) and part.kind == ">" and part.args[1] == Const(0))
    return frozenset(counts[plan.program.root or "", one.name] for one in found if isinstance(one, Col) and (plan.program.root, one.name) in counts)


def _exhausting(args: tuple[Term, ...]) -> bool:
    """Whether one of the conditions is that a term is NULL, and one that it is not."""
    missing = {one.args[0] for one in args if isinstance(one, Op) and one.kind == "is null"}
    return any(isinstance(one, Op) and one.kind == "is known" and one.args[0] in missing for one in args)


def _worded(term: Term) -> bool:
    """Whether a term comes to one of some words that stand in it."""
    match term:
        case Op("case", args):
            return all(map(_worded, (*args[1::2], args[-1])))
        case _:
            return isinstance(term, Const)


def _bare(condition: Term) -> Term:
    """The condition of a branch; one that is NULL is not taken anyway."""
    match condition:
        case Op("is true", (one,)):
            return _bare(one)
        case Op("case", (one, value, Const(None | False))):
            return all_of(_bare(one), _bare(value))
        case _:
            return condition
