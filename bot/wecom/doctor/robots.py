"""Smart robots that keep a connection.

The platform keeps one connection for each robot. While a ``run`` holds it, that one is asked how
it goes; otherwise the doctor subscribes for a moment, and looks whether somebody takes it back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import aiohttp

from bot.core.findings import Finding
from bot.wecom.doctor.case import Case, find
from bot.wecom.doctor.run import Running
from bot.wecom.doctor.walk import SECONDS, Step, walk
from bot.wecom.errors import CallFailed
from bot.wecom.robot import frames
from bot.wecom.robot.account import Account, account
from bot.wecom.robot.frames import Frame, ReqIds
from bot.wecom.robot.rhythm import Ended, Rhythm
from bot.wecom.robot.session import Session, connected

# What the codes of a refused subscription mean is not published; these are the likely ones.
CODES: Mapping[int, str] = {48002: "robot-url-mode", 45009: "rate-limited"}
# Whoever held the connection comes back at once, if he does.
WATCH = 0.5
SAID: Mapping[str, str] = {"refused": "robot-secret", "taken": "robot-taken"}


@dataclass(frozen=True, kw_only=True, slots=True)
class RobotVisit:
    """A robot, its account, and who holds its connection here."""

    case: Case
    name: str
    account: Account
    http: aiohttp.ClientSession
    running: Running | None

    @property
    def who(self) -> str:
        return f"robot {self.name}"

    @property
    def key(self) -> tuple[str, ...]:
        return ("wecom", "robots", self.name)


async def _connection(visit: RobotVisit) -> Iterable[Finding]:
    if visit.running is not None and visit.name in visit.running.robots:
        rule = SAID.get(visit.running.robots[visit.name], "")
    else:
        rule = await _subscribe(visit)
    return [find(rule, visit.case.spot(*visit.key, "bot_id"), visit.who)] if rule else []


async def _subscribe(visit: RobotVisit) -> str:
    """The rule that is broken, or empty. Raises ApiError when the platform refuses."""
    rhythm = Rhythm(ack=SECONDS, connect=SECONDS)
    try:
        async with connected(visit.http, visit.account.url, rhythm) as socket:
            session = _Brief(socket, rhythm, ReqIds(visit.case.clock), _ignore)
            return SAID.get(await session.watch(visit.account), "")
    except CallFailed:
        return "robot-unreachable"


class _Brief(Session):
    """A session that only looks: subscribes, waits a moment, hangs up."""

    async def watch(self, account: Account) -> Ended:
        """How it ended. Raises ApiError or CallFailed."""
        reader = asyncio.create_task(self._read())
        try:
            await self.ask(frames.SUBSCRIBE, {"bot_id": account.bot_id, "secret": account.secret})
            await asyncio.wait({reader}, timeout=WATCH)
            if self._ended != "taken":
                await self.stop()
            return self._ended
        finally:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader


async def _ignore(_: Frame) -> None:
    """What comes in this moment would be lost without us too: nobody is connected."""


STEPS = (
    Step(name="connection", probe=_connection, codes=CODES, otherwise="robot-secret"),
)  # fmt: skip


async def examine(
    case: Case, http: aiohttp.ClientSession, running: Running | None
) -> list[Finding]:  # fmt: skip
    """Every configured robot that keeps a connection."""
    found: list[Finding] = []
    for name in case.config.wecom.robots:
        made = account(case.config, name, case.base)
        if made.socket:
            visit = RobotVisit(case=case, name=name, account=made, http=http, running=running)
            found += await walk(visit, STEPS)
    return found
