"""Runs an LALR table on the words of one line.

Reading a policy is nothing but this loop over plain numbers and tuples; going through Lark's own objects for every word takes
three times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import field, frozen

from policyrules.syntax.lexer import Word
from policyrules.syntax.table import KEPT, SPREAD, Rule, Table

Reduce: TypeAlias = tuple[int, str, "Callable[[Sequence[Any]], Any] | None"]
"""How many values a rule takes, what it makes, and the function that makes it (None: its one value as it is)."""

Row: TypeAlias = Mapping[str, "int | Reduce"]
"""What to do in a state for the terminal or rule that comes: go to a state, or reduce."""

END = "$END"
# Paths are remembered for a process; these keep what they take small, whatever is read.
MOST_PATHS = 10_000
LONGEST_PATH = 60

Step: TypeAlias = tuple[int, int, "Callable[[Sequence[Any]], Any]"]
"""So many words are taken; then so many values become one, made by the function."""


@frozen
class Machine:
    """`starts` and `ends` are the first and last state of each kind of line.

    `paths` remembers the way through the table for words of these kinds: most lines of a policy are like another one.
    """

    rows: Sequence[Row]
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    paths: dict[tuple[str, tuple[str, ...]], tuple[Step, ...]] = field(factory=dict, repr=False)


def machine(table: Table, builders: Mapping[str, Callable[[Sequence[Any]], Any]]) -> Machine:
    """The table with its functions in place."""
    reduces = [_reduce(rule, builders) for rule in table.rules]
    rows = [{name: target if target >= 0 else reduces[-1 - target] for name, target in row.items()} for row in table.rows]
    return Machine(rows, table.starts, table.ends)


def _reduce(rule: Rule, builders: Mapping[str, Callable[[Sequence[Any]], Any]]) -> Reduce:
    size = rule.shape.count(KEPT) + rule.shape.count(SPREAD)
    if not rule.builder:
        return size, rule.made, _gathered(rule.shape)
    if rule.one and rule.shape == KEPT:
        return size, rule.made, None
    build = builders[rule.builder]
    return size, rule.made, build if rule.shape == KEPT * size else _arranged(rule.shape, build)


def _gathered(shape: str) -> Callable[[Sequence[Any]], Any]:
    """Repeated parts grow one list, so that a long row of them costs no more than its length."""
    first = shape[:1] == SPREAD

    def gather(children: Sequence[Any]) -> list[Any]:
        found: list[Any] = children[0] if first else []
        for mark, child in zip(shape[first:], children[first:], strict=True):
            if mark == SPREAD:
                found += child
            else:
                found.append(child)
        return found

    return gather


def _arranged(shape: str, build: Callable[[Sequence[Any]], Any]) -> Callable[[Sequence[Any]], Any]:
    """Children as the function expects them: None for parts left out, repeated parts one after another."""

    def arrange(children: Sequence[Any]) -> Any:
        waiting = iter(children)
        found: list[Any] = []
        for mark in shape:
            if mark == KEPT:
                found.append(next(waiting))
            elif mark == SPREAD:
                found += next(waiting)
            else:
                found.append(None)
        return build(found)

    return arrange


class Unexpected(Exception):
    """The word at index `at` fits no rule; `expected` are the terminals that would."""

    def __init__(self, at: int, expected: frozenset[str]) -> None:
        super().__init__(at)
        self.at = at
        self.expected = expected


def run(machine: Machine, start: str, words: Sequence[Word]) -> Any:
    """The node for a line. Raises `Unexpected`, and whatever the functions of the rules raise."""
    kinds = tuple([word.type for word in words])
    path = machine.paths.get((start, kinds))
    if path is None:
        path = _path(machine, start, kinds)
        if len(kinds) <= LONGEST_PATH and len(machine.paths) < MOST_PATHS:
            machine.paths[start, kinds] = path
    values: list[Any] = []
    at = 0
    for taken, size, build in path:
        if taken:
            values += words[at : at + taken]
            at += taken
        if size == 1:
            values[-1] = build(values[-1:])
        elif size:
            values[-size:] = (build(values[-size:]),)
        else:
            values.append(build(()))
    return values[-1]


def _path(machine: Machine, start: str, kinds: Sequence[str]) -> tuple[Step, ...]:
    """What is built, in order, for words of these kinds. Raises `Unexpected`."""
    rows = machine.rows
    states = [machine.starts[start]]
    steps: list[Step] = []
    taken = 0
    for at, kind in enumerate((*kinds, END)):
        while True:
            action = rows[states[-1]].get(kind)
            if isinstance(action, int):
                states.append(action)
                taken += 1
                break
            if action is None:
                raise Unexpected(at, accepted(machine, start, kinds[:at]))
            size, made, build = action
            if build is not None:
                steps.append((taken, size, build))
                taken = 0
            del states[len(states) - size :]
            target = rows[states[-1]][made]
            assert isinstance(target, int)  # after a rule there is always a state to go to
            if kind == END and target == machine.ends[start]:
                return tuple(steps)
            states.append(target)
    raise AssertionError("a line ends with $END")


def accepted(machine: Machine, start: str, kinds: Sequence[str]) -> frozenset[str]:
    """The terminals that can stand after words of these kinds, which fit so far. A state alone names more than it takes."""
    states = [machine.starts[start]]
    for kind in kinds:
        shifted = _shift(machine, states, kind)
        assert shifted
    possible = {name for name in machine.rows[states[-1]] if name.isupper()}
    return frozenset(name for name in possible if _shift(machine, states.copy(), name))


def _shift(machine: Machine, stack: list[int], terminal: str) -> bool:
    """Takes a terminal onto the stack, or says that it does not fit. Nothing is built, and the stack is changed in place:
    a copy a word would make a deep line cost the square of its depth."""
    while True:
        action = machine.rows[stack[-1]].get(terminal)
        if action is None:
            return False
        if isinstance(action, int):
            stack.append(action)
            return True
        size, made, _ = action
        del stack[len(stack) - size :]
        target = machine.rows[stack[-1]][made]
        assert isinstance(target, int)
        if terminal == END and target in machine.ends.values():
            return True
        stack.append(target)
