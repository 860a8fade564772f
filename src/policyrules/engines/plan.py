"""A relational plan being made: one relation an entity, to which columns are added.

A column is worked out from others of its row (`Made`), taken over a join from the holder or a single member (`Fetched`),
or gathered from the members (`Gathered`). `engines/sql` writes them as common table expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.core.case import Occasion
from policyrules.core.program import Anchor, Expression, ParameterRow, Path, Program
from policyrules.engines.plan_numbers import Number, Out, Uncovered, Whole, Word, mapped
from policyrules.engines.plan_terms import NULL, Col, Const, Term, case, columns_of, op, sided
from policyrules.source.phrase import Phrase

ID, UP, ROLE, BAD = "_id", "_up", "_role", "_bad"
"""Columns of every relation handed in: who, held by whom, in which role, and whether a cell could not be read."""

_HOLDERS = Phrase("“{entity}”由几种主体包含", "“{entity}” is held by more than one kind of entity")


@frozen
class Made:
    """A column worked out from others of the same row."""

    entity: str
    name: str
    term: Term


@frozen
class Fetched:
    """A column of the holder (`role` empty), or of the one member in a single role."""

    entity: str
    name: str
    role: str
    source: str
    column: str


@frozen
class Gathered:
    """An aggregate over the members in a role. `empty` is what nobody gives. `owner` is the column that holds the id of whose
    members they are; where the row itself matters to the members (`paired`), both rows are joined first."""

    entity: str
    name: str
    owner: str
    role: str
    member: str
    term: Term
    empty: Term
    paired: bool


Node: TypeAlias = Made | Fetched | Gathered


@frozen
class Here:
    """Whose columns an expression reads: the member in hand, and the one decided where that is another row joined to it."""

    entity: str
    subject: str | None = None


Write: TypeAlias = Callable[["Planner", Expression, Here], Out]


@define(eq=False)
class Planner:
    """One plan for one stretch of time. `listed` are the entities whose members are all in a relation."""

    program: Program
    occasion: Occasion
    rows: Mapping[str, ParameterRow | None]
    listed: frozenset[str]
    write: Write
    nodes: list[Node] = field(factory=list)
    facts: dict[tuple[str, str], Out] = field(factory=dict)
    declared: dict[tuple[str, str], object] = field(factory=dict)
    uncovered: list[Uncovered] = field(factory=list)
    _taken: set[tuple[str, str]] = field(factory=set)
    _known: dict[object, Col] = field(factory=dict)

    def expression(self, node: Expression, here: Here) -> Out:
        """Where the value of an expression stands."""
        return self.write(self, node, here)

    def truth(self, node: Expression, here: Here) -> Word:
        """A condition."""
        out = self.expression(node, here)
        assert isinstance(out, Word)
        return out

    def let(self, here: Here) -> Callable[[Term], Term]:
        """Gives terms columns of their own; where two rows are joined there is no relation to put them in."""
        return (lambda term: term) if here.subject is not None else (lambda term: self.named(here.entity, term, "_"))

    def named(self, entity: str, term: Term, name: str) -> Term:
        """A term as a column, unless it is one or a constant."""
        return term if isinstance(term, (Col, Const)) else self.made(entity, term, name)

    def made(self, entity: str, term: Term, name: str) -> Col:
        """A column worked out from others; the same term has one column."""
        return self._once((entity, term), entity, name, lambda own: Made(entity, own, term))

    def gathered(self, here: Here, owner: str, role: str, member: str, term: Term, empty: Term) -> Col:
        """A column gathered from members; with a subject the term reads two rows."""
        entity = here.subject or here.entity
        paired = here.subject is not None
        key = (entity, owner, role, member, term, empty, paired)
        return self._once(key, entity, "_g", lambda own: Gathered(entity, own, owner, role, member, term, empty, paired))

    def held(self, out: Out, entity: str, name: str) -> Out:
        """A value in columns named after what it is."""
        if isinstance(out, Word):
            return Word(self.named(entity, out.term, name), self.named(entity, out.mark, f"{name}暂定"))
        above, below = self.named(entity, out.above.term, name), self.named(entity, out.below.term, f"{name}分母")
        mark = self.named(entity, out.mark, f"{name}暂定")
        return Number(Whole(above, out.above.most), Whole(below, out.below.most), mark)

    # ------------------------------------------------------------ other rows

    def owner(self, path: Path, here: Here) -> tuple[str, str, tuple[str, ...], str]:
        """Which row a path starts from (s, m or the only one), its entity, the steps from it, and the entity they lead to."""
        if here.subject is None:
            side, start = "", here.entity
        else:
            side, start = ("s", here.subject) if path.anchor is Anchor.SUBJECT else ("m", here.entity)
        steps: list[str] = []
        entity = start
        while entity != path.entity:
            holder = self.holder(entity)
            steps.append("")
            entity = holder
        for name in path.roles:
            steps.append(name)
            entity = next(role.entity for role in self.program.entities[entity].roles if role.name == name)
        return side, start, tuple(steps), entity

    def holder(self, entity: str) -> str:
        """The one entity that holds another."""
        holders = [one.name for one in self.program.entities.values() if any(role.entity == entity for role in one.roles)]
        if len(holders) != 1:
            raise Uncovered(_HOLDERS.fill(entity=entity))
        return holders[0]

    def reached(self, out: Out, side: str, entity: str, steps: tuple[str, ...]) -> Out:
        """A value of another row as the row at the start of the steps sees it."""
        there = mapped(out, lambda term: self._fetched(term, entity, steps))
        return mapped(there, lambda term: sided(term, side)) if side else there

    def fetched(self, name: str, entity: str, steps: tuple[str, ...]) -> Col:
        """A column of another row."""
        if not steps:
            return Col(name)
        step, rest = steps[0], steps[1:]
        source = self.beyond(entity, step)
        column = self.fetched(name, source, rest).name
        return self._once((entity, step, column, "fetched"), entity, name, lambda own: Fetched(entity, own, step, source, column))

    def beyond(self, entity: str, step: str) -> str:
        """The entity one step away."""
        if not step:
            return self.holder(entity)
        return next(role.entity for role in self.program.entities[entity].roles if role.name == step)

    def _fetched(self, term: Term, entity: str, steps: tuple[str, ...]) -> Term:
        if isinstance(term, Col):
            return self.fetched(term.name, entity, steps)
        # A constant of somebody who may not be there.
        if any(steps) and term != NULL:
            return case([(op("is known", self.fetched(ID, entity, steps)), term)], NULL)
        return term

    def _once(self, key: object, entity: str, name: str, make: Callable[[str], Node]) -> Col:
        found = self._known.get((key, type(key)))
        if found is None:
            found = self._known[key, type(key)] = Col(self._free(entity, name))
            self.nodes.append(make(found.name))
        return found

    def _free(self, entity: str, name: str) -> str:
        """A name not yet taken; some databases take A and a for one name."""
        own, count = name, 1
        while (entity, own.casefold()) in self._taken or own in (ID, UP, ROLE, BAD, "_"):
            count += 1
            own = f"{name}{count}"
        self._taken.add((entity, own.casefold()))
        return own


def in_several_roles(program: Program, entity: str) -> bool:
    """Whether rows of an entity have to say in which role they are held."""
    return sum(role.entity == entity for one in program.entities.values() for role in one.roles) > 1


def reads(node: Node) -> frozenset[tuple[str, str]]:
    """The columns a node is worked out from, each with the entity it is of."""
    match node:
        case Made():
            return frozenset((node.entity, name) for name in columns_of(node.term))
        case Fetched():
            return frozenset(((node.source, node.column),))
        case Gathered():
            own = {(node.entity, node.owner)}
            return frozenset(own | {(node.entity if side == "s" else node.member, name) for name, side in _sides(node.term)})


def _sides(term: Term) -> frozenset[tuple[str, str]]:
    match term:
        case Col(name, side):
            return frozenset(((name, side),))
        case Const():
            return frozenset()
        case _:
            return frozenset().union(*map(_sides, term.args))


