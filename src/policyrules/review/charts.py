"""The figures of a change as charts: SVG, PNG, or a page with both charts and figures. Needs matplotlib (`policyrules[charts]`).

Figures are exact until here; only lengths on paper are floats, and every number written beside a bar is the exact one. In SVG, text
stays text, so that the reader's fonts draw it; in PNG it is drawn here, and a font that lacks a character is not used.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any

from attrs import frozen

from policyrules.book.batch_engine import whole_or_absent
from policyrules.review import impact_problems as problems
from policyrules.review.impact_figures import GroupLine, Impact
from policyrules.review.impact_rosters import about
from policyrules.review.impact_words import bin_words, group_words, grouped, money, shown_groups, signed, title
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Language, Phrase
from policyrules.source.render import visible, width
from policyrules.values.calendar import month_text

SUFFIXES = (".svg", ".png", ".html")
FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Noto Sans CJK JP",
    "Arial Unicode MS",
    "DejaVu Sans",
)
"""Fonts that have Chinese, the best first; the last has none and serves texts without."""

WIDE = 9.6
"""Inches across."""
_BAR, _HEAD, _FOOT, _CELL = 0.34, 0.56, 0.4, 0.088
_GREY, _BLUE, _ORANGE, _INK, _FAINT = "#b4bcc6", "#1f5a94", "#c2571a", "#222222", "#6b6b6b"
_LONGEST = 24
_SCHEMES = Phrase("各项给付的月支出（元/月）", "Monthly amount by benefit (yuan/month)")
_BINS = Phrase("每户一个月增减多少（户数）", "How much a household gains or loses a month (households)")
_GROUPS = Phrase("按{by}，月支出的变化（元/月）", "Change of the monthly amount by {by} (yuan/month)")
_MONTHS = Phrase("各月支出（元/月）", "Amount of each month (yuan/month)")
_OLD, _NEW = Phrase("旧版", "old"), Phrase("新版", "new")
_NONE = Phrase("没有户增减", "no household gains or loses")
_OPEN = Phrase("另有 {count} 户说不准，不在图里", "{count} more households are open and not drawn")


@frozen
class Pair:
    """A label with a figure of the old version and one of the new."""

    label: str
    before: Fraction
    after: Fraction


@frozen
class Bar:
    """A label with a figure that may be below 0, and what is written beside it."""

    label: str
    value: Fraction
    said: str


@frozen
class Panel:
    """One chart: horizontal bars, in pairs or single."""

    heading: str
    bars: tuple[Pair | Bar, ...]
    below: str = ""

    @property
    def tall(self) -> float:
        """Inches it takes."""
        each = 2 * _BAR * 0.8 if self.bars and isinstance(self.bars[0], Pair) else _BAR
        return _HEAD + max(1, len(self.bars)) * each + _FOOT


def panels(impact: Impact, language: Language) -> tuple[Panel, ...]:
    """The charts of a change, in order."""
    paid = [line for line in impact.schemes if line.monthly and (line.tally.before or line.tally.after)]
    found = [Panel(_SCHEMES(language), tuple(Pair(line.name, line.tally.before, line.tally.after) for line in paid))]
    bars = tuple(Bar(bin_words(one)(language), Fraction(one.homes if one.gain else -one.homes), grouped(one.homes)) for one in impact.bins)
    left = _OPEN.fill(count=grouped(impact.homes.open))(language) if impact.homes.open else ""
    found.append(Panel(_BINS(language), bars, left if bars else " · ".join(filter(None, (_NONE(language), left)))))
    if impact.by is not None:
        changed = [_group(line, language) for line in shown_groups(impact)]
        found.append(Panel(_GROUPS.fill(by=impact.by)(language), tuple(changed)))
    if len(impact.months) > 1:
        months = tuple(Pair(month_text(line.month, language), line.tally.before, line.tally.after) for line in impact.by_month)
        found.append(Panel(_MONTHS(language), months))
    return tuple(found)


def _group(line: GroupLine, language: Language) -> Bar:
    return Bar(group_words(line.value)(language), line.tally.difference, signed(line.tally.difference))


def draw(impact: Impact, out: str, language: Language) -> tuple[Diagnostic, ...]:
    """Draw all charts of a change into one .svg or .png file, whole or not at all; what kept it from being drawn."""
    shown = panels(impact, language)
    if out.endswith(".png") and (strange := undrawable(_letters(shown, title(impact)(language), language))):
        return (about(problems.NO_GLYPHS, out, letters="".join(strange)),)
    data = picture(shown, "png" if out.endswith(".png") else "svg", language, heading=title(impact)(language))
    with whole_or_absent(out) as path, open(path, "wb") as file:
        file.write(data)
    return ()


def inline(panel: Panel, language: Language) -> str:
    """One chart as markup to stand in a page, with its words for those who hear it."""
    text = picture((panel,), "svg", language).decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'<svg ([^>]*?)width="[^"]*"', r'<svg \1width="100%"', text, count=1)
    return re.sub(r'(<svg [^>]*?)height="[^"]*"', r'\1role="img"', text, count=1)


def undrawable(text: str) -> list[str]:
    """The characters no font for Chinese of this machine has, each once."""
    fonts: Any = import_module("matplotlib.font_manager")
    known: set[int] = set()
    for name in _installed():
        known |= set(fonts.get_font(fonts.findfont(name, fallback_to_default=False)).get_charmap())
    return sorted({letter for letter in text if ord(letter) not in known and not letter.isspace()})


def _installed() -> list[str]:
    fonts: Any = import_module("matplotlib.font_manager")
    there = {font.name for font in fonts.fontManager.ttflist}
    return [name for name in FONTS if name in there]


def _letters(shown: Sequence[Panel], heading: str, language: Language) -> str:
    said = [heading, _OLD(language), _NEW(language), "…+-,.()0123456789"]
    for panel in shown:
        said += [panel.heading, panel.below, *(bar.label + (bar.said if isinstance(bar, Bar) else "") for bar in panel.bars)]
    return "".join(map(visible, said))


# ---------------------------------------------------------------- drawing


def picture(shown: Sequence[Panel], kind: str, language: Language, heading: str = "") -> bytes:
    """Charts under one another as the bytes of an SVG or PNG; the same figures give the same bytes."""
    matplotlib: Any = import_module("matplotlib")
    figure_module, canvas = import_module("matplotlib.figure"), import_module("matplotlib.backends.backend_agg")
    settings = {
        "font.family": _installed() if kind == "png" else [*FONTS[:-1], "sans-serif"],
        "svg.fonttype": "none",
        "svg.hashsalt": "policyrules",
        "text.parse_math": False,
        "axes.unicode_minus": False,
    }
    top = 0.5 if heading else 0.1
    tall = top + sum(panel.tall for panel in shown)
    with matplotlib.rc_context(settings), _quiet():
        figure = figure_module.Figure(figsize=(WIDE, tall), facecolor="white")
        canvas.FigureCanvasAgg(figure)
        if heading:
            figure.text(0.2 / WIDE, 1 - 0.3 / tall, visible(heading), fontsize=14, fontweight="bold", color=_INK, va="center")
        at = tall - top
        for panel in shown:
            _panel(figure, panel, at, tall, language)
            at -= panel.tall
        data = io.BytesIO()
        metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
        figure.savefig(data, format=kind, dpi=160, metadata=metadata)
    return data.getvalue()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Fonts that are not there are told in a log nobody asked for; in SVG the reader's machine draws the characters anyway."""
    logger = logging.getLogger("matplotlib.font_manager")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _panel(figure: Any, panel: Panel, top: float, tall: float, language: Language) -> None:
    """One chart with its heading; labels stand left in a column as wide as the longest needs."""
    labels = [_cut(bar.label) for bar in panel.bars]
    left = 0.45 + max([width(label) for label in labels], default=4) * _CELL
    numbers = max((width(words) for bar in panel.bars for words in _words(bar)), default=4) * _CELL + 0.3
    high = panel.tall - _HEAD - _FOOT
    low = top - _HEAD - high
    figure.text(0.2 / WIDE, (top - 0.3) / tall, visible(panel.heading), fontsize=11.5, fontweight="bold", color=_INK, va="center")
    if panel.below:
        figure.text(0.2 / WIDE, (low - 0.17) / tall, visible(panel.below), fontsize=9, color=_FAINT, va="center")
    axes = figure.add_axes((left / WIDE, low / tall, (WIDE - left - 0.2) / WIDE, high / tall))
    axes.set_yticks(range(len(labels)), labels, fontsize=10, color=_INK)
    axes.set_ylim(len(labels) - 0.5 if labels else 0.5, -0.5)
    axes.tick_params(left=False, bottom=False, labelbottom=False)
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)
    _bars(axes, panel, numbers / (WIDE - left - 0.2))
    if panel.bars and isinstance(panel.bars[0], Pair):
        _legend(figure, top, tall, language)


