"""Explanations: each outcome in both languages, figures that add up, why not, what is missing, JSON reasons."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import date
from fractions import Fraction

from core_building import (
    APRIL,
    HOUSEHOLD,
    MONTHLY,
    PEOPLE,
    PERSON,
    YUAN,
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
    person,
    place,
    program,
    row,
    rule,
    rule_value,
    truth,
    word,
    yuan,
)
from policyrules.core.case import Instance, Occasion
from policyrules.core.outcome import Answer
from policyrules.core.program import Branch, Choice, Citation, Combination, Expression, Gathering, Program, Refuse, Rounding
from policyrules.engines.interpreter import decide
from policyrules.explain.expressions import describe
from policyrules.explain.reasons import reasons
from policyrules.explain.wording import explain
from policyrules.source.phrase import Phrase
from policyrules.values.types import NUMBER, TRUTH, Quantity, Value

STANDARD = Quantity((("人", -1), ("元", 1), ("月", -1)))
TO_FEN = Rounding("round half up", Fraction(1, 100), place())
NOTICE = Citation("扩面", "扩面", "关于调整困难残疾人生活补贴保障范围的通知", None, None, None, None, None, place())


def _policy() -> Program:
    severe = op("or", is_word("残疾等级", "一级"), is_word("残疾等级", "二级"))
    kinds = op("or", op("equal", fact("残疾类别"), word("智力")), op("equal", fact("残疾类别"), word("精神")))
    share = op("multiply", parameter("低保标准", STANDARD), parameter("补贴比例", NUMBER), kind=MONTHLY)
    low = fact("享受低保", HOUSEHOLD)
    made = (
        article(
            "第一条",
            op("and", low, rule_value("重度残疾", kind=TRUTH)),
            op("multiply", parameter("低保标准", STANDARD), number("0.35"), kind=MONTHLY),
            title="低保家庭重度残疾人",
            yields_to=(2,),
        ),
        article(
            "第二条",
            op("and", op("not", low), rule_value("三级智力或精神", kind=TRUTH), op("not", fact("有固定收入"))),
            share,
            title="低保家庭外三级智力、精神残疾人",
            start=date(2020, 4, 1),
            yields_to=(2,),
            quotations=("低保家庭外无固定收入的三级智力、精神残疾人纳入保障范围",),
            citations=("扩面",),
        ),
        article("第三条", fact("特困"), Refuse("已享受特困供养"), title="特困人员"),
    )
    return program(
        NOTICE,
        parameter_of(
            "低保标准",
            row(Fraction(520), date(2019, 1, 1), date(2020, 3, 31)),
            row(Fraction(610), citation="扩面"),
            kind=STANDARD,
        ),
        parameter_of("补贴比例", row(Fraction(6, 10), date(2019, 1, 1), provisional=True), kind=NUMBER),
        rule("重度残疾", severe, kind=TRUTH),
        rule("三级智力或精神", op("and", is_word("残疾等级", "三级"), kinds), kind=TRUTH),
        benefit("生活补贴", *made, rounding=TO_FEN),
    )


def ask(built: Program, instance: Instance, key: str, when: Occasion = APRIL) -> Answer:
    root = instance.parent or instance
    (answer,) = decide(built, root, when, [(key, instance)], True)
    return answer


def told(built: Program, instance: Instance, key: str, when: Occasion = APRIL) -> str:
    """The explanation in Chinese; the English one has as many lines and no Chinese wording of ours."""
    answer = ask(built, instance, key, when)
    zh, en = explain(answer, built, "zh", when), explain(answer, built, "en", when)
    assert zh.count("\n") == en.count("\n") <= 12
    assert not re.search("依据|因为|计算|取整|累加|排除|不符|还缺|原因|暂定|不予|冲突", en)
    kinds = [reason["kind"] for reason in reasons(answer, built, "zh")]
    assert kinds == [reason["kind"] for reason in reasons(answer, built, "en")]
    assert json.dumps(reasons(answer, built, "zh"), ensure_ascii=False)
    return zh


def third_level(low: bool = False, **facts: Value | int) -> Instance:
    member = person("甲", **{"残疾等级": "三级", "残疾类别": "精神", "有固定收入": False, "特困": False, **facts})
    household(member, 享受低保=low)
    return member


def test_granted() -> None:
    assert told(_policy(), third_level(), "生活补贴") == "\n".join(
        (
            "甲的生活补贴（2020年4月）：366.00元/月　暂定",
            "  依据　第二条　低保家庭外三级智力、精神残疾人（自2020年4月1日起）",
            "  　　　《关于调整困难残疾人生活补贴保障范围的通知》：“低保家庭外无固定收入的三级智力、精神残疾人纳入保障范围”",
            "  因为　户的享受低保：否；残疾等级：三级；残疾类别：精神；有固定收入：否",
            "  计算　低保标准 610.00元/人·月（自2020年4月1日起，《关于调整困难残疾人生活补贴保障范围的通知》）"
            " × 补贴比例 60%（自2019年1月1日起，暂定） = 366.00元/月",
            "  取整　四舍五入到分：366.00元/月",
        )
    )


def test_refused_by_otherwise_tells_what_each_article_lacked() -> None:
    text = told(_policy(), third_level(残疾类别="听力"), "生活补贴")
    assert text == "\n".join(
        (
            "甲的生活补贴（2020年4月）：不予",
            "  依据　其余情形",
            "  不符　第一条　低保家庭重度残疾人：户的享受低保：否",
            "  　　　第二条　低保家庭外三级智力、精神残疾人：“残疾类别 属于 智力、精神”不成立（残疾类别：听力）",
        )
    )
    early = told(_policy(), third_level(), "生活补贴", month(2020, 3))
    assert "第二条　低保家庭外三级智力、精神残疾人：自2020年4月1日起施行" in early
    earning = told(_policy(), third_level(有固定收入=True), "生活补贴")
    assert "低保家庭外三级智力、精神残疾人：有固定收入：是" in earning


def test_refused_by_an_article_tells_what_it_set_aside() -> None:
    text = told(_policy(), third_level(特困=True), "生活补贴")
    assert text.splitlines()[1:] == [
        "  依据　第三条　特困人员：已享受特困供养",
        "  因为　特困：是",
        "  排除　第二条　低保家庭外三级智力、精神残疾人：由第三条　特困人员排除",
    ]


def test_undecided_asks_for_what_is_missing() -> None:
    member = third_level()
    del member.facts["残疾等级"]
    lines = told(_policy(), member, "生活补贴").splitlines()
    assert lines[1] == "  还缺　残疾等级：残疾等级？（凭残疾等级证明）"
    assert lines[2] == "  范围　目前可能：0.00元/月至366.00元/月"
    low = third_level()
    assert low.parent is not None
    del low.parent.facts["享受低保"]
    assert "还缺　户的享受低保：享受低保？" in told(_policy(), low, "生活补贴")


def test_refused_whatever_the_missing_facts_are() -> None:
    built = program(benefit("补贴", article("第一条", fact("特困"), Refuse("甲类")), article("第二条", truth(False), yuan(1))))
    member = person("甲")
    household(member)
    text = told(built, member, "补贴")
    assert "其余情形" not in text and "所缺的事实不影响结果" in text


def test_conflict_and_failure() -> None:
    built = program(benefit("补贴", article("第一条", truth(True), yuan(1)), article("第二条", fact("特困"), yuan(2))))
    member = person("甲", 特困=True)
    household(member)
    text = told(built, member, "补贴")
    assert text.startswith("甲的补贴（2020年4月）：条文冲突") and "第一条" in text and "第二条" in text
    failing = program(rule("值", op("divide", yuan(1), number(0), kind=MONTHLY)))
    text = told(failing, member, "值")
    assert "无法计算" in text and "test.policy 第 1 行" in text


def _income() -> Program:
    people = gather(Gathering.COUNT, None, type_=PEOPLE)
    per_head = op("divide", op("divide", fact("年收入", HOUSEHOLD), number(12), kind=YUAN), people, kind=STANDARD)
    income, standard = rule_value("人均收入", HOUSEHOLD, STANDARD), parameter("低保标准", STANDARD)
    amount = op("multiply", op("subtract", standard, income, kind=STANDARD), people, kind=MONTHLY)
    return program(
        parameter_of("低保标准", row(Fraction(610)), kind=STANDARD),
        rule("人均收入", per_head, HOUSEHOLD, STANDARD),
        benefit("低保金", article("第一条", op("less", income, standard), amount), entity=HOUSEHOLD),
    )


def test_amounts_show_the_definitions_they_are_made_of() -> None:
    root = household(person("甲"), person("乙"), 年收入=9600)
    lines = told(_income(), root, "低保金").splitlines()
    assert lines[2] == "  因为　人均收入：400.00元/人·月；低保标准：610.00元/人·月"
    assert lines[3] == ("  计算　（低保标准 610.00元/人·月（自2020年4月1日起） − 人均收入 400.00元/人·月） × 人数(成员) 2人 = 420.00元/月")
    assert lines[4] == "  其中　人均收入 = 年收入 9600.00元 ÷ 12 ÷ 人数(成员) 2人 = 400.00元/人·月"
    rich = household(person("甲"), 年收入=12_000)
    text = told(_income(), rich, "低保金")
    assert "第一条：“人均收入 低于 低保标准”不成立（人均收入：1000.00元/人·月；低保标准：610.00元/人·月）" in text
    assert "年收入 12000.00元 ÷ 12" in told(_income(), rich, "人均收入")


def test_supplied_values_are_named_as_such() -> None:
    root = household(person("甲"), 年收入=9600)
    root.given["人均收入"] = Fraction(10)
    text = told(_income(), root, "低保金")
    assert text.count("人均收入 10.00元/人·月，由经办人给出，不按规则计算") == 1
    own = told(_income(), root, "人均收入")
    assert own.splitlines() == [
        "户的人均收入（2020年4月）：10.00元/人·月　由经办人给出",
        "  给出　人均收入 10.00元/人·月，由经办人给出，不按规则计算",
    ]
    root.given["低保金"] = False
    assert "低保金 不予，由经办人给出" in told(_income(), root, "低保金")


def test_rows_of_tables_and_sums_of_articles() -> None:
    table = Choice(
        (
            Branch(is_word("残疾等级", "一级"), yuan(120), Phrase("一级", "level one")),
            Branch(is_word("残疾等级", "二级"), yuan(80), Phrase("二级", "level two")),
        ),
        yuan(0),
        MONTHLY,
    )
    built = program(
        rule("标准", table),
        benefit(
            "补贴",
            article("第一条", truth(True), rule_value("标准")),
            article("第二条", truth(True), op("divide", yuan(1), number(3), kind=MONTHLY)),
            combination=Combination.SUM,
            rounding=TO_FEN,
        ),
        rule("合计", op("add", benefit_value("补贴"), yuan(1), kind=MONTHLY)),
    )
    member = person("甲", 残疾等级="二级")
    household(member)
    text = told(built, member, "补贴")
    assert "  其中　二级（残疾等级：二级）：80.00元/月" in text
    assert "  各条　累加：第一条 80.00元/月 + 第二条 0.333…元/月 = 80.333…元/月" in text
    assert "  取整　精确值 80.333…元/月，四舍五入到分：80.33元/月" in text
    assert "补贴 80.33元/月 + 1.00元/月 = 81.33元/月" in told(built, member, "合计")


def test_expressions_are_written_back() -> None:
    built = _income()
    a, b = fact("特困"), fact("有固定收入")

    def zh(node: Expression, entity: str = PERSON) -> str:
        return describe(node, entity, built)("zh")

    assert zh(op("and", op("or", a, b), op("not", op("and", a, b)))) == "（特困 或 有固定收入） 且 非 （特困 且 有固定收入）"
    assert zh(op("subtract", yuan(1), op("subtract", yuan(2), yuan(3)))) == "1.00元/月 − （2.00元/月 − 3.00元/月）"
    assert zh(op("multiply", op("add", yuan(1), yuan(2)), number(2))) == "（1.00元/月 + 2.00元/月） × 2"
    older = gather(Gathering.SUM, fact("月收入"), where=fact("特困"))
    assert zh(older) == "合计(户的成员 中 特困，月收入)" and zh(older, HOUSEHOLD) == "合计(成员 中 特困，月收入)"
    assert zh(gather(Gathering.ANY, fact("特困")), HOUSEHOLD) == "任一(成员 中 特困)"
    assert zh(Choice((Branch(a, yuan(1)),), yuan(2), MONTHLY)) == "若 特困 则 1.00元/月 否则 2.00元/月"
    assert describe(older, PERSON, built)("en") == "sum(成员 of 户 where 特困, 月收入)"


def test_long_chains_are_explained_from_their_near_end() -> None:
    rules = [rule("算0", yuan(0)), rule("真0", fact("特困"), kind=TRUTH)]
    for index in range(1, 2_000):
        rules.append(rule(f"算{index}", op("add", rule_value(f"算{index - 1}"), yuan(1), kind=MONTHLY)))
        below = rule_value(f"真{index - 1}", kind=TRUTH)
        rules.append(rule(f"真{index}", op("and", below, below), kind=TRUTH))
    member = person("甲", 特困=True)
    household(member)
    built = program(*rules)
    assert "算1999" in told(built, member, "算1999")
    assert len(told(built, member, "真1999")) < 500


def test_without_a_trace_there_is_less_to_say() -> None:
    member = third_level()
    built = _policy()
    assert member.parent is not None
    (answer,) = decide(built, member.parent, APRIL, [("生活补贴", member)], False)
    text = explain(answer, built, "zh")
    assert text.startswith("甲的生活补贴：366.00元/月") and "第二条" in text and "因为" not in text


def test_what_was_said_before_changes_nothing() -> None:
    """The household's sentence is kept with its step and told to each member; who has heard it before does not matter."""
    built = program(
        rule("困难", op("less", fact("年收入", HOUSEHOLD), number(5)), kind=TRUTH),
        benefit("补贴", article("第一条", op("and", rule_value("困难", kind=TRUTH), is_word("残疾等级", "一级")), yuan(3))),
    )
    people = [person(name, 残疾等级=word_of) for name, word_of in (("甲", "一级"), ("乙", "二级"))]
    household(*people, 年收入=Fraction(9))
    asked = [("补贴", one) for one in (*people, *people)]
    alone = [explain(decide(built, people[0].parent, APRIL, [each], True)[0], built, "zh") for each in asked]
    together = decide(built, people[0].parent, APRIL, asked, True)
    for order in (together, together[::-1]):
        assert [explain(answer, built, "zh") for answer in order] == (alone if order is together else alone[::-1])


def test_a_program_keeps_what_it_needs_once_and_a_copy_its_own() -> None:
    built = _policy()
    one = third_level()
    for key in ("生活补贴", "低保标准"):
        first = [told(built, one, key) for _ in range(2)]
        size = len(built.kept)
        assert [told(built, one, key) for _ in range(2)] == first and len(built.kept) == size > 0
        copy = deepcopy(built)
        assert told(copy, one, key) == first[0]


def test_reasons_have_all_fields() -> None:
    answer = ask(_policy(), third_level(), "生活补贴")
    found = reasons(answer, _policy(), "zh")
    assert {tuple(each) for each in found} == {("kind", "text", "article", "citation", "quote", "value", "lines")}
    assert [each["kind"] for each in found] == [
        "article", "fact", "fact", "fact", "fact", "calculation", "parameter", "parameter", "rounding",
    ]  # fmt: skip
    assert found[0]["article"] == "第二条" and found[-1]["value"] == "366.00元/月"
