"""What only shows in the whole: articles that meet, divisors, rounding, holes in time, names nobody uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from policyrules.analysis.division import zero_divisors
from policyrules.analysis.granularity import Steps, takes_shares, unrounded
from policyrules.analysis.graph import Uses, spans_used, unused, uses_of
from policyrules.analysis.meeting import ViewFor, examine
from policyrules.analysis.rounding_twice import Example as RoundingExample
from policyrules.analysis.rounding_twice import may_round, rounded_twice
from policyrules.analysis.timeline import Hole, holes
from policyrules.analysis.view import View, views_of
from policyrules.core.program import Parameter, Program
from policyrules.semantics import problems, rule_problems
from policyrules.semantics.examples import Example
from policyrules.semantics.lower import Lowered
from policyrules.semantics.names import Names
from policyrules.semantics.properties import Property
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.values.article_numbers import article_phrase
from policyrules.values.quantities import exact_text

_UNSETTLED = Phrase("没能查清，按会同时成立处理", "it could not be settled, so it is taken that they can")


def check_whole(lowered: Lowered, worked: Sequence[Example], promised: Sequence[Property]) -> tuple[Diagnostic, ...]:
    """Everything wrong with the program as a whole."""
    program, uses = lowered.program, lowered.uses
    roots = _roots(program, lowered.names, worked)
    asked = [uses_of((rule.expression,)) for rule in (*(one.rule for one in promised), *program.consistencies)]
    view_for = views_of(program)
    return (
        *_articles(program, view_for),
        *_divisors(program, uses, view_for(None)),
        *_rounding(program, uses, view_for(None)),
        *_holes(program, uses, roots),
        *_unused(lowered, roots, asked),
    )


def _articles(program: Program, view_for: ViewFor) -> Iterator[Diagnostic]:
    """Articles of one benefit that can hold at once with different results, and those that never take effect."""
    for benefit in program.benefits.values():
        found = examine(benefit, view_for)
        numbers = [article_phrase(article.number) for article in benefit.articles]
        for second in dict.fromkeys(met.second for met in found.meetings):
            # One finding for an article, however many others it meets; the example is of the first.
            meetings = [met for met in found.meetings if met.second == second]
            first = _listed([numbers[met.first] for met in meetings])
            witness = meetings[0].witness.words if meetings[0].witness is not None else _UNSETTLED
            place = benefit.articles[second].place
            yield rule_problems.ARTICLES_MEET.at(place, first=first, second=numbers[second], witness=witness)
        for dead in found.unreachable:
            yield rule_problems.ARTICLE_UNREACHABLE.at(benefit.articles[dead.article].place, article=numbers[dead.article])


def _listed(numbers: Sequence[Phrase]) -> Phrase:
    return Phrase("、".join(number.zh for number in numbers), ", ".join(number.en for number in numbers))


def _divisors(program: Program, uses: dict[str, Uses], view: View) -> Iterator[Diagnostic]:
    """Divisions by what can be zero. Only declarations that divide are looked at."""
    for key in program.order:
        if "divide" not in uses[key].operators:
            continue
        declared = program.rules.get(key) or program.benefits[key]
        for zero in zero_divisors(declared, view):
            place = zero.place or declared.place
            if zero.witness is None:
                yield rule_problems.DIVISION_UNCHECKED.at(place)
            else:
                yield rule_problems.ZERO_DIVISOR.at(place, witness=zero.witness.words, divisor=place.words)


def _roots(program: Program, names: Names, worked: Sequence[Example]) -> list[str]:
    """What is asked of a program: its benefits that pay, and every computed name a worked example expects."""
    expected = {expectation.name for example in worked for expectation in example.expectations}
    keys = [symbol.key for name in expected for symbol in names.symbols.get(name, ())]
    return [*(benefit.key for benefit in program.benefits.values() if benefit.pays), *keys]


def _rounding(program: Program, uses: dict[str, Uses], view: View) -> Iterator[Diagnostic]:
    """Benefits that may come to a part of a 分 and do not say how to round; amounts rounded and then worked on again."""
    steps = Steps(view, dict(program.benefits))
    for benefit in program.benefits.values():
        if unrounded(benefit, steps):
            yield rule_problems.NO_ROUNDING.at(benefit.place, name=benefit.name)
        elif takes_shares(benefit, steps):
            yield rule_problems.MAY_NEED_ROUNDING.at(benefit.place, name=benefit.name)
    rounding = may_round(uses)
    for key in program.order:
        if key in rounding:
            declared = program.rules.get(key) or program.benefits[key]
            for twice in rounded_twice(declared, steps):
                yield rule_problems.ROUNDED_TWICE.at(twice.again or declared.place, example=_example(twice.example))


def _example(one: RoundingExample) -> Phrase:
    """50.83 × 2 = 101.66, and 101.67 when rounded last."""
    exact, rounded, staged, last = (exact_text(value) for value in (one.exact, one.rounded, one.staged, one.last))
    return Phrase(
        f"{exact} 先取整得 {rounded}，最后得 {staged}；最后才取整得 {last}",
        f"{exact} rounded first is {rounded} and comes to {staged}; rounded last it comes to {last}",
    )


def _holes(program: Program, uses: dict[str, Uses], roots: Sequence[str]) -> Iterator[Diagnostic]:
    """Parameters without a value on days on which something in force needs one."""
    for key, spans in spans_used(uses, program.order, program.benefits, roots, program.parameters).items():
        parameter = program.parameters[key]
        seen: set[Hole] = set()
        for start, end in spans:
            for hole in holes(parameter.timeline, start, end):
                if hole not in seen:
                    seen.add(hole)
                    user = _user(program, uses, key)
                    place = _beside(parameter, hole)
                    yield rule_problems.HOLE.at(place, name=parameter.name, start=hole.start, end=_until(hole.end), user=user)


def _until(end: date | None) -> Phrase:
    return Phrase("以后", "any later day") if end is None else Phrase(str(end), str(end))


def _user(program: Program, uses: dict[str, Uses], parameter: str) -> str:
    direct = next(key for key in program.order if parameter in uses[key].parameters)
    return program.rules[direct].name if direct in program.rules else program.benefits[direct].name


def _beside(parameter: Parameter, hole: Hole) -> Place:
    """The row that ends where the hole begins, else the one that begins where it ends, else the parameter."""
    for row in parameter.rows:
        if row.end is not None and row.end.toordinal() + 1 == hole.start.toordinal():
            return row.place
    later = [row for row in parameter.rows if hole.end is not None and row.start > hole.end]
    return later[0].place if later else parameter.place


def _unused(lowered: Lowered, roots: Sequence[str], asked: Sequence[Uses]) -> Iterator[Diagnostic]:
    """Names nothing asked for needs: often a name misspelt elsewhere. Facts may be asked for by other systems."""
    program = lowered.program
    if program.left_out or any(line.statement is None for file in lowered.files for line in file.file.lines):
        # What could not be read, or was left out, may have used them.
        return
    found = unused(lowered.uses, roots, program.parameters, program.facts, program.entities, asked)
    for key in found.names:
        declared = program.rules.get(key) or program.benefits[key]
        yield problems.UNUSED.at(declared.place, name=declared.name)
    for key in found.parameters:
        yield problems.UNUSED.at(program.parameters[key].place, name=program.parameters[key].name)
    for fact in found.facts:
        yield problems.UNUSED.at(program.facts[fact].place, name=program.facts[fact].name)
