"""Worked examples: lines of facts to the nested data of a case, and what is expected of it.

The facts themselves are read by the one reader of cases; here only lines are gathered, and where each value stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeAlias

from attrs import define, evolve, field, frozen

from policyrules.core.program import Expression, Literal, Role
from policyrules.semantics import problems
from policyrules.semantics.constants import constant
from policyrules.semantics.context import Context
from policyrules.semantics.expressions import lower, lower_to
from policyrules.semantics.names import Names, nearest
from policyrules.semantics.outline import Block, FileOutline
from policyrules.source.diagnostic import Checked, Diagnostic, with_hint
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.builtins import INCOMPLETE
from policyrules.syntax.tree import Line
from policyrules.values.types import Type, Value

DataPath: TypeAlias = tuple[str | int, ...]
ID = "编号"


@frozen
class Expectation:
    """应 …: `kind` is value, refused, undecided, conflict or failed; articles by number; missing facts by name."""

    subject: str | None
    name: str
    kind: str
    value: Value | None
    articles: tuple[str, ...]
    missing: tuple[str, ...]
    place: Place


@frozen
class Example:
    """A case as nested data, the month or day it is decided for, and what is expected."""

    title: str
    place: Place
    month: date | None
    day: date | None
    data: dict[str, object]
    locate: Callable[[DataPath], Place] = field(eq=False, repr=False)
    expectations: tuple[Expectation, ...]


@define(eq=False)
class _Case:
    """One example while it is gathered. `nodes` are the instances by id; `paths` where each stands in the data.

    `doubtful` are ids already reported, of which nothing more need be said. `open_lists` are lists of members that may not be
    complete, with whose they are.
    """

    title: str
    place: Place
    names: Names
    root: str
    data: dict[str, object]
    nodes: dict[str, dict[str, object]]
    entities: dict[str, str]
    paths: dict[str, DataPath]
    places: dict[DataPath, Place] = field(factory=dict)
    sound: bool = True
    doubtful: set[str] = field(factory=set)
    open_lists: dict[DataPath, dict[str, object]] = field(factory=dict)


def examples(files: Sequence[FileOutline], names: Names, contexts: dict[int, Context]) -> Checked[tuple[Example, ...]]:
    """Every 例 of the folder that can be read."""
    found: list[Diagnostic] = []
    contexts = {key: evolve(context, found=found) for key, context in contexts.items()}
    blocks: dict[str, Block] = {}
    for file in files:
        for block in file.blocks:
            if isinstance(block.statement, t.Heading):
                title = block.statement.title
                if title in blocks:
                    found.append(problems.SAME_TITLE.at(block.place(block.head, block.statement.span), title=title))
                else:
                    blocks[title] = block
    root = next((entity.name for entity in names.entities.values() if entity.within is None), None)
    _without_expectation(blocks, found)
    read: list[Example] = []
    for title, block in blocks.items():
        lines = _lines(title, blocks, found)
        if lines is None or block.broken or root is None:
            continue
        example = _example(title, block, lines, names, root, contexts, found)
        if example is not None:
            read.append(example)
    return Checked(tuple(read), tuple(found))


def _without_expectation(blocks: dict[str, Block], found: list[Diagnostic]) -> None:
    """An example that expects nothing tests nothing, unless others build on it."""
    lines = [line.statement for block in blocks.values() for line in block.body]
    liked = {statement.title for statement in lines if isinstance(statement, t.Heading)}
    for title, block in blocks.items():
        expects = any(isinstance(line.statement, t.Expectation) for line in block.body)
        if not expects and title not in liked and not block.broken:
            found.append(problems.NO_EXPECTATION.at(block.place(block.head, block.statement.span), title=title))


def _lines(title: str, blocks: dict[str, Block], found: list[Diagnostic]) -> list[tuple[Block, Line]] | None:
    """The lines of an example, those it builds on (沿用) first."""
    chain: list[str] = []
    waiting = [title]
    while waiting:
        current = waiting.pop()
        block = blocks[current]
        if current in chain:
            loop = chain[chain.index(current) :]
            # Every example of the circle comes by here; the first of them in the text says it for all.
            if title == next(other for other in blocks if other in loop):
                path = " → ".join([*loop, current])
                found.append(problems.EXAMPLE_LOOP.at(block.place(block.head, block.statement.span), path=path))
            return None
        chain.append(current)
        for line in block.body:
            if isinstance(line.statement, t.Heading):
                if line.statement.title not in blocks:
                    close = nearest(line.statement.title, blocks)
                    place = block.place(line, line.statement.span)
                    hint = Phrase(f"是不是“{close}”？", f"did you mean “{close}”?") if close else None
                    found.append(with_hint(problems.UNKNOWN_EXAMPLE.at(place, title=line.statement.title), hint))
                    return None
                waiting.append(line.statement.title)
    return [(blocks[name], line) for name in reversed(chain) for line in blocks[name].body]


def _example(
    title: str, block: Block, lines: Iterable[tuple[Block, Line]], names: Names, root: str,
    contexts: dict[int, Context], found: list[Diagnostic],
) -> Example | None:  # fmt: skip
    place = block.place(block.head, block.statement.span)
    data: dict[str, object] = {}
    case = _Case(title, place, names, root, data, {root: data}, {root: root}, {root: (root,)})
    month: date | None = None
    day: date | None = None
    expectations: list[Expectation] = []
    every = list(lines)
    for owner, line in every:
        context = contexts[id(owner.file)].at(line.start)
        match line.statement:
            case t.ExampleMonth(value):
                month, day = value, None
            case t.ExampleDay(value):
                month, day = None, value
            case t.CaseLine():
                _facts(case, line.statement, context)
    for owner, line in every:
        if owner is block and isinstance(line.statement, t.Expectation):
            expectation = _expectation(case, line.statement, contexts[id(owner.file)].at(line.start))
            case.sound = case.sound and expectation is not None
            if expectation is not None:
                expectations.append(expectation)
    if month is None and day is None:
        found.append(problems.NO_WHEN.at(place, title=title))
        return None
    if not case.sound:
        return None
    for path, node in case.open_lists.items():
        listed = node.get(str(path[-1]))
        node[str(path[-1])] = [*(listed if isinstance(listed, list) else []), INCOMPLETE.zh]
    return Example(title, place, month, day, {root: data}, _locator(case), tuple(expectations))


def _locator(case: _Case) -> Callable[[DataPath], Place]:
    places, whole = case.places, case.place

    def locate(path: DataPath) -> Place:
        """The value at a path, else the instance it belongs to, else the example."""
        for size in range(len(path), 0, -1):
            if path[:size] in places:
                return places[path[:size]]
        return whole

    return locate


# ---------------------------------------------------------------- facts


def _facts(case: _Case, line: t.CaseLine, context: Context) -> None:
    for node, path in _instances(case, line, context):
        for assignment in line.assignments:
            value = _plain(assignment, context)
            name = assignment.name.text
            where = (*path, name)
            if _may_be_more(case, path, assignment):
                case.open_lists[where] = node
                continue
            case.places[where] = context.place(assignment.span)
            node[name] = value
        case.places.setdefault(path, context.place(line.span))


def _may_be_more(case: _Case, path: DataPath, assignment: t.Assignment) -> bool:
    """户 成员 不全: the members written are not all there are."""
    if not isinstance(assignment.value, x.Name) or assignment.value.text not in (INCOMPLETE.zh, INCOMPLETE.en):
        return False
    entity = next(case.entities[one] for one, where in case.paths.items() if where == path)
    role = case.names.role(entity, assignment.name.text)
    return role is not None and role.many


def _plain(assignment: t.Assignment, context: Context) -> object:
    """A written value as the reader of cases takes it: text with its unit, truth, or None for 未知."""
    value = assignment.value
    match value:
        case None:
            return False if assignment.refused else None
        case x.Name(text) | x.TextLiteral(text):
            return text
        case x.DayLiteral(day):
            return day.isoformat()
        case _:
            return context.place(value.span).words


def _instances(case: _Case, line: t.CaseLine, context: Context) -> list[tuple[dict[str, object], DataPath]]:
    """The instances a line speaks of, made where they are new."""
    owner = case.root
    if line.owner is not None:
        owner = line.owner.text
        if owner not in case.nodes:
            _unknown_person(case, line.owner, context)
            return []
    entity = case.entities[owner]
    if line.role is not None:
        role = case.names.role(entity, line.role.text)
        if role is None:
            roles = [r.name for r in case.names.entities[entity].roles]
            known = nearest(line.role.text, roles) or "、".join(roles) or "—"
            context.report(problems.NO_SUCH_MEMBER_OF, line.role.span, entity=entity, name=line.role.text, known=known)
            case.sound = False
            return []
        if not role.many:
            return [_single(case, owner, role.name, role.entity)]
        if not line.ids:
            # 甲的父母： — there is nobody.
            case.nodes[owner].setdefault(role.name, [])
        return [_member(case, owner, role.name, role.entity, name.text) for name in line.ids]
    result: list[tuple[dict[str, object], DataPath]] = []
    for name in line.ids:
        if name.text in case.nodes:
            result.append((case.nodes[name.text], case.paths[name.text]))
            continue
        lists = _fitting([role for role in case.names.entities[entity].roles if role.many], line, context)
        if len(lists) != 1:
            known = "、".join(role.name for role in lists) or "—"
            context.report(problems.WHICH_ROLE, name.span, name=name.text, role=lists[0].name if lists else "…", known=known)
            case.sound = False
            case.doubtful.add(name.text)
            continue
        result.append(_member(case, owner, lists[0].name, lists[0].entity, name.text))
    return result


def _fitting(lists: list[Role], line: t.CaseLine, context: Context) -> list[Role]:
    """The lists whose members can have the facts of a line; all of them where the line tells none."""
    told = [assignment.name.text for assignment in line.assignments]
    if len(lists) < 2 or not told:
        return lists

    def has(role: Role, name: str) -> bool:
        computed = context.names.visible(name, context.scope)
        return (role.entity, name) in context.names.facts or any(symbol.entity == role.entity for symbol in computed)

    return [role for role in lists if all(has(role, name) for name in told)] or lists


def _member(case: _Case, owner: str, role: str, entity: str, name: str) -> tuple[dict[str, object], DataPath]:
    if name in case.nodes:
        return case.nodes[name], case.paths[name]
    group = case.nodes[owner].get(role)
    if not isinstance(group, list):
        group = case.nodes[owner][role] = []
    node: dict[str, object] = {ID: name}
    path = (*case.paths[owner], role, len(group))
    group.append(node)
    case.nodes[name], case.entities[name], case.paths[name] = node, entity, path
    return node, path


def _single(case: _Case, owner: str, role: str, entity: str) -> tuple[dict[str, object], DataPath]:
    name = f"{owner}的{role}"
    if name not in case.nodes:
        node: dict[str, object] = {}
        case.nodes[owner][role] = node
        case.nodes[name], case.entities[name], case.paths[name] = node, entity, (*case.paths[owner], role)
    return case.nodes[name], case.paths[name]


def _unknown_person(case: _Case, name: x.Name, context: Context) -> None:
    case.sound = False
    if name.text not in case.doubtful:
        context.report(problems.UNKNOWN_PERSON, name.span, name=name.text, known="、".join(case.nodes))


# ---------------------------------------------------------------- expectations


def _expectation(case: _Case, line: t.Expectation, context: Context) -> Expectation | None:
    subject, name = _target(case, line.target, context)
    if name is None:
        return None
    kind = _type_of(case, subject, name, context)
    if kind is None:
        return None
    value: Value | None = None
    if line.value is not None:
        value = _expected(line.value, kind, context)
        if value is None:
            return None
    missing = tuple(_words(one) for one in line.missing)
    articles = tuple(article.text for article in line.articles)
    return Expectation(subject, name.text, line.kind, value, articles, missing, context.place(line.span))


def _words(expr: x.Expr) -> str:
    return f"{_words(expr.whole)}的{_words(expr.part)}" if isinstance(expr, x.Of) else getattr(expr, "text", "")


def _target(case: _Case, target: x.Expr, context: Context) -> tuple[str | None, x.Name | None]:
    if isinstance(target, x.Name):
        return None, target
    if isinstance(target, x.Of) and isinstance(target.part, x.Name):
        subject = _words(target.whole)
        if subject in case.nodes:
            return subject, target.part
        if subject not in case.doubtful:
            context.report(problems.UNKNOWN_PERSON, target.whole.span, name=subject, known="、".join(case.nodes))
        return None, None
    context.report(problems.NOT_PLAIN, target.span)
    return None, None


def _type_of(case: _Case, subject: str | None, name: x.Name, context: Context) -> Type | None:
    """The type of the name asked for; an unknown name is reported the way rules report it."""
    entity = case.entities[subject] if subject is not None else None
    visible = [s for s in context.names.visible(name.text, context.scope) if entity in (None, s.entity) or s.entity is None]
    if not visible:
        lower(name, context.about(entity), None)
        if context.names.facts.get((entity or "", name.text)) is not None:
            context.report(problems.UNKNOWN_NAME, name.span, name=name.text)
        return None
    if not visible[0].sound:
        return None
    return visible[0].type


def _expected(written: x.Expr, kind: Type, context: Context) -> Value | None:
    value: Expression | None = lower_to(written, context, kind)
    if value is None:
        return None
    known = value.value if isinstance(value, Literal) else constant(value)
    if known is None:
        context.report(problems.NOT_PLAIN, written.span)
    return known
