"""Making a condition of a household true or false, by giving its facts the values that decide it.

A condition is followed down to its comparisons, and each is settled by a fact: next to the bound where that is asked for, so that
the household stands on the edge of the rule. What was settled before is left alone; what cannot be settled stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import define

from policyrules.core.program import (
    Aggregate,
    Article,
    Benefit,
    BenefitValue,
    Choice,
    Expression,
    FactValue,
    Gathering,
    Grant,
    Literal,
    Operation,
    RuleValue,
)
from policyrules.review.boundaries import births
from policyrules.review.chance import Chance
from policyrules.review.household import Here, Household, reached
from policyrules.review.solving import HOLDS, Solver
from policyrules.values.calendar import add_days
from policyrules.values.types import Day, Options, Quantity, Truth

_DEEPEST, _MOST_SOLVED = 16, 14
_LATER = 400
"""Days that are no births may lie so much after the day of the decision."""


@define(eq=False)
class Steering:
    """One household on its way. `near` is how often, of 1, a comparison is settled next to its bound."""

    household: Household
    chance: Chance
    near: float = 0.7
    solved: int = 0

    # ------------------------------------------------------------ conditions

    def steer(self, node: Expression, wanted: bool, here: Here, depth: int = 0) -> None:
        """Makes a condition come to what is wanted, if that can be done."""
        if depth > _DEEPEST:
            return
        match node:
            case Operation("and", parts):
                self._each(parts, wanted, True, here, depth + 1)
            case Operation("or", parts):
                self._each(parts, wanted, False, here, depth + 1)
            case Operation("not", (part,)):
                self.steer(part, not wanted, here, depth + 1)
            case Operation(operator) if operator in HOLDS:
                self._compared(node, wanted, here, depth + 1)
            case FactValue():
                self._set(node, wanted, here)
            case RuleValue():
                owner, rule = self.household.at(node.path, here), self.household.ground.program.rules.get(node.rule)
                if owner is not None and rule is not None and rule.entity is not None:
                    self.steer(rule.expression, wanted, owner, depth + 1)
            case BenefitValue(granted=True):
                owner = self.household.at(node.path, here)
                if owner is not None:
                    self.benefit(self.household.ground.program.benefits[node.benefit], wanted, owner, depth + 1)
            case Aggregate(kind=Gathering.ANY | Gathering.ALL):
                self._members(node, wanted, here, depth + 1)
            case Choice():
                branch = self.chance.choice((*node.branches, None))
                self._branch(node, None if branch is None else branch.value, here, depth + 1)
                self.steer(node.otherwise if branch is None else branch.value, wanted, here, depth + 1)
            case _:
                return

    def _each(self, parts: Sequence[Expression], wanted: bool, together: bool, here: Here, depth: int) -> None:
        """All of a 且 (`together`) true or of a 或 false; else one that settles it, the others so that it alone does."""
        order = list(parts)
        self.chance.shuffle(order)
        if wanted is together:
            for part in order:
                self.steer(part, wanted, here, depth)
            return
        for index, part in enumerate(order):
            mark, held = len(self.household.journal), set(self.household.held)
            self.steer(part, wanted, here, depth)
            if self.household.truth(part, here) is wanted:
                for other in (*order[:index], *order[index + 1 :]) if self.chance.random() < _ALONE else ():
                    mark, held = len(self.household.journal), set(self.household.held)
                    self.steer(other, not wanted, here, depth)
                    if self.household.truth(part, here) is not wanted:
                        self._undone(mark, held)
                return
            self._undone(mark, held)

    def _undone(self, mark: int, held: set[tuple[int, int]]) -> None:
        """As it was when the journal was so long and so much was held."""
        self.household.back_to(mark)
        self.household.held = held

    def _members(self, node: Aggregate, wanted: bool, here: Here, depth: int) -> None:
        """任一 and 全部: one member settles it, or every one has to."""
        members = self.household.lines(node.path, node.role, here)
        one_settles = wanted is (node.kind is Gathering.ANY)
        chosen = [self.chance.choice(members)] if one_settles and members else members
        for member in chosen:
            if node.kind is Gathering.ANY:
                conditions = [(part, wanted) for part in (node.where, node.value) if part is not None]
            else:
                conditions = [*([(node.where, True)] if node.where is not None else []), *([(node.value, wanted)] if node.value is not None else [])]
            for part, each in conditions if one_settles or node.kind is Gathering.ALL else conditions[-1:]:
                self.steer(part, each, member, depth)

    def _compared(self, node: Operation, wanted: bool, here: Here, depth: int) -> None:
        kind = node.arguments[0].type
        if isinstance(kind, Quantity | Day):
            self.meet(node, wanted, here)
        elif node.operator in ("equal", "not_equal"):
            self._same(node, wanted is (node.operator == "equal"), here, depth)

    def meet(self, node: Operation, wanted: bool, here: Here) -> bool:
        """Settles a comparison of numbers or days by one of the facts behind it; whether that was done."""
        near = self.chance.random() < self.near
        household = self.household
        if not near and household.truth(node, here) is wanted:
            return True
        spots = [spot for side in node.arguments for spot in household.ground.spots(side, here.entity)]
        self.chance.shuffle(spots)
        if self._counted(node, wanted, here):
            return True
        for spot in spots[:4]:
            if self.solved >= _MOST_SOLVED:
                break
            lines = [line for line in reached(here.current, spot.steps) if not household.is_held(line[0], spot.place)]
            if not lines:
                continue
            row = self.chance.choice(lines)[0]
            self.solved += 1
            if Solver(household, node, here, row, spot.place, spot.fact, self.last_day(spot.fact)).solve(wanted, near, self.chance):
                household.hold(row, spot.place)
                return True
        return False

    def halfway(self, node: Operation, rounded: Fraction, here: Here) -> None:
        """Brings the left side of a node to the middle between two steps it is rounded to, by one of the facts behind it."""
        spots = [spot for spot in self.household.ground.spots(node.arguments[0], here.entity) if isinstance(spot.fact.type, Quantity)]
        self.chance.shuffle(spots)
        for spot in spots[:3]:
            lines = list(reached(here.current, spot.steps))
            if lines:
                row = self.chance.choice(lines)[0]
                if Solver(self.household, node, here, row, spot.place, spot.fact, self.last_day(spot.fact)).to_half(rounded):
                    self.household.hold(row, spot.place)
                    return

    def _counted(self, node: Operation, wanted: bool, here: Here) -> bool:
        """Settles how many members are counted, next to the bound, by who of them is; whether the comparison is about that."""
        for position, side in enumerate(node.arguments):
            counting, owner = self._declared(side, here)
            bound = self.household.worth(node.arguments[1 - position], here)
            if not isinstance(counting, Aggregate) or counting.kind is not Gathering.COUNT or counting.where is None or owner is None or bound is None:
                continue
            members = self.household.lines(counting.path, counting.role, owner)
            least = bound[0] // bound[1]
            fitting = [
                count
                for count in (least, least + 1, least - 1)
                if 0 <= count <= len(members) and HOLDS[node.operator](*((count, least) if position == 0 else (least, count))) is wanted
            ]
            if fitting:
                self.chance.shuffle(members)
                for index, member in enumerate(members):
                    self.steer(counting.where, index < fitting[0], member, _DEEPEST // 2)
                return True
        return False

    def last_day(self, fact: Any) -> int:
        """The latest day a day may be."""
        day = self.household.ground.occasion.day
        birth = (fact.entity, fact.key) in births(self.household.ground.program)
        return (day if birth else add_days(day, _LATER) or day).toordinal()

    def _same(self, node: Operation, wanted: bool, here: Here, depth: int) -> None:
        """An option or a truth is, or is not, what stands beside it."""
        for side, other in (node.arguments, node.arguments[::-1]):
            found = self.household.worth(other, here)
            if found is None or isinstance(side, Literal):
                continue
            if isinstance(side, FactValue):
                self._option(side, found[0], wanted, here)
                return
            declared = self._declared(side, here)
            if isinstance(side.type, Truth):
                self.steer(side, found[0] is wanted, here, depth)
            elif isinstance(declared[0], Choice) and declared[1] is not None:
                self._told(declared[0], found[0], wanted, declared[1], depth)
            return

    def _declared(self, side: Expression, here: Here) -> tuple[Expression, Here | None]:
        """The expression behind a name, with whose it is."""
        if isinstance(side, RuleValue):
            rule, owner = self.household.ground.program.rules.get(side.rule), self.household.at(side.path, here)
            if rule is not None and rule.entity is not None:
                return rule.expression, owner
        return side, here

    def _told(self, node: Choice, value: object, wanted: bool, here: Here, depth: int) -> None:
        """A choice (a table) comes to a value, or to another."""
        ends = [branch.value for branch in node.branches] + [node.otherwise]
        fitting = [end for end in ends if isinstance(end, Literal) and (end.value == value) is wanted]
        if fitting:
            self._branch(node, self.chance.choice(fitting), here, depth)

    def _branch(self, node: Choice, end: Expression | None, here: Here, depth: int) -> None:
        """A choice comes to this of its branches (None: to what stands otherwise)."""
        for branch in node.branches:
            if branch.value is end:
                self.steer(branch.condition, True, here, depth)
                return
        for branch in node.branches:
            if self.household.truth(branch.condition, here) is not False:
                self.steer(branch.condition, False, here, depth)

    # ------------------------------------------------------------ facts

    def _set(self, node: FactValue, wanted: bool, here: Here) -> None:
        owner = self.household.at(node.path, here)
        if owner is not None:
            self._put(owner, node.fact, wanted)

    def _option(self, node: FactValue, value: object, wanted: bool, here: Here) -> None:
        owner = self.household.at(node.path, here)
        if owner is None:
            return
        if wanted:
            self._put(owner, node.fact, value)
        elif owner.current[0][self.household.ground.layouts[owner.entity].facts[node.fact]] == value:
            every: tuple[object, ...] = node.type.names if isinstance(node.type, Options) else (False, True)
            others = [one for one in every if one != value]
            if others:
                self._put(owner, node.fact, self.chance.choice(others))

    def _put(self, owner: Here, key: str, value: object) -> None:
        household = self.household
        row, place = owner.current[0], household.ground.layouts[owner.entity].facts[key]
        if not household.is_held(row, place):
            household.write(row, place, value)
            household.hold(row, place)

    # ------------------------------------------------------------ benefits

    def benefit(self, benefit: Benefit, wanted: bool, here: Here, depth: int = 0) -> None:
        """A benefit is granted to somebody, or refused."""
        granting = [index for index, article in enumerate(benefit.articles) if isinstance(article.consequence, Grant) and self.in_force(article)]
        if wanted and granting:
            self.article(benefit, self.chance.choice(granting), True, here, depth)
        elif not wanted:
            for index in granting:
                if self.household.truth(benefit.articles[index].condition, here) is not False:
                    self.steer(benefit.articles[index].condition, False, here, depth + 1)

    def article(self, benefit: Benefit, index: int, wanted: bool, here: Here, depth: int = 0) -> None:
        """An article decides, or just fails to: what beats it does not hold; if it is itself an exception, what it excepts does."""
        article = benefit.articles[index]
        self.steer(article.condition, wanted, here, depth + 1)
        excepted = [other for other in benefit.articles if index in other.yields_to and self.in_force(other)]
        if excepted:
            self.steer(self.chance.choice(excepted).condition, True, here, depth + 1)
        for beater in article.yields_to:
            other = benefit.articles[beater]
            if self.in_force(other) and self.household.truth(other.condition, here) is not False and self.chance.random() < _ALONE:
                self.steer(other.condition, False, here, depth + 1)

    def in_force(self, article: Article) -> bool:
        """Whether an article holds on the day of the decision."""
        day = self.household.ground.occasion.day
        return (article.start is None or article.start <= day) and (article.end is None or day <= article.end)


_ALONE = 0.85
"""How often, of 1, what would hide a condition is kept from doing so."""
