"""Where PostgreSQL says an operation otherwise than the base vocabulary of `engines/sql_words`."""

from __future__ import annotations

from policyrules.engines.sql_nodes import Dialect, Words


def changes() -> Words:
    """The operations PostgreSQL has its own words for."""
    return {}


POSTGRES = Dialect("postgres", "DECIMAL(38, 0)", changes)
