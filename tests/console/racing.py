"""The races of tests/contract/race.py, with two staff who press the buttons of the inbox: real
pages, real forms, and the same driver before every write."""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp import web

from bot.console.console import Console
from bot.console.passwords import Passwords
from bot.library.library import Library
from bot.store import staff
from bot.store.engine import Store
from bot.store.sessions import Span
from tests.contract.race import ACTOR, ROUNDS, House
from tests.scenario.reception import HASHER, SECRET, Answer, Browser

STAFF = ("lin", "chen")
EVER = 1 << 50
_LINE = re.compile(r'class="line by-(\w+)[^"]*".*?(?=<li |</ol>)', re.S)
_FATE = re.compile(r'class="fate (\w+)"')
_OWN = re.compile(r'class="meta">\s*I\s')


class Desk(House):
    """The house with a console in front of it."""

    def __init__(self, mine: Store, theirs: Store, now: int) -> None:
        super().__init__(mine, theirs, now)
        self.console = Console(self.config, self.desk, self.clock, self.bells,  # type: ignore[arg-type]
                               passwords=Passwords(HASHER))  # fmt: skip
        self.console.span = Span(EVER, EVER)
        self.browsers: dict[str, Browser] = {}
        self.mood = random.Random(0)  # how long they look at a page before they press

    async def serve(self) -> tuple[web.AppRunner, str]:
        """Opens the house; (what is to be closed, the address)."""
        await self.open()
        library = Library(self.store, self.config, self.clock)  # type: ignore[arg-type]
        await library.open()
        self.console.library = library
        app = web.Application(middlewares=[_as_actor])
        self.console.hang_in(app)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/console"

    async def sign_in(self, http: aiohttp.ClientSession, url: str, name: str) -> None:
        kept = HASHER.hash(SECRET)
        await self.desk.write(staff.add, name, "service", kept, self.clock.now(), actor="test",
                              made=False)  # fmt: skip
        self.browsers[name] = browser = Browser(http, url)
        assert (await browser.sign_in(name)).status == 303

    async def staff(self, name: str, key: str, *, release: bool) -> None:
        """Opens the conversation, presses the button, answers; reads whatever he is told."""
        page = await self._open(name, key)
        if _said(page):
            self.outcomes["nothing left to answer"] += 1
            return
        if page.said("holds it. If you should have it"):
            self.outcomes["lost to a colleague"] += 1
            return
        taken = await self._press(name, "take", page)
        if taken.status == 409:
            loser = "the persona" if taken.said("人设刚刚回了") else "a colleague"
            self.outcomes[f"lost to {loser}"] += 1
            assert taken.said(key)
            return
        assert taken.status == 303, taken.text
        before, shown = _seen(page), _others(page)
        page = await self._open(name, key)
        told = page.said("on their way already")
        self.outcomes["told that words are on their way"] += told
        if not shown and (told or self.mood.random() < 0.3):  # hasty: a form of before he took over
            answer = await self._press(name, "reply", page, text=f"我是{name}", seen=before)
            self.outcomes["reply refused until the words were read"] += answer.status == 409
            self.outcomes["staff answered"] += answer.status == 303
            page = await self._open(name, key)
        if _OWN.search(page.text):
            return
        await self._reply(name, key, page)
        if release:
            await self._press(name, "release", await self._open(name, key))

    async def _reply(self, name: str, key: str, page: Answer) -> None:
        for _ in range(ROUNDS):
            if _said(page):
                return
            if not _pending(page):
                answer = await self._press(name, "reply", page, text=f"我是{name}")
                if answer.status == 303:
                    self.outcomes["staff answered"] += 1
                    # he presses it once more: the same form is the same message
                    assert (
                        await self._press(name, "reply", page, text=f"我是{name}")
                    ).status == 303
                    return
                assert answer.status == 409 and answer.said(f"我是{name}"), answer.text
                self.outcomes["reply refused until the words were read"] += 1
            page = await self._open(name, key)
        raise AssertionError("he cannot answer and is not told why")

    async def _open(self, name: str, key: str) -> Answer:
        await self.driver.gate()
        headers = {"X-Actor": name, "HX-Request": "true"}  # as from the list: the talk alone
        page = await self.browsers[name].get("/inbox", params={"c": key}, headers=headers)
        assert page.status == 200, page.text
        for _ in range(self.mood.choice((0, 0, 2, 5, 8))):
            await self.driver.gate()
        return page

    async def _press(self, name: str, verb: str, page: Answer, **more: str) -> Answer:
        form = re.search(rf'action="/console/inbox/{verb}".*?</form>', page.text, re.S)
        assert form is not None, f"{name} has no button for {verb}"
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
        return await self.browsers[name].ask("POST", f"/inbox/{verb}", data=hidden | more,
                                             headers={"X-Actor": name})  # fmt: skip


@web.middleware
async def _as_actor(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What a request writes waits for the driver as its sender does."""
    ACTOR.set(request.headers.get("X-Actor", ""))
    return await handler(request)


def _seen(page: Answer) -> str:
    found = re.search(r'data-seen="([\d-]+)"', page.text)
    assert found is not None
    return found[1]


def _others(page: Answer) -> list[str]:
    """The fates of what anybody else said to the member, as the page shows them."""
    return [fate[1] for found in _LINE.finditer(page.text)
            if found[1] in ("bot", "model", "staff") and not _OWN.search(found[0])
            and (fate := _FATE.search(found[0]))]  # fmt: skip


def _said(page: Answer) -> bool:
    return any(fate in ("sent", "unsure") for fate in _others(page))


def _pending(page: Answer) -> bool:
    return "queued" in _others(page)
