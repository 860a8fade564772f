"""The parts of a program as plain rows of JSON, and back. Data only: nothing read here is ever run.

A row is `[kind, field, …]`, the kind being the name of one of `KINDS` and the fields those of its class, told from their
annotations. A field that holds another such value holds the number of its row: below zero a row all share (types and
paths), else an earlier row of the same table. So what is used twice is kept once and stays one, and no row can hold itself.
Every field is checked when it is read; whatever is not as it should be is `Unreadable`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from math import gcd
from types import NoneType, UnionType
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import define, field, frozen

from policyrules.core import program as core
from policyrules.core.facts import Stead
from policyrules.source.diagnostic import Diagnostic, Fix
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText
from policyrules.values import types

T = TypeVar("T")

SHARED = (types.Truth, types.Quantity, types.Day, types.Options, types.Text, core.Path)
"""Kept once for a whole book; told apart by their value, as they stand nowhere."""

KINDS: tuple[type, ...] = (
    *SHARED,
    *(core.Literal, core.ParameterValue, core.FactValue, core.RuleValue, core.BenefitValue, core.Operation, core.Branch, core.Choice),
    *(core.Aggregate, core.Impossible, core.MomentValue, core.IsSubject),
    *(core.Role, core.Entity, core.Citation, core.ParameterRow, core.Parameter, core.Rule, core.Fact, Stead),
    *(core.Grant, core.Refuse, core.Lift, core.Article, core.Rounding, core.Benefit),
    *(Phrase, Diagnostic, Fix),
)

Row: TypeAlias = list[Any]

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Unreadable(Exception):
    """What was read is no content of a compiled book. Control only: `compiled` says it in words."""


def shape() -> str:
    """All kinds with their fields and annotations: content written by one shape is not read by another."""
    return "; ".join(f"{kind.__name__}({', '.join(f'{one.name}: {one.type}' for one in attrs.fields(kind))})" for kind in KINDS)


@define(eq=False)
class Packer:
    """Writes the values of one book. `shared` and `files` grow as they are met."""

    shared: list[Row] = field(factory=list)
    files: list[SourceText] = field(factory=list)
    _shared: dict[object, int] = field(init=False, factory=dict)
    _files: dict[SourceText, int] = field(init=False, factory=dict)
    _rows: dict[int, int] = field(init=False, factory=dict)

    def pack(self, value: object) -> list[Row]:
        """The rows of one value; it is the last. The values in it may be nested as deeply as they like."""
        rows: list[Row] = []
        self._rows = {}
        waiting = [value]
        while waiting:
            one = waiting[-1]
            inside = [part for part in _held(one) if not self._known(part)]
            if inside:
                waiting.extend(inside)
                continue
            waiting.pop()
            if self._known(one):
                continue
            kind: Any = type(one)
            row = [kind.__name__, *(column.write(self, getattr(one, name)) for name, column in columns(kind))]
            if isinstance(one, SHARED):
                self.shared.append(row)
                self._shared[one] = -len(self.shared)
            else:
                self._rows[id(one)] = len(rows)
                rows.append(row)
        return rows

    def _known(self, value: object) -> bool:
        return value in self._shared if isinstance(value, SHARED) else id(value) in self._rows

    def number(self, value: object) -> int:
        """The row a value has been given."""
        return self._shared[value] if isinstance(value, SHARED) else self._rows[id(value)]

    def file(self, source: SourceText) -> int:
        """The number of a text; a new one is added."""
        number = self._files.setdefault(source, len(self.files))
        if number == len(self.files):
            self.files.append(source)
        return number


@define(eq=False)
class Reader:
    """Reads the values of one book. `source` gives the text of a number."""

    source: Callable[[int], SourceText]
    shared: list[object] = field(factory=list)
    _rows: list[object] = field(init=False, factory=list)

    def share(self, rows: object) -> None:
        """Take in the rows that all others may name."""
        for row in _list(rows):
            made = self._row(row)
            if not isinstance(made, SHARED):
                refuse()
            self.shared.append(made)

    def read(self, rows: object, kind: type[T]) -> T:
        """The value a table of rows describes, of this kind."""
        own = Reader(self.source, self.shared)  # several threads may read at once
        for row in _list(rows):
            own._rows.append(own._row(row))
        made = own._rows[-1] if own._rows else refuse()
        return made if isinstance(made, kind) else refuse()

    def value(self, number: object) -> object:
        """The value of a row that was read before."""
        if type(number) is not int:
            refuse()
        try:
            return self._rows[number] if number >= 0 else self.shared[-1 - number]
        except IndexError:
            refuse()

    def _row(self, row: object) -> object:
        parts = _list(row)
        kind = _BY_NAME.get(parts[0]) if parts and type(parts[0]) is str else None
        if kind is None:
            refuse()
        wanted = columns(kind)
        if len(wanted) != len(parts) - 1:
            refuse()
        return kind(*[column.read(self, part) for (_, column), part in zip(wanted, parts[1:], strict=True)])


def json_of(plain: bytes) -> Any:
    """JSON without floats, which no policy has, and without half characters, which no stream writes."""
    text = plain.decode()
    if _SURROGATE.search(text):
        refuse()
    return json.loads(text, parse_float=_no_float, parse_constant=_no_float)


def _no_float(_: str) -> Any:
    refuse()


def refuse() -> NoReturn:
    """Nothing of this is taken."""
    raise Unreadable


# ---------------------------------------------------------------- columns


@frozen
class Column(Generic[T]):
    """How one field is written and read."""

    write: Callable[[Packer, Any], Any]
    read: Callable[[Reader, Any], T]


@cache
def columns(kind: Any) -> tuple[tuple[str, Column[Any]], ...]:
    """The fields of a class with how each is written, in order."""
    hints = get_type_hints(kind)
    return tuple((one.name, column_of(hints[one.name])) for one in attrs.fields(kind))


@cache
def column_of(hint: Any) -> Column[Any]:
    """How a value with this annotation is written."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hint == types.Value:
        return Column(_write_value, _read_value)
    if get_origin(hint) is tuple:
        return _row_of(get_args(hint))
    if get_origin(hint) in (UnionType, Union):
        members = [member for member in get_args(hint) if member is not NoneType]
        column = column_of(members[0]) if len(members) == 1 else _one_of(tuple(members))
        return _or_none(column) if NoneType in get_args(hint) else column
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enumerated(hint)
    if hint is Place:
        return Column(_write_place, _read_place)
    return _one_of((hint,))


