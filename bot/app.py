"""Composition root: makes every part, hands each what it needs, starts and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from aiohttp import web

from bot.adapters.choose import archive_feed
from bot.core.clock import SystemClock
from bot.core.config import Config
from bot.core.errors import OneVoiceError
from bot.core.span import parse_span
from bot.library.library import Library
from bot.pipeline.archive import ArchivePull
from bot.pipeline.converse import Converse
from bot.pipeline.deliver import Deliver, Recover
from bot.pipeline.ingest import Ingest
from bot.pipeline.loop import Bells, Slots, Step, run_worker
from bot.pipeline.pull import Links, Pull, Taps
from bot.pipeline.reactions import Reactions
from bot.pipeline.robots import Desk, RobotLinks
from bot.pipeline.sync import Sync
from bot.pipeline.trace import Trace
from bot.pipeline.unsure import Unsure
from bot.platform import Platform
from bot.store import inbox, outbox, turns
from bot.store.book import StoredBook
from bot.store.engine import Store, Tx
from bot.store.media import StoredShelf
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from bot.web import health
from bot.web.callback import Callbacks
from bot.web.oa import OaCallbacks
from bot.web.robot import RobotCallbacks
from bot.wecom.gateway import Gateway, doors
from bot.wecom.oa.accounts import doors as oa_doors
from bot.wecom.robot.account import robot_doors
from scheduler.runner import Runner

log = logging.getLogger(__name__)
ROLES = ("web", "pull", "converse", "deliver", "tick")
DRAIN = 7.0  # seconds; SIGTERM promises an exit within 10
DATABASE = "onevoice.db"
CONTACT_WORKERS = (("sync", Sync), ("reactions", Reactions), ("unsure", Unsure))


class AlreadyRunning(OneVoiceError):
    """Another ``run`` holds this data folder; stop it, or name another with --data."""


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the product can be reached; None for what does not run here."""

    callback: str | None
    sandbox: str | None
    data: str
    console: str | None = None


