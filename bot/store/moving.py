"""Moves an installation to the other engine; the old database stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.core.durable import sync
from bot.core.errors import BadInput
from bot.store.backup import copy_postgres, create, discard
from bot.store.digest import Digest
from bot.store.manifest import Damaged
from bot.store.migrate import migrate
from bot.store.restore import copy_rows, refuse_company
from bot.store.shelf import SqliteShelf, Tell, differing, digests, opened


def to_postgres(path: Path, url: str, now: int, tell: Tell) -> Mapping[str, Digest]:
    """Copies a SQLite file, which nobody uses, into an empty PostgreSQL database.

    Raises BadInput when that is not empty or in use; ForeignDatabase, StoreFailed.
    """
    from bot.store import pgshelf  # its driver is not installed everywhere

    with opened(path):
        pass  # refused here when it is none of ours, before anything is made over there
    migrate(path, now)
    migrate(url, now)
    refuse_company(url)
    if not pgshelf.fresh(url):
        raise BadInput("the database at this address is not empty", fix="name an empty one")
    return copy_rows(path, url, tell)


def to_sqlite(url: str, path: Path, now: int, tell: Tell) -> Mapping[str, Digest]:
    """Copies a PostgreSQL database that nobody uses into a new SQLite file.

    Raises BadInput when the file exists or the database is in use; ForeignDatabase, Damaged.
    """
    if path.exists():
        raise BadInput(f"{path} exists", fix="move it away, or name another folder")
    refuse_company(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.copying")
    create(draft)
    try:
        rows = copy_postgres(url, draft, now, tell)
        with opened(draft) as copy:
            if other := differing(rows, digests(SqliteShelf(copy), tell)):
                raise Damaged(f"{path}: {', '.join(other)} did not arrive as they were")
        migrate(draft, now)
        sync(draft)
        draft.replace(path)
        sync(path.parent)
    finally:
        discard(draft)
    return rows
