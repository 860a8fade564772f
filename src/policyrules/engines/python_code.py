"""Decides with generated Python: the same answers as the reference, for cases whose facts are known in microseconds.

Code is written for a stretch of time in which no parameter changes and no article begins or ends, for what is asked and
what that needs, and works on rows (`engines/rows`). Everything asked of one instance is one function, a `unit`: what several
names need is worked out in it once, and sums over the same members share a loop. Where a fact is missing, a step fails or a
value was supplied, the quick way is left and the reference decides that name; so there is one meaning, and this is only the
short way to it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from threading import Lock
from typing import Any, TypeAlias

from attrs import define, evolve, field, frozen

from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.outcome import Answer, Computed, Granted, Outcome, Refused
from policyrules.core.program import Combination, ParameterRow, Program
from policyrules.engines import interpreter
from policyrules.engines.code_benefits import REFUSED, benefit_body, rule_body, write_benefit, write_rule
from policyrules.engines.code_expressions import write
from policyrules.engines.code_numbers import Number, Plain
from policyrules.engines.coding import Coder, Ground, Shape, flat, main_name
from policyrules.engines.combining import Part, Pay, combine
from policyrules.engines.rows import NUMBER, Layout, Row, layouts_of, row_of
from policyrules.engines.writing import Scope, Writer
from policyrules.values.types import Quantity, Type

GRANTED, COMPUTED = "granted", "computed"

_ONE_DAY = timedelta(days=1)

Unit: TypeAlias = Callable[..., "tuple[Any, ...]"]
"""Takes an instance's row, those who hold it outwards, and what a run carries; hands out what each name comes to, or None."""


class Open(Exception):
    """The quick way ends: something is unknown or fails. Control only, never seen outside."""


@frozen
class Ready:
    """What an answer tells of a name beside what its code hands out."""

    key: str
    name: str
    type: Type
    number: bool
    benefit: bool

    def outcome(self, found: Any) -> tuple[Outcome, bool]:
        """What the code handed out, as the outcome it stands for, with its mark."""
        if self.benefit:
            kind, value, article, mark, below = found
            if kind is REFUSED:
                return value, mark
            amount = Fraction(value, below) if self.number else value
            return (Granted(amount, article) if kind is GRANTED else Computed(amount)), mark
        value, below, mark = found
        return Computed(Fraction(value, below) if self.number else value), mark


@define(eq=False)
class PythonCode:
    """The generated code of one program; made as it is needed, kept, and shared by threads.

    `starts` are the days on which something changes, if they are at hand already.
    """

    program: Program
    starts: list[date] = field()
    patient: bool = False
    """Whether code for a name is only written when it is asked for a second time: who decides once does not wait for it."""

    _whole: Program = field(init=False, repr=False)
    _stretches: dict[int, Stretch] = field(factory=dict, repr=False)
    _lock: Lock = field(factory=Lock, repr=False)
    _met: set[str] = field(factory=set, repr=False)
    _layouts: dict[str, Layout] | None = field(default=None, repr=False)

    @starts.default
    def _starts(self) -> list[date]:
        return _turns(self.program)

    @_whole.default
    def _with_checks(self) -> Program:
        """The program with its 核对 among its rules."""
        checks = {rule.key: rule for rule in self.program.consistencies}
        return evolve(self.program, rules=ChainMap(self.program.rules, checks)) if checks else self.program  # type: ignore[arg-type]

    @property
    def layouts(self) -> dict[str, Layout]:
        """How the rows of each entity are laid out; found out when it is first needed."""
        if self._layouts is None:
            self._layouts = layouts_of(self.program)
        return self._layouts

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
        stretch = self.stretch(occasion.day)
        return tuple(
            [
                Answer(instance, key, ready.name, ready.type, *ready.outcome(found)) if found is not None and ready is not None else None
                for (key, instance), found, ready in zip(asked, self._found(root, occasion, asked), map(stretch.ready, [key for key, _ in asked]), strict=True)
            ]
        )

    def doubtful(self, root: Instance, occasion: Occasion) -> tuple[tuple[str, Instance], ...]:
        """The 核对 by key and instance, without those seen at once to hold."""
        if not self.program.consistencies:
            return ()
        asked = [(rule.key, one) for rule in self.program.consistencies for one in instances(root) if one.entity == rule.entity]
        found = self._found(root, occasion, asked)
        return tuple([one for one, value in zip(asked, found, strict=True) if value is None or value[0] is not True])

    def _one(self, root: Instance, occasion: Occasion, key: str, instance: Instance) -> Outcome | None:
        (answer,) = self.quick(root, occasion, [(key, instance)])
        return None if answer is None else answer.outcome

    def _found(self, root: Instance, occasion: Occasion, asked: Sequence[tuple[str, Instance]]) -> list[Any]:
        """What the code hands out for names asked of instances; None where the quick way ends."""
        new = {key for key, _ in asked} - self._met if self.patient else set()
        self._met |= new
        made = row_of(self.layouts, root) if asked and not new else None
        if made is None:
            return [None] * len(asked)
        rows = rows_within(self.layouts, root.entity, made[0], len(made[1]))
        numbers = {instance: number for number, instance in enumerate(made[1])}
        stretch = self.stretch(occasion.day)
        keys: dict[Instance, list[str]] = {}
        for key, instance in asked:
            keys.setdefault(instance, []).append(key)
        units = {instance: stretch.units(instance.entity, tuple(names)) for instance, names in keys.items()}
        run = stretch.run(occasion)
        found: dict[tuple[str, Instance], Any] = {}
        for instance, names in keys.items():
            values = [value for unit in units[instance] for value in unit(*rows[numbers[instance]][1], run)]
            found.update(zip([(name, instance) for name in names], values, strict=True))
        return [found[one] for one in asked]

    def stretch(self, day: date) -> Stretch:
        """The code for the stretch of time a day lies in."""
        number = bisect_right(self.starts, day)
        found = self._stretches.get(number)
        if found is None:
            with self._lock:
                found = self._stretches.setdefault(number, Stretch(self._whole, day, self.layouts))
        return found

    def source(self, key: str, day: date) -> str:
        """The code a name is decided with on a day, to read."""
        return Stretch(self._whole, day, self.layouts).source(key)


