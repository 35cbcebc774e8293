"""All robots of the corp: their links, their pace, and the one door through which rows leave."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp

from bot.core.clock import HOUR, MINUTE, Clock
from bot.core.config import Config
from bot.core.model import Inbound, Later, Never, Outbound, Outcome
from bot.core.pace import JITTER, Pacer
from bot.core.span import parse_span
from bot.wecom.errors import ApiError, CallFailed, outcome_of
from bot.wecom.robot import inbound, media
from bot.wecom.robot.account import Account, accounts
from bot.wecom.robot.frames import Frame
from bot.wecom.robot.link import Link
from bot.wecom.robot.media import File
from bot.wecom.robot.rhythm import Rhythm
from bot.wecom.robot.sending import Errand, way_of
from bot.wecom.wire import BadBody

NO_ROBOT = Never("no_robot", "config.toml has no robot with this bot_id")


class Robots:
    """The robots of config.toml. ``base`` is the platform's URL, ``rhythm`` for tests."""

    def __init__(
        self, config: Config, base: str, clock: Clock, http: aiohttp.ClientSession,
        rhythm: Rhythm | None = None,
    ) -> None:  # fmt: skip
        self._limits, self._clock, self._http = config.wecom.limits, clock, http
        self._base = "" if config.sandbox else base
        self._seconds = parse_span(config.deliver.call_timeout) / 1000
        rhythm = rhythm or Rhythm.of(self._limits)
        self._links = {
            account.bot_id: Link(account, http, rhythm, self._limits, clock)
            for account in accounts(config, base)
        }
        self._pace = (Pacer(self._limits.robot_per_minute, MINUTE + JITTER),
                      Pacer(self._limits.robot_per_hour, HOUR + JITTER))  # fmt: skip

    @property
    def links(self) -> Sequence[Link]:
        """Links of the robots that keep a connection."""
        return [link for link in self._links.values() if link.account.socket]

    def link(self, bot_id: str) -> Link:
        """The link of one robot. Raises KeyError."""
        return self._links[bot_id]

    def understand(self, account: Account, frame: Frame, epoch: int) -> Inbound:
        """A callback frame in our words. Raises ValueError."""
        return inbound.understand(account, frame.body, self._clock.now(), self._limits,
                                  req_id=frame.req_id, epoch=epoch)  # fmt: skip

    async def send(self, row: Outbound) -> Outcome:
        """Makes the one call of an outbox row; never raises for what the platform does."""
        link = self._links.get(row.account)
        if link is None:
            return NO_ROBOT
        now = self._clock.now()
        wait = self._wait(f"{row.account}|{row.peer}", now)
        if wait:
            return Later(wait, "the robot has said as much in this chat as the platform allows")
        errand = Errand(row=row, link=link, http=self._http, limits=self._limits, now=now,
                        seconds=self._seconds, base=self._base)  # fmt: skip
        try:
            return await way_of(errand)(errand)
        except BadBody as exc:
            return Never("bad_body", str(exc))
        except (ApiError, CallFailed) as exc:
            return outcome_of(exc)

    def _wait(self, chat: str, now: int) -> int:
        for pace in self._pace:
            if wait := pace.reserve(chat, now):
                return wait
        return 0

    async def upload(self, bot_id: str, kind: str, name: str, data: bytes) -> str:
        """See media.upload."""
        return await media.upload(self.link(bot_id), kind, name, data)

    async def download(self, url: str, aeskey: str) -> File:
        """See media.download."""
        return await media.download(self._http, url, aeskey, self._seconds)
