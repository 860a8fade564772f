"""The runner of the manual truly compares, refuses what it does not know, and rewrites expectations only."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec_runner import accept, read_chapter, run_section

SCENE = """# 章

## 节

```policy
主体 户
给付 补助：元/月
第一条 全部
  给 100元/月
其余情形 不予
```

```case
{"户": {}}
```

```ask
2020-04
```

"""


def chapter(folder: Path, text: str) -> Path:
    path = folder / "chapter.md"
    path.write_text(text, "utf-8")
    return path


def test_an_equal_answer_agrees(tmp_path: Path) -> None:
    read = read_chapter(chapter(tmp_path, SCENE + "```answer\n户的补助：给付 100.00元/月（第一条　全部）\n```\n"))
    assert read.faults == ()
    assert [result.agrees for result in run_section(read.sections[0])] == [True]


def test_rows_of_a_result_are_sorted_and_compared(tmp_path: Path) -> None:
    """The rows of a table in another order agree; another row does not."""
    pytest.importorskip("duckdb")
    pytest.importorskip("sqlglot")
    command = "$ policyrules batch policies --roster 户=homes.csv --month 2020-04 --out out.csv\n"
    roster = f"```roster file=homes.csv\n编号\nb\na\n```\n\n```console\n{command}out.csv：2 行（granted 2），其中逐户决定 0 户\n```\n\n"
    rows = [f"{home},{home},户,补助,补助,granted,10000,100,,false,第一条," for home in ("a", "b")]
    head = "household,subject,entity,name,key,status,value,scale,word,provisional,article,reason"
    for said, agrees in ((rows, True), (rows[::-1], False), ([rows[0], rows[1].replace("10000", "10001")], False)):
        written = "\n".join(["```result file=out.csv", head, *said, "```", ""])
        scene = SCENE.replace('{"户": {}}', '{"户": {"成员": []}}')
        read = read_chapter(chapter(tmp_path, scene + roster + written))
        assert [result.agrees for result in run_section(read.sections[0])] == [True, agrees]


@pytest.mark.parametrize("said", ["户的补助：给付 100.01元/月（第一条　全部）\n", "", "户的补助：给付 100.00元/月（第一条　全部）\n\n"])
def test_any_other_answer_does_not(tmp_path: Path, said: str) -> None:
    path = chapter(tmp_path, SCENE + f"```answer\n{said}```\n\n后面的话。\n")
    (result,) = run_section(read_chapter(path).sections[0])
    assert not result.agrees and "chapter.md:21 answer" in result.difference(path)
    accept(path, result)
    assert path.read_text("utf-8") == SCENE + "```answer\n户的补助：给付 100.00元/月（第一条　全部）\n```\n\n后面的话。\n"
    assert [result.agrees for result in run_section(read_chapter(path).sections[0])] == [True]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# 章\n\n```yaml\n甲\n```\n", "unknown block “yaml”"),
        ("# 章\n\n```\n甲\n```\n", "unknown block “”"),
        ("# 章\n\n```answer colour=red\n```\n", "answer takes no “colour”"),
        ("# 章\n\n```answer\n甲\n", "unknown block “unclosed”"),
        ("# 章\n\n只有话，没有验证。\n", "no checks"),
        ("# 章\n\n```case\n{}\n```\n", "no checks"),
        ("# 章 (continued)\n\n```messages\n```\n", "nothing to continue"),
        ("# 章\n\n```policy\n主体 户\n```\n\n```policy\n主体 户\n```\n", "rules.policy stands twice"),
    ],
)
def test_a_chapter_that_cannot_be_taken(tmp_path: Path, text: str, fault: str) -> None:
    assert any(fault in said for said in read_chapter(chapter(tmp_path, text)).faults)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("条件 甲：没有的名称\n", "P203"),
        ("例 不对\n  月份 2020-04\n  应 户的补助 = 99元/月\n", "T101"),
    ],
)
def test_silence_is_expected_where_nothing_is_said(tmp_path: Path, more: str, said: str) -> None:
    read = read_chapter(chapter(tmp_path, SCENE.replace("其余情形 不予\n", f"其余情形 不予\n{more}")))
    with pytest.raises(AssertionError, match=said):
        run_section(read.sections[0])


def test_a_continued_section_starts_from_the_one_before(tmp_path: Path) -> None:
    policy = "主体 户\n给付 补助：元/月\n第一条 全部\n  给 50元/月\n其余情形 不予"
    more = f"```answer\n```\n\n## 又一节 (continued)\n\n```policy\n{policy}\n```\n\n```ask\n2020-05\n```\n\n```answer\n```\n"
    read = read_chapter(chapter(tmp_path, SCENE + more))
    assert read.faults == ()
    assert [result.actual for result in run_section(read.sections[1])] == ["户的补助：给付 50.00元/月（第一条　全部）"]


def test_commands_say_how_they_ended(tmp_path: Path) -> None:
    console = "```console\n$ policyrules check policies\n$ policyrules check nowhere --lang en\n```\n"
    (result,) = run_section(read_chapter(chapter(tmp_path, SCENE + console)).sections[0])
    assert result.actual.split("\n")[:2] == ["$ policyrules check policies", "$ policyrules check nowhere --lang en"]
    assert "error[C180]" in result.actual and result.actual.endswith("[退出码 2]")
