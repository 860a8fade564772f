"""Findings about names, where lines stand, worked examples and the whole: what they say, in both languages."""

from __future__ import annotations

from types import MappingProxyType

from policyrules.source.diagnostic import error, warning
from policyrules.source.phrase import Phrase

STANDS_UNDER = MappingProxyType(
    {
        "fact": Phrase("“事实 …”之下", "under facts …"),
        "dated": Phrase("“参数 …”或某一条之下", "under parameter … or an article"),
        "row": Phrase("“表 …”或“档 …”之下", "under table … or bands …"),
        "case": Phrase("“例 …”之下", "under example …"),
        "article": Phrase("“给付 …”的某一条之下", "under an article of benefit …"),
    }
)

OUT_OF_PLACE = error("P201", "这一行不能写在这里", "this line cannot stand here", ("它要写在{needs}", "it belongs {needs}"))
SECOND_POLICY = error(
    "P202",
    "一个文件只属于一个政策，前面已经写了“政策 {policy}”",
    "a file belongs to one policy; it already says policy {policy}",
    ("另一个政策写进另一个文件", "write the other policy in a file of its own"),
)

UNKNOWN_NAME = error(
    "P203",
    "找不到名称“{name}”",
    "there is no name “{name}”",
    ("先用 参数、条件、算 或 事实 写明它是什么", "say what it is with parameter, condition, define or facts"),
)
NOT_IMPORTED = error(
    "P204",
    "“{name}”写在政策“{policy}”里，这里没有引用它",
    "“{name}” belongs to policy “{policy}”, which is not imported here",
    ("在文件开头加一行：引用 {policy}", "add a line at the top: import {policy}"),
)
AMBIGUOUS_NAME = error(
    "P205",
    "“{name}”有好几个，分不清是哪一个：{where}",
    "“{name}” could be any of several: {where}",
    ("只引用要用的名称：引用 某政策 的 {name}", "import only the one meant: import policy of {name}"),
)
OF_SOMEBODY = error(
    "P206",
    "“{name}”是{owner}的，这里说的是{entity}",
    "“{name}” belongs to {owner}, and this is about {entity}",
    ("写成“{written}”", "write “{written}”"),
)
OF_MEMBER = error(
    "P207",
    "“{name}”是{owner}的，{entity}下面可能有好几个{owner}",
    "“{name}” belongs to {owner}, and one {entity} may have several",
    (
        "用 合计、最高、任一 等写明怎样汇总，例如 合计({role}，{name})",
        "say how to gather them with sum, highest, any …, such as sum({role}, {name})",
    ),
)
DEFINED_TWICE = error(
    "P208",
    "“{name}”写了两次",
    "“{name}” is defined twice",
    ("另一处在 {path} 第 {line} 行；删去一处或改名", "the other is in {path}, line {line}; remove or rename one"),
)
NOT_AN_ENTITY = error("P209", "没有“{name}”这种主体", "there is no entity “{name}”", ("主体有：{known}", "entities: {known}"))
NO_SUCH_MEMBER_OF = error("P210", "{entity}没有“{name}”", "{entity} has no “{name}”", ("{entity}有：{known}", "{entity} has: {known}"))
UNKNOWN_POLICY = error("P212", "没有叫“{name}”的政策", "there is no policy “{name}”", ("现有政策：{known}", "policies: {known}"))
UNKNOWN_CITATION = warning(
    "P213",
    "没有写明依据“{name}”是哪份文件",
    "the basis “{name}” is not introduced",
    ("加一行：依据 {name} 《文件全名》", "add a line: basis {name} 《full title》"),
)
MISSPELT_CITATION = error(
    "P221",
    "没有叫“{name}”的依据",
    "there is no basis “{name}”",
    ("是不是“{close}”？", "did you mean “{close}”?"),
)
MIXED_SCRIPTS = error(
    "P214",
    "名称“{name}”里混有形状相似的外文字母 {letter}",
    "the name “{name}” mixes in a look-alike letter {letter} of another script",
    ("改用同一种文字重新输入", "type it again in one script"),
)
ENTITY_LOOP = error(
    "P215", "主体“{name}”不能含有它自己", "the entity “{name}” cannot hold itself", ("另立一种主体", "declare another entity")
)
TWO_HOLDERS = error(
    "P216",
    "“{name}”同时属于“{one}”和“{other}”",
    "“{name}” is held by both “{one}” and “{other}”",
    ("为其中一处另立一种主体", "declare an entity of its own for one of them"),
)
BENEFIT_AS_TRUTH = error(
    "P217",
    "“{name}”是给付的数额，不是“是否”",
    "“{name}” is the amount of a benefit, not a yes or no",
    ("要问是否享受，写“享受({name})”", "to ask whether it is granted write “granted({name})”"),
)
TWO_ROOTS = error(
    "P218",
    "最外层的主体有好几个：{names}",
    "there are several outermost entities: {names}",
    ("最外层只能有一个，其余写进它的“含”", "there can be one; let it hold the others with has"),
)
UNKNOWN_OPTION = error(
    "P219",
    "“{name}”不在可选的里面",
    "“{name}” is not one of the options",
    ("可选：{known}", "options: {known}"),
)
RESERVED_NAME = error(
    "P220",
    "“{name}”是语言自带的名称，不能另作他用",
    "“{name}” is a name of the language itself and cannot be given another meaning",
    ("换一个名称", "choose another name"),
)

CYCLE = error(
    "P701",
    "绕成了圈，谁也算不出来：{path}",
    "a circle that nothing can be computed from: {path}",
    ("去掉其中一环", "break the circle"),
)
UNUSED = warning(
    "P702", "“{name}”没有用到", "“{name}” is not used", ("删去，或检查是不是用错了名称", "remove it, or look for a wrong name")
)

NO_WHEN = error(
    "P801",
    "例“{title}”没有写是哪个月",
    "the example “{title}” does not say which month",
    ("加一行：月份 2020-04", "add a line: month 2020-04"),
)
UNKNOWN_EXAMPLE = error("P802", "没有叫“{title}”的例", "there is no example “{title}”", ("核对标题", "look at the title"))
EXAMPLE_LOOP = error("P803", "“沿用”绕成了圈：{path}", "like goes round in a circle: {path}", ("去掉其中一处“沿用”", "remove one like"))
NO_EXPECTATION = error(
    "P804", "例“{title}”没有写应得什么", "the example “{title}” expects nothing", ("加一行：应 … = …", "add a line: expect … = …")
)
UNKNOWN_PERSON = error("P805", "这个例里没有“{name}”", "there is no “{name}” in this example", ("这个例里有：{known}", "it has: {known}"))
WHICH_ROLE = error(
    "P806",
    "分不清“{name}”是哪一类成员",
    "it is not clear what kind of member “{name}” is",
    ("前面写上是哪一类，例如“{role} {name}：…”；有：{known}", "say which before it, such as “{role} {name}: …”; there are: {known}"),
)
NOT_PLAIN = error(
    "P807",
    "例里只能写数、日期、选项、是否",
    "an example takes amounts, days, options, yes and no only",
    ("写出算好的数", "write the value itself"),
)
SAME_TITLE = error("P808", "例“{title}”写了两次", "the example “{title}” is written twice", ("改一个标题", "change one title"))
