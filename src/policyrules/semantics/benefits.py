"""Benefits and definitions by articles: conditions, consequences, and which article yields to which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from attrs import define, field

from policyrules.core import program as core
from policyrules.semantics import problems, rule_problems
from policyrules.semantics.context import Context
from policyrules.semantics.declarations import check_dates, cited
from policyrules.semantics.expressions import lower_to, rounding
from policyrules.semantics.names import Symbol, nearest
from policyrules.source.diagnostic import Problem
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.syntax import tree as t
from policyrules.syntax.expression import Name
from policyrules.syntax.tree import Line
from policyrules.values.article_numbers import article_phrase, article_rank
from policyrules.values.types import TRUTH, Type

COMBINATIONS = {
    None: core.Combination.UNIQUE,
    "UNIQUE": core.Combination.UNIQUE,
    "HIGHEST_OF": core.Combination.HIGHEST,
    "LOWEST_OF": core.Combination.LOWEST,
    "CUMULATIVE": core.Combination.SUM,
    "PRIORITY": core.Combination.PRIORITY,
}


@define(eq=False)
class _Draft:
    """An article while its lines are read."""

    head: t.ArticleHead
    line: Line
    place: Place
    start: date | None
    end: date | None
    excepts: list[tuple[Name, Line]] = field(factory=list)
    quotations: list[str] = field(factory=list)
    citations: list[str] = field(factory=list)
    passages: list[str | None] = field(factory=list)
    condition: core.Expression | None = None
    consequence: core.Consequence | None = None
    sound: bool = True


@define(eq=False)
class _Reading:
    symbol: Symbol
    type: Type
    context: Context
    drafts: list[_Draft] = field(factory=list)
    otherwise: core.Grant | core.Refuse | None = None
    has_otherwise: bool = False
    rounding: core.Rounding | None = None
    sound: bool = True


def benefit(symbol: Symbol, kind: Type, entity: str, context: Context) -> core.Benefit | None:
    """The benefit of a block, or None after reporting what is wrong with it."""
    statement = symbol.block.statement
    assert isinstance(statement, t.BenefitDecl)
    reading = _Reading(symbol, kind, context, sound=not symbol.block.broken)
    for line in symbol.block.body:
        _line(reading, line)
    if statement.combination != "PRIORITY":
        # Articles are told apart by their numbers; the order they are written in means nothing.
        reading.drafts.sort(key=lambda draft: article_rank(draft.head.number))
    _whole(reading)
    beaten = _exceptions(reading)
    if not reading.sound or beaten is None or any(not draft.sound for draft in reading.drafts):
        return None
    assert reading.otherwise is not None
    articles = tuple(_article(draft, yields) for draft, yields in zip(reading.drafts, beaten[0], strict=True))
    return core.Benefit(
        symbol.key,
        symbol.name,
        entity,
        kind,
        COMBINATIONS[statement.combination],
        articles,
        beaten[1],
        reading.otherwise,
        reading.rounding,
        statement.pays,
        symbol.place,
    )


def _article(draft: _Draft, yields: tuple[int, ...]) -> core.Article:
    condition = draft.condition if draft.condition is not None else core.Literal(True, TRUTH)
    assert draft.consequence is not None
    return core.Article(
        draft.head.number,
        draft.head.title,
        tuple(draft.quotations),
        tuple(draft.citations),
        draft.start,
        draft.end,
        condition,
        draft.consequence,
        yields,
        draft.place,
        tuple(draft.passages),
    )


# ---------------------------------------------------------------- lines


def _line(reading: _Reading, line: Line) -> None:
    statement = line.statement
    draft = reading.drafts[-1] if reading.drafts else None
    context = reading.context.at(line.start, _heading(draft))
    match statement:
        case t.ArticleHead():
            _head(reading, statement, line)
        case t.GrantLine(otherwise=True) | t.RefuseLine(otherwise=True):
            _otherwise(reading, statement, reading.context.at(line.start))
        case t.RoundingLine():
            way = rounding(statement.words, context)
            reading.sound = reading.sound and way is not None
            if way is not None:
                reading.rounding = core.Rounding(way[0], way[1], context.place(statement.span))
        case t.Quotation() if draft is None:
            pass
        case _ if draft is None:
            context.report(problems.OUT_OF_PLACE, (0, line.end - line.start), needs=problems.STANDS_UNDER["article"])
            reading.sound = False
        case _:
            _under_article(draft, statement, line, context, reading)


def _heading(draft: _Draft | None) -> Phrase | None:
    if draft is None:
        return None
    return article_phrase(draft.head.number, draft.head.title)


def _head(reading: _Reading, head: t.ArticleHead, line: Line) -> None:
    context = reading.context.at(line.start)
    place = context.place((0, line.end - line.start))
    draft = _Draft(head, line, place, head.start, head.end, [(name, line) for name in head.excepts])
    if any(other.head.number == head.number for other in reading.drafts):
        context.add(rule_problems.SAME_ARTICLE.at(place, article=article_phrase(head.number)))
        reading.sound = False
    check_dates(head.start, head.end, head.span, context)
    reading.drafts.append(draft)


def _under_article(draft: _Draft, statement: t.Statement | None, line: Line, context: Context, reading: _Reading) -> None:
    match statement:
        case t.Excepts(articles):
            draft.excepts += [(name, line) for name in articles]
        case t.Quotation(text):
            draft.quotations.append(text)
        case t.Basis(name, marks=marks):
            key = cited(name, context)
            if key is not None:
                draft.citations.append(key)
                draft.passages.append(marks.passage)
        case t.Dated(value=None):
            check_dates(statement.start, statement.end, statement.span, context)
            draft.start, draft.end = statement.start, statement.end
        case t.When(condition):
            if draft.condition is not None:
                _twice(draft, Phrase("当", "when"), statement.span, context)
            lowered = lower_to(condition, context, TRUTH)
            draft.sound = draft.sound and lowered is not None
            draft.condition = lowered if lowered is not None else core.Literal(True, TRUTH)
        case t.GrantLine() | t.RefuseLine() | t.LiftLine():
            if draft.consequence is not None:
                _twice(draft, Phrase("给 / 不予", "grant / refuse"), statement.span, context)
            consequence = _consequence(statement, reading, context)
            draft.sound = draft.sound and consequence is not None
            draft.consequence = consequence or core.Lift()
        case _:
            context.report(problems.OUT_OF_PLACE, (0, line.end - line.start), needs=problems.STANDS_UNDER["dated"])
            draft.sound = False


def _twice(draft: _Draft, word: Phrase, span: tuple[int, int], context: Context) -> None:
    context.report(rule_problems.TWO_CONSEQUENCES, span, article=article_phrase(draft.head.number), word=word)
    draft.sound = False


def _consequence(statement: t.GrantLine | t.RefuseLine | t.LiftLine, reading: _Reading, context: Context) -> core.Consequence | None:
    match statement:
        case t.GrantLine(value):
            granted = lower_to(value, context, reading.type)
            return None if granted is None else core.Grant(granted)
        case t.RefuseLine(reason):
            return core.Refuse(reason)
        case t.LiftLine():
            return core.Lift()


def _otherwise(reading: _Reading, statement: t.GrantLine | t.RefuseLine, context: Context) -> None:
    if reading.has_otherwise:
        context.report(rule_problems.TWO_CONSEQUENCES, statement.span, article=reading.symbol.name, word=Phrase("其余情形", "otherwise"))
        reading.sound = False
    reading.has_otherwise = True
    consequence = _consequence(statement, reading, context)
    if isinstance(consequence, (core.Grant, core.Refuse)):
        reading.otherwise = consequence
    else:
        reading.sound = False


def _whole(reading: _Reading) -> None:
    """What must not be missing once every line is read."""
    context, symbol = reading.context, reading.symbol
    broken = symbol.block.broken

    def missing(problem: Problem, place: Place, name: str | Phrase) -> None:
        reading.sound = False
        if not broken:
            context.add(problem.at(place, name=name, article=name))

    if not reading.drafts:
        missing(rule_problems.NO_ARTICLES, symbol.place, symbol.name)
    elif not reading.has_otherwise:
        missing(rule_problems.NO_OTHERWISE, symbol.place, symbol.name)
    for draft in reading.drafts:
        if draft.consequence is None:
            missing(rule_problems.NO_CONSEQUENCE, draft.place, article_phrase(draft.head.number))
        elif isinstance(draft.consequence, core.Lift) and draft.sound and not draft.excepts:
            missing(rule_problems.LIFTS_NOTHING, draft.place, article_phrase(draft.head.number))


# ---------------------------------------------------------------- exceptions


def _exceptions(reading: _Reading) -> tuple[list[tuple[int, ...]], tuple[int, ...]] | None:
    """For each article the indices it yields to, and an order in which beaters come first."""
    position = {draft.head.number: at for at, draft in enumerate(reading.drafts)}
    beats: list[tuple[int, ...]] = []
    for draft in reading.drafts:
        targets: list[int] = []
        for name, line in draft.excepts:
            if name.text in position:
                targets.append(position[name.text])
                continue
            close = nearest(name.text, position)
            known = close if close is not None and len(position) > 6 else "、".join(position)
            context = reading.context.at(line.start, _heading(draft))
            context.report(rule_problems.UNKNOWN_ARTICLE, name.span, name=reading.symbol.name, article=name.text, known=known)
            reading.sound = False
        beats.append(tuple(targets))
    order = _beaters_first(beats)
    if isinstance(order, list):
        first = reading.drafts[order[0]]
        path = " → ".join(reading.drafts[at].head.number for at in [*order, order[0]])
        reading.context.add(rule_problems.EXCEPTION_LOOP.at(first.place, path=path))
        return None
    return _closed(beats, order, reading.drafts), order


def _beaters_first(beats: Sequence[tuple[int, ...]]) -> tuple[int, ...] | list[int]:
    """Indices so that an article comes before those it beats; a list of indices in a circle if there is one."""
    order: list[int] = []
    state = [0] * len(beats)
    for root in range(len(beats)):
        stack = [(root, iter(beats[root]))]
        if state[root]:
            continue
        state[root] = 1
        while stack:
            at, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                state[at] = 2
                order.append(at)
                stack.pop()
            elif state[target] == 1:
                path = [index for index, _ in stack]
                return path[path.index(target) :]
            elif state[target] == 0:
                state[target] = 1
                stack.append((target, iter(beats[target])))
    return tuple(reversed(order))


def _closed(beats: Sequence[tuple[int, ...]], order: Sequence[int], drafts: Sequence[_Draft]) -> list[tuple[int, ...]]:
    """An exception that grants or refuses also beats what its targets beat; 除外 beats only what it names."""
    reach: Mapping[int, set[int]] = {at: set(targets) for at, targets in enumerate(beats)}
    for at in reversed(order):
        if not isinstance(drafts[at].consequence, core.Lift):
            for target in beats[at]:
                reach[at] |= reach[target]
    return [tuple(sorted(other for other in reach if at in reach[other])) for at in range(len(beats))]
