"""A household as a JSON case, decided again by the reference: what a counterexample is worth is what comes out here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from policyrules.book.book import Book
from policyrules.book.cases import read_case
from policyrules.book.consistency import contradictions
from policyrules.book.facts import normal
from policyrules.book.names import ID_KEYS
from policyrules.book.occasion import in_month
from policyrules.core.case import Instance, instances
from policyrules.core.outcome import Computed, Granted, Outcome, Undecided
from policyrules.core.program import Program
from policyrules.engines import interpreter
from policyrules.source.text import SourceText
from policyrules.syntax.builtins import STATES

NOWHERE = SourceText("<case>", "")


def replay(book: Book, document: Mapping[str, object], month: date, key: str, subject: str) -> Outcome | None:
    """What `key` comes to for the instance of that id; None where the book takes no such case. The book is told what it knows of."""
    root = told(book, document)
    occasion = in_month(book.program, month)
    asked = [] if root is None else [one for one in instances(root) if one.id == subject]
    if root is None or not asked or contradictions(book.code, root, occasion):
        return None
    return interpreter.decide(book.program, root, occasion, [(key, asked[0])], trace=False)[0].outcome


def told(book: Book, document: Mapping[str, object]) -> Instance | None:
    """The household of a JSON case, without what the book knows nothing of; None where the rest is no case."""
    root = book.program.root
    known = {name: _known(book, root, inner) if root is not None and normal(name) == normal(root) else inner for name, inner in document.items()}
    return read_case(book.program, known, NOWHERE, names=book.names).value


def _known(book: Book, entity: str, data: object) -> object:
    if not isinstance(data, Mapping):
        return data
    roles = _roles(book.program, entity)
    names = book.names.of(entity)
    kept: dict[str, object] = {}
    for name, inner in data.items():
        word = normal(name)
        if word in roles:
            below = roles[word]
            kept[name] = [_known(book, below, one) for one in inner] if isinstance(inner, list) else _known(book, below, inner)
        elif word in names or word in ID_KEYS:
            kept[name] = inner
    return kept


def _roles(program: Program, entity: str) -> dict[str, str]:
    declared = program.entities.get(entity)
    return {normal(role.name): role.entity for role in declared.roles} if declared else {}


def with_states(document: dict[str, object], root: Instance) -> dict[str, object]:
    """The JSON case of a household, with what is said in the stead of facts: 不详, 不适用."""
    fields = document.get(root.entity)
    if isinstance(fields, dict):
        _add_states(fields, root)
    return document


def _add_states(fields: dict[str, object], one: Instance) -> None:
    fields.update({key: STATES[state.value].zh for key, state in one.states.items()})
    for role, group in one.members.items():
        told = fields.get(role)
        for inner, member in zip(told if isinstance(told, list) else [told], group, strict=False):
            if isinstance(inner, dict):
                _add_states(inner, member)


def same_outcome(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are the same to whoever is paid: of one kind, and of one amount or value. Articles and reasons are not looked at."""
    if type(one) is not type(other):
        return False
    match one, other:
        case Granted(amount), Granted(another):
            return amount == another
        case Computed(value), Computed(another):
            return value == another and isinstance(value, bool) == isinstance(another, bool)
        case Undecided(missing), Undecided(others):
            return {(need.subject, need.fact) for need in missing} == {(need.subject, need.fact) for need in others}
        case _:
            return True
