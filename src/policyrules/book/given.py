"""`NAME=VALUE`: facts and computed names supplied beside a case, for one instance or for the only one there is."""

from __future__ import annotations

from policyrules.book import case_problems as problems
from policyrules.book.cases import store
from policyrules.book.facts import normal
from policyrules.book.names import Known, Names, names_of
from policyrules.core.case import Instance, instances
from policyrules.core.program import Program
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place, SourceText

LONGEST = 12_000


def apply_given(program: Program, root: Instance, text: str, names: Names | None = None) -> tuple[Diagnostic, ...]:
    """Supply what `text` says (`人均收入=610元`, `甲的残疾等级=三级`) to the case of `root`, or say what is wrong."""
    source = SourceText("--given", text[:LONGEST])
    cut = min((at for at in (text.find("="), text.find("＝")) if at >= 0), default=-1)
    if cut < 0:
        return (problems.GIVEN_SHAPE.at(Place(source, 0, len(source.text)), words=problems.shown(text)),)
    name_place, place = Place(source, 0, cut), Place(source, cut + 1, len(source.text))
    return _apply(root, names or names_of(program), text[:cut], name_place, text[cut + 1 :].strip(), place)


def apply_value(program: Program, root: Instance, name: str, value: object, names: Names | None = None) -> tuple[Diagnostic, ...]:
    """Supply a value at hand (`610`, `"三级"`, a date) for a name, or say what is wrong."""
    source = SourceText("given", name[:LONGEST])
    place = Place(source, 0, len(source.text))
    return _apply(root, names or names_of(program), name, place, value, place)


def _apply(root: Instance, names: Names, name: str, name_place: Place, value: object, place: Place) -> tuple[Diagnostic, ...]:
    target = find_target(root, names, normal(name), name_place)
    if isinstance(target, Diagnostic):
        return (target,)
    instance, known = target
    instance.facts.pop(known.key, None)
    instance.given.pop(known.key, None)
    instance.states.pop(known.key, None)
    finding = store(instance, known, value, lambda: place)
    written = instance.place_of
    instance.place_of = lambda subject, key: place if key == known.key else written(subject, key)
    return (finding,) if finding else ()


def find_target(root: Instance, names: Names, word: str, place: Place) -> tuple[Instance, Known] | Diagnostic:
    """Whose name `word` (甲的残疾等级, or 残疾等级 where only one can have it) is, and what it means."""
    everybody = list(instances(root))
    found = [
        (instance, known)
        for instance in everybody
        for spelt in without_subject(instance, word)
        for known in names.find(instance.entity, spelt)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        return _unknown(everybody, names, word, place)
    if len({known.key for _, known in found}) > 1:
        keys = problems.listed(known.key for _, known in found)
        return problems.AMBIGUOUS_NAME.at(place, name=problems.shown(word), names=keys)
    several = problems.listed(f"{instance.id}的{word}" for instance, _ in found)
    return problems.GIVEN_SEVERAL.at(place, entity=found[0][0].entity, name=problems.shown(word), names=several)


def without_subject(instance: Instance, word: str) -> tuple[str, ...]:
    """The names `word` may be for this instance: as it stands, and without `甲的`."""
    subjects = {instance.id} | ({instance.entity} if instance.parent is None else set())
    return (word, *(word[len(subject) + 1 :].strip() for subject in subjects if word.startswith(f"{subject}的")))


def _unknown(everybody: list[Instance], names: Names, word: str, place: Place) -> Diagnostic:
    spelt = problems.shown(word)
    subject, _, name = word.rpartition("的")
    for owner in names.owners(word) or names.owners(name.strip()):
        present = [instance.id for instance in everybody if instance.entity == owner]
        if present and subject:
            return problems.hinted(
                problems.GIVEN_UNKNOWN,
                Phrase(f"个案里有：{problems.listed(present).zh}", f"the case has {problems.listed(present).en}"),
            ).at(place, name=spelt)
        if not present:
            return problems.GIVEN_NOBODY.at(place, entity=owner, name=spelt)
    candidates = [spelling for entity in {one.entity for one in everybody} for spelling in names.of(entity)]
    hint = problems.did_you_mean(name.strip() or word, sorted(candidates))
    return problems.hinted(problems.GIVEN_UNKNOWN, hint).at(place, name=spelt)
