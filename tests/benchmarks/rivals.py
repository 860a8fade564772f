"""The bundle of eight decisions in other rule engines, beside the function by hand and these rules, in one run.

    python -m venv rivals
    rivals/bin/pip install -e . zen-engine rule-engine common-expression-language json-logic-qubit openfisca-core policyengine-core
    rivals/bin/python tests/benchmarks/rivals.py [--households 200] [--repeat 5]

An engine that is not installed is left out and named. Each must pay what the function by hand pays on every household before it
is timed. The others get a convenience the rules do not: amounts as whole 分, birthdays as 19850601 and a list of members, made
before the clock starts, so that engines with binary numbers are exact; they check nothing and explain nothing. Each evaluates its
eight rules compiled beforehand, with the sums over members worked out once per household where the engine can hand them on; zen-engine
also a decision graph, which is its usual use (`bundle_zen.py`).
OpenFisca and PolicyEngine reckon in 32-bit floats, so that they may be a 分 beside; they are made for rosters (`batch.py`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

sys.path.insert(0, str(Path(__file__).parent))

import bundle
import bundle_by_hand as by_hand
import bundle_zen
from bundle_openfisca import single
from bundle_zen import LIMIT

from policyrules.book.book import check_case, decide, load

Flat: TypeAlias = dict[str, Any]
Engine: TypeAlias = Callable[[Flat], list[int]]


def flat(case: Mapping[str, Any]) -> Flat:
    """A household as the others get it: amounts in 分, days as one number."""
    one = case["户"]
    return {
        "assets": _fen(one["金融资产"]),
        "vehicle": one["有机动车"],
        "rent": _fen(one["房租"]),
        "place": one["居住地"],
        "members": [
            {
                "birth": int("".join(part.zfill(2) for part in person["出生日期"].split("-"))),
                "income": _fen(person["月收入"]),
                "level": person["残疾等级"],
                "school": person["在校"],
                "medical": _fen(person["医疗支出"]),
            }
            for person in one["成员"]
        ],
    }


def _fen(text: str) -> int:
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def rule_engine() -> Engine:
    """rule-engine: expressions in Python, with decimal numbers."""
    rule = import_module("rule_engine").Rule
    sums = {
        "size": "members.length",
        "income": "$sum([m['income'] for m in members])",
        "medical": "$sum([m['medical'] - 500000 for m in members if m['medical'] > 500000])",
        "severe": "[m for m in members if m['level'] == '一级' or m['level'] == '二级'].length",
        "children": "[m for m in members if 20200401 - m['birth'] < 180000].length",
        "old": "[m for m in members if 20200401 - m['birth'] >= 600000].length",
        "ancient": "[m for m in members if 20200401 - m['birth'] >= 800000].length",
        "pupils": "[m for m in members if m['school']].length",
    }
    rules = [
        "modest and income < 61000 * size ? 61000 * size - income : 0",
        "severe * 21350",
        "income < 122000 * size ? 10000 * children : 0",
        "5000 * old + 3000 * ancient",
        "low ? 15000 * pupils : 0",
        "low ? (medical + 12) // 24 : 0",
        "low and place == '城镇' ? $min([(rent * 30 + 50) // 100, 30000]) : 0",
        "low and not vehicle ? (place == '城镇' ? 12000 : 8000) : 0",
    ]
    first = [(name, rule(text)) for name, text in sums.items()]
    modest, low = rule(f"assets <= {LIMIT} * size and not vehicle"), rule("modest and income < 91500 * size")
    every = [rule(text) for text in rules]

    def run(one: Flat) -> list[int]:
        known = {**one, **{name: each.evaluate(one) for name, each in first}}
        known["modest"] = modest.evaluate(known)
        known["low"] = low.evaluate(known)
        return [int(each.evaluate(known)) for each in every]

    return run


def cel() -> Engine:
    """common-expression-language: CEL in Rust. It has no sum, so one is lent to it."""
    module = import_module("cel")
    sums = {
        "size": "size(members)",
        "income": "total(members.map(m, m.income))",
        "medical": "total(members.filter(m, m.medical > 500000).map(m, m.medical - 500000))",
        "severe": "size(members.filter(m, m.level == '一级' || m.level == '二级'))",
        "children": "size(members.filter(m, 20200401 - m.birth < 180000))",
        "old": "size(members.filter(m, 20200401 - m.birth >= 600000))",
        "ancient": "size(members.filter(m, 20200401 - m.birth >= 800000))",
        "pupils": "size(members.filter(m, m.school))",
    }
    rules = [
        "modest && income < 61000 * size ? 61000 * size - income : 0",
        "severe * 21350",
        "income < 122000 * size ? 10000 * children : 0",
        "5000 * old + 3000 * ancient",
        "low ? 15000 * pupils : 0",
        "low ? (medical + 12) / 24 : 0",
        "low && place == '城镇' ? ((rent * 30 + 50) / 100 < 30000 ? (rent * 30 + 50) / 100 : 30000) : 0",
        "low && !vehicle ? (place == '城镇' ? 12000 : 8000) : 0",
    ]
    first = [(name, module.compile(text)) for name, text in sums.items()]
    modest, low = module.compile(f"assets <= {LIMIT} * size && !vehicle"), module.compile("modest && income < 91500 * size")
    every = [module.compile(text) for text in rules]

    def run(one: Flat) -> list[int]:
        case = module.Context(variables=one, functions={"total": sum})
        known = {name: value for name, value in one.items() if name != "members"}
        known |= {name: rule.execute(case) for name, rule in first}
        known["modest"] = modest.execute(known)
        known["low"] = low.execute(known)
        context = module.Context(variables=known)
        return [rule.execute(context) for rule in every]

    return run


def json_logic() -> Engine:
    """json-logic-qubit: JsonLogic in Python. It has no whole division, so one is lent to it."""
    module = import_module("json_logic")
    module.add_operation("whole", lambda above, below: above // below)

    def var(name: str) -> dict[str, Any]:
        return {"var": name}

    def total(kept: object, brought: object) -> dict[str, Any]:
        found = {"if": [kept, brought, 0]}
        return {"reduce": [{"map": [var("members"), found]}, {"+": [var("accumulator"), var("current")]}, 0]}

    age = {"-": [20200401, var("birth")]}
    over = {"-": [var("medical"), 500000]}
    sums = {
        "size": total(True, 1),
        "income": total(True, var("income")),
        "medical": total({">": [var("medical"), 500000]}, over),
        "severe": total({"in": [var("level"), ["一级", "二级"]]}, 1),
        "children": total({"<": [age, 180000]}, 1),
        "old": total({">=": [age, 600000]}, 1),
        "ancient": total({">=": [age, 800000]}, 1),
        "pupils": total(var("school"), 1),
    }
    modest = {"and": [{"<=": [var("assets"), {"*": [LIMIT, var("size")]}]}, {"!": [var("vehicle")]}]}
    low = {"and": [var("modest"), {"<": [var("income"), {"*": [91500, var("size")]}]}]}
    full = {"*": [61000, var("size")]}
    town = {"==": [var("place"), "城镇"]}
    rules = [
        {"if": [{"and": [var("modest"), {"<": [var("income"), full]}]}, {"-": [full, var("income")]}, 0]},
        {"*": [21350, var("severe")]},
        {"if": [{"<": [var("income"), {"*": [122000, var("size")]}]}, {"*": [10000, var("children")]}, 0]},
        {"+": [{"*": [5000, var("old")]}, {"*": [3000, var("ancient")]}]},
        {"if": [var("low"), {"*": [15000, var("pupils")]}, 0]},
        {"if": [var("low"), {"whole": [{"+": [var("medical"), 12]}, 24]}, 0]},
        {"if": [{"and": [var("low"), town]}, {"min": [{"whole": [{"+": [{"*": [var("rent"), 30]}, 50]}, 100]}, 30000]}, 0]},
        {"if": [{"and": [var("low"), {"!": [var("vehicle")]}]}, {"if": [town, 12000, 8000]}, 0]},
    ]
    logic = module.jsonLogic

    def run(one: Flat) -> list[int]:
        known = {**one, **{name: logic(rule, one) for name, rule in sums.items()}}
        known["modest"] = logic(modest, known)
        known["low"] = logic(low, known)
        return [int(logic(rule, known)) for rule in rules]

    return run


ENGINES: dict[str, tuple[str, Callable[[], Engine]]] = {
    "zen-engine": ("zen-engine", bundle_zen.expressions),
    "zen-engine (decision graph)": ("zen-engine", bundle_zen.graph),
    "rule-engine": ("rule-engine", rule_engine),
    "CEL": ("common-expression-language", cel),
    "JsonLogic": ("json-logic-qubit", json_logic),
    "OpenFisca": ("openfisca-core", lambda: single("openfisca_core")),
    "PolicyEngine": ("policyengine-core", lambda: single("policyengine_core")),
}
"""Other engines, with the package each comes in."""

FLOATS = ("OpenFisca", "PolicyEngine")
CHECKING, CHECKED = "these rules, every fact checked", "these rules, case checked before"


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--households", type=int, default=200)
    options.add_argument("--repeat", type=int, default=5)
    chosen = options.parse_args(arguments)
    times = measured(chosen.households, chosen.repeat)
    for name in [name for name in ENGINES if name not in times]:
        print(f"left out: {name} (pip install {ENGINES[name][0]})")
    print(f"{chosen.households} households, eight decisions each, the same in every engine")
    bundle.told(times)


def measured(households: int, repeat: int) -> dict[str, float]:
    """CPU seconds a household, by engine; those that are not installed are not in it."""
    book = load(Path(__file__).with_name("bundle.policy"))
    cases = bundle.households(households)
    bundle.compare(book, cases)
    flats = [flat(case) for case in cases]
    checked = [check_case(book, case).value for case in cases]
    ways: dict[str, Callable[[], object]] = {
        bundle.BASE: lambda: [by_hand.decide(by_hand.read(case["户"])) for case in cases],
        CHECKING: lambda: [decide(book, case, month=bundle.MONTH) for case in cases],
        CHECKED: lambda: [decide(book, case, month=bundle.MONTH) for case in checked],
    }
    hand = [[int(amount * 100) for amount in by_hand.decide(by_hand.read(case["户"]))] for case in cases]
    for name, (_, made) in ENGINES.items():
        try:
            engine = made()
        except ModuleNotFoundError:
            continue
        most = 1 if name in FLOATS else 0
        wrong = [one for one, wanted in zip(flats, hand, strict=True) if max(abs(a - b) for a, b in zip(engine(one), wanted, strict=True)) > most]
        assert not wrong, (name, engine(wrong[0]), hand[flats.index(wrong[0])], wrong[0])
        ways[name] = lambda engine=engine: [engine(one) for one in flats]  # type: ignore[misc]
    return bundle.least(ways, len(cases), repeat)


if __name__ == "__main__":
    main()
