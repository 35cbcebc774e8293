"""Which workers a role runs, as a table: each role builds its workers from the same parts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping

from bot.adapters.model import open_model
from bot.core.config import Config
from bot.core.span import parse_span
from bot.fetching import pull
from bot.leaving import POOLS as POOLS
from bot.leaving import deliver
from bot.parts import Parts as Parts
from bot.parts import Worker as Worker
from bot.parts import sockets
from bot.payer import payer
from bot.pipeline.alarms import Alarms
from bot.pipeline.converse import Converse
from bot.pipeline.desk import PutDown
from bot.pipeline.figuring import Figuring
from bot.pipeline.indexing import Indexing
from bot.pipeline.knowing import Knowing
from bot.pipeline.loop import LINKED, Bells
from bot.pipeline.model import Author, DraftKeeper
from bot.pipeline.retention import Retention
from bot.pipeline.segmenting import Segmenting
from bot.pipeline.sorting import Sorting
from bot.store import sources
from bot.store.leases import FETCH, LIBRARY, ROBOT, TICK
from scheduler.runner import Runner
from scheduler.running import Running

log = logging.getLogger(__name__)
# ms: somebody who rolls a version back should not have to wait
FOLLOW_EVERY = 250
# Bells that ring when a message or a task has another fate.
FATES = frozenset({"desk", "tasks"})


async def watch(parts: Parts) -> list[Worker]:
    """Every process looks at what is published, and one at the folders that people edit."""
    every, folders_at = parse_span(parts.config.content.watch_every), 0

    async def step(now: int) -> int:
        nonlocal folders_at
        look = parts.library.follow
        if now >= folders_at:
            folders_at, look = now + every, parts.library.sync
        if await look():
            log.info("the cast was replaced")
            parts.bells.ring_all()
            if parts.lead.leads(LIBRARY):
                parts.bells.library.set()  # the others need not wait for their next look
        return min(folders_at, now + FOLLOW_EVERY)

    return [Worker("library", parts.bells.library, step)]


def wanted(config: Config, roles: Collection[str], bells: Bells) -> dict[str, Callable[[], None]]:
    """What a process of these roles leads when it can, and what it wakes when that changes."""
    found: dict[str, Callable[[], None]] = {}
    if "tick" in roles:
        found |= {TICK: bells.due.wake, LIBRARY: bells.library.wake}
    if "pull" in roles:
        found[FETCH] = bells.ring_all
        linked = bells.outbox[LINKED].wake
        found |= {ROBOT + bot_id: linked for bot_id in sockets(config)}
    return found


async def converse(parts: Parts) -> list[Worker]:
    """Between inbox and outbox."""
    model = await parts.stack.enter_async_context(open_model(parts.config))
    if model is not None:
        parts.author = Author(parts.store, model, parts.config, parts.clock, parts.bells)
    worker = Converse(parts.store, parts.library, parts.gateway, parts.config, parts.clock,
                      parts.bells, parts.trace, parts.lead, parts.author, parts.passes)  # fmt: skip
    desk = PutDown(parts.store, parts.config, parts.bells)
    sorting = Sorting(parts.store, parts.config, parts.bells)
    await sorting.open()
    return [Worker("sort", parts.bells.intake, sorting.step),
            Worker("converse", parts.bells.inbox, worker.step, worker.slots),
            Worker("desk", asyncio.Event(), desk.step),
            Worker("drafts", asyncio.Event(), DraftKeeper(parts.store).step)]  # fmt: skip


async def tick(parts: Parts) -> list[Worker]:
    """The scheduler."""
    bells = parts.bells
    runner = Runner(parts.store, parts.library, parts.config, parts.clock, bells.due,
                    bells.ring_outbox, parts.lead)  # fmt: skip
    if parts.rings:
        runner.start()
        parts.stack.callback(runner.stop)
    keeper = Retention(parts.store, parts.config, parts.clock)
    running = Running(parts.store, parts.library, parts.config, parts.clock, bells.campaigns,
                      bells.ring_outbox, parts.lead, bells.ledger.set)  # fmt: skip
    bells.listen(lambda name: running.stir() if name in FATES else None)
    alarms = Alarms(parts.store, parts.library, parts.config, bells)
    segments = Segmenting(parts.store, lambda: parts.library.cast, parts.config.timezone)
    return [Worker("tick", bells.due, runner.step),
            Worker("campaigns", running.bell, running.step),
            Worker("retention", asyncio.Event(), keeper.step),
            Worker("index", asyncio.Event(), Indexing(parts.store).step),
            Worker("alarms", bells.service, alarms.step),
            Worker("journeys", asyncio.Event(), Knowing(parts.store, parts.config).step),
            Worker("figures", asyncio.Event(), Figuring(parts.store, parts.config.timezone).step),
            Worker("segments", asyncio.Event(), segments.step),
            *[Worker("pay", one.bell, one.step) for one in await payer(parts)]]  # fmt: skip


async def web(parts: Parts) -> list[Worker]:
    """Callbacks are answered by the web server itself; posts may lead to where it listens."""
    await parts.store.write(sources.put_here, parts.passes.base, parts.clock.now())
    return []


async def console(parts: Parts) -> list[Worker]:
    """Pages for staff are answered by the web server itself."""
    return []


ROLES: Mapping[str, Callable[[Parts], Awaitable[list[Worker]]]] = {
    "web": web, "pull": pull, "converse": converse, "deliver": deliver, "tick": tick,
    "console": console,
}  # fmt: skip
