"""告知书: the right kind by itself, sums that add up month by month, drafts, blanks, and a reason where none can be written."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrules.book.book import Book, compile_book, decide, load
from policyrules.book.notice import notice
from policyrules.core.outcome import Granted, Refused
from policyrules.doors import cli
from policyrules.explain.document import Table
from policyrules.explain.notice_words import Office
from policyrules.source.text import SourceText
from policyrules.values.quantities import money_text

ROOT = Path(__file__).parent.parent.parent
POLICY = """主体 户 含 成员：个人
依据 办法 《补贴办法》 文号 “某民发〔2020〕3号”
事实 个人
  残疾等级：选项 无、一级、二级、三级
  有固定收入：是否
  特困：是否
参数 标准：元/人·月
  自 2020-01-01  600  依据 办法
  自 2020-07-01  650  依据 办法
给付 补贴：元/月  对 个人
第一条 重残人员
  “重度残疾人按标准的百分之五十发给补贴”
  依据 办法 “第三条”
  当 残疾等级 属于 一级、二级 且 非 有固定收入
  给 标准 的 50%
第二条 三级残疾人   自 2020-04-01 至 2020-09-30
  当 残疾等级 为 三级
  给 100元/月
第三条 特困人员   例外于 第一条、第二条
  依据 办法
  当 特困
  不予 “特困人员不享受补贴”
其余情形 不予 “不在补贴范围内”
给付 慰问金：元  对 个人
第一条 残疾人
  当 残疾等级 不为 无
  给 500元
