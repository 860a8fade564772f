"""What can be wrong with a roster decided as a whole, in words. B10x."""

from __future__ import annotations

from policyrules.source.diagnostic import error

_EXTRA = ("安装：pip install 'policyrules[{extra}]'", "install it: pip install 'policyrules[{extra}]'")

NO_LIBRARY = error("B100", "没有安装 {lacking}", "{lacking} is not installed", _EXTRA)
KIND_UNKNOWN = error(
    "B101",
    "“{path}”不是 .parquet、.csv、.arrow 文件",
    "“{path}” is no .parquet, .csv or .arrow file",
    ("按扩展名认格式", "the suffix tells the format"),
)
UNREADABLE = error("B102", "“{path}”读写不了：{detail}", "“{path}” could not be read or written: {detail}")
NO_ENTITY = error("B103", "政策里没有主体“{name}”", "the policies have no entity “{name}”", ("可以是：{names}", "it can be {names}"))
ROSTER_TWICE = error("B104", "“{entity}”的名单给了两次", "the roster of “{entity}” is given twice")
NO_ROSTER = error("B105", "缺“{entity}”的名单", "the roster of “{entity}” is lacking", ("加上 --roster {entity}=文件", "add --roster {entity}=FILE"))
COLUMN_MISSING = error(
    "B106",
    "“{path}”缺少列：{names}",
    "“{path}” lacks columns: {names}",
    ("不知道的值留空，列要写上", "leave cells empty where a value is not known, but write the column"),
)
COLUMN_UNKNOWN = error("B107", "“{path}”的列“{name}”不是“{entity}”的事实", "the column “{name}” of “{path}” is no fact of “{entity}”")
COLUMN_TWICE = error("B108", "“{path}”里“{name}”有两列", "“{path}” has two columns for “{name}”")
COLUMN_TYPE = error("B109", "“{path}”的列“{name}”是 {got}，应当是 {wanted}", "the column “{name}” of “{path}” is {got}; it should be {wanted}")
COLUMN_INEXACT = error(
    "B110",
    "“{path}”的列“{name}”是浮点数 {got}，不精确",
    "the column “{name}” of “{path}” is {got}, which is not exact",
    ("改为 DECIMAL、整数或文字", "make it DECIMAL, whole numbers or text"),
)
NOTHING_FOR_COLUMNS = error("B114", "这些名称不能成批决定：{names}", "these names cannot be decided in batch: {names}")
VALUE_TOO_LARGE = error("B115", "数太大，放不进一列", "the number is too large for a column")
NO_FILE_HERE = error(
    "B116",
    "“{path}”是文件；用 postgres 时名单是库里的表",
    "“{path}” is a file; with postgres a roster is a table of the database",
    ("先用 COPY 装进库里，或者用 --engine duckdb", "load it with COPY first, or use --engine duckdb"),
)
TABLE_MISSING = error("B117", "库里没有表“{path}”", "the database has no table “{path}”", ("可以写 模式.表", "it can be written SCHEMA.TABLE"))
NOT_CONNECTED = error("B118", "连不上数据库：{detail}", "the database cannot be reached: {detail}", ("--dsn 说明它在哪里", "--dsn tells where it is"))
DSN_UNREADABLE = error(
    "B119",
    "--dsn 写得不对",
    "--dsn cannot be read",
    ("如 postgresql://用户@主机:5432/库；密码里的符号写成 %xx", "such as postgresql://USER@HOST:5432/DATABASE; symbols of a password are written %xx"),
)
CONNECTION_LOST = error(
    "B120",
    "与数据库的连接中断；结果要么是整张的，要么没有",
    "the connection to the database was lost; the result is there as a whole or not at all",
)
DATABASE_STOPPED = error("B121", "数据库没有做完，什么也没有写：{detail}", "the database did not finish, and nothing was written: {detail}")
TOO_WIDE = error(
    "B128",
    "决定“{name}”要 {count} 列，PostgreSQL 最多 {most} 列",
    "“{name}” needs {count} columns to be decided, and PostgreSQL has {most} at most",
    ("用 --engine duckdb", "use --engine duckdb"),
)
NOT_A_TABLE = error(
    "B123",
    "“{path}”的名册是 {got}，不是表",
    "the roster of “{path}” is {got}, which is no table",
    ("交 pandas、Polars 或 Arrow 的表", "hand in a table of pandas, Polars or Arrow"),
)
TABLE_STANDS = error("B122", "库里已经有“{path}”，没有改动", "the database has “{path}” already; it was left as it is")
