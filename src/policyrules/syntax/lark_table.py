"""Lark makes the LALR table of the grammar. The only place that knows Lark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lark import Lark
from lark.lexer import Lexer as LarkLexer
from lark.parsers.lalr_analysis import Shift

from policyrules.syntax.table import ABSENT, GRAMMAR_FILES, KEPT, SPREAD, Rule, Table, grammar_text

STARTS = ["line", "fact_line", "case_line", "band_line"]


class _NoLexer(LarkLexer):
    """Words come from our own lexer; Lark only knows the grammar."""

    def __init__(self, lexer_conf: Any) -> None:
        self.terminals = lexer_conf.terminals

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Any]:
        return iter(())


def build_table() -> Table:
    """The table of the grammar as it is now. Raises Lark's errors where the grammar is wrong or ambiguous."""
    grammar = "\n".join(map(grammar_text, GRAMMAR_FILES))
    lark = Lark(grammar, parser="lalr", lexer=_NoLexer, start=STARTS, maybe_placeholders=True)
    core: Any = lark.parser.parser
    found = core.parser.parse_table
    rules = sorted({_rule(rule) for rule in lark.rules}, key=lambda rule: (rule.made, rule.builder, rule.shape))
    numbers = {rule: number for number, rule in enumerate(rules)}
    states = _in_order(found)
    rows = [
        {
            str(name): states[argument] if action is Shift else -1 - numbers[_rule(argument)]
            for name, (action, argument) in sorted(found.states[state].items())
        }
        for state in states
    ]
    starts, ends = (
        {name: states[state] for name, state in sorted(some.items())} for some in (found.start_states, found.end_states)
    )
    return Table(rules, rows, starts, ends)


def _in_order(found: Any) -> dict[Any, int]:
    """States numbered as they are reached: Lark's own numbers differ from run to run."""
    waiting = [state for _, state in sorted(found.start_states.items())]
    states: dict[Any, int] = {}
    for state in waiting:
        if state not in states:
            states[state] = len(states)
            waiting += [target for _, (action, target) in sorted(found.states[state].items()) if action is Shift]
    return states


def _rule(rule: Any) -> Rule:
    made = str(rule.origin.name)
    helper = made.startswith("_")
    absent = rule.options.empty_indices or [False] * len(rule.expansion)
    symbols = iter(rule.expansion)
    shape = "".join(ABSENT if missing else _mark(next(symbols)) for missing in absent)
    return Rule(made, "" if helper else str(rule.alias or made), bool(rule.options.expand1 and not rule.alias), shape)


def _mark(symbol: Any) -> str:
    """The words and rules in `( … )*` come as a rule of Lark's own, whose name begins with `_`: its children are spread."""
    assert not (symbol.is_term and symbol.filter_out), "write words of the grammar with their names"
    return SPREAD if not symbol.is_term and symbol.name.startswith("_") else KEPT

