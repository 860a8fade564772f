"""Tables, bands and choices side by side: only the rows that are not the same."""

from __future__ import annotations

from attrs import evolve

from policyrules.core.describing import describe
from policyrules.core.program import Aggregate, Branch, Choice, Expression, Operation, Program
from policyrules.source.phrase import Phrase

_ROW = Phrase("{row}：{before} → {after}", "{row}: {before} → {after}")
_NEW = Phrase("新的一行 {row}：{after}", "new row {row}: {after}")
_GONE = Phrase("去掉一行 {row}：{before}", "row taken out {row}: {before}")


def choice_lines(before: Expression, after: Expression, entity: str | None, old: Program, new: Program) -> list[Phrase]:
    """The rows of a table that are not the same; nothing where either is no table, or more than its rows have changed."""
    if not (isinstance(before, Choice) and isinstance(after, Choice)) or not (_is_table(before) and _is_table(after)):
        return []
    befores = {_row(branch, entity, old): describe(branch.value, entity, old) for branch in before.branches}
    afters = {_row(branch, entity, new): describe(branch.value, entity, new) for branch in after.branches}
    lines = []
    for row, value in afters.items():
        if row not in befores:
            lines.append(_NEW.fill(row=row, after=value))
        elif befores[row] != value:
            lines.append(_ROW.fill(row=row, before=befores[row], after=value))
    lines += [_GONE.fill(row=row, before=value) for row, value in befores.items() if row not in afters]
    return lines


def _is_table(node: Choice) -> bool:
    return any(branch.row is not None for branch in node.branches)


def _row(branch: Branch, entity: str | None, program: Program) -> Phrase:
    return branch.row or describe(branch.condition, entity, program)


def same_but_words(before: Expression, after: Expression) -> bool:
    """Whether two expressions that read the same also have the same papers and marks behind their rows."""
    return _unmarked(before) != _unmarked(after) or before == after


def _unmarked(node: Expression) -> Expression:
    """Without the papers and marks of rows."""
    match node:
        case Operation():
            return evolve(node, arguments=tuple(map(_unmarked, node.arguments)))
        case Choice():
            branches = tuple(
                evolve(each, condition=_unmarked(each.condition), value=_unmarked(each.value), citation=None, provisional=False) for each in node.branches
            )
            return evolve(node, branches=branches, otherwise=_unmarked(node.otherwise))
        case Aggregate():
            where, value, if_none = (part and _unmarked(part) for part in (node.where, node.value, node.if_none))
            return evolve(node, where=where, value=value, if_none=if_none)
        case _:
            return node
