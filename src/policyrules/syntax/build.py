"""From the grammar's rules to tree nodes: one function a rule, called by the parser as it reduces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import evolve, fields

from policyrules.source.text import Span
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.build_expression import (
    ATOMS,
    EXPRESSIONS,
    Children,
    Unreadable,
    enumeration,
    included,
    read_amount,
    read_day,
    read_month,
    rounding,
    span_of,
)
from policyrules.syntax.lexer import Word
from policyrules.values.article_numbers import article_number

_MARKS = tuple(part.name for part in fields(t.Marks))


def _merge(parts: Sequence[t.Marks]) -> t.Marks:
    """Marks written one after another; of two of a kind the later counts."""
    if len(parts) == 1:
        return parts[0]
    written = {name: value for part in parts for name in _MARKS if (value := getattr(part, name)) is not None}
    return t.Marks(**written)


def _basis(c: Children) -> t.Basis:
    title = c[2].text if c[2] is not None else None
    return t.Basis(c[1], title, _merge(c[3:]), _spread_span(c))


def _spread_span(c: Children) -> Span:
    """Span of children some of which are marks, which carry none: to the last child that does."""
    spans = [child.span for child in c if child is not None and hasattr(child, "span")]
    return spans[0][0], spans[-1][1]


def _dated(c: Children) -> t.Dated:
    _, day, _, until, value = c[:5]
    return t.Dated(read_day(day), until.end if until else None, value, _merge(c[5:]), _spread_span(c))


def _row_dates(c: Children) -> t.Marks:
    return t.Marks(start=read_day(c[1]), end=c[3].end if c[3] is not None else None)


def _definition(c: Children) -> t.Definition:
    _, name, _, type, entity, _, value, guard = c
    return t.Definition(name, type, entity, value, guard, span_of(c))


def _benefit(c: Children) -> t.BenefitDecl:
    parts = c[4:]
    entity = next((part for part in parts if isinstance(part, x.Name)), None)
    words = [part.type for part in parts if isinstance(part, Word)]
    return t.BenefitDecl(c[1], c[3], entity, words[0] if words else None, c[0].type == "BENEFIT", span_of(c))


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


def _articles(c: Children) -> tuple[x.Name, ...]:
    return tuple(x.Name(article_number(word.text), word.span) for word in c[0::2])


def _otherwise_refuse(c: Children) -> t.RefuseLine:
    return t.RefuseLine(c[2].text if c[2] is not None else None, True, span_of(c))


def _fact(c: Children) -> t.FactDecl:
    parts = dict(part for part in c[3:])
    low, high = parts.get("range", (None, None))
    steads = (parts.get("presumed"), parts.get("inapplicable"))
    return t.FactDecl(c[0], c[2], low, high, parts.get("ask"), parts.get("proof"), *steads, (c[0].span[0], c[2].span[1]))


def _stead(kind: str) -> Callable[[Children], tuple[str, t.Stead]]:
    def build(c: Children) -> tuple[str, t.Stead]:
        return kind, t.Stead(c[1], *(c[2] or ()))

    return build


def _case_value(c: Children) -> tuple[x.Expr | None, bool, Span]:
    first = c[0]
    span = span_of(c)
    if isinstance(first, x.Name):
        return first, False, span
    if len(c) == 3:
        return x.Chain(("OVER",), (read_amount(first), read_amount(c[2])), span), False, span
    if first.type == "MINUS":
        return x.Negative(read_amount(c[1]), span), False, span
    if first.type in ("UNKNOWN", "REFUSE"):
        return None, first.type == "REFUSE", span
    return ATOMS[first.type](first), False, span


def _assignment(c: Children) -> t.Assignment:
    value, refused, span = c[1]
    return t.Assignment(c[0], value, refused, (c[0].span[0], span[1]))


def _case(c: Children, owner: Any, role: Any, ids: Sequence[x.Name], assignments: Any) -> t.CaseLine:
    colon = any(isinstance(child, Word) and child.type == "COLON" for child in c)
    return t.CaseLine(owner, role, tuple(ids), tuple(assignments or ()), (c[0].span[0], _last(c)), colon)


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
    return x.Of(c[0], c[2], span_of(c)) if len(c) == 3 else c[0]


def _setting(c: Children) -> t.Setting:
    return t.Setting("AGE_RULE", c[1].text, c[3].text if c[3] is not None else None, None, None, span_of(c))


def _reference_day(c: Children) -> t.Setting | t.ExampleDay:
    if isinstance(c[1], x.Name):
        return t.Setting("REFERENCE_DAY", c[1].text, None, None, None, span_of(c))
    return t.ExampleDay(read_day(c[1]), span_of(c))


def _table_row(c: Children) -> t.Row:
    cells = [child for child in c if child is not None and not isinstance(child, (Word, t.Marks))]
    marks = _merge([child for child in c if isinstance(child, t.Marks)])
    last = cells[-1]
    if not (isinstance(last, x.Choices) and len(last.values) == 1) or len(cells) < 2:
        raise Unreadable("row", c[0])
    return t.Row(tuple(cells[:-1]), last.values[0], marks, False, _spread_span(c))


def _roles(many: bool) -> Callable[[Children], tuple[t.RoleDecl, ...]]:
    return lambda c: tuple(evolve(role, many=many) for role in c[1::2])


BUILDERS: Mapping[str, Callable[[Children], Any]] = MappingProxyType(
    {
        **EXPRESSIONS,
        # statements
        "policy": lambda c: t.Heading("POLICY", c[1].text, span_of(c)),
        "example": lambda c: t.Heading("EXAMPLE", c[1].text, span_of(c)),
        "like": lambda c: t.Heading("LIKE", c[1].text, span_of(c)),
        "jurisdiction": lambda c: t.Jurisdiction(tuple(c[1:]), span_of(c)),
        "import_": lambda c: t.Import(c[1], c[3] or (), (c[0].span[0], (c[3][-1] if c[3] else c[1]).span[1])),
        "basis": _basis,
        "age_rule": _setting,
        "reference_day": _reference_day,
        "boundary": lambda c: t.Setting("BOUNDARY", c[1].type, None, included(c[2]), c[4], span_of(c)),
        "bound_word": lambda c: c[0],
        "entity": lambda c: t.EntityDecl(c[1], sum(c[2:], ()), (c[0].span[0], _last([p for p in c if p != ()]))),
        "roles_many": _roles(True),
        "roles_one": _roles(False),
        "role": lambda c: t.RoleDecl(c[0], c[2], True, span_of(c)),
        "facts": lambda c: t.FactsOf(c[1], span_of(c)),
        "fact": _fact,
        "fact_range": lambda c: ("range", (c[1], c[3])),
        "fact_range_from": lambda c: ("range", (c[1], None)),
        "ask": lambda c: ("ask", c[1].text),
        "proof": lambda c: ("proof", c[1].text),
        "presumed": _stead("presumed"),
        "inapplicable": _stead("inapplicable"),
        "stead_basis": lambda c: (c[1], c[2].text if c[2] is not None else None),
        "parameter": lambda c: t.ParameterDecl(c[1], c[3], span_of(c)),
        "dated": _dated,
        "until": lambda c: t.Marks(end=read_day(c[1])),
        "row_dates": _row_dates,
        "row_until": lambda c: c[0],
        "row_part": lambda c: c[0],
        "provisional": lambda c: t.Marks(provisional=True),
        "final": lambda c: t.Marks(provisional=False),
        "row_basis": lambda c: t.Marks(basis=c[1], passage=c[2].text if c[2] is not None else None),
        "layer": lambda c: t.Marks(layer=c[1]),
        "issued": lambda c: t.Marks(issued=read_day(c[1])),
        "numbered": lambda c: t.Marks(number=c[1].text),
        "effective": lambda c: t.Marks(effective=read_day(c[1])),
        "source": lambda c: t.Marks(source=c[1].text),
        "passage": lambda c: t.Marks(passage=c[0].text),
        "condition": lambda c: t.ConditionDecl(c[1], c[2], c[4], span_of(c)),
        "consistent": lambda c: t.ConsistencyDecl(c[1], c[2], c[4], span_of(c)),
        "definition": _definition,
        "guard": lambda c: x.Parenthesized(c[1], span_of(c)),
        "cases": _benefit,
        "table": lambda c: t.TableDecl(c[1], enumeration(c[3:-3]), c[-1], False, span_of(c)),
        "bands": lambda c: t.TableDecl(c[1], (c[3],), c[-1], True, span_of(c)),
        "table_row": _table_row,
        "band_row": lambda c: t.Row((c[0],), c[1], _merge(c[2:]), True, _spread_span(c)),
        "band_rest": lambda c: t.Row((x.Rest(c[0].span),), c[1], _merge(c[2:]), True, _spread_span(c)),
        "benefit": _benefit,
        "benefit_part": lambda c: c[0],
        "combination": lambda c: c[0],
        "for_": lambda c: c[1],
        "article": _article,
        "articles": _articles,
        "valid_from": lambda c: t.Marks(start=read_day(c[1])),
        "valid_until": lambda c: c[0],
        "exception_part": lambda c: c[1],
        "exception": lambda c: t.Excepts(c[1], (c[0].span[0], c[1][-1].span[1])),
        "quotation": lambda c: t.Quotation(c[0].text, c[0].span),
        "when": lambda c: t.When(c[1], span_of(c)),
        "grant": lambda c: t.GrantLine(c[1], False, span_of(c)),
        "refuse": lambda c: t.RefuseLine(c[1].text if c[1] is not None else None, False, span_of(c)),
        "lift": lambda c: t.LiftLine(c[0].span),
        "otherwise_refuse": _otherwise_refuse,
        "otherwise_grant": lambda c: t.GrantLine(c[2], True, span_of(c)),
        "rounding": lambda c: t.RoundingLine(rounding(c), span_of(c)),
        # examples and properties
        "example_month": lambda c: t.ExampleMonth(read_month(c[1]), span_of(c)),
        "case_members": _case_members,
        "case_facts": lambda c: _case(c, None, None, (c[0],), c[1]),
        "case_role_member": lambda c: _case(c, None, c[0], (c[1],), c[3]),
        "case_nested": lambda c: _case(c, c[0], c[2], (c[3],) if c[3] is not None else (), c[5]),
        "assignments": enumeration,
        "assignment": _assignment,
        "case_value": _case_value,
        "expect_value": _expect("value"),
        "expect_refused": _expect("refused"),
        "expect_undecided": _expect("undecided"),
        "expect_conflict": _expect("conflict"),
        "expect_failed": _expect("failed"),
        "by": lambda c: c[1],
        "missing_names": enumeration,
        "missing_name": _missing_name,
        "property_holds": lambda c: t.PropertyDecl(c[1].text, c[3], None, None, span_of(c)),
        "property_monotone": lambda c: t.PropertyDecl(c[1].text, c[3], c[5], c[6].type, span_of(c)),
    }
)
