"""The command as a program of its own: what it prints, how it ends, and that no file can make it fall over.

Every run is a fresh process with an empty locale, so that nothing here leans on the machine it runs on.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from policyrules.book.book import compile_book
from policyrules.source.render import render
from policyrules.source.text import SourceText

ROOT = Path(__file__).parent.parent
POLICIES = str(ROOT / "policies")
HOUSEHOLD = str(ROOT / "examples" / "household.json")
PLACE = {"code": str, "severity": str, "file": str, "line": int, "column": int, "message": str, "hint": (str, type(None))}
ANSWER = {"subject": str, "name": str, "status": str, "value": (str, type(None)), "unit": (str, type(None)), "provisional": bool,
          "reasons": list}  # fmt: skip
STATUSES = {"granted", "refused", "undecided", "conflict", "error", "computed"}
GENEROUS = 60


@frozen
class Ended:
    """How a run ended: its status, what it wrote, and the CPU seconds it took."""

    status: int
    out: str
    err: str
    seconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*arguments: str, stdin: bytes = b"", locale: str = "C", cwd: Path | None = None) -> Ended:
    """The command in a fresh process. Both streams must be UTF-8, and neither may show a traceback."""
    machine = {"PATH": os.environ["PATH"], "LC_ALL": locale, "PYTHONIOENCODING": "ascii"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = subprocess.run(
        [sys.executable, "-m", "policyrules.doors.cli", *arguments], input=stdin, capture_output=True, timeout=GENEROUS, env=machine, cwd=cwd
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    out, err = ended.stdout.decode("utf-8"), ended.stderr.decode("utf-8")
    assert "Traceback" not in out + err and "X000" not in out + err
    return Ended(ended.returncode, out, err, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The shipped policies with a misspelt name, and an example that is wrong once the name is right."""
    folder = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    rules = folder / "disability_living" / "rules.policy"
    rules.write_text(rules.read_text("utf-8").replace("且 三级智力或精神 且", "且 三级智力和精神 且"), "utf-8")
    return folder


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """The shipped policies with a percentage that the examples know better."""
    folder = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    numbers = folder / "disability_living" / "parameters.policy"
    numbers.write_text(numbers.read_text("utf-8").replace("35%  暂定", "53%  暂定"), "utf-8")
    return folder


def has_fields(thing: Any, fields: dict[str, Any]) -> bool:
    return all(name in thing and isinstance(thing[name], kind) for name, kind in fields.items())


# ---------------------------------------------------------------- each command


def test_check_of_sound_policies_is_silent() -> None:
    ended = run("check", POLICIES)
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert run("check", POLICIES, "--format", "json").json == {"diagnostics": []}


def test_check_of_broken_policies(broken: Path) -> None:
    for language, words in (("zh", "找不到名称“三级智力和精神”"), ("en", "there is no name “三级智力和精神”")):
        ended = run("check", str(broken), "--lang", language)
        assert ended.status == 1 and words in ended.out and "rules.policy:35:" in ended.out and "^" in ended.out
    ended = run("check", str(broken), "--format", "json")
    assert ended.status == 1
    (finding,) = ended.json["diagnostics"]
    assert has_fields(finding, PLACE)
    assert (finding["code"], finding["severity"], finding["line"], finding["column"]) == ("P203", "error", 35, 15)
    assert finding["file"] == str(broken / "disability_living" / "rules.policy")


@pytest.mark.parametrize("options", [[], ["--explain"], ["--lang", "en"], ["--explain", "--lang", "en"]])
def test_decide_in_words(options: list[str]) -> None:
    ended = run("decide", POLICIES, HOUSEHOLD, "--month", "2020-04", *options)
    assert ended.status == 0 and ended.err == ""
    assert "366.00" in ended.out and "生活补贴" in ended.out
    assert ("低保家庭外无固定收入的三级智力、精神残疾人" in ended.out) == ("--explain" in options)


