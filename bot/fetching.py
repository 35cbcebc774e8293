"""The role ``pull``: everything that is fetched, and what is listened to once it is here."""

from __future__ import annotations

import asyncio

from bot.adapters.choose import archive_feed
from bot.adapters.listening import open_ear
from bot.leaving import sender
from bot.parts import Parts, Worker, led, sockets
from bot.pipeline.archive import ArchivePull
from bot.pipeline.called import Called
from bot.pipeline.ingest import Ingest
from bot.pipeline.listening import Listening
from bot.pipeline.loop import LINKED
from bot.pipeline.names import Names
from bot.pipeline.ownbulk import OwnBulk
from bot.pipeline.pull import Links, Pull
from bot.pipeline.reactions import Reactions
from bot.pipeline.robots import Leased, RobotLinks
from bot.pipeline.standing import Lines, Standing
from bot.pipeline.sync import Sync
from bot.pipeline.taps import Parts as TapParts
from bot.pipeline.taps import Taps
from bot.pipeline.unsure import Unsure
from bot.pipeline.wishes import Wishes
from bot.store.leases import FETCH, ROBOT
from bot.store.outbox import Reach
from scheduler.holding import Holding

CONTACT_WORKERS = (("sync", Sync), ("reactions", Reactions), ("unsure", Unsure),
                   ("own_bulk", OwnBulk), ("wishes", Wishes))  # fmt: skip


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
    called = Called(store, gateway, parts.library, bells)
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
        Worker("called", asyncio.Event(), led(parts, called.step)),
        Worker("lines", asyncio.Event(), Lines(store, robots, bells).step),
        *await _archive(parts),
        *await _listening(parts),
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

    return [sender(parts, "robot", LINKED, ours)]


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


async def _listening(parts: Parts) -> list[Worker]:
    """Whoever makes words of voices and videos, where somebody does."""
    ear = await parts.stack.enter_async_context(open_ear(parts.config, parts.sandbox))
    if ear is None:
        return []
    worker = Listening(parts.store, parts.gateway.media(), ear, parts.config, parts.clock,
                       parts.bells)  # fmt: skip
    return [Worker("listening", parts.bells.listening, worker.step)]
