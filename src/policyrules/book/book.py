"""The library: load policies, see what is wrong with them, decide a case. Nothing a user can write raises.

book = load("policies")
decision = decide(book, {"户": {"年收入": "14400", "成员": [{"编号": "甲"}]}}, month="2020-04")
print(decision.text("zh"))
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import TypeAlias

from attrs import evolve, field, frozen

from policyrules.book.cases import locate_in, read_case, read_document
from policyrules.book.compiled import MOST_BYTES, Contents, DamagedBook, Later, is_compiled, read_compiled, read_everything, write_compiled
from policyrules.book.compiled_problems import NOT_ALONE
from policyrules.book.compiler import compile_files
from policyrules.book.consistency import contradictions
from policyrules.book.decision import Decision
from policyrules.book.folder import about_file, read_bytes, read_folder, read_start
from policyrules.book.given import apply_given, apply_value
from policyrules.book.json_text import JsonDocument
from policyrules.book.names import Names, names_of
from policyrules.book.occasion import occasion_of
from policyrules.book.requests import every_benefit, requests_for
from policyrules.book.rows import CheckedCase
from policyrules.book.short_way import ShortWay
from policyrules.core.case import Instance, Occasion, copied
from policyrules.core.program import Program
from policyrules.engines.python_code import PythonCode
from policyrules.engines.rows import instances_of, row_of
from policyrules.semantics.examples import Example
from policyrules.semantics.properties import Property
from policyrules.source.diagnostic import Checked, Diagnostic, Severity, has_errors
from policyrules.source.text import SourceText

Paths: TypeAlias = "str | os.PathLike[str] | Iterable[str | os.PathLike[str]]"
Given: TypeAlias = "Iterable[str] | Mapping[str, object]"


@frozen
class Book:
    """The policies of one or more folders, compiled: what they mean, what is wrong with them, their examples."""

    program: Program = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]
    examples: Sequence[Example] = field(repr=False)
    properties: Sequence[Property] = field(repr=False)
    files: Sequence[SourceText] = field(repr=False)
    names: Names = field(repr=False, eq=False)
    code: PythonCode = field(repr=False, eq=False)

    short_way: ShortWay = field(init=False, repr=False, eq=False)

    @code.default
    def _code(self) -> PythonCode:
        return PythonCode(self.program, patient=True)

    @short_way.default
    def _short_way(self) -> ShortWay:
        return ShortWay(self.program, self.names, self.code, not self.errors)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """What stops decisions; without the warnings."""
        return tuple(finding for finding in self.diagnostics if finding.severity is Severity.ERROR)


def load(paths: Paths) -> Book:
    """The book at a path (a folder, a file, a compiled book) or at several. What is wrong stands in its `diagnostics`."""
    every = [os.fspath(path) for path in ([paths] if isinstance(paths, (str, os.PathLike)) else paths)]
    for path in every:
        if os.path.isfile(path) and is_compiled(path, read_start(path)):
            return _opened(path) if len(every) == 1 else _empty(about_file(NOT_ALONE, path))
    files: list[SourceText] = []
    findings: list[Diagnostic] = []
    for path in every:
        read = read_folder(path)
        files.extend(read.value)
        findings.extend(read.diagnostics)
    book = compile_book(files)
    return evolve(book, diagnostics=(*findings, *book.diagnostics))


def compile_book(files: Iterable[SourceText]) -> Book:
    """The book of texts that are at hand already."""
    kept = tuple(files)
    compiled = compile_files(kept)
    program = compiled.value.program
    return Book(program, compiled.diagnostics, compiled.value.examples, compiled.value.properties, kept, names_of(program))


def book_bytes(book: Book) -> Checked[bytes | None]:
    """The book as a compiled book, to be written to a file that `load` takes; None where it has errors. Same policies, same bytes."""
    if book.errors:
        return Checked(None, book.errors)
    return Checked(write_compiled(Contents(book.program, book.diagnostics, book.files, book.names, book.code.starts)))


def _opened(path: str) -> Book:
    """The book in a compiled one. Its worked examples are read from its source texts when they are asked for."""
    data = read_bytes(path, MOST_BYTES)
    if isinstance(data, Diagnostic):
        return _empty(data)
    read = read_compiled(data, path)
    if read.value is None:
        return _empty(*read.diagnostics)
    found = read.value
    again = cache(lambda: compile_files(found.files).value)
    examples, properties = Later(lambda: again().examples), Later(lambda: again().properties)
    return Book(found.program, found.diagnostics, examples, properties, found.files, found.names, PythonCode(found.program, found.changes, patient=True))


def _empty(*findings: Diagnostic) -> Book:
    """A book of nothing, and why."""
    program = Program({}, {}, {}, {}, {}, {}, ())
    return Book(program, findings, (), (), (), names_of(program))


def check(paths: Paths) -> tuple[Diagnostic, ...]:
    """Everything wrong or doubtful in the policies at these paths; nothing when all is well."""
    book = load(paths)
    return (*book.diagnostics, *read_everything(book.program, book.files))


def decide(
    book: Book,
    case: object,
    *,
    month: str | date | None = None,
    day: str | date | None = None,
    ask: str | Iterable[str] | None = None,
    given: Given = (),
    explain: bool = False,
) -> Decision:
    """Decide a case (nested dictionaries as in JSON) for a month, or as on a day.

    `ask` names what to decide (生活补贴, 甲的生活补贴, or any computed name); without it every benefit for everybody.
    A case that is decided often may be checked beforehand (`check_case`) and handed in as what that gives.
    `given` supplies facts or computed names beside the case, as `NAME=VALUE` texts or a mapping. Mistakes of the
    case, the question or the policies are in the decision's `diagnostics`, and then there are no answers.
    """
    if month is not None and day is not None:
        raise TypeError("decide takes a month or a day, not both")
    if case.__class__ is CheckedCase and case.program is not book.program:
        raise TypeError("this case was checked for other policies")
    try:
        if not given:
            found = book.short_way.decide(case, month, day, ask, explain)
            if found is not None:
                return Decision(found, (), book.program, found.plan.occasion)
        if book.errors:
            return Decision((), book.errors, book.program, None)
        return _decision(book, case, month, day, ask, given, explain)
    except DamagedBook as damaged:
        return Decision((), (damaged.finding,), _empty().program, None)


def check_case(book: Book, case: object) -> Checked[CheckedCase | None]:
    """A case with every fact checked, for `decide`; None with diagnostics where something is wrong with it or with the policies.

    Deciding it again, for another month or another question, reads nothing anew. Later changes of `case` do not reach it.
    """
    if book.errors:
        return Checked(None, book.errors)
    layouts, root = book.code.layouts, book.program.root or ""
    rows = book.short_way.reader.read(case)
    if rows is not None:
        plain = rows[0]
        return Checked(CheckedCase(book.program, rows, cache(lambda: instances_of(layouts, root, plain)[0])))
    read = _case(book, case, ())
    if read.value is None:
        return Checked(None, read.diagnostics)
    instance = read.value
    found = row_of(layouts, instance)
    made = CheckedCase(book.program, None if found is None else (found[0], len(found[1])), lambda: instance)
    return Checked(made, read.diagnostics)


def _decision(
    book: Book, case: object, month: str | date | None, day: str | date | None, ask: str | Iterable[str] | None, given: Given, explain: bool
) -> Decision:
    occasion = occasion_of(book.program, month, day)
    root = _case(book, case, given)
    findings = (*occasion.diagnostics, *root.diagnostics)
    if root.value is None or occasion.value is None:
        return Decision((), findings, book.program, occasion.value)
    return _decided(book, root.value, occasion.value, ask, explain, findings)


def _case(book: Book, case: object, given: Given) -> Checked[Instance | None]:
    read: Checked[Instance | None]
    if isinstance(case, CheckedCase):
        read = Checked(copied(case.instance())[0] if given else case.instance())
    elif isinstance(case, JsonDocument):
        read = read_document(book.program, case, book.names)
    else:
        at_value, at_name = locate_in(case, "<case>")
        source = SourceText("<case>", "")
        read = read_case(book.program, case, source, at_value, locate_name=at_name, names=book.names)
    if read.value is None:
        return read
    findings = list(read.diagnostics)
    if isinstance(given, Mapping):
        for name, value in given.items():
            findings += apply_value(book.program, read.value, str(name), value, book.names)
    else:
        for words in [given] if isinstance(given, str) else given:
            findings += apply_given(book.program, read.value, words, book.names)
    return Checked(None if has_errors(findings) else read.value, tuple(findings))


def _decided(
    book: Book,
    root: Instance,
    occasion: Occasion,
    ask: str | Iterable[str] | None,
    explain: bool,
    findings: tuple[Diagnostic, ...],
) -> Decision:
    if ask is None:
        asked = every_benefit(book.program, root)
    else:
        asked = requests_for(book.program, root, book.names, [ask] if isinstance(ask, str) else ask)
    findings = (*findings, *asked.diagnostics, *contradictions(book.code, root, occasion))
    if has_errors(findings):
        return Decision((), findings, book.program, occasion)
    answers = book.code.decide(root, occasion, asked.value, trace=explain)
    return Decision(answers, findings, book.program, occasion)
