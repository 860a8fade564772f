"""How the articles that hold, or may hold, give one result: 唯一, 择高, 择低, 累加, 优先, and 其余情形 where none does.

In go the articles' results with what is unknown of their holding; out come the results that remain possible. One
function a combination word, linear in the number of articles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from attrs import frozen

from policyrules.core.outcome import Conflict, Failed, Refused
from policyrules.core.program import Article, Combination
from policyrules.engines.lattice import NOBODY, Held, apply, join, worst
from policyrules.source.phrase import Phrase
from policyrules.values.partial import needs_of
from policyrules.values.types import Value
from policyrules.values.unknown import Need, Unknown

_ZERO = Fraction(0)
_UNTOLD = Phrase("可能无法判断本条是否成立", "it may be undefined whether this article holds")


@frozen(eq=False)
class Pay:
    """This amount, known or not."""

    amount: Value | Unknown
    articles: tuple[Article, ...] = ()


Verdict: TypeAlias = Pay | Refused | Conflict | Failed


@frozen(eq=False)
class Part:
    """An article that holds (`sure`), or may hold depending on `needs`, and what it says.

    `may_fail`: the missing facts may also make it impossible to tell whether it holds.
    """

    article: Article
    verdict: Verdict
    sure: bool
    needs: frozenset[Need] = NOBODY
    may_fail: bool = False


@frozen(eq=False)
class Option:
    """A result that remains possible, and the facts its being the one depends on."""

    verdict: Verdict
    needs: frozenset[Need] = NOBODY


Otherwise: TypeAlias = Callable[[], Verdict]


def combine(combination: Combination, parts: list[Part], otherwise: Otherwise) -> list[Option]:
    """Every result still possible. `parts` stand as written; `otherwise` is asked only where no article need hold."""
    if not parts:
        return [Option(otherwise())]
    if len(parts) == 1 and parts[0].sure and not _is_open(parts[0]):
        # One article alone is what every word comes to.
        return [Option(parts[0].verdict)]
    match combination:
        case Combination.PRIORITY:
            return _first(parts, otherwise)
        case Combination.UNIQUE:
            return _unique(parts, otherwise)
        case Combination.HIGHEST:
            return _highest(parts, otherwise)
        case Combination.LOWEST:
            return _lowest(parts, otherwise)
        case Combination.SUM:
            return _sum(parts, otherwise)


def _first(parts: list[Part], otherwise: Otherwise) -> list[Option]:
    options: list[Option] = []
    for part in parts:
        options += _open_failures([part]) if part.may_fail else []
        options.append(Option(part.verdict, part.needs))
        if part.sure:
            return options
    return [*options, Option(otherwise())]


def _unique(parts: list[Part], otherwise: Otherwise) -> list[Option]:
    """The one result of all that hold. A conflict stands even where another article fails."""
    sure = [part for part in parts if part.sure]
    unsure = [part for part in parts if not part.sure]
    failures = _failures(sure)
    sound = [part for part in sure if not isinstance(part.verdict, Failed)]
    first = next((part for part in sound if not _is_open(part)), sound[0] if sound else None)
    agreements = [_agree(first, other) for other in sound if other is not first] if first else []
    everyone = _articles(sound)
    if any(agreement is False for agreement in agreements):
        return [Option(Conflict(everyone))]
    if failures:
        options = [Option(worst(failures))]
    elif first is None:
        options = [Option(otherwise()), *(Option(part.verdict, part.needs) for part in unsure)]
    else:
        options = [Option(_shared(sound, everyone))]
    if any(agreement is None for agreement in agreements):
        options.append(Option(Conflict(everyone), _amount_needs(sound)))
    if first is not None:
        options += [_clash(first, other) for other in unsure if _agree(first, other) is not True]
    else:
        options += [_clash(*pair) for pair in combinations(unsure, 2) if _agree(*pair) is not True]
    return options + _open_failures(unsure)


def _highest(parts: list[Part], otherwise: Otherwise) -> list[Option]:
    """The highest grant; a refusal is lower than any."""
    sure, unsure = _grants(parts, sure=True), _grants(parts, sure=False)
    if failures := _failures(part for part in parts if part.sure):
        return [Option(worst(failures))]
    failing = _open_failures(parts)
    if not sure:
        return [*_none_granted(parts, otherwise), *(Option(part.verdict, part.needs) for part in unsure), *failing]
    return [*_extreme("maximum", sure, unsure), *failing]


def _lowest(parts: list[Part], otherwise: Otherwise) -> list[Option]:
    """The lowest; a refusal is lower than any grant."""
    refusals = [part for part in parts if isinstance(part.verdict, Refused)]
    for part in refusals:
        if part.sure:
            return [Option(part.verdict)]
    refusing = [Option(part.verdict, part.needs) for part in refusals]
    if failures := _failures(part for part in parts if part.sure):
        return [Option(worst(failures)), *refusing]
    sure, unsure = _grants(parts, sure=True), _grants(parts, sure=False)
    alone = [Option(part.verdict, part.needs) for part in unsure]
    base = _extreme("minimum", sure, unsure) if sure else [Option(otherwise()), *alone]
    return [*base, *refusing, *_open_failures(parts)]


def _sum(parts: list[Part], otherwise: Otherwise) -> list[Option]:
    """Grants added up; refused only where nobody grants."""
    sure, unsure = _grants(parts, sure=True), _grants(parts, sure=False)
    if failures := _failures(part for part in parts if part.sure):
        return [Option(worst(failures))]
    failing = _open_failures(parts)
    terms: list[Held] = [_amount(part) for part in sure]
    terms += [join((_amount(part), _ZERO), part.needs) for part in unsure]
    if not terms:
        return [*_none_granted(parts, otherwise), *failing]
    total = _pay(apply("add", terms, None) if len(terms) > 1 else terms[0], _articles([*sure, *unsure]))
    if sure:
        return [Option(total), *failing]
    if len(unsure) == 1:
        total = unsure[0].verdict
    # Whether anything is granted hangs on every one of them, even where the amount does not.
    needs = NOBODY.union(*(part.needs for part in unsure))
    return [*_none_granted(parts, otherwise), Option(total, needs), *failing]


# ---------------------------------------------------------------- helpers


def _grants(parts: list[Part], *, sure: bool) -> list[Part]:
    return [part for part in parts if isinstance(part.verdict, Pay) and part.sure is sure]


def _failures(parts: Iterable[Part]) -> list[Failed]:
    return [part.verdict for part in parts if isinstance(part.verdict, Failed)]


def _open_failures(parts: list[Part]) -> list[Option]:
    """Failures that hang on missing facts: of what an article says, or of whether it holds."""
    failing = [Option(part.verdict, part.needs) for part in parts if isinstance(part.verdict, Failed) and not part.sure]
    untold = [Option(Failed(_UNTOLD, part.article.place), part.needs) for part in parts if part.may_fail]
    return failing + untold


def _none_granted(parts: list[Part], otherwise: Otherwise) -> list[Option]:
    """What holds where no grant does: a refusal, or 其余情形 where nothing need hold."""
    options: list[Option] = []
    for part in parts:
        if isinstance(part.verdict, Refused):
            options.append(Option(part.verdict, part.needs))
            if part.sure:
                return options
    return [*options, Option(otherwise())]


def _extreme(operator: str, sure: list[Part], unsure: list[Part]) -> list[Option]:
    """The extreme of the sure amounts, moved as far as each unsure one can move it."""
    amounts: list[Held] = [_amount(part) for part in sure]
    base = apply(operator, amounts, None) if len(amounts) > 1 else amounts[0]
    options = [Option(_pay(base, _at(sure, base)))]
    for part in unsure:
        moved = apply(operator, [base, _amount(part)], None)
        if isinstance(moved, Unknown) or moved != base:
            options.append(Option(_pay(moved, _at([*sure, part], moved)), part.needs))
    return options


def _at(parts: list[Part], amount: Held) -> tuple[Article, ...]:
    """The articles that give this amount; all of them where that is not known."""
    return _articles([part for part in parts if _amount(part) == amount]) or _articles(parts)


def _articles(parts: list[Part]) -> tuple[Article, ...]:
    return tuple(part.article for part in parts)


def _pay(amount: Held, articles: tuple[Article, ...]) -> Verdict:
    return amount if isinstance(amount, Failed) else Pay(amount, articles)


def _amount(part: Part) -> Value | Unknown:
    assert isinstance(part.verdict, Pay)
    return part.verdict.amount


def _shared(parts: list[Part], articles: tuple[Article, ...]) -> Verdict:
    """The one result of articles that agree. Beside a refusal only an amount that may fail has come so far."""
    paying = [part for part in parts if isinstance(part.verdict, Pay)]
    if not paying:
        return parts[0].verdict
    amounts = [_amount(part) for part in paying]
    known = [amount for amount in amounts if not isinstance(amount, Unknown)]
    return _pay(known[0] if known else join(amounts, NOBODY), articles)


def _agree(one: Part, other: Part) -> bool | None:
    """Whether two articles surely say the same, surely not, or it depends."""
    match one.verdict, other.verdict:
        case Refused(), Refused():
            return True
        case (Pay(), Refused()) | (Refused(), Pay()):
            # An amount that may fail is no disagreement yet: it may end in a failure instead.
            return None if _may_fail(one) or _may_fail(other) else False
        case Pay(), Pay():
            same = apply("equal", [_amount(one), _amount(other)], None)
            return same if isinstance(same, bool) else None
        case (Failed(), _) | (_, Failed()):
            return None
        case _:
            return False


def _is_open(part: Part) -> bool:
    return isinstance(part.verdict, Pay) and isinstance(part.verdict.amount, Unknown)


def _may_fail(part: Part) -> bool:
    amount = part.verdict.amount if isinstance(part.verdict, Pay) else None
    return isinstance(amount, Unknown) and amount.possible is None


def _clash(one: Part, other: Part) -> Option:
    """What would come of it if both held."""
    failures = [part.verdict for part in (one, other) if isinstance(part.verdict, Failed)]
    verdict: Verdict = worst(failures) if failures else Conflict((one.article, other.article))
    return Option(verdict, one.needs | other.needs | _amount_needs((one, other)))


def _amount_needs(parts: Iterable[Part]) -> frozenset[Need]:
    return needs_of(*(part.verdict.amount for part in parts if isinstance(part.verdict, Pay)))
