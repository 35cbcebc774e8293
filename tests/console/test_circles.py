"""The pages of circles over real HTTP; what they count is counted again here, from the log of events
alone. It is 2026-09-21 in Shanghai."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path

from bot.core.clock import DAY, HOUR, local
from bot.core.event import Event, Happened
from bot.store import audit, circling, events, people, schedule, stays
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.console.circling import BYE, GROUP, settle, told
from tests.console.test_value import SAFE, SCRIPT, cells, file
from tests.contract import publishing
from tests.scenario.house import run
from tests.scenario.reception import NOW, Answer, Browser, Reception, reception

ZONE = "Asia/Shanghai"
PLACES = {"account": ("lin.xi", "chen.mo"), "group": (GROUP, "wrCUP"), "circle": ("tea", "cup")}
KINDS = {"account": (Happened.ADDED, Happened.PARTED), "group": (Happened.JOINED, Happened.LEFT),
         "circle": (Happened.ENTERED, Happened.WITHDREW)}  # fmt: skip


def linked(text: str, table: str) -> Iterator[tuple[str, str]]:
    """Numbers of a table that lead to their rows, each with the address."""
    body = text.partition(f'<table id="{table}">')[2].partition("</table>")[0]
    for to, words in re.findall(
        r'<td class="num[^"]*"><a href="/console([^"]+)">([^<]+)</a>', body
    ):
        yield unescape(to), words


def history(seed: int) -> list[Event]:
    """Comings and goings of nine persons over forty days, some of them told twice."""
    chance, made = random.Random(seed), list[Event]()
    for n in range(160):
        kind = chance.choice(tuple(PLACES))
        place, member = chance.choice(PLACES[kind]), f"wm{chance.randrange(9)}"
        at = NOW - chance.randrange(40 * DAY)
        where = {"account": place} if kind == "account" else {"place": place, "account": "lin.xi"}
        what = KINDS[kind][chance.random() < 0.4]
        made.append(Event(kind=what, at=at, member=member, dedupe=f"x{n}", **where))
    return made


class Replay:
    """The log again, a moment after another: who is where, and who came and left on which day."""

    def __init__(self, rows: list[Event], kinds: tuple[str, ...], place: str | None) -> None:
        self.came, self.went = Counter[date](), Counter[date]()
        inside: dict[str, set[str]] = {}
        for one in sorted(rows, key=lambda each: (each.at, each.dedupe)):
            kind = next(k for k, pair in KINDS.items() if one.kind in pair)
            where = one.account if kind == "account" else one.place
            if kind not in kinds or place not in (None, where):
                continue
            here, before = inside.setdefault(one.member, set()), bool(inside.get(one.member))
            (here.add if one.kind is KINDS[kind][0] else here.discard)(f"{kind}/{where}")
            if bool(here) != before:
                (self.came if here else self.went)[local(one.at, ZONE).date()] += 1

    def line(self, day: date) -> tuple[int, int, int, int]:
        def until(counts: Counter[date]) -> int:
            return sum(n for when, n in counts.items() if when < day)

        opening = until(self.came) - until(self.went)
        closing = opening + self.came[day] - self.went[day]
        return opening, self.came[day], self.went[day], closing


def numbers(row: list[str]) -> tuple[int, ...]:
    return tuple(int(cell.replace(",", "")) for cell in row[1:])


async def rows_behind(browser: Browser, path: str) -> list[list[str]]:
    found = list[list[str]]()
    while path:
        page = await browser.get(path)
        found += cells(page.text, "rows")
        more = re.search(r'href="/console([^"]+)" rel="next"', page.text)
        path = unescape(more[1]) if more else ""
    return found


def test_ledgers_close_equal_the_log_and_each_number_has_its_rows(tmp_path: Path) -> None:
    told_of = history(7)

    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("readonly") as browser:
            assert (await browser.get("/circles/ledger")).said("Nobody was here")
            await desk.publish()
            await desk.store.write(lambda tx: events.record(tx, told_of, NOW))
            await _each(browser, told_of)

    async def _each(browser: Browser, log: list[Event]) -> None:
        asked = [(kind, place, (kind,), place) for kind, all_ in PLACES.items() for place in all_]
        asked += [("brand", "", ("account", "group"), None),
                  ("persona", "tester", ("account",), None)]  # fmt: skip
        for kind, place, kinds, only in asked:
            path, truth = f"/circles/ledger?kind={kind}&place={place}", Replay(log, kinds, only)
            page = await browser.get(path)
            days = cells(page.text, "ledger")
            assert len(days) == 30 and page.text.count("<svg") in (2, 3)
            for row in days:
                opening, joined, left, closing = numbers(row)
                assert opening + joined - left == closing
                assert numbers(row) == truth.line(date.fromisoformat(row[0])), (path, row)
            for to, words in random.Random(path).sample(list(linked(page.text, "ledger")), 4):
                assert len(await rows_behind(browser, to)) == int(words), to
            saved = await file(browser, path.replace("ledger?", "ledger.csv?"))
            assert [row[2:] for row in reversed(saved[1:])] == [row[1:] for row in days]
        months = await browser.get("/circles/ledger?kind=brand&since=2026-06-01&until=2026-09-21")
        table, truth = cells(months.text, "ledger"), Replay(log, ("account", "group"), None)
        assert [row[0] for row in table] == ["2026-09", "2026-08", "2026-07", "2026-06"]
        assert sum(numbers(row)[1] for row in table) == sum(truth.came.values())
        (august,) = [row for row in table if row[0] == "2026-08"]
        (to,) = [to for to, n in linked(months.text, "ledger")
                 if "what=joined" in to and "since=2026-08-01" in to]  # fmt: skip
        assert len(await rows_behind(browser, to)) == numbers(august)[1]
        every = await browser.get("/circles/ledger?kind=group&since=2026-09-01&until=2026-09-21")
        for row in cells(every.text, "ledger"):
            truth = Replay(log, ("group",), row[0])
            days_ = [date(2026, 9, 1) + timedelta(n) for n in range(21)]
            sums = tuple(sum(truth.line(day)[n] for day in days_) for n in (1, 2))
            assert numbers(row) == (truth.line(days_[0])[0], *sums, truth.line(days_[-1])[3])
        for odd in (
            "?kind=x",
            "?since=2026-09-02&until=2026-09-01",
            "?since=2001-01-01",
            "?place=%00",
        ):
            assert (await browser.get(f"/circles/ledger{odd}")).status == 200
        for odd in ("what=x&kind=brand", "what=left&kind=group"):
            assert (await browser.get(f"/circles/rows?{odd}")).status == 404

    run(scenario)


async def _decide(browser: Browser, page: Answer, verb: str, member: str, **more: str) -> Answer:
    """Presses a button of the page that was looked at, as it was then."""
    part = page.text.partition(f'name="m" value="{member}"')[2]
    seen = re.search(r'name="seen" value="([^"]+)"', part)
    assert seen
    return await browser.post(f"/circles/{verb}", c="cup", m=member, seen=seen[1], **more)


def test_an_application_is_decided_once_and_as_it_was_seen(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as lead:
            await settle(desk)
            async with desk.signed_in("service") as other, desk.signed_in("content") as writer:
                await _all(desk, lead, other, writer)

    async def _all(desk: Reception, lead: Browser, other: Browser, writer: Browser) -> None:
        page = await lead.get("/circles/queue")
        same = await other.get("/circles/queue?c=cup")
        assert page.text.index("爱喝") < page.text.index("&lt;i&gt;路过") and "<i>" not in page.text
        assert page.said("今天喝水了吗") and page.said("The guard lets it pass")
        seen = await desk.store.read(
            lambda tx: tx.rows(Composed("SELECT member, page FROM looked_up WHERE login = 'lead'")))  # fmt: skip
        assert {(row["member"], row["page"]) for row in seen} == {("wm0", "application"),
                                                            ("wm3", "application")}  # fmt: skip
        nothing = await writer.get("/circles/queue")
        assert nothing.said("爱喝") and "/circles/admit" not in nothing.text
        assert (await _decide(writer, page, "admit", "wm0")).status == 403
        assert (await _decide(lead, page, "admit", "wm0")).status == 303
        assert (await lead.get("/circles/queue")).said("He is in 盲品圈 now")
        for verb in ("reject", "admit"):
            assert (await _decide(other, same, verb, "wm0")).status == 303
            assert (await other.get("/circles/queue")).said("lead was faster and let him in")
        await desk.store.write(circling.apply, "cup", "wm3", {"为什么想来？": "真想来"}, NOW)
        assert (await _decide(other, same, "reject", "wm3")).status == 303
        page = await other.get("/circles/queue")
        assert page.said("given other answers") and page.said("真想来")
        await _decide(other, page, "reject", "wm3", why="人满了")
        page = await other.get("/circles/queue")
        assert page.said("he will be told politely") and page.said("Nobody waits")
        assert page.said("turned away") and page.said("人满了")
        rows = await desk.store.read(audit.history, "circle", "cup")
        assert [(r["event"], r["actor"], r["reason"]) for r in rows[-2:]] == [
            ("admit", "lead", "questions"), ("reject", "service", "人满了")]  # fmt: skip
        assert await desk.store.read(lambda tx: stays.inside(tx, "circle", "cup", "wm0"))
        due = await desk.store.read(lambda tx: schedule.planned(
            tx, [f"happened/circle_rejected/cup/wm3/{NOW - HOUR + 3}"]))  # fmt: skip
        assert len(due) == 1
        for odd in ({"c": "no", "m": "wm3"}, {"c": "cup", "m": ""}):
            assert (await other.post("/circles/admit", **odd)).status in (404, 422)

    run(scenario)


def test_nobody_is_turned_away_without_a_word(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as lead:
            await settle(desk, flow=None)
            page = await lead.get("/circles/queue")
            assert page.said("No flow would tell him") and "Turn away with" not in page.text
            assert (await _decide(lead, page, "reject", "wm0")).status == 409
            flow = BYE.replace('step]]\nid = "say"', 'step]]\nid = "say"\nlate = "1d"')
            await desk.store.write(publishing.publish, "flow", "cup-no", {
                "f": flow.replace("[[step]]", "holdout = 0.5\n[[step]]")}, "t", NOW)  # fmt: skip
            await desk.console.library.follow()  # type: ignore[union-attr]
            page = await lead.get("/circles/queue")
            assert page.said("held out of the flow")
            assert (await _decide(lead, page, "reject", "wm0")).status == 409
            assert (await lead.get("/circles/queue")).said("爱喝")

    run(scenario)


def test_cards_one_circle_its_members_and_who_leads(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            page = await browser.get("/circles")
            assert page.said("No circles yet") and page.said("[admission]")
            await settle(desk)
            page = await browser.get("/circles")
            assert page.text.index("盲品圈") < page.text.index("茶友")  # it needs somebody
            for words in ("missing: Where one meets them", "nobody leads it", "2 waiting",
                          "3 joined, 1 left", "all answered", "2 / 10"):  # fmt: skip
                assert page.said(words), words
            one = await browser.get("/circles/one?c=tea")
            assert [row[0] for row in cells(one.text, "list")] == ["阿宁", "&lt;b&gt;小周"]
            assert one.said("1 in both: 50% of this one, 100% of that")
            assert one.said("not found in WeCom") and one.said("0 brought here, 1 there")
            cup = await browser.get("/circles/one?c=cup")
            assert cup.said("brought by") and cup.said("who was of 茶友") and cup.said("阿宁")
            for q, found in (("小", ["&lt;b&gt;小周"]), ("wm0", ["阿宁"]), ("%", []), ("老马", [])):
                page = await browser.get("/circles/one", params={"c": "tea", "q": q})
                assert [row[0] for row in cells(page.text, "list")] == found, q
            rows = await file(browser, "/circles/members.csv?c=tea")
            assert [row[0] for row in rows[1:]] == ["wm0", "wm1"]
            assert (await browser.get("/circles/one?c=no")).status == 404
            await _hand_over(desk, browser)

    async def _hand_over(desk: Reception, browser: Browser) -> None:
        page = await browser.get("/circles/one?c=tea")
        form = page.form("/circles/lead")
        faults = (
            ({}, "one of the two"),
            ({"persona": "no"}, "No such persona"),
            ({"member": "wm0"}, "write why"),
            ({"member": "no", "note": "x"}, "no member"),
            ({"member": "wm0", "note": "x", "at": "2020-01-01T10:00"}, "in the future"),
            ({"member": "wm0", "note": "x", "template": "groups/weekly"}, "by a persona"),
        )
        for said, why in faults:
            await browser.post("/circles/lead", **form | said)
            assert (await browser.get("/circles/one?c=tea")).said(why), why
        await browser.post("/circles/lead", **form | {"member": "wm0", "note": "合约到了"})
        page = await browser.get("/circles/one?c=tea")
        assert page.said("Handed over") and page.said("合约到了") and page.said("member</small>")
        await browser.post("/circles/lead", **form | {"persona": "second", "note": "y"})
        assert (await browser.get("/circles/one?c=tea")).said("A colleague has just")
        form = (await browser.get("/circles/one?c=tea")).form("/circles/lead")
        late = {"persona": "tester", "note": "到时候", "at": "2026-12-01T10:00"}
        await browser.post("/circles/lead", **form | late)
        page = await browser.get("/circles/one?c=tea")
        assert page.said("will lead: ") and page.said("2026-12-01 10:00")
        rows = await desk.store.read(audit.history, "circle", "tea")
        assert [(r["actor"], r["reason"]) for r in rows if r["event"] == "lead"] == [
            ("lead", "合约到了")]  # fmt: skip

    run(scenario)


def test_the_flow_and_the_links_with_their_rows(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("content") as browser:
            assert (await browser.get("/circles/flow")).said("Nobody came or clicked")
            assert (await browser.get("/circles/links")).said("No short links yet")
            await settle(desk)
            await desk.store.write(_one_more)
            await _look(browser)
            await _links(browser)

    def _one_more(tx: Tx) -> None:
        people.ensure_member(tx, "wm5", NOW - DAY, SCRIPT)
        code = tx.rows("out_links", n=1)[0]["code"]
        people.befriend(tx, "wm5", "chen.mo", NOW - DAY, code)
        events.record(tx, [told(Happened.CLICKED, NOW - HOUR, "wm5", which=code, place="u")], NOW)

    async def _look(browser: Browser) -> None:
        page = await browser.get("/circles/flow")
        forward = {row[0]: row[1:] for row in cells(page.text, "forward")}
        # 3 friends by code or none, 1 by our link that stands in a group; 2 sat in the group; 4 in
        assert forward == {"friend": ["–", "1", "4", "5"], "Douyin": ["2", "–", "–", "2"],
                           "advertisement": ["–", "1", "–", "1"], "group": ["1", "–", "–", "1"],
                           "no code": ["2", "–", "–", "2"]}  # fmt: skip
        assert cells(page.text, "reverse") == [["group", "2", "2"]]
        leaders = cells(page.text, "leaders")
        assert (
            sum(int(row[-1]) for row in leaders) == 11 == sum(int(r[-1]) for r in forward.values())
        )
        codes = {row[0]: row[1:] for row in cells(page.text, "codes")}
        assert codes["douyin.1"] == ["not made by us", "Douyin", "2", "–"] and len(codes) == 3
        assert ["short link", "group", "1", "–"] in codes.values()
        for table in ("forward", "reverse"):
            for to, words in linked(page.text, table):
                assert len(await rows_behind(browser, to)) == int(words), to
                saved = await file(browser, to.replace("/rows?", "/rows.csv?"))
                assert len(saved) == int(words) + 1
        rows = await rows_behind(browser, "/circles/flow/rows?dir=code&source=douyin.1")
        assert {row[0].rpartition("|")[2] for row in rows} == {"wm0", "wm1"}
        for table, n in (("forward", 6), ("reverse", 1), ("codes", 3)):
            assert len(await file(browser, f"/circles/flow.csv?table={table}")) == n + 1, table
        for odd in ("dir=x", "dir=forward&source=no&target=friend", "dir=code"):
            assert (await browser.get(f"/circles/flow/rows?{odd}")).status == 404

    async def _links(browser: Browser) -> None:
        page = await browser.get("/circles/links")
        (row,) = cells(page.text, "links")
        assert row[1] == "group → shop" and row[-2:] == ["2", "1"]
        ((to, _),) = linked(page.text, "links")
        clicked = await browser.get(to)
        assert SAFE in clicked.text and SCRIPT not in clicked.text
        assert len(cells(clicked.text, "rows")) == 2
        form = page.form("/circles/links")
        for said, why in (({"url": "https://evil.example/"}, "must be http(s) on one of"),
                          ({"url": GOOD, "carrier": "x"}, "where it is read"),
                          ({"url": GOOD, "posted": "moment", "member": "wm0"}, "private chat"),
                          ({"url": GOOD, "member": "nobody"}, "no member")):  # fmt: skip
            answer = await browser.post("/circles/links", **form | said)
            assert answer.status == 422 and answer.said(why), why
        made = await browser.post("/circles/links", **form | {"url": GOOD, "posted": "kf"})
        assert made.status == 303
        again = await browser.post("/circles/links", **form | {"url": GOOD, "posted": "kf"})
        assert again.status == 303
        assert len(cells((await browser.get("/circles/links")).text, "links")) == 2
        assert len(await file(browser, "/circles/links.csv")) == 3

    run(scenario)


GOOD = "https://banzhan.example/spring"
