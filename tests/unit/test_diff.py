"""Two versions compared: every household told replays, kinds of difference are told apart, and nothing is claimed that is not known."""

from __future__ import annotations

import json
import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path
from time import monotonic

import pytest

import policyrules
from policyrules.book.book import Book, compile_book, decide, load
from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused
from policyrules.engines import smt
from policyrules.review import diff_search
from policyrules.review.diff import diff
from policyrules.review.diff_cases import sides
from policyrules.review.diff_marks import outcome_phrase
from policyrules.review.diff_matching import match, matched_articles
from policyrules.review.diff_proof import cover
from policyrules.review.diff_values import Change, Difference, Verdict
from policyrules.source.phrase import Phrase
from policyrules.source.text import SourceText
from policyrules.syntax.formatter import format_source
from spec_runner import read_chapter

POLICIES = Path(__file__).parents[2] / "policies"

HEAD = """主体 户  含 成员：个人
主体 个人
事实 户
  月收入：元/月
  本地户籍：是否
事实 个人
  等级：选项 无、一级、二级、三级
  出生日期：日期
周岁计算 生日当日 闰日 二月末
参数 标准：元/月
  自 2020-01-01  {amount}
"""
SHARE = """给付 补助：元/月  对 个人  择高
第一条 重的
  当 等级 属于 一级、二级 且 户的月收入 低于 标准
  给 标准 的 {share}
第二条 轻的{span}
  当 等级 为 三级
  给 {light}元/月
其余情形 不予
"""


def book_of(text: str) -> Book:
    book = compile_book([SourceText("rules.policy", text)])
    assert not book.errors, [finding.message.zh for finding in book.errors]
    return book


def share(amount: str = "600", share: str = "50%", light: str = "100", span: str = "") -> Book:
    return book_of(HEAD.format(amount=amount) + SHARE.format(share=share, light=light, span=span))


def compared(old: Book, new: Book, **options: object) -> Difference:
    return diff(old, new, **{"seconds": 0, **options})  # type: ignore[arg-type]


def verdict(difference: Difference, name: str) -> Verdict:
    return next(each for each in difference.verdicts if each.name == name)


def kinds(found: Verdict) -> set[tuple[str, str, str]]:
    return {(change.sort, change.articles[0].en, change.articles[1].en) for change in found.changes}


def same(one: Outcome, other: Outcome) -> bool:
    match one, other:
        case Granted(amount), Granted(another):
            return amount == another
        case Computed(value), Computed(another_value):
            return value == another_value
        case _:
            return type(one) is type(other)


def assert_replays(difference: Difference) -> None:
    """Every household told is a case both versions decide as it is told, and they differ."""
    for found in difference.verdicts:
        for change in found.changes:
            told = change.example
            answers = []
            for book, document in zip((difference.old, difference.new), told.documents, strict=True):
                decision = decide(book, document, month=told.month, ask=found.name)
                assert not decision.diagnostics, decision.text("en")
                (answer,) = [each for each in decision.answers if each.instance.id == told.subject and each.key == found.key]
                answers.append(answer.outcome)
            assert same(answers[0], told.before)
            assert same(answers[1], told.after)
            assert not same(told.before, told.after)


def change_of(found: Verdict, sort: str) -> Change:
    (change,) = [each for each in found.changes if each.sort == sort]
    return change


# ---------------------------------------------------------------- what differs


def test_the_same() -> None:
    difference = compared(share(), share())
    assert difference.equal
    assert difference.settled
    assert difference.written == difference.words == ()
    assert difference.to_json("en")["status"] == "equal"


def test_an_amount() -> None:
    difference = compared(share(), share(amount="660"))
    found = verdict(difference, "补助")
    assert kinds(found) == {("gained", "otherwise", "article 1"), ("amount", "article 1", "article 1")}
    assert_replays(difference)
    amount = change_of(found, "amount").amounts
    assert amount is not None
    assert (amount.before, amount.after, amount.difference) == (Fraction(300), Fraction(330), Fraction(30))
    gained = change_of(found, "gained")
    assert any("from 600.00 yuan/month (included) to 660.00 yuan/month (not included)" in each.en for each in gained.conditions)
    assert gained.whole


def test_a_share_of_the_same_article() -> None:
    found = verdict(compared(share(), share(share="60%")), "补助")
    assert kinds(found) == {("amount", "article 1", "article 1")}
    assert found.changes[0].conditions == ()


def test_a_first_day() -> None:
    difference = compared(share(span="  自 2020-03-01 起"), share(span="  自 2020-05-01 起"))
    found = verdict(difference, "补助")
    assert kinds(found) == {("lost", "other articles", "otherwise")}
    assert [(span.first, span.last) for span in found.spans] == [(date(2020, 3, 1), date(2020, 4, 1))]
    assert_replays(difference)