def test_decide_as_json() -> None:
    for language in ("zh", "en"):
        ended = run("decide", POLICIES, HOUSEHOLD, "--month", "2020-04", "--format", "json", "--lang", language)
        assert ended.status == 0
        found = ended.json
        assert found["diagnostics"] == [] and found["decisions"]
        for decision in found["decisions"]:
            assert has_fields(decision, ANSWER) and decision["status"] in STATUSES
            assert (decision["value"] is not None) == (decision["status"] in ("granted", "computed"))
    (living,) = (one for one in found["decisions"] if (one["subject"], one["name"]) == ("甲", "生活补贴"))
    assert (living["status"], living["value"], living["provisional"]) == ("granted", "366.00", True)


def test_decide_what_is_asked() -> None:
    ended = run("decide", POLICIES, HOUSEHOLD, "--day", "2020-04-15", "--ask", "户的人均收入", "--ask", "甲的生活补贴",
                "--given", "户的享受低保=是", "--format", "json")  # fmt: skip
    income, living = ended.json["decisions"]
    assert (income["status"], income["value"]) == ("computed", "800.00")
    assert (living["status"], living["value"]) == ("granted", "152.50")


def test_decide_with_a_mistake_prints_no_amount(tmp_path: Path, broken: Path) -> None:
    case = Path(HOUSEHOLD).read_text("utf-8")
    (tmp_path / "case.json").write_text(case.replace('"28800"', "28800.5"), "utf-8")
    wrong_case = run("decide", POLICIES, str(tmp_path / "case.json"), "--month", "2020-04", "--format", "json")
    wrong_policy = run("decide", str(broken), HOUSEHOLD, "--month", "2020-04", "--format", "json")
    wrong_month = run("decide", POLICIES, HOUSEHOLD, "--month", "2020-13", "--format", "json")
    for ended, code in ((wrong_case, "C130"), (wrong_policy, "P203"), (wrong_month, "C160")):
        assert ended.status == 1 and ended.json["decisions"] == []
        assert [finding["code"] for finding in ended.json["diagnostics"]] == [code]
        assert all(has_fields(finding, PLACE) for finding in ended.json["diagnostics"])
    in_words = run("decide", POLICIES, str(tmp_path / "case.json"), "--month", "2020-04")
    assert (in_words.status, in_words.out) == (1, "") and "C130" in in_words.err


def test_decide_reads_standard_input() -> None:
    case = {"户": {"享受低保": False, "成员": [{"编号": "甲", "残疾等级": "三级", "残疾类别": "听力"}]}}
    for text in (json.dumps(case), json.dumps(case, ensure_ascii=False), "\ufeff" + json.dumps(case)):
        ended = run("decide", POLICIES, "-", "--month", "2020-03", "--ask", "甲的残疾人数", stdin=text.encode())
        assert ended.status == 1 and "C16" in ended.err
        ended = run("decide", POLICIES, "-", "--month", "2020-03", "--ask", "残疾人数", "--format", "json", stdin=text.encode())
        assert ended.status == 0 and ended.json["decisions"][0]["value"] == "1"


def test_test(wrong: Path) -> None:
    sound = run("test", POLICIES)
    assert sound.status == 0 and "个例子通过" in sound.out
    listed = run("test", POLICIES, "--format", "json").json
    assert len(listed["examples"]) >= 120 and {one["status"] for one in listed["examples"]} == {"passed"}
    ended = run("test", str(wrong))
    assert ended.status == 1 and "213.50" in ended.out and "个不通过" in ended.out
    found = run("test", str(wrong), "--format", "json").json
    assert all(has_fields(finding, PLACE) for finding in found["diagnostics"])
    assert {one["title"] for one in found["examples"] if one["status"] == "failed"} >= {"低保家庭二级肢体残疾人"}


