"""A broken law as a short page: what was promised, the household with which it is broken, what it comes to, and why."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps

from attrs import field, frozen

from policyrules.book.book import Book, decide
from policyrules.explain.wording import explain
from policyrules.review.example_text import example_text
from policyrules.source.phrase import Language, Phrase
from policyrules.values.calendar import month_text, parse_month

_HEAD = Phrase("规律不成立：{law}", "a law does not hold: {law}")
_WHOSE = Phrase("{month}，{subject}：{told}", "{month}, {subject}: {told}")
_NOW = Phrase("现在的决定：", "what is decided now:")
_READY = Phrase("现成的例子，放进这个政策的 cases.policy 就能重现：", "a ready example; put into cases.policy of this policy it shows the same:")
_INDENT = "  "


@frozen
class Broken:
    """What is wrong with one household: the law, what was seen of it, and whose it is."""

    law: Phrase
    told: Phrase
    document: Mapping[str, object] = field(repr=False)
    month: str
    key: str
    subject: str


def page(book: Book, broken: Broken, lang: Language = "zh") -> str:
    """The page, from the law down to a ready 例."""
    first = parse_month(broken.month)
    assert first is not None
    month = Phrase(month_text(first, "zh"), month_text(first, "en"))
    lines = [
        _HEAD.fill(law=broken.law)(lang),
        _INDENT + _WHOSE.fill(month=month, subject=broken.subject, told=broken.told)(lang),
        "",
        _NOW(lang),
        *(_INDENT + line if line else "" for line in reasons(book, broken, lang).split("\n")),
        "",
        *ready(book, broken.law(lang), broken.document, broken.month, broken.key, broken.subject, lang),
    ]
    return "\n".join(lines)


def reasons(book: Book, broken: Broken, lang: Language = "zh") -> str:
    """Why the answer is what it is, as `decide --explain` says it."""
    decision = decide(book, dict(broken.document), month=broken.month, ask=broken.key, explain=True)
    mine = [answer for answer in decision.answers if answer.instance.id == broken.subject]
    return "\n".join(explain(answer, book.program, lang) for answer in mine)


def ready(book: Book, title: str, document: Mapping[str, object], month: str, key: str, subject: str, lang: Language) -> list[str]:
    """The lines of a 例 that shows it; of the case as JSON where the 例 cannot tell it."""
    first = parse_month(month)
    assert first is not None
    try:
        text = example_text(book, title, document, first, key, subject)
    except ValueError:
        return dumps(document, ensure_ascii=False, indent=2).split("\n")
    return [_READY(lang), *(_INDENT + line if line else "" for line in text.rstrip("\n").split("\n"))]
