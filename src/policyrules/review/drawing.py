"""Drawing households that stand on the edges of the rules, as JSON cases with every fact known.

A case is built, never thrown away: members and facts are drawn first, then one article (or one condition) of what is asked about is
made to hold or just not to, with every comparison next to its bound in inputs (`review/steering`), then facts that contradict
each other (核对) are brought to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from attrs import frozen

from policyrules.analysis.graph import dependencies, expressions_of, reachable
from policyrules.book.book import Book
from policyrules.book.trial_values import FactKey, facts_behind
from policyrules.core.keeping import kept
from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_of_path
from policyrules.core.program import Aggregate, Benefit, Branch, Choice, Expression, Fact, Grant, Literal, Operation, Program, Role, Rule
from policyrules.engines.rows import ID, NUMBER
from policyrules.review.boundaries import MOST_MEMBERS, boundary_values, step_of
from policyrules.review.chance import Chance
from policyrules.review.ground import NAMES, Ground, Line, everything_in, ground_of
from policyrules.review.household import Here, Household, in_row
from policyrules.review.steering import Steering
from policyrules.values.calendar import add_days
from policyrules.values.types import TRUTH, Day, Options, Quantity, Text, Truth, Value

_ROUNDS = 3
_STEERED, _INSIDE, _AMOUNTS, _HALFWAY = 0.9, 0.25, 0.25, 0.1
"""How often, of 1: a case is steered at all; a condition deeper down is steered; a cap or branch of an amount is, too; what is rounded is
brought to the middle between two steps."""
_OLDEST_DAYS = 36_000


@frozen
class Wanted:
    """What a case is about: the names asked for, all they rest on, the facts to be told and the roles to be filled."""

    keys: tuple[str, ...]
    closure: tuple[str, ...]
    facts: frozenset[FactKey] | None
    roles: frozenset[tuple[str, str]] | None
    conditions: tuple[tuple[str, Expression], ...]
    """Conditions anywhere in the closure, each with the entity it is asked of."""

    amounts: tuple[tuple[str, str, Expression], ...]
    """Greater-of, lesser-of and choices in amounts: the name they stand in, its entity, the node."""

    rounded: tuple[tuple[str, str, Operation, Fraction], ...]
    """What is rounded, as the left side of a node: the name it stands in, its entity, the node, the step."""


def draw_case(book: Book, month: date, random: Random, keys: Sequence[str] | None = None, most: int = MOST_MEMBERS) -> dict[str, object]:
    """A household as a JSON case: at most `most` members in a list, every fact known that `keys` need (None: every fact there is).

    It leans to the bounds of the rules in that month, mapped back to inputs, and satisfies what 核对 asks wherever that can be had by
    changing facts. The same random numbers give the same case.
    """
    program = book.program
    if program.root is None:
        return {}
    ground = ground_of(program, month)
    wanted = wanted_for(program, tuple(keys) if keys is not None else None)
    people = People(ground, wanted, lambda fact: _fact(ground, fact, random), lambda role, least: _size(role, random, most, least))
    steering = Steering(people.household(), random)
    if random.random() < _STEERED:
        steer_somewhere(steering, wanted)
    agree(steering)
    return steering.household.document(wanted.facts)


def wanted_for(program: Program, keys: tuple[str, ...] | None) -> Wanted:
    """What a case about these names has to tell."""
    return kept(_wanted, program, keys, program)


# ---------------------------------------------------------------- people and facts


@frozen
class People:
    """How a household is filled: with what, and with how many in each role (told the least there has to be)."""

    ground: Ground
    wanted: Wanted
    value_of: Callable[[Fact], Any]
    size_of: Callable[[Role, int], int]

    def household(self) -> Household:
        """Everybody with every fact that is wanted."""
        household = Household(self.ground, ())
        root = self.ground.program.root or ""
        household.root = self._person(household, root, (), root, frozenset())
        return household

    def _person(self, household: Household, entity: str, above: Line, name: str, around: frozenset[str]) -> Line:
        layout, wanted = self.ground.layouts[entity], self.wanted
        row: list[Any] = [None] * layout.width
        row[NUMBER], row[ID] = len(household.everybody), name
        line = (row, *above)
        household.everybody.append(Here(entity, line, line))
        for _, place, fact in self.ground.named[entity]:
            if wanted.facts is None or (entity, fact.key) in wanted.facts:
                row[place] = self.value_of(fact)
        # Persons who hold persons: once is enough.
        roles = [role for role in self.ground.program.entities[entity].roles if role.entity not in around | {entity}]
        named = 0
        for index, role in enumerate(roles):
            if above and wanted.roles is not None and (entity, role.name) not in wanted.roles:
                continue
            group: list[list[Any]] = []
            row[layout.roles[role.name]] = group
            for number in range(self.size_of(role, 1 if not above and index == 0 else 0) if role.many else 1):
                # Names go on from list to list, so that nobody shares one.
                inner = _name(role, number if above else named, name if above else None)
                named += role.many
                group.append(self._person(household, role.entity, line, inner, around | {entity})[0])
        return line


def _size(role: Role, random: Random, most: int, least: int) -> int:
    """How many members, mostly few; of lists that need nobody, two at most."""
    sizes = range(least, max(least, most if least else min(most, 2)) + 1)
    return random.choices(sizes, [1 / (1 + 0.35 * index) for index in range(len(sizes))])[0]


def _name(role: Role, number: int, holder: str | None) -> str:
    if holder is not None:
        return f"{holder}的{role.name}{number + 1}" if role.many else f"{holder}的{role.name}"
    if not role.many:
        return role.name
    return NAMES[number] if number < len(NAMES) else f"{role.name}{number + 1}"


def _fact(ground: Ground, fact: Fact, random: Random) -> Any:
    """A value of a fact as it stands in a row: on a bound, round, or the plainest there is."""
    bounds = boundary_values(ground.program, ground.occasion.day)[fact.entity, fact.key]
    match fact.type:
        case Truth():
            return random.random() < 0.5
        case Options(names):
            return random.choice(names if random.random() < 0.3 else bounds)
        case Quantity():
            return in_row(_number(fact, bounds, random), fact)
        case Day():
            return random.choice(bounds) if random.random() < 0.5 else add_days(ground.occasion.day, -random.randint(1, _OLDEST_DAYS)) or ground.occasion.day
        case Text():
            return random.choice(bounds)


def _number(fact: Fact, bounds: Sequence[Value], random: Random) -> Fraction:
    """On a bound, the least there can be, or round."""
    chance = random.random()
    low, step = fact.low if fact.low is not None else Fraction(0), step_of(fact)
    if chance < 0.4:
        found = random.choice(bounds)
        assert isinstance(found, Fraction)
        return found
    if chance < 0.55:
        return low
    size = step if fact.high is not None else Fraction(1)
    number = low + random.randint(1, 99) * random.choice((1, 1, 100, 1000)) * size
    return min(number, fact.high) if fact.high is not None else number


# ---------------------------------------------------------------- where it is to stand


def steer_somewhere(steering: Steering, wanted: Wanted) -> None:
    """The household is brought to the edge of something that is asked about."""
    program, chance = steering.household.ground.program, steering.chance
    if wanted.conditions and chance.random() < _INSIDE:
        entity, condition = chance.choice(wanted.conditions)
        here = _one_of(steering.household, entity, chance)
        if here is not None:
            steering.steer(condition, chance.random() < 0.5, here)
    key = chance.choice(wanted.keys) if wanted.keys else None
    declared = program.benefits.get(key or "") or program.rules.get(key or "")
    if declared is None:
        return
    owner = _one_of(steering.household, declared.entity or program.root or "", chance)
    if owner is None:
        return
    if isinstance(declared, Benefit):
        standing = [index for index, article in enumerate(declared.articles) if steering.in_force(article)]
        if standing:
            steering.article(declared, chance.choice(standing), chance.random() < 0.5, owner)
    elif declared.type == TRUTH:
        steering.steer(declared.expression, chance.random() < 0.5, owner)
    if wanted.amounts and (chance.random() < _AMOUNTS or not isinstance(declared, Benefit)):
        own = [one for one in wanted.amounts if one[0] == key] or list(wanted.amounts)
        _, entity, node = chance.choice(own)
        here = owner if entity == owner.entity else _one_of(steering.household, entity, chance)
        if here is not None:
            _amount(steering, node, here)
    if wanted.rounded and chance.random() < _HALFWAY:
        mine = [one for one in wanted.rounded if one[0] == key] or list(wanted.rounded)
        _, entity, operation, step = chance.choice(mine)
        here = owner if entity == owner.entity else _one_of(steering.household, entity, chance)
        if here is not None:
            steering.halfway(operation, step, here)


def _amount(steering: Steering, node: Expression, here: Here) -> None:
    """The sides of a cap are brought to meet; a choice comes to one of its branches, just."""
    chance = steering.chance
    if isinstance(node, Choice):
        branch: Branch = chance.choice(node.branches)
        steering.steer(branch.condition, chance.random() < 0.5, here)
    elif isinstance(node, Operation):
        steering.meet(node, chance.random() < 0.5, here)


def _one_of(household: Household, entity: str, chance: Chance) -> Here | None:
    every = [one for one in household.everybody if one.entity == entity]
    return chance.choice(every) if every else None


def agree(steering: Steering) -> None:
    """Facts that contradict each other are changed until they agree: those that nothing asked for first."""
    household = steering.household
    checks = household.ground.program.consistencies
    for round_ in range(_ROUNDS):
        wrong = [(rule, one) for rule in checks for one in household.everybody if one.entity == rule.entity and household.truth(rule.expression, one) is False]
        if not wrong:
            return
        if round_ > 0:
            household.held.clear()
        for rule, one in wrong:
            if household.truth(rule.expression, one) is False:
                steering.steer(rule.expression, True, one)


# ---------------------------------------------------------------- what rests on the program alone


def _wanted(program: Program, keys: tuple[str, ...] | None, _: Program) -> Wanted:
    uses = dependencies(program.rules, program.benefits)
    asked = keys if keys is not None else tuple(key for key, benefit in program.benefits.items() if benefit.pays) or tuple(uses)
    closure = reachable(asked, {key: tuple(one.names) for key, one in uses.items()})
    named = tuple(key for key in program.order if key in closure)
    declared = [(key, program.rules.get(key) or program.benefits[key]) for key in named]
    conditions = tuple((one.entity, node) for _, one in declared if one.entity for node in _conditions(one))
    amounts = tuple((key, one.entity, node) for key, one in declared if one.entity for node in _amounts(program, one))
    rounded = tuple((key, one.entity, node, step) for key, one in declared if one.entity for node, step in _rounded(one))
    if keys is None:
        return Wanted(asked, named, None, None, conditions, amounts, rounded)
    behind = facts_behind(program)
    facts = frozenset(fact for key in asked for fact in behind.get(key, ()))
    roles = {(entity_of_path(node.path, program.entities), node.role) for _, one in declared for whole in expressions_of(one)
             for node in everything_in(whole) if isinstance(node, Aggregate)}  # fmt: skip
    entities = {entity for entity, _ in facts} | {one.entity for _, one in declared}
    roles |= {(holder.name, role.name) for holder in program.entities.values() for role in holder.roles if role.entity in entities or not role.many}
    return Wanted(asked, named, facts, frozenset(roles), conditions, amounts, rounded)


def _conditions(declared: Rule | Benefit) -> Iterator[Expression]:
    if isinstance(declared, Benefit):
        yield from (article.condition for article in declared.articles)
    elif declared.type == TRUTH:
        yield declared.expression


def _amounts(program: Program, declared: Rule | Benefit) -> Iterator[Expression]:
    """Greater-of and lesser-of, as comparisons of their sides; choices."""
    if isinstance(declared, Rule):
        whole = [declared.expression]
    else:
        whole = [article.consequence.value for article in declared.articles if isinstance(article.consequence, Grant)]
    for expression in whole:
        for node in _outside_members(expression):
            if isinstance(node, Choice):
                yield node
            elif isinstance(node, Operation) and node.operator in ("maximum", "minimum"):
                yield Operation("less", node.arguments[:2], TRUTH, node.place)


def _rounded(declared: Rule | Benefit) -> Iterator[tuple[Operation, Fraction]]:
    """What is rounded to a written step, in expressions and at the end of a benefit."""
    for expression in expressions_of(declared):
        for node in _outside_members(expression):
            match node:
                case Operation(operator, (_, Literal(Fraction() as step))) if operator.startswith("round ") and step > 0:
                    yield node, step
    if isinstance(declared, Benefit) and declared.rounding is not None:
        for article in declared.articles:
            if isinstance(article.consequence, Grant):
                yield Operation("less", (article.consequence.value,), TRUTH, article.place), declared.rounding.step


def _outside_members(expression: Expression) -> Iterator[Expression]:
    """What is in an expression and asked of the instance itself, not of its members."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Aggregate):
            waiting.extend(parts_of(node))
