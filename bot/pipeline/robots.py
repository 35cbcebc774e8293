"""Keeps the robots connected, and puts on disk what they are told before anything else happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from bot.core.clock import SECOND, Clock
from bot.core.config import Config
from bot.core.errors import Busy
from bot.core.model import Inbound
from bot.pipeline.ingest import Ingest
from bot.pipeline.loop import Bell, Slots
from bot.store import leases, replies
from bot.store.engine import Store, StoreFailed
from bot.wecom.robot.account import Account, account
from bot.wecom.robot.frames import Frame
from bot.wecom.robot.inbound import understand
from bot.wecom.robot.link import Link
from bot.wecom.robot.rhythm import Ended, Pause
from bot.wecom.robot.robots import Robots

log = logging.getLogger(__name__)
LEAD_EVERY = 1 * SECOND
# Seconds before another try to store a callback, which the platform never repeats.
KEEP_AGAIN = (0.2, 0.5, 1, 2, 5, 10, 20)
HANG_UP = 3.0


class Lead(Protocol):
    """Whether this process keeps a robot's connection: the platform allows one."""

    async def mine(self, bot_id: str, now: int) -> bool:
        """True while this process leads; asked every few seconds."""
        ...


class Leased:
    """By a lease for each robot: see ``bot.store.leases``."""

    def __init__(self, lead: leases.Lead) -> None:
        self._lead = lead

    async def mine(self, bot_id: str, now: int) -> bool:
        return self._lead.leads(leases.ROBOT + bot_id)


class RobotLinks:
    """One worker for all robots. ``step`` starts sessions that are due; each runs by itself."""

    def __init__(
        self, robots: Robots, ingest: Ingest, clock: Clock, lead: Lead | None = None
    ) -> None:
        self._robots, self._ingest, self._clock = robots, ingest, clock
        self._lead: Lead = lead or Leased(leases.Alone())
        self.bell = Bell()
        self._pauses: dict[str, Pause] = {}
        self._running: set[str] = set()
        self._ended: dict[str, Ended] = {}
        # bot_id -> since when it has been ours without a connection; 0 while it has one
        self._lost: dict[str, int] = {}
        self._slots = Slots(len(robots.links), self.bell)

    @property
    def live(self) -> frozenset[str]:
        """bot_ids of the robots that are connected now."""
        return frozenset(x.account.bot_id for x in self._robots.links if x.live)

    @property
    def states(self) -> Mapping[str, str]:
        """Name in config.toml -> connected, or how its last connection ended."""
        return {link.account.name: "connected" if link.live
                else self._ended.get(link.account.bot_id, "lost")
                for link in self._robots.links}  # fmt: skip

    @property
    def lost(self) -> Mapping[str, int]:
        """See bot.pipeline.standing.Robots."""
        return self._lost

    @property
    def ways(self) -> Mapping[str, str]:
        """bot_id -> how its last connection ended."""
        return dict(self._ended)

    @property
    def busy(self) -> frozenset[str]:
        """bot_ids of the robots whose session is under way, connected or not."""
        return frozenset(self._running)

    async def step(self, now: int) -> int | None:
        """Connects what is due, hangs up what somebody else leads; when to look again."""
        waits = [now + LEAD_EVERY] if self._robots.links else []
        for link in self._robots.links:
            name = link.account.bot_id
            mine = await self._lead.mine(name, now)
            self._note_line(link, mine, now)
            if not mine:  # it was a colleague who took the robot over: no reason for a pause later
                self._pauses.pop(name, None)
            pause = self._pauses.get(name, Pause())
            if name in self._running:
                if not mine:
                    await link.stop()
            elif mine and pause.until <= now:
                self._running.add(name)
                self._slots.start(self._session(link), f"robot {link.account.name}")
            elif mine:
                waits.append(pause.until)
        return min(waits, default=None)

    def _note_line(self, link: Link, mine: bool, now: int) -> None:
        name = link.account.bot_id
        if not mine:
            self._lost.pop(name, None)
        else:
            self._lost[name] = 0 if link.live else self._lost.get(name) or now

    async def _session(self, link: Link) -> None:
        name, began = link.account.bot_id, self._clock.now()
        ended: Ended = "lost"
        try:
            ended = await link.session(self._keep)
        finally:
            now = self._clock.now()
            pause = self._pauses.get(name, Pause()).after(ended, now - began, now)
            self._pauses[name], self._ended[name] = pause, ended
            self._running.discard(name)
        log.info("robot %s: connection %s; again in %d s", link.account.name, ended,
                 (pause.until - now) // SECOND)  # fmt: skip

    async def _keep(self, account: Account, frame: Frame, epoch: int) -> None:
        """Stores one callback; a store that fails is asked again for a while."""
        try:
            event = self._robots.understand(account, frame, epoch)
        except ValueError as exc:
            log.warning("robot %s: a callback names nothing: %s", account.name, exc)
            return
        for wait in (*KEEP_AGAIN, None):
            try:
                await self._ingest.accept(event)
                return
            except (Busy, StoreFailed) as exc:
                log.error("robot %s: %s not kept: %s", account.name, frame.req_id, exc)
                if wait is None:
                    raise
                await asyncio.sleep(wait)

    async def close(self) -> None:
        """Hangs up everywhere; what has come is kept first."""
        await asyncio.gather(*(link.stop() for link in self._robots.links))
        await self._slots.drain(HANG_UP)


class Desk:
    """What the doors of robots in URL mode must know (see bot.web.robot.Desk)."""

    def __init__(self, config: Config, store: Store, clock: Clock) -> None:
        self._store, self._clock, self._limits = store, clock, config.wecom.limits
        robots = config.wecom.robots.items()
        self._accounts = {n: account(config, n) for n, r in robots if r.mode == "callback"}

    def read(self, robot: str, body: Mapping[str, Any]) -> Inbound:
        """A decrypted callback in our words. Raises ValueError when it names nothing."""
        return understand(self._accounts[robot], body, self._clock.now(), self._limits)

    async def stream(self, robot: str, stream_id: str) -> str | None:
        """The words of the answer with this id, or None."""
        bot_id = self._accounts[robot].bot_id
        return await self._store.read(replies.words_of, "robot", bot_id, stream_id)
