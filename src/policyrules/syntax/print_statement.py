"""Statements as text. Rows give the columns they stand in; a long condition is wrapped before 且 and 或."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policyrules.source.render import width
from policyrules.syntax import expression as x
from policyrules.syntax import tree as t
from policyrules.syntax.print_expression import bound, cell, expression, rounding
from policyrules.syntax.print_words import (
    Hand,
    article_text,
    colon,
    given_text,
    glue,
    kept_apart,
    listed,
    name_text,
    setting_text,
    text_literal,
    type_text,
)

MOST_CELLS = 100
"""A condition that makes its line wider than this is wrapped."""

WIDE = "  "
"""Between the parts of a line that belong less closely together."""


def columns(by: Hand, row: t.Dated | t.Row) -> tuple[str, ...]:
    """The parts of a row that stand under those of its neighbours: the dates or the cells, the value, the marks."""
    if isinstance(row, t.Dated):
        dates = _dates(by, row.start, row.end, in_force=row.value is None)
        value = [expression(by, row.value)] if row.value is not None else []
        return (dates, *value, *_marks(by, row.marks))
    marks = _marks(by, row.marks)
    cells = [cell(by, written) for written in row.cells]
    value_text = expression(by, row.value)
    if not row.bands:
        return (*cells, value_text, WIDE.join(marks))
    return (*kept_apart(by, cells[0], value_text), *marks)


def statement(by: Hand, line: t.Statement, indent: str) -> str:
    """A statement without its indentation; the lines after the first, if it is wrapped, with theirs."""
    word = by.keyword
    match line:
        case t.Heading(keyword, title):
            return f"{word[keyword]} {title}"
        case t.Jurisdiction(names):
            return glue(by, word["JURISDICTION"], *(name_text(by, name) for name in names))
        case t.Import(policy, names):
            of = word["OF" if by.spelling == "zh" else "REVERSED_OF"]
            taken = (of, listed(by, (name_text(by, name) for name in names))) if names else ()
            return glue(by, word["IMPORT"], name_text(by, policy), *taken)
        case t.Basis():
            return _basis(by, line)
        case t.Setting():
            return _setting(by, line)
        case t.EntityDecl(name, roles):
            return WIDE.join([f"{word['ENTITY']} {name_text(by, name)}", *_roles(by, roles)])
        case t.FactsOf(entity):
            return f"{word['FACTS']} {name_text(by, entity)}"
        case t.FactDecl():
            return _fact(by, line)
        case t.ParameterDecl(name, type):
            return f"{word['PARAMETER']} {name_text(by, name)}{colon(by)}{type_text(by, type)}"
        case t.Dated() | t.Row():
            return WIDE.join(columns(by, line))
        case t.ConditionDecl(name, entity, value):
            head = f"{word['CONDITION']} {name_text(by, name)}{_for(by, entity)}{colon(by)}"
            return wrapped(by, head, value, indent)
        case t.ConsistencyDecl(name, entity, value):
            head = f"{word['CONSISTENT']} {name_text(by, name)}{_for(by, entity)}{colon(by)}"
            return wrapped(by, head, value, indent)
        case t.Definition():
            return _definition(by, line)
        case t.TableDecl(name, keys, type, bands):
            written = [expression(by, key) for key in keys]
            brackets = f"（{'，'.join(written)}）" if by.spelling == "zh" else f" ({', '.join(written)})"
            return f"{word['BANDS' if bands else 'TABLE']} {name_text(by, name)}{brackets}{colon(by)}{type_text(by, type)}"
        case t.BenefitDecl(name, type, entity, combination, pays):
            head = f"{word['BENEFIT' if pays else 'DEFINE']} {name_text(by, name)}{colon(by)}{type_text(by, type)}"
            return f"{head}{_for(by, entity)}{WIDE + word[combination] if combination else ''}"
        case t.ArticleHead():
            return _article(by, line)
        case t.Excepts(articles):
            return f"{word['EXCEPTION']} {_articles(by, articles)}"
        case t.Quotation(text):
            return text_literal(by, text)
        case t.When(condition):
            return wrapped(by, f"{word['WHEN']} ", condition, indent)
        case t.GrantLine(value, otherwise):
            return glue(by, word["OTHERWISE"] if otherwise else None, word["GRANT"], expression(by, value))
        case t.RefuseLine(reason, otherwise):
            because = text_literal(by, reason) if reason is not None else None
            return glue(by, word["OTHERWISE"] if otherwise else None, word["REFUSE"], because)
        case t.LiftLine():
            return word["LIFT"]
        case t.RoundingLine(words):
            return rounding(by, words)
        case t.ExampleMonth(day):
            return f"{word['MONTH_IS']} {day.isoformat()[:7]}"
        case t.ExampleDay(day):
            return f"{word['REFERENCE_DAY']} {day.isoformat()}"
        case t.CaseLine():
            return _case(by, line)
        case t.Expectation():
            return _expectation(by, line)
        case t.PropertyDecl(title, value, along, direction):
            head = f"{word['PROPERTY']} {title}{colon(by)}"
            if along is None or direction is None:
                return wrapped(by, head, value, indent)
            return head + glue(by, expression(by, value), word["ALONG"], expression(by, along), word[direction])


# ---------------------------------------------------------------- wrapping


def wrapped(by: Hand, head: str, expr: x.Expr, indent: str) -> str:
    """A head and a condition, on lines of their own from each 且 or 或 where they are too wide for one."""
    return head + _wrapped(by, expr, indent + WIDE, MOST_CELLS - width(indent) - width(head))


def _wrapped(by: Hand, expr: x.Expr, indent: str, room: int) -> str:
    text = expression(by, expr)
    if not isinstance(expr, x.Logic) or width(text) <= room:
        return text
    first = _wrapped(by, expr.parts[0], indent + WIDE, room)
    left = MOST_CELLS - width(indent)
    others = [glue(by, by.keyword[expr.word], _wrapped(by, p, indent + WIDE, left - 4)) for p in expr.parts[1:]]
    return f"\n{indent}".join([first, *others])


# ---------------------------------------------------------------- parts


def _for(by: Hand, entity: x.Name | None) -> str:
    return "" if entity is None else f"{WIDE}{by.keyword['FOR']} {name_text(by, entity)}"


def _dates(by: Hand, start: date | None, end: date | None, *, in_force: bool) -> str:
    """自 … 至 …; of an article, in Chinese, with 起 and 止."""
    spelt_out = in_force and by.spelling == "zh"
    begin = [by.keyword["FROM"], start.isoformat(), by.keyword["START"] if spelt_out else ""] if start else []
    finish = [by.keyword["UNTIL"], end.isoformat(), by.keyword["STOP"] if spelt_out else ""] if end else []
    return " ".join(filter(None, begin + finish))


def _marks(by: Hand, marks: t.Marks) -> list[str]:
    """Dates, 暂定, 依据, 层级, 发布 of a row, each a part of its own."""
    word = by.keyword
    basis = word["BASIS" if by.spelling == "zh" else "PER"]
    passage = f" {text_literal(by, marks.passage)}" if marks.passage is not None else ""
    parts = [
        _dates(by, marks.start, marks.end, in_force=False),
        "" if marks.provisional is None else word["PROVISIONAL" if marks.provisional else "FINAL"],
        "" if marks.basis is None else f"{basis} {name_text(by, marks.basis)}{passage}",
        "" if marks.layer is None else glue(by, word["LAYER"], given_text(by, by.layers, marks.layer)),
        "" if marks.issued is None else f"{word['ISSUED']} {marks.issued.isoformat()}",
    ]
    return [part for part in parts if part]


def _basis(by: Hand, line: t.Basis) -> str:
    word, marks = by.keyword, line.marks
    return " ".join(
        part
        for part in (
            f"{word['BASIS']} {name_text(by, line.name)}",
            "" if line.title is None else f"《{line.title}》",
            "" if marks.passage is None else text_literal(by, marks.passage),
            "" if marks.number is None else f"{word['NUMBERED']} {text_literal(by, marks.number)}",
            "" if marks.issued is None else f"{word['ISSUED']} {marks.issued.isoformat()}",
            "" if marks.effective is None else f"{word['EFFECTIVE']} {marks.effective.isoformat()}",
            "" if marks.layer is None else glue(by, word["LAYER"], given_text(by, by.layers, marks.layer)),
            "" if marks.source is None else f"{word['SOURCE']} {text_literal(by, marks.source)}",
        )
        if part
    )


def _setting(by: Hand, line: t.Setting) -> str:
    word = by.keyword
    if line.word == "BOUNDARY":
        mark = {("zh", True): "(含)", ("zh", False): "(不含)", ("en", True): " (inclusive)", ("en", False): " (exclusive)"}
        cited = f"{WIDE}{word['BASIS']} {name_text(by, line.basis)}" if line.basis is not None else ""
        return f"{word['BOUNDARY']} {word[line.value]}{mark[by.spelling, bool(line.included)]}{cited}"
    second = (word["LEAP_DAY"], setting_text(by, line.second)) if line.second is not None else ()
    return glue(by, word[line.word], setting_text(by, line.value), *second)


def _roles(by: Hand, roles: tuple[t.RoleDecl, ...]) -> Iterable[str]:
    """含 成员：个人、车辆：车 and 有 父亲：家长, a part for every run of one kind."""
    runs: list[tuple[bool, list[str]]] = []
    for role in roles:
        if not runs or runs[-1][0] != role.many:
            runs.append((role.many, []))
        runs[-1][1].append(f"{name_text(by, role.name)}{colon(by)}{name_text(by, role.entity)}")
    return (f"{by.keyword['HAS' if many else 'HAS_ONE']} {listed(by, written)}" for many, written in runs)


def _fact(by: Hand, line: t.FactDecl) -> str:
    word = by.keyword
    parts = [f"{name_text(by, line.name)}{colon(by)}{type_text(by, line.type)}"]
    if line.low is not None and line.high is not None:
        to = word["UNTIL" if by.spelling == "zh" else "TO"]
        parts.append(glue(by, word["RANGE"], bound(by, line.low), to, bound(by, line.high)))
    elif line.low is not None:
        parts.append(glue(by, word["RANGE"], bound(by, line.low), word["OR_MORE"]))
    if line.question is not None:
        parts.append(f"{word['ASK']} {text_literal(by, line.question)}")
    if line.proof is not None:
        parts.append(f"{word['PROOF']} {text_literal(by, line.proof)}")
    for keyword, stead in (("PRESUMED", line.presumed), ("INAPPLICABLE", line.inapplicable)):
        if stead is not None:
            parts += [glue(by, word[keyword], expression(by, stead.value)), *_marks(by, t.Marks(basis=stead.basis, passage=stead.passage))]
    return WIDE.join(parts)


def _definition(by: Hand, line: t.Definition) -> str:
    word = by.keyword
    type = f"{colon(by)}{type_text(by, line.type)}" if line.type is not None else ""
    head = f"{word['DEFINE']} {name_text(by, line.name)}{type}{_for(by, line.entity)} {word['EQUAL']}"
    text = glue(by, head, expression(by, line.value))
    if line.guard is None:
        return text
    guard = line.guard.value if isinstance(line.guard, x.Parenthesized) else line.guard
    return text + WIDE + glue(by, word["IF"], expression(by, guard), word["THEN"], word["UNDEFINED"])


def _article(by: Hand, line: t.ArticleHead) -> str:
    head = article_text(by, line.number) + (f" {line.title}" if line.title is not None else "")
    excepts = f"{by.keyword['EXCEPTION']} {_articles(by, line.excepts)}" if line.excepts else ""
    return WIDE.join(filter(None, [head, _dates(by, line.start, line.end, in_force=True), excepts]))


def _articles(by: Hand, articles: tuple[x.Name, ...]) -> str:
    return listed(by, (article_text(by, article.text) for article in articles))


def _case(by: Hand, line: t.CaseLine) -> str:
    assignments = [_assignment(by, assignment) for assignment in line.assignments]
    written = ("，" if by.spelling == "zh" else ", ").join(assignments)
    ids = listed(by, (name_text(by, name) for name in line.ids)) or None
    if not line.colon and assignments:
        return glue(by, ids, written)
    role = name_text(by, line.role) if line.role is not None else None
    if role is not None and line.owner is not None:
        of = by.keyword["OF"] if by.spelling == "zh" else f"{by.keyword['OF']} "
        role = f"{name_text(by, line.owner)}{of}{role}"
    return (glue(by, role, ids) + colon(by) + written).rstrip(" ")


def _assignment(by: Hand, assignment: t.Assignment) -> str:
    if isinstance(assignment.value, x.Name):
        return glue(by, name_text(by, assignment.name), given_text(by, by.states, assignment.value))
    if assignment.value is not None:
        return glue(by, name_text(by, assignment.name), expression(by, assignment.value))
    return glue(by, name_text(by, assignment.name), by.keyword["REFUSE" if assignment.refused else "UNKNOWN"])


def _expectation(by: Hand, line: t.Expectation) -> str:
    word = by.keyword
    head = glue(by, word["EXPECT"], expression(by, line.target))
    per = word["BASIS" if by.spelling == "zh" else "PER"]
    cited = f"{WIDE}{per} {_articles(by, line.articles)}" if line.articles else ""
    match line.kind:
        case "value" if line.value is not None:
            return glue(by, head, word["EQUAL"], expression(by, line.value)) + cited
        case "refused":
            return f"{head} {word['REFUSE']}{cited}"
        case "undecided":
            missing = listed(by, (expression(by, name) for name in line.missing))
            return f"{head} {word['UNDECIDED']}" + (f"{WIDE}{word['MISSING']} {missing}" if missing else "")
        case "conflict":
            return f"{head} {word['CONFLICT']}"
        case _:
            return f"{head} {word['UNDEFINED']}"
