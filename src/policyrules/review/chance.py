"""What drawing asks of chance: `random.Random` has it, and so has whatever draws by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Chance(Protocol):
    """Draws, one at a time."""

    def random(self) -> float:
        """A number from 0 up to 1."""

    def randint(self, a: int, b: int) -> int:
        """A whole number between two, both included."""

    def choice(self, seq: Sequence[T]) -> T:
        """One of several."""

    def shuffle(self, x: list[Any]) -> None:
        """Puts several into another order."""
