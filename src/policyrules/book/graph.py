"""The derivation of an answer as a graph: DOT text, and SVG where graphviz is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from policyrules.book.decision import Decision
from policyrules.book.notice_problems import GRAPHVIZ_FAILED, NO_GRAPHVIZ
from policyrules.core.outcome import Answer
from policyrules.explain.graph import dot
from policyrules.source.diagnostic import Checked
from policyrules.source.phrase import Language
from policyrules.source.text import Place, SourceText


def graph(decision: Decision, answer: Answer, language: Language = "zh") -> str:
    """What an answer of a decision rests on, as DOT text. The decision has to be one with reasons (`explain=True`)."""
    return dot(answer, decision.program, language)


def svg(text: str) -> Checked[str | None]:
    """DOT text drawn as SVG by the optional library graphviz and its program `dot`; a finding where they are not there."""
    place = Place(SourceText("graphviz", ""), 0, 0)
    try:
        graphviz: Any = import_module("graphviz")
    except ImportError:
        return Checked(None, (NO_GRAPHVIZ.at(place, lacking="python graphviz"),))
    try:
        return Checked(str(graphviz.Source(text).pipe(format="svg", encoding="utf-8")))
    except graphviz.ExecutableNotFound:
        return Checked(None, (NO_GRAPHVIZ.at(place, lacking="dot"),))
    except graphviz.CalledProcessError:
        return Checked(None, (GRAPHVIZ_FAILED.at(place),))
