"""The PostgreSQL of the tests: never passed over in silence, gone with the tests however they end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import postgres_server

pytest.importorskip("psycopg")


def test_a_missing_server_is_told_and_fails_where_everything_has_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_server, "missing", lambda: "a server")
    monkeypatch.delenv("CI", raising=False)
    with pytest.warns(UserWarning, match="not tried on PostgreSQL: lacks a server"), pytest.raises(pytest.skip.Exception):
        postgres_server.dsn_or_skip()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="lacks a server"):
        postgres_server.dsn_or_skip()


@pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)"])
def test_the_server_ends_with_the_tests(end: str) -> None:
    postgres_server.dsn_or_skip()
    script = f"import os, postgres_server\nprint(postgres_server.dsn(), flush=True)\n{end}"
    tests = str(Path(__file__).parents[1])
    found = subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": tests}, capture_output=True, text=True, check=False)
    assert found.returncode == (-signal.SIGKILL if end else 0), found.stderr
    folder = Path(found.stdout.partition("host=")[2].partition(" ")[0])
    until = time.monotonic() + 30
    while (folder / "data" / "postmaster.pid").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not (folder / "data" / "postmaster.pid").exists()
    assert folder.exists() == bool(end), "what is killed cannot clear up, and a server that was sent away leaves no more than files"
    if end:
        shutil.rmtree(folder)
