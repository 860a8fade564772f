"""Policy files from disk: a folder read whole, or one file. What cannot be read is reported, never raised."""

from __future__ import annotations

import os
from collections.abc import Iterator

from policyrules.source.diagnostic import Checked, Diagnostic, Problem, error
from policyrules.source.text import Place, SourceText

ENDING = ".policy"
LARGEST = 20_000_000

NOT_FOUND = error("F101", "找不到 {path}", "cannot find {path}", ("检查路径", "look at the path"))
NO_POLICIES = error("F102", "{path} 里没有 .policy 文件", "there are no .policy files in {path}", ("检查路径", "look at the path"))
NOT_UTF8 = error(
    "F103",
    "{path} 不是 UTF-8 文本（第 {position} 个字节）",
    "{path} is not UTF-8 text (byte {position})",
    ("用 UTF-8 另存一次", "save it again as UTF-8"),
)
UNREADABLE = error("F104", "打不开 {path}：{reason}", "cannot open {path}: {reason}", ("检查权限", "look at its permissions"))
TOO_LARGE = error("F105", "{path} 太大", "{path} is too large", ("拆成几个文件", "split it into several files"))


def read_folder(path: str) -> Checked[tuple[SourceText, ...]]:
    """Every .policy file under a folder, by path; or the one file."""
    if not os.path.exists(path):
        return Checked((), (about_file(NOT_FOUND, path),))
    names = [path] if os.path.isfile(path) else list(_policies(path))
    if not names:
        return Checked((), (about_file(NO_POLICIES, path),))
    texts: list[SourceText] = []
    found: list[Diagnostic] = []
    for name in names:
        read = _read(name)
        if isinstance(read, SourceText):
            texts.append(read)
        else:
            found.append(read)
    return Checked(tuple(texts), tuple(found))


def _policies(folder: str) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(where, name) for name in sorted(names) if name.endswith(ENDING))


def _read(path: str) -> SourceText | Diagnostic:
    data = read_bytes(path, LARGEST)
    if isinstance(data, Diagnostic):
        return data
    try:
        return SourceText(path, data.decode("utf-8-sig"))
    except UnicodeDecodeError as failure:
        return about_file(NOT_UTF8, path, position=failure.start + 1)


def read_bytes(path: str, most: int) -> bytes | Diagnostic:
    """What stands in a file of at most so many bytes, or why it cannot be had."""
    try:
        if os.path.getsize(path) > most:
            return about_file(TOO_LARGE, path)
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return about_file(NOT_FOUND, path)
    except OSError as failure:
        return about_file(UNREADABLE, path, reason=failure.strerror or str(failure))


def read_start(path: str) -> bytes:
    """The first bytes of a file; none where there is no file that can be read."""
    try:
        if not os.path.isfile(path):
            return b""
        with open(path, "rb") as file:
            return file.read(64)
    except (OSError, ValueError):
        return b""


def about_file(problem: Problem, path: str, *, position: int = 0, reason: str = "") -> Diagnostic:
    """A finding about a file as a whole."""
    return problem.at(Place(SourceText(path, ""), 0, 0), path=path, position=position, reason=reason)
