"""Rosters with faults: rows spoilt at random, and which rows a batch has to leave undecided, said row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from policyrules.core.program import Program

Row = dict[str, str]
Rosters = Mapping[str, Sequence[Row]]
ID, ROLE = "编号", "角色"


def spoilt(program: Program, rosters: Rosters, draw: Random, count: int) -> dict[str, list[Row]]:
    """The rosters with so many faults, in no order."""
    found = {entity: [dict(row) for row in rows] for entity, rows in rosters.items()}
    for _ in range(count):
        entity = draw.choice(list(found))
        rows, holder = found[entity], program.entities[entity].within
        row, other = draw.choice(rows), draw.choice(rows)
        ways = ["id", "no id", "again"] + (["lost", "no holder"] if holder else []) + (["role"] if ROLE in row else [])
        match draw.choice(ways):
            case "id":
                row[ID] = other[ID]
            case "no id":
                row[ID] = draw.choice(("", " "))
            case "again":
                rows.append(dict(other))
            case "lost":
                row[holder or ""] = draw.choice(("nobody", "nothing"))
            case "no holder":
                row[holder or ""] = ""
            case _:
                row[ROLE] = draw.choice(("", "外人", "户主", "户主"))
    for rows in found.values():
        draw.shuffle(rows)
    return found


def left_out(program: Program, rosters: Rosters) -> tuple[Counter[tuple[str, str, str, str]], dict[str, list[Row]]]:
    """Household, id, entity and code of every row nobody can be decided by (what is blank is ""), and the rows that are left."""
    order = [entity for entity in _downward(program) if entity in rosters]
    own = {(entity, number): _own_fault(program, rosters, entity, row) for entity in order for number, row in enumerate(rosters[entity])}
    wrong = {home for (entity, number), code in own.items() if code for home in _homes(program, rosters, entity, rosters[entity][number])}
    found: Counter[tuple[str, str, str, str]] = Counter()
    good: dict[str, list[Row]] = {}
    for entity in order:
        holder = program.entities[entity].within
        good[entity] = []
        for number, row in enumerate(rosters[entity]):
            code = own[entity, number]
            if holder is None:
                if code or _id(row) in wrong:
                    found[_id(row), _id(row), entity, code or "B141"] += 1
                    continue
            elif _up(row, holder) not in {_id(one) for one in good[holder]} - {""}:
                known = _up(row, holder) in {_id(one) for one in rosters[holder]} - {""}
                homes = _homes(program, rosters, entity, row)
                home = _up(row, holder) if holder == program.root else homes.pop() if len(homes) == 1 else ""
                found[home, _id(row), entity, code or ("B139" if not _up(row, holder) else "B141" if known else "B140")] += 1
                continue
            good[entity].append(row)
    return found, good


def _own_fault(program: Program, rosters: Rosters, entity: str, row: Row) -> str:
    holder = program.entities[entity].within
    roles = {role.name: role for role in program.entities[holder].roles if role.entity == entity} if holder else {}
    if not _id(row):
        return "B135"
    if sum(_id(one) == _id(row) for one in rosters[entity]) > 1:
        return "B136"
    if ROLE in row and row[ROLE] not in roles:
        return "B137"
    if not holder or ROLE not in row or roles[row[ROLE]].many or not _up(row, holder):
        return ""
    return "B138" if sum(_up(one, holder) == _up(row, holder) and one[ROLE] == row[ROLE] for one in rosters[entity]) > 1 else ""


def _homes(program: Program, rosters: Rosters, entity: str, row: Row) -> set[str]:
    """The ids of households a row may be of, in the roster or not."""
    holder = program.entities[entity].within
    if holder is None:
        return {_id(row)} - {""}
    if holder == program.root:
        return {_up(row, holder)} - {""}
    above = [one for one in rosters[holder] if _id(one) and _id(one) == _up(row, holder)]
    return {home for one in above for home in _homes(program, rosters, holder, one)}


def _id(row: Row) -> str:
    return row[ID].strip(" ")


def _up(row: Row, holder: str) -> str:
    return row[holder].strip(" ")


def _downward(program: Program) -> list[str]:
    order = [program.root or ""]
    for entity in order:
        order += dict.fromkeys(role.entity for role in program.entities[entity].roles if role.entity not in order)
    return order
