"""The platform as the pipeline sees it: a few verbs, no errcodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from bot.core import config as conf
from bot.core.accounts import Trouble
from bot.core.clock import Clock
from bot.core.contacts import Profile
from bot.core.model import Never, Outbound, Outcome, TapStatus
from bot.core.ports import MemberLogin
from bot.core.span import parse_span
from bot.wecom import called, reading, sending, shared, standing
from bot.wecom.client import Api, fetch_token
from bot.wecom.codec import Door
from bot.wecom.contacts.book import Blank, Book, Desk
from bot.wecom.contacts.contacts import Contacts
from bot.wecom.download import Downloads
from bot.wecom.errors import ApiError, CallFailed, outcome_of
from bot.wecom.jssdk import Signatures
from bot.wecom.login import Hosts, Login
from bot.wecom.media import DEAD_MEDIA, BriefShelf, Shelf, Uploads, assets_in
from bot.wecom.oa.accounts import OfficialAccounts
from bot.wecom.reading import KfPage
from bot.wecom.robot.robots import Robots
from bot.wecom.token import Tokens
from bot.wecom.upload import StaffFiles
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
    """All calls of one corp. Open it with ``async with``.

    ``shelf`` remembers uploads, ``book`` what we change, ``tokens`` access tokens; without them
    nothing outlives the process.
    """

    def __init__(
        self, config: conf.Config, base: str, clock: Clock, *, shelf: Shelf | None = None,
        book: Book | None = None, tokens: shared.Shelf | None = None,
    ) -> None:  # fmt: skip
        self._tokens_kept = tokens
        self._config, self._base, self._clock = config, base.rstrip("/"), clock
        self._seconds = parse_span(config.deliver.call_timeout) / 1000
        self._apps: dict[str, _App] = {}
        self._modules: dict[str, _App] = {}
        self._sessions: list[aiohttp.ClientSession] = []
        self.robots: Robots
        self.oa: OfficialAccounts
        self.contacts: Contacts
        self._assets = assets_in(config.content_dir)
        self._book = book or Blank()
        self._uploads = Uploads(
            self._assets, shelf or BriefShelf(), clock, margin=parse_span(config.media.margin),
            seconds=parse_span(config.media.upload_timeout) / 1000, cover=config.media.cover,
        )  # fmt: skip
        self._signatures: dict[str, Signatures] = {}
        self._downloads: dict[str, Downloads] = {}

    async def __aenter__(self) -> Gateway:
        http = self._session(CONNECTIONS)
        fast = self._session(self._config.deliver.welcome_slots)
        for name, app in self._config.wecom.apps.items():
            secret = conf.app_secrets(self._config, name).secret
            tokens = self._tokens(http, secret)
            self._apps[name] = _App(name, app.agent_id, tokens,
                                    self._api(http, tokens, secret),
                                    self._api(fast, tokens, secret))  # fmt: skip
        self.oa = OfficialAccounts(self._config, self._base, self._clock, http, self._tokens_kept)
        self.robots = Robots(self._config, self._base, self._clock, self._session(CONNECTIONS))
        desk = Desk(self._with("contact").api, self._book, self._clock, self._uploads)
        self.contacts = Contacts(desk)
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
        kept = shared.of(self._tokens_kept, corp, secret, "gettoken", self._clock)
        return Tokens(lambda: fetch_token(http, self._base, corp, secret, self._seconds),
                      self._clock, kept)  # fmt: skip

    def _api(self, http: aiohttp.ClientSession, tokens: Tokens, secret: str) -> Api:
        return Api(base=self._base, corp_id=self._config.wecom.corp_id, secret=secret,
                   tokens=tokens, http=http, timeout=self._seconds)  # fmt: skip

    async def send(self, row: Outbound, receivers: Sequence[str] = ()) -> Outcome:
        """Makes the one call of an outbox row; never raises for what the platform does."""
        if row.channel == "robot":
            return await self.robots.send(row)
        if row.channel == "oa":
            return await self.oa.send(row)
        way = sending.way_of(row)
        if way is None:
            return Never("no_channel", f"nothing can send {row.kind} through {row.channel}")
        try:
            return await self._send(way, row, receivers)
        except BadBody as exc:
            return Never("bad_body", str(exc))
        except (ApiError, CallFailed) as exc:
            return outcome_of(exc)

    async def _send(self, way: sending.Send, row: Outbound, receivers: Sequence[str]) -> Outcome:
        """One call, and a second one when the platform has dropped a file before its time."""
        api, key = self._api_for(row), self._webhook_key(row)
        ready = await self._uploads.ready(api, row.channel, row.body, key)
        dressed = row if ready.body is row.body else row.evolve(body=ready.body)
        try:
            return await way(api, self._parcel(dressed, receivers))
        except ApiError as exc:
            if exc.errcode != DEAD_MEDIA or not ready.refs:
                raise
        await self._uploads.forget(ready.refs)
        ready = await self._uploads.ready(api, row.channel, row.body, key)
        return await way(api, self._parcel(row.evolve(body=ready.body), receivers))

    def _parcel(self, row: Outbound, receivers: Sequence[str]) -> sending.Parcel:
        seconds = self._seconds
        if row.kind == "welcome" and row.expires_at is not None:
            seconds = max(row.expires_at - self._clock.now(), 0) / 1000 + WELCOME_GRACE
        app = self._by_agent(row.account)
        return sending.Parcel(row=row, receivers=receivers, limits=self._config.wecom.limits,
                              seconds=seconds, agent_id=app.agent_id if app else 0,
                              webhook_key=self._webhook_key(row), assets=self._assets)  # fmt: skip

    def _webhook_key(self, row: Outbound) -> str:
        known = row.channel == "webhook" and row.account in self._config.wecom.webhooks
        return conf.webhook_key(self._config, row.account) if known else ""

    def _api_for(self, row: Outbound) -> Api:
        agent = self._by_agent(row.account) if row.channel == "app" else None
        if agent is not None:
            return agent.api
        if row.channel == "kf":
            return self._with("kf").api
        app = self._with("contact")
        return app.welcome if row.kind == "welcome" else app.api

    def _by_agent(self, agent_id: str) -> _App | None:
        return next((a for a in self._apps.values() if str(a.agent_id) == agent_id), None)

    def _with(self, module: str) -> _App:
        """The first application that may use a module (``contact`` or ``kf``)."""
        if module not in self._modules:
            fit = [n for n, app in self._config.wecom.apps.items() if getattr(app, module)]
            self._modules[module] = self._apps[(fit or list(self._apps))[0]]
        return self._modules[module]

    def console_app(self) -> str | None:
        """The application through which staff sign in and open the sidebar, if there is one."""
        return next((n for n, app in self._config.wecom.apps.items() if app.console), None)

    def login(self, app: str) -> Login:
        """Login of staff through an application; see ports.StaffLogin."""
        hosts = Hosts(self._base, self._base) if self._config.sandbox else Hosts()
        found = self._apps[app]
        return Login(found.api, self._config.wecom.corp_id, found.agent_id, hosts)

    def member_login(self) -> MemberLogin | None:
        """How members are recognised at their page, as `[member_page] sign_in` says; None: by links
        alone."""
        name = self._config.member_page.sign_in
        if name in self._config.wecom.official_accounts:
            return self.oa.login(name)
        return self.login(name).of_members if name else None

    def media(self, app: str = "") -> Downloads:
        """Files that an application's people sent, those of kf without a name; see
        ports.MediaBytes."""
        found = self._apps[app] if app else self._with("kf")
        made = Downloads(self._sessions[0], self._base, found.tokens, self._seconds)
        return self._downloads.setdefault(found.name, made)

    def media_shelf(self) -> StaffFiles:
        """Files that staff send into kf chats; see ports.MediaShelf."""
        return StaffFiles(self._with("kf").api, self._uploads)

    def js_sdk(self, app: str) -> Signatures:
        """Signatures for an application's pages; its tickets are shared by all processes."""
        found = self._apps[app]
        made = Signatures(found.api, self._config.wecom.corp_id, found.agent_id, self._clock,
                          kept=self._tokens_kept)  # fmt: skip
        return self._signatures.setdefault(app, made)

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

    async def kf_profiles(self, customers: Sequence[str]) -> Mapping[str, Profile]:
        """See reading.kf_profiles."""
        return await reading.kf_profiles(self._with("kf").api, customers)

    async def follower_profiles(
        self, account: str, openids: Sequence[str]
    ) -> Mapping[str, Profile]:  # fmt: skip
        """See OfficialAccounts.profiles."""
        return await self.oa.profiles(account, openids)

    async def kf_trouble(self, open_kfid: str) -> Trouble:
        """See standing.of_kf."""
        return await standing.of_kf(self._with("kf").api, open_kfid)

    async def owner_troubles(self, userids: Sequence[str]) -> Mapping[str, Trouble]:
        """See standing.of_owners."""
        return await standing.of_owners(self._with("contact").api, userids)

    async def kf_names(self) -> Mapping[str, str]:
        """See called.of_kf."""
        return await called.of_kf(self._with("kf").api)

    async def staff_names(self, userids: Sequence[str]) -> Mapping[str, str]:
        """See called.of_people."""
        return await called.of_people(self._with("contact").api, userids)

    async def kf_link(self, open_kfid: str, scene: str) -> str:
        """See reading.kf_link."""
        return await reading.kf_link(self._with("kf").api, open_kfid, scene)

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
