"""What a reason is, and the steps of a trace that reasons are drawn from."""

from __future__ import annotations

from attrs import frozen

from policyrules.core.outcome import Answer, Step
from policyrules.core.program import Article, Benefit
from policyrules.explain.lines import Line
from policyrules.source.phrase import Phrase


@frozen
class Reason:
    """One reason. `value` is the figure it contributes, in words; `lines` work that figure out exactly, the last one comes to it.

    `kind` is article, fact, parameter, rule, calculation, combination, rounding, supplied, presumed, inapplicable, excluded,
    failing, missing, unknowable, possible, conflict or error.
    """

    kind: str
    text: Phrase
    article: str | None = None
    citation: Phrase | None = None
    quote: str | None = None
    value: Phrase | None = None
    lines: tuple[Line, ...] = ()

    def under(self, article: Article) -> Reason:
        """The same as a reason of this article."""
        return Reason(self.kind, self.text, article.number, self.citation, self.quote, self.value, self.lines)


def parts(step: Step | None) -> tuple[Step, ...]:
    """The steps a step was made from; none where there is no trace."""
    return step.children if step is not None else ()


def written(answer: Answer) -> list[Step]:
    """The article steps in the order of the text."""
    benefit = answer.trace.what if answer.trace else None
    if not isinstance(benefit, Benefit):
        return []
    steps = [step for step in parts(answer.trace) if step.what.__class__ is Article]
    if benefit.order == tuple(range(len(steps))):
        # They were tried as they stand in the text.
        return steps
    found = {id(step.what): step for step in steps}
    return [found[id(article)] for article in benefit.articles if id(article) in found]
