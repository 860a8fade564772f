"""How many questions an interview takes over the example households, ranked and in the order of the file.

    python tests/benchmarks/asking.py [--every 10] [--ask 低保金]

Each household of `policies/` is interviewed as if nothing but its members were known; what the example does not say is
answered “不知道”. Both ways stop by the same rule: nothing missing can still change what is asked.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from policyrules.book.book import Book, load
from policyrules.book.cases import read_case
from policyrules.book.interview import Interview, Rank
from policyrules.book.questions import Question, questions_in_order, rank_questions
from policyrules.book.replies import plain_data
from policyrules.core.case import Instance, instances
from policyrules.semantics.examples import Example
from policyrules.source.text import SourceText

ROOT = Path(__file__).parents[2]


@frozen
class Household:
    """What an example tells: who there is, and every fact; and the month it is decided for."""

    skeleton: dict[str, object]
    facts: Mapping[tuple[str, str], object]
    members: Mapping[tuple[str, str], tuple[str, ...]]
    month: str


@frozen
class Counted:
    """The questions one thing asked took over all the households, both ways."""

    asked: str
    households: int
    ranked: int
    in_order: int


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--every", type=int, default=1, help="only every so many households")
    options.add_argument("--ask", action="append", help="only this benefit; repeatable (default: all together, then each alone)")
    chosen = options.parse_args(arguments)
    book = load(ROOT / "policies")
    households = list(households_of(book))[:: chosen.every]
    print(f"{len(households)} households; mean number of questions")
    print(f"{'asked':<24} {'ranked':>8} {'in order':>9} {'saved':>7} {'CPU s':>8}")
    for asked in chosen.ask or (None, *benefits(book)):
        before = time.process_time()
        row = count(book, households, asked)
        print(
            f"{row.asked:<24} {row.ranked / row.households:>8.2f} {row.in_order / row.households:>9.2f}"
            f" {1 - row.ranked / max(1, row.in_order):>7.0%} {time.process_time() - before:>8.1f}",
            flush=True,
        )


def benefits(book: Book) -> list[str]:
    """The names of the benefits that pay."""
    return [benefit.name for benefit in book.program.benefits.values() if benefit.pays]


def count(book: Book, households: Iterable[Household], asked: str | None) -> Counted:
    """How many questions the households are asked for one benefit of everybody's, or for all of them."""
    every = list(households)
    ranked = sum(questions(book, household, asked, rank_questions) for household in every)
    in_order = sum(questions(book, household, asked, questions_in_order) for household in every)
    return Counted(asked or "every benefit", len(every), ranked, in_order)


def questions(book: Book, household: Household, asked: str | None, rank: Rank) -> int:
    """The number of questions of one interview."""
    interview = Interview(book, month=household.month, ask=asked, case=household.skeleton, rank=rank)
    while interview.question is not None:
        findings = interview.answer(known(household, interview.question))
        assert not findings, findings[0].message
    assert interview.sketch.diagnostics == ()
    return len(interview.replies)


def known(household: Household, question: Question) -> object:
    """What the example says to a question; 不知道 where it says nothing."""
    if question.role is not None:
        named = household.members.get(question.place)
        return "不知道" if named is None else list(named)
    return household.facts.get(question.place, "不知道")


def households_of(book: Book) -> Iterator[Household]:
    """Every household of the examples, each once for each month."""
    seen: set[str] = set()
    for example in book.examples:
        household = household_of(book, example)
        told = json.dumps([example.data, household.month if household else None], default=str, ensure_ascii=False, sort_keys=True)
        if household is not None and told not in seen:
            seen.add(told)
            yield household


def household_of(book: Book, example: Example) -> Household | None:
    """The household of an example; None where it is decided for a day."""
    root = read_case(book.program, example.data, SourceText("example", ""), names=book.names).value
    if root is None or example.month is None:
        return None
    everybody = list(instances(root))
    facts = {(one.id, key): plain_data(value) for one in everybody for key, value in one.facts.items()}
    members = {(one.id, role): tuple(member.id for member in group) for one in everybody for role, group in one.members.items()}
    return Household({root.entity: skeleton(root)}, facts, members, example.month.isoformat()[:7])


def skeleton(root: Instance) -> dict[str, object]:
    """Who belongs to the household, and what a case worker has found in the stead of the rules; no facts."""
    people = {role: [{"编号": one.id, **given(one)} for one in group] for role, group in root.members.items()}
    return {**given(root), **people}


def given(instance: Instance) -> dict[str, object]:
    """Supplied values as a case says them."""
    return {key: value if isinstance(value, bool) else plain_data(value) for key, value in instance.given.items()}


if __name__ == "__main__":
    main()
