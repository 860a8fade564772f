"""What is said of a step: put together once and kept with the step, since answers share what they are made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from policyrules.core.case import Instance
from policyrules.core.outcome import Step
from policyrules.core.program import Program

T = TypeVar("T")


def told(make: Callable[[Step, Instance, Program], T], step: Step, viewer: Instance, program: Program) -> T:
    """What `make` says of a step to the one an answer is for; said once."""
    if step.told is None:
        step.told = {}
    key = (make, id(viewer))
    found = step.told.get(key)
    if found is None or found[0] is not viewer or found[1] is not program:
        found = step.told[key] = (viewer, program, make(step, viewer, program))
    words: T = found[2]
    return words


def seen(find: Callable[[Step, int], tuple[Step, ...]], step: Step, follow: int) -> tuple[Step, ...]:
    """The steps that `find` comes to below a step; looked for once."""
    key = (find, follow)
    before = step.told.get(key) if step.told is not None else None
    if before is not None:
        steps: tuple[Step, ...] = before[2]
        return steps
    found = find(step, follow)
    # A step that kept itself would stay until the garbage is collected.
    if len(found) != 1 or found[0] is not step:
        if step.told is None:
            step.told = {}
        step.told[key] = (None, None, found)
    return found
