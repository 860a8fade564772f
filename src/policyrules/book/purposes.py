"""Why a question is asked: the answers still open for want of it, and the articles that need it."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from policyrules.analysis.graph import expressions_of
from policyrules.book.decision import Decision
from policyrules.book.questions import Question
from policyrules.core.outcome import Answer, Undecided
from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_of_path
from policyrules.core.program import Aggregate, Article, BenefitValue, Expression, FactValue, Grant, Path, Program, RuleValue
from policyrules.explain.words import LIST, article_words, joined
from policyrules.source.phrase import Phrase, plain

_OF = Phrase("{subject}的{name}", "{name} of {subject}")
_BY = Phrase("{name}（{articles}）", "{name} ({articles})")
_SAME = Phrase("{names}的{name}", "{name} of {names}")


@frozen
class Purpose:
    """An answer that waits for the question, and the articles of its benefit that need it, in the order of the text."""

    answer: Answer
    articles: tuple[Article, ...]


def purposes(decision: Decision, question: Question) -> tuple[Purpose, ...]:
    """What the answer to a question is needed for, in the order of the answers."""
    program = decision.program
    wanted = (question.entity, question.key)
    needing: dict[str, tuple[Article, ...]] = {}
    found = []
    for answer in decision.answers:
        if not isinstance(answer.outcome, Undecided):
            continue
        if question.place not in {(need.subject, need.fact) for need in answer.outcome.missing}:
            continue
        if answer.key not in needing:
            benefit = program.benefits.get(answer.key)
            articles = benefit.articles if benefit else ()
            needing[answer.key] = tuple(article for article in articles if _rests_on(program, _expressions(article), wanted))
        found.append(Purpose(answer, needing[answer.key]))
    return tuple(found)


def purpose_lines(found: Iterable[Purpose]) -> tuple[Phrase, ...]:
    """Purposes in words, one line for each benefit: 甲、乙的生活补贴（第一条　…、第二条　…）."""
    grouped: dict[str, list[Purpose]] = {}
    for purpose in found:
        grouped.setdefault(purpose.answer.key, []).append(purpose)
    lines = []
    for group in grouped.values():
        first = group[0]
        owners = joined(LIST, [plain(purpose.answer.instance.id) for purpose in group])
        name = _SAME.fill(names=owners, name=first.answer.name) if len(group) > 1 else _of(first.answer)
        articles = joined(LIST, [article_words(article) for article in first.articles])
        lines.append(_BY.fill(name=name, articles=articles) if first.articles else name)
    return tuple(lines)


def _of(answer: Answer) -> Phrase:
    return _OF.fill(subject=answer.instance.id, name=answer.name)


def _expressions(article: Article) -> list[Expression]:
    return [article.condition, *([article.consequence.value] if isinstance(article.consequence, Grant) else [])]


def _rests_on(program: Program, expressions: Iterable[Expression], wanted: tuple[str, str]) -> bool:
    """Whether expressions need a fact or the members in a role, directly or through the names in them."""
    waiting = list(expressions)
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        waiting.extend(parts_of(node))
        path = getattr(node, "path", None)
        if isinstance(path, Path) and wanted in _passed(program, path):
            return True
        match node:
            case FactValue(path, fact) if (entity_of_path(path, program.entities), fact) == wanted:
                return True
            case Aggregate() if (entity_of_path(node.path, program.entities), node.role) == wanted:
                return True
            case RuleValue(_, name) | BenefitValue(_, name) if name not in seen:
                seen.add(name)
                declared = program.rules.get(name) or program.benefits.get(name)
                waiting.extend(expressions_of(declared) if declared else ())
            case _:
                continue
    return False


def _passed(program: Program, path: Path) -> set[tuple[str, str]]:
    """The roles a path goes through, each with the entity that has it."""
    return {
        (entity_of_path(Path(path.anchor, path.entity, path.roles[:count]), program.entities), role)
        for count, role in enumerate(path.roles)
    }