def test_another_article() -> None:
    """An exception taken out lets another article decide."""
    text = HEAD.format(amount="600") + SHARE.format(share="50%", light="500", span="")
    old = book_of(text.replace("第二条 轻的", "第二条 轻的  例外于 第一条").replace("等级 为 三级", "等级 属于 二级、三级"))
    new = book_of(text.replace("等级 为 三级", "等级 属于 二级、三级").replace("给 500元", "给 200元"))
    difference = compared(old, new)
    found = verdict(difference, "补助")
    assert ("other article", "other articles", "article 1") in kinds(found)
    assert ("amount", "article 2", "article 2") in kinds(found)
    assert_replays(difference)


def test_a_failure() -> None:
    text = HEAD.format(amount="600") + SHARE.format(share="50%", light="100", span="")
    dividing = text.replace("给付 补助", "算 数额：元/月  对 户 = 100元/月  若 月收入 为 0 则 无法计算\n给付 补助").replace("给 100元/月", "给 户的数额")
    difference = compared(book_of(text), book_of(dividing))
    assert kinds(verdict(difference, "补助")) == {("error", "other articles", "otherwise")}
    assert_replays(difference)


@pytest.mark.parametrize("ask", ["补助", ["补助"]])
def test_only_what_is_asked(ask: str | list[str]) -> None:
    difference = compared(share(), share(amount="660"), ask=ask)
    assert [each.name for each in difference.verdicts] == ["补助"]


def test_only_the_months_asked() -> None:
    old, new = share(span="  自 2020-03-01 起"), share(span="  自 2020-05-01 起")
    assert compared(old, new, first="2020-05").equal
    assert "2020-05" in compared(old, new, first="2020-05").text("en")
    assert not compared(old, new, first="2020-04", last=date(2020, 4, 1)).equal


def test_new_and_removed_benefits() -> None:
    added = "给付 添：元/月  对 户\n第一条 甲\n  当 本地户籍\n  给 1元/月\n其余情形 不予\n"
    more = book_of(HEAD.format(amount="600") + SHARE.format(share="50%", light="100", span="") + added)
    assert verdict(compared(share(), more), "添").state == "new"
    assert verdict(compared(more, share()), "添").state == "removed"
    assert not compared(more, share()).equal
    assert compared(more, share()).to_json("zh")["status"] == "different"


def test_facts_and_names() -> None:
    text = HEAD.format(amount="600") + "条件 低：月收入 低于 标准\n给付 补助：元/月  对 户\n第一条 甲\n  当 低\n  给 1元/月\n其余情形 不予\n"
    renamed = book_of(text.replace("条件 低：", "条件 收入低：").replace("当 低", "当 收入低").replace("  本地户籍：是否\n", "  外地户籍：是否\n"))
    difference = compared(book_of(text), renamed)
    assert difference.equal
    assert [each.change for each in difference.written if each.kind == "condition"] == ["renamed"]
    assert [fact.key for fact in difference.asked_more] == ["外地户籍"]
    assert [fact.key for fact in difference.asked_less] == ["本地户籍"]


def test_a_name_of_another_type_is_not_compared() -> None:
    text = HEAD.format(amount="600") + "算 数：元/月 对 户 = 月收入\n"
    found = verdict(compared(book_of(text), book_of(text.replace("数：元/月 对 户 = 月收入", "数：是否 对 户 = 本地户籍"))), "数")
    assert found.state == "not proved"


def test_errors_say_which_version() -> None:
    broken = compile_book([SourceText("a.policy", "给付 补助：元/月\n")])
    difference = diff(share(), broken, names=("one", "two"))
    assert {which for which, _ in difference.errors} == {"two"}
    assert difference.to_json("en")["status"] == "error"
    assert difference.text("en").startswith("two has errors")
    assert not difference.equal


def test_a_value_that_is_missing_for_a_month() -> None:
    """Before everything has a value what cannot be computed tells nothing; what was paid does."""
    text = HEAD.format(amount="600") + SHARE.format(share="50%", light="100", span="") + "参数 另外：元/月\n  自 2020-06-01  5\n算 数：元/月 = 另外\n"
    difference = compared(book_of(text), book_of(text.replace("自 2020-01-01  600", "自 2020-02-01  600")))
    found = verdict(difference, "补助")
    assert {change.sort for change in found.changes} == {"error"}
    assert [(span.first, span.last) for span in found.spans] == [(date(2020, 1, 1), date(2020, 1, 1))]
    assert_replays(difference)


def test_checks_that_differ_are_no_equality() -> None:
    text = HEAD.format(amount="600") + SHARE.format(share="50%", light="100", span="")
    checked = text + "核对 外地没有收入  对 户：本地户籍 或 月收入 为 0\n"
    difference = compared(book_of(text), book_of(checked))
    assert not difference.equal
    assert difference.to_json("en")["status"] == "different"
    assert "checks differ" in difference.text("en")


# ---------------------------------------------------------------- how it is known


def test_without_luck_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyrules.review.diff_changes.DRAWS", 0)
    difference = compared(share(), share(amount="660"))
    assert verdict(difference, "补助").state == "not proved"
    assert not difference.equal
    assert not difference.settled
    assert "0" in (difference.verdicts[0].why or difference.verdicts[-1].why).zh  # type: ignore[union-attr]


