"""A comparison as one page: whether anything differs, what was written otherwise, then benefit by benefit who gets what instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from policyrules.explain.words import LIST, joined
from policyrules.review.diff_marks import arrow, change_words, outcome_phrase, with_change
from policyrules.review.diff_values import DIFFERS, GONE, NEW, NOT_PROVED, SAME, STRUCTURE, Change, Difference, Span, Verdict
from policyrules.review.diff_written import ADDED, CHANGED, REMOVED, RENAMED, Written
from policyrules.source.phrase import Language, Phrase, plain
from policyrules.source.render import render, visible
from policyrules.source.text import line_and_column
from policyrules.values.calendar import month_text
from policyrules.values.types import Type

_EQUAL = Phrase("两个版本对每一户、每个月都一样。", "Both versions come to the same for every household in every month.")
_EQUAL_PROVED = Phrase(
    "两个版本一样：结构相同，或者在下面写明的范围内已经证明。",
    "Both versions come to the same: by their structure, or by proof as far as is said below.",
)
_EQUAL_WORDS = Phrase(
    "两个版本对每一户、每个月都一样，只改了文字。", "Both versions come to the same for every household in every month; only words have changed."
)
_CHECKS = Phrase(
    "两边都收的户结果都一样；但核对不同，有的个案只有一边收。",
    "Households both versions take come to the same; but the checks differ, so that some cases are taken by one version only.",
)
_EQUAL_IN = Phrase("{span}，两个版本对每一户都一样。", "Both versions come to the same for every household, {span}.")
_EQUAL_WORDS_IN = Phrase(
    "{span}，两个版本对每一户都一样，只改了文字。", "Both versions come to the same for every household, {span}; only words have changed."
)
_DIFFERENT = Phrase("两个版本不同：{parts}。", "The versions differ: {parts}.")
_OPEN = Phrase("没有看到不同，但没有全部证明：{parts}。", "No difference was met, but not everything is proved: {parts}.")
_COUNTS = (
    (DIFFERS, Phrase("{count} 项待遇的结果有变化", "{count} benefits come out otherwise")),
    (NEW, Phrase("新增 {count} 项待遇", "{count} new benefits")),
    (GONE, Phrase("去掉 {count} 项待遇", "{count} benefits removed")),
    (NOT_PROVED, Phrase("{count} 项待遇没有证明一样", "{count} benefits not proved the same")),
    (SAME, Phrase("{count} 项待遇不变", "{count} benefits unchanged")),
)
_ONE = {DIFFERS: "1 benefit comes out otherwise", NEW: "1 new benefit", GONE: "1 benefit removed", NOT_PROVED: "1 benefit not proved the same"}
_ONE_SAME = "1 benefit unchanged"
_BROKEN = Phrase("{name}有错误，没有比较：", "{name} has errors and was not compared:")
_WRITTEN = Phrase("改了什么", "What was changed")
_WORDS = Phrase("只改了文字", "Only words")
_ASK_MORE = Phrase("要多问", "To be asked as well")
_ASK_LESS = Phrase("不用再问", "No longer to be asked")
_RESULTS = Phrase("对谁有影响", "Whom it concerns")
_BENEFIT = Phrase("{name}（{entity}）　{months}", "{name} ({entity}), {months}")
_OTHERS = Phrase("算和条件", "Definitions")
_SAME_NAMES = Phrase("一样的", "The same")
_CHANGES = {
    ADDED: Phrase("新增", "added"),
    REMOVED: Phrase("去掉", "removed"),
    RENAMED: Phrase("改了名称", "renamed"),
}
_SORTS = {
    "gained": Phrase("原来不予，现在给", "refused before, granted now"),
    "lost": Phrase("原来给，现在不予", "granted before, refused now"),
    "amount": Phrase("数额变了", "another amount"),
    "other article": Phrase("改按别的条给", "granted by another article"),
    "conflict": Phrase("条文冲突", "conflicting articles"),
    "error": Phrase("无法计算", "cannot be computed"),
    "value": Phrase("结果变了", "another result"),
}
_BY = Phrase("{sort}（{article}）", "{sort} ({article})")
_FROM_TO = Phrase("{old} → {new}", "{old} → {new}")
_MAINLY = Phrase("{conditions}（还有别的条件，没有说全）", "{conditions} (and more that is not told here)")
_FROM = Phrase("自{first}起", "from {first}")
_ONLY = Phrase("只有{first}", "only {first}")
_SPAN = Phrase("{first}至{last}", "{first} to {last}")
_WHO, _RECKONED, _CASE = Phrase("谁", "who"), Phrase("算法", "formula"), Phrase("例", "case")
_COLON = Phrase("{name}：{words}", "{name}: {words}")
_MET = Phrase("{months}（试到的月份）", "{months} (months it was met in)")
_DATED = Phrase("[数字是{month}的]", "[figures of {month}]")
_CASE_LINE = Phrase("{words}：{change}", "{words}: {change}")
_CASE_MONTH = Phrase("{month}，{words}", "{month}, {words}")
_SUBJECT = Phrase("{subject} {change}", "{subject} {change}")
_DONE = Phrase("没有别的差别（{why}）", "nothing else differs ({why})")
_MAYBE = Phrase("还可能有别的差别（{why}）", "there may be other differences ({why})")
_TRIED = Phrase("还可能有别的差别（只是试，没有证明）", "there may be other differences (this was found by trying, nothing is proved)")
_ENGLISH_STATES = {DIFFERS: Phrase("结果有变化", "come out otherwise"), NEW: Phrase("新增", "new"), GONE: Phrase("去掉", "removed")}
_WHY = Phrase("{names}（{why}）", "{names} ({why})")
_AND = Phrase("，", ", ")
_STOP = {"zh": "　", "en": "  "}


def text_of(difference: Difference, language: Language) -> str:
    """The page."""
    if difference.errors:
        return _broken(difference, language)
    blocks = [render(finding, language) for finding in difference.findings]
    if difference.verdicts or not blocks:
        blocks.append(headline(difference)(language))
    blocks += [block for block in (_changed(difference, language), _facts(difference, language)) if block]
    blocks += ["\n".join(_benefit(verdict, language)) for verdict in difference.verdicts if verdict.benefit and verdict.state == DIFFERS]
    blocks += [block for block in (_rest(difference, language), _only_words(difference, language)) if block]
    return "\n\n".join(blocks)


def headline(difference: Difference) -> Phrase:
    """In one sentence whether anything differs."""
    if difference.equal and difference.bounded:
        span = _span(Span(difference.first, difference.last))
        return (_EQUAL_WORDS_IN if _only_words_differ(difference) else _EQUAL_IN).fill(span=span)
    if difference.equal and any(verdict.why != STRUCTURE for verdict in difference.verdicts if verdict.state == SAME):
        return _EQUAL_PROVED
    if difference.equal:
        return _EQUAL_WORDS if _only_words_differ(difference) else _EQUAL
    benefits = [verdict for verdict in difference.verdicts if verdict.benefit]
    if difference.checks and all(verdict.state == SAME for verdict in difference.verdicts):
        return _CHECKS
    parts = []
    for state, words in _COUNTS:
        count = sum(verdict.state == state for verdict in benefits)
        if count:
            said = words.fill(count=count)
            said = Phrase(said.zh, _ONE.get(state, _ONE_SAME)) if count == 1 else said
            names = joined(LIST, [plain(verdict.name) for verdict in benefits if verdict.state == state])
            parts.append(said if state == SAME else _WHY.fill(names=said, why=names))
    different = any(verdict.state == DIFFERS or (verdict.benefit and verdict.state in (NEW, GONE)) for verdict in difference.verdicts)
    if not any(verdict.state != SAME for verdict in benefits):
        parts = [_others_counted(difference.verdicts)]
    return (_DIFFERENT if different else _OPEN).fill(parts=joined(_AND, parts))


def _only_words_differ(difference: Difference) -> bool:
    return bool(difference.words) and not difference.written


def _others_counted(verdicts: Sequence[Verdict]) -> Phrase:
    names = [plain(verdict.name) for verdict in verdicts if verdict.state in (DIFFERS, NOT_PROVED)]
    return joined(LIST, names) if names else plain("—")


def _broken(difference: Difference, language: Language) -> str:
    blocks: list[str] = []
    for name in difference.names:
        found = [finding for which, finding in difference.errors if which == name]
        if found:
            blocks += [_BROKEN.fill(name=name)(language), *(render(finding, language) for finding in found)]
    return "\n\n".join(blocks)


# ---------------------------------------------------------------- what is written


def _changed(difference: Difference, language: Language) -> str:
    told = [each for each in difference.written if each.kind != "fact" or each.change not in (ADDED, REMOVED)]
    lines = [line for each in told for line in _written(each, language)]
    return "\n".join([_WRITTEN(language), *lines]) if lines else ""


def _written(one: Written, language: Language) -> Iterator[str]:
    mark = _CHANGES[one.change](language) if one.change in _CHANGES else ""
    heading = f"  {visible(one.heading(language))}" + (f"{_STOP[language]}{mark}" if mark else "")
    where = ""
    if one.place is not None:
        where = f"{_STOP[language]}{one.place.path}:{line_and_column(one.place)[0]}"
    if len(one.lines) == 1 and one.change != CHANGED:
        yield f"{heading}{_STOP[language]}{visible(one.lines[0](language))}{where}"
        return
    yield f"{heading}{where}"
    for line in one.lines:
        yield f"    {visible(line(language))}"


def _only_words(difference: Difference, language: Language) -> str:
    if not difference.words:
        return ""
    names = joined(LIST, list(dict.fromkeys(each.heading for each in difference.words)))
    return f"{_WORDS(language)}\n  {visible(names(language))}"


def _facts(difference: Difference, language: Language) -> str:
    lines = []
    for words, facts in ((_ASK_MORE, difference.asked_more), (_ASK_LESS, difference.asked_less)):
        if facts:
            listed = joined(LIST, [Phrase(f"{fact.entity}的{fact.name}", f"{fact.name} of {fact.entity}") for fact in facts])
            lines.append(f"{words(language)}{_colon(language)}{visible(listed(language))}")
    return "\n".join(lines)


def _colon(language: Language) -> str:
    return "：" if language == "zh" else ": "


# ---------------------------------------------------------------- benefits


def _benefit(verdict: Verdict, language: Language) -> Iterator[str]:
    yield visible(_BENEFIT.fill(name=verdict.name, entity=verdict.entity, months=spans_words(verdict.spans))(language))
    for number, change in enumerate(verdict.changes, 1):
        months = ""
        if change.spans != verdict.spans:
            met = spans_words(change.spans) if verdict.complete is not None else _MET.fill(months=spans_words(change.spans))
            months = f"{_STOP[language]}{met(language)}"
        if change.dated and change.sort != "conflict":
            months += f"{_STOP[language]}{_DATED.fill(month=_month(change.example.month))(language)}"
        yield f"  {number}. {visible(_heading(change, verdict.type)(language))}{months}"
        for line in change_lines(change, verdict.type):
            yield f"     {visible(line(language))}"
    if verdict.complete is not None:
        yield f"  {_DONE.fill(why=verdict.complete)(language)}"
    elif verdict.open is not None:
        yield f"  {_MAYBE.fill(why=verdict.open)(language)}"
    else:
        yield f"  {_TRIED(language)}"


def _heading(change: Change, kind: Type) -> Phrase:
    """原来不予，现在给（第一条）：不予 → 650.00元/月."""
    old, new = change.articles
    article = new if change.sort in ("gained", "lost", "other article") or old == new else _FROM_TO.fill(old=old, new=new)
    words = _BY.fill(sort=_SORTS[change.sort], article=article)
    return words if change.amounts is None else _COLON.fill(name=words, words=_amounts(change, kind))


def change_lines(change: Change, kind: Type) -> list[Phrase]:
    """Who, by what formula, and a household."""
    return [Phrase(f"{label.zh}　{words.zh}", f"{label.en}: {words.en}") for label, words in _labelled(change, kind)]


def _labelled(change: Change, kind: Type) -> Iterator[tuple[Phrase, Phrase]]:
    if change.conditions:
        conditions = joined(Phrase("；", "; "), list(change.conditions))
        yield _WHO, conditions if change.whole else _MAINLY.fill(conditions=conditions)
    old, new = change.formulas
    if old is not None and new is not None and old != new:
        yield _RECKONED, Phrase(_merged(old.zh, new.zh), _merged(old.en, new.en))
    elif new is not None:
        yield _RECKONED, new
    example = change.example
    told = arrow(outcome_phrase(example.before, kind), outcome_phrase(example.after, kind))
    whose = _CASE_MONTH.fill(month=_month(example.month), words=example.words)
    yield _CASE, _CASE_LINE.fill(words=whose, change=_SUBJECT.fill(subject=example.subject, change=told))


def _merged(old: str, new: str) -> str:
    """Two formulas as one, where only a part has changed: 低保标准 [610.00元/人·月 → 650.00元/人·月] × 60%."""
    before, after = old.split(" "), new.split(" ")
    if len(before) == len(after):
        differing = [index for index, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
        if len(differing) == 1:
            at = differing[0]
            return " ".join((*before[:at], f"[{before[at]} → {after[at]}]", *before[at + 1 :]))
    return f"{old} → {new}"


def _amounts(change: Change, kind: Type) -> Phrase:
    """610.00元/月 → 650.00元/月（多 40.00元/月）, as far as the figures are always the same."""
    amounts = change.amounts
    assert amounts is not None
    difference = change_words(amounts, kind)
    if amounts.before is None or amounts.after is None:
        return difference
    before, after = change.outcomes
    return arrow(before, after) if change.sort in ("gained", "lost") else with_change(arrow(before, after), difference)


def spans_words(spans: Sequence[Span]) -> Phrase:
    """自2020年4月起; 2020年4月至2020年6月; 只有2020年4月."""
    return joined(LIST, [_span(span) for span in spans])


def _span(span: Span) -> Phrase:
    if span.last is None:
        return _FROM.fill(first=_month(span.first))
    if span.first == span.last:
        return _ONLY.fill(first=_month(span.first))
    return _SPAN.fill(first=_month(span.first), last=_month(span.last))


def _month(month: date) -> Phrase:
    return Phrase(month_text(month, "zh"), month_text(month, "en"))


# ---------------------------------------------------------------- everything else


def _rest(difference: Difference, language: Language) -> str:
    """Names that need no block: benefits that are new, gone, open or the same, and definitions."""
    lines: list[str] = []
    for benefit in (True, False):
        group = [verdict for verdict in difference.verdicts if verdict.benefit is benefit]
        for state, words in ((NEW, _ENGLISH_STATES[NEW]), (GONE, _ENGLISH_STATES[GONE]), (DIFFERS, _ENGLISH_STATES[DIFFERS])):
            names = [plain(verdict.name) for verdict in group if verdict.state == state]
            if names and not (benefit and state == DIFFERS):
                label = words if benefit else Phrase(f"{_OTHERS.zh}{words.zh}", f"{_OTHERS.en} that {_are(state)}")
                lines.append(f"{label(language)}{_colon(language)}{visible(joined(LIST, names)(language))}")
        reasons: dict[Phrase, list[Phrase]] = {}
        for verdict in group:
            if verdict.state == NOT_PROVED and verdict.why is not None:
                reasons.setdefault(verdict.why, []).append(plain(verdict.name))
        for why, names in reasons.items():
            lines.append(f"{_UNPROVED(language)}{_colon(language)}{visible(_WHY.fill(names=joined(LIST, names), why=why)(language))}")
    return "\n".join([*lines, *_same(difference, language)])


_UNPROVED = Phrase("没有证明一样", "Not proved the same")


def _are(state: str) -> str:
    return {NEW: "are new", GONE: "are removed", DIFFERS: "come out otherwise"}[state]


def _same(difference: Difference, language: Language) -> Iterator[str]:
    """The names that are the same, by how that is known."""
    reasons: dict[Phrase, list[Verdict]] = {}
    for verdict in difference.verdicts:
        if verdict.state == SAME and verdict.why is not None:
            reasons.setdefault(verdict.why, []).append(verdict)
    for why, group in reasons.items():
        benefits = [plain(verdict.name) for verdict in group if verdict.benefit]
        others = len(group) - len(benefits)
        parts = list(benefits)
        if others:
            parts.append(Phrase(f"{others} 项算和条件", f"{others} definitions" if others > 1 else "1 definition"))
        yield f"{_SAME_NAMES(language)}{_colon(language)}{visible(_WHY.fill(names=joined(LIST, parts), why=why)(language))}"
