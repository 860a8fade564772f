"""Which conditions, if they came out the other way, would grant a benefit that is refused: a smallest set of them.

A decision becomes a formula over conditions (`conditions_of`): who is paid depends on which articles hold, that on their
words and on the articles that beat them; named conditions are followed into their words. Amounts take no part, since they
would be figured from other facts. `smallest` finds the sets by cutting: where the formula is not true it rests on a few
conditions of which one at least has to change, so trying each of them in turn misses nothing. `granted_if` lets the
interpreter itself say what comes of conditions forced to a value.
"""

from __future__ import annotations

from fractions import Fraction

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
from policyrules.engines.formula import ALWAYS, NEVER, AtLeast, Condition, Flips, Formula, Key, Not, Turn, cut, every, some, value_of
from policyrules.engines.interpreter import run_with, settle
from policyrules.engines.lattice import Held, Result
from policyrules.engines.run import Here, Run, Suspended, locate
from policyrules.values.types import Truth

MOST_TRIALS = 4000
"""How many sets of conditions are tried for one answer at most."""

MOST_NESTING = 60
"""How deep conditions made of conditions are followed."""

_ONE = Fraction(1)


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
    formula: Formula = NEVER
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
    otherwise = [ALWAYS] if isinstance(benefit.otherwise, Grant) else []
    match benefit.combination:
        case Combination.UNIQUE | Combination.LOWEST:
            return every([some([*grants, *otherwise]), *unrefused])
        case Combination.HIGHEST | Combination.SUM:
            return some([*grants, *(every([each, *unrefused]) for each in otherwise)])
        case Combination.PRIORITY:
            ways: list[Formula] = []
            earlier: list[Formula] = []
            for holds, article in pays:
                if isinstance(article.consequence, Grant):
                    ways.append(every([holds, *earlier]))
                else:
                    earlier.append(Not(holds))
            return some([*ways, *(every([each, *earlier]) for each in otherwise)])


def _holds(made: Conditions, benefit: Benefit, index: int, here: Here) -> Formula:
    """That an article is in force, its condition is met and none that beats it holds. Its own words come first in the text order."""
    if index not in made.holding:
        article = benefit.articles[index]
        own = _formula(made, article.condition, here, 0) if _in_force(article, made.run.occasion) else NEVER
        made.holding[index] = every([own, *(Not(_holds(made, benefit, beater, here)) for beater in article.yields_to)])
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
            return ALWAYS if value else NEVER
        case IsSubject():
            return ALWAYS if here.current is here.subject else NEVER
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
        true = value_of(self.made.formula, flips, values) is True
        if true and granted_if(self.made, self.key, self.instance, flips):
            self.sets.append(flips)
            return
        # Where only the interpreter objects, something fails beside the articles that pay: any condition may mend that.
        turns = self.unturned(flips) if true else cut(self.made.formula, True, flips, values)
        if room == 0:
            self.deeper = self.deeper or bool(turns)
            return
        for key, value in turns:
            self.descend({**flips, key: value}, room - 1)

    def unturned(self, flips: Flips) -> tuple[Turn, ...]:
        """All conditions not turned yet, each way it may turn."""
        open_ = [condition for key, condition in self.made.found.items() if key not in flips]
        return tuple((each.key, value) for each in open_ for value in (True, False) if each.value is not value)


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
    return [index for index, formula in sorted(made.holding.items()) if value_of(formula, flips, values) is True]
