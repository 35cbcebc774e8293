"""The member page alone over real HTTP: a database, a clock that is told, phones without a screen.
It is 2026-09-21, 21:33 in Shanghai."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web

from bot.core.clock import HOUR, ManualClock
from bot.core.config import Config, load_config
from bot.core.ports import MemberLogin
from bot.library.library import Library
from bot.library.speech import Setting
from bot.store import circling, people, sources
from bot.store.engine import Store, Tx
from bot.store.migrate import migrate_sqlite
from bot.store.passing import passes_of
from bot.store.sqlite import SqliteStore
from bot.web.listen import Listener, Waiting, runner
from bot.web.member.pages import MemberPages
from scheduler.tick import tick
from tests.contract import publishing
from tests.scenario.house import BRAND
from tests.scenario.reception import NOW, Answer, Browser

KF = "https://work.weixin.qq.com/kfid/kfc1"
CIRCLE = 'id = "tea"\ntitle = "茶友"\nprinciple = "lifestyle"\n[leader]\npersona = "tester"\n'
COMMUNITY = """
circle = "tea"
counts = "everybody"
persona = "tester"
[[points.rules]]
id = "day"
title = "打卡"
when = "checked"
points = 5
per_day = 5
[[points.rules]]
id = "quiz"
title = "答题"
when = "submitted"
activity = "quiz"
points = 7
[[levels]]
id = "one"
title = "初盏"
from = 1
[[levels]]
id = "two"
title = "续盏"
from = 12
perks = ["盲品"]
[[badges]]
id = "first"
title = "头一泡"
about = "头一回打卡。"
icon = "🫖"
when = "checked"
rule = "first"
honour = true
[[badges]]
id = "three"
title = "三日不断"
when = "checked"
activity = "half"
rule = "streak"
n = 3
[codenames]
pool = ["茶则", "公道", "建水"]
change_every = "90d"
[seeds]
places = 5
[[rights]]
id = "seat"
title = "一席"
stock = 1
level = "one"
"""
MISSION = """
id = "say"
title = "说句实话"
circle = "tea"
brief = "写一百字。"
asks = "那段话。"
proof = ["text", "photo"]
places = 1
"""
ONCE = '[when]\nannounce = "2026-09-21 21:00"\nclose = "2d"\n'
ACTIVITIES: Mapping[str, str] = {
    "half": 'kind = "checkin"\n[when]\nevery = "daily 00:00"\n[[questions]]\nask = "热的？"\n',
    "quiz": f'kind = "quiz"\njudge = "right"\nwinners = 1\n{ONCE}[[questions]]\nask = "白茶炒吗？"\n'
            'options = ["炒", "不炒"]\nright = [2]\nwhy = "摊开晾着。"\n',
    "vote": f'kind = "vote"\noptions = ["甲", "乙"]\n{ONCE}',
    "photo": f'kind = "contest"\nmoderated = true\nconsent = "ugc"\nmedia = "photo"\n'
             f'judge = "votes"\nwinners = 1\n{ONCE}',
    "wall": f'kind = "wall"\nmedia = "text"\nconsent = "ugc"\n{ONCE}[limits]\neach = 2\n',
    "wish": f'kind = "wishlist"\nmedia = "text"\n{ONCE}',
    "draw": f'kind = "draw"\njudge = "chance"\nwinners = 1\n{ONCE}',
    "help": f'kind = "help"\nneed = 2\n{ONCE}',
    "team": f'kind = "team"\nneed = 2\n{ONCE}',
    "high": f'kind = "vote"\noptions = ["甲", "乙"]\n{ONCE}[limits]\nlevel = "two"\n',
    "spring": f'kind = "cocreate"\nmedia = "text"\n{ONCE}' + "".join(
        f'[[stages]]\nid = "{one}"\ntitle = "步"\nask = "先闻到什么？"\nlasts = "12h"\n'
        for one in ("design", "opinion", "trial")),
}  # fmt: skip


@dataclass(frozen=True)
class MemberDesk:
    """One running member page with a circle and its activities; wm1 to wm5 are in."""

    pages: MemberPages
    store: Store
    clock: ManualClock
    url: str

    def link(self, member: str, circle: str = "tea") -> str:
        """What the persona would send him, as a path; each time another."""
        self.clock.advance(1)
        return self.pages.passes.address(member, circle, self.clock.now()).partition("/m/")[2]

    async def tick(self, after: int = 0) -> None:
        """What is due in activities is done."""
        now = self.clock.advance(after)
        setting = Setting.of(self.pages.config, self.pages.cast, now)
        for _ in range(3):  # what is planned by one is due for the next
            while (await self.store.write(tick, setting)).more:
                pass

    @contextlib.asynccontextmanager
    async def phone(self, **headers: str) -> AsyncIterator[Phone]:
        """A browser that nobody knows yet."""
        jar = aiohttp.CookieJar(unsafe=True)  # our host is an address
        given = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"} | headers
        async with aiohttp.ClientSession(cookie_jar=jar, headers=given) as http:
            yield Phone(http, self.url)

    @contextlib.asynccontextmanager
    async def member(self, who: str) -> AsyncIterator[Phone]:
        """His phone, let in by a link from the chat."""
        async with self.phone() as phone:
            assert (await phone.enter(self.link(who))).status == 303
            yield phone


class Phone(Browser):
    """A browser at the member page."""

    async def enter(self, path: str) -> Answer:
        """Opens a link, and goes on as the page does by itself."""
        found = await self.get(f"/{path}")
        return found if found.status != 200 else await self.act(f"/{path}")

    async def act(self, path: str, /, **fields: Any) -> Answer:
        """A form of the page that was looked at last."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.url.removesuffix("/m")}
        form = aiohttp.FormData({"csrf": self.csrf})
        for name, value in fields.items():
            if isinstance(value, bytes):
                form.add_field(name, value, filename="a.jpg", content_type="image/jpeg")
            else:
                form.add_field(name, value)
        return await self.ask("POST", path, data=form, headers=headers)

    async def done(self, path: str, /, **fields: Any) -> Answer:
        """The same, and the page that follows."""
        answer = await self.act(path, **fields)
        assert answer.status == 303, (answer.status, answer.text)
        return await self.get(answer.location.removeprefix("/m"))


