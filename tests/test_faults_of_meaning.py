"""Faults of meaning, planted one at a time in the shipped policies: most are good policy text that says the wrong thing.

Each is found by the worked example named last, or by `check` with that code: a figure mistyped, a bound shut or opened, two cells
exchanged, a month late, a condition dropped. Each is also a difference `diff` must tell from the policies as they are.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import frozen

from policyrules.book.book import Book, compile_book, load
from policyrules.book.examples import run_example
from policyrules.source.text import SourceText

POLICIES = Path(__file__).parent.parent / "policies"
FILES = {str(path.relative_to(POLICIES)): path.read_text(encoding="utf-8") for path in sorted(POLICIES.rglob("*.policy"))}


@frozen
class Fault:
    """`old`, which stands once in `file`, written as `new`; `found` is the example that fails, or a code of `check`."""

    title: str
    file: str
    old: str
    new: str
    found: str


FAULTS = [
    Fault(
        "the standard of another year",
        "common/standards.policy",
        "自 2020-04-01  610元",
        "自 2020-04-01  601元",
        "特困：人均收入比低保标准少一分",
    ),
    Fault(
        "the raise begins a month late",
        "common/standards.policy",
        "自 2020-04-01  610元",
        "自 2020-05-01  610元",
        "特困：人均收入比低保标准少一分",
    ),
    Fault(
        "the raise begins a month early",
        "common/standards.policy",
        "自 2020-04-01  610元",
        "自 2020-03-01  610元",
        "特困：农村集中供养，三月达到底线",
    ),
    Fault(
        "the old standard has a slip",
        "common/standards.policy",
        "520元/人·月",
        "250元/人·月",
        "特困：农村老人分散供养，上半年",
    ),
    Fault(
        "equal to the standard is let in",
        "minimum_living/rules.policy",
        "当 人均收入 低于 适用低保标准 且",
        "当 人均收入 不超过 适用低保标准 且",
        "低保：四口之家人均正好六百一十元",
    ),
    Fault(
        "the comparison is turned round",
        "minimum_living/rules.policy",
        "当 人均收入 低于 适用低保标准 且",
        "当 人均收入 高于 适用低保标准 且",
        "低保：三口之家没有收入",
    ),
    Fault(
        "property is no condition any more",
        "minimum_living/rules.policy",
        "当 人均收入 低于 适用低保标准 且 家庭财产符合规定",
        "当 人均收入 低于 适用低保标准",
        "低保：金融资产人均多一分",
    ),
    Fault(
        "one of two is enough",
        "minimum_living/rules.policy",
        "低于 适用低保标准 且 家庭财产符合规定",
        "低于 适用低保标准 或 家庭财产符合规定",
        "低保：四口之家人均正好六百一十元",
    ),
    Fault(
        "assets right at the bound are refused",
        "minimum_living/rules.policy",
        "人均金融资产 不超过",
        "人均金融资产 低于",
        "低保：金融资产人均正好两年标准",
    ),
    Fault(
        "a car is wanted",
        "minimum_living/rules.policy",
        "且 非 有机动车",
        "且 有机动车",
        "低保：三口之家没有收入",
    ),
    Fault(
        "a second flat is let pass",
        "minimum_living/parameters.policy",
        "1套  暂定",
        "2套  暂定",
        "低保：两套住房",
    ),
    Fault(
        "houses are counted the other way",
        "minimum_living/rules.policy",
        "且 住房套数 不超过 住房套数上限",
        "且 住房套数 不低于 住房套数上限",
        "低保：两套住房",
    ),
    Fault(
        "a year's bound on assets becomes two",
        "minimum_living/parameters.policy",
        "24月",
        "12月",
        "低保：金融资产人均正好两年标准",
    ),
    Fault(
        "the head count is left out of the difference",
        "minimum_living/rules.policy",
        "(适用低保标准 × 人数(成员) − (年收入 折算 到 月)) 保底 0",
        "(适用低保标准 × 1人 − (年收入 折算 到 月)) 保底 0",
        "低保：三口之家没有收入",
    ),
    Fault(
        "income is added",
        "minimum_living/rules.policy",
        "× 人数(成员) − (年收入 折算 到 月)",
        "× 人数(成员) + (年收入 折算 到 月)",
        "低保：三口之家年收入一万四千四百元",
    ),
    Fault(
        "the floor is a ceiling",
        "minimum_living/rules.policy",
        "(年收入 折算 到 月)) 保底 0",
        "(年收入 折算 到 月)) 封顶 0",
        "低保：三口之家没有收入",
    ),
    Fault(
        "residents are refused",
        "minimum_living/rules.policy",
        "当 非 本地户籍",
        "当 本地户籍",
        "低保：三口之家没有收入",
    ),
    Fault(
        "the exception for other residents is no exception",
        "minimum_living/rules.policy",
        "第二条 不在户籍所在地申请的家庭  例外于 第一条\n",
        "第二条 不在户籍所在地申请的家庭\n",
        "P608",
    ),
    Fault(
        "somebody supported counts in any household",
        "minimum_living/rules.policy",
        "当 人数(成员) 为 1 且 全部(成员 中 享受特困供养)",
        "当 任一(成员 中 享受特困供养)",
        "低保：三口之家没有收入",
    ),
    Fault(
        "the sum is rounded down",
        "minimum_living/rules.policy",
        "取整 四舍五入 到 分",
        "取整 去尾 到 元",
        "低保：三口之家年收入一万元，除不尽",
    ),
    Fault(
        "rounded up to the 元 becomes down",
        "minimum_living/rules.policy",
        "取整 进一 到 元",
        "取整 去尾 到 元",
        "低保：三口之家年收入一万元，除不尽",
    ),
    Fault(
        "eighteen counts as under eighteen",
        "common/definitions.policy",
        "周岁 不满 18",
        "周岁 不满 19",
        "孤儿：七月一日满十八周岁，七月停发",
    ),
    Fault(
        "sixty becomes sixty-five",
        "common/definitions.policy",
        "周岁 满 60",
        "周岁 满 65",
        "特困：四月一日满六十周岁",
    ),
    Fault(
        "other illnesses are grave",
        "common/definitions.policy",
        "病种 不属于 无、其他",
        "病种 不为 无",
        "重病重残：不在单子里的病",
    ),
    Fault(
        "illness is turned round",
        "common/definitions.policy",
        "病种 不属于 无、其他",
        "病种 属于 无、其他",
        "重病重残：白血病，没有残疾",
    ),
    Fault(
        "a day makes an age late",
        "common/definitions.policy",
        "生日当日",
        "生日次日",
        "特困：四月一日满六十周岁",
    ),
    Fault(
        "the single person's bound is one and a half",
        "single_person/parameters.policy",
        "2倍  暂定  依据 单人保问答",
        "1.5倍  暂定  依据 单人保问答",
        "单人保：三月按旧标准",
    ),
    Fault(
        "twice the standard is let in",
        "single_person/rules.policy",
        "且 人均收入 低于 低保标准 的 单人保收入倍数",
        "且 人均收入 不超过 低保标准 的 单人保收入倍数",
        "单人保：人均正好二倍，本政策不算，姜堰分类算",
    ),
    Fault(
        "the standard itself is let in",
        "single_person/rules.policy",
        "对 户：人均收入 高于 低保标准",
        "对 户：人均收入 不低于 低保标准",
        "单人保：人均正好六百一十元，两头都不算",
    ),
    Fault(
        "nobody need apply",
        "single_person/rules.policy",
        "且 单独申请低保 且",
        "且",
        "单人保：本人没有单独申请",
    ),
    Fault(
        "only the severely disabled",
        "single_person/rules.policy",
        "(单人保重残 或 重病)",
        "单人保重残",
        "单人保：终末期肾病",
    ),
    Fault(
        "disabled and ill at once",
        "single_person/rules.policy",
        "(单人保重残 或 重病)",
        "(单人保重残 且 重病)",
        "单人保：四口之家人均九百元，一人肢体二级",
    ),
    Fault(
        "the third level of every kind",
        "single_person/rules.policy",
        "残疾等级 为 三级 且 残疾类别 属于 智力、精神",
        "残疾等级 为 三级 且 残疾类别 不为 无",
        "单人保：三级听力不算重残",
    ),
    Fault(
        "the first level only",
        "single_person/rules.policy",
        "条件 单人保重残  对 个人：残疾等级 属于 一级、二级",
        "条件 单人保重残  对 个人：残疾等级 属于 一级",
        "单人保：四口之家人均九百元，一人肢体二级",
    ),
    Fault(
        "fixed income is not taken off",
        "single_person/rules.policy",
        "给 一人低保标准 − 固定收入额",
        "给 一人低保标准",
        "单人保：本人有养老金一百五十五元",
    ),
    Fault(
        "an income as high as the standard is let in",
        "single_person/rules.policy",
        "固定收入额 低于 一人低保标准\n",
        "固定收入额 不超过 一人低保标准\n",
        "单人保：本人固定收入正好等于标准",
    ),
    Fault(
        "strangers may apply",
        "single_person/rules.policy",
        "第二条 不在户籍所在地申请的人员  例外于 第一条\n  依据 社会救助暂行办法 “第十一条”\n  当 非 户的本地户籍\n  不予 “应当向户籍所在地申请”\n",
        "",
        "单人保：不是本地户籍",
    ),
    Fault(
        "property does not matter",
        "single_person/rules.policy",
        "单人保收入倍数\n  且 家庭财产符合规定",
        "单人保收入倍数",
        "单人保：家里有机动车",
    ),
    Fault(
        "one and a half belongs to the lower band",
        "single_person/parameters.policy",
        "1倍(含) 至 1.5倍(不含)  一倍至一倍半  暂定  依据 姜堰分类表\n  1.5倍(含) 至 2倍(含)",
        "1倍(含) 至 1.5倍(含)  一倍至一倍半  暂定  依据 姜堰分类表\n  1.5倍(不含) 至 2倍(含)",
        "分类：正好一倍半，有重残",
    ),
    Fault(
        "two cells of a table are exchanged",
        "single_person/parameters.policy",
        "| 一倍至一倍半 | 是   | 低收入加边缘加单人保 | 暂定  依据 姜堰分类表\n  | 一倍至一倍半 | 否   | 低收入加边缘         |",
        "| 一倍至一倍半 | 是   | 低收入加边缘         | 暂定  依据 姜堰分类表\n  | 一倍至一倍半 | 否   | 低收入加边缘加单人保 |",
        "分类：人均正好一倍，有重残",
    ),
    Fault(
        "the figures of town and country are exchanged",
        "single_person/parameters.policy",
        "| 城镇 | 30614 | 自 2020-01-01  暂定  依据 统计数据\n  | 农村 | 18121 |",
        "| 城镇 | 18121 | 自 2020-01-01  暂定  依据 统计数据\n  | 农村 | 30614 |",
        "分类：人均正好等于农村人均可支配收入",
    ),
    Fault(
        "costs are added to income",
        "single_person/rules.policy",
        "(年收入 − 刚性支出)",
        "(年收入 + 刚性支出)",
        "分类：正好二倍，扣减后正好一倍",
    ),
    Fault(
        "the extension forgets intellectual disability",
        "disability_living/rules.policy",
        "条件 三级智力或精神：残疾等级 为 三级 且 残疾类别 属于 智力、精神",
        "条件 三级智力或精神：残疾等级 为 三级 且 残疾类别 为 精神",
        "三级智力残疾人四月起纳入",
    ),
    Fault(
        "the extension begins a month early",
        "disability_living/rules.policy",
        "精神残疾人  自 2020-04-01 起",
        "精神残疾人  自 2020-03-01 起",
        "P404",
    ),
    Fault(
        "the extension begins a month late",
        "disability_living/rules.policy",
        "精神残疾人  自 2020-04-01 起",
        "精神残疾人  自 2020-05-01 起",
        "三级精神残疾人四月起纳入",
    ),
    Fault(
        "a decimal point slips",
        "disability_living/parameters.policy",
        "自 2020-04-01  60%",
        "自 2020-04-01  6%",
        "三级精神残疾人四月起纳入",
    ),
    Fault(
        "two rates are exchanged",
        "disability_living/parameters.policy",
        "35%  暂定",
        "53%  暂定",
        "低保家庭二级肢体残疾人",
    ),
    Fault(
        "the rate of the less disabled",
        "disability_living/parameters.policy",
        "25%  暂定",
        "35%  暂定",
        "低保家庭四级视力残疾人",
    ),
    Fault(
        "half of the full rate",
        "disability_living/parameters.policy",
        "100%  暂定",
        "50%  暂定",
        "低保外二级精神残疾人没有固定收入",
    ),
    Fault(
        "those with an income are let in",
        "disability_living/rules.policy",
        "三级智力或精神 且 非 有固定收入",
        "三级智力或精神",
        "三级精神残疾人有固定收入",
    ),
    Fault(
        "hearing counts",
        "disability_living/rules.policy",
        "残疾类别 属于 智力、肢体、精神、视力 且 非 有固定收入",
        "残疾类别 属于 智力、肢体、精神、视力、听力 且 非 有固定收入",
        "低保外二级听力残疾人不在范围",
    ),
    Fault(
        "the lowest instead of the highest",
        "disability_living/rules.policy",
        "个人  择高",
        "个人  择低",
        "一户多残中的二级肢体残疾人，就高",
    ),
    Fault(
        "rates are added up",
        "disability_living/rules.policy",
        "个人  择高",
        "个人  累加",
        "一户多残中的二级肢体残疾人，就高",
    ),
    Fault(
        "two disabled are one",
        "disability_living/parameters.policy",
        "2人  暂定",
        "3人  暂定",
        "一户多残，人均正好二倍",
    ),
    Fault(
        "two times the standard becomes three",
        "disability_living/parameters.policy",
        "2倍  暂定  依据 两项补贴办法",
        "3倍  暂定  依据 两项补贴办法",
        "一户多残，人均二倍多一分",
    ),
    Fault(
        "at the bound is refused",
        "disability_living/rules.policy",
        "对 户：人均收入 不超过 低保标准 的 困难家庭收入倍数",
        "对 户：人均收入 低于 低保标准 的 困难家庭收入倍数",
        "一户多残，人均正好二倍",
    ),
    Fault(
        "the old need not be disabled's family",
        "disability_living/rules.policy",
        "是本人 或 满六十周岁",
        "非 是本人 或 满六十周岁",
        "依老养残",
    ),
    Fault(
        "the destitute are paid as well",
        "disability_living/rules.policy",
        "第六条 特困人员不享受  例外于 第一条、第二条、第三条、第四条、第五条",
        "第六条 特困人员不享受  例外于 第一条",
        "特困人员不享受生活补贴",
    ),
    Fault(
        "orphans are paid as well",
        "disability_living/rules.policy",
        "当 符合孤儿条件 或 符合事实无人抚养条件\n  不予 “已纳入",
        "当 符合孤儿条件 且 符合事实无人抚养条件\n  不予 “已纳入",
        "P609",
    ),
    Fault(
        "an exception begins a year late",
        "disability_living/rules.policy",
        "第八条 领取工伤生活护理费的人员不享受  自 2023-04-01 起",
        "第八条 领取工伤生活护理费的人员不享受  自 2024-04-01 起",
        "领取工伤护理费，2023年4月起不享受",
    ),
    Fault(
        "six months become seven",
        "disability_care/parameters.policy",
        "6月  暂定",
        "7月  暂定",
        "护理：照护正好六个月",
    ),
    Fault(
        "more than six months instead of six",
        "disability_care/rules.policy",
        "照护月数 不低于 长期照护期",
        "照护月数 高于 长期照护期",
        "护理：照护正好六个月",
    ),
    Fault(
        "paid from the month of the certificate",
        "disability_care/parameters.policy",
        "1月  暂定  依据 护理补贴办法",
        "0月  暂定  依据 护理补贴办法",
        "护理：残疾证四月底签发，四月不发",
    ),
    Fault(
        "town and country are exchanged",
        "disability_care/parameters.policy",
        "| 城镇 | 120 | 自 2020-01-01 至 2023-03-31  暂定  依据 护理补贴办法\n  | 一级、二级     | 农村 |  80 |",
        "| 城镇 |  80 | 自 2020-01-01 至 2023-03-31  暂定  依据 护理补贴办法\n  | 一级、二级     | 农村 | 120 |",
        "护理：农村二级肢体残疾人",
    ),
    Fault(
        "the new figure is the old one",
        "disability_care/parameters.policy",
        "| 城镇 | 130 |",
        "| 城镇 | 120 |",
        "护理：城镇，2023年4月起新标准",
    ),
    Fault(
        "the destitute get care",
        "disability_care/rules.policy",
        "第二条 特困人员不享受  例外于 第一条\n  依据 护理补贴问答\n  当 享受特困供养",
        "第二条 特困人员不享受  例外于 第一条\n  依据 护理补贴问答\n  当 非 享受特困供养",
        "护理：农村二级肢体残疾人",
    ),
    Fault(
        "the third level needs care",
        "disability_care/rules.policy",
        "当 残疾等级 属于 一级、二级 且 长期照护",
        "当 残疾等级 属于 一级、二级、三级 且 长期照护",
        "护理：三级残疾人",
    ),
    Fault(
        "an equal allowance shuts out",
        "disability_care/rules.policy",
        "当 其他护理补贴 高于 护理补贴标准",
        "当 其他护理补贴 不低于 护理补贴标准",
        "护理：已领取同样高的护理补贴",
    ),
    Fault(
        "the home's and the family's rate are exchanged",
        "orphan/rules.policy",
        "给 机构孤儿标准",
        "给 散居孤儿标准",
        "孤儿：机构养育，上半年",
    ),
    Fault(
        "one parent is enough",
        "orphan/rules.policy",
        "且 人数(父母) 为 2\n  且 全部(父母 中 状况 属于 死亡、查找不到)",
        "且 任一(父母 中 状况 属于 死亡、查找不到)",
        "孤儿：母亲健在，不是孤儿",
    ),
    Fault(
        "missing is not found",
        "orphan/rules.policy",
        "状况 属于 死亡、查找不到",
        "状况 属于 死亡、失踪",
        "孤儿：查找不到生父母",
    ),
    Fault(
        "the new rate begins late",
        "orphan/parameters.policy",
        "自 2020-07-01  1310元",
        "自 2020-08-01  1310元",
        "孤儿：散居，七月起新标准",
    ),
    Fault(
        "a figure is mistyped",
        "orphan/parameters.policy",
        "2020元/人·月",
        "2002元/人·月",
        "孤儿：机构养育，七月起新标准",
    ),
    Fault(
        "half becomes two fifths",
        "sick_child/parameters.policy",
        "自 2020-01-01  50%",
        "自 2020-01-01  40%",
        "重病重残：二级肢体，上半年",
    ),
    Fault(
        "ill and disabled at once",
        "sick_child/rules.policy",
        "(重病 或 儿童重残)",
        "(重病 且 儿童重残)",
        "重病重残：二级肢体，上半年",
    ),
    Fault(
        "paid beside the orphan's rate",
        "sick_child/rules.policy",
        "第二条 孤儿、事实无人抚养儿童不重复享受  例外于 第一条",
        "第二条 孤儿、事实无人抚养儿童不重复享受",
        "P608",
    ),
    Fault(
        "grown-ups are let in",
        "sick_child/rules.policy",
        "当 未满十八周岁 且 (重病",
        "当 (重病",
        "重病重残：七月一日满十八周岁，七月停发",
    ),
    Fault(
        "the allowance already paid is not taken off",
        "unsupported_child/rules.policy",
        "贫困家庭儿童比例 − 户的人均低保金) 保底 0",
        "贫困家庭儿童比例) 保底 0",
        "无人抚养：低保家庭，人均低保金四百六十一元",
    ),
    Fault(
        "eighty becomes sixty",
        "unsupported_child/parameters.policy",
        "80%",
        "60%",
        "无人抚养：不是贫困家庭，监护缺失",
    ),
    Fault(
        "two shares are exchanged",
        "unsupported_child/rules.policy",
        "给 散居孤儿标准 的 无力监护比例",
        "给 散居孤儿标准 的 监护缺失比例",
        "无人抚养：一方重残一方服刑，无力监护",
    ),
    Fault(
        "a poor family is none",
        "unsupported_child/rules.policy",
        "对 户：享受低保 或 建档立卡 或",
        "对 户：享受低保 或",
        "无人抚养：建档立卡家庭，不享受低保",
    ),
    Fault(
        "a severely ill parent counts as missing",
        "unsupported_child/rules.policy",
        "状况 不属于 正常、重残、重病",
        "状况 不属于 正常、重残",
        "无人抚养：一方重病一方服刑，无力监护",
    ),
    Fault(
        "one parent who is well does not matter",
        "unsupported_child/rules.policy",
        "全部(父母 中 状况 不为 正常)",
        "任一(父母 中 状况 不为 正常)",
        "无人抚养：一方正常，不算",
    ),
    Fault(
        "orphans are counted twice",
        "unsupported_child/rules.policy",
        "  且 非 符合孤儿条件\n",
        "",
        "无人抚养：父母双亡，按孤儿",
    ),
    Fault(
        "the year's remainder goes to the first month",
        "destitute/rules.policy",
        "余额 归 末月",
        "余额 归 首月",
        "特困：农村分散，尾数归十二月",
    ),
    Fault(
        "one of three conditions is dropped",
        "destitute/rules.policy",
        "当 无劳动能力 且 无生活来源 且 无人供养",
        "当 无劳动能力 且 无生活来源",
        "特困：义务人有履行能力",
    ),
    Fault(
        "care is not paid",
        "destitute/rules.policy",
        "给 月基本生活费 + 照料护理标准",
        "给 月基本生活费",
        "特困：农村老人分散供养，上半年",
    ),
    Fault(
        "somebody who could support does not matter",
        "destitute/rules.policy",
        "非 有法定义务人 或 非 义务人有履行能力",
        "非 有法定义务人 且 非 义务人有履行能力",
        "特困：农村老人分散供养，上半年",
    ),
    Fault(
        "half care and full care are exchanged",
        "destitute/parameters.policy",
        "| 半护理 | 270 | 自 2020-01-01  暂定  依据 护理费参考\n  | 全护理 | 540 |",
        "| 半护理 | 540 | 自 2020-01-01  暂定  依据 护理费参考\n  | 全护理 | 270 |",
        "特困：一项不能自理",
    ),
    Fault(
        "three things are full care",
        "destitute/parameters.policy",
        "1(含) 至 4(不含)  半护理  暂定  依据 自理能力评估\n  4(含) 以上",
        "1(含) 至 3(不含)  半护理  暂定  依据 自理能力评估\n  3(含) 以上",
        "特困：三项不能自理",
    ),
    Fault(
        "village homes lose a digit",
        "destitute/parameters.policy",
        "|  8700 |",
        "|  7800 |",
        "特困：农村老人集中供养，上半年",
    ),
    Fault(
        "the second level of the body counts",
        "destitute/rules.policy",
        "或 残疾等级 为 一级 且 残疾类别 为 肢体",
        "或 残疾等级 属于 一级、二级 且 残疾类别 为 肢体",
        "特困：四十五岁二级肢体残疾人",
    ),
    Fault(
        "sixteen becomes eighteen too early",
        "destitute/parameters.policy",
        "自 2021-04-26  18周岁",
        "自 2020-04-26  18周岁",
        "特困：五月一日满十六周岁",
    ),
    Fault(
        "children are supported as destitute",
        "destitute/rules.policy",
        "当 符合孤儿条件 或 符合事实无人抚养条件\n  不予 “纳入",
        "当 符合孤儿条件\n  不予 “纳入",
        "特困：事实无人抚养儿童不再列特困",
    ),
    Fault(
        "the floor is one and a half",
        "destitute/parameters.policy",
        "自 2020-01-01  1.3倍",
        "自 2020-01-01  1.5倍",
        "特困：农村集中供养，三月达到底线",
    ),
]


def planted(fault: Fault) -> Book:
    """The shipped policies with the fault in them."""
    assert FILES[fault.file].count(fault.old) == 1, "the policies have changed: plant the fault anew"
    return compile_book(SourceText(name, text.replace(fault.old, fault.new) if name == fault.file else text) for name, text in FILES.items())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
def test_fault_is_found(fault: Fault) -> None:
    book = planted(fault)
    if fault.found[0] == "P" and fault.found[1:].isdigit():
        assert fault.found in {finding.code for finding in book.errors}
        return
    assert not book.errors, "good policy text: only an example can tell that it says the wrong thing"
    failing = [example for example in book.examples if example.title == fault.found and run_example(book, example)]
    assert failing, f"the example {fault.found} does not notice it"


def test_faults_are_told_apart() -> None:
    assert len({fault.title for fault in FAULTS}) == len({(fault.file, fault.old, fault.new) for fault in FAULTS}) == len(FAULTS) >= 60


def test_no_false_alarm() -> None:
    book = load(POLICIES)
    assert book.diagnostics == ()
    named = {fault.found for fault in FAULTS}
    assert [example.title for example in book.examples if example.title in named and run_example(book, example)] == []
