"""Flows and refusals in the console over real HTTP: who stands where and why, stopping and moving,
what was held back, and whether one member may get something. It is 21:33 in Shanghai."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bot.core.clock import DAY, local
from bot.store import audit, flows, governor, outbox, people, schedule
from bot.store.engine import Tx
from bot.store.flows import Begun
from bot.store.governor import Refused
from bot.store.outbox import Receiver
from tests.contract import publishing
from tests.contract.making import task
from tests.scenario.house import BRAND, run
from tests.scenario.reception import NOW, Reception, reception

# What became of day1 for the first members; the others wait for it.
LEFT_OUT = ("trust", "trust", "unless: wrote:苦|涩", "care/day1: not valid on 2026-01-01")
LATER, HANDED, HELD_OUT = 10, 11, 12


def walk(tx: Tx, n: int = 60) -> None:
    """Members on their way through the flow ``welcome``, each at his place."""
    for number in range(n):
        member = f"wm{number}"
        people.ensure_member(tx, member, NOW, f"客人{number}")
        people.befriend(tx, member, "lin.xi", NOW)
        begun = Begun(key=f"welcome/{member}", flow="welcome", version=1, persona="tester",
                      member=member, account="lin.xi", control=number == HELD_OUT)  # fmt: skip
        flows.start(tx, begun, [("day1", NOW + DAY), ("day3", NOW + 3 * DAY)], NOW)
    for number, note in enumerate(LEFT_OUT):
        schedule.done_all(tx, [_due(tx, number)], NOW, "skip", note)
    schedule.put_off(tx, [(_due(tx, LATER), NOW + 2 * DAY, "quiet_hours")])
    schedule.done_all(tx, [_due(tx, HANDED)], NOW, "finish", "")
    outbox.enqueue(tx, task(), NOW, [Receiver(f"wm{HANDED}", f"wm{HANDED}")])


def _due(tx: Tx, number: int) -> int:
    return int(flows.of_member(tx, f"wm{number}")[0]["steps"][0]["id"])


async def walked(house: Reception) -> None:
    await house.publish()
    await house.store.write(walk)


def test_who_stands_where_and_why(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("readonly") as guest:
            assert (await guest.get("/flows")).said("No flows yet")
            await walked(house)
            page = await guest.get("/flows")
            assert page.said("he becomes a friend") and page.said("?state=running#who")
            page = await guest.get("/flows/welcome")
            assert page.said("day 1 at 10:00") and page.said("customer service")
            assert page.said("too new a friend for offers") and page.said("he wrote one of: 苦, 涩")
            assert page.said("not valid on 2026-01-01") and page.said("quiet hours")
            assert page.text.count("data-row") == 25 and page.said('rel="next"')
            assert not page.said("/console/flows/welcome/stop")
            page = await guest.get("/flows/welcome?step=day1&fate=left_out&why=trust")
            assert page.text.count("data-row") == 2 and page.said("客人1<")
            page = await guest.get("/flows/welcome?step=day1&fate=done")
            assert page.text.count("data-row") == 1 and page.said("客人11<")
            page = await guest.get("/flows/welcome?state=control")
            assert page.text.count("data-row") == 1 and page.said("客人12<")
            page = await guest.get(f"/flows/welcome?m=wm{HANDED}")
            assert page.said("about to go out") and page.said("Would he get it now?")
            assert (await guest.get(f"/flows/welcome?m=wm{HELD_OUT}")).said("gets nothing")
            assert (await guest.get("/flows/welcome?m=nobody")).said("no member nobody")
            for bad in ("?step=no&fate=no", "?before=x&state=no", "?m=%00&why=a"):
                assert (await guest.get(f"/flows/welcome{bad}")).status == 200, bad
            assert (await guest.get("/flows/no-such")).status == 404

    run(scenario)


def test_a_lead_stops_one_or_all_and_moves_them_to_what_serves(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("content") as writer,
            house.signed_in("lead") as lead,
        ):
            await walked(house)
            await writer.get("/flows/welcome?m=wm0")
            assert (await writer.post("/flows/welcome/stop", m="wm0")).status == 403
            page = await lead.get("/flows/welcome?m=wm20")
            assert page.said("2 steps will not go out to him") and page.said("59 go no further")
            await lead.post("/flows/welcome/stop", m="wm20", note="他要安静<b>")
            page = await lead.get("/flows/welcome?m=wm20")
            assert page.said("他要安静&lt;b&gt;") and page.said("given up")
            (found,) = await house.store.read(flows.of_member, "wm20")
            assert found["state"] == "stopped"
            (row,) = await house.store.read(audit.history, "flow_run", found["id"])
            assert (row["actor"], row["reason"]) == ("lead", "他要安静<b>")
            text = (BRAND / "content/flows/welcome.toml").read_text("utf-8")
            newer = text.replace('id = "day3"', 'id = "day5"').replace("day = 3", "day = 5")
            await house.store.write(publishing.publish, "flow", "welcome", {"welcome.toml": newer},
                                    "disk", NOW)  # fmt: skip
            assert house.console.library is not None
            await house.console.library.follow()
            page = await lead.get("/flows/welcome")
            assert page.said("Move 58 in older versions to v2") and page.said("in older versions")
            await lead.post("/flows/welcome/move")
            assert (await lead.get("/flows/welcome")).said("58 were moved")
            (found,) = await house.store.read(flows.of_member, "wm30")
            steps = {step["step"]: step["state"] for step in found["steps"]}
            assert steps == {"day1": "waiting", "day3": "dropped", "day5": "waiting"}
            await lead.post("/flows/welcome/stop")
            assert (await lead.get("/flows/welcome")).said("58 stopped")
            counts = await house.store.read(flows.counts)
            assert counts["welcome"]["stopped"][0] == 59 and "running" not in counts["welcome"]
            await lead.post("/flows/welcome/stop", m="wm30")
            assert (await lead.get("/flows/welcome")).said("nobody was stopped")

    run(scenario)


def _tapped(tx: Tx, now: int) -> None:
    """A customer got two bulk messages of colleagues, and the account posted a moment."""
    people.befriend(tx, "wm1", "lin.xi", now)
    for one in ("own1", "own2"):
        governor.add_own(tx, one, "lin.xi", {"wm1": now})
    outbox.note_said(tx, task(2, at=now, channel="moment", kind="moment", state="sent"), now)


def test_what_was_held_back_and_why(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("content") as writer:
            assert (await writer.get("/refusals")).said("Nothing was held back")
            await walked(house)
            day, old = (local(NOW - n * DAY, "Asia/Shanghai").date().isoformat() for n in (0, 20))
            await house.store.write(governor.refused, [
                Refused(day, "tester", "flow:welcome", "no", "trust", 7),
                Refused(day, "tester", "flow:welcome", "later", "quiet_hours", 5),
                Refused(day, "tester", "campaign:weekly", "later", "share", 2),
                Refused(old, "other", "campaign:gone", "no", "opted_out", 30)])  # fmt: skip
            page = await writer.get("/refusals")
            assert page.text.count("data-row") == 3 and page.said("too new a friend for offers")
            assert page.said("/console/plan/entry?e=weekly") and not page.said("opted out")
            await house.store.write(_tapped, house.clock.now())
            page = await writer.get("/refusals")
            assert page.said("lin.xi") and page.said("1 left") and page.said("2 of ")
            page = await writer.get("/refusals?days=30")
            assert page.text.count("data-row") == 4 and page.said("37</b>")
            page = await writer.get("/refusals?code=trust&plan=flow%3Awelcome&days=x")
            assert page.text.count("data-row") == 1 and page.said("Serve him first")
            file = await writer.get("/refusals.csv?days=30&persona=other")
            rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
            assert rows[1:] == [[old, "other", "gone", "refused", "opted out of offers", "30"]]
            why = "/refusals/why?m=wm5&plan="
            noon = local(NOW + 2 * DAY, "Asia/Shanghai").replace(hour=12)
            page = await writer.get(f"{why}flow%3Awelcome&at={noon:%Y-%m-%dT%H:%M}")
            assert page.said("第 1 天") and page.said("may go out")
            page = await writer.get(f"{why}flow%3Awelcome")
            assert page.said("not now") and page.said("quiet hours") and page.said("asked again")
            assert (await writer.get(f"{why}entry%3Aweekly")).said("weekly")
            for query, words in ((f"{why}flow%3Ano", "does not serve"),
                                 (f"{why}no", "does not serve"),
                                 (f"{why}flow%3Awelcome&at=soon", "This is no time"),
                                 ("/refusals/why?m=no&plan=entry%3Aweekly", "no member no")):  # fmt: skip
                assert (await writer.get(query)).said(words), query

    run(scenario)
