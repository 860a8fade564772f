"""The reference manual, run: chapters of Markdown hold policies, cases, questions and what must come out.

A heading with blocks under it is one test. Blocks that set the scene:

    ```policy                 a file, `rules.policy` unless `file=NAME` says otherwise; several files make a folder
    ```case                   a case as JSON
    ```roster file=NAME       a table as CSV, for the commands below; such a page needs DuckDB
    ```ask                    the month or day (— for neither); on further lines names to ask for, and `给出 NAME=VALUE`

Blocks that say what must come out (`--accept` rewrites them, and nothing else):

    ```answer                 the answers to the question above, or what is wrong with it (`lang=en` for English)
    ```explain                the answers with their reasons (`lang=en`)
    ```json                   the decision as `decide --format json` gives it
    ```messages               what `check` finds (`lang=en`); without such a block it must find nothing. A page shows
                              one thing and need not use every name: unused names are told only `with=P702`
    ```test                   what running the 例 finds (`lang=en`); without such a block all of them must pass
    ```format                 a file laid out (`file=NAME`, `to=en` or `to=zh`)
    ```console                commands after `$ `, with what they print; the policies lie in `policies`, the case in `case.json`
    ```result file=NAME       a table as CSV that the commands above have written; the order of its rows says nothing, so they are sorted

A heading that ends in `(continued)` starts from the files and the case of the heading before.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import json
import os
import re
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from attrs import define, field, frozen

from policyrules.book.book import Book, compile_book, decide
from policyrules.book.decision import Decision, headline
from policyrules.book.examples import run_examples
from policyrules.book.json_text import read_json
from policyrules.book.promises import run_properties
from policyrules.doors import cli
from policyrules.source.diagnostic import Diagnostic, has_errors
from policyrules.source.phrase import Language
from policyrules.source.render import render
from policyrules.source.text import SourceText
from policyrules.syntax.formatter import format_source

SCENE: Mapping[str, frozenset[str]] = {
    "policy": frozenset({"file", "encoding"}),
    "case": frozenset(),
    "roster": frozenset({"file"}),
    "ask": frozenset(),
}
EXPECTED: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"lang"}),
    "explain": frozenset({"lang"}),
    "json": frozenset(),
    "messages": frozenset({"lang", "with"}),
    "test": frozenset({"lang"}),
    "format": frozenset({"file", "to"}),
    "console": frozenset(),
    "result": frozenset({"file"}),
}
KINDS = {**SCENE, **EXPECTED}
UNUSED = frozenset({"P702"})
CONTINUED = "(continued)"
FIRST_FILE = "rules.policy"
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@frozen
class Block:
    """One fenced block. `number` counts the blocks of its chapter from 0; `line` is that of its opening fence."""

    kind: str
    options: Mapping[str, str]
    body: str
    number: int
    line: int

    @property
    def language(self) -> Language:
        return "en" if self.options.get("lang") == "en" else "zh"


@frozen
class Section:
    """A heading with blocks under it. `before` is what it continues."""

    title: str
    line: int
    blocks: tuple[Block, ...]
    before: Section | None = None

    @property
    def checks(self) -> int:
        """Explicit expectations, and the silent one of every scene with policies: nothing wrong, every 例 passes."""
        return sum(block.kind in EXPECTED for block in self.blocks) + any(block.kind == "policy" for block in self.blocks)


@frozen
class Chapter:
    """One file of the manual. `faults` are blocks the runner cannot take."""

    path: Path
    sections: tuple[Section, ...]
    faults: tuple[str, ...]


@frozen
class Result:
    """What one expectation block says, and what came out."""

    block: Block
    actual: str

    @property
    def agrees(self) -> bool:
        return self.block.body == self.actual

    def difference(self, path: Path) -> str:
        """The two side by side, for a failed test."""
        lines = difflib.unified_diff(self.block.body.splitlines(), self.actual.splitlines(), "expected", "actual", n=20, lineterm="")
        return f"{path.name}:{self.block.line} {self.block.kind}\n" + "\n".join(lines)


# ---------------------------------------------------------------- reading


def read_chapter(path: Path) -> Chapter:
    """The chapter at a path. Nothing raises: what is wrong with it stands in its faults."""
    faults: list[str] = []
    sections: list[Section] = []
    title, at = path.stem, 1
    blocks: list[Block] = []

    def close() -> None:
        if blocks:
            before = sections[-1] if sections and title.endswith(CONTINUED) else None
            if title.endswith(CONTINUED) and before is None:
                faults.append(f"line {at}: nothing to continue")
            faults.extend(_twice(blocks))
            sections.append(Section(title, at, tuple(blocks), before))
            blocks.clear()

    for piece in _pieces(path.read_text("utf-8")):
        if isinstance(piece, Block):
            blocks.append(piece)
            faults += _faults(piece)
        else:
            close()
            at, title = piece
    close()
    if not sum(section.checks for section in sections):
        faults.append("no checks")
    return Chapter(path, tuple(sections), tuple(faults))


def _twice(blocks: list[Block]) -> list[str]:
    """Two files of one name in one section: the second would hide the first."""
    names = [(block.options.get("file", FIRST_FILE), block.line) for block in blocks if block.kind == "policy"]
    return [f"line {line}: {name} stands twice" for at, (name, line) in enumerate(names) if name in dict(names[:at])]


def _pieces(text: str) -> Iterator[Block | tuple[int, str]]:
    """Blocks and headings (line, title) in the order written."""
    opened: tuple[int, str] | None = None
    body: list[str] = []
    number = 0
    for line, words in enumerate(text.split("\n"), 1):
        if opened is not None and words.rstrip() == "```":
            kind, *options = opened[1].split() or [""]
            yield Block(kind, dict(option.partition("=")[::2] for option in options), "\n".join(body), number, opened[0])
            number += 1
            opened = None
        elif opened is not None:
            body.append(words)
        elif words.startswith("```"):
            opened, body = (line, words[3:]), []
        elif words.startswith("#"):
            yield line, words.lstrip("#").strip()
    if opened is not None:
        yield Block("unclosed", {}, "\n".join(body), number, opened[0])


def _faults(block: Block) -> list[str]:
    if block.kind not in KINDS:
        return [f"line {block.line}: unknown block “{block.kind}”"]
    return [f"line {block.line}: {block.kind} takes no “{name}”" for name in block.options if name not in KINDS[block.kind]]


# ---------------------------------------------------------------- running


@define
class _Scene:
    """What the blocks so far have set up."""

    files: dict[str, Block] = field(factory=dict)
    case: str | None = None
    ask: str | None = None
    compiled: Book | None = None
    rosters: dict[str, str] = field(factory=dict)
    written: dict[str, str] = field(factory=dict)

    def set(self, block: Block) -> None:
        match block.kind:
            case "policy":
                self.files[block.options.get("file", FIRST_FILE)] = block
                self.compiled = None
            case "case":
                self.case = block.body
            case "roster":
                self.rosters[block.options["file"]] = block.body + "\n"
            case "ask":
                self.ask = block.body

    @property
    def book(self) -> Book:
        if self.compiled is None:
            self.compiled = compile_book(SourceText(name, block.body + "\n") for name, block in self.files.items())
        return self.compiled

    def findings(self, spared: frozenset[str]) -> list[Diagnostic]:
        return [finding for finding in self.book.diagnostics if finding.code not in spared]

    def decide(self, *, explain: bool = True) -> Decision:
        assert self.case is not None, "no case above"
        assert self.ask is not None, "no ask above"
        when, *lines = self.ask.split("\n")
        given = [line.removeprefix("给出").strip() for line in lines if line.startswith("给出")]
        names = [name for line in lines if not line.startswith("给出") for name in line.split("、")]
        document = read_json(self.case, "case.json")
        if document.value is None or document.diagnostics:
            return Decision((), document.diagnostics, self.book.program, None)
        when = "" if when == "—" else when
        month = when if _MONTH.fullmatch(when) else None
        day = None if month else when or None
        return decide(self.book, document.value, month=month, day=day, ask=names or None, given=given, explain=explain)


def run_section(section: Section) -> list[Result]:
    """Every expectation of a section with what came out. What is silently expected is asserted."""
    scene = _Scene()
    before = section.before
    earlier: list[Section] = []
    while before is not None:
        earlier.insert(0, before)
        before = before.before
    for one in earlier:
        for block in one.blocks:
            if block.kind in ("policy", "case", "roster"):
                scene.set(block)
    results: list[Result] = []
    for block in section.blocks:
        if block.kind in SCENE:
            scene.set(block)
        else:
            results.append(Result(block, _ACTUAL[block.kind](scene, block).rstrip("\n")))
    _silent(section, scene)
    return results


def _silent(section: Section, scene: _Scene) -> None:
    kinds = {block.kind for block in section.blocks}
    if not kinds & {"policy"} or kinds & {"console"}:
        return
    if "messages" not in kinds:
        found = "\n\n".join(render(finding, "zh") for finding in scene.findings(UNUSED))
        assert not found, f"check finds, and no messages block expects it:\n{found}"
    if "test" not in kinds and not scene.book.errors:
        failed = _examples(scene, "zh")
        assert not failed, f"a 例 fails, and no test block expects it:\n{failed}"


def _messages(scene: _Scene, block: Block) -> str:
    spared = frozenset() if block.options.get("with") else UNUSED
    return "\n\n".join(render(finding, block.language) for finding in scene.findings(spared))


def _answer(scene: _Scene, block: Block) -> str:
    decision, untraced = scene.decide(), scene.decide(explain=False)
    assert list(map(headline, decision.answers)) == list(map(headline, untraced.answers)), "asking why changes the answer"
    assert has_errors(decision.diagnostics) or decision.answers
    findings = [render(finding, block.language) for finding in decision.diagnostics]
    answers = "\n".join(headline(answer)(block.language) for answer in decision.answers)
    return "\n\n".join([*findings, answers] if answers else findings)


def _explain(scene: _Scene, block: Block) -> str:
    text = scene.decide().text(block.language)
    return text.partition("\n\n")[2]  # the month stands in the question already


def _json(scene: _Scene, block: Block) -> str:
    return json.dumps(scene.decide().to_json("zh"), ensure_ascii=False, indent=2)


def _test(scene: _Scene, block: Block) -> str:
    assert not scene.book.errors, "the policies have errors, so no 例 runs"
    return _examples(scene, block.language) or "—"


def _examples(scene: _Scene, language: Language) -> str:
    findings = [finding for result in run_examples(scene.book) for finding in result.differences]
    return "\n\n".join(render(finding, language) for finding in (*findings, *run_properties(scene.book)))


def _format(scene: _Scene, block: Block) -> str:
    name = block.options.get("file", FIRST_FILE)
    to = block.options.get("to")
    formatted = format_source(SourceText(name, scene.files[name].body + "\n"), None if to is None else "en" if to == "en" else "zh")
    assert not has_errors(formatted.diagnostics), "a file with syntax errors is not laid out"
    return formatted.value


def _console(scene: _Scene, block: Block) -> str:
    said: list[str] = []
    with tempfile.TemporaryDirectory() as folder, _inside(folder):
        for name, file in scene.files.items():
            path = Path("policies") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((file.body + "\n").encode(file.options.get("encoding", "utf-8")))
        if scene.case is not None:
            Path("case.json").write_text(scene.case, "utf-8")
        for name, text in scene.rosters.items():
            Path(name).write_text(text, "utf-8")
        for line in block.body.split("\n"):
            if line.startswith("$ "):
                said += [line, *_command(line[2:])]
        scene.written = {file.name: file.read_text("utf-8-sig") for file in Path().glob("*.csv") if file.name not in scene.rosters}
    return "\n".join(said)


def _result(scene: _Scene, block: Block) -> str:
    head, *rows = scene.written[block.options["file"]].splitlines()
    return "\n".join([head, *sorted(rows)])


@contextlib.contextmanager
def _inside(folder: str) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _command(line: str) -> list[str]:
    """What a command prints, on both streams together, and its exit status where that is not 0."""
    name, *words = shlex.split(line)
    assert name == "policyrules", f"only policyrules is run: {line}"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            status = cli.run(words)
        except SystemExit as leaving:
            status = leaving.code if isinstance(leaving.code, int) else 1
    text = printed.getvalue().rstrip("\n")
    return [*([text] if text else []), *([f"[退出码 {status}]"] if status else [])]


_ACTUAL: Mapping[str, Callable[[_Scene, Block], str]] = {
    "answer": _answer,
    "explain": _explain,
    "json": _json,
    "messages": _messages,
    "test": _test,
    "format": _format,
    "console": _console,
    "result": _result,
}


# ---------------------------------------------------------------- accepting


def accept(path: Path, result: Result) -> None:
    """Write what came out into the expectation block. Every other line of the chapter stays as it is."""
    lines = path.read_text("utf-8").split("\n")
    block = next(piece for piece in _pieces("\n".join(lines)) if isinstance(piece, Block) and piece.number == result.block.number)
    assert block.kind == result.block.kind in EXPECTED
    end = block.line + (len(block.body.split("\n")) if block.body or lines[block.line] != "```" else 0)
    lines[block.line : end] = result.actual.split("\n") if result.actual else []
    path.write_text("\n".join(lines), "utf-8")
