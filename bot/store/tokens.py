"""Access tokens that all processes share; what stands here is sealed by whoever keeps it."""

from __future__ import annotations

import secrets

from bot.core.clock import DAY, Clock
from bot.core.watch import Seen
from bot.store import leases
from bot.store.engine import Store, Tx
from bot.store.leases import TOKEN


def find(tx: Tx, id: str) -> tuple[str, int] | None:
    """What was kept under ``id``, and until when it is good."""
    row = tx.row("token_find", id=id)
    return None if row is None else (row["sealed"], row["until"])


def keep(tx: Tx, id: str, sealed: str, until: int, now: int, holder: str) -> None:
    """Keeps a new one for everybody, and ends the refresh. Long dead ones go."""
    tx.run("token_old", before=now - DAY)
    tx.run("token_keep", id=id, sealed=sealed, until=until)
    leases.release(tx, holder, [TOKEN + id])


def begin(tx: Tx, id: str, holder: str, gone: Seen | None) -> Seen | None:
    """Takes the refresh of a token upon oneself: None. Else who does it; handed in again as
    ``gone``, when nothing came of it, the refresh is taken over."""
    if leases.take(tx, TOKEN + id, holder) or (gone and leases.take(tx, TOKEN + id, holder, gone)):
        return None
    return leases.look(tx, TOKEN + id)


class StoredTokens:
    """The shelf of tokens in the database; see ``bot.wecom.shared.Shelf``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        # not the process's own name: these leases must stand still when a refresh does
        self._holder = secrets.token_hex(6)

    async def find(self, id: str) -> tuple[str, int] | None:
        """See ``find``."""
        return await self._store.read(find, id)

    async def begin(self, id: str, gone: Seen | None) -> Seen | None:
        """See ``begin``."""
        return await self._store.write(begin, id, self._holder, gone)

    async def keep(self, id: str, sealed: str, until: int) -> None:
        """See ``keep``."""
        now = self._clock.now()
        await self._store.write(keep, id, sealed, until, now, self._holder)

    async def leave(self, id: str) -> None:
        """The refresh failed; somebody else may try."""
        await self._store.write(leases.release, self._holder, [TOKEN + id])