def test_all_kinds_or_a_household_of_another() -> None:
    pytest.importorskip("z3")
    old, new = share(), share(amount="660")
    found, both = match(old, new, None, None), sides(old, new)
    missing = cover(found, both, "补助", found.changed("补助"), (), 3, monotonic() + 30)
    assert not missing.whole
    assert missing.root is not None
    difference = diff(old, new, seconds=30)
    assert verdict(difference, "补助").complete is not None
    assert verdict(difference, "补助").open is None


def test_what_trying_missed_the_solver_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("z3")
    monkeypatch.setattr("policyrules.review.diff_changes.DRAWS", 2)
    difference = diff(share(), share(amount="660", light="120"), seconds=30)
    assert {change.sort for change in verdict(difference, "补助").changes} == {"gained", "amount"}
    assert len(verdict(difference, "补助").changes) == 3
    assert verdict(difference, "补助").complete is not None
    assert_replays(difference)


def test_without_a_solver_it_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(smt, "world", absent)
    found = verdict(diff(share(), share(amount="660"), seconds=5), "补助")
    assert found.complete is None
    assert found.open is not None
    assert "policyrules[proof]" in found.open.en


def test_the_same_page_twice() -> None:
    old, new = share(), share(amount="660", light="120")
    assert compared(old, new).text("zh") == compared(old, new).text("zh")
    assert json.dumps(compared(old, new).to_json("en")) == json.dumps(compared(old, new).to_json("en"))


# ---------------------------------------------------------------- articles


def test_articles_side_by_side() -> None:
    old = share().program.benefits["补助"]
    text = HEAD.format(amount="600") + SHARE.format(share="50%", light="100", span="")
    moved = text.replace("第二条 轻的", "第三条 轻的").replace("第一条 重的", "第二条 重的").replace(
        "给付 补助：元/月  对 个人  择高\n", "给付 补助：元/月  对 个人  择高\n第一条 本地的\n  当 户的本地户籍\n  给 1元/月\n"
    )
    new = book_of(moved).program.benefits["补助"]
    pairs = [(one and one.number, other and other.number) for one, other in matched_articles(old, new)]
    assert pairs == [(None, "第一条"), ("第一条", "第二条"), ("第二条", "第三条")]
    assert kinds(verdict(compared(share(), book_of(moved)), "补助")) == {("gained", "otherwise", "article 1")}


# ---------------------------------------------------------------- the shipped policies


def test_the_shipped_standard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyrules.review.diff_changes.DRAWS", 40)
    monkeypatch.setattr(diff_search, "VALUES", 4)
    shutil.copytree(POLICIES, tmp_path / "new")
    standards = tmp_path / "new" / "common" / "standards.policy"
    standards.write_text(standards.read_text("utf-8").replace("610元/人·月", "650元/人·月"), "utf-8")
    difference = policyrules.diff(load(POLICIES), load(tmp_path / "new"), ask=["低保金", "生活补贴", "孤儿生活费"], seconds=0)
    assert verdict(difference, "孤儿生活费").state == "same"
    assert ("amount", "article 1", "article 1") in kinds(verdict(difference, "低保金"))
    amount = change_of(verdict(difference, "低保金"), "amount").amounts
    assert amount is not None
    assert amount.per_head == 40 or amount.difference == 40
    assert {span.first for found in difference.verdicts for span in found.spans} == {date(2020, 4, 1)}
    assert_replays(difference)


def test_other_outcomes_are_told() -> None:
    kind = share().program.benefits["补助"].type
    every = (Refused(None), Conflict(()), Failed(Phrase("", "")), Granted(Fraction(1)))
    assert [outcome_phrase(one, kind).en for one in every] == ["refused", "conflict", "cannot be computed", "1.00 yuan/month"]


# ---------------------------------------------------------------- any two policies


def manual() -> list[Book]:
    """The policies of the manual, one book a page, as different as policies can be."""
    found = []
    for path in sorted((POLICIES.parent / "tests" / "spec").glob("[01]*.md")):
        for section in read_chapter(path).sections:
            files = [block for block in section.blocks if block.kind == "policy" and "/" not in block.options.get("file", "")]
            book = compile_book(SourceText(f"{index}.policy", block.body + "\n") for index, block in enumerate(files))
            if files and not book.errors and (book.program.benefits or book.program.rules):
                found.append(book)
    return found


def test_any_two_policies_can_be_compared() -> None:
    books = manual()
    assert len(books) > 40
    for one, other in zip(books[::3], books[1::3], strict=False):
        difference = compared(one, other)
        assert difference.text("zh")
        assert difference.text("en")
        assert json.dumps(difference.to_json("en"))
        assert_replays(difference)
        assert compared(one, one).equal


def test_the_other_spelling_is_no_difference() -> None:
    """Not even one of words: a policy in English keywords is the same policy."""
    texts = [SourceText(str(file), file.read_text(encoding="utf-8")) for file in sorted(POLICIES.rglob("*.policy"))]
    other = compile_book([SourceText(text.path, format_source(text, "en").value) for text in texts])
    found = diff(load(POLICIES), other)
    assert found.equal and not found.words and not found.written
