"""Planted faults are refuted with a household that replays; sound policies are proved; what stops a proof is told."""

from __future__ import annotations

import builtins
import importlib.util
from datetime import date
from pathlib import Path

import pytest

from policyrules.book.book import Book, compile_book, load
from policyrules.book.examples import run_example
from policyrules.core.outcome import Conflict, Failed, Granted
from policyrules.doors import cli
from policyrules.review import proofs_words
from policyrules.review.proof_problems import LOOKED_THROUGH
from policyrules.review.proofs import prove
from policyrules.review.proofs_findings import Finding, NotProved, Proved, Question, Refuted
from policyrules.review.replay import replay
from policyrules.source.phrase import Phrase
from policyrules.source.text import SourceText

z3 = pytest.importorskip("z3")

POLICIES = Path(__file__).parents[2] / "policies"

SMALL = """主体 户 含 成员：个人
事实 户
  年收入：元/年  范围 0元 至 1000000元
  人口：人  范围 1 至 9
  低保：是否
事实 个人
  等级：选项 无、一级、二级
  出生日期：日期
参数 标准：元/月
  自 2020-01-01  520
  自 2020-07-01  610
档 比例（年收入）：比例
  1000元(含)以下            100%
  1000元(不含) 至 5000元(含)  50%
  5000元(不含)以上           0%
给付 补差：元/月  对 户
第一条 收入低
  当 (年收入 折算 到 月) 低于 标准
  给 标准 − (年收入 折算 到 月)
第二条 不是低保  例外于 第一条
  当 非 低保
  不予
其余情形 不予
取整 四舍五入 到 分
给付 补贴：元/月  对 个人
第一条 一级
  当 等级 为 一级
  给 标准 × 户的比例
第二条 老人
  当 等级 为 无 且 周岁 满 60
  给 标准 ÷ 户的人口 × 1人
其余情形 不予
取整 四舍五入 到 分
性质 收入越高补差不增：补差 随 年收入 不增
性质 收入越高补贴不增：补贴 随 户的年收入 不增
性质 补贴不超过标准：补贴 不超过 标准
"""


def book(*changes: tuple[str, str]) -> Book:
    text = SMALL
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    made = compile_book([SourceText("rules.policy", text)])
    assert {finding.code for finding in made.errors} <= LOOKED_THROUGH, [finding.message.zh for finding in made.errors]
    return made


def proved(one: Book, **options: object) -> tuple[Finding, ...]:
    return prove(one, seconds=30, strict=True, **options)  # type: ignore[arg-type]


def kinds(findings: tuple[Finding, ...], kind: type) -> list[tuple[str, Question]]:
    return [(finding.group, finding.ask.question) for finding in findings if isinstance(finding.verdict, kind)]


def test_a_sound_policy_is_proved() -> None:
    findings = proved(book())
    assert kinds(findings, Proved) == [(finding.group, finding.ask.question) for finding in findings]
    assert {finding.ask.question for finding in findings} == set(Question) - {Question.CASES}
    assert {(finding.first, finding.last) for finding in findings} == {(date(2020, 1, 1), date(2021, 7, 1))}
    assert {finding.members for finding in findings if finding.group == "补差"} == {None}


FAULTS = {
    "an exception lost": ([("  例外于 第一条", "")], "补差", Question.CONFLICT),
    "articles that meet": ([("等级 为 无 且 周岁", "周岁")], "补贴", Question.CONFLICT),
    "no floor": ([("  当 (年收入 折算 到 月) 低于 标准\n", "")], "补差", Question.NEGATIVE),
    "nobody divided by": ([("人口：人  范围 1", "人口：人  范围 0")], "补贴", Question.FAILS),
    "a band that rises": ([("100%", "40%")], "补贴", Question.PROPERTY),
    "a promise broken at one bound": ([("性质 补贴不超过标准：补贴 不超过 标准", "性质 补贴低于标准：补贴 低于 标准")], "补贴", Question.PROPERTY),
    "a promise broken in one month": ([("性质 补贴不超过标准：补贴 不超过 标准", "性质 补贴有限：补贴 不超过 600")], "补贴", Question.PROPERTY),
    "the other way round": ([("补差 随 年收入 不增", "补差 随 年收入 不减")], "补差", Question.PROPERTY),
    "dead by its dates": ([("第一条 一级\n", "第一条 一级  自 2020-05-02 至 2020-05-30\n")], "补贴", Question.ALIVE),
    "dead by its condition": ([("当 非 低保", "当 非 低保 且 低保")], "补差", Question.ALIVE),
    "dead by a parameter": ([("当 等级 为 一级", "当 等级 为 一级 且 标准 高于 700")], "补贴", Question.ALIVE),
    "always beaten": ([("当 非 低保", "当 年收入 不低于 0")], "补差", Question.ALIVE),
    "a row that ends": ([("520\n", "520\n  自 2020-05-01 至 2020-06-15  530\n")], "补差", Question.HOLES),
    "an amount beyond all": (
        [("范围 1 至 9", "范围 1 至 9000000000000000000"), ("给 标准 ÷ 户的人口 × 1人", "给 标准 × 户的人口 ÷ 1人")],
        "补贴",
        Question.BOUNDS,
    ),
}


