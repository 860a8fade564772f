"""`policyrules ask`: the interview at a terminal, or with answers piped in, until everything asked is decided."""

from __future__ import annotations

import io
import json
import os
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence

from policyrules.book import book as library
from policyrules.book import case_problems as problems
from policyrules.book.answers import UNASCERTAINABLE
from policyrules.book.book import Book
from policyrules.book.facts import normal
from policyrules.book.interview import Interview
from policyrules.book.json_text import read_json
from policyrules.book.occasion import NOWHERE
from policyrules.book.purposes import purpose_lines, purposes
from policyrules.book.questions import Question
from policyrules.book.replies import Reply
from policyrules.core.outcome import Answer, Undecided
from policyrules.core.program import Fact
from policyrules.doors.cli import FINE, WRONG_INPUT, WRONG_USE
from policyrules.doors.files import missing, read_text, replace_text, trouble_with
from policyrules.explain.words import LIST, SEMICOLON, joined, owned, possible_words
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Language, Phrase, plain
from policyrules.source.render import render
from policyrules.values.types import Truth

_BACK = frozenset(("返回", "back"))
_QUIT = frozenset(("退出", "quit", "exit"))
_WHY = frozenset(("为什么问", "为什么", "why", "?"))
_UNKNOWN = frozenset(("unknown",))

_HELP = Phrase(
    "一题一答。不知道就写“不知道”；“返回”改上一题，“为什么问”看用处，“退出”保存后离开。",
    "One answer at a time. Write “unknown” where nobody knows, “back” to change the last answer, “why” to see what it is for, “quit” to save and leave.",
)
_RESUMED = Phrase("接着上次，已经答了 {count} 题。", "Going on from last time; {count} answered so far.")
_QUESTION = Phrase("第 {number} 题　{words}", "Question {number}  {words}")
_UNIT = Phrase("单位：{unit}", "unit: {unit}")
_YES_NO = Phrase("是 / 否", "yes / no")
_PROOF = Phrase("凭：{proof}", "proof: {proof}")
_SO_FAR = Phrase("目前可能：{range}", "possible so far: {range}")
_ITEM = Phrase("{name} {range}", "{name} {range}")
_OPEN = Phrase("目前还有 {open} 项未定，{decided} 项已定", "{open} still open, {decided} decided so far")
_ANY = Phrase("还说不准", "anything")
_FOR = Phrase("为了决定：{line}", "to decide {line}")
_FIRST = Phrase("这已经是第一题了。", "This is the first question.")
_BACK_TO = Phrase("退回上一题。", "Back to the question before.")
_HINT = Phrase("  提示：{hint}", "  hint: {hint}")
_SAVED = Phrase("已保存到 {path}，下次用同一个文件接着答。", "Saved to {path}; use the same file to go on.")
_NOT_SAVED = Phrase("没有保存：开始时没有给 --answers 文件。", "Nothing was saved: there was no --answers file.")
_LEFT = Phrase("还没有答完，先到这里。", "Not finished; that is all for now.")
_DONE = Phrase("问完了，共答 {count} 题。", "That was all, {count} answered.")
_BRING = Phrase("要带的材料", "papers to bring")
_BRING_LINE = Phrase("  {proof}：{facts}", "  {proof}: {facts}")
_UNASCERTAINED = Phrase("没有查明的：{facts}", "not ascertained: {facts}")
_OWNED = Phrase("{subject}的{name}", "{name} of {subject}")
_MOST_RANGES = 3


def ask(options: Namespace) -> int:
    """Asks until everything is decided. 0: decided; 1: something left open, or the input is wrong; 2: wrong use."""
    language: Language = options.lang
    if absent := missing(options.policies):
        _complain(absent, language)
        return WRONG_USE
    book = library.load(options.policies)
    if book.errors:
        _complain(book.errors, language)
        return WRONG_INPUT
    interview = _begun(options, book)
    if isinstance(interview, int):
        return interview
    if interview.month is None and interview.day is None:
        _complain((problems.NO_OCCASION.at(NOWHERE),), language)
        return WRONG_USE
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    print(_HELP(language))
    if interview.replies:
        print(_RESUMED.fill(count=len(interview.replies))(language))
    finished = _converse(interview, language)
    if finished:
        _conclude(interview, language)
    else:
        print(f"\n{_LEFT(language)}")
    saved = _save(interview, options.answers, language, said=not finished)
    return FINE if saved and interview.finished and interview.decided else WRONG_INPUT


def _begun(options: Namespace, book: Book) -> Interview | int:
    """A new interview, or the one saved in the file; an exit status where that cannot be read."""
    if not options.answers or not os.path.lexists(options.answers):
        return Interview(book, month=options.month, day=options.day, ask=options.ask)
    text = read_text(options.answers)
    if text.value is None:
        _complain(text.diagnostics, options.lang)
        return WRONG_USE
    document = read_json(text.value.text, text.value.path)
    if document.value is None or document.diagnostics:
        _complain(document.diagnostics, options.lang)
        return WRONG_INPUT
    resumed = Interview.from_json(book, document.value.data, month=options.month, day=options.day, ask=options.ask, path=options.answers)
    _complain(resumed.diagnostics, options.lang)
    return WRONG_INPUT if resumed.value is None else resumed.value


# ---------------------------------------------------------------- the conversation


