"""Seed users and missions in the console over real HTTP: listed, looked into, asked, compared;
missions accepted, refused and taken back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bot.community.mission import parse_mission
from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.store import circling, events, missions, people, seeds
from bot.store.answers import Who
from bot.store.engine import Tx
from tests.contract import publishing
from tests.contract.test_community import CIRCLE
from tests.contract.test_seeds import MISSION, TEXT
from tests.scenario.house import run
from tests.scenario.reception import NOW, Answer, Reception, reception

ZONE = "Asia/Shanghai"
LIST = "tea@2026-09-21"


async def settle(desk: Reception) -> None:
    """A circle of four: one meets all, one lacks the order, two are KOCs with nothing else."""
    library = await desk.publish()

    def write(tx: Tx) -> None:
        for kind, name, text in (("circle", "tea", CIRCLE), ("community", "tea", TEXT),
                                 ("mission", "lamp", MISSION)):  # fmt: skip
            publishing.publish(tx, kind, name, {f"{name}.toml": text}, "t", NOW - 60 * DAY)
        tx.run("circle_put", id="tea", title="茶友")
        for n in range(4):
            people.ensure_member(tx, f"wm{n}", NOW - 50 * DAY, f"茶客<{n}>")
            circling.admit(tx, "tea", f"wm{n}", NOW - 40 * DAY, rule="staff", actor="lin")
        told = [one for n in (0, 1) for one in did(f"wm{n}")]
        told.append(Event(kind=Happened.ORDERED, at=NOW - 9 * DAY, dedupe="order/1", member="wm0",
                          place="o1", amount=9_900, data={"status": "paid"}))  # fmt: skip
        events.record(tx, told, NOW)
        for n in (2, 3):
            circling.grant(tx, "koc", "tea", f"wm{n}", NOW, actor="lin")

    await desk.store.write(write)
    await library.follow()


def did(member: str) -> list[Event]:
    made = [Event(kind=Happened.CHECKED, at=NOW - day * DAY, dedupe=f"checked/{member}/{day}",
                  member=member, place="half@x", data={"circle": "tea"}) for day in (2, 3, 4)]  # fmt: skip
    return [*made, Event(kind=Happened.JUDGED, at=NOW - 3 * DAY, dedupe=f"judged/{member}",
                         member=member, place=f"submitted/{member}", which="accepted",
                         data={"circle": "tea"})]  # fmt: skip


def table(file: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))


def test_from_the_conditions_to_the_cohort(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("lead") as lead,
            house.signed_in("readonly") as guest,
        ):
            assert (await guest.get("/seeds")).said("No circle has conditions yet")
            await settle(house)
            page = await lead.get("/seeds")
            assert page.said("did something on 3 of the last 30 days") and page.said("10 days")
            assert not (await guest.get("/seeds")).said("Make it")
            assert (await guest.post("/seeds/make", c="tea", day="2026-09-21")).status == 403
            await lead.get("/seeds")
            late = await lead.post("/seeds/make", c="tea", day="2026-09-25")
            assert "/seeds?c=tea" in late.location
            made = await lead.post("/seeds/make", **page.form("/seeds/make"))
            assert made.location.endswith("/seeds/one?l=tea%402026-09-21")
            page = await lead.get("/seeds/one", params={"l": LIST})
            assert page.said("茶客&lt;0&gt;") and page.said("One is missing")
            assert page.text.count('name="m:') == 2 and page.text.count("checked") == 1
            why = await lead.get("/seeds/evidence", params={"l": LIST, "m": "wm0"})
            assert why.text.count("<time") >= 5 and why.said('id="orders"')
            nobody = await lead.post("/seeds/ask", l=LIST)
            assert (await lead.get(nobody.location.removeprefix("/console"))).said("Tick whom")
            page = await lead.get("/seeds/one", params={"l": LIST})
            lacks = await lead.post("/seeds/ask", **{"l": LIST, "m:wm1": "1", "why": ""})
            assert (await lead.get(lacks.location.removeprefix("/console"))).said("only with a")
            await lead.post("/seeds/ask", **{"l": LIST, "m:wm0": "1"})
            page = await lead.get("/seeds/one", params={"l": LIST})
            assert page.said("Asked") and page.text.count('name="m:') == 1
            rules = house.console.library.cast.communities["tea"]
            await house.store.write(seeds.answer, rules, Who(member="wm0", zone=ZONE), True,
                                    NOW + 1)  # fmt: skip
            house.clock.advance(2)
            page = await lead.get("/seeds")
            assert page.said("Seed users now") and page.said("茶客&lt;0&gt;")
            cohort = await lead.get("/seeds/cohort", params={"l": LIST})
            assert cohort.said("Fitted, too") and cohort.said("compare them with those")
            rows = table(await lead.get("/seeds/cohort.csv", params={"l": LIST}))
            assert [row[:3] for row in rows[1:]] == [
                ["Seed users", "1", "1"], ["Fitted, too", "0", "0"], ["The others", "3", "3"]]  # fmt: skip
            saved = table(await lead.get("/seeds/one.csv", params={"l": LIST}))
            assert saved[1][:4] == ["1", "wm0", "茶客<0>", "3"] and saved[1][-1] == "Accepted"
            gone = await lead.post("/seeds/end", c="tea", m="wm0", why="搬走了")
            assert (await lead.get(gone.location.removeprefix("/console"))).said("No seed user")
            assert (await lead.get("/seeds/one", params={"l": "x@y"})).status == 404

    run(scenario)


def test_missions_are_looked_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("lead") as lead,
            house.signed_in("readonly") as guest,
        ):
            await settle(house)
            assert (await lead.get("/missions")).said("Nothing waits")
            lamp = parse_mission(MISSION, "content/missions/lamp.toml")

            def hands_in(tx: Tx, n: int, said: str) -> None:
                who = Who(member=f"wm{n}", zone=ZONE)
                missions.take(tx, lamp, who, NOW - DAY)
                missions.prove(tx, lamp, who, NOW - DAY + n, link=said)

            for n in (2, 3):
                await house.store.write(hands_in, n, f"https://example.com/{n}")
            page = await lead.get("/missions")
            assert page.text.count("<article") == 2 and page.said("2 / 2")
            assert not (await guest.get("/missions")).said("/missions/decide")
            page = await lead.get("/missions")
            fields = page.form("/missions/decide")  # of the last one of them
            await lead.post("/missions/decide", **fields | {"verdict": "accept"})
            again = await lead.post("/missions/decide", **fields | {"verdict": "accept"})
            assert (await lead.get(again.location.removeprefix("/console"))).said("already")
            page = await lead.get("/missions")
            await lead.post("/missions/decide", **page.form("/missions/decide")
                            | {"verdict": "refuse", "why": "看不见杯子"})  # fmt: skip
            page = await lead.get("/missions", params={"state": "running"})
            assert page.said("看不见杯子") and page.text.count("<article") == 1
            page = await lead.get("/missions", params={"state": "done"})
            await lead.post("/missions/undo", **page.form("/missions/undo") | {"why": "不是她的"})
            page = await lead.get("/missions")
            assert page.text.count("<article") == 1
            rows = table(await lead.get("/missions.csv"))
            assert {row[1]: row[3] for row in rows[1:]} == {"wm3": "Handed in", "wm2": "Refused"}

    run(scenario)
