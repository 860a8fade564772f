"""The conditions both versions decide by, taken apart: single conditions, and figures with the bounds they are held against.

A named condition that means the same in both versions stays a name; one that does not is followed into its words, as long as these
are conditions that all have to hold. What an article asks of another benefit (享受) is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal as OneOf
from typing import TypeAlias

from attrs import define, evolve, field, frozen

from policyrules.analysis.view import in_force
from policyrules.book.trial_values import facts_behind
from policyrules.core.describing import describe
from policyrules.core.parts import parts_of
from policyrules.core.program import (
    Aggregate,
    Article,
    BenefitValue,
    Expression,
    FactValue,
    Grant,
    Operation,
    Program,
    Rule,
    RuleValue,
)
from policyrules.explain.words import article_words
from policyrules.review.diff_cases import Side
from policyrules.review.diff_matching import Match, Stretch, matched_articles
from policyrules.review.diff_structure import Reading
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText
from policyrules.values.types import Quantity, Truth, Type

Version: TypeAlias = OneOf["old", "new"]

_NOWHERE = Place(SourceText("", ""), 0, 0)
_ORDERED = {"less": "greater", "less_equal": "greater_equal", "greater": "less", "greater_equal": "less_equal", "equal": "equal", "not_equal": "not_equal"}
_DEEPEST = 6
_FORMER = Phrase("原{article}", "the former {article}")


@frozen
class Condition:
    """A condition of an entity as one version writes it, by what it means."""

    version: Version
    entity: str
    node: Expression
    meaning: int
    key: str | None = None
    """The key of the definition it is the name of: its namesake in the other version stands beside it."""


@frozen
class Bound:
    """What a figure is held against in one version: `value operator node`, and the comparison itself."""

    version: Version
    operator: str
    node: Expression
    probe: str


@define(eq=False)
class Figure:
    """A number of an entity, and the bounds it is held against in either version."""

    version: Version
    entity: str
    node: Expression
    probe: str
    label: str
    """What it is called, the same on every stretch of months."""

    bounds: list[Bound] = field(factory=list)


@define(eq=False)
class Twofold:
    """A condition (or a named number) in both versions: the probe in each (None where it has no place), and whether it means the
    same in both."""

    entity: str
    old: str | None
    new: str | None
    same: bool
    node: Expression
    version: Version
    label: str
    """What it is called, the same on every stretch of months."""

    article: Phrase | None = None
    """The article it is the whole condition of."""


@define(eq=False)
class Probes:
    """The conditions and figures of one key, and the rules that work them out in each version."""

    conditions: list[Twofold] = field(factory=list)
    figures: list[Figure] = field(factory=list)
    rules: dict[Version, dict[str, Rule]] = field(factory=lambda: {"old": {}, "new": {}})

    def entity_of(self, version: Version, probe: str) -> str:
        """Whose a probe is."""
        return self.rules[version][probe].entity or ""


def probes(found: Match, key: str, stretch: Stretch, prefix: str) -> Probes:
    """What decides a key in either version on a stretch. `prefix` begins the keys of the probes."""
    made = Probes()
    figures: dict[tuple[str, int], Figure] = {}
    conditions: dict[object, list[Condition]] = {}
    texts: dict[tuple[str, int], str] = {}
    for version in ("old", "new"):
        taker = _Taker(found, stretch, version)
        named = key if version == "old" else found.renamed.get(key, key)
        for entity, node in taker.amounts(named):
            called = _name_of(node) or ""
            both = called if version == "new" else found.renamed.get(called, called)
            conditions.setdefault((entity, both), []).append(Condition(version, entity, node, taker.reading.expression(node, entity), both))
        for entity, node in taker.conditions(named):
            side = taker.compared(node)
            if side is None:
                meaning = taker.reading.expression(node, entity)
                name = _name_of(node)
                known = name if version == "new" or name is None else found.renamed.get(name, name)
                # What reads the same is one condition, even where it does not mean the same, and so is what means the same.
                text = texts.setdefault((entity, meaning), _label(taker.program, entity, node))
                group = conditions.setdefault((entity, known or text), [])
                if not any(each.version == version for each in group):
                    group.append(Condition(version, entity, node, meaning, known))
                continue
            value, operator, bound = side
            number = (entity, taker.reading.expression(value, entity))
            if number not in figures:
                probe = _probe(made, version, entity, value, value.type, prefix)
                figures[number] = Figure(version, entity, value, probe, _label(taker.program, entity, value))
            figures[number].bounds.append(Bound(version, operator, bound, _probe(made, version, entity, bound, bound.type, prefix)))
    made.figures = list(figures.values())
    made.conditions += _articles(found, made, key, stretch, prefix)
    for group in conditions.values():
        made.conditions.append(_twofold(found, made, group, prefix))
    return made


def _twofold(found: Match, made: Probes, both: list[Condition], prefix: str) -> Twofold:
    """A condition with its place in both versions: a name stands in a version even if no article of this key uses it there."""
    by_version = {one.version: one for one in both}
    some = by_version.get("new") or by_version["old"]
    if len(by_version) == 1 and some.key is not None:
        other: Version = "old" if some.version == "new" else "new"
        program = found.old if other == "old" else found.new
        back = {after: before for before, after in found.renamed.items()}
        name = back.get(some.key, some.key) if other == "old" else some.key
        declared = program.rules.get(name) or program.benefits.get(name)
        if declared is not None and isinstance(some.node, (RuleValue, BenefitValue)):
            node: Expression
            if isinstance(some.node, RuleValue):
                node = RuleValue(some.node.path, name, some.node.type)
            else:
                node = BenefitValue(some.node.path, name, some.node.granted, some.node.type)
            by_version[other] = Condition(other, some.entity, node, -1, some.key)
    places = {version: _probe(made, version, one.entity, one.node, one.node.type, prefix) for version, one in by_version.items()}
    same = len(by_version) < 2 or len({one.meaning for one in by_version.values()}) == 1
    label = _label(found.old if some.version == "old" else found.new, some.entity, some.node)
    return Twofold(some.entity, places.get("old"), places.get("new"), same, some.node, some.version, label)


def _articles(found: Match, made: Probes, key: str, stretch: Stretch, prefix: str) -> Iterator[Twofold]:
    """Every article in force as one condition: that others do not hold can often not be said otherwise."""
    benefits = found.old.benefits.get(key), found.new.benefits.get(found.renamed.get(key, key))
    if benefits[0] is None or benefits[1] is None:
        return
    for one, other in matched_articles(benefits[0], benefits[1]):
        some = other or one
        assert some is not None
        places: dict[Version, str] = {}
        meanings: set[int] = set()
        sides: tuple[tuple[Version, Program, Article | None], ...] = (("old", found.old, one), ("new", found.new, other))
        for version, program, article in sides:
            reading = found.reading(program, stretch)
            if article is not None and in_force(article.start, article.end, reading.day):
                meanings.add(reading.expression(article.condition, benefits[1].entity))
                places[version] = _probe(made, version, benefits[1].entity, article.condition, article.condition.type, prefix)
        if places:
            words = article_words(evolve(some, title=None))
            if other is None:
                words = _FORMER.fill(article=words)
            same = len(meanings) < 2
            yield Twofold(benefits[1].entity, places.get("old"), places.get("new"), same, some.condition, "new" if other else "old", words.zh, words)


def _label(program: Program, entity: str, node: Expression) -> str:
    return f"{entity}:{describe(node, entity, program).zh}"


def _name_of(node: Expression) -> str | None:
    """The key a node is nothing but the name of."""
    match node:
        case RuleValue(path, key) if not path.roles:
            return key
        case BenefitValue(path, key) if not path.roles:
            return key
        case _:
            return None


def _probe(made: Probes, version: Version, entity: str, node: Expression, kind: Type, prefix: str) -> str:
    key = f"{prefix}{sum(map(len, made.rules.values()))}"
    made.rules[version][key] = Rule(key, key, entity, kind, node, _NOWHERE)
    return key


# ---------------------------------------------------------------- taking apart


@define(eq=False)
class _Taker:
    """Takes the articles of one version apart."""

    match: Match
    stretch: Stretch
    version: Version
    program: Program = field(init=False)
    reading: Reading = field(init=False)
    _behind: object = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self.program = self.match.old if self.version == "old" else self.match.new
        self.reading = self.match.reading(self.program, self.stretch)
        self._behind = facts_behind(self.program)

    def conditions(self, key: str) -> Iterator[tuple[str, Expression]]:
        """Every condition of the articles in force, with the entity it is asked of."""
        benefit = self.program.benefits.get(key)
        if benefit is None:
            rule = self.program.rules[key]
            if isinstance(rule.type, Truth):
                yield from self._parts(rule.expression, rule.entity or self.program.root or "", _DEEPEST)
            return
        for article in benefit.articles:
            if in_force(article.start, article.end, self.reading.day):
                yield from self._parts(article.condition, benefit.entity, _DEEPEST)

    def amounts(self, key: str) -> Iterator[tuple[str, Expression]]:
        """The named numbers that have changed in what the articles in force give, with the entity each is of."""
        benefit = self.program.benefits.get(key)
        for article in benefit.articles if benefit is not None else ():
            if benefit is not None and isinstance(article.consequence, Grant) and in_force(article.start, article.end, self.reading.day):
                waiting = [article.consequence.value]
                while waiting:
                    node = waiting.pop()
                    name = _name_of(node)
                    if isinstance(node, (RuleValue, BenefitValue)) and name and isinstance(node.type, Quantity) and self._changed(name) and self.rests(node):
                        yield node.path.entity, node
                    if not isinstance(node, Aggregate):
                        waiting.extend(parts_of(node))

    def _parts(self, node: Expression, entity: str, deepest: int) -> Iterator[tuple[str, Expression]]:
        match node:
            case Operation("and", arguments):
                for each in arguments:
                    yield from self._parts(each, entity, deepest)
            case Operation("not", (inner,)) if not (isinstance(inner, Operation) and inner.operator == "and"):
                yield from self._parts(inner, entity, deepest)
            case RuleValue(path, key) if not path.roles and deepest and self._opened(key):
                rule = self.program.rules[key]
                yield from self._parts(rule.expression, rule.entity or self.program.root or "", deepest - 1)
            case RuleValue(path) | BenefitValue(path) | FactValue(path) if not path.roles and path.entity != entity:
                yield path.entity, node
            case _:
                yield entity, node

    def _opened(self, key: str) -> bool:
        """Whether a named condition is looked into: it has changed, and all of several conditions make it up, or one."""
        rule = self.program.rules.get(key)
        if rule is None or not isinstance(rule.type, Truth) or not self._changed(key):
            return False
        body = rule.expression
        joined = isinstance(body, Operation) and (body.operator == "and" or self.compared(body) is not None)
        return joined or isinstance(body, (RuleValue, BenefitValue))

    def _changed(self, key: str) -> bool:
        other = self.match
        before = key if self.version == "old" else next((one for one, two in other.renamed.items() if two == key), key)
        after = other.renamed.get(before, before)
        if not ((before in other.old.rules and after in other.new.rules) or (before in other.old.benefits and after in other.new.benefits)):
            return True
        return not other.same(before, self.stretch)

    def compared(self, node: Expression) -> tuple[Expression, str, Expression] | None:
        """The figure, the way it is compared, and the bound, of a comparison of a number with something that rests on no fact."""
        if not isinstance(node, Operation) or node.operator not in _ORDERED or not isinstance(node.arguments[0].type, Quantity):
            return None
        left, right = node.arguments
        rests = self.rests(left), self.rests(right)
        if rests == (True, False):
            return left, node.operator, right
        return (right, _ORDERED[node.operator], left) if rests == (False, True) else None

    def rests(self, node: Expression) -> bool:
        """Whether an expression rests on facts."""
        waiting = [node]
        behind = self._behind
        assert isinstance(behind, dict)
        while waiting:
            one = waiting.pop()
            if isinstance(one, (FactValue, Aggregate, BenefitValue)) or (isinstance(one, RuleValue) and self._rests(one.rule)):
                return True
            waiting.extend(parts_of(one))
        return False

    def _rests(self, key: str) -> bool:
        """Whether a definition rests on facts or members, however far down."""
        waiting, seen = [key], {key}
        while waiting:
            rule = self.program.rules.get(waiting.pop())
            if rule is None:
                return True
            inside = [rule.expression]
            while inside:
                one = inside.pop()
                if isinstance(one, (FactValue, Aggregate, BenefitValue)):
                    return True
                if isinstance(one, RuleValue) and one.rule not in seen:
                    seen.add(one.rule)
                    waiting.append(one.rule)
                inside.extend(parts_of(one))
        return False


def prepare(side: Side, version: Version, every: list[Probes]) -> None:
    """Has a version work out the probes of several keys."""
    side.probe(rule for one in every for rule in one.rules[version].values())


