"""A compiled book: the program of checked policies in one file, which loads without reading the policies again.

    policyrules book 1                      what it is, and the version of the format
    <sha-256 of everything below>
    <bytes of the index, packed and not>
    index, chunks                           JSON in UTF-8 and texts, each compressed by itself

The index names every declaration and tells in which chunk its rows stand (see `packing`); a chunk is opened, and a declaration
read, when it is first asked for. Source texts come along, so that places, quotations and worked examples stay as they were.
It is data: nothing in it is run. A file that is damaged, foreign or of another version is refused when it is opened; only a
file forged with a sum of its own can fail later, with `DamagedBook`.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar, cast

from attrs import define, field, frozen

from policyrules.book import compiled_problems as problems
from policyrules.book.names import Known, Names, known_benefit, known_fact, known_rule
from policyrules.book.packing import Packer, Reader, Unreadable, column_of, json_of, refuse, shape
from policyrules.book.sound import Soundness, sound_type
from policyrules.core.program import Benefit, Citation, Combination, Entity, Fact, Impossible, Parameter, Program, Refuse, Rule
from policyrules.source.diagnostic import Checked, Diagnostic, Problem
from policyrules.source.text import Place, SourceText
from policyrules.values.types import Type

K = TypeVar("K")
T = TypeVar("T")

FactKey: TypeAlias = tuple[str, str]
"""The entity and the key of a fact."""

ENDING = ".book"
FORMAT = 1
MAGIC = b"policyrules book "
MOST_BYTES = 64 * 1024 * 1024
"""Of a file, of its index, of one chunk."""

CHUNK = 16 * 1024
"""Bytes of declarations put together before they are compressed; those that stand together in the policies are asked for together."""

_HEAD = re.compile(rb"policyrules book ([0-9]{1,9})\n([0-9a-f]{64})\n")
_SIZES = re.compile(rb"([0-9]{1,9}) ([0-9]{1,9})\n")
_UNFIT = (TypeError, ValueError, KeyError, IndexError, AttributeError, Unreadable)
"""What reading forged content comes to. A `RecursionError` is none of these: it is the engine's that asks, and it knows what to do."""


