"""Bulk messages that colleagues send on their own: what they use up of a customer's month.

The platform counts them together with ours (page 92135), and no callback tells of them.
"""

from __future__ import annotations

import logging

from bot.core.clock import DAY, MINUTE, Clock, local, to_ms
from bot.core.config import Config
from bot.core.span import parse_span
from bot.pipeline.loop import Bells
from bot.store import governor, pieces
from bot.store.engine import Store
from bot.wecom.contacts.checks import ms
from bot.wecom.contacts.contacts import Contacts
from bot.wecom.errors import LATER, ApiError, CallFailed

log = logging.getLogger(__name__)
HEADER = "sync:own_bulk"
SENT = 1
AGAIN = 1 * MINUTE


class OwnBulk:
    """Reads the month's at the first look, and every ``own_bulk_every`` what is new."""

    def __init__(
        self, store: Store, platform: Contacts, config: Config, clock: Clock, bells: Bells
    ) -> None:
        self._store, self._platform, self._clock = store, platform, clock
        self._every = parse_span(config.pull.own_bulk_every)
        self._zone = config.timezone

    async def step(self, now: int) -> int | None:
        """One round, when it is time."""
        header = await self._store.read(pieces.get, HEADER)
        last = 0 if header is None else int(header["read_at"])
        if last + self._every > now:
            return last + self._every
        try:
            await self._round(self._since(now, last), now)
        except (ApiError, CallFailed) as exc:
            # a message that is still being dispatched (41063) is there in a moment
            log.info("bulk messages of colleagues: %s", exc)
            return now + min(self._every, AGAIN)
        await self._store.write(pieces.mark, HEADER, "", now)
        return now + self._every

    def _since(self, now: int, last: int) -> int:
        """The month's first moment, or a day before the last look: a listing may come late."""
        here = local(now, self._zone)
        first = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return max(to_ms(first), last - DAY)

    async def _round(self, since: int, now: int) -> None:
        async for task in self._platform.bulk.each("single", since, now, own=True):
            for account in await self._platform.bulk.owners(task.msgid):
                await self._look(task.msgid, account)

    async def _look(self, task: str, account: str) -> None:
        """Raises ApiError and CallFailed when the whole round should come again later."""
        try:
            found = {str(row["external_userid"]): ms(row.get("send_time"))
                     async for row in self._platform.bulk.results(task, account)
                     if row.get("status") == SENT and row.get("external_userid")}  # fmt: skip
        except ApiError as exc:
            if exc.errcode in LATER:
                raise
            log.info("bulk message %s of %s: %s", task, account, exc)
            return
        if found:
            await self._store.write(governor.add_own, task, account, found)
