"""The terms of a relational plan: columns, constants and what is made of them, before any dialect of SQL.

NULL is what is not known, fails or is not worked out here; conditions are SQL's own three-valued ones, which are Kleene's.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from attrs import evolve, field, frozen

Plain: TypeAlias = "int | bool | str | date | None"


@frozen
class Col:
    """A column, by its name in the relation at hand; `side` tells which of two joined rows it is of (s: the one decided, m: a member)."""

    name: str
    side: str = ""


@frozen
class Const:
    """A constant; None is NULL. TRUE is not 1."""

    value: Plain = field(eq=lambda value: (type(value).__name__, value))


@frozen
class Op:
    """An operation of the vocabulary of `engines/sql_words`, on its arguments."""

    kind: str
    args: tuple[Term, ...]


Term: TypeAlias = Col | Const | Op

TRUE, FALSE, NULL = Const(True), Const(False), Const(None)


def op(kind: str, *args: Term) -> Op:
    """An operation."""
    return Op(kind, args)


def is_true(term: Term) -> bool:
    """Whether a term is the constant TRUE; 1 is a number and none."""
    return isinstance(term, Const) and term.value is True


def is_false(term: Term) -> bool:
    """Whether a term is the constant FALSE."""
    return isinstance(term, Const) and term.value is False


def all_of(*terms: Term) -> Term:
    """且, folded where constants settle it."""
    kept = tuple(dict.fromkeys(term for term in terms if not is_true(term)))
    if any(is_false(term) for term in kept):
        return FALSE
    return TRUE if not kept else kept[0] if len(kept) == 1 else Op("and", kept)


def any_of(*terms: Term) -> Term:
    """或, folded where constants settle it."""
    kept = tuple(dict.fromkeys(term for term in terms if not is_false(term)))
    if any(is_true(term) for term in kept):
        return TRUE
    return FALSE if not kept else kept[0] if len(kept) == 1 else Op("or", kept)


def negated(term: Term) -> Term:
    """非."""
    if isinstance(term, Const):
        return Const(None if term.value is None else not term.value)
    return op("not", term)


def case(ways: list[tuple[Term, Term]], otherwise: Term) -> Term:
    """The first value whose condition is true. A condition that is NULL counts as not true."""
    kept: list[Term] = []
    for condition, value in ways:
        if is_true(condition):
            otherwise = value
            break
        if not is_false(condition) and condition != NULL:
            kept += [condition, value]
    if not kept or (all(value == otherwise for value in kept[1::2])):
        return otherwise
    return Op("case", (*kept, otherwise))


def strict_case(ways: list[tuple[Term, Term]], otherwise: Term) -> Term:
    """As `case`, but a condition that is NULL makes the value NULL: the reference would go both ways."""
    kept: list[tuple[Term, Term]] = []
    for condition, value in ways:
        kept.append((condition, value))
        if condition == NULL:
            kept[-1] = (TRUE, NULL)
        elif not isinstance(condition, Const):
            kept.append((op("is null", condition), NULL))
    return case(kept, otherwise)


def columns_of(term: Term) -> frozenset[str]:
    """The names of the columns a term reads."""
    match term:
        case Col(name):
            return frozenset((name,))
        case Op(_, args):
            return frozenset().union(*map(columns_of, args))
        case _:
            return frozenset()


def sided(term: Term, side: str) -> Term:
    """A term with its columns told to be of one of two rows."""
    match term:
        case Col():
            return evolve(term, side=side)
        case Op(kind, args):
            return Op(kind, tuple(sided(one, side) for one in args))
        case _:
            return term


def renamed(term: Term, names: dict[str, str]) -> Term:
    """A term that reads other columns."""
    match term:
        case Col(name, side):
            return Col(names.get(name, name), side)
        case Op(kind, args):
            return Op(kind, tuple(renamed(one, names) for one in args))
        case _:
            return term
