"""The listening side: what one stranger may hold, send and learn.

aiohttp bounds a request's line and headers. It does not bound how long somebody may take to send
them, nor how many connections there are: that is done here, by closing what waits longest.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.core.meters import CALLBACKS

# seconds: from connecting to the first answer; from one answer to the next (longer than a proxy
# keeps an idle connection). A request that is cut off like this is repeated by the platform. To
# know whether one is under way would take a middleware, and that a tenth of the throughput.
FIRST, BETWEEN = 30.0, 75.0
# A connection that was made but is not in use yet has no transport, like one that is gone.
GONE, ROUND = 2.0, 1.0
LINE_MAX, HEADERS_MAX = 8190, 64


class Noise(logging.Filter):
    """Requests that are no HTTP are counted; a stranger must not fill the log with tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError):
            return True
        CALLBACKS.add("not http")
        return False


class Waiting:
    """Connections by their last answer, the one that waits longest for its next first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._since: dict[web.RequestHandler, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._since)

    def add(self, who: web.RequestHandler, patience: float) -> None:
        """It waits from now on, ``patience`` seconds at most."""
        self._since.pop(who, None)
        self._since[who] = (asyncio.get_running_loop().time(), patience)

    async def answered(self, request: web.Request, response: web.StreamResponse) -> None:
        """A signal before each answer: nothing about versions, nothing kept, nothing guessed."""
        headers = response.headers
        headers.pop("Server", None)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Cache-Control"] = "no-store"
        self.add(request.protocol, BETWEEN)

    def make_room(self, connections: int) -> None:
        """Closes the one that waits longest when there are too many."""
        while connections >= self.most and self._since:
            connections -= self._close(next(iter(self._since)))

    def round(self, now: float) -> None:
        """Closes whoever has waited too long, and forgets who has left."""
        for who, (since, patience) in list(self._since.items()):
            waited = now - since
            if waited > patience or (who.transport is None and waited > GONE):
                self._close(who)

    def _close(self, who: web.RequestHandler) -> int:
        del self._since[who]
        there = who.transport is not None
        who.force_close()
        return int(there)


class Listener(web.BaseSite):
    """A TCP site with a bounded number of connections. Begin with ``runner``."""

    def __init__(self, runner: web.AppRunner, waiting: Waiting, host: str, port: int) -> None:
        super().__init__(runner, backlog=1024)
        self._host, self._port, self._waiting = host, port, waiting
        self._rounds: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Raises OSError when the port is taken."""
        await super().start()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._admit, self._host, self._port,
                                                backlog=self._backlog)  # fmt: skip
        self._rounds = asyncio.create_task(self._go_round())

    async def stop(self) -> None:
        if self._rounds is not None:
            self._rounds.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._rounds
        await super().stop()

    def _admit(self) -> web.RequestHandler:
        server = self._runner.server
        assert server is not None
        self._waiting.make_room(len(server.connections))
        made: web.RequestHandler = server()
        self._waiting.add(made, FIRST)
        return made

    async def _go_round(self) -> None:
        while True:
            await asyncio.sleep(ROUND)
            self._waiting.round(asyncio.get_running_loop().time())


def most_connections(wanted: int) -> int:
    """At most half of the files that this process may open: the rest is for its own work."""
    return min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)


def runner(app: web.Application, waiting: Waiting) -> web.AppRunner:
    """What serves ``app``. It logs what went wrong in here, and only counts junk from outside."""
    app.on_response_prepare.append(waiting.answered)
    logger = logging.getLogger("bot.web.http")
    if not any(isinstance(known, Noise) for known in logger.filters):
        logger.addFilter(Noise())
    return web.AppRunner(
        app, access_log=None, handle_signals=False, logger=logger, auto_decompress=False,
        max_line_size=LINE_MAX, max_field_size=LINE_MAX, max_headers=HEADERS_MAX,
        lingering_time=2.0,
    )  # fmt: skip
