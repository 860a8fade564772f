"""Why no 告知书 can be written and no graph drawn: the N1xx messages, in both languages."""

from __future__ import annotations

from policyrules.source.diagnostic import error

NO_SUCH_ANSWER = error("N101", "这个决定里没有“{name}”", "this decision has no “{name}”", ("决定里有：{names}", "it has {names}"))
SEVERAL_ANSWERS = error(
    "N102",
    "这里一次只办一项，这个决定里有 {count} 项",
    "this is about one answer, and the decision has {count}",
    ("请写明是哪一项：{names}", "say which one: {names}"),
)
NOT_A_BENEFIT = error("N103", "{name}不是给付，不出告知书", "{name} is no benefit; there is no notice of it")
NOT_SETTLED = error("N104", "不能出告知书：{answer}", "no notice can be written: {answer}")
WRONG_KIND = error("N105", "不能出{kind}告知书：{answer}", "this is no case for a notice of {kind}: {answer}")
NO_PREVIOUS = error(
    "N106",
    "停发告知书要有以前的给付",
    "a notice that payment stops needs an earlier grant",
    ("请给出以前给付的那个月的决定", "give the decision of the month in which it was granted"),
)
PREVIOUS_NOT_GRANTED = error(
    "N107",
    "停发告知书要有以前的给付，而{when}{answer}",
    "a notice that payment stops needs an earlier grant, but in {when} {answer}",
)
PAID_SHAPE = error(
    "N108",
    "“{words}”里没有等号",
    "“{words}” has no equals sign",
    ("写作 2020-04=330元", "write it like 2020-04=330元"),
)
PAID_TWICE = error("N109", "{month}已发多少写了两次", "what was paid in {month} is written twice")
PAID_GAP = error(
    "N110",
    "没有写{month}已发多少",
    "what was paid in {month} is not written",
    ("没有发就写 0", "write 0 if nothing was"),
)
NOTHING_PAID = error(
    "N111",
    "补发告知书要写明各月已发多少",
    "a notice of back-payment needs what was paid in each month",
    ("没有发就写 0", "write 0 if nothing was"),
)
NOT_MONTHLY = error("N112", "{name}不是按月发的，不能逐月补发", "{name} is not paid by the month, so there is no back-payment by month")
NOTHING_OWED = error(
    "N113",
    "{name}各月已发的和应发的一样，没有可以补发或追缴的",
    "for {name} each month was paid what was owed; there is nothing to pay or to recover",
)

# ---------------------------------------------------------------- graphs

NO_GRAPHVIZ = error(
    "N121",
    "画 SVG 要用 graphviz，这里没有装全：缺 {lacking}",
    "drawing SVG takes graphviz, and here {lacking} is lacking",
    (
        "安装 policyrules[graph] 和 graphviz 程序；或者输出 .dot 文件",
        "install policyrules[graph] and the graphviz programs, or write a .dot file",
    ),
)
GRAPHVIZ_FAILED = error("N122", "graphviz 没有画成", "graphviz did not draw it")
GRAPH_SUFFIX = error("N123", "“{path}”既不是 .dot 也不是 .svg", "“{path}” is neither .dot nor .svg")
