"""Into what a proof is cut: stretches of months in which nothing in force changes, and how many members there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product

from attrs import frozen

from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_of_path
from policyrules.core.program import (
    Aggregate,
    Benefit,
    BenefitValue,
    Expression,
    Grant,
    Literal,
    MomentValue,
    Operation,
    ParameterValue,
    Program,
    Rule,
    RuleValue,
)
from policyrules.engines.smt_world import Shape, Window
from policyrules.values.calendar import add_days, add_months, first_of_month, last_of_month


@frozen
class _Found:
    """What stands in some names and all they need: lists of members by entity and role, days on which something changes."""

    lists: frozenset[tuple[str, str]]
    changes: frozenset[date]


def windows(program: Program, first: date, last: date, keys: Iterable[str] | None = None, also: Sequence[Program] = ()) -> tuple[Window, ...]:
    """The months from one to another, cut wherever a parameter or an article begins or ends.

    With `keys` only what these need (and 核对) is looked at. `also` are further programs whose changes cut, too.
    """
    asked = None if keys is None else tuple(keys)
    start, end = first_of_month(first), first_of_month(last)
    cuts: set[date] = set()
    for one in (program, *also):
        for day in _found(one, asked).changes:
            # Decided on the first day of a month, a change in its midst counts from the next.
            late = day.day > 1 and not one.month_by_end
            cut = add_months(first_of_month(day), 1) if late else first_of_month(day)
            if cut is not None and start < cut <= end:
                cuts.add(cut)
    starts = [start, *sorted(cuts)]
    ends = [add_months(cut, -1) or cut for cut in starts[1:]] + [end]
    return tuple(Window(one, other) for one, other in zip(starts, ends, strict=True))


def shapes(program: Program, keys: Iterable[str], most: int, also: Sequence[Program] = ()) -> Iterator[Shape]:
    """The shapes of up to `most` members a list, the smallest first. Only lists that `keys` (what they need, and 核对) look at
    vary, in this program or in those of `also`; the others have as few as let the reader take the case and give every key
    somebody to be asked of. A list in a list has up to `most` with everybody, unless somebody asked of stands in it."""
    asked, programs = tuple(keys), (program, *also)
    every = list({one.path: one for each in programs for one in _lists(each, each.root or "", ())}.values())
    looked_at = frozenset[tuple[str, str]]().union(*(_found(one, asked).lists for one in programs))
    wanted = frozenset[str | None]().union(*(_asked_of(one, asked) for one in programs))
    varied = [one.path for one in every if (one.owner, one.role) in looked_at]
    fewer = [one.path for one in every if one.path in varied and len(one.path) > 1 and one.below.isdisjoint(wanted)]
    fixed = [one.path for one in every if one.path not in varied]
    counts = [(most,) if path in fewer else range(most + 1) for path in varied]
    seen: set[Shape] = set()
    choices = sorted(product(*counts), key=lambda chosen: (sum(chosen), chosen))
    few = sorted(product((0, 1), repeat=len(fixed)), key=lambda chosen: (sum(chosen), chosen))
    for chosen in choices:
        for others in few:
            sizes = dict(zip((*varied, *fixed), (*chosen, *others), strict=True))
            if all(_allowed(one, sizes, _asked_of(one, asked)) for one in programs):
                shape = _shape([one.path for one in every], sizes, fewer)
                if shape not in seen:
                    seen.add(shape)
                    yield shape
                break


def _asked_of(program: Program, keys: Iterable[str]) -> frozenset[str | None]:
    """The entities that keys are asked of."""
    return frozenset(found.entity for key in keys if (found := program.rules.get(key) or program.benefits.get(key)) is not None)


def _shape(paths: Sequence[tuple[str, ...]], sizes: Mapping[tuple[str, ...], int], fewer: Sequence[tuple[str, ...]]) -> Shape:
    counts = tuple((path, sizes[path] if _reached(path, sizes) else 0) for path in paths)
    return Shape(counts, frozenset(path for path, count in counts if count and path in fewer))


def _reached(path: tuple[str, ...], sizes: Mapping[tuple[str, ...], int]) -> bool:
    """Whether anybody can have this list."""
    return all(sizes.get(path[:length], 1) for length in range(1, len(path)))


def _allowed(program: Program, sizes: Mapping[tuple[str, ...], int], wanted: Iterable[str | None]) -> bool:
    """Whether somebody stands in a list of the root, as the reader asks, and each entity wanted has an instance."""
    root = program.entities.get(program.root or "")
    lists = [(role.name,) for role in root.roles if role.many] if root is not None else []
    if lists and not any(sizes[path] for path in lists):
        return False
    there = {program.root, None}
    waiting: list[tuple[str, tuple[str, ...]]] = [(program.root or "", ())]
    while waiting:
        name, roles = waiting.pop()
        there.add(name)
        entity = program.entities.get(name)
        for role in entity.roles if entity is not None else ():
            if not role.many or sizes.get((*roles, role.name), 0):
                waiting.append((role.entity, (*roles, role.name)))
    return there.issuperset(wanted)


@frozen
class _List:
    """A list: the way to it, the entity that has it, its role, and the entities of those in it and below them."""

    path: tuple[str, ...]
    owner: str
    role: str
    below: frozenset[str]


def _lists(program: Program, entity: str, roles: tuple[str, ...]) -> Iterator[_List]:
    """Every list of the program."""
    declared = program.entities.get(entity)
    for role in declared.roles if declared is not None else ():
        path = (*roles, role.name)
        if role.many:
            yield _List(path, entity, role.name, frozenset(_below(program, role.entity)))
        yield from _lists(program, role.entity, path)


def _below(program: Program, entity: str) -> Iterator[str]:
    yield entity
    declared = program.entities.get(entity)
    for role in declared.roles if declared is not None else ():
        yield from _below(program, role.entity)


# ---------------------------------------------------------------- what is needed


def _found(program: Program, keys: tuple[str, ...] | None) -> _Found:
    waiting = list(keys) if keys is not None else [*program.rules, *program.benefits, *program.parameters]
    expressions: list[Expression] = [rule.expression for rule in program.consistencies]
    seen: set[str] = set()
    lists: set[tuple[str, str]] = set()
    changes: set[date] = set()
    while waiting or expressions:
        if expressions:
            node = expressions.pop()
            expressions.extend(parts_of(node))
            waiting.extend(_names(node))
            if isinstance(node, Aggregate):
                lists.add((entity_of_path(node.path, program.entities), node.role))
            changes.update(_days_beside_the_month(node))
            continue
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            changes.update(_changes(program, key))
            expressions.extend(_expressions(program, key))
    return _Found(frozenset(lists), frozenset(changes))


def _names(node: Expression) -> tuple[str, ...]:
    match node:
        case RuleValue(rule=key) | BenefitValue(benefit=key) | ParameterValue(parameter=key):
            return (key,)
    return ()


def _days_beside_the_month(node: Expression) -> Iterator[date]:
    """Days written beside the day or month decided for: cut there, a comparison is the same in the whole window."""
    if isinstance(node, Operation) and any(isinstance(argument, MomentValue) for argument in node.arguments):
        for argument in node.arguments:
            if isinstance(argument, Literal) and isinstance(argument.value, date):
                for day in (first_of_month(argument.value), add_days(last_of_month(argument.value), 1)):
                    if day is not None:
                        yield day


def _changes(program: Program, key: str) -> Iterator[date]:
    """Days from which something of a declaration is otherwise than before."""
    parameter, benefit = program.parameters.get(key), program.benefits.get(key)
    spans = [(row.start, row.end) for row in parameter.timeline] if parameter is not None else []
    for start, end in (*spans, *((article.start, article.end) for article in (benefit.articles if benefit is not None else ()))):
        if start is not None:
            yield start
        after = add_days(end, 1) if end is not None else None
        if after is not None:
            yield after


def _expressions(program: Program, key: str) -> Iterator[Expression]:
    declared: Rule | Benefit | None = program.rules.get(key) or program.benefits.get(key)
    if isinstance(declared, Rule):
        yield declared.expression
    elif isinstance(declared, Benefit):
        for article in declared.articles:
            yield article.condition
            if isinstance(article.consequence, Grant):
                yield article.consequence.value
        if isinstance(declared.otherwise, Grant):
            yield declared.otherwise.value