def _exactly(kind: type[T]) -> Column[T]:
    return Column(lambda _, value: value, lambda _, found: found if type(found) is kind else refuse())


def _or_none(column: Column[T]) -> Column[T | None]:
    return Column(
        lambda packer, value: None if value is None else column.write(packer, value),
        lambda reader, found: None if found is None else column.read(reader, found),
    )


def _enumerated(kind: type[Enum]) -> Column[Enum]:
    known = {member.value: member for member in kind}
    return Column(lambda _, value: value.value, lambda _, found: known[found] if type(found) is str and found in known else refuse())


def _row_of(parts: Sequence[Any]) -> Column[tuple[Any, ...]]:
    if parts[1:] == (...,):
        each = column_of(parts[0])
        return Column(
            lambda packer, values: [each.write(packer, value) for value in values],
            lambda reader, found: tuple([each.read(reader, part) for part in _list(found)]),
        )
    fixed = [column_of(part) for part in parts]
    return Column(
        lambda packer, values: [column.write(packer, value) for column, value in zip(fixed, values, strict=True)],
        lambda reader, found: tuple([column.read(reader, part) for column, part in zip(fixed, _list(found, len(fixed)), strict=True)]),
    )


def _one_of(kinds: tuple[type, ...]) -> Column[Any]:
    assert set(kinds) <= set(KINDS), kinds

    def read(reader: Reader, found: Any) -> Any:
        made = reader.value(found)
        return made if isinstance(made, kinds) else refuse()

    return Column(lambda packer, value: packer.number(value), read)


# ---------------------------------------------------------------- values


def _write_fraction(_: Packer, value: Fraction) -> Any:
    return value.numerator if value.denominator == 1 else [value.numerator, value.denominator]


def _read_fraction(_: Reader, found: Any) -> Fraction:
    if type(found) is int:
        return Fraction(found)
    above, below = _list(found, 2)
    if type(above) is not int or type(below) is not int or below < 2 or gcd(above, below) != 1:
        refuse()
    return Fraction(above, below)


def _read_day(_: Reader, found: Any) -> date:
    try:
        day = date.fromisoformat(found)
    except (TypeError, ValueError):
        refuse()
    return day if day.isoformat() == found else refuse()


def _write_value(packer: Packer, value: types.Value) -> Any:
    match value:
        case bool() | str():
            return value
        case Fraction():
            return _write_fraction(packer, value)
        case date():
            return {"day": value.isoformat()}


def _read_value(reader: Reader, found: Any) -> types.Value:
    if isinstance(found, (bool, str)):
        return found
    if isinstance(found, dict):
        return _read_day(reader, found.get("day")) if len(found) == 1 else refuse()
    return _read_fraction(reader, found)


def _write_place(packer: Packer, value: Place) -> Any:
    return [packer.file(value.source), value.start, value.end]


def _read_place(reader: Reader, found: Any) -> Place:
    number, start, end = _list(found, 3)
    if type(number) is not int or type(start) is not int or type(end) is not int:
        refuse()
    source = reader.source(number)
    return Place(source, start, end) if 0 <= start <= end <= len(source.text) else refuse()


_PLAIN: dict[Any, Column[Any]] = {
    str: _exactly(str),
    int: _exactly(int),
    bool: _exactly(bool),
    Fraction: Column(_write_fraction, _read_fraction),
    date: Column(lambda _, value: value.isoformat(), _read_day),
}

_BY_NAME = {kind.__name__: kind for kind in KINDS}
_WITH_ROWS = frozenset(KINDS)


def _held(value: object) -> Iterator[object]:
    """The values with rows of their own that stand directly in one."""
    kind: Any = type(value)
    for name, _ in columns(kind):
        yield from _with_rows(getattr(value, name))


def _with_rows(value: object) -> Iterable[object]:
    if isinstance(value, tuple):
        return [inner for part in value for inner in _with_rows(part)]
    return [value] if type(value) in _WITH_ROWS else []


def _list(found: Any, length: int | None = None) -> list[Any]:
    return found if isinstance(found, list) and length in (None, len(found)) else refuse()
