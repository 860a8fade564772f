"""Two versions compared name by name: the same by structure, by proof, or different with a household both decide."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from policyrules.book.book import Book, compile_book, load
from policyrules.core.outcome import Granted
from policyrules.review import sameness
from policyrules.review.replay import replay, same_outcome
from policyrules.review.sameness import Comparison, Differs, NotProved, Same, Unfaithful, compare
from policyrules.source.phrase import Phrase
from policyrules.source.text import SourceText

POLICIES = Path(__file__).parents[2] / "policies"
FIRST, LAST = date(2020, 1, 1), date(2021, 3, 1)

SMALL = """主体 户 含 成员：个人
事实 户
  年收入：元/年
  低保：是否
  住房：套  范围 0 至 9
事实 个人
  等级：选项 无、一级、二级
  出生日期：日期
参数 标准：元/人·月
  自 2020-01-01  520
  自 2020-07-01  610
算 全额：元/月  对 户 = 标准 × 人数(成员)
条件 老人  对 个人：周岁 满 60
条件 有老人  对 户：任一(成员 中 老人)
给付 补差：元/月  对 户
第一条 收入低
  当 (年收入 折算 到 月) 低于 全额 且 住房 不超过 1
  给 全额 − (年收入 折算 到 月)
第二条 有老人  例外于 第一条
  当 有老人 且 低保
  给 全额
其余情形 不予
取整 四舍五入 到 分
给付 补贴：元/月  对 个人
第一条 一级
  当 等级 为 一级
  给 120元
