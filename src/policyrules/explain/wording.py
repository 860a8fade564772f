"""An answer with its reasons as text: a headline and a few labelled lines, in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence

from policyrules.core.case import Occasion
from policyrules.core.outcome import Answer
from policyrules.core.program import Program
from policyrules.explain.reason import Reason
from policyrules.explain.reasons import reasons_of
from policyrules.explain.words import SEMICOLON, day_words, joined, outcome_words, owned, stated
from policyrules.source.phrase import Language, Phrase, plain
from policyrules.values.calendar import month_text

_WHEN = Phrase("（{when}）", " ({when})")
_PROVISIONAL = Phrase("　暂定", " [provisional]")
_SUPPLIED = Phrase("　由经办人给出", " [supplied]")
_QUOTED = Phrase("“{words}”", "“{words}”")
_SAYS = Phrase("{paper}：{words}", "{paper}: {words}")

_LABELS = {
    "article": Phrase("依据", "by"),
    "conflict": Phrase("冲突", "conflict"),
    "fact": Phrase("因为", "because"),
    "calculation": Phrase("计算", "sum"),
    "combination": Phrase("各条", "together"),
    "rule": Phrase("其中", "where"),
    "supplied": Phrase("给出", "supplied"),
    "rounding": Phrase("取整", "rounded"),
    "excluded": Phrase("排除", "set aside"),
    "failing": Phrase("不符", "not met"),
    "missing": Phrase("还缺", "missing"),
    "unknowable": Phrase("不详", "unknown"),
    "presumed": Phrase("推定", "presumed"),
    "inapplicable": Phrase("取值", "taken"),
    "possible": Phrase("范围", "range"),
    "error": Phrase("原因", "reason"),
}
_CHINESE_LABEL, _ENGLISH_LABEL = 3, 10
"""How wide a label is, with the space after it."""


def label_words(kind: str) -> Phrase:
    """What the reasons of a kind stand under: 依据, 因为, 计算."""
    return _LABELS[kind]


def explain(answer: Answer, program: Program, language: Language, occasion: Occasion | None = None) -> str:
    """The answer and why, several lines. It needs a traced answer; without a trace there is less to say."""
    return laid_out(answer, reasons_of(answer, program), language, occasion)


def laid_out(
    answer: Answer,
    reasons: Sequence[Reason],
    language: Language,
    occasion: Occasion | None = None,
    further: Sequence[tuple[Phrase | None, Phrase]] = (),
) -> str:
    """The answer with these reasons and further lines, each under its label or that of the line above."""
    lines = [headline(answer, occasion)(language)]
    for label, text in (*_lines(reasons), *further):
        name = label(language) if label else ""
        margin = name.ljust(_CHINESE_LABEL, "　") if language == "zh" else name.ljust(_ENGLISH_LABEL)
        lines.append(f"  {margin}{text(language)}")
    return "\n".join(lines)


def headline(answer: Answer, occasion: Occasion | None = None) -> Phrase:
    """The answer in one line."""
    name = owned(answer.name, answer.instance, None)
    if occasion is not None:
        monthly = Phrase(month_text(occasion.day, "zh"), month_text(occasion.day, "en")) if occasion.monthly else day_words(occasion.day)
        name = _run_on(name, _WHEN.fill(when=monthly))
    words = stated(name, outcome_words(answer.outcome, answer.type))
    marks = [mark for mark, holds in ((_PROVISIONAL, answer.provisional), (_SUPPLIED, answer.supplied)) if holds]
    return _run_on(words, *marks) if marks else words


def _run_on(*parts: Phrase) -> Phrase:
    """Parts with nothing between them."""
    return joined(plain(""), parts)


def _lines(reasons: Sequence[Reason]) -> list[tuple[Phrase | None, Phrase]]:
    """Label and text of every line: grounds that follow each other share one, the paper and its words stand under their article.

    A parameter in an amount has its paper in the figures already and gets no line of its own.
    """
    lines: list[tuple[Phrase | None, Phrase]] = []
    waiting: dict[str, list[Phrase]] = {"fact": [], "supplied": []}
    calculated = False
    under: Phrase | None = None
    for reason in reasons:
        kind = reason.kind
        if kind == "supplied" or (kind in ("fact", "parameter", "rule") and not calculated):
            waiting["supplied" if kind == "supplied" else "fact"].append(reason.text)
            continue
        if (shared := _shared(waiting)):
            lines += shared
            under = shared[-1][0]
        if kind in ("article", "conflict"):
            calculated = False
        elif kind == "calculation":
            calculated = True
        if kind == "parameter":
            continue
        label = _LABELS[kind]
        lines.append((None if under is label and kind != "article" else label, reason.text))
        under = label
        if kind in ("article", "conflict") and (source := _source(reason)) is not None:
            lines.append((None, source))
    return lines + _shared(waiting)


def _shared(waiting: dict[str, list[Phrase]]) -> list[tuple[Phrase | None, Phrase]]:
    """What waited for a line, one line a kind."""
    if not any(waiting.values()):
        return []
    lines: list[tuple[Phrase | None, Phrase]] = [(_LABELS[kind], joined(SEMICOLON, texts)) for kind, texts in waiting.items() if texts]
    for texts in waiting.values():
        texts.clear()
    return lines


def _source(reason: Reason) -> Phrase | None:
    """The paper of an article and the words quoted from it."""
    quoted = _QUOTED.fill(words=plain(reason.quote)) if reason.quote else None
    if quoted is None or reason.citation is None:
        return quoted or reason.citation
    return _SAYS.fill(paper=reason.citation, words=quoted)