其余情形 不予
"""
PERSON = {"编号": "甲", "残疾等级": "一级", "有固定收入": False, "特困": False}


@pytest.fixture(scope="module")
def book() -> Book:
    made = compile_book([SourceText("rules.policy", POLICY)])
    assert not made.errors
    return made


@pytest.fixture(scope="module")
def shipped() -> Book:
    return load(ROOT / "policies")


def person(**facts: object) -> dict[str, Any]:
    return {"户": {"成员": [{**PERSON, **facts}]}}


def test_a_grant_says_amount_month_paper_facts_and_figures(book: Book) -> None:
    made = notice(decide(book, person(), month="2020-08", ask="补贴"), "补贴")
    text = made.text()
    assert (made.kind, made.draft, made.diagnostics) == ("grant", False, ())
    for words in (
        "补贴给付告知书",
        "对象：甲（个人）",
        "自2020年8月起给付补贴 325.00元/月",
        "第一条　重残人员：《补贴办法》（某民发〔2020〕3号）第三条",
        "“重度残疾人按标准的百分之五十发给补贴”",
        "残疾等级：一级；有固定收入：否",
        "标准 650.00元/人·月（自2020年7月1日起",
        "自收到本告知书之日起 ____ 内，向 ____ 申请行政复议",
        "经办机关：____",
    ):
        assert words in text
    assert "草稿" not in text
    assert "325.00 yuan/month" in made.text("en") and "Notice of grant" in made.text("en")


def test_what_is_paid_once_is_not_granted_from_a_month_on(book: Book) -> None:
    assert "决定2020年8月给付慰问金 500.00元。" in notice(decide(book, person(), month="2020-08"), "慰问金").text()


def test_a_day_is_named_as_a_day(book: Book) -> None:
    assert "自2020年8月15日起给付" in notice(decide(book, person(), day="2020-08-15"), "甲的补贴").text()


def test_a_refusal_by_an_article_and_by_none(book: Book) -> None:
    by_article = notice(decide(book, person(特困=True), month="2020-08"), "补贴")
    assert by_article.kind == "refusal"
    assert "第三条　特困人员：特困人员不享受补贴：《补贴办法》（某民发〔2020〕3号）" in by_article.text()
    assert "第一条　重残人员：由第三条　特困人员排除" in by_article.text()
    by_none = notice(decide(book, person(残疾等级="无"), month="2020-08"), "补贴").text()
    assert "其余情形：不在补贴范围内" in by_none and "第一条　重残人员：《补贴办法》（某民发〔2020〕3号）" in by_none
    assert "计算" not in by_none


def test_the_office_fills_the_blanks(book: Book) -> None:
    office = Office("某县民政局", "某县人民政府", "六十日", "2020年8月3日")
    text = notice(decide(book, person(), month="2020-08"), "补贴", office=office).text()
    assert "____" not in text
    assert "起 六十日 内，向 某县人民政府 申请" in text and "经办机关：某县民政局\n日期：2020年8月3日\n" in text


# ---------------------------------------------------------------- stop


def test_a_stop_says_which_fact_changed(book: Book) -> None:
    before = decide(book, person(), month="2020-07")
    made = notice(decide(book, person(有固定收入=True), month="2020-08"), "补贴", previous=before)
    text = made.text()
    assert made.kind == "stop"
    assert "自2020年8月起停发。2020年7月给付 325.00元/月。" in text
    assert "有固定收入：由 否 变为 是" in text
    # An article that never granted is not told.
    assert "第二条" not in text


def test_a_stop_because_an_article_ended_or_another_came(book: Book) -> None:
    before = decide(book, person(残疾等级="三级"), month="2020-09")
    ended = notice(decide(book, person(残疾等级="三级"), month="2020-10"), "补贴", previous=before).text()
    assert "第二条　三级残疾人：自2020年4月1日起至2020年9月30日止施行" in ended and "第一条" not in ended
    beaten = notice(decide(book, person(残疾等级="三级", 特困=True), month="2020-09"), "补贴", previous=before).text()
    assert "第三条　特困人员：特困人员不享受补贴" in beaten and "由第三条　特困人员排除" in beaten


def test_what_was_never_granted_is_refused_not_stopped(book: Book) -> None:
    before = decide(book, person(残疾等级="无"), month="2020-07")
    now = decide(book, person(残疾等级="无"), month="2020-08")
    assert notice(now, "补贴", previous=before).kind == "refusal"
    assert [one.code for one in notice(now, "补贴", previous=before, kind="stop").diagnostics] == ["N107"]
    assert [one.code for one in notice(now, "补贴", kind="stop").diagnostics] == ["N106"]
    other = decide(book, {"户": {"成员": [{**PERSON, "编号": "乙"}]}}, month="2020-07")
    assert [one.code for one in notice(now, "补贴", previous=other, kind="stop").diagnostics] == ["N106"]


# ---------------------------------------------------------------- back-payment


def test_each_month_by_its_own_rules(book: Book) -> None:
    made = notice(decide(book, person(), month="2020-08"), "补贴", paid={"2020-06": 300, "2020-07": "300元", "2020-08": 0})
    text = made.text()
    assert made.kind == "back-pay" and "补贴补发告知书" in text
    assert "2020年6月至2020年8月应补发补贴共 350.00元。" in text
    assert "追缴" not in text.replace("应追缴", "")


def test_too_much_is_recovered_and_not_set_off(book: Book) -> None:
    facts = person(残疾等级="三级")
    paid = {"2020-03": 100, "2020-04": 0}
    both = notice(decide(book, facts, month="2020-04"), "补贴", paid=paid).text()
    assert "补贴补发、追缴告知书" in both and "应补发补贴共 100.00元。" in both and "多发补贴共 100.00元，应当追缴。" in both
    assert "没有相抵" in both and "追缴的法律依据：____" in both
    only = notice(decide(book, facts, month="2020-04"), "补贴", paid={"2020-03": 100}).text()
    assert "补贴追缴告知书" in only and "补发和追缴" not in only


@given(st.lists(st.integers(min_value=0, max_value=50_000), min_size=1, max_size=10), st.sampled_from(["一级", "三级", "无"]))
def test_rows_add_up_to_the_sums(book: Book, fen: list[int], level: str) -> None:
    """Owed less paid, month by month, against each month decided on its own."""
    months = [f"2020-{number:02}" for number in range(2, 2 + len(fen))]
    paid = {month: f"{amount // 100}.{amount % 100:02}元" for month, amount in zip(months, fen, strict=True)}
    owed = []
    for month in months:
        outcome = decide(book, person(残疾等级=level), month=month)["补贴"].outcome
        assert isinstance(outcome, Granted | Refused)
        owed.append(outcome.amount if isinstance(outcome, Granted) else Fraction(0))
    made = notice(decide(book, person(残疾等级=level), month="2020-02"), "补贴", paid=paid)
    rests = [due - Fraction(amount, 100) for due, amount in zip(owed, fen, strict=True)]
    if not any(rests):
        assert [one.code for one in made.diagnostics] == ["N113"]
        return
    assert made.document is not None
    (table,) = [part for section in made.document.sections for part in section.parts if isinstance(part, Table)]
    figures = [[_yuan(cell.zh) for cell in row[1:5]] for row in table.rows]
    assert [row[0] for row in figures[:-1]] == owed
    assert [row[2] - row[3] for row in figures[:-1]] == rests
    assert figures[-1] == [sum(column) for column in zip(*figures[:-1], strict=True)]
    for total, words in ((figures[-1][2], "应补发补贴共 "), (figures[-1][3], "多发补贴共 ")):
        assert (f"{words}{money_text(total)}元" in made.text()) == (total > 0)


def _yuan(words: str) -> Fraction:
    return Fraction(0) if words == "—" else Fraction(words.removesuffix("元"))


@pytest.mark.parametrize(
    ("paid", "code"),
    [
        (["2020-04"], "N108"),
        (["2020-04=1", "2020年4月=2"], "N109"),
        ({"2020-04": 1, "2020-06": 1}, "N110"),
        ({"2020-04": "未知"}, "N110"),
        ({"2020-04": None}, "N110"),
        ({}, "N111"),
        ({"四月": 1}, "C160"),
        ({"2020-04": -1}, "C136"),
        ({"2020-04": "1.005"}, "C139"),
        ({"2020-04": 1.5}, "C130"),
        ({"2020-04": "3天"}, "C134"),
        ({2020: []}, "C160"),
    ],
)
def test_what_was_paid_has_to_be_said_plainly(book: Book, paid: Any, code: str) -> None:
    made = notice(decide(book, person(), month="2020-04"), "补贴", paid=paid)
    assert [one.code for one in made.diagnostics] == [code] and made.document is None and made.kind is None


def test_a_month_that_cannot_be_decided_is_named(book: Book) -> None:
    made = notice(decide(book, person(), month="2020-04"), "补贴", paid={"2019-12": 0, "2020-01": 0})
    assert [one.code for one in made.diagnostics] == ["N104"]
    assert "2019年12月甲的补贴：无法计算" in made.text()


# ---------------------------------------------------------------- drafts, and none at all


def test_provisional_figures_make_a_draft(shipped: Book) -> None:
    case = json.loads((ROOT / "examples" / "household.json").read_text("utf-8"))
    made = notice(decide(shipped, case, month="2020-04"), "甲的生活补贴")
    assert made.draft and "【草稿】" in made.text() and "三级智力精神补贴比例 60%" in made.text().split("\n")[2]
    assert 'class="draft"' in made.html() and "[DRAFT]" in made.text("en")


def test_no_notice_but_the_reason(book: Book) -> None:
    unknown = {"户": {"成员": [{"编号": "甲"}, {"编号": "乙", **{key: PERSON[key] for key in ("残疾等级", "有固定收入", "特困")}}]}}
    decision = decide(book, unknown, month="2020-08")
    for name, code in (("甲的补贴", "N104"), ("补贴", "N102"), (None, "N102"), ("低保金", "N101")):
        made = notice(decision, name)
        assert [one.code for one in made.diagnostics] == [code] and made.document is None
        assert made.text().startswith(f"错误[{code}]") and f"[{code}]" in made.html("en")
    assert "甲的残疾等级" in notice(decision, "甲的补贴").text()
    assert [one.code for one in notice(decision, "乙的补贴", kind="refusal").diagnostics] == ["N105"]
    assert [one.code for one in notice(decision, "乙的慰问金", paid={"2020-08": 0}).diagnostics] == ["N112"]
    wrong = decide(book, {"户": {"成人": []}}, month="2020-08")
    assert notice(wrong, "补贴").diagnostics == wrong.diagnostics != ()


def test_every_settled_shipped_example_has_its_notice(shipped: Book) -> None:
    """Whatever the outcome: a paper with its basis, or a finding; never an exception, and never a blank that was filled by guess."""
    kinds: dict[str | None, int] = {}
    for example in shipped.examples:
        asked = [f"{one.subject}的{one.name}" if one.subject else one.name for one in example.expectations]
        decision = decide(shipped, example.data, month=example.month, day=example.day, ask=asked)
        for answer in decision.answers:
            made = notice(decision, f"{answer.instance.id}的{answer.name}")
            kinds[made.kind] = kinds.get(made.kind, 0) + 1
            assert (made.document is not None) == isinstance(answer.outcome, Granted | Refused)
            if made.document is not None:
                assert made.draft == answer.provisional
                assert made.document.sections[0].parts and made.document.sections[1].parts
                assert made.text("en") and made.html() and made.text().count("____") == 4
    assert kinds["grant"] > 20 and kinds["refusal"] > 20


# ---------------------------------------------------------------- the command


def run(folder: Path, *options: str) -> int:
    return cli.run(["notice", str(folder / "rules.policy"), *options])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules.policy").write_text(POLICY, "utf-8")
    (tmp_path / "case.json").write_text(json.dumps(person(有固定收入=True)), "utf-8")
    (tmp_path / "then.json").write_text(json.dumps(person()), "utf-8")
    return tmp_path


def test_the_command_with_the_case_as_it_was(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    then = ("--previous-month", "2020-07", "--previous-case", str(folder / "then.json"))
    assert run(folder, str(folder / "case.json"), "--month", "2020-08", "--ask", "甲的补贴", *then) == 0
    assert "有固定收入：由 否 变为 是" in capsys.readouterr().out


def test_the_command_reads_standard_input_once(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is supplied beside the case was found now, not then."""
    words = io.TextIOWrapper(io.BytesIO((folder / "then.json").read_bytes()), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", words)
    options = ("--month", "2020-08", "--ask", "甲的补贴", "--previous-month", "2020-07", "--given", "甲的有固定收入=是")
    assert run(folder, "-", *options, "--format", "html") == 0
    out = capsys.readouterr().out
    assert out.startswith("<!DOCTYPE html>") and "有固定收入：由 否 变为 是" in out


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--month", "2020-08"), 1, "N102"),
        (("--month", "2020-8x", "--ask", "甲的补贴"), 1, "C160"),
        (("--month", "2020-08", "--ask", "甲的补贴", "--previous-month", "x"), 1, "C160"),
        (("--month", "2020-08", "--ask", "甲的补贴", "--previous-month", "2020-07", "--previous-case", "nowhere"), 2, "C180"),
        (("--month", "2020-08", "--ask", "丙的补贴"), 1, "C166"),
    ],
)
def test_the_command_says_why_not(folder: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], status: int, said: str) -> None:
    assert run(folder, str(folder / "case.json"), *options) == status
    written = capsys.readouterr()
    assert written.out == "" and f"[{said}]" in written.err