其余情形 不予
"""


def book(*changes: tuple[str, str]) -> Book:
    text = SMALL
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return compile_book([SourceText("rules.policy", text)])


OLD = book()


def found(new: Book, key: str = "补差", **options: float) -> Comparison:
    pytest.importorskip("z3")
    return compare(OLD, new, key, FIRST, LAST, seconds=options.get("seconds", 20), strict=True)


STRUCTURE = {
    "another text": [("给 120元", "给 120元/月"), ("第一条 收入低", "第一条 人均收入低的家庭")],
    "a definition has another name": [("算 全额", "算 足额"), ("低于 全额", "低于 足额"), ("给 全额 −", "给 足额 −"), ("给 全额\n", "给 足额\n")],
    "articles in another order": [
        ("第二条 有老人  例外于 第一条\n  当 有老人 且 低保\n  给 全额\n", ""),
        ("第一条 收入低", "第二条 有老人  例外于 第一条\n  当 低保 且 有老人\n  给 全额\n第一条 收入低"),
    ],
    "a citation": [("520\n", "520  依据 文件\n"), ("主体 户", "依据 文件 《某文件》\n主体 户")],
    "another benefit": [("给 120元", "给 130元")],
    "rows before and after": [("自 2020-01-01", "自 2019-01-01"), ("610\n", "610\n  自 2022-01-01  700\n")],
}


@pytest.mark.parametrize("changes", STRUCTURE.values(), ids=STRUCTURE)
def test_the_same_by_structure(changes: list[tuple[str, str]]) -> None:
    assert compare(OLD, book(*changes), "补差", FIRST, LAST) == Same(sameness._STRUCTURE)


PROVED = {
    "a comparison turned round": [("(年收入 折算 到 月) 低于 全额", "非 (年收入 折算 到 月) 不低于 全额")],
    "a floor that is never reached": [("给 全额 − (年收入 折算 到 月)", "给 (全额 − (年收入 折算 到 月)) 保底 0")],
    "yearly instead of monthly": [("(年收入 折算 到 月) 低于 全额", "年收入 低于 全额 × 12月/年")],
    "a whole number below two": [("住房 不超过 1", "住房 低于 2")],
    "not all instead of any": [("任一(成员 中 老人)", "非 全部(成员 中 非 老人)")],
    "an age turned round": [("周岁 满 60", "非 周岁 不满 60")],
}


@pytest.mark.parametrize("changes", PROVED.values(), ids=PROVED)
def test_the_same_by_proof(changes: list[tuple[str, str]]) -> None:
    answer = found(book(*changes))
    assert isinstance(answer, Same) and "2020-01 至 2021-03" in answer.by.zh and "3" in answer.by.zh


DIFFERENT = {
    "a bound is in": ([("低于 全额", "不高于 全额")], "补差"),
    "one fen of a standard": ([("610\n", "610.01\n")], "补差"),
    "a month later": ([("自 2020-07-01", "自 2020-08-01")], "补差"),
    "an exception lost": ([("  例外于 第一条", "")], "补差"),
    "rounded otherwise": ([("四舍五入 到 分", "去尾 到 分")], "补差"),
    "all instead of any": ([("任一(成员 中 老人)", "全部(成员 中 老人)")], "补差"),
    "counted, where somebody is not born": ([("任一(成员 中 老人)", "人数(成员 中 老人) 不低于 1人")], "补差"),
    "sixty-one": ([("周岁 满 60", "周岁 满 61")], "补差"),
    "from 2021-03 on": ([("第二条 有老人  例外于", "第二条 有老人  自 2021-03-01  例外于")], "补差"),
    "an option more": ([("选项 无、一级、二级", "选项 无、一级、二级、三级"), ("等级 为 一级", "等级 属于 一级、二级")], "补贴"),
    "a fact more": ([("  低保：是否\n", "  低保：是否\n  有车：是否\n"), ("且 住房", "且 非 有车 且 住房")], "补差"),
    "by case": ([("等级 为 一级", "等级 为 一级 且 周岁 不满 100")], "补贴"),
}


@pytest.mark.parametrize(("changes", "key"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_with_a_household_both_decide(changes: list[tuple[str, str]], key: str) -> None:
    new = book(*changes)
    answer = found(new, key)
    assert isinstance(answer, Differs)
    witness = answer.witness
    assert witness.key == key and FIRST <= witness.month <= LAST
    before, after = (replay(one, witness.document, witness.month, key, witness.subject) for one in (OLD, new))
    assert (before, after) == (witness.before, witness.after)
    assert before is not None and after is not None and not same_outcome(before, after)


def test_a_witness_is_small() -> None:
    answer = found(book(("给 120元", "给 130元")), "补贴")
    assert isinstance(answer, Differs)
    assert [*answer.witness.document] == ["户"] and len(str(answer.witness.document)) < 60
    assert (answer.witness.before, answer.witness.after) != (Granted(0), Granted(0))


def test_what_one_version_lacks_is_said() -> None:
    assert isinstance(compare(OLD, OLD, "补助", FIRST, LAST), NotProved)
    answer = compare(OLD, book(("算 全额：元/月", "算 全额：元/年"), ("低于 全额", "低于 500元"), ("给 全额 −", "给 600元 −"), ("给 全额\n", "给 600元\n"),
                               ("标准 × 人数(成员)", "标准 × 人数(成员) 折算 到 年")), "全额", FIRST, LAST)  # fmt: skip
    assert isinstance(answer, NotProved) and ("类型" in answer.why.zh or "错误" in answer.why.zh)
    answer = compare(OLD, book(("给 120元", "给 不认识")), "补贴", FIRST, LAST)
    assert answer == NotProved(Phrase("新的政策的“补贴”有错误，没有编进去", "“补贴” of the new version has errors and was left out"))
    changes = [("主体 户 含 成员：个人", "主体 家庭 含 成员：个人"), ("事实 户", "事实 家庭"), ("对 户 =", "对 家庭 ="), ("对 户：", "对 家庭：")]
    renamed = book(*changes, ("补差：元/月  对 户", "补差：元/月  对 家庭"))
    answer = compare(OLD, renamed, "补差", FIRST, LAST)
    assert isinstance(answer, NotProved) and "主体" in answer.why.zh
    answer = compare(book(("住房：套  范围 0 至 9", "住房：数")), OLD, "补差", FIRST, LAST, seconds=2)
    assert isinstance(answer, NotProved) and "事实" in answer.why.zh and "住房" in answer.why.zh


def test_what_is_taken_for_an_unknown_fact() -> None:
    pytest.importorskip("z3")
    presumed = book(("等级：选项 无、一级、二级", "等级：选项 无、一级、二级  推定 一级"))
    answer = compare(OLD, presumed, "补贴", FIRST, LAST, seconds=10)
    assert isinstance(answer, NotProved) and "等级" in answer.why.zh
    other = book(("等级：选项 无、一级、二级", "等级：选项 无、一级、二级  推定 无"))
    answer = compare(presumed, other, "补贴", FIRST, LAST, seconds=10)
    assert isinstance(answer, Differs) and "不详" in str(answer.witness.document)


def test_a_solver_that_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("z3")
    from policyrules.engines import smt

    monkeypatch.setattr(smt, "satisfy", lambda *_: smt.UNTOLD)
    answer = compare(OLD, book(*PROVED["a comparison turned round"]), "补差", FIRST, LAST, seconds=3)
    assert isinstance(answer, NotProved) and "0/" in answer.why.zh and "户没有看到不同" in answer.why.zh


def test_a_construct_without_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("z3")
    from policyrules.engines import smt

    def unread(*_: object) -> object:
        raise smt.Unsupported(Phrase("乘方", "a power"))

    monkeypatch.setattr(smt, "outcome", unread)
    answer = compare(OLD, book(*PROVED["a comparison turned round"]), "补差", FIRST, LAST, seconds=3)
    assert isinstance(answer, NotProved) and "乘方" in answer.why.zh


def test_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object) -> object:
        raise ModuleNotFoundError("z3")

    monkeypatch.setattr(sameness, "settle", absent)
    answer = compare(OLD, book(*PROVED["a comparison turned round"]), "补差", FIRST, LAST, seconds=3)
    assert isinstance(answer, NotProved) and "policyrules[proof]" in answer.why.zh


def test_a_model_that_does_not_replay_is_a_fault_of_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("z3")
    from policyrules.engines import smt

    monkeypatch.setattr(smt, "different", lambda *_: True)
    new = book(*PROVED["a comparison turned round"])
    with pytest.raises(Unfaithful):
        compare(OLD, new, "补差", FIRST, LAST, seconds=3, strict=True)
    assert compare(OLD, new, "补差", FIRST, LAST, seconds=3) == NotProved(sameness._UNFAITHFUL)


def test_shipped_policies_refactored_and_changed() -> None:
    pytest.importorskip("z3")
    old = load(POLICIES)

    def shipped(file: str, before: str, after: str) -> Book:
        assert any(before in one.text for one in old.files if one.path.endswith(file))
        texts = [(one.path, one.text.replace(before, after) if one.path.endswith(file) else one.text) for one in old.files]
        return compile_book(SourceText(path, text) for path, text in texts)

    last = date(2023, 6, 1)
    new = shipped("definitions.policy", "年收入 ÷ 12月 ÷ 人数(成员)", "年收入 ÷ 人数(成员) ÷ 12月")
    for key in ("最低生活保障·低保金", "单人保·单人保金"):
        assert isinstance(compare(old, new, key, date(2020, 1, 1), last, seconds=30, strict=True), Same)
    assert compare(old, new, "孤儿保障·孤儿生活费", date(2020, 1, 1), last) == Same(sameness._STRUCTURE)
    raised = shipped("standards.policy", "610元", "650元")
    answer = compare(old, raised, "最低生活保障·低保金", date(2020, 1, 1), last, seconds=30, strict=True)
    assert isinstance(answer, Differs) and answer.witness.month >= date(2020, 4, 1)
    assert isinstance(compare(old, raised, "最低生活保障·低保金", date(2020, 1, 1), date(2020, 3, 1), strict=True), Same)
