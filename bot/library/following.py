"""The files follow the decisions: what was put into service in the studio is written where people
edit. Only the process that looks after the folders does this."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from bot.core.config import Config
from bot.core.errors import BadInput, OneVoiceError
from bot.library.disk import Disk
from bot.library.places import Files, Moved, put
from bot.store import versions, wanted
from bot.store.engine import Store, Tx
from bot.store.leases import LIBRARY, Lead
from bot.store.versions import Edition, Key
from bot.store.wanted import Wanted

log = logging.getLogger(__name__)


class Following:
    """Writes what is wanted. What cannot be written keeps its reason, and is tried again."""

    def __init__(self, store: Store, config: Config, lead: Lead) -> None:
        self._store, self._config, self._lead = store, config, lead

    async def write(self, disk: Disk) -> bool:
        """Writes each file that is not as somebody wants it, if it is still as ``disk`` saw it;
        True when a file could not be written.

        What the files held at that look is a version by now, so nothing is lost.
        """
        held = held_by(disk)
        failed = False
        for want, edition in await self._store.write(self._wanted):
            failed |= await self._put(want, edition, held.get((want.kind, want.name)), disk)
        return failed

    def _wanted(self, tx: Tx) -> list[tuple[Wanted, Edition]]:
        if not self._lead.holds(tx, LIBRARY):
            return []
        found = [(one, versions.get(tx, one.kind, one.name, one.version))
                 for one in wanted.standing(tx)]  # fmt: skip
        return [(one, edition) for one, edition in found if edition is not None]

    async def _put(self, want: Wanted, edition: Edition, seen: Files | None, disk: Disk) -> bool:
        """True when it could not be written for a reason that does not pass by itself."""
        try:
            if seen is None and (want.kind, want.name) in disk.seen:
                raise BadInput("what stands there cannot be read, so it cannot be kept")
            await asyncio.to_thread(put, self._config, want.kind, want.name, edition.files,
                                    seen or {})  # fmt: skip
        except Moved as exc:
            log.info("%s; it is looked at again first", exc)
            return False
        except (OSError, OneVoiceError) as exc:
            await self._fail(want, (exc.strerror if isinstance(exc, OSError) else "") or str(exc))
            return True
        return False

    async def _fail(self, want: Wanted, note: str) -> None:
        if await self._store.write(wanted.failed, want, note):
            log.warning("%s v%s is not in its file yet: %s", want.name, want.version, note)


def held_by(disk: Disk) -> Mapping[Key, Files]:
    """What each thing on disk held, broken or not."""
    return {(one.kind, one.name): one.files for one in (*disk.broken, *disk.sources)}
