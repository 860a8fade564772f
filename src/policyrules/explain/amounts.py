"""How an amount came about: its figures, the definitions in it, what articles come to together, the rounding."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.core.outcome import Answer, Granted, Step
from policyrules.core.program import (
    Article,
    Benefit,
    Branch,
    Choice,
    Combination,
    Grant,
    Impossible,
    ParameterRow,
    ParameterValue,
    Program,
    Rounding,
    Rule,
    RuleValue,
)
from policyrules.explain.conditions import distinct, ground_words, grounds
from policyrules.explain.expressions import describe, figures
from policyrules.explain.members import gathered
from policyrules.explain.reason import Reason, parts, written
from policyrules.explain.words import LIST, SEMICOLON, SUPPLIED, citation_words, joined, owned, row_words, value_words
from policyrules.source.phrase import Phrase
from policyrules.values.article_numbers import article_phrase
from policyrules.values.quantities import ROUNDING_MODES, ROUNDING_PLACES, exact_text
from policyrules.values.types import Quantity, Type

MOST_LINES = 4
"""How many definitions an amount was made from are shown under it."""

_EQUALS = Phrase("{figures} = {value}", "{figures} = {value}")
_NAMED_EQUALS = Phrase("{name} = {figures} = {value}", "{name} = {figures} = {value}")
_ROUNDED = Phrase("{how}：{value}", "{how}: {value}")
_ROUNDING = Phrase("{mode}到{place}", "{mode} to {place}")
_WAY = Phrase("{way}（{facts}）：{value}", "{way} ({facts}): {value}")
_OTHERWISE = Phrase("其余", "otherwise")
_BY_ARTICLE = Phrase("{article} {value}", "{article} {value}")
_PLUS = Phrase(" + ", " + ")
_TOTALS = {
    Combination.SUM: Phrase("累加：{parts} = {value}", "added: {parts} = {value}"),
    Combination.HIGHEST: Phrase("择高：{parts}，取 {value}", "highest of {parts}, that is {value}"),
    Combination.LOWEST: Phrase("择低：{parts}，取 {value}", "lowest of {parts}, that is {value}"),
}


def calculation(answer: Answer, value: Step, program: Program) -> Iterator[Reason]:
    """How an amount came about: its figures, and the definitions and parameters in them."""
    kind: Type = getattr(value.what, "type", answer.type)
    result = value_words(value.value, kind)
    words = figures(value, answer.instance, program)
    text = result if words == result else _EQUALS.fill(figures=words, value=result)
    yield Reason("calculation", text, value=result)
    for step in distinct(_parameters(value)):
        row = step.children[0].what
        if isinstance(row, ParameterRow):
            node_type = getattr(step.what, "type", kind)
            name = ground_words(step, answer.instance, program)
            said = row_words(row, program)
            yield Reason(
                "parameter",
                Phrase(f"{name.zh}（{said.zh}）", f"{name.en} ({said.en})"),
                citation=citation_words(row.citation, program),
                quote=row.quotation,
                value=value_words(step.value, node_type),
            )
    yield from _rows(answer, value, program)
    yield from gathered(answer, value, program)
    yield from _definitions(answer, value, program)


def _definitions(answer: Answer, value: Step, program: Program) -> Iterator[Reason]:
    """The quantities an amount was made from, the nearest first, as far as there is room."""
    queue = [value]
    shown: set[int] = set()
    while queue and len(shown) < MOST_LINES:
        step = queue.pop(0)
        declared = step.children[0] if isinstance(step.what, RuleValue) and step.children else None
        if declared is None or not isinstance(declared.what, (Rule, Benefit)):
            queue.extend(step.children)
            continue
        if id(declared) in shown or not isinstance(declared.what.type, Quantity):
            continue
        shown.add(id(declared))
        name = owned(declared.what.name, declared.instance, answer.instance)
        result = value_words(step.value, declared.what.type)
        if not declared.children:
            yield Reason("supplied", SUPPLIED.fill(name=name, value=result), value=result)
        elif isinstance(declared.what, Rule):
            inside = declared.children[0]
            words = figures(inside, answer.instance, program)
            if words != result:
                yield Reason("rule", _NAMED_EQUALS.fill(name=name, figures=words, value=result), value=result)
            yield from _rows(answer, inside, program)
            yield from gathered(answer, inside, program)
            queue.append(inside)


def _rows(answer: Answer, step: Step, program: Program) -> Iterator[Reason]:
    """Which row of a table, or which way of a choice, gave its value, and the facts that led there."""
    if isinstance(step.what, RuleValue):
        return
    for child in step.children:
        yield from _rows(answer, child, program)
    if not isinstance(step.what, Choice) or not step.children:
        return
    if all(isinstance(branch.value, Impossible) for branch in step.what.branches):
        # 若 人数(成员) 为 0 则 无法计算 only guards the amount; that it did not apply is no news.
        return
    chosen = step.children[-1].what
    way = _OTHERWISE
    citation = None
    if isinstance(chosen, Branch):
        entity = step.instance.entity if step.instance else answer.instance.entity
        way = chosen.row or describe(chosen.condition, entity, program)
        citation = citation_words(chosen.citation, program)
    conditions = [part for each in step.children if isinstance(each.what, Branch) for part in each.children[:1]]
    facts = [
        ground_words(ground, answer.instance, program)
        for ground in distinct(ground for condition in conditions for ground in grounds(condition))
    ]
    result = value_words(step.value, step.what.type)
    text = _WAY.fill(way=way, facts=joined(SEMICOLON, facts), value=result)
    yield Reason("rule", text, citation=citation, value=result)


def _parameters(step: Step) -> Iterator[Step]:
    """Parameters of an expression, not those of the definitions it uses."""
    if isinstance(step.what, ParameterValue) and step.children:
        yield step
    elif not isinstance(step.what, RuleValue):
        for child in step.children:
            yield from _parameters(child)


def total(answer: Answer, outcome: Granted) -> Iterator[Reason]:
    """How the amounts of several articles became one."""
    benefit = answer.trace.what if answer.trace else None
    if not isinstance(benefit, Benefit) or benefit.combination not in _TOTALS:
        return
    paying = [step for step in written(answer) if step.value is True and _is_grant(step) and len(step.children) > 1]
    if len(paying) < 2:
        return
    amounts = [
        _BY_ARTICLE.fill(article=article_phrase(step.what.number), value=value_words(step.children[1].value, benefit.type))
        for step in paying
        if isinstance(step.what, Article)
    ]
    rounded = next((step for step in parts(answer.trace) if isinstance(step.what, Rounding)), None)
    before = rounded.children[0].value if rounded is not None and rounded.children else outcome.amount
    separator = _PLUS if benefit.combination is Combination.SUM else LIST
    result = value_words(before, benefit.type)
    text = _TOTALS[benefit.combination].fill(parts=joined(separator, amounts), value=result)
    yield Reason("combination", text, value=result)


def rounding(answer: Answer) -> Iterator[Reason]:
    """The last step."""
    for step in parts(answer.trace):
        if isinstance(step.what, Rounding):
            result = value_words(step.value, answer.type)
            yield Reason("rounding", _ROUNDED.fill(how=_rounding_words(step.what), value=result), value=result)
            return


def _rounding_words(rounding: Rounding) -> Phrase:
    """四舍五入到分."""
    modes = [word for word, mode in ROUNDING_MODES.items() if f"round {mode}" == rounding.mode]
    places = [word for word, step in ROUNDING_PLACES.items() if step == rounding.step]
    exact = exact_text(rounding.step)
    zh = next((word for word in places if not word.isascii()), exact)
    en = next((word for word in places if word.isascii()), exact)
    return _ROUNDING.fill(mode=Phrase(modes[0], modes[-1]), place=Phrase(zh, en))


def _is_grant(step: Step) -> bool:
    return isinstance(step.what, Article) and isinstance(step.what.consequence, Grant)
