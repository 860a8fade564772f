"""Statements, lines and files of the syntax tree.

A file is a sequence of lines; each line holds one statement. Spans count from the start of the line, so that equal lines
share one tree.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias

from attrs import field, frozen

from policyrules.source.text import SourceText, Span
from policyrules.syntax.expression import Bound, Cell, Expr, Name, RoundingWords, TypeExpr

Spelling: TypeAlias = Literal["zh", "en"]


@frozen
class Heading:
    """政策, 例, 沿用: a keyword and free words."""

    word: str
    title: str
    span: Span = field(eq=False)


@frozen
class Jurisdiction:
    names: tuple[Name, ...]
    span: Span = field(eq=False)


@frozen
class Import:
    policy: Name
    names: tuple[Name, ...]
    span: Span = field(eq=False)


@frozen
class Marks:
    """What may follow a value: 暂定, 依据, 层级, 发布, dates; also the parts of a 依据."""

    provisional: bool | None = None
    basis: Name | None = None
    passage: str | None = None
    layer: Name | None = None
    issued: date | None = None
    start: date | None = None
    end: date | None = None
    number: str | None = None
    effective: date | None = None
    source: str | None = None


@frozen
class Basis:
    name: Name
    title: str | None
    marks: Marks
    span: Span = field(eq=False)


@frozen
class Setting:
    """周岁计算, 基准日, 界限: a way of reading for the whole file."""

    word: str
    value: str
    second: str | None
    included: bool | None
    basis: Name | None
    span: Span = field(eq=False)


@frozen
class RoleDecl:
    name: Name
    entity: Name
    many: bool
    span: Span = field(eq=False)


@frozen
class EntityDecl:
    name: Name
    roles: tuple[RoleDecl, ...]
    span: Span = field(eq=False)


@frozen
class FactsOf:
    entity: Name
    span: Span = field(eq=False)


@frozen
class Stead:
    """推定, 不适用时: a value that stands in for one nobody can give, and the paper that says so."""

    value: Expr
    basis: Name | None = None
    passage: str | None = None


@frozen
class FactDecl:
    name: Name
    type: TypeExpr
    low: Bound | None
    high: Bound | None
    question: str | None
    proof: str | None
    presumed: Stead | None
    inapplicable: Stead | None
    span: Span = field(eq=False)


@frozen
class ParameterDecl:
    name: Name
    type: TypeExpr
    span: Span = field(eq=False)


@frozen
class Dated:
    """自 …: a parameter row (with a value), or the validity of an article (without)."""

    start: date
    end: date | None
    value: Expr | None
    marks: Marks
    span: Span = field(eq=False)


@frozen
class ConditionDecl:
    name: Name
    entity: Name | None
    value: Expr
    span: Span = field(eq=False)


@frozen
class ConsistencyDecl:
    """核对: a condition that the facts of a case must not make false."""

    name: Name
    entity: Name | None
    value: Expr
    span: Span = field(eq=False)


@frozen
class Definition:
    name: Name
    type: TypeExpr | None
    entity: Name | None
    value: Expr
    guard: Expr | None
    span: Span = field(eq=False)


@frozen
class TableDecl:
    """表 (several keys) or 档 (`bands`, one key)."""

    name: Name
    keys: tuple[Expr, ...]
    type: TypeExpr
    bands: bool
    span: Span = field(eq=False)


@frozen
class Row:
    """A table row or a band: its cells, its value, its validity and source."""

    cells: tuple[Cell, ...]
    value: Expr
    marks: Marks
    bands: bool
    span: Span = field(eq=False)


@frozen
class BenefitDecl:
    """给付 (`pays`), or 算 by articles. `combination` is the keyword's terminal."""

    name: Name
    type: TypeExpr
    entity: Name | None
    combination: str | None
    pays: bool
    span: Span = field(eq=False)


@frozen
class ArticleHead:
    number: str
    title: str | None
    start: date | None
    end: date | None
    excepts: tuple[Name, ...]
    span: Span = field(eq=False)


@frozen
class Excepts:
    articles: tuple[Name, ...]
    span: Span = field(eq=False)


@frozen
class Quotation:
    text: str
    span: Span = field(eq=False)


@frozen
class When:
    condition: Expr
    span: Span = field(eq=False)


@frozen
class GrantLine:
    """给 <value>; `otherwise` after 其余情形."""

    value: Expr
    otherwise: bool
    span: Span = field(eq=False)


@frozen
class RefuseLine:
    """不予, with the policy's reason; `otherwise` after 其余情形."""

    reason: str | None
    otherwise: bool
    span: Span = field(eq=False)


@frozen
class LiftLine:
    span: Span = field(eq=False)


@frozen
class RoundingLine:
    words: RoundingWords
    span: Span = field(eq=False)


@frozen
class ExampleMonth:
    value: date
    span: Span = field(eq=False)


@frozen
class ExampleDay:
    value: date
    span: Span = field(eq=False)


@frozen
class Assignment:
    """A fact and its value in a worked example. `value` is None for 未知."""

    name: Name
    value: Expr | None
    refused: bool
    span: Span = field(eq=False)


@frozen
class CaseLine:
    """Facts of one or several instances: `owner` 的 `role` `ids`. `colon`: 甲：… was written, not 户 …."""

    owner: Name | None
    role: Name | None
    ids: tuple[Name, ...]
    assignments: tuple[Assignment, ...]
    span: Span = field(eq=False)
    colon: bool = field(default=True, eq=False)


@frozen
class Expectation:
    """应 …. `kind` is value, refused, undecided, conflict or failed."""

    target: Expr
    kind: str
    value: Expr | None
    articles: tuple[Name, ...]
    missing: tuple[Expr, ...]
    span: Span = field(eq=False)


@frozen
class PropertyDecl:
    """性质: a condition that always holds, or (with `along`) `value` not rising or not falling along a fact."""

    title: str
    value: Expr
    along: Expr | None
    direction: str | None
    span: Span = field(eq=False)


Statement: TypeAlias = (
    Heading
    | Jurisdiction
    | Import
    | Basis
    | Setting
    | EntityDecl
    | FactsOf
    | FactDecl
    | ParameterDecl
    | Dated
    | ConditionDecl
    | ConsistencyDecl
    | Definition
    | TableDecl
    | Row
    | BenefitDecl
    | ArticleHead
    | Excepts
    | Quotation
    | When
    | GrantLine
    | RefuseLine
    | LiftLine
    | RoundingLine
    | ExampleMonth
    | ExampleDay
    | CaseLine
    | Expectation
    | PropertyDecl
)


@frozen
class Comment:
    """# words. `own_line`: nothing but the comment stands on its line. `start` is absolute."""

    text: str
    start: int
    own_line: bool


@frozen
class Line:
    """One logical line: its absolute extent and its statement (None where it could not be read)."""

    start: int
    end: int
    statement: Statement | None


@frozen
class PolicyFile:
    """One file read: its spelling, its lines and its comments, in the order of the text.

    `lost_names` are names in lines that could not be read: they may be declared or used there.
    """

    source: SourceText
    spelling: Spelling
    lines: tuple[Line, ...]
    comments: tuple[Comment, ...]
    lost_names: frozenset[str] = frozenset()
