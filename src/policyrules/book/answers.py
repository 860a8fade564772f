"""What a person types for an answer, turned into what a case says: numbered options, 有 and 没有, 三口人, 甲、乙、丙.

Nothing is judged here. What is not understood is handed on as it is, and the reader of cases says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from policyrules.book.facts import is_unknown, normal, state_of
from policyrules.book.names import ID_KEYS
from policyrules.book.questions import Question
from policyrules.core.case import State
from policyrules.syntax.builtins import STATES
from policyrules.values.quantities import parse_chinese_number
from policyrules.values.types import Day, Options, Quantity, Text, Truth
from policyrules.values.units import half_width

UNASCERTAINABLE = STATES[State.UNASCERTAINABLE.value].zh
"""What a case says for a fact that was asked for and cannot be known."""

MOST_MEMBERS = 100
"""The greatest number of members that is made up from a count alone."""

_NOT_KNOWN = frozenset(("不知道", "不清楚"))
_TRUTHS = {
    **dict.fromkeys(("有", "对", "是的", "对的", "有的", "y", "t", "1"), True),
    **dict.fromkeys(("没有", "没", "无", "不", "不是", "不对", "n", "f", "0"), False),
}
_NONE = frozenset(("没有", "没", "无", "none", "nobody", "no"))
_NOTHING = "无"
_COUNT = re.compile(r"([0-9]+|[零〇一二两三四五六七八九十百]+)\s*(?:口人|个人|口|个|人|名|位|people|persons?)?")
_MARKS = re.compile(r"[、,，;；\n]+")
_THOUSANDS = re.compile(r"([-−]?[0-9]{1,3}(?:,[0-9]{3})+)(?![0-9,])(.*)")


def is_not_known(question: Question, value: object) -> bool:
    """Whether this says that nobody knows. An option spelt so is an option."""
    if isinstance(value, str) and normal(value) in {normal(option) for option in question.options}:
        return False
    said = isinstance(value, str) and normal(value) in _NOT_KNOWN
    return said or is_unknown(value) or state_of(value) is State.UNASCERTAINABLE


def typed(question: Question, value: object) -> object:
    """An answer about a fact as a case would say it; the same where there is nothing to turn."""
    if not isinstance(value, str):
        return value
    word = normal(value)
    match question.type:
        case Truth():
            return _TRUTHS.get(word.casefold(), value)
        case Options(names):
            if word in _NONE and _NOTHING in names:
                return _NOTHING
            numbered = word.isascii() and word.isdigit() and len(word) < 4 and 1 <= int(word) <= len(names)
            return names[int(word) - 1] if numbered and word not in map(normal, names) else value
        case Quantity():
            return _number(word if word in _NONE else half_width(value).strip())
        case Day() | Text() | None:
            return value


def members_named(question: Question, value: object, taken: Collection[str]) -> object:
    """An answer about a role as a case would say it: one member for every name, or as many as were counted.

    `taken` are the ids of the case. Names made up for counted members keep away from them; the reader sees to the others.
    """
    many = question.role is not None and question.role.many
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, (list, tuple)):
        return [{ID_KEYS[0]: one} if isinstance(one, str) else one for one in value]
    if not isinstance(value, str):
        return value
    word = normal(value)
    if not many:
        return {ID_KEYS[0]: word}
    if word.casefold() in _NONE:
        return []
    counted = _COUNT.fullmatch(word)
    count = _whole(counted[1]) if counted else None
    if count is not None and count <= MOST_MEMBERS:
        return [{ID_KEYS[0]: name} for name in _made_up(question, count, taken)]
    names = [normal(name) for name in _MARKS.split(word)] if _MARKS.search(word) else word.split()
    return [{ID_KEYS[0]: name} for name in names if name] if any(names) else value


def _made_up(question: Question, count: int, taken: Collection[str]) -> list[str]:
    """成员1, 成员2 … of the household; 甲的父母1 … of anybody else."""
    base = question.name if question.subject == question.entity else f"{question.subject}的{question.name}"
    while any(f"{base}{number}" in taken for number in range(1, count + 1)):
        base = f"{question.subject}的{base}"
    return [f"{base}{number}" for number in range(1, count + 1)]


def _number(word: str) -> str:
    """没有 is none, 三 is 3, 14,400 is 14400."""
    if word in _NONE:
        return "0"
    if separated := _THOUSANDS.fullmatch(word):
        return separated[1].replace(",", "") + separated[2]
    counted = _whole(word)
    return word if counted is None else str(counted)


def _whole(word: str) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word) if len(word) < 40 else None
    return parse_chinese_number(word)
