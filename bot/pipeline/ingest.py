"""What the street brings: stored first, acknowledged after."""

from __future__ import annotations

from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.model import Inbound
from bot.core.span import parse_span
from bot.pipeline.loop import Bells
from bot.store import inbox, sources
from bot.store.engine import Store
from bot.store.inbox import Settle
from bot.wecom.codec import Tree
from bot.wecom.inbound import KfNews, from_callback


def settle_of(config: Config) -> Settle:
    """How long a burst of messages may keep its turn waiting."""
    return Settle(parse_span(config.converse.settle), parse_span(config.converse.settle_max))


class Ingest:
    """Takes decrypted callbacks. When ``take`` returns, the event is on disk."""

    def __init__(self, store: Store, config: Config, clock: Clock, bells: Bells) -> None:
        self._store, self._clock, self._bells = store, clock, bells
        self._settle = settle_of(config)

    async def take(self, app: str, tree: Tree) -> bool:
        """Stores one event; False when it was known already.

        Raises ValueError when it names nothing, Busy or StoreFailed when it could not be kept.
        """
        event = from_callback(app, tree, self._clock.now())
        if isinstance(event, KfNews):
            source = f"kf:{event.open_kfid}"
            await self._store.write(sources.want, source, event.token, self._clock.now())
            self._bells.sources.set()
            return True
        return await self.accept(event)

    async def accept(self, event: Inbound) -> bool:
        """Stores one event that is in our words already."""
        new = await self._store.write(inbox.accept, event, self._settle)
        if new:
            self._bells.inbox.set()
        return new
