"""What the street brings: stored first, acknowledged after."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.model import Inbound
from bot.core.span import parse_span
from bot.core.windows import windows
from bot.pipeline.gather import Gather
from bot.pipeline.loop import Bells
from bot.store import followers, inbox, intake, sources
from bot.store.engine import Store, Tx
from bot.store.inbox import Settle
from bot.wecom.codec import Tree
from bot.wecom.inbound import ArchiveNews, KfNews, from_callback
from bot.wecom.oa.inbound import from_oa

# The source whose cursor is the archive's seq.
ARCHIVE = "archive:corp"


def settle_of(config: Config) -> Settle:
    """How long a burst of messages may keep its turn waiting."""
    return Settle(parse_span(config.converse.settle), parse_span(config.converse.settle_max))


class Ingest:
    """Takes decrypted callbacks. When ``take`` returns, the event is on disk."""

    def __init__(self, store: Store, config: Config, clock: Clock, bells: Bells) -> None:
        self._store, self._clock, self._bells = store, clock, bells
        self._settle = settle_of(config)
        self._gather = Gather(store, self._keep, config.web.queue_limit)
        self._news = Gather(store, sources.leave_news, config.web.queue_limit)
        self._left = Gather(store, intake.leave, config.web.queue_limit)
        self._windows = windows(config.wecom.limits)
        # the reply log names an application by its agent id (contract section 4)
        self._agents = {name: str(app.agent_id) for name, app in config.wecom.apps.items()}

    async def take(self, app: str, tree: Tree) -> None:
        """Stores one event; whether it is known already is found out later.

        Raises ValueError when it names nothing, Busy or StoreFailed when it could not be kept.
        """
        now = self._clock.now()
        self._bells.street.heard(now)
        event = from_callback(self._agents.get(app, app), tree, now)
        if isinstance(event, KfNews):
            source = f"kf:{event.open_kfid}"
            await self._news.put((source, event.token, now))
            self._bells.sources.set()
            return
        if isinstance(event, ArchiveNews):
            await self._news.put((ARCHIVE, "", now))
            self._bells.archive.set()
            return
        await self._left.put(event)
        self._bells.intake.set()

    async def take_oa(self, account: str, tree: Tree) -> bool:
        """Stores what a follower of an official account said or did. Raises as ``take``."""
        event = from_oa(account, tree, self._clock.now())
        new = await self._store.offer(followers.accept, event, self._settle, self._windows)
        if new:
            self._bells.inbox.set()
        return new

    async def accept(self, event: Inbound) -> bool:
        """Stores one event that is in our words already."""
        new = await self._gather.put(event)
        if new:
            self._bells.inbox.set()
        return new

    def _keep(self, tx: Tx, events: Sequence[Inbound]) -> list[bool]:
        return inbox.accept_each(tx, events, self._settle)