def _bars(axes: Any, panel: Panel, room: float) -> None:
    """The bars; `room` is the share of the width that a number beside one takes."""
    values = [number for bar in panel.bars for number in ((bar.before, bar.after) if isinstance(bar, Pair) else (bar.value,))]
    low, high = min([*values, Fraction(0)]), max([*values, Fraction(0)])
    reach = _length(high - low) or 1.0
    scale = reach / max(0.2, 1 - room * ((low < 0) + (high > 0 or low == 0)))
    axes.set_xlim(_length(low) - (room * scale if low < 0 else 0), _length(high) + (room * scale if high > 0 or low == 0 else 0))
    axes.axvline(0, color=_INK, linewidth=0.8)
    gap = scale * 0.008
    for place, bar in enumerate(panel.bars):
        if isinstance(bar, Pair):
            axes.barh(place - 0.2, _length(bar.before), 0.36, color=_GREY)
            axes.barh(place + 0.2, _length(bar.after), 0.36, color=_BLUE)
            before, after = _words(bar)
            axes.text(_length(bar.before) + gap, place - 0.2, before, fontsize=8, color=_FAINT, va="center")
            axes.text(_length(bar.after) + gap, place + 0.2, after, fontsize=8.5, color=_INK, va="center")
        else:
            loss = bar.value < 0
            axes.barh(place, _length(bar.value), 0.66, color=_ORANGE if loss else _BLUE)
            at = _length(bar.value) - gap if loss else _length(bar.value) + gap
            axes.text(at, place, bar.said, fontsize=9, color=_INK, va="center", ha="right" if loss else "left")


