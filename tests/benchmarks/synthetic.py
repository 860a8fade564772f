"""A made-up folder of policies of any length: the shapes of the shipped ones, with names and numbers of their own."""

from __future__ import annotations

from policyrules.source.text import SourceText

SHARED = """# 各项补贴共用的事实和标准。
主体 户 含 成员：个人
主体 个人 含 父母：家长
主体 家长

周岁计算 生日当日 闰日 二月末

事实 户
  年收入：元/年   问 “申请前十二个月，共同生活的家庭成员总收入一共多少元？”   凭 “收入证明、信息核对报告”
  金融资产：元   问 “全家的存款、股票、基金等金融资产一共多少元？”   凭 “信息核对报告”
  有机动车：是否   问 “家里有没有经常使用的机动车、船或大型农机？”   凭 “车船登记信息”
事实 个人
  出生日期：日期   问 “出生日期是哪一天？”   凭 “身份证或户口簿”
  户籍：选项 城镇、农村   问 “本人是城镇户籍还是农村户籍？”   凭 “户口簿”
  残疾类别：选项 无、视力、听力、言语、肢体、智力、精神、多重   问 “残疾证上写的是哪一类残疾？”   凭 “残疾人证”
  残疾等级：选项 无、一级、二级、三级、四级   问 “残疾证上写的是几级？”   凭 “残疾人证”
  有固定收入：是否   问 “本人有没有固定收入（工资、养老金等）？”   凭 “信息核对报告”
  不能自理项数：数   范围 0 至 6   问 “六项里，有几项自己做不了？”   凭 “自理能力评估表”
事实 家长
  状况：选项 正常、死亡、失踪、重残   问 “孩子的父亲、母亲现在各是什么情况？”   凭 “死亡证明、残疾人证”

依据 工作总结 《上半年工作总结及下半年工作计划》 层级 市 来源 “S1”
算 人均收入：元/人·月  对 户 = 年收入 ÷ 12月 ÷ 人数(成员)   若 人数(成员) 为 0 则 无法计算
"""

PARAMETERS = """# 第 {i} 项补贴的数字。
政策 补贴{i}

依据 通知{i} 《关于第{i}项补贴的通知》 文号 “民发〔2020〕{i}号” 施行 2020-01-01 层级 市 来源 “S{i}”

参数 标准{i}：元/人·月
  # 旧标准是推算的。
  自 2019-09-01  {old}元/人·月  暂定  依据 工作总结  层级 市
  自 2020-04-01  {new}元/人·月  正式  依据 通知{i}  层级 市

参数 比例{i}：比例
  自 2019-09-01  {percent}%  暂定  依据 通知{i}

参数 倍数{i}：比例
  自 2019-09-01  {half}.5倍  暂定  依据 通知{i} “家庭人均收入在标准{half}倍半以内”

表 护理标准{i}（残疾等级，户籍）：元/月
  | 一级、二级     | 城镇 | {care} | 暂定 依据 通知{i}
  | 一级、二级     | 农村 | {rural} | 暂定 依据 通知{i}
  | 三级、四级、无 | 任意 | {i} | 正式 依据 通知{i}

档 自理能力{i}（不能自理项数）：选项 全自理{i}、半护理{i}、全护理{i}
  1(不含) 以下      全自理{i}   暂定  依据 通知{i}
  1(含) 至 4(不含)   半护理{i}   暂定  依据 通知{i}
  4(含) 以上         全护理{i}   暂定  依据 通知{i}
"""

RULES = """# 第 {i} 项补贴：按人办理，符合几条的就高。数字都在参数文件里。
政策 补贴{i}
辖区 江苏省 宿迁市

条件 重度{i}：残疾等级 属于 一级、二级
条件 三级智力或精神{i}：残疾等级 为 三级 且 残疾类别 属于 智力、精神
条件 困难{i}  对 户：人均收入 不超过 标准{i} 的 倍数{i}
  且 非 有机动车
  且 金融资产 不超过 {assets}元
条件 孤儿{i}  对 个人：周岁 不满 18 且 人数(父母) 为 2 且 全部(父母 中 状况 属于 死亡、失踪)
算 残疾人数{i}：人  对 户 = 人数(成员 中 重度{i} 或 三级智力或精神{i})
算 缺口{i}：元/月  对 户 = (标准{i} × 人数(成员) − (年收入 折算 到 月)) 保底 0

给付 补贴金{i}：元/月  对 个人  择高

第一条 困难家庭的重度残疾人
  “（大意）困难家庭内的重度残疾人，按照标准的一定比例发给（第{i}项）”
  依据 通知{i} “第{i}条”
  当 户的困难{i} 且 重度{i}
  给 标准{i} 的 比例{i}

第二条 三级智力、精神残疾人  自 2020-04-01 起
  “困难家庭中无固定收入的三级智力、精神残疾人纳入第{i}项补贴保障范围”
  依据 通知{i}
  当 户的困难{i} 且 三级智力或精神{i} 且 非 有固定收入
  给 取小(标准{i} 的 比例{i} 的 {half}.5倍, 护理标准{i} + {new}元/月)

第三条 一户多残，需要护理
  当 户的困难{i} 且 户的残疾人数{i} 满 2人 且 自理能力{i} 不为 全自理{i}
  给 取大(户的缺口{i} 的 1/4, 护理标准{i})

第四条 孤儿不享受  例外于 第一条、第二条、第三条
  依据 通知{i}
  当 孤儿{i}
  不予 “孤儿另有保障，不享受第{i}项补贴”

其余情形 不予 “不在第{i}项补贴保障范围内”
取整 四舍五入 到 分
"""

