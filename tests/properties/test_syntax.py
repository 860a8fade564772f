"""Text to tree and back: whatever the tree or the text, nothing is lost, nothing raises, and a second time changes nothing."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from policyrules.source.text import SourceText
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.formatter import format_file, format_source
from policyrules.syntax.parser import line_place, parse, parse_all, parser
from policyrules.syntax.tree import Spelling
from syntax_strategies import as_file, trees

TRIED = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
SPELLINGS: tuple[Spelling, ...] = ("zh", "en")


def source(text: str) -> SourceText:
    return SourceText("made.policy", text)


def read(text: str) -> tuple[t.Statement | None, ...]:
    """The statements of a text without errors."""
    checked = parse(source(text))
    assert [(d.code, d.place.words, d.message.en) for d in checked.diagnostics] == [], text
    return tuple(line.statement for line in checked.value.lines)


# ---------------------------------------------------------------- tree to text and back


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(data=st.data())
@TRIED
def test_a_tree_printed_is_read_back_and_printed_the_same(spelling: Spelling, data: st.DataObject) -> None:
    tree = data.draw(trees(spelling))
    text = format_file(as_file(tree, spelling), spelling)
    assert read(text) == tree
    assert format_source(source(text)).value == text


@pytest.mark.parametrize(("spelling", "other"), [("zh", "en"), ("en", "zh")])
@given(data=st.data())
@TRIED
def test_the_other_spelling_and_back_is_the_same_tree(spelling: Spelling, other: Spelling, data: st.DataObject) -> None:
    tree = data.draw(trees(spelling))
    text = format_file(as_file(tree, spelling), spelling)
    translated = format_source(source(text), other).value
    assert len(read(translated)) == len(tree)
    assert format_source(source(translated)).value == translated
    assert read(format_source(source(translated), spelling).value) == tree


def node_kinds(module: object) -> set[type]:
    return {value for value in vars(module).values() if isinstance(value, type) and attrs.has(value)}


def kinds_in(value: object) -> set[type]:
    if isinstance(value, tuple):
        return set().union(*map(kinds_in, value))
    if not attrs.has(type(value)):
        return set()
    inner = (getattr(value, field.name) for field in attrs.fields(type(value)))
    return {type(value)}.union(*map(kinds_in, inner))


def test_the_random_trees_hold_every_kind_of_node() -> None:
    wanted = (node_kinds(t) | node_kinds(x)) - {t.Comment, t.Line, t.PolicyFile, SourceText}
    seen: set[type] = set()

    @given(trees("zh"))
    @settings(TRIED, max_examples=60, database=None, phases=[Phase.generate])
    def look(tree: tuple[t.Statement, ...]) -> None:
        seen.update(kinds_in(tree))

    for number in range(20):
        seed(number)(look)()
        if wanted <= seen:
            return
    assert {kind.__name__ for kind in wanted - seen} == set()


# ---------------------------------------------------------------- full width


def widened(text: str) -> str:
    """Every half-width sign outside quotes and titles as its full-width twin."""
    signs = list(text)
    for line in parser().lexer.read(source(text)).lines:
        for word in line.words:
            if word.type not in ("STRING", "TITLE", "BOOK"):
                for at in range(line.start + word.span[0], line.start + word.span[1]):
                    signs[at] = chr(ord(signs[at]) + 0xFEE0) if "!" <= signs[at] <= "~" else signs[at]
    return "".join(signs)


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(data=st.data())
@settings(TRIED, max_examples=40)
def test_full_width_means_half_width(spelling: Spelling, data: st.DataObject) -> None:
    tree = data.draw(trees(spelling))
    wide = widened(format_file(as_file(tree, spelling), spelling))
    assert read(wide) == tree


def test_full_width_signs_are_there() -> None:
    wide = widened("condition a: b >= 1.5 and c in (d, 35%)\n")
    assert wide == (
        "\uff43\uff4f\uff4e\uff44\uff49\uff54\uff49\uff4f\uff4e \uff41\uff1a \uff42 \uff1e\uff1d \uff11\uff0e\uff15"
        " \uff41\uff4e\uff44 \uff43 \uff49\uff4e \uff08\uff44\uff0c \uff13\uff15\uff05\uff09\n"
    )
    assert read(wide) == read("condition a: b >= 1.5 and c in (d, 35%)\n")


# ---------------------------------------------------------------- comments


OWN_LINES = ["\n", "\n\n", "#{}\n", "  # {}\n", "\t\uff03{}\n"]


@given(data=st.data())
@settings(TRIED, max_examples=50)
def test_comments_and_free_lines_are_kept(data: st.DataObject) -> None:
    spelling = data.draw(st.sampled_from(SPELLINGS))
    tree = data.draw(trees(spelling))
    text = format_file(as_file(tree, spelling), spelling)
    lines = parse(source(text)).value.lines
    pieces, reached, number = [], 0, 0
    for line in lines:
        begin = text.rfind("\n", 0, line.start) + 1
        pieces.append(text[reached:begin])
        for extra in data.draw(st.lists(st.sampled_from(OWN_LINES), max_size=3)):
            number += "{" in extra
            pieces.append(extra.format(number))
        pieces.append(text[begin : line.end])
        reached = line.end
        if data.draw(st.booleans()):
            number += 1
            pieces.append(f" # {number}")
    pieces.append(text[reached:] + data.draw(st.sampled_from(["", "\n# last", "\n\n  # last\n\n"])))
    noted = "".join(pieces)
    once = format_source(source(noted)).value
    before, after = parse(source(noted)).value, parse(source(once)).value
    assert [comment.text for comment in after.comments] == [comment.text for comment in before.comments]
    assert [comment.own_line for comment in after.comments] == [comment.own_line for comment in before.comments]
    assert read(once) == tree
    assert "\n\n\n" not in once or "\n\n\n" in text
    assert format_source(source(once)).value == once


# ---------------------------------------------------------------- any text at all

KEYWORDS = [*parser().keywords.zh, *parser().keywords.en]
SCRAPS = [
    *KEYWORDS, "甲", "乙丙", "x", "610元", "35%", "1/12", "2020-04-01", "2020-13", "2020-02-30", "第一条", "article 2",
    "“甲”", "「", "“", "《书》", "【甲 乙】", "【】", "【】】", "\uff1a", "\uff0c", "\uff08", "\uff09", ":", ",", "(", ")", "、", "|",
    "=", "−", "×", "/", "·", "的", "'s", "(含)", "(exclusive)", "1,000", "#", "# 注", "。", "\n", "\n  ", "\r\n", "\r", "\t",
    "\u3000", "\x00", "\x85", "\u2028", "万" * 30, "百分之三十五", "第" + "九" * 30 + "条", "9" * 90,
]  # fmt: skip
SOME = st.lists(st.sampled_from(SCRAPS), max_size=25)
ANY_TEXT = st.one_of(st.text(max_size=60), SOME.map(" ".join), SOME.map("".join))


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A policy with pieces taken out, put in or doubled."""
    spelling = draw(st.sampled_from(SPELLINGS))
    text = format_file(as_file(draw(trees(spelling)), spelling), spelling)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        put = draw(st.one_of(st.just(""), st.sampled_from(SCRAPS), st.just(text[start:end] * 2)))
        text = text[:start] + put + text[end:]
    return text


