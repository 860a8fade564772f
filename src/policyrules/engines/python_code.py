"""Decides with generated Python: the same answers as the reference, for cases whose facts are known in microseconds.

Code is written for a stretch of time in which no parameter changes and no article begins or ends, for what is asked and
what that needs. Where a fact is missing, a step fails or a value was supplied, the quick way is left and the reference
decides that name; so there is one meaning, and this is only the short way to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import ChainMap
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from threading import Lock
from types import CodeType
from typing import Any, TypeAlias

from attrs import define, evolve, field, frozen

from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.outcome import Answer, Computed, Granted, Outcome, Refused
from policyrules.core.program import Combination, ParameterRow, Program
from policyrules.engines import interpreter
from policyrules.engines.code_benefits import write_benefit, write_rule
from policyrules.engines.code_expressions import write
from policyrules.engines.coding import Coder, Shape, function_name
from policyrules.engines.combining import Part, Pay, combine
from policyrules.engines.writing import Writer
from policyrules.values.types import Quantity, Type

GRANTED, REFUSED, COMPUTED = "granted", "refused", "computed"

_ONE_DAY = timedelta(days=1)

Function: TypeAlias = Callable[[Instance, "_Turn"], Any]


class Open(Exception):
    """The quick way ends: something is unknown or fails. Control only, never seen outside."""


OPEN = Open()


@define(eq=False)
class _Turn:
    """One case being decided: what has been worked out, and when it is decided for. `ages` are by the days and words they rest on."""

    root: Instance
    day: date
    month_start: date
    month_end: date
    memo: dict[tuple[str, Instance], Any] = field(factory=dict)
    ages: dict[tuple[date, date, str, str], int | None] = field(factory=dict)


@frozen
class _Ready:
    """A name's function, and what an answer tells beside what it hands out. `everybody`: it is the same for all."""

    function: Function
    everybody: bool
    name: str
    type: Type
    shape: Shape
    number: bool
    benefit: bool

    def found(self, turn: _Turn, instance: Instance) -> Any:
        """What the function hands out; None where the quick way ends."""
        try:
            return self.function(turn.root if self.everybody else instance, turn)
        except (Open, RecursionError):
            return None


