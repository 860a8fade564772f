"""The symbolic reading against the reference over programs of every node of the core: days and ages in a month that is a
variable, options and words by cases, parents, the person being decided, benefits seen by other rules, exceptions that lift."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from core_building import (
    FACTS,
    HOUSEHOLD,
    LEVELS,
    MONTHLY,
    PARENT,
    PERSON,
    article,
    benefit,
    benefit_value,
    fact,
    gather,
    household,
    number,
    op,
    parameter,
    parameter_of,
    parent,
    person,
    place,
    program,
    row,
    rule,
    rule_value,
    truth,
    with_parents,
    word,
    yuan,
)
from policyrules.book.occasion import in_month
from policyrules.core.case import Instance
from policyrules.core.program import (
    Aggregate,
    Anchor,
    Benefit,
    Branch,
    Choice,
    Combination,
    Expression,
    Gathering,
    Grant,
    Impossible,
    IsSubject,
    Lift,
    Literal,
    Moment,
    MomentValue,
    Program,
    Refuse,
    Rounding,
    Rule,
)
from policyrules.engines import interpreter
from policyrules.values.calendar import BIRTHDAY_RULES, LEAP_RULES, add_months
from policyrules.values.types import DAY, TEXT, TRUTH, Quantity, Value
from policyrules.values.units import AGE, DAYS, MONTH, YEAR

pytest.importorskip("z3")

from policyrules.engines import smt
from smt_checking import alike, all_symbolic, fixed, said, told

FIRST, LAST = date(2019, 11, 1), date(2020, 3, 1)
AGES, MONTHS, DAYS_LONG = Quantity(((AGE, 1),), whole=True), Quantity(((MONTH, 1),), whole=True), Quantity(((DAYS, 1),), whole=True)
YEARLY = Quantity((("元", 1), (YEAR, -1)))
MODES = ("half up", "away from zero", "toward zero", "up", "down", "half even")


class Writer:
    """Draws declarations; what is written later may name what was written before."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.made: list[Rule | Benefit] = []

    def condition(self, depth: int, inside: str = PERSON) -> Expression:
        draw, below = self.draw, depth - 1
        match draw.randrange(12 if depth > 0 else 5):
            case 0:
                return op("equal", self.option(below, inside), word(draw.choice(LEVELS.names)))
            case 1:
                return fact("享受低保", HOUSEHOLD)
            case 2:
                return IsSubject(TRUTH, place()) if draw.random() < 0.4 else fact("特困", PERSON, draw.choice((Anchor.SUBJECT, Anchor.CURRENT)))
            case 3:
                return op(draw.choice(("less", "greater_equal", "equal", "not_equal")), self.day(below), self.day(below))
            case 4:
                return truth(draw.random() < 0.5)
            case 5:
                return op("and", *(self.condition(below, inside) for _ in range(draw.randrange(1, 4))))
            case 6:
                return op("or", *(self.condition(below, inside) for _ in range(draw.randrange(1, 4))))
            case 7:
                return op("not", self.condition(below, inside))
            case 8:
                return op(draw.choice(("less", "less_equal", "greater", "equal")), self.amount(below, inside), self.amount(below, inside))
            case 9:
                count = number(draw.choice((0, 1, 2, Fraction(3, 2)))) if draw.random() < 0.7 else self.amount(below, inside)
                return op("at_least", count, *(self.condition(below, inside) for _ in range(3)))
            case 10:
                kind = draw.choice((Gathering.ANY, Gathering.ALL))
                if draw.random() < 0.3:
                    where = op("not", fact("在世", PARENT)) if draw.random() < 0.5 else None
                    return gather(kind, op("less", fact("收入", PARENT), yuan(2)), where, entity=PERSON, role="父母", type_=TRUTH)
                return gather(kind, self.condition(below, inside), self.condition(below, inside) if draw.random() < 0.5 else None, type_=TRUTH)
            case _:
                return self.reference(TRUTH) or op("greater_equal", self.years(below), number(draw.choice((0, 16, 18, 60)), AGES))

    def amount(self, depth: int, inside: str = PERSON) -> Expression:
        draw, below = self.draw, depth - 1
        match draw.randrange(11 if depth > 0 else 3):
            case 0:
                return fact("月收入", PERSON, draw.choice((Anchor.SUBJECT, Anchor.CURRENT)))
            case 1:
                return yuan(draw.choice((0, 1, 2, Fraction(1, 3), -1)))
            case 2:
                return parameter("标准") if draw.random() < 0.8 else parameter("没有的")
            case 3:
                operator = draw.choice(("add", "subtract", "multiply", "divide", "maximum", "minimum"))
                return op(operator, self.amount(below, inside), self.amount(below, inside), kind=MONTHLY)
            case 4:
                branches = tuple(Branch(self.condition(below, inside), self.amount(below, inside)) for _ in range(2))
                return Choice(branches, self.amount(below, inside) if draw.random() < 0.8 else Impossible(MONTHLY, place()), MONTHLY)
            case 5:
                kind = draw.choice((Gathering.SUM, Gathering.HIGHEST, Gathering.LOWEST, Gathering.MEAN))
                where = self.condition(below, inside) if draw.random() < 0.7 else None
                if draw.random() < 0.3:
                    return gather(kind, fact("收入", PARENT), None, yuan(1) if draw.random() < 0.6 else None, entity=PERSON, role="父母")
                return gather(kind, self.amount(below, inside), where, yuan(1) if draw.random() < 0.6 else None)
            case 6:
                return Aggregate(Gathering.COUNT, gather(Gathering.SUM, None).path, "成员", self.condition(below, inside), None, None, MONTHLY, place())
            case 7:
                return op(f"round {draw.choice(MODES)}", self.amount(below, inside), number(draw.choice((1, Fraction(1, 10), Fraction(1, 2)))), kind=MONTHLY)
            case 8:
                where = Literal(draw.choice(("first month", "last month")), TEXT, place())
                return op("spread", self.amount(below, inside), number(Fraction(1, 100)), self.day(below), where, kind=MONTHLY)
            case 9:
                return self.years(below)
            case _:
                return self.reference(MONTHLY) or yuan(3)

    def years(self, depth: int) -> Expression:
        draw = self.draw
        match draw.randrange(4):
            case 0:
                return op(draw.choice(("months_between", "full_months")), self.day(depth), self.day(depth), kind=MONTHS)
            case 1:
                return op("days_between", self.day(depth), self.day(depth), kind=DAYS_LONG)
            case _:
                words = (Literal(draw.choice(BIRTHDAY_RULES), TEXT), Literal(draw.choice(LEAP_RULES), TEXT))
                return op("age", fact("出生日期"), self.day(depth), *words, kind=AGES)

    def day(self, depth: int) -> Expression:
        draw, below = self.draw, depth - 1
        match draw.randrange(8 if depth > 0 else 3):
            case 0:
                return fact("出生日期")
            case 1:
                return MomentValue(draw.choice(list(Moment)), DAY, place())
            case 2:
                return Literal(draw.choice((date(2020, 2, 29), date(2019, 12, 31), date(2020, 1, 1))), DAY, place())
            case 3:
                return op("add_months", self.day(below), number(draw.choice((1, -1, 12, 13, -48, 100_000))), kind=DAY)
            case 4:
                return op("add_days", self.day(below), number(draw.choice((1, -31, 366, Fraction(1, 2), -800_000))), kind=DAY)
            case 5:
                return op("year_end", self.day(below), kind=DAY)
            case 6:
                return op(draw.choice(("maximum", "minimum")), self.day(below), self.day(below), kind=DAY)
            case _:
                return gather(draw.choice((Gathering.HIGHEST, Gathering.LOWEST)), self.day(below), self.condition(below), self.day(below), type_=DAY)

    def option(self, depth: int, inside: str) -> Expression:
        if depth > 0 and self.draw.random() < 0.4:
            branches = (Branch(self.condition(depth, inside), word(self.draw.choice(LEVELS.names))),)
            return Choice(branches, fact("残疾等级"), LEVELS)
        return self.reference(LEVELS) or fact("残疾等级")

    def reference(self, kind: object) -> Expression | None:
        """Something written before: a rule, or what is seen of a benefit."""
        rules = [one for one in self.made if isinstance(one, Rule) and one.type == kind]
        amounts = [one for one in self.made if isinstance(one, Benefit) and one.type == kind]
        grants = [one for one in self.made if isinstance(one, Benefit)] if kind == TRUTH else []
        choices: list[Expression] = [evolve(rule_value(one.key), type=one.type) for one in rules]
        choices += [evolve(benefit_value(one.key), type=one.type) for one in amounts]
        choices += [benefit_value(one.key, granted=True) for one in grants]
        return self.draw.choice(choices) if choices else None

    def benefit(self, key: str, kind: object) -> Benefit:
        """Articles with exceptions, some of which only lift; of an amount, or of an option by cases."""
        draw = self.draw

        def value() -> Expression:
            return self.amount(2) if kind == MONTHLY else self.option(1, PERSON)

        def said() -> Grant | Refuse | Lift:
            return draw.choice((Grant(value()), Grant(value()), Refuse(), Lift()))

        articles = [
            article(f"第{i}条", self.condition(2), said(), yields_to=tuple(each for each in range(i + 1, 4) if draw.random() < 0.3)) for i in range(4)
        ]
        pays = kind == MONTHLY and draw.random() < 0.7
        words = list(Combination) if kind == MONTHLY else [Combination.UNIQUE, Combination.PRIORITY]
        rounding = Rounding(f"round {draw.choice(MODES)}", Fraction(1, draw.choice((1, 10))), place()) if kind == MONTHLY and draw.random() < 0.6 else None
        otherwise = draw.choice((Refuse(), Grant(value())))
        type_ = MONTHLY if kind == MONTHLY else LEVELS
        return benefit(key, *articles, combination=draw.choice(words), otherwise=otherwise, rounding=rounding, kind=type_, pays=pays)


