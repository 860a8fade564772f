"""What the proof of policies finds wrong, and why it cannot begin."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policyrules.review.proofs_findings import Question
from policyrules.semantics import rule_problems
from policyrules.source.diagnostic import Problem, error

NO_SOLVER = error(
    "V101",
    "证明要用求解器 z3，还没有安装",
    "proving needs the solver z3, which is not installed",
    ("安装：pip install 'policyrules[proof]'", "install it: pip install 'policyrules[proof]'"),
)
BACKWARDS = error(
    "V102",
    "--to {last} 早于 --from {first}",
    "--to {last} is before --from {first}",
)
NO_SUCH_CLAIM = error(
    "V103",
    "没有名为“{name}”的给付、定义或性质",
    "there is no benefit, definition by cases or property named “{name}”",
)

REFUTED: Mapping[Question, Problem] = MappingProxyType(
    {
        Question.CONFLICT: error("V111", "{name}会冲突：{says}", "{name} comes to a conflict: {says}"),
        Question.FAILS: error("V112", "{name}有时算不出来：{says}", "{name} has no result at times: {says}"),
        Question.NEGATIVE: error("V113", "{name}会算出负数：{says}", "{name} comes to a negative amount: {says}"),
        Question.CASES: error("V114", "{name}有的情况没有值：{says}", "{name} has no value in some cases: {says}"),
        Question.ALIVE: error("V115", "{name}的{article}不起作用：{says}", "{article} of {name} never takes effect: {says}"),
        Question.BOUNDS: error("V116", "{name}的数额超出 64 位整数：{says}", "the amount of {name} does not fit 64 bits: {says}"),
        Question.HOLES: error("V117", "{name}用到的参数有的月没有值：{says}", "a parameter that {name} needs has no value in some months: {says}"),
        Question.PROPERTY: error("V118", "性质“{name}”不成立：{says}", "the property “{name}” does not hold: {says}"),
    }
)
"""What is said of a claim that is refuted."""

LOOKED_THROUGH = frozenset(
    problem.code
    for problem in (
        rule_problems.HOLE,
        rule_problems.ARTICLES_MEET,
        rule_problems.ARTICLE_UNREACHABLE,
        rule_problems.NO_ROUNDING,
        rule_problems.ZERO_DIVISOR,
        rule_problems.DIVISION_UNCHECKED,
    )
)
"""Errors that leave the policies whole, so that a proof can still show whom they touch."""
