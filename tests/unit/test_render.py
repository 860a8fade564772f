"""Messages as people see them: layout, carets under wide characters, cut lines, nothing raw from the source."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrules.source.diagnostic import Diagnostic, Severity, error, warning
from policyrules.source.phrase import Phrase, plain
from policyrules.source.render import EXCERPT_CELLS, render, summary, to_json
from policyrules.source.text import Place, SourceText

LOST = error("P203", "找不到名称“{name}”", "no such name: “{name}”")


def diagnostic(text: str, words: str | tuple[int, int], **more: Phrase) -> Diagnostic:
    """A finding at the first occurrence of `words`, or at a span."""
    start, end = (text.index(words), text.index(words) + len(words)) if isinstance(words, str) else words
    place = Place(SourceText("rules.policy", text), start, end)
    return Diagnostic("P1", Severity.ERROR, Phrase("错", "wrong"), place, **more)


def excerpt(text: str, words: str | tuple[int, int]) -> tuple[str, str]:
    """The source line as shown and the line of carets, both without the gutter."""
    _, _, _, source, carets = render(diagnostic(text, words), "zh").split("\n")
    return source.partition("|")[2][1:], carets.partition("|")[2][1:]


def cells(text: str) -> int:
    """Terminal cells, counted the plain way."""
    marks = sum(unicodedata.category(character) in ("Mn", "Me") for character in text)
    return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text) - marks


def test_whole_message_in_both_languages() -> None:
    lines = [f"# {number}" for number in range(1, 12)] + ["当 人均收入 低于 最低生活保障标准线", "给 0"]
    text = "\n".join(lines)
    name = "最低生活保障标准线"
    found = Diagnostic(
        "P203",
        Severity.ERROR,
        Phrase(f"找不到名称“{name}”", f"no such name: “{name}”"),
        Place(SourceText("policies/minimum_living/rules.policy", text), text.index(name), text.index(name) + len(name)),
        label=Phrase("这里用到了它", "used here"),
        article=Phrase("第二条　低保金", "article 2, 低保金"),
        hint=Phrase("是不是“最低生活保障标准”？", "did you mean “最低生活保障标准”?"),
    )
    assert render(found, "zh") == "\n".join(
        [
            "错误[P203] 找不到名称“最低生活保障标准线”",
            "  --> policies/minimum_living/rules.policy:12:11",
            "   |",
            "12 | 当 人均收入 低于 最低生活保障标准线",
            "   |                  ^^^^^^^^^^^^^^^^^^ 这里用到了它",
            "   = 所在：第二条　低保金",
            "   = 提示：是不是“最低生活保障标准”？",
        ]
    )
    assert render(found, "en").split("\n")[0] == "error[P203] no such name: “最低生活保障标准线”"
    assert render(found, "en").split("\n")[4:] == [
        "   |                  ^^^^^^^^^^^^^^^^^^ used here",
        "   = in: article 2, 低保金",
        "   = hint: did you mean “最低生活保障标准”?",
    ]


def test_warning_and_bare_message() -> None:
    place = Place(SourceText("a.policy", "参数 甲：元"), 3, 4)
    shown = render(warning("P301", "“{name}”没有用到", "“{name}” is never used").at(place, name="甲"), "zh")
    assert shown == "警告[P301] “甲”没有用到\n --> a.policy:1:4\n  |\n1 | 参数 甲：元\n  |      ^^"
    assert render(warning("P301", "多", "extra").at(place), "en").startswith("warning[P301] extra\n")


@pytest.mark.parametrize(
    ("text", "words", "source", "carets"),
    [
        pytest.param("a b c", "b", "a b c", "  ^", id="half-width"),
        pytest.param("甲\uff11\uff12乙", "\uff12", "甲\uff11\uff12乙", "    ^^", id="full-width digits"),
        pytest.param("甲\u3000乙", "乙", "甲\u3000乙", "    ^^", id="ideographic space"),
        pytest.param("\t给 9", "9", "    给 9", "       ^", id="leading tab"),
        pytest.param("给\t9", "9", "给  9", "    ^", id="tab after a wide character"),
        pytest.param("a\tb", "\t", "a   b", " ^^^", id="the tab itself"),
        pytest.param("👪 甲", "甲", "👪 甲", "   ^^", id="emoji"),
        pytest.param("e\u0301x y", "y", "e\u0301x y", "   ^", id="combining before"),
        pytest.param("xe\u0301y", "e\u0301", "xe\u0301y", " ^", id="combining inside"),
        pytest.param("e\u0301", "\u0301", "e\u0301", " ^", id="only a combining mark"),
        pytest.param("甲\r\n乙丙\r\n丁", "丙", "乙丙", "  ^^", id="CRLF"),
        pytest.param("甲\r乙", "乙", "乙", "^^", id="CR"),
        pytest.param("甲\n乙\n", (4, 4), "", "^", id="end of file after a line end"),
        pytest.param("甲乙", (2, 2), "甲乙", "    ^", id="end of file"),
        pytest.param("甲乙", (2, 9), "甲乙", "    ^", id="past the end"),
        pytest.param("甲 乙", (1, 1), "甲 乙", "  ^", id="empty place"),
        pytest.param("甲\r\n乙", (1, 3), "甲", "  ^", id="on a line end"),
        pytest.param("a 甲乙\n丙丁", (2, 7), "a 甲乙", "  ^^^^", id="over two lines"),
    ],
)
def test_carets(text: str, words: str | tuple[int, int], source: str, carets: str) -> None:
    assert excerpt(text, words) == (source, carets)


def test_full_width_examples_are_full_width() -> None:
    assert chr(0xFF11) == "\uff11" and cells("\uff11") == 2


def test_long_line_is_cut_around_the_place() -> None:
    text = "甲" * 500 + "此处" + "乙" * 500
    source, carets = excerpt(text, "此处")
    assert source.startswith("…甲") and source.endswith("乙…") and "此处" in source
    assert cells(source) <= EXCERPT_CELLS + 2
    assert cells(source[: source.index("此处")]) == carets.index("^") and carets.count("^") == 4


def test_long_line_near_its_ends() -> None:
    text = "此" + "甲" * 500 + "终"
    source, carets = excerpt(text, "此")
    assert source.startswith("此甲") and source.endswith("甲…") and carets == "^^"
    source, carets = excerpt(text, "终")
    assert source.startswith("…甲") and source.endswith("甲终") and carets.rstrip("^") == " " * (cells(source) - 2)


def test_long_place_is_cut() -> None:
    source, carets = excerpt("给 " + "甲" * 5000, "甲" * 5000)
    assert source.startswith("…甲") and source.endswith("甲…")
    assert carets.count("^") == EXCERPT_CELLS and carets.startswith(" ^")


def test_a_line_of_a_megabyte_is_quick() -> None:
    text = "甲" * 1_000_000
    source, _ = excerpt(text, (500_000, 500_001))
    assert cells(source) <= EXCERPT_CELLS + 2


def test_nothing_raw_reaches_the_terminal() -> None:
    nasty = "\x1b[31m\x07\u202e\u200b\x9b\u2028\ufeff\ud800"
    place = Place(SourceText(f"dir/{nasty}.policy", f"给 {nasty} 9"), 2, 3)
    found = LOST.at(place, name=nasty + "\n错误[P999]")
    found = Diagnostic(
        found.code, found.severity, found.message, place, label=plain(nasty), article=plain(nasty), hint=plain(nasty)
    )
    shown = render(found, "zh")
    assert len(shown.split("\n")) == 7
    assert not set(shown) & set(nasty) - set("[31m")
    assert "<U+001B>[31m<U+0007><U+202E>" in shown


def test_carets_count_escapes() -> None:
    assert excerpt("\x1b甲", "甲") == ("<U+001B>甲", "        ^^")
    assert excerpt("\x1b甲", "\x1b") == ("<U+001B>甲", "^^^^^^^^")


@given(st.text(max_size=300), st.integers(0, 310), st.integers(0, 310))
def test_every_place_in_every_text_renders(text: str, start: int, more: int) -> None:
    shown = render(diagnostic(text, (start, start + more)), "zh")
    lines = shown.split("\n")
    if not text:
        assert lines == ["错误[P1] 错", " --> rules.policy"]
        return
    assert len(lines) == 5 and lines == shown.splitlines()
    source, carets = lines[3].partition("|")[2][1:], lines[4].partition("|")[2][1:]
    assert set(carets) <= {" ", "^"} and "^" in carets
    assert cells(source) <= EXCERPT_CELLS + 2
    # the line before the carets: blanks up to the mark, the mark inside the line or just behind it
    assert carets.index("^") <= EXCERPT_CELLS + 1 and "^ " not in carets


def test_json_fields() -> None:
    found = diagnostic("甲\r\n乙 丙", "丙", hint=Phrase("改", "repair"), article=Phrase("第一条", "article 1"))
    assert to_json(found, "en") == {
        "code": "P1",
        "severity": "error",
        "file": "rules.policy",
        "line": 2,
        "column": 3,
        "message": "wrong",
        "hint": "repair",
        "article": "article 1",
    }
    bare = to_json(diagnostic("甲", "甲"), "zh")
    assert bare["hint"] is None and bare["article"] is None and json.dumps(bare)


def test_summary() -> None:
    place = Place(SourceText("a.policy", "甲"), 0, 1)
    bad, odd = LOST.at(place, name="甲"), warning("P2", "疑", "odd").at(place)
    assert summary([bad, bad, odd, bad], "zh") == "3 处错误，1 处警告"
    assert summary([bad, bad, odd, bad], "en") == "3 errors, 1 warning"
    assert summary([bad], "en") == "1 error"
    assert summary([odd, odd], "en") == "2 warnings"
    assert summary([odd, odd], "zh") == "2 处警告"
    assert summary([], "zh") == "没有发现问题"
    assert summary([], "en") == "no problems found"
