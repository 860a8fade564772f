"""What stands otherwise in the new version, declaration by declaration; what only concerns words is kept apart.

Spelling, layout, comments and the order of files and declarations are not seen here at all: both are compared as programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import evolve, frozen

from policyrules.analysis.view import in_force
from policyrules.core.describing import describe
from policyrules.core.program import (
    Article,
    Benefit,
    Combination,
    Expression,
    Fact,
    Grant,
    Lift,
    Operation,
    Parameter,
    ParameterRow,
    Program,
    Rule,
)
from policyrules.explain.words import COMMA, LIST, article_words, joined, span_words
from policyrules.review.diff_matching import Match, matched_articles
from policyrules.review.diff_steps import choice_lines, same_but_words
from policyrules.source.phrase import Phrase, plain
from policyrules.source.text import Place
from policyrules.values.calendar import add_days
from policyrules.values.quantities import value_phrase
from policyrules.values.types import Options, Quantity, Truth
from policyrules.values.units import type_text

ADDED, REMOVED, CHANGED, RENAMED, WORDS = "added", "removed", "changed", "renamed", "words"

_KINDS = {
    "parameter": Phrase("参数", "parameter"),
    "rule": Phrase("算", "definition"),
    "condition": Phrase("条件", "condition"),
    "benefit": Phrase("给付", "benefit"),
    "fact": Phrase("事实", "fact"),
    "entity": Phrase("主体", "entity"),
    "check": Phrase("核对", "check"),
    "month": Phrase("基准日", "reference day"),
}
_ALWAYS = Phrase("一直", "always")
_ROW = Phrase("{span}：{change}", "{span}: {change}")
_ARROW = Phrase("{before} → {after}", "{before} → {after}")
_NONE = Phrase("没有", "none")
_WHEN = Phrase("当 {words}", "when {words}")
_GIVES = Phrase("给 {words}", "grant {words}")
_REFUSES, _LIFTS = Phrase("不予", "refuse"), Phrase("除外", "set aside")
_CONDITION = Phrase("条件 {change}", "condition {change}")
_LESS = Phrase("条件少了 {words}", "without the condition {words}")
_MORE = Phrase("条件多了 {words}", "with the further condition {words}")
_PAYS = Phrase("给 {change}", "grants {change}")
_SPAN = Phrase("施行 {change}", "in force {change}")
_OTHERWISE = Phrase("其余情形 {change}", "otherwise {change}")
_BEATEN = Phrase("例外关系 {change}", "exceptions {change}")
_YIELDS = Phrase("让位于 {articles}", "set aside by {articles}")
_HOW = Phrase("几条同时符合时 {change}", "where several articles hold {change}")
_ROUNDS = Phrase("取整 {change}", "rounding {change}")
_TYPE = Phrase("类型 {change}", "type {change}")
_TO = Phrase("改名为 {name}", "is called {name} now")
_OTHER_WORDS = Phrase("文字", "wording")
_NUMBERED = Phrase("{old} 改为 {new}", "{old} is {new} now")
_COMBINATIONS = {
    Combination.UNIQUE: Phrase("唯一", "unique"),
    Combination.HIGHEST: Phrase("择高", "highest"),
    Combination.LOWEST: Phrase("择低", "lowest"),
    Combination.SUM: Phrase("累加", "sum"),
    Combination.PRIORITY: Phrase("优先", "priority"),
}
_MONTH_ENDS = {False: Phrase("月初", "first day of the month"), True: Phrase("月末", "last day of the month")}


@frozen
class Written:
    """One declaration (or article) that is not the same: what it is called, how it has changed, and where the new one stands."""

    kind: str
    name: Phrase
    change: str
    lines: tuple[Phrase, ...] = ()
    place: Place | None = None

    @property
    def heading(self) -> Phrase:
        """参数 低保标准."""
        return Phrase(f"{_KINDS[self.kind].zh} {self.name.zh}", f"{_KINDS[self.kind].en} {self.name.en}")


def written(found: Match) -> tuple[Written, ...]:
    """Everything that is written otherwise, parameters first."""
    old, new = found.view(), found.new
    every: list[Written] = []
    if old.month_by_end is not new.month_by_end:
        every.append(Written("month", plain(""), CHANGED, (_changed(_MONTH_ENDS[old.month_by_end], _MONTH_ENDS[new.month_by_end]),)))
    back = {after: before for before, after in found.renamed.items()}
    for key, parameter in new.parameters.items():
        before = found.old.parameters.get(back.get(key, key))
        every += _named("parameter", before, parameter) if before is None else [*_renamed("parameter", before, parameter), *_parameter(before, parameter)]
    every += [Written("parameter", plain(one.name), REMOVED) for key, one in old.parameters.items() if found.renamed.get(key, key) not in new.parameters]
    every += _entities(old, new)
    every += _facts(old, new)
    every += _rules(found, old, back)
    for key, benefit in new.benefits.items():
        earlier = found.old.benefits.get(back.get(key, key))
        every += _named("benefit", earlier, benefit) if earlier is None else [*_renamed("benefit", earlier, benefit), *_benefit(old, new, earlier, benefit)]
    every += [Written("benefit", plain(one.name), REMOVED) for key, one in old.benefits.items() if found.renamed.get(key, key) not in new.benefits]
    return tuple(every)


def _named(kind: str, before: object, after: Rule | Benefit | Parameter) -> list[Written]:
    return [Written(kind, plain(after.name), ADDED, (), after.place)] if before is None else []


def _renamed(kind: str, before: Rule | Benefit | Parameter, after: Rule | Benefit | Parameter) -> list[Written]:
    if before.name == after.name:
        return []
    return [Written(kind, plain(before.name), RENAMED, (_TO.fill(name=after.name),), after.place)]


def _changed(before: Phrase, after: Phrase) -> Phrase:
    return _ARROW.fill(before=before, after=after)


# ---------------------------------------------------------------- parameters


def _parameter(before: Parameter, after: Parameter) -> Iterator[Written]:
    lines = list(_timeline(before, after))
    if before.type != after.type:
        lines.insert(0, _TYPE.fill(change=_changed(_type(before.type), _type(after.type))))
    if lines:
        yield Written("parameter", plain(after.name), CHANGED, tuple(lines), after.rows[0].place if after.rows else after.place)
    elif _papers(before) != _papers(after):
        yield Written("parameter", plain(after.name), WORDS, (_OTHER_WORDS,), after.place)


def _timeline(before: Parameter, after: Parameter) -> Iterator[Phrase]:
    """Each span in which the value is another: 自2020年4月1日起：610 → 650."""
    ends = (add_days(row.end, 1) for one in (before, after) for row in one.timeline if row.end is not None)
    turns = sorted({row.start for one in (before, after) for row in one.timeline} | {end for end in ends if end is not None})
    spans: list[tuple[date, date | None, Phrase]] = []
    for index, turn in enumerate(turns):
        last = add_days(turns[index + 1], -1) if index + 1 < len(turns) else None
        rows = [_row(one.timeline, turn) for one in (before, after)]
        values = [row.value if row is not None else None for row in rows]
        if values[0] != values[1]:
            words = [value_phrase(row.value, one.type) if row is not None else _NONE for row, one in zip(rows, (before, after), strict=True)]
            change = _changed(words[0], words[1])
            if spans and spans[-1][2] == change and spans[-1][1] == add_days(turn, -1):
                spans[-1] = (spans[-1][0], last, change)
            else:
                spans.append((turn, last, change))
    for start, end, change in spans:
        yield _ROW.fill(span=span_words(start, end), change=change)


def _row(rows: Iterable[ParameterRow], day: date) -> ParameterRow | None:
    return next((row for row in rows if in_force(row.start, row.end, day)), None)


def _papers(one: Parameter) -> tuple[object, ...]:
    return tuple((row.start, row.end, row.provisional, row.citation, row.quotation, row.layer, row.issued) for row in one.timeline)


# ---------------------------------------------------------------- entities, facts, definitions


def _type(kind: object) -> Phrase:
    if isinstance(kind, Options):
        return joined(LIST, [plain(name) for name in kind.names])
    return Phrase(type_text(kind, "zh"), type_text(kind, "en"))  # type: ignore[arg-type]


def _entities(old: Program, new: Program) -> Iterator[Written]:
    for name in dict.fromkeys((*old.entities, *new.entities)):
        before, after = old.entities.get(name), new.entities.get(name)
        if after is None or before is None:
            yield Written("entity", plain(name), REMOVED if after is None else ADDED)
        elif before != after:
            roles = [joined(LIST, [plain(role.name) for role in one.roles]) if one.roles else _NONE for one in (before, after)]
            yield Written("entity", plain(name), CHANGED, (_changed(roles[0], roles[1]),), after.place)


def _facts(old: Program, new: Program) -> Iterator[Written]:
    for key in dict.fromkeys((*old.facts, *new.facts)):
        before, after = old.facts.get(key), new.facts.get(key)
        if after is None or before is None:
            some = after or before
            assert some is not None
            yield Written("fact", _fact_name(some), REMOVED if after is None else ADDED, (), after.place if after else None)
        elif (kinds := (_range(before), _range(after)))[0] != kinds[1]:
            yield Written("fact", _fact_name(after), CHANGED, (_changed(*kinds),), after.place)
        elif before != after:
            steads = [tuple(stead and stead.value for stead in (one.presumed, one.inapplicable)) for one in (before, after)]
            yield Written("fact", _fact_name(after), WORDS if steads[0] == steads[1] else CHANGED, (_OTHER_WORDS,), after.place)


def _fact_name(fact: Fact) -> Phrase:
    return Phrase(f"{fact.entity}的{fact.name}", f"{fact.name} of {fact.entity}")


def _range(fact: Fact) -> Phrase:
    kind = _type(fact.type)
    if not isinstance(fact.type, Quantity) or (fact.low is None and fact.high is None):
        return kind
    ends = [value_phrase(end, fact.type) if end is not None else plain("…") for end in (fact.low, fact.high)]
    return Phrase(f"{kind.zh}（{ends[0].zh} 至 {ends[1].zh}）", f"{kind.en} ({ends[0].en} to {ends[1].en})")


def _rules(found: Match, old: Program, back: dict[str, str]) -> Iterator[Written]:
    new = found.new
    groups = ((old.rules, new.rules), ({one.key: one for one in old.consistencies}, {one.key: one for one in new.consistencies}))
    for index, (befores, afters) in enumerate(groups):
        for key, after in afters.items():
            before = befores.get(key) or befores.get(back.get(key, key))
            kind = "check" if index else "condition" if isinstance(after.type, Truth) else "rule"
            if before is None:
                yield Written(kind, plain(after.name), ADDED, (describe(after.expression, after.entity, new),), after.place)
                continue
            original = found.old.rules.get(before.key, before)
            yield from _renamed(kind, original, after)
            lines = expression_lines(before.expression, after.expression, after.entity, old, new)
            if lines or (before.entity, before.type) != (after.entity, after.type):
                yield Written(kind, plain(after.name), CHANGED, tuple(lines), after.place)
            elif not same_but_words(before.expression, after.expression):
                yield Written(kind, plain(after.name), WORDS, (_OTHER_WORDS,), after.place)
        for key, before in befores.items():
            if key not in afters and found.renamed.get(key, key) not in afters:
                kind = "check" if index else "condition" if isinstance(before.type, Truth) else "rule"
                yield Written(kind, plain(before.name), REMOVED)


def expression_lines(before: Expression, after: Expression, entity: str | None, old: Program, new: Program) -> list[Phrase]:
    """How an expression has changed: the rows of a table that are not the same, else before → after; nothing where it reads the same."""
    words = describe(before, entity, old), describe(after, entity, new)
    if words[0] == words[1]:
        return []
    return choice_lines(before, after, entity, old, new) or [_changed(*words)]


# ---------------------------------------------------------------- articles


def _benefit(old: Program, new: Program, before: Benefit, after: Benefit) -> Iterator[Written]:
    name = plain(after.name)
    lines: list[Phrase] = []
    if (before.type, before.entity) != (after.type, after.entity):
        lines.append(_TYPE.fill(change=_changed(_whose(before), _whose(after))))
    if before.combination is not after.combination:
        lines.append(_HOW.fill(change=_changed(_COMBINATIONS[before.combination], _COMBINATIONS[after.combination])))
    if before.rounding != after.rounding:
        lines.append(_ROUNDS.fill(change=_changed(_rounding(before), _rounding(after))))
    if (says := [_says(one.otherwise, one, program) for one, program in ((before, old), (after, new))])[0] != says[1]:
        lines.append(_OTHERWISE.fill(change=_changed(says[0], says[1])))
    if lines:
        yield Written("benefit", name, CHANGED, tuple(lines), after.place)
    elif before.otherwise != after.otherwise:
        yield Written("benefit", name, WORDS, (_OTHER_WORDS,), after.place)
    for one, other in matched_articles(before, after):
        yield from _article(_Both(old, new, before, after), one, other)


@frozen(eq=False)
class _Both:
    """A benefit in both versions."""

    old: Program
    new: Program
    before: Benefit
    after: Benefit


def _article(both: _Both, one: Article | None, other: Article | None) -> Iterator[Written]:
    some = other or one
    assert some is not None
    name = _of(both.after, some)
    if one is None or other is None:
        benefit, program = (both.before, both.old) if other is None else (both.after, both.new)
        lines = [_WHEN.fill(words=describe(some.condition, benefit.entity, program)), _says(some.consequence, benefit, program)]
        span = span_words(some.start, some.end)
        exceptions = _beats(benefit, some)
        lines += [each for each in (span, exceptions) if each.zh]
        yield Written("benefit", name, REMOVED if other is None else ADDED, (joined(COMMA, lines),), other.place if other else None)
        return
    lines = list(_article_lines(both, one, other))
    if one.number != other.number:
        lines.append(_NUMBERED.fill(old=article_words(evolve(one, title=None)), new=article_words(evolve(other, title=None))))
    words = (one.title, one.quotations, one.citations, one.passages, one.consequence if not isinstance(one.consequence, Grant) else None)
    others = (other.title, other.quotations, other.citations, other.passages, other.consequence if not isinstance(other.consequence, Grant) else None)
    if lines:
        yield Written("benefit", name, CHANGED, tuple(lines), other.place)
    elif words != others:
        yield Written("benefit", name, WORDS, (_OTHER_WORDS,), other.place)


def _article_lines(both: _Both, one: Article, other: Article) -> Iterator[Phrase]:
    yield from _conditions(both, one.condition, other.condition)
    if type(one.consequence) is not type(other.consequence):
        yield _changed(_says(one.consequence, both.before, both.old), _says(other.consequence, both.after, both.new))
    elif isinstance(one.consequence, Grant) and isinstance(other.consequence, Grant):
        for line in expression_lines(one.consequence.value, other.consequence.value, both.after.entity, both.old, both.new):
            yield _PAYS.fill(change=line)
    if (one.start, one.end) != (other.start, other.end):
        spans = [span_words(each.start, each.end) if each.start or each.end else _ALWAYS for each in (one, other)]
        yield _SPAN.fill(change=_changed(spans[0], spans[1]))
    beaten = [_beaten_by(benefit, each) for benefit, each in ((both.before, one), (both.after, other))]
    if beaten[0] != beaten[1]:
        yield _BEATEN.fill(change=_changed(beaten[0], beaten[1]))


def _conditions(both: _Both, before: Expression, after: Expression) -> Iterator[Phrase]:
    """Only the parts of a condition that are not the same."""
    entity = both.after.entity
    parts = [[describe(each, entity, program) for each in _parts(node)] for node, program in ((before, both.old), (after, both.new))]
    gone = [each for each in parts[0] if each not in parts[1]]
    come = [each for each in parts[1] if each not in parts[0]]
    if gone and come:
        yield _CONDITION.fill(change=_changed(joined(COMMA, gone), joined(COMMA, come)))
    elif gone:
        yield _LESS.fill(words=joined(COMMA, gone))
    elif come:
        yield _MORE.fill(words=joined(COMMA, come))


def _parts(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Operation) and node.operator == "and":
        for each in node.arguments:
            yield from _parts(each)
    else:
        yield node


def _says(what: object, benefit: Benefit, program: Program) -> Phrase:
    if isinstance(what, Grant):
        return _GIVES.fill(words=describe(what.value, benefit.entity, program))
    return _LIFTS if isinstance(what, Lift) else _REFUSES


def _of(benefit: Benefit, article: Article) -> Phrase:
    words = article_words(article)
    return Phrase(f"{benefit.name} {words.zh}", f"{benefit.name} {words.en}")


def _beaten_by(benefit: Benefit, article: Article) -> Phrase:
    if not article.yields_to:
        return _NONE
    return _YIELDS.fill(articles=joined(LIST, [article_words(evolve(benefit.articles[index], title=None)) for index in sorted(article.yields_to)]))


def _beats(benefit: Benefit, article: Article) -> Phrase:
    index = next(index for index, one in enumerate(benefit.articles) if one is article)
    beaten = [one for one in benefit.articles if index in one.yields_to]
    if not beaten:
        return plain("")
    listed = joined(LIST, [article_words(evolve(one, title=None)) for one in beaten])
    return Phrase(f"例外于 {listed.zh}", f"an exception to {listed.en}")


def _whose(benefit: Benefit) -> Phrase:
    kind = _type(benefit.type)
    return Phrase(f"{kind.zh}（{benefit.entity}）", f"{kind.en} ({benefit.entity})")


def _rounding(benefit: Benefit) -> Phrase:
    from policyrules.core.describing import place_words
    from policyrules.values.quantities import ROUNDING_MODES

    if benefit.rounding is None:
        return _NONE
    modes = [word for word, mode in ROUNDING_MODES.items() if mode == benefit.rounding.mode.removeprefix("round ")]
    place = place_words(benefit.rounding.step, benefit.type)
    zh, en = next((word for word in modes if not word.isascii()), modes[0]), next((word for word in modes if word.isascii()), modes[0])
    return Phrase(f"{zh} 到 {place.zh}", f"{en} to {place.en}")
