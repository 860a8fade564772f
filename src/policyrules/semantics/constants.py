"""What is the same for everybody and known when policies are read: the value of an expression made of literals."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policyrules.core.program import Expression, Literal, Operation, ParameterValue
from policyrules.operators.operator import Failure
from policyrules.operators.table import OPERATORS
from policyrules.values.types import Value
from policyrules.values.unknown import Unknown

_NONE: Mapping[str, Value] = MappingProxyType({})


def constant(expression: Expression, parameters: Mapping[str, Value] = _NONE) -> Value | None:
    """The value of an expression made of literals and these parameters; None for any other, and where it has no value."""
    if isinstance(expression, Literal):
        return expression.value
    if isinstance(expression, ParameterValue):
        return parameters.get(expression.parameter)
    if not isinstance(expression, Operation):
        return None
    arguments = [constant(argument, parameters) for argument in expression.arguments]
    if any(argument is None for argument in arguments):
        return None
    result = OPERATORS[expression.operator].scalar(*arguments)
    return None if isinstance(result, (Failure, Unknown)) else result
