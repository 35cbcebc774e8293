"""Campaigns in the console over real HTTP: written, reviewed, approved, steered, and looked into."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bot.core.clock import DAY
from bot.store import audit, campaigns, people, recipients
from bot.store.engine import Tx
from bot.store.recipients import Recipient
from tests.console.desk import hear, said
from tests.contract import publishing
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, Reception, reception

OFFER = '+++\ntitle = "杯子"\ngenre = "experience"\norigin = "BGC"\n+++\n新的杯子到了。\n'
FORM = {"slug": "cups", "title": "新杯子<b>", "do": "promo", "persona": "tester", "how": "hand",
        "template": "promos/offer", "audience": "账号:lin.xi", "until": "2d", "late": "2h",
        "within": "3d", "error_budget": "5", "holdout": "10", "goal": "reply", "via_kf": "1",
        "via_bulk": "1"}  # fmt: skip


async def friends(house: Reception, n: int = 4) -> None:
    """Long friends of lin.xi; the last of them is one since today."""

    def write(tx: Tx) -> None:
        for number in range(n):
            member, since = f"wm{number}", NOW - (number < n - 1) * 60 * DAY
            people.ensure_member(tx, member, since, f"客人{number}")
            people.befriend(tx, member, "lin.xi", since)

    await house.store.write(publishing.publish, "template", "promos/offer", {"offer.j2": OFFER},
                            "disk", NOW)  # fmt: skip
    await house.store.write(write)


async def published(writer: Browser, lead: Browser, house: Reception) -> None:
    """From the empty form to a version that serves."""
    await writer.get("/campaigns/new")
    made = await writer.post("/campaigns/new", **FORM)
    assert made.location == "/console/campaigns/cups", made.text
    await writer.get("/campaigns/cups")
    assert (await writer.post("/campaigns/cups/submit", n="1")).status == 303
    assert (await writer.post("/campaigns/cups/publish", n="1")).status == 303
    assert (await writer.get("/campaigns/cups")).said("You had a hand in this version")
    await lead.get("/campaigns/cups")
    await lead.post("/campaigns/cups/publish", n="1", note="好")
    assert house.console.library is not None
    await house.console.library.follow()


def test_one_writes_another_approves_and_a_lead_lets_it_take_place(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("content") as writer,
            house.signed_in("lead") as lead,
            house.signed_in("readonly") as guest,
        ):
            assert (await guest.get("/campaigns")).said("No campaigns yet")
            await friends(house)
            await house.publish()
            await writer.get("/campaigns/new")
            live = await writer.post("/campaigns/look", **FORM, m="wm3")
            assert live.said("too new a friend for offers") and live.said("客人0")
            assert live.said("by lin.xi, for") and live.said("认识 0 天")
            odd = await writer.post("/campaigns/look", **FORM | {"audience": "标签"})
            assert odd.said("is no condition") and odd.said("column 1")
            for fields, words in (({"persona": ""}, "Choose a kind"), ({"slug": "New"}, "not new"),
                                  ({"pace": "fast"}, "is no pace"),
                                  ({"how": "once"}, "Choose a day and a time")):  # fmt: skip
                again = await writer.post("/campaigns/new", **FORM | fields)
                assert again.status == 422 and again.said("新杯子&lt;b&gt;"), fields
                assert again.said(words), fields
            await published(writer, lead, house)
            page = await lead.get("/campaigns/cups")
            assert page.said("v1, which serves") and page.said("to be approved")
            assert (await writer.post("/campaigns/cups/approve")).status == 403
            part = await guest.get("/campaigns/cups/preview?m=wm3")
            assert part.said("wm3") and part.said("too new a friend for offers")
            assert (await guest.get("/campaigns/cups/preview?m=nobody")).said("no member nobody")
            await lead.post("/campaigns/cups/approve")
            await lead.post("/campaigns/cups/start")
            page = await lead.get("/campaigns/cups")
            assert page.said("running") and page.said("its ledger is being made")
            again = await lead.post("/campaigns/cups/start")
            assert (await lead.get("/campaigns/cups")).said("it is running")
            await writer.get("/campaigns/cups/edit")
            stale = await writer.post("/campaigns/cups/edit", **FORM | {"base": "0"})
            assert stale.status == 409 and stale.said("has just saved v1")
            more = FORM | {"base": "1", "audience": "账号:chen.mo"}
            assert (await writer.post("/campaigns/cups/edit", **more)).status == 303
            page = await guest.get("/campaigns")
            assert page.said("v2 is being written") and page.said("running")

    run(scenario)


def test_the_ledger_is_filtered_and_saved_and_stopping_says_how_many(tmp_path: Path) -> None:
    states = ("sent", "queued", "pending", "failed", "out", "control")

    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("content") as writer,
            house.signed_in("lead") as lead,
        ):
            await friends(house)
            await house.publish()
            await published(writer, lead, house)
            await lead.get("/campaigns/cups")
            await lead.post("/campaigns/cups/approve")
            await lead.post("/campaigns/cups/start")
            (run_,) = await house.store.read(campaigns.of, "cups")
            rows = [Recipient(member=f"wm{n:04}", state=state, account="lin.xi", at=NOW,
                              channel="contact", code="trust" if state == "out" else "")
                    for n in range(120) for state in (states[n % 6],)]  # fmt: skip
            await house.store.write(recipients.add, run_.id, rows)
            page = await lead.get("/campaigns/cups")
            assert page.said("40 will not get it") and page.said("Reach the 20 who were missed")
            assert page.said("too new a friend for offers")
            page = await lead.get("/campaigns/cups/ledger")
            assert page.text.count("data-row") == 100 and page.said('rel="next"')
            page = await lead.get("/campaigns/cups/ledger?state=out&account=lin.xi")
            assert page.text.count("data-row") == 20
            assert (await lead.get("/campaigns/cups/ledger?account=x")).said("No rows match")
            file = await lead.get("/campaigns/cups/ledger.csv?state=failed")
            found = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
            assert len(found) == 21 and found[1][0] == "wm0003" and found[1][2] == "failed"
            await lead.get("/campaigns/cups")
            await lead.post("/campaigns/cups/pause", note="等一等")
            assert (await lead.get("/campaigns")).said("等一等")
            await lead.post("/campaigns/cups/resend")
            assert (await house.store.read(recipients.by_state, run_.id))["pending"] == 40
            await lead.post("/campaigns/cups/stop", note="够了")
            page = await lead.get("/campaigns/cups")
            assert page.said("stopped") and page.said("够了")
            trail = await house.store.read(audit.history, "campaign", run_.id)
            assert [row["event"] for row in trail] == ["approve", "start", "pause", "stop"]
            assert {row["actor"] for row in trail} == {"lead"}

    run(scenario)


def test_whom_to_follow_up_after_a_live_session_is_a_file(tmp_path: Path) -> None:
    live = ('id = "live"\ndo = "live"\npersona = "tester"\ntemplate = "care/day1"\n'
            'at = "2026-09-21 22:00"\n')  # fmt: skip

    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("lead") as lead:
            await friends(house, 2)
            await house.publish()

            def write(tx: Tx) -> int:
                publishing.publish(tx, "campaign", "live", {"live.toml": live}, "t", NOW)
                found = campaigns.add(tx, name="live", step="20260921T2200-start", version=1,
                                      persona="tester", at=NOW - 1_000, until=NOW + 3_600_000,
                                      now=NOW)  # fmt: skip
                recipients.add(tx, found.id, [Recipient(member="wm1", state="sent", at=NOW, code="",
                                                        account="lin.xi", channel="kf")])  # fmt: skip
                return found.id

            id = await house.store.write(write)
            await hear(house, said(1, "wm1", "=怎么买"))
            file = await lead.get(f"/campaigns/live/followed.csv?run={id}")
            rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
            assert len(rows) == 2, file.text
            assert (rows[1][0], rows[1][3], rows[1][4:]) == (
                "wm1",
                "'=怎么买",
                ["not answered", ""],
            )
            assert (await lead.get("/campaigns/live/followed.csv?run=999")).status == 404

    run(scenario)
