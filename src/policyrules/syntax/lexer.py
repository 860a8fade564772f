"""Words of a policy file, grouped into logical lines.

Full-width characters are folded one for one, so offsets stay those of the text; quoted words are taken from the original.
A logical line ends where the next physical line does not go on with it: inside parentheses, after an operator, or before one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

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
    " BANDS BENEFIT ARTICLE EXCEPTION WHEN GRANT REFUSE LIFT OTHERWISE ROUND EXAMPLE MONTH_IS LIKE EXPECT PROPERTY BAR"
)
# A line goes on when the next one begins with one of these …
CONTINUERS = terminals(
    "PLUS MINUS TIMES OVER EQUAL UNEQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL CLOSE COMMA ENUM SEMICOLON AND OR THEN ELSE OF"
    " GREATER_THAN SMALLER_THAN EQUAL_TO UNEQUAL_TO NO_LESS NO_MORE GREATER_OR_EQUAL SMALLER_OR_EQUAL"
    " WHERE AT_MOST IS IS_NOT ABOVE BELOW NOT_ABOVE NOT_BELOW EXCEEDS NOT_EXCEEDING REACHES SHORT_OF LESS_THAN BEFORE AFTER NOT_BEFORE"
    " NOT_AFTER IN NOT_IN BETWEEN OR_MORE OR_LESS WITHIN BEYOND BETWEEN_END IF FLOOR CAP CONVERT SPREAD ASK PROOF RANGE FOR"
    " HAS HAS_ONE NUMBERED ISSUED EFFECTIVE SOURCE PROVISIONAL FINAL LAYER PER UNIQUE HIGHEST_OF LOWEST_OF CUMULATIVE PRIORITY"
    " BOOK INCLUDED EXCLUDED UNTIL"
)
# … or when it ends with one of these.
OPENERS = terminals(
    "PLUS MINUS TIMES OVER EQUAL UNEQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL OPEN COMMA ENUM COLON SEMICOLON AND OR NOT IF THEN"
    " GREATER_THAN SMALLER_THAN EQUAL_TO UNEQUAL_TO NO_LESS NO_MORE GREATER_OR_EQUAL SMALLER_OR_EQUAL"
    " ELSE OF AT_MOST IS IS_NOT ABOVE BELOW NOT_ABOVE NOT_BELOW EXCEEDS NOT_EXCEEDING REACHES SHORT_OF LESS_THAN BEFORE AFTER"
    " NOT_BEFORE NOT_AFTER IN NOT_IN BETWEEN UNTIL FLOOR CAP ASK PROOF NUMBERED SOURCE WHEN GRANT FOR TO BASIS PER IF_NONE"
)
# Heads: what a line that begins with a name means depends on the one above it.
HEADS = terminals("POLICY JURISDICTION IMPORT ENTITY FACTS PARAMETER CONDITION DEFINE TABLE BANDS BENEFIT EXAMPLE PROPERTY")
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
        lines = tuple(_logical_lines(self._words(source.text, folded, dictionary, comments)))
        return Words(spelling, lines, tuple(comments))

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

    def _words(
        self, original: str, folded: str, dictionary: Mapping[str, str], comments: list[Comment]
    ) -> Iterator[tuple[bool, str, str, int, int]]:
        """(first of its physical line, terminal, text, start, end) for every word."""
        first = True
        position = 0
        scan = self.pattern.match
        size = len(folded)
        while position < size:
            match = scan(folded, position)
            assert match is not None  # `strange` takes any character that is no space, `end` and `last` the rest
            kind = match.lastgroup or ""
            if kind == "last":
                return
            start, position = match.span(match.lastindex or 0)
            end = position
            if kind == "end":
                first = True
                continue
            text = folded[start:end]
            if kind == "comment":
                comments.append(Comment(original[start + 1 : end].strip(), start, first))
                continue
            if kind == "name":
                type = dictionary.get(text, "NAME")
                if type in ONLY_FIRST and not first:
                    type = "NAME"
                yield first, type, text, start, end
                if first and type in HEADINGS:
                    title, position = _title(original, folded, end, type == "PROPERTY")
                    if title is not None:
                        yield False, "TITLE", original[title[0] : title[1]], title[0], title[1]
                first = False
                continue
            if kind == "amount" or kind == "share":
                yield first, "AMOUNT", text, start, end
            elif kind == "symbol":
                yield first, SYMBOLS[text], text, start, end
            elif kind == "article":
                yield first, "ARTICLE", text, start, end
                title, position = _article_title(original, folded, end) if first else (None, end)
                if title is not None:
                    yield False, "TITLE", original[title[0] : title[1]], title[0], title[1]
            elif kind == "several" and self.keywords.en is dictionary:
                phrase = _spaced(text)
                yield first, dictionary.get(phrase, "NAME"), phrase, start, end
            elif kind == "several":
                # English words in a Chinese file are names, each by itself.
                position = start + len(text.split()[0])
                yield first, "NAME", folded[start:position], start, position
            elif kind == "day" or kind == "month":
                yield first, "DATE" if kind == "day" else "MONTH", text, start, end
            elif kind == "mark":
                included = "不" not in text and "exclusive" not in text
                yield first, "INCLUDED" if included else "EXCLUDED", text, start, end
            elif kind in ("string", "book", "quoted"):
                type = {"string": "STRING", "book": "BOOK", "quoted": "NAME"}[kind]
                yield first, type, original[start + 1 : end - 1], start, end
            else:
                yield first, {"grouped": "GROUPED", "unclosed": "UNCLOSED"}.get(kind, "STRANGE"), original[start:end], start, end
            first = False


def _title(original: str, folded: str, start: int, until_colon: bool) -> tuple[Span | None, int]:
    """The free words after a heading keyword: to the end of the line, a comment, or (a property) the colon."""
    if folded.startswith("#", start):
        return None, start
    stop = re.compile(r"[\r\n]|[ \t]#" + ("|:" if until_colon else "")).search(folded, start)
    end = stop.start() if stop else len(folded)
    return _stripped(original, start, end), end


def _article_title(original: str, folded: str, start: int) -> tuple[Span | None, int]:
    """The title of an article ends where its validity or its exceptions begin, at a comment, or with the line."""
    if folded.startswith("#", start):
        return None, start
    stop = re.compile(r"[\r\n]|[ \t]#").search(folded, start)
    end = stop.start() if stop else len(folded)
    validity = _VALIDITY.search(folded, start, end)
    if validity:
        end = validity.start()
    return _stripped(original, start, end), end


def _stripped(original: str, start: int, end: int) -> Span | None:
    words = original[start:end]
    left = start + len(words) - len(words.lstrip())
    right = start + len(words.rstrip())
    return (left, right) if left < right else None


def _continues(type: str, head: str) -> bool:
    """Under 档 a line may begin with 低于 or 高于; elsewhere such a line goes on with the one before."""
    return type in CONTINUERS and not (head == "BANDS" and type in BAND_STARTERS)


def _stops(last: str, head: str) -> bool:
    """Under 例 a line may end with a colon: 甲、乙、丙：(nothing known of them)."""
    return last == "COLON" and head == "EXAMPLE"


def _logical_lines(words: Iterator[tuple[bool, str, str, int, int]]) -> Iterator[LogicalLine]:
    gathered: list[Word] = []
    begin = finish = depth = 0
    last = head = ""
    for first, type, text, start, end in words:
        goes_on = bool(gathered) and (
            not first or (type not in STARTERS and (depth > 0 or _continues(type, head) or (last in OPENERS and not _stops(last, head))))
        )
        if first and type in HEADS:
            head = type
        if not goes_on:
            if gathered:
                yield LogicalLine(begin, finish, tuple(gathered))
            gathered = []
            begin = start
            depth = 0
        gathered.append(Word(type, text, (start - begin, end - begin)))
        if type == "OPEN":
            depth += 1
        elif type == "CLOSE":
            depth -= 1
        last = type
        finish = end
    if gathered:
        yield LogicalLine(begin, finish, tuple(gathered))
