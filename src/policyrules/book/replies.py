"""The answers of an interview: written into the data of a case, saved, and read again on another day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from policyrules.book import case_problems as problems
from policyrules.book.book import Book
from policyrules.book.cases import locate_in, read_case
from policyrules.book.facts import normal
from policyrules.book.json_text import Inexact
from policyrules.book.names import ID_KEYS
from policyrules.book.questions import Asked
from policyrules.core.case import Instance
from policyrules.source.diagnostic import Checked, Diagnostic, error, warning
from policyrules.source.text import Place, SourceText
from policyrules.values.quantities import exact_text

VERSION = 1
"""The layout of a saved interview."""

NOT_SAVED_BY_US = error(
    "C190",
    "这不是保存下来的问答，或者是别的版本保存的",
    "this is no saved interview, or one saved by another version",
    ("请核对文件；原文件没有改动", "look at the file again; it was not changed"),
)
OTHER_POLICIES = error(
    "C191",
    "保存的回答在这些政策里一条也用不上",
    "none of the saved answers means anything in these policies",
    ("请核对政策文件夹；原文件没有改动", "look at the folder of policies again; the file was not changed"),
)
PUT_ASIDE = warning(
    "C192",
    "保存的回答“{subject}的{fact}：{value}”在这里用不上，先放在一边",
    "the saved answer “{fact} of {subject}: {value}” is of no use here and is put aside",
)


@frozen
class Reply:
    """One answer given: whose and which fact (by key) or role, and what goes into the case for it."""

    subject: str
    key: str
    value: object

    @property
    def place(self) -> Asked:
        """Where it belongs."""
        return self.subject, self.key


def plain_data(value: object) -> object:
    """Data of a case as JSON can keep it: exact numbers and days as texts."""
    match value:
        case Mapping():
            return {key: plain_data(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain_data(inner) for inner in value]
        case Fraction():
            return exact_text(value)
        case Decimal() | date():
            return str(value)
        case _:
            return value


# ---------------------------------------------------------------- the case as data


def read(book: Book, case: object) -> Checked[Instance | None]:
    """The case as the reader of cases takes it."""
    at_value, at_name = locate_in(case, "<case>")
    return read_case(book.program, case, SourceText("<case>", ""), at_value, locate_name=at_name, names=book.names)


def write(book: Book, case: object, reply: Reply) -> bool:
    """Puts an answer into the data of a case, which is changed; False where it belongs nowhere."""
    root = read(book, case).value
    for instance, node in _nodes(root, case) if root is not None else ():
        if instance.id != reply.subject or not _knows(book, instance.entity, reply.key):
            continue
        listed: list[object] = []
        for key in [key for key in node if _same_name(book, instance.entity, key, reply.key)]:
            before = node.pop(key)
            listed = before if isinstance(before, list) else []
        # Who belongs to a list that may not be complete is added to it; where nobody knows, it stays as it is.
        added = deepcopy(reply.value)
        node[reply.key] = [one for one in listed if isinstance(one, dict)] + added if isinstance(added, list) else listed or added
        return True
    return False


def _same_name(book: Book, entity: str, written: object, key: str) -> bool:
    """Whether a name in a case means the fact or the role with this key."""
    if not isinstance(written, str):
        return False
    return normal(written) == normal(key) or [known.key for known in book.names.find(entity, normal(written))] == [key]


def _knows(book: Book, entity: str, key: str) -> bool:
    declared = book.program.entities.get(entity)
    return (entity, key) in book.program.facts or (declared is not None and any(role.name == key for role in declared.roles))


def _nodes(root: Instance, case: object) -> Iterator[tuple[Instance, dict[object, object]]]:
    """Every instance with the piece of data it was read from."""
    waiting = [(root, piece) for piece in (case.values() if isinstance(case, dict) else ())]
    while waiting:
        instance, node = waiting.pop()
        if not isinstance(node, dict):
            continue
        yield instance, node
        for key, inner in node.items():
            group = next((group for role, group in instance.members.items() if isinstance(key, str) and normal(role) == normal(key)), [])
            pieces = [piece for piece in (inner if isinstance(inner, list) else [inner]) if isinstance(piece, dict)]
            waiting.extend(zip(group, pieces, strict=False))


# ---------------------------------------------------------------- saved answers


def saved(reply: Reply) -> dict[str, object]:
    """An answer as a saved interview keeps it."""
    return {"subject": reply.subject, "fact": reply.key, "value": reply.value}


def read_saved(data: object) -> tuple[Mapping[str, object], list[Reply]] | None:
    """The fields and answers of a saved interview; None where it is none."""
    if not isinstance(data, Mapping) or data.get("interview") != VERSION:
        return None
    replies = []
    for name in ("answers", "aside"):
        listed = data.get(name, [])
        if not isinstance(listed, list):
            return None
        for one in listed:
            if not isinstance(one, Mapping) or not isinstance(one.get("subject"), str) or not isinstance(one.get("fact"), str):
                return None
            replies.append(Reply(one["subject"], one["fact"], exact(one.get("value"))))
    return data, replies


def exact(value: object) -> object:
    """Saved data with the decimal numbers somebody wrote into the file as the texts they are."""
    match value:
        case Inexact(text):
            return text
        case Mapping():
            return {key: exact(inner) for key, inner in value.items()}
        case list():
            return [exact(inner) for inner in value]
        case _:
            return value


def put_aside(reply: Reply, path: str = "answers") -> Diagnostic:
    """That a saved answer is of no use here."""
    value = problems.shown(_shortly(reply.value))
    return PUT_ASIDE.at(nowhere(path), subject=problems.shown(reply.subject), fact=problems.shown(reply.key), value=value)


def _shortly(value: object) -> str:
    """A saved value in a word: members by their ids."""
    if isinstance(value, list):
        return "、".join(str(one.get(ID_KEYS[0], "")) if isinstance(one, Mapping) else str(one) for one in value)
    return str(value)


def text_of(value: object) -> str | None:
    """A text, or nothing."""
    return value if isinstance(value, str) else None


def nowhere(path: str = "answers") -> Place:
    """The answers as a whole, kept in the file at `path`."""
    return Place(SourceText(path, ""), 0, 0)
