"""The console as one application of the web server: pages, sessions, what is live."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from aiohttp import web

from bot.console.gate import Gate
from bot.console.kept import Kept
from bot.console.live import Hub
from bot.console.offers import Offers
from bot.console.page import BASE, Route
from bot.console.pages import PAGES
from bot.console.passwords import Passwords, spelled
from bot.console.places import Called
from bot.console.planned import Selling
from bot.console.reckoned import Reckoned
from bot.console.rehearsal import Rehearsal
from bot.console.rendering import Templates
from bot.console.statics import Statics
from bot.console.studio import Studio
from bot.console.tokens import Cookies
from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.doctoring import Doctor, Health
from bot.core.ports import Bellboard, JsSdk, MediaBytes, MediaShelf, StaffLogin
from bot.core.rehearsing import Rehearsals
from bot.library.leaving import Leaving
from bot.library.library import Library
from bot.store import sessions
from bot.store.engine import Store
from bot.store.sessions import Span
from bot.store.sets import Sets


def _leave(request: web.Request) -> None:
    """Nobody counts how long connections are silent."""


class Console:
    """Everything that pages need. ``login``, ``library``, ``files``, ``shelf``, ``js``,
    ``rehearsals``, ``doctor`` and ``health`` are there once the platform is; ``sandbox`` is the
    address of the sandbox that plays it. ``keep`` marks the connection of a request as in use."""

    def __init__(
        self, config: Config, store: Store, clock: Clock, bells: Bellboard, *,
        keep: Callable[[web.Request], None] = _leave, passwords: Passwords | None = None,
    ) -> None:  # fmt: skip
        self.config, self.store, self.clock, self.bells = config, store, clock, bells
        self.keep = keep
        self.login: StaffLogin | None = None
        self.library: Library | None = None
        self.files: MediaBytes | None = None
        self.shelf: MediaShelf | None = None
        self.js: JsSdk | None = None
        self.rehearsals: Rehearsals | None = None
        self.doctor: Doctor | None = None
        self.health: Health | None = None
        self.sandbox: str | None = None
        self.passwords = passwords or Passwords()
        self.span = Span(config.console.ms("session_idle"), config.console.ms("session_max"))
        self.cookies = Cookies(config.web.public_url.lower().startswith("https://"))
        self.statics = Statics()
        self.templates = Templates(self.statics, config.timezone)
        self.rehearsal = Rehearsal(store, config, clock)
        self.studio = Studio(store, config, clock)
        self.selling = Selling()
        self.leaving = Leaving(store, config, clock)
        self.reckoned = Reckoned(store, clock, config.timezone, config.orders.rfm.thresholds)
        self.kept = Kept[Any](clock, "figures of the first page")
        self.sets = Sets()
        self.called = Called(store)
        self.offers = Offers(store, clock)
        self.hub = Hub()
        bells.listen(self.hub.heard)
        bells.listen(self.called.heard)
        entries = (page.entry for page in PAGES if page.entry is not None)
        self.entries = sorted(entries, key=attrgetter("order"))
        self.topics = {name: right for page in PAGES for name, right in page.topics.items()}
        self.set_up_code = ""

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every address, with the right that it needs."""
        return tuple(route for page in PAGES for route in page.routes)

    async def open(self) -> None:
        """Makes the code for the first owner, where there is no account yet."""
        code = spelled(3)
        if await self.store.write(sessions.open_setup, code, self.clock.now()):
            self.set_up_code = code

    def hang_in(self, app: web.Application) -> None:
        """Puts all of it under ``/console`` of a web server."""
        gate = Gate(self)
        mine = web.Application(middlewares=[gate.middleware])
        for route in self.routes:
            mine.router.add_route(route.method, route.path, gate.handler(route))
        mine.router.add_route("GET", "/static/{name}", gate.asset())
        mine.on_response_prepare.append(gate.headers)
        mine.on_shutdown.append(self._close)
        app.add_subapp(BASE, mine)

    async def _close(self, _: web.Application) -> None:
        self.leaving.close()
        self.hub.close()
