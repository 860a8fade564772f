"""What each sub-command does: read, run, print, and say with an exit status how it went."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING

from policyrules.book import book as library
from policyrules.book.decision import Decision
from policyrules.book.decision_schema import decision_schema
from policyrules.book.examples import ExampleResult, run_examples
from policyrules.book.json_text import JsonDocument, read_json
from policyrules.book.promises import run_properties
from policyrules.book.schema import empty_case, json_schema
from policyrules.doors.cli import FINE, WRONG_INPUT, WRONG_USE
from policyrules.doors.files import STANDARD_INPUT, missing, policy_files, read_text, replace_text
from policyrules.source.diagnostic import Diagnostic, has_errors
from policyrules.source.phrase import Language, Phrase
from policyrules.source.render import render, summary, to_json
from policyrules.source.text import Place, line_and_column

if TYPE_CHECKING:
    from policyrules.review.drawn_promises import DrawnBreach


def check(options: Namespace) -> int:
    """Everything wrong with the policies; silent when nothing is."""
    if absent := missing(options.policies):
        return not_there(absent, options)
    findings = library.check(options.policies)
    if options.format == "json":
        _print_json({"diagnostics": _fields(findings, options.lang)})
    elif findings:
        _print_findings(findings, options.lang)
        print(f"\n{summary(findings, options.lang)}")
    return _status(findings)


def decide(options: Namespace) -> int:
    """One case decided."""
    document = case_document(options)
    if isinstance(document, int):
        return document
    decision = decided(options, document, explain=options.explain or options.format != "text")
    if options.format == "json":
        _print_json(decision.to_json(options.lang))
    elif options.format == "html":
        print(decision.html(options.lang), end="")
    elif not decision.answers:
        return refused(decision.diagnostics, options)
    else:
        print(decision.text(options.lang))
    return FINE if decision.settled else WRONG_INPUT


def case_document(options: Namespace) -> JsonDocument | int:
    """The case named on the command line, policies being there; else an exit status, and what is wrong has been said."""
    if absent := missing(options.policies):
        return not_there(absent, options)
    text = read_text(options.case)
    if text.value is None:
        return not_there(text.diagnostics, options)
    document = read_json(text.value.text, text.value.path)
    if document.value is None or document.diagnostics:
        return refused(document.diagnostics, options)
    return document.value


def decided(options: Namespace, document: JsonDocument, *, explain: bool) -> Decision:
    """The case decided for the month or day, the names and the supplied values of the command line."""
    return library.decide(
        library.load(options.policies),
        document,
        month=options.month,
        day=options.day,
        ask=options.ask,
        given=options.given,
        explain=explain,
    )


def test(options: Namespace) -> int:
    """Every worked example, compared with what it expects."""
    if absent := missing(options.policies):
        return not_there(absent, options)
    book = library.load(options.policies)
    if book.errors:
        return refused(book.errors, options)
    results = run_examples(book)
    promises = run_properties(book)
    drawn = _drawn(book, options.draws, {finding.place for finding in promises})
    findings = (*(finding for result in results for finding in result.differences), *promises, *(one.finding for one in drawn))
    if options.format == "json":
        examples = [_example(result) for result in results]
        _print_json({"examples": examples, "diagnostics": _fields(findings, options.lang), **_coverage(book, options)})
    else:
        _print_findings(findings, options.lang)
        for one in drawn:
            print("\n" + one.example(book, options.lang))
        print(("\n" if findings else "") + _tally(results)(options.lang))
        if options.coverage:
            from policyrules.doors.coverage_command import coverage_text  # the other commands start without it

            print("\n" + coverage_text(book, options.lang))
    return FINE if not findings else WRONG_INPUT


def _coverage(book: library.Book, options: Namespace) -> dict[str, object]:
    """What the examples reach, where that is asked for."""
    if not options.coverage:
        return {}
    from policyrules.doors.coverage_command import coverage_fields  # the other commands start without it

    return {"coverage": coverage_fields(book, options.lang)}


def _drawn(book: library.Book, draws: int, broken: set[Place]) -> list[DrawnBreach]:
    """The promises that drawn households break, beside those that the examples do."""
    if not draws:
        return []
    from policyrules.review.drawn_promises import drawn_breaches  # a check without drawing starts without it

    return list(drawn_breaches(book, draws, among=[one for one in book.properties if one.place not in broken]))


def format_files(options: Namespace) -> int:
    """Policy files laid out. A file with syntax errors is left as it is, and so are the others where one fails."""
    if options.policies == [STANDARD_INPUT]:
        return _format_input(options)
    if absent := missing(options.policies):
        return not_there(absent, options)
    from policyrules.syntax.formatter import format_source  # the other commands start without it

    findings: list[Diagnostic] = []
    changed: list[str] = []
    for path in dict.fromkeys(file for given in options.policies for file in policy_files(given)):
        read = read_text(path)
        findings += read.diagnostics
        if read.value is None:
            continue
        formatted = format_source(read.value, options.to)
        findings += (finding for finding in formatted.diagnostics if has_errors([finding]))
        if has_errors(formatted.diagnostics) or formatted.value == read.value.text:
            continue
        changed.append(path)
        if not options.check:
            findings += replace_text(path, formatted.value)
    _report_format(options, findings, changed)
    return WRONG_INPUT if findings or (options.check and changed) else FINE


def _format_input(options: Namespace) -> int:
    from policyrules.syntax.formatter import format_source  # the other commands start without it

    read = read_text(STANDARD_INPUT)
    if read.value is None:
        return refused(read.diagnostics, options)
    formatted = format_source(read.value, options.to)
    if has_errors(formatted.diagnostics):
        return refused(formatted.diagnostics, options)
    if options.check:
        return FINE if formatted.value == read.value.text else WRONG_INPUT
    sys.stdout.write(formatted.value)
    return FINE


def _report_format(options: Namespace, findings: list[Diagnostic], changed: list[str]) -> None:
    if options.format == "json":
        _print_json({"changed": changed, "diagnostics": _fields(findings, options.lang)})
        return
    _print_findings(findings, options.lang)
    done = Phrase("需要排版", "would change") if options.check else Phrase("已排版", "laid out")
    for path in changed:
        print(f"{done(options.lang)} {path}")


def schema(options: Namespace) -> int:
    """The JSON Schema of a case and an empty case, as one JSON object or one of the two alone; or that of a decision."""
    if options.only == "decision":
        _print_json(decision_schema())
        return FINE
    if absent := missing(options.policies):
        return not_there(absent, options)
    book = library.load(options.policies)
    if book.errors:
        _print_findings(book.errors, options.lang, to_errors=True)
        return WRONG_INPUT
    match options.only:
        case "schema":
            _print_json(json_schema(book.program))
        case "case":
            _print_json(empty_case(book.program))
        case _:
            _print_json({"schema": json_schema(book.program), "case": empty_case(book.program)})
    return FINE


# ---------------------------------------------------------------- words


def _tally(results: tuple[ExampleResult, ...]) -> Phrase:
    passed = sum(result.passed for result in results)
    failed = len(results) - passed
    if not results:
        return Phrase("没有例子", "no examples")
    zh, en = f"{passed} 个例子通过", f"{passed} {'example' if passed == 1 else 'examples'} passed"
    return Phrase(f"{zh}，{failed} 个不通过", f"{en}, {failed} failed") if failed else Phrase(zh, en)


def _example(result: ExampleResult) -> dict[str, object]:
    line, _ = line_and_column(result.example.place)
    return {
        "title": result.example.title,
        "file": result.example.place.path,
        "line": line,
        "status": "passed" if result.passed else "failed",
    }


def not_there(findings: Iterable[Diagnostic], options: Namespace) -> int:
    """A file that cannot be had is wrong use; one that is no text is wrong input."""
    shown = tuple(findings)
    refused(shown, options)
    return WRONG_INPUT if any(finding.code in ("C183", "C185") for finding in shown) else WRONG_USE


def refused(findings: Iterable[Diagnostic], options: Namespace) -> int:
    """Say what is wrong with the input, as text or JSON; the exit status."""
    shown = tuple(findings)
    if getattr(options, "format", "text") == "json":
        empty: dict[str, object] = {"decisions": []} if options.command == "decide" else {}
        _print_json({**empty, "diagnostics": _fields(shown, options.lang)})
    else:
        _print_findings(shown, options.lang, to_errors=options.command != "check")
    return WRONG_INPUT


def _status(findings: Iterable[Diagnostic]) -> int:
    return WRONG_INPUT if has_errors(findings) else FINE


def _fields(findings: Iterable[Diagnostic], language: Language) -> list[dict[str, object]]:
    return [to_json(finding, language) for finding in findings]


def _print_findings(findings: Iterable[Diagnostic], language: Language, *, to_errors: bool = False) -> None:
    blocks = [render(finding, language) for finding in findings]
    if blocks:
        print("\n\n".join(blocks), file=sys.stderr if to_errors else sys.stdout)


def _print_json(data: object) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))
