"""What a change does to a roster as one page that stands for itself: sentences, charts, tables. Nothing is loaded from elsewhere."""

from __future__ import annotations

from policyrules.book.batch_engine import whole_or_absent
from policyrules.explain.html import escaped, items, page, preformatted, table
from policyrules.review.charts import Panel, inline, panels
from policyrules.review.impact_figures import Impact
from policyrules.review.impact_words import Table, open_answers, remarks, sentences, tables, title
from policyrules.source.phrase import Language, Phrase

_RULES = Phrase("规则的变化", "What changes in the rules")
_FIGURES = Phrase("数字", "Figures")
_OPEN = Phrase("没有答案的（没有算进上面的钱）", "Without an answer (in none of the sums above)")
_NOTES = Phrase("说明", "Notes")
_STYLE = """<style>
.policyrules { max-width: 72rem; } .policyrules figure { margin: .6rem 0; }
.policyrules table { margin: 1.2rem 0; } .policyrules caption { font-weight: bold; }
.policyrules svg { max-width: 100%; height: auto; } .policyrules pre { white-space: pre-wrap; }
</style>"""


def report(impact: Impact, language: Language, rules: str = "") -> str:
    """The page with everything; `rules` is text of several lines that tells what has changed in the rules, and stands last."""
    body = [_STYLE, items(words(language) for words in sentences(impact))]
    body += [_chart(panel, language) for panel in panels(impact, language)]
    body += [_table(one, language) for one in tables(impact)]
    for heading, lines in ((_OPEN, open_answers(impact)), (_NOTES, remarks(impact))):
        said = [words(language) for words in lines]
        if said:
            body += [f"<h2>{escaped(heading(language))}</h2>", items(said)]
    if rules:
        body += [f"<h2>{escaped(_RULES(language))}</h2>", preformatted(rules)]
    return page(title(impact)(language), "\n".join(body), language)


def chart_page(impact: Impact, language: Language) -> str:
    """The page with the charts, and below each its figures for those who cannot see it."""
    body = [_STYLE, items(words(language) for words in sentences(impact))]
    body += [_chart(panel, language) for panel in panels(impact, language)]
    figures = "\n".join(_table(one, language) for one in tables(impact))
    body.append(f"<details>\n<summary>{escaped(_FIGURES(language))}</summary>\n{figures}\n</details>")
    return page(title(impact)(language), "\n".join(body), language)


def write_page(text: str, out: str) -> None:
    """Write a page, whole or not at all."""
    with whole_or_absent(out) as path, open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def _chart(panel: Panel, language: Language) -> str:
    said = escaped(panel.heading)
    return f'<figure aria-label="{said}">\n{inline(panel, language)}\n</figure>'


def _table(one: Table, language: Language) -> str:
    figures = frozenset(range(1, len(one.head))) - one.texts
    rows = [[cell(language) for cell in row] for row in one.rows]
    return table(one.caption(language), [head(language) for head in one.head], rows, figures)
