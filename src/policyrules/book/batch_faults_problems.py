"""What can be wrong with single rows of a roster, in words: findings of the run, and what the rows of the result say.

B111 to B113, B124 to B127, B135 to B141."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from policyrules.source.diagnostic import Problem, error, warning
from policyrules.source.phrase import Language, Phrase


class Fault(Enum):
    """What is wrong with a row, by the number that stands for it in the database; of several things the one with the least number above 0."""

    CAUGHT = 0
    """Nothing with the row itself, but with one it belongs together with."""
    WITHOUT_ID = 1
    TWICE = 2
    ROLE = 3
    CROWDED = 4
    NO_HOLDER = 5
    HOLDER_UNKNOWN = 6


TOUCHING = (Fault.WITHOUT_ID, Fault.TWICE, Fault.ROLE, Fault.CROWDED)
"""Faults that leave the whole household in doubt."""

ID_TWICE = warning("B111", "“{path}”有 {count} 行编号重复：{ids}", "the ids of {count} rows of “{path}” stand twice: {ids}")
ID_MISSING = warning("B112", "“{path}”有 {count} 行没有编号：{ids}", "{count} rows of “{path}” have no id: {ids}")
HOLDER_UNKNOWN = warning(
    "B113", "“{path}”有 {count} 行写的“{entity}”不在名单上：{ids}", "{count} rows of “{path}” name “{entity}” that are not in the roster: {ids}"
)
HOLDER_MISSING = warning(
    "B124", "“{path}”有 {count} 行没有写属于哪个“{entity}”：{ids}", "{count} rows of “{path}” do not say to which “{entity}” they belong: {ids}"
)
ROLE_UNKNOWN = warning(
    "B125",
    "“{path}”有 {count} 行的角色不对：{ids}",
    "{count} rows of “{path}” are in no role there is: {ids}",
    ("可以是：{names}", "it can be {names}"),
)
ROLE_CROWDED = warning("B126", "“{path}”有 {count} 行同在只能有一个的角色里：{ids}", "{count} rows of “{path}” share a role that only one can have: {ids}")
NOT_DECIDED = warning(
    "B127", "因名单有错而没有决定：{rows}；结果里是 error", "not decided because of faults in the rosters: {rows}; they are error in the result"
)
FINDINGS = {
    Fault.TWICE: (ID_TWICE, "own"),
    Fault.WITHOUT_ID: (ID_MISSING, "household"),
    Fault.HOLDER_UNKNOWN: (HOLDER_UNKNOWN, "up"),
    Fault.NO_HOLDER: (HOLDER_MISSING, "own"),
    Fault.ROLE: (ROLE_UNKNOWN, "own"),
    Fault.CROWDED: (ROLE_CROWDED, "own"),
}
"""The finding for each fault, and the column of which it names the first few."""

ROW_WITHOUT_ID = error("B135", "没有编号，不知道是谁", "has no id; nobody knows who it is")
ROW_TWICE = error("B136", "编号重复，不知道哪一行对", "the id stands twice; nobody knows which row is right")
ROW_ROLE = error("B137", "角色不对", "is in no role there is")
ROW_CROWDED = error("B138", "这个角色只能有一个，名单里不止一个", "only one can have this role; the roster has several")
ROW_NO_HOLDER = error("B139", "没有写属于哪个“{holder}”", "does not say to which “{holder}” it belongs")
ROW_HOLDER_UNKNOWN = error("B140", "所属的“{holder}”不在名单上", "the “{holder}” it belongs to is not in the roster")
ROW_CAUGHT = error("B141", "没有决定：{what}", "not decided: {what}")
ROWS = {
    Fault.WITHOUT_ID: ROW_WITHOUT_ID,
    Fault.TWICE: ROW_TWICE,
    Fault.ROLE: ROW_ROLE,
    Fault.CROWDED: ROW_CROWDED,
    Fault.NO_HOLDER: ROW_NO_HOLDER,
    Fault.HOLDER_UNKNOWN: ROW_HOLDER_UNKNOWN,
}
"""What the row itself says."""
OTHERS = {
    Fault.WITHOUT_ID: Phrase("有“{entity}”没有编号", "some “{entity}” has no id"),
    Fault.TWICE: Phrase("“{entity}”的编号“{id}”重复", "the id “{id}” of “{entity}” stands twice"),
    Fault.ROLE: Phrase("“{id}”的角色不对", "“{id}” is in no role there is"),
    Fault.CROWDED: Phrase("“{id}”的角色只能有一个，名单里不止一个", "only one can have the role of “{id}”; the roster has several"),
    Fault.NO_HOLDER: Phrase("不知道“{id}”属于谁", "nobody knows to whom “{id}” belongs"),
}
"""What rows say that belong together with it."""
_RECORDS = Phrase("第 {numbers} 条", "record {numbers}")


def said(problem: Problem, language: Language, **fields: object) -> str:
    """A problem as a row of the result says it."""
    return f"[{problem.code}] {problem.message.fill(**fields)(language)}"


def first_of(names: Sequence[str], most: int) -> Phrase:
    """Names, the first so many; more than these leave a mark."""
    more = len(names) > most
    return Phrase("、".join(names[:most]) + " 等" * more, ", ".join(names[:most]) + ", …" * more) if names else Phrase("—", "—")


def numbered(numbers: Sequence[int], most: int) -> Phrase:
    """Records of a table by their numbers, counted from 1."""
    return _RECORDS.fill(numbers=first_of([str(number) for number in numbers], most))
