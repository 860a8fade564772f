"""Rules and benefits as generated functions.

A rule's function hands out its value (with the denominator and the mark, where those are not known beforehand), a
benefit's an outcome: (GRANTED or COMPUTED, amount, articles, mark) or (REFUSED, reason, article, mark). Where several
articles hold at once the combination word is asked of the reference's own `combine`.
"""

from __future__ import annotations

from datetime import date

from policyrules.core.program import Article, Benefit, Grant, Lift, Refuse, Rule
from policyrules.engines.code_logic import settling
from policyrules.engines.code_numbers import Number, Out, Plain, fraction, rounded
from policyrules.engines.coding import Coder, Shape, Where, function_name
from policyrules.values.types import Quantity


def write_rule(coder: Coder, rule: Rule) -> Shape:
    """The function of a rule; each instance is worked out once."""
    writer = coder.writer
    name = function_name(writer, rule.key)
    memo = writer.constant(rule.key)
    entity = rule.entity or ""
    with writer.block(f"def {name}(x, t):"):
        writer.line(f"w = t.memo.get(({memo}, x))")
        with writer.block("if w is not None:"):
            writer.line("return w")
        out = coder.write(rule.expression, Where("x", entity, "x", entity))
        shape = _shape(out)
        handed = _handed(out, shape)
        writer.line(f"w = t.memo[{memo}, x] = {handed}")
        writer.line("return w")
    return shape


def _shape(out: Out) -> Shape:
    mark = None if isinstance(out.mark, str) else out.mark
    if isinstance(out, Number):
        return Shape(out.below if isinstance(out.below, int) else None, mark)
    return Shape(0, mark)


def _handed(out: Out, shape: Shape) -> str:
    parts = [out.above if isinstance(out, Number) else out.text]
    if isinstance(out, Number) and shape.below is None:
        parts.append(str(out.below))
    if shape.mark is None:
        parts.append(str(out.mark))
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


# ---------------------------------------------------------------- benefits


def write_benefit(coder: Coder, benefit: Benefit, day: date) -> Shape:
    """The function of a benefit, on a day of the stretch it is written for."""
    writer = coder.writer
    name = function_name(writer, benefit.key)
    memo = writer.constant(benefit.key)
    here = Where("x", benefit.entity, "x", benefit.entity)
    with writer.block(f"def {name}(x, t):"):
        writer.line(f"o = t.memo.get(({memo}, x))")
        with writer.block("if o is not None:"):
            writer.line("return o")
        mark = writer.fresh("m")
        writer.line(f"{mark} = False")
        effects: dict[int, Plain] = {}
        held: list[tuple[int, str]] = []
        for index in benefit.order:
            article = benefit.articles[index]
            if not _in_force(article, day):
                continue
            effects[index] = _effect(coder, benefit, index, effects, here)
            coder.leave_mark(effects[index].mark, mark)
            if not isinstance(article.consequence, Lift):
                held.append((index, _verdict(coder, article, effects[index], mark, here)))
        verdicts = [verdict for _, verdict in sorted(held)]
        writer.line(f"o = [{', '.join(verdicts)}]")
        writer.line("o = [v for v in o if v is not None]")
        with writer.block("if not o:"):
            found = _otherwise(coder, benefit, mark, here)
        with writer.block("elif len(o) == 1:"):
            writer.line(f"{found} = o[0]")
        with writer.block("else:"):
            writer.line(f"{found} = several({writer.constant(benefit.combination)}, o)")
        _finish(coder, benefit, found, mark)
        writer.line(f"t.memo[{memo}, x] = o")
        writer.line("return o")
    return Shape(0, None)


def _in_force(article: Article, day: date) -> bool:
    return (article.start is None or article.start <= day) and (article.end is None or day <= article.end)


def _effect(coder: Coder, benefit: Benefit, index: int, effects: dict[int, Plain], here: Where) -> Plain:
    """Whether the article holds: its condition, and none of those that beat it."""
    article = benefit.articles[index]
    beaters = [effects[beater] for beater in article.yields_to if beater in effects]
    if not beaters:
        return coder.truth(article.condition, here)

    def unbeaten(beater: Plain) -> Plain:
        return Plain(coder.writer.let(f"not {beater.text}", "b"), beater.mark)

    parts = [lambda: coder.truth(article.condition, here), *(lambda beater=beater: unbeaten(beater) for beater in beaters)]
    return settling(coder, parts, all_wanted=True)


def _verdict(coder: Coder, article: Article, effect: Plain, mark: str, here: Where) -> str:
    """A variable with what the article says where it holds, else None."""
    writer = coder.writer
    verdict = writer.fresh("w")
    writer.line(f"{verdict} = None")
    with writer.block(f"if {effect.text}:"):
        if isinstance(article.consequence, Grant):
            out = coder.write(article.consequence.value, here)
            coder.leave_mark(out.mark, mark)
            value = fraction(out) if isinstance(out, Number) else out.text
            writer.line(f"{verdict} = (GRANTED, {value}, {writer.constant((article,))})")
        else:
            assert isinstance(article.consequence, Refuse)
            reason = writer.constant(article.consequence.reason) if article.consequence.reason is not None else "None"
            writer.line(f"{verdict} = (REFUSED, {reason}, {writer.constant(article)})")
    return verdict


def _otherwise(coder: Coder, benefit: Benefit, mark: str, here: Where) -> str:
    """What is said where no article holds."""
    writer = coder.writer
    found = writer.fresh("w")
    said = benefit.otherwise
    if isinstance(said, Grant):
        out = coder.write(said.value, here)
        coder.leave_mark(out.mark, mark)
        value = fraction(out) if isinstance(out, Number) else out.text
        writer.line(f"{found} = (GRANTED, {value}, ())")
    else:
        reason = writer.constant(said.reason) if said.reason is not None else "None"
        writer.line(f"{found} = (REFUSED, {reason}, None)")
    return found


def _finish(coder: Coder, benefit: Benefit, found: str, mark: str) -> None:
    """Rounding, and nobody is paid less than nothing."""
    writer = coder.writer
    with writer.block(f"if {found}[0] is REFUSED:"):
        writer.line(f"o = (REFUSED, {found}[1], {found}[2], {mark})")
    with writer.block("else:"):
        value = writer.let(f"{found}[1]", "v")
        if isinstance(benefit.type, Quantity):
            if benefit.rounding is not None:
                above, below = writer.let(f"{value}.numerator", "n"), writer.let(f"{value}.denominator", "d")
                number = rounded(writer, Number(above, below), benefit.rounding.step, benefit.rounding.mode.removeprefix("round "), False)
                value = writer.let(fraction(number), "v")
            if benefit.pays:
                with writer.block(f"if {value} < 0:"):
                    writer.line("raise OPEN")
        kind = "GRANTED" if benefit.pays and isinstance(benefit.type, Quantity) else "COMPUTED"
        writer.line(f"o = ({kind}, {value}, {found}[2], {mark})")
