"""Eight decisions of a household at once, by the rules and written by hand: equal on 2,000 households, then timed.

    python tests/benchmarks/bundle.py [--households 2000] [--repeat 7]

Every row is measured in the same run, by turns, and told as a ratio to the function written by hand, which reads the same
dictionary and checks nothing. CPU seconds, the least of the tries.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import bundle_by_hand as by_hand
from run import best

from policyrules.book.book import Book, check_case, decide, load
from policyrules.book.cases import read_case
from policyrules.book.decision import Decision
from policyrules.book.occasion import occasion_of
from policyrules.book.requests import every_benefit
from policyrules.core.outcome import Answer, Granted, Refused
from policyrules.engines import interpreter
from policyrules.source.text import SourceText

MONTH = "2020-04"
NAMES = ("低保金", "残疾补贴", "儿童津贴", "老人津贴", "教育补助", "医疗补助", "住房补贴", "取暖补贴")
BASE = "by hand, nothing checked"
LEVELS = ("无", "无", "无", "无", "一级", "二级", "三级", "四级")


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--households", type=int, default=2000)
    options.add_argument("--repeat", type=int, default=7)
    chosen = options.parse_args(arguments)
    book = load(Path(__file__).with_name("bundle.policy"))
    cases = households(chosen.households)
    compare(book, cases)
    print(f"{len(cases)} households, {len(NAMES)} decisions each: the same by the rules and by hand")
    told(measured(book, cases[:200], chosen.repeat))


def told(times: Mapping[str, float]) -> None:
    """Prints the seconds of a household by what was measured, each beside those by hand."""
    print(f"{'what':<50} {'µs/household':>13} {'ratio':>7}")
    for what, seconds in times.items():
        print(f"{what:<50} {seconds * 1_000_000:>13.1f} {seconds / times[BASE]:>7.2f}")


def households(count: int, seed: int = 4) -> list[dict[str, Any]]:
    """Random households of one to seven members, as JSON gives them; all of them made up."""
    draw = Random(seed)
    return [{"户": _household(draw)} for _ in range(count)]


def _household(draw: Random) -> dict[str, Any]:
    return {
        "金融资产": str(draw.choice((0, draw.randrange(100_000)))),
        "有机动车": draw.random() < 0.2,
        "房租": _money(draw, 2000),
        "居住地": draw.choice(("城镇", "农村")),
        "成员": [_person(draw, number) for number in range(draw.randint(1, 7))],
    }


def _person(draw: Random, number: int) -> dict[str, Any]:
    return {
        "编号": f"成员{number + 1}号",
        "出生日期": f"{draw.randint(1930, 2019)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
        "月收入": _money(draw, 2500),
        "残疾等级": draw.choice(LEVELS),
        "在校": draw.random() < 0.2,
        "医疗支出": _money(draw, 12_000),
    }


def _money(draw: Random, most: int) -> str:
    return draw.choice(("0", str(draw.randrange(most)), f"{draw.randrange(most)}.{draw.randrange(100):02}"))


def compare(book: Book, cases: Sequence[dict[str, Any]]) -> None:
    """Stops where the rules and the function by hand, or the two engines, do not pay the same."""
    for case in cases:
        hand = [Fraction(amount) for amount in by_hand.decide(by_hand.read(case["户"]))]
        short, traced = decide(book, case, month=MONTH), decide(book, case, month=MONTH, explain=True)
        assert amounts(short) == amounts(traced) == hand, json.dumps(case, ensure_ascii=False)


def amounts(decision: Decision) -> list[Fraction]:
    """What the eight benefits pay."""
    assert not decision.diagnostics, decision.text("zh")
    paid = {answer.name: _paid(answer) for answer in decision.answers}
    return [paid[name] for name in NAMES]


def _paid(answer: Answer) -> Fraction:
    match answer.outcome:
        case Granted(amount):
            return amount
        case Refused():
            return Fraction(0)
        case other:
            raise AssertionError(other)


def measured(book: Book, cases: Sequence[dict[str, Any]], repeat: int) -> dict[str, float]:
    """CPU seconds a household, by what was measured."""
    occasion = occasion_of(book.program, MONTH, None).value
    assert occasion is not None
    roots = [root for case in cases if (root := read_case(book.program, case, SourceText("", ""), names=book.names).value) is not None]
    asked = [every_benefit(book.program, root).value for root in roots]
    checked = [check_case(book, case).value for case in cases]
    ready = [by_hand.read(case["户"]) for case in cases]
    pairs = list(zip(roots, asked, strict=True))

    def hand() -> list[list[Decimal]]:
        return [by_hand.decide(by_hand.read(case["户"])) for case in cases]

    ways: dict[str, Callable[[], object]] = {
        BASE: hand,
        "by hand, case read before": lambda: [by_hand.decide(one) for one in ready],
        "rules, dictionary with every fact checked": lambda: [decide(book, case, month=MONTH) for case in cases],
        "rules, dictionary, amounts read as well": lambda: [decide(book, case, month=MONTH).amounts for case in cases],
        "rules, case checked before": lambda: [decide(book, case, month=MONTH) for case in checked],
        "rules, dictionary, with trace, unread": lambda: [decide(book, case, month=MONTH, explain=True) for case in cases],
        "rules, dictionary, with trace, read": lambda: [decide(book, case, month=MONTH, explain=True).answers for case in cases],
        "rules, dictionary, reasons as text": lambda: [decide(book, case, month=MONTH, explain=True).text("zh") for case in cases],
        "interpreter, case checked before": lambda: [interpreter.decide(book.program, root, occasion, keys, False) for root, keys in pairs],
    }
    return least(ways, len(cases), repeat)


def least(ways: Mapping[str, Callable[[], object]], households: int, repeat: int) -> dict[str, float]:
    """The least CPU seconds a household of each way, taken by turns."""
    found = dict.fromkeys(ways, 1e9)
    for _ in range(repeat):
        for what, work in ways.items():
            found[what] = min(found[what], best(1, work) / households)
    return found


if __name__ == "__main__":
    main()
