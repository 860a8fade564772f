"""Wording in Chinese and English, always together."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

Language: TypeAlias = Literal["zh", "en"]


@frozen
class Phrase:
    """One sentence or term in both languages. `{name}` marks a place filled in by `fill`."""

    zh: str
    en: str

    def __call__(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def fill(self, **parts: object) -> Phrase:
        """The phrase with every `{name}` replaced; a part may be a `Phrase` itself."""
        zh: dict[str, str] = {}
        en: dict[str, str] = {}
        for name, part in parts.items():
            if part.__class__ is Phrase:
                zh[name], en[name] = part.zh, part.en
            else:
                zh[name] = en[name] = str(part)
        return Phrase(self.zh.format_map(zh), self.en.format_map(en))


def plain(text: str) -> Phrase:
    """A phrase that reads the same in both languages (a name, a number, a quotation)."""
    return Phrase(text, text)

