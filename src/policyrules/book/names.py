"""The names a case, a supplied value or a question may use, found by how people write them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

from attrs import define, field, frozen

from policyrules.book.at_once import AtOnce, reader_of
from policyrules.book.facts import Wanted, normal, read_value
from policyrules.core.program import Benefit, Fact, Program, Rule
from policyrules.engines.rows import scale_of
from policyrules.source.phrase import plain
from policyrules.source.text import Place, SourceText
from policyrules.values.types import Quantity, Type

ID_KEYS = ("编号", "id")


@frozen
class Known:
    """One fact or computed name of an entity. `refusable`: a benefit that pays, so it can be given as refused."""

    key: str
    name: str
    entity: str
    type: Type
    computed: bool
    refusable: bool = False
    low: Fraction | None = None
    high: Fraction | None = None


@define
class Names:
    """Everything nameable of one program: per entity, the compared spelling of names and keys to what they mean."""

    by_entity: Mapping[str, Mapping[str, tuple[Known, ...]]] = field(factory=dict)
    facts: Mapping[str, Collection[str]] = field(factory=dict, eq=False, repr=False)
    """By entity, the spellings that may mean a fact."""

    _at_once: dict[str, dict[object, tuple[str, AtOnce, int | None] | None]] = field(factory=dict, init=False, eq=False, repr=False)

    def of(self, entity: str) -> Mapping[str, tuple[Known, ...]]:
        return self.by_entity.get(entity, {})

    def find(self, entity: str, word: str) -> tuple[Known, ...]:
        """What `word` can mean for an entity. A fact is meant before a computed name of the same spelling."""
        found = self.of(entity).get(word, ())
        return tuple(known for known in found if not known.computed) or found

    def at_once(self, entity: str, roles: Collection[str]) -> dict[object, tuple[str, AtOnce, int | None] | None]:
        """The facts of an entity by every spelling that means nothing else: their key, the short way to read them, and
        what numbers are counted in.

        None stands behind words for an id. `roles` are the entity's, in their compared spelling; they are meant first.
        """
        if entity not in self._at_once:
            every = {word: self.find(entity, word) for word in self.facts.get(entity, ()) if word not in roles}
            facts = {word: known[0] for word, known in every.items() if len(known) == 1 and not known[0].computed}
            ids: dict[object, None] = dict.fromkeys(word for word in ID_KEYS if word not in self.of(entity) and word not in roles)
            self._at_once[entity] = {**ids, **{word: _at_once(known) for word, known in facts.items()}}
        return self._at_once[entity]

    def owners(self, word: str) -> tuple[str, ...]:
        """The entities that have a name spelt so."""
        return tuple(entity for entity, names in self.by_entity.items() if word in names)

    def computed(self) -> Iterable[Known]:
        """Every computed name, once."""
        every = (known for names in self.by_entity.values() for group in names.values() for known in group)
        return dict.fromkeys(known for known in every if known.computed)


def names_of(program: Program) -> Names:
    """The names of a program, by entity."""
    names: dict[str, dict[str, dict[str, Known]]] = {}
    for known in _every(program):
        spellings = names.setdefault(known.entity, {})
        for word in {normal(known.name), normal(known.key)}:
            spellings.setdefault(word, {})[known.key] = known
    by_entity = {entity: {word: tuple(group.values()) for word, group in words.items()} for entity, words in names.items()}
    return Names(by_entity, {entity: words_of_facts(words) for entity, words in by_entity.items()})


def words_of_facts(words: Mapping[str, tuple[Known, ...]]) -> tuple[str, ...]:
    """The spellings that may mean a fact."""
    return tuple(word for word, group in words.items() if not all(known.computed for known in group))


def _at_once(known: Known) -> tuple[str, AtOnce, int | None]:
    wanted = Wanted(plain(known.name), known.type, known.low, known.high, whole_fen=True)
    reader = reader_of(known.type, known.low, known.high, lambda word: read_value(wanted, word, lambda: Place(SourceText("", ""), 0, 0)))
    return known.key, reader, scale_of(known.type) if isinstance(known.type, Quantity) else None


def _every(program: Program) -> Iterable[Known]:
    for fact in program.facts.values():
        yield known_fact(fact)
    for rule in program.rules.values():
        yield known_rule(rule, program.root or "")
    for benefit in program.benefits.values():
        yield known_benefit(benefit)


def known_fact(fact: Fact) -> Known:
    """A fact as a case names it."""
    return Known(fact.key, fact.name, fact.entity, fact.type, computed=False, low=fact.low, high=fact.high)


def known_rule(rule: Rule, root: str) -> Known:
    """A rule as it is asked for or supplied; `root` is the outermost entity."""
    # What is the same for everybody is supplied to, and asked of, the outermost instance.
    return Known(rule.key, rule.name, rule.entity or root, rule.type, computed=True)


def known_benefit(benefit: Benefit) -> Known:
    """A benefit as it is asked for or supplied."""
    return Known(benefit.key, benefit.name, benefit.entity, benefit.type, computed=True, refusable=benefit.pays, low=Fraction(0) if benefit.pays else None)
