"""The reference interpreter: five outcomes, combinations, exceptions, unknowns, failures, members, long chains."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core_building import (
    APRIL,
    HOUSEHOLD,
    MONTHLY,
    PARENT,
    PEOPLE,
    PERSON,
    article,
    benefit,
    benefit_value,
    fact,
    gather,
    household,
    is_word,
    month,
    number,
    op,
    parameter,
    parameter_of,
    parent,
    path,
    person,
    place,
    program,
    row,
    rule,
    rule_value,
    truth,
    with_parents,
    yuan,
)
from policyrules.core.case import Instance, Occasion
from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Outcome, Refused, Undecided
from policyrules.core.program import (
    Aggregate,
    Anchor,
    Branch,
    Choice,
    Combination,
    Expression,
    Gathering,
    Grant,
    Impossible,
    IsSubject,
    Lift,
    Moment,
    MomentValue,
    Program,
    Refuse,
    Rounding,
    RuleValue,
)
from policyrules.engines.interpreter import decide, everything
from policyrules.values.types import DAY, TRUTH, Value
from policyrules.values.unknown import Interval, Need


def ask(built: Program, root: Instance, key: str, instance: Instance, when: Occasion = APRIL) -> Answer:
    """One answer, the same with and without a trace."""
    (plain,) = decide(built, root, when, [(key, instance)], False)
    (traced,) = decide(built, root, when, [(key, instance)], True)
    assert plain.outcome == traced.outcome
    assert (plain.provisional, plain.supplied) == (traced.provisional, traced.supplied)
    assert plain.trace is None and traced.trace is not None
    return plain


def value_of(expression: Expression, root: Instance, instance: Instance, entity: str = PERSON) -> Outcome:
    """What an expression comes to for an instance."""
    return ask(program(rule("值", expression, entity)), root, "值", instance).outcome


def alone(**facts: Value | int) -> tuple[Instance, Instance]:
    """A household of one, and that one."""
    member = person("甲", **facts)
    return household(member), member


def need(name: str, subject: str = "甲") -> Need:
    return Need(subject, name, name)


def articles_hold(combination: Combination, *said: tuple[object, Expression | Refuse]) -> Outcome:
    """A benefit of articles (condition, consequence); conditions are True, False, or the name of a truth fact."""
    made = [
        article(f"第{index}条", fact(condition) if isinstance(condition, str) else truth(bool(condition)), consequence)
        for index, (condition, consequence) in enumerate(said, 1)
    ]
    root, member = alone()
    return ask(program(benefit("补贴", *made, combination=combination)), root, "补贴", member).outcome


UNKNOWN = "特困"
OTHER_UNKNOWN = "有固定收入"
REFUSE = Refuse("不符合")
FAILING = Impossible(TRUTH, place())

# ---------------------------------------------------------------- outcomes


def test_granted_with_article_and_rounding_last() -> None:
    one = article("第一条", truth(True), op("divide", yuan(610), number(12), kind=MONTHLY))
    built = program(benefit("补贴", one, rounding=Rounding("round half up", Fraction(1, 100), place())))
    root, member = alone()
    assert ask(built, root, "补贴", member).outcome == Granted(Fraction("50.83"), (one,))


def test_refused_by_article_and_by_otherwise() -> None:
    one = article("第一条", truth(True), REFUSE)
    root, member = alone()
    assert ask(program(benefit("补贴", one)), root, "补贴", member).outcome == Refused("不符合", one)
    none = benefit("补贴", article("第一条", truth(False), yuan(1)), otherwise=Refuse("没有条文"))
    assert ask(program(none), root, "补贴", member).outcome == Refused("没有条文", None)


def test_undecided_names_the_fact_and_the_bounds() -> None:
    built = program(benefit("补贴", article("第一条", fact("特困"), yuan(100))))
    root, member = alone()
    assert ask(built, root, "补贴", member).outcome == Undecided((need("特困"),), Interval(Fraction(0), Fraction(100)))


def test_failed_names_reason_and_place() -> None:
    division = op("divide", yuan(1), number(0), kind=MONTHLY)
    built = program(benefit("补贴", article("第一条", truth(True), division)))
    root, member = alone()
    outcome = ask(built, root, "补贴", member).outcome
    assert isinstance(outcome, Failed) and outcome.place is division.place and outcome.reason.zh != outcome.reason.en


def test_definition_by_articles_is_computed() -> None:
    one = article("第一条", truth(True), yuan(7))
    root, member = alone()
    assert ask(program(benefit("标准", one, pays=False)), root, "标准", member).outcome == Computed(Fraction(7))


def test_unknown_names_fail_instead_of_raising() -> None:
    root, member = alone()
    assert isinstance(ask(program(), root, "没有", member).outcome, Failed)


def test_everything_lists_what_pays_as_declared() -> None:
    built = program(benefit("乙补贴"), benefit("标准", pays=False), benefit("户补贴", entity=HOUSEHOLD), order=("户补贴",))
    one, two = person("甲"), person("乙")
    root = household(one, two)
    assert everything(built, root) == (("乙补贴", one), ("乙补贴", two), ("户补贴", root))


# ---------------------------------------------------------------- combinations


def test_unique() -> None:
    assert isinstance(articles_hold(Combination.UNIQUE, (True, yuan(1)), (True, yuan(2))), Conflict)
    assert isinstance(articles_hold(Combination.UNIQUE, (True, yuan(1)), (True, REFUSE)), Conflict)
    same = articles_hold(Combination.UNIQUE, (True, yuan(2)), (True, yuan(2)))
    assert isinstance(same, Granted) and same.amount == 2 and len(same.articles) == 2
    assert isinstance(articles_hold(Combination.UNIQUE, (True, REFUSE), (True, REFUSE)), Refused)
    assert isinstance(articles_hold(Combination.UNIQUE, (True, yuan(2)), (UNKNOWN, yuan(3))), Undecided)
    sure = articles_hold(Combination.UNIQUE, (True, yuan(2)), (UNKNOWN, yuan(2)))
    assert isinstance(sure, Granted) and sure.amount == 2
    clash = articles_hold(Combination.UNIQUE, (True, yuan(1)), (True, yuan(2)), (UNKNOWN, yuan(3)))
    assert isinstance(clash, Conflict)


def test_highest_and_lowest() -> None:
    highest = articles_hold(Combination.HIGHEST, (True, yuan(1)), (True, yuan(3)), (True, REFUSE))
    assert isinstance(highest, Granted) and highest.amount == 3 and [a.number for a in highest.articles] == ["第2条"]
    lowest = articles_hold(Combination.LOWEST, (True, yuan(1)), (True, yuan(3)))
    assert isinstance(lowest, Granted) and lowest.amount == 1 and [a.number for a in lowest.articles] == ["第1条"]
    assert isinstance(articles_hold(Combination.LOWEST, (True, yuan(1)), (True, REFUSE)), Refused)
    assert isinstance(articles_hold(Combination.LOWEST, (True, REFUSE), (UNKNOWN, yuan(3))), Refused)
    assert isinstance(articles_hold(Combination.LOWEST, (True, REFUSE), (True, FAILING)), Refused)
    settled = articles_hold(Combination.HIGHEST, (True, yuan(5)), (UNKNOWN, yuan(3)), (OTHER_UNKNOWN, REFUSE))
    assert isinstance(settled, Granted) and settled.amount == 5
    unsettled = articles_hold(Combination.HIGHEST, (True, yuan(5)), (UNKNOWN, yuan(8)), (OTHER_UNKNOWN, yuan(2)))
    assert unsettled == Undecided((need(UNKNOWN),), Interval(Fraction(5), Fraction(8)))


def test_sum() -> None:
    total = articles_hold(Combination.SUM, (True, yuan(1)), (True, yuan(3)), (True, REFUSE))
    assert isinstance(total, Granted) and total.amount == 4
    assert isinstance(articles_hold(Combination.SUM, (True, REFUSE)), Refused)
    assert articles_hold(Combination.SUM, (True, yuan(1)), (UNKNOWN, yuan(3))) == Undecided(
        (need(UNKNOWN),), Interval(Fraction(1), Fraction(4))
    )
    nothing = articles_hold(Combination.SUM, (True, yuan(1)), (UNKNOWN, yuan(0)))
    assert isinstance(nothing, Granted) and nothing.amount == 1
    assert isinstance(articles_hold(Combination.SUM, (UNKNOWN, yuan(0))), Undecided)


def test_priority() -> None:
    first = articles_hold(Combination.PRIORITY, (False, yuan(9)), (True, yuan(1)), (True, REFUSE), (UNKNOWN, yuan(3)))
    assert isinstance(first, Granted) and first.amount == 1
    assert isinstance(articles_hold(Combination.PRIORITY, (True, REFUSE), (True, yuan(1))), Refused)
    assert isinstance(articles_hold(Combination.PRIORITY, (True, yuan(1)), (True, FAILING)), Granted)
    assert isinstance(articles_hold(Combination.PRIORITY, (UNKNOWN, yuan(2)), (True, yuan(1))), Undecided)
    agreed = articles_hold(Combination.PRIORITY, (UNKNOWN, yuan(1)), (True, yuan(1)))
    assert isinstance(agreed, Granted) and agreed.amount == 1


def test_rounding_settles_what_it_makes_equal() -> None:
    made = [article("第一条", fact(UNKNOWN), yuan("1.001")), article("第二条", truth(True), yuan("1.002"))]
    rounding = Rounding("round half up", Fraction(1, 100), place())
    built = program(benefit("补贴", *made, combination=Combination.PRIORITY, rounding=rounding))
    root, member = alone()
    outcome = ask(built, root, "补贴", member).outcome
    assert isinstance(outcome, Granted) and outcome.amount == 1


@pytest.mark.parametrize("combination", list(Combination))
def test_partial_answers_hold_every_completion(combination: Combination) -> None:
    """Three articles under three unknown truths, grants and refusals: completions lie inside the partial answer."""
    names = ("特困", "有固定收入", "享受低保")
    conditions = (fact(names[0]), fact(names[1]), fact(names[2], HOUSEHOLD))
    consequences: tuple[Expression | Refuse, ...] = (yuan(1), yuan(2), REFUSE)
    for said in product(consequences, repeat=3):
        made = [article(f"第{i}条", c, s) for i, (c, s) in enumerate(zip(conditions, said, strict=True), 1)]
        built = program(benefit("补贴", *made, combination=combination))
        for known in product((True, False, None), repeat=3):
            root, member = _with(names, known)
            partial = ask(built, root, "补贴", member).outcome
            full = [
                ask(built, *_asked(names, choice)).outcome
                for choice in product((True, False), repeat=3)
                if all(k is None or k == c for k, c in zip(known, choice, strict=True))
            ]
            _inside(partial, full)


def _with(names: tuple[str, ...], known: tuple[bool | None, ...]) -> tuple[Instance, Instance]:
    facts: dict[str, Value | int] = {n: k for n, k in zip(names, known, strict=True) if k is not None}
    member = person("甲", **{n: v for n, v in facts.items() if n != "享受低保"})
    return household(member, **{n: v for n, v in facts.items() if n == "享受低保"}), member


def _asked(names: tuple[str, ...], choice: tuple[bool, ...]) -> tuple[Instance, str, Instance]:
    root, member = _with(names, choice)
    return root, "补贴", member


def _inside(partial: Outcome, full: list[Outcome]) -> None:
    kinds = {(type(each), each.amount if isinstance(each, Granted) else None) for each in full}
    if not isinstance(partial, Undecided):
        amount = partial.amount if isinstance(partial, Granted) else None
        assert kinds == {(type(partial), amount)}
        return
    assert len(kinds) > 1, (partial, full)
    assert isinstance(partial.possible, Interval) or all(isinstance(each, (Conflict, Failed)) for each in full)
    for each in full:
        amount = each.amount if isinstance(each, Granted) else Fraction(0)
        if not isinstance(each, Conflict) and isinstance(partial.possible, Interval):
            low, high = partial.possible.low, partial.possible.high
            assert (low is None or low <= amount) and (high is None or amount <= high)


# ---------------------------------------------------------------- exceptions


def _exceptions(*conditions: Expression, lift: bool = False) -> Program:
    """第二条 is an exception to 第一条, 第三条 to 第二条 (and, not being 除外, to what that leaves)."""
    one, two, three = (*conditions, truth(False))[:3]
    return program(
        benefit(
            "补贴",
            article("第一条", one, yuan(100), yields_to=(1,)),
            article("第二条", two, REFUSE, yields_to=(2,)),
            article("第三条", three, Lift() if lift else yuan(50), yields_to=()),
            combination=Combination.UNIQUE,
        )
    )


def test_exception_beats_and_exception_to_exception_restores() -> None:
    root, member = alone()
    assert isinstance(ask(_exceptions(truth(True), truth(True)), root, "补贴", member).outcome, Refused)
    lifted = ask(_exceptions(truth(True), truth(True), truth(True), lift=True), root, "补贴", member).outcome
    assert isinstance(lifted, Granted) and lifted.amount == 100
    lonely = ask(_exceptions(truth(False), truth(True), truth(True), lift=True), root, "补贴", member).outcome
    assert lonely == Refused(None, None)


def test_unknown_and_failing_exceptions() -> None:
    root, member = alone()
    assert isinstance(ask(_exceptions(truth(True), fact(UNKNOWN)), root, "补贴", member).outcome, Undecided)
    assert isinstance(ask(_exceptions(truth(True), FAILING), root, "补贴", member).outcome, Failed)
    assert isinstance(ask(_exceptions(truth(False), fact(UNKNOWN)), root, "补贴", member).outcome, Refused)


def test_articles_in_force_only_within_their_dates() -> None:
    one = article("第一条", truth(True), yuan(5), start=date(2020, 4, 1), end=date(2020, 6, 30))
    built = program(benefit("补贴", one))
    root, member = alone()
    kinds = [type(ask(built, root, "补贴", member, month(2020, m)).outcome) for m in (3, 4, 6, 7)]
    assert kinds == [Refused, Granted, Granted, Refused]


# ---------------------------------------------------------------- unknowns and failures in expressions


def test_order_of_arguments_never_matters() -> None:
    root, member = alone()
    kinds: dict[str, Expression] = {"T": truth(True), "F": truth(False), "U": fact(UNKNOWN), "X": FAILING}
    for operator in ("and", "or"):
        for names in product(kinds, repeat=3):
            found = {_shape(value_of(op(operator, *(kinds[name] for name in order)), root, member)) for order in permutations(names)}
            assert len(found) == 1
            expected = _kleene(operator, names)
            assert found == {expected}, (operator, names)


def _shape(outcome: Outcome) -> str:
    if isinstance(outcome, Computed):
        return "T" if outcome.value else "F"
    return "U" if isinstance(outcome, Undecided) else "X"


def _kleene(operator: str, names: tuple[str, ...]) -> str:
    absorbing, neutral = ("F", "T") if operator == "and" else ("T", "F")
    if absorbing in names:
        return absorbing
    if "U" in names:
        return "U"
    return "X" if "X" in names else neutral


def test_at_least_with_failures() -> None:
    root, member = alone()
    two = number(2)
    assert value_of(op("at_least", two, truth(True), FAILING, truth(True)), root, member) == Computed(True)
    assert value_of(op("at_least", two, truth(False), FAILING, truth(False)), root, member) == Computed(False)
    assert isinstance(value_of(op("at_least", two, truth(True), FAILING, truth(False)), root, member), Failed)
    assert isinstance(value_of(op("at_least", two, truth(True), FAILING, fact(UNKNOWN)), root, member), Undecided)


def test_choice_evaluates_what_its_conditions_leave_open() -> None:
    root, member = alone()
    division = op("divide", yuan(1), number(0), kind=MONTHLY)
    guarded = Choice((Branch(truth(True), yuan(3)),), division, MONTHLY)
    assert value_of(guarded, root, member) == Computed(Fraction(3))
    either = Choice((Branch(fact(UNKNOWN), yuan(3)),), yuan(8), MONTHLY)
    assert value_of(either, root, member) == Undecided((need(UNKNOWN),), Interval(Fraction(3), Fraction(8)))
    same = Choice((Branch(fact(UNKNOWN), yuan(3)),), yuan(3), MONTHLY)
    assert value_of(same, root, member) == Computed(Fraction(3))
    failing = Choice((Branch(fact(UNKNOWN), yuan(3)),), division, MONTHLY)
    outcome = value_of(failing, root, member)
    assert isinstance(outcome, Undecided) and outcome.missing == (need(UNKNOWN),)
    compared = op("equal", failing, yuan(3))
    assert isinstance(value_of(compared, root, member), Undecided)


def test_numbers_with_unknown_parts_are_intervals() -> None:
    root, member = alone()
    more = op("add", fact("月收入"), yuan(5), kind=MONTHLY)
    assert value_of(more, root, member) == Undecided((need("月收入"),), Interval(Fraction(5), None))
    assert value_of(op("less", more, yuan(5)), root, member) == Computed(False)
    assert value_of(op("minimum", more, yuan(2), kind=MONTHLY), root, member) == Computed(Fraction(2))


def test_both_ways_of_one_unknown_are_seen_to_agree() -> None:
    """`享受低保` and `非 享受低保` grant the same, so the answer does not wait for it; neither does an unused fact."""
    other = op("not", fact(UNKNOWN))
    built = program(
        benefit("补贴", article("第一条", fact(UNKNOWN), yuan(9)), article("第二条", other, yuan(9))),
    )
    root, member = alone()
    outcome = ask(built, root, "补贴", member).outcome
    assert isinstance(outcome, Granted) and outcome.amount == 9
    exclusive = program(
        benefit(
            "补贴",
            article("第一条", op("and", fact(UNKNOWN), is_word("残疾等级", "一级")), yuan(9)),
            article("第二条", op("and", other, is_word("残疾等级", "一级")), yuan(9)),
        )
    )
    assert ask(exclusive, root, "补贴", member).outcome == Undecided((need("残疾等级"),), Interval(Fraction(0), Fraction(9)))


# ---------------------------------------------------------------- parameters


def test_parameter_rows_gaps_and_provisional_values() -> None:
    standard = parameter_of("低保标准", row(Fraction(520), date(2019, 1, 1), date(2019, 12, 31)), row(Fraction(610), provisional=True))
    built = program(standard, rule("值", parameter("低保标准")))
    root, member = alone()
    old = ask(built, root, "值", member, month(2019, 5))
    assert (old.outcome, old.provisional) == (Computed(Fraction(520)), False)
    new = ask(built, root, "值", member)
    assert (new.outcome, new.provisional) == (Computed(Fraction(610)), True)
    gap = ask(built, root, "值", member, month(2020, 2)).outcome
    assert isinstance(gap, Failed) and gap.place == built.rules["值"].expression.place
    assert "低保标准" in gap.reason.zh and "2020年2月1日" in gap.reason.zh and "2019年12月31日" in gap.reason.zh
    assert "2020-02-01" in gap.reason.en
    assert ask(built, root, "低保标准", member).outcome == Computed(Fraction(610))


def test_only_the_path_taken_marks_an_answer() -> None:
    marked = parameter_of("暂", row(Fraction(1), provisional=True))
    root, member = alone()

    def mark(expression: Expression) -> bool:
        return ask(program(marked, rule("值", expression)), root, "值", member).provisional

    assert mark(op("less", parameter("暂"), yuan(2)))
    assert not mark(Choice((Branch(truth(True), yuan(1)),), parameter("暂"), MONTHLY))
    assert mark(Choice((Branch(op("less", parameter("暂"), yuan(2)), yuan(1)),), yuan(2), MONTHLY))
    assert mark(Choice((Branch(truth(True), yuan(1), provisional=True),), yuan(2), MONTHLY))
    tainted = op("less", yuan(2), parameter("暂"))
    for order in permutations((op("not", truth(True)), tainted)):
        assert not mark(op("and", *order))
    assert mark(op("and", truth(True), tainted))


# ---------------------------------------------------------------- supplied values


def test_supplied_values_win() -> None:
    built = program(
        rule("人均收入", fact("月收入")),
        benefit("补贴", article("第一条", op("less", rule_value("人均收入"), yuan(10)), yuan(5))),
        rule("合计", op("add", benefit_value("补贴"), yuan(1), kind=MONTHLY)),
    )
    root, member = alone(月收入=100)
    member.given["人均收入"] = Fraction(3)
    assert ask(built, root, "人均收入", member).supplied
    assert isinstance(ask(built, root, "补贴", member).outcome, Granted)
    member.given["补贴"] = Fraction(70)
    answer = ask(built, root, "补贴", member)
    assert answer.supplied and answer.outcome == Granted(Fraction(70))
    assert ask(built, root, "合计", member).outcome == Computed(Fraction(71))
    member.given["补贴"] = False
    assert ask(built, root, "补贴", member).outcome == Refused(None)
    assert ask(built, root, "合计", member).outcome == Computed(Fraction(1))


# ---------------------------------------------------------------- benefits in other rules


def test_a_benefit_seen_from_other_rules() -> None:
    root, member = alone()

    def seen(*made: tuple[object, Expression | Refuse]) -> tuple[str, Outcome]:
        articles = [article(f"第{i}条", fact(c) if isinstance(c, str) else truth(bool(c)), s) for i, (c, s) in enumerate(made, 1)]
        built = program(
            benefit("补贴", *articles),
            rule("额", benefit_value("补贴")),
            rule("享", benefit_value("补贴", granted=True), kind=TRUTH),
        )
        amount = ask(built, root, "额", member).outcome
        return _shape(ask(built, root, "享", member).outcome), amount

    assert seen((True, yuan(5))) == ("T", Computed(Fraction(5)))
    assert seen((True, REFUSE)) == ("F", Computed(Fraction(0)))
    assert seen((UNKNOWN, yuan(5))) == ("U", Undecided((need(UNKNOWN),), Interval(Fraction(0), Fraction(5))))
    assert seen((True, fact("月收入"))) == ("T", Undecided((need("月收入"),), Interval(Fraction(0), None)))
    granted, amount = seen((True, yuan(5)), (True, yuan(6)))
    assert granted == "X" and isinstance(amount, Failed) and "第1条" in amount.reason.zh


# ---------------------------------------------------------------- members, anchors, paths


def test_aggregates() -> None:
    one, two = person("甲", 月收入=10, 特困=True), person("乙", 月收入=30, 特困=False)
    root = household(one, two)

    def over(kind: Gathering, value: Expression | None, **more: object) -> Outcome:
        return value_of(gather(kind, value, **more), root, root, HOUSEHOLD)  # type: ignore[arg-type]

    income, poor = fact("月收入"), fact("特困")
    assert over(Gathering.SUM, income) == Computed(Fraction(40))
    assert over(Gathering.SUM, income, where=poor) == Computed(Fraction(10))
    assert over(Gathering.COUNT, None) == Computed(Fraction(2))
    assert over(Gathering.COUNT, None, where=poor) == Computed(Fraction(1))
    assert over(Gathering.ANY, poor) == Computed(True)
    assert over(Gathering.ALL, poor) == Computed(False)
    assert over(Gathering.ALL, op("less", yuan(20), income), where=op("not", poor)) == Computed(True)
    assert over(Gathering.HIGHEST, income) == Computed(Fraction(30))
    assert over(Gathering.LOWEST, income) == Computed(Fraction(10))
    assert over(Gathering.MEAN, income) == Computed(Fraction(20))


def test_aggregates_over_nobody() -> None:
    root = household()

    def over(kind: Gathering, if_none: Expression | None = None) -> Outcome:
        value = None if kind is Gathering.COUNT else fact("特困" if kind in quantified else "月收入")
        return value_of(gather(kind, value, if_none=if_none), root, root, HOUSEHOLD)

    quantified = (Gathering.ANY, Gathering.ALL)
    assert over(Gathering.SUM) == over(Gathering.COUNT) == Computed(Fraction(0))
    assert (over(Gathering.ANY), over(Gathering.ALL)) == (Computed(False), Computed(True))
    for kind in (Gathering.HIGHEST, Gathering.LOWEST, Gathering.MEAN):
        assert over(kind, yuan(7)) == Computed(Fraction(7))
        assert isinstance(over(kind), Failed)


def test_aggregates_over_members_in_doubt() -> None:
    one, two = person("甲", 月收入=10, 特困=True), person("乙", 月收入=30)
    root = household(one, two)

    def over(kind: Gathering, value: Expression | None = None, if_none: Expression | None = None) -> Outcome:
        return value_of(gather(kind, value, fact("特困"), if_none), root, root, HOUSEHOLD)

    missing = (need("特困", "乙"),)
    income = fact("月收入")
    assert over(Gathering.SUM, income) == Undecided(missing, Interval(Fraction(10), Fraction(40)))
    assert over(Gathering.COUNT) == Undecided(missing, Interval(Fraction(1), Fraction(2)))
    assert over(Gathering.HIGHEST, income) == Undecided(missing, Interval(Fraction(10), Fraction(30)))
    assert over(Gathering.LOWEST, income) == Computed(Fraction(10))
    assert over(Gathering.ANY, op("less", income, yuan(20))) == Computed(True)
    mean = over(Gathering.MEAN, income)
    # One truth is missing, so both ways are tried and the bounds are exact.
    assert mean == Undecided(missing, Interval(Fraction(10), Fraction(20)))


def test_an_unknown_list_of_members_is_a_missing_fact() -> None:
    root = Instance(HOUSEHOLD, HOUSEHOLD)
    need_members = Need(HOUSEHOLD, "成员", "成员")
    assert value_of(gather(Gathering.COUNT, None), root, root, HOUSEHOLD) == Undecided((need_members,), Interval(Fraction(0), None))
    outcome = value_of(gather(Gathering.SUM, fact("月收入")), root, root, HOUSEHOLD)
    assert isinstance(outcome, Undecided) and outcome.missing == (need_members,)


def test_others_of_the_household_by_the_one_being_decided() -> None:
    """合计(户的成员 中 非 是本人，月收入 + 本人的月收入) for each."""
    value = op("add", fact("月收入"), fact("月收入", PERSON, Anchor.SUBJECT), kind=MONTHLY)
    node = gather(Gathering.SUM, value, where=op("not", IsSubject(TRUTH)))
    one, two, three = person("甲", 月收入=1), person("乙", 月收入=10), person("丙", 月收入=100)
    root = household(one, two, three)
    assert [value_of(node, root, each) for each in (one, two, three)] == [Computed(Fraction(amount)) for amount in (112, 121, 211)]


def test_nested_entities_and_single_roles() -> None:
    child = with_parents(person("甲"), parent("父", 在世=True, 收入=5), parent("母", 在世=False, 收入=7))
    with_parents(child, parent("父", 在世=True, 收入=5), role="父亲")
    other = person("乙")
    root = household(child, other, 年收入=3)
    alive = Aggregate(Gathering.SUM, path(PERSON), "父母", fact("在世", PARENT), fact("收入", PARENT), None, MONTHLY, place())
    assert value_of(alive, root, child) == Computed(Fraction(5))
    from_above = gather(Gathering.SUM, alive)
    both = value_of(from_above, root, root, HOUSEHOLD)
    assert isinstance(both, Undecided) and both.missing == (Need("乙", "父母", "父母"),)
    enclosing = Aggregate(Gathering.SUM, path(PERSON), "父母", None, fact("年收入", HOUSEHOLD), None, MONTHLY, place())
    assert value_of(enclosing, root, child) == Computed(Fraction(6))
    father = fact("收入", PERSON, Anchor.CURRENT, "父亲")
    assert value_of(father, root, child) == Computed(Fraction(5))
    missing = value_of(father, root, other)
    assert isinstance(missing, Undecided) and missing.missing == (Need("乙", "父亲", "父亲"),)
    other.members["父亲"] = []
    assert isinstance(value_of(father, root, other), Failed)


def test_rules_the_same_for_everybody_and_moments() -> None:
    root, member = alone()
    day = rule("今天", MomentValue(Moment.MONTH_END, DAY), None, DAY)
    built = program(day, rule("值", RuleValue(path(PERSON), "今天", DAY), PERSON, DAY))
    assert ask(built, root, "值", member).outcome == Computed(date(2020, 4, 30))
    root.given["今天"] = date(2020, 1, 1)
    assert ask(built, root, "值", member).outcome == Computed(date(2020, 1, 1))


people = st.lists(
    st.tuples(
        st.none() | st.integers(0, 50),
        st.none() | st.booleans(),
        st.none() | st.sampled_from(("一级", "二级", "三级")),
    ),
    min_size=1,
    max_size=5,
)


@given(people, st.randoms(), st.sampled_from(list(Gathering)))
def test_order_of_members_never_matters(rows: list[tuple[int | None, bool | None, str | None]], random: object, kind: Gathering) -> None:
    value: Expression | None = fact("月收入")
    if kind in (Gathering.ANY, Gathering.ALL):
        value = op("less", fact("月收入"), yuan(20))
    elif kind is Gathering.COUNT:
        value = None
    where = op("and", fact("特困"), op("or", is_word("残疾等级", "一级"), is_word("残疾等级", "二级")))
    node = gather(kind, value, where, yuan(1))

    def outcome(order: list[int]) -> Outcome:
        members = []
        for index in order:
            facts = dict(zip(("月收入", "特困", "残疾等级"), rows[index], strict=True))
            members.append(person(f"人{index}", **{n: v for n, v in facts.items() if v is not None}))
        root = household(*members)
        return value_of(node, root, root, HOUSEHOLD)

    order = list(range(len(rows)))
    shuffled = list(order)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = outcome(order), outcome(shuffled)
    if isinstance(one, Undecided) and isinstance(other, Undecided):
        assert set(one.missing) == set(other.missing) and one.possible == other.possible
    else:
        assert one == other


# ---------------------------------------------------------------- size


@pytest.mark.parametrize("length", [5_000])
def test_long_chains_do_not_overflow_the_stack(length: int) -> None:
    rules = [rule("算0", yuan(0))]
    for index in range(1, length):
        one_more = op("add", rule_value(f"算{index - 1}"), yuan(1), kind=MONTHLY)
        rules.append(rule(f"算{index}", one_more))
    root, member = alone()
    answer = ask(program(*rules), root, f"算{length - 1}", member)
    assert answer.outcome == Computed(Fraction(length - 1))


def test_wide_and_shared_definitions_are_worked_out_once() -> None:
    """Each level reads the one below twice: 2⁶⁰ paths, 60 evaluations."""
    rules = [rule("算0", yuan(1))]
    for index in range(1, 60):
        below = rule_value(f"算{index - 1}")
        rules.append(rule(f"算{index}", op("add", below, below, kind=MONTHLY)))
    root, member = alone()
    assert ask(program(*rules), root, "算59", member).outcome == Computed(Fraction(2**59))


def test_deeply_nested_expressions() -> None:
    node: Expression = yuan(0)
    for _ in range(200):
        node = op("add", node, yuan(1), kind=MONTHLY)
    root, member = alone()
    assert value_of(node, root, member) == Computed(Fraction(200))


def test_a_benefit_of_many_unknown_articles_is_decided_quickly() -> None:
    made = [article(f"第{i}条", op("less", fact("月收入"), yuan(i)), REFUSE) for i in range(200)]
    root, member = alone()
    assert isinstance(ask(program(benefit("补贴", *made)), root, "补贴", member).outcome, Refused)
    assert PEOPLE.whole and Grant(yuan(1)).value is not None
