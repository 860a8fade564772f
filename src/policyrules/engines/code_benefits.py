"""Rules and benefits in generated Python.

A rule hands out its value (with the denominator and the mark, where those are not known beforehand), a benefit an outcome:
(GRANTED or COMPUTED, amount, articles, mark, denominator) or (REFUSED, the refusal, its article, mark, 1). What an article
says is the same, with a mark that does not count yet. Where several articles hold at once the combination word is asked of
the reference's own `combine`.
"""

from __future__ import annotations

from policyrules.core.outcome import Refused
from policyrules.core.program import Article, Benefit, Grant, Lift, Refuse, Rule
from policyrules.engines.code_logic import settling
from policyrules.engines.code_numbers import Number, Out, Plain, rounded
from policyrules.engines.coding import Coder, Shape, Where, function_name
from policyrules.values.types import Quantity

REFUSED = "refused"
"""What an outcome begins with where nothing is paid."""


def rule_body(coder: Coder, rule: Rule, owner: tuple[str, ...]) -> Out:
    """The lines of a rule for the instance in the first of these variables."""
    entity = rule.entity or ""
    return coder.write(rule.expression, Where(owner, entity, owner, entity))


def write_rule(coder: Coder, rule: Rule, owner: tuple[str, ...]) -> Shape:
    """The function of a rule; each instance is worked out once."""
    writer = coder.writer
    with writer.block(f"def {function_name(writer, rule.key)}({', '.join(owner)}, t):"):
        kept = _kept(coder, rule.key, owner, "w")
        out = rule_body(coder, rule, owner)
        shape = _shape(out)
        writer.line(f"w = {kept} = {_handed(out, shape)}")
        writer.line("return w")
    return shape


def write_benefit(coder: Coder, benefit: Benefit, owner: tuple[str, ...]) -> Shape:
    """The function of a benefit."""
    writer = coder.writer
    with writer.block(f"def {function_name(writer, benefit.key)}({', '.join(owner)}, t):"):
        kept = _kept(coder, benefit.key, owner, "o")
        writer.line(f"o = {kept} = {benefit_body(coder, benefit, owner)}")
        writer.line("return o")
    return Shape(0, None)


def _kept(coder: Coder, key: str, owner: tuple[str, ...], name: str) -> str:
    """Hands out what was worked out before for an instance, or goes on; where it is kept from then on."""
    writer, slot = coder.writer, f"t[{coder.slot()}]"
    if len(owner) > 1:
        with writer.block(f"if {slot} is None:"):
            writer.line(f"{slot} = {{}}")
        writer.line(f"{name} = {slot}.get({owner[0]}[0])")
        slot = f"{slot}[{owner[0]}[0]]"
    else:
        writer.line(f"{name} = {slot}")
    with writer.block(f"if {name} is not None:"):
        writer.line(f"return {name}")
    return slot


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


def benefit_body(coder: Coder, benefit: Benefit, owner: tuple[str, ...]) -> str:
    """The lines of a benefit for the instance in the first of these variables; the variable of its outcome."""
    return _Articles(coder, benefit, Where(owner, benefit.entity, owner, benefit.entity)).write()


