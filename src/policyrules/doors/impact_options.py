"""The options of `policyrules diff` that hold a change against a roster. The parser alone is built with them, so nothing else is loaded here."""

from __future__ import annotations

import argparse


def add_roster_options(parser: argparse.ArgumentParser) -> None:
    """A group of options; `--roster` with `--month` asks for the impact."""
    group = parser.add_argument_group("名单上的影响 / impact on a roster")
    group.add_argument(
        "--roster",
        action="append",
        default=[],
        metavar="[主体=]FILE",
        help="名单（.parquet、.csv、.arrow），如 户=households.parquet，可重复；不写主体就是户里的成员 / "
        "a roster; repeatable; without an entity, of the members",
    )
    group.add_argument("--month", help="从哪个月起比较 / first month compared, 2020-05")
    group.add_argument("--until", metavar="MONTH", help="到哪个月为止，各月合计并算补发、追缴 / last month; months are summed, with back-pay and claims")
    group.add_argument("--by", metavar="COLUMN", help="按户名单的哪一列分组，如 县区 / column of the household roster that makes groups")
    group.add_argument("--out", metavar="FILE", help="变动名单写入 .csv 或 .parquet / where the list of changes goes")
    group.add_argument("--chart", metavar="FILE", help="图画进 .svg、.png 或 .html / where charts are drawn")
    group.add_argument("--report", metavar="FILE", help="整份报告写入 .html / where the whole report goes")
    group.add_argument("--cliff", metavar="FACT=STEP", help="收入多一点、给付少一截的户，如 年收入=12元 / households a little more income costs much")
    group.add_argument("--cliff-over", default="100元", metavar="AMOUNT", help="每月少领超过多少算断崖 / monthly loss that makes a cliff")
    group.add_argument("--memory", metavar="SIZE", help="DuckDB 最多用多少内存，如 1GB / memory DuckDB may take")
