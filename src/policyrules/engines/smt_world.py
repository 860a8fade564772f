"""The households of a shape in the months of a window: their facts as variables, and what every case the reader takes meets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import define, field, frozen

from policyrules.core.facts import Fact
from policyrules.core.program import Program
from policyrules.engines import smt_days as days
from policyrules.engines import smt_numbers as numbers
from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_days import SymbolicDay
from policyrules.engines.smt_numbers import Scaled
from policyrules.engines.smt_operators import Surroundings
from policyrules.engines.smt_values import SymbolicValue, Word, Words
from policyrules.engines.smt_z3 import Term, Truth
from policyrules.values.types import Day, Options, Quantity, Text, Type
from policyrules.values.types import Truth as TruthType
from policyrules.values.units import MONEY, type_text

Address: TypeAlias = tuple[tuple[str, int], ...]
"""The way to an instance from the root: a role and a position in it, step by step."""

GREATEST = 10**30
"""A case's numbers lie below it."""

_FEN = 100
_MONTHS = 12
_EVERYDAY = Fraction(10_000_000)
_EVERYDAY_YEARS = (110, 1)


@frozen
class Shape:
    """How many members each list has: `counts[("成员",)] == 2`; every member of a role has the same counts below it.

    Lists not told of have nobody; a single role always has somebody. In the lists of `fewer` everybody may have fewer
    than their count, each of them another number: so that one shape stands for 甲 with two parents and 乙 with none.
    """

    counts: tuple[tuple[tuple[str, ...], int], ...]
    fewer: frozenset[tuple[str, ...]] = frozenset()


@frozen
class Window:
    """A stretch of months, the first day of each; the month inside it is a variable, fixed where there is one only."""

    first: date
    last: date


@define(eq=False)
class Node:
    """One instance of the shape. `facts` are its variables, made when they are first looked at; `there`: whether it is in its list."""

    entity: str
    address: Address
    parent: Node | None = field(default=None, repr=False)
    there: Truth = True
    members: dict[str, list[Node]] = field(factory=dict, repr=False)
    facts: dict[str, SymbolicValue] = field(factory=dict, repr=False)


@define(eq=False)
class World:
    """Everything of one program over one shape and one window. `memo` holds what has been read of it."""

    program: Program
    shape: Shape
    window: Window
    words: Words
    tag: str
    root: Node
    month: SymbolicDay
    decided_on: SymbolicDay
    conditions: list[Truth] = field(factory=list, repr=False)
    everyday: list[Truth] = field(factory=list, repr=False)
    memo: dict[tuple[str, Address], object] = field(factory=dict, repr=False)
    depth: int = 0

    @property
    def constraints(self) -> tuple[Term, ...]:
        """What every case the reader takes meets, as far as facts have been looked at."""
        return tuple(z.truth_term(one) for one in self.conditions if one is not True)

    @property
    def around(self) -> Surroundings:
        """What operators take from this world."""
        return Surroundings(self.words, lambda said: _fresh_day(self, said))


def empty_world(program: Program, shape: Shape, window: Window, shared: World | None, tag: str) -> World:
    """The world before any fact is looked at."""
    root = Node(program.root or "", ())
    words = shared.words if shared is not None else Words()
    # Every option has its number from the start, so that two worlds of one program number them alike.
    for fact in program.facts.values():
        for name in fact.type.names if isinstance(fact.type, Options) else ():
            words.code(name)
    tag = tag if shared is None or tag else shared.tag
    month, said = _month(window, tag)
    decided_on = days.last_of_month(month) if program.month_by_end else month
    made = World(program, shape, window, words, tag, root, month, decided_on)
    made.conditions.extend(said)
    _fill(made, dict(shape.counts), root, ())
    return made


def _fill(world: World, counts: dict[tuple[str, ...], int], node: Node, roles: tuple[str, ...]) -> None:
    entity = world.program.entities.get(node.entity)
    for role in entity.roles if entity is not None else ():
        below = (*roles, role.name)
        count = counts.get(below, 0) if role.many else 1
        group = node.members[role.name] = [Node(role.entity, (*node.address, (role.name, index)), node) for index in range(count)]
        for index, member in enumerate(group):
            if role.many and below in world.shape.fewer:
                member.there = z.z3().Bool(f"{world.tag}{_place(member)}·there")
                # Those there come first, so that nobody is counted twice in another order.
                world.conditions.append(z.either(z.no(member.there), group[index - 1].there if index else True))
            _fill(world, counts, member, below)


def _place(node: Node) -> str:
    return "·".join(f"{role}{index}" for role, index in node.address)


def present(node: Node) -> Truth:
    """Whether an instance, and everybody it belongs to, is in the case."""
    return node.there if node.parent is None else z.both(node.there, present(node.parent))


def nodes(node: Node) -> Iterator[Node]:
    """An instance and everything under it."""
    yield node
    for group in node.members.values():
        for member in group:
            yield from nodes(member)


def node_at(world: World, address: Address) -> Node:
    """The instance at an address."""
    node = world.root
    for role, index in address:
        node = node.members[role][index]
    return node


