"""The derivation graph: one node for each thing an answer rests on, arrows from used to user, and what happens without graphviz."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from policyrules.book.book import Book, compile_book, decide, load
from policyrules.book.decision import Decision
from policyrules.book.graph import graph, svg
from policyrules.doors import cli
from policyrules.source.text import SourceText

ROOT = Path(__file__).parent.parent.parent
NODE = re.compile(r'  (n[0-9]+) \[shape=(\w+)(, style=dashed)?, label="((?:[^"\\]|\\.)*)"\];')
EDGE = re.compile(r"  (n[0-9]+) -> (n[0-9]+);")


def read(text: str) -> tuple[dict[str, tuple[str, ...]], set[tuple[str, str]]]:
    """Labels by node, and edges by label; every line is one or the other."""
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == ("digraph {", "}")
    nodes: dict[str, str] = {}
    shapes: dict[str, tuple[str, ...]] = {}
    edges = set()
    for line in lines[4:-1]:
        if found := NODE.fullmatch(line):
            label = found[4].split("\\n")[0]
            nodes[found[1]] = label
            assert label not in shapes, f"{label} stands twice"
            shapes[label] = (found[2], "dashed" if found[3] else "", *found[4].split("\\n")[1:])
        else:
            edge = EDGE.fullmatch(line)
            assert edge is not None, line
            edges.add((nodes[edge[1]], nodes[edge[2]]))
    return shapes, edges


@pytest.fixture(scope="module")
def book() -> Book:
    return load(ROOT / "policies")


@pytest.fixture(scope="module")
def decision(book: Book) -> Decision:
    case = json.loads((ROOT / "examples" / "household.json").read_text("utf-8"))
    return decide(book, case, month="2020-04", explain=True)


def test_facts_lead_through_rules_and_articles_to_the_benefit(decision: Decision) -> None:
    nodes, edges = read(graph(decision, decision["甲", "生活补贴"]))
    second = "第二条　低保家庭外三级智力、精神残疾人"
    assert nodes["甲的生活补贴"] == ("doubleoctagon", "", "366.00元/月")
    assert nodes[second] == ("box", "", "适用")
    assert nodes["第一条　低保家庭重度残疾人"] == ("box", "dashed", "不适用")
    assert nodes["第八条　领取工伤生活护理费的人员不享受"] == ("box", "dashed", "当日不施行")
    assert nodes["有固定收入"] == ("note", "", "否")
    assert nodes["三级智力精神补贴比例"][:3] == ("cylinder", "", "60%") and "暂定" in nodes["三级智力精神补贴比例"]
    assert {("有固定收入", second), (second, "甲的生活补贴"), ("残疾等级", "三级智力或精神"), ("三级智力或精神", second)} <= edges
    assert ("有固定收入", "甲的生活补贴") not in edges


def test_every_answer_gives_one_connected_graph_without_cycles(decision: Decision) -> None:
    """Arrows lead from every node to the answer, and nothing rests on itself."""
    assert len(decision.answers) > 20
    for answer in decision.answers:
        nodes, edges = read(graph(decision, answer))
        root = next(iter(nodes))
        users: dict[str, set[str]] = {}
        for used, user in edges:
            users.setdefault(used, set()).add(user)
        assert set(users) == set(nodes) - {root}
        waiting, done = set(users), {root}
        while waiting:
            ready = {node for node in waiting if users[node] <= done}
            assert ready, f"a cycle among {waiting}"
            done |= ready
            waiting -= ready
        assert graph(decision, answer) == graph(decision, answer)


def test_without_reasons_there_is_only_the_answer(book: Book) -> None:
    case = json.loads((ROOT / "examples" / "household.json").read_text("utf-8"))
    plain = decide(book, case, month="2020-04", ask="甲的生活补贴")
    assert list(read(graph(plain, plain.answers[0]))[0]) == ["甲的生活补贴"]


def test_what_was_supplied_says_so_and_rests_on_nothing(book: Book) -> None:
    case = json.loads((ROOT / "examples" / "household.json").read_text("utf-8"))
    given = decide(book, case, month="2020-04", ask="甲的生活补贴", given=["户的低保金=100元"], explain=True)
    nodes, edges = read(graph(given, given.answers[0], "en"))
    assert nodes["低保金 of 户"] == ("doubleoctagon", "", "100.00 yuan/month", "supplied")
    assert not [used for used, user in edges if user == "低保金 of 户"]


def test_words_that_would_end_a_label_do_not() -> None:
    policy = '主体 户 含 成员：个人\n给付 补助：元/月  对 个人\n第一条 "];evil[label="\\\n  给 100元/月\n其余情形 不予\n'
    made = compile_book([SourceText("rules.policy", policy)])
    assert not made.errors
    found = decide(made, {"户": {"成员": [{"编号": '"];x[label="\\n'}]}}, month="2020-04", explain=True)
    nodes, edges = read(graph(found, found.answers[0]))
    assert len(nodes) == 2 and len(edges) == 1


# ---------------------------------------------------------------- SVG and the command


def pretended(monkeypatch: pytest.MonkeyPatch, fault: str | None) -> None:
    """A graphviz that draws, or fails as the real one does."""
    module = ModuleType("graphviz")
    faults = {name: type(name, (Exception,), {}) for name in ("ExecutableNotFound", "CalledProcessError")}
    for name, kind in faults.items():
        setattr(module, name, kind)

    class Source:
        def __init__(self, text: str) -> None:
            self.text = text

        def pipe(self, *, format: str, encoding: str) -> str:
            if fault is not None:
                raise faults[fault]
            return f"<svg>{format} {encoding} {len(self.text)}</svg>"

    setattr(module, "Source", Source)  # noqa: B010
    monkeypatch.setitem(sys.modules, "graphviz", module)


def test_svg_by_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    pretended(monkeypatch, None)
    assert svg("digraph {}").value == "<svg>svg utf-8 10</svg>"


@pytest.mark.parametrize(("fault", "code", "words"), [("ExecutableNotFound", "N121", "dot"), ("CalledProcessError", "N122", "graphviz")])
def test_svg_that_cannot_be(monkeypatch: pytest.MonkeyPatch, fault: str, code: str, words: str) -> None:
    pretended(monkeypatch, fault)
    (finding,) = svg("digraph {}").diagnostics
    assert finding.code == code and words in finding.message.zh


def test_svg_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    (finding,) = svg("digraph {}").diagnostics
    assert finding.code == "N121" and finding.hint is not None and "policyrules[graph]" in finding.hint.zh


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    question = [str(ROOT / "policies"), str(ROOT / "examples" / "household.json"), "--month", "2020-04"]
    one = [*question, "--ask", "甲的生活补贴"]
    assert cli.run(["graph", *one]) == 0
    printed = capsys.readouterr().out
    assert cli.run(["graph", *one, "--out", str(tmp_path / "a.dot")]) == 0
    assert (tmp_path / "a.dot").read_text("utf-8") == printed and capsys.readouterr().out == ""
    pretended(monkeypatch, None)
    assert cli.run(["graph", *one, "--out", str(tmp_path / "a.svg")]) == 0
    assert (tmp_path / "a.svg").read_text("utf-8").startswith("<svg>")
    monkeypatch.setitem(sys.modules, "graphviz", None)
    for options, status, code in (
        ([*one, "--out", str(tmp_path / "b.svg")], 1, "N121"),
        ([*one, "--out", str(tmp_path / "b.png")], 2, "N123"),
        ([*one, "--out", str(tmp_path / "none" / "b.dot")], 1, "C180"),
        ([*question, "--ask", "生活补贴"], 1, "N102"),
        ([*question, "--ask", "没有"], 1, "C163"),
    ):
        assert cli.run(["graph", *options]) == status
        assert f"[{code}]" in capsys.readouterr().err
    assert not (tmp_path / "b.svg").exists()
