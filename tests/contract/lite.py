"""SQLite files that tests use one after the other, as ``tests.contract.pool`` has databases of a
server: whoever had no address of one wrote rows at most, and they are deleted. Whose place was asked
for may have become anything; it is thrown away, and the next who asks gets a new copy.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import template
from tests.contract.held import Shelf

# Whoever changes more than rows changes one of these.
STATE = ("schema_version", "user_version", "application_id", "journal_mode", "auto_vacuum")
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"


@dataclass
class Kept:
    """One file, a connection that looks at its rows, and those of the stores that were there.
    ``seen`` is the sentence that looks for rows."""

    path: Path
    outside: sqlite3.Connection
    state: list[Any]
    seen: str
    held: dict[str, list[Any]]
    shelf: Shelf[sqlite3.Connection] = field(default_factory=Shelf)


@dataclass
class Files:
    """Copies of one template, in a folder."""

    template: Path
    folder: Path
    free: list[Kept] = field(default_factory=list)
    made: int = 0
    dropped: int = 0

    def take(self) -> Kept:
        """A file as the template is; nobody else has it."""
        return self.free.pop() if self.free else self._make()

    def give(self, kept: Kept, *, known: bool) -> None:
        """Takes it back. ``known``: its place was."""
        if not known and clean(kept):
            self.free.append(kept)
        else:
            self._drop(kept)

    def close(self) -> None:
        """Removes those that nobody has."""
        while self.free:
            self._drop(self.free.pop())

    def _make(self) -> Kept:
        self.made += 1
        place = self.folder / str(self.made) / "test.db"
        place.parent.mkdir()
        shutil.copy(self.template, place)
        outside = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        names = [name for (name,) in outside.execute(TABLES)]
        seen = " UNION ALL ".join(
            f"""SELECT '{name}' WHERE EXISTS (SELECT 1 FROM "{name}")""" for name in names
        )
        held = {name: _content(outside, name) for (name,) in outside.execute(seen)}
        return Kept(place, outside, _state(outside), seen, held)

    def _drop(self, kept: Kept) -> None:
        for connection in (kept.outside, *kept.shelf.empty()):
            connection.close()
        self.dropped += 1
        shutil.rmtree(kept.path.parent, ignore_errors=True)


@functools.cache
def files() -> Files:
    """Those of this process."""
    folder = Path(tempfile.mkdtemp(prefix="lite", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Files(template.migrated(), folder)


def clean(kept: Kept) -> bool:
    """Empties what was written; False where that does not make it what it was."""
    outside = kept.outside
    if outside.in_transaction or _state(outside) != kept.state or not _alike(kept):
        return False
    try:
        if any(_content(outside, name) != rows for name, rows in kept.held.items()):
            return False
        found = [name for (name,) in outside.execute(kept.seen) if name not in kept.held]
        outside.execute("BEGIN IMMEDIATE")
        for name in found:
            outside.execute(f'DELETE FROM "{name}"')
        outside.execute("COMMIT")
        outside.execute("PRAGMA incremental_vacuum").fetchall()
    except sqlite3.OperationalError:  # somebody holds it
        return False
    return True


def _alike(kept: Kept) -> bool:
    """Whether the writers work as new ones do."""
    new = [_asked(kept.outside, "secure_delete"), 1, 2]
    settings = ("secure_delete", "foreign_keys", "synchronous")
    return all([_asked(one, name) for name in settings] == new for one in kept.shelf.writers)


def _state(outside: sqlite3.Connection) -> list[Any]:
    return [_asked(outside, name) for name in STATE]


def _asked(connection: sqlite3.Connection, name: str) -> Any:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def _content(outside: sqlite3.Connection, table: str) -> list[Any]:
    return outside.execute(f'SELECT * FROM "{table}" ORDER BY 1').fetchall()
