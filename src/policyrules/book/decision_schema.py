"""The published form of `Decision.to_json`: a JSON Schema (2020-12) that says of every field, in both languages, what it is.

`docs/decision.schema.json` is this schema as a file.
"""

from __future__ import annotations

from policyrules.book.schema import DIALECT
from policyrules.source.phrase import Phrase

REASON_KINDS = (
    "article",
    "fact",
    "parameter",
    "rule",
    "calculation",
    "combination",
    "rounding",
    "supplied",
    "presumed",
    "inapplicable",
    "excluded",
    "failing",
    "missing",
    "unknowable",
    "possible",
    "conflict",
    "error",
)
STATUSES = ("granted", "refused", "undecided", "conflict", "error", "computed")

_TEXT = "string"
_MAYBE_TEXT = ("string", "null")


def decision_schema() -> dict[str, object]:
    """The schema. Every field is always there; what does not apply is null or an empty list."""
    return {
        "$schema": DIALECT,
        **_said(Phrase("一次决定", "A decision"), Phrase("decide --format json 的输出", "what decide --format json writes")),
        **_object(
            {
                "month": _field(_MAYBE_TEXT, "按哪个月决定；按某一天决定时为空", "the month decided for; null where a day was asked for")
                | {"pattern": "^[0-9]{4}-[0-9]{2}$"},
                "day": _field(_MAYBE_TEXT, "基准日；问题本身有误时为空", "the reference day; null where the question itself is wrong")
                | {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
                "decisions": _list("answer", "逐项的决定；有错误时没有", "the answers; none where something is wrong"),
                "diagnostics": _list("diagnostic", "个案、问题或政策里不对的地方", "what is wrong with the case, the question or the policies"),
            }
        ),
        "$defs": {
            "answer": _answer(),
            "reason": _reason(),
            "line": _line(),
            "figure": _figure(),
            "need": _need(),
            "diagnostic": _diagnostic(),
        },
    }


def _answer() -> dict[str, object]:
    return _named(
        Phrase("一项决定", "An answer"),
        {
            "subject": _field(_TEXT, "是谁的：个案里的编号", "whose it is: the id in the case"),
            "entity": _field(_TEXT, "这是哪种主体（户、个人）", "what kind of thing that is (户, 个人)"),
            "name": _field(_TEXT, "待遇或规则的名称", "name of the benefit or rule"),
            "key": _field(_TEXT, "唯一的名称；几个政策有同名时带政策名", "unique name; with the policy where several have the name"),
            "status": _words(STATUSES, "结果：给付、不予、未定、冲突、无法计算、算出的值", "the outcome"),
            "value": _field(_MAYBE_TEXT, "精确的金额或值，写成文字；没有时为空", "the exact amount or value as text; null where there is none"),
            "unit": _field(_MAYBE_TEXT, "单位；没有单位时为空", "unit of the value; null without one"),
            "provisional": _field("boolean", "用到了暂定的标准", "rests on provisional figures"),
            "supplied": _field("boolean", "由经办人给出，没有按规则计算", "supplied by hand, not computed by the rules"),
            "reason": _field("string", "一句话的理由，不超过60字", "the reason in one line of at most 60 characters"),
            "reasons": _list("reason", "理由，按说明的顺序", "the reasons, in the order in which they are told"),
            "missing": _list("need", "还缺的事实", "facts still missing"),
            "unknowable": _list("need", "问过而无法查明、又影响结果的事实", "facts that cannot be found out and still matter"),
        },
    )


def _reason() -> dict[str, object]:
    return _named(
        Phrase("一条理由", "A reason"),
        {
            "kind": _words(REASON_KINDS, "哪一种理由", "what kind of reason"),
            "text": _field(_TEXT, "一句话", "the reason in words"),
            "article": _field(_MAYBE_TEXT, "属于哪一条", "the article it belongs to"),
            "citation": _field(_MAYBE_TEXT, "文件", "the document"),
            "quote": _field(_MAYBE_TEXT, "文件原文", "words of the document"),
            "value": _field(_MAYBE_TEXT, "这条理由带来的数值，写成文字", "the figure it contributes, in words"),
            "lines": _list("line", "逐行算式，最后一行就是这个数值", "the working line by line; the last line comes to the figure"),
        },
    )


def _line() -> dict[str, object]:
    return _named(
        Phrase("一行算式", "A line of working"),
        {
            "name": _field(_TEXT, "这一行算出什么", "what the line works out"),
            "operator": _field(_MAYBE_TEXT, "运算；为空时只有一个数，就是结果", "the operator; null where the only figure is the value"),
            "figures": _list("figure", "参加运算的数", "the figures it works on"),
            "value": _field(_TEXT, "精确结果", "the exact result"),
            "unit": _field(_MAYBE_TEXT, "单位", "unit"),
        },
    )


def _figure() -> dict[str, object]:
    return _named(
        Phrase("算式里的一个数", "A figure of a line"),
        {
            "name": _field(_TEXT, "名称", "name"),
            "value": _field(_MAYBE_TEXT, "精确值；不知道而又不影响结果时为空", "exact value; null where it is not known and does not matter"),
            "unit": _field(_MAYBE_TEXT, "单位", "unit"),
            "line": _field(("integer", "null"), "由前面第几行（从 0 数）算出；给定的数为空", "the earlier line (from 0) it comes from; null for what is given"),
        },
    )


def _need() -> dict[str, object]:
    return _named(
        Phrase("一个事实", "A fact"),
        {
            "subject": _field(_TEXT, "是谁的", "whose it is"),
            "name": _field(_TEXT, "名称", "name"),
            "key": _field(_TEXT, "唯一的名称", "unique name"),
        },
    )


def _diagnostic() -> dict[str, object]:
    return _named(
        Phrase("一处问题", "A finding"),
        {
            "code": _field(_TEXT, "代号，不变，可以查手册", "the code, which never changes") | {"pattern": "^[A-Z][0-9]{3}$"},
            "severity": _words(("error", "warning"), "错误（不作决定）或警告", "an error, which stops decisions, or a warning"),
            "file": _field(_TEXT, "文件", "file"),
            "line": _field("integer", "行，从 1 数", "line, from 1") | {"minimum": 1},
            "column": _field("integer", "列，按字数，从 1 数", "column in characters, from 1") | {"minimum": 1},
            "message": _field(_TEXT, "哪里不对", "what is wrong"),
            "hint": _field(_MAYBE_TEXT, "怎么改", "the likely repair"),
            "article": _field(_MAYBE_TEXT, "在哪一条里", "the article it stands in"),
        },
    )


# ---------------------------------------------------------------- building blocks


def _said(title: Phrase, description: Phrase) -> dict[str, object]:
    return {"title": f"{title.zh} / {title.en}", "description": f"{description.zh} / {description.en}"}


def _field(kind: str | tuple[str, ...], zh: str, en: str) -> dict[str, object]:
    return {"description": f"{zh} / {en}", "type": kind if isinstance(kind, str) else list(kind)}


def _words(words: tuple[str, ...], zh: str, en: str) -> dict[str, object]:
    return {"description": f"{zh} / {en}", "enum": list(words)}


def _list(of: str, zh: str, en: str) -> dict[str, object]:
    return {"description": f"{zh} / {en}", "type": "array", "items": {"$ref": f"#/$defs/{of}"}}


def _object(fields: dict[str, dict[str, object]]) -> dict[str, object]:
    return {"type": "object", "required": list(fields), "additionalProperties": False, "properties": fields}


def _named(title: Phrase, fields: dict[str, dict[str, object]]) -> dict[str, object]:
    return {"title": f"{title.zh} / {title.en}", **_object(fields)}
