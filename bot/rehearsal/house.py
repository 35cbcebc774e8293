"""The product as `run` builds it, on a clock, a store and a platform of the rehearsal."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.campaigns import CampaignRefused
from bot.core.clock import DAY, HOUR, MINUTE, SECOND, ManualClock
from bot.core.config import Config
from bot.library.library import Library
from bot.library.speech import Setting
from bot.pipeline.ingest import Ingest
from bot.pipeline.loop import Bells
from bot.pipeline.trace import Trace
from bot.rehearsal.clockwork import Clockwork, Peek
from bot.rehearsal.memory import remembering
from bot.rehearsal.setting import Place, places, world
from bot.rehearsal.stage import Stage
from bot.rehearsal.wire import Straight, Wire
from bot.store import outbox, schedule, turns
from bot.store.book import StoredBook
from bot.store.engine import Tx
from bot.store.leases import Alone
from bot.store.media import StoredShelf
from bot.store.migrate import migrate
from bot.store.opening import FILE
from bot.store.straight import StraightStore
from bot.wecom.codec import parse_xml
from bot.workers import POOLS, ROLES, Parts, Worker
from scheduler import steering

# What has nothing to do here: no line to a robot is open, nobody dies, nobody searches, the data is
# thrown away, and figures and names of accounts are for the pages.
IDLE = frozenset({"robots", "lines", "deliver-robot", "recover", "index", "retention", "figures",
                  "segments", "called"})  # fmt: skip
SOON = 30 * SECOND
# Workers that look by the clock, not because somebody rang: so seldom here.
PACES: Mapping[str, int] = {
    "names": HOUR, "alarms": HOUR, "journeys": HOUR, "wishes": HOUR, "links": 12 * HOUR,
    "desk": HOUR,
    "drafts": DAY, "sync": 20 * MINUTE, "standing": 6 * HOUR, "reactions": 6 * HOUR,
    "unsure": HOUR, "taps": 8 * MINUTE, "own_bulk": 6 * HOUR,
}  # fmt: skip


@dataclass(kw_only=True, slots=True)
class House:
    """Everything that a play needs."""

    config: Config
    clock: ManualClock
    store: StraightStore
    stage: Stage
    library: Library
    bells: Bells
    places: tuple[Place, ...]
    ingest: Ingest
    clockwork: Clockwork

    async def hear(self) -> bool:
        """What the platform told goes in at the door; False when it was silent."""
        news = self.stage.news
        if not news:
            return False
        while news:
            heard = [self.ingest.take(told.app, parse_xml(told.xml)) for told in news]
            news.clear()
            # what comes at one moment is written together, as it is at the door
            await asyncio.gather(*heard)
        self.clockwork.call("taps", self.clock.now() + SOON)
        return True

    async def settle(self) -> None:
        """Until nobody has anything to do at this moment."""
        await self._rest()
        while await self.hear():
            await self._rest()

    async def _rest(self) -> None:
        """In life the calendar rings twice a minute, and whoever watches the tasks looks every few
        seconds; here they are called when there may be something."""
        await self.clockwork.settle()
        due = await self.store.read(schedule.next_due)
        if due is not None:
            self.clockwork.call("tick", due)
            if due <= self.clock.now():
                await self.clockwork.settle()

    def go(self, at: int) -> None:
        """Time goes on, for the platform too."""
        ms = at - self.clock.now()
        self.clock.advance(ms)
        self.stage.go(ms)


@contextlib.asynccontextmanager
async def open_house(
    config: Config, folder: Path, *, start: int, members: int, seed: int
) -> AsyncIterator[House]:
    """The product in ``folder``, at ``start`` (UTC ms). ``config`` is one for rehearsals."""
    clock, bells, lead = ManualClock(start), Bells(), Alone()
    migrate(folder / FILE, start)
    async with contextlib.AsyncExitStack() as stack:
        store = StraightStore(folder / FILE)
        stack.callback(store.close)
        library = Library(store, config, clock, lead)
        await library.open()
        library.cast = remembering(library.cast)
        await store.write(approve_all, Setting.of(config, library.cast, start))
        found = places(config, library.cast, members)
        file = folder / "world.toml"
        file.write_text(world(config, found, seed), encoding="utf-8")
        stage = Stage(file, start)
        gateway = await stack.enter_async_context(
            Straight(Wire(stage), config, clock, book=StoredBook(store, clock),
                     shelf=StoredShelf(store)))  # fmt: skip
        parts = Parts(config=config, clock=clock, bells=bells, trace=Trace(), store=store,
                      gateway=gateway, library=library, sandbox=None, stack=stack,
                      lead=lead, rings=False)  # fmt: skip
        workers = [w for role in ("pull", "converse", "deliver", "tick")
                   for w in await ROLES[role](parts) if w.name not in IDLE]  # fmt: skip
        yield House(
            config=config,
            clock=clock,
            store=store,
            stage=stage,
            library=library,
            bells=bells,
            places=found,
            ingest=Ingest(store, config, clock, bells),
            clockwork=Clockwork(clock, workers, PACES, _peeks(store, workers)),
        )


def approve_all(tx: Tx, setting: Setting) -> None:
    """Every campaign that has a time takes place as if it were approved: what would come of a draft
    is what a rehearsal is for."""
    for campaign in setting.cast.campaigns:
        if campaign.file.at:
            with contextlib.suppress(CampaignRefused):  # its time is over
                steering.approve(tx, setting, campaign.id, "rehearsal")


def _peeks(store: StraightStore, workers: list[Worker]) -> dict[str, Peek]:
    """Looks that are cheaper than a step which finds nothing."""

    def pool(worker: Worker, name: str) -> Peek:
        async def look(now: int) -> int | None:
            idle = getattr(worker.busy, "idle", True)
            # 0: also what is due already
            return await store.read(outbox.next_due, name, 0) if idle else now

        return look

    async def turn(now: int) -> int | None:
        return await store.read(turns.next_due)

    named = {worker.name: worker for worker in workers}
    found: dict[str, Peek] = {"converse": turn}
    return found | {f"deliver-{name}": pool(named[f"deliver-{name}"], name) for name in POOLS}
