"""Puts a backup in the place of the configured database; the former one is set aside."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.core.clock import local
from bot.core.durable import sync
from bot.core.errors import BadInput
from bot.store import keyring, manifest
from bot.store.backup import Stamp, back_up, create, discard
from bot.store.cipher import Key
from bot.store.digest import Digest
from bot.store.manifest import Damaged, Manifest
from bot.store.migrate import migrate, migrate_sqlite
from bot.store.sealing import dressed
from bot.store.shelf import SqliteShelf, Tell, differing, digests, opened
from bot.store.sqlite import SqliteTx, connect
from bot.store.unfinished import Settled, moment, settle

R = TypeVar("R")
SUFFIXES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, what became of the unfinished, and where the former database is."""

    manifest: Manifest
    settled: Settled
    former: Path | None


def restore(
    backup: Path, place: Path | str, folder: Path, stamp: Stamp, tell: Tell, *,
    force: bool = False, keys: Sequence[Key] = (),
) -> Restored:  # fmt: skip
    """Nothing is touched before the backup is proved; nothing of the former database is deleted.

    ``folder`` is the data folder, held by the caller when ``place`` is the file in it. ``keys``
    open a backup whose words are sealed: without its key it is refused. Raises
    ForeignDatabase, Damaged, BadInput or StoreFailed.
    """
    known = manifest.verify(backup, tell)
    with _draft(folder, backup) as draft:
        _prove_copy(draft, known, tell)
        migrate_sqlite(draft, stamp.now)
        cipher = keyring.opener(keyring.standing(draft), keys)
        now = _latest(place, stamp.now, draft)
        settled = _in_one(draft, lambda tx: settle(dressed(tx, cipher), known.made_at, now))
        if isinstance(place, Path):
            return Restored(known, settled, _swap(draft, place, stamp.now))
        return Restored(known, settled, _load(draft, place, folder, stamp, tell, force))


@contextmanager
def _draft(folder: Path, backup: Path) -> Iterator[Path]:
    """A copy of the backup in the data folder, to be worked on."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "onevoice.db.restoring"
    try:
        create(draft)
        shutil.copyfile(backup, draft)
        yield draft
    finally:
        discard(draft)


def _prove_copy(draft: Path, known: Manifest, tell: Tell) -> None:
    with opened(draft, writable=True) as copy:
        if other := differing(known.tables, digests(SqliteShelf(copy), tell, "comparing")):
            raise Damaged(f"{draft}: {', '.join(other)} could not be copied truly")
        manifest.remove(copy)


def _in_one(path: Path, fn: Callable[[SqliteTx], R]) -> R:
    """Runs ``fn(tx)`` in one transaction on a file that nobody else uses."""
    with closing(connect(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = fn(SqliteTx(connection))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return result


def _latest(place: Path | str, now: int, draft: Path) -> int:
    """The moment of the restoration, never earlier than what either database has written down."""
    now = _in_one(draft, lambda tx: moment(tx, now))
    if isinstance(place, str) or not place.exists():
        return now
    with suppress(sqlite3.Error), closing(connect(place, read_only=True)) as former:
        return moment(SqliteTx(former), now)
    return now


def _swap(draft: Path, place: Path, now: int) -> Path | None:
    """The draft takes the place of the file, whose three parts get another name."""
    sync(draft)
    former = _aside(place, now) if place.exists() else None
    if former is not None:
        # a file that is whole is put into one part first; a damaged one keeps its three
        with suppress(sqlite3.Error), closing(connect(place)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for suffix in reversed(SUFFIXES):
            with suppress(FileNotFoundError):
                place.with_name(place.name + suffix).rename(f"{former}{suffix}")
    draft.replace(place)
    sync(place.parent)
    return former


def _aside(place: Path, now: int) -> Path:
    """A name that nothing has: ``onevoice.db.before-20261121T093000Z``."""
    at = local(now, "UTC").strftime("%Y%m%dT%H%M%SZ")
    names = (f"{place.name}.before-{at}{more}" for more in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for name in names if not (path := place.with_name(name)).exists())


def _load(
    draft: Path, url: str, folder: Path, stamp: Stamp, tell: Tell, force: bool
) -> Path | None:  # fmt: skip
    """Fills a PostgreSQL database; what it held is in a backup by then."""
    from bot.store import pgshelf  # its driver is not installed everywhere

    migrate(url, stamp.now)
    refuse_company(url)
    former = None
    if not pgshelf.fresh(url):
        if not force:
            raise BadInput("the database is not empty",
                           fix="say --force: what it holds is saved first")  # fmt: skip
        former = _aside(folder / "onevoice.db", stamp.now)
        back_up(url, former, stamp, tell)
    copy_rows(draft, url, tell)
    return former


LEAVING = (0.05, 0.2, 0.5)  # seconds


def refuse_company(url: str) -> None:
    """Raises BadInput while another process of the house uses a PostgreSQL database."""
    from bot.store import pgshelf

    for wait in LEAVING:  # the server shows a connection a moment longer than it lasts
        if not pgshelf.others(url):
            return
        time.sleep(wait)
    if n := pgshelf.others(url):
        raise BadInput(f"{n} connections of a running OneVoice use this database",
                       fix="stop every 'onevoice run' that uses it")  # fmt: skip


def copy_rows(path: Path, url: str, tell: Tell) -> Mapping[str, Digest]:
    """All carried rows of a SQLite file into a migrated PostgreSQL database, compared after."""
    from bot.store import pgshelf

    with opened(path) as source:
        source.execute("BEGIN")
        rows = pgshelf.fill(SqliteShelf(source), url, tell)
        source.execute("ROLLBACK")
    return rows
