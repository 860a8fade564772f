"""A program: policies with names resolved, types and units checked, sugar gone, acyclic.

Engines see nothing else. Places tell where each node was written and take no part in equality.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any, TypeAlias

from attrs import field, frozen

from policyrules.core.facts import Fact as Fact
from policyrules.source.phrase import Phrase
from policyrules.source.text import Place
from policyrules.values.types import Type
from policyrules.values.types import Value as Value


class Anchor(Enum):
    """Where a path starts: the member in hand, the one being decided, or the nearest enclosing entity of a name."""

    CURRENT = "current"
    SUBJECT = "subject"
    ENCLOSING = "enclosing"


@frozen(cache_hash=True)
class Path:
    """Way to an instance: an anchor, then single roles. `entity` is the entity of the anchor instance."""

    anchor: Anchor
    entity: str
    roles: tuple[str, ...] = ()


# ---------------------------------------------------------------- expressions


@frozen(cache_hash=True)
class Literal:
    """A value written in the policy, in base units (元, 月, 天 …)."""

    value: Value
    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


@frozen(cache_hash=True)
class ParameterValue:
    """The value of a parameter on the day of the decision."""

    parameter: str
    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


@frozen(cache_hash=True)
class FactValue:
    """A fact of the instance at `path`; unknown where the case does not give it."""

    path: Path
    fact: str
    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


@frozen(cache_hash=True)
class RuleValue:
    """A definition, condition, table or bands of the instance at `path`."""

    path: Path
    rule: str
    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


@frozen(cache_hash=True)
class BenefitValue:
    """A benefit of the instance at `path`: its amount (0 when refused), or with `granted` whether it is granted."""

    path: Path
    benefit: str
    granted: bool
    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


@frozen(cache_hash=True)
class Operation:
    """An operator of the one table applied to its arguments."""

    operator: str
    arguments: tuple[Expression, ...]
    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


@frozen(cache_hash=True)
class Branch:
    """One way of a choice. `row` says which table row or band it came from, for explanations."""

    condition: Expression
    value: Expression
    row: Phrase | None = field(default=None, eq=False)
    citation: str | None = None
    provisional: bool = False
    place: Place | None = field(default=None, eq=False, repr=False)


@frozen(cache_hash=True)
class Choice:
    """The value of the first branch whose condition holds, else `otherwise`. Tables and bands become choices."""

    branches: tuple[Branch, ...]
    otherwise: Expression
    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


class Gathering(Enum):
    """How members are gathered into one value."""

    SUM = "sum"
    COUNT = "count"
    ANY = "any"
    ALL = "all"
    HIGHEST = "highest"
    LOWEST = "lowest"
    MEAN = "mean"


@frozen(cache_hash=True)
class Aggregate:
    """A value over the members in `role` of the instance at `path`, those for which `where` holds.

    Inside `where` and `value` the current instance is the member. `value` is None for COUNT; for ANY and ALL the
    condition stands in `value`. `if_none` is what nobody gives (needed by HIGHEST, LOWEST and MEAN).
    """

    kind: Gathering
    path: Path
    role: str
    where: Expression | None
    value: Expression | None
    if_none: Expression | None
    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


@frozen
class Impossible:
    """No value: the policy says 无法计算 here. Reaching it makes the answer an error."""

    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


class Moment(Enum):
    """Days known from the occasion of the decision."""

    DAY = "day"
    MONTH_START = "month start"
    MONTH_END = "month end"


@frozen
class MomentValue:
    """The reference day of the decision, or the first or last day of its month."""

    moment: Moment
    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


@frozen
class IsSubject:
    """Whether the member in hand is the one being decided (本人)."""

    type: Type
    place: Place | None = field(default=None, eq=False, repr=False)


Expression: TypeAlias = (
    Literal
    | ParameterValue
    | FactValue
    | RuleValue
    | BenefitValue
    | Operation
    | Choice
    | Aggregate
    | Impossible
    | MomentValue
    | IsSubject
)


# ---------------------------------------------------------------- declarations


@frozen
class Role:
    """Members of an entity: `many` for a list, else exactly one."""

    name: str
    entity: str
    many: bool
    place: Place = field(eq=False, repr=False)


@frozen
class Entity:
    """A kind of thing decided about. `within` is the entity that holds it, None for the outermost."""

    name: str
    roles: tuple[Role, ...]
    within: str | None
    place: Place = field(eq=False, repr=False)


@frozen
class Citation:
    """A document: 《title》, 文号, issue date, effective date, layer and source tag."""

    key: str
    name: str
    title: str | None
    number: str | None
    issued: date | None
    effective: date | None
    layer: str | None
    source: str | None
    place: Place = field(eq=False, repr=False)


@frozen
class ParameterRow:
    """A value in force from `start` to `end` (inclusive; None is open), with the paper behind it."""

    start: date
    end: date | None
    value: Value
    provisional: bool
    citation: str | None
    quotation: str | None
    layer: str | None
    issued: date | None
    place: Place = field(eq=False, repr=False)


@frozen
class Parameter:
    """A dated value. `rows` as written; `timeline` is what holds: sorted, disjoint, the most local layer first."""

    key: str
    name: str
    type: Type
    rows: tuple[ParameterRow, ...]
    timeline: tuple[ParameterRow, ...]
    place: Place = field(eq=False, repr=False)


@frozen
class Rule:
    """A named expression of an entity (None: the same for everybody)."""

    key: str
    name: str
    entity: str | None
    type: Type
    expression: Expression
    place: Place = field(eq=False, repr=False)


class Combination(Enum):
    """How several articles that hold at once give one result."""

    UNIQUE = "unique"
    HIGHEST = "highest"
    LOWEST = "lowest"
    SUM = "sum"
    PRIORITY = "priority"


@frozen
class Grant:
    """Pays (or, in a definition, gives) this value."""

    value: Expression


@frozen
class Refuse:
    """Pays nothing; `reason` is the policy's own words, if any."""

    reason: str | None = None


