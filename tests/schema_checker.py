"""Just enough of JSON Schema (2020-12) to hold a value against the schemas this project writes. An unknown keyword is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

KNOWN = frozenset(("$schema", "$defs", "$ref", "$comment", "title", "description", "type", "enum", "anyOf")) | frozenset(
    ("pattern", "minimum", "maximum", "minLength", "maxLength", "items", "properties", "required", "additionalProperties")
)
_TYPES: dict[str, type | tuple[type, ...]] = {"string": str, "integer": int, "boolean": bool, "null": type(None), "array": list, "object": dict}


def faults(value: Any, schema: Any, root: Any = None, at: str = "$") -> Iterator[str]:
    """Where the value does not fit the schema."""
    root = schema if root is None else root
    assert set(schema) <= KNOWN, f"unknown keywords {sorted(set(schema) - KNOWN)}"
    if "$ref" in schema:
        yield from faults(value, _defined(schema["$ref"], root), root, at)
    if "type" in schema and not any(_is(value, name) for name in _listed(schema["type"])):
        yield f"{at}: {value!r} is no {schema['type']}"
        return
    if "enum" in schema and not any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in schema["enum"]):
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if "anyOf" in schema and all(any(faults(value, each, root, at)) for each in schema["anyOf"]):
        yield f"{at}: {value!r} fits none of the ways"
    yield from _scalar(value, schema, at)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from faults(item, schema["items"], root, f"{at}[{index}]")
    if isinstance(value, dict):
        yield from _fields(value, schema, root, at)


def _scalar(value: Any, schema: Any, at: str) -> Iterator[str]:
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{at}: {value!r} does not match {schema['pattern']}"
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{at}: {len(value)} characters"
    if _is(value, "integer") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: {value} is out of range"


def _fields(value: Any, schema: Any, root: Any, at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
    for name, inner in value.items():
        if name in known:
            yield from faults(inner, known[name], root, f"{at}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}: {name} is not described"


def _defined(reference: str, root: Any) -> Any:
    found = root
    for step in unquote(reference).removeprefix("#/").split("/"):
        found = found[step.replace("~1", "/").replace("~0", "~")]
    return found


def _listed(kind: Any) -> list[str]:
    return [kind] if isinstance(kind, str) else kind


def _is(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name != "integer" or not isinstance(value, bool))
