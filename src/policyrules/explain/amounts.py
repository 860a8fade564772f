"""How an amount came about: its figures, the definitions in it, what articles come to together, the rounding."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from attrs import evolve, frozen

from policyrules.core.case import Instance
from policyrules.core.describing import place_words
from policyrules.core.outcome import Answer, Computed, Granted, Step
from policyrules.core.program import (
    Aggregate,
    Article,
    Benefit,
    BenefitValue,
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
from policyrules.explain.expressions import chosen, describe, figures, is_worked_out
from policyrules.explain.lines import Figure, Line, lines_of
from policyrules.explain.members import belonging, is_news, member_words
from policyrules.explain.reason import Reason, parts, written
from policyrules.explain.words import (
    LIST,
    SEMICOLON,
    SUPPLIED,
    citation_words,
    exact_words,
    joined,
    owned,
    row_words,
    source_words,
    value_words,
)
from policyrules.operators.table import OPERATORS
from policyrules.source.phrase import Phrase, plain
from policyrules.values.article_numbers import article_phrase
from policyrules.values.quantities import ROUNDING_MODES
from policyrules.values.types import Quantity, Type
from policyrules.values.unknown import Unknown

MOST_LINES = 4
"""How many definitions an amount was made from are shown under it."""

_EQUALS = Phrase("{figures} = {value}", "{figures} = {value}")
_NAMED = Phrase("{name} = {words}", "{name} = {words}")
_WITH = Phrase("{words}（{note}）", "{words} ({note})")
_ROUNDED = Phrase("{how}：{value}", "{how}: {value}")
_FROM_EXACT = Phrase("精确值 {exact}，{how}：{value}", "exactly {exact}, {how}: {value}")
_THEN_ROUNDED = Phrase("{words}，{how} {value}", "{words}, {how} {value}")
_EXACT = Phrase("精确值", "exact value")
_ROUNDING = Phrase("{mode}到{place}", "{mode} to {place}")
_WAY = Phrase("{way}（{facts}）：{words}", "{way} ({facts}): {words}")
_OTHERWISE = Phrase("其余", "otherwise")
_MEMBERS = Phrase("{what}：{members}", "{what}: {members}")
_BY_ARTICLE = Phrase("{article} {value}", "{article} {value}")
_PLUS = Phrase(" + ", " + ")
_TOTALS = {
    Combination.SUM: Phrase("累加：{parts} = {value}", "added: {parts} = {value}"),
    Combination.HIGHEST: Phrase("择高：{parts}，取 {value}", "highest of {parts}, that is {value}"),
    Combination.LOWEST: Phrase("择低：{parts}，取 {value}", "lowest of {parts}, that is {value}"),
}
_TOTALLED_BY = {Combination.SUM: "add", Combination.HIGHEST: "maximum", Combination.LOWEST: "minimum"}


def calculation(answer: Answer, value: Step, program: Program) -> Iterator[Reason]:
    """How an amount came about: its figures, and the definitions and parameters in them."""
    kind: Type = getattr(value.what, "type", answer.type)
    yield Reason(
        "calculation",
        _sum_words(value, answer, program),
        value=exact_words(value.value, kind),
        lines=_sum_lines(value, answer, program),
    )
    for step in distinct(_parameters(value)):
        row = step.children[0].what
        if isinstance(row, ParameterRow):
            node_type = getattr(step.what, "type", kind)
            yield Reason(
                "parameter",
                _WITH.fill(words=ground_words(step, answer.instance, program), note=row_words(row, program)),
                citation=citation_words(row.citation, program),
                quote=row.quotation,
                value=exact_words(step.value, node_type),
            )
    yield from _inside(answer, value, program, None)
    yield from _definitions(answer, value, program)


@frozen
class _Defined:
    """What a definition is called, and its type."""

    name: Phrase
    type: Type


def _sum_words(step: Step, answer: Answer, program: Program, defined: _Defined | None = None) -> Phrase:
    """标准 610.00元/人·月 × 3人 = 1830.00元/月; what needs no calculating has no second value."""
    words = figures(step, answer.instance, program)
    if not is_worked_out(step):
        return words
    return _EQUALS.fill(figures=words, value=value_words(step.value, _type(step, answer, defined)))


def _sum_lines(step: Step, answer: Answer, program: Program, defined: _Defined | None = None) -> tuple[Line, ...]:
    """The same exactly; the last line goes by the definition's name."""
    lines = lines_of(step, answer.instance, program)
    if defined is None or not lines:
        return lines
    return (*lines[:-1], evolve(lines[-1], name=defined.name, type=defined.type))


def _type(step: Step, answer: Answer, defined: _Defined | None) -> Type:
    kind: Type = getattr(step.what, "type", answer.type)
    return defined.type if defined is not None else kind


