"""Programs built by hand from core nodes, for tests of the floors above the core: 户 → 个人 → 家长, and short spellings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from itertools import count

from attrs import evolve

from policyrules.core.case import Instance, Occasion
from policyrules.core.program import (
    Aggregate,
    Anchor,
    Article,
    Benefit,
    BenefitValue,
    Citation,
    Combination,
    Entity,
    Expression,
    Fact,
    FactValue,
    Gathering,
    Grant,
    Lift,
    Literal,
    Operation,
    Parameter,
    ParameterRow,
    ParameterValue,
    Path,
    Program,
    Refuse,
    Role,
    Rounding,
    Rule,
    RuleValue,
)
from policyrules.source.text import Place, SourceText
from policyrules.values.calendar import last_of_month
from policyrules.values.types import DAY, NUMBER, TRUTH, Options, Quantity, Type, Value

MONTHLY = Quantity((("元", 1), ("月", -1)))
YUAN = Quantity((("元", 1),))
PEOPLE = Quantity((("人", 1),), whole=True)
LEVELS = Options(("无", "一级", "二级", "三级", "四级"))
HOUSEHOLD, PERSON, PARENT = "户", "个人", "家长"

_SOURCE = SourceText("test.policy", " " * 10_000)
_counter = count()


def place() -> Place:
    """Another place each time, so that failures can be told apart."""
    start = next(_counter)
    return Place(_SOURCE, start, start + 1)


ENTITIES = {
    HOUSEHOLD: Entity(HOUSEHOLD, (Role("成员", PERSON, True, place()),), None, place()),
    PERSON: Entity(PERSON, (Role("父母", PARENT, True, place()), Role("父亲", PARENT, False, place())), HOUSEHOLD, place()),
    PARENT: Entity(PARENT, (), PERSON, place()),
}

_FACTS: tuple[tuple[str, str, Type], ...] = (
    (HOUSEHOLD, "享受低保", TRUTH),
    (HOUSEHOLD, "年收入", YUAN),
    (PERSON, "残疾等级", LEVELS),
    (PERSON, "残疾类别", Options(("无", "听力", "智力", "精神"))),
    (PERSON, "有固定收入", TRUTH),
    (PERSON, "月收入", MONTHLY),
    (PERSON, "特困", TRUTH),
    (PERSON, "出生日期", DAY),
    (PARENT, "在世", TRUTH),
    (PARENT, "收入", MONTHLY),
)

FACTS = {
    (entity, name): Fact(
        name,
        name,
        entity,
        kind,
        Fraction(0) if isinstance(kind, Quantity) else None,
        None,
        f"{name}？",
        f"{name}证明",
        place(),
    )
    for entity, name, kind in _FACTS
}

APRIL = Occasion(date(2020, 4, 1), date(2020, 4, 1), date(2020, 4, 30))


def month(year: int, number: int) -> Occasion:
    """A month decided on its first day."""
    first = date(year, number, 1)
    return Occasion(first, first, last_of_month(first))


# ---------------------------------------------------------------- expressions


def number(value: int | str | Fraction, kind: Type = NUMBER) -> Literal:
    """A number written in the policy."""
    return Literal(Fraction(value), kind, place())


def yuan(value: int | str | Fraction) -> Literal:
    """So many 元/月."""
    return number(value, MONTHLY)


def word(value: str) -> Literal:
    """An option."""
    return Literal(value, LEVELS, place())


def truth(value: bool) -> Literal:
    """是 or 否."""
    return Literal(value, TRUTH, place())


def path(entity: str, anchor: Anchor = Anchor.CURRENT, *roles: str) -> Path:
    """A way through the case."""
    return Path(anchor, entity, roles)


def fact(name: str, entity: str = PERSON, anchor: Anchor = Anchor.CURRENT, *roles: str) -> FactValue:
    """A fact; a household's fact from below is anchored at what encloses."""
    if entity == HOUSEHOLD:
        anchor = Anchor.ENCLOSING
    owner = PARENT if roles else entity
    return FactValue(Path(anchor, entity, roles), name, FACTS[(owner, name)].type, place())


def rule_value(key: str, entity: str = PERSON, kind: Type = MONTHLY) -> RuleValue:
    """A rule by name."""
    return RuleValue(path(entity, Anchor.ENCLOSING), key, kind, place())


def benefit_value(key: str, entity: str = PERSON, *, granted: bool = False) -> BenefitValue:
    """A benefit's amount, or whether it is granted."""
    return BenefitValue(path(entity, Anchor.ENCLOSING), key, granted, TRUTH if granted else MONTHLY, place())


