"""What a line that cannot be read most likely meant: one sentence, one place, one repair."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from attrs import evolve, frozen

from policyrules.source.diagnostic import Diagnostic, Fix, error, with_hint
from policyrules.source.phrase import Phrase, plain
from policyrules.source.text import Place, SourceText
from policyrules.syntax.lexer import STARTERS, SYMBOLS, Keywords, LogicalLine, Word, terminals
from policyrules.syntax.tree import Spelling

UNCLOSED = error("P101", "“{words}”的引号没有合上", "the quote “{words}” is not closed", ("在末尾补上 {close}", "add {close} at its end"))
GROUPED = error(
    "P102",
    "数字“{words}”里有逗号，分不清是一个数还是几个数",
    "the comma in “{words}” could mean one number or several",
    ("写成 {joined}；大数可以用“万”；如是几个数，逗号后空一格", "write {joined}; for several numbers put a space after the comma"),
)
STRANGE = error(
    "P103",
    "这里有一个用不上的字符 {words}",
    "the character {words} has no use here",
    ("删去它；名称里要用，就写成【…】", "remove it; inside a name, write the name as 【…】"),
)
NO_KEYWORD = error(
    "P104",
    "这一行不是以关键词开头",
    "this line does not begin with a keyword",
    ("每一句话以关键词开头，例如 参数、条件、算、给付、当、给", "a statement begins with a keyword such as parameter, define, when, grant"),
)
MISSING_SPACE = error(
    "P105",
    "“{words}”连在一起了",
    "“{words}” runs words together",
    ("在“{left}”和“{right}”之间空一格", "put a space between “{left}” and “{right}”"),
)
MISSPELT_KEYWORD = error(
    "P106", "没有“{words}”这个关键词", "there is no keyword “{words}”", ("是不是“{nearest}”？", "did you mean “{nearest}”?")
)
UNFINISHED = error("P107", "这一句没有写完", "this statement is not finished", ("后面还要写 {expected}", "it still needs {expected}"))
RESERVED = error(
    "P108",
    "“{words}”是关键词，不能直接作名称",
    "“{words}” is a keyword and cannot be a name as it stands",
    ("作名称要写成【{words}】", "write the name as 【{words}】"),
)
UNBALANCED = error("P109", "括号没有配对", "the parentheses do not match", ("{repair}", "{repair}"))
UNEXPECTED = error("P110", "这里不该是“{words}”", "“{words}” does not fit here", ("这里可以写 {expected}", "here can stand {expected}"))
NO_SUCH_DAY = error(
    "P111",
    "没有“{words}”这一天",
    "there is no day “{words}”",
    ("日期写作 2020-04-01，月份 1 至 12，日按当月天数", "write a day as 2020-04-01, with a month from 1 to 12"),
)
BAD_AMOUNT = error(
    "P112",
    "看不懂数量“{words}”",
    "the amount “{words}” cannot be read",
    ("数量写作 610元、35%、1.5倍", "write an amount as 610元, 35%, 1.5倍"),
)
BAD_ROW = error(
    "P113",
    "表的这一行不完整",
    "this table row is not complete",
    ("每一行写作 | 条件 | 条件 | 值 |，最后一格是一个值", "write | key | key | value |; the last cell is one value"),
)
TOO_DEEP = error(
    "P114",
    "这一句里一层套一层太多了",
    "this statement is nested too deeply",
    ("把其中一部分另外写成“算”或“条件”，再用它的名称", "give a part a name of its own with define, and use the name"),
)
NO_ELSE = error(
    "P115",
    "“若 … 则 …”后面没有“否则”",
    "if … then … has no else",
    ("补上“否则 …”，写明不满足时是多少", "add else …, saying what holds otherwise"),
)
NEEDS_QUOTING = error(
    "P116",
    "名称里有“的”，会被当成“甲的乙”",
    "a name with 的 in it reads as “X 的 Y”",
    ("把名称写成【{words}】", "write the name as 【{words}】"),
)

BAD_NAME = error(
    "P117",
    "【…】里没有可用的名称",
    "there is no usable name inside 【…】",
    ("在【】里写上名称，名称里不能有“】”", "write the name inside 【】; it cannot hold “】” itself"),
)

NEEDS_PARENTHESES = error(
    "P118",
    "带“{suffix}”的一段要放进括号里，才能和别的连在一起",
    "the part with “{suffix}” needs parentheses before it can be joined to others",
    ("例如 (年收入 折算 到 月) + 月收入", "such as (yearly_income converted to month) + monthly_income"),
)

UNREADABLE = {"name": BAD_NAME, "day": NO_SUCH_DAY, "month": NO_SUCH_DAY, "amount": BAD_AMOUNT, "row": BAD_ROW, "deep": TOO_DEEP}
SUFFIXES = terminals("FLOOR CAP ROUND CONVERT SPREAD")
OPERATIONS = terminals(
    "GREATER_THAN SMALLER_THAN EQUAL_TO UNEQUAL_TO NO_LESS NO_MORE GREATER_OR_EQUAL SMALLER_OR_EQUAL "
    "PLUS MINUS TIMES OVER OF IS IS_NOT ABOVE BELOW NOT_ABOVE NOT_BELOW EXCEEDS NOT_EXCEEDING REACHES SHORT_OF LESS_THAN"
    " EQUAL UNEQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL IN NOT_IN BETWEEN AND OR"
)
ENDS = {"“": "”", "「": "」", "《": "》", "【": "】", '"': '"'}
KINDS = {
    "NAME": Phrase("名称", "a name"),
    "AMOUNT": Phrase("数量", "an amount"),
    "DATE": Phrase("日期", "a date"),
    "MONTH": Phrase("月份（2020-04）", "a month (2020-04)"),
    "STRING": Phrase("“…”", "“…”"),
    "BOOK": Phrase("《…》", "《…》"),
    "ARTICLE": Phrase("第几条", "an article"),
    "TITLE": Phrase("标题", "a title"),
    "INCLUDED": Phrase("（含）", "(inclusive)"),
    "EXCLUDED": Phrase("（不含）", "(exclusive)"),
}


@frozen
class Context:
    """The line at hand, where it stands, and the keywords of its file."""

    source: SourceText
    line: LogicalLine
    keywords: Keywords
    spelling: Spelling
    head: str
    article: str | None

    @property
    def dictionary(self) -> dict[str, str]:
        return dict(self.keywords.zh if self.spelling == "zh" else self.keywords.en)

    def place(self, word: Word) -> Place:
        return Place(self.source, self.line.start + word.span[0], self.line.start + word.span[1])

    def end(self) -> Place:
        return Place(self.source, self.line.end, self.line.end)


def explain(context: Context, at: int, expected: frozenset[str], what: str | None) -> Diagnostic:
    """The finding for the word at index `at` of a line (its length: the line ended too early)."""
    words = context.line.words
    found = _explain(context, words, at, expected, what)
    if context.article is None:
        return found
    return evolve(found, article=plain(context.article))


def _explain(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str], what: str | None) -> Diagnostic:
    if what is not None:
        return UNREADABLE[what].at(context.place(words[at]), words=words[at].text)
    if at == len(words):
        return _at_end(context, words, expected)
    word = words[at]
    for look in (_bad_character, _bare_mark, _misspelt_start, _run_together, _misspelt, _with_of, _reserved, _parentheses, _after_suffix):
        found = look(context, words, at, expected)
        if found is not None:
            return found
    if at == 0 and word.type not in STARTERS:
        return NO_KEYWORD.at(context.place(word))
    return UNEXPECTED.at(context.place(word), words=word.text, expected=_listed(context, expected))


Look = Callable[[Context, tuple[Word, ...], int, frozenset[str]], "Diagnostic | None"]


def _bad_character(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str]) -> Diagnostic | None:
    """A later unclosed quote or strange character is named first: it is often why an earlier word does not fit."""
    for word in words[at:]:
        place = context.place(word)
        match word.type:
            case "UNCLOSED":
                return UNCLOSED.at(place, words=_short(word.text[1:]), close=ENDS.get(word.text[0], word.text[0]))
            case "GROUPED":
                joined = word.text.replace(",", "").replace("，", "")
                return GROUPED.at(place, words=word.text, joined=joined, fix=Fix(place, joined))
            case "STRANGE":
                shown = word.text if word.text.isprintable() else f"U+{ord(word.text):04X}"
                return STRANGE.at(place, words=shown)
    return None


def _bare_mark(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str]) -> Diagnostic | None:
    """不含 without its parentheses: 界限 以上 不含."""
    word = words[at]
    if word.text not in ("含", "不含", "inclusive", "exclusive") or not expected & {"INCLUDED", "EXCLUDED"}:
        return None
    place = context.place(word)
    marked = f"（{word.text}）" if context.spelling == "zh" else f"({word.text})"
    return MISSPELT_KEYWORD.at(place, words=word.text, nearest=marked, fix=Fix(place, marked))


def _after_suffix(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str]) -> Diagnostic | None:
    """年收入 折算 到 月 + 月收入: what is rounded, converted or limited ends the value unless it stands in parentheses."""
    word = words[at]
    if at > 0 and word.type in SUFFIXES and words[0].type not in SUFFIXES:
        return NEEDS_PARENTHESES.at(context.place(word), suffix=word.text)
    suffixes = [earlier for earlier in words[1:at] if earlier.type in SUFFIXES]
    if word.type not in OPERATIONS or not suffixes:
        return None
    return NEEDS_PARENTHESES.at(context.place(word), suffix=suffixes[-1].text)


def _run_together(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str]) -> Diagnostic | None:
    """The word that does not fit, or one just before it, holds a keyword and a name without a space between."""
    for word in (words[at], *words[max(0, at - 1) : at]):
        if word.type != "NAME":
            continue
        parts = split_keyword(word.text, context.keywords, context.spelling)
        if parts is not None:
            place = context.place(word)
            left, right = parts
            return MISSING_SPACE.at(place, words=word.text, left=left, right=right, fix=Fix(place, f"{left} {right}"))
    return None


def split_keyword(text: str, keywords: Keywords, spelling: Spelling) -> tuple[str, str] | None:
    """Where a space is missing: after a keyword the name begins with, before one it ends with, or around one inside it."""
    if spelling == "en":
        return None
    known = keywords.zh
    for size in range(min(5, len(text) - 1), 0, -1):
        if text[:size] in known:
            return text[:size], text[size:]
    for size in range(min(5, len(text) - 1), 0, -1):
        # A keyword that begins statements is no likely end: 联动比例 does not end in 例.
        if known.get(text[-size:], "EXAMPLE") not in STARTERS:
            return text[:-size], text[-size:]
    for size in range(min(4, len(text) - 2), 1, -1):
        for start in range(1, len(text) - size):
            if text[start : start + size] in known:
                return text[:start], text[start:]
    return None


def _misspelt(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str]) -> Diagnostic | None:
    word = words[at]
    if word.type != "NAME" or (at > 0 and "NAME" in expected):
        return None
    fitting = [text for text, type in context.dictionary.items() if (type in STARTERS if at == 0 else type in expected)]
    nearest = get_close_matches(word.text, fitting, n=1, cutoff=0.5)
    if not nearest:
        return None
    place = context.place(word)
    return MISSPELT_KEYWORD.at(place, words=word.text, nearest=nearest[0], fix=Fix(place, nearest[0]))


def _misspelt_start(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str]) -> Diagnostic | None:
    """条见 低收入：… under a head whose lines begin with names: the first word was taken for a name, the second shows it."""
    if at != 1 or words[0].type != "NAME" or words[1].type != "NAME":
        return None
    starters = [text for text, type in context.dictionary.items() if type in STARTERS and len(text) > 1]
    nearest = get_close_matches(words[0].text, starters, n=1, cutoff=0.5)
    if not nearest:
        return None
    place = context.place(words[0])
    return MISSPELT_KEYWORD.at(place, words=words[0].text, nearest=nearest[0], fix=Fix(place, nearest[0]))


def _with_of(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str]) -> Diagnostic | None:
    """A declared name with 的 in it: 参数 目的地：元."""
    if words[at].type != "OF" or at == 0 or at + 1 >= len(words) or words[at - 1].type != "NAME":
        return None
    name = f"{words[at - 1].text}的{words[at + 1].text}"
    place = Place(context.source, context.place(words[at - 1]).start, context.place(words[at + 1]).end)
    return NEEDS_QUOTING.at(place, words=name, fix=Fix(place, f"【{name}】"))


def _reserved(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str]) -> Diagnostic | None:
    word = words[at]
    # A starter that begins a line is out of place there; inside a line it was meant as a name.
    if "NAME" not in expected or word.type not in set(context.dictionary.values()) or (at == 0 and word.type in STARTERS):
        return None
    place = context.place(word)
    if word.type == "IF":
        hint = Phrase("写成 (若 … 则 … 否则 …)", "write (if … then … else …)")
        return with_hint(NEEDS_PARENTHESES.at(place, suffix=word.text), hint)
    return RESERVED.at(place, words=word.text, fix=Fix(place, f"【{word.text}】"))


def _parentheses(context: Context, words: tuple[Word, ...], at: int, expected: frozenset[str]) -> Diagnostic | None:
    depth = 0
    for word in words[: at + 1]:
        depth += (word.type == "OPEN") - (word.type == "CLOSE")
    if depth < 0:
        return UNBALANCED.at(context.place(words[at]), repair=Phrase("多了一个“）”，或前面少了“（”", "one ) too many, or a ( is missing"))
    if depth > 0 and "CLOSE" in expected and not any(word.type == "CLOSE" for word in words[at:]):
        return _missing_close(context.place(words[at]))
    return None


def _missing_close(place: Place) -> Diagnostic:
    return UNBALANCED.at(place, repair=Phrase("在这里之前补上“）”", "add ) before this"))


def _at_end(context: Context, words: tuple[Word, ...], expected: frozenset[str]) -> Diagnostic:
    for look in (_bad_character, _run_together):
        found = look(context, words, len(words) - 1, expected)
        if found is not None:
            return found
    if sum((word.type == "OPEN") - (word.type == "CLOSE") for word in words) > 0:
        return _missing_close(context.end())
    if "ELSE" in expected and any(word.type == "IF" for word in words):
        return NO_ELSE.at(context.place(next(word for word in words if word.type == "IF")))
    return UNFINISHED.at(context.end(), expected=_listed(context, expected))


def _listed(context: Context, expected: frozenset[str]) -> Phrase:
    """At most six things that could stand here, in both languages, values before keywords."""
    chosen = [kind for kind in KINDS if kind in expected]
    keywords = {type: text for text, type in reversed(list(context.dictionary.items()))}
    symbols = {type: text for text, type in reversed(list(SYMBOLS.items()))}
    order = {type: index for index, type in enumerate(keywords)}
    rest = sorted((type for type in expected if type in keywords), key=lambda type: -order[type])
    shown: list[Phrase] = [KINDS[kind] for kind in chosen]
    shown += [plain(f"“{symbols[type]}”") for type in ("COLON", "EQUAL", "COMMA", "OPEN", "CLOSE", "BAR") if type in expected]
    shown += [plain(f"“{keywords[type]}”") for type in rest]
    most = shown[:6]
    return Phrase("、".join(p.zh for p in most) or "行末", ", ".join(p.en for p in most) or "the end of the line")


def _short(words: str) -> str:
    return words if len(words) <= 12 else words[:12] + "…"
