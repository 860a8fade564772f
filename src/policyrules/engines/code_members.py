"""Values over members as generated Python: sums over the same members share one loop, the rest have one each."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from attrs import frozen

from policyrules.core.parts import parts_of
from policyrules.core.paths import entity_of_path
from policyrules.core.program import Aggregate, BenefitValue, Expression, Gathering, RuleValue
from policyrules.engines.code_logic import settling
from policyrules.engines.code_numbers import Mark, Number, Out, Plain, fraction, of_fraction, written
from policyrules.engines.coding import Coder, Ground, Loop, Where, guarded, may_leave
from policyrules.engines.writing import Scope
from policyrules.values.types import Quantity


def aggregate(coder: Coder, node: Aggregate, here: Where) -> Out:
    """The members' values gathered: sums in a loop they share where that is possible, else in a loop of their own."""
    owner = coder.instance(node.path, here)
    entity = entity_of_path(node.path, coder.program.entities)
    layout = coder.layouts.get(entity)
    if owner is None or layout is None or node.role not in layout.roles:
        return coder.leave(node.type)
    members = _Members(coder, node, here, owner, layout.roles[node.role], layout.entities[node.role])
    ground = coder.ground(owner[0], cheap=is_cheap(coder, node)) if here.subject[0] == owner[0] else None
    if ground is None:
        return members.write()
    known = ground.scopes[-1].known
    if node not in known and node.kind in (Gathering.SUM, Gathering.COUNT) and members.inner():
        found = members.shared(ground)
        if found is not None:
            known[node] = found, True
    return coder.once(ground, node, members.write)


def is_cheap(coder: Coder, node: Expression) -> bool:
    """Whether working something out costs hardly more than asking whether it is needed: few nodes, and no loop of its own."""
    left = _CHEAP
    waiting = [node]
    while waiting:
        one = waiting.pop()
        left -= 1
        if left < 0 or isinstance(one, BenefitValue) or (isinstance(one, Aggregate) and one.kind not in (Gathering.SUM, Gathering.COUNT)):
            return False
        rule = coder.program.rules.get(one.rule) if isinstance(one, RuleValue) else None
        waiting += parts_of(one) if rule is None else [rule.expression]
    return True


_CHEAP = 24


@frozen
class _Members:
    """An aggregate being written: of the members of the instance `owner`, whose group stands at `place` of its row."""

    coder: Coder
    node: Aggregate
    here: Where
    owner: tuple[str, ...]
    place: int
    entity: str

    def inner(self) -> bool:
        """Whether it is asked of each member by itself, and rests on no rule of those who hold them."""
        node, program = self.node, self.coder.program
        if node.where is None and node.value is None:
            return False  # the length of the list says it all
        outer: set[str | None] = {None}
        entity = program.entities.get(self.entity)
        while entity is not None and entity.within is not None:
            outer.add(entity.within)
            entity = program.entities.get(entity.within)
        waiting: list[Expression] = [part for part in (node.where, node.value) if part is not None]
        seen: set[str] = set()
        while waiting:
            part = waiting.pop()
            waiting += parts_of(part)
            if isinstance(part, BenefitValue):
                return False
            if isinstance(part, RuleValue) and part.rule in program.rules and part.rule not in seen:
                seen.add(part.rule)
                if program.rules[part.rule].entity in outer:
                    return False
                waiting.append(program.rules[part.rule].expression)
        return True

    def inside(self, member: str) -> Where:
        return Where((member, *self.owner), self.entity, self.here.subject, self.here.subject_entity)

    def write(self) -> Out:
        """The lines, with a loop of their own."""
        coder, node = self.coder, self.node
        group = coder.writer.let(f"{self.owner[0]}[{self.place}]", "g")
        with coder.writer.block(f"if {group} is None:"):
            coder.writer.line("raise Open")
        member = coder.writer.fresh("x")
        inside = self.inside(member)
        if node.kind in (Gathering.ANY, Gathering.ALL):
            return _quantified(coder, node, group, member, inside)
        if not isinstance(node.type, Quantity):
            return coder.leave(node.type)
        if node.kind in (Gathering.SUM, Gathering.COUNT):
            return _total(coder, node, group, member, inside)
        return _one_of(coder, node, group, member, inside, self.here)

    def shared(self, ground: Ground) -> Number | None:
        """A sum or count as part of the one loop over these members, which comes before the lines in hand; None where its
        members have denominators that are not known beforehand."""
        writer, loop = self.coder.writer, self.loop(ground)
        above, mark, open_ = writer.fresh("n"), writer.fresh("m"), writer.fresh("z")
        belows: list[int | str] = []

        def take(number: Number) -> None:
            belows.append(number.below)
            writer.line(f"{above} += {number.above}")

        self.coder.grounds.append(loop.each)
        with writer.elsewhere([*loop.each.scopes, Scope(True)], loop.each.depth + 1) as lines:
            _entry(self.coder, self.node, loop.each.owner, self.inside(loop.each.owner), mark, take)
        self.coder.grounds.pop()
        (below,) = belows
        if not isinstance(below, int):
            return None
        at = "    " * ground.depth
        leaves = any(line.strip() == f"{mark} = True" for line in lines)
        loop.before.extend([f"{at}{above} = 0", *([f"{at}{mark} = False"] if leaves else [])])
        if may_leave(lines):
            loop.before.append(f"{at}{open_} = {loop.group} is None")
            loop.each.lines += guarded(lines, f"{open_} = True", loop.each.depth)
            test = open_
        else:
            loop.each.lines += [line[4:] for line in lines]
            test = f"{loop.group} is None"
        loop.after.extend([f"{at}if {test}:", f"{at}    {above} = None"])
        return Number(above, below, mark if leaves else False)

    def loop(self, ground: Ground) -> Loop:
        """The loop that sums over these members share."""
        role = self.node.role
        if role not in ground.loops:
            group, member, at = self.coder.writer.fresh("g"), self.coder.writer.fresh("x"), "    " * ground.depth
            each = Ground(member, [*ground.scopes, Scope(True, wall=True)], ground.depth + 1, shared=True)
            made = ground.loops[role] = Loop(group, [f"{at}{group} = {self.owner[0]}[{self.place}]"], each, [])
            ground.lines += [made.before, f"{at}for {member} in {group} or ():", each.lines, made.after]
        return ground.loops[role]


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

        with coder.writer.block(f"for {member} in {group}:", sure=True):
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
    with coder.writer.aside() as lines, coder.writer.block(f"for {member} in {group}:", sure=True):
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
            coder.writer.line("raise Open")
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
    with coder.writer.block(f"for {member} in {group}:", sure=True):
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
