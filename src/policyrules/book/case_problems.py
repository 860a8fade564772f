"""What can be wrong with a case or a question about it: every message of the C1xx codes, in both languages.

C10x the JSON text · C11x the shape of the case · C12x names · C13x numbers · C14x other values · C15x supplied values ·
C16x the question (month, day, what is asked) · C17x contradictions · C18x files.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from attrs import evolve

from policyrules.source.diagnostic import Problem, error
from policyrules.source.phrase import Phrase

LONGEST_SHOWN = 40


def shown(words: object, longest: int = LONGEST_SHOWN) -> str:
    """Words of the user's, short and on one line, fit to stand inside a message."""
    text = words if isinstance(words, str) else repr(words)
    text = "".join("�" if unicodedata.category(c) in ("Cc", "Cs", "Cf", "Zl", "Zp") else c for c in text[:1000])
    return text if len(text) <= longest else text[:longest] + "…"


def hinted(problem: Problem, hint: Phrase | None) -> Problem:
    """The problem with this hint in the stead of its own; unchanged where `hint` is None."""
    return problem if hint is None else evolve(problem, hint=_literal(hint))


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name most like `word`, if one is like it."""
    found = difflib.get_close_matches(word[:100], list(dict.fromkeys(names)), n=1, cutoff=0.5)
    return found[0] if found else None


def did_you_mean(word: str, names: Iterable[str]) -> Phrase | None:
    """“是不是…？” with the nearest name, if there is one."""
    name = nearest(word, names)
    return Phrase(f"是不是“{name}”？", f"did you mean “{name}”?") if name else None


def listed(names: Iterable[str], most: int = 12) -> Phrase:
    """Names in a row, the first few of many."""
    all_names = list(dict.fromkeys(names))
    first = all_names[:most]
    if len(first) == len(all_names):
        return Phrase("、".join(first), ", ".join(first))
    return Phrase("、".join(first) + f" 等 {len(all_names)} 个", ", ".join(first) + f" … ({len(all_names)} in all)")


def _literal(phrase: Phrase) -> Phrase:
    return Phrase(*(words.replace("{", "{{").replace("}", "}}") for words in (phrase.zh, phrase.en)))


# ---------------------------------------------------------------- the JSON text

JSON_SYNTAX = error("C100", "JSON 写法有误：{detail}", "this is not JSON: {detail}")
DUPLICATE_KEY = error(
    "C101",
    "“{name}”在同一对括号里写了两次",
    "“{name}” is written twice in one pair of brackets",
    ("请删去其中一个", "remove one of them"),
)
JSON_TOO_DEEP = error("C102", "括号嵌套超过 {most} 层", "brackets are nested more than {most} deep")
JSON_TOO_LARGE = error("C103", "文字超过 {most} 个字符", "the text is longer than {most} characters")
NUMBER_TOO_LONG = error("C104", "数超过 {most} 位", "the number has more than {most} digits")

# ---------------------------------------------------------------- the shape of the case

OBJECT_EXPECTED = error(
    "C110",
    "{what}应当是 {{…}}，里面写名称和值；这里是{got}",
    "{what} should be {{…}} with names and values; here it is {got}",
)
LIST_EXPECTED = error("C111", "{what}应当是列表 […]；这里是{got}", "{what} should be a list […]; here it is {got}")
NO_ROOT = error(
    "C112",
    "个案里没有“{root}”",
    "the case has no “{root}”",
    ('个案写作 {{"{root}": {{…}}}}', 'a case is written {{"{root}": {{…}}}}'),
)
UNKNOWN_TOP = error(
    "C113",
    "个案最外层不认识“{name}”",
    "“{name}” is not known at the top of a case",
    ("最外层只写“{root}”，其余写在它里面", "only “{root}” stands at the top; everything else goes inside it"),
)
KEY_NOT_TEXT = error("C114", "名称应当是文字；这里是{got}", "a name should be text; here it is {got}")
BAD_ID = error(
    "C115",
    "编号应当是不超过 {most} 个字的文字或整数；这里是{got}",
    "an id should be text of at most {most} characters or an integer; here it is {got}",
)
DUPLICATE_ID = error(
    "C116",
    "编号“{id}”用了两次",
    "the id “{id}” is used twice",
    ("每个编号只能用一次", "give each its own id"),
)
EMPTY_HOUSEHOLD = error(
    "C117",
    "“{root}”里没有任何{roles}",
    "“{root}” has no {roles} at all",
    ("至少要写一个；不知道时把整项删去", "write at least one; leave the whole list out if it is not known"),
)
CASE_TOO_DEEP = error("C118", "个案嵌套超过 {most} 层", "the case is nested more than {most} deep")
CASE_TOO_LARGE = error("C119", "个案超过 {most} 个成员", "the case has more than {most} members")

# ---------------------------------------------------------------- names

UNKNOWN_NAME = error("C120", "“{entity}”没有名为“{name}”的事实", "“{entity}” has no fact called “{name}”")
NAME_ELSEWHERE = error(
    "C121",
    "“{name}”不是“{entity}”的，是“{owner}”的",
    "“{name}” belongs to “{owner}”, not to “{entity}”",
    ("请把它写到“{owner}”下面", "write it under “{owner}”"),
)
AMBIGUOUS_NAME = error(
    "C122",
    "“{name}”在几个政策里都有",
    "“{name}” stands in several policies",
    ("请写明是哪一个：{names}", "say which one: {names}"),
)
NAME_TWICE = error("C123", "{subject}的“{name}”写了两次", "“{name}” of {subject} is written twice")
LEFT_OUT = error(
    "C124",
    "“{name}”在政策里有错误，暂时不能使用",
    "“{name}” has errors in the policy and cannot be used yet",
)

# ---------------------------------------------------------------- numbers

INEXACT = error(
    "C130",
    "{what}写成了小数 {got}，小数在 JSON 里不精确",
    "{what} is the decimal number {got}, which JSON does not keep exact",
    ('请放在双引号里："{repair}"，或写整数', 'put it in quotes, "{repair}", or write an integer'),
)
NOT_FINITE = error("C131", "{what}不能是 {got}", "{what} cannot be {got}")
QUANTITY_EXPECTED = error("C132", "{what}应当是数（{unit}）；这里是{got}", "{what} should be a number ({unit}); here it is {got}")
QUANTITY_UNREADABLE = error(
    "C133",
    "{what}的“{got}”不是数（{unit}）",
    "“{got}” is no number ({unit}) for {what}",
    ("写作 {example}；还不知道就写 未知", "write it like {example}; write unknown if it is not known yet"),
)
WRONG_UNIT = error(
    "C134",
    "{what}应当是数（{unit}）；“{got}”的单位不同",
    "{what} should be a number ({unit}); “{got}” has another unit",
    ("请换算后再写", "convert it first"),
)
NOT_WHOLE = error("C135", "{what}应当是整数；这里是 {got}", "{what} should be a whole number; here it is {got}")
TOO_LOW = error("C136", "{what}不能低于 {bound}；这里是 {got}", "{what} cannot be below {bound}; here it is {got}")
TOO_HIGH = error("C137", "{what}不能高于 {bound}；这里是 {got}", "{what} cannot be above {bound}; here it is {got}")
PART_OF_FEN = error(
    "C139",
    "{what}不足一分的部分无法入账；这里是 {got}",
    "{what} has a part of a fen; here it is {got}",
    ("写到分为止，例如 \"14400.50\"", 'write it to the fen, such as "14400.50"'),
)
TOO_BIG = error("C138", "{what}的数太大", "the number for {what} is too large")

# ---------------------------------------------------------------- other values

TRUTH_EXPECTED = error(
    "C140",
    "{what}应当是 true（是）或 false（否）；这里是{got}",
    "{what} should be true or false; here it is {got}",
)
DAY_EXPECTED = error(
    "C141",
    "{what}应当是日期；这里是{got}",
    "{what} should be a date; here it is {got}",
    ('写作 "2020-04-01"', 'write it like "2020-04-01"'),
)
NO_SUCH_DAY = error("C142", "{what}的{got}不是日历上的日子", "{got} for {what} is no day of the calendar")
OPTION_UNKNOWN = error(
    "C143",
    "{what}不能是{got}，可以是：{options}",
    "{what} cannot be {got}; it can be {options}",
)
TEXT_EXPECTED = error(
    "C144",
    "{what}应当是双引号里的文字；这里是{got}",
    "{what} should be text in double quotes; here it is {got}",
)
TEXT_TOO_LONG = error("C145", "{what}的文字超过 {most} 个字", "the text for {what} is longer than {most} characters")

STATE_OF_COMPUTED = error(
    "C146",
    "{what}由规则计算，不能写“{word}”",
    "{what} is computed by the rules and cannot be given as “{word}”",
    ("不另行认定就不要写这一项", "leave it out, so that the rules compute it"),
)

# ---------------------------------------------------------------- supplied values

GIVEN_SHAPE = error(
    "C150",
    "“{words}”里没有等号",
    "“{words}” has no equals sign",
    ("写作 甲的人均收入=610元", "write it as NAME=VALUE, or 甲的NAME=VALUE for one person"),
)
GIVEN_UNKNOWN = error("C151", "找不到名称“{name}”", "there is no name “{name}”")
GIVEN_SEVERAL = error(
    "C152",
    "有几个“{entity}”，不知道“{name}”是谁的",
    "there are several “{entity}”; whose “{name}” is it?",
    ("请写明是谁的：{names}", "say whose: {names}"),
)
GIVEN_NOBODY = error("C153", "个案里没有“{entity}”，“{name}”无处可给", "the case has no “{entity}” to give “{name}” to")

# ---------------------------------------------------------------- the question

MONTH_UNREADABLE = error("C160", "“{got}”不是月份", "“{got}” is no month", ("写作 2020-04", "write it like 2020-04"))
DAY_UNREADABLE = error(
    "C161",
    "“{got}”不是日历上的日子",
    "“{got}” is no day of the calendar",
    ("写作 2020-04-15", "write it like 2020-04-15"),
)
NO_OCCASION = error(
    "C162",
    "没有说明按哪个月决定",
    "no month to decide for",
    ("请给出月份（month）或日子（day）", "give a month or a day"),
)
ASK_UNKNOWN = error("C163", "政策里没有“{name}”", "the policies have no “{name}”")
ASK_NOBODY = error("C164", "个案里没有“{entity}”，“{name}”无人可问", "the case has no “{entity}” to ask “{name}” of")
ASK_WHOSE = error(
    "C166",
    "“{name}”：这里没有“{subject}”的这一项",
    "“{name}”: “{subject}” has no such thing here",
    ("可以是：{ids}", "it can be one of {ids}"),
)
NOTHING_TO_DECIDE = error("C165", "政策里没有可以决定的给付", "the policies have no benefit to decide")

# ---------------------------------------------------------------- facts that contradict each other

CONTRADICTION = error(
    "C170",
    "事实互相矛盾，“{title}”不成立：{facts}",
    "facts contradict each other, “{title}” does not hold: {facts}",
    ("这几项不可能都对；核对以后改正写错的", "they cannot all be right; find out which is wrong and correct it"),
)

# ---------------------------------------------------------------- files


FILE_MISSING = error("C180", "找不到文件“{path}”", "there is no file “{path}”")
FILE_IS_FOLDER = error("C181", "“{path}”是文件夹，这里需要一个文件", "“{path}” is a folder; a file is needed here")
FILE_REFUSED = error("C182", "没有权限读写“{path}”", "no permission to read or write “{path}”")
FILE_NOT_TEXT = error(
    "C183",
    "“{path}”不是 UTF-8 文字",
    "“{path}” is not UTF-8 text",
    ("请用 UTF-8 编码另存", "save it as UTF-8"),
)
FILE_TROUBLE = error("C184", "读写“{path}”时出错", "“{path}” could not be read or written")
FILE_TOO_LARGE = error("C185", "“{path}”太大，不像个案或政策", "“{path}” is too large for a case or a policy")
