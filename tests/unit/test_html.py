"""The HTML of a decision: well formed, self-contained, nothing of a user's text taken for markup, everything said that the text says."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from policyrules.book.book import Book, compile_book, decide, load
from policyrules.book.decision import Decision
from policyrules.doors import cli
from policyrules.explain.html import escaped, page
from policyrules.explain.reasons import reasons_of
from policyrules.source.phrase import Language
from policyrules.source.text import SourceText

ROOT = Path(__file__).parent.parent.parent
VOID = {"meta", "br"}
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Reader(HTMLParser):
    """Reads a page strictly: every element opened is closed in order; keeps tags, attributes and words."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


@pytest.fixture(scope="module")
def book() -> Book:
    return load(ROOT / "policies")


@pytest.fixture(scope="module")
def decision(book: Book) -> Decision:
    case = json.loads((ROOT / "examples" / "household.json").read_text("utf-8"))
    return decide(book, case, month="2020-04", explain=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said(decision: Decision, language: Language) -> None:
    read = Reader(decision.html(language))
    assert len(decision.answers) == read.tags.count("section") > 20
    for answer in decision.answers:
        for reason in reasons_of(answer, decision.program):
            assert reason.text(language) in read.text
            assert not reason.quote or reason.kind == "parameter" or reason.quote in read.text
    assert ("暂定" if language == "zh" else "provisional") in read.text
    assert ("html", "lang", "zh-CN" if language == "zh" else "en") in read.attributes


def test_it_stands_alone(decision: Decision) -> None:
    """No script, nothing loaded, no address; and the page forbids both to itself."""
    text = decision.html()
    read = Reader(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & set(read.tags)
    assert not [found for found in read.attributes if found[1].startswith("on") or found[1] in ("src", "href", "style")]
    assert "url(" not in text and "@import" not in text and "http://" not in text and "https://" not in text
    assert "default-src 'none'" in text


def test_it_can_be_read_aloud(decision: Decision) -> None:
    """One heading of the page, one for each answer; tables have captions and named rows; nothing is folded away in print."""
    read = Reader(decision.html())
    assert read.tags.count("h1") == read.tags.count("main") == 1
    assert read.tags.count("h2") == len(decision.answers)
    assert read.tags.count("table") == read.tags.count("caption") > 0
    assert {value for tag, name, value in read.attributes if tag == "th"} == {"col", "row"}
    assert read.tags.count("details") == read.tags.count("summary") == len([a for a in read.attributes if a[:2] == ("details", "open")])


def test_a_notebook_shows_the_same(decision: Decision) -> None:
    shown = Reader(decision._repr_html_())
    assert "html" not in shown.tags and shown.tags[0] == "div"
    assert "".join(shown.words).split() == "".join(Reader(decision.html()).words).split()[2:]


def test_hostile_words_stay_words() -> None:
    policy = "\n".join(
        [
            "主体 户 含 成员：个人",
            "事实 个人",
            "  残疾：是否",
            "给付 补助：元/月  对 个人",
            "第一条 <script>alert(1)</script>&amp;",
            "  “<img src=x onerror=alert(2)>”",
            "  当 残疾",
            "  给 100元/月",
            "其余情形 不予 “</section><b>”",
        ]
    )
    book = compile_book([SourceText("rules.policy", policy + "\n")])
    assert not book.errors
    case = {"户": {"成员": [{"编号": '"><svg onload=alert(3)>', "残疾": True}, {"编号": "乙", "残疾": False}]}}
    decision = decide(book, case, month="2020-04", explain=True)
    assert len(decision.answers) == 2
    for shown in (decision.html(), decision._repr_html_()):
        read = Reader(shown)
        assert not {"script", "img", "svg", "b"} & set(read.tags)
        for words in ("<script>alert(1)</script>&amp;", "<img src=x onerror=alert(2)>", '"><svg onload=alert(3)>', "</section><b>"):
            assert words in read.text


def test_hidden_characters_are_spelt_out() -> None:
    assert escaped("甲\u202e乙\0") == "甲&lt;U+202E&gt;乙&lt;U+0000&gt;"
    assert "<title>&lt;/title&gt;</title>" in page("</title>", "", "zh")


def test_findings_are_shown(book: Book) -> None:
    decision = decide(book, {"户": {"年收人": 1}}, month="2020-04")
    assert not decision.answers
    read = Reader(decision.html())
    assert decision.diagnostics[0].message.zh in read.text and "pre" in read.tags


def test_answers_without_reasons_are_headlines(book: Book) -> None:
    case = json.loads((ROOT / "examples" / "household.json").read_text("utf-8"))
    read = Reader(decide(book, case, month="2020-04", ask="甲的生活补贴").html())
    assert "甲的生活补贴：366.00元/月" in read.text


def test_the_command_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the reasons, unasked; what is wrong with the case stands in the page as well."""
    question = [str(ROOT / "policies"), str(ROOT / "examples" / "household.json"), "--month", "2020-04", "--ask", "甲的生活补贴"]
    assert cli.run(["decide", *question, "--format", "html", "--lang", "en"]) == 0
    read = Reader(capsys.readouterr().out)
    assert "366.00 yuan/month" in read.text and "article 2" in read.text
    wrong = tmp_path / "case.json"
    wrong.write_text('{"户": {"年收人": 1}}', "utf-8")
    assert cli.run(["decide", question[0], str(wrong), "--month", "2020-04", "--format", "html"]) == 1
    assert "年收人" in Reader(capsys.readouterr().out).text


def test_a_condition_asked_by_name_has_its_grounds(book: Book) -> None:
    case = json.loads((ROOT / "examples" / "household.json").read_text("utf-8"))
    decision = decide(book, case, month="2020-04", ask=["户的人均收入", "甲的三级智力或精神", "低保标准", "户的困难家庭"], explain=True)
    read = Reader(decision.html())
    assert "残疾等级：三级" in read.text and read.tags.count("section") == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_undecided_and_partial_cases_make_pages(book: Book, language: Language) -> None:
    decision = decide(book, {"户": {"年收入": "14400", "成员": [{"编号": "甲"}, {"编号": "乙"}]}}, month="2020-04", ask="生活补贴", explain=True)
    read = Reader(decision.html(language))
    assert ("section", "class", "open") in read.attributes
    for answer in decision.answers:
        assert all(reason.text(language) in read.text for reason in reasons_of(answer, decision.program))
