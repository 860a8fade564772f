"""Random syntax trees: every kind of statement and expression, in the shapes the grammar can make, for either spelling."""

from __future__ import annotations

import unicodedata
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from policyrules.source.text import SourceText
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.builtins import (
    DAYS,
    FUNCTIONS,
    GATHERINGS,
    GRANTED,
    INCOMPLETE,
    IS_SUBJECT,
    LAYERS,
    ROUNDING_WORDS,
    SETTINGS,
    STATES,
    SUBJECT,
)
from policyrules.syntax.parser import parser
from policyrules.syntax.tree import Spelling
from policyrules.values.article_numbers import chinese_number
from policyrules.values.quantities import parse_literal

AT = (0, 0)
"""Spans take no part in equality."""

# Chinese, English, ones that need 【】: keywords, marks, units, articles, shares, parts of keywords of several words.
NAMES = """
低保标准 户 收入 残疾等级 甲 戊 一级 有 无 has with 无其他 满月 【户的收入】 含 不含 是 不予 其余 政策 第一条 第三方 百分之三十五 三分之一
元 人 月份 月 年 个月 倍 分 income Income2 _x more less than day counted aside monthly least none nobody month article exception
highest lowest floored capped policy from to in is exclusive inclusive café βήτα Ё
""".split()  # noqa: SIM905
ODD_NAMES = ["户的收入", "a b", "x-y", "#x", "(含)", "1号", "年收入(元)", "“甲”", "half up", "is not", "3元", "年/月", "·"]


# Names the language gives, in either spelling: a user's own name like that would be taken for it.
_CALLED = {word for row in (*FUNCTIONS.values(), *GATHERINGS.values(), GRANTED) for word in (row.zh, row.en)}
_GIVEN = {word for row in (FUNCTIONS["age"], *DAYS.values(), SUBJECT, IS_SUBJECT) for word in (row.zh, row.en)}