def test_schema() -> None:
    both = run("schema", POLICIES).json
    assert set(both) == {"schema", "case"} and both["schema"]["$schema"].endswith("2020-12/schema")
    empty = run("schema", POLICIES, "--only", "case")
    assert empty.json == both["case"]
    decided = run("decide", POLICIES, "-", "--month", "2020-04", "--format", "json", stdin=empty.out.encode())
    assert decided.status == 0
    assert {one["status"] for one in decided.json["decisions"]} <= {"undecided", "refused"}


def test_format(wrong: Path) -> None:
    for spelling in ("en", "zh"):
        ended = run("format", str(wrong), "--to", spelling, "--format", "json")
        assert ended.status == 0 and len(ended.json["changed"]) > 20
        assert run("format", str(wrong), "--check", "--to", spelling).status == 0
        assert (again := run("check", str(wrong))).status == 0 and again.out == ""
    text = "参数 标准：元/月\n 自 2020-01-01 610元/月\n"
    filtered = run("format", "-", stdin=text.encode())
    assert filtered.status == 0 and filtered.out.startswith("参数 标准")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["check"],
        ["check", "nowhere"],
        ["check", POLICIES, "--format", "xml"],
        ["decide", POLICIES, HOUSEHOLD],
        ["decide", POLICIES, HOUSEHOLD, "--month", "2020-04", "--day", "2020-04-01"],
        ["decide", POLICIES, "nowhere.json", "--month", "2020-04"],
        ["decide", "nowhere", HOUSEHOLD, "--month", "2020-04"],
        ["test", "nowhere"],
        ["schema", "nowhere"],
        ["format", "nowhere"],
    ],
)
def test_wrong_use(arguments: list[str]) -> None:
    ended = run(*arguments)
    assert ended.status == 2 and ended.out + ended.err


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "POSIX", "nowhere"])
def test_output_is_utf8_whatever_the_locale(locale: str) -> None:
    ended = run("decide", POLICIES, HOUSEHOLD, "--month", "2020-04", locale=locale)
    assert ended.status == 0 and "生活补贴" in ended.out


def test_output_that_nobody_reads() -> None:
    command = f"{sys.executable} -m policyrules.doors.cli decide {POLICIES} {HOUSEHOLD} --month 2020-04 --explain | head -1"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, timeout=GENEROUS)
    assert ended.stderr == b""


# ---------------------------------------------------------------- hostile policies

