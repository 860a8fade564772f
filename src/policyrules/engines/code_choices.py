"""Choices (tables, bands, 若 … 则 …) as generated Python."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from attrs import frozen

from policyrules.core.program import Choice
from policyrules.engines.code_numbers import Mark, Number, Out, Plain, either_mark, marked
from policyrules.engines.coding import Coder, Where
from policyrules.values.types import Quantity, Type


@frozen
class _Way:
    """A branch: the lines of its condition, the condition, the lines of its value, the value."""

    before: list[str]
    condition: str
    lines: list[str]
    out: Out


def choice(coder: Coder, node: Choice, here: Where) -> Out:
    """The first branch whose condition holds; each later one stands under the question whether one was found."""
    found = coder.writer.fresh("b")
    depth = coder.writer.depth
    ways: list[_Way] = []
    marks: list[Mark] = []
    for index, branch in enumerate(node.branches):
        coder.writer.depth = depth + (1 if index else 0)
        with coder.writer.aside() as before:
            condition = coder.truth(branch.condition, here)
        marks.append(condition.mark)
        coder.writer.depth += 1
        with coder.writer.aside() as lines:
            out = coder.write(branch.value, here)
            out = marked(out, either_mark(coder.writer, [*marks, out.mark, branch.provisional]))
        ways.append(_Way(before, condition.text, lines, out))
    coder.writer.depth = depth + 1
    with coder.writer.aside() as lines:
        out = coder.write(node.otherwise, here)
        out = marked(out, either_mark(coder.writer, [*marks, out.mark]))
    ways.append(_Way([], "", lines, out))
    coder.writer.depth = depth
    return _joined(coder, node.type, ways, found)


def _joined(coder: Coder, kind: Type, ways: Sequence[_Way], found: str) -> Out:
    """The branches one after another, each handing its value to the same variables."""
    outs = [way.out for way in ways]
    marks = {out.mark for out in outs}
    mark = None if len(marks) == 1 and not isinstance(outs[0].mark, str) else coder.writer.fresh("m")
    value = coder.writer.fresh("n" if isinstance(kind, Quantity) else "v")
    belows = [out.below for out in outs if isinstance(out, Number)]
    fixed = [below for below in belows if isinstance(below, int)]
    common = lcm(*fixed)
    below = None if len(fixed) == len(belows) else coder.writer.fresh("d")

    def hand(out: Out) -> None:
        if isinstance(out, Number):
            scale = common // out.below if below is None and isinstance(out.below, int) else 1
            coder.writer.line(f"{value} = {out.above}" + (f" * {scale}" if scale > 1 else ""))
            if below is not None:
                coder.writer.line(f"{below} = {out.below}")
        else:
            coder.writer.line(f"{value} = {out.text}")
        if mark is not None:
            coder.writer.line(f"{mark} = {out.mark}")

    coder.writer.line(f"{found} = False")
    for index, way in enumerate(ways[:-1]):
        if index:
            coder.writer.line(f"if not {found}:")
            coder.writer.depth += 1
        coder.writer.lines.extend(way.before)
        with coder.writer.block(f"if {way.condition}:"):
            coder.writer.lines.extend(way.lines)
            hand(way.out)
            coder.writer.line(f"{found} = True")
        if index:
            coder.writer.depth -= 1
    with coder.writer.block(f"if not {found}:"):
        coder.writer.lines.extend(ways[-1].lines)
        hand(ways[-1].out)
    if isinstance(kind, Quantity):
        return Number(value, common if below is None else below, outs[0].mark if mark is None else mark)
    return Plain(value, outs[0].mark if mark is None else mark)
