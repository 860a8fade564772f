"""Policies at a git revision: read through git itself, without a checkout.

What is compared may be a path, or `REVISION:path` (or a revision alone, for its whole tree). A path that is there is always a path.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile

from policyrules.book.book import Book, compile_book, load
from policyrules.book.folder import LARGEST, NOT_UTF8
from policyrules.review import diff_problems as problems
from policyrules.source.diagnostic import Checked, Diagnostic, Problem
from policyrules.source.text import Place, SourceText

_ENDING = ".policy"
_SECONDS = 60


def read_version(words: str) -> Checked[Book | None]:
    """The book at a path, or at a revision of git. None where nothing can be read; what is wrong inside a book stands in it."""
    if os.path.lexists(words.replace("\0", "")):
        return Checked(load(words))
    read = read_revision(words)
    if read.value is None:
        return Checked(None, read.diagnostics)
    book = compile_book(read.value)
    return Checked(book, read.diagnostics)


def read_revision(words: str) -> Checked[tuple[SourceText, ...] | None]:
    """Every .policy file below a path of a revision."""
    revision, _, path = words.partition(":")
    if shutil.which("git") is None:
        return _trouble(problems.NO_GIT, words, revision=revision)
    inside = _git("rev-parse", "--show-prefix")
    if inside.returncode:
        return _trouble(problems.NO_REPOSITORY, words, path=words)
    if not revision or revision.startswith("-"):
        return _trouble(problems.NO_REVISION, words, revision=revision or words)
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit.returncode:
        return _trouble(problems.NO_REVISION, words, revision=revision)
    name = commit.stdout.decode("utf-8", "replace").strip()
    wanted = _from_top(path, inside.stdout.decode("utf-8", "replace").strip())
    if wanted and _git("cat-file", "-e", f"{name}:{wanted}").returncode:
        return _trouble(problems.NO_PATH, words, revision=revision, path=wanted)
    # Without --full-tree an archive made below the top holds that folder only.
    packed = _git("archive", "--format=tar", name, *(["--", wanted] if wanted else []), at=_top())
    if packed.returncode:
        reason = packed.stderr.decode("utf-8", "replace").strip().splitlines()
        return _trouble(problems.GIT_TROUBLE, words, revision=revision, reason=reason[-1] if reason else "—")
    return _texts(packed.stdout, words, revision, wanted)


def _texts(packed: bytes, words: str, revision: str, wanted: str) -> Checked[tuple[SourceText, ...] | None]:
    """The policies in an archive, by path; each is called by its revision and path."""
    texts: list[SourceText] = []
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in sorted(archive.getmembers(), key=lambda each: each.name):
            parts = member.name.split("/")
            hidden = any(part.startswith(".") for part in parts[:-1])
            if not member.isfile() or hidden or not member.name.endswith(_ENDING) or member.size > LARGEST:
                continue
            file = archive.extractfile(member)
            data = file.read() if file is not None else b""
            try:
                texts.append(SourceText(f"{revision}:{member.name}", data.decode("utf-8-sig")))
            except UnicodeDecodeError as failure:
                return _trouble(NOT_UTF8, words, path=f"{revision}:{member.name}", position=failure.start + 1)
    if not texts:
        return _trouble(problems.NOTHING_THERE, words, revision=revision, path=wanted or ".")
    return Checked(tuple(texts))


def _from_top(path: str, prefix: str) -> str:
    """The path from the top of the repository; as git reads it, only `./` and `../` start from the folder one is in."""
    if path.startswith(("./", "../")) or path in (".", ".."):
        path = os.path.join(prefix, path)
    found = os.path.normpath(path).replace(os.sep, "/").strip("/") if path else ""
    return "" if found == "." else found


def _top() -> str:
    found = _git("rev-parse", "--show-toplevel").stdout.decode("utf-8", "replace").strip()
    return found or "."


def _git(*words: str, at: str | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(["git", *words], capture_output=True, check=False, cwd=at, env=environment, timeout=_SECONDS)
    except (OSError, ValueError, subprocess.TimeoutExpired) as trouble:
        return subprocess.CompletedProcess(["git"], 1, b"", str(trouble).encode())


def _trouble(problem: Problem, words: str, **fields: str | int) -> Checked[tuple[SourceText, ...] | None]:
    finding: Diagnostic = problem.at(Place(SourceText(words, ""), 0, 0), fix=None, **fields)
    return Checked(None, (finding,))
