"""What writing Python for expressions needs: where values stand, whose they are, and the ways out of the quick way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from attrs import define, evolve, field, frozen

from policyrules.core.program import Anchor, Expression, ParameterRow, Path, Program
from policyrules.engines.code_numbers import Mark, Number, Out, Plain, written
from policyrules.engines.rows import Layout
from policyrules.engines.writing import Scope, Writer
from policyrules.values.types import Quantity, Type


@frozen
class Shape:
    """How a function hands out its value: the denominator of a number (None: another, handed out too; 0: no number), and
    its mark (None: handed out too)."""

    below: int | None
    mark: bool | None


@frozen
class Where:
    """The variables that hold the member in hand and the one decided, each with who holds it and so on outwards, and their
    entities."""

    current: tuple[str, ...]
    entity: str
    subject: tuple[str, ...]
    subject_entity: str


@define(eq=False)
class Ground:
    """Where something is worked out once for one instance: the lines of a function, or of a loop over members, before those
    that need it. `owner` is the variable of the instance; `shared`: of a loop that others go on
    writing; `loops` are those of this instance, by role."""

    owner: str
    scopes: list[Scope]
    depth: int
    lines: Lines = field(factory=list)
    shared: bool = False
    loops: dict[str, Loop] = field(factory=dict)


@frozen(eq=False)
class Loop:
    """One loop over members for everything gathered over them: the lines before it, what is done with each, the lines after."""

    group: str
    before: Lines
    each: Ground
    after: Lines


Lines: TypeAlias = "list[str | Lines]"
"""Lines, and lists of lines that may still grow."""

Write: TypeAlias = Callable[["Coder", Expression, Where], Out]


def flat(lines: Lines) -> list[str]:
    """All the lines, in order."""
    found: list[str] = []
    for one in lines:
        if isinstance(one, str):
            found.append(one)
        else:
            found += flat(one)
    return found


@define(eq=False)
class Coder:
    """The program on the days in question, of which `day` is one. `row` is what then holds of a parameter, `expression` writes
    the lines of one node, `need` tells how a function hands out its value. `slots` counts what a run carries."""

    program: Program
    day: date
    row: Callable[[str], ParameterRow | None]
    writer: Writer
    need: Callable[[str], Shape]
    expression: Write
    layouts: Mapping[str, Layout]
    grounds: list[Ground] = field(factory=list)
    slots: int = 3

    def slot(self) -> int:
        """A place of its own in what a run carries."""
        self.slots += 1
        return self.slots - 1

    def write(self, node: Expression, here: Where) -> Out:
        """The lines that work out a node; where its value then stands."""
        return self.expression(self, node, here)

    def truth(self, node: Expression, here: Where) -> Plain:
        """A condition."""
        out = self.write(node, here)
        assert isinstance(out, Plain)
        return out

    def number(self, node: Expression, here: Where) -> Number:
        """A quantity."""
        out = self.write(node, here)
        assert isinstance(out, Number)
        return out

    def known(self, value: object) -> str:
        """A truth, word or day of the policy."""
        return repr(value) if isinstance(value, bool) else self.writer.constant(value)

    def leave(self, kind: Type) -> Out:
        """The quick way ends here."""
        self.writer.line("raise Open")
        return written(Fraction(0)) if isinstance(kind, Quantity) else Plain("None")

    def leave_mark(self, found: Mark, mark: str) -> None:
        """Sets a mark that one of the members leaves."""
        if found is True:
            self.writer.line(f"{mark} = True")
        elif found is not False:
            with self.writer.block(f"if {found}:"):
                self.writer.line(f"{mark} = True")

    def instance(self, path: Path, here: Where) -> tuple[str, ...] | None:
        """The variables that hold the instance a path leads to and, outwards, who holds it; None where it never leads anywhere."""
        chain, entity = (here.subject, here.subject_entity) if path.anchor is Anchor.SUBJECT else (here.current, here.entity)
        while entity != path.entity:
            within = self.program.entities[entity].within if entity in self.program.entities else None
            if within is None:
                return None
            chain, entity = chain[1:], within
        for role in path.roles:
            layout = self.layouts.get(entity)
            if layout is None or role not in layout.roles:
                return None
            group = self.writer.let(f"{chain[0]}[{layout.roles[role]}]", "g")
            with self.writer.block(f"if not {group}:"):
                self.writer.line("raise Open")
            chain, entity = (self.writer.let(f"{group}[0]", "x"), *chain), layout.entities[role]
        return chain

    # ------------------------------------------------------------ once for all who need it

    def ground(self, owner: str, cheap: bool = False) -> Ground | None:
        """Where something about an instance may be worked out for everything that follows: None where it is only needed on a
        condition, and is not so cheap that asking first would cost as much."""
        for ground in reversed(self.grounds):
            if ground.owner == owner:
                within = self.writer.scopes[: len(ground.scopes)] == ground.scopes
                return ground if within and (cheap or all(scope.sure for scope in self.writer.scopes[len(ground.scopes) :])) else None
            if ground.shared:
                # Lines outside a shared loop may come after it.
                return None
        return None

    def once(self, ground: Ground, key: object, write: Callable[[], Out]) -> Out:
        """A value worked out at its ground; where it cannot be, only those that need it leave the quick way."""
        out, risky = self.worked_out(ground, key, write)
        if risky:
            self.checked(main_name(out))
        return out

    def worked_out(self, ground: Ground, key: object, write: Callable[[], Out]) -> tuple[Out, bool]:
        """As `once`; and whether the value is None where it could not be worked out."""
        known = ground.scopes[-1].known
        if key not in known:
            with self.writer.elsewhere([*ground.scopes, Scope(True)], ground.depth + 1) as lines:
                out = write()
                name = main_name(out)
                if [line.strip() for line in lines] == [f"if {name} is None:", "raise Open"]:
                    known[key] = out, True  # it is another value, which is guarded already
                    return out, True
                risky = may_leave(lines)
                if risky:
                    out = _renamed(out, self.writer.let(name))
            ground.lines += guarded(lines, f"{main_name(out)} = None", ground.depth) if risky else [line[4:] for line in lines]
            known[key] = out, risky
        found: tuple[Out, bool] = known[key]
        return found

    def checked(self, name: str) -> None:
        """Leaves the quick way where a variable is None; once is enough for the lines that follow."""
        if self.writer.recall(("checked", name)) is None:
            with self.writer.block(f"if {name} is None:"):
                self.writer.line("raise Open")
            self.writer.remember(("checked", name), True)


def guarded(lines: list[str], otherwise: str, depth: int) -> list[str]:
    """Lines that may leave the quick way, and what is done then."""
    at = "    " * depth
    return [f"{at}try:", *lines, f"{at}except Open:", f"{at}    {otherwise}"]


def may_leave(lines: list[str]) -> bool:
    """Whether the quick way may end in one of these lines."""
    return any(line.endswith("raise Open") or "several(" in line or "f_k" in line for line in lines)


def main_name(out: Out) -> str:
    """The text of a value, without its denominator and mark."""
    return out.above if isinstance(out, Number) else out.text


def _renamed(out: Out, name: str) -> Out:
    return evolve(out, above=name) if isinstance(out, Number) else evolve(out, text=name)


def function_name(writer: Writer, key: str) -> str:
    """The function of a rule or benefit."""
    return "f_" + writer.constant(key)
