"""Expressions, bands and cells as text. Parentheses are nodes of the tree, so none are added and none are lost."""

from __future__ import annotations

from collections.abc import Iterable

from policyrules.syntax import expression as x
from policyrules.syntax.print_words import (
    Hand,
    amount_text,
    given_text,
    glue,
    listed,
    rounding_text,
    setting_text,
    text_literal,
    unit_word,
)


def expression(by: Hand, expr: x.Expr) -> str:
    """An expression on one line."""
    word = by.keyword
    match expr:
        case x.Name():
            return given_text(by, by.givens, expr)
        case x.Amount():
            return amount_text(by, expr)
        case x.DayLiteral(day):
            return day.isoformat()
        case x.MonthLiteral(day):
            return day.isoformat()[:7]
        case x.TextLiteral(text):
            return text_literal(by, text)
        case x.TruthLiteral(value):
            return word["YES" if value else "NO"]
        case x.Of():
            return _of(by, expr)
        case x.Call():
            return _call(by, expr)
        case x.Filtered(source, where):
            return glue(by, expression(by, source), word["WHERE"], expression(by, where))
        case x.IfNone(value):
            return glue(by, word["IF_NONE"], expression(by, value))
        case x.Parenthesized(value):
            return f"({expression(by, value)})"
        case x.Negative(value):
            return f"{word['MINUS']}{expression(by, value)}"
        case x.Not(value):
            return glue(by, word["NOT"], expression(by, value))
        case x.Chain():
            return _chain(by, expr)
        case x.Logic(joint, parts):
            return glue(by, *_between_all(word[joint], [expression(by, part) for part in parts]))
        case x.Comparison(left, rest):
            return glue(by, expression(by, left), *(_compared(by, compared) for compared in rest))
        case x.Membership(value, choices, negated):
            return glue(by, expression(by, value), word["NOT_IN" if negated else "IN"], _choices(by, choices))
        case x.Between():
            return _between(by, expr)
        case x.OneSided():
            return _one_sided(by, expr)
        case x.Choose(condition, then, otherwise):
            branches = (word["THEN"], expression(by, then), word["ELSE"], expression(by, otherwise))
            return glue(by, word["IF"], expression(by, condition), *branches)
        case x.Limited(limiting, value, limit):
            return glue(by, expression(by, value), word[limiting], expression(by, limit))
        case x.Rounded(value, words):
            return glue(by, expression(by, value), rounding(by, words))
        case x.Converted(value, unit):
            return glue(by, expression(by, value), word["CONVERT"], word["TO"], unit_word(by, unit))
        case x.Spread():
            return _spread(by, expr)


def rounding(by: Hand, words: x.RoundingWords) -> str:
    """取整 四舍五入 到 分."""
    place = glue(by, by.keyword["TO"], rounding_text(by, words.place)) if words.place else None
    return glue(by, by.keyword["ROUND"], rounding_text(by, words.mode), place)


def bound(by: Hand, end: x.Bound) -> str:
    """3%(含), 3% (inclusive)."""
    return expression(by, end.value) + _mark(by, end.included)


def cell(by: Hand, written: x.Cell) -> str:
    """What stands in a cell of a table or at the head of a band."""
    match written:
        case x.Anything():
            return by.keyword["ANYTHING"]
        case x.Rest():
            return by.keyword["REST"]
        case x.Choices(values):
            return listed(by, (expression(by, value) for value in values))
        case x.BandRange(low, high):
            return glue(by, bound(by, low), by.keyword["UNTIL" if by.spelling == "zh" else "TO"], bound(by, high))
        case x.BandOneSided(end, beyond):
            return glue(by, bound(by, end), by.keyword[beyond])
        case x.BandCompared(word, value):
            return glue(by, by.keyword[word], expression(by, value))


def _mark(by: Hand, included: bool | None) -> str:
    if included is None:
        return ""
    if by.spelling == "zh":
        return "(含)" if included else "(不含)"
    return " (inclusive)" if included else " (exclusive)"


