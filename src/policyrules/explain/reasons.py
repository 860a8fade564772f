"""From the trace of an answer to its reasons: a short list, in the order in which a case worker would give them.

Each reason stands for itself in JSON (`reasons`) and is laid out as text by `wording`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from policyrules.core.case import everybody
from policyrules.core.keeping import kept
from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Refused, Step, Undecided
from policyrules.core.program import (
    Article,
    Benefit,
    Grant,
    Lift,
    ParameterRow,
    ParameterValue,
    Program,
    Rule,
    RuleValue,
)
from policyrules.explain.amounts import calculation, rounding, total
from policyrules.explain.conditions import distinct, ground_words, grounds, shortfalls
from policyrules.explain.expressions import name_of
from policyrules.explain.lines import line_json
from policyrules.explain.reason import Reason, parts, written
from policyrules.explain.states import stead_reasons, unknowable_reasons
from policyrules.explain.words import (
    LIST,
    SEMICOLON,
    SUPPLIED,
    article_words,
    citation_words,
    joined,
    outcome_words,
    owned,
    possible_words,
    span_words,
    stated,
    value_words,
)
from policyrules.source.phrase import Language, Phrase, plain
from policyrules.source.text import line_and_column
from policyrules.values.types import Truth
from policyrules.values.unknown import Unknown

_OTHERWISE = Phrase("其余情形", "otherwise")
_BEATEN = Phrase("{article}：由{beaters}排除", "{article}: set aside by {beaters}")
_NOT_IN_FORCE = Phrase("{article}：{span}施行", "{article}: in force {span}")
_QUESTION = Phrase("{fact}：{question}", "{fact}: {question}")
_PROOF = Phrase("{fact}（凭{proof}）", "{fact} (proof: {proof})")
_NOT_COMPLETE = Phrase("{list}（名单不全，还有谁）", "{list} (the list may not be complete: who else)")
_AT = Phrase("{reason}（{file} 第 {line} 行）", "{reason} ({file}, line {line})")
_EITHER_WAY = Phrase("所缺的事实不影响结果", "the missing facts do not change the result")
_STILL = Phrase("目前可能：{possible}", "still possible: {possible}")


def reasons(answer: Answer, program: Program, language: Language) -> list[dict[str, object]]:
    """The reasons of a traced answer for JSON; every field is always there, None where it does not apply."""
    return [
        {
            "kind": reason.kind,
            "text": reason.text(language),
            "article": reason.article,
            "citation": reason.citation(language) if reason.citation else None,
            "quote": reason.quote,
            "value": reason.value(language) if reason.value else None,
            "lines": [line_json(line, language) for line in reason.lines],
        }
        for reason in reasons_of(answer, program)
    ]


def reasons_of(answer: Answer, program: Program) -> tuple[Reason, ...]:
    """The reasons of an answer; without a trace, only what the outcome itself tells."""
    found = list(_reasons(answer, program))
    stood_in = supplied = False
    for one in everybody(answer.instance):
        stood_in = stood_in or bool(one.states)
        supplied = supplied or bool(one.given)
    if stood_in:
        found += stead_reasons(answer, program)
    if not supplied:
        return tuple(found)
    found += _supplied_anywhere(answer)
    # What was supplied may serve a condition and an amount; it is said once.
    once = {(reason.text if reason.kind == "supplied" else index): reason for index, reason in enumerate(found)}
    return tuple(once.values())


def _supplied_anywhere(answer: Answer) -> Iterator[Reason]:
    """Every supplied value the answer rests on, however far below: it won over the rules, and that has to be said."""
    waiting = list(answer.trace.children) if answer.trace is not None else []
    seen: set[int] = set()
    while waiting:
        step = waiting.pop()
        if id(step) in seen:
            continue
        seen.add(id(step))
        waiting.extend(step.children)
        if isinstance(step.what, (Rule, Benefit)) and not step.children and step.instance is not None:
            name = owned(step.what.name, step.instance, answer.instance)
            kind, held = step.what.type, step.value
            if isinstance(held, (Granted, Refused, Undecided, Conflict, Failed, Computed)):
                value = outcome_words(held, kind)
            else:
                value = value_words(held, kind)
            yield Reason("supplied", SUPPLIED.fill(name=name, value=value), value=value)


def _reasons(answer: Answer, program: Program) -> Iterator[Reason]:
    if answer.supplied:
        words = outcome_words(answer.outcome, answer.type)
        yield Reason("supplied", SUPPLIED.fill(name=answer.name, value=words), value=words)
        return
    match answer.outcome:
        case Granted():
            yield from _granted(answer, program)
        case Refused(reason, article):
            yield from _refused(answer, reason, article, program)
        case Undecided():
            yield from _undecided(answer, answer.outcome, program)
        case Conflict(articles):
            for article in articles:
                yield from _article_reasons(answer, article, program, kind="conflict")
        case Failed(reason, place):
            text = reason if place is None else _AT.fill(reason=reason, file=place.path, line=line_and_column(place)[0])
            yield Reason("error", text)
        case Computed(value):
            yield from _computed(answer, value, program)


# ---------------------------------------------------------------- outcomes


def _granted(answer: Answer, program: Program) -> Iterator[Reason]:
    assert isinstance(answer.outcome, Granted)
    for article in answer.outcome.articles:
        yield from _article_reasons(answer, article, program)
    if not answer.outcome.articles:
        yield Reason("article", _OTHERWISE)
        for step in parts(answer.trace):
            if isinstance(step.what, Grant) and step.children:
                yield from calculation(answer, step.children[0], program)
    yield from _excluded(answer)
    yield from _open_articles(answer)
    yield from total(answer)
    yield from rounding(answer)


def _refused(answer: Answer, reason: str | None, article: Article | None, program: Program) -> Iterator[Reason]:
    if article is not None:
        yield from _article_reasons(answer, article, program)
        yield from _excluded(answer)
        yield from _open_articles(answer)
        return
    # Refused whatever the missing facts are, by one article or another, is not 其余情形.
    open_ = _any_open(answer)
    if not open_:
        yield kept(_otherwise, answer.trace.what, reason, program) if answer.trace is not None else _otherwise(None, reason, program)
    yield from _failing(answer, program)
    yield from _excluded(answer)
    if open_:
        yield Reason("fact", _EITHER_WAY)


def _otherwise(_: object, reason: str | None, __: Program) -> Reason:
    """What a benefit says where no article does."""
    return Reason("article", _OTHERWISE if reason is None else stated(_OTHERWISE, plain(reason)))


def _undecided(answer: Answer, outcome: Undecided, program: Program) -> Iterator[Reason]:
    people = {one.id: one for one in everybody(answer.instance)}
    for need in outcome.missing:
        words = plain(need.name)
        if need.subject != answer.instance.id:
            words = Phrase(f"{need.subject}的{need.name}", f"{need.name} of {need.subject}")
        owner = people.get(need.subject)
        if owner is not None and need.fact in owner.unlisted:
            words = _NOT_COMPLETE.fill(list=words)
        fact = program.facts.get((owner.entity if owner is not None else "", need.fact))
        if fact is not None and fact.question:
            words = _QUESTION.fill(fact=words, question=fact.question)
        if fact is not None and fact.proof:
            words = _PROOF.fill(fact=words, proof=fact.proof)
        yield Reason("missing", words)
    yield from unknowable_reasons(answer)
    if outcome.possible is not None:
        possible = possible_words(outcome.possible, answer.type)
        yield Reason("possible", _STILL.fill(possible=possible), value=possible)


def _computed(answer: Answer, value: object, program: Program) -> Iterator[Reason]:
    step = answer.trace
    if step is None or not step.children:
        return
    if isinstance(step.what, Benefit):
        for child in step.children:
            if isinstance(child.what, Article) and child.value is True and not isinstance(child.what.consequence, Lift):
                yield from _article_reasons(answer, child.what, program)
        for child in step.children:
            if isinstance(child.what, Grant):
                yield Reason("article", _OTHERWISE)
                yield from calculation(answer, child.children[0], program)
        yield from total(answer)
        yield from rounding(answer)
        return
    if isinstance(answer.type, Truth):
        yield from _facts(answer, step.children[0], program)
    elif isinstance(step.value, Unknown):
        yield Reason("fact", _EITHER_WAY)
    else:
        yield from calculation(answer, step.children[0], program)


# ---------------------------------------------------------------- articles


def _article_reasons(answer: Answer, article: Article, program: Program, kind: str = "article") -> Iterator[Reason]:
    """The article with its words and papers, the facts that made it hold, and how its amount came about."""
    yield kept(_head, article, kind, program)
    step = next((each for each in parts(answer.trace) if each.what is article), None)
    if step is None or not step.children:
        return
    yield from _facts(answer, step.children[0], program, article.number)
    if isinstance(article.consequence, Grant) and len(step.children) > 1:
        for reason in calculation(answer, step.children[1], program):
            yield reason.under(article)


def _head(article: Article, kind: str, program: Program) -> Reason:
    """The article itself: its title and span, its papers and the words quoted from them."""
    span = span_words(article.start, article.end)
    title = article_words(article)
    text = Phrase(f"{title.zh}（{span.zh}）", f"{title.en} ({span.en})") if span.zh else title
    papers = zip_longest(article.citations, article.passages[: len(article.citations)])
    citations = [words for key, passage in papers if (words := citation_words(key, program, passage)) is not None]
    said = getattr(article.consequence, "reason", None)
    if said:
        text = stated(text, plain(said))
    return Reason(kind, text, article.number, joined(LIST, citations) if citations else None, "".join(article.quotations) or None)


def _excluded(answer: Answer) -> Iterator[Reason]:
    """Articles whose condition was met and that others set aside."""
    benefit = answer.trace.what if answer.trace else None
    if not isinstance(benefit, Benefit):
        return
    holding = {id(step.what) for step in parts(answer.trace) if step.value is True and isinstance(step.what, Article)}
    for step in parts(answer.trace) if holding else ():
        article = step.what
        if not isinstance(article, Article) or step.value is not False or not step.children:
            continue
        beaters = [benefit.articles[index] for index in article.yields_to]
        named = [article_words(beater) for beater in beaters if id(beater) in holding]
        if step.children[0].value is True and named:
            text = _BEATEN.fill(article=article_words(article), beaters=joined(LIST, named))
            yield Reason("excluded", text, article.number)


def _failing(answer: Answer, program: Program) -> Iterator[Reason]:
    """For every article that grants, what kept it from holding."""
    for step in written(answer):
        article = step.what
        if not isinstance(article, Article) or not isinstance(article.consequence, Grant) or step.value is not False:
            continue
        title = article_words(article)
        if not step.children:
            span = span_words(article.start, article.end)
            yield Reason("failing", _NOT_IN_FORCE.fill(article=title, span=span), article.number)
        elif step.children[0].value is False:
            why = joined(SEMICOLON, list(shortfalls(step.children[0], answer.instance, program)))
            text = stated(title, why) if why.zh else title
            yield Reason("failing", text, article.number)


def _open_articles(answer: Answer) -> Iterator[Reason]:
    """Said where an answer stands although it is open whether some article holds."""
    if _any_open(answer):
        yield Reason("fact", _EITHER_WAY)


def _any_open(answer: Answer) -> bool:
    """Whether some article, or what one that holds gives, is open."""
    for step in parts(answer.trace):
        held = step.children[-1].value if step.value is True and step.children else step.value
        if isinstance(held, Unknown) and isinstance(step.what, Article):
            return True
    return False


# ---------------------------------------------------------------- facts


def _facts(answer: Answer, condition: Step, program: Program, article: str | None = None) -> Iterator[Reason]:
    """What a condition rests on, as reasons of an article."""
    seen: set[str] = set()
    for step in distinct(grounds(condition)):
        value = value_words(step.value, getattr(step.what, "type", answer.type))
        text = ground_words(step, answer.instance, program, value)
        if text.zh in seen:
            continue
        seen.add(text.zh)
        kind = "fact"
        citation = None
        if isinstance(step.what, ParameterValue):
            kind, citation = "parameter", _paper(step, program)
        elif isinstance(step.what, RuleValue):
            kind = "rule"
            if _is_supplied(step):
                kind, text = "supplied", SUPPLIED.fill(name=name_of(step, answer.instance, program), value=value)
        yield Reason(kind, text, article, citation, value=value)


def _paper(step: Step, program: Program) -> Phrase | None:
    row = step.children[0].what if step.children else None
    return citation_words(row.citation, program) if isinstance(row, ParameterRow) else None


def _is_supplied(step: Step) -> bool:
    return bool(step.children) and isinstance(step.children[0].what, Rule) and not step.children[0].children
