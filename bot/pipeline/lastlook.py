"""The door: every row of the outbox is looked at once more before its call.

Days may lie between writing and sending: prices end, words become taboo, personas end, staff and
tools queue rows that no turn has seen.
"""

from __future__ import annotations

import logging

from bot.core.config import Config
from bot.core.model import Outbound
from bot.core.policy import Verdict
from bot.library.library import Library
from bot.library.speech import Setting, codes_of, look_at_row
from bot.persona.guard import blocking
from bot.store import sources
from bot.store.engine import Store

log = logging.getLogger(__name__)


class LastLook:
    """Judges rows by what is published now."""

    def __init__(self, store: Store, library: Library, config: Config) -> None:
        self._store, self._library = store, library
        self._config = config

    async def verdict(self, row: Outbound, now: int) -> Verdict | None:
        """What becomes of a row that must not leave; None for one that may."""
        if why := self._library.silence(row, now):
            return Verdict("cancel", note=why)
        setting = Setting.of(self._config, self._library.cast, now)
        found = blocking(look_at_row(setting, row))
        if any(problem.code == "link" for problem in found):
            # our own links are in the database, and few texts have any
            links = await self._store.read(sources.links)
            found = blocking(look_at_row(setting.with_links(links), row))
        if not found:
            return None
        first = found[0]
        log.warning("row %s stays: %s at %s", row.id, codes_of(found), first.place)
        note = f"guard: {codes_of(found)} ({first.place}: {first.message})"
        return Verdict("never", note=note)
