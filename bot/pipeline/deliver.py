"""The only place that sends: claims what is due, makes the call, writes its fate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bot.core.clock import SECOND, Clock
from bot.core.config import Config
from bot.core.meters import RETRIES, SEND_SECONDS, SENDS
from bot.core.model import TO_CLIENT, NeedsHuman, Outbound, Outcome, Sent
from bot.core.pace import Pacing, pacings
from bot.core.policy import Verdict, judge, remember
from bot.core.span import parse_span
from bot.pipeline.loop import Bells, Slots
from bot.store import cards, desk, outbox, receivers, takeback, transfers
from bot.store.engine import Store, StoreFailed, Tx
from bot.store.leases import Alone, Lead
from bot.store.outbox import ANYBODY, Batch, Gate, KfWindow, Reach, open_gate

log = logging.getLogger(__name__)
BATCH = 256
# A task may have 10,000 receivers, each of whom is ruled on: other writes come in between two.
BITES = {"bulk": 1}
LOST_EVERY = 5 * SECOND
# Rows of these may have many receivers, each with a row of its own in the reply log.
TASK_CHANNELS = frozenset({"contact", "group", "moment", "app"})
REFUSED = "the platform cannot reach him"
OUT_OF_TOUCH = 200  # ms
NOTHING = Batch([], 0)
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

    A step writes what became of the calls that have ended, and claims as many rows as may travel
    now, in one transaction: a commit costs more than all the rows in it.
    ``sender`` names its bell, ``reach`` says whose rows this process can send at the moment.
    """

    def __init__(
        self, pool: str, store: Store, gateway: Carrier, config: Config, clock: Clock,
        bells: Bells, door: Door, *, lead: Lead | None = None, sender: str = "",
        reach: Callable[[], Reach] = lambda: ANYBODY, gate: Gate = open_gate,
    ) -> None:  # fmt: skip
        self._pool, self._store, self._gateway, self._clock = pool, store, gateway, clock
        self._lead, self._reach = lead or Alone(), reach
        self._door, self._gate = door, gate
        limits = config.wecom.limits
        self._window = KfWindow(limits.kf_messages, limits.kf_hours)
        self._lease = parse_span(config.deliver.lease)
        self._fewer = parse_span(config.deliver.fewer)
        self._paces = pacings(limits)
        self._bell, self._taps = bells.outbox[sender or pool], bells.taps
        self._desk = bells.desk
        self._street = bells.street
        slots = {"welcome": config.deliver.welcome_slots, "bulk": config.deliver.bulk_slots}
        self.slots = Slots(slots.get(pool, config.deliver.reply_slots), self._bell)
        self._fates: list[Fate] = []  # of calls that have ended; not on disk yet

    @property
    def idle(self) -> bool:
        """True when no call is under way and the fate of each is on disk."""
        return self.slots.idle and not self._fates

    async def step(self, now: int) -> int | None:
        """Writes the fates there are, and starts the calls that are due."""
        fates, self._fates = self._fates, []
        bite = self._street.bite(BITES.get(self._pool, BATCH), now)
        n = min(self.slots.free, bite) if self._lead.alive else 0
        if n or fates:
            batch = await self._write(fates, now, n)
            self._tell(fates)
            for row in batch.rows:
                self.slots.start(self._send(row), f"send {row.id}")
            if batch.rows or batch.refused:
                return now
        if not self._lead.alive:
            return now + OUT_OF_TOUCH
        return await self._store.read(outbox.next_due, self._pool, now) if n else None

    async def drain(self, seconds: float) -> int:
        """Waits for the calls under way and writes their fates; how many had to be cancelled."""
        late = await self.slots.drain(seconds)
        fates, self._fates = self._fates, []
        await self._each(fates)
        return late

    async def _write(self, fates: list[Fate], now: int, n: int) -> Batch:
        """One transaction for all; after a failure the fates are written one by one, and those that
        the store does not take wait for the next step."""
        lease, until = self._lead.mark(), now + self._lease
        try:
            return await self._store.write(
                _settle_and_claim, fates, self._pool, now, lease, until, n, self._window,
                self._paces, self._reach(), self._fewer, self._gate,
            )  # fmt: skip
        except Exception:
            self._fates = await self._each(fates) + self._fates
            raise

    async def _each(self, fates: Sequence[Fate]) -> list[Fate]:
        """Writes each by itself, so that one that cannot be stored takes nobody down; those for
        which there was no room or no connection."""
        ends = await asyncio.gather(*(self._store.write(settle_each, [fate]) for fate in fates),
                                    return_exceptions=True)  # fmt: skip
        for (row, _, _), end in zip(fates, ends, strict=True):
            if isinstance(end, BaseException) and not isinstance(end, StoreFailed):
                log.error("the fate of row %s cannot be written", row.id, exc_info=end)
        return [fate for fate, end in zip(fates, ends, strict=True) if isinstance(end, StoreFailed)]

    def _tell(self, fates: Sequence[Fate]) -> None:
        if any(row.conversation for row, _, _ in fates):
            self._desk.set()
        if any(isinstance(outcome, NeedsHuman) for _, outcome, _ in fates):
            self._taps.set()

    async def _send(self, row: Outbound) -> None:
        now = self._clock.now()
        if not self._lead.owns(row.lease or ""):  # somebody may have judged this call already
            await self._store.write(outbox.put_back, row, now, now, ASLEEP)
        elif stopped := await self._door.verdict(row, now):
            await self._store.write(outbox.stop, row, remember(row, stopped), now)
            self._desk.set()
        else:
            outcome = await self._call(row)
            self._fates.append((row, outcome, self._clock.now()))

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


def _settle_and_claim(
    tx: Tx, fates: Sequence[Fate], pool: str, now: int, lease: str, until: int, n: int,
    window: KfWindow, paces: Mapping[str, Sequence[Pacing]], reach: Reach, fewer: int,
    gate: Gate,
) -> Batch:  # fmt: skip
    if fates:
        settle_each(tx, fates)
    if not n:
        return NOTHING
    return outbox.claim(tx, pool, now, lease, until, n, window, paces, reach, fewer, gate)


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
