"""Every page of the console over many conversations and messages: what it weighs, how long it takes."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote, unquote

import pytest
from aiohttp import web

from bot.console.page import Route
from bot.console.pages import PAGES
from bot.console.pages.home_tiles import TILES
from bot.console.pages.inbox_list import SHOWN
from bot.console.rights import Access, may
from bot.core.clock import DAY, local
from bot.core.model import Group
from bot.members.outlinks import OutLink
from bot.store import outlinks, people, segments
from bot.store.engine import Tx
from scheduler.conditions import FIELDS
from tests.console import taking
from tests.console.bulk import KEY, PEER, WORDS, fill, staff_it, sum_up
from tests.console.circling import TEA
from tests.console.desk import talk
from tests.console.taking import run_of
from tests.contract import publishing
from tests.contract.conftest import Bench, PostgresBench
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, Reception, reception

WEIGHT = 200_000  # bytes
MOMENT = 0.150  # seconds
PATIENT = {"/value/buyers": 1.0}  # goes over all people, and is kept for a while then
LIVE = talk(PEER)
PLACES = "inbox:9999999,replies:9999999,notes:9999999,changes:99999999"
# No page: a stream, and what the platform answers.
ELSEWHERE = ("/live", "/inbox/file", "/sidebar/sign", "/sidebar/back", "/sign-in/wecom",
             "/sign-in/wecom/back", "/media/file", "/rehearsal/report",
             "/activities/proof", "/activities/media", "/value/koc/void", "/value/codes/end", "/value/tree/below", "/segments/warm")  # fmt: skip
GROUP = Group(chat_id="wrBIG", owner="lin.xi", name="茶友一群")
KNOWN = ("reply", "link", "grant", "NOW", "line", "place", "day30", "day90")
SEEDED = "l=tea@2026-09-21"
QUERIES: Mapping[str, Sequence[str]] = {
    "/inbox": (
        "", "o=longest", "a=kf:wk1", "p=tester", f"c={KEY}", f"c={LIVE}", f"c={KEY}&at=inbox-{{line}}",
        "after={place}", *(f"f={name}" for name in SHOWN), "q=客77", "q=没有这个人",
        *(f"q={quote(words)}" for words in WORDS.values()),
    ),
    "/home/tile": tuple(f"n={name}" for name in TILES),
    "/figures/personas": ("", "since={day90}"), "/figures/views": ("", "since={day90}"),
    "/figures/views.csv": ("table=said-carrier", "table=came-brand&since={day90}"),
    "/rewards/one": ("g={grant}",),
    "/seeds/one": (SEEDED,), "/seeds/one.csv": (SEEDED,), "/seeds/cohort": (SEEDED,),
    "/seeds/cohort.csv": (SEEDED,), "/seeds/evidence": (f"{SEEDED}&m=wmBench1000000000",),
    "/inbox/list": ("", "o=longest", "f=waiting"),
    "/inbox/search": (
        *(f"q={quote(words)}" for words in WORDS.values()), "q=你&a=kf:wkBANZHAN01",
        "q=你好&from=0:200000,1:100000,2:9000",
    ),
    "/inbox/thread": (f"c={KEY}", f"c={LIVE}"),
    "/inbox/panel": (f"c={KEY}", f"c={LIVE}"),
    "/inbox/older": (f"c={KEY}&before={PLACES}",),
    "/inbox/why": (f"c={LIVE}&line=replies-{{reply}}",),
    "/figures": (
        "days=1", "days=7", "days=28", "since={day30}", "since={day90}", "since={day90}&account=kf:wk1",
        "days=28&persona=bench",
    ),
    "/audit": (
        "", "actor=staff7", "actor=nobody", "subject=conversation", "subject=staff",
        f"subject=conversation:{KEY}", "subject=outbox:77", "since={day30}", "after={NOW}-99999999",
    ),
    "/figures.csv": ("table=people&days=28", "table=days&since={day90}"),
    "/sidebar/chat": ("member=wmBench1000000005&entry=single_kf_tools",
                      f"member={PEER}&entry=single_chat_tools"),
    "/value": ("", "since={day90}"),
    "/value/rows": ("", "part=invited"),
    "/value/buyers.csv": ("table=cohorts", "table=journey"),
    "/value/invites.csv": ("table=top", "table=refused"),
    "/rota": ("", "week={day30}"),
    "/plan": ("", "m=2026-12&p=tester", "v=serving"),
    "/plan/week": ("", "w=2026-W40"),
    "/plan/new": ("", "day=2026-10-02&t=moments/morning&p=tester"),
    "/plan/entry": ("e=weekly",),
    "/members": ("", "q=客7", "q=wmBench1000000005", f"a={quote('活跃<30天')}"),
    "/members/one": (f"m={PEER}",),
    "/members/kin": (f"m={PEER}",),
    "/value/koc/one": (f"m={PEER}",),
    "/value/koc/statement.csv": (f"m={PEER}&month=2026-09",),
    "/value/tree": ("", f"m={PEER}"),
    "/members/timeline": (f"m={PEER}", f"m={PEER}&kind=words&since={{day90}}"),
    "/segments/values": tuple(f"f={field}" for field in FIELDS),
    "/segments/one": ("s=recent", f"s=recent&m={PEER}"),
    **{f"/segments/{page}": ("s=recent",) for page in ("edit", "days.csv", "members.csv",
                                                       "members.jsonl")},
    "/members/merge": (f"m={PEER}&w=wmBench1000000005",),
    "/members/erase": (f"m={PEER}",),
    "/members/copy": (f"m={PEER}",),
    "/members/copy/file": (f"m={PEER}&as=json",),
    "/activities": ("", "state=open", "state=mine"),
    "/activities/run": tuple(f"r={run_of(name)}" for name in ("photo", "wall", "half")),
    "/activities/entries": tuple(f"r={run_of('photo')}&state={one}" for one in ("", "all", "counted")),
    "/activities/winners": tuple(f"r={run_of(name)}" for name in ("photo", "draw")),
    "/activities/winners/again": (f"r={run_of('photo')}",),
    "/activities/questions": (f"r={run_of('wall')}", f"r={run_of('wall')}&which=open"),
    **{f"/activities/{name}.csv": (f"r={run_of('wall')}",)
       for name in ("board", "entries", "winners", "questions")},
    "/community/top": ("c=tea", "c=tea&days=30"),
    "/community/holders": ("c=tea&level=one", "c=tea&badge=row"),
    "/community/one": ("m=wmBench1000000005", "m=wmBench1000000005&why=row"),
    "/community/points.csv": ("m=wmBench1000000005&c=tea",),
    "/community/holders.csv": ("c=tea&badge=row",), "/community/rules": ("c=tea",),
    "/group-health/one": ("g=wrBIG",),
    "/group-health/one.csv": ("g=wrBIG",),
    "/circles/one": ("c=tea",),
    "/circles/members.csv": ("c=tea",),
    "/circles/ledger": ("", *(f"kind={kind}" for kind in ("account", "group", "persona", "brand")),
                        "kind=brand&since={day90}", "kind=account&place=wk1"),
    "/circles/ledger.csv": ("kind=brand",),
    "/circles/rows": ("kind=brand&what=closing", "kind=persona&place=tester&what=joined"),
    "/circles/rows.csv": ("kind=brand&what=opening",),
    "/circles/flow": ("", "since={day90}"),
    "/circles/flow.csv": ("table=forward", "table=codes"),
    "/circles/flow/rows": ("dir=forward&source=unknown&target=friend", "dir=code&source=x"),
    "/circles/flow/rows.csv": ("dir=reverse&source=group&target=shop",),
    "/circles/links/clicks": ("code={link}",),
    "/flows/{id}": ("", "step=day1&fate=left_out", f"m={PEER}"),
    "/given-up": ("", "s=unsure", "s=in", "a=kf:wk1", "why=95013&since={day90}", "s=in&why=other"),
    "/given-up.csv": ("", "s=unsure", "s=in"),
    "/refusals": ("", "days=90"),
    "/refusals/why": ("", f"m={PEER}&plan=flow:welcome"),
    "/content": ("", "kind=moments", "state=draft", "q=a", "page=2"),
    "/content/new": ("", "copy=moments/morning"),
    "/content/edit": ("t=moments/morning", "t=welcome/day0&view=text"),
    "/content/posts": ("t=moments/morning",),
    "/content/posts.txt": ("t=moments/morning&to=weibo",),
    "/content/one": ("t=moments/morning", "t=welcome/day0&v=1"),
}  # fmt: skip
_TALKS = (quote(KEY, safe=""), quote(LIVE, safe=""))
PERSONAS = ("tester",)
IDS = {"/talks/{id}/more": _TALKS, "/talks/{id}/together": _TALKS,
       "/talks/{id}/left": _TALKS, "/talks/{id}/community": _TALKS, "/consents/{id}": (), "/tasks/{id}": (),
       "/members/erased/{id}": (), "/members/erased/{id}/file": (), "/members/part": (),
       "/flows/{id}": ("welcome",), "/activities/{id}": ("photo",), "/activities/{id}/edit": ("photo",),
       **{f"/campaigns/{{id}}{tab}": () for tab in ("", "/edit", "/preview", "/followed.csv", "/ledger", "/ledger.csv")},
       **{f"/personas/{{id}}{tab}": PERSONAS
          for tab in ("", "/faq", "/dialogue", "/files", "/history", "/findings", "/import")}}  # fmt: skip


@dataclass(frozen=True)
class Weighed:
    """A page: ms on the server by the clock (median), ms of CPU time there, and bytes."""

    ms: float
    cpu: float
    size: int


class Scales:
    """Stands before every page and takes its time: from the request's head to a whole answer.

    The database's part of the CPU time is counted in ticks of 10 ms, over all repetitions.
    """

    def __init__(self, db: Bench) -> None:
        self._db = db
        self.took: tuple[float, float] = (0.0, 0.0)

    @web.middleware
    async def around(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        began, own = time.perf_counter(), time.process_time()
        answer = await handler(request)
        self.took = (time.perf_counter() - began, time.process_time() - own)
        return answer

    async def weigh(self, browser: Browser, path: str, times: int) -> Weighed:
        walls, own, began = [], 0.0, self._away()
        for _ in range(times):
            answer = await browser.get(path)
            assert answer.status == 200, (path, answer.status, answer.text[:2_000])
            walls.append(self.took[0])
            own += self.took[1]
        cpu, size = own + self._away() - began, len(answer.text.encode())
        return Weighed(round(median(walls) * 1000, 1), round(cpu / times * 1000, 1), size)

    def count_rows(self) -> bool:
        """Lets a database that plans by how many rows there are learn it; False where none does."""
        if isinstance(self._db, PostgresBench):
            self._db._outside.execute("ANALYZE")
        return isinstance(self._db, PostgresBench)

    def _away(self) -> float:
        """Seconds that the database's own processes have worked."""
        if not isinstance(self._db, PostgresBench):
            return 0.0
        rows = self._db.look("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                             " AND pid <> pg_backend_pid()")  # fmt: skip
        stats = [Path(f"/proc/{row['pid']}/stat").read_text().rsplit(")", 1)[1].split()
                 for row in rows]  # fmt: skip
        return sum(int(one[11]) + int(one[12]) for one in stats) / os.sysconf("SC_CLK_TCK")


def addresses(known: Mapping[str, object]) -> Iterator[tuple[Route, str]]:
    """Every page of the table that a person can open while he is signed in."""
    for route in (route for page in PAGES for route in page.routes if route.method == "GET"):
        if route.path in ELSEWHERE or route.path in ("/sign-in", "/setup"):
            continue
        paths = [route.path.replace("{id}", one) for one in IDS.get(route.path, ("",))]
        assert "{" not in "".join(paths), f"which {route.path}? See IDS"
        for path in paths:
            for query in QUERIES.get(route.path, ("",)):
                yield route, f"{path}?{query.format(**known)}" if query else path


async def walked(
    scales: Scales, staff: Mapping[str, Browser], known: Mapping[str, object], times: int
) -> dict[str, Weighed]:
    found = {}
    for route, path in addresses(known):
        who = next(b for role, b in staff.items()
                   if isinstance(route.needs, Access) or may(role, route.needs))  # fmt: skip
        found[path] = await scales.weigh(who, path, times)
    return found


async def busy(desk: Reception, scales: Scales, lines: int, times: int) -> dict[str, Weighed]:
    """The pages of a console with so many messages, in a hundredth as many conversations."""
    library = await desk.publish()
    await desk.store.write(publishing.publish, "circle", "tea", {"tea.toml": TEA}, "t", NOW)
    await desk.store.write(taking.begin_all)
    await desk.store.write(people.put_group, GROUP, NOW)
    await library.follow()
    await fill(desk, lines // 100, lines, 20_000)
    names = {f"wmBench{1_000_000_000 + n}": f"客{n}" for n in range(lines // 100)}
    await desk.store.write(people.ensure_members, names | {PEER: "新客"}, NOW)
    await taking.crowd(desk, lines // 100)
    await taking.listed(desk, min(lines // 100, 500))
    await desk.store.write(segments.save, "recent", "活跃<30天", "lead", NOW)
    known: dict[str, object] = {
        "reply": await staff_it(desk, lines // 100), "NOW": NOW, "line": await newest(desk),
        "place": f"{NOW - 3_600_000}~{KEY}", "link": await desk.store.write(short),
        "grant": await desk.store.write(taking.given, PEER)}  # fmt: skip
    await sum_up(desk)
    zone = desk.console.config.timezone
    known |= {f"day{n}": local(NOW - n * DAY, zone).date().isoformat() for n in (30, 90)}
    async with desk.browser() as owner, desk.browser() as lead, desk.browser() as writer:
        staff = {"owner": owner, "lead": lead, "content": writer}
        for role, browser in staff.items():
            await desk.add(role, role, userid=f"{role}.id")
            assert (await browser.sign_in(role)).status == 303
        found = await walked(scales, staff, known, times)
        if times > 1 and scales.count_rows():
            for path, one in (await walked(scales, staff, known, times)).items():
                found[path] = max(one, found[path], key=lambda each: each.cpu)
    async with desk.browser() as nobody:
        return found | {"/sign-in": await scales.weigh(nobody, "/sign-in", times)}


def short(tx: Tx) -> str:
    link = OutLink(url="https://banzhan.example/", carrier="shop", posted="group")
    return outlinks.make(tx, link, NOW, "lin")


async def newest(desk: Reception) -> int:
    rows = await desk.store.read(
        lambda tx: tx.rows("thread_inbox", conversation=KEY, before=1 << 60, n=30)
    )
    return int(rows[-1]["id"])


async def world(db: Bench, folder: Path, lines: int, times: int) -> dict[str, Weighed]:
    scales = Scales(db)
    async with reception(folder, given=db.store, around=[scales.around]) as desk:
        return await busy(desk, scales, lines, times)


def test_no_page_is_heavy(db: Bench, tmp_path: Path) -> None:
    async def scenario() -> None:
        found = await world(db, tmp_path, 3_000, 1)
        assert max(one.size for one in found.values()) < WEIGHT, found
        routes = {route.path for route, _ in addresses(dict.fromkeys(KNOWN, 1))}
        assert len(found) > len(routes) > 15

    run(scenario)


@pytest.mark.soak
def test_with_ten_thousand_conversations_and_a_million_messages(db: Bench, tmp_path: Path) -> None:
    """CPU time of the server, the database's included, and on PostgreSQL the worse of two walks:
    before it has counted its rows, and after. The clock is shown only, and files to save."""
    found = asyncio.run(asyncio.wait_for(world(db, tmp_path, 1_000_000, 3), 1_200))
    for path, one in sorted(found.items(), key=lambda item: -item[1].cpu):
        sys.stdout.write(f"{one.ms:7.1f} ms {one.cpu:7.1f} CPU {one.size:7d} B {unquote(path)}\n")
    pages = {path: one for path, one in found.items() if ".csv" not in path}
    assert max(one.size for one in pages.values()) < WEIGHT
    assert not {path: one for path, one in pages.items()
                if one.cpu >= PATIENT.get(path, MOMENT) * 1_000}  # fmt: skip
