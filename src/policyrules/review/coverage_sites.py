"""What of a program worked examples can reach: articles, exceptions, branches, rows, spans, roundings, and both truths of every condition.

Each item has a mark; `coverage` looks for the marks in the traces of what the examples ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from attrs import field, frozen

from policyrules.analysis.granularity import Steps, step_of
from policyrules.analysis.view import views_of
from policyrules.core.describing import describe, known_words, one_of, place_words
from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_at
from policyrules.core.program import (
    Aggregate,
    Article,
    Benefit,
    Choice,
    Expression,
    Gathering,
    Grant,
    Literal,
    Operation,
    Parameter,
    ParameterRow,
    Program,
    Rounding,
    Rule,
)
from policyrules.review.mutants_spots import is_table
from policyrules.source.phrase import Phrase, plain
from policyrules.source.text import Place
from policyrules.values.article_numbers import article_phrase

Mark: TypeAlias = tuple[object, ...]


class Kind(Enum):
    """What kind of thing is reached."""

    ARTICLE = "article"
    EXCEPTION = "exception"
    BRANCH = "branch"
    ROW = "row"
    SPAN = "span"
    ROUNDING = "rounding"
    CONDITION = "condition"


@frozen
class Item:
    """One thing to be reached, in words for where it is not, and where it stands. `policy` is empty for what all policies share.

    `excuse` says why no example can reach it as things are.
    """

    kind: Kind
    policy: str
    key: str
    place: Place
    words: Phrase
    mark: Mark = field(repr=False)
    excuse: Phrase | None = None


ROUNDS = ("round ", "spread")

_ARTICLE = Phrase("“{name}”{article}从没有决定过结果", "{article} of “{name}” never decides")
_OTHERWISE = Phrase("“{name}”的其余情形从没有决定过结果", "the otherwise of “{name}” never decides")
_EXCEPTION = Phrase("“{name}”里{beater}从没有排除过{beaten}", "in “{name}” {beater} never sets aside {beaten}")
_BRANCH = Phrase("“{name}”从没有走到“若 {condition}”", "“{name}” never comes by “if {condition}”")
_ELSE = Phrase("“{name}”从没有走到“否则”", "“{name}” never comes by its else")
_ROW = Phrase("{row}从没有用到", "{row} is never used")
_REST = Phrase("“{name}”的其余一行从没有用到", "the last row of “{name}” is never used")
_SPAN = Phrase("“{name}”从没有用到{start}起的 {value}", "{value} of “{name}” from {start} on is never used")
_ROUNDING = Phrase("“{name}”的取整从没有改变过数额", "the rounding of “{name}” never changes an amount")
_TRUE = Phrase("{where}的“{condition}”从没有成立过", "{where}: “{condition}” is never true")
_FALSE = Phrase("{where}的“{condition}”从没有不成立过", "{where}: “{condition}” is never false")
_NAMED = Phrase("“{name}”", "“{name}”")
_OF_BENEFIT = Phrase("“{name}”{article}", "{article} of “{name}”")


_NOBODY = Phrase("例里写不出没有{role}的{entity}", "an example cannot tell of a {entity} without {role}")
_EVEN = Phrase("现在的数额都已经是整{place}", "all amounts are whole {place} as things are")


def items_of(program: Program) -> tuple[Item, ...]:
    """Everything there is to reach, in the order declared."""
    found: list[Item] = []
    for parameter in program.parameters.values():
        found += (_span(parameter, row) for row in parameter.timeline)
    for rule in program.rules.values():
        found += _expression(program, rule, rule.expression, _NAMED.fill(name=rule.name))
    for benefit in program.benefits.values():
        found += _benefit(program, benefit)
    return tuple(found)


def _policy(key: str) -> str:
    return key.rpartition("·")[0]


def _span(parameter: Parameter, row: ParameterRow) -> Item:
    words = _SPAN.fill(name=parameter.name, start=row.start, value=known_words(row.value, parameter.type))
    return Item(Kind.SPAN, _policy(parameter.key), parameter.key, row.place, words, ("node", id(row)))


# ---------------------------------------------------------------- benefits


def _benefit(program: Program, benefit: Benefit) -> Iterator[Item]:
    policy, key = _policy(benefit.key), benefit.key
    for article in benefit.articles:
        where = _OF_BENEFIT.fill(name=benefit.name, article=article_phrase(article.number))
        words = _ARTICLE.fill(name=benefit.name, article=article_phrase(article.number))
        yield Item(Kind.ARTICLE if benefit.pays else Kind.BRANCH, policy, key, article.place, words, ("decides", id(article)))
        yield from (_pair(benefit, article, benefit.articles[beater]) for beater in article.yields_to)
        yield from _truths(program, benefit, article.condition, where, ("article", id(article)), article.place)
        yield from _expression(program, benefit, article.condition, where)
        if isinstance(article.consequence, Grant):
            yield from _expression(program, benefit, article.consequence.value, where)
    words = _OTHERWISE.fill(name=benefit.name)
    yield Item(Kind.ARTICLE if benefit.pays else Kind.BRANCH, policy, key, benefit.place, words, ("decides", id(benefit.otherwise)))
    if isinstance(benefit.otherwise, Grant):
        yield from _expression(program, benefit, benefit.otherwise.value, _NAMED.fill(name=benefit.name))
    if benefit.rounding is not None:
        words = _ROUNDING.fill(name=benefit.name)
        yield Item(Kind.ROUNDING, policy, key, benefit.rounding.place, words, ("rounds", id(benefit.rounding)), _even(program, benefit, benefit.rounding))


def _even(program: Program, benefit: Benefit, rounding: Rounding) -> Phrase | None:
    """Why a rounding can change nothing: every amount is a multiple of its step already, whatever the facts."""
    steps = Steps(views_of(program)(None), dict(program.benefits))
    values = [said.value for said in (*(one.consequence for one in benefit.articles), benefit.otherwise) if isinstance(said, Grant)]
    whole = all((step := step_of(value, steps)) is not None and (step / rounding.step).denominator == 1 for value in values)
    return _EVEN.fill(place=place_words(rounding.step, benefit.type)) if whole else None


def _pair(benefit: Benefit, article: Article, beater: Article) -> Item:
    numbers = article_phrase(beater.number), article_phrase(article.number)
    words = _EXCEPTION.fill(name=benefit.name, beater=numbers[0], beaten=numbers[1])
    return Item(Kind.EXCEPTION, _policy(benefit.key), benefit.key, beater.place, words, ("beats", id(beater), id(article)))


# ---------------------------------------------------------------- expressions


def _expression(program: Program, declared: Rule | Benefit, whole: Expression, where: Phrase) -> Iterator[Item]:
    policy = _policy(declared.key)
    waiting: list[tuple[Expression, str | None]] = [(whole, declared.entity)]
    while waiting:
        node, entity = waiting.pop()
        place = node.place or declared.place
        match node:
            case Choice() if is_table(node):
                yield from _rows(declared, node)
                waiting += [(branch.value, entity) for branch in node.branches]
                continue
            case Choice():
                yield from _branches(program, declared, node, entity)
            case Operation(operator) if operator.startswith(ROUNDS):
                yield Item(Kind.ROUNDING, policy, declared.key, place, _ROUNDING.fill(name=declared.name), ("rounds", id(node)))
            case Operation("and" | "or") if one_of(node) is None:
                for index, part in enumerate(node.arguments):
                    yield from _truths(program, declared, part, where, ("part", id(node), index), part.place or place, entity)
        inside = entity
        if isinstance(node, Aggregate) and entity is not None:
            inside = entity_at(node.path.entity, (*node.path.roles, node.role), program.entities)
        waiting += [(part, inside) for part in reversed(parts_of(node))]


def _truths(
    program: Program, declared: Rule | Benefit, part: Expression, where: Phrase, mark: Mark, place: Place, entity: str | None = None
) -> Iterator[Item]:
    """A condition true and false; one made of others is looked at in its parts."""
    if isinstance(part, Literal) or (isinstance(part, Operation) and part.operator in ("and", "or") and one_of(part) is None):
        return
    words = describe(part, entity or declared.entity, program)
    for truth, said in ((True, _TRUE), (False, _FALSE)):
        yield Item(Kind.CONDITION, _policy(declared.key), declared.key, place, said.fill(where=where, condition=words), (*mark, truth))


def _rows(declared: Rule | Benefit, node: Choice) -> Iterator[Item]:
    for branch in node.branches:
        words = _ROW.fill(row=branch.row or plain(declared.name))
        yield Item(Kind.ROW, _policy(declared.key), declared.key, branch.place or declared.place, words, ("node", id(branch)))
    if isinstance(node.otherwise, Literal):
        words = _REST.fill(name=declared.name)
        yield Item(Kind.ROW, _policy(declared.key), declared.key, node.otherwise.place or declared.place, words, ("else", id(node)))


def _branches(program: Program, declared: Rule | Benefit, node: Choice, entity: str | None) -> Iterator[Item]:
    policy, place = _policy(declared.key), node.place or declared.place
    for branch in node.branches:
        words = _BRANCH.fill(name=declared.name, condition=describe(branch.condition, entity, program))
        yield Item(Kind.BRANCH, policy, declared.key, branch.place or place, words, ("node", id(branch)), _nobody(branch.condition))
    yield Item(Kind.BRANCH, policy, declared.key, place, _ELSE.fill(name=declared.name), ("else", id(node)))


def _nobody(condition: Expression) -> Phrase | None:
    """Why no example comes by a guard against a list without members: a list nobody is written in is not known."""
    match condition:
        case Operation("equal", (Aggregate(Gathering.COUNT, path, role, None), Literal(0))):
            return _NOBODY.fill(role=role, entity=path.entity)
        case _:
            return None
