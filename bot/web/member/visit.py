"""One request of one browser at the member page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from aiohttp import web

from bot.core.passes import PATH, Pass
from bot.library.speech import Setting
from bot.store import people, persons, sources, stays
from bot.store.answers import Who
from bot.store.engine import Tx
from bot.web.member import words

if TYPE_CHECKING:
    from bot.web.member.pages import MemberPages

P = ParamSpec("P")
R = TypeVar("R")
SESSION, DOOR, SAID, NEXT = "member", "door", "said", "next"
CHANNEL = "page"


class Refused(Exception):
    """The request is answered with a page that says why: ``key`` has the words."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        self.status, self.key, self.values = status, key, values
        super().__init__(key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Me:
    """The person who looks: ``circles`` that he is in."""

    person: str
    ids: Sequence[str]
    circles: frozenset[str]


@dataclass(kw_only=True, slots=True)
class Visit:
    """A request as pages see it. ``door``: what this browser alone carries; ``word``: the pass by
    which it was let in, ``held`` what that says, None: it was not."""

    pages: MemberPages
    request: web.Request
    now: int
    door: str = field(repr=False)
    word: str = field(repr=False)
    held: Pass | None
    typed: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, web.FileField] = field(default_factory=dict)
    pictures: Sequence[tuple[str, bytes]] = ()
    jar: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """The language of the page's own words."""
        return words.language(self.request.headers.get("Accept-Language", ""))

    def t(self, key: str, /, **values: object) -> str:
        """The words of a key."""
        return words.say(self.lang, key, **values)

    @property
    def csrf(self) -> str:
        """What every form of this page carries: it fits this browser alone."""
        return self.pages.passes.form_token(f"{self.door}\n{self.word}")

    def csrf_is_right(self) -> bool:
        """True for a form that was made for this browser."""
        given = self.typed.get("csrf", "")
        return hmac.compare_digest(self.csrf.encode(), given.encode("utf-8", "replace"))

    @property
    def browser(self) -> str:
        """A digest of what this browser carries."""
        return hashlib.sha256(f"browser\n{self.door}".encode()).hexdigest()[:24]

    def cookie(self, plain: str) -> str:
        """One of our cookies, or empty."""
        return self.request.cookies.get(self.pages.cookie(plain), "")

    def keep(self, plain: str, value: str, seconds: int) -> None:
        """Sets a cookie with the answer; -1 takes it away, 0: while the browser is open."""
        self.jar[plain] = (value, seconds)

    def setting(self, tx: Tx) -> Setting:
        """What serves now."""
        cast = self.pages.cast
        return Setting.of(self.pages.config, cast, self.now, sources.links(tx))

    def me(self, tx: Tx) -> Me:
        """Who looks. Raises Refused for somebody of whom nothing is held any more."""
        assert self.held is not None
        person = persons.person_of(tx, [self.held.member])[self.held.member]
        if people.known(tx, person) is None:
            raise Refused(401, "error.gone_person")
        inside = frozenset(row["place"] for row in stays.of(tx, person)
                           if row["kind"] == "circle" and row["until"] is None)  # fmt: skip
        return Me(person=person, ids=persons.ids_of(tx, person), circles=inside)

    def who(self, *, fits: bool = True, agrees: bool = False) -> Who:
        """The same for whoever records what he does."""
        assert self.held is not None
        return Who(member=self.held.member, zone=self.pages.config.timezone, fits=fits,
                   channel=CHANNEL, device=self.browser, agrees=agrees)  # fmt: skip

    def part(self, name: str) -> str:
        """A part of the address."""
        return self.request.match_info[name]

    async def read(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        """Reads rows."""
        return await self.pages.store.read(fn, *a, **k)

    async def write(self, fn: Callable[Concatenate[Tx, P], R], *a: P.args, **k: P.kwargs) -> R:
        """Writes rows; returns after the commit. Raises Busy when too many wait."""
        return await self.pages.store.offer(fn, *a, **k)

    def go(self, path: str, said: str = "", kind: str = "good", **query: str) -> web.Response:
        """On to another page of ours, with a line above it."""
        if said:
            packed = json.dumps([kind, said[:300]], ensure_ascii=False).encode()
            self.keep(SAID, base64.urlsafe_b64encode(packed).decode(), 0)
        where = PATH + path + (f"?{urlencode(query)}" if query else "")
        return web.Response(status=303, headers={"Location": where})

    def note(self) -> tuple[str, str] | None:
        """The line that the last answer left in a cookie; whatever else stands there is nothing."""
        packed = self.cookie(SAID)
        if not packed:
            return None
        self.keep(SAID, "", -1)
        try:
            kind, said = json.loads(base64.urlsafe_b64decode(packed))
        except (ValueError, TypeError):
            return None
        return ("good" if kind == "good" else "wait", str(said)[:300])

    def page(self, template: str, *, status: int = 200, **values: Any) -> web.Response:
        """A whole page."""
        text = self.pages.templates.render(template, v=self, note=self.note(), **values)
        answer = web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
        answer.enable_compression()
        return answer