def _words(bar: Pair | Bar) -> tuple[str, ...]:
    """What is written beside the bars of a row."""
    if isinstance(bar, Bar):
        return (bar.said,)
    change = bar.after - bar.before
    return money(bar.before), f"{money(bar.after)} ({signed(change)})" if change else money(bar.after)


def _legend(figure: Any, top: float, tall: float, language: Language) -> None:
    """Which bar is which, at the right of the heading."""
    at = WIDE - 2.0
    rectangle: Callable[..., Any] = import_module("matplotlib.patches").Rectangle
    for colour, words in ((_GREY, _OLD), (_BLUE, _NEW)):
        figure.add_artist(rectangle((at / WIDE, (top - 0.36) / tall), 0.16 / WIDE, 0.12 / tall, color=colour, transform=figure.transFigure))
        figure.text((at + 0.24) / WIDE, (top - 0.3) / tall, words(language), fontsize=9.5, color=_INK, va="center")
        at += 0.9


def _cut(label: str) -> str:
    """A label no wider than its column."""
    shown = visible(label)
    while width(shown) > _LONGEST:
        shown = f"{shown[:-2]}…"
    return shown


def _length(number: Fraction) -> float:
    """A figure as a length on paper; this is the only place where one becomes a float."""
    return number.numerator / number.denominator
