"""Tasks whose creation went unanswered: the platform is asked whether it has them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Literal

from bot.core.body import Body, Link, MiniProgram, Rich, Text
from bot.core.clock import DAY, MINUTE, Clock
from bot.core.config import Config
from bot.core.model import Outbound
from bot.core.span import parse_span
from bot.pipeline.loop import Bells
from bot.store import receivers, unknown
from bot.store.engine import Store
from bot.wecom.contacts.bulk import BulkSearch
from bot.wecom.contacts.contacts import Contacts
from bot.wecom.errors import ApiError, CallFailed

log = logging.getLogger(__name__)
JOB = "job:"  # a moment that the platform is still making has no number of its own yet
# The platform's clock may differ from ours, and its listing may come late.
BEFORE, AFTER, LONGEST = 2 * MINUTE, 30 * MINUTE, 29 * DAY


class Unsure:
    """Found: the row waits for its tap. Not found within ``unsure_for``: it stays listed."""

    def __init__(
        self, store: Store, platform: Contacts, config: Config, clock: Clock, bells: Bells
    ) -> None:
        self._store, self._platform, self._clock = store, platform, clock
        self._taps = bells.taps
        self._every = parse_span(config.pull.tasks_every)
        self._for = parse_span(config.pull.unsure_for)

    async def step(self, now: int) -> int | None:
        """One look at each row that is due. New rows ring no bell, so it looks now and then."""
        for row in await self._store.write(unknown.due, now, self._every):
            try:
                await self._settle(row)
            except (ApiError, CallFailed) as exc:
                log.info("row %s: %s", row.id, exc)
        return now + self._every

    async def _settle(self, row: Outbound) -> None:
        began, lost = await self._store.read(unknown.since, row.id)
        known = await self._store.read(unknown.known_tasks, row, began - BEFORE - DAY)
        now = self._clock.now()
        if now - lost < self._for and any(task.startswith(JOB) for task in known):
            return  # one of an account's moments has no number yet: it could be taken for this one
        found = await self._look(row, began, lost, known)
        if len(found) == 1 and await self._store.write(unknown.found, row.id, found[0], now):
            self._taps.set()
        elif now - lost >= self._for or len(found) > 1:
            note = f"{row.note}; {len(found)} tasks on the platform look like it"
            await self._store.write(unknown.rest, row.id, note)

    async def _look(self, row: Outbound, began: int, lost: int, known: Sequence[str]) -> list[str]:
        text, parts = shape_of(row.body)
        if not text and not parts:
            return []
        since = began - BEFORE
        until = min(lost + AFTER, since + LONGEST)
        if row.channel == "moment":
            return await self._platform.moments.find(
                row.account, text, parts, since=since, until=until, known=known
            )
        kind: Literal["single", "group"] = "group" if row.channel == "group" else "single"
        people = await self._store.read(receivers.of, row.id)
        return await self._platform.bulk.find(BulkSearch(
            kind=kind, account=row.account, text=text, attachments=parts, since=since,
            until=until, known=known, receivers=[person["peer"] for person in people],
        ))  # fmt: skip


def shape_of(body: Body) -> tuple[str, Sequence[str]]:
    """What a listing shows of a body: its words and the msgtypes of its attachments."""
    if isinstance(body, Text):
        return body.text, ()
    if not isinstance(body, Rich):
        return "", ()
    return body.text, tuple(_kind(part) for part in body.attachments)


def _kind(part: object) -> str:
    if isinstance(part, Link):
        return "link"
    return "miniprogram" if isinstance(part, MiniProgram) else str(getattr(part, "kind", ""))
