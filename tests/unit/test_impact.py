"""What a change does to a roster, held against figures reckoned by hand: a household with a line of its own for each way to be touched."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from policyrules.book.book import Book, compile_book
from policyrules.review.impact import impact
from policyrules.review.impact_figures import Bin, Homes, Impact, Settlement, Tally
from policyrules.review.impact_list import COLUMNS, write_changes
from policyrules.source.text import SourceText

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
arrow = pytest.importorskip("pyarrow")

OLD = """主体 户  含 成员：个人
主体 个人
事实 户
  年收入：元/年
事实 个人
  残疾：是否
参数 标准：元/人·月
  自 2020-01-01  600元/人·月
给付 低保金：元/月  对 户
第一条
  当 年收入 ÷ 12月 低于 标准 × 人数(成员)
  给 标准 × 人数(成员) − (年收入 折算 到 月)
其余情形 不予 “收入高”
取整 四舍五入 到 分
给付 补贴：元/月  对 个人
第一条
  当 残疾
  给 100元/月
其余情形 不予 “没有残疾”
"""
RAISED = OLD.replace("元/人·月\n给付", "元/人·月\n  自 2020-05-01  650元/人·月\n给付").replace("给 100元/月", "给 80元/月")
HOMES = [
    # 低保金 of 1,200 becomes 1,300, 补贴 of 100 becomes 80
    {"编号": "h1", "年收入": "0", "县区": "东县"},
    # 1,200 a month for two: no longer too much
    {"编号": "h2", "年收入": "14400", "县区": "东县"},
    # 补贴 of 100 becomes 80
    {"编号": "h3", "年收入": "120000", "县区": "西县"},
    # nobody knows
    {"编号": "h4", "年收入": "", "县区": "西县"},
    # 600 a month for one: no longer too much
    {"编号": "h5", "年收入": "7200", "县区": ""},
    # nothing before, nothing after
    {"编号": "h6", "年收入": "60000", "县区": "西县"},
]
PEOPLE = [
    {"编号": "1", "户": "h1", "残疾": "是"},
    {"编号": "2", "户": "h1", "残疾": "否"},
    {"编号": "3", "户": "h2", "残疾": "否"},
    {"编号": "4", "户": "h2", "残疾": "否"},
    {"编号": "5", "户": "h3", "残疾": "是"},
    {"编号": "6", "户": "h4", "残疾": "否"},
    {"编号": "7", "户": "h5", "残疾": "否"},
    {"编号": "8", "户": "h6", "残疾": "否"},
]
Rows = Sequence[Mapping[str, str]]


def book(text: str) -> Book:
    found = compile_book([SourceText("rules.policy", text)])
    assert not found.errors, found.errors
    return found


def table(path: Path, rows: Rows) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def rosters(folder: Path, homes: Rows = HOMES, people: Rows = PEOPLE) -> dict[str, str]:
    return {"户": table(folder / "homes.csv", homes), "个人": table(folder / "people.csv", people)}


def found(folder: Path, old: str = OLD, new: str = RAISED, homes: Rows = HOMES, people: Rows = PEOPLE, **options: Any) -> Impact:
    options = {"months": "2020-05", "by": "县区" if "县区" in homes[0] else None, **options}
    checked = impact(book(old), book(new), rosters(folder, homes, people), **options)
    assert checked.value is not None, checked.diagnostics
    return checked.value


@pytest.fixture(scope="module")
def may(tmp_path_factory: pytest.TempPathFactory) -> Impact:
    return found(tmp_path_factory.mktemp("may"))


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Impact:
    """Three months, asked out of order."""
    return found(tmp_path_factory.mktemp("spring"), months=["2020-06", "2020-04", "2020年5月"], cliff="年收入=12元")


def refused(folder: Path, old: str = OLD, new: str = RAISED, homes: Rows = HOMES, people: Rows = PEOPLE, **options: Any) -> list[str]:
    """The codes of what is wrong, with the version they are about."""
    options = {"months": "2020-05", "by": "县区" if "县区" in homes[0] else None, **options}
    checked = impact(book(old), book(new), rosters(folder, homes, people), **options)
    assert checked.value is None
    for finding in checked.diagnostics:
        assert finding.message.zh and finding.message.zh != finding.message.en
    return [finding.code + (finding.article.zh if finding.article else "") for finding in checked.diagnostics]


# ---------------------------------------------------------------- figures


def test_one_month(may: Impact) -> None:
    one = may
    assert one.homes == Homes(every=6, gaining=3, losing=1, unchanged=1, open=1, touched=4)
    assert one.people == 2
    assert one.total == Tally(new=2, gaining=1, losing=2, open=1, before=Fraction(1400), after=Fraction(1610))
    assert (one.total.recipients_before, one.total.recipients_after, one.total.difference) == (3, 5, 210)
    schemes = {line.name: line for line in one.schemes}
    assert schemes["低保金"].tally == Tally(new=2, gaining=1, open=1, before=Fraction(1200), after=Fraction(1450))
    assert schemes["补贴"].tally == Tally(losing=2, before=Fraction(200), after=Fraction(160))
    groups = {line.value: line for line in one.groups}
    assert list(groups) == ["东县", "西县", None]
    assert groups["东县"].homes == Homes(every=2, gaining=2, touched=2)
    assert groups["西县"].homes == Homes(every=3, losing=1, unchanged=1, open=1, touched=1)
    assert groups["东县"].tally == Tally(new=1, gaining=1, losing=1, before=Fraction(1300), after=Fraction(1480))
    assert groups[None].tally == Tally(new=1, after=Fraction(50))
    assert [(line.id, line.difference) for line in one.winners] == [("h2", 100), ("h1", 80), ("h5", 50)]
    assert [(line.id, line.before, line.after, line.value) for line in one.losers] == [("h3", 100, 80, "西县")]
    assert [(line.name, line.before, line.after, line.count, line.ids) for line in one.opened] == [("低保金", "undecided", "undecided", 1, ("h4",))]
    counts = [(-one.low if not one.gain else one.low, one.homes) for one in one.bins]
    assert counts == [(-10, 1), (0, 0), (0, 0), (10, 0), (20, 1), (50, 2)]
    assert one.bins[0] == Bin(False, Fraction(10), Fraction(20), 1)
    assert one.first_change == date(2020, 5, 1)


def test_months_come_to_back_pay(spring: Impact) -> None:
    one = spring
    assert [month.month for month in one.months] == [4, 5, 6] and one.month == date(2020, 6, 1)
    assert [(line.tally.before, line.tally.after, line.touched) for line in one.by_month] == [(1400, 1360, 2), (1400, 1610, 4), (1400, 1610, 4)]
    assert one.settlement == Settlement(Fraction(4200), Fraction(4580), paid_later=Fraction(500), claimed_back=Fraction(120))
    assert {line.value: line.settlement.paid_later for line in one.groups} == {"东县": 400, "西县": 0, None: 100}
    assert {line.name: line.settlement.claimed_back for line in one.schemes} == {"低保金": 0, "补贴": 120}
    assert any("1 项有的月份说不准" in note.zh for note in one.notes)


def test_the_list(spring: Impact) -> None:
    one = spring
    rows = [
        [row[name] for name in ("household", "subject", "group", "name", "change", "yuan_before", "fen_after", "months", "back_pay_yuan")]
        for row in one.changes.to_pylist()
    ]
    late, every = "2020-05 2020-06", "2020-04 2020-05 2020-06"
    assert rows == [
        ["h1", "1", "东县", "补贴", "losing", "100.00", 8000, every, "-60.00"],
        ["h1", "h1", "东县", "低保金", "gaining", "1200.00", 130000, late, "200.00"],
        ["h2", "h2", "东县", "低保金", "new", None, 10000, late, "200.00"],
        ["h3", "5", "西县", "补贴", "losing", "100.00", 8000, every, "-60.00"],
        ["h5", "h5", None, "低保金", "new", None, 5000, late, "100.00"],
    ]
    row = one.changes.to_pylist()[2]
    assert (row["status_before"], row["reason_before"], row["status_after"], row["article_after"]) == ("refused", "收入高", "granted", "第一条")
    assert one.changes.column_names == list(COLUMNS)


def test_the_list_as_files(tmp_path: Path, may: Impact) -> None:
    import pyarrow.parquet as parquet

    one = may
    write_changes(one, str(tmp_path / "list.csv"), "zh")
    data = (tmp_path / "list.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(data.decode("utf-8-sig").splitlines())
    assert head[:7] == ["户", "编号", "主体", "县区", "给付", "给付全名", "变化"] and len(rows) == 5
    assert rows[0][:7] == ["h1", "1", "个人", "东县", "补贴", "补贴", "降低"]
    write_changes(one, str(tmp_path / "list.parquet"), "en")
    assert parquet.read_table(tmp_path / "list.parquet").equals(one.changes)


def test_nothing_changes(tmp_path: Path) -> None:
    one = found(tmp_path, new=OLD + "# a remark\n")
    assert one.homes == Homes(every=6, unchanged=5, open=1) and one.changes.num_rows == 0 and one.bins == () and one.first_change is None
    assert "没有任何变动" in one.text("zh") and "nothing changes" in one.text("en")


def test_tables_in_memory(may: Impact) -> None:
    gap = {"": None}
    tables = {
        entity: arrow.Table.from_pylist([{key: gap.get(value, value) for key, value in row.items()} for row in rows])
        for entity, rows in (("户", HOMES), ("个人", PEOPLE))
    }
    checked = impact(book(OLD), book(RAISED), tables, months=date(2020, 5, 1), by="县区")
    assert checked.value is not None, checked.diagnostics
    assert checked.value.to_json() == may.to_json()
    wrong = impact(book(OLD), book(RAISED), {**tables, "户": tables["户"].append_column("车", [["1"] * len(HOMES)])}, months="2020-05", by="县区")
    assert [(finding.code, finding.place.path) for finding in wrong.diagnostics] == [("B107", "户")]


def test_the_order_of_rows_says_nothing(tmp_path: Path, may: Impact) -> None:
    other = found(tmp_path, homes=HOMES[::-1], people=PEOPLE[::-1])
    assert other.to_json() == may.to_json() and other.changes.equals(may.changes)


def test_the_other_way_round_is_the_mirror(tmp_path: Path, may: Impact) -> None:
    back = found(tmp_path, old=RAISED, new=OLD)
    one, other = may.total, back.total
    assert (one.new, one.stopped, one.gaining, one.losing, one.open) == (other.stopped, other.new, other.losing, other.gaining, other.open)
    assert (one.before, one.after, one.difference) == (other.after, other.before, -other.difference)
    assert (may.settlement.paid_later, may.settlement.claimed_back) == (back.settlement.claimed_back, back.settlement.paid_later)
    assert [(line.id, line.difference) for line in may.winners] == [(line.id, -line.difference) for line in back.losers]
    assert [(one.gain, one.low, one.homes) for one in may.bins] == [(not one.gain, one.low, one.homes) for one in reversed(back.bins)]


# ---------------------------------------------------------------- answers that are none


def test_what_turns_open_is_listed_and_not_summed(tmp_path: Path) -> None:
    new = OLD.replace("  残疾：是否\n", "  残疾：是否\n  领证：是否\n").replace("当 残疾\n", "当 残疾 且 领证\n")
    people = [{**row, "领证": "" if row["编号"] == "1" else "是"} for row in PEOPLE]
    one = found(tmp_path, new=new, people=people)
    (turned,) = [line for line in one.opened if line.before != line.after]
    assert (turned.name, turned.before, turned.after, turned.count, turned.paid_before, turned.ids) == ("补贴", "granted", "undecided", 1, 100, ("1",))
    assert {line.name: line.tally for line in one.schemes}["补贴"] == Tally(unchanged=1, open=1, before=Fraction(100), after=Fraction(100))
    assert one.homes.open == 2 and one.homes.touched == 1
    (row,) = one.changes.to_pylist()
    assert (row["change"], row["status_after"], row["yuan_before"], row["fen_after"], row["difference_fen"]) == ("open", "undecided", "100.00", None, None)
    assert "还缺 1的领证" in row["reason_after"]
    assert [note.zh for note in one.notes] == ["名单的列“领证”只有新版认识"]
    assert "补贴　给付 → 未定：1 笔（旧版共 100.00 元），如 1" in one.text()


def test_a_benefit_of_one_version(tmp_path: Path) -> None:
    start = OLD.index("给付 补贴")
    gone = found(tmp_path, new=OLD[:start])
    (row, _) = gone.changes.to_pylist()
    assert (row["change"], row["status_after"]) == ("stopped", "absent")
    assert {line.name: (line.known, line.tally) for line in gone.schemes}["补贴"] == ((True, False), Tally(stopped=2, before=Fraction(200)))
    come = found(tmp_path, old=OLD[:start], new=OLD)
    assert come.total.new == 2 and any("只有新版有" in note.zh for note in come.notes)
    assert found(tmp_path, keys=["补贴"]).total.after == 160


def test_what_is_not_monthly_stands_beside_the_sums(tmp_path: Path) -> None:
    once = "给付 慰问金：元  对 个人\n第一条\n  当 残疾\n  给 500元\n其余情形 不予\n"
    one = found(tmp_path, old=OLD + once, new=OLD + once.replace("500", "600"), months=["2020-04", "2020-05"])
    line = {line.name: line for line in one.schemes}["慰问金"]
    assert line.tally == Tally(gaining=2, before=Fraction(1000), after=Fraction(1200)) and not line.monthly
    assert one.total == Tally(gaining=0, unchanged=3, open=1, before=Fraction(1400), after=Fraction(1400))
    assert one.settlement.paid_later == 0 and one.homes.gaining == 0 and one.homes.touched == 2
    assert all(row["back_pay_fen"] is None for row in one.changes.to_pylist())


def test_parts_of_a_fen_are_exact(tmp_path: Path) -> None:
    policy = "主体 户  含 成员：个人\n主体 个人\n事实 个人\n  次数：数\n给付 工时：小时/月  对 个人\n第一条\n  给 次数 × 1小时/月 ÷ {below}\n其余情形 不予\n"
    people = [{"编号": row["编号"], "户": row["户"], "次数": "1"} for row in PEOPLE]
    homes = [{"编号": row["编号"]} for row in HOMES]
    one = found(tmp_path, policy.format(below=3), policy.format(below=7), homes, people)
    (line,) = one.schemes
    assert (line.tally.before, line.tally.after, line.monthly) == (Fraction(8, 3), Fraction(8, 7), False)
    assert {(row["yuan_before"], row["fen_before"]) for row in one.changes.to_pylist()} == {("1/3", None)}


def test_too_many_denominators(tmp_path: Path) -> None:
    policy = (
        "主体 户  含 成员：个人\n主体 个人\n事实 个人\n  次数：数  范围 1 至 99999\n"
        "给付 工时：小时/月  对 个人\n第一条\n  给 1小时/月 ÷ 次数\n其余情形 不予\n"
    )
    primes = ("9973", "9967", "9949", "9941", "1", "1", "1", "1")
    people = [{"编号": row["编号"], "户": row["户"], "次数": times} for row, times in zip(PEOPLE, primes, strict=True)]
    assert refused(tmp_path, policy, policy, [{"编号": row["编号"]} for row in HOMES], people) == ["I116"]


# ---------------------------------------------------------------- cliffs

CLIFF = """主体 户  含 成员：个人
主体 个人
事实 户
  年收入：元/年
