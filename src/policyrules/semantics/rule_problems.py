"""Findings about parameters, time, benefits and articles: what they say, in both languages."""

from __future__ import annotations

from policyrules.source.diagnostic import error, warning

NO_ROWS = error(
    "P401",
    "参数“{name}”一个值也没有",
    "the parameter “{name}” has no value",
    ("在下面写一行：自 2020-04-01 610 依据 …", "add a line below: from 2020-04-01 610 basis …"),
)
ROW_WITHOUT_VALUE = error(
    "P402", "这一行只有日期，没有数", "this line has dates but no value", ("在日期后面写上数", "write the value after the date")
)
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
UNKNOWN_ARTICLE = error("P605", "“{name}”没有{article}", "“{name}” has no {article}", ("现有：{known}", "it has: {known}"))
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
MAY_NEED_ROUNDING = warning(
    "P616",
    "“{name}”没有写取整：现在的标准和比例算出来都是整分，以后一变就可能不是",
    "“{name}” has no rounding: with the present figures it comes to whole fen, with others it may not",
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
    "P613",
    "没能查清除数会不会是 0",
    "it could not be settled whether the divisor can be 0",
    ("另加一个“若”排除它", "rule it out with an if"),
)
NOT_MONEY_BENEFIT = error(
    "P614", "给付要有数额，不能是“{found}”", "a benefit is an amount, not “{found}”", ("写成 元/月 等", "write yuan/month or the like")
)
NOT_OF_FACTS = error(
    "P617",
    "核对只看事实，这里却要用到给付“{name}”",
    "consistent looks at facts only, and this needs the benefit “{name}”",
    ("改用决定它的那些事实", "use the facts it rests on"),
)
LIFTS_NOTHING = error(
    "P615",
    "{article}写了“除外”，却没有“例外于”",
    "{article} sets aside, but is an exception to nothing",
    ("写明 例外于 哪一条", "say exception to which article"),
)
