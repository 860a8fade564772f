"""`policyrules compile`: checked policies into one file that loads at once and needs nothing beside it."""

from __future__ import annotations

import os
from argparse import Namespace

from policyrules.book import book as library
from policyrules.book.compiled_problems import BOOK_EXISTS
from policyrules.book.folder import about_file
from policyrules.doors.cli import FINE
from policyrules.doors.commands import not_there, refused
from policyrules.doors.files import missing, write_bytes
from policyrules.source.phrase import Phrase

_DONE = Phrase("已编译成 {path}（规则 {rules} 项，文件 {files} 个）", "compiled into {path} (rules: {rules}, files: {files})")


def compile_policies(options: Namespace) -> int:
    """The policies as a compiled book at `--output`; nothing is written where they have errors."""
    if absent := missing(options.policies):
        return not_there(absent, options)
    if os.path.lexists(options.output) and not options.force:
        return refused([about_file(BOOK_EXISTS, options.output)], options)
    book = library.load(options.policies)
    data = library.book_bytes(book)
    if data.value is None:
        return refused(data.diagnostics, options)
    if trouble := write_bytes(options.output, data.value):
        return refused(trouble, options)
    rules = len(book.program.rules) + len(book.program.benefits)
    print(_DONE.fill(path=options.output, rules=rules, files=len(book.files))(options.lang))
    return FINE