@frozen
class Lift:
    """Only sets aside the articles it excepts; says nothing itself (除外)."""


Consequence: TypeAlias = Grant | Refuse | Lift


@frozen
class Article:
    """One 条. It holds when in force, its condition is true, and no article in `yields_to` holds.

    `number` is as written in Chinese (第一条); `passages` say where in each of its citations (“第三条”) it stands, if
    that is said; `yields_to` are indices of the articles that beat it, already closed
    over exceptions to exceptions; articles are evaluated in the program's order, beaters first.
    """

    number: str
    title: str | None
    quotations: tuple[str, ...]
    citations: tuple[str, ...]
    start: date | None
    end: date | None
    condition: Expression
    consequence: Consequence
    yields_to: tuple[int, ...]
    place: Place = field(eq=False, repr=False)
    passages: tuple[str | None, ...] = ()


@frozen
class Rounding:
    """The last step of a benefit: an operator of the table (`round half up` …) to a step such as 1/100."""

    mode: str
    step: Fraction
    place: Place = field(eq=False, repr=False)


@frozen
class Benefit:
    """A decision made of articles. `pays` is False for a definition written by cases.

    `order` lists the indices of `articles` so that beaters come before what they beat.
    """

    key: str
    name: str
    entity: str
    type: Type
    combination: Combination
    articles: tuple[Article, ...]
    order: tuple[int, ...]
    otherwise: Grant | Refuse
    rounding: Rounding | None
    pays: bool
    place: Place = field(eq=False, repr=False)


@frozen
class Program:
    """All policies of one folder. Keys are `policy·name`, or the bare name where it is shared by all.

    `order` lists rules and benefits so that each comes after everything it needs. `left_out` names what had errors.
    `month_by_end`: a month is decided on its last day instead of its first. `consistencies` (核对) are conditions of facts
    that no case may make false. `kept` holds what was worked out from it alone (`core/keeping`).
    """

    entities: Mapping[str, Entity]
    facts: Mapping[tuple[str, str], Fact]
    citations: Mapping[str, Citation]
    parameters: Mapping[str, Parameter]
    rules: Mapping[str, Rule]
    benefits: Mapping[str, Benefit]
    order: tuple[str, ...]
    left_out: frozenset[str] = frozenset()
    month_by_end: bool = False
    consistencies: tuple[Rule, ...] = ()
    kept: dict[object, tuple[object, Any]] = field(init=False, factory=dict, eq=False, repr=False)

    @property
    def root(self) -> str | None:
        """The outermost entity (户), or None where no entity is declared."""
        return next((entity.name for entity in self.entities.values() if entity.within is None), None)
