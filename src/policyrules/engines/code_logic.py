"""且, 或 and 至少 as generated Python, with what becomes of the marks of 暂定 values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext

from policyrules.core.program import Expression
from policyrules.engines.code_numbers import Out, Plain, either_mark
from policyrules.engines.coding import Coder, Where


def settling(coder: Coder, parts: Sequence[Callable[[], Plain]], all_wanted: bool) -> Plain:
    """且 (or 或): stops at the first part that settles it without a 暂定 value; one that settles it with such a value leaves
    the mark, unless another settles it without."""
    value, mark = coder.writer.fresh("b"), coder.writer.fresh("m")
    going_on = value if all_wanted else f"not {value}"
    begin = len(coder.writer.lines)
    coder.writer.line(f"{value} = {all_wanted}")
    coder.writer.line(f"{mark} = False")
    unmarked = True
    for index, part in enumerate(parts):
        if index:
            coder.writer.line(f"if {going_on}:" if unmarked else f"if {going_on} or {mark}:")
        with coder.writer.under() if index else nullcontext():
            out = part()
            if out.mark is False and unmarked:
                coder.writer.line(f"{value} = {out.text}")
            else:
                with coder.writer.block(f"if {'not ' if all_wanted else ''}{out.text}:"):
                    coder.writer.line(f"{value} = {not all_wanted}")
                    coder.writer.line(f"{mark} = {out.mark}")
                if out.mark is not False:
                    with coder.writer.block("else:" if out.mark is True else f"elif {out.mark}:"):
                        coder.writer.line(f"{mark} = True")
                    unmarked = False
    if unmarked:
        # The first part has given the value; nothing leaves a mark.
        del coder.writer.lines[begin + (0 if parts else 1) : begin + 2]
    return Plain(value, False if unmarked else mark)


def at_least(coder: Coder, arguments: Sequence[Expression], here: Where) -> Out:
    """So many of the conditions. The mark stays where those without one do not suffice either way."""
    wanted = coder.number(arguments[0], here)
    outs = [coder.truth(argument, here) for argument in arguments[1:]]
    if wanted.below != 1:
        coder.writer.line(f"if {wanted.above} % {wanted.below}: raise Open")
    least = coder.writer.let(f"{wanted.above} // {wanted.below}", "n")
    count = coder.writer.let(" + ".join(out.text for out in outs) or "0", "n")
    value = coder.writer.let(f"{count} >= {least}", "b")
    marks = [out.mark for out in outs if out.mark is not False]
    if not marks and wanted.mark is False:
        return Plain(value)
    sure = [f"({out.text} and not {out.mark})" for out in outs if out.mark is not True] or ["0"]
    open_ = [f"bool({out.mark})" for out in outs if out.mark is not False] or ["0"]
    surely = coder.writer.let(" + ".join(sure), "n")
    perhaps = coder.writer.let(f"{surely} + {' + '.join(open_)}", "n")
    unmarked = f"({surely} >= {least} or {perhaps} < {least})"
    given = "True" if wanted.mark is True else f"({wanted.mark} or not {unmarked})" if isinstance(wanted.mark, str) else f"not {unmarked}"
    anything = either_mark(coder.writer, [*marks, wanted.mark])
    return Plain(value, coder.writer.let(given if anything is True else f"{anything} and {given}", "m"))
