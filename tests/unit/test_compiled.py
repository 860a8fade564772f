"""A compiled book holds all that the policies say, decides and explains as they do, and is refused when it is not whole."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args, get_type_hints

import attrs
import pytest

from policyrules.book import compiled
from policyrules.book.book import Book, book_bytes, check, compile_book, decide, load
from policyrules.book.compiled import Contents, DamagedBook, read_compiled
from policyrules.book.examples import run_examples
from policyrules.book.interview import Interview
from policyrules.book.packing import KINDS, Packer, Reader, Unreadable, columns
from policyrules.book.promises import run_properties
from policyrules.book.questions import rank_questions
from policyrules.core import program as core
from policyrules.core.program import Program
from policyrules.doors import cli
from policyrules.source.text import Place, SourceText
from policyrules.values.types import TRUTH

ROOT = Path(__file__).parents[2]
SMALL = """主体 户
事实 户
  年收入：元/年
参数 标准：元/月
  自 2020-01-01  100元/月
给付 补助：元/月
第一条 低收入
  当 年收入 低于 1000元/年
  给 标准
其余情形 不予 “收入高”

例 有收入
  月份 2020-04
  户 年收入 10元
  应 户的补助 = 100元
"""
CASE = {"户": {"年收入": "10"}}


@pytest.fixture(scope="module")
def shipped() -> Book:
    return load(ROOT / "policies")


@pytest.fixture
def small() -> bytes:
    return bytes_of(compile_book([SourceText("rules.policy", SMALL)]))


def bytes_of(book: Book) -> bytes:
    data = book_bytes(book)
    assert data.value is not None, data.diagnostics
    return data.value


def opened(data: bytes, folder: Path) -> Book:
    path = folder / "city.book"
    path.write_bytes(data)
    return load(path)


def read(data: bytes) -> Contents:
    found = read_compiled(data, "city.book")
    assert found.value is not None, found.diagnostics
    return found.value


def codes(data: bytes) -> list[str]:
    found = read_compiled(data, "city.book")
    assert (found.value is None) == bool(found.diagnostics)
    return [finding.code for finding in found.diagnostics]


def resealed(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A book with another index under a sum that fits: a forgery."""
    _, _, sizes, rest = data.split(b"\n", 3)
    small = int(sizes.split()[0])
    index = json.loads(zlib.decompress(rest[:small]))
    change(index)
    return sealed(json.dumps(index, ensure_ascii=False).encode(), rest[small:])


def sealed(plain: bytes, rest: bytes, size: int | None = None) -> bytes:
    packed = zlib.compress(plain)
    body = b"%d %d\n" % (len(packed), len(plain) if size is None else size) + packed + rest
    return b"policyrules book 1\n" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


# ---------------------------------------------------------------- whole


def test_the_shipped_policies_come_back_whole(shipped: Book, tmp_path: Path) -> None:
    again = opened(bytes_of(shipped), tmp_path)
    assert (again.program, again.diagnostics, tuple(again.files)) == (shipped.program, shipped.diagnostics, shipped.files)
    assert again.names == shipped.names and again.code.starts == shipped.code.starts
    assert (tuple(again.examples), tuple(again.properties)) == (shipped.examples, shipped.properties)


def test_places_and_words_come_back(shipped: Book, tmp_path: Path) -> None:
    again = opened(bytes_of(shipped), tmp_path)
    for key, benefit in shipped.program.benefits.items():
        for mine, other in zip(benefit.articles, again.program.benefits[key].articles, strict=True):
            assert (other.place.path, other.place.start, other.place.words) == (mine.place.path, mine.place.start, mine.place.words)


def test_the_same_policies_give_the_same_bytes(shipped: Book, tmp_path: Path) -> None:
    data = bytes_of(shipped)
    assert bytes_of(load(ROOT / "policies")) == data
    assert bytes_of(opened(data, tmp_path)) == data


