"""The solver library, imported when it is first needed, and the few terms made of it, with what is known folded away.

Terms are made by the library's plain functions: its operators look at every argument anew and take ten times as long.
Integers and truths that are known stay Python's, so that whole branches disappear before the solver sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

Term: TypeAlias = Any
"""An expression of z3, which has no types of its own."""

Truth: TypeAlias = Any
"""A Python bool, or a z3 Bool where it depends on the facts."""

Whole: TypeAlias = Any
"""A Python int, or a z3 Int (or Real, where that is said) where it depends on the facts."""


@cache
def z3() -> Any:
    """The library."""
    return import_module("z3")


@cache
def _core() -> tuple[Any, Any]:
    """Its plain functions, and the one context everything is made in."""
    return import_module("z3.z3core"), z3().main_ctx()


def _array(terms: Sequence[Term]) -> Any:
    array = (z3().Ast * len(terms))()
    for index, term in enumerate(terms):
        array[index] = term.ast
    return array


def _many(make: str, wrap: str) -> Callable[[Sequence[Term]], Term]:
    def made(terms: Sequence[Term]) -> Term:
        core, context = _core()
        return getattr(z3(), wrap)(getattr(core, make)(context.ref(), len(terms), _array(terms)), context)

    return made


def _two(make: str, wrap: str) -> Callable[[Term, Term], Term]:
    def made(left: Term, right: Term) -> Term:
        core, context = _core()
        return getattr(z3(), wrap)(getattr(core, make)(context.ref(), left.ast, right.ast), context)

    return made


_and, _or = _many("Z3_mk_and", "BoolRef"), _many("Z3_mk_or", "BoolRef")
_add, _mul = _many("Z3_mk_add", "ArithRef"), _many("Z3_mk_mul", "ArithRef")
_eq, _lt, _le = _two("Z3_mk_eq", "BoolRef"), _two("Z3_mk_lt", "BoolRef"), _two("Z3_mk_le", "BoolRef")
_div, _mod = _two("Z3_mk_div", "ArithRef"), _two("Z3_mk_mod", "ArithRef")


@cache
def constant(value: int, real: bool = False) -> Term:
    """A known number as a term."""
    return z3().RealVal(value) if real else z3().IntVal(value)


def known(value: Any) -> bool:
    """Whether this is Python's own: the same in every case."""
    return value.__class__ is int or value.__class__ is bool


def term(value: Any, real: bool = False) -> Term:
    """A number as a term, of the sort wanted."""
    if value.__class__ is int:
        return constant(value, real)
    return z3().ToReal(value) if real and value.is_int() else value


def truth_term(value: Truth) -> Term:
    """A truth as a term."""
    return z3().BoolVal(value) if value.__class__ is bool else value


# ---------------------------------------------------------------- truths


def both(*truths: Truth) -> Truth:
    """All of them."""
    if False in [one for one in truths if one.__class__ is bool]:
        return False
    terms = {one.get_id(): one for one in truths if one.__class__ is not bool}
    for one in terms.values():
        inner = _inside_not(one)
        if inner is not None and inner.get_id() in terms:
            return False
    kept = list(terms.values())
    return True if not kept else kept[0] if len(kept) == 1 else _and(kept)


def either(*truths: Truth) -> Truth:
    """Any of them."""
    if True in [one for one in truths if one.__class__ is bool]:
        return True
    terms = {one.get_id(): one for one in truths if one.__class__ is not bool}
    for one in terms.values():
        inner = _inside_not(one)
        if inner is not None and inner.get_id() in terms:
            return True
    kept = list(terms.values())
    return False if not kept else kept[0] if len(kept) == 1 else _or(kept)


def no(truth: Truth) -> Truth:
    """Not this."""
    if truth.__class__ is bool:
        return not truth
    inner = _inside_not(truth)
    if inner is not None:
        return inner
    core, context = _core()
    made = z3().BoolRef(core.Z3_mk_not(context.ref(), truth.ast), context)
    made.inside_not = truth
    return made


def _inside_not(truth: Term) -> Term | None:
    """What a term made by `no` is the opposite of; noted there, since asking the library takes long."""
    return getattr(truth, "inside_not", None)