def _definitions(answer: Answer, value: Step, program: Program) -> Iterator[Reason]:
    """The quantities an amount was made from, the nearest first, as far as there is room."""
    queue = [value]
    shown: set[int] = set()
    while queue and len(shown) < MOST_LINES:
        step = queue.pop(0)
        declared = step.children[0] if isinstance(step.what, (RuleValue, BenefitValue)) and step.children else None
        if declared is None or not isinstance(declared.what, (Rule, Benefit)):
            queue.extend(_made_from(step))
            continue
        if id(declared) in shown or not isinstance(declared.what.type, Quantity):
            continue
        shown.add(id(declared))
        defined = _Defined(owned(declared.what.name, declared.instance, answer.instance), declared.what.type)
        if not declared.children:
            result = exact_words(step.value, defined.type)
            yield Reason("supplied", SUPPLIED.fill(name=defined.name, value=result), value=result)
        elif isinstance(declared.what, Rule):
            yield from _definition(answer, declared.children[0], program, defined)
            queue.append(declared.children[0])
        else:
            amounts = _amounts(declared)
            yield from _granted(answer, declared, amounts, program, defined)
            queue.extend(amounts)


def _made_from(step: Step) -> list[Step]:
    """The steps whose values went into a value: of a choice the way taken, of a gathering the members' own."""
    if isinstance(step.what, Choice):
        return [taken] if (taken := chosen(step)) is not step else []
    if isinstance(step.what, Aggregate):
        members = belonging(step, step.what)
        return [value for _, value in members if value is not None] if members is not None else []
    return list(step.children)


def _amounts(benefit: Step) -> list[Step]:
    """What the articles that hold give, or 其余情形."""
    holding = [step.children[1] for step in benefit.children if _grants(step) and step.value is True and len(step.children) > 1]
    return holding or [step.children[0] for step in benefit.children if isinstance(step.what, Grant) and step.children]


def _granted(answer: Answer, benefit: Step, amounts: list[Step], program: Program, defined: _Defined) -> Iterator[Reason]:
    """Another benefit in an amount: by which article, how much that gives, rounded. One made of several articles is only named."""
    paid = benefit.value.amount if isinstance(benefit.value, Granted) else None
    rounded = _rounded(benefit, paid) if paid is not None else None
    if paid is None or len(amounts) != 1 or amounts[0].value != (rounded.children[0].value if rounded else paid):
        return
    (amount,) = amounts
    holders = [step.what for step in benefit.children if any(child is amount for child in step.children)]
    by = next((article_phrase(holder.number) for holder in holders if isinstance(holder, Article)), _OTHERWISE)
    words = _NAMED.fill(name=_WITH.fill(words=defined.name, note=by), words=_sum_words(amount, answer, program, defined))
    lines = _sum_lines(amount, answer, program, defined)
    if rounded is not None and isinstance(rounded.what, Rounding) and amount.value != paid:
        how = _rounding_words(rounded.what, defined.type)
        words = _THEN_ROUNDED.fill(words=words, how=how, value=exact_words(paid, defined.type))
        lines = (*lines, _rounding_line(rounded, rounded.what, defined, len(lines) - 1))
    yield Reason("rule", words, value=exact_words(paid, defined.type), lines=lines)


def _definition(answer: Answer, step: Step, program: Program, defined: _Defined) -> Iterator[Reason]:
    """A definition by its figures. One that is a table or a choice is told by the way it took, a plain number by nothing."""
    result = exact_words(step.value, defined.type)
    words = _sum_words(step, answer, program, defined)
    if words != result and (not isinstance(step.what, Choice) or _is_guard(step.what)):
        lines = _sum_lines(step, answer, program, defined)
        yield Reason("rule", _NAMED.fill(name=defined.name, words=words), value=result, lines=lines)
    yield from _inside(answer, step, program, defined)


def _inside(answer: Answer, step: Step, program: Program, defined: _Defined | None) -> Iterator[Reason]:
    """Rows of tables, ways of choices and gatherings in an expression, not those of the definitions it uses.

    `defined` is what the whole expression defines, if anything.
    """
    if isinstance(step.what, RuleValue):
        return
    for child in step.children:
        yield from _inside(answer, child, program, None)
    if isinstance(step.what, Choice) and step.children and not _is_guard(step.what):
        yield _way(answer, step, program, defined)
    elif isinstance(step.what, Aggregate) and is_news(step.what) and not isinstance(step.value, Unknown):
        members = member_words(step, step.what)
        if members is not None:
            what = describe(step.what, _entity(step, answer.instance), program)
            text = _MEMBERS.fill(what=what, members=members)
            yield Reason("rule", text, value=exact_words(step.value, step.what.type), lines=_sum_lines(step, answer, program))


