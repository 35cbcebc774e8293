"""A PostgreSQL server of our own: a socket in a folder, gone when the tests are."""

from __future__ import annotations

import functools
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests import shared
from tests.template import NOW

BINARIES = sorted(
    Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: float(p.parts[4])
)
# Copying the files costs two thirds of writing every page to the log; older servers know no other.
COPIED = "STRATEGY file_copy" if BINARIES and float(BINARIES[-1].parts[4]) >= 15 else ""
# Nothing here outlives the tests, so nothing has to reach the disk.
SETTINGS = {
    "fsync": "off", "synchronous_commit": "on", "full_page_writes": "off", "listen_addresses": "",
    "max_connections": "60", "shared_buffers": "32MB", "deadlock_timeout": "100ms",
    "autovacuum": "off", "max_wal_size": "2GB", "log_min_messages": "fatal",
}  # fmt: skip


def missing() -> str:
    """Why there is no PostgreSQL here, or nothing."""
    try:
        import psycopg  # noqa: F401
    except ImportError as exc:
        return f"psycopg does not load: {exc}"
    if not BINARIES:
        return "no PostgreSQL server under /usr/lib/postgresql"
    if os.geteuid() == 0 and not _account():
        return "root may not run a PostgreSQL server, and there is no user postgres"
    return ""


def _account() -> dict[str, Any]:
    """As root: whom to run the server as."""
    if os.geteuid() != 0:
        return {}
    with suppress(KeyError):
        who = pwd.getpwnam("postgres")
        return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
    return {}


def _memory() -> Path | None:
    """A folder in memory with room enough: there a database is copied in a quarter of the time."""
    folder = Path("/dev/shm")
    roomy = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 1 << 30
    return folder if roomy else None


class Server:
    """A running server on a copy of the files of ``seed``, or on new ones. Databases are copies of
    one that was migrated once."""

    def __init__(self, folder: Path, settings: Mapping[str, str], seed: Path | None = None) -> None:
        self.folder, self._numbers = folder, itertools.count()
        self._settings = settings
        if seed is not None:
            subprocess.run(["cp", "-a", seed / "data", folder / "data"], check=True)
        else:
            self._tool("initdb", "-D", f"{folder}/data", "-A", "trust", "-N", "-U", "onevoice",
                       "-E", "UTF8", "--locale=C.UTF-8", "--wal-segsize=1")  # fmt: skip
        self.start()

    def start(self) -> None:
        options = [
            part for key, value in self._settings.items() for part in ("-c", f"{key}={value}")
        ]
        self._process = subprocess.Popen(
            [BINARIES[-1], "-D", f"{self.folder}/data", "-k", self.folder, *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_account(),
        )  # fmt: skip
        for _ in range(2_000):
            if (self.folder / ".s.PGSQL.5432.lock").exists() and self._answers():
                return
            time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """At once, as if somebody had pulled the plug; or in good order."""
        self._process.send_signal(how)
        self._process.wait(90)

    def url(self, name: str) -> str:
        return f"postgresql://onevoice@/{name}?host={self.folder}"

    def create(self, name: str = "", template: str = "template0") -> str:
        """A new database; its name."""
        name = name or f"t{next(self._numbers)}"
        self.admin(f"CREATE DATABASE {name} TEMPLATE {template} {COPIED}")
        return name

    def drop(self, name: str) -> None:
        self.admin(f"DROP DATABASE {name} WITH (FORCE)")

    def admin(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.encode())

    def _answers(self) -> bool:
        import psycopg

        with suppress(psycopg.Error):
            self.admin("SELECT 1")
            return True
        return False

    def _tool(self, name: str, *args: str) -> None:
        tool = BINARIES[-1].parent / name
        subprocess.run([tool, *args], check=True, capture_output=True, **_account())


@functools.cache
def _seed() -> Path:
    """The folder of a server that was stopped when it had its ``migrated`` database: one in a run."""
    with shared.one_at_a_time("postgres") as kept:
        if not kept.exists():
            subprocess.run(["mv", _made(), kept], check=True)  # with its owner, to wherever
    return kept


def _made() -> Path:
    from bot.store.pgmigrate import migrate_postgres

    folder = _folder()
    server = Server(folder, SETTINGS)
    try:
        migrate_postgres(server.url(server.create("migrated")), NOW)
    finally:
        server.stop(signal.SIGINT)
    return folder


def _folder() -> Path:
    # a socket's path has room for 107 characters, which pytest's own folders may exceed
    folder = Path(tempfile.mkdtemp(prefix="pg", dir=_memory()))
    account = _account()
    if account:
        os.chown(folder, account["user"], account["group"])
    return folder


@contextmanager
def running(**changes: str) -> Iterator[Server]:
    """A server of one's own, with a ``migrated`` database; ``changes`` to the settings above."""
    seed, folder = _seed(), _folder()
    try:
        server = Server(folder, SETTINGS | changes, seed)
        try:
            yield server
        finally:
            server.stop(signal.SIGINT)
    finally:
        shutil.rmtree(folder)
