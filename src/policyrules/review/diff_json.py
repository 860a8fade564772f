"""A comparison as JSON: stable field names, words in one language, money and numbers as strings."""

from __future__ import annotations

from policyrules.core.outcome import Computed, Conflict, Failed, Granted, Outcome, Refused
from policyrules.review.diff_text import headline, spans_words
from policyrules.review.diff_values import Change, Difference, Span, Verdict
from policyrules.review.diff_written import Written
from policyrules.source.phrase import Language
from policyrules.source.render import to_json
from policyrules.source.text import line_and_column
from policyrules.values.calendar import month_text
from policyrules.values.quantities import plain_text
from policyrules.values.types import Type


def json_of(difference: Difference, language: Language) -> dict[str, object]:
    """The fields of `diff --format json`; `status` is equal, different, open or error."""
    status = "error" if difference.errors or difference.findings else "equal" if difference.equal else "different" if _differs(difference) else "open"
    return {
        "status": status,
        "summary": None if status == "error" else headline(difference)(language),
        "from": None if difference.errors else month_text(difference.first, "en"),
        "to": month_text(difference.last, "en") if difference.last is not None else None,
        "written": [_written(each, language) for each in difference.written],
        "words": [_written(each, language) for each in difference.words],
        "asked_more": [{"entity": fact.entity, "name": fact.name, "key": fact.key} for fact in difference.asked_more],
        "asked_less": [{"entity": fact.entity, "name": fact.name, "key": fact.key} for fact in difference.asked_less],
        "names": [_verdict(each, language) for each in difference.verdicts],
        "diagnostics": [
            *[{"version": which, **to_json(finding, language)} for which, finding in difference.errors],
            *[to_json(finding, language) for finding in difference.findings],
        ],
    }


def _differs(difference: Difference) -> bool:
    return difference.checks or any(each.state == "differs" or (each.benefit and each.state in ("new", "removed")) for each in difference.verdicts)


def _written(one: Written, language: Language) -> dict[str, object]:
    return {
        "kind": one.kind,
        "name": one.name(language),
        "change": one.change,
        "lines": [line(language) for line in one.lines],
        "file": one.place.path if one.place is not None else None,
        "line": line_and_column(one.place)[0] if one.place is not None else None,
    }


def _verdict(verdict: Verdict, language: Language) -> dict[str, object]:
    return {
        "name": verdict.name,
        "key": verdict.key,
        "entity": verdict.entity,
        "benefit": verdict.benefit,
        "state": verdict.state,
        "why": verdict.why(language) if verdict.why is not None else None,
        "months": [_span(span) for span in verdict.spans],
        "changes": [_change(each, verdict.type, language) for each in verdict.changes],
        "complete": verdict.complete is not None,
        "complete_why": verdict.complete(language) if verdict.complete is not None else verdict.open(language) if verdict.open is not None else None,
    }


def _span(span: Span) -> dict[str, object]:
    return {"from": month_text(span.first, "en"), "to": month_text(span.last, "en") if span.last is not None else None}


def _change(change: Change, kind: Type, language: Language) -> dict[str, object]:
    amounts, example = change.amounts, change.example
    return {
        "sort": change.sort,
        "articles": [each(language) for each in change.articles],
        "conditions": [each(language) for each in change.conditions],
        "conditions_complete": change.whole,
        "formulas": [each(language) if each is not None else None for each in change.formulas],
        "difference": plain_text(amounts.difference, kind) if amounts is not None and amounts.difference is not None else None,
        "difference_per_member": plain_text(amounts.per_head, kind) if amounts is not None and amounts.per_head is not None else None,
        "months": [_span(span) for span in change.spans],
        "figures_of": month_text(example.month, "en"),
        "months_text": spans_words(change.spans)(language),
        "case": {
            "month": month_text(example.month, "en"),
            "subject": example.subject,
            "document": example.documents[1],
            "document_old": example.documents[0] if example.documents[0] != example.documents[1] else None,
            "old": _outcome(example.before, kind),
            "new": _outcome(example.after, kind),
        },
    }


def _outcome(outcome: Outcome, kind: Type) -> dict[str, object]:
    match outcome:
        case Granted(amount):
            return {"status": "granted", "value": plain_text(amount, kind)}
        case Computed(value):
            return {"status": "computed", "value": plain_text(value, kind)}
        case Refused():
            return {"status": "refused", "value": None}
        case Conflict():
            return {"status": "conflict", "value": None}
        case Failed():
            return {"status": "error", "value": None}
        case _:
            return {"status": "undecided", "value": None}
