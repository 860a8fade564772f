"""What a name comes to on a stretch of months, whatever it is called and wherever it is written: the ground for “nothing has changed”.

Two declarations with one number mean the same: articles not in force are gone, parameters are their values, definitions stand in
the place of their names, and the order of conditions, articles and files says nothing. Two numbers say nothing.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date

from attrs import define, field

from policyrules.analysis.view import in_force
from policyrules.core.paths import entity_at, entity_of_path
from policyrules.core.program import (
    Aggregate,
    Anchor,
    Article,
    Benefit,
    BenefitValue,
    Choice,
    Combination,
    Expression,
    FactValue,
    Grant,
    Impossible,
    IsSubject,
    Literal,
    MomentValue,
    Operation,
    ParameterValue,
    Path,
    Program,
    RuleValue,
)

_UNORDERED = frozenset(("and", "or", "add", "multiply", "equal", "not_equal"))
_FLAT = frozenset(("and", "or"))


@define(eq=False)
class Numbers:
    """Every meaning met so far with its number; shared by the programs that are compared."""

    known: dict[Hashable, int] = field(factory=dict)
    inside: dict[int, tuple[str, tuple[int, ...]]] = field(factory=dict)
    subjects: set[int] = field(factory=set)
    """Meanings that look at the one being decided (本人), which cannot stand inside 成员 in another's stead."""

    def of(self, meaning: Hashable, parts: tuple[int, ...] = (), *, subject: bool = False) -> int:
        """The number of a meaning; `parts` are those of what it is made of."""
        found = self.known.setdefault(meaning, len(self.known))
        if subject or not self.subjects.isdisjoint(parts):
            self.subjects.add(found)
        return found


