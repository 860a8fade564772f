"""The pytest plugin: which policy files become tests, how a failure reads, and that other runs are left alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from policyrules.doors import pytest_plugin

pytest_plugins = ["pytester"]

RULES = """\
主体 户  含 成员：个人
主体 个人
事实 户
  年收入：元/年
  本地户籍：是否
给付 补助：元/月  对 户  唯一
第一条 收入低的家庭
  当 年收入 低于 12000元/年
  给 100元
第二条 外来的家庭  例外于 第一条
  当 非 本地户籍
  不予 “不是本地户籍”
其余情形 不予 “收入不低”
"""
CASES = """\
性质 收入越高补助不增：补助 随 年收入 不增
性质 补助不超过一百：补助 不超过 100元/月

例 没有收入
  月份 2020-04
  户 年收入 0元，本地户籍 是
  甲：
  应 户的补助 = 100元  依据 第一条

例 正好一万二
  月份 2020-04
  户 年收入 12000元，本地户籍 是
  甲：
  应 户的补助 不予
"""
INSTALLED = any(entry.value == pytest_plugin.__name__ for entry in entry_points(group="pytest11"))


@pytest.fixture
def run(pytester: pytest.Pytester) -> Iterator[pytest.Pytester]:
    """A folder of policies and a folder of tests."""
    folder = pytester.mkdir("policies")
    (folder / "aid").mkdir()
    (folder / "aid" / "rules.policy").write_text(RULES, "utf-8")
    (folder / "aid" / "cases.policy").write_text(CASES, "utf-8")
    (pytester.mkdir("tests") / "test_plain.py").write_text("def test_plain(): pass\n", "utf-8")
    yield pytester


def _pytest(run: pytest.Pytester, *words: str) -> tuple[dict[str, int], str]:
    plugins = [] if INSTALLED else [pytest_plugin]
    done = run.inline_run("-p", "no:cacheprovider", "-v", *words, plugins=plugins)
    passed, _, failed = done.listoutcomes()
    pages = "\n".join(str(report.longrepr) for report in failed)
    return {"passed": len(passed), "failed": len(failed)}, pages + "\n" + "\n".join(report.nodeid for report in (*passed, *failed))


def test_a_folder_of_policies_is_collected(run: pytest.Pytester) -> None:
    counts, said = _pytest(run, "policies")
    assert counts == {"passed": 4, "failed": 0}
    assert "policies/aid/cases.policy::正好一万二" in said
    assert "policies/aid/cases.policy::补助不超过一百" in said


def test_one_file_knows_the_folder_around_it(run: pytest.Pytester) -> None:
    assert _pytest(run, "policies/aid/cases.policy")[0] == {"passed": 4, "failed": 0}
    assert _pytest(run, "policies/aid/cases.policy::没有收入")[0] == {"passed": 1, "failed": 0}


def test_policies_are_left_alone_unless_asked_for(run: pytest.Pytester) -> None:
    material = run.path / "tests" / "material"
    material.mkdir()
    (material / "broken.policy").write_text("给付", "utf-8")
    assert _pytest(run, "tests")[0] == {"passed": 1, "failed": 0}
    assert _pytest(run)[0] == {"passed": 1, "failed": 0}
    assert _pytest(run, "tests", "--policies", "policies")[0] == {"passed": 5, "failed": 0}


def test_the_setting_adds_the_policies_to_a_plain_run(run: pytest.Pytester) -> None:
    run.makeini("[pytest]\ntestpaths = tests\npolicyrules = policies\n")
    assert _pytest(run)[0] == {"passed": 5, "failed": 0}
    assert _pytest(run, "tests")[0] == {"passed": 1, "failed": 0}


def test_a_failed_example_reads_like_a_page(run: pytest.Pytester) -> None:
    rules = run.path / "policies" / "aid" / "rules.policy"
    rules.write_text(RULES.replace("低于 12000", "不超过 12000"), "utf-8")
    counts, said = _pytest(run, "policies")
    assert counts == {"passed": 3, "failed": 1}
    for part in (
        "错误[T101] 户的补助：应当是不予，得到的是给付 100.00元/月（第一条　收入低的家庭）",
        "--> policies/aid/cases.policy:14:3",
        "例 正好一万二\n  月份 2020-04\n  户 年收入 12000元，本地户籍 是\n  甲：\n  应 户的补助 不予",
        "依据　第一条　收入低的家庭",
        "因为　年收入：12000.00元/年",
    ):
        assert part in said
    assert "Traceback" not in said and ".py" not in said.partition("policies/aid/cases.policy::")[0]


def test_a_promise_is_held_against_drawn_households(run: pytest.Pytester) -> None:
    rules = run.path / "policies" / "aid" / "rules.policy"
    rules.write_text(RULES.replace("其余情形", "第三条 收入很高的家庭\n  当 本地户籍 且 年收入 超过 50000元/年\n  给 50元\n其余情形"), "utf-8")
    counts, said = _pytest(run, "policies")
    assert counts == {"passed": 3, "failed": 1}
    assert "错误[G102] 性质“收入越高补助不增”不成立" in said
    assert "由 0.00元/月 变为 50.00元/月" in said
    assert "  例 收入越高补助不增\n" in said
    run.makeini("[pytest]\npolicyrules_draws = 0\n")
    assert _pytest(run, "policies")[0] == {"passed": 4, "failed": 0}


def test_failures_can_be_told_in_english(run: pytest.Pytester) -> None:
    run.makeini("[pytest]\npolicyrules_lang = en\n")
    rules = run.path / "policies" / "aid" / "rules.policy"
    rules.write_text(RULES.replace("给 100元", "给 200元"), "utf-8")
    said = _pytest(run, "policies")[1]
    assert "error[T101] 户的补助: expected 100.00 yuan/month, got granted 200.00 yuan/month" in said
    assert "error[G101] the property “补助不超过一百” does not hold" in said or "error[T104]" in said


def test_errors_of_a_book_are_one_failing_item(run: pytest.Pytester) -> None:
    rules = run.path / "policies" / "aid" / "rules.policy"
    rules.write_text(RULES.replace("年收入 低于", "月收入 低于"), "utf-8")
    counts, said = _pytest(run, "policies")
    assert counts == {"passed": 0, "failed": 1}
    assert "policies/aid/rules.policy::rules.policy" in said
    assert "--> policies/aid/rules.policy:8:5" in said
    assert _pytest(run, "policies/aid/cases.policy")[0] == {"passed": 0, "failed": 1}


def test_a_folder_is_compiled_once(run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    from policyrules.book import book

    loaded: list[object] = []
    load = book.load
    monkeypatch.setattr(book, "load", lambda path: (loaded.append(path), load(path))[1])
    (run.path / "policies" / "aid" / "more.policy").write_text("例 再一例\n  沿用 没有收入\n  月份 2020-05\n  应 户的补助 = 100元\n", "utf-8")
    assert _pytest(run, "policies")[0]["passed"] == 5
    assert len(loaded) == 1


def test_the_plugin_loads_nothing_of_the_language() -> None:
    code = (
        "import sys, policyrules.doors.pytest_plugin;"
        "print([name for name in sys.modules if name.split('.')[0] in ('lark', 'hypothesis') or name.startswith('policyrules.') and 'doors' not in name])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert said.stdout.strip() == "[]"
