"""The table: every operator of the language by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policyrules.operators.arithmetic import ARITHMETIC
from policyrules.operators.comparison import COMPARISON
from policyrules.operators.dates import DATES
from policyrules.operators.logic import LOGIC
from policyrules.operators.operator import Operator

OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {row.name: row for row in (*ARITHMETIC, *COMPARISON, *LOGIC, *DATES)}
)
