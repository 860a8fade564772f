"""What PostgreSQL complains of as findings, in which no password stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from policyrules.book import batch_problems as problems
from policyrules.book import case_problems
from policyrules.source.diagnostic import Diagnostic
from policyrules.source.text import Place, SourceText

_HERE = Place(SourceText("--dsn", ""), 0, 0)
_LONGEST = 200


def not_connected(trouble: Exception, dsn: str, told: Mapping[str, Any]) -> Diagnostic:
    """What is to be said where no connection comes about."""
    return problems.NOT_CONNECTED.at(_HERE, detail=_shown(without_secrets(str(trouble), dsn, told)))


def trouble_of(trouble: Any, *, lost: bool) -> Diagnostic:
    """What is to be said where the database stops in the middle."""
    if lost:
        return problems.CONNECTION_LOST.at(_HERE)
    words = trouble.diag.message_primary or str(trouble)
    return problems.DATABASE_STOPPED.at(_HERE, detail=_shown(f"{words} ({trouble.sqlstate})" if trouble.sqlstate else words))


def without_secrets(words: str, dsn: str, told: Mapping[str, Any]) -> str:
    """The words without any piece of a password, also of one that was taken for a host because it holds an @."""
    secrets = [str(told[name]) for name in ("password", "sslpassword") if told.get(name)]
    if found := re.match(r"[a-z]+://[^:/@]*:(.*)@", dsn, re.DOTALL):
        secrets.append(found[1])
    pieces = {piece for secret in secrets for one in (secret, unquote(secret)) for piece in (one, *re.split(r"[@:/?#,&=\s]+", one))}
    for piece in sorted(pieces, key=len, reverse=True):
        words = words.replace(piece, "…") if len(piece) > 1 else words
    return words


def _shown(words: str) -> str:
    return case_problems.shown(" ".join(words.split()), longest=_LONGEST)
