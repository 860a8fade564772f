"""What writing Python for expressions needs: where values stand, whose they are, and the ways out of the quick way."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias

from attrs import define, frozen

from policyrules.core.program import Anchor, Expression, ParameterRow, Path, Program
from policyrules.engines.code_numbers import Mark, Number, Out, Plain, written
from policyrules.engines.writing import Writer
from policyrules.values.types import Quantity, Type


@frozen
class Shape:
    """How a function hands out its value: the denominator of a number (None: another, handed out too; 0: no number), and
    its mark (None: handed out too)."""

    below: int | None
    mark: bool | None


@frozen
class Where:
    """The variables that hold the member in hand and the one decided, with their entities."""

    current: str
    entity: str
    subject: str
    subject_entity: str


Write: TypeAlias = Callable[["Coder", Expression, Where], Out]


@define(eq=False)
class Coder:
    """The program on the days in question. `row` is what then holds of a parameter, `expression` writes the lines of one node,
    `need` tells how a function hands out its value."""

    program: Program
    row: Callable[[str], ParameterRow | None]
    writer: Writer
    need: Callable[[str], Shape]
    expression: Write

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
        self.writer.line("raise OPEN")
        return written(Fraction(0)) if isinstance(kind, Quantity) else Plain("None")

    def leave_mark(self, found: Mark, mark: str) -> None:
        """Sets a mark that one of the members leaves."""
        if found is True:
            self.writer.line(f"{mark} = True")
        elif found is not False:
            with self.writer.block(f"if {found}:"):
                self.writer.line(f"{mark} = True")

    def instance(self, path: Path, here: Where) -> str | None:
        """The variable that holds the instance a path leads to; None where it never leads anywhere."""
        name, entity = (here.subject, here.subject_entity) if path.anchor is Anchor.SUBJECT else (here.current, here.entity)
        while entity != path.entity:
            within = self.program.entities[entity].within if entity in self.program.entities else None
            if within is None:
                return None
            name, entity = f"{name}.parent", within
        for role in path.roles:
            group = self.writer.let(f"{name}.members.get({self.writer.constant(role)})", "g")
            with self.writer.block(f"if not {group}:"):
                self.writer.line("raise OPEN")
            name = f"{group}[0]"
        return name if name.isidentifier() else self.writer.let(name, "x")


def function_name(writer: Writer, key: str) -> str:
    """The function of a rule or benefit."""
    return "f_" + writer.constant(key)
