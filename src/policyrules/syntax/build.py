"""From the grammar's rules to tree nodes: one function a rule, called by the parser as it reduces."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from attrs import evolve

from policyrules.source.text import Span
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.lexer import Word
from policyrules.values.calendar import parse_day, parse_month
from policyrules.values.quantities import parse_literal


class Unreadable(Exception):
    """A word of the right kind with an impossible content, such as the day 2020-02-30."""

    def __init__(self, what: str, word: Word) -> None:
        super().__init__(what)
        self.what = what
        self.word = word


# Children are words, nodes, tuples of nodes, or None for an optional part left out: typed by the grammar, not by Python.
Children = Sequence[Any]


def _span(children: Children) -> Span:
    present = [child for child in children if child is not None]
    return present[0].span[0], present[-1].span[1]


def _name(c: Children) -> x.Name:
    return x.Name(unicodedata.normalize("NFKC", c[0].text).strip(), c[0].span)


def _day(word: Word) -> date:
    day = parse_day(word.text)
    if day is None:
        raise Unreadable("day", word)
    return day


def _month(word: Word) -> date:
    month = parse_month(word.text)
    if month is None:
        raise Unreadable("month", word)
    return month


def _amount(word: Word) -> x.Amount:
    read = parse_literal(word.text)
    if read is None:
        raise Unreadable("amount", word)
    return x.Amount(read[0], read[1], word.text, word.span)


def _chain(c: Children) -> x.Chain:
    return x.Chain(tuple(word.type for word in c[1::2]), tuple(c[0::2]), (c[0].span[0], c[-1].span[1]))


def _logic(word: str) -> Callable[[Children], x.Logic]:
    return lambda c: x.Logic(word, tuple(c[0::2]), (c[0].span[0], c[-1].span[1]))


def _included(mark: Word | None) -> bool | None:
    return None if mark is None else mark.type == "INCLUDED"


def _compared(c: Children) -> x.Compared:
    word, right, mark, beyond = c
    return x.Compared(word.type, right, _included(mark), beyond.type if beyond else None, _span(c))


def _between(c: Children) -> x.Between:
    value, _, low, _, high, _, mark = c
    if mark is not None:
        low = evolve(low, included=_included(mark) if low.included is None else low.included)
        high = evolve(high, included=_included(mark) if high.included is None else high.included)
    return x.Between(value, low, high, _span(c))


def _call(c: Children) -> x.Call:
    return x.Call(c[0], c[2], None, _span(c))


def _at_least(c: Children) -> x.Call:
    return x.Call(x.Name("至少", c[0].span), c[4], _amount(c[1]), _span(c))


def _rounding(c: Children) -> x.RoundingWords:
    """ROUND name+ [TO name+], the keyword first."""
    cut = next((at for at, child in enumerate(c) if isinstance(child, Word) and child.type == "TO"), len(c))
    mode = tuple(name.text for name in c[1:cut] if name is not None)
    place = tuple(name.text for name in c[cut + 1 :] if name is not None)
    return x.RoundingWords(mode, place, _span(c))


def _spread(c: Children) -> x.Spread:
    place = tuple(name.text for name in c[3:-3])
    return x.Spread(c[0], place, c[-1], _span(c))


def _reversed_of(c: Children) -> x.Of:
    return x.Of(c[2], _amount(c[0]), _span(c))


def _merge(parts: Sequence[t.Marks]) -> t.Marks:
    marks = t.Marks()
    for part in parts:
        marks = evolve(marks, **{name: value for name, value in _written(part)})
    return marks


def _written(marks: t.Marks) -> list[tuple[str, Any]]:
    return [(name, getattr(marks, name)) for name in t.Marks.__slots__[:10] if getattr(marks, name) is not None]


def _basis(c: Children) -> t.Basis:
    title = c[2].text if c[2] is not None else None
    return t.Basis(c[1], title, _merge(c[3:]), _spread_span(c))


def _spread_span(c: Children) -> Span:
    """Span of children some of which are marks, which carry none: to the last child that does."""
    spans = [child.span for child in c if child is not None and hasattr(child, "span")]
    return spans[0][0], spans[-1][1]


def _dated(c: Children) -> t.Dated:
    _, day, _, until, value = c[:5]
    return t.Dated(_day(day), until.end if until else None, value, _merge(c[5:]), _spread_span(c))


def _row_dates(c: Children) -> t.Marks:
    return t.Marks(start=_day(c[1]), end=c[3].end if c[3] is not None else None)


def _definition(c: Children) -> t.Definition:
    _, name, _, type, entity, _, value, guard = c
    return t.Definition(name, type, entity, value, guard, _span(c))


def _benefit(c: Children) -> t.BenefitDecl:
    parts = c[4:]
    entity = next((part for part in parts if isinstance(part, x.Name)), None)
    words = [part.type for part in parts if isinstance(part, Word)]
    return t.BenefitDecl(c[1], c[3], entity, words[0] if words else None, c[0].type == "BENEFIT", _span(c))


def _article(c: Children) -> t.ArticleHead:
    start = end = None
    excepts: tuple[x.Name, ...] = ()
    for part in c[2:]:
        if isinstance(part, tuple):
            excepts += part
        elif part.start is not None:
            start = part.start
        else:
            end = part.end
    title = c[1].text if c[1] is not None else None
    return t.ArticleHead(article_number(c[0].text), title, start, end, excepts, _spread_span(c))


def article_number(text: str) -> str:
    """第十二条, 第12条 and article 12 are one article; English numbers are kept as 第12条."""
    return f"第{text[len('article') :].strip()}条" if text.startswith("article") else text


def _articles(c: Children) -> tuple[x.Name, ...]:
    return tuple(x.Name(article_number(word.text), word.span) for word in c[0::2])


def _otherwise_refuse(c: Children) -> t.RefuseLine:
    return t.RefuseLine(c[2].text if c[2] is not None else None, True, _span(c))


def _fact(c: Children) -> t.FactDecl:
    parts = dict(part for part in c[3:])
    low, high = parts.get("range", (None, None))
    return t.FactDecl(c[0], c[2], low, high, parts.get("ask"), parts.get("proof"), (c[0].span[0], c[2].span[1]))


def _case_value(c: Children) -> tuple[x.Expr | None, bool, Span]:
    first = c[0]
    span = _span(c)
    if isinstance(first, x.Name):
        return first, False, span
    if len(c) == 3:
        return x.Chain(("OVER",), (_amount(first), _amount(c[2])), span), False, span
    if first.type == "MINUS":
        return x.Negative(_amount(c[1]), span), False, span
    if first.type in ("UNKNOWN", "REFUSE"):
        return None, first.type == "REFUSE", span
    return _ATOMS[first.type](first), False, span


def _assignment(c: Children) -> t.Assignment:
    value, refused, span = c[1]
    return t.Assignment(c[0], value, refused, (c[0].span[0], span[1]))


def _case(c: Children, owner: Any, role: Any, ids: Sequence[x.Name], assignments: Any) -> t.CaseLine:
    return t.CaseLine(owner, role, tuple(ids), tuple(assignments or ()), (c[0].span[0], _last(c)))


def _last(c: Children) -> int:
    last = [child for child in c if child is not None][-1]
    end: int = last[-1].span[1] if isinstance(last, tuple) else last.span[1]
    return end


def _case_members(c: Children) -> t.CaseLine:
    return t.CaseLine(None, None, c[0], tuple(c[2] or ()), (c[0][0].span[0], _last(c)))


def _expect(kind: str) -> Callable[[Children], t.Expectation]:
    def build(c: Children) -> t.Expectation:
        value = c[3] if kind == "value" else None
        by = c[-1] if kind in ("value", "refused") and c[-1] is not None else ()
        missing = c[4] if kind == "undecided" and c[4] is not None else ()
        tail = by or missing
        end = tail[-1].span[1] if tail else _spread_span([part for part in c if not isinstance(part, tuple)])[1]
        return t.Expectation(c[1], kind, value, tuple(by), tuple(missing), (c[0].span[0], end))

    return build


def _missing_name(c: Children) -> x.Expr:
    return x.Of(c[0], c[2], _span(c)) if len(c) == 3 else c[0]


def _setting(c: Children) -> t.Setting:
    return t.Setting("AGE_RULE", c[1].text, c[3].text if c[3] is not None else None, None, None, _span(c))


def _reference_day(c: Children) -> t.Setting | t.ExampleDay:
    if isinstance(c[1], x.Name):
        return t.Setting("REFERENCE_DAY", c[1].text, None, None, None, _span(c))
    return t.ExampleDay(_day(c[1]), _span(c))


def _table_row(c: Children) -> t.Row:
    cells = [child for child in c if child is not None and not isinstance(child, (Word, t.Marks))]
    marks = _merge([child for child in c if isinstance(child, t.Marks)])
    last = cells[-1]
    if not (isinstance(last, x.Choices) and len(last.values) == 1) or len(cells) < 2:
        raise Unreadable("row", c[0])
    return t.Row(tuple(cells[:-1]), last.values[0], marks, False, _spread_span(c))


def _enumeration(c: Children) -> tuple[x.Expr, ...]:
    return tuple(child for child in c if not isinstance(child, Word))


def _names(c: Children) -> tuple[x.Name, ...]:
    return tuple(child for child in c if isinstance(child, x.Name))


def _roles(many: bool) -> Callable[[Children], tuple[t.RoleDecl, ...]]:
    return lambda c: tuple(evolve(role, many=many) for role in c[1::2])


_ATOMS: Mapping[str, Callable[[Word], x.Expr]] = MappingProxyType(
    {
        "AMOUNT": _amount,
        "DATE": lambda w: x.DayLiteral(_day(w), w.span),
        "MONTH": lambda w: x.MonthLiteral(_month(w), w.span),
        "YES": lambda w: x.TruthLiteral(True, w.span),
        "NO": lambda w: x.TruthLiteral(False, w.span),
        "STRING": lambda w: x.TextLiteral(w.text, w.span),
    }
)

BUILDERS: Mapping[str, Callable[[Children], Any]] = MappingProxyType(
    {
        # expressions
        "name": _name,
        "name_value": lambda c: c[0],
        **{rule: (lambda c: _ATOMS[c[0].type](c[0])) for rule in ("amount", "day", "month", "yes", "no", "text")},
        "parenthesized": lambda c: x.Parenthesized(c[1], _span(c)),
        "of": lambda c: x.Of(c[0], c[2], _span(c)),
        "reversed_of": _reversed_of,
        "negative": lambda c: x.Negative(c[1], _span(c)),
        "negation": lambda c: x.Not(c[1], _span(c)),
        "sum": _chain,
        "product": _chain,
        "conjunction": _logic("AND"),
        "disjunction": _logic("OR"),
        "compare_word": lambda c: c[0],
        "beyond": lambda c: c[0],
        "mark": lambda c: c[0],
        "compared": _compared,
        "comparison": lambda c: x.Comparison(c[0], tuple(c[1:]), _span(c)),
        "membership": lambda c: x.Membership(c[0], c[2], c[1].type == "NOT_IN", (c[0].span[0], c[2][-1].span[1])),
        "choices": _enumeration,
        "choices_listed": _enumeration,
        "bound": lambda c: x.Bound(c[0], _included(c[1]), _span(c)),
        "between": _between,
        "one_sided": lambda c: x.OneSided(c[0], c[2], c[3].type, _span(c)),
        "one_sided_bare": lambda c: x.OneSided(c[0], x.Bound(_amount(c[1]), None, c[1].span), c[2].type, _span(c)),
        "choose": lambda c: x.Choose(c[1], c[3], c[5], _span(c)),
        "floored": lambda c: x.Limited("FLOOR", c[0], c[2], _span(c)),
        "capped": lambda c: x.Limited("CAP", c[0], c[2], _span(c)),
        "rounded": lambda c: x.Rounded(c[0], _rounding(c[1:]), _span(c)),
        "converted": lambda c: x.Converted(c[0], c[3], _span(c)),
        "spread": _spread,
        "call": _call,
        "at_least": _at_least,
        "arguments": _enumeration,
        "argument": lambda c: c[0],
        "filtered": lambda c: x.Filtered(c[0], c[2], _span(c)),
        "if_none": lambda c: x.IfNone(c[1], _span(c)),
        # bands and cells
        "band_range": lambda c: x.BandRange(c[0], c[2], _span(c)),
        "band_one_sided": lambda c: x.BandOneSided(c[0], c[1].type, _span(c)),
        "band_compared": lambda c: x.BandCompared(c[0].type, c[1], _span(c)),
        "cell_any": lambda c: x.Anything(c[0].span),
        "cell_rest": lambda c: x.Rest(c[0].span),
        "cell_band": lambda c: c[0],
        "cell_choices": lambda c: x.Choices(c[0], (c[0][0].span[0], c[0][-1].span[1])),
        # types
        "options_type": lambda c: x.OptionsType(c[1], (c[0].span[0], c[1][-1].span[1])),
        "word_type": lambda c: x.WordType("".join("/" if p.text in "÷/" else p.text for p in c), _span(c)),
        "names": _names,
        "name_list": _names,
        # statements
        "policy": lambda c: t.Heading("POLICY", c[1].text, _span(c)),
        "example": lambda c: t.Heading("EXAMPLE", c[1].text, _span(c)),
        "like": lambda c: t.Heading("LIKE", c[1].text, _span(c)),
        "jurisdiction": lambda c: t.Jurisdiction(tuple(c[1:]), _span(c)),
        "import_": lambda c: t.Import(c[1], c[3] or (), (c[0].span[0], (c[3][-1] if c[3] else c[1]).span[1])),
        "basis": _basis,
        "age_rule": _setting,
        "reference_day": _reference_day,
        "boundary": lambda c: t.Setting("BOUNDARY", c[1].type, None, _included(c[2]), c[4], _span(c)),
        "bound_word": lambda c: c[0],
        "entity": lambda c: t.EntityDecl(c[1], sum(c[2:], ()), (c[0].span[0], _last([p for p in c if p != ()]))),
        "roles_many": _roles(True),
        "roles_one": _roles(False),
        "role": lambda c: t.RoleDecl(c[0], c[2], True, _span(c)),
        "facts": lambda c: t.FactsOf(c[1], _span(c)),
        "fact": _fact,
        "fact_range": lambda c: ("range", (c[1], c[3])),
        "fact_range_from": lambda c: ("range", (c[1], None)),
        "ask": lambda c: ("ask", c[1].text),
        "proof": lambda c: ("proof", c[1].text),
        "parameter": lambda c: t.ParameterDecl(c[1], c[3], _span(c)),
        "dated": _dated,
        "until": lambda c: t.Marks(end=_day(c[1])),
        "row_dates": _row_dates,
        "row_until": lambda c: c[0],
        "row_part": lambda c: c[0],
        "provisional": lambda c: t.Marks(provisional=True),
        "final": lambda c: t.Marks(provisional=False),
        "row_basis": lambda c: t.Marks(basis=c[1], passage=c[2].text if c[2] is not None else None),
        "layer": lambda c: t.Marks(layer=c[1]),
        "issued": lambda c: t.Marks(issued=_day(c[1])),
        "numbered": lambda c: t.Marks(number=c[1].text),
        "effective": lambda c: t.Marks(effective=_day(c[1])),
        "source": lambda c: t.Marks(source=c[1].text),
        "passage": lambda c: t.Marks(passage=c[0].text),
        "condition": lambda c: t.ConditionDecl(c[1], c[2], c[4], _span(c)),
        "definition": _definition,
        "guard": lambda c: x.Parenthesized(c[1], _span(c)),
        "cases": _benefit,
        "table": lambda c: t.TableDecl(c[1], _enumeration(c[3:-3]), c[-1], False, _span(c)),
        "bands": lambda c: t.TableDecl(c[1], (c[3],), c[-1], True, _span(c)),
        "table_row": _table_row,
        "band_row": lambda c: t.Row((c[0],), c[1], _merge(c[2:]), True, _spread_span(c)),
        "band_rest": lambda c: t.Row((x.Rest(c[0].span),), c[1], _merge(c[2:]), True, _spread_span(c)),
        "benefit": _benefit,
        "benefit_part": lambda c: c[0],
        "combination": lambda c: c[0],
        "for_": lambda c: c[1],
        "article": _article,
        "articles": _articles,
        "valid_from": lambda c: t.Marks(start=_day(c[1])),
        "valid_until": lambda c: c[0],
        "exception_part": lambda c: c[1],
        "exception": lambda c: t.Excepts(c[1], (c[0].span[0], c[1][-1].span[1])),
        "quotation": lambda c: t.Quotation(c[0].text, c[0].span),
        "when": lambda c: t.When(c[1], _span(c)),
        "grant": lambda c: t.GrantLine(c[1], False, _span(c)),
        "refuse": lambda c: t.RefuseLine(c[1].text if c[1] is not None else None, False, _span(c)),
        "lift": lambda c: t.LiftLine(c[0].span),
        "otherwise_refuse": _otherwise_refuse,
        "otherwise_grant": lambda c: t.GrantLine(c[2], True, _span(c)),
        "rounding": lambda c: t.RoundingLine(_rounding(c), _span(c)),
        # examples and properties
        "example_month": lambda c: t.ExampleMonth(_month(c[1]), _span(c)),
        "case_members": _case_members,
        "case_facts": lambda c: _case(c, None, None, (c[0],), c[1]),
        "case_role_member": lambda c: _case(c, None, c[0], (c[1],), c[3]),
        "case_nested": lambda c: _case(c, c[0], c[2], (c[3],) if c[3] is not None else (), c[5]),
        "assignments": _enumeration,
        "assignment": _assignment,
        "case_value": _case_value,
        "expect_value": _expect("value"),
        "expect_refused": _expect("refused"),
        "expect_undecided": _expect("undecided"),
        "expect_conflict": _expect("conflict"),
        "expect_failed": _expect("failed"),
        "by": lambda c: c[1],
        "missing_names": _enumeration,
        "missing_name": _missing_name,
        "property_holds": lambda c: t.PropertyDecl(c[1].text, c[3], None, None, _span(c)),
        "property_monotone": lambda c: t.PropertyDecl(c[1].text, c[3], c[5], c[6].type, _span(c)),
    }
)
