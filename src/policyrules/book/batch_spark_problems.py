"""What can be wrong with a batch on Spark, in words. B13x."""

from __future__ import annotations

from policyrules.source.diagnostic import error

NO_JAVA = error(
    "B130",
    "没有 Java，Spark 运行不了",
    "Spark cannot run without Java",
    (
        "安装 Java 17（如 apt-get install openjdk-17-jre-headless），或设 JAVA_HOME",
        "install Java 17 (apt-get install openjdk-17-jre-headless), or set JAVA_HOME",
    ),
)
FAILED = error("B131", "Spark 没有做成：{detail}", "Spark did not get it done: {detail}")
NOT_ANSI = error(
    "B132",
    "这个 Spark 不能打开 ANSI 模式（spark.sql.ansi.enabled），算错也不会报错",
    "this Spark cannot be put into ANSI mode (spark.sql.ansi.enabled); it would reckon wrongly without a word",
)
NO_TABLE = error(
    "B133",
    "Spark 的目录里没有表“{path}”",
    "the catalog of Spark has no table “{path}”",
    ("文件以 .parquet 或 .csv 结尾", "the name of a file ends in .parquet or .csv"),
)
KIND = error("B134", "Spark 不读写“{path}”", "Spark does not read or write “{path}”", ("可以是 .parquet、.csv", "it can be .parquet or .csv"))
