"""Charts of a change: their bars are the figures, their text stays text, and what no font has is told."""

from __future__ import annotations

import re
import xml.etree.ElementTree as xml
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from policyrules.review.impact_figures import Bin, GroupLine, HomeLine, Homes, Impact, MonthLine, SchemeLine, Settlement, Tally
from policyrules.source.phrase import Phrase

pytest.importorskip("matplotlib")
pytest.importorskip("duckdb")

from policyrules.review import charts
from policyrules.review.charts import Bar, Pair, draw, panels, undrawable
from policyrules.review.report import chart_page, report

MONTHLY = Phrase("元/月", "yuan/month")


class NoRows:
    """A list of changes nobody reads here."""

    num_rows = 0


def tally(before: int, after: int) -> Tally:
    return Tally(new=1, gaining=2, before=Fraction(before), after=Fraction(after))


def made(*, names: tuple[str, str] = ("低保金", "护理补贴"), county: str = "东县", by: str = "县区", months: int = 2, bins: bool = True) -> Impact:
    months_asked = tuple(date(2020, 4 + number, 1) for number in range(months))
    homes = Homes(every=10, gaining=4, losing=1, unchanged=3, open=2, touched=5)
    nothing = Settlement()
    return Impact(
        months=months_asked,
        by=by,
        homes=homes,
        people=3,
        total=tally(1000, 1200),
        settlement=nothing,
        schemes=(
            SchemeLine("一", names[0], "户", MONTHLY, True, (True, True), tally(1000, 1300), nothing),
            SchemeLine("二", names[1], "个人", MONTHLY, True, (True, True), tally(400, 300), nothing),
            SchemeLine("三", "慰问金", "个人", Phrase("元", "yuan"), False, (True, True), tally(500, 600), nothing),
            SchemeLine("四", "没有人领", "个人", MONTHLY, True, (True, True), Tally(), nothing),
        ),
        groups=(GroupLine(county, homes, tally(1000, 1300), nothing), GroupLine("西县" if by == "县区" else "west", homes, tally(400, 300), nothing)),
        by_month=tuple(MonthLine(month, tally(1000, 1200), 5) for month in months_asked),
        opened=(),
        bins=(Bin(False, Fraction(10), Fraction(20), 1), Bin(True, Fraction(2000), None, 4)) if bins else (),
        winners=(HomeLine("h1", county, Fraction(0), Fraction(100)),),
        losers=(),
        cliffs=None,
        provisional=0,
        notes=(),
        changes=NoRows(),
    )


def words(svg: str) -> list[str]:
    return [text.text or "" for text in xml.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_bars_are_the_figures() -> None:
    schemes, bins, groups, months = panels(made(), "zh")
    assert schemes.bars == (Pair("低保金", Fraction(1000), Fraction(1300)), Pair("护理补贴", Fraction(400), Fraction(300)))
    assert bins.bars == (Bar("减少 10 至 20 元", Fraction(-1), "1"), Bar("增加 2,000 元以上", Fraction(4), "4")) and "2 户说不准" in bins.below
    assert groups.bars == (Bar("东县", Fraction(300), "+300.00"), Bar("西县", Fraction(-100), "-100.00"))
    assert [bar.label for bar in months.bars] == ["2020年4月", "2020年5月"]
    assert len(panels(made(months=1), "en")) == 3


def test_svg_keeps_its_text_and_is_the_same_every_time(tmp_path: Path) -> None:
    out = tmp_path / "chart.svg"
    assert draw(made(), str(out), "zh") == ()
    first = out.read_bytes()
    said = words(first.decode("utf-8"))
    assert {"低保金", "1,300.00 (+300.00)", "旧版", "新版", "东县", "-100.00", "各项给付的月支出（元/月）"} <= set(said)
    assert "慰问金" not in said and "没有人领" not in said
    assert draw(made(), str(out), "zh") == () and out.read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["chart.svg"]


def test_names_are_drawn_as_they_are(tmp_path: Path) -> None:
    out = tmp_path / "chart.svg"
    assert draw(made(names=("$x^2$<b>&", "_低\u202e保"), county="很长很长很长很长很长很长很长的县名"), str(out), "en") == ()
    said = words(out.read_text("utf-8"))
    assert "$x^2$<b>&" in said and "_低<U+202E>保" in said
    assert any(re.fullmatch("很长.*…", word) for word in said)


def test_nothing_to_draw(tmp_path: Path) -> None:
    out = tmp_path / "chart.svg"
    assert draw(made(bins=False), str(out), "zh") == ()
    assert any("没有户增减" in word for word in words(out.read_text("utf-8")))


def test_png_says_what_no_font_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "FONTS", ("DejaVu Sans",))
    out = tmp_path / "chart.png"
    (finding,) = draw(made(), str(out), "zh")
    assert finding.code == "I110" and "低" in finding.message.zh and "保" in finding.message.en and not out.exists()
    assert undrawable("abc 123,.") == []
    assert draw(made(names=("living", "care"), county="east", by="county"), str(out), "en") == () and out.exists()


def test_png_is_drawn_where_there_is_a_font(tmp_path: Path) -> None:
    if undrawable("低保金（元/月）"):
        pytest.skip("no font for Chinese on this machine")
    out = tmp_path / "chart.png"
    assert draw(made(), str(out), "zh") == ()
    assert out.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_stands_for_itself(language: str) -> None:
    page = report(made(names=("<低保金>", "护理补贴")), language, "<改了什么>\n第二行")  # type: ignore[arg-type]
    assert "&lt;改了什么&gt;" in page and "<低保金>" not in page and "&lt;低保金&gt;" in page
    assert page.count("<svg ") == 4 and page.count("<table>") == 5
    assert "default-src 'none'" in page and not re.search(r"(?:src|href)=\"(?!#)", page) and "<script" not in page
    assert "1,000.00" in page and "<?xml" not in page and "<!DOCTYPE svg" not in page
    drawn = chart_page(made(), language)  # type: ignore[arg-type]
    assert drawn.count("<svg ") == 4 and "<details>" in drawn
