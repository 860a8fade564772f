"""What can stand in the way of trying small changes of the policies, in words. M10x."""

from __future__ import annotations

from policyrules.source.diagnostic import error

EXAMPLES_FAIL = error(
    "M101",
    "例“{title}”现在就不通过，先让它通过再试",
    "the example “{title}” fails as things are; it has to pass first",
    ("运行 policyrules test 看哪里不同", "policyrules test shows what differs"),
)
NO_EXAMPLES = error(
    "M102",
    "这些政策没有例子，没有什么能发现改动",
    "these policies have no examples, so nothing could notice a change",
    ("照着规定写几个 例", "write some examples by the regulation"),
)
NOTHING_TO_TRY = error("M103", "没有名为“{name}”的规则、参数或给付", "there is no rule, parameter or benefit named “{name}”")
