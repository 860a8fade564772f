"""What a case may say, for forms and other programs: a JSON Schema (2020-12) of it, and an empty case to fill in."""

from __future__ import annotations

from math import ceil, floor
from urllib.parse import quote

from policyrules.book.cases import LONGEST_ID
from policyrules.book.facts import LONGEST_TEXT
from policyrules.book.names import ID_KEYS
from policyrules.core.program import Benefit, Entity, Fact, Program, Role, Rule
from policyrules.source.phrase import Phrase
from policyrules.syntax.builtins import INCOMPLETE, STATES
from policyrules.values.types import Day, Options, Quantity, Text, Truth, Type
from policyrules.values.units import type_text

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_UNKNOWN = "未知"
_TOLD = (_UNKNOWN, *(word.zh for word in STATES.values()))
"""What may stand in place of a fact: 未知, 不详, 不适用. In place of what the rules compute, only the first."""

_ANY_SIGN = r"[-−]?[0-9]+(\.[0-9]+|/[0-9]+)?\s*([^0-9.\s].*)?|.*分之.*"
_NO_SIGN = r"[0-9]+(\.[0-9]+|/[0-9]+)?\s*([^0-9.\s].*)?|.*分之.*"
_DAY = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
_NOT_TOLD = {"enum": [_UNKNOWN, STATES["unascertainable"].zh]}
_COMPUTED = Phrase("由规则计算，可以不填；填了就以所填为准", "computed by the rules; a value written here wins over them")


def json_schema(program: Program) -> dict[str, object]:
    """The JSON Schema of a case: titles are the questions, quantities are integers or exact numbers in strings."""
    root = program.root
    schema: dict[str, object] = {"$schema": DIALECT, "type": "object", "additionalProperties": False}
    if root is None:
        return schema
    return {
        **schema,
        "required": [root],
        "properties": {root: _reference(root)},
        "$defs": {entity.name: _entity(program, entity) for entity in program.entities.values()},
    }


def empty_case(program: Program) -> dict[str, object]:
    """A case with every fact unknown, and one member in every role."""
    return {program.root: _empty(program, program.root, ())} if program.root else {}


def _empty(program: Program, entity: str, around: tuple[str, ...]) -> dict[str, object]:
    case: dict[str, object] = {name: None for name, _ in facts_of(program, entity)}
    for role in program.entities[entity].roles:
        if role.entity == entity or role.entity in around:
            continue  # a person's parents are persons with parents: once is enough
        inner = _empty(program, role.entity, (*around, entity))
        case[role.name] = [{ID_KEYS[0]: f"{role.name}1", **inner}] if role.many else inner
    return case


def _entity(program: Program, entity: Entity) -> dict[str, object]:
    properties: dict[str, object] = {key: {"type": ["string", "integer"], "minLength": 1, "maxLength": LONGEST_ID} for key in ID_KEYS}
    for role in entity.roles:
        properties[role.name] = _role(role)
    for name, rule in _computed(program, entity.name):
        properties[name] = _computed_schema(name, rule)
    for name, fact in facts_of(program, entity.name):
        properties[name] = _fact(name, fact)
    return {"title": entity.name, "type": "object", "additionalProperties": False, "properties": properties}


def _role(role: Role) -> dict[str, object]:
    if role.many:
        # The word that ends a list says that it may not be complete.
        items = {"anyOf": [_reference(role.entity), {"const": INCOMPLETE.zh}]}
        return {"title": role.name, "anyOf": [{"type": ["array", "null"], "items": items}, _NOT_TOLD]}
    return {"title": role.name, "anyOf": [_reference(role.entity), {"type": "null"}, _NOT_TOLD]}


def facts_of(program: Program, entity: str) -> list[tuple[str, Fact]]:
    """Facts by the name a case writes: the bare one, or `policy·name` where two policies share it."""
    facts = [fact for fact in program.facts.values() if fact.entity == entity]
    names = [fact.name for fact in facts]
    return [(fact.name if names.count(fact.name) == 1 else fact.key, fact) for fact in facts]


def _computed(program: Program, entity: str) -> list[tuple[str, Rule | Benefit]]:
    every: list[Rule | Benefit] = [*program.rules.values(), *program.benefits.values()]
    mine = [rule for rule in every if rule.entity == entity]
    names = [rule.name for rule in mine]
    return [(rule.name if names.count(rule.name) == 1 else rule.key, rule) for rule in mine]


def _fact(name: str, fact: Fact) -> dict[str, object]:
    schema: dict[str, object] = {"title": fact.question or name, **_value(fact.type, _TOLD)}
    if isinstance(fact.type, Quantity):
        if fact.low is not None:
            schema["minimum"] = ceil(fact.low)
        if fact.high is not None:
            schema["maximum"] = floor(fact.high)
        schema["pattern"] = _pattern(_NO_SIGN if fact.low is not None and fact.low >= 0 else _ANY_SIGN, _TOLD)
    if fact.proof:
        schema["$comment"] = fact.proof
    return schema


def _computed_schema(name: str, rule: Rule | Benefit) -> dict[str, object]:
    schema = {"title": name, **_value(rule.type, (_UNKNOWN,))}
    schema["description"] = f"{schema.get('description', '')} {_COMPUTED.zh} / {_COMPUTED.en}".strip()
    if isinstance(rule, Benefit) and rule.pays:
        refused = {"enum": [False, "不予", "refused"]}
        return {"title": name, "description": schema.pop("description"), "anyOf": [refused, schema]}
    return schema


def _pattern(written: str, words: tuple[str, ...]) -> str:
    return f"^({written}|{'|'.join(words)})$"


def _value(kind: Type, words: tuple[str, ...]) -> dict[str, object]:
    """Values of a type, and the words that may stand in their place."""
    match kind:
        case Truth():
            return {"enum": [True, False, "是", "否", *words, None]}
        case Quantity():
            unit = f"{type_text(kind, 'zh')} / {type_text(kind, 'en')}"
            return {"type": ["integer", "string", "null"], "description": unit, "pattern": _pattern(_ANY_SIGN, words)}
        case Day():
            return {"type": ["string", "null"], "description": "2020-04-01", "pattern": _pattern(_DAY, words)}
        case Options():
            return {"enum": [*dict.fromkeys((*kind.names, *words)), None]}
        case Text():
            return {"type": ["string", "null"], "maxLength": LONGEST_TEXT}


def _reference(entity: str) -> dict[str, object]:
    return {"$ref": "#/$defs/" + quote(entity.replace("~", "~0").replace("/", "~1"))}