def _month(window: Window, tag: str) -> tuple[SymbolicDay, list[Truth]]:
    """The first day of the month decided for."""
    if window.first == window.last:
        return days.constant(window.first), []
    name = f"{tag}month"
    one_year = window.first.year == window.last.year
    year: Term = window.first.year if one_year else z.z3().Int(f"{name}·year")
    month = z.z3().Int(f"{name}·month")
    made = days.of_parts(year, month, 1, window.first, window.last)
    first, last = (12 * day.year + day.month - 1 for day in (window.first, window.last))
    inside = [z.less_equal(first, made.index), z.less_equal(made.index, last), z.less_equal(1, month), z.less_equal(month, _MONTHS)]
    return made, inside


# ---------------------------------------------------------------- facts


def fact_of(world: World, node: Node, key: str, kind: Type) -> SymbolicValue:
    """The variable of a fact, with what the reader asks of it."""
    found = node.facts.get(key)
    if found is None:
        fact = world.program.facts.get((node.entity, key))
        found = node.facts[key] = SymbolicValue(_variable(world, node, key, kind, fact))
    return found


def _variable(world: World, node: Node, key: str, kind: Type, fact: Fact | None) -> Scaled | SymbolicDay | Word | Truth:
    name = f"{world.tag}{_place(node)}·{key}:{type_text(kind, 'en')}"
    match kind:
        case TruthType():
            return z.z3().Bool(name)
        case Quantity():
            return _number(world, name, kind, fact)
        case Day():
            made = _day(name)
            world.conditions.append(days.real(made))
            world.everyday.extend(_everyday_day(world, made))
            return made
        case Options(names):
            codes = sorted({world.words.code(word) for word in names})
            code = z.z3().Int(name)
            world.conditions.append(_among(code, codes))
            return Word(code, frozenset(codes))
        case Text():
            code = z.z3().Int(name)
            world.conditions.append(z.less_equal(0, code))
            return Word(code)


def _number(world: World, name: str, kind: Quantity, fact: Fact | None) -> Scaled:
    """Whole where its unit is counted, whole 分 where it is money, else any ratio of whole numbers."""
    below = 1 if kind.whole else _FEN if (MONEY, 1) in kind.dimension else 0
    low, high = (fact.low, fact.high) if fact is not None else (None, None)
    if below:
        low, high = (None if low is None else Fraction(-(-low * below // 1), below)), (None if high is None else Fraction(high * below // 1, below))
    made = Scaled(z.z3().Int(name) if below else z.z3().Real(name), below or 1, not below, low, high)
    # Between its own ends only; compared as bare numbers, since the ends of `made` would settle it.
    bare = Scaled(made.numerator, made.denominator, made.real)
    ends = [numbers.constant(Fraction(end)) for end in (-GREATEST, GREATEST)]
    world.conditions.append(numbers.less_equal(numbers.constant(low), bare) if low is not None else numbers.less(ends[0], bare))
    world.conditions.append(numbers.less_equal(bare, numbers.constant(high)) if high is not None else numbers.less(bare, ends[1]))
    if low is None:
        world.everyday.append(numbers.less_equal(numbers.ZERO, bare))
    if high is None or high > _EVERYDAY:
        world.everyday.append(numbers.less_equal(bare, numbers.constant(_EVERYDAY)))
    if not below:
        world.everyday.append(numbers.whole(numbers.scale(bare, Fraction(_FEN))))
    if below and low is not None and high is not None and (high - low) * below < numbers.MOST_VALUES:
        values = frozenset(low + Fraction(step, below) for step in range(int((high - low) * below) + 1))
        return Scaled(made.numerator, below, False, low, high, values)
    return made


def _among(code: Term, codes: list[int]) -> Truth:
    """One of these numbers: as a stretch where they follow each other."""
    if codes[-1] - codes[0] == len(codes) - 1:
        return z.both(z.less_equal(codes[0], code), z.less_equal(code, codes[-1]))
    return z.either(*(z.equal(code, one) for one in codes))


def _day(name: str) -> SymbolicDay:
    year, month, day = (z.z3().Int(f"{name}·{part}") for part in ("year", "month", "day"))
    hundreds4, hundreds, fours, ones = (z.z3().Int(f"{name}·past {part}") for part in (400, 100, 4, 1))
    return days.of_parts(year, month, day, past=(hundreds4, hundreds, fours, ones))


def _everyday_day(world: World, day: SymbolicDay) -> list[Truth]:
    before, after = _EVERYDAY_YEARS
    return [z.less_equal(world.window.first.year - before, day.year), z.less_equal(day.year, world.window.last.year + after)]


def _fresh_day(world: World, said: Callable[[SymbolicDay], Truth]) -> SymbolicDay:
    """A day that something is said of. Worlds that share their facts share the count, so that no two of them are one."""
    world.words.days_made += 1
    made = _day(f"{world.tag}day {world.words.days_made}")
    world.conditions.extend([days.real(made), said(made)])
    return made
