"""Which conditions, if they came out the other way, would grant a benefit that is refused: a smallest set of them.

A decision becomes a formula over conditions (`conditions_of`): who is paid depends on which articles hold, that on their
words and on the articles that beat them; named conditions are followed into their words. Amounts take no part, since they
would be figured from other facts. `smallest` finds the sets by cutting: where the formula is not true it rests on a few
conditions of which one at least has to change, so trying each of them in turn misses nothing. `granted_if` lets the
interpreter itself say what comes of conditions forced to a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeAlias

from attrs import define, evolve, field, frozen

from policyrules.core.case import Instance, Occasion
from policyrules.core.describing import one_of
from policyrules.core.outcome import Step
from policyrules.core.program import (
    Aggregate,
    Article,
    Benefit,
    BenefitValue,
    Choice,
    Combination,
    Expression,
    FactValue,
    Grant,
    IsSubject,
    Lift,
    Literal,
    Operation,
    Program,
    Refuse,
    Rule,
    RuleValue,
)
from policyrules.engines.expressions import evaluate, evaluate_traced
from policyrules.engines.interpreter import run_with, settle
from policyrules.engines.lattice import Held, Result
from policyrules.engines.run import Here, Run, Suspended, locate
from policyrules.values.types import Truth

MOST_TRIALS = 4000
"""How many sets of conditions are tried for one answer at most."""

MOST_NESTING = 60
"""How deep conditions made of conditions are followed."""

_ONE = Fraction(1)

Key: TypeAlias = tuple[object, ...]
"""What a condition asks of whom: equal for the same question wherever it is written."""

Flips: TypeAlias = Mapping[Key, bool]
"""What conditions are forced to come out as."""

Turn: TypeAlias = tuple[Key, bool]


@frozen(eq=False)
class Condition:
    """One condition as a case worker would call it: what is held of it, and how it was worked out.

    `name` is that of a definition which says just this (长期照护 for 照护月数 不低于 6月).
    """

    key: Key
    held: Held
    step: Step
    name: str | None = None

    @property
    def value(self) -> bool | None:
        """Whether it holds; None while that is open, or cannot be told."""
        return self.held if isinstance(self.held, bool) else None


@frozen(eq=False)
class Not:
    """The other way."""

    part: Formula


@frozen(eq=False)
class AtLeast:
    """So many of these: 且 wants all, 或 wants one."""

    count: int
    parts: tuple[Formula, ...]


Formula: TypeAlias = Condition | Not | AtLeast

_ALWAYS = AtLeast(0, ())
_NEVER = AtLeast(1, ())


class TooDeep(Exception):
    """Control only: the conditions are nested too deep to be followed."""


@frozen(eq=False)
class FlipSet:
    """Conditions with what each would have to be."""

    wanted: tuple[tuple[Condition, bool], ...]

    @property
    def flips(self) -> dict[Key, bool]:
        """What is forced, by condition."""
        return {condition.key: value for condition, value in self.wanted}


# ---------------------------------------------------------------- from a program to a formula


@define(eq=False)
class Conditions:
    """What an answer rests on: the formula that is true where it is granted (or where a condition asked for holds)."""

    run: Run
    formula: Formula = _NEVER
    found: dict[Key, Condition] = field(factory=dict)
    holding: dict[int, Formula] = field(factory=dict)


def conditions_of(program: Program, root: Instance, occasion: Occasion, key: str, instance: Instance) -> Conditions:
    """The conditions of a benefit, or of a definition that is true or false. Raises `TooDeep`."""
    made = Conditions(run_with(program, root, occasion, evaluate_traced, thorough=True, trace=True))
    declared = program.benefits.get(key) or program.rules.get(key)
    here = Here(instance, instance)
    if isinstance(declared, Benefit):
        made.formula = _granted(made, declared, here)
    elif isinstance(declared, Rule):
        made.formula = _formula(made, declared.expression, here, 0)
    return made


def _granted(made: Conditions, benefit: Benefit, here: Here) -> Formula:
    """That some article pays and none keeps it from doing so, by the combination word."""
    for index in range(len(benefit.articles)):
        _holds(made, benefit, index, here)
    pays = [(made.holding[index], article) for index, article in enumerate(benefit.articles) if not isinstance(article.consequence, Lift)]
    grants = [holds for holds, article in pays if isinstance(article.consequence, Grant)]
    unrefused = [Not(holds) for holds, article in pays if isinstance(article.consequence, Refuse)]
    otherwise = [_ALWAYS] if isinstance(benefit.otherwise, Grant) else []
    match benefit.combination:
        case Combination.UNIQUE | Combination.LOWEST:
            return _all([_any([*grants, *otherwise]), *unrefused])
        case Combination.HIGHEST | Combination.SUM:
            return _any([*grants, *(_all([each, *unrefused]) for each in otherwise)])
        case Combination.PRIORITY:
            ways: list[Formula] = []
            earlier: list[Formula] = []
            for holds, article in pays:
                if isinstance(article.consequence, Grant):
                    ways.append(_all([holds, *earlier]))
                else:
                    earlier.append(Not(holds))
            return _any([*ways, *(_all([each, *earlier]) for each in otherwise)])


def _holds(made: Conditions, benefit: Benefit, index: int, here: Here) -> Formula:
    """That an article is in force, its condition is met and none that beats it holds. Its own words come first in the text order."""
    if index not in made.holding:
        article = benefit.articles[index]
        own = _formula(made, article.condition, here, 0) if _in_force(article, made.run.occasion) else _NEVER
        made.holding[index] = _all([own, *(Not(_holds(made, benefit, beater, here)) for beater in article.yields_to)])
    return made.holding[index]


def _in_force(article: Article, occasion: Occasion) -> bool:
    day = occasion.day
    return (article.start is None or article.start <= day) and (article.end is None or day <= article.end)


def _formula(made: Conditions, node: Expression, here: Here, nesting: int, name: str | None = None) -> Formula:
    """A condition's words; `name` is the definition that consists of just this."""
    if nesting > MOST_NESTING:
        raise TooDeep
    match node:
        case Literal(bool() as value):
            return _ALWAYS if value else _NEVER
        case IsSubject():
            return _ALWAYS if here.current is here.subject else _NEVER
        case Operation("not", (part,)):
            return Not(_formula(made, part, here, nesting + 1))
        case Operation("and" | "or" | "at_least") if (count := _wanted(node)) is not None:
            parts = node.arguments[1:] if node.operator == "at_least" else node.arguments
            return AtLeast(count, tuple(_formula(made, part, here, nesting + 1) for part in parts))
        case RuleValue():
            rule, owner = _followed(made.run, node, here)
            if rule is not None and owner is not None:
                return _formula(made, rule.expression, Here(owner, owner), nesting + 1, rule.name)
    return _condition(made, node, here, name)


