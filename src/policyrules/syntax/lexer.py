"""Words of a policy file, grouped into logical lines.

Full-width characters are folded one for one, so offsets stay those of the text; quoted words are taken from the original.
A logical line ends where the next physical line does not go on with it: inside parentheses, after an operator, or before one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

from policyrules.source.text import SourceText, Span
from policyrules.syntax.builtins import ROUNDING_WORDS
from policyrules.syntax.tree import Comment, Spelling
from policyrules.values.units import unit_words

# The full-width comma is kept: it never groups the digits of a number, as the half-width one may.
WIDE_COMMA = "\uff0c"
FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != ord(WIDE_COMMA)} | {0x3000: 0x20, 0x2212: 0x2D, 0x2013: 0x2D, 0xA0: 0x20}


class Word:
    """One word: its terminal, its text, and its span from the start of its logical line."""

    __slots__ = ("span", "text", "type")

    def __init__(self, type: str, text: str, span: Span) -> None:
        self.type = type
        self.text = text
        self.span = span


@frozen
class Keywords:
    """The keywords of both spellings: text to terminal, as read from the grammar."""

    zh: Mapping[str, str]
    en: Mapping[str, str]


@frozen
class LogicalLine:
    """Words that make one statement, with the absolute extent they cover."""

    start: int
    end: int
    words: tuple[Word, ...]


@frozen
class Words:
    """A file as words: its spelling, its logical lines, its comments."""

    spelling: Spelling
    lines: tuple[LogicalLine, ...]
    comments: tuple[Comment, ...]


def terminals(names: str) -> frozenset[str]:
    """The terminals named, with spaces between."""
    return frozenset(names.split())


# Statements: at the start of a physical line these always begin a new logical line, even inside open parentheses.
STARTERS = terminals(
    "POLICY JURISDICTION IMPORT BASIS AGE_RULE REFERENCE_DAY BOUNDARY ENTITY FACTS PARAMETER FROM CONDITION DEFINE TABLE"
    " BANDS BENEFIT ARTICLE EXCEPTION WHEN GRANT REFUSE LIFT OTHERWISE ROUND EXAMPLE MONTH_IS LIKE EXPECT PROPERTY CONSISTENT BAR"
)
# A line goes on when the next one begins with one of these …
CONTINUERS = terminals(
    "PLUS MINUS TIMES OVER EQUAL UNEQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL CLOSE COMMA ENUM SEMICOLON AND OR THEN ELSE OF"
    " GREATER_THAN SMALLER_THAN EQUAL_TO UNEQUAL_TO NO_LESS NO_MORE GREATER_OR_EQUAL SMALLER_OR_EQUAL"
    " WHERE AT_MOST IS IS_NOT ABOVE BELOW NOT_ABOVE NOT_BELOW EXCEEDS NOT_EXCEEDING REACHES SHORT_OF LESS_THAN BEFORE AFTER NOT_BEFORE"
    " NOT_AFTER IN NOT_IN BETWEEN OR_MORE OR_LESS WITHIN BEYOND BETWEEN_END IF FLOOR CAP CONVERT SPREAD ASK PROOF PRESUMED INAPPLICABLE RANGE FOR"
    " HAS HAS_ONE NUMBERED ISSUED EFFECTIVE SOURCE PROVISIONAL FINAL LAYER PER UNIQUE HIGHEST_OF LOWEST_OF CUMULATIVE PRIORITY"
    " BOOK INCLUDED EXCLUDED UNTIL"
)
# … or when it ends with one of these.
OPENERS = terminals(
    "PLUS MINUS TIMES OVER EQUAL UNEQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL OPEN COMMA ENUM COLON SEMICOLON AND OR NOT IF THEN"
    " GREATER_THAN SMALLER_THAN EQUAL_TO UNEQUAL_TO NO_LESS NO_MORE GREATER_OR_EQUAL SMALLER_OR_EQUAL"
    " ELSE OF AT_MOST IS IS_NOT ABOVE BELOW NOT_ABOVE NOT_BELOW EXCEEDS NOT_EXCEEDING REACHES SHORT_OF LESS_THAN BEFORE AFTER"
    " NOT_BEFORE NOT_AFTER IN NOT_IN BETWEEN UNTIL FLOOR CAP ASK PROOF PRESUMED INAPPLICABLE NUMBERED SOURCE WHEN GRANT FOR TO BASIS PER IF_NONE"
)
# Heads: what a line that begins with a name means depends on the one above it.
HEADS = terminals("POLICY JURISDICTION IMPORT ENTITY FACTS PARAMETER CONDITION DEFINE TABLE BANDS BENEFIT EXAMPLE PROPERTY CONSISTENT")
# Under 档 these begin a band of their own: 低于 3%  0.
BAND_STARTERS = terminals(
    "GREATER_THAN SMALLER_THAN EQUAL_TO UNEQUAL_TO NO_LESS NO_MORE GREATER_OR_EQUAL SMALLER_OR_EQUAL "
    "MINUS AT_MOST IS IS_NOT ABOVE BELOW NOT_ABOVE NOT_BELOW EXCEEDS NOT_EXCEEDING REACHES SHORT_OF LESS_THAN BEFORE AFTER NOT_BEFORE"
    " NOT_AFTER EQUAL UNEQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL"
)
# Keywords only at the start of a physical line; elsewhere they are names, so that yuan/month is a unit.
ONLY_FIRST = frozenset({"MONTH_IS"})
# Keywords that are names as well wherever the grammar does not want them; not as the first word of a line.
ALSO_NAMES = frozenset({"HAS", "HAS_ONE", "WHERE"})
HEADINGS = frozenset({"POLICY", "EXAMPLE", "LIKE", "PROPERTY"})

SYMBOLS = {
    "+": "PLUS", "-": "MINUS", "×": "TIMES", "*": "TIMES", "÷": "OVER", "/": "OVER", "·": "DOT", "=": "EQUAL", "==": "EQUAL",
    "≠": "UNEQUAL", "!=": "UNEQUAL", "<": "LESS", "≤": "LESS_EQUAL", "<=": "LESS_EQUAL", ">": "GREATER", "≥": "GREATER_EQUAL",
    ">=": "GREATER_EQUAL", "(": "OPEN", ")": "CLOSE", ",": "COMMA", WIDE_COMMA: "COMMA", "、": "ENUM", ":": "COLON", ";": "SEMICOLON", "|": "BAR",
    "的": "OF", "'s": "OF", "’s": "OF",
}  # fmt: skip

NUMERAL = "[一二三四五六七八九十百千万零〇两0-9]+"
ARTICLE = rf"(?:第{NUMERAL}条(?:之{NUMERAL})*|article[ \t]+[0-9]+(?:\.[0-9]+)*)(?![^\W的])"
_COUNT = "[一二两三四五六七八九十百千万零〇]{1,20}"
SHARE = rf"{_COUNT}分之(?:{_COUNT}(?:点[一二三四五六七八九零〇]{{1,20}})?|[0-9]{{1,20}}(?:\.[0-9]{{1,20}})?)(?![^\W的])"
_DAY = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
_MONTH = r"[0-9]{4}-[0-9]{2}(?![-0-9])|[0-9]{4}年[0-9]{1,2}月(?![0-9])"
_TO_END = re.compile(r"[\r\n]|[ \t]#")
_TO_COLON = re.compile(r"[\r\n]|[ \t]#|:")
_VALIDITY = re.compile(r"(?:^|[ \t])(?:自|至|from|until)[ \t]*[0-9]{4}[-年]|(?:^|[ \t])(?:例外于|exception to)(?:[ \t]|$)")


def _scanner(keywords: Keywords) -> re.Pattern[str]:
    """One regular expression for every word. Longest shapes first; a keyword of several words is tried before a name."""
    units = "|".join(sorted(map(re.escape, unit_words), key=len, reverse=True))
    unit = rf"(?:%|‰|倍|fold|(?:万|亿)?(?:{units})(?:[/·](?:{units}))*|万|亿)(?=以[上下内外]|(?![^\W的]))"
    phrases = sorted({word for word in keywords.en if " " in word} | _phrases(keywords), key=len, reverse=True)
    several = "|".join("[ \\t]+".join(map(re.escape, phrase.split())) for phrase in phrases)
    return re.compile(
        # The first characters looked at tell most shapes apart; spaces before a word go with it.
        r"[^\S\r\n]*(?:"
        rf"(?=[0-9])(?:(?P<day>(?:{_DAY})(?![0-9]))|(?P<month>{_MONTH})"
        r"|(?P<grouped>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]))"
        rf"|(?P<amount>[0-9]+(?:\.[0-9]+)?(?:[ \t]*{unit}|%)?))"
        rf"|(?=[第a])(?P<article>{ARTICLE})|(?P<share>{SHARE})"
        rf"|(?=[a-z])(?P<several>(?:{several})(?!\w))"
        r"|(?P<name>[^\W\d的][^\W的]*)"
        r"|(?P<end>\r\n|\n|\r)|(?P<comment>\#[^\r\n]*)"
        r"|(?P<mark>\([ \t]*(?:含|不含|inclusive|exclusive)[ \t]*\))"
        r"|(?P<symbol>['’]s(?!\w)|==|!=|<=|>=|[-+×*÷/·=≠<≤>≥(),\uff0c、:;|的])"
        r"|(?P<string>“[^“”]*(?:“[^“”]*”[^“”]*)*”|「[^」]*」|\"[^\"\r\n]*\")|(?P<book>《[^》\r\n]*》)|(?P<quoted>【[^】\r\n]*】)"
        # Spaces at the end of the file have no word after them; without `last` they would be tried one by one.
        r"|(?P<unclosed>[“「\"《【][^\r\n]*)|(?P<strange>\S)|(?P<last>))",
        re.MULTILINE,
    )


def _phrases(keywords: Keywords) -> set[str]:
    """Names of several words the language gives that hold a keyword, such as away from zero: read as one name."""
    given = {phrase.en for phrase in ROUNDING_WORDS}
    return {phrase for phrase in given if " " in phrase and any(word in keywords.en for word in phrase.split())}


def _spaced(text: str) -> str:
    return " ".join(text.split())


@frozen
class Lexer:
    """Turns files into words. Built once from the grammar's keywords."""

    keywords: Keywords
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, keywords: Keywords) -> Lexer:
        return cls(keywords, _scanner(keywords))

    def read(self, source: SourceText) -> Words:
        """Every character of the file becomes part of a word, a space or a comment; nothing is lost and nothing raises."""
        folded = source.text.translate(FOLD)
        spelling = self.spelling(folded)
        dictionary = self.keywords.zh if spelling == "zh" else self.keywords.en
        comments: list[Comment] = []
        lines = self._lines(source.text, folded, dictionary, comments)
        return Words(spelling, tuple(lines), tuple(comments))

    def spelling(self, folded: str) -> Spelling:
        """The spelling of the first word that is a keyword of one spelling only; Chinese where there is none."""
        for match in self.pattern.finditer(folded):
            text = match.group().lstrip()
            if match.lastgroup == "article":
                return "en" if text.startswith("article") else "zh"
            if match.lastgroup in ("name", "several"):
                english = self.keywords.en.get(_spaced(text), "MONTH_IS") not in ONLY_FIRST
                chinese = self.keywords.zh.get(text, "MONTH_IS") not in ONLY_FIRST
                if english or chinese:
                    return "zh" if chinese else "en"
        return "zh"

    def _lines(self, original: str, folded: str, dictionary: Mapping[str, str], comments: list[Comment]) -> list[LogicalLine]:
        """One loop over every word of the file: what kind it is, and whether its physical line goes on with the one before."""
        lines: list[LogicalLine] = []
        gathered: list[Word] = []
        first = True
        last = head = ""
        begin = end = finish = depth = position = 0
        scan = self.pattern.match
        size = len(folded)
        while position < size:
            match = scan(folded, position)
            assert match is not None  # `strange` takes any character that is no space, `end` and `last` the rest
            kind = match.lastgroup or ""
            start, position = match.span(match.lastindex or 0)
            end = position
            if kind == "end":
                first = True
                continue
            text = folded[start:end]
            if kind == "name":
                type = dictionary.get(text, "NAME")
                if type in ONLY_FIRST and not first:
                    type = "NAME"
            elif kind == "amount" or kind == "share":
                type = "AMOUNT"
            elif kind == "symbol":
                type = SYMBOLS[text]
            elif kind == "comment":
                comments.append(Comment(original[start + 1 : end].strip(), start, first))
                continue
            elif kind == "last":
                break
            elif kind == "several":
                text, position = self._several(text, start, end, dictionary)
                type = dictionary.get(text, "NAME")
                end = position
            else:
                type, text = _less_common(kind, text, original[start:end])
            if first:
                if gathered and (type in STARTERS or not (depth > 0 or _continues(type, head) or _unfinished(last, head))):
                    lines.append(LogicalLine(begin, finish, tuple(gathered)))
                    gathered = []
                if not gathered:
                    begin = start
                    depth = 0
                if type in HEADS:
                    head = type
            gathered.append(Word(type, text, (start - begin, end - begin)))
            if first and (type in HEADINGS or type == "ARTICLE"):
                title, position = _title(original, folded, end, type)
                if title is not None:
                    gathered.append(Word("TITLE", original[title[0] : title[1]], (title[0] - begin, title[1] - begin)))
                    type = "TITLE"
                    end = title[1]
            elif type == "OPEN":
                depth += 1
            elif type == "CLOSE":
                depth -= 1
            last = type
            finish = end
            first = False
        if gathered:
            lines.append(LogicalLine(begin, finish, tuple(gathered)))
        return lines

    def _several(self, text: str, start: int, end: int, dictionary: Mapping[str, str]) -> tuple[str, int]:
        """English words that belong together, and where they end. In a Chinese file each is a name by itself."""
        if self.keywords.en is dictionary:
            return _spaced(text), end
        word = text.split()[0]
        return word, start + len(word)


