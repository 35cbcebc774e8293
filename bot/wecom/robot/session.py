"""One live WebSocket of one robot, from its subscription to its end.

One task reads, one keeps what came, one beats. What comes waits in a bounded queue until it is
kept; when that is full the reader waits too, and with it the platform.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from typing import Any
from weakref import WeakValueDictionary

import aiohttp

from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.robot import frames
from bot.wecom.robot.frames import BadFrame, Frame, ReqIds
from bot.wecom.robot.rhythm import Ended, Rhythm

log = logging.getLogger(__name__)
NEWS_MAX, LATE_MAX = 1000, 10_000
TAKEN = "disconnected_event"
Take = Callable[[Frame], Awaitable[None]]


class Session:
    """Asks and is told. ``take`` must have kept a callback when it returns."""

    def __init__(
        self, socket: aiohttp.ClientWebSocketResponse, rhythm: Rhythm, ids: ReqIds, take: Take
    ) -> None:
        self._socket, self._rhythm, self._ids, self._take = socket, rhythm, ids, take
        self._news: asyncio.Queue[Frame] = asyncio.Queue(NEWS_MAX)
        self._pending: dict[str, asyncio.Future[Frame]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        # Questions with an acknowledgement outstanding that nobody waits for any more.
        self._late: set[str] = set()
        self._over = self._hurry = False
        self._ended: Ended = "lost"

    async def run(self, bot_id: str, secret: str, opened: Callable[[], None]) -> Ended:
        """Subscribes once, then serves until either side ends it. What came in time is kept."""
        keeper = asyncio.create_task(self._keep())
        reader = asyncio.create_task(self._read())
        beat: asyncio.Task[None] | None = None
        try:
            await self._subscribe(bot_id, secret)
            opened()
            beat = asyncio.create_task(self._beat())
            await reader
        except ApiError as exc:
            log.error("robot %s: subscription refused: %s", bot_id, exc)
            self._ended = "refused"
        except CallFailed as exc:
            log.info("robot %s: %s", bot_id, exc)
        except asyncio.CancelledError:
            self._hurry = True
            raise
        finally:
            await self._end(beat, reader, keeper)
        return self._ended

    async def ask(self, cmd: str, body: Mapping[str, Any] | None = None, req_id: str = "") -> Frame:
        """Sends one frame and waits for its acknowledgement, whose errcode is 0.

        Frames of one req_id go one after another, for acknowledgements differ by req_id only.
        Raises ApiError, or CallFailed that says whether the frame may have arrived.
        """
        name = req_id or self._ids.next(cmd)
        async with self._turns.setdefault(name, asyncio.Lock()):
            answer = await self._exchange(cmd, name, body)
        if answer.errcode is None:
            raise CallFailed(cmd, "acknowledged without errcode", arrived=True)
        if answer.errcode:
            raise ApiError(cmd, answer.errcode, answer.errmsg)
        return answer

    def clear(self, req_id: str) -> bool:
        """False while an acknowledgement under this name is overdue: another frame of that name
        would take it for its own."""
        return req_id not in self._late

    async def stop(self, why: Ended = "stopped") -> None:
        """Hangs up."""
        if not self._over:
            self._ended = why
        await self._socket.close()

    async def _subscribe(self, bot_id: str, secret: str) -> None:
        await self.ask(frames.SUBSCRIBE, {"bot_id": bot_id, "secret": secret})

    async def _exchange(self, cmd: str, name: str, body: Mapping[str, Any] | None) -> Frame:
        with self._expect(name) as answer:
            await self._write(cmd, frames.build(cmd, name, body))
            try:
                async with asyncio.timeout(self._rhythm.ack):
                    frame = await answer
            except TimeoutError:
                if len(self._late) < LATE_MAX:
                    self._late.add(name)
                raise CallFailed(cmd, "no acknowledgement in time", arrived=True) from None
        return frame

    @contextlib.contextmanager
    def _expect(self, name: str) -> Iterator[asyncio.Future[Frame]]:
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._pending[name] = answer
        try:
            yield answer
        finally:
            del self._pending[name]
            answer.cancel()

    async def _write(self, cmd: str, text: str) -> None:
        if self._over or self._socket.closed:
            raise CallFailed(cmd, "the connection is closed", arrived=False)
        try:
            await self._socket.send_str(text)
        except (ConnectionError, aiohttp.ClientError, RuntimeError) as exc:
            # aiohttp says this before it writes; any other fault may come after the last byte.
            unwritten = str(exc).startswith("Cannot write")
            raise CallFailed(cmd, "the connection broke", arrived=not unwritten) from None

    async def _read(self) -> None:
        try:
            await self._read_all()
        finally:
            self._hear_no_more()

    def _hear_no_more(self) -> None:
        """Whoever still waits for an answer learns that none will come."""
        self._over = True
        for waiting in self._pending.values():
            if not waiting.done():
                waiting.set_exception(CallFailed("robot", "the connection ended", arrived=True))

    async def _read_all(self) -> None:
        async for message in self._socket:
            if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                continue
            try:
                frame = frames.parse(message.data)
            except BadFrame as exc:
                log.warning("a robot's frame is not understood: %s", exc)
                continue
            await self._sort(frame)

    async def _sort(self, frame: Frame) -> None:
        if frame.event == TAKEN:
            await self.stop("taken")
        elif frame.cmd in (frames.MESSAGE, frames.EVENT):
            await self._news.put(frame)
        elif not frame.cmd:
            self._late.discard(frame.req_id)
            waiting = self._pending.get(frame.req_id)
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)

    async def _keep(self) -> None:
        while True:
            frame = await self._news.get()
            try:
                await self._take(frame)
            except Exception:
                log.exception("a robot's callback %s was not kept", frame.req_id)
            finally:
                self._news.task_done()

    async def _beat(self) -> None:
        """A ping every so often; after two in a row without answer the line is dead."""
        missed = 0
        while missed < self._rhythm.missed_max:
            await asyncio.sleep(self._rhythm.heartbeat)
            missed = 0 if await self._alive() else missed + 1
        log.warning("%d pings without an answer: the connection is given up", missed)
        await self.stop("lost")

    async def _alive(self) -> bool:
        try:
            await self.ask(frames.PING)
        except (ApiError, CallFailed):
            return False
        return True

    async def _end(self, *tasks: asyncio.Task[None] | None) -> None:
        """Keeps what has come, unless we were told to hurry, then ends the tasks."""
        self._hear_no_more()
        running = [task for task in tasks if task is not None]
        try:
            await self._socket.close()
            if not self._hurry:
                await self._news.join()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


@contextlib.asynccontextmanager
async def connected(
    http: aiohttp.ClientSession, url: str, rhythm: Rhythm
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """An open socket. Raises CallFailed."""
    times = aiohttp.ClientWSTimeout(ws_close=rhythm.close)
    try:
        async with asyncio.timeout(rhythm.connect):
            socket = await http.ws_connect(url, timeout=times, max_msg_size=frames.BODY_MAX)
    except (TimeoutError, aiohttp.ClientError, OSError) as exc:
        raise CallFailed("connect", type(exc).__name__, arrived=False) from None
    async with socket:
        yield socket