def written(draw: Random) -> Program:
    """Rules and benefits that name each other."""
    writer = Writer(draw)
    standard = parameter_of("标准", row(Fraction(draw.choice((0, 2, 610))), FIRST))
    writer.made.append(rule("等", writer.option(2, PERSON), kind=LEVELS))
    writer.made.append(writer.benefit("类", LEVELS))
    writer.made.append(rule("成立", writer.condition(3), kind=TRUTH))
    writer.made.append(rule("日", writer.day(3), kind=DAY))
    writer.made.append(writer.benefit("补贴", MONTHLY))
    writer.made.append(rule("值", writer.amount(3)))
    writer.made.append(writer.benefit("津贴", MONTHLY))
    return evolve(program(standard, *writer.made), month_by_end=draw.random() < 0.5)


def drawn(draw: Random) -> tuple[Instance, list[Instance]]:
    """Two people with up to two parents each."""

    def value(name: str, owner: str) -> Value:
        kind = FACTS[owner, name].type
        if kind == TRUTH:
            return draw.random() < 0.5
        if kind == DAY:
            known = (date(2000, 2, 29), date(2004, 1, 1), date(1959, 12, 31), date(2020, 2, 29), date(1960, 3, 1), date.min, date.max)
            return draw.choice(known) if draw.random() < 0.6 else date(1930, 1, 1) + timedelta(days=draw.randrange(36_000))
        return Fraction(draw.randrange(5)) if isinstance(kind, Quantity) else draw.choice(kind.names)  # type: ignore[union-attr]

    def facts(owner: str) -> dict[str, Value]:
        return {name: value(name, owner) for entity, name in FACTS if entity == owner}

    people = [with_parents(person(f"人{i}", **facts(PERSON)), *(parent(f"长{i}{j}", **facts(PARENT)) for j in range(draw.randrange(3)))) for i in range(2)]
    return household(*people, **facts(HOUSEHOLD)), people


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_every_node(seed: int) -> None:
    agree(Random(seed), 2)


