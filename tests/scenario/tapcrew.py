"""The workers that make tasks and look after them, without the rest of the house: both clocks move
only when a test says so, and every write and every call may be the last of the process."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.body import Rich
from bot.core.clock import DAY, HOUR, SECOND, ManualClock
from bot.core.config import Config, load_config
from bot.core.model import Outbound, Outcome, TapStatus
from bot.library.library import Library
from bot.library.speech import Setting
from bot.pipeline.deliver import Deliver, Recover
from bot.pipeline.loop import Bells
from bot.pipeline.taps import Parts, Taps
from bot.pipeline.unsure import Unsure
from bot.store import outbox
from bot.store.book import StoredBook
from bot.store.engine import Tx
from bot.store.migrate import migrate_sqlite
from bot.store.outbox import Receiver
from bot.store.sql import Composed
from bot.store.sqlite import SqliteStore
from bot.wecom.gateway import Gateway
from scheduler import gate
from scheduler.holding import Holding
from tests.contract.making import Open
from tests.scenario.house import Phone, brand, look, platform

NOON = 1_790_136_000_000  # 2026-09-23 12:00 in Shanghai, a Wednesday
NEVER = 1 << 30


class Killed(RuntimeError):
    """The process is gone."""


@dataclass
class Fuse:
    """Counts what a process does that others could see; burns at the wanted place."""

    left: int = NEVER
    after: bool = False  # the deed is done, and nobody is left to remember it
    done: int = 0

    @property
    def burnt(self) -> bool:
        return self.left <= 0

    async def through(self, deed: Callable[[], Awaitable[Any]]) -> Any:
        self.left -= 1
        self.done += 1
        if self.left < 0 or (self.left == 0 and not self.after):
            raise Killed
        made = await deed()
        if self.left == 0:
            raise Killed
        return made


class FusedStore:
    """A store whose process may die at any write that has something to write."""

    def __init__(self, store: SqliteStore, fuse: Fuse) -> None:
        self._store, self._fuse, self.read = store, fuse, store.read

    async def write(self, fn: Callable[..., Any], *a: Any, **k: Any) -> Any:
        looks = WORK.get(fn.__name__)
        if looks is not None and not (looks and await self.read(_any, looks)):
            return await self._store.write(fn, *a, **k)
        return await self._fuse.through(lambda: self._store.write(fn, *a, **k))


# Writes of every round, and the rows without which they write nothing; without words: never.
WORK = {
    "_settle_and_claim": "SELECT 1 FROM outbox WHERE state IN ('ready', 'sending')",
    "open_new": "SELECT 1 FROM outbox o WHERE state = 'waiting'"
                " AND NOT EXISTS (SELECT 1 FROM tap t WHERE t.outbox = o.id)",
    "recover": "SELECT 1 FROM outbox WHERE state = 'sending'",
    "due": "",
    "close_orphans": "",
    "report": "",
}  # fmt: skip


def _any(tx: Any, sql: str) -> bool:
    return bool(tx.rows(Composed(sql)))


class FusedGateway:
    """A gateway whose process may die at any call that changes something on the platform, or asks
    how a task stands."""

    def __init__(self, gateway: Gateway, fuse: Fuse) -> None:
        self._gateway, self._fuse = gateway, fuse
        self.contacts = FusedContacts(gateway, fuse)

    async def send(self, row: Outbound, receivers: Sequence[str] = ()) -> Outcome:
        made: Outcome = await self._fuse.through(lambda: self._gateway.send(row, receivers))
        return made

    async def tap_status(self, row: Outbound) -> TapStatus:
        made: TapStatus = await self._fuse.through(lambda: self._gateway.tap_status(row))
        return made


class FusedContacts:
    def __init__(self, gateway: Gateway, fuse: Fuse) -> None:
        self.bulk, self.moments = (FusedVerbs(x, fuse) for x in (gateway.contacts.bulk,
                                                                 gateway.contacts.moments))  # fmt: skip


class FusedVerbs:
    def __init__(self, verbs: Any, fuse: Fuse) -> None:
        self._verbs, self._fuse = verbs, fuse

    async def cancel(self, number: str) -> None:
        await self._fuse.through(lambda: self._verbs.cancel(number))

    async def remind(self, number: str) -> None:
        await self._fuse.through(lambda: self._verbs.remind(number))


@dataclass
class Crew:
    """One process after the other on one database and one platform."""

    phone: Phone
    store: SqliteStore
    gateway: Gateway
    config: Config
    clock: ManualClock
    library: Library
    data: Path
    bells: Bells = field(default_factory=Bells)
    fuse: Fuse = field(default_factory=Fuse)

    def __post_init__(self) -> None:
        self.start()

    def start(self, fuse: Fuse | None = None) -> None:
        """A new process: nothing is remembered but what the database has."""
        self.fuse = fuse or Fuse()
        store: Any = FusedStore(self.store, self.fuse)
        gateway: Any = FusedGateway(self.gateway, self.fuse)
        self.taps = Taps(Parts(
            store=store, gateway=gateway, library=self.library, config=self.config,
            clock=self.clock, bells=self.bells, judge=Holding(self.library, self.config),
        ))  # fmt: skip
        self.bulk = Deliver("bulk", store, gateway, self.config, self.clock, self.bells, Open(),
                            gate=self._gate)  # fmt: skip
        self.reply = Deliver("reply", store, gateway, self.config, self.clock, self.bells, Open())
        self.recover = Recover(store, self.bells)
        self.unsure = Unsure(store, self.gateway.contacts, self.config, self.clock, self.bells)

    def _gate(self, tx: Tx, rows: Sequence[Outbound], now: int) -> Any:
        setting = Setting(cast=self.library.cast, now=now, governing=self.config.governor)
        return gate.gate(tx, setting, rows)

    async def round(self) -> None:
        """Every worker once, and what it began to its end."""
        now = self.clock.now()
        await self.recover.step(now)
        await self._send(self.bulk)
        await self.unsure.step(now)
        for _ in range(20):
            next_at = await self.taps.step(now)
            if next_at is None or next_at > now:
                break
        await self._send(self.reply)

    async def _send(self, sender: Deliver) -> None:
        now = self.clock.now()
        await sender.step(now)
        await sender.slots.drain(30)
        await sender.step(now)

    async def rounds(self, n: int, every: int = 5 * SECOND) -> None:
        """So many rounds with so much time between; whoever dies is followed by a new process."""
        for _ in range(n):
            try:
                await self.round()
            except Killed:
                self.start()
            await self.advance(every)

    async def until(self, found: Callable[[], Any], most: int = 60) -> None:
        """Rounds until something is so."""
        for _ in range(most):
            if found():
                return
            await self.rounds(1)
        raise AssertionError("it does not come to be")

    async def advance(self, ms: int) -> None:
        await self.phone.post("/clock", advance_s=ms / 1000)
        self.clock.advance(ms)

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        return look(self.data, sql, *values)

    async def queue(self, people: Sequence[str], text: str, **more: Any) -> int:
        """A task for one account's friends."""
        now = self.clock.now()
        values: dict[str, Any] = {
            "lane": "contact:lin.xi/bulk", "pool": "bulk", "channel": "contact",
            "account": "lin.xi", "peer": "lin.xi", "kind": "promo", "origin": "campaign:spring:1",
            "operator": "lin.xi", "persona": "tester", "persona_version": 1, "send_at": now,
            "retry_at": now, "expires_at": now + 2 * DAY, "dedupe": text, "body": Rich(text),
        }  # fmt: skip
        out = Outbound(**(values | more))
        made = await self.store.write(outbox.enqueue, out, now, [Receiver(p, p) for p in people])
        assert made is not None
        return made

    async def open_task(self, account: str = "lin.xi") -> dict[str, Any] | None:
        """What waits in the owner's client, the latest."""
        return next(iter(reversed(await self.phone.tasks(account))), None)

    async def tap(self, task: Mapping[str, Any]) -> None:
        await self.phone.post(f"/staff/{task['userid']}/tasks/{task['id']}/confirm")

    async def got(self, people: Sequence[str], text: str) -> list[int]:
        """How often each of them has received a text."""
        return [(await self.phone.texts(who, "contact")).count(text) for who in people]


@contextlib.asynccontextmanager
async def crew(
    folder: Path, *, at: int = NOON, world: Path | None = None, extra: str = "", **changes: str
) -> AsyncIterator[Crew]:
    """Everything opens at a moment that stands still; ``changes``: see ``brand``."""
    path = brand(folder, **changes)
    if extra:
        # the brand's [taps] is its last table, and these tests have one of their own
        path.write_text(path.read_text("utf-8").partition("\n[taps]")[0] + extra, "utf-8")
    config = load_config(path)
    async with platform(frozen_at=at, world=world) as phone:
        clock = ManualClock(at)
        place = config.data_dir / "onevoice.db"
        migrate_sqlite(place, at)
        store = SqliteStore(place)
        try:
            library = Library(store, config, clock)
            await library.open()
            book = StoredBook(store, clock)
            async with Gateway(config, phone.url, clock, book=book) as gateway:
                yield Crew(phone, store, gateway, config, clock, library, config.data_dir)
        finally:
            store.close()


__all__ = ["DAY", "HOUR", "NOON", "Crew", "Fuse", "Killed", "crew"]
