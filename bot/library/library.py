"""Keeps the snapshot that serves in step with the folders and the database.

What is published in the database serves, in every process. One of them, the holder of the lease
``library``, looks at its folders, publishes what changes there, and writes there what people put
into service in the studio.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.core.clock import SECOND, Clock
from bot.core.config import Config
from bot.core.findings import Finding
from bot.core.meaning import Meaning
from bot.core.model import Outbound
from bot.library.cast import Cast, build
from bot.library.disk import Disk, Signature, read_disk, signature
from bot.library.following import Following
from bot.library.publish import publish_disk
from bot.library.vetting import unclean
from bot.persona.script import Script
from bot.store import ugc, versions, wanted
from bot.store.engine import Store, Tx
from bot.store.leases import LIBRARY, Alone, Lead
from bot.store.versions import Edition, Mark

log = logging.getLogger(__name__)
_Marks = tuple[list[Mark], tuple[object, ...]]
# A file is read when nothing in the folders has changed for so long: many editors and copies write
# a file in pieces, or put it where another was a moment before.
REST = 0.1  # seconds
RESTLESS = 10
# A file that could not be written is tried again after so long.
AGAIN = 30 * SECOND


class Library:
    """Holds the published cast. A broken edit is reported; the last good version keeps serving."""

    def __init__(
        self, store: Store, config: Config, clock: Clock, lead: Lead | None = None,
        meaning: Meaning | None = None,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock = store, config, clock
        self._lead, self._meaning = lead or Alone(), meaning
        self._seen: Signature | None = None
        self._following = Following(store, config)
        self._pending: object = None
        self._again_at: int | None = None
        self._marks: _Marks | None = None
        self._lacking: Mapping[ugc.Version, str] = {}
        self._known: dict[tuple[str, int], Script] = {}
        self.cast: Cast
        self.findings: Sequence[Finding] = ()

    async def open(self) -> Cast:
        """First reading: publishes what is new on disk and builds the cast. Where nothing is
        published yet, whoever comes first publishes, or there would be nothing to serve."""
        if not await self._store.read(versions.marks):
            await self._publish(self._publish_first)
        await self.sync()
        return self.cast

    async def learn(self, texts: Sequence[str]) -> None:
        """Has what members wrote embedded before it is matched; nothing without embeddings."""
        if self._meaning is not None:
            await asyncio.to_thread(self._meaning.learn, texts)

    async def sync(self) -> bool:
        """Looks at the folders, if this process publishes, and at what is published; True when the
        cast was replaced."""
        if self._lead.leads(LIBRARY):
            await self._heed()
            if await self._publish(self._publish_led):
                await self._publish(self._publish_led)  # what was written is no edit of anybody
        else:
            self._seen = None  # somebody else may publish meanwhile
        return await self.follow()

    async def _heed(self) -> None:
        """What people decided wants a look although the folders are as they were."""
        pending = await self._store.read(_pending)
        late = self._again_at is not None and self._clock.now() >= self._again_at
        if pending != self._pending or late:
            self._seen, self._pending = None, pending

    async def _publish(self, write: Publish) -> bool:
        """One look at the folders; True when files were written then."""
        found = await self._at_rest()
        if found is None:
            return False
        mark, disk = found
        await self._store.write(write, disk, self._clock.now(),
                                live=self._config.content.auto_publish)  # fmt: skip
        self.findings, self._seen = disk.findings, mark
        for finding in disk.findings:
            log.log(_LEVELS[finding.severity], "%s", finding)
        if disk.absent:
            log.warning("%s or %s is not there: nothing is withdrawn", self._config.personas_dir,
                        self._config.content_dir)  # fmt: skip
        else:
            done = await self._following.write(disk)
            self._again_at = self._clock.now() + AGAIN if done.failed else None
            return bool(done.written)
        return False

    async def _at_rest(self) -> tuple[Signature, Disk] | None:
        """The folders as they are when nobody writes into them. None: nothing changed, or they do
        not come to rest; the next look tries again."""
        mark = await asyncio.to_thread(signature, self._config)
        if mark == self._seen:
            return None
        for _ in range(RESTLESS):
            await asyncio.sleep(REST)
            before, mark = mark, await asyncio.to_thread(signature, self._config)
            if mark != before:
                continue
            disk = await asyncio.to_thread(read_disk, self._config)
            if await asyncio.to_thread(signature, self._config) == mark:
                return mark, disk
        log.info("the folders are being written to; they are read when they are at rest")
        return None

    def _publish_first(self, tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
        """Nobody has decided anything yet that would want a second look."""
        if versions.marks(tx):
            return 0
        self._pending = _pending(tx)
        return publish_disk(tx, disk, now, live=live)

    def _publish_led(self, tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
        leads = self._lead.holds(tx, LIBRARY)
        made = publish_disk(tx, disk, now, live=live) if leads else 0
        self._following.look(tx, leads=leads)
        return made

    async def follow(self) -> bool:
        """Looks at what is published; True when the cast was replaced."""
        if await self._store.read(_marks) == self._marks:
            return False
        marks, editions, self._lacking, withheld = await self._store.read(_serving)
        zone, names = self._config.timezone, aliases(self._config)
        cast = await asyncio.to_thread(build, editions, zone, names, self._meaning, self._known,
                                       withheld, self._config.orders.rfm.thresholds)  # fmt: skip
        self.cast = cast
        before, self._marks = self._marks, marks
        self._remember()
        if before is None or _brand(before[0]) != _brand(marks[0]):
            for finding in await asyncio.to_thread(unclean, cast):
                log.warning("serves in spite of the brand's words: %s", finding)
        return True

    def _remember(self) -> None:
        """What serves, and of each persona the version before it: most who go back want that one.

        With embeddings nothing is kept: what could not be embedded is tried again.
        """
        for name, script in self.cast.scripts.items():
            kept = [v for of, v in self._known if of == name and v != script.version]
            for version in kept[:-1]:
                del self._known[name, version]
            self._known.pop((name, script.version), None)
            if self._meaning is None:
                self._known[name, script.version] = script

    def silence(self, row: Outbound, now: int) -> str:
        """Why a message of a persona may not leave now, by what is published; empty when it may.

        What a person writes himself may, and so may a notice: it is no word of the persona. What
        stands on a consent that is not there may never.
        """
        if why := self._lacking.get((row.content, row.content_version or 0)):
            return why
        if not row.persona or row.kind in ("staff", "notice"):
            return ""
        return self.cast.silence(row.persona, now)


def _marks(tx: Tx) -> _Marks:
    """Changes whenever something else serves, or a consent is given or revoked."""
    return versions.marks(tx), ugc.mark(tx)


def _serving(tx: Tx) -> tuple[_Marks, list[Edition], dict[ugc.Version, str], dict[str, str]]:
    editions = versions.published(tx)
    marks = [(e.kind, e.name, e.version) for e in editions]
    return (marks, ugc.mark(tx)), editions, ugc.lacking(tx), ugc.withheld(tx)


def _pending(tx: Tx) -> object:
    """Changes whenever a file is to be written, or a draft may have got its consent."""
    return [(w.kind, w.name, w.version) for w in wanted.standing(tx)], ugc.mark(tx)


def _brand(marks: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark[0] == "brand"]


def aliases(config: Config) -> dict[tuple[str, str], str]:
    """Accounts that people name otherwise than the platform: applications, by their agent id."""
    return {("app", name): str(app.agent_id) for name, app in config.wecom.apps.items()}


_LEVELS = {"error": logging.ERROR, "warning": logging.DEBUG, "info": logging.DEBUG}


class Publish(Protocol):
    """What is done with the folders as they were read."""

    def __call__(self, tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
        """Number of new versions."""
        ...
