"""What is asked of a case: from names as people write them to pairs of instance and computed name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from policyrules.book import case_problems as problems
from policyrules.book.facts import normal
from policyrules.book.given import without_subject
from policyrules.book.names import Names
from policyrules.core.case import Instance, instances
from policyrules.core.program import Program
from policyrules.engines.interpreter import everything
from policyrules.source.diagnostic import Checked, Diagnostic
from policyrules.source.text import Place, SourceText

Request: TypeAlias = tuple[str, Instance]
"""The key of a rule, benefit or parameter, and the instance it is asked of."""


def every_benefit(program: Program, root: Instance) -> Checked[tuple[Request, ...]]:
    """Every benefit that pays, for every instance that can have it."""
    asked = everything(program, root)
    if asked:
        return Checked(asked)
    place = Place(SourceText("--ask", ""), 0, 0)
    paying = [benefit for benefit in program.benefits.values() if benefit.pays]
    if not paying:
        return Checked((), (problems.NOTHING_TO_DECIDE.at(place),))
    return Checked((), (problems.ASK_NOBODY.at(place, entity=paying[0].entity, name=paying[0].name),))


def requests_for(program: Program, root: Instance, names: Names, words: Iterable[str]) -> Checked[tuple[Request, ...]]:
    """The keys and instances meant by `生活补贴` (everybody's) or `甲的生活补贴`; unknown names are findings."""
    asked: dict[Request, None] = {}
    findings: list[Diagnostic] = []
    everybody = list(instances(root))
    for word in words:
        found = _meant(program, everybody, names, normal(word))
        asked.update(dict.fromkeys(found))
        if not found:
            findings.append(_unknown(program, everybody, names, word))
    return Checked(tuple(asked), tuple(findings))


def _meant(program: Program, everybody: list[Instance], names: Names, word: str) -> list[Request]:
    found = [
        (known.key, one)
        for one in everybody
        for spelt in without_subject(one, word)
        for known in names.of(one.entity).get(spelt, ())
        if known.computed
    ]
    same_for_all = program.parameters.values()
    return found or [(one.key, everybody[0]) for one in same_for_all if word in (normal(one.name), normal(one.key))]


def _unknown(program: Program, everybody: list[Instance], names: Names, word: str) -> Diagnostic:
    shown = problems.shown(word)
    place = Place(SourceText("--ask", shown), 0, len(shown))
    subject, _, name = (part.strip() for part in normal(word).rpartition("的"))
    computed = list(names.computed())
    owners = {known.entity for known in computed if name in (normal(known.name), normal(known.key))}
    present = [one.id for one in everybody if one.entity in owners]
    if owners and not present:
        return problems.ASK_NOBODY.at(place, entity=sorted(owners)[0], name=shown)
    if present and subject:
        return problems.ASK_WHOSE.at(place, name=shown, subject=problems.shown(subject), ids=problems.listed(present))
    candidates = [*(known.name for known in computed), *(one.name for one in program.parameters.values())]
    return problems.hinted(problems.ASK_UNKNOWN, problems.did_you_mean(name, candidates)).at(place, name=shown)
