"""Clearing the bytes of what was deleted from the disk, and proving it.

A deleted row lies in the file until its page is written again. SQLite: VACUUM writes the whole file
anew and the write-ahead log is emptied. PostgreSQL: VACUUM of the tables concerned; what it cannot
reach (the server's own log, replicas, other backups) is its administrator's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.store import traces
from bot.store.engine import StoreFailed
from bot.store.shelf import Tell
from bot.store.sqlite import connect

SUFFIXES = ("", "-wal", "-journal")
# ms that others may keep a page of the log in use; then whoever erases is told
PATIENCE = 30_000
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Trace:
    """Bytes of his in a file."""

    file: Path
    what: str


def clear(place: Path | str, tell: Tell, *, whole: bool = True) -> None:
    """Nothing that was deleted is left in the files of the database. Not ``whole``: the file is not
    written anew, which would hold up a service with a large one; see ``SqliteTx.secure``. Raises
    StoreFailed when somebody else keeps it in use."""
    if isinstance(place, Path):
        _clear_file(place, tell, whole)
    else:
        _clear_server(place, tell)


def _clear_file(path: Path, tell: Tell, whole: bool) -> None:
    try:
        with closing(connect(path)) as connection:
            connection.execute(f"PRAGMA busy_timeout={PATIENCE}")
            tell("clearing", 0, 2)
            connection.execute("VACUUM" if whole else "PRAGMA incremental_vacuum").fetchall()
            tell("clearing", 1, 2)
            # a reader that began before keeps the log as it is; it is gone in a moment
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise sqlite3.OperationalError("the write-ahead log is in use")
    except sqlite3.Error as exc:
        raise StoreFailed(f"{path}: {exc}; the rows are gone, their bytes are not yet") from None


def _clear_server(url: str, tell: Tell) -> None:
    from bot.store.pgline import reach  # its driver is not installed everywhere

    names = [*traces.tables(), "gram", "erasure"]
    connection = reach(url)
    try:
        connection.autocommit = True
        for n, table in enumerate(names):
            tell("clearing", n, len(names))
            connection.execute(f'VACUUM "{table}"'.encode())
    finally:
        connection.close()


def look(place: Path, needles: Mapping[str, str]) -> list[Trace]:
    """Which of these (needle: what it is) still stand in the parts of a database file."""
    found = []
    for path in (place.with_name(f"{place.name}{suffix}") for suffix in SUFFIXES):
        if path.is_file():
            left = {what for needle, what in needles.items() if _holds(path, needle.encode())}
            found += [Trace(path, what) for what in sorted(left)]
    return found


def _holds(path: Path, needle: bytes) -> bool:
    tail = b""
    for piece in _pieces(path):
        if needle in tail + piece:
            return True
        tail = piece[-len(needle) :]
    return False


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def holding(files: Iterable[Path], ids: Iterable[str]) -> list[Path]:
    """Files, backups for instance, in which one of these ids stands."""
    wanted = [one.encode() for one in ids]
    return [path for path in files if path.is_file() and any(_holds(path, one) for one in wanted)]
