"""The worked examples (例) of a book, run: each is a case decided, and its expectations compared with the answers."""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from policyrules.book.book import Book
from policyrules.book.cases import read_case
from policyrules.book.consistency import contradictions
from policyrules.book.decision import describe
from policyrules.book.occasion import in_month, on_day
from policyrules.book.requests import requests_for
from policyrules.core.case import Instance, Occasion
from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Refused, Undecided
from policyrules.core.program import Article
from policyrules.engines import interpreter
from policyrules.semantics.examples import Example, Expectation
from policyrules.source.diagnostic import Diagnostic, error
from policyrules.source.phrase import Phrase, plain
from policyrules.source.text import Place
from policyrules.values.article_numbers import article_phrase
from policyrules.values.quantities import value_text
from policyrules.values.types import Type

DIFFERS = error(
    "T101",
    "{name}：应当是{expected}，得到的是{got}",
    "{name}: expected {expected}, got {got}",
    ("请核对这个例子和上面的规则，改正其中一个", "compare this example with the rules and repair one of them"),
)
OTHER_ARTICLES = error(
    "T102",
    "{name}：应当依据{expected}，实际依据{got}",
    "{name}: expected by {expected}, but it is by {got}",
)
OTHER_MISSING = error(
    "T103",
    "{name}：应当缺{expected}，实际缺{got}",
    "{name}: expected to miss {expected}, but it misses {got}",
)


@frozen
class ExampleResult:
    """One example and how it differs from what it expects; no differences means it passed."""

    example: Example
    differences: tuple[Diagnostic, ...]

    @property
    def passed(self) -> bool:
        return not self.differences


def run_examples(book: Book) -> tuple[ExampleResult, ...]:
    """Every example of a book without errors, in the order written."""
    return tuple(ExampleResult(example, run_example(book, example)) for example in book.examples)


def run_example(book: Book, example: Example) -> tuple[Diagnostic, ...]:
    """What is wrong with one example: its facts, its questions, or its answers."""
    read = read_case(book.program, example.data, example.place.source, example.locate, names=book.names)
    if read.value is None:
        return read.diagnostics
    found: list[Diagnostic] = list(contradictions(book.code, read.value, occasion_for(book, example)))
    for expectation in example.expectations if not found else ():
        found.extend(_compared(book, example, read.value, expectation))
    return tuple(found)


def _compared(book: Book, example: Example, root: Instance, expectation: Expectation) -> tuple[Diagnostic, ...]:
    word = f"{expectation.subject}的{expectation.name}" if expectation.subject else expectation.name
    asked = requests_for(book.program, root, book.names, [word])
    if asked.diagnostics:
        return tuple(_moved(finding, expectation.place) for finding in asked.diagnostics)
    answers = interpreter.decide(book.program, root, occasion_for(book, example), asked.value, trace=False)
    return tuple(finding for answer in answers for finding in differences(expectation, answer, plain(word)))


def occasion_for(book: Book, example: Example) -> Occasion:
    """The day or month an example is decided for."""
    return on_day(example.day) if example.day is not None else in_month(book.program, example.month or date.min)


def _moved(finding: Diagnostic, place: Place) -> Diagnostic:
    """A finding about the question, shown where the example asks it."""
    return evolve(finding, place=place)


def differences(expectation: Expectation, answer: Answer, name: Phrase) -> tuple[Diagnostic, ...]:
    """How an answer differs from what is expected of `name`; nothing where it agrees."""
    if not _agrees(expectation, answer):
        expected = _expected(expectation, answer.type)
        return (DIFFERS.at(expectation.place, name=name, expected=expected, got=describe(answer)),)
    articles, missing = set(expectation.articles), set(expectation.missing)
    held = {article.number for article in _articles(answer)}
    if articles and articles != held:
        return (OTHER_ARTICLES.at(expectation.place, name=name, expected=_numbers(articles), got=_numbers(held)),)
    if missing and isinstance(answer.outcome, Undecided):
        return _other_missing(expectation, answer.outcome, name)
    return ()


def _other_missing(expectation: Expectation, outcome: Undecided, name: Phrase) -> tuple[Diagnostic, ...]:
    """A missing fact is expected by its name (残疾等级) or with whose it is (甲的残疾等级)."""
    expected = set(expectation.missing)
    needs = [{need.name, f"{need.subject}的{need.name}"} for need in outcome.missing]
    covered = all(need & expected for need in needs) and expected <= set().union(*needs)
    if covered:
        return ()
    got = {f"{need.subject}的{need.name}" for need in outcome.missing}
    return (OTHER_MISSING.at(expectation.place, name=name, expected=_listed(expected), got=_listed(got)),)


def _agrees(expectation: Expectation, answer: Answer) -> bool:
    match expectation.kind, answer.outcome:
        case "value", Granted(amount):
            return bool(amount == expectation.value)
        case "value", Computed(value):
            return value == expectation.value and isinstance(value, bool) == isinstance(expectation.value, bool)
        case ("refused", Refused()) | ("undecided", Undecided()) | ("conflict", Conflict()) | ("failed", Failed()):
            return True
        case _:
            return False


def _articles(answer: Answer) -> tuple[Article, ...]:
    match answer.outcome:
        case Granted(_, articles) | Conflict(articles):
            return articles
        case Refused(_, Article() as article):
            return (article,)
        case _:
            return ()


def _expected(expectation: Expectation, kind: Type) -> Phrase:
    match expectation.kind:
        case "refused":
            return Phrase("不予", "refused")
        case "undecided":
            return Phrase("未定", "undecided")
        case "conflict":
            return Phrase("冲突", "conflict")
        case "failed":
            return Phrase("无法计算", "no value")
        case _ if expectation.value is not None:
            return Phrase(value_text(expectation.value, kind, "zh"), value_text(expectation.value, kind, "en"))
        case _:
            return plain("?")


def _numbers(articles: set[str]) -> Phrase:
    """Articles in both languages: 第一条、第二条; article 1, article 2."""
    if not articles:
        return _listed(set())
    named = sorted((article_phrase(article) for article in articles), key=lambda phrase: (len(phrase.en), phrase.en))
    return Phrase("、".join(phrase.zh for phrase in named), ", ".join(phrase.en for phrase in named))


def _listed(words: set[str]) -> Phrase:
    if not words:
        return Phrase("（无）", "nothing")
    return Phrase("、".join(sorted(words)), ", ".join(sorted(words)))
