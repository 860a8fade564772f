"""A household being made, as rows: what conditions come to in it, and the JSON case it is in the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import define, field, frozen

from policyrules.book.names import ID_KEYS
from policyrules.core.program import Aggregate, Expression, Fact, FactValue, Gathering, IsSubject, Literal, Operation, Path
from policyrules.engines.rows import ID, NUMBER, scale_of
from policyrules.review.ground import UP, Ground, Line, Steps
from policyrules.values.quantities import exact_text
from policyrules.values.types import Day, Options, Quantity, Text, Truth, Value


@frozen
class Here:
    """The member in hand with its entity, and the one a declaration is evaluated for."""

    entity: str
    current: Line
    subject: Line

    @property
    def inside(self) -> bool:
        """Whether the member in hand is not the one decided."""
        return self.current[0] is not self.subject[0]


@define(eq=False)
class Household:
    """The rows of a household that is being made. Whatever is written is noted, so that it can be taken back."""

    ground: Ground
    root: Line
    everybody: list[Here] = field(factory=list)
    journal: list[tuple[list[Any], int, Any]] = field(factory=list)
    held: set[tuple[int, int]] = field(factory=set)
    """Facts that are to stay, by the number of the row and the place in it."""

    # ------------------------------------------------------------ writing

    def write(self, row: list[Any], place: int, value: Any) -> None:
        """Puts a value into a row."""
        self.journal.append((row, place, row[place]))
        row[place] = value

    def back_to(self, mark: int) -> None:
        """Takes back what was written since the journal was so long."""
        while len(self.journal) > mark:
            row, place, value = self.journal.pop()
            row[place] = value

    def hold(self, row: list[Any], place: int) -> None:
        """Keeps a fact as it is."""
        self.held.add((row[NUMBER], place))

    def is_held(self, row: list[Any], place: int) -> bool:
        """Whether a fact is to stay."""
        return (row[NUMBER], place) in self.held

    # ------------------------------------------------------------ reading

    def at(self, path: Path, here: Here) -> Here | None:
        """The instance a path leads to."""
        way = self.ground.steps_of(path, here.entity, here.inside)
        if way is None:
            return None
        lines = list(reached(here.current, way[0]))
        return Here(way[1], lines[0], lines[0]) if lines else None

    def lines(self, path: Path, role: str, here: Here) -> list[Here]:
        """The members in a role of the instance a path leads to."""
        owner = self.at(path, here)
        place = None if owner is None else self.ground.layouts[owner.entity].roles.get(role)
        if owner is None or place is None:
            return []
        entity = self.ground.layouts[owner.entity].entities[role]
        return [Here(entity, (row, *owner.current), here.subject) for row in owner.current[0][place] or ()]

    def worth(self, node: Expression, here: Here) -> tuple[Any, int] | None:
        """What an expression comes to, as a value and what it is divided by; None where it has no value here."""
        if isinstance(node, Literal):
            value = node.value
            return value.as_integer_ratio() if isinstance(value, Fraction) else (value, 1)
        if here.inside and self.ground.about_subject(node):
            return None
        found = self.ground.unit(node, here.entity)(*here.current, self.ground.stretch.run(self.ground.occasion))[0]
        return None if found is None else (found[0], found[1])

    def difference(self, node: Operation, here: Here) -> int | None:
        """How far the left side of a comparison lies above the right one: its sign counts, and how it grows."""
        left, right = (self.worth(side, here) for side in node.arguments)
        if left is None or right is None:
            return None
        if isinstance(left[0], date):
            return left[0].toordinal() - right[0].toordinal()  # type: ignore[no-any-return]
        return left[0] * right[1] - right[0] * left[1]  # type: ignore[no-any-return]

    def truth(self, node: Expression, here: Here) -> bool | None:
        """Whether a condition holds; None where that has no answer."""
        match node:
            case Operation("and" | "or" as word, parts):
                for part in parts:
                    found = self.truth(part, here)
                    if found is None or found is (word == "or"):
                        return found
                return word == "and"
            case Operation("not", (part,)):
                found = self.truth(part, here)
                return None if found is None else not found
            case FactValue():
                owner = self.at(node.path, here)
                return None if owner is None else owner.current[0][self.ground.layouts[owner.entity].facts[node.fact]]
            case IsSubject():
                return not here.inside
            case Aggregate(kind=Gathering.ANY | Gathering.ALL as kind):
                found_any = [self.member_holds(node, one) for one in self.lines(node.path, node.role, here)]
                return any(found_any) if kind is Gathering.ANY else all(found_any)
            case _:
                found_value = self.worth(node, here)
                return None if found_value is None else found_value[0]

    def member_holds(self, node: Aggregate, one: Here) -> bool:
        """Whether a member has what 任一 looks for, or what 全部 asks of those it is about."""
        belongs = node.where is None or self.truth(node.where, one) is True
        if node.kind is Gathering.ANY:
            return belongs and (node.value is None or self.truth(node.value, one) is True)
        return not belongs or node.value is None or self.truth(node.value, one) is True

    # ------------------------------------------------------------ the case in the end

    def document(self, needed: frozenset[tuple[str, str]] | None) -> dict[str, object]:
        """The JSON case, with these facts only where not all are needed."""
        root = self.ground.program.root or ""
        return {root: self._told(root, self.root[0], needed, None)}

    def _told(self, entity: str, row: list[Any], needed: frozenset[tuple[str, str]] | None, key: str | None) -> dict[str, object]:
        told: dict[str, object] = {} if key is None else {key: row[ID]}
        for name, place, fact in self.ground.named[entity]:
            if row[place] is not None and (needed is None or (entity, fact.key) in needed):
                told[name] = written(row[place], fact)
        layout, declared = self.ground.layouts[entity], self.ground.program.entities[entity]
        for role in declared.roles:
            group = row[layout.roles[role.name]]
            if group is not None:
                inner = ID_KEYS[0] if not any(name == ID_KEYS[0] for name, _, _ in self.ground.named[role.entity]) else ID_KEYS[1]
                members = [self._told(role.entity, one, needed, inner) for one in group]
                told[role.name] = members if role.many else members[0]
        return told


def reached(line: Line, steps: Steps) -> Iterator[Line]:
    """Everybody a way leads to."""
    if not steps:
        yield line
    elif steps[0] == UP:
        yield from reached(line[1:], steps[1:])
    else:
        for row in line[0][steps[0]] or ():
            yield from reached((row, *line), steps[1:])


def number_in(value: Any, fact: Fact) -> int:
    """A value of a row as a whole number: of the parts a quantity is counted in, or of the calendar."""
    return value.toordinal() if isinstance(fact.type, Day) else int(value)


def value_from(number: int, fact: Fact) -> Any:
    """The value of a row a whole number stands for."""
    return date.fromordinal(number) if isinstance(fact.type, Day) else number


def in_row(value: Value, fact: Fact) -> Any:
    """A value as it stands in a row."""
    return int(value * scale_of(fact.type)) if isinstance(fact.type, Quantity) and isinstance(value, Fraction) else value


def written(value: Any, fact: Fact) -> object:
    """A value of a row as JSON writes it."""
    match fact.type:
        case Quantity():
            number = Fraction(value, scale_of(fact.type))
            return int(number) if number.denominator == 1 else exact_text(number)
        case Day():
            return value.isoformat()
        case Truth() | Options() | Text():
            return value
