"""A case: nested data in, instances with every fact checked out. JSON, Python and the 例 of a policy share this reader.

Nothing a user can write raises: every mistake is a diagnostic at its place, all of them in one pass, and where there is
an error there is no case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from attrs import define, field

from policyrules.book import case_problems as problems
from policyrules.book.facts import Wanted, Where, described, is_incomplete, is_unknown, normal, read_value, state_of
from policyrules.book.json_text import JsonDocument, JsonPath, read_json
from policyrules.book.names import ID_KEYS, Known, Names, names_of
from policyrules.core.case import Instance, State
from policyrules.core.program import Program, Role
from policyrules.engines.rows import value_of
from policyrules.source.diagnostic import Checked, Diagnostic, Problem, has_errors
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText
from policyrules.syntax.builtins import STATES

Locate: TypeAlias = Callable[[JsonPath], Place]
"""Where the value (or the name) at a path of the data was written."""

MOST_NESTING = 32
MOST_MEMBERS = 200_000
LONGEST_ID = 100

_LEAVES = frozenset({str, int, bool, type(None)})


def read_case(
    program: Program,
    data: object,
    source: SourceText,
    locate: Locate | None = None,
    *,
    locate_name: Locate | None = None,
    names: Names | None = None,
) -> Checked[Instance | None]:
    """The instances `data` describes, checked against the program; None where anything is wrong.

    `locate` tells where values stand and `locate_name` where their names stand (default: the same); without them every
    finding points at the start of `source`. `names` are the program's, if they are at hand already.
    """
    at_value = locate or (lambda _: Place(source, 0, 0))
    reader = _Reader(program, names or names_of(program), at_value, locate_name or at_value, _explicit_ids(data))
    instance = reader.case(data)
    findings = tuple(reader.findings)
    return Checked(None if has_errors(findings) else instance, findings)


def read_document(program: Program, document: JsonDocument, names: Names | None = None) -> Checked[Instance | None]:
    """The case a JSON document describes; findings point into its text."""
    return read_case(program, document.data, document.source, document.place, locate_name=document.name_place, names=names)


def locate_in(data: object, path: str) -> tuple[Locate, Locate]:
    """Places for data that has no text of its own: it is written out as JSON, the first time a place is asked for."""
    written: list[JsonDocument] = []

    def document() -> JsonDocument:
        if not written:
            written.append(_written_out(data, path))
        return written[0]

    return (lambda place: document().place(_as_text(place))), (lambda place: document().name_place(_as_text(place)))


def _written_out(data: object, path: str) -> JsonDocument:
    try:
        text = json.dumps(data, ensure_ascii=False, indent=2, default=str)
        read = read_json(text, path).value
    except (TypeError, ValueError, RecursionError):
        read = None  # keys that are no text, a group that holds itself, numbers too long to print: point at nothing
    return read or JsonDocument(SourceText(path, ""), data)


def _as_text(path: JsonPath) -> JsonPath:
    return tuple(step if isinstance(step, (str, int)) else str(step) for step in path)


def _explicit_ids(data: object) -> frozenset[str]:
    """Every id written anywhere, so that names made up for members without one never take them."""
    found: set[str] = set()
    level: list[object] = [data]
    for _ in range(2 * MOST_NESTING):
        below: list[object] = []
        for piece in level:
            if piece.__class__ in _LEAVES:
                continue
            if piece.__class__ is dict or isinstance(piece, Mapping):
                for key in ID_KEYS:
                    written = piece.get(key)
                    if isinstance(written, str):
                        found.add(normal(written))
                below.extend(inner for inner in piece.values() if inner.__class__ not in _LEAVES)
            elif isinstance(piece, (list, tuple)):
                below.extend(piece)
        if not below:
            break
        if len(below) > 50 * MOST_MEMBERS:
            break
        level = below
    return frozenset(found)


@define
class _Reader:
    """One pass over one case."""

    program: Program
    names: Names
    locate: Locate
    locate_name: Locate
    reserved: frozenset[str]
    findings: list[Diagnostic] = field(factory=list)
    ids: set[str] = field(factory=set)
    members: int = 0
    known_roles: dict[str, dict[str, Role]] = field(factory=dict)
    origins: dict[str, tuple[str, Mapping[object, object], JsonPath]] = field(factory=dict)

    # ------------------------------------------------------------ shape

    def case(self, data: object) -> Instance | None:
        root = self.program.root
        if not isinstance(data, Mapping):
            self.find(problems.OBJECT_EXPECTED, (), what=Phrase("个案", "the case"), got=described(data))
            return None
        household: Instance | None = None if root else Instance("", "")
        for key, inner in data.items():
            word = self.word(key, ())
            if word is None:
                continue
            if root is not None and word == normal(root):
                if household is not None:
                    self.find(problems.NAME_TWICE, (key,), subject=Phrase("个案", "the case"), name=root)
                household = self.instance(root, inner, (key,), None, root)
            else:
                self.unknown_top(root, word, (key,))
        if household is None and root is not None and not self.findings:
            self.find(problems.NO_ROOT, (), root=root)
        return household

    def unknown_top(self, root: str | None, word: str, path: JsonPath) -> None:
        if root is None:
            self.name(problems.UNKNOWN_TOP, path, name=problems.shown(word), root="")
            return
        hint = problems.did_you_mean(word, [root])
        if self.names.find(root, word) or word in self.roles(root):
            hint = Phrase(f'它要写在“{root}”里面：{{"{root}": {{…}}}}', f'it goes inside “{root}”: {{"{root}": {{…}}}}')
        self.name(problems.hinted(problems.UNKNOWN_TOP, hint), path, name=problems.shown(word), root=root)

    def instance(self, entity: str, data: object, path: JsonPath, parent: Instance | None, made_up: str) -> Instance | None:
        """One instance with everything in it. `made_up` is its id where the case writes none."""
        if data.__class__ is not dict and not isinstance(data, Mapping):
            what = Phrase(f"“{entity}”", f"“{entity}”")
            self.find(problems.OBJECT_EXPECTED, path, what=what, got=described(data))
            return None
        self.members += 1
        if len(path) > MOST_NESTING:
            self.find(problems.CASE_TOO_DEEP, path, most=MOST_NESTING)
            return None
        if self.members > MOST_MEMBERS:
            if self.members == MOST_MEMBERS + 1:
                self.find(problems.CASE_TOO_LARGE, path, most=MOST_MEMBERS)
            return None
        place_of = self.place_of if parent is None else parent.place_of
        made = Instance(entity, self.identity(entity, data, path, made_up, parent), parent=parent)
        made.place_of = place_of
        self.origins[made.id] = (entity, data, path)
        seen: set[str] = set()
        at_once, facts = self.names.at_once(entity, self.roles(entity)), made.facts
        for key, inner in data.items():
            if key in at_once:
                short = at_once[key]
                if short is None:
                    continue
                name, read, scale = short
                value = read.read(inner)
                if value is not None and name not in seen:
                    seen.add(name)
                    facts[name] = value_of(value, scale)
                    continue
            self.entry(made, key, inner, path, seen)
        if parent is None and not self.findings:
            self.somebody(made, path)
        return made

    def identity(self, entity: str, data: Mapping[object, object], path: JsonPath, made_up: str, parent: Instance | None) -> str:
        for key in ID_KEYS:
            if key not in data or key in self.names.of(entity):
                continue
            written = data[key]
            if isinstance(written, int) and not isinstance(written, bool) and abs(written) < 10**LONGEST_ID:
                written = str(written)
            word = normal(written) if isinstance(written, str) else ""
            if not word or len(word) > LONGEST_ID or (not word.isalnum() and problems.shown(word[:LONGEST_ID]).count("�")):
                self.find(problems.BAD_ID, (*path, key), most=LONGEST_ID, got=described(written))
                break
            if word in self.ids:
                self.find(problems.DUPLICATE_ID, (*path, key), id=problems.shown(word))
            self.ids.add(word)
            return word
        taken = self.ids | self.reserved if made_up in self.ids or made_up in self.reserved else frozenset()
        if made_up in taken and parent is not None:
            made_up = f"{parent.id}的{made_up}"
        count, base = 1, made_up
        while made_up in taken:
            count += 1
            made_up = f"{base}{count}"
        self.ids.add(made_up)
        return made_up

    def somebody(self, root: Instance, path: JsonPath) -> None:
        """A household written with lists and nobody in any of them is a slip, not a household."""
        lists = [role.name for role in self.roles(root.entity).values() if role.many and role.name in root.members]
        if lists and not root.unlisted and not any(root.members[name] for name in lists):
            self.find(problems.EMPTY_HOUSEHOLD, (*path, lists[0]), root=root.entity, roles=problems.listed(lists))

    # ------------------------------------------------------------ names

    def entry(self, made: Instance, key: object, data: object, path: JsonPath, seen: set[str]) -> None:
        """One name of an instance with what stands behind it."""
        word = self.word(key, path)
        if word is None or not isinstance(key, str):
            return
        inner = (*path, key)
        meanings = self.names.find(made.entity, word)
        role = self.roles(made.entity).get(word)
        if role is None and not meanings:
            if word not in ID_KEYS:
                self.unknown(made.entity, word, inner)
            return
        if role is None and len(meanings) > 1:
            self.name(problems.AMBIGUOUS_NAME, inner, name=word, names=problems.listed(known.key for known in meanings))
            return
        meant = role.name if role else meanings[0].key
        if meant in seen:
            self.name(problems.NAME_TWICE, inner, subject=Phrase(f"“{made.id}”", f"“{made.id}”"), name=word)
            return
        seen.add(meant)
        if role is not None:
            self.role(made, role, data, inner)
        else:
            self.fact(made, meanings[0], data, inner)

    def unknown(self, entity: str, word: str, path: JsonPath) -> None:
        """A name that is nothing of this entity: whose it is, or the nearest."""
        owners = self.names.owners(word)
        name = problems.shown(word)
        if owners:
            self.name(problems.NAME_ELSEWHERE, path, name=name, entity=entity, owner=owners[0])
        elif word in {normal(left) for left in self.program.left_out}:
            self.name(problems.LEFT_OUT, path, name=name)
        else:
            candidates = (*self.names.of(entity), *self.roles(entity), *ID_KEYS)
            all_names = problems.listed(candidates)
            hint = problems.did_you_mean(word, candidates) or Phrase(
                f"“{entity}”可以写：{all_names.zh}", f"“{entity}” knows {all_names.en}"
            )
            self.name(problems.hinted(problems.UNKNOWN_NAME, hint), path, name=name, entity=entity)

    def word(self, key: object, path: JsonPath) -> str | None:
        """The compared spelling of a name, if it is one."""
        if isinstance(key, str):
            return normal(key[:1000])
        self.find(problems.KEY_NOT_TEXT, path, got=described(key))
        return None

    def roles(self, entity: str) -> dict[str, Role]:
        """The roles of an entity by their compared spelling."""
        if entity not in self.known_roles:
            declared = self.program.entities.get(entity)
            self.known_roles[entity] = {normal(role.name): role for role in declared.roles} if declared else {}
        return self.known_roles[entity]

    # ------------------------------------------------------------ values

    def role(self, made: Instance, role: Role, data: object, path: JsonPath) -> None:
        if is_unknown(data):
            return
        if state_of(data) is State.UNASCERTAINABLE:
            made.states[role.name] = State.UNASCERTAINABLE
            return
        if not role.many:
            self.single(made, role, data, path)
        elif not isinstance(data, (list, tuple)):
            self.find(problems.LIST_EXPECTED, path, what=_role_words(made, role), got=described(data))
        else:
            group: list[Instance] = []
            made.members[role.name] = group
            if data and is_incomplete(data[-1]):
                made.unlisted[role.name] = Instance(role.entity, "", parent=made)
                data = data[:-1]
            for index, inner in enumerate(data):
                member = self.instance(role.entity, inner, (*path, index), made, f"{role.name}{index + 1}")
                if member is not None:
                    group.append(member)

    def single(self, made: Instance, role: Role, data: object, path: JsonPath) -> None:
        if not isinstance(data, Mapping):
            self.find(problems.OBJECT_EXPECTED, path, what=_role_words(made, role), got=described(data))
            return
        # As in a 例: the household's own 代表, but 甲的监护人.
        made_up = role.name if made.parent is None else f"{made.id}的{role.name}"
        member = self.instance(role.entity, data, path, made, made_up)
        if member is not None:
            made.members[role.name] = [member]

    def fact(self, made: Instance, known: Known, data: object, path: JsonPath) -> None:
        finding = store(made, known, data, lambda: self.locate(path))
        if finding is not None:
            self.findings.append(finding)

    def place_of(self, subject: str, wanted: str) -> Place | None:
        """Where the data of an instance, by its id, tell a fact or computed name, by its key."""
        entity, data, path = self.origins.get(subject, ("", {}, ()))
        for key in data:
            if isinstance(key, str):
                meanings = self.names.find(entity, normal(key[:1000]))
                if meanings and meanings[0].key == wanted:
                    return self.locate((*path, key))
        return None

    # ------------------------------------------------------------ findings

    def find(self, problem: Problem, path: JsonPath, **fields: object) -> None:
        """A problem with the value at `path`."""
        self.findings.append(problem.at(self.locate(path), fix=None, **fields))

    def name(self, problem: Problem, path: JsonPath, **fields: object) -> None:
        """A problem with the name that introduces the value at `path`."""
        self.findings.append(problem.at(self.locate_name(path), fix=None, **fields))


def _role_words(made: Instance, role: Role) -> Phrase:
    return Phrase(f"“{made.id}”的{role.name}", f"“{role.name}” of “{made.id}”")


def store(made: Instance, known: Known, data: object, place: Where) -> Diagnostic | None:
    """Put a fact or a supplied value into an instance, or say what is wrong with it."""
    what = Phrase(f"{made.id}的{known.name}", f"“{known.name}” of {made.id}")
    wanted = Wanted(what, known.type, known.low, known.high, known.refusable, whole_fen=not known.computed)
    value = read_value(wanted, data, place)
    if isinstance(value, Diagnostic):
        return value
    if isinstance(value, State):
        if known.computed:
            return problems.STATE_OF_COMPUTED.at(place(), what=what, word=STATES[value.value])
        made.states[known.key] = value
    elif value is not None:
        (made.given if known.computed else made.facts)[known.key] = value
    return None
