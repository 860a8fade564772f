"""`policyrules ask` at a terminal that is piped: what it shows, how it ends, and that nothing typed ends in a traceback."""

from __future__ import annotations

import builtins
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyrules.doors import cli

POLICY = """
主体 户 含 成员：个人
事实 户
  年收入：元/年  问 “全年收入多少？”  凭 “收入证明”
  有机动车：是否
事实 个人
  残疾等级：选项 无、一级、二级  问 “残疾证上写的是几级？”  凭 “残疾人证”
给付 补贴：元/月  对 个人
第一条 低收入家庭重残人员
  “低收入家庭的重度残疾人”
  当 户的年收入 低于 7320 且 非 户的有机动车 且 残疾等级 属于 一级、二级
  给 213.50元/月
其余情形 不予
"""

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "rules.policy").write_text(POLICY, encoding="utf-8")
    return folder


@pytest.fixture
def ask(policies: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs the command with these lines on standard input; its status and what it wrote on both streams."""

    def run(*lines: str, options: tuple[str, ...] = ("--month", "2020-04")) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        status = cli.run(["ask", str(policies), *options])
        written = capsys.readouterr()
        return status, written.out, written.err

    return run


def test_asked_until_decided(ask: Ask) -> None:
    status, out, err = ask("甲", "7,200元", "没有", "2")
    assert (status, err) == (0, "")
    assert "第 1 题　家里一共几口人？" in out
    assert "  1 无　2 一级　3 二级\n  凭：残疾人证\n" in out
    assert "  单位：元/年\n  凭：收入证明\n  目前可能：0.00元/月至213.50元/月\n" in out
    assert "甲的补贴：213.50元/月\n" in out and "“低收入家庭的重度残疾人”" in out
    assert out.endswith("要带的材料\n  收入证明：户的年收入\n  残疾人证：甲的残疾等级\n")


def test_in_english(ask: Ask) -> None:
    status, out, _ = ask("甲", "why", "back", "甲", "unknown", "no", "2", options=("--month", "2020-04", "--lang", "en"))
    assert status == 1
    assert "to decide 补贴 of 甲 (article 1 低收入家庭重残人员)" in out and "Back to the question before." in out
    assert "possible so far: 0.00 yuan/month to 213.50 yuan/month" in out
    assert "not ascertained: 年收入 of 户" in out and "补贴 of 甲: undecided" in out


def test_nonsense_is_answered_with_the_reason_and_the_question_again(ask: Ask) -> None:
    status, out, _ = ask("甲", "", "  ", "很多", "0", "也许", "否", "五级", "3")
    assert status == 0
    assert "甲的残疾等级不能是“五级”，可以是：无、一级、二级\n" in out
    assert "户的年收入的“很多”不是数（元/年）\n  提示：写作 12.00元/年；还不知道就写 未知\n" in out
    assert out.count("残疾证上写的是几级？") == 2 and out.count("全年收入多少？") == 2


def test_commands(ask: Ask) -> None:
    _, out, _ = ask("返回", "甲、乙", "为什么问", "返回", "甲", "退出")
    assert "这已经是第一题了。" in out and "退回上一题。" in out
    assert "为了决定：甲、乙的补贴（第一条　低收入家庭重残人员）" in out
    assert out.endswith("还没有答完，先到这里。\n没有保存：开始时没有给 --answers 文件。\n")


def test_saved_and_resumed(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    kept = ("--month", "2020-04", "--ask", "补贴", "--answers", str(path))
    status, out, _ = ask("甲", "7200", "退出", options=kept)
    assert status == 1 and f"已保存到 {path}" in out
    assert [one["fact"] for one in json.loads(path.read_text("utf-8"))["answers"]] == ["成员", "年收入"]
    status, out, _ = ask("有", options=("--answers", str(path)))
    assert status == 0 and "接着上次，已经答了 2 题。" in out and "第 3 题" in out and "甲的补贴：不予" in out
    status, out, _ = ask(options=("--answers", str(path)))
    assert status == 0 and "甲的补贴：不予" in out


def test_ctrl_c_saves_and_leaves(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> Iterator[str]:
        yield "甲"
        raise KeyboardInterrupt

    lines = interrupted()
    monkeypatch.setattr(builtins, "input", lambda _: next(lines))
    path = tmp_path / "answers.json"
    status, out, _ = ask(options=("--month", "2020-04", "--answers", str(path)))
    assert status == 1 and "还没有答完，先到这里。" in out
    assert len(json.loads(path.read_text("utf-8"))["answers"]) == 1


def test_what_cannot_be_begun(ask: Ask, policies: Path, tmp_path: Path) -> None:
    assert ask(options=())[0] == 2
    assert ask(options=("--month", "2020-13"))[0] == 1
    status, _, err = ask("甲", options=("--month", "2020-04", "--ask", "护理补贴"))
    assert status == 1 and "C163" in err
    assert ask(options=("--month", "2020-04", "--answers", str(tmp_path)))[0] == 2
    (tmp_path / "broken.json").write_text("{", "utf-8")
    status, _, err = ask(options=("--month", "2020-04", "--answers", str(tmp_path / "broken.json")))
    assert status == 1 and "C100" in err and (tmp_path / "broken.json").read_text("utf-8") == "{"
    status, _, err = ask("甲", options=("--month", "2020-04", "--answers", str(tmp_path / "nowhere" / "answers.json")))
    assert status == 1 and "C180" in err
    (policies / "rules.policy").write_text("给付", "utf-8")
    assert ask()[0] == 1
    assert cli.run(["ask", str(policies / "absent"), "--month", "2020-04"]) == 2


def test_as_a_process_in_any_locale(policies: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "policyrules.doors.cli", "ask", str(policies), "--month", "2020-04"]
    done = subprocess.run(command, env=environment, input="甲\n0\n否\n一级\n".encode(), capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "甲的补贴：213.50元/月" in done.stdout.decode("utf-8")


LINES = st.lists(st.sampled_from(("甲", "2", "是", "无", "返回", "为什么", "不知道", "退出", "3.5", "一级")) | st.text(max_size=12), max_size=10)


@settings(max_examples=40, deadline=None)
@given(lines=LINES)
def test_nothing_typed_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    folder = tmp_path_factory.mktemp("asked")
    (folder / "rules.policy").write_text(POLICY, encoding="utf-8")
    answers = folder / "answers.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        assert cli.run(["ask", str(folder), "--month", "2020-04", "--answers", str(answers)]) in (0, 1)
    assert json.loads(answers.read_text("utf-8"))["interview"] == 1
