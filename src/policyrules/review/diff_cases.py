"""Households that both versions can decide: the same people and facts, each version being told what it knows of.

A household is an `Instance` that belongs to neither version; `Side.decide` hands a version its own copy where the two differ in
their entities or facts. `probes` are expressions beside the rules (conditions of articles, figures held against bounds) that are
worked out with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import define, evolve, field

from policyrules.book.book import Book
from policyrules.book.cases import read_case
from policyrules.book.consistency import contradictions
from policyrules.book.occasion import in_month
from policyrules.core.case import Instance, Occasion, instances
from policyrules.core.outcome import Outcome
from policyrules.core.program import Program, Rule
from policyrules.engines.interpreter import at_first_sight
from policyrules.engines.python_code import PythonCode
from policyrules.source.text import Place, SourceText
from policyrules.values.quantities import exact_text
from policyrules.values.types import Value

_NOWHERE = SourceText("<case>", "")


@define(eq=False)
class Side:
    """One version, ready to decide many households."""

    book: Book
    fits: bool
    """Whether a household can be handed over as it is: both versions know the same entities and facts."""

    code: PythonCode = field(init=False)
    _probing: PythonCode | None = field(default=None, init=False)

    @code.default
    def _code(self) -> PythonCode:
        return PythonCode(self.book.program, self.book.code.starts)

    @property
    def program(self) -> Program:
        """The version's own program."""
        return self.book.program

    def probe(self, rules: Iterable[Rule]) -> None:
        """From now on these are what `probed` can be asked for."""
        own = self.book.program
        probes = {rule.key: rule for rule in rules}
        self._probing = PythonCode(evolve(own, rules={**own.rules, **probes}, order=(*own.order, *probes)), self.book.code.starts)

    def probed(self, root: Instance, month: date, asked: Sequence[tuple[str, str]]) -> list[Outcome]:
        """As `decide`, for probes."""
        return self._worked_out(self._probing or self.code, root, month, asked)

    def occasion(self, month: date) -> Occasion:
        """The month as this version reads it."""
        return in_month(self.book.program, month)

    def own(self, root: Instance) -> Instance:
        """The household as this version is told of it."""
        return root if self.fits else fitted(root, self.book.program)

    def allows(self, root: Instance, month: date) -> bool:
        """Whether no 核对 speaks against the household."""
        return not contradictions(self.code, self.own(root), self.occasion(month))

    def decide(self, root: Instance, month: date, asked: Sequence[tuple[str, str]]) -> list[Outcome]:
        """What each key comes to for the member of that id."""
        return self._worked_out(self.code, root, month, asked)

    def _worked_out(self, code: PythonCode, root: Instance, month: date, asked: Sequence[tuple[str, str]]) -> list[Outcome]:
        own = self.own(root)
        by_id = {one.id: one for one in instances(own)}
        occasion, requests = self.occasion(month), [(key, by_id[subject]) for key, subject in asked]
        answers = code.quick(own, occasion, requests)
        left = [one for one, answer in zip(requests, answers, strict=True) if answer is None]
        slow = iter(at_first_sight(code.program, own, occasion, left) if left else ())
        return [(next(slow) if answer is None else answer).outcome for answer in answers]


def sides(old: Book, new: Book) -> tuple[Side, Side]:
    """Both versions, ready to decide the same households."""
    fits = known_of(old.program) == known_of(new.program)
    return Side(old, fits), Side(new, fits)


def known_of(program: Program) -> object:
    """What a case may tell of, by entity."""
    facts = {name: (fact.type, fact.low, fact.high) for name, fact in program.facts.items()}
    roles = {name: tuple((role.name, role.entity, role.many) for role in entity.roles) for name, entity in program.entities.items()}
    return facts, roles


def fitted(root: Instance, program: Program) -> Instance:
    """A copy with what the program knows of."""

    def copy(one: Instance, parent: Instance | None) -> Instance:
        declared = program.entities.get(one.entity)
        roles = {role.name: role.entity for role in declared.roles} if declared is not None else {}
        facts = {key: value for key, value in one.facts.items() if (one.entity, key) in program.facts}
        made = Instance(one.entity, one.id, facts, parent=parent)
        known = {role: group for role, group in one.members.items() if all(member.entity == roles.get(role) for member in group)}
        made.members = {role: [copy(member, made) for member in group] for role, group in known.items() if role in roles}
        return made

    return copy(root, None)


def completed(root: Instance, other: Instance) -> Instance:
    """`root` with what only `other` tells, member by member: so that a household drawn for one version suits both."""
    _complete(root, other)
    seen: set[str] = set()
    for one in instances(root):
        # Both were given ids of their own, and somebody may have come over with the id of another.
        count = 2
        while one.id in seen:
            one.id = f"{one.id.rstrip('0123456789')}{count}"
            count += 1
        seen.add(one.id)
    return root


def _complete(root: Instance, other: Instance) -> None:
    for key, value in other.facts.items():
        root.facts.setdefault(key, value)
    for role, group in other.members.items():
        mine = root.members.setdefault(role, group)
        for one, another in zip(mine, group, strict=False):
            if one is not another:
                _complete(one, another)
            else:
                one.parent = root


def read(book: Book, document: dict[str, object]) -> Instance | None:
    """The household of a JSON case."""
    found = read_case(book.program, document, _NOWHERE, lambda _: Place(_NOWHERE, 0, 0), names=book.names)
    return found.value


def document_of(root: Instance, programs: Sequence[Program]) -> dict[str, object]:
    """The household as the JSON case that `decide` takes."""
    named = [fact for program in programs for fact in program.facts.values()]
    names: dict[tuple[str, str], set[str]] = {}
    for fact in named:
        names.setdefault((fact.entity, fact.name), set()).add(fact.key)

    def told(one: Instance) -> dict[str, object]:
        fields: dict[str, object] = {} if one.parent is None else {"编号": one.id}
        for key, value in one.facts.items():
            name = next((fact.name for fact in named if fact.entity == one.entity and fact.key == key), key)
            fields[name if len(names.get((one.entity, name), ())) == 1 else key] = _json(value)
        for role, group in one.members.items():
            many = any(each.many for program in programs if one.entity in program.entities for each in program.entities[one.entity].roles if each.name == role)
            fields[role] = [told(member) for member in group] if many else told(group[0]) if group else {}
        return fields

    return {root.entity: told(root)} if root.entity else told(root)


def _json(value: Value) -> object:
    if isinstance(value, bool | str):
        return value
    return value.isoformat() if isinstance(value, date) else exact_text(value)


def asked_of(root: Instance, keys: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Every key (by entity) for everybody it can be asked of."""
    return [(key, one.id) for one in instances(root) for key in keys.get(one.entity, ())]
