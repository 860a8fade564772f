"""What a run gives: five outcomes of a decision, computed values, and the trace behind each."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias

from attrs import define, field, frozen

from policyrules.core.case import Instance
from policyrules.core.program import Article
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.values.types import Type, Value
from policyrules.values.unknown import Need, Possible


@frozen
class Granted:
    """Paid: an exact amount in base units of the benefit's type, by these articles (none: 其余情形 or supplied)."""

    amount: Fraction
    articles: tuple[Article, ...] = ()


@frozen
class Refused:
    """Not paid, by this article, or by 其余情形 when there is none. `reason` is the policy's words."""

    reason: str | None
    article: Article | None = None


@frozen
class Undecided:
    """Not decidable yet: the missing facts, and what the amount can still be (None: unknown bounds).

    `unknowable` are facts that matter as well but cannot be known (不详): nobody is asked for them.
    """

    missing: tuple[Need, ...]
    possible: Possible = None
    unknowable: tuple[Need, ...] = ()


@frozen
class Conflict:
    """Articles that hold at once and give different results."""

    articles: tuple[Article, ...]


@frozen
class Failed:
    """No answer, for a reason in words, at a place of the policy if there is one."""

    reason: Phrase
    place: Place | None = None


@frozen
class Computed:
    """The value of a name that is no benefit (人均收入)."""

    value: Value


Outcome: TypeAlias = Granted | Refused | Undecided | Conflict | Failed | Computed


@frozen
class Answer:
    """One name decided for one instance. `trace` is None unless asked for."""

    instance: Instance
    key: str
    name: str
    type: Type
    outcome: Outcome
    provisional: bool
    supplied: bool = False
    trace: Step | None = None


# A trace is a thousand steps for a household, and a frozen step takes three times as long to make.
@define(unsafe_hash=True)
class Step:
    """How one value came about: what it is, its value, and the steps it was made from.

    `what` is the node or declaration evaluated (an expression, an article, a benefit, a parameter row …); `value` is a
    known value, an `Unknown`, or an `Outcome`; `instance` is the member it was evaluated for. Nobody changes a step.
    `told` holds what has been said of it, to whom.
    """

    what: object
    value: object
    instance: Instance | None
    children: tuple[Step, ...] = ()
    told: dict[object, tuple[object, object, Any]] | None = field(init=False, default=None, eq=False, repr=False)