def _wanted(node: Operation) -> int | None:
    """How many parts have to hold; None for an operation that is one condition itself."""
    match node.operator:
        case "and":
            return len(node.arguments)
        case "or":
            return None if one_of(node) else 1
        case _:
            count = node.arguments[0]
            return -(-count.value // 1) if isinstance(count, Literal) and isinstance(count.value, Fraction) else None


def _followed(run: Run, node: RuleValue, here: Here) -> tuple[Rule | None, Instance | None]:
    """The named condition meant and whose it is; None for what was supplied by hand and for other definitions."""
    rule = run.program.rules.get(node.rule)
    if rule is None or not isinstance(rule.type, Truth):
        return None, None
    owner = run.root if rule.entity is None else locate(node.path, here, node.place)
    return (rule, owner) if isinstance(owner, Instance) and node.rule not in owner.given else (None, None)


def _condition(made: Conditions, node: Expression, here: Here, name: str | None) -> Condition:
    key = _key(node, here)
    if key not in made.found:
        held, step = _stepped(made.run, node, here)
        made.found[key] = Condition(key, held, step, name)
    return made.found[key]


def _key(node: Expression, here: Here) -> Key:
    """Facts, definitions and benefits by whose they are, so that the way there does not matter; all else as written."""
    if isinstance(node, (FactValue, RuleValue, BenefitValue)):
        owner = locate(node.path, here, node.place)
        if isinstance(owner, Instance):
            return (type(node), _named(node), owner)
    return (node, here.current, here.subject)


def _named(node: FactValue | RuleValue | BenefitValue) -> object:
    match node:
        case FactValue(_, fact):
            return fact
        case RuleValue(_, rule):
            return rule
        case BenefitValue(_, benefit, granted):
            return benefit, granted


def _stepped(run: Run, node: Expression, here: Here) -> tuple[Held, Step]:
    """The condition worked out, with its steps."""
    while True:
        run.trace = []
        try:
            held, _ = run.evaluate(run, node, here, 0)
        except Suspended as suspended:
            settle(run, suspended.key, suspended.instance)
            continue
        return held, run.trace[-1]


def _all(parts: list[Formula]) -> Formula:
    return AtLeast(len(parts), tuple(parts))


def _any(parts: list[Formula]) -> Formula:
    return AtLeast(1, tuple(parts))


# ---------------------------------------------------------------- the smallest sets


def smallest(made: Conditions, key: str, instance: Instance) -> tuple[tuple[FlipSet, ...], bool]:
    """The smallest sets that would grant `key`, in the order of the text; and whether nothing was left untried.

    No sets and nothing left untried: no conditions suffice (the only articles that pay are not in force).
    """
    search = _Search(made, key, instance, MOST_TRIALS)
    for size in range(len(made.found) + 1):
        search.seen.clear()
        search.deeper = False
        search.descend({}, size)
        if search.left <= 0 or search.sets or not search.deeper:
            break
    order = {one: position for position, one in enumerate(made.found)}
    sets = sorted(search.sets, key=lambda flips: (_holding(made, flips), sorted(order[one] for one in flips)))
    found = tuple(FlipSet(tuple((made.found[one], flips[one]) for one in sorted(flips, key=order.__getitem__))) for flips in sets)
    return found, search.left > 0


@define(eq=False)
class _Search:
    """Sets of one size after the other; `deeper` tells that larger ones are left."""

    made: Conditions
    key: str
    instance: Instance
    left: int
    sets: list[dict[Key, bool]] = field(factory=list)
    seen: set[frozenset[tuple[Key, bool]]] = field(factory=set)
    deeper: bool = False

    def descend(self, flips: dict[Key, bool], room: int) -> None:
        """Tries the flips with up to `room` more."""
        mark = frozenset(flips.items())
        if mark in self.seen or self.left <= 0:
            return
        self.seen.add(mark)
        self.left -= 1
        values: dict[int, bool | None] = {}
        true = _value(self.made.formula, flips, values) is True
        if true and granted_if(self.made, self.key, self.instance, flips):
            self.sets.append(flips)
            return
        # Where only the interpreter objects, something fails beside the articles that pay: any condition may mend that.
        cut = self.every(flips) if true else _cut(self.made.formula, True, flips, values)
        if room == 0:
            self.deeper = self.deeper or bool(cut)
            return
        for key, value in cut:
            self.descend({**flips, key: value}, room - 1)

    def every(self, flips: Flips) -> tuple[Turn, ...]:
        """All conditions not turned yet, each way it may turn."""
        open_ = [condition for key, condition in self.made.found.items() if key not in flips]
        return tuple((each.key, value) for each in open_ for value in (True, False) if each.value is not value)


def _value(formula: Formula, flips: Flips, values: dict[int, bool | None]) -> bool | None:
    """What the formula comes to, in Kleene's logic; every part's value is kept."""
    if id(formula) in values:
        return values[id(formula)]
    found: bool | None
    match formula:
        case Condition(key):
            found = flips.get(key, formula.value)
        case Not(part):
            inside = _value(part, flips, values)
            found = None if inside is None else not inside
        case AtLeast(count, parts):
            each = [_value(part, flips, values) for part in parts]
            held, open_ = each.count(True), each.count(None)
            found = True if held >= count else False if held + open_ < count else None
    values[id(formula)] = found
    return found


def _cut(formula: Formula, wanted: bool, flips: Flips, values: Mapping[int, bool | None]) -> tuple[Turn, ...]:
    """Turns of which at least one is needed for the formula to become `wanted`; none where that cannot be."""
    match formula:
        case Condition(key):
            return () if key in flips else ((key, wanted),)
        case Not(part):
            return _cut(part, not wanted, flips, values)
        case AtLeast(count, parts):
            # Of those that are not `wanted` yet, any so many that the rest is too few hold one that has to turn.
            cuts = [_cut(part, wanted, flips, values) for part in parts if values[id(part)] is not wanted]
            needed = (count if wanted else len(parts) - count + 1) - (len(parts) - len(cuts))
            enough = sorted(cuts, key=len)[: max(0, len(cuts) - needed + 1)]
            return tuple(dict.fromkeys(turn for cut in enough for turn in cut))


# ---------------------------------------------------------------- what the interpreter says


def granted_if(made: Conditions, key: str, instance: Instance, flips: Flips) -> bool:
    """Whether the interpreter grants the benefit (finds the definition true) with these conditions forced and all others as they are."""
    forced: dict[Key, Held] = {one: condition.held for one, condition in made.found.items()} | dict(flips)

    def evaluate_forced(run: Run, node: Expression, here: Here, depth: int) -> Result:
        if _may_be_condition(node):
            key = _key(node, here)
            if key in forced:
                return forced[key], False
        return evaluate(run, node, here, depth)

    base = made.run
    program = _without_amounts(base.program, key)
    found = settle(run_with(program, base.root, base.occasion, evaluate_forced), key, instance)
    return found.granted is True


def _may_be_condition(node: Expression) -> bool:
    return isinstance(node, (Operation, FactValue, RuleValue, BenefitValue, Aggregate, Choice)) and isinstance(node.type, Truth)


def _without_amounts(program: Program, key: str) -> Program:
    """The program with every grant of the benefit paying the same: amounts would be figured from other facts than those of the case."""
    benefit = program.benefits.get(key)
    if benefit is None:
        return program
    same = Grant(Literal(_ONE, benefit.type))
    articles = tuple(evolve(each, consequence=same) if isinstance(each.consequence, Grant) else each for each in benefit.articles)
    otherwise = same if isinstance(benefit.otherwise, Grant) else benefit.otherwise
    plain = evolve(benefit, articles=articles, otherwise=otherwise)
    return evolve(program, benefits={**program.benefits, key: plain})


def granting(made: Conditions, benefit: Benefit, flips: Flips) -> tuple[Article, ...]:
    """The articles that grant and hold with these conditions turned."""
    return tuple(benefit.articles[index] for index in _holding(made, flips) if isinstance(benefit.articles[index].consequence, Grant))


def _holding(made: Conditions, flips: Flips) -> list[int]:
    """The articles that hold with these conditions turned, by their place in the text."""
    values: dict[int, bool | None] = {}
    return [index for index, formula in sorted(made.holding.items()) if _value(formula, flips, values) is True]