给付 补助：元/月  对 户
第一条
  当 年收入 不超过 {most}元/年
  给 300元/月
其余情形 不予
"""


@pytest.mark.parametrize(("limit", "created", "removed"), [("100元", ["h2"], 1), ("299.99元", ["h2"], 1), ("300元", [], 0)])
def test_cliffs(tmp_path: Path, limit: str, created: list[str], removed: int) -> None:
    people = [{"编号": row["编号"], "户": row["户"]} for row in PEOPLE]
    one = found(tmp_path, CLIFF.format(most=7200), CLIFF.format(most=14400), people=people, cliff="年收入=12元", cliff_over=limit)
    assert one.cliffs is not None
    # h5 stands on the old edge, h2 on the new one; of h4 no income is known
    assert [line.id for line in one.cliffs.worst] == created and (one.cliffs.created, one.cliffs.removed) == (len(created), removed)
    assert (one.cliffs.standing, one.cliffs.untold) == (0, 1)
    assert [(line.income, line.loss_before, line.loss_after) for line in one.cliffs.worst] == [("14400", 0, 300)] * len(created)


def test_a_cliff_that_stands_and_decimals(tmp_path: Path) -> None:
    people = [{"编号": row["编号"], "户": row["户"]} for row in PEOPLE]
    homes = [{"编号": row["编号"], "年收入": "14399.50"} for row in HOMES]
    one = found(tmp_path, CLIFF.format(most=14400), CLIFF.format(most=14400), homes, people, cliff="年收入=0.51元/年")
    assert one.cliffs is not None and (one.cliffs.created, one.cliffs.removed, one.cliffs.standing, one.cliffs.untold) == (0, 0, 6, 0)
    less = found(tmp_path, CLIFF.format(most=14400), CLIFF.format(most=14400), homes, people, cliff="年收入=0.50元/年")
    assert less.cliffs is not None and less.cliffs.standing == 0


@pytest.mark.parametrize(
    ("cliff", "over", "code"),
    [
        ("年收入", "100元", "I111"),
        ("年收入=", "100元", "I111"),
        ("年收入=-12元", "100元", "I111"),
        ("年收入=十二", "100元", "I111"),
        ("年收入=1/3元", "100元", "I111"),
        ("年收入=10000000000000元", "100元", "I111"),
        ("县区=12元", "100元", "I112"),
        ("残疾=12元", "100元", "I112"),
        ("年收入=12元", "-1元", "I113"),
        ("年收入=12元", "3人", "I113"),
    ],
)
def test_a_cliff_that_cannot_be_read(tmp_path: Path, cliff: str, over: str, code: str) -> None:
    assert refused(tmp_path, cliff=cliff, cliff_over=over) == [code]


# ---------------------------------------------------------------- what does not fit


def test_a_roster_that_does_not_fit_one_version(tmp_path: Path) -> None:
    new = OLD.replace("  残疾：是否\n", "  残疾：是否\n  领证：是否\n").replace("当 残疾\n", "当 残疾 且 领证\n")
    homes = [{name: cell for name, cell in row.items() if name != "县区"} for row in HOMES]
    assert refused(tmp_path, new=new, homes=homes) == ["B106新版", "I101"]
    assert refused(tmp_path, old=new, new=OLD, homes=homes) == ["B106旧版", "I101"]
    checked = impact(book(OLD), book(new), rosters(tmp_path, homes), months="2020-05")
    assert checked.diagnostics[1].message.zh == "旧版能用这份名单：2020年5月给付 3 笔，一个月共 1400.00 元；新版不能，所以没有比较"


def test_what_neither_version_knows_is_told_once(tmp_path: Path) -> None:
    assert refused(tmp_path, by=None) == ["B107"]  # 县区 is no fact, and makes no groups here


def test_rosters_without_households_or_ids(tmp_path: Path) -> None:
    people = rosters(tmp_path)["个人"]
    checked = impact(book(OLD), book(RAISED), {"个人": people}, months="2020-05", by="县区")
    assert checked.value is None and [finding.code for finding in checked.diagnostics] == ["B105"]
    homes = [{name: cell for name, cell in row.items() if name not in ("编号", "县区")} for row in HOMES]
    assert refused(tmp_path, homes=homes, cliff="年收入=12元") == ["B106"]


def test_columns(tmp_path: Path) -> None:
    assert refused(tmp_path, by="县曲") == ["I104"]
    assert refused(tmp_path, by="残疾") == ["I105"]
    many = [{"编号": f"h{number}", "年收入": "0", "县区": f"{number}"} for number in range(501)]
    people = [{"编号": f"{number}", "户": f"h{number}", "残疾": "否"} for number in range(501)]
    assert refused(tmp_path, homes=many, people=people, by="编号") == ["I106"]


def test_a_fact_makes_groups_too(tmp_path: Path) -> None:
    homes = [{name: cell for name, cell in row.items() if name != "县区"} for row in HOMES]
    one = found(tmp_path, homes=homes, by="年收入")
    assert [line.value for line in one.groups] == ["0", "120000", "14400", "60000", "7200", None]


def test_other_wrong_questions(tmp_path: Path) -> None:
    assert refused(tmp_path, months="2020-13")[0].startswith("C16")
    assert refused(tmp_path, months=[])[0].startswith("C16")
    assert refused(tmp_path, months=[date(2020 + number // 12, 1 + number % 12, 1) for number in range(121)]) == ["I103"]
    assert refused(tmp_path, keys=["年收入", "低保金"]) == ["I107"]
    assert refused(tmp_path, engine="spark") == ["I115"]
    other = OLD.replace("主体 户 ", "主体 家庭 ").replace("事实 户", "事实 家庭").replace("对 户", "对 家庭")
    assert refused(tmp_path, new=other) == ["I114"]


def test_policies_with_errors(tmp_path: Path) -> None:
    broken = compile_book([SourceText("rules.policy", OLD.replace("当 残疾", "当 残废"))])
    checked = impact(book(OLD), broken, rosters(tmp_path), months="2020-05")
    assert checked.value is None and {finding.article.zh for finding in checked.diagnostics if finding.article} == {"新版"}


def test_the_page_and_the_fields(spring: Impact) -> None:
    one = spring
    for language in ("zh", "en"):
        page, fields = one.text(language), one.to_json(language)
        assert "1,400.00 → 1,610.00" in page and "+210.00" in page
        assert fields["total"]["difference"] == "210.00" and fields["changes"] == 5  # type: ignore[index]
    assert "户数 6（有变动的 4 户）：增加 3 户、减少 1 户、不变 1 户、说不准 1 户；个人给付变动 2 人" in one.text()
    assert "应补发 500.00 元，应追缴 120.00 元" in one.text()
