"""Decides whole tables at once: the policies as a relational plan, for one stretch of time.

1. One relation an entity is handed in: `_id`, `_up` (the id of who holds it), `_role`, `_bad` (a cell that could not be
   read) and a column a fact: amounts in whole 分, counts as they are, other numbers in millionths, truths, words and days.
2. A fact that is missing or out of range is NULL, and so is what fails or what columns cannot say; SQL's three-valued
   logic is Kleene's, so that an answer that is not NULL is the answer the reference gives.
3. Parameters are constants of the day decided for, and of each benefit only the articles in force are written.
4. Every declaration is columns of its entity (`plan`): a number is an integer over a denominator that is mostly a
   constant (`plan_numbers`), and carries its greatest size, so that nothing overflows. Members are gathered by GROUP BY and
   joined back, the holder's values are joined in (`plan_members`), articles become truths and a CASE (`plan_benefits`).
5. `fine` tells whether everything read for a household is in range, no list too long and no 核对 is, or may be, false; where it
   is not, or an answer is NULL, the row has no status and is decided by the single-case engine. So all engines give one answer.
6. `engines/sql` writes the plan as common table expressions, one select each for what depends on each other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from attrs import frozen

from policyrules.core.case import Occasion
from policyrules.core.program import Parameter, ParameterRow, Program
from policyrules.engines.plan import BAD, ID, Here, Node, Planner
from policyrules.engines.plan_benefits import benefit_of
from policyrules.engines.plan_expressions import fact_of, rule_of, write
from policyrules.engines.plan_members import FEW
from policyrules.engines.plan_numbers import NARROW, WIDE, Number, Out, Uncovered, Whole, Word, constant, known, product, unknown_of, whole
from policyrules.engines.plan_terms import FALSE, NULL, TRUE, Col, Const, Term, all_of, any_of, case, negated, op
from policyrules.engines.rows import scale_of
from policyrules.source.phrase import Phrase
from policyrules.values.types import Quantity

_NO_ENTITY = Phrase("没有主体的政策", "policies without an entity")


@frozen
class Result:
    """What one name comes to for every instance of its entity, in terms of the entity's columns. `value` over `scale` is exact;
    `word` is a value that is no number."""

    key: str
    name: str
    entity: str
    household: Term
    status: Term
    value: Term
    scale: Term
    word: Term
    provisional: Term
    article: Term
    reason: Term


@frozen
class Plan:
    """The columns needed, in an order in which each comes after what it reads; the results; the facts read, by entity and key;
    what columns cannot say; and the column of the outermost entity without which no row has a status."""

    program: Program
    nodes: tuple[Node, ...]
    results: tuple[Result, ...]
    facts: frozenset[tuple[str, str]]
    given: frozenset[tuple[str, str]]
    uncovered: tuple[Uncovered, ...]
    fine: str


def plan(program: Program, occasion: Occasion, asked: Sequence[str], given: Collection[tuple[str, str]], listed: Collection[str]) -> Plan:
    """The plan for the rules and benefits asked, by key. `given` are the facts there are columns for, `listed` the entities there
    are relations for. Facts without a column are unknown to everybody. Raises Uncovered where there are no entities to have relations of."""
    if program.root is None:
        raise Uncovered(_NO_ENTITY)
    rows = {name: _row(parameter, occasion.day) for name, parameter in program.parameters.items()}
    planner = Planner(program, occasion, rows, frozenset(listed), write)
    for entity, key in program.facts:
        if (entity, key) not in given:
            planner.facts[entity, key] = unknown_of(isinstance(program.facts[entity, key].type, Quantity))
    drafts = [(key, _draft(planner, key)) for key in asked]
    read = frozenset(planner.facts) & frozenset(given)
    fine = _fine(planner, frozenset(given), frozenset(listed))
    results = tuple(_result(planner, key, draft, fine) for key, draft in drafts)
    return Plan(program, tuple(planner.nodes), results, read, frozenset(given), tuple(planner.uncovered), fine.name)


def needed_facts(program: Program, occasion: Occasion, asked: Sequence[str]) -> frozenset[tuple[str, str]]:
    """The facts the names asked may need on that day, by entity and key."""
    return plan(program, occasion, asked, program.facts.keys(), program.entities.keys()).facts


def _row(parameter: Parameter, day: date) -> ParameterRow | None:
    return next((row for row in parameter.timeline if row.start <= day and (row.end is None or day <= row.end)), None)


@frozen
class _Draft:
    entity: str
    name: str
    status: Term
    out: Out
    mark: Term
    article: Term
    reason: Term


def _draft(planner: Planner, key: str) -> _Draft:
    """A name asked for, before it is known which households are fine."""
    benefit = planner.program.benefits.get(key)
    if benefit is None:
        rule = planner.program.rules[key]
        out = rule_of(planner, key)
        entity = rule.entity or planner.program.root or ""
        return _Draft(entity, rule.name, case([(known(out), Const("computed"))], NULL), out, out.mark, NULL, NULL)
    found = benefit_of(planner, key)
    paid = "granted" if benefit.pays and isinstance(benefit.type, Quantity) else "computed"
    status = case([(op("is true", found.granted), Const(paid)), (op("is true", negated(found.granted)), Const("refused"))], NULL)
    return _Draft(benefit.entity, benefit.name, status, found.amount, found.mark, found.articles, found.reason)


def _fine(planner: Planner, given: frozenset[tuple[str, str]], listed: frozenset[str]) -> Col:
    """Whether a household and all in it can be read and contradict nothing: a column of the outermost entity."""
    program = planner.program
    found: dict[str, Term] = {}
    for entity in reversed(_downward(program)):
        if entity not in listed:
            continue
        sound: list[Term] = [op("is true", negated(Col(BAD)))]
        for owner, key in program.facts:
            if owner == entity and (owner, key) in given:
                sound.append(_in_range(planner, entity, key))
        for rule in program.consistencies:
            if (rule.entity or program.root) == entity:
                sound.append(op("is true", planner.truth(rule.expression, Here(entity)).term))
        for role in program.entities[entity].roles:
            if role.entity in found:
                inner = op("any", op("is true", negated(found[role.entity])))
                sound.append(planner.gathered(Here(entity), ID, role.name, role.entity, negated(inner), TRUE))
                sound.append(planner.gathered(Here(entity), ID, role.name, role.entity, FEW, TRUE))
        if entity == program.root:
            lists = [role for role in program.entities[entity].roles if role.many and role.entity in listed]
            somebody = [op(">", planner.gathered(Here(entity), ID, role.name, role.entity, op("count"), Const(0)), Const(0)) for role in lists]
            sound.append(any_of(*somebody) if somebody else TRUE)
        found[entity] = planner.made(entity, all_of(*sound), "_fine")
    fine = found[program.root or ""]
    assert isinstance(fine, Col)
    return fine


def _in_range(planner: Planner, entity: str, key: str) -> Term:
    try:
        out = fact_of(planner, entity, key)
    except Uncovered:
        return op("is null", Col(key))
    term = out.above.term if isinstance(out, Number) else out.term
    return TRUE if term == Col(key) else any_of(op("is null", Col(key)), op("is known", term))


def _downward(program: Program) -> list[str]:
    """The entities, holders first."""
    order = [program.root or ""]
    for entity in order:
        order += [role.entity for role in program.entities[entity].roles if role.entity not in order]
    return order


def _result(planner: Planner, key: str, draft: _Draft, fine: Col) -> Result:
    entity = draft.entity
    steps: list[str] = []
    at = entity
    while at != planner.program.root:
        at = planner.holder(at)
        steps.append("")
    trusted = planner.fetched(fine.name, entity, tuple(steps))
    household = planner.fetched(ID, entity, tuple(steps))
    value: Term = NULL
    scale: Term = NULL
    word: Term = NULL
    fits: Term = TRUE
    if isinstance(draft.out, Number):
        above, below = _in_parts(draft.out, (planner.program.benefits.get(key) or planner.program.rules[key]).type)
        value, scale = above.term, below.term
        fits = all_of(*(op("between", one.term, Const(-NARROW), Const(NARROW)) for one in (above, below) if one.most > NARROW))
    else:
        word = draft.out.term
    # Who is refused has no amount that would have to fit.
    fits = any_of(negated(op("in", draft.status, Const("granted"), Const("computed"))), fits) if fits != TRUE else TRUE
    status = planner.made(entity, case([(op("is true", all_of(trusted, fits, known(Word(draft.mark)))), draft.status)], NULL), f"{draft.name}结果")
    paid = op("in", status, Const("granted"), Const("computed"))
    value, scale, word = (case([(paid, term)], NULL) for term in (value, scale, word))
    provisional = case([(op("is known", status), op("is true", draft.mark) if draft.mark not in (TRUE, FALSE) else draft.mark)], NULL)
    told = op("is known", status)
    article, reason = case([(told, draft.article)], NULL), case([(told, draft.reason)], NULL)
    return Result(key, draft.name, entity, household, status, value, scale, word, provisional, article, reason)


def _in_parts(out: Number, kind: object) -> tuple[Whole, Whole]:
    """Amounts that are whole 分 in 分."""
    below = constant(out.below)
    wanted = scale_of(kind) if isinstance(kind, Quantity) else 1
    if below is not None and wanted == 100 and wanted % below == 0 and out.above.most * wanted < WIDE:
        return product(out.above, whole(wanted // below)), whole(wanted)
    return out.above, out.below