@define(eq=False)
class Reading:
    """A program on one day. `meaning` gives the number of a rule, a benefit or a parameter."""

    program: Program
    day: date
    numbers: Numbers
    _done: dict[str, int] = field(factory=dict, init=False)
    _begun: bool = field(default=False, init=False)

    def meaning(self, key: str) -> int:
        """The number of what a key comes to. What it needs was read before, since the program's order has that first."""
        self._everything()
        found = self._done.get(key)
        if found is None:
            found = self._done[key] = self._declared(key)
        return found

    def expression(self, node: Expression, entity: str) -> int:
        """The number of an expression read for an instance of `entity`."""
        self._everything()
        return self._node(node, entity, False)

    def _everything(self) -> None:
        """Read what the program declares in its order, once; what is read on the way asks for this again."""
        if not self._begun:
            self._begun = True
            for name in self.program.order:
                self._done[name] = self._declared(name)

    def article(self, article: Article, benefit: Benefit) -> int:
        """The number of one article of a benefit by what it asks for and says, not by what beats it."""
        says = article.consequence
        parts = [self.expression(article.condition, benefit.entity)]
        if isinstance(says, Grant):
            parts.append(self.expression(says.value, benefit.entity))
        return self.numbers.of(("article", type(says).__name__, *parts), tuple(parts))

    def _declared(self, key: str) -> int:
        program = self.program
        if key in program.rules:
            rule = program.rules[key]
            return self._node(rule.expression, rule.entity or "", False)
        if key in program.benefits:
            return self._benefit(program.benefits[key])
        return self._parameter(key) if key in program.parameters else self.numbers.of(("nothing", key))

    def _parameter(self, key: str) -> int:
        parameter = self.program.parameters.get(key)
        rows = parameter.timeline if parameter else ()
        values = tuple(row.value for row in rows if in_force(row.start, row.end, self.day))
        return self.numbers.of(("value", type(values[0]).__name__, values)) if values else self.numbers.of(("no value", key))

    def _benefit(self, benefit: Benefit) -> int:
        held: dict[int, int] = {}
        for index in benefit.order:
            article = benefit.articles[index]
            if in_force(article.start, article.end, self.day):
                beaten = tuple(sorted({held[other] for other in article.yields_to if other in held}))
                own = self.article(article, benefit)
                held[index] = self.numbers.of(("beaten", own, beaten), (own, *beaten))
        inside = [held[index] for index in sorted(held)]
        if benefit.combination is not Combination.PRIORITY:
            inside = sorted(inside) if benefit.combination is Combination.SUM else sorted(set(inside))
        otherwise = self.expression_or_refusal(benefit)
        rounding = benefit.rounding and (benefit.rounding.mode, benefit.rounding.step)
        how = (benefit.entity, benefit.combination, rounding, benefit.pays, benefit.type)
        return self.numbers.of(("benefit", how, tuple(inside), otherwise), (*inside, otherwise))

    def expression_or_refusal(self, benefit: Benefit) -> int:
        """What 其余情形 comes to."""
        if isinstance(benefit.otherwise, Grant):
            return self._node(benefit.otherwise.value, benefit.entity, False)
        return self.numbers.of(("refused",))

    # ------------------------------------------------------------ nodes

    def _node(self, node: Expression, here: str, member: bool) -> int:
        """`here` is the entity in hand; `member`: it may be another than the one being decided."""
        numbers = self.numbers
        match node:
            case Literal(value):
                return numbers.of(("value", type(value).__name__, (value,)))
            case ParameterValue(key):
                return self._parameter(key)
            case FactValue(path, key):
                way, subject = self._way(path, here, member)
                fact = self.program.facts.get((entity_of_path(path, self.program.entities), key))
                steads = fact and tuple(stead and (stead.value,) for stead in (fact.presumed, fact.inapplicable))
                known = fact and (fact.type, fact.low, fact.high, steads)
                return numbers.of(("fact", way, key, known), subject=subject)
            case RuleValue(path, key):
                return self._rule(path, key, here, member)
            case BenefitValue(path, key, granted):
                way, subject = self._way(path, here, member)
                inside = self._read(key)
                return numbers.of(("paid", way, granted, inside), () if way != _HERE or member else (inside,), subject=subject)
            case Operation(operator, arguments):
                return self._operation(operator, [self._node(each, here, member) for each in arguments])
            case Choice(branches, otherwise):
                parts = [self._node(each, here, member) for branch in branches for each in (branch.condition, branch.value)]
                parts.append(self._node(otherwise, here, member))
                return numbers.of(("choice", *parts), tuple(parts))
            case Aggregate():
                return self._aggregate(node, here, member)
            case Impossible():
                return numbers.of(("impossible",))
            case MomentValue(moment):
                return numbers.of(("moment", moment))
            case IsSubject():
                return numbers.of(("subject",), subject=True)

    def _operation(self, operator: str, parts: list[int]) -> int:
        numbers = self.numbers
        if operator in _FLAT:
            flat = [inner for part in parts for inner in (numbers.inside[part][1] if numbers.inside.get(part, ("",))[0] == operator else (part,))]
            parts = sorted(set(flat))
            if len(parts) == 1:
                return parts[0]
        elif operator in _UNORDERED:
            parts = sorted(parts)
        found = numbers.of((operator, *parts), tuple(parts))
        numbers.inside[found] = (operator, tuple(parts))
        return found

    def _rule(self, path: Path, key: str, here: str, member: bool) -> int:
        inside = self._read(key)
        rule = self.program.rules.get(key)
        if rule is not None and rule.entity is None:
            return inside
        way, subject = self._way(path, here, member)
        if way == _HERE and not (member and inside in self.numbers.subjects):
            return inside
        return self.numbers.of(("at", way, inside), subject=subject)

    def _aggregate(self, node: Aggregate, here: str, member: bool) -> int:
        way, subject = self._way(node.path, here, member)
        inner = entity_at(node.path.entity, (*node.path.roles, node.role), self.program.entities)
        parts = tuple(-1 if part is None else self._node(part, inner, True) for part in (node.where, node.value))
        parts += (-1 if node.if_none is None else self._node(node.if_none, here, member),)
        return self.numbers.of(("members", node.kind, way, node.role, *parts), tuple(part for part in parts if part >= 0), subject=subject)

    def _way(self, path: Path, here: str, member: bool) -> tuple[tuple[object, ...], bool]:
        """How one gets to an instance, and whether that starts from the one being decided."""
        subject = path.anchor is Anchor.SUBJECT and member
        if not path.roles and path.entity == here and not subject:
            return _HERE, False
        return (subject, path.entity, path.roles), subject

    def _read(self, key: str) -> int:
        return self._done[key] if key in self._done else self.numbers.of(("unread", key))


_HERE: tuple[object, ...] = ("here",)
