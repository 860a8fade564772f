"""Small faults for a small policy: which there are, that each changes one declaration, and what becomes of them."""

from __future__ import annotations

import pytest

from policyrules.book.book import Book, compile_book
from policyrules.book.examples import run_examples
from policyrules.review.mutants import Mutant, mutants_of, program_with
from policyrules.review.mutants_trial import Fate, Tried, bench_of, sampled, score, try_one
from policyrules.review.sameness import Witness
from policyrules.source.text import SourceText

RULES = """\
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
算 津贴合计：元/月  对 户 = 合计(成员 的 津贴)
条件 有人津贴高  对 户：任一(成员 中 津贴 高于 300元/月)
条件 住房少  对 户：住房 不超过 2
条件 住房不多  对 户：住房 不超过 5 且 住房 不超过 7
给付 补差：元/月  对 户
第一条 收入低
  当 (年收入 折算 到 月) 低于 标准 且 津贴合计 低于 100元/月 且 住房少
  给 标准 − (年收入 折算 到 月)
第二条 有低保  例外于 第一条
  当 低保
  不予
其余情形 不予
取整 四舍五入 到 分
给付 奖励：元/月  对 户  择高
第一条 少
  当 住房不多
  给 50元
第二条 多
  当 低保 或 有人津贴高
  给 80元
其余情形 不予
"""
WEAK = """\
例 收入为零
  月份 2020-03
  户 年收入 0元，低保 否，住房 1套
  甲：津贴 0元/月
  应 户的补差 = 500元
"""
STRONG = """\
例 住房两套
  月份 2020-03
  户 年收入 0元，低保 否，住房 2套
  甲：津贴 0元/月
  应 户的补差 = 500元
"""


def book(*examples: str) -> Book:
    made = compile_book([SourceText("rules.policy", RULES), SourceText("cases.policy", "\n".join(examples))])
    assert not made.errors, [one.message.zh for one in made.errors]
    assert all(result.passed for result in run_examples(made))
    return made


BOOK = book(WEAK)
MUTANTS = mutants_of(BOOK.program)


def named(zh: str, mutants: tuple[Mutant, ...] = MUTANTS) -> Mutant:
    found = [one for one in mutants if one.words.zh == zh]
    assert len(found) == 1, [one.words.zh for one in mutants]
    return found[0]


def fate(zh: str, *examples: str) -> Tried:
    made = book(*examples)
    return try_one(bench_of(made), named(zh, mutants_of(made.program)), seconds=10)


KINDS = {
    "comparison": "“住房少”的“住房 不高于 2套”改成“住房 低于 2套”",
    "number": "“标准”的“500.00元/月”改成“499.99元/月”",
    "date": "“标准”的“自 2020-07-01”改成“自 2020-08-01”",
    "exception": "“补差”第一条去掉“第二条 例外于 第一条”",
    "rounding": "“补差”的“取整 四舍五入 到 分”改成“取整 去尾 到 分”",
    "combination": "“奖励”的“择高”改成“累加”",
    "dropped": "“补差”第一条去掉“且 住房少”",
    "negation": "“补差”第二条的“低保”改成“非 低保”",
    "operator": "“补差”第一条的“标准 − 年收入 ÷ 12”改成“标准 + 年收入 ÷ 12”",
    "consequence": "“补差”的其余情形的“不予”改成“给 0.00元/月”",
}


@pytest.mark.parametrize("of", KINDS)
def test_there_is_a_change_of_each_kind(of: str) -> None:
    assert named(KINDS[of]).of == of


def test_there_is_a_change_of_who_is_gathered() -> None:
    (one,) = (one for one in MUTANTS if one.of == "members")
    assert one.key == "有人津贴高"
    assert one.words.zh == "“有人津贴高”的“任一(成员 中 津贴 高于 300.00元/月)”改成“全部(成员 中 津贴 高于 300.00元/月)”"


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.words.en)
def test_exactly_one_declaration_is_another(mutant: Mutant) -> None:
    old, new = BOOK.program, program_with(BOOK.program, mutant)
    other = [
        key
        for one, two in ((old.parameters, new.parameters), (old.rules, new.rules), (old.benefits, new.benefits))
        for key in one.keys() | two.keys()
        if one.get(key) != two.get(key)
    ]
    assert other == [mutant.key]
    assert (old.entities, old.order) == (new.entities, new.order)


def test_every_change_is_told_once_and_in_both_languages() -> None:
    assert len({one.words.zh for one in MUTANTS}) == len({one.words.en for one in MUTANTS}) == len(MUTANTS)
    for one in MUTANTS:
        assert "改成" in one.words.zh or "去掉" in one.words.zh
        assert "changed to" in one.words.en or "taken out" in one.words.en
        assert "{" not in one.words.zh + one.words.en


def test_nobody_is_told_less_than_nothing() -> None:
    assert not [one for one in MUTANTS if "改成“-" in one.words.zh or "改成“−" in one.words.zh]


# ---------------------------------------------------------------- fates


def test_what_no_example_notices_is_missed_with_a_household() -> None:
    tried = fate(KINDS["comparison"], WEAK)
    assert tried.fate is Fate.MISSED
    assert isinstance(tried.witness, Witness) and tried.witness.key == "补差"
    assert tried.witness.document["户"]["住房"] == "2"  # type: ignore[index]


def test_what_a_stronger_example_notices_is_found() -> None:
    tried = fate(KINDS["comparison"], WEAK, STRONG)
    assert tried.fate is Fate.FOUND
    assert tried.why is not None and "住房两套" in tried.why.zh


def test_what_changes_nothing_is_the_same() -> None:
    pytest.importorskip("z3")
    assert fate("“住房不多”去掉“且 住房 不高于 7套”", WEAK).fate is Fate.SAME


def test_what_the_checker_refuses_is_no_fault_of_the_examples() -> None:
    assert fate(KINDS["exception"], WEAK).fate is Fate.REFUSED


def test_a_property_notices_too() -> None:
    zh = "“标准”的“500.00元/月”改成“501.00元/月”"
    lax = WEAK.replace("应 户的补差 = 500元", "应 户的住房少 = 是")
    assert fate(zh, lax).fate is Fate.MISSED
    tried = fate(zh, lax, "性质 补差不过五百：补差 不超过 500\n")
    assert tried.fate is Fate.FOUND and tried.why is not None and "补差不过五百" in tried.why.zh


def test_the_score_counts_what_matters() -> None:
    def told(*fates: Fate) -> list[Tried]:
        return [Tried(MUTANTS[0], one) for one in fates]

    assert score(told(Fate.FOUND, Fate.MISSED, Fate.OPEN, Fate.SAME, Fate.REFUSED)) == (1, 3)
    assert score(told(Fate.SAME, Fate.REFUSED)) == (0, 0)
    assert score(told(Fate.FOUND, Fate.FOUND)) == (2, 2)


def test_a_sample_is_by_its_seed() -> None:
    drawn = sampled(MUTANTS, 20, 1)
    assert drawn == sampled(MUTANTS, 20, 1) and len(drawn) == 20
    assert drawn != sampled(MUTANTS, 20, 2)
    assert [one for one in MUTANTS if one in drawn] == list(drawn)
    assert sampled(MUTANTS, None, 1) == sampled(MUTANTS, 10_000, 1) == MUTANTS
