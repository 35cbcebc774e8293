"""Which workers a role runs, as a table: each role builds its workers from the same parts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.adapters.choose import archive_feed
from bot.adapters.model import open_model
from bot.core.clock import SECOND, Clock
from bot.core.config import Config
from bot.core.model import Outbound
from bot.core.passes import Passes
from bot.core.policy import Verdict
from bot.core.span import parse_span
from bot.library.library import Library
from bot.library.speech import HERE, Setting
from bot.payer import payer
from bot.pipeline.alarms import Alarms
from bot.pipeline.archive import ArchivePull
from bot.pipeline.converse import Converse
from bot.pipeline.deliver import Deliver, Recover
from bot.pipeline.desk import PutDown
from bot.pipeline.figuring import Figuring
from bot.pipeline.indexing import Indexing
from bot.pipeline.ingest import Ingest
from bot.pipeline.knowing import Knowing
from bot.pipeline.lastlook import LastLook
from bot.pipeline.loop import LINKED, Bells, Drained, Step
from bot.pipeline.model import Author, DraftKeeper
from bot.pipeline.names import Names
from bot.pipeline.ownbulk import OwnBulk
from bot.pipeline.pull import Links, Pull
from bot.pipeline.reactions import Reactions
from bot.pipeline.retention import Retention
from bot.pipeline.robots import Leased, RobotLinks
from bot.pipeline.segmenting import Segmenting
from bot.pipeline.sorting import Sorting
from bot.pipeline.standing import Lines, Standing
from bot.pipeline.sync import Sync
from bot.pipeline.taps import Parts as TapParts
from bot.pipeline.taps import Taps
from bot.pipeline.trace import Trace
from bot.pipeline.unsure import Unsure
from bot.pipeline.wishes import Wishes
from bot.store import sources
from bot.store.engine import Store, Tx
from bot.store.leases import FETCH, LIBRARY, ROBOT, TICK, Lead
from bot.store.outbox import ANYBODY, Gate, Reach
from bot.store.passing import passes_of
from bot.wecom.gateway import Gateway
from scheduler import gate
from scheduler.holding import Holding
from scheduler.runner import Runner
from scheduler.running import Running

log = logging.getLogger(__name__)
POOLS = ("welcome", "reply", "bulk")
STAND_BY = 1 * SECOND
# ms: somebody who rolls a version back should not have to wait
FOLLOW_EVERY = 250
# Bells that ring when a message or a task has another fate.
FATES = frozenset({"desk", "tasks"})
CONTACT_WORKERS = (("sync", Sync), ("reactions", Reactions), ("unsure", Unsure),
                   ("own_bulk", OwnBulk), ("wishes", Wishes))  # fmt: skip


class Worker(NamedTuple):
    """A step, what wakes it, and the calls it has under way."""

    name: str
    bell: asyncio.Event
    step: Step
    busy: Drained | None = None


@dataclass(kw_only=True, slots=True)
class Parts:
    """What workers are made of. ``stack`` closes at the end what they opened.

    ``robots`` are there once the role ``pull`` runs, ``author`` where a language model may write.
    ``rings``: whether the calendar rings by the machine's clock, by which no rehearsal lives.
    ``here``: where this process listens.
    """

    config: Config
    clock: Clock
    bells: Bells
    trace: Trace
    store: Store
    gateway: Gateway
    library: Library
    sandbox: str | None
    stack: contextlib.AsyncExitStack
    lead: Lead
    robots: RobotLinks | None = None
    author: Author | None = None
    rings: bool = True
    here: str = ""

    @property
    def passes(self) -> Passes:
        """Links to the member page."""
        return passes_of(self.config, self.here)


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


def sockets(config: Config) -> tuple[str, ...]:
    """Robots that speak through a connection, by bot_id."""
    return tuple(r.bot_id for r in config.wecom.robots.values() if r.mode == "socket")


def led(parts: Parts, step: Step) -> Step:
    """A step that only the process takes which fetches; the others look again soon."""

    async def only(now: int) -> int | None:
        return await step(now) if parts.lead.leads(FETCH) else now + STAND_BY

    return only


async def pull(parts: Parts) -> list[Worker]:
    """Everything that is fetched: kf, links, taps, robots, archive, contacts."""
    store, gateway, clock, bells = parts.store, parts.gateway, parts.clock, parts.bells
    links = Links(store, gateway, parts.library, clock)
    if parts.lead.leads(FETCH):
        await links.step(clock.now())
    reader = Pull(store, gateway, parts.library, parts.config, clock, bells)
    await reader.open()
    ingest = Ingest(store, parts.config, clock, bells)
    parts.robots = robots = RobotLinks(gateway.robots, ingest, clock, Leased(parts.lead))
    parts.stack.push_async_callback(robots.close)
    names = Names(store, gateway, parts.config, bells)
    standing = Standing(store, gateway, parts.library, bells)
    contacts = [Worker(name, asyncio.Event(),
                       led(parts, kind(store, gateway.contacts, parts.config, clock, bells).step))
                for name, kind in CONTACT_WORKERS]  # fmt: skip
    return [
        Worker("pull", bells.sources, led(parts, reader.step), reader.slots),
        Worker("links", asyncio.Event(), led(parts, links.step)),
        Worker("taps", bells.taps, led(parts, taps(parts).step)),
        Worker("robots", robots.bell, robots.step),
        Worker("names", asyncio.Event(), led(parts, names.step)),
        Worker("standing", asyncio.Event(), led(parts, standing.step)),
        Worker("lines", asyncio.Event(), Lines(store, robots, bells).step),
        *await _archive(parts),
        *contacts,
        *_linked(parts),
    ]


def taps(parts: Parts) -> Taps:
    """Whoever looks after tasks that wait for a tap."""
    return Taps(TapParts(
        store=parts.store, gateway=parts.gateway, library=parts.library, config=parts.config,
        clock=parts.clock, bells=parts.bells, judge=Holding(parts.library, parts.config),
    ))  # fmt: skip


def _linked(parts: Parts) -> list[Worker]:
    """What socket robots say leaves through the process that holds their connection."""
    robots = sockets(parts.config)
    if not robots:
        return []

    def ours() -> Reach:
        return Reach(tuple(r for r in robots if parts.lead.leads(ROBOT + r)), among=True)

    return [_sender(parts, "robot", LINKED, ours)]


async def _archive(parts: Parts) -> list[Worker]:
    """The reader of the message archive, where there is one."""
    opening = archive_feed(parts.config, parts.sandbox, parts.clock)
    feed = await parts.stack.enter_async_context(opening)
    if feed is None:
        return []
    reader = ArchivePull(parts.store, feed, lambda: parts.library.cast.all_accounts("contact"),
                         parts.config, parts.clock, parts.bells)  # fmt: skip
    await reader.open()
    return [Worker("archive", parts.bells.archive, led(parts, reader.step))]


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


async def deliver(parts: Parts) -> list[Worker]:
    """One sender for each pool, and whoever looks after the calls of dead senders."""
    made = [Worker("recover", asyncio.Event(), Recover(parts.store, parts.bells).step)]
    made += [_sender(parts, pool, pool, lambda: ANYBODY) for pool in POOLS]
    elsewhere = Reach(sockets(parts.config))
    return [*made, _sender(parts, "robot", "robot", lambda: elsewhere)]


def _sender(parts: Parts, pool: str, name: str, reach: Callable[[], Reach]) -> Worker:
    door = LastLook(parts.store, parts.library, parts.config)
    sender = Deliver(pool, parts.store, parts.gateway, parts.config, parts.clock, parts.bells,
                     door, lead=parts.lead, sender=name, reach=reach,
                     gate=governor(parts))  # fmt: skip
    return Worker(f"deliver-{name}", parts.bells.outbox[name], sender.step, sender)


def governor(parts: Parts) -> Gate:
    """The governor at the door, by what is published at that moment."""

    def rule(tx: Tx, rows: Sequence[Outbound], now: int) -> Mapping[int, Verdict]:
        setting = Setting.of(parts.config, parts.library.cast, now)
        return gate.gate(tx, setting, rows)

    return rule


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
    await parts.store.write(sources.keep_link, HERE, parts.passes.base, parts.clock.now())
    return []


async def console(parts: Parts) -> list[Worker]:
    """Pages for staff are answered by the web server itself."""
    return []


ROLES: Mapping[str, Callable[[Parts], Awaitable[list[Worker]]]] = {
    "web": web, "pull": pull, "converse": converse, "deliver": deliver, "tick": tick,
    "console": console,
}  # fmt: skip
