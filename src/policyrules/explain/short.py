"""The reason of an answer in one line of at most sixty characters, for lists of many answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyrules.core.case import Instance
from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Refused, Step, Undecided
from policyrules.core.program import Aggregate, Article, Grant, Operation, Program
from policyrules.engines.formula import Condition
from policyrules.explain.conditions import deciding, distinct, falling_short, grounds
from policyrules.explain.distances import failing
from policyrules.explain.expressions import COMPARISONS, name_of, one_of
from policyrules.explain.reason import parts, written
from policyrules.explain.told import told
from policyrules.explain.words import LIST, SEMICOLON, exact_words, joined, span_words, value_words
from policyrules.source.phrase import Language, Phrase, plain
from policyrules.values.article_numbers import article_phrase
from policyrules.values.types import Options, Truth
from policyrules.values.unknown import Need

LONGEST = 60
"""Characters of a line."""

_BECAUSE = Phrase("{head}：{words}", "{head}: {words}")
_REFUSED = Phrase("不予", "refused")
_REFUSED_BY = Phrase("不予（{article}）", "refused ({article})")
_UNDECIDED = Phrase("未定", "undecided")
_MISSING = Phrase("缺 {needs}", "missing {needs}")
_UNKNOWABLE = Phrase("不详 {needs}", "not to be known {needs}")
_OF = Phrase("{owner}的{name}", "{name} of {owner}")
_CONFLICT = Phrase("条文冲突", "conflicting articles")
_FAILED = Phrase("无法计算", "undefined")
_SUPPLIED = Phrase("由经办人给出", "supplied by hand")
_OTHERWISE = Phrase("其余情形", "otherwise")
_NOT = Phrase("非{name}", "not {name}")
_NOT_IN_FORCE = Phrase("{article}{span}施行", "{article} in force {span}")
_CUT = "…"


def short_reason(answer: Answer, program: Program, language: Language) -> str:
    """第二条：三级、精神; 不予：人均收入…高出…; 未定：缺 年收入. Without a trace, an article's title instead of the facts."""
    head, words, separator = _told(answer, program)
    return _fitted(head(language), [each(language) for each in words if each(language)], separator(language), _BECAUSE(language))


def _fitted(head: str, words: Sequence[str], separator: str, pattern: str) -> str:
    """The head with as many of the words as there is room for."""
    line = head
    for count in range(len(words), 0, -1):
        more = "" if count == len(words) else _CUT
        line = pattern.format(head=head, words=separator.join(words[:count]) + more)
        if len(line) <= LONGEST:
            return line
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + _CUT


def _told(answer: Answer, program: Program) -> tuple[Phrase, Sequence[Phrase], Phrase]:
    """What comes first, the reasons after it, and what stands between them."""
    if answer.supplied:
        return _SUPPLIED, (), LIST
    match answer.outcome:
        case Granted(_, articles):
            return _numbers(articles) if articles else _OTHERWISE, _held(answer, articles, program), LIST
        case Refused(reason, Article() as article):
            said = [plain(reason)] if reason else _held(answer, (article,), program)
            return _REFUSED_BY.fill(article=article_phrase(article.number)), said, LIST
        case Refused(reason):
            return _REFUSED, _short(answer, program) or ([plain(reason)] if reason else []), SEMICOLON
        case Undecided(missing, _, unknowable):
            told = [_MISSING.fill(needs=_needs(missing, answer))] if missing else []
            return _UNDECIDED, [*told, *([_UNKNOWABLE.fill(needs=_needs(unknowable, answer))] if unknowable else [])], SEMICOLON
        case Conflict(articles):
            return _CONFLICT, [article_phrase(article.number) for article in articles], LIST
        case Failed(reason):
            return _FAILED, [reason], LIST
        case Computed(value):
            condition = parts(answer.trace)[:1] if isinstance(answer.type, Truth) else ()
            words = [word for step in condition for word in _brief(step, answer.instance, program)]
            return exact_words(value, answer.type), _once(words), LIST


def _numbers(articles: tuple[Article, ...]) -> Phrase:
    return joined(LIST, [article_phrase(article.number) for article in articles])


def _needs(needs: tuple[Need, ...], answer: Answer) -> Phrase:
    """Whose facts, where they are not those of the one the answer is for."""
    words = [plain(need.name) if need.subject == answer.instance.id else _OF.fill(owner=need.subject, name=need.name) for need in needs]
    return joined(LIST, words)


def _once(words: Sequence[Phrase]) -> list[Phrase]:
    return list({phrase.zh: phrase for phrase in words}.values())


# ---------------------------------------------------------------- why it holds


def _held(answer: Answer, articles: tuple[Article, ...], program: Program) -> list[Phrase]:
    """What made the first of the articles hold, briefly; its title where there is no trace."""
    for step in parts(answer.trace):
        if articles and step.what is articles[0] and step.children:
            return _once(list(_brief(step.children[0], answer.instance, program)))
    return [plain(article.title) for article in articles[:1] if article.title]


def _brief(step: Step, viewer: Instance, program: Program) -> Iterator[Phrase]:
    """三级, 享受低保, 非有固定收入: options by their word, truths by their name, comparisons as written."""
    node = step.what
    if isinstance(node, Operation):
        found = one_of(node)
        if found is None and node.operator not in COMPARISONS:
            for child in deciding(step, node):
                yield from _brief(child, viewer, program)
            return
        option = next((ground for ground in grounds(step) if isinstance(getattr(ground.what, "type", None), Options)), None)
        if option is not None:
            yield value_words(option.value, getattr(option.what, "type", node.type))
            return
    if not isinstance(getattr(node, "type", None), Truth):
        return
    if step.value is False and isinstance(node, (Operation, Aggregate)):
        yield told(_distance, step, viewer, program)
    else:
        name = name_of(step, viewer, program)
        yield name if step.value is True else _NOT.fill(name=name)


# ---------------------------------------------------------------- why not


def _short(answer: Answer, program: Program) -> list[Phrase]:
    """Of the articles that grant, the one that falls short of the fewest conditions, and by how much."""
    found: list[tuple[Article, list[Step]]] = []
    for step in written(answer):
        article = step.what
        if not isinstance(article, Article) or not isinstance(article.consequence, Grant) or step.value is not False:
            continue
        lacking = distinct(falling_short(step.children[0])) if step.children and step.children[0].value is False else []
        conditions = [condition for condition in lacking if isinstance(condition.value, bool)]
        if conditions or not step.children:
            found.append((article, conditions))
            if len(conditions) < 2:
                break
    if not found:
        return []
    # An article not in force lacks one thing: its day. No other can lack less than one.
    article, conditions = min(found, key=lambda each: len(each[1]) or 1) if len(found) > 1 else found[0]
    if not conditions:
        return [_NOT_IN_FORCE.fill(article=article_phrase(article.number), span=span_words(article.start, article.end))]
    return [told(_distance, condition, answer.instance, program) for condition in conditions]


def _distance(step: Step, viewer: Instance, program: Program) -> Phrase:
    return failing(Condition((id(step.what), id(step.instance)), step.value is True, step), step.value is False, viewer, program).text
