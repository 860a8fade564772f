"""Names the language gives: functions, ways of gathering members, days, persons, and words of settings; both spellings.

They are names to the grammar; what they mean is settled by `semantics` and the operator table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policyrules.source.phrase import Phrase

# Functions of the operator table: the operator's name, then how it is called.
FUNCTIONS: Mapping[str, Phrase] = MappingProxyType(
    {
        "maximum": Phrase("取大", "max"),
        "minimum": Phrase("取小", "min"),
        "and": Phrase("均", "all_of"),
        "age": Phrase("周岁", "age"),
        "full_months": Phrase("满月数", "full_months"),
        "months_between": Phrase("相隔月数", "months_between"),
        "days_between": Phrase("相隔天数", "days_between"),
        "add_months": Phrase("加月", "add_months"),
        "add_days": Phrase("加天", "add_days"),
        "year_end": Phrase("年底", "year_end"),
    }
)

GATHERINGS: Mapping[str, Phrase] = MappingProxyType(
    {
        "sum": Phrase("合计", "sum"),
        "count": Phrase("人数", "count"),
        "any": Phrase("任一", "any"),
        "all": Phrase("全部", "all"),
        "highest": Phrase("最高", "highest"),
        "lowest": Phrase("最低", "lowest"),
        "mean": Phrase("平均", "mean"),
    }
)

GRANTED = Phrase("享受", "granted")
AT_LEAST = Phrase("至少", "at_least")
SUBJECT = Phrase("本人", "self")
IS_SUBJECT = Phrase("是本人", "is_self")

DAYS: Mapping[str, Phrase] = MappingProxyType(
    {"day": Phrase("当日", "today"), "month start": Phrase("月初", "month_start"), "month end": Phrase("月末", "month_end")}
)

# Words after 周岁计算, 基准日 and 余额 归, by what `values` and the operators call them.
SETTINGS: Mapping[str, Phrase] = MappingProxyType(
    {
        "on birthday": Phrase("生日当日", "on_birthday"),
        "day after": Phrase("生日次日", "day_after_birthday"),
        "end of february": Phrase("二月末", "end_of_february"),
        "first of march": Phrase("三月一日", "first_of_march"),
        "month start": Phrase("月初", "month_start"),
        "month end": Phrase("月末", "month_end"),
        "first month": Phrase("首月", "first_month"),
        "last month": Phrase("末月", "last_month"),
    }
)

ROUNDING_WORDS: tuple[Phrase, ...] = (
    Phrase("四舍五入", "half up"),
    Phrase("进一", "away from zero"),
    Phrase("去尾", "toward zero"),
    Phrase("向上", "up"),
    Phrase("向下", "down"),
    Phrase("四舍六入五成双", "half even"),
    Phrase("见分进角", "fen into jiao"),
    Phrase("见角进元", "jiao into yuan"),
    Phrase("分", "fen"),
    Phrase("角", "jiao"),
    Phrase("元", "yuan"),
    Phrase("十元", "ten yuan"),
    Phrase("百元", "hundred yuan"),
    Phrase("千元", "thousand yuan"),
    Phrase("整数", "whole"),
)
"""Ways of rounding and places rounded to, in both spellings; `values.quantities` says what they mean."""

TYPE_WORDS: tuple[Phrase, ...] = (
    Phrase("是否", "truth"),
    Phrase("日期", "date"),
    Phrase("文本", "text"),
    Phrase("比例", "ratio"),
    Phrase("数", "number"),
    Phrase("计数", "count"),
)
"""Types that are not units, in both spellings; `values.units` says what they mean."""

LAYERS: tuple[Phrase, ...] = (
    Phrase("国家", "national"),
    Phrase("省", "province"),
    Phrase("市", "city"),
    Phrase("县", "county"),
    Phrase("乡镇", "township"),
)
"""Layers of government, in both spellings; their order is settled by `semantics`."""

STATES: Mapping[str, Phrase] = MappingProxyType(
    {"unascertainable": Phrase("不详", "unascertainable"), "inapplicable": Phrase("不适用", "inapplicable")}
)
"""What a case writes in place of a value; `core.case.State` says what they mean."""

INCOMPLETE = Phrase("不全", "incomplete")
"""What ends a list of members that may not be complete."""

BIRTH_DATES = Phrase("出生日期", "birth_date")
"""The fact that 周岁 without parentheses goes by."""


def in_both(table: Mapping[str, Phrase]) -> Mapping[str, str]:
    """Either spelling to the key of its row."""
    return MappingProxyType({word: key for key, phrase in table.items() for word in (phrase.zh, phrase.en)})