def pick_truth(condition: Truth, one: Truth, other: Truth) -> Truth:
    """One truth where the condition holds, else the other."""
    if condition.__class__ is bool:
        return one if condition else other
    if one is other:
        return one
    if one.__class__ is bool or other.__class__ is bool:
        return either(both(condition, one), both(no(condition), other))
    if one.eq(other):
        return one
    return _ite(condition, one, other, "BoolRef")


def _ite(condition: Term, one: Term, other: Term, wrap: str) -> Term:
    core, context = _core()
    return getattr(z3(), wrap)(core.Z3_mk_ite(context.ref(), condition.ast, one.ast, other.ast), context)


# ---------------------------------------------------------------- whole numbers (or reals)


def pick(condition: Truth, one: Whole, other: Whole, real: bool = False) -> Whole:
    """One number where the condition holds, else the other."""
    if condition.__class__ is bool:
        return one if condition else other
    if known(one) and known(other) and one == other:
        return one
    left, right = term(one, real), term(other, real)
    return one if left.eq(right) else _ite(condition, left, right, "ArithRef")


def plus(numbers: Sequence[Whole], real: bool = False) -> Whole:
    """Their sum."""
    fixed = sum(one for one in numbers if one.__class__ is int)
    terms = [term(one, real) for one in numbers if one.__class__ is not int]
    if not terms:
        return fixed
    if fixed:
        terms.append(constant(fixed, real))
    return terms[0] if len(terms) == 1 else _add(terms)


def by(factor: int, number: Whole) -> Whole:
    """A known multiple."""
    if number.__class__ is int:
        return factor * number
    if factor in (0, 1):
        return number if factor else 0
    return _mul([constant(factor, not number.is_int()), number])


def product(left: Whole, right: Whole, real: bool = False) -> Whole:
    """A product, of two numbers that both depend on the facts, too."""
    if left.__class__ is int or right.__class__ is int:
        return by(left, right) if left.__class__ is int else by(right, left)
    return _mul([term(left, real), term(right, real)])


def minus(left: Whole, right: Whole, real: bool = False) -> Whole:
    """A difference."""
    return plus([left, by(-1, right)], real)


def floor(number: Whole, divisor: int) -> Whole:
    """The greatest whole number that times the divisor (> 0) does not exceed the number, which may be a real one."""
    if number.__class__ is int:
        return number // divisor
    if not number.is_int():
        return z3().ToInt(number / constant(divisor, True) if divisor != 1 else number)
    return number if divisor == 1 else _div(number, constant(divisor))


def rest(number: Whole, divisor: int) -> Whole:
    """What is left of a whole number over the divisor (> 0)."""
    return number % divisor if number.__class__ is int else 0 if divisor == 1 else _mod(number, constant(divisor))


def equal(left: Whole, right: Whole, real: bool = False) -> Truth:
    """Whether two numbers are the same."""
    if left.__class__ is int and right.__class__ is int:
        return left == right
    one, other = term(left, real), term(right, real)
    return True if one.eq(other) else _eq(one, other)


def less(left: Whole, right: Whole, real: bool = False) -> Truth:
    """Whether the first is below the second."""
    if left.__class__ is int and right.__class__ is int:
        return left < right
    return _lt(term(left, real), term(right, real))


def less_equal(left: Whole, right: Whole, real: bool = False) -> Truth:
    """Whether the first is not above the second."""
    if left.__class__ is int and right.__class__ is int:
        return left <= right
    return _le(term(left, real), term(right, real))


def fraction_of(model: Any, number: Whole) -> Fraction | None:
    """The value of a number in a model; None where it is no ratio of whole numbers."""
    if number.__class__ is int:
        return Fraction(number)
    found = model.eval(number, model_completion=True)
    if z3().is_int_value(found):
        return Fraction(found.as_long())
    return Fraction(found.numerator_as_long(), found.denominator_as_long()) if z3().is_rational_value(found) else None


def truth_of(model: Any, truth: Truth) -> bool:
    """The value of a truth in a model."""
    return truth if truth.__class__ is bool else bool(z3().is_true(model.eval(truth, model_completion=True)))
