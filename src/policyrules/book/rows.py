"""Cases read straight into rows, where they are written plainly; everything else is left to `book/cases`.

What is not a plain dictionary, a name not spelt as it is declared, a value to think about, an id met twice: nothing is said
about any of it here, and the reader of cases decides what it means or what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from unicodedata import is_normalized

from attrs import define, field, frozen

from policyrules.book.at_once import AtOnce
from policyrules.book.cases import LONGEST_ID, MOST_MEMBERS
from policyrules.book.facts import normal
from policyrules.book.names import Names
from policyrules.core.case import Instance
from policyrules.core.program import Program, Role
from policyrules.engines.rows import ID, NUMBER, Layout, Row
from policyrules.engines.writing import Writer


@frozen(eq=False)
class CheckedCase:
    """A case of one program with every fact checked, to be decided as often as wanted: for other months, other questions.

    `rows` is the outermost row and how many there are, where rows can say it; `instance` hands out the case at length.
    """

    program: Program
    rows: tuple[Row, int] | None
    instance: Callable[[], Instance]


class AtLength(Exception):
    """This case is not written plainly. Control only, never seen outside."""


Quick: TypeAlias = Callable[[dict[str, Any], int, str, "int | str"], "list[Any] | None"]
"""Reads a dictionary with exactly certain names in a certain order, given the number of its row and the two parts of an id if none is
written; None where a value is not there or not plain."""


@define(eq=False)
class _Reader:
    """How the rows of one entity are read: places and readers by name, and its roles. Members are mostly written with the same names
    in the same order: what was met before is read by a function made for it (`quick`)."""

    entity: str
    width: int
    places: Mapping[str, tuple[int, AtOnce]]
    roles: tuple[tuple[Role, int], ...]
    quick: dict[tuple[str, ...], Quick | None] = field(factory=dict)

    def quick_for(self, names: tuple[str, ...]) -> Quick | None:
        """The function for these names from the second time on. Only names there are and only so many of their orders are kept, so
        that nobody can fill the memory with them."""
        if len(self.quick) < _MOST_KEPT and len(names) <= len(self.places) and all(name in self.places for name in names):
            self.quick[names] = self._made(names) if names in self.quick else None
        return self.quick.get(names)

    def _made(self, names: tuple[str, ...]) -> Quick | None:
        writer = Writer()
        cells = {self.places[name][0]: f"v{index}" for index, name in enumerate(names)}
        if len(cells) < len(names) or not names:
            return None
        cells.setdefault(ID, "f'{made_up}{index}'")
        with writer.block("def read(data, number, made_up, index):"):
            writer.line(f"{', '.join(f'v{index}' for index in range(len(names)))}, = data.values()")
            for index, name in enumerate(names):
                at_once = self.places[name][1]
                writer.line(f"v{index} = {at_once.about(f'v{index}', writer.constant)}")
            with writer.block(f"if {' or '.join(f'v{index} is None' for index in range(len(names)))}:"):
                writer.line("return None")
            writer.line(f"return [number, {', '.join(cells.get(place, 'None') for place in range(1, self.width))}]")
        made: dict[str, Any] = dict(writer.constants)
        exec(compile("\n".join(writer.lines), f"<{self.entity}>", "exec"), made)
        found: Quick = made["read"]
        return found


@frozen(eq=False)
class RowReader:
    """Reads the cases of one program."""

    program: Program
    names: Names
    layouts: Mapping[str, Layout]
    _readers: dict[str, _Reader] = field(factory=dict)

    def read(self, case: object) -> tuple[Row, int] | None:
        """The row of the outermost instance, with everybody in it, and how many they are; None where it has to be read at length."""
        root = self.program.root
        if case.__class__ is not dict or root is None or len(case) != 1 or root not in case:
            return None
        reader = self._reader(root)
        ids: list[str] = []
        try:
            row = self._row(reader, case[root], root, "", ids, 0)
        except (AtLength, KeyError):
            return None
        count = len(ids)
        if count > MOST_MEMBERS or len(set(ids)) < count:
            return None
        if count == 1 or len(reader.roles) > 1:
            lists = [group for role, place in reader.roles if role.many and (group := row[place]) is not None]
            return (row, count) if any(lists) or not lists else None
        return row, count

    def _reader(self, entity: str) -> _Reader:
        if entity not in self._readers:
            declared, layout = self.program.entities[entity], self.layouts[entity]
            spelt = [normal(role.name) for role in declared.roles]
            places: dict[str, tuple[int, AtOnce]] = {}
            for word, known in self.names.at_once(entity, spelt).items():
                assert isinstance(word, str)
                places[word] = (ID, _ID) if known is None else (layout.facts[known[0]], known[1])
            for role in declared.roles:
                if normal(role.name) == role.name:
                    places[role.name] = (layout.roles[role.name], _ANYTHING)
            self._readers[entity] = _Reader(entity, layout.width, places, tuple((role, layout.roles[role.name]) for role in declared.roles))
        return self._readers[entity]

    def _row(self, reader: _Reader, data: Any, made_up: str, index: int | str, ids: list[str], depth: int) -> list[Any]:
        """One row with everybody in it; `made_up` and `index` are the id where none is written."""
        if data.__class__ is not dict or depth > _DEEPEST:
            raise AtLength
        names = tuple(data)
        quick = reader.quick.get(names) or reader.quick_for(names)
        row = quick(data, len(ids), made_up, index) if quick is not None else None
        if row is None:
            row = _one_by_one(reader, data, len(ids))
            if row[ID] is None:
                row[ID] = f"{made_up}{index}"
        ids.append(row[ID])
        for role, place in reader.roles:
            if row[place] is not None:
                row[place] = self._group(role, row[place], row, ids, depth + 1)
        return row

    def _group(self, role: Role, data: Any, holder: list[Any], ids: list[str], depth: int) -> list[Row]:
        reader = self._reader(role.entity)
        if not role.many:
            made_up = role.name if depth == 1 else f"{holder[ID]}的{role.name}"
            return [self._row(reader, data, made_up, "", ids, depth)]
        if data.__class__ is not list or len(data) > MOST_MEMBERS:
            raise AtLength
        if reader.roles:
            return [self._row(reader, one, role.name, index, ids, depth) for index, one in enumerate(data, 1)]
        rows: list[Row] = []
        for index, one in enumerate(data, 1):
            quick = reader.quick.get(tuple(one)) if one.__class__ is dict else None
            row = quick(one, len(ids), role.name, index) if quick is not None else None
            if row is None:
                rows.append(self._row(reader, one, role.name, index, ids, depth))
            else:
                ids.append(row[ID])
                rows.append(row)
        return rows


def _one_by_one(reader: _Reader, data: dict[str, Any], number: int) -> list[Any]:
    """A row read name by name: in any order, and with nothing where there is nothing."""
    row: list[Any] = [None] * reader.width
    row[NUMBER] = number
    empty = False
    for name, value in data.items():
        place, read = reader.places[name]
        if value is None:
            empty = True
            continue
        found = read.read(value)
        if found is None or row[place] is not None:
            raise AtLength
        row[place] = found
    if empty and (len({reader.places[name][0] for name in data}) < len(data) or any(reader.places[name][0] == ID for name in data if data[name] is None)):
        raise AtLength
    return row


def _id(data: object) -> str | None:
    if data.__class__ is str:
        text: str = data
        if text.isascii():
            plain = text.isalnum() or (text.isprintable() and text != "" and text[0] != " " and text[-1] != " ")
        else:
            plain = (text.isalnum() or text.isprintable()) and is_normalized("NFKC", text) and text == text.strip()
        return text if plain and len(text) <= LONGEST_ID else None
    return str(data) if data.__class__ is int and abs(data) < 10**_SHORT else None


_ID = AtOnce(f"v if v.__class__ is str and v.isalnum() and v.isascii() and len(v) <= {LONGEST_ID} else other(v)", {"other": _id})
_ANYTHING = AtOnce("v")
_SHORT, _DEEPEST, _MOST_KEPT = 18, 10, 256
