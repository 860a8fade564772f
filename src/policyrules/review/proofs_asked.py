"""The claims to be proved: what is asked of every benefit, of its articles, and of every 性质."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from attrs import define, evolve, field

from policyrules.analysis.graph import dependencies, uses_of
from policyrules.book.book import Book
from policyrules.core.program import Benefit, Program, Refuse
from policyrules.engines.python_code import PythonCode
from policyrules.review.diff_cases import Side
from policyrules.review.proofs_findings import Ask, Question
from policyrules.review.stretches import closure
from policyrules.semantics.properties import Property
from policyrules.semantics.rule_problems import ARTICLES_MEET
from policyrules.source.phrase import Phrase
from policyrules.values.article_numbers import article_phrase
from policyrules.values.types import Day, Quantity

_CONFLICT = Phrase("从不冲突", "never a conflict")
_FAILS = Phrase("总能算出来", "there is always a result")
_FAILS_DAYS = Phrase(
    "总能算出来（出生日期不晚于决定的那一天，别的日期在前后二百年之内）",
    "there is always a result (dates of birth not after the day of decision, other dates within two hundred years of it)",
)
_OTHER = Phrase("“{name}”总能算出来", "there is always a value of “{name}”")
_OTHER_DAYS = Phrase(
    "“{name}”总能算出来（出生日期不晚于决定的那一天，别的日期在前后二百年之内）",
    "there is always a value of “{name}” (dates of birth not after the day of decision, other dates within two hundred years of it)",
)
_CASES = Phrase("每种情况都有值", "there is a value in every case")
_ALIVE = Phrase("{article}会起作用", "{article} takes effect in some case")
_NEGATIVE = Phrase("不会是负数", "never below zero")
_BOUNDS = Phrase("数额不超出 64 位整数", "the amount fits a whole number of 64 bits")
_HOLES = Phrase("用到的参数每个月都有值", "every parameter needed has a value in every month")
_PROPERTY = Phrase("性质“{title}”", "the property “{title}”")


OTHERS = ""
"""The group of definitions that belong to no benefit."""


@define(eq=False)
class Job:
    """What is asked of one name. `group` is the benefit it is shown under."""

    key: str
    group: str
    asks: tuple[Ask, ...]


@define(eq=False)
class Ground:
    """The policies with their promises among the rules, ready to be decided by. `sound` remembers which names have a value in every case."""

    book: Book
    sound: dict[Hashable, bool] = field(factory=dict)
    side: Side = field(init=False)

    @side.default
    def _side(self) -> Side:
        return Side(self.book, True)

    @property
    def program(self) -> Program:
        return self.book.program

    def clashes(self, key: str) -> bool:
        """Whether check has found articles of this benefit that meet, or could not settle whether they do."""
        places = {(article.place.path, article.place.start) for article in self.program.benefits[key].articles}
        found = [one for one in self.book.diagnostics if one.code == ARTICLES_MEET.code]
        return any((one.place.path, one.place.start) in places for one in found)


def ground_of(book: Book) -> Ground:
    """The book with every 性质 among its rules."""
    rules = {one.rule.key: one.rule for one in book.properties}
    program = evolve(book.program, rules={**book.program.rules, **rules}, order=(*book.program.order, *rules))
    return Ground(evolve(book, program=program, code=PythonCode(program)))


def unguarded(program: Program, key: str, *, rounded: bool = True) -> Program:
    """The program in which this benefit may come to a negative amount, so that failing for want of a floor is told apart."""
    benefit = program.benefits.get(key)
    if benefit is None:
        return program
    free = evolve(benefit, pays=False, rounding=benefit.rounding if rounded else None)
    return evolve(program, benefits={**program.benefits, key: free})


def jobs(book: Book, keys: frozenset[str] | None) -> tuple[Job, ...]:
    """What is asked, a job a name, in the order of the policies; `keys` None: of everything."""
    program = book.program
    found = [Job(key, key, tuple(_of_benefit(program, benefit))) for key, benefit in program.benefits.items() if keys is None or key in keys]
    for one in book.properties:
        group = group_of(program, one)
        if keys is None or group in keys or one.rule.key in keys:
            ask = Ask(Question.PROPERTY, one.rule.key, _PROPERTY.fill(title=one.title), one.place, promise=one)
            found.append(Job(one.rule.key, group, (ask,)))
    found += [Job(ask.key, OTHERS, (ask,)) for ask in _of_others(program) if keys is None or ask.key in keys]
    order = {key: index for index, key in enumerate(program.benefits)}
    return tuple(sorted(found, key=lambda job: (order.get(job.group, len(order)), job.key != job.group)))


def group_of(program: Program, one: Property) -> str:
    """The benefit a promise speaks of, or its own key."""
    return next((key for key in uses_of((one.rule.expression,)).names if key in program.benefits), one.rule.key)


def _of_others(program: Program) -> Iterator[Ask]:
    """Definitions that no benefit rests on and nobody else needs: they have a value in every case, too."""
    rested_on = closure(program, program.benefits).names
    needs = {key: one.names for key, one in dependencies(program.rules, program.benefits).items()}
    needed = {name for key, names in needs.items() for name in names if key != name}
    for key, rule in program.rules.items():
        if key not in rested_on and key not in needed:
            words = _OTHER_DAYS if _dated(program, key) else _OTHER
            yield Ask(Question.FAILS, key, words.fill(name=rule.name), rule.place)


def _dated(program: Program, key: str) -> bool:
    """Whether days of the household matter."""
    return any(fact in program.facts and isinstance(program.facts[fact].type, Day) for fact in closure(program, (key,)).facts)


def _of_benefit(program: Program, benefit: Benefit) -> Iterator[Ask]:
    key, place = benefit.key, benefit.place
    yield Ask(Question.HOLES, key, _HOLES, place)
    yield Ask(Question.FAILS, key, _FAILS_DAYS if _dated(program, key) else _FAILS, place)
    yield Ask(Question.CONFLICT, key, _CONFLICT, place)
    if isinstance(benefit.type, Quantity):
        yield Ask(Question.NEGATIVE, key, _NEGATIVE, place)
        yield Ask(Question.BOUNDS, key, _BOUNDS, place)
    if not benefit.pays and isinstance(benefit.otherwise, Refuse):
        yield Ask(Question.CASES, key, _CASES, place)
    for index, article in enumerate(benefit.articles):
        number = article_phrase(article.number)
        title = f"“{article.title}”" if article.title else ""
        words = Phrase(f"{number.zh}{title}", f"{number.en} {title}".rstrip())
        yield Ask(Question.ALIVE, key, _ALIVE.fill(article=words), article.place, article=index)
