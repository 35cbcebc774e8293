"""Keeps the snapshot that serves in step with the folders and the database.

What is published in the database serves, in every process. One of them, the holder of the lease
``library``, looks at its folders and publishes what changes there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Protocol

from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.findings import Finding
from bot.core.meaning import Meaning
from bot.library.cast import Cast, build
from bot.library.disk import Disk, Signature, read_disk, signature
from bot.store import versions
from bot.store.engine import Store, Tx
from bot.store.leases import LIBRARY, Alone, Lead
from bot.store.versions import Mark

log = logging.getLogger(__name__)


class Library:
    """Holds the published cast. A broken edit is reported; the last good version keeps serving."""

    def __init__(
        self, store: Store, config: Config, clock: Clock, lead: Lead | None = None,
        meaning: Meaning | None = None,
    ) -> None:  # fmt: skip
        self._store, self._config, self._clock = store, config, clock
        self._lead, self._meaning = lead or Alone(), meaning
        self._seen: Signature | None = None
        self._marks: list[Mark] | None = None
        self.cast: Cast
        self.findings: Sequence[Finding] = ()

    async def open(self) -> Cast:
        """First reading: publishes what is new on disk and builds the cast. Where nothing is
        published yet, whoever comes first publishes, or there would be nothing to serve."""
        if not await self._store.read(versions.marks):
            await self._publish(publish_first)
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
            await self._publish(self._publish_led)
        else:
            self._seen = None  # somebody else may publish meanwhile
        return await self._follow()

    async def _publish(self, write: Publish) -> None:
        mark = await asyncio.to_thread(signature, self._config)
        if mark == self._seen:
            return
        disk = await asyncio.to_thread(read_disk, self._config)
        await self._store.write(write, disk, self._clock.now(),
                                live=self._config.content.auto_publish)  # fmt: skip
        self.findings, self._seen = disk.findings, mark
        for finding in disk.findings:
            log.log(_LEVELS[finding.severity], "%s", finding)

    def _publish_led(self, tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
        return publish_disk(tx, disk, now, live=live) if self._lead.holds(tx, LIBRARY) else 0

    async def _follow(self) -> bool:
        if await self._store.read(versions.marks) == self._marks:
            return False
        editions = await self._store.read(versions.published)
        zone, names = self._config.timezone, aliases(self._config)
        self.cast = await asyncio.to_thread(build, editions, zone, names, self._meaning)
        self._marks = [(e.kind, e.name, e.version) for e in editions]
        return True


def aliases(config: Config) -> dict[tuple[str, str], str]:
    """Accounts that people name otherwise than the platform: applications, by their agent id."""
    return {("app", name): str(app.agent_id) for name, app in config.wecom.apps.items()}


_LEVELS = {"error": logging.ERROR, "warning": logging.DEBUG, "info": logging.DEBUG}


class Publish(Protocol):
    """What is done with the folders as they were read."""

    def __call__(self, tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
        """Number of new versions."""
        ...


def publish_first(tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
    """``publish_disk`` where nothing is published yet."""
    return 0 if versions.marks(tx) else publish_disk(tx, disk, now, live=live)


def publish_disk(tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
    """Makes versions of what changed on disk; how many new ones. Not ``live``: as drafts.

    What is gone from the disk is withdrawn, unless its file is only broken.
    """
    serving = {(e.kind, e.name): e for e in versions.published(tx)}
    made = 0
    for source in disk.sources:
        current = serving.pop((source.kind, source.name), None)
        if current is not None and current.digest == versions.digest(source.files):
            continue
        save = versions.publish if live else versions.draft
        made += save(tx, source.kind, source.name, source.files, "disk", now)[1]
    if live:
        for kind, name in serving.keys() - broken_names(disk):
            versions.withdraw(tx, kind, name)
    return made


def broken_names(disk: Disk) -> set[tuple[str, str]]:
    """(kind, name) of what stands on disk but has an error: its last good version serves on."""
    return disk.seen - {(s.kind, s.name) for s in disk.sources}