def holds(text: str) -> None:
    """What is true of reading any text."""
    checked = parse(source(text))
    file, diagnostics = checked.value, checked.diagnostics
    assert parse(source(text)) == checked == _first(text)
    left = list(text)
    for line in file.lines:
        assert 0 <= line.start < line.end <= len(text)
        left[line.start : line.end] = " " * (line.end - line.start)
    for comment in file.comments:
        end = comment.start + next((at for at, sign in enumerate(text[comment.start :]) if sign in "\r\n"), len(text))
        left[comment.start : end] = " " * len(left[comment.start : end])
    assert "".join(left).strip() == ""
    starts = [line.start for line in file.lines]
    assert starts == sorted(starts)
    for found in diagnostics:
        assert 0 <= found.place.start <= found.place.end <= len(text)
        assert found.message.zh and found.message.en
    unread = [line for line in file.lines if line.statement is None]
    assert len(unread) == len(diagnostics)
    for line, found in zip(unread, diagnostics, strict=True):
        whole = line_place(file, line)
        assert whole.start <= found.place.start <= found.place.end <= whole.end
    formatted = format_source(source(text))
    assert formatted.diagnostics == diagnostics
    if diagnostics:
        assert formatted.value == text
    else:
        assert read(formatted.value) == tuple(line.statement for line in file.lines)
        assert format_source(source(formatted.value)).value == formatted.value


def _first(text: str) -> object:
    """Reading it together with other files gives the same."""
    checked = parse_all([source(text), source("政策 别的"), source(text)])
    spoken = tuple(found for found in checked.diagnostics)[: len(checked.diagnostics) // 2]
    return attrs.evolve(checked, value=checked.value[0], diagnostics=spoken)


@given(ANY_TEXT)
@settings(TRIED, max_examples=250)
def test_any_text_is_read(text: str) -> None:
    holds(text)


@given(spoilt())
@settings(TRIED, max_examples=100)
def test_a_spoilt_policy_is_read(text: str) -> None:
    holds(text)


@given(st.sampled_from(["(", "非 ", "−", "若 a 则 ", "甲的", "f(", "a 且 ", "+ a ", "“", "第", "万"]), st.integers(30, 1500))
@settings(TRIED, max_examples=30)
def test_deep_and_long_lines_are_read(piece: str, times: int) -> None:
    text = f"条件 甲：{piece * times}a"
    holds(text)
