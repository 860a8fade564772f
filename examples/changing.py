"""What the three examples of changed rules share: a copy of the policies in which something is written otherwise."""

import shutil
from pathlib import Path

from policyrules import Book, load

POLICIES = Path(__file__).parent.parent / "policies"


def changed(folder: Path, *changes: tuple[str, str, str]) -> Book:
    """The policies with each `(file, old, new)` written so; `folder` takes the copy. The worked cases stay behind: they tell of the old rules."""
    shutil.copytree(POLICIES, folder, ignore=shutil.ignore_patterns("cases.policy"))
    for file, old, new in changes:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise SystemExit(f"{file}: 没有 / lacks {old!r}")
        path.write_text(text.replace(old, new), encoding="utf-8")
    book = load(folder)
    if book.errors:
        raise SystemExit("\n".join(finding.message.zh for finding in book.errors))
    return book
