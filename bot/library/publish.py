"""From the folders to versions: only what changed there since the last look acts."""

from __future__ import annotations

from bot.library.disk import Disk, Source
from bot.store import versions
from bot.store.engine import Tx
from bot.store.versions import DISK, Folder

GONE = "it is not in the folders any more"


def publish_first(tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
    """``publish_disk`` where nothing is published yet."""
    return 0 if versions.marks(tx) else publish_disk(tx, disk, now, live=live)


def publish_disk(tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
    """Makes versions of what changed on disk; how many new ones. Not ``live``: as drafts.

    What is gone from the disk is withdrawn, unless its file is only broken. Files that are as they
    were at the last look change nothing: what a person put into service since then serves on.
    """
    known = versions.folders(tx)
    serving = {(e.kind, e.name): e.digest for e in versions.published(tx)}
    made = 0
    for source in disk.sources:
        key = (source.kind, source.name)
        made += _take(tx, source, known.get(key), serving.get(key), now, live)
    if live and not disk.absent:
        for kind, name in sorted(known.keys() - disk.seen):
            versions.withdraw(tx, kind, name, DISK, now, GONE)
            versions.gone(tx, kind, name)
    return made


def _take(
    tx: Tx, source: Source, last: Folder | None, serving: str | None, now: int, live: bool
) -> int:  # fmt: skip
    mark = versions.digest(source.files)
    if last is not None and last.digest == mark and not (live and last.waiting):
        return 0
    if mark == serving:
        versions.saw(tx, source.kind, source.name, mark, now, waiting=False)
        return 0
    number, new = versions.draft(tx, source.kind, source.name, source.files, DISK, now)
    versions.saw(tx, source.kind, source.name, mark, now, waiting=not live)
    if live:
        versions.serve(tx, source.kind, source.name, number, DISK, now)
    return int(new)


def broken_names(disk: Disk) -> set[tuple[str, str]]:
    """(kind, name) of what stands on disk but has an error: its last good version serves on."""
    return disk.seen - {(s.kind, s.name) for s in disk.sources}