@pytest.mark.parametrize(("changes", "group", "question"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_refuted(changes: list[tuple[str, str]], group: str, question: Question) -> None:
    one = book(*changes)
    findings = proved(one, keys=[group])
    assert (group, question) in kinds(findings, Refuted)
    for finding in findings:
        assert_it_replays(one, finding)


def assert_it_replays(one: Book, finding: Finding) -> None:
    """A refutation is shown by a household that the reference decides so, and whose 例 parses and passes."""
    verdict = finding.verdict
    if not isinstance(verdict, Refuted):
        return
    witness = verdict.witness
    if witness is None:
        assert finding.ask.question in (Question.ALIVE, Question.HOLES)
        return
    outcome = replay(one, witness.document, witness.month, witness.key, witness.subject)
    match finding.ask.question:
        case Question.CONFLICT:
            assert isinstance(outcome, Conflict)
        case Question.FAILS | Question.NEGATIVE:
            assert isinstance(outcome, Failed) and ("负数" in outcome.reason.zh) is (finding.ask.question is Question.NEGATIVE)
        case Question.BOUNDS:
            assert isinstance(outcome, Granted) and outcome.amount * 100 >= 2**63
        case _:
            assert outcome is not None
    texts = proofs_words.examples(one, finding)
    assert len(texts) == (2 if verdict.moved else 1)
    again = compile_book([SourceText("rules.policy", "\n".join([one.files[0].text, *texts]))])
    assert len(again.examples) == len(texts)
    assert [difference for example in again.examples for difference in run_example(again, example)] == []


def test_the_smallest_move_that_breaks_a_promise() -> None:
    findings = proved(book(("100%", "40%")), keys=["性质·收入越高补贴不增"])
    (verdict,) = [finding.verdict for finding in findings]
    assert isinstance(verdict, Refuted) and verdict.moved is not None
    assert (str(verdict.moved.before), str(verdict.moved.after)) == ("1000", "100001/100")


SHIPPED = {
    "an exception lost": ("minimum_living", "例外于 第一条\n  “由", "\n  “由", "最低生活保障·低保金", Question.CONFLICT),
    "no bound of income": ("single_person", " 且 固定收入额 低于 一人低保标准", "", "单人保·单人保金", Question.NEGATIVE),
    "a share too great": ("sick_child", "  50%", "  150%", "重病重残儿童·重病重残生活费", Question.PROPERTY),
}


@pytest.mark.parametrize(("folder", "before", "after", "key", "question"), SHIPPED.values(), ids=SHIPPED)
def test_a_fault_in_the_shipped_policies(folder: str, before: str, after: str, key: str, question: Question) -> None:
    shipped = load(POLICIES)
    texts = [SourceText(one.path, one.text.replace(before, after, 1) if f"/{folder}/" in one.path else one.text) for one in shipped.files]
    assert [one.text for one in texts] != [one.text for one in shipped.files]
    findings = proved(compile_book(texts), keys=[key])
    assert (key, question) in kinds(findings, Refuted)


def test_the_shipped_policies_are_proved() -> None:
    findings = prove(load(POLICIES), seconds=30, processes=2, strict=True)
    assert [(finding.group, finding.ask.about.zh, finding.verdict) for finding in findings if not isinstance(finding.verdict, Proved)] == []
    assert len(findings) >= 80


def test_processes_find_the_same() -> None:
    one = book(("100%", "40%"), ("  例外于 第一条", ""))
    assert prove(one, processes=2, seconds=30) == prove(one, seconds=30)


def test_months_and_names_may_be_told() -> None:
    findings = proved(book(), keys=["补差"], first=date(2020, 3, 1), last=date(2020, 5, 1))
    assert {(finding.first, finding.last) for finding in findings} == {(date(2020, 3, 1), date(2020, 5, 1))}
    assert {finding.group for finding in findings} == {"补差"}
    early = proved(book(), keys=["补差"], first=date(2019, 3, 1), last=date(2019, 5, 1))
    assert kinds(early, Refuted) == [("补差", Question.HOLES)] and kinds(early, Proved) == []


def test_definitions_that_no_benefit_needs() -> None:
    plain = ("给付 补差", "算 人均：元/年  对 户 = 年收入 ÷ (人口 ÷ 1人)\n给付 补差")
    (finding,) = proved(book(plain), keys=["人均"])
    assert isinstance(finding.verdict, Proved) and finding.group == "" and finding.ask.question is Question.FAILS
    faulty = book(plain, ("范围 1 至 9", "范围 0 至 9"))
    (finding,) = proved(faulty, keys=["人均"])
    assert isinstance(finding.verdict, Refuted)
    assert_it_replays(faulty, finding)


def test_a_table_is_looked_at_from_its_first_row_on() -> None:
    rows = "表 数额（低保）：元/月\n  | 是 | 100 | 自 2020-05-01\n  | 否 | 50 | 自 2020-05-01\n给付 补差"
    findings = proved(book(("给付 补差", rows), ("给 标准 − (年收入 折算 到 月)", "给 数额")), keys=["补差"])
    assert {finding.first for finding in findings if finding.ask.promise is None} == {date(2020, 5, 1)}
    assert kinds(findings, Refuted) == []


def test_an_article_for_a_large_household() -> None:
    many = [("当 等级 为 一级\n", "当 等级 为 一级 且 户的多人\n"), ("给付 补差", "条件 多人  对 户：人数(成员) 不低于 5人\n给付 补差")]
    findings = proved(book(*many), keys=["补贴"])
    assert [one for one in kinds(findings, Proved) if one[1] is Question.ALIVE] == [("补贴", Question.ALIVE)] * 2
    many[1] = (many[1][0], many[1][1].replace("5人", "50人"))
    verdicts = [finding.verdict for finding in proved(book(*many), keys=["补贴"]) if not isinstance(finding.verdict, Proved)]
    assert [type(verdict) for verdict in verdicts] == [NotProved]


# ---------------------------------------------------------------- what stops a proof


def test_a_solver_that_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from policyrules.engines import smt

    monkeypatch.setattr(smt, "satisfy", lambda *_: smt.UNTOLD)
    verdicts = {finding.ask.question: finding.verdict for finding in prove(book(), keys=["补差"], seconds=1)}
    assert isinstance(verdicts[Question.FAILS], (Proved, NotProved))
    open_ = verdicts[Question.NEGATIVE]
    assert isinstance(open_, NotProved) and "1 秒内没有证明完" in open_.why.zh
    # What check has settled stays settled.
    assert isinstance(verdicts[Question.CONFLICT], Proved) and isinstance(verdicts[Question.HOLES], Proved)


def test_a_construct_without_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    from policyrules.engines import smt

    one = book()

    def unread(*_: object) -> object:
        raise smt.Unsupported(Phrase("乘方", "a power"), one.program.benefits["补差"].place)

    monkeypatch.setattr(smt, "outcome", unread)
    verdicts = {finding.ask.question: finding.verdict for finding in prove(one, keys=["补差"], seconds=1)}
    assert verdicts[Question.NEGATIVE] == NotProved(Phrase("求解器读不了乘方（rules.policy:16）", "the solver cannot read a power (rules.policy:16)"))
    assert isinstance(verdicts[Question.CONFLICT], Proved)


def test_without_the_solver(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "rules.policy").write_text(SMALL, "utf-8")
    found = importlib.util.find_spec
    monkeypatch.setattr("policyrules.doors.prove_command.find_spec", lambda name: None if name == "z3" else found(name))
    assert cli.run(["prove", str(tmp_path)]) == 2
    assert "错误[V101] 证明要用求解器 z3" in (said := capsys.readouterr().err) and "pip install 'policyrules[proof]'" in said
    assert cli.run(["prove", str(tmp_path), "--lang", "en", "--format", "json"]) == 2
    assert '"code": "V101"' in capsys.readouterr().out


def test_errors_that_leave_nothing_to_prove(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "rules.policy").write_text(SMALL.replace("给 标准 × 户的比例", "给 不认识 × 户的比例"), "utf-8")
    assert cli.run(["prove", str(tmp_path)]) == 1
    assert "不认识" in capsys.readouterr().err
    assert cli.run(["prove", str(tmp_path / "absent")]) == 2


def test_the_solver_is_loaded_only_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def guarded(name: str, *rest: object, **more: object) -> object:
        assert name != "z3"
        return imported(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", guarded)
    from policyrules.review import proofs

    assert proofs.prove is prove
