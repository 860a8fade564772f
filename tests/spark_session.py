"""A Spark on one core for tests, in ANSI mode as a batch has it; without Java or pyspark tests are skipped aloud, or fail where CI=true."""

from __future__ import annotations

import atexit
import os
import warnings
from functools import cache
from importlib.util import find_spec
from shutil import which
from typing import Any

import pytest

from policyrules.book.batch_spark_session import fitted, launched

_QUICK = {
    # Code that runs once is not worth compiling twice.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
}


def session_or_skip() -> Any:
    """The session, which the first asker starts; a batch in the same process runs beside it."""
    if missing := _missing():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{missing} is missing")
        warnings.warn(f"{missing} is missing: nothing was tried on Spark", stacklevel=2)
        pytest.skip(f"{missing} is missing")
    return _session()


def _missing() -> str | None:
    if find_spec("pyspark") is None:
        return "pyspark"
    return None if which("java") else "java"


@cache
def _session() -> Any:
    own = fitted(launched("local[1]", _QUICK))
    atexit.register(own.stop)
    return own
