"""Where Spark says an operation otherwise than the base vocabulary of `engines/sql_words`."""

from __future__ import annotations

from policyrules.engines.sql_nodes import Dialect, Words


def changes() -> Words:
    """The operations Spark has its own words for."""
    return {}


SPARK = Dialect("spark", "DECIMAL(38, 0)", changes)
