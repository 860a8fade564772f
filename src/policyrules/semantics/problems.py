"""What can be wrong with the meaning of a policy: every finding of this floor, with its words in both languages."""

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

# ---------------------------------------------------------------- where lines stand
OUT_OF_PLACE = error(
    "P201", "这一行不能写在这里", "this line cannot stand here", ("它要写在{needs}", "it belongs {needs}")
)
SECOND_POLICY = error(
    "P202",
    "一个文件只属于一个政策，前面已经写了“政策 {policy}”",
    "a file belongs to one policy; it already says policy {policy}",
    ("另一个政策写进另一个文件", "write the other policy in a file of its own"),
)

# ---------------------------------------------------------------- names
UNKNOWN_NAME = error(
    "P203",
    "找不到名称“{name}”",
    "there is no name “{name}”",
    ("先用 参数、条件、算 或 事实 写明它是什么", "say what it is with parameter, condition, define or facts"),
)
NOT_IMPORTED = error(
    "P204",
    "“{name}”写在政策“{policy}”里，这个文件没有引用它",
    "“{name}” belongs to policy “{policy}”, which this file does not import",
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
    ("写成“{owner}的{name}”", "write “{owner}'s {name}”"),
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
NO_SUCH_MEMBER_OF = error(
    "P210", "{entity}没有“{name}”", "{entity} has no “{name}”", ("{entity}有：{known}", "{entity} has: {known}")
)
MIXED_ENTITIES = error(
    "P211",
    "“{name}”里既有{one}的、又有{other}的，分不清是对谁",
    "“{name}” uses names of both {one} and {other}, so it is not clear about whom it is",
    ("写明“对 {other}”，并把{one}的写成“{one}的…”", "say “for {other}”, and write what belongs to {one} as “{one}'s …”"),
)
UNKNOWN_POLICY = error("P212", "没有叫“{name}”的政策", "there is no policy “{name}”", ("现有政策：{known}", "policies: {known}"))
UNKNOWN_CITATION = error(
    "P213",
    "没有写明依据“{name}”是哪份文件",
    "the basis “{name}” is not introduced",
    ("加一行：依据 {name} 《文件全名》", "add a line: basis {name} 《full title》"),
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

# ---------------------------------------------------------------- types and units
WRONG_OPERANDS = error("P301", "{reason}", "{reason}")
WRONG_TYPE = error(
    "P302", "这里要用{wanted}，写的却是{found}", "{wanted} is needed here, but this is {found}", ("{repair}", "{repair}")
)
UNKNOWN_TYPE = error(
    "P303",
    "不认识类型或单位“{name}”",
    "unknown type or unit “{name}”",
    ("可写 元/月、人、比例、日期、是否、选项 …", "write yuan/month, person, ratio, date, truth, options …"),
)
UNKNOWN_FUNCTION = error(
    "P304", "没有“{name}”这种算法", "there is no function “{name}”", ("可用：{known}", "functions: {known}")
)
WRONG_ARGUMENTS = error("P305", "“{name}”的写法不对", "“{name}” is not used this way", ("{usage}", "{usage}"))
CHAINED = error(
    "P306",
    "两个比较连在了一起",
    "two comparisons run into one another",
    ("用“且”连接，或写“在 … 至 … 之间”", "join them with and, or write between … to …"),
)
OPEN_BOUND = error(
    "P307",
    "没有写明这一端含不含",
    "it is not said whether this end is included",
    ("在数后面写（含）或（不含）", "write (inclusive) or (exclusive) after it"),
)
NOT_TWELVE = error(
    "P308",
    "一年是 12 个月，这里写的是 {months} 个月",
    "a year has 12 months, here it is {months}",
    ("年额折算成月额写“÷ 12月”或“折算 到 月”", "turn a yearly amount into a monthly one with “/ 12 months” or “converted to month”"),
)
NO_IF_NONE = error(
    "P309",
    "“{name}”没有说一个人也没有时是多少",
    "“{name}” does not say what holds when there is nobody",
    ("在最后加“，无人则 0元”之类", "add at its end “, if none 0” or the like"),
)
UNKNOWN_ROUNDING = error(
    "P310",
    "不认识取整的写法“{words}”",
    "unknown rounding “{words}”",
    ("写作 四舍五入 到 分、进一 到 元、去尾 到 角、见分进角 …", "write half up to fen, away from zero to yuan, toward zero to jiao …"),
)
AMBIGUOUS_SHARE = error(
    "P311",
    "说不清“的 {share}”管的是整个除法，还是只管除数",
    "it is not clear whether {share} is of the whole quotient or of the divisor",
    ("加上括号", "add parentheses"),
)
BAD_CONVERSION = error(
    "P312",
    "{found}不能折算到{unit}",
    "{found} cannot be converted to {unit}",
    ("只有每年的与每月的数额可以互相折算", "only yearly and monthly amounts convert into one another"),
)
MONTH_NEEDS_DAY = error(
    "P313",
    "一个月有好多天，这样比较说不清",
    "a month has many days, so this comparison is not clear",
    ("写明哪一天，例如 2020-07-01", "say which day, such as 2020-07-01"),
)
NO_BIRTH_DATE = error(
    "P314",
    "{entity}没有“出生日期”，算不出周岁",
    "{entity} has no fact birth_date, so there is no age",
    ("写成 周岁(某个日期)，或加一条事实 出生日期：日期", "write age(a day), or add a fact birth_date: date"),
)
NOT_CONSTANT = error(
    "P315",
    "这里只能用数或参数，不能用因人而异的量",
    "only numbers and parameters can stand here, nothing that differs from person to person",
    ("把会变的部分写进档或表的括号里", "move what varies into the key of the table"),
)
NO_SUBJECT = error(
    "P316", "这里没有“本人”", "there is no “self” here", ("“本人”只能用在对某个主体的规则里", "self belongs in a rule about an entity")
)
BAD_RANGE = error("P317", "范围写反了或不是常数", "the range is reversed or not constant", ("从小到大写", "write the lower end first"))
BOUND_ONLY_WITH_IS = error(
    "P318",
    "“{word}”和“{beyond}”不能同时用",
    "“{word}” and “{beyond}” cannot be used together",
    ("只写其中一个", "write only one of them"),
)

# ---------------------------------------------------------------- time
NO_ROWS = error(
    "P401",
    "参数“{name}”一个值也没有",
    "the parameter “{name}” has no value",
    ("在下面写一行：自 2020-04-01 610 依据 …", "add a line below: from 2020-04-01 610 basis …"),
)
ROW_WITHOUT_VALUE = error("P402", "这一行只有日期，没有数", "this line has dates but no value", ("在日期后面写上数", "write the value after the date"))
ROWS_OVERLAP = error(
    "P403",
    "参数“{name}”从 {start} 起有两个值",
    "the parameter “{name}” has two values from {start}",
    ("改前一行的“至”，使它在下一行“自”的前一天结束", "let the earlier line end the day before the later one starts"),
)
HOLE = error(
    "P404",
    "参数“{name}”在 {start} 至 {end} 没有值，而“{user}”要用它",
    "the parameter “{name}” has no value from {start} to {end}, and “{user}” uses it",
    ("补上这段时间的值，或改规则的“自”“至”", "give it a value for that time, or change the dates of the rule"),
)
BACKWARDS = error("P405", "结束早于开始", "the end is before the start", ("把“至”改到“自”之后", "move the end after the start"))
UNKNOWN_SETTING = error("P406", "不认识“{name}”", "unknown word “{name}”", ("可写：{known}", "write one of: {known}"))
SETTINGS_DIFFER = error(
    "P407",
    "各文件的“基准日”不一致",
    "files disagree on the reference day",
    ("全辖区只写一次", "state it once for all"),
)
UNKNOWN_LAYER = error("P408", "不认识层级“{name}”", "unknown layer “{name}”", ("写 国家、省、市、县 之一", "write 国家, 省, 市 or 县"))
MID_MONTH = warning(
    "P409",
    "{day} 不是月初；按月决定时，从次月起才算",
    "{day} is not the first of a month; for a month's decision it counts from the next month",
    ("要从当月起算，写该月 1 日", "write the first of the month to count from that month"),
)

# ---------------------------------------------------------------- tables
TABLE_GAP = error(
    "P501",
    "“{name}”有空缺：{witness} 时没有哪一行适用",
    "“{name}” has a gap: no row applies when {witness}",
    ("补一行，或在最后加“其余”一行", "add a row, or a last row other"),
)
TABLE_OVERLAP = error(
    "P502",
    "“{name}”的第 {first} 行和第 {second} 行重叠：{witness} 时两行都适用",
    "rows {first} and {second} of “{name}” overlap: both apply when {witness}",
    ("改其中一行的范围，或改（含）（不含）", "narrow one of them, or change (inclusive) and (exclusive)"),
)
ROW_UNREACHABLE = error(
    "P503",
    "“{name}”的第 {row} 行永远用不上",
    "row {row} of “{name}” can never apply",
    ("它的条件已被别的行占满，或本身不成立；删去或改正", "its cases are taken by other rows, or impossible; remove or correct it"),
)
WRONG_CELLS = error(
    "P504",
    "这一行有 {found} 格，应有 {wanted} 格",
    "this row has {found} cells, {wanted} are needed",
    ("每个条件一格，最后一格是值", "one cell a key, and the value last"),
)
EMPTY_TABLE = error("P505", "“{name}”一行也没有", "“{name}” has no rows", ("在下面写各行", "write its rows below"))
REST_NOT_ALONE = error(
    "P506",
    "“其余”只能整行用，或用在选项的列",
    "other stands for a whole row, or in a column of options",
    ("范围的列写“任意”，或写明范围", "in a column of ranges write anything, or the range"),
)
TABLE_UNCHECKED = warning(
    "P507",
    "“{name}”太大，没能查完有没有空缺和重叠",
    "“{name}” is too large to check fully for gaps and overlaps",
    ("拆成几张小表", "split it into smaller tables"),
)

# ---------------------------------------------------------------- benefits and articles
NO_OTHERWISE = error(
    "P601",
    "“{name}”没有写“其余情形”",
    "“{name}” does not say what happens otherwise",
    ("在最后一条之后加一行：其余情形 不予", "add after its last article: otherwise refuse"),
)
NO_ARTICLES = error("P602", "“{name}”一条也没有", "“{name}” has no articles", ("在下面写 第一条 …", "write article 1 … below"))
NO_CONSEQUENCE = error(
    "P603",
    "{article}没有写给多少，也没有写不予",
    "{article} neither grants nor refuses",
    ("加一行“给 …”或“不予”", "add a line grant … or refuse"),
)
TWO_CONSEQUENCES = error(
    "P604",
    "{article}的“{word}”写了两次",
    "{article} has “{word}” twice",
    ("一条只有一个条件、一个结果；另一种情形另写一条", "an article has one condition and one result; write another article"),
)
UNKNOWN_ARTICLE = error(
    "P605", "“{name}”没有{article}", "“{name}” has no {article}", ("现有：{known}", "it has: {known}")
)
SAME_ARTICLE = error("P606", "{article}写了两次", "{article} is written twice", ("改成别的条号", "give one another number"))
EXCEPTION_LOOP = error(
    "P607",
    "例外绕成了圈：{path}",
    "the exceptions go round in a circle: {path}",
    ("去掉其中一处“例外于”", "remove one “exception to”"),
)
ARTICLES_MEET = error(
    "P608",
    "{first}和{second}会同时成立，结果却不同：{witness}",
    "{first} and {second} can both hold, with different results: {witness}",
    (
        "让一条“例外于”另一条，或在给付后写 择高、择低、累加、优先",
        "make one an exception to the other, or write highest of, lowest of, cumulative or priority after the benefit",
    ),
)
ARTICLE_UNREACHABLE = error(
    "P609",
    "{article}永远不会起作用",
    "{article} can never take effect",
    ("它的条件不可能成立，或总被别的条排除；改正或删去", "its condition is impossible, or it is always set aside; correct or remove it"),
)
NO_ROUNDING = error(
    "P610",
    "“{name}”可能算出不足一分的数，没有写取整",
    "“{name}” may come to a part of a fen, and has no rounding",
    ("在最后加一行，例如：取整 四舍五入 到 分", "add a last line such as: round half up to fen"),
)
ROUNDED_TWICE = warning(
    "P611",
    "取整过的数又取整或又乘了：{example}",
    "a rounded amount is rounded or multiplied again: {example}",
    ("先乘后取整，只取整一次", "multiply first and round once, last"),
)
ZERO_DIVISOR = error(
    "P612",
    "除数可能是 0：{witness}",
    "the divisor can be 0: {witness}",
    (
        "写明这时怎么办，例如：若 {divisor} 为 0 则 无法计算",
        "say what then, for example: if {divisor} is 0 then undefined",
    ),
)
DIVISION_UNCHECKED = warning(
    "P613", "没能查清除数会不会是 0", "it could not be settled whether the divisor can be 0", ("另加一个“若”排除它", "rule it out with an if")
)
NOT_MONEY_BENEFIT = error(
    "P614", "给付要有数额，不能是{found}", "a benefit is an amount, not {found}", ("写成 元/月 等", "write yuan/month or the like")
)
LIFTS_NOTHING = error(
    "P615", "{article}写了“除外”，却没有“例外于”", "{article} sets aside, but is an exception to nothing", ("写明 例外于 哪一条", "say exception to which article")
)

# ---------------------------------------------------------------- the whole
CYCLE = error(
    "P701",
    "绕成了圈，谁也算不出来：{path}",
    "a circle that nothing can be computed from: {path}",
    ("去掉其中一环", "break the circle"),
)
UNUSED = warning("P702", "“{name}”没有用到", "“{name}” is not used", ("删去，或检查是不是用错了名称", "remove it, or look for a wrong name"))
NO_FIX_YET = error("P703", "“{name}”因前面的错误没有读进来", "“{name}” was left out because of an earlier error")

# ---------------------------------------------------------------- worked examples
NO_WHEN = error(
    "P801",
    "例“{title}”没有写是哪个月",
    "the example “{title}” does not say which month",
    ("加一行：月份 2020-04", "add a line: month 2020-04"),
)
UNKNOWN_EXAMPLE = error("P802", "没有叫“{title}”的例", "there is no example “{title}”", ("检查标题", "look at the title"))
EXAMPLE_LOOP = error("P803", "“沿用”绕成了圈：{path}", "like goes round in a circle: {path}", ("去掉其中一处“沿用”", "remove one like"))
NO_EXPECTATION = error(
    "P804", "例“{title}”没有写应得什么", "the example “{title}” expects nothing", ("加一行：应 … = …", "add a line: expect … = …")
)
UNKNOWN_PERSON = error("P805", "这个例里没有“{name}”", "there is no “{name}” in this example", ("这个例里有：{known}", "it has: {known}"))
WHICH_ROLE = error(
    "P806",
    "分不清“{name}”是哪一类成员",
    "it is not clear what kind of member “{name}” is",
    ("写成“角色 {name}：…”，角色有：{known}", "write “role {name}: …”; roles: {known}"),
)
NOT_PLAIN = error("P807", "例里只能写数、日期、选项、是否", "an example takes amounts, days, options, yes and no only", ("写出算好的数", "write the value itself"))
SAME_TITLE = error("P808", "例“{title}”写了两次", "the example “{title}” is written twice", ("改一个标题", "change one title"))
