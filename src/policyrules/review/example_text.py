"""A household as a ready 例: text that parses beside the policies and, run, says what the policies say now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from policyrules.book.book import Book
from policyrules.book.cases import read_case
from policyrules.book.occasion import in_month
from policyrules.core.case import Instance, State, instances
from policyrules.core.outcome import Answer, Computed, Conflict, Failed, Granted, Refused, Undecided
from policyrules.core.program import Article, Program, Role
from policyrules.engines import interpreter
from policyrules.source.text import SourceText, Span
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.builtins import INCOMPLETE, STATES
from policyrules.syntax.parser import parser
from policyrules.syntax.print_statement import statement
from policyrules.syntax.print_words import hand
from policyrules.values.quantities import exact_text
from policyrules.values.types import Options, Quantity, Type, Value
from policyrules.values.units import unit_text

WIDEST = 100
"""Characters of one line of facts, about; more stand on lines of their own."""

_NOWHERE: Span = (0, 0)
_INDENT = "  "


def example_text(book: Book, title: str, document: Mapping[str, object], month: date, key: str, subject: str) -> str:
    """The 例 that tells this household and month, and expects what `key` now comes to for `subject` (by its id).

    It belongs into a file that knows the name of `key`, such as the cases of its policy, and is spelt (in Chinese or English
    keywords) like the file `key` is declared in. A title that is taken gets a number.
    """
    program = book.program
    read = read_case(program, document, SourceText("<case>", ""), names=book.names)
    if read.value is None:
        raise ValueError(read.diagnostics[0].message.en)
    root = read.value
    decided = next(one for one in instances(root) if one.id == subject)
    (answer,) = interpreter.decide(program, root, in_month(program, month), [(key, decided)], trace=False)
    lines: list[t.Statement] = [t.ExampleMonth(month, _NOWHERE), *_case_lines(program, root), _expectation(answer, _spoken(decided))]
    by = hand("zh", _spelling(program, key))
    heading = t.Heading("EXAMPLE", _free(book, title), _NOWHERE)
    return "\n".join([statement(by, heading, ""), *(_INDENT + statement(by, line, _INDENT) for line in lines), ""])


def _spelling(program: Program, key: str) -> t.Spelling:
    """The spelling of the file in which the name is declared."""
    declared = program.benefits.get(key) or program.rules[key]
    return parser().lexer.spelling(declared.place.source.text)


def _free(book: Book, title: str) -> str:
    """The title on one line, and one that no other example has."""
    words = " ".join(title.replace("#", "＃").split()) or "例"
    taken = {example.title for example in book.examples}
    count, free = 1, words
    while free in taken:
        count += 1
        free = f"{words}（{count}）"
    return free


# ---------------------------------------------------------------- the household


def _case_lines(program: Program, root: Instance) -> Iterator[t.CaseLine]:
    told = _told(program, root)
    for some in _rows(told):
        yield t.CaseLine(None, None, (_name(root.entity),), some, _NOWHERE, colon=False)
    yield from _member_lines(program, root)


def _member_lines(program: Program, owner: Instance) -> Iterator[t.CaseLine]:
    """The lists of an instance, those in the same role who are told the same on one line; then what lies below them."""
    declared = program.entities.get(owner.entity)
    for role in declared.roles if declared else ():
        group = owner.members.get(role.name)
        if group is None:
            continue
        whose = None if owner.parent is None else _name(_spoken(owner))
        if not group:
            yield t.CaseLine(whose or _name(owner.entity), _name(role.name), (), (), _NOWHERE)
        elif not role.many:
            for some in _rows(_told(program, group[0])) or [()]:
                yield t.CaseLine(whose or _name(owner.entity), _name(role.name), (), some, _NOWHERE)
        else:
            yield from _listed(program, owner, role, group, whose)
        for member in group:
            yield from _member_lines(program, member)


def _listed(program: Program, owner: Instance, role: Role, group: Sequence[Instance], whose: x.Name | None) -> Iterator[t.CaseLine]:
    alike: dict[tuple[t.Assignment, ...], list[Instance]] = {}
    for member in group:
        alike.setdefault(_told(program, member), []).append(member)
    if whose is not None or len(_lists(program, owner.entity)) > 1:
        # A list has to be named, and then only one member stands on a line.
        for told, members in alike.items():
            for member in members:
                for some in _rows(told) or [()]:
                    yield t.CaseLine(whose, _name(role.name), (_name(member.id),), some, _NOWHERE)
        return
    for told, members in alike.items():
        for some in _rows(told) or [()]:
            yield t.CaseLine(None, None, tuple(_name(member.id) for member in members), some, _NOWHERE)


def _lists(program: Program, entity: str) -> list[Role]:
    return [role for role in program.entities[entity].roles if role.many]


def _told(program: Program, one: Instance) -> tuple[t.Assignment, ...]:
    """What is known of an instance, in the order the policies declare it: facts, what is said in their stead, supplied values."""
    facts = [fact for fact in program.facts.values() if fact.entity == one.entity]
    told = [_assignment(fact.name, _value(one.facts[fact.key], fact.type)) for fact in facts if fact.key in one.facts]
    told += [_assignment(key, _state(state)) for key, state in one.states.items()]
    for key, value in one.given.items():
        declared = program.benefits.get(key) or program.rules[key]
        refused = key in program.benefits and value is False
        told.append(_assignment(key, None if refused else _value(value, declared.type)))
    told += [_assignment(role, x.Name(INCOMPLETE.zh, _NOWHERE)) for role in one.unlisted]
    return tuple(told)


def _state(state: State) -> x.Expr:
    return x.Name(STATES[state.value].zh, _NOWHERE)


def _assignment(name: str, value: x.Expr | None) -> t.Assignment:
    """A name and its value; None says that it is refused."""
    return t.Assignment(_name(name), value, value is None, _NOWHERE)


def _rows(told: tuple[t.Assignment, ...]) -> list[tuple[t.Assignment, ...]]:
    """The facts on as many lines as they need."""
    by = hand("zh", "zh")
    rows: list[tuple[t.Assignment, ...]] = []
    room = 0
    for one in told:
        size = len(statement(by, t.CaseLine(None, None, (), (one,), _NOWHERE), ""))
        if not rows or size > room:
            rows.append(())
            room = WIDEST
        rows[-1] = (*rows[-1], one)
        room -= size
    return rows


def _spoken(one: Instance) -> str:
    """What an example calls an instance: the household by its kind, the only one in a role by whose it is, others by their id."""
    if one.parent is None:
        return one.entity
    role = next(name for name, group in one.parent.members.items() if one in group)
    single = one.id in (role, f"{one.parent.id}的{role}")
    return f"{_spoken(one.parent)}的{role}" if single else one.id


def _name(text: str) -> x.Name:
    return x.Name(text, _NOWHERE)


# ---------------------------------------------------------------- values


def _value(value: Value, kind: Type) -> x.Expr:
    """A value as a line of facts writes it."""
    if isinstance(value, Fraction) and not exact_text(abs(value)).replace(".", "").isdigit():
        return x.TextLiteral(f"{exact_text(value)}{_unit(kind)}", _NOWHERE)
    return _plain(value, kind)


def _plain(value: Value, kind: Type) -> x.Expr:
    match value:
        case bool():
            return x.TruthLiteral(value, _NOWHERE)
        case Fraction():
            if value < 0:
                return x.Negative(_plain(-value, kind), _NOWHERE)
            text = exact_text(value)
            if "/" in text:
                # 305元/月 ÷ 6: the unit of 305/6元/月 would be read as standing below the line.
                parts = (_amount(Fraction(value.numerator), kind, whole=True), _amount(Fraction(value.denominator), None))
                return x.Chain(("OVER",), parts, _NOWHERE)
            return _amount(value, kind)
        case date():
            return x.DayLiteral(value, _NOWHERE)
        case str() if isinstance(kind, Quantity):
            return _name(value)
        case str():
            return _word(value, kind)


def _word(value: str, kind: Type) -> x.Expr:
    return _name(value) if isinstance(kind, Options) else x.TextLiteral(value, _NOWHERE)


def _amount(value: Fraction, kind: Type | None, *, whole: bool = False) -> x.Amount:
    """An amount; what it is per (610元 for 610元/月) is left out as people leave it out, unless it is a part of a `whole` expression."""
    dimension = kind.dimension if isinstance(kind, Quantity) else ()
    shown = dimension if whole else tuple((unit, power) for unit, power in dimension if power > 0) or dimension
    return x.Amount(value, shown, f"{exact_text(value)}{unit_text(shown, 'zh')}", _NOWHERE)


def _unit(kind: Type) -> str:
    return unit_text(kind.dimension, "zh") if isinstance(kind, Quantity) else ""


# ---------------------------------------------------------------- what is expected


def _expectation(answer: Answer, subject: str) -> t.Expectation:
    target = x.Of(_name(subject), _name(answer.name), _NOWHERE)
    kind = "failed"
    value: x.Expr | None = None
    articles: tuple[Article, ...] = ()
    missing: tuple[x.Expr, ...] = ()
    match answer.outcome:
        case Granted(amount, by):
            kind, value, articles = "value", _plain(amount, answer.type), by
        case Computed(found):
            kind, value = "value", _plain(found, answer.type)
        case Refused(_, article):
            kind, articles = "refused", (article,) if article is not None else ()
        case Undecided(needs):
            kind = "undecided"
            missing = tuple(x.Of(_name(need.subject), _name(need.name), _NOWHERE) for need in needs)
        case Conflict():
            kind = "conflict"
        case Failed():
            kind = "failed"
    return t.Expectation(target, kind, value, _numbers(articles), missing, _NOWHERE)


def _numbers(articles: Sequence[Article]) -> tuple[x.Name, ...]:
    return tuple(_name(number) for number in dict.fromkeys(article.number for article in articles))
