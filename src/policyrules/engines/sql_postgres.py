"""Where PostgreSQL says an operation otherwise than the base vocabulary of `engines/sql_words`.

Nothing goes through double precision: `div` and `%` are of whole numbers, moving a day uses `make_interval`, which takes an
integer. Nothing fails either: what could is under a CASE that tells where it cannot.
"""

from __future__ import annotations

from collections.abc import Callable

from policyrules.engines.sql_nodes import Dialect, Node, Words, call, cast, inner, is_null, number, ones, text, tree

_LONGEST = 63
_FIRST_MONTH, _LAST_MONTH = 12, 9999 * 12 + 11
"""Months of the calendar, counted from the year 0."""
_PLAIN_DAY = (
    "^(?!0000)([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    "|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)$"
)
"""Every day from 0001-01-01 to 9999-12-31 and nothing else."""


def changes() -> Words:
    """The operations PostgreSQL has its own words for."""
    exp = tree()

    def whole(node: Node) -> Node:
        return cast(node, "BIGINT")

    def part(name: str, node: Node) -> Node:
        return whole(exp.Extract(this=exp.var(name), expression=node))

    def sign(node: Node) -> Node:
        # The database's own function would go through double precision for 64 bits.
        above, below = exp.GT(this=inner(node), expression=number(0)), exp.LT(this=inner(node.copy()), expression=number(0))
        return whole(exp.Case().when(above, number(1)).when(below, number(-1)).when(exp.Not(this=is_null(node.copy())), number(0)))

    def narrow(one: Node, other: Node) -> Node:
        return exp.Div(this=inner(one), expression=inner(other), typed=True)

    def stamp(day: Node) -> Node:
        # Without a time zone: a day with one may be another day.
        return cast(day, "TIMESTAMP")

    def month_length(day: Node) -> Node:
        first = call("DATE_TRUNC", text("month"), stamp(day))
        after = cast(exp.Add(this=first, expression=call("MAKE_INTERVAL", number(0), number(1))), "DATE")
        return part("DAY", exp.Sub(this=after, expression=number(1)))

    def add_months(day: Node, count: Node) -> Node:
        months = exp.Add(this=exp.Mul(this=part("YEAR", day.copy()), expression=number(12)), expression=part("MONTH", day.copy()))
        place = exp.Sub(this=exp.Add(this=months, expression=inner(count.copy())), expression=number(1))
        moved = cast(exp.Add(this=stamp(day), expression=call("MAKE_INTERVAL", number(0), cast(count, "INT"))), "DATE")
        return exp.Case().when(exp.Between(this=exp.Paren(this=place), low=number(_FIRST_MONTH), high=number(_LAST_MONTH)), moved)

    def decimal(places: int) -> Callable[[Node], Node]:
        limit = 10 ** (18 - places) - 1

        def found(node: Node) -> Node:
            exact = exp.Cast(this=node, to=exp.DataType.build("DECIMAL"))
            fits = exp.Between(this=exact, low=number(-limit), high=number(limit))
            return exp.Case().when(fits, exp.Cast(this=node.copy(), to=exp.DataType.build(f"DECIMAL(18, {places})")))

        return found

    def plain(node: Node) -> Node:
        # A column may have a collation in which two texts are equal that are not the same.
        return exp.Collate(this=cast(node, "TEXT"), expression=exp.to_identifier("C", quoted=True))

    return {
        "//": narrow,
        # By its name: some versions of sqlglot write whole division with double precision.
        "wide //": lambda one, other: call("DIV", one, other),
        "sign": sign,
        "count true": lambda node: whole(ones(node)),
        "year": lambda node: part("YEAR", node),
        "month": lambda node: part("MONTH", node),
        "day": lambda node: part("DAY", node),
        "month length": month_length,
        "days": lambda start, end: whole(exp.Paren(this=exp.Sub(this=inner(end), expression=inner(start)))),
        "add_months": add_months,
        "add_days": lambda day, count: exp.Paren(this=exp.Add(this=inner(day), expression=cast(count, "INT"))),
        "year end": lambda day: call("MAKE_DATE", cast(part("YEAR", day), "INT"), number(12), number(31)),
        "text": plain,
        "plain text": plain,
        "text of day": lambda day: call("TO_CHAR", stamp(day), text("YYYY-MM-DD")),
        "matches": lambda node, pattern: exp.RegexpLike(this=inner(node), expression=text(f"^({pattern.name})$")),
        "try date": lambda node: exp.Case().when(exp.RegexpLike(this=inner(node), expression=text(_PLAIN_DAY)), cast(node.copy(), "DATE")),
        **{f"decimal {places}": decimal(places) for places in (0, 2, 6)},
    }


POSTGRES = Dialect("postgres", "DECIMAL(38, 0)", changes, typed=True, longest=_LONGEST, materialized=True)
