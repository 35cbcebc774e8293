"""The only place that sends: claims what is due, makes the call, writes its fate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.core.clock import SECOND, Clock
from bot.core.config import Config
from bot.core.meters import RETRIES, SEND_SECONDS, SENDS
from bot.core.model import TO_CLIENT, NeedsHuman, Outbound, Outcome, Sent
from bot.core.pace import pacings
from bot.core.policy import Verdict, judge, remember
from bot.core.span import parse_span
from bot.pipeline.gather import Gather
from bot.pipeline.loop import Bells, Slots
from bot.store import cards, desk, outbox, receivers, takeback, transfers
from bot.store.engine import Store, Tx
from bot.store.leases import Alone, Lead
from bot.store.outbox import ANYBODY, KfWindow, Reach

BATCH = 256
HELD = 4  # for each call that may travel, so many rows whose fate is not on disk yet
LOST_EVERY = 5 * SECOND
# Rows of these may have many receivers, each with a row of its own in the reply log.
TASK_CHANNELS = frozenset({"contact", "group", "moment", "app"})
REFUSED = "the platform cannot reach him"
OUT_OF_TOUCH = 200  # ms
ASLEEP = "the sender was out of touch with the others before the call"
# A claimed row, what came of its call, and when.
Fate = tuple[Outbound, Outcome, int]


class Door(Protocol):
    """The last look at a row before it leaves (see lastlook.py)."""

    async def verdict(self, row: Outbound, now: int) -> Verdict | None:
        """What becomes of a row that must not leave; None for one that may."""
        ...


class Carrier(Protocol):
    """Whoever makes the call of a row: the gateway to the platform."""

    async def send(self, row: Outbound, receivers: Sequence[str] = ()) -> Outcome:
        """The one call; never raises for what the platform does."""
        ...


class Deliver:
    """One worker for one pool: ``welcome``, ``reply``, ``bulk`` or ``robot``.

    ``sender`` names its bell, ``reach`` says whose rows this process can send at the moment.
    """

    def __init__(
        self, pool: str, store: Store, gateway: Carrier, config: Config, clock: Clock,
        bells: Bells, door: Door, *, lead: Lead | None = None, sender: str = "",
        reach: Callable[[], Reach] = lambda: ANYBODY,
    ) -> None:  # fmt: skip
        self._pool, self._store, self._gateway, self._clock = pool, store, gateway, clock
        self._lead, self._reach = lead or Alone(), reach
        self._door = door
        limits = config.wecom.limits
        self._window = KfWindow(limits.kf_messages, limits.kf_hours)
        self._lease = parse_span(config.deliver.lease)
        self._paces = pacings(limits)
        self._bell, self._taps = bells.outbox[sender or pool], bells.taps
        self._desk = bells.desk
        self._street = bells.street
        self._fates: Gather[Fate, bool] = Gather(store, settle_each)
        slots = {"welcome": config.deliver.welcome_slots, "bulk": config.deliver.bulk_slots}
        self._most, self._calls = slots.get(pool, config.deliver.reply_slots), 0
        # a call counts while it travels; its slot is held until its fate is on disk
        self.slots = Slots(self._most * HELD, self._bell)

    async def step(self, now: int) -> int | None:
        """Starts the calls that are due, as far as there are slots."""
        n = min(self._most - self._calls, self.slots.free, self._street.bite(BATCH, now))
        if n <= 0:
            return None
        if not self._lead.alive:
            return now + OUT_OF_TOUCH
        lease, until = self._lead.mark(), now + self._lease
        batch = await self._store.write(outbox.claim, self._pool, now, lease, until, n,
                                        self._window, self._paces, self._reach())  # fmt: skip
        self._calls += len(batch.rows)
        for row in batch.rows:
            self.slots.start(self._send(row), f"send {row.id}")
        if batch.rows or batch.refused:
            return now
        return await self._store.read(outbox.next_due, self._pool, now)

    async def _send(self, row: Outbound) -> None:
        try:
            if not self._lead.owns(row.lease or ""):  # somebody may have judged this call already
                now = self._clock.now()
                await self._store.write(outbox.put_back, row, now, now, ASLEEP)
                return
            now = self._clock.now()
            if stopped := await self._door.verdict(row, now):
                await self._store.write(outbox.stop, row, remember(row, stopped), now)
                self._desk.set()
                return
            outcome = await self._call(row)
        finally:
            self._calls -= 1
            self._bell.wake()
        await self._fates.put((row, outcome, self._clock.now()))
        if row.conversation:
            self._desk.set()
        if isinstance(outcome, NeedsHuman):
            self._taps.set()

    async def _call(self, row: Outbound) -> Outcome:
        peers: Sequence[str] = ()
        if row.channel in TASK_CHANNELS:
            people = await self._store.read(receivers.of, row.id)
            peers = [person["peer"] for person in people]
        if row.attempts > 1:
            RETRIES.add(row.channel)
        began = SEND_SECONDS.begin()
        outcome = await self._gateway.send(row, peers)
        SEND_SECONDS.end(began, row.channel)
        SENDS.add(row.channel, type(outcome).__name__.lower())
        return outcome


def settle_each(tx: Tx, fates: Sequence[Fate]) -> list[bool]:
    """Writes what became of several calls; for each whether its lease was still held."""
    latest = max(now for _, _, now in fates)
    verdicts = [(row, judge(row, outcome, now)) for row, outcome, now in fates]
    held = outbox.finish_each(tx, verdicts, latest)
    for (row, outcome, now), (_, verdict), mine in zip(fates, verdicts, held, strict=True):
        if mine:
            _follow(tx, row, outcome, now)
        if mine and TO_CLIENT in row.data:
            transfers.settle(tx, row, verdict, now)
        if mine and takeback.OF in row.data:
            takeback.settle(tx, row, verdict, now)
        if mine and verdict.event in ("later", "repeat"):
            desk.withdraw(tx, row, now)
    return held


def _follow(tx: Tx, row: Outbound, outcome: Outcome, now: int) -> None:
    """What else a call has changed."""
    if isinstance(outcome, NeedsHuman | Sent):
        receivers.refuse(tx, row.id, outcome.refused, REFUSED)
    if isinstance(outcome, Sent) and outcome.card_code:
        cards.keep(tx, row.account, cards.task_of(row), outcome.card_code, now)


class Recover:
    """Decides about calls whose worker died."""

    def __init__(self, store: Store, bells: Bells) -> None:
        self._store, self._bells = store, bells

    async def step(self, now: int) -> int | None:
        """Looks every few seconds."""
        if await self._store.write(outbox.recover, now):
            self._bells.ring_outbox()
        return now + LOST_EVERY
