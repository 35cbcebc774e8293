"""Composition root: makes every part, hands each what it needs, starts and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.adapters.embeddings import open_embeddings
from bot.checkups import Checkups
from bot.console.console import Console
from bot.core.clock import SystemClock
from bot.core.config import Config
from bot.core.errors import OneVoiceError
from bot.doors import Behind, doors
from bot.library.library import Library
from bot.members.terms import of as terms_of
from bot.offset import keep_offset
from bot.pipeline.loop import Bells, Drained, run_worker
from bot.pipeline.pulse import Pulse
from bot.pipeline.trace import Trace
from bot.platform import Platform
from bot.rehearsal.runs import Runs
from bot.store import outbox, turns
from bot.store.book import StoredBook
from bot.store.engine import Store, Tx
from bot.store.leases import FETCH, LIBRARY, TICK, Alone, Lead
from bot.store.media import StoredShelf
from bot.store.opening import migrate_store, open_notices, open_store, where
from bot.store.terms import adopt
from bot.store.tokens import StoredTokens
from bot.web.listen import BETWEEN, Listener, Waiting, most_connections, runner
from bot.web.member.pages import MemberPages
from bot.wecom.gateway import Gateway
from bot.workers import ROLES, Parts, Worker, wanted, watch

log = logging.getLogger(__name__)
DRAIN = 7.0  # seconds; SIGTERM promises an exit within 10


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the product can be reached; None for what does not run here."""

    callback: str | None
    sandbox: str | None
    data: str
    console: str | None = None


