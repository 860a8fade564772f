"""The reference manual: every chapter of this folder is run, and every problem has its message shown in one of them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import policyrules
from policyrules.source.diagnostic import Problem
from spec_runner import Chapter, Section, accept, read_chapter, run_section

HERE = Path(__file__).parent
CHAPTERS = [read_chapter(path) for path in sorted(HERE.glob("*.md"))]
SECTIONS = [
    pytest.param(chapter, section, id=f"{chapter.path.stem}-{number}")
    for chapter in CHAPTERS
    for number, section in enumerate(chapter.sections, 1)
]

NOT_SHOWN = {
    "C103": "a text of twenty million characters",
    "C114": "names in JSON are always text; a Python dictionary may have others",
    "C118": "seventeen entities inside one another",
    "C119": "two hundred thousand members",
    "C124": "policies with errors decide nothing; this is for programs put together by hand",
    "C145": "a text of ten thousand characters",
    "C182": "permissions, and the superuser has them all",
    "C184": "a disk that fails",
    "C185": "a file of sixty-four megabytes",
    "C193": "the command asks no more once all is decided",
    "F101": "the command looks first and says C180",
    "F104": "permissions, and the superuser has them all",
    "F105": "a file of twenty megabytes",
    "F113": "a book compiled by another version of this program",
    "F114": "a file of sixty-four megabytes",
    "N101": "the question is read before; only a program can ask a decision for what it does not hold",
    "N121": "on a machine with graphviz it is not said",
    "N122": "graphviz draws whatever graph is made here",
    "P507": "a table of hundreds of rows over many keys",
    "P613": "a divisor too involved to be settled in the steps allowed",
    "V101": "a library that is not installed; tests/unit/test_proofs.py shows it",
    "B100": "a library that is not installed; tests/unit/test_batch.py shows it",
    "B102": "told in the words of a library; tests/unit/test_batch.py shows it",
    "B110": "text has no floating point; tests/unit/test_batch.py shows it",
    "B109": "every column of a text file is text; tests/unit/test_batch.py shows it",
    "B115": "it stands in a row of the result, where chapter 23 shows it",
    **{f"B{number}": "it stands in a row of the result, where chapter 23 shows it" for number in range(135, 142)},
    "B123": "no file holds a table in memory; tests/unit/test_batch_memory.py shows it",
    **{f"B{number}": "needs a PostgreSQL; tests/unit/test_batch_postgres.py shows it" for number in (*range(117, 123), 128)},
    "I106": "a roster of more than five hundred groups; tests/unit/test_impact.py shows it",
    "I107": "the comparison of the rules says first what is no benefit; tests/unit/test_impact.py shows it",
    "I110": "a machine without a font for Chinese; tests/unit/test_charts.py shows it",
    "I114": "the comparison of the rules says so first; tests/unit/test_impact.py shows it",
    "I115": "only a program can ask for another engine; tests/unit/test_impact.py shows it",
    "I116": "numbers over many large primes; tests/unit/test_impact.py shows it",
    **{f"D{number}": "a git repository; tests/unit/test_revisions.py shows it" for number in (110, 112, 113, 114, 115)},
    **{f"B{number}": "needs Java and Spark; tests/unit/test_batch_spark.py shows it" for number in range(130, 135)},
}
"""Problems no text can show, and why."""

_SHOWN = {
    "zh": re.compile(r"^(?:错误|警告)\[([A-Z][0-9]{3})\] ", re.MULTILINE),
    "en": re.compile(r"^(?:error|warning)\[([A-Z][0-9]{3})\] ", re.MULTILINE),
}


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.path.stem)
def test_chapter_is_well_formed(chapter: Chapter) -> None:
    assert not chapter.faults


@pytest.mark.parametrize(("chapter", "section"), SECTIONS)
def test_section(chapter: Chapter, section: Section, pytestconfig: pytest.Config) -> None:
    if any(block.kind == "roster" for one in (section, section.before) if one is not None for block in one.blocks):
        for library in ("duckdb", "sqlglot", "pyarrow"):
            pytest.importorskip(library)
    proving = ("policyrules prove", "policyrules diff", "policyrules mutate")
    if any(block.kind == "console" and any(words in block.body for words in proving) for block in section.blocks):
        pytest.importorskip("z3")
    different = [result for result in run_section(section) if not result.agrees]
    if pytestconfig.getoption("--accept"):
        for result in different:
            accept(chapter.path, result)
        return
    assert not different, "\n\n" + "\n\n".join(result.difference(chapter.path) for result in different)


def problems() -> dict[str, Problem]:
    """Every problem of the package by its code."""
    names = [info.name for info in pkgutil.walk_packages(policyrules.__path__, "policyrules.") if not info.name.endswith("__main__")]
    found = [value for name in names for value in vars(importlib.import_module(name)).values() if isinstance(value, Problem)]
    return {problem.code: problem for problem in found}


def shown(language: str) -> set[str]:
    """The codes of messages shown in some chapter in this language."""
    bodies = [block.body for chapter in CHAPTERS for section in chapter.sections for block in section.blocks]
    return {code for body in bodies for code in _SHOWN[language].findall(body)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_problem_is_shown(language: str) -> None:
    known = set(problems())
    assert sorted(known - shown(language) - set(NOT_SHOWN)) == []
    assert sorted(shown(language) & set(NOT_SHOWN)) == []
    assert sorted(set(NOT_SHOWN) - known) == []
