"""Members over HTTP: looked up, listed by conditions, shown with all that is known, put right; and
every look noted."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from bot.core.clock import DAY, HOUR
from bot.core.event import Event, Happened
from bot.members.journey import Signs
from bot.members.orders import Report
from bot.store import (
    categories,
    circles,
    circling,
    events,
    facts,
    lookups,
    merging,
    optouts,
    orders,
    people,
    segments,
)
from bot.store.engine import Tx
from tests.console.desk import hear, said
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, Reception, reception

ANA, OLD, GUEST = "wmANA", "kf:ana", "wmGUEST"
PAGE = f"/members/one?m={ANA}"
CIRCLE = 'id = "tea"\ntitle = "茶友"\nprinciple = "interest"\n'
MANY = 75  # events: two pages of the timeline


def happened(kind: Happened, n: int, **columns: object) -> Event:
    values: dict[str, object] = {"member": ANA, "at": NOW - n * HOUR, "dedupe": f"test/{kind}/{n}"}
    return Event(kind=kind, **(values | columns))  # type: ignore[arg-type]


def live(tx: Tx) -> None:
    """A life: two ids, a friend, an order and half of it back, a circle, a guest, an opt-out."""
    categories.settle(tx, [{"name": "茶", "dear": 1, "seldom": 0, "signs": Signs()}])
    people.ensure_members(tx, {ANA: "安娜的妈妈", GUEST: "小顾", OLD: "Ana"}, NOW - 30 * DAY)
    people.befriend(tx, ANA, "lin.xi", NOW - 20 * DAY, now=NOW)
    events.record(tx, [
        happened(Happened.FACT, 30, which="city", place="guess", amount=60,
                 data={"value": "上海"}),
        happened(Happened.FACT, 29, which="city", place="said", data={"value": "杭州"}),
        happened(Happened.NEED, 28, which="worry:睡不好", data={"inbox": 1, "by": "rule"}),
        *(happened(Happened.LIKED, 40 + n, place=f"mo{n}") for n in range(MANY)),
    ], NOW)  # fmt: skip
    bought = [Report(order="o1", member=ANA, at=NOW - DAY, amount=120_00, category="茶"),
              Report(order="o2", member=ANA, at=NOW - HOUR, amount=80_00, category="茶")]  # fmt: skip
    orders.take(tx, bought, "csv", NOW)
    events.record(tx, [happened(Happened.REFUNDED, 0, place="o1", amount=20_00)], NOW)
    circles.serve(tx, "tea", CIRCLE)
    circling.admit(tx, "tea", ANA, NOW, rule="auto", actor="tick")
    optouts.put(tx, ANA, "promotion", "fewer", "lead", NOW)
    merging.merge(tx, OLD, ANA, "staff", NOW, "lead", "same telephone")


async def lived(desk: Reception) -> None:
    await hear(desk, said(1, ANA, "最近老是睡不好"))
    await desk.store.write(live)


def test_somebody_is_found_by_name_by_id_and_by_conditions(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("service") as browser:
            assert (await browser.get("/members")).said("No members yet")
            await lived(desk)
            await desk.publish()
            for asked in ("q=安娜", "q=妈妈", f"q={ANA}", f"q={OLD}", "q=ana"):
                found = await browser.get(f"/members?{asked}")
                assert found.said("1 found") and found.said("安娜的妈妈"), asked
                assert found.said("less promotion") and not found.said("180.00")
            async with desk.signed_in("lead") as lead:  # what he is worth is not for everybody
                assert (await lead.get(f"/members?q={ANA}")).said("180.00")
            assert (await browser.get(f"/members?q={OLD}")).said("also Ana")
            assert (await browser.get("/members?q=%25")).said("Nobody found")
            listed = await browser.get("/members", params={"a": "圈层:茶友 且 单数>=2"})
            assert listed.said("1 in all") and listed.said(f"m={ANA}"), listed.text
            await desk.store.write(segments.save, "茶人", "圈层:茶友", "lead", NOW)
            for asked, n in (("a=分群:茶人", 1), ("a=非 分群:茶人", 1), ("", 2)):
                assert (await browser.get(f"/members?{asked}")).said(f"{n} in all"), asked
            wrong = await browser.get("/members", params={"a": "圈层:茶友 且"})
            assert wrong.status == 422 and wrong.said("a condition is missing")
            assert wrong.said('value="圈层:茶友 且"')

    run(scenario)


def test_a_list_goes_on_behind_its_last_row(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("readonly") as browser:
            names = {f"wm{n:03}": f"客{n:03}" for n in range(120)}
            await desk.store.write(people.ensure_members, names, NOW)
            path, seen = "/members", list[str]()
            while path:
                page = await browser.get(path)
                assert page.said("120 in all")
                seen += re.findall(r"one\?m=(wm\d+)", page.text)
                older = re.search(r'href="/console([^"]+)" rel="next"', page.text)
                path = unescape(older[1]) if older else ""
            assert seen == sorted(names)
            assert (await browser.get("/members?q=客")).said("The first 50")

    run(scenario)


def test_the_page_of_one_says_all_of_it_and_notes_who_looked(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("service") as browser:
            await lived(desk)
            page = await browser.get(f"/members/one?m={OLD}")
            for words in (
                "安娜的妈妈", OLD, "Friend chat lin.xi",
                "杭州", "he said so", "60% sure", "overruled", "睡不好", "最近老是睡不好",
                "茶友", "fits the conditions", "180.00", "20.00 back", "Bought again",
                "came by himself", "liked a moment",
            ):  # fmt: skip
                assert page.said(words), words
            assert page.said(">less</td>") and page.said(f"{OLD} is the same person as")
            assert (await browser.get("/members/one?m=nobody")).status == 404
            assert (await browser.get("/members/one")).status == 404
            await timeline_of(browser, page.text)
            noted = await desk.store.read(lookups.of_member, ANA)
            assert {(one.login, one.page, one.times) for one in noted} == {
                ("service", "member", 1), ("service", "timeline", 2)}  # fmt: skip

    run(scenario)


async def timeline_of(browser: Browser, text: str) -> None:
    """Goes through all of it: nothing is shown twice, nothing is left out."""
    likes = text.count("liked a moment")
    older = re.search(r'href="/console(/members/timeline[^"]*before=[^"]+)"', text)
    while older:
        page = await browser.get(unescape(older[1]))
        likes += page.text.count("liked a moment")
        older = re.search(r'href="/console(/members/timeline[^"]+)" rel="next"', page.text)
    assert likes == MANY


def test_a_colleague_puts_right_what_is_known_and_strikes_it_out(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("service") as browser:
            await lived(desk)
            await browser.get(PAGE)
            done = await browser.post("/members/correct", m=ANA, name="城市", value="苏州市")
            assert done.location == f"/console{PAGE}"
            page = await browser.get(PAGE)
            assert page.said("苏州") and page.said("a colleague") and page.said("Saved")
            bad = await browser.post("/members/correct", m=OLD, name="birthday", value="gestern")
            assert (await browser.get(bad.location.removeprefix("/console"))).said("is no birthday")
            await browser.post("/members/strike", m=ANA, name="city", source="staff")
            await browser.post("/members/strike", m=ANA, name="city", source="said")
            left = await desk.store.read(facts.of, ANA)
            assert [(one.value, one.source) for one in left] == [("上海", "guess")]
            for fields in ({"name": "city", "source": "x"}, {"name": "", "source": "said"}):
                assert (await browser.post("/members/strike", m=ANA, **fields)).status == 422
            assert (
                await browser.post("/members/correct", m="x", name="a", value="b")
            ).status == 404
            async with desk.signed_in("owner") as owner:
                assert not (await owner.get(PAGE)).said("/members/strike")

    run(scenario)
