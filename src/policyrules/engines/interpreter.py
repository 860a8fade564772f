"""The reference: what a program says, evaluated as it stands, exactly, with unknowns and failures.

A program, a case and an occasion go in with the names asked; an answer for each comes out. What is hard: chains of
definitions may be thousands long, so a declaration deep down is worked out first, from a list kept here instead of on
Python's stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from policyrules.core.case import Instance, Occasion, copied, instances
from policyrules.core.keeping import kept
from policyrules.core.outcome import Answer, Computed, Failed, Outcome, Undecided
from policyrules.core.program import Benefit, Parameter, ParameterValue, Program, Rule
from policyrules.engines.articles import decide_benefit, supplied_benefit
from policyrules.engines.expressions import evaluate, evaluate_traced
from policyrules.engines.lattice import Held
from policyrules.engines.linear import Reckoner
from policyrules.engines.prepared import NotKnown, evaluate_known
from policyrules.engines.run import Evaluate, Here, Run, Settled, Suspended, ended, opened, undecided
from policyrules.engines.splitting import Again, Assumed, Probing, sharpen, trials_for
from policyrules.engines.turning import Recorder, Trial
from policyrules.source.phrase import Phrase
from policyrules.values.types import NUMBER, Value
from policyrules.values.unknown import Unknown

Quick: TypeAlias = Callable[[Instance, Occasion, str, Instance], "Outcome | None"]
"""The outcome of a name for a case that is known; None where this way does not lead to it."""

_UNKNOWN_NAME = Phrase("没有名为“{name}”的规则，或者它有错误", "there is no rule named “{name}”, or it has errors")
_NOTHING_ASSUMED: Mapping[tuple[str, str], Value] = MappingProxyType({})


def decide(
    program: Program,
    root: Instance,
    occasion: Occasion,
    asked: Sequence[tuple[str, Instance]],
    trace: bool,
    quick: Quick | None = None,
) -> tuple[Answer, ...]:
    """An answer for each key and instance asked, in that order. Keys name rules, benefits or parameters.

    `quick` is another engine's way to decide a case that is known, for the trials that tell which missing facts matter.
    """
    run = _run(program, root, occasion, trace, _NOTHING_ASSUMED)
    settled = _settled_traced(run, asked) if trace else [_settled(run, key, instance) for key, instance in asked]
    open_ = sum(isinstance(found.outcome, Undecided) for found in settled)
    again, probing = _trials(run, quick) if open_ else (None, None)
    answers = []
    for (key, instance), found in zip(asked, settled, strict=True):
        outcome = found.outcome
        if isinstance(outcome, Undecided) and again is not None and probing is not None:
            outcome = sharpen(run, key, instance, outcome, again, probing, trials_for(open_))
        answers.append(_answer(run, key, instance, found, outcome))
    return tuple(answers)


def _trials(run: Run, quick: Quick | None) -> tuple[Again, Probing]:
    """Deciding again with missing facts assumed: what does not rest on them stays as it was worked out."""
    rests_on: dict[tuple[str, Instance], frozenset[tuple[str, str]]] = {}
    reckoner = Reckoner()
    base = Run(run.program, run.root, run.occasion, reckoner.evaluate, _declared, None, _NOTHING_ASSUMED)
    base.memo.update((one, settled) for one, settled in run.memo.items() if not _missing(settled))

    def trial(assumed: Assumed, evaluator: Evaluate, thorough: bool) -> Run:
        made = Run(run.program, run.root, run.occasion, evaluator, _declared, None, assumed, thorough)
        made.parameters.update(base.parameters)
        for one, settled in base.memo.items():
            if one not in rests_on:
                rests_on[one] = _missing(settled)
            if rests_on[one].isdisjoint(assumed):
                made.memo[one] = settled
        return made

    twin, twins = copied(run.root)
    by_id = {one.id: one for one in twins.values()}

    def known(assumed: Assumed, key: str, instance: Instance) -> Outcome | None:
        if quick is None or any(isinstance(value, Unknown) for value in assumed.values()):
            return None
        for (subject, fact), value in assumed.items():
            assert not isinstance(value, Unknown)
            by_id[subject].facts[fact] = value
        found = quick(twin, run.occasion, key, twins[instance])
        for subject, fact in assumed:
            del by_id[subject].facts[fact]
        return found

    def again(assumed: Assumed, key: str, instance: Instance) -> Outcome:
        if not assumed:
            return _settled(base, key, instance).outcome
        evaluator = Reckoner(reckoner).evaluate if reckoner.worth_while else evaluate
        return known(assumed, key, instance) or _settled(trial(assumed, evaluator, False), key, instance).outcome

    def probing(assumed: Assumed, key: str, instance: Instance) -> Trial:
        recorder = Recorder()
        made = trial(assumed, recorder.evaluate, True)
        found = _settled(made, key, instance)
        for one, owner in made.memo:
            if one in run.program.benefits:
                recorder.amounts(run.program.benefits[one], owner)
        return Trial(found.outcome, recorder.noted)

    return again, probing


def at_first_sight(
    program: Program, root: Instance, occasion: Occasion, asked: Sequence[tuple[str, Instance]]
) -> tuple[Answer, ...]:
    """The same answers, except that what is undecided is not tried again with missing facts assumed: right, and quick."""
    run = _run(program, root, occasion, False, _NOTHING_ASSUMED)
    found = [(key, instance, _settled(run, key, instance)) for key, instance in asked]
    return tuple(_answer(run, key, instance, settled, settled.outcome) for key, instance, settled in found)


def trials(
    program: Program, root: Instance, occasion: Occasion, asked: Sequence[tuple[str, Instance]]
) -> Callable[[Mapping[tuple[str, str], Value]], tuple[Outcome, ...]]:
    """`asked` at first sight, as often as wanted, with values assumed for missing facts (by subject and fact).

    What does not rest on an assumed fact is worked out once. A fact assumed must be one the case does not give; a missing
    role is tried by putting members into it and naming it among the assumed.
    """
    base = _run(program, root, occasion, False, _NOTHING_ASSUMED)
    for key, instance in asked:
        _settled(base, key, instance)
    rests_on = {one: _missing(settled) for one, settled in base.memo.items()}

    def outcomes(assumed: Mapping[tuple[str, str], Value]) -> tuple[Outcome, ...]:
        trial = _run(program, root, occasion, False, assumed)
        trial.memo.update((one, settled) for one, settled in base.memo.items() if rests_on[one].isdisjoint(assumed))
        return tuple(_settled(trial, key, instance).outcome for key, instance in asked)

    return outcomes


def run_with(
    program: Program, root: Instance, occasion: Occasion, reading: Evaluate, *, thorough: bool = False, trace: bool = False
) -> Run:
    """A run that evaluates expressions by `reading`, for what is asked of a program beside its answers; `settle` works it."""
    return Run(program, root, occasion, reading, _declared, [] if trace else None, _NOTHING_ASSUMED, thorough)


def settle(run: Run, key: str, instance: Instance) -> Settled:
    """A declaration of such a run, with everything it needs, however long the chain."""
    return _settled(run, key, instance)


def everything(program: Program, root: Instance) -> tuple[tuple[str, Instance], ...]:
    """Every benefit that pays, with every instance it can be asked for, as the program lists them."""
    everybody = tuple(instances(root))
    return tuple(
        (key, instance)
        for key, benefit in program.benefits.items()
        if benefit.pays and key not in program.left_out
        for instance in everybody
        if instance.entity == benefit.entity
    )


def _missing(settled: Settled) -> frozenset[tuple[str, str]]:
    """The missing facts a declaration rests on, by subject and fact."""
    needs = {need for value in (settled.value, settled.granted) if isinstance(value, Unknown) for need in value.needs}
    if isinstance(settled.outcome, Undecided):
        needs |= {*settled.outcome.missing, *settled.outcome.unknowable}
    return frozenset((need.subject, need.fact) for need in needs)


def _run(program: Program, root: Instance, occasion: Occasion, trace: bool, assumed: Mapping[tuple[str, str], Value]) -> Run:
    return Run(program, root, occasion, evaluate_traced if trace else evaluate, _declared, [] if trace else None, assumed)


def _settled(run: Run, key: str, instance: Instance) -> Settled:
    """Works out a declaration and everything it needs, however long the chain."""
    waiting = [(key, instance)]
    while True:
        key, instance = waiting[-1]
        try:
            found = run.memo.get((key, instance)) or _declared(run, key, instance, 0)
        except Suspended as suspended:
            waiting.append((suspended.key, suspended.instance))
            continue
        finally:
            if run.trace is not None:
                run.trace = []
        waiting.pop()
        if not waiting:
            return found


def _settled_traced(run: Run, asked: Sequence[tuple[str, Instance]]) -> list[Settled]:
    """What is known by the prepared way, the rest as ever; either finds in the memo what the other has worked out."""
    known = Run(run.program, run.root, run.occasion, evaluate_known, _declared, [], run.assumed, memo=run.memo, parameters=run.parameters)
    found = []
    for key, instance in asked:
        try:
            found.append(_settled(known, key, instance))
        except (NotKnown, RecursionError):
            found.append(_settled(run, key, instance))
    return found


def _declared(run: Run, key: str, instance: Instance, depth: int) -> Settled:
    """One rule or benefit for one instance, kept in the memo."""
    program = run.program
    declaration = program.rules.get(key) or program.benefits.get(key) or program.parameters.get(key)
    outer = opened(run)
    given = _given(run, declaration, key, instance)
    if isinstance(declaration, Benefit) and given is not None:
        found = supplied_benefit(declaration, given)
    elif isinstance(declaration, Benefit):
        found = decide_benefit(run, declaration, instance, depth)
    elif isinstance(declaration, Rule):
        found = _supplied(given) if given is not None else _evaluated(run, declaration, instance, depth)
    elif isinstance(declaration, Parameter):
        value, mark = run.evaluate(run, kept(_value_of, declaration, key, program), Here(instance, instance), depth)
        found = _plain(run, value, mark)
    else:
        found = _plain(run, Failed(_UNKNOWN_NAME.fill(name=key)), False)
    if outer is not None:
        # The step is handed to whoever asks; the memo keeps it once.
        found.step = ended(run, outer, declaration, found.outcome if isinstance(declaration, Benefit) else found.value, instance)
    run.memo[(key, instance)] = found
    return found


def _given(run: Run, declaration: object, key: str, instance: Instance) -> Value | None:
    """The value supplied for a computed name, which wins over the rules; names without an entity stand at the root."""
    owner = run.root if isinstance(declaration, Rule) and declaration.entity is None else instance
    return owner.given.get(key)


def _value_of(parameter: Parameter, key: str, _: Program) -> ParameterValue:
    """A parameter asked for by itself."""
    return ParameterValue(key, parameter.type)


def _supplied(value: Value) -> Settled:
    return Settled(value, value, Computed(value), provisional=False, supplied=True)


def _evaluated(run: Run, rule: Rule, instance: Instance, depth: int) -> Settled:
    value, mark = run.evaluate(run, rule.expression, Here(instance, instance), depth)
    return _plain(run, value, mark)


def _plain(run: Run, value: Held, provisional: bool) -> Settled:
    """What a rule's value comes to as an outcome."""
    if isinstance(value, Unknown):
        outcome: Outcome = undecided(run, value.needs, value.possible)
    else:
        outcome = value if isinstance(value, Failed) else Computed(value)
    return Settled(value, value, outcome, provisional, supplied=False)


def _answer(run: Run, key: str, instance: Instance, found: Settled, outcome: Outcome) -> Answer:
    program = run.program
    declaration = program.rules.get(key) or program.benefits.get(key) or program.parameters.get(key)
    name, type_ = (declaration.name, declaration.type) if declaration else (key, NUMBER)
    return Answer(instance, key, name, type_, outcome, found.provisional, found.supplied, found.step)