def _converse(interview: Interview, language: Language) -> bool:
    """Question after question; False where whoever answers leaves before the end."""
    while (question := interview.question) is not None:
        print("\n" + "\n".join(line(language) for line in _shown(interview, question)))
        said = _heard()
        while not said.strip():
            if said == "":
                return False
            said = _heard()
        word = normal(said)
        if word.casefold() in _QUIT:
            return False
        if word.casefold() in _BACK:
            print((_BACK_TO if interview.back() else _FIRST)(language))
        elif word.casefold() in _WHY:
            for line in purpose_lines(purposes(interview.sketch, question)):
                print(_FOR.fill(line=line)(language))
        elif word.casefold() in _UNKNOWN and word not in question.options:
            interview.unknown()
        else:
            for finding in interview.answer(said.strip()):
                print(finding.message(language))
                if finding.hint is not None:
                    print(_HINT.fill(hint=finding.hint)(language))
    return True


def _heard() -> str:
    """The next line with its line end; empty where nothing more comes."""
    try:
        return input("> ") + "\n"
    except (EOFError, KeyboardInterrupt, OSError, ValueError):
        # The end of the input, Ctrl-C, or a stream that cannot be read: whoever answers has left.
        return ""


def _shown(interview: Interview, question: Question) -> list[Phrase]:
    """The question with what can be answered, the paper that proves it, and how things stand."""
    lines = [_QUESTION.fill(number=len(interview.replies) + 1, words=question.words)]
    if question.options:
        lines.append(plain("  " + "　".join(f"{number} {option}" for number, option in enumerate(question.options, 1))))
    elif isinstance(question.type, Truth):
        lines.append(_indented(_YES_NO))
    elif question.unit is not None:
        lines.append(_indented(_UNIT.fill(unit=question.unit)))
    if question.proof:
        lines.append(_indented(_PROOF.fill(proof=question.proof)))
    standing = _standing(interview)
    return [*lines, _indented(standing)] if standing is not None else lines


def _standing(interview: Interview) -> Phrase | None:
    """In one line what the open answers can still be; how many they are where they are many."""
    answers = interview.sketch.answers
    undecided = [answer for answer in answers if isinstance(answer.outcome, Undecided)]
    if not undecided:
        return None
    if len(undecided) > _MOST_RANGES:
        return _OPEN.fill(open=len(undecided), decided=interview.decided_so_far)
    if len(undecided) == 1 and not interview.decided_so_far:
        return _SO_FAR.fill(range=_range(undecided[0]))
    named = [_ITEM.fill(name=owned(answer.name, answer.instance, None), range=_range(answer)) for answer in undecided]
    return _SO_FAR.fill(range=joined(SEMICOLON, named))


def _range(answer: Answer) -> Phrase:
    outcome = answer.outcome
    possible = outcome.possible if isinstance(outcome, Undecided) else None
    return _ANY if possible is None else possible_words(possible, answer.type)


def _indented(phrase: Phrase) -> Phrase:
    return Phrase(f"  {phrase.zh}", f"  {phrase.en}")


# ---------------------------------------------------------------- the end


def _conclude(interview: Interview, language: Language) -> None:
    """The decision with its reasons, the papers to bring, and what nobody could tell."""
    if not interview.decision.answers:
        _complain(interview.decision.diagnostics, language)
        return
    print(f"\n{_DONE.fill(count=len(interview.replies))(language)}\n")
    print(interview.explained.text(language))
    papers = _papers(interview)
    if papers:
        print(f"\n{_BRING(language)}")
        for line in papers:
            print(line(language))
    unknown = [_OWNED.fill(subject=reply.subject, name=_name(interview, reply)) for reply in interview.replies if reply.value == UNASCERTAINABLE]
    if unknown:
        print(f"\n{_UNASCERTAINED.fill(facts=joined(LIST, unknown))(language)}")


def _papers(interview: Interview) -> list[Phrase]:
    """Each paper with the facts it proves, in the order in which they were asked."""
    proves: dict[str, dict[Phrase, None]] = {}
    for reply in interview.replies:
        fact = _fact(interview, reply)
        if fact is not None and fact.proof and reply.value != UNASCERTAINABLE:
            proves.setdefault(fact.proof, {})[_OWNED.fill(subject=reply.subject, name=fact.name)] = None
    return [_BRING_LINE.fill(proof=proof, facts=joined(LIST, list(facts))) for proof, facts in proves.items()]


def _fact(interview: Interview, reply: Reply) -> Fact | None:
    """The fact an answer is about; None for members."""
    return interview.book.program.facts.get((interview.entity_of(reply.subject), reply.key))


def _name(interview: Interview, reply: Reply) -> str:
    fact = _fact(interview, reply)
    return fact.name if fact else reply.key


def _save(interview: Interview, path: str | None, language: Language, *, said: bool) -> bool:
    """Writes the answers to their file; False where that failed."""
    if not path:
        if said and interview.replies:
            print(_NOT_SAVED(language))
        return True
    text = json.dumps(interview.to_json(), ensure_ascii=False, indent=2) + "\n"
    findings: tuple[Diagnostic, ...]
    if os.path.lexists(path):
        findings = replace_text(path, text)
    else:
        try:
            with open(path, "x", encoding="utf-8", newline="") as file:
                file.write(text)
            findings = ()
        except (OSError, ValueError) as trouble:
            findings = (trouble_with(path, trouble),)
    _complain(findings, language)
    if said and not findings:
        print(_SAVED.fill(path=path)(language))
    return not findings


def _complain(findings: Iterable[Diagnostic], language: Language) -> None:
    blocks: Sequence[str] = [render(finding, language) for finding in findings]
    if blocks:
        print("\n\n".join(blocks), file=sys.stderr)
