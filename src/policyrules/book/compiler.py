"""Texts to a program: the story of every policy file, aloud."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, field, frozen

from policyrules.core.program import Program
from policyrules.semantics.check import check_whole
from policyrules.semantics.consistency import consistencies
from policyrules.semantics.examples import Example, examples
from policyrules.semantics.lower import lower_files
from policyrules.semantics.properties import Property, properties
from policyrules.source.diagnostic import Checked
from policyrules.source.text import SourceText
from policyrules.syntax.parser import parse_all, parser, paused_gc


@frozen
class Compiled:
    """A program, and the worked examples and promises written beside it."""

    program: Program = field(repr=False)
    examples: tuple[Example, ...] = field(repr=False)
    properties: tuple[Property, ...] = field(repr=False)


def compile_files(files: Iterable[SourceText]) -> Checked[Compiled]:
    """Reads, resolves, checks. Decisions with errors are left out of the program; everything wrong is in the diagnostics."""
    with paused_gc():
        return _compiled(files)


def _compiled(files: Iterable[SourceText]) -> Checked[Compiled]:
    trees = parse_all(files)
    lowered = lower_files(trees.value, parser().keywords)
    worked = examples(lowered.value.files, lowered.value.names, lowered.value.contexts)
    promised = properties(lowered.value.files, lowered.value.names, lowered.value.contexts)
    consistent = consistencies(lowered.value)
    program = evolve(lowered.value.program, consistencies=consistent.value)
    whole = check_whole(evolve(lowered.value, program=program), worked.value, promised.value)
    found = (*trees.diagnostics, *lowered.diagnostics, *worked.diagnostics, *promised.diagnostics, *consistent.diagnostics, *whole)
    in_order = sorted(found, key=lambda finding: (finding.place.path, finding.place.start, finding.code))
    return Checked(Compiled(program, worked.value, promised.value), tuple(dict.fromkeys(in_order)))
