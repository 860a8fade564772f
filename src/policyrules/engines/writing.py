"""Writing Python: lines with their indentation, fresh names, constants by name.

Nothing a policy says gets into the text: words, days and large objects stand as constants of the module, by number.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define, field


@define(eq=False)
class Writer:
    """One module being written. `constants` are the objects its text names."""

    constants: dict[str, object] = field(factory=dict)
    lines: list[str] = field(factory=list)
    depth: int = 0
    names: int = 0
    _known: dict[tuple[str, object], str] = field(factory=dict)

    def fresh(self, kind: str = "v") -> str:
        """A name not used before."""
        self.names += 1
        return f"{kind}{self.names}"

    def constant(self, value: object) -> str:
        """The name of a constant; words and days that are equal share one."""
        shared = (type(value).__name__, value if isinstance(value, str) or type(value).__name__ == "date" else id(value))
        name = self._known.get(shared)
        if name is None:
            name = self._known[shared] = f"k{len(self.constants)}"
            self.constants[name] = value
        return name

    def line(self, text: str) -> None:
        """One statement."""
        self.lines.append("    " * self.depth + text)

    def let(self, text: str, kind: str = "v") -> str:
        """A new variable holding an expression."""
        name = self.fresh(kind)
        self.line(f"{name} = {text}")
        return name

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """A head and what stands under it."""
        self.line(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1

    @contextmanager
    def aside(self) -> Iterator[list[str]]:
        """Lines gathered for later instead of written now."""
        outer, self.lines = self.lines, []
        try:
            yield self.lines
        finally:
            self.lines = outer

    def text(self) -> str:
        """The module so far."""
        return "\n".join(self.lines) + "\n"
