"""A session of Spark for one run, in ANSI mode, and quiet: Java tells nothing on the terminal, its errors become findings."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from policyrules.book import batch_spark_problems as problems
from policyrules.book.batch_engine import Stopped, about
from policyrules.book.case_problems import shown

_LONGEST = 300
_CLASSED = re.compile(r"\[[A-Z][A-Z_]+(?:\.[A-Z_]+)*\] +(\S.*?) *(?:SQLSTATE: \w+.*)?$", re.MULTILINE)
"""What stands behind the name of a class of errors, in capitals."""
_NEEDED = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parser.escapedStringLiterals": "false",
    # The division of wide numbers counts on six places behind the point.
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    # Rows that are too short are found also where their last cells are not needed.
    "spark.sql.csv.parser.columnPruning.enabled": "false",
}
_OURS = {
    # Nothing is kept between runs, and nothing is left in the folder somebody happens to be in.
    "spark.sql.warehouse.dir": os.path.join(tempfile.gettempdir(), "policyrules-spark"),
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
}
_LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")


@contextlib.contextmanager
def session(master: str | None) -> Iterator[Any]:
    """Beside the session that is there, or started here and stopped in the end; on `master`, else on all cores of this machine."""
    active = import_module("pyspark.sql").SparkSession.getActiveSession()
    if active is not None:
        yield fitted(active.newSession())
        return
    begun = launched(master or "local[*]")
    try:
        yield fitted(begun)
    finally:
        begun.stop()


def is_sparks(trouble: BaseException) -> bool:
    """Whether an error comes from Spark or what speaks to it; they have no class in common."""
    return type(trouble).__module__.partition(".")[0] in ("pyspark", "py4j")


def said_by(trouble: BaseException) -> str:
    """What Spark says of an error, and of what led to it, without where in Java it was."""
    lines = _CLASSED.findall(str(trouble)) or [line.strip() for line in str(trouble).splitlines() if line.strip()][:1] or [type(trouble).__name__]
    return shown(" ".join(dict.fromkeys((lines[0], lines[-1]))), longest=_LONGEST)


def fitted(own: Any) -> Any:
    """The session with the settings needed, or a finding."""
    for name, value in _NEEDED.items():
        own.conf.set(name, value)
    # In ANSI mode a number and a text have a number in common, otherwise a text.
    kind = own.sql("SELECT typeof(coalesce(1, '1'))").first()[0]
    if own.conf.get("spark.sql.ansi.enabled") != "true" or kind == "string":
        raise Stopped(about(problems.NOT_ANSI, "spark"))
    return own


def launched(master: str, more: Mapping[str, str] = MappingProxyType({})) -> Any:
    """A session started here; what Java prints goes to a file that nobody sees."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=os.path.join(home, "bin") if home else None) is None:
        raise Stopped(about(problems.NO_JAVA, "java"))
    pyspark = import_module("pyspark")
    conf = pyspark.SparkConf().setAll({**_OURS, **more}.items()).setMaster(master).setAppName("policyrules")
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with tempfile.TemporaryFile() as printed:
        try:
            gateway = pyspark.SparkContext._gateway or import_module("pyspark.java_gateway").launch_gateway(conf, {"stderr": printed, "stdout": printed})
            return import_module("pyspark.sql").SparkSession(pyspark.SparkContext(conf=conf, gateway=gateway))
        except Exception as trouble:
            printed.seek(0)
            lines = [line.strip() for line in printed.read().decode(errors="replace").splitlines() if "xception" in line or "rror" in line]
            raise Stopped(about(problems.FAILED, "spark", detail=shown(lines[0], longest=_LONGEST) if lines else said_by(trouble))) from trouble
