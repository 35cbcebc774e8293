"""The only place that sends: claims what is due, makes the call, writes its fate."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Protocol

from bot.core.clock import SECOND, Clock
from bot.core.config import Config
from bot.core.model import TO_CLIENT, NeedsHuman, Never, Outbound, Outcome, Sent
from bot.core.pace import pacings
from bot.core.policy import judge
from bot.core.span import parse_span
from bot.pipeline.loop import Bells, Slots
from bot.store import cards, conversations, outbox
from bot.store.engine import Store, Tx
from bot.store.outbox import KfWindow
from bot.wecom.gateway import Gateway

BATCH = 64
LOST_EVERY = 5 * SECOND
# Rows of these may have many receivers, each with a row of its own in the reply log.
TASK_CHANNELS = frozenset({"contact", "group", "moment", "app"})
REFUSED = "the platform cannot reach him"


class Door(Protocol):
    """The last look at a row before it leaves (see lastlook.py)."""

    async def refusal(self, row: Outbound, now: int) -> Never | None:
        """Why the row must not leave, or None."""
        ...


class Deliver:
    """One worker for one pool (``welcome``, ``reply`` or ``bulk``)."""

    def __init__(
        self, pool: str, store: Store, gateway: Gateway, config: Config, clock: Clock, bells: Bells,
        door: Door,
    ) -> None:  # fmt: skip
        self._pool, self._store, self._gateway, self._clock = pool, store, gateway, clock
        self._door = door
        limits = config.wecom.limits
        self._window = KfWindow(limits.kf_messages, limits.kf_hours)
        self._lease = parse_span(config.deliver.lease)
        self._paces = pacings(limits)
        self._bell, self._taps = bells.outbox[pool], bells.taps
        self.slots = Slots(getattr(config.deliver, f"{pool}_slots"), self._bell)

    async def step(self, now: int) -> int | None:
        """Starts the calls that are due, as far as there are slots."""
        n = min(self.slots.free, BATCH)
        if n == 0:
            return None
        lease = secrets.token_hex(8)
        batch = await self._store.write(
            outbox.claim, self._pool, now, lease, now + self._lease, n, self._window, self._paces
        )
        for row in batch.rows:
            self.slots.start(self._send(row), f"send {row.id}")
        if batch.rows or batch.refused:
            return now
        return await self._store.read(outbox.next_due, self._pool, now)

    async def _send(self, row: Outbound) -> None:
        outcome = await self._call(row)
        await self._store.write(settle, row, outcome, self._clock.now())
        self._bell.set()
        if isinstance(outcome, NeedsHuman):
            self._taps.set()

    async def _call(self, row: Outbound) -> Outcome:
        refusal = await self._door.refusal(row, self._clock.now())
        if refusal is not None:
            return refusal
        receivers: Sequence[str] = ()
        if row.channel in TASK_CHANNELS:
            people = await self._store.read(outbox.receivers, row.id)
            receivers = [person["peer"] for person in people]
        return await self._gateway.send(row, receivers)


def settle(tx: Tx, row: Outbound, outcome: Outcome, now: int) -> bool:
    """Writes what became of one call. False when the lease was lost meanwhile."""
    held = outbox.finish(tx, row, judge(row, outcome, now), now)
    if held and isinstance(outcome, NeedsHuman | Sent):
        outbox.refuse_receivers(tx, row.id, outcome.refused, REFUSED)
    if held and isinstance(outcome, Sent) and outcome.card_code:
        cards.keep(tx, row.account, cards.task_of(row), outcome.card_code, now)
    if held and isinstance(outcome, Sent) and TO_CLIENT in row.data:
        conversations.to_client(tx, row.conversation, now, actor="persona",
                                reason=row.data.get("reason", ""))  # fmt: skip
    return held


class Recover:
    """Decides about calls whose worker died."""

    def __init__(self, store: Store, bells: Bells) -> None:
        self._store, self._bells = store, bells

    async def step(self, now: int) -> int | None:
        """Looks every few seconds."""
        if await self._store.write(outbox.recover, now):
            self._bells.ring_outbox()
        return now + LOST_EVERY
