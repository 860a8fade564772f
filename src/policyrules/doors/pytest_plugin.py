"""Policies under pytest: every 例 is a test, every 性质 a property test, and a failure reads like a page of the policy.

    pytest policies                     a folder that holds policies and no Python
    pytest policies/orphan/cases.policy
    pytest --policies policies          beside the other tests

or, in the settings of pytest, `policyrules = policies`. Other `.policy` files that pytest comes by are left alone. Each 性质 is held
against the worked examples and against `policyrules_draws` drawn households (100 unless told otherwise; 0: none); `policyrules_lang`
is `zh` or `en`. Nothing of the language is loaded before a policy file is collected.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from policyrules.book.book import Book
    from policyrules.semantics.examples import Example
    from policyrules.semantics.properties import Property
    from policyrules.source.diagnostic import Diagnostic
    from policyrules.source.phrase import Language

SUFFIX = ".policy"
_DRAWS = "100"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option and the settings."""
    group = parser.getgroup("policyrules", "benefit policies")
    group.addoption("--policies", action="append", default=[], metavar="FOLDER", help="run the 例 and 性质 of the policies in this folder, too")
    parser.addini("policyrules", "folders of policies whose 例 and 性质 are run with the tests", type="paths", default=[])
    parser.addini("policyrules_draws", "households drawn for every 性质 (0: only the 例 are looked at)", default=_DRAWS)
    parser.addini("policyrules_lang", "language of failures: zh or en", default="zh")


def pytest_configure(config: pytest.Config) -> None:
    """Folders that were named are collected beside what is collected anyway."""
    asked = [Path(config.invocation_params.dir, folder) for folder in config.getoption("--policies")]
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        asked += config.getini("policyrules")
    there = [Path(config.invocation_params.dir, argument.split("::")[0]) for argument in config.args]
    config.args += [str(folder) for folder in asked if not any(folder == one or one in folder.parents for one in there)]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A policy file, if it is one of those asked for."""
    if file_path.suffix != SUFFIX:
        return None
    folder = _folder_of(file_path, parent.config)
    if folder is None:
        return None
    made: PolicyFile = PolicyFile.from_parent(parent, path=file_path)
    made.folder = folder
    return made


def _folder_of(file: Path, config: pytest.Config) -> Path | None:
    """The folder whose policies a file belongs to; None where nobody asked for them."""
    named: list[Path] = [*(Path(config.invocation_params.dir, folder) for folder in config.getoption("--policies")), *config.getini("policyrules")]
    for folder in named:
        if folder == file or folder in file.parents:
            return folder if folder.is_dir() else folder.parent
    for argument in config.args:
        path = Path(config.invocation_params.dir, argument.split("::")[0])
        if path == file:
            return _whole(file.parent, config.rootpath)
        if path in file.parents and _only_policies(path):
            return path if path == config.rootpath else _whole(path, config.rootpath)
    return None


def _whole(folder: Path, root: Path) -> Path:
    """The outermost folder of policies around one: they may use each other's names."""
    while folder != root and root in folder.parents and folder.parent != root and _only_policies(folder.parent):
        folder = folder.parent
    return folder


@cache
def _only_policies(folder: Path) -> bool:
    """Whether there are policies in a folder, and no Python: a folder of tests may hold policies as its material."""
    found = [name for _, _, names in os.walk(folder) for name in names]
    return any(name.endswith(SUFFIX) for name in found) and not any(name.endswith(".py") for name in found)


# ---------------------------------------------------------------- what is collected


class PolicyFailure(Exception):
    """A page that says what is wrong."""


class PolicyFile(pytest.File):
    """One policy file: its 例 and 性质, or what is wrong with it."""

    folder: Path

    def collect(self) -> Iterator[pytest.Item]:
        """The tests of the file. The policies of a folder are compiled once."""
        book = book_of(self.config, self.folder)
        if book.errors:
            own = [finding for finding in book.errors if self.holds(finding.place.path)]
            elsewhere = not any(_asked_for(Path(finding.place.path), self.config) for finding in book.errors)
            if own or elsewhere:
                yield FindingsItem.from_parent(self, name=self.path.name, findings=own or book.errors)
            return
        for example in book.examples:
            if self.holds(example.place.path):
                yield ExampleItem.from_parent(self, name=example.title, example=example)
        for promise in book.properties:
            if self.holds(promise.place.path):
                yield PropertyItem.from_parent(self, name=promise.title, promise=promise)

    def holds(self, path: str) -> bool:
        """Whether a place of the book is in this file."""
        return Path(path).resolve() == self.path.resolve()


