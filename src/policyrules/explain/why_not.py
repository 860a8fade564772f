"""Why a benefit is refused, or a condition does not hold: what it falls short of, what excluded it, and how far off it is."""

from __future__ import annotations

from attrs import frozen

from policyrules.core.case import Instance, Occasion
from policyrules.core.outcome import Answer, Computed, Refused, Step
from policyrules.core.program import Article, Benefit, Grant, Lift, Program
from policyrules.engines.flipping import FlipSet, TooDeep, conditions_of, granting, smallest
from policyrules.explain.distances import FailingCondition, failing
from policyrules.explain.reason import parts, written
from policyrules.explain.words import SEMICOLON, article_words, joined, span_words
from policyrules.source.phrase import Language, Phrase
from policyrules.values.quantities import exact_text, value_text
from policyrules.values.types import TRUTH

MOST_SHOWN = 3
"""How many sets of the same size are told in words."""

_BY_ARTICLE = Phrase("{article}：{conditions}", "{article}: {conditions}")
_SET_ASIDE = Phrase("{article}：{reason}", "{article}: {reason}")
_NOT_IN_FORCE = Phrase("{article}：{span}施行", "{article}: in force {span}")
_MORE = Phrase("还有另外 {count} 种同样少的改法", "and {count} more ways as short")
_NOTHING_HELPS = Phrase("按现在施行的条，没有哪些条件改变后就能给付", "by the articles in force no change of conditions would grant it")
_NEVER = Phrase("没有哪些条件改变后就能成立", "no change of conditions would make it hold")
_TOO_MANY = Phrase("条件太多，没有算出最少差哪几项", "too many conditions: the fewest that fail were not worked out")


@frozen
class Exclusion:
    """An article that holds and keeps others from granting."""

    article: Article
    text: Phrase


@frozen
class WhyNot:
    """A smallest set of conditions that would have to come out otherwise.

    If exactly `conditions` did, the answer would be granted by `articles` (a condition asked for would hold), and of no
    proper part of them is that true. `others` are further sets of the same size. `minimal` is False only where the
    search was given up; where it is True and there are no conditions, none suffice.
    """

    conditions: tuple[FailingCondition, ...]
    excluded_by: tuple[Exclusion, ...]
    minimal: bool
    articles: tuple[Article, ...] = ()
    others: tuple[tuple[tuple[Article, ...], tuple[FailingCondition, ...]], ...] = ()
    not_in_force: tuple[Phrase, ...] = ()
    pays: bool = True

    def lines(self) -> tuple[tuple[str, Phrase], ...]:
        """What to say, each line with its kind: short, otherwise, excluded or span."""
        found: list[tuple[str, Phrase]] = []
        if self.conditions:
            found.append(("short", _set_words(self.articles, self.conditions)))
        elif self.minimal:
            found.append(("short", _NOTHING_HELPS if self.pays else _NEVER))
        else:
            found.append(("short", _TOO_MANY))
        found += [("otherwise", _set_words(articles, conditions)) for articles, conditions in self.others[: MOST_SHOWN - 1]]
        if len(self.others) >= MOST_SHOWN:
            found.append(("otherwise", _MORE.fill(count=len(self.others) - MOST_SHOWN + 1)))
        found += [("excluded", each.text) for each in self.excluded_by]
        found += [("span", each) for each in self.not_in_force]
        return tuple(found)

    def text(self, language: Language) -> str:
        """The lines as text."""
        return "\n".join(words(language) for _, words in self.lines())

    def to_json(self, language: Language) -> dict[str, object]:
        """Stable fields; figures are exact."""
        return {
            "minimal": self.minimal,
            "conditions": [_condition_json(each, language) for each in self.conditions],
            "articles": [article.number for article in self.articles],
            "others": [
                {"articles": [article.number for article in articles], "conditions": [_condition_json(each, language) for each in conditions]}
                for articles, conditions in self.others
            ],
            "excluded_by": [{"article": each.article.number, "text": each.text(language)} for each in self.excluded_by],
            "not_in_force": [each(language) for each in self.not_in_force],
        }


