"""The member page as part of the web server: its addresses, and what each of them needs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from aiohttp import web

from bot.core.clock import Clock
from bot.core.config import Config
from bot.core.passes import PATH, Passes
from bot.core.ports import MemberLogin
from bot.library.cast import Cast
from bot.library.library import Library
from bot.store.engine import Store
from bot.store.passing import passes_of
from bot.web.member import earned, entering, gate, missions, photos, reading, taking, telling
from bot.web.member.gate import Gate, Route
from bot.web.member.rendering import Templates


def _silent(topic: str) -> None:
    """Nobody listens."""


class MemberPages:
    """Everything that the pages need. ``passes`` know our address, and ``library`` is there, once
    the process serves; ``login`` where an account recognises members; ``ring`` tells whoever looks
    at what members do."""

    def __init__(
        self, config: Config, store: Store, clock: Clock, *,
        ring: Callable[[str], object] = _silent,
    ) -> None:  # fmt: skip
        self.config, self.store, self.clock, self._ring = config, store, clock, ring
        self.library: Library | None = None
        self.login: MemberLogin | None = None
        self.passes: Passes = passes_of(config)
        self.templates = Templates(config.timezone)
        self._https = config.web.public_url.lower().startswith("https://")
        self.gate = Gate(self)

    @property
    def cast(self) -> Cast:
        """What is published."""
        return self.library.cast if self.library else Cast.empty(self.config.timezone)

    @property
    def https(self) -> bool:
        """True where members come by https."""
        return self._https

    def open(self, library: Library, passes: Passes, login: MemberLogin | None) -> None:
        """From now on pages can be served."""
        self.library, self.passes, self.login = library, passes, login

    def tell(self, topic: str) -> None:
        """Somebody did something; nobody may be there who looks at such things."""
        with contextlib.suppress(KeyError):
            self._ring(topic)

    def cookie(self, plain: str) -> str:
        """The full name of a cookie of ours (RFC 6265bis, 4.1.3.2)."""
        return f"__Host-onevoice-m-{plain}" if self._https else f"onevoice-m-{plain}"

    def hang_in(self, app: web.Application) -> None:
        """Puts all of it under ``/m`` of a web server."""
        mine = web.Application(client_max_size=self.config.member_page.photo_bytes * 3)
        for route in ROUTES:
            mine.router.add_route(route.method, route.path or "/", self.gate.handler(route))
        mine.router.add_get("/static/{name}", gate.asset)
        mine.router.add_route("*", "/{rest:.*}", self.gate.handler(gate.STRAY))
        mine.on_response_prepare.append(gate.headers)
        app.add_subapp(PATH, mine)
        app.router.add_get(PATH, self.gate.handler(reading.HOME))


ROUTES: tuple[Route, ...] = (
    *entering.ROUTES, *reading.ROUTES, *earned.ROUTES, *taking.ROUTES, *telling.ROUTES,
    *photos.ROUTES, *missions.ROUTES,
)  # fmt: skip