HEAD = "政策 甲\n主体 户 含 成员：个人\n事实 户\n  年收入：元/年\n"
EMPTY = ("nothing", "spaces only", "a byte order mark only")
HOSTILE_POLICIES: dict[str, bytes] = {
    "binary": bytes(range(256)) * 40,
    "not UTF-8": HEAD.encode("gb18030"),
    "UTF-16": HEAD.encode("utf-16"),
    "nothing": b"",
    "spaces only": b" \n\t\r\n\xe3\x80\x80",
    "a byte order mark only": b"\xef\xbb\xbf",
    "NUL": HEAD.encode() + "条件 甲\0乙：年收入 为 1".encode(),
    "NUL only": b"\0" * 1000,
    "controls": HEAD.encode() + b"\x1b[31m\x07\x08\x7f\n\xc2\x85\xe2\x80\xa8",
    "directions": (HEAD + "条件 \u202e甲\u202c：年收入 为 1").encode(),
    "open parentheses": ("条件 甲：" + "（" * 300_000).encode(),
    "parentheses alone": ("（" * 340_000).encode(),
    "closed parentheses": ("条件 甲：" + "）" * 100_000).encode(),
    "quotes": ("条件 甲：" + "“" * 100_000).encode(),
    "brackets": ("条件 甲：" + "【" * 100_000).encode(),
    "bars": ("表 甲（乙）：元\n  " + "|" * 100_000).encode(),
    "not not not": (HEAD + "条件 甲：" + "非 " * 50_000 + "年收入 为 1").encode(),
    "if if if": (HEAD + "算 甲：元/年 = " + "若 年收入 为 1 则 " * 20_000 + "年收入").encode(),
    "minus minus": (HEAD + "算 甲：元/年 = " + "−" * 100_000 + "年收入").encode(),
    "nested sums": (HEAD + "算 甲：元/年 = " + "取大(" * 20_000 + "年收入" + ")" * 20_000).encode(),
    "just too deep": (HEAD + "算 甲：元/年 = " + "(" * 45 + "年收入" + " + 1)" * 45).encode(),
    "of of of": (HEAD + "算 甲：元/年 = " + "户的" * 30_000 + "年收入").encode(),
    "a long sum": (HEAD + "算 甲：元/年 = 年收入" + " + 年收入" * 30_000 + " +").encode(),
    "a long name": (HEAD + "条件 " + "甲" * 300_000 + "：年收入").encode(),
    "a long line of names": (HEAD + "条件 甲：" + "年收入 " * 100_000).encode(),
    "a million digits": (HEAD + "条件 甲：年收入 为 " + "9" * 1_000_000).encode(),
    "a million decimals": (HEAD + "条件 甲：年收入 为 0." + "9" * 1_000_000).encode(),
    "a huge year": (HEAD + "参数 甲：元\n  自 99999-01-01 1\n  自 0000-00-00 1").encode(),
    "numerals": (HEAD + "条件 甲：年收入 为 百分之" + "九" * 100_000).encode(),
    "an article number": (HEAD + "给付 甲：元/月\n第" + "九" * 100_000 + "条\n  给 1").encode(),
    "groups of digits": ("条件 甲：" + "1,111" + ",111" * 50_000).encode(),
    "many mistakes": ("条件 甲：）\n" * 3_000).encode(),
    "many heads": ("参数 甲：元\n" * 5_000).encode(),
    "a loop of names": (HEAD + "".join(f"算 甲{i}：元/年 对 户 = 甲{(i + 1) % 2_000}\n" for i in range(2_000))).encode(),
    "a loop of likes": (HEAD + "".join(f"例 甲{i}\n  沿用 甲{(i + 1) % 500}\n" for i in range(500))).encode(),
    "dunder": (HEAD + "条件 __import__：(年收入 为 __class__.__mro__)").encode(),
    "code in a name": (HEAD + "条件 【\"); import os; os._exit(3) #】：【{0.__class__}】").encode(),
    "percent and braces": (HEAD + "条件 甲{name}%s{}：{0} {name!r:>99}").encode(),
    "surrogates": HEAD.encode() + b"\xed\xa0\x80",
    "a look-alike": (HEAD + "条件 аge：年收入 为 1").encode(),
    "combining": (HEAD + "条件 甲" + "\u0301" * 50_000 + "：年收入 为 1").encode(),
}


@pytest.mark.parametrize("name", HOSTILE_POLICIES)
def test_hostile_policies(tmp_path: Path, name: str) -> None:
    (tmp_path / "甲.policy").write_bytes(HOSTILE_POLICIES[name])
    ended = run("check", str(tmp_path), "--format", "json")
    findings = ended.json["diagnostics"]
    assert ended.status == (0 if name in EMPTY else 1)
    assert bool(findings) != (name in EMPTY)
    assert all(has_fields(finding, PLACE) and len(finding["message"]) < 1_000 for finding in findings)
    assert ended.seconds < GENEROUS / 2


@pytest.mark.parametrize("name", ["nothing", "binary", "parentheses alone", "code in a name", "many mistakes"])
def test_hostile_policies_decide_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "甲.policy").write_bytes(HOSTILE_POLICIES[name])
    ended = run("decide", str(tmp_path), "-", "--month", "2020-04", "--format", "json", stdin='{"户": {"年收入": 1}}'.encode())
    assert ended.status == 1 and ended.json["decisions"] == [] and ended.json["diagnostics"]
    assert run("test", str(tmp_path)).status == run("schema", str(tmp_path)).status == (0 if name in EMPTY else 1)