def test_the_shipped_examples_are_decided_and_told_alike(shipped: Book, tmp_path: Path) -> None:
    again = opened(bytes_of(shipped), tmp_path)
    assert [(result.example.title, result.passed) for result in run_examples(again)] == [(example.title, True) for example in shipped.examples]
    assert run_properties(again) == run_properties(shipped)
    for example in shipped.examples[::40]:
        when = {"month": example.month} if example.day is None else {"day": example.day}
        mine, other = (decide(book, example.data, **when, explain=True) for book in (shipped, again))
        assert other.to_json("zh") == mine.to_json("zh")
        assert other.text("en") == mine.text("en")


def test_a_case_with_mistakes_is_told_alike(shipped: Book, tmp_path: Path) -> None:
    again = opened(bytes_of(shipped), tmp_path)
    case = {"户": {"年收人": "1", "成员": [{"残疾等级": "五级"}, {"户籍": 3}]}}
    for asked in ("生活补贴", "不存在"):
        assert decide(again, case, month="2020-04", ask=asked).diagnostics == decide(shipped, case, month="2020-04", ask=asked).diagnostics
    assert decide(again, {"户": {}}, month="2020-04", ask="不存在").diagnostics == decide(shipped, {"户": {}}, month="2020-04", ask="不存在").diagnostics


def test_warnings_come_along(tmp_path: Path) -> None:
    book = compile_book([SourceText("rules.policy", SMALL + "\n参数 没有用到：元\n  自 2020-01-01  1元\n")])
    assert book.diagnostics and not book.errors
    again = opened(bytes_of(book), tmp_path)
    assert again.diagnostics == book.diagnostics and again.diagnostics[0].place.words == book.diagnostics[0].place.words


def test_a_book_with_errors_is_not_compiled() -> None:
    book = compile_book([SourceText("rules.policy", SMALL + "\n算 甲 = 没有的名称\n")])
    assert book.errors and book_bytes(book).value is None and book_bytes(book).diagnostics == book.errors


def test_only_what_is_asked_for_is_read(shipped: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = read(bytes_of(shipped))
    seen: list[object] = []
    real = Reader.read

    def watched(self: Reader, rows: object, kind: type[Any]) -> Any:
        seen.append(kind)
        return real(self, rows, kind)

    monkeypatch.setattr(Reader, "read", watched)
    contents.program.rules[next(iter(contents.program.rules))]
    contents.program.rules[next(iter(contents.program.rules))]
    # the rule, and the facts and parameters it names
    assert seen.count(core.Rule) == 1 and not set(seen) - {core.Rule, core.Fact, core.Parameter}


def test_a_chain_of_rules_as_long_as_you_like(tmp_path: Path) -> None:
    chain = "".join(f"算 数{number}：数 = 数{number - 1} + 1\n" for number in range(1, 1500))
    book = compile_book([SourceText("rules.policy", "主体 户\n事实 户\n  数0：数\n" + chain)])
    assert not book.errors
    again = opened(bytes_of(book), tmp_path)
    answers = decide(again, {"户": {"数0": 1}}, month="2020-04", ask="数1499")
    assert answers.text("zh") == decide(book, {"户": {"数0": 1}}, month="2020-04", ask="数1499").text("zh") and "1500" in answers.text("zh")


def test_nested_as_deeply_as_you_like() -> None:
    place = Place(SourceText("rules.policy", "x"), 0, 1)
    node: core.Expression = core.Literal(True, TRUTH, place)
    for _ in range(5_000):
        node = core.Operation("not", (node, node), TRUTH, place)
    packer = Packer()
    rows = packer.pack(core.Rule("r", "r", None, TRUTH, node, place))
    assert len(rows) == 5_002
    reader = Reader(packer.files.__getitem__)
    reader.share(packer.shared)
    made = reader.read(rows, core.Rule)
    assert isinstance(made.expression, core.Operation) and made.expression.arguments[0] is made.expression.arguments[1]


def test_every_class_a_program_can_hold_has_a_row() -> None:
    waiting: list[Any] = [*get_type_hints(Program).values()]
    met: set[Any] = set()
    while waiting:
        hint = waiting.pop()
        if hint in met:
            continue
        met.add(hint)
        waiting.extend(get_args(hint))
        if isinstance(hint, type) and attrs.has(hint) and hint not in (Place, SourceText):
            assert hint in KINDS
            waiting.extend(get_type_hints(hint).values())
    for kind in KINDS:
        assert len(columns(kind)) == len(attrs.fields(kind)) and all(one.init for one in attrs.fields(kind))


# ---------------------------------------------------------------- refused


def test_every_changed_byte_is_noticed(small: bytes) -> None:
    assert codes(small) == []
    for at in range(len(small)):
        for other in (small[at] ^ 1, small[at] ^ 0x80):
            assert codes(small[:at] + bytes([other]) + small[at + 1 :]) in (["F110"], ["F111"], ["F112"])


def test_cut_short_or_longer(small: bytes) -> None:
    for at in range(len(small)):
        assert codes(small[:at]) in (["F110"], ["F111"])
    assert codes(small + b"\n") == ["F111"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "F110"),
        (b"\x80\x04K\x01.", "F110"),
        ("政策 甲".encode(), "F110"),
        (b"policyrules book 2\n" + b"0" * 64 + b"\n1 1\n", "F112"),
        (b"policyrules book 0\n" + b"0" * 64 + b"\n1 1\n", "F111"),
        (b"policyrules book 01\n" + b"0" * 64 + b"\n1 1\n", "F111"),
        (sealed(b"[" * 100_000, b""), "F111"),
        (sealed(b"{}", b""), "F111"),
        (sealed(b"[1]", b""), "F111"),
        (sealed(b'{"shape": 1.5}', b""), "F111"),
        (sealed(b'{"shape": "\\ud800"}', b""), "F111"),
        (sealed(b" " * 1000, b"", size=10), "F111"),
        (sealed(b" " * 1000, b"", size=999_999_999), "F111"),
        (sealed(b'{"shape": "other", "library": "9.9"}', b""), "F113"),
    ],
)
def test_foreign_and_forged(data: bytes, code: str) -> None:
    assert codes(data) == [code]


