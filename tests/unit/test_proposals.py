"""Proposed examples: they can be read, they pass where they are added, and they notice what nobody noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyrules.book.book import Book, load
from policyrules.book.examples import run_examples
from policyrules.review.mutants import Mutant, mutants_of, program_with
from policyrules.review.mutants_trial import Fate, bench_of, found_by, try_one
from policyrules.review.proposals import Side, at_edges, for_missed, missing_edges, written

RULES = """\
政策 补差政策
主体 户 含 成员：个人
事实 户
  年收入：元/年
  低保：是否
  住房：套  范围 0 至 9
事实 个人
  津贴：元/月
参数 标准：元/月
  自 2020-01-01  500
  自 2020-07-01  600
给付 补差：元/月  对 户
第一条 收入低
  当 (年收入 折算 到 月) 低于 标准 且 住房 不超过 2
  给 标准 − (年收入 折算 到 月)
第二条 有低保  例外于 第一条
  当 低保
  不予
其余情形 不予
取整 四舍五入 到 分
"""
CASES = """\
政策 补差政策

例 收入为零
  月份 2020-03
  户 年收入 0元，低保 否，住房 1套
  应 户的补差 = 500元
"""
MISSED = (
    "“补差”第一条的“住房 不高于 2套”改成“住房 低于 2套”",
    "“补差”第二条的“不予”改成“给 0.00元/月”",
    "“补差”的“取整 四舍五入 到 分”改成“取整 去尾 到 分”",
    "“标准”的“600.00元/月”改成“599.99元/月”",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.policy").write_text(RULES, encoding="utf-8")
    (tmp_path / "cases.policy").write_text(CASES, encoding="utf-8")
    return tmp_path


def loaded(folder: Path, count: int) -> Book:
    """The folder without errors, with so many examples, all of which pass."""
    book = load(folder)
    assert not book.errors, [one.message.zh for one in book.errors]
    assert len(book.examples) == count
    assert [result.example.title for result in run_examples(book) if not result.passed] == []
    return book


def add(folder: Path, text: str) -> None:
    with (folder / "cases.policy").open("a", encoding="utf-8") as file:
        file.write("\n" + text)


def named(book: Book, zh: str) -> Mutant:
    (mutant,) = (one for one in mutants_of(book.program) if one.words.zh == zh)
    return mutant


@pytest.mark.parametrize("zh", MISSED)
def test_what_is_proposed_for_a_change_notices_it(folder: Path, zh: str) -> None:
    book = loaded(folder, 1)
    tried = try_one(bench_of(book), named(book, zh), seconds=10)
    assert tried.fate is Fate.MISSED
    proposal = for_missed(book, tried)
    assert proposal is not None and proposal.policy == "补差政策"
    assert proposal.why.zh == f"没有一个例发现：{zh}"
    add(folder, proposal.text)
    book = loaded(folder, 2)
    mutant = named(book, zh)
    found = found_by(bench_of(book), mutant, program_with(book.program, mutant))
    assert found is not None and book.examples[1].title in found.zh


def test_what_is_noticed_or_the_same_proposes_nothing(folder: Path) -> None:
    book = loaded(folder, 1)
    tried = try_one(bench_of(book), named(book, "“标准”的“500.00元/月”改成“499.99元/月”"), seconds=10)
    assert tried.fate is Fate.FOUND
    assert for_missed(book, tried) is None


def test_edges_nobody_stands_on(folder: Path) -> None:
    book = loaded(folder, 1)
    edges = missing_edges(book)
    assert [(edge.words(book.program).zh, edge.side) for edge in edges] == [
        ("年收入 ÷ 12 低于 标准（少一点）", Side.BELOW),
        ("年收入 ÷ 12 低于 标准（正好）", Side.AT),
        ("年收入 ÷ 12 低于 标准（多一点）", Side.ABOVE),
        ("住房 不高于 2套（正好）", Side.AT),
        ("住房 不高于 2套（多一点）", Side.ABOVE),
    ]


def test_examples_on_edges_pass_and_stand_there(folder: Path) -> None:
    book = loaded(folder, 1)
    edges = missing_edges(book)
    proposals = list(at_edges(book, edges, seed=1))
    assert proposals
    assert list(at_edges(book, edges, seed=1)) == proposals
    add(folder, written(proposals, "zh"))
    left = missing_edges(loaded(folder, 1 + len(proposals)))
    assert len(left) <= len(edges) - len(proposals)
    assert Side.AT not in {edge.side for edge in left}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_file_can_be_added_as_it_stands(folder: Path, language: str) -> None:
    book = loaded(folder, 1)
    bench = bench_of(book)
    proposals = [one for zh in MISSED[:2] if (one := for_missed(book, try_one(bench, named(book, zh), seconds=10))) is not None]
    add(folder, written([*proposals, proposals[0]], language))  # type: ignore[arg-type]
    titles = [example.title for example in loaded(folder, 4).examples]
    assert len(set(titles)) == 4