@define(eq=False)
class PythonCode:
    """The generated code of one program; made as it is needed, kept, and shared by threads.

    `starts` are the days on which something changes, if they are at hand already.
    """

    program: Program
    starts: list[date] = field()
    _whole: Program = field(init=False, repr=False)
    _stretches: dict[int, _Stretch] = field(factory=dict, repr=False)
    _lock: Lock = field(factory=Lock, repr=False)

    @starts.default
    def _starts(self) -> list[date]:
        return _turns(self.program)

    @_whole.default
    def _with_checks(self) -> Program:
        """The program with its 核对 among its rules."""
        checks = {rule.key: rule for rule in self.program.consistencies}
        return evolve(self.program, rules=ChainMap(self.program.rules, checks)) if checks else self.program  # type: ignore[arg-type]

    def decide(
        self, root: Instance, occasion: Occasion, asked: Sequence[tuple[str, Instance]], trace: bool = False
    ) -> tuple[Answer, ...]:
        """As `interpreter.decide`; with a trace the reference decides, quicker where facts are missing."""
        if trace:
            return interpreter.decide(self.program, root, occasion, asked, True, self._one)
        answers = self.quick(root, occasion, asked)
        left = [one for one, answer in zip(asked, answers, strict=True) if answer is None]
        slow = iter(interpreter.decide(self.program, root, occasion, left, False, self._one) if left else ())
        return tuple([next(slow) if answer is None else answer for answer in answers])

    def quick(self, root: Instance, occasion: Occasion, asked: Sequence[tuple[str, Instance]]) -> tuple[Answer | None, ...]:
        """The answers the quick way leads to; None for those only the reference can give."""
        if not _plain(root):
            return (None,) * len(asked)
        turn = _Turn(root, occasion.day, occasion.month_start, occasion.month_end)
        stretch = self._stretch(occasion.day)
        return tuple([self._answer(stretch, turn, key, instance) for key, instance in asked])

    def doubtful(self, root: Instance, occasion: Occasion) -> tuple[tuple[str, Instance], ...]:
        """The 核对 by key and instance, without those seen at once to hold."""
        asked = [(rule.key, one) for rule in self.program.consistencies for one in instances(root) if one.entity == rule.entity]
        if not asked or not _plain(root):
            return tuple(asked)
        turn = _Turn(root, occasion.day, occasion.month_start, occasion.month_end)
        stretch = self._stretch(occasion.day)
        return tuple([(key, instance) for key, instance in asked if not self._holds(stretch, turn, key, instance)])

    def _holds(self, stretch: _Stretch, turn: _Turn, key: str, instance: Instance) -> bool:
        ready = self._ready(stretch, key)
        found = None if ready is None else ready.found(turn, instance)
        return found is True or (found.__class__ is tuple and found[0] is True)

    def _one(self, root: Instance, occasion: Occasion, key: str, instance: Instance) -> Outcome | None:
        (answer,) = self.quick(root, occasion, [(key, instance)])
        return None if answer is None else answer.outcome

    def _answer(self, stretch: _Stretch, turn: _Turn, key: str, instance: Instance) -> Answer | None:
        """The answer by the quick way, None where it does not lead there."""
        ready = self._ready(stretch, key)
        found = None if ready is None else ready.found(turn, instance)
        if ready is None or found is None:
            return None
        outcome, mark = _outcome(found, ready.shape, ready.number, ready.benefit)
        return Answer(instance, key, ready.name, ready.type, outcome, mark)

    def _ready(self, stretch: _Stretch, key: str) -> _Ready | None:
        if key in stretch.ready:
            return stretch.ready[key]
        with self._lock:
            return stretch.made_ready(key)

    def _stretch(self, day: date) -> _Stretch:
        number = bisect_right(self.starts, day)
        found = self._stretches.get(number)
        if found is None:
            with self._lock:
                found = self._stretches.setdefault(number, _Stretch(self._whole, day))
        return found

    def source(self, key: str, day: date) -> str:
        """The code a name is decided with on a day, to read."""
        return "\n".join(_Stretch(self._whole, day).write(key)) + "\n"


