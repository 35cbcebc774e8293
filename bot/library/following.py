"""The files follow the decisions: what was put into service in the studio is written where people
edit. Only the process that looks after the folders does this."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.core.config import Config
from bot.core.errors import BadInput, OneVoiceError
from bot.library.disk import Disk
from bot.library.places import Files, Moved, put
from bot.store import versions, wanted
from bot.store.engine import Store, Tx
from bot.store.versions import Edition, Key
from bot.store.wanted import Wanted

log = logging.getLogger(__name__)
Fate = Literal["written", "moved", "failed"]


@dataclass(frozen=True, slots=True)
class Written:
    """How many files were written, and how many could not be."""

    written: int
    failed: int


class Following:
    """Writes what is wanted. What cannot be written keeps its reason, and is tried again."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store, self._config = store, config
        self._awaited: Sequence[tuple[Wanted, Edition]] = ()

    def look(self, tx: Tx, *, leads: bool) -> None:
        """Notes what is wanted, in the transaction that keeps what the folders held: what is wanted
        later waits for the next look."""
        found = [(one, versions.get(tx, one.kind, one.name, one.version))
                 for one in wanted.standing(tx)] if leads else []  # fmt: skip
        self._awaited = [(one, edition) for one, edition in found if edition is not None]

    async def write(self, disk: Disk) -> Written:
        """Writes each file that is not as somebody wants it, if it is still as ``disk`` saw it.

        What the files held at that look is a version by now, so nothing is lost.
        """
        held = held_by(disk)
        fates = [await self._put(want, edition, held.get((want.kind, want.name)), disk)
                 for want, edition in self._awaited]  # fmt: skip
        self._awaited = ()
        return Written(fates.count("written"), fates.count("failed"))

    async def _put(self, want: Wanted, edition: Edition, seen: Files | None, disk: Disk) -> Fate:
        """What became of one; ``moved`` passes by itself."""
        try:
            if seen is None and (want.kind, want.name) in disk.seen:
                raise BadInput("what stands there cannot be read, so it cannot be kept")
            await asyncio.to_thread(put, self._config, want.kind, want.name, edition.files,
                                    seen or {})  # fmt: skip
        except Moved as exc:
            log.info("%s; it is looked at again first", exc)
            return "moved"
        except (OSError, OneVoiceError) as exc:
            await self._fail(want, (exc.strerror if isinstance(exc, OSError) else "") or str(exc))
            return "failed"
        return "written"

    async def _fail(self, want: Wanted, note: str) -> None:
        if await self._store.write(wanted.failed, want, note):
            log.warning("%s v%s is not in its file yet: %s", want.name, want.version, note)


def held_by(disk: Disk) -> Mapping[Key, Files]:
    """What each thing on disk held, broken or not."""
    return {(one.kind, one.name): one.files for one in (*disk.broken, *disk.sources)}
