"""The question worth asking next: of the facts still missing, the one whose values, tried, settle most.

Every missing fact is given a few values in turn (`trial_values`) and the open answers are decided again at first sight.
What counts is how many of them are then decided, then how few facts are still missing. Only the rank rests on trials:
which facts are missing at all is what the decision says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from copy import deepcopy
from fractions import Fraction
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.book import case_problems as problems
from policyrules.book.decision import Decision
from policyrules.book.trial_values import Bound, FactKey, bounds_of, trial_values
from policyrules.core.case import Instance, Occasion, instances, root_of
from policyrules.core.outcome import Answer, Outcome, Undecided
from policyrules.core.program import Fact, Program, Role
from policyrules.engines.interpreter import trials
from policyrules.engines.splitting import differ
from policyrules.source.phrase import Phrase
from policyrules.values.types import Day, Options, Quantity, Text, Truth, Type, Value
from policyrules.values.units import type_text
from policyrules.values.unknown import Need

MOST_TRIALS = 120
"""How often the open answers are decided again for one ranking at most."""

_SOME = 2

MOST_TURNS = 100
"""How often one answer is decided again, at about most, to see that a question can change it."""

Asked: TypeAlias = "tuple[str, str]"
"""The id of an instance and the key of a fact or the name of a role."""

_EVERYBODY = frozenset(("成员", "members"))
_HOUSEHOLD = Phrase(
    "家里一共几口人？写姓名或编号，用顿号隔开；只写人数也行",
    "how many people are there in the household? Write names or ids with commas between; a number alone will do",
)
_LIST = Phrase(
    "{role}有哪些？写姓名或编号，用顿号隔开；只写个数也行，一个也没有写“没有”",
    "which are the {role}? Write names or ids with commas between; a number alone will do, and “none” where there are none",
)
_MORE = Phrase(
    "{role}已写{named}，还有谁？写姓名或编号，用顿号隔开；没有别人写“没有”",
    "{named} are written as {role}; who else? Write names or ids with commas between, and “none” where that is all",
)
_SINGLE = Phrase("{role}是谁？写姓名或编号", "who is the {role}? Write a name or an id")
_OF = Phrase("{subject}：{words}", "{subject}: {words}")

_DEFAULTS: Mapping[type, Phrase] = {
    Truth: Phrase("“{name}”，是还是否？", "“{name}”: yes or no?"),
    Quantity: Phrase("{name}是多少？", "how much is “{name}”?"),
    Day: Phrase("{name}是哪一天？", "on which day is “{name}”?"),
    Options: Phrase("{name}是什么？", "what is “{name}”?"),
    Text: Phrase("{name}是什么？", "what is “{name}”?"),
}


@frozen
class Question:
    """One missing fact as a question to a person.

    `role` is set where members are asked for, `fact` where a fact is. `settles` is the share of the open answers that the
    answer to it decides, on the average of the values tried; `score` what questions are ranked by, the highest first.
    """

    subject: str
    entity: str
    words: Phrase
    fact: Fact | None = None
    role: Role | None = None
    settles: Fraction = Fraction(0)
    score: Fraction = Fraction(0)

    @property
    def key(self) -> str:
        """The key of the fact, or the name of the role."""
        return self.fact.key if self.fact else self.name

    @property
    def name(self) -> str:
        """The name people use."""
        return self.fact.name if self.fact else self.role.name if self.role else ""

    @property
    def proof(self) -> str | None:
        """The paper that proves it (凭), as the policy says."""
        return self.fact.proof if self.fact else None

    @property
    def type(self) -> Type | None:
        """The type of the fact; None where members are asked for."""
        return self.fact.type if self.fact else None

    @property
    def options(self) -> tuple[str, ...]:
        """What can be answered, where that can be listed."""
        return self.fact.type.names if self.fact and isinstance(self.fact.type, Options) else ()

    @property
    def unit(self) -> Phrase | None:
        """The unit of a number, where it has one."""
        if self.fact is None or not isinstance(self.fact.type, Quantity) or not self.fact.type.dimension:
            return None
        return Phrase(type_text(self.fact.type, "zh"), type_text(self.fact.type, "en"))

    @property
    def place(self) -> Asked:
        """Where the answer belongs."""
        return self.subject, self.key


def next_question(decision: Decision, passed_over: Collection[Asked] = ()) -> Question | None:
    """The question to ask next; None when no missing fact is left. Those `passed_over` are not asked."""
    return next(iter(rank_questions(decision, passed_over)), None)


def rank_questions(decision: Decision, passed_over: Collection[Asked] = ()) -> tuple[Question, ...]:
    """A question for every fact an undecided answer misses, the one that settles most first; ties in the order of the policy."""
    asked = questions_in_order(decision, passed_over)
    if len(asked) < 2 or decision.occasion is None:
        return asked
    trying = _Trying(decision, decision.occasion)
    weighed = [trying.weighed(question) for question in asked]
    return tuple(sorted(weighed, key=lambda question: -question.score))


def questions_in_order(decision: Decision, passed_over: Collection[Asked] = ()) -> tuple[Question, ...]:
    """The same questions as a case worker meets the facts: by member, then as the policy lists them, lists of members last."""
    missing = {(need.subject, need.fact) for need in _missing(decision.answers)} - set(passed_over)
    if not missing:
        return ()
    program = decision.program
    return tuple(
        question
        for instance in instances(root_of(decision.answers[0].instance))
        for question in _askable(program, instance)
        if question.place in missing
    )


def question_for_role(instance: Instance, role: Role) -> Question:
    """Who the members in a role are."""
    named = problems.listed(member.id for member in instance.members.get(role.name, ()))
    if not role.many:
        template = _SINGLE
    elif named.zh:
        template = _MORE
    else:
        template = _HOUSEHOLD if instance.parent is None and role.name in _EVERYBODY else _LIST
    return Question(instance.id, instance.entity, _said_of(instance, template.fill(role=role.name, named=named)), role=role)


def question_for_fact(instance: Instance, fact: Fact) -> Question:
    """What a fact is: in the policy's own words (问), or in plain ones."""
    words = Phrase(fact.question, fact.question) if fact.question else _DEFAULTS[type(fact.type)].fill(name=fact.name)
    return Question(instance.id, instance.entity, _said_of(instance, words), fact=fact)


