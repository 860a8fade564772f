"""The usual layout, laid side by side with what was written."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from policyrules.source.text import SourceText
from policyrules.syntax import tree as t
from policyrules.syntax.builtins import ROUNDING_WORDS, TYPE_WORDS
from policyrules.syntax.formatter import format_source
from policyrules.syntax.parser import parse
from policyrules.syntax.tree import Spelling
from policyrules.values.article_numbers import article_number, chinese_number, english_article
from policyrules.values.quantities import (
    ROUNDING_MODES,
    ROUNDING_PLACES,
    ROUNDING_SHORTHANDS,
    parse_chinese_number,
)
from policyrules.values.units import parse_type_word

GOLDEN = Path(__file__).parent.parent / "golden"


def golden(name: str) -> str:
    return (GOLDEN / f"formatter_{name}.policy").read_text("utf-8")


def laid_out(text: str, spelling: Spelling | None = None) -> str:
    """The text in its usual layout, of which a second time changes nothing."""
    checked = format_source(SourceText("rules.policy", text), spelling)
    assert [(d.code, d.place.words) for d in checked.diagnostics] == []
    again = format_source(SourceText("rules.policy", checked.value))
    assert again.value == checked.value
    return checked.value


def statements(text: str) -> list[t.Statement | None]:
    checked = parse(SourceText("rules.policy", text))
    assert checked.diagnostics == ()
    return [line.statement for line in checked.value.lines]


# ---------------------------------------------------------------- whole files


def test_chinese_layout() -> None:
    assert laid_out(golden("untidy")) == golden("zh")


def test_english_layout() -> None:
    assert laid_out(golden("untidy"), "en") == golden("en")


def test_golden_files_say_the_same() -> None:
    assert statements(golden("zh")) == statements(golden("untidy"))
    assert statements(laid_out(golden("en"), "zh")) == statements(golden("zh"))


def test_golden_files_hold_full_width_signs() -> None:
    """Editors turn them into ASCII without a word."""
    counted = {sign: golden("zh").count(sign) for sign in "\uff1a\uff0c\uff08\uff09"}
    assert counted == {"\uff1a": 20, "\uff0c": 5, "\uff08": 2, "\uff09": 2}
    assert not any(sign in golden("en").replace("，没有", "") for sign in "\uff1a\uff0c\uff08\uff09")


def test_columns_stand_in_line() -> None:
    rows = [line for line in golden("zh").splitlines() if line.startswith("  |")]
    bars = {tuple(_cells(row[:at]) for at, sign in enumerate(row) if sign == "|") for row in rows}
    assert len(rows) == 3 and len(bars) == 1


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def test_a_file_with_errors_stays_as_it_is() -> None:
    text = "政策   甲\n条件 乙\uff1a 且\n"
    checked = format_source(SourceText("rules.policy", text))
    assert checked.value == text
    assert [found.code for found in checked.diagnostics] == ["P107"] or checked.diagnostics


@pytest.mark.parametrize("text", ["", "\n\n", "# 只有注释\n", "# 一\n\n# 二\n"])
def test_little_files(text: str) -> None:
    assert laid_out(text) == text.strip("\n") + "\n" * bool(text.strip())


# ---------------------------------------------------------------- comments and free lines

LAYOUTS = {
    "inside a wrapped line: above it": (
        "给付 甲\uff1a元\n第一条\n当 a # 一\n# 二\n且 b # 三\n给 1元\n其余情形 不予\n",
        "给付 甲\uff1a元\n\n第一条\n  # 一\n  # 二\n  当 a 且 b  # 三\n  给 1元\n\n其余情形 不予\n",
    ),
    "left behind under indented lines": (
        "事实 户\n  收入\uff1a元\n  # 还有财产\n\n事实 个人\n",
        "事实 户\n  收入\uff1a元\n  # 还有财产\n\n事实 个人\n",
    ),
    "before a head: with the free line before it": (
        "事实 户\n  收入\uff1a元\n# 关于个人\n事实 个人\n  # 出生\n  年龄\uff1a岁\n# 完\n",
        "事实 户\n  收入\uff1a元\n\n# 关于个人\n事实 个人\n  # 出生\n  年龄\uff1a岁\n# 完\n",
    ),
    "many free lines become one": ("政策 甲\n\n\n\n# 注\n\n\n辖区 乙\n\n\n", "政策 甲\n\n# 注\n\n辖区 乙\n"),
    "signs of comments": ("政策 甲#乙 \uff03注\n##二\n#\n", "政策 甲#乙  # 注\n##二\n#\n"),
    "a text over several lines": ("给付 a\uff1a元\n第一条\n“甲\n   乙  ”#丙\n", "给付 a\uff1a元\n\n第一条\n  “甲\n   乙  ”  # 丙\n"),
    "a comment where a title could be": ("政策 甲\n例 乙#\n", "政策 甲\n\n例 乙#\n"),
}


@pytest.mark.parametrize("kind", LAYOUTS)
def test_comments(kind: str) -> None:
    untidy, tidy = LAYOUTS[kind]
    assert laid_out(untidy) == tidy


def test_a_long_condition_is_wrapped_and_read_as_one() -> None:
    parts = [f"这是一个相当长的条件{number}" for number in "一二三四五六七"]
    text = f"政策 甲\n条件 乙\uff1a({parts[0]} 或 {parts[1]}) 且 {' 且 '.join(parts[2:])}\n"
    tidy = laid_out(text)
    assert tidy.splitlines()[1:] == [
        f"条件 乙\uff1a({parts[0]} 或 {parts[1]})",
        *(f"  且 {part}" for part in parts[2:]),
    ]
    assert statements(tidy) == statements(text)
    assert laid_out(laid_out(text, "en"), "zh") == tidy


# ---------------------------------------------------------------- words of the two spellings

CONDITIONS = [
    ("户的收入 不超过 1.5万元", "户's 收入 not exceeding 15000 yuan"),
    ("a 在 3(含) 至 5(含) 之间", "a between 3 (inclusive) to 5 (inclusive)"),
    ("a 60周岁 以上", "a 60 years of age or more"),
    ("a 在 b(不含) 以下", "a at b (exclusive) or less"),
    ("a 为 60 以上", "a is 60 or more"),
    ("a 属于 甲", "a in 甲"),
    ("至少 2 项(a, b)", "at least 2 of (a, b)"),
    ("周岁(b, 当日) 满 18", "age(b, today) reaches 18"),
    ("人数(成员 中 非 是本人) ≥ 百分之三十五", "count(成员 where not is_self) >= 35%"),
    ("x ≠ 是 或 y = 否", "x != yes or y = no"),
    ("a − −b × 1/12 ≤ 3元/月", "a - -b * 1/12 <= 3 yuan/month"),
    ("a ÷ 1 ÷ 12 > 1/2", "a / 1 / 12 > 1/2"),
    ("x 的 35% 为 0", "35% of x is 0"),
]


@pytest.mark.parametrize(("zh", "en"), CONDITIONS)
def test_expressions_in_both_spellings(zh: str, en: str) -> None:
    chinese, english = f"条件 甲\uff1a{zh}\n", f"condition 甲: {en}\n"
    assert laid_out(chinese, "en") == english
    assert statements(laid_out(english, "zh")) == statements(chinese)


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("取整 去尾 到 十元", "round toward zero to ten yuan"),
        ("取整 进一 到 整数", "round away from zero to whole"),
        ("取整 见分进角", "round fen into jiao"),
        ("折算 到 月", "converted to month"),
        ("按月分摊 到 分 余额 归 首月", "spread monthly to fen remainder into first_month"),
        ("保底 1元 封顶 9元", "floored at 1 yuan capped at 9 yuan"),
    ],
)
def test_ends_of_values_in_both_spellings(zh: str, en: str) -> None:
    assert laid_out(f"算 甲 = 乙 {zh}\n", "en") == f"define 甲 = 乙 {en}\n"
    assert laid_out(f"define 甲 = 乙 {en}\n", "zh") == f"算 甲 = 乙 {zh}\n"


def test_a_share_of_a_share_keeps_its_place_in_english() -> None:
    assert laid_out("算 a = (x 的 35%)的b\n", "en") == "define a = (35% of x)'s b\n"
    assert laid_out("算 a = x的35%的b\n", "en") == "define a = x's 35%'s b\n"
    assert laid_out("算 a = x的b的35%\n", "en") == "define a = 35% of x's b\n"


QUOTED = [
    ("户的收入", "【户的收入】", "【户的收入】"),
    ("a b", "【a b】", "【a b】"),
    ("第一条", "【第一条】", "【第一条】"),
    ("百分之三十五", "【百分之三十五】", "【百分之三十五】"),
    ("1号", "【1号】", "【1号】"),
    ("不含", "【不含】", "【不含】"),
    ("from", "【from】", "【from】"),
    ("当", "【当】", "【当】"),
    ("\uff46\uff41\uff43\uff54", "fact", "fact"),
    ("第一条件", "第一条件", "第一条件"),
    ("month", "month", "month"),
]


@pytest.mark.parametrize(("name", "zh", "en"), QUOTED)
def test_names_are_quoted_where_they_need_it(name: str, zh: str, en: str) -> None:
    assert laid_out(f"条件 【{name}】\uff1a【{name}】 或 b\n") == f"条件 {zh}\uff1a{zh} 或 b\n"
    assert laid_out(f"条件 【{name}】\uff1a【{name}】 或 b\n", "en") == f"condition {en}: {en} or b\n"


def test_names_that_would_join_their_neighbour_are_quoted() -> None:
    assert laid_out("条件 甲\uff1aa 或 more 或 非 rising\n", "en") == "condition 甲: a or 【more】 or not 【rising】\n"
    assert laid_out("条件 甲\uff1aless 或 b\n", "en") == "condition 甲: less or b\n"
    bands = "档 甲\uff08a\uff09\uff1a数\n  高于 3  【元】\n"
    assert laid_out(bands) == bands


def test_month_is_a_unit_inside_a_line_and_a_keyword_before_a_month() -> None:
    text = "example a\n  month 2020-04\n  b: month 3 months\n  【month】: c yes\n"
    assert laid_out(text) == text
    assert statements("facts a\n  b: yuan/month\n")[1] != statements("facts a\n  b: yuan\n")[1]


def test_texts_take_quotes_they_do_not_hold() -> None:
    texts = ["“甲“乙”丙”", '「甲"“」', '"甲“」"']
    for text in texts:
        assert laid_out(f"不予 {text}\n").strip() == f"不予 {text}"
    assert laid_out("不予 “a\uff02b”\n", "en") == "  refuse “a\uff02b”\n"
    assert laid_out("不予 “a”\n", "en") == '  refuse "a"\n'


def test_band_lines_may_begin_with_a_comparison() -> None:
    text = "档 甲\uff08a\uff09\uff1a比例\n  低于 3%   0\n  −5% 以上  1/12\n"
    assert laid_out(text) == text
    assert len(statements(text)) == 3


def test_a_member_of_whom_nothing_is_known() -> None:
    text = "例 甲\n  乙\uff1a\n  丙\uff1a年龄 3\n"
    assert laid_out(text) == text


# ---------------------------------------------------------------- tables both ways


@pytest.mark.parametrize(
    ("written", "kept", "english"),
    [
        ("第12条", "第十二条", "article 12"),
        ("article 12", "第十二条", "article 12"),
        ("第一百零五条", "第一百零五条", "article 105"),
        ("article 3.1", "第三条之一", "article 3.1"),
        ("第三条之一之二", "第三条之一之二", "article 3.1.2"),
        ("第二〇条", "第二十条", "article 20"),
        ("第一百五条", "第一百五条", "第一百五条"),
        (f"article {'9' * 30}", f"第{'9' * 30}条", f"第{'9' * 30}条"),
    ],
)
def test_article_numbers(written: str, kept: str, english: str) -> None:
    assert article_number(written) == kept
    assert english_article(kept) == english
    assert article_number(english) == kept


def test_chinese_numbers() -> None:
    counts = [*range(12_000), *range(12_000, 100_000_000, 7_654_321)]
    assert [count for count in counts if parse_chinese_number(chinese_number(count)) != count] == []


def test_words_of_both_spellings_mean_the_same() -> None:
    for meaning in (ROUNDING_MODES, ROUNDING_PLACES, ROUNDING_SHORTHANDS):
        named = [row for row in ROUNDING_WORDS if row.zh in meaning]
        assert {word for row in named for word in (row.zh, row.en)} == set(meaning)
        assert [row for row in named if meaning[row.zh] != meaning[row.en]] == []
    assert all(parse_type_word(row.zh) == parse_type_word(row.en) is not None for row in TYPE_WORDS)
