"""The bundle of eight decisions for zen-engine, two ways: its expressions compiled one by one, and a decision graph, its usual use.

Both get what the other engines get (`rivals.flat`): amounts in 分, birthdays as 19850601. In the graph an expression node works out the
sums over the members, a second one what several rules need, and a decision table each of the eight.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

LIMIT = 61_000 * 24
SUMS = {
    "size": "len(members)",
    "income": "sum(map(members, #.income))",
    "medical": "sum(map(members, #.medical > 500000 ? #.medical - 500000 : 0))",
    "severe": "len(filter(members, #.level in ['一级', '二级']))",
    "children": "len(filter(members, 20200401 - #.birth < 180000))",
    "old": "len(filter(members, 20200401 - #.birth >= 600000))",
    "ancient": "len(filter(members, 20200401 - #.birth >= 800000))",
    "pupils": "len(filter(members, #.school))",
}
MODEST, LOW = f"assets <= {LIMIT} * size and not vehicle", "modest and income < 91500 * size"
FACTS = ("place", "vehicle", "rent", "assets")
TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "living": ("modest and income < 61000 * size", {"true": "61000 * size - income", "": "0"}),
    "disabled": ("severe", {"> 0": "severe * 21350", "": "0"}),
    "child": ("income < 122000 * size", {"true": "10000 * children", "": "0"}),
    "elder": ("old", {"> 0": "5000 * old + 3000 * ancient", "": "0"}),
    "school": ("low", {"true": "15000 * pupils", "": "0"}),
    "health": ("low", {"true": "floor((medical + 12) / 24)", "": "0"}),
    "housing": ("low and place == '城镇'", {"true": "min([floor((rent * 30 + 50) / 100), 30000])", "": "0"}),
    "heating": ("low and not vehicle ? place : '无'", {"'城镇'": "12000", "'农村'": "8000", "": "0"}),
}
"""Of each decision table what it looks at, and what it gives by what it finds, the first row that fits."""


def expressions() -> Callable[[dict[str, Any]], list[int]]:
    """zen-engine: its expression language, compiled, in Rust."""
    compiled = import_module("zen").compile_expression
    rules = [
        "modest and income < 61000 * size ? 61000 * size - income : 0",
        "severe * 21350",
        "income < 122000 * size ? 10000 * children : 0",
        "5000 * old + 3000 * ancient",
        "low ? 15000 * pupils : 0",
        "low ? floor((medical + 12) / 24) : 0",
        "low and place == '城镇' ? min([floor((rent * 30 + 50) / 100), 30000]) : 0",
        "low and not vehicle ? (place == '城镇' ? 12000 : 8000) : 0",
    ]
    first = [(name, compiled(text)) for name, text in SUMS.items()]
    modest, low = compiled(MODEST), compiled(LOW)
    every = [compiled(text) for text in rules]

    def run(one: dict[str, Any]) -> list[int]:
        known = {**one, **{name: rule.evaluate(one) for name, rule in first}}
        del known["members"]
        known["modest"] = modest.evaluate(known)
        known["low"] = low.evaluate(known)
        return [rule.evaluate(known) for rule in every]

    return run


def graph() -> Callable[[dict[str, Any]], list[int]]:
    """zen-engine: a decision model, read and compiled once."""
    decision = import_module("zen").ZenEngine().create_decision(json.dumps(model(), ensure_ascii=False))

    def run(one: dict[str, Any]) -> list[int]:
        found = decision.evaluate(one)["result"]
        return [int(found[name]) for name in TABLES]

    return run


def model() -> dict[str, Any]:
    """The decision model, as its editor would write it: sums, what several rules need, eight tables side by side."""
    sums = {**{name: name for name in FACTS}, **SUMS}
    needed = {name: name for name in (*FACTS, *SUMS)} | {"modest": MODEST, "low": LOW.replace("modest", "$.modest")}
    nodes: list[dict[str, Any]] = [
        {"id": "in", "name": "in", "type": "inputNode", "content": {"schema": ""}},
        _expressions("sums", sums),
        _expressions("needed", needed),
        *[_table(name, field, rows) for name, (field, rows) in TABLES.items()],
        {"id": "out", "name": "out", "type": "outputNode", "content": {"schema": ""}},
    ]
    ways = [("in", "sums"), ("sums", "needed"), *[pair for name in TABLES for pair in (("needed", name), (name, "out"))]]
    edges = [{"id": f"{start} {end}", "type": "edge", "sourceId": start, "targetId": end} for start, end in ways]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def _expressions(name: str, values: Mapping[str, str]) -> dict[str, Any]:
    listed = [{"id": f"{name} {key}", "key": key, "value": value} for key, value in values.items()]
    return {"id": name, "name": name, "type": "expressionNode", "content": {"expressions": listed, "passThrough": False}}


def _table(name: str, field: str, rows: Mapping[str, str]) -> dict[str, Any]:
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": "when", "name": "when", "field": field}],
        "outputs": [{"id": "then", "name": "then", "field": name}],
        "rules": [{"_id": f"{name} {number}", "when": when, "then": then} for number, (when, then) in enumerate(rows.items())],
        "passThrough": False,
        "executionMode": "single",
    }
    return {"id": name, "name": name, "type": "decisionTableNode", "content": content}