def _way(answer: Answer, step: Step, program: Program, defined: _Defined | None) -> Reason:
    """Which row of a table, or which way of a choice, gave its value, by which paper, and the facts that led there."""
    taken = step.children[-1].what
    branch = taken if isinstance(taken, Branch) else None
    conditions = [part for each in step.children if isinstance(each.what, Branch) for part in each.children[:1]]
    grounded = distinct(ground for condition in conditions for ground in grounds(condition))
    facts = joined(SEMICOLON, [ground_words(ground, answer.instance, program) for ground in grounded])
    words = _sum_words(step, answer, program, defined)
    if defined is not None and (branch is None or branch.row is None):
        text = _NAMED.fill(name=defined.name, words=words)
        text = _WITH.fill(words=text, note=facts) if facts.zh else text
    else:
        way = _OTHERWISE if branch is None else branch.row or describe(branch.condition, _entity(step, answer.instance), program)
        source = source_words(branch.citation, program, None, branch.provisional) if branch else plain("")
        text = _WAY.fill(way=way, facts=facts, words=_WITH.fill(words=words, note=source) if source.zh else words)
    return Reason(
        "rule",
        text,
        citation=citation_words(branch.citation, program) if branch else None,
        value=exact_words(step.value, _type(step, answer, defined)),
        lines=_sum_lines(step, answer, program, defined),
    )


def _is_guard(choice: Choice) -> bool:
    """若 人数(成员) 为 0 则 无法计算 only guards an amount; that it did not apply is no news."""
    return all(isinstance(branch.value, Impossible) for branch in choice.branches)


def _entity(step: Step, viewer: Instance) -> str:
    return step.instance.entity if step.instance else viewer.entity


def _parameters(step: Step) -> Iterator[Step]:
    """Parameters of an expression, not those of the definitions it uses."""
    if isinstance(step.what, ParameterValue) and step.children:
        yield step
    elif not isinstance(step.what, RuleValue):
        for child in step.children:
            yield from _parameters(child)


# ---------------------------------------------------------------- the whole benefit


def total(answer: Answer) -> Iterator[Reason]:
    """How the amounts of several articles became one."""
    benefit = answer.trace.what if answer.trace else None
    if not isinstance(benefit, Benefit) or benefit.combination not in _TOTALS:
        return
    paying = [
        (step.what, amount)
        for step in written(answer)
        if step.value is True and isinstance(step.what, Article) and _grants(step)
        for amount in (child.value for child in step.children[1:2])
        if isinstance(amount, Fraction)
    ]
    if len(paying) < 2:
        return
    combined = OPERATORS[_TOTALLED_BY[benefit.combination]].scalar(*(amount for _, amount in paying))
    assert isinstance(combined, Fraction)
    amounts = [_BY_ARTICLE.fill(article=article_phrase(article.number), value=value_words(amount, benefit.type)) for article, amount in paying]
    separator = _PLUS if benefit.combination is Combination.SUM else LIST
    text = _TOTALS[benefit.combination].fill(parts=joined(separator, amounts), value=value_words(combined, benefit.type))
    line = Line(
        plain(benefit.name),
        _TOTALLED_BY[benefit.combination],
        tuple(Figure(article_phrase(article.number), amount, benefit.type) for article, amount in paying),
        combined,
        benefit.type,
    )
    yield Reason("combination", text, value=exact_words(combined, benefit.type), lines=(line,))


def rounding(answer: Answer) -> Iterator[Reason]:
    """The last step, from the exact amount to the one decided."""
    match answer.outcome:
        case Granted(Fraction() as amount) | Computed(Fraction() as amount):
            step = _rounded(answer.trace, amount)
        case _:
            return
    if step is None or not isinstance(step.what, Rounding):
        return
    how = _rounding_words(step.what, answer.type)
    value = exact_words(amount, answer.type)
    before = step.children[0].value
    text = _ROUNDED.fill(how=how, value=value)
    if before != amount:
        text = _FROM_EXACT.fill(exact=value_words(before, answer.type), how=how, value=value)
    yield Reason("rounding", text, value=value, lines=(_rounding_line(step, step.what, _Defined(plain(answer.name), answer.type)),))


def _rounded(benefit: Step | None, amount: Fraction) -> Step | None:
    """The step of a benefit that rounded to this amount; its child is the amount before."""
    for step in parts(benefit):
        if isinstance(step.what, Rounding) and step.value == amount and step.children and isinstance(step.children[0].value, Fraction):
            return step
    return None


def _rounding_line(step: Step, rounding: Rounding, defined: _Defined, worked_out: int | None = None) -> Line:
    before, after = step.children[0].value, step.value
    assert isinstance(before, Fraction) and isinstance(after, Fraction)
    place = Figure(place_words(rounding.step, defined.type), rounding.step, defined.type)
    return Line(defined.name, rounding.mode, (Figure(_EXACT, before, defined.type, worked_out), place), after, defined.type)


def _rounding_words(rounding: Rounding, kind: Type) -> Phrase:
    """四舍五入到分."""
    return _ROUNDING.fill(mode=_mode_words(rounding.mode), place=place_words(rounding.step, kind))


@lru_cache(maxsize=16)
def _mode_words(operator: str) -> Phrase:
    modes = [word for word, mode in ROUNDING_MODES.items() if f"round {mode}" == operator]
    return Phrase(modes[0], modes[-1])


def _grants(step: Step) -> bool:
    return isinstance(step.what, Article) and isinstance(step.what.consequence, Grant)
