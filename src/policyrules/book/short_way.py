"""The short way of `decide`: a case written plainly, read into rows and decided by generated code, with nothing made that
nobody reads. It is planned when a question is asked for the second time. Where it does not lead to an answer for every name,
it leads to none, and the case is decided at length.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import define, field, frozen

from policyrules.book.facts import normal
from policyrules.book.names import Names
from policyrules.book.occasion import occasion_of
from policyrules.book.rows import CheckedCase, RowReader
from policyrules.core.case import Occasion
from policyrules.core.outcome import Answer
from policyrules.core.program import Program
from policyrules.engines.code_benefits import REFUSED
from policyrules.engines.python_code import PythonCode, Ready, Stretch, Unit, rows_within
from policyrules.engines.rows import ID, Row, instances_of

Asked: TypeAlias = tuple[dict[str, tuple[str, ...]], ...]
"""Names asked for, each with its keys by entity."""

_MOST_KEPT, _LONGEST = 1000, 2000
_NOTHING = Fraction(0)


@frozen(eq=False)
class _Plan:
    """What is run for a case on a day: by entity the names, the functions that decide them and what is told of them, and the 核对."""

    occasion: Occasion
    stretch: Stretch
    asked: Asked
    by_name: bool
    units: dict[str, tuple[tuple[str, ...], tuple[Unit, ...]]]
    ready: dict[str, tuple[Ready | None, ...]]
    checks: dict[str, tuple[Unit, ...]]
    inner: bool
    """Whether anybody but the outermost is asked about."""

    only: Unit | None
    """The one function that decides everything, where nothing is asked of anybody else and there is no 核对."""


@define(eq=False)
class Outcomes:
    """What a case came to, as the code handed it out. Answers are made of it when they are read."""

    code: PythonCode
    plan: _Plan
    root: Row
    everybody: list[tuple[str, tuple[Row, ...]]]
    values: list[Any] | None
    """By the number of an instance, what each of its names came to; of the outermost only, where nothing else is asked. None where
    traces are wanted: the reference then decides, when the answers are read."""

    _answers: tuple[Answer, ...] | None = None

    def answers(self) -> tuple[Answer, ...]:
        """The answers, in the order in which they were asked for."""
        if self._answers is None:
            self._answers = self._made()
        return self._answers

    def _made(self) -> tuple[Answer, ...]:
        instances = instances_of(self.code.layouts, self.everybody[0][0], self.root)
        if self.values is None:
            asked = [(ready.key, instances[number]) for number, ready, _ in self._found()]
            return self.code.decide(instances[0], self.plan.occasion, asked, trace=True)
        return tuple([Answer(instances[number], ready.key, ready.name, ready.type, *ready.outcome(value)) for number, ready, value in self._found()])

    def amounts(self) -> dict[tuple[str, str], Fraction] | None:
        """What is paid, by the id of whose it is and the name: 0 where it is refused. None where only the answers tell."""
        if self.values is None:
            return None
        paid: dict[tuple[str, str], Fraction] = {}
        for (entity, chain), values in zip(self.everybody, self.values, strict=True):
            if values:
                subject = chain[0][ID]
                for ready, value in zip(self.plan.ready[entity], values, strict=True):
                    if ready is not None and ready.benefit and ready.number:
                        paid[subject, ready.name] = _NOTHING if value[0] is REFUSED else Fraction(value[1], value[4])
        return paid

    def _found(self) -> Iterator[tuple[int, Ready, Any]]:
        """The number of an instance, a name, and what it came to: each once, in the order asked."""
        seen: set[tuple[int, str]] = set()
        ready = self.plan.stretch.ready
        for keys_of in self.plan.asked:
            for number, (entity, _) in enumerate(self.everybody):
                for key in keys_of.get(entity, ()):
                    known = ready(key)
                    if known is not None and (number, key) not in seen:
                        seen.add((number, key))
                        yield number, known, self.values and self.values[number][self.plan.units[entity][0].index(key)]


@define(eq=False)
class ShortWay:
    """The short way for one book. What is asked again and again is planned once."""

    program: Program
    names: Names
    code: PythonCode
    sound: bool
    """Whether the policies may be decided with at all."""

    _plans: dict[object, _Plan | None] = field(factory=dict, init=False)
    _met: set[object] = field(factory=set, init=False)
    _reader: RowReader | None = field(default=None, init=False)

    @property
    def reader(self) -> RowReader:
        """How the cases of the program are read."""
        if self._reader is None:
            self._reader = RowReader(self.program, self.names, self.code.layouts)
        return self._reader

    def decide(self, case: object, month: object, day: object, ask: object, explain: bool) -> Outcomes | None:
        """What a case came to; None where it has to be decided at length."""
        try:
            plan = self._plans[month, day, ask]
        except (KeyError, TypeError):
            plan = self._plan(month, day, ask)
        if plan is None:
            return None
        read = case.rows if case.__class__ is CheckedCase else self.reader.read(case)
        if read is None:
            return None
        root, count = read
        run = plan.stretch.run(plan.occasion)
        everybody: list[tuple[str, tuple[Row, ...]]] = [(self.program.root or "", (root,))]
        if plan.only is not None:
            found = () if explain else plan.only(root, run)
            return None if None in found else Outcomes(self.code, plan, root, everybody, None if explain else [found])
        if plan.inner:
            everybody = rows_within(self.code.layouts, self.program.root or "", root, count)
        values: list[Any] = []
        met = set()
        for entity, chain in everybody:
            mine: tuple[Any, ...] = ()
            if entity in plan.units:
                met.add(entity)
                for unit in () if explain else plan.units[entity][1]:
                    mine += unit(*chain, run)
                if None in mine:
                    return None
            values.append(mine)
            if entity in plan.checks and not all([_holds(unit(*chain, run)[0]) for unit in plan.checks[entity]]):
                return None
        if not met or (plan.by_name and not all([not met.isdisjoint(keys_of) for keys_of in plan.asked])):
            return None
        return Outcomes(self.code, plan, root, everybody, None if explain else values)

    def _plan(self, month: object, day: object, ask: object) -> _Plan | None:
        words = tuple(ask) if ask.__class__ is list else ask
        if month.__class__ not in _TIMES or day.__class__ not in _TIMES or not (words.__class__ in _WORDS or words is None):
            return None
        key = (month, day, words)
        try:
            if key in self._plans:
                return self._plans[key]
            if len(self._met) + len(self._plans) >= _MOST_KEPT:
                self._met.clear()
                self._plans.clear()
            if len(repr(key)) > _LONGEST:
                return None
            if self.code.patient and key not in self._met:
                self._met.add(key)
                return None
            plan = self._plans[key] = self._made(month, day, words)
            return plan
        except KeyError:
            return None  # another thread has just made room
        except TypeError:
            return None  # a list of something that is no word

    def _made(self, month: str | date | None, day: str | date | None, words: str | tuple[str, ...] | None) -> _Plan | None:
        occasion = occasion_of(self.program, month, day)
        asked = self._asked((words,) if isinstance(words, str) else words)
        if occasion.value is None or occasion.diagnostics or not asked or not self.sound:
            return None
        stretch = self.code.stretch(occasion.value.day)
        keys: dict[str, dict[str, None]] = {}
        for keys_of in asked:
            for entity, named in keys_of.items():
                keys.setdefault(entity, {}).update(dict.fromkeys(named))
        units = {entity: (tuple(named), stretch.units(entity, tuple(named))) for entity, named in keys.items()}
        checks: dict[str, tuple[Unit, ...]] = {}
        for rule in self.program.consistencies:
            entity = rule.entity or self.program.root or ""
            checks[entity] = (*checks.get(entity, ()), *stretch.units(entity, (rule.key,)))
        root = self.program.root or ""
        inner = bool({*units, *checks} - {root})
        only = units[root][1][0] if root in units and len(units[root][1]) == 1 and not inner and not checks else None
        ready = {entity: tuple(map(stretch.ready, named)) for entity, named in keys.items()}
        return _Plan(occasion.value, stretch, asked, words is not None, units, ready, checks, inner, only)

    def _asked(self, words: tuple[str, ...] | None) -> Asked | None:
        """The keys meant, by entity; None where a word may mean the name of somebody in particular."""
        if words is None:
            benefits = self.program.benefits
            return tuple({benefit.entity: (key,)} for key, benefit in benefits.items() if benefit.pays and key not in self.program.left_out)
        found: list[dict[str, tuple[str, ...]]] = []
        for word in words:
            spelt = normal(word) if isinstance(word, str) else "的"
            if "的" in spelt:
                return None
            meant = {entity: tuple(known.key for known in self.names.of(entity).get(spelt, ()) if known.computed) for entity in self.program.entities}
            found.append({entity: keys for entity, keys in meant.items() if keys})
        return tuple(found) if all(found) else None


_TIMES, _WORDS = (str, date, type(None)), (str, tuple)


def _holds(found: Any) -> bool:
    return found is not None and found[0] is True
