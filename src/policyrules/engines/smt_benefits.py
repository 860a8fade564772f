"""A benefit in every case at once: its articles, their exceptions, the combination word, 其余情形, the rounding.

Where everything is known an article holds, holds not, or fails; the rules are those of `engines/articles` and
`engines/combining` for that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType

from attrs import frozen

from policyrules.core.program import Article, Benefit, Combination, Expression, Grant, Lift, Refuse
from policyrules.engines import smt_numbers as numbers
from policyrules.engines import smt_operators as operators
from policyrules.engines import smt_values as values
from policyrules.engines import smt_z3 as z
from policyrules.engines.smt_numbers import Scaled
from policyrules.engines.smt_values import FAILED, Symbolic, SymbolicValue
from policyrules.engines.smt_world import World
from policyrules.engines.smt_z3 import Truth
from policyrules.values.types import Quantity


@frozen(eq=False)
class SymbolicOutcome:
    """What is decided. Of the four truths exactly one holds; `amount` counts where `granted`.

    For a definition by cases (`pays` false) `granted` says that it has a value. `articles` tells of each article (by its
    place in the benefit) whether it holds. `seen` is what another rule sees of it.
    """

    granted: Truth
    refused: Truth
    conflict: Truth
    failed: Truth
    amount: Symbolic
    articles: Mapping[int, Truth]
    seen: SymbolicValue


@frozen(eq=False)
class _Part:
    """An article that may have a say: that it pays, that it refuses, that it fails; never two of these."""

    pays: Truth
    refuses: Truth
    fails: Truth
    amount: Symbolic

    @property
    def there(self) -> Truth:
        """Whether it has a say at all."""
        return z.either(self.pays, self.refuses, self.fails)


@frozen(eq=False)
class _Verdict:
    """What all of them come to before the rounding; `otherwise` where nothing has a say."""

    pays: Truth
    refuses: Truth
    conflicts: Truth
    fails: Truth
    amount: Symbolic


Evaluate = Callable[[Expression], SymbolicValue]


def decide(world: World, benefit: Benefit, evaluate: Evaluate) -> SymbolicOutcome:
    """The outcome of a benefit for the instance `evaluate` reads expressions for."""
    effects: list[SymbolicValue] = [SymbolicValue(False)] * len(benefit.articles)
    parts: dict[int, _Part] = {}
    for index in benefit.order:
        article = benefit.articles[index]
        effect = effects[index] = _effect(world, article, effects, evaluate)
        if not isinstance(article.consequence, Lift) and not _never(effect):
            parts[index] = _part(article.consequence, effect, evaluate)
    listed = [parts[index] for index in sorted(parts)]
    verdict = _READINGS[benefit.combination](listed) if listed else _Verdict(False, False, False, False, False)
    verdict = _otherwise(benefit, verdict, evaluate)
    amount, fails = _rounded(world, benefit, verdict)
    granted, failed = z.both(verdict.pays, z.no(fails)), z.either(verdict.fails, z.both(verdict.pays, fails))
    held = {index: z.both(effect.value, z.no(effect.fails)) for index, effect in enumerate(effects)}
    return SymbolicOutcome(granted, verdict.refuses, verdict.conflicts, failed, amount, held, _seen(benefit, granted, verdict, failed, amount))


def _never(effect: SymbolicValue) -> bool:
    return effect.value is False and effect.fails is False


def _effect(world: World, article: Article, effects: Sequence[SymbolicValue], evaluate: Evaluate) -> SymbolicValue:
    """Whether an article holds. The window has no day on which articles begin or end, so that its first day stands for all."""
    day = world.decided_on.low
    if (article.start is not None and day < article.start) or (article.end is not None and article.end < day):
        return SymbolicValue(False)
    beaters = [operators.negation(effects[index]) for index in article.yields_to if not _never(effects[index])]
    condition = evaluate(article.condition)
    return operators.conjunction([condition, *beaters]) if beaters else condition


def _part(said: Grant | Refuse, effect: SymbolicValue, evaluate: Evaluate) -> _Part:
    holds = z.both(effect.value, z.no(effect.fails))
    if isinstance(said, Refuse):
        return _Part(False, holds, effect.fails, False)
    value = evaluate(said.value) if effect.fails is not True else FAILED
    return _Part(z.both(holds, z.no(value.fails)), False, z.either(effect.fails, z.both(holds, value.fails)), value.value)


# ---------------------------------------------------------------- the combination words


def _first(parts: Sequence[_Part]) -> _Verdict:
    """The first that has a say."""
    open_: Truth = True
    pays: list[Truth] = []
    refuses: list[Truth] = []
    fails: list[Truth] = []
    for part in parts:
        pays.append(z.both(open_, part.pays))
        refuses.append(z.both(open_, part.refuses))
        fails.append(z.both(open_, part.fails))
        open_ = z.both(open_, z.no(part.there))
    return _Verdict(z.either(*pays), z.either(*refuses), False, z.either(*fails), _amount_of_first(parts))


def _unique(parts: Sequence[_Part]) -> _Verdict:
    """The one result of all that hold; a conflict stands even where another article fails."""
    pays, refuses, fails = _any(parts)
    paying = [part for part in parts if part.pays is not False]
    pairs = [(one, other) for one, other in combinations(paying, 2) if one.amount is not other.amount]
    apart = [z.both(one.pays, other.pays, z.no(values.equal(one.amount, other.amount))) for one, other in pairs]
    conflict = z.either(z.both(pays, refuses), *apart)
    fails = z.both(fails, z.no(conflict))
    alone = z.both(z.no(conflict), z.no(fails))
    return _Verdict(z.both(pays, alone), z.both(refuses, alone), conflict, fails, _amount_of_first(parts))


def _highest(parts: Sequence[_Part]) -> _Verdict:
    """The highest grant; a refusal is lower than any."""
    pays, refuses, fails = _any(parts)
    sound = z.no(fails)
    return _Verdict(z.both(pays, sound), z.both(refuses, z.no(pays), sound), False, fails, _extreme(parts, values.greater))


def _lowest(parts: Sequence[_Part]) -> _Verdict:
    """The lowest; a refusal is lower than any grant, and stands even where another article fails."""
    pays, refuses, fails = _any(parts)
    fails = z.both(fails, z.no(refuses))
    return _Verdict(z.both(pays, z.no(fails), z.no(refuses)), refuses, False, fails, _extreme(parts, values.less))


def _sum(parts: Sequence[_Part]) -> _Verdict:
    """Grants added up; refused only where nobody grants."""
    pays, refuses, fails = _any(parts)
    sound = z.no(fails)
    total = numbers.add([numbers.pick(part.pays, part.amount, numbers.ZERO) for part in parts if isinstance(part.amount, Scaled)])
    return _Verdict(z.both(pays, sound), z.both(refuses, z.no(pays), sound), False, fails, total)


_READINGS: Mapping[Combination, Callable[[Sequence[_Part]], _Verdict]] = MappingProxyType(
    {
        Combination.PRIORITY: _first,
        Combination.UNIQUE: _unique,
        Combination.HIGHEST: _highest,
        Combination.LOWEST: _lowest,
        Combination.SUM: _sum,
    }
)


def _any(parts: Sequence[_Part]) -> tuple[Truth, Truth, Truth]:
    """Whether any pays, refuses, fails."""
    return z.either(*(part.pays for part in parts)), z.either(*(part.refuses for part in parts)), z.either(*(part.fails for part in parts))


def _amount_of_first(parts: Sequence[_Part]) -> Symbolic:
    """The amount of the first that pays."""
    paying = [part for part in parts if part.pays is not False]
    if not paying:
        return False
    amount = paying[-1].amount
    for part in reversed(paying[:-1]):
        amount = values.pick(part.pays, part.amount, amount)
    return amount


def _extreme(parts: Sequence[_Part], beats: Callable[[Symbolic, Symbolic], Truth]) -> Symbolic:
    """The best amount of those that pay."""
    paying = [part for part in parts if part.pays is not False]
    if not paying:
        return False
    has, best = paying[0].pays, paying[0].amount
    for part in paying[1:]:
        best = values.pick(z.both(part.pays, z.either(z.no(has), beats(part.amount, best))), part.amount, best)
        has = z.either(has, part.pays)
    return best


# ---------------------------------------------------------------- the last steps


def _otherwise(benefit: Benefit, verdict: _Verdict, evaluate: Evaluate) -> _Verdict:
    """其余情形 where nothing has a say."""
    left = z.no(z.either(verdict.pays, verdict.refuses, verdict.conflicts, verdict.fails))
    if left is False:
        return verdict
    if isinstance(benefit.otherwise, Refuse):
        return _Verdict(verdict.pays, z.either(verdict.refuses, left), verdict.conflicts, verdict.fails, verdict.amount)
    value = evaluate(benefit.otherwise.value)
    pays, fails = z.both(left, z.no(value.fails)), z.both(left, value.fails)
    amount = value.value if verdict.pays is False else verdict.amount if value.fails is True else values.pick(verdict.pays, verdict.amount, value.value)
    return _Verdict(z.either(verdict.pays, pays), verdict.refuses, verdict.conflicts, z.either(verdict.fails, fails), amount)


def _rounded(world: World, benefit: Benefit, verdict: _Verdict) -> tuple[Symbolic, Truth]:
    """The amount paid, and where there is none: nobody is paid a negative amount."""
    if verdict.pays is False:
        return (numbers.ZERO if isinstance(benefit.type, Quantity) else values.nothing(benefit.type)), False
    found = SymbolicValue(verdict.amount)
    if benefit.rounding is not None:
        step = SymbolicValue(numbers.constant(benefit.rounding.step))
        found = operators.apply(world.around, benefit.rounding.mode, [found, step])
    fails = found.fails
    if benefit.pays and isinstance(found.value, Scaled):
        fails = z.either(fails, numbers.less(found.value, numbers.ZERO))
    return found.value, fails


def _seen(benefit: Benefit, granted: Truth, verdict: _Verdict, failed: Truth, amount: Symbolic) -> SymbolicValue:
    """What another rule sees: the amount, 0 where it is refused; nothing to be seen of a conflict, or of a refused word or day."""
    fails = z.either(verdict.conflicts, failed)
    if isinstance(benefit.type, Quantity):
        return SymbolicValue(amount if verdict.refuses is False else values.pick(granted, amount, numbers.ZERO), fails)
    return SymbolicValue(amount, z.either(fails, verdict.refuses))