def _less_common(kind: str, text: str, original: str) -> tuple[str, str]:
    """Terminal and text of the words that are neither names nor amounts nor symbols."""
    if kind in ("string", "book", "quoted"):
        return {"string": "STRING", "book": "BOOK", "quoted": "NAME"}[kind], original[1:-1]
    if kind == "mark":
        return "EXCLUDED" if "不" in text or "exclusive" in text else "INCLUDED", text
    if kind in ("article", "day", "month"):
        return {"article": "ARTICLE", "day": "DATE", "month": "MONTH"}[kind], text
    return {"grouped": "GROUPED", "unclosed": "UNCLOSED"}.get(kind, "STRANGE"), original


def _title(original: str, folded: str, start: int, type: str) -> tuple[Span | None, int]:
    """The free words after a heading, and where they end: at the end of the line or a comment, that of a property at the colon,
    that of an article where its validity or its exceptions begin."""
    if folded.startswith("#", start):
        return None, start
    stop = (_TO_COLON if type == "PROPERTY" else _TO_END).search(folded, start)
    end = stop.start() if stop else len(folded)
    validity = _VALIDITY.search(folded, start, end) if type == "ARTICLE" else None
    if validity:
        end = validity.start()
    return _stripped(original, start, end), end


def _stripped(original: str, start: int, end: int) -> Span | None:
    words = original[start:end]
    left = start + len(words) - len(words.lstrip())
    right = start + len(words.rstrip())
    return (left, right) if left < right else None


def _continues(type: str, head: str) -> bool:
    """The word goes on with the line before. Under 档 a line may begin with 低于 or 高于; elsewhere such a line goes on with the one before."""
    return type in CONTINUERS and not (head == "BANDS" and type in BAND_STARTERS)


def _unfinished(last: str, head: str) -> bool:
    """The line before ends with a word that asks for more. Under 例 a colon does not: 甲、乙、丙：(nothing known of them)."""
    return last in OPENERS and not (last == "COLON" and head == "EXAMPLE")
