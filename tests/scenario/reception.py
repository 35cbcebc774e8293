"""The console alone over real HTTP: a database, a clock that is told, browsers without a screen."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Middleware
from argon2 import PasswordHasher

from bot.console.console import Console
from bot.console.passwords import Passwords
from bot.core.clock import ManualClock
from bot.core.config import load_config
from bot.core.ports import StaffLogin
from bot.library.library import Library
from bot.pipeline.loop import Bells
from bot.store import staff
from bot.store.engine import Store
from bot.store.sqlite import SqliteStore
from bot.web.listen import Listener, Waiting, runner
from tests.scenario.house import BRAND
from tests.template import migrated

NOW = 1_790_000_000_000
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "a long enough secret"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Any
    url: str

    @property
    def location(self) -> str:
        return str(self.headers.get("Location", ""))

    def said(self, words: str) -> bool:
        return words in self.text

    def form(self, action: str) -> dict[str, str]:
        """What a browser would send of the form that leads there, as the page filled it in."""
        reader = _Form(f"/console{action}")
        reader.feed(self.text)
        assert reader.fields, f"no form leads to {action}"
        return reader.fields


class _Form(HTMLParser):
    """Reads the fields of one form."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.fields = action, dict[str, str]()
        self._open, self._select, self._area = False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._open = given.get("action") == self.action
        elif self._open and tag == "input" and given.get("type") not in ("checkbox", "file"):
            self.fields[name] = given.get("value", "")
        elif self._open and tag == "select":
            self._select = name
        elif self._open and tag == "textarea":
            self._area, self.fields[name] = name, ""
        elif self._select and tag == "option":
            first = self.fields.setdefault(self._select, given.get("value", ""))
            self.fields[self._select] = given["value"] if "selected" in given else first

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


class Browser:
    """One browser with its cookies. It sends what a real one sends, and follows no redirect."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http, self.url = http, url
        self.csrf = ""

    async def ask(self, method: str, path: str, **options: Any) -> Answer:
        options.setdefault("allow_redirects", False)
        async with self.http.request(method, self.url + path, **options) as answer:
            text = await answer.text(errors="replace")
            found = re.search(r'name="csrf" value="([0-9a-f]{64})"', text)
            self.csrf = found[1] if found else self.csrf
            return Answer(answer.status, text, answer.headers, str(answer.url))

    async def get(self, path: str = "", **options: Any) -> Answer:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, /, **fields: str) -> Answer:
        """A form of the page that was looked at last."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.url.removesuffix("/console")}
        return await self.ask("POST", path, data={"csrf": self.csrf} | fields, headers=headers)

    async def sign_in(self, login: str, password: str = SECRET) -> Answer:
        await self.get("/sign-in")
        answer = await self.post("/sign-in", login=login, password=password)
        if answer.status == 303:
            await self.get("/me")
        return answer


@dataclass(frozen=True)
class Reception:
    """One running console."""

    console: Console
    store: Store
    clock: ManualClock
    bells: Bells
    url: str

    async def publish(self) -> Library:
        """The test brand serves, as in a process that has been up for a moment."""
        library = Library(self.store, self.console.config, self.clock)
        await library.open()
        self.console.library = library
        return library

    @contextlib.asynccontextmanager
    async def browser(self, **headers: str) -> AsyncIterator[Browser]:
        jar = aiohttp.CookieJar(unsafe=True)  # our host is an address
        given = {"Accept-Language": "en"} | headers
        async with aiohttp.ClientSession(cookie_jar=jar, headers=given) as http:
            yield Browser(http, self.url)

    @contextlib.asynccontextmanager
    async def signed_in(self, role: str) -> AsyncIterator[Browser]:
        """Somebody of this role; his login is its name."""
        await self.add(role, role)
        async with self.browser() as browser:
            assert (await browser.sign_in(role)).status == 303
            yield browser

    async def add(self, login: str, role: str, *, made: bool = False, userid: str = "") -> int:
        kept = HASHER.hash(SECRET)
        return await self.store.write(staff.add, login, role, kept, self.clock.now(),
                                      actor="test", made=made, userid=userid)  # fmt: skip


@contextlib.asynccontextmanager
async def reception(
    folder: Path, login: StaffLogin | None = None, *, given: Store | None = None,
    around: Iterable[Middleware] = (), **web_settings: Any,
) -> AsyncIterator[Reception]:  # fmt: skip
    """The console on a free port, with the web server's own bounds around it. ``given`` is a
    migrated database in place of a fresh one; ``around`` stands before every page."""
    config = load_config(BRAND / "config.toml")
    config = replace(config, web=replace(config.web, **web_settings))
    store, clock, bells = given or _fresh(folder / "test.db"), ManualClock(NOW), Bells()
    console = Console(config, store, clock, bells, passwords=Passwords(HASHER))
    console.login = login
    await console.open()
    app = web.Application(client_max_size=config.web.body_limit, middlewares=tuple(around))
    waiting = Waiting(100)
    console.hang_in(app)
    server = runner(app, waiting)
    await server.setup()
    try:
        await Listener(server, waiting, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{server.addresses[0][1]}/console"
        yield Reception(console, store, clock, bells, url)
    finally:
        await server.cleanup()
        if given is None:
            store.close()


def _fresh(file: Path) -> SqliteStore:
    shutil.copy(migrated(), file)
    return SqliteStore(file, readers=2)