def _begin(tx: Tx, given: Mapping[str, str]) -> None:
    publishing.publish(tx, "circle", "tea", {"tea.toml": CIRCLE}, "t", NOW - 30 * HOUR)
    publishing.publish(tx, "community", "tea", {"tea.toml": COMMUNITY}, "t", NOW - 30 * HOUR)
    for id, text in given.items():
        file = f'id = "{id}"\ntitle = "{id}的活动"\ncircle = "tea"\n{text}'
        publishing.publish(tx, "activity", id, {f"{id}.toml": file}, "t", NOW - 30 * HOUR)
    publishing.publish(tx, "mission", "say", {"say.toml": MISSION}, "t", NOW - 30 * HOUR)
    for n in range(1, 7):
        people.ensure_member(tx, f"wm{n}", NOW, f"真名{n}")
        if n < 6:
            circling.admit(tx, "tea", f"wm{n}", NOW - 9 * HOUR, rule="open", actor="member")
    sources.put_link(tx, "wkBANZHAN01", KF, NOW)


class Begun(NamedTuple):
    """What every desk begins with: a database with all of it, and what serves."""

    data: bytes
    library: Library


_begun: list[Begun] = []


async def _first(config: Config, folder: Path) -> Begun:
    """Made once for all desks of a process: a database is copied in a thousandth of the time."""
    if not _begun:
        file = folder / "first.db"
        migrate_sqlite(file, NOW)
        store = SqliteStore(file, readers=1)
        library = Library(store, config, ManualClock(NOW))
        await library.open()
        await store.write(_begin, ACTIVITIES)
        await library.follow()
        setting = Setting.of(config, library.cast, NOW)
        for _ in range(3):  # what is planned by one tick is due for the next
            while (await store.write(tick, setting)).more:
                pass
        store.close()
        _begun.append(Begun(file.read_bytes(), library))
    return _begun[0]


@contextlib.asynccontextmanager
async def memberdesk(
    folder: Path, *, login: MemberLogin | None = None, public: str = "", **settings: Any
) -> AsyncIterator[MemberDesk]:
    """The page on a free port."""
    config = load_config(BRAND / "config.toml")
    config = replace(config, web=replace(config.web, public_url=public),
                     member_page=replace(config.member_page, **settings))  # fmt: skip
    begun = await _first(config, folder)
    (folder / "test.db").write_bytes(begun.data)
    store, clock = SqliteStore(folder / "test.db", readers=2), ManualClock(NOW)
    try:
        async with served(config, store, clock, begun.library, login) as desk:
            yield desk
    finally:
        store.close()


@contextlib.asynccontextmanager
async def served(
    config: Config, store: Store, clock: ManualClock, library: Library,
    login: MemberLogin | None = None,
) -> AsyncIterator[MemberDesk]:  # fmt: skip
    """One process that serves the page from this store."""
    pages = MemberPages(config, store, clock)
    app = web.Application(client_max_size=config.web.body_limit)
    pages.hang_in(app)
    server = runner(app, Waiting(100))
    await server.setup()
    try:
        await Listener(server, Waiting(100), "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{server.addresses[0][1]}"
        pages.open(library, passes_of(config, base), login)
        yield MemberDesk(pages, store, clock, f"{base}/m")
    finally:
        await server.cleanup()
