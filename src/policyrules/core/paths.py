"""Where a path of roles leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policyrules.core.program import Entity, Path


def entity_at(entity: str, roles: Iterable[str], entities: Mapping[str, Entity]) -> str:
    """The entity a path of roles leads to; empty where a role is not known."""
    for name in roles:
        declared = entities.get(entity)
        entity = next((role.entity for role in declared.roles if role.name == name), "") if declared else ""
    return entity


def entity_of_path(path: Path, entities: Mapping[str, Entity]) -> str:
    """The entity of the instance a path leads to."""
    return entity_at(path.entity, path.roles, entities) if path.roles else path.entity
