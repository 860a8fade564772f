"""What became of small changes of the policies, as sentences and as fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from policyrules.book.decision import describe
from policyrules.core.case import Instance
from policyrules.core.outcome import Answer, Outcome
from policyrules.core.program import Program
from policyrules.review.mutants_trial import Fate, Tried, score
from policyrules.review.sameness import Witness
from policyrules.source.phrase import Language, Phrase
from policyrules.source.text import line_and_column
from policyrules.values.calendar import month_text

_SAID: dict[Fate, Phrase] = {
    Fate.FOUND: Phrase("{words}：{why}发现", "{words}: noticed by {why}"),
    Fate.REFUSED: Phrase("{words}：检查时就会发现", "{words}: the checker refuses it"),
    Fate.SAME: Phrase("{words}：改了也一样（{why}）", "{words}: the same either way ({why})"),
    Fate.MISSED: Phrase("{words}，没有一个例发现", "{words}: no example notices"),
    Fate.OPEN: Phrase("{words}，没有一个例发现；改了是不是一样说不清（{why}）", "{words}: no example notices; not settled whether it matters ({why})"),
}
_WITNESS = Phrase("{month}，{name}：现在{before}，改了以后{after}", "{month}, {name}: {before} now, {after} after the change")
_TRIED = Phrase("试了 {count} 处改动：", "{count} changes tried: ")
_COUNTED: dict[Fate, Phrase] = {
    Fate.FOUND: Phrase("发现 {count} 处", "{count} noticed"),
    Fate.MISSED: Phrase("没有发现 {count} 处", "{count} not noticed"),
    Fate.OPEN: Phrase("说不清 {count} 处", "{count} not settled"),
    Fate.SAME: Phrase("改了也一样 {count} 处", "{count} the same either way"),
    Fate.REFUSED: Phrase("检查时就会发现 {count} 处", "{count} refused by the checker"),
}
_SCORE = Phrase("得分 {score}：算数的 {counted} 处里发现 {found} 处", "score {score}: {found} noticed of the {counted} that count")
_SPEAKING = (Fate.MISSED, Fate.OPEN)


def text(program: Program, tried: Sequence[Tried], language: Language, *, every: bool) -> str:
    """The survivors as sentences (with `every`, all that was tried), then the counts and the score."""
    lines = [line for one in tried if every or one.fate in _SPEAKING for line in _lines(program, one, language)]
    return "\n".join([*lines, *([""] if lines else []), *_totals(tried, language)])


def _lines(program: Program, one: Tried, language: Language) -> list[str]:
    line, _ = line_and_column(one.mutant.place)
    lines = [f"{one.mutant.place.path}:{line} {_sentence(one)(language)}"]
    if isinstance(one.witness, Witness):
        lines.append(f"  {_told(program, one.witness)(language)}")
    return lines


def _sentence(one: Tried) -> Phrase:
    return _SAID[one.fate].fill(words=one.mutant.words, why=one.why or "")


def _told(program: Program, witness: Witness) -> Phrase:
    """The household whose two decisions differ, in a line: when, whose, before, after."""
    declared = program.rules.get(witness.key) or program.benefits[witness.key]
    name = Phrase("{subject}的{name}", "{name} of {subject}").fill(subject=witness.subject, name=declared.name)
    month = Phrase(month_text(witness.month, "zh"), month_text(witness.month, "en"))
    before, after = (_outcome(witness, declared.name, declared.type, one) for one in (witness.before, witness.after))
    return _WITNESS.fill(month=month, name=name, before=before, after=after)


def _outcome(witness: Witness, name: str, kind: object, outcome: Outcome) -> Phrase:
    return describe(Answer(Instance("", witness.subject), witness.key, name, kind, outcome, False))  # type: ignore[arg-type]


def _totals(tried: Sequence[Tried], language: Language) -> list[str]:
    counts = Counter(one.fate for one in tried)
    told = [phrase.fill(count=counts[fate])(language) for fate, phrase in _COUNTED.items() if counts[fate]]
    found, counted = score(tried)
    lines = [_TRIED.fill(count=len(tried))(language) + ("，" if language == "zh" else ", ").join(told)]
    if counted:
        lines.append(_SCORE.fill(score=percent(found, counted), found=found, counted=counted)(language))
    return lines


def percent(found: int, counted: int) -> str:
    """A share in percent with one place, cut off: 100% is said of nothing less."""
    tenths = found * 1000 // counted
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


def fields(tried: Iterable[Tried], language: Language) -> list[dict[str, object]]:
    """What was tried, for programs."""
    found: list[dict[str, object]] = []
    for one in tried:
        line, column = line_and_column(one.mutant.place)
        told: dict[str, object] = {"fate": one.fate.value, "kind": one.mutant.of, "key": one.mutant.key}
        told |= {"file": one.mutant.place.path, "line": line, "column": column, "change": one.mutant.words(language)}
        told |= {"why": one.why(language) if one.why is not None else None}
        if isinstance(one.witness, Witness):
            witness = one.witness
            told |= {"asked": witness.key, "subject": witness.subject, "month": witness.month.isoformat()[:7], "case": witness.document}
        found.append(told)
    return found
