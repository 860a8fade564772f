"""A conversation that ends in a decision: one question at a time, each answer read by the reader of cases.

    interview = Interview(book, month="2020-04", ask="低保金")
    while interview.question:
        findings = interview.answer(input(interview.question.words.zh))

The state is the answers in their order; the case they come to is written out anew from them, so that going back and
resuming need no rules of their own. There is no terminal here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

from attrs import frozen

from policyrules.book import case_problems as problems
from policyrules.book.answers import UNASCERTAINABLE, is_not_known, members_named, typed
from policyrules.book.book import Book, decide
from policyrules.book.cases import locate_in, read_case
from policyrules.book.consistency import contradictions
from policyrules.book.decision import Decision
from policyrules.book.facts import normal
from policyrules.book.json_text import Inexact
from policyrules.book.names import ID_KEYS
from policyrules.book.occasion import occasion_of
from policyrules.book.questions import Asked, Question, question_for_role, rank_questions
from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.outcome import Undecided
from policyrules.core.program import Program
from policyrules.source.diagnostic import Checked, Diagnostic, error, has_errors, warning
from policyrules.source.text import Place, SourceText
from policyrules.values.quantities import exact_text

VERSION = 1

NOT_SAVED_BY_US = error(
    "C190",
    "这不是保存下来的问答，或者是别的版本保存的",
    "this is no saved interview, or one saved by another version",
    ("请核对文件；原文件没有改动", "look at the file again; it was not changed"),
)
OTHER_POLICIES = error(
    "C191",
    "保存的回答在这些政策里一条也用不上",
    "none of the saved answers means anything in these policies",
    ("请核对政策文件夹；原文件没有改动", "look at the folder of policies again; the file was not changed"),
)
PUT_ASIDE = warning(
    "C192",
    "保存的回答“{subject}的{fact}：{value}”在这里用不上，先放在一边",
    "the saved answer “{fact} of {subject}: {value}” is of no use here and is put aside",
)
NOTHING_ASKED = error("C193", "现在没有要回答的问题", "there is no question to answer now")

Rank: TypeAlias = Callable[[Decision, Collection[Asked]], tuple[Question, ...]]
"""Puts the questions still open into the order in which they are asked."""


@frozen
class Reply:
    """One answer given: whose and which fact (by key) or role, and what goes into the case for it."""

    subject: str
    key: str
    value: object

    @property
    def place(self) -> Asked:
        """Where it belongs."""
        return self.subject, self.key


class Interview:
    """Questions about one household until what is asked is decided.

    `ask` is as for `decide`; `case` is what is known already; `rank` orders the open questions.
    """

    def __init__(
        self,
        book: Book,
        *,
        month: str | date | None = None,
        day: str | date | None = None,
        ask: str | Iterable[str] | None = None,
        case: object = None,
        rank: Rank = rank_questions,
    ) -> None:
        if month is not None and day is not None:
            raise TypeError("an interview takes a month or a day, not both")
        self.book = book
        self.month = month
        self.day = day
        self.ask = None if ask is None else (ask,) if isinstance(ask, str) else tuple(ask)
        self.rank = rank
        self.start = plain_data(case) if case is not None else {book.program.root: {}} if book.program.root else {}
        self.replies: list[Reply] = []
        self.aside: list[Reply] = []
        self.case: object = deepcopy(self.start)
        self._asking: tuple[str, ...] | None = None

    # ------------------------------------------------------------ where it stands

    @cached_property
    def decision(self) -> Decision:
        """What the answers so far come to; what is wrong with the start of the interview stands in its diagnostics."""
        return self._decide(self.ask)

    @cached_property
    def still_open(self) -> Decision:
        """The decision of what was open before the last answer. What is decided stays so, whatever is answered next."""
        return self.decision if self._asking is None else self._decide(self._asking)

    @cached_property
    def question(self) -> Question | None:
        """What to ask now; None when nothing is left to ask."""
        if self.book.errors or self._root is None or self._occasion is None:
            return None
        opening = self._opening(self._root)
        if opening is not None:
            return opening
        return next(iter(self.rank(self.still_open, self.unknown_places)), None)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to ask: everything is decided, or what is missing cannot be known."""
        return self.question is None

    @property
    def decided(self) -> bool:
        """Whether every answer asked for is there, without anything open or wrong."""
        answers = self.decision.answers
        return bool(answers) and self.decision.settled and not any(isinstance(answer.outcome, Undecided) for answer in answers)

    @property
    def unknown_places(self) -> frozenset[Asked]:
        """What nobody could answer; it is not asked again."""
        return frozenset(reply.place for reply in self.replies if reply.value == UNASCERTAINABLE)

    # ------------------------------------------------------------ what can be done

    def answer(self, value: object) -> tuple[Diagnostic, ...]:
        """Answers the question, in a value of a case or in words. Where it is refused, why; the question then stays."""
        question = self.question
        if question is None:
            return (NOTHING_ASKED.at(Place(SourceText("answer", ""), 0, 0)),)
        if is_not_known(question, value):
            self.unknown()
            return ()
        taken = [one.id for one in instances(self._root)] if self._root else []
        data = plain_data(typed(question, value) if question.role is None else members_named(question, value, taken))
        return self._put(Reply(question.subject, question.key, data))

    def unknown(self) -> None:
        """Says that the question cannot be answered (不知道); it is not asked again."""
        if self.question is not None:
            self._put(Reply(self.question.subject, self.question.key, UNASCERTAINABLE))

    def back(self) -> bool:
        """Takes the last answer back; False where there is none."""
        if not self.replies:
            return False
        kept = self.replies[:-1]
        self.replies = []
        self.case = deepcopy(self.start)
        self._asking = None
        self._changed()
        for reply in kept:
            self._put(reply)
        return True

    # ------------------------------------------------------------ saved and resumed

    def to_json(self) -> dict[str, object]:
        """Everything needed to go on another day."""
        return {
            "interview": VERSION,
            "month": self.month.isoformat()[:7] if isinstance(self.month, date) else self.month,
            "day": self.day.isoformat() if isinstance(self.day, date) else self.day,
            "ask": None if self.ask is None else list(self.ask),
            "case": self.start,
            "answers": [_saved(reply) for reply in self.replies],
            "aside": [_saved(reply) for reply in self.aside],
        }

    @classmethod
    def from_json(
        cls,
        book: Book,
        data: object,
        *,
        month: str | date | None = None,
        day: str | date | None = None,
        ask: str | Iterable[str] | None = None,
    ) -> Checked[Interview | None]:
        """The interview saved as `data`. What is given here wins over what was saved.

        Answers that mean nothing in this book are reported, kept aside and saved again; where that is all of them there is no
        interview.
        """
        saved = _read_saved(data)
        if saved is None:
            return Checked(None, (NOT_SAVED_BY_US.at(_nowhere()),))
        fields, replies = saved
        if month is None and day is None:
            month, day = _text(fields.get("month")), _text(fields.get("day"))
        asked = fields.get("ask")
        if ask is None and isinstance(asked, list):
            ask = tuple(str(name) for name in asked)
        interview = cls(book, month=month, day=None if month is not None else day, ask=ask, case=_exact(fields.get("case")))
        findings = []
        for reply in replies:
            if interview._put(reply):
                interview.aside.append(reply)
                findings.append(_put_aside(reply))
        if replies and not interview.replies:
            return Checked(None, (OTHER_POLICIES.at(_nowhere()), *findings))
        return Checked(interview, tuple(findings))

    # ------------------------------------------------------------ inside

    @cached_property
    def _root(self) -> Instance | None:
        """The case as read; None where the start of the interview cannot be read."""
        return _read(self.book, self.case).value

    def _put(self, reply: Reply) -> tuple[Diagnostic, ...]:
        """Writes an answer into the case, unless the reader of cases refuses it."""
        trial = deepcopy(self.case)
        if not _write(self.book, trial, reply):
            return (_put_aside(reply),)
        read = _read(self.book, trial)
        findings = read.diagnostics
        if read.value is not None and self._occasion is not None:
            findings = (*findings, *contradictions(self.book.program, read.value, self._occasion))
        if has_errors(findings):
            return findings
        self._asking = None if isinstance(reply.value, (list, dict)) else self._left_open()
        self.case = trial
        self.replies.append(reply)
        self._changed()
        return ()

    def _left_open(self) -> tuple[str, ...] | None:
        """The names still undecided, as far as that has been worked out; None where it has not. New members are asked about too."""
        known = self.__dict__.get("still_open") or self.__dict__.get("decision")
        if known is None or not known.answers:
            return self._asking
        return tuple(f"{answer.instance.id}的{answer.key}" for answer in known.answers if isinstance(answer.outcome, Undecided))

    def _decide(self, ask: tuple[str, ...] | None) -> Decision:
        return decide(self.book, self.case, month=self.month, day=self.day, ask=ask)

    @cached_property
    def _occasion(self) -> Occasion | None:
        return occasion_of(self.book.program, self.month, self.day).value

    def _changed(self) -> None:
        for name in ("decision", "still_open", "question", "_root"):
            self.__dict__.pop(name, None)

    def _opening(self, root: Instance) -> Question | None:
        """Who belongs to the household, where something is asked of people and nobody is there yet."""
        everybody = tuple(instances(root))
        present = {instance.entity for instance in everybody}
        for wanted in _entities_asked(self.book, self.ask):
            for instance in everybody if wanted not in present else ():
                entity = self.book.program.entities.get(instance.entity)
                for role in entity.roles if entity else ():
                    open_ = role.name not in instance.members and (instance.id, role.name) not in self.unknown_places
                    if open_ and wanted in _reached(self.book.program, role.entity):
                        return question_for_role(instance, role)
        return None