def _usable(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("】", "").strip()


NAME_TEXTS = st.one_of(
    st.sampled_from([_usable(name.strip("【】")) for name in NAMES]),
    st.sampled_from(ODD_NAMES),
    st.text(st.characters(categories=["L", "Nd", "Nl", "No", "Mn", "Pc"]), min_size=1, max_size=4).map(_usable),
).filter(lambda text: bool(text) and text not in _GIVEN)
NAME = NAME_TEXTS.map(lambda text: x.Name(text, AT))
DAY = st.dates()
MONTH = st.dates().map(lambda day: day.replace(day=1))
UNITS: dict[Spelling, list[str]] = {
    "zh": ["", "元", "元/月", "元/人·月", "人", "户", "%", "‰", "倍", "月", "个月", "周岁", "万元", "万", "分", "平方米"],
    "en": ["", " yuan", " yuan/month", " yuan/person/month", " people", " person", "%", " fold", " months", " years of age"],
}
TYPES: dict[Spelling, list[str]] = {
    "zh": ["元/月", "元/人·月", "人", "比例", "数", "计数", "是否", "日期", "文本", "金额", "万元"],
    "en": ["yuan/month", "yuan/person/month", "person", "ratio", "number", "count", "truth", "date", "text", "sum_paid"],
}
# Quotes of one kind or another must be able to hold it.
TEXT = st.one_of(
    st.text("甲乙 #的，。a“", max_size=6),
    st.text('甲"\n」', max_size=6),
    st.text("甲“”「x", max_size=6).filter(lambda text: "”" not in text),
    st.sampled_from(["", "写“无”", "a 'quote'", "第一条", "\uff02", "\uff1a\u3000x", "x # y", "“甲”乙“丙”"]),
)
_TITLE = st.text("甲乙、ab1\u3000 #？（。，;\"“'", min_size=1, max_size=8).map(str.strip)
TITLE = _TITLE.filter(lambda text: bool(text) and text[0] != "#" and " #" not in text.replace("\u3000", " "))
ARTICLE = st.one_of(
    st.integers(1, 12_345).map(lambda n: f"第{chinese_number(n)}条"), st.sampled_from(["第三条之一", "第二条之十二", "第一百五条"])
)


# ---------------------------------------------------------------- words of the language


def _own(spelling: Spelling, phrases: object) -> list[str]:
    return [phrase(spelling) for phrase in phrases]  # type: ignore[attr-defined]  # an iterable of phrases


@cache
def amounts(spelling: Spelling) -> SearchStrategy[x.Amount]:
    """610元, 1.5倍, 百分之三十五."""
    number = st.one_of(st.integers(0, 10**7).map(str), st.decimals(0, 9999, places=2).map(str))
    written = st.builds("{}{}".format, number, st.sampled_from(UNITS[spelling]))
    return st.one_of(written, st.sampled_from(["百分之三十五", "三分之一", "千分之1.5", "百分之三点五"])).map(_amount)


def _amount(written: str) -> x.Amount:
    read = parse_literal(written)
    assert read is not None, written
    return x.Amount(*read, written, AT)


@cache
def roundings(spelling: Spelling) -> SearchStrategy[x.RoundingWords]:
    """Ways of rounding and places, as the lexer cuts them into words; also ones nobody knows."""
    return st.builds(x.RoundingWords, _words(spelling), st.one_of(st.just(()), _words(spelling)), st.just(AT))


def _words(spelling: Spelling) -> SearchStrategy[tuple[str, ...]]:
    known = [_cut(word) for word in _own(spelling, ROUNDING_WORDS)]
    return st.sampled_from([*known, ("近似",), ("by", "feel"), ("户的", "是")])


def _cut(words: str) -> tuple[str, ...]:
    keywords = parser().keywords.en
    return (words,) if any(word in keywords for word in words.split()) else tuple(words.split())


def _settings(spelling: Spelling) -> SearchStrategy[str]:
    return st.one_of(st.sampled_from(_own(spelling, SETTINGS.values())), st.sampled_from(["别的", "other"]))


# ---------------------------------------------------------------- expressions

COMPARE = (
    "GREATER_THAN SMALLER_THAN EQUAL_TO UNEQUAL_TO NO_LESS NO_MORE GREATER_OR_EQUAL SMALLER_OR_EQUAL "
    "IS IS_NOT AT_LEAST AT_MOST ABOVE BELOW NOT_ABOVE NOT_BELOW EXCEEDS NOT_EXCEEDING REACHES SHORT_OF LESS_THAN BEFORE AFTER NOT_BEFORE"
    " NOT_AFTER EQUAL UNEQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL"
)
WORD = st.sampled_from(COMPARE.split())
BEYOND = st.sampled_from(["OR_MORE", "OR_LESS", "WITHIN", "BEYOND"])
INCLUDED = st.sampled_from([None, True, False])
VALUE, BASE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, POSTFIX, ATOM = range(11)
"""Levels of precedence, the loosest first, as in the grammar."""


def tuples_of(item: SearchStrategy[object], least: int = 1, most: int = 3) -> SearchStrategy[tuple[object, ...]]:
    """A tuple of several."""
    return st.lists(item, min_size=least, max_size=most).map(tuple)


@cache
def expressions(level: int, depth: int, spelling: Spelling) -> SearchStrategy[x.Expr]:
    """An expression that can stand where the grammar asks for this level."""
    if depth == 0:
        return leaves(spelling)
    levels = [st.one_of(*_forms(inner, depth - 1, spelling)) for inner in range(level, ATOM + 1)]
    # mapped, so that every level is as likely as any other, however many forms it has
    return st.one_of(*(one.map(_same) for one in (*levels, leaves(spelling))))


def _same(expr: x.Expr) -> x.Expr:
    return expr


@cache
def leaves(spelling: Spelling) -> SearchStrategy[x.Expr]:
    """What holds nothing else."""
    given = _own(spelling, [FUNCTIONS["age"], *DAYS.values(), SUBJECT, IS_SUBJECT])
    return st.one_of(
        NAME,
        st.sampled_from(given).map(lambda text: x.Name(text, AT)),
        amounts(spelling),
        st.builds(x.DayLiteral, DAY, st.just(AT)),
        st.builds(x.MonthLiteral, MONTH, st.just(AT)),
        st.builds(x.TextLiteral, TEXT, st.just(AT)),
        st.builds(x.TruthLiteral, st.booleans(), st.just(AT)),
    )


def bounds(depth: int, spelling: Spelling) -> SearchStrategy[x.Bound]:
    """One end of a range."""
    return st.builds(x.Bound, expressions(SUM, depth, spelling), INCLUDED, st.just(AT))


def _forms(level: int, depth: int, spelling: Spelling) -> list[SearchStrategy[x.Expr]]:
    def at(inner: int) -> SearchStrategy[x.Expr]:
        return expressions(inner, depth, spelling)

    here = st.just(AT)
    match level:
        case 0:
            units = st.one_of(st.sampled_from(["月", "年"] if spelling == "zh" else ["month", "year"]), st.just("季度"))
            return [
                st.builds(x.Limited, st.sampled_from(["FLOOR", "CAP"]), at(VALUE), at(SUM), here),
                st.builds(x.Rounded, at(VALUE), roundings(spelling), here),
                st.builds(x.Converted, at(VALUE), units.map(lambda text: x.Name(text, AT)), here),
                st.builds(x.Spread, at(VALUE), _words(spelling), _settings(spelling).map(lambda w: x.Name(w, AT)), here),
            ]
        case 1:
            return [st.builds(x.Choose, at(OR), at(BASE), at(BASE), here)]
        case 2:
            return [st.builds(x.Logic, st.just("OR"), tuples_of(at(AND), 2), here)]
        case 3:
            return [st.builds(x.Logic, st.just("AND"), tuples_of(at(NOT), 2), here)]
        case 4:
            return [st.builds(x.Not, at(NOT), here)]
        case 5:
            compared = st.builds(x.Compared, WORD, at(SUM), INCLUDED, st.one_of(st.none(), BEYOND), here)
            return [
                st.builds(x.Comparison, at(SUM), tuples_of(compared, 1, 2), here),
                st.builds(x.Membership, at(SUM), tuples_of(at(SUM)), st.booleans(), here),
                st.builds(x.Between, at(SUM), bounds(depth, spelling), bounds(depth, spelling), here),
                st.builds(x.OneSided, at(SUM), bounds(depth, spelling), BEYOND, here),
            ]
        case 6:
            return [_chains(at(PRODUCT), ["PLUS", "MINUS"])]
        case 7:
            return [_chains(at(UNARY), ["TIMES", "OVER"])]
        case 8:
            return [st.builds(x.Negative, at(UNARY), here)]
        case 9:
            return [st.builds(x.Of, at(POSTFIX), at(ATOM), here)]
        case _:
            called = _own(spelling, [*FUNCTIONS.values(), *GATHERINGS.values(), GRANTED])
            others = NAME.filter(lambda name: name.text not in _CALLED)
            function = st.one_of(st.sampled_from(called).map(lambda text: x.Name(text, AT)), others)
            # 取整 takes every name after it, 中 too: what is rounded stands in parentheses before 中.
            source = at(VALUE).map(lambda value: x.Parenthesized(value, AT) if isinstance(value, x.Rounded) else value)
            argument = st.one_of(at(VALUE), st.builds(x.Filtered, source, at(OR), here), st.builds(x.IfNone, at(VALUE), here))
            count = st.builds(x.Call, st.just(x.Name("至少", AT)), tuples_of(argument), amounts(spelling), here)
            return [
                st.builds(x.Call, function, tuples_of(argument), st.none(), here),
                count,
                st.builds(x.Parenthesized, at(VALUE), here),
            ]


def _chains(operand: SearchStrategy[x.Expr], signs: list[str]) -> SearchStrategy[x.Expr]:
    def chain(first: x.Expr, rest: list[tuple[str, x.Expr]]) -> x.Chain:
        return x.Chain(tuple(sign for sign, _ in rest), (first, *(right for _, right in rest)), AT)

    return st.builds(chain, operand, st.lists(st.tuples(st.sampled_from(signs), operand), min_size=1, max_size=3))


# ---------------------------------------------------------------- statements


def types(spelling: Spelling) -> SearchStrategy[x.TypeExpr]:
    """A word, a unit, a list of options."""
    words = st.builds(x.WordType, st.sampled_from(TYPES[spelling]), st.just(AT))
    return st.one_of(words, st.builds(x.OptionsType, tuples_of(NAME), st.just(AT)))


def _optional(item: SearchStrategy[object]) -> SearchStrategy[object]:
    return st.one_of(st.none(), item)


def _layers(spelling: Spelling) -> SearchStrategy[x.Name]:
    others = NAME.filter(lambda name: all(name.text not in (row.zh, row.en) for row in LAYERS))
    return st.one_of(st.sampled_from(_own(spelling, LAYERS)).map(lambda text: x.Name(text, AT)), others)


def marks(spelling: Spelling, *, dates: bool) -> SearchStrategy[t.Marks]:
    """What follows a value; `dates` of a table's or a band's row."""
    basis = st.one_of(st.just((None, None)), st.tuples(NAME, _optional(TEXT)))
    return st.builds(
        lambda cited, **rest: t.Marks(basis=cited[0], passage=cited[1], **rest),
        basis,
        provisional=INCLUDED,
        layer=_optional(_layers(spelling)),
        issued=_optional(DAY),
        start=_optional(DAY) if dates else st.none(),
        end=_optional(DAY) if dates else st.none(),
    )


@cache
def blocks(spelling: Spelling) -> SearchStrategy[list[t.Statement]]:
    """A declaration with its lines."""
    here = st.just(AT)
    value = expressions(VALUE, 2, spelling)
    condition = expressions(BASE, 2, spelling)
    postfix = expressions(POSTFIX, 2, spelling)
    kind = types(spelling)
    entity = _optional(NAME)
    heading = st.one_of(
        st.builds(t.Heading, st.just("POLICY"), TITLE, here),
        st.builds(t.Jurisdiction, tuples_of(NAME), here),
        st.builds(t.Import, NAME, tuples_of(NAME, 0), here),
        _bases(spelling),
        _setting_lines(spelling),
        st.builds(t.EntityDecl, NAME, tuples_of(st.builds(t.RoleDecl, NAME, NAME, st.booleans(), here), 0, 4), here),
    )
    rule = st.one_of(
        st.builds(t.ConditionDecl, NAME, entity, condition, here),
        st.builds(t.ConsistencyDecl, NAME, entity, condition, here),
        st.builds(t.Definition, NAME, _optional(kind), entity, value, _optional(_guards(expressions(OR, 2, spelling))), here),
        st.builds(t.PropertyDecl, TITLE, condition, st.none(), st.none(), here),
        st.builds(t.PropertyDecl, TITLE, postfix, postfix, st.sampled_from(["NOT_RISING", "NOT_FALLING"]), here),
    )
    dated = st.builds(t.Dated, DAY, _optional(DAY), _optional(value), marks(spelling, dates=False), here)
    return st.one_of(
        st.lists(heading, min_size=1, max_size=2),
        st.lists(rule, min_size=1, max_size=2),
        _block([st.builds(t.FactsOf, NAME, here)], st.lists(_facts(spelling), min_size=1, max_size=3)),
        _block([st.builds(t.ParameterDecl, NAME, kind, here)], st.lists(dated, min_size=1, max_size=3)),
        _tables(spelling),
        _bands(spelling),
        _benefits(spelling),
        _examples(spelling),
    )


def _block(
    head: list[SearchStrategy[t.Statement]], body: SearchStrategy[list[t.Statement]]
) -> SearchStrategy[list[t.Statement]]:
    return st.tuples(st.tuples(*head), body).map(lambda parts: [*parts[0], *parts[1]])


def _joined(lists: list[list[t.Statement]]) -> list[t.Statement]:
    return [statement for one in lists for statement in one]


def _guards(condition: SearchStrategy[x.Expr]) -> SearchStrategy[x.Expr]:
    return st.builds(x.Parenthesized, condition, st.just(AT))


def _bases(spelling: Spelling) -> SearchStrategy[t.Statement]:
    parts = st.builds(
        t.Marks,
        passage=_optional(TEXT),
        layer=_optional(_layers(spelling)),
        issued=_optional(DAY),
        effective=_optional(DAY),
        number=_optional(TEXT),
        source=_optional(TEXT),
    )
    title = st.text("甲《、a: #", max_size=6)
    return st.builds(t.Basis, NAME, _optional(title), parts, st.just(AT))


def _setting_lines(spelling: Spelling) -> SearchStrategy[t.Statement]:
    none, here = st.none(), st.just(AT)
    words = st.sampled_from(["OR_MORE", "OR_LESS", "WITHIN", "BEYOND", "REACHES", "SHORT_OF", "LESS_THAN", "EXCEEDS"])
    setting = _settings(spelling)
    return st.one_of(
        st.builds(t.Setting, st.just("AGE_RULE"), setting, _optional(setting), none, none, here),
        st.builds(t.Setting, st.just("REFERENCE_DAY"), setting, none, none, none, here),
        st.builds(t.Setting, st.just("BOUNDARY"), words, none, st.booleans(), _optional(NAME), here),
    )


def _facts(spelling: Spelling) -> SearchStrategy[t.Statement]:
    def fact(name: x.Name, kind: x.TypeExpr, ends: list[x.Bound], texts: tuple[str | None, ...], steads: list[t.Stead | None]) -> t.FactDecl:
        low, high = (*ends, None, None)[:2]
        return t.FactDecl(name, kind, low, high, *texts, *steads, AT)

    ends = st.lists(bounds(1, spelling), max_size=2)
    texts = st.tuples(_optional(TEXT), _optional(TEXT))
    cited = st.one_of(st.just((None, None)), st.tuples(NAME, _optional(TEXT)))
    stead = st.builds(lambda value, papers: t.Stead(value, *papers), expressions(SUM, 1, spelling), cited)
    return st.builds(fact, NAME, types(spelling), ends, texts, st.tuples(_optional(stead), _optional(stead)))


def _decides(word: str) -> bool:
    return word != "AT_LEAST"


def cells(spelling: Spelling) -> SearchStrategy[x.Cell]:
    """Whatever can stand in a cell of a table."""
    here = st.just(AT)
    return st.one_of(
        st.builds(x.Anything, here),
        st.builds(x.Rest, here),
        st.builds(x.Choices, tuples_of(expressions(SUM, 1, spelling)), here),
        band_heads(spelling),
    )


def band_heads(spelling: Spelling) -> SearchStrategy[x.Band]:
    """3%(含) 至 5%(不含), 5% 以上, 低于 3%."""
    here = st.just(AT)
    return st.one_of(
        st.builds(x.BandRange, bounds(1, spelling), bounds(1, spelling), here),
        st.builds(x.BandOneSided, bounds(1, spelling), BEYOND, here),
        st.builds(x.BandCompared, WORD.filter(_decides), expressions(SUM, 1, spelling), here),
        # 至少 at the start of a line could also begin 至少 2 项(…), so an amount stands alone behind it
        st.builds(x.BandCompared, st.just("AT_LEAST"), amounts(spelling), here),
    )


def _tables(spelling: Spelling) -> SearchStrategy[list[t.Statement]]:
    keys = tuples_of(expressions(VALUE, 1, spelling))
    value = expressions(SUM, 1, spelling)
    row = st.builds(t.Row, tuples_of(cells(spelling)), value, marks(spelling, dates=True), st.just(False), st.just(AT))
    head = st.builds(t.TableDecl, NAME, keys, types(spelling), st.just(False), st.just(AT))
    return _block([head], st.lists(row, min_size=1, max_size=3))


def _bands(spelling: Spelling) -> SearchStrategy[list[t.Statement]]:
    # After a bare bound a value cannot begin with − or a parenthesis: it would go on with the bound.
    open_end = st.one_of(NAME, amounts(spelling), st.builds(x.Of, NAME, amounts(spelling), st.just(AT)))
    named = st.tuples(band_heads(spelling), open_end)
    rest = st.tuples(st.builds(x.Rest, st.just(AT)), expressions(VALUE, 1, spelling))
    row = st.builds(
        lambda pair, notes: t.Row((pair[0],), pair[1], notes, True, AT),
        st.one_of(named, rest),
        marks(spelling, dates=True),
    )
    keys = st.tuples(expressions(VALUE, 1, spelling))
    head = st.builds(t.TableDecl, NAME, keys, types(spelling), st.just(True), st.just(AT))
    return _block([head], st.lists(row, min_size=1, max_size=4))


def _benefits(spelling: Spelling) -> SearchStrategy[list[t.Statement]]:
    here = st.just(AT)
    article = ARTICLE.map(lambda text: x.Name(text, AT))
    ways = st.sampled_from([None, "UNIQUE", "HIGHEST_OF", "LOWEST_OF", "CUMULATIVE", "PRIORITY"])
    value, condition = expressions(VALUE, 2, spelling), expressions(BASE, 2, spelling)
    passages = st.builds(t.Marks, passage=_optional(TEXT))
    part = st.one_of(
        st.builds(t.Quotation, TEXT, here),
        st.builds(t.Basis, NAME, st.none(), passages, here),
        st.builds(t.When, condition, here),
        st.builds(t.GrantLine, value, st.just(False), here),
        st.builds(t.RefuseLine, _optional(TEXT), st.just(False), here),
        st.builds(t.LiftLine, here),
        st.builds(t.Excepts, tuples_of(article), here),
        st.builds(t.Dated, DAY, _optional(DAY), st.none(), st.just(t.Marks()), here),
    )
    head = st.builds(t.ArticleHead, ARTICLE, _optional(TITLE), _optional(DAY), _optional(DAY), tuples_of(article, 0), here)
    articles = st.lists(_block([head], st.lists(part, min_size=1, max_size=4)), max_size=2).map(_joined)
    last = st.one_of(
        st.builds(t.GrantLine, value, st.just(True), here), st.builds(t.RefuseLine, _optional(TEXT), st.just(True), here)
    )
    rounding = st.lists(st.builds(t.RoundingLine, roundings(spelling), here), max_size=1)
    benefit = st.builds(t.BenefitDecl, NAME, types(spelling), _optional(NAME), ways, st.booleans(), here)
    return st.tuples(benefit, articles, last, rounding).map(lambda p: [p[0], *p[1], p[2], *p[3]])


def _examples(spelling: Spelling) -> SearchStrategy[list[t.Statement]]:
    here = st.just(AT)
    line = st.one_of(
        st.builds(t.ExampleMonth, MONTH, here),
        st.builds(t.ExampleDay, DAY, here),
        st.builds(t.Heading, st.just("LIKE"), TITLE, here),
        _case_lines(spelling),
        _expectations(spelling),
    )
    head = st.builds(t.Heading, st.just("EXAMPLE"), TITLE, here)
    return _block([head], st.lists(line, min_size=2, max_size=6))


def _case_lines(spelling: Spelling) -> SearchStrategy[t.Statement]:
    amount, here = amounts(spelling), st.just(AT)
    states = _own(spelling, [*STATES.values(), INCOMPLETE])
    value = st.one_of(
        NAME,
        st.sampled_from(states).map(lambda text: x.Name(text, AT)),
        amount,
        st.builds(x.Negative, amount, here),
        st.builds(x.Chain, st.just(("OVER",)), st.tuples(amount, amount), here),
        st.builds(x.DayLiteral, DAY, here),
        st.builds(x.TextLiteral, TEXT, here),
        st.builds(x.TruthLiteral, st.booleans(), here),
    )
    known = st.builds(t.Assignment, NAME, value, st.just(False), here)
    other = st.builds(t.Assignment, NAME, st.none(), st.booleans(), here)
    assignments = tuples_of(st.one_of(known, other), 0)
    some = tuples_of(st.one_of(known, other), 1)
    none = st.none()
    return st.one_of(
        st.builds(t.CaseLine, none, none, tuples_of(NAME), assignments, here),
        st.builds(t.CaseLine, none, none, st.tuples(NAME), some, here, colon=st.just(False)),
        st.builds(t.CaseLine, none, NAME, st.tuples(NAME), assignments, here),
        st.builds(t.CaseLine, NAME, NAME, tuples_of(NAME, 0, 1), assignments, here),
    )


def _expectations(spelling: Spelling) -> SearchStrategy[t.Statement]:
    target, here = expressions(POSTFIX, 2, spelling), st.just(AT)
    cited = tuples_of(ARTICLE.map(lambda text: x.Name(text, AT)), 0)
    missing = tuples_of(st.one_of(NAME, st.builds(x.Of, NAME, NAME, here)), 0)
    none, nobody = st.none(), st.just(())
    return st.one_of(
        st.builds(t.Expectation, target, st.just("value"), expressions(VALUE, 2, spelling), cited, nobody, here),
        st.builds(t.Expectation, target, st.just("refused"), none, cited, nobody, here),
        st.builds(t.Expectation, target, st.just("undecided"), none, nobody, missing, here),
        st.builds(t.Expectation, target, st.sampled_from(["conflict", "failed"]), none, nobody, nobody, here),
    )


def trees(spelling: Spelling) -> SearchStrategy[tuple[t.Statement, ...]]:
    """The statements of a file."""
    return st.lists(blocks(spelling), min_size=1, max_size=4).map(_joined).map(tuple)


def as_file(statements: tuple[t.Statement, ...], spelling: Spelling) -> t.PolicyFile:
    """A file with these statements and no text."""
    lines = tuple(t.Line(0, 0, statement) for statement in statements)
    return t.PolicyFile(SourceText("made.policy", ""), spelling, lines, ())

