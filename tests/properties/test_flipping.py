"""Why not: the set found grants the benefit, and nothing smaller does. By the interpreter, and by changing the facts themselves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from core_building import APRIL, HOUSEHOLD, article, benefit, fact, gather, household, number, op, person, program, rule, rule_value, truth, yuan
from policyrules.core.case import Instance
from policyrules.core.outcome import Granted, Refused
from policyrules.core.program import Combination, Expression, Gathering, Grant, Lift, Program, Refuse
from policyrules.engines.flipping import Conditions, conditions_of, granted_if, smallest
from policyrules.engines.formula import Key
from policyrules.engines.interpreter import decide
from policyrules.values.types import TRUTH, Value

SEEDS = st.integers(0, 2**32)
FACTS = ("特困", "有固定收入", "享受低保")


def condition(draw: Random, depth: int, *, only_facts: bool) -> Expression:
    """Logic over facts that are true or false; unless `only_facts`, over comparisons and members too."""
    again = depth and draw.random() < 0.7
    if again and draw.random() < 0.25:
        return rule_value(draw.choice(("甲条件", "乙条件")), kind=TRUTH)
    if again:
        parts = [condition(draw, depth - 1, only_facts=only_facts) for _ in range(draw.choice((2, 2, 3)))]
        match draw.randrange(5):
            case 0 | 1:
                return op("and", *parts)
            case 2:
                return op("or", *parts)
            case 3:
                return op("not", parts[0])
            case _:
                return op("at_least", number(draw.randrange(4)), *parts)
    if only_facts or draw.random() < 0.4:
        name = draw.choice(FACTS)
        return fact(name, HOUSEHOLD if name == "享受低保" else "个人")
    match draw.randrange(4):
        case 0:
            return op(draw.choice(("less", "greater_equal")), fact("月收入"), yuan(draw.randrange(3)))
        case 1:
            # A quotient that may have no value: conditions can fail.
            share = op("divide", yuan(1), fact("月收入"), kind=yuan(1).type)
            return op("less", share, yuan(1))
        case 2:
            return gather(draw.choice((Gathering.ANY, Gathering.ALL)), fact("特困"), type_=TRUTH)
        case _:
            return truth(draw.random() < 0.5)


def policy(draw: Random, *, only_facts: bool) -> Program:
    """Articles that grant, refuse and lift, with exceptions, over two named conditions; every grant pays the same."""
    said = (Grant(yuan(1)), Grant(yuan(1)), Refuse(), Lift())
    articles = [
        article(
            f"第{index}条",
            condition(draw, 3, only_facts=only_facts),
            draw.choice(said),
            yields_to=tuple(beater for beater in range(index + 1, 4) if draw.random() < 0.3),
        )
        for index in range(4)
    ]
    otherwise = Grant(yuan(1)) if draw.random() < 0.2 else Refuse()
    return program(
        *(rule(name, condition(draw, 0, only_facts=only_facts), kind=TRUTH) for name in ("甲条件", "乙条件")),
        benefit("补贴", *articles, combination=draw.choice(list(Combination)), otherwise=otherwise),
    )


def case_of(facts: dict[str, Value]) -> tuple[Instance, Instance]:
    first = person("人0", **{name: value for name, value in facts.items() if name != "享受低保"})
    return household(first, person("人1", 特困=False), **{"享受低保": facts["享受低保"]} if "享受低保" in facts else {}), first


def subsets(conditions: Conditions, most: int) -> Iterator[dict[Key, bool]]:
    """Every way to turn up to `most` conditions."""
    for size in range(most + 1):
        for chosen in combinations(conditions.found.values(), size):
            ways = [[value for value in (True, False) if value is not each.value] for each in chosen]
            for values in product(*ways):
                yield dict(zip((each.key for each in chosen), values, strict=True))


@settings(max_examples=400, deadline=None)
@given(SEEDS)
def test_facts_themselves_changed(seed: int) -> None:
    draw = Random(seed)
    built = policy(draw, only_facts=True)
    facts: dict[str, Value] = {name: draw.random() < 0.5 for name in FACTS}

    def granted(changed: tuple[str, ...]) -> bool:
        root, first = case_of({name: not value if name in changed else value for name, value in facts.items()})
        return isinstance(decide(built, root, APRIL, [("补贴", first)], False)[0].outcome, Granted)

    if granted(()):
        return
    root, first = case_of(facts)
    made = conditions_of(built, root, APRIL, "补贴", first)
    sets, complete = smallest(made, "补贴", first)
    used = [str(key[1]) for key in made.found]
    enough = [set(chosen) for size in range(len(used) + 1) for chosen in combinations(used, size) if granted(chosen)]
    least = min((len(each) for each in enough), default=None)
    assert complete
    found = [sorted(str(condition.key[1]) for condition, _ in each.wanted) for each in sets]
    assert sorted(found) == sorted(sorted(each) for each in enough if len(each) == least)


@settings(max_examples=400, deadline=None)
@given(SEEDS)
def test_nothing_smaller_suffices(seed: int) -> None:
    draw = Random(seed)
    built = policy(draw, only_facts=False)
    facts: dict[str, Value] = {name: draw.random() < 0.5 for name in FACTS if draw.random() < 0.8}
    if draw.random() < 0.8:
        facts["月收入"] = Fraction(draw.randrange(3))
    root, first = case_of(facts)
    if not isinstance(decide(built, root, APRIL, [("补贴", first)], False)[0].outcome, Refused):
        return
    made = conditions_of(built, root, APRIL, "补贴", first)
    sets, complete = smallest(made, "补贴", first)
    assert complete
    assert all(granted_if(made, "补贴", first, each.flips) for each in sets)
    least = len(sets[0].wanted) if sets else min(len(made.found), 4)
    smaller = least - 1 if sets else least
    assert not any(granted_if(made, "补贴", first, flips) for flips in subsets(made, smaller))