def plain_data(value: object) -> object:
    """Data of a case as JSON can keep it: exact numbers and days as texts."""
    match value:
        case Mapping():
            return {key: plain_data(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain_data(inner) for inner in value]
        case Fraction():
            return exact_text(value)
        case Decimal() | date():
            return str(value)
        case _:
            return value


def _entities_asked(book: Book, ask: tuple[str, ...] | None) -> list[str]:
    """The entities that what is asked belongs to."""
    program = book.program
    if ask is None:
        return [one.entity for key, one in program.benefits.items() if one.pays and key not in program.left_out]
    words = [normal(word) for word in ask]
    known = [one for one in book.names.computed() for word in words if _means(word, normal(one.name)) or _means(word, normal(one.key))]
    return list(dict.fromkeys(one.entity for one in known))


def _means(word: str, name: str) -> bool:
    return word == name or word.endswith(f"的{name}")


def _reached(program: Program, entity: str) -> set[str]:
    """An entity and all that can be found below it."""
    found = {entity}
    waiting = [entity]
    while waiting:
        declared = program.entities.get(waiting.pop())
        below = {role.entity for role in declared.roles} - found if declared else set()
        found |= below
        waiting.extend(below)
    return found


# ---------------------------------------------------------------- the case as data


def _read(book: Book, case: object) -> Checked[Instance | None]:
    at_value, at_name = locate_in(case, "<case>")
    return read_case(book.program, case, SourceText("<case>", ""), at_value, locate_name=at_name, names=book.names)


def _write(book: Book, case: object, reply: Reply) -> bool:
    """Puts an answer into the data of a case, which is changed; False where it belongs nowhere."""
    root = _read(book, case).value
    for instance, node in _nodes(root, case) if root is not None else ():
        if instance.id != reply.subject or not _knows(book, instance.entity, reply.key):
            continue
        listed: list[object] = []
        for key in [key for key in node if _same_name(book, instance.entity, key, reply.key)]:
            before = node.pop(key)
            listed = before if isinstance(before, list) else []
        # Who belongs to a list that may not be complete is added to it; where nobody knows, it stays as it is.
        added = deepcopy(reply.value)
        node[reply.key] = [one for one in listed if isinstance(one, dict)] + added if isinstance(added, list) else listed or added
        return True
    return False


def _same_name(book: Book, entity: str, written: object, key: str) -> bool:
    """Whether a name in a case means the fact or the role with this key."""
    if not isinstance(written, str):
        return False
    return normal(written) == normal(key) or [known.key for known in book.names.find(entity, normal(written))] == [key]


def _knows(book: Book, entity: str, key: str) -> bool:
    declared = book.program.entities.get(entity)
    return (entity, key) in book.program.facts or (declared is not None and any(role.name == key for role in declared.roles))


def _nodes(root: Instance, case: object) -> Iterator[tuple[Instance, dict[object, object]]]:
    """Every instance with the piece of data it was read from."""
    waiting = [(root, piece) for piece in (case.values() if isinstance(case, dict) else ())]
    while waiting:
        instance, node = waiting.pop()
        if not isinstance(node, dict):
            continue
        yield instance, node
        for key, inner in node.items():
            group = next((group for role, group in instance.members.items() if isinstance(key, str) and normal(role) == normal(key)), [])
            pieces = [piece for piece in (inner if isinstance(inner, list) else [inner]) if isinstance(piece, dict)]
            waiting.extend(zip(group, pieces, strict=False))


# ---------------------------------------------------------------- saved answers


def _saved(reply: Reply) -> dict[str, object]:
    return {"subject": reply.subject, "fact": reply.key, "value": reply.value}


def _read_saved(data: object) -> tuple[Mapping[str, object], list[Reply]] | None:
    """The fields and answers of a saved interview; None where it is none."""
    if not isinstance(data, Mapping) or data.get("interview") != VERSION:
        return None
    replies = []
    for name in ("answers", "aside"):
        listed = data.get(name, [])
        if not isinstance(listed, list):
            return None
        for one in listed:
            if not isinstance(one, Mapping) or not isinstance(one.get("subject"), str) or not isinstance(one.get("fact"), str):
                return None
            replies.append(Reply(one["subject"], one["fact"], _exact(one.get("value"))))
    return data, replies


def _exact(value: object) -> object:
    """Saved data with the decimal numbers somebody wrote into the file as the texts they are."""
    match value:
        case Inexact(text):
            return text
        case Mapping():
            return {key: _exact(inner) for key, inner in value.items()}
        case list():
            return [_exact(inner) for inner in value]
        case _:
            return value


def _put_aside(reply: Reply) -> Diagnostic:
    value = problems.shown(_shortly(reply.value))
    return PUT_ASIDE.at(_nowhere(), subject=problems.shown(reply.subject), fact=problems.shown(reply.key), value=value)


def _shortly(value: object) -> str:
    """A saved value in a word: members by their ids."""
    if isinstance(value, list):
        return "、".join(str(one.get(ID_KEYS[0], "")) if isinstance(one, Mapping) else str(one) for one in value)
    return str(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _nowhere() -> Place:
    return Place(SourceText("answers", ""), 0, 0)
