"""The platform as the pipeline sees it: a few verbs, no errcodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from bot.core import config as conf
from bot.core.clock import Clock
from bot.core.model import Group, Never, Outbound, Outcome, TapStatus
from bot.core.span import parse_span
from bot.wecom import reading, sending
from bot.wecom.client import Api, fetch_token
from bot.wecom.codec import Door
from bot.wecom.errors import ApiError, CallFailed, outcome_of
from bot.wecom.reading import KfPage
from bot.wecom.robot.robots import Robots
from bot.wecom.token import Tokens
from bot.wecom.wire import BadBody

CONNECTIONS = 100
# A welcome's answer may come after the code's end: the platform judges the code on arrival.
WELCOME_GRACE = 6.0


@dataclass(frozen=True, slots=True)
class _App:
    name: str
    agent_id: int
    tokens: Tokens
    api: Api
    welcome: Api


class Gateway:
    """All calls of one corp. Open it with ``async with``."""

    def __init__(self, config: conf.Config, base: str, clock: Clock) -> None:
        self._config, self._base, self._clock = config, base.rstrip("/"), clock
        self._seconds = parse_span(config.deliver.call_timeout) / 1000
        self._apps: dict[str, _App] = {}
        self._sessions: list[aiohttp.ClientSession] = []
        self.robots: Robots

    async def __aenter__(self) -> Gateway:
        shared = self._session(CONNECTIONS)
        fast = self._session(self._config.deliver.welcome_slots)
        for name, app in self._config.wecom.apps.items():
            secret = conf.app_secrets(self._config, name).secret
            tokens = self._tokens(shared, secret)
            self._apps[name] = _App(name, app.agent_id, tokens,
                                    self._api(shared, tokens, secret),
                                    self._api(fast, tokens, secret))  # fmt: skip
        self.robots = Robots(self._config, self._base, self._clock, self._session(CONNECTIONS))
        return self

    async def __aexit__(self, *_: object) -> None:
        for session in self._sessions:
            await session.close()

    def _session(self, limit: int) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=limit, keepalive_timeout=20)
        session = aiohttp.ClientSession(connector=connector)
        self._sessions.append(session)
        return session

    def _tokens(self, http: aiohttp.ClientSession, secret: str) -> Tokens:
        corp = self._config.wecom.corp_id
        return Tokens(lambda: fetch_token(http, self._base, corp, secret, self._seconds),
                      self._clock)  # fmt: skip

    def _api(self, http: aiohttp.ClientSession, tokens: Tokens, secret: str) -> Api:
        return Api(base=self._base, corp_id=self._config.wecom.corp_id, secret=secret,
                   tokens=tokens, http=http, timeout=self._seconds)  # fmt: skip

    async def send(self, row: Outbound, receivers: Sequence[str] = ()) -> Outcome:
        """Makes the one call of an outbox row; never raises for what the platform does."""
        if row.channel == "robot":
            return await self.robots.send(row)
        way = sending.way_of(row)
        if way is None:
            return Never("no_channel", f"nothing can send {row.kind} through {row.channel}")
        try:
            return await way(self._api_for(row), self._parcel(row, receivers))
        except BadBody as exc:
            return Never("bad_body", str(exc))
        except (ApiError, CallFailed) as exc:
            return outcome_of(exc)

    def _parcel(self, row: Outbound, receivers: Sequence[str]) -> sending.Parcel:
        seconds = self._seconds
        if row.kind == "welcome" and row.expires_at is not None:
            seconds = max(row.expires_at - self._clock.now(), 0) / 1000 + WELCOME_GRACE
        app = self._apps.get(row.account)
        hooks = self._config.wecom.webhooks
        key = conf.webhook_key(self._config, row.account) if row.account in hooks else ""
        return sending.Parcel(row=row, receivers=receivers, limits=self._config.wecom.limits,
                              seconds=seconds, agent_id=app.agent_id if app else 0,
                              webhook_key=key)  # fmt: skip

    def _api_for(self, row: Outbound) -> Api:
        if row.channel == "app" and row.account in self._apps:
            return self._apps[row.account].api
        if row.channel == "kf":
            return self._with("kf").api
        app = self._with("contact")
        return app.welcome if row.kind == "welcome" else app.api

    def _with(self, module: str) -> _App:
        """The first application that may use a module (``contact`` or ``kf``)."""
        for name, app in self._config.wecom.apps.items():
            if getattr(app, module):
                return self._apps[name]
        return next(iter(self._apps.values()))

    async def keep_warm(self) -> None:
        """Fetches tokens before they are needed. Raises ApiError or CallFailed."""
        for app in self._apps.values():
            await app.tokens.get()

    async def kf_page(self, open_kfid: str, cursor: str, token: str) -> KfPage:
        """See reading.kf_page."""
        return await reading.kf_page(
            self._with("kf").api, open_kfid, cursor, token, self._clock.now()
        )

    async def name_of(self, external_userid: str) -> str:
        """See reading.name_of."""
        return await reading.name_of(self._with("contact").api, external_userid)

    async def kf_link(self, open_kfid: str, scene: str) -> str:
        """See reading.kf_link."""
        return await reading.kf_link(self._with("kf").api, open_kfid, scene)

    async def groups(self, owners: Sequence[str]) -> list[Group]:
        """Every customer group of these owners."""
        api = self._with("contact").api
        return [await reading.group(api, i) async for i in reading.group_ids(api, owners)]

    async def tap_status(self, row: Outbound) -> TapStatus:
        """See reading.tap_status."""
        return await reading.tap_status(self._with("contact").api, row)


def doors(config: conf.Config) -> Mapping[str, Door]:
    """Callback credentials by application. Raises BadInput."""
    made = {}
    for name in config.wecom.apps:
        secrets = conf.app_secrets(config, name)
        made[name] = Door(secrets.token, secrets.aes_key, config.wecom.corp_id)
    return made
