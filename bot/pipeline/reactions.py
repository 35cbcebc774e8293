"""Who liked or commented on a published moment: asked for, because no callback tells it."""

from __future__ import annotations

import logging

from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.contacts import Reaction
from bot.core.model import Inbound
from bot.core.span import parse_span
from bot.pipeline.ingest import settle_of
from bot.pipeline.loop import Bells
from bot.store import inbox, pieces, unknown
from bot.store.engine import Row, Store
from bot.wecom.contacts.contacts import Contacts
from bot.wecom.errors import LATER, ApiError, CallFailed

log = logging.getLogger(__name__)
HEADER = "sync:reactions"
PAGE = 100


class Reactions:
    """Looks at every moment that was made within ``reactions_for``, every ``reactions_every``."""

    def __init__(
        self, store: Store, platform: Contacts, config: Config, clock: Clock, bells: Bells
    ) -> None:
        self._store, self._platform, self._clock = store, platform, clock
        self._inbox, self._settle = bells.inbox, settle_of(config)
        self._every = parse_span(config.pull.reactions_every)
        self._window = parse_span(config.pull.reactions_for)

    async def step(self, now: int) -> int | None:
        """One round, when it is time."""
        header = await self._store.read(pieces.get, HEADER)
        if header is not None and header["read_at"] + self._every > now:
            return int(header["read_at"]) + self._every
        try:
            await self._round(now)
        except (ApiError, CallFailed) as exc:
            log.info("reactions: %s", exc)
        await self._store.write(pieces.mark, HEADER, "", now)
        return now + self._every

    async def _round(self, now: int) -> None:
        after = 0
        while rows := await self._store.read(unknown.published, now - self._window, after, PAGE):
            for row in rows:
                await self._look(row)
            after = rows[-1]["id"]

    async def _look(self, row: Row) -> None:
        """Raises ApiError and CallFailed when the whole round should come again later."""
        try:
            found = await self._platform.moments.reactions(row["provider_id"], row["account"])
        except ApiError as exc:
            if exc.errcode in LATER:
                raise
            log.info("moment of row %s: %s", row["id"], exc)
            return
        now = self._clock.now()
        events = [event_of(reaction, now) for reaction in found]
        new = await self._store.write(inbox.accept_all, events, self._settle) if events else 0
        if new:
            self._inbox.set()


def event_of(reaction: Reaction, now: int) -> Inbound:
    """A reaction as an event between the person and the account that published."""
    name = f"moment.{reaction.kind}"
    return Inbound(
        channel="contact", account=reaction.account, peer=reaction.who, kind="event", event=name,
        dedupe=f"{name}:{reaction.moment}:{reaction.account}:{reaction.who}:{reaction.at}",
        data={"moment_id": reaction.moment}, sent_at=reaction.at, received_at=now,
    )  # fmt: skip