class DamagedBook(Exception):
    """A compiled book holds, under a sum that fits, what no policies come to. `finding` says so."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message.en)
        self.finding = finding


@frozen
class Contents:
    """What a compiled book holds. `changes` are the days on which a parameter or an article begins or ends."""

    program: Program = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]
    files: Sequence[SourceText] = field(repr=False)
    names: Names = field(repr=False)
    changes: list[date] = field(repr=False)


# ---------------------------------------------------------------- writing


def write_compiled(contents: Contents) -> bytes:
    """The bytes of a compiled book; the same for the same contents."""
    from importlib.metadata import version  # costs more than all the rest to import, and only writing needs it

    packer = Packer()
    for source in contents.files:
        packer.file(source)
    program = contents.program
    declared: dict[str, Sequence[Any]] = {
        "entities": list(program.entities.values()),
        "facts": list(program.facts.values()),
        "citations": list(program.citations.values()),
        "parameters": list(program.parameters.values()),
        "rules": list(program.rules.values()),
        "benefits": list(program.benefits.values()),
        "consistencies": program.consistencies,
        "diagnostics": contents.diagnostics,
    }
    chunks, where = _chunks(packer, [one for many in declared.values() for one in many])
    texts = [source.text.encode() for source in packer.files]
    position = {key: number for number, key in enumerate((*program.rules, *program.benefits))}
    fact_position = {key: number for number, key in enumerate(program.facts)}

    def number(known: Known) -> int:
        return len(fact_position) + position[known.key] if known.computed else fact_position[known.entity, known.key]

    index = {
        "library": version("policyrules"),
        "shape": _sum(shape().encode()),
        "files": [[source.path, _sum(text)] for source, text in zip(packer.files, texts, strict=True)],
        "shared": packer.shared,
        **{kind: [[*where[id(one)], *_heading(packer, one)] for one in many] for kind, many in declared.items()},
        "names": {entity: {word: list(map(number, group)) for word, group in words.items()} for entity, words in contents.names.by_entity.items()},
        "order": [position[key] for key in program.order],
        "left_out": sorted(program.left_out),
        "month_by_end": program.month_by_end,
        "changes": [day.isoformat() for day in contents.changes],
    }
    packed = [zlib.compress(chunk, 9) for chunk in (*texts, *chunks)]
    index["chunks"] = [[len(small), len(chunk)] for small, chunk in zip(packed, (*texts, *chunks), strict=True)]
    plain = _json(index)
    small = zlib.compress(plain, 9)
    body = b"%d %d\n" % (len(small), len(plain)) + small + b"".join(packed)
    return MAGIC + b"%d\n%s\n" % (FORMAT, _sum(body).encode()) + body


def _chunks(packer: Packer, declared: Sequence[Any]) -> tuple[list[bytes], dict[int, tuple[int, int]]]:
    """The rows of declarations, those that stand together in one chunk; and the chunk and number of each, by its `id`."""
    chunks: list[list[bytes]] = [[]]
    where: dict[int, tuple[int, int]] = {}
    for one in sorted(declared, key=lambda one: (packer.file(one.place.source), one.place.start)):
        if sum(map(len, chunks[-1])) > CHUNK:
            chunks.append([])
        where[id(one)] = (len(chunks) - 1, len(chunks[-1]))
        chunks[-1].append(_json(packer.pack(one)))
    return [b"[" + b",".join(chunk) + b"]" for chunk in chunks], where


def _heading(packer: Packer, declared: object) -> list[Any]:
    """What the index tells of a declaration beside where it stands: how it is looked for, and what it is to a reader of cases."""
    match declared:
        case Entity(name=name):
            return [name]
        case Fact(entity=entity, key=key):
            return [entity, key]
        case Citation(key=key) | Parameter(key=key):
            return [key]
        case Rule(key=key, name=name, entity=entity, type=kind):
            return [key, name, entity, packer.number(kind)]
        case Benefit(key=key, name=name, entity=entity, type=kind, pays=pays):
            return [key, name, entity, packer.number(kind), pays]
        case _:
            return []


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------- reading


def is_compiled(path: str, begins: bytes) -> bool:
    """Whether a file is meant as a compiled book: by its name, or by how it begins."""
    return path.endswith(ENDING) or begins.startswith(MAGIC)


def read_compiled(data: bytes, path: str) -> Checked[Contents | None]:
    """What a compiled book holds; a finding where it is foreign, damaged or of another version."""
    if len(data) > MOST_BYTES:
        return _finding(problems.TOO_LARGE, path)
    head = _HEAD.match(data)
    if head is None:
        return _finding(problems.DAMAGED if data.startswith(MAGIC) else problems.FOREIGN, path)
    if head[1] != b"%d" % FORMAT:
        return _finding(problems.NEWER if int(head[1]) > FORMAT else problems.DAMAGED, path)
    body = memoryview(data)[head.end() :]
    if hashlib.sha256(body).hexdigest().encode() != head[2]:
        return _finding(problems.DAMAGED, path)
    try:
        sizes = _SIZES.match(body)
        if sizes is None:
            refuse()
        start, size = sizes.end(), int(sizes[1])
        index = json_of(_opened(body[start : start + size], int(sizes[2])))
        if index["shape"] != _sum(shape().encode()):
            return _finding(problems.OTHER_VERSION, path, str(index["library"])[:20])
        return Checked(_Shelves(index, body[start + size :], path).contents())
    except (*_UNFIT, RecursionError):
        return _finding(problems.DAMAGED, path)
    except DamagedBook as damaged:
        return Checked(None, (damaged.finding,))


def read_everything(program: Program, files: Sequence[SourceText]) -> tuple[Diagnostic, ...]:
    """Read every declaration and text of a book now; what is wrong with it if it is a compiled one."""
    try:
        for mapping in (program.entities, program.facts, program.citations, program.parameters, program.rules, program.benefits):
            list(mapping.values())
        list(files)
    except DamagedBook as damaged:
        return (damaged.finding,)
    return ()


def _finding(problem: Problem, path: str, library: str = "") -> Checked[Contents | None]:
    return Checked(None, (problem.at(Place(SourceText(path, ""), 0, 0), path=path, library=library),))


def _opened(packed: memoryview, size: int) -> bytes:
    """What was compressed; never more of it than was announced, nor less."""
    if size > MOST_BYTES:
        refuse()
    opener = zlib.decompressobj()
    try:
        plain = opener.decompress(packed, size + 1)
    except zlib.error:
        refuse()
    return plain if len(plain) == size and opener.eof and not opener.unused_data else refuse()


@define(eq=False)
class _Shelf(Mapping[K, T], Generic[K, T]):
    """What an index lists by key, each read when it is first asked for. `damaged` raises what there is to say if it cannot be."""

    where: Mapping[K, list[Any]]
    read: Callable[[K, list[Any]], T]
    damaged: Callable[[], NoReturn]
    _made: dict[K, T] = field(init=False, factory=dict)

    def __getitem__(self, key: K) -> T:
        made = self._made.get(key)
        if made is not None:
            return made
        row = self.where[key]
        try:
            # `setdefault`, so that all threads see one and the same
            return self._made.setdefault(key, self.read(key, row))
        except _UNFIT:
            self.damaged()

    def __contains__(self, key: object) -> bool:
        return key in self.where

    def __deepcopy__(self, _: object) -> _Shelf[K, T]:
        return self  # nobody can change it

    def __iter__(self) -> Iterator[K]:
        return iter(self.where)

    def __len__(self) -> int:
        return len(self.where)


@define(eq=False)
class Later(Sequence[T], Generic[T]):
    """A sequence that is made when it is first looked at."""

    make: Callable[[], Sequence[T]]
    _made: list[Sequence[T]] = field(init=False, factory=list)

    def _whole(self) -> Sequence[T]:
        if not self._made:
            self._made.append(self.make())
        return self._made[0]

    def __len__(self) -> int:
        return len(self._whole())

    def __deepcopy__(self, _: object) -> Later[T]:
        return self  # nobody can change it

    def __getitem__(self, number: Any) -> Any:
        return self._whole()[number]


class _Shelves:
    """One opened book: its index, its chunks, and what of them has been read."""

    def __init__(self, index: dict[str, Any], body: memoryview, path: str) -> None:
        self.index = index
        self.path = path
        self.packed: list[tuple[memoryview, int]] = []
        start = 0
        for small, size in index["chunks"]:
            self.packed.append((body[start : start + small], size))
            start += small
        if start != len(body):
            refuse()
        self.texts: dict[int, SourceText] = {}
        self.chunks: dict[int, list[Any]] = {}
        self.reader = Reader(self.text)
        self.reader.share(index["shared"])
        if not all(map(sound_type, self.reader.shared)):
            refuse()
        self.soundness: Soundness | None = None

    def contents(self) -> Contents:
        index, shared = self.index, self.reader
        rules = {_text(row[2]): row for row in index["rules"]}
        benefits = {_text(row[2]): row for row in index["benefits"]}
        names = [*rules, *benefits]
        if len(set(names)) < len(names):
            refuse()
        entities = self.shelf({_text(row[2]): row for row in index["entities"]}, Entity, lambda key, one: one.name == key)
        facts = self.shelf({(_text(row[2]), _text(row[3])): row for row in index["facts"]}, Fact, lambda key, one: (one.entity, one.key) == key)
        program = Program(
            entities,
            facts,
            self.shelf({_text(row[2]): row for row in index["citations"]}, Citation, lambda key, one: one.key == key),
            self.shelf({_text(row[2]): row for row in index["parameters"]}, Parameter, lambda key, one: one.key == key),
            self.shelf(rules, Rule, lambda key, one: (one.key, one.name, one.entity, one.type) == self.heading(rules[key])),
            self.shelf(benefits, Benefit, lambda key, one: (one.key, one.name, one.entity, one.type, one.pays) == self.heading(benefits[key])),
            tuple(names[number] for number in index["order"]),
            frozenset(_text(name) for name in index["left_out"]),
            column_of(bool).read(shared, index["month_by_end"]),
            tuple(self.declared(row, Rule) for row in index["consistencies"]),
        )
        self.soundness = Soundness(program, lambda key: cast(Type, self.heading(rules.get(key) or benefits[key])[3]))
        if not self.soundness.entities() or not all(map(self.soundness.of, program.consistencies)):
            refuse()
        diagnostics = tuple(self.declared(row, Diagnostic) for row in index["diagnostics"])
        changes = [column_of(date).read(shared, day) for day in index["changes"]]
        files = Later(lambda: tuple(map(self.text, range(len(index["files"])))))
        return Contents(program, diagnostics, files, self.names(program, list(facts), index["rules"], index["benefits"]), changes)

    def names(self, program: Program, facts: list[FactKey], rules: list[list[Any]], benefits: list[list[Any]]) -> Names:
        """The names of the program; what they mean is told from the index alone, and bodies are left for when they are needed."""
        place = Place(SourceText(self.path, ""), 0, 0)

        def known(number: int) -> Known:
            if number < len(facts):
                return known_fact(program.facts[facts[number]])
            number -= len(facts)
            if number < len(rules):
                key, name, entity, kind = self.heading(rules[number])
                return known_rule(Rule(key, name, entity, kind, Impossible(kind), place), program.root or "")
            key, name, entity, kind, pays = self.heading(benefits[number - len(rules)])
            return known_benefit(Benefit(key, name, entity, kind, Combination.UNIQUE, (), (), Refuse(), None, pays, place))

        def read(_: str, numbers: list[Any]) -> tuple[Known, ...]:
            return tuple(known(number) for number in numbers)

        written = self.index["names"]
        by_entity = {entity: _Shelf(words, read, self.damaged) for entity, words in written.items()}
        return Names(by_entity, {entity: [word for word, group in words.items() if group[0] < len(facts)] for entity, words in written.items()})

    def heading(self, row: list[Any]) -> tuple[Any, ...]:
        """What the index tells of a rule or a benefit: key, name, entity, type; whether it pays."""
        _, _, key, name, entity, number, *pays = row
        kind = self.reader.value(number)
        if not isinstance(kind, Type):
            refuse()
        return (key, _text(name), entity if entity is None else _text(entity), kind, *pays)

    def shelf(self, where: Mapping[K, list[Any]], kind: type[T], fits: Callable[[K, Any], bool]) -> _Shelf[K, T]:
        """The declarations of one kind, each held against what the index tells of it."""

        def read(key: K, row: list[Any]) -> T:
            one = self.declared(row, kind)
            return one if fits(key, one) and (self.soundness is None or self.soundness.of(one)) else refuse()

        return _Shelf(where, read, self.damaged)

    def declared(self, row: list[Any], kind: type[T]) -> T:
        """One declaration, from the chunk and the number its row begins with."""
        number, item = row[:2]
        chunk = self.chunks.get(number)
        if chunk is None:
            chunk = self.chunks.setdefault(number, json_of(self.opened(len(self.index["files"]) + number)))
        return self.reader.read(chunk[item], kind)

    def text(self, number: int) -> SourceText:
        """One source text, held against its sum."""
        try:
            if number not in self.texts:
                path, known = self.index["files"][number]
                plain = self.opened(number)
                self.texts.setdefault(number, SourceText(_text(path), plain.decode()) if _sum(plain) == known else refuse())
            return self.texts[number]
        except _UNFIT:
            self.damaged()

    def opened(self, number: int) -> bytes:
        if number < 0:
            refuse()
        return _opened(*self.packed[number])

    def damaged(self) -> NoReturn:
        raise DamagedBook(problems.DAMAGED.at(Place(SourceText(self.path, ""), 0, 0), path=self.path))


def _text(found: object) -> str:
    return found if isinstance(found, str) else refuse()
