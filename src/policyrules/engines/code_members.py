"""Values over members as generated Python: one loop each."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from policyrules.core.paths import entity_at
from policyrules.core.program import Aggregate, Expression, Gathering
from policyrules.engines.code_logic import settling
from policyrules.engines.code_numbers import Mark, Number, Out, Plain, fraction, of_fraction, written
from policyrules.engines.coding import Coder, Where
from policyrules.values.types import Quantity


def aggregate(coder: Coder, node: Aggregate, here: Where) -> Out:
    """The members' values gathered in one loop."""
    owner = coder.instance(node.path, here)
    if owner is None:
        return coder.leave(node.type)
    group = coder.writer.let(f"{owner}.members.get({coder.writer.constant(node.role)})", "g")
    with coder.writer.block(f"if {group} is None:"):
        coder.writer.line("raise OPEN")
    member = coder.writer.fresh("x")
    entity = entity_at(node.path.entity, (*node.path.roles, node.role), coder.program.entities)
    inside = Where(member, entity, here.subject, here.subject_entity)
    if node.kind in (Gathering.ANY, Gathering.ALL):
        return _quantified(coder, node, group, member, inside)
    if not isinstance(node.type, Quantity):
        return coder.leave(node.type)
    if node.kind in (Gathering.SUM, Gathering.COUNT):
        return _total(coder, node, group, member, inside)
    return _one_of(coder, node, group, member, inside, here)


def _entry(coder: Coder, node: Aggregate, member: str, inside: Where, mark: str, take: Callable[[Number], None]) -> None:
    """What one member brings, under the loop over members."""
    if node.where is None:
        _taken(coder, node, inside, mark, take)
        return
    belongs = coder.truth(node.where, inside)
    coder.leave_mark(belongs.mark, mark)
    with coder.writer.block(f"if {belongs.text}:"):
        _taken(coder, node, inside, mark, take)


def _taken(coder: Coder, node: Aggregate, inside: Where, mark: str, take: Callable[[Number], None]) -> None:
    number = written(Fraction(1)) if node.value is None else coder.number(node.value, inside)
    coder.leave_mark(number.mark, mark)
    take(number)


def _total(coder: Coder, node: Aggregate, group: str, member: str, inside: Where) -> Number:
    """A sum or a count: whole numbers as long as all have one denominator."""
    if node.value is None and node.where is None:
        return Number(coder.writer.let(f"len({group})", "n"), 1)
    above, mark = coder.writer.fresh("n"), coder.writer.fresh("m")
    below: list[int | str] = [1]
    with coder.writer.aside() as lines:

        def take(number: Number) -> None:
            if isinstance(number.below, int):
                below[0] = number.below
                coder.writer.line(f"{above} += {number.above}")
            else:
                below[0] = coder.writer.fresh("d")
                coder.writer.line(f"{above} = {above} * {number.below} + {number.above} * {below[0]}")
                coder.writer.line(f"{below[0]} = {below[0]} * {number.below}")

        with coder.writer.block(f"for {member} in {group}:"):
            _entry(coder, node, member, inside, mark, take)
    coder.writer.line(f"{above} = 0")
    if isinstance(below[0], str):
        coder.writer.line(f"{below[0]} = 1")
    return Number(above, below[0], _gathered(coder, mark, lines))


def _gathered(coder: Coder, mark: str, lines: list[str]) -> Mark:
    """Writes a loop, with its mark only if something in it leaves one."""
    leaves = any(line.strip() == f"{mark} = True" for line in lines)
    if leaves:
        coder.writer.line(f"{mark} = False")
    coder.writer.lines.extend(lines)
    return mark if leaves else False


def _one_of(coder: Coder, node: Aggregate, group: str, member: str, inside: Where, here: Where) -> Number:
    """Highest, lowest or mean, as exact fractions; of nobody, what is written for that."""
    values, mark = coder.writer.fresh("g"), coder.writer.fresh("m")
    with coder.writer.aside() as lines, coder.writer.block(f"for {member} in {group}:"):
        _entry(coder, node, member, inside, mark, lambda number: coder.writer.line(f"{values}.append({fraction(number)})"))
    coder.writer.line(f"{values} = []")
    coder.writer.line(f"{mark} = False")
    coder.writer.lines.extend(lines)
    value = coder.writer.fresh("v")
    with coder.writer.block(f"if {values}:"):
        pick = {Gathering.HIGHEST: f"max({values})", Gathering.LOWEST: f"min({values})"}
        coder.writer.line(f"{value} = {pick.get(node.kind, f'sum({values}) / len({values})')}")
    with coder.writer.block("else:"):
        if node.if_none is None:
            coder.writer.line("raise OPEN")
        else:
            other = coder.number(node.if_none, here)
            coder.leave_mark(other.mark, mark)
            coder.writer.line(f"{value} = {fraction(other)}")
    return of_fraction(coder.writer, value, mark)


def _quantified(coder: Coder, node: Aggregate, group: str, member: str, inside: Where) -> Plain:
    """任一 and 全部: an `or` over members of belonging and condition, an `and` of the condition or not belonging."""
    wanted = node.kind is Gathering.ANY
    value, mark = coder.writer.fresh("b"), coder.writer.fresh("m")
    coder.writer.line(f"{value} = {not wanted}")
    coder.writer.line(f"{mark} = False")
    with coder.writer.block(f"for {member} in {group}:"):
        parts: list[Callable[[], Plain]] = []
        where, condition = node.where, node.value
        if where is not None:
            parts.append(lambda: _belongs(coder, where, inside, wanted))
        if condition is not None:
            parts.append(lambda: coder.truth(condition, inside))
        result = settling(coder, parts, all_wanted=wanted) if len(parts) > 1 else parts[0]()
        settles = result.text if wanted else f"not {result.text}"
        with coder.writer.block(f"if {settles}:"):
            coder.writer.line(f"{value} = {wanted}")
            coder.writer.line(f"{mark} = {result.mark}")
            if result.mark is False:
                coder.writer.line("break")
            elif result.mark is not True:
                with coder.writer.block(f"if not {result.mark}:"):
                    coder.writer.line("break")
        if result.mark is not False:
            with coder.writer.block("else:" if result.mark is True else f"elif {result.mark}:"):
                coder.writer.line(f"{mark} = True")
    return Plain(value, mark)


def _belongs(coder: Coder, where: Expression, inside: Where, wanted: bool) -> Plain:
    """Whether a member belongs, for 全部 whether it does not."""
    found = coder.truth(where, inside)
    return found if wanted else Plain(coder.writer.let(f"not {found.text}", "b"), found.mark)
