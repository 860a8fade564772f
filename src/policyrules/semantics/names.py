"""Every name of the book: who declares it, who may use it, and what was meant where none fits.

Entities, their roles and their facts are shared by all files: they describe people, not rules. Parameters, conditions,
definitions, tables and benefits belong to their file's policy, or to all where the file names none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from attrs import define, field, frozen

from policyrules.core.program import Entity, Fact, Role
from policyrules.semantics import problems
from policyrules.semantics.outline import Block, FileOutline
from policyrules.source.diagnostic import Diagnostic, Fix, with_hint
from policyrules.source.phrase import Phrase, plain
from policyrules.source.text import Place, line_and_column
from policyrules.syntax import tree as t
from policyrules.syntax.builtins import DAYS, FUNCTIONS, GATHERINGS, GRANTED, IS_SUBJECT, SUBJECT
from policyrules.syntax.expression import Name
from policyrules.values.types import TRUTH, Type

_BUILT_IN = frozenset(
    word
    for phrase in (SUBJECT, IS_SUBJECT, GRANTED, *DAYS.values(), *FUNCTIONS.values(), *GATHERINGS.values())
    for word in (phrase.zh, phrase.en)
)


_ONE_SCRIPT = re.compile(r"[\u4e00-\u9fff\x00-\x7f]*")


@define(eq=False)
class Symbol:
    """A computed name or parameter. `entity` and `type` are filled in while lowering where they are not written.

    `sound` is False where its declaration had an error: using it is then no error of its own.
    """

    name: str
    key: str
    policy: str | None
    block: Block
    place: Place
    benefit: bool = False
    parameter: bool = False
    entity: str | None = None
    entity_known: bool = False
    type: Type | None = None
    sound: bool = True


@frozen
class Scope:
    """What one file may use: its own policy, and what it imports (None: the whole policy)."""

    policy: str | None
    imports: Mapping[str, frozenset[str] | None] = field(factory=dict)

    def sees(self, symbol: Symbol) -> bool:
        """Whether the file may use a name."""
        if symbol.policy is None or symbol.policy == self.policy:
            return True
        if symbol.policy not in self.imports:
            return False
        chosen = self.imports[symbol.policy]
        return chosen is None or symbol.name in chosen


@define
class Names:
    """All names of a folder."""

    entities: dict[str, Entity] = field(factory=dict)
    facts: dict[tuple[str, str], Fact] = field(factory=dict)
    symbols: dict[str, list[Symbol]] = field(factory=dict)
    citations: dict[str, list[tuple[str | None, str]]] = field(factory=dict)
    policies: dict[str, None] = field(factory=dict)
    fact_owners: dict[str, list[str]] = field(factory=dict)
    lost: set[str] = field(factory=set)

    def visible(self, name: str, scope: Scope) -> list[Symbol]:
        """The computed names and parameters spelt so that a file may use."""
        return [symbol for symbol in self.symbols.get(name, ()) if scope.sees(symbol)]

    def enclosing(self, entity: str | None) -> list[str]:
        """The entity and those that hold it, inmost first."""
        chain: list[str] = []
        while entity is not None and entity not in chain:
            chain.append(entity)
            entity = self.entities[entity].within if entity in self.entities else None
        return chain

    def role(self, entity: str | None, name: str) -> Role | None:
        """The role of that name an entity has, if any."""
        if entity is None or entity not in self.entities:
            return None
        return next((role for role in self.entities[entity].roles if role.name == name), None)

    def citation(self, name: str, scope: Scope) -> str | None:
        """The key of a document: the file's own policy first, then what is shared or imported, then any one of the folder."""
        known = self.citations.get(name, [])
        for wanted in (scope.policy, None, *scope.imports):
            for policy, key in known:
                if policy == wanted:
                    return key
        return None

    def nearest(self, name: str, scope: Scope, also: Iterable[str] = ()) -> str | None:
        """The name in reach most like this one."""
        reach = [known for known, symbols in self.symbols.items() if any(map(scope.sees, symbols))]
        return nearest(name, [*reach, *self.fact_owners, *also])


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The closest of `known`, if any is close. A name that holds the other whole counts as close."""
    candidates = list(dict.fromkeys(known))
    # Of two characters one may be wrong.
    close = get_close_matches(name, candidates, n=1, cutoff=0.5 if len(name) <= 2 else 0.6)
    if close:
        return close[0]
    holding = [other for other in candidates if len(other) >= 2 and (other in name or (len(name) >= 2 and name in other))]
    return max(holding, key=len) if holding else None


def declare(names: Names, symbol: Symbol, found: list[Diagnostic]) -> None:
    """Adds a computed name or parameter; a second one of its policy is reported and left out."""
    if symbol.name in _BUILT_IN:
        found.append(problems.RESERVED_NAME.at(symbol.place, name=symbol.name))
        symbol.sound = False
        return
    check_script(symbol.name, symbol.place, found)
    others = names.symbols.setdefault(symbol.name, [])
    same = next((other for other in others if other.key == symbol.key), None)
    if same is not None:
        found.append(defined_twice(symbol.name, symbol.place, same.place))
        symbol.sound = False
        return
    others.append(symbol)


def defined_twice(name: str, place: Place, other: Place) -> Diagnostic:
    """That a name has been given already, and where."""
    return problems.DEFINED_TWICE.at(place, name=name, path=other.path, line=line_and_column(other)[0])


def check_script(name: str, place: Place, found: list[Diagnostic]) -> None:
    """Refuses a name that mixes Latin with Greek or Cyrillic letters: they look alike and are not the same name."""
    if _ONE_SCRIPT.fullmatch(name):
        return
    scripts = {letter: _script(letter) for letter in name if letter.isalpha() and not "一" <= letter <= "鿿"}
    kinds = set(scripts.values())
    strange = [letter for letter, script in scripts.items() if script in ("GREEK", "CYRILLIC", "CHEROKEE", "ARMENIAN")]
    if (strange and len(kinds) > 1) or (strange and any("一" <= letter <= "鿿" for letter in name)):
        found.append(problems.MIXED_SCRIPTS.at(place, name=name, letter=strange[0]))


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def declare_all(names: Names, files: Iterable[FileOutline], found: list[Diagnostic]) -> dict[int, Symbol]:
    """Puts every computed name and parameter of the folder into `names`; symbols by the identity of their block."""
    by_block: dict[int, Symbol] = {}
    for file in files:
        for block in file.blocks:
            statement = block.statement
            if isinstance(statement, (t.ParameterDecl, t.ConditionDecl, t.Definition, t.TableDecl, t.BenefitDecl)):
                key = f"{block.policy}·{statement.name.text}" if block.policy else statement.name.text
                symbol = Symbol(
                    statement.name.text,
                    key,
                    block.policy,
                    block,
                    block.place(block.head, statement.name.span),
                    benefit=isinstance(statement, t.BenefitDecl),
                    parameter=isinstance(statement, t.ParameterDecl),
                    type=TRUTH if isinstance(statement, t.ConditionDecl) else None,
                    entity_known=isinstance(statement, t.ParameterDecl),
                )
                declare(names, symbol, found)
                by_block[id(block)] = symbol
    return by_block


def unknown_name(names: Names, scope: Scope, name: Name, place: Place, also: Iterable[str] = ()) -> Diagnostic:
    """What to say of a name that is not in reach: written elsewhere, run together with a keyword, or misspelt."""
    elsewhere = [symbol for symbol in names.symbols.get(name.text, ()) if symbol.policy is not None]
    if elsewhere:
        return problems.NOT_IMPORTED.at(place, name=name.text, policy=elsewhere[0].policy)
    close = names.nearest(name.text, scope, also)
    if close is None or close == name.text:
        return problems.UNKNOWN_NAME.at(place, name=name.text)
    from_where = next((symbol.place for symbol in names.symbols.get(close, ()) if scope.sees(symbol)), None)
    where = _where(from_where)
    hint = Phrase("是不是“{close}”？{where}", "did you mean “{close}”?{where}").fill(close=close, where=where)
    return with_hint(problems.UNKNOWN_NAME.at(place, name=name.text, fix=Fix(place, close)), hint)


def _where(place: Place | None) -> Phrase:
    if place is None:
        return plain("")
    line = line_and_column(place)[0]
    return Phrase(f"它定义在 {place.path} 第 {line} 行", f" It is defined in {place.path}, line {line}")
