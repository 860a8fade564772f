"""The list of a change: a row for each answer that is another one in any month, as a table in memory and as a file.

Statuses, articles and amounts are those of the last month in which the answer changes. Amounts stand twice: in 元 as text with every
digit, and in 分 as whole numbers (empty where there is a part of a 分).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from types import MappingProxyType
from typing import Any

from policyrules.book.batch_duckdb import executed
from policyrules.book.batch_engine import whole_or_absent
from policyrules.review.impact_compare import NET, PAIR, Comparison
from policyrules.review.impact_figures import KINDS, STATUS_WORDS, Impact
from policyrules.review.impact_rosters import HOME
from policyrules.source.phrase import Language, Phrase
from policyrules.values.quantities import money_text

SUFFIXES = (".csv", ".parquet")
AT_A_TIME = 10_000
_SIDES = {"before": Phrase("改前{what}", "{what} before"), "after": Phrase("改后{what}", "{what} after")}
_OF_A_SIDE: Mapping[str, Phrase] = {
    "status": Phrase("结果", "outcome"),
    "yuan": Phrase("金额（元）", "amount (yuan)"),
    "fen": Phrase("金额（分）", "amount (fen)"),
    "article": Phrase("条文", "article"),
    "reason": Phrase("理由", "reason"),
    "provisional": Phrase("含暂定", "provisional"),
}
COLUMNS: Mapping[str, Phrase] = MappingProxyType(
    {
        "household": Phrase("户", "household"),
        "subject": Phrase("编号", "id"),
        "entity": Phrase("主体", "entity"),
        "group": Phrase("分组", "group"),
        "name": Phrase("给付", "benefit"),
        "key": Phrase("给付全名", "benefit in full"),
        "change": Phrase("变化", "change"),
        **{f"{what}_{side}": of.fill(what=words) for side, of in _SIDES.items() for what, words in _OF_A_SIDE.items()},
        "difference_yuan": Phrase("差额（元）", "difference (yuan)"),
        "difference_fen": Phrase("差额（分）", "difference (fen)"),
        "months": Phrase("变化的月份", "months it changes in"),
        "back_pay_yuan": Phrase("补发或追缴（元）", "back-pay or claim (yuan)"),
        "back_pay_fen": Phrase("补发或追缴（分）", "back-pay or claim (fen)"),
    }
)
"""The columns of the list in order, by their names in Parquet, with their words in a CSV file."""

_NUMBERS = frozenset(name for name in COLUMNS if name.endswith("_fen") or name.startswith("fen_"))
_TRUTHS = {True: Phrase("是", "yes"), False: Phrase("否", "no")}


def changes_table(comparison: Comparison) -> Any:
    """The list as a `pyarrow.Table`."""
    arrow: Any = import_module("pyarrow")
    kinds = {**dict.fromkeys(_NUMBERS, arrow.int64()), "provisional_before": arrow.bool_(), "provisional_after": arrow.bool_()}
    schema = arrow.schema([(name, kinds.get(name, arrow.string())) for name in COLUMNS])
    words = [month.isoformat()[:7] for month in comparison.months]
    below = comparison.below
    parts = []
    found = executed(comparison.engine.connection, _query(comparison.last))
    while rows := found.fetchmany(AT_A_TIME):
        made = [_row(row, below, words) for row in rows]
        columns = [arrow.array(cells, field.type) for cells, field in zip(zip(*made, strict=True), schema, strict=True)]
        parts.append(arrow.record_batch(columns, schema=schema))
    return arrow.Table.from_batches(parts, schema)


def write_changes(impact: Impact, out: str, language: Language) -> None:
    """Write the list to a .csv (which spreadsheets read, with words of the language) or a .parquet file, whole or not at all."""
    with whole_or_absent(out) as path:
        if out.endswith(".parquet"):
            import_module("pyarrow.parquet").write_table(impact.changes, path)
            return
        with open(path, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            group = Phrase(impact.by, impact.by) if impact.by else COLUMNS["group"]
            writer.writerow([(group if name == "group" else words)(language) for name, words in COLUMNS.items()])
            for part in impact.changes.to_batches(AT_A_TIME):
                writer.writerows(_said(row, language) for row in part.to_pylist())


def _said(row: Mapping[str, Any], language: Language) -> list[object]:
    """A row in words."""
    cells: dict[str, object] = dict(row)
    cells["change"] = KINDS[row["change"]](language)
    for name in ("status_before", "status_after"):
        cells[name] = STATUS_WORDS[row[name]](language)
    for name in ("provisional_before", "provisional_after"):
        cells[name] = None if row[name] is None else _TRUTHS[row[name]](language)
    return list(cells.values())


def _query(last: int) -> str:
    """Each answer that changes: the last month in which it does, all such months, and what its months come to."""
    own = "entity, subject, key"
    shown = "household, subject, entity, value, name, key, kind, sb, b, ab, rb, pb, sa, a, aa, ra, pa, months, net"
    return (
        f"SELECT {shown} FROM (SELECT *, row_number() OVER (PARTITION BY {own} ORDER BY month DESC) AS place FROM {PAIR} WHERE changed) one"
        f" JOIN (SELECT {own}, list(month ORDER BY month) AS months FROM {PAIR} WHERE changed GROUP BY {own}) two USING ({own})"
        f" LEFT JOIN (SELECT {own}, a - b AS net FROM {NET} WHERE monthly) three USING ({own})"
        f" LEFT JOIN {HOME} h ON h.id = household WHERE place = 1 ORDER BY household, entity, subject, key"
    )


def _row(row: Sequence[Any], below: int, months: Sequence[str]) -> list[object]:
    household, subject, entity, value, name, key, kind, sb, b, ab, rb, pb, sa, a, aa, ra, pa, changed, net = row
    before, after = (number if state == "granted" else None for number, state in ((b, sb), (a, sa)))
    difference = None if kind == "open" else a - b
    sides = [
        (state, *_amount(number, below), article, reason, mark)
        for state, number, article, reason, mark in ((sb, before, ab, rb, pb), (sa, after, aa, ra, pa))
    ]
    told = " ".join(months[place] for place in changed)
    return [household, subject, entity, value, name, key, kind, *sides[0], *sides[1], *_amount(difference, below), told, *_amount(net, below)]


def _amount(number: int | None, below: int) -> tuple[str | None, int | None]:
    """An amount in 元 and in 分."""
    if number is None:
        return None, None
    fen, rest = divmod(number * 100, below)
    if rest:
        return money_text(Fraction(number, below)), None
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02}", fen