CASES = """# 第 {i} 项补贴的例子。人物都是虚构的。
政策 补贴{i}

例 第{i}项：二级肢体残疾人
  月份 2020-04
  户 年收入 {income}元，金融资产 {i}元，有机动车 否
  甲：出生日期 1985-06-01，户籍 农村，残疾类别 肢体，残疾等级 二级，有固定收入 否，不能自理项数 0
  应 甲的补贴金{i} = {paid}元 依据 第一条
  应 户的残疾人数{i} = 1人

例 第{i}项：三月按旧标准
  沿用 第{i}项：二级肢体残疾人
  月份 2020-03
  应 甲的补贴金{i} = {paid_old}元 依据 第一条

例 第{i}项：三级听力残疾人不在范围
  沿用 第{i}项：二级肢体残疾人
  月份 2020-04
  甲：残疾类别 听力，残疾等级 三级
  应 甲的补贴金{i} 不予

例 第{i}项：有机动车
  沿用 第{i}项：二级肢体残疾人
  月份 2020-04
  户 有机动车 是
  应 甲的补贴金{i} 不予

例 第{i}项：不知道收入
  沿用 第{i}项：二级肢体残疾人
  月份 2020-04
  户 年收入 未知
  应 甲的补贴金{i} 未定 缺 年收入

例 第{i}项：孤儿
  沿用 第{i}项：二级肢体残疾人
  月份 2020-{month:02}
  甲：出生日期 2010-03-01
  甲的父母 戊：状况 死亡
  甲的父母 己：状况 失踪
  应 甲的补贴金{i} 不予 依据 第四条
"""


def policies(lines: int) -> tuple[SourceText, ...]:
    """Files of at least so many lines together: one that all share, and three for each scheme."""
    files = [SourceText("common/facts.policy", SHARED)]
    count = SHARED.count("\n")
    scheme = 0
    while count < lines:
        scheme += 1
        numbers = _numbers(scheme)
        for name, text in (("parameters", PARAMETERS), ("rules", RULES), ("cases", CASES)):
            written = text.format(**numbers)
            files.append(SourceText(f"scheme{scheme}/{name}.policy", written))
            count += written.count("\n")
    return tuple(files)


def count_lines(files: tuple[SourceText, ...]) -> int:
    return sum(file.text.count("\n") for file in files)


def _numbers(i: int) -> dict[str, object]:
    percent, new, old = 20 + i % 60, 600 + i, 500 + i
    return {
        "i": i,
        "percent": percent,
        "new": new,
        "old": old,
        "half": 1 + i % 3,
        "care": 100 + i,
        "rural": 60 + i,
        "assets": 10_000 + i,
        "income": 100 + i,
        "month": 4 + i % 9,
        "paid": _yuan(new * percent),
        "paid_old": _yuan(old * percent),
    }


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def python_module(lines: int) -> str:
    """A Python file of at least so many lines that says much the same, to compare the reading of it with."""
    blocks: list[str] = []
    count = scheme = 0
    while count < lines:
        scheme += 1
        block = PYTHON.format(**_numbers(scheme))
        blocks.append(block)
        count += block.count("\n")
    return "".join(blocks)


PYTHON = '''
# 第 {i} 项补贴的数字。
STANDARD_{i} = [
    (date(2019, 9, 1), Fraction({old}), "provisional", "summary"),
    (date(2020, 4, 1), Fraction({new}), "final", "notice {i}"),
]
PERCENT_{i} = Fraction({percent}, 100)
TIMES_{i} = Fraction({half}) + Fraction(1, 2)
CARE_{i} = {{
    ("一级", "城镇"): {care},
    ("一级", "农村"): {rural},
    ("二级", "城镇"): {care},
    ("二级", "农村"): {rural},
}}


def severe_{i}(person):
    """残疾等级 一级、二级"""
    return person.level in ("一级", "二级")


def poor_{i}(household, day):
    """家庭人均收入不超过标准的倍数"""
    limit = standard(STANDARD_{i}, day) * TIMES_{i}
    return (
        household.income / 12 / len(household.members) <= limit
        and not household.car
        and household.assets <= {assets}
    )


def benefit_{i}(household, person, day):
    """困难家庭内的重度残疾人，按照标准的一定比例发给"""
    if person.orphan:
        return Refused("孤儿另有保障，不享受第{i}项补贴")
    amounts = []
    if poor_{i}(household, day) and severe_{i}(person):
        amounts.append(standard(STANDARD_{i}, day) * PERCENT_{i})
    if day >= date(2020, 4, 1) and person.level == "三级" and person.kind in ("智力", "精神"):
        amounts.append(min(standard(STANDARD_{i}, day) * PERCENT_{i} * TIMES_{i}, Fraction({new})))
    if not amounts:
        return Refused("不在第{i}项补贴保障范围内")
    return half_up(max(amounts), Fraction(1, 100))


def test_benefit_{i}():
    person = Person(level="二级", kind="肢体", orphan=False)
    household = Household(income={income}, members=[person], car=False, assets={i})
    assert benefit_{i}(household, person, date(2020, 4, 1)) == Fraction("{paid}")
    assert benefit_{i}(household, person, date(2020, 3, 1)) == Fraction("{paid_old}")

'''