def test_hostile_policies_in_words(tmp_path: Path) -> None:
    for index, data in enumerate(HOSTILE_POLICIES.values()):
        (tmp_path / f"{index}.policy").write_bytes(data[:3_000])
    for language in ("zh", "en"):
        ended = run("check", str(tmp_path), "--lang", language)
        assert ended.status == 1
        assert not [c for c in ended.out if ord(c) < 32 and c != "\n"] and "\x7f" not in ended.out and "\u202e" not in ended.out
    assert run("format", str(tmp_path), "--check").status == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("parentheses", "（"),
        ("quotes", "“"),
        ("spaces", "条件 甲：1" + " " * 50),
        ("digits", "9"),
        ("names", "甲"),
        ("titles", "第一条 自 至 "),
        ("bars", "| 甲 "),
        ("not", "非 "),
        ("groups", "1,111,"),
        ("numerals", "百分之九点"),
        ("mistakes", "条件 甲：）\n"),
        ("conditions", "条件 甲：乙 为 1 且 丙 为 2\n"),
        ("parameters", "参数 甲：元\n  自 2020-01-01 1\n"),
        ("examples", "例 甲\n  沿用 甲\n"),
        ("comments", "# 甲\n"),
        ("breaks", "\r\n"),
    ],
)
def test_time_grows_with_the_text(name: str, text: str) -> None:
    """Four times the text costs about four times the CPU; a quadratic step would cost sixteen times."""
    once, four = (seconds_to_check("条件 乙：" + text * times * (10_000 // len(text))) for times in (1, 4))
    assert four < 9 * max(once, 0.02)


def seconds_to_check(text: str) -> float:
    """The least CPU of three readings, findings said in words and all."""
    taken = []
    for _ in range(3):
        before = time.process_time()
        for finding in compile_book([SourceText("甲.policy", text)]).diagnostics:
            render(finding, "zh")
        taken.append(time.process_time() - before)
    return min(taken)


# ---------------------------------------------------------------- hostile cases

HOSTILE_CASES: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b"  \n",
    "binary": bytes(range(256)),
    "UTF-16": '{"户": {}}'.encode("utf-16"),
    "NUL": b'{"\xe6\x88\xb7": {}}\0',
    "no end": b'{"\xe6\x88\xb7": {',
    "two values": '{"户": {}} {"户": {}}'.encode(),
    "not an object": b"[1, 2]",
    "null": b"null",
    "no household": b"{}",
    "a lone surrogate in a value": '{"户": {"居住地": "\\ud800"}}'.encode(),
    "a lone surrogate in a name": '{"户": {"\\udfff": 1}}'.encode(),
    "a lone surrogate in an id": '{"户": {"成员": [{"编号": "\\ud800"}]}}'.encode(),
    "duplicate keys": '{"户": {"年收入": 1, "年收入": 2}}'.encode(),
    "duplicate keys in two widths": '{"户": {"年收入": 1, "年收入 ": 2}}'.encode(),
    "duplicate ids": '{"户": {"成员": [{"编号": "甲"}, {"编号": "甲"}]}}'.encode(),
    "nobody": '{"户": {"成员": []}}'.encode(),
    "a million digits": ('{"户": {"年收入": ' + "9" * 1_000_000 + "}}").encode(),
    "a million digits as text": ('{"户": {"年收入": "' + "9" * 1_000_000 + '"}}').encode(),
    "a huge exponent": '{"户": {"年收入": 1e999999999}}'.encode(),
    "a huge exponent as text": '{"户": {"年收入": "1e999999999"}}'.encode(),
    "a float": '{"户": {"年收入": 14400.0}}'.encode(),
    "NaN": '{"户": {"年收入": NaN}}'.encode(),
    "Infinity": '{"户": {"年收入": -Infinity}}'.encode(),
    "negative": '{"户": {"年收入": "-1"}}'.encode(),
    "out of range": '{"户": {"住房套数": 100}}'.encode(),
    "a fraction of a house": '{"户": {"住房套数": "1/0"}}'.encode(),
    "wrong unit": '{"户": {"年收入": "1元/月"}}'.encode(),
    "a truth for an amount": '{"户": {"年收入": true}}'.encode(),
    "an amount for a truth": '{"户": {"有机动车": 1}}'.encode(),
    "a list for an amount": '{"户": {"年收入": [[[]]]}}'.encode(),
    "no such day": '{"户": {"成员": [{"出生日期": "2021-02-29"}]}}'.encode(),
    "no such option": '{"户": {"居住地": "城市"}}'.encode(),
    "an unknown name": '{"户": {"年收人": 1}}'.encode(),
    "dunder": '{"户": {"__class__": {"__import__": "os"}}}'.encode(),
    "quotes and line ends": '{"户": {"a\\"b\\n\\u0000\'); drop table": 1}}'.encode(),
    "braces": '{"户": {"{name}%s{0.__class__}": 1}}'.encode(),
    "an escape sequence": '{"户": {"\\u001b[31m": 1}}'.encode(),
    "deep lists": b"[" * 500_000,
    "deep objects": b'{"\xe6\x88\xb7":' * 200_000,
    "deep parents": ('{"户": {"成员": [' + '{"父母": [' * 5_000 + "]}" * 5_000 + "]}}").encode(),
    "a long name": ('{"户": {"' + "年" * 500_000 + '": 1}}').encode(),
    "a long text": ('{"户": {"居住地": "' + "城" * 500_000 + '"}}').encode(),
    "many unknown names": ('{"户": {' + ", ".join(f'"甲{i}": 1' for i in range(3_000)) + "}}").encode(),
    "many mistakes": ('{"户": {"成员": [' + ", ".join(['{"残疾等级": "五级"}'] * 3_000) + "]}}").encode(),
}


SMALL = """主体 户 含 成员：个人
主体 个人 含 父母：家长
主体 家长
事实 户
  年收入：元/年
  有机动车：是否
  住房套数：套  范围 0 至 99
  居住地：选项 城镇、农村
事实 个人
  出生日期：日期
  残疾等级：选项 一级、二级
事实 家长
  健在：是否
给付 补贴：元/月  对 户
第一条
  当 年收入 低于 14400 且 非 有机动车 且 住房套数 不超过 1 且 居住地 为 农村
  给 100
第二条  例外于 第一条
  当 任一(成员 中 残疾等级 为 一级 且 周岁 满 18 且 任一(父母 中 健在))
  给 200
其余情形 不予
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A policy that reads in no time and asks for facts of every type."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "甲.policy").write_text(SMALL, "utf-8")
    return str(folder)


def test_the_small_policy_decides(small: str) -> None:
    assert run("check", small).out == ""
    sound = '{"户": {"年收入": 14399, "有机动车": false, "住房套数": 1, "居住地": "农村", "成员": [{"残疾等级": "二级"}]}}'
    ended = run("decide", small, "-", "--month", "2020-04", "--format", "json", stdin=sound.encode())
    assert (ended.status, ended.json["decisions"][0]["value"]) == (0, "100.00")


@pytest.mark.parametrize("name", HOSTILE_CASES)
def test_hostile_cases(small: str, name: str) -> None:
    ended = run("decide", small, "-", "--month", "2020-04", "--format", "json", stdin=HOSTILE_CASES[name])
    assert ended.status == 1 and ended.json["decisions"] == []
    findings = ended.json["diagnostics"]
    assert findings and all(has_fields(finding, PLACE) and len(finding["message"]) < 1_000 for finding in findings)
    assert ended.seconds < GENEROUS / 2


def test_many_unknown_people_are_answered_in_time() -> None:
    """A household of ten of whom nothing is known: undecided, and soon."""
    case = {"户": {"成员": [{"编号": f"人{i}"} for i in range(10)]}}
    ended = run("decide", POLICIES, "-", "--month", "2020-04", "--format", "json", stdin=json.dumps(case).encode())
    assert ended.status == 0 and {one["status"] for one in ended.json["decisions"]} == {"undecided"}
    assert ended.seconds < GENEROUS / 2
