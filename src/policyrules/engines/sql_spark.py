"""Where Spark says an operation otherwise than the base vocabulary of `engines/sql_words`. ANSI mode is taken for granted."""

from __future__ import annotations

from policyrules.engines.sql_nodes import Dialect, Node, Words, binary, call, cast, inner, number, text, tree

_CUT = 10**12
_END = "(?![^0]|0)"
"""No character more: `$` would also stand before a line end. Written without a backslash, which a session may read otherwise."""


_WIDE = "DECIMAL(38, 0)"


def changes() -> Words:
    """The operations Spark has its own words for."""
    return {
        "number": _number,
        "wide //": _quotient,
        "neg": _below_zero,
        "abs": _size,
        # A group that is too large has no sum; the plan passes over it, but Spark would fail in adding it up.
        "sum": lambda node: cast(call("TRY_SUM", node), "BIGINT"),
        "wide sum": lambda node: call("TRY_SUM", cast(node, _WIDE)),
        "month length": lambda day: cast(call("DAY", call("LAST_DAY", day)), "BIGINT"),
        "days": lambda start, end: cast(call("DATEDIFF", end, start), "BIGINT"),
        "add_months": lambda day, count: call("ADD_MONTHS", day, cast(count, "INT")),
        "add_days": lambda day, count: call("DATE_ADD", day, cast(count, "INT")),
        "year end": lambda day: call("MAKE_DATE", call("YEAR", day), number(12), number(31)),
        "matches": lambda node, pattern: call("REGEXP_LIKE", node, text(f"^(?:{pattern.this}){_END}")),
        "any": lambda node: call("BOOL_OR", node),
    }


def _number(value: int) -> Node:
    """A number of 64 bits, or wide: those of 32 would overflow in products."""
    digits = tree().Literal(this=f"{abs(value)}L" if abs(value) < 2**63 else str(abs(value)), is_string=False)
    return digits if value >= 0 else tree().Neg(this=digits)


def _below_zero(node: Node) -> Node:
    """Spark's minus sign rounds a decimal to 34 digits; its subtraction does not."""
    return binary("Sub")(_number(0), node)


def _size(node: Node) -> Node:
    below = tree().LT(this=inner(node), expression=_number(0))
    return tree().Case().when(below, _below_zero(node.copy())).else_(node.copy())


def _quotient(one: Node, other: Node) -> Node:
    """Whole division of wide numbers. `DIV` would be cut to 64 bits without a word, and the quotient of decimals holds 32 digits
    before the point; so the digits above the twelfth are divided first, and then what is left."""
    whole = cast(one, _WIDE)
    first = _shared(_shared(whole, _number(_CUT)), other)
    done = binary("Mul")(first, _number(_CUT))
    return binary("Add")(done, _shared(binary("Sub")(whole.copy(), binary("Mul")(done.copy(), other.copy())), other))


def _shared(one: Node, other: Node) -> Node:
    """The whole quotient, of at most 32 digits, of what can be divided without rest."""
    rest = binary("Mod")(one.copy(), other.copy())
    return cast(binary("Div")(binary("Sub")(one.copy(), rest), other.copy()), _WIDE)


SPARK = Dialect("spark", _WIDE, changes, typed=True)