def _of(by: Hand, expr: x.Of) -> str:
    """户的享受低保, 低保标准 的 35%; household's income, 35% of standard."""
    whole, part = expression(by, expr.whole), expression(by, expr.part)
    if by.spelling == "zh":
        apart = isinstance(expr.part, x.Amount) if by.translating else expr.part.span[0] - expr.whole.span[1] > 1
        return f"{whole} 的 {part}" if apart else f"{whole}的{part}"
    if isinstance(expr.whole, x.Of) and isinstance(expr.whole.part, x.Amount):
        # `35% of x's y` would be 35% of y: the share on the inside is written x's 35%.
        inner = expr.whole
        return f"{_possessed(by, inner)}'s {part}"
    return glue(by, part, by.keyword["REVERSED_OF"], whole) if isinstance(expr.part, x.Amount) else f"{whole}'s {part}"


def _possessed(by: Hand, expr: x.Expr) -> str:
    if isinstance(expr, x.Of):
        return f"{_possessed(by, expr.whole)}'s {expression(by, expr.part)}"
    return expression(by, expr)


def _call(by: Hand, expr: x.Call) -> str:
    arguments = ", ".join(expression(by, argument) for argument in expr.arguments)
    if expr.count is not None:
        of = by.keyword["ITEMS" if by.spelling == "zh" else "REVERSED_OF"]
        space = "" if by.spelling == "zh" else " "
        return f"{by.keyword['AT_LEAST']} {amount_text(by, expr.count)} {of}{space}({arguments})"
    return f"{given_text(by, by.functions, expr.function)}({arguments})"


def _chain(by: Hand, expr: x.Chain) -> str:
    """a × b ÷ c. Two plain numbers are a fraction, 1/12, except where ÷ stands before it: a ÷ 1 ÷ 12."""
    pieces = [expression(by, expr.operands[0])]
    fraction = True
    pairs = zip(expr.operands, expr.operators, expr.operands[1:], strict=False)
    for left, sign, right in pairs:
        if fraction and sign == "OVER" and _is_plain(left) and _is_plain(right):
            pieces[-1] += f"/{expression(by, right)}"
        else:
            pieces += [by.keyword[sign], expression(by, right)]
        fraction = sign != "OVER"
    return glue(by, *pieces)


def _is_plain(operand: x.Expr) -> bool:
    return isinstance(operand, x.Amount) and operand.dimension is None


def _between_all(joint: str, parts: list[str]) -> Iterable[str]:
    yield parts[0]
    for part in parts[1:]:
        yield joint
        yield part


def _compared(by: Hand, compared: x.Compared) -> str:
    right = expression(by, compared.right) + _mark(by, compared.included)
    return glue(by, by.keyword[compared.word], right, by.keyword[compared.beyond] if compared.beyond else None)


def _choices(by: Hand, choices: tuple[x.Expr, ...]) -> str:
    written = listed(by, (expression(by, choice) for choice in choices))
    return f"({written})" if by.spelling == "en" and len(choices) > 1 else written


def _between(by: Hand, expr: x.Between) -> str:
    value = expression(by, expr.value)
    if by.spelling == "en":
        return glue(by, value, by.keyword["BETWEEN"], bound(by, expr.low), by.keyword["TO"], bound(by, expr.high))
    low, high, mark = bound(by, expr.low), bound(by, expr.high), ""
    if expr.low.included == expr.high.included is not None:
        low, high, mark = expression(by, expr.low.value), expression(by, expr.high.value), _mark(by, expr.low.included)
    return glue(by, value, by.keyword["BETWEEN"], low, by.keyword["UNTIL"], high, by.keyword["BETWEEN_END"]) + mark


def _one_sided(by: Hand, expr: x.OneSided) -> str:
    word = by.keyword["BETWEEN"] if by.spelling == "zh" else by.keyword["AT"]
    bare = by.spelling == "en" and isinstance(expr.bound.value, x.Amount) and expr.bound.included is None
    return glue(by, expression(by, expr.value), None if bare else word, bound(by, expr.bound), by.keyword[expr.beyond])


def _spread(by: Hand, expr: x.Spread) -> str:
    word = by.keyword
    place = rounding_text(by, expr.place)
    month = setting_text(by, expr.month.text)
    return glue(by, expression(by, expr.value), word["SPREAD"], word["TO"], place, word["REMAINDER"], word["GOES"], month)
