"""What the platform calls the files we uploaded, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.engine import Store, Tx


def find(tx: Tx, digest: str, scope: str, kind: str, now: int) -> str | None:
    """The platform's name of an uploaded file, while it is good."""
    row = tx.row("media_find", digest=digest, scope=scope, kind=kind, now=now)
    return None if row is None else str(row["ref"])


def keep(
    tx: Tx, digest: str, scope: str, kind: str, *, ref: str, name: str, now: int, until: int | None
) -> None:
    """Remembers an upload until ``until`` (None: for good). What is over goes at the same time."""
    tx.run("media_expired", now=now)
    tx.run("media_keep", digest=digest, scope=scope, kind=kind, ref=ref, name=name, now=now,
           until=until)  # fmt: skip


def forget(tx: Tx, refs: Sequence[str]) -> None:
    """The platform refused these names."""
    tx.run("media_forget", refs=list(refs))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the platform has it: where its name is good (``corp``, ``moment``, ``url``, …), as
    what it was sent up, and since when until when, in UTC ms; ``until`` None is for good."""

    scope: str
    kind: str
    made_at: int
    until: int | None


def uploads(tx: Tx, digests: Sequence[str]) -> dict[str, list[Upload]]:
    """What the platform has of files, by digest; also what is over but not cleared away yet."""
    found: dict[str, list[Upload]] = {}
    for row in tx.rows("media_of", digests=list(digests)) if digests else ():
        upload = Upload(row["scope"], row["kind"], row["made_at"], row["until"])
        found.setdefault(row["digest"], []).append(upload)
    return found


def pinned(tx: Tx) -> list[tuple[str, int]]:
    """Templates, with their versions, of messages that have not left yet."""
    return [(row["content"], row["content_version"]) for row in tx.rows("media_pinned")]


class StoredShelf:
    """The shelf of uploads in the database; see ``bot.wecom.media.Shelf``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, digest: str, scope: str, kind: str, now: int) -> str | None:
        """See ``find``."""
        return await self._store.read(find, digest, scope, kind, now)

    async def keep(
        self, digest: str, scope: str, kind: str, *, ref: str, name: str, now: int,
        until: int | None,
    ) -> None:  # fmt: skip
        """See ``keep``."""
        await self._store.write(keep, digest, scope, kind, ref=ref, name=name, now=now, until=until)

    async def forget(self, refs: Sequence[str]) -> None:
        """See ``forget``."""
        await self._store.write(forget, refs)
