"""One request of one browser: who it is, what was typed, and how to answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar
from urllib.parse import urlsplit

from aiohttp import web

from bot.console import tokens, words
from bot.console.page import BASE, Entry, Route
from bot.console.places import place
from bot.console.rights import Right, may
from bot.store.engine import Tx
from bot.store.sessions import Door, Session
from bot.store.staff import Account

if TYPE_CHECKING:
    from bot.console.console import Console
    from bot.library.cast import Cast

P = ParamSpec("P")
R = TypeVar("R")
FLASH_MAX = 2_000
YEAR = 366 * 86_400
LOOKS = ("light", "dark")
OURS = "staff:"  # before the userid of a colleague, where ids of members stand


def whole(text: str) -> int | None:
    """A number as pages write it: digits, few enough for a column; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


class Refused(Exception):
    """The request is answered with a page that says why: ``key`` has the words."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        self.status, self.key, self.values = status, key, values
        super().__init__(key)


class Note(NamedTuple):
    """One line above the page: kind is good, wait or bad."""

    kind: str
    key: str
    values: Mapping[str, object] = {}


class Place(NamedTuple):
    """A line of the navigation with what waits behind it."""

    entry: Entry
    waiting: int
    here: bool


@dataclass(kw_only=True, slots=True)
class Visit:
    """A request as pages see it. ``token`` is the browser's cookie, of a session or of a guest."""

    console: Console
    request: web.Request
    route: Route | None
    token: str = field(repr=False)
    session: Session | None
    now: int
    typed: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, web.FileField] = field(default_factory=dict)
    jar: dict[str, tuple[str, int]] = field(default_factory=dict)
    heard: str = ""  # what had rung before the page was read; its connection goes on from there

    def __post_init__(self) -> None:
        self.heard = self.console.hub.place()

    @property
    def someone(self) -> Account | None:
        """Who is signed in, if anybody."""
        return self.session.who if self.session else None

    @property
    def who(self) -> Account:
        """Who is signed in; only for routes that need it."""
        assert self.session is not None
        return self.session.who

    def may(self, right: Right) -> bool:
        """True when he has this right."""
        return self.someone is not None and may(self.someone.role, right)

    @property
    def lang(self) -> str:
        """The language of the answer."""
        own = self.someone.lang if self.someone else ""
        accepted = self.request.headers.get("Accept-Language", "")
        return words.choose(own, self.cookie("lang"), accepted)

    @property
    def cast(self) -> Cast | None:
        """What is published, or None in the first moments of a process."""
        library = self.console.library
        return library.cast if library is not None else None

    def place(self, channel: str, account: str) -> str:
        """What staff call an account."""
        return place(self.lang, self.cast, self.console.called.names, channel, account)

    def owner(self, account: str) -> str:
        """The same without the channel: a colleague by his name, customer service by its own."""
        return self.console.called.owners.get(account, account)

    def colleague(self, member: str | None) -> str:
        """The name of a member who is one of us; empty for anybody else."""
        if member is None or not member.startswith(OURS):
            return ""
        return self.owner(member.removeprefix(OURS))

    @property
    def look(self) -> str:
        """light or dark, as chosen with the switch; empty: as the system has it."""
        wish = self.cookie("look")
        return wish if wish in LOOKS else ""

    @property
    def csrf(self) -> str:
        """What every form of this page carries."""
        return tokens.csrf(self.token)

    @property
    def by_htmx(self) -> bool:
        """True when a part of an open page asks."""
        return self.request.headers.get("HX-Request") == "true"

    @property
    def address(self) -> str:
        """Where he comes from; behind proxies what the first of ours saw."""
        hops = self.console.config.console.proxies
        passed = ",".join(self.request.headers.getall("X-Forwarded-For", ())).split(",")
        if hops and len(passed) >= hops and passed[-hops].strip():
            return passed[-hops].strip()[:64]
        return self.request.remote or ""

    def door(self, way: str) -> Door:
        """How he comes in."""
        return Door(way, self.address, self.request.headers.get("User-Agent", ""))

    def cookie(self, plain: str) -> str:
        """One of our cookies, or empty."""
        return self.request.cookies.get(self.console.cookies.name(plain), "")

    def keep(self, plain: str, value: str, seconds: int = YEAR) -> None:
        """Sets a cookie with the answer; 0 seconds: for as long as the browser is open."""
        self.jar[plain] = (value, seconds)

    def t(self, key: str, /, **values: object) -> str:
        """The words of a key in his language."""
        return words.say(self.lang, key, **values)

    def query(self, name: str) -> str:
        """One value of the address's query, at most 200 characters."""
        return self.request.query.get(name, "")[:200]

    def number(self, name: str = "id") -> int:
        """A number in the path. Raises Refused."""
        found = whole(self.request.match_info[name])
        if found is None:
            raise Refused(404, "error.gone")
        return found

    def typed_number(self, name: str) -> int | None:
        """A number in the form; None when it is none."""
        return whole(self.typed.get(name, ""))

    async def read(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        """Reads rows."""
        return await self.console.store.read(fn, *a, **k)

    async def write(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        """Writes rows; returns after the commit."""
        return await self.console.store.write(fn, *a, **k)

    def flash(self, kind: str, key: str, **values: object) -> None:
        """A line above the next page."""
        text = json.dumps([kind, key, values], ensure_ascii=False, separators=(",", ":"))
        packed = base64.urlsafe_b64encode(text.encode()).decode()
        if len(packed) <= FLASH_MAX:
            self.keep("note", packed, 0)

    def go(self, path: str, kind: str = "", key: str = "", **values: object) -> web.Response:
        """On to another page of the console, with a line above it."""
        if key:
            self.flash(kind, key, **values)
        return web.Response(status=303, headers={"Location": BASE + path})

    def back(self, other: str = "") -> str:
        """The page he came from, if it is one of ours."""
        return own_path(urlsplit(self.request.headers.get("Referer", "")).path) or other

    async def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """A whole page, or the part that htmx picks out of it."""
        places = await self.read(self._places) if self.someone else []
        text = self.console.templates.render(
            template, v=self, places=places, note=self._note(), **values
        )
        return web.Response(text=text, status=status, content_type="text/html")

    def part(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """A part of a page, for an open page to put in its place. A browser writes an answer of 4xx
        to a part into its console like a fault of ours, so htmx gets 200 with the same words."""
        text = self.console.templates.render(template, v=self, note=self._note(), **values)
        shown = 200 if self.by_htmx else status
        return web.Response(text=text, status=shown, content_type="text/html")

    def rings(self, more: str = "") -> list[str]:
        """The topics that his page listens to: those of the navigation, and ``more`` of its own."""
        mine = [topic for entry in self.console.entries if self.someone is not None
                and may(self.someone.role, entry.needs) for topic in entry.topics]  # fmt: skip
        return sorted({*mine, *more.split()})

    def _places(self, tx: Tx) -> list[Place]:
        path = self.request.path.removeprefix(BASE)
        if path == "/nav":  # asked for by an open page
            path = own_path(urlsplit(self.request.headers.get("HX-Current-URL", "")).path)
        exact = any(entry.path == path for entry in self.console.entries)
        return [
            Place(entry, entry.count(tx, self.who, self.now) if entry.count else 0,
                  path == entry.path or (not exact and entry.path != "" and any(
                      f"{path}/".startswith(f"{root}/") for root in (entry.path, *entry.also))))
            for entry in self.console.entries if may(self.who.role, entry.needs)
        ]  # fmt: skip

    def _note(self) -> Note | None:
        """The line that the last answer left in a cookie; whatever else stands there is nothing."""
        packed = self.cookie("note")
        if not packed:
            return None
        self.keep("note", "", -1)
        try:
            kind, key, values = json.loads(base64.urlsafe_b64decode(packed))
            self.t(key, **values)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        return Note(kind if kind in ("good", "wait") else "bad", key, values)

    def csv(self, name: str, text: str) -> web.Response:
        """A file to save; ``text`` as ``cells.lines`` made it."""
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(text=text, content_type="text/csv", headers=headers)


def own_path(path: str) -> str:
    """What stands behind ``/console`` of a path that is one of ours, or empty."""
    ours = path.startswith(BASE + "/") and not any(bad in path for bad in ("\\", "//", "\r", "\n"))
    return path[len(BASE) :] if ours and len(path) < 500 else ""