@define(eq=False)
class _Stretch:
    """The code for a stretch of time: functions by name, each written when it is first needed. `day` is any of its days."""

    program: Program
    day: date
    functions: dict[str, Function] = field(factory=dict)
    ready: dict[str, _Ready | None] = field(factory=dict)
    shapes: dict[str, Shape] = field(factory=dict)
    writer: Writer = field(factory=Writer)
    names: dict[str, Any] = field(factory=dict)
    coder: Coder = field(init=False)
    hopeless: set[str] = field(factory=set)
    waiting: list[list[str]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.names.update(_GIVEN)
        self.coder = Coder(self.program, self.row, self.writer, self.need, write)

    def row(self, name: str) -> ParameterRow | None:
        """The row of a parameter that is in force."""
        parameter = self.program.parameters.get(name)
        return None if parameter is None else _row(parameter.timeline, self.day)

    def made_ready(self, key: str) -> _Ready | None:
        """All there is to answer a name with; None where it is no rule or benefit, or has no function."""
        declared = self.program.rules.get(key) or self.program.benefits.get(key)
        function = self.function(key) if declared is not None else None
        made = None
        if declared is not None and function is not None:
            number, benefit = isinstance(declared.type, Quantity), key in self.program.benefits
            made = _Ready(function, declared.entity is None, declared.name, declared.type, self.shapes[key], number, benefit)
        self.ready[key] = made
        return made

    def function(self, key: str) -> Function | None:
        """The function of a name with all it needs; None where Python cannot hold it (nested too deeply)."""
        if key in self.hopeless:
            return None
        if key not in self.functions:
            before = set(self.shapes)
            try:
                code: CodeType = compile("\n".join(self.write(key)), f"<{key}>", "exec")
            except (SyntaxError, RecursionError, MemoryError):
                # What was written with it was never made; another name may need it.
                self.shapes = {name: shape for name, shape in self.shapes.items() if name in before}
                self.writer.depth = 0
                self.hopeless.add(key)
                return None
            self.names.update(self.writer.constants)
            exec(code, self.names)
            self.functions[key] = self.names[function_name(self.writer, key)]
        return self.functions[key]

    def write(self, key: str) -> list[str]:
        """The lines of a name and of everything it needs that is not written yet."""
        self.waiting = []
        self.need(key)
        return [line for lines in self.waiting for line in lines]

    def need(self, name: str) -> Shape:
        """How a function hands out its value; it is written if it is not yet, beside the one in hand."""
        if name not in self.shapes:
            depth, self.writer.depth = self.writer.depth, 0
            with self.writer.aside() as lines:
                if name in self.program.rules:
                    self.shapes[name] = write_rule(self.coder, self.program.rules[name])
                else:
                    self.shapes[name] = write_benefit(self.coder, self.program.benefits[name], self.day)
            self.writer.depth = depth
            self.waiting.append(lines)
        return self.shapes[name]


def _plain(one: Instance) -> bool:
    """Whether nothing of a case was supplied, is told to be unknown, or may be missing from a list."""
    if one.given or one.unlisted or one.states:
        return False
    return all([_plain(member) for group in one.members.values() for member in group]) if one.members else True


def _outcome(found: Any, shape: Shape, number: bool, benefit: bool) -> tuple[Outcome, bool]:
    """What a function handed out, as the outcome it stands for."""
    if benefit:
        kind, value, article, mark = found
        if kind is REFUSED:
            return value, mark
        return (Granted(value, article) if kind is GRANTED else Computed(value)), mark
    if not isinstance(found, tuple):
        found = (found,)
    mark = found[-1] if shape.mark is None else shape.mark
    if not number:
        return Computed(found[0]), mark
    return Computed(Fraction(found[0], found[1] if shape.below is None else shape.below)), mark


def _turns(program: Program) -> list[date]:
    """The days on which a parameter or an article begins, or no longer holds."""
    spans = [(row.start, row.end) for parameter in program.parameters.values() for row in parameter.timeline]
    changes = {start for start, _ in spans}
    ends = [end for _, end in spans]
    for benefit in program.benefits.values():
        changes |= {article.start for article in benefit.articles if article.start is not None}
        ends += [article.end for article in benefit.articles]
    changes |= {end + _ONE_DAY for end in ends if end is not None and end < date.max}
    return sorted(changes)


def _row(timeline: Sequence[ParameterRow], day: date) -> ParameterRow | None:
    return next((row for row in timeline if row.start <= day and (row.end is None or day <= row.end)), None)


def several(combination: Combination, verdicts: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """What several articles that hold come to, by the reference's own rule."""
    parts = [
        Part(said, value, sure=True) if kind is REFUSED else Part(said[0], Pay(value if below == [None] else Fraction(value, *below), said), sure=True)
        for kind, value, said, *below in verdicts
    ]
    (option,) = combine(combination, parts, _never)
    verdict = option.verdict
    if isinstance(verdict, Pay):
        paid = verdict.amount
        above, below = (paid.numerator, paid.denominator) if isinstance(paid, Fraction) else (paid, None)
        return GRANTED, above, verdict.articles, below
    if isinstance(verdict, Refused):
        return REFUSED, verdict, verdict.article
    raise OPEN


def _never() -> Refused:
    raise AssertionError("an article holds")


_GIVEN: dict[str, Any] = {
    "OPEN": OPEN,
    "GRANTED": GRANTED,
    "REFUSED": REFUSED,
    "COMPUTED": COMPUTED,
    "Fraction": Fraction,
    "ZERO": Fraction(0),
    "several": several,
}
"""What the code finds beside its constants."""