@contextlib.contextmanager
def hold(folder: Path) -> Any:
    """The one ``run`` of a data folder. The kernel lets go when the process ends, however.

    Raises AlreadyRunning.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock: IO[str] = (folder / "onevoice.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise AlreadyRunning(
            f"another 'onevoice run' holds {folder}; stop it, or name another folder with --data"
        ) from None
    with lock:
        yield


class App:
    """One running process. ``port`` 0 takes any free port."""

    def __init__(
        self, config: Config, *, port: int, platform: Platform, roles: Sequence[str] = ROLES
    ) -> None:
        self._config, self._port, self._roles = config, port, frozenset(roles)
        self._platform = platform
        self.clock = SystemClock()
        self.bells = Bells()
        self.trace = Trace()
        self.robots: RobotLinks | None = None
        self._stop = asyncio.Event()
        self._slots: list[Slots] = []
        self._workers: list[asyncio.Task[None]] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Urls]:
        """Runs until the block ends; then drains what is under way."""
        async with contextlib.AsyncExitStack() as stack:
            store = self._open_store()
            stack.callback(store.close)
            await store.write(_wake_up, self.clock.now())
            server = web.AppRunner(self._web(store), access_log=None, handle_signals=False)
            await server.setup()
            stack.push_async_callback(server.cleanup)
            callback = await self._listen(server)
            base = await stack.enter_async_context(self._platform.opened(callback, self.clock))
            self._platform.on_jump(self.bells.ring_all)
            await self._follow_clock(stack)
            gateway = await stack.enter_async_context(Gateway(
                self._config, base, self.clock, shelf=StoredShelf(store),
                book=StoredBook(store, self.clock),
            ))  # fmt: skip
            await self._start(store, gateway, stack)
            try:
                yield Urls(callback=callback, sandbox=self._platform.url,
                           data=str(self._config.data_dir))  # fmt: skip
            finally:
                await self._drain()

    def _open_store(self) -> SqliteStore:
        path = self._config.data_dir / DATABASE
        for name in migrate_sqlite(path, self.clock.now()):
            log.info("migration %s applied", name)
        return SqliteStore(path, readers=self._config.store.readers,
                           queue_limit=self._config.web.queue_limit)  # fmt: skip

    def _web(self, store: Store) -> web.Application:
        app = web.Application(client_max_size=self._config.web.body_limit)

        async def probe() -> dict[str, Any]:
            return {"ok": True, "inbox": await store.read(inbox.counts),
                    "outbox": await store.read(outbox.counts_by_state)}  # fmt: skip

        async def trace(request: web.Request) -> web.Response:
            since = request.query.get("since", "0")
            return web.json_response(self.trace.since(int(since) if since.isdigit() else 0))

        app.add_routes(health.routes(probe))
        if self._config.sandbox:
            app.router.add_get("/trace", trace)
        if "web" in self._roles:
            ingest = Ingest(store, self._config, self.clock, self.bells)
            limit = self._config.web.body_limit
            desk = Desk(self._config, store, self.clock)
            app.add_routes(RobotCallbacks(robot_doors(self._config), ingest, limit, desk,
                                          self.clock).routes())  # fmt: skip
            app.add_routes(OaCallbacks(oa_doors(self._config), ingest, limit).routes())
            app.add_routes(Callbacks(doors(self._config), ingest, limit).routes())
        return app

    async def _listen(self, server: web.AppRunner) -> str | None:
        host = self._config.web.host
        site = web.TCPSite(server, host, self._port, backlog=1024)
        try:
            await site.start()
        except OSError as exc:
            raise OneVoiceError(
                f"--port {self._port}: {exc.strerror}; choose another, or 0 for any free one"
            ) from None
        port = server.addresses[0][1]
        return f"http://{host}:{port}/callback" if "web" in self._roles else None

    async def _follow_clock(self, stack: contextlib.AsyncExitStack) -> None:
        task = asyncio.create_task(self._platform.follow(self.clock))
        stack.callback(task.cancel)

    async def _start(
        self, store: Store, gateway: Gateway, stack: contextlib.AsyncExitStack
    ) -> None:
        library = Library(store, self._config, self.clock)
        await library.open()
        links = Links(store, gateway, library, self.clock)
        if "pull" in self._roles:
            await links.step(self.clock.now())
        for name, bell, step in await self._steps(store, gateway, library, links, stack):
            worker = run_worker(name, step, bell, self.clock, self._stop)
            self._workers.append(asyncio.create_task(worker, name=name))

    async def _steps(
        self, store: Store, gateway: Gateway, library: Library, links: Links,
        stack: contextlib.AsyncExitStack,
    ) -> list[tuple[str, asyncio.Event, Step]]:  # fmt: skip
        """Name, bell and step of every worker that this process runs."""
        config, clock, bells = self._config, self.clock, self.bells
        steps: list[tuple[str, asyncio.Event, Step]] = [
            ("library", asyncio.Event(), self._watch(library))
        ]
        if "pull" in self._roles:
            pull = Pull(store, gateway, library, config, clock, bells)
            await pull.open()
            self._slots.append(pull.slots)
            steps += [("pull", bells.sources, pull.step), ("links", asyncio.Event(), links.step),
                      ("taps", bells.taps, Taps(store, gateway, config, clock).step),
                      self._robots(store, gateway, stack)]  # fmt: skip
            steps += await self._archive(store, library, stack)
            steps += [(name, asyncio.Event(), kind(store, gateway.contacts, config, clock,
                                                   bells).step)
                      for name, kind in CONTACT_WORKERS]  # fmt: skip
        if "converse" in self._roles:
            converse = Converse(store, library, gateway, config, clock, bells, self.trace)
            self._slots.append(converse.slots)
            steps.append(("converse", bells.inbox, converse.step))
        if "deliver" in self._roles:
            steps.append(("recover", asyncio.Event(), Recover(store, bells).step))
            for pool, bell in bells.outbox.items():
                deliver = Deliver(pool, store, gateway, config, clock, bells)
                self._slots.append(deliver.slots)
                steps.append((f"deliver-{pool}", bell, deliver.step))
        if "tick" in self._roles:
            runner = Runner(store, library, config, clock, bells.due, bells.ring_outbox)
            runner.start()
            stack.callback(runner.stop)
            steps.append(("tick", bells.due, runner.step))
        return steps

    async def _archive(
        self, store: Store, library: Library, stack: contextlib.AsyncExitStack
    ) -> list[tuple[str, asyncio.Event, Step]]:
        """The reader of the message archive, where there is one."""
        opening = archive_feed(self._config, self._platform.url, self.clock)
        feed = await stack.enter_async_context(opening)
        if feed is None:
            return []
        pull = ArchivePull(store, feed, lambda: library.cast.all_accounts("contact"),
                           self._config, self.clock, self.bells)  # fmt: skip
        await pull.open()
        return [("archive", self.bells.archive, pull.step)]

    def _robots(
        self, store: Store, gateway: Gateway, stack: contextlib.AsyncExitStack
    ) -> tuple[str, asyncio.Event, Step]:
        """The robots' connections end last, for answers leave through them."""
        ingest = Ingest(store, self._config, self.clock, self.bells)
        links = self.robots = RobotLinks(gateway.robots, ingest, self.clock)
        stack.push_async_callback(links.close)
        return "robots", links.bell, links.step

    def _watch(self, library: Library) -> Step:
        every = parse_span(self._config.content.watch_every)

        async def step(now: int) -> int:
            if await library.sync():
                log.info("the cast was replaced")
                self.bells.ring_all()
            return now + every

        return step

    async def _drain(self) -> None:
        """No new work; what is under way ends, or its lease will."""
        self._stop.set()
        self.bells.ring_all()
        for slots in self._slots:
            await slots.drain(DRAIN / max(len(self._slots), 1))
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)


def _wake_up(tx: Tx, now: int) -> None:
    """Leases of a dead predecessor: its turns are due again, its calls are of unknown fate."""
    turns.release_all(tx, now)
    outbox.recover(tx, now, alone=True, n=100_000)
