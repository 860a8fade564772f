"""Numbers of articles: 第十二条, 第12条 and article 12 are one article, kept as 第十二条; 第三条之一 is article 3.1."""

from __future__ import annotations

import re
from functools import lru_cache

from policyrules.source.phrase import Phrase
from policyrules.values.quantities import parse_chinese_number

_MOST_DIGITS = 8
_MOST_NUMERALS = 20
_DIGITS = "零一二三四五六七八九"
_CHINESE = re.compile("第(?P<first>[^条]+)条(?P<rest>(?:之[^之]+)*)")


@lru_cache(maxsize=1024)
def article_number(written: str) -> str:
    """The one form in which an article is kept. A number no one can read stays as it was written."""
    if written.startswith("article"):
        numerals = re.findall("[0-9]+", written)
    else:
        found = _CHINESE.fullmatch(written)
        if found is None:
            return written
        numerals = [found["first"], *found["rest"].split("之")[1:]]
    first, *rest = map(_usual, numerals)
    return "".join((f"第{first}条", *(f"之{numeral}" for numeral in rest)))


@lru_cache(maxsize=1024)
def english_article(number: str) -> str:
    """`article 12` for 第十二条; the Chinese form, which both spellings read, where its number cannot be read."""
    found = _CHINESE.fullmatch(number)
    numerals = [found["first"], *found["rest"].split("之")[1:]] if found else [""]
    counts = [_count(numeral) for numeral in numerals]
    if any(count is None for count in counts):
        return number
    return f"article {'.'.join(str(count) for count in counts)}"


def article_rank(number: str) -> tuple[int, ...]:
    """Where an article stands among others by its number: 第三条 before 第三条之一 before 第四条; unreadable ones come last."""
    found = _CHINESE.fullmatch(number)
    numerals = [found["first"], *found["rest"].split("之")[1:]] if found else [""]
    counts = [_count(numeral) for numeral in numerals]
    return tuple(10**9 if count is None else count for count in counts)


@lru_cache(maxsize=1024)
def article_phrase(number: str, title: str | None = None) -> Phrase:
    """An article in both languages, with its title as written."""
    if not title:
        return Phrase(number, english_article(number))
    return Phrase(f"{number}　{title}", f"{english_article(number)} {title}")


def chinese_number(count: int) -> str:
    """A count below 一亿 in Chinese numerals: 十二, 一百零五."""
    above, below = divmod(count, 10_000)
    if not above:
        return _below_ten_thousand(below)
    rest = _below_ten_thousand(below) if below else ""
    return f"{_below_ten_thousand(above)}万{'零' if 0 < below < 1000 else ''}{rest}"


def _usual(numeral: str) -> str:
    count = _count(numeral)
    return numeral if count is None else chinese_number(count)


def _count(numeral: str) -> int | None:
    if numeral.isascii() and numeral.isdigit():
        return int(numeral) if len(numeral) <= _MOST_DIGITS else None
    return parse_chinese_number(numeral) if len(numeral) <= _MOST_NUMERALS else None


def _below_ten_thousand(count: int) -> str:
    if count == 0:
        return "零"
    text = ""
    for place, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = count // place % 10
        if digit:
            text += f"{_DIGITS[digit]}{word}"
        elif text and count % place:
            # one 零 for any run of empty places inside the number
            text = text.rstrip("零") + "零"
    return text.removeprefix("一") if 10 <= count < 20 else text
