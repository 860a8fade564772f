"""Writing Python: lines with their indentation, fresh names, constants by name, and what is known where.

Nothing a policy says gets into the text: words, days and large objects stand as constants of the module, by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import define, field


@define(eq=False)
class Scope:
    """Lines that are run together. `sure`: they are run whenever those around them are, so that what they need may be worked
    out before them. `wall`: they may be run before lines outside that were written earlier. `known` is what stands in variables
    from here on."""

    sure: bool
    wall: bool = False
    known: dict[object, Any] = field(factory=dict)


@define(eq=False)
class Writer:
    """One module being written. `constants` are the objects its text names."""

    constants: dict[str, object] = field(factory=dict)
    lines: list[str] = field(factory=list)
    scopes: list[Scope] = field(factory=list)
    depth: int = 0
    names: int = 0
    _known: dict[tuple[str, object], str] = field(factory=dict)
    _made: dict[object, str] = field(factory=dict)

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

    def shared(self, key: object, make: Callable[[], object]) -> str:
        """The name of a constant made once for a key."""
        if key not in self._made:
            self._made[key] = self.constant(make())
        return self._made[key]

    def line(self, text: str) -> None:
        """One statement."""
        self.lines.append("    " * self.depth + text)

    def let(self, text: str, kind: str = "v") -> str:
        """A new variable holding an expression."""
        name = self.fresh(kind)
        self.line(f"{name} = {text}")
        return name

    def recall(self, key: object) -> Any:
        """What is remembered here under a key, or None."""
        for scope in reversed(self.scopes):
            if key in scope.known:
                return scope.known[key]
            if scope.wall:
                break
        return None

    def remember(self, key: object, found: Any) -> None:
        """Keeps something for the lines that follow here."""
        self.scopes[-1].known[key] = found

    @contextmanager
    def block(self, head: str, sure: bool = False) -> Iterator[None]:
        """A head and what stands under it."""
        self.line(head)
        before = len(self.lines)
        with self.under(sure):
            yield
            if len(self.lines) == before:
                self.line("pass")

    @contextmanager
    def under(self, sure: bool = False) -> Iterator[None]:
        """What stands under a head that is written already."""
        self.depth += 1
        self.scopes.append(Scope(sure))
        yield
        self.scopes.pop()
        self.depth -= 1

    @contextmanager
    def aside(self) -> Iterator[list[str]]:
        """Lines gathered for later instead of written now."""
        outer, self.lines = self.lines, []
        self.scopes.append(Scope(False))
        try:
            yield self.lines
        finally:
            self.lines = outer
            self.scopes.pop()

    @contextmanager
    def elsewhere(self, scopes: list[Scope], depth: int) -> Iterator[list[str]]:
        """Lines gathered for another place, that of these scopes."""
        kept = self.lines, self.scopes, self.depth
        self.lines, self.scopes, self.depth = [], scopes, depth
        try:
            yield self.lines
        finally:
            self.lines, self.scopes, self.depth = kept
