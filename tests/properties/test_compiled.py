"""Compiled books over generated programs, damage and forgeries: the same answers, or a finding, and never a traceback."""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from generated_programs import KEYS, SLOTS, VALUES, case_of, policy
from policyrules.book.book import book_bytes, compile_book, decide, load
from policyrules.book.compiled import Contents, DamagedBook, read_compiled, read_everything, write_compiled
from policyrules.book.examples import run_examples
from policyrules.book.names import names_of
from policyrules.book.sound import Soundness
from policyrules.core.case import Occasion
from policyrules.core.program import Program
from policyrules.engines import interpreter
from policyrules.engines.python_code import PythonCode
from policyrules.source.text import SourceText
from policyrules.values.calendar import first_of_month, last_of_month, parse_day
from spec_runner import read_chapter

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

from synthetic import policies

SMALL = """主体 户 含 成员：个人
主体 个人
事实 户
  年收入：元/年   问 “全家一年收入多少元？”
事实 个人
  出生日期：日期
参数 标准：元/月
  自 2020-01-01  100.50元/月
  自 2021-01-01  101元/月  暂定
算 老人：人  对 户 = 人数(成员 中 周岁 满 60)
给付 补助：元/月  对 户
第一条 低收入  自 2020-02-01 起
  “收入低的给”
  当 年收入 低于 1000元/年 或 老人 满 2人
  给 标准
其余情形 不予 “收入高”
"""
CASE = {"户": {"年收入": "10", "成员": [{"出生日期": "1950-01-01"}]}}


def program_bytes(program: Program) -> bytes:
    code = PythonCode(program)
    return write_compiled(Contents(program, (), (), names_of(program), code.starts))


