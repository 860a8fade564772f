"""A conversation that ends in a decision: one question at a time, each answer read by the reader of cases.

    interview = Interview(book, month="2020-04", ask="低保金")
    while interview.question:
        findings = interview.answer(input(interview.question.words.zh))

The state is the answers in their order; the case they come to is written out anew from them, so that going back and
resuming need no rules of their own. There is no terminal here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from copy import deepcopy
from datetime import date
from functools import cached_property
from typing import TypeAlias

from policyrules.book.answers import UNASCERTAINABLE, is_not_known, members_named, typed
from policyrules.book.book import Book, decide
from policyrules.book.consistency import contradictions
from policyrules.book.decision import Decision
from policyrules.book.facts import normal
from policyrules.book.occasion import occasion_of
from policyrules.book.questions import Asked, Question, changes, question_for_role, rank_questions
from policyrules.book.replies import (
    NOT_SAVED_BY_US,
    OTHER_POLICIES,
    VERSION,
    Reply,
    exact,
    nowhere,
    plain_data,
    put_aside,
    read,
    read_saved,
    saved,
    text_of,
    write,
)
from policyrules.book.requests import every_benefit, requests_for
from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.outcome import Answer, Undecided
from policyrules.core.program import Program
from policyrules.engines import interpreter
from policyrules.engines.interpreter import at_first_sight
from policyrules.source.diagnostic import Checked, Diagnostic, error, has_errors

NOTHING_ASKED = error("C193", "现在没有要回答的问题", "there is no question to answer now")

Rank: TypeAlias = Callable[[Decision, Collection[Asked]], tuple[Question, ...]]
"""Puts the questions still open into the order in which they are asked."""


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
        self._decided: set[tuple[str, str]] = set()

    # ------------------------------------------------------------ where it stands

    @cached_property
    def decision(self) -> Decision:
        """What the answers so far come to; what is wrong with the start of the interview stands in its diagnostics."""
        return decide(self.book, self.case, month=self.month, day=self.day, ask=self.ask)

    @cached_property
    def sketch(self) -> Decision:
        """The same decision at first sight: quick, and open where only a closer look would decide.

        What was decided before is left out; whatever is answered next, it stays so.
        """
        root, occasion, program = self._root, self._occasion, self.book.program
        if self.book.errors or root is None or occasion is None:
            return Decision((), self.book.errors, program, occasion)
        asked = every_benefit(program, root) if self.ask is None else requests_for(program, root, self.book.names, self.ask)
        pending = [one for one in asked.value if (one[0], one[1].id) not in self._decided]
        answers = at_first_sight(program, root, occasion, pending)
        self._decided.update((answer.key, answer.instance.id) for answer in answers if not isinstance(answer.outcome, Undecided))
        return Decision(answers, asked.diagnostics, program, occasion)

    @property
    def decided_so_far(self) -> int:
        """How many of the answers asked for are decided."""
        return len(self._decided) if self.sketch.answers else 0

    @cached_property
    def explained(self) -> Decision:
        """The decision with its reasons."""
        return decide(self.book, self.case, month=self.month, day=self.day, ask=self.ask, explain=True)

    @cached_property
    def question(self) -> Question | None:
        """What to ask now; None when nothing is left to ask."""
        if self.book.errors or self._root is None or self._occasion is None:
            return None
        opening = self._opening(self._root)
        if opening is not None or has_errors(self.sketch.diagnostics):
            return opening
        ranked = self.rank(self.sketch, self.unknown_places)
        return next((question for question in ranked if self._matters(question)), None)

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

    def entity_of(self, subject: str) -> str:
        """The entity of a member by id; empty where there is none."""
        everybody = instances(self._root) if self._root is not None else ()
        return next((one.entity for one in everybody if one.id == subject), "")

    # ------------------------------------------------------------ what can be done

    def answer(self, value: object) -> tuple[Diagnostic, ...]:
        """Answers the question, in a value of a case or in words. Where it is refused, why; the question then stays."""
        question = self.question
        if question is None:
            return (NOTHING_ASKED.at(nowhere()),)
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
        self._decided = set()
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
            "answers": [saved(reply) for reply in self.replies],
            "aside": [saved(reply) for reply in self.aside],
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
        path: str = "answers",
    ) -> Checked[Interview | None]:
        """The interview saved as `data`, from the file at `path`. What is given here wins over what was saved.

        Answers that mean nothing in this book are reported, kept aside and saved again; where that is all of them there is no
        interview.
        """
        kept = read_saved(data)
        if kept is None:
            return Checked(None, (NOT_SAVED_BY_US.at(nowhere(path)),))
        fields, replies = kept
        if month is None and day is None:
            month, day = text_of(fields.get("month")), text_of(fields.get("day"))
        asked = fields.get("ask")
        if ask is None and isinstance(asked, list):
            ask = tuple(str(name) for name in asked)
        interview = cls(book, month=month, day=None if month is not None else day, ask=ask, case=exact(fields.get("case")))
        findings = []
        for reply in replies:
            if interview._put(reply):
                interview.aside.append(reply)
                findings.append(put_aside(reply, path))
        if replies and not interview.replies:
            return Checked(None, (OTHER_POLICIES.at(nowhere(path)), *findings))
        return Checked(interview, tuple(findings))

    # ------------------------------------------------------------ inside

    @cached_property
    def _root(self) -> Instance | None:
        """The case as read; None where the start of the interview cannot be read."""
        return read(self.book, self.case).value

    def _put(self, reply: Reply) -> tuple[Diagnostic, ...]:
        """Writes an answer into the case, unless the reader of cases refuses it."""
        trial = deepcopy(self.case)
        if not write(self.book, trial, reply):
            return (put_aside(reply),)
        found = read(self.book, trial)
        findings = found.diagnostics
        if found.value is not None and self._occasion is not None:
            findings = (*findings, *contradictions(self.book.code, found.value, self._occasion))
        if has_errors(findings):
            return findings
        self.case = trial
        self.replies.append(reply)
        self._changed()
        return ()

    def _matters(self, question: Question) -> bool:
        """Whether an answer to this can still change anything asked; the answers that are quickest to look at come first."""
        listing = [
            (len(answer.outcome.missing), answer)
            for answer in self.sketch.answers
            if isinstance(answer.outcome, Undecided)
            and any((need.subject, need.fact) == question.place for need in answer.outcome.missing)
        ]
        nearest = [answer for _, answer in sorted(listing, key=lambda pair: pair[0])]
        if any(changes(self.sketch, answer, question) for answer in nearest[:2]):
            return True
        return any(question.place in self._still_missing(answer) for answer in nearest)

    def _still_missing(self, answer: Answer) -> frozenset[Asked]:
        """The facts that can still change one answer, looked at closely, once for each state of the case."""
        place = (answer.key, answer.instance.id)
        if place not in self._looked_at and self._root is not None and self._occasion is not None:
            asked = [(answer.key, answer.instance)]
            outcome = interpreter.decide(self.book.program, self._root, self._occasion, asked, trace=False)[0].outcome
            missing = outcome.missing if isinstance(outcome, Undecided) else ()
            self._looked_at[place] = frozenset((need.subject, need.fact) for need in missing)
        return self._looked_at.get(place, frozenset())

    @cached_property
    def _looked_at(self) -> dict[tuple[str, str], frozenset[Asked]]:
        return {}

    @cached_property
    def _occasion(self) -> Occasion | None:
        return occasion_of(self.book.program, self.month, self.day).value

    def _changed(self) -> None:
        for name in ("decision", "explained", "sketch", "question", "_root", "_looked_at"):
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