def test_a_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch, small: bytes) -> None:
    monkeypatch.setattr(compiled, "MOST_BYTES", 4_000)
    bomb = zlib.compress(b"x" * 5_000_000, 9)
    assert codes(sealed(b"x", b"") + bomb) == ["F114"]
    packed = bomb[:3_000]
    body = b"%d %d\n" % (len(packed), 3_999) + packed
    assert codes(b"policyrules book 1\n" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body) == ["F111"]


@pytest.mark.parametrize(
    "change",
    [
        lambda index: index.pop("rules"),
        lambda index: index.update(rules=[[0]]),
        lambda index: index.update(benefits=[[0, 0, 1, 2, 3, 4, 5]]),
        lambda index: index.update(order=[99]),
        lambda index: index.update(order="户"),
        lambda index: index.update(changes=["2020-13-01"]),
        lambda index: index.update(month_by_end=1),
        lambda index: index.update(chunks=[[1, 1]]),
        lambda index: index.update(shared=[["Path", "current", "户", 3]]),
        lambda index: index.update(shared=[["Unknown", 1]]),
        lambda index: index.update(shared=[["Truth", 1]]),
    ],
)
def test_a_forged_index_is_refused(small: bytes, change: Callable[[dict[str, Any]], None]) -> None:
    assert codes(resealed(small, change)) == ["F111"]


def test_a_forgery_seen_late_decides_nothing(small: bytes, tmp_path: Path) -> None:
    def change(index: dict[str, Any]) -> None:
        index["benefits"][0][1] = 0  # the rows of another declaration

    forged = resealed(small, change)
    book = opened(forged, tmp_path)
    assert [finding.code for finding in decide(book, CASE, month="2020-04").diagnostics] == ["F111"]
    assert [finding.code for finding in check(tmp_path / "city.book")] == ["F111"]
    with pytest.raises(DamagedBook):
        book.program.benefits["补助"]
    assert cli.main(["schema", str(tmp_path / "city.book")]) == 1


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["Literal", True, -1]],
        [["Literal", True, -1, None], ["Grant", 1]],
        [["Literal", True, -1, None], ["Grant", -1]],
        [["Literal", True, -9, None]],
        [["Literal", [2, 4], -1, None]],
        [["Literal", [1, 0], -1, None]],
        [["Literal", {"day": "2020-02-30"}, -1, None]],
        [["Literal", {"day": "20200201"}, -1, None]],
        [["Literal", {}, -1, None]],
        [["Literal", None, -1, None]],
        [["Literal", True, True, None]],
        [["Literal", True, -1, [0, 0, 2]]],
        [["Literal", True, -1, [0, 1, 0]]],
        [["Literal", True, -1, [0, True, 1]]],
        [["MomentValue", "midnight", -1, None]],
        [["Refuse", 3]],
        ["Refuse"],
        [[["Refuse"], None]],
        [[]],
        {},
    ],
)
def test_rows_are_checked(rows: object) -> None:
    reader = Reader([SourceText("a", "x")].__getitem__)
    reader.share([["Truth"]])
    with pytest.raises(Unreadable):
        reader.read(rows, object)