def rows_within(layouts: Mapping[str, Layout], entity: str, root: Row, count: int) -> list[tuple[str, tuple[Row, ...]]]:
    """The rows by their numbers, each with its entity and with those who hold it, outwards."""
    found: list[tuple[str, tuple[Row, ...]]] = [(entity, (root,))] * count
    waiting: list[tuple[str, tuple[Row, ...]]] = [(entity, (root,))]
    while waiting:
        entity, chain = waiting.pop()
        found[chain[0][NUMBER]] = entity, chain
        layout = layouts[entity]
        for role, place in layout.roles.items():
            group = chain[0][place]
            if group is not None:
                waiting += [(layout.entities[role], (member, *chain)) for member in group]
    return found


@define(eq=False)
class Stretch:
    """The code for a stretch of time, written as it is needed. `day` is any of its days.

    `functions` are for what is only needed on a condition: each keeps what it works out in what a run carries.
    """

    program: Program
    day: date
    layouts: Mapping[str, Layout]
    _units: dict[tuple[str, tuple[str, ...]], tuple[Unit, ...]] = field(factory=dict)
    _ready: dict[str, Ready | None] = field(factory=dict)
    _every: dict[str, tuple[str, ...]] = field(factory=dict)
    shapes: dict[str, Shape] = field(factory=dict)
    writer: Writer = field(factory=Writer)
    names: dict[str, Any] = field(factory=dict)
    coder: Coder = field(init=False)
    functions: list[list[str]] = field(factory=list)
    lock: Lock = field(factory=Lock)

    def __attrs_post_init__(self) -> None:
        self.names.update(_GIVEN)
        self.coder = Coder(self.program, self.day, self.row, self.writer, self.need, write, self.layouts)

    def row(self, name: str) -> ParameterRow | None:
        """The row of a parameter that is in force."""
        parameter = self.program.parameters.get(name)
        return None if parameter is None else _row(parameter.timeline, self.day)

    def run(self, occasion: Occasion) -> list[Any]:
        """What the code carries through one case: the days of the occasion, and places for what is worked out."""
        return [occasion.day, occasion.month_start, occasion.month_end, *[None] * (self.coder.slots - 3)]

    def ready(self, key: str) -> Ready | None:
        """What there is to tell of a rule or benefit; None for what is neither."""
        if key not in self._ready:
            declared = self.program.rules.get(key) or self.program.benefits.get(key)
            benefit = key in self.program.benefits
            made = None if declared is None else Ready(key, declared.name, declared.type, isinstance(declared.type, Quantity), benefit)
            self._ready[key] = made
        return self._ready[key]

    def every_benefit(self, entity: str) -> tuple[str, ...]:
        """What is decided for an instance where nothing is asked by name."""
        if entity not in self._every:
            self._every[entity] = tuple(key for key, benefit in self.program.benefits.items() if benefit.pays and benefit.entity == entity)
        return self._every[entity]

    def units(self, entity: str, keys: tuple[str, ...]) -> tuple[Unit, ...]:
        """The functions that decide these names for an instance: one for all that is mostly asked, else one for each."""
        found = self._units.get((entity, keys))
        if found is None:
            if len(keys) == 1 or keys == self.every_benefit(entity):
                with self.lock:
                    found = self._made(entity, keys)
                self._units[entity, keys] = found
            else:
                found = tuple([unit for key in keys for unit in self.units(entity, (key,))])
        return found

    def _made(self, entity: str, keys: tuple[str, ...]) -> tuple[Unit, ...]:
        """One function; where Python cannot hold it (nested too deeply) one for each name, and at last one that decides nothing."""
        before = dict(self.shapes)
        name = f"u{len(self._units)}_{self.writer.fresh('u')}"
        try:
            code = compile("\n".join(self.write(name, entity, keys)), f"<{keys[0] if keys else entity}>", "exec")
        except (SyntaxError, RecursionError, MemoryError):
            # What was written with it was never made; another name may need it.
            self.shapes = before
            return tuple([unit for key in keys for unit in self._made(entity, (key,))]) if len(keys) > 1 else (_undecided,)
        self.names.update(self.writer.constants)
        exec(code, self.names)
        return (self.names[name],)

    def source(self, key: str) -> str:
        """The code one name is decided with."""
        declared = self.program.rules.get(key) or self.program.benefits[key]
        return "\n".join(self.write("decide", declared.entity or self.program.root or "", (key,))) + "\n"

    def write(self, name: str, entity: str, keys: tuple[str, ...]) -> list[str]:
        """The lines of a unit, and of the functions it needs that are not written yet."""
        self.functions = []
        owner = self.owner(entity)
        ground = Ground(owner[0], [Scope(True)], 1)
        self.coder.grounds = [ground]
        with self.writer.elsewhere(ground.scopes, 1):
            results = [self.result(ground, key, owner) for key in keys]
        self.coder.grounds = []
        lines = [f"def {name}({', '.join(owner)}, t):", *flat(ground.lines), f"    return ({''.join(f'{one}, ' for one in results)})"]
        return [*(line for function in self.functions for line in function), *lines]

    def owner(self, entity: str) -> tuple[str, ...]:
        """Variables for an instance and those who hold it, outwards."""
        found = ["x"]
        declared = self.program.entities.get(entity)
        while declared is not None and declared.within is not None:
            found.append(f"x_{len(found)}")
            declared = self.program.entities.get(declared.within)
        return tuple(found)

    def result(self, ground: Ground, key: str, owner: tuple[str, ...]) -> str:
        """What a unit hands out for a name."""
        coder = self.coder
        benefit = self.program.benefits.get(key)
        if benefit is not None:
            return main_name(coder.worked_out(ground, ("benefit", key), lambda: Plain(benefit_body(coder, benefit, owner)))[0])
        rule = self.program.rules.get(key)
        if rule is None:
            return "None"
        at = owner if rule.entity is not None else owner[-1:]
        if at[0] != ground.owner:
            return "None"
        out, risky = coder.worked_out(ground, ("rule", key), lambda: rule_body(coder, rule, at))
        handed = f"({main_name(out)}, {out.below if isinstance(out, Number) else 1}, {out.mark})"
        return f"None if {main_name(out)} is None else {handed}" if risky else handed

    def need(self, name: str) -> Shape:
        """How a function hands out its value; it is written if it is not yet, beside the one in hand."""
        if name not in self.shapes:
            declared = self.program.rules.get(name) or self.program.benefits[name]
            owner = self.owner(declared.entity) if declared.entity is not None else ("x",)
            grounds, self.coder.grounds = self.coder.grounds, []
            with self.writer.elsewhere([Scope(True)], 0) as lines:
                if name in self.program.rules:
                    self.shapes[name] = write_rule(self.coder, self.program.rules[name], owner)
                else:
                    self.shapes[name] = write_benefit(self.coder, self.program.benefits[name], owner)
            self.coder.grounds = grounds
            self.functions.append(lines)
        return self.shapes[name]


def _undecided(*rows_and_run: Any) -> tuple[Any, ...]:
    return (None,)


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
    parts = []
    for kind, value, said, _, below in verdicts:
        if kind is REFUSED:
            parts.append(Part(said, value, sure=True))
        else:
            parts.append(Part(said[0], Pay(Fraction(value, below) if value.__class__ is int else value, said), sure=True))
    (option,) = combine(combination, parts, _never)
    verdict = option.verdict
    if isinstance(verdict, Pay):
        paid = verdict.amount
        above, below = (paid.numerator, paid.denominator) if isinstance(paid, Fraction) else (paid, 1)
        return GRANTED, above, verdict.articles, False, below
    if isinstance(verdict, Refused):
        return REFUSED, verdict, verdict.article, False, 1
    raise Open


def _never() -> Refused:
    raise AssertionError("an article holds")


_GIVEN: dict[str, Any] = {
    "Open": Open,
    "GRANTED": GRANTED,
    "REFUSED": REFUSED,
    "COMPUTED": COMPUTED,
    "Fraction": Fraction,
    "several": several,
}
"""What the code finds beside its constants."""
