"""Worked examples to be added, proposed for a person to confirm: what a change nobody noticed decides otherwise, and the edges of comparisons.

What a proposal expects is what the policies say now. Whether that is right is for whoever confirms it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from fractions import Fraction
from random import Random

from attrs import frozen

from policyrules.book.book import Book
from policyrules.book.cases import read_case
from policyrules.book.occasion import in_month
from policyrules.core.case import Instance, instances
from policyrules.core.describing import COMPARISONS, describe
from policyrules.core.outcome import Step
from policyrules.core.parts import parts_of
from policyrules.core.program import Benefit, Choice, Expression, Operation, Program, Rule
from policyrules.engines import interpreter
from policyrules.engines.steps import walk
from policyrules.review.boundaries import edge_months
from policyrules.review.coverage_asked import answers_to, asked_of
from policyrules.review.drawing import draw_case
from policyrules.review.example_text import example_text
from policyrules.review.mutants_sound import needs_of
from policyrules.review.mutants_spots import is_table
from policyrules.review.mutants_trial import Tried
from policyrules.review.sameness import Witness
from policyrules.source.phrase import Language, Phrase
from policyrules.source.text import Place, SourceText
from policyrules.values.calendar import days_between
from policyrules.values.types import Quantity
from policyrules.values.units import MONEY

DRAWS = 60
"""Households drawn in search of one edge."""


class Side(Enum):
    """Where a value stands to the bound it is held against."""

    BELOW = Phrase("少一点", "just below")
    AT = Phrase("正好", "exactly")
    ABOVE = Phrase("多一点", "just above")


@frozen
class Edge:
    """A side of a comparison that no example stands on."""

    key: str
    node: Operation
    side: Side
    place: Place

    def words(self, program: Program) -> Phrase:
        """The edge in words: 人均收入 低于 低保标准（正好）."""
        declared = program.rules.get(self.key) or program.benefits[self.key]
        words = describe(self.node, declared.entity, program)
        return Phrase("{words}（{side}）", "{words} ({side})").fill(words=words, side=self.side.value)


@frozen
class Proposal:
    """A ready 例, the policy it belongs to, and why it is proposed."""

    policy: str
    why: Phrase
    text: str


_MISSED = Phrase("没有一个例发现：{words}", "no example notices: {words}")
_EDGE = Phrase("没有一个例站在这条线上：{words}", "no example stands on this edge: {words}")
_HEAD = Phrase(
    "# 提议的例，请核对后加入 cases.policy。应当的结果是现在的政策算出来的，对不对由人判断。",
    "# Proposed examples: confirm them, then add them to cases.policy. What they expect is what the policies say now.",
)
_POLICY = Phrase("# {policy}", "# {policy}")
_SHARED = Phrase("共用", "shared")
_TITLE = Phrase("提议：{name} {month}", "proposed: {name} {month}")


def for_missed(book: Book, tried: Tried) -> Proposal | None:
    """The example that would notice a change: its witness, decided by the policies as they are."""
    witness = tried.witness
    if not isinstance(witness, Witness):
        return None
    why = _MISSED.fill(words=tried.mutant.words)
    return _proposal(book, why, witness.document, witness.month, witness.key, witness.subject)


def _proposal(book: Book, why: Phrase, document: Mapping[str, object], month: date, key: str, subject: str) -> Proposal:
    title = _TITLE.fill(name=key.rpartition("·")[2], month=month.isoformat()[:7])
    return Proposal(key.rpartition("·")[0], why, example_text(book, title.zh, document, month, key, subject))


def written(proposals: Iterable[Proposal], language: Language) -> str:
    """The proposals as text, by policy, each with why it is proposed above it."""
    by_policy: dict[str, list[Proposal]] = {}
    taken: dict[str, int] = {}
    for one in proposals:
        by_policy.setdefault(one.policy, []).append(one)
    lines = [_HEAD(language)]
    for policy, several in by_policy.items():
        lines += ["", _POLICY.fill(policy=policy or _SHARED)(language)]
        for one in several:
            head, _, rest = one.text.rstrip("\n").partition("\n")
            taken[head] = taken.get(head, 0) + 1
            head = head if taken[head] == 1 else f"{head}（之{taken[head]}）"
            lines += ["", f"# {one.why(language)}", head, rest]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------- edges


def missing_edges(book: Book) -> tuple[Edge, ...]:
    """The sides of comparisons in rules and articles that no example stands on, in the order declared."""
    seen: set[tuple[int, Side]] = set()
    for asked in asked_of(book):
        for answer in answers_to(asked, book.program, trace=True):
            seen.update(_stands(walk(answer.trace)))
    return tuple(edge for edge in _edges(book.program) if (id(edge.node), edge.side) not in seen)


def _edges(program: Program) -> Iterator[Edge]:
    declared: list[Rule | Benefit] = [*program.rules.values(), *program.benefits.values()]
    for one in declared:
        whole = [one.expression] if isinstance(one, Rule) else [article.condition for article in one.articles]
        for node in _comparisons(whole):
            for side in Side:
                yield Edge(one.key, node, side, node.place or one.place)


def _comparisons(expressions: Sequence[Expression]) -> Iterator[Operation]:
    """Comparisons of more and less; rows of tables are looked at by whether they are used at all."""
    waiting = list(reversed(expressions))
    while waiting:
        node = waiting.pop()
        if isinstance(node, Choice) and is_table(node):
            continue
        if isinstance(node, Operation) and node.operator in COMPARISONS - {"equal", "not_equal"}:
            yield node
        waiting.extend(reversed(parts_of(node)))


def _stands(steps: Iterable[Step]) -> Iterator[tuple[int, Side]]:
    """The sides of comparisons that these steps stand on."""
    for step in steps:
        if isinstance(step.what, Operation) and step.what.operator in COMPARISONS and len(step.children) == 2:
            side = _side(step.what, step.children[0].value, step.children[1].value)
            if side is not None:
                yield id(step.what), side


def _side(node: Operation, left: object, right: object) -> Side | None:
    """On which side a value stands, if it is within a step of the bound: 1 分 of money, one point of a share, else 1."""
    match left, right:
        case Fraction(), Fraction():
            apart = left - right
        case date(), date():
            apart = Fraction(days_between(right, left))
        case _:
            return None
    if not apart:
        return Side.AT
    kind = node.arguments[0].type
    fine = isinstance(kind, Quantity) and ((MONEY, 1) in kind.dimension or (not kind.dimension and not kind.whole))
    if abs(apart) > (Fraction(1, 100) if fine else 1):
        return None
    return Side.ABOVE if apart > 0 else Side.BELOW


def at_edges(book: Book, edges: Sequence[Edge], *, seed: int = 0, draws: int = DRAWS) -> Iterator[Proposal]:
    """Examples on these edges: households drawn near the bounds until one stands there. Edges nobody is found for are passed over."""
    left = {(id(edge.node), edge.side): edge for edge in edges}
    random = Random(seed)
    months = edge_months(book.program)
    needs = needs_of(book.program)
    for edge in edges:
        if (id(edge.node), edge.side) not in left:
            continue
        key = _asked_for(book.program, edge.key, needs.dependents(edge.key))
        for _ in range(draws):
            if (id(edge.node), edge.side) not in left:
                break
            month = random.choice(months)
            document = draw_case(book, month, random, [key])
            for subject, found in _found(book, document, month, key):
                reached = [one for one in found if one in left and (left[one].key == edge.key or one == (id(edge.node), edge.side))]
                for one in reached[:1]:
                    gained = left.pop(one)
                    yield _proposal(book, _EDGE.fill(words=gained.words(book.program)), document, month, key, subject)


def _asked_for(program: Program, key: str, dependents: Iterable[str]) -> str:
    """The benefit paid to ask for so that a declaration is come by; of its own policy if there is one; else itself."""
    policy = key.rpartition("·")[0]
    paid = [one for one in dependents if one in program.benefits and program.benefits[one].pays]
    return min(paid, key=lambda one: (one.rpartition("·")[0] != policy, one), default=key)


def _found(book: Book, document: Mapping[str, object], month: date, key: str) -> Iterator[tuple[str, list[tuple[int, Side]]]]:
    """The edges everybody's answer in a household stands on."""
    root = _read(book, document)
    if root is None:
        return
    declared = book.program.rules.get(key) or book.program.benefits[key]
    asked = [(key, one) for one in instances(root) if declared.entity in (None, one.entity)]
    for answer in interpreter.decide(book.program, root, in_month(book.program, month), asked, trace=True):
        yield answer.instance.id, list(_stands(walk(answer.trace)))


def _read(book: Book, document: Mapping[str, object]) -> Instance | None:
    return read_case(book.program, document, SourceText("<case>", ""), names=book.names).value