class App:
    """One running process. ``port`` 0 takes any free port."""

    def __init__(
        self, config: Config, *, port: int, platform: Platform, roles: Iterable[str] = ROLES
    ) -> None:
        self._config, self._port, self._roles = config, port, frozenset(roles)
        self._platform = platform
        self.clock = SystemClock()
        self.bells = Bells()
        self._lead: Lead = Alone()
        self.console: Console | None = None
        self.members: MemberPages | None = None
        self.trace = Trace()
        self.parts: Parts | None = None
        self._stop = asyncio.Event()
        self._busy: list[Drained] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Urls]:
        """Runs until the block ends; then drains what is under way."""
        async with contextlib.AsyncExitStack() as stack:
            store = await self._open_store()
            stack.callback(store.close)
            if isinstance(where(self._config), Path):
                await store.write(_wake_up, self.clock.now())
            else:
                await self._join(stack)
            self._waiting = Waiting(most_connections(self._config.web.connections))
            web_app = self._web(store, self._street(store, stack))
            if "console" in self._roles:
                await self._open_console(store, web_app)
            server = runner(web_app, self._waiting)
            await server.setup()
            stack.push_async_callback(server.cleanup)
            here = await self._listen(server)
            callback = f"{here}/callback" if "web" in self._roles else None
            base = await stack.enter_async_context(self._platform.opened(callback, self.clock))
            keep_offset(self._config, self.clock)
            await store.write(adopt, terms_of(self._config.invites), self.clock.now())
            self._platform.on_jump(self._jumped)
            await self._follow_clock(stack)
            gateway = await stack.enter_async_context(Gateway(
                self._config, base, self.clock, shelf=StoredShelf(store),
                book=StoredBook(store, self.clock), tokens=StoredTokens(store, self.clock),
            ))  # fmt: skip
            await self._start(store, gateway, stack, here)
            try:
                yield Urls(callback=callback, sandbox=self._platform.url,
                           data=str(self._config.data_dir),
                           console=f"{here}/console" if self.console else None)  # fmt: skip
            finally:
                await self._drain()

    async def _join(self, stack: contextlib.AsyncExitStack) -> None:
        """This process becomes one of those that share the database."""
        loop = asyncio.get_running_loop()

        def heard(names: Collection[str] | None) -> None:
            ring = self.bells.ring_all if names is None else partial(self.bells.hear, names)
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(ring)

        notices = open_notices(self._config, heard)
        assert notices is not None
        stack.callback(notices.close)
        self.bells.tell = notices.tell
        own = open_store(self._config, readers=1)
        stack.callback(own.close)
        self._lead = pulse = Pulse(own, self.clock, self._settled)
        stack.push_async_callback(pulse.close)
        await pulse.want(wanted(self._config, self._roles, self.bells))
        beating = asyncio.create_task(pulse.run(), name="pulse")
        stack.callback(beating.cancel)

    def _settled(self) -> None:
        """What a dead process had under way is due again."""
        self.bells.inbox.set()
        self.bells.ring_outbox()

    async def _open_store(self) -> Store:
        if made := await asyncio.to_thread(migrate_store, self._config, self.clock.now()):
            log.info("%d migrations applied, %s to %s", len(made), made[0], made[-1])
        return open_store(self._config)

    def _street(self, store: Store, stack: contextlib.AsyncExitStack) -> Store:
        """Where callbacks are kept. With many processes it has a line of its own: what waits at the
        door does not stand behind a page of messages that is being stored. On SQLite there is one
        writer, whoever asks."""
        if "web" not in self._roles or isinstance(where(self._config), Path):
            return store
        own = open_store(self._config, readers=1)
        stack.callback(own.close)
        return own

    def _web(self, store: Store, street: Store) -> web.Application:
        made = doors(self._config, self._roles, Behind(
            store=store, street=street, clock=self.clock, bells=self.bells, trace=self.trace,
            tasks=self._tasks, lead=self._lead))  # fmt: skip
        self.vitals, self.members = made.vitals, made.members
        return made.app

    async def _open_console(self, store: Store, app: web.Application) -> None:
        self.console = Console(
            self._config, store, self.clock, self.bells,
            keep=lambda request: self._waiting.add(request.protocol, BETWEEN),
        )  # fmt: skip
        await self.console.open()
        self.console.hang_in(app)

    async def _listen(self, server: web.AppRunner) -> str:
        host = self._config.web.host
        site = Listener(server, self._waiting, host, self._port)
        try:
            await site.start()
        except OSError as exc:
            raise OneVoiceError(
                f"--port {self._port}: {exc.strerror}; choose another, or 0 for any free one"
            ) from None
        return f"http://{host}:{server.addresses[0][1]}"

    def _jumped(self) -> None:
        """The sandbox's clock was moved: much may be due, and commands beside us should know."""
        keep_offset(self._config, self.clock)
        self.bells.ring_all()

    async def _follow_clock(self, stack: contextlib.AsyncExitStack) -> None:
        task = asyncio.create_task(self._platform.follow(self.clock))
        stack.callback(task.cancel)

    async def _start(
        self, store: Store, gateway: Gateway, stack: contextlib.AsyncExitStack, here: str
    ) -> None:
        folder = self._config.data_dir / "embeddings"
        meaning = open_embeddings(self._config, folder, patient=False)
        library = Library(store, self._config, self.clock, self._lead, meaning)
        await library.open()
        self.parts = parts = Parts(
            config=self._config, clock=self.clock, bells=self.bells, trace=self.trace,
            store=store, gateway=gateway, library=library, stack=stack,
            sandbox=self._platform.url, lead=self._lead, here=here,
        )  # fmt: skip
        builders = [watch, *(build for role, build in ROLES.items() if role in self._roles)]
        for build in builders:
            self._run(await build(parts))
        self.vitals.gateway, self.vitals.robots = gateway, parts.robots
        self.vitals.author = parts.author
        self._furnish(parts, stack)
        stack.callback(self.vitals.close)

    def _furnish(self, parts: Parts, stack: contextlib.AsyncExitStack) -> None:
        """The pages get what lives only while the platform is open."""
        gateway, library = parts.gateway, parts.library
        if self.members is not None:
            self.members.open(library, parts.passes, gateway.member_login())
        if self.console is None:
            return
        self.console.library, self.console.sandbox = library, self._platform.url
        self.console.files, self.console.shelf = gateway.media(), gateway.media_shelf()
        self.console.rehearsals = runs = Runs(self._config, self.clock)
        stack.push_async_callback(runs.close)
        doctor = Checkups(self._config, self.clock, parts.here, self._platform.url)
        stack.push_async_callback(doctor.close)
        self.console.doctor, self.console.health = doctor, self.vitals
        if (app := gateway.console_app()) is not None:
            self.console.login = gateway.login(app)
            self.console.js = gateway.js_sdk(app)

    def _run(self, workers: Sequence[Worker]) -> None:
        for worker in workers:
            loop = run_worker(worker.name, worker.step, worker.bell, self.clock, self._stop,
                              self.bells.street)  # fmt: skip
            self._tasks[worker.name] = asyncio.create_task(loop, name=worker.name)
            self._busy += [worker.busy] if worker.busy is not None else []

    async def _drain(self) -> None:
        """No new work; what is under way ends, or its lease will."""
        self._stop.set()
        self.bells.ring_all()
        if isinstance(self._lead, Pulse):
            await self._lead.resign(TICK, LIBRARY, FETCH)
        await asyncio.gather(*(work.drain(DRAIN) for work in self._busy))
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


def _wake_up(tx: Tx, now: int) -> None:
    """At the start of the only process: turns of its dead predecessor are due again, its calls are
    of unknown fate. On PostgreSQL others may be alive: there, leases run out by themselves."""
    turns.release_all(tx, now)
    outbox.recover(tx, now, alone=True, n=100_000)
