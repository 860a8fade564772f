"""A small program built by hand from core nodes, for tests of what stands below the compiler."""

from __future__ import annotations

from fractions import Fraction

from policyrules.core.program import (
    Anchor,
    Article,
    Benefit,
    Combination,
    Entity,
    Fact,
    FactValue,
    Grant,
    Literal,
    Operation,
    Path,
    Program,
    Refuse,
    Role,
    Rule,
)
from policyrules.source.text import Place, SourceText
from policyrules.values.types import DAY, NUMBER, TEXT, TRUTH, Options, Quantity, Type

NOWHERE = Place(SourceText("policy", ""), 0, 0)
YEARLY = Quantity((("元", 1), ("年", -1)))
MONTHLY = Quantity((("元", 1), ("月", -1)))
PEOPLE = Quantity((("人", 1),), whole=True)
LEVELS = Options(("无", "一级", "二级", "三级", "四级"))


def fact(entity: str, name: str, kind: Type, *, key: str | None = None, high: int | None = None) -> Fact:
    """A fact; quantities are not negative."""
    low = Fraction(0) if isinstance(kind, Quantity) else None
    top = None if high is None else Fraction(high)
    return Fact(key or name, name, entity, kind, low, top, f"{name}是多少？", None, NOWHERE)


def small_program() -> Program:
    """户 with 成员 and 车辆, persons with a list of 父母 and a single 父亲, one rule and one benefit."""
    household, person = Path(Anchor.CURRENT, "户"), Path(Anchor.CURRENT, "个人")
    facts = [
        fact("户", "年收入", YEARLY),
        fact("户", "享受低保", TRUTH),
        fact("户", "住址", TEXT),
        fact("户", "人数", PEOPLE, high=30),
        fact("户", "收入", YEARLY, key="甲政策·收入"),
        fact("户", "收入", YEARLY, key="乙政策·收入"),
        fact("个人", "残疾等级", LEVELS),
        fact("个人", "残疾类别", Options(("无", "听力", "精神"))),
        fact("个人", "出生日期", DAY),
        fact("个人", "比例", NUMBER),
        fact("车", "价值", Quantity((("元", 1),))),
    ]
    monthly = Rule(
        "月收入",
        "月收入",
        "户",
        MONTHLY,
        Operation(
            "divide",
            (FactValue(household, "年收入", YEARLY), Literal(Fraction(12), Quantity((("月", 1), ("年", -1))))),
            MONTHLY,
        ),
        NOWHERE,
    )
    shared = Rule("通用", "通用", None, NUMBER, Literal(Fraction(1), NUMBER), NOWHERE)
    level = FactValue(person, "残疾等级", LEVELS)
    article = Article(
        number="第一条",
        title="重度",
        quotations=(),
        citations=(),
        start=None,
        end=None,
        condition=Operation("equal", (level, Literal("一级", LEVELS)), TRUTH),
        consequence=Grant(Literal(Fraction(100), MONTHLY)),
        yields_to=(),
        place=NOWHERE,
    )
    benefit = Benefit(
        key="残疾·生活补贴",
        name="生活补贴",
        entity="个人",
        type=MONTHLY,
        combination=Combination.UNIQUE,
        articles=(article,),
        order=(0,),
        otherwise=Refuse("不符合"),
        rounding=None,
        pays=True,
        place=NOWHERE,
    )
    return Program(
        entities={
            "户": Entity("户", (Role("成员", "个人", True, NOWHERE), Role("车辆", "车", True, NOWHERE)), None, NOWHERE),
            "个人": Entity("个人", (Role("父母", "个人", True, NOWHERE), Role("父亲", "个人", False, NOWHERE)), "户", NOWHERE),
            "车": Entity("车", (), "户", NOWHERE),
        },
        facts={(one.entity, one.key): one for one in facts},
        citations={},
        parameters={},
        rules={"月收入": monthly, "通用": shared},
        benefits={"残疾·生活补贴": benefit},
        order=("月收入", "通用", "残疾·生活补贴"),
        left_out=frozenset({"坏名字"}),
    )