# ---------------------------------------------------------------- the command


def test_compile_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, target = tmp_path / "policies", tmp_path / "city.book"
    folder.mkdir()
    (folder / "rules.policy").write_text(SMALL, encoding="utf-8")
    (tmp_path / "case.json").write_text(json.dumps(CASE), encoding="utf-8")
    assert cli.run(["compile", str(folder), "-o", str(target)]) == 0
    assert "已编译成" in capsys.readouterr().out
    before = target.read_bytes()
    assert cli.run(["compile", str(folder), "-o", str(target)]) == 1
    assert "F116" in capsys.readouterr().err
    assert cli.run(["compile", str(folder), "-o", str(target), "--force"]) == 0
    assert target.read_bytes() == before and [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    for command in ("check", "test", "schema"):
        capsys.readouterr()
        assert cli.run([command, str(folder)]) == 0
        mine = capsys.readouterr().out
        assert cli.run([command, str(target)]) == 0
        assert capsys.readouterr().out == mine
    for command in ("decide", "why", "graph"):
        asked = [str(tmp_path / "case.json"), "--month", "2020-04", "--ask", "户的补助"]
        assert cli.run([command, str(folder), *asked]) == 0
        mine = capsys.readouterr().out
        assert cli.run([command, str(target), *asked]) == 0
        assert capsys.readouterr().out == mine
    assert cli.run(["check", str(target), str(folder)]) == 1
    assert "F115" in capsys.readouterr().out


def test_questions_from_a_compiled_book(shipped: Book, tmp_path: Path) -> None:
    again = opened(bytes_of(shipped), tmp_path)
    assert deepcopy(again.program) == shipped.program and tuple(deepcopy(again.files)) == shipped.files
    case = {"户": {"成员": [{"编号": "甲", "残疾等级": "三级"}]}}
    mine, other = (rank_questions(decide(book, case, month="2020-04", ask="甲的生活补贴")) for book in (shipped, again))
    assert mine and other == mine
    for book in (shipped, again):
        asked = Interview(book, month="2020-04", ask=["生活补贴"])
        assert asked.question is not None and asked.answer("甲") == () and asked.question is not None


def test_compile_with_errors_or_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rules.policy"
    file.write_text(SMALL + "\n算 甲 = 没有的名称\n", encoding="utf-8")
    assert cli.run(["compile", str(file), "-o", str(tmp_path / "city.book")]) == 1
    assert "错误[P" in capsys.readouterr().err and not (tmp_path / "city.book").exists()
    file.write_text(SMALL, encoding="utf-8")
    assert cli.run(["compile", str(file), "-o", str(tmp_path / "nowhere" / "city.book")]) == 1
    assert "C180" in capsys.readouterr().err
    assert cli.run(["compile", str(tmp_path / "nothing"), "-o", str(tmp_path / "city.book")]) == 2
    assert cli.run(["compile", str(file), "-o", str(tmp_path), "--force"]) == 1
    assert "C181" in capsys.readouterr().err


def test_a_book_by_any_name(small: bytes, tmp_path: Path) -> None:
    (tmp_path / "city.bin").write_bytes(small)
    assert len(load(tmp_path / "city.bin").program.benefits) == 1
    (tmp_path / "notes.book").write_text("政策 甲", encoding="utf-8")
    assert [finding.code for finding in load(tmp_path / "notes.book").diagnostics] == ["F110"]
    assert [finding.code for finding in load(tmp_path / "none.book").diagnostics] == ["F101"]