def parameter(key: str, kind: Type = MONTHLY) -> ParameterValue:
    """A parameter by name."""
    return ParameterValue(key, kind, place())


def op(operator: str, *arguments: Expression, kind: Type = TRUTH) -> Operation:
    """An operator applied."""
    return Operation(operator, arguments, kind, place())


def is_word(name: str, value: str) -> Operation:
    """A person's fact is this option."""
    return op("equal", fact(name), word(value))


def gather(
    kind: Gathering,
    value: Expression | None,
    where: Expression | None = None,
    if_none: Expression | None = None,
    entity: str = HOUSEHOLD,
    role: str = "成员",
    type_: Type = MONTHLY,
) -> Aggregate:
    """A value over members."""
    return Aggregate(kind, path(entity, Anchor.ENCLOSING), role, where, value, if_none, type_, place())


# ---------------------------------------------------------------- declarations


def rule(key: str, expression: Expression, entity: str | None = PERSON, kind: Type = MONTHLY) -> Rule:
    """A definition."""
    return Rule(key, key, entity, kind, expression, place())


def row(
    value: Value,
    start: date = date(2020, 4, 1),
    end: date | None = None,
    *,
    provisional: bool = False,
    citation: str | None = None,
) -> ParameterRow:
    """A dated value."""
    return ParameterRow(start, end, value, provisional, citation, None, None, None, place())


def parameter_of(key: str, *rows: ParameterRow, kind: Type = MONTHLY) -> Parameter:
    """A parameter of these rows."""
    return Parameter(key, key, kind, rows, rows, place())


def article(
    number_: str,
    condition: Expression,
    consequence: Expression | Grant | Refuse | Lift,
    *,
    yields_to: tuple[int, ...] = (),
    start: date | None = None,
    end: date | None = None,
    title: str | None = None,
    quotations: tuple[str, ...] = (),
    citations: tuple[str, ...] = (),
) -> Article:
    """An article; an expression as consequence is granted."""
    said = consequence if isinstance(consequence, (Grant, Refuse, Lift)) else Grant(consequence)
    return Article(number_, title, quotations, citations, start, end, condition, said, yields_to, place())


def benefit(
    key: str,
    *articles: Article,
    combination: Combination = Combination.UNIQUE,
    otherwise: Grant | Refuse | None = None,
    rounding: Rounding | None = None,
    entity: str = PERSON,
    kind: Type = MONTHLY,
    pays: bool = True,
) -> Benefit:
    """A benefit; articles are ordered so that beaters come first."""
    order: list[int] = []

    def put(index: int) -> None:
        for beater in articles[index].yields_to:
            put(beater)
        if index not in order:
            order.append(index)

    for index in range(len(articles)):
        put(index)
    said = otherwise if otherwise is not None else Refuse(None)
    return Benefit(key, key, entity, kind, combination, articles, tuple(order), said, rounding, pays, place())


def program(*declarations: Rule | Benefit | Parameter | Citation, order: Iterable[str] | None = None) -> Program:
    """A program of these; `order` is that of the arguments where not given."""
    rules = {each.key: each for each in declarations if isinstance(each, Rule)}
    benefits = {each.key: each for each in declarations if isinstance(each, Benefit)}
    parameters = {each.key: each for each in declarations if isinstance(each, Parameter)}
    citations = {each.key: each for each in declarations if isinstance(each, Citation)}
    computed = tuple(each.key for each in declarations if isinstance(each, (Rule, Benefit)))
    return Program(ENTITIES, FACTS, citations, parameters, rules, benefits, computed if order is None else tuple(order))


# ---------------------------------------------------------------- cases


def person(id_: str, **facts: Value | int) -> Instance:
    """A person with these facts; integers are exact numbers."""
    return Instance(PERSON, id_, _exact(facts))


def parent(id_: str, **facts: Value | int) -> Instance:
    """A parent of a person."""
    return Instance(PARENT, id_, _exact(facts))


def household(*members: Instance, **facts: Value | int) -> Instance:
    """A household of these people."""
    root = Instance(HOUSEHOLD, HOUSEHOLD, _exact(facts))
    root.members["成员"] = list(members)
    for member in members:
        member.parent = root
    return root


def with_parents(child: Instance, *parents: Instance, role: str = "父母") -> Instance:
    """The child with these people in a role."""
    child.members[role] = list(parents)
    for each in parents:
        each.parent = child
    return child


def renumbered(node: Article, number_: str) -> Article:
    """The article under another number."""
    return evolve(node, number=number_)


def _exact(facts: dict[str, Value | int]) -> dict[str, Value]:
    return {name: Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else value for name, value in facts.items()}
