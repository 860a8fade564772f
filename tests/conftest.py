"""Options of the test suite."""

from __future__ import annotations

import pytest
from hypothesis import settings

# Machines that run the tests are shared and slow at times; time is measured by the benchmarks.
settings.register_profile("policyrules", deadline=None)
settings.load_profile("policyrules")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write what came out into the expectation blocks of tests/spec; the diff is then read as prose",
    )
