"""Articles that can hold at once with different results, and articles that never take effect."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from time import process_time

import pytest

from core_building import (
    HOUSEHOLD,
    article,
    benefit,
    fact,
    is_word,
    op,
    parameter,
    parameter_of,
    program,
    row,
    truth,
    yuan,
)
from policyrules.analysis.meeting import Examined, examine
from policyrules.analysis.view import views_of
from policyrules.core.program import Article, Benefit, Combination, Expression, Lift, Refuse

APRIL, MAY, JULY = date(2020, 4, 1), date(2020, 5, 1), date(2020, 7, 1)
LOW = fact("享受低保", HOUSEHOLD)
POOR = fact("特困")
STANDARD = parameter_of("标准", row(Fraction(520), date(2019, 9, 1), date(2020, 3, 31)), row(Fraction(610)))


def look(*articles: Article, combination: Combination = Combination.UNIQUE) -> Examined:
    one = benefit("补贴", *articles, combination=combination)
    return examine(one, views_of(program(STANDARD, one)))


def level(name: str) -> Expression:
    return is_word("残疾等级", name)


def below(amount: Expression) -> Expression:
    return op("less", fact("月收入"), amount)


def test_options_keep_articles_apart() -> None:
    found = look(article("一", op("or", level("一级"), level("二级")), yuan(1)), article("二", level("三级"), yuan(2)))
    assert found == Examined()


def test_two_that_meet_and_their_example() -> None:
    found = look(article("一", op("and", LOW, level("一级")), yuan(1)), article("二", op("or", level("一级"), POOR), yuan(2)))
    (met,) = found.meetings
    assert (met.first, met.second, met.day) == (0, 1, None)
    assert met.witness is not None and met.witness.words.zh == "享受低保 为 是、残疾等级 为 一级"


@pytest.mark.parametrize("word", [Combination.HIGHEST, Combination.LOWEST, Combination.SUM, Combination.PRIORITY])
def test_other_combinations_settle_it(word: Combination) -> None:
    assert look(article("一", LOW, yuan(1)), article("二", POOR, yuan(2)), combination=word).meetings == ()


def test_same_results_do_not_clash() -> None:
    assert look(article("一", LOW, yuan(1)), article("二", POOR, yuan(1))).meetings == ()
    assert look(article("一", LOW, Refuse("甲")), article("二", POOR, Refuse("乙"))).meetings == ()
    assert look(article("一", LOW, yuan(1)), article("二", POOR, Lift())).meetings == ()
    same = op("add", yuan(1), yuan(2), kind=yuan(1).type)
    assert look(article("一", LOW, yuan(3)), article("二", POOR, same)).meetings == ()
    assert look(article("一", LOW, yuan(1)), article("二", POOR, Refuse())).meetings != ()


def test_an_exception_settles_it() -> None:
    assert look(article("一", LOW, yuan(1), yields_to=(1,)), article("二", POOR, Refuse())).meetings == ()


def test_a_third_article_settles_it() -> None:
    """第三条 beats 第一条 whenever 第二条 holds."""
    both = (article("一", LOW, yuan(1), yields_to=(2,)), article("二", op("and", POOR, level("一级")), yuan(2)))
    assert look(*both, article("三", POOR, Lift())).meetings == ()
    ended = article("三", POOR, Lift(), end=date(2020, 3, 31))
    assert [one.day for one in look(*both, ended).meetings] == [APRIL]
    lifted = article("三", POOR, Lift(), yields_to=(3,))
    assert look(*both, lifted, article("四", level("一级"), Lift())).meetings != ()


def test_validity_keeps_articles_apart() -> None:
    assert look(article("一", LOW, yuan(1), end=date(2020, 3, 31)), article("二", POOR, yuan(2), start=APRIL)).meetings == ()
    assert look(article("一", LOW, yuan(1), end=APRIL), article("二", POOR, yuan(2), start=APRIL)).meetings != ()


def test_a_bound_written_twice() -> None:
    standard = parameter("标准")
    apart = (article("一", below(standard), yuan(1)), article("二", op("not", below(standard)), yuan(2)))
    assert look(*apart).meetings == ()
    met = look(article("一", op("not", op("greater", fact("月收入"), standard)), yuan(1)), apart[1]).meetings
    assert len(met) == 1 and met[0].day == date(2019, 9, 1) and met[0].witness is not None
    assert met[0].witness.words.zh == "月收入 为 520.00元/月"


def test_articles_that_meet_on_some_days_only() -> None:
    first = article("一", below(parameter("标准")), yuan(1))
    second = article("二", op("greater_equal", fact("月收入"), yuan(600)), yuan(2))
    assert [one.day for one in look(first, second).meetings] == [APRIL]


def test_articles_that_never_hold() -> None:
    found = look(article("一", op("and", level("一级"), level("二级")), yuan(1)), article("二", LOW, yuan(2), start=MAY, end=APRIL))
    assert [(one.article, one.beaten_by) for one in found.unreachable] == [(0, ()), (1, ())]
    dear = article("一", op("greater", parameter("标准"), yuan(610)), yuan(1))
    assert [(one.article, one.beaten_by) for one in look(dear).unreachable] == [(0, ())]
    assert look(article("一", op("greater", parameter("标准"), yuan(600)), yuan(1))).unreachable == ()


def test_articles_always_beaten() -> None:
    beaten = article("一", op("and", LOW, level("一级")), yuan(1), yields_to=(1,))
    assert [(one.article, one.beaten_by) for one in look(beaten, article("二", LOW, yuan(2))).unreachable] == [(0, (1,))]
    assert look(beaten, article("二", LOW, yuan(2), start=APRIL)).unreachable == ()
    excepted = article("二", LOW, yuan(2), yields_to=(2,))
    assert look(beaten, excepted, article("三", level("一级"), Lift())).unreachable == ()
    two = article("一", LOW, yuan(1), yields_to=(1, 2))
    assert look(two, article("二", POOR, Refuse()), article("三", op("not", POOR), Refuse())).unreachable != ()


def test_a_large_benefit_is_quick() -> None:
    articles = [article(str(i), op("and", _span(i), level("一级")), yuan(i)) for i in range(1500)]
    one: Benefit = benefit("补贴", *articles)
    view_for = views_of(program(STANDARD, one))
    before = process_time()
    found = examine(one, view_for)
    assert found.meetings == () and process_time() - before < 3
    wide = article("x", op("equal", fact("月收入"), yuan(7)), Refuse())
    assert [(m.first, m.second) for m in look(*articles[:50], wide).meetings] == [(7, 50)]


def _span(i: int) -> Expression:
    low = op("greater_equal", fact("月收入"), yuan(i))
    return op("and", low, op("less", fact("月收入"), yuan(i + 1)), truth(True))
