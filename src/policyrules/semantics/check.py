"""What only shows in the whole: articles that meet, divisors, rounding, holes in time, names nobody uses."""

from __future__ import annotations

from collections.abc import Sequence

from policyrules.semantics.examples import Example
from policyrules.semantics.lower import Lowered
from policyrules.source.diagnostic import Diagnostic


def check_whole(lowered: Lowered, worked: Sequence[Example]) -> tuple[Diagnostic, ...]:
    """Everything wrong with the program as a whole."""
    return ()
