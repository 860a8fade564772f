"""The figures of a change as JSON fields. Amounts are text in 元 with every digit, counts are numbers; months are written 2020-05."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from policyrules.review.impact_figures import Cliffs, Homes, Impact, Settlement, Tally
from policyrules.source.phrase import Language
from policyrules.values.quantities import money_text


def impact_json(impact: Impact, language: Language) -> dict[str, object]:
    """The fields of `diff --roster … --format json`."""
    return {
        "months": [_month(month) for month in impact.months],
        "month": _month(impact.month),
        "first_change": None if impact.first_change is None else _month(impact.first_change),
        "by": impact.by,
        "households": _homes(impact.homes),
        "people": impact.people,
        "total": _tally(impact.total),
        "settlement": _settlement(impact.settlement),
        "schemes": [
            {
                "key": line.key,
                "name": line.name,
                "entity": line.entity,
                "unit": line.unit(language),
                "monthly": line.monthly,
                "in_old": line.known[0],
                "in_new": line.known[1],
                **_tally(line.tally),
                "settlement": _settlement(line.settlement) if line.monthly else None,
            }
            for line in impact.schemes
        ],
        "groups": [
            {"value": line.value, "households": _homes(line.homes), **_tally(line.tally), "settlement": _settlement(line.settlement)}
            for line in impact.groups
        ],
        "by_month": [{"month": _month(line.month), "touched": line.touched, **_tally(line.tally)} for line in impact.by_month],
        "open": [
            {
                "key": line.key,
                "name": line.name,
                "before": line.before,
                "after": line.after,
                "count": line.count,
                "paid_before": _yuan(line.paid_before),
                "paid_after": _yuan(line.paid_after),
                "ids": list(line.ids),
            }
            for line in impact.opened
        ],
        "histogram": [
            {"gain": one.gain, "over": int(one.low), "to": None if one.high is None else int(one.high), "households": one.homes} for one in impact.bins
        ],
        "winners": [_home(one.id, one.value, one.before, one.after) for one in impact.winners],
        "losers": [_home(one.id, one.value, one.before, one.after) for one in impact.losers],
        "cliffs": None if impact.cliffs is None else _cliffs(impact.cliffs, language),
        "provisional": impact.provisional,
        "changes": impact.changes.num_rows,
        "notes": [note(language) for note in impact.notes],
    }


def _tally(tally: Tally) -> dict[str, object]:
    counts = {name: getattr(tally, name) for name in ("recipients_before", "recipients_after", "new", "stopped", "gaining", "losing", "unchanged", "open")}
    return {**counts, "before": _yuan(tally.before), "after": _yuan(tally.after), "difference": _yuan(tally.difference)}


def _settlement(one: Settlement) -> dict[str, str]:
    amounts = {"before": one.before, "after": one.after, "back_pay": one.paid_later, "to_claim": one.claimed_back}
    return {name: _yuan(amount) for name, amount in amounts.items()}


def _homes(homes: Homes) -> dict[str, int]:
    return {name: getattr(homes, name) for name in ("every", "gaining", "losing", "unchanged", "open", "touched")}


def _home(own: str, value: str | None, before: Fraction, after: Fraction) -> dict[str, object]:
    return {"id": own, "group": value, "before": _yuan(before), "after": _yuan(after), "difference": _yuan(after - before)}


def _cliffs(cliffs: Cliffs, language: Language) -> dict[str, object]:
    return {
        "fact": cliffs.fact,
        "step": cliffs.step(language),
        "limit": _yuan(cliffs.limit),
        "created": cliffs.created,
        "removed": cliffs.removed,
        "standing": cliffs.standing,
        "untold": cliffs.untold,
        "worst": [
            {"id": one.id, "income": one.income, "loss_before": _yuan(one.loss_before), "loss_after": _yuan(one.loss_after)} for one in cliffs.worst
        ],
    }


def _yuan(amount: Fraction) -> str:
    return money_text(amount)


def _month(month: date) -> str:
    return month.isoformat()[:7]
