"""A backup: one SQLite file with every carried row as of one moment, and a manifest to prove it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.core.durable import sync
from bot.core.errors import BadInput
from bot.store import manifest
from bot.store.digest import Digest
from bot.store.manifest import Damaged, Manifest
from bot.store.migrate import migrate_sqlite
from bot.store.shelf import SqliteShelf, Tell, differing, digests, insert, ledger, opened, walk
from bot.store.tables import LEFT_OUT

STEP = 512  # pages; between two steps of the copy the file is nobody's


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who makes a backup, and when."""

    now: int
    product: str


def back_up(
    place: Path | str, target: Path, stamp: Stamp, tell: Tell, *, force: bool = False
) -> Manifest:
    """Writes ``target`` from the database at ``place``, also while it is written to.

    ``target`` appears only when it is whole, on disk and verified, readable by its owner alone.
    Raises BadInput when it exists and not ``force``; ForeignDatabase, Damaged, StoreFailed.
    """
    if target.exists() and not force:
        raise BadInput(f"{target} exists", fix="name another file, or say --force")
    with _beside(target) as temporary:
        if isinstance(place, Path):
            engine, rows = "sqlite", _copy_sqlite(place, temporary, tell)
        else:
            engine, rows = "postgresql", copy_postgres(place, temporary, stamp.now, tell)
        with opened(temporary, writable=True) as copy:
            known = manifest.Manifest(made_at=stamp.now, product=stamp.product, engine=engine,
                                      migration=max(ledger(copy)), tables=rows)  # fmt: skip
            manifest.write(copy, known)
        sync(temporary)
        manifest.verify(temporary, tell)
        temporary.replace(target)
        sync(target.parent)
    return known


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new file in the folder of ``target``, which is gone at the end unless it was renamed."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        create(temporary)
    except OSError as exc:
        raise BadInput(f"{target}: {exc.strerror}", fix="name a writable folder") from None
    try:
        yield temporary
    finally:
        discard(temporary)


def discard(path: Path) -> None:
    """A SQLite file goes with all its parts, as far as they are there."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def create(path: Path) -> None:
    """An empty file that only its owner may read; one that is there already goes."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _copy_sqlite(path: Path, target: Path, tell: Tell) -> Mapping[str, Digest]:
    """Copies the file page by page within one read transaction.

    Without it every write of the service would make the copy begin again. In WAL mode a reader
    holds up no writer.
    """
    with opened(path) as source, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.execute("BEGIN")
        source.execute("SELECT COUNT(*) FROM migration").fetchone()
        source.backup(copy, pages=STEP,
                      progress=lambda _, left, all: tell("copying", all - left, all))  # fmt: skip
        before = digests(SqliteShelf(source), tell, "reading")
        source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")
        _leave_out(copy)
        _compact(copy, target)
    with opened(target) as copy:
        if other := differing(before, digests(SqliteShelf(copy), tell, "comparing")):
            raise Damaged(f"{path}: {', '.join(other)} could not be copied truly; check the disk")
    return before


def _leave_out(copy: sqlite3.Connection) -> None:
    known = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    for table in sorted(LEFT_OUT.keys() & known):
        copy.execute(f'DELETE FROM "{table}"')


def _compact(copy: sqlite3.Connection, target: Path) -> None:
    """What was deleted lies in free pages still, until they are left behind."""
    (free,) = copy.execute("PRAGMA freelist_count").fetchone()
    if not free:
        return
    packed = target.with_name(f"{target.name}-packed")
    create(packed)
    try:
        copy.execute("VACUUM INTO ?", [str(packed)])
        packed.replace(target)
    finally:
        packed.unlink(missing_ok=True)


def copy_postgres(url: str, target: Path, now: int, tell: Tell) -> Mapping[str, Digest]:
    """Streams one snapshot of the database into an empty file, table by table."""
    from bot.store.pgshelf import snapshot  # its driver is not installed everywhere

    with snapshot(url) as (source, numbers):
        migrate_sqlite(target, now, numbers)
        with opened(target, writable=True) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("PRAGMA synchronous=OFF")  # nobody sees the file before it is synced
            copy.execute("BEGIN")
            rows = dict(walk(source, insert(copy), tell, "copying"))
            copy.execute("COMMIT")
    return rows
