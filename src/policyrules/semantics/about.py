"""About whom a rule is, where it does not say “对 …”: told by the bare names it uses, before anything is lowered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import fields, has

from policyrules.semantics.names import Names, Scope, Symbol
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.builtins import BIRTH_DATES, FUNCTIONS, GATHERINGS, SUBJECT

_AGE = (FUNCTIONS["age"].zh, FUNCTIONS["age"].en)
_GATHER = frozenset(word for phrase in GATHERINGS.values() for word in (phrase.zh, phrase.en))


def infer(symbols: list[Symbol], scopes: dict[int, Scope], names: Names) -> None:
    """Fills in `entity` of every symbol that leaves it open; what needs nobody is the same for everybody."""
    used: dict[int, list[str]] = {}
    for first in symbols:
        stack = [first]
        while stack:
            symbol = stack[-1]
            if symbol.entity_known:
                stack.pop()
                continue
            scope = scopes[id(symbol.block.file)]
            mentioned = used.get(id(symbol))
            if mentioned is None:
                # First come those it mentions; then it is looked at again.
                mentioned = used[id(symbol)] = list(_names_used(symbol))
                needed = [s for name in mentioned for s in names.visible(name, scope) if not s.entity_known and id(s) not in used]
                if needed:
                    stack += needed
                    continue
            symbol.entity = _entity(mentioned, symbol, scope, names)
            symbol.entity_known = True
            stack.pop()


def _entity(used: list[str], symbol: Symbol, scope: Scope, names: Names) -> str | None:
    """The entity all names can belong to; where they disagree the inmost one, so that the others are asked for by 户的."""
    groups: list[set[str]] = []
    for name in used:
        owners = set(names.fact_owners.get(name, ()))
        owners |= {symbol.entity for symbol in names.visible(name, scope) if symbol.entity is not None}
        owners |= {entity.name for entity in names.entities.values() if any(role.name == name for role in entity.roles)}
        if owners:
            groups.append(owners)
    if not groups:
        written = _owners_written(symbol, names)
        return max(written, key=lambda entity: len(names.enclosing(entity)), default=None)
    shared = set.intersection(*groups)
    if shared:
        return min(shared, key=lambda entity: len(names.enclosing(entity)))
    return max(set.union(*groups), key=lambda entity: len(names.enclosing(entity)))


def _expressions(symbol: Symbol) -> Iterator[object]:
    statement = symbol.block.statement
    match statement:
        case t.ConditionDecl(value=value) | t.ConsistencyDecl(value=value):
            yield value
        case t.Definition(value=value, guard=guard):
            yield value
            yield guard
        case t.TableDecl(keys=keys):
            yield keys
        case t.PropertyDecl(value=value, along=along):
            yield value
            yield along
        case t.BenefitDecl():
            for line in symbol.block.body:
                match line.statement:
                    case t.When(condition):
                        yield condition
                    case t.GrantLine(value):
                        yield value


def expression_names(symbol: Symbol) -> list[str]:
    """Every name a declaration mentions, for putting declarations in order."""
    found: list[str] = []
    waiting: list[object] = list(_expressions(symbol))
    if isinstance(symbol.block.statement, t.TableDecl):
        waiting += [line.statement.value for line in symbol.block.body if isinstance(line.statement, t.Row)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, x.Name):
            found.append(node.text)
        else:
            waiting.extend(_parts(node))
    return found


def _names_used(symbol: Symbol) -> Iterator[str]:
    """Bare names, without those inside a gathering or after 的, which belong to somebody else."""
    waiting: list[object] = list(_expressions(symbol))
    while waiting:
        node = waiting.pop()
        match node:
            case x.Name(text):
                yield BIRTH_DATES.zh if text in _AGE else text
            case x.Of(whole, part):
                if isinstance(part, x.Name) and isinstance(whole, x.Name) and whole.text in (SUBJECT.zh, SUBJECT.en):
                    waiting.append(part)
                elif isinstance(whole, (x.Name, x.Of)):
                    waiting.append(_outermost(whole))
                    if not isinstance(part, x.Name):
                        waiting.append(part)
                    elif isinstance(whole, x.Name):
                        # 低保标准 的 某比例: a product; 户的某事: the household's. Which it is shows later; a product's
                        # right side is a parameter as a rule, and those belong to nobody.
                        pass
                else:
                    waiting += [whole, part]
            case x.Call(function, arguments) if function.text in _GATHER and arguments:
                first = arguments[0]
                source = first.source if isinstance(first, x.Filtered) else first
                if _is_source(source):
                    waiting.append(_outermost(source))
                else:
                    waiting.extend(arguments)
            case x.Call(_, arguments):
                waiting.extend(arguments)
            case _:
                waiting.extend(_parts(node))


def _is_source(expr: x.Expr) -> bool:
    return isinstance(expr, (x.Name, x.Of))


def _outermost(expr: x.Expr) -> x.Expr:
    while isinstance(expr, x.Of):
        expr = expr.whole
    return expr


def _owners_written(symbol: Symbol, names: Names) -> set[str]:
    """Entities named as 户的 …: with no bare name at all, the rule is about the inmost of these."""
    owners: set[str] = set()
    waiting: list[object] = list(_expressions(symbol))
    while waiting:
        node = waiting.pop()
        if isinstance(node, x.Of) and isinstance(node.whole, x.Name) and node.whole.text in names.entities:
            owners.add(node.whole.text)
        waiting.extend(_parts(node))
    return owners


def _parts(node: object) -> list[object]:
    if isinstance(node, tuple):
        return list(node)
    kind: type[Any] = type(node)
    inner = _INNER.get(kind)
    if inner is None:
        inner = _INNER[kind] = tuple(field.name for field in fields(kind) if field.name != "span") if has(kind) else ()
    return [getattr(node, name) for name in inner]


_INNER: dict[type[Any], tuple[str, ...]] = {}
"""The fields of each kind of node that can hold nodes."""