def _said_of(instance: Instance, words: Phrase) -> Phrase:
    """The household needs no name, everybody else does."""
    return words if instance.parent is None else _OF.fill(subject=instance.id, words=words)


def _askable(program: Program, instance: Instance) -> Iterator[Question]:
    for fact in program.facts.values():
        if fact.entity == instance.entity:
            yield question_for_fact(instance, fact)
    entity = program.entities.get(instance.entity)
    for role in entity.roles if entity else ():
        yield question_for_role(instance, role)


def _missing(answers: Sequence[Answer]) -> set[Need]:
    return {need for answer in answers if isinstance(answer.outcome, Undecided) for need in answer.outcome.missing}


# ---------------------------------------------------------------- trials


@define(eq=False)
class _Trying:
    """The open answers of one decision, ready to be decided again. Works on a copy of the case, so that members can be put in."""

    decision: Decision
    occasion: Occasion
    by_id: dict[str, Instance] = field(init=False)
    again: Callable[[Mapping[Asked, Value]], tuple[Outcome, ...]] = field(init=False)
    asked_of: dict[str, frozenset[str]] = field(init=False)
    bounds: Mapping[FactKey, tuple[Bound, ...]] = field(init=False)
    open: int = field(init=False)
    before: int = field(init=False)
    left: int = field(init=False, default=MOST_TRIALS)
    known: dict[Hashable, tuple[Fraction, Fraction]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        undecided = [answer for answer in self.decision.answers if isinstance(answer.outcome, Undecided)]
        root = deepcopy(root_of(undecided[0].instance))
        self.by_id = {instance.id: instance for instance in instances(root)}
        asked = [(answer.key, self.by_id[answer.instance.id]) for answer in undecided]
        self.again = trials(self.decision.program, root, self.occasion, asked)
        self.asked_of = {id_: frozenset(key for key, one in asked if one.id == id_) for id_ in self.by_id}
        self.bounds = bounds_of(self.decision.program, self.occasion.day)
        self.open = len(asked)
        self.before = max(1, len(_needs(self.again({}))))

    def weighed(self, question: Question) -> Question:
        """The question with what it settles. Members of whom the same is known are weighed once."""
        alike = (question.key, self.likeness(self.by_id[question.subject]))
        if alike not in self.known:
            self.known[alike] = self.tried(question)
        settles, score = self.known[alike]
        return Question(question.subject, question.entity, question.words, question.fact, question.role, settles, score)

    def likeness(self, instance: Instance) -> Hashable:
        """What tells one member from another: what is known of them and asked about them."""
        facts = tuple(sorted(instance.facts.items()))
        below = tuple((role, tuple(self.likeness(one) for one in group)) for role, group in instance.members.items())
        given = tuple(sorted(instance.given.items(), key=lambda pair: pair[0]))
        states = tuple(sorted((key, state.value) for key, state in instance.states.items()))
        return instance.entity, self.asked_of[instance.id], facts, given, states, below, tuple(instance.unlisted), id(instance.parent)

    def tried(self, question: Question) -> tuple[Fraction, Fraction]:
        """The share of the open answers settled, and the rank: that share, and below it the share of missing facts that go."""
        results = list(self.outcomes(question))
        if not results:
            return Fraction(0), Fraction(0)
        settled = sum(not isinstance(outcome, Undecided) for outcomes in results for outcome in outcomes)
        gone = sum(self.before - len(_needs(outcomes)) for outcomes in results)
        settles = Fraction(settled, len(results) * self.open)
        return settles, settles + Fraction(gone, len(results) * self.before)

    def outcomes(self, question: Question) -> Iterator[tuple[Outcome, ...]]:
        """What the open answers come to with each value of the fact, as long as trials are left."""
        instance = self.by_id[question.subject]
        if question.fact is not None:
            owner = (question.entity, question.key)
            values = trial_values(question.fact, self.bounds.get(owner, ()), self.occasion, _people(root_of(instance)))
            if self.allowed(len(values)):
                yield from (self.again({question.place: value}) for value in values)
        elif question.role is not None and self.allowed(1):
            # A list is tried as it mostly turns out: with some members, of whom more has to be asked.
            yield self.with_more(instance, question.role, _SOME if question.role.many else 1)

    def with_more(self, instance: Instance, role: Role, count: int) -> tuple[Outcome, ...]:
        """What the open answers come to with so many more members of whom nothing is known, and nobody besides."""
        members, unlisted = instance.members, instance.unlisted
        added = [Instance(role.entity, f"{instance.id}的{role.name}{number}", parent=instance) for number in range(count)]
        instance.members = {**members, role.name: [*members.get(role.name, ()), *added]}
        instance.unlisted = {name: one for name, one in unlisted.items() if name != role.name}
        try:
            return self.again({(instance.id, role.name): False})
        finally:
            instance.members, instance.unlisted = members, unlisted

    def allowed(self, count: int) -> bool:
        """Whether so many trials are left; they are then taken."""
        if count > self.left:
            return False
        self.left -= count
        return True


def changes(decision: Decision, answer: Answer, question: Question) -> bool:
    """Whether two ways to answer a question were found that change an answer, everything else being the same.

    A short search along the facts still missing: True is certain, False says only that none was found soon.
    """
    if question.fact is None or decision.occasion is None:
        return False
    program, root = decision.program, root_of(answer.instance)
    entities = {instance.id: instance.entity for instance in instances(root)}
    again = trials(program, root, decision.occasion, [(answer.key, answer.instance)])
    bounds = bounds_of(program, decision.occasion.day)
    occasion, people = decision.occasion, _people(root)
    left = MOST_TURNS

    def values(place: Asked) -> tuple[Value, ...]:
        owner = (entities.get(place[0], ""), place[1])
        fact = program.facts.get(owner)
        return trial_values(fact, bounds.get(owner, ()), occasion, people) if fact else ()

    def search(fixed: dict[Asked, Value], pending: Sequence[Value], settled: Outcome | None) -> bool:
        """Whether fixing further facts makes one of the values not yet settled come out differently from another."""
        nonlocal left
        open_: list[tuple[Value, Undecided]] = []
        for value in pending:
            left -= 1
            outcome = again({**fixed, question.place: value})[0]
            if isinstance(outcome, Undecided):
                open_.append((value, outcome))
            elif settled is not None and differ(settled, outcome):
                return True
            else:
                settled = settled or outcome
        if not open_ or left <= 0:
            return False
        # What is settled stays so, and one value that can still come out differently is enough.
        kept = [value for value, _ in open_][: 1 if settled is not None else None]
        others = [(need.subject, need.fact) for need in (*open_[0][1].missing, *open_[0][1].unknowable)]
        further = next((place for place in others if place != question.place and values(place)), None)
        return further is not None and any(search({**fixed, further: value}, kept, settled) for value in values(further))

    return search({}, values(question.place), None)


def _people(root: Instance) -> int:
    """How many belong to the household: its longest list."""
    return max((len(group) for group in root.members.values()), default=0) or 1


def _needs(outcomes: Sequence[Outcome]) -> set[Need]:
    return {need for outcome in outcomes if isinstance(outcome, Undecided) for need in outcome.missing}
