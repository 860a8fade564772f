"""Comparisons of numbers and of words as formulas: the values a sum, an option or a text may then have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from policyrules.analysis.regions import Allowed, Except, Range, outside, point, tightened
from policyrules.analysis.terms import FALSE, ONE, TRUE, Formula, Linear, Term, combined, conj, disj, only
from policyrules.analysis.view import View, sum_of

_MINUS = Fraction(-1)

OPPOSITE: Mapping[str, str] = MappingProxyType(
    {
        "equal": "not_equal",
        "not_equal": "equal",
        "less": "greater_equal",
        "less_equal": "greater",
        "greater": "less_equal",
        "greater_equal": "less",
    }
)
_TURNED: Mapping[str, str] = MappingProxyType(
    {"less": "greater", "less_equal": "greater_equal", "greater": "less", "greater_equal": "less_equal"}
)


def compare(view: View, comparison: str, left: Linear, right: Linear) -> Formula:
    """That two numbers compare so."""
    if right.parts:
        left = combined(((left, ONE), (right, _MINUS)))
    elif right.constant:
        left = Linear(left.constant - right.constant, left.parts)
    if not left.parts:
        return TRUE if _holds(comparison, left.constant) else FALSE
    key, scale = sum_of(view, left)
    bound = left.constant
    if bound:
        bound = -bound if scale == 1 else -bound / scale
    if scale.numerator < 0:
        comparison = _TURNED.get(comparison, comparison)
    allowed = tightened(_numbers(comparison, bound), key.limits, key.whole)
    return only(key, allowed)


def _numbers(comparison: str, bound: Fraction) -> Sequence[Range]:
    match comparison:
        case "equal":
            return (point(bound),)
        case "not_equal":
            return outside(point(bound))
        case "less" | "less_equal":
            return (Range(None, True, bound, comparison == "less_equal"),)
        case _:
            return (Range(bound, comparison == "greater_equal", None, True),)


def _holds(comparison: str, difference: Fraction) -> bool:
    match comparison:
        case "equal":
            return difference == 0
        case "not_equal":
            return difference != 0
        case "less":
            return difference < 0
        case "less_equal":
            return difference <= 0
        case "greater":
            return difference > 0
        case _:
            return difference >= 0


def alike(one: str | Term, other: str | Term, same: bool) -> Formula | None:
    """That two words are the same, or are not; None where it cannot be said."""
    if isinstance(one, str):
        if isinstance(other, str):
            return TRUE if (one == other) is same else FALSE
        one, other = other, one
    if isinstance(other, str):
        domain = one.domain
        allowed: Allowed = frozenset((other,)) if same else Except(frozenset((other,)))
        if isinstance(domain, frozenset):
            allowed = domain & {other} if same else domain - {other}
        return only(one, allowed)
    if one is other:
        return TRUE if same else FALSE
    first, second = one.domain, other.domain
    if not isinstance(first, frozenset) or not isinstance(second, frozenset):
        return None
    return disj(
        [
            conj((only(one, frozenset((name,))), only(other, second & {name} if same else second - {name})))
            for name in sorted(first, key=str)
        ]
    )
