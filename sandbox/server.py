"""The sandbox in one object: assembles world, gate, control plane, callbacks; start and stop."""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from sandbox.api.gate import Gate
from sandbox.callbacks import Dispatcher
from sandbox.clock import Clock, system_ms
from sandbox.control import face
from sandbox.control.base import Rooms
from sandbox.faults import Faults
from sandbox.jssdk.serve import routes as jssdk_routes
from sandbox.keeper import Keeper
from sandbox.listener import Listener
from sandbox.pages import routes as page_routes
from sandbox.phone.feed import Feed, HeardCalls
from sandbox.phone.serve import routes as phone_routes
from sandbox.robots.files import Shelf
from sandbox.robots.hub import Hub
from sandbox.robots.letters import Letters
from sandbox.robots.socket import Door
from sandbox.rules import archive
from sandbox.signin import routes as signin_routes
from sandbox.till import Till
from sandbox.tls import Authority, make_authority, server_context
from sandbox.world import load, snapshot
from sandbox.world.blobs import Blobs
from sandbox.world.world import World

HOST = "127.0.0.1"
log = logging.getLogger("sandbox")
MAX_BODY = 32 * 1024 * 1024


class Sandbox:
    """A platform of one corp. Without `callback` nothing is delivered until one is set.

    `world`: a world file (default: the sample brand). `state`: folder to keep the world in.
    `frozen_at`: platform time stands still there and moves by the control plane alone.
    Raises BadWorld or BadSnapshot for unreadable files.
    """

    def __init__(
        self,
        world: Path | None = None,
        callback: str | None = None,
        pinned: bool = True,
        state: Path | None = None,
        frozen_at: int | None = None,
    ) -> None:
        config, make_store = load.read(world or load.DEFAULT)
        clock = Clock() if frozen_at is None else Clock.frozen(frozen_at)
        kept = snapshot.read(state, config.corp_id) if state is not None else None
        if kept is not None:
            clock.offset_ms = kept.clock_offset
        fresh = make_store(load.born(kept, clock.now()))
        store = load.merge(kept, fresh) if kept is not None else fresh
        self.world = World(config, store, clock, Blobs(state / "media" if state else None))
        self.faults = Faults(lambda: self.world.next_id("fault", 4), self.world.rng)
        self.calls = HeardCalls()
        pinned = pinned and callback is not None
        base = callback if pinned else store.callback_base or callback
        self.callbacks = Dispatcher(
            self.world,
            self.faults,
            base.rstrip("/") if base else None,
            pinned=pinned,
        )
        self.world.on_event = self.callbacks.submit
        self.feed = Feed(self.world, self.calls, self.callbacks)
        self.authority: Authority | None = None
        self.tls_port: int | None = None
        self._keeper = Keeper(self.world, state) if state is not None else None
        self._runner: web.AppRunner | None = None
        self._pulse: asyncio.Task[None] | None = None

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY)
        hub, faults = Hub(self.world), self.faults
        letters = Letters(hub, faults, lambda: self.callbacks.base)
        hub.post = letters.post
        app.on_shutdown.append(lambda _: _hang_up(hub))
        gate = Gate(self.world, self.faults, self.calls)
        rooms = Rooms(self.world, faults, self.calls, self.callbacks, hub, letters)
        app.router.add_route("*", "/cgi-bin/{path:.*}", gate.handle)
        app.add_routes(Till(self.world, self.faults, self.calls).routes())
        app.add_routes(Listener(self.world, self.faults, self.calls).routes())
        app.add_routes(face.routes(rooms))
        app.add_routes(page_routes(self.world))
        app.add_routes(phone_routes(self.world, lambda: self.callbacks.base))
        self.feed.install(app)
        app.add_routes(signin_routes(self.world))
        app.add_routes(jssdk_routes(self.world))
        app.router.add_get("/robot-file/{media}", Shelf(self.world).handle)
        for path in ("/", "/aibot"):
            app.router.add_get(path, Door(hub, faults).handle)
        app.router.add_route("*", "/sandbox/{path:.*}", _no_such_call)
        return app

    async def start(self, port: int = 0, tls_port: int | None = None) -> None:
        """Listen on 127.0.0.1 (0 = any free port). OSError when the port is taken."""
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, HOST, port)
            await site.start()
            self.world.base = f"http://{HOST}:{_port(site)}"
            if tls_port is not None:
                await self._start_tls(self._runner, tls_port)
        except OSError:
            await self._runner.cleanup()
            raise
        await self.callbacks.start()
        self._pulse = asyncio.ensure_future(self._beat())
        if self._keeper is not None:
            self._keeper.start()

    async def _beat(self) -> None:
        """What falls due without anybody calling."""
        while True:
            await asyncio.sleep(1)
            archive.notify_due(self.world)

    async def _start_tls(self, runner: web.AppRunner, port: int) -> None:
        now = datetime.datetime.fromtimestamp(system_ms() / 1000, datetime.UTC)
        self.authority = make_authority(now)
        context = server_context(self.authority, now)
        site = web.TCPSite(runner, HOST, port, ssl_context=context)
        await site.start()
        self.tls_port = _port(site)
        log.info("the same over TLS: https://%s:%d", HOST, self.tls_port)

    async def stop(self) -> None:
        """Stop listening and delivering, then write the last snapshot."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._pulse is not None:
            self._pulse.cancel()
            await asyncio.gather(self._pulse, return_exceptions=True)
        await self.world.errands.stop()
        await self.callbacks.stop()
        if self._keeper is not None:
            await self._keeper.stop()

    def urls(self) -> dict[str, str]:
        """The keys of the ready line, without trailing slashes."""
        base = self.world.base
        return {
            "sandbox": base,
            "api": base + "/cgi-bin",
            "ws": base.replace("http", "ws", 1) + "/aibot",
            "phone": base + "/phone",
        }


async def _hang_up(hub: Hub) -> None:
    hub.hang_up()


def _port(site: web.TCPSite) -> int:
    server: object = site._server
    sockets: Callable[[], object] = getattr(server, "sockets", None)  # type: ignore[assignment]
    return int(sockets[0].getsockname()[1])  # type: ignore[index]


async def _no_such_call(request: web.Request) -> web.Response:
    told = {"error": f"no control call {request.method} {request.path}"}
    return web.json_response(told, status=404)