class PolicyItem(pytest.Item):
    """A test of a policy; a failure is its page."""

    @property
    def book(self) -> Book:
        """The policies it belongs to."""
        assert isinstance(self.parent, PolicyFile)
        return book_of(self.config, self.parent.folder)

    @property
    def lang(self) -> Language:
        """The language of the page."""
        return "en" if self.config.getini("policyrules_lang") == "en" else "zh"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The page; a bug of this program keeps its traceback."""
        if isinstance(excinfo.value, PolicyFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test is written."""
        return self.path, self.line, self.name

    @property
    def line(self) -> int | None:
        """The line it is written in, from 0."""
        return None

    def fail(self, *pages: str) -> None:
        """Ends the test."""
        raise PolicyFailure("\n\n".join(page for page in pages if page))


class FindingsItem(PolicyItem):
    """A policy file with errors: no 例 can be run."""

    def __init__(self, *, findings: Sequence[Diagnostic], **others: Any) -> None:
        super().__init__(**others)
        self.findings = findings

    def runtest(self) -> None:
        """Tells the errors."""
        from policyrules.source.render import render

        self.fail(*(render(finding, self.lang) for finding in self.findings))


class ExampleItem(PolicyItem):
    """One 例."""

    def __init__(self, *, example: Example, **others: Any) -> None:
        super().__init__(**others)
        self.example = example

    @property
    def line(self) -> int | None:
        return _line(self.example.place)

    def runtest(self) -> None:
        """Decides the case and compares."""
        from policyrules.book.examples import run_example
        from policyrules.doors.pytest_pages import reasons_for, written_example
        from policyrules.source.render import render

        differences = run_example(self.book, self.example)
        if differences:
            said = [render(finding, self.lang) for finding in differences]
            self.fail(*said, written_example(self.example), reasons_for(self.book, self.example, differences, self.lang))


class PropertyItem(PolicyItem):
    """One 性质, held against the worked examples and against drawn households."""

    def __init__(self, *, promise: Property, **others: Any) -> None:
        super().__init__(**others)
        self.promise = promise

    @property
    def line(self) -> int | None:
        return _line(self.promise.place)

    def runtest(self) -> None:
        """Looks for a household that breaks it."""
        from policyrules.book.promises import run_properties
        from policyrules.review.drawn_promises import drawn_breaches
        from policyrules.source.render import render

        book = self.book
        broken = [finding for finding in _once(self.config, run_properties, book) if finding.place == self.promise.place]
        if broken:
            self.fail(*(render(finding, self.lang) for finding in broken))
        draws = int(str(self.config.getini("policyrules_draws") or _DRAWS))
        for found in drawn_breaches(book, draws, among=[self.promise]):
            self.fail(render(found.finding, self.lang), found.example(book, self.lang))


# ---------------------------------------------------------------- once for a session

_BOOKS = pytest.StashKey[dict[Path, "Book"]]()
_WORKED_OUT = pytest.StashKey[dict[int, Any]]()


def book_of(config: pytest.Config, folder: Path) -> Book:
    """The policies of a folder, compiled when they are first asked for."""
    from policyrules.book.book import load

    books = config.stash.setdefault(_BOOKS, {})
    if folder not in books:
        here = Path.cwd()
        books[folder] = load(str(folder.relative_to(here) if here in folder.parents else folder))
    return books[folder]


def _once(config: pytest.Config, make: Any, book: Book) -> Any:
    """What is worked out from a book, once."""
    kept = config.stash.setdefault(_WORKED_OUT, {})
    if id(book) not in kept:
        kept[id(book)] = make(book)
    return kept[id(book)]


def _asked_for(file: Path, config: pytest.Config) -> bool:
    """Whether a file is collected in this run."""
    there = [Path(config.invocation_params.dir, argument.split("::")[0]).resolve() for argument in config.args]
    return any(one == file.resolve() or one in file.resolve().parents for one in there)


def _line(place: Any) -> int:
    from policyrules.source.text import line_and_column

    return line_and_column(place)[0] - 1
