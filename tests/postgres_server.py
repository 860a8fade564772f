"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on a socket in it, started once and stopped in the end."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

_BINARIES = "/usr/lib/postgresql"
_SECONDS = 60


def missing() -> str | None:
    """What lacks on this machine for a server to be started."""
    if _folder() is None:
        return "PostgreSQL's initdb (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and (_user() is None or shutil.which("setpriv") is None):
        return "the user postgres and setpriv, since PostgreSQL does not run as root"
    return None


def dsn_or_skip() -> str:
    """Where the server is. Without one the tests are skipped and the summary says why; where everything has to run they fail.
    Without the extra nobody has asked for them."""
    for library in ("psycopg", "sqlglot", "pyarrow"):
        pytest.importorskip(library)
    lacking = missing()
    if lacking is None:
        return dsn()
    message = f"not tried on PostgreSQL: lacks {lacking}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    warnings.warn(message, stacklevel=2)
    pytest.skip(message)


@cache
def dsn() -> str:
    """The server, started when it is first asked for."""
    binaries = _folder()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="policyrules-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    user = _user() if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    log = (folder / "log").open("wb")
    made = [str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-N"]
    subprocess.run([*_as(user), *made], check=True, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    settings = ("listen_addresses=", f"unix_socket_directories={folder}", "fsync=off", "shared_buffers=64MB", "timezone=Asia/Shanghai", "datestyle=SQL, DMY")
    command = [str(binaries / "postgres"), "-D", str(data), *(part for one in settings for part in ("-c", one))]
    server = subprocess.Popen([*_as(user, dies=True), *command], cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    atexit.register(_stop, server)
    found = f"host={folder} user=postgres dbname=postgres"
    _wait(found, server, folder / "log")
    return found


def _wait(found: str, server: subprocess.Popen[bytes], log: Path) -> None:
    psycopg: Any = import_module("psycopg")
    until = time.monotonic() + _SECONDS
    while True:
        try:
            psycopg.connect(found, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None and time.monotonic() < until, log.read_text("utf-8", "replace")
            time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    # Fast shutdown: whoever is connected is sent away.
    server.send_signal(2)
    try:
        server.wait(_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _as(user: pwd.struct_passwd | None, *, dies: bool = False) -> list[str]:
    """What a command is run through: another user where this one is root, and stopped with the tests however they end."""
    setpriv = shutil.which("setpriv")
    if setpriv is None or (user is None and not dies):
        return []
    who = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if user is not None else []
    return [setpriv, *who, *(["--pdeathsig=INT"] if dies else [])]


def _user() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def _folder() -> Path | None:
    """Where the binaries of the newest PostgreSQL here are."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    versions = sorted(Path(_BINARIES).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    return versions[-1].parent if versions else None
