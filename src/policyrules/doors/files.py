"""Files and streams at the door: what cannot be read or written becomes a finding, never a traceback."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from policyrules.book import case_problems as problems
from policyrules.source.diagnostic import Checked, Diagnostic, Problem
from policyrules.source.text import Place, SourceText

MOST_BYTES = 64 * 1024 * 1024
STANDARD_INPUT = "-"
SUFFIX = ".policy"

_USUAL = 0o644
"""Permissions of a new file: what everybody may read and its owner write."""


def read_text(path: str) -> Checked[SourceText | None]:
    """The text of a file, or of standard input for `-`; UTF-8, with or without a byte order mark."""
    name = "<stdin>" if path == STANDARD_INPUT else path
    try:
        data = _bytes(path)
    except (OSError, ValueError) as trouble:
        return Checked(None, (trouble_with(name, trouble),))
    if len(data) > MOST_BYTES:
        return Checked(None, (_at(problems.FILE_TOO_LARGE, name),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Checked(None, (_at(problems.FILE_NOT_TEXT, name),))
    if "\0" in text:
        return Checked(None, (_at(problems.FILE_NOT_TEXT, name),))
    return Checked(SourceText(name, text))


def missing(paths: list[str]) -> tuple[Diagnostic, ...]:
    """A finding for every path nothing stands at."""
    return tuple(_at(problems.FILE_MISSING, path) for path in paths if not os.path.lexists(path.replace("\0", "")))


def policy_files(path: str) -> Iterator[str]:
    """The policy files at a path: itself, or all those of a folder in a fixed order."""
    if not Path(path).is_dir():
        yield path
        return
    yield from sorted(str(found) for found in Path(path).rglob(f"*{SUFFIX}") if found.is_file())


def replace_text(path: str, text: str) -> tuple[Diagnostic, ...]:
    """Write a file as a whole or not at all; a link stays a link, permissions stay."""
    return _replace(path, text.encode("utf-8"), new=False)


def write_bytes(path: str, data: bytes) -> tuple[Diagnostic, ...]:
    """Write a file, new or in the stead of another, as a whole or not at all."""
    return _replace(path, data, new=not os.path.exists(path))


def _replace(path: str, data: bytes, *, new: bool) -> tuple[Diagnostic, ...]:
    target = os.path.realpath(path)
    temporary = ""
    try:
        if os.path.isdir(target):
            raise IsADirectoryError(target)
        if not new and not os.access(target, os.W_OK):
            raise PermissionError(target)
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".policyrules-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if new:
            os.chmod(temporary, _USUAL)
        else:
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except (OSError, ValueError) as trouble:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        return (trouble_with(path, trouble),)
    return ()


def write_text(path: str, text: str) -> tuple[Diagnostic, ...]:
    """Write a file, new or in the stead of another, in UTF-8."""
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except (OSError, ValueError) as trouble:
        return (trouble_with(path, trouble),)
    return ()


def trouble_with(path: str, trouble: OSError | ValueError) -> Diagnostic:
    """The system's complaint about a file in words."""
    match trouble:
        case FileNotFoundError():
            return _at(problems.FILE_MISSING, path)
        case IsADirectoryError():
            return _at(problems.FILE_IS_FOLDER, path)
        case PermissionError():
            return _at(problems.FILE_REFUSED, path)
        case _:
            return _at(problems.FILE_TROUBLE, path)


def speak_utf8() -> None:
    """Make both output streams write UTF-8 and never stop at a character: the terminal's locale is not asked."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _bytes(path: str) -> bytes:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    with open(path, "rb") as file:
        return file.read(MOST_BYTES + 1)


def _at(problem: Problem, path: str) -> Diagnostic:
    return problem.at(Place(SourceText(path, ""), 0, 0), path=problems.shown(path, longest=200))