def test_a_day_moved_out_of_the_calendar_leaves_every_case() -> None:
    """What is said of a day made up must hold of the cases in which it does not count, too."""
    early = op("add_months", fact("出生日期"), number(-48), kind=DAY)
    built = program(rule("日", op("add_days", early, number(1), kind=DAY), kind=DAY))
    world = smt.world(built, smt.Shape(((("成员",), 1),)), smt.Window(FIRST, FIRST))
    found = smt.value(world, "日", (("成员", 0),))
    born = smt.operation(world, "equal", smt.fact(world, (("成员", 0),), "出生日期"), smt.literal(world, date(2, 1, 1))).value
    assert smt.satisfy([world], [born, found.fails], 10) is not smt.NONE


def agree(draw: Random, cases: int) -> None:
    """The symbolic reading of a program written by `draw` says what the reference says, in drawn cases and months."""
    built = written(draw)
    world = smt.world(built, smt.Shape(((("成员",), 2), (("成员", "父母"), 2)), frozenset({("成员", "父母")})), smt.Window(FIRST, LAST))
    symbolic = {key: all_symbolic(built, world, key, (("成员", 0),)) for key in built.order}
    for _ in range(cases):
        root, people = drawn(draw)
        month = add_months(FIRST, draw.randrange(5)) or FIRST
        asked = [(key, people[0]) for key in built.order]
        model = fixed(world, root, month)
        assert model is not None
        for answer in interpreter.decide(built, root, in_month(built, month), asked, False):
            found = told(world, model, symbolic[answer.key])
            assert alike(found, said(answer.outcome)), (answer.key, found, answer.outcome, month)


def test_every_outcome_is_reached() -> None:
    """What is drawn reaches every outcome, so that agreement says something."""
    seen = set()
    for seed in range(25):
        draw = Random(seed)
        built = written(draw)
        root, people = drawn(draw)
        asked = [(key, people[0]) for key in built.order]
        seen |= {type(answer.outcome).__name__ for answer in interpreter.decide(built, root, in_month(built, FIRST), asked, False)}
    assert seen == {"Granted", "Refused", "Conflict", "Failed", "Computed"}