@pytest.mark.parametrize("seed", range(60))
def test_generated_programs_decide_alike(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # what is generated does not tell the types of its conditions, and only the compiler's programs are held to that
    monkeypatch.setattr(Soundness, "of", lambda *_: True)
    draw = Random(seed)
    program = policy(draw)
    read = read_compiled(program_bytes(program), "p.book").value
    assert read is not None and read.program == program and read.names == names_of(program)
    day = parse_day("2020-04-01")
    assert day is not None
    occasion = Occasion(day, first_of_month(day), last_of_month(day))
    for _ in range(3):
        root, person = case_of({slot: draw.choice(VALUES[slot[1]]) for slot in SLOTS if draw.random() < 0.8})
        asked = [(key, person if key in program.benefits or program.rules[key].entity == person.entity else root) for key in KEYS if _there(program, key)]
        mine = interpreter.decide(program, root, occasion, asked, True)
        assert interpreter.decide(read.program, root, occasion, asked, True) == mine
        assert [one.outcome for one in PythonCode(read.program, read.changes).decide(root, occasion, asked)] == [one.outcome for one in mine]


def _there(program: Program, key: str) -> bool:
    return key in program.benefits or key in program.rules


def test_made_up_schemes_decide_alike(tmp_path: Path) -> None:
    book = compile_book(policies(400))
    assert len(book.examples) > 20 and all(result.passed for result in run_examples(book))
    data = book_bytes(book).value
    assert data is not None
    (tmp_path / "made.book").write_bytes(data)
    again = load(tmp_path / "made.book")
    assert again.program == book.program and all(result.passed for result in run_examples(again))
    for example in book.examples[::5]:
        mine, other = (decide(each, example.data, month=example.month, explain=True) for each in (book, again))
        assert other.answers and other.to_json("zh") == mine.to_json("zh")


def test_every_program_of_the_manual_comes_back() -> None:
    whole = 0
    for path in sorted((Path(__file__).parents[1] / "spec").glob("*.md")):
        for section in read_chapter(path).sections:
            files = [SourceText(block.options.get("file", "rules.policy"), block.body) for block in section.blocks if block.kind == "policy"]
            book = compile_book(file for file in files if file.path.endswith(".policy"))
            if book.errors or not files:
                continue
            data = book_bytes(book).value
            found = read_compiled(data or b"", "city.book").value
            assert found is not None, (path.name, section.blocks[0].line)
            assert (found.program, found.diagnostics, found.names) == (book.program, book.diagnostics, book.names)
            whole += 1
    assert whole > 80


# ---------------------------------------------------------------- damage


def small() -> bytes:
    data = book_bytes(compile_book([SourceText("rules.policy", SMALL)])).value
    assert data is not None
    return data


@pytest.mark.parametrize("seed", range(8))
def test_damage_is_refused(seed: int) -> None:
    draw, data = Random(seed), small()
    for _ in range(300):
        broken = bytearray(data)
        for _ in range(draw.choice((1, 1, 2, 20))):
            at = draw.randrange(len(broken))
            match draw.randrange(4):
                case 0:
                    broken[at] = draw.randrange(256)
                case 1:
                    del broken[at : at + draw.randrange(1, 50)]
                case 2:
                    broken[at:at] = draw.randbytes(draw.randrange(1, 50))
                case _:
                    broken[at:] = broken[at:][::-1]
            broken = broken or bytearray(b"x")
        found = read_compiled(bytes(broken), "city.book")
        assert bytes(broken) == data or (found.value is None and found.diagnostics)


def parts(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The index of a book, and its chunks unpacked."""
    _, _, sizes, rest = data.split(b"\n", 3)
    start = int(sizes.split()[0])
    index = json.loads(zlib.decompress(rest[:start]))
    chunks = []
    for size, _ in index["chunks"]:
        chunks.append(zlib.decompress(rest[start : start + size]))
        start += size
    return index, chunks


def sealed(index: dict[str, Any], chunks: list[bytes]) -> bytes:
    """A book with these parts, under a sum that fits."""
    packed = [zlib.compress(chunk) for chunk in chunks]
    index["chunks"] = [[len(small), len(chunk)] for small, chunk in zip(packed, chunks, strict=True)]
    plain = json.dumps(index, ensure_ascii=False).encode()
    head = zlib.compress(plain)
    body = b"%d %d\n" % (len(head), len(plain)) + head + b"".join(packed)
    return b"policyrules book 1\n" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a JSON value at which something stands: its holder, and its key or number."""
    for key, inner in list(data.items()) if isinstance(data, dict) else list(enumerate(data)):
        yield data, key
        if isinstance(inner, (dict, list)):
            yield from places(inner)


ODD: tuple[Any, ...] = (None, True, -1, 0, 1, 2, 10**30, "", "户", "or", [], [[]], {}, {"day": "2020-01-01"}, [1, 2])


@pytest.mark.parametrize("seed", range(10))
def test_forgeries_are_found_or_decide_something(seed: int, tmp_path: Path) -> None:
    draw, data = Random(seed), small()
    refused = 0
    for _ in range(120):
        index, chunks = parts(data)
        rows = json.loads(chunks[-1])
        holder, key = draw.choice(list(places(draw.choice((index, rows)))))
        holder[key] = draw.choice(ODD)
        chunks[-1] = json.dumps(rows, ensure_ascii=False).encode()
        found = read_compiled(sealed(index, chunks), "city.book")
        assert (found.value is None) == bool(found.diagnostics)
        if found.value is None or read_everything(found.value.program, found.value.files):
            refused += 1
        else:
            path = tmp_path / "city.book"
            path.write_bytes(sealed(index, chunks))
            assert decide(load(path), CASE, month="2020-04", explain=True).text("zh") is not None
    assert refused > 60


def test_a_forgery_is_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "city.book"
    index, chunks = parts(small())
    chunks[-1] = chunks[-1].replace(b'"Grant"', b'"Brant"')
    path.write_bytes(sealed(index, chunks))
    decision = decide(load(path), CASE, month="2020-04")
    assert [finding.code for finding in decision.diagnostics] == ["F111"] and not decision.answers
    with pytest.raises(DamagedBook):
        load(path).program.benefits["补助"]
