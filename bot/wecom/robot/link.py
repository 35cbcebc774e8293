"""The link of one robot: at most one live session, and the frames that go through it."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

from bot.core.clock import MINUTE, Clock
from bot.core.config import Limits
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.robot import frames, wire
from bot.wecom.robot.account import Account
from bot.wecom.robot.frames import Frame, ReqIds
from bot.wecom.robot.rhythm import Ended, Rhythm
from bot.wecom.robot.session import Session, connected

log = logging.getLogger(__name__)
STREAMS_MAX = 10_000
STREAM_OVER = 846608
News = Callable[[Account, Frame, int], Awaitable[None]]


class Link:
    """Holds the connection of one robot while ``session`` runs."""

    def __init__(
        self, account: Account, http: aiohttp.ClientSession, rhythm: Rhythm, limits: Limits,
        clock: Clock,
    ) -> None:  # fmt: skip
        self.account = account
        self._http, self._rhythm, self._limits, self._clock = http, rhythm, limits, clock
        self._ids = ReqIds(clock)
        self._session: Session | None = None
        self._stopped = False
        self._streams: OrderedDict[str, int] = OrderedDict()
        self._began = 0
        self.epoch = 0

    @property
    def live(self) -> bool:
        """True while subscribed."""
        return bool(self.epoch)

    async def session(self, news: News) -> Ended:
        """Connects, subscribes and serves until the end; never raises for what the network does.

        ``news(account, frame, epoch)`` must have kept a callback when it returns.
        """
        self._stopped = False
        try:
            async with connected(self._http, self.account.url, self._rhythm) as socket:
                return await self._serve(socket, news)
        except CallFailed as exc:
            log.info("robot %s: not connected: %s", self.account.name, exc)
            return "lost"

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse, news: News) -> Ended:
        began = self._began = max(self._clock.now(), self._began + 1)

        async def take(frame: Frame) -> None:
            await news(self.account, frame, began)

        def opened() -> None:
            self.epoch = began
            log.info("robot %s is connected", self.account.name)

        session = Session(socket, self._rhythm, self._ids, take)
        if self._stopped:
            return "stopped"
        self._session = session
        try:
            return await session.run(self.account.bot_id, self.account.secret, opened)
        finally:
            self._session, self.epoch = None, 0

    async def stop(self) -> None:
        """Hangs up; ``session`` then returns."""
        self._stopped = True
        if self._session is not None:
            await self._session.stop()

    async def ask(self, cmd: str, body: Mapping[str, Any] | None = None, req_id: str = "") -> Frame:
        """See Session.ask; CallFailed (not arrived) while there is no connection."""
        if self._session is None or not self.live:
            raise CallFailed(cmd, "the robot is not connected", arrived=False)
        return await self._session.ask(cmd, body, req_id)

    def fits(self, req_id: str, epoch: int) -> bool:
        """Whether a question that came through connection ``epoch`` can be answered by name."""
        session = self._session
        return session is not None and epoch == self.epoch and session.clear(req_id)

    async def stream(self, req_id: str, stream_id: str, text: str, finish: bool) -> None:
        """One frame of a streamed answer; ``text`` replaces the whole text so far.

        Raises BadBody (too long), ApiError 846608 later than six minutes after the first frame
        (page 101463; nothing is sent then), or what ``ask`` raises.
        """
        now = self._clock.now()
        first = stream_id not in self._streams
        began = self._streams.setdefault(stream_id, now)
        if now - began > self._limits.robot_stream_minutes * MINUTE:
            raise ApiError(frames.RESPOND, STREAM_OVER, "the six minutes of the stream are over")
        if len(self._streams) > STREAMS_MAX:
            self._streams.popitem(last=False)
        body = wire.stream(stream_id, text, finish, self._limits, first=first)
        if finish:
            del self._streams[stream_id]
        await self.ask(frames.RESPOND, body, req_id)