class _Articles:
    """One benefit being written. `mark` is the variable of its mark, once one of its parts leaves one."""

    def __init__(self, coder: Coder, benefit: Benefit, here: Where) -> None:
        self.coder, self.benefit, self.here = coder, benefit, here
        self.writer = coder.writer
        self.mark = self.writer.fresh("m")
        self.begin = len(self.writer.lines)
        self.marked = False

    def write(self) -> str:
        outcome = self.writer.fresh("o")
        in_force = [index for index in self.benefit.order if _in_force(self.coder, self.benefit.articles[index])]
        saying = [index for index in in_force if not isinstance(self.benefit.articles[index].consequence, Lift)]
        effects: dict[int, Plain] = {}
        verdicts: dict[int, str] = {}
        for index in in_force:
            effects[index] = self.effect(index, effects)
            self.leaves(effects[index])
            if index in saying and len(saying) > 1:
                verdicts[index] = self.verdict(self.benefit.articles[index], effects[index])
        if len(saying) == 1:
            # One article that says something: what it says is finished where it stands.
            article = self.benefit.articles[saying[0]]
            with self.writer.block(f"if {effects[saying[0]].text}:"):
                self.say(article.consequence, article, outcome, finished=True)
            with self.writer.block("else:"):
                self.say(self.benefit.otherwise, None, outcome, finished=True)
        else:
            self.agreed([verdicts[index] for index in sorted(verdicts)], outcome)
            with self.writer.block(f"if {outcome}[0] is not REFUSED:"):
                self.finish(f"{outcome}[1]", f"{outcome}[4]", f"{outcome}[2]", outcome)
            if self.marked:
                with self.writer.block(f"elif {self.mark}:"):
                    self.writer.line(f"{outcome} = (*{outcome}[:3], True, 1)")
        if self.marked:
            self.writer.lines.insert(self.begin, "    " * self.writer.depth + f"{self.mark} = False")
        return outcome

    def leaves(self, out: Out) -> None:
        self.marked = self.marked or out.mark is not False
        self.coder.leave_mark(out.mark, self.mark)

    def effect(self, index: int, effects: dict[int, Plain]) -> Plain:
        """Whether the article holds: its condition, and none of those that beat it."""
        article = self.benefit.articles[index]
        beaters = [effects[beater] for beater in article.yields_to if beater in effects]
        if not beaters:
            return self.coder.truth(article.condition, self.here)

        def unbeaten(beater: Plain) -> Plain:
            return Plain(self.writer.let(f"not {beater.text}", "b"), beater.mark)

        parts = [lambda: self.coder.truth(article.condition, self.here), *(lambda beater=beater: unbeaten(beater) for beater in beaters)]
        return settling(self.coder, parts, all_wanted=True)

    def verdict(self, article: Article, effect: Plain) -> str:
        """A variable with what the article says where it holds, else None."""
        verdict = self.writer.fresh("w")
        self.writer.line(f"{verdict} = None")
        with self.writer.block(f"if {effect.text}:"):
            self.say(article.consequence, article, verdict, finished=False)
        return verdict

    def agreed(self, verdicts: list[str], outcome: str) -> None:
        """What the articles that hold come to, or what is said where none does."""
        writer = self.writer
        several = writer.fresh("g")
        writer.line(f"{outcome} = {verdicts[0] if verdicts else None}")
        if len(verdicts) > 1:
            writer.line(f"{several} = None")
        for verdict in verdicts[1:]:
            with writer.block(f"if {verdict} is not None:"):
                with writer.block(f"if {outcome} is None:"):
                    writer.line(f"{outcome} = {verdict}")
                with writer.block("else:"):
                    writer.line(f"{several} = [{outcome}, {verdict}] if {several} is None else [*{several}, {verdict}]")
        with writer.block(f"if {outcome} is None:"):
            self.say(self.benefit.otherwise, None, outcome, finished=False)
        if len(verdicts) > 1:
            with writer.block(f"elif {several} is not None:"):
                writer.line(f"{outcome} = several({writer.constant(self.benefit.combination)}, {several})")

    def say(self, said: Grant | Refuse | Lift, article: Article | None, name: str, finished: bool) -> None:
        """What an article says, or what is said where none does."""
        writer = self.writer
        if isinstance(said, Refuse):
            refused = (REFUSED, Refused(said.reason, article), article, False, 1)
            writer.line(f"{name} = {writer.constant(refused)}")
            if finished and self.marked:
                with writer.block(f"if {self.mark}:"):
                    writer.line(f"{name} = {writer.constant((*refused[:3], True, 1))}")
            return
        assert isinstance(said, Grant)
        out = self.coder.write(said.value, self.here)
        self.leaves(out)
        above, below = (out.above, out.below) if isinstance(out, Number) else (out.text, 1)
        articles = writer.constant(() if article is None else (article,))
        if finished:
            self.finish(above, below, articles, name)
        else:
            writer.line(f"{name} = (GRANTED, {above}, {articles}, False, {below})")

    def finish(self, above: str, below: int | str, articles: str, name: str) -> None:
        """Rounding, and nobody is paid less than nothing."""
        writer, benefit = self.writer, self.benefit
        number = Number(above, below)
        if isinstance(benefit.type, Quantity):
            if not isinstance(below, int) and not below.isidentifier():
                number = Number(writer.let(above, "n"), writer.let(below, "d"))
            if benefit.rounding is not None:
                number = rounded(writer, number, benefit.rounding.step, benefit.rounding.mode.removeprefix("round "), False)
            if benefit.pays and not number.above.isdigit():
                with writer.block(f"if {number.above} < 0:"):
                    writer.line("raise Open")
        kind = "GRANTED" if benefit.pays and isinstance(benefit.type, Quantity) else "COMPUTED"
        writer.line(f"{name} = ({kind}, {number.above}, {articles}, {self.mark if self.marked else False}, {number.below})")


def _in_force(coder: Coder, article: Article) -> bool:
    return (article.start is None or article.start <= coder.day) and (article.end is None or coder.day <= article.end)
