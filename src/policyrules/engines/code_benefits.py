"""Rules and benefits as generated functions.

A rule's function hands out its value (with the denominator and the mark, where those are not known beforehand), a
benefit's an outcome: (GRANTED or COMPUTED, amount, articles, mark) or (REFUSED, the refusal, its article, mark). What an
article says is the same without the mark, and amounts in two parts: above at 1, below at 3. Where several articles hold at
once the combination word is asked of the reference's own `combine`.
"""

from __future__ import annotations

from datetime import date

from policyrules.core.outcome import Refused
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
        found = _agreed(coder, benefit, verdicts, mark, here)
        _finish(coder, benefit, found, mark)
        writer.line(f"t.memo[{memo}, x] = o")
        writer.line("return o")
    return Shape(0, None)


def _agreed(coder: Coder, benefit: Benefit, verdicts: list[str], mark: str, here: Where) -> str:
    """A variable with what the articles that hold come to, or with what is said where none does."""
    writer = coder.writer
    found = writer.fresh("w")
    if len(verdicts) == 1:
        writer.line(f"{found} = {verdicts[0]}")
        with writer.block(f"if {found} is None:"):
            _otherwise(coder, benefit, found, mark, here)
        return found
    held = writer.let(f"[v for v in ({', '.join(verdicts)}) if v is not None]" if verdicts else "()", "g")
    with writer.block(f"if not {held}:"):
        _otherwise(coder, benefit, found, mark, here)
    with writer.block(f"elif len({held}) == 1:"):
        writer.line(f"{found} = {held}[0]")
    with writer.block("else:"):
        writer.line(f"{found} = several({writer.constant(benefit.combination)}, {held})")
    return found


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
            _granting(coder, article.consequence, (article,), verdict, mark, here)
        else:
            assert isinstance(article.consequence, Refuse)
            _refusing(coder, article.consequence, article, verdict)
    return verdict


def _otherwise(coder: Coder, benefit: Benefit, found: str, mark: str, here: Where) -> None:
    """What is said where no article holds."""
    if isinstance(benefit.otherwise, Grant):
        _granting(coder, benefit.otherwise, (), found, mark, here)
    else:
        _refusing(coder, benefit.otherwise, None, found)


def _granting(coder: Coder, said: Grant, articles: tuple[Article, ...], verdict: str, mark: str, here: Where) -> None:
    out = coder.write(said.value, here)
    coder.leave_mark(out.mark, mark)
    above, below = (out.above, out.below) if isinstance(out, Number) else (out.text, None)
    coder.writer.line(f"{verdict} = (GRANTED, {above}, {coder.writer.constant(articles)}, {below})")


def _refusing(coder: Coder, said: Refuse, article: Article | None, verdict: str) -> None:
    refusal = coder.writer.constant(Refused(said.reason, article))
    coder.writer.line(f"{verdict} = (REFUSED, {refusal}, {'None' if article is None else coder.writer.constant(article)})")


def _finish(coder: Coder, benefit: Benefit, found: str, mark: str) -> None:
    """Rounding, and nobody is paid less than nothing."""
    writer = coder.writer
    with writer.block(f"if {found}[0] is REFUSED:"):
        writer.line(f"o = (REFUSED, {found}[1], {found}[2], {mark})")
    with writer.block("else:"):
        value = writer.let(f"{found}[1]", "v")
        if isinstance(benefit.type, Quantity):
            number = Number(value, writer.let(f"{found}[3]", "d"))
            if benefit.rounding is not None:
                number = rounded(writer, number, benefit.rounding.step, benefit.rounding.mode.removeprefix("round "), False)
            if benefit.pays:
                with writer.block(f"if {number.above} < 0:"):
                    writer.line("raise OPEN")
            value = writer.let(fraction(number), "v")
        kind = "GRANTED" if benefit.pays and isinstance(benefit.type, Quantity) else "COMPUTED"
        writer.line(f"o = ({kind}, {value}, {found}[2], {mark})")