def why_not(answer: Answer, root: Instance, occasion: Occasion, program: Program) -> WhyNot | None:
    """Why a traced answer is refused, or a condition false; None for every other answer and for one supplied by hand."""
    refused = isinstance(answer.outcome, Refused)
    if answer.supplied or not (refused or (isinstance(answer.outcome, Computed) and answer.outcome.value is False and answer.type == TRUTH)):
        return None
    benefit = program.benefits.get(answer.key)
    if benefit is not None and not benefit.pays:
        # A definition written by cases gives a value in each of them; none is a refusal.
        return None
    spans, excluded = _not_in_force(answer), _exclusions(answer, benefit)
    try:
        made = conditions_of(program, root, occasion, answer.key, answer.instance)
    except TooDeep:
        return WhyNot((), excluded, False, not_in_force=spans, pays=refused)
    sets, complete = smallest(made, answer.key, answer.instance)

    def told(flips: FlipSet) -> tuple[tuple[Article, ...], tuple[FailingCondition, ...]]:
        by = granting(made, benefit, flips.flips) if benefit is not None else ()
        return by, tuple(failing(condition, wanted, answer.instance, program) for condition, wanted in flips.wanted)

    if not sets:
        return WhyNot((), excluded, complete, not_in_force=spans, pays=refused)
    (articles, conditions), *others = [told(flips) for flips in sets]
    return WhyNot(conditions, excluded, True, articles, tuple(others), spans, refused)


def _set_words(articles: tuple[Article, ...], conditions: tuple[FailingCondition, ...]) -> Phrase:
    words = joined(SEMICOLON, [each.text for each in conditions])
    return _BY_ARTICLE.fill(article=article_words(articles[0]), conditions=words) if articles else words


def _not_in_force(answer: Answer) -> tuple[Phrase, ...]:
    """Articles that would grant, had they been in force on the day."""
    steps = [step for step in written(answer) if isinstance(step.what, Article) and not step.children]
    articles = [step.what for step in steps if isinstance(step.what, Article) and isinstance(step.what.consequence, Grant)]
    return tuple(_NOT_IN_FORCE.fill(article=article_words(each), span=span_words(each.start, each.end)) for each in articles)


def _exclusions(answer: Answer, benefit: Benefit | None) -> tuple[Exclusion, ...]:
    """Articles that hold and do not grant, where one that grants had its condition met."""
    if benefit is None:
        return ()
    steps = {id(step.what): step for step in parts(answer.trace)}
    met = [each for each in benefit.articles if isinstance(each.consequence, Grant) and _is_met(steps.get(id(each)))]
    beaters = {index for each in met for index in each.yields_to}
    holding = [
        article for index, article in enumerate(benefit.articles) if index in beaters and (step := steps.get(id(article))) is not None and step.value is True
    ]
    return tuple(Exclusion(article, _exclusion_words(article)) for article in holding)


def _exclusion_words(article: Article) -> Phrase:
    reason = None if isinstance(article.consequence, (Grant, Lift)) else article.consequence.reason
    return _SET_ASIDE.fill(article=article_words(article), reason=reason) if reason else article_words(article)


def _is_met(step: Step | None) -> bool:
    """Whether an article's own condition is true, whatever beats it."""
    return step is not None and bool(step.children) and step.children[0].value is True


def _condition_json(found: FailingCondition, language: Language) -> dict[str, object]:
    kind = found.type
    return {
        "text": found.text(language),
        "subject": found.subject,
        "wanted": found.wanted,
        "open": found.open,
        "value": value_text(found.value, kind, language) if found.value is not None and kind is not None else None,
        "bound": value_text(found.bound, kind, language) if found.bound is not None and kind is not None else None,
        "distance": exact_text(found.distance) if found.distance is not None else None,
        "unit": found.unit(language) if found.unit is not None else None,
    }
