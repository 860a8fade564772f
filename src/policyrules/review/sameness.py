"""Whether a name comes to the same in two versions of the policies: by its structure, by proof, or not, with a household that shows it.

The order is: the same structure; then households drawn near the rules' own bounds; then the solver, for every stretch of months
and every household up to a size. What two versions come to is the kind of the outcome and its amount or value; which article it
is by, reasons, citations and marks (暂定) are words and take no part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from time import process_time
from typing import TypeAlias

from attrs import define, frozen

from policyrules.book.book import Book
from policyrules.core.case import Instance, State, copied, instances
from policyrules.core.outcome import Outcome, Undecided
from policyrules.core.program import Benefit, Program, Rule
from policyrules.engines import interpreter, smt
from policyrules.engines.smt import Window
from policyrules.review.diff_cases import Side, completed, document_of, sides
from policyrules.review.drawing import draw_case
from policyrules.review.replay import replay, same_outcome, told, with_states
from policyrules.review.sameness_proof import Found, reading, settle
from policyrules.review.smaller import earliest, smaller
from policyrules.review.stretches import Closure, closure, decision_day, stretches
from policyrules.source.phrase import Phrase
from policyrules.values.calendar import add_months

TRIALS = 60
"""Households drawn for a stretch of months."""

FIRST_TRIALS = 6
"""Rounds in which households are drawn from the old version only."""

SHARE_OF_SOLVER = 0.7
"""How much of the time is left to the solver, at least; what it does not need goes into more households where nothing is settled."""


class Unfaithful(Exception):
    """The solver found a household in which the reference sees no difference: a fault of the engine, never of the policies."""


@frozen
class Witness:
    """A household as a JSON case, a month, and what `key` comes to for `subject` (an id) before and after."""

    document: dict[str, object]
    month: date
    subject: str
    key: str
    before: Outcome
    after: Outcome


@frozen
class Same:
    """Equal; `by` says how that is known, and for which households and months."""

    by: Phrase


@frozen
class Differs:
    """Different: the witness has been decided by the reference in both versions."""

    witness: Witness


@frozen
class NotProved:
    """Neither a difference nor a proof was found; `why`, and what was still established."""

    why: Phrase


Comparison: TypeAlias = Same | Differs | NotProved

_STRUCTURE = Phrase("写法不同处不影响结果：规则、数值和事实都一样", "the same rules, values and facts, however they are written")
_PROVED = Phrase(
    "已经证明：{first} 至 {last} 的每个月、户内每类成员不超过 {members} 人的每一户，结果都一样",
    "proved: the same result for every month from {first} to {last} and every household with at most {members} in each list",
)
_ABSENT = Phrase("{which}没有“{name}”", "{which} has no “{name}”")
_LEFT_OUT = Phrase("{which}的“{name}”有错误，没有编进去", "“{name}” of {which} has errors and was left out")
_OLD, _NEW = Phrase("旧的政策", "the old version"), Phrase("新的政策", "the new version")
_OTHER_KIND = Phrase("“{name}”两边不是同一类名称、主体或类型", "“{name}” is of another kind, entity or type in the two versions")
_OTHER_FACTS = Phrase(
    "试过 {count} 户没有看到不同，但两边的事实不一样（{facts}），不能证明",
    "{count} households showed no difference, but the facts of the two versions are not the same ({facts}), so nothing is proved",
)
_OTHER_STEAD = Phrase(
    "事实都知道时结果一样；“{facts}”不详或不适用时怎么办，两边写的不一样",
    "the same where every fact is known; what is taken where {facts} cannot be known or does not apply is not the same",
)
_TIMED_OUT = Phrase(
    "{seconds} 秒内没有证明完（{done}/{all} 部分已经证明一样），试过的 {count} 户没有看到不同",
    "not proved within {seconds} seconds ({done} of {all} parts are proved equal); {count} households showed no difference",
)
_NO_READING = Phrase("求解器读不了{what}；试过的 {count} 户没有看到不同", "the solver cannot read {what}; {count} households showed no difference")
_NO_SOLVER = Phrase(
    "没有装求解器（pip install 'policyrules[proof]'）；试过的 {count} 户没有看到不同",
    "the solver is not installed (pip install 'policyrules[proof]'); {count} households showed no difference",
)
_UNFAITHFUL = Phrase(
    "求解器给出的户经核对没有不同，请报告这个问题", "the household the solver gave shows no difference when decided; please report this"
)


def compare(
    old: Book, new: Book, key: str, first: date, last: date, *, members: int = 3, seconds: float = 5, strict: bool = False
) -> Comparison:
    """Whether `key` comes to the same in both books, in every month from that of `first` to that of `last`.

    `strict` raises where the solver and the reference disagree, instead of saying so.
    """
    lacking = _lacking(old, new, key)
    if lacking is not None:
        return NotProved(lacking)
    one, other = closure(old.program, (key,)), closure(new.program, (key,))
    both = sides(old, new)
    uneven = not both[0].fits or one.facts != other.facts
    rests_on = Closure(one.names | other.names, one.parameters | other.parameters, one.facts | other.facts)
    until = process_time() + seconds
    work = _Work(old, new, key, both, rests_on, until, seconds, members, strict, uneven)
    windows = [window for window in stretches((old.program, new.program), (key,), first, last) if not _alike(work, window)]
    if not windows:
        return Same(_STRUCTURE)
    work.windows = windows
    found = _tried(work, windows, range(FIRST_TRIALS), until - seconds * SHARE_OF_SOLVER)
    if found is not None:
        return Differs(found)
    apart = _facts_apart(work)
    try:
        solved: Comparison = NotProved(_OTHER_FACTS) if apart else _solved(work, windows, first, last)
    except Unfaithful:
        if strict:
            raise
        solved = NotProved(_UNFAITHFUL)
    if isinstance(solved, NotProved):
        found = _tried(work, windows, range(FIRST_TRIALS, TRIALS), until)
    if found is not None:
        return Differs(found)
    return NotProved(_OTHER_FACTS.fill(count=work.tried, facts="、".join(apart))) if apart else solved


@define(eq=False)
class _Work:
    """What one comparison carries."""

    old: Book
    new: Book
    key: str
    both: tuple[Side, Side]
    rests_on: Closure
    until: float
    seconds: float
    members: int
    strict: bool
    uneven: bool
    """Whether the versions rest on other facts, so that a household has to be drawn for each."""

    tried: int = 0
    windows: Sequence[Window] = ()
    """The stretches of months in which the versions are made of something else."""

    @property
    def programs(self) -> tuple[Program, Program]:
        return self.old.program, self.new.program

    @property
    def entity(self) -> str:
        """Whose the key is."""
        return declared(self.old.program, self.key).entity or self.old.program.root or ""


def declared(program: Program, key: str) -> Rule | Benefit:
    """The rule or benefit of a key."""
    return program.rules.get(key) or program.benefits[key]


def _lacking(old: Book, new: Book, key: str) -> Phrase | None:
    """What one of the versions lacks, so that there is nothing to compare."""
    found = []
    for which, book in ((_OLD, old), (_NEW, new)):
        program = book.program
        one = program.rules.get(key) or program.benefits.get(key)
        if one is None or key in program.left_out:
            name = key.rpartition("·")[2]
            return (_LEFT_OUT if _is_left_out(program, key, name) else _ABSENT).fill(which=which, name=name)
        found.append((type(one), one.entity or program.root, one.type, isinstance(one, Benefit) and one.pays))
    return None if found[0] == found[1] else _OTHER_KIND.fill(name=key.rpartition("·")[2])


def _is_left_out(program: Program, key: str, name: str) -> bool:
    return key in program.left_out or name in program.left_out


# ---------------------------------------------------------------- structure


def _alike(work: _Work, window: Window) -> bool:
    """Whether the key is made of the same in this stretch of months, whatever its parts are called."""
    old, new = work.programs
    if old.month_by_end is not new.month_by_end:
        return False
    day = decision_day(old, window.first)
    return reading(old, day, old).meaning(work.key) == reading(new, day, old).meaning(work.key)


def _facts_apart(work: _Work) -> list[str]:
    """Facts and roles the key rests on that the versions declare with other types."""
    old, new = work.programs
    shared = [one for one in sorted(work.rests_on.facts) if one in old.facts and one in new.facts]
    apart = [key for entity, key in shared if old.facts[entity, key].type != new.facts[entity, key].type]
    return apart + [name for name in old.entities if name in new.entities and _roles(old, name) != _roles(new, name)]


def _roles(program: Program, entity: str) -> set[tuple[str, str, bool]]:
    return {(role.name, role.entity, role.many) for role in program.entities[entity].roles}


# ---------------------------------------------------------------- trials


def _tried(work: _Work, windows: Sequence[Window], rounds: range, until: float) -> Witness | None:
    """A difference among households drawn from both versions, the first stretch of months first; until that time."""
    random = Random(f"{work.key} {rounds.start}")
    for index in rounds:
        for window in windows:
            if process_time() > until and index:
                return None
            found = _drawn(work, month_in(window, random), random, index)
            if found is not None:
                return found
    return None


def month_in(window: Window, random: Random) -> date:
    """A month of a window: often the first or the last."""
    months = (window.last.year - window.first.year) * 12 + window.last.month - window.first.month
    return add_months(window.first, random.choice((0, months, random.randint(0, months)))) or window.first


def _drawn(work: _Work, month: date, random: Random, index: int) -> Witness | None:
    # Code is written for the old version once, however many others it is compared with.
    drawn = (work.new, work.old) if index >= FIRST_TRIALS and index % 2 else (work.old, work.new)
    document = draw_case(drawn[0], month, random, [work.key], work.members)
    root = told(drawn[0], document)
    if root is None:
        return None
    if work.uneven:
        another = told(drawn[1], draw_case(drawn[1], month, random, [work.key], work.members))
        root = completed(root, another) if another is not None else root
    work.tried += 1
    for subject in [one.id for one in instances(root) if one.entity == work.entity]:
        if _unlike(work, root, month, subject) is not None:
            return _witness(work, root, month, subject)
    return _in_states(work, root, month)


def _unlike(work: _Work, root: Instance, month: date, subject: str) -> tuple[Outcome, Outcome] | None:
    """What both versions come to at first sight, where it is not the same."""
    before, after = (_outcome(work, side, root, month, subject) for side in work.both)
    if same_outcome(before, after) or isinstance(before, Undecided) or isinstance(after, Undecided):
        return None
    return (before, after) if all(side.allows(root, month) for side in work.both) else None


def _outcome(work: _Work, side: Side, root: Instance, month: date, subject: str) -> Outcome:
    own, occasion = side.own(root), side.occasion(month)
    asked = [(work.key, one) for one in instances(own) if one.id == subject]
    quick = side.book.code.quick(own, occasion, asked)[0] if side.book is work.old or work.tried > FIRST_TRIALS else None
    return (quick or interpreter.at_first_sight(side.program, own, occasion, asked)[0]).outcome


def _in_states(work: _Work, root: Instance, month: date) -> Witness | None:
    """The same household with a fact that cannot be known or does not apply, where the versions say otherwise what that comes to."""
    for entity, key in _steads_apart(work):
        for state in State:
            one = copied(root)[0]
            for owner in instances(one):
                if owner.entity == entity:
                    owner.facts.pop(key, None)
                    owner.states[key] = state
            for subject in [each.id for each in instances(one) if each.entity == work.entity]:
                if _unlike(work, one, month, subject) is not None:
                    return _witness(work, one, month, subject)
    return None


def _steads_apart(work: _Work) -> list[tuple[str, str]]:
    return [key for key in sorted(work.rests_on.facts) if len({_steads(program, key) for program in work.programs}) > 1]


def _steads(program: Program, key: tuple[str, str]) -> object:
    fact = program.facts.get(key)
    return fact and tuple(stead and (stead.value,) for stead in (fact.presumed, fact.inapplicable))


def _witness(work: _Work, root: Instance, month: date, subject: str) -> Witness | None:
    """The household made small, and decided by the reference in both versions."""

    month = earliest(work.windows, month, lambda one: _unlike(work, root, one, subject) is not None)
    small = smaller(root, work.old.program, work.rests_on.facts, subject, lambda one: _unlike(work, one, month, subject) is not None)
    for one in (small, root):
        document = with_states(document_of(one, work.programs), one)
        found = replayed(work.old, work.new, document, month, subject, work.key)
        if found is not None:
            return found
    return None


def replayed(old: Book, new: Book, document: Mapping[str, object], month: date, subject: str, key: str) -> Witness | None:
    """The household decided by the reference in both versions, if that shows a difference."""
    before, after = (replay(book, document, month, key, subject) for book in (old, new))
    if before is None or after is None or same_outcome(before, after):
        return None
    return Witness(dict(document), month, subject, key, before, after)


# ---------------------------------------------------------------- the solver


def _solved(work: _Work, windows: Sequence[Window], first: date, last: date) -> Comparison:
    try:
        settled = settle(work.old.program, work.new.program, work.key, windows, work.members, work.until - work.seconds * (1 - SHARE_OF_SOLVER) / 2)
    except smt.Unsupported as unread:
        return NotProved(_NO_READING.fill(what=unread.what, count=work.tried))
    except ModuleNotFoundError:
        return NotProved(_NO_SOLVER.fill(count=work.tried))
    if settled.found is not None:
        return Differs(_of_model(work, settled.found))
    if not settled.proved:
        return NotProved(_TIMED_OUT.fill(seconds=f"{work.seconds:g}", done=settled.done, all=settled.all, count=work.tried))
    steads = [key for _, key in _steads_apart(work)]
    if steads:
        return NotProved(_OTHER_STEAD.fill(facts="、".join(steads)))
    return Same(_PROVED.fill(first=f"{first:%Y-%m}", last=f"{last:%Y-%m}", members=work.members))


def _of_model(work: _Work, found: Found) -> Witness:
    """The case of a model, decided by the reference."""
    document, month = smt.document(found.old, found.model)
    another, _ = smt.document(found.new, found.model)
    subject = smt.subject(found.old, found.address)
    root, more = told(work.old, document), told(work.new, another)
    if root is None or more is None:
        raise Unfaithful(f"{work.key}: {document} / {another} is no case")
    shown = _witness(work, completed(root, more) if work.uneven else root, month, subject)
    if shown is None:
        raise Unfaithful(f"{work.key} {month:%Y-%m}: {document}")
    return shown
