"""Kind words to a member that sell nothing: what stands ahead of him, what was said; and weather
that a lead tells of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.core.body import Text
from bot.core.clock import DAY, HOUR
from bot.core.model import Outbound
from bot.members.row import MemberRow
from bot.members.touches import birthday_after
from bot.store import flows, membersfile, outbox, people
from bot.store.engine import Tx
from bot.store.flows import Begun
from tests.contract import publishing
from tests.scenario.house import run
from tests.scenario.reception import NOW, reception

ANA = "wmANA000001"
PAGE = f"/members/one?m={ANA}"
FLOW = """
id = "cold"
title = "降温那天"
trigger = "weather:寒潮"

[[step]]
id = "warm"
at = "10:00"
template = "care/day1"
via = ["bulk"]
"""


def live(tx: Tx) -> None:
    """She was born next week, lives in Hangzhou, has a step of care ahead and one behind her."""
    people.ensure_members(tx, {ANA: "安娜"}, NOW - 30 * DAY)
    people.befriend(tx, ANA, "lin.xi", NOW - 20 * DAY, now=NOW)
    membersfile.put(tx, [MemberRow(ANA, {"city": "杭州", "birthday": "1996-09-28"})], NOW, "lin",
                    "m.csv")  # fmt: skip
    flows.start(tx, Begun(key="k", flow="cold", version=1, persona="tester", member=ANA,
                          account="lin.xi"), [("warm", NOW + HOUR)], NOW)  # fmt: skip
    outbox.enqueue(tx, Outbound(
        lane="x", pool="reply", channel="kf", account="wk1", peer=ANA, kind="care",
        body=Text("多穿一件"), origin="flow:cold:warm", content="care/day1", persona="tester",
        persona_version=1, conversation="", member=ANA, operator="bot", dedupe="c1", send_at=NOW,
        retry_at=NOW), NOW - DAY)  # fmt: skip


def test_a_member_s_list_of_care_and_the_weather_a_lead_tells_of(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as lead:
            library = await desk.publish()
            await desk.store.write(publishing.publish, "flow", "cold", {"cold.toml": FLOW}, "disk",
                                   NOW)  # fmt: skip
            assert await library.follow()
            await desk.store.write(live)
            empty = await lead.get("/flows/weather")
            assert empty.said("No weather yet") and empty.said("Flows wait for: 寒潮")
            for cities, said in (("", "name the cities"), ("杭 州=", "Not understood")):
                bad = await lead.post("/flows/weather", cities=cities, kind="寒潮", day="")
                assert bad.status == 422 and bad.said(said)
            tell = {"cities": "杭州、苏州市 杭州", "kind": "寒潮", "day": "2026-09-24"}
            assert (await lead.post("/flows/weather", **tell)).status == 303
            page = await lead.get("/flows/weather")
            assert page.said("2 noted") and page.text.count("<td>苏州</td>") == 1
            await lead.post("/flows/weather", cities="杭州", kind="台风", day="2026-09-25")
            one = (await lead.get(PAGE)).text.partition('id="care"')[2].partition("</section>")[0]
            ahead, _, behind = one.partition("<h3>Said")
            assert "2026-09-28" in ahead and ahead.count("no flow says it") == 2, "no birthday flow"
            assert "寒潮" in ahead and "台风" in ahead and "降温那天" in ahead
            assert "care/day1" in behind and "Weather" in behind
            async with desk.signed_in("content") as other:
                await other.get("/flows/weather")
                assert (await other.post("/flows/weather", **tell)).status == 403

    run(scenario)


def test_a_birthday_on_the_29th_of_february_is_kept_each_year() -> None:
    day = date(2026, 11, 23)
    assert birthday_after("1996-02-29", day) == date(2027, 2, 28)
    assert birthday_after("02-29", date(2027, 12, 1)) == date(2028, 2, 29)
    assert birthday_after("11-23", day) == day and birthday_after("x", day) is None
