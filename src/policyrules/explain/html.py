"""Answers as HTML: for a browser, a printer, a notebook. One file, no script, nothing loaded from elsewhere.

Every word of a policy or a case passes `escaped`; nothing else makes markup of texts.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Outcome, Refused, Undecided
from policyrules.core.program import Program
from policyrules.explain.groups import Group, grouped
from policyrules.explain.reason import Reason
from policyrules.explain.reasons import reasons_of
from policyrules.explain.wording import label_words
from policyrules.explain.words import outcome_words, owned
from policyrules.source.phrase import Language, Phrase
from policyrules.source.render import visible

_TONGUES = {"zh": "zh-CN", "en": "en"}
_TONES: dict[type[Outcome], str] = {
    Granted: "paid",
    Computed: "paid",
    Refused: "unpaid",
    Undecided: "open",
    Conflict: "wrong",
    Failed: "wrong",
}
_PROVISIONAL = Phrase("暂定", "provisional")
_SUPPLIED = Phrase("由经办人给出", "supplied")
_NAMED = Phrase("{name}：", "{name}: ")
_WORKING = Phrase("怎么算", "working")
_RESULT = Phrase("得", "result")
_ITEM = Phrase("项目", "item")

STYLE = """
.policyrules { color-scheme: light; color: #1a1a1a; background: #fff; max-width: 54rem; margin: 0 auto; padding: 1rem; line-height: 1.6;
  font-family: "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; overflow-wrap: anywhere; }
.policyrules h1 { font-size: 1.4rem; margin: 0 0 1rem; }
.policyrules h2 { font-size: 1.1rem; margin: 0 0 .4rem; }
.policyrules section { border-left: .3rem solid #767676; margin: 0 0 1.4rem; padding: .2rem 0 .2rem .9rem; }
.policyrules section.paid { border-color: #1b6e3c; }
.policyrules section.open { border-color: #8a5a00; }
.policyrules section.wrong { border-color: #a3161f; }
.policyrules .badge { border: 1px solid #8a5a00; border-radius: .2rem; color: #6b4500; font-size: .85rem; font-weight: normal; padding: 0 .35rem; }
.policyrules .draft { border: 2px solid #8a5a00; color: #6b4500; font-weight: bold; padding: .3rem .6rem; }
.policyrules summary { cursor: pointer; font-weight: bold; }
.policyrules details > * + *, .policyrules ul, .policyrules p { margin: .3rem 0; }
.policyrules blockquote { border-left: .2rem solid #b5b5b5; margin: .3rem 0; padding-left: .7rem; }
.policyrules cite { font-style: normal; color: #454545; }
.policyrules table { border-collapse: collapse; width: 100%; margin: .4rem 0; }
.policyrules caption { text-align: left; color: #454545; }
.policyrules th, .policyrules td { border: 1px solid #b5b5b5; padding: .2rem .5rem; text-align: left; vertical-align: top; }
.policyrules td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.policyrules pre { overflow-x: auto; }
@media print {
  .policyrules { max-width: none; padding: 0; font-size: 11pt; }
  .policyrules table, .policyrules blockquote { break-inside: avoid; }
  .policyrules h2, .policyrules summary { break-after: avoid; }
}
"""


def escaped(text: str) -> str:
    """Text as markup that shows it, on one line; characters that hide or reorder are spelt out."""
    return html.escape(visible(text), quote=True)


def preformatted(text: str) -> str:
    """Text of several lines, laid out as it is."""
    return f"<pre>{chr(10).join(map(escaped, text.split(chr(10))))}</pre>"


def page(title: str, body: str, language: Language) -> str:
    """A whole document around a body of markup. Security is its own: the page may load and run nothing."""
    return (
        f'<!DOCTYPE html>\n<html lang="{_TONGUES[language]}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<main class="policyrules">\n<h1>{escaped(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n'
    )


def fragment(body: str, language: Language) -> str:
    """The body to stand inside another page, such as a notebook; its style touches nothing around it."""
    return f'<div class="policyrules" lang="{_TONGUES[language]}">\n<style>{STYLE}</style>\n{body}\n</div>'


def answer_section(answer: Answer, program: Program, language: Language) -> str:
    """An answer: its headline, and below it the reasons, as far as a trace tells them."""
    name = _NAMED.fill(name=owned(answer.name, answer.instance, None))
    outcome = outcome_words(answer.outcome, answer.type)
    marks = [mark for mark, holds in ((_PROVISIONAL, answer.provisional), (_SUPPLIED, answer.supplied)) if holds]
    badges = "".join(f' <span class="badge">{escaped(mark(language))}</span>' for mark in marks)
    heading = f"<h2>{escaped(name(language))}<strong>{escaped(outcome(language))}</strong>{badges}</h2>"
    groups = [_group(group, language) for group in grouped(reasons_of(answer, program))]
    return "\n".join([f'<section class="{_TONES[type(answer.outcome)]}">', heading, *groups, "</section>"])


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], numbers: frozenset[int] = frozenset()) -> str:
    """A table of texts; the first cell of a row names it, columns in `numbers` hold figures."""
    titles = "".join(f'<th scope="col">{escaped(title)}</th>' for title in head)
    lines = [f"<table><caption>{escaped(caption)}</caption>", f"<thead><tr>{titles}</tr></thead>", "<tbody>"]
    for name, *cells in rows:
        figures = "".join(
            f'<td class="number">{escaped(cell)}</td>' if index in numbers else f"<td>{escaped(cell)}</td>"
            for index, cell in enumerate(cells, 1)
        )
        lines.append(f'<tr><th scope="row">{escaped(name)}</th>{figures}</tr>')
    return "\n".join([*lines, "</tbody></table>"])


def quotation(words: str) -> str:
    """Words of a regulation."""
    return f"<blockquote>{escaped(words)}</blockquote>"


def items(texts: Iterable[str]) -> str:
    """A list of texts."""
    return "<ul>" + "".join(f"<li>{escaped(text)}</li>" for text in texts) + "</ul>"


# ---------------------------------------------------------------- reasons


def _group(group: Group, language: Language) -> str:
    # Open from the start: what is folded away would not be printed.
    said = label_words(group.kind)(language)
    inside: list[str] = []
    if group.head is not None:
        said = f"{said}　{group.head.text(language)}"
        if group.head.quote:
            inside.append(quotation(group.head.quote))
        if group.head.citation is not None:
            inside.append(f"<p><cite>{escaped(group.head.citation(language))}</cite></p>")
    working = group.figures if any(reason.kind == "calculation" for reason in group.figures) else ()
    told = group.grounds if working else group.grounds + group.figures
    if told:
        inside.append(items(reason.text(language) for reason in told))
    if working:
        inside.append(_working(working, language))
    if not inside:
        return f"<p><strong>{escaped(said)}</strong></p>"
    return "\n".join(["<details open>", f"<summary>{escaped(said)}</summary>", *inside, "</details>"])


def _working(reasons: tuple[Reason, ...], language: Language) -> str:
    rows = [
        (
            label_words("rule" if reason.kind == "parameter" else reason.kind)(language),
            reason.text(language),
            reason.value(language) if reason.value else "",
        )
        for reason in reasons
    ]
    caption = label_words("calculation")(language)
    return table(caption, [_ITEM(language), _WORKING(language), _RESULT(language)], rows, frozenset({2}))
