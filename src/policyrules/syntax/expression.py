"""Expressions of the syntax tree: what was written, with its places and without any meaning.

Spans and the written form of amounts take no part in equality.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from policyrules.source.text import Span
from policyrules.values.types import Dimension

# ---------------------------------------------------------------- expressions


@frozen
class Name:
    """A name, without its 【】."""

    text: str
    span: Span = field(eq=False)


@frozen
class Amount:
    """610元, 35%, 1.5倍, 12月. `dimension` is None where no unit is written."""

    value: Fraction
    dimension: Dimension | None
    written: str = field(eq=False)
    span: Span = field(eq=False)


@frozen
class DayLiteral:
    value: date
    span: Span = field(eq=False)


@frozen
class MonthLiteral:
    """A month, by its first day."""

    value: date
    span: Span = field(eq=False)


@frozen
class TextLiteral:
    text: str
    span: Span = field(eq=False)


@frozen
class TruthLiteral:
    value: bool
    span: Span = field(eq=False)


@frozen
class Of:
    """X 的 Y: a share of an amount, or something of somebody; only names tell which."""

    whole: Expr
    part: Expr
    span: Span = field(eq=False)


@frozen
class Call:
    """A function, an aggregate or 至少 n 项 (then `count` is set)."""

    function: Name
    arguments: tuple[Expr, ...]
    count: Amount | None
    span: Span = field(eq=False)


@frozen
class Filtered:
    """成员 中 <condition>."""

    source: Expr
    where: Expr
    span: Span = field(eq=False)


@frozen
class IfNone:
    """无人则 <value>."""

    value: Expr
    span: Span = field(eq=False)


@frozen
class Parenthesized:
    value: Expr
    span: Span = field(eq=False)


@frozen
class Negative:
    value: Expr
    span: Span = field(eq=False)


@frozen
class Not:
    value: Expr
    span: Span = field(eq=False)


@frozen
class Chain:
    """Operands joined by operators of one level: + − or × ÷. `operators` has one entry fewer than `operands`."""

    operators: tuple[str, ...]
    operands: tuple[Expr, ...]
    span: Span = field(eq=False)


@frozen
class Logic:
    """Conditions joined by one word: AND or OR."""

    word: str
    parts: tuple[Expr, ...]
    span: Span = field(eq=False)


@frozen
class Compared:
    """One comparison word with what stands right of it; `beyond` for 为 60 以上."""

    word: str
    right: Expr
    included: bool | None
    beyond: str | None
    span: Span = field(eq=False)


@frozen
class Comparison:
    left: Expr
    rest: tuple[Compared, ...]
    span: Span = field(eq=False)


@frozen
class Membership:
    """属于 / 不属于 a list."""

    value: Expr
    choices: tuple[Expr, ...]
    negated: bool
    span: Span = field(eq=False)


@frozen
class Bound:
    """One end of a range; `included` is None where nothing is written."""

    value: Expr
    included: bool | None
    span: Span = field(eq=False)


@frozen
class Between:
    value: Expr
    low: Bound
    high: Bound
    span: Span = field(eq=False)


@frozen
class OneSided:
    """在 60 以上, 60 以下 …; `beyond` is the word's terminal."""

    value: Expr
    bound: Bound
    beyond: str
    span: Span = field(eq=False)


@frozen
class Choose:
    """若 … 则 … 否则 …."""

    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span = field(eq=False)


@frozen
class Limited:
    """A value with 保底 (FLOOR) or 封顶 (CAP)."""

    word: str
    value: Expr
    limit: Expr
    span: Span = field(eq=False)


@frozen
class RoundingWords:
    """四舍五入 到 分, as written; `place` is empty for 见分进角."""

    mode: tuple[str, ...]
    place: tuple[str, ...]
    span: Span = field(eq=False)


@frozen
class Rounded:
    value: Expr
    words: RoundingWords
    span: Span = field(eq=False)


@frozen
class Converted:
    """折算 到 月."""

    value: Expr
    unit: Name
    span: Span = field(eq=False)


@frozen
class Spread:
    """按月分摊 到 分 余额 归 末月."""

    value: Expr
    place: tuple[str, ...]
    month: Name
    span: Span = field(eq=False)


Expr: TypeAlias = (
    Name
    | Amount
    | DayLiteral
    | MonthLiteral
    | TextLiteral
    | TruthLiteral
    | Of
    | Call
    | Filtered
    | IfNone
    | Parenthesized
    | Negative
    | Not
    | Chain
    | Logic
    | Comparison
    | Membership
    | Between
    | OneSided
    | Choose
    | Limited
    | Rounded
    | Converted
    | Spread
)


# ---------------------------------------------------------------- table cells and bands


@frozen
class BandRange:
    low: Bound
    high: Bound
    span: Span = field(eq=False)


@frozen
class BandOneSided:
    bound: Bound
    beyond: str
    span: Span = field(eq=False)


@frozen
class BandCompared:
    """低于 3%, 高于 5%."""

    word: str
    value: Expr
    span: Span = field(eq=False)


@frozen
class Anything:
    span: Span = field(eq=False)


@frozen
class Rest:
    span: Span = field(eq=False)


@frozen
class Choices:
    """一级、二级, or one value."""

    values: tuple[Expr, ...]
    span: Span = field(eq=False)


Band: TypeAlias = BandRange | BandOneSided | BandCompared
Cell: TypeAlias = Band | Anything | Rest | Choices


# ---------------------------------------------------------------- types


@frozen
class OptionsType:
    options: tuple[Name, ...]
    span: Span = field(eq=False)


@frozen
class WordType:
    """A type word (日期) or a unit (元/人·月)."""

    text: str
    span: Span = field(eq=False)


TypeExpr: TypeAlias = OptionsType | WordType
